"""Put lines of text and rules on one white sheet, and remember what was written.

Places are millimetres from the top left corner of the sheet, y of a line is its base line; sizes are points.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples.faces import POINTS_PER_INCH, Style, font_of, strokes

Pixels = NDArray[np.uint8]
MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / POINTS_PER_INCH
A4_MM = (210.0, 297.0)


class Drawn(NamedTuple):
    """A page and the text that stands on it.

    Attributes:
        pixels: Grey (height, width) or RGB (height, width, 3), 8 bits.
        text: One line for each line, in reading order.
    """

    pixels: Pixels
    text: str


class Sheet:
    """A white sheet of paper that is being written on."""

    def __init__(self, dpi: int = 300, size_mm: tuple[float, float] = A4_MM, seed: int = 0) -> None:
        """Lay out an empty sheet; the seed decides how unevenly a typewriter strikes."""
        self.dpi = dpi
        self.lines: list[str] = []
        self._chance = Random(seed)
        self._image = Image.new("L", (self.pixels_of(size_mm[0]), self.pixels_of(size_mm[1])), 255)
        self._pen = ImageDraw.Draw(self._image)

    def pixels_of(self, length_mm: float) -> int:
        """Give a length in whole pixels."""
        return round(length_mm * self.dpi / MM_PER_INCH)

    def drawn(self) -> Drawn:
        """Give the page as it is now."""
        return Drawn(np.asarray(self._image).copy(), "\n".join(self.lines) + "\n" if self.lines else "")

    def width_mm(self, text: str, style: Style) -> float:
        """Measure a text."""
        font = font_of(style, self.dpi)
        length = len(text) * font.getlength("m") if style.struck else font.getlength(text)
        return length * MM_PER_INCH / self.dpi

    def put(self, text: str, x_mm: float, y_mm: float, style: Style) -> None:
        """Draw a text from x on without taking note of it."""
        x, y = x_mm * self.dpi / MM_PER_INCH, y_mm * self.dpi / MM_PER_INCH
        font = font_of(style, self.dpi)
        if not style.struck:
            self._pen.text((x, y), text, fill=0, font=font, anchor="ls")
            return
        pitch, play = font.getlength("m"), self.dpi / 300
        for place, letter in enumerate(text):
            up, side = self._chance.gauss(0, 0.5 * play), self._chance.gauss(0, 0.35 * play)
            black = self._chance.randint(20, 95)
            for part, lift in strokes(font, letter):
                spot = (x + place * pitch + side, y + up - lift * font.size)
                self._pen.text(spot, part, fill=black, font=font, anchor="ls")

    def write(self, text: str, x_mm: float, y_mm: float, style: Style, anchor: str = "left") -> None:
        """Write one line and take note of it; `anchor` says which part of it stands at x: left, centre or right."""
        width = self.width_mm(text, style)
        self.put(text, x_mm - {"left": 0.0, "centre": width / 2, "right": width}[anchor], y_mm, style)
        self.lines.append(text)

    def rule(self, x0_mm: float, y0_mm: float, x1_mm: float, y1_mm: float, points: float = 0.7) -> None:
        """Draw a straight line."""
        scale = self.dpi / MM_PER_INCH
        ends = (x0_mm * scale, y0_mm * scale, x1_mm * scale, y1_mm * scale)
        self._pen.line(ends, fill=0, width=max(1, round(points * self.dpi / POINTS_PER_INCH)))

    def paragraph(
        self,
        text: str,
        y_mm: float,
        style: Style,
        *,
        edges_mm: tuple[float, float] = (30.0, 192.0),
        indent_mm: float = 12.7,
        leading_points: float = 19.0,
        bold_words: int = 0,
        justify: bool = True,
    ) -> float:
        """Set a paragraph with its first base line at y, and give the base line that would follow.

        Args:
            text: The words, parted by blanks.
            y_mm: First base line.
            style: How all of it looks, but for the `bold_words` at its start.
            edges_mm: Left and right edge.
            indent_mm: How far the first line starts to the right.
            leading_points: From base line to base line.
            bold_words: How many words at the start are bold.
            justify: Make both edges straight, the last line excepted.
        """
        words = [(word, replace(style, bold=style.bold or at < bold_words)) for at, word in enumerate(text.split())]
        rows = self._broken(words, edges_mm[1] - edges_mm[0], indent_mm)
        for at, row in enumerate(rows):
            left = edges_mm[0] + (indent_mm if at == 0 else 0.0)
            right = edges_mm[1] if justify and at < len(rows) - 1 else None
            self._set_row(row, left, right, y_mm)
            y_mm += leading_points * MM_PER_POINT
        return y_mm

    def _broken(
        self, words: Sequence[tuple[str, Style]], width_mm: float, indent_mm: float
    ) -> list[list[tuple[str, Style]]]:
        rows: list[list[tuple[str, Style]]] = [[]]
        used = indent_mm
        for word, style in words:
            width, blank = self.width_mm(word, style), self.width_mm(" ", style)
            if rows[-1] and used + width > width_mm:
                rows.append([])
                used = 0.0
            rows[-1].append((word, style))
            used += width + blank
        return rows

    def _set_row(self, row: list[tuple[str, Style]], left_mm: float, right_mm: float | None, y_mm: float) -> None:
        widths = [self.width_mm(word, style) for word, style in row]
        blank = self.width_mm(" ", row[0][1])
        if right_mm is not None and len(row) > 1:
            blank = (right_mm - left_mm - sum(widths)) / (len(row) - 1)
        x = left_mm
        for (word, style), width in zip(row, widths, strict=True):
            self.put(word, x, y_mm, style)
            x += width + blank
        self.lines.append(" ".join(word for word, _ in row))
