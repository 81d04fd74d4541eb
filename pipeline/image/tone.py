"""Make the picture that is given to the engine, from what is measured on the page: pure pixel maths.

Grey pictures are (height, width) uint8, 0 black; colour ones (height, width, 3) uint8 RGB. Lengths are pixels.
Nothing here knows an engine; the numbers it aims at are those of line recognisers, whose network sees every line
brought to a fixed small height, so that more pixels than that cost time and add only noise.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.dropout import Box, bleached
from pipeline.image.paper import (
    evened,
    is_black_and_white,
    is_negative,
    is_uneven,
    paper_level,
    shine_level,
    without_shine,
)
from pipeline.image.type_size import Type, choose_scale, is_thin, measure_type, resized, spare_factor, x_height

__all__ = [
    "How",
    "Picture",
    "Type",
    "evened",
    "paper_level",
    "prepared",
    "reading_picture",
    "resized",
    "spare_factor",
    "x_height",
]

Picture = NDArray[np.uint8]

# Seals and signatures are this many times higher and wider than an x-height; a coloured word is not as high.
SEAL_X_HEIGHTS = 4.0
# Width of the blur, in standard deviations, that gives the stairs of black and white pages their greys back.
SMOOTHING_PX = 0.7


@dataclass(frozen=True, slots=True)
class How:
    """What was done to make the picture, in the order in which it was done, for the record.

    Attributes:
        type: The letters as measured on the evened page, before scaling.
        bleached: Boxes in which coloured seals or signatures were made to drop out.
        evened: Whether shading was taken out.
        scale: Size of the made picture over that of the page.
        thickened: Whether thin strokes were thickened.
        turned_black: Whether the page was white on black.
        cleared: Whether the other side shone through and was taken out.
        smoothed: Whether a black and white page got greys.
        reread: How many lines and cells were looked at a second time, where the engine was not sure of them.
        bettered: How many of these were replaced by the second reading.
    """

    type: Type
    bleached: tuple[Box, ...]
    evened: bool
    scale: float
    thickened: bool
    turned_black: bool = False
    cleared: bool = False
    smoothed: bool = False
    reread: int = 0
    bettered: int = 0


def reading_picture(pixels: Picture, dpi: float) -> tuple[Picture, float, How]:
    """Make the grey picture that reads best and quickest, and say how.

    Args:
        pixels: The straight page, grey or RGB.
        dpi: Its resolution; bounds the sizes that can be letters.

    Returns:
        The grey picture, its scale (a place on it divided by the scale is the place on the page), what was done.
    """
    gray, how = prepared(pixels, dpi)
    return resized(gray, how.scale), how.scale, how


def prepared(pixels: Picture, dpi: float) -> tuple[Picture, How]:
    """Make the same picture as `reading_picture`, at the page's own size: `how.scale` is still to be applied."""
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    boxes: tuple[Box, ...] = ()
    negative = is_negative(gray, dpi)
    if negative:
        gray = cv2.bitwise_not(gray).astype(np.uint8)
    elif pixels.ndim == 3:
        gray, boxes = bleached(pixels, gray, seal_size=SEAL_X_HEIGHTS * dpi / 13)
    paper = paper_level(gray)
    uneven = is_uneven(paper)
    gray = evened(gray, paper) if uneven else gray
    shine = shine_level(gray)
    gray = without_shine(gray, shine) if shine < 255 else gray
    type_ = measure_type(gray, dpi)
    thin = is_thin(type_, dpi)
    # Before the reduction: averaged with the paper around, a hair line turns too light to be seen.
    gray = cv2.erode(gray, np.ones((3, 3), np.uint8)).astype(np.uint8) if thin else gray
    stairs = pixels.ndim == 2 and is_black_and_white(pixels)
    gray = cv2.GaussianBlur(gray, (0, 0), SMOOTHING_PX).astype(np.uint8) if stairs else gray
    return gray, How(type_, boxes, uneven, choose_scale(type_.x_height, dpi), thin, negative, shine < 255, stairs)
