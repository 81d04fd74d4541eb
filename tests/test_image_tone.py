"""The picture for the engine: what is measured, and what is done about it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.image import dropout, paper, tone, type_size

INK, PAPER = 0, 255


def page_of_bars(
    x_height: int, *, stroke: int = 4, dpi: int = 300, ink: int = INK, ground: int = PAPER
) -> tone.Picture:
    """Draw rows of u-shaped letters of a given x-height, every fifth with a stem."""
    page = np.full((dpi * 4, dpi * 4), ground, np.uint8)
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
    found = type_size.measure_type(page_of_bars(x_height, stroke=stroke), 300)
    assert found.x_height == pytest.approx(x_height, abs=max(1, x_height / 12))


@pytest.mark.parametrize("stroke", [2, 3, 5])
def test_stroke_is_measured(stroke: int):
    """The stroke width found is the one drawn."""
    assert type_size.measure_type(page_of_bars(26, stroke=stroke), 300).stroke == pytest.approx(stroke, abs=0.5)


@pytest.mark.parametrize("x_height", [28, 44])
def test_large_letters_are_reduced(x_height: int):
    """Large letters are reduced until their x-height is the largest wanted, give or take what is left alone."""
    picture, scale, how = tone.reading_picture(page_of_bars(x_height), 300)
    assert how.scale == scale
    assert scale * x_height == pytest.approx(type_size.LARGEST_X_HEIGHT, rel=1 - type_size.LEAST_REDUCTION + 1 / 12)
    assert picture.shape == pytest.approx([1200 * scale] * 2, abs=1)


def test_two_bands_speak_for_a_page_full_of_type_and_all_of_it_where_they_are_empty():
    """Type is measured from part of a full page alike, and found where it stands outside that part."""
    full = page_of_bars(20)
    sparse = np.full_like(full, PAPER)
    sparse[:180] = full[:180]
    found = [type_size.measure_type(page, 300) for page in (full, sparse)]
    assert [one.x_height for one in found] == pytest.approx([20, 20], abs=1)
    assert found[0].stroke == pytest.approx(4, abs=0.5)


def test_photostat_full_of_type_is_turned_black_on_white():
    """White letters on black are turned, however many inner spaces of theirs are dark shapes; black ones are not."""
    page = np.full((1500, 1300), 250, np.uint8)
    for y in range(60, 1460, 34):
        cv2.putText(
            page, "nhung trich luc da ghi theo so bao cao goc " * 4, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 20, 2
        )
    assert tone.prepared(cv2.bitwise_not(page).astype(np.uint8), 200)[1].turned_black
    assert not tone.prepared(page, 200)[1].turned_black


def test_letters_of_a_good_size_are_left():
    """Letters between the smallest and the largest wanted keep their size."""
    assert tone.reading_picture(page_of_bars(17), 200)[1] == 1.0


def test_low_resolution_is_enlarged_but_never_past_the_limit():
    """A page of 100 dpi with small letters is enlarged; specks on a page of 300 dpi are not."""
    assert type_size.choose_scale(7, 100) == pytest.approx(type_size.SMALLEST_X_HEIGHT / 7)
    assert type_size.choose_scale(4, 100) == pytest.approx(3)
    assert type_size.choose_scale(5, 300) == 1


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
    flat = paper.evened(page, paper.paper_level(page))
    bare = flat[:, 300:][page_of_bars(26)[:, 300:] == PAPER]
    assert np.percentile(bare, 2) > 235
    assert flat[:, :100].max() < 60


def test_red_seal_drops_out_and_black_letters_under_it_stay():
    """Inside a seal's box the seal is as light as paper and the black letters are as dark as before."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    disc = np.zeros(letters.shape, np.uint8)
    cv2.circle(disc, (600, 600), 200, 255, -1)
    page[(disc > 0) & (letters == PAPER)] = (225, 30, 40)
    gray = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    out, boxes = dropout.bleached(page, gray, seal_size=100)
    assert len(boxes) == 1
    assert gray[(disc > 0) & (letters == PAPER)].max() < 130
    assert out[(disc > 0) & (letters == PAPER)].min() > 200
    assert out[(disc > 0) & (letters == INK)].max() < 30


