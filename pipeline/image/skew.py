"""Measure how far the text lines of a page are from level, and say how sure that is.

At the right angle the edges of different letters fall into the same rows. What is measured is the agreement between
groups of letters: the energy of their common row profile less that of each group alone. One long rule, a border or a
ring agrees with nothing but itself and has no say; specks and noise agree on nothing, so their agreement is near zero
at every angle, and its size tells text from everything else.

Known limits: coarse screens whose dots have the size of letters look like text; cells of a table whose lines stand at
unlike heights can pull by a tenth of a degree; a single short line is known to a quarter of a degree, and a word or two
are not trusted.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import GROUPS, Edges, Ink, working_copy
from pipeline.model import Measured

RANGE_DEGREES = 15.0
THRESHOLD = 0.25  # a page measured with less confidence is left as it is
AXIS_THRESHOLD = 0.1  # an axis measured with less confidence is not known
_FEWEST_LETTERS = 8
_COARSE_DEGREES = np.arange(-2 * RANGE_DEGREES - 2, 2 * RANGE_DEGREES + 3) / 2  # one step beyond the range on each side
_COARSE_EDGES = 12_000  # enough to find the peak; all edges are used to place it
_COARSE_BIN_PX = 2.0
_FINE_BIN_PX = 1.0
_FINE_DEGREES = ((np.arange(-6, 7) * 0.1), (np.arange(-8, 9) * 0.05))
_FAR_DEGREES = 2.5  # a peak this far off is another answer, not the slope of the same one
_CLEAR_LEAD = 0.5  # a peak twice as high as any other answer is not in doubt
_BLUR = cv2.getGaussianKernel(7, 1.0).T


def measure_skew(gray: NDArray[np.uint8], dpi: float) -> Measured:
    """Measure by how many degrees the text lines rise to the right, counter-clockwise positive.

    The confidence is the agreement of the letters at the angle found, less where another angle does nearly as well,
    and 0 where there are hardly any letters or the angle lies beyond `RANGE_DEGREES`.

    Args:
        gray: Shape (height, width), 0 black to 255 white.
        dpi: Resolution, pixels per inch; only chooses the scale to work at.
    """
    edges = Ink(working_copy(gray, dpi)).edges()
    if edges.letters < _FEWEST_LETTERS:
        return Measured(0.0, 0.0)
    energy, _ = _agreements(_thinned(edges), _COARSE_DEGREES, _COARSE_BIN_PX)
    degrees, agreement = _refined(edges, float(_COARSE_DEGREES[energy.argmax()]))
    if abs(degrees) > RANGE_DEGREES:
        return Measured(0.0, 0.0)
    confidence = agreement * _lead(energy, degrees)
    return Measured(round(degrees, 3) + 0.0, round(min(max(confidence, 0.0), 1.0), 3))


def text_axis(gray: NDArray[np.uint8], dpi: float) -> Measured:
    """Measure whether text lines run level (0) or up and down (90), as on a page scanned sideways.

    The confidence is how much better the letters agree along the one axis than along the other.
    """
    ink = Ink(working_copy(gray, dpi))
    level, upright = (_strength(ink.edges(sideways=sideways)) for sideways in (False, True))
    return Measured(0.0 if level >= upright else 90.0, round(min(abs(level - upright), 1.0), 3))


def _strength(edges: Edges) -> float:
    """Return the best agreement, 0 to 1, of the letters at any angle in the range."""
    if edges.letters < _FEWEST_LETTERS:
        return 0.0
    energy, full = _agreements(_thinned(edges), _COARSE_DEGREES, _COARSE_BIN_PX)
    best = int(energy.argmax())
    return max(0.0, float(energy[best] / full[best]))


def _lead(energy: NDArray[np.float64], degrees: float) -> float:
    """Return 1 where no angle far from the one found comes near it, falling to 0 where one is as good."""
    rival = energy[np.abs(_COARSE_DEGREES - degrees) > _FAR_DEGREES].max()
    return min(1.0, max(0.0, float(1 - rival / energy.max())) / _CLEAR_LEAD)


def _refined(edges: Edges, degrees: float) -> tuple[float, float]:
    """Return the angle of the peak near a coarse one, and the agreement there, 0 to 1.

    The top of the peak is flat and a little ragged, since rows are whole pixels; its flanks are steep. So the angle is
    the middle of what stands above half the peak, or above the ends of the angles tried where the peak is wider.
    """
    for steps in _FINE_DEGREES:
        angles = np.asarray(degrees + steps, dtype=np.float64)
        energy, full = _agreements(edges, angles, _FINE_BIN_PX)
        best = int(energy.argmax())
        degrees = float(angles[best])
    above = np.maximum(energy - max(energy[best] / 2, energy[0], energy[-1]), 0)
    if above.any():
        degrees = float(np.average(angles, weights=above))
    return degrees, float(energy[best] / full[best])


def _thinned(edges: Edges) -> Edges:
    """Return every n-th edge, about `_COARSE_EDGES` of them."""
    step = max(1, len(edges.x) // _COARSE_EDGES)
    x, y, sign, group = edges.x[::step], edges.y[::step], edges.sign[::step], edges.group[::step]
    return replace(edges, x=x, y=y, sign=sign, group=group)


def _agreements(
    edges: Edges, angles: NDArray[np.float64], bin_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each angle the energy that groups have in common, and what it would be if they agreed in full."""
    pairs = [_agreement(edges, float(angle), bin_px) for angle in angles]
    common, alone = np.array(pairs, dtype=np.float64).T
    return common, np.maximum(alone * (GROUPS - 1), 1e-9)


def _agreement(edges: Edges, degrees: float, bin_px: float) -> tuple[float, float]:
    """Return the energy of the common row profile less that of the groups alone, and the latter.

    A line that rises by `degrees` has y + x tan(degrees) constant, with y down; the profile is of edges, begin of ink
    counting +1 and end -1, so it is the derivative of the ink's own profile.
    """
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    rows = int(2 * edges.reach / bin_px) + 8
    row = edges.y * np.float32(cosine / bin_px) + edges.x * np.float32(sine / bin_px) + np.float32(rows / 2)
    counts = np.bincount(edges.group * rows + row.astype(np.int32), weights=edges.sign, minlength=GROUPS * rows)
    profiles = cv2.sepFilter2D(counts.reshape(GROUPS, rows), -1, _BLUR, np.ones((1, 1)), borderType=cv2.BORDER_CONSTANT)
    alone = float(np.square(profiles).sum())
    return float(np.square(profiles.sum(axis=0)).sum()) - alone, alone
