"""Forty mistakes in the lists and folders of one batch: exactly forty findings, each with row, column and rule."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from catalogue_lists import (
    DOC_SHEET,
    DOCUMENTS,
    DOSSIERS,
    FIELD_SLIPS,
    FILE_SHEET,
    Rows,
    code,
    good_lists,
    planted,
    write_workbook,
)

from pipeline.catalogue.assessment import Assessment, assess, lists_of
from pipeline.catalogue.matching.counting import Pages
from pipeline.catalogue.rules.rulebook import RULES, article_of, said
from pipeline.config import Config
from pipeline.inventory import survey
from pipeline.records.description import BatchInfo, Description
from samples import store

PAGE = np.full((40, 30), 255, np.uint8)
PAGE[10:20, 5:25] = 0
LISTS = "muc-luc.xlsx"


@dataclass
class State:
    """A batch that is put together: its folder and the rows of its lists."""

    folder: Path
    dossiers: Rows
    documents: Rows

    def dossier(self, number: int) -> dict[str, str]:
        """Give the row of a dossier."""
        return self.dossiers[number - 1]

    def document(self, dossier: int, number: int) -> dict[str, str]:
        """Give the row of a document."""
        return self.documents[(dossier - 1) * DOCUMENTS + number - 1]

    def file(self, dossier: int, number: int) -> Path:
        """Name a document's file."""
        return self.folder / code(dossier) / f"{number:07d}.tif"

    def place(self, dossier: int) -> Path:
        """Name a dossier's folder."""
        return self.folder / code(dossier)


def scan(path: Path, pages: int = 2) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    store.save_g4(path, [PAGE] * pages, 200)


@dataclass(frozen=True)
class Mistake:
    """One mistake between lists and folder, and the one finding that it gives."""

    do: Callable[[State], object]
    rule: str
    sheet: str = ""
    row: int = 0
    column: str = ""


def in_dossier(rule: str, dossier: int, column: str, do: Callable[[State], object]) -> Mistake:
    return Mistake(do, rule, FILE_SHEET, dossier + 1, column)


def in_document(rule: str, place: tuple[int, int], column: str, do: Callable[[State], object]) -> Mistake:
    return Mistake(do, rule, DOC_SHEET, (place[0] - 1) * DOCUMENTS + place[1] + 1, column)


def put(row: dict[str, str], **values: str) -> None:
    row.update(values)


def swap(one: dict[str, str], other: dict[str, str]) -> None:
    kept = dict(one)
    for row, values in ((one, other), (other, kept)):
        new = dict(values)
        row.clear()
        row.update(new)


