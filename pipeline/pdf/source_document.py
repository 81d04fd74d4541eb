"""Hold a scanned PDF open, strictly: one that opens only by repair is a damaged scan.

PDFium is not thread-safe; a worker is a process, and keeps one `SourcePdf` open for consecutive pages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import pikepdf
import pypdfium2 as pdfium

from pipeline.errors import BadScan
from pipeline.pdf.painted import Box, intersection
from pipeline.raster.said import without_addresses

HEAD_BYTES = TAIL_BYTES = 1024
MEDIA_BOX_LETTER: Box = (0.0, 0.0, 612.0, 792.0)
OWNER_RESTRICTED = "The PDF restricts what may be done with it (owner password); it opens without a password."
# What the PDF reader says when it had to guess. Its other warnings (a key given twice ...) are let pass, and not kept
# as notes either: which page they come up with depends on the order of reading.
DAMAGE_WORDS = ("damage", "recover", "reconstruct", "endstream", "end of file", "EOF", "xref", "truncated")
# Whatever damaged objects make pikepdf's wrappers raise; anything else is a bug and keeps its traceback.
PDF_ERRORS = (pikepdf.PikepdfError, pdfium.PdfiumError, ValueError, TypeError, KeyError, IndexError, ArithmeticError,
              RuntimeError, AttributeError)  # fmt: skip


class SourcePdf:
    """A PDF held open for its pages; a context manager.

    Attributes:
        pdf: The document in pikepdf.
        page_count: Number of pages.
        notes: Sentences for the operator that concern the whole file.
    """

    def __init__(self, source: Path | bytes) -> None:
        """Open strictly; the contents are read page by page.

        Raises:
            BadScan: It is empty, no PDF, damaged, or needs a password.
            OSError: The disk cannot be read.
        """
        self._source = source
        self._drawn: pdfium.PdfDocument | None = None
        self.pdf = _open_strictly(source)
        try:
            with pdf_faults():
                self.page_count = len(self.pdf.pages)
                self.notes = (OWNER_RESTRICTED,) if self.pdf.is_encrypted else ()
            self.check_warnings()
        except BadScan:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Give the open document."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.pdf.close()
        if self._drawn is not None:
            self._drawn.close()
            self._drawn = None

    @property
    def drawn(self) -> pdfium.PdfDocument:
        """The same document in PDFium, opened when first asked for."""
        if self._drawn is None:
            self._drawn = pdfium.PdfDocument(self._source)
            # Without this, fields and signature stamps are left out of the picture.
            self._drawn.init_forms()
        return self._drawn

    def page(self, index: int) -> pikepdf.Page:
        """Give a page by its number from 0.

        Raises:
            BadScan: There is none.
        """
        if not 0 <= index < self.page_count:
            raise BadScan("corrupt", f"The PDF has {self.page_count} pages; there is no number {index + 1}.")
        return self.pdf.pages[index]

    def check_warnings(self) -> None:
        """Ask whether the reader warned of damage since the last call.

        Raises:
            BadScan: It did.
        """
        for text in map(_reason, self.pdf.get_warnings()):
            if any(word in text for word in DAMAGE_WORDS):
                self._forget()
                raise BadScan("corrupt", f"The PDF is damaged ({text}).")

    def _forget(self) -> None:
        """Open anew: a damaged object is warned of only once, and must be for each page that needs it."""
        self.close()
        self.pdf = _open_strictly(self._source)


@contextmanager
def opened(source: SourcePdf | Path | bytes) -> Iterator[SourcePdf]:
    """Use an open document as it is; open and close a file or bytes."""
    if isinstance(source, SourcePdf):
        yield source
        return
    with SourcePdf(source) as document:
        yield document


@contextmanager
def pdf_faults() -> Iterator[None]:
    """Turn what the PDF readers raise for damaged objects into `BadScan`."""
    try:
        yield
    except PDF_ERRORS as error:
        raise BadScan("corrupt", f"The PDF is damaged ({_reason(error) or type(error).__name__}).") from error


def page_box(page: pikepdf.Page) -> Box:
    """Give the page's visible rectangle (crop box within media box): x0, y0, x1, y1 in page space."""
    media = _box(page.mediabox)
    shown = intersection(media, _box(page.cropbox))
    box = shown if shown[0] < shown[2] and shown[1] < shown[3] else media
    return box if box[0] < box[2] and box[1] < box[3] else MEDIA_BOX_LETTER


def rotation(page: pikepdf.Page) -> int:
    """Give the page's /Rotate, its own or inherited: 0, 90, 180 or 270 degrees clockwise."""
    return int(page.rotation) % 360


def _box(numbers: pikepdf.Object) -> Box:
    x0, y0, x1, y1 = (float(number) for number in numbers)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _open_strictly(source: Path | bytes) -> pikepdf.Pdf:
    head, tail = _ends(source)
    if not head:
        raise BadScan("empty")
    if b"%PDF-" not in head:
        raise BadScan("not-a-picture", "It does not begin as a PDF does.")
    try:
        # Not memory-mapped: a disk that fails under a map kills the process instead of raising.
        return pikepdf.open(
            BytesIO(source) if isinstance(source, bytes) else source,
            attempt_recovery=False,
            suppress_warnings=True,
            access_mode=pikepdf.AccessMode.stream,
        )
    except pikepdf.PasswordError as error:
        raise BadScan("encrypted") from error
    except PDF_ERRORS as error:
        raise _refusal(tail, error) from error


def _ends(source: Path | bytes) -> tuple[bytes, bytes]:
    if isinstance(source, bytes):
        return source[:HEAD_BYTES], source[-TAIL_BYTES:]
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, source.stat().st_size - TAIL_BYTES))
        return head, file.read()


def _reason(said: object) -> str:
    """Keep what the reader said without the name of the file and without places in memory."""
    return without_addresses(str(said)).rpartition(": ")[2]


def _refusal(tail: bytes, error: Exception) -> BadScan:
    reason = _reason(error)
    if b"%%EOF" not in tail:
        return BadScan("truncated", f"The PDF stops before its end mark ({reason}).")
    return BadScan("corrupt", f"The PDF is damaged; it would open only by guessing where its objects lie ({reason}).")
