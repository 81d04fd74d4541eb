"""Scan folder -> Batch: what is there, in which order, and what cannot be taken in.

A folder in the batch is a dossier [hồ sơ]; a folder or a multi-page file in it is a document [văn bản]; pictures that
lie straight in a dossier are together one document. Order is natural order (page 2 before page 10), as on the shelf
(Thông tư 05/2025/TT-BNV Đ6.2-3).
"""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from pipeline import raster
from pipeline.errors import BadScan, NoVerdict, UsageError
from pipeline.filenames import is_junk, natural_key
from pipeline.model import Batch, Document, Dossier, Fault, Page
from pipeline.pdf.source import page_count
from pipeline.raster.read import FORMATS

PICTURES = frozenset({".tif", ".tiff", ".jpg", ".jpeg", ".jpe", ".png", ".jp2", ".j2k", ".jpx", ".jpf"})
PDF = ".pdf"
_MULTIPLE = (PDF, ".tif", ".tiff")  # may hold any number of pages; a picture of another kind is one
# Pictures that nothing here can read; a page kept in one of these must not pass for a note beside the scans.
UNSUPPORTED = frozenset({
    ".bmp", ".dib", ".gif", ".webp", ".heic", ".heif", ".avif", ".djvu", ".djv", ".jxl", ".jxr", ".wdp", ".hdp",
    ".psd", ".psb", ".xcf", ".pcx", ".tga", ".pbm", ".pgm", ".ppm", ".pnm", ".jbig2", ".jb2", ".jbg", ".jfif",
    ".jif", ".jpm", ".mng", ".ras", ".sgi", ".exr", ".hdr", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf",
    ".rw2", ".raf", ".pef", ".raw", ".xps", ".oxps", ".mdi",
})  # fmt: skip
# What scans begin with, and the ending that each should have.
_ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "JPEG2000": ".jp2", "TIFF": ".tif", "PDF": PDF}
_MAGIC = {**FORMATS, b"%PDF-": "PDF"}
_FOREIGN = (b"GIF87a", b"GIF89a", b"AT&TFORM", b"8BPS\0", b"II\xbc\x01", b"\0\0\0\x0cJXL \r\n\x87\n")
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})
_BMP_HEADER_BYTES = frozenset({12, 40, 52, 56, 64, 108, 124})
_HEAD_BYTES = 32
BATCH_FILE = "batch.toml"
# Control characters, bytes that are no text, ends of lines; blanks of all widths come with copied titles and stay.
_NOT_KEPT = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Stock:
    """A batch, and its files whose pages could not be counted: each stands in the batch as one page."""

    batch: Batch
    uncounted: frozenset[str]


def take_stock(scans: Path) -> Batch:
    """List a scan folder as a batch, as `survey` does."""
    return survey(scans).batch


def survey(scans: Path) -> Stock:
    """List a scan folder as a batch; opens files only as far as needed to count their pages.

    Raises:
        UsageError: The folder is not there.
        NoVerdict: It cannot be listed.
    """
    if not _is_folder(scans):
        raise UsageError("{path} is not a folder; name the folder that the scanner wrote the batch into", path=scans)
    paths, junk, faults = _sorted_out(scans)
    scan_paths = [path for path in paths if _is_scan(path)]
    others = tuple(path for path in paths if not _is_scan(path))
    groups: dict[str, list[str]] = {}
    for path in scan_paths:
        groups.setdefault(_dossier(scans, path), []).append(path)
    frames = {path: _frames(scans, path) for path in scan_paths}
    dossiers = tuple(Dossier(name, tuple(_documents(frames, name, group))) for name, group in groups.items())
    batch = Batch(batch_name(scans), dossiers, others, tuple(junk), tuple(faults))
    uncounted = (path for path, count in frames.items() if count is None and path.lower().endswith(_MULTIPLE))
    return Stock(batch, frozenset(uncounted))


def _is_folder(scans: Path) -> bool:
    try:
        return scans.is_dir()
    except OSError as error:  # a folder above it may not be entered
        raise NoVerdict("the folder {path} could not be listed: {reason}", path=scans, reason=error.strerror) from error


def require_scans(batch: Batch, scans: Path) -> None:
    """Refuse a folder without any scan: most often it is the wrong one.

    Raises:
        UsageError: It is.
    """
    if not batch.dossiers and not batch.faults:
        kinds = ", ".join(sorted(PICTURES | {PDF}))
        raise UsageError("{path} holds no scans ({kinds}); is it the right folder?", path=scans, kinds=kinds)


def batch_name(scans: Path) -> str:
    """Give the batch's name: that of its folder, in NFC."""
    return unicodedata.normalize("NFC", scans.resolve().name) or "batch"


