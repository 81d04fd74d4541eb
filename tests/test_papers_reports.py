"""The yearly reports on paper and as workbooks: layout of a report, numbers as counted, wording as configured."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from pipeline.messages import sentence
from pipeline.papers import report_papers
from pipeline.papers.sheet import Paper
from pipeline.reports.tables import unit_tables
from pipeline.reports.values import (
    NOTHING,
    Amount,
    Amounts,
    Consolidated,
    FondsRow,
    Kind,
    Line,
    Measure,
    Problem,
    Received,
    State,
    Statistics,
    Table,
    Unit,
    UnitReport,
    Wording,
)
from tests.papers_made import lines

UNIT = Unit("Ủy ban nhân dân xã Suối Mây", "H48.99.1", "Ủy ban nhân dân tỉnh Mẫu")
WORDING = Wording(
    title=("BÁO CÁO", "Kết quả lập bản sao bảo hiểm năm 2026"), recipients=("Sở Nội vụ", "Ủy ban nhân dân tỉnh"),
    bases=("Thực hiện Quyết định số 71/QĐ-TTg;",), criteria="Mục 1 Phần II Kế hoạch số 214/KH-UBND",
    counting=("Mỗi hồ sơ chỉ tính một lần.",), copies_to=("Như trên;", "Lưu: VT."), place="Suối Mây", signer="Chủ tịch",
)  # fmt: skip
HEAD = [
    (
        "ỦY BAN NHÂN DÂN TỈNH MẪU ỦY BAN NHÂN DÂN XÃ SUỐI MÂY | "
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"
    ),
    "Số: ........./BC-.......... | Suối Mây, ngày ...... tháng ...... năm ........",
    "BÁO CÁO",
    "Kết quả lập bản sao bảo hiểm năm 2026",
    "Kính gửi:",
    "- Sở Nội vụ;",
    "- Ủy ban nhân dân tỉnh.",
    "Thực hiện Quyết định số 71/QĐ-TTg;",
]
SIGNED = "Nơi nhận: - Như trên; - Lưu: VT. | CHỦ TỊCH (Chữ ký, dấu; họ và tên)"


def amounts(factor: int) -> Amounts:
    return {measure: Amount(factor, 10 * factor * place, 1_000 * factor) for place, measure in enumerate(Measure, 1)}


def report(**values: Any) -> UnitReport:
    made = {
        "kind": Kind.UNIT, "year": 2026, "unit": UNIT, "total": amounts(3), "wording": WORDING,
        "lines": (Line("01", "Quý, hiếm", amounts(1)), Line("02", "Hư hỏng nặng", amounts(2))),
    }  # fmt: skip
    return UnitReport(**(made | values))


def consolidated() -> Consolidated:
    units = (
        Received(Unit("Xã A"), State.REPORTED, "a.xlsx", amounts(3), ("Thiếu người",)),
        Received(Unit("Xã B"), State.NIL, "b.xlsx"),
        Received(Unit("Xã C"), State.MISSING),
        Received(Unit("Xã D"), State.CONFLICTING, "d.xlsx"),
    )
    problems = (
        Problem("total-differs", "Xã A", "a.xlsx", "Missing command."),
        Problem("missing", "Xã C", "", "it has not reported"),
    )
    made = report(kind=Kind.CONSOLIDATED, difficulties=("Xã A: Thiếu người",))
    return Consolidated(made, units, problems, ("a.xlsx: Missing command.",))


def test_unit_report_is_laid_out_as_a_report():
    """Head, Kính gửi line by line, bases, numbers by reason and by measure, difficulties, counting, Nơi nhận."""
    found = lines(report_papers.unit_report(report(notes=("Missing command.",))))

    assert found == [
        *HEAD,
        "Tiêu chí: Mục 1 Phần II Kế hoạch số 214/KH-UBND.",
        "I. TÀI LIỆU ĐÁP ỨNG TIÊU CHÍ LẬP BẢN SAO BẢO HIỂM",
        "STT | Lý do | Số hồ sơ | Số văn bản | Số trang",
        "1 | Quý, hiếm | 1 | 10 | 1.000",
        "2 | Hư hỏng nặng | 2 | 20 | 2.000",
        " | Tổng số | 3 | 30 | 3.000",
        "II. KẾT QUẢ THỰC HIỆN",
        "1. Trong năm và lũy kế",
        "STT | Chỉ tiêu | Số hồ sơ | Số văn bản | Số trang",
        "1 | Đã xử lý nghiệp vụ trước số hóa, trong năm | 3 | 60 | 3.000",
        "2 | Đã xử lý nghiệp vụ trước số hóa, lũy kế | 3 | 90 | 3.000",
        "3 | Đã số hóa, trong năm | 3 | 120 | 3.000",
        "4 | Đã số hóa, lũy kế | 3 | 150 | 3.000",
        "5 | Đã lập bản sao bảo hiểm (đã dự phòng), trong năm | 3 | 180 | 3.000",
        "6 | Đã lập bản sao bảo hiểm (đã dự phòng), lũy kế | 3 | 210 | 3.000",
        "7 | Còn phải xử lý nghiệp vụ trước số hóa | 3 | 240 | 3.000",
        "8 | Chưa số hóa | 3 | 270 | 3.000",
        "9 | Chưa lập bản sao bảo hiểm (chưa dự phòng) | 3 | 300 | 3.000",
        "2. Theo lý do, lũy kế",
        (
            "STT | Lý do | Đã số hóa | Đã số hóa | Đã số hóa | Đã lập bản sao bảo hiểm | Đã lập bản sao bảo hiểm | "
            "Đã lập bản sao bảo hiểm | Chưa lập bản sao bảo hiểm | Chưa lập bản sao bảo hiểm | "
            "Chưa lập bản sao bảo hiểm"
        ),
        "STT | Lý do | Hồ sơ | Văn bản | Trang | Hồ sơ | Văn bản | Trang | Hồ sơ | Văn bản | Trang",
        "1 | Quý, hiếm | 1 | 50 | 1.000 | 1 | 70 | 1.000 | 1 | 100 | 1.000",
        "2 | Hư hỏng nặng | 2 | 100 | 2.000 | 2 | 140 | 2.000 | 2 | 200 | 2.000",
        " | Tổng số | 3 | 150 | 3.000 | 3 | 210 | 3.000 | 3 | 300 | 3.000",
        "III. KHÓ KHĂN, VƯỚNG MẮC, KIẾN NGHỊ",
        "Không có.",
        "Ghi chú về cách tính số liệu:",
        "- Mỗi hồ sơ chỉ tính một lần.",
        "- Thiếu lệnh.",
        "Trên đây là báo cáo của Ủy ban nhân dân xã Suối Mây./.",
        SIGNED,
    ]


def test_nil_report_is_a_document_of_its_own():
    """The nil report says its sentence, and has head, bases and signature of a report."""
    wording = Wording(statement="Xã Suối Mây không có tài liệu đáp ứng tiêu chí.", title=WORDING.title)
    made = report(kind=Kind.NIL, lines=(), total=NOTHING, wording=wording)

    found = lines(report_papers.nil_report(made))

    assert found[2:-1] == [
        *WORDING.title,
        "Kính gửi: ............................................................",
        "Xã Suối Mây không có tài liệu đáp ứng tiêu chí.",
        "Trên đây là báo cáo của Ủy ban nhân dân xã Suối Mây./.",
    ]
    assert found[-1].startswith("Nơi nhận: - Như trên; - Lưu: VT. | ....")


def test_consolidated_report_names_who_has_not_reported():
    """Sums as a unit's report has them; who has nothing, who is missing, each unit on the annex; a difficulty once."""
    found = lines(report_papers.consolidated_report(consolidated()))

    assert found[: len(HEAD)] == HEAD
    start = found.index("III. TÌNH HÌNH BÁO CÁO CỦA CÁC ĐƠN VỊ")
    assert found[start + 1 : start + 12] == [
        "1. Đã báo cáo: 2/4 đơn vị.",
        "2. Đơn vị báo cáo không có tài liệu: Xã B.",
        "3. Đơn vị chưa báo cáo, hoặc báo cáo chưa tổng hợp được:",
        "STT | Đơn vị | Tình trạng",
        "1 | Xã C | Chưa báo cáo",
        "2 | Xã D | Gửi nhiều báo cáo khác nhau, chưa tổng hợp",
        "IV. KHÓ KHĂN, VƯỚNG MẮC, KIẾN NGHỊ",
        "Xã A: Thiếu người",
        "Ghi chú về cách tính số liệu:",
        "- Mỗi hồ sơ chỉ tính một lần.",
        "Trên đây là báo cáo của Ủy ban nhân dân xã Suối Mây./.",
    ]
    annex = found.index("Phụ lục")
    assert SIGNED in found[:annex]
    assert found[annex + 5 : annex + 10] == [
        "1 | Xã A | Đã báo cáo | 3 | 30 | 3.000 | 3 | 150 | 3.000 | 3 | 210 | 3.000 | 3 | 300 | 3.000",
        "2 | Xã B | Đã báo cáo không có tài liệu | " + " | ".join("0" * 12),
        "3 | Xã C | Chưa báo cáo | " + " | ".join([""] * 12),
        "4 | Xã D | Gửi nhiều báo cáo khác nhau, chưa tổng hợp | " + " | ".join([""] * 12),
        " | Tổng số |  | 3 | 30 | 3.000 | 3 | 150 | 3.000 | 3 | 210 | 3.000 | 3 | 300 | 3.000",
    ]


