"""Words that came without lines put into lines, and moved from one page to another."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Line, Word

Move = NDArray[np.float64]


def joined(first: Move, second: Move) -> Move:
    """Give the 2 x 3 matrix that does first the one, then the other."""
    whole = [np.vstack([matrix, (0.0, 0.0, 1.0)]) for matrix in (second, first)]
    return np.asarray((whole[0] @ whole[1])[:2])


def moved(word: Word, move: Move) -> Word:
    """Give the word in the box that its own box takes up after the move."""
    corners = np.array([(x, y, 1.0) for x in (word.x0, word.x1) for y in (word.y0, word.y1)]) @ move.T
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return replace(word, x0=float(x0), y0=float(y0), x1=float(x1), y1=float(y1))


def into_lines(words: Sequence[Word]) -> tuple[Line, ...]:
    """Put words into lines in the order they came: a word goes on with the line if it overlaps its height by half."""
    lines: list[list[Word]] = []
    for word in words:
        if lines and _goes_on(lines[-1][-1], word):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(Line(0, max(word.y1 for word in line), tuple(line)) for line in lines)


def _goes_on(last: Word, word: Word) -> bool:
    overlap = min(last.y1, word.y1) - max(last.y0, word.y0)
    return word.x0 >= last.x0 and overlap > 0.5 * min(last.y1 - last.y0, word.y1 - word.y0)
