"""Read the cells of ruled tables again that the engine passed over or is not sure of, each by itself.

An engine that looks for columns on a page of rules takes narrow cells for pictures, or reads across their rules. Such
cells are cut out within their rules, laid below each other on white and read as one block of lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np

from pipeline.image.tone import Picture
from pipeline.model import Line, Word
from pipeline.tesseract.cells import cell_of, fits
from pipeline.tesseract.layout import reading_order, usual_space
from pipeline.tesseract.pieces import baseline
from pipeline.tesseract.second_look import AS_LONG, BETWEEN, SURER, UNSURE, Look, confidence, letters, stacked, sureness
from pipeline.tesseract.tables import Cell, Table

# Reads a grey picture that is one block of lines, in the picture's pixels.
Read = Callable[[Picture], tuple[Line, ...]]

# What is left out along the rules, in heights of a usual word.
_INSIDE = 0.18
# A cell was passed over where it holds more shapes of a letter's size than this for each letter read. Their heights and
# widths, in x-heights, and how much darker than their paper they are at least.
_SHAPES, _LOW, _HIGH, _WIDE, _DARKER = 2, 0.7, 4.0, 6.0, 60
# So sure has a reading to be where there was none, or one of far fewer letters.
_SURE, _MORE = 85.0, 1.3


@dataclass(frozen=True, slots=True)
class _Part:
    """A cell to be read again: its picture, the place of that, and the words read there so far."""

    picture: Picture
    x: int
    y: int
    words: tuple[Word, ...]


def look_into_cells(
    lines: tuple[Line, ...], picture: Picture, tables: Sequence[Table], x_height: float, read: Read
) -> tuple[tuple[Line, ...], Look]:
    """Read cells again and keep what is surer.

    Args:
        lines: In reading order, in the pixels of the picture.
        picture: Grey, as it was read.
        tables: Its ruled tables.
        x_height: Of its letters, pixels; 0 where unknown.
        read: Reads one block of lines.

    Returns:
        Lines in reading order, and how many cells were read again and bettered.
    """
    height = median([word.y1 - word.y0 for line in lines for word in line.words] or [0.0])
    fitting = [table for table in tables if fits(lines, table)]
    parts = [part for table in fitting for part in _parts(lines, picture, table, height, x_height)]
    if not parts or not x_height:
        return lines, Look()
    gap = round(BETWEEN * height)
    block, tops = stacked([part.picture for part in parts], gap)
    found = read(block)
    new: list[Line] = []
    gone: set[Word] = set()
    bettered = 0
    for part, (top, bottom) in zip(parts, tops, strict=True):
        placed = _placed(found, part, gap, (top, bottom))
        if _is_better([word for line in placed for word in line.words], part.words):
            new += placed
            gone |= set(part.words)
            bettered += 1
    out = [*_without(lines, gone), *new]
    ordered = reading_order(out, usual_space(out, height), tables) if bettered else lines
    return ordered, Look(len(parts), bettered)


def _parts(lines: Sequence[Line], picture: Picture, table: Table, height: float, x_height: float) -> list[_Part]:
    """Cut out the cells that are worth another look."""
    held: list[list[Word]] = [[] for _ in table]
    for word in (word for line in lines for word in line.words):
        number = cell_of(word, table)
        if number is not None:
            held[number].append(word)
    parts = (_part(picture, cell, words, _INSIDE * height) for cell, words in zip(table, held, strict=True))
    return [part for part in parts if min(part.picture.shape) >= height and _is_worth_it(part, x_height)]


def _part(picture: Picture, cell: Cell, words: Sequence[Word], margin: float) -> _Part:
    """Cut a cell out, without its rules."""
    x, y = max(0, int(cell.x0 + margin)), max(0, int(cell.y0 + margin))
    return _Part(picture[y : max(y, int(cell.y1 - margin)), x : max(x, int(cell.x1 - margin))], x, y, tuple(words))


def _is_worth_it(part: _Part, x_height: float) -> bool:
    """Tell whether the words of a cell are unsure, or far fewer than what stands in it."""
    if part.words and sureness(part.words) < UNSURE:
        return True
    return _shapes(part.picture, x_height) > max(1, _SHAPES * letters(part.words))


def _shapes(picture: Picture, x_height: float) -> int:
    """Count the dark shapes of a letter's size."""
    if int(picture.max()) - int(picture.min()) < _DARKER:
        return 0
    _, ink = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height = stats[1:, 2], stats[1:, 3]
    sized = (height >= _LOW * x_height) & (height < _HIGH * x_height) & (width < _WIDE * x_height)
    return int(np.count_nonzero(sized))


def _placed(found: Sequence[Line], part: _Part, gap: int, ends: tuple[int, int]) -> list[Line]:
    """Bring the lines of one cell from the stacked picture to their place."""
    top, bottom = ends
    x, y = part.x - gap, part.y - top
    lines = []
    for line in found:
        inside = (word for word in line.words if top <= (word.y0 + word.y1) / 2 < bottom)
        words = tuple(replace(w, x0=w.x0 + x, x1=w.x1 + x, y0=w.y0 + y, y1=w.y1 + y) for w in inside)
        lines += [Line(0, baseline(words), words)] if words else []
    return lines


def _is_better(new: Sequence[Word], old: Sequence[Word]) -> bool:
    """Tell whether another reading of a cell is clearly surer, or finds far more and is sure of it."""
    if not letters(new) or letters(new) < AS_LONG * letters(old):
        return False
    more = letters(new) > _MORE * letters(old) and confidence(new) >= max(_SURE, confidence(old) - SURER)
    return more or (confidence(new) > confidence(old) + SURER and (bool(old) or confidence(new) >= UNSURE))


def _without(lines: Sequence[Line], gone: set[Word]) -> list[Line]:
    """Take words out of lines."""
    parts = ((line, tuple(word for word in line.words if word not in gone)) for line in lines)
    return [line if words == line.words else Line(line.block, baseline(words), words) for line, words in parts if words]
