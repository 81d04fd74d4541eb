"""Devices that fail while a set is copied, repaired, protected or restored: nothing claims to be whole and is not."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faulty_disk import FaultyDisk, faulty_disk
from sealed_copies import CONTENT, A, Archive, B, C, Clock, flip_bit, needs_par2, seal_set

from pipeline.copies.copy_plan import plan_copies
from pipeline.copies.copying import Copied, Done, Progress, Setting, copy_set
from pipeline.copies.history import history_folder, read
from pipeline.copies.protecting import Setting as ProtectSetting
from pipeline.copies.protecting import plan_protect, protect
from pipeline.copies.record import Event
from pipeline.copies.recovery import recoveries
from pipeline.copies.reference import read_reference
from pipeline.copies.register import Register
from pipeline.copies.repair_plan import plan_repair
from pipeline.copies.repairing import Repaired, repair
from pipeline.copies.repairing import Setting as RepairSetting
from pipeline.copies.restoring import Setting as RestoreSetting
from pipeline.copies.restoring import plan_restore, restore
from pipeline.errors import ExitCode, NoVerdict, SohoaError
from pipeline.verify import verify_copy

NAME = "Đợt 1"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Give a register and a place for media."""
    return Archive(tmp_path, Register(tmp_path / "register.sqlite3"), Clock())


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """Give a sealed set that is no copy yet."""
    return seal_set(tmp_path / "sets" / NAME, CONTENT)


@pytest.fixture
def faulty(archive: Archive, tmp_path: Path) -> Iterator[FaultyDisk]:
    """Give a faulty disk that is a medium, without faults so far."""
    with faulty_disk(tmp_path / "mount") as disk:
        archive.medium("HDD-9", disk.root)
        yield disk


@pytest.fixture
def small(archive: Archive, tmp_path: Path) -> Iterator[Path]:
    """Give a medium that is a real file system of 40 MB."""
    root = tmp_path / "small"
    root.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(root)], check=False,
                          capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        pytest.skip(f"LOUD: no tmpfs may be mounted; full disks are not tested: {done.stderr}")
    yield archive.medium("USB-1", root)
    subprocess.run(["umount", str(root)], check=True)


def copying(archive: Archive, source: Path, *roots: Path, then: Callable[[], object] = lambda: None) -> Copied:
    """Copy a set; something happens between the plan and the writing."""
    plan = plan_copies(source, roots, archive.register, unregistered=False, force_same_device=True)
    then()
    return copy_set(plan, Setting(archive.register, "Lan", archive.clock), Progress())


def mend(archive: Archive, copy: Path, *sources: Path, then: Callable[[], object] = lambda: None) -> Repaired:
    """Repair a copy; something happens between the plan and the repair."""
    medium = archive.medium_of(copy)
    plan = plan_repair(copy, read_reference(copy, sources, medium, archive.register), sources, told=lambda *_: None)
    then()
    return repair(plan, RepairSetting(medium, archive.register, "Lan", archive.clock), {}, lambda *_: None)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fill(root: Path, spare_bytes: int) -> Path:
    """Fill a disk but for so many bytes."""
    space = os.statvfs(root)
    ballast = root / "ballast"
    ballast.write_bytes(bytes(max(0, space.f_bavail * space.f_frsize - spare_bytes)))
    return ballast


def test_a_device_that_lies_gets_no_copy(archive: Archive, faulty: FaultyDisk, sealed: Path):
    """What memory still holds rightly hides no lie: no name, no record, and the other medium has its copy."""
    other = archive.medium("HDD-1")
    faulty.set(lie=["01.pdf"])

    copied = copying(archive, sealed, faulty.root, other)

    assert copied.exit_code is ExitCode.NO_VERDICT
    assert [outcome.done for outcome in copied.outcomes] == [Done.FAILED, Done.COPIED]
    assert C in str(copied.outcomes[0].why)
    assert not (faulty.source / NAME).exists()
    assert [copy.medium_id for copy in archive.register.copies()] == [archive.identity("HDD-1").id]
    faulty.set()
    assert copying(archive, sealed, faulty.root).exit_code is ExitCode.WHOLE


