"""Lists read from files: workbooks and text, as offices and their programs leave them."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from catalogue_lists import good_lists, write_workbook

from pipeline.catalogue.folding import folded, tidy
from pipeline.catalogue.reading.cells import text_of
from pipeline.catalogue.reading.lists import lists_in, read
from pipeline.catalogue.values import Catalogue
from pipeline.errors import UsageError

PAPERS = ["STT", "Mã hồ sơ", "Số, ký hiệu văn bản", "Ngày tháng", "Tên loại và trích yếu nội dung", "Tác giả", "Tờ số"]
FILES = ["STT", "Mã hồ sơ", "Tiêu đề", "Thời gian tài liệu", "THBQ", "Số tờ/Số trang", "Ghi chú"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def values(catalogue: Catalogue, of: str = "documents") -> list[dict[str, str]]:
    return [dict(entry.values) for entry in getattr(catalogue, of).entries]


def rules(catalogue: Catalogue) -> list[tuple[str, int, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in catalogue.findings]


def test_nd30_lists_are_read(tmp_path: Path):
    """Combined columns of NĐ30's two lists are split; titles, numbering and closing lines are no records."""
    path = workbook(
        tmp_path / "m.xlsx",
        {
            "Sheet1": [
                ["UBND TỈNH"], [], ["MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU"], FILES, [f"({n})" for n in range(1, 8)],
                [1, "H48.2024.01", "Hồ sơ A", "01/2/1998 - 30/12/1998", "VV", "12/20", None],
                [2, "H48.2024.02", "Hồ sơ B", "1999", "20 năm", "3/5", "rách"],
                [None, None, "Tổng cộng", None, None, "15/25"],
                ["Mục lục này gồm 02 hồ sơ (viết bằng chữ: hai hồ sơ)."],
                [None, None, None, None, "Quảng Ngãi, ngày 3 tháng 4 năm 2024"], [None, None, None, None, "Người lập"],
            ],
            "Sheet2": [PAPERS, [1, "H48.2024.01", "214 /KH-UBND", "3/4/1998", "Kế hoạch về việc x", "UBND", "1-3"]],
        },
    )  # fmt: skip
    catalogue = read([path])

    assert values(catalogue, "dossiers") == [
        {"ordinal": "1", "fileCode": "H48.2024.01", "title": "Hồ sơ A", "startDate": "01/02/1998",
         "endDate": "30/12/1998", "maintenance": "01", "numberOfPaper": "12", "numberOfPage": "20"},
        {"ordinal": "2", "fileCode": "H48.2024.02", "title": "Hồ sơ B", "startDate": "1999", "endDate": "1999",
         "maintenance": "05", "numberOfPaper": "3", "numberOfPage": "5", "description": "rách"},
    ]  # fmt: skip
    assert values(catalogue) == [
        {"ordinal": "1", "fileCode": "H48.2024.01", "codeNumber": "214", "codeNotation": "KH-UBND", "typeName": "10",
         "issuedDate": "03/04/1998", "subject": "về việc x", "organName": "UBND", "sheetNumbers": "1-3"}
    ]  # fmt: skip
    assert [entry.row for entry in catalogue.dossiers.entries] == [6, 7]
    assert catalogue.findings == ()


def test_rule_5_7_tt02_list_is_read(tmp_path: Path):
    """TT02's columns give today's fields: the code from its parts, Rights, DocCode as the document's id."""
    files = ["Identifier", "OrganId", "FileCatalog", "FileNotation", "Title", "Maintenance", "Rights", "SheetNumber"]
    papers = ["DocCode", "OrganId", "FileCatalog", "FileNotation", "DocOrdinal", "TypeName", "PageAmount", "Mode"]
    path = workbook(
        tmp_path / "m.xlsx",
        {
            "HS": [files, ["G01", "H48", "2010", "12", "A", "Vĩnh viễn", "Hạn chế", 7]],
            "VB": [papers, ["H48.1", "H48", "2010", "12", "0003", "Quyết định", "2", "Công khai"]],
        },
    )
    catalogue = read([path])

    assert values(catalogue, "dossiers") == [
        {"fileCode": "H48.2010.12", "title": "A", "maintenance": "01", "mode": "02", "numberOfPaper": "7"}
    ]
    assert values(catalogue) == [
        {"fileCode": "H48.2010.12", "docId": "H48.1", "ordinal": "3", "typeName": "02", "numberOfPage": "2",
         "mode": "01"}
    ]  # fmt: skip


