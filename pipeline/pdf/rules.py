"""Invisible rules between the parts of a page, made of white space, for readers that order text by its place.

Poppler puts blocks in order by two rules (T. M. Breuel, High Performance Document Layout Analysis, 2003): of two that
overlap in width the one whose top is higher comes first; of two that do not, the left one, unless some block between
the two in height overlaps both. Left to itself it reads tables down their columns, and a short line at the left before
a higher one at the right. So a rule is laid across between rows, and one down between columns, whose place leaves only
the order that was read. A rule is a word of two spaces in letters so small, or so high, that no block takes it in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from pipeline.pdf.arrangement import Box, Columns, Mosaic, Part, Rows, Stack, area, members
from pipeline.pdf.typesize import FALL, RISE

# Shares of the page's least size, and of its largest: poppler takes words into a block whose size differs by less than
# 0.6 of the block's. So no two of text, rules across and both kinds of rules down may be nearer than that.
_ACROSS, _SMALL_DOWN, _HIGH_DOWN = 0.1, 0.38, 2.6
_STEP = 1.4  # from one piece of a rule down to the next; a block ends at 1.5
_AHEAD = 0.05  # of the least size: how much higher than its columns a rule down begins
_WIDTH = 0.2  # of a rule down: share of the free strip


@dataclass(frozen=True, slots=True)
class Rule:
    """A word of white space: from where to where on which base line, in which font size; all in pixels."""

    x0: float
    x1: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a page with their font sizes."""

    boxes: Sequence[Box]
    sizes: Sequence[float]

    def top(self, at: int) -> float:
        """Return how far a line's letters reach up."""
        return self.boxes[at].baseline - RISE * self.sizes[at]

    def sides(self, lines: Sequence[int]) -> tuple[float, float]:
        """Return left and right end of some lines."""
        return min(self.boxes[at].x0 for at in lines), max(self.boxes[at].x1 for at in lines)


def ruled(sheet: Sheet, part: Part) -> Iterator[int | Rule]:
    """Yield the lines of a part in order, and between them the rules that hold them apart."""
    match part:
        case Stack(lines):
            yield from _stack(sheet, lines)
        case Mosaic(parts):
            yield from _mosaic(sheet, parts)
        case Rows(parts):
            yield from ruled(sheet, parts[0])
            for above, below in pairwise(parts):
                yield _across(sheet, members(above), members(below), sheet.sides(members(part)))
                yield from ruled(sheet, below)
        case Columns(parts):
            yield from ruled(sheet, parts[0])
            for left, right in pairwise(parts):
                yield from _down(sheet, members(part), (members(left), members(right)))
                yield from ruled(sheet, right)


def _mosaic(sheet: Sheet, parts: Sequence[Stack]) -> Iterator[int | Rule]:
    """Yield blocks one after the other, each filled up to its neighbours above and below.

    Before a block comes a rule from it to all earlier ones at its right that begin above it.
    """
    size = _ACROSS * min(sheet.sizes)
    reaches = _reaches(sheet, parts)
    sides = [sheet.sides(part.members) for part in parts]
    for place, part in enumerate(parts):
        right = [at for at in range(place) if sides[at][0] >= sides[place][1]]
        above = max((reaches[at][0] for at in right), default=reaches[place][0])
        # Cells of the same row may begin higher, and must not come before this one for that.
        below = min((reach[0] for reach in reaches[place:] if reach[0] > above), default=above)
        if above < min(below, reaches[place][0]):
            top = (above + below) / 2
            yield Rule(sides[place][0], max(sides[at][1] for at in right), top + RISE * size, size)
        yield from _filled(sheet, part.members, reaches[place])


