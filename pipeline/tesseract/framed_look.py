"""Read what stands in the frames of stamps, which an engine that looks for columns takes for pictures."""

from collections.abc import Callable

import cv2
import numpy as np

from pipeline.image.frames import Framed, framed_parts
from pipeline.image.tone import Picture
from pipeline.model import Line, Word

# Reads a grey picture that is one block of lines, in its own pixels.
Read = Callable[[Picture, float], tuple[Line, ...]]

_READ_DPI, _BORDER = 300.0, 30
_SURE = 40.0  # confidence of the engine, 0 to 100; a frame around few letters makes it unsure
_LEAST_LETTERS = 2


def look_into_frames(lines: tuple[Line, ...], page: Picture, dpi: float, read: Read) -> tuple[Line, ...]:
    """Add the words of stamps that were passed over, each stamp as a block of its own after all others.

    Args:
        lines: What was read, in the pixels of the page.
        page: Straight, grey or RGB.
        dpi: Of the page.
        read: Reads one block of lines.
    """
    added: list[Line] = []
    for part in framed_parts(page, dpi):
        block = 1 + max((line.block for line in (*lines, *added)), default=-1)
        for line in _read(part, dpi, read):
            words = tuple(word for word in line.words if not _is_known(word, (*lines, *added)))
            if words and len(words) == len(line.words):
                added.append(Line(block, max(word.y1 for word in words), words))
    return (*lines, *added)


def _read(part: Framed, dpi: float, read: Read) -> tuple[Line, ...]:
    """Read one stamp: words in capitals of which the engine is sure, with boxes on the page."""
    scale = max(1.0, _READ_DPI / dpi)
    larger = cv2.resize(part.cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    bordered = np.pad(np.asarray(larger, dtype=np.uint8), _BORDER, constant_values=255)
    found = []
    for line in read(bordered, dpi * scale):
        words = tuple(_placed(word, part, scale) for word in line.words if _is_stamped(word))
        if words:
            found.append(Line(line.block, line.baseline, words))
    return tuple(found)


def _is_stamped(word: Word) -> bool:
    letters = "".join(letter for letter in word.text if letter.isalpha())
    return len(letters) >= _LEAST_LETTERS and letters.isupper() and word.confidence >= _SURE


def _placed(word: Word, part: Framed, scale: float) -> Word:
    box = ((value - _BORDER) / scale for value in (word.x0, word.y0, word.x1, word.y1))
    x0, y0, x1, y1 = (round(value, 1) for value in part.on_page(*box))
    return Word(word.text, x0, y0, x1, y1, word.confidence)


def _is_known(word: Word, lines: tuple[Line, ...]) -> bool:
    """Tell whether a word was read at this place already, whatever its marks."""
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return any(other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1 and len(other.text) >= _LEAST_LETTERS
               for line in lines for other in line.words)  # fmt: skip
