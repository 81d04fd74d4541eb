"""The register: what is written comes back, several writers wait, media alone make it again."""

import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.copies import database, device
from pipeline.copies.comparing import compare
from pipeline.copies.database import Database, schemas
from pipeline.copies.history import history_folder, read
from pipeline.copies.keeping import add_medium, move_medium, retire_medium
from pipeline.copies.medium import NAME, Medium, new_medium, read_identity, write_identity
from pipeline.copies.mending import mend_history
from pipeline.copies.presence import copies_on, present_media
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register, default_path
from pipeline.copies.registering import export, rebuild
from pipeline.copies.seal import read_seal
from pipeline.copies.stock import State
from pipeline.errors import FolderBusy, NoVerdict, UsageError

START = dt.datetime(2026, 1, 5, 8, 0, tzinfo=dt.UTC)
SEAL = "a" * 64
CREATED = {"files": 3, "bytes": 700, "read_back": "past the page cache"}
WHOLE = {"outcome": "whole", "counts": {}, "covered": {"full": True, "part": "", "files": 3, "bytes": 700}}
FAULTY = {"outcome": "findings", "counts": {"damaged": 1}, "covered": {"full": True, "files": 3, "bytes": 700}}


def at(day: int = 0, second: int = 0):
    return lambda: START + dt.timedelta(day, second)


def medium(number: int, root: Path, *, code: str = "", place: str = "Kho A") -> Medium:
    """Give a folder the identity of a medium."""
    root.mkdir(parents=True, exist_ok=True)
    made = new_medium(medium_id=f"{number:032x}", code=code or f"HDD-{number}", kind="hdd", place=place,
                      until="2031-12", now=at())  # fmt: skip
    write_identity(root, made)
    return made


def bag(copy: Path, text: str = "x") -> None:
    """Put a small set in place."""
    copy.mkdir()
    (copy / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (copy / "bag-info.txt").write_text("Source-Organization: Xã Suối Mây\nExternal-Identifier: NL.01\n", "utf-8")
    (copy / "tagmanifest-sha256.txt").write_text(text)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "register.sqlite3") as opened:
        yield opened


@pytest.fixture
def stocked(register: Register, tmp_path: Path) -> tuple[Register, list[Path]]:
    """Two media with two sets each, written and checked."""
    roots = [tmp_path / "đĩa 1", tmp_path / "đĩa 2"]
    for number, root in enumerate(roots, 1):
        made = medium(number, root, place=f"Kho {number}")
        register.put_medium(made, root)
        for day, name in enumerate(("đợt 1", "đợt 2")):
            bag(root / name, name)
            seal = read_seal(root / name)
            for event, details in ((Event.CREATED, CREATED), (Event.VERIFIED, WHOLE)):
                record_event(root / name, event, details, medium=made, register=register, seal=seal, by="An",
                             now=at(day, number))  # fmt: skip
    return register, roots


# Values in, values out


def test_default_place_follows_the_environment():
    """SOHOA_REGISTER wins, then the XDG folder, then the user's home."""
    assert default_path({"SOHOA_REGISTER": "/x/r", "XDG_DATA_HOME": "/d"}) == Path("/x/r")
    assert default_path({"XDG_DATA_HOME": "/d", "HOME": "/h"}) == Path("/d/sohoa/register.sqlite3")
    assert default_path({"XDG_DATA_HOME": "relative", "HOME": "/h"}) == Path("/h/.local/share/sohoa/register.sqlite3")


def test_media_come_back_by_code_and_id(register: Register, tmp_path: Path):
    """A medium is found by its code and by its id, with the place it was last seen at."""
    made = medium(1, tmp_path / "m")
    register.put_medium(made, tmp_path / "m")
    register.put_medium(made)

    assert register.media() == (made,)
    assert register.medium("HDD-1") == register.medium(made.id) == made
    assert register.medium("HDD-2") is None
    assert register.paths() == {made.id: tmp_path / "m"}


