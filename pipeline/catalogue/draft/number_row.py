"""Which row of the head is the document's number, and which one is that of a stamp of receipt [dấu đến].

Nghị định 30/2020/NĐ-CP, Phụ lục I, II.3 (number), Phụ lục IV, I (stamp: "ĐẾN", under it number, date, to whom).
"""

import re
from collections.abc import Sequence

from pipeline.catalogue.draft.values import Piece
from pipeline.catalogue.folding import unmarked

_SYMBOL = re.compile(r"[\W\dsS5$].{0,18}?[/⁄|]\s*[A-ZĐÐ]{2}")
_LONGEST_ROW = 45
_RECEIVED, _RECEIVED_ON = re.compile(r"(?:.*\W)?den\W*"), re.compile(r"\W*(?:ngay|chuyen|gio)\b(?!.*thang)")
_WITH_SYMBOL = re.compile(r"[/⁄|–-]\s*[A-ZĐÐ]{2}")
# In heights of a usual word: between the rows of a stamp.
_STAMP_LEADING = 2.6


def is_number_row(text: str) -> bool:
    """Tell whether a line is "Số: 12/QĐ-UBND", with or without the number, read well or badly."""
    plain = unmarked(text).lstrip(" .,'\"-_|")
    # "Sở" and "Số" are alike to a machine; an office's name has neither digits nor a stroke.
    begins = re.match(r"s[o06]", plain) is not None and re.search(r"[\d/⁄:]", plain) is not None
    return len(text) <= _LONGEST_ROW and (begins or _SYMBOL.match(text) is not None)


def is_of_receipt(number: Piece, left: Sequence[Piece], height: float) -> bool:
    """Tell whether a number is that of a stamp of receipt: "ĐẾN" stands above it, or a date below one alone.

    Args:
        number: Its row.
        left: The rows of its column.
        height: Of a usual word.
    """
    steps = [(piece.baseline - number.baseline, unmarked(piece.text)) for piece in left]
    depth = _STAMP_LEADING * height
    above = any(-depth <= step < 0 and _RECEIVED.fullmatch(text) for step, text in steps)
    is_bare = _WITH_SYMBOL.search(number.text) is None
    return above or (is_bare and any(0 < step <= depth and _RECEIVED_ON.match(text) for step, text in steps))
