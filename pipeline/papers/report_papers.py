"""The yearly papers on insurance copies: a unit's report, the nil report, the office's sums, statistics for backup.

No form is prescribed; the layout is that of a report by Nghị định 30/2020/NĐ-CP, Phụ lục III, mẫu 1.4, and all wording
comes with the values, out of the configuration.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.files import replacing
from pipeline.papers import report_tables
from pipeline.papers.saying import in_vietnamese
from pipeline.papers.sheet import Paper
from pipeline.papers.text_width import line_count
from pipeline.papers.values import Letterhead
from pipeline.papers.word import FONT, writable
from pipeline.reports.values import (
    STATE_LABELS,
    Consolidated,
    State,
    Statistics,
    Table,
    Unit,
    UnitReport,
    Wording,
)

_SIGNED = "(Chữ ký, dấu; họ và tên)"
_NONE = "Không có."
_NUMBER_OF_REPORT = "Số: ........./BC-.........."
_NUMBER_OF_LETTER = "Số: ........./.............."
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)  # same report, same bytes
_OPTIONS: Mapping[str, Any] = {  # XlsxWriter writes into what it is given
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 12},
}
_LETTER_CM = 0.2
_MOST_LETTERS_ACROSS = 300  # what is wider goes on to the next page, with its first columns again
_LINE_POINTS, _MOST_POINTS = 16, 409


def unit_report(report: UnitReport) -> Paper:
    """Lay out a unit's report: what qualifies, what was done, what is left, difficulties, how it was counted."""
    paper = _begun(report.unit, report.wording, _NUMBER_OF_REPORT)
    _opening(paper, report.wording)
    _numbers(paper, report)
    paper.text("III. KHÓ KHĂN, VƯỚNG MẮC, KIẾN NGHỊ", bold=True)
    _paragraphs(paper, report.difficulties)
    _counting(paper, report.wording, report.notes)
    paper.text(_closing(report.unit))
    _ended(paper, report.wording)
    return paper


def nil_report(report: UnitReport) -> Paper:
    """Lay out the document which says that a unit has nothing that qualifies."""
    paper = _begun(report.unit, report.wording, _NUMBER_OF_REPORT)
    _opening(paper, report.wording)
    if report.difficulties:
        paper.text("Khó khăn, vướng mắc, kiến nghị:", with_next=True)
        _paragraphs(paper, report.difficulties)
    for note in report.notes:
        paper.text(_told(note))
    paper.text(_closing(report.unit))
    _ended(paper, report.wording)
    return paper


def consolidated_report(consolidated: Consolidated) -> Paper:
    """Lay out the office's report: sums, who has not reported, who has nothing, and each unit on an annex.

    What the office itself must look into is no part of what it sends: it stands on a last page that says so.
    """
    report = consolidated.report
    paper = _begun(report.unit, report.wording, _NUMBER_OF_REPORT)
    _opening(paper, report.wording)
    _numbers(paper, report)
    paper.text("III. TÌNH HÌNH BÁO CÁO CỦA CÁC ĐƠN VỊ", bold=True)
    _standing(paper, consolidated)
    paper.text("IV. KHÓ KHĂN, VƯỚNG MẮC, KIẾN NGHỊ", bold=True)
    _paragraphs(paper, report.difficulties)
    _counting(paper, report.wording, report.notes)
    paper.text(_closing(report.unit))
    _ended(paper, report.wording)
    paper.new_page_one(on_its_side=True)
    paper.abstract("Phụ lục", "SỐ LIỆU CỦA TỪNG ĐƠN VỊ", ruled=False)
    paper.centred("(Kèm theo Báo cáo số ......./BC-........ ngày ...... tháng ...... năm ........)", italic=True)
    report_tables.units(paper, consolidated)
    _to_look_into(paper, consolidated)
    return paper


def statistics_paper(statistics: Statistics) -> Paper:
    """Lay out the yearly statistics of records that need backup (Nghị định 113/2025/NĐ-CP Đ30), on its side."""
    paper = _begun(statistics.unit, statistics.wording, _NUMBER_OF_LETTER, landscape=True)
    _opening(paper, statistics.wording)
    report_tables.fonds(paper, statistics.rows, statistics.total)
    for sentence in (*statistics.wording.counting, *map(_told, statistics.notes)):
        paper.text(sentence)
    _ended(paper, statistics.wording)
    return paper


def write_tables(path: Path, tables: Sequence[Table], title: str) -> None:
    """Write a report's workbook cell by cell: it is read back by the consolidation, and may be corrected by hand.

    Raises:
        OSError: It cannot be written.
    """
    with (
        replacing(path, durable=True) as descriptor,
        os.fdopen(os.dup(descriptor), "wb") as file,
        xlsxwriter.Workbook(file, deepcopy(_OPTIONS)) as book,
    ):
        book.set_properties({"created": _CREATED, "title": title[:255], "author": "sohoa"})
        plain = {"font_name": FONT, "font_size": 12, "valign": "top", "text_wrap": True}
        heading = book.add_format({**plain, "bold": True, "border": 1, "align": "center", "valign": "vcenter"})
        cell, ruled = book.add_format(plain), book.add_format({**plain, "border": 1})
        for number, table in enumerate(tables):
            sheet = book.add_worksheet(table.name)
            _sheet(sheet, table, heading, cell, ruled)
            if number == 0:
                sheet.activate()


