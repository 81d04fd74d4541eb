"""Write pages in the file formats that scanners use, with their resolution and without any date."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import img2pdf
import pikepdf
from PIL import Image

from samples.sheet import Pixels

# What a poor recogniser leaves behind; it has nothing to do with the page below it.
GARBAGE = (
    "Ctf NG HOA xA HQI CHU NGHiA VI$T NAM",
    "BIEN BAN  v/v x,ic dinh ranh gi6i thira ddt",
    "lll1 lIl |||. .,.. ~~",
)


def jpeg_bytes(page: Pixels, dpi: int, quality: int = 80) -> bytes:
    """Encode a page as baseline JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "JPEG", quality=quality, dpi=(dpi, dpi))
    return buffer.getvalue()


def save_jpeg(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write one page as JPEG, grey or colour as it is."""
    path.write_bytes(jpeg_bytes(pages[0], dpi))


def save_half_jpeg(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write the first half of a JPEG, as an interrupted copy leaves it."""
    whole = jpeg_bytes(pages[0], dpi)
    path.write_bytes(whole[: len(whole) // 2])


def save_png(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write one page as PNG."""
    Image.fromarray(pages[0]).save(path, "PNG", dpi=(dpi, dpi), compress_level=4)


def save_g4(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write black and white pages as one TIFF, CCITT Group 4."""
    first, *rest = (Image.fromarray(page).convert("1", dither=Image.Dither.NONE) for page in pages)
    # One strip for each page, as scanners write them; Pillow's own habit is many.
    options = {"compression": "group4", "dpi": (dpi, dpi), "strip_size": 1 << 30}
    first.save(path, "TIFF", save_all=bool(rest), append_images=rest, **options)


def save_lzw(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write one page as TIFF, LZW."""
    Image.fromarray(pages[0]).save(path, "TIFF", compression="tiff_lzw", dpi=(dpi, dpi))


def save_raw_tiff(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write one page as TIFF without compression."""
    Image.fromarray(pages[0]).save(path, "TIFF", dpi=(dpi, dpi))


def save_jpeg2000(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write one page as JPEG 2000 (JP2), lossy, about 1 : 20."""
    buffer = io.BytesIO()
    options = {"quality_mode": "rates", "quality_layers": [20], "irreversible": True, "num_resolutions": 5}
    Image.fromarray(pages[0]).save(buffer, "JPEG2000", **options)
    path.write_bytes(_with_resolution(buffer.getvalue(), dpi))


def save_pdf(path: Path, pages: Sequence[Pixels], dpi: int) -> None:
    """Write pages as a scanner's PDF: a JPEG each, and an invisible text layer that is nonsense."""
    scans = [jpeg_bytes(page, dpi) for page in pages]
    plain = img2pdf.convert(scans, nodate=True)
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for page in pdf.pages:
            page.add_resource(font, pikepdf.Name.Font, pikepdf.Name("/F0"))
            page.contents_add(pdf.make_stream(_hidden_text(GARBAGE)))
        # img2pdf's is made from the clock.
        del pdf.trailer.ID
        pdf.save(path, deterministic_id=True)


def _hidden_text(lines: Sequence[str]) -> bytes:
    """Write lines in render mode 3: there to be searched, not to be seen."""
    shown = " ".join(f"({line}) Tj 0 -18 Td" for line in lines)
    return f"q BT 3 Tr /F0 12 Tf 72 760 Td {shown} ET Q".encode("ascii")


def _with_resolution(jp2: bytes, dpi: int) -> bytes:
    """Add the capture resolution to a JP2 file's header box (ISO/IEC 15444-1, I.5.3.7), which Pillow leaves out."""
    at = jp2.index(b"jp2h") - 4
    size = struct.unpack_from(">I", jp2, at)[0]
    # dpi * 100 / 254 * 10**2 pixels per metre, vertical and horizontal.
    capture = struct.pack(">I4sHHHHbb", 18, b"resc", dpi * 100, 254, dpi * 100, 254, 2, 2)
    box = struct.pack(">I4s", 8 + len(capture), b"res ") + capture
    return jp2[:at] + struct.pack(">I", size + len(box)) + jp2[at + 4 : at + size] + box + jp2[at + size :]
