"""What every engine does: settings, contract, choice, and the reading of a whole page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.errors import UsageError
from pipeline.image.tone import How, Picture, prepared, resized, spare_factor
from pipeline.model import Line, Measured, Word
from pipeline.tesseract.cell_look import look_into_cells
from pipeline.tesseract.command_line import CommandLine
from pipeline.tesseract.data import digests, require_languages
from pipeline.tesseract.framed_look import look_into_frames
from pipeline.tesseract.in_process import InProcess, available
from pipeline.tesseract.second_look import look_again
from pipeline.tesseract.tables import Table, ruled_tables

ENGINES = ("tesserocr", "pytesseract")
# Tesseract's page segmentation mode for lines of text below each other, nothing else.
ONE_BLOCK = 6


@dataclass(frozen=True, slots=True)
class Settings:
    """How text is recognised.

    Attributes:
        languages: Codes joined by "+", the likeliest first.
        engine: "tesserocr" (in process), "pytesseract" (the command), or "" for the first where it is installed.
        segmentation: Page segmentation mode of Tesseract; 3 finds columns and blocks by itself.
        invert: Try every line as white on black too; costs time, wanted only for such pages.
        timeout_seconds: Limit for one page, of the command only: nothing stops the in-process engine but ending
            its process.
    """

    languages: str = "vie"
    engine: str = ""
    segmentation: int = 3
    invert: bool = False
    timeout_seconds: float = 300.0


class Engine(Protocol):
    """A recogniser: grey pixels in, lines in the pixels of the same picture out."""

    name: str

    def version(self) -> str:
        """Give the version of Tesseract inside."""

    def read(
        self, gray: Picture, dpi: float, languages: str, tables: Sequence[Table] | None = None
    ) -> tuple[Line, ...]:
        """Recognise a straight grey picture: lines in reading order, NFC words; none on a blank page.

        Its ruled tables are looked for if they are not given.
        """

    def orientation(self, gray: Picture, dpi: float) -> Measured:
        """Tell the clockwise quarter turn that brings the text upright, with a confidence of 0 to 1."""


def engine(settings: Settings) -> Engine:
    """Choose the engine that the settings ask for.

    Raises:
        UsageError: There is no engine of that name.
        ToolMissing: The engine or its language data is not installed.
    """
    name = settings.engine or (ENGINES[0] if available() else ENGINES[1])
    require_languages(settings.languages)
    if name == "tesserocr":
        return InProcess(segmentation=settings.segmentation, invert=settings.invert)
    if name == "pytesseract":
        return CommandLine(
            segmentation=settings.segmentation, invert=settings.invert, timeout_seconds=settings.timeout_seconds
        )
    raise UsageError('There is no engine "{name}"; there are {engines}.', name=name, engines=", ".join(ENGINES))


def identity(settings: Settings) -> dict[str, object]:
    """Give what decides a result besides the settings: engine, version of Tesseract, digests of its data."""
    chosen = engine(settings)
    return {"engine": chosen.name, "tesseract": chosen.version(), "data": digests(settings.languages)}


def read_page(pixels: Picture, dpi: float, settings: Settings) -> tuple[tuple[Line, ...], How]:
    """Recognise a straight page, grey or RGB; lines of which the engine is not sure are looked at a second time.

    Returns:
        Lines in reading order, in the pixels of the page, and how that was done.
    """
    factor = spare_factor(pixels.shape, dpi)
    if factor > 1:
        lines, how = _read_page(resized(pixels, 1.0 / factor), dpi / factor, settings)
        return tuple(_scaled(line, factor) for line in lines), replace(how, scale=how.scale / factor)
    return _read_page(pixels, dpi, settings)


def _read_page(pixels: Picture, dpi: float, settings: Settings) -> tuple[tuple[Line, ...], How]:
    """Recognise a page that is not finer than it need be."""
    page, how = prepared(pixels, dpi)
    picture, size = resized(page, how.scale), dpi * how.scale
    tables = ruled_tables(picture, size)
    read = engine(settings).read(picture, size, settings.languages, tables)
    strips = engine(replace(settings, segmentation=ONE_BLOCK))

    def block(gray: Picture, gray_dpi: float = size) -> tuple[Line, ...]:
        return strips.read(gray, gray_dpi, settings.languages, ())

    read, cells = look_into_cells(read, picture, tables, how.type.x_height * how.scale, block)
    lines = tuple(_scaled(line, 1.0 / how.scale) for line in read)
    lines, look = look_again(lines, page, how.type.x_height, dpi, block)
    lines = look_into_frames(lines, pixels, dpi, block)  # not `page`: a red stamp may have been taken out of that
    return lines, replace(how, reread=look.unsure + cells.unsure, bettered=look.bettered + cells.bettered)


def _scaled(line: Line, factor: float) -> Line:
    """Bring a line to another scale."""
    words = tuple(_scaled_word(word, factor) for word in line.words)
    return replace(line, baseline=round(line.baseline * factor, 1), words=words)


def _scaled_word(word: Word, factor: float) -> Word:
    """Bring a word to another scale; a tenth of a pixel is more than is known."""
    x0, y0, x1, y1 = (round(value * factor, 1) for value in (word.x0, word.y0, word.x1, word.y1))
    return replace(word, x0=x0, y0=y0, x1=x1, y1=y1)
