"""Stamps in a frame, or of red ink, found by their shape: small, longer than high, turned by some degrees.

Readers of lines take a frame for a picture and pass over what stands in it; a stamp is the law's own mark all the same
(Nghị định 30/2020/NĐ-CP, Phụ lục I: HOẢ TỐC 30 x 8 mm, KHẨN 20 x 8 mm, and the like for secrecy).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.tone import Picture

_MM_PER_INCH = 25.4
_LOOK_DPI = 100
# Where stamps of this kind stand, from the top.
_UPPER_PART = 0.55
# Sides of the stamp in millimetres, of a red blob and of a frame drawn in any ink, and how far it may be turned.
_LEAST_MM, _MOST_MM = (10.0, 4.0), (70.0, 30.0)
_LONGER, _MOST_DEGREES = 1.15, 15.0
_RED, _DARK = 40, 50  # how much redder than its other colours, how much darker than its paper, in grey levels
_LETTERS_APART_MM = 2.5
_SIDE_DRAWN = 0.75  # share of each side of a frame that is ink
_MARGIN_MM = 1.5
_INK = 160


@dataclass(frozen=True, slots=True)
class Framed:
    """One stamp, cut out and laid straight.

    Attributes:
        cut: Grey, black on white, without the rules of its frame.
        centre: Of the cut on the page, pixels.
        degrees: How far it was turned on the page, clockwise positive.
    """

    cut: Picture
    centre: tuple[float, float]
    degrees: float

    def on_page(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Give the upright box on the page around a box in the cut."""
        height, width = self.cut.shape[:2]
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) - (width / 2, height / 2)
        turn = np.radians(self.degrees)
        cosine, sine = np.cos(turn), np.sin(turn)
        placed = corners @ np.array([(cosine, sine), (-sine, cosine)]) + self.centre
        (left, top), (right, bottom) = placed.min(axis=0), placed.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


@dataclass(frozen=True, slots=True)
class _Found:
    """A shape on the page, in its pixels: middle, long and short side, turn."""

    centre: tuple[float, float]
    size: tuple[float, float]
    degrees: float


def framed_parts(page: Picture, dpi: float) -> tuple[Framed, ...]:
    """Give what looks like a stamp in the upper part of a straight page, grey or RGB; most pages have nothing."""
    top = page[: round(page.shape[0] * _UPPER_PART)]
    found: list[Framed] = []
    if top.ndim == 3:
        red = _redness(top)
        found += [_cut_out(255 - red, shape, dpi) for shape in _red_shapes(red, dpi)]
    grey = top if top.ndim == 2 else _picture(cv2.cvtColor(top, cv2.COLOR_RGB2GRAY))
    found += [_cut_out(grey, shape, dpi) for shape in _frames(_darkness(grey), dpi)]
    return tuple(found)


def _redness(page: Picture) -> Picture:
    """Give how red each pixel is, 0 to 255."""
    red, green, blue = (page[:, :, channel].astype(np.int16) for channel in range(3))
    return _picture(np.clip(2 * (red - np.maximum(green, blue)), 0, 255).astype(np.uint8))


def _darkness(grey: Picture) -> Picture:
    """Give the pixels that are darker than the paper around them."""
    small = cv2.medianBlur(cv2.resize(grey, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA), 15)
    paper = cv2.resize(small, grey.shape[::-1])
    return _picture(np.where(grey.astype(np.int16) < paper.astype(np.int16) - _DARK, 255, 0).astype(np.uint8))


def _red_shapes(red: Picture, dpi: float) -> Iterator[_Found]:
    """Join red letters that stand close, and the frame around them."""
    small = _small(np.where(red > 2 * _RED, 255, 0).astype(np.uint8), dpi)
    gap = round(_LETTERS_APART_MM / _MM_PER_INCH * _LOOK_DPI) | 1
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    for _, found in _shapes(_picture(joined)):
        yield _scaled(found, dpi / _LOOK_DPI)


def _frames(dark: Picture, dpi: float) -> Iterator[_Found]:
    """Take shapes that are drawn on all four sides."""
    for mask, found in _shapes(_small(dark, dpi)):
        if _has_four_sides(mask, found):
            yield _scaled(found, dpi / _LOOK_DPI)


