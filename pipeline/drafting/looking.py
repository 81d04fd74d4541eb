"""Read the spots of a first page again: at other sizes, set upright, and by a network that learnt another language.

The Vietnamese network takes a slanted 0 for a 2 and a 7 for a 1, and is sure of it; the English one hardly ever does,
but knows no marks. What both read the same in several pictures is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.catalogue.draft.spots import DATE, ROWS
from pipeline.catalogue.draft.values import Box, Look
from pipeline.image.tone import Picture, resized
from pipeline.model import Line, Word
from pipeline.tesseract import Settings, engine, installed_languages
from pipeline.tesseract.engine import ONE_BLOCK

# Tesseract's page segmentation mode for one line of text.
ONE_LINE = 7
# Heights in pixels that a usual word is brought to.
_ROW_HEIGHTS, _TEXT_HEIGHTS = (33.0, 50.0, 72.0), (38.0, 56.0)
_OTHER_NETWORK = "eng"
# Place and date stand in italics (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.4): to the right by so much of their height.
_SLANT = 0.26
_MARGIN_PX, _PAPER_PERCENTILE = 20, 90
# The engine is told a resolution that fits letters of these heights.
_DPI = 300.0


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page: its pixels, the page's x and y of their corner, and how far each row was moved right."""

    pixels: Picture
    x: int
    y: int
    slant: float = 0.0


def look_at(
    page: Picture, word_height: float, spots: Mapping[str, Box], settings: Settings
) -> dict[str, tuple[Look, ...]]:
    """Read spots again.

    Args:
        page: Grey, straight.
        word_height: Of a usual word, in its pixels.
        spots: Box of each, in its pixels.
        settings: How the page was read.
    """
    return {name: tuple(_looks(_cut(page, box), word_height, name, settings)) for name, box in spots.items()}


def _looks(part: _Part, word_height: float, name: str, settings: Settings) -> Iterator[Look]:
    if not part.pixels.size:
        return
    is_row = name in ROWS
    heights = _ROW_HEIGHTS if is_row else _TEXT_HEIGHTS
    pictures = [(part, height) for height in heights]
    if name == DATE:
        pictures += [(_upright(part), height) for height in heights[1:]]
    for picture, height in pictures:
        for network in _networks(settings.languages) if is_row else (settings.languages,):
            chosen = replace(settings, languages=network, segmentation=ONE_LINE if is_row else ONE_BLOCK)
            yield Look(network, _read(picture, height / word_height, chosen))


def _networks(own: str) -> tuple[str, ...]:
    """Name the page's own network, and another one where it is installed."""
    return (own, _OTHER_NETWORK) if own != _OTHER_NETWORK and _OTHER_NETWORK in installed_languages() else (own,)


def _cut(page: Picture, box: Box) -> _Part:
    x0, y0 = max(0, int(box[0])), max(0, int(box[1]))
    return _Part(np.ascontiguousarray(page[y0 : max(y0, round(box[3])), x0 : max(x0, round(box[2]))]), x0, y0)


def _upright(part: _Part) -> _Part:
    """Set slanted letters upright."""
    height, width = part.pixels.shape
    matrix = np.array([[1.0, _SLANT, 0.0], [0.0, 1.0, 0.0]])
    size = (width + round(_SLANT * height), height)
    paper = (_paper(part.pixels),)
    sheared = cv2.warpAffine(part.pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=paper)
    return replace(part, pixels=np.asarray(sheared, dtype=np.uint8), slant=_SLANT)


def _paper(pixels: Picture) -> int:
    return int(np.percentile(pixels, _PAPER_PERCENTILE))


def _read(part: _Part, scale: float, settings: Settings) -> tuple[Line, ...]:
    """Read a part at another scale; lines in the page's pixels."""
    sized = resized(part.pixels, scale)
    edges = (_MARGIN_PX,) * 4
    shown = cv2.copyMakeBorder(sized, *edges, cv2.BORDER_CONSTANT, value=(_paper(sized),))
    lines = engine(settings).read(np.asarray(shown, dtype=np.uint8), _DPI, settings.languages, ())
    return tuple(
        replace(
            line,
            baseline=(line.baseline - _MARGIN_PX) / scale + part.y,
            words=tuple(_placed(word, part, scale) for word in line.words),
        )
        for line in lines
    )


def _placed(word: Word, part: _Part, scale: float) -> Word:
    """Bring a word back to its place on the page; one that was set upright, to where its middle is."""
    y0, y1 = ((y - _MARGIN_PX) / scale for y in (word.y0, word.y1))
    shift = part.slant * (y0 + y1) / 2
    x0, x1 = ((x - _MARGIN_PX) / scale - shift for x in (word.x0, word.x1))
    return replace(word, x0=x0 + part.x, x1=x1 + part.x, y0=y0 + part.y, y1=y1 + part.y)
