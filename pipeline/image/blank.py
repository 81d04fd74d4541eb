"""Say whether anything is written or drawn on a page; in doubt, yes, since a page taken for blank loses its text.

Sizes are those of paper and print: a type-written full stop is 0.5 mm, the x of 8 point print 1.4 mm, a punched hole
5 to 6 mm.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import working_copy

_MM_PER_INCH = 25.4
_FAINTEST = 0.1  # share of the paper's brightness; fainter is what shines through from the other side
_NOISE_DEVIATIONS = 4
_BLACK = 0.45  # share of the paper's brightness; darker is a bed, a border or heavy ink whatever lies around it
_NEGATIVE_GREY = 100  # paper darker than this is a photostat's or a blueprint's, with light writing
_SURROUNDINGS_MM = 18.0
_EDGE_MM = 1.0
_SPECK_MM = 1.3
_HOLE_MM = (3.0, 9.0)
_HOLE_FILL = 0.65  # a disc fills 0.79 of its square, letters of that size at most half
_LINE_ASPECT = 12


def ink_share(gray: NDArray[np.uint8], dpi: float) -> float:
    """Return the share of the picture, 0 to 1, covered by what was written, printed or drawn on it.

    Borders, beds, shadows, folds, punched holes and specks are not counted.

    Args:
        gray: Shape (height, width), 0 black to 255 white.
        dpi: Resolution, pixels per inch, which tells a speck from a letter.
    """
    stats, pixels = _pieces(gray, dpi)
    return float(stats[:, cv2.CC_STAT_AREA].sum()) / pixels


def is_blank(ink_share: float) -> bool:
    """Return whether nothing is written, printed or drawn on a page of that share of ink: the least letter counts."""
    return ink_share == 0.0


def _pieces(gray: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.int32], int]:
    """Return the statistics of OpenCV for each piece of ink that counts, and the number of pixels looked at."""
    small = working_copy(gray, dpi)
    if _paper(small) < _NEGATIVE_GREY:
        small = cv2.bitwise_not(small).astype(np.uint8)
    px_per_mm = dpi * max(small.shape) / max(gray.shape) / _MM_PER_INCH
    _, labels, found, _ = cv2.connectedComponentsWithStats(_dark(small, px_per_mm), connectivity=8)
    stats = np.asarray(found, dtype=np.int32)
    beside = _beside_the_page(np.asarray(labels, dtype=np.int32), len(stats), px_per_mm)
    counts = _written(stats, px_per_mm) & ~beside
    counts[0] = False
    return stats[counts], labels.size


def _dark(small: NDArray[np.uint8], px_per_mm: float) -> NDArray[np.uint8]:
    """Return 1 where the picture is clearly darker than the paper around it, or black; else 0."""
    side = round(_SURROUNDINGS_MM * px_per_mm) | 1
    around = cv2.blur(small, (side, side))
    darker = cv2.subtract(around, small)
    paper = _paper(small)
    level = max(_FAINTEST * paper, _NOISE_DEVIATIONS * _grain(small))
    dark: NDArray[np.uint8] = ((darker > level) | (small < _BLACK * paper)).astype(np.uint8)
    return dark


def _paper(small: NDArray[np.uint8]) -> float:
    """Return the grey level of the paper: three quarters of a picture are no brighter."""
    return float(np.percentile(small[::4, ::4], 75))


def _grain(small: NDArray[np.uint8]) -> float:
    """Return the standard deviation of the noise in grey levels, as far as half the pixels show it."""
    off = cv2.absdiff(small, cv2.medianBlur(small, 5))
    return 1.4826 * float(np.median(off[::4, ::4]))


def _written(stats: NDArray[np.int32], px_per_mm: float) -> NDArray[np.bool_]:
    """Say which pieces are neither specks nor straight lines nor punched holes."""
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    long, short = np.maximum(width, height), np.minimum(width, height)
    speck = long < _SPECK_MM * px_per_mm
    line = long > _LINE_ASPECT * short
    round_shape = (short > _HOLE_MM[0] * px_per_mm) & (long < _HOLE_MM[1] * px_per_mm) & (long < 1.3 * short)
    hole = round_shape & (stats[:, cv2.CC_STAT_AREA] > _HOLE_FILL * width * height)
    written: NDArray[np.bool_] = ~(speck | line | hole)
    return written


def _beside_the_page(labels: NDArray[np.int32], count: int, px_per_mm: float) -> NDArray[np.bool_]:
    """Say which pieces come in from the picture's edge and stay outside its middle half: beds, borders, shadows."""
    height, width = labels.shape
    rim = max(1, round(_EDGE_MM * px_per_mm))
    beside = np.zeros(count, dtype=np.bool_)
    for strip in (labels[:rim], labels[-rim:], labels[:, :rim], labels[:, -rim:]):
        beside[strip] = True
    beside[labels[height // 4 : -height // 4, width // 4 : -width // 4]] = False
    return beside
