"""A check of a copy on a coded medium is recorded, says what it covered, and goes on where it was interrupted."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sealed_copies import CONTENT, A, Archive, B, C, Clock, clone, flip_bit, seal_set

from pipeline.cli.verify import verify
from pipeline.copies import checking
from pipeline.copies.checking import Checked, Office, Request, check_copy
from pipeline.copies.finding import copies_at, find_copies
from pipeline.copies.history import history_folder, read
from pipeline.copies.medium import write_identity
from pipeline.copies.register import Register
from pipeline.copies.schedule import Part
from pipeline.errors import ExitCode
from pipeline.verify import contents as module

MANY = {f"data/{number:03}": bytes([number]) * 1000 for number in range(40)}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give a register with no media yet."""
    with Register(tmp_path / "office" / "register.sqlite3") as register:
        yield Archive(tmp_path, register, Clock())


@pytest.fixture(autouse=True)
def _no_other_media(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep media that other tests have mounted on this machine out of sight."""
    monkeypatch.setattr("pipeline.copies.presence.mounts", tuple)


@pytest.fixture
def copy(archive: Archive) -> Path:
    """Give a copy on a medium, written and recorded."""
    return archive.copy(archive.medium("HDD-1"), "Đợt 1", MANY)


def check(archive: Archive, copy: Path, *, register: bool = True, **asked: Any) -> Checked:
    """Check a copy as Minh, an hour after what was done last."""
    archive.clock.go(hours=1)
    office = Office(archive.register if register else None, "Minh", archive.clock)
    return check_copy(copy, Request(**asked), office)


def read_paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which payload files are read from now on."""
    paths: list[str] = []
    digest_file = module.digest_file

    def note(path: Path | str, *args: Any, **kwargs: Any) -> dict[str, str]:
        if "/data/" in str(path):
            paths.append(str(path).partition("/Đợt 1/")[2])
        return digest_file(path, *args, **kwargs)

    monkeypatch.setattr(module, "digest_file", note)
    return paths


def test_a_check_is_recorded_on_the_medium_and_in_the_register(archive: Archive, copy: Path) -> None:
    """The record says who, when, what was covered and how it was read; the copy's own bytes stay as they are."""
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    checked = check(archive, copy)

    history = read(history_folder(copy))
    record = history.records[-1]
    entry = archive.register.copy(archive.identity("HDD-1").id, copy.name)
    assert (record.event, record.by, record.number) == ("verified", "Minh", 2)
    assert record.details["outcome"] == "whole"
    assert record.details["covered"] == {
        "full": True, "quick": False, "part": "", "files": 40, "bytes": 40_000, "since": record.time,
    }  # fmt: skip
    assert record.details["read"] == "past the page cache"
    assert checked.recorded
    assert checked.recorded.record == record
    assert history.breaks == ()
    assert entry
    assert (entry.last_full_check, entry.covered_since, entry.state) == (record.time, record.time, "whole")
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_a_plain_folder_is_checked_as_ever(archive: Archive, tmp_path: Path) -> None:
    """Without a medium and a history nothing is written anywhere."""
    copy = seal_set(tmp_path / "plain" / "Đợt 1", MANY)

    for register in (True, False):
        checked = check(archive, copy, register=register)
        assert checked.verdict.outcome == "whole"
        assert (checked.medium, checked.recorded, checked.standing) == (None, None, None)

    assert [path.name for path in copy.parent.iterdir()] == ["Đợt 1"]


def test_without_a_register_the_medium_alone_keeps_the_record(archive: Archive, copy: Path) -> None:
    """The history goes on beside the copy; the register takes it over at the next check."""
    first = check(archive, copy, register=False)
    assert first.recorded
    assert (first.recorded.on_medium, first.recorded.in_register) == (True, False)

    second = check(archive, copy)

    assert second.verdict.findings == ()
    assert second.recorded
    assert second.recorded.record.number == 3
    assert [record.number for record, _ in archive.register.chain(archive.identity("HDD-1").id, copy.name)] == [1, 2, 3]


def test_parts_cover_everything_and_say_so(archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part reads its files only and never says whole; after the last the register knows since when all is read."""
    paths = read_paths(monkeypatch)
    since = ""
    for number in range(1, 5):
        checked = check(archive, copy, part=Part(number, 4))
        since = since or archive.clock().isoformat(timespec="seconds")
        assert checked.verdict.outcome == "part-read"
        assert checked.verdict.exit_code is ExitCode.WHOLE
        assert checked.verdict.payload_read_files == 10
        assert checked.standing
        assert checked.standing.never_files == 40 - 10 * number
        assert "whole" not in json.dumps(checked.to_json()["covered"])

    entry = archive.register.copy(archive.identity("HDD-1").id, copy.name)
    assert sorted(paths) == sorted(MANY)
    assert entry
    assert (entry.covered_since, entry.last_part) == (since, "4/4")


def test_damage_outside_the_part_is_not_seen_and_not_denied(archive: Archive, copy: Path) -> None:
    """The part with the damage finds it; the other says that it says nothing about the rest."""
    flip_bit(copy / "data/035")

    first, second = check(archive, copy, part=Part(1, 2)), check(archive, copy, part=Part(2, 2))

    assert first.verdict.outcome == "part-read"
    assert {finding.path for finding in second.verdict.findings} == {"data/035"}
    assert second.standing
    assert (second.standing.since, second.standing.never_files) == ("", 1)


def test_a_time_limit_ends_the_check_and_the_next_goes_on(
    archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short checks read what was not read for longest, until everything is read; a limit of nothing reads nothing."""
    assert check(archive, copy, seconds=0.0).verdict.outcome == "contents-not-read"
    paths = read_paths(monkeypatch)
    digest_file = module.digest_file
    done: list[int] = []

    def slow(path: Path | str, *args: Any, **kwargs: Any) -> dict[str, str]:
        done.append("/data/" in str(path))
        if sum(done) == 15:
            limit[0] = 0.0
        return digest_file(path, *args, **kwargs)

    limit = [1e9]
    monkeypatch.setattr(module, "digest_file", slow)
    monkeypatch.setattr(checking.Schedule, "enough", lambda self: _ended(self, limit[0]))
    outcomes = []
    for _ in range(3):
        done.clear()
        limit[0] = 1e9
        outcomes.append(check(archive, copy, seconds=100.0, jobs=1).verdict)

    assert [verdict.payload_read_files for verdict in outcomes] == [15, 15, 15]
    assert sorted(paths[:40]) == sorted(MANY)
    assert all(verdict.outcome == "part-read" for verdict in outcomes)


def _ended(schedule: Any, limit: float) -> bool:
    schedule.ended_early = limit == 0.0
    return bool(schedule.ended_early)


def interrupt(archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Check, and press Ctrl-C after some files."""
    digest_file = module.digest_file
    seen: list[str] = []

    def stop(path: Path | str, *args: Any, **kwargs: Any) -> dict[str, str]:
        if "/data/" in str(path):
            seen.append(str(path))
        if len(seen) > after:
            raise KeyboardInterrupt
        return digest_file(path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(module, "digest_file", stop)
        with pytest.raises(KeyboardInterrupt):
            check(archive, copy, jobs=1)


def test_an_interrupted_check_is_resumed(archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is read, the answer is whole, and it is said what was read before and since when."""
    interrupt(archive, copy, monkeypatch, after=25)
    began = archive.clock().isoformat(timespec="seconds")
    assert len(read(history_folder(copy)).records) == 1, "an interrupted check is no check"
    paths = read_paths(monkeypatch)

    checked = check(archive, copy, resume=True)

    assert len(paths) == 15
    assert checked.verdict.outcome == "whole"
    assert (checked.verdict.earlier_files, checked.verdict.earlier_since) == (25, began)
    assert f"25 more were read before the interruption, from {began} on" in checked.verdict.covered
    assert checked.recorded
    assert checked.recorded.record.details["covered"]["full"] is False
    assert checked.recorded.record.details["covered"]["since"] == began


def test_damage_before_an_interruption_is_not_forgotten(
    archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found damaged before the interruption is found again by the check that goes on."""
    flip_bit(copy / "data/003")
    interrupt(archive, copy, monkeypatch, after=25)

    checked = check(archive, copy, resume=True)

    assert {finding.path for finding in checked.verdict.findings} == {"data/003"}
    # The second look at the damaged file took the place of one more before the interruption.
    assert checked.verdict.payload_read_files == 17


@pytest.mark.parametrize("damage", ["garbage", "gone", "too old"])
def test_without_progress_a_resumed_check_reads_everything(
    archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """A progress file that is damaged, lost or old costs time and no truth."""
    interrupt(archive, copy, monkeypatch, after=25)
    progress = copy.with_name("Đợt 1.sohoa") / "progress.json"
    if damage == "garbage":
        progress.write_bytes(b"\0" * 100)
    elif damage == "gone":
        progress.unlink()
    else:
        archive.clock.go(days=40)

    checked = check(archive, copy, resume=True)

    assert checked.verdict.outcome == "whole"
    assert (checked.verdict.payload_read_files, checked.verdict.earlier_files) == (40, 0)
    assert any("began anew" in remark.detail for remark in checked.verdict.notices)


def test_what_falls_due_is_said(archive: Archive, copy: Path) -> None:
    """Files last read more than the period ago are due, and the rolling check takes them first."""
    check(archive, copy, part=Part(1, 2))
    archive.clock.go(days=200)
    check(archive, copy, part=Part(2, 2))
    archive.clock.go(days=200)

    checked = check(archive, copy, part=Part(2, 2))

    assert checked.standing
    assert (checked.standing.overdue_files, checked.standing.never_files) == (20, 0)


def test_what_came_from_memory_is_not_covered(archive: Archive, copy: Path) -> None:
    """A check with --cached leaves dates and register as they were."""
    check(archive, copy, past_cache=False, part=Part(1, 2))
    checked = check(archive, copy, past_cache=False)

    assert checked.verdict.outcome == "whole"
    assert checked.recorded
    assert checked.recorded.record.details["read"] == "perhaps from memory"
    assert checked.recorded.record.details["covered"]["full"] is False
    assert not (copy.with_name("Đợt 1.sohoa") / "progress.json").exists()
    entry = archive.register.copy(archive.identity("HDD-1").id, copy.name)
    assert entry
    assert entry.covered_since < checked.recorded.record.time


def test_a_damaged_tag_manifest_makes_no_new_generation(archive: Archive, copy: Path) -> None:
    """One flipped bit in the list that is the seal is damage; the record goes on under the seal that is known."""
    flip_bit(copy / "tagmanifest-sha256.txt", 3)

    checked = check(archive, copy)

    assert ("damaged", "tagmanifest-sha256.txt") in {(f.kind.value, f.path) for f in checked.verdict.findings}
    assert len(archive.register.sets()) == 1


def test_a_register_that_is_busy_does_not_cost_the_verdict(archive: Archive, copy: Path) -> None:
    """The answer is given, with the notice that it could not be recorded."""
    with Register(archive.register.path, wait_seconds=0.1) as impatient, archive.register._base.transaction():
        archive.clock.go(hours=1)
        checked = check_copy(copy, Request(), Office(impatient, "Minh", archive.clock))

    assert checked.verdict.outcome == "whole"
    assert any("could not be recorded" in remark.detail for remark in checked.verdict.notices)


def test_all_copies_on_known_media_are_found(archive: Archive, copy: Path) -> None:
    """Copies on all media that are there, those the register misses included; absent media are named."""
    other = archive.medium("HDD-2")
    second = archive.copy(other, "Đợt 2")
    lost = archive.copy(other, "Đợt 3")
    shutil.rmtree(lost)
    archive.copy(archive.medium("HDD-3"), "Đợt 1", MANY)
    shutil.rmtree(archive.folder / "HDD-3")

    stock = find_copies(archive.register)

    assert set(stock.copies) == {copy, second, lost}
    assert [medium.code for medium in stock.absent] == ["HDD-3"]
    assert copies_at(other) == (second, lost)
    assert copies_at(copy) == ()
    given = ["--json", "--all-present", "--register", str(archive.register.path)]
    result = CliRunner().invoke(verify, given)
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [one["outcome"] for one in answer["copies"]] == ["whole", "whole", "findings"]
    assert answer["media_absent"] == [{"id": archive.identity("HDD-3").id, "code": "HDD-3", "place": "Kho A"}]


def test_an_impostor_among_the_media_gives_no_verdict(archive: Archive, copy: Path) -> None:
    """A disk that only bears a known code is reported and its copies are not taken for the known ones."""
    write_identity(copy.parent, archive.identity("HDD-1", salt="another"))

    result = CliRunner().invoke(verify, ["--json", "--all-present", "--register", str(archive.register.path)])

    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert [problem["kind"] for problem in answer["media_problems"]] == ["wrong-medium"]
    assert answer["copies"] == []


def test_two_clones_with_the_same_identity_are_reported(archive: Archive, copy: Path) -> None:
    """The same identity in two places is a problem for a person."""
    twin = archive.folder / "twin"
    twin.mkdir()
    write_identity(twin, archive.identity("HDD-1"))
    clone(copy, twin / copy.name)

    given = ["--json", "--all-present", "--register", str(archive.register.path), str(twin)]
    answer = json.loads(CliRunner().invoke(verify, given).stdout)

    assert [problem["kind"] for problem in answer["media_problems"]] == ["cloned"]
    assert answer["exit_code"] == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["--part", "0/3"], "K/N"),
        (["--part", "4/3"], "K/N"),
        (["--max-time", "soon"], "2h"),
        (["--throttle", "fast"], "50MB/s"),
        (["--quick", "--part", "1/2"], "--quick"),
        ([], "COPY"),
    ],
)
def test_a_wrong_call_is_said_with_an_example(tmp_path: Path, call: list[str], said: str) -> None:
    """Amounts that cannot be read, and options that contradict each other, are refused before anything is read."""
    given = [*call, str(tmp_path)] if call else []

    result = CliRunner().invoke(verify, given)

    assert result.exit_code == 2 or getattr(result.exception, "exit_code", 0) is ExitCode.USAGE
    assert said in result.output + str(result.exception)


def test_the_text_says_what_was_covered(archive: Archive, copy: Path) -> None:
    """A person reads what was read now, what never was, the verdict on the part, and where it was recorded."""
    os.environ.pop("SOHOA_REGISTER", None)

    result = CliRunner().invoke(verify, ["--register", str(archive.register.path), "--part", "1/4", str(copy)])

    assert result.exit_code == 0
    assert "contents of 10 of them, 10000 bytes" in result.stdout
    assert "30 files, 30000 bytes were never read here and found right." in result.stdout
    assert "Nothing was found in the part that was read: this says nothing about the rest." in result.stdout
    assert "Recorded as number 2 beside the copy and in the register." in result.stdout
    assert "(HDD-1)" in result.stdout


def test_a_medium_stands_for_its_copies(archive: Archive) -> None:
    """The folder of a medium is taken for all copies on it."""
    root = archive.medium("HDD-1")
    archive.copy(root, "Đợt 1")
    archive.copy(root, "Đợt 2", CONTENT | {A: b"", B: b"1", C: b"2"})

    result = CliRunner().invoke(verify, ["--json", "--register", str(archive.register.path), str(root)])

    assert [Path(one["copy"]).name for one in json.loads(result.stdout)["copies"]] == ["Đợt 1", "Đợt 2"]


def test_nothing_is_written_into_a_bare_mount_point(
    archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the medium goes away in the middle of a check, no progress is left where it was mounted."""
    digest_file = module.digest_file

    def pull(path: Path | str, *args: Any, **kwargs: Any) -> dict[str, str]:
        if str(path).endswith("data/020"):
            copy.parent.rename(archive.folder / "pulled")
            copy.parent.mkdir()
        return digest_file(path, *args, **kwargs)

    monkeypatch.setattr(module, "digest_file", pull)
    checked = check(archive, copy, part=Part(1, 1), jobs=1)

    assert [finding.kind.value for finding in checked.verdict.findings] == ["medium-absent"]
    assert checked.recorded is None
    assert list(copy.parent.iterdir()) == []


def test_a_file_that_goes_missing_leaves_the_parts_as_they_are(
    archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files keep their places when others are lost, so that no file falls between two parts."""
    paths = read_paths(monkeypatch)
    check(archive, copy, part=Part(1, 4))
    (copy / "data/000").unlink()
    (copy / "data/001").rename(copy / "data/zzz")

    for number in (2, 3, 4):
        checked = check(archive, copy, part=Part(number, 4))

    assert set(MANY) <= set(paths)
    assert checked.standing
    assert checked.standing.never_files == 2
