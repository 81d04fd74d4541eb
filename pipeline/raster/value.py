"""The decoded picture and what its file says of it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """One frame, decoded in full; pixels lie as stored, not turned by the orientation tag.

    Attributes:
        pixels: uint8 H x W (grey), uint8 H x W x 3 (RGB), or bool H x W for bilevel pictures, True where there is ink.
        width, height: Pixels as stored.
        dpi_x, dpi_y: Resolution the file states, pixels per inch; 0 where it states none.
        mode: "1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16" ... as Pillow names it.
        bits_per_pixel: All channels together.
        format: "TIFF", "JPEG", "PNG" or "JPEG2000".
        compression: "jpeg", "group4", "group3", "jpx", "lzw", "raw", "deflate", "packbits" ...
        tag: Orientation tag (EXIF/TIFF 274), 1 to 8.
        icc: The file's colour profile, GRAY or RGB as the pixels are; nothing where it has none that fits them.
    """

    pixels: NDArray[np.uint8] | NDArray[np.bool_]
    width: int
    height: int
    dpi_x: float
    dpi_y: float
    mode: str
    bits_per_pixel: int
    format: str
    compression: str
    tag: int = 1
    icc: bytes = b""


def gray(raster: Raster) -> NDArray[np.uint8]:
    """Give the picture in 256 greys, 0 black and 255 white, H x W, as OCR wants it."""
    pixels = raster.pixels
    if pixels.dtype == np.bool_:
        return np.where(pixels, np.uint8(0), np.uint8(255))
    if pixels.ndim == 2:
        return pixels.astype(np.uint8, copy=False)
    return np.asarray(cv2.cvtColor(pixels.astype(np.uint8, copy=False), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
