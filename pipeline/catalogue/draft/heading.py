"""The name of a document's kind [tên loại] in the middle under the head, and what it is about [trích yếu] below it.

Nghị định 30/2020/NĐ-CP, Phụ lục I, II.5: the name in capitals, the abstract under it in ordinary letters, a rule below;
then the authority that decides, in capitals, the addressee or the first grounds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.catalogue.draft.letterhead import Letterhead
from pipeline.catalogue.draft.motto import likeness
from pipeline.catalogue.draft.values import Piece
from pipeline.catalogue.fields import OTHER_TYPE, TYPE_NAME
from pipeline.catalogue.folding import folded, unmarked

# Kinds that the annex's list has no code for.
_OTHERS = ("Nghị định", "Thông tư", "Thông tư liên tịch", "Luật", "Bộ luật", "Pháp lệnh", "Lệnh", "Sắc lệnh",
           "Hiến pháp", "Danh sách", "Giấy chứng nhận", "Giấy khen", "Bằng khen", "Đơn", "Thông tri")  # fmt: skip
_KINDS = {
    "".join(folded(name).split()): code
    for code, name in [*TYPE_NAME.items(), *((OTHER_TYPE, name) for name in _OTHERS)]
    if name != TYPE_NAME[OTHER_TYPE]
}
# An official letter bears no name; maps and drawings have no such head.
for _name in ("congvan", "bando", "banvekythuat"):
    _KINDS.pop(_name)
# In heights of a usual word: from the name to the first line below it, and between lines of the abstract. A rule and
# an empty line stand below the abstract.
_FIRST_STEP, _STEP_RATIO, _STEP = 3.2, 1.62, 2.5
# Shares of the page's width: how far from the middle the name may stand, and a line of the abstract from the name.
_OFF_PAGE, _OFF_NAME = 0.14, 0.045
# Shares of the page's height below which no kind is looked for.
_LOWEST = 0.6
# A line off the middle that is this long, in shares of the width, is one of which a part is covered.
_LONG = 0.35
MOST_LETTERS = 500
# What follows an abstract, wherever it stands, and what may begin a line of it too unless it is set apart.
_ENDS = re.compile(r"\W*(?:kinh gui|can cu|xet de nghi|noi nhan|dieu \d|[ivx]+\.|[a-z]\))")
_MAY_END = re.compile(r"\W*(?:xet |theo |thuc hien |chuong |phan |\d+[.)]|so:|hom nay|chung toi|ngay \d|nham |de )")
_SET_APART = 1.25
# A row with fewer letters and digits is no line of it, and says nothing of the distance between its lines.
_FEWEST_LETTERS = 2
_BEGINS = re.compile(r"\W*(?:[vw]\s?\W?[vw]\b|ve )")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the middle of the page says.

    Attributes:
        name: The row with the kind's name, or None.
        code: Of the annex's list; empty where there is no name.
        exact: The name's letters are all read right, but for marks.
        tail: What follows the name on its row ("BIÊN BẢN họp ...").
        subject: Lines of the abstract.
        is_cut: A line that seems to belong to it is not whole: a stamp covers its beginning or end.
    """

    name: Piece | None = None
    code: str = ""
    exact: bool = False
    tail: str = ""
    subject: tuple[Piece, ...] = ()
    is_cut: bool = False


def find_heading(head: Letterhead, width: int, height: int) -> Heading:
    """Find name and abstract below the head of a page of this size in pixels."""
    rows = _rows(head)
    for at, row in enumerate(rows):
        if row.baseline > _LOWEST * height or abs(row.centre - width / 2) > _OFF_PAGE * width or not row.is_capitals:
            continue
        known = _kind(row)
        if known:
            code, exact, words = known
            tail = " ".join(word.text for word in row.words[words:])
            lines, cut = _abstract(row, rows[at + 1 :], head, width)
            if tail and not (lines and _BEGINS.match(unmarked(lines[0].text))):
                lines, cut = [], False  # the abstract stands on the row of the name, in capitals
            return Heading(row, code, exact, tail, tuple(lines), cut)
    return Heading()


def _rows(head: Letterhead) -> list[Piece]:
    """Put together what stands on one row, unless it is far apart, as stamps in the margin are."""
    rows: list[Piece] = []
    for piece in head.rest:
        last = rows[-1] if rows else None
        near = last and abs(piece.baseline - last.baseline) < 0.5 * head.motto.height
        if last and near and 0 <= piece.box[0] - last.box[2] < 1.5 * head.motto.height:
            rows[-1] = replace(last, words=last.words + piece.words)
        else:
            rows.append(piece)
    return rows


def _kind(row: Piece) -> tuple[str, bool, int] | None:
    """Give code, exactness and number of words of a kind's name that a row begins with; one letter may be misread."""
    for count in range(min(4, len(row.words)), 0, -1):
        letters = Piece(row.words[:count], row.baseline).letters
        if letters in _KINDS:
            return _KINDS[letters], True, count
        # Of a name set apart, as it should be, a letter may be wrong; in front of other words it could be any word.
        if count == len(row.words):
            close = {code for name, code in _KINDS.items() if _one_letter_off(letters, name)}
            if len(close) == 1:
                return close.pop(), False, count
    whole = Piece(row.words, row.baseline).letters  # letters spaced out: Q U Y Ế T  Đ Ị N H
    return (_KINDS[whole], True, len(row.words)) if whole in _KINDS else None


def _one_letter_off(letters: str, name: str) -> bool:
    if len(name) < 6 or abs(len(letters) - len(name)) > 1:
        return False
    return likeness(letters, name) >= 2 * (len(name) - 1) / (len(letters) + len(name))


def _abstract(name: Piece, rows: Sequence[Piece], head: Letterhead, width: int) -> tuple[list[Piece], bool]:
    """Give the lines below the name that say what it is about, and whether one more may belong to them."""
    lines: list[Piece] = []
    usual = 0.0
    for row in rows:
        previous = lines[-1] if lines else name
        step = row.baseline - previous.baseline
        if step < 0.5 * head.motto.height or len(row.letters) < _FEWEST_LETTERS:
            continue  # beside the line, a stamp; or specks
        apart = bool(usual) and step > _SET_APART * usual
        is_far = step > (_STEP if lines else _FIRST_STEP) * head.motto.height
        if is_far or (usual and step > _STEP_RATIO * usual) or _is_next_part(row, first=not lines, apart=apart):
            break
        if abs(row.centre - name.centre) > _OFF_NAME * width:
            if row.box[2] < name.box[0] or row.box[0] > name.box[2]:
                continue  # a stamp in the margin
            return lines, bool(lines) and not apart and row.box[2] - row.box[0] > _LONG * width
        usual = min(usual, step) if usual else (step if lines else 0.0)
        lines.append(row)
    return lines, False


def _is_next_part(row: Piece, *, first: bool, apart: bool) -> bool:
    """Tell whether a row is what follows the abstract: an authority in capitals, an addressee, grounds."""
    plain = unmarked(row.text)
    if _BEGINS.match(plain) and first:
        return False
    if (row.is_capitals and len(row.letters) >= 6) or _ENDS.match(plain):
        return True
    return (first or apart) and _MAY_END.match(plain) is not None