# Dossiers 1, 2, 5, 6, 9, 11 to 16, 18, 19 carry the mistakes in fields; these are in the others.
FILE_MISTAKES = (
    in_dossier("dossier-without-folder", 3, "Mã hồ sơ", lambda s: shutil.rmtree(s.place(3))),
    Mistake(lambda s: scan(s.folder / "Ảnh lạ" / "0001.tif"), "folder-without-row"),
    in_dossier("mistyped", 4, "Thư mục", lambda s: s.place(4).rename(s.folder / "H48.2024.0A4")),
    in_document("document-without-file", (7, 2), "STT", lambda s: s.file(7, 2).unlink()),
    Mistake(lambda s: scan(s.file(7, 5)), "file-without-row"),
    in_document("pages-differ", (8, 1), "Số lượng trang", lambda s: scan(s.file(8, 1), 5)),
    in_document("sheets-impossible", (8, 3), "Số lượng tờ", lambda s: put(s.document(8, 3), numberOfPaper="4")),
    in_dossier("total-of-pages-differs", 10, "Số lượng trang", lambda s: put(s.dossier(10), numberOfPage="9")),
    in_dossier("total-differs", 10, "Tổng số tài liệu", lambda s: put(s.dossier(10), totalDoc="7")),
    in_document("order-differs", (10, 1), "STT", lambda s: swap(s.document(10, 1), s.document(10, 2))),
    in_dossier("sheets-impossible", 17, "Số lượng tờ", lambda s: put(s.dossier(17), numberOfPaper="3")),
    in_document("mistyped", (17, 3), "STT", lambda s: put(s.document(17, 3), ordinal="9", docCode="")),
    in_document("pages-uncounted", (20, 2), "Số lượng trang", lambda s: s.file(20, 2).write_bytes(b"II*\0broken")),
    in_document("claimed-twice", (20, 4), "Tệp",
                lambda s: [put(s.document(20, n), file=f"{min(n, 3):07d}.tif") for n in (1, 2, 3, 4)]),
)  # fmt: skip
CHOSEN = tuple(
    slip
    for slip in FIELD_SLIPS
    if (slip.row if slip.sheet == FILE_SHEET else (slip.row - 1) // DOCUMENTS + 1) not in {3, 4, 7, 8, 10, 17, 20}
)


def assessed(folder: Path) -> Assessment:
    stock, config = survey(folder), Config()
    description = Description(batch=BatchInfo(agency_code="H48", date="2026-01-15"))
    return assess(
        lists_of(folder, config.lists),
        stock.batch,
        description,
        config.lists,
        pages=Pages(stock.uncounted, settled=True),
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a batch without lists: twenty dossiers of four documents of two pages."""
    folder = tmp_path_factory.mktemp("forty") / "đợt"
    for dossier in range(1, DOSSIERS + 1):
        for number in range(1, DOCUMENTS + 1):
            scan(State(folder, [], []).file(dossier, number))
    return folder


def batch(whole: Path, folder: Path, mistakes: tuple[Mistake, ...], slips: tuple = ()) -> Path:
    """Give the batch with its lists, and with mistakes in both."""
    shutil.copytree(whole, folder)
    state = State(folder, *planted(slips, good_lists()))
    for mistake in mistakes:
        mistake.do(state)
    write_workbook(folder / LISTS, (state.dossiers, state.documents))
    return folder


def test_batch_without_mistakes_has_no_findings(whole: Path, tmp_path: Path):
    """A good list of a good folder is taken as it is."""
    assert assessed(batch(whole, tmp_path / "đợt", ())).findings == ()


def test_forty_mistakes_give_forty_findings(whole: Path, tmp_path: Path):
    """Mistakes in fields and between lists and files are told all at once, each at its row and column, none twice."""
    slips = CHOSEN[: 40 - len(FILE_MISTAKES)]
    found = assessed(batch(whole, tmp_path / "đợt", FILE_MISTAKES, slips)).findings
    at = [(finding.rule, finding.sheet, finding.row) for finding, _ in found]

    wanted = [(slip.rule, slip.sheet, slip.row + 1) for slip in slips]
    wanted += [(mistake.rule, mistake.sheet, mistake.row) for mistake in FILE_MISTAKES]
    assert len(wanted) == 40
    assert Counter(at) == Counter(wanted)
    columns = {(finding.rule, finding.sheet, finding.row): finding.column for finding, _ in found}
    for mistake in FILE_MISTAKES:
        assert columns[mistake.rule, mistake.sheet, mistake.row].startswith(mistake.column)
    for finding, effect in found:
        assert str(said(finding))
        assert article_of(finding)
        assert effect is RULES[finding.rule].effect
        assert not finding.row or finding.column


def test_fields_are_judged_the_same_with_files_beside_them(whole: Path, tmp_path: Path):
    """All mistakes in fields give the same findings where a folder is matched with the list as where none is."""
    found = assessed(batch(whole, tmp_path / "đợt", (), FIELD_SLIPS)).findings

    assert Counter((each.rule, each.sheet, each.row) for each, _ in found) == Counter(
        (slip.rule, slip.sheet, slip.row + 1) for slip in FIELD_SLIPS
    )


@pytest.mark.parametrize("number", range(len(FILE_MISTAKES)))
def test_each_mistake_alone_gives_its_one_finding(whole: Path, tmp_path: Path, number: int):
    """No finding needs another mistake beside it, and none leads to a second."""
    mistake = FILE_MISTAKES[number]

    (found,) = assessed(batch(whole, tmp_path / "đợt", (mistake,))).findings

    assert (found[0].rule, found[0].sheet, found[0].row) == (mistake.rule, mistake.sheet, mistake.row)
    assert found[0].column.startswith(mistake.column)


def double_code(state: State) -> None:
    """Type the code of dossier 6, whose counts are others, into the row of dossier 5."""
    put(state.dossier(5), fileCode=code(6), folder="")
    put(state.dossier(6), folder="", numberOfPage="10", numberOfPaper="6")
    put(state.document(6, 1), numberOfPage="4", numberOfPaper="3")
    scan(state.file(6, 1), 4)


def unlisted_beside_nameless(state: State) -> None:
    """Take the code out of a dossier's row, while a folder that no row names lies there too."""
    put(state.dossier(5), fileCode="", folder="")
    scan(state.folder / "Ảnh lạ" / "01.tif")


def two_mistypings(state: State) -> None:
    """Mistype one document's code, while a folder lies there that no row names."""
    put(state.document(5, 2), fileCode="H48.2024.5X", docCode="")
    scan(state.folder / "Ảnh lạ" / "01.tif")


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (double_code, ["doubled-code"]),
        (unlisted_beside_nameless, ["folder-without-row", "missing"]),
        (two_mistypings, ["dossier-not-listed", "folder-without-row"]),
        (lambda s: put(s.document(5, 2), docCode=f"{code(5)}.0000003"), ["doubled-code"]),
        (lambda s: put(s.document(5, 2), confidenceLevel="01"), ["process-needed"]),
        (lambda s: put(s.document(5, 2), numberOfPage="0"), ["not-positive"]),
        (lambda s: swap(s.document(5, 3), s.document(5, 4)), ["order-differs"]),
        (lambda s: put(s.document(5, 4), ordinal="9", docCode=""), ["mistyped"]),
    ],
)
def test_mistakes_lead_to_no_others(whole: Path, tmp_path: Path, change: Callable[[State], object], rules: list[str]):
    """What is doubled, left over or nameless goes to the folder that most speaks for it; nothing else is told."""
    mistake = Mistake(change, "")

    found = [finding for finding, _ in assessed(batch(whole, tmp_path / "đợt", (mistake,))).findings]

    assert sorted(finding.rule for finding in found) == rules
    assert all(not finding.row or finding.column for finding in found)
    rows = {finding.rule: finding.row for finding in found}
    where = {"process-needed": 19, "order-differs": 20, "dossier-not-listed": 19, "not-positive": 19, "mistyped": 21}
    assert all(rows[rule] == row for rule, row in where.items() if rule in rows)
    if change is not double_code and "doubled-code" in rows:
        assert rows["doubled-code"] == 19