def _is_scan(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in PICTURES | {PDF}


def _dossier(scans: Path, path: str) -> str:
    """Name the dossier of a file; files at the top of the folder form a dossier of the batch's name."""
    first, _, rest = path.partition("/")
    return first if rest else batch_name(scans)


def _sorted_out(scans: Path) -> tuple[list[str], list[str], list[Fault]]:
    """Part all files into those taken in (in order), junk, and those refused by their name or kind."""
    paths: list[str] = []
    junk: list[str] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for path in sorted(_walk(scans), key=_order):
        if any(is_junk(part) for part in PurePosixPath(path).parts):
            junk.append(path)
        elif problem := _problem(scans, path, seen):
            faults.append(problem)
        else:
            paths.append(path)
            seen[_folded(path)] = path
    return paths, junk, faults


def _walk(scans: Path) -> Iterator[str]:
    def cannot_list(error: OSError) -> None:
        # Windows lets nobody look into "System Volume Information"; what is junk need not be listed.
        if not is_junk(Path(error.filename).relative_to(scans).as_posix()):
            raise NoVerdict(
                "the folder {path} could not be listed: {reason}", path=error.filename, reason=error.strerror
            ) from error

    for folder, folders, names in os.walk(scans, onerror=cannot_list):
        # A link to a folder would be listed among the folders and not be walked into: it is refused as a file.
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in [*names, *links]:
            yield (Path(folder) / name).relative_to(scans).as_posix()


def _order(path: str) -> tuple[object, ...]:
    """Order by name, level by level, whether it is a file's or a folder's: "01 Quyết định/" comes before "02.pdf"."""
    return tuple(natural_key(part) for part in PurePosixPath(path).parts)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _problem(scans: Path, path: str, seen: dict[str, str]) -> Fault | None:
    """Say why a file cannot be taken in by its name or kind."""
    full = scans / path
    if full.is_symlink():
        return Fault(path, None, "link", "put the file itself here")
    if not full.is_file():
        return Fault(path, None, "not-a-file")
    if any(unicodedata.category(character) in _NOT_KEPT for character in path):
        return Fault(path, None, "bad-name", "rename the file")
    if _folded(path) in seen:
        return Fault(path, None, "same-name", f"differs from {seen[_folded(path)]} only in case or Unicode form")
    return None if _is_scan(path) else _overlooked(full, path)


def _overlooked(full: Path, path: str) -> Fault | None:
    """Refuse a file that is a picture but would not be taken for a scan: by its first bytes, else by its ending."""
    try:
        with full.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        return Fault(path, None, "unreadable", error.strerror or "")
    known = PurePosixPath(path).suffix.lower() in UNSUPPORTED
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    # Raw pictures of cameras are built like TIFF files and are none that can be read.
    if kind and not (known and kind == "TIFF"):
        return Fault(path, None, "unsupported", f"its bytes are those of a {kind} file: rename it to {_ENDINGS[kind]}")
    if known or _is_foreign(head):
        return Fault(path, None, "unsupported", "save it again as TIFF, JPEG, PNG or PDF")
    return None


def _is_foreign(head: bytes) -> bool:
    """Tell by a file's first bytes whether it is a picture of a kind that cannot be read."""
    if head.startswith(_FOREIGN):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    if head[:2] == b"BM":  # two letters that a text may begin with; the size of the second header tells
        return int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def folders_without_scans(scans: Path, batch: Batch) -> list[str]:
    """Name the folders that look like dossiers and hold no scan that could be taken in."""
    known = {dossier.name for dossier in batch.dossiers if any("/" in page.path for page in _pages(dossier))}
    folders = (path.name for path in scans.iterdir() if path.is_dir() and not path.is_symlink())
    return sorted((name for name in folders if name not in known and not is_junk(name)), key=_order)


def _pages(dossier: Dossier) -> Iterator[Page]:
    return (page for document in dossier.documents for page in document.pages)


def _documents(counts: Mapping[str, int | None], dossier: str, paths: Iterable[str]) -> Iterator[Document]:
    """Give a dossier's documents in order: loose pages first, then multi-page files and folders by name."""
    groups: dict[str, list[Page]] = {}
    listed = list(paths)
    # A TIFF file that cannot be opened is taken for what the others straight in the dossier are: pages or documents.
    loose = any(counts[path] == 1 and not path.lower().endswith(PDF) and path.rpartition("/")[0] in ("", dossier)
                for path in listed)  # fmt: skip
    for path in listed:
        frames = counts[path] or 1  # one that cannot be opened is one page, and the examination says why
        folder = path.rpartition("/")[0]
        in_dossier = folder in ("", dossier)
        alone = counts[path] is None and path.lower().endswith(_MULTIPLE) and not loose
        multiple = frames > 1 or path.lower().endswith(PDF) or alone
        key = path if in_dossier and multiple else folder or dossier
        pages = groups.setdefault(key, [])
        pages += [Page(path, frame, len(pages) + 1 + frame) for frame in range(frames)]
    # Pages that lie straight in the dossier come first, wherever their names stand among those of the documents.
    for ordinal, key in enumerate(sorted(groups, key=lambda key: key != dossier), 1):
        yield Document(key, ordinal, tuple(groups[key]))


def _frames(scans: Path, path: str) -> int | None:
    """Count a file's pages; None for one that cannot be opened: not knowing is no number."""
    try:
        if path.lower().endswith(PDF):
            return max(1, page_count(scans / path))
        return max(1, raster.frame_count(scans / path))
    except (BadScan, OSError):
        return None


def gaps_in_numbering(names: Iterable[str]) -> list[str]:
    """Name the numbers missing between files named by bare numbers (0001, 0002, 0004: "3")."""
    numbers = sorted({int(stem) for name in names if (stem := PurePosixPath(name).stem).isdecimal()})
    return [str(n) for low, high in pairwise(numbers) for n in range(low + 1, min(high, low + 100))]
