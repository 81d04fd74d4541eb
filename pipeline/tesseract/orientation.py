"""Tell which way up a page is, cheaply and never on a guess.

The shapes of the letters are asked first: they stand close together along a line, and in Latin writing more of them
rise above their neighbours (stems, capitals, marks) than hang below. That costs a few hundredths of a recognition and
settles nearly every upright page. Only where it sees no upright page the engine's own detection is asked about a part
of it, and a page is turned where the two agree. Where they do not, a few lines can be read each way: words come out of
one way only.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import Ink, small_copy
from pipeline.image.tone import Picture, evened, paper_level, x_height
from pipeline.model import Line, Measured

# Asks the engine: clockwise turn needed (degrees) and margin over the next best answer.
Ask = Callable[[Picture, float], tuple[int, float]]
# Recognises a picture of a resolution.
Read = Callable[[Picture, float], tuple[Line, ...]]
Boxes = NDArray[np.float64]

# From this confidence a page may be turned; under it, it is left as it is.
SURE = 0.5
# Letters are about 10 px high at this resolution, enough to see stems.
WORKING_DPI = 150.0
# The engine's detection looks at no more than 250 letters, and finding its way among more costs the most.
ASKED_LETTERS = 250
# The engine's margin that is taken as full proof; its authors call 15 reasonably confident. Under the least it is as
# often wrong as right.
LEAST_MARGIN, FULL_MARGIN = 1.0, 15.0
# So many letters are read, and where that does not settle it, so many more. They are read for certain: words of at
# least three letters, this sure (0 to 100) and this many letters of them, and no more than this share of it the other
# way.
# Where the shapes lean that way already, READ_SUPPORTED letters are enough.
READ_LETTERS, READ_WORD, READ_SURE, READ_ENOUGH, READ_RIVAL = (120, 400), 3, 75.0, 30, 0.25
READ_SUPPORTED = 12
# Votes more on one side than chance would give, in standard deviations, from which the letters are believed: of the
# two axes, and of the two ways up, where any page of text has at least two rising for each that hangs.
ALONG, UPRIGHT, LEANING = 4.0, 3.0, 2.0


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
    def strength(self) -> float:
        """How clear both votes are, 1 where they begin to be believed."""
        return min(self.along / ALONG, self.upright / UPRIGHT)

    @property
    def believed(self) -> bool:
        """Tell whether both votes are clear."""
        return self.strength >= 1

    @property
    def leaning(self) -> bool:
        """Tell whether the axis is clear, and which way up more likely than not."""
        return self.along >= ALONG and self.upright >= LEANING


def best_turn(ask: Ask, gray: Picture, dpi: float) -> Measured:
    """Tell the clockwise quarter turn that brings the text upright; where it is not sure, confidence is under `SURE`.

    Args:
        ask: The engine's own detection.
        gray: The page as it is, any way up.
        dpi: Its resolution.
    """
    small, small_dpi = _small(gray, dpi)
    boxes = letter_boxes(small)
    votes = vote(boxes)
    if votes.believed and votes.turn == 0:
        return by_shape(votes)
    turn, margin = ask(_part(small, boxes, ASKED_LETTERS), small_dpi)
    return agreed(votes, turn, margin)


def by_shape(votes: Votes) -> Measured:
    """Tell the turn by the letters' shapes alone: half sure where they begin to be believed, fully at twice that."""
    return Measured(float(votes.turn), min(1.0, votes.strength / 2))


def shape_votes(gray: Picture, dpi: float) -> Votes:
    """Let the letters of a level page vote."""
    return vote(letter_boxes(_small(gray, dpi)[0]))


def confirmed(read: Read, gray: Picture, dpi: float, votes: Votes) -> Measured:
    """Confirm what the shapes say by reading a few lines that way up only.

    Args:
        read: The engine's recognition.
        gray: The level page, any way up.
        dpi: Its resolution.
        votes: What the shapes say; not sure of itself it cannot be confirmed.
    """
    part = _text_part(gray, dpi, votes.turn, READ_LETTERS[0])
    enough = votes.believed and _letters_read(read(part, dpi)) >= READ_ENOUGH
    return Measured(float(votes.turn), by_shape(votes).confidence if enough else 0.0)


def read_turn(read: Read, gray: Picture, dpi: float, votes: Votes) -> Measured:
    """Tell the turn by reading a few lines each way they can run; costs about a tenth of a recognition or two.

    Args:
        read: The engine's recognition.
        gray: The level page, any way up.
        dpi: Its resolution.
        votes: What the shapes say.
    """
    axes = (votes.turn % 180,) if votes.along >= ALONG else (0, 90)
    leaning = votes.turn if votes.leaning else None
    found = Measured(0.0, 0.0)
    for letters in READ_LETTERS:
        seen = {turn: found for axis in axes for turn, found in _read_both(read, gray, dpi, axis, letters)}
        found = _decided(seen, leaning)
        if found.confidence >= SURE:
            break
    return found


def _read_both(read: Read, gray: Picture, dpi: float, axis: int, letters: int) -> list[tuple[int, int]]:
    """Read about so many letters along an axis, both ways up: turn, and how many letters were read surely."""
    part = _text_part(gray, dpi, axis, letters)
    other = np.ascontiguousarray(part[::-1, ::-1])
    return [(axis + half, _letters_read(read(each, dpi))) for half, each in ((0, part), (180, other))]


