"""Both engines under one contract, language data, layout and orientation."""

import hashlib
import importlib.util
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline import tesseract
from pipeline.errors import ToolMissing, UsageError
from pipeline.model import Line, Word
from pipeline.tesseract import data, layout, orientation
from pipeline.tesseract.command_line import CommandLine
from pipeline.tesseract.engine import Engine
from pipeline.tesseract.engine import engine as choose
from pipeline.tesseract.in_process import InProcess

DPI = 200
TEXT = ("Ủy ban nhân dân tỉnh", "Quyết định số 383 về việc", "thủ tục hành chính mới", "Độc lập - Tự do - Hạnh phúc")


def _installed(name: str) -> bool:
    if not shutil.which("tesseract"):
        return False
    return name == "pytesseract" or importlib.util.find_spec("tesserocr") is not None


def font(points: float = 14, dpi: int = DPI) -> ImageFont.FreeTypeFont:
    """Open a font that has every Vietnamese letter."""
    try:
        return ImageFont.truetype("DejaVuSerif.ttf", round(points * dpi / 72))
    except OSError:
        pytest.skip("NO FONT WITH VIETNAMESE LETTERS: install fonts-dejavu to test recognition")


def draw(
    lines: Sequence[str], *, x: int = 200, y: int = 200, size: tuple[int, int] = (1300, 1000), step: int = 70
) -> tuple[np.ndarray, list[tuple[int, int, int, int]]]:
    """Draw lines of text, and tell the box of the ink of each."""
    page = Image.new("L", size, 255)
    pen = ImageDraw.Draw(page)
    boxes = []
    for number, text in enumerate(lines):
        place = (x, y + number * step)
        pen.text(place, text, font=font(), fill=0)
        boxes.append(pen.textbbox(place, text, font=font()))
    return np.asarray(page), boxes


@pytest.fixture(params=tesseract.ENGINES)
def engine(request: pytest.FixtureRequest):
    """Give each engine in turn."""
    if not _installed(request.param):
        pytest.skip(f"ENGINE NOT INSTALLED: {request.param}")
    if "vie" not in tesseract.installed_languages():
        pytest.skip("NO DATA FOR vie: install tesseract-ocr-vie")
    return InProcess() if request.param == "tesserocr" else CommandLine(timeout_seconds=60)


def text_of(lines: Iterable[Line]) -> list[str]:
    return [" ".join(word.text for word in line.words) for line in lines]


def test_words_marks_and_order(engine: Engine):
    """A drawn page is read word for word, marks and all, in order, in NFC."""
    page, _ = draw(TEXT)
    read = text_of(engine.read(page, DPI, "vie"))
    assert read == list(TEXT)
    assert all(unicodedata.is_normalized("NFC", line) for line in read)


def test_boxes_are_where_the_ink_is(engine: Engine):
    """The words of a line together cover its ink, within 4 px; base lines lie inside; confidence is 0 to 100."""
    page, boxes = draw(TEXT)
    for line, box in zip(engine.read(page, DPI, "vie"), boxes, strict=True):
        found = (
            min(word.x0 for word in line.words),
            min(word.y0 for word in line.words),
            max(word.x1 for word in line.words),
            max(word.y1 for word in line.words),
        )
        assert found == pytest.approx(box, abs=4)
        assert found[1] < line.baseline <= found[3]
        assert all(0 <= word.confidence <= 100 for word in line.words)


def test_blank_page_has_no_words(engine: Engine):
    """A blank page gives no lines at all."""
    assert engine.read(np.full((900, 700), 255, np.uint8), DPI, "vie") == ()


def test_edges_and_punch_holes_are_not_words(engine: Engine):
    """Black scanner edges and punch holes add no word to the text."""
    page, _ = draw(TEXT)
    page = page.copy()
    page[:, :40] = 0
    page[-30:] = 0
    yy, xx = np.mgrid[: page.shape[0], : page.shape[1]]
    for middle in (300, 700):
        page[(yy - middle) ** 2 + (xx - 110) ** 2 < 25**2] = 0
    assert [line for line in text_of(engine.read(page, DPI, "vie")) if line not in TEXT] == []


def test_second_page_owes_nothing_to_the_first(engine: Engine):
    """The same page gives the same lines whatever was read before."""
    page, _ = draw(TEXT)
    other, _ = draw(("Không quy định", "Căn cứ Luật"), y=500)
    first = engine.read(page, DPI, "vie")
    engine.read(other, DPI, "vie")
    assert engine.read(page, DPI, "vie") == first


