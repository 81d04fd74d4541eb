"""Part the head of a first page: agency and number on the left, motto, place and date on the right.

Nghị định 30/2020/NĐ-CP, Phụ lục I: the agency beside the motto, "Số:" under it, place and date under the motto; an
official letter [công văn] has "V/v ..." under its number. Older papers and typescripts stand alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.catalogue.draft.motto import Motto, find_motto
from pipeline.catalogue.draft.number_row import is_number_row, is_of_receipt
from pipeline.catalogue.draft.values import Box, Piece
from pipeline.catalogue.folding import unmarked
from pipeline.model import Reading, Word

# In heights of a usual word: how far under the motto number and date may stand; how far the agency may begin above it;
# between lines of one block; between words of two columns.
_HEAD_DEPTH, _ABOVE, _LEADING, _GAP = 9.0, 4.5, 2.4, 1.1
# Share of the page's width round the motto's left edge in which the columns part.
_PARTING_LEFT, _PARTING_RIGHT = 0.16, 0.05
# The text of a signature that a program stamped on the page is smaller than the agency's name.
_SMALL = 0.72
_DATE = re.compile(r"ngay.*thang|thang.*nam|ngay.*nam|n.m\s*[12]\d{3}\W*$")
# The second "v" is small, and lost more often than any other letter.
_ABOUT = re.compile(r"\W*(?:[vw]\s?\W?[vw]\b[.:]?|[vw]\s?/\s|ve viec\b)")
_ADDRESSEE = re.compile(r"\W*kinh gui\b")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The parts of the head; a part that is not there is empty or None.

    Attributes:
        agency: Lines above the number, from the top.
        number: The row that begins with "Số".
        date: The row with "ngày ... tháng ... năm ...".
        about: Lines of "V/v ..." under the number.
        bottom: y below which the rest of the page begins.
        rest: What stands below the number, from the top, `about` left out.
    """

    motto: Motto
    agency: tuple[Piece, ...]
    number: Piece | None
    date: Piece | None
    about: tuple[Piece, ...]
    bottom: float
    rest: tuple[Piece, ...]


def find_letterhead(reading: Reading) -> Letterhead | None:
    """Part the head of a page; None where it has no motto and so is no first page."""
    motto = find_motto(reading)
    if motto is None:
        return None
    pieces = sorted(_pieces(reading, motto), key=lambda piece: (piece.baseline, piece.box[0]))
    left = [piece for piece in pieces if piece.centre < motto.box[0]]
    right = [piece for piece in pieces if piece.centre >= motto.box[0] and piece.baseline > motto.baseline]
    date = _date(right, motto)
    number = _number(left, date, motto)
    head = max([motto.box[3], *(piece.baseline for piece in (number, date) if piece)])
    used = {id(word) for piece in (number, date) if piece for word in piece.words}
    after = [piece for piece in pieces if piece.baseline > motto.box[3] and not used & {id(w) for w in piece.words}]
    about = _about(after, number, motto)
    rest = tuple(piece for piece in after if piece not in about and piece.baseline > _start(number, motto))
    return Letterhead(motto, _agency(left, number, motto), number, date, about, head, rest)


def _start(number: Piece | None, motto: Motto) -> float:
    return number.baseline + motto.height / 2 if number else motto.box[3]


def _pieces(reading: Reading, motto: Motto) -> Iterable[Piece]:
    """Give the page's lines, those beside and under the motto parted into columns, without the motto itself."""
    for line in reading.lines:
        words = tuple(sorted((word for word in line.words if word not in motto.words), key=lambda word: word.x0))
        if not words:
            continue
        is_head = line.baseline <= motto.box[3] + _HEAD_DEPTH * motto.height
        at = _parting(words, motto, reading.width) if is_head else 0
        for part in (words[:at], words[at:]):
            if part:
                yield Piece(part, line.baseline)


