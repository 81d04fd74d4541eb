"""Decode a picture object of a scanned PDF strictly, and give its codestream as it is."""

import struct
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray

from pipeline.errors import BadScan
from pipeline.raster import Raster, decode

COMPRESSIONS = {
    "DCTDecode": "jpeg", "JPXDecode": "jpx", "CCITTFaxDecode": "group4", "JBIG2Decode": "jbig2",
    "FlateDecode": "deflate", "LZWDecode": "lzw", "RunLengthDecode": "packbits", "": "raw",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class SourcePicture:
    """A picture as it lies in a PDF.

    Attributes:
        stream: Its codestream, byte for byte; an outer Flate coat, which says nothing of the picture, is taken off.
        filter: "DCTDecode", "CCITTFaxDecode", "JPXDecode", "FlateDecode" ..., "" for plain pixels.
        params: Its decode parameters, plain values.
        raster: Decoded; None where only a PDF renderer can (`why`).
        why: Why `raster` is None.
    """

    stream: bytes
    filter: str
    params: dict[str, Any]
    raster: Raster | None
    why: str = ""

    @property
    def compression(self) -> str:
        """The filter by the name used for other scans."""
        return COMPRESSIONS.get(self.filter, self.filter)


def read_picture(image: pikepdf.Object, limit_megapixels: float) -> SourcePicture:
    """Read and decode a picture object.

    Raises:
        BadScan: Its data is short or damaged, or it is too large.
    """
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    if width < 1 or height < 1:
        raise BadScan("corrupt", f"A picture of the PDF claims a size of {width} x {height} pixels.")
    if width * height > limit_megapixels * 1_000_000:
        raise BadScan("too-large", f"A picture of the PDF claims {width} x {height} pixels.")
    stream, name, params = _codestream(image)
    reader = {"DCTDecode": _whole_file, "JPXDecode": _whole_file, "CCITTFaxDecode": _fax}.get(name, _samples)
    raster, why = reader(image, stream, params, limit_megapixels)
    if raster is not None:
        raster = replace(raster, format="PDF", compression=COMPRESSIONS.get(name, name))
    return SourcePicture(stream, name, params, raster, why)


def _codestream(image: pikepdf.Object) -> tuple[bytes, str, dict[str, Any]]:
    filters = [str(name)[1:] for name in _as_list(image.get("/Filter"))]
    all_params = _as_list(image.get("/DecodeParms")) or [None] * len(filters)
    stream = image.read_raw_bytes()
    while len(filters) > 1 and filters[0] == "FlateDecode":
        stream = _inflate(stream)
        filters, all_params = filters[1:], all_params[1:]
    if len(filters) > 1:
        # Other coats (ASCII85 ...) are rare; PDF's own reader takes them off all at once.
        return stream, "+".join(filters), {}
    params = all_params[0] if filters and all_params else None
    plain = {key[1:]: _plain(value) for key, value in params.items()} if params is not None else {}
    return stream, filters[0] if filters else "", plain


def _whole_file(
    image: pikepdf.Object, stream: bytes, _: dict[str, Any], limit_megapixels: float
) -> tuple[Raster | None, str]:
    raster = decode(stream, 0, limit_megapixels)
    space = _space(image)
    if raster.mode == "CMYK" or space not in ("", "DeviceGray", "DeviceRGB", "CalGray", "CalRGB", "ICCBased"):
        return None, f"its colours ({space or raster.mode}) need a PDF renderer"
    if "/Decode" in image and not _decode_is_plain(image):
        return None, "its values are remapped"
    return raster, ""


def _fax(
    image: pikepdf.Object, stream: bytes, params: dict[str, Any], limit_megapixels: float
) -> tuple[Raster | None, str]:
    """Decode T.6 by way of a TIFF round it, so that the same strict reader judges it."""
    if params.get("K", 0) >= 0 or params.get("EncodedByteAlign") or _space(image) not in ("DeviceGray", "CalGray", ""):
        return None, "its fax coding is of an unusual kind"
    width, height = int(params.get("Columns", 1728)), int(image["/Height"])
    if width != int(image["/Width"]):
        raise BadScan("corrupt", "The fax data's width is not the picture's.")
    raster = decode(_tiff_around(stream, width, height), 0, limit_megapixels)
    # Both BlackIs1 and an inverted Decode array turn black into white (ISO 32000-1, table 11).
    inverted = bool(params.get("BlackIs1", False)) == _decode_is_plain(image)
    return (replace(raster, pixels=np.logical_not(raster.pixels)) if inverted else raster), ""


def _samples(image: pikepdf.Object, stream: bytes, _params: dict[str, Any], _limit: float) -> tuple[Raster | None, str]:
    """Decode Flate and other general filters; the zlib checksum and the length prove the data."""
    name = str(image.get("/Filter", ""))
    if "JBIG2" in name:
        return None, "JBIG2 has only a renderer's decoder"
    if name.strip("[ ]") == "/FlateDecode":
        _inflate(stream)
    width, height, bits = int(image["/Width"]), int(image["/Height"]), int(image.get("/BitsPerComponent", 8))
    components = {"DeviceGray": 1, "CalGray": 1, "Indexed": 1, "DeviceRGB": 3, "CalRGB": 3}.get(_space(image), 0)
    data = image.read_bytes()
    needed = (width * max(1, components) * bits + 7) // 8 * height
    if len(data) < needed:
        raise BadScan("truncated", f"The picture's data gives {len(data)} bytes, {needed} are needed.")
    if components == 0 or _space(image) == "Indexed" or bits not in (1, 8) or (bits == 1 and components > 1):
        return None, "its colours need a PDF renderer"
    plain = _decode_is_plain(image)
    pixels = _unpack(data, width, height, bits, components)
    if not plain:
        pixels = np.logical_not(pixels) if bits == 1 else (255 - pixels).astype(np.uint8)
    mode = "1" if bits == 1 else ("L" if components == 1 else "RGB")
    return Raster(pixels, width, height, 0.0, 0.0, mode, bits * components, "PDF", "deflate"), ""


def _unpack(data: bytes, width: int, height: int, bits: int, components: int) -> NDArray[np.uint8] | NDArray[np.bool_]:
    row = (width * components * bits + 7) // 8
    values = np.frombuffer(data, np.uint8, row * height).reshape(height, row)
    if bits == 1:
        return np.asarray(np.unpackbits(values, axis=1)[:, :width] == 0, dtype=np.bool_)
    return values.copy() if components == 1 else values.reshape(height, width, components).copy()


def _inflate(stream: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(stream)
    except zlib.error as error:
        raise BadScan("corrupt", f"The picture's data cannot be unpacked ({error}).") from error
    if not inflater.eof:
        raise BadScan("truncated", "The picture's packed data stops before its end.")
    return data


def _tiff_around(stream: bytes, width: int, height: int) -> bytes:
    """Write the smallest TIFF round T.6 data, photometric 0: coded black is ink."""
    start = 8 + 2 + 9 * 12 + 4
    layout = ((273, start), (277, 1), (278, height), (279, len(stream)))
    fields = ((256, width), (257, height), (258, 1), (259, 4), (262, 0), *layout)
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(fields)) + entries + bytes(4) + stream


def _space(image: pikepdf.Object) -> str:
    space = image.get("/ColorSpace")
    if space is None:
        return ""
    if isinstance(space, pikepdf.Array):
        name = str(space[0])[1:]
        if name == "ICCBased":
            return {1: "CalGray", 3: "CalRGB"}.get(int(space[1].get("/N", 0)), "ICCBased4")
        return name
    return str(space)[1:]


def _decode_is_plain(image: pikepdf.Object) -> bool:
    decode_array = [float(number) for number in image.get("/Decode") or ()]
    return decode_array != [1.0, 0.0] * (len(decode_array) // 2) or not decode_array


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool | str) else str(value)
