"""The invisible words lie on their boxes and read back in their order, in poppler without options and in PDFium."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Geometry, Line, Reading, Word
from pipeline.pdf.embed import picture_from_pixels
from pipeline.pdf.font import Cids
from pipeline.pdf.textlayer import number, text_content
from pipeline.pdf.write import PdfPage, write_document
from pipeline.pdf.xmp import Description

NEEDS_POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="POPPLER IS ABSENT: no second reader")
WIDTH, HEIGHT, DPI = 2480, 3508, 300.0
LEFT = ["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI", "Số: 11/CT-UBND"]
RIGHT = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Quảng Ngãi, ngày 02 tháng 4 năm 2021"]
BODY = [
    "Thời gian qua, các cơ quan, đơn vị, địa phương đã tập trung triển khai thực hiện nhiệm vụ",
    "được giao theo quy định của pháp luật, góp phần hoàn thành kế hoạch phát triển kinh tế - xã",
    "hội của tỉnh; tuy nhiên vẫn còn một số hạn chế, tồn tại cần khắc phục trong thời gian tới.",
]
SENT_TO = ["Nơi nhận:", "- Thủ tướng Chính phủ (để b/c);", "- Các Phó Chủ tịch UBND tỉnh;", "- Lưu: VT, KT."]
SIGNED = ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Văn Minh"]
COLUMN = ["Lưu trữ là việc giữ lại các văn", "bản, hồ sơ, tài liệu của cơ quan,", "tổ chức hoặc cá nhân để làm bằng"]
SECOND = ["Số hóa tài liệu là quá trình biến", "đổi các hình thức dữ liệu truyền", "thống bên ngoài thành dữ liệu số"]


def line(block: int, x: float, y: float, text: str, size: float = 42.0) -> Line:
    """Return a line of words whose boxes are as high as their letters, as an engine gives them."""
    words = []
    for word in text.split():
        width, rises = len(word) * size * 0.5, any(letter.isupper() or letter in "bdđhkltốậ" for letter in word)
        hangs = any(letter in "gpqy,ạậặẹệịọộợụự" for letter in word)
        words.append(
            Word(word, x, y - size * (0.75 if rises else 0.5), x + width, y + size * (0.2 if hangs else 0), 95)
        )
        x += width + size * 0.3
    return Line(block, y, tuple(words))


def block(number_: int, x: float, y: float, step: float, texts: list[str], size: float = 42.0) -> list[Line]:
    """Return lines below each other."""
    return [line(number_, x, y + step * row, text, size) for row, text in enumerate(texts)]


def joined(left: Line, right: Line) -> Line:
    """Return one line of both, as an engine gives it that does not see the gap."""
    return Line(left.block, left.baseline, left.words + right.words)


LETTERHEAD = block(0, 300, 300, 60, LEFT) + block(1, 1200, 300, 60, RIGHT) + block(2, 300, 700, 70, BODY)
ACROSS = [joined(a, b) for a, b in zip(block(0, 300, 300, 60, LEFT), block(0, 1200, 300, 60, RIGHT), strict=True)]
SIGNATURE = block(0, 300, 300, 70, BODY) + block(1, 300, 700, 50, SENT_TO, 32) + block(2, 1500, 690, 90, SIGNED, 44)
PRINT = block(0, 250, 300, 60, COLUMN * 4, 40) + block(1, 1150, 300, 60, SECOND * 4, 40)
HYPHENS = block(0, 300, 300, 60, ["phát triển kinh tế - xã hội và ca-", "mera giám sát việc thực hiện -", "tiếp theo"])
# A table: a cell over two rows, cells of several lines in the middle of their row, columns close to each other.
CELLS = [
    *block(0, 200, 420, 48, ["01"], 32),
    *block(1, 300, 320, 48, ["Cấp lại giấy", "phép hành nghề", "cho bác sĩ và", "y sĩ, điều", "dưỡng viên"], 32),
    *block(2, 640, 560, 60, ["Trung tâm Phục", "vụ hành chính", "công của tỉnh"], 32),
    *block(3, 970, 370, 48, ["Luật Khám bệnh", "năm 2023"], 32),
    *block(4, 200, 760, 48, ["02"], 32),
    *block(5, 300, 700, 48, ["Gia hạn giấy", "phép đã cấp", "trước đây"], 32),
    *block(6, 970, 745, 48, ["Không quy định"], 32),
]
FOUR = [
    one
    for row in range(5)
    for at, text in enumerate(["1.", "Biên bản", "1962", "Hà Nội"])
    for one in block(4 * row + at, (200, 320, 900, 1300)[at], 300 + 62 * row + 9 * at, 60, [text])
]
DATE_RIGHT = (
    block(0, 1500, 300, 60, ["Hà Nội, ngày 5"]) + block(1, 250, 350, 60, ["Kính gửi:"]) + block(2, 300, 700, 70, BODY)
)
CLOSE = block(0, 300, 300, 60, BODY) + block(1, 300, 474, 40, SENT_TO, 30) + block(2, 1500, 478, 60, SIGNED, 42)
PAGES = {
    "close": CLOSE,
    "hyphens": HYPHENS,
    "cells": CELLS,
    "four": FOUR,
    "date": DATE_RIGHT,
    "letterhead": LETTERHEAD,
    "across": ACROSS + block(1, 300, 700, 70, BODY),
    "signature": SIGNATURE,
    "print": PRINT,
}


def written(target: Path, lines: list[Line]) -> Reading:
    """Write a blank page with the lines and return the reading."""
    reading = Reading(WIDTH, HEIGHT, DPI, tuple(lines))
    picture = picture_from_pixels(np.ones((HEIGHT // 10, WIDTH // 10), dtype=np.bool_), "lossless")
    page = PdfPage(picture, Geometry(WIDTH // 10, HEIGHT // 10, DPI / 10, DPI / 10), reading)
    write_document(target, [page], Description(), "2u")
    return reading


@NEEDS_POPPLER
@pytest.mark.parametrize("name", PAGES)
def test_poppler_keeps_the_order(tmp_path: Path, name: str):
    """`pdftotext` without options gives letterhead, signature beside the list, and two columns as they were read."""
    reading = written(tmp_path / "page.pdf", PAGES[name])
    done = subprocess.run(["pdftotext", str(tmp_path / "page.pdf"), "-"], check=True, capture_output=True)
    assert done.stdout.decode("utf-8").split() == reading.text.split()


@pytest.mark.parametrize("name", PAGES)
def test_pdfium_keeps_the_order(tmp_path: Path, name: str):
    """PDFium gives the same pages as they were read; a word broken at a line's end it joins by a mark of its own."""
    reading = written(tmp_path / "page.pdf", PAGES[name])
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = document[0].get_textpage().get_text_range().replace("\ufffe", "- ")
    assert text.split() == reading.text.split()
    document.close()