def test_code_belongs_to_one_medium(register: Register, tmp_path: Path):
    """A second medium never gets a code that is taken, also of one out of use."""
    register.put_medium(medium(1, tmp_path / "m"))

    with pytest.raises(UsageError, match="has the code HDD-1 already"):
        register.put_medium(medium(2, tmp_path / "n", code="HDD-1"))


def test_records_add_up_to_the_state(stocked: tuple[Register, list[Path]]):
    """A copy that was read back is whole; damage found makes it faulty; a full check that is whole makes it good."""
    register, (root, _) = stocked
    made = read_identity(root)

    def after(details: dict[str, object], day: int) -> tuple[str, str]:
        record_event(root / "đợt 1", Event.VERIFIED, details, medium=made, register=register, seal=SEAL, by="An",
                     now=at(day))  # fmt: skip
        copy = register.copy(made.id, "đợt 1")
        return copy.state, copy.last_full_check[:10]

    part = {"outcome": "whole", "counts": {}, "covered": {"full": False, "part": "1/4", "files": 1, "bytes": 9}}
    absent = {"outcome": "no-verdict", "counts": {"medium-absent": 1, "damaged": 0}, "covered": {"full": False}}
    unread = {"outcome": "no-verdict", "counts": {"unreadable": 1}, "covered": {"full": False}}

    assert after(FAULTY, 10) == ("faulty", "2026-01-05")
    assert after(part, 11) == ("faulty", "2026-01-05")
    assert after(unread, 12) == ("faulty", "2026-01-05")
    assert after(WHOLE, 13) == ("whole", "2026-01-18")
    assert after(absent, 14) == ("whole", "2026-01-18")
    assert after(unread, 15) == ("in-doubt", "2026-01-18")
    assert after(WHOLE, 16) == ("whole", "2026-01-21")


@pytest.mark.parametrize("read_back", ["", "perhaps from memory: this system cannot drop its cache"])
def test_copy_that_was_not_read_back_is_unproved(register: Register, tmp_path: Path, read_back: str):
    """What may have come out of the machine's own memory proves nothing, until all of it was read later on."""
    made = medium(1, tmp_path / "m")
    register.put_medium(made)
    values = {"medium": made, "register": register, "seal": SEAL, "by": "An"}
    copy = tmp_path / "m" / "s"
    record_event(copy, Event.CREATED, {**CREATED, "read_back": read_back}, now=at(), **values)
    assert register.copy(made.id, "s").state == State.UNPROVED

    half = {"outcome": "whole", "counts": {}, "covered": {"full": False, "part": "1/2", "files": 1, "bytes": 1}}
    record_event(copy, Event.VERIFIED, half, now=at(1), **values)
    assert register.copy(made.id, "s").state == State.UNPROVED
    rest = {**half, "covered": {**half["covered"], "part": "2/2", "since": "2026-01-06T15:00:00+07:00"}}
    record_event(copy, Event.VERIFIED, rest, now=at(2), **values)

    found = register.copy(made.id, "s")
    assert (found.state, found.covered_since, found.last_part) == ("whole", "2026-01-06T15:00:00+07:00", "2/2")


def test_edited_seal_does_not_move_the_copy_to_another_set(stocked: tuple[Register, list[Path]]):
    """A check of a copy whose tag manifest was changed stays a check of the set that was written."""
    register, (root, _) = stocked
    made = read_identity(root)
    before = register.copy(made.id, "đợt 1")
    record_event(root / "đợt 1", Event.VERIFIED, FAULTY, medium=made, register=register, seal="b" * 64, by="An",
                 now=at(3))  # fmt: skip

    assert register.copy(made.id, "đợt 1").seal == before.seal
    assert register.copy(made.id, "đợt 1").state == "faulty"
    assert register.sets(seal="b" * 64) == ()


def test_sets_know_their_size_and_what_they_say_of_themselves(stocked: tuple[Register, list[Path]]):
    """Size comes from the records, the description from bag-info.txt."""
    first = stocked[0].sets(name="đợt 1")[0]

    assert (first.payload_bytes, first.payload_files) == (700, 3)
    assert first.description == {"Source-Organization": "Xã Suối Mây", "External-Identifier": "NL.01"}


