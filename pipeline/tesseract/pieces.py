"""Pieces of lines: what the engine read as one line, cut at every gap that may be more than a space."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from statistics import median

from pipeline.model import Line, Word

# Share of a piece's height, from its base line up, by which it stands on a row; accents and ascenders reach further.
CORE = 0.55
_HIGH = 1.6
# Share of its height by which a piece may stand off the base line of its line and still be on it.
_NEAR = 0.25
# Letters that go below the base line, and the marks below that Vietnamese has.
DESCENDERS = frozenset("gjpqyQ,;()[]{}/|_çµ\N{COMBINING DOT BELOW}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words beside each other, and the place of the engine's line that they come from.

    Attributes:
        source: Ordinal of the engine's line, from 0.
        block: The engine's block.
        x0, x1, top, baseline: What the words cover, pixels.
    """

    words: tuple[Word, ...]
    source: int
    block: int
    x0: float
    x1: float
    top: float
    baseline: float


def piece(words: Iterable[Word], source: int, block: int) -> Piece:
    """Make a piece of words; they are brought into order from left to right."""
    kept = tuple(sorted(words, key=lambda word: word.x0))
    base = baseline(kept)
    top = min(median(word.y0 for word in kept), base - 1.0)
    return Piece(kept, source, block, kept[0].x0, max(word.x1 for word in kept), top, base)


def baseline(words: Sequence[Word]) -> float:
    """Give the base line of words: where letters without descenders end."""
    standing = [word.y1 for word in words if DESCENDERS.isdisjoint(unicodedata.normalize("NFD", word.text))]
    return median(standing) if standing else min(word.y1 for word in words)


def cut(lines: Sequence[Line], widest: float) -> list[Piece]:
    """Cut lines at the gaps wider than that, pixels."""
    pieces: list[Piece] = []
    for source, line in enumerate(lines):
        words = sorted(line.words, key=lambda word: word.x0)
        ends = list(accumulate((word.x1 for word in words), max))
        cuts = [at for at in range(1, len(words)) if words[at].x0 - ends[at - 1] > widest]
        parts = [piece(words[first:last], source, line.block) for first, last in pairwise([0, *cuts, len(words)])]
        # A straight line's base line is known better than that of a few of its words.
        straight = all(abs(part.baseline - line.baseline) < _NEAR * (part.baseline - part.top) for part in parts)
        pieces += [replace(part, baseline=line.baseline) for part in parts] if straight else parts
    return pieces


def rows(pieces: Iterable[Piece], height: float) -> list[list[Piece]]:
    """Group pieces that stand on one row, rows from top to bottom, pieces from left to right.

    Args:
        pieces: In any order.
        height: Of usual type, pixels; higher pieces count as high as that, so that a seal does not join all lines.
    """

    def core(one: Piece) -> float:
        return one.baseline - CORE * min(one.baseline - one.top, _HIGH * height)

    grouped: list[list[Piece]] = []
    reach = float("-inf")
    for one in sorted(pieces, key=lambda item: (core(item), item.x0)):
        if core(one) >= reach:
            grouped.append([])
            reach = one.baseline
        grouped[-1].append(one)
    return [sorted(row, key=lambda item: item.x0) for row in grouped]


def joined(row: Sequence[Piece]) -> Piece:
    """Make one piece of several."""
    if len(row) == 1:
        return row[0]
    whole = piece((word for part in row for word in part.words), row[0].source, row[0].block)
    return replace(whole, baseline=median(part.baseline for part in row))
