"""One frame's tags and its only strip, read straight from a TIFF file (TIFF 6.0, section 2).

Going from frame to frame touches only the directories, so each page of a 300-frame file costs the same, and nothing
is decoded. Tiles, several strips and BigTIFF are left to the caller, who encodes pixels instead.
"""

import mmap
import struct
from dataclasses import dataclass

Data = bytes | mmap.mmap

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, STRIP_BYTE_COUNTS, SAMPLES, T6_OPTIONS = 273, 279, 277, 293
JPEG_TABLES, EXTRA_SAMPLES, ICC_PROFILE = 347, 338, 34675
_FORMATS = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B"}  # types worth reading: byte, ascii, short, long, undefined
_MAX_FRAMES = 100_000  # a directory that points at an earlier one must not keep us for ever


@dataclass(frozen=True, slots=True)
class TiffFrame:
    """The numeric tags of one frame: number -> values."""

    tags: dict[int, tuple[int, ...]]

    def value(self, tag: int, default: int = 0) -> int:
        """Return the first value of a tag."""
        return self.tags.get(tag, (default,))[0]

    def bytes_of(self, tag: int) -> bytes:
        """Return a tag of bytes, such as the colour profile; empty where it is absent."""
        return bytes(value & 0xFF for value in self.tags.get(tag, ()))


def is_tiff(data: Data) -> bool:
    """Tell whether the file says that it is a classic TIFF."""
    return data[:4] in (b"II*\0", b"MM\0*")


def read_tiff_frame(data: Data, frame: int) -> TiffFrame | None:
    """Return the tags of a frame, counted from 0, or None where the file has no such frame or is broken there."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        for _ in range(min(frame, _MAX_FRAMES)):
            (count,) = struct.unpack_from(f"{order}H", data, at)
            (at,) = struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)
            if at == 0:
                return None
        return TiffFrame(_directory(data, at, order))
    except struct.error:
        return None


def only_strip(data: Data, frame: TiffFrame) -> bytes:
    """Return the frame's coded data where it lies in one piece that is wholly in the file, else nothing."""
    offsets, counts = frame.tags.get(STRIP_OFFSETS, ()), frame.tags.get(STRIP_BYTE_COUNTS, ())
    if len(offsets) != 1 or len(counts) != 1 or offsets[0] + counts[0] > len(data):
        return b""
    return bytes(data[offsets[0] : offsets[0] + counts[0]])


def _directory(data: Data, at: int, order: str) -> dict[int, tuple[int, ...]]:
    """Return the tags of the directory that starts at a byte of the file."""
    (count,) = struct.unpack_from(f"{order}H", data, at)
    tags = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, length = struct.unpack_from(f"{order}HHI", data, entry)
        if kind in _FORMATS and length:
            values = f"{order}{length}{_FORMATS[kind]}"
            (far,) = struct.unpack_from(f"{order}I", data, entry + 8)
            where = entry + 8 if struct.calcsize(values) <= 4 else far
            if where + struct.calcsize(values) > len(data):
                raise struct.error("a tag lies beyond the end of the file")
            tags[tag] = struct.unpack_from(values, data, where)
    return tags