@pytest.mark.parametrize("fault", [{"unplug_after": 30_000}, {"unplugged": True}, {"full": True}, {"read_only": True},
                                   {"eio": ["0002.tif"]}])  # fmt: skip
def test_a_medium_that_fails_drops_out_and_is_finished_later(
    archive: Archive, faulty: FaultyDisk, sealed: Path, fault: dict[str, object]
):
    """Unplugged, full or failing in the middle: told, no name, the other goes on; the same call again finishes it."""
    other = archive.medium("HDD-1")

    copied = copying(archive, sealed, faulty.root, other, then=lambda: faulty.set(**fault))

    assert [outcome.done for outcome in copied.outcomes] == [Done.FAILED, Done.COPIED]
    assert copied.outcomes[0].why
    assert not (faulty.source / NAME).exists()
    assert verify_copy(other / NAME).outcome == "whole"
    faulty.set()
    again = copying(archive, sealed, faulty.root, other)
    assert [outcome.done for outcome in again.outcomes] == [Done.COPIED, Done.THERE]
    assert tree(faulty.source / NAME) == tree(sealed)


def test_a_set_that_cannot_be_read_is_copied_nowhere(archive: Archive, faulty: FaultyDisk):
    """A read error in the set itself: no verdict, the file named, nothing bears its name."""
    seal_set(faulty.root / NAME, CONTENT)
    faulty.set(eio=["0001.tif"])

    copied = copying(archive, faulty.root / NAME, archive.medium("HDD-1"))

    assert copied.exit_code is ExitCode.NO_VERDICT
    assert [finding.path for finding in copied.damage] == [A]
    assert not (archive.folder / "HDD-1" / NAME).exists()


def test_a_source_that_cannot_be_read_is_not_believed(archive: Archive, faulty: FaultyDisk):
    """A repair takes a file from the copy that can be read; without one it is lost and nothing changes."""
    copy = archive.copy(archive.medium("HDD-1"), NAME)
    source = archive.copy(faulty.root, NAME)
    faulty.set(eio=["01.pdf"], lie=["0001.tif"])
    flip_bit(copy / C)
    flip_bit(copy / A)
    before = tree(copy.parent)

    with pytest.raises(SohoaError, match="2 files are lost") as caught:
        mend(archive, copy, source)
    assert caught.value.exit_code is ExitCode.NOT_REPAIRABLE
    assert tree(copy.parent) == before

    faulty.set()
    assert mend(archive, copy, source).is_whole


def test_an_unreadable_file_is_put_right(archive: Archive, faulty: FaultyDisk):
    """A file that gives read errors goes to quarantine under that word, and a good one takes its place."""
    copy = archive.copy(faulty.root, NAME)
    source = archive.copy(archive.medium("HDD-1"), NAME)
    faulty.set(eio=["Hồ sơ 01/0001.tif"])

    done = mend(archive, copy, source, then=lambda: None)

    (row,) = done.recorded.record.details["files"]
    assert (row["path"], row["bad"]) == (A, "unreadable")
    assert row["quarantine"].startswith(f"{NAME}.sohoa/quarantine/unreadable--")
    faulty.set()
    assert tree(faulty.source / NAME) == tree(source)


@pytest.mark.parametrize("fault", [{"lie": ["/0", "/1"]}, {"full": True}, {"unplugged": True}, {"read_only": True}])
def test_a_repair_that_cannot_be_staged_changes_nothing(archive: Archive, faulty: FaultyDisk, fault: dict[str, object]):
    """Where good files cannot be written and read back, the copy stays as it was; later the repair is done."""
    copy = archive.copy(faulty.root, NAME)
    source = archive.copy(archive.medium("HDD-1"), NAME)
    flip_bit(faulty.source / NAME / A)
    (faulty.source / NAME / B).unlink()
    before = tree(faulty.source / NAME)

    with pytest.raises(NoVerdict):
        mend(archive, copy, source, then=lambda: faulty.set(**fault))
    assert tree(faulty.source / NAME) == before

    faulty.set()
    assert mend(archive, copy, source).is_whole
    assert tree(faulty.source / NAME) == tree(source)


