"""Lists and folders: what belongs together is found by code, name or number, and each difference is told once."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.matching.counting import Pages
from pipeline.catalogue.matching.reconciling import Reconciled, reconcile
from pipeline.catalogue.rules.match_rules import MATCH_RULES
from pipeline.catalogue.values import Catalogue, Entry, ListFinding, Sheet
from pipeline.model import Batch, Document, Dossier, Page

DOSSIER_COLUMNS = {
    "ordinal": "STT", "fileCode": "Mã hồ sơ", "title": "Tiêu đề", "folder": "Thư mục", "totalDoc": "Số tài liệu",
    "numberOfPaper": "Số tờ", "numberOfPage": "Số trang",
}  # fmt: skip
DOCUMENT_COLUMNS = {
    "ordinal": "STT", "fileCode": "Mã hồ sơ", "docCode": "Mã tài liệu", "codeNumber": "Số", "codeNotation": "Ký hiệu",
    "numberOfPage": "Số trang", "numberOfPaper": "Số tờ", "file": "Tệp",
}  # fmt: skip
CODES = ("H48.2001.01.QD", "H48.2001.02.BC", "H48.2003.01.CV")
FILES = ("0000001.pdf", "0000002.pdf", "0000003.pdf")


def folder(name: str, *files: str, pages: int = 2) -> Dossier:
    """Give a dossier's folder; each file is a document of so many pages."""
    return Dossier(
        name,
        tuple(
            Document(f"{name}/{file}", ordinal, tuple(Page(f"{name}/{file}", at, at + 1) for at in range(pages)))
            for ordinal, file in enumerate(files, 1)
        ),
    )


def rows(*values: Mapping[str, object]) -> tuple[Entry, ...]:
    return tuple(
        Entry(row, {name: str(value) for name, value in each.items() if value != ""})
        for row, each in enumerate(values, 2)
    )


def lists(dossiers: tuple[Entry, ...], documents: tuple[Entry, ...] = ()) -> Catalogue:
    return Catalogue(
        "muc-luc.xlsx", Sheet("Hồ sơ", DOSSIER_COLUMNS, dossiers), Sheet("Văn bản", DOCUMENT_COLUMNS, documents)
    )


def document_rows(*codes: str, count: int = 3) -> tuple[Entry, ...]:
    return rows(*({"fileCode": code, "ordinal": at, "numberOfPage": 2} for code in codes for at in range(1, count + 1)))


class State(NamedTuple):
    """Rows of both lists, and folders."""

    dossiers: list[dict[str, object]]
    documents: list[dict[str, object]]
    folders: list[Dossier]


def good() -> State:
    """Give three dossiers of three documents of two pages and one sheet, lists and folders in full agreement."""
    dossiers = [
        {"ordinal": at, "fileCode": code, "totalDoc": 3, "numberOfPage": 6, "numberOfPaper": 3}
        for at, code in enumerate(CODES, 1)
    ]
    documents = [
        {"ordinal": at, "fileCode": code, "numberOfPage": 2, "numberOfPaper": 1} for code in CODES for at in (1, 2, 3)
    ]
    return State(dossiers, documents, [folder(code, *FILES) for code in CODES])


def reconciled(catalogue: Catalogue, *dossiers: Dossier, pages: Pages | None = None,
               told: tuple[ListFinding, ...] = ()) -> Reconciled:  # fmt: skip
    return reconcile(catalogue, Batch("đợt", dossiers), pages or Pages(settled=True), told)


