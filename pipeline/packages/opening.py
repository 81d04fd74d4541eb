"""Open a package that came from elsewhere, folder or ZIP, so that nothing in it can lead or grow beyond it."""

import os
import stat
import unicodedata
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import UsageError
from pipeline.filenames import safe_relative
from pipeline.files import open_regular, walk_tree
from pipeline.messages import marked
from pipeline.packages.findings import PackageFinding

_ENCRYPTED = 0x1
_READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Deflate makes at most 1032 bytes of one.
_MOST_GROWTH = 1033
_BLOCK_BYTES = 1 << 20
# The last record of a ZIP; only its comment follows (APPNOTE 4.3.16).
_END_RECORD, _END_RECORD_BYTES = b"PK\x05\x06", 22
_MOST_ENTRIES = 2_000_000


class Opened(ABC):
    """A package's files by path.

    Attributes:
        name: Of its folder, by which its OBJID goes.
        sizes: Path in NFC -> bytes.
        findings: What may not stand in it.
    """

    def __init__(self, name: str) -> None:
        """Begin with nothing in it."""
        self.name = name
        self.sizes: dict[str, int] = {}
        self.findings: list[PackageFinding] = []
        self._own: dict[str, str] = {}  # path in NFC -> as it is written there

    @abstractmethod
    def _open(self, own: str) -> IO[bytes]:
        """Open a file under the name that it has there."""

    def blocks(self, path: str) -> Iterator[bytes]:
        """Read a file, block by block.

        Raises:
            OSError: It cannot be read.
            zipfile.BadZipFile: It is damaged.
        """
        with self._open(self._own[path]) as file:
            while block := file.read(_BLOCK_BYTES):
                yield block

    def _note(self, own: str, size_bytes: int) -> None:
        """Take an entry in, or find it unsafe."""
        path = unicodedata.normalize("NFC", own)
        try:
            is_safe = safe_relative(path) == path and "\\" not in path
        except UsageError:
            is_safe = False
        if not is_safe:
            self.findings.append(PackageFinding("unsafe", own, {"reason": marked("its path leads out of the package")}))
        elif path in self.sizes:
            self.findings.append(PackageFinding("doubled", path))
        else:
            self.sizes[path], self._own[path] = size_bytes, own


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Lend a package; what it is is told by what is there.

    Raises:
        OSError: It cannot be read.
        zipfile.BadZipFile: It is no ZIP.
    """
    if path.is_dir():
        yield _Folder(path)
        return
    with os.fdopen(open_regular(path), "rb") as file, zipfile.ZipFile(file) as archive:
        yield _Zip(archive, path)


class _Folder(Opened):
    """A package as a folder."""

    def __init__(self, root: Path) -> None:
        super().__init__(root.absolute().name)
        self._root = root
        for entry in walk_tree(root):
            if entry.kind == "file":
                self._note(entry.path, entry.size_bytes)
            elif entry.kind != "folder":
                reason = entry.detail or marked("it is no file")
                self.findings.append(PackageFinding("unsafe", entry.path, {"reason": reason}))

    def _open(self, own: str) -> IO[bytes]:
        return os.fdopen(open_regular(self._root / own), "rb")


class _Zip(Opened):
    """A package as a ZIP: all within one folder."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        entries = archive.infolist()
        tops = sorted({entry.filename.split("/", 1)[0] for entry in entries})
        super().__init__(unicodedata.normalize("NFC", tops[0]) if tops else "")
        self._archive = archive
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._top = f"{tops[0]}/" if tops else ""
        if len(tops) != 1 or any(not entry.filename.startswith(self._top) for entry in entries):
            self.findings.append(PackageFinding("not-one-folder", details={"found": ", ".join(tops[:5]) or "0"}))
            return
        packed = sum(entry.compress_size for entry in entries)
        if packed > path.stat().st_size or len(entries) > _MOST_ENTRIES:
            self.findings.append(PackageFinding("unsafe", path.name, {"reason": marked("its entries overlap")}))
            return
        if _has_more(archive, path):
            reason = marked("it holds bytes before or behind the archive")
            self.findings.append(PackageFinding("unsafe", path.name, {"reason": reason}))
        for entry in entries:
            self._take(entry)

    def _take(self, entry: zipfile.ZipInfo) -> None:
        if reason := _why_not(entry):
            self.findings.append(PackageFinding("unsafe", entry.filename, {"reason": reason}))
        elif not entry.is_dir():
            own = entry.filename.removeprefix(self._top)
            self._entries.setdefault(own, entry)  # of doubled names the first; the other is found
            self._note(own, entry.file_size)

    def _open(self, own: str) -> IO[bytes]:
        return self._archive.open(self._entries[own])


def _has_more(archive: zipfile.ZipFile, path: Path) -> bool:
    """Tell whether anything lies before the first entry or behind the end record, where no digest in METS reaches."""
    end_bytes = _END_RECORD_BYTES + len(archive.comment)
    with os.fdopen(open_regular(path), "rb") as file:
        file.seek(max(path.stat().st_size - end_bytes, 0))
        ends_there = file.read(len(_END_RECORD)) == _END_RECORD
    first = min((entry.header_offset for entry in archive.infolist()), default=0)
    return first != 0 or not ends_there


def _why_not(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & _ENCRYPTED:
        return marked("it is encrypted")
    if entry.compress_type not in _READABLE:
        return marked("its compression is unknown")
    if kind and not entry.is_dir() and kind != stat.S_IFREG:
        return marked("it is no file")
    if entry.file_size > _MOST_GROWTH * entry.compress_size:
        return marked("it claims to be larger than it can be")
    return ""
