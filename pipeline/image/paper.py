"""Even out what is not ink: shading, the other side shining through, black and white turned about: pure pixel maths.

Grey pictures are (height, width) uint8, 0 black. Lengths are pixels.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.letters import small_copy
from pipeline.image.type_size import FEWEST_LETTERS, measure_all, middle

Picture = NDArray[np.uint8]

# Background darker than this share of the page's paper is not paper but an edge or a picture: it stays dark.
DARKEST_PAPER_SHARE = 0.5
# Paper whose lightest and darkest parts lie closer together than this (of 255), and near white, is even already.
EVEN_ENOUGH = 12
# Where more of the page is dark, it may be a negative.
MOSTLY_DARK = 0.6
# Specks lighter than this much under the paper are grain.
GRAIN = 20
# What shines through covers at least this share of what the ink covers, is at most this share as dark as ink,
# and at most this share as sharp: it went through the paper.
COVERS, PALE, SOFT = 0.15, 0.6, 0.75


def is_negative(gray: Picture, dpi: float) -> bool:
    """Tell whether a page is white on black, as photostats are: mostly dark, and the letters are its light shapes."""
    small = small_copy(middle(gray), 800)
    if not small.size:
        return False
    level, _ = cv2.threshold(small, 0, 255, cv2.THRESH_OTSU)
    if float(np.mean(small <= level)) < MOSTLY_DARK:
        return False
    # Counted all over on both, or the two could not be compared.
    turned = measure_all(cv2.bitwise_not(gray).astype(np.uint8), dpi).letters
    return turned >= FEWEST_LETTERS and turned > 2 * measure_all(gray, dpi).letters


def is_black_and_white(gray: Picture) -> bool:
    """Tell whether there are no greys at all."""
    return not cv2.inRange(gray, np.array([1]), np.array([254])).any()


def is_uneven(paper: Picture) -> bool:
    """Tell whether paper is shaded, or darker than white."""
    darkest, usual, lightest = (float(value) for value in np.percentile(paper, (2, 50, 98)))
    return bool(lightest - darkest > EVEN_ENOUGH or usual < 255 - EVEN_ENOUGH)


def paper_level(gray: Picture) -> Picture:
    """Estimate the brightness of the bare paper, on a copy of about 200 px.

    Letters are covered by the paper around, on a copy of twice that size.
    """
    covered = small_copy(cv2.dilate(small_copy(gray, 400), np.ones((9, 9), np.uint8)).astype(np.uint8), 200)
    return cv2.GaussianBlur(cv2.medianBlur(covered, 7), (0, 0), 2).astype(np.uint8)


def evened(gray: Picture, paper: Picture) -> Picture:
    """Divide the page by its paper, so that all paper is white; what is darker than paper can be stays dark."""
    lowest = max(1, round(DARKEST_PAPER_SHARE * float(np.percentile(paper, 90))))
    height, width = gray.shape
    # In bytes: as fractions it would take four times the memory of the page.
    whole = cv2.resize(np.maximum(paper, lowest).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(gray, whole, scale=255.0).astype(np.uint8)


def shine_level(gray: Picture) -> float:
    """Measure how dark the other side shines through on an evened page; 255 where nothing does.

    What lies away from dark ink and is darker than grain is either pale ink or the other side; the other side is
    softer for its darkness, as light is scattered in paper.
    """
    part = middle(gray)
    if min(part.shape) < 16:
        return 255.0
    half = cv2.resize(part, (part.shape[1] // 2, part.shape[0] // 2), interpolation=cv2.INTER_AREA)
    half = cv2.blur(half, (3, 3)).astype(np.uint8)
    white = float(np.percentile(half[::4, ::4], 80))
    _, ink = cv2.threshold(half, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, darker = cv2.threshold(half, np.ceil(white - GRAIN) - 1, 1, cv2.THRESH_BINARY_INV)
    # A subtraction in bytes stops at zero.
    away = cv2.subtract(darker, cv2.dilate(ink, np.ones((9, 9), np.uint8)))
    if not ink.any() or cv2.countNonZero(away) < COVERS * cv2.countNonZero(ink):
        return 255.0
    pale = away > 0
    slope = cv2.max(cv2.absdiff(half[1:, 1:], half[:-1, 1:]), cv2.absdiff(half[1:, 1:], half[1:, :-1]))
    dark, through = float(np.percentile(half[ink > 0], 25)), float(np.percentile(half[pale], 5))
    rims = cv2.dilate(ink, np.ones((3, 3), np.uint8))[1:, 1:] > 0
    sharp = float(np.percentile(slope[rims], 75)) / max(1.0, white - dark)
    soft = float(np.percentile(slope[pale[1:, 1:]], 75)) / max(1.0, white - through)
    return through if white - through < PALE * (white - dark) and soft < SOFT * sharp else 255.0


def without_shine(gray: Picture, level: float) -> Picture:
    """Stretch the tones so that what is as light as `level` becomes paper; black stays black."""
    tones = np.clip(np.arange(256) * 255.0 / max(level, 1.0), 0, 255).round().astype(np.uint8)
    return cv2.LUT(gray, tones).astype(np.uint8)
