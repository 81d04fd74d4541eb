"""Strict decoding: damage is found, whole pages are never refused."""

import io
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, TiffImagePlugin

from pipeline.errors import BadScan
from pipeline.model import FAULTS
from pipeline.raster import believable_dpi, decode, frame_count, gray
from pipeline.raster.fax import FaxDamage, check_group3, check_group4

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
LIMIT = 100.0
SUFFIXES = (".jpg", ".png", ".tif", ".tiff")
SHORTENED = "truncated.jpg"
SAMPLES = sorted(path for path in SHARED.rglob("*") if path.suffix in SUFFIXES) if SHARED.is_dir() else []


def drawn(width: int = 420, height: int = 600) -> NDArray[np.uint8]:
    """Draw a page of text lines with scanner noise."""
    noise = np.random.default_rng(1)
    page = np.full((height, width), 240, np.uint8)
    for row, y in enumerate(range(40, height - 20, 28)):
        cv2.putText(page, f"Dong {row} cua trang 0{row * 37 % 91}", (25, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 20, 2)
    return np.clip(page + noise.normal(0, 3, page.shape), 0, 255).astype(np.uint8)


GREY = Image.fromarray(drawn())
COLOUR = Image.merge("RGB", [GREY, GREY.point(lambda value: value * 0.9), GREY])
BILEVEL = GREY.point(lambda value: 255 * (value > 128)).convert("1")


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Encode a drawn page."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def tiff(image: Image.Image, compression: str | None = None, **options: Any) -> bytes:
    """Encode as TIFF."""
    return encoded(image, "TIFF", compression=compression, **options)


FORMATS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: encoded(COLOUR, "JPEG", quality=80),
    "jpeg-progressive": lambda: encoded(GREY, "JPEG", quality=80, progressive=True),
    "png": lambda: encoded(GREY, "PNG"),
    "tiff-raw": lambda: tiff(GREY),
    "tiff-lzw": lambda: tiff(GREY, "tiff_lzw"),
    "tiff-deflate": lambda: tiff(COLOUR, "tiff_adobe_deflate"),
    "tiff-packbits": lambda: tiff(BILEVEL, "packbits"),
    "tiff-group4": lambda: tiff(BILEVEL, "group4"),
    "tiff-group3": lambda: tiff(BILEVEL, "group3"),
    "tiff-rle": lambda: tiff(BILEVEL, "tiff_ccitt"),
    "tiff-jpeg": lambda: tiff(COLOUR, "jpeg"),
    "jp2": lambda: encoded(GREY, "JPEG2000", quality_mode="rates", quality_layers=[10]),
    "jp2-tiles": lambda: encoded(COLOUR, "JPEG2000", tile_size=(256, 256)),
    "j2k": lambda: encoded(GREY, "JPEG2000", no_jp2=True),
    "tiff-pages": lambda: tiff(BILEVEL, "group4", save_all=True, append_images=[BILEVEL.rotate(180)]),
}
# The least share of single flipped bits that must be noticed. JPEG, JPEG 2000, LZW and plain pixels carry no checksum.
NOTICED = {"png": 1.0, "tiff-deflate": 1.0, "tiff-group4": 0.4, "tiff-group3": 0.7, "tiff-rle": 0.7, "tiff-pages": 0.4}


def fault_of(data: bytes, path: Path) -> str | None:
    """Read a file as the program does, all frames; give the fault's code, None where it reads whole."""
    path.write_bytes(data)
    try:
        for frame in range(frame_count(path)):
            decode(data, frame, LIMIT)
    except BadScan as fault:
        return fault.code if fault.code in FAULTS else f"unknown code {fault.code}"
    return None


def refusal(data: bytes, frame: int = 0, limit: float = LIMIT) -> BadScan:
    """Give why a picture is refused."""
    with pytest.raises(BadScan) as caught:
        decode(data, frame, limit)
    assert caught.value.code in FAULTS
    return caught.value


@pytest.mark.parametrize("name", FORMATS)
def test_whole_page_decodes(name: str, tmp_path: Path):
    """A whole page of each format reads without a fault and looks like what was drawn."""
    data = FORMATS[name]()

    assert fault_of(data, tmp_path / "page") is None
    grey = gray(decode(data, 0, LIMIT))
    assert grey.shape == (600, 420)
    assert np.corrcoef(grey.ravel(), np.asarray(GREY).ravel())[0, 1] > 0.95


