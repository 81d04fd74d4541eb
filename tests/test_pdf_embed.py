"""A scan's own coded data goes into the PDF untouched, or the caller is told to encode pixels."""

import hashlib
import io
from pathlib import Path

import img2pdf
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, TiffImagePlugin

from pipeline.pdf.embed import picture_from_pixels, picture_from_scan
from pipeline.pdf.jpeg import read_jpeg_header
from pipeline.pdf.picture import Picture

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
NEEDS_SAMPLES = pytest.mark.skipif(not SHARED.is_dir(), reason=f"NO REAL SCANS: {SHARED} is absent")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the image as a file of that kind."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def drawn(mode: str = "RGB", size: tuple[int, int] = (97, 61)) -> Image.Image:
    """Return a picture that no two flips or turns leave alike."""
    across, down = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    pixels = np.stack([across * 2, down * 3, (across * down) % 200], axis=2).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def group4(frames: int = 1, strip_rows: int = 10_000, **tags: int) -> bytes:
    """Return a bilevel TIFF of G4 frames, each of them different, with the tags given by number (t262=1)."""
    images = [
        drawn("L", (120 + number, 80)).point(lambda value: 255 * (value > 90)).convert("1") for number in range(frames)
    ]
    info = {int(name[1:]): value for name, value in tags.items()}
    whole, TiffImagePlugin.STRIP_SIZE = TiffImagePlugin.STRIP_SIZE, strip_rows * 16
    try:
        return encoded(images[0], "TIFF", compression="group4", tiffinfo=info, save_all=True, append_images=images[1:])
    finally:
        TiffImagePlugin.STRIP_SIZE = whole


def strip_of(data: bytes, frame: int = 0) -> bytes:
    """Return the coded bytes of a frame's first strip, found by Pillow."""
    with Image.open(io.BytesIO(data)) as image:
        image.seek(frame)
        (at, *_), (size, *_) = image.tag_v2[273], image.tag_v2[279]
    return data[at : at + size]


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_is_embedded_byte_for_byte(mode: str, progressive: bool):
    """A grey or colour JPEG, baseline or progressive, becomes a picture with the digest of the file."""
    data = encoded(drawn(mode), "JPEG", progressive=progressive)
    picture = picture_from_scan(data, 0)
    assert picture is not None
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert (picture.kind, picture.width, picture.height) == ("gray" if mode == "L" else "rgb", 97, 61)
    assert picture.as_scanned


def test_what_pdf_cannot_hold_is_left_to_the_caller():
    """CMYK, PNG, alpha, 16 bits, a second frame of a JPEG and JPEG 2000 for part 1 give no picture."""
    jpeg = encoded(drawn(), "JPEG")
    sixteen = Image.fromarray(np.arange(400, dtype=np.uint16).reshape(20, 20))
    assert picture_from_scan(encoded(drawn("CMYK"), "JPEG"), 0) is None
    assert picture_from_scan(encoded(drawn(), "PNG"), 0) is None
    assert picture_from_scan(encoded(drawn("RGBA"), "JPEG2000"), 0) is None
    assert picture_from_scan(encoded(sixteen, "TIFF"), 0) is None
    assert picture_from_scan(jpeg, 1) is None
    assert picture_from_scan(encoded(drawn(), "JPEG2000"), 0, part=1) is None
    assert picture_from_scan(b"", 0) is None


def test_arithmetic_and_oddly_named_jpegs_are_refused():
    """A JPEG is refused where its SOF marker says arithmetic coding or its colour is left to guessing."""
    data = bytearray(encoded(drawn(), "JPEG"))
    sof = data.index(b"\xff\xc0")
    arithmetic = bytes(data[: sof + 1]) + b"\xc9" + bytes(data[sof + 2 :])
    assert picture_from_scan(arithmetic, 0) is None
    bare = bytearray(data[:2] + data[20:])  # without its JFIF marker
    for place, name in zip((10, 13, 16), b"RGB", strict=True):
        bare[sof - 18 + place] = name
    assert read_jpeg_header(bytes(bare)).component_ids == b"RGB"
    assert picture_from_scan(bytes(bare), 0) is None


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg2000_is_embedded_byte_for_byte(mode: str):
    """A JP2 file of one or three channels becomes a picture with the digest of the file."""
    data = encoded(drawn(mode), "JPEG2000")
    picture = picture_from_scan(data, 0)
    assert picture is not None
    assert (picture.filter, picture.stream) == ("JPXDecode", data)


def test_each_g4_frame_gives_its_own_strip():
    """Every frame of a multi-page TIFF becomes a picture with the digest of that frame's strip."""
    data = group4(frames=12)
    for number in range(12):
        picture = picture_from_scan(data, number)
        assert picture is not None
        assert picture.stream == strip_of(data, number)
        assert picture.width == 120 + number
    assert picture_from_scan(data, 12) is None


def test_g4_in_several_strips_is_left_to_the_caller():
    """G4 strips cannot be joined, so a frame of several gives no picture."""
    assert picture_from_scan(group4(strip_rows=20), 0) is None


@pytest.mark.parametrize("tags", [{"t262": 0}, {"t262": 1}, {"t262": 0, "t266": 2}, {"t262": 1, "t266": 2}])
def test_g4_looks_the_same_whatever_its_tags(tags: dict[str, int]):
    """Photometric and FillOrder decide nothing about what is seen: the picture shows what Pillow decodes."""
    data = group4(**tags)
    picture = picture_from_scan(data, 0)
    assert picture is not None
    with Image.open(io.BytesIO(data)) as image:
        assert image.tag_v2[262] == tags["t262"]
        assert image.tag_v2.get(266, 1) == tags.get("t266", 1)
        np.testing.assert_array_equal(decoded_g4(picture), np.array(image))


