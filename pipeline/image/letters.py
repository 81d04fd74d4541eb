"""Find what looks like letters on a page: the only ink that says where the text lines run.

Rules, borders, dark beds, stamps' rings, pictures, the dots of screens and specks are left out by their shape and by
what lies around them, so they cannot vote.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

GROUPS = 8  # letters are dealt into this many groups; agreement is only looked for between groups
_WORKING_DPI = 110  # small letters are about seven pixels high here, and a base line is found to a tenth of a pixel
_LONGEST_PX = (1000, 1500)
_NEARLY_ITSELF = 0.7  # a copy of this size and more may be interpolated
_INK_GREY_LEVELS = 12  # darker than its surroundings by less than this is paper, shading or noise
_HEIGHT_PX = 4  # lower things are specks and dots
_THICKNESS_PX = 2
_AREA_PX = 6
# The paper on the darkest side of a letter is lighter than the letter by at least this share of what it is on the
# lightest; crumbs along the edge of a sheet have the dark bed on one side.
_EVEN_SIDES = 0.2
# A screen's dots are full and as wide as high; of printed and typed letters at most two in five are. Where a picture's
# dots run together they are looked at with those farther around.
_DOT_FILL, _DOT_ASPECT = 0.6, 1.35
_CELL_PX = 48
_DOTS_SHARE = {3: 0.6, 9: 0.5}  # in a square of so many cells


@dataclass(frozen=True, slots=True)
class Edges:
    """Upper and lower edges of letters, one entry for each edge pixel.

    Attributes:
        x, y: Where, in pixels from the picture's middle, y to a part of a pixel; float32.
        sign: +1 where ink begins, -1 where it ends, going down; float32.
        group: Which of the `GROUPS` groups the letter belongs to; int32.
        letter: Which letter, an index into `middles` and `sizes`; int32.
        middles: Shape (letters, 2), x and y of the middle of each letter's box; float32.
        sizes: Shape (letters, 2), width and height of the box; float32.
        width: Width of the picture.
        reach: No edge is farther from the middle than this, in pixels.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    sign: NDArray[np.float32]
    group: NDArray[np.int32]
    letter: NDArray[np.int32]
    middles: NDArray[np.float32]
    sizes: NDArray[np.float32]
    width: int
    reach: float

    @property
    def letters(self) -> int:
        """Number of letters."""
        return len(self.middles)


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
    # Next to its own size every pixel still counts between its neighbours, at a tenth of the cost of averaging.
    how = cv2.INTER_LINEAR if scale >= _NEARLY_ITSELF else cv2.INTER_AREA
    return np.asarray(cv2.resize(gray, size, interpolation=how), dtype=np.uint8)


