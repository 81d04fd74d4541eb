"""The font sizes of the invisible text: as near to the print as readers' rules for blocks and columns allow.

Shares of the font size after which poppler's `TextOutputDev` goes: words nearer than 0.7 are one block, and where only
up to three lines are concerned even those nearer than 1.0; base lines within 1.5 are one block if sizes agree to 5 %.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from pipeline.model import Line, Word
from pipeline.pdf.arrangement import Area, Box, Columns, Mosaic, Part, Stack, area, members, stacks

# What a letter of the embedded font covers above and below its base line, shares of the font size.
RISE, FALL = 0.8, 0.2

_LINE_PITCH = 1.4
_MOST_STRETCH = 2.0  # a block of two lines far apart does not get letters of that height
_LEAST_PITCH = 0.6  # lines nearer than half a size are taken for one
_ALIKE = 0.8  # blocks whose sizes differ by less are given one size
_GUTTER = 1.05  # distance of columns
_MERGED = 1.6  # lines of like size no further apart are taken for one block
_SAME_SIZE = 0.06  # sizes nearer than that are alike
_UNLIKE = (1.0, 0.93, 0.86, 0.8, 0.74)
_LEAST_SHARE = 0.35  # no line is set in less than this share of the page's usual size


def font_sizes(lines: Sequence[Line], boxes: Sequence[Box], whole: Part) -> list[float]:
    """Return a font size in pixels for each line: one for each block, less where columns stand close."""
    sizes = _shared(lines)
    least = _LEAST_SHARE * median(sizes) if sizes else 0.0
    for group in _all_beside(whole):
        limit = max(least, _gutter(boxes, group) / _GUTTER)
        for at in members(group):
            sizes[at] = min(sizes[at], limit)
    _let_tops_descend(boxes, whole, sizes)
    sizes = [max(least, size) for size in sizes]
    _make_even(whole, sizes)
    _keep_apart(boxes, whole, sizes)
    return sizes


def in_columns(whole: Part) -> frozenset[int]:
    """Return the lines that have others beside them."""
    return frozenset(at for group in _all_beside(whole) for at in members(group))


def _shared(lines: Sequence[Line]) -> list[float]:
    """Return one size for each block, and one for blocks that are nearly alike."""
    blocks: dict[int, list[Line]] = {}
    for line in lines:
        blocks.setdefault(line.block, []).append(line)
    sizes = {block: _block_size(inside) for block, inside in blocks.items()}
    shared: dict[float, float] = {}
    leader = 0.0
    for size in sorted(set(sizes.values()), reverse=True):
        leader = leader if leader and size > leader * _ALIKE else size
        shared[size] = leader
    return [shared[sizes[line.block]] for line in lines]


def _block_size(lines: Sequence[Line]) -> float:
    """Return the font size of a block: the usual height of its lines, or more where they are set wide."""
    height = median(height_of(line.words) for line in lines)
    steps = [after.baseline - before.baseline for before, after in pairwise(lines) if after.baseline > before.baseline]
    pitch = median(steps) / _LINE_PITCH if steps else 0.0
    return max(height, min(pitch, _MOST_STRETCH * height))


def height_of(words: Sequence[Word]) -> float:
    """Return the height of the words' boxes together, at least one pixel."""
    return max(max(word.y1 for word in words) - min(word.y0 for word in words), 1.0)


def _all_beside(part: Part) -> Iterator[Columns | Mosaic]:
    """Yield all groups of parts beside each other, outer ones first."""
    if isinstance(part, Stack):
        return
    if isinstance(part, Columns | Mosaic):
        yield part
    for inner in part.parts:
        yield from _all_beside(inner)


def _gutter(boxes: Sequence[Box], group: Columns | Mosaic) -> float:
    """Return the least distance between neighbours in a group."""
    areas = [area(boxes, members(part)) for part in group.parts]
    gaps = (
        right[0] - left[1]
        for left in areas
        for right in areas
        if left[1] <= right[0] and max(left[2], right[2]) < min(left[3], right[3])
    )
    return min(gaps, default=float("inf"))


def _make_even(part: Part, sizes: list[float]) -> None:
    """Give all lines of a block in a mosaic one size: nothing else keeps them together."""
    for group in _all_beside(part):
        for block in group.parts if isinstance(group, Mosaic) else ():
            least = min(sizes[at] for at in block.members)
            for at in block.members:
                sizes[at] = least


def _keep_apart(boxes: Sequence[Box], whole: Part, sizes: list[float]) -> None:
    """Give runs of lines that come close below each other sizes that no block may hold both of."""
    done: list[tuple[Area, float]] = []
    tall = {part for group in _all_beside(whole) if isinstance(group, Mosaic) for part in group.parts}
    for stack in stacks(whole):
        for size, run in groupby(stack.members, key=lambda at: sizes[at]):
            lines = tuple(run)
            place = area(boxes, lines)
            if stack in tall:
                # These are filled up to their neighbours, however far.
                place = (*place[:2], float("-inf"), float("inf"))
            near = [other for covered, other in done if _may_merge(covered, other, place, size)]
            free = (factor for factor in _UNLIKE if all(abs(factor * size / one - 1) > _SAME_SIZE for one in near))
            chosen = size * next(free, 1.0)
            for at in lines:
                sizes[at] = chosen
            done.append((place, chosen))


def _may_merge(one: Area, size: float, other: Area, other_size: float) -> bool:
    """Tell whether two runs of lines come so close that readers would take them for one block if sizes agreed."""
    beside = max(one[0], other[0]) >= min(one[1], other[1])
    return not beside and max(one[2], other[2]) <= min(one[3], other[3]) + _MERGED * max(size, other_size)


def _let_tops_descend(boxes: Sequence[Box], part: Part, sizes: list[float]) -> None:
    """Make letters smaller where they would rise above the line before, or stand on its base line."""
    for stack in stacks(part):
        for before, at in pairwise(stack.members):
            step = boxes[at].baseline - boxes[before].baseline
            if step > 0:
                sizes[at] = min(sizes[at], sizes[before] + step, step / _LEAST_PITCH)
