"""Lists written for the office to fill in: all columns, the same bytes each time, read back exactly."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from catalogue_lists import good_lists, write_workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.codes import canonical
from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Kind
from pipeline.catalogue.reading.lists import CODE_LISTS, GUIDE, read
from pipeline.catalogue.template import DOCUMENTS, DOSSIERS, ListRow, columns, write_csv, write_lists
from pipeline.catalogue.values import Catalogue

TRICKY = {"fileCode": "H48.2024.1/2", "title": "=A1 'Đ' \"x\"; <&>", "maintenance": "01", "language": "01,06",
          "startDate": "02/1998", "endDate": "1999", "numberOfPage": "007", "keyword": "0012", "riskRecovery": "0",
          "riskClass": "D", "paperFileCode": "1-2", "description": "#REF!"}  # fmt: skip
PAPER = {"fileCode": "H48.2024.1/2", "codeNumber": "05", "codeNotation": "01/02", "issuedDate": "2/3/1998",
         "docId": "1E5", "typeName": "02", "subject": "http://a.b", "process": "1", "sheetNumbers": "1-3",
         "numberOfPage": "abc"}  # fmt: skip

TYPED = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"])


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def rows(catalogue: Catalogue) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    sheets = catalogue.dossiers, catalogue.documents
    return tuple([dict(entry.values) for entry in sheet.entries] for sheet in sheets)


def test_template_has_every_column_and_reads_as_an_empty_list(tmp_path: Path):
    """All fields of the annexes and ours stand in the two sheets; the guide and code lists are not taken for lists."""
    catalogue = read([written(tmp_path / "m.xlsx", write_lists())])

    assert set(catalogue.dossiers.columns) == set(DOSSIER)
    assert set(catalogue.documents.columns) == set(DOCUMENT)
    assert (catalogue.dossiers.name, catalogue.documents.name) == (DOSSIERS, DOCUMENTS)
    assert (rows(catalogue), catalogue.findings) == (([], []), ())


def test_template_has_the_same_bytes_each_time():
    """No clock and no chance is in it."""
    assert write_lists() == write_lists()
    assert write_csv("dossier") == write_csv("dossier")


def test_template_protects_codes_and_offers_choices(tmp_path: Path):
    """Code and date columns are text, codes are chosen from lists, pages are A4 landscape with fixed headings."""
    book = openpyxl.load_workbook(written(tmp_path / "m.xlsx", write_lists()))
    for of, name in (("dossier", DOSSIERS), ("document", DOCUMENTS)):
        sheet = book[name]
        letters = [openpyxl.utils.get_column_letter(place) for place in range(1, len(columns(of)) + 1)]
        formats = {
            place: dimension.number_format
            for dimension in sheet.column_dimensions.values()
            for place in range(dimension.min, dimension.max + 1)
        }
        chosen = {str(each.sqref).split("2:")[0] for each in sheet.data_validations.dataValidation}
        assert [formats[place] for place in range(1, len(letters) + 1)] == [
            "0" if field.kind is Kind.NUMBER else "@" for field in columns(of)
        ]
        assert chosen == {letter for field, letter in zip(columns(of), letters, strict=True) if field.codes}
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.freeze_panes == "D2"
    choices = {cell for column in book[CODE_LISTS].iter_cols(values_only=True) for cell in column[1:] if cell}
    assert "22 - Công văn" in choices
    for table in (DOSSIER, DOCUMENT):
        for field in table.values():
            assert set(field.codes) == {canonical(field, f"{code} - {words}") for code, words in field.codes.items()}


def test_guide_explains_each_column(tmp_path: Path):
    """Each column stands in the guide with its element, length and pages."""
    book = openpyxl.load_workbook(written(tmp_path / "m.xlsx", write_lists(notes=["Bản nháp"])))
    guide = [[cell or "" for cell in row] for row in book[GUIDE].iter_rows(values_only=True)]
    said = {(row[0], row[1]): row for row in guide}

    assert guide[0][0] == "Bản nháp"
    assert said["Hồ sơ", "Tiêu đề hồ sơ"][2:5] == ["title", "Chữ", "1000"]
    assert all((name, field.label) in said for name, of in ((DOSSIERS, "dossier"), (DOCUMENTS, "document"))
               for field in columns(of))  # fmt: skip
    assert all("tr." in said[DOCUMENTS, field.label][6] for field in DOCUMENT.values() if not field.is_ours)


def test_filled_lists_are_read_back_exactly(tmp_path: Path):
    """Codes with zeros, slashes and signs, partial dates, several languages and wrong values come back as written."""
    content = write_lists([ListRow(TRICKY)], [ListRow(PAPER)])
    catalogue = read([written(tmp_path / "m.xlsx", content)])

    assert rows(catalogue) == ([{**TRICKY, "numberOfPage": "7"}], [{**PAPER, "issuedDate": "02/03/1998"}])
    assert catalogue.findings == ()


def test_text_files_are_read_back_exactly(tmp_path: Path):
    """The two text files hold the same as the workbook."""
    lists = good_lists(3, 4)
    paths = [written(tmp_path / "muc-luc.csv", write_csv("dossier", [*map(ListRow, lists[0])])),
             written(tmp_path / "muc-luc-van-ban.csv", write_csv("document", [*map(ListRow, lists[1])]))]  # fmt: skip

    assert rows(read(paths)) == lists


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=12), max_size=4
    )
)
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: list[str]):
    """Whatever is typed as title comes back, but for blanks and what cannot be seen."""
    filled = [ListRow({"fileCode": f"A{number}", "title": text}) for number, text in enumerate(texts)]
    path = written(tmp_path_factory.mktemp("any") / "m.xlsx", write_lists(filled))
    titles = [canonical(DOSSIER["title"], text) for text in texts]

    assert [row.get("title", "") for row in rows(read([path]))[0]] == titles


def test_suggestions_have_remarks_colour_and_columns_of_their_own(tmp_path: Path):
    """A draft's rows carry comments, coloured cells and further columns; the further columns are told, not read."""
    row = ListRow(
        {"fileCode": "A", "codeNumber": "12"}, {"codeNumber": "92 %"}, frozenset({"codeNumber", "issuedDate"}), ["x"]
    )
    path = written(
        tmp_path / "m.xlsx", write_lists([ListRow({"fileCode": "A"})], [row], more_document=["Độ chắc chắn"])
    )
    sheet = openpyxl.load_workbook(path)[DOCUMENTS]
    cells = {field.name: sheet.cell(2, place) for place, field in enumerate(columns("document"), 1)}

    assert cells["codeNumber"].comment.text == "92 %"
    assert {name for name, cell in cells.items() if cell.fill.fgColor.rgb == "FFFFF2CC"} == {"codeNumber", "issuedDate"}
    catalogue = read([path])
    assert rows(catalogue)[1] == [{"fileCode": "A", "codeNumber": "12"}]
    assert [(each.rule, each.column) for each in catalogue.findings] == [("unknown-heading", "Độ chắc chắn")]


def test_list_saved_again_by_other_programs_is_the_same(tmp_path: Path):
    """Another program (openpyxl) rewrites the workbook, and the list stays the same."""
    path = write_workbook(tmp_path / "m.xlsx", good_lists(3, 4))
    openpyxl.load_workbook(path).save(tmp_path / "again.xlsx")

    assert rows(read([tmp_path / "again.xlsx"])) == rows(read([path])) == good_lists(3, 4)


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: its own saving is not tested"
)
def test_list_saved_again_by_libreoffice_is_the_same(tmp_path: Path):
    """LibreOffice rewrites the workbook, and the list stays the same."""
    path = write_workbook(tmp_path / "m.xlsx", good_lists(3, 4))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
                    str(tmp_path / "again"), str(path)], check=True, capture_output=True, timeout=120)  # fmt: skip

    assert rows(read([tmp_path / "again" / "m.xlsx"])) == good_lists(3, 4)
