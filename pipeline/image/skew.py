"""Measure how far the text lines of a page are from level, and say how sure that is.

At the right angle the edges of different letters fall into the same rows. What is measured is the agreement between
groups of letters: the energy of their common row profile less that of each group alone. One long rule, a border or a
ring agrees with nothing but itself and has no say; specks and noise agree on nothing, so their agreement is near zero
at every angle, and its size tells text from everything else.

Columns and the cells of a table are level each by itself, but their lines need not stand at the same height. So
agreement is looked for within upright strips first, and then, to place the angle, within runs of letters that follow
each other on a line.

Known limits: a single short line is known to a quarter of a degree, and a word or two are not trusted.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import GROUPS, Edges, Ink, working_copy
from pipeline.model import Measured

RANGE_DEGREES = 15.0
THRESHOLD = 0.25  # a page measured with less confidence is left as it is
AXIS_THRESHOLD = 0.1  # an axis measured with less confidence is not known
_FAINT_SURE = 0.5  # a second look, at fainter ink, is another chance to be wrong, so more is asked of it
_FEWEST_LETTERS = 8
_ENOUGH_LETTERS = 24  # with fewer the confidence falls, to nothing at the fewest
_COARSE_DEGREES = np.arange(-2 * RANGE_DEGREES - 2, 2 * RANGE_DEGREES + 3) / 2  # one step beyond the range on each side
_WIDE_DEGREES: NDArray[np.float64] = np.arange(-90, 91) / 2
_COARSE_EDGES = 12_000  # enough to find the peak; all edges are used to place it
_COARSE_BIN_PX = 2.0
_FINE_BIN_PX = 1.0
_NEAR_DEGREES: NDArray[np.float64] = np.linspace(-0.6, 0.6, 13)
_NEARER_DEGREES: NDArray[np.float64] = np.linspace(-0.5, 0.5, 21)
_STRIP_PX = 220  # two inches: a column of a table or of print
_FAR_DEGREES = 2.5  # a peak this far off is another answer, not the slope of the same one
_CLEAR_LEAD = 0.25  # a peak higher than any other answer by this share is not in doubt
# Of print and typescript, faded and crooked, strips and runs agree so that their product is 0.16 and more; of real
# handwriting it stays under 0.09. This brings the half way between them to the threshold.
_AGREEMENT_GAIN = 2.2
_GAP_HEIGHTS = 5.0  # letters this far apart, in heights of a letter, may still follow each other on a line
_BAR_HEIGHTS = 0.2  # half the height in which their middles meet
_RUN_HEIGHTS = 4.0  # rows looked at for each run
_BLUR = cv2.getGaussianKernel(7, 1.0).T


@dataclass(frozen=True, slots=True)
class _Places:
    """Edges and the slots, strips or runs, in which they are compared; `x` and `y` are as in `Edges`."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    sign: NDArray[np.float32]
    slot: NDArray[np.int32]
    slots: int
    rows_px: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a coarse look at the letters gave: for each of the angles the energy in common, and in full agreement."""

    edges: Edges
    angles: NDArray[np.float64]
    energy: NDArray[np.float64]
    full: NDArray[np.float64]

    @property
    def strength(self) -> float:
        """The best agreement, 0 to 1, of the letters at any angle in the range."""
        best = int(self.energy.argmax())
        return max(0.0, float(self.energy[best] / self.full[best]))


class Lines:
    """The lines of one page: what is measured along one axis serves the other, and nothing is measured twice."""

    def __init__(self, gray: NDArray[np.uint8], dpi: float) -> None:
        """Find the ink of a page.

        Args:
            gray: Shape (height, width), 0 black to 255 white.
            dpi: Resolution, pixels per inch; only chooses the scale to work at.
        """
        self._small = working_copy(gray, dpi)
        self._ink = Ink(self._small)
        self._seen: dict[bool, _Seen] = {}

    def skew(self, *, sideways: bool = False) -> Measured:
        """Measure as `measure_skew` does, `sideways` the lines that run up the page; so they would lie after a turn."""
        found = _measured(self._look(sideways=sideways), RANGE_DEGREES)
        if found.confidence < THRESHOLD:
            faint = _measured(_look(Ink(self._small, faint=True), sideways=sideways), RANGE_DEGREES)
            found = faint if faint.confidence >= _FAINT_SURE else found
        return Measured(-found.value + 0.0, found.confidence) if sideways else found

    def axis(self) -> Measured:
        """Measure as `text_axis` does."""
        level, upright = (self._look(sideways=sideways).strength for sideways in (False, True))
        return Measured(0.0 if level >= upright else 90.0, round(min(abs(level - upright), 1.0), 3))

    def steep(self) -> Measured:
        """Measure lines that may rise or fall by as much as half a right angle, only to tell whether there are any."""
        edges = self._ink.edges()
        return _measured(_seen(edges, _WIDE_DEGREES), -_WIDE_DEGREES[0])

    def letters(self, *, sideways: bool = False) -> NDArray[np.float64]:
        """Return the boxes x0, y0, x1, y1 of the letters of such lines, in pixels of the copy that is worked on."""
        return self._ink.boxes(sideways=sideways)

    def _look(self, *, sideways: bool) -> _Seen:
        if sideways not in self._seen:
            self._seen[sideways] = _look(self._ink, sideways=sideways)
        return self._seen[sideways]


def measure_skew(gray: NDArray[np.uint8], dpi: float) -> Measured:
    """Measure by how many degrees the text lines rise to the right, counter-clockwise positive.

    The confidence comes from the agreement of the letters at the angle found, less where another angle does nearly as
    well, and is 0 where there are hardly any letters or the angle lies beyond `RANGE_DEGREES`.

    Args:
        gray: Shape (height, width), 0 black to 255 white.
        dpi: Resolution, pixels per inch; only chooses the scale to work at.
    """
    return Lines(gray, dpi).skew()


def text_axis(gray: NDArray[np.uint8], dpi: float) -> Measured:
    """Measure whether text lines run level (0) or up and down (90), as on a page scanned sideways.

    The confidence is how much better the letters agree along the one axis than along the other.
    """
    return Lines(gray, dpi).axis()


def _look(ink: Ink, *, sideways: bool) -> _Seen:
    """Look at the lines along one axis."""
    return _seen(ink.edges(sideways=sideways), _COARSE_DEGREES)


def _seen(edges: Edges, angles: NDArray[np.float64]) -> _Seen:
    """Try all angles coarsely."""
    if edges.letters < _FEWEST_LETTERS:
        return _Seen(edges, angles, np.zeros(len(angles)), np.ones(len(angles)))
    return _Seen(edges, angles, *_agreements(_strips(edges, _thinning(edges)), angles, _COARSE_BIN_PX))


def _measured(seen: _Seen, most_degrees: float) -> Measured:
    """Measure the slope of the lines that letters stand in."""
    edges = seen.edges
    if edges.letters < _FEWEST_LETTERS:
        return Measured(0.0, 0.0)
    near = float(seen.angles[seen.energy.argmax()])
    nearer, in_strips = _placed(_strips(edges), near + _NEAR_DEGREES)
    offset, in_runs = _placed(_runs(edges, nearer), _NEARER_DEGREES)
    degrees = nearer + offset
    if abs(degrees) > most_degrees:
        return Measured(0.0, 0.0)
    agreement = _AGREEMENT_GAIN * max(in_strips, 0.0) * max(in_runs, 0.0)
    agreement *= min(1.0, (edges.letters - _FEWEST_LETTERS) / (_ENOUGH_LETTERS - _FEWEST_LETTERS))
    return Measured(round(degrees, 3) + 0.0, round(min(agreement * _lead(seen, degrees), 1.0), 3))


def _lead(seen: _Seen, degrees: float) -> float:
    """Return 1 where no angle far from the one found comes near it, falling to 0 where one is as good."""
    rival = seen.energy[np.abs(seen.angles - degrees) > _FAR_DEGREES].max()
    return min(1.0, max(0.0, float(1 - rival / max(seen.energy.max(), 1e-9))) / _CLEAR_LEAD)


def _placed(places: _Places, angles: NDArray[np.float64]) -> tuple[float, float]:
    """Return the angle of the peak among some, and the agreement there, 0 to 1.

    The top of the peak is flat and a little ragged, since rows are whole pixels; its flanks are steep. So the angle is
    the middle of what stands above half the peak, or above the ends of the angles tried where the peak is wider.
    """
    energy, full = _agreements(places, angles, _FINE_BIN_PX)
    best = int(energy.argmax())
    above = np.maximum(energy - max(energy[best] / 2, energy[0], energy[-1]), 0)
    degrees = float(np.average(angles, weights=above)) if above.any() else float(angles[best])
    return degrees, float(energy[best] / full[best])


def _thinning(edges: Edges) -> int:
    """Return n so that every n-th edge makes about `_COARSE_EDGES` of them."""
    return max(1, len(edges.x) // _COARSE_EDGES)


def _strips(edges: Edges, step: int = 1) -> _Places:
    """Compare letters within upright strips of the page."""
    count = max(1, round(edges.width / _STRIP_PX))
    x = edges.x[::step]
    strip = ((x + edges.width / 2) * (count / edges.width)).astype(np.int32)
    slot = strip * GROUPS + edges.group[::step]
    return _Places(x, edges.y[::step], edges.sign[::step], slot, count, 2 * edges.reach)


def _runs(edges: Edges, degrees: float) -> _Places:
    """Compare letters within runs along lines that rise by `degrees`, each seen from its own middle and levelled."""
    sine, cosine = np.float32(np.sin(np.radians(degrees))), np.float32(np.cos(np.radians(degrees)))
    level = np.array([[cosine, sine], [-sine, cosine]], dtype=np.float32)
    middles = edges.middles @ level
    size = float(np.median(edges.sizes[:, 1]))
    run = _followed(middles, edges.sizes[:, 0], size, edges.reach)
    letters = np.maximum(np.bincount(run), 1)
    origin = np.stack([np.bincount(run, weights=middles[:, axis]) / letters for axis in (0, 1)], axis=1)
    of_edge = run[edges.letter]
    x = edges.x * cosine - edges.y * sine - origin[of_edge, 0]
    y = edges.y * cosine + edges.x * sine - origin[of_edge, 1]
    slot = (of_edge * GROUPS + edges.group).astype(np.int32)
    return _Places(x.astype(np.float32), y.astype(np.float32), edges.sign, slot, len(letters), _RUN_HEIGHTS * size)


def _followed(
    middles: NDArray[np.float32], widths: NDArray[np.float32], size: float, reach: float
) -> NDArray[np.int32]:
    """Return for each letter the number of its run: bars drawn from letter to letter touch.

    Drawn at half size, which is fine enough for bars and four times as quick.
    """
    side = int(reach) + 2
    bars = np.zeros((side, side), np.uint8)
    x, y = (middles + np.float32(reach)).T / 2
    thick = max(1, round(_BAR_HEIGHTS * size / 2))
    left, right = (x - widths / 4).astype(np.int32), (x + widths / 4 + _GAP_HEIGHTS * size / 2).astype(np.int32)
    row, column = y.astype(np.int32), x.astype(np.int32)
    for start, end, at in zip(np.maximum(left, 0).tolist(), right.tolist(), row.tolist(), strict=True):
        bars[max(at - thick, 0) : at + thick + 1, start : end + 1] = 1
    _, labels = cv2.connectedComponents(bars, connectivity=4)
    return np.asarray(labels[row, column], dtype=np.int32)


def _agreements(
    places: _Places, angles: NDArray[np.float64], bin_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each angle the energy that groups have in common, and what it would be if they agreed in full."""
    pairs = [_agreement(places, float(angle), bin_px) for angle in angles]
    common, full = np.array(pairs, dtype=np.float64).T
    return common, np.maximum(full, 1e-9)


