"""Ruled tables of a Word document as XML text: headings on every page, rows whole on one page, any number of them.

Word's own library makes an object of every cell and looks through all of them for each new row; here a row is text
that is written when the file is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from pipeline.papers.word import FONT, SMALL_PT, as_xml

LEFT, CENTRE, RIGHT = "left", "center", "right"
_SMALLEST_PT = 10
_FEW_LETTERS = 3  # a mark or a small number stands in the middle
_FONTS = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
# Of a row's height: Word parts a row that is higher than a page all the same.
_WHOLE = "<w:cantSplit/>"
_NARROW = '<w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>'


@dataclass(frozen=True, slots=True)
class Layout:
    """How the cells of a table look.

    Attributes:
        widths_twips: Of the columns, in twentieths of a point.
        alignments: Of the columns; empty for left, and the middle where there are few letters.
        small: Smaller letters and narrower edges, for tables of many numbers.
    """

    widths_twips: tuple[int, ...]
    alignments: tuple[str, ...] = ()
    small: bool = False

    @property
    def half_points(self) -> int:
        """Size of letters, as Word counts it."""
        return 2 * (_SMALLEST_PT if self.small else SMALL_PT)

    def alignment(self, column: int, text: str) -> str:
        """Tell how a cell's text is aligned."""
        if self.alignments:
            return self.alignments[column]
        return CENTRE if len(text) <= _FEW_LETTERS else LEFT


def layout(widths_cm: Sequence[float], alignments: Sequence[str] = (), *, small: bool = False) -> Layout:
    """Give the look of a table from widths in centimetres."""
    return Layout(tuple(round(Cm(width).twips) for width in widths_cm), tuple(alignments), small)


def table(look: Layout, headings: Sequence[Sequence[str]], place: str) -> Any:
    """Make the element of a table: its headings, and where its rows will stand.

    Args:
        look: Of the table.
        headings: One or two rows; equal neighbours of the first are one cell, an empty cell of the second belongs to
            the one above it.
        place: What `place_of_rows` gave; the file's writer puts the rows there.
    """
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in look.widths_twips)
    rows = "".join(_heading_row(look, headings, number) for number in range(len(headings)))
    edges = _NARROW if look.small else ""
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(look.widths_twips)}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f"{edges}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}{place}</w:tbl>"
    )


def place_of_rows(number: int) -> str:
    """Give the XML of a row that stands for the rows of the document's table of this number, from 0."""
    return f'<w:tr w:rsidR="{number + 0xA0000000:08X}"/>'


def rows_xml(look: Layout, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Give each row as XML; a row of one text goes over all columns."""
    for texts in rows:
        if len(texts) == 1:
            cells = _cell(look, sum(look.widths_twips), as_xml(texts[0]), CENTRE, span=len(look.widths_twips))
        else:
            cells = "".join(
                _cell(look, look.widths_twips[column], as_xml(text), look.alignment(column, text))
                for column, text in enumerate(texts)
            )
        yield f"<w:tr><w:trPr>{_WHOLE}</w:trPr>{cells}</w:tr>"


def _heading_row(look: Layout, headings: Sequence[Sequence[str]], number: int) -> str:
    texts = headings[number]
    cells, column = "", 0
    while column < len(texts):
        span = 1
        while number == 0 and column + span < len(texts) and texts[column + span] == texts[column] != "":
            span += 1
        width = sum(look.widths_twips[column : column + span])
        cells += _cell(look, width, as_xml(texts[column]), CENTRE, bold=True, span=span,
                       above=_above(headings, number, column))  # fmt: skip
        column += span
    return f"<w:tr><w:trPr>{_WHOLE}<w:tblHeader/></w:trPr>{cells}</w:tr>"


def _above(headings: Sequence[Sequence[str]], number: int, column: int) -> str:
    """Tell how a heading shares its cell with the row above or below it."""
    if len(headings) < 2 or headings[1][column]:
        return ""
    return '<w:vMerge w:val="restart"/>' if number == 0 else "<w:vMerge/>"


def _cell(
    look: Layout, width: int, contents: str, alignment: str, *, bold: bool = False, span: int = 1, above: str = ""
) -> str:
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    middle = '<w:vAlign w:val="center"/>' if bold else ""
    letters = f'<w:rPr>{_FONTS}{"<w:b/>" if bold else ""}<w:sz w:val="{look.half_points}"/></w:rPr>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{above}{middle}</w:tcPr><w:p><w:pPr>'
        f'<w:spacing w:before="20" w:after="20"/><w:jc w:val="{alignment}"/></w:pPr>'
        f"<w:r>{letters}{contents}</w:r></w:p></w:tc>"
    )
