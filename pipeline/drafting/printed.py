"""Tell printed digits from written ones by their pixels: print stands on one line, in one size, digit by digit.

Digits of a typeface have one height and one base line, and do not touch; those of a hand, or of a stamp set by hand, do
not keep to it to a pixel. They may look like others to a machine, so that no number is taken from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image.tone import Picture
from pipeline.model import Word

# Of the height of print on the same row: how much tops and bottoms of printed digits may differ (old-style rounding and
# the scanner's grid; a page straight to half a degree), and how high the digits may be.
_SPREAD, _LEAST_SPREAD_PX = 0.07, 1.5
_LOWEST, _HIGHEST = 0.78, 1.16
# A single digit has no neighbour to be held against.
_SINGLE_LOWEST, _SINGLE_HIGHEST, _SINGLE_OFF = 0.86, 1.1, 0.12
# Height of digits over that of small letters, in faces like Times and in typewriters' (1.45 to 1.55).
_DIGIT_TO_X_HEIGHT = 1.5
# Parts of the picture that are less high than this share of a word's box are marks and dots.
_TALL = 0.4
_ROOM = 0.3

_Part = tuple[int, int, int, int]  # x, y, width, height


@dataclass(frozen=True, slots=True)
class Printed:
    """Judges words of one page.

    Attributes:
        page: Grey, straight.
    """

    page: Picture

    def __call__(self, word: Word, first: int, count: int, row: Sequence[Word]) -> bool:
        """Tell whether some digits of a word are printed.

        Args:
            word: Holds the digits.
            first: Which of its letters and digits is the first of them; negative where counted from the end.
            count: How many they are.
            row: The words of its row, which are print for the most part.
        """
        parts = self._parts((word.x0, word.y0, word.x1, word.y1))
        own = parts[first : first + count or None]
        if len(own) < count or (word.text.isdecimal() and len(parts) != count):
            return False
        usual, foot = self._print_of(row)
        return usual > 0 and _is_even(own, usual, foot)

    def _print_of(self, row: Sequence[Word]) -> tuple[float, float]:
        """Give the height that printed digits should have on a row, and its base line, from the letters of the row."""
        words = [word for word in row if sum(letter.isalpha() for letter in word.text) >= 2]
        parts = [part for word in words for part in self._parts((word.x0, word.y0, word.x1, word.y1))]
        if len(parts) < 4:
            return 0.0, 0.0
        letters = [letter for word in words for letter in word.text if letter.isalpha()]
        in_capitals = 2 * sum(map(str.isupper, letters)) > len(letters)
        heights = [part[3] for part in parts]
        usual = float(np.median(heights)) if in_capitals else _DIGIT_TO_X_HEIGHT * float(np.percentile(heights, 30))
        return usual, float(np.median([part[1] + part[3] for part in parts]))

    def _parts(self, box: tuple[float, float, float, float]) -> list[_Part]:
        """Give the connected parts of dark pixels in a box that are as high as letters, from left to right."""
        x0, y0, x1, y1 = (round(edge) for edge in box)
        height = y1 - y0
        top, left = max(0, y0 - int(_ROOM * height)), max(0, x0 - 3)
        cut = np.ascontiguousarray(self.page[top : y1 + int(_ROOM * height), left : x1 + 3])
        if cut.size == 0:
            return []
        _, ink = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
        count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        found = (tuple(int(value) for value in stats[at][:4]) for at in range(1, count))
        return sorted((x + left, y + top, w, h) for x, y, w, h in found if h >= _TALL * height)


def _is_even(own: Sequence[_Part], usual: float, foot: float) -> bool:
    heights = [part[3] for part in own]
    tops, feet = [part[1] for part in own], [part[1] + part[3] for part in own]
    spread = max(_LEAST_SPREAD_PX, _SPREAD * usual)
    if len(own) == 1:
        level = abs(feet[0] - foot) <= max(_LEAST_SPREAD_PX, _SINGLE_OFF * usual)
        return level and _SINGLE_LOWEST * usual <= heights[0] <= _SINGLE_HIGHEST * usual
    in_size = _LOWEST * usual <= min(heights) and max(heights) <= _HIGHEST * usual
    return in_size and max(tops) - min(tops) <= spread and max(feet) - min(feet) <= spread
