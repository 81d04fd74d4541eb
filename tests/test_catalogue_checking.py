"""The rules on lists: one mistake, one finding, with row, column, rule and article."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from catalogue_lists import (
    DOC_SHEET,
    FIELD_SLIPS,
    FILE_SHEET,
    LONG,
    Planted,
    Rows,
    code,
    document_slip,
    dossier_slip,
    good_lists,
    planted,
    write_workbook,
)

from pipeline.catalogue.codes import canonical_values
from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.catalogue.reading.lists import read
from pipeline.catalogue.rules.cell_rules import is_old_font
from pipeline.catalogue.rules.checking import check
from pipeline.catalogue.rules.field_rules import FIELD_RULES
from pipeline.catalogue.rules.match_rules import MATCH_RULES
from pipeline.catalogue.rules.rulebook import RULES, article_of, effect_of, holding_up, said
from pipeline.catalogue.values import Catalogue, Effect, Entry, ListFinding, Sheet

Found = tuple[str, int, str, str]


def listed(lists: tuple[Rows, Rows], *, without: tuple[str, ...] = ()) -> Catalogue:
    """Give lists as they are read, without going through a file."""
    tables = zip((FILE_SHEET, DOC_SHEET), (DOSSIER, DOCUMENT), lists, strict=True)
    return Catalogue("m.xlsx", *(_sheet(name, table, rows, without) for name, table, rows in tables))


def _sheet(name: str, table: Any, rows: Rows, without: tuple[str, ...]) -> Sheet:
    columns = {field.name: field.label for field in table.values() if field.name not in without}
    entries = [Entry(number, {field: value for field, value in row.items() if value and field not in without})
               for number, row in enumerate(rows, 2)]  # fmt: skip
    return Sheet(name, columns, tuple(entries))


def placed(findings: tuple[ListFinding, ...]) -> list[Found]:
    return sorted((each.sheet, each.row, each.column, each.rule) for each in findings)


def wanted(slips: tuple[Planted, ...]) -> list[Found]:
    tables = {FILE_SHEET: DOSSIER, DOC_SHEET: DOCUMENT}
    return sorted((slip.sheet, slip.row + 1, tables[slip.sheet][slip.field].label, slip.rule) for slip in slips)


def test_good_lists_have_no_findings():
    """Nothing is found where nothing is wrong."""
    assert check(listed(good_lists()), agency_code="H48", archive_code="G01") == ()


def test_40_planted_mistakes_give_exactly_those_40(tmp_path: Path):
    """Forty mistakes in one workbook give forty findings, each with its row, column, rule and article, in one pass."""
    found = check(read([write_workbook(tmp_path / "m.xlsx", planted(FIELD_SLIPS))]), agency_code="H48")

    assert len(FIELD_SLIPS) == 40
    assert placed(found) == wanted(FIELD_SLIPS)
    for finding in found:
        assert str(said(finding))
        assert article_of(finding)
        assert finding.subject


@pytest.mark.parametrize("slip", FIELD_SLIPS, ids=lambda slip: f"{slip.rule}-{slip.field}")
def test_each_mistake_alone_gives_one_finding(slip: Planted):
    """A mistake brings no others with it, whether or not the list has more of them."""
    assert placed(check(listed(_reread(planted([slip]))), agency_code="H48")) == wanted((slip,))


def _reread(lists: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    """Give the rows with canonical values, as reading makes them."""
    for table, rows in zip((DOSSIER, DOCUMENT), lists, strict=True):
        for row in rows:
            row.update(canonical_values(table, row))
    return lists


MORE: dict[str, tuple[Callable[[Rows, Rows], None], list[Found]]] = {
    # The "undeclared Đ": kept, but only if a person declares it; documents repeat the code and tell nothing.
    "code-letters": (
        lambda files, papers: _rename(files, papers, 1, "H48.2024.01/QĐ"),
        [(FILE_SHEET, 2, "Mã hồ sơ", "code-letters")],
    ),
    "code-lookalike in a dossier's code": (
        lambda files, papers: _rename(files, papers, 1, "Н48.2024.01"),
        [(FILE_SHEET, 2, "Mã hồ sơ", "code-lookalike")],
    ),
    "doubled-code of dossiers": (
        lambda files, papers: _rename(files, papers, 2, code(1)),
        [(FILE_SHEET, 3, "Mã hồ sơ", "doubled-code")],
    ),
    "code-collision": (
        lambda files, papers: (_rename(files, papers, 1, "H48.2024.a"), _rename(files, papers, 2, "H48.2024.A")),
        [(FILE_SHEET, 3, "Mã hồ sơ", "code-collision")],
    ),
    "too-long code": (
        lambda files, papers: _rename(files, papers, 1, "H48." + "1" * 97),
        [(FILE_SHEET, 2, "Mã hồ sơ", "too-long")],
    ),
    "code-too-long with ordinal and archive": (
        lambda files, papers: _rename(files, papers, 1, "H48." + "1" * 85),
        [(FILE_SHEET, 2, "Mã hồ sơ", "code-too-long")],
    ),
    "code-with-archive": (
        lambda files, papers: _rename(files, papers, 1, "G01.H48.2024.01"),
        [(FILE_SHEET, 2, "Mã hồ sơ", "code-with-archive")],
    ),
    "code-year": (
        lambda files, papers: _rename(files, papers, 1, "H48.2014.01"),
        [(FILE_SHEET, 2, "Mã hồ sơ", "code-year")],
    ),
    "dossier-mistyped": (
        lambda files, _: files[0].update(fileCode="H48.2024.0l"),
        [(FILE_SHEET, 2, "Mã hồ sơ", "dossier-mistyped")],
    ),
    "dossier's code missing": (
        lambda files, _: files[0].update(fileCode=""),
        [(FILE_SHEET, 2, "Mã hồ sơ", "missing")],
    ),
    "dossier-without-documents": (
        lambda _, papers: papers.__delitem__(slice(0, 4)),
        [(FILE_SHEET, 2, "Mã hồ sơ", "dossier-without-documents")],
    ),
    "dossier-not-listed for all its documents": (
        lambda files, _: files.__delitem__(0),
        [(DOC_SHEET, 2, "Mã hồ sơ", "dossier-not-listed")],
    ),
    "ordinals-missing": (
        lambda files, papers: (papers.pop(1), files[0].update(totalDoc="3")),
        [(DOC_SHEET, 2, "STT", "ordinals-missing")],
    ),
    "ordinal-doubled": (
        lambda _, papers: papers[1].update(ordinal="1", docCode=""),
        [(DOC_SHEET, 3, "STT", "ordinal-doubled")],
    ),
    "same-document": (
        lambda _, papers: papers[1].update(codeNumber="01", issuedDate="01/02/2024"),
        [(DOC_SHEET, 3, "Số", "same-document")],
    ),
    "date-outside-dossier": (
        lambda _, papers: papers[0].update(issuedDate="01/02/2023"),
        [(DOC_SHEET, 2, "Ngày, tháng, năm", "date-outside-dossier")],
    ),
    "mode-too-open": (
        lambda _, papers: [papers[number].update(mode="02") for number in (0, 1)],
        [(FILE_SHEET, 2, "Chế độ sử dụng", "mode-too-open")],
    ),
    "retention-longer": (
        lambda files, papers: (files[0].update(maintenance="05"),
                               [paper.update(maintenance="05") for paper in papers[:3]]),
        [(DOC_SHEET, 5, "Thời hạn lưu trữ", "retention-longer"), (FILE_SHEET, 2, "Thời hạn lưu trữ", "not-permanent")],
    ),
    "status-not-needed": (
        lambda files, _: files[0].update(riskRecovery="0"),
        [(FILE_SHEET, 2, "Tình trạng dự phòng", "status-not-needed")],
    ),
    "secret dossier with secret documents": (
        lambda files, papers: [row.update(mode="03") for row in (files[0], *papers[:4])],
        [(FILE_SHEET, 2, "Chế độ sử dụng", "secret")],
    ),
    "old-font": (
        lambda files, _: [file.update(title="QuyÕt ®Þnh cña Ñy ban nh©n d©n tØnh") for file in files[:5]],
        [(FILE_SHEET, 2, "Tiêu đề hồ sơ", "old-font")],
    ),
    "sheets-or-pages": (
        lambda files, _: [file.update(numberOfPaper="12 (tờ/trang)") for file in files[:5]],
        [(FILE_SHEET, 2, "Số lượng tờ", "sheets-or-pages")],
    ),
    "electronic dossier needs no paper": (
        lambda files, _: files[0].update(confidenceLevel="01", numberOfPaper="", paperFileCode=""),
        [(DOC_SHEET, 0, "Quy trình xử lý", "missing-everywhere")],
    ),
}  # fmt: skip


def _rename(files: Rows, papers: Rows, number: int, new: str) -> None:
    """Give a dossier another code, in all rows that have it."""
    old = code(number)
    files[number - 1]["fileCode"] = new
    for place, paper in enumerate(row for row in papers if row["fileCode"] == old):
        offset = 40 if new in {file["fileCode"] for file in files[: number - 1]} else 0
        paper.update(fileCode=new, docCode="", ordinal=str(place + 1 + offset))


@pytest.mark.parametrize("name", MORE)
def test_one_mistake_gives_what_it_is(name: str):
    """Mistakes that touch several rows or both lists are told once, where they are."""
    change, expected = MORE[name]
    files, papers = good_lists()
    if name == "electronic dossier needs no paper":
        for paper in papers:
            paper["confidenceLevel"] = ""
    change(files, papers)

    assert placed(check(listed((files, papers)), agency_code="H48", archive_code="G01")) == sorted(expected)


# Section 5 of the standards: a test for each conditional rule, by name.


def rules_of(files: dict[str, str], papers: dict[str, str] | None = None, **more: Any) -> set[str]:
    """Give the rules that a list breaks after a change of its first rows."""
    lists = good_lists(2, 2)
    lists[0][0].update(files)
    lists[1][0].update(papers or {})
    return {finding.rule for finding in check(listed(lists), **more)}


@pytest.mark.parametrize("name", ["fileCode", "title", "maintenance", "mode", "language", "startDate", "endDate"])
def test_rule_5_2_fields_without_neu_co_are_mandatory(name: str):
    """What the annex's table does not mark "(nếu có)", and no folder tells, must be given."""
    assert rules_of({name: ""}) == {"missing"}


