"""Headings of lists as offices write them, and where they stand."""

import pytest

from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.catalogue.reading.headings import TABLES, ListKind, nearest, recognised
from pipeline.catalogue.reading.layout import Layout, laid_out
from pipeline.catalogue.reading.legacy import GIVES, number_and_notation, taken_apart

FILES, PAPERS = ListKind.DOSSIERS, ListKind.DOCUMENTS
TT02_FILES = ("FileCode Identifier OrganId FileCatalog FileNotation Title Maintenance Rights Language StartDate "
              "EndDate TotalDoc Description InforSign Keyword SheetNumber PageNumber Format")  # fmt: skip
TT02_PAPERS = ("DocCode FileCode Identifier OrganId FileCatalog FileNotation DocOrdinal TypeName CodeNumber "
               "CodeNotation IssuedDate OrganName Subject Language PageAmount Description InforSign Keyword Mode "
               "ConfidenceLevel Autograph Format")  # fmt: skip
ND30_FILES = "FileCode Title Maintenance Rights Creator Language StartDate EndDate DocTotal PageTotal Description"
ND30_PAPERS = ("DocOrdinal TypeName CodeNumber CodeNotation IssuedDate OrganName Subject Language PageAmount "
               "Description")  # fmt: skip
CV7197 = ("DocCode TypeName CodeNumber CodeNotation IssuedDate OrganName Subject Language PageAmount Description "
          "InforSign Keyword Mode ConfidenceLevel Format")  # fmt: skip
ND30_LIST = ["Số TT", "Số, ký hiệu hồ sơ", "Tiêu đề hồ sơ", "Thời gian tài liệu", "Thời hạn bảo quản",
             "Số tờ/Số trang", "Ghi chú"]  # fmt: skip
ND30_PAPER_LIST = ["STT", "Số, ký hiệu văn bản", "Ngày tháng năm", "Tên loại và trích yếu nội dung",
                   "Tác giả văn bản", "Tờ số/Trang số", "Ghi chú"]  # fmt: skip


@pytest.mark.parametrize("kind", ListKind)
def test_every_field_is_known_by_its_names(kind: ListKind):
    """The element's name and the annex's label, with and without "(nếu có)", name the field."""
    for field in TABLES[kind].values():
        for heading in (field.name, field.name.upper(), field.label, f" {field.label.upper()}\n(nếu có)"):
            assert recognised(kind, heading) == field.name


@pytest.mark.parametrize(
    ("kind", "names"),
    [(FILES, TT02_FILES), (PAPERS, TT02_PAPERS), (FILES, ND30_FILES), (PAPERS, ND30_PAPERS), (PAPERS, CV7197)],
    ids=["TT02 files", "TT02 papers", "ND30 files", "ND30 papers", "CV7197"],
)
def test_rule_5_7_columns_of_former_rules_are_known(kind: ListKind, names: str):
    """Each column of the former field sets is read."""
    assert [name for name in names.split() if not recognised(kind, name)] == []


@pytest.mark.parametrize(
    ("kind", "heading", "name"),
    [
        (FILES, "Mã HS", "fileCode"), (FILES, "THBQ", "maintenance"), (FILES, "SO TO", "numberOfPaper"),
        (FILES, "Tiêu đề", "title"), (FILES, "Số\ntờ / số  trang", "+counts"),
        (FILES, "Lập bản sao bảo hiểm", "riskRecoveryStatus"),
        (PAPERS, "Tờ số", "sheetNumbers"), (PAPERS, "Tác giả", "organName"), (PAPERS, "So, ky hieu", "+number"),
        (PAPERS, "Ngày tháng", "issuedDate"), (PAPERS, "Mã hồ sơ (fileCode)", "fileCode"),
        (FILES, "Mức độ tiếp cận", "mode"),
        (FILES, "Lạ lùng", ""), (PAPERS, "Tiêu đề hồ sơ", ""),
    ],
)  # fmt: skip
def test_headings_of_offices_are_known(kind: ListKind, heading: str, name: str):
    """Abbreviations, missing marks, line breaks and case do not matter; what is unknown stays unknown."""
    assert recognised(kind, heading) == name


def test_unknown_heading_gets_its_nearest():
    """A misspelt heading is not read as another, but the other is named."""
    assert nearest(PAPERS, "Trích yêú nội dumg") == DOCUMENT["subject"].label
    assert nearest(FILES, "zzz") == ""


def test_each_part_gives_fields():
    """Whatever a heading can name is a field or a part that gives fields."""
    for kind in ListKind:
        for heading in (*ND30_LIST, *ND30_PAPER_LIST, "Identifier", "OrganId", "FileCatalog", "Creator"):
            name = recognised(kind, heading)
            assert all(field in TABLES[kind] for field in GIVES.get(name, (name,) if name else ()))


