"""The table of a copy's files: a row for each, with its size and the digests that the lists give it."""

import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import overload

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


class Paths(Sequence[str]):
    """Paths by row, held as bytes: with Vietnamese letters a text takes nearly twice the memory."""

    def __init__(self) -> None:
        """Begin with none."""
        self.held: list[bytes] = []

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        """Give the path of a row, or of several."""
        if isinstance(row, slice):
            return [_decoded(name) for name in self.held[row]]
        return _decoded(self.held[row])

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.held)

    def composed(self, row: int) -> bytes:
        """Give the path of a row in NFC, as bytes, which sort as their letters do; mostly those held already."""
        name = self.held[row]
        return name if name.isascii() else composed(_decoded(name), name)


class Rows(Mapping[str, int]):
    """The row of each path; shares the bytes of `Paths`."""

    def __init__(self, paths: Paths) -> None:
        """Begin with none."""
        self._paths = paths
        self._rows: dict[bytes, int] = {}

    def add(self, path: str) -> None:
        """Give a path the next row."""
        name = _encoded(path)
        self._rows[name] = len(self._paths.held)
        self._paths.held.append(name)

    def __getitem__(self, path: str) -> int:
        """Give the row of a path."""
        return self._rows[_encoded(path)]

    def __iter__(self) -> Iterator[str]:
        """Yield all paths by row."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Count the paths."""
        return len(self._rows)


@dataclass(slots=True)
class Tree:
    """What stands in one part of the copy: a row for each regular file, and everything else by path."""

    sizes: "array[int]" = field(default_factory=lambda: array("q"))
    others: dict[str, Entry] = field(default_factory=dict)
    lists: list[Listing] = field(default_factory=list)
    paths: Paths = field(default_factory=Paths)
    rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        """Let rows and paths share what they hold."""
        self.rows = Rows(self.paths)

    def add(self, entry: Entry) -> None:
        """Give a regular file a row; keep everything else by its path."""
        if entry.kind == "file":
            self.rows.add(entry.path)
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


def composed(path: str, encoded: bytes = b"") -> bytes:
    """Give a path in NFC, as bytes; those given where it is in that form already."""
    if unicodedata.is_normalized("NFC", path):
        return encoded or _encoded(path)
    return _encoded(unicodedata.normalize("NFC", path))


def _decoded(name: bytes) -> str:
    return name.decode(errors="surrogateescape")


def _encoded(path: str) -> bytes:
    """Encode a name as it stands on disk; one from a list may hold a lone half of a pair, which no disk has."""
    try:
        return path.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return path.encode(errors="surrogatepass") + b"\0"