@pytest.mark.parametrize("name", ["keyword", "format", "inforSign", "description", "totalDoc", "numberOfPage"])
def test_rule_5_2_optional_and_counted_fields_may_be_empty(name: str):
    """What is marked "(nếu có)", and what is counted, may be left out."""
    assert rules_of({name: ""}) == set()


@pytest.mark.parametrize("level", ["02", "03", ""])
@pytest.mark.parametrize("name", ["numberOfPaper", "paperFileCode"])
def test_rule_5_2_numberOfPaper_and_paperFileCode_are_mandatory_for_digitized(level: str, name: str):  # noqa: N802
    """Digitized and mixed dossiers, and those that say nothing, need sheets and the paper's code; electronic do not."""
    assert rules_of({name: "", "confidenceLevel": level}) == {"digitized-needs"}


def test_rule_5_2_riskRecoveryStatus_is_mandatory_when_riskRecovery_is_1():  # noqa: N802
    """With 1 the state must be given, by the row or by default; with 0, or nothing said, it need not."""
    assert rules_of({"riskRecoveryStatus": ""}) == {"status-needed"}
    assert rules_of({"riskRecoveryStatus": ""}, defaults_dossier={"riskRecoveryStatus": "02"}) == set()
    assert rules_of({"riskRecoveryStatus": "", "riskRecovery": "0"}) == set()
    assert rules_of({"riskRecoveryStatus": "", "riskRecovery": ""}) == set()