@pytest.mark.parametrize("name", FORMATS)
def test_every_cut_is_found(name: str, tmp_path: Path):
    """A file cut anywhere before its last needed byte is refused."""
    data = FORMATS[name]()
    # Behind the last page of a multi-page TIFF the writer leaves up to 16 bytes of padding, which nobody misses.
    end = len(data) - (16 if name == "tiff-pages" else 0)
    places = [*random.Random(name).sample(range(end), 20), end - 1]

    assert [place for place in places if fault_of(data[:place], tmp_path / "page") is None] == []


@pytest.mark.parametrize("name", NOTICED)
def test_flipped_bits_are_noticed(name: str, tmp_path: Path):
    """Formats with a checksum or tight codes show at least a known share of single flipped bits."""
    data, draw = FORMATS[name](), random.Random(name)

    def flipped() -> bytes:
        place = draw.randrange(len(data) // 8, len(data) * 7 // 8)
        return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]

    noticed = sum(fault_of(flipped(), tmp_path / "page") is not None for _ in range(20))
    assert noticed >= NOTICED[name] * 20


@pytest.mark.parametrize("name", ["png", "tiff-lzw", "tiff-deflate", "tiff-packbits", "tiff-group4", "tiff-group3"])
def test_wiped_stretch_is_noticed(name: str, tmp_path: Path):
    """256 bytes of zeros in the middle of packed data are noticed."""
    data = FORMATS[name]()
    middle = len(data) // 3

    assert fault_of(data[:middle] + bytes(256) + data[middle + 256 :], tmp_path / "page") is not None


@pytest.mark.skipif(not SAMPLES, reason="the shared sample pages are not here: real scans were NOT read")
def test_real_pages_are_never_refused():
    """Every whole real scan decodes, each frame of it."""
    refused = []
    for path in SAMPLES:
        data = path.read_bytes()
        try:
            for frame in range(frame_count(path)):
                decode(data, frame, LIMIT)
        except BadScan as fault:
            refused.append((path.name, fault.code))

    assert refused == [(SHORTENED, "truncated")]


@pytest.mark.skipif(not SAMPLES, reason="the shared sample pages are not here: real scans were NOT read")
def test_real_orientation_is_told_and_not_applied():
    """Pixels of turned scans stay as stored; the tag says how to turn them."""
    turned = decode((SHARED / "nasty/exif_orient_6.jpg").read_bytes(), 0, LIMIT)
    fax = decode((SHARED / "nasty/orient_g4_6.tif").read_bytes(), 0, LIMIT)

    assert (turned.tag, turned.pixels.shape[:2]) == (6, (1200, 1800))
    assert (fax.tag, fax.pixels.shape) == (6, (fax.height, fax.width))
    assert fax.pixels.dtype == np.bool_


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        ("Kính gửi: Ủy ban nhân dân".encode(), "not-a-picture"),
        (b"%PDF-1.4 ...", "not-a-picture"),
        (b"GIF89a" + bytes(20), "unsupported"),
        (bytes(5000), "corrupt"),
        (b"\x89PN", "truncated"),
    ],
)
def test_what_is_no_picture_is_told_apart(data: bytes, code: str, tmp_path: Path):
    """Empty, foreign, wiped and stub files get their own codes, from both entrances."""
    path = tmp_path / "x.tif"
    path.write_bytes(data)

    assert refusal(data).code == code
    with pytest.raises(BadScan) as caught:
        frame_count(path)
    assert caught.value.code == code