def test_letters_lie_on_their_words(tmp_path: Path):
    """The places of each word's letters in PDFium fill its box from edge to edge, to half a pixel."""
    reading = written(tmp_path / "page.pdf", LETTERHEAD)
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    page = document[0].get_textpage()
    text, scale = page.get_text_range(), DPI / 72
    at = 0
    for word in reading.words:
        at = text.index(word.text, at)
        first, last = page.get_charbox(at), page.get_charbox(at + len(word.text) - 1)
        at += len(word.text)
        assert first[0] * scale == pytest.approx(word.x0, abs=0.5)
        assert last[2] * scale == pytest.approx(word.x1, abs=0.5)
        assert HEIGHT - first[3] * scale <= word.y0 + 1
        assert HEIGHT - first[1] * scale >= word.y1 - 1
    document.close()


def test_only_uncommonly_wide_gaps_are_bridged():
    """A wide gap in one line is bridged; words set wide apart on the whole page are not."""
    wide = [line(0, 300, 300 + 60 * row, text) for row, text in enumerate(BODY)]
    apart = [Line(0, one.baseline, tuple(moved(w, 40.0 * n) for n, w in enumerate(one.words))) for one in wide]
    assert content(PAGES["across"]).count(b"ActualText") == 3
    assert content(apart).count(b"ActualText") == 0


def moved(word: Word, by: float) -> Word:
    """Return the word further to the right."""
    return Word(word.text, word.x0 + by, word.y0, word.x1 + by, word.y1, word.confidence)


def content(lines: list[Line]) -> bytes:
    """Return the operators for the lines."""
    return text_content(Reading(WIDTH, HEIGHT, DPI, tuple(lines)), Cids(), 842.0)


boxes = st.tuples(*(st.floats(-50, 4000, allow_nan=False) for _ in range(4)))
words = st.builds(lambda text, box: Word(text, *box, 50.0), st.text(max_size=6), boxes)
lines = st.builds(
    lambda number_, baseline, found: Line(number_, baseline, tuple(found)),
    st.integers(0, 3),
    st.floats(-50, 4000, allow_nan=False),
    st.lists(words, max_size=5),
)


@given(st.lists(lines, max_size=5))
@settings(deadline=None, max_examples=60)
def test_any_reading_gives_sound_operators(found: list[Line]):
    """Whatever an engine gives, numbers are finite, stretching is positive and each piece has codes."""
    tokens = content(found).split()
    for place, token in enumerate(tokens):
        if token == b"Tz":
            assert 0 < float(tokens[place - 1]) < float("inf")
        if token == b"Tj":
            assert len(tokens[place - 1]) >= len("<0001>")
    assert tokens.count(b"BT") == tokens.count(b"ET") == 1


@given(st.floats(-1e6, 1e6, allow_nan=False))
@settings(deadline=None, max_examples=100)
def test_numbers_are_plain(value: float):
    """A number is written without an exponent and means what it was, to the last decimal."""
    text = number(value)
    assert set(text) <= set("-0123456789.")
    assert float(text) == pytest.approx(value, abs=6e-5)
