"""Stage: what of the straight page is shown: the sheet without the bed, in one page or as two facing ones.

Measured on a small copy; what is decided is an instruction for the PDF's page and for the reading, never pixels. In
doubt the whole scan is shown. What of the scan is clipped holds no ink; the figures for that are kept as facts.
"""

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.config import BordersParams
from pipeline.image.borders import SIDES, Sheet, find_sheet
from pipeline.image.geometry import (
    box_from_reduced,
    clip_box,
    covered,
    from_reduced,
    page_dpi,
    reduced,
    reduced_pixels,
    straighten,
)
from pipeline.image.spread import NO_SPREAD, THRESHOLD, Spread, find_gutter
from pipeline.model import Geometry, StageResult, State
from pipeline.stages import deskew
from pipeline.stages.examine import facts_of
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage

Box = tuple[int, int, int, int]
_SMALL_DPI = 95.0
_MM_PER_INCH = 25.4
_PARTED = "split"


def _tools(_: BordersParams) -> dict[str, str]:
    return {"opencv": cv2.__version__}


def _perform(view: PageView, params: BordersParams) -> StageResult:
    straight = deskew.geometry_of(view.results["examine"], view.results["deskew"])
    if facts_of(view.results["examine"]).blank:
        return StageResult(State.DONE, _facts(Sheet(), None, NO_SPREAD, None, params))
    small, across, down = reduced(straight, _SMALL_DPI)
    page = straighten(reduced_pixels(view.scan().colour, across, down), small, to_read=False)
    px_per_mm = page_dpi(small) / _MM_PER_INCH
    sheet = find_sheet(page, covered(small), px_per_mm, params.clip_confidence)
    box = None if sheet.box is None else _box(view, straight, sheet.box)
    spread = _spread(page, sheet, px_per_mm)
    gutter = None if spread.gutter_x is None else _across(straight, spread.gutter_x, page.shape[0] / 2)
    return StageResult(State.DONE, _facts(sheet, box, spread, gutter, params))


def _box(view: PageView, straight: Geometry, small: Box) -> Box:
    """Give the box on the straight page, widened to hold what text the file itself brought."""
    x0, y0, x1, y1 = box_from_reduced(straight, _SMALL_DPI, small)
    words = [word for line in view.scan().existing_lines(straight) for word in line.words]
    x0, y0 = min([x0, *(word.x0 for word in words)]), min([y0, *(word.y0 for word in words)])
    x1, y1 = max([x1, *(word.x1 for word in words)]), max([y1, *(word.y1 for word in words)])
    return clip_box(replace(straight, clip=(x0, y0, x1, y1)))


def _across(straight: Geometry, x: float, y: float) -> float:
    """Give the x on the straight page of a point of the small one."""
    return float(from_reduced(straight, _SMALL_DPI, np.array([(x, y)]))[0, 0])


def _spread(page: NDArray[np.uint8], sheet: Sheet, px_per_mm: float) -> Spread:
    """Look for a gutter on the sheet; its place is given on the whole small page."""
    x0, y0, x1, y1 = sheet.box or (0, 0, page.shape[1], page.shape[0])
    inner = np.ascontiguousarray(page[y0:y1, x0:x1])
    gray = inner if inner.ndim == 2 else np.asarray(cv2.cvtColor(inner, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    found = find_gutter(gray, px_per_mm)
    return found if found.gutter_x is None else replace(found, gutter_x=found.gutter_x + x0)


def _facts(
    sheet: Sheet, box: Box | None, spread: Spread, gutter: float | None, params: BordersParams
) -> dict[str, object]:
    """Write down what was found and what of it is done.

    `found` is the box that may be shown alone, `clip` the one that is; both, like `gutter_x`, are pixels of the
    straight page. `ink_outside`, `specks_outside` and `nearest_ink_mm` are the guard's figures for `found`.
    """
    is_spread = spread.confidence >= THRESHOLD and gutter is not None
    return {
        "clip": list(box) if box and params.clip else None,
        "found": list(box) if box else None,
        "edges": {side: round(edge.confidence, 3) for side in SIDES if (edge := sheet.edges.get(side))},
        "confidence": sheet.confidence,
        "ink_outside": sheet.ink_outside,
        "specks_outside": sheet.specks_outside,
        "nearest_ink_mm": sheet.nearest_ink_mm,
        "spread": is_spread,
        "spread_confidence": spread.confidence,
        "gutter_x": None if gutter is None else round(gutter),
        "parts": 2 if is_spread and params.spreads == _PARTED else 1,
    }


def geometry_of(results: Mapping[str, StageResult]) -> Geometry:
    """Give the geometry of the page that a scan shows, from the results of its stages; facing pages are one."""
    straight = deskew.geometry_of(results["examine"], results["deskew"])
    clip = results["borders"].facts["clip"]
    return replace(straight, clip=tuple(clip)) if clip else straight


def part_geometries(results: Mapping[str, StageResult]) -> tuple[Geometry, ...]:
    """Give the geometry of each page of the PDF, from left to right; two that meet at the gutter where it is split."""
    whole = geometry_of(results)
    facts = results["borders"].facts
    if facts["parts"] == 1:
        return (whole,)
    x0, y0, x1, y1 = clip_box(whole)
    gutter = facts["gutter_x"]
    return replace(whole, clip=(x0, y0, gutter, y1)), replace(whole, clip=(gutter, y0, x1, y1))


BORDERS = Stage("borders", 1, Level.PAGE, ("examine", "deskew"), lambda config: config.borders, _tools, _perform)
