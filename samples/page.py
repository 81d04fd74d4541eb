"""Draw whole pages of the kinds that offices leave behind, each with its true text.

Margins, sizes and places follow Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, left 30 mm, right 15 to 20 mm, top and
bottom 20 to 25 mm, Times-like face of 13 to 14 points, agency top left, motto top right, page number on top.
"""

from collections.abc import Iterator, Sequence
from itertools import count as numbers
from itertools import islice
from random import Random

from samples import text
from samples.faces import Style
from samples.sheet import A4_MM, MM_PER_POINT, Drawn, Sheet

BODY = Style("serif", 14)
HEAD = Style("serif", 13, bold=True)
STRUCK = Style("mono", 12, struck=True)
BOTTOM_MM = 272.0
# Where the signature block of a last page stands, and how far below it the name.
CLOSING_MM, NAME_BELOW_MM = 170.0, 40.0
LEFT_CENTRE_MM, RIGHT_CENTRE_MM = 60.0, 144.0
# A hand-cut paper of colonial offices, "coquille".
COQUILLE_MM = (210.0, 270.0)


def draw_text_page(
    paragraphs: Sequence[str],
    *,
    face: str = "serif",
    dpi: int = 300,
    size_points: float = 14.0,
    leading_points: float | None = None,
    page_number: int | None = None,
    justify: bool = True,
    size_mm: tuple[float, float] = A4_MM,
    seed: int = 0,
) -> Drawn:
    """Draw a page of plain paragraphs; what does not fit on it is left out, of the page and of its text.

    Args:
        paragraphs: One string each, words parted by blanks.
        face: "serif", "sans", "mono", or "typewriter" (mono, unevenly struck, ragged).
        dpi: Pixels per inch.
        size_points: Size of the letters.
        leading_points: From base line to base line; 1.36 times the size where not given.
        page_number: Stands on top in the middle; None for a first page.
        justify: Make both edges straight.
        size_mm: Width and height of the paper.
        seed: Decides how the typewriter strikes.
    """
    sheet = Sheet(dpi, size_mm, seed)
    struck = face == "typewriter"
    style = Style("mono" if struck else face, size_points, struck=struck)
    leading = leading_points or size_points * 1.36
    if page_number is not None:
        sheet.write(str(page_number), size_mm[0] / 2, 17.0, style, "centre")
    _fill(sheet, paragraphs, 30.0, style, leading, justify=justify and not struck)
    return sheet.drawn()


def letterhead_page(*, dpi: int = 300, number: str = "12/QĐ-UBND", year: int = 1998) -> Drawn:
    """Draw the first page of a decision: agency and motto side by side, number, date, title, grounds, articles."""
    sheet = Sheet(dpi)
    _letterhead(sheet, f"Số: {number}", f"Suối Mây, ngày 26 tháng 02 năm {year}")
    y = _title(sheet, 72.0, "QUYẾT ĐỊNH", ("Về việc thành lập Ban quản lý chợ Suối Mây",))
    sheet.write("ỦY BAN NHÂN DÂN XÃ SUỐI MÂY", 111.0, y + 6.0, Style(size_points=14, bold=True), "centre")
    y = _fill(sheet, text.GROUNDS, y + 19.0, Style(size_points=14, italic=True), 19.0)
    sheet.write("QUYẾT ĐỊNH:", 111.0, y + 5.0, Style(size_points=14, bold=True), "centre")
    _fill(sheet, text.ARTICLES, y + 18.0, BODY, 19.0)
    return sheet.drawn()