def found(dossiers: list, documents: list, folders: list, **more: object) -> list[tuple[str, str, int, str]]:
    result = reconciled(lists(rows(*dossiers), rows(*documents)), *folders, **more)
    return [(each.rule, each.sheet, each.row, each.column) for each in result.findings]


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (CODES, {}),
        ([code.replace(".", "-").lower() for code in CODES], {}),
        ([f"{code} - Hồ sơ về đất đai" for code in CODES], {}),
        (["Tập 01.QD", "Tập 02_BC", "01-CV"], {}),
        (["Hồ sơ 01 - Đất đai", "Hồ sơ 02 - Báo cáo", "Hồ sơ 03 - Công văn"], {}),
        (["01 Đất đai", "02", "3. Công văn"], {}),
        (["c", "a", "b"], {"folder": ["C", "a/", "b"]}),
    ],
    ids=["code", "separators", "beginning", "number-and-symbol", "hồ sơ nn", "nn", "column"],
)
def test_dossiers_are_found_by_what_their_folders_say(names: list[str], values: dict[str, list[str]]):
    """A row's folder is found by its column, code, the code's end or the number, whatever the title is."""
    dossiers = [{"ordinal": at, "fileCode": code} for at, code in enumerate(CODES, 1)]
    for name, column in values.items():
        for row, value in zip(dossiers, column, strict=True):
            row[name] = value

    result = reconciled(lists(rows(*dossiers), document_rows(*CODES)), *(folder(name, *FILES) for name in names))

    assert result.findings == ()
    assert [home.dossier.name for home in result.homes] == list(names)
    assert [dossier.name for dossier in result.batch.dossiers] == list(names)


def test_codes_that_hold_a_slash_are_found_in_either_form():
    """A folder cannot hold "/": the safe form, a dash or an underscore stand for it."""
    codes = ("H48.2001.12/QĐ", "H48.2001.13/QĐ", "H48.2001.14/QĐ")
    names = ("H48.2001.12=2FQĐ", "H48.2001.13-QĐ", "H48.2001.14_QĐ")

    result = reconciled(
        lists(rows(*({"fileCode": code} for code in codes)), document_rows(*codes)),
        *(folder(name, *FILES) for name in names),
    )

    assert result.findings == ()


@pytest.mark.parametrize(
    "names",
    [
        FILES,
        ("03 Danh sách", "01 Quyết định", "02 Tờ trình"),
        (f"{CODES[0]}.0000002.pdf", f"{CODES[0]}.0000003_signed.pdf", f"{CODES[0]}.0000001.pdf"),
        ("Q3-5-1-10-2.pdf", "Q3-5-1-10-1.pdf", "Q3-5-1-10-3.pdf"),
        ("Văn bản 2.tif", "Văn bản 10.tif", "Văn bản 1.tif"),
        ("Báo cáo.pdf", "Quyết định", "Tờ trình.tif"),
        ("5_TB-UBND.pdf", "12_QĐ-UBND.pdf", "7_BC-UBND.pdf"),
    ],
    ids=["digits", "leading", "code", "HD169", "trailing", "position", "symbol"],
)
def test_documents_are_found_by_what_their_files_say(names: tuple[str, ...]):
    """A row's file is found by its number, its code, its number and symbol, or else by position."""
    wanted = {"5_TB-UBND.pdf": 3, "12_QĐ-UBND.pdf": 1, "7_BC-UBND.pdf": 2, f"{CODES[0]}.0000003_signed.pdf": 3,
              "Văn bản 10.tif": 10, "Văn bản 1.tif": 1, "Văn bản 2.tif": 2}  # fmt: skip
    symbols = {1: ("12", "QĐ-UBND"), 2: ("7", "BC-UBND"), 3: ("5", "TB-UBND"), 10: ("9", "CV")}
    numbers = (1, 2, 10) if "Văn bản 10.tif" in names else (1, 2, 3)
    documents = rows(
        *(
            {"fileCode": CODES[0], "ordinal": at, "codeNumber": symbols[at][0], "codeNotation": symbols[at][1]}
            for at in numbers
        )
    )

    result = reconciled(lists(rows({"fileCode": CODES[0]}), documents), folder(CODES[0], *names))

    assert {each.rule for each in result.findings} <= ({"ordinals-missing"} if 10 in numbers else set())
    ordinals = {document.path.rpartition("/")[2]: document.ordinal for document in result.batch.documents}
    digits = {name: int("".join(filter(str.isdigit, name.split(".")[-2][-8:])) or 0) for name in names if "." in name}
    for name, ordinal in ordinals.items():
        if name in wanted:
            assert ordinal == wanted[name]
        elif name in FILES or "Q3" in name or CODES[0] in name:
            assert ordinal == digits[name] % 10
    if names[0] == "Báo cáo.pdf":
        assert list(ordinals) == list(names)
    if names[0] == "03 Danh sách":
        assert ordinals == {"01 Quyết định": 1, "02 Tờ trình": 2, "03 Danh sách": 3}