def test_bombs_are_judged_by_their_header():
    """A header that claims more than the limit is refused before anything is decoded, and Pillow keeps quiet."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)

    assert refusal(b"\x89PNG\r\n\x1a\n" + body).code == "too-large"
    for draw in FORMATS.values():
        assert refusal(draw(), limit=0.1).code == "too-large"


def test_pages_of_a_tiff_are_counted_and_told_apart(tmp_path: Path):
    """Frames come in file order; one beyond the last is refused."""
    data = FORMATS["tiff-pages"]()
    (tmp_path / "pages.tif").write_bytes(data)
    first, second = decode(data, 0, LIMIT), decode(data, 1, LIMIT)

    assert frame_count(tmp_path / "pages.tif") == 2
    assert np.array_equal(first.pixels, second.pixels[::-1, ::-1])
    assert refusal(data, frame=2).code == "corrupt"


def test_circle_of_directories_is_refused(tmp_path: Path):
    """A TIFF whose directory chain runs in a circle ends in a fault, not in a loop."""
    data = bytearray(tiff(GREY))
    (first,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[first : first + 2])
    end = first + 2 + 12 * count
    data[end : end + 4] = struct.pack("<I", first)

    assert fault_of(bytes(data), tmp_path / "page") == "corrupt"


def test_ink_is_true_whatever_the_file_calls_black():
    """Bilevel pixels are True where there is ink, for both TIFF polarities, fax codes and PNG."""
    ink = np.asarray(BILEVEL) == 0
    for data in (tiff(BILEVEL), tiff(BILEVEL, "group4"), tiff(BILEVEL, "tiff_ccitt"), encoded(BILEVEL, "PNG")):
        assert np.array_equal(decode(data, 0, LIMIT).pixels, ink)
    palette = BILEVEL.convert("P")
    palette.putpalette([0, 0, 0] + [0] * 762 + [255, 255, 255])
    assert np.array_equal(decode(encoded(palette, "PNG", bits=8), 0, LIMIT).pixels, ink)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled(kind: str):
    """16-bit grey becomes 8-bit by scale, not by cutting off."""
    values = np.array([[0, 257, 32_768, 65_535]] * 3, np.uint16)
    raster = decode(encoded(Image.fromarray(values), kind), 0, LIMIT)

    assert raster.pixels[0].tolist() == [0, 1, 128, 255]
    assert raster.bits_per_pixel == 16


def test_alpha_lies_on_white():
    """A see-through pixel shows the white page behind it."""
    layered = Image.new("RGBA", (4, 4), (0, 0, 0, 0))

    assert decode(encoded(layered, "PNG"), 0, LIMIT).pixels.min() == 255


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(kind: str):
    """Ink-based colour reads as the light it leaves."""
    cmyk = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    raster = decode(encoded(cmyk, kind), 0, LIMIT)

    assert raster.mode == "CMYK"
    assert np.allclose(raster.pixels[8, 8], (255, 0, 0), atol=6)


@pytest.mark.parametrize("tag", range(1, 9))
def test_pixels_stay_as_stored(tag: int):
    """Whatever the orientation tag of a TIFF says, its pixels are not moved."""
    fields = TiffImagePlugin.ImageFileDirectory_v2()
    fields[274] = tag
    for compression in (None, "group4"):
        raster = decode(tiff(BILEVEL, compression, tiffinfo=fields), 0, LIMIT)
        assert raster.tag == tag
        assert np.array_equal(raster.pixels, np.asarray(BILEVEL) == 0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (lambda: encoded(GREY, "JPEG", dpi=(300, 200)), (300, 200)),
        (lambda: encoded(GREY, "PNG", dpi=(300, 300)), (300, 300)),
        (lambda: tiff(GREY, dpi=(204, 98)), (204, 98)),
        (lambda: tiff(GREY, resolution_unit=3, x_resolution=100, y_resolution=100), (254, 254)),
        (lambda: tiff(GREY, resolution_unit=1, x_resolution=100, y_resolution=100), (0, 0)),
        (lambda: encoded(GREY, "PNG"), (0, 0)),
    ],
)
def test_resolution_is_read(data: Callable[[], bytes], expected: tuple[float, float]):
    """Resolution comes in pixels per inch from each format's own units, 0 where there is none."""
    raster = decode(data(), 0, LIMIT)

    assert (raster.dpi_x, raster.dpi_y) == pytest.approx(expected)


