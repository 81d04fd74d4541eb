"""The commands `sohoa register ...`: lists, what is due, export, rebuild, and how long they take."""

import datetime as dt
import json
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import clock, custody
from pipeline.cli.main import call, sohoa
from pipeline.copies.clock import VIETNAM
from pipeline.copies.medium import new_medium, write_identity
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register
from pipeline.errors import ExitCode

CREATED = {"files": 3, "bytes": 700, "read_back": "past the page cache"}
WHOLE = {"outcome": "whole", "counts": {}, "covered": {"full": True}}
FAULTY = {"outcome": "findings", "counts": {"damaged": 1}, "covered": {"full": True}}
START = dt.datetime(2026, 6, 15, 8, tzinfo=VIETNAM)


def said(*arguments: str | Path) -> Result:
    """Run a command in this process, with the exit code that the program would give."""
    codes: list[int] = []
    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        codes.append(call(lambda: sohoa.main([str(argument) for argument in arguments], standalone_mode=False)))
        return Result(runner, out.getvalue(), err.getvalue(), b"", None, codes[0], None)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a register of the test's own, and stop the clock."""
    monkeypatch.setenv("SOHOA_REGISTER", str(tmp_path / "register.sqlite3"))
    monkeypatch.setattr(clock, "now", lambda: START)
    return tmp_path / "register.sqlite3"


@pytest.fixture
def roots(path: Path, tmp_path: Path) -> list[Path]:
    """Two media, two sets on each; one set lacks its second copy."""
    places = [tmp_path / "đĩa 1", tmp_path / "đĩa 2"]
    with Register(path) as register:
        for number, root in enumerate(places, 1):
            root.mkdir()
            made = new_medium(medium_id=f"{number:032x}", code=f"HDD-{number}", kind="hdd", place=f"Kho {number}",
                              until="2031", now=lambda: START)  # fmt: skip
            write_identity(root, made)
            register.put_medium(made, root)
            for name in ("đợt 1", "đợt 2")[:number]:
                record_event(root / name, Event.CREATED, CREATED, medium=made, register=register, seal=name[-1] * 64,
                             by="=An", now=lambda: START)  # fmt: skip
    return places


def damage(path: Path, root: Path, name: str) -> None:
    """Let a check of one copy find damage."""
    with Register(path) as register:
        made = register.medium("HDD-2")
        record_event(root / name, Event.VERIFIED, FAULTY, medium=made, register=register, seal=name[-1] * 64, by="An",
                     now=lambda: START)  # fmt: skip


@pytest.mark.usefixtures("roots")
def test_list_says_which_sets_are_insured():
    """Each set stands with its state and why; as JSON with riskRecoveryStatus."""
    listed = said("register", "list").stdout

    assert "đợt 1  insured (01)  2 of 2 copies good" in listed
    assert "đợt 2  not insured (02)  1 of 1 copies good  1 of 2 copies have been read back whole" in listed
    found = json.loads(said("register", "list", "--json").stdout)["sets"]
    assert [(item["name"], item["status"], item["insured"]) for item in found] == [
        ("đợt 1", "01", True),
        ("đợt 2", "02", False),
    ]


@pytest.mark.usefixtures("roots")
def test_policy_comes_from_the_settings(tmp_path: Path):
    """A stricter office changes who is insured; a wrong setting is a usage error."""
    strict = tmp_path / "office.toml"
    strict.write_text("[copies]\nsets = 3\n")
    found = json.loads(said("register", "list", "--json", "--config", strict).stdout)["sets"]
    assert [item["status"] for item in found] == ["02", "02"]

    strict.write_text("[copies]\nset = 3\n")
    assert said("register", "list", "--config", strict).exit_code == ExitCode.USAGE


@pytest.mark.usefixtures("roots")
def test_show_tells_copies_and_events():
    """One set is shown with its copies and all that was done to them, by name or seal."""
    shown = said("register", "show", "đợt 1").stdout

    assert "HDD-1: whole, last read whole 2026-06-15" in shown
    assert "2026-06-15T08:00:00+07:00  HDD-2  written  =An" in shown
    assert said("register", "show", "1" * 64).stdout == shown
    assert len(json.loads(said("register", "show", "đợt 1", "--json").stdout)["events"]) == 2
    assert said("register", "show", "đợt 9").exit_code == ExitCode.USAGE


def test_due_names_what_is_to_be_done(path: Path, roots: list[Path]):
    """A lacking copy and the restore on trial are due, exit code 0; with damage known, repair and exit code 1."""
    calm = said("register", "due")
    assert calm.exit_code == ExitCode.WHOLE
    assert "write another copy: 1\n  2026-06-15  đợt 2  1 of 2 copies have been read back whole" in calm.stdout
    assert "restore a copy on trial: 1" in calm.stdout

    damage(path, roots[1], "đợt 1")
    hurt = said("register", "due")
    assert hurt.exit_code == ExitCode.FINDINGS
    assert hurt.stdout.startswith("repair  HDD-2: 1\n")
    found = json.loads(said("register", "due", "--json").stdout)
    assert (found["due"][0]["task"], found["due"][0]["name"], found["exit_code"]) == ("repair", "đợt 1", 1)


@pytest.mark.usefixtures("roots")
def test_clock_set_back_is_said(monkeypatch: pytest.MonkeyPatch):
    """With a clock before the newest record, the list begins with the clock, and the exit code is 1."""
    monkeypatch.setattr(clock, "now", lambda: START - dt.timedelta(30))
    found = said("register", "due")

    assert found.exit_code == ExitCode.FINDINGS
    assert found.stdout.startswith("look at the clock: 1\n")


