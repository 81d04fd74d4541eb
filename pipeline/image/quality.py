"""Measure how well a page was scanned: sharpness, contrast, clipping, size of letters. Pure pixel maths.

Lengths are those of paper, so that a scan of 600 dpi and one of 200 dpi of the same sheet can be compared. What cannot
be measured on a page (no letters, two levels only) is None, never a made-up figure.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

_MM_PER_INCH = 25.4
# Small letters of 5 point are 0.9 mm high, capitals of 60 point 15 mm.
_LETTER_MM = (0.8, 15.0)
_LEAST_LETTERS = 20
# Letters are looked for on a copy on which strokes are a pixel wide, made from every second pixel or fewer.
_SAMPLED_DPI, _FINDING_DPI, _LONGEST_PX = 150, 110, 3000
_SURROUNDINGS_MM = 12.0
_INK_GREY_LEVELS = 12  # darker than its surroundings by less than this is paper, shading or noise
_TILE_MM = 20.0
_MOST_TILES = 6
_LETTERS_PER_TILE = 4
# Wide enough to hold the dark and the light side of every edge that is not hopelessly blurred.
_REACH_MM = 0.6
# A letter's edge goes over at least this share of the way from paper to ink; weaker ones are the other side's print.
_EDGE_SHARE = 0.6
_FEWEST_EDGES = 60
# How far an edge may lean from the axis it is measured across: within 27 degrees its width comes out 1.1 times at most.
_LEAN = 2
_GAMMA = 2.2  # of sRGB, near enough
_LEVELS = (2, 253)  # darker is blocked, lighter burnt out
_MARGIN_SHARE = 0.1  # beds and black borders lie outside
_SAMPLES = 250  # along each side
# Tones between black and white: fewer than this share of the pixels have none but at the edges of their letters.
_BILEVEL_SHARE = 0.002
_FEWEST_TONES = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured; None where there was nothing to measure it on.

    Attributes:
        letters: Number of letter-like shapes.
        letter_mm: Their median height, millimetres on paper.
        edge_um: Width of letters' edges from 10 to 90 % of the step, micrometres on paper, in the blurrier of the two
            directions. Where the blur is wider than the strokes it comes out up to a quarter too small.
        contrast: Share of the paper's light that ink does not send back (print contrast signal), 0 to 1.
        paper, ink: Their grey levels, 0 to 255, where the letters stand.
        burnt_out, blocked: Shares of pixels, 0 to 1, without any tone left at the white and the black end.
        tones: "bilevel", "grey" or "colour": what the pixels hold, whatever the file calls them.
    """

    letters: int
    letter_mm: float | None
    edge_um: int | None = None
    contrast: float | None = None
    paper: int | None = None
    ink: int | None = None
    burnt_out: float | None = None
    blocked: float | None = None
    tones: str | None = None


def measure(pixels: NDArray[np.uint8] | NDArray[np.bool_], gray: Gray, dpi_x: float, dpi_y: float) -> Look:
    """Measure a page as scanned.

    Args:
        pixels: As decoded: (height, width) bool or grey, or (height, width, 3) RGB.
        gray: The same in 256 greys.
        dpi_x: Resolution across, pixels per inch.
        dpi_y: Resolution down.
    """
    boxes, heights = _letters(gray, dpi_x, dpi_y)
    letter_mm = round(float(np.median(heights)), 2) if len(heights) >= _LEAST_LETTERS else None
    if pixels.dtype == np.bool_:  # no edges, no shades: nothing more to measure
        return Look(len(heights), letter_mm, tones="bilevel")
    lowest, highest = _ends(pixels.astype(np.uint8, copy=False))
    tones = _tones(lowest, highest, coloured=pixels.ndim == 3)
    if tones == "bilevel" or not lowest.size:
        return Look(len(heights), letter_mm, tones=tones)
    return Look(
        letters=len(heights),
        letter_mm=letter_mm,
        burnt_out=round(float(np.mean(lowest >= _LEVELS[1])), 4),
        blocked=round(float(np.mean(highest <= _LEVELS[0])), 4),
        tones=tones,
        **_of_letters([gray[y0:y1, x0:x1] for x0, y0, x1, y1 in boxes], dpi_x, dpi_y),
    )


