"""Stage: how the scan is laid straight: orientation, then skew, both measured on small grey copies. Gives no pixels.

Below its confidence a measurement is written down and not acted on.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.config import DeskewParams
from pipeline.image.geometry import page_dpi, straighten
from pipeline.image.letters import small_copy
from pipeline.image.skew import Lines
from pipeline.model import Geometry, Line, Measured, StageResult, State
from pipeline.stages.examine import facts_of
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage
from pipeline.tesseract.data import digests
from pipeline.tesseract.engine import Settings, engine
from pipeline.tesseract.orientation import Votes, by_shape, confirmed, read_turn, shape_votes, vote

_LEAST_DPI = 140.0  # for telling skew and orientation
_SIDEWAYS = (90, 270)
# Times as clear as is believed at all; below it a few lines are read before a page counts as upright.
_CLEARLY_UPRIGHT = 1.5
# Letters that agree as well as this stand in lines; whether across the page, or as typescript does in columns too, is
# settled by which way up the page is.
_CLEARLY_LEVEL = 0.5
_LEVEL_ENOUGH_DEGREES = 1.0
_LEVEL_FOR_LETTERS_DEGREES = 3.0  # up to here the box of a letter is not much higher than the letter
# Less agreement than this have noise and pictures, which are never turned; lines of print and of a hand have more.
_LINES_SEEN = 0.1
_NOTHING = Measured(0.0, 0.0)

UNSURE = "Which way up this page belongs could not be told for certain; it was left as it is. Look at it."


def _tools(_: DeskewParams) -> dict[str, str]:
    settings = Settings()
    data = digests(settings.languages)
    models = {f"data.{name}": digest for name, digest in data.items() if name != "osd"}
    return {"opencv": cv2.__version__, "osd": data.get("osd", ""), "tesseract": engine(settings).version(), **models}


def _perform(view: PageView, params: DeskewParams) -> StageResult:
    facts = facts_of(view.results["examine"])
    as_tagged = Geometry(facts.width, facts.height, facts.dpi_x, facts.dpi_y, facts.tag)
    if facts.blank:
        return _result(as_tagged, _NOTHING, _NOTHING)
    gray, dpi = _working_copy(view.scan().gray, as_tagged)
    lines = Lines(gray, dpi)
    skew, sideways = _skew(lines)
    turn = _turn(gray, dpi, lines, skew, params) if skew.confidence >= _LINES_SEEN else _NOTHING
    known = turn.confidence >= params.turn_confidence
    turned = int(turn.value) if params.turn and known else 0
    unsure = not known and (skew.confidence >= _LINES_SEEN or lines.steep().confidence >= params.skew_confidence)
    if known and sideways != (turned in _SIDEWAYS):  # typescript stands in columns too, which look like lines
        skew = lines.skew(sideways=turned in _SIDEWAYS)
    sure = skew.confidence >= params.skew_confidence
    wanted = params.skew and sure and abs(skew.value) >= params.least_degrees
    tilt = skew.value if wanted else 0.0
    return _result(replace(as_tagged, turn_degrees=turned, skew_degrees=tilt), turn, skew, unsure=unsure)


def _turn(gray: NDArray[np.uint8], dpi: float, lines: Lines, skew: Measured, params: DeskewParams) -> Measured:
    """Tell which way up the page belongs: by shapes that show it upright, or confirmed by reading, or by the engine."""
    votes = _votes(lines, skew) if abs(skew.value) <= _LEVEL_FOR_LETTERS_DEGREES else None
    if votes and votes.turn == 0 and votes.strength >= _CLEARLY_UPRIGHT:
        return by_shape(votes)
    level = _levelled(gray, dpi, skew.value if skew.confidence >= params.skew_confidence else 0.0)
    if not votes or not votes.believed:
        votes = shape_votes(level, dpi)
    if votes.turn == 0 and votes.strength >= _CLEARLY_UPRIGHT:
        return by_shape(votes)
    return _asked(level, dpi, votes, params)


def _asked(level: NDArray[np.uint8], dpi: float, votes: Votes, params: DeskewParams) -> Measured:
    """Tell which way up a level page belongs by the engine, the cheapest question first."""
    recogniser = engine(Settings())

    def read(part: NDArray[np.uint8], part_dpi: float) -> tuple[Line, ...]:
        return recogniser.read(part, part_dpi, Settings().languages)

    questions: tuple[Callable[[], Measured], ...] = (
        lambda: confirmed(read, level, dpi, votes),
        lambda: recogniser.orientation(level, dpi),
        lambda: read_turn(read, level, dpi, votes),
    )
    best = _NOTHING
    for question in questions[0 if votes.believed else 1 :]:
        best = max(best, question(), key=lambda found: found.confidence)
        if best.confidence >= params.turn_confidence:
            break
    return best


def _votes(lines: Lines, skew: Measured) -> Votes:
    """Let the letters vote as they lie, their boxes levelled by shearing."""
    boxes, slope = lines.letters(), math.tan(math.radians(skew.value))
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    shift = np.stack([-slope * middles[:, 1], slope * middles[:, 0]], axis=1)
    return vote(boxes + np.tile(shift, 2))


def _working_copy(gray: NDArray[np.uint8], as_tagged: Geometry) -> tuple[NDArray[np.uint8], float]:
    """Give the page the right way by its tag, with square pixels, halved while that leaves enough resolution."""
    upright, dpi = straighten(gray, as_tagged), page_dpi(as_tagged)
    halvings = max(0, math.floor(math.log2(dpi / _LEAST_DPI)))
    return small_copy(upright, max(upright.shape) >> halvings), dpi / (1 << halvings)


def _skew(lines: Lines) -> tuple[Measured, bool]:
    """Measure the skew, and whether the lines run up the page; the angle is the same whichever way it is read."""
    level = lines.skew()
    if level.confidence >= _CLEARLY_LEVEL or lines.axis().value == 0:
        return level, False
    return lines.skew(sideways=True), True


def _levelled(gray: NDArray[np.uint8], dpi: float, skew_degrees: float) -> NDArray[np.uint8]:
    """Give the page level enough for telling which way up it is."""
    if abs(skew_degrees) < _LEVEL_ENOUGH_DEGREES:
        return gray
    height, width = gray.shape
    return straighten(gray, Geometry(width, height, dpi, dpi, skew_degrees=skew_degrees))


def _result(geometry: Geometry, turn: Measured, skew: Measured, *, unsure: bool = False) -> StageResult:
    facts = {
        "turn_degrees": geometry.turn_degrees,
        "skew_degrees": geometry.skew_degrees,
        "turn_found": turn.value,
        "turn_confidence": round(turn.confidence, 3),
        "skew_found": round(skew.value, 3),
        "skew_confidence": round(skew.confidence, 3),
        "turn_unsure": unsure,
    }
    return StageResult(State.DONE, facts, notes=(UNSURE,) if unsure else ())


def geometry_of(examine: StageResult, deskew: StageResult) -> Geometry:
    """Give the page's geometry from what the two stages found."""
    facts = facts_of(examine)
    turn, skew = deskew.facts["turn_degrees"], deskew.facts["skew_degrees"]
    return Geometry(facts.width, facts.height, facts.dpi_x, facts.dpi_y, facts.tag, turn, skew)


DESKEW = Stage("deskew", 1, Level.PAGE, ("examine",), lambda config: config.deskew, _tools, _perform)
