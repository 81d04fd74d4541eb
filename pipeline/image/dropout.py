"""Let coloured seals and signatures drop out of a page, and leave coloured text: pure pixel maths.

Grey pictures are (height, width) uint8, 0 black; colour ones (height, width, 3) uint8 RGB. Lengths are pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]

# Spread of the three channels, out of 255, from which ink counts as coloured; yellowed paper is balanced out before. A
# thin red line is averaged with the paper beside it on the small copy and keeps a third of its own 160.
COLOURED = 40
# Darker than this share of the paper counts as ink when colours are looked at.
INK_SHARE_OF_PAPER = 0.75
# Where more of the ink is coloured, the page is written in colour: a carbon copy, a purple hectograph.
WRITTEN_IN_COLOUR = 0.5
# Pieces of one seal (ring, letters, star) lie closer together than this share of the least seal.
REACH = 0.25
# A coloured shape half as large counts as well where this share of its box's ink is black: it lies over writing.
OVER_WRITING = 0.1
# Everything coloured in the box of a shape up to so many times the least seal goes with it: seals, stamps, signatures.
# Larger shapes are borders and forms, with coloured text of their own inside.
LARGEST_SEAL = 8.0
# The corners of a stamp's frame are drawn, those around a round seal are empty; this share of its sides is looked at.
CORNER = 0.12


@dataclass(frozen=True, slots=True)
class Shape:
    """Coloured pieces that lie close together, on a copy of the page reduced by `step`.

    Attributes:
        box: x0, y0, x1, y1 round them with a little room, on the copy.
        inner: 1 where the copy is coloured, within the box.
        mask: 1 there and close by, within the box.
    """

    box: Box
    inner: Mask
    mask: Mask


def bleached(pixels: Picture, gray: Picture, *, seal_size: float) -> tuple[Picture, tuple[Box, ...]]:
    """Let large coloured shapes drop out: there, take the brightest channel instead of the grey.

    Red seals and blue signatures go, black letters under them stay. Coloured words stay as they are: carbon copies,
    purple hectographs and red stamps are text, and so is a red heading inside a red border, which goes alone.
    """
    white = paper_colour(pixels)
    step = max(1, round(seal_size / 16))
    shapes = seals(pixels, seal_size, white)
    if not shapes:
        return gray, ()
    out = gray.copy()
    red, green, blue = white
    paper = 0.299 * red + 0.587 * green + 0.114 * blue
    boxes = tuple(_on_page(shape.box, step, gray.shape) for shape in shapes)
    for shape, (x0, y0, x1, y1) in zip(shapes, boxes, strict=True):
        light = without_colour(pixels[y0:y1, x0:x1], white, paper)
        large = max(x1 - x0, y1 - y0) > LARGEST_SEAL * seal_size
        place = shape.mask if large else np.ones_like(shape.mask)
        mask = cv2.resize(place, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST)
        cv2.copyTo(light, mask, out[y0:y1, x0:x1])
    return out, boxes


def _on_page(box: Box, step: int, shape: tuple[int, ...]) -> Box:
    """Bring a box from the reduced copy back to the page; the copy's last row and column stand for the rest."""
    height, width = shape[:2]
    x0, y0, x1, y1 = box
    right = width if x1 >= width // step else x1 * step
    bottom = height if y1 >= height // step else y1 * step
    return x0 * step, y0 * step, right, bottom


def without_colour(pixels: Picture, white: tuple[float, float, float], paper: float) -> Picture:
    """Give the brightest channel, raised by what it is above the darkest; paper comes out at the level `paper`.

    The brightest channel alone leaves blue ink at half the light of paper. Dark places are raised less, as colour
    blurred by JPEG lies over the edges of black letters too.
    """
    channels = [cv2.convertScaleAbs(pixels[..., c], alpha=255.0 / white[c]) for c in range(3)]
    brightest = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    darkest = cv2.min(cv2.min(channels[0], channels[1]), channels[2])
    raised = cv2.add(brightest, cv2.multiply(cv2.subtract(brightest, darkest), brightest, scale=1 / 255))
    return cv2.convertScaleAbs(raised, alpha=paper / 255.0).astype(np.uint8)


