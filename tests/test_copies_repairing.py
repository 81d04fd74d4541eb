"""Repairing a copy from others: believed lists, staged and read back, nothing lost, nothing done without a source."""

import datetime as dt
import hashlib
import json
import os
import random
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealed_copies import Archive, Clock, seal_set

from pipeline import bag, messages
from pipeline.cli.main import call, sohoa
from pipeline.copies import repairing
from pipeline.copies.history import history_folder, read
from pipeline.copies.quarantine import quarantine_folder
from pipeline.copies.reference import read_reference
from pipeline.copies.register import Register
from pipeline.copies.repair_plan import RepairPlan, plan_repair
from pipeline.copies.repairing import Repaired, Setting, repair
from pipeline.errors import ExitCode, NotRepairable, NoVerdict
from pipeline.verify import verify_copy

NOW = dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)
CONTENT = {f"data/masters/HS{n:02}/trang {n}.tif": bytes([n]) * (100 * n + 7) for n in range(1, 6)}
SETTING = Setting(None, None, "Nguyễn Văn A", lambda: NOW)


def make_set(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    for path, data in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    payload = [(path, len(data), {"sha256": hashlib.sha256(data).hexdigest()}) for path, data in content.items()]
    bag.write_bag_tags(folder, payload, [("External-Identifier", "NL.01")])
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def plan(copy: Path, *sources: Path) -> RepairPlan:
    reference = read_reference(copy, sources, None, None)
    return plan_repair(copy, reference, sources, told=lambda *_: None)


def go(copy: Path, *sources: Path, partial: bool = False) -> Repaired:
    setting = Setting(None, None, "A", lambda: NOW, partial)
    return repair(plan(copy, *sources), setting, {source: source.parent.name for source in sources}, lambda *_: None)


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path, dict[str, bytes]]:
    """Give two equal copies on two media, and what both are."""
    first = make_set(tmp_path / "disk-1" / "đợt")
    second = tmp_path / "disk-2" / "đợt"
    shutil.copytree(first, second)
    return first, second, tree(first)


def flip(path: Path, place: int = 3) -> str:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))
    return hashlib.sha256(bytes(data)).hexdigest()


def test_flipped_bit_is_put_right_and_the_bad_file_kept(copies: tuple[Path, Path, dict[str, bytes]]):
    """A damaged file gets the bytes of the other copy; the bad one lies in quarantine under its digest."""
    first, second, sealed = copies
    path = next(iter(CONTENT))
    bad = flip(first / path)

    done = go(first, second)

    assert done.exit_code is ExitCode.WHOLE
    assert tree(first) == sealed
    (kept,) = quarantine_folder(first).iterdir()
    assert kept.name.startswith(bad)
    (record,) = read(history_folder(first)).records
    assert record.details["files"] == [
        {"path": path, "from": "disk-2", "bad": bad, "good": hashlib.sha256(CONTENT[path]).hexdigest(),
         "quarantine": f"đợt.sohoa/quarantine/{kept.name}"}
    ]  # fmt: skip


def test_both_copies_damaged_in_different_places_become_whole(copies: tuple[Path, Path, dict[str, bytes]]):
    """Each copy gives the other what it has whole."""
    first, second, sealed = copies
    paths = list(CONTENT)
    flip(first / paths[0])
    (first / paths[1]).unlink()
    flip(second / paths[2])

    assert go(first, second).is_whole
    assert go(second, first).is_whole
    assert tree(first) == tree(second) == sealed


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "bagit.txt", "bag-info.txt"])
def test_damaged_lists_are_put_right_too(copies: tuple[Path, Path, dict[str, bytes]], name: str):
    """A damaged tag file comes back from the other copy, since the list of lists says what it must be."""
    first, second, sealed = copies
    flip(first / name)

    assert go(first, second).is_whole
    assert tree(first) == sealed


def test_list_that_agrees_with_itself_is_not_believed(copies: tuple[Path, Path, dict[str, bytes]]):
    """Lists made anew over a changed file prove nothing: without a word on which seal is right nothing is done."""
    first, second, sealed = copies
    path = next(iter(CONTENT))
    go(second, first)  # its history now names its seal
    shutil.rmtree(first)
    make_set(first, {**CONTENT, path: b"forged"})
    assert verify_copy(first).outcome == "whole"

    shutil.move(second.with_name("đợt.sohoa"), second.with_name("away"))
    with pytest.raises(NotRepairable, match="different generations"):
        plan(first, second)

    shutil.move(second.with_name("away"), second.with_name("đợt.sohoa"))
    assert go(first, second).is_whole
    assert tree(first) == sealed


