"""What is measured of a scan's quality is what was drawn, whatever the resolution; what cannot be measured is None."""

import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image.quality import Look, measure

UM_PER_INCH = 25_400
# 10 to 90 % of a step blurred by a bell curve of standard deviation 1.
EDGE_OF_SIGMA = 2.563


def print_of(
    dpi: int, *, ink: int = 30, paper: int = 235, side_mm: float = 100.0, letter_mm: float = 2.4
) -> np.ndarray:
    """Draw rows of upright and lying strokes of 0.4 mm, like letters."""
    side, height = (round(length / 25.4 * dpi) for length in (side_mm, letter_mm))
    stroke = max(2, round(0.4 / 25.4 * dpi))
    page = np.full((side, side), paper, np.uint8)
    for y in range(4 * height, side - 4 * height, 3 * height):
        for x in range(4 * height, side - 4 * height, round(1.6 * height)):
            page[y : y + height, x : x + stroke] = ink
            page[y : y + height, x + height - stroke : x + height] = ink
            page[y : y + stroke, x : x + height] = ink
    return page


def blurred(page: np.ndarray, edge_um: float, dpi: int) -> np.ndarray:
    """Blur so that edges are as wide on paper as asked."""
    return cv2.GaussianBlur(page, (0, 0), edge_um / EDGE_OF_SIGMA / UM_PER_INCH * dpi)


def looked_at(page: np.ndarray, dpi: float, dpi_y: float | None = None) -> Look:
    gray = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    return measure(page, gray, dpi, dpi_y or dpi)


@settings(deadline=None, max_examples=12)
@given(dpi=st.sampled_from([200, 300, 400, 600]), edge_um=st.integers(220, 300), paper=st.integers(180, 255))
def test_blur_is_measured_on_paper(dpi: int, edge_um: int, paper: int):
    """The same blur in millimetres gives the same figure at every resolution, give or take a seventh."""
    found = looked_at(blurred(print_of(dpi, paper=paper), edge_um, dpi), dpi)

    assert found.edge_um == pytest.approx(edge_um, rel=0.15)


@pytest.mark.parametrize("dpi", [150, 300, 600])
def test_more_blur_is_never_less(dpi: int):
    """A blurrier page has a larger figure, also where the blur is wider than the strokes."""
    widths = [looked_at(blurred(print_of(dpi), edge_um, dpi), dpi).edge_um for edge_um in (200, 350, 600, 1000)]

    assert widths == sorted(widths)
    assert len(set(widths)) == len(widths)


def test_blur_of_one_direction_counts():
    """Lines that the scanner's carriage smeared are as hard to read as a page out of focus."""
    page = print_of(300)
    sigma = 450 / EDGE_OF_SIGMA / UM_PER_INCH * 300
    smeared = cv2.GaussianBlur(page, (0, 0), sigmaX=0.5, sigmaY=sigma)

    assert looked_at(smeared, 300).edge_um > 2 * looked_at(page, 300).edge_um


def test_unequal_resolutions_are_both_used():
    """A fax of half the lines is not twice as blurred as its dots make it."""
    page = blurred(print_of(400), 300, 400)
    squeezed = cv2.resize(page, None, fx=1, fy=0.5, interpolation=cv2.INTER_AREA)

    assert looked_at(squeezed, 400, 200).edge_um == pytest.approx(looked_at(page, 400).edge_um, rel=0.25)
    assert looked_at(squeezed, 400, 200).letter_mm == pytest.approx(2.4, rel=0.15)


@settings(deadline=None, max_examples=12)
@given(paper=st.integers(120, 250), share=st.floats(0.05, 0.75), seed=st.integers(0, 99))
def test_levels_and_contrast_are_those_drawn(paper: int, share: float, seed: int):
    """Grey levels of paper and ink come out within a few levels, noise or not; contrast is a share of light."""
    ink = round(paper * share)
    page = blurred(print_of(300, ink=ink, paper=paper), 180, 300)
    noise = np.random.default_rng(seed).normal(0, 4, page.shape)
    found = looked_at(np.clip(page + noise, 0, 255).astype(np.uint8), 300)

    assert found.paper == pytest.approx(paper, abs=4)
    assert found.ink == pytest.approx(ink, abs=14)
    assert found.contrast == pytest.approx(1 - (ink / paper) ** 2.2, abs=0.1)


