"""Sheets of a workbook (.xlsx), row by row: 20,000 rows cost no more memory than 200."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.catalogue.reading.grid import Grid, Merged
from pipeline.errors import UsageError

# A list of 100,000 rows unpacks to some 150 MB; more is no list but a bomb.
MOST_BYTES = 2_000_000_000
_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 1 << 14
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
# A formula whose cell has no value: the program that wrote the file did not compute it. (t="str": it gives no letter.)
_NOT_COMPUTED = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"(?![^>]*t="str")[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def grids(path: Path) -> Iterator[Grid]:
    """Give the workbook's sheets in order; each must be gone through before the next one is asked for.

    Raises:
        UsageError: It cannot be read, or is no such workbook.
    """
    book = _opened(path)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size, and the rest would be left out
            merged, unknown = _structure(path, sheet._worksheet_path)  # noqa: SLF001 - the only way to its part
            yield Grid(sheet.title, _rows(sheet, path), merged, unknown)
    finally:
        book.close()


def _opened(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            _check_container(path, file)
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise UsageError("{path} could not be read: {reason}", path=path, reason=error.strerror) from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as error:
        raise _no_workbook(path) from error


def _check_container(path: Path, file: BinaryIO) -> None:
    if file.read(len(_OLE)) == _OLE:
        raise UsageError("{path} is protected by a password or in the old .xls form; save it as .xlsx", path=path)
    with zipfile.ZipFile(file) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
            raise UsageError("{path} unpacks to more than any list can be; it is not read", path=path)


def _no_workbook(path: Path) -> UsageError:
    return UsageError("{path} is not a workbook (.xlsx) that can be read; open it and save it as .xlsx", path=path)


def _rows(sheet: Any, path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        for row in sheet.iter_rows():
            yield tuple(_shown(cell) for cell in row)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as error:
        raise _no_workbook(path) from error


def _shown(cell: Any) -> Any:
    """Give a cell's value; of a date what the cell shows: typed as 02/1998, it is kept as the first of that month."""
    value = cell.value
    if isinstance(value, dt.datetime | dt.date):
        shown = re.sub(r'"[^"]*"|\[[^]]*\]|\\.', "", cell.number_format or "").lower()
        if "y" in shown and "d" not in shown:
            return value.strftime("%m/%Y") if "m" in shown else value.strftime("%Y")
    return value


def _structure(path: Path, part: str) -> tuple[tuple[Merged, ...], frozenset[tuple[int, int]]]:
    """Find joined cells and formulas without result, which reading row by row does not tell."""
    merged: dict[Merged, None] = {}
    unknown: set[tuple[int, int]] = set()
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as source:
        kept = b""
        while chunk := source.read(_CHUNK_BYTES):
            window = kept + chunk
            merged |= dict.fromkeys(_joined(found[1].decode()) for found in _MERGED.finditer(window))
            unknown |= {_place(found[1].decode()) for found in _NOT_COMPUTED.finditer(window)}
            kept = window[-_OVERLAP_BYTES:]
    return tuple(item for item in merged if item.last_row > item.first_row), frozenset(unknown)


def _joined(area: str) -> Merged:
    left, top, _, bottom = range_boundaries(area)
    return Merged(int(left or 1) - 1, int(top or 1) - 1, int(bottom or 1) - 1)


def _place(coordinate: str) -> tuple[int, int]:
    row, column = coordinate_to_tuple(coordinate)
    return row - 1, column - 1