def _text_part(gray: Picture, dpi: float, turn: int, letters: int) -> Picture:
    """Cut out about so many letters of the page as it lies after a turn."""
    turned = np.ascontiguousarray(np.rot90(gray, -turn // 90))
    small, small_dpi = _small(turned, dpi)
    return _part(turned, letter_boxes(small) * (dpi / small_dpi), letters)


def _letters_read(lines: tuple[Line, ...]) -> int:
    """Count the letters of the words that were read surely."""
    words = [word.text.strip(".,;:!?()\"'") for line in lines for word in line.words if word.confidence >= READ_SURE]
    return sum(len(word) for word in words if len(word) >= READ_WORD and word.isalpha())


def _decided(found: dict[int, int], leaning: int | None) -> Measured:
    """Take the way that gave the most words; sure only where there are enough and hardly any the other ways.

    Fewer are enough for the way to which the shapes lean already.
    """
    turn = max(found, key=lambda each: found[each])
    enough = READ_SUPPORTED if turn == leaning else READ_ENOUGH
    rival = max(letters for each, letters in found.items() if each != turn) / max(1, found[turn])
    confidence = (1.0 - rival) * min(1.0, found[turn] / enough)
    if rival > READ_RIVAL or found[turn] < enough:
        confidence = min(confidence, SURE / 2)
    return Measured(float(turn), confidence)


def _small(gray: Picture, dpi: float) -> tuple[Picture, float]:
    """Give the page at the working resolution, and that resolution."""
    scale = min(1.0, WORKING_DPI / dpi)
    return small_copy(gray, max(1, round(scale * max(gray.shape)))), dpi * scale


def _part(gray: Picture, boxes: Boxes, letters: int) -> Picture:
    """Cut out the rows that hold about so many letters closest together, with white paper around them."""
    if not len(boxes):
        return gray
    margin = round(2 * float(np.median(boxes[:, 3] - boxes[:, 1])))
    if len(boxes) > letters:
        top, bottom = np.sort(boxes[:, 1]), np.sort(boxes[:, 3])
        first = int(np.argmin(bottom[letters:] - top[: len(top) - letters]))
        boxes = boxes[(boxes[:, 1] >= top[first]) & (boxes[:, 3] <= bottom[first + letters])]
    x0, y0 = (max(0, round(boxes[:, side].min()) - margin // 2) for side in (0, 1))
    x1, y1 = (round(boxes[:, side].max()) + margin // 2 for side in (2, 3))
    text = gray[y0:y1, x0:x1]
    even = evened(text, paper_level(text))
    # The engine's layout analysis complains of lines that touch the picture's edge.
    return np.pad(even, margin, constant_values=255)


def agreed(votes: Votes, turn: int, margin: float) -> Measured:
    """Join the two answers: two that agree support each other, one alone counts half, a contradiction is no answer."""
    asked = min(1.0, margin / FULL_MARGIN)
    if margin < LEAST_MARGIN:
        return Measured(float(votes.turn), min(by_shape(votes).confidence, SURE / 2))
    if votes.turn == turn:
        return Measured(float(turn), 1.0 - (1.0 - asked) * (1.0 - by_shape(votes).confidence))
    return Measured(float(turn), 0.0 if votes.believed else asked / 2)


def letter_boxes(gray: Picture) -> Boxes:
    """Find boxes (x0, y0, x1, y1) of shapes that can be letters either way up; a page of a faint hand has them too."""
    ink = Ink(gray)
    level, upright = ink.boxes(), ink.boxes(sideways=True)
    return level if len(level) >= len(upright) else upright


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
    size = x_height(np.round(boxes[:, 3] - boxes[:, 1]).astype(np.int32)) if len(boxes) else 0.0
    if not size:
        return 0.0, 0.0
    neighbours = set[int]()
    rises, hangs = set[int](), set[int]()
    mirrored = boxes[:, [2, 1, 0, 3]] * (-1, 1, -1, 1)
    for seen in (boxes, mirrored):
        letter, beside = _neighbours(seen, size)
        above = (boxes[beside, 1] - boxes[letter, 1]) / size
        below = (boxes[letter, 3] - boxes[beside, 3]) / size
        rises.update(letter[(above > 0.25) & (above < 1.2) & (np.abs(below) < 0.2)].tolist())
        hangs.update(letter[(below > 0.25) & (below < 1.2) & (np.abs(above) < 0.2)].tolist())
        neighbours = neighbours or set(letter.tolist())
    votes = len(rises ^ hangs)
    return float(len(neighbours)), (len(rises) - len(hangs)) / math.sqrt(max(1, votes))


def _neighbours(boxes: Boxes, size: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give pairs of letters: any, and one as high as an x that stands close to the right of it on the same line."""
    x0, y0, x1, y1 = boxes.T
    small = np.flatnonzero((y1 - y0 >= 0.8 * size) & (y1 - y0 <= 1.2 * size))
    by_end = np.argsort(x1, kind="stable")
    first = np.searchsorted(x1[by_end], x0[small] - 0.8 * size, side="right")
    after = np.searchsorted(x1[by_end], x0[small] + 0.2 * size, side="left")
    count = np.maximum(after - first, 0)
    beside = np.repeat(small, count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    letter = by_end[np.repeat(first, count) + step]
    overlap = np.minimum(y1[beside], y1[letter]) - np.maximum(y0[beside], y0[letter])
    near = overlap > 0.6 * size
    return letter[near], beside[near]
