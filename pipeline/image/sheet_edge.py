"""Say whether what stands along one side of a picture is the edge of a sheet lying on a bed, and how sure that is.

Everything is looked at from the left; the caller turns the picture. From the left edge of the picture a ray runs along
each row until it meets something; a sheet's edge is where most rays end on one straight line and the tone behind the
line, over its whole length, is another than that before it: paper on a bed. Text, tables and printed frames have the
same paper on both sides of their left edge and are told by that. Where bed and paper have the same tone only a shadow
can show the edge: faint, and fading towards the bed, unlike a printed rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SPAN_PERCENT = (1, 99)
_LONGEST_RAY = 0.6  # of the picture's width; a ray that runs on has passed above or below the sheet
_LEAST_ROWS = 0.25  # of the picture's height must end rays, or there is no side to speak of
_STEEPEST = 0.21  # a sheet lies askew by 12 degrees at most
_ON_LINE_MM = 1.2
_TRIES = 200
_LEAST_ALONG = 0.6  # of the rays end on the line where tones differ; torn corners and stuck-on slips do not
_LEAST_TORN_ALONG = 0.4  # is enough on a dark bed, which no margin of a page looks like
_DARKER = 60.0
_LEAST_SHADOW_ALONG = 0.85
_CORNER_MM = 5.0
_FAR_SIDES = 2  # from this side on, right and bottom, columns are counted from the far edge of the picture
_REACH_MM = (6.0, 25.5)
_BEFORE_MM = (-4.5, -1.2)
_BEHIND_MM = (2.0, 5.5)
_FARTHER_MM = (18.0, 25.0)
_PROFILE_ROWS = 120
_LEAST_STEP = 9.0  # grey levels between bed and paper
_SURE_STEP = 30.0
_SHADOW_LEVELS = (5.0, 70.0)
_SHADOW_FADES = 1.6  # times as wide on the bed's side of its darkest line as on the paper's
_SHADOW_MM = 0.7
_LASTS = 0.6  # of the step is still there farther in; behind a gutter's shadow the paper is as bright as before
_LIGHT = 170.0  # a bed so light could be the margin of a page, and what lies on it a picture printed there
_PAPER = 140.0
_EVEN = 30.0
_COLOURED = 48  # a bed is black, white or grey; a strip of this much colour is printed


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a sheet.

    Attributes:
        confidence: 0 where there is no edge of a sheet, to 1.
        along: Share of the rays that end on the line.
        step: Grey levels between bed and paper, in the channel that tells them apart best.
        shadow: Only a shadow shows the edge.
        slope, start: The edge is at column start + slope * row.
        first, last: Rows in which it begins and ends.
    """

    confidence: float
    along: float = 0.0
    step: float = 0.0
    shadow: bool = False
    slope: float = 0.0
    start: float = 0.0
    first: int = 0
    last: int = 0

    @property
    def nearest(self) -> float:
        """The column at which it comes nearest to the side of the picture."""
        return min(self.column(self.first), self.column(self.last))

    def column(self, row: float) -> float:
        """Return where the edge is in a row."""
        return self.start + self.slope * row


NO_EDGE = Edge(0.0)


def sheet_edge(pixels: NDArray[np.uint8], inside: NDArray[np.bool_], ends: NDArray[np.intp], px_per_mm: float) -> Edge:
    """Judge the left side of a picture.

    Args:
        pixels: Shape (height, width, channels).
        inside: Shape (height, width), true where the scan covers the picture.
        ends: For each row the column where its ray ends; the width where it meets nothing.
        px_per_mm: Scale.
    """
    height, width = pixels.shape[:2]
    rows = np.flatnonzero(ends < _LONGEST_RAY * width)
    if len(rows) < _LEAST_ROWS * height:
        return NO_EDGE
    slope, start, on_line = _line(rows, ends[rows], _ON_LINE_MM * px_per_mm)
    kept = rows[on_line]
    if len(kept) < _LEAST_ROWS * height:
        return NO_EDGE
    # Rays that pass between those that end on the line speak against it: they do so between lines of text.
    first, last = (int(row) for row in np.percentile(kept, _SPAN_PERCENT))
    span = np.arange(first, last + 1)
    along = float(((kept >= first) & (kept <= last)).sum() / len(span))
    if along < _LEAST_TORN_ALONG:
        return NO_EDGE
    tones, known = _tones(pixels, inside, span, slope * span + start, px_per_mm)
    edge = _judged(tones, known, along * _share_within(rows, first, last), px_per_mm)
    return replace(edge, slope=slope, start=start, first=first, last=last) if edge.confidence else NO_EDGE