def test_what_the_office_must_look_into_is_no_part_of_what_it_sends():
    """Findings and notes stand on a last page of their own, once; without any there is no such page."""
    found = lines(report_papers.consolidated_report(consolidated()))
    slip = found.index("PHIẾU RÀ SOÁT TRƯỚC KHI KÝ")

    assert found[slip + 1 :] == [
        "(Tài liệu nội bộ, không gửi kèm báo cáo)",
        "STT | Đơn vị | Tệp | Nội dung",
        "1 | Xã A | a.xlsx | Thiếu lệnh.",
        "- a.xlsx: Missing command.",
    ]
    assert "a.xlsx" not in " ".join(found[:slip])
    quiet = Consolidated(report(kind=Kind.CONSOLIDATED), ())
    assert "PHIẾU RÀ SOÁT TRƯỚC KHI KÝ" not in lines(report_papers.consolidated_report(quiet))


def test_notes_are_whole_sentences_and_difficulties_have_their_heading():
    """A note begins with a capital and ends with a full stop, also in the nil report."""
    text = "the retention of {number} dossiers does not agree with their reason: {names}"
    note = sentence(text, number=1, names="H1")
    made = report(kind=Kind.NIL, lines=(), total=NOTHING, difficulties=("Thiếu kho.",), notes=(note,))
    for paper in (report_papers.nil_report(made), report_papers.unit_report(report(notes=(note,)))):
        told = next(line for line in lines(paper) if line.endswith("H1."))
        assert told.lstrip("- ")[0].isupper()

    found = lines(report_papers.nil_report(made))
    place = found.index("Thiếu kho.")
    assert found[place - 1] == "Khó khăn, vướng mắc, kiến nghị:"


