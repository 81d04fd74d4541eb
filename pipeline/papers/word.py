"""Single pieces of a Word document that python-docx has no names for: runs in one font, rules, page numbers."""

from typing import Any
from xml.sax.saxutils import escape

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FONT = "Times New Roman"
BODY_PT, SMALL_PT, HEADING_PT = 13, 12, 14
CAPITAL_CM, SMALL_LETTER_CM = 0.29, 0.21  # of bold letters of 12 and 14 points, blanks among them


def write_run(paragraph: Any, text: str, size: int, *, bold: bool = False, italic: bool = False) -> None:
    """Add text to a paragraph in the office's font."""
    run = paragraph.add_run(writable(text))
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic
    run._element.rPr.rFonts.set(qn("w:eastAsia"), FONT)  # noqa: SLF001 - Word asks for it, the library has no name for it


def write_cell(cell: Any, text: str, *, size: int = BODY_PT, bold: bool = False, italic: bool = False,
               centre: bool = False, new: bool = False) -> None:  # fmt: skip
    """Write a paragraph of a cell: its first, or a new one."""
    paragraph = cell.add_paragraph() if new else cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write_run(paragraph, text, size, bold=bold, italic=italic)


def writable(text: str) -> str:
    """Drop what XML 1.0 cannot hold; names from disks may have it."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def as_xml(text: str) -> str:
    """Give text as the XML of a run's contents."""
    return "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in writable(text).replace("\t", " ").split("\n")
    )


def set_widths(table: Any, widths_cm: tuple[float, ...]) -> None:
    """Fix the widths of a small table's columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_cm, strict=True):
            cell.width = Cm(width)


def rule_under(paragraph: Any, length_cm: float, room_cm: float) -> None:
    """Rule a line of this length in the middle of the room, by an empty paragraph."""
    paragraph.paragraph_format.line_spacing = Pt(2)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    paragraph._p.get_or_add_pPr().append(border)  # noqa: SLF001 - the library has no borders
    aside = Cm(max(room_cm - length_cm, 0) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = aside


def rule_length_cm(text: str, letter_cm: float, room_cm: float) -> float:
    """Give 0.4 of a line's length, as Nghị định 30/2020/NĐ-CP PL I asks for a third to a half."""
    return min(len(text) * letter_cm, room_cm) * 0.4


def keep_together(row: Any) -> None:
    """Keep a row from being parted between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the library has no name for it


def number_pages(section: Any) -> None:
    """Number pages in the middle of the top margin, but for the first (Nghị định 30/2020/NĐ-CP PL I, I.7)."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("", "2"), ("end", "")):
        write_run(paragraph, "", BODY_PT)
        run = paragraph.runs[-1]._element  # noqa: SLF001 - the library has no fields
        part = OxmlElement("w:fldChar" if kind else "w:instrText" if text == "PAGE" else "w:t")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run.append(part)


def begin_at_page_one(section: Any) -> None:
    """Count a section's pages from one again."""
    properties = section._sectPr  # noqa: SLF001 - the library has no name for it
    if properties.find(qn("w:pgNumType")) is not None:
        return  # a section begins as a copy of the one before it
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    properties.find(qn("w:pgMar")).addnext(numbers)  # where the schema has it