def test_later_generation_supersedes(register: Register, tmp_path: Path):
    """Of two generations of a name the one seen first is the old one."""
    made = medium(1, tmp_path / "m")
    register.put_medium(made)
    for day, seal in enumerate(("c" * 64, "b" * 64)):
        record_event(tmp_path / "m" / "s", Event.CREATED, CREATED, medium=made, register=register, seal=seal, by="An",
                     now=at(day))  # fmt: skip

    assert register.superseded() == {"c" * 64}
    assert register.copy(made.id, "s").seal == "b" * 64


# Medium and register beside each other


def test_kill_between_medium_and_register_is_made_good(stocked: tuple[Register, list[Path]], tmp_path: Path):
    """A record that only the medium has comes into the register with the next one."""
    register, (root, _) = stocked
    made = read_identity(root)
    shutil.copy(register.path, tmp_path / "before.sqlite3")
    values = {"medium": made, "seal": SEAL, "by": "An"}
    record_event(root / "đợt 1", Event.VERIFIED, FAULTY, register=None, now=at(7), **values)
    found = compare(root / "đợt 1", made, register)
    assert [record.number for record in found.to_register] == [3]
    assert found.findings == ()

    record_event(root / "đợt 1", Event.VERIFIED, WHOLE, register=register, now=at(8), **values)

    assert [record.number for record, _ in register.chain(made.id, "đợt 1")] == [1, 2, 3, 4]
    assert compare(root / "đợt 1", made, register).findings == ()


def test_read_only_medium_leaves_the_record_to_the_register(
    stocked: tuple[Register, list[Path]], monkeypatch: pytest.MonkeyPatch
):
    """What cannot be written on the medium stands in the register, and goes over when it can."""
    register, (root, _) = stocked
    made = read_identity(root)
    values = {"medium": made, "register": register, "seal": SEAL, "by": "An"}

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, os.strerror(30))

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.copies.history.write_atomic", refuse)
        for day in (7, 8):
            result = record_event(root / "đợt 1", Event.VERIFIED, WHOLE, now=at(day), **values)
            assert (result.on_medium, result.in_register, result.problem) == (False, True, os.strerror(30))
    assert read(history_folder(root / "đợt 1")).head.number == 2
    assert [on_medium for _, on_medium in register.chain(made.id, "đợt 1")] == [True, True, False, False]
    assert compare(root / "đợt 1", made, register).findings == ()

    record_event(root / "đợt 1", Event.VERIFIED, WHOLE, now=at(9), **values)

    assert read(history_folder(root / "đợt 1")).breaks == ()
    assert read(history_folder(root / "đợt 1")).head.number == 5
    assert all(on_medium for _, on_medium in register.chain(made.id, "đợt 1"))


def test_neither_medium_nor_register_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A record that would stand nowhere is never taken for written."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("pipeline.copies.history.write_atomic", refuse)
    with pytest.raises(NoVerdict, match="could not be written"):
        record_event(tmp_path / "s", Event.VERIFIED, WHOLE, medium=None, register=None, seal=SEAL, by="An", now=at())


def test_older_state_of_the_medium_is_found(stocked: tuple[Register, list[Path]]):
    """A medium that was put back to an earlier state is found by its history's end."""
    register, (root, _) = stocked
    made = read_identity(root)
    (history_folder(root / "đợt 1") / "000002.json").unlink()

    assert (
        compare(root / "đợt 1", made, register)
        .findings[0]
        .startswith("the history on the medium ends with record 1, in the register with record 2")
    )


def test_other_record_of_the_same_number_is_found(stocked: tuple[Register, list[Path]]):
    """A history that was written anew from some record on does not agree with the register."""
    register, (root, _) = stocked
    made = read_identity(root)
    (history_folder(root / "đợt 1") / "000002.json").unlink()
    record_event(root / "đợt 1", Event.VERIFIED, WHOLE, medium=made, register=None, seal=SEAL, by="x", now=at(60))

    assert compare(root / "đợt 1", made, register).findings == (
        "record 2 of the history is another one than in the register",
    )


