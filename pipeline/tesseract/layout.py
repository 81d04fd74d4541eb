"""Turn the engine's table of words into lines, in the order in which a person reads them."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from statistics import median

from pipeline.model import Line, Word

WORD_LEVEL = "5"
# Words without any letter or digit are kept from these confidences: dashes of lists score over 80, dirt under 50; a
# punch hole is taken for @ or ® with up to 80.
USUAL_MARKS = frozenset("-–—.,:;…()[]/+=%\"'“”‘’•*&!?§°<>")
SURE_MARK, SURE_SYMBOL = 60.0, 85.0
# A word less sure than this and several times as high as the page's words is an edge, a punch hole or a seal.
SURE_GIANT, GIANT = 60.0, 3.0
# Widths of the free strip between two columns, in usual spaces: in its widest line, and over all lines.
WIDE_GAP, NARROWEST_GUTTER = 3.5, 2.5
# Letters that go below the base line, and the marks below that Vietnamese has.
DESCENDERS = frozenset("gjpqyQ,;()[]{}/|_çµ\N{COMBINING DOT BELOW}")

# From where to where, left to right.
Gap = tuple[float, float]


def lines_of_table(table: str) -> tuple[Line, ...]:
    """Read Tesseract's tab-separated table, with or without its heading line.

    Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    """
    rows = csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [(tuple(map(int, row[2:5])), _word(row)) for row in rows if row and row[0] == WORD_LEVEL]
    height = median(word.y1 - word.y0 for _, word in words) if words else 0.0
    kept = [(place, word) for place, word in words if not is_noise(word, height)]
    lines = [_line(place[0], [word for _, word in part]) for place, part in groupby(kept, key=lambda item: item[0])]
    return reading_order(tuple(lines), usual_space(lines, height))


def is_noise(word: Word, usual_height: float) -> bool:
    """Tell whether a word is no text: empty, an unsure mark without letters, an unsure giant."""
    unsure_giant = word.confidence < SURE_GIANT and word.y1 - word.y0 > GIANT * usual_height
    written = any(character.isalnum() for character in word.text)
    needed = SURE_MARK if USUAL_MARKS.issuperset(word.text) else SURE_SYMBOL
    return not word.text or unsure_giant or (not written and word.confidence < needed)


def usual_space(lines: Iterable[Line], height: float) -> float:
    """Give the usual width of the space between words, pixels; half a word's height where print sets them closer."""
    widths = [_width(gap) for line in lines for gap in _gaps(line)]
    return max([height / 2, *([median(widths)] if widths else [])])


def reading_order(lines: tuple[Line, ...], space: float) -> tuple[Line, ...]:
    """Bring lines into reading order and number their blocks by it.

    The engine's order is kept but where two columns stand side by side and it reads across them, as in the letterhead
    of a Vietnamese document (agency and number | national motto, place and date) and beside "Nơi nhận:": there the
    left column is read first. Rows of a table are read across, as they are.

    Args:
        lines: Lines in the engine's order.
        space: Usual width of a space, pixels.
    """
    ordered: list[tuple[int, Line]] = []
    waiting = list(lines)
    while waiting:
        count, columns = _band(waiting, space)
        for column in columns:
            # Each column of a band is a block of its own; those of the engine count from 0.
            number = -1 - len(ordered)
            ordered += [(number, line) for line in column]
        if not count:
            ordered.append((waiting[0].block, waiting[0]))
        del waiting[: count or 1]
    return _numbered(ordered)


def _band(lines: list[Line], space: float) -> tuple[int, tuple[list[Line], list[Line]]]:
    """Find how many lines from the first on stand in two columns, and deal their parts to these; 0 and none if not."""
    gutter = max(_gaps(lines[0]), key=_width, default=(0.0, 0.0))
    columns: tuple[list[Line], list[Line]] = ([], [])
    parted: list[Line] = []
    count = 0
    for line in lines:
        cut, narrowed = _cut(line, gutter)
        if _width(narrowed) < NARROWEST_GUTTER * space:
            break
        gutter, count = narrowed, count + 1
        parted += [line] if all(cut) else []
        for column, words in zip(columns, cut, strict=True):
            column.extend([_line(line.block, words)] if words else [])
    return (count, columns) if _are_columns(parted, space) else (0, ([], []))


def _cut(line: Line, gutter: Gap) -> tuple[tuple[tuple[Word, ...], tuple[Word, ...]], Gap]:
    """Part a line at the gutter, and narrow the gutter to what this line leaves free of it."""
    middle = sum(gutter) / 2
    left = tuple(word for word in line.words if word.x0 + word.x1 < 2 * middle)
    right = line.words[len(left) :]
    narrowed = max([gutter[0], *(word.x1 for word in left)]), min([gutter[1], *(word.x0 for word in right)])
    return (left, right), narrowed


def _are_columns(parted: list[Line], space: float) -> bool:
    """Tell columns from chance and from tables: two lines cross the gutter, one widely, few have a second wide gap."""
    wide = [sum(_width(gap) > WIDE_GAP * space for gap in _gaps(line)) for line in parted]
    return len(parted) > 1 and max(wide) > 0 and sum(number > 1 for number in wide) <= len(parted) / 2


def _gaps(line: Line) -> list[Gap]:
    """List the gaps between the words of a line."""
    return [(before.x1, after.x0) for before, after in zip(line.words, line.words[1:], strict=False)]


def _width(gap: Gap) -> float:
    """Give the width of a gap; negative where words overlap."""
    return gap[1] - gap[0]


def _numbered(ordered: Iterable[tuple[int, Line]]) -> tuple[Line, ...]:
    """Number blocks from 0 in the order in which they come."""
    runs = groupby(ordered, key=lambda item: item[0])
    return tuple(replace(line, block=number) for number, (_, run) in enumerate(runs) for _, line in run)


def _line(block: int, words: Iterable[Word]) -> Line:
    """Make a line; its base line is where letters without descenders end."""
    kept = tuple(words)
    standing = [word.y1 for word in kept if DESCENDERS.isdisjoint(unicodedata.normalize("NFD", word.text))]
    shallow = min(word.y1 for word in kept)
    return Line(block=block, baseline=median(standing) if standing else shallow, words=kept)


def _word(row: list[str]) -> Word:
    """Make a word of a row of the table; the text is brought to NFC."""
    x, y, width, height = (float(value) for value in row[6:10])
    text = unicodedata.normalize("NFC", row[11].strip()) if len(row) > 11 else ""
    return Word(text, x, y, x + width, y + height, float(row[10]))