def test_nothing_is_changed_where_a_file_is_lost(copies: tuple[Path, Path, dict[str, bytes]]):
    """Where no copy has a file whole the repair names it and leaves the copy as it was, unless a part is asked for."""
    first, second, _ = copies
    lost, other = list(CONTENT)[:2]
    flip(first / lost)
    (second / lost).unlink()
    flip(first / other)
    before = tree(first.parent)

    with pytest.raises(NotRepairable, match="1 files are lost") as caught:
        go(first, second)
    assert lost in str(caught.value)
    assert tree(first.parent) == before

    done = go(first, second, partial=True)
    assert done.exit_code is ExitCode.NOT_REPAIRABLE
    assert (first / other).read_bytes() == CONTENT[other]
    assert done.recorded.record.details["lost"] == [lost]


def test_swapped_and_renamed_files_go_back(copies: tuple[Path, Path, dict[str, bytes]], tmp_path: Path):
    """Contents that stand in wrong places in the copy itself are put back without any other copy's help for them."""
    first, second, sealed = copies
    paths = list(CONTENT)
    (first / paths[0]).rename(tmp_path / "swap")
    (first / paths[1]).rename(first / paths[0])
    (tmp_path / "swap").rename(first / paths[1])
    (first / "data/masters/HS03").rename(first / "data/masters/HS3")
    for path in paths[:3]:
        (second / path).unlink()

    assert go(first, second).is_whole
    assert tree(first) == sealed


def test_strange_files_go_to_quarantine(copies: tuple[Path, Path, dict[str, bytes]]):
    """A file that no list names leaves the copy and is kept beside it."""
    first, second, sealed = copies
    (first / "data" / "notes.txt").write_bytes(b"mine")

    assert go(first, second).is_whole
    assert tree(first) == sealed
    assert [path.read_bytes() for path in quarantine_folder(first).iterdir()] == [b"mine"]


def test_damaged_source_is_not_believed(copies: tuple[Path, Path, dict[str, bytes]], tmp_path: Path):
    """A file is only taken from a copy where its own bytes agree with the seal."""
    first, second, sealed = copies
    third = tmp_path / "disk-3" / "đợt"
    shutil.copytree(first, third)
    path = next(iter(CONTENT))
    flip(first / path)
    flip(second / path, 5)

    done = go(first, second, third)

    assert tree(first) == sealed
    assert [step.origin for step in done.plan.steps] == [third]


def test_further_tag_manifest_is_put_right(tmp_path: Path):
    """A list that no list names is believed where its own lines are true, and comes from there."""
    first = seal_set(tmp_path / "1" / "set", CONTENT, ("sha256", "md5"))
    second = Path(shutil.copytree(first, tmp_path / "2" / "set"))
    sealed = tree(first)
    flip(first / "tagmanifest-md5.txt", 2)
    flip(second / "bag-info.txt", 2)

    assert go(second, first).is_whole
    assert go(first, second).is_whole
    assert tree(first) == tree(second) == sealed


def test_damaged_file_under_another_form_of_its_name_leaves(copies: tuple[Path, Path, dict[str, bytes]]):
    """A damaged file whose name is in another Unicode form goes to quarantine; none is left beside the good one."""
    first, second, _ = copies
    content = {**CONTENT, "data/Sổ.bin": b"good"}
    shutil.rmtree(first)
    shutil.rmtree(second)
    sealed = tree(make_set(first, content))
    make_set(second, content)
    (first / "data/Sổ.bin").unlink()
    (first / unicodedata.normalize("NFD", "data/Sổ.bin")).write_bytes(b"bad!")

    assert go(first, second).is_whole
    assert tree(first) == sealed
    assert [path.read_bytes() for path in quarantine_folder(first).iterdir()] == [b"bad!"]


def test_repair_that_somebody_came_before_starts_again(copies: tuple[Path, Path, dict[str, bytes]]):
    """What was put right between plan and repair is not undone."""
    first, second, sealed = copies
    path = next(iter(CONTENT))
    flip(first / path)
    old = plan(first, second)
    assert go(first, second).is_whole

    with pytest.raises(NoVerdict, match="start it again"):
        repair(old, SETTING, {}, lambda *_: None)
    assert tree(first) == sealed


