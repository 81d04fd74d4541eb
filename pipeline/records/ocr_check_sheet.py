"""The sample for the human OCR check as a workbook that is handed to the checker; `ocr_check_read` takes it back."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from pipeline.records.ocr_check import REQUIRED, ReadPage, Row
from pipeline.records.sheet_rows import Column

SAMPLE, DOUBTFUL, ABOUT = "Kiểm tra OCR", "Độ tin cậy thấp", "Thông tin"
COLUMNS = (
    Column("STT", 5), Column("Mã văn bản / Document", 20, wraps=True), Column("Trang / Page", 7),
    Column("Tệp PDF / File", 24, wraps=True), Column("Trang trong PDF / Page in PDF", 9),
    Column("Số ký tự / Characters", 9), Column("Chữ máy đọc / Recognised text", 80, wraps=True),
    Column("Số ký tự sai / Wrong characters", 11), Column("hoặc: chữ đúng / or: right text", 40, wraps=True),
    Column("Ghi chú / Note", 24, wraps=True), Column("SHA-256", 68, printed=False),
)  # fmt: skip
WRONG, RIGHT, _NOTE = 7, 8, 9
_DOUBTFUL = (Column("STT", 5), Column("Mã văn bản / Document", 26, wraps=True), Column("Trang / Page", 8),
             Column("Tệp PDF / File", 50, wraps=True), Column("Trang trong PDF / Page in PDF", 10),
             Column("Số từ / Words", 9), Column("Độ tin cậy / Confidence", 11))  # fmt: skip
_HELP = (
    "Đếm mọi ký tự sai, thiếu, thừa của mỗi trang (không tính dấu cách), ghi vào cột tô màu; không sai thì ghi 0.",
    "Không tính chữ viết tay, chữ ký, con dấu.",
    "Hoặc gõ lại cả trang cho đúng vào cột bên cạnh. Không sửa các cột khác: dòng bị sửa sẽ bị loại.",
    f"Đạt khi đúng từ {REQUIRED:.0%} số ký tự (Công văn 7197/BKHCN-CĐSQG).",
    "Count all wrong, missing and needless characters of a page (not spaces), enter it in the coloured column;",
    "0 where none is wrong. Handwriting, signatures and seals do not count.",
    "Or type the page as it should be into the column beside it. Changed rows are refused.",
    f"Passed when {REQUIRED:.0%} of the characters are right (Công văn 7197/BKHCN-CĐSQG).",
)
BATCH, SEED, PAGES, DRAWN = ("Đợt / Batch", "Hạt giống / Seed", "Trang đã nhận dạng chữ / Pages read",
                                 "Trang mẫu / Pages drawn")  # fmt: skip
SEAL, _ROWS = "Mã niêm / Seal", "Mã kiểm từng dòng / Row digests"
# No cell holds more than 32,767 letters.
_MOST_LETTERS = 32_000
_TALLEST_POINTS = 409
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, from what.

    Attributes:
        pages_read: Number of pages that it was drawn from.
    """

    batch: str
    seed: str
    pages_read: int
    rows: tuple[Row, ...]


def row_of(page: ReadPage, text: str) -> Row:
    """Give the row that is handed out for a page."""
    shown = "".join(letter for letter in text if letter.isprintable() or letter == "\n")[:_MOST_LETTERS].strip()
    return Row(page.code, page.number, page.pdf, page.pdf_page, page.scan_sha256, shown)


def workbook(sample: Sample, doubtful: Sequence[ReadPage]) -> bytes:
    """Write the workbook; the same sample gives the same bytes."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _CREATED, "title": f"OCR {sample.batch}", "author": "sohoa"})
        _write_sample(book, sample)
        rows = ((p.code, p.number, p.pdf, p.pdf_page, p.words, p.confidence) for p in doubtful)
        sheet = _sheet(book, DOUBTFUL, _DOUBTFUL)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, [number, *row], book.add_format({"valign": "top", "text_wrap": True}))
        _write_about(book, sample)
    return target.getvalue()


def _sheet(book: Any, name: str, columns: Sequence[Column]) -> Any:
    sheet = book.add_worksheet(name)
    look = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EEF4"})
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write(0, index, column.heading, look)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _write_sample(book: Any, sample: Sample) -> None:
    sheet = _sheet(book, SAMPLE, COLUMNS)
    plain = book.add_format({"valign": "top", "text_wrap": True, "font_size": 9})
    entry = book.add_format({"valign": "top", "text_wrap": True, "bg_color": "#FFF8DC", "border": 1, "locked": False})
    for number, row in enumerate(sample.rows, 1):
        sheet.set_row(number, min(_TALLEST_POINTS, 12 * (row.text.count("\n") + 2)))
        cells = (number, row.code, row.number, row.pdf, row.pdf_page, row.characters, row.text)
        for index, value in enumerate(cells):
            sheet.write(number, index, value, plain)
        for index in (WRONG, RIGHT, _NOTE):
            sheet.write_blank(number, index, None, entry)
        sheet.write(number, len(COLUMNS) - 1, row.scan_sha256, plain)
    count = len(sample.rows)
    whole = {"validate": "integer", "criteria": ">=", "value": 0, "error_title": "OCR",
             "error_message": "0, 1, 2 ..."}  # fmt: skip
    sheet.data_validation(1, WRONG, max(count, 1), WRONG, whole)
    # Without a password: against slips, not against people.
    sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})
    sheet.print_area(0, 0, count, sum(column.printed for column in COLUMNS) - 1)


def _write_about(book: Any, sample: Sample) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 90)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    lines = [("", text) for text in _HELP] + list(_about(sample))
    for number, (label, value) in enumerate(lines):
        sheet.write(number, 0, label, wrapped)
        sheet.write(number, 1, value, wrapped)
    sheet.protect("")
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _about(sample: Sample) -> Iterator[tuple[str, str]]:
    """Give what the sheet of facts says: where the sample is from, a seal over that, and each row's digest."""
    digests = [row.digest for row in sample.rows]
    facts = [
        (BATCH, sample.batch),
        (SEED, sample.seed),
        (PAGES, str(sample.pages_read)),
        (DRAWN, str(len(digests))),
    ]
    yield from facts
    yield SEAL, seal(facts, digests)
    yield _ROWS, ""
    yield from ((str(number), digest) for number, digest in enumerate(digests, 1))


def seal(facts: Iterable[tuple[str, str]], digests: Iterable[str]) -> str:
    """Give the digest over what the sheet of facts says."""
    return hashlib.sha256(json.dumps([list(facts), list(digests)], ensure_ascii=False).encode()).hexdigest()