def _share_within(rows: NDArray[np.intp], first: int, last: int) -> float:
    """Return how many of the rays that end anywhere do so between two rows."""
    return float(((rows >= first) & (rows <= last)).mean())


def _line(
    rows: NDArray[np.intp], ends: NDArray[np.intp], tolerance_px: float
) -> tuple[float, float, NDArray[np.bool_]]:
    """Return slope and start of the line that most ends lie on, and which those are.

    Lines through pairs of ends a quarter to a half of the side apart are tried; the best is then fitted to its ends.
    """
    picked = np.unique(np.linspace(0, len(rows) - 1, min(_TRIES, len(rows))).astype(np.intp))
    y, x = rows[picked].astype(np.float64), ends[picked].astype(np.float64)
    best, slope, start = -1, 0.0, 0.0
    for share in (0.25, 0.4, 0.6):
        apart = max(1, int(len(y) * share))
        slopes = (x[apart:] - x[:-apart]) / np.maximum(y[apart:] - y[:-apart], 1)
        slopes = np.clip(slopes, -_STEEPEST, _STEEPEST)
        starts = x[:-apart] - slopes * y[:-apart]
        counts = (np.abs(x - slopes[:, None] * y - starts[:, None]) <= tolerance_px).sum(axis=1)
        if len(counts) and int(counts.max()) > best:
            at = int(counts.argmax())
            best, slope, start = int(counts[at]), float(slopes[at]), float(starts[at])
    on_line = np.abs(ends - slope * rows - start) <= tolerance_px
    if on_line.sum() >= 2:
        slope, start = (float(value) for value in np.polyfit(rows[on_line], ends[on_line], 1))
        on_line = np.abs(ends - slope * rows - start) <= tolerance_px
    return slope, start, on_line


