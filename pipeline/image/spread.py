"""Say whether a picture shows two facing pages, and where their gutter runs.

Neither the shape of the sheet nor an empty band in the middle makes a spread: landscape tables, leaflets in two columns
and letters have those too. What makes one is a gutter: a fold, a seam or the shadow of a binding that runs from the
upper edge of the sheet to the lower, while what is printed stops at the margins and keeps away from it on both sides.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.5
_LEAST_ASPECT = 1.1  # two upright pages side by side are wider than high
_MIDDLE = (0.36, 0.64)
_BANDS = 24
_PAPER_PERCENTILE = 80  # of a short stretch of a column: letters leave more than a fifth of it bare, a fold nothing
_FLANK_MM = (7.0, 22.0)  # where a gutter's shadow has ended, and the paper is as bright as it gets
_LEAST_DEPTH = 4.0  # grey levels that the gutter is darker than the paper beside it
_SURE_DEPTH = 14.0
_STRAY_MM = 2.5
_LEAST_ALONG = 0.85
_CLEAR_MM = (1.2, 4.5)  # beside the gutter's dark middle no page is printed on
_WIDEST_MM = 8.0  # of one half of that middle: where two sheets lie apart, the bed between them
_STILL_DARK = 0.4  # of its depth
_INK_SHARE = 0.88
_MOST_CROSSING = 0.04
_LEAST_INK = 0.0002  # of a page: a few words
_OFF_MIDDLE = 0.14


@dataclass(frozen=True, slots=True)
class Spread:
    """What was found.

    Attributes:
        confidence: 0 to 1; from `THRESHOLD` on it is one.
        gutter_x: Where the gutter crosses the middle of the picture, in its pixels; None where there is none.
    """

    confidence: float
    gutter_x: float | None = None


NO_SPREAD = Spread(0.0)


def find_gutter(gray: NDArray[np.uint8], px_per_mm: float) -> Spread:
    """Look for the gutter of two facing pages.

    Args:
        gray: The straight sheet without the bed around it, shape (height, width); about 4 pixels to the millimetre.
        px_per_mm: Scale.
    """
    height, width = gray.shape
    reach = round(_FLANK_MM[1] * px_per_mm)
    if width < _LEAST_ASPECT * height or width * (_MIDDLE[1] - _MIDDLE[0]) < reach or height < 8 * _BANDS:
        return NO_SPREAD
    paper = _paper(gray)
    depth = _depth(paper, px_per_mm)
    found = _gutter(depth, px_per_mm)
    if found is None:
        return NO_SPREAD
    slope, start, along, deep = found
    crossing = _crossing(gray, paper, depth, (slope, start), px_per_mm)
    if along < _LEAST_ALONG or crossing > _MOST_CROSSING:
        return NO_SPREAD
    middle = start + slope * (_BANDS - 1) / 2
    written = sum(share >= _LEAST_INK for share in _ink_shares(gray, paper, middle))
    off = abs(middle / width - 0.5)
    parts = (
        min(1.0, 0.5 + 0.5 * (deep - _LEAST_DEPTH) / (_SURE_DEPTH - _LEAST_DEPTH)),
        along,
        1 - 5 * crossing,
        (0.55, 0.75, 1.0)[written],
        1 - 0.4 * off / _OFF_MIDDLE,
    )
    return Spread(round(float(np.prod(parts)), 3), round(middle, 2))


def _paper(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the tone of the bare paper by band and column, shape (bands, width)."""
    edges = np.linspace(0, gray.shape[0], _BANDS + 1).astype(int)
    rows = [np.percentile(gray[top:end], _PAPER_PERCENTILE, axis=0) for top, end in pairwise(edges)]
    return np.asarray(rows, dtype=np.float32)


def _depth(paper: NDArray[np.float32], px_per_mm: float) -> NDArray[np.float32]:
    """Return by how much each column is darker than the paper on either side of it, whichever of the two is darker."""
    near, far = (round(mm * px_per_mm) for mm in _FLANK_MM)
    length = far - near
    left = np.full_like(paper, 0)
    right = np.full_like(paper, 0)
    level = cv2.blur(paper, (length, 1), borderType=cv2.BORDER_REPLICATE)
    shift = (near + far) // 2
    left[:, shift:] = level[:, :-shift]
    right[:, :-shift] = level[:, shift:]
    return np.asarray(np.minimum(left, right) - paper, dtype=np.float32)


def _gutter(depth: NDArray[np.float32], px_per_mm: float) -> tuple[float, float, float, float] | None:
    """Return slope and start (by band), the share of bands that have the gutter, and how deep it is there.

    The gutter is the straight line through the bands along which the least deep band, the odd one left out, is
    deepest; lines may lean by two hundredths.
    """
    bands, width = depth.shape
    first, last = (round(share * width) for share in _MIDDLE)
    stray = max(1, round(_STRAY_MM * px_per_mm))
    near = cv2.dilate(depth, np.ones((1, stray | 1), np.uint8))
    tries = np.arange(first, last)
    best = (-np.inf, 0.0, 0.0)
    for lean in range(-6, 7, 2):
        slope = lean * stray / bands
        columns = np.rint(tries[:, None] + slope * (np.arange(bands) - (bands - 1) / 2)).astype(int)
        depths = np.sort(near[np.arange(bands), columns.clip(0, width - 1)], axis=1)
        score = depths[:, bands // 8]
        at = int(score.argmax())
        if score[at] > best[0]:
            same = np.flatnonzero(score >= score[at] - 1e-6)
            best = (float(score[at]), slope, float(tries[same].mean()))
    if best[0] < _LEAST_DEPTH:
        return None
    slope, start = best[1], best[2] - best[1] * (bands - 1) / 2
    return _followed(depth, slope, start, stray)


def _followed(depth: NDArray[np.float32], slope: float, start: float, stray: int) -> tuple[float, float, float, float]:
    """Return the line through the deepest places near a line, the share of bands deep enough, and their depth."""
    bands, width = depth.shape
    columns = np.rint(start + slope * np.arange(bands)).astype(int)[:, None] + np.arange(-stray, stray + 1)
    around = depth[np.arange(bands)[:, None], columns.clip(0, width - 1)]
    deep = around.max(axis=1)
    has = deep >= _LEAST_DEPTH
    # The edges of a sheet tell a fold from a printed rule, which stops at the margins.
    along = float(has.mean()) if has[0] and has[-1] else 0.0
    weight = np.maximum(around - 0.7 * deep[:, None], 0) + 1e-6
    places = (weight * columns).sum(axis=1) / weight.sum(axis=1)
    slope, start = (float(value) for value in np.polyfit(np.arange(bands)[has], places[has], 1))
    return slope, start + 0.5, along, float(np.median(deep[has]))


def _crossing(
    gray: NDArray[np.uint8],
    paper: NDArray[np.float32],
    depth: NDArray[np.float32],
    line: tuple[float, float],
    px_per_mm: float,
) -> float:
    """Return the share of rows in which something is printed right beside the gutter, on the side with more of it.

    Beside a printed line of a table stand its words and rules; beside a gutter lie the inner margins.
    """
    height, width = gray.shape
    rows = np.arange(height)
    bands = np.minimum(rows * len(paper) // height, len(paper) - 1)
    middle = np.rint(line[1] + line[0] * bands).astype(int)
    share = 0.0
    for side in (-1, 1):
        dark = _half_width(depth, line, side, px_per_mm)
        first, last = (dark + round(mm * px_per_mm) for mm in _CLEAR_MM)
        columns = (middle[:, None] + side * np.arange(first, last + 1)).clip(0, width - 1)
        inked = gray[rows[:, None], columns] < _INK_SHARE * paper[bands[:, None], columns]
        share = max(share, float((inked.sum(axis=1) > 0.1 * columns.shape[1]).mean()))
    return share


def _half_width(depth: NDArray[np.float32], line: tuple[float, float], side: int, px_per_mm: float) -> int:
    """Return how many pixels the gutter's dark middle reaches to one side, in most bands."""
    bands = np.arange(len(depth))
    middle = np.rint(line[1] + line[0] * bands).astype(int)[:, None]
    columns = middle + side * np.arange(round(_WIDEST_MM * px_per_mm))
    profile = np.median(depth[bands[:, None], columns.clip(0, depth.shape[1] - 1)], axis=0)
    light = np.flatnonzero(profile < _STILL_DARK * profile.max())
    return int(light[light > profile.argmax()].min(initial=len(profile)))


def _ink_shares(gray: NDArray[np.uint8], paper: NDArray[np.float32], middle: float) -> tuple[float, float]:
    """Return the share of ink of the two pages, their outer margins left out."""
    height, width = gray.shape
    top, left, at = height // 20, width // 20, round(middle)
    levels = np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_NEAREST))
    inked = gray < 0.75 * levels
    inner = width // 30
    halves = (inked[top:-top, left : at - inner], inked[top:-top, at + inner : width - left])
    left_share, right_share = (float(half.mean()) for half in halves)
    return left_share, right_share