def test_codes_that_differ_in_separators_are_two_dossiers(whole: Path, tmp_path: Path):
    """Documents go to the dossier whose code is theirs letter by letter."""

    def change(state: State) -> None:
        for dossier, new in ((5, "H48.2024.5/VP"), (6, "H48.2024.5-VP")):
            put(state.dossier(dossier), fileCode=new)
            for number in range(1, DOCUMENTS + 1):
                put(state.document(dossier, number), fileCode=new, docCode="")

    assert assessed(batch(whole, tmp_path / "đợt", (Mistake(change, ""),))).findings == ()


def test_single_pictures_for_several_documents_are_told_once(whole: Path, tmp_path: Path):
    """Pictures straight in a dossier, one for each row, are one cause and one finding, at the dossier's row."""

    def change(state: State) -> None:
        for number in range(1, DOCUMENTS + 1):
            scan(state.file(5, number), 1)
            put(state.document(5, number), numberOfPage="1", numberOfPaper="1")
        put(state.dossier(5), numberOfPage="4", numberOfPaper="4")

    found = [finding for finding, _ in assessed(batch(whole, tmp_path / "đợt", (Mistake(change, ""),))).findings]

    assert [(each.rule, each.sheet, each.row) for each in found] == [("pictures-taken-for-one", FILE_SHEET, 6)]
