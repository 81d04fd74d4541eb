"""Numbers in Vietnamese words: known readings, and every number comes back from its words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.papers.numbers_in_words import grouped, in_words, size_text

_DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
           "tám": 8, "chín": 9}  # fmt: skip


def number(words: str) -> int:
    """Read words back, by the value of each word alone."""
    high, _, low = words.rpartition(" tỷ")
    if high:
        return number(high) * 10**9 + (number(low.strip()) if low.strip() else 0)
    total = group = digit = 0
    for word in words.split():
        if word in _DIGITS:
            digit = _DIGITS[word]
        elif word == "mười":
            group, digit = group + 10, 0
        elif word in {"mươi", "trăm"}:
            group, digit = group + digit * {"mươi": 10, "trăm": 100}[word], 0
        elif word != "linh":
            total, group, digit = total + (group + digit) * {"nghìn": 10**3, "triệu": 10**6}[word], 0, 0
    return total + group + digit


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_015, "một nghìn không trăm mười lăm"),
        (12_345, "mười hai nghìn ba trăm bốn mươi lăm"),
        (100_001, "một trăm nghìn không trăm linh một"),
        (1_000_000, "một triệu"),
        (1_000_021, "một triệu không trăm hai mươi mốt"),
        (2_000_001_000, "hai tỷ không trăm linh một nghìn"),
    ],
)
def test_numbers_are_read_as_vietnamese_read_them(figures: int, words: str):
    """Lăm, mốt, linh and the hundreds that are none stand where they belong."""
    assert in_words(figures) == words


@given(st.integers(0, 10**15))
@settings(deadline=None, max_examples=300)
def test_words_give_the_number_back(figures: int):
    """No two numbers share their words, and no word is lost."""
    assert number(in_words(figures)) == figures


@given(st.integers(0, 10**12))
@settings(deadline=None, max_examples=200)
def test_words_are_said_right_after_tens(figures: int):
    """After a ten there is never năm or một where lăm or mốt is said, and linh stands only between hundred and unit."""
    words = in_words(figures)

    assert "mươi năm" not in words
    assert "mươi một" not in words
    assert "mười năm" not in words
    assert "mười mốt" not in words
    assert words.count("linh") == words.count("trăm linh")
    assert words == " ".join(words.split())


def test_negative_numbers_have_no_words():
    """A count is never below zero."""
    with pytest.raises(ValueError, match="-1"):
        in_words(-1)


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [(0, "0 byte"), (999, "999 byte"), (1_000, "1,0 KB"), (999_999, "1,0 MB"), (12_345_678, "12,3 MB"),
     (5 * 10**15, "5000,0 TB")],
)  # fmt: skip
def test_sizes_have_a_comma_and_the_largest_unit(size_bytes: int, said: str):
    """What is rounded up to a thousand goes over to the next unit."""
    assert size_text(size_bytes) == said


def test_digits_are_grouped_by_points():
    """A thousand has a point, as Vietnamese write it."""
    assert [grouped(1), grouped(1_234_567)] == ["1", "1.234.567"]
