"""What flows through sohoa: frozen values without I/O.

Paths in values are relative POSIX strings, as on disk; lengths are pixels of the scan unless a name says otherwise.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Why a scan can be refused: kind -> English sentence. Translated where it is shown.
FAULTS = {
    "empty": "The file is empty (0 bytes).",
    "truncated": "The file ends before the picture does; it was cut short when it was written or copied.",
    "corrupt": "The picture's data is damaged.",
    "not-a-picture": "This is not a picture, although its name says so.",
    "unsupported": "The file is a picture of a kind that this program cannot read.",
    "too-large": "The picture claims a size beyond the limit; it may be a decompression bomb.",
    "encrypted": "The PDF is protected by a password.",
    "unreadable": "The file could not be read from the disk.",
    "changed": "The file changed while the batch was running.",
    "link": "This is a link, not a file; links are not followed.",
    "not-a-file": "This is neither a file nor a folder.",
    "bad-name": "The name holds characters that cannot be kept.",
    "same-name": "The name differs from another one in the folder only in case or Unicode form.",
    "kills-worker": "Reading this page ended the program that read it, twice.",
}


class State(StrEnum):
    """How a stage ended for one unit."""

    DONE = "done"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    TIMED_OUT = "timed-out"


class TextState(StrEnum):
    """What is known of a page's text; "no text" and "not read" are different states."""

    TEXT = "text"
    BLANK = "blank"
    FAILED = "failed"
    TIMED_OUT = "timed-out"


@dataclass(frozen=True, slots=True)
class Page:
    """One scanned side [trang]: one frame of one file.

    Attributes:
        path: The file, relative to the scan folder.
        frame: Which picture in it, from 0.
        number: Place in its document, from 1.
    """

    path: str
    frame: int
    number: int

    @property
    def unit(self) -> str:
        """Name of the page in the journal, in `status` and in messages."""
        return f"{self.path}#{self.frame + 1}"


@dataclass(frozen=True, slots=True)
class Document:
    """One document [văn bản, tài liệu]: pages in order.

    Attributes:
        path: Its folder or multi-page file, relative to the scan folder; the dossier's where pages lie straight in it.
        ordinal: Place in its dossier, from 1 (số thứ tự; Thông tư 05/2025/TT-BNV Đ8.1.d).
    """

    path: str
    ordinal: int
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier [hồ sơ]: documents in order."""

    name: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A scan that cannot be used, and why.

    Attributes:
        path: The file, relative to the scan folder.
        frame: Which picture in it, from 0; None where the file as a whole is meant.
        code: A key of `FAULTS`.
        detail: What the decoder said.
    """

    path: str
    frame: int | None
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch [đợt nộp lưu], as it lies in the scan folder.

    Attributes:
        others: Files that are neither scans nor junk; kept with the masters as they are.
        junk: Files that systems leave behind (Thumbs.db ...); not kept.
        faults: Files refused before any was opened (links, colliding names).
    """

    name: str
    dossiers: tuple[Dossier, ...]
    others: tuple[str, ...] = ()
    junk: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in order."""
        return tuple(document for dossier in self.dossiers for document in dossier.documents)

    @property
    def page_count(self) -> int:
        """Number of pages of all documents."""
        return sum(len(document.pages) for document in self.documents)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the examination of one frame found.

    Attributes:
        width, height: Pixels of the frame as stored.
        dpi_x, dpi_y: Resolution to use, pixels per inch.
        dpi_source: "file", or "assumed" where the file says nothing believable.
        mode: "1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16" ... as Pillow names it.
        bits_per_pixel: All channels together.
        format: "TIFF", "JPEG", "PNG", "JPEG2000", "PDF" ...
        compression: "jpeg", "group4", "jpx", "lzw", "raw", "deflate" ...
        tag: Orientation tag (EXIF/TIFF 274), 1 to 8.
        blank: Nothing is written on the page.
        ink_share: Share of dark pixels inside the page's margins, 0 to 1.
    """

    width: int
    height: int
    dpi_x: float
    dpi_y: float
    dpi_source: str
    mode: str
    bits_per_pixel: int
    format: str
    compression: str
    tag: int
    blank: bool
    ink_share: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """How the scan is laid on its straight page: instructions, not pixels.

    Applied in this order: orientation tag, turn, skew, clip. The straight page has square pixels of
    `max(dpi_x, dpi_y)` and holds the whole turned scan; `pipeline.image.geometry` has the arithmetic.

    Attributes:
        width, height: Pixels of the scan as stored.
        dpi_x, dpi_y: Its resolution.
        tag: Orientation tag, 1 to 8.
        turn_degrees: Clockwise quarter turn that brings the text upright: 0, 90, 180 or 270.
        skew_degrees: How far the text lines rise to the right, counter-clockwise positive; the page is turned
            clockwise by it. 0 where the page is left as it is.
        clip: x0, y0, x1, y1 on the straight page in its pixels, or None for all of it.
    """

    width: int
    height: int
    dpi_x: float
    dpi_y: float
    tag: int = 1
    turn_degrees: int = 0
    skew_degrees: float = 0.0
    clip: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured value never travels without its confidence (0 to 1)."""

    value: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word: NFC text and its box on the page that the scan shows, in that page's pixels.

    That is the straight page without what was clipped, as in the PDF and in ALTO: the clip's corner is (0, 0).

    Attributes:
        confidence: 0 to 100 as the engine gives it.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, in reading order.

    Attributes:
        block: Ordinal of the text block (paragraph, column part) it belongs to, in reading order.
        baseline: y of the base line, in the same pixels as the words' boxes.
    """

    block: int
    baseline: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the facing pages on a scan: left and right edge on the page shown, in pixels, and number of its lines."""

    x0: int
    x1: int
    lines: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one scan, with the size in pixels and resolution of the page that it shows.

    Attributes:
        parts: The facing pages from left to right where the scan is parted; empty where it is one page.
    """

    width: int
    height: int
    dpi: float
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """Plain text: one line for each line, an empty line between blocks."""
        parts: list[str] = []
        block: int | None = None
        for line in self.lines:
            if block is not None and line.block != block:
                parts.append("")
            block = line.block
            parts.append(" ".join(word.text for word in line.words))
        return "\n".join(parts) + ("\n" if parts else "")


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a stage wrote.

    Attributes:
        path: Relative to the folder it belongs to (work folder or set).
    """

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage gives back for one unit: facts that can be written down, and files.

    Attributes:
        facts: Plain JSON values.
        notes: Sentences for the operator (English), recorded with the unit.
    """

    state: State
    facts: dict[str, Any] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    notes: tuple[str, ...] = ()
    fault: Fault | None = None
