"""Policy: when a set is insured, and what is due this month."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import CopiesParams
from pipeline.copies.clock import VIETNAM
from pipeline.copies.due import Due, due
from pipeline.copies.medium import Medium
from pipeline.copies.policy import insured, standings
from pipeline.copies.record import Event, following, subject_of
from pipeline.copies.register import Register

LAW = CopiesParams()
TODAY = dt.date(2026, 6, 15)
CREATED = {"files": 3, "bytes": 700, "read_back": "past the page cache"}
UNREAD = {**CREATED, "read_back": "perhaps from memory"}
WHOLE = {"outcome": "whole", "counts": {}, "covered": {"full": True}}
FAULTY = {"outcome": "findings", "counts": {"damaged": 1}, "covered": {"full": True}}
UNREADABLE = {"outcome": "no-verdict", "counts": {"unreadable": 1}, "covered": {"full": False}}


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "register.sqlite3") as opened:
        yield opened


def medium(register: Register, number: int, **values: str) -> Medium:
    made = Medium(f"{number:032x}", f"HDD-{number}", "hdd", f"Kho {number}", "", "2026-01-01T08:00:00+07:00")
    made = dataclasses.replace(made, **values)
    register.put_medium(made)
    return made


def note(register: Register, made: Medium, details: dict[str, Any], day: dt.date, *, name: str = "đợt 1",
         seal: str = "a" * 64, event: Event = Event.CREATED) -> None:  # fmt: skip
    """Note an event that happened at noon of a day."""
    moment = dt.datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
    record = following(register.head(made.id, name), event, details, subject_of(made, name, seal), by="An",
                       now=lambda: moment)  # fmt: skip
    register.note([record])


def check(register: Register, made: Medium, details: dict[str, Any], day: dt.date, **values: Any) -> None:
    note(register, made, details, day, event=Event.VERIFIED, **values)


def tasks(register: Register, policy: CopiesParams = LAW, today: dt.date = TODAY) -> list[tuple[str, str, str]]:
    """Give what is due, without the restore on trial."""
    found = due(register, policy, today)
    return [(item.task.value, item.medium_code, item.by) for item in found if item.task != "backup-test"]


def only(found: tuple[Due, ...], task: str) -> Due:
    return next(item for item in found if item.task == task)


# Insured


def test_set_is_insured_when_two_copies_were_read_back(register: Register):
    """The law's two copies on two media, both read back whole, and not before: 02 becomes 01."""
    one, two = medium(register, 1), medium(register, 2)
    assert insured(register, LAW, "a" * 64) is None
    note(register, one, CREATED, TODAY)
    first = insured(register, LAW, "a" * 64)
    note(register, two, UNREAD, TODAY)
    second = insured(register, LAW, "a" * 64)
    check(register, two, WHOLE, TODAY)
    third = insured(register, LAW, "a" * 64)

    assert (first.status, first.good, first.copies) == ("02", 1, 1)
    assert (second.status, second.good, second.copies) == ("02", 1, 2)
    assert second.reasons[0] == "1 of 2 copies have been read back whole"
    assert (third.status, third.insured, third.reasons) == ("01", True, ())


@pytest.mark.parametrize("details", [FAULTY, UNREADABLE])
def test_damage_takes_the_state_away(register: Register, details: dict[str, Any]):
    """A copy found damaged, or not readable as a whole, no longer counts; read whole again, it does."""
    for number in (1, 2):
        note(register, medium(register, number), CREATED, TODAY)
    check(register, register.medium("HDD-2"), details, TODAY)
    assert insured(register, LAW, "a" * 64).status == "02"

    check(register, register.medium("HDD-2"), WHOLE, TODAY)
    assert insured(register, LAW, "a" * 64).status == "01"


def test_retired_medium_does_not_count(register: Register):
    """Copies on a medium out of use are no copies."""
    for number in (1, 2):
        note(register, medium(register, number), CREATED, TODAY)
    medium(register, 2, retired="2026-06-01T08:00:00+07:00")

    assert (insured(register, LAW, "a" * 64).status, insured(register, LAW, "a" * 64).copies) == ("02", 1)


