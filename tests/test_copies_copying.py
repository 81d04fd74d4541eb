"""Copying a set to media: whole or not named, one failing target stops no other, interrupted copies go on."""

import datetime as dt
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import bag
from pipeline.copies import copying
from pipeline.copies.copy_plan import Standing, part_folder, plan_copies
from pipeline.copies.copying import Copied, Done, Progress, Setting, copy_set
from pipeline.copies.history import beside, history_folder, read
from pipeline.copies.medium import new_medium, write_identity
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.verify import Verdict, verify_copy

NOW = dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)
CONTENT = {f"data/masters/HS{n:02}/trang {n}.tif": bytes([n]) * (1000 * n + 7) for n in range(1, 8)}


def make_set(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    for path, data in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    payload = [(path, len(data), {"sha256": hashlib.sha256(data).hexdigest()}) for path, data in content.items()]
    bag.write_bag_tags(folder, payload, [("External-Identifier", "NL.01")])
    return folder


def make_medium(root: Path, code: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    medium_id = hashlib.sha256(code.encode()).hexdigest()[:32]
    write_identity(
        root, new_medium(medium_id=medium_id, code=code, kind="hdd", place="Kho A", until="", now=lambda: NOW)
    )
    return root


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return make_set(tmp_path / "sets" / "đợt 1")


@pytest.fixture
def media(tmp_path: Path) -> list[Path]:
    return [make_medium(tmp_path / f"disk-{number}", f"HDD-{number}") for number in (1, 2)]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "register.sqlite3") as opened:
        yield opened


def go(source: Path, roots: list[Path], register: Register | None = None, *, unregistered: bool = False) -> Copied:
    plan = plan_copies(source, roots, register, unregistered=unregistered, force_same_device=True)
    if register:
        for target in plan.targets:
            if target.medium:
                register.put_medium(target.medium, target.root)
    return copy_set(plan, Setting(register, "Nguyễn Văn A", lambda: NOW), Progress())


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a real file system of 16 MB."""
    root = tmp_path / "small"
    root.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(root)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"needs to mount a tmpfs: {done.stderr.decode().strip()}")
    yield root
    subprocess.run(["umount", str(root)], check=True)


def test_copies_are_the_set_on_every_medium(sealed: Path, media: list[Path], register: Register):
    """Each copy has the same bytes, is whole, has its record beside it, and the register counts it."""
    copied = go(sealed, media, register)

    assert copied.exit_code is ExitCode.WHOLE
    for root, outcome in zip(media, copied.outcomes, strict=True):
        assert (outcome.done, outcome.recorded, outcome.in_register) == (Done.COPIED, True, True)
        assert tree(root / sealed.name) == tree(sealed)
        assert verify_copy(root / sealed.name).outcome == "whole"
        (record,) = read(history_folder(root / sealed.name)).records
        assert (record.event, record.by, record.details["files"]) == (Event.CREATED, "Nguyễn Văn A", len(CONTENT))
        assert record.details["bytes"] == sum(map(len, CONTENT.values()))
        assert not part_folder(root / sealed.name).exists()
    assert len(register.copies(name=sealed.name)) == len(media)


def test_second_run_leaves_what_is_there(sealed: Path, media: list[Path], register: Register):
    """A copy that is there with its record is neither read nor recorded again."""
    go(sealed, media, register)
    copied = go(sealed, media, register)

    assert {outcome.done for outcome in copied.outcomes} == {Done.THERE}
    assert len(read(history_folder(media[0] / sealed.name)).records) == 1


def test_copy_that_the_register_was_not_told_of_is_told(sealed: Path, media: list[Path], register: Register):
    """A run that ended between the medium and the register is made good by the next, without another record."""
    go(sealed, media, register)
    register.remake([], [], {})

    copied = go(sealed, media, register)

    assert {(outcome.done, outcome.in_register) for outcome in copied.outcomes} == {(Done.THERE, True)}
    assert {copy.state for copy in register.copies()} == {"whole"}
    assert len(register.copies()) == len(media)
    assert len(read(history_folder(media[0] / sealed.name)).records) == 1


def test_two_sets_on_one_device_are_refused(sealed: Path, media: list[Path]):
    """Targets that share a physical disk, with each other or with the set, are refused unless that is forced."""
    with pytest.raises(UsageError, match="one physical device"):
        plan_copies(sealed, media, None, unregistered=False, force_same_device=False)

    plan = plan_copies(sealed, media, None, unregistered=False, force_same_device=True)
    assert ("HDD-1", "HDD-2") in plan.same_device


def test_forced_copies_say_that_they_share_a_device(sealed: Path, media: list[Path], register: Register):
    """The record of a copy that shares its disk with another says so, and the register knows it."""
    go(sealed, media, register)

    assert read(history_folder(media[0] / sealed.name)).records[0].details["same_device"] is True
    assert all(copy.shared_device for copy in register.copies(name=sealed.name))


def test_folder_without_a_code_is_refused_unless_asked_for(sealed: Path, tmp_path: Path, register: Register):
    """A plain folder is no medium; a copy forced onto one has its history but is not counted."""
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="sohoa media add"):
        go(sealed, [tmp_path / "plain"], register)

    copied = go(sealed, [tmp_path / "plain"], register, unregistered=True)
    assert copied.outcomes[0].recorded
    assert not copied.outcomes[0].in_register
    assert not register.copies()


def test_medium_that_is_not_there_stops_no_other(sealed: Path, media: list[Path], tmp_path: Path):
    """A missing target is told and the other gets its copy; the exit code says that not all is done."""
    copied = go(sealed, [tmp_path / "unplugged", media[1]])

    assert [outcome.done for outcome in copied.outcomes] == [Done.FAILED, Done.COPIED]
    assert "not there" in copied.outcomes[0].why
    assert copied.exit_code is ExitCode.NO_VERDICT


def test_damaged_set_is_copied_nowhere(sealed: Path, media: list[Path]):
    """A set with one changed byte gives no copy that bears a name; the file is named."""
    path = next(iter(CONTENT))
    data = bytearray((sealed / path).read_bytes())
    data[3] ^= 1
    (sealed / path).write_bytes(bytes(data))

    copied = go(sealed, media)

    assert copied.exit_code is ExitCode.FINDINGS
    assert [finding.path for finding in copied.damage] == [path]
    assert not any((root / sealed.name).exists() for root in media)


@pytest.mark.parametrize("wrong", ["missing", "unexpected", "manifest"])
def test_set_that_is_not_as_sealed_is_not_copied(sealed: Path, media: list[Path], wrong: str):
    """A missing or unexpected file or a changed list is found before or while the set is read; nothing is named."""
    if wrong == "missing":
        (sealed / next(iter(CONTENT))).unlink()
    elif wrong == "unexpected":
        (sealed / "data" / "neu.txt").write_bytes(b"x")
    else:
        with (sealed / "manifest-sha256.txt").open("a") as file:
            file.write("\n")

    copied = go(sealed, media)

    assert copied.exit_code is ExitCode.FINDINGS
    assert not any((root / sealed.name).exists() for root in media)


def test_other_generation_is_never_written_over(sealed: Path, media: list[Path], tmp_path: Path):
    """Where another generation of the set stands, it stays as it is and the target is told as failed."""
    other = make_set(tmp_path / "other" / sealed.name, {"data/a.txt": b"older"})
    go(other, media[:1])
    before = tree(media[0])

    copied = go(sealed, media)

    assert [outcome.done for outcome in copied.outcomes] == [Done.FAILED, Done.COPIED]
    assert tree(media[0]) == before


def test_interrupted_copy_goes_on_and_trusts_nothing(sealed: Path, media: list[Path]):
    """What an interrupted run left is kept where it is right, else written anew; strange files are removed."""
    part = part_folder(media[0] / sealed.name)
    shutil.copytree(sealed, part)
    paths = list(CONTENT)
    (part / paths[0]).write_bytes(b"\0" * len(CONTENT[paths[0]]))  # the size is right, the bytes never reached the disk
    (part / paths[1]).write_bytes(b"half")
    (part / paths[2]).unlink()
    (part / "data" / "strange.bin").write_bytes(b"x")
    kept = (part / paths[3]).stat().st_ino

    copied = go(sealed, media)

    assert copied.exit_code is ExitCode.WHOLE
    assert tree(media[0] / sealed.name) == tree(sealed)
    assert (media[0] / sealed.name / paths[3]).stat().st_ino == kept


def test_named_copy_without_its_record_gets_it_after_a_reading(sealed: Path, media: list[Path], register: Register):
    """A run that ended between name and record is made good: the copy is read, then recorded; a damaged one is not."""
    for root in media:
        shutil.copytree(sealed, root / sealed.name)
    damaged = media[1] / sealed.name / next(iter(CONTENT))
    damaged.write_bytes(b"\1" * damaged.stat().st_size + b"x")

    copied = go(sealed, media, register)

    assert copied.outcomes[0].target.standing is Standing.UNRECORDED
    assert [outcome.done for outcome in copied.outcomes] == [Done.COPIED, Done.FAILED]
    assert len(read(history_folder(media[0] / sealed.name)).records) == 1
    assert not read(history_folder(media[1] / sealed.name)).records


def test_full_disk_drops_one_target_and_goes_on_when_there_is_room(small_disk: Path, tmp_path: Path, media: list[Path]):
    """A medium that fills up while it is written drops out; with room again the same copy is finished."""
    sealed = make_set(tmp_path / "sets" / "big", {f"data/{n}.bin": os.urandom(2_000_000) for n in range(3)})
    make_medium(small_disk, "USB-1")
    plan = plan_copies(sealed, [small_disk, media[0]], None, unregistered=False, force_same_device=True)
    assert not plan.targets[0].problem
    (small_disk / "ballast").write_bytes(b"x" * 12_000_000)

    copied = copy_set(plan, Setting(None, "A", lambda: NOW), Progress())
    assert [outcome.done for outcome in copied.outcomes] == [Done.FAILED, Done.COPIED]
    assert "space" in str(copied.outcomes[0].why).lower()
    assert not (small_disk / "big").exists()

    (small_disk / "ballast").unlink()
    assert go(sealed, [small_disk]).outcomes[0].done is Done.COPIED


def test_too_little_room_is_said_before_anything_is_written(small_disk: Path, tmp_path: Path):
    """A target without room for the whole set is told at once, with the figures."""
    sealed = make_set(tmp_path / "sets" / "big", {"data/a.bin": b"x" * 15_000_000})
    make_medium(small_disk, "USB-1")

    plan = plan_copies(sealed, [small_disk], None, unregistered=False, force_same_device=False)

    assert "not enough room" in str(plan.targets[0].problem)
    assert [path.name for path in small_disk.iterdir()] == ["sohoa-medium.json"]


def test_device_that_gives_other_bytes_back_gets_no_copy(
    sealed: Path, media: list[Path], monkeypatch: pytest.MonkeyPatch
):
    """Where the medium does not give back what was written, twice, the copy gets no name and no record."""

    def lying(root: Path, **options: object) -> Verdict:
        (root / next(iter(CONTENT))).write_bytes(b"what the device made of it")
        return verify_copy(root, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "verify_copy", lying)
    copied = go(sealed, media[:1])

    assert copied.outcomes[0].done is Done.FAILED
    assert next(iter(CONTENT)) in str(copied.outcomes[0].why)
    assert not (media[0] / sealed.name).exists()
    assert not read(history_folder(media[0] / sealed.name)).records


def test_what_is_no_set_is_refused(tmp_path: Path, media: list[Path]):
    """A folder without tag manifest is no sealed set; one that is not there gives no verdict."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="not a sealed set"):
        go(tmp_path / "folder", media)
    with pytest.raises(NoVerdict):
        go(tmp_path / "nowhere", media)


def test_plan_writes_nothing(sealed: Path, media: list[Path]):
    """Planning leaves set and media as they were."""
    before = [tree(root) for root in (sealed, *media)]
    plan_copies(sealed, media, None, unregistered=False, force_same_device=True)

    assert [tree(root) for root in (sealed, *media)] == before


def test_reading_of_a_former_copy_does_not_count_for_a_new_one(sealed: Path, media: list[Path], register: Register):
    """A copy that is written where another stood begins without anything read: no check can be gone on with."""
    go(sealed, media[:1], register)
    shutil.rmtree(media[0] / sealed.name)
    progress = beside(media[0] / sealed.name) / "progress.json"
    progress.write_text("{}")

    assert go(sealed, media[:1], register).outcomes[0].done is Done.COPIED
    assert not progress.exists()
