"""The commands `sohoa media ...`: what they print, what they write, their exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import clock
from pipeline.cli.main import call, sohoa
from pipeline.copies.history import history_folder, read
from pipeline.copies.medium import NAME, read_identity
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register
from pipeline.errors import ExitCode

ADD = ("--code", "HDD-1", "--kind", "hdd", "--place", "Kho A, tủ 3", "--until", "2031-12")


@pytest.fixture(autouse=True)
def _own_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_REGISTER", str(tmp_path / "sổ" / "register.sqlite3"))
    monkeypatch.setenv("SOHOA_BY", "Bà Lan")


def said(*arguments: str | Path) -> Result:
    """Run a command in this process, with the exit code that the program would give."""
    codes: list[int] = []
    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        codes.append(call(lambda: sohoa.main([str(argument) for argument in arguments], standalone_mode=False)))
        return Result(runner, out.getvalue(), err.getvalue(), b"", None, codes[0], None)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "đĩa").mkdir()
    return tmp_path / "đĩa"


def test_medium_is_added_once_and_known_again(disk: Path):
    """The first call writes the identity, the second knows the medium; nothing else is written on it."""
    first = said("media", "add", disk, *ADD)
    made = read_identity(disk)
    second = said("media", "add", disk, *ADD)

    assert (first.exit_code, second.exit_code) == (ExitCode.WHOLE, ExitCode.WHOLE)
    assert f"{disk} is the medium HDD-1, 0 copies" in first.stdout
    assert read_identity(disk) == made
    assert [item.name for item in disk.iterdir()] == [NAME]
    assert made.created.endswith("+07:00")


def test_dry_run_writes_nothing(disk: Path, tmp_path: Path):
    """--dry-run says what would be, and makes no identity; it needs a register to ask."""
    (tmp_path / "khác").mkdir()
    assert said("media", "add", tmp_path / "khác", "--code", "X", "--kind", "ssd", "--place", "y").exit_code == 0
    result = said("media", "add", disk, *ADD, "--dry-run")

    assert result.exit_code == ExitCode.WHOLE
    assert "would become the medium HDD-1" in result.stdout
    assert list(disk.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("--code", "Đĩa số 1"), "cannot be a medium's code"),
        (("--until", "soon"), "is not the end of a medium's durability"),
        (("--kind", "floppy"), "is not one of"),
    ],
)
def test_wrong_values_are_usage_errors(disk: Path, change: tuple[str, str], text: str):
    """What cannot be a code, kind or date is refused with exit code 2, and nothing is written."""
    result = said("media", "add", disk, *ADD, *change)

    assert result.exit_code == ExitCode.USAGE
    assert text in result.stderr
    assert list(disk.iterdir()) == []


def test_absent_folder_is_a_usage_error(tmp_path: Path):
    """A medium that is not plugged in cannot be added."""
    result = said("media", "add", tmp_path / "absent", *ADD)

    assert result.exit_code == ExitCode.USAGE
    assert "plug the medium in" in result.stderr


def test_wrong_medium_with_the_same_label(disk: Path, tmp_path: Path):
    """A second medium cannot take a code; one that bears it already is reported in the list, with exit code 1."""
    said("media", "add", disk, *ADD)
    (tmp_path / "hai").mkdir()
    assert said("media", "add", tmp_path / "hai", *ADD).exit_code == ExitCode.USAGE
    text = (disk / NAME).read_text(encoding="utf-8").replace(read_identity(disk).id, "e" * 32)
    (disk / NAME).write_text(text, encoding="utf-8")

    listed = said("media", "list")
    assert listed.exit_code == ExitCode.FINDINGS
    assert "it only bears its code" in listed.stdout
    assert json.loads(said("media", "list", "--json").stdout)["problems"][0]["kind"] == "wrong-medium"


def test_list_says_where_a_medium_is(disk: Path):
    """Media are listed with code, kind, place, end and, where plugged in, their folder; as JSON too."""
    said("media", "add", disk, *ADD)
    listed = said("media", "list")

    assert "HDD-1  hdd  Kho A, tủ 3  until 2031-12  0 copies" in listed.stdout
    assert f"plugged in at {disk}" in listed.stdout
    assert json.loads(said("media", "list", "--json").stdout)["media"][0]["at"] == str(disk)
    (disk / NAME).unlink()
    assert json.loads(said("media", "list", "--json").stdout)["media"][0]["at"] == ""


def test_damaged_identity_is_no_verdict_in_the_list(disk: Path):
    """A medium whose identity cannot be read is named, with exit code 3."""
    said("media", "add", disk, *ADD)
    (disk / NAME).write_bytes(b"\0" * 100)

    listed = said("media", "list")
    assert listed.exit_code == ExitCode.NO_VERDICT
    assert "is not the identity of a medium" in listed.stdout


def test_show_move_and_retire(disk: Path):
    """A medium is shown by code or folder; a move and the end of use stand on it and in the register."""
    said("media", "add", disk, *ADD)
    assert said("media", "show", "HDD-1").stdout == said("media", "show", disk).stdout
    assert said("media", "move", "HDD-1", "--place", "Kho B", "--dry-run").exit_code == 0
    assert read_identity(disk).place == "Kho A, tủ 3"
    moved = said("media", "move", "HDD-1", "--place", "Kho B")
    retired = said("media", "retire", "HDD-1", "--at", disk)

    assert "from Kho A, tủ 3 to Kho B" in moved.stdout
    assert "out of use since" in retired.stdout
    assert read_identity(disk).place == "Kho B"
    assert read_identity(disk).retired
    assert json.loads(said("media", "show", "HDD-1", "--json").stdout)["medium"]["place"] == "Kho B"
    assert said("media", "retire", "HDD-1").exit_code == ExitCode.USAGE
    again = json.loads(said("media", "move", "HDD-1", "--place", "Kho C", "--json").stdout)
    assert (again["medium"]["place"], again["place_before"]) == ("Kho C", "Kho B")


def test_history_is_mended_by_a_command(disk: Path, tmp_path: Path):
    """`media mend` puts back what is gone from a history on a medium, after saying what it would do."""
    said("media", "add", disk, *ADD)
    with Register(tmp_path / "sổ" / "register.sqlite3") as register:
        record_event(disk / "s", Event.CREATED, {}, medium=read_identity(disk), register=register, seal="a" * 64,
                     by="An", now=clock.now)  # fmt: skip
    (history_folder(disk / "s") / "000001.json").unlink()
    tried = json.loads(said("media", "mend", "HDD-1", "--dry-run", "--json").stdout)
    assert tried["mended"] == {"s": [1]}
    assert read(history_folder(disk / "s")).records == ()

    assert "s: 1 records put back" in said("media", "mend", "HDD-1").stdout
    assert [record.event for record in read(history_folder(disk / "s")).records] == ["created", "mended"]
    (disk / NAME).unlink()
    assert said("media", "mend", "HDD-1").exit_code == ExitCode.NO_VERDICT


def test_place_that_is_another_medium_is_refused(disk: Path, tmp_path: Path):
    """--at must be the medium that is meant."""
    said("media", "add", disk, *ADD)

    result = said("media", "move", "HDD-1", "--place", "Kho B", "--at", tmp_path)
    assert result.exit_code == ExitCode.USAGE
    assert "is not the medium HDD-1" in result.stderr
    assert read_identity(disk).place == "Kho A, tủ 3"
    assert said("media", "show", "HDD-9").exit_code == ExitCode.USAGE


def test_nothing_is_made_by_looking(tmp_path: Path):
    """Without a register, looking is a usage error that says how to begin one, and makes none."""
    result = said("media", "list")

    assert result.exit_code == ExitCode.USAGE
    assert "sohoa media add" in result.stderr
    assert not (tmp_path / "sổ").exists()


def test_history_of_plain_folders_is_empty(disk: Path):
    """A medium without copies has no history."""
    said("media", "add", disk, *ADD)

    assert read(history_folder(disk / "s")).records == ()