def test_history_of_another_medium_or_set_is_found(stocked: tuple[Register, list[Path]]):
    """A history that was copied along with a copy, or belongs to a renamed folder, is not taken for its own."""
    register, (one, two) = stocked
    shutil.copytree(one / "đợt 1.sohoa", two / "đợt 3.sohoa")
    shutil.copytree(two / "đợt 1.sohoa", two / "đợt 4.sohoa")
    made = read_identity(two)

    assert compare(two / "đợt 3", made, register).findings == (
        "record 1 of the history belongs to another medium (HDD-1)",
    )
    assert compare(two / "đợt 4", made, register).findings == ("the history is that of đợt 1: the folder was renamed",)


def test_broken_history_is_mended_from_the_register(stocked: tuple[Register, list[Path]]):
    """Records that are gone or were changed come back from the register; what stood there is kept, and all is told."""
    register, (root, _) = stocked
    made, copy = read_identity(root), root / "đợt 1"
    values = {"medium": made, "register": register, "seal": SEAL, "by": "An"}
    record_event(copy, Event.VERIFIED, WHOLE, now=at(5), **values)
    (history_folder(copy) / "000001.json").unlink()
    (history_folder(copy) / "000002.json").write_bytes(b"changed")
    assert mend_history(copy, made, register, by="An", now=at(6), dry_run=True) == (1, 2)
    assert compare(copy, made, register).findings

    assert mend_history(copy, made, register, by="An", now=at(6)) == (1, 2)

    assert compare(copy, made, register).findings == ()
    assert read(history_folder(copy)).records[-1].details == {"records": [1, 2]}
    assert [file.read_bytes() for file in (root / "đợt 1.sohoa" / "quarantine").iterdir()] == [b"changed"]
    assert mend_history(copy, made, register, by="An", now=at(7)) == ()
    assert register.copy(made.id, "đợt 1").state == "whole"


def test_broken_history_alone_is_no_damage_of_the_set(stocked: tuple[Register, list[Path]]):
    """A full reading that found the bytes right and only the chain of records broken leaves the copy whole."""
    register, (root, _) = stocked
    made = read_identity(root)
    values = {"medium": made, "register": register, "seal": SEAL, "by": "An"}
    broken = {"outcome": "findings", "counts": {"history-broken": 1, "damaged": 0}, "covered": {"full": True}}
    record_event(root / "đợt 1", Event.VERIFIED, broken, now=at(5), **values)
    assert register.copy(made.id, "đợt 1").state == "whole"

    both = {**broken, "counts": {"history-broken": 1, "damaged": 1}}
    record_event(root / "đợt 1", Event.VERIFIED, both, now=at(6), **values)
    assert register.copy(made.id, "đợt 1").state == "faulty"


# Rebuild


def test_media_alone_make_the_same_register(stocked: tuple[Register, list[Path]], tmp_path: Path):
    """A register made again from the media gives out the same, word for word, as the one kept all along."""
    register, roots = stocked
    move_medium(register, "HDD-1", "Kho mới", root=roots[0], by="An", now=at(20))
    made = read_identity(roots[1])
    record_event(roots[1] / "đợt 2", Event.VERIFIED, FAULTY, medium=made, register=register, seal=SEAL, by="An",
                 now=at(30))  # fmt: skip
    retire_medium(register, "HDD-2", root=roots[1], now=at(40))

    with Register(tmp_path / "again.sqlite3") as again:
        result = rebuild(again, roots)
        assert (result.findings, result.copies, result.records) == ((), 4, 11)
        assert export(again) == export(register)
        rebuild(again, reversed(roots))
        assert export(again) == export(register)
    assert json.loads(json.dumps(export(register))) == export(register)


