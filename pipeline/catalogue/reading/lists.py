"""The office's lists [mục lục] as files -> `Catalogue`: rows by field name, with canonical values where understood."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

from pipeline.catalogue.folding import folded
from pipeline.catalogue.reading import text_files, workbooks
from pipeline.catalogue.reading.grid import Grid
from pipeline.catalogue.reading.headings import ListKind
from pipeline.catalogue.reading.layout import HEADING_ROWS, laid_out
from pipeline.catalogue.reading.rows import Rows
from pipeline.catalogue.values import Catalogue, Entry, ListFinding, Sheet
from pipeline.errors import UsageError

# What a scan folder may hold (`lists_in`); two headings in two rows and the row of numbers come after the 15th row.
WORKBOOK, DOSSIERS_CSV, DOCUMENTS_CSV = "muc-luc.xlsx", "muc-luc.csv", "muc-luc-van-ban.csv"
_FIRST_ROWS = HEADING_ROWS + 2
_READERS = {".xlsx": workbooks.grids, ".xlsm": workbooks.grids, ".csv": text_files.grids,
            ".tsv": text_files.grids, ".txt": text_files.grids}  # fmt: skip
# Sheets of ours that hold no records (`template`).
GUIDE, CODE_LISTS = "Hướng dẫn", "Danh mục mã"
_NONE = Sheet("", {}, ())
_NEARLY_ALL = 0.9
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sheet that is a list."""

    kind: ListKind
    sheet: Sheet


def lists_in(folder: Path) -> tuple[Path, ...]:
    """Give the lists of a scan folder: the workbook, or the one or two text files; empty where it has none.

    Raises:
        UsageError: It has both a workbook and text files, or a list of another name or form, which would be overlooked.
    """
    workbook = tuple(path for path in (folder / WORKBOOK,) if path.is_file())
    texts = tuple(path for path in (folder / DOSSIERS_CSV, folder / DOCUMENTS_CSV) if path.is_file())
    other = next(_misnamed(folder), None) if not workbook and not texts else None
    if other:
        raise UsageError("{path} looks like a list and would not be read; save it as {name}", path=other, name=WORKBOOK)
    if workbook and texts:
        raise UsageError("{folder} has both {first} and {second}; keep one of the two",
                         folder=folder, first=workbook[0].name, second=texts[0].name)  # fmt: skip
    return workbook or texts


def _misnamed(folder: Path) -> Iterator[Path]:
    """Give spreadsheets at the top of the folder whose names say that they are lists: "Mục lục.xlsx", "MUC-LUC.xls"."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        is_sheet = path.suffix.lower() in _SPREADSHEETS and not path.name.startswith(("~", ".")) and path.is_file()
        if is_sheet and folded(path.stem).startswith(("muc luc", "mucluc")):
            yield path


def read(paths: Sequence[Path]) -> Catalogue:
    """Read the lists, row by row.

    Args:
        paths: A workbook, or one or two text files.

    Raises:
        UsageError: A file cannot be read, or no sheet of all has the headings of a list.
    """
    pieces: list[_Piece] = []
    findings: list[ListFinding] = []
    for path in paths:
        for grid in _grids(path):
            piece, found = _read_sheet(grid)
            pieces += [piece] if piece else []
            findings += found
    if not pieces:
        raise UsageError(
            "{path}: no sheet has the headings of a list in its first {rows} rows; 'sohoa list template' writes an "
            "empty list",
            path=", ".join(map(str, paths)), rows=HEADING_ROWS,
        )  # fmt: skip
    dossiers = _merged([piece.sheet for piece in pieces if piece.kind is ListKind.DOSSIERS])
    documents = _merged([piece.sheet for piece in pieces if piece.kind is ListKind.DOCUMENTS])
    return Catalogue(", ".join(map(str, paths)), dossiers, _linked(documents, dossiers), tuple(findings))


def _grids(path: Path) -> Iterator[Grid]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError("{path} is no list that can be read; save it as .xlsx or as CSV UTF-8", path=path)
    return reader(path)


def _read_sheet(grid: Grid) -> tuple[_Piece | None, list[ListFinding]]:
    if grid.name in {GUIDE, CODE_LISTS}:
        return None, []
    rest = iter(grid.rows)
    first = list(islice(rest, _FIRST_ROWS))
    layout = laid_out(first, grid.name)
    if layout is None:
        is_table = sum(sum(cell is not None for cell in row) > 1 for row in first) > 1
        return None, [ListFinding("sheet-not-read", grid.name, 0, "", grid.name)] if is_table else []
    rows = Rows(grid, layout, first)
    entries = tuple(rows.entries(rest))
    found = [replace(finding, sheet=grid.name) for finding in layout.findings] + rows.findings
    return _Piece(layout.kind, Sheet(grid.name, layout.columns, entries)), found


def _merged(sheets: Sequence[Sheet]) -> Sheet:
    """Make one list of the sheets of one kind; their rows know the sheet they are from."""
    if len(sheets) < 2:
        return sheets[0] if sheets else _NONE
    columns = {name: heading for sheet in reversed(sheets) for name, heading in sheet.columns.items()}
    entries = tuple(replace(entry, sheet=sheet.name) for sheet in sheets for entry in sheet.entries)
    return Sheet(sheets[0].name, columns, entries)


def _linked(documents: Sheet, dossiers: Sheet) -> Sheet:
    """Give each document its dossier where the list says it once for several, and its ordinal within the dossier."""
    entries = _filled_down(documents.entries)
    codes = {entry.values["fileCode"] for entry in dossiers.entries if "fileCode" in entry.values}
    only = next(iter(codes)) if len(codes) == len(dossiers.entries) == 1 else ""
    if "fileCode" not in documents.columns:
        entries = tuple(_of_dossier(entry, entry.sheet if entry.sheet in codes else only) for entry in entries)
    if _runs_through(entries):
        entries = tuple(
            replace(entry, values={name: value for name, value in entry.values.items() if name != "ordinal"})
            for entry in entries
        )
    return replace(documents, entries=entries)


def _of_dossier(entry: Entry, code: str) -> Entry:
    return replace(entry, values={"fileCode": code, **entry.values}) if code else entry


def _filled_down(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Take a code that stands once, before all its documents, for all of them.

    Only where no code stands twice in the whole list: else a row without one lacks it.
    """
    codes = [entry.values["fileCode"] for entry in entries if "fileCode" in entry.values]
    if len(codes) == len(entries) or not codes or len(set(codes)) < len(codes) or "fileCode" not in entries[0].values:
        return entries
    filled, last = [], ""
    for entry in entries:
        last = entry.values.get("fileCode", last)
        filled.append(_of_dossier(entry, last))
    return tuple(filled)


def _runs_through(entries: Sequence[Entry]) -> bool:
    """Tell whether ordinals run through the whole list instead of beginning again in each dossier.

    They do where nearly each dossier goes on above the one before it. Two dossiers of which one has only its second
    document and the other only its first do not.
    """
    within: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        text = entry.values.get("ordinal", "")
        if re.fullmatch(r"[0-9]{1,9}", text):
            within[entry.values.get("fileCode", "")].append(int(text))
    numbers = [number for those in within.values() for number in those]
    begun = sum(1 in those for those in within.values())
    going_on = [below[-1] < above[0] for below, above in pairwise(within.values())]
    is_clear = bool(going_on) and begun <= 1 and going_on.count(True) >= _NEARLY_ALL * len(going_on)
    return is_clear and len(set(numbers)) > _NEARLY_ALL * len(numbers)
