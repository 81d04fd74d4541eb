"""Dates of lists: three forms, nothing guessed."""

import calendar
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue import dates

QUICK = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("01/02/1998", "01/02/1998"),
        ("1/2/1998", "01/02/1998"),
        ("01.02.1998", "01/02/1998"),
        ("1-2-1998", "01/02/1998"),
        ("1998-02-01", "01/02/1998"),
        ("1998-02-01T00:00:00", "01/02/1998"),
        ("1998-02-01 00:00:00", "01/02/1998"),
        ("ngày 1 tháng 2 năm 1998", "01/02/1998"),
        ("Ngày 01/02/1998", "01/02/1998"),
        ("02/1998", "02/1998"),
        ("2/1998", "02/1998"),
        ("1998-02", "02/1998"),
        ("Tháng 02 năm 1998", "02/1998"),
        ("tháng 2/1998", "02/1998"),
        ("1998", "1998"),
        ("năm 1998", "1998"),
        ("29/02/2024", "29/02/2024"),
    ],
)
def test_dates_are_read_in_the_forms_of_offices(written: str, meant: str):
    """A date in any form that has one meaning becomes DD/MM/YYYY, MM/YYYY or YYYY."""
    assert dates.parsed(written) == meant
    assert dates.is_canonical(meant)


@pytest.mark.parametrize(
    "written",
    ["31/02/1998", "29/02/2023", "02/13/1998", "1998-13-02", "1/2/98", "02/98", "00/02/1998", "../02/1998", "35827",
     "0998", "3000", "x", "", "1998-2-1", "19980201", "1/2-1998", "٠١/٠٢/١٩٩٨"],
)  # fmt: skip
def test_what_is_no_date_or_could_be_several_is_refused(written: str):
    """Impossible days, years of two digits, YYYY-DD-MM and bare day numbers are never guessed at."""
    assert dates.parsed(written) is None
    assert not dates.is_canonical(written)


@pytest.mark.parametrize(
    ("written", "is_short"), [("1/2/98", True), ("02/98", True), ("1/2/1998", False), ("x", False)]
)
def test_years_of_two_digits_are_told_apart(written: str, is_short: bool):
    """A short year is known as the reason."""
    assert dates.has_short_year(written) == is_short


@QUICK
@given(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)), st.sampled_from(["/", ".", "-", " / "]))
def test_every_day_of_the_calendar_is_read(day: dt.date, sign: str):
    """Any day, with any sign between its parts, comes back as it is."""
    canonical = f"{day:%d/%m}/{day.year:04d}"

    assert dates.parsed(f"{day.day}{sign}{day.month}{sign}{day.year}") == canonical
    assert dates.parsed(day.isoformat()) == canonical
    assert dates.earliest(canonical) == dates.latest(canonical) == (day.year, day.month, day.day)


@QUICK
@given(st.integers(1000, 2999), st.integers(1, 12))
def test_partial_dates_span_all_that_they_can_mean(year: int, month: int):
    """A month begins with its first and ends with its last day, a year likewise."""
    assert dates.earliest(f"{month:02d}/{year}") == (year, month, 1)
    assert dates.latest(f"{month:02d}/{year}") == (year, month, calendar.monthrange(year, month)[1])
    assert (dates.earliest(str(year)), dates.latest(str(year))) == ((year, 1, 1), (year, 12, 31))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("01/2/1998 - 30/12/1998", ("01/02/1998", "30/12/1998")),
        ("01-02-1998 - 30-12-1998", ("01/02/1998", "30/12/1998")),
        ("01-02-1998-30-12-1998", ("01/02/1998", "30/12/1998")),
        ("1998-1999", ("1998", "1999")),
        ("1998 – 1999", ("1998", "1999")),
        ("Từ 02/1998 đến 12/1998", ("02/1998", "12/1998")),
        ("1998", ("1998", "1998")),
        ("01/02 - 30/12/1998", None),
        ("1998 - nay", None),
    ],
)
def test_periods_are_split(written: str, meant: tuple[str, str] | None):
    """Beginning and end in one cell are told apart where both are dates."""
    assert dates.period(written) == meant