def test_resolution_boxes_of_jp2_are_read():
    """The capture resolution of a JP2 file is read as pixels per inch."""
    plain = encoded(GREY, "JPEG2000")
    box = struct.pack(">I4sI4sHHHHbb", 26, b"res ", 18, b"resc", 11811, 1, 11811, 1, 0, 0)
    place = plain.index(b"jp2h") - 4
    (size,) = struct.unpack(">I", plain[place : place + 4])
    data = plain[:place] + struct.pack(">I", size + 26) + plain[place + 4 : place + size] + box + plain[place + size :]

    assert decode(data, 0, LIMIT).dpi_x == pytest.approx(300, abs=0.01)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ((2480, 3508, 300, 300), (300, 300, "file")),
        ((2480, 3508, 72, 72), (300, 300, "assumed")),
        ((2480, 3508, 96, 96), (300, 300, "assumed")),
        ((595, 842, 72, 72), (72, 72, "file")),
        ((1728, 1078, 204, 98), (204, 98, "file")),
        ((2480, 3508, 0, 0), (300, 300, "assumed")),
        ((3508, 2480, 0, 0), (300, 300, "assumed")),
        ((1240, 1754, 300, 0), (300, 300, "file")),
        ((2480, 3508, 1, 1), (300, 300, "assumed")),
        ((2480, 3508, 6000, 6000), (300, 300, "assumed")),
        ((2480, 3508, float("nan"), float("inf")), (300, 300, "assumed")),
        ((9933, 14043, 300, 300), (300, 300, "file")),
    ],
)
def test_believable_resolution(stated: tuple[int, int, float, float], expected: tuple[float, float, str]):
    """Possible sheets are believed, default tags on large pictures and impossible sheets are not."""
    assert believable_dpi(*stated) == expected


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 20_000), st.integers(1, 20_000), st.floats(), st.floats())
def test_resolution_is_always_usable(width: int, height: int, dpi_x: float, dpi_y: float):
    """Whatever a file states, the resolution to use is positive and finite."""
    x, y, source = believable_dpi(width, height, dpi_x, dpi_y)

    assert 0 < x < float("inf")
    assert 0 < y < float("inf")
    assert source in ("file", "assumed")


def fax_strip(pixels: NDArray[np.bool_], compression: str) -> bytes:
    """Encode pixels as one strip; False is coded as white."""
    data = tiff(Image.fromarray(~pixels), compression, strip_size=1 << 30)
    with Image.open(io.BytesIO(data)) as picture:
        fields = picture.tag_v2  # type: ignore[attr-defined]
        return data[fields[273][0] : fields[273][0] + fields[279][0]]


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 3000), st.integers(1, 12), st.floats(0, 1), st.integers(0, 1000))
def test_fax_walker_agrees_with_the_encoder(width: int, rows: int, share: float, seed: int):
    """All that libtiff encodes is walked to its end without complaint, and one line more is missed."""
    random_rows = np.random.default_rng(seed).random((rows, width)) < share
    pixels = random_rows & (np.random.default_rng(seed + 1).random((rows, width)) < 0.5 + share / 2)
    strip = fax_strip(pixels, "group4")
    check_group4(strip, width, rows)
    check_group3(fax_strip(pixels, "group3"), width, rows, two_dimensional=False, aligned=False)

    with pytest.raises(FaxDamage):
        check_group4(strip, width, rows + 1)


def test_harmless_padding_before_the_end_mark_passes():
    """Zeros between a JPEG's data and its end mark are padding; other bytes there are damage."""
    data = FORMATS["jpeg"]()

    assert np.array_equal(decode(data[:-2] + bytes(7) + data[-2:], 0, LIMIT).pixels, decode(data, 0, LIMIT).pixels)
    assert refusal(data[:-2] + b"\x12\x34\x56\x78\x9a\xbc" * 9 + data[-2:]).code == "corrupt"


def test_bytes_behind_a_picture_do_no_harm():
    """Data appended behind the end mark (some scanners write their own) does not make a page refused."""
    for name in ("jpeg", "png", "tiff-raw", "j2k"):
        decode(FORMATS[name]() + b"SCANNER" * 10, 0, LIMIT)