def paper_colour(pixels: Picture) -> tuple[float, float, float]:
    """Find the colour of the paper: what most of the lighter half of the page looks like."""
    small = pixels[::8, ::8].reshape(-1, 3)
    level = np.maximum(np.percentile(small, 70, axis=0), 64.0)
    return float(level[0]), float(level[1]), float(level[2])


def seals(pixels: Picture, seal_size: float, white: tuple[float, float, float]) -> tuple[Shape, ...]:
    """Find the coloured shapes that are to drop out, on a copy reduced by a sixteenth of `seal_size`.

    That are shapes at least `seal_size` high and wide, but no framed stamps in the open, and shapes half as large
    that lie over black writing.
    """
    step = max(1, round(seal_size / 16))
    coloured, ink, black = _small_masks(pixels, step, white)
    if not coloured.any() or cv2.countNonZero(coloured & ink) > WRITTEN_IN_COLOUR * cv2.countNonZero(ink):
        return ()
    least = seal_size / step
    return tuple(shape for shape in _shapes(coloured, least) if _drops_out(shape, black, least))


def _small_masks(pixels: Picture, step: int, white: tuple[float, float, float]) -> tuple[Mask, Mask, Mask]:
    """Tell where a copy reduced by `step` is coloured, has ink of any kind, has black ink (1 or 0)."""
    height, width = pixels.shape[:2]
    small = _reduced(pixels, (max(1, width // step), max(1, height // step)))
    red, green, blue = (cv2.convertScaleAbs(small[..., c], alpha=255.0 / white[c]) for c in range(3))
    darkest = cv2.min(cv2.min(red, green), blue)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), darkest)
    ink = (darkest < INK_SHARE_OF_PAPER * 255).astype(np.uint8)
    # The rims of coloured shapes are mixed with paper and look half as coloured.
    return (spread > COLOURED).astype(np.uint8), ink, ink & (spread < COLOURED / 2).astype(np.uint8)


def _reduced(pixels: Picture, size: tuple[int, int]) -> Picture:
    """Reduce a colour picture to (width, height): by halves as far as that goes, many times faster than fractions."""
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: 2 * height, : 2 * width]
        pixels = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _shapes(coloured: Mask, least: float) -> list[Shape]:
    """Find coloured pieces that lie close together and are large enough to be judged."""
    size = 2 * (round(REACH * least) // 2) + 1
    joined = cv2.dilate(coloured, np.ones((size, size), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for number in range(1, count):
        x, y, w, h = stats[number, :4].tolist()
        if min(w, h) < least / 2:
            continue
        mask = (labels[y : y + h, x : x + w] == number).astype(np.uint8)
        found.append(Shape((x, y, x + w, y + h), coloured[y : y + h, x : x + w] & mask, mask))
    return found


def _drops_out(shape: Shape, black: Mask, least: float) -> bool:
    """Judge a shape by its size, its largest piece and what lies under it."""
    _, _, wide, high = cv2.boundingRect(shape.inner)
    if min(wide, high) < least / 2:
        return False
    x0, y0, x1, y1 = shape.box
    below = black[y0:y1, x0:x1]
    _, _, stats, _ = cv2.connectedComponentsWithStats(shape.inner, connectivity=8)
    over_writing = cv2.countNonZero(below) > OVER_WRITING * cv2.countNonZero(shape.inner)
    piece = int(np.minimum(stats[1:, 2], stats[1:, 3]).max(initial=0))
    if piece >= least:
        return over_writing or not _is_framed(shape.inner)
    return over_writing and piece >= least / 2


def _is_framed(inner: Mask) -> bool:
    """Tell whether at least three of the four corners are drawn."""
    x, y, width, height = cv2.boundingRect(inner)
    part = inner[y : y + height, x : x + width]
    dy, dx = max(1, round(CORNER * height)), max(1, round(CORNER * width))
    corners = (part[:dy, :dx], part[:dy, -dx:], part[-dy:, :dx], part[-dy:, -dx:])
    return sum(bool(corner.any()) for corner in corners) >= 3
