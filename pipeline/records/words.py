"""The recognised words of a page as a file of the work folder: compact JSON that gives the same `Reading` back."""

import json
from dataclasses import replace
from typing import Any

from pipeline.model import Line, Part, Reading, Word

_DECIMALS = 2


def to_bytes(reading: Reading) -> bytes:
    """Write a reading; boxes rounded to a hundredth of a pixel."""
    value: dict[str, Any] = {
        "width": reading.width,
        "height": reading.height,
        "dpi": reading.dpi,
        "lines": [_line_row(line) for line in reading.lines],
    }
    if reading.parts:
        value["parts"] = [[part.x0, part.x1, part.lines] for part in reading.parts]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(data: bytes) -> Reading:
    """Read it back."""
    value = json.loads(data)
    lines = tuple(_line(row) for row in value["lines"])
    parts = tuple(Part(*row) for row in value.get("parts", ()))
    return Reading(value["width"], value["height"], value["dpi"], lines, parts)


def pages_of(reading: Reading) -> tuple[Reading, ...]:
    """Give a reading page by page as the PDF has them, each with boxes on that page; itself where it is one page."""
    pages, first = [], 0
    for part in reading.parts:
        lines = tuple(shifted(line, -part.x0, 0) for line in reading.lines[first : first + part.lines])
        pages.append(Reading(part.x1 - part.x0, reading.height, reading.dpi, lines))
        first += part.lines
    return tuple(pages) or (reading,)


def shifted(line: Line, dx: float, dy: float) -> Line:
    """Give a line with its boxes and base line moved."""
    words = (replace(w, x0=w.x0 + dx, y0=w.y0 + dy, x1=w.x1 + dx, y1=w.y1 + dy) for w in line.words)
    return replace(line, baseline=line.baseline + dy, words=tuple(words))


def _line_row(line: Line) -> list[Any]:
    return [line.block, round(line.baseline, _DECIMALS), [_word_row(word) for word in line.words]]


def _word_row(word: Word) -> list[Any]:
    box = (word.x0, word.y0, word.x1, word.y1)
    return [word.text, *(round(value, _DECIMALS) for value in box), round(word.confidence, _DECIMALS)]


def _line(row: list[Any]) -> Line:
    return Line(row[0], row[1], tuple(Word(*word) for word in row[2]))