def test_missing_jpeg2000_tile_is_noticed():
    """A codestream without its last tile, closed properly, is refused; OpenJPEG leaves a hole in the page."""
    stream = encoded(COLOUR, "JPEG2000", no_jp2=True, tile_size=(256, 256))
    place, starts = stream.index(b"\xff\x90"), []
    while stream[place : place + 2] == b"\xff\x90":
        starts.append(place)
        place += int.from_bytes(stream[place + 6 : place + 10], "big")

    assert decode(stream, 0, LIMIT).width == 420
    assert refusal(stream[: starts[-1]] + b"\xff\xd9").code == "corrupt"
    assert refusal(stream[: starts[1]] + stream[starts[2] :]).code == "corrupt"


def test_png_chunks_behind_the_pixels_count():
    """A wrong sum or a missing end chunk behind complete pixels is damage all the same; Pillow does not look there."""
    data, text = FORMATS["png"](), b"tEXtname\0value"
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))

    assert decode(data[:-12] + chunk + data[-12:], 0, LIMIT).width == 420
    assert refusal(data[:-12] + chunk.replace(b"value", b"valve") + data[-12:]).code == "corrupt"
    assert refusal(data[:-12]).code == "truncated"


def test_fax_line_must_not_run_backwards():
    """A colour change left of the one before, in codes that are all possible by themselves, is damage."""
    backwards = "1000001011"  # the second change lies 3 left of the 4 above it, left of the first at 2
    end_mark = "000000000001" * 2

    def packed(bits: str) -> bytes:
        return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")

    check_group4(packed("0010111111" + end_mark), 8, 1)
    with pytest.raises(FaxDamage, match="line 2: a colour change"):
        check_group4(packed("0010111111" + backwards + end_mark), 8, 2)


def test_refusal_says_where_the_file_ends():
    """The reason for a short TIFF names the strip, the byte it should reach and the size of the file."""
    plain = tiff(GREY)
    with Image.open(io.BytesIO(plain)) as picture:
        start = picture.tag_v2[273][0]  # type: ignore[attr-defined]
    assert start < 1000
    detail = refusal(plain[:-50]).detail

    assert "Strip" in detail
    assert str(len(plain)) in detail
    assert str(len(plain) - 50) in detail


def test_strip_that_states_too_few_bytes_is_refused():
    """Plain pixels need as many bytes as they are; a strip that states fewer is short, though the file is not."""
    data = bytearray(tiff(GREY))
    place = data.index(struct.pack("<HHI", 279, 4, 1)) + 8
    (count,) = struct.unpack("<I", data[place : place + 4])
    data[place : place + 4] = struct.pack("<I", count - 420)

    assert count == 420 * 600
    assert refusal(bytes(data)).code == "truncated"


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    ("mode", "space", "kept"),
    [
        ("RGB", b"RGB ", True), ("L", b"GRAY", True), ("P", b"RGB ", True), ("RGBA", b"RGB ", True),
        ("L", b"RGB ", False), ("RGB", b"CMYK", False), ("1", b"GRAY", False), ("CMYK", b"CMYK", False),
        ("CMYK", b"RGB ", False),
    ],
)  # fmt: skip
def test_profile_is_kept_where_it_fits_the_pixels(mode: str, space: bytes, kept: bool):
    """PNG and TIFF give their colour profile while the pixels are values in its space, and else none."""
    profile = SRGB[:16] + space + SRGB[20:]
    kinds = ("TIFF",) if mode == "CMYK" else ("PNG", "TIFF")
    found = [decode(encoded(COLOUR.convert(mode), kind, icc_profile=profile), 0, LIMIT).icc for kind in kinds]

    assert found == [profile if kept else b""] * len(kinds)


@pytest.mark.parametrize("compression", [None, "tiff_adobe_deflate", "tiff_lzw"])
def test_large_pictures_are_not_copied_on_the_way(compression: str | None):
    """Decoding takes no memory of Python's beyond the pixels that it gives, whatever the file's size."""
    buffer = io.BytesIO()
    page = np.random.default_rng(5).integers(0, 256, (1600, 2000, 3), dtype=np.uint8)
    Image.fromarray(page).save(buffer, "TIFF", compression=compression)
    data = buffer.getvalue()
    tracemalloc.start()
    try:
        found = decode(data, 0, 300)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert np.array_equal(found.pixels, page)
    # Pillow's own memory is not Python's; of ours there is the array, and a band of rows.
    assert peak < 1.4 * page.nbytes