def test_rebuild_tells_what_it_could_not_use(stocked: tuple[Register, list[Path]], tmp_path: Path):
    """Broken chains, folders without identity, clones and doubled codes are findings; the rest is taken in."""
    register, (one, two) = stocked
    (history_folder(one / "đợt 1") / "000001.json").write_bytes(b"{}")
    clone = shutil.copytree(two, tmp_path / "clone")
    medium(9, tmp_path / "impostor", code="HDD-1")
    bag(two / "đợt 7")

    result = rebuild(register, [one, two, clone, tmp_path / "impostor", tmp_path])

    joined = "\n".join(remark.detail for remark in result.findings)
    for part in ("is a clone of the other", "record 1 of the history is damaged", "is another medium",
                 "there is no medium here", "the copy has no history"):  # fmt: skip
        assert part in joined
    assert result.copies == 4
    assert {made.code for made in register.media()} == {"HDD-1", "HDD-2"}


# Media


def test_medium_is_known_again_with_its_copies(stocked: tuple[Register, list[Path]], tmp_path: Path):
    """A medium that comes from another machine brings its copies and their history into the register."""
    old, roots = stocked
    with Register(tmp_path / "other.sqlite3") as other:
        wanted = new_medium(medium_id="f" * 32, code="HDD-1", kind="hdd", place="?", until="", now=at(50))
        assert add_medium(other, roots[0], wanted).id == f"{1:032x}"
        assert [copy.name for copy in other.copies()] == ["đợt 1", "đợt 2"]
        assert other.copies() == old.copies(medium_id=f"{1:032x}")