def test_good_lists_have_no_findings():
    """Where everything agrees nothing is said."""
    assert found(*good()) == []


def test_missing_file_does_not_move_the_names_of_the_others():
    """The list's ordinals are the documents' ordinals, so a file that is missing leaves its number free."""
    dossiers, documents, folders = good()
    folders[0] = folder(CODES[0], FILES[0], FILES[2])

    result = reconciled(lists(rows(*dossiers), rows(*documents)), *folders)

    assert [each.rule for each in result.findings] == ["document-without-file"]
    assert [document.ordinal for document in result.batch.dossiers[0].documents] == [1, 3]


def _without_folder(state: State) -> None:
    del state.folders[1]


def _without_row(state: State) -> None:
    del state.dossiers[1]
    state.documents[:] = [row for row in state.documents if row["fileCode"] != CODES[1]]


def _without_dossier_row_only(state: State) -> None:
    del state.dossiers[1]


def _extra_folder(state: State) -> None:
    state.folders.append(folder("Thư mục lạ", *FILES))


def _mistyped_folder(state: State) -> None:
    state.folders[1] = folder("H48.2001.02.BX", *FILES)


def _mistyped_code(state: State) -> None:
    state.dossiers[1]["fileCode"] = "H48.2010.02.BC"


def _mistyped_in_one_document(state: State) -> None:
    state.documents[4]["fileCode"] = "H48.2001.02.BCC"


def _mistyped_in_all_documents(state: State) -> None:
    for row in state.documents[3:6]:
        row["fileCode"] = "H48.2001.O2.BC"


def _missing_file(state: State) -> None:
    state.folders[1] = folder(CODES[1], FILES[0], FILES[2])


def _extra_file(state: State) -> None:
    state.folders[1] = folder(CODES[1], *FILES, "0000004.pdf")


def _document_row_deleted(state: State) -> None:
    del state.documents[4]


def _page_count(state: State) -> None:
    state.documents[4]["numberOfPage"] = 7


def _sheet_count(state: State) -> None:
    state.documents[4]["numberOfPaper"] = 5


def _dossier_sheet_count(state: State) -> None:
    state.dossiers[1]["numberOfPaper"] = 2


def _dossier_sheet_sum(state: State) -> None:
    state.dossiers[1]["numberOfPaper"] = 4


def _dossier_pages(state: State) -> None:
    state.dossiers[1]["numberOfPage"] = 5


def _total(state: State) -> None:
    state.dossiers[1]["totalDoc"] = 5


def _ordinal_mistyped(state: State) -> None:
    state.documents[4]["ordinal"] = 7


def _ordinal_doubled(state: State) -> None:
    state.documents[4]["ordinal"] = 1


def _ordinal_gap(state: State) -> None:
    state.documents[5]["ordinal"] = 4
    state.folders[1] = folder(CODES[1], FILES[0], FILES[1], "0000004.pdf")


def _order(state: State) -> None:
    state.documents[3], state.documents[4] = state.documents[4], state.documents[3]


def _files_swapped(state: State) -> None:
    for row, file in zip(state.documents[3:6], (FILES[1], FILES[0], FILES[2]), strict=True):
        row["file"] = file


def _file_claimed_twice(state: State) -> None:
    for row, file in zip(state.documents[3:6], (FILES[0], FILES[1], FILES[1]), strict=True):
        row["file"] = file


def _file_name_mistyped(state: State) -> None:
    for row, file in zip(state.documents[3:6], ("Báo cáo.pdf", "To trình.pdf", "Quyết định.pdf"), strict=True):
        row["file"] = file
    state.folders[1] = folder(CODES[1], "Báo cáo.pdf", "Tờ trình.pdf", "Quyết định.pdf")


