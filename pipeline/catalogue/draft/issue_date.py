"""The date of issue, from the row "Quảng Ngãi, ngày 11 tháng 5 năm 2021" and its other readings.

Day and month that are blank, or on which the readings do not agree, stay unsaid: MM/YYYY or YYYY (Thông tư
05/2025/TT-BNV p.78). Dates of signatures, stamps of receipt and of the text are not looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue import dates
from pipeline.catalogue.draft.values import IsPrinted, Look, Piece, Suggestion
from pipeline.catalogue.draft.votes import Vote, elected, elected_print
from pipeline.catalogue.folding import unmarked
from pipeline.model import Word

# Office papers with dates of this form; the first is that of the oldest records kept in Vietnamese.
EARLIEST, LATEST = 1858, 2100
# Networks that know no Vietnamese read "ngày", "tháng", "năm" in their own way.
_DAY_WORD, _MONTH_WORD, _YEAR_WORD = r"ng\w{0,2}y", r"th\w{1,3}g", r"n\W?\w{0,3}?m"
_SLOTS = re.compile(rf"{_DAY_WORD}(?P<day>.*?){_MONTH_WORD}(?P<month>.*?){_YEAR_WORD}\W*(?P<year>\d{{4}})\b")
_YEAR = re.compile(r"(?:n\W?\w{1,3}?m|[/.])\W*(?P<year>\d{4})\W*$")
# Dots and rules to write on are part of a form; any other sign is a digit that could not be read.
_DIGITS = re.compile(r"[\s._…,·]*(\d\d?|[olt\]]\d|\d[olt\]])[\s._…,·]*")
_ALIKE = str.maketrans("olt]", "0111")
# A year that so many readings agree on need not look printed: its digits often touch.
_YEAR_SURE = 0.88


@dataclass(frozen=True, slots=True)
class Dated:
    """Day, month and year as one reading has them, in its digits; empty for each that it has not."""

    day: str = ""
    month: str = ""
    year: str = ""


def parse(text: str) -> Dated:
    """Take one reading of the row apart; what is no possible day, month or year is left out."""
    plain = unmarked(text)
    found = _SLOTS.search(plain)
    if found is None:
        year = _YEAR.search(plain)
        return Dated(year=_within(year["year"], EARLIEST, LATEST) if year else "")
    return Dated(_number(found["day"], 31), _number(found["month"], 12), _within(found["year"], EARLIEST, LATEST))


def _number(text: str, most: int) -> str:
    found = _DIGITS.fullmatch(text)
    return _within(found[1].translate(_ALIKE), 1, most) if found else ""


def _within(digits: str, least: int, most: int) -> str:
    return digits if least <= int(digits) <= most else ""


def suggest_date(row: Piece | None, looks: Sequence[Look], is_printed: IsPrinted) -> Suggestion:
    """Suggest the date; each of day, month and year must be agreed on by itself, and be printed.

    Args:
        row: The row as the page was read.
        looks: Other readings of it.
        is_printed: Tells print from writing.
    """
    if row is None:
        return Suggestion()
    rows = [(looks[0].network if looks else "", row.words), *((look.network, look.words) for look in looks)]
    readings = [(network, words, parse(" ".join(word.text for word in words))) for network, words in rows]
    day, month, year = (
        [_vote(network, words, getattr(each, slot)) for network, words, each in readings]
        for slot in ("day", "month", "year")
    )
    return _partial(elected_print(day, is_printed), elected_print(month, is_printed), _year(year, is_printed), row.text)


def _year(votes: Sequence[Vote], is_printed: IsPrinted) -> tuple[str | None, float]:
    value, sure = elected(votes)
    return (value, sure) if value and sure >= _YEAR_SURE else elected_print(votes, is_printed)


def _vote(network: str, words: tuple[Word, ...], digits: str) -> Vote:
    return Vote(network, str(int(digits)) if digits else None, digits, words)


def _partial(
    day: tuple[str | None, float], month: tuple[str | None, float], year: tuple[str | None, float], source: str
) -> Suggestion:
    """Give as much of the date as is known from the year on."""
    if year[0] is None:
        return Suggestion(source=source)
    if month[0] is None:
        return Suggestion(year[0], year[1], source)
    whole = dates.parsed(f"{day[0]}/{month[0]}/{year[0]}") if day[0] else None
    if whole:
        return Suggestion(whole, min(day[1], month[1], year[1]), source)
    return Suggestion(f"{int(month[0]):02d}/{year[0]}", min(month[1], year[1]), source)