def found(rows: list[list[object]], name: str = "S") -> Layout:
    layout = laid_out(rows, name)
    assert layout
    return layout


def test_headings_stand_below_a_title_and_above_column_numbers():
    """Title rows above and (1) (2) (3) below the headings are no part of the list."""
    layout = found([["CỘNG HÒA XÃ HỘI"], [None], ["MỤC LỤC HỒ SƠ"], ND30_LIST, [f"({n})" for n in range(1, 8)], ["1"]])

    assert (layout.kind, layout.first_row) == (FILES, 5)
    assert layout.columns["startDate"] == layout.columns["endDate"] == "Thời gian tài liệu"
    assert layout.columns["fileCode"] == "Số, ký hiệu hồ sơ"


def test_paper_list_of_one_dossier_names_it_in_its_title():
    """The dossier of a list of documents stands above it."""
    layout = found([["MỤC LỤC VĂN BẢN"], ["Hồ sơ số: H48.2024.01"], ND30_PAPER_LIST, ["1"]])

    assert (layout.kind, layout.dossier) == (PAPERS, "H48.2024.01")
    assert {"codeNumber", "codeNotation", "typeName", "subject"} <= set(layout.columns)


def test_headings_in_two_rows_are_joined():
    """What stands over two columns belongs to both."""
    above = ["STT", "Mã hồ sơ", "Tiêu đề", "Thời gian", None, "Số lượng", None, "Ghi chú"]
    below = [None, None, None, "Bắt đầu", "Kết thúc", "Tờ", "Trang", None]
    layout = found([above, below, [1, "A", "B", "1998", "1999", 1, 2, None]])

    assert [*layout.fields.values()] == ["ordinal", "fileCode", "title", "startDate", "endDate", "numberOfPaper",
                                         "numberOfPage", "description"]  # fmt: skip
    assert layout.first_row == 2


def test_data_below_headings_are_not_taken_for_headings():
    """A record that holds a heading's word is a record."""
    layout = found([["Mã hồ sơ", "Tiêu đề", "Ghi chú"], ["H48", "Ghi chú", "Số trang"]])

    assert layout.first_row == 1


def test_sheet_name_decides_between_equals():
    """Headings that both lists have are told apart by the sheet's name."""
    rows = [["Mã hồ sơ", "Ngôn ngữ", "Ghi chú"]]

    assert (found(rows, "Hồ sơ").kind, found(rows, "Văn bản").kind) == (FILES, PAPERS)


def test_unknown_and_doubled_headings_are_findings():
    """A column that is not read is told, with the nearest name; a doubled one is told too."""
    layout = found([["Mã hồ sơ", "Tiêu đề", "Ngôn nggữ", "Số trang", "Số lượng trang"]])

    assert [(each.rule, each.column) for each in layout.findings] == [
        ("unknown-heading", "Ngôn nggữ"),
        ("heading-twice", "Số lượng trang"),
    ]
    assert layout.findings[0].details["near"] == DOSSIER["language"].label


@pytest.mark.parametrize("rows", [[["a", "b"], ["1", "2"]], [[]], [["Ghi chú", "Số trang"]], [["Mã hồ sơ"]]])
def test_sheets_without_headings_are_no_lists(rows: list[list[object]]):
    """One known word, or none that tells a list, makes no list."""
    assert laid_out(rows, "S") is None


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("12/QĐ-UBND", ("12", "QĐ-UBND")), ("214 /KH-UBND", ("214", "KH-UBND")), ("/UBND-NC", ("", "UBND-NC")),
        ("Số: 05/BC-SNV", ("05", "BC-SNV")), ("12-QĐ/TW", ("12", "QĐ/TW")), ("12QĐ/UB", ("12", "QĐ/UB")),
        ("12/2024/QĐ-UBND", ("12", "2024/QĐ-UBND")), ("12a/BC", ("12a", "BC")), ("12", ("12", "")),
        ("QĐ-UB", ("", "QĐ-UB")), ("Không số", ("", "")),
    ],
)  # fmt: skip
def test_number_and_notation_are_split(written: str, parts: tuple[str, str]):
    """Number and symbol part at the first sign; a number that is not there stays empty."""
    assert number_and_notation(written) == parts


def test_rule_5_7_code_is_made_of_its_parts():
    """TT02 and NĐ30 write the code in columns; the archive's own code is no part of it (TT05 p.70)."""
    parts = {"+Identifier": "G01", "+OrganId": "H48", "+FileCatalog": "2024", "+FileNotation": "01/QĐ"}

    assert taken_apart(parts)["fileCode"] == "H48.2024.01/QĐ"
