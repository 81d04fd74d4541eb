"""Tesseract as a command, through pytesseract: for machines where the library's wheel is missing."""

import os
import re
import shlex
from collections.abc import Sequence

import pytesseract

from pipeline.errors import ToolMissing
from pipeline.image.tone import Picture
from pipeline.model import Line, Measured
from pipeline.tesseract.data import find_tessdata, require_languages
from pipeline.tesseract.layout import lines_of_table
from pipeline.tesseract.orientation import best_turn
from pipeline.tesseract.tables import Table, ruled_tables

NAME = "pytesseract"


class CommandLine:
    """The engine as a command, one start for each page."""

    name = NAME

    def __init__(self, *, segmentation: int = 3, invert: bool = False, timeout_seconds: float = 300.0) -> None:
        """Keep the settings.

        The command inherits this process's environment, so the limit to one thread is set here: several workers with
        several OpenMP threads each cost three to ten times more.
        """
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._segmentation = segmentation
        self._invert = invert
        self._timeout_seconds = timeout_seconds

    def version(self) -> str:
        """Give the version of the command.

        Raises:
            ToolMissing: The command is not installed.
        """
        try:
            return str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError as error:
            raise ToolMissing(
                "The command tesseract was not found; install the Debian package tesseract-ocr."
            ) from error

    def read(
        self, gray: Picture, dpi: float, languages: str, tables: Sequence[Table] | None = None
    ) -> tuple[Line, ...]:
        """Recognise a straight grey picture; see `pipeline.tesseract.engine.Engine`.

        Raises:
            TimeoutError: The limit has passed.
        """
        require_languages(languages)
        options = [*_place(dpi), "--psm", str(self._segmentation), "--oem", "1"]
        options += [] if self._invert else ["-c", "tessedit_do_invert=0"]
        try:
            table: str = pytesseract.image_to_data(
                gray,
                lang=languages,
                config=shlex.join(options),
                output_type=pytesseract.Output.STRING,
                timeout=self._timeout_seconds,
            )
        except RuntimeError as error:
            raise _understood(error) from error
        return lines_of_table(table, ruled_tables(gray, dpi) if tables is None else tables)

    def orientation(self, gray: Picture, dpi: float) -> Measured:
        """Tell the quarter turn that the page needs; see `pipeline.tesseract.engine.Engine`."""
        require_languages("osd")
        return best_turn(self._ask, gray, dpi)

    def _ask(self, gray: Picture, dpi: float) -> tuple[int, float]:
        """Ask for the clockwise turn needed, degrees, and its margin; (0, 0) where it cannot tell."""
        try:
            told: str = pytesseract.image_to_osd(gray, config=shlex.join(_place(dpi)), timeout=self._timeout_seconds)
        except pytesseract.TesseractError:
            # "Too few characters": an answer, not a fault.
            return 0, 0.0
        except RuntimeError as error:
            raise _understood(error) from error
        turn = re.search(r"Rotate: (\d+)", told)
        margin = re.search(r"Orientation confidence: ([\d.]+)", told)
        return (int(turn.group(1)), float(margin.group(1))) if turn and margin else (0, 0.0)


def _place(dpi: float) -> list[str]:
    """Give the options for data folder and resolution."""
    return ["--tessdata-dir", str(find_tessdata()), "--dpi", str(max(70, round(dpi)))]


def _understood(error: RuntimeError) -> Exception:
    """Turn pytesseract's bare time-out into the exception of that name; others stay what they are."""
    return TimeoutError("Recognition took longer than the limit.") if "timeout" in str(error).lower() else error