def _folder_claimed_twice(state: State) -> None:
    for row, name in zip(state.dossiers, (CODES[0], CODES[0], CODES[2]), strict=True):
        row["folder"] = name


def _dossier_without_documents(state: State) -> None:
    del state.documents[3:6]


def _no_number_in_names(state: State) -> None:
    state.folders[1] = folder(CODES[1], "Báo cáo.pdf", "Quyết định.pdf")


def _unsplit(state: State) -> None:
    pages = tuple(Page(f"{CODES[1]}/{at:04}.jpg", 0, at) for at in range(1, 7))
    state.folders[1] = Dossier(CODES[1], (Document(CODES[1], 1, pages),))


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (_without_folder, ("dossier-without-folder", "Hồ sơ", 3, "Mã hồ sơ")),
        (_without_row, ("folder-without-row", "", 0, "")),
        (_without_dossier_row_only, ("folder-without-row", "", 0, "")),
        (_extra_folder, ("folder-without-row", "", 0, "")),
        (_mistyped_folder, ("mistyped", "Hồ sơ", 3, "Mã hồ sơ")),
        (_mistyped_code, ("mistyped", "Hồ sơ", 3, "Mã hồ sơ")),
        (_mistyped_in_one_document, ("dossier-not-listed", "Văn bản", 6, "Mã hồ sơ")),
        (_mistyped_in_all_documents, ("dossier-not-listed", "Văn bản", 5, "Mã hồ sơ")),
        (_missing_file, ("document-without-file", "Văn bản", 6, "STT")),
        (_extra_file, ("file-without-row", "", 0, "")),
        (_document_row_deleted, ("file-without-row", "", 0, "")),
        (_page_count, ("pages-differ", "Văn bản", 6, "Số trang")),
        (_sheet_count, ("sheets-impossible", "Văn bản", 6, "Số tờ")),
        (_dossier_sheet_count, ("sheets-impossible", "Hồ sơ", 3, "Số tờ")),
        (_dossier_sheet_sum, ("total-of-sheets-differs", "Hồ sơ", 3, "Số tờ")),
        (_dossier_pages, ("total-of-pages-differs", "Hồ sơ", 3, "Số trang")),
        (_total, ("total-differs", "Hồ sơ", 3, "Số tài liệu")),
        (_ordinal_mistyped, ("mistyped", "Văn bản", 6, "STT")),
        (_ordinal_doubled, ("mistyped", "Văn bản", 6, "STT")),
        (_ordinal_gap, ("ordinals-missing", "Văn bản", 7, "STT")),
        (_order, ("order-differs", "Văn bản", 5, "STT")),
        (_files_swapped, ("order-differs", "Văn bản", 5, "STT")),
        (_file_claimed_twice, ("claimed-twice", "Văn bản", 7, "Tệp")),
        (_file_name_mistyped, ("mistyped", "Văn bản", 6, "Tệp")),
        (_folder_claimed_twice, ("claimed-twice", "Hồ sơ", 3, "Thư mục")),
        (_dossier_without_documents, ("dossier-without-documents", "Hồ sơ", 3, "Mã hồ sơ")),
        (_no_number_in_names, ("documents-unmatched", "Văn bản", 5, "STT")),
        (_unsplit, ("pictures-taken-for-one", "Hồ sơ", 3, "Mã hồ sơ")),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_one_mistake_gives_one_finding(mistake: Callable[[State], None], told: tuple[str, str, int, str]):
    """No mistake is told twice: what follows from it is not told besides."""
    state = good()
    mistake(state)

    assert found(*state) == [told]


def test_number_of_pages_that_cannot_be_told_is_a_fault_and_no_number():
    """A file that cannot be opened has no page count: the row and its dossier are not held against "1"."""
    dossiers, documents, folders = good()
    folders[1] = Dossier(CODES[1], (Document(f"{CODES[1]}/{FILES[0]}", 1, (Page(f"{CODES[1]}/{FILES[0]}", 0, 1),)),
                                    *folders[1].documents[1:]))  # fmt: skip
    uncounted = frozenset({f"{CODES[1]}/{FILES[0]}"})

    told = found(dossiers, documents, folders, pages=Pages(uncounted, settled=True))

    assert told == [("pages-uncounted", "Văn bản", 5, "Số trang")]


