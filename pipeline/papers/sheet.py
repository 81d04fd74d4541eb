"""One paper of an office, as Nghị định 30/2020/NĐ-CP Phụ lục I lays it out: A4, Times New Roman, the national motto.

The same values give the same bytes: the file carries no clock and no random name.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipeline.files import write_atomic
from pipeline.papers.values import Office

FONT = "Times New Roman"
BODY_PT, SMALL_PT, HEADING_PT = 13, 12, 14
DOTS, SHORT_DOTS = "." * 118, "." * 60  # to be filled in by hand
_A4_CM = (21.0, 29.7)
_MARGINS_CM = (2.0, 2.0, 3.0, 1.5)  # top, bottom, left, right; Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I.3
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


class Paper:
    """A document that grows from top to bottom."""

    def __init__(self, title: str, office: Office, *, landscape: bool = False) -> None:
        """Begin with the two columns at the top: the office, and the national motto.

        Args:
            title: Of the file, for those who look at its properties.
            office: Whose paper it is; what is empty stays a dotted line for the pen.
            landscape: Lay the page on its side, for wide tables.
        """
        self._document: Any = Document()
        self._set_up(title, landscape=landscape)
        agency, unit = office.agency or "." * 30, office.unit or "." * 30
        head = self._document.add_table(rows=2, cols=2)
        head.alignment = WD_TABLE_ALIGNMENT.CENTER
        self._widths(head, (7.2, 9.6) if not landscape else (11.0, 13.8))
        for row, (left, right) in enumerate(zip((agency, unit), _MOTTO, strict=True)):
            first = row == 0
            self._cell(head.cell(row, 0), left.upper(), size=SMALL_PT, bold=not first, centre=True)
            self._cell(head.cell(row, 1), right, size=SMALL_PT if first else BODY_PT, bold=True, centre=True)
        for cell in head.rows[1].cells:
            _underline(cell.add_paragraph())

    def title(self, *lines: str) -> None:
        """Write the paper's name, in capitals as the form has it."""
        for number, line in enumerate(lines):
            paragraph = self._paragraph(line, size=HEADING_PT, bold=True, centre=True)
            paragraph.paragraph_format.space_before = Pt(14 if number == 0 else 0)
            paragraph.paragraph_format.space_after = Pt(8 if number == len(lines) - 1 else 0)

    def line(self, label: str, value: str) -> None:
        """Write a numbered line of the form with its answer, or dots for the pen."""
        self._paragraph(f"{label} {value or SHORT_DOTS}".rstrip())

    def heading(self, label: str) -> None:
        """Write a numbered line whose answer follows below."""
        self._paragraph(label)

    def answer(self, values: Iterable[str], *, empty_lines: int = 2) -> None:
        """Write the lines of an answer, or dotted lines where there is none yet."""
        for value in tuple(values) or (DOTS,) * empty_lines:
            self._paragraph(value)

    def table(
        self, headings: Sequence[Sequence[str]], rows: Iterable[Sequence[str]], widths_cm: Sequence[float]
    ) -> None:
        """Write a ruled table; a heading that stands over two columns is given twice in the first row.

        Args:
            headings: One or two rows of headings; an empty cell in the second belongs to the one above it.
            rows: Texts, as many in each row as there are widths.
            widths_cm: Of the columns.
        """
        table = self._document.add_table(rows=len(headings), cols=len(widths_cm))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for number, texts in enumerate(headings):
            for column, text in enumerate(texts):
                self._cell(table.cell(number, column), text, size=SMALL_PT, bold=True, centre=True)
            _repeat_as_heading(table.rows[number])
        _merge(table, headings)
        for texts in rows:
            row = table.add_row()
            _keep_together(row)
            cells = row.cells
            for column, text in enumerate(texts):
                self._cell(cells[column], text, size=SMALL_PT, centre=len(text) <= 3)
        self._widths(table, widths_cm)
        self._paragraph("", size=6)

    def signatures(self, *people: str) -> None:
        """Leave room for signatures, side by side."""
        self._paragraph("")
        table = self._document.add_table(rows=1, cols=len(people))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _keep_together(table.rows[0])
        for cell, person in zip(table.rows[0].cells, people, strict=True):
            if not person:
                continue
            self._cell(cell, person, bold=True, centre=True)
            signed = cell.add_paragraph()
            signed.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _write(signed, "(Ký và ghi rõ họ tên)", BODY_PT, italic=True)
            for _ in range(3):
                cell.add_paragraph()

    def to_bytes(self) -> bytes:
        """Give the file, the same for the same paper."""
        made = io.BytesIO()
        self._document.save(made)
        fixed = io.BytesIO()
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), source.read(name), zipfile.ZIP_DEFLATED)
        return fixed.getvalue()

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        write_atomic(path, self.to_bytes(), durable=True)

    def _set_up(self, title: str, *, landscape: bool) -> None:
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(BODY_PT)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        style.paragraph_format.space_after = Pt(4)
        section = self._document.sections[0]
        width, height = reversed(_A4_CM) if landscape else _A4_CM
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(width), Cm(height)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Cm, _MARGINS_CM)
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = title, "sohoa", ""
        properties.created = properties.modified = _NO_DATE

    def _paragraph(self, text: str, *, size: int = BODY_PT, bold: bool = False, centre: bool = False) -> Any:
        paragraph = self._document.add_paragraph()
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, text, size, bold=bold)
        return paragraph

    def _cell(self, cell: Any, text: str, *, size: int = BODY_PT, bold: bool = False, centre: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, text, size, bold=bold)

    @staticmethod
    def _widths(table: Any, widths_cm: Sequence[float]) -> None:
        table.autofit = False
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        for row in table.rows:
            for cell, width in zip(row.cells, widths_cm, strict=True):
                cell.width = Cm(width)


def _write(paragraph: Any, text: str, size: int, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(_writable(text))
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic
    run._element.rPr.rFonts.set(qn("w:eastAsia"), FONT)  # noqa: SLF001 - Word asks for it, the library has no name for it


def _writable(text: str) -> str:
    """Drop what XML 1.0 cannot hold; names from disks may have it."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def _underline(paragraph: Any) -> None:
    """Rule a short line under the head by an empty paragraph."""
    paragraph.paragraph_format.line_spacing = Pt(2)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 - the library has no borders
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Cm(2.2)


def _merge(table: Any, headings: Sequence[Sequence[str]]) -> None:
    """Join equal neighbours of the first heading row, and an empty cell of the second with the one above."""
    if len(headings) < 2:
        return
    for column, text in enumerate(headings[0]):
        if not headings[1][column]:
            _join(table.cell(0, column), table.cell(1, column), text)
        elif column and headings[0][column - 1] == text:
            _join(table.cell(0, column - 1), table.cell(0, column), text)


def _join(first: Any, second: Any, text: str) -> None:
    """Make one cell of two and leave the text in it once."""
    merged = first.merge(second)
    for paragraph in merged.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001 - the library cannot remove
    kept = merged.paragraphs[0]
    for run in kept.runs:
        run.text = ""
    kept.runs[0].text = text


def _repeat_as_heading(row: Any) -> None:
    """Have a heading row printed again on each page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the library has no name for it
    _keep_together(row)


def _keep_together(row: Any) -> None:
    """Keep a row from being parted between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the library has no name for it
