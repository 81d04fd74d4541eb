"""One paper of an office, as Nghị định 30/2020/NĐ-CP Phụ lục I lays it out: A4, Times New Roman, the national motto.

The same values give the same bytes: the file carries no clock and no random name.
"""

import datetime as dt
import io
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipeline.files import replacing
from pipeline.papers.letterhead import write_head, write_office
from pipeline.papers.values import Letterhead, Office
from pipeline.papers.word import (
    BODY_PT,
    FONT,
    HEADING_PT,
    SMALL_LETTER_CM,
    SMALL_PT,
    begin_at_page_one,
    keep_together,
    number_pages,
    rule_length_cm,
    rule_under,
    set_widths,
    write_cell,
    write_run,
)
from pipeline.papers.word_table import Layout, layout, place_of_rows, rows_xml, table

DOTS, SHORT_DOTS = "." * 118, "." * 60  # to be filled in by hand
SIGNED = "(Ký và ghi rõ họ tên)"
_A4_CM = (21.0, 29.7)
# Top, bottom, left, right; Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I.3. Word rounds to twentieths of a point,
# and 1.5 cm would become less.
_MARGINS_CM = (2.0, 2.0, 3.0, 1.501)
PORTRAIT_CM, LANDSCAPE_CM = (side - _MARGINS_CM[2] - _MARGINS_CM[3] for side in _A4_CM)  # room for text
_UNBROKEN_LETTERS = 40  # a digest would tear the line before it apart
_FIRST_LINE_CM = 1.27  # Phụ lục I, phần I, mục II.6.e
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_BODY = "word/document.xml"
_ROWS_AT_ONCE = 500