def test_text_in_colour_is_kept():
    """A page typed in blue keeps its contrast: nothing is bleached."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    page[letters == INK] = (40, 40, 200)
    out, boxes = dropout.bleached(page, cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), seal_size=20)
    assert boxes == ()
    assert out[letters == INK].max() < 80


def test_yellow_paper_is_not_a_seal():
    """The colour of the paper itself does not count as coloured ink."""
    page = np.full((900, 700, 3), (235, 215, 160), np.uint8)
    page[100:120, 100:500] = 20
    assert dropout.seals(page, 90, dropout.paper_colour(page)) == ()


def test_blue_ink_becomes_as_light_as_paper():
    """A scribble in blue over black letters leaves nothing that the engine could take for ink."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    scribble = np.zeros(letters.shape, np.uint8)
    cv2.polylines(scribble, [np.array([(300, 400), (900, 700), (350, 800), (800, 350)])], False, 255, 6)
    page[(scribble > 0) & (letters == PAPER)] = (32, 52, 150)
    out, boxes = dropout.bleached(page, cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), seal_size=92)
    assert len(boxes) == 1
    assert out[(scribble > 0) & (letters == PAPER)].min() > 200


def stamp(page: tone.Picture, *, x: int, y: int) -> None:
    """Draw a red frame of 400 by 160 px with bars as letters in it."""
    cv2.rectangle(page, (x, y), (x + 400, y + 160), (210, 40, 40), 5)
    for place in range(x + 40, x + 360, 36):
        page[y + 60 : y + 100, place : place + 8] = (210, 40, 40)


def test_framed_stamp_in_the_open_is_text():
    """A framed stamp drops out where it lies over writing, and stays where it stands free."""
    over = in_colour(page_of_bars(26))
    stamp(over, x=400, y=500)
    free = in_colour(page_of_bars(26))
    free[300:900] = PAPER
    stamp(free, x=400, y=500)
    for page, count in ((over, 1), (free, 0)):
        assert len(dropout.seals(page, 92, dropout.paper_colour(page))) == count


def test_coloured_words_are_not_seals():
    """A red heading in a black text stays."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    page[:200][letters[:200] == INK] = (200, 30, 40)
    assert dropout.seals(page, 92, dropout.paper_colour(page)) == ()


def test_red_border_goes_alone():
    """A red border round the page drops out, a red heading inside it stays as dark as it was."""
    letters = page_of_bars(26)
    page = in_colour(letters)
    heading = (slice(300, 360), slice(300, 900))
    page[heading][letters[heading] == INK] = (200, 30, 40)
    cv2.rectangle(page, (20, 20), (1180, 1180), (210, 40, 40), 8)
    out, boxes = dropout.bleached(page, cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), seal_size=92)
    assert len(boxes) == 1
    assert out[16:24, 200:1000].min() > 200
    assert out[heading][letters[heading] == INK].max() < 110


def other_side() -> tone.Picture:
    """Draw the other side as it shows, mirrored and soft."""
    back = np.roll(page_of_bars(30)[:, ::-1], 17, axis=0)
    return cv2.GaussianBlur(back, (0, 0), 2.5)


@pytest.mark.parametrize("share", [0.2, 0.35])
def test_other_side_is_taken_out(share: float):
    """What shines through becomes nearly white, the page's own ink stays black."""
    letters, soft = page_of_bars(26), other_side()
    page = (letters * (1 - share * (1 - soft / 255.0))).astype(np.uint8)
    picture, how = tone.prepared(page, 300)
    through = (letters == PAPER) & (soft < 150)
    assert how.cleared
    assert page[through].mean() < 255 * (1 - 0.4 * share)
    assert picture[through].mean() > 240
    assert picture[letters == INK].max() < 40


def test_pale_ink_is_not_the_other_side():
    """Sharp letters of a quarter of the darkness are ink of this side, and stay."""
    page = page_of_bars(26)
    page[600:] = np.where(page[600:] == INK, 190, PAPER)
    picture, how = tone.prepared(page, 300)
    assert not how.cleared
    assert np.array_equal(picture, page)


def test_photostat_is_turned_black_on_white():
    """A page of white letters on black is turned; one with a wide black edge is not."""
    page = page_of_bars(26)
    picture, how = tone.prepared((240 - page * 0.9).astype(np.uint8), 300)
    assert how.turned_black
    assert np.array_equal(picture < 128, page < 128)
    page = np.pad(page, 400, constant_values=10)
    assert not tone.prepared(page, 300)[1].turned_black


def test_stairs_are_smoothed():
    """A page of pure black and white gets greys, one that has some keeps them as they are."""
    page = page_of_bars(18)
    picture, how = tone.prepared(page, 200)
    assert how.smoothed
    assert len(np.unique(picture)) > 2
    page[0, 0] = 128
    assert not tone.prepared(page, 200)[1].smoothed


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
