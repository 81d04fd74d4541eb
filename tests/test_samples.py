"""The sample batch is what the project's tests and demo take it for."""

import hashlib
import os
import subprocess
import sys
import time
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from samples import batch, draw, faces, marks, page, store, text, transfer, wear
from samples.sheet import Sheet

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the batch once, through the command that a person types."""
    folder = tmp_path_factory.mktemp("drawn") / "pages"
    subprocess.run([sys.executable, ROOT / "samples/draw.py", folder], check=True)
    return folder


def skew_of(pixels: np.ndarray) -> float:
    """Measure how far lines rise to the right: the slope along which the ink gathers in the fewest rows."""
    small = cv2.resize(pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(small < 160)

    def sharpness(degrees: float) -> float:
        level = rows + columns * np.tan(np.radians(degrees))
        return float(np.var(np.bincount((level - level.min()).round().astype(int))))

    return float(max(np.arange(-8, 8.01, 0.25), key=sharpness))


def test_the_batch_has_three_dossiers_seven_documents_and_twenty_pages():
    """Counts of the batch are those that its README states."""
    scans = batch.scans()
    documents = {scan.path if scan.path.endswith(("kết.tif", ".pdf")) else os.path.dirname(scan.path) for scan in scans}  # noqa: PTH120
    assert len({scan.path.split("/")[0] for scan in scans}) == 3
    assert len(documents) == 7
    assert sum(len(scan.frames) for scan in scans) == 20


def test_the_folder_holds_the_listed_files_and_nothing_else(drawn: Path):
    """Files on disk are the scans, batch.toml and one Thumbs.db, with NFC names."""
    found = {path.relative_to(drawn).as_posix() for path in drawn.rglob("*") if path.is_file()}
    assert found == {scan.path for scan in batch.scans()} | {"batch.toml", batch.JUNK}
    assert all(unicodedata.is_normalized("NFC", name) for name in found)
    assert sum(path.stat().st_size for path in drawn.rglob("*")) < 25_000_000


FORMATS = {
    "01 Quyết định/0001.jpg": ("JPEG", "RGB", None, 1),
    "01 Quyết định/0003.jpg": ("JPEG", "RGB", None, 1),
    "02 Tờ trình/0001.tif": ("TIFF", "L", "tiff_lzw", 1),
    "03 Danh sách/0001.png": ("PNG", "L", None, 1),
    "03 Danh sách/0002.tif": ("TIFF", "L", "raw", 1),
    "Báo cáo tổng kết.tif": ("TIFF", "1", "group4", 4),
    "lụt bão/0001.jpg": ("JPEG", "L", None, 1),
    "trang 1.jp2": ("JPEG2000", "RGB", None, 1),
    "trang 10.tif": ("TIFF", "1", "group4", 1),
}


@pytest.mark.parametrize("ending", FORMATS)
def test_files_are_of_the_format_that_their_recipe_says(drawn: Path, ending: str):
    """Format, mode, compression, frames and resolution stand in the file as wanted."""
    scan = next(scan for scan in batch.scans() if scan.path.endswith(ending))
    kind, mode, compression, frames = FORMATS[ending]
    with Image.open(drawn / scan.path) as image:
        assert (image.format, image.mode, getattr(image, "n_frames", 1)) == (kind, mode, frames)
        assert image.info.get("compression") == compression
        for frame in range(frames):
            image.seek(frame)
            assert image.info["dpi"] == pytest.approx((scan.dpi, scan.dpi), abs=0.01)
            image.load()


def test_resolutions_and_turns_differ():
    """There are pages of 200, 300 and 400 dpi, one on its side, one on its head, one askew by 7 degrees."""
    frames = [frame for scan in batch.scans() for frame in scan.frames]
    assert {scan.dpi for scan in batch.scans()} == {200, 300, 400}
    assert sorted(frame.turned_degrees for frame in frames if frame.turned_degrees) == [90, 180]
    skews = [abs(frame.skew_degrees) for frame in frames]
    assert max(skews) == 7
    assert sum(0 < skew <= 3 for skew in skews) >= 8


def test_exactly_one_picture_is_truncated(drawn: Path):
    """Only the file named as such ends before its picture does."""
    broken = []
    for scan in batch.scans():
        if scan.path.endswith(".pdf"):
            continue
        try:
            with Image.open(drawn / scan.path) as image:
                image.load()
        except OSError as error:
            broken.append((scan.path, "truncated" in str(error)))
    assert broken == [(batch.TRUNCATED, True)]
    assert not (drawn / batch.TRUNCATED).read_bytes().endswith(b"\xff\xd9")


def test_the_pdf_holds_scans_and_a_nonsense_text_layer(drawn: Path):
    """Each page of the PDF is one JPEG at 300 dpi with invisible words that are not those of the page."""
    scan = next(scan for scan in batch.scans() if scan.path.endswith(".pdf"))
    with pikepdf.open(drawn / scan.path) as pdf:
        assert len(pdf.pages) == len(scan.frames) == 3
        assert "/CreationDate" not in pdf.docinfo
        for sheet in pdf.pages:
            (picture,) = sheet.get_images().values()
            assert picture.Filter == pikepdf.Name.DCTDecode
            assert float(sheet.mediabox[2]) == pytest.approx(int(picture.Width) * 72 / 300, abs=0.01)
            assert b"3 Tr" in b"".join(part.read_bytes() for part in sheet.Contents)
    shown = subprocess.run(["pdftotext", drawn / scan.path, "-"], check=True, capture_output=True, text=True).stdout
    assert store.GARBAGE[0] in shown


def test_batch_toml_names_what_is_there(drawn: Path):
    """Every dossier and document has its table in batch.toml, and none is named that is not there."""
    told = tomllib.loads((drawn / "batch.toml").read_text(encoding="utf-8"))
    assert set(told["dossier"]) == {path.name for path in drawn.iterdir() if path.is_dir()}
    assert len(told["document"]) == 7
    assert all((drawn / path).exists() for path in told["document"])
    assert str(told["batch"]["date"]) == "2026-01-15"


def test_a_second_run_draws_nothing_and_a_changed_file_is_drawn_anew(drawn: Path):
    """The command compares digests: nothing to do is quick, a damaged file comes back."""
    begun = time.perf_counter()
    assert not draw.draw(drawn)
    assert time.perf_counter() - begun < 1
    listing = drawn.with_name("pages.sha256").read_text(encoding="utf-8")
    for line in listing.splitlines()[1:]:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((drawn.parent / name).read_bytes()).hexdigest() == digest


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path):
    """The command refuses a folder that holds something it did not draw, and removes nothing."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"mine\.txt"):
        draw.draw(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("ending", ["01 Quyết định/0002.jpg", "trang 1.jp2", "Biên bản.pdf"])
def test_the_same_page_drawn_twice_has_the_same_bytes(drawn: Path, tmp_path: Path, ending: str):
    """Nothing random and no date is in a file."""
    scan = next(scan for scan in batch.scans() if scan.path.endswith(ending))
    scan.write(tmp_path)
    assert (tmp_path / scan.path).read_bytes() == (drawn / scan.path).read_bytes()


@settings(max_examples=8, deadline=None)
@given(degrees=st.integers(-24, 24).map(lambda steps: steps / 4))
def test_turning_raises_the_lines_to_the_right_by_the_named_angle(degrees: float):
    """Angles are counter-clockwise positive and true to a quarter of a degree."""
    pixels, _ = page.draw_text_page(text.prose(8, 1), dpi=100)
    assert skew_of(wear.turn(pixels, degrees)) == pytest.approx(degrees, abs=0.3)


def test_recorded_skew_is_the_skew_of_the_scan():
    """A recipe's angle is the one that its pixels show."""
    scan = next(scan for scan in batch.scans() if scan.path.endswith("02 Tờ trình/0001.tif"))
    assert skew_of(scan.frames[0].pixels()) == pytest.approx(scan.frames[0].skew_degrees, abs=0.3)


def test_quarter_turns_lose_nothing():
    """A page turned by 90 degrees and back is the same page."""
    pixels, _ = page.typewritten_page(dpi=60)
    turned = wear.turn(pixels, 90)
    assert turned.shape == pixels.shape[::-1]
    assert np.array_equal(wear.turn(turned, -90), pixels)


def test_every_line_of_the_truth_is_on_the_page():
    """Lines of text and bands of ink of a plain page are as many."""
    pixels, truth = page.draw_text_page(["Điều này"] * 5, dpi=150, leading_points=30)
    inked = (pixels < 128).any(axis=1)
    bands = int(np.count_nonzero(np.diff(np.flatnonzero(inked)) > 20)) + 1
    assert bands == len(truth.splitlines()) == 5


def test_text_stays_inside_the_margins():
    """No page kind writes nearer than 10 mm to the edge of the sheet."""
    for pixels, _ in (page.letterhead_page(dpi=100), page.closing_page(dpi=100), page.typewritten_page(dpi=100)):
        rows, columns = np.nonzero(pixels < 128)
        assert min(rows.min(), columns.min()) > 40
        assert rows.max() < pixels.shape[0] - 40
        assert columns.max() < pixels.shape[1] - 40


def test_vietnamese_letters_are_letters_and_not_boxes():
    """Letters that a font lacks would all look alike; these differ, in every face and weight."""
    letters = "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    for face in ("serif", "sans", "mono"):
        looks = set()
        for letter in letters:
            sheet = Sheet(150, (20, 20))
            sheet.put(letter, 5, 12, faces.Style(face, 20, struck=face == "mono"))
            looks.add((sheet.drawn().pixels < 128).tobytes())
        assert len(looks) == len(letters)


def test_a_missing_font_is_named_and_not_drawn_around(monkeypatch: pytest.MonkeyPatch):
    """Without a font that has Vietnamese letters there is an error that says what to install."""
    monkeypatch.setattr(faces, "_installed", lambda _name: ())
    with pytest.raises(faces.NoFace, match="fonts-liberation2"):
        faces.font_of(faces.Style("serif", 77.7), 72)


def test_seal_and_signature_leave_what_is_below_legible():
    """Ink of the seal is red, that of the pen blue, and black letters below them stay dark."""
    below = np.full((600, 600, 3), 255, np.uint8)
    below[290:310] = 20
    sealed = marks.sealed(below, (50, 50), dpi=150, words="XÃ SUỐI MÂY", middle="A\nB")
    changed = (sealed != below).any(axis=2)
    assert changed.any()
    red, blue = (sealed[changed][:, channel].mean() for channel in (0, 2))
    assert red > blue + 30
    assert sealed[290:310].max() <= 20


def test_many_pages_differ_and_come_again_for_the_same_seed():
    """Pages for measurements are all different, and the same ones for one seed."""
    first = [drawn.text for drawn in page.many_pages(5, 7, dpi=40)]
    assert len(set(first)) == 5
    assert first == [drawn.text for drawn in page.many_pages(5, 7, dpi=40)]
    assert set(first).isdisjoint(drawn.text for drawn in page.many_pages(5, 8, dpi=40))


@pytest.mark.parametrize(
    "worn",
    [
        lambda grey: wear.noisy(grey, 1),
        lambda grey: wear.yellowed(grey, 1),
        lambda grey: wear.faded(grey, 1),
        lambda grey: wear.speckled(grey, 1),
        lambda grey: wear.punched(grey, dpi=60),
        lambda grey: wear.bled_through(grey, grey),
        wear.blurred,
    ],
)
def test_wear_changes_a_copy_in_the_same_way_each_time(worn: Callable[[np.ndarray], np.ndarray]):
    """Wear leaves its argument alone, changes the page, and does so alike each time."""
    grey = page.typewritten_page(dpi=60).pixels
    before = grey.copy()
    result = worn(grey)
    assert np.array_equal(grey, before)
    assert not np.array_equal(result, grey)
    assert np.array_equal(result, worn(grey))


def test_the_transfer_batch_is_what_its_list_says(tmp_path: Path):
    """The second batch has the files, pages and rows that its README states, and the same bytes each time."""
    for name in ("one", "two"):
        subprocess.run([sys.executable, ROOT / "samples/draw.py", tmp_path / name, "transfer"], check=True)
    found = {path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()}

    assert sum(path.suffix == ".jpg" for path in found) == 16
    assert sum(len(folder.documents) for folder in transfer.FOLDERS) == 12
    assert sum(folder.pages for folder in transfer.FOLDERS) == 16
    for path in found:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path
