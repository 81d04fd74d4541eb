"""Media: their identity, known again when plugged in; the clock of the records."""

import dataclasses
import datetime as dt
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copies import clock
from pipeline.copies.medium import NAME, Medium, new_medium, read_identity, write_identity
from pipeline.errors import NoVerdict, UsageError

MORNING = dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC)
ID = "0123456789abcdef" * 2


def made(**values: str) -> Medium:
    wanted = {"code": "HDD-2026-01", "kind": "hdd", "place": "Kho A, tủ 3", "until": "2031-12", **values}
    return new_medium(medium_id=ID, now=lambda: MORNING, **wanted)


def test_identity_comes_back_as_it_was_written(tmp_path: Path):
    """What is written on a medium is read again, and a person can read it too."""
    write_identity(tmp_path, made())

    assert read_identity(tmp_path) == made()
    text = (tmp_path / NAME).read_text(encoding="utf-8")
    assert "Kho A, tủ 3" in text
    assert json.loads(text)["created"] == "2026-02-01T06:30:00+07:00"
    assert list(tmp_path.iterdir()) == [tmp_path / NAME]


def test_retired_medium_says_so_itself(tmp_path: Path):
    """That a medium is out of use stands on it."""
    write_identity(tmp_path, dataclasses.replace(made(), retired="2026-03-01T00:00:00+07:00"))

    assert read_identity(tmp_path).retired == "2026-03-01T00:00:00+07:00"


def test_no_identity_is_no_medium(tmp_path: Path):
    """A plain folder, or none at all, is no medium."""
    assert read_identity(tmp_path) is None
    assert read_identity(tmp_path / "absent") is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"text"', "[" * 100_000, '{"format": 1}', "\xff",
     json.dumps({"format": 2, **dataclasses.asdict(made())}),
     json.dumps({"format": 1, **dataclasses.asdict(made()), "id": "../../x"}),
     json.dumps({"format": 1, **dataclasses.asdict(made()), "code": 7}),
     json.dumps({"format": 1, **dataclasses.asdict(made()), "kind": "floppy"})],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_damaged_identity_is_no_verdict(tmp_path: Path, text: str):
    """An identity that is there but cannot be understood is never taken for "no medium"."""
    (tmp_path / NAME).write_text(text, encoding="latin-1")

    with pytest.raises(NoVerdict):
        read_identity(tmp_path)


def test_identity_that_is_a_pipe_is_not_waited_for(tmp_path: Path):
    """A pipe with the name of the identity is not opened."""
    os.mkfifo(tmp_path / NAME)

    with pytest.raises(NoVerdict):
        read_identity(tmp_path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"code": ""}, "cannot be a medium's code"),
        ({"code": "Đĩa 1"}, "cannot be a medium's code"),
        ({"code": "../x"}, "cannot be a medium's code"),
        ({"code": "a" * 41}, "cannot be a medium's code"),
        ({"kind": "floppy"}, "is not a kind of medium"),
        ({"until": "soon"}, "is not the end of a medium's durability"),
        ({"until": "2031-13"}, "is not the end of a medium's durability"),
        ({"until": "2031-02-30"}, "is not the end of a medium's durability"),
    ],
)
def test_wrong_values_are_refused(values: dict[str, str], said: str):
    """A code, kind or end that is not as it must be is refused with what is wrong."""
    with pytest.raises(UsageError, match=said):
        made(**values)


# The clock


def test_time_is_written_as_in_vietnam():
    """Any zone is written with +07:00; a time without a zone is refused."""
    assert clock.stamp(lambda: MORNING) == "2026-02-01T06:30:00+07:00"
    assert clock.parse("2026-01-31T23:30:00+00:00") == MORNING
    assert clock.day_of("2026-01-31T23:30:00Z") == dt.date(2026, 2, 1)
    with pytest.raises(ValueError, match="zone"):
        clock.written(MORNING.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        clock.parse("2026-01-31T23:30:00")


@pytest.mark.parametrize(
    ("text", "day"),
    [("2031", (2031, 12, 31)), ("2028-02", (2028, 2, 29)), ("2031-12", (2031, 12, 31)), ("2031-12-05", (2031, 12, 5))],
)
def test_end_of_durability_is_the_last_day(text: str, day: tuple[int, int, int]):
    """A year or month means its last day."""
    assert clock.last_day(text) == dt.date(*day)


@settings(deadline=None, max_examples=60)
@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)), st.integers(-400, 400))
def test_months_later_is_the_same_day_or_the_months_last(day: dt.date, months: int):
    """So many months later lies in the right month, on the same day where the month has it."""
    later = clock.months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and later == clock.month_end(later))
