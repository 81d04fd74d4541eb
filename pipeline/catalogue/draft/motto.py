"""Find the national motto [quốc hiệu, tiêu ngữ]: it tells a first page, and parts its head into two columns.

Nghị định 30/2020/NĐ-CP, Phụ lục I (top right; in the middle where no agency stands beside it); before 1976 the names
of the states of that time; papers of the Party have its name there (Hướng dẫn 36-HD/VPTW).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median

from pipeline.catalogue.draft.values import Box, Piece
from pipeline.model import Line, Reading, Word

# In capitals on the page; letters without marks.
_NAMES = (
    ("cong", "hoa", "xa", "hoi", "chu", "nghia", "viet", "nam"),
    ("viet", "nam", "dan", "chu", "cong", "hoa"),
    ("dang", "cong", "san", "viet", "nam"),
    ("viet", "nam", "cong", "hoa"),
    ("cong", "hoa", "mien", "nam", "viet", "nam"),
)
_WORDS = ("doc", "lap", "tu", "do", "hanh", "phuc")
# A name with one letter in five misread, as under a seal, is still that name.
_ALIKE = 0.8
# It stands in the upper part of the page, its two lines within this many heights of a word.
_LOWEST, _APART = 0.45, 3.2


@dataclass(frozen=True, slots=True)
class Motto:
    """Where the motto stands.

    Attributes:
        box: Of both its lines, in pixels of the page.
        baseline: Of its first line.
        height: Of a usual word of the page.
        words: Its words, to be left out of everything else.
    """

    box: Box
    baseline: float
    height: float
    words: frozenset[Word]


def find_motto(reading: Reading) -> Motto | None:
    """Give the uppermost motto of a page, or None where there is none."""
    height = usual_height(reading)
    found = [piece for line in reading.lines for piece in _matches(line, reading.height * _LOWEST)]
    if not found:
        return None
    first = min(found, key=lambda piece: piece.baseline)
    both = [piece for piece in found if piece.baseline - first.baseline <= _APART * height]
    boxes = [piece.box for piece in both]
    box = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return Motto(box, first.baseline, height, frozenset(word for piece in both for word in piece.words))


def usual_height(reading: Reading) -> float:
    """Give the height of a usual word in pixels; 1 on a page without words."""
    return median([word.y1 - word.y0 for word in reading.words] or [1.0])


def _matches(line: Line, lowest: float) -> Iterator[Piece]:
    """Give the end of a line where it is one of the motto's."""
    if line.baseline > lowest:
        return
    words = sorted(line.words, key=lambda word: word.x0)
    found = [_ends_with(words, name, line.baseline, in_capitals=True) for name in _NAMES]
    found.append(_ends_with(words, _WORDS, line.baseline, in_capitals=False))
    yield from (piece for piece in found if piece)


def _ends_with(words: Sequence[Word], wanted: Sequence[str], baseline: float, *, in_capitals: bool) -> Piece | None:
    """Give the last words of a line that are these best; dashes may be words of their own, two words one.

    A word more in front of them, the last one of the agency's name beside them, is alike enough too, but less so.
    """
    target = "".join(wanted)
    best, found = 0.0, None
    for count in range(max(1, len(wanted) - 3), min(len(wanted) + 3, len(words)) + 1):
        piece = Piece(tuple(words[-count:]), baseline)
        if (in_capitals and not piece.is_capitals) or abs(len(piece.letters) - len(target)) > 3:
            continue
        share = likeness(piece.letters, target)
        if share >= _ALIKE and share > best:
            best, found = share, piece
    return found


def likeness(letters: str, target: str) -> float:
    """Give the share of letters that are those of a target."""
    return SequenceMatcher(None, letters, target, autojunk=False).ratio()
