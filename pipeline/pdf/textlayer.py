"""The recognised words of a page as invisible text that lies on them and reads back in their order.

Readers rebuild lines, columns and spaces from positions alone, each in its own way; what is done here for them was
measured with poppler's `pdftotext` without options and with PDFium:

- One font size for all lines of a block, near the distance of its lines, since poppler takes lines of unlike size or
  more than 1.5 sizes apart for separate blocks, and then reads two columns across.
- One base line for all words of a line, and a space character behind each word but the last.
- A gap that poppler would take for one between columns, although the words are read as one line, is bridged: a space
  as wide as the gap, with two spaces as its ActualText. Poppler ends a word at a single space, but not at these.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.image.geometry import POINTS_PER_INCH
from pipeline.model import Line, Reading, Word
from pipeline.pdf.font import ADVANCE, UNITS_PER_EM, Cids, writable

INVISIBLE = 3  # text render mode (ISO 32000-1, table 106)

# Shares of the font size. Poppler begins a new column at 0.7, a new block at 1.5 from base line to base line; it writes
# a space from 0.1 or 0.15 on.
_BRIDGED_GAP = 0.65
_LEAST_GAP = 0.16
_LEAST_WIDTH_PX = 0.5
_LINE_PITCH = 1.4
_USUAL_GAPS = 2.5  # typewriters set all words wide apart; only a gap of so many usual ones is bridged
_MOST_STRETCH = 2.0  # a block of two lines far apart does not get letters of that height
_ALIKE = 0.8  # blocks whose sizes differ by less are given one size


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
    lines = [line for line in map(_writable_line, reading.lines) if line.words]
    rows = ["BT", f"{mode} Tr"]
    widest = _USUAL_GAPS * _usual_gap(lines)
    for line, size in zip(lines, _sizes(lines), strict=True):
        rows.append(f"/F0 {number(size * scale)} Tf")
        y = number(page_height - _baseline(line) * scale)
        shown = _words(line.words, size, max(widest, _BRIDGED_GAP * size))
        rows += [_operators(piece, size, scale, y, cids) for piece in shown]
    return "\n".join((*rows, "ET")).encode("ascii")


def number(value: float, decimals: int = 4) -> str:
    """Return a number as PDF writes it: no exponent, no needless zeros."""
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _writable_line(line: Line) -> Line:
    """Return the line with only those characters, and those words, that a PDF may hold."""
    cleaned = (Word(writable(w.text), w.x0, w.y0, w.x1, w.y1, w.confidence) for w in line.words)
    return Line(line.block, line.baseline, tuple(word for word in cleaned if word.text.strip()))


def _sizes(lines: Sequence[Line]) -> list[float]:
    """Return a font size in pixels for each line: one for each block, and one for blocks that are nearly alike."""
    blocks: dict[int, list[Line]] = {}
    for line in lines:
        blocks.setdefault(line.block, []).append(line)
    sizes = {block: _block_size(members) for block, members in blocks.items()}
    shared: dict[float, float] = {}
    leader = 0.0
    for size in sorted(set(sizes.values()), reverse=True):
        leader = leader if leader and size > leader * _ALIKE else size
        shared[size] = leader
    return [shared[sizes[line.block]] for line in lines]


def _block_size(lines: Sequence[Line]) -> float:
    """Return the font size of a block: the usual height of its lines, or more where they are set wide."""
    height = median(_height(line) for line in lines)
    steps = [after.baseline - before.baseline for before, after in pairwise(lines) if after.baseline > before.baseline]
    pitch = median(steps) / _LINE_PITCH if steps else 0.0
    return max(height, min(pitch, _MOST_STRETCH * height))


def _height(line: Line) -> float:
    """Return the height of the line's boxes, at least one pixel."""
    return max(_bottom(line) - min(word.y0 for word in line.words), 1.0)


def _bottom(line: Line) -> float:
    """Return the lowest edge of the line's boxes."""
    return max(word.y1 for word in line.words)


def _baseline(line: Line) -> float:
    """Return the line's base line, or the bottom of its boxes where an engine puts it far from them."""
    near = _bottom(line) - _height(line) <= line.baseline <= _bottom(line) + _height(line)
    return line.baseline if near else _bottom(line)


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the median distance in pixels between neighbouring words of the page."""
    gaps = [after.x0 - word.x1 for line in lines for word, after in pairwise(line.words)]
    return max(0.0, median(gaps)) if gaps else 0.0


def _words(words: Sequence[Word], size: float, widest: float) -> Iterator[_Piece]:
    """Yield the pieces of one line; a gap wider than `widest` pixels is bridged."""
    for index, word in enumerate(words):
        after = words[index + 1] if index + 1 < len(words) else None
        end = _end(word, after, size)
        bridged = after is not None and after.x0 - end > widest
        # A space of its own would let PDFium drop a lone hyphen before it, so it rides on the word.
        yield _Piece(word.text, word.x0, end, spaced=after is not None and not bridged)
        if after is not None and bridged:
            yield _Piece(" ", end, after.x0, spaced=False)


def _operators(piece: _Piece, size: float, scale: float, y: str, cids: Cids) -> str:
    """Return the operators that stretch a piece to its place on the line."""
    stretch = 100 * (piece.x1 - piece.x0) / (len(piece.text) * size * ADVANCE / UNITS_PER_EM)
    codes = cids.encode(piece.text + " " if piece.spaced else piece.text)
    shown = f"{number(stretch)} Tz 1 0 0 1 {number(piece.x0 * scale)} {y} Tm <{codes}> Tj"
    return f"/Span <</ActualText (  )>> BDC {shown} EMC" if piece.text == " " else shown


def _end(word: Word, after: Word | None, size: float) -> float:
    """Return where the word ends: at its box's edge, or a little before, so that a gap to the next word is seen."""
    end = max(word.x1, word.x0 + _LEAST_WIDTH_PX)
    if after is None or after.x0 <= word.x0:
        return end
    end = min(end, after.x0)
    return max(min(end, after.x0 - _LEAST_GAP * size), (word.x0 + end) / 2, word.x0 + _LEAST_WIDTH_PX)
