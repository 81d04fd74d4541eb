"""Turn drawn pages by known angles and see them measured, and pictures without text not."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.image import letters, skew
from pipeline.image.geometry import straighten
from pipeline.model import Geometry
from samples.faces import POINTS_PER_INCH, Style, font_of

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
DPI = 150
TEXT = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và đề nghị của Giám đốc Sở Nội vụ "
Picture = NDArray[np.uint8]


def typed(lines: int, face: str = "Serif", size: int = 26, at: tuple[int, int] = (160, 180)) -> Picture:
    """A4 with lines of Vietnamese text."""
    page = Image.new("L", (1240, 1754), 250)
    font = font_of(Style(face.lower(), size), POINTS_PER_INCH)
    for line in range(lines):
        text = (TEXT[line * 7 % 60 :] + TEXT)[: 88 * 20 // size]
        ImageDraw.Draw(page).text((at[0], at[1] + line * size * 1.6), text, fill=40, font=font)
    return np.array(page)


def turned(page: Picture, degrees: float, background: int = 250) -> Picture:
    """The page with its lines rising to the right by `degrees`."""
    return straighten(page, Geometry(page.shape[1], page.shape[0], DPI, DPI, skew_degrees=-degrees), background)


def assert_measured(page: Picture, degrees: float, dpi: float = DPI, tolerance: float = 0.1) -> None:
    measured = skew.measure_skew(page, dpi)
    assert measured.value == pytest.approx(degrees, abs=tolerance)
    assert measured.confidence > skew.THRESHOLD + 0.1


@settings(deadline=None, max_examples=15)
@given(st.floats(-14.5, 14.5))
def test_full_page_is_measured_closely(degrees: float):
    """A page of text is measured within 0.04 degrees at any angle in the range."""
    assert_measured(turned(typed(30), degrees), degrees, tolerance=0.04)


@pytest.mark.parametrize("degrees", [-7.3, -0.6, 0.0, 1.4, 11.0])
@pytest.mark.parametrize("lines", [2, 4])
def test_few_lines_are_enough(lines: int, degrees: float):
    """Two or four lines of text are measured with confidence."""
    assert_measured(turned(typed(lines), degrees), degrees)


@pytest.mark.parametrize("degrees", [-9.0, -1.3, 0.4, 2.0, 12.0])
def test_one_short_line_is_measured(degrees: float):
    """A single line of forty letters is measured within a quarter of a degree."""
    page = Image.new("L", (1240, 1754), 250)
    font = font_of(Style("serif", 27), POINTS_PER_INCH)
    ImageDraw.Draw(page).text((370, 520), TEXT[:42], 30, font)
    assert_measured(turned(np.array(page), degrees), degrees, tolerance=0.25)


@pytest.mark.parametrize("dpi", [72, 100, 300, 600])
def test_resolution_does_not_matter(dpi: int):
    """The same page at 72 to 600 dots to the inch has the same skew."""
    page = turned(typed(12), 2.3)
    way = cv2.INTER_AREA if dpi < DPI else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(page, None, fx=dpi / DPI, fy=dpi / DPI, interpolation=way), dtype=np.uint8)
    assert_measured(scaled, 2.3, dpi)


@pytest.mark.parametrize("dpi", [75, 300])
def test_wrong_resolution_does_little_harm(dpi: int):
    """A scan that lies about its resolution is still measured."""
    assert_measured(turned(typed(30), -3.1), -3.1, dpi)


def test_rules_that_disagree_are_not_followed():
    """Text typed askew into a ruled form is what is measured, not the form."""
    page = turned(typed(14, "Mono", 24), 1.5)
    for row in range(100, page.shape[0] - 50, 43):
        cv2.line(page, (60, row), (page.shape[1] - 60, row), 60, 3)
    for column in (60, 700, page.shape[1] - 60):
        cv2.line(page, (column, 100), (column, page.shape[0] - 60), 60, 3)
    assert_measured(page, 1.5)


def test_cells_at_unlike_heights_are_each_level():
    """Narrow columns whose lines stand at heights of their own are measured by each column's lines."""
    page, rng = np.full((1240, 1754), 250, np.uint8), np.random.default_rng(4)
    for column in range(7):
        left = 60 + 235 * column
        for top in range(100, 900, 290):
            cell = typed(int(rng.integers(2, 6)), size=22, at=(0, 8))[:, :205]
            down, high = top + 10 + int(rng.integers(0, 70)), 200
            page[down : down + high, left + 12 : left + 217] = cell[:high]
            cv2.rectangle(page, (left, top), (left + 235, top + 290), 40, 2)
    for degrees in (-8.1, 0.3, 2.6):
        assert_measured(turned(page, degrees), degrees, tolerance=0.1)


