"""A sheet as it comes from a file: rows of cells, before anybody knows what they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells of one column that are joined downwards; the first one has the value. Rows and columns from 0."""

    column: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet.

    Attributes:
        rows: All rows from the first on, empty ones too; can be gone through once.
        unknown: Row and column, from 0, of formulas whose result the file does not hold.
    """

    name: str
    rows: Iterable[tuple[Any, ...]]
    merged: tuple[Merged, ...] = ()
    unknown: frozenset[tuple[int, int]] = frozenset()
