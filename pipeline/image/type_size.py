"""Measure the type on a page, and bring it to the size that line recognisers read best: pure pixel maths.

Grey pictures are (height, width) uint8, 0 black. Lengths are pixels.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# Letters larger than the first are brought down to it: below, the marks over Vietnamese vowels begin to melt (500 words
# in a thousand have one); above, only the cost grows. Letters smaller than the second are brought up to it.
LARGEST_X_HEIGHT, SMALLEST_X_HEIGHT = 20.0, 15.0
# A reduction to more than the first, or an enlargement by less than the second, is not worth its blur.
LEAST_REDUCTION, LEAST_ENLARGEMENT = 0.85, 1.2
# A page is reduced by a whole number before anything else where it keeps this resolution and as many pixels on its long
# side as A4 has at nearly that: the second guards against resolutions that are not true.
FINE_ENOUGH_DPI, FINE_ENOUGH_PX = 250.0, 2900
# Nothing is enlarged beyond this resolution: letters still too small there are not letters but their pieces.
LARGEST_DPI = 300.0
# Fewer letters than this say nothing about a page's type.
FEWEST_LETTERS = 20
# The middle of a page, without this share on each side, is half of it; this many letters there speak for all, and so
# many in two bands of the middle, each a sixth of it from these heights on, speak for the middle.
MARGIN_SHARE, ENOUGH_LETTERS = 0.15, 300
BANDS, BAND_SHARE = (1 / 6, 2 / 3), 1 / 6
# Print and typescript have strokes of 0.11 to 0.17 of the x-height. Worn ribbons under this break up when the engine
# makes its black and white copy. Small letters cannot be judged thin: a stroke of 1 or 2 px is all they can have.
THIN_STROKE_SHARE = 0.1
# Small letters of 12-point type and of typewriters, in inches.
USUAL_X_HEIGHT_INCH = 0.075


@dataclass(frozen=True, slots=True)
class Type:
    """What was measured of the letters on a page.

    Attributes:
        x_height: Height of small letters without stems, pixels; 0 where there are too few letters to tell.
        stroke: Mean width of strokes, pixels; values under 2 cannot be told from 2.
        letters: How many letter-like shapes were found.
    """

    x_height: float
    stroke: float
    letters: int


def is_thin(type_: Type, dpi: float) -> bool:
    """Tell whether strokes are so thin for their letters that they break; never so at low resolution.

    Letters that are broken already measure small, so the usual size of type is the least that is expected.
    """
    expected = max(type_.x_height, USUAL_X_HEIGHT_INCH * dpi)
    return bool(0.0 < type_.stroke < THIN_STROKE_SHARE * expected)


def measure_type(gray: Picture, dpi: float) -> Type:
    """Measure x-height and stroke width in parts of the page, or all over where too little stands there."""
    inner = middle(gray)
    found = measure_all(_bands(inner), dpi)
    for part in (inner, gray):
        if found.letters < ENOUGH_LETTERS:
            found = measure_all(part, dpi)
    return found


def _bands(inner: Picture) -> Picture:
    """Cut bands out and lay them below each other; the letters cut at their edges are few among so many."""
    height = inner.shape[0]
    tops = [round(height * share) for share in BANDS]
    return np.vstack([inner[top : top + round(height * BAND_SHARE)] for top in tops])


def middle(gray: Picture) -> Picture:
    """Cut the margins off."""
    height, width = gray.shape
    top, left = round(height * MARGIN_SHARE), round(width * MARGIN_SHARE)
    return gray[top : height - top, left : width - left]


def measure_all(gray: Picture, dpi: float) -> Type:
    """Measure the dark shapes that can be letters (2 to 18 points high)."""
    if not gray.size:
        return Type(0.0, 0.0, 0)
    _, mask = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    width, height, area = (stats[1:, column].astype(np.int32) for column in (2, 3, 4))
    fill = area / (width * height)
    likely = (height >= max(4, dpi / 36)) & (height <= dpi / 4) & (width <= 4 * height) & (height <= 5 * width)
    heights = height[likely & (fill >= 0.1) & (fill < 0.95)]
    inner = cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    ink = cv2.countNonZero(mask)
    # A stroke of width w and length l has area w*l and 2*l pixels of edge.
    return Type(x_height(heights), 2.0 * ink / max(1, ink - inner), len(heights))


def x_height(heights: NDArray[np.integer[Any]]) -> float:
    """Tell the x-height from the heights of letter-like shapes.

    The commonest height by ink is that of the x-height in plain scripts and of capitals and marked vowels in
    Vietnamese; there a second crowd stands at 0.55 to 0.85 of it, and is the one wanted.
    """
    if len(heights) < FEWEST_LETTERS:
        return 0.0
    counts = np.bincount(heights).astype(np.float64)
    near = [_crowd(counts, size) for size in range(len(counts))]
    tall = int(np.argmax([crowd * size for size, crowd in enumerate(near)]))
    lower = range(int(tall * 0.55), int(tall * 0.85) + 1)
    small = max(lower, key=lambda size: near[size])
    chosen = small if near[small] >= 0.5 * near[tall] else tall
    return float(np.median(heights[np.abs(heights - chosen) <= _reach(chosen)]))


def _reach(size: int) -> int:
    """Give how far heights that belong together may lie apart: a twelfth, at least a pixel."""
    return max(1, round(size / 12))


def _crowd(counts: NDArray[np.float64], size: int) -> float:
    """Count the shapes whose height is `size` give or take a twelfth."""
    reach = _reach(size)
    return float(counts[max(0, size - reach) : size + reach + 1].sum())


def spare_factor(shape: tuple[int, ...], dpi: float) -> int:
    """Tell by which whole number a page can be reduced at once, as its pixels are far finer than its letters need."""
    return max(1, int(min(dpi / FINE_ENOUGH_DPI, max(shape[:2]) / FINE_ENOUGH_PX)))


def choose_scale(x_height: float, dpi: float) -> float:
    """Choose the scale that brings the x-height into the range; 1 where it is unknown or near enough."""
    if not x_height:
        return 1.0
    wanted = min(max(x_height, SMALLEST_X_HEIGHT), LARGEST_X_HEIGHT)
    scale = min(wanted / x_height, max(1.0, LARGEST_DPI / dpi))
    return 1.0 if LEAST_REDUCTION <= scale <= LEAST_ENLARGEMENT else scale


def resized(gray: Picture, scale: float) -> Picture:
    """Resize by `scale`, averaging when smaller, cubic when larger."""
    if scale == 1.0:
        return gray
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    return cv2.resize(gray, size, interpolation=cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_AREA).astype(np.uint8)
