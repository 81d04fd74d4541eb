"""Deal the words that the engine read across a ruled table to its cells, and make lines of them there."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from pipeline.model import Line, Word
from pipeline.tesseract.pieces import baseline, piece, rows
from pipeline.tesseract.tables import Cell, Table

# Rules that run through more words than this share are none, but strokes of type.
_CROSSED = 0.1
# A word is crossed by a rule if that passes through it further inside than this share of its width.
_INSIDE = 0.25
# What print keeps clear of a rule, in usual heights of words.
_MARGIN = 0.25
# A word belongs to a line of its cell where their middles are nearer than this share of the usual height.
_NEAR = 0.5


def fits(lines: Sequence[Line], table: Table) -> bool:
    """Tell whether the rules of a table run between the words, with few words left out of its cells."""
    around = _around(table)
    words = [word for line in lines for word in line.words if around.holds(*_middle(word))]
    return bool(words) and sum(_is_crossed(word, table) for word in words) <= _CROSSED * len(words)


def _is_crossed(word: Word, table: Table) -> bool:
    """Tell whether no cell holds the inner part of a word."""
    y, margin = (word.y0 + word.y1) / 2, _INSIDE * (word.x1 - word.x0)
    ends = (word.x0 + margin, word.x1 - margin)
    return not any(all(cell.holds(x, y) for x in ends) for cell in table)


def parted(lines: Sequence[Line], table: Table) -> tuple[list[Line], list[list[Line]]]:
    """Part lines, of which there is at least one, into what stands outside a table and the lines of each of its cells.

    Cells are in the table's order; empty ones are left out.
    """
    outside: list[Line] = []
    margin = _MARGIN * median(word.y1 - word.y0 for line in lines for word in line.words)
    inner = [_shrunk(cell, margin) for cell in table]
    cells: list[list[list[Word]]] = [[] for _ in table]
    for line in lines:
        places = [cell_of(word, table) for word in line.words]
        left = tuple(word for word, place in zip(line.words, places, strict=True) if place is None)
        if left:
            outside.append(Line(line.block, baseline(left), left))
        for number in sorted({place for place in places if place is not None}):
            held = (word for word, place in zip(line.words, places, strict=True) if place == number)
            cells[number].append([_clipped(word, inner[number]) for word in held])
    return outside, [_lines(runs) for runs in cells if runs]


def cell_of(word: Word, table: Table) -> int | None:
    """Find the cell of a word: the one with its middle, or where that lies on a rule, the nearest in the table."""
    x, y = _middle(word)
    for number, cell in enumerate(table):
        if cell.holds(x, y):
            return number
    if not _around(table).holds(x, y):
        return None
    return min(range(len(table)), key=lambda number: _distance(table[number], x, y))


def _shrunk(cell: Cell, margin: float) -> Cell:
    """Take a margin from a cell at all sides that have room for it."""
    x, y = min(margin, (cell.x1 - cell.x0) / 4), min(margin, (cell.y1 - cell.y0) / 4)
    return Cell(cell.x0 + x, cell.y0 + y, cell.x1 - x, cell.y1 - y)


def _clipped(word: Word, cell: Cell) -> Word:
    """Keep a word's box off the rules; an engine that reads across them draws boxes too large."""
    x0, x1 = max(word.x0, min(cell.x0, word.x1 - 1)), min(word.x1, max(cell.x1, word.x0 + 1))
    y0, y1 = max(word.y0, min(cell.y0, word.y1 - 1)), min(word.y1, max(cell.y1, word.y0 + 1))
    return replace(word, x0=x0, y0=y0, x1=x1, y1=y1)


def _middle(word: Word) -> tuple[float, float]:
    """Give the middle of a word."""
    return (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2


def _around(table: Table) -> Cell:
    """Give the box round all cells."""
    return Cell(
        min(cell.x0 for cell in table),
        min(cell.y0 for cell in table),
        max(cell.x1 for cell in table),
        max(cell.y1 for cell in table),
    )


def _distance(cell: Cell, x: float, y: float) -> float:
    """Give how far a point lies from a cell."""
    return max(cell.x0 - x, x - cell.x1, 0.0) + max(cell.y0 - y, y - cell.y1, 0.0)


def _lines(runs: Sequence[Sequence[Word]]) -> list[Line]:
    """Make the lines of a cell of what the engine's lines have in it: taken apart by height, then put together."""
    height = median(word.y1 - word.y0 for run in runs for word in run)
    pieces = [piece(part, number, 0) for number, run in enumerate(runs) for part in _levels(run, height)]
    lines = []
    for row in rows(pieces, height):
        words = tuple(sorted((word for part in row for word in part.words), key=lambda word: word.x0))
        lines.append(Line(0, baseline(words), words))
    return lines


def _levels(words: Sequence[Word], height: float) -> list[list[Word]]:
    """Group words by the height of their middles."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.y0 + one.y1):
        middle = (word.y0 + word.y1) / 2
        last = groups[-1][-1] if groups else None
        if last is not None and middle - (last.y0 + last.y1) / 2 < _NEAR * height:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups
