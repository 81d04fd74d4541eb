"""A written file holds the scan's own data, shows it straight, reads back whole and is PDF/A in every flavour."""

import errno
import hashlib
import io
import os
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms

from pipeline.image.geometry import straight_size
from pipeline.model import Geometry, Line, Reading, Word
from pipeline.pdf.check import ExpectedPage, check_document
from pipeline.pdf.embed import picture_from_pixels, picture_from_scan
from pipeline.pdf.font import to_unicode
from pipeline.pdf.icc import srgb_profile
from pipeline.pdf.picture import Picture
from pipeline.pdf.verapdf import find_validator, validate
from pipeline.pdf.write import FLAVOURS, Flavour, PdfPage, write_document
from pipeline.pdf.xmp import Description

DPI = 100.0
ALPHABET = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
LETTERS = "".join(dict.fromkeys(ALPHABET + ALPHABET.upper() + "0123456789.,;:!?()/-–“”§€" + "𝒜𠀀"))
NEEDS_POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="POPPLER IS ABSENT: no second reader")
NEEDS_VERAPDF = pytest.mark.skipif(find_validator() is None, reason="VERAPDF IS ABSENT: conformance is not proved")


def tilted(degrees: float) -> np.ndarray:
    """Return a grey page of long lines that rise to the right by so many degrees."""
    pixels = np.full((700, 500), 255, dtype=np.uint8)
    for y in range(150, 600, 50):
        pixels[y : y + 6, 100:400] = 0
    turn = cv2.getRotationMatrix2D((250, 350), degrees, 1)
    return cv2.warpAffine(pixels, turn, (500, 700), borderValue=255)


def scan_of(pixels: np.ndarray, kind: str, **options: object) -> bytes:
    """Return the pixels as a scanner's file."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, kind, **options)
    return target.getvalue()


def reading_of(words: list[str], width: int = 500, height: int = 700) -> Reading:
    """Return a page with the words in lines of ten."""
    lines = []
    for row, start in enumerate(range(0, len(words), 10)):
        y, chosen = 60.0 + 20 * row, words[start : start + 10]
        boxes = (Word(text, 20 + 45.0 * n, y - 10, 20 + 45.0 * n + 38, y + 3, 90) for n, text in enumerate(chosen))
        lines.append(Line(0, y, tuple(boxes)))
    return Reading(width, height, DPI, tuple(lines))


def page_of(picture: Picture, skew_degrees: float = 0.0, reading: Reading | None = None) -> PdfPage:
    """Return a page that shows the picture at 100 dpi."""
    return PdfPage(picture, Geometry(picture.width, picture.height, DPI, DPI, skew_degrees=skew_degrees), reading)


def rendered(path: Path, number: int = 0) -> np.ndarray:
    """Return a page's grey pixels at 100 dpi."""
    document = pypdfium2.PdfDocument(path)
    try:
        return np.array(document[number].render(scale=DPI / 72).to_pil().convert("L"))
    finally:
        document.close()


def pdfium_text(path: Path) -> str:
    """Return the first page's text as PDFium reads it, without spaces."""
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()


def poppler_text(path: Path) -> str:
    """Return the text as `pdftotext` without options reads it, without spaces."""
    done = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True)
    return "".join(done.stdout.decode("utf-8").split())


def embedded_digest(path: Path) -> str:
    """Return the digest of the first page's picture as it lies in the file."""
    with pikepdf.open(path) as pdf:
        return hashlib.sha256(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()).hexdigest()


@pytest.mark.parametrize("skew_degrees", [0.0, 2.5])
def test_the_picture_taken_out_is_the_scans_own(tmp_path: Path, skew_degrees: float):
    """JPEG and single-strip G4 have the scan's digest in the PDF, straightened or not."""
    jpeg = scan_of(tilted(2.5), "JPEG")
    fax = scan_of(tilted(2.5) > 128, "TIFF", compression="group4", tiffinfo={278: 700})
    with Image.open(io.BytesIO(fax)) as image:
        (at,), (size,) = image.tag_v2[273], image.tag_v2[279]
    for name, scan, coded in (("jpeg", jpeg, jpeg), ("g4", fax, fax[at : at + size])):
        target = tmp_path / f"{name}.pdf"
        write_document(target, [page_of(picture_from_scan(scan, 0), skew_degrees)], Description(), "2u")
        assert embedded_digest(target) == hashlib.sha256(coded).hexdigest()


@pytest.mark.parametrize("skew_degrees", [-3.0, 1.7])
def test_a_tilted_page_is_shown_straight(tmp_path: Path, skew_degrees: float):
    """A line drawn at a known angle is level in the rendered page, as far as PDFium's coarse sampling tells."""
    write_tilted(tmp_path / "page.pdf", skew_degrees)
    assert abs(slope_degrees(rendered(tmp_path / "page.pdf"))) < 0.2


@NEEDS_POPPLER
@pytest.mark.parametrize("skew_degrees", [-3.0, 1.7])
def test_a_tilted_page_is_level_in_poppler(tmp_path: Path, skew_degrees: float):
    """Poppler, which samples finely, shows the line level."""
    target = tmp_path / "page.pdf"
    write_tilted(target, skew_degrees)
    shown = subprocess.run(["pdftoppm", "-r", "100", "-gray", str(target)], check=True, capture_output=True).stdout
    assert abs(slope_degrees(cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_GRAYSCALE))) < 0.03


def write_tilted(target: Path, degrees: float) -> None:
    """Write a page whose lines rise by so many degrees, to be straightened by as many."""
    write_document(target, [page_of(picture_from_pixels(tilted(degrees), "lossless"), degrees)], Description(), "2u")


def slope_degrees(shown: np.ndarray) -> float:
    """Return how far the line in the middle of the page falls to the right."""
    middle = shown.shape[0] // 2
    ink = 255.0 - shown[middle - 20 : middle + 20, 160:360]
    ink[ink < 10] = 0
    rows = (ink * np.arange(40)[:, np.newaxis]).sum(axis=0) / ink.sum(axis=0)
    return float(np.degrees(np.arctan(np.polyfit(np.arange(200), rows, 1)[0])))


def test_the_white_page_holds_the_whole_scan(tmp_path: Path):
    """A black scan that is turned keeps every corner, on white, and the page is as large as the straight page."""
    picture = picture_from_pixels(np.zeros((300, 200), dtype=np.uint8), "lossless")
    page = page_of(picture, 10.0)
    write_document(tmp_path / "page.pdf", [page], Description(), "2u")
    pixels = rendered(tmp_path / "page.pdf")
    width, height = straight_size(page.geometry)
    assert abs(pixels.shape[1] - width) <= 1
    assert abs(pixels.shape[0] - height) <= 1
    assert pixels[0, 0] == pixels[-1, -1] == 255
    assert (pixels < 128).sum() == pytest.approx(300 * 200, rel=0.03)


@pytest.mark.parametrize("tag", range(1, 9))
def test_orientation_tags_lie_in_the_matrix(tmp_path: Path, tag: int):
    """A scan with an orientation tag is shown as Pillow turns it, its data untouched."""
    pixels = np.full((80, 120), 255, dtype=np.uint8)
    pixels[10:30, 5:60] = 0
    pixels[50:55, 100:115] = 90
    exif = Image.Exif()
    exif[274] = tag
    scan = scan_of(pixels, "JPEG", exif=exif, quality=95)
    picture = picture_from_scan(scan, 0)
    page = PdfPage(picture, Geometry(120, 80, DPI, DPI, tag=tag), None)
    write_document(tmp_path / "page.pdf", [page], Description(), "2u")
    with Image.open(io.BytesIO(pixels_png(pixels))) as image:
        image.getexif()[274] = tag
        upright = np.array(turned_by_pillow(image, tag))
    shown = rendered(tmp_path / "page.pdf")[: upright.shape[0], : upright.shape[1]]
    assert np.mean(np.abs(shown.astype(int) - upright) > 100) < 0.02
    assert embedded_digest(tmp_path / "page.pdf") == hashlib.sha256(scan).hexdigest()


def pixels_png(pixels: np.ndarray) -> bytes:
    """Return the pixels without loss."""
    return scan_of(pixels, "PNG")


def turned_by_pillow(image: Image.Image, tag: int) -> Image.Image:
    """Return the image as the tag asks for it to be shown."""
    moves = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
    return image.transpose(Image.Transpose(moves[tag])) if tag in moves else image


def test_more_than_two_hundred_letters_read_back(tmp_path: Path):
    """Every Vietnamese letter with its marks, and two beyond the first plane, come back through PDFium."""
    assert len(LETTERS) > 200
    target = tmp_path / "letters.pdf"
    write_document(target, [letters_page()], Description(), "2u")
    assert pdfium_text(target) == LETTERS


@NEEDS_POPPLER
def test_more_than_two_hundred_letters_read_back_in_poppler(tmp_path: Path):
    """The same page comes back through `pdftotext`."""
    target = tmp_path / "letters.pdf"
    write_document(target, [letters_page()], Description(), "2u")
    assert poppler_text(target) == LETTERS


def letters_page() -> PdfPage:
    """Return a page with every letter once."""
    words = [LETTERS[start : start + 4] for start in range(0, len(LETTERS), 4)]
    return page_of(picture_from_pixels(tilted(0), "jpeg"), 0.0, reading_of(words))


def test_map_blocks_are_short():
    """No block of the ToUnicode map is longer than the 100 entries that every reader takes."""
    blocks = to_unicode([chr(0x1E00 + n) for n in range(250)]).split(b"beginbfchar")[1:]
    assert [block.split(b"endbfchar")[0].count(b"\n") - 1 for block in blocks] == [100, 100, 50]
    assert b"<0001> <D835DC9C>" in to_unicode(["𝒜"])


def test_equal_input_gives_equal_bytes(tmp_path: Path):
    """Two writes of the same pages are the same file, and pages may come from an iterator."""

    def pages() -> Iterator[PdfPage]:
        yield letters_page()
        yield page_of(picture_from_pixels(tilted(1) > 128, "jpeg"), 1.0)

    for name in ("one", "two"):
        write_document(tmp_path / name, pages(), Description(title="Quyết định"), "2u")
        time.sleep(1.1)  # an identifier made from the clock changes once a second
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_a_flavour_forbids_is_refused(tmp_path: Path):
    """JPEG 2000 in part 1, and a document without pages, are errors and not files."""
    picture = picture_from_scan(scan_of(tilted(0), "JPEG2000"), 0)
    with pytest.raises(ValueError, match="JPEG 2000"):
        write_document(tmp_path / "a.pdf", [page_of(picture)], Description(), "1b")
    with pytest.raises(ValueError, match="at least one page"):
        write_document(tmp_path / "b.pdf", [], Description(), "2u")
    assert not any(tmp_path.iterdir())


def test_the_profile_is_srgb():
    """The output intent's profile maps colours as Pillow's own sRGB does."""
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    pixels = np.random.default_rng(1).integers(0, 256, (50, 50, 3), dtype=np.uint8)
    same = ImageCms.profileToProfile(Image.fromarray(pixels), ours, ImageCms.createProfile("sRGB"))
    assert np.abs(np.array(same).astype(int) - pixels).max() <= 2


def every_kind(flavour: Flavour) -> list[PdfPage]:
    """Return a page of each kind of picture that the flavour takes, text on the first, a cropped one at the end."""
    gray, colour = tilted(1), np.repeat(tilted(1)[:, :, np.newaxis], 3, axis=2)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    scans = [scan_of(gray, "JPEG"), scan_of(colour, "JPEG", progressive=True, icc_profile=profile)]
    scans += [scan_of(gray > 128, "TIFF", compression="group4", tiffinfo={278: 700})]
    scans += [] if flavour == "1b" else [scan_of(gray, "JPEG2000"), scan_of(colour, "JPEG2000")]
    pictures = [picture_from_scan(scan, 0) for scan in scans]
    pictures += [picture_from_pixels(pixels, "lossless") for pixels in (gray, colour, gray > 128)]
    pictures.append(palette_picture())
    clipped = PdfPage(pictures[0], Geometry(500, 700, DPI, DPI, skew_degrees=1, clip=(50, 60, 400, 600)), None)
    return [letters_page(), *(page_of(picture, 1.0) for picture in pictures), clipped]


def palette_picture() -> Picture:
    """Return a picture of 200 x 200 pixels in two colours."""
    rows = zlib.compress(bytes(n % 2 for n in range(200 * 200)))
    return Picture(rows, "FlateDecode", {}, 200, 200, "indexed", 8, as_scanned=False, palette=b"\xff\xff\xff\xa0\0\0")


@NEEDS_VERAPDF
def test_every_flavour_passes_verapdf_and_our_own_check(tmp_path: Path):
    """The reference validator and the after-write check find nothing in a file of each flavour."""
    for flavour in FLAVOURS:
        pages, target = every_kind(flavour), tmp_path / f"{flavour}.pdf"
        write_document(target, pages, Description(title="Mọi loại", creator="UBND"), flavour)
        verdict = validate([target], flavour)[target]
        assert verdict.valid is True, f"{flavour}: {verdict}"
        assert check_document(target, [ExpectedPage.of(p.picture, p.reading) for p in pages], flavour) == ()


FILL_DISK = """
import sys
from pathlib import Path
import numpy as np
from pipeline.model import Geometry
from pipeline.pdf.embed import picture_from_pixels
from pipeline.pdf.write import PdfPage, write_document
from pipeline.pdf.xmp import Description

pixels = np.random.default_rng(2).integers(0, 256, (700, 500), dtype=np.uint8)
page = PdfPage(picture_from_pixels(pixels, "lossless"), Geometry(500, 700, 100.0, 100.0), None)
try:
    write_document(Path(sys.argv[1]), [page], Description(title="x"), "2b")
except OSError as error:
    print(error.errno, error.filename)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="LOUD SKIP: a full disk needs a tmpfs, which needs root")
def test_a_full_disk_is_an_ordinary_error(tmp_path: Path):
    """Where the disk is full the caller gets an error that names the file, and its process lives on."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", disk], check=False).returncode:
        pytest.skip("LOUD SKIP: this machine does not let root mount a tmpfs")
    try:
        command = [sys.executable, "-c", FILL_DISK, disk / "a.pdf"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    finally:
        subprocess.run(["umount", disk], check=True)
    assert (done.returncode, done.stdout) == (0, f"{errno.ENOSPC} {disk / 'a.pdf'}\n"), done.stderr
