"""The order in which a person reads pieces of lines: rows, columns of print, letterheads, tables without rules.

Rows are gone through from the top. Where some of them, one after the other, leave a strip free, they are a band of
columns beside each other. What stands in these decides how they are read: columns of print, the two sides of a
Vietnamese letterhead (agency and number | national motto, place and date) and the signature beside "Nơi nhận" one
after the other; the cells of a table, labels and their values, numbers and their items row by row.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from pipeline.tesseract.pieces import Piece, joined, rows

Row = Sequence[Piece]
# From where to where, left to right.
Gap = tuple[float, float]

# Widths of a free strip in usual spaces: in its widest line, and over all lines.
WIDE_GAP, NARROWEST_GUTTER = 3.5, 1.5
# Steps from line to line, in heights of type: a column goes on over less than the first; the next line of a cell comes
# within the second of the closest; columns begin within the third of each other.
_GOES_ON, _SAME_CELL, _STARTS = 2.6, 1.3, 1.8
# Labels and numbers are narrower than this, in heights of type; columns of print fill this share of their width.
_LABEL, _FILLED = 4.0, 0.8
# A strip that stays free beside so many rows is no chance, however narrow.
_MANY_ROWS = 6
# Rows of a form: with so few there is no telling it from a letterhead.
_FEW = 2
# How a line of the right side of an office's letterhead begins, without marks and case: the motto, of 1945 and of 1976,
# and the party's heading. The left side may be as narrow as a label there.
_MOTTO = ("doc lap", "cong hoa xa hoi", "viet nam dan chu cong hoa", "dang cong san viet nam")
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Type:
    """What is usual on the page, pixels: the space between words and the height of a line's letters."""

    space: float
    height: float


def in_order(pieces: Sequence[Piece], usual: Type, depth: int = _DEPTH) -> list[list[Piece]]:
    """Bring pieces into reading order, in runs that belong together; each piece is a line of its own then."""
    standing = rows(pieces, usual.height)
    runs: list[list[Piece]] = [[]]
    while standing:
        count, gutters = _band(standing, usual) if depth else (0, [])
        if count:
            runs += [*_columns(standing[:count], gutters, usual, depth), []]
        else:
            runs[-1] += _across(standing[0], usual)
        del standing[: count or 1]
    return [run for run in runs if run]


def _across(row: Row, usual: Type) -> list[Piece]:
    """Read a row across: as one line where its pieces share a base line, else from left to right and from the top."""
    level = max(piece.baseline for piece in row) - min(piece.baseline for piece in row) < usual.height / 2
    clusters: list[list[Piece]] = []
    for piece in row:
        if clusters and piece.x0 < max(one.x1 for one in clusters[-1]) - usual.height / 3:
            clusters[-1].append(piece)
        else:
            clusters.append([piece])
    if level and len(clusters) == len(row):
        return [joined(row)]
    return [piece for cluster in clusters for piece in sorted(cluster, key=lambda one: one.baseline)]


def _band(standing: Sequence[Row], usual: Type) -> tuple[int, list[Gap]]:
    """Find how many rows from the first on stand in columns, and the strips between these; 0 and none if not."""
    gutters = _gaps(standing[0]) or _gaps_above(standing, usual)
    count, last = 0, 0
    reached: dict[int, float] = {}
    for row in standing:
        free = [gap for gap in _narrowed(gutters, row) if gap[1] - gap[0] >= NARROWEST_GUTTER * usual.space]
        if not free:
            break
        gutters, count = free, count + 1
        sides = {_side(piece, gutters): piece.baseline for piece in row}
        near = [side for side, low in sides.items() if low - reached.get(side, low - 1e9) < _GOES_ON * usual.height]
        # A row on one side only belongs to the band where it goes on with what stands above it.
        last = count if len(sides) > 1 or near else last
        reached |= sides
    band = standing[:last]
    gutters = _between(band, gutters)
    beside = [row for row in band if len({_side(piece, gutters) for piece in row}) > 1]
    widest = max((gap[1] - gap[0] for row in beside for gap in _gaps(row)), default=0.0)
    # Lines of two columns that stand half a line apart make rows of their own, in turns.
    single = [_side(row[0], gutters) for row in band if len(row) == 1]
    turns = sum(before != after for before, after in pairwise(single))
    many = len(beside) + turns // 2 >= _MANY_ROWS
    return (last, gutters) if last > 1 and (many or (beside and widest > WIDE_GAP * usual.space)) else (0, [])


def _gaps_above(standing: Sequence[Row], usual: Type) -> list[Gap]:
    """List the free strips of this row and the next, if they come close enough for the tops of two columns."""
    if len(standing) < 2 or standing[1][-1].baseline - standing[0][0].baseline > _STARTS * usual.height:
        return []
    return _gaps(sorted((*standing[0], *standing[1]), key=lambda piece: piece.x0))


def _narrowed(gutters: Sequence[Gap], row: Row) -> list[Gap]:
    """Take from free strips what a row covers of them; strips that it parts become two."""
    free = list(gutters)
    for piece in row:
        parts = ((a, min(b, piece.x0)) for a, b in free if a < piece.x0)
        others = ((max(a, piece.x1), b) for a, b in free if b > piece.x1)
        free = [gap for gap in (*parts, *others) if gap[0] < gap[1]]
    return sorted(set(free))


