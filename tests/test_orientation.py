"""Which way up a page belongs: reading a few lines as a last resort, and what the stage does with doubt."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.config import DeskewParams
from pipeline.image.geometry import straighten
from pipeline.model import Geometry, Line, Measured, StageResult, State, Word
from pipeline.stages import deskew
from pipeline.tesseract import orientation
from samples.faces import POINTS_PER_INCH, Style, font_of

DPI = 150.0
TEXT = "Căn cứ Luật Tổ chức chính quyền địa phương và đề nghị của Giám đốc Sở Nội vụ "
Picture = NDArray[np.uint8]
UNKNOWN = orientation.Votes(0, 9.0, 0.0)


def typed(lines: int = 20) -> Picture:
    """A4 with lines of Vietnamese text."""
    page, font = Image.new("L", (1240, 1754), 250), font_of(Style("serif", 26), POINTS_PER_INCH)
    for line in range(lines):
        ImageDraw.Draw(page).text((160, 180 + line * 42), (TEXT[line * 7 % 60 :] + TEXT)[:66], 40, font)
    return np.array(page)


def laid(page: Picture, turn: int, tilt: float = 0.0) -> Picture:
    """The page as it needs a clockwise turn, its lines rising by a tilt."""
    quarters = np.ascontiguousarray(np.rot90(page, turn // 90))
    size = Geometry(quarters.shape[1], quarters.shape[0], DPI, DPI, skew_degrees=-tilt)
    return straighten(quarters, size, 250)


def deskewed(page: Picture, params: DeskewParams | None = None) -> StageResult:
    """What the stage finds on a page."""
    facts = {"width": page.shape[1], "height": page.shape[0], "dpi_x": DPI, "dpi_y": DPI, "dpi_source": "file"}
    facts |= {"mode": "L", "bits_per_pixel": 8, "format": "PNG", "compression": "raw", "tag": 1}
    facts |= {"blank": False, "ink_share": 0.1}
    view = SimpleNamespace(results={"examine": StageResult(State.DONE, facts)}, scan=lambda: SimpleNamespace(gray=page))
    found: StageResult = deskew.DESKEW.perform(view, params or DeskewParams())
    return found


def reader(upright: int = 1, *, words: int = 20, rival_words: int = 0) -> orientation.Read:
    """A recogniser that finds words on one of each two pictures, fewer on the other."""
    asked: list[int] = []

    def read(_: Picture, __: float) -> tuple[Line, ...]:
        asked.append(0)
        count = words if (len(asked) - 1) % 2 == upright else rival_words
        return (Line(0, 0.0, tuple(Word("chức", 0, 0, 9, 9, 90.0) for _ in range(count))),)

    return read


@pytest.mark.parametrize(("turn", "tilt"), [(0, 12.0), (90, -14.0), (180, 0.0), (270, 3.0)])
def test_the_stage_turns_and_straightens_a_text(turn: int, tilt: float):
    """A page of text is brought upright and level from any quarter turn, also with a steep tilt."""
    facts = deskewed(laid(typed(), turn, tilt)).facts
    assert facts["turn_degrees"] == turn
    assert facts["skew_degrees"] == pytest.approx(tilt, abs=0.1)
    assert facts["turn_unsure"] is False


@pytest.mark.parametrize("turn", [90, 180])
def test_few_lines_are_read_where_shapes_say_nothing(turn: int, monkeypatch: pytest.MonkeyPatch):
    """Where neither shapes nor the engine's detection know the turn, reading finds it."""
    monkeypatch.setattr(deskew, "shape_votes", lambda *_: orientation.Votes(turn, 9.0, 0.0))
    monkeypatch.setattr(deskew, "_votes", lambda *_: UNKNOWN)
    monkeypatch.setattr(deskew, "engine", lambda settings, real=deskew.engine: _undecided(real(settings)))
    found = deskewed(laid(typed(8), turn))
    assert (found.facts["turn_degrees"], found.facts["turn_unsure"], found.notes) == (turn, False, ())


def _undecided(real: object) -> SimpleNamespace:
    return SimpleNamespace(read=real.read, orientation=lambda *_: Measured(0.0, 0.0))  # type: ignore[attr-defined]


def test_a_page_of_text_left_in_doubt_is_flagged(monkeypatch: pytest.MonkeyPatch):
    """Lines that nobody can read stay as they lie, with a fact and a sentence for the operator."""
    mute = SimpleNamespace(read=lambda *_: (), orientation=lambda *_: Measured(180.0, 0.4))
    monkeypatch.setattr(deskew, "engine", lambda _: mute)
    for turn in (90, 180):
        found = deskewed(laid(typed(), turn))
        assert (found.facts["turn_degrees"], found.facts["turn_unsure"]) == (0, True)
        assert found.notes == (deskew.UNSURE,)


