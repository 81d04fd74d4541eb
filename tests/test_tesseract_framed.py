"""What stands in the frame of a stamp is read, wherever and however it was put; other pages are left as they are."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.catalogue.secrecy import stamps
from pipeline.image.frames import framed_parts
from pipeline.model import Line, Reading
from pipeline.tesseract.engine import ONE_BLOCK, Settings, engine
from pipeline.tesseract.framed_look import look_into_frames
from samples import marks, page, scan
from samples.faces import Style, font_of

DPI, MM = 150, 25.4
RED, BLACK = (200, 30, 40), (50, 50, 50)
WIDTH_MM = {"MẬT": 20.0, "TỐI MẬT": 30.0, "TUYỆT MẬT": 40.0}
Colour = tuple[int, int, int]
Pixels = np.ndarray


@dataclass(frozen=True)
class Stamp:
    """How a stamp was put on a page."""

    text: str
    at_mm: tuple[float, float]
    degrees: float
    frames: int
    scale: float = 1.0
    colour: Colour = RED

    def on(self, pixels: Pixels) -> Pixels:
        """Put it there; what lies below stays visible."""
        ink = self._ink()
        alpha = (ink / 255 * 0.9)[:, :, None]
        x, y = (
            round(mm * DPI / MM - side / 2) for mm, side in zip(self.at_mm, (ink.shape[1], ink.shape[0]), strict=True)
        )
        stamped = pixels.copy()
        below = stamped[y : y + ink.shape[0], x : x + ink.shape[1]]
        below[:] = (below * (1 - alpha) + np.array(self.colour) * alpha).round().astype(np.uint8)
        return stamped

    def _ink(self) -> Pixels:
        width, height = (round(mm * self.scale * DPI / MM) for mm in (WIDTH_MM[self.text], 8.0))
        image = Image.new("L", (width + 40, height + 40))
        pen, rule = ImageDraw.Draw(image), max(1, round(0.5 * DPI / MM))
        for frame in range(self.frames):
            inset = 20 + 3 * rule * frame
            pen.rectangle([inset, inset, width + 40 - inset, height + 40 - inset], outline=255, width=rule)
        font = font_of(Style("serif", 14 * self.scale, bold=True), DPI)
        pen.text((width / 2 + 20, height / 2 + 20), self.text, fill=255, font=font, anchor="mm")
        return np.asarray(image.rotate(-self.degrees, Image.Resampling.BICUBIC, expand=True))


@pytest.fixture(scope="module")
def letter() -> Pixels:
    """Give the scan of a decision's first page, in colour."""
    return scan.office_colour(page.letterhead_page(dpi=DPI)[0], seed=3)


def look(pixels: Pixels) -> tuple[Line, ...]:
    reader = engine(Settings(segmentation=ONE_BLOCK))
    return look_into_frames((), pixels, DPI, lambda gray, dpi: reader.read(gray, dpi, "vie", ()))


def found(pixels: Pixels) -> list[str]:
    height, width = pixels.shape[:2]
    return [level.value for level in stamps(Reading(width, height, DPI, look(pixels)))]


def test_framed_stamps_are_read_as_they_were_put(letter: Pixels):
    """Of thirty stamps of any size, turn, place and red, in one frame or two, at least twenty-six are found."""
    chance = Random(7)
    hits = right = 0
    for _ in range(30):
        stamp = Stamp(
            text=chance.choice(list(WIDTH_MM)),
            at_mm=(chance.uniform(45, 75), chance.uniform(56, 59)),
            degrees=chance.uniform(-9, 9),
            frames=chance.choice([1, 2]),
            scale=chance.uniform(0.8, 1.3),
            colour=(chance.randint(160, 220), chance.randint(20, 70), chance.randint(30, 80)),
        )
        levels = found(stamp.on(letter))
        hits += bool(levels)
        right += levels[:1] == [stamp.text]

    assert hits >= 26
    assert right >= 22


@pytest.mark.parametrize("stamp", [
    Stamp("TUYỆT MẬT", (60, 57), 4, 1), Stamp("TỐI MẬT", (110, 57), -5, 1), Stamp("MẬT", (60, 57), 2, 1, 1.25),
], ids=lambda stamp: stamp.text)  # fmt: skip
def test_black_stamp_is_read_from_a_grey_scan(letter: Pixels, stamp: Stamp):
    """A frame is told by its four sides, without any colour."""
    black = Stamp(stamp.text, stamp.at_mm, stamp.degrees, stamp.frames, stamp.scale, BLACK)

    assert found(cv2.cvtColor(black.on(letter), cv2.COLOR_RGB2GRAY)) == [stamp.text]


def test_red_stamp_over_printed_text_is_read(letter: Pixels):
    """Red ink is told from black ink below it."""
    assert found(Stamp("TUYỆT MẬT", (110, 80), -6, 1).on(letter)) == ["TUYỆT MẬT"]


@pytest.mark.parametrize("degrees", [-8.0, 0.0, 8.0])
def test_words_stand_where_the_ink_is(letter: Pixels, degrees: float):
    """The box of a word that was read turned lies around its ink on the page."""
    stamped = Stamp("TUYỆT MẬT", (70, 57), degrees, 1).on(letter)
    (line,) = look(stamped)
    x0, x1 = min(word.x0 for word in line.words), max(word.x1 for word in line.words)
    y0, y1 = min(word.y0 for word in line.words), max(word.y1 for word in line.words)

    centre = ((x0 + x1) / 2 * MM / DPI, (y0 + y1) / 2 * MM / DPI)
    assert centre == pytest.approx((70, 57), abs=1.2)
    assert line.words[0].x0 < line.words[-1].x0
    assert (line.words[-1].y0 > line.words[0].y0) == (degrees > 0) or degrees == 0


def test_page_without_a_stamp_has_nothing_to_read(letter: Pixels):
    """Letters, rules below headings, a round seal and a signature are no stamp of this kind."""
    sealed = marks.sealed(letter, (120, 70), dpi=DPI, words="ỦY BAN NHÂN DÂN XÃ SUỐI MÂY", middle="XÃ\nSUỐI MÂY")
    signed = marks.signed(sealed, (120, 80), dpi=DPI, seed=2)

    assert look(letter) == ()
    assert stamps(Reading(1, 10**6, DPI, look(signed))) == ()


def test_words_that_were_read_are_not_read_twice(letter: Pixels):
    """A stamp whose words the page's reading has already is left alone."""
    stamped = Stamp("TUYỆT MẬT", (60, 57), 0, 1).on(letter)
    lines = look(stamped)
    reader = engine(Settings(segmentation=ONE_BLOCK))

    again = look_into_frames(lines, stamped, DPI, lambda gray, dpi: reader.read(gray, dpi, "vie", ()))

    assert again == lines


def test_long_rules_and_tables_are_no_stamps():
    """A box as wide as the text, or as high as a table, is no stamp."""
    drawn, _ = page.table_page(tuple(("1", "Nguyễn Văn A", "12", "3.000") for _ in range(12)), dpi=DPI)

    assert framed_parts(drawn, DPI) == ()
