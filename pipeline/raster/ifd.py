"""Read the directories of a TIFF file without decoding anything (TIFF 6.0 section 2, and BigTIFF)."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import BadScan

# Bytes from an offset; fewer than asked for where the file ends.
Read = Callable[[int, int], bytes]
Number = int | float

MAGIC = {b"II*\0": ("<", False), b"MM\0*": (">", False), b"II+\0": ("<", True), b"MM\0+": (">", True)}
# Field type -> (struct letter, size in bytes); rationals are two numbers.
TYPES = {
    1: ("B", 1), 2: ("B", 1), 3: ("H", 2), 4: ("I", 4), 5: ("II", 8), 6: ("b", 1), 7: ("B", 1), 8: ("h", 2),
    9: ("i", 4), 10: ("ii", 8), 11: ("f", 4), 12: ("d", 8), 13: ("I", 4), 16: ("Q", 8), 17: ("q", 8), 18: ("Q", 8),
}  # fmt: skip
# More pages than any real file holds; a chain beyond is damage.
MOST_DIRECTORIES = 65_536


@dataclass(frozen=True, slots=True)
class Layout:
    """Byte order ("<" or ">") and flavour of a file."""

    order: str
    big: bool

    @property
    def first_pointer(self) -> int:
        """Where the header says where the first directory lies."""
        return 8 if self.big else 4

    @property
    def pointer_letter(self) -> str:
        """The struct letter of an offset."""
        return "Q" if self.big else "I"


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its numbers, and where its value lies in the file."""

    numbers: tuple[Number, ...]
    place: int
    kind: int


Directory = dict[int, Entry]


def layout_of(head: bytes) -> Layout:
    """Read the byte order and flavour from the first 4 bytes; the caller has seen that they are TIFF's."""
    return Layout(*MAGIC[head[:4]])


def chain(read: Read, size_bytes: int) -> list[int]:
    """List where the directories lie, one for each picture, in order.

    Raises:
        BadScan: A directory lies beyond the end of the file, or the chain runs in a circle.
    """
    layout = layout_of(read(0, 4))
    letter = layout.order + layout.pointer_letter
    offset = _integer(letter, read(layout.first_pointer, struct.calcsize(letter)))
    places: list[int] = []
    seen: set[int] = set()
    while offset:
        if offset in seen or len(places) == MOST_DIRECTORIES:
            raise BadScan("corrupt", "The TIFF directories point at each other in a circle.")
        seen.add(offset)
        places.append(offset)
        offset = _next_directory(read, size_bytes, layout, offset)
    if not places:
        raise BadScan("corrupt", "The TIFF file names no picture.")
    return places


def directory_at(read: Read, layout: Layout, offset: int) -> Directory:
    """Read all fields of one directory.

    Raises:
        BadScan: A value lies beyond the end of the file.
    """
    count, start = _entry_count(read, layout, offset)
    size = 20 if layout.big else 12
    block = read(offset + start, count * size)
    if len(block) < count * size:
        raise BadScan("truncated", "The file ends inside a TIFF directory.")
    entries: Directory = {}
    for index in range(count):
        tag, entry = _entry(read, layout, block[index * size : (index + 1) * size], offset + start + index * size)
        if entry is not None:
            entries.setdefault(tag, entry)
    return entries


def integers(directory: Directory, tag: int, *default: int) -> tuple[int, ...]:
    """Give a field's whole numbers, or the default where it is absent."""
    entry = directory.get(tag)
    return tuple(int(number) for number in entry.numbers) if entry is not None and entry.numbers else default


def integer(directory: Directory, tag: int, default: int) -> int:
    """Give a field's first whole number, or the default where it is absent."""
    return integers(directory, tag, default)[0]


def rational(directory: Directory, tag: int) -> float:
    """Give a field's value as a fraction; 0 where it is absent or divided by nothing."""
    entry = directory.get(tag)
    if entry is None or not entry.numbers:
        return 0.0
    if entry.kind not in (5, 10):
        return float(entry.numbers[0])
    return float(entry.numbers[0] / entry.numbers[1]) if entry.numbers[1] else 0.0


def _integer(letter: str, data: bytes) -> int:
    if len(data) < struct.calcsize(letter):
        raise BadScan("truncated", "The file ends inside a TIFF directory.")
    return int(struct.unpack(letter, data)[0])


def _entry_count(read: Read, layout: Layout, offset: int) -> tuple[int, int]:
    letter, start = ("Q", 8) if layout.big else ("H", 2)
    count = _integer(layout.order + letter, read(offset, start))
    if count == 0 or count > MOST_DIRECTORIES:
        raise BadScan("corrupt", f"A TIFF directory claims {count} fields.")
    return count, start


def _next_directory(read: Read, size_bytes: int, layout: Layout, offset: int) -> int:
    if offset >= size_bytes:
        raise BadScan(
            "truncated", f"Picture data should lie at byte {offset}, but the file has only {size_bytes} bytes."
        )
    count, start = _entry_count(read, layout, offset)
    letter = layout.order + layout.pointer_letter
    end = offset + start + count * (20 if layout.big else 12)
    return _integer(letter, read(end, struct.calcsize(letter)))


def _entry(read: Read, layout: Layout, raw: bytes, place: int) -> tuple[int, Entry | None]:
    tag, kind = struct.unpack(layout.order + "HH", raw[:4])
    letter = layout.order + layout.pointer_letter
    width = struct.calcsize(letter)
    (count,) = struct.unpack(letter, raw[4 : 4 + width])
    if kind not in TYPES:
        return tag, None
    letters, unit = TYPES[kind]
    place += 4 + width
    if count * unit > width:
        (place,) = struct.unpack(letter, raw[4 + width :])
    data = read(place, count * unit)
    if len(data) < count * unit:
        raise BadScan("truncated", f"The value of TIFF field {tag} lies beyond the end of the file.")
    numbers = struct.unpack(f"{layout.order}{count * len(letters)}{letters[0]}", data)
    return tag, Entry(numbers, place, kind)
