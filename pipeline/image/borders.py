"""Find the sheet on the scanner's bed, and how much of the bed can be left out of sight without hiding any ink.

A picture is only ever cut to a box. A side is cut where a sheet's edge is seen along it (`sheet_edge`), and no deeper
than to the first thing that lies on the bed: the sheet itself, a slip or stamp that sticks out of it, a label, a line
of print below it. What is kept back from that is a margin of bed, so that no paper is cut either. The strips to be cut
are then looked at once more by another measure, their contrast against the bed around; what that finds moves the cut
outwards; so does what the margin kept shows, since a stroke that leaves the sheet may be seen there only. The rim of
the scan cannot be looked at: what reaches it is taken to go on to its end. In doubt nothing is cut.
"""

import functools
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.bed import STRONG, Bed, Box, standing_out, without_specks
from pipeline.image.sheet_edge import NO_EDGE, Edge, ends_at_corners, sheet_edge

SIDES = ("left", "top", "right", "bottom")
_RIM_MM = 0.7  # scanners draw a line of their own along the picture's edge
_RIM_PX = 5  # so far reaches what is smoothed and compared with its neighbours
_MARGIN_MM = 1.5  # of bed, kept outside the sheet
_SOFT_PX = 3  # so far the edge of a sheet is blurred
_LEAST_SURE = 0.05
_LEAST_CUT_MM = 1.0  # less is not worth an instruction
_FARTHEST_MM = 12.0  # things lying farther out than that are not the sheet's own: perhaps the bed is none
_LEAST_SHEET_MM = 15.0
_ROUGHNESS = (5.0, 40.0)  # grey levels between neighbours: smoother is bed for certain, rougher never
# So many times the usual difference between neighbours on a bed, and that which one in ten exceeds, is still noise.
_NOISE_ROUGHNESS = {50: 2.5, 90: 1.6}
_BED_SAMPLE_MM = 3.0
_BED_PARTS = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was found.

    Attributes:
        box: x0, y0, x1, y1 of what to keep, in pixels of the picture, or None where nothing is to be cut.
        confidence: Of the least sure side that is cut, 0 to 1; 0 where none is.
        edges: By side, what was seen of the sheet's edge.
        ink_outside: Pixels outside the box that stand out from the bed, specks excepted.
        specks_outside: Specks of dust outside the box.
        nearest_ink_mm: Distance from the nearest cut to the first thing inside it; None where nothing is cut.
    """

    box: Box | None = None
    confidence: float = 0.0
    edges: dict[str, Edge] = field(default_factory=dict)
    ink_outside: int = 0
    specks_outside: int = 0
    nearest_ink_mm: float | None = None


def find_sheet(
    pixels: NDArray[np.uint8], inside: NDArray[np.bool_], px_per_mm: float, least_confidence: float = 0.4
) -> Sheet:
    """Find the sheet on a small copy of the straight page.

    Args:
        pixels: Shape (height, width) or (height, width, 3); about 4 pixels to the millimetre.
        inside: Shape (height, width), true where the scan covers the page.
        px_per_mm: Scale.
        least_confidence: A side whose edge is less sure is not cut.
    """
    colour = pixels if pixels.ndim == 3 else pixels[..., None]
    inside = _without_rim(inside, px_per_mm)
    rough = np.where(inside, _roughness(pixels), np.uint8(0))
    covers = [view > 0 for view in _from_each_side(inside.astype(np.uint8))]
    views = _from_each_side(rough)
    levels = [_bed_roughness(view, cover, px_per_mm) for view, cover in zip(views, covers, strict=True)]
    seen = [
        sheet_edge(_turned(colour, turn), cover, _ends(view > level), px_per_mm)
        for turn, (view, cover, level) in enumerate(zip(views, covers, levels, strict=True))
    ]
    size = (inside.shape[1], inside.shape[0])
    edges = {
        side: NO_EDGE if edge.shadow and not ends_at_corners(seen, turn, size, px_per_mm) else edge
        for turn, (side, edge) in enumerate(zip(SIDES, seen, strict=True))
    }
    sure = frozenset(side for side, edge in edges.items() if edge.confidence >= max(least_confidence, _LEAST_SURE))
    levels = [level for side, level in zip(SIDES, levels, strict=True) if side in sure]
    if not levels:
        return Sheet(edges=edges)
    things = rough > min(levels)
    things, specks = without_specks(things, rough > STRONG * min(levels), px_per_mm)
    bed = Bed(colour, inside, px_per_mm)
    return _guarded(_Look(bed, _through_rim(things, inside, px_per_mm), specks, edges, sure))


@dataclass(frozen=True, slots=True)
class _Look:
    """All that the cut is decided from."""

    bed: Bed
    things: NDArray[np.bool_]
    specks: NDArray[np.bool_]
    edges: dict[str, Edge]
    sure: frozenset[str]


def _guarded(look: _Look) -> Sheet:
    """Cut up to the first thing, look at what would be cut, and draw back where something stands out there."""
    bounds = _box(look, look.things)
    for _ in range(len(SIDES)):
        if bounds is None:
            return Sheet(edges=look.edges)
        found = standing_out(look.bed, look.specks, _looked_at(look, bounds))
        if not found.any():
            return _reported(look, bounds)
        look.things[_through_rim(found, look.bed.inside, look.bed.px_per_mm)] = True
        bounds = _box(look, look.things)
    return Sheet(edges=look.edges)


def _box(look: _Look, things: NDArray[np.bool_]) -> Box | None:
    """Return the box that holds all things and a margin, or None where nothing worth it lies outside of it."""
    height, width = things.shape
    margin, least = _MARGIN_MM * look.bed.px_per_mm, _LEAST_CUT_MM * look.bed.px_per_mm
    cuts = []
    for turn, side in enumerate(SIDES):
        cut = int(_free(things, turn) - margin)
        near_sheet = cut >= look.edges[side].nearest - _FARTHEST_MM * look.bed.px_per_mm
        cuts.append(cut if side in look.sure and cut >= least and near_sheet else 0)
    left, top, right, bottom = cuts
    box = (left, top, width - right, height - bottom)
    if not any(cuts) or min(box[2] - box[0], box[3] - box[1]) < _LEAST_SHEET_MM * look.bed.px_per_mm:
        return None
    return box


def _looked_at(look: _Look, box: Box) -> Box:
    """Return the box less the margin kept on the sides that are cut: what lies before the first thing there."""
    height, width = look.things.shape
    margin = max(0, int(_MARGIN_MM * look.bed.px_per_mm) - _SOFT_PX)
    x0, y0, x1, y1 = box
    return (
        x0 + margin * (x0 > 0),
        y0 + margin * (y0 > 0),
        x1 - margin * (x1 < width),
        y1 - margin * (y1 < height),
    )


def _through_rim(things: NDArray[np.bool_], inside: NDArray[np.bool_], px_per_mm: float) -> NDArray[np.bool_]:
    """Return the things, those at the rim of the scan continued over it."""
    outside = (~inside).astype(np.uint8)
    reaching = things & (cv2.dilate(outside, np.ones((3, 3), np.uint8)) > 0)
    if not reaching.any():
        return things
    around = np.ones((2 * _rim(px_per_mm) + 3,) * 2, np.uint8)
    return things | ((cv2.dilate(reaching.astype(np.uint8), around) > 0) & ~inside)


def _free(things: NDArray[np.bool_], turn: int) -> int:
    """Return how many columns, seen from a side, hold nothing; none where there is nothing at all."""
    occupied = _turned(things, turn).any(axis=0)
    return int(occupied.argmax())


def _reported(look: _Look, box: Box) -> Sheet:
    """Put down the figures of a cut that stands."""
    height, width = look.things.shape
    cut = (box[0], box[1], width - box[2], height - box[3])
    free = [_free(look.things, turn) - depth for turn, depth in enumerate(cut) if depth]
    sure = [look.edges[side].confidence for side, depth in zip(SIDES, cut, strict=True) if depth]
    outside = _outside(look.things.shape, box)
    ink = int((look.things & outside).sum())
    dust = look.specks & outside
    specks = cv2.connectedComponents(dust.astype(np.uint8))[0] - 1 if dust.any() else 0
    return Sheet(box, round(min(sure), 3), look.edges, ink, specks, round(min(free) / look.bed.px_per_mm, 2))


def _bed_roughness(rough: NDArray[np.uint8], inside: NDArray[np.bool_], px_per_mm: float) -> float:
    """Return the most by which neighbours differ on the bed along the left side, going by its outermost strip.

    Where the sheet reaches into that strip, its edge would pass for the bed's noise; the quietest part of it counts.
    """
    first = _ends(inside)
    reach = np.arange(round(_BED_SAMPLE_MM * px_per_mm))
    rows = np.flatnonzero(first + len(reach) < inside.shape[1])
    if not len(rows):
        return _ROUGHNESS[1]
    sample = rough[rows[:, None], first[rows, None] + reach]
    noise = min(_noise(part) for part in np.array_split(sample, _BED_PARTS, axis=1))
    return min(max(_ROUGHNESS[0], noise), _ROUGHNESS[1])


def _noise(sample: NDArray[np.uint8]) -> float:
    """Return the most that noise makes of a stretch of bed, by its middling and its larger differences."""
    return max(factor * float(np.percentile(sample, share)) for share, factor in _NOISE_ROUGHNESS.items())


def _roughness(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return by how much neighbours differ, in the channel in which they differ most."""
    around = np.ones((5, 5), np.uint8)
    soft = cv2.blur(pixels, (3, 3))  # noise is lost by it, edges and strokes are not
    differ = cv2.subtract(cv2.dilate(soft, around), cv2.erode(soft, around))
    return np.asarray(functools.reduce(cv2.max, cv2.split(differ)), dtype=np.uint8)


