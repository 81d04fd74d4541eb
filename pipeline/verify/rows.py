"""The table of a copy's files: a row for each, with its size and the digests that the lists give it."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from pipeline.files import Entry

BIG_BYTES = 4 << 20  # files from here on are started first, largest first; the rest in the order of the folders


@dataclass(slots=True)
class Listing:
    """A manifest laid over a tree: digests by row in one block of memory, a million files in 33 MB."""

    name: str
    algorithm: str
    width: int
    digests: bytearray
    listed: bytearray
    absent: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def digest(self, row: int) -> str:
        """Give the digest that is listed for a row, as lower-case hexadecimal."""
        return self.digests[row * self.width : (row + 1) * self.width].hex()

    def take(self, row: int, digest: str) -> bool:
        """Note what the row must have; False where another digest stands there already."""
        if self.listed[row]:
            return self.digest(row) == digest
        self.listed[row] = 1
        self.digests[row * self.width : (row + 1) * self.width] = bytes.fromhex(digest) if self.width else b""
        return True


@dataclass(slots=True)
class Tree:
    """What stands in one part of the copy: a row for each regular file, and everything else by path."""

    rows: dict[str, int] = field(default_factory=dict)
    sizes: "array[int]" = field(default_factory=lambda: array("q"))
    others: dict[str, Entry] = field(default_factory=dict)
    lists: list[Listing] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Give a regular file a row; keep everything else by its path."""
        if entry.kind == "file":
            self.rows[entry.path] = len(self.sizes)
            self.sizes.append(entry.size_bytes)
        else:
            self.others[entry.path] = entry

    def is_listed(self, row: int) -> bool:
        """Tell whether any list names the row."""
        return any(item.listed[row] for item in self.lists)

    def totals(self) -> tuple[int, int]:
        """Count bytes and number of the listed files that are there."""
        rows = [row for row in range(len(self.sizes)) if self.is_listed(row)]
        return sum(self.sizes[row] for row in rows), len(rows)

    def order(self) -> Iterator[int]:
        """Yield the listed rows: big files first, largest first, lest one thread be left with them."""
        big = sorted(
            (row for row, size in enumerate(self.sizes) if size >= BIG_BYTES), key=lambda row: -self.sizes[row]
        )
        small = (row for row, size in enumerate(self.sizes) if size < BIG_BYTES)
        return (row for row in chain(big, small) if self.is_listed(row))