def test_a_disk_that_is_full_at_any_step_makes_no_false_copy(archive: Archive, small: Path, sealed: Path):
    """However much room is left when the writing begins: no name without the whole, and with room it is finished."""
    needed = sum(path.stat().st_size for path in sealed.rglob("*") if path.is_file())
    done = set()
    for spare_bytes in (0, 9_000, needed // 2, needed - 5_000, needed + 9_000, needed + 40_000):
        copied = copying(archive, sealed, small, then=lambda spare=spare_bytes: fill(small, spare))
        copy, outcome = small / NAME, copied.outcomes[0]
        done.add(outcome.done)
        assert (outcome.done is Done.COPIED) == (copied.exit_code is ExitCode.WHOLE)
        assert not copy.exists() or verify_copy(copy).outcome == "whole"
        (small / "ballast").unlink()
        assert copying(archive, sealed, small).exit_code is ExitCode.WHOLE
        assert verify_copy(copy).outcome == "whole"
        events = {record.event for record in read(history_folder(copy)).records}
        assert Event.CREATED in events
        shutil.rmtree(copy)
        shutil.rmtree(copy.with_name(f"{NAME}.sohoa"))
        archive.register.remake([], [], {})
        archive.medium("USB-1", small)
    assert done == {Done.FAILED, Done.COPIED}


def test_a_disk_that_is_full_at_any_step_of_a_repair_loses_nothing(archive: Archive, small: Path):
    """Whatever room is left, the bad files are in the copy or in quarantine, and with room the repair is finished."""
    source = archive.copy(archive.medium("HDD-1"), NAME)
    for number, spare_bytes in enumerate((0, 9_000, 60_000, 150_000, 170_000)):
        copy = archive.copy(small, f"{NAME} {number}")
        good = archive.copy(source.parent, copy.name)
        bad = b"bad" * 9000
        (copy / B).write_bytes(bad)
        (copy / C).unlink()
        try:
            mend(archive, copy, good, then=lambda spare=spare_bytes: fill(small, spare))
        except NoVerdict:
            kept = [path.read_bytes() for path in copy.with_name(f"{copy.name}.sohoa").rglob("quarantine/*")]
            assert bad in ((copy / B).read_bytes(), *kept)
        (small / "ballast").unlink()
        medium = archive.medium_of(copy)
        plan = plan_repair(copy, read_reference(copy, [good], medium, archive.register), [good], told=lambda *_: None)
        if plan.has_work:
            assert mend(archive, copy, good).is_whole
        assert tree(copy) == tree(good)
        shutil.rmtree(copy)


def test_recovery_data_that_does_not_fit_is_not_kept(archive: Archive, small: Path):
    """Without room for recovery data there is none, and no record; with room it is made."""
    needs_par2()
    copy = archive.copy(small, NAME)
    medium = archive.medium_of(copy)
    setting = ProtectSetting(medium, archive.register, "Lan", archive.clock)
    plan = plan_protect(copy, 50, medium, archive.register)
    ballast = fill(small, 100_000)

    with pytest.raises(NoVerdict, match="room"):
        protect(plan, setting, lambda *_: None)
    assert not recoveries(copy)
    assert [record.event for record in read(history_folder(copy)).records] == [Event.CREATED]

    ballast.unlink()
    assert protect(plan, setting, lambda *_: None).made


def test_a_place_that_lies_gets_no_restored_set(archive: Archive, faulty: FaultyDisk):
    """What is restored is read back past the cache; where that is something else nothing bears the set's name."""
    copy = archive.copy(archive.medium("HDD-1"), NAME)
    (faulty.root / "back").mkdir()
    medium = archive.medium_of(copy)
    plan = plan_restore(copy, faulty.root / "back", medium, archive.register)
    setting = RestoreSetting(medium, archive.register, "Lan", archive.clock)
    faulty.set(lie=["0002.tif"])

    with pytest.raises(NoVerdict, match="something else"):
        restore(plan, setting, lambda *_: None)
    assert not (faulty.source / "back" / NAME).exists()
    assert not archive.register.events(event=Event.RESTORED)

    faulty.set()
    assert restore(plan, setting, lambda *_: None).exit_code is ExitCode.WHOLE