def _reaches(sheet: Sheet, parts: Sequence[Stack]) -> list[tuple[float, float]]:
    """Return from which height to which each block may be filled: half way to the next, or to the end of all."""
    areas = [area(sheet.boxes, part.members) for part in parts]
    first, last = min(one[2] for one in areas), max(one[3] for one in areas)
    reaches = []
    for one in areas:
        over = [other for other in areas if max(one[0], other[0]) < min(one[1], other[1]) and other is not one]
        above = max(((other[3] + one[2]) / 2 for other in over if other[3] <= one[2]), default=first)
        below = min(((other[2] + one[3]) / 2 for other in over if other[2] >= one[3]), default=last)
        reaches.append((above, below))
    return reaches


def _filled(sheet: Sheet, lines: Sequence[int], reach: tuple[float, float]) -> Iterator[int | Rule]:
    """Yield the lines of a cell, and empty ones where they stand far apart, so that the cell is one block."""
    sides, size = sheet.sides(lines), sheet.sizes[lines[0]]
    bases = [sheet.boxes[at].baseline for at in lines]
    for base in _between(reach[0] + RISE * size, bases[0], size, ends=(True, False)):
        yield Rule(*sides, base, size)
    for at, base, after in zip(lines, bases, [*bases[1:], None], strict=True):
        yield at
        for empty in _between(base, after, size) if after is not None else ():
            yield Rule(*sides, empty, size)
    for base in _between(bases[-1], reach[1], size, ends=(False, True)):
        yield Rule(*sides, base, size)


def _between(start: float, end: float, size: float, ends: tuple[bool, bool] = (False, False)) -> list[float]:
    """Return base lines between two others, near enough to each other for one block; with these themselves if asked."""
    count = ceil((end - start) / (_STEP * size))
    if count < 1 or (any(ends) and end - start < size):
        return []
    return [start + (end - start) * number / count for number in range(not ends[0], count + ends[1])]


def _stack(sheet: Sheet, lines: Sequence[int]) -> Iterator[int | Rule]:
    """Yield lines below each other; a rule only before one that would come too early."""
    since = 0
    for place, at in enumerate(lines):
        if place and _comes_early(sheet, lines[since:place], at):
            yield _across(sheet, lines[since:place], (at,), sheet.sides(lines))
            since = place
        yield at


def _comes_early(sheet: Sheet, before: Sequence[int], at: int) -> bool:
    """Tell whether a line stands left of one before it, with none between that overlaps both."""
    left = sheet.boxes[at]
    for place, one in enumerate(before):
        right = sheet.boxes[one]
        between = (sheet.boxes[other] for other in before[place + 1 :])
        if left.x1 <= right.x0 and not any(box.x0 < left.x1 and box.x1 > right.x0 for box in between):
            return True
    return False


def _across(sheet: Sheet, above: Sequence[int], below: Sequence[int], sides: tuple[float, float]) -> Rule:
    """Return a rule whose top lies between the tops of the lines above and below it."""
    size = _ACROSS * min(sheet.sizes)
    top = (max(map(sheet.top, above)) + min(map(sheet.top, below))) / 2
    return Rule(*sides, top + RISE * size, size)


def _down(sheet: Sheet, band: Sequence[int], columns: tuple[Sequence[int], Sequence[int]]) -> Iterator[Rule]:
    """Yield the pieces of a rule down the middle of the strip between two columns, as long as the whole band."""
    left, right = sheet.sides(columns[0])[1], sheet.sides(columns[1])[0]
    # Poppler stretches blocks into the free strip; a rule that begins higher than both columns still comes first.
    top = min(map(sheet.top, band)) - _AHEAD * min(sheet.sizes)
    bottom = max(sheet.boxes[at].baseline + FALL * sheet.sizes[at] for at in band)
    high = _HIGH_DOWN * max(sheet.sizes)
    size = high if bottom - top > 2 * high else _SMALL_DOWN * min(sheet.sizes)
    middle, half = (left + right) / 2, max(_WIDTH * (right - left), 0.1) / 2
    first, last = top + RISE * size, bottom - FALL * size
    count = max(1, ceil((last - first) / (_STEP * size)))
    for step in range(count + 1):
        yield Rule(middle - half, middle + half, first + (last - first) * step / count, size)
