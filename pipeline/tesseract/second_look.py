"""Read the unsure lines of a page a second time, from another picture of them, and keep the better reading of each.

The lines are cut out of the page at another size of type, laid below each other on one narrow picture and read in one
go. That costs as much as these lines are of the page, and works alike with every engine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np

from pipeline.image.tone import Picture, resized
from pipeline.model import Line, Word

# Reads a grey picture that is one block of lines: picture and resolution in, lines in the picture's pixels out.
Read = Callable[[Picture, float], tuple[Line, ...]]

# A line is unsure under this confidence (mean over its length). Under it are 4 in 100 letters of worn pages with seals
# and tables; looking also at those under 82 costs three times as much and betters nothing more.
UNSURE = 70.0
# Fewer letters than this are not worth it; a line higher than so many words is not one line.
FEWEST_LETTERS, HIGHEST = 2, 1.8
# The other reading is taken where it is surer by this much, and has nearly as many letters or more. A smaller margin is
# chance: at 3 one page in forty got worse by 0.015, at 8 none by 0.004.
SURER, AS_LONG = 8.0, 0.75
# Where more of the lines are unsure, the page is no text that can be read: handwriting, a picture. A page of a few
# lines is always worth it.
HOPELESS, FEW_LINES = 0.5, 4
# Letters of the other picture have this x-height.
OTHER_X_HEIGHT = 28.0
# Room kept round a line, in heights of a usual word: across, along, and between lines of the picture.
ABOVE, BESIDE, BETWEEN = 0.18, 1.0, 0.8

Strip = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What a second look did.

    Attributes:
        unsure: How many lines were read again.
        bettered: How many of these were replaced.
    """

    unsure: int = 0
    bettered: int = 0


def look_again(
    lines: tuple[Line, ...], page: Picture, x_height: float, dpi: float, read: Read
) -> tuple[tuple[Line, ...], Look]:
    """Read unsure lines again.

    Args:
        lines: In the pixels of the page.
        page: Grey, evened, at its own size.
        x_height: Of its letters, pixels; 0 where unknown.
        dpi: Its resolution.
        read: Reads one block of lines.
    """
    height = median([word.y1 - word.y0 for line in lines for word in line.words] or [0.0])
    chosen = [number for number, line in enumerate(lines) if is_unsure(line, height)]
    if not chosen or not x_height or len(chosen) > max(FEW_LINES, HOPELESS * len(lines)):
        return lines, Look()
    scale = OTHER_X_HEIGHT / x_height
    strips = [_strip(lines[number], height, page.shape) for number in chosen]
    picture, tops = stacked([resized(_cut(page, strip), scale) for strip in strips], round(BETWEEN * height * scale))
    found = [word for line in read(picture, dpi * scale) for word in line.words]
    out = list(lines)
    gap = tops[0][0]
    for number, strip, (top, bottom) in zip(chosen, strips, tops, strict=True):
        words = [word for word in found if top <= (word.y0 + word.y1) / 2 < bottom]
        placed = tuple(_placed(word, gap, top, strip, scale) for word in sorted(words, key=lambda word: word.x0))
        if is_better(placed, lines[number].words):
            out[number] = replace(lines[number], words=placed)
    bettered = sum(new is not old for new, old in zip(out, lines, strict=True))
    return tuple(out), Look(len(chosen), bettered)


def is_unsure(line: Line, height: float) -> bool:
    """Tell whether a line with letters is worth a second look; `height` is that of the page's usual words."""
    high = max(word.y1 for word in line.words) - min(word.y0 for word in line.words)
    return letters(line.words) >= FEWEST_LETTERS and high < HIGHEST * height and sureness(line.words) < UNSURE


def sureness(words: Sequence[Word]) -> float:
    """Give the mean confidence, each word weighing as much as it is long.

    Three letters read into a long stretch of ink are a long doubt.
    """
    size = sum(word.x1 - word.x0 for word in words)
    return sum((word.x1 - word.x0) * word.confidence for word in words) / size if size else 0.0


def is_better(new: Sequence[Word], old: Sequence[Word]) -> bool:
    """Tell whether another reading of the same line is clearly better."""
    return letters(new) >= AS_LONG * letters(old) and confidence(new) > confidence(old) + SURER


def letters(words: Sequence[Word]) -> int:
    """Count letters and digits."""
    return sum(character.isalnum() for word in words for character in word.text)


def confidence(words: Sequence[Word]) -> float:
    """Give the mean confidence, each word weighing as much as it has characters; 0 where there is none."""
    size = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.confidence for word in words) / size if size else 0.0


def _strip(line: Line, height: float, shape: tuple[int, ...]) -> Strip:
    """Give the place (x0, y0, x1, y1) of a line on the page with room round it."""
    x0, x1 = min(word.x0 for word in line.words), max(word.x1 for word in line.words)
    y0, y1 = min(word.y0 for word in line.words), max(word.y1 for word in line.words)
    return (
        max(0, int(x0 - BESIDE * height)),
        max(0, int(y0 - ABOVE * height)),
        min(shape[1], round(x1 + BESIDE * height)),
        min(shape[0], round(y1 + ABOVE * height)),
    )


def _cut(page: Picture, strip: Strip) -> Picture:
    """Cut a strip out."""
    x0, y0, x1, y1 = strip
    return page[y0:y1, x0:x1]


def stacked(parts: Sequence[Picture], gap: int) -> tuple[Picture, list[tuple[int, int]]]:
    """Lay pictures below each other on white, `gap` pixels apart, and tell from where to where each goes."""
    width = max(part.shape[1] for part in parts) + 2 * gap
    height = sum(part.shape[0] + gap for part in parts) + gap
    out = np.full((height, width), 255, np.uint8)
    tops = []
    y = gap
    for part in parts:
        # Its own paper is white already where the page was evened; else it is made so, or its edges were lines.
        paper = max(1.0, float(np.percentile(part, 90)))
        out[y : y + part.shape[0], gap : gap + part.shape[1]] = cv2.convertScaleAbs(part, alpha=255.0 / paper)
        tops.append((y, y + part.shape[0]))
        y += part.shape[0] + gap
    return out, tops


def _placed(word: Word, gap: int, top: int, strip: Strip, scale: float) -> Word:
    """Bring a word from the stacked picture back to its place on the page."""
    x, y = strip[0] - gap / scale, strip[1] - top / scale
    x0, x1 = (round(value / scale + x, 1) for value in (word.x0, word.x1))
    y0, y1 = (round(value / scale + y, 1) for value in (word.y0, word.y1))
    return replace(word, x0=x0, y0=y0, x1=x1, y1=y1)