def test_crumbs_along_a_sheet_on_a_textured_bed_have_no_say():
    """A sheet lies askew on a rough grey bed, its lines at another angle than its edges: the lines are followed."""
    rng = np.random.default_rng(7)
    sheet = np.where(turned(typed(9, at=(260, 500)), 1.1)[:1700, :1200] < 140, 90, 205).astype(np.uint8)
    bed = np.clip(cv2.GaussianBlur(rng.normal(0, 60, (2000, 1500)), (0, 0), 1.2) + 150, 0, 255).astype(np.uint8)
    bed[150:1850, 150:1350] = sheet
    lying = turned(bed, 3.0, 150)
    assert_measured(lying, 4.1)


@pytest.mark.parametrize("seed", range(4))
def test_coarse_screens_are_not_text(seed: int):
    """The dots of a coarsely screened picture, as big as letters and in rows, give no confidence."""
    rng = np.random.default_rng(seed)
    turn, pitch = rng.uniform(0, np.pi), rng.uniform(7, 22)
    down, across = np.mgrid[:1400, :1000]
    u, v = across * np.cos(turn) + down * np.sin(turn), down * np.cos(turn) - across * np.sin(turn)
    tones = cv2.resize(rng.normal(0, 1.1, (8, 6)), (1000, 1400), interpolation=cv2.INTER_CUBIC)
    screen = np.cos(2 * np.pi * u / pitch) + np.cos(2 * np.pi * v / pitch)
    assert skew.measure_skew(np.where(screen < tones, 30, 240).astype(np.uint8), DPI).confidence < skew.THRESHOLD / 2


def test_upright_dashes_are_not_letters():
    """Dashed rules down the page, whose dashes outnumber the letters, do not change the measure or its confidence."""
    page = typed(5)
    dashed = page.copy()
    for column in range(60, 1200, 38):
        for row in range(600, 1700, 70):
            cv2.line(dashed, (column, row + column % 29), (column, row + column % 29 + 52), 40, 2)
    plain, ruled = (skew.measure_skew(turned(drawn, 2.2), DPI) for drawn in (page, dashed))
    assert ruled.value == pytest.approx(plain.value, abs=0.03)
    assert ruled.confidence == pytest.approx(plain.confidence, abs=0.1)


def test_one_piece_has_no_say():
    """A thick dash is level with itself alone: among letters strewn about it gives no angle, and moves no other."""
    rng, strewn = np.random.default_rng(5), Image.new("L", (1240, 1754), 250)
    font = font_of(Style("serif", 26), POINTS_PER_INCH)
    for _ in range(30):
        ImageDraw.Draw(strewn).text(rng.integers((60, 60), (1150, 1650)).tolist(), "abekmn"[rng.integers(6)], 30, font)
    page = np.array(strewn)
    for row in (500, 900, 1300):
        cv2.line(page, (300, row), (520, row - 15), 30, 24)
    assert skew.measure_skew(page, DPI).confidence < 0.1


@pytest.mark.parametrize("text", ["Trang 12", "Số: 05/TB", "a b c\nd e f\ng h k"])
def test_a_word_or_two_are_not_trusted(text: str):
    """The slope of a few letters is known too badly to turn a page by it."""
    font = font_of(Style("serif", 27), POINTS_PER_INCH)
    for degrees in (-9, -1.3, 0.4, 2, 12):
        page = Image.new("L", (1240, 1754), 250)
        ImageDraw.Draw(page).multiline_text((400, 500), text, 30, font)
        assert skew.measure_skew(turned(np.array(page), degrees), DPI).confidence < skew.THRESHOLD