def test_rule_5_2_maintenance_is_01_only_in_a_transfer():
    """Any other retention holds up the transfer, nothing else."""
    assert rules_of({"maintenance": "02"}) == {"not-permanent"}
    assert FIELD_RULES["not-permanent"].effect is Effect.TRANSFER


def test_rule_5_2_dates_of_a_transfer_are_full():
    """MM/YYYY and YYYY may be kept (AIP), and hold up the transfer (SIP)."""
    assert rules_of({"startDate": "2024"}) == rules_of({}, {"issuedDate": "02/2024"}) == {"partial-date"}
    assert FIELD_RULES["partial-date"].effect is Effect.TRANSFER


@pytest.mark.parametrize(
    ("start", "end", "rules"),
    [
        ("05/02/2024", "05/02/2024", set()),
        ("05/02/2024", "04/02/2024", {"dates-reversed"}),
        ("05/02/2024", "02/2024", {"partial-date"}),
        ("05/02/2024", "01/2024", {"dates-reversed"}),
        ("2024", "2024", {"partial-date"}),
    ],
)
def test_rule_5_2_a_dossier_does_not_end_before_it_begins(start: str, end: str, rules: set[str]):
    """One day is a time; a partial date is reversed only where no day of it fits."""
    lists = good_lists(1, 1)
    lists[0][0].update(startDate=start, endDate=end)
    lists[1][0].update(issuedDate=start if len(start) > 4 else "05/02/2024")

    assert {each.rule for each in check(listed(lists))} - {"date-outside-dossier"} >= rules
    assert ("dates-reversed" in {each.rule for each in check(listed(lists))}) == ("dates-reversed" in rules)