def closing_page(paragraphs: Sequence[str] = text.LAST_ARTICLES, *, dpi: int = 300, page_number: int = 2) -> Drawn:
    """Draw a last page: the end of the articles, the signature block and beside it who receives the document."""
    sheet = Sheet(dpi)
    sheet.write(str(page_number), A4_MM[0] / 2, 17.0, BODY, "centre")
    _fill(sheet, paragraphs, 30.0, BODY, 19.0)
    _closing(sheet, CLOSING_MM, ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Nguyễn Văn Mẫu")
    return sheet.drawn()


def first_page(
    kind: str,
    abstract: Sequence[str],
    paragraphs: Sequence[str],
    *,
    number: str,
    date: str,
    to: str = "",
    dpi: int = 300,
) -> Drawn:
    """Draw the first page of any other paper of the office: a proposal [tờ trình], a report [báo cáo].

    Args:
        kind: In capitals.
        abstract: What it is about, line by line.
        paragraphs: Go down to the bottom margin; the rest is left out.
        number: As "05/TTr-TC".
        date: As "20 tháng 02 năm 1998".
        to: The office that it is addressed to, if any.
        dpi: Pixels per inch.
    """
    sheet = Sheet(dpi)
    _letterhead(sheet, f"Số: {number}", f"Suối Mây, ngày {date}")
    y = _title(sheet, 72.0, kind, abstract)
    if to:
        sheet.write(f"Kính gửi: {to}", 111.0, y + 5.0, BODY, "centre")
        y += 8.0
    _fill(sheet, paragraphs, y + 10.0, BODY, 19.5)
    return sheet.drawn()


def minutes_page(*, dpi: int = 300) -> Drawn:
    """Draw the first page of minutes [biên bản]: motto in the middle, title, who was there, what was found."""
    sheet = Sheet(dpi)
    _motto(sheet, text.MOTTO, 111.0, 24.0)
    y = _title(sheet, 50.0, "BIÊN BẢN", ("Về việc xác định ranh giới thửa đất",))
    _fill(sheet, [*text.MINUTES, *text.prose(6, 2003)], y + 10.0, BODY, 19.5)
    return sheet.drawn()


def typewritten_page(
    paragraphs: Sequence[str] = (*text.TYPED_LETTER, *text.prose(6, 64)),
    *,
    dpi: int = 300,
    page_number: int | None = None,
    seed: int = 1,
) -> Drawn:
    """Draw a Vietnamese typescript of the 1960s: thin mono letters, unevenly struck, ragged right edge.

    With a page number it is a following page, else the first with the head of a letter.
    """
    if page_number is not None:
        return draw_text_page(
            paragraphs,
            face="typewriter",
            dpi=dpi,
            size_points=12,
            leading_points=20,
            page_number=page_number,
            seed=seed,
        )
    sheet = Sheet(dpi, seed=seed)
    sheet.write("ỦY BAN HÀNH CHÍNH", 30.0, 25.0, STRUCK)
    sheet.write("XÃ SUỐI MÂY", 38.0, 32.0, STRUCK)
    sheet.write("Số: 31/VP", 38.0, 39.0, STRUCK)
    sheet.write(text.OLD_MOTTO[0], RIGHT_CENTRE_MM, 25.0, STRUCK, "centre")
    sheet.write(text.OLD_MOTTO[1], RIGHT_CENTRE_MM, 32.0, STRUCK, "centre")
    sheet.write("Ngày 12 tháng 6 năm 1964", RIGHT_CENTRE_MM, 46.0, STRUCK, "centre")
    sheet.write("Kính gửi: Các đội sản xuất trong toàn xã", 42.0, 64.0, STRUCK)
    _fill(sheet, paragraphs, 78.0, STRUCK, 21.0, justify=False)
    return sheet.drawn()


def french_page(*, dpi: int = 200, seed: int = 2) -> Drawn:
    """Draw the first page of a French typescript of colonial times, on paper of 21 by 27 cm."""
    sheet = Sheet(dpi, COQUILLE_MM, seed)
    for at, line in enumerate(text.FRENCH_HEAD):
        sheet.write(line, 28.0, 24.0 + at * 7.0, STRUCK)
    sheet.write("N° 214-B", 28.0, 44.0, STRUCK)
    sheet.write("Thanh-Lâm, le 3 Février 1927", 116.0, 44.0, STRUCK)
    sheet.write("LE RÉSIDENT DE FRANCE", 70.0, 66.0, STRUCK)
    sheet.write("à Monsieur le RÉSIDENT SUPÉRIEUR, à HUÊ", 70.0, 75.0, STRUCK)
    _fill(sheet, text.FRENCH, 96.0, STRUCK, 24.0, justify=False)
    return sheet.drawn()


def table_page(
    rows: Sequence[tuple[str, ...]], *, dpi: int = 300, heading: bool = True, sideways: bool = False
) -> Drawn:
    """Draw a list in ruled columns; `sideways` gives a sheet wider than high."""
    size = (A4_MM[1], A4_MM[0]) if sideways else A4_MM
    sheet = Sheet(dpi, size)
    y = 24.0
    if heading:
        y = _title(sheet, y, "DANH SÁCH", ("Các hộ nộp lệ phí chợ và thuế sử dụng đất năm 1998",)) + 4.0
    widths = (14.0, 52.0, 28.0, 32.0, 34.0, 26.0) if not sideways else (18.0, 80.0, 44.0, 42.0, 44.0, 40.0)
    _table(sheet, [text.TABLE_HEAD, *rows], (size[0] - sum(widths)) / 2 + 3.0, y, widths)
    return sheet.drawn()


def blank_page(*, dpi: int = 300) -> Drawn:
    """Give an empty sheet."""
    return Sheet(dpi).drawn()


def many_pages(count: int, seed: int, *, dpi: int = 300) -> Iterator[Drawn]:
    """Draw different pages of office prose, for measurements over hundreds of pages."""
    for number in islice(numbers(1), count):
        chance = Random(seed * 1_000_003 + number)
        words = list(islice(text.paragraphs(chance), 14))
        yield draw_text_page(words, dpi=dpi, size_points=13.5, page_number=number)


def _fill(
    sheet: Sheet, paragraphs: Sequence[str], y_mm: float, style: Style, leading_points: float, *, justify: bool = True
) -> float:
    """Set paragraphs down to the bottom margin, and give the base line that would follow."""
    left = 30.0 if style.face != "mono" else 28.0
    for words in paragraphs:
        bold = 2 if words.startswith("Điều ") and not style.italic else 0
        # A paragraph is set whole or not at all: the longest takes eight lines.
        if y_mm + _height_mm(sheet, words, style, leading_points) > BOTTOM_MM:
            break
        y_mm = sheet.paragraph(
            words, y_mm, style, edges_mm=(left, 192.0), leading_points=leading_points, bold_words=bold, justify=justify
        )
        y_mm += 0.32 * leading_points * MM_PER_POINT
    return y_mm


def _height_mm(sheet: Sheet, words: str, style: Style, leading_points: float) -> float:
    rows = int((sheet.width_mm(words, style) + 20.0) / 162.0)
    return rows * leading_points * MM_PER_POINT


def _letterhead(sheet: Sheet, number: str, date: str) -> None:
    sheet.write(text.AGENCY[0], LEFT_CENTRE_MM, 24.0, Style(size_points=13), "centre")
    sheet.write(text.AGENCY[1], LEFT_CENTRE_MM, 30.0, HEAD, "centre")
    sheet.rule(LEFT_CENTRE_MM - 8.0, 32.2, LEFT_CENTRE_MM + 8.0, 32.2)
    sheet.write(number, LEFT_CENTRE_MM, 40.0, Style(size_points=13), "centre")
    _motto(sheet, text.MOTTO, RIGHT_CENTRE_MM, 24.0)
    sheet.write(date, RIGHT_CENTRE_MM, 40.0, Style(size_points=13.5, italic=True), "centre")


def _motto(sheet: Sheet, motto: tuple[str, str], centre_mm: float, y_mm: float) -> None:
    sheet.write(motto[0], centre_mm, y_mm, HEAD, "centre")
    style = Style(size_points=14, bold=True)
    sheet.write(motto[1], centre_mm, y_mm + 6.0, style, "centre")
    half = sheet.width_mm(motto[1], style) / 2
    sheet.rule(centre_mm - half, y_mm + 8.2, centre_mm + half, y_mm + 8.2)


def _title(sheet: Sheet, y_mm: float, kind: str, abstract: Sequence[str]) -> float:
    """Write the kind of document and what it is about in the middle, a short rule below; give where that ends."""
    style = Style(size_points=14, bold=True)
    for line in (kind, *abstract):
        sheet.write(line, 111.0, y_mm, style, "centre")
        y_mm += 6.5
    sheet.rule(111.0 - 16.0, y_mm - 3.8, 111.0 + 16.0, y_mm - 3.8)
    return y_mm + 2.0


def _closing(sheet: Sheet, y_mm: float, office: Sequence[str], name: str) -> None:
    sheet.write("Nơi nhận:", 30.0, y_mm, Style(size_points=12, bold=True, italic=True))
    for at, line in enumerate(text.RECIPIENTS):
        sheet.write(line, 30.0, y_mm + 5.0 * (at + 1), Style(size_points=11))
    for at, line in enumerate(office):
        sheet.write(line, RIGHT_CENTRE_MM, y_mm + 6.0 * at, Style(size_points=14, bold=True), "centre")
    sheet.write(name, RIGHT_CENTRE_MM, y_mm + NAME_BELOW_MM, Style(size_points=14, bold=True), "centre")


def _table(
    sheet: Sheet, rows: Sequence[tuple[str, ...]], left_mm: float, top_mm: float, widths: Sequence[float]
) -> None:
    height = 8.4
    edges = [left_mm + sum(widths[:at]) for at in range(len(widths) + 1)]
    for at, row in enumerate(rows):
        style = Style(size_points=12, bold=at == 0)
        for cell, x, width in zip(row, edges, widths, strict=False):
            written = sheet.width_mm(cell, style)
            right = at > 0 and cell.replace(".", "").isdigit() and len(cell) > 2
            place = x + width - written - 2.0 if right else x + 2.0 if at else x + (width - written) / 2
            sheet.put(cell, place, top_mm + height * at + 5.8, style)
        sheet.lines.append(" ".join(cell for cell in row if cell))
    bottom = top_mm + height * len(rows)
    for at in range(len(rows) + 1):
        sheet.rule(edges[0], top_mm + height * at, edges[-1], top_mm + height * at)
    for x in edges:
        sheet.rule(x, top_mm, x, bottom)
