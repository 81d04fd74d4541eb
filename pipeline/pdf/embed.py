"""From a scan, or from pixels, to a picture for a PDF. The only importer of img2pdf.

A scan's own coded data goes into the PDF wherever PDF/A allows it, so that the picture taken out again has the digest
of the scan.
"""

import warnings
import zlib
from dataclasses import replace
from typing import Any, Literal

import img2pdf
import numpy as np
import pikepdf
import simplejpeg
from numpy.typing import NDArray

from pipeline.pdf import tiff
from pipeline.pdf.jpeg import JpegHeader, read_jpeg_header
from pipeline.pdf.picture import COMPONENTS, Kind, Picture
from pipeline.pdf.tiff import Data, TiffFrame, is_tiff, only_strip, read_tiff_frame

Profile = Literal["jpeg", "lossless"]

_JP2_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_GROUP4, _JPEG_IN_TIFF = 4, 7
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _YCBCR = 0, 1, 6
_ICC_SPACES = {"gray": b"GRAY", "rgb": b"RGB "}
_ICC_CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
_ICC_MAX_VERSION = 4  # ISO 19005-2, 6.2.4.2; part 1 takes 2 at most, which the writer sees to
_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def picture_from_scan(data: Data, frame: int, *, part: int = 2) -> Picture | None:
    """Return the scan's own coded data as a picture, or None where PDF/A cannot hold it and pixels must be encoded.

    None for: CMYK, alpha, more than 8 bits, arithmetic coding, CCITT G4 in several strips, JPEG 2000 in part 1
    (ISO 19005-1, 6.1.10 knows no JPXDecode) and anything that is not JPEG, TIFF or JPEG 2000. The caller has decoded
    the scan strictly before; nothing is decoded here.

    Args:
        data: The file, read or memory-mapped.
        frame: Which picture of it, from 0.
        part: Part of ISO 19005 that the PDF is to follow.
    """
    if is_tiff(data):
        return _from_tiff(data, frame)
    if frame != 0:
        return None
    if data[:3] == b"\xff\xd8\xff":
        whole = bytes(data)
        header = read_jpeg_header(whole)
        return _through_img2pdf(whole) if header is not None and header.embeddable else None
    if data[:12] == _JP2_SIGNATURE and part != 1:
        whole = bytes(data)
        return _through_img2pdf(whole) if _plain_jp2(whole) else None
    return None


def picture_from_pixels(pixels: NDArray[Any], profile: Profile, quality: int = 90, *, icc: bytes = b"") -> Picture:
    """Encode pixels.

    Bilevel pixels become CCITT G4 in both profiles, which loses nothing; "jpeg" is JPEG without chroma subsampling,
    "lossless" is Flate with a PNG predictor.

    Args:
        pixels: uint8 (height, width) grey or (height, width, 3) RGB, or bool (height, width) where True is white.
        profile: What the caller allows to be lost.
        quality: 1 to 100, of the JPEG encoder.
        icc: Colour profile that grey or RGB values belong to; left out where PDF/A does not take it.
    """
    if pixels.dtype == np.bool_:
        return _group4(pixels) or _flate(np.packbits(pixels, axis=1), pixels.shape[1], "bilevel", 1)
    kind: Kind = "gray" if pixels.ndim == 2 else "rgb"
    if profile == "lossless":
        encoded = _flate(pixels.reshape(pixels.shape[0], -1), pixels.shape[1], kind, 8)
    else:
        encoded = _jpeg(np.ascontiguousarray(pixels), kind, quality)
    return replace(encoded, icc=_usable_icc(icc, kind))


def _from_tiff(data: Data, number: int) -> Picture | None:
    """Return the only strip of a TIFF frame as a picture."""
    frame = read_tiff_frame(data, number)
    strip = b"" if frame is None else only_strip(data, frame)
    if frame is None or not strip:
        return None
    if frame.value(tiff.COMPRESSION) == _GROUP4:
        return _group4_strip(frame, strip)
    return _jpeg_strip(frame, strip) if frame.value(tiff.COMPRESSION) == _JPEG_IN_TIFF else None