def test_copies_forced_onto_one_device_count_as_one_medium(register: Register):
    """Two copies that one fault can take are not two independent media."""
    for number in (1, 2):
        note(register, medium(register, number), {**CREATED, "same_device": number == 2}, TODAY)
    found = insured(register, LAW, "a" * 64)

    assert found.reasons == ("good copies stand on 1 of 2 independent media",)
    assert insured(register, CopiesParams(media=1), "a" * 64).insured


def test_policy_may_ask_for_more(register: Register):
    """Number, kinds and places are judged each by itself, each with its reason."""
    for number in (1, 2):
        note(register, medium(register, number, place="Kho A"), CREATED, TODAY)
    strict = CopiesParams(sets=3, media=3, kinds=2, places=2)

    assert insured(register, LAW, "a" * 64).insured
    assert insured(register, strict, "a" * 64).reasons == (
        "2 of 3 copies have been read back whole",
        "good copies stand on 2 of 3 independent media",
        "good copies stand on 1 of 2 kinds of media",
        "good copies stand at 1 of 2 places",
    )


def test_older_generation_is_marked(register: Register):
    """Copies of an older generation do not insure the later one, and nothing is due for the older."""
    for number in (1, 2):
        note(register, medium(register, number), CREATED, dt.date(2026, 5, 1))
    note(register, medium(register, 3), CREATED, dt.date(2026, 6, 1), seal="b" * 64)
    old, new = standings(register, LAW)

    assert (old.superseded, old.status, new.superseded, new.status) == (True, "01", False, "02")
    assert only(due(register, LAW, TODAY), "copy").seal == "b" * 64
    assert tasks(register, today=dt.date(2030, 1, 1)) == [("copy", "", "2030-01-01"), ("verify", "HDD-3", "2027-06-01")]


# Due


def test_nothing_is_due_for_what_is_well_kept(register: Register):
    """Two copies read this year: nothing but the quarterly restore on trial; no copies, nothing at all."""
    assert due(register, LAW, TODAY) == ()
    for number in (1, 2):
        note(register, medium(register, number, until="2031-12"), CREATED, dt.date(2026, 1, 10))

    assert tasks(register) == []


def test_lacking_copy_is_due_today(register: Register):
    """A set with one copy needs another; one whose second copy only waits to be read back needs that."""
    note(register, medium(register, 1), CREATED, TODAY)
    assert tasks(register) == [("copy", "", "2026-06-15")]

    note(register, medium(register, 2), UNREAD, TODAY)
    assert tasks(register) == [("verify", "HDD-2", "2026-06-15")]

    check(register, register.medium("HDD-2"), FAULTY, TODAY)
    assert tasks(register) == [("repair", "HDD-2", "2026-06-15")]


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (dt.date(2025, 7, 1), []),
        (dt.date(2025, 6, 30), [("verify", "HDD-1", "2026-06-30", False)]),
        (dt.date(2025, 6, 1), [("verify", "HDD-1", "2026-06-01", True)]),
        (dt.date(2023, 6, 14), [("verify", "HDD-1", "2024-06-14", True)]),
    ],
)
def test_check_is_due_a_year_after_the_last(register: Register, read: dt.date, found: list[tuple[str, str, str, bool]]):
    """What falls due until the month's end is listed, with its day, and whether that has passed."""
    note(register, medium(register, 1), CREATED, read)
    note(register, medium(register, 2), CREATED, TODAY)

    listed = [item for item in due(register, LAW, TODAY) if item.task == "verify"]
    assert [(item.task.value, item.medium_code, item.by, item.overdue) for item in listed] == found
    assert all(("law's limit of 36 months" in item.detail) == (read.year == 2023) for item in listed)


def test_rolling_check_moves_the_day(register: Register):
    """Parts read one after the other count from the oldest of them; an unfinished round is to be finished."""
    for number in (1, 2):
        note(register, medium(register, number), CREATED, dt.date(2025, 5, 2))
    part = {"outcome": "whole", "counts": {}, "covered": {"full": False, "part": "2/2"}}
    check(register, register.medium("HDD-1"), part, dt.date(2026, 6, 1))
    rest = {**part, "covered": {**part["covered"], "since": "2026-03-01T08:00:00+07:00"}}
    check(register, register.medium("HDD-2"), rest, dt.date(2026, 6, 1))

    assert tasks(register) == [("finish-check", "HDD-1", "2026-05-02")]


