"""Find what looks like letters on a page: the only ink that says where the text lines run.

Rules, borders, dark beds, stamps' rings, pictures and specks are left out by their shape, so they cannot vote.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

GROUPS = 8  # letters are dealt into this many groups; agreement is only looked for between groups
_WORKING_DPI = 110  # small letters are about seven pixels high here, and a base line is found to a tenth of a pixel
_LONGEST_PX = (1000, 1500)
_INK_GREY_LEVELS = 12  # darker than its surroundings by less than this is paper, shading or noise
_HEIGHT_PX = 4  # lower things are specks and dots
_THICKNESS_PX = 2
_AREA_PX = 6


@dataclass(frozen=True, slots=True)
class Edges:
    """Upper and lower edges of letters, one entry for each edge pixel.

    Attributes:
        x, y: Where, in pixels from the picture's middle; float32.
        sign: +1 where ink begins, -1 where it ends, going down; float32.
        group: Which of the `GROUPS` groups the letter belongs to; int32.
        letters: Number of letters.
        reach: No edge is farther from the middle than this, in pixels.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    sign: NDArray[np.float32]
    group: NDArray[np.int32]
    letters: int
    reach: float


def small_copy(gray: NDArray[np.uint8], longest_px: int) -> NDArray[np.uint8]:
    """Return an area-averaged copy no longer than `longest_px`, or the picture itself where it is small enough.

    Halving is many times faster than averaging over fractions of pixels, and the two one after the other give the
    same averages; an odd last row or column is left out.
    """
    while max(gray.shape) >= 2 * longest_px and min(gray.shape) > 1:
        height, width = gray.shape[0] // 2, gray.shape[1] // 2
        even = gray[: 2 * height, : 2 * width]
        gray = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    scale = longest_px / max(gray.shape)
    if scale >= 1:
        return gray
    size = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def working_copy(gray: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """Return the small copy on which lines are measured; a wrong `dpi` costs accuracy, never more than a little."""
    wanted = round(max(gray.shape) / dpi * _WORKING_DPI)
    return small_copy(gray, min(max(wanted, _LONGEST_PX[0]), _LONGEST_PX[1]))


def ink_mask(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return 1 where the picture is darker than its surroundings, whatever the paper's own tone; else 0."""
    window = (max(small.shape) // 40) | 1
    darker = cv2.subtract(cv2.blur(small, (window, window)), small)
    candidates = darker[darker > 0]
    if candidates.size == 0:
        return np.zeros_like(small)
    level, _ = cv2.threshold(candidates.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    return np.asarray(darker > max(level, _INK_GREY_LEVELS), dtype=np.uint8)


class Ink:
    """Connected pieces of ink of one picture, ready to be read along either axis."""

    def __init__(self, small: NDArray[np.uint8]) -> None:
        """Label the ink of a small grey picture."""
        _, labels, stats, _ = cv2.connectedComponentsWithStats(ink_mask(small), connectivity=8)
        self._labels = np.asarray(labels, dtype=np.int32)
        self._stats = np.asarray(stats, dtype=np.int32)

    def edges(self, *, sideways: bool = False) -> Edges:
        """Return the letters' edges; with `sideways`, those of the picture with its x and y exchanged."""
        labels = np.ascontiguousarray(self._labels.T) if sideways else self._labels
        _, _, width, height, area = self._stats.T
        if sideways:
            width, height = height, width
        letter = _letter_like(width, height, area, max(labels.shape))
        return _edges(np.take(np.where(letter, _dealt(len(letter)), np.uint8(0)), labels), int(letter.sum()))


def _dealt(count: int) -> NDArray[np.uint8]:
    """Return a group from 1 to `GROUPS` for each piece, as good as by chance and always the same.

    Dealing by turns would not do: pieces are numbered row by row, so groups would share the rows of mere noise
    evenly, and that looks like agreement.
    """
    mixed = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
    for shift, factor in ((15, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    return ((mixed >> np.uint32(16)) % GROUPS + 1).astype(np.uint8)


def _letter_like(
    width: NDArray[np.int32], height: NDArray[np.int32], area: NDArray[np.int32], longest_px: int
) -> NDArray[np.bool_]:
    """Say which pieces have the size of letters, or of words grown together; the first is the background."""
    sized = (height >= _HEIGHT_PX) & (height <= longest_px * 0.05) & (width <= longest_px * 0.25)
    sized &= (width >= _THICKNESS_PX) & (area >= _AREA_PX)
    # A thin l is five times as high as wide; a word grown together is long, and no letter is a mere outline.
    shaped = (height <= 8 * width) & (width <= 12 * height) & (area > 0.08 * width * height)
    letter: NDArray[np.bool_] = sized & shaped
    letter[0] = False
    return letter


def _edges(groups: NDArray[np.uint8], letters: int) -> Edges:
    """Read the edges from a picture of group numbers, 0 where there is no letter."""
    height, width = groups.shape
    flat, inside = groups.ravel(), groups[1:-1] > 0
    begins = np.flatnonzero(inside & (groups[:-2] == 0)) + width
    ends = np.flatnonzero(inside & (groups[2:] == 0)) + width
    at = np.concatenate((begins, ends))
    sign = np.repeat(np.array([1, -1], np.float32), (len(begins), len(ends)))
    row, column = np.divmod(at.astype(np.int32), width)
    x = column.astype(np.float32) + np.float32(0.5 - width / 2)
    y = (row + (0.5 - height / 2) - sign * 0.5).astype(np.float32)
    return Edges(x, y, sign, flat[at].astype(np.int32) - 1, letters, float(np.hypot(width, height) / 2 + 2))
