"""Parts are alike and leave nothing out; what was not read for longest comes first; progress never says too much."""

import json
from array import array
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copies import progress as module
from pipeline.copies.progress import (
    Coverage,
    Progress,
    parse_progress,
    read_progress,
    to_bytes,
    write_progress,
)
from pipeline.copies.schedule import Part, Schedule, divide
from pipeline.verify import Listed, Reading

QUICK = settings(deadline=None, max_examples=60)
NOW = "2026-11-22T08:00:00+07:00"
SIZES = st.lists(st.integers(0, 10**9), max_size=60)


def stamp(day: int) -> str:
    """Give a time of that day."""
    return f"2026-11-{day:02}T08:00:00+07:00"


def listed(sizes: list[int], lists: str = "a") -> Listed:
    """Give a copy whose rows stand in the order of their names."""
    return Listed(lists, array("q", range(len(sizes))), array("q", sizes))


def run(schedule: Schedule, files: Listed, *, stop_after: int | None = None, bad: tuple[int, ...] = ()) -> list[int]:
    """Read what the schedule chooses, and give the places that were read."""
    places = schedule.choose(files)
    readings, read = bytearray(len(files.rows)), []
    for place in range(len(files.rows)) if places is None else places:
        if schedule.enough() or len(read) == stop_after:
            break
        read.append(place)
        readings[files.rows[place]] = Reading.FAILED if place in bad else Reading.AGREED
    schedule.keep(readings)
    schedule.finish(whole_round=stop_after is None)
    return read


def plan(known: Progress | None, began: str, **kwargs: object) -> Schedule:
    """Plan a check whose progress is kept nowhere."""
    return Schedule(known, began=began, keep=lambda _: None, **kwargs)  # type: ignore[arg-type]


@QUICK
@given(sizes=SIZES, parts=st.integers(1, 40))
def test_each_file_is_in_exactly_one_part(sizes: list[int], parts: int) -> None:
    """The parts follow on each other, begin at the first file and end after the last."""
    cuts = divide(sizes, parts)

    assert len(cuts) == parts - 1
    assert list(cuts) == sorted(cuts)
    assert all(0 <= cut <= len(sizes) for cut in cuts)
    read = [
        place
        for number in range(1, parts + 1)
        for place in run(plan(None, NOW, part=Part(number, parts)), listed(sizes))
    ]
    assert read == list(range(len(sizes)))


@QUICK
@given(sizes=SIZES.filter(bool), parts=st.integers(1, 40))
def test_parts_are_alike_in_bytes(sizes: list[int], parts: int) -> None:
    """No part is off its share by more than the largest file."""
    bounds = (0, *divide(sizes, parts), len(sizes))
    weights = [size + 1 for size in sizes]

    for first, after in pairwise(bounds):
        assert abs(sum(weights[first:after]) - sum(weights) / parts) <= max(weights)


def test_parts_stay_the_same_when_a_file_changes_its_size() -> None:
    """A file that was cut short between two checks moves no other file into a part that was read already."""
    first = plan(None, stamp(1), part=Part(1, 3))
    before = run(first, listed([100] * 9))
    sizes = [1] * 3 + [100] * 6

    rest = [
        place for number in (2, 3) for place in run(plan(first.progress, stamp(2), part=Part(number, 3)), listed(sizes))
    ]

    assert sorted(before + rest) == list(range(9))


def test_what_was_not_read_for_longest_comes_first() -> None:
    """A check with a time limit begins with what was never read, then with the oldest."""
    progress = Progress("a", Coverage(6))
    progress.coverage.mark([0, 1], stamp(5))
    progress.coverage.mark([2, 3], stamp(3))

    assert run(plan(progress, stamp(9), seconds=60.0), listed([1] * 6)) == [4, 5, 2, 3, 0, 1]


