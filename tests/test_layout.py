"""Reading order and noise: rules of print on made lines, and ruled tables on drawn pictures."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Line, Word
from pipeline.tesseract.cells import fits, parted
from pipeline.tesseract.layout import lines_of_table, reading_order
from pipeline.tesseract.noise import Sheet, without_noise
from pipeline.tesseract.tables import Cell, ruled_tables

SPACE = 12.0


def line(x: float, y: float, text: str, block: int = 1) -> Line:
    """Make a line of words 30 px high, 14 px a letter, with spaces of 12 px; y is its top."""
    words = []
    for word in text.split():
        words.append(Word(word, x, y, x + 14 * len(word), y + 30, 92))
        x = words[-1].x1 + SPACE
    return Line(block, y + 30, tuple(words))


def texts(lines: tuple[Line, ...]) -> list[str]:
    """Give the lines as text."""
    return [" ".join(word.text for word in one.words) for one in lines]


def across(*lines: Line) -> Line:
    """Make one line of several, as an engine does that reads across a gutter."""
    return Line(1, lines[0].baseline, tuple(word for one in lines for word in one.words))


LEFT = ["các hồ sơ có giá trị", "được lựa chọn để nộp", "vào kho lưu trữ tỉnh", "theo thời hạn đã ghi"]
RIGHT = ["việc số hóa tài liệu", "bảo đảm giữ nguyên bố", "cục của từng trang và", "màu sắc của bản gốc ấy"]


@pytest.mark.parametrize("lower", [0, 24])
def test_columns_of_print_are_read_one_after_the_other(lower: float):
    """Left column, then right, whether their lines stand level or half a line apart; the heading stays first."""
    count = 4 if lower == 0 else 16
    left = [line(100, 200 + 48 * row, LEFT[row % 4]) for row in range(count)]
    right = [line(480, 200 + lower + 48 * row, RIGHT[row % 4]) for row in range(count)]
    mixed = sorted([line(250, 80, "LƯU TRỮ"), *left, *right], key=lambda one: one.baseline)
    assert texts(reading_order(mixed, SPACE)) == ["LƯU TRỮ", *texts(tuple(left)), *texts(tuple(right))]


def test_receivers_come_before_the_signature():
    """The list beside a signature is read whole first, though the engine takes its first line and KT. for one."""
    sent = [line(100, 200 + 40 * row, text) for row, text in enumerate(["Nơi nhận:", "- Như trên;", "- Lưu: VT."])]
    signed = [line(700, 204, "KT. CHỦ TỊCH"), line(690, 250, "PHÓ CHỦ TỊCH"), line(720, 480, "Trần Văn Minh")]
    engine = [across(sent[0], signed[0]), signed[1], sent[1], sent[2], signed[2]]
    assert texts(reading_order(engine, SPACE)) == texts((*sent, *signed))


def test_forms_and_numbered_items_are_read_across():
    """Labels with their values, and numbers with their items, stay lines."""
    form = [across(line(100, 60 * row, "Họ tên:"), line(500, 60 * row, LEFT[row])) for row in range(4)]
    items = [across(line(100, 60 * row, f"{row + 1}."), line(240, 60 * row, LEFT[row])) for row in range(4)]
    assert texts(reading_order(form, SPACE)) == texts(tuple(form))
    assert texts(reading_order(items, SPACE)) == texts(tuple(items))


def test_second_lines_of_cells_stay_with_their_row():
    """In a table without rules the continuation of a cell is read before the next row, cell by cell."""
    rows = [
        [line(100, y, "01"), line(300, y, "Biên bản"), line(800, y, "1962"), line(1100, y, "Hà Nội")] for y in (0, 130)
    ]
    more = line(300, 42, "bàn giao")
    engine = [across(*rows[0]), more, across(*rows[1]), across(*(line(x, 260, "tiếp") for x in (100, 300, 800, 1100)))]
    assert texts(reading_order(engine, SPACE)) == [
        *("01", "Biên bản", "bàn giao", "1962", "Hà Nội"),
        "01 Biên bản 1962 Hà Nội",
        "tiếp tiếp tiếp tiếp",
    ]


def page_with_table(*, joined: bool) -> np.ndarray:
    """Draw a page of 200 dpi with a table of three rows and columns, its first column one cell where joined."""
    page = np.full((1600, 1100), 235, np.uint8)
    for x in (100, 400, 700, 1000):
        cv2.line(page, (x, 500), (x, 950), 40, 2)
    for y in (500, 650, 800, 950):
        cv2.line(page, (400 if joined and y in {650, 800} else 100, y), (1000, y), 40, 2)
    for y in range(60, 420, 30):
        cv2.putText(page, "dam bao dung thoi han quy dinh cua tinh", (100, y), cv2.FONT_HERSHEY_COMPLEX, 0.8, 40, 2)
    return page


@pytest.mark.parametrize(("joined", "count"), [(False, 9), (True, 7)])
def test_cells_of_a_ruled_table_are_found(joined: bool, count: int):
    """Each area between rules is a cell, also over several rows; text above makes none."""
    (table,) = ruled_tables(page_with_table(joined=joined), 200)
    assert len(table) == count
    assert [table[0].x0, table[0].y0] == pytest.approx([100, 500], abs=8)
    assert [table[-1].x1, table[-1].y1] == pytest.approx([1000, 950], abs=8)


@pytest.mark.parametrize("dpi", [150, 200, 233, 300])
def test_hair_lines_that_meet_close_cells_at_any_resolution(dpi: int):
    """Corners hold together whatever the sizes in pixels come to, and no cell lies round others."""
    scale = dpi / 100
    page = np.full((round(800 * scale), round(600 * scale)), 235, np.uint8)
    at = [round(place * scale) for place in (50, 120, 230, 380, 550)]
    for place in at:
        cv2.line(page, (place, at[0]), (place, at[-1]), 60, 2)
        cv2.line(page, (at[0], place), (at[-1], place), 60, 2)
    (table,) = ruled_tables(page, dpi)
    assert len(table) == 16
    assert not any(cell.holds((a.x0 + a.x1) / 2, (a.y0 + a.y1) / 2) for cell in table for a in table if a is not cell)


def test_text_and_frames_are_no_tables():
    """Lines of type, underlines and a frame round the page give no table."""
    page = page_with_table(joined=False)
    page[480:] = 235
    cv2.rectangle(page, (40, 20), (1060, 1580), 40, 3)
    cv2.line(page, (400, 440), (700, 440), 40, 2)
    assert ruled_tables(page, 200) == ()


TABLE = (Cell(0, 100, 300, 300), Cell(300, 100, 900, 300), Cell(0, 300, 300, 400), Cell(300, 300, 900, 400))


def test_cells_are_read_row_by_row():
    """Words that the engine read across rules come cell by cell, and what is above and below stays there."""
    above, below = line(20, 30, "DANH SÁCH"), line(20, 450, "hết bảng")
    engine = [
        above,
        across(line(20, 110, "một hai"), line(320, 112, "ba bốn")),
        across(line(20, 160, "năm"), line(320, 162, "sáu bảy")),
        across(line(20, 320, "tám"), line(320, 322, "chín")),
        below,
    ]
    assert fits(engine, TABLE)
    assert texts(reading_order(engine, SPACE, [TABLE])) == [
        *("DANH SÁCH", "một hai", "năm", "ba bốn", "sáu bảy", "tám", "chín", "hết bảng"),
    ]
    assert [one.block for one in reading_order(engine, SPACE, [TABLE])] == [0, 1, 1, 2, 2, 3, 4, 5]


def test_rules_through_words_are_no_table():
    """What runs through most words is no rule, and the lines are read as if it were not there."""
    prose = [line(20, 110 + 48 * row, "dài" + "x" * 40) for row in range(4)]
    assert not fits(prose, TABLE)
    assert texts(reading_order(prose, SPACE, [TABLE])) == texts(tuple(prose))


def test_words_keep_off_the_rules():
    """A box that the engine drew over a rule ends inside its cell."""
    (cell,) = parted([Line(1, 140, (Word("Không", 100, 110, 320, 140, 90),))], TABLE)[1]
    assert cell[0].words[0].x1 < TABLE[0].x1


def noisy(*words: Word) -> list[str]:
    """Give what is left of a line among lines of 30 px."""
    lines = [*(line(100, 48 * row, LEFT[row]) for row in range(4)), Line(1, 330, words)]
    kept = without_noise(lines, Sheet(1000, 1400))[4:]
    return [word.text for one in kept for word in one.words]


def test_noise_goes_and_real_marks_stay():
    """Holes, specks, flat and stretched guesses and cut edges go; page numbers, dashes and unsure words stay."""
    sure = Word("tỉnh", 300, 300, 360, 330, 95)
    assert noisy(Word("@", 20, 290, 80, 350, 80), sure) == ["tỉnh"]
    assert noisy(Word("O", 20, 285, 80, 345, 80), sure) == ["tỉnh"]
    assert noisy(Word("ế", 300, 300, 310, 306, 10)) == []
    assert noisy(Word("ae", 100, 300, 500, 330, 20), sure) == ["tỉnh"]
    assert noisy(Word("Sk", 0, 300, 40, 330, 30), sure) == ["tỉnh"]
    assert noisy(Word("12", 480, 300, 508, 330, 40)) == ["12"]
    assert noisy(sure, Word("-", 372, 315, 384, 319, 20), Word("xã", 396, 300, 430, 330, 95)) == ["tỉnh", "-", "xã"]
    xa = Word("xã", 396, 300, 430, 330, 95)
    assert noisy(sure, Word(",", 372, 322, 378, 334, 20), xa) == ["tỉnh", ",", "xã"]
    assert noisy(sure, Word(";", 372, 322, 378, 334, 20)) == ["tỉnh", ";"]
    assert noisy(sure, Word(",", 372, 270, 378, 282, 20), xa) == ["tỉnh", "xã"]
    assert noisy(sure, Word(",", 480, 322, 486, 334, 20)) == ["tỉnh"]
    assert noisy(replace(sure, confidence=60), Word(",", 372, 322, 378, 334, 20), xa) == ["tỉnh", "xã"]
    assert noisy(Word("ĐÃ", 300, 295, 360, 332, 25), Word("THU", 370, 295, 460, 332, 45)) == ["ĐÃ", "THU"]


places = st.tuples(st.integers(0, 2000), st.integers(0, 3000), st.integers(1, 400), st.integers(1, 90))
made_lines = st.lists(
    st.lists(places, min_size=1, max_size=5).map(
        lambda found: Line(1, found[0][1] + 20.0, tuple(Word("chữ", x, y, x + w, y + h, 90) for x, y, w, h in found))
    ),
    max_size=12,
)


@given(made_lines)
@settings(deadline=None, max_examples=60)
def test_no_word_is_lost_or_doubled(lines: list[Line]):
    """Whatever stands where, all words come out once, and blocks count up from 0."""
    ordered = reading_order(lines, SPACE)
    assert sorted(map(repr, (w for one in ordered for w in one.words))) == sorted(
        map(repr, (w for one in lines for w in one.words))
    )
    blocks = [one.block for one in ordered]
    assert blocks == sorted(blocks)
    assert set(blocks) == set(range(len(set(blocks))))


def test_an_empty_table_gives_no_lines():
    """A page without words has no lines, with or without ruled tables."""
    assert lines_of_table("", [TABLE]) == ()
