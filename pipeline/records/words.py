"""The recognised words of a page as a file of the work folder: compact JSON that gives the same `Reading` back."""

import json
from typing import Any

from pipeline.model import Line, Reading, Word

_DECIMALS = 2


def to_bytes(reading: Reading) -> bytes:
    """Write a reading; boxes rounded to a hundredth of a pixel."""
    value = {
        "width": reading.width,
        "height": reading.height,
        "dpi": reading.dpi,
        "lines": [_line_row(line) for line in reading.lines],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(data: bytes) -> Reading:
    """Read it back."""
    value = json.loads(data)
    return Reading(value["width"], value["height"], value["dpi"], tuple(_line(row) for row in value["lines"]))


def _line_row(line: Line) -> list[Any]:
    return [line.block, round(line.baseline, _DECIMALS), [_word_row(word) for word in line.words]]


def _word_row(word: Word) -> list[Any]:
    box = (word.x0, word.y0, word.x1, word.y1)
    return [word.text, *(round(value, _DECIMALS) for value in box), round(word.confidence, _DECIMALS)]


def _line(row: list[Any]) -> Line:
    return Line(row[0], row[1], tuple(Word(*word) for word in row[2]))