class Paper:
    """A document that grows from top to bottom."""

    def __init__(self, title: str, head: Office | Letterhead | None, *, landscape: bool = False) -> None:
        """Begin with the two columns at the top: the office, and the national motto.

        Args:
            title: Of the file, for those who look at its properties.
            head: Whose paper it is; what is empty stays a dotted line for the pen; None for a paper without a head.
            landscape: Lay the page on its side, for wide tables.
        """
        self._document: Any = Document()
        self._tables: list[tuple[Layout, tuple[Sequence[str], ...]]] = []
        self._room_cm = PORTRAIT_CM
        self._last: Any = None
        self._set_up(title, landscape=landscape)
        if isinstance(head, Office):
            write_office(self._document, head, self._room_cm)
        elif head is not None:
            write_head(self._document, head, self._room_cm)

    def title(self, *lines: str) -> None:
        """Write the paper's name, in capitals as the form has it."""
        for number, line in enumerate(lines):
            paragraph = self._paragraph(line, size=HEADING_PT, bold=True, centre=True)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(14 if number == 0 else 0)
            paragraph.paragraph_format.space_after = Pt(8 if number == len(lines) - 1 else 0)

    def abstract(self, *lines: str, ruled: bool = True) -> None:
        """Write what the paper is about under its name, with the line that Phụ lục I has below it."""
        for number, line in enumerate(lines, 1):
            paragraph = self._paragraph(line, size=HEADING_PT, bold=True, centre=True)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_after = Pt(6 if number == len(lines) and not ruled else 0)
        if ruled and lines:
            length_cm = rule_length_cm(lines[-1], SMALL_LETTER_CM, self._room_cm)
            rule_under(self._paragraph("", size=6), length_cm, self._room_cm)
            self._paragraph("", size=6)

    def centred(self, text: str, *, bold: bool = False, italic: bool = False) -> None:
        """Write a line in the middle."""
        paragraph = self._paragraph("", centre=True)
        write_run(paragraph, text, BODY_PT, bold=bold, italic=italic)

    def bases(self, *sentences: str) -> None:
        """Write what the paper rests on [căn cứ]."""
        for sentence in sentences:
            self.text("", sentence, italic=True)

    def text(
        self, label: str, value: str = "", *, bold: bool = False, italic: bool = False, with_next: bool = False
    ) -> None:
        """Write a paragraph of the body as Phụ lục I has it: both edges straight, its first line further in."""
        paragraph = self._paragraph("")
        unbroken = max(map(len, value.split()), default=0) > _UNBROKEN_LETTERS
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if unbroken else WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(_FIRST_LINE_CM)
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.paragraph_format.keep_with_next = bold or with_next
        write_run(paragraph, " ".join(f"{label} {value}".split()), BODY_PT, bold=bold, italic=italic)

    def addressed(self, *names: str) -> None:
        """Write whom the paper goes to [kính gửi]: one name on the same line, several below each other."""
        one = len(names) < 2
        paragraph = self._paragraph(f"Kính gửi: {names[0] if names else SHORT_DOTS}" if one else "Kính gửi:")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if one else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(10)
        paragraph.paragraph_format.left_indent = Cm(0 if one else 3)
        for number, name in enumerate(() if one else names, 1):
            below = self._paragraph(f"- {name}{'.' if number == len(names) else ';'}")
            below.paragraph_format.left_indent = Cm(5)

    def line(self, label: str, value: str) -> None:
        """Write a numbered line of the form with its answer, or dots for the pen."""
        self._paragraph(f"{label} {value or SHORT_DOTS}".rstrip())

    def heading(self, label: str) -> None:
        """Write a numbered line whose answer follows below."""
        self._paragraph(label).paragraph_format.keep_with_next = True

    def answer(self, values: Iterable[str], *, empty_lines: int = 2) -> None:
        """Write the lines of an answer, or dotted lines where there is none yet."""
        for value in tuple(values) or (DOTS,) * empty_lines:
            self._paragraph(value)

    def table(
        self,
        headings: Sequence[Sequence[str]],
        rows: Iterable[Sequence[str]],
        widths_cm: Sequence[float],
        alignments: Sequence[str] = (),
        *,
        small: bool = False,
    ) -> None:
        """Write a ruled table; a heading that stands over two columns is given twice in the first row.

        Args:
            headings: One or two rows of headings; an empty cell in the second belongs to the one above it.
            rows: Texts, as many in each row as there are widths; a row of one text goes over all columns.
            widths_cm: Of the columns.
            alignments: Of the columns, as in `word_table`; empty for the usual one.
            small: Smaller letters, for many columns of numbers.
        """
        look = layout(widths_cm, alignments, small=small)
        made = table(look, headings, place_of_rows(len(self._tables)))
        self._tables.append((look, tuple(rows)))
        self._paragraph("", size=6)._p.addprevious(made)  # noqa: SLF001 - the library only makes tables of its own

    def signatures(self, *people: str, how: str = SIGNED, dated: str = "") -> None:
        """Leave room for signatures, side by side.

        Args:
            people: Who signs; an empty name leaves its place free.
            how: What is asked of them, in italics.
            dated: Place and date over the last one.
        """
        row = self._side_by_side(tuple(self._room_cm / len(people) for _ in people))
        for number, (cell, person) in enumerate(zip(row.cells, people, strict=True), 1):
            if not person:
                continue
            dated_here = dated if number == len(people) else ""
            if dated:
                write_cell(cell, dated_here, italic=True, centre=True)
            write_cell(cell, person, bold=True, centre=True, new=bool(dated))
            write_cell(cell, how, italic=True, centre=True, new=True)
            for _ in range(3):
                cell.add_paragraph()

    def sent_off(self, copies_to: Sequence[str], signer: str, how: str) -> None:
        """End an issued paper: who gets it [nơi nhận] on the left, who signs on the right."""
        left, right = self._side_by_side((self._room_cm * 0.45, self._room_cm * 0.55)).cells
        write_cell(left, "Nơi nhận:", size=SMALL_PT, bold=True, italic=True)
        for number, name in enumerate(copies_to, 1):
            write_cell(left, f"- {name}{'.' if number == len(copies_to) else ';'}", size=SMALL_PT - 1, new=True)
        write_cell(right, signer or "." * 40, size=HEADING_PT, bold=True, centre=True)
        write_cell(right, how, italic=True, centre=True, new=True)
        for _ in range(4):
            right.add_paragraph()

    def new_page_one(self, *, on_its_side: bool = False) -> None:
        """Go on with a new page that is numbered from one again, such as that of an annex."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        begin_at_page_one(section)
        if on_its_side:
            self._lay(section, landscape=True)

    def to_bytes(self) -> bytes:
        """Give the file, the same for the same paper."""
        made = io.BytesIO()
        self._save(made)
        return made.getvalue()

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        with replacing(path, durable=True) as descriptor, os.fdopen(os.dup(descriptor), "wb") as file:
            self._save(file)

    def _save(self, file: IO[bytes]) -> None:
        made = io.BytesIO()
        self._document.save(made)
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
            for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                info = zipfile.ZipInfo(name, _ZIP_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                with target.open(info, "w") as part:
                    for piece in self._with_rows(source.read(name)) if name == _BODY else (source.read(name),):
                        part.write(piece)

    def _with_rows(self, body: bytes) -> Iterator[bytes]:
        """Give the document's text with each table's rows in their place."""
        done = 0
        for number, (look, rows) in enumerate(self._tables):
            place = place_of_rows(number).encode()
            found = body.index(place, done)
            yield body[done:found]
            done = found + len(place)
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                yield "".join(rows_xml(look, rows[start : start + _ROWS_AT_ONCE])).encode()
        yield body[done:]

    def _set_up(self, title: str, *, landscape: bool) -> None:
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(BODY_PT)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        style.paragraph_format.space_after = Pt(4)
        section = self._document.sections[0]
        self._lay(section, landscape=landscape)
        number_pages(section)
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = title[:255], "sohoa", ""
        properties.created = properties.modified = _NO_DATE

    def _lay(self, section: Any, *, landscape: bool) -> None:
        """Set paper and margins of a section."""
        width, height = reversed(_A4_CM) if landscape else _A4_CM
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(width), Cm(height)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Cm, _MARGINS_CM)
        self._room_cm = LANDSCAPE_CM if landscape else PORTRAIT_CM

    def _side_by_side(self, widths_cm: tuple[float, ...]) -> Any:
        if self._last is not None:
            self._last.paragraph_format.keep_with_next = True  # signatures do not stand alone on a page
        self._paragraph("", size=6).paragraph_format.keep_with_next = True
        made = self._document.add_table(rows=1, cols=len(widths_cm))
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        set_widths(made, widths_cm)
        keep_together(made.rows[0])
        return made.rows[0]

    def _paragraph(self, text: str, *, size: int = BODY_PT, bold: bool = False, centre: bool = False) -> Any:
        self._last = self._document.add_paragraph()
        if centre:
            self._last.alignment = WD_ALIGN_PARAGRAPH.CENTER
        write_run(self._last, text, size, bold=bold)
        return self._last