def test_the_sentence_of_the_settings_leads_to_the_numbers():
    """What the settings say as the statement stands before part I, and the criteria are named all the same."""
    wording = replace(WORDING, statement="Xã Suối Mây báo cáo như sau:")
    found = lines(report_papers.unit_report(report(wording=wording)))
    start = found.index("I. TÀI LIỆU ĐÁP ỨNG TIÊU CHÍ LẬP BẢN SAO BẢO HIỂM")

    assert found[start - 2 : start] == [
        "Tiêu chí: Mục 1 Phần II Kế hoạch số 214/KH-UBND.",
        "Xã Suối Mây báo cáo như sau:",
    ]


def test_statistics_have_a_row_for_each_fonds():
    """Needed, done and not yet, in dossiers, documents and pages; the sum below."""
    row = FondsRow("H48", "Xã A", "P1", "Phông A", Amount(3, 4, 5_000), Amount(1, 2, 3_000), Amount(2, 2, 2_000))
    total = FondsRow("", "Tổng số", "", "", *(row.needed, row.done, row.not_yet))
    made = Statistics(2026, UNIT, (row,), total, wording=WORDING)

    bare = replace(row, agency_code="", agency_name="", fonds_code="", fonds_name="")
    nameless = Statistics(2026, UNIT, (bare,), total)
    found = lines(report_papers.statistics_paper(made))

    assert any(line.startswith("1 | (chưa ghi) | (chưa ghi) | 3")
               for line in lines(report_papers.statistics_paper(nameless)))  # fmt: skip
    assert "1 | H48 Xã A | P1 Phông A | 3 | 4 | 5.000 | 1 | 2 | 3.000 | 2 | 2 | 2.000" in found
    assert " | Tổng số |  | 3 | 4 | 5.000 | 1 | 2 | 3.000 | 2 | 2 | 2.000" in found