def _tones(
    pixels: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    rows: NDArray[np.intp],
    edge: NDArray[np.floating[Any]],
    px_per_mm: float,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the tones along some of the rows by distance from the edge, `_REACH_MM` before and behind it.

    Rows are drawn level with one another along the edge, so that letters behind it are the exception in each column,
    and thin shadows stay thin. The second array says which of them the scan covers.
    """
    before, behind = (round(mm * px_per_mm) for mm in _REACH_MM)
    step = max(1, len(rows) // _PROFILE_ROWS)
    rows, edge = rows[::step], edge[::step]
    columns = np.rint(edge).astype(np.intp)[:, None] + np.arange(-before, behind + 1)
    within = columns.clip(0, pixels.shape[1] - 1)
    return pixels[rows[:, None], within], inside[rows[:, None], within] & (columns == within)


def _profile(tones: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the median tone by distance from the edge, channel by channel; NaN where nothing is known."""
    whole, some = known.all(axis=0), known.any(axis=0)
    profile = np.full(tones.shape[1:], np.nan, np.float64)
    profile[whole] = np.median(tones[:, whole], axis=0)
    for column in np.flatnonzero(some & ~whole):
        profile[column] = np.median(tones[known[:, column], column], axis=0)
    return profile


def _judged(tones: NDArray[np.uint8], known: NDArray[np.bool_], along: float, px_per_mm: float) -> Edge:
    """Judge the tones before and behind an edge."""
    profile = _profile(tones, known)
    before, behind, farther = (_tone(profile, at, px_per_mm) for at in (_BEFORE_MM, _BEHIND_MM, _FARTHER_MM))
    if np.isnan(before).any() or np.isnan(behind).any() or np.ptp(before) > _COLOURED:
        return NO_EDGE
    step = float(np.abs(before - behind).max())
    lasting = np.isnan(farther).any() or np.abs(before - farther).max() >= _LASTS * step
    on_dark = float((behind - before).min()) >= _DARKER
    if along < (_LEAST_TORN_ALONG if on_dark else _LEAST_ALONG):
        return NO_EDGE
    if step >= _LEAST_STEP:
        is_sheet = lasting and (before.min() < _LIGHT or _is_paper(tones, behind, px_per_mm))
        sure = min(1.0, 0.4 + 0.6 * step / _SURE_STEP) * min(1.0, along / 0.9)
        return Edge(sure, along, step) if is_sheet else NO_EDGE
    if along >= _LEAST_SHADOW_ALONG and _is_shadow(profile.mean(axis=1), px_per_mm):
        return Edge(0.5 * along, along, step, shadow=True)
    return NO_EDGE


def _is_paper(tones: NDArray[np.uint8], behind: NDArray[np.float64], px_per_mm: float) -> bool:
    """Say whether what lies behind the edge is light and even all along it, unlike a printed picture."""
    zero = round(_REACH_MM[0] * px_per_mm)
    first, last = (zero + round(mm * px_per_mm) for mm in _BEHIND_MM)
    rows = np.median(tones[:, first : last + 1].mean(axis=2), axis=1)
    low, high = np.percentile(rows, (15, 85))
    return bool(behind.min() >= _PAPER and high - low <= _EVEN)


def _tone(profile: NDArray[np.float64], span_mm: tuple[float, float], px_per_mm: float) -> NDArray[np.float64]:
    """Return the median tone of a stretch of the profile, each channel for itself; NaN where nothing of it is seen."""
    zero = round(_REACH_MM[0] * px_per_mm)
    first, last = (zero + round(end * px_per_mm) for end in span_mm)
    part = profile[first : last + 1]
    part = part[~np.isnan(part[:, 0])]
    tone: NDArray[np.float64] = np.median(part, axis=0) if len(part) else np.full(profile.shape[1], np.nan)
    return tone


def _is_shadow(profile: NDArray[np.float64], px_per_mm: float) -> bool:
    """Say whether a dark line between equal tones is a shadow: faint, soft, and fading away from the sheet."""
    middle = round(_REACH_MM[0] * px_per_mm)
    near = profile[middle - round(3 * px_per_mm) : middle + round(2 * px_per_mm) + 1]
    near = near[~np.isnan(near)]
    if len(near) < 4 * px_per_mm:
        return False
    fine = cv2.resize(near.reshape(1, -1), (len(near) * 4, 1), interpolation=cv2.INTER_LINEAR).ravel()
    level = float(np.median(profile[~np.isnan(profile)]))
    depth = level - fine
    deepest = int(depth.argmax())
    if not _SHADOW_LEVELS[0] <= depth[deepest] <= _SHADOW_LEVELS[1]:
        return False
    shallow = np.flatnonzero(depth < depth[deepest] * 0.3)
    outer = deepest - max(shallow[shallow < deepest], default=-1)
    inner = min(shallow[shallow > deepest], default=len(fine)) - deepest
    return bool(outer >= _SHADOW_FADES * inner and outer + inner >= _SHADOW_MM * px_per_mm * 4)


def ends_at_corners(edges: Sequence[Edge], side: int, size: tuple[int, int], px_per_mm: float) -> bool:
    """Say whether an edge runs from corner to corner: to the edges beside it, or to the picture's own.

    A line of text or a rule that could be taken for a shadow stops at the margins.

    Args:
        edges: Left, top, right and bottom; the latter two as seen from their own side of the picture.
        side: Which of them, 0 to 3.
        size: Width and height of the picture.
        px_per_mm: Scale.
    """
    edge = edges[side]
    across, along = size if side % 2 == 0 else size[::-1]
    near, far = (edges[1], edges[3]) if side % 2 == 0 else (edges[0], edges[2])
    reach = _CORNER_MM * px_per_mm

    def meets(other: Edge, row: int, beyond: int) -> bool:
        column = edge.column(row) if side < _FAR_SIDES else across - edge.column(row)
        return beyond <= reach or (other.confidence > 0 and abs(other.column(column) - beyond) <= reach)

    return meets(near, edge.first, edge.first) and meets(far, edge.last, along - 1 - edge.last)
