"""A list as a text file (.csv) in UTF-8, with commas, semicolons or tabs between the cells."""

import csv
import io
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pipeline.catalogue.reading.grid import Grid
from pipeline.catalogue.reading.layout import HEADING_ROWS, laid_out
from pipeline.errors import UsageError

DELIMITERS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def grids(path: Path) -> Iterator[Grid]:
    """Give the file as one sheet.

    Raises:
        UsageError: It cannot be read, or is not UTF-8.
    """
    text = _decoded(path)
    delimiter = max(DELIMITERS, key=lambda sign: _columns_known(text, sign, path.name))
    yield Grid(path.name, _rows(path, text, delimiter))


def _decoded(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UsageError("{path} could not be read: {reason}", path=path, reason=reason) from error
    try:
        if content.startswith(_UTF_16):
            content.decode("ascii")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(
            "{path}, line {line}: the text is not in UTF-8; save the list as 'CSV UTF-8' or as .xlsx (old fonts such "
            "as .VnTime and VNI-Times must be turned into Unicode first)",
            path=path, line=line,
        ) from error  # fmt: skip


def _columns_known(text: str, delimiter: str, name: str) -> int:
    """Count the columns that are known if this sign stands between the cells."""
    try:
        layout = laid_out(list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), HEADING_ROWS + 2)), name)
    except csv.Error:
        return 0
    return len(layout.fields) if layout else 0


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield tuple(map(_plain, row))
    except csv.Error as error:
        line, reason = reader.line_num, str(error)
        raise UsageError("{path}, line {line}: {reason}", path=path, line=line, reason=reason) from error


def _plain(cell: str) -> str:
    """Take a text out of ="...", as programs write it so that a spreadsheet keeps its zeros."""
    return cell[2:-1].replace('""', '"') if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell
