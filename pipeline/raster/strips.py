"""Check the strips or tiles of one TIFF picture: all there, inside the file, and long enough when unpacked.

libtiff and Pillow accept much of what is refused here: missing byte counts, strips past the end, a zlib stream whose
checksum is wrong, packed rows that give too many bytes.
"""

import math
import zlib
from dataclasses import dataclass

from pipeline.errors import BadScan
from pipeline.raster.ifd import Directory, integer, integers

RAW, RLE, GROUP3, GROUP4, LZW, OLD_JPEG, JPEG, DEFLATE, PACKBITS, OLD_DEFLATE = 1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946
NAMES = {
    RAW: "raw", RLE: "rle", GROUP3: "group3", GROUP4: "group4", LZW: "lzw", OLD_JPEG: "old-jpeg", JPEG: "jpeg",
    DEFLATE: "deflate", PACKBITS: "packbits", OLD_DEFLATE: "deflate", 34925: "lzma", 50000: "zstd", 50001: "webp",
}  # fmt: skip
YCBCR = 6
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Strip:
    """One strip or tile as it lies in the file.

    Attributes:
        number: From 1, for messages.
        data: Its bytes, where they lie in the file's: a picture of 400 MB is not copied to be looked at.
        width: Pixels of a row.
        rows: Rows of the picture that it must give.
        row_bytes: Bytes of one row when unpacked; 0 where that is not simply computed (YCbCr with halved colour).
    """

    number: int
    data: memoryview
    width: int
    rows: int
    row_bytes: int


def strips_of(directory: Directory, data: bytes) -> list[Strip]:
    """Cut out the strips or tiles of a picture.

    Raises:
        BadScan: Some are missing, empty or beyond the end of the file.
    """
    boxes = _boxes(directory)
    tiled = 324 in directory
    offsets = integers(directory, 324 if tiled else 273)
    counts = _counts(directory, boxes, offsets, len(data), tiled=tiled)
    if len(offsets) < len(boxes) or len(counts) < len(boxes):
        raise BadScan("corrupt", f"The picture needs {len(boxes)} strips, the file names {len(offsets)}.")
    strips, whole = [], memoryview(data)
    for number, ((width, rows, row_bytes), offset, count) in enumerate(zip(boxes, offsets, counts, strict=False), 1):
        _check_inside(number, len(boxes), offset, count, len(data))
        strips.append(Strip(number, whole[offset : offset + count], width, rows, row_bytes))
    return strips


def check_unpacked(strip: Strip, compression: int) -> None:
    """Unpack a strip of a kind that can be checked here cheaply, and ask for the right length.

    Raises:
        BadScan: It gives too few or too many bytes, or its checksum is wrong.
    """
    if compression in (DEFLATE, OLD_DEFLATE):
        _check_deflate(strip)
    elif compression == PACKBITS and strip.row_bytes:
        _check_packbits(strip)


def _boxes(directory: Directory) -> list[tuple[int, int, int]]:
    """List width, rows and bytes of a row for each strip or tile the picture must have."""
    width, height = integer(directory, 256, 0), integer(directory, 257, 0)
    samples, planes = integer(directory, 277, 1), 1
    if integer(directory, 284, 1) == 2:
        samples, planes = 1, samples
    bits = 0 if integer(directory, 262, 0) == YCBCR else integer(directory, 258, 1) * samples
    if 324 in directory:
        tile_width, tile_rows = integer(directory, 322, 0), integer(directory, 323, 0)
        if not tile_width or not tile_rows:
            raise BadScan("corrupt", "The TIFF file does not say how large its tiles are.")
        count = math.ceil(width / tile_width) * math.ceil(height / tile_rows) * planes
        return [(tile_width, tile_rows, (tile_width * bits + 7) // 8)] * count
    rows = min(integer(directory, 278, height), height) or height
    heights = [min(rows, height - top) for top in range(0, height, rows)] * planes
    return [(width, strip_rows, (width * bits + 7) // 8) for strip_rows in heights]


def _counts(
    directory: Directory, boxes: list[tuple[int, int, int]], offsets: tuple[int, ...], size_bytes: int, *, tiled: bool
) -> tuple[int, ...]:
    counts = integers(directory, 325 if tiled else 279)
    if integer(directory, 259, RAW) == RAW and boxes[0][2]:
        # For plain pixels the need is known; some writers state more, or nothing at all.
        needed = tuple(rows * row_bytes for _, rows, row_bytes in boxes)
        if any(count < need for count, need in zip(counts, needed, strict=False)):
            raise BadScan("truncated", "A strip holds fewer bytes than its pixels need.")
        return needed
    if not counts and len(offsets) == 1:
        return (max(0, size_bytes - offsets[0]),)
    return counts


def _check_inside(number: int, total: int, offset: int, count: int, size_bytes: int) -> None:
    if not count or not offset:
        raise BadScan("corrupt", f"Strip {number} of {total} holds no data.")
    if offset + count > size_bytes:
        raise BadScan(
            "truncated",
            f"Strip {number} of {total} should end at byte {offset + count}, but the file has only {size_bytes} bytes.",
        )


def _check_deflate(strip: Strip) -> None:
    inflater, got, place = zlib.decompressobj(), 0, 0
    # A little more than needed is enough to see that there is more, and no more than that can be a bomb.
    most = strip.rows * strip.row_bytes + _PIECE_BYTES
    try:
        while place < len(strip.data) and got < most and not inflater.eof:
            got += len(inflater.decompress(strip.data[place : place + _PIECE_BYTES], most - got))
            place += _PIECE_BYTES
    except zlib.error as error:
        raise BadScan("corrupt", f"Strip {strip.number} cannot be unpacked ({error}).") from error
    if not inflater.eof:
        raise BadScan("corrupt", f"The packed data of strip {strip.number} has no proper end.")
    if got < strip.rows * strip.row_bytes:
        raise BadScan(
            "truncated", f"Strip {strip.number} gives {got} bytes, {strip.rows * strip.row_bytes} are needed."
        )


def _check_packbits(strip: Strip) -> None:
    """Count what the packets give (TIFF 6.0 section 9); the pixels themselves carry no checksum."""
    data, end, place, got = strip.data, len(strip.data), 0, 0
    needed = strip.rows * strip.row_bytes
    while place < end and got < needed:
        head = data[place]
        if head < 128:
            got += head + 1
            place += head + 2
        else:
            got += (257 - head) if head > 128 else 0
            place += 2 if head > 128 else 1
    if place > end or got < needed:
        raise BadScan("truncated", f"Strip {strip.number} gives too few bytes for its rows.")
    # Zeros and no-operations after the last row are padding.
    if got > needed or bytes(data[place:]).strip(b"\0\x80"):
        raise BadScan("corrupt", f"Strip {strip.number} gives more bytes than its rows hold.")
