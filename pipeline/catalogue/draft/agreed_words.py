"""Choose for each word of a line the reading that all readings together are surest of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.catalogue.draft.values import Look, Piece
from pipeline.model import Line, Word

# Two words are the same one on the page if they share this much of the wider one; else one is two words run together.
_SAME = 0.85
# A line of another reading is this line if the base lines differ by less than so much of a word's height.
_SAME_LINE = 0.45
# Another reading's line is taken as the base only where it is surer by this much: words run together or torn apart.
_SURER = 0.03


def agreed(piece: Piece, looks: Sequence[Look]) -> Piece:
    """Give a line with each word as most readings have it, weighed by their confidence."""
    others = [other for look in looks if (other := _same_line(piece, look.lines))]
    base = max([piece, *others], key=lambda each: each.confidence)
    if base.confidence < piece.confidence + _SURER or abs(len(base.text) - len(piece.text)) > 0.1 * len(piece.text):
        base = piece
    readings = [piece, *others]
    return replace(piece, words=tuple(_agreed_word(word, readings) for word in base.words))


def _same_line(piece: Piece, lines: Sequence[Line]) -> Piece | None:
    """Give what another reading has of a line, cut to where the line is."""
    x0, y0, x1, y1 = piece.box
    near = _SAME_LINE * piece.height
    words = [
        word
        for line in lines
        for word in line.words
        if abs((word.y0 + word.y1 - y0 - y1) / 2) < near + 0.2 * (y1 - y0)
        and abs(line.baseline - piece.baseline) < 2 * near
        and x0 - near <= (word.x0 + word.x1) / 2 <= x1 + near
    ]
    return Piece(tuple(sorted(words, key=lambda word: word.x0)), piece.baseline) if words else None


def _agreed_word(word: Word, readings: Sequence[Piece]) -> Word:
    """Give the text that most readings have in a word's place; a single other one must be surer than this one."""
    sums: dict[str, float] = defaultdict(float)
    for reading in readings:
        for other in reading.words:
            if _is_same(word, other):
                sums[other.text] += other.confidence
    if not sums:
        return word
    text = max(sums, key=lambda each: (sums[each], each == word.text))
    # All readings have a say in how sure this is: one that differs makes it doubtful.
    return replace(word, text=text, confidence=min(100.0, sums[text] / len(readings)))


def _is_same(word: Word, other: Word) -> bool:
    shared = min(word.x1, other.x1) - max(word.x0, other.x0)
    return shared >= _SAME * max(word.x1 - word.x0, other.x1 - other.x0)