def _agreement(places: _Places, degrees: float, bin_px: float) -> tuple[float, float]:
    """Return the energy of the common row profiles less that of the groups alone, and the most that it could be.

    A line that rises by `degrees` has y + x tan(degrees) constant, with y down; the profile is of edges, begin of ink
    counting +1 and end -1, so it is the derivative of the ink's own profile. Groups whose profiles have the same shape
    have as much in common as Cauchy and Schwarz allow.
    """
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    rows = int(places.rows_px / bin_px) + 8
    row = places.y * np.float32(cosine / bin_px) + places.x * np.float32(sine / bin_px) + np.float32(rows / 2)
    inside = (row >= 0) & (row < rows)
    at = places.slot * rows + row.astype(np.int32)
    weights = places.sign * inside
    counts = np.bincount(np.where(inside, at, 0), weights=weights, minlength=places.slots * GROUPS * rows)
    lines = counts.reshape(-1, rows)
    profiles = cv2.sepFilter2D(lines, -1, _BLUR, np.ones((1, 1)), borderType=cv2.BORDER_CONSTANT)
    norms = np.sqrt(np.square(profiles).sum(axis=1)).reshape(-1, GROUPS)
    alone = float(np.square(norms).sum())
    common = float(np.square(profiles.reshape(-1, GROUPS, rows).sum(axis=1)).sum())
    return common - alone, float(np.square(norms.sum(axis=1)).sum()) - alone