def test_medium_whose_adding_was_cut_short_is_added_by_the_same_call(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A call that was ended between medium and register leaves a medium that the next call takes in."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    root = tmp_path / "m"
    root.mkdir()
    first, second = (
        new_medium(medium_id=digit * 32, code="HDD-1", kind="hdd", place="A", until="", now=at()) for digit in "ef"
    )
    with monkeypatch.context() as patched:
        patched.setattr(Register, "put_medium", dies)
        with pytest.raises(KeyboardInterrupt):
            add_medium(register, root, first)

    assert add_medium(register, root, second) == first
    assert register.media() == (first,)


def test_label_of_another_medium_is_refused(stocked: tuple[Register, list[Path]], tmp_path: Path):
    """A medium that bears a known code but another identity is the wrong one, and nothing is changed."""
    register, (root, _) = stocked
    medium(7, tmp_path / "giả", code="HDD-1")
    wanted = new_medium(medium_id="f" * 32, code="HDD-1", kind="hdd", place="?", until="", now=at())

    with pytest.raises(UsageError, match="only bears its code"):
        add_medium(register, tmp_path / "giả", wanted)
    (tmp_path / "mới").mkdir()
    with pytest.raises(UsageError, match="only bears its code"):
        add_medium(register, tmp_path / "mới", wanted)
    assert list((tmp_path / "mới").iterdir()) == []
    with pytest.raises(UsageError, match="is the medium HDD-1 already"):
        add_medium(register, root, new_medium(medium_id="f" * 32, code="X", kind="hdd", place="?", until="", now=at()))
    assert [problem.kind for problem in present_media(register, [tmp_path / "giả"]).problems] == ["wrong-medium"]


def test_clone_of_a_medium_is_reported(stocked: tuple[Register, list[Path]], tmp_path: Path):
    """Two disks with one identity are found when both are plugged in; one seen under two names is one."""
    register, (root, _) = stocked
    (tmp_path / "tên khác").symlink_to(root)
    assert present_media(register, [tmp_path / "tên khác"]).problems == ()
    shutil.copytree(root, tmp_path / "bản")

    found = present_media(register, [tmp_path / "bản"])

    assert [(problem.kind, problem.path) for problem in found.problems] == [("cloned", root)]
    assert [item.code for item, _ in found.media] == ["HDD-1", "HDD-2"]


def test_unreadable_identity_is_reported(register: Register, tmp_path: Path):
    """A medium whose identity is damaged is not passed over in silence."""
    (tmp_path / NAME).write_text("{")

    assert [problem.kind for problem in present_media(register, [tmp_path]).problems] == ["unreadable"]


def test_absent_medium_learns_later_where_it_is_kept(stocked: tuple[Register, list[Path]]):
    """A medium that was not at hand when it was moved gets the record and the place when it is."""
    register, (root, _) = stocked
    move_medium(register, "HDD-1", "Kho xa", root=None, by="An", now=at(20))
    assert read_identity(root).place == "Kho 1"
    assert register.medium("HDD-1").place == "Kho xa"
    assert compare(root / "đợt 1", read_identity(root), register).findings == ()

    record_event(root / "đợt 1", Event.VERIFIED, WHOLE, medium=read_identity(root), register=register, seal=SEAL,
                 by="An", now=at(21))  # fmt: skip

    assert read_identity(root).place == "Kho xa"
    assert [record.event for record in read(history_folder(root / "đợt 1")).records] == [
        "created", "verified", "moved", "verified",
    ]  # fmt: skip


def test_move_that_was_cut_short_is_not_told_twice(
    stocked: tuple[Register, list[Path]], monkeypatch: pytest.MonkeyPatch
):
    """A move that was ended between two copies is finished by the same call, with one record for each copy."""
    register, (root, _) = stocked
    real, calls = record_event, []

    def dies(*arguments: object, **values: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **values)

    monkeypatch.setattr("pipeline.copies.keeping.record_event", dies)
    with pytest.raises(KeyboardInterrupt):
        move_medium(register, "HDD-1", "Kho B", root=root, by="An", now=at(20))
    monkeypatch.undo()
    move_medium(register, "HDD-1", "Kho B", root=root, by="An", now=at(21))

    for name in ("đợt 1", "đợt 2"):
        events = [record.event for record in read(history_folder(root / name)).records]
        assert events == ["created", "verified", "moved"]


def test_copies_are_found_by_bag_or_history(stocked: tuple[Register, list[Path]]):
    """A copy whose folder is gone is still known by its history; parts and other folders are no copies."""
    root = stocked[1][0]
    shutil.rmtree(root / "đợt 2")
    (root / ".đợt 5.part").mkdir()
    (root / "lost+found").mkdir()

    assert copies_on(root) == ("đợt 1", "đợt 2")


# The file


def test_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On a share of another machine the register is refused with what to do, and nothing is made."""
    share = device.Mount("0:50", str(tmp_path), "cifs", "//NAS-1/x")
    monkeypatch.setattr(device, "mounts", lambda: (share,))

    with pytest.raises(UsageError, match=r"network share \(cifs, //NAS-1/x\).*SOHOA_REGISTER"):
        Register(tmp_path / "a" / "register.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_register_logs_ahead(register: Register):
    """On a local disk SQLite writes ahead, so that readers and a writer do not stop each other."""
    with sqlite3.connect(register.path) as base:
        assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    base.close()


def test_writer_that_waits_too_long_says_so(register: Register, tmp_path: Path):
    """A register that another program holds is answered with exit code 7, after waiting."""
    holder = sqlite3.connect(register.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with Register(register.path, wait_seconds=0.2) as other:
            began = time.monotonic()
            with pytest.raises(FolderBusy, match="another program is writing") as caught:
                other.put_medium(medium(1, tmp_path / "m"))
        assert time.monotonic() - began >= 0.15
        assert caught.value.exit_code == 7
    finally:
        holder.close()


WRITER = """
import datetime as dt, sys
from pathlib import Path
from pipeline.copies.medium import new_medium
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register
number, count = int(sys.argv[3]), int(sys.argv[4])
now = lambda: dt.datetime.now(dt.UTC)
root = Path(sys.argv[2]) / str(number)
root.mkdir(exist_ok=True)
made = new_medium(medium_id=f"{number:032x}", code=f"M-{number}", kind="hdd", place="x", until="", now=now)
with Register(Path(sys.argv[1])) as register:
    if register.medium(made.id) is None:
        register.put_medium(made, root)
    for step in range(count):
        record_event(root / "s", Event.VERIFIED, {"outcome": "whole", "counts": {}, "covered": {"full": True}},
                     medium=made, register=register, seal="a" * 64, by="x", now=now)
"""


def test_writers_at_once_wait_for_each_other(tmp_path: Path):
    """Programs that begin the register and write at the same moment all succeed, and nothing is lost."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "r.sqlite3", tmp_path, str(number), "10"])
        for number in (1, 2, 3)
    ]

    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    with Register(tmp_path / "r.sqlite3") as register:
        assert [copy.head_number for copy in register.copies()] == [10, 10, 10]


