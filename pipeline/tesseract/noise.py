"""Tell words from what was taken for words: punch holes, edges, rings of seals, signatures, specks.

A rule drops only what several things speak against at once: how unsure the engine is, of the word and of all others
on its line, and a size, shape or place that type does not have. Unsure words of usual size stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.model import Line, Word

# Words without any letter or digit are kept from these confidences: dashes of lists score over 80, dirt under 50; a
# punch hole is taken for @ or ® with up to 80.
USUAL_MARKS = frozenset("-–—.,:;…()[]/+=%\"'“”‘’«»•*&!?§°<>")
SURE_MARK, SURE_SYMBOL = 60.0, 85.0
DASHES = frozenset("-–—")
# Marks that typists set apart from the word before, and what the engine takes a worn one for.
SET_APART = frozenset(",;:.!?+=»…·")
# A word less sure than this and several times as high as the page's words is an edge, a punch hole or a seal.
SURE_GIANT, GIANT = 60.0, 3.0

# Heights and widths of a letter in usual heights of words: flatter, higher, wider than type on the same page is.
_FLAT, _HIGH, _WIDE = 0.45, 1.7, 2.5
# Confidence of a word, and of the surest on its line.
_UNSURE, _GUESSED, _SURE = 50.0, 30.0, 90.0
_LINE_UNSURE, _LINE_GUESSED = 60.0, 20.0
# So few letters are a speck rather than text where the whole line is a guess; a hole or a ring makes up to this many.
_SPECK, _HOLE = 4, 2
# Distance in usual heights from the nearest word of its line from which a word stands apart.
_APART = 4.0
# The space on either side of a dash or a mark is smaller than this, in usual heights; a mark is no higher than the next
# and its middle no further than the one after from that of the word before.
_NEAR, _LOW, _LEVEL = 1.2, 1.0, 0.75
# Words so sure around a mark are text.
_TEXT = 75.0
# Share of the sheet's sides: what ends there is cut off, or the edge itself.
_EDGE = 0.006


@dataclass(frozen=True, slots=True)
class Sheet:
    """The size of the picture, pixels."""

    width: float
    height: float


def without_noise(lines: Sequence[Line], sheet: Sheet | None) -> list[Line]:
    """Drop words that are no text, and lines of which nothing is left.

    Args:
        lines: As the engine made them.
        sheet: The picture's size where it is known: words that touch its edge are judged more strictly.
    """
    words = [word for line in lines for word in line.words if word.text]
    height = median(word.y1 - word.y0 for word in words) if words else 0.0
    kept = (replace(line, words=_text_of(line, height, sheet)) for line in lines)
    return [line for line in kept if line.words]


def is_noise(word: Word, usual_height: float) -> bool:
    """Tell whether a word by itself is no text: empty, an unsure mark without letters, an unsure giant."""
    unsure_giant = word.confidence < SURE_GIANT and word.y1 - word.y0 > GIANT * usual_height
    written = any(character.isalnum() for character in word.text)
    needed = SURE_MARK if USUAL_MARKS.issuperset(word.text) else SURE_SYMBOL
    return not word.text or unsure_giant or (not written and word.confidence < needed)


def _text_of(line: Line, usual: float, sheet: Sheet | None) -> tuple[Word, ...]:
    """Return the words of a line that are text."""
    neighbours = zip(line.words, (None, *line.words), (*line.words[1:], None), strict=False)
    words = [word for word, *two in neighbours if not is_noise(word, usual) or _is_mark(word, two, usual)]
    best = max((word.confidence for word in words), default=0.0)
    letters = sum(len(word.text) for word in words)
    if best < _LINE_GUESSED and letters <= _SPECK:
        return ()
    return tuple(
        word
        for at, word in enumerate(words)
        if not (_is_shapeless(word, best, usual) or _is_hole(words, at, usual) or _is_cut_off(word, sheet))
    )


def _is_mark(word: Word, neighbours: Sequence[Word | None], usual: float) -> bool:
    """Tell whether an unsure dash or spaced mark stands where one does: near sure words, at their height.

    A dash has one on both sides; a comma may end the line, but never begins it.
    """
    before, after = neighbours
    if before is None or not word.text or not _is_beside(before, word, usual):
        return False
    if word.text in DASHES:
        sure = after is not None and min(before.confidence, after.confidence) >= SURE_SYMBOL
        return after is not None and sure and _is_beside(word, after, usual)
    if not SET_APART.issuperset(word.text) or word.y1 - word.y0 > _LOW * usual:
        return False
    off = abs(word.y0 + word.y1 - before.y0 - before.y1) / 2
    sure = min(one.confidence for one in (before, after or before)) >= _TEXT
    return sure and off < _LEVEL * usual and (after is None or _is_beside(word, after, usual))


def _is_beside(left: Word, right: Word, usual: float) -> bool:
    """Tell whether two words are no further apart than words of text."""
    return right.x0 - left.x1 < _NEAR * usual


def _is_shapeless(word: Word, best: float, usual: float) -> bool:
    """Tell whether an unsure word is flatter, higher or wider than type; `best` is the surest on its line."""
    height, letter = word.y1 - word.y0, (word.x1 - word.x0) / len(word.text)
    flat = height < _FLAT * usual and any(character.isalnum() for character in word.text)
    if word.confidence < _GUESSED:
        return flat or letter > _WIDE * max(height, usual)
    unsure = word.confidence < _UNSURE and best < _LINE_UNSURE
    return unsure and (flat or height > _HIGH * usual or letter > _WIDE * max(height, usual))


def _is_hole(words: Sequence[Word], at: int, usual: float) -> bool:
    """Tell whether a word is one or two unusually high letters that stand apart from all others."""
    word = words[at]
    if len(word.text) > _HOLE or word.confidence >= _SURE or word.y1 - word.y0 < _HIGH * usual:
        return False
    others = (other for number, other in enumerate(words) if number != at)
    return all(max(other.x0 - word.x1, word.x0 - other.x1) > _APART * usual for other in others)


def _is_cut_off(word: Word, sheet: Sheet | None) -> bool:
    """Tell whether an unsure word touches the sheet's left or right edge."""
    if sheet is None or word.confidence >= _UNSURE:
        return False
    return word.x0 < _EDGE * sheet.width or word.x1 > (1 - _EDGE) * sheet.width
