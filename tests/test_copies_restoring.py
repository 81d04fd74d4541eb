"""Restoring a set out of a copy: read back, named, written down; a damaged copy restores nothing."""

from pathlib import Path

import pytest
from sealed_copies import Archive, B, C, Clock, flip_bit

from pipeline.cli.main import call, sohoa
from pipeline.copies.copy_plan import part_folder
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.copies.restoring import Restored, Setting, plan_restore, restore
from pipeline.errors import ExitCode, UsageError
from pipeline.verify import verify_copy


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Give a register and a place for media."""
    return Archive(tmp_path, Register(tmp_path / "register.sqlite3"), Clock())


@pytest.fixture
def copy(archive: Archive) -> Path:
    """Give a copy on a medium that the register knows."""
    return archive.copy(archive.medium("HDD-1"), "Đợt 1")


def go(archive: Archive, copy: Path, folder: Path) -> Restored:
    folder.mkdir(exist_ok=True)
    medium = archive.medium_of(copy)
    plan = plan_restore(copy, folder, medium, archive.register)
    return restore(plan, Setting(medium, archive.register, "Lan", archive.clock, "Thử"), lambda *_: None)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_set_is_restored_and_the_copys_history_says_so(archive: Archive, copy: Path):
    """The folder gets the same bytes under the set's name, and one record, however often it is called."""
    done = go(archive, copy, archive.folder / "back")

    assert done.exit_code is ExitCode.WHOLE
    assert tree(archive.folder / "back" / copy.name) == tree(copy)
    go(archive, copy, archive.folder / "back")
    (record,) = archive.register.events(event=Event.RESTORED)
    assert (record.by, record.details["reason"], record.details["outcome"]) == ("Lan", "Thử", "restored")
    assert record.details["to"] == str(archive.folder / "back" / copy.name)


def test_a_damaged_copy_restores_nothing(archive: Archive, copy: Path):
    """One flipped bit in the copy: the file is named, nothing bears the set's name, no record claims a restoring."""
    flip_bit(copy / C, 700)

    done = go(archive, copy, archive.folder / "back")

    assert done.exit_code is ExitCode.FINDINGS
    assert [finding.path for finding in done.damage] == [C]
    assert not (archive.folder / "back" / copy.name).exists()
    assert not archive.register.events(event=Event.RESTORED)


def test_an_interrupted_restoring_goes_on_and_trusts_nothing(archive: Archive, copy: Path):
    """What a killed run left is kept where it is right and written anew where it is not."""
    part = part_folder(archive.folder / "back" / copy.name)
    (part / B).parent.mkdir(parents=True)
    (part / B).write_bytes(bytes((copy / B).stat().st_size))
    (part / "strange").write_bytes(b"x")

    assert go(archive, copy, archive.folder / "back").exit_code is ExitCode.WHOLE
    assert tree(archive.folder / "back" / copy.name) == tree(copy)
    assert verify_copy(archive.folder / "back" / copy.name).outcome == "whole"
    assert not part.exists()


def test_what_stands_there_is_never_written_over(archive: Archive, copy: Path):
    """Something else under the set's name is refused, and so is the copy itself and a file for a folder."""
    (archive.folder / "back" / copy.name).mkdir(parents=True)
    (archive.folder / "back" / copy.name / "mine.txt").write_bytes(b"mine")

    with pytest.raises(UsageError, match="something else"):
        go(archive, copy, archive.folder / "back")
    with pytest.raises(UsageError, match="the copy itself"):
        go(archive, copy, copy.parent)
    (archive.folder / "file").write_bytes(b"mine")
    with pytest.raises(UsageError, match="no folder"):
        plan_restore(copy, archive.folder / "file" / "below", None, None)


def said(*arguments: object) -> int:
    return call(lambda: sohoa.main([*map(str, arguments)], prog_name="sohoa", standalone_mode=False))


def test_the_folder_is_made(archive: Archive, copy: Path):
    """A folder that is not there is made, with those above it; not by a look at what would be done."""
    folder = archive.folder / "new" / "restored"
    command = ("restore", copy, "--to", folder, "--register", archive.register.path)

    assert said(*command, "--dry-run") == ExitCode.WHOLE
    assert not folder.parent.exists()
    assert said(*command) == ExitCode.WHOLE
    assert tree(folder / copy.name) == tree(copy)


@pytest.mark.parametrize("command", [("restore", "--to", "back"), ("protect",)])
def test_a_copy_that_is_not_there_gives_no_verdict(
    archive: Archive, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
):
    """A medium that is away is neither lost nor damaged: exit 3, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    copy.parent.rename(tmp_path / "away")

    assert said(command[0], copy, *command[1:], "--register", archive.register.path) == ExitCode.NO_VERDICT
    copy.mkdir(parents=True)  # the bare folder below a mount point
    assert said(command[0], copy, *command[1:], "--register", archive.register.path) == ExitCode.NO_VERDICT
    assert not any(copy.iterdir())
    assert not (tmp_path / "back").exists()
