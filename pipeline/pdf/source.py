"""Read scanned PDFs as they came: pages, their pictures, their own words. PDFs of ours are written elsewhere."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray

from pipeline.errors import BadScan
from pipeline.model import Word
from pipeline.pdf.painted import Box, Mark, bounds, page_marks
from pipeline.pdf.placement import POINTS_PER_INCH, Placement, covers, place, share_of_page
from pipeline.pdf.source_document import SourcePdf, opened, page_box, pdf_faults, rotation
from pipeline.pdf.source_picture import SourcePicture, read_picture
from pipeline.pdf.source_words import words_of
from pipeline.raster import Raster

LOWEST_DPI, HIGHEST_DPI = 200, 600
# For pages without a picture worth the name: what a clerk would scan at.
DRAWN_DPI = 300
# A logo does not decide at which resolution a page is drawn.
SMALLEST_SHARE = 0.05
DEEPEST_FIELD = 32

Source = SourcePdf | Path | bytes


@dataclass(frozen=True, slots=True, eq=False)
class SourcePage:
    """One page of a scanned PDF.

    Attributes:
        raster: Its picture as stored; resolution and orientation tag are those of its place on the page.
        stream: The picture's codestream as it is, b"" where the page was rendered.
        filter: Its PDF filter ("DCTDecode" ...), "" for plain pixels or where rendered.
        params: Its decode parameters, plain values.
        object_id: Number and generation of the picture object in the source, to copy it whole; None where rendered.
        rendered: The page is no single picture; `raster` was drawn by PDFium, and a note says why.
        notes: Sentences for the operator.
    """

    raster: Raster
    stream: bytes = b""
    filter: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    object_id: tuple[int, int] | None = None
    rendered: bool = False
    notes: tuple[str, ...] = ()


def page_count(source: Source) -> int:
    """Count the pages of a PDF.

    Raises:
        BadScan: It is empty, no PDF, damaged, or needs a password.
    """
    with opened(source) as document:
        return document.page_count


def is_signed(source: Source) -> bool:
    """Tell whether the PDF bears a digital signature: a signature value with a /ByteRange (ISO 32000-1, 12.8.1)."""
    with opened(source) as document, pdf_faults():
        permits, form = document.pdf.Root.get("/Perms"), document.pdf.Root.get("/AcroForm")
        values = [value for _, value in permits.items()] if permits is not None else []
        if form is not None:
            values += _field_values(form.get("/Fields") or (), 0)
        return any(isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value for value in values)


def scan_page(source: Source, index: int, limit_megapixels: float) -> SourcePage:
    """Give the picture of a page: the scan itself where the page is one, else the page as PDFium draws it.

    Text that shows is in the picture either way, invisible text in neither.

    Args:
        source: An open document for consecutive pages, or a file or bytes for one.
        index: Page number from 0.
        limit_megapixels: The most that the picture may hold; judged before it is decoded.

    Raises:
        BadScan: The page is damaged or too large.
    """
    with opened(source) as document, pdf_faults():
        marks = _showing(document.page(index))
        found = _only_picture(document.page(index), marks)
        if isinstance(found, str):
            result = _rendered(document, index, marks, found, limit_megapixels)
        else:
            result = _as_scanned(document, index, *found, limit_megapixels)
        document.check_warnings()
        return replace(result, notes=(*document.notes, *result.notes))


def existing_words(source: Source, index: int) -> list[Word]:
    """Read the page's own text layer, laid on the straight page that `scan_page`'s picture gives.

    Confidence is 0 throughout: nothing is known of it.

    Raises:
        BadScan: The page is damaged.
    """
    with opened(source) as document, pdf_faults():
        page = document.page(index)
        marks = _showing(page)
        found = _only_picture(page, marks)
        if isinstance(found, str):
            box, dpi = page_box(page), float(_rendering_dpi(page, marks))
        else:
            box, dpi = found[1].box, max(found[1].dpi_x, found[1].dpi_y)
        scale = dpi * _user_unit(page) / POINTS_PER_INCH
        return words_of(document.drawn[index], partial(_to_pixels, box, rotation(page), scale))


def _to_pixels(frame: Box, rotate_degrees: int, scale: float, box: Box) -> Box:
    """Turn a box in page space as /Rotate says and measure it from the frame's corner that is top left then."""
    x0, y0, x1, y1 = frame
    left, top, right, bottom = box[0] - x0, y1 - box[3], box[2] - x0, y1 - box[1]
    width, height = x1 - x0, y1 - y0
    for _ in range(rotate_degrees // 90):
        left, top, right, bottom = height - bottom, left, height - top, right
        width, height = height, width
    return left * scale, top * scale, right * scale, bottom * scale


def _field_values(fields: Any, depth: int) -> Iterator[pikepdf.Object]:
    for node in fields if depth < DEEPEST_FIELD else ():
        if "/V" in node:
            yield node["/V"]
        yield from _field_values(node.get("/Kids") or (), depth + 1)


def _showing(page: pikepdf.Page) -> list[Mark]:
    """List what shows: what lies under a picture that covers the page (text put there for searching) does not."""
    marks, box = page_marks(page), page_box(page)
    for place_in_order in range(len(marks) - 1, -1, -1):
        mark = marks[place_in_order]
        if mark.kind == "picture" and mark.plain and covers(bounds(mark.matrix), mark.clip, box):
            return marks[place_in_order:]
    return marks


def _only_picture(  # noqa: PLR0911 - one for each reason
    page: pikepdf.Page, marks: list[Mark]
) -> tuple[Mark, Placement] | str:
    """Give the one picture that is the page, and its place; or say why the page must be drawn."""
    if not marks:
        return "nothing on it shows"
    pictures = [mark for mark in marks if mark.kind == "picture"]
    if len(pictures) != 1:
        return f"it is made of {len(pictures)} pictures" if pictures else "it holds no picture"
    (mark,) = pictures
    others = sorted({mark.kind for mark in marks if mark.kind != "picture"})
    if others:
        return f"its picture has {' and '.join(others)} over or beside it"
    if not mark.plain or mark.picture is None:
        return "its picture is masked, transparent, part of a layer or written into the page"
    width, height = int(mark.picture.get("/Width", 0)), int(mark.picture.get("/Height", 0))
    placement = place(width, height, mark.matrix, rotation(page), _user_unit(page))
    if placement is None:
        return "its picture is sheared or turned"
    if not covers(placement.box, mark.clip, page_box(page)):
        return "its picture does not cover it, or is cropped"
    return mark, placement


def _as_scanned(
    document: SourcePdf, index: int, mark: Mark, placement: Placement, limit_megapixels: float
) -> SourcePage:
    assert mark.picture is not None, "a plain picture is an object of its own"
    picture = read_picture(mark.picture, limit_megapixels)
    notes: list[str] = []
    if picture.raster is None:
        notes.append(f"The picture was decoded by PDFium: {picture.why}.")
    if abs(placement.skew_degrees) >= 0.05:
        notes.append(f"The PDF page turns its picture by {placement.skew_degrees:.2f} degrees; it is taken as scanned.")
    raster = picture.raster or _drawn_picture(document, index, mark.picture, picture)
    placed = replace(raster, dpi_x=placement.dpi_x, dpi_y=placement.dpi_y, tag=placement.tag)
    number, generation = mark.picture.objgen
    return SourcePage(
        placed, picture.stream, picture.filter, picture.params, (number, generation), rendered=False, notes=tuple(notes)
    )


def _drawn_picture(document: SourcePdf, index: int, image: pikepdf.Object, picture: SourcePicture) -> Raster:
    """Let PDFium decode the page's only picture, at its own size and not turned."""
    page = document.drawn[index]
    try:
        (drawn,) = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])
        pixels = _array(drawn.get_bitmap(render=False))
    finally:
        page.close()
    width, height = int(image["/Width"]), int(image["/Height"])
    if pixels.shape[:2] != (height, width):
        raise BadScan(
            "corrupt", f"The picture gives {pixels.shape[1]} x {pixels.shape[0]} of {width} x {height} pixels."
        )
    bits = int(image.get("/BitsPerComponent", 8))
    if picture.filter in ("JBIG2Decode", "CCITTFaxDecode") or (bits == 1 and pixels.ndim == 2):
        return Raster(pixels < 128, width, height, 0.0, 0.0, "1", 1, "PDF", picture.compression)
    mode, total = ("L", 8) if pixels.ndim == 2 else ("RGB", 24)
    return Raster(pixels, width, height, 0.0, 0.0, mode, total, "PDF", picture.compression)


