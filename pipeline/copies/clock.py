"""Time as the records write it: ISO 8601 with Vietnam's +07:00, to the second (Thông tư 05/2025/TT-BNV, Phụ lục I)."""

import calendar
import datetime as dt
import re
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
VIETNAM = dt.timezone(dt.timedelta(hours=7))

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MONTHS = 12


def stamp(now: Clock) -> str:
    """Give the present time as `2026-11-22T20:45:00+07:00`."""
    return written(now())


def written(moment: dt.datetime) -> str:
    """Write an aware time in Vietnam's.

    Raises:
        ValueError: It has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def parse(text: str) -> dt.datetime:
    """Read a time that `written` wrote, or any ISO 8601 time with a zone.

    Raises:
        ValueError: It is not of that form.
    """
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment.astimezone(VIETNAM)


def day_of(text: str) -> dt.date:
    """Give the day in Vietnam of a written time.

    Raises:
        ValueError: It is not of that form.
    """
    # Our own records are in Vietnam's time already; ten thousand of them are read at once.
    return dt.date.fromisoformat(text[:10]) if text.endswith("+07:00") else parse(text).date()


def months_after(day: dt.date, months: int) -> dt.date:
    """Give the same day so many months later, or earlier where negative; the month's last where it has no such day."""
    whole = day.year * _MONTHS + day.month - 1 + months
    year, month = min(max(whole // _MONTHS, dt.MINYEAR), dt.MAXYEAR), whole % _MONTHS + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_end(day: dt.date) -> dt.date:
    """Give the last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def last_day(text: str) -> dt.date:
    """Give the last day of `2031`, `2031-12` or `2031-12-31`.

    Raises:
        ValueError: It is none of these.
    """
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(f"{text} is not a year, a month or a day")
    year, month = int(match[1]), int(match[2] or _MONTHS)
    return dt.date(year, month, int(match[3])) if match[3] else month_end(dt.date(year, month, 1))
