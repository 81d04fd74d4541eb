"""Measure reading order, on drawn pages and in the PDFs made of them.

    python -m benchmarks.layout [PAGES]

PAGES (default 3) pages of each kind are drawn, read, and written as a PDF of all of them, with a picture turned and
skewed under the text. Three figures for each kind, per true character: errors of the text as read, in order; and what
`pdftotext` without options and PDFium give differently from it. The last column is what finding tables and order costs,
as a share of the recognition, by processor time.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import cv2
import numpy as np
import pypdfium2

from benchmarks.layout_pages import DPI, KINDS, drawn
from benchmarks.reading import distance, normal
from pipeline import tesseract
from pipeline.image.geometry import straight_size
from pipeline.image.tone import Picture
from pipeline.model import Geometry, Reading
from pipeline.pdf.embed import picture_from_pixels
from pipeline.pdf.write import PdfPage, write_document
from pipeline.pdf.xmp import Description
from pipeline.tesseract.layout import reading_order
from pipeline.tesseract.tables import ruled_tables

SHRINK = 10  # of the pictures in the PDFs: only their text is asked for


@dataclass(frozen=True, slots=True)
class Result:
    """What was read of a page, what it should be, and the cost of its layout as a share of its recognition."""

    truth: str
    reading: Reading
    share: float


def main() -> None:
    """Draw, read, write, read back, and print a line for each kind."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    cv2.setNumThreads(1)
    for kind in KINDS:
        results = [_read(*drawn(kind, seed)) for seed in range(count)]
        print(_row(kind, results), flush=True)


def _read(pixels: Picture, truth: tuple[str, ...]) -> Result:
    """Read a page as the pipeline does, then measure its layout again by itself."""
    start = time.process_time()
    lines, _ = tesseract.read_page(pixels, DPI, tesseract.Settings(languages="vie"))
    whole = time.process_time() - start
    start = time.process_time()
    reading_order(lines, 12.0, ruled_tables(pixels, DPI))
    share = (time.process_time() - start) / whole
    return Result(normal(" ".join(truth)), Reading(pixels.shape[1], pixels.shape[0], DPI, lines), share)


def _row(kind: str, results: list[Result]) -> str:
    """Write a line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "pages.pdf"
        write_document(target, [_page(result.reading) for result in results], Description(), "2u")
        backs = (_poppler(target), _pdfium(target))
    read = [normal(result.reading.text) for result in results]
    errors = mean(_share(result.truth, text) for result, text in zip(results, read, strict=True))
    changes = (mean(map(_share, read, map(normal, back))) for back in backs)
    poppler, pdfium = (f"{change:.4f}" for change in changes)
    cost = mean(result.share for result in results)
    return f"{kind:14} in order {errors:.4f}   pdftotext {poppler}   PDFium {pdfium}   layout {cost:.1%}"


def _share(wanted: str, found: str) -> float:
    """Give the edits between two texts per character of the first."""
    return distance(wanted, found, anywhere=False) / max(1, len(wanted))


def _page(reading: Reading) -> PdfPage:
    """Give a page with a small picture that is turned and skewed, so that its straight page has the reading's size."""
    geometry = Geometry(reading.height // SHRINK, reading.width // SHRINK, DPI / SHRINK, DPI / SHRINK, 1, 90, 1.7)
    picture = picture_from_pixels(np.ones((geometry.height, geometry.width), dtype=np.bool_), "lossless")
    width, height = straight_size(geometry)
    placed = Reading(width * SHRINK, height * SHRINK, DPI, reading.lines)
    return PdfPage(picture, geometry, placed)


def _poppler(target: Path) -> list[str]:
    """Read the pages' texts with `pdftotext` without options."""
    done = subprocess.run(["pdftotext", str(target), "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def _pdfium(target: Path) -> list[str]:
    """Read the pages' texts with PDFium."""
    with pypdfium2.PdfDocument(target) as document:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]


if __name__ == "__main__":
    main()