@pytest.mark.parametrize("stop", ["write_intent", "set_aside", "rename_durable", "verify_copy", "record_event",
                                  "forget_intent"])  # fmt: skip
def test_stopped_repair_is_finished_and_told_as_one(
    copies: tuple[Path, Path, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch, stop: str
):
    """Stopped before or in the middle of any step and called again: one record, of all that both did."""
    first, second, sealed = copies
    paths = list(CONTENT)
    bad = {path: flip(first / path) for path in paths[:2]}
    (first / paths[2]).unlink()
    real, calls = getattr(repairing, stop), [0]

    def stopped(*arguments: object, **options: object) -> object:
        calls[0] += 1
        if calls[0] == (2 if stop in {"set_aside", "rename_durable"} else 1):
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(repairing, stop, stopped)
    with pytest.raises(KeyboardInterrupt):
        go(first, second)
    monkeypatch.setattr(repairing, stop, real)

    done = go(first, second)

    assert done.is_whole
    assert tree(first) == sealed
    (record,) = read(history_folder(first)).records
    rows = {row["path"]: row["bad"] for row in record.details["files"]}
    assert rows == {**bad, paths[2]: "missing"}
    assert {row["from"] for row in record.details["files"]} == {"disk-2"}
    kept = sorted(path.name[:64] for path in quarantine_folder(first).iterdir())
    assert kept == sorted(bad.values())
    assert sorted(path.name for path in first.with_name("đợt.sohoa").iterdir()) == ["history", "quarantine"]


@pytest.fixture(autouse=True)
def _no_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_REGISTER", str(tmp_path / "none.sqlite3"))


def said(*arguments: object) -> int:
    return call(lambda: sohoa.main([*map(str, arguments)], prog_name="sohoa", standalone_mode=False))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Give a register and a place for media."""
    return Archive(tmp_path, Register(tmp_path / "register.sqlite3"), Clock())


@pytest.mark.parametrize("left", ["nothing", "the mount point", "the copy's folder", "a folder that nobody knows"])
def test_nothing_is_written_where_the_medium_is_away(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str], left: str
):
    """A repair of a copy on an unplugged medium says that it is away, exit 3, and leaves the bare folder bare."""
    first, second = (archive.copy(archive.medium(code), "set") for code in ("HDD-1", "HDD-2"))
    first.parent.rename(tmp_path / "away")
    if left != "nothing":
        (first if "folder" in left else first.parent).mkdir(parents=True)
    register = () if "nobody" in left else ("--register", archive.register.path)
    before = sorted(tmp_path.rglob("*"))

    code = said("repair", first, "--from", second, "--apply", *register)

    assert code == ExitCode.NO_VERDICT
    assert "plugged in?" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_copy_that_is_gone_is_no_repair_and_an_emptied_one_is(archive: Archive, capsys: pytest.CaptureFixture[str]):
    """On a medium that is there an emptied copy is filled again; without its folder `sohoa copy` is named."""
    first, second = (archive.copy(archive.medium(code), "set") for code in ("HDD-1", "HDD-2"))
    command = ("repair", first, "--from", second, "--apply", "--register", archive.register.path)
    shutil.rmtree(first)

    assert said(*command) == ExitCode.NO_VERDICT
    assert "sohoa copy" in capsys.readouterr().err
    assert not first.exists()
    first.mkdir()
    assert said(*command) == ExitCode.WHOLE
    assert tree(first) == tree(second)


def test_medium_that_goes_while_the_copy_is_read_is_not_made_anew(archive: Archive, tmp_path: Path):
    """Unplugged between plan and repair: no verdict, and the bare folder stays bare."""
    first, second = (archive.copy(archive.medium(code), "set") for code in ("HDD-1", "HDD-2"))
    medium = archive.medium_of(first)
    shutil.rmtree(first / "data")
    made = plan(first, second)
    first.parent.rename(tmp_path / "away")
    first.mkdir(parents=True)

    with pytest.raises(NoVerdict, match="plugged in"):
        repair(made, Setting(medium, None, "A", lambda: NOW), {}, lambda *_: None)
    assert list(first.parent.rglob("*")) == [first]


@pytest.mark.parametrize("where", ["data", "data/masters", "data/masters/HS02"])
@pytest.mark.parametrize("damaged", [False, True])
def test_link_in_a_copy_is_never_followed(
    copies: tuple[Path, Path, dict[str, bytes]], tmp_path: Path, where: str, *, damaged: bool
):
    """A link in a folder's place goes to quarantine as a link; what it leads to keeps every file, right or wrong."""
    first, second, sealed = copies
    outside = tmp_path / "outside"
    (first / where).rename(outside)
    (first / where).symlink_to(outside)
    if damaged:
        flip(next(path for path in sorted(outside.rglob("*")) if path.is_file()))
    before = tree(outside)

    done = go(first, second)

    assert done.exit_code is ExitCode.WHOLE
    assert tree(first) == sealed
    assert not any(path.is_symlink() for path in first.rglob("*"))
    assert tree(outside) == before
    (kept,) = quarantine_folder(first).iterdir()
    assert kept.readlink() == outside
    assert list(done.set_aside) == [where]
    assert {row["bad"] for row in done.recorded.record.details["files"]} == {"missing"}


def test_all_lost_files_are_named(copies: tuple[Path, Path, dict[str, bytes]], capsys: pytest.CaptureFixture[str]):
    """A repair that is refused names every lost file, as text and as JSON, with exit code 4 in both."""
    first, second, _ = copies
    content = {f"data/{number:02}.bin": bytes([number]) for number in range(9)}
    for copy in (first, second):
        shutil.rmtree(copy)
        shutil.rmtree(make_set(copy, content) / "data")
    command = ("repair", first, "--from", second, "--apply")

    assert said(*command) == ExitCode.NOT_REPAIRABLE
    shown = capsys.readouterr()
    assert all(f"{path}: LOST" in shown.out for path in content)
    assert "9 files are lost" in shown.err
    assert said(*command, "--json") == ExitCode.NOT_REPAIRABLE
    values = json.loads(capsys.readouterr().out)
    assert [row["path"] for row in values["lost"]] == sorted(content)
    assert (values["exit_code"], values["applied"], values["counts"]["lost"]) == (4, False, 9)


def test_plan_and_progress_are_vietnamese(
    copies: tuple[Path, Path, dict[str, bytes]], capsys: pytest.CaptureFixture[str]
):
    """What was found in a file's place, and how far the reading is, is said in the chosen language."""
    first, second, _ = copies
    paths = list(CONTENT)
    (first / paths[0]).unlink()
    (first / paths[1]).unlink()
    (first / paths[1]).symlink_to(second / paths[1])

    assert said("--lang", "vi", "repair", first, "--from", second) == ExitCode.FINDINGS
    shown = capsys.readouterr()
    messages.use("en")
    assert f"{paths[0]}: thiếu ->" in shown.out
    assert f"{paths[1]}: liên kết ->" in shown.out
    assert "đã xét:" in shown.err
    assert "judged" not in shown.err


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_random_damage_is_repaired_or_named(tmp_path_factory: pytest.TempPathFactory, seed: int):
    """A copy becomes whole where each file is good somewhere, else exactly the files good nowhere are named."""
    chance = random.Random(seed)
    root = tmp_path_factory.mktemp("random")
    content = {f"data/{n % 3}/tệp {n}.bin": chance.randbytes(chance.randrange(1, 400)) for n in range(8)}
    first = make_set(root / "a" / "bộ", content)
    copies = [first, *(Path(shutil.copytree(first, root / name / "bộ")) for name in "bc")]
    sealed, good = tree(first), dict.fromkeys(content, 3)
    for copy in copies:
        for path in chance.sample(sorted(content), chance.randrange(6)):
            damage(copy / path, chance)
            good[path] -= 1
    lost = {path for path, count in good.items() if not count}

    found = plan(*copies)
    assert {bad.path for bad in found.lost} == lost
    if not lost:
        assert repair(found, SETTING, {}, lambda *_: None).is_whole
        assert tree(first) == sealed


def damage(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    kind = chance.randrange(4)
    if kind == 0:
        path.unlink()
    elif kind == 1:
        path.write_bytes(data[: len(data) // 2])
    elif kind == 2:
        path.write_bytes(data + b"x")
    else:
        flip(path, chance.randrange(len(data)))
    assert not os.path.lexists(path) or path.read_bytes() != data