def _group4_strip(frame: TiffFrame, strip: bytes) -> Picture | None:
    """Return a CCITT G4 strip as a picture; bits stored lowest first are put into the order that PDF reads.

    In TIFF white runs are the zeros, whatever they are to look like; PDF's black is 0 unless BlackIs1, and then shown
    as white: so BlackIs1 says "zeros are black" (ISO 32000-1, table 11). Turned bits lose nothing, but are not the
    scan's own bytes any more.
    """
    photometric, options = frame.value(tiff.PHOTOMETRIC), frame.value(tiff.T6_OPTIONS)
    plain = frame.value(tiff.BITS, 1) == 1 and frame.value(tiff.SAMPLES, 1) == 1 and options == 0
    if not plain or photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO):
        return None
    turned = frame.value(tiff.FILL_ORDER, 1) == 2
    return _ccitt(
        strip.translate(_REVERSED) if turned else strip,
        frame.value(tiff.WIDTH),
        frame.value(tiff.HEIGHT),
        black_is_1=photometric == _BLACK_IS_ZERO,
        as_scanned=not turned,
    )


def _ccitt(stream: bytes, width: int, height: int, *, black_is_1: bool, as_scanned: bool) -> Picture:
    """Return CCITT G4 data as a picture."""
    parameters: dict[str, int | bool] = {"K": -1, "Columns": width, "Rows": height, "BlackIs1": black_is_1}
    return Picture(stream, "CCITTFaxDecode", parameters, width, height, "bilevel", 1, as_scanned)


def _jpeg_strip(frame: TiffFrame, strip: bytes) -> Picture | None:
    """Return a JPEG strip as a picture, its coded data untouched.

    TIFF may keep the tables of all strips apart (TIFF Technical Note 2): they go back to where JPEG has them.
    """
    tables = frame.bytes_of(tiff.JPEG_TABLES)
    stream = strip[:2] + tables[2:-2] + strip[2:] if tables else strip
    header = read_jpeg_header(stream)
    if header is None or not header.embeddable or not header.has_tables or not _matches(header, frame):
        return None
    kind: Kind = "gray" if len(header.component_ids) == 1 else "rgb"
    icc = _usable_icc(frame.bytes_of(tiff.ICC_PROFILE), kind)
    return Picture(stream, "DCTDecode", {}, header.width, header.height, kind, 8, as_scanned=True, icc=icc)


def _matches(header: JpegHeader, frame: TiffFrame) -> bool:
    """Tell whether TIFF and JPEG agree about size and colour, so that PDF and TIFF readers show the same."""
    size = (frame.value(tiff.WIDTH), frame.value(tiff.HEIGHT)) == (header.width, header.height)
    photometric, gray = frame.value(tiff.PHOTOMETRIC), len(header.component_ids) == 1
    if gray:
        return size and photometric == _BLACK_IS_ZERO
    return size and photometric == _YCBCR and header.adobe_transform in (None, 1)


def _plain_jp2(data: bytes) -> bool:
    """Tell whether a JP2 file has one or three 8-bit channels and neither palette nor alpha (ISO 19005-2, 6.2.8.3)."""
    start = data.find(b"jp2h")
    header = data[start + 4 : start - 4 + int.from_bytes(data[start - 4 : start], "big")]
    if start < 0 or header[4:8] != b"ihdr" or header.count(b"colr") != 1:
        return False
    channels, bits = int.from_bytes(header[16:18], "big"), header[18] + 1
    return channels in (1, 3) and bits == 8 and b"pclr" not in header and b"cdef" not in header


