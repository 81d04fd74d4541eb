"""Tell what lies on a scanner's bed from its dust, its grain and its noise."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]
_SPECK_MM = 0.55  # a typewritten full stop is 0.5 mm; a single thing of that size on a bed is dust
_SPECK_SMEAR_PX = 6
_GRAIN_MM = 1.2  # a faint thing of that size is the bed's grain: the least letter is larger, and has neighbours
STRONG = 2.0  # times what noise makes
_WEAK = 0.6
_LEAST_STROKE_MM = 1.2
_GAP_MM = 1.0
_WINDOW_MM = 5.0
_DEVIATIONS = 5.0
_LEAST_LEVELS = 4.0


@dataclass(frozen=True, slots=True)
class Bed:
    """A small copy of a straight page, whose edges may be a scanner's bed.

    Attributes:
        colour: Shape (height, width, channels).
        inside: Shape (height, width), true where the scan covers the page.
        px_per_mm: Scale.
    """

    colour: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    px_per_mm: float


def without_specks(
    things: NDArray[np.bool_], strong: NDArray[np.bool_], px_per_mm: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Part things from dust and grain: specks no larger than a full stop that touch nothing and form no stroke.

    What is nowhere strong may be a little larger. What lies within `_GAP_MM` of one another is one thing, so that a
    faint stroke is not lost for its gaps.
    """
    if not things.any():
        return things, things
    # Half the size is a quarter of the work; sizes come out a little larger by it, so fewer things pass for specks.
    scale = px_per_mm / 2
    reach = max(1, math.ceil(_GAP_MM / 2 * scale))
    seen, strongly = _halved(things), _halved(strong & things)
    grown = cv2.dilate(seen, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    is_strong = np.bincount(labels[strongly > 0], minlength=len(stats)) > 0
    largest = np.where(is_strong, _SPECK_MM, _GRAIN_MM) * scale + _SPECK_SMEAR_PX / 2 + 2 * reach
    small = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) <= largest
    small[0] = False
    if not small.any():
        return things, np.zeros_like(things)
    height, width = things.shape
    specks = np.take(small, np.asarray(labels)).repeat(2, axis=0)[:height].repeat(2, axis=1)[:, :width] & things
    return things & ~specks, specks


def _halved(map_: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return a map of half the size, in which a pixel is set where any of its four was."""
    height, width = map_.shape
    even = np.pad(map_, ((0, height % 2), (0, width % 2))).view(np.uint8)
    rows = even[0::2] | even[1::2]
    return np.asarray(rows[:, 0::2] | rows[:, 1::2], dtype=np.uint8)


def standing_out(bed: Bed, specks: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    """Return what in the strips outside the box differs from the bed around it by more than the bed's own noise."""
    found = np.zeros(bed.inside.shape, dtype=np.bool_)
    beside = _beside(found.shape, box)
    for strip in _strips(found.shape, box):
        contrast = _contrast(bed.colour[strip], bed.inside[strip], bed.px_per_mm)
        lying, _ = without_specks((contrast > 1) & ~specks[strip], contrast > STRONG, bed.px_per_mm)
        found[strip] |= lying | _sticking_out(contrast > _WEAK, beside[strip], bed.px_per_mm)
    return found


def _beside(shape: tuple[int, ...], box: Box) -> NDArray[np.bool_]:
    """Return the map of the pixels right outside a box."""
    x0, y0, x1, y1 = box
    beside = np.zeros(shape, dtype=np.bool_)
    beside[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = True
    beside[y0:y1, x0:x1] = False
    return beside


def _sticking_out(weak: NDArray[np.bool_], beside: NDArray[np.bool_], px_per_mm: float) -> NDArray[np.bool_]:
    """Return the faint things that reach to the box: strokes that run from the sheet onto the bed."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(weak.astype(np.uint8), connectivity=8)
    long = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= _LEAST_STROKE_MM * px_per_mm
    reaching = np.zeros(len(stats), dtype=np.bool_)
    reaching[np.asarray(labels)[beside]] = True
    reaching[0] = False
    return np.take(long & reaching, np.asarray(labels))


def _contrast(colour: NDArray[np.uint8], inside: NDArray[np.bool_], px_per_mm: float) -> NDArray[np.float32]:
    """Return the difference from the surroundings within one strip as a multiple of what noise makes there.

    Averages leave out what the scan does not cover.
    """
    side = round(_WINDOW_MM * px_per_mm) | 1
    weight = inside.astype(np.float32)
    total = np.maximum(cv2.blur(weight, (side, side)), 1e-3)
    contrast = np.zeros(inside.shape, dtype=np.float32)
    for channel in cv2.split(colour) if inside.any() else ():
        soft = cv2.blur(channel.astype(np.float32), (2, 2))
        off = np.abs(soft - cv2.blur(soft * weight, (side, side)) / total) * weight
        level = max(_LEAST_LEVELS, _DEVIATIONS * 1.4826 * float(np.median(off[inside])))
        contrast = np.maximum(contrast, off / level)
    return contrast


def _strips(shape: tuple[int, ...], box: Box) -> list[tuple[slice, slice]]:
    """Return the four strips outside a box, the corners in each of their two; empty ones are left out."""
    x0, y0, x1, y1 = box
    everywhere = slice(None)
    strips = [
        (everywhere, slice(0, x0)),
        (slice(0, y0), everywhere),
        (everywhere, slice(x1, shape[1])),
        (slice(y1, shape[0]), everywhere),
    ]
    cut = (x0, y0, shape[1] - x1, shape[0] - y1)
    return [strip for strip, depth in zip(strips, cut, strict=True) if depth]