@pytest.mark.parametrize(
    "made",
    [report_papers.unit_report(report()), report_papers.consolidated_report(consolidated())],
    ids=["unit", "consolidated"],
)
def test_reports_are_in_times_new_roman_on_a4_and_no_table_is_too_wide(made: Paper):
    """Every run names the font; the annex lies on its side; tables fit between the margins of their section."""
    document = Document(io.BytesIO(made.to_bytes()))

    fonts = {run.rPr.rFonts.get(qn("w:ascii")) for run in document.element.body.iter(qn("w:r"))}
    assert fonts == {"Times New Roman"}
    rooms = [(section.page_width - section.left_margin - section.right_margin) / 635 for section in document.sections]
    widths = [sum(column.w.twips for column in table._tbl.tblGrid.gridCol_lst) for table in document.tables]
    assert max(widths) <= max(rooms) + 5
    assert {section.start_type for section in document.sections} == {document.sections[0].start_type}
    assert all(sorted((round(each.page_width.mm), round(each.page_height.mm))) == [210, 297]
               for each in document.sections)  # fmt: skip


def test_tables_are_written_cell_by_cell(tmp_path: Path):
    """What the consolidation reads back stands where the table has it; texts stay texts, numbers numbers."""
    tables = (*unit_tables(report()), Table("Khác", (("=1+1", "007"), (), (5, "b")), (0,), (10, 400)))
    report_papers.write_tables(tmp_path / "a.xlsx", tables, "Báo cáo")
    book = load_workbook(tmp_path / "a.xlsx")

    assert book.sheetnames == [table.name for table in tables]
    for table in tables:
        for number, row in enumerate(table.rows, 1):
            for column, value in enumerate(row, 1):
                cell = book[table.name].cell(number, column)
                assert (cell.value if cell.value is not None else "") == value
                assert cell.data_type != "f"
    assert [book[table.name].sheet_state for table in tables] == ["visible", "hidden", "visible"]
    assert book["Khác"].freeze_panes == "A2"
    assert {sheet.page_setup.orientation for sheet in book.worksheets} == {"landscape"}


def test_same_report_gives_the_same_bytes(tmp_path: Path):
    """Neither the paper nor its workbook carries a clock."""
    made = [report_papers.consolidated_report(consolidated()).to_bytes() for _ in range(2)]
    for name in ("a", "b"):
        report_papers.write_tables(tmp_path / f"{name}.xlsx", unit_tables(report()), "Báo cáo")

    assert made[0] == made[1]
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