@pytest.mark.parametrize(
    ("until", "found"),
    [("2027-07", []), ("2027-06", [("renew", "HDD-1", "2026-06-30")]), ("2026", [("renew", "HDD-1", "2025-12-31")])],
)
def test_medium_is_replaced_a_year_before_its_end(register: Register, until: str, found: list[tuple[str, str, str]]):
    """A medium falls due twelve months before its durability ends; one out of use does not."""
    medium(register, 1, until=until)
    medium(register, 2, until="2020", retired="2021-01-01T00:00:00+07:00")

    assert tasks(register) == found


def test_restore_on_trial_is_due_every_quarter(register: Register):
    """Three months after the last restore another is due; the policy can do without."""
    for number in (1, 2):
        note(register, medium(register, number), CREATED, TODAY)
    assert only(due(register, LAW, TODAY), "backup-test").by == "2026-06-15"
    assert due(register, CopiesParams(backup_test_months=0), TODAY) == ()
    note(register, register.medium("HDD-1"), {}, TODAY, event=Event.RESTORED)

    assert due(register, LAW, TODAY) == ()
    assert only(due(register, LAW, dt.date(2026, 9, 1)), "backup-test").by == "2026-09-15"


def test_clock_set_back_is_due_first(register: Register):
    """A record from the future means that a clock is wrong, and is said before everything else."""
    note(register, medium(register, 1), CREATED, TODAY + dt.timedelta(2))

    assert tasks(register)[0] == ("clock", "", "2026-06-15")


EVENTS = st.tuples(
    st.integers(0, 2), st.integers(0, 3), st.sampled_from([CREATED, UNREAD, {**CREATED, "same_device": True}]),
    st.sampled_from([None, WHOLE, FAULTY, UNREADABLE]),
)  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(
    st.lists(EVENTS, max_size=8),
    st.builds(CopiesParams, sets=st.integers(1, 3), media=st.integers(1, 3), kinds=st.integers(1, 2),
              places=st.integers(1, 3)),
    st.sets(st.integers(0, 3)),
)  # fmt: skip
def test_register_spares_no_set_that_lacks_something(
    tmp_path_factory: pytest.TempPathFactory, events: list[Any], policy: CopiesParams, retired: set[int]
):
    """The register's quick search finds exactly the sets that the policy calls not insured."""
    with Register(tmp_path_factory.mktemp("r") / "register.sqlite3") as register:
        media = [
            medium(register, number, kind=("hdd", "ssd")[number % 2], place=f"Kho {number // 2}",
                   retired="2026-01-01T00:00:00+07:00" if number in retired else "")
            for number in range(4)
        ]  # fmt: skip
        for name, number, created, checked in events:
            note(register, media[number], created, TODAY, name=f"s{name}", seal=str(name) * 64)
            if checked:
                check(register, media[number], checked, TODAY, name=f"s{name}", seal=str(name) * 64)
        short = register.short(copies=policy.sets, media=policy.media, kinds=policy.kinds, places=policy.places)

        assert short == {standing.seal for standing in standings(register, policy) if not standing.insured}


def test_copies_on_one_medium_count_as_one(register: Register):
    """A set that stands twice on one medium, under two names, is not insured, and another copy is due."""
    one = medium(register, 1)
    note(register, one, CREATED, TODAY)
    note(register, one, CREATED, TODAY, name="đợt 1 bis")
    found = insured(register, LAW, "a" * 64)

    assert (found.status, found.good, found.copies) == ("02", 1, 2)
    assert found.reasons[0] == "1 of 2 copies have been read back whole"
    assert tasks(register) == [("copy", "", "2026-06-15")]


def test_one_medium_counts_by_its_independent_copy(register: Register):
    """Of two copies on a medium, the one that shares no device with another medium's is the one that counts."""
    one, two = medium(register, 1), medium(register, 2)
    note(register, one, {**CREATED, "same_device": True}, TODAY)
    note(register, one, CREATED, TODAY, name="đợt 1 bis")
    note(register, two, CREATED, TODAY)

    assert insured(register, LAW, "a" * 64).insured
