"""A list [mục lục, danh sách] as the office keeps it: values, and its page in Word; `workbook` writes it for Excel."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.papers.letterhead import place_and_date
from pipeline.papers.numbers_in_words import grouped
from pipeline.papers.sheet import SIGNED, Paper
from pipeline.papers.values import Letterhead
from pipeline.papers.word_table import CENTRE, LEFT

NOTHING = "Không có"
Cell = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading as the form has it, and its width on a page that lies on its side (25.2 cm)."""

    heading: str
    width_cm: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One list.

    Attributes:
        stem: Of the file's name, without marks.
        sheet: Name of the sheet in a workbook.
        title: Its name, in capitals.
        below: Lines under the name.
        rows: A row of one text goes over all columns: what the rows after it belong to.
        closing: Sentences under the table.
        signers: Side by side; an empty name leaves its place free.
        how: What is asked of who signs.
        dated: Whether place and date stand over the last signature.
        numbered: Whether the form has a row (1), (2) ... under the headings.
    """

    stem: str
    sheet: str
    title: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    below: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    head: Letterhead | None = field(default=None)
    signers: tuple[str, ...] = ()
    how: str = SIGNED
    dated: bool = False
    numbered: bool = False

    @property
    def headings(self) -> tuple[tuple[str, ...], ...]:
        """Headings of the columns, and their numbers where the form has them."""
        texts = tuple(column.heading for column in self.columns)
        return (texts, tuple(f"({number})" for number in range(1, len(texts) + 1))) if self.numbered else (texts,)

    @property
    def place(self) -> str:
        """Place and date over the signature; empty where the form has none there."""
        return place_and_date(self.head.place if self.head else "") if self.dated else ""


def paper(listing: Listing) -> Paper:
    """Lay out one list on A4, on its side."""
    made = Paper(" ".join(listing.title).capitalize(), listing.head, landscape=True)
    _fill(made, listing)
    return made


def paper_of_all(title: str, listings: Iterable[Listing]) -> Paper:
    """Lay out several lists, each on a new page that is numbered from one; the head is left out.

    Args:
        title: Of the file.
        listings: At least one.
    """
    made = Paper(title, None, landscape=True)
    for number, listing in enumerate(listings):
        if number:
            made.new_page_one()
        _fill(made, listing)
    return made


def table(
    made: Paper, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]], *, numbered: bool = False
) -> None:
    """Write a table into a paper; one without rows says so."""
    listing = Listing("", "", (), columns, tuple(rows), numbered=numbered)
    texts = [tuple(_text(cell) for cell in row) for row in listing.rows] or [(NOTHING,)]
    alignments = tuple(CENTRE if column.centred else LEFT for column in columns)
    made.table(listing.headings, texts, tuple(column.width_cm for column in columns), alignments)


def _fill(made: Paper, listing: Listing) -> None:
    made.title(*listing.title)
    made.abstract(*listing.below, ruled=False)
    table(made, listing.columns, listing.rows, numbered=listing.numbered)
    for sentence in listing.closing:
        made.text(sentence, with_next=True)
    if listing.signers:
        made.signatures(*listing.signers, how=listing.how, dated=listing.place)


def _text(cell: Cell) -> str:
    return grouped(cell) if isinstance(cell, int) else cell
