"""The words of a page keep their text and boxes in every form they are written in."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.model import Geometry, Line, Reading, Word
from pipeline.records.alto import to_alto
from pipeline.records.lines import into_lines, joined, moved
from pipeline.records.words import from_bytes, to_bytes

ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
LAID = Geometry(2480, 3508, 300.0, 300.0, tag=6, turn_degrees=90, skew_degrees=-1.25)
QUICK = settings(deadline=None, max_examples=80)
# Text as an engine may give it: Vietnamese, markup, and what no XML can hold.
TEXTS = st.text(
    st.one_of(
        st.sampled_from("aưởĐ<>&\"'\t\n\r\0\x0b\x1f\ufffe\uffff\u2028"), st.characters(exclude_categories=("Cs",))
    ),
    min_size=1,
    max_size=8,
)
PLACES = st.integers(-500, 400_000).map(lambda hundredths: hundredths / 100)


@st.composite
def words(draw: st.DrawFn) -> Word:
    """Draw a word with a box of hundredths of a pixel."""
    x0, x1 = sorted((draw(PLACES), draw(PLACES)))
    y0, y1 = sorted((draw(PLACES), draw(PLACES)))
    return Word(draw(TEXTS), x0, y0, x1, y1, draw(st.integers(0, 10_000)) / 100)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Draw a page of a few lines in blocks that come one after the other."""
    blocks = sorted(draw(st.lists(st.integers(0, 3), max_size=5)))
    lines = tuple(Line(block, draw(PLACES), tuple(draw(st.lists(words(), min_size=1, max_size=4)))) for block in blocks)
    return Reading(2480, 3508, 300.0, lines)


def alto(reading: Reading, **changes: str) -> etree._Element:
    """Write a reading as ALTO and parse it strictly."""
    given = {"scan": "data/masters/a.tif", "engine": "tesseract 5.3.0", "languages": "vie+fra"} | changes
    return etree.fromstring(to_alto(reading, geometry=LAID, **given))


def held(text: str) -> str:
    """Keep the characters that XML 1.0 can hold (2.2, production Char)."""
    whole = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return "".join(c for c in text if c in "\t\n\r" or any(low <= ord(c) <= high for low, high in whole))


@QUICK
@given(readings())
def test_words_come_back_as_they_were(reading: Reading):
    """Text, boxes, confidence and lines survive the work folder."""
    assert from_bytes(to_bytes(reading)) == reading


def test_boxes_are_kept_to_a_hundredth_of_a_pixel():
    """Finer digits are noise that would make two runs differ; they are rounded, not cut."""
    line = Line(0, 10.128, (Word("a", 1.006, 2.0049, 3.999, 4.5, 95.555),))
    (back,) = from_bytes(to_bytes(Reading(100, 100, 300.0, (line,)))).lines

    assert back == Line(0, 10.13, (Word("a", 1.01, 2.0, 4.0, 4.5, back.words[0].confidence),))
    assert back.words[0].confidence == pytest.approx(95.555, abs=0.006)


@QUICK
@given(readings())
def test_alto_holds_every_word_in_order(reading: Reading):
    """Whatever the engine read, the file is well-formed and gives every word but for what XML cannot hold."""
    root = alto(reading)

    assert root.xpath("//a:String/@CONTENT", namespaces=ALTO) == [held(word.text) for word in reading.words]
    assert len(root.xpath("//a:TextLine", namespaces=ALTO)) == len(reading.lines)
    assert len(root.xpath("//a:TextBlock", namespaces=ALTO)) == len({line.block for line in reading.lines})
    identifiers = root.xpath("//@ID")
    assert len(set(identifiers)) == len(identifiers)


def test_what_xml_cannot_hold_is_dropped():
    """Control characters and non-characters that an engine may give leave the rest of the word, in every field."""
    hostile = "".join(map(chr, (*range(0x20), 0xFFFE, 0xFFFF, 0xD800, 0xDFFF))) + "ưở\U0001f4dc"
    root = alto(Reading(9, 9, 300.0, (Line(0, 9, (Word(hostile, 0, 0, 9, 9, 9),)),)), scan=hostile, engine=hostile)

    assert root.find(".//a:String", ALTO).get("CONTENT") == "\t\n\rưở\U0001f4dc"
    assert root.findtext(".//a:fileName", namespaces=ALTO).endswith("ưở\U0001f4dc")