def test_cells_of_spreadsheets_are_understood(tmp_path: Path):
    """Dates, months typed as dates, numbers and eaten zeros come out as what was typed."""
    rows = [["Mã hồ sơ", "STT", "Tên loại", "Số", "Ngày tháng", "Số trang", "Trích yếu"]]
    rows += [["A", 1.0, 2, 5, dt.date(1998, 2, 1), 3.0, "x"], ["A", "0000002", 1.0, "05", dt.date(1998, 2, 1), "4", 7]]
    path = workbook(tmp_path / "m.xlsx", {"VB": rows})
    book = openpyxl.load_workbook(path)
    book["VB"]["E3"].number_format = "mmm-yy"
    book.save(path)
    first, second = values(read([path]))

    assert first == {"fileCode": "A", "ordinal": "1", "typeName": "02", "codeNumber": "5", "issuedDate": "01/02/1998",
                     "numberOfPage": "3", "subject": "x"}  # fmt: skip
    assert second == {"fileCode": "A", "ordinal": "2", "typeName": "01", "codeNumber": "05", "issuedDate": "02/1998",
                      "numberOfPage": "4", "subject": "7"}  # fmt: skip


def test_cells_that_a_spreadsheet_spoiled_are_told(tmp_path: Path):
    """A code that became a date, a number with decimals, and a formula without result are findings."""
    rows = [["Mã hồ sơ", "Số", "Ký hiệu", "Trích yếu"], [2024.1, dt.date(2024, 2, 1), "QĐ", "=A1&B1"]]
    catalogue = read([workbook(tmp_path / "m.xlsx", {"VB": rows})])

    assert rules(catalogue) == [
        ("code-became-number", 2, "Mã hồ sơ"),
        ("code-became-date", 2, "Số"),
        ("formula-without-result", 2, "Trích yếu"),
    ]


def test_joined_cells_belong_to_all_their_rows(tmp_path: Path):
    """A dossier's code in cells joined downwards is the code of each of the rows, and of no more."""
    rows = [["Mã hồ sơ", "STT", "Trích yếu"], ["A", 1, "x"], [None, 2, "y"], ["B", 1, "z"], [None, 2, "t"]]
    path = workbook(tmp_path / "m.xlsx", {"VB": rows})
    book = openpyxl.load_workbook(path)
    book["VB"].merge_cells("A2:A3")
    book.save(path)

    assert [each.get("fileCode") for each in values(read([path]))] == ["A", "A", "B", None]


def test_code_written_once_holds_for_the_rows_below(tmp_path: Path):
    """A list that writes each dossier's code once, at its first document, means it for all of them."""
    rows = [["Mã hồ sơ", "STT", "Trích yếu"], ["A", 1, "x"], [None, 2, "y"], ["B", 1, "z"]]

    assert [each["fileCode"] for each in values(read([workbook(tmp_path / "m.xlsx", {"VB": rows})]))] == ["A", "A", "B"]


def test_heading_within_the_list_names_the_dossier(tmp_path: Path):
    """A row that names a dossier holds for the documents below; another heading within the list is told."""
    head = ["STT", "Số, ký hiệu", "Ngày tháng", "Trích yếu"]
    rows = [head, ["Hồ sơ số: A"], [1, "1/QĐ", 1998, "x"], ["Mã hồ sơ: B"], [1, "2/QĐ", 1998, "y"], ["II. Năm 1999"]]
    catalogue = read([workbook(tmp_path / "m.xlsx", {"VB": rows})])

    assert [each["fileCode"] for each in values(catalogue)] == ["A", "B"]
    assert rules(catalogue) == [("row-not-read", 6, "")]