def test_list_that_leaves_blank_backs_out_agrees_and_is_told():
    """Written pages may be counted instead of scanned ones; before pages are looked at nothing is held to differ."""
    dossiers, documents, folders = good()
    for row in (documents[0], documents[1]):
        row["numberOfPage"] = 1
    dossiers[0]["numberOfPage"] = 4
    blank = {f"{CODES[0]}/{name}#2": True for name in FILES[:2]}

    assert found(dossiers, documents, folders, pages=Pages()) == []
    assert found(dossiers, documents, folders, pages=Pages(blank=blank, settled=True)) == [
        ("blank-pages-left-out", "Văn bản", 0, "")
    ]
    assert [rule for rule, *_ in found(dossiers, documents, folders)] == ["pages-differ", "pages-differ"]


def test_cell_that_was_found_fault_with_is_not_told_again():
    """A code that a rule on fields refuses is not told as a missing folder and a folder too many as well."""
    dossiers, documents, folders = good()
    dossiers[1]["fileCode"] = "X" * 120
    told = (ListFinding("too-long", "Hồ sơ", 3, "Mã hồ sơ", "X" * 120),)

    assert found(dossiers, documents, folders, told=told) == []


def test_two_dossiers_with_one_code_are_not_told_as_missing():
    """The second row of a doubled code gets the folder that is left over."""
    dossiers, documents, folders = good()
    dossiers[1]["fileCode"] = CODES[0]
    told = (ListFinding("doubled-code", "Hồ sơ", 3, "Mã hồ sơ", CODES[0]),)

    result = reconciled(lists(rows(*dossiers), rows(*documents)), *folders, told=told)

    assert result.findings == ()
    assert result.homes[1].dossier is folders[1]


def test_two_mistakes_give_two_findings():
    """A missing file does not hide a wrong count in another row, nor a wrong total beside it."""
    dossiers, documents, folders = good()
    _missing_file(State(dossiers, documents, folders))
    documents[3]["numberOfPage"] = 9
    dossiers[1]["totalDoc"] = 8
    dossiers[0]["numberOfPage"] = 1

    rules = sorted(rule for rule, *_ in found(dossiers, documents, folders))

    assert rules == ["document-without-file", "pages-differ", "total-differs", "total-of-pages-differs"]


def test_list_of_dossiers_alone_is_one_finding():
    """Where no documents are listed, that is said once and their counts are held against the folder."""
    dossiers, _, folders = good()
    dossiers[0]["numberOfPage"] = 5

    assert [rule for rule, *_ in found(dossiers, [], folders)] == [
        "list-of-documents-missing",
        "total-of-pages-differs",
    ]


def test_list_of_documents_alone_finds_the_folders():
    """The documents' codes stand for the list of dossiers."""
    _, documents, folders = good()
    documents = documents[3:]

    assert [rule for rule, *_ in found([], documents, folders)] == ["folder-without-row"]


@settings(deadline=None, max_examples=40)
@given(order=st.permutations(range(5)), dropped=st.sets(st.integers(0, 4), max_size=3))
def test_every_document_keeps_an_ordinal_of_its_own(order: list[int], dropped: set[int]):
    """Whatever the list leaves out or turns round, no document is lost and no two have one ordinal."""
    names = [f"{at + 1:02} Văn bản" for at in range(5)]
    documents = rows(
        *({"fileCode": CODES[0], "ordinal": at + 1} for at in order if at not in dropped), {"fileCode": CODES[0]}
    )

    result = reconciled(lists(rows({"fileCode": CODES[0]}), documents), folder(CODES[0], *names))

    there = result.batch.dossiers[0].documents
    assert {document.path for document in there} == {f"{CODES[0]}/{name}" for name in names}
    assert len({document.ordinal for document in there}) == len(names)


def test_every_rule_names_its_article():
    """Each rule says in its sentence what is wrong and rests on an article."""
    assert all(rule.sentence and rule.source for rule in MATCH_RULES.values())
