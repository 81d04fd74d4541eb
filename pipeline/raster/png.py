"""Decode PNG strictly: every chunk's checksum and the end chunk are asked for (PNG, ISO/IEC 15948)."""

import zlib

from pipeline.errors import BadScan
from pipeline.raster.pixels import check_mode, check_size, exif_dpi, exif_tag, opened, profile_of, to_array
from pipeline.raster.value import Raster

MAGIC = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
INCH_METRES = 0.0254


def check_chunks(data: bytes) -> dict[str, bytes]:
    """Walk all chunks and check their sums; give the first of each kind but the pixels.

    Raises:
        BadScan: A chunk is cut short or its sum is wrong, or the end chunk is missing.
    """
    place, found, pixel_bytes = len(MAGIC), dict[str, bytes](), 0
    while True:
        size = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 4 : place + 8 + size]
        stated = data[place + 8 + size : place + 12 + size]
        if len(stated) < 4:
            raise BadScan("truncated", "The file ends before the PNG end chunk.")
        name = body[:4].decode("latin-1")
        if zlib.crc32(body) != int.from_bytes(stated, "big"):
            raise BadScan("corrupt", f"The checksum of the PNG chunk {name!r} at byte {place} is wrong.")
        if name == "IDAT":
            pixel_bytes += size
        found.setdefault(name, body[4:] if name != "IDAT" else b"")
        place += 12 + size
        if name == "IEND":
            break
    if len(found.get("IHDR", b"")) != 13 or not pixel_bytes:
        raise BadScan("corrupt", "The PNG file has no header or no pixels.")
    return found


def decode_png(data: bytes, limit_megapixels: float) -> Raster:
    """Decode a PNG file.

    Raises:
        BadScan: The data is short or damaged, or the picture too large.
    """
    chunks = check_chunks(data)
    header = chunks["IHDR"]
    check_size(int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big"), limit_megapixels)
    with opened(data, "PNG") as picture:
        check_mode(picture)
        mode, (width, height) = picture.mode, picture.size
        # Taken before `load`: eXIf may lie behind the pixels, but then `load` finds it too.
        pixels = to_array(picture)
        icc = profile_of(picture, pixels)
        dpi_x, dpi_y = _density(chunks.get("pHYs", b""))
        if not dpi_x:
            dpi_x, dpi_y = exif_dpi(picture)
        tag = exif_tag(picture)
    bits = header[8] * SAMPLES.get(header[9], 1)
    return Raster(pixels, width, height, dpi_x, dpi_y, mode, bits, "PNG", "deflate", tag, icc)


def _density(chunk: bytes) -> tuple[float, float]:
    if len(chunk) != 9 or chunk[8] != 1:
        return 0.0, 0.0
    return tuple(  # type: ignore[return-value]
        _whole(int.from_bytes(chunk[start : start + 4], "big") * INCH_METRES) for start in (0, 4)
    )


def _whole(dpi: float) -> float:
    """Undo the rounding to whole pixels per metre: 300 dpi is stored as 11811, which is 299.9994."""
    return float(round(dpi)) if abs(dpi - round(dpi)) < 0.02 else dpi
