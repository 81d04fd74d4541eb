"""Decode JPEG strictly: what libjpeg would only warn of is damage."""

import re

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import BadScan
from pipeline.raster.pixels import PILLOW_ERRORS, check_size, exif_dpi, exif_tag, opened
from pipeline.raster.value import Raster

MAGIC = b"\xff\xd8\xff"
END = b"\xff\xd9"
COLOURS = {"Gray": "GRAY", "YCbCr": "RGB", "RGB": "RGB", "CMYK": "CMYK", "YCCK": "CMYK"}
DENSITY_UNITS = {1: 1.0, 2: 2.54}
# Warnings about application segments, not about the picture: an unknown Adobe or JFIF flavour, an odd colour profile.
HARMLESS = re.compile(r"Adobe color transform|JFIF revision|ICC", re.IGNORECASE)
PADDING = re.compile(r"(\d+) extraneous bytes before marker 0xd9")


def decode_jpeg(data: bytes, limit_megapixels: float) -> Raster:
    """Decode a JPEG file.

    Raises:
        BadScan: The data is short or damaged, or the picture too large.
    """
    with opened(data, "JPEG") as picture:
        width, height = picture.size
        check_size(width, height, limit_megapixels)
        dpi_x, dpi_y = _density(picture)
        mode, tag, adobe = picture.mode, exif_tag(picture), "adobe" in picture.info
    pixels = decode_stream(data, inverted_cmyk=adobe)
    bits = 8 * {"L": 1, "CMYK": 4}.get(mode, 3)
    return Raster(pixels, width, height, dpi_x, dpi_y, mode, bits, "JPEG", "jpeg", tag)


def decode_stream(data: bytes, *, inverted_cmyk: bool = False) -> NDArray[np.uint8]:
    """Decode JPEG data to grey or RGB; every warning of libjpeg that concerns the picture is an error.

    Raises:
        BadScan: The data is short or damaged.
    """
    try:
        return _decode(data, inverted_cmyk=inverted_cmyk)
    except ValueError as error:
        message = str(error)
    cleaned = _without_harmless(data, message)
    if cleaned is not None:
        try:
            return _decode(cleaned, inverted_cmyk=inverted_cmyk)
        except ValueError as error:
            message = str(error)
    raise _refusal(data, message)


def _decode(data: bytes, *, inverted_cmyk: bool) -> NDArray[np.uint8]:
    colour = COLOURS.get(simplejpeg.decode_jpeg_header(data, strict=True)[2], "RGB")
    pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, colorspace=colour, strict=True)
    if colour == "CMYK":
        ink = 255 - pixels if inverted_cmyk else pixels
        return np.array(Image.fromarray(ink, "CMYK").convert("RGB"))
    return pixels[:, :, 0] if colour == "GRAY" else pixels


def _without_harmless(data: bytes, message: str) -> bytes | None:
    """Leave out what a harmless warning is about, so that a second strict pass can see the rest; None if it is not.

    Zeros before the end mark are padding some scanners write; other bytes there mean that the decoder lost its way.
    """
    if HARMLESS.search(message):
        return _without_application_segments(data)
    padding, end = PADDING.search(message), data.rfind(END)
    if padding is None or end < 0:
        return None
    start = max(0, end - int(padding[1]))
    return None if data[start:end].strip(b"\0") else data[:start] + END


def _without_application_segments(data: bytes) -> bytes:
    kept, place = [data[:2]], 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        marker = data[place + 1]
        after = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if not 0xE0 <= marker <= 0xEF:
            kept.append(data[place:after])
        place = after
    return b"".join([*kept, data[place:]])


def _refusal(data: bytes, message: str) -> BadScan:
    if "Premature end of JPEG file" in message or END not in data[-4096:]:
        return BadScan("truncated", f"The JPEG data stops before its end mark ({message}).")
    if re.search("unsupported|not implemented|precision", message, re.IGNORECASE):
        return BadScan("unsupported", f"This kind of JPEG is not read ({message}).")
    return BadScan("corrupt", f"The JPEG data is damaged ({message}).")


def _density(picture: Image.Image) -> tuple[float, float]:
    """Read the resolution from JFIF, else from EXIF; 0, 0 where both are silent (JFIF unit 0 is a mere aspect)."""
    unit = DENSITY_UNITS.get(picture.info.get("jfif_unit", 0), 0.0)
    x, y = picture.info.get("jfif_density", (0, 0))
    if unit and x and y:
        return float(x * unit), float(y * unit)
    try:
        return exif_dpi(picture)
    except PILLOW_ERRORS:
        return 0.0, 0.0
