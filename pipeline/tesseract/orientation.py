"""Tell which way up a page is, cheaply and never on a guess.

The shapes of the letters are asked first: they stand close together along a line, and in Latin writing more of them
rise above their neighbours (stems, capitals, marks) than hang below. That costs a few hundredths of a recognition and
settles nearly every upright page. Only where it sees no upright page the engine's own detection is asked, and a page
is turned where the two do not contradict each other.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.tone import Picture, evened, paper_level, resized, x_height
from pipeline.model import Measured

# Asks the engine: clockwise turn needed (degrees) and margin over the next best answer.
Ask = Callable[[Picture, float], tuple[int, float]]
Boxes = NDArray[np.float64]

# From this confidence a page may be turned; under it, it is left as it is.
SURE = 0.5
# Letters are about 10 px high at this resolution, enough to see stems.
WORKING_DPI = 150.0
# As many letters as settle the question on most pages, and on nearly all; comparing each with each costs their square.
SOME_LETTERS, MOST_LETTERS = 700, 1500
# The engine's margin that is taken as full proof; its authors call 15 reasonably confident.
FULL_MARGIN = 15.0
# Votes more on one side than chance would give, in standard deviations, from which the letters are believed.
BELIEVED = 4.0


@dataclass(frozen=True, slots=True)
class Votes:
    """What the shapes say, in standard deviations of a fair coin.

    Attributes:
        turn: Clockwise quarter turn that the letters need, degrees.
        along: How much more often letters have their neighbour along the lines than across.
        upright: How much more often letters rise above their neighbours than hang below.
    """

    turn: int
    along: float
    upright: float

    @property
    def believed(self) -> bool:
        """Tell whether both votes are clear."""
        return min(self.along, self.upright) >= BELIEVED


def best_turn(ask: Ask, gray: Picture, dpi: float) -> Measured:
    """Tell the clockwise quarter turn that brings the text upright; where it is not sure, confidence is under `SURE`.

    Args:
        ask: The engine's own detection.
        gray: The page as it is, any way up.
        dpi: Its resolution.
    """
    scale = min(1.0, WORKING_DPI / dpi)
    small = resized(gray, scale)
    small = evened(small, paper_level(small))
    boxes = letter_boxes(small, dpi * scale)
    votes = vote(_from_the_middle(boxes, SOME_LETTERS))
    if not (votes.believed and votes.turn == 0):
        votes = vote(_from_the_middle(boxes, MOST_LETTERS))
    if votes.believed and votes.turn == 0:
        return Measured(0.0, _confidence(votes))
    turn, margin = ask(small, dpi * scale)
    return agreed(votes, turn, margin)


def agreed(votes: Votes, turn: int, margin: float) -> Measured:
    """Join the two answers: two that agree support each other, one alone counts half, a contradiction is no answer."""
    asked = min(1.0, margin / FULL_MARGIN)
    if votes.turn == turn:
        return Measured(float(turn), 1.0 - (1.0 - asked) * (1.0 - _confidence(votes)) if margin > 0 else 0.0)
    return Measured(float(turn), 0.0 if votes.believed else asked / 2)


def _confidence(votes: Votes) -> float:
    """Bring votes to 0..1: half where they begin to be believed, full at twice that."""
    return min(1.0, min(votes.along, votes.upright) / (2 * BELIEVED))


def letter_boxes(gray: Picture, dpi: float) -> Boxes:
    """Find boxes (x0, y0, x1, y1) of shapes that can be letters either way up."""
    _, mask = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    left, top, width, height, area = (stats[1:, i] for i in range(5))
    longer, shorter = np.maximum(width, height), np.minimum(width, height)
    letters = (longer >= dpi / 30) & (longer <= dpi / 4) & (longer <= 5 * shorter) & (area < 0.95 * width * height)
    found: Boxes = np.stack([left, top, left + width, top + height], axis=1)[letters].astype(np.float64)
    return found


def _from_the_middle(boxes: Boxes, most: int) -> Boxes:
    """Give no more than `most` boxes; they come in the order of rows, so a run from the middle keeps lines together."""
    spare = max(0, len(boxes) - most) // 2
    return boxes[spare : spare + most]


def vote(boxes: Boxes) -> Votes:
    """Let the letters vote on the four quarter turns."""
    if not len(boxes):
        return Votes(0, 0.0, 0.0)
    across = np.stack([-boxes[:, 3], boxes[:, 0], -boxes[:, 1], boxes[:, 2]], axis=1)  # turned clockwise
    (rows, up), (columns, turned_up) = _line_votes(boxes), _line_votes(across)
    along = (rows - columns) / math.sqrt(max(1.0, rows + columns))
    turn, lean = (0, up) if along >= 0 else (90, turned_up)
    return Votes(turn if lean >= 0 else turn + 180, abs(along), abs(lean))


def _line_votes(boxes: Boxes) -> tuple[float, float]:
    """Count letters with a close neighbour to the right, and score how many rise above it against hang below."""
    x0, y0, x1, y1 = boxes.T
    size = x_height(np.round(y1 - y0).astype(np.int32))
    if not size:
        return 0.0, 0.0
    height = y1 - y0
    small = np.flatnonzero((height >= 0.8 * size) & (height <= 1.2 * size))
    gap = x0[small][None, :] - x1[:, None]
    overlap = np.minimum(y1[small][None, :], y1[:, None]) - np.maximum(y0[small][None, :], y0[:, None])
    near = (gap > -0.2 * size) & (gap < 0.8 * size) & (overlap > 0.6 * size)
    letter, other = np.nonzero(near)
    beside = small[other]
    above = (y0[beside] - y0[letter]) / size
    below = (y1[letter] - y1[beside]) / size
    rises = int(np.sum((above > 0.25) & (above < 1.2) & (np.abs(below) < 0.2)))
    hangs = int(np.sum((below > 0.25) & (below < 1.2) & (np.abs(above) < 0.2)))
    return float(len(np.unique(letter))), (rises - hangs) / math.sqrt(max(1, rises + hangs))