def test_a_sheet_for_each_dossier(tmp_path: Path):
    """Several lists of documents are one; rows know their sheet, and a sheet named after a dossier belongs to it."""
    head = ["STT", "Số, ký hiệu văn bản", "Ngày tháng năm", "Tên loại và trích yếu nội dung"]
    sheets = {
        "Mục lục": [["Mã hồ sơ", "Tiêu đề"], ["A", "a"], ["B", "b"]],
        "A": [head, [1, "1/QĐ", 1998, "Quyết định x"]],
        "vb 2": [["Mục lục văn bản"], ["Hồ sơ số: B"], head, [1, "2/QĐ", 1999, "Quyết định y"]],
    }
    documents = read([workbook(tmp_path / "m.xlsx", sheets)]).documents

    assert [(each.values["fileCode"], documents.name_of(each), each.row) for each in documents.entries] == [
        ("A", "A", 2),
        ("B", "vb 2", 4),
    ]


@pytest.mark.parametrize(("second", "kept"), [(["1", "2"], ["1", "2", "1", "2"]), (["3", "4"], [None] * 4)])
def test_numbers_through_the_whole_list_are_no_ordinals(tmp_path: Path, second: list[str], kept: list[str | None]):
    """Ordinals that begin again in each dossier are kept; a running number of the list is none."""
    rows = [["Mã hồ sơ", "STT", "Trích yếu"], ["A", "1", "x"], ["A", "2", "y"], *(["B", n, "z"] for n in second)]

    assert [each.get("ordinal") for each in values(read([workbook(tmp_path / "m.xlsx", {"VB": rows})]))] == kept


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_text_files_are_read(tmp_path: Path, delimiter: str, encoding: str):
    """Commas, semicolons or tabs, with or without a mark at the beginning: the same list."""
    rows = [["Mã hồ sơ", "Tiêu đề", "Ghi chú"], ['="01"', '"a, b; c"', ""]]
    path = tmp_path / "muc-luc.csv"
    path.write_text("\r\n".join(delimiter.join(row) for row in rows), encoding=encoding)
    catalogue = read([path])

    assert values(catalogue, "dossiers") == [{"fileCode": "01", "title": "a, b; c"}]
    assert (catalogue.dossiers.name, catalogue.documents.columns) == ("muc-luc.csv", {})


def test_single_text_file_may_be_of_documents(tmp_path: Path):
    """The headings tell which list it is, not the name."""
    path = tmp_path / "muc-luc.csv"
    path.write_text("Mã hồ sơ,Số,Ký hiệu,Trích yếu\nA,1,QĐ,x\n", encoding="utf-8")

    assert (read([path]).dossiers.entries, len(read([path]).documents.entries)) == ((), 1)


def ole(path: Path) -> None:
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))