def _between(band: Sequence[Row], gutters: Sequence[Gap]) -> list[Gap]:
    """Keep the strips that have pieces on both sides, one strip between any two columns."""
    kept: list[Gap] = []
    places = sorted((piece.x0 + piece.x1) / 2 for row in band for piece in row)
    left = float("-inf")
    for gap in gutters:
        middle = sum(gap) / 2
        if any(left < place < middle for place in places) and places[-1] > middle:
            kept.append(gap)
            left = middle
    return kept


def _columns(band: Sequence[Row], gutters: list[Gap], usual: Type, depth: int) -> list[list[Piece]]:
    """Read a band: its columns one after the other, or its rows where it is a table."""
    columns = _cells([piece for row in band for piece in row], gutters)
    if _are_columns(band, columns, gutters, usual):
        return [run for column in columns for run in in_order(column, usual, depth - 1)]
    runs: list[list[Piece]] = []
    for row in _table_rows(band, gutters, usual):
        cells = _cells(row, gutters)
        if all(len(rows(cell, usual.height)) == 1 for cell in cells):
            runs = [*runs[:-1], [*runs[-1], *_across(row, usual)]] if runs else [_across(row, usual)]
        else:
            runs += [*(run for cell in cells for run in in_order(cell, usual, depth - 1)), []]
    return [run for run in runs if run]


def _cells(row: Row, gutters: Sequence[Gap]) -> list[list[Piece]]:
    """Deal the pieces of one row to its columns; empty ones are left out."""
    cells: list[list[Piece]] = [[] for _ in range(len(gutters) + 1)]
    for piece in row:
        cells[_side(piece, gutters)].append(piece)
    return [cell for cell in cells if cell]


def _are_columns(band: Sequence[Row], columns: Sequence[Sequence[Piece]], gutters: list[Gap], usual: Type) -> bool:
    """Tell columns that are read one after the other from tables, forms and numbered items."""
    beside = [row for row in band if len({_side(piece, gutters) for piece in row}) > 1]
    lines = [len(rows(column, usual.height)) for column in columns]
    if (min(lines) == 1 and len(beside) == 1) or (len(columns) == 2 and any(map(_is_motto, columns[1]))):
        return True
    left = columns[0]
    label = max(piece.x1 for piece in left) - min(piece.x0 for piece in left) < _LABEL * usual.height
    colons = sum(piece.words[-1].text.endswith(":") for piece in left) > len(left) / 2
    print_like = all(_filled(column, usual) >= _FILLED for column in columns[:-1]) and min(lines) > len(columns)
    if label or colons or len(columns) > 2 or print_like:
        return print_like and not (label or colons)
    return not _is_form(band, beside, columns, usual)


def _is_motto(one: Piece) -> bool:
    """Tell whether a line is the motto of a letterhead; the engine may well miss a mark."""
    plain = unicodedata.normalize("NFD", " ".join(word.text for word in one.words).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("đ", "d").startswith(_MOTTO)


def _filled(column: Sequence[Piece], usual: Type) -> float:
    """Give the usual share of a column's width that its lines fill."""
    lines = [joined(row) for row in rows(column, usual.height)]
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    return median((line.x1 - line.x0) / width for line in lines)


def _is_form(band: Sequence[Row], beside: Sequence[Row], columns: Sequence[Sequence[Piece]], usual: Type) -> bool:
    """Tell two columns of a form or list: all rows beside each other, flush left, ragged right, on one base line."""
    if not len(band) == len(beside) > _FEW:
        return False
    level = mean(abs(row[0].baseline - row[-1].baseline) for row in beside) < usual.height / 3
    flush = all(_spread([piece.x0 for piece in column]) < usual.height / 2 for column in columns)
    return level and flush and _filled(columns[0], usual) < _FILLED


def _spread(values: Sequence[float]) -> float:
    """Give the mean distance from the median."""
    middle = median(values)
    return mean(abs(value - middle) for value in values)


def _table_rows(band: Sequence[Row], gutters: Sequence[Gap], usual: Type) -> list[list[Piece]]:
    """Put the lines of a table that are the second, third ... of a cell to the row that they belong to."""
    lows = [max(piece.baseline for piece in row) for row in band]
    steps = [after - before for before, after in pairwise(lows)]
    close = _SAME_CELL * max(min(steps, default=0.0), usual.height)
    even = max(steps, default=0.0) < close
    merged: list[list[Piece]] = [list(band[0])]
    for row, step in zip(band[1:], steps, strict=True):
        filled = len({_side(piece, gutters) for piece in row})
        goes_on = not even and step < close and 2 * filled <= len(gutters) + 1
        merged = [*merged[:-1], merged[-1] + list(row)] if goes_on else [*merged, list(row)]
    return merged


def _side(piece: Piece, gutters: Sequence[Gap]) -> int:
    """Tell which column a piece stands in."""
    middle = (piece.x0 + piece.x1) / 2
    return sum(middle > sum(gap) / 2 for gap in gutters)


def _gaps(row: Row) -> list[Gap]:
    """List the free strips between the pieces of a row."""
    found: list[Gap] = []
    reach = row[0].x1
    for piece in row[1:]:
        if piece.x0 > reach:
            found.append((reach, piece.x0))
        reach = max(reach, piece.x1)
    return found