@QUICK
@given(readings())
def test_alto_boxes_are_those_of_the_words(reading: Reading):
    """Boxes are whole pixels of the straight page; lines and blocks go round their words; confidence is a share."""
    root = alto(reading)
    for word, element in zip(reading.words, root.iterfind(".//a:String", ALTO), strict=True):
        box = [int(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")]
        edges = (box[0], box[1], box[0] + box[2], box[1] + box[3])
        assert edges == tuple(round(edge) for edge in (word.x0, word.y0, word.x1, word.y1))
        assert float(element.get("WC")) == pytest.approx(word.confidence / 100, abs=0.0051)
    for line, element in zip(reading.lines, root.iterfind(".//a:TextLine", ALTO), strict=True):
        assert int(element.get("HPOS")) == round(min(word.x0 for word in line.words))
        assert int(element.get("VPOS")) == round(min(word.y0 for word in line.words))
        assert int(element.get("HPOS")) + int(element.get("WIDTH")) == round(max(word.x1 for word in line.words))
        assert int(element.get("BASELINE")) == round(line.baseline)


def test_alto_says_what_it_was_made_from():
    """Scan, engine, languages and the way the scan was laid straight stand in the file, whatever letters they hold."""
    scan = "data/masters/Hồ sơ <1> & 2/a.tif"
    root = alto(Reading(2480, 3508, 300.0), scan=scan, engine="tesseract <5>")
    text = " ".join(root.itertext())

    assert root.findtext(".//a:fileName", namespaces=ALTO) == scan
    assert "tesseract <5>" in text
    assert "languages=vie+fra" in text
    assert "orientation-tag=6 turn-clockwise=90 skew=-1.25 dpi=300.0x300.0" in text
    page = root.find(".//a:Page", ALTO)
    assert (page.get("WIDTH"), page.get("HEIGHT"), page.get("PC")) == ("2480", "3508", None)


def test_alto_gives_the_pages_confidence():
    """A page's confidence is the mean of its words'."""
    line = Line(0, 20, (Word("a", 0, 0, 9, 9, 90), Word("b", 10, 0, 19, 9, 70)))

    assert float(alto(Reading(100, 100, 300.0, (line,))).find(".//a:Page", ALTO).get("PC")) == pytest.approx(0.8)


def test_words_are_put_into_lines():
    """A word to the right at the same height goes on with the line; one below, or back to the left, begins another."""
    first, second = Word("a", 0, 0, 10, 10, 90), Word("b", 12, 3, 20, 13, 90)
    below, left = Word("c", 22, 9, 30, 19, 90), Word("d", 0, 10, 10, 20, 90)
    lines = into_lines([first, second, below, left])

    assert [[word.text for word in line.words] for line in lines] == [["a", "b"], ["c"], ["d"]]
    assert [line.baseline for line in lines] == [13, 19, 20]
    assert into_lines([]) == ()


@QUICK
@given(st.lists(words(), max_size=8))
def test_no_word_is_lost_in_lines(page: list[Word]):
    """Every word is in one line, in the order it came."""
    assert [word for line in into_lines(page) for word in line.words] == page


def test_a_moved_word_fills_its_own_box():
    """The box after a quarter turn is that of the turned corners; two moves joined do the one after the other."""
    quarter = np.array([[0.0, -1.0, 100.0], [1.0, 0.0, 0.0]])  # (x, y) -> (100 - y, x)
    shift = np.array([[1.0, 0.0, 5.0], [0.0, 1.0, -7.0]])
    word = Word("a", 10, 20, 30, 25, 90)

    turned = moved(word, quarter)
    assert dataclasses.astuple(turned) == ("a", 75.0, 10.0, 80.0, 30.0, 90)
    assert moved(word, joined(quarter, shift)) == moved(turned, shift)
    assert moved(word, joined(shift, quarter)) != moved(turned, shift)
