"""What is to be done this month: copies to check, to repair or to write, media to replace, a restore on trial.

Thông tư 05/2025/TT-BNV Đ29 (checks), Đ30.2 (a test every quarter), Đ30.4 (media a year before their end).
"""

import datetime as dt
import functools
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from pipeline.copies.clock import day_of, last_day, month_end, months_after
from pipeline.copies.medium import Medium
from pipeline.copies.policy import Policy, lacking
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.copies.stock import CopyEntry, State
from pipeline.messages import Sentence, sentence


class Task(StrEnum):
    """What can be due, the most urgent first."""

    CLOCK = "clock"
    REPAIR = "repair"
    COPY = "copy"
    VERIFY = "verify"
    FINISH_CHECK = "finish-check"
    RENEW = "renew"
    BACKUP_TEST = "backup-test"


class Due(NamedTuple):
    """One thing to do.

    Attributes:
        by: Day by which it is to be done, ISO 8601; it may have passed.
        overdue: That day has passed.
        medium_code, name, seal: What it is about; "" where it is about no single one.
        detail: Why, in English.
    """

    task: Task
    by: str
    overdue: bool
    medium_code: str
    name: str
    seal: str
    detail: Sentence


def due(register: Register, policy: Policy, today: dt.date) -> tuple[Due, ...]:
    """Say what is due until the end of the month: the most urgent task first, then by medium and day.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    media = {medium.id: medium for medium in register.media() if not medium.retired}
    old = register.superseded()
    # Read before this day, a copy falls due this month or earlier.
    limit = months_after(month_end(today) + dt.timedelta(days=1), -policy.full_check_months).isoformat()
    copies = [copy for copy in register.to_check(limit) if copy.seal not in old]
    last = register.last_time()
    found = [
        *_clock(last, today),
        *_to_write(register, media, old, policy, today),
        *(_to_check(copy, media[copy.medium_id].code, policy, today) for copy in copies),
        *_to_renew(list(media.values()), policy, today),
        *(_to_test(register, policy, today) if last else ()),
    ]
    order = {task: place for place, task in enumerate(Task)}
    return tuple(sorted(found, key=lambda item: (order[item.task], item.medium_code, item.by, item.name)))


def _clock(last: str, today: dt.date) -> Iterator[Due]:
    if last and day_of(last) > today:
        yield Due(Task.CLOCK, today.isoformat(), False, "", "", "",
                  sentence("the newest record is dated {time}, after today: a clock is or was wrong",
                           time=last))  # fmt: skip


def _to_write(
    register: Register, media: Mapping[str, Medium], old: Container[str], policy: Policy, today: dt.date
) -> Iterator[Due]:
    """Ask for another copy where those that there are could not do, all read back whole."""
    seals = register.short(copies=policy.sets, media=policy.media, kinds=policy.kinds, places=policy.places)
    copies = [copy for copy in register.copies() if copy.medium_id in media]
    # The register's search counts copies; where two of a set stand on one medium, they are to be counted as one.
    counts = Counter((copy.medium_id, copy.seal) for copy in copies)
    doubled = {seal for (_, seal), count in counts.items() if count > 1}
    if not seals and not doubled:
        return
    names = register.names()
    by_seal: defaultdict[str, list[CopyEntry]] = defaultdict(list)
    for copy in copies:
        by_seal[copy.seal].append(copy)
    for seal in seals.union(doubled):
        if seal in old or not lacking(by_seal[seal], media, policy):
            continue
        good = [copy for copy in by_seal[seal] if copy.state == State.WHOLE]
        yield Due(Task.COPY, today.isoformat(), False, "", names[seal], seal, lacking(good, media, policy)[0])


def _to_check(copy: CopyEntry, code: str, policy: Policy, today: dt.date) -> Due:
    if copy.state in _TROUBLE:
        return _due(Task.REPAIR, today, code, copy, _TROUBLE[copy.state], today=today)
    if not copy.covered_since:
        task = Task.FINISH_CHECK if copy.last_part else Task.VERIFY
        return _due(task, today, code, copy, sentence("it has never been read back as a whole"), today=today)
    return _again(copy, code, policy, today)


_TROUBLE: Mapping[str, Sentence] = {
    State.FAULTY.value: sentence("the last check found it not as it was sealed"),
    State.IN_DOUBT.value: sentence("the last check could not read all of it"),
}


def _again(copy: CopyEntry, code: str, policy: Policy, today: dt.date) -> Due:
    """Say by when a copy is to be read again, and whether the law's limit has passed too."""
    task = Task.FINISH_CHECK if copy.last_part else Task.VERIFY
    day, detail = _read_on(day_of(copy.covered_since), policy, today)
    return _due(task, day, code, copy, detail, today=today)


@functools.lru_cache(maxsize=4096)
def _read_on(read: dt.date, policy: Policy, today: dt.date) -> tuple[dt.date, Sentence]:
    """Give day and reason for all copies that were last read on a day."""
    day = months_after(read, policy.full_check_months)
    if months_after(read, policy.law_check_months) < today:
        return day, sentence("some of it was last read on {day}: the law's limit of {months} months has passed",
                             day=read.isoformat(), months=policy.law_check_months)  # fmt: skip
    return day, sentence("some of it was last read on {day}", day=read.isoformat())


def _to_renew(media: Sequence[Medium], policy: Policy, today: dt.date) -> Iterator[Due]:
    for medium in media:
        if not medium.until:
            continue
        end = last_day(medium.until)
        day = months_after(end, -policy.renew_before_months)
        if day <= month_end(today):
            yield Due(Task.RENEW, day.isoformat(), day < today, medium.code, "", "",
                      sentence("its durability ends on {day}: write its copies onto a new medium and retire it",
                               day=end.isoformat()))  # fmt: skip


def _to_test(register: Register, policy: Policy, today: dt.date) -> Iterator[Due]:
    if not policy.backup_test_months:
        return
    last = register.last_time(Event.RESTORED.value)
    day = months_after(day_of(last), policy.backup_test_months) if last else today
    if day <= month_end(today):
        yield Due(Task.BACKUP_TEST, day.isoformat(), day < today, "", "", "",
                  sentence("no copy was restored on trial in the last {months} months",
                           months=policy.backup_test_months))  # fmt: skip


def _due(task: Task, day: dt.date, code: str, copy: CopyEntry, detail: Sentence, *, today: dt.date) -> Due:
    return Due(task, day.isoformat(), day < today, code, copy.name, copy.seal, detail)
