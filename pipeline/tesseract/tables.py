"""Ruled tables on the picture: the boxes of their cells, whatever cells are joined, from the rules alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import small_copy

# Rules are looked for at about this resolution: a hair line of 0.1 mm still darkens its pixels there.
_DPI = 100.0
# Inches: a rule is made of runs at least so long, and is itself so long with the gaps that are closed; it is not
# thicker than this, which lines of type are. Cells are at least so wide and so high.
_RUN, _GAP, _LONG, _THICK, _WIDE, _HIGH = 0.2, 0.08, 0.4, 0.035, 0.14, 0.1
# Grey levels that a rule is darker than the paper round it.
_DARKER = 28
# Of the page: a larger "cell" is the page itself.
_WHOLE = 0.85


@dataclass(frozen=True, slots=True)
class Cell:
    """What lies between rules, pixels of the picture."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies in the cell."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


# Cells of one table in reading order: rows from the top, each from left to right.
Table = tuple[Cell, ...]


def ruled_tables(gray: NDArray[np.uint8], dpi: float) -> tuple[Table, ...]:
    """Find the ruled tables of a straight grey picture; a frame without inner rules down is none."""
    small = small_copy(gray, max(1, round(max(gray.shape) * min(1.0, _DPI / dpi))))
    shrink = max(small.shape) / max(gray.shape)
    lines = _rules(small, dpi * shrink)
    if lines is None:
        return ()
    joined = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = (_cells(lines, tuple(boxes[number][:4].tolist()), dpi * shrink) for number in range(1, count))
    return tuple(_scaled(cells, 1 / shrink) for cells in found if _beside(cells))


def _rules(small: NDArray[np.uint8], per_inch: float) -> NDArray[np.uint8] | None:
    """Give a mask of rules across and down, long dark runs that are thin; none where nothing goes down."""
    around = round(_LONG * per_inch) | 1
    paper = np.asarray(cv2.blur(small, (around, around)), np.uint8)
    # A subtraction that stops at zero, so that all stays within a byte.
    dark = (np.asarray(cv2.subtract(paper, small)) > _DARKER).astype(np.uint8)
    down = np.ascontiguousarray(_thin_runs(np.ascontiguousarray(dark.T), per_inch).T)
    # There is no table then: most pages end here.
    return _thin_runs(dark, per_inch) | down if down.any() else None


def _thin_runs(dark: NDArray[np.uint8], per_inch: float) -> NDArray[np.uint8]:
    """Keep what runs across and is thin."""
    # Odd: opening by an even size moves what it keeps, and corners come apart.
    run, gap, long, type_size = (round(length * per_inch) | 1 for length in (_RUN, _GAP, _LONG, _THICK + 1 / per_inch))
    runs = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    type_ = cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((type_size, 1), np.uint8))
    thin = cv2.morphologyEx(cv2.subtract(runs, type_), cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    return np.asarray(cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((1, long), np.uint8)), np.uint8)


def _cells(lines: NDArray[np.uint8], box: tuple[int, int, int, int], per_inch: float) -> Table:
    """Give the areas that rules close off inside a box; its own edges count as rules where a table is open there."""
    x, y, width, height = box
    if width < 2 * _WIDE * per_inch or height < _HIGH * per_inch:
        return ()
    inside = np.pad(lines[y : y + height, x : x + width], 1, constant_values=1)
    free = (cv2.dilate(inside, np.ones((2, 2), np.uint8)) == 0).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    cells = (Cell(x + a - 1, y + b - 1, x + a + w - 1, y + b + h - 1) for a, b, w, h, _ in boxes[1:count].tolist())
    area = lines.shape[0] * lines.shape[1]
    kept = [cell for cell in cells if _is_cell(cell, per_inch) and _area(cell) < _WHOLE * area]
    return tuple(_by_rows([cell for cell in kept if not _is_leak(cell, kept)]))


def _is_leak(cell: Cell, cells: Sequence[Cell]) -> bool:
    """Tell whether a box lies round other cells: a rule has a gap there, and what is free goes round the table."""
    return sum(cell.holds((one.x0 + one.x1) / 2, (one.y0 + one.y1) / 2) for one in cells) > 2


def _is_cell(cell: Cell, per_inch: float) -> bool:
    """Tell cells from slivers between double rules."""
    return cell.x1 - cell.x0 >= _WIDE * per_inch and cell.y1 - cell.y0 >= _HIGH * per_inch


def _area(cell: Cell) -> float:
    """Give the area of a cell's box."""
    return (cell.x1 - cell.x0) * (cell.y1 - cell.y0)


def _by_rows(cells: Sequence[Cell]) -> list[Cell]:
    """Order cells by the row that they begin in, from left to right."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda one: one.y0):
        if rows and cell.y0 - rows[-1][0].y0 < (rows[-1][0].y1 - rows[-1][0].y0) / 3 and cell.y0 < rows[-1][0].y1:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [cell for row in rows for cell in sorted(row, key=lambda one: one.x0)]


def _beside(cells: Table) -> bool:
    """Tell whether some cell has another beside it: else it is a frame."""
    return any(a.x1 <= b.x0 and min(a.y1, b.y1) > max(a.y0, b.y0) for a in cells for b in cells)


def _scaled(cells: Table, factor: float) -> Table:
    """Bring cells to another scale."""
    return tuple(Cell(one.x0 * factor, one.y0 * factor, one.x1 * factor, one.y1 * factor) for one in cells)
