"""The second look: which lines get one, where their words come to lie, which reading is kept."""

import numpy as np
import pytest

from pipeline.image.tone import Picture
from pipeline.model import Line, Word
from pipeline.tesseract import second_look
from pipeline.tesseract.cell_look import look_into_cells
from pipeline.tesseract.second_look import Look, look_again
from pipeline.tesseract.tables import Cell

X_HEIGHT, HEIGHT = 14, 20


def line(y: float, confidence: float, *texts: str, x: float = 100) -> Line:
    """Make a line of words 20 px high, 12 px a letter."""
    words = []
    for text in texts:
        words.append(Word(text, x, y, x + 12 * len(text), y + HEIGHT, confidence))
        x += 12 * len(text) + 10
    return Line(0, y + 16, tuple(words))


def page_of(*lines: Line) -> Picture:
    """Draw each word as a black box."""
    page = np.full((1000, 800), 255, np.uint8)
    for word in (word for one in lines for word in one.words):
        page[int(word.y0) : int(word.y1), int(word.x0) : int(word.x1)] = 0
    return page


class Boxes:
    """A reader that finds the black boxes of a picture, and calls each what it is told."""

    def __init__(self, confidence: float, *texts: str) -> None:
        """Keep what to say."""
        self.confidence, self.texts, self.pictures = confidence, texts, []

    def __call__(self, gray: Picture, dpi: float) -> tuple[Line, ...]:
        """Give one line with a word for each box, the last ones first."""
        self.pictures.append((gray, dpi))
        rows = np.flatnonzero((gray < 128).any(axis=1))
        words = []
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            columns = np.flatnonzero((gray[run[0] : run[-1] + 1] < 128).any(axis=0))
            for part in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
                place = float(part[0]), float(run[0]), float(part[-1] + 1), float(run[-1] + 1)
                words.append(Word("", *place, self.confidence))
        named = [Word(text, w.x0, w.y0, w.x1, w.y1, w.confidence) for text, w in zip(self.texts, words, strict=True)]
        return (Line(0, 0.0, tuple(reversed(named))),)


SURE = line(100, 95, "Quyết", "định", "số")


def test_unsure_lines_are_read_again_and_lie_where_they_lay():
    """A surer reading replaces an unsure line, its words in order and within a pixel of their ink."""
    unsure = line(300, 40, "thảnh", "phô")
    read = Boxes(92, "thành", "phố")
    lines, look = look_again((SURE, unsure), page_of(SURE, unsure), X_HEIGHT, 300, read)
    assert look == Look(unsure=1, bettered=1)
    assert lines[0] is SURE
    assert [word.text for word in lines[1].words] == ["thành", "phố"]
    for new, old in zip(lines[1].words, unsure.words, strict=True):
        assert (new.x0, new.y0, new.x1, new.y1) == pytest.approx((old.x0, old.y0, old.x1, old.y1), abs=1)
    assert (lines[1].block, lines[1].baseline) == (unsure.block, unsure.baseline)


def test_only_the_unsure_lines_are_shown_and_larger():
    """The picture of the second look holds the unsure lines alone, at the other size of type."""
    unsure = line(300, 40, "abc")
    read = Boxes(92, "abc")
    look_again((SURE, unsure), page_of(SURE, unsure), X_HEIGHT, 300, read)
    ((picture, dpi),) = read.pictures
    scale = second_look.OTHER_X_HEIGHT / X_HEIGHT
    assert dpi == 300 * scale
    assert np.count_nonzero(picture < 128) == pytest.approx(36 * HEIGHT * scale**2, rel=0.1)


def test_lines_do_not_mix():
    """Each of several unsure lines gets the words of its own strip."""
    unsure = tuple(line(y, 30, "aaaa", x=x) for y, x in ((200, 50), (260, 300), (500, 120)))
    read = Boxes(90, "mot", "hai", "baa")
    lines, look = look_again(unsure, page_of(*unsure), X_HEIGHT, 300, read)
    assert [word.text for one in lines for word in one.words] == ["mot", "hai", "baa"]
    assert look.bettered == 3


