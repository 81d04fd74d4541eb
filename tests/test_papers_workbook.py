"""Lists as workbooks: the same rows as on paper, ready for A4, every text in Times New Roman, nothing cut."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.papers import transfer_lists, workbook
from pipeline.papers.listing import Column, Listing
from pipeline.papers.text_width import line_count, lines, width_cm
from pipeline.papers.workbook import write_workbook
from pipeline.transfer.values import Declaration, Manifest
from tests.papers_made import DATE_LINE, code, dossier, manifest, sheet_lines

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def written(folder: Path, *listings: Listing, new_pages: bool = False) -> Path:
    write_workbook(folder / "list.xlsx", "Mục lục", listings, new_pages=new_pages)
    return folder / "list.xlsx"


def test_list_of_dossiers_as_a_workbook(tmp_path: Path):
    """Mục lục hồ sơ nộp in Excel says what it says in Word, numbers as numbers."""
    found = sheet_lines(written(tmp_path, transfer_lists.dossiers_handed_over(manifest())))

    assert found == [
        f"ỦY BAN NHÂN DÂN XÃ SUỐI MÂY | {MOTTO}",
        "_________ | Độc lập - Tự do - Hạnh phúc",
        "MỤC LỤC HỒ SƠ NỘP",
        "Phông: SM01 - Phông UBND xã Suối Mây",
        "Mã yêu cầu: 01.NL.UBSM.01.2026; nộp lần thứ: 2",
        (
            "STT | Mã hồ sơ | Tiêu đề hồ sơ | Thời gian bắt đầu | Thời gian kết thúc | Số trang | Mức độ tiếp cận | "
            "Ghi chú"
        ),
        f"1 | {code(1)} | Hồ sơ giao đất số 1 | 01/07/2001 | 02/07/2001 | 6 | Công khai | Bản gốc ố vàng",
        f"2 | {code(2)} | Hồ sơ giao đất số 2 | 2001 | 2001 | 6 | Công khai",
        f"3 | {code(3)} | Hồ sơ giao đất số 3 | 01/07/2001 | 02/07/2001 | 6 | Sử dụng có điều kiện",
        "Mục lục này gồm: 3 hồ sơ (viết bằng chữ: ba hồ sơ).",
        DATE_LINE,
        "Người lập",
        "(Ký và ghi rõ họ và tên, chức vụ)",
    ]


def test_documents_of_all_dossiers_are_one_sheet(tmp_path: Path):
    """Mục lục văn bản in Excel: each dossier begins a page under its code; the ordinals begin again."""
    path = written(tmp_path, *transfer_lists.documents_of_all(manifest()), new_pages=True)
    sheet = load_workbook(path).worksheets[0]

    found = sheet_lines(path)
    assert found[3:6] == [
        f"Số, ký hiệu hồ sơ: {code(1)}. Hồ sơ giao đất số 1",
        "1 | 01/QĐ-UB | 01/07/2001 | Quyết định: về việc giao đất | UBND xã | 1-2",
        "2 | 02/QĐ-UB | 02/07/2001 | Quyết định: về việc giao đất | UBND xã | 2-3",
    ]
    begins = [cell.row for cell in sheet["A"] if str(cell.value).startswith("Số, ký hiệu hồ sơ: ")]
    assert [each.id + 1 for each in sheet.row_breaks.brk] == begins[1:]


def test_more_dossiers_than_pages_by_hand_go_on_to_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Excel takes 1,023 breaks on a sheet: no more dossiers stand on each than have their break."""
    assert transfer_lists.DOSSIERS_PER_SHEET <= 1_024
    monkeypatch.setattr(transfer_lists, "DOSSIERS_PER_SHEET", 3)
    many = tuple(dossier(number) for number in range(1, 5))
    path = written(tmp_path, *transfer_lists.documents_of_all(Manifest(Declaration(), many)), new_pages=True)
    book = load_workbook(path)

    assert book.sheetnames == ["Mục lục văn bản", "Mục lục văn bản (2)"]
    assert [len(sheet.row_breaks.brk) for sheet in book.worksheets] == [2, 0]


def test_empty_list_says_so(tmp_path: Path):
    """A workbook without rows says Không có under its headings."""
    found = sheet_lines(written(tmp_path, transfer_lists.conditional_access(Manifest(Declaration(), ()))))

    assert "Không có" in found


