"""Stage: how the scan is laid straight: orientation, then skew, both measured on small grey copies. Gives no pixels.

Below its confidence a measurement is written down and not acted on.
"""

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.config import DeskewParams
from pipeline.image.geometry import page_dpi, straighten
from pipeline.image.letters import small_copy
from pipeline.image.skew import measure_skew, text_axis
from pipeline.model import Geometry, Measured, StageResult, State
from pipeline.stages.examine import facts_of
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage
from pipeline.tesseract.data import digests
from pipeline.tesseract.engine import Settings, engine

_LEAST_DPI = 140.0  # for telling skew and orientation
_SIDEWAYS = (90, 270)
# Letters that agree as well as this stand in lines; whether across the page, or as typescript does in columns too, is
# settled by which way up the page is.
_CLEARLY_LEVEL = 0.5
_LEVEL_ENOUGH_DEGREES = 1.0
_NOTHING = Measured(0.0, 0.0)


def _tools(_: DeskewParams) -> dict[str, str]:
    osd = digests("osd").get("osd", "")
    return {"opencv": cv2.__version__, "osd": osd, "tesseract": engine(Settings()).version()}


def _perform(view: PageView, params: DeskewParams) -> StageResult:
    facts = facts_of(view.results["examine"])
    as_tagged = Geometry(facts.width, facts.height, facts.dpi_x, facts.dpi_y, facts.tag)
    if facts.blank:
        return _result(as_tagged, _NOTHING, _NOTHING)
    gray, dpi = _working_copy(view.scan().gray, as_tagged)
    skew, sideways = _skew(gray, dpi)
    sure = skew.confidence >= params.skew_confidence
    turn = engine(Settings()).orientation(_levelled(gray, dpi, skew.value if sure else 0.0), dpi)
    turned = int(turn.value) if params.turn and turn.confidence >= params.turn_confidence else 0
    if sideways != (turned in _SIDEWAYS):  # typescript stands in columns too, which look like lines
        skew = _measured(gray, dpi, sideways=turned in _SIDEWAYS)
    sure = skew.confidence >= params.skew_confidence
    wanted = params.skew and sure and abs(skew.value) >= params.least_degrees
    tilt = skew.value if wanted else 0.0
    return _result(replace(as_tagged, turn_degrees=turned, skew_degrees=tilt), turn, skew)


def _working_copy(gray: NDArray[np.uint8], as_tagged: Geometry) -> tuple[NDArray[np.uint8], float]:
    """Give the page the right way by its tag, with square pixels, halved while that leaves enough resolution."""
    upright, dpi = straighten(gray, as_tagged), page_dpi(as_tagged)
    halvings = max(0, math.floor(math.log2(dpi / _LEAST_DPI)))
    return small_copy(upright, max(upright.shape) >> halvings), dpi / (1 << halvings)


def _skew(gray: NDArray[np.uint8], dpi: float) -> tuple[Measured, bool]:
    """Measure the skew, and whether the lines run up the page; the angle is the same whichever way it is read."""
    level = _measured(gray, dpi, sideways=False)
    if level.confidence >= _CLEARLY_LEVEL or text_axis(gray, dpi).value == 0:
        return level, False
    return _measured(gray, dpi, sideways=True), True


def _measured(gray: NDArray[np.uint8], dpi: float, *, sideways: bool) -> Measured:
    """Measure the skew of lines that run across the page, or up it."""
    return measure_skew(np.ascontiguousarray(np.rot90(gray, -1)) if sideways else gray, dpi)


def _levelled(gray: NDArray[np.uint8], dpi: float, skew_degrees: float) -> NDArray[np.uint8]:
    """Give the page level enough for telling which way up it is."""
    if abs(skew_degrees) < _LEVEL_ENOUGH_DEGREES:
        return gray
    height, width = gray.shape
    return straighten(gray, Geometry(width, height, dpi, dpi, skew_degrees=skew_degrees))


def _result(geometry: Geometry, turn: Measured, skew: Measured) -> StageResult:
    facts = {
        "turn_degrees": geometry.turn_degrees,
        "skew_degrees": geometry.skew_degrees,
        "turn_found": turn.value,
        "turn_confidence": round(turn.confidence, 3),
        "skew_found": round(skew.value, 3),
        "skew_confidence": round(skew.confidence, 3),
    }
    return StageResult(State.DONE, facts)


def geometry_of(examine: StageResult, deskew: StageResult) -> Geometry:
    """Give the page's geometry from what the two stages found."""
    facts = facts_of(examine)
    turn, skew = deskew.facts["turn_degrees"], deskew.facts["skew_degrees"]
    return Geometry(facts.width, facts.height, facts.dpi_x, facts.dpi_y, facts.tag, turn, skew)


DESKEW = Stage("deskew", 1, Level.PAGE, ("examine",), lambda config: config.deskew, _tools, _perform)