def _rendered(document: SourcePdf, index: int, marks: list[Mark], why: str, limit_megapixels: float) -> SourcePage:
    page = document.page(index)
    dpi = _rendering_dpi(page, marks)
    scale = dpi / POINTS_PER_INCH * _user_unit(page)
    x0, y0, x1, y1 = page_box(page)
    if (x1 - x0) * (y1 - y0) * scale * scale > limit_megapixels * 1_000_000:
        raise BadScan("too-large", f"The page would give more than {limit_megapixels:g} megapixels at {dpi} dpi.")
    drawn = document.drawn[index]
    try:
        # PDFium turns the page by /Rotate itself, but does not know /UserUnit.
        pixels = _array(drawn.render(scale=scale, rev_byteorder=True))
    finally:
        drawn.close()
    mode, bits = ("L", 8) if pixels.ndim == 2 else ("RGB", 24)
    height, width = pixels.shape[:2]
    raster = Raster(pixels, width, height, float(dpi), float(dpi), mode, bits, "PDF", "rendered")
    return SourcePage(raster, rendered=True, notes=(f"The page was drawn at {dpi} dpi, since {why}.",))


def _rendering_dpi(page: pikepdf.Page, marks: list[Mark]) -> int:
    """Choose the highest resolution of the page's larger pictures, within limits."""
    found = [0.0]
    for mark in marks:
        box = bounds(mark.matrix)
        if mark.picture is None or share_of_page(box, page_box(page)) < SMALLEST_SHARE:
            continue
        sides = np.hypot(mark.matrix[0], mark.matrix[1]), np.hypot(mark.matrix[2], mark.matrix[3])
        pixels = int(mark.picture.get("/Width", 0)), int(mark.picture.get("/Height", 0))
        inches = [max(1e-6, float(side) * _user_unit(page) / POINTS_PER_INCH) for side in sides]
        found += [count / inch for count, inch in zip(pixels, inches, strict=True)]
    if max(found) == 0:
        return DRAWN_DPI
    return min(HIGHEST_DPI, max(LOWEST_DPI, math.ceil(max(found) - 0.5)))


def _array(bitmap: pdfium.PdfBitmap) -> NDArray[np.uint8]:
    """Copy a bitmap: grey where it is or all its pixels are, else RGB."""
    pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
    if bitmap.mode in ("BGR", "BGRA", "BGRX"):
        pixels = pixels[:, :, 2::-1]
    bitmap.close()
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        return pixels[:, :, 0]
    if pixels.ndim == 3:
        red, green, blue = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
        if np.array_equal(red, green) and np.array_equal(green, blue):
            return np.ascontiguousarray(red)
        return np.ascontiguousarray(pixels[:, :, :3])
    return pixels


def _user_unit(page: pikepdf.Page) -> float:
    return float(page.obj.get("/UserUnit", 1))