@pytest.mark.parametrize(
    ("confidence", "text"),
    [(44, "thành"), (99, "th")],
)
def test_reading_that_is_not_clearly_better_is_left(confidence: float, text: str):
    """A reading hardly surer, or with far fewer letters, changes nothing."""
    unsure = line(300, 40, "thảnh")
    lines, look = look_again((SURE, unsure), page_of(SURE, unsure), X_HEIGHT, 300, Boxes(confidence, text))
    assert lines == (SURE, unsure)
    assert look == Look(unsure=1, bettered=0)


def test_nothing_is_read_where_all_is_sure_or_all_is_lost():
    """A page without unsure lines, one mostly unsure, and one without type are not read again."""
    unsure = tuple(line(100 + 40 * row, 30, "aaaa") for row in range(12))
    for lines, x_height in (((SURE,), X_HEIGHT), (unsure, X_HEIGHT), ((SURE, unsure[9]), 0.0), ((), X_HEIGHT)):
        read = Boxes(99)
        assert look_again(lines, page_of(*lines), x_height, 300, read) == (lines, Look())
        assert read.pictures == []


def test_several_lines_taken_for_one_are_left():
    """A line far higher than the page's words is no line, and is not read again."""
    merged = Line(0, 396, (Word("aaaa", 100, 300, 150, 320, 30), Word("bbbb", 100, 380, 150, 400, 30)))
    assert look_again((SURE, merged), page_of(SURE, merged), X_HEIGHT, 300, Boxes(99))[1] == Look()


def test_strip_at_the_edge_is_cut_short():
    """A line at the very edge of the page is read again too."""
    unsure = line(0, 20, "aaaa", x=0)
    lines, _ = look_again((unsure,), page_of(unsure), X_HEIGHT, 300, Boxes(90, "bbbb"))
    assert (lines[0].words[0].x0, lines[0].words[0].y0) == pytest.approx((0, 0), abs=1)


TABLE = (Cell(50, 90, 400, 190), Cell(404, 90, 750, 190), Cell(50, 194, 400, 294), Cell(404, 194, 750, 294))


def look_into(words: tuple[Line, ...], inked: tuple[Line, ...], read: Boxes) -> tuple[tuple[Line, ...], Look]:
    """Look into the cells of a page that shows `inked` and was read as `words`."""
    return look_into_cells(words, page_of(*inked), [TABLE], X_HEIGHT, lambda picture: read(picture, 300))


def test_cells_that_were_passed_over_are_read():
    """Words of a cell that the engine missed come in at their place, in the order of the cells."""
    missed = line(130, 0, "aa", "bb", "cc", x=500)
    last = line(234, 95, "Tổng", x=100)
    lines, look = look_into((SURE, last), (SURE, missed, last), Boxes(92, "mot", "hai", "ba"))
    assert look == Look(unsure=1, bettered=1)
    assert [[word.text for word in one.words] for one in lines] == [
        ["Quyết", "định", "số"],
        ["mot", "hai", "ba"],
        ["Tổng"],
    ]
    for new, old in zip(lines[1].words, missed.words, strict=True):
        assert (new.x0, new.y0, new.x1, new.y1) == pytest.approx((old.x0, old.y0, old.x1, old.y1), abs=1)


@pytest.mark.parametrize(
    ("confidence", "text", "kept"), [(92, "thành", "thành"), (46, "thành", "thảnh"), (99, "th", "thảnh")]
)
def test_unsure_cells_keep_the_surer_reading(confidence: float, text: str, kept: str):
    """A cell is replaced by a clearly surer reading of as many letters, else it stays as it was."""
    unsure = line(130, 40, "thảnh", x=500)
    lines, look = look_into((SURE, unsure), (SURE, unsure), Boxes(confidence, text))
    assert [word.text for one in lines for word in one.words] == ["Quyết", "định", "số", kept]
    assert look == Look(unsure=1, bettered=int(kept == "thành"))


def test_cells_that_were_read_well_are_left():
    """Nothing is read again where every cell is sure, or empty, or there is no table."""
    read = Boxes(99)
    assert look_into((SURE,), (SURE,), read) == ((SURE,), Look())
    assert look_into_cells((SURE,), page_of(SURE), [], X_HEIGHT, lambda picture: read(picture, 300))[1] == Look()
    assert read.pictures == []
