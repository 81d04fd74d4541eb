"""Dates as offices write them, in the three forms that the annexes allow: DD/MM/YYYY, MM/YYYY, YYYY.

Thông tư 05/2025/TT-BNV p.72, 77-78 (AIP: all three), p.214, 219 (SIP: DD/MM/YYYY only). What is missing stays missing,
a year of two digits and an order that nobody can be sure of are not guessed.
"""

import calendar
import re
from collections.abc import Iterator

from pipeline.catalogue.folding import unmarked

# Records of an archive; a number beyond is a spreadsheet's day number or a typing error.
EARLIEST_YEAR, LATEST_YEAR = 1000, 2999
_CANONICAL = re.compile(r"(?:(?:(\d{2})/)?(\d{2})/)?(\d{4})", re.ASCII)
_YEAR = r"(?P<year>\d{4})"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        _YEAR,
        rf"(?P<month>\d{{1,2}})\s*[/.-]\s*{_YEAR}",
        rf"(?:ngay\s*)?(?P<day>\d{{1,2}})\s*(?P<sign>[/.-])\s*(?P<month>\d{{1,2}})\s*(?P=sign)\s*{_YEAR}",
        rf"{_YEAR}-(?P<month>\d{{2}})(?:-(?P<day>\d{{2}}))?(?:[t ]\d{{2}}:\d{{2}}.*)?",
        rf"(?:ngay\s*(?P<day>\d{{1,2}})\s*,?\s*)?thang\s*(?P<month>\d{{1,2}})\s*,?\s*nam\s*{_YEAR}",
        rf"(?:ngay\s*(?P<day>\d{{1,2}})\s*)?thang\s*(?P<month>\d{{1,2}})\s*[/-]\s*{_YEAR}",
        rf"nam\s*{_YEAR}",
    )
)
_SHORT_YEAR = re.compile(r"(?:\d{1,2}\s*[/.-]\s*)?\d{1,2}\s*[/.-]\s*\d{2}")
_SPLIT = re.compile(r"[-–—~]|\bden\b|->|→")


def parsed(text: str) -> str | None:
    """Give a date in canonical form; None where it is none, or could be several."""
    plain = unmarked(text).strip()
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            parts = found.groupdict()
            return _date(parts.get("day"), parts.get("month"), parts["year"])
    return None


def is_canonical(text: str) -> bool:
    """Tell whether the text is a possible date in one of the three forms."""
    found = _CANONICAL.fullmatch(text)
    return found is not None and _date(*found.groups()) == text


def is_full(text: str) -> bool:
    """Tell whether a canonical date names the day."""
    return len(text) == len("DD/MM/YYYY")


def has_short_year(text: str) -> bool:
    """Tell whether this would be a date if its year had four digits."""
    return _SHORT_YEAR.fullmatch(text.strip()) is not None


def earliest(date: str) -> tuple[int, int, int]:
    """Give the first day that a canonical date can mean, as year, month, day."""
    day, month, year = _parts(date)
    return year, month or 1, day or 1


def latest(date: str) -> tuple[int, int, int]:
    """Give the last day that a canonical date can mean, as year, month, day."""
    day, month, year = _parts(date)
    month = month or 12
    return year, month, day or _days(year, month)


def period(text: str) -> tuple[str, str] | None:
    """Split "01/2/1998 - 30/12/1998" into its two dates; one date alone is both; None where it is not to be told."""
    plain = unmarked(text).strip().removeprefix("tu ").strip()
    whole = parsed(plain)
    if whole:
        return whole, whole
    found = {pair for pair in _pairs(plain) if all(pair)}
    start, end = found.pop() if len(found) == 1 else (None, None)
    return (start, end) if start and end else None


def _pairs(plain: str) -> Iterator[tuple[str | None, str | None]]:
    for sign in _SPLIT.finditer(plain):
        yield parsed(plain[: sign.start()].strip()), parsed(plain[sign.end() :].strip())


def _date(day: str | None, month: str | None, year: str) -> str | None:
    """Write a date's parts in canonical form; None where the calendar has no such day."""
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        return None
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{int(month):02d}/{year}"
    return f"{int(day):02d}/{int(month):02d}/{year}" if 1 <= int(day) <= _days(int(year), int(month)) else None


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _parts(date: str) -> tuple[int, int, int]:
    """Give day, month and year of a canonical date; 0 for what it does not say."""
    day, month, year = [0, 0, *map(int, date.split("/"))][-3:]
    return day, month, year
