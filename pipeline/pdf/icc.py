"""The sRGB colour profile of every output intent, made from its published numbers (IEC 61966-2-1; ICC.1:2001-04).

Version 2, so that part 1 takes it, 1.6 kB, and the same bytes on every machine: its date is zero.
"""

import struct

_HEADER_BYTES = 128
_CURVE_POINTS = 512
_D50 = (0.9642, 1.0, 0.8249)
# The primaries of sRGB adapted to D50 by the Bradford transform, as its published profiles give them.
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}


def srgb_profile() -> bytes:
    """Return an ICC profile of class "mntr" for sRGB."""
    curve = _curve()
    blocks = {
        b"desc": _description("sRGB IEC61966-2.1"),
        b"cprt": _text("No copyright, use freely"),
        b"wtpt": _xyz(_D50),
    }
    blocks |= {tag: _xyz(value) for tag, value in _PRIMARIES.items()}
    names = [*blocks, b"rTRC", b"gTRC", b"bTRC"]
    table, body, at = struct.pack(">I", len(names)), b"", _HEADER_BYTES + 4 + 12 * len(names)
    for name, block in blocks.items():
        table += struct.pack(">4sII", name, at + len(body), len(block))
        body += block + bytes(-len(block) % 4)
    for name in names[len(blocks) :]:  # one curve serves the three channels
        table += struct.pack(">4sII", name, at + len(body), len(curve))
    size = at + len(body) + len(curve)
    return _header(size) + table + body + curve


def _header(size_bytes: int) -> bytes:
    """Return the 128-byte header: version 2.1, monitor, RGB to XYZ, no date, perceptual, D50."""
    start = struct.pack(">I4sI4s4s4s12s4s", size_bytes, b"", 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"", b"acsp")
    return (start + bytes(28) + _fixed(_D50)).ljust(_HEADER_BYTES, b"\0")


def _fixed(values: tuple[float, ...]) -> bytes:
    """Return numbers as s15Fixed16."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _xyz(values: tuple[float, ...]) -> bytes:
    """Return a block of type XYZ."""
    return b"XYZ \0\0\0\0" + _fixed(values)


def _text(words: str) -> bytes:
    """Return a block of type text."""
    return b"text\0\0\0\0" + words.encode("ascii") + b"\0"


def _description(words: str) -> bytes:
    """Return a block of type textDescription: ASCII, with empty Unicode and Macintosh parts."""
    ascii_part = words.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_part)) + ascii_part + bytes(4 + 4 + 2 + 1 + 67)


def _curve() -> bytes:
    """Return the transfer curve from coded value to light as a block of type curve."""
    block = b"curv\0\0\0\0" + struct.pack(">I", _CURVE_POINTS)
    for point in range(_CURVE_POINTS):
        coded = point / (_CURVE_POINTS - 1)
        light = coded / 12.92 if coded <= 0.04045 else ((coded + 0.055) / 1.055) ** 2.4
        block += struct.pack(">H", round(light * 65535))
    return block
