"""Tell what a file is by its first bytes, and hand it to the module that reads it strictly."""

from pathlib import Path

from pipeline.errors import BadScan
from pipeline.raster import ifd, jpeg, jpeg2000, png
from pipeline.raster.tiff import decode_tiff
from pipeline.raster.value import Raster

FORMATS = {
    jpeg.MAGIC: "JPEG",
    png.MAGIC: "PNG",
    jpeg2000.FILE_MAGIC: "JPEG2000",
    jpeg2000.STREAM_MAGIC: "JPEG2000",
    **dict.fromkeys(ifd.MAGIC, "TIFF"),
}
# Pictures and documents that are told by name rather than called "not a picture".
OTHERS = {
    b"%PDF": "a PDF", b"BM": "a BMP picture", b"GIF8": "a GIF picture", b"RIFF": "a WebP picture or a sound",
    b"AT&TFORM": "a DjVu document", b"8BPS": "a Photoshop picture", b"PK\x03\x04": "a ZIP archive or office document",
    b"II\xbc": "a JPEG XR picture", b"\xff\x0a": "a JPEG XL picture",
}  # fmt: skip
PICTURES = (b"BM", b"GIF8", b"RIFF", b"8BPS", b"AT&TFORM", b"II\xbc", b"\xff\x0a")
HEAD_BYTES = 64


def frame_count(path: Path) -> int:
    """Count the pictures in a file, reading its head and, of a TIFF, its directories only.

    Raises:
        BadScan: The file is empty, no picture, or its directories are damaged.
        OSError: The disk cannot be read.
    """
    with path.open("rb") as file:

        def read(offset: int, size: int) -> bytes:
            file.seek(offset)
            return file.read(size)

        if format_of(read(0, HEAD_BYTES)) != "TIFF":
            return 1
        return len(ifd.chain(read, path.stat().st_size))


def decode(data: bytes, frame: int, limit_megapixels: float) -> Raster:
    """Decode one frame from the bytes of a file, in full or not at all.

    Args:
        data: The whole file, read once by the caller, who hashes the same bytes.
        frame: Which picture, from 0.
        limit_megapixels: The most that a header may claim; judged before any pixel is decoded.

    Raises:
        BadScan: The picture cannot be used; code and detail say why.
    """
    kind = format_of(data)
    if kind == "TIFF":
        return decode_tiff(data, frame, limit_megapixels)
    if frame != 0:
        raise BadScan("corrupt", f"The file has 1 picture; there is no number {frame + 1}.")
    if kind == "JPEG":
        return jpeg.decode_jpeg(data, limit_megapixels)
    if kind == "PNG":
        return png.decode_png(data, limit_megapixels)
    return jpeg2000.decode_jpeg2000(data, limit_megapixels)


def format_of(data: bytes) -> str:
    """Name the format by the first bytes: "JPEG", "PNG", "JPEG2000" or "TIFF".

    Raises:
        BadScan: It is none of them.
    """
    if not data:
        raise BadScan("empty")
    for magic, name in FORMATS.items():
        if data.startswith(magic):
            return name
    if any(magic.startswith(data) for magic in FORMATS):
        raise BadScan("truncated", f"The file has only {len(data)} bytes.")
    if not data[:HEAD_BYTES].strip(b"\0"):
        raise BadScan("corrupt", "The file begins with zero bytes: its data was never written or was wiped.")
    for magic, what in OTHERS.items():
        if data.startswith(magic):
            raise BadScan("unsupported" if magic in PICTURES else "not-a-picture", f"It is {what}.")
    raise BadScan("not-a-picture", "It begins like no picture that is known.")
