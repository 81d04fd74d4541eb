"""The recognised words of a page as invisible text that lies on them and reads back in their order.

Readers rebuild lines, columns and spaces from positions alone, each in its own way; what is done here for them was
measured with poppler's `pdftotext` without options and with PDFium:

- One font size for all lines of a block, near the distance of its lines, since poppler takes lines of unlike size or
  more than 1.5 sizes apart for separate blocks; less where columns stand close.
- One base line for all words of a line, and a space character behind each word but the last.
- A gap that poppler would take for one between columns, although the words are read as one line, is bridged: a space
  as wide as the gap, with two spaces as its ActualText. Poppler ends a word at a single space, but not at these.
- The same behind a hyphen that ends a line, which readers drop otherwise, joining what OCR left apart.
- The same as rules between rows and columns, see `pipeline.pdf.rules`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.image.geometry import POINTS_PER_INCH
from pipeline.model import Line, Reading, Word
from pipeline.pdf.arrangement import arranged, box_of, settled
from pipeline.pdf.font import ADVANCE, UNITS_PER_EM, Cids, writable
from pipeline.pdf.rules import Rule, Sheet, ruled
from pipeline.pdf.typesize import font_sizes, height_of, in_columns

INVISIBLE = 3  # text render mode (ISO 32000-1, table 106)

# Shares of the font size. Poppler begins a new column at 0.7; it writes a space from 0.1 or 0.15 on.
_BRIDGED_GAP = 0.65
_LEAST_GAP = 0.16
_HYPHEN_REST = 0.05
_LEAST_WIDTH_PX = 0.5
_LEAST_STRETCH = 0.01  # per cent; what rounds to nothing has no width, and no place in a line
_USUAL_GAPS = 2.5  # typewriters set all words wide apart; only a gap of so many usual ones is bridged
_HYPHENS = ("-", "\N{SOFT HYPHEN}", "\N{HYPHEN}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, or the space that bridges a gap, and where it begins and ends on its line, in pixels."""

    text: str
    x0: float
    x1: float
    spaced: bool


def text_content(reading: Reading, cids: Cids, page_height: float, *, mode: int = INVISIBLE) -> bytes:
    """Return the operators BT to ET that write the page's words in reading order with font /F0.

    Args:
        reading: The words; boxes in pixels of the straight page.
        cids: Gives each character its code, and collects what the font must hold.
        page_height: Of the page, in points.
        mode: Text render mode; anything but 3 is for looking at the layer.
    """
    scale = POINTS_PER_INCH / reading.dpi
    rows = ["BT", f"{mode} Tr"]
    for pieces, size, baseline in _set(reading):
        rows.append(f"/F0 {number(size * scale)} Tf")
        y = number(page_height - baseline * scale)
        rows += [_operators(piece, size, scale, y, cids) for piece in pieces]
    return "\n".join((*rows, "ET")).encode("ascii")


def _set(reading: Reading) -> Iterator[tuple[list[_Piece], float, float]]:
    """Yield the pieces of each line and each rule, with font size and base line in pixels."""
    lines = [line for line in map(_writable_line, reading.lines) if line.words]
    boxes = [box_of(line) for line in lines]
    whole = arranged(boxes)
    boxes = settled(boxes, whole)
    sizes, beside = font_sizes(lines, boxes, whole), in_columns(whole)
    usual = _USUAL_GAPS * _usual_gap(lines)
    for item in ruled(Sheet(boxes, sizes), whole) if lines else ():
        if isinstance(item, Rule):
            yield [_Piece(" ", item.x0, item.x1, spaced=False)], item.size, item.baseline
        else:
            widest = max(0.0 if item in beside else usual, _BRIDGED_GAP * sizes[item])
            yield list(_words(lines[item].words, sizes[item], widest)), sizes[item], boxes[item].baseline


def number(value: float, decimals: int = 4) -> str:
    """Return a number as PDF writes it: no exponent, no needless zeros."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _writable_line(line: Line) -> Line:
    """Return the line with only those characters, and those words, that a PDF may hold."""
    cleaned = (Word(writable(w.text), w.x0, w.y0, w.x1, w.y1, w.confidence) for w in line.words)
    words = tuple(word for word in cleaned if word.text.strip())
    return Line(line.block, _baseline(line.baseline, words) if words else line.baseline, words)


def _baseline(baseline: float, words: Sequence[Word]) -> float:
    """Return the base line, or the bottom of the words' boxes where an engine puts it far from them."""
    bottom, height = max(word.y1 for word in words), height_of(words)
    return baseline if bottom - height <= baseline <= bottom + height else bottom


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the median distance in pixels between neighbouring words of the page."""
    gaps = [after.x0 - word.x1 for line in lines for word, after in pairwise(line.words)]
    return max(0.0, median(gaps)) if gaps else 0.0


def _words(words: Sequence[Word], size: float, widest: float) -> Iterator[_Piece]:
    """Yield the pieces of one line; a gap wider than `widest` pixels is bridged."""
    start = words[0].x0
    for word, after in zip(words, [*words[1:], None], strict=True):
        # Words that an engine puts on or before the one before them follow it, or readers would change their order.
        start = max(start, word.x0)
        end = _end(start, word.x1, after, size)
        bridged = after is not None and after.x0 - end > widest
        # A space of its own would let PDFium drop a lone hyphen before it, so it rides on the word.
        yield _Piece(word.text, start, end, spaced=after is not None and not bridged)
        if after is not None and bridged:
            yield _Piece(" ", end, after.x0, spaced=False)
        if after is None and word.text.endswith(_HYPHENS):
            yield _Piece(" ", end, end + _HYPHEN_REST * size, spaced=False)
        start = end if after is None or after.x0 >= end else end + _LEAST_GAP * size


def _operators(piece: _Piece, size: float, scale: float, y: str, cids: Cids) -> str:
    """Return the operators that stretch a piece to its place on the line."""
    stretch = max(100 * (piece.x1 - piece.x0) / (len(piece.text) * size * ADVANCE / UNITS_PER_EM), _LEAST_STRETCH)
    codes = cids.encode(piece.text + " " if piece.spaced else piece.text)
    shown = f"{number(stretch)} Tz 1 0 0 1 {number(piece.x0 * scale)} {y} Tm <{codes}> Tj"
    return f"/Span <</ActualText (  )>> BDC {shown} EMC" if piece.text == " " else shown


def _end(start: float, end: float, after: Word | None, size: float) -> float:
    """Return where a word ends: at its box's edge, or a little before, so that a gap to the next word is seen."""
    end = max(end, start + _LEAST_WIDTH_PX)
    if after is None or after.x0 <= start:
        return end
    end = min(end, after.x0)
    return max(min(end, after.x0 - _LEAST_GAP * size), (start + end) / 2, start + _LEAST_WIDTH_PX)