def _without_rim(inside: NDArray[np.bool_], px_per_mm: float) -> NDArray[np.bool_]:
    """Leave out the outermost line of the scan."""
    rim = _rim(px_per_mm)
    around = np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)
    kept = cv2.erode(inside.astype(np.uint8), around, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(kept, dtype=np.bool_)


def _rim(px_per_mm: float) -> int:
    """Return the width in pixels of the line that is left out."""
    return max(_RIM_PX, round(_RIM_MM * px_per_mm))


def _turned(picture: NDArray[Any], turn: int) -> NDArray[Any]:
    """Return a view in which a side is the left one: left, top, right, bottom for 0 to 3."""
    if turn % 2:
        picture = picture.swapaxes(0, 1)
    return picture[:, ::-1] if turn >= len(SIDES) // 2 else picture


def _from_each_side(picture: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return what `_turned` gives for the four sides as copies, which are many times faster to run along."""
    upright, sideways = np.ascontiguousarray(picture), cv2.transpose(picture)
    mirrored = (cv2.flip(upright, 1), cv2.flip(sideways, 1))
    return [np.asarray(view, dtype=np.uint8) for view in (upright, sideways, *mirrored)]


def _ends(things: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each row the first column with something, or the width where there is nothing."""
    rows = np.ascontiguousarray(things)
    ends: NDArray[np.intp] = rows.argmax(axis=1)
    ends[~rows[np.arange(len(rows)), ends]] = things.shape[1]
    return ends


def _outside(shape: tuple[int, ...], box: Box) -> NDArray[np.bool_]:
    """Return the map of what lies outside a box."""
    outside = np.ones(shape, dtype=np.bool_)
    outside[box[1] : box[3], box[0] : box[2]] = False
    return outside
