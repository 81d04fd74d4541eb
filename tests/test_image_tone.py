"""The picture for the engine: what is measured, and what is done about it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image import tone

INK, PAPER = 0, 255


def page_of_bars(x_height: int, *, stroke: int = 4, dpi: int = 300, ink: int = INK, paper: int = PAPER) -> tone.Picture:
    """Draw rows of u-shaped letters of a given x-height, every fifth with a stem."""
    page = np.full((dpi * 4, dpi * 4), paper, np.uint8)
    for row, y in enumerate(range(3 * x_height, page.shape[0] - 3 * x_height, 3 * x_height)):
        for column, x in enumerate(range(x_height, page.shape[1] - 2 * x_height, x_height + x_height // 2)):
            top = y - (x_height // 2 if (row + column) % 5 == 0 else 0)
            page[top : y + x_height, x : x + stroke] = ink
            page[y : y + x_height, x + x_height - stroke : x + x_height] = ink
            page[y + x_height - stroke : y + x_height, x : x + x_height] = ink
    return page


def in_colour(gray: tone.Picture) -> tone.Picture:
    return np.repeat(gray[..., None], 3, axis=2)


@settings(deadline=None, max_examples=8)
@given(x_height=st.integers(12, 50), stroke=st.integers(3, 5))
def test_x_height_is_measured(x_height: int, stroke: int):
    """The x-height found is the one drawn, within a twelfth, whatever the stems."""
    found = tone.measure_type(page_of_bars(x_height, stroke=stroke), 300)
    assert found.x_height == pytest.approx(x_height, abs=max(1, x_height / 12))


@pytest.mark.parametrize("stroke", [2, 3, 5])
def test_stroke_is_measured(stroke: int):
    """The stroke width found is the one drawn."""
    assert tone.measure_type(page_of_bars(26, stroke=stroke), 300).stroke == pytest.approx(stroke, abs=0.5)


@pytest.mark.parametrize("x_height", [16, 28, 44])
def test_letters_come_to_the_target(x_height: int):
    """Large letters are reduced until their x-height is the target, give or take what is left alone."""
    picture, scale, how = tone.reading_picture(page_of_bars(x_height), 300)
    assert how.scale == scale
    assert scale * x_height == pytest.approx(tone.TARGET_X_HEIGHT, rel=tone.LEAVE_ALONE + 1 / 12)
    assert picture.shape == pytest.approx([1200 * scale] * 2, abs=1)


def test_low_resolution_is_enlarged_but_never_past_the_limit():
    """A page of 100 dpi with small letters is enlarged; specks on a page of 300 dpi are not."""
    assert tone.choose_scale(7, 100) == pytest.approx(tone.TARGET_X_HEIGHT / 7)
    assert tone.choose_scale(4, 100) == pytest.approx(3)
    assert tone.choose_scale(5, 300) == 1


def test_empty_page_is_left_as_it_is():
    """A page without letters is neither scaled nor thickened nor evened."""
    blank = np.full((800, 600), PAPER, np.uint8)
    picture, scale, how = tone.reading_picture(blank, 300)
    assert (scale, how.evened, how.thickened) == (1.0, False, False)
    assert np.array_equal(picture, blank)


def test_only_thin_strokes_are_thickened():
    """Hair lines under large letters are thickened, usual strokes and low resolutions are not."""
    assert tone.reading_picture(page_of_bars(26, stroke=2), 300)[2].thickened
    assert not tone.reading_picture(page_of_bars(26, stroke=4), 300)[2].thickened
    assert not tone.reading_picture(page_of_bars(8, stroke=1, dpi=100), 100)[2].thickened


def test_shading_is_evened_and_edges_stay_dark():
    """Paper that darkens to one side becomes white all over; a black scanner edge stays black."""
    shade = np.linspace(1.0, 0.6, 1200)[None, :]
    page = (page_of_bars(26) * shade).astype(np.uint8)
    page[:, :150] = 10
    flat = tone.evened(page, tone.paper_level(page))
    paper = flat[:, 300:][page_of_bars(26)[:, 300:] == PAPER]
    assert np.percentile(paper, 2) > 235
    assert flat[:, :100].max() < 60


def test_red_seal_drops_out_and_black_letters_under_it_stay():
    """Inside a seal's box the seal is as light as paper and the black letters are as dark as before."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    disc = np.zeros(letters.shape, np.uint8)
    cv2.circle(disc, (600, 600), 200, 255, -1)
    page[(disc > 0) & (letters == PAPER)] = (225, 30, 40)
    gray = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    out, boxes = tone.bleached(page, gray, seal_size=100)
    assert len(boxes) == 1
    assert gray[(disc > 0) & (letters == PAPER)].max() < 130
    assert out[(disc > 0) & (letters == PAPER)].min() > 200
    assert out[(disc > 0) & (letters == INK)].max() < 30


def test_text_in_colour_is_kept():
    """A page typed in blue keeps its contrast: nothing is bleached."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    page[letters == INK] = (40, 40, 200)
    out, boxes = tone.bleached(page, cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), seal_size=20)
    assert boxes == ()
    assert out[letters == INK].max() < 80


def test_yellow_paper_is_not_a_seal():
    """The colour of the paper itself does not count as coloured ink."""
    page = np.full((900, 700, 3), (235, 215, 160), np.uint8)
    page[100:120, 100:500] = 20
    assert tone.seals(page, 90) == ()


@settings(deadline=None, max_examples=8)
@given(height=st.integers(1, 60), width=st.integers(1, 60), colour=st.booleans(), value=st.integers(0, 255))
def test_any_size_gives_a_grey_picture(height: int, width: int, colour: bool, value: int):
    """Tiny, black and coloured pictures all give a grey picture of at least one pixel."""
    shape = (height, width, 3) if colour else (height, width)
    picture, scale, _ = tone.reading_picture(np.full(shape, value, np.uint8), 300)
    assert picture.ndim == 2
    assert picture.dtype == np.uint8
    assert picture.size > 0
    assert scale > 0