def no_book(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("m.xlsx", ole, "old .xls form"),
        ("m.xlsx", no_book, "not a workbook"),
        ("m.xlsx", lambda path: path.write_bytes(b"PK\3\4 and no more"), "not a workbook"),
        ("m.xlsx", lambda _: None, "could not be read"),
        ("m.csv", lambda _: None, "could not be read"),
        ("m.ods", lambda path: path.write_bytes(b""), "no list that can be read"),
        ("m.csv", lambda path: path.write_bytes("Mã,Tiêu đề\nx,\n".encode("utf-16")), "line 1"),
        ("m.csv", lambda path: path.write_bytes(b"Ma ho so,Tieu de\nx,\xb8\n"), "line 2: the text is not in UTF-8"),
        ("m.csv", lambda path: path.write_text("a,b\n1,2\n"), "no sheet has the headings"),
        ("m.csv", lambda path: path.write_bytes(b""), "no sheet has the headings"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, make: Any, said: str):
    """Each file that is no list is refused with what to do."""
    make(tmp_path / name)

    with pytest.raises(UsageError) as refused:
        read([tmp_path / name])
    assert said in str(refused.value)


def test_workbook_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A workbook larger than any list is not unpacked."""
    monkeypatch.setattr("pipeline.catalogue.reading.workbooks.MOST_BYTES", 1000)

    with pytest.raises(UsageError, match="not read"):
        read([write_workbook(tmp_path / "m.xlsx", good_lists(1, 1))])


def test_columns_that_are_not_read_are_told(tmp_path: Path):
    """An unknown heading, a column without one and a sheet without any are told, never dropped in silence."""
    sheets = {
        "HS": [["Mã hồ sơ", "Tiêu đề", "Màu bìa"], ["A", "a", "đỏ", "gì"]],
        "Khác": [["x", "y"], [1, 2]],
    }
    catalogue = read([workbook(tmp_path / "m.xlsx", sheets)])

    assert rules(catalogue) == [("unknown-heading", 1, "Màu bìa"), ("column-without-heading", 0, "D"),
                                ("sheet-not-read", 0, "")]  # fmt: skip


def test_lists_of_a_scan_folder(tmp_path: Path):
    """The workbook or the text files are found; both together are refused."""
    assert lists_in(tmp_path) == ()
    for name in ("muc-luc.csv", "muc-luc-van-ban.csv"):
        (tmp_path / name).touch()
    assert [path.name for path in lists_in(tmp_path)] == ["muc-luc.csv", "muc-luc-van-ban.csv"]
    (tmp_path / "muc-luc.xlsx").touch()
    with pytest.raises(UsageError, match="keep one"):
        lists_in(tmp_path)


def test_text_is_made_comparable():
    """Unicode forms, unseen letters and blanks do not part what is the same."""
    assert tidy(" H\u00a0ồ\u200b  sơ\n") == "H ồ sơ"
    assert tidy("Hô\u0300") == "Hồ"
    assert folded("Ngày,\n THÁNG (Đ/Ð)") == "ngay thang d"
    assert text_of(dt.date(998, 2, 1)) == "01/02/0998"
    assert (text_of(True), text_of(None), text_of(2.5), text_of(dt.time(3))) == ("1", "", "2.5", "03:00:00")


@pytest.mark.parametrize(
    "name", ["Mục lục.xlsx", "MUC-LUC.XLSX", "muc-luc.xls", "mucluc 2024.ods", "muc_luc_van_ban.csv"]
)
def test_list_of_another_name_is_not_overlooked(tmp_path: Path, name: str):
    """A batch is not sealed without its list because the list's name or form is another."""
    (tmp_path / name).write_bytes(b"x")

    with pytest.raises(UsageError, match="looks like a list"):
        lists_in(tmp_path)


@pytest.mark.parametrize(("rows", "kept"), [
    ([("A", 2), ("B", 1)], [2, 1]),
    ([("A", 3), ("A", 4), ("B", 1), ("B", 2)], [3, 4, 1, 2]),
    ([("A", 1), ("A", 2), ("B", 3), ("B", 4)], [None] * 4),
])  # fmt: skip
def test_true_ordinals_of_small_lists_are_kept(tmp_path: Path, rows: list[tuple[str, int]], kept: list[int | None]):
    """Numbers run through a list only where each dossier goes on above the one before it."""
    table = [["Mã hồ sơ", "STT", "Trích yếu"], *([code, number, "x"] for code, number in rows)]

    found = values(read((workbook(tmp_path / "m.xlsx", {"Văn bản": table}),)))

    assert [row.get("ordinal") for row in found] == [None if number is None else str(number) for number in kept]
