"""How the lines of a page stand to each other: rows of columns of rows, found again from their order and places.

A reading has its lines in order and nothing else. Where all lines up to one stand above all that follow, the page is
parted across; where all stand left of all that follow, it is parted down. What can be parted no further, or only line
by line, is a stack of lines. Where the order agrees with no such picture, the lines stay one stack as they come.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from pipeline.model import Line

# Share of a line's height, from its base line up, that must lie below the base lines of the row above.
_CORE = 0.4
# From one base line of a stack to the next, in heights: less cannot be told apart.
_LEAST_STEP = 0.25
# A page is nested no deeper than this; what is left then is a stack.
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines below each other; indices into the reading's lines."""

    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Parts below each other, at least one of them in columns."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts beside each other, from left to right."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Blocks that lie beside and below each other as no cut parts them, as cells over several rows do."""

    parts: tuple[Stack, ...]


# Left, right, core of the first line, last base line.
Area = tuple[float, float, float, float]
Part = Stack | Rows | Columns | Mosaic


@dataclass(frozen=True, slots=True)
class Box:
    """What a line covers, in pixels: its words from side to side, and from base line up to the top of their boxes."""

    block: int
    x0: float
    x1: float
    top: float
    baseline: float


def arranged(boxes: Sequence[Box]) -> Part:
    """Return how lines, given in reading order, stand to each other."""
    return _across(boxes, range(len(boxes)), _DEPTH)


def settled(boxes: Sequence[Box], part: Part) -> list[Box]:
    """Return the boxes with base lines that descend in every stack, where moving one by its height is enough for that.

    Lines that overlap in width and height, as a scrawl and the line it runs through, have no order for a reader that
    goes by places.
    """
    moved = list(boxes)
    for stack in stacks(part):
        for before, at in pairwise(stack.members):
            box, height = moved[at], boxes[at].baseline - boxes[at].top
            least = moved[before].baseline + _LEAST_STEP * height
            if box.baseline < least <= box.baseline + height:
                moved[at] = replace(box, baseline=least)
    return moved


def stacks(part: Part) -> Iterator[Stack]:
    """Yield all stacks, in order."""
    if isinstance(part, Stack):
        yield part
    else:
        for inner in part.parts:
            yield from stacks(inner)


def members(part: Part) -> tuple[int, ...]:
    """Return the lines of a part, in order."""
    return part.members if isinstance(part, Stack) else tuple(line for inner in part.parts for line in members(inner))


def box_of(line: Line) -> Box:
    """Return what a line with words covers."""
    left, right = min(word.x0 for word in line.words), max(word.x1 for word in line.words)
    top = min(line.baseline, *(word.y0 for word in line.words))
    return Box(line.block, left, max(right, left), top, line.baseline)


def _across(boxes: Sequence[Box], span: Sequence[int], depth: int) -> Part:
    """Part a run of lines into rows; neighbouring rows of one line each are one stack."""
    rows = _parted(span, lambda at: boxes[at].baseline, lambda at: _core(boxes[at]))
    if len(rows) == 1:
        return _down(boxes, span, depth)
    parts = [(len(row) == 1, row) for row in rows]
    inner: list[Part] = []
    for alone, run in groupby(parts, key=lambda part: part[0]):
        if alone:
            inner.append(Stack(tuple(at for _, row in run for at in row)))
        else:
            inner += [_down(boxes, row, depth) for _, row in run]
    return inner[0] if len(inner) == 1 else Rows(tuple(inner))


def _down(boxes: Sequence[Box], span: Sequence[int], depth: int) -> Part:
    """Part a run of lines that no row parts into columns."""
    columns = _parted(span, lambda at: boxes[at].x1, lambda at: boxes[at].x0)
    if len(columns) == 1 or depth == 0:
        return _mosaic(boxes, span)
    return Columns(tuple(_across(boxes, column, depth - 1) for column in columns))


def _mosaic(boxes: Sequence[Box], span: Sequence[int]) -> Stack | Mosaic:
    """Part a run of lines into its blocks where these lie clear of each other."""
    blocks = [tuple(run) for _, run in groupby(span, key=lambda at: boxes[at].block)]
    areas = [area(boxes, block) for block in blocks]
    clear = all(not _overlap(one, other) for at, one in enumerate(areas) for other in areas[:at])
    return Mosaic(tuple(map(Stack, blocks))) if clear and len(blocks) > 1 else Stack(tuple(span))


def area(boxes: Sequence[Box], lines: Sequence[int]) -> Area:
    """Return what lines cover: left, right, core of the first, last base line."""
    return (
        min(boxes[at].x0 for at in lines),
        max(boxes[at].x1 for at in lines),
        min(_core(boxes[at]) for at in lines),
        max(boxes[at].baseline for at in lines),
    )


def _overlap(one: Area, other: Area) -> bool:
    """Tell whether two areas share a place."""
    return max(one[0], other[0]) < min(one[1], other[1]) and max(one[2], other[2]) < min(one[3], other[3])


def _parted(span: Sequence[int], end: Callable[[int], float], start: Callable[[int], float]) -> list[Sequence[int]]:
    """Cut a run wherever all before end by where all after start."""
    ends = list(accumulate(map(end, span), max))
    starts = list(accumulate(map(start, reversed(span)), min))[::-1]
    cuts = [at for at in range(1, len(span)) if ends[at - 1] <= starts[at]]
    return [span[first:last] for first, last in zip([0, *cuts], [*cuts, len(span)], strict=True)]


def _core(box: Box) -> float:
    """Return the height above which a line no longer counts: marks and ascenders may reach into the line above."""
    return box.baseline - _CORE * (box.baseline - box.top)