def test_segmentation_of_one_engine_is_not_that_of_another():
    """Two in-process engines share a warm library, each with its own segmentation mode."""
    if not _installed("tesserocr"):
        pytest.skip("ENGINE NOT INSTALLED: tesserocr")
    page, _ = draw(TEXT)
    # One word is all that mode 8 looks for.
    words, whole = InProcess(segmentation=8), InProcess()
    first = whole.read(page, DPI, "vie")
    assert text_of(words.read(page, DPI, "vie")) != list(TEXT)
    assert whole.read(page, DPI, "vie") == first


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_orientation_is_found(engine: Engine, turn: int):
    """A page of text turned by a quarter needs that quarter back, surely."""
    page, _ = draw(TEXT * 5, size=(1300, 1700))
    # numpy turns counter-clockwise, so the page then needs as much clockwise.
    found = engine.orientation(np.ascontiguousarray(np.rot90(page, turn // 90)), DPI)
    assert found.value == turn
    assert found.confidence >= tesseract.SURE


def test_orientation_of_a_blank_page_is_not_sure(engine: Engine):
    """A blank page says nothing, and says so."""
    assert engine.orientation(np.full((900, 700), 255, np.uint8), DPI).confidence < tesseract.SURE


def test_command_passes_its_limit():
    """A page that takes longer than the limit raises TimeoutError."""
    if not _installed("pytesseract"):
        pytest.skip("ENGINE NOT INSTALLED: pytesseract")
    page, _ = draw(TEXT * 4, size=(1300, 1700))
    with pytest.raises(TimeoutError):
        CommandLine(timeout_seconds=0.01).read(page, DPI, "vie")


def test_page_coordinates_survive_the_scaling():
    """Whatever size the engine gets, boxes come back in the pixels of the page."""
    page, boxes = draw(TEXT * 3, size=(1300, 1200))
    large = np.repeat(np.repeat(page, 2, axis=0), 2, axis=1)
    lines, how = tesseract.read_page(large, 2 * DPI, tesseract.Settings())
    assert how.scale < 0.8
    assert text_of(lines) == list(TEXT * 3)
    for line, box in zip(lines, boxes, strict=True):
        assert line.words[0].x0 == pytest.approx(2 * box[0], abs=8)
        assert line.words[-1].x1 == pytest.approx(2 * box[2], abs=8)


def test_fine_page_is_halved_and_its_boxes_come_back():
    """A page of 600 dpi is read at half its pixels, boxes lie where they lie on the page."""
    page, boxes = draw(TEXT, size=(1000, 2950))
    fine = np.repeat(np.repeat(page, 3, axis=0), 3, axis=1)
    lines, how = tesseract.read_page(fine, 3 * DPI, tesseract.Settings())
    assert how.scale <= 0.5
    assert text_of(lines) == list(TEXT)
    for line, box in zip(lines, boxes, strict=True):
        assert line.words[0].x0 == pytest.approx(3 * box[0], abs=12)
        assert line.words[-1].x1 == pytest.approx(3 * box[2], abs=12)


def test_photostat_is_read():
    """White letters on black are read like black ones on white."""
    page, _ = draw(TEXT * 3, size=(1300, 1200))
    lines, how = tesseract.read_page((230 - page * 0.8).astype(np.uint8), DPI, tesseract.Settings())
    assert how.turned_black
    assert text_of(lines) == list(TEXT * 3)


def test_sure_page_gets_no_second_look():
    """A clean page is read once."""
    page, _ = draw(TEXT)
    assert tesseract.read_page(page, DPI, tesseract.Settings())[1].reread == 0


def test_missing_language_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A missing language is refused with the Debian package that has it."""
    (tmp_path / "vie.traineddata").write_bytes(b"x")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert tesseract.installed_languages() == ("vie",)
    tesseract.require_languages("vie")
    with pytest.raises(ToolMissing, match="tesseract-ocr-fra"):
        tesseract.require_languages("vie+fra")
    with pytest.raises(ToolMissing, match="tesseract-ocr-chi-sim"):
        tesseract.require_languages("chi_sim")


def test_data_folder_is_asked_from_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Without TESSDATA_PREFIX the folder is the one that the command names."""
    (tmp_path / "vie.traineddata").write_bytes(b"x")
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    monkeypatch.setattr(data, "_told_by_command", lambda: tmp_path)
    assert tesseract.find_tessdata() == tmp_path


def test_no_data_at_all_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """With no data anywhere the package to install is named."""
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    monkeypatch.setattr(data, "_told_by_command", lambda: None)
    monkeypatch.setattr(data, "USUAL_FOLDERS", (f"{tmp_path}/*/tessdata",))
    with pytest.raises(ToolMissing, match="tesseract-ocr"):
        tesseract.find_tessdata()


def test_identity_follows_the_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The identity holds the digest of each data file, and changes with it."""
    (tmp_path / "vie.traineddata").write_bytes(b"one")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    identity = tesseract.identity(tesseract.Settings())
    assert identity["data"] == {"vie": hashlib.sha256(b"one").hexdigest()}
    assert identity["engine"] in tesseract.ENGINES
    assert str(identity["tesseract"])[0].isdigit()


def test_unknown_engine_is_a_usage_error():
    """An engine of another name is refused."""
    with pytest.raises(UsageError, match="abbyy"):
        choose(tesseract.Settings(engine="abbyy"))


def line(y: float, *words: tuple[float, str], block: int = 1) -> Line:
    """Make a line of words 20 px high, 12 px a letter."""
    return Line(block, y + 16, tuple(Word(text, x, y, x + 12 * len(text), y + 20, 90) for x, text in words))


def test_letterhead_is_read_column_by_column():
    """Agency and number come before motto and date, though the engine reads across; the title comes after."""
    lines = (
        line(0, (100, "ỦY"), (136, "BAN"), (500, "CỘNG"), (560, "HÒA")),
        line(40, (100, "TỈNH"), (500, "Độc"), (548, "lập")),
        line(80, (100, "Số:"), (148, "12"), (480, "ngày"), (700, "tháng")),
        line(160, (90, "QUYẾT"), (160, "ĐỊNH"), (220, "của"), (270, "chủ"), (320, "tịch"), (380, "tỉnh"), (440, "này")),
    )
    assert text_of(layout.reading_order(lines, 12)) == [
        *("ỦY BAN", "TỈNH", "Số: 12", "CỘNG HÒA", "Độc lập", "ngày tháng"),
        "QUYẾT ĐỊNH của chủ tịch tỉnh này",
    ]
    assert [part.block for part in layout.reading_order(lines, 12)] == [0, 0, 0, 1, 1, 1, 2]


def test_table_rows_stay_rows():
    """Rows with several columns are read across."""
    rows = tuple(line(y, (0, "01"), (200, "Nguyễn"), (500, "1950"), (800, "xã")) for y in (0, 40, 80))
    assert [part.words for part in layout.reading_order(rows, 12)] == [row.words for row in rows]


def test_plain_lines_are_untouched():
    """A paragraph, even a widely spaced one, keeps its lines."""
    rows = tuple(line(y, (0, "Căn"), (58, "cứ"), (104, "Luật"), (176, "này")) for y in (0, 40))
    assert [part.words for part in layout.reading_order(rows, 22)] == [row.words for row in rows]


@pytest.mark.parametrize(
    ("word", "noise"),
    [
        (Word("—", 0, 0, 20, 20, 30), True),
        (Word("-", 0, 0, 20, 20, 70), False),
        (Word("@®", 0, 0, 20, 20, 70), True),
        (Word("", 0, 0, 20, 20, 90), True),
        (Word("l", 0, 0, 20, 200, 40), True),
        (Word("CỘNG", 0, 0, 90, 30, 20), False),
    ],
)
def test_noise_is_what_cannot_be_text(word: Word, noise: bool):
    """Unsure marks and giants are dropped; letters are kept however unsure."""
    assert layout.is_noise(word, 20) is noise


def test_broken_characters_in_a_table_do_no_harm():
    """Quotes and tabs of the engine's table are taken literally, and decomposed text comes back as NFC."""
    row = '5\t1\t1\t1\t1\t1\t10\t20\t30\t15\t95.5\t"u\N{COMBINING HORN}\N{COMBINING ACUTE ACCENT}'
    (only,) = layout.lines_of_table("level\tpage_num\n" + row)
    assert only.words == (Word('"ứ', 10, 20, 40, 35, 95.5),)


@pytest.mark.parametrize(
    ("votes", "asked", "sure"),
    [
        (orientation.Votes(180, 9, 9), (180, 5.0), True),
        (orientation.Votes(180, 9, 9), (0, 14.0), False),
        (orientation.Votes(90, 9, 1), (180, 8.0), False),
        (orientation.Votes(0, 0, 0), (180, 14.0), False),
        (orientation.Votes(180, 9, 9), (180, 0.0), False),
    ],
)
def test_a_page_is_turned_only_on_agreement(votes: orientation.Votes, asked: tuple[int, float], sure: bool):
    """Two answers that contradict each other, or one of no weight, never turn a page."""
    found = orientation.agreed(votes, *asked)
    assert (found.confidence >= tesseract.SURE) is sure