@pytest.mark.parametrize("letter_mm", [1.6, 2.4, 4.0])
@pytest.mark.parametrize("dpi", [150, 300, 600])
def test_letters_are_measured_on_paper(dpi: int, letter_mm: float):
    """Their height in millimetres does not depend on the resolution."""
    found = looked_at(print_of(dpi, letter_mm=letter_mm), dpi)

    assert found.letters >= 50
    assert found.letter_mm == pytest.approx(letter_mm, abs=0.4)


def test_wrong_resolution_shows_in_the_letters():
    """A page of 300 dpi that says 600 has letters of half the size."""
    assert looked_at(print_of(300, side_mm=200), 600).letter_mm == pytest.approx(1.2, abs=0.3)


def test_clipped_shares_are_those_drawn():
    """Pixels without tone are counted at each end; beds and black edges outside the middle are not."""
    page = np.full((1000, 1000), 200, np.uint8)
    page[:, :100] = 0  # the bed
    page[300:500, 100:900] = 255
    page[500:600, 100:900] = 0
    found = looked_at(page, 100)

    assert found.burnt_out == pytest.approx(0.25, abs=0.01)
    assert found.blocked == pytest.approx(0.125, abs=0.01)


def test_bilevel_page_has_no_tones_to_measure():
    """Of a page of 1 bit, blur, contrast and clipping are not measured, in a file of 8 or 24 bits neither."""
    drawn = print_of(300, ink=0, paper=255)
    for page in (drawn, np.repeat(drawn[..., None], 3, axis=2)):
        found = looked_at(page, 300)
        assert found.tones == "bilevel"
        assert (found.edge_um, found.contrast, found.burnt_out, found.blocked) == (None, None, None, None)
    found = measure(drawn < 128, drawn, 300, 300)
    assert (found.tones, found.edge_um, found.contrast) == ("bilevel", None, None)
    assert found.letters > 100


def test_colour_is_told_from_grey_in_a_colour_file():
    """A grey scan saved as 24 bits is grey; the slightest tint of the paper makes it colour."""
    gray = blurred(print_of(300), 200, 300)
    as_colour = np.repeat(gray[..., None], 3, axis=2)
    tinted = as_colour - np.array([0, 2, 6], np.uint8)

    assert looked_at(gray, 300).tones == "grey"
    assert looked_at(as_colour, 300).tones == "grey"
    assert looked_at(tinted, 300).tones == "colour"
    white = np.full((800, 800, 3), 255, np.uint8)
    assert looked_at(white, 300).tones is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (40, 40), (900, 700)])
def test_page_without_letters_is_not_measured(shape: tuple[int, int]):
    """An empty or tiny page has no sharpness and no contrast, and is no error."""
    found = looked_at(np.full(shape, 240, np.uint8), 300)

    assert (found.letter_mm, found.edge_um, found.contrast) == (None, None, None)


def test_photo_has_no_letters_to_judge():
    """Noise as of a photograph gives no sharpness of letters."""
    noise = np.random.default_rng(1).normal(128, 30, (1200, 900))
    page = cv2.GaussianBlur(np.clip(noise, 0, 255).astype(np.uint8), (0, 0), 25)

    assert looked_at(page, 300).edge_um is None


def test_cost_is_that_of_a_small_copy():
    """Four times the pixels cost well under four times the time: only crops are looked at whole."""
    pages = {dpi: print_of(dpi, side_mm=200) for dpi in (300, 600)}
    seconds = {}
    for dpi, page in pages.items():
        measure(page, page, dpi, dpi)
        start = time.process_time()
        for _ in range(4):
            measure(page, page, dpi, dpi)
        seconds[dpi] = time.process_time() - start

    assert seconds[600] < 3 * seconds[300]