def decoded_g4(picture: Picture) -> np.ndarray:
    """Return the pixels of a G4 picture, True where white, decoded by way of a TIFF written around it."""
    tags = [(256, picture.width), (257, picture.height), (258, 1), (259, 4), (262, int(picture.parameters["BlackIs1"]))]
    tags += [(273, 8 + 2 + 12 * 8 + 4), (278, picture.height), (279, len(picture.stream))]
    directory = b"".join(np.array([n, 4], "<u2").tobytes() + np.array([1, v], "<u4").tobytes() for n, v in tags)
    whole = b"II*\0\x08\0\0\0" + np.array([len(tags)], "<u2").tobytes() + directory + bytes(4) + picture.stream
    with Image.open(io.BytesIO(whole)) as image:
        return np.array(image)


def test_jpeg_in_tiff_keeps_its_coded_data():
    """A JPEG strip whose tables TIFF keeps apart is embedded with its tables back in place, decoding to the same."""
    gray = drawn("L")
    data = encoded(gray, "TIFF", compression="jpeg", quality=80, tiffinfo={278: 61})
    picture = picture_from_scan(data, 0)
    assert picture is not None
    assert strip_of(data)[2:] in picture.stream
    with Image.open(io.BytesIO(data)) as ours, Image.open(io.BytesIO(picture.stream)) as theirs:
        np.testing.assert_array_equal(np.array(ours), np.array(theirs))


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=60)
def test_rubbish_gives_no_picture_and_no_error(noise: bytes):
    """Files that begin like a scan and go on as noise are left to the caller."""
    for start in (b"II*\0", b"MM\0*", b"\xff\xd8\xff", b"\0\0\0\x0cjP  \r\n\x87\n"):
        assert picture_from_scan(start + noise, 0) is None


@given(st.integers(1, 70), st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_bilevel_pixels_survive(width: int, height: int, seed: int):
    """Bilevel pixels come back from their G4 picture as they were, in whichever profile."""
    white = np.random.default_rng(seed).random((height, width)) > 0.3
    picture = picture_from_pixels(white, "jpeg")
    assert (picture.filter, picture.as_scanned) == ("CCITTFaxDecode", False)
    np.testing.assert_array_equal(decoded_g4(picture), white)


def test_the_same_pixels_give_the_same_bytes():
    """Encoding twice gives one digest, and JPEG keeps full colour resolution."""
    pixels = np.array(drawn())
    for profile in ("jpeg", "lossless"):
        assert picture_from_pixels(pixels, profile) == picture_from_pixels(pixels, profile)
    with Image.open(io.BytesIO(picture_from_pixels(pixels, "jpeg").stream)) as image:
        assert {layer[1:3] for layer in image.layer} == {(1, 1)}


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_picture_survives_being_written_down(mode: str):
    """What `to_bytes` writes, `from_bytes` reads; a flipped bit in it is noticed."""
    picture = picture_from_pixels(np.array(drawn(mode)), "lossless")
    stored = picture.to_bytes()
    assert Picture.from_bytes(stored) == picture
    with pytest.raises(ValueError, match="damaged"):
        Picture.from_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    with pytest.raises(ValueError, match="not a stored picture"):
        Picture.from_bytes(b"PNG" + stored)


def test_a_picture_too_large_for_the_wrapper_is_still_bilevel(monkeypatch: pytest.MonkeyPatch):
    """Where the G4 encoder refuses the size, bilevel pixels become one-bit Flate, and nothing is lost."""
    monkeypatch.setattr(img2pdf.Image, "MAX_IMAGE_PIXELS", 10)
    picture = picture_from_pixels(np.ones((20, 30), dtype=np.bool_), "jpeg")
    assert (picture.filter, picture.bits, picture.kind) == ("FlateDecode", 1, "bilevel")


@NEEDS_SAMPLES
def test_real_scans_keep_their_digest():
    """Office scanners' JPEGs and a multi-page fax give pictures that are their own bytes."""
    page = (SHARED / "vn" / "epu2025_tb2095_p1.jpg").read_bytes()
    fax = (SHARED / "nasty" / "multi_g4_5pages_scan.tif").read_bytes()
    assert picture_from_scan(page, 0).sha256 == hashlib.sha256(page).hexdigest()
    assert [picture_from_scan(fax, number).stream for number in range(5)] == [strip_of(fax, n) for n in range(5)]


@pytest.mark.parametrize("profile", ["jpeg", "lossless"])
def test_encoded_pixels_keep_their_colour_profile(profile: str):
    """A usable profile goes with the pixels; one of another space, or none of bilevel pixels, does not."""
    colour, gray = np.array(drawn()), np.array(drawn("L"))
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert picture_from_pixels(colour, profile, icc=icc).icc == icc
    assert picture_from_pixels(gray, profile, icc=icc).icc == b""
    assert picture_from_pixels(colour, profile, icc=icc[:-1]).icc == b""
    assert picture_from_pixels(gray > 90, profile, icc=icc).icc == b""


@pytest.mark.parametrize("order", [1, 2])
def test_turned_bits_are_not_as_scanned(order: int):
    """G4 data whose bits had to be put into another order is lossless but not the scan's own bytes."""
    data = group4(t266=order)
    picture = picture_from_scan(data, 0)

    assert picture is not None
    assert picture.as_scanned == (order == 1) == (picture.stream == strip_of(data))