def _shapes(small: Picture) -> Iterator[tuple[Picture, _Found]]:
    """Give the joined shapes of a stamp's size: the mask of the shape alone, and where it is."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    for label in range(1, count):
        x, y, width, height, _ = (int(value) for value in stats[label])
        if not (_is_between(_mm(width), 0) and _LEAST_MM[1] < _mm(height) < 1.5 * _MOST_MM[1]):
            continue
        mask = np.where(labels[y : y + height, x : x + width] == label, 1, 0).astype(np.uint8)
        rows, columns = np.nonzero(mask)
        points = np.stack([columns, rows], axis=1).astype(np.float32)
        (cx, cy), (long, short), degrees = cv2.minAreaRect(points)
        if long < short:
            long, short, degrees = short, long, degrees - 90
        degrees = (degrees + 90) % 180 - 90
        fits = _is_between(_mm(long), 0) and _is_between(_mm(short), 1) and long > _LONGER * short
        if fits and abs(degrees) <= _MOST_DEGREES:
            yield _picture(mask), _Found((cx + x, cy + y), (long, short), degrees)


def _is_between(millimetres: float, side: int) -> bool:
    return _LEAST_MM[side] < millimetres < _MOST_MM[side]


def _mm(pixels: float) -> float:
    return pixels / _LOOK_DPI * _MM_PER_INCH


def _has_four_sides(mask: Picture, found: _Found) -> bool:
    """Lay the shape straight and look along its edges."""
    edge, (long, short) = 5, found.size
    middle = (mask.shape[1] / 2, mask.shape[0] / 2)
    turned = _turned(mask * 255, middle, (round(long) + edge, round(short) + edge), found.degrees, 0) > 100
    strips = (turned[:edge].any(axis=0), turned[-edge - 2 :].any(axis=0),
              turned[:, :edge].any(axis=1), turned[:, -edge - 2 :].any(axis=1))  # fmt: skip
    return bool(min(strip.mean() for strip in strips) > _SIDE_DRAWN)


def _cut_out(grey: Picture, found: _Found, dpi: float) -> Framed:
    """Cut the shape out, straight, and take away the rules near its edge."""
    margin = 2 * round(_MARGIN_MM / _MM_PER_INCH * dpi)
    size = (round(found.size[0]) + margin, round(found.size[1]) + margin)
    cut = _turned(grey, found.centre, size, found.degrees, 255)
    return Framed(_without_rules(cut, dpi), found.centre, found.degrees)


def _without_rules(cut: Picture, dpi: float) -> Picture:
    """Whiten long straight strokes near the edge: a frame, single or double."""
    height, width = cut.shape
    thick = max(3, round(0.3 / _MM_PER_INCH * dpi))
    ink = cv2.dilate(np.where(cut < _INK, 1, 0).astype(np.uint8), np.ones((thick, thick), np.uint8))
    flat = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(9, round(0.35 * width))), np.uint8))
    steep = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(9, round(0.55 * height)), 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(flat, steep), np.ones((3, 3), np.uint8))
    edge = round(0.27 * height)
    rules[edge : height - edge, edge : width - edge] = 0
    return _picture(np.where(rules > 0, 255, cut).astype(np.uint8))


def _turned(
    picture: Picture, centre: tuple[float, float], size: tuple[int, int], degrees: float, outside: int
) -> Picture:
    matrix = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    matrix[0, 2] += size[0] / 2 - centre[0]
    matrix[1, 2] += size[1] / 2 - centre[1]
    return _picture(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(outside,)))


def _small(mask: NDArray[np.uint8], dpi: float) -> Picture:
    scale = _LOOK_DPI / dpi
    shrunk = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return _picture(np.where(shrunk > 60, 1, 0).astype(np.uint8))


def _scaled(found: _Found, factor: float) -> _Found:
    (cx, cy), (long, short) = found.centre, found.size
    return _Found((cx * factor, cy * factor), (long * factor, short * factor), found.degrees)


def _picture(result: object) -> Picture:
    return np.asarray(result, dtype=np.uint8)
