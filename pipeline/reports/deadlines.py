"""Which reports are due when: the deadlines of the settings, seen from a day; nothing here asks a clock."""

import calendar
import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.reports.settings import Deadline

_MONTHS, _QUARTER = 12, 3

Period = tuple[str, str]  # a deadline's key, and what it reports on


@dataclass(frozen=True, slots=True)
class Due:
    """One report that is to be sent.

    Attributes:
        period: What it reports on: "2026" or "2026-Q3".
        last_day: Day on which it may be sent at the latest, ISO; "" where no text at hand names one.
        days_left: Negative where that day has passed; None without a day.
        missing: Units that have not reported, where that was looked at.
        note: What else is known of it, in English.
    """

    key: str
    name: str
    period: str
    last_day: str
    days_left: int | None
    recipient: str
    source: str
    missing: tuple[str, ...] = ()
    note: str = ""

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.days_left is not None and self.days_left < 0


def due(
    deadlines: Sequence[Deadline],
    today: dt.date,
    *,
    sent: Mapping[str, Collection[str]],
    missing: Mapping[Period, tuple[str, ...]] | None = None,
    notes: Mapping[Period, str] | None = None,
) -> tuple[Due, ...]:
    """Say of each deadline what comes next, and of those that are watched what was to be sent this year and is not.

    Args:
        deadlines: Of the settings.
        today: The day it is seen from.
        sent: Key -> periods known to be reported, besides those that the settings name.
        missing: Units that have not reported.
        notes: What else is known, in English.
    """
    found = []
    for deadline in deadlines:
        for period, last in _unsent(deadline, today, {*deadline.sent, *sent.get(deadline.key, ())}):
            day, left = (last.isoformat(), (last - today).days) if last else ("", None)
            place = deadline.key, period
            found.append(Due(deadline.key, deadline.name, period, day, left, deadline.recipient, deadline.source,
                             (missing or {}).get(place, ()), (notes or {}).get(place, "")))  # fmt: skip
    return tuple(sorted(found, key=lambda item: (item.last_day or "9999", item.key)))


def _unsent(deadline: Deadline, today: dt.date, sent: Collection[str]) -> Iterator[tuple[str, dt.date | None]]:
    """Give the next period, and before it those of a watched deadline whose day has passed this year.

    Of a yearly one that is overdue the next is not worth telling.
    """
    passed = False
    for period, last in _periods(deadline, today.year):
        if period in sent:
            continue
        is_over = last is not None and last < today
        if is_over and not deadline.watched:
            continue
        if is_over or not passed or deadline.every_months < _MONTHS:
            yield period, last
        if not is_over:
            return
        passed = True


def _periods(deadline: Deadline, year: int) -> Iterator[tuple[str, dt.date | None]]:
    """Give the periods with their last days, from the first of the year on."""
    for falling in range(year, dt.MAXYEAR):
        reported = falling - deadline.after_years
        if not (deadline.day and deadline.month):
            yield str(reported), None
            continue
        for month in range(deadline.month, _MONTHS + 1, deadline.every_months):
            yield _named(deadline, reported, month), _last_day(deadline, falling, month)


def _named(deadline: Deadline, year: int, month: int) -> str:
    if deadline.every_months == _MONTHS:
        return str(year)
    return f"{year}-Q{(month + 2) // 3}" if deadline.every_months == _QUARTER else f"{year}-{month:02}"


def _last_day(deadline: Deadline, year: int, month: int) -> dt.date:
    day = dt.date(year, month, min(deadline.day, calendar.monthrange(year, month)[1]))
    return day - dt.timedelta(days=1) if deadline.before else day


def quarter_of(day: dt.date) -> str:
    """Give the quarter of a day: 2026-Q3."""
    return f"{day.year}-Q{(day.month + 2) // 3}"
