"""Make the picture that is given to the engine, from what is measured on the page: pure pixel maths.

Grey pictures are (height, width) uint8, 0 black; colour ones (height, width, 3) uint8 RGB. Lengths are pixels.
Nothing here knows an engine; the numbers it aims at are those of line recognisers, whose network sees every line
brought to a fixed small height, so that more pixels than that cost time and add only noise.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import small_copy

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]

# Letters of 12 to 20 px x-height read alike (measured on print and typescript, 300 dpi scans and born-digital pages);
# below 10 px marks of Vietnamese vowels melt, above 20 px only the cost grows.
TARGET_X_HEIGHT = 15.0
# A resampling that changes the size by less is not worth its blur.
LEAVE_ALONE = 0.15
# Nothing is enlarged beyond this resolution: letters still too small there are not letters but their pieces.
LARGEST_DPI = 300.0
# Fewer letters than this say nothing about a page's type.
FEWEST_LETTERS = 20
# The middle of a page, without this share on each side, is half of it; this many letters there speak for all.
MARGIN_SHARE, ENOUGH_LETTERS = 0.15, 300
# Print and typescript have strokes of 0.11 to 0.17 of the x-height. Worn ribbons under this break up when the engine
# makes its black and white copy. Small letters cannot be judged thin: a stroke of 1 or 2 px is all they can have.
THIN_STROKE_SHARE = 0.1
# Small letters of 12-point type and of typewriters, in inches.
USUAL_X_HEIGHT_INCH = 0.075
# Spread of the three channels, out of 255, from which ink counts as coloured; yellowed paper is balanced out before.
COLOURED = 60
# Seals and signatures are this many times higher and wider than an x-height; a coloured word is not as high.
SEAL_X_HEIGHTS = 4.0
# Where more of the ink is coloured, the page is written in colour: a carbon copy, a purple hectograph.
WRITTEN_IN_COLOUR = 0.5
# Darker than this share of the paper counts as ink when colours are looked at.
INK_SHARE_OF_PAPER = 0.75
# Background darker than this share of the page's paper is not paper but an edge or a picture: it stays dark.
DARKEST_PAPER_SHARE = 0.5
# Paper whose lightest and darkest parts lie closer together than this (of 255), and near white, is even already.
EVEN_ENOUGH = 12


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


@dataclass(frozen=True, slots=True)
class How:
    """What was done to make the picture, in the order in which it was done, for the record.

    Attributes:
        type: The letters as measured on the evened page, before scaling.
        bleached: Boxes in which coloured seals or signatures were made to drop out.
        evened: Whether shading was taken out.
        scale: Size of the made picture over that of the page.
        thickened: Whether thin strokes were thickened.
    """

    type: Type
    bleached: tuple[Box, ...]
    evened: bool
    scale: float
    thickened: bool


def reading_picture(pixels: Picture, dpi: float) -> tuple[Picture, float, How]:
    """Make the grey picture that reads best and quickest, and say how.

    Args:
        pixels: The straight page, grey or RGB.
        dpi: Its resolution; bounds the sizes that can be letters.

    Returns:
        The grey picture, its scale (a place on it divided by the scale is the place on the page), what was done.
    """
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    boxes: tuple[Box, ...] = ()
    if pixels.ndim == 3:
        gray, boxes = bleached(pixels, gray, seal_size=SEAL_X_HEIGHTS * dpi / 13)
    paper = paper_level(gray)
    uneven = is_uneven(paper)
    gray = evened(gray, paper) if uneven else gray
    type_ = measure_type(gray, dpi)
    thin = is_thin(type_, dpi)
    # Before the reduction: averaged with the paper around, a hair line turns too light to be seen.
    gray = cv2.erode(gray, np.ones((3, 3), np.uint8)).astype(np.uint8) if thin else gray
    scale = choose_scale(type_.x_height, dpi)
    return resized(gray, scale), scale, How(type_, boxes, uneven, scale, thin)


def is_thin(type_: Type, dpi: float) -> bool:
    """Tell whether strokes are so thin for their letters that they break; never so at low resolution.

    Letters that are broken already measure small, so the usual size of type is the least that is expected.
    """
    expected = max(type_.x_height, USUAL_X_HEIGHT_INCH * dpi)
    return bool(0.0 < type_.stroke < THIN_STROKE_SHARE * expected)


def is_uneven(paper: Picture) -> bool:
    """Tell whether paper is shaded, or darker than white."""
    darkest, usual, lightest = (float(value) for value in np.percentile(paper, (2, 50, 98)))
    return bool(lightest - darkest > EVEN_ENOUGH or usual < 255 - EVEN_ENOUGH)


def bleached(pixels: Picture, gray: Picture, *, seal_size: float) -> tuple[Picture, tuple[Box, ...]]:
    """Let large coloured shapes drop out: there, take the brightest channel instead of the grey.

    Red seals and blue signatures go, black letters under them stay. Coloured words are smaller and stay as they are:
    carbon copies, purple hectographs and red stamps are text.
    """
    boxes = seals(pixels, seal_size)
    if not boxes:
        return gray, ()
    out = gray.copy()
    white = paper_colour(pixels)
    for x0, y0, x1, y1 in boxes:
        part = pixels[y0:y1, x0:x1]
        channels = [cv2.convertScaleAbs(part[..., c], alpha=255.0 / white[c]) for c in range(3)]
        out[y0:y1, x0:x1] = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    return out, boxes


def paper_colour(pixels: Picture) -> tuple[float, float, float]:
    """Find the colour of the paper: what most of the lighter half of the page looks like."""
    small = pixels[::8, ::8].reshape(-1, 3)
    level = np.maximum(np.percentile(small, 70, axis=0), 64.0)
    return float(level[0]), float(level[1]), float(level[2])


def seals(pixels: Picture, seal_size: float) -> tuple[Box, ...]:
    """Find the boxes (x0, y0, x1, y1) of coloured shapes at least `seal_size` high and wide."""
    step = max(1, round(seal_size / 16))
    height, width = pixels.shape[:2]
    # Every second pixel is enough for shapes of this size, and a quarter of the work.
    sparse = np.ascontiguousarray(pixels[::2, ::2])
    small = cv2.resize(sparse, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    white = paper_colour(pixels)
    red, green, blue = (cv2.convertScaleAbs(small[..., c], alpha=255.0 / white[c]) for c in range(3))
    darkest = cv2.min(cv2.min(red, green), blue)
    coloured = cv2.subtract(cv2.max(cv2.max(red, green), blue), darkest) > COLOURED
    ink = darkest < INK_SHARE_OF_PAPER * 255
    if float(np.sum(coloured & ink)) > WRITTEN_IN_COLOUR * float(np.sum(ink)):
        return ()
    mask = coloured.astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for x, y, w, h in stats[1:count, :4].tolist():
        if min(w, h) * step >= seal_size:
            # One step more all round: the rim of a shape is too pale on the small copy to count.
            found.append(
                (
                    max(0, (x - 1) * step),
                    max(0, (y - 1) * step),
                    min(width, (x + w + 2) * step),
                    min(height, (y + h + 2) * step),
                )
            )
    return tuple(found)


def paper_level(gray: Picture) -> Picture:
    """Estimate the brightness of the bare paper, on a copy of about 400 px: letters are covered by the paper around."""
    small = small_copy(gray, 400)
    covered = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 13)
    return cv2.GaussianBlur(covered, (0, 0), 4).astype(np.uint8)


def evened(gray: Picture, paper: Picture) -> Picture:
    """Divide the page by its paper, so that all paper is white; what is darker than paper can be stays dark."""
    lowest = DARKEST_PAPER_SHARE * float(np.percentile(paper, 90))
    gain = 255.0 / np.maximum(paper.astype(np.float32), max(lowest, 1.0))
    height, width = gray.shape
    whole = cv2.resize(gain.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.multiply(gray, whole, dtype=cv2.CV_8U).astype(np.uint8)


def measure_type(gray: Picture, dpi: float) -> Type:
    """Measure x-height and stroke width in the middle of the page, or all over where too little stands there."""
    height, width = gray.shape
    top, left = round(height * MARGIN_SHARE), round(width * MARGIN_SHARE)
    middle = _measure(gray[top : height - top, left : width - left], dpi)
    return middle if middle.letters >= ENOUGH_LETTERS else _measure(gray, dpi)


def _measure(gray: Picture, dpi: float) -> Type:
    """Measure the dark shapes that can be letters (2 to 18 points high)."""
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


def choose_scale(x_height: float, dpi: float) -> float:
    """Choose the scale that brings the x-height to the target; 1 where it is unknown or near enough."""
    if not x_height:
        return 1.0
    scale = min(TARGET_X_HEIGHT / x_height, max(1.0, LARGEST_DPI / dpi))
    return 1.0 if abs(scale - 1.0) <= LEAVE_ALONE else scale


def resized(gray: Picture, scale: float) -> Picture:
    """Resize by `scale`, averaging when smaller, cubic when larger."""
    if scale == 1.0:
        return gray
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    return cv2.resize(gray, size, interpolation=_interpolation(scale)).astype(np.uint8)


def _interpolation(scale: float) -> int:
    """Choose how to resize; from half size up, two by two pixels averaged are enough and several times as fast."""
    if scale > 1.0:
        return int(cv2.INTER_CUBIC)
    return int(cv2.INTER_LINEAR if scale >= 0.5 else cv2.INTER_AREA)
