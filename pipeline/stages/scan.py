"""A scan as the stages see it, whatever file it came in: a picture file's frame or a scanned PDF's page."""

import functools
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import raster
from pipeline.image.geometry import scan_to_straight, straight_to_scan
from pipeline.model import Geometry, Line
from pipeline.pdf import source as pdf_source
from pipeline.pdf.embed import picture_from_scan
from pipeline.pdf.picture import Picture
from pipeline.pdf.source_document import SourcePdf
from pipeline.pdf.source_embed import picture_of
from pipeline.records.lines import into_lines, joined, moved

SIGNED = "The PDF is digitally signed; it is kept as it is with the masters. The new PDF carries no signature."


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A scan file as read: its bytes and their digest."""

    path: Path
    data: bytes
    sha256: str


class Scan:
    """One scanned page: a frame of a picture file. Decoded when its pixels are first asked for."""

    def __init__(self, source: Source, frame: int, limit_megapixels: float) -> None:
        """Note which frame of which file."""
        self._source, self._frame, self._limit = source, frame, limit_megapixels

    @cached_property
    def raster(self) -> raster.Raster:
        """Pixels as stored, and what the file says of them.

        Raises:
            BadScan: They cannot be decoded in full.
        """
        return raster.decode(self._source.data, self._frame, self._limit)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the operator."""
        return ()

    @property
    def format(self) -> str:
        """Kind of file."""
        return self.raster.format

    @property
    def tag(self) -> int:
        """Orientation of the picture on its page, as a TIFF/EXIF tag."""
        return self.raster.tag

    @cached_property
    def dpi(self) -> tuple[float, float, str]:
        """Resolution to use across and down, and whether the file gave it."""
        found = self.raster
        # A PDF's placement gives 300.00001: noise of its arithmetic.
        return raster.believable_dpi(found.width, found.height, round(found.dpi_x, 2), round(found.dpi_y, 2))

    @cached_property
    def gray(self) -> NDArray[np.uint8]:
        """The picture in 256 greys."""
        return raster.gray(self.raster)

    @property
    def colour(self) -> NDArray[np.uint8]:
        """The picture in grey or RGB."""
        pixels = self.raster.pixels
        return self.gray if pixels.dtype == np.bool_ else pixels.astype(np.uint8, copy=False)

    def codestream(self, part: int) -> Picture | None:
        """Give the scan's own coded data, or None where PDF/A of that part cannot hold it."""
        return picture_from_scan(self._source.data, self._frame, part=part)

    def existing_lines(self, geometry: Geometry) -> tuple[Line, ...]:  # noqa: ARG002 - a PDF's page has some
        """Give the text that the file brought, on the straight page; a picture brings none."""
        return ()


class PdfScan(Scan):
    """A page of a scanned PDF."""

    @cached_property
    def _page(self) -> pdf_source.SourcePage:
        return pdf_source.scan_page(_opened(self._source), self._frame, self._limit)

    @property
    def raster(self) -> raster.Raster:
        """Pixels as stored, and what their place on the page says of them."""
        return self._page.raster

    @property
    def notes(self) -> tuple[str, ...]:
        """What the operator should know; that a signature is not carried over, on the first page."""
        signed = self._frame == 0 and pdf_source.is_signed(_opened(self._source))
        return (*self._page.notes, *((SIGNED,) if signed else ()))

    def codestream(self, part: int) -> Picture | None:
        """Give the page's own picture as it is, or None where PDF/A of that part cannot hold it."""
        return picture_of(_opened(self._source), self._page, part)

    def existing_lines(self, geometry: Geometry) -> tuple[Line, ...]:
        """Give the PDF's own words, moved to where the straightening puts them."""
        found = pdf_source.existing_words(_opened(self._source), self._frame)
        plain = Geometry(geometry.width, geometry.height, geometry.dpi_x, geometry.dpi_y, geometry.tag)
        move = joined(straight_to_scan(plain), scan_to_straight(geometry))
        return into_lines([moved(word, move) for word in found])


def open_scan(source: Source, frame: int, limit_megapixels: float) -> Scan:
    """Give one page of a scan file; what the file is called decides how it is opened."""
    kind = PdfScan if source.path.suffix.lower() == ".pdf" else Scan
    return kind(source, frame, limit_megapixels)


@functools.lru_cache(maxsize=1)
def _opened(source: Source) -> SourcePdf:
    """Hold one PDF open for its consecutive pages."""
    return SourcePdf(source.data)


def read_source(scans: Path, path: str) -> Source:
    """Read a scan file, once for consecutive pages of the same file.

    Raises:
        OSError: It cannot be read.
    """
    status = (scans / path).stat()
    return _read(scans / path, status.st_size, status.st_mtime_ns, status.st_ino)


@functools.lru_cache(maxsize=1)
def _read(path: Path, *_identity: int) -> Source:
    data = path.read_bytes()
    return Source(path, data, hashlib.sha256(data).hexdigest())