def test_bed_border_holes_and_stamp_do_not_matter():
    """Dark surroundings, a straight black bar, punched holes and a stamp's rings leave the measure alone."""
    page = turned(typed(12), -4.2, background=40)
    page = cv2.copyMakeBorder(page, 60, 20, 90, 150, cv2.BORDER_CONSTANT, value=(40,))
    page[:, :30] = 0
    for row in (700, 1200):
        cv2.circle(page, (330, row), 18, 20, -1)
    for radius in (100, 85):
        cv2.circle(page, (900, 1250), radius, 90, 4, cv2.LINE_AA)
    assert_measured(np.asarray(page, dtype=np.uint8), -4.2)


def test_shade_grain_and_the_other_side_do_not_matter():
    """Yellowed and shaded paper with grain, the other side showing at an angle of its own, is measured by its text."""
    rng = np.random.default_rng(1)
    ghost = cv2.GaussianBlur(turned(typed(20)[:, ::-1], -1.0), (0, 0), 2.5)[:1754, :1240]
    page = turned(np.minimum(typed(20), 255 - (255 - ghost) // 4), 0.8)
    shade = np.linspace(0.8, 0.4, page.shape[1])
    assert_measured(np.clip(page * shade + rng.normal(0, 6, page.shape), 0, 255).astype(np.uint8), 0.8)


def test_black_and_white_with_pepper():
    """A 1-bit scan with pepper is measured as a grey one."""
    page = np.where(turned(typed(15), 5.7) < 140, 0, 255).astype(np.uint8)
    page[np.random.default_rng(2).random(page.shape) < 0.004] = 0
    assert_measured(page, 5.7)


def test_columns_with_unlike_lines_are_level():
    """Two headings side by side whose lines do not stand at the same height are each level, so the page is."""
    page = np.minimum(typed(30, at=(160, 500)), typed(3, "Sans", 20, at=(60, 100)) // 2 + 128)
    page = np.minimum(page, np.roll(typed(4, "Serif", 22, at=(0, 113)), 640, axis=1) // 2 + 128)
    assert_measured(turned(page, -1.1), -1.1)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_to_measure_gives_no_confidence(seed: int):
    """Noise, cloudy tones, dots, letters strewn about and empty paper stay below the threshold."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(190, 30, (1400, 1000))
    waves = np.hypot(*np.meshgrid(np.fft.rfftfreq(1000), np.fft.fftfreq(1400))) + 1e-3
    clouds = np.fft.irfft2(np.fft.rfft2(rng.normal(0, 1, (1400, 1000))) / waves**1.3)
    clouds *= 45 / clouds.std()
    strewn = Image.new("L", (1000, 1400), 250)
    font = font_of(Style("serif", 26), POINTS_PER_INCH)
    for _ in range(10 * 4**seed):
        ImageDraw.Draw(strewn).text(rng.integers((50, 50), (900, 1300)).tolist(), "abekmn"[rng.integers(6)], 30, font)
    dots = np.where(cv2.GaussianBlur(rng.normal(0, 1, (1400, 1000)), (0, 0), 3) > 0.2, 40, 240)
    for picture in (noise, clouds + 128, np.array(strewn), dots, np.full((1400, 1000), 240)):
        measured = skew.measure_skew(np.clip(picture, 0, 255).astype(np.uint8), DPI)
        assert measured.confidence < skew.THRESHOLD / 2


def test_wandering_hand_gives_no_confidence():
    """Lines of scrawl, each with a slope of its own, are not straightened."""
    page, rng = np.full((1754, 1240), 250, np.uint8), np.random.default_rng(6)
    for top in range(150, 1600, 64):
        slope, x = rng.normal(0, 0.03), 110.0
        while x < 1080:
            along = np.arange(0, rng.uniform(45, 180), 2.0)
            y = top + slope * (x - 600) + rng.normal(0, 5) + 10 * np.sin(along / rng.uniform(2, 5))
            cv2.polylines(page, [np.column_stack((x + along, y)).astype(np.int32)], False, 60, 2, cv2.LINE_AA)
            x += along[-1] + rng.uniform(15, 40)
    assert skew.measure_skew(page, DPI).confidence < skew.THRESHOLD


def test_beyond_the_range_gives_no_confidence():
    """Lines steeper than the range are not taken for something within it."""
    assert skew.measure_skew(turned(typed(20), 25.0), DPI).confidence < skew.THRESHOLD
    assert skew.measure_skew(turned(typed(20), 15.6), DPI).confidence == 0


@pytest.mark.parametrize("face", ["Serif", "Mono"])
@pytest.mark.parametrize("quarter", range(4))
def test_axis_of_the_lines(face: str, quarter: int):
    """Lines of a page turned by quarters are found to run level or up and down, also with some skew."""
    measured = skew.text_axis(np.ascontiguousarray(np.rot90(turned(typed(20, face), 2.0), quarter)), DPI)
    assert measured.value == (0, 90)[quarter % 2]
    assert measured.confidence > skew.AXIS_THRESHOLD


def test_lines_up_the_page_are_measured_without_turning_it():
    """Sideways lines have the skew that they would have after a quarter turn."""
    page = turned(typed(20), 2.3)
    for quarter in (1, 3):
        found = skew.Lines(np.ascontiguousarray(np.rot90(page, quarter)), DPI).skew(sideways=True)
        assert found.value == pytest.approx(2.3, abs=0.04)
        assert found.confidence > 0.9


def test_steep_lines_are_told_from_none():
    """Lines beyond the range are seen to be there, noise is not taken for such."""
    assert skew.Lines(turned(typed(20), 27.0), DPI).steep().confidence > 2 * skew.THRESHOLD
    noise = np.random.default_rng(3).normal(190, 30, (1400, 1000)).clip(0, 255).astype(np.uint8)
    assert skew.Lines(noise, DPI).steep().confidence < skew.THRESHOLD / 2


def test_axis_of_nothing_has_no_confidence():
    """Noise and empty paper have no axis."""
    noise = np.random.default_rng(3).normal(190, 30, (1400, 1000)).clip(0, 255).astype(np.uint8)
    assert skew.text_axis(noise, DPI).confidence < skew.AXIS_THRESHOLD
    assert skew.text_axis(np.full((900, 700), 240, np.uint8), DPI).confidence == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 2), (37, 41)])
def test_odd_pictures_are_taken(shape: tuple[int, int]):
    """A picture too small to hold text is measured without confidence, not refused."""
    assert skew.measure_skew(np.zeros(shape, np.uint8), 300).confidence == 0
    assert skew.text_axis(np.zeros(shape, np.uint8), 300).confidence == 0


@settings(deadline=None, max_examples=25)
@given(st.integers(100, 500), st.integers(100, 500), st.integers(50, 600))
def test_small_copy_is_the_page_in_small(height: int, width: int, longest_px: int):
    """A small copy has the length asked for, or the page's own, the page's proportions and the page's tones."""
    ramp = np.add.outer(np.linspace(0, 120, height), np.linspace(0, 120, width)).astype(np.uint8)
    small = letters.small_copy(ramp, longest_px)
    assert max(small.shape) == min(longest_px, max(height, width))
    assert small.shape[0] / small.shape[1] == pytest.approx(height / width, rel=0.1)
    assert float(small.mean()) == pytest.approx(float(ramp.mean()), abs=5)


@pytest.mark.skipif(not SHARED.exists(), reason=f"the sample pages are not at {SHARED}")
@pytest.mark.parametrize("name", ["ehri/ehri01.jpg", "nubis/nubis05.jpg", "tapus/tapus09.jpeg"])
@pytest.mark.parametrize("degrees", [-6.2, 1.3])
def test_real_pages_follow_the_turn(name: str, degrees: float):
    """A real page turned by a known angle is measured to have turned by that angle."""
    gray = np.asarray(cv2.imread(str(SHARED / name), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    dpi = max(gray.shape) / 11.7
    before = skew.measure_skew(gray, dpi)
    assert_measured(turned(gray, degrees, int(np.median(gray))), before.value + degrees, dpi)