@pytest.mark.parametrize("name", ["codeNumber", "codeNotation", "inforSign", "keyword", "autograph", "format",
                                  "process", "mode", "maintenance", "language", "description"])  # fmt: skip
def test_rule_5_3_number_symbol_and_optional_fields_may_be_empty(name: str):
    """A paper without number or symbol is no mistake; use, retention and language come from the dossier."""
    assert rules_of({}, {name: ""}) == set()


@pytest.mark.parametrize(
    ("name", "rule"),
    [("typeName", "missing"), ("subject", "missing"), ("issuedDate", "missing-for-transfer"),
     ("organName", "missing-for-transfer"), ("docId", "missing-told")],
)  # fmt: skip
def test_rule_5_3_fields_of_documents_are_asked_for(name: str, rule: str):
    """What an old paper may not say holds up the transfer only."""
    assert rules_of({}, {name: ""}) == {rule}


def test_rule_5_3_process_is_for_01_and_03_only():
    """Electronic and mixed documents must say it, digitized ones must not."""
    assert rules_of({}, {"confidenceLevel": "03"}) == {"process-needed"}
    assert rules_of({}, {"confidenceLevel": "01", "process": "0"}) == set()
    assert rules_of({}, {"process": "1"}) == {"process-not-needed"}
    assert rules_of({}, {"process": "0"}) == set()


@pytest.mark.parametrize("name", [field.name for field in DOSSIER.values() if field.most_letters])
def test_rule_5_2_lengths(name: str):
    """The longest value passes, one letter more is told; letters are counted after NFC."""
    _longest(name, DOSSIER, lambda value: rules_of({name: value}))


@pytest.mark.parametrize(
    "name", [each.name for each in DOCUMENT.values() if each.most_letters and each.name != "fileCode"]
)
def test_rule_5_3_lengths(name: str):
    """The same for documents."""
    _longest(name, DOCUMENT, lambda value: rules_of({}, {name: value}))


def _longest(name: str, table: Any, judge: Callable[[str], set[str]]) -> None:
    field = table[name]
    letter = "1" if field.kind in {"number", "text"} else "Ế"
    over = letter * (field.most_letters + 1)
    if field.kind in {"text", "number"}:
        assert "too-long" not in judge(over[1:])
        assert "too-long" in judge(over)
    else:
        assert max(len(value) for value in field.codes) <= field.most_letters


def test_rule_4_2_agency_codes():
    """A-Z, digits and dots, a letter and digits first, 35 letters at most (QĐ20 Đ4)."""
    for good in ("H48", "H48.01", "G06.01.B2", "H48." + "1" * 31):
        assert "agency-code-form" not in rules_of({}, agency_code=good)
    for bad in ("h48", "48", "H", "H48.", "H48-01", "Đ48", "H48." + "1" * 32, "H48..1"):
        assert "agency-code-form" in rules_of({}, agency_code=bad)
    assert "agency-code-form" in rules_of({}, archive_code="x")


def test_rule_8_secret_and_untreated_records_stop_the_batch():
    """Secret, untreated and class D records forbid scanning, and nobody can waive that."""
    for change, rule in (({"mode": "03"}, "secret"), ({"treatment": "02"}, "treatment-needed"),
                         ({"riskClass": "D"}, "not-to-be-scanned")):  # fmt: skip
        assert rules_of(change) == {rule}
        assert (RULES[rule].effect, RULES[rule].can_be_waived) == (Effect.SCANNING, False)
    assert rules_of({"treatment": "03", "treatmentRecord": "12/BB"}) == set()


# Around the rules


