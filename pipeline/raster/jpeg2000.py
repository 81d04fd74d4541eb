"""Decode JPEG 2000 strictly (ISO/IEC 15444-1): OpenJPEG fills missing tiles and lets a missing end pass."""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.errors import BadScan
from pipeline.raster.pixels import check_mode, check_size, opened, to_array
from pipeline.raster.value import Raster

FILE_MAGIC = b"\0\0\0\x0cjP  \r\n\x87\n"
STREAM_MAGIC = b"\xff\x4f\xff\x51"
START_OF_TILE, END_OF_STREAM = 0xFF90, 0xFFD9
START_OF_DATA = b"\xff\x93"
INCH_METRES = 0.0254


@dataclass(frozen=True, slots=True)
class Size:
    """What the SIZ segment says: pixels, components with their bits, and number of tiles."""

    width: int
    height: int
    bits: tuple[int, ...]
    tiles: int


def decode_jpeg2000(data: bytes, limit_megapixels: float) -> Raster:
    """Decode a JP2 file or a bare codestream.

    Raises:
        BadScan: The data is short or damaged, or the picture too large.
    """
    stream, dpi = (data, (0.0, 0.0)) if data.startswith(STREAM_MAGIC) else _unbox(data)
    size = read_size(stream)
    check_size(size.width, size.height, limit_megapixels)
    check_tile_parts(stream, size)
    with opened(data, "JPEG2000") as picture:
        check_mode(picture)
        mode = picture.mode
        pixels = to_array(picture, 16)
    return Raster(pixels, size.width, size.height, *dpi, mode, sum(size.bits), "JPEG2000", "jpx")


def read_size(stream: bytes) -> Size:
    """Read the SIZ segment (A.5.1).

    Raises:
        BadScan: The stream does not begin with one that makes sense.
    """
    if not stream.startswith(STREAM_MAGIC):
        raise BadScan("corrupt", "The JPEG 2000 codestream does not begin as it must.")
    try:
        x1, y1, x0, y0, tile_x, tile_y, from_x, from_y, count = struct.unpack(">8IH", stream[8:42])
    except struct.error as error:
        raise BadScan("truncated", "The file ends inside the JPEG 2000 header.") from error
    depths = stream[42 : 42 + 3 * count : 3]
    if not tile_x or not tile_y or not count or len(depths) < count or x1 <= x0 or y1 <= y0:
        raise BadScan("corrupt", "The JPEG 2000 header makes no sense.")
    tiles = math.ceil((x1 - from_x) / tile_x) * math.ceil((y1 - from_y) / tile_y)
    return Size(x1 - x0, y1 - y0, tuple((depth & 0x7F) + 1 for depth in depths), tiles)


def check_tile_parts(stream: bytes, size: Size) -> None:
    """Follow the tile-parts by their lengths to the end mark (A.4.2) and ask for every tile.

    Raises:
        BadScan: A tile-part goes past the end, tiles or parts are missing, or the end mark is.
    """
    seen: dict[int, int] = {}
    stated: dict[int, int] = {}
    place = _first_tile_part(stream)
    while _marker(stream, place) == START_OF_TILE:
        length, tile, parts = _tile_part(stream, place)
        _check_stuffing(stream[stream.find(START_OF_DATA, place) + 2 : place + length], place)
        seen[tile] = seen.get(tile, 0) + 1
        if parts:
            stated[tile] = parts
        place += length
    if place + 2 > len(stream):
        raise BadScan("truncated", "The JPEG 2000 data stops before its end mark.")
    if _marker(stream, place) != END_OF_STREAM:
        raise BadScan("corrupt", f"A JPEG 2000 tile should begin or end at byte {place} of the codestream.")
    if set(seen) != set(range(size.tiles)) or any(seen[tile] < parts for tile, parts in stated.items()):
        raise BadScan("corrupt", f"Of {size.tiles} JPEG 2000 tiles, {len(seen)} are there or some lack parts.")


def _check_stuffing(data: bytes, place: int) -> None:
    """Look for byte pairs that no coder writes: after FF, packets hold at most 8F (B.10.1, C.2.10), or SOP and EPH."""
    values = np.frombuffer(data, np.uint8)
    after = values[1:][values[:-1] == 0xFF]
    if np.any((after > 0x8F) & (after != 0x91) & (after != 0x92)):
        raise BadScan("corrupt", f"The JPEG 2000 tile at byte {place} of the codestream holds an impossible code.")


def _tile_part(stream: bytes, place: int) -> tuple[int, int, int]:
    """Read length, tile number and number of parts of the tile-part at a place."""
    if place + 12 > len(stream):
        raise BadScan("truncated", "The file ends inside a JPEG 2000 tile header.")
    tile, length, _, parts = struct.unpack(">HIBB", stream[place + 4 : place + 12])
    if length == 0:
        # The last tile-part may leave its length open: it goes up to the end mark.
        if not stream.endswith(b"\xff\xd9"):
            raise BadScan("truncated", "The JPEG 2000 data stops before its end mark.")
        length = len(stream) - 2 - place
    if length < 14 or place + length > len(stream):
        raise BadScan("truncated", f"A JPEG 2000 tile of {length} bytes goes past the end of the data.")
    return length, tile, parts


def _first_tile_part(stream: bytes) -> int:
    place = 2
    while _marker(stream, place) not in (START_OF_TILE, END_OF_STREAM):
        if place + 4 > len(stream) or stream[place] != 0xFF:
            raise BadScan("truncated", "The file ends inside the JPEG 2000 header.")
        place += 2 + int.from_bytes(stream[place + 2 : place + 4], "big")
    return place


def _marker(stream: bytes, place: int) -> int:
    return int.from_bytes(stream[place : place + 2], "big")


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk boxes (annex I.4): kind, start and end of the contents.

    Raises:
        BadScan: A box goes past the end.
    """
    place = start
    while place < end:
        size, kind, head = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        after = end if size == 0 else place + size
        if len(kind) < 4 or after > end or after < place + head:
            raise BadScan("truncated", "A box of the JPEG 2000 file goes past its end.")
        yield kind, place + head, after
        place = after


def _unbox(data: bytes) -> tuple[bytes, tuple[float, float]]:
    """Find the codestream and the resolution in a JP2 file."""
    dpi, stream = (0.0, 0.0), b""
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"jp2h":
            dpi = _resolution(data, start, end)
        if kind == b"jp2c" and not stream:
            stream = data[start:end]
    if not stream:
        raise BadScan("truncated", "The JPEG 2000 file holds no codestream.")
    return stream, dpi


def _resolution(data: bytes, start: int, end: int) -> tuple[float, float]:
    """Read capture resolution, else display resolution (annex I.5.3.7), as pixels per inch."""
    found: dict[bytes, tuple[float, float]] = {}
    for kind, inner, after in _boxes(data, start, end):
        if kind == b"res ":
            for part, first, last in _boxes(data, inner, after):
                found[part] = _per_inch(data[first:last])
    return found.get(b"resc") or found.get(b"resd") or (0.0, 0.0)


def _per_inch(box: bytes) -> tuple[float, float]:
    if len(box) != 10:
        return 0.0, 0.0
    up_y, down_y, up_x, down_x, power_y, power_x = struct.unpack(">HHHHbb", box)
    if not down_x or not down_y:
        return 0.0, 0.0
    return up_x / down_x * 10.0**power_x * INCH_METRES, up_y / down_y * 10.0**power_y * INCH_METRES
