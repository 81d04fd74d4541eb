"""Turn the engine's table of words into lines, in the order in which a person reads them."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from statistics import median

from pipeline.model import Line, Word
from pipeline.tesseract.cells import fits, parted
from pipeline.tesseract.columns import Type, in_order
from pipeline.tesseract.noise import Sheet, is_noise, without_noise
from pipeline.tesseract.pieces import Piece, baseline, cut
from pipeline.tesseract.tables import Table

__all__ = ["is_noise", "lines_of_table", "reading_order", "usual_space"]

PAGE_LEVEL, WORD_LEVEL = "1", "5"
# A gap of so many usual spaces may be one between columns.
_CUT = 2.5


def lines_of_table(table: str, tables: Sequence[Table] = ()) -> tuple[Line, ...]:
    """Read Tesseract's tab-separated table, with or without its heading line.

    Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.

    Args:
        table: As the engine gives it.
        tables: The ruled tables of the picture that was read, see `pipeline.tesseract.tables`; none if not looked for.
    """
    found = [row for row in csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    words = [(tuple(map(int, row[2:5])), _word(row)) for row in found if row[0] == WORD_LEVEL]
    sizes = [(float(row[8]), float(row[9])) for row in found if row[0] == PAGE_LEVEL]
    lines = [_line(place[0], [word for _, word in part]) for place, part in groupby(words, key=lambda item: item[0])]
    kept = without_noise(lines, Sheet(*sizes[0]) if sizes else None)
    height = median(word.y1 - word.y0 for line in kept for word in line.words) if kept else 0.0
    return reading_order(kept, usual_space(kept, height), tables)


def usual_space(lines: Iterable[Line], height: float) -> float:
    """Give the usual width of the space between words, pixels; half a word's height where print sets them closer."""
    widths = [after.x0 - before.x1 for line in lines for before, after in pairwise(line.words)]
    return max([height / 2, *([median(widths)] if widths else [])])


def reading_order(lines: Sequence[Line], space: float, tables: Sequence[Table] = ()) -> tuple[Line, ...]:
    """Bring lines into reading order and number their blocks by it.

    Ruled tables are read cell by cell, row after row; what stands above, between and below them as
    `pipeline.tesseract.columns` says.

    Args:
        lines: Lines as the engine made them.
        space: Usual width of a space, pixels.
        tables: Ruled tables in the same pixels.
    """
    words = [word for line in lines for word in line.words]
    if not words:
        return ()
    usual = Type(space, median(word.y1 - word.y0 for word in words))
    runs: list[list[Piece]] = []
    outside = list(lines)
    for table in sorted((one for one in tables if fits(lines, one)), key=lambda cells: min(cell.y0 for cell in cells)):
        outside, inside = parted(outside, table)
        top = min(cell.y0 for cell in table)
        runs += in_order(cut([line for line in outside if line.baseline <= top], _CUT * space), usual)
        outside = [line for line in outside if line.baseline > top]
        for cell in inside:
            # A cell holds one column; what looks like a gutter are the spaces of few words set to its full width.
            runs.append(cut(cell, float("inf")))
    return _numbered([*runs, *in_order(cut(outside, _CUT * space), usual)])


def _numbered(runs: Iterable[Sequence[Piece]]) -> tuple[Line, ...]:
    """Make lines of pieces; blocks are the runs, and within a run those of the engine, numbered from 0 as they come."""
    blocks = [list(part) for run in runs for _, part in groupby(run, key=lambda one: one.block)]
    return tuple(Line(number, one.baseline, one.words) for number, part in enumerate(blocks) for one in part)


def _line(block: int, words: Iterable[Word]) -> Line:
    """Make a line; its base line is where letters without descenders end."""
    kept = tuple(words)
    return Line(block=block, baseline=baseline(kept), words=kept)


def _word(row: list[str]) -> Word:
    """Make a word of a row of the table; the text is brought to NFC."""
    x, y, width, height = (float(value) for value in row[6:10])
    text = unicodedata.normalize("NFC", row[11].strip()) if len(row) > 11 else ""
    return Word(text, x, y, x + width, y + height, float(row[10]))
