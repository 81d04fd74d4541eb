"""Pillow's picture -> our array: grey, RGB or bilevel, whatever was stored."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from pipeline.errors import BadScan
from pipeline.raster.said import without_addresses

Pixels = NDArray[np.uint8] | NDArray[np.bool_]

# Whatever hostile bytes make Pillow raise; anything else is a bug and keeps its traceback.
PILLOW_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, EOFError,
    RuntimeError,
)  # fmt: skip
_BAND_ROWS = 256
WITH_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")
READABLE = {"1", "L", "P", "RGB", "CMYK", "YCbCr", "I;16", "I;16B", "I;16L", "I;16N", "HSV", *WITH_ALPHA}


@contextmanager
def opened(data: bytes, kind: str) -> Iterator[Image.Image]:
    """Open a picture of a known kind; errors become `BadScan`, Pillow's warnings stay inside.

    The size limits are ours (`check_size`), judged from the header before any pixel is decoded, so Pillow's own is
    lifted while we are at it.
    """
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(BytesIO(data), formats=(kind,)) as picture:
                yield picture
        except UnidentifiedImageError as error:
            raise BadScan("unsupported", f"No decoder knows this kind of {kind} picture.") from error
        except PILLOW_ERRORS as error:
            code = "truncated" if "truncated" in str(error).lower() else "corrupt"
            raise BadScan(code, _sentence(error)) from error
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def check_size(width: int, height: int, limit_megapixels: float) -> None:
    """Refuse a picture whose header claims more pixels than the limit, or none.

    Raises:
        BadScan: With "too-large" or "corrupt".
    """
    if width < 1 or height < 1:
        raise BadScan("corrupt", f"The picture claims a size of {width} x {height} pixels.")
    if width * height > limit_megapixels * 1_000_000:
        megapixels = width * height / 1_000_000
        raise BadScan(
            "too-large",
            f"The picture claims {width} x {height} pixels ({megapixels:.0f} megapixels, limit {limit_megapixels:g}).",
        )


def check_mode(picture: Image.Image) -> None:
    """Refuse kinds of pixels that are no page: floats, 32-bit numbers, CIE Lab."""
    if picture.mode not in READABLE:
        raise BadScan("unsupported", f"Pixels of the kind {picture.mode!r} are not read.")


def to_array(picture: Image.Image, bits_per_sample: int = 16) -> Pixels:
    """Decode in full and bring to grey, RGB or bilevel (True = ink).

    Args:
        picture: Opened by Pillow, of a mode that `check_mode` lets through.
        bits_per_sample: How many bits of a 16-bit grey value are used (12 from some scanners).
    """
    picture.load()
    if picture.mode == "1":
        return np.asarray(np.logical_not(np.asarray(picture)), dtype=np.bool_)
    if _is_black_and_white(picture):
        return np.asarray(picture.convert("L")) < 128
    if picture.mode.startswith("I;16"):
        top = (1 << bits_per_sample) - 1
        values = np.minimum(np.asarray(picture).astype(np.uint32), top)
        return ((values * 255 + top // 2) // top).astype(np.uint8)
    if picture.mode in WITH_ALPHA or "transparency" in picture.info:
        return _on_white(picture)
    return _copied(picture if picture.mode in ("L", "RGB") else picture.convert("RGB"))


def _copied(picture: Image.Image) -> NDArray[np.uint8]:
    """Copy grey or RGB pixels band by band: asked for all at once, Pillow makes a second copy on the way."""
    width, height = picture.size
    pixels = np.empty((height, width) if picture.mode == "L" else (height, width, 3), dtype=np.uint8)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height)
        pixels[top:bottom] = np.asarray(picture.crop((0, top, width, bottom)))
    return pixels


def profile_of(picture: Image.Image, pixels: Pixels) -> bytes:
    """Give the file's ICC profile where the pixels that `to_array` gave are still values in its colour space.

    Palettes, alpha laid on white and fewer bits stay in the profile's space; CMYK turned to RGB does not, and black
    and white need none. The profile's own header names the space (ICC.1, 7.2.6).
    """
    profile = picture.info.get("icc_profile")
    if not isinstance(profile, bytes) or pixels.dtype == np.bool_ or picture.mode in ("CMYK", "HSV"):
        return b""
    return profile if profile[16:20] == (b"GRAY" if pixels.ndim == 2 else b"RGB ") else b""


def exif_dpi(picture: Image.Image) -> tuple[float, float]:
    """Read the resolution from EXIF, pixels per inch; 0, 0 where it states none."""
    exif = picture.getexif()
    unit = {2: 1.0, 3: 2.54}.get(exif.get(ExifTags.Base.ResolutionUnit, 2), 0.0)
    return (
        _number(exif.get(ExifTags.Base.XResolution)) * unit,
        _number(exif.get(ExifTags.Base.YResolution)) * unit,
    )


def exif_tag(picture: Image.Image) -> int:
    """Read the orientation tag from EXIF; 1 where it is absent or senseless."""
    tag = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return tag if isinstance(tag, int) and 1 <= tag <= 8 else 1


def _is_black_and_white(picture: Image.Image) -> bool:
    """Tell a bilevel page that was stored with a palette, as some scanners do for 1-bit PNG."""
    if picture.mode != "P" or "transparency" in picture.info:
        return False
    used = picture.convert("RGB").getcolors(2)
    return used is not None and {colour for _, colour in used} <= {(0, 0, 0), (255, 255, 255)}


def _on_white(picture: Image.Image) -> NDArray[np.uint8]:
    grey = picture.mode in ("LA", "La", "L")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    flat = Image.alpha_composite(white, layered)
    return np.array(flat.convert("L" if grey else "RGB"))


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0


def _sentence(error: Exception) -> str:
    text = without_addresses(str(error)) or type(error).__name__
    return f"The decoder stopped: {text}."