def test_a_picture_without_lines_is_neither_turned_nor_flagged(monkeypatch: pytest.MonkeyPatch):
    """Where no lines run the engine is not even asked, however sure it would be."""
    sure = SimpleNamespace(orientation=lambda *_: Measured(180.0, 1.0))
    monkeypatch.setattr(deskew, "engine", lambda _: sure)
    noise = np.random.default_rng(1).normal(190, 30, (1400, 1000)).clip(0, 255).astype(np.uint8)
    found = deskewed(cv2.GaussianBlur(noise, (0, 0), 2).astype(np.uint8))
    assert (found.facts["turn_degrees"], found.facts["skew_degrees"], found.facts["turn_unsure"]) == (0, 0.0, False)
    assert found.notes == ()


@pytest.mark.parametrize("upright", [0, 1])
def test_words_come_out_of_one_way_only(upright: int):
    """The way that gives words is surely the right one."""
    found = orientation.read_turn(reader(upright), typed(), DPI, UNKNOWN)
    assert (found.value, found.confidence) == (180 * upright, 1.0)


@pytest.mark.parametrize(("words", "rival_words"), [(20, 8), (5, 0), (0, 0)])
def test_reading_that_is_not_decisive_is_not_sure(words: int, rival_words: int):
    """Too few words, or words both ways, turn no page."""
    found = orientation.read_turn(reader(words=words, rival_words=rival_words), typed(), DPI, UNKNOWN)
    assert found.confidence < orientation.SURE


def test_shapes_that_lean_need_fewer_words():
    """Three words settle it for the way to which the shapes lean, and for no other."""
    for turn, sure in ((180, True), (0, False)):
        votes = orientation.Votes(turn, 9.0, 2.5)
        found = orientation.read_turn(reader(words=3), typed(), DPI, votes)
        assert (found.confidence >= orientation.SURE) is sure


def test_clear_shapes_are_confirmed_by_reading():
    """What the shapes say of a turned page counts once words come out that way, and not before."""
    votes = orientation.Votes(180, 9.0, 9.0)
    assert orientation.confirmed(reader(0), typed(), DPI, votes) == Measured(180.0, 1.0)
    assert orientation.confirmed(reader(0, words=5), typed(), DPI, votes).confidence == 0
    doubtful = orientation.Votes(180, 9.0, 1.0)
    assert orientation.confirmed(reader(0), typed(), DPI, doubtful).confidence == 0


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_letters_vote_for_the_way_up(turn: int):
    """All letters of a page vote, and their votes are clear from any quarter turn."""
    votes = orientation.shape_votes(laid(typed(), turn), DPI)
    assert votes.turn == turn
    assert votes.strength > 2


def test_capitals_do_not_settle_which_way_up():
    """Letters that are all as high rise above nothing, so they are not believed."""
    page = Image.new("L", (1240, 1754), 250)
    for line in range(12):
        ImageDraw.Draw(page).text((160, 180 + line * 42), "HENAMXIZKV " * 5, 40, font_of(Style("sans", 26), 72))
    assert not orientation.shape_votes(np.array(page), DPI).believed


def test_a_weak_answer_of_the_engine_is_none():
    """Under the least margin the detection neither supports nor contradicts."""
    votes = orientation.Votes(180, 9.0, 2.9)
    for turn in (0, 180):
        assert orientation.agreed(votes, turn, 0.9).confidence < orientation.SURE
    assert orientation.agreed(votes, 180, 12.0).confidence > orientation.SURE
    assert orientation.agreed(orientation.Votes(180, 9.0, 9.0), 0, 14.0).confidence == 0


def test_steep_text_is_flagged():
    """Lines steeper than what is straightened stay as they lie, and a person is told to look."""
    found = deskewed(laid(typed(30), 0, 24.0))
    assert (found.facts["turn_degrees"], found.facts["skew_degrees"]) == (0, 0.0)
    assert (found.facts["turn_unsure"], found.notes) == (True, (deskew.UNSURE,))


def test_a_picture_beside_the_text_has_no_say():
    """A photograph's specks outnumber the letters around it, and the page is still known to be upright."""
    page, rng = typed(34), np.random.default_rng(3)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (500, 900)), (0, 0), 1.6)
    page[500:1000, 150:1050] = np.clip(110 + 160 * grain, 0, 255)
    assert deskewed(page).facts["turn_confidence"] >= orientation.SURE


def test_yellowed_paper_levelled_on_white_is_read():
    """White corners around dark paper do not hide the letters that are cut out for reading."""
    seen: list[tuple[int, ...]] = []

    def read(picture: Picture, _: float) -> tuple[Line, ...]:
        seen.append(picture.shape)
        return ()

    page = straighten((typed(30) * 0.6).astype(np.uint8), Geometry(1240, 1754, DPI, DPI, skew_degrees=6.0))
    orientation.read_turn(read, page, DPI, UNKNOWN)
    assert all(height < 600 for height, _ in seen)


def test_only_a_part_is_shown_to_the_detection():
    """The engine's detection is asked about some hundred letters, not about the whole page."""
    asked: list[int] = []

    def ask(picture: Picture, _: float) -> tuple[int, float]:
        asked.append(picture.size)
        return 180, 20.0

    page = laid(typed(30), 180)
    assert orientation.best_turn(ask, page, DPI).value == 180
    assert asked[0] < page.size / 2
