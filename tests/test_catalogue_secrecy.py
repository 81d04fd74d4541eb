"""Secrecy stamps are found among recognised words where they stand alone, and nowhere in running text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.secrecy import Level, may_hold_stamp, stamps
from pipeline.model import Line, Reading, Word

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
HEIGHT, LINE = 2000, 40
HEADING = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI MÂY", "Số: 12/QĐ-UBND")


def reading(*texts: str, top: int = 100, apart: int = 3 * LINE) -> Reading:
    """Give a page with these lines below each other; "  " parts what stands far apart on one line."""
    return Reading(1600, HEIGHT, 200, tuple(line(text, top + at * apart) for at, text in enumerate(texts)))


def line(text: str, y: float, x: float = 200) -> Line:
    words = []
    for part in text.split("  "):
        for word in part.split():
            words.append(Word(word, x, y, x + 20 * len(word), y + LINE * 0.7, 90.0))
            x += 20 * len(word) + 10
        x += 300
    return Line(0, y + LINE * 0.7, tuple(words))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("MẬT", Level.LOW), ("TỐI MẬT", Level.HIGH), ("TUYỆT MẬT", Level.TOP), ("(MẬT)", Level.LOW),
        ("| TỐI MẬT |", Level.HIGH), ("[TUYỆT MẬT]", Level.TOP), ("TÓI MẬT", Level.HIGH), ("TÔI MẠT", Level.HIGH),
        ("TUYET MẠT", Level.TOP), ("TUYỆI MẬT", Level.TOP), ("MÂT", Level.LOW), ("_MẬT_", Level.LOW),
        ("TUYỆT MẬT  Suối Mây, ngày 26 tháng 02 năm 1998", Level.TOP),
        ("GIẢI MẬT", Level.DECLASSIFIED), ("ĐÃ GIẢI MẬT", Level.DECLASSIFIED),
    ],
)  # fmt: skip
def test_stamp_is_found_alone_on_its_line_or_beside_a_gap(text: str, level: Level):
    """Frames, brackets and lost marks do not hide a stamp, nor does a date far to its right."""
    found = stamps(reading(*HEADING, text, "QUYẾT ĐỊNH"))

    assert found == (level,)
    assert may_hold_stamp(text)


@pytest.mark.parametrize(
    ("above", "level"), [("TUYỆT", Level.TOP), ("TỐI", Level.HIGH), ("ĐÃ GIẢI", Level.DECLASSIFIED)]
)
def test_stamp_in_two_lines_is_one(above: str, level: Level):
    """The word above says which stamp it is."""
    assert stamps(reading(above, "MẬT", apart=LINE)) == (level,)


@pytest.mark.parametrize(
    "text",
    [
        "Căn cứ Luật Bảo vệ bí mật nhà nước ngày 15 tháng 11 năm 2018;", "Bí mật nhà nước", "BẢO MẬT", "bảo mật",
        "QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Mật", "mật", "MẶT TRẬN TỔ QUỐC VIỆT NAM", "MẮT", "MÁT", "ĐƠN TRÌNH BÁO MẤT",
        "CÔNG VĂN MẬT MÃ", "Độ mật: Thường", "TÀI LIỆU BÍ MẬT", "TỐI THIỂU", "RĂNG HÀM MẶT",
    ],
)  # fmt: skip
def test_running_text_is_no_stamp(text: str):
    """What only speaks of secrets, or looks like the word, is none."""
    assert stamps(reading(*HEADING, text, "QUYẾT ĐỊNH")) == ()


def test_end_of_a_heading_in_two_lines_is_no_stamp():
    """A heading that goes on from "... BÍ" to "MẬT" speaks of secrets."""
    assert stamps(reading("VỀ VIỆC BẢO VỆ BÍ", "MẬT", apart=LINE)) == ()


def test_stamp_below_number_and_symbol_is_found():
    """Close below "Số: ..." a stamp is not taken for the end of that line."""
    assert stamps(reading("Số: 12/QĐ-UBND", "MẬT", apart=LINE)) == (Level.LOW,)


def test_lower_half_of_a_page_holds_no_stamp():
    """A row of a table or a list of words lies lower than stamps do."""
    assert stamps(reading("MẬT", top=HEIGHT * 3 // 4)) == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("ABCĐÊMTẬÁmtật ", min_size=1, max_size=12), max_size=8))
def test_quick_look_at_the_text_misses_nothing(texts: list[str]):
    """A page whose plain text is passed over has no stamp among its words."""
    page = reading(*texts)

    assert not stamps(page) or may_hold_stamp(page.text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="LOUD: the real pages in ../shared/samples are not there")
def test_true_texts_of_real_pages_bear_no_stamp():
    """No line of the samples' true texts is taken for a stamp, wherever on the page it stood."""
    paths = sorted(SHARED.glob("*/*.gt.txt"))
    for path in paths:
        lines = path.read_text(encoding="utf-8").split("\n")
        page = Reading(1600, 4 * LINE * (len(lines) + 3), 200, reading(*lines, apart=LINE).lines)
        assert stamps(page) == (), path

    assert len(paths) > 50
