"""The header of a JPEG codestream: what a PDF reader must know, and what it cannot read (ISO/IEC 10918-1, Annex B)."""

import struct
from dataclasses import dataclass

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_READABLE_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive: all Huffman coded
_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_START_OF_SCAN = 0xDA
_ADOBE = 0xEE
_JFIF = 0xE0


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """The frame header and the two hints about colour.

    Attributes:
        frame: Second byte of the SOF marker.
        bits: Bits of one sample.
        component_ids: One for each component, in order.
        jfif: A JFIF marker is there: three components are YCbCr.
        adobe_transform: Colour transform of the Adobe marker, or None without one.
        has_tables: Huffman tables stand before the first scan.
    """

    frame: int
    bits: int
    width: int
    height: int
    component_ids: bytes
    jfif: bool
    adobe_transform: int | None
    has_tables: bool

    @property
    def embeddable(self) -> bool:
        """Whether every PDF reader shows it alike: 8 bits, Huffman coded, grey or YCbCr, of known height.

        Three components without a JFIF or Adobe marker and named "RGB" are RGB to libjpeg but YCbCr to the PDF
        standard (ISO 32000-1, table 13, ColorTransform).
        """
        if self.frame not in _READABLE_FRAMES or self.bits != 8 or 0 in (self.width, self.height):
            return False
        if len(self.component_ids) == 1:
            return True
        hinted = self.jfif or self.adobe_transform is not None
        return len(self.component_ids) == 3 and (hinted or self.component_ids != b"RGB")


def read_jpeg_header(data: bytes) -> JpegHeader | None:
    """Return the header of a JPEG codestream, or None where it cannot be followed up to the first scan."""
    frame: tuple[int, bytes] | None = None
    jfif = has_tables = False
    adobe: int | None = None
    for marker, body in _segments(data):
        if marker in _FRAMES:
            frame = marker, body
        elif marker == _JFIF and body.startswith(b"JFIF\0"):
            jfif = True
        elif marker == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12:
            adobe = body[11]
        elif marker == 0xC4:
            has_tables = True
    if frame is None or len(frame[1]) < 6:
        return None
    bits, height, width, count = struct.unpack_from(">BHHB", frame[1])
    return JpegHeader(frame[0], bits, width, height, frame[1][6 : 6 + 3 * count : 3], jfif, adobe, has_tables)


def _segments(data: bytes) -> list[tuple[int, bytes]]:
    """Return marker and body of each segment before the first scan; empty where the chain of segments breaks."""
    found: list[tuple[int, bytes]] = []
    at = 2
    if data[:2] != b"\xff\xd8":
        return []
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return []
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:  # a fill byte, or a marker that stands alone
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _START_OF_SCAN:
            return found
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((marker, bytes(data[at + 4 : at + 2 + size])))
        at += 2 + max(size, 2)
    return []