def test_kill_at_any_moment_loses_nothing(tmp_path: Path):
    """After kill -9 the next record brings medium and register to the same end, with a whole chain."""
    path, root = tmp_path / "r.sqlite3", tmp_path / "1"
    for turn in range(4):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path, tmp_path, "1", "100000"])
        before, end = read(history_folder(root / "s")).head.number, time.monotonic() + 30
        while read(history_folder(root / "s")).head.number < before + 3 and time.monotonic() < end:
            time.sleep(0.007 + 0.002 * turn)
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
        with Register(path) as register:
            made = register.medium("M-1")
            assert compare(root / "s", made, register).findings == ()
            record_event(root / "s", Event.VERIFIED, WHOLE, medium=made, register=register, seal=SEAL, by="x",
                         now=at(9999))  # fmt: skip
            assert register.head(made.id, "s") == read(history_folder(root / "s")).head
            assert len(register.chain(made.id, "s")) == register.head(made.id, "s").number


def test_file_that_is_no_register_is_not_touched(tmp_path: Path):
    """Another file of the name is no verdict, and stays as it is."""
    path = tmp_path / "register.sqlite3"
    path.write_bytes(b"something else, longer than any header of a database would be" * 40)

    with pytest.raises(NoVerdict, match="sohoa register rebuild"):
        Register(path)
    assert path.read_bytes().startswith(b"something else")


def test_register_of_a_newer_program_is_not_touched(tmp_path: Path):
    """A register that a newer version has changed is left alone."""
    path = tmp_path / "register.sqlite3"
    with sqlite3.connect(path) as base:
        base.execute(f"PRAGMA user_version = {len(schemas()) + 1}")
    base.close()

    with pytest.raises(NoVerdict, match="newer version"):
        Register(path)


def test_older_register_is_brought_up_to_date(tmp_path: Path):
    """Each version's statements run once, in order; what stands in the tables stays; a failing one leaves no trace."""
    path = tmp_path / "r.sqlite3"
    one, two = "CREATE TABLE a (x);\nINSERT INTO a VALUES (1)", "ALTER TABLE a ADD COLUMN y DEFAULT 7"
    Database(path, versions=[one]).close()
    with pytest.raises(NoVerdict):
        Database(path, versions=[one, "CREATE TABLE b (x);\nnonsense"])
    for _ in range(2):
        base = Database(path, versions=[one, two])
        assert base.rows("SELECT x, y FROM a") == [(1, 7)]
        assert base.rows("SELECT name FROM sqlite_schema WHERE name = 'b'") == []
        base.close()


def test_absent_register_is_not_made_by_looking(tmp_path: Path):
    """A command that only looks makes no register."""
    with pytest.raises(UsageError, match="there is no register"):
        Register(tmp_path / "r.sqlite3", create=False)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_a_sentence(register: Register, tmp_path: Path):
    """SQLite's own errors come as no verdict with the file's name."""
    register._base._base.execute("PRAGMA max_page_count = 1")
    made = [medium(number, tmp_path / "m", place="x" * 4000) for number in range(1, 200)]

    def fill() -> None:
        for item in made:
            register.put_medium(item)

    with pytest.raises(NoVerdict, match="cannot be used"):
        fill()


def test_schema_is_published():
    """The statements that make the tables are files of the package, and every table in use is among them."""
    text = (files("pipeline") / "schemas" / database._SCHEMAS[0]).read_text(encoding="utf-8")

    assert all(f"CREATE TABLE {name} " in text for name in ("media", "sets", "copies", "events"))
