"""Deadlines of reports, seen from a day."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reports.deadlines import due, quarter_of
from pipeline.reports.settings import Deadline, ReportSettings

DEADLINES = ReportSettings().deadlines
REPORT = tuple(item for item in DEADLINES if item.key == "insurance-report")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("today", "left"),
    [("2026-11-20", 9), ("2026-11-29", 0), ("2026-11-30", -1), ("2026-12-31", -32), ("2026-01-01", 332)],
)
def test_before_30_november_means_that_the_29th_is_the_last_day(today: str, left: int):
    """The letter asks for the report before 30/11: on the day itself it is late."""
    found = due(REPORT, day(today), sent={})

    assert [(item.period, item.last_day, item.days_left, item.overdue) for item in found] == [
        ("2026", "2026-11-29", left, left < 0)
    ]


def test_what_was_sent_gives_way_to_the_next_year():
    """A report that was sent, by the call or by the settings, is not due again this year."""
    sent = due(REPORT, day("2026-12-05"), sent={"insurance-report": {"2026"}})
    noted = due(
        (Deadline("insurance-report", "x", 30, 11, watched=True, sent=("2026", "2027")),), day("2026-12-05"), sent={}
    )

    assert [(item.period, item.overdue) for item in sent] == [("2027", False)]
    assert [item.period for item in noted] == ["2028"]


def test_quarters_that_passed_are_all_named():
    """Of a watched quarterly report every missed quarter of the year is named, and the next one."""
    quarterly = tuple(replace(item, watched=True) for item in DEADLINES if item.key == "backup-test")
    found = due(quarterly, day("2026-08-01"), sent={"backup-test": {"2026-Q1"}})

    assert [(item.period, item.last_day, item.overdue) for item in found] == [
        ("2026-Q2", "2026-06-30", True),
        ("2026-Q3", "2026-09-30", False),
    ]


def test_what_is_not_watched_is_never_overdue():
    """Where nobody asked the program to watch, it does not claim that a report is late: only the next is named."""
    others = tuple(item for item in DEADLINES if not item.watched)
    found = due(others, day("2026-08-01"), sent={})

    assert [(item.key, item.period) for item in found] == [
        ("backup-test", "2026-Q3"), ("sector-statistics", "2026"), ("backup-statistics", "2026"),
    ]  # fmt: skip
    assert not any(item.overdue for item in found)


def test_statistics_of_a_year_are_due_in_the_next():
    """Statistics of 2026 are due by 10/02/2027."""
    sector = tuple(item for item in DEADLINES if item.key == "sector-statistics")
    found = due(sector, day("2027-02-01"), sent={})

    assert [(item.period, item.last_day, item.days_left) for item in found] == [("2026", "2027-02-10", 9)]


def test_a_deadline_without_a_day_is_named_and_never_overdue():
    """Where no text at hand names a day, none is made up."""
    found = due(DEADLINES, day("2026-12-31"), sent={})

    assert [(item.key, item.days_left, item.overdue) for item in found if not item.last_day] == [
        ("backup-statistics", None, False)
    ]
    assert found[-1].key == "backup-statistics"


@settings(deadline=None, max_examples=60)
@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31)), st.integers(1, 31), st.integers(1, 12),
    st.sampled_from([1, 2, 3, 6, 12]), st.booleans(), st.integers(0, 2), st.booleans(),
)  # fmt: skip
def test_there_is_always_a_deadline_and_only_the_last_is_to_come(
    today: dt.date, number: int, month: int, months: int, before: bool, after: int, watched: bool
):
    """Whatever the settings: days are real, in order, each period once, and at most the last still lies ahead."""
    made = Deadline("k", "n", number, month, before, after, months, watched=watched)
    found = due((made,), today, sent={})

    assert found
    assert len({item.period for item in found}) == len(found)
    days = [day(item.last_day) for item in found]
    assert days == sorted(days)
    assert all(item.overdue for item in found[:-1])
    assert all((last - today).days == item.days_left for last, item in zip(days, found, strict=True))


def test_quarter_of_a_day():
    """Months 1 to 3 are the first quarter, 10 to 12 the last."""
    assert [quarter_of(dt.date(2026, month, 1))[-1] for month in range(1, 13)] == list("111222333444")
