"""Secrecy stamps among the recognised words of a page: MẬT, TỐI MẬT, TUYỆT MẬT, alone in the upper part of the page.

Nghị định 30/2020/NĐ-CP, Phụ lục I, has the stamp below number and symbol; it is in capitals and stands alone or in a
frame. "Bí mật nhà nước" in a sentence is none, and neither is "GIẢI MẬT": what was secret is so no longer.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.model import Line, Reading, Word

# Where stamps stand: below number and symbol, at most under the abstract; signatures and lists stand lower.
_UPPER_PART = 0.5
# Words further apart than this many heights are not of one phrase: two columns, or a stamp beside a line.
_APART_HEIGHTS = 1.5
# The frame of a stamp is read as lines and brackets.
_FRAME = re.compile(r"[^\w]+|_+")
# "Ậ" with its marks lost or taken for others; "MÁT", "MẮT" and "MÃT" are other words and none of these.
_LAST = re.compile(r"[LI1]?M[ẬÂẠẦẨẪA]T")
_TOP = re.compile(r"[LI1]?TU?[YVỴ]?[EÈÉẺẼẸÊỀẾỂỄỆ]{1,2}[TIL1]I?")
_HIGH = re.compile(r"[LI1]?T[OÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ][IÌÍỈĨỊ1]")
_GLUED = re.compile(rf"({_TOP.pattern}|{_HIGH.pattern})({_LAST.pattern})")
_REST_OF_PHRASE = frozenset({"BÍ", "BẢO", "BI", "BAO"})
_DECLASSIFIED = frozenset({("GIẢI",), ("GIAI",), ("ĐÃ", "GIẢI"), ("ĐÃ", "GIAI"), ("DA", "GIAI")})


class Level(StrEnum):
    """What a stamp says."""

    LOW = "MẬT"
    HIGH = "TỐI MẬT"
    TOP = "TUYỆT MẬT"
    DECLASSIFIED = "GIẢI MẬT"


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that stand together on a line and apart from all others."""

    words: tuple[str, ...]
    x0: float
    y0: float
    x1: float
    y1: float


def stamps(reading: Reading) -> tuple[Level, ...]:
    """Give what the stamps on a page say, from top to bottom; most pages have none."""
    limit = reading.height * _UPPER_PART
    phrases = [phrase for line in reading.lines for phrase in _phrases(line)]
    found = [(phrase.y0, level) for phrase in phrases if phrase.y1 <= limit and (level := _level(phrase, phrases))]
    return tuple(level for _, level in sorted(found))


def may_hold_stamp(text: str) -> bool:
    """Tell by a page's plain text, at little cost, whether its words are worth a look."""
    return any(_LAST.search(line) for line in unicodedata.normalize("NFC", text).split("\n") if len(line) < 200)


def _level(phrase: _Phrase, phrases: list[_Phrase]) -> Level | None:
    words = phrase.words
    if not words or not _LAST.fullmatch(words[-1]):
        return None
    before = words[:-1]
    if before in _DECLASSIFIED:
        return Level.DECLASSIFIED
    if before:
        return _raised(before[0]) if len(before) == 1 else None
    above = next((other for other in phrases if _is_above(other, phrase)), None)
    if above is None:
        return Level.LOW
    if above.words in _DECLASSIFIED:
        return Level.DECLASSIFIED
    whole = _raised(above.words[0]) if len(above.words) == 1 else None
    # The last word of a heading that goes on from the line above, "... BẢO VỆ BÍ / MẬT", is no stamp.
    return whole or (None if above.words[-1] in _REST_OF_PHRASE else Level.LOW)


def _raised(word: str) -> Level | None:
    """Give what the word before "MẬT" makes of it."""
    if _TOP.fullmatch(word):
        return Level.TOP
    return Level.HIGH if _HIGH.fullmatch(word) else None


def _is_above(other: _Phrase, phrase: _Phrase) -> bool:
    """Tell whether the phrase goes on from the one above it: close, as tall, over it."""
    height = phrase.y1 - phrase.y0
    overlap = min(other.x1, phrase.x1) - max(other.x0, phrase.x0)
    gap = phrase.y0 - other.y1
    return bool(other.words) and overlap > 0.5 * (phrase.x1 - phrase.x0) and -0.5 * height < gap < 1.2 * height


def _phrases(line: Line) -> Iterator[_Phrase]:
    """Split a line where its words stand far apart."""
    group: list[Word] = []
    for word in line.words:
        if group and word.x0 - group[-1].x1 > _APART_HEIGHTS * (word.y1 - word.y0):
            yield _phrase(group)
            group = []
        group.append(word)
    if group:
        yield _phrase(group)


def _parted(text: str) -> tuple[str, ...]:
    """Part what was read without the blank between: "TUYỆTMẬT"."""
    glued = _GLUED.fullmatch(text)
    return (glued[1], glued[2]) if glued else (text,)


def _phrase(group: list[Word]) -> _Phrase:
    texts = (_FRAME.sub("", unicodedata.normalize("NFC", word.text)) for word in group)
    words = tuple(part for text in texts if text for part in _parted(text))
    kept = [word for word in group if _FRAME.sub("", word.text)] or group
    return _Phrase(words, kept[0].x0, min(word.y0 for word in kept), kept[-1].x1, max(word.y1 for word in kept))