def test_sheets_print_on_a4_with_headings_on_each_page(tmp_path: Path):
    """A4 on its side, margins of Nghị định 30/2020/NĐ-CP, headings on each page, page numbers from the second on."""
    listing = transfer_lists.paper_dossiers(manifest())
    sheet = load_workbook(written(tmp_path, listing)).worksheets[0]

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)  # one page is the default
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    margins = sheet.page_margins
    assert [round(side * 2.54, 1) for side in (margins.left, margins.right, margins.top)] == [3.0, 1.5, 2.0]
    first, last = (sheet[f"A{row}"].value for row in map(int, sheet.print_title_rows.replace("$", "").split(":")))
    assert (first, last) == ("Số TT", "(1)")
    assert sheet.HeaderFooter.differentFirst
    assert "&P" in zipfile.ZipFile(tmp_path / "list.xlsx").read("xl/worksheets/sheet1.xml").decode().replace("amp;", "")
    assert sum(column.width_cm for column in listing.columns) == pytest.approx(25.2)


def test_every_cell_is_in_times_new_roman(tmp_path: Path):
    """No cell, filled or not, falls back to another font."""
    sheet = load_workbook(written(tmp_path, transfer_lists.dossiers_handed_over(manifest()))).worksheets[0]

    assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Times New Roman"}


def test_same_list_gives_the_same_bytes(tmp_path: Path):
    """A workbook carries no clock."""
    listing = transfer_lists.dossiers_handed_over(manifest())
    first = written(tmp_path, listing).read_bytes()

    assert written(tmp_path, listing).read_bytes() == first
    assert workbook._OPTIONS["default_format_properties"] == {"font_name": "Times New Roman", "font_size": 12}


def test_rows_are_as_high_as_their_longest_text(tmp_path: Path):
    """Excel does not cut a long title: the row has room for each of its lines."""
    columns = (Column("STT", 1.3), Column("Tiêu đề hồ sơ", 7.3), Column("Ghi chú", 16.6))
    rows = ((1, "ngắn", ""), (2, "HỒ SƠ GIAO ĐẤT " * 20, ""))
    sheet = load_workbook(written(tmp_path, Listing("x", "x", ("X",), columns, rows))).worksheets[0]

    heights = {sheet[f"B{row}"].value: sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)}
    assert heights["ngắn"] < 20
    # At most 23 letters of these capitals stand on a line of 7 cm, and each line takes 13.8 points at least.
    assert heights[rows[1][1]] >= len(rows[1][1]) / 23 * 13.8


def test_text_too_long_for_a_row_goes_on_in_the_next(tmp_path: Path):
    """Excel shows 409 points of a row: no word of a note of 2,000 letters is lost, and no row is higher."""
    columns = (Column("STT", 1.3), Column("Tiêu đề hồ sơ", 21.2), Column("Ghi chú", 2.7))
    note = " ".join(f"chữ{number}" for number in range(300))
    sheet = load_workbook(written(tmp_path, Listing("x", "x", ("X",), columns, ((1, "Hồ sơ", note),)))).worksheets[0]

    parts = [cell.value for cell in sheet["C"] if cell.value and "chữ" in cell.value]
    assert len(parts) > 1
    assert " ".join(parts) == note
    assert max(row.height for row in sheet.row_dimensions.values() if row.height) < 409


def test_texts_are_no_formulas(tmp_path: Path):
    """A title that begins with an equals sign stays a title, and control characters are dropped."""
    listing = Listing("x", "x", ("X",), (Column("A", 10.0), Column("B", 15.2)), (("=1+1", "a\x01b"),))

    assert "=1+1 | ab" in sheet_lines(written(tmp_path, listing))
    assert load_workbook(tmp_path / "list.xlsx").worksheets[0]["A5"].data_type != "f"


@given(st.text("abcđĐơƯỗ WMil.,0 \n", max_size=80), st.floats(0.6, 8))
@settings(deadline=None, max_examples=150)
def test_lines_lose_no_letter_and_fit_the_room(text: str, room_cm: float):
    """Broken lines hold all letters in order, and none that could be broken is wider than the room."""
    found = list(lines(text, room_cm, 12))

    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(width_cm(line, 12) <= room_cm + 1e-6 or len(line) == 1 for line in found)
    assert line_count(text, room_cm, 12) == max(len(found), 1)


@given(st.text("abcđĐơƯỗ WMil.,0", min_size=1, max_size=60), st.floats(1, 6))
@settings(deadline=None, max_examples=60)
def test_narrower_rooms_never_need_fewer_lines(text: str, room_cm: float):
    """Half the room takes as many lines at least; bold letters too."""
    assert line_count(text, room_cm / 2, 12) >= line_count(text, room_cm, 12)
    assert width_cm(text, 12, bold=True) > width_cm(text, 12)