def _of_letters(tiles: list[Gray], dpi_x: float, dpi_y: float) -> dict[str, Any]:
    """Give what is measured where letters stand; nothing where none do."""
    if not tiles:
        return {}
    paper, ink = _levels(tiles)
    edge_um = _edge_width(tiles, paper - ink, dpi_x, dpi_y)
    return {"edge_um": edge_um, "contrast": _contrast(paper, ink), "paper": round(paper), "ink": round(ink)}


def _letters(gray: Gray, dpi_x: float, dpi_y: float) -> tuple[list[tuple[int, int, int, int]], NDArray[np.float64]]:
    """Give the tiles (x0, y0, x1, y1) with the most letters on them, and the heights of all letters in millimetres."""
    dpi = max(dpi_x, dpi_y)
    small = _small(gray, min(dpi_x, dpi_y), dpi)
    down, across = gray.shape[0] / small.shape[0], gray.shape[1] / small.shape[1]
    _, _, stats, centres = cv2.connectedComponentsWithStats(
        _ink(small, _SURROUNDINGS_MM / _MM_PER_INCH * dpi / down), connectivity=8
    )
    width_mm = stats[:, cv2.CC_STAT_WIDTH] * across / dpi_x * _MM_PER_INCH
    height_mm = stats[:, cv2.CC_STAT_HEIGHT] * down / dpi_y * _MM_PER_INCH
    fill = stats[:, cv2.CC_STAT_AREA] / (stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT])
    likely = (height_mm > _LETTER_MM[0]) & (height_mm < _LETTER_MM[1]) & (width_mm < 4 * height_mm)
    likely &= (height_mm < 6 * width_mm) & (fill > 0.1) & (fill < 0.9)
    likely[0] = False
    side_x, side_y = (max(16, round(_TILE_MM / _MM_PER_INCH * each)) for each in (dpi_x, dpi_y))
    column = (centres[likely, 0] * across // side_x).astype(np.int64)
    row = (centres[likely, 1] * down // side_y).astype(np.int64)
    found, counts = np.unique(np.stack([row, column]), axis=1, return_counts=True)
    best = [place for place in np.argsort(-counts, kind="stable") if counts[place] >= _LETTERS_PER_TILE]
    places = [(int(found[1, place]) * side_x, int(found[0, place]) * side_y) for place in best[:_MOST_TILES]]
    return [(x, y, x + side_x, y + side_y) for x, y in places], height_mm[likely]


def _small(gray: Gray, least_dpi: float, dpi: float) -> Gray:
    """Give a rough copy on which letters can be found: every second pixel or fewer, then brought to one resolution."""
    step = max(1, round(least_dpi / _SAMPLED_DPI))
    sampled = np.ascontiguousarray(gray[::step, ::step])
    scale = min(_LONGEST_PX / max(sampled.shape), _FINDING_DPI * step / dpi)
    if scale >= 1:
        return sampled
    height, width = (max(1, round(side * scale)) for side in sampled.shape)
    return np.asarray(cv2.resize(sampled, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _ink(small: Gray, surroundings_px: float) -> Gray:
    """Give 1 where a picture is darker than what lies around it, whatever the paper's own tone; else 0."""
    side = max(3, round(surroundings_px) | 1)
    darker = cv2.subtract(cv2.blur(small, (side, side)), small)
    candidates = darker[darker > 0]
    if candidates.size == 0:
        return np.zeros_like(small)
    level, _ = cv2.threshold(candidates.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    return np.asarray(darker > max(level, _INK_GREY_LEVELS), dtype=np.uint8)


def _levels(tiles: list[Gray]) -> tuple[float, float]:
    """Give the usual grey of paper and of ink: the middle of the lighter and of the darker part of each tile."""
    pairs = []
    for whole in tiles:
        tile = np.ascontiguousarray(whole[::2, ::2])
        level, _ = cv2.threshold(tile, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        light, dark = tile[tile > level], tile[tile <= level]
        # Strokes' cores are the ink; at their edges it is mixed with paper.
        pairs.append((np.median(light) if light.size else 255.0, np.percentile(dark, 25) if dark.size else 0.0))
    paper, ink = np.median(np.array(pairs, dtype=np.float64), axis=0)
    return float(paper), float(ink)


def _contrast(paper: float, ink: float) -> float:
    """Give the share of the paper's light that is missing where ink is, from gamma-coded levels."""
    return round(1.0 - float((min(ink, paper) / max(paper, 1.0)) ** _GAMMA), 3)


def _edge_width(tiles: list[Gray], step: float, dpi_x: float, dpi_y: float) -> int | None:
    """Give the width of letters' edges in micrometres, of the blurrier direction; None where there are too few."""
    across = [_widths(tile, step, dpi_x) for tile in tiles]
    down = [_widths(np.ascontiguousarray(tile.T), step, dpi_y) for tile in tiles]
    found = []
    for widths, dpi in ((across, dpi_x), (down, dpi_y)):
        all_widths = np.concatenate(widths)
        if len(all_widths) >= _FEWEST_EDGES:
            found.append(float(np.median(all_widths)) / dpi * _MM_PER_INCH * 1000)
    return round(max(found)) if found else None


def _widths(tile: Gray, step: float, dpi: float) -> NDArray[np.float32]:
    """Give the widths in pixels of the edges that run across the rows.

    A step blurred by a bell curve has its 10 to 90 % width where height divided by steepest slope says (1.02 of it).
    """
    if min(tile.shape) < 3:
        return np.zeros(0, np.float32)
    reach = max(2, round(_REACH_MM / _MM_PER_INCH * dpi))
    window = np.ones((1, 2 * reach + 1), np.uint8)
    rise = cv2.subtract(cv2.dilate(tile, window), cv2.erode(tile, window)).astype(np.float32)[:, :-1]
    slope = cv2.absdiff(tile[:, 1:], tile[:, :-1])
    steepest = slope == cv2.dilate(slope, window)
    # Seen two pixels apart, so that an edge a pixel wide is not taken for one that leans.
    lean = np.zeros(slope.shape, np.uint8)
    lean[1:-1] = cv2.absdiff(tile[2:, :-1], tile[:-2, :-1]) // 2
    upright = slope.astype(np.int16) >= _LEAN * lean.astype(np.int16)
    strong = rise >= _EDGE_SHARE * max(step, 16.0)
    chosen = steepest & upright & strong
    widths: NDArray[np.float32] = rise[chosen] / slope[chosen]
    return widths


def _ends(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give the lowest and the highest channel of some hundred rows and columns of the page's middle."""
    height, width = pixels.shape[:2]
    top, left = round(height * _MARGIN_SHARE), round(width * _MARGIN_SHARE)
    # Odd steps do not keep time with the patterns of screens and scanners.
    step_y, step_x = (max(1, side // _SAMPLES) | 1 for side in (height, width))
    chosen = np.ascontiguousarray(pixels[top : height - top : step_y, left : width - left : step_x])
    if chosen.ndim == 2:
        return chosen, chosen
    red, green, blue = (chosen[..., channel] for channel in range(3))
    return np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)


def _tones(lowest: NDArray[np.uint8], highest: NDArray[np.uint8], *, coloured: bool) -> str | None:
    """Say what the pixels hold; None where there are too few between black and white to tell grey from colour."""
    between = (highest > 8) & (lowest < 247)
    count = int(np.count_nonzero(between))
    has_both = bool((highest <= 8).any() and (lowest >= 247).any())
    if has_both and count < _BILEVEL_SHARE * lowest.size:
        return "bilevel"
    if not coloured:
        return "grey"
    if count < _FEWEST_TONES:
        return None
    return "colour" if bool((highest != lowest)[between].any()) else "grey"