def working_copy(gray: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """Return the small copy on which lines are measured; a wrong `dpi` costs accuracy, never more than a little."""
    wanted = round(max(gray.shape) / dpi * _WORKING_DPI)
    return small_copy(gray, min(max(wanted, _LONGEST_PX[0]), _LONGEST_PX[1]))


class Ink:
    """Connected pieces of ink of one picture, ready to be read along either axis."""

    def __init__(self, small: NDArray[np.uint8], *, faint: bool = False) -> None:
        """Label the ink of a small grey picture: what is darker than its surroundings, whatever the paper's tone.

        With `faint`, ink counts too that is pale beside a dark bed, holes and stamps.
        """
        self._darker = _darker(small)
        self._level = _ink_level(self._darker)
        if faint:
            self._level = _ink_level(np.minimum(self._darker, np.uint8(self._level)))
        mask = (self._darker > self._level).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        self._labels = np.asarray(labels, dtype=np.int32)
        self._stats = np.asarray(stats, dtype=np.int32)
        self._on_paper = _on_paper(small, self._labels, self._stats)

    def edges(self, *, sideways: bool = False) -> Edges:
        """Return the letters' edges; with `sideways`, those of the picture with its x and y exchanged."""
        stats = self._stats[:, [1, 0, 3, 2, 4]] if sideways else self._stats
        labels = np.ascontiguousarray(self._labels.T) if sideways else self._labels
        darker = np.ascontiguousarray(self._darker.T) if sideways else self._darker
        return _edges(labels, darker, self._level, stats, self._letters(stats))

    def boxes(self, *, sideways: bool = False) -> NDArray[np.float64]:
        """Return x0, y0, x1, y1 of the letters of lines that run level, or with `sideways` up the page."""
        letter = self._letters(self._stats[:, [1, 0, 3, 2, 4]] if sideways else self._stats)
        left, top, width, height = self._stats[letter, :4].T
        return np.stack([left, top, left + width, top + height], axis=1).astype(np.float64)

    def _letters(self, stats: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Say which pieces are letters."""
        letter = _letter_like(stats, max(self._labels.shape)) & self._on_paper
        letter &= ~_screened(stats, letter)
        return letter


def _darker(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return by how many grey levels each pixel is darker than its surroundings."""
    window = (max(small.shape) // 40) | 1
    return np.asarray(cv2.subtract(cv2.blur(small, (window, window)), small), dtype=np.uint8)


def _ink_level(darker: NDArray[np.uint8]) -> float:
    """Return above how many grey levels it is ink."""
    counts = cv2.calcHist([darker], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    counts[0] = 0
    return max(_parting(counts), float(_INK_GREY_LEVELS))


def _parting(counts: NDArray[np.float64]) -> float:
    """Return the level up to which values belong to the lower of two kinds (Otsu 1979), from how often each occurs."""
    values = np.arange(len(counts))
    lower, total = np.cumsum(counts), np.cumsum(counts * values)
    upper = lower[-1] - lower
    apart = total[-1] * lower - total * lower[-1]
    return float(np.argmax(np.square(apart) / np.maximum(lower * upper, 1e-9)))


def _on_paper(small: NDArray[np.uint8], labels: NDArray[np.int32], stats: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say which pieces have lighter paper on all four sides."""
    size = (max(small.shape) // 80) | 1
    around = cv2.blur(small, (size, size))
    piece = labels[::2][labels[::2] > 0]  # every other row tells a tone well enough
    total = np.bincount(piece, weights=small[::2][labels[::2] > 0], minlength=len(stats))
    own = total / np.maximum(1, np.bincount(piece, minlength=len(stats)))
    left, top, width, height = stats[:, :4].T
    x, y = left + width // 2, top + height // 2
    beside, above = width // 2 + size, height // 2 + size
    sides = [(x - beside, y), (x + beside, y), (x, y - above), (x, y + above)]
    rows, columns = small.shape
    lighter = np.stack([around[np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)] for x, y in sides]) - own
    even: NDArray[np.bool_] = lighter.min(axis=0) > _EVEN_SIDES * lighter.max(axis=0)
    return even


def _screened(stats: NDArray[np.int32], letter: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which letter-like pieces stand among so many dots that they are part of a screened picture."""
    left, top, width, height, area = stats.T
    dot = (width < _DOT_ASPECT * height) & (height < _DOT_ASPECT * width) & (area > _DOT_FILL * width * height)
    down, across = top // _CELL_PX, left // _CELL_PX
    shape = int(down.max()) + 1, int(across.max()) + 1
    at = down * shape[1] + across
    dots, pieces = (
        np.bincount(at[each], minlength=shape[0] * shape[1]).reshape(shape) for each in (letter & dot, letter)
    )
    screened = np.zeros(shape, np.bool_)
    for cells, share in _DOTS_SHARE.items():
        screened |= _sum_around(pieces, cells) < _sum_around(dots, cells) / share
    among: NDArray[np.bool_] = letter & screened[down, across]
    return among


def _sum_around(counts: NDArray[np.int64], cells: int) -> NDArray[np.float64]:
    """Return for each cell the sum over the square of `cells` by `cells` around it."""
    total = cv2.boxFilter(
        counts.astype(np.float64), -1, (cells, cells), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    return np.asarray(total, dtype=np.float64)


def _dealt(count: int) -> NDArray[np.int32]:
    """Return a group from 0 to `GROUPS` - 1 for each piece, as good as by chance and always the same.

    Dealing by turns would not do: pieces are numbered row by row, so groups would share the rows of mere noise
    evenly, and that looks like agreement.
    """
    mixed = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
    for shift, factor in ((15, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    return ((mixed >> np.uint32(16)) % GROUPS).astype(np.int32)


def _letter_like(stats: NDArray[np.int32], longest_px: int) -> NDArray[np.bool_]:
    """Say which pieces have the size of letters, or of words grown together; the first is the background."""
    _, _, width, height, area = stats.T
    sized = (height >= _HEIGHT_PX) & (height <= longest_px * 0.05) & (width <= longest_px * 0.25)
    sized &= (width >= _THICKNESS_PX) & (area >= _AREA_PX)
    # A thin l is five times as high as wide; a word grown together is long, and no letter is a mere outline.
    shaped = (height <= 8 * width) & (width <= 12 * height) & (area > 0.08 * width * height)
    letter: NDArray[np.bool_] = sized & shaped
    letter[0] = False
    return letter


def _edges(
    labels: NDArray[np.int32],
    darker: NDArray[np.uint8],
    level: float,
    stats: NDArray[np.int32],
    letter: NDArray[np.bool_],
) -> Edges:
    """Read the letters' edges; how dark the pixels on both sides are tells where between them the edge runs."""
    height, width = labels.shape
    inside = np.take(letter, labels)
    begins = np.flatnonzero(inside[1:-1] & ~inside[:-2]) + width
    ends = np.flatnonzero(inside[1:-1] & ~inside[2:]) + width
    at = np.concatenate((begins, ends))
    sign = np.repeat(np.array([1, -1], np.float32), (len(begins), len(ends)))
    out = np.concatenate((begins - width, ends + width))
    ink, paper = darker.ravel()[at].astype(np.float32), darker.ravel()[out].astype(np.float32)
    part = np.clip((ink - np.float32(level + 0.5)) / np.maximum(ink - paper, 1), 0, 1)
    row, column = np.divmod(at.astype(np.int32), width)
    piece = labels.ravel()[at]
    numbers = np.flatnonzero(letter)
    middle, boxes = np.array((width / 2, height / 2)), stats[numbers].astype(np.float64)
    return Edges(
        x=column.astype(np.float32) + np.float32(0.5 - width / 2),
        y=(row + np.float32(0.5 - height / 2) - sign * part).astype(np.float32),
        sign=sign,
        group=_dealt(len(letter))[piece],
        letter=np.searchsorted(numbers, piece).astype(np.int32),
        middles=(boxes[:, :2] + boxes[:, 2:4] / 2 - middle).astype(np.float32),
        sizes=boxes[:, 2:4].astype(np.float32),
        width=width,
        reach=float(np.hypot(width, height) / 2 + 2),
    )
