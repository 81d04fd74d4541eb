"""Heads of papers: the office on the left, the national motto on the right (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT

from pipeline.papers.values import Letterhead, Office
from pipeline.papers.word import BODY_PT, CAPITAL_CM, SMALL_PT, rule_length_cm, rule_under, set_widths, write_cell

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PLACE_DOTS, NAME_DOTS = "." * 18, "." * 30
_MOTTO_CM = 5.4  # length of its second line, and so of the line under it
_LEFT_SHARE = 0.43
_CELL_EDGES_CM = 0.38


def write_office(document: Any, office: Office, room_cm: float) -> None:
    """Write the head of the forms of Thông tư 05/2025/TT-BNV, Phụ lục VII: agency and unit."""
    widths = room_cm * _LEFT_SHARE, room_cm * (1 - _LEFT_SHARE)
    agency, unit = office.agency or NAME_DOTS, office.unit or NAME_DOTS
    head = _table(document, 2, widths)
    for row, (left, right) in enumerate(zip((agency, unit), MOTTO, strict=True)):
        first = row == 0
        write_cell(head.cell(row, 0), left.upper(), size=SMALL_PT, bold=not first, centre=True)
        write_cell(head.cell(row, 1), right, size=SMALL_PT if first else BODY_PT, bold=True, centre=True)
    _rules(head.rows[1].cells, unit, widths)


def write_head(document: Any, letterhead: Letterhead, room_cm: float) -> None:
    """Write the head of a paper that an agency issues: its own name in bold under that of the body above it."""
    widths = room_cm * _LEFT_SHARE, room_cm * (1 - _LEFT_SHARE)
    second = bool(letterhead.number or letterhead.about or letterhead.dated)
    head = _table(document, 1 + second, widths)
    left, right = head.rows[0].cells
    agency = letterhead.agency.upper() or NAME_DOTS
    if letterhead.superior:
        write_cell(left, letterhead.superior.upper(), size=SMALL_PT, centre=True)
    write_cell(left, agency, size=SMALL_PT, bold=True, centre=True, new=bool(letterhead.superior))
    write_cell(right, MOTTO[0], size=SMALL_PT, bold=True, centre=True)
    write_cell(right, MOTTO[1], bold=True, centre=True, new=True)
    _rules((left, right), agency, widths)
    if second:
        _number_and_date(head.rows[1].cells, letterhead)


def place_and_date(place: str) -> str:
    """Give the line of place and date; the day is the signer's to write."""
    return f"{place or PLACE_DOTS}, ngày ...... tháng ...... năm ........"


def _number_and_date(cells: Any, letterhead: Letterhead) -> None:
    left, right = cells
    if letterhead.number:
        write_cell(left, letterhead.number, centre=True)
    if letterhead.about:
        write_cell(left, f"V/v {letterhead.about}", size=SMALL_PT, centre=True, new=bool(letterhead.number))
    if letterhead.dated:
        write_cell(right, place_and_date(letterhead.place), italic=True, centre=True)


def _rules(cells: Any, agency: str, widths: tuple[float, float]) -> None:
    rooms = tuple(width - _CELL_EDGES_CM for width in widths)
    lengths = rule_length_cm(agency, CAPITAL_CM, rooms[0]), _MOTTO_CM
    for cell, length, room in zip(cells, lengths, rooms, strict=True):
        rule_under(cell.add_paragraph(), length, room)


def _table(document: Any, rows: int, widths: tuple[float, float]) -> Any:
    head = document.add_table(rows=rows, cols=2)
    head.alignment = WD_TABLE_ALIGNMENT.CENTER
    set_widths(head, widths)
    return head
