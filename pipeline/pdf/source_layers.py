"""Tell the layers of a scanned PDF's page apart: what each picture on it holds, and at which resolution it shows.

Mixed raster content (ISO/IEC 16485) lays a coarse colour picture, a fine mask of the letters and the letters' colours
over each other: the resolution of any one of them says nothing of the page.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from pipeline.pdf.painted import Mark, bounds, page_marks
from pipeline.pdf.placement import POINTS_PER_INCH, share_of_page
from pipeline.pdf.source_document import SourcePdf, page_box, pdf_faults
from pipeline.pdf.source_picture import COMPRESSIONS

# A logo, a specimen or a page number is no layer of the page.
SMALLEST_SHARE = 0.05
_COMPONENTS = {
    "/DeviceGray": 1,
    "/CalGray": 1,
    "/Indexed": 1,
    "/DeviceRGB": 3,
    "/CalRGB": 3,
    "/Lab": 3,
    "/DeviceCMYK": 4,
}


@dataclass(frozen=True, slots=True)
class Layer:
    """One picture, or the mask of one.

    Attributes:
        kind: "mask" for what has two levels (stencils, masks, bilevel pictures), else "picture".
        dpi: Effective resolution as it shows on the page, the lower of its two directions.
        bits: Bits per pixel, all channels together.
        compression: "jpeg", "jpx", "jbig2", "group4", "deflate" ..., as for other scans.
        share: Share of the page that it covers, 0 to 1.
    """

    kind: str
    dpi: float
    bits: int
    compression: str
    share: float


def layers(document: SourcePdf, index: int) -> tuple[Layer, ...]:
    """Give the layers of a page in the order in which they are painted; none where it holds no picture of any size.

    Raises:
        BadScan: The page is damaged.
    """
    with pdf_faults():
        page = document.page(index)
        user_unit = float(page.obj.get("/UserUnit", 1))
        box = page_box(page)
        found: list[Layer] = []
        for mark in page_marks(page):
            share = share_of_page(bounds(mark.matrix), box) if mark.picture is not None else 0.0
            if share >= SMALLEST_SHARE:
                found += _of_picture(mark, share, user_unit)
        return tuple(found)


def text_dpi(found: tuple[Layer, ...]) -> float | None:
    """Give the resolution at which letters show: the finest mask's, else the coarsest picture's; each holds some."""
    masks = [layer.dpi for layer in found if layer.kind == "mask"]
    pictures = [layer.dpi for layer in found if layer.kind == "picture"]
    return max(masks) if masks else min(pictures, default=None)


def colour_dpi(found: tuple[Layer, ...]) -> float | None:
    """Give the resolution of the picture that lies under the others, else, where there are pieces only, the lowest."""
    pictures = [layer for layer in found if layer.kind == "picture"]
    under = next((layer.dpi for layer in pictures if layer.share >= 0.5), None)
    return under or min((layer.dpi for layer in pictures), default=None)


def _of_picture(mark: Mark, share: float, user_unit: float) -> Iterator[Layer]:
    picture = mark.picture
    assert picture is not None, "only marks of pictures come here"
    yield _layer(picture, mark, share, user_unit, stencil=bool(picture.get("/ImageMask", False)))
    for name in ("/SMask", "/Mask"):
        mask = picture.get(name)
        if isinstance(mask, pikepdf.Stream):  # a mask of colours to leave out is an array
            yield _layer(mask, mark, share, user_unit, stencil=True)


def _layer(picture: pikepdf.Object, mark: Mark, share: float, user_unit: float, *, stencil: bool) -> Layer:
    a, b, c, d, _, _ = mark.matrix
    sides = (max(1e-6, math.hypot(*side) * user_unit / POINTS_PER_INCH) for side in ((a, b), (c, d)))
    pixels = (int(picture.get(name, 0)) for name in ("/Width", "/Height"))
    dpi = min(count / inches for count, inches in zip(pixels, sides, strict=True))
    bits = 1 if stencil else int(picture.get("/BitsPerComponent", 8)) * _components(picture)
    filters = picture.get("/Filter")
    last = str(filters[-1] if isinstance(filters, pikepdf.Array) and len(filters) else filters or "").lstrip("/")
    return Layer("mask" if bits == 1 else "picture", round(dpi, 2), bits, COMPRESSIONS.get(last, last), round(share, 3))


def _components(picture: pikepdf.Object) -> int:
    space = picture.get("/ColorSpace")
    if space is None:  # JPEG 2000 brings its own
        return 3
    if isinstance(space, pikepdf.Array):
        if str(space[0]) == "/ICCBased":
            return int(space[1].get("/N", 3))
        return _COMPONENTS.get(str(space[0]), 3)
    return _COMPONENTS.get(str(space), 3)