def test_defaults_count_and_are_judged_once():
    """A default fills what rows leave empty; a wrong or forbidden default is told once, in batch.toml."""
    lists = good_lists()
    for row in lists[0]:
        row["mode"] = ""
    found = {
        default: placed(check(listed(lists), defaults_dossier={"mode": default}))
        for default in ("Công khai", "9", "03")
    }

    assert found == {
        "Công khai": [],
        "9": [("batch.toml", 0, "[defaults.dossier] mode", "not-in-code-list")],
        "03": [("batch.toml", 0, "[defaults.dossier] mode", "secret")],
    }
    assert placed(check(listed(good_lists()), defaults_document={"mode": "mật"})) == [
        ("batch.toml", 0, "[defaults.document] mode", "secret")
    ]


def test_column_that_no_row_has_is_told_once():
    """A field that all rows lack is one finding, named after the field, so that one waiver answers for it."""
    found = check(listed(good_lists(), without=("language", "paperFileCode", "organName", "docId")))

    assert [(each.rule, each.row, each.subject) for each in found] == [
        ("missing-everywhere", 0, "language"),
        ("missing-everywhere", 0, "paperFileCode"),
        ("missing-everywhere-for-transfer", 0, "organName"),
        ("missing-everywhere-told", 0, "docId"),
    ]
    assert found[1].details["rows"] == 20


def test_with_a_folder_the_links_are_left_to_matching():
    """Rules between the two sheets are not judged twice."""
    lists = planted([dossier_slip(1, "totalDoc", "9", ""), document_slip(2, 1, "fileCode", "x", "", docCode="")])

    assert {each.rule for each in check(listed(lists))} == {"total-differs", "dossier-not-listed"}
    assert check(listed(lists), alone=False) == ()


def test_list_of_dossiers_alone_is_judged():
    """Without a list of documents, what it would say is not missed."""
    files, _ = good_lists()
    catalogue = Catalogue("m.csv", listed((files, [])).dossiers, Sheet("", {}, ()))

    assert check(catalogue) == ()


def test_what_follows_from_a_spoiled_cell_is_not_told_again():
    """A formula without result leaves the cell empty: that is one finding, not two."""
    lists = good_lists(2, 2)
    lists[0][0]["title"] = ""
    told = ListFinding("formula-without-result", FILE_SHEET, 2, "Tiêu đề hồ sơ", "Hồ sơ:2", {"value": ""})
    catalogue = listed(lists)

    assert check(Catalogue("m", catalogue.dossiers, catalogue.documents, (told,))) == (told,)


@pytest.mark.parametrize(
    ("text", "is_old"),
    [
        ("QuyÕt ®Þnh vÒ viÖc thµnh lËp", True),
        ("B¸o c¸o t×nh h×nh n¨m 1998", True),
        ("Quyeát ñònh veà vieäc toå chöùc naêm ñaàu", True),
        ("Quyết định về việc thành lập Ủy ban, Đảng bộ, Nguyễn Ái Quốc", False),
        ("Décret relatif à l'île où naïve Noël aiguë", False),
        ("Thông tư số 1 © 2024 – 20 °C, ½ lít", False),
        ("Hoà, thuỷ, khoẻ, quý, giữa, ưu, người, nghiệp, thuở", False),
    ],
)
def test_old_fonts_are_known(text: str, is_old: bool):
    """TCVN3 and VNI are told from Vietnamese in Unicode, French and signs."""
    assert is_old_font(text) == is_old


def test_rules_are_complete():
    """Every rule has a sentence that its findings fill in, and an article; no two groups share a key."""
    assert set(FIELD_RULES) & set(MATCH_RULES) == set()
    assert all(rule.sentence and rule.source for rule in RULES.values())
    finding = ListFinding("missing", "S", 2, "C", "x", {"label": "Số", "pages": "tr. 78, 219"})
    assert (str(said(finding)), article_of(finding)) == (
        "'Số' is missing",
        "Thông tư 05/2025/TT-BNV, Phụ lục I, III, tr. 78, 219",
    )
    assert holding_up([finding]) == (finding,)
    assert effect_of(finding) is Effect.SEALING


def test_long_values_are_counted_in_letters_of_nfc():
    """Letters that a system wrote in two parts count once when they are read."""
    assert rules_of({}, {"subject": LONG * 6}) == set()


def test_what_few_rows_have_is_not_told_row_by_row():
    """A field that may be left empty and that one row gives is told once for all the others."""
    files, papers = good_lists()
    for paper in papers[1:]:
        paper["docId"] = ""

    (found,) = check(listed((files, papers)), agency_code="H48", archive_code="G01")

    assert (found.rule, found.row, found.details["rows"]) == ("missing-often-told", 0, len(papers) - 1)
