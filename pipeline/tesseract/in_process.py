"""Tesseract inside this process, fed raw grey pixels: the quick engine."""

import functools
import importlib.util
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.errors import ToolMissing
from pipeline.image.tone import Picture
from pipeline.model import Line, Measured
from pipeline.tesseract.data import find_tessdata, require_languages
from pipeline.tesseract.layout import lines_of_table
from pipeline.tesseract.orientation import best_turn
from pipeline.tesseract.tables import Table, ruled_tables

NAME = "tesserocr"
# OCR engine modes of Tesseract (OcrEngineMode): the network alone; orientation has only the older classifier.
LEGACY_ONLY, LSTM_ONLY = 0, 1
ORIENTATION_ONLY = 0


def available() -> bool:
    """Tell whether the library is installed."""
    return importlib.util.find_spec(NAME) is not None


class InProcess:
    """The engine as a library; one warm instance for each thread and language set."""

    name = NAME

    def __init__(self, *, segmentation: int = 3, invert: bool = False) -> None:
        """Keep the settings; the library is started by the first page.

        Raises:
            ToolMissing: The library is not installed.
        """
        if not available():
            raise ToolMissing("The Python package tesserocr is not installed; install it or choose pytesseract.")
        self._segmentation = segmentation
        self._invert = invert

    def version(self) -> str:
        """Give the version of the Tesseract that the library carries."""
        words: list[str] = _library().tesseract_version().split()
        return words[1]

    def read(
        self, gray: Picture, dpi: float, languages: str, tables: Sequence[Table] | None = None
    ) -> tuple[Line, ...]:
        """Recognise a straight grey picture; see `pipeline.tesseract.engine.Engine`."""
        require_languages(languages)
        api = _warm(threading.get_ident(), languages, LSTM_ONLY, self._invert)
        api.SetPageSegMode(self._segmentation)
        kept = _show(api, gray, dpi)
        try:
            table: str = api.GetTSVText(0)
        finally:
            api.Clear()
            del kept
        return lines_of_table(table, ruled_tables(gray, dpi) if tables is None else tables)

    def orientation(self, gray: Picture, dpi: float) -> Measured:
        """Tell the quarter turn that the page needs; see `pipeline.tesseract.engine.Engine`."""
        require_languages("osd")
        return best_turn(_ask, gray, dpi)


def _ask(gray: Picture, dpi: float) -> tuple[int, float]:
    """Ask for the clockwise turn needed, degrees, and its margin; (0, 0) where it cannot tell."""
    api = _warm(threading.get_ident(), "osd", LEGACY_ONLY, False)
    api.SetPageSegMode(ORIENTATION_ONLY)
    kept = _show(api, gray, dpi)
    try:
        found = api.DetectOrientationScript()
    finally:
        api.Clear()
        del kept
    if not found:
        return 0, 0.0
    # The library gives how far the picture is turned clockwise from upright.
    return (360 - int(found["orient_deg"])) % 360, float(found["orient_conf"])


def _show(api: Any, gray: Picture, dpi: float) -> bytes:
    """Hand over the pixels; the library does not copy them, so the caller keeps what this returns until it is done."""
    kept = np.ascontiguousarray(gray).tobytes()
    height, width = gray.shape
    api.SetImageBytes(kept, width, height, 1, width)
    # Under 70 the library warns and guesses.
    api.SetSourceResolution(max(70, round(dpi)))
    return kept


def _library() -> Any:
    """Give the library, which is optional: a machine without its wheel uses the command."""
    return importlib.import_module(NAME)


@functools.cache
def _warm(_thread: int, languages: str, mode: int, invert: bool) -> Any:
    """Start the library once for each thread and setting: loading the data costs as much as a few lines of text."""
    api = _library().PyTessBaseAPI(path=f"{find_tessdata()}/", lang=languages, oem=mode)
    if not invert:
        api.SetVariable("tessedit_do_invert", "0")
    return api