@QUICK
@given(sizes=st.lists(st.integers(0, 100), min_size=1, max_size=30), each=st.integers(1, 7))
def test_short_checks_in_a_row_read_everything(sizes: list[int], each: int) -> None:
    """Checks that read a few files each have read all after as many as it takes, none twice before."""
    known, read = None, []
    for day in range(-(-len(sizes) // each)):
        schedule = plan(known, f"2026-11-22T08:{day:02}:00+07:00", seconds=10.0, clock=lambda: 0.0)
        done: list[int] = []
        places = schedule.choose(listed(sizes))
        for place in places or ():
            if len(done) == each:
                break
            done.append(place)
        schedule.ended_early = True
        schedule.keep(bytearray(Reading.AGREED if place in done else 0 for place in range(len(sizes))))
        schedule.finish(whole_round=True)
        known, read = schedule.progress, read + done

    assert sorted(read[: len(sizes)]) == list(range(len(sizes)))
    assert known
    assert known.coverage.since() == "2026-11-22T08:00:00+07:00"


def test_no_file_is_begun_when_the_time_is_up() -> None:
    """The time limit ends the reading between two files and leaves the check to be continued."""
    ticks = iter([0.0, 0.0, 1.0, 2.0, 10.0, 10.0, 10.0])
    schedule = plan(None, NOW, seconds=10.0, clock=lambda: next(ticks))

    assert run(schedule, listed([1] * 9)) == [0, 1]
    assert schedule.ended_early
    assert schedule.progress
    assert schedule.progress.began == NOW


def test_an_interrupted_check_goes_on_where_it_was() -> None:
    """What was read and agreed is not read again; what was found damaged is, lest it be forgotten."""
    first = plan(None, stamp(1))
    run(first, listed([1] * 6), stop_after=4, bad=(1,))

    second = plan(first.progress, stamp(2), resume_from=stamp(1))
    read = run(second, listed([1] * 6))

    assert read == [1, 4, 5]
    assert (second.earlier_files, second.earlier_since) == (3, stamp(1))
    assert not second.started_anew
    assert second.progress
    assert second.progress.began == ""


@pytest.mark.parametrize("known", ["none", "finished", "too old", "other lists", "other part"])
def test_what_cannot_be_continued_begins_anew(known: str) -> None:
    """A check that ended, began too long ago, or was about other lists or another part is not continued."""
    first = plan(None, stamp(1), part=Part(1, 2) if known == "other part" else None)
    run(first, listed([1] * 6), stop_after=None if known == "finished" else 2)
    progress = None if known == "none" else first.progress
    lists = "b" if known == "other lists" else "a"
    since = stamp(2) if known == "too old" else stamp(1)

    second = plan(progress, stamp(3), resume_from=since, part=Part(2, 2) if known == "other part" else None)
    read = run(second, listed([1] * 6, lists))

    assert second.started_anew
    assert second.earlier_files == 0
    assert read == ([3, 4, 5] if known == "other part" else list(range(6)))


def test_a_part_is_continued_without_being_named() -> None:
    """--resume goes on with the part that was interrupted."""
    first = plan(None, stamp(1), part=Part(2, 3))
    run(first, listed([1] * 9), stop_after=1)

    second = plan(first.progress, stamp(2), resume_from=stamp(1))

    assert run(second, listed([1] * 9)) == [4, 5]
    assert second.part == "2/3"


def test_what_is_found_damaged_or_missing_is_no_longer_covered() -> None:
    """A file that was right in spring and is wrong or gone in autumn counts as never found right."""
    first = plan(None, stamp(1))
    run(first, listed([10] * 4))
    files = Listed("a", array("q", [0, 1, -1, 2]), array("q", [10, 10, 0, 10]))

    second = plan(first.progress, stamp(9), part=Part(1, 1))
    run(second, files, bad=(1,))
    standing = second.standing(stamp(5))

    assert standing
    assert standing.since == ""
    assert (standing.never_files, standing.never_bytes) == (2, 10)


def test_what_is_overdue_is_counted() -> None:
    """Files last read before a day are overdue, with their bytes; those just read are not."""
    progress = Progress("a", Coverage(4))
    progress.coverage.mark([0], stamp(1))
    progress.coverage.mark([1, 2], stamp(5))

    schedule = plan(progress, stamp(9), part=Part(2, 2))
    run(schedule, listed([1, 10, 100, 100]))
    standing = schedule.standing(stamp(3))

    assert standing
    assert (standing.overdue_files, standing.overdue_bytes) == (1, 1)
    assert (standing.never_files, standing.oldest, standing.newest) == (0, stamp(1), stamp(5))
    assert standing.since == stamp(1)


RUNS = st.lists(st.tuples(st.integers(0, 29), st.integers(1, 28)), max_size=20)


@QUICK
@given(runs=RUNS, cuts=st.sets(st.integers(0, 30), min_size=2, max_size=2))
def test_progress_survives_being_written(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[int, int]], cuts: set[int]
) -> None:
    """What is read back is what was written, whatever was read when."""
    progress = Progress("a" * 64, Coverage(30), stamp(3), "1/3", {3: tuple(sorted(cuts))})
    for place, day in runs:
        progress.coverage.mark(range(place, min(place + 5, 30)), stamp(day))
    path = tmp_path_factory.mktemp("progress") / "p.sohoa" / "progress.json"

    write_progress(path, progress)
    back, problem = read_progress(path, now="2027-01-01T00:00:00+07:00")

    assert back
    assert problem == ""
    assert [back.coverage.at(place) for place in range(30)] == [progress.coverage.at(place) for place in range(30)]
    assert (back.lists, back.began, back.part, back.cuts) == (progress.lists, stamp(3), "1/3", progress.cuts)


@QUICK
@given(place=st.integers(0, 400), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_progress_file_is_no_drama(place: int, byte: int, cut: bool) -> None:
    """Whatever stands in it, it is read or refused with ValueError, and never gives a time that was not written."""
    progress = Progress("a" * 64, Coverage(10), stamp(3), "1/3", {3: (2, 5)})
    progress.coverage.mark([1, 2, 7], stamp(4))
    data = bytearray(to_bytes(progress))
    data[place % len(data)] = byte

    try:
        back = parse_progress(bytes(data[:place] if cut else data), now="2027-01-01T00:00:00+07:00")
    except ValueError:
        return
    assert all(len(back.coverage.at(number)) in {0, 25} for number in range(len(back.coverage)))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\0" * 100, b"[" * 100_000, b'{"format": 1, "files": 99999999999}']
)
def test_garbage_is_not_a_progress_file(tmp_path: Path, data: bytes) -> None:
    """Garbage counts as nothing known, and the reason is said."""
    (tmp_path / "p.json").write_bytes(data)

    assert read_progress(tmp_path / "p.json", now=NOW) == (None, "it is damaged")
    assert read_progress(tmp_path / "absent.json", now=NOW) == (None, "")


def test_times_in_the_future_count_as_never() -> None:
    """What a clock that was wrong wrote down does not put off a check."""
    progress = Progress("a", Coverage(2), stamp(25), "")
    progress.coverage.mark([0], stamp(24))
    progress.coverage.mark([1], stamp(20))

    back = parse_progress(to_bytes(progress), now=NOW)

    assert [back.coverage.at(place) for place in (0, 1)] == ["", stamp(20)]
    assert back.began == ""


def test_a_million_files_read_at_once_make_a_small_progress_file() -> None:
    """Files in a row that were read in one check take one line."""
    progress = Progress("a", Coverage(1_000_000))
    progress.coverage.mark(range(1_000_000), NOW)

    data = to_bytes(progress)

    assert len(data) < 1000
    assert json.loads(data)["read"] == [[0, 1_000_000, NOW]]


def test_more_checks_than_fit_forget_the_oldest_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """After very many checks the newest times are still known, and no place is given another's."""
    monkeypatch.setattr(module, "_MOST_STAMPS", 10)
    coverage = Coverage(40)
    for number in range(30):
        coverage.mark([number], f"{number:02}")

    assert [coverage.at(place) for place in (29, 28, 27, 26, 39)] == ["29", "28", "27", "26", ""]
    assert all(coverage.at(place) in {f"{place:02}", ""} for place in range(30))
