"""Turn the engine's table of words into lines, in the order in which a person reads them."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from statistics import median

from pipeline.model import Line, Word

WORD_LEVEL = "5"
# Marks without any letter or digit are kept from this confidence: dashes of lists score over 80, dirt under 50.
SURE_MARK = 60.0
# A word less sure than this and several times as high as the page's words is an edge, a punch hole or a seal.
SURE_GIANT, GIANT = 60.0, 3.0
# A gap this many word heights wide, and this many times the line's usual gap, parts two columns of one line.
WIDE_GAP, UNUSUAL_GAP = 1.5, 3.0
# Letters that go below the base line, and the marks below that Vietnamese has.
DESCENDERS = frozenset("gjpqyQ,;()[]{}/|_çµ\N{COMBINING DOT BELOW}")


def lines_of_table(table: str) -> tuple[Line, ...]:
    """Read Tesseract's tab-separated table, with or without its heading line.

    Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    """
    rows = csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [(tuple(map(int, row[2:5])), _word(row)) for row in rows if row and row[0] == WORD_LEVEL]
    height = median(word.y1 - word.y0 for _, word in words) if words else 0.0
    kept = [(place, word) for place, word in words if not is_noise(word, height)]
    lines = [_line(place[0], [word for _, word in part]) for place, part in groupby(kept, key=lambda item: item[0])]
    return reading_order(tuple(lines), height)


def is_noise(word: Word, usual_height: float) -> bool:
    """Tell whether a word is no text: empty, an unsure mark without letters, an unsure giant."""
    unsure_giant = word.confidence < SURE_GIANT and word.y1 - word.y0 > GIANT * usual_height
    written = any(character.isalnum() for character in word.text)
    return not word.text or unsure_giant or (not written and word.confidence < SURE_MARK)


def reading_order(lines: tuple[Line, ...], height: float) -> tuple[Line, ...]:
    """Bring lines into reading order and number their blocks by it.

    The engine's order is kept but where two columns stand side by side and it reads across them, as in the letterhead
    of a Vietnamese document (agency and number | national motto, place and date) and beside "Nơi nhận:": there the
    left column is read first. Rows of three and more parts are rows of a table, and stay.
    """
    ordered: list[tuple[int, Line]] = []
    waiting = list(lines)
    while waiting:
        band = _band(waiting, height)
        columns = _columns(waiting[:band], height) if band else ([waiting[0]],)
        # Each column of a band is a block of its own.
        side = len(ordered)
        for column in columns:
            ordered += [(line.block if not band else -1 - side, line) for line in column]
            side += 1
        del waiting[: band or 1]
    return _numbered(ordered)


def parts(line: Line, height: float) -> tuple[Line, ...]:
    """Part a line at its wide gaps."""
    gaps = [after.x0 - before.x1 for before, after in zip(line.words, line.words[1:], strict=False)]
    usual = median(gaps) if len(gaps) > 2 else 0.0
    wide = [i + 1 for i, gap in enumerate(gaps) if gap > WIDE_GAP * height and gap > UNUSUAL_GAP * usual]
    cuts = [0, *wide, len(line.words)]
    return tuple(_line(line.block, line.words[a:b]) for a, b in zip(cuts, cuts[1:], strict=False))


def _band(lines: list[Line], height: float) -> int:
    """Count the lines from the first that stand in two columns with one gutter; 0 where the first is not parted."""
    halves = parts(lines[0], height)
    if len(halves) != 2:
        return 0
    left, right = _end(halves[0]), _start(halves[1])
    count, across = 0, 0
    for line in lines:
        cut = parts(line, height)
        lefts = [_end(part) for part in cut if _start(part) < left]
        rights = [_start(part) for part in cut if _start(part) >= left]
        new_left, new_right = max([left, *lefts]), min([right, *rights])
        if len(cut) > 2 or new_right - new_left < height * WIDE_GAP / 2:
            break
        left, right = new_left, new_right
        count += 1
        across += len(cut) == 2
    return count if across > 1 else 0


def _columns(lines: list[Line], height: float) -> tuple[list[Line], list[Line]]:
    """Deal the parts of the lines of a band to its two columns."""
    gutter = _end(parts(lines[0], height)[0])
    cut = [part for line in lines for part in parts(line, height)]
    left = [part for part in cut if _start(part) < gutter]
    right = [part for part in cut if _start(part) >= gutter]
    return left, right


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


def _start(line: Line) -> float:
    """Give the left end of a line."""
    return line.words[0].x0


def _end(line: Line) -> float:
    """Give the right end of a line."""
    return line.words[-1].x1