def _begun(unit: Unit, wording: Wording, number: str, *, landscape: bool = False) -> Paper:
    title = wording.title or ("BÁO CÁO",)
    head = Letterhead(unit.name, unit.agency, number=number, dated=True, place=wording.place)
    paper = Paper(" ".join(title).capitalize(), head, landscape=landscape)
    paper.title(title[0])
    paper.abstract(*title[1:])
    return paper


def _opening(paper: Paper, wording: Wording) -> None:
    paper.addressed(*(name.rstrip(";. ") for name in wording.recipients))
    paper.bases(*wording.bases)
    if wording.criteria and wording.criteria not in wording.statement:
        paper.text(f"Tiêu chí: {wording.criteria}.")
    if wording.statement:
        paper.text(wording.statement)


def _numbers(paper: Paper, report: UnitReport) -> None:
    """Write the two parts of figures that a unit's report and the office's sums share."""
    paper.text("I. TÀI LIỆU ĐÁP ỨNG TIÊU CHÍ LẬP BẢN SAO BẢO HIỂM", bold=True)
    report_tables.qualifying(paper, report)
    paper.text("II. KẾT QUẢ THỰC HIỆN", bold=True)
    paper.text("1. Trong năm và lũy kế", with_next=True)
    report_tables.measures(paper, report)
    paper.text("2. Theo lý do, lũy kế", with_next=True)
    report_tables.by_reason(paper, report)


def _standing(paper: Paper, consolidated: Consolidated) -> None:
    """Write who has reported, who has nothing, and who has not reported."""
    reported = len(consolidated.of(State.REPORTED, State.NIL))
    paper.text(f"1. Đã báo cáo: {reported}/{len(consolidated.units)} đơn vị.")
    nil = consolidated.of(State.NIL)
    names = "; ".join(row.unit.name for row in nil)
    paper.text("2. Đơn vị báo cáo không có tài liệu:", f"{names}." if names else _NONE)
    paper.text("3. Đơn vị chưa báo cáo, hoặc báo cáo chưa tổng hợp được:", with_next=True)
    rows = [(row.unit.name, STATE_LABELS[row.state]) for row in consolidated.missing]
    report_tables.named(paper, ("Đơn vị", "Tình trạng"), rows, (9.4, 6.0))


def _to_look_into(paper: Paper, consolidated: Consolidated) -> None:
    """Write on a page of its own what must be put right before the report is signed; who is missing stands above."""
    problems = [(row.unit, row.source, _told(row.detail)) for row in consolidated.problems if row.kind != "missing"]
    if not (problems or consolidated.notes):
        return
    paper.new_page_one(on_its_side=True)
    paper.abstract("PHIẾU RÀ SOÁT TRƯỚC KHI KÝ", ruled=False)
    paper.centred("(Tài liệu nội bộ, không gửi kèm báo cáo)", italic=True)
    report_tables.named(paper, ("Đơn vị", "Tệp", "Nội dung"), problems, (6.0, 5.4, 12.4))
    for note in consolidated.notes:
        paper.text(f"- {_told(note)}")


def _closing(unit: Unit) -> str:
    return f"Trên đây là báo cáo của {unit.name}./."


def _told(text: str) -> str:
    """Say a finding or a note as a whole sentence in Vietnamese; the name of a file stays as it is."""
    said = in_vietnamese(text)
    begins_with_file = "." in said.partition(" ")[0].rstrip(".:")
    first = said[:1] if begins_with_file else said[:1].upper()
    return f"{first}{said[1:]}{'' if said.endswith(('.', '!', '?', ':', ';')) else '.'}"


def _paragraphs(paper: Paper, paragraphs: Sequence[str]) -> None:
    for paragraph in paragraphs or (_NONE,):
        paper.text(paragraph)


def _counting(paper: Paper, wording: Wording, notes: Sequence[str]) -> None:
    sentences = (*wording.counting, *map(_told, notes))
    if sentences:
        paper.text("Ghi chú về cách tính số liệu:", bold=True)
    for sentence in sentences:
        paper.text(f"- {sentence}")


def _ended(paper: Paper, wording: Wording) -> None:
    copies = [name.rstrip(";. ") for name in wording.copies_to] or ["Như trên", "Lưu: VT"]
    paper.sent_off(copies, wording.signer.upper(), _SIGNED)


def _sheet(sheet: Any, table: Table, heading: Any, cell: Any, ruled: Any) -> None:
    for index, width in enumerate(table.widths):
        sheet.set_column(index, index, width)
    for number, row in enumerate(table.rows):
        look = heading if number in table.headings else ruled if number > max(table.headings, default=number) else cell
        _height(sheet, table, number)
        for index, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, index, value, look)
            else:
                sheet.write_string(number, index, writable(value), look)
    if 0 in table.headings:
        sheet.freeze_panes(1, 0)
    if table.headings:
        sheet.repeat_rows(table.headings[0], table.headings[-1])
    if table.hidden:
        sheet.hide()
    sheet.set_landscape()
    sheet.set_paper(9)
    if sum(table.widths) <= _MOST_LETTERS_ACROSS:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(60)
        sheet.repeat_columns(0, 2)


def _height(sheet: Any, table: Table, number: int) -> None:
    """Make a row as high as its longest text needs."""
    bold = number in table.headings
    texts = zip(table.rows[number], table.widths, strict=False)
    most = max((line_count(text, width * _LETTER_CM, 12, bold=bold) if isinstance(text, str) else 1
                for text, width in texts), default=1)  # fmt: skip
    if most > 1 and not table.hidden:
        sheet.set_row(number, min(most * _LINE_POINTS, _MOST_POINTS))
