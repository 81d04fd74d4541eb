"""The drill of the README with the real command: two copies, damaged differently, both whole again, all on record."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sealed_copies import flip_bit, needs_par2, seal_set

from benchmarks.kills import Program

NAME = "dot-2026-01"
CONTENT = {f"data/masters/Hồ sơ {n}/0001.tif": bytes([65 + n]) * (3000 + 100 * n) for n in range(6)}
FILES = sorted(CONTENT)


class Office:
    """An office with a folder for everything and its own register."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing; the program is loaded once and forked for each call."""
        self.folder = folder
        self.program = Program(
            SOHOA_REGISTER=str(folder / "register.sqlite3"),
            SOHOA_BY="Nguyễn Thị Lan",
            SOHOA_AGENCY="UBND phường A",
            SOHOA_LANG="en",
        )
        self._calls = 0

    def sohoa(self, *arguments: object, code: int = 0) -> str:
        """Call the command and give what it writes; its exit code must be the one expected."""
        self._calls += 1
        output = self.folder / f"output-{self._calls}"
        status, _ = self.program.run(*arguments, output=str(output))
        said = output.read_text()
        assert status == code, (arguments, said, output.with_name(f"{output.name}.err").read_text())
        return said

    @property
    def targets(self) -> tuple[object, ...]:
        """The options that name both disks."""
        return "--to", self.folder / "disk-1", "--to", self.folder / "disk-2", "--force-same-device"

    def add_media(self) -> None:
        """Give both disks their codes."""
        for number in (1, 2):
            self.sohoa("media", "add", self.folder / f"disk-{number}", "--code", f"HDD-{number}", "--kind", "hdd",
                       "--place", "Kho A")  # fmt: skip

    def json(self, *arguments: object, code: int = 0) -> Any:
        """Call the command with --json."""
        return json.loads(self.sohoa(*arguments, "--json", code=code))

    def exported(self, name: str) -> Any:
        """Export the register, without the time of the export."""
        self.sohoa("register", "export", self.folder / name)
        values = json.loads((self.folder / name).read_text())
        return {part: values[part] for part in ("media", "sets", "copies", "events")}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an office with one sealed set and two empty disks."""
    seal_set(tmp_path / "sets" / NAME, CONTENT)
    for disk in ("disk-1", "disk-2"):
        (tmp_path / disk).mkdir()
    opened = Office(tmp_path)
    yield opened
    opened.program.close()


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def words(path: Path) -> str:
    with ZipFile(path) as docx:
        return docx.read("word/document.xml").decode()


def test_the_drill(office: Office):
    """Copied, damaged, found, repaired from each other, minutes written, the register made again from the media."""
    sealed = tree(office.folder / "sets" / NAME)
    first, second = (office.folder / disk / NAME for disk in ("disk-1", "disk-2"))
    for number in (1, 2):
        office.sohoa(
            "media",
            "add",
            office.folder / f"disk-{number}",
            "--code",
            f"HDD-{number}",
            "--kind",
            "hdd",
            "--place",
            "Kho A",
        )
    copied = office.json("copy", office.folder / "sets" / NAME, *office.targets)
    assert copied["counts"] == {"copied": 2, "already-there": 0, "failed": 0}
    assert {target["read_back"] for target in copied["targets"]} == {"past the page cache"}

    flip_bit(first / FILES[0], 100)
    (first / FILES[1]).unlink()
    flip_bit(first / "manifest-sha256.txt", -60)
    os.truncate(second / FILES[2], 10)
    (second / FILES[3]).rename(second / "data" / "nhầm chỗ.tif")
    shutil.rmtree((second / FILES[4]).parent)

    answer = office.json("verify", first, second, code=1)
    found = [{(one["kind"], one["path"]) for one in copy["findings"]} for copy in answer["copies"]]
    assert {("damaged", FILES[0]), ("missing", FILES[1]), ("damaged", "manifest-sha256.txt")} <= found[0]
    assert {("damaged", FILES[2]), ("moved", FILES[3]), ("missing", FILES[4])} <= found[1]

    before = tree(first)
    plan = office.json("repair", first, "--from", second, code=1)
    assert (plan["counts"]["repairable"], plan["counts"]["lost"], plan["applied"]) == (3, 0, False)
    assert tree(first) == before
    office.sohoa("repair", first, "--from", second, "--apply")
    office.sohoa("repair", second, "--from", first, "--apply")

    assert tree(first) == tree(second) == sealed
    assert office.json("verify", first, second)["exit_code"] == 0
    assert {copy["state"] for copy in office.exported("before.json")["copies"]} == {"whole"}

    office.sohoa("paper", "check-minutes", "--out", office.folder / "kiem-tra.docx", "--set", NAME)
    office.sohoa("paper", "backup-log", "--out", office.folder / "nhat-ky.docx", "--set", NAME)
    office.sohoa("paper", "backup-minutes", "--out", office.folder / "sao-luu.docx", "--medium", "HDD-1")
    office.sohoa("paper", "restore-minutes", "--out", office.folder / "phuc-hoi.docx", "--medium", "HDD-2")
    for name in ("kiem-tra", "nhat-ky", "sao-luu", "phuc-hoi"):
        assert "HDD-" in words(office.folder / f"{name}.docx"), name
    assert "UBND phường A".upper() in words(office.folder / "kiem-tra.docx").upper()
    assert FILES[2] in words(office.folder / "phuc-hoi.docx")

    kept = office.exported("kept.json")
    for path in office.folder.glob("register.sqlite3*"):
        path.unlink()
    office.sohoa("register", "rebuild", office.folder / "disk-1", office.folder / "disk-2")
    assert office.exported("rebuilt.json") == kept


def test_a_medium_can_be_named_and_one_that_is_not_there_is_no_loss(office: Office):
    """--from takes the medium for the copy on it; a medium that is not plugged in gives no verdict, never a loss."""
    office.add_media()
    office.sohoa("copy", office.folder / "sets" / NAME, *office.targets)
    copy = office.folder / "disk-1" / NAME
    (copy / FILES[0]).unlink()

    office.sohoa("repair", copy, "--from", office.folder / "unplugged" / NAME, "--apply", code=3)
    office.sohoa("repair", office.folder / "unplugged" / NAME, "--from", copy, code=3)
    office.sohoa("repair", copy, "--from", office.folder / "disk-2", "--apply")
    assert office.json("verify", copy)["exit_code"] == 0


def test_protecting_and_restoring_with_the_real_command(office: Office):
    """Recovery data is made once, brings a lost file back without another copy, and a set comes back into a folder."""
    needs_par2()
    office.add_media()
    office.sohoa("copy", office.folder / "sets" / NAME, *office.targets)
    copy = office.folder / "disk-1" / NAME
    assert office.json("protect", copy, "--dry-run")["there"] is False
    made = office.json("protect", copy, "--redundancy", "30%")
    assert made["recovery"]["drill"].startswith("restored ")
    assert "as it was made" in office.sohoa("protect", copy, "--redundancy", "30%")
    office.sohoa("protect", copy, "--redundancy", "0", code=2)
    (copy / FILES[2]).unlink()

    assert office.json("repair", copy, code=1)["recovery_data"]
    office.sohoa("restore", copy, "--to", office.folder / "disk-1", code=2)
    (office.folder / "back").mkdir()
    office.sohoa("restore", copy, "--to", office.folder / "back", code=1)
    done = office.json("repair", copy, "--apply")
    assert [row["from"] for row in done["steps"]] == ["par2"]
    office.sohoa("restore", copy, "--to", office.folder / "back", "--reason", "Kiểm tra quý IV")
    assert tree(office.folder / "back" / NAME) == tree(office.folder / "sets" / NAME)
    office.sohoa("paper", "restore-minutes", "--out", office.folder / "phuc-hoi.docx", "--set", NAME)
    assert "Kiểm tra quý IV" in words(office.folder / "phuc-hoi.docx")
    events = [event["event"] for event in office.exported("events.json")["events"] if event["medium_code"] == "HDD-1"]
    assert events == ["created", "protected", "repaired", "restored"]


def test_what_is_lost_is_named_and_nothing_changes(office: Office):
    """A file damaged in every copy: exit 4, its name, both media as they were; the rest can be asked for."""
    for number in (1, 2):
        office.sohoa(
            "media",
            "add",
            office.folder / f"disk-{number}",
            "--code",
            f"HDD-{number}",
            "--kind",
            "hdd",
            "--place",
            "Kho A",
        )
    office.sohoa("copy", office.folder / "sets" / NAME, *office.targets)
    for disk in ("disk-1", "disk-2"):
        flip_bit(office.folder / disk / NAME / FILES[5])
    flip_bit(office.folder / "disk-1" / NAME / FILES[0])
    before = tree(office.folder / "disk-1"), tree(office.folder / "disk-2")
    call = ("repair", office.folder / "disk-1" / NAME, "--from", office.folder / "disk-2" / NAME)

    plan = office.json(*call, code=4)
    office.sohoa(*call, "--apply", code=4)

    assert [bad["path"] for bad in plan["lost"]] == [FILES[5]]
    assert (tree(office.folder / "disk-1"), tree(office.folder / "disk-2")) == before
    done = office.json(*call, "--apply", "--partial", code=4)
    assert (done["counts"]["repaired"], done["counts"]["lost"]) == (1, 1)
    assert (office.folder / "disk-1" / NAME / FILES[0]).read_bytes() == CONTENT[FILES[0]]