@pytest.mark.usefixtures("roots")
def test_due_in_vietnamese():
    """What is due can be read in Vietnamese, reasons included."""
    shown = said("--lang", "vi", "register", "due").stdout

    assert "copies" not in shown
    assert "đợt 2" in shown
    assert "trial" not in shown


def test_empty_register_has_nothing_due(path: Path):
    """A register without copies says so in a sentence."""
    Register(path).__exit__()

    assert said("register", "due").stdout == "Nothing is due this month.\n"
    assert json.loads(said("register", "due", "--json").stdout) == {"due": [], "exit_code": 0}


@pytest.mark.usefixtures("roots")
def test_export_as_json_and_workbook(tmp_path: Path):
    """Both hold media, sets, copies and records; a name that looks like a formula stays text."""
    assert said("register", "export", tmp_path / "a.json").exit_code == ExitCode.WHOLE
    values = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert {name: len(values[name]) for name in ("media", "sets", "copies", "events", "standings")} == {
        "media": 2, "sets": 2, "copies": 3, "events": 3, "standings": 2,
    }  # fmt: skip

    assert said("register", "export", tmp_path / "a.xlsx").exit_code == ExitCode.WHOLE
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Phương tiện", "Bộ dữ liệu", "Bản sao", "Nhật ký"]
    assert [book[name].max_row - 1 for name in book.sheetnames] == [2, 2, 3, 3]
    assert book["Nhật ký"]["F2"].value == "=An"
    assert book["Nhật ký"]["F2"].data_type == "s"
    assert book["Bộ dữ liệu"]["B2"].value == "01"


@pytest.mark.usefixtures("roots")
def test_same_register_gives_the_same_bytes(tmp_path: Path):
    """Two exports of one state are equal, byte for byte; a file that is there is only replaced when asked."""
    for name in ("a.xlsx", "b.xlsx", "a.json", "b.json"):
        assert said("register", "export", tmp_path / name).exit_code == ExitCode.WHOLE

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert said("register", "export", tmp_path / "a.json").exit_code == ExitCode.USAGE
    assert said("register", "export", tmp_path / "a.json", "--force").exit_code == ExitCode.WHOLE
    assert said("register", "export", tmp_path / "a.txt").exit_code == ExitCode.USAGE
    assert said("register", "export", tmp_path / "absent" / "a.xlsx").exit_code == ExitCode.NO_VERDICT
    assert [item.name for item in tmp_path.iterdir() if item.name.endswith(".part")] == []


@pytest.mark.usefixtures("path")
def test_rebuild_from_the_media(roots: list[Path], tmp_path: Path):
    """A lost register comes back from the media alone, word for word."""
    said("register", "export", tmp_path / "before.json")
    for item in tmp_path.glob("register.sqlite3*"):
        item.unlink()
    made = said("register", "rebuild", *roots)

    assert made.exit_code == ExitCode.WHOLE
    assert "2 media, 3 copies, 3 records" in made.stdout
    said("register", "export", tmp_path / "after.json")
    assert (tmp_path / "after.json").read_bytes() == (tmp_path / "before.json").read_bytes()


def test_rebuild_keeps_what_it_replaces(path: Path, roots: list[Path]):
    """A register that holds something is replaced only when asked, and kept beside the new one."""
    assert said("register", "rebuild", roots[0]).exit_code == ExitCode.USAGE
    made = json.loads(said("register", "rebuild", "--replace", "--json", roots[0]).stdout)

    with Register(path) as new, Register(Path(made["kept"])) as old:
        assert (len(new.media()), len(old.media())) == (1, 2)
        assert (len(new.copies()), len(old.copies())) == (1, 3)


def test_rebuild_on_trial_changes_nothing(path: Path, roots: list[Path]):
    """--dry-run says what the media tell, and leaves the register as it is, or absent."""
    before = path.read_bytes()
    tried = json.loads(said("register", "rebuild", "--dry-run", "--json", roots[0]).stdout)
    assert (tried["copies"], tried["records"], tried["kept"]) == (1, 1, "")
    assert path.read_bytes() == before

    path.unlink()
    assert said("register", "rebuild", "--dry-run", *roots).exit_code == ExitCode.WHOLE
    assert not path.exists()


def test_register_that_is_held_is_busy(path: Path, roots: list[Path], monkeypatch: pytest.MonkeyPatch):
    """A command that cannot write because another program does ends with exit code 7 and says so."""
    monkeypatch.setattr(custody, "WAIT_SECONDS", 0.2)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        result = said("register", "rebuild", "--replace", *roots)
    finally:
        holder.close()
    assert result.exit_code == ExitCode.BUSY
    assert "another program is writing" in result.stderr


def test_rebuild_names_what_is_wrong(path: Path, roots: list[Path], tmp_path: Path):
    """A broken chain is a finding with exit code 1, and what can be read is taken in."""
    (roots[1] / "đợt 1.sohoa" / "history" / "000001.json").write_bytes(b"x")
    path.unlink()
    result = said("register", "rebuild", *roots, tmp_path)

    assert result.exit_code == ExitCode.FINDINGS
    assert "record 1 of the history is damaged" in result.stdout
    assert "there is no medium here" in result.stdout