def _through_img2pdf(data: bytes) -> Picture | None:
    """Let img2pdf wrap one picture, with every argument that matters given, and take the image out of its PDF.

    It would accept unknown keywords in silence and write the date of today.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; how large is the examiner's business
            document = img2pdf.convert_to_docobject(
                data,
                engine=img2pdf.Engine.pikepdf,
                nodate=True,
                rotation=img2pdf.Rotation.none,
                first_frame_only=True,
                layout_fun=_any_page,
                pdfa=None,
            )
    except (img2pdf.ImageOpenError, img2pdf.JpegColorspaceError, img2pdf.AlphaChannelError):
        return None
    except (img2pdf.UnsupportedColorspaceError, img2pdf.Image.DecompressionBombError, ValueError):
        return None
    return _from_xobject(document.writer.pages[0].Resources.XObject.Im0, data)


def _any_page(*_: object) -> tuple[float, float, float, float]:
    """Return one size in points for img2pdf's page, which is thrown away, and for the picture on it."""
    return 100.0, 100.0, 100.0, 100.0


def _from_xobject(image: Any, scan: bytes) -> Picture:
    """Return an image of img2pdf's PDF as a picture."""
    name = image.Filter[0] if isinstance(image.Filter, pikepdf.Array) else image.Filter
    parameters = image.get("/DecodeParms", {})
    parameters = parameters[0] if isinstance(parameters, pikepdf.Array) else parameters
    stream, space = image.read_raw_bytes(), image.ColorSpace
    icc = space[1].read_bytes() if isinstance(space, pikepdf.Array) else b""
    device = space[1].Alternate if icc else space
    bits = int(image.BitsPerComponent)
    kind: Kind = "rgb" if device == "/DeviceRGB" else "bilevel" if bits == 1 else "gray"
    return Picture(
        stream=stream,
        filter=str(name)[1:],
        parameters={key[1:]: value for key, value in sorted(dict(parameters).items())},
        width=int(image.Width),
        height=int(image.Height),
        kind=kind,
        bits=bits,
        as_scanned=stream == scan,
        icc=_usable_icc(icc, kind),
    )


def _usable_icc(icc: bytes, kind: Kind) -> bytes:
    """Return the scan's colour profile where PDF/A takes it (ISO 19005-2, 6.2.4.2), else nothing."""
    whole = len(icc) >= 128 and int.from_bytes(icc[:4], "big") == len(icc) and icc[36:40] == b"acsp"
    fits = icc[12:16] in _ICC_CLASSES and icc[16:20] == _ICC_SPACES.get(kind)
    return icc if whole and fits and icc[8] <= _ICC_MAX_VERSION else b""


def _group4(white: NDArray[np.bool_]) -> Picture | None:
    """Encode bilevel pixels as CCITT G4, or return None where the picture is larger than Pillow takes."""
    height, width = white.shape
    portable = b"P4\n%d %d\n" % (width, height) + np.packbits(~white, axis=1).tobytes()
    return _through_img2pdf(portable)


def _jpeg(pixels: NDArray[np.uint8], kind: Kind, quality: int) -> Picture:
    """Encode grey or RGB pixels as JPEG; 4:4:4, since coloured seals and thin red type suffer from subsampling."""
    gray = kind == "gray"
    stream = simplejpeg.encode_jpeg(
        pixels[:, :, np.newaxis] if gray else pixels,
        quality=quality,
        colorspace="GRAY" if gray else "RGB",
        colorsubsampling="Gray" if gray else "444",
        fastdct=False,
    )
    return Picture(stream, "DCTDecode", {}, pixels.shape[1], pixels.shape[0], kind, 8, as_scanned=False)


def _flate(rows: NDArray[np.uint8], width: int, kind: Kind, bits: int) -> Picture:
    """Encode packed rows with Flate after PNG filter 2 (each row less the one above; PNG, 9.2)."""
    filtered = np.full((rows.shape[0], rows.shape[1] + 1), 2, dtype=np.uint8)
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    parameters: dict[str, int | bool] = {
        "Predictor": 15,
        "Colors": COMPONENTS[kind],
        "BitsPerComponent": bits,
        "Columns": width,
    }
    stream = zlib.compress(filtered.tobytes(), 6)
    return Picture(stream, "FlateDecode", parameters, width, rows.shape[0], kind, bits, as_scanned=False)
