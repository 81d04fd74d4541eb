"""Pages to one PDF/A file: the scan as it is, laid straight by one matrix, and its text."""

import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pikepdf

from pipeline.image.geometry import DECIMALS, page_matrix, page_size_points
from pipeline.model import Geometry, Reading
from pipeline.pdf.font import Cids, fill_font
from pipeline.pdf.icc import srgb_profile
from pipeline.pdf.picture import COMPONENTS, Picture
from pipeline.pdf.textlayer import INVISIBLE, number, text_content
from pipeline.pdf.xmp import Description, document_info, plain, xmp_packet

Flavour = Literal["1b", "2b", "2u", "3b"]
FLAVOURS: tuple[Flavour, ...] = ("1b", "2b", "2u", "3b")
_DEVICE = {"gray": "/DeviceGray", "bilevel": "/DeviceGray", "rgb": "/DeviceRGB"}
_COMPRESSION_LEVEL = 6


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page to write: the picture, how it is laid, and what was read on the straight page, if anything was."""

    picture: Picture
    geometry: Geometry
    reading: Reading | None


def write_document(
    target: Path,
    pages: Iterable[PdfPage],
    description: Description,
    flavour: Flavour,
    *,
    text_mode: int = INVISIBLE,
) -> None:
    """Write the pages as one PDF/A file, to the path given and nowhere else; equal input gives equal bytes.

    Pages are taken one after the other and no picture is decoded, but the encoded pictures are held until the end.

    Args:
        target: The file to write; the caller renames it into place.
        pages: In order; an iterator is consumed once.
        description: For the metadata.
        flavour: Part and level of ISO 19005 that the file claims.
        text_mode: Text render mode; anything but 3 is for looking at the text layer.

    Raises:
        ValueError: A picture needs a filter that the flavour forbids, or there are no pages.
        OSError: The file cannot be written; with its name.
    """
    part, level = int(flavour[0]), flavour[1].upper()
    with pikepdf.new() as pdf:
        draft = _Draft(pdf, part, text_mode, Cids(), pdf.make_indirect(pikepdf.Dictionary()), [])
        has_text = [_add_page(draft, page) for page in pages]
        if not has_text:
            raise ValueError("a document needs at least one page")
        if any(has_text):
            fill_font(pdf, draft.font, draft.cids)
        _declare(pdf, description, part, level)
        _save(pdf, target, part)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document in the making: its font is completed when the last page has shown which characters it needs.

    `last` holds the picture written last and its object, for the next page if that shows another part of it.
    """

    pdf: pikepdf.Pdf
    part: int
    text_mode: int
    cids: Cids
    font: pikepdf.Dictionary
    last: list[tuple[Picture, pikepdf.Stream]]


def _add_page(draft: _Draft, page: PdfPage) -> bool:
    """Append one page and tell whether it has text."""
    width, height = page_size_points(page.geometry)
    image = _shared_image(draft, page.picture)
    resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    content = _picture_content(page.geometry, width, height)
    has_text = page.reading is not None and bool(page.reading.words)
    if page.reading is not None and has_text:
        resources.Font = pikepdf.Dictionary(F0=draft.font)
        content += b"\n" + text_content(page.reading, draft.cids, height, mode=draft.text_mode)
    draft.pdf.add_blank_page(page_size=(width, height))
    added = draft.pdf.pages[-1].obj
    added.Resources = resources
    added.Contents = _flated(draft.pdf, content)
    return has_text


def _shared_image(draft: _Draft, picture: Picture) -> pikepdf.Stream:
    """Return the image XObject of a picture; facing pages that lie on one scan share it."""
    if not (draft.last and draft.last[0][0] is picture):
        draft.last[:] = [(picture, _image(draft.pdf, picture, draft.part))]
    return draft.last[0][1]


def _picture_content(geometry: Geometry, width: float, height: float) -> bytes:
    """Return the operators that paint the page white, then the picture by one matrix, clipped to the page.

    Tag, turn, skew, scale and crop all lie in the matrix; the picture itself stays as it was scanned.
    """
    area = f"0 0 {number(width, DECIMALS)} {number(height, DECIMALS)} re"
    matrix = " ".join(number(value, DECIMALS) for value in page_matrix(geometry))
    return f"q 1 g {area} f {area} W n {matrix} cm /Im0 Do Q".encode("ascii")


def _image(pdf: pikepdf.Pdf, picture: Picture, part: int) -> pikepdf.Stream:
    """Return the image XObject of a picture."""
    if part == 1 and picture.filter == "JPXDecode":
        raise ValueError("PDF/A-1 has no JPEG 2000; the picture must be encoded anew for it")
    image = pdf.make_stream(picture.stream)
    entries: dict[str, Any] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": picture.width,
        "/Height": picture.height,
        "/ColorSpace": _colour_space(pdf, picture, part),
        "/BitsPerComponent": picture.bits,
        "/Filter": pikepdf.Name("/" + picture.filter),
    }
    if picture.parameters:
        entries["/DecodeParms"] = pikepdf.Dictionary({f"/{key}": value for key, value in picture.parameters.items()})
    for key, value in entries.items():
        image[key] = value
    return image


def _colour_space(pdf: pikepdf.Pdf, picture: Picture, part: int) -> Any:
    """Return the picture's colour space: its own profile where it has one that the part takes, else the device's.

    Part 1 knows profiles of version 2 only (ISO 19005-1, 6.2.3.2); its pictures then count as sRGB.
    """
    if picture.kind == "indexed":
        top = len(picture.palette) // 3 - 1
        return pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, top, picture.palette])
    if picture.icc and (part > 1 or picture.icc[8] <= 2):
        profile = _flated(pdf, picture.icc)
        profile.N = COMPONENTS[picture.kind]
        return pikepdf.Array([pikepdf.Name.ICCBased, profile])
    return pikepdf.Name(_DEVICE[picture.kind])


def _declare(pdf: pikepdf.Pdf, description: Description, part: int, level: str) -> None:
    """Add what makes the file PDF/A: output intent, metadata, and document information equal to it."""
    profile = _flated(pdf, srgb_profile())
    profile.N = 3
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB IEC61966-2.1",
        Info="sRGB IEC61966-2.1",
        RegistryName="http://www.color.org",
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = pikepdf.Array([intent])
    metadata = pdf.make_stream(xmp_packet(description, part, level))
    metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = metadata
    if description.language:
        pdf.Root.Lang = plain(description.language)
    info = pdf.make_indirect(pikepdf.Dictionary())
    for key, value in document_info(description).items():
        info[f"/{key}"] = value
    pdf.trailer.Info = info


def _flated(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Stream:
    """Return a stream compressed here and not by the writer, so that nothing else is touched when it saves."""
    stream = pdf.make_stream(zlib.compress(data, _COMPRESSION_LEVEL))
    stream.Filter = pikepdf.Name.FlateDecode
    return stream


def _save(pdf: pikepdf.Pdf, target: Path, part: int) -> None:
    """Save with every setting that decides a byte given; part 1 knows neither object nor xref streams.

    Into memory first: where qpdf itself writes to a full disk, it ends the whole process instead of raising.
    """
    whole = io.BytesIO()
    pdf.save(
        whole,
        force_version="1.4" if part == 1 else "1.7",
        deterministic_id=True,
        static_id=False,
        linearize=False,
        compress_streams=False,
        recompress_flate=False,
        normalize_content=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable if part == 1 else pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
    )
    try:
        target.write_bytes(whole.getbuffer())
    except OSError as error:
        # A failed write, unlike a failed open, does not say which file it was.
        raise OSError(error.errno, error.strerror, str(target)) from error