def _parting(words: Sequence[Word], motto: Motto, width: int) -> int:
    """Give the number of words in the left column: the widest gap near the motto's left edge parts them; 0 for none."""
    first, last = motto.box[0] - _PARTING_LEFT * width, motto.box[0] + _PARTING_RIGHT * width
    gaps = [
        (right.x0 - left.x1, at)
        for at, (left, right) in enumerate(pairwise(words), 1)
        if first <= (left.x1 + right.x0) / 2 <= last
    ]
    size, at = max(gaps, default=(0.0, 0))
    return at if size >= _GAP * motto.height else 0


def _joined(piece: Piece, others: Iterable[Piece], motto: Motto) -> Piece:
    """Put together what stands on one row of a column: a blank number or day parts it."""
    row = [each for each in others if abs(each.baseline - piece.baseline) < 0.6 * motto.height]
    words = sorted((word for each in row for word in each.words), key=lambda word: word.x0)
    return replace(piece, words=tuple(words))


def _date(right: Sequence[Piece], motto: Motto) -> Piece | None:
    depth = motto.box[3] + _HEAD_DEPTH * motto.height
    for piece in right:
        row = _joined(piece, right, motto)
        if piece.baseline <= depth and _DATE.search(unmarked(row.text)) and len(row.words) <= 16:
            return row
    return None


def _number(left: Sequence[Piece], date: Piece | None, motto: Motto) -> Piece | None:
    """Give the uppermost row of the left column that is a number's."""
    edge = date.box[0] if date else motto.box[2]
    for piece in left:
        under = piece.baseline - motto.baseline
        if not 0.5 * motto.height < under <= motto.box[3] - motto.baseline + _HEAD_DEPTH * motto.height:
            continue
        row = _joined(piece, (each for each in left if each.box[0] < edge), motto)
        if is_number_row(row.text) and not is_of_receipt(piece, left, motto.height):
            return row
    return None


def _agency(left: Sequence[Piece], number: Piece | None, motto: Motto) -> tuple[Piece, ...]:
    """Give the lines beside the motto and down to the number, without what is stamped above them in small print."""
    bottom = number.baseline - 0.5 * motto.height if number else motto.box[3] + 2 * motto.height
    column = [piece for piece in left if motto.baseline - _ABOVE * motto.height <= piece.baseline < bottom]
    sized = [piece for piece in column if piece.height >= _SMALL * motto.height and _is_words(piece)]
    if not sized:
        return ()
    start = min(range(len(sized)), key=lambda at: abs(sized[at].baseline - motto.baseline))
    lines = [sized[start]]
    for piece in sized[start + 1 :]:
        if piece.baseline - lines[-1].baseline <= _LEADING * motto.height:
            lines.append(piece)
    for piece in reversed(sized[:start]):
        if lines[0].baseline - piece.baseline > 1.7 * motto.height or not piece.is_capitals:
            break
        lines.insert(0, piece)
    return tuple(lines)


def _is_words(piece: Piece) -> bool:
    """Tell text from a rule or a speck that was read as a letter or two."""
    return sum(letter.isalpha() for letter in piece.text) >= 3


def _about(after: Sequence[Piece], number: Piece | None, motto: Motto) -> tuple[Piece, ...]:
    """Give the lines of "V/v ..." under the number."""
    if number is None:
        return ()
    lines: list[Piece] = []
    for piece in after:
        previous = lines[-1] if lines else number
        step = piece.baseline - previous.baseline
        if step < 0.5 * motto.height or piece.centre >= motto.box[0]:
            continue
        plain = unmarked(piece.text)
        if step > (_LEADING if lines else 3.0) * motto.height or not (lines or _ABOUT.match(plain)):
            break
        if _ADDRESSEE.match(plain):
            break
        lines.append(piece)
    return tuple(lines)


def around(pieces: Sequence[Piece], room: float) -> Box:
    """Give the box of pieces with room round it."""
    boxes = [piece.box for piece in pieces]
    return (
        min(box[0] for box in boxes) - room,
        min(box[1] for box in boxes) - room,
        max(box[2] for box in boxes) + room,
        max(box[3] for box in boxes) + room,
    )
