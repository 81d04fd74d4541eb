"""The fault corpus: one numbered case for each fault, run by the real command against real copies on coded media.

For each: the class of the finding, the JSON and the exit code.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from faulty_disk import faulty_disk
from sealed_copies import CONTENT, A, Archive, B, C, Clock, clone, flip_bit, seal_set

from pipeline.cli.verify import verify
from pipeline.copies.medium import write_identity
from pipeline.copies.mending import mend_history
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register

ROOT = Path(__file__).parent.parent


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give a register with no media yet."""
    with Register(tmp_path / "office" / "register.sqlite3") as register:
        yield Archive(tmp_path, register, Clock())


@pytest.fixture
def copy(archive: Archive) -> Path:
    """Give a copy on a medium, written and recorded."""
    return archive.copy(archive.medium("HDD-1"), "Đợt 1")


def checked(archive: Archive, *call: str | Path) -> tuple[int, dict[str, Any]]:
    """Run the command and give its exit code and its JSON."""
    given = ["--json", "--by", "Minh", "--register", str(archive.register.path), *map(str, call)]
    result = CliRunner().invoke(verify, given, catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout)


def classes(answer: dict[str, Any], place: int = 0) -> set[tuple[str, str]]:
    """Give class and path of each finding about one copy."""
    return {(finding["kind"], finding["path"]) for finding in answer["copies"][place]["findings"]}


def last_record(archive: Archive, copy: Path) -> Any:
    """Give the newest record of a copy that the register holds."""
    medium = archive.medium_of(copy)
    return archive.register.chain(medium.id, copy.name)[-1][0]


def rewrite(path: Path, old: str, new: str) -> None:
    """Put one text for another."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def zero_sector(copy: Path) -> None:
    """Blank 512 bytes, as a disk that lost a sector gives them."""
    with (copy / C).open("r+b") as file:
        file.seek(4096)
        file.write(bytes(512))


def swap(copy: Path) -> None:
    """Give two files each other's names."""
    (copy / A).rename(copy / "data/x")
    (copy / B).rename(copy / A)
    (copy / "data/x").rename(copy / B)


def to_nfd(copy: Path) -> None:
    """Write the payload's names as a Mac does."""
    for path in sorted(copy.rglob("data/**/*"), key=lambda path: -len(path.parts)):
        path.rename(path.with_name(unicodedata.normalize("NFD", path.name)))


# Number and name -> what happens, expected classes, expected exit code.
CASES: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]], int]] = {
    "00 nothing": (lambda copy: copy, set(), 0),
    "01 flipped bit": (lambda copy: flip_bit(copy / C, 5000), {("damaged", C)}, 1),
    "02 truncated": (lambda copy: os.truncate(copy / C, 1000), {("damaged", C)}, 1),
    "03 extended": (lambda copy: os.truncate(copy / C, 200_000), {("damaged", C)}, 1),
    "04 zeroed sector": (zero_sector, {("damaged", C)}, 1),
    "05 swapped files": (swap, {("moved", A), ("moved", B)}, 1),
    "06 renamed folder": (
        lambda copy: (copy / A).parent.rename(copy / "data/masters/Hồ sơ 1"),
        {("moved", A), ("moved", B)},
        1,
    ),
    "07 NFD names": (to_nfd, set(), 0),
    "08 missing manifest": (
        lambda copy: (copy / "manifest-sha256.txt").unlink(),
        {("missing", "manifest-sha256.txt")},
        1,
    ),
    "09 edited manifest": (
        lambda copy: rewrite(copy / "manifest-sha256.txt", "0001.tif", "0009.tif"),
        {("damaged", "manifest-sha256.txt"), ("moved", A.replace("0001", "0009"))},
        1,
    ),
    "10 edited tag file": (
        lambda copy: rewrite(copy / "bag-info.txt", "Nội vụ", "Nội Vụ"),
        {("damaged", "bag-info.txt")},
        1,
    ),
    "11 edited tag manifest": (
        lambda copy: rewrite(copy / "tagmanifest-sha256.txt", "bag-info.txt", "bag-inf0.txt"),
        {("damaged", "tagmanifest-sha256.txt"), ("missing", "bag-inf0.txt")},
        1,
    ),
    "12 missing file": (lambda copy: (copy / A).unlink(), {("missing", A)}, 1),
    "13 unexpected file": (lambda copy: (copy / "data/x").write_bytes(b"x"), {("unexpected", "data/x")}, 1),
    "14 junk": (lambda copy: (copy / "data/Thumbs.db").write_bytes(b"x"), set(), 0),
    "15 copy removed from its medium": (shutil.rmtree, {("missing", ".")}, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_has_its_class_json_and_exit_code(archive: Archive, copy: Path, name: str) -> None:
    """The expected findings and no others, in JSON with counts, in the exit code and in the history."""
    damage, expected, code = CASES[name]
    damage(copy)

    exit_code, answer = checked(archive, copy)

    assert classes(answer) == expected
    assert exit_code == answer["exit_code"] == answer["copies"][0]["exit_code"] == code
    assert answer["copies"][0]["outcome"] == ("findings" if expected else "whole")
    for kind, count in answer["copies"][0]["counts"].items():
        assert count == sum(found == kind for found, _ in expected)
    record = last_record(archive, copy)
    assert (record.event, record.by) == (Event.VERIFIED, "Minh")
    assert record.details["outcome"] == answer["copies"][0]["outcome"]
    assert {(finding["kind"], finding["path"]) for finding in record.details["findings"]} == expected


def test_05_swapped_files_are_told_as_such(archive: Archive, copy: Path) -> None:
    """Of each of the two it is said where its contents are and whose contents it holds."""
    swap(copy)

    _, answer = checked(archive, copy)

    told = {finding["path"]: finding["detail"] for finding in answer["copies"][0]["findings"]}
    assert f"its contents stand under {B}" in told[A]
    assert f"the contents of {B} stand here" in told[A]
    assert f"its contents stand under {A}" in told[B]


def test_06_a_renamed_folder_is_told_file_by_file(archive: Archive, copy: Path) -> None:
    """Each file is found again under its new name, which is no finding of its own."""
    CASES["06 renamed folder"][0](copy)

    _, answer = checked(archive, copy)

    told = {finding["path"]: finding["detail"] for finding in answer["copies"][0]["findings"]}
    assert f"its contents stand under {A.replace('Hồ sơ 01', 'Hồ sơ 1')}" in told[A]
    assert answer["copies"][0]["counts"]["unexpected"] == 0


def test_07_another_unicode_form_is_a_notice(archive: Archive, copy: Path) -> None:
    """Names of a Mac leave the copy whole, with a notice."""
    to_nfd(copy)

    _, answer = checked(archive, copy)

    assert "NFC" in json.dumps(answer["copies"][0]["notices"])


@pytest.fixture
def faulty(archive: Archive, tmp_path: Path) -> Iterator[Any]:
    """Give a faulty disk that is a medium with a copy, without faults so far."""
    with faulty_disk(tmp_path / "mount") as disk:
        archive.medium("HDD-9", disk.root)
        archive.copy(disk.root, "Đợt 1")
        yield disk


def test_20_read_errors_are_unreadable(archive: Archive, faulty: Any) -> None:
    """EIO on one file: unreadable, the rest is read, no verdict; with damage elsewhere a finding."""
    faulty.set(eio=["0001.tif"])

    code, answer = checked(archive, faulty.root / "Đợt 1")

    assert (code, classes(answer)) == (3, {("unreadable", A)})
    assert answer["copies"][0]["outcome"] == "no-verdict"
    assert os.strerror(errno.EIO) in answer["copies"][0]["findings"][0]["detail"]
    flip_bit(faulty.source / "Đợt 1" / C)
    code, answer = checked(archive, faulty.root / "Đợt 1")
    assert (code, classes(answer)) == (1, {("unreadable", A), ("damaged", C)})


def test_21_a_device_that_lies_is_caught_past_the_cache(archive: Archive, faulty: Any) -> None:
    """What memory still holds rightly does not hide what the device gives; only --cached believes it."""
    copy = faulty.root / "Đợt 1"
    assert checked(archive, copy)[0] == 0
    faulty.set(lie=["01.pdf"])
    assert (copy / C).read_bytes() == CONTENT[C], "the cache should hide the lie, or this test shows nothing"

    assert checked(archive, "--cached", copy)[0] == 0
    code, answer = checked(archive, copy)

    assert (code, classes(answer)) == (1, {("damaged", C)})
    assert answer["copies"][0]["past_cache"] is True
    assert "past the page cache" in answer["copies"][0]["findings"][0]["detail"]


def test_22_no_permission_is_unreadable(archive: Archive, faulty: Any) -> None:
    """A file that may not be read is unreadable, never missing or damaged."""
    faulty.set(denied=["0002.tif"])

    code, answer = checked(archive, faulty.root / "Đợt 1")

    assert (code, classes(answer)) == (3, {("unreadable", B)})


def test_23_unplugged_in_the_middle_is_one_finding(archive: Archive, faulty: Any) -> None:
    """When the disk goes away the answer is its absence, not a list of files; nothing is recorded as checked."""
    before = last_record(archive, faulty.root / "Đợt 1")
    faulty.set(unplug_after=60_000)

    code, answer = checked(archive, "--jobs", "1", faulty.root / "Đợt 1")

    assert (code, classes(answer)) == (3, {("medium-absent", ".")})
    assert last_record(archive, faulty.root / "Đợt 1") == before
    faulty.set()
    assert checked(archive, faulty.root / "Đợt 1")[0] == 0


def test_24_a_read_only_medium_keeps_its_history_in_the_register(archive: Archive, faulty: Any) -> None:
    """The check is recorded in the register alone, and said so; progress of parts is kept there too."""
    faulty.set(read_only=True)
    copy = faulty.root / "Đợt 1"

    code, answer = checked(archive, "--part", "1/2", copy)
    assert code == 0
    assert answer["copies"][0]["record"] == {"number": 2, "on_medium": False, "in_register": True}
    archive.clock.go(hours=1)
    code, answer = checked(archive, "--part", "2/2", copy)

    assert code == 0
    assert answer["copies"][0]["rolling"]["never_files"] == 0
    assert answer["copies"][0]["rolling"]["since"]
    assert not (faulty.source / "Đợt 1.sohoa" / "progress.json").exists()


def test_25_an_absent_medium_gives_no_verdict(archive: Archive, copy: Path) -> None:
    """A bare mount point and a path that is not there: medium absent, exit 3; nothing is created there."""
    shutil.rmtree(copy.parent)
    assert checked(archive, copy)[0] == 3
    copy.parent.mkdir()

    code, answer = checked(archive, "--part", "1/2", copy)

    assert (code, classes(answer)) == (3, {("medium-absent", ".")})
    assert list(copy.parent.iterdir()) == []


def test_26_a_wrong_medium_with_the_same_label(archive: Archive, copy: Path) -> None:
    """A disk that bears the code of another is no proof for it: wrong medium, exit 3, nothing recorded."""
    before = last_record(archive, copy)
    write_identity(copy.parent, archive.identity("HDD-1", salt="another disk"))

    code, answer = checked(archive, copy)

    assert code == 3
    assert {kind for kind, _ in classes(answer)} == {"wrong-medium"}
    assert answer["copies"][0]["counts"]["wrong-medium"] == 1
    assert last_record(archive, copy) == before
    assert len(list((copy.with_name(f"{copy.name}.sohoa") / "history").iterdir())) == 1


def test_27_a_copy_that_was_cloned_onto_another_medium(archive: Archive, copy: Path) -> None:
    """A history that belongs to another medium is told as a wrong medium."""
    other = archive.medium("HDD-2")
    target = clone(copy, other / copy.name)

    code, answer = checked(archive, target)

    assert (code, {kind for kind, _ in classes(answer)}) == (3, {"wrong-medium"})
    assert "HDD-1" in answer["copies"][0]["findings"][0]["detail"]


def test_28_another_medium_where_the_copy_should_be(archive: Archive, copy: Path) -> None:
    """Another disk in the same place is told from one that lost the copy."""
    shutil.rmtree(copy.parent)
    copy.parent.mkdir()
    other = archive.identity("HDD-2")
    write_identity(copy.parent, other)
    archive.register.put_medium(other)

    code, answer = checked(archive, copy)

    assert (code, {kind for kind, _ in classes(answer)}) == (3, {"wrong-medium"})
    assert "HDD-2" in answer["copies"][0]["findings"][0]["detail"]


def test_29_an_older_generation_of_the_set(archive: Archive, copy: Path) -> None:
    """A copy that is whole but of a set that was sealed anew since is a finding of its own."""
    archive.clock.go(days=30)
    archive.copy(archive.medium("HDD-2"), copy.name, CONTENT | {C: b"corrected"})

    code, answer = checked(archive, copy, archive.folder / "HDD-2" / copy.name)

    assert code == 1
    assert {kind for kind, _ in classes(answer)} == {"older-generation"}
    assert classes(answer, 1) == set()


def test_30_another_generation_put_in_the_place_of_a_copy(archive: Archive, copy: Path) -> None:
    """A sealed set that the history does not tell of is not taken for the copy."""
    shutil.rmtree(copy)
    seal_set(copy, CONTENT | {C: b"forged"})

    code, answer = checked(archive, copy)

    assert (code, classes(answer)) == (1, {("damaged", "tagmanifest-sha256.txt")})
    assert "sealed" in answer["copies"][0]["findings"][0]["detail"]


@pytest.mark.parametrize("what", ["edited", "removed", "garbage"])
def test_31_a_break_in_the_history_is_a_finding(archive: Archive, copy: Path, what: str) -> None:
    """A record that was changed, taken away or destroyed is found; the copy's own bytes are judged all the same."""
    for _ in range(2):
        archive.clock.go(days=1)
        checked(archive, copy)
    record = copy.with_name(f"{copy.name}.sohoa") / "history" / "000002.json"
    if what == "edited":
        rewrite(record, "Minh", "Mai")
    elif what == "removed":
        record.unlink()
    else:
        record.write_bytes(b"\0" * 300)

    code, answer = checked(archive, copy)

    assert (code, classes(answer)) == (1, {("history-broken", f"../{copy.name}.sohoa/history")})
    assert answer["copies"][0]["covered"]["contents"] is True


def test_32_a_clock_set_back_is_a_notice(archive: Archive, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check dated before the one it follows is kept and marked; what was read in the future counts as never."""
    monkeypatch.setattr("pipeline.cli.verify.now", archive.clock)
    archive.clock.go(days=10)
    checked(archive, copy)
    archive.clock.go(days=-200)

    code, answer = checked(archive, "--part", "1/2", copy)
    assert code == 0
    assert last_record(archive, copy).clock_went_back
    assert answer["copies"][0]["rolling"]["never_files"] > 0
    archive.clock.go(days=300)
    code, answer = checked(archive, copy)

    assert code == 0
    assert "clock" in json.dumps(answer["copies"][0]["notices"])


@pytest.mark.skipif(os.geteuid() != 0, reason="LOUD: not root: a full disk is not tested with a small tmpfs")
def test_33_a_full_disk_does_not_stop_a_check(archive: Archive, tmp_path: Path) -> None:
    """Where nothing can be written beside the copy any more, the register keeps the record, and it is said."""
    root = tmp_path / "small"
    root.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(root)], check=False)
    if mounted.returncode:
        pytest.skip("LOUD: no tmpfs may be mounted; a full disk is not tested")
    try:
        copy = archive.copy(archive.medium("USB-1", root), "Đợt 1")
        with pytest.raises(OSError, match="No space left"):
            (root / "filler").write_bytes(bytes(1_000_000))

        code, answer = checked(archive, copy)

        assert (code, classes(answer)) == (0, set())
        assert answer["copies"][0]["record"]["on_medium"] is False
        assert "register alone" in json.dumps(answer["copies"][0]["notices"])
    finally:
        subprocess.run(["umount", str(root)], check=True)


def test_34_a_killed_check_leaves_nothing_half_done(archive: Archive) -> None:
    """A kill -9 in the middle: no record of it, the history is whole, and a new check is whole."""
    copy = archive.copy(archive.medium("HDD-1"), "Đợt 1", {f"data/{n}": os.urandom(200_000) for n in range(20)})
    call = [sys.executable, "-m", "pipeline.cli.main", "verify", "--throttle", "1MB/s", "--register",
            str(archive.register.path), str(copy)]  # fmt: skip
    with subprocess.Popen(call, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline(), "the first line of progress"
        process.kill()

    code, answer = checked(archive, copy)

    assert (code, answer["copies"][0]["outcome"]) == (0, "whole")
    assert answer["copies"][0]["record"]["number"] == 2


def test_35_a_copy_deleted_from_its_medium(archive: Archive, copy: Path) -> None:
    """Checking the medium tells the copy that is gone, and the register counts it no longer."""
    shutil.rmtree(copy)
    shutil.rmtree(copy.with_name(f"{copy.name}.sohoa"))

    code, answer = checked(archive, copy.parent)

    assert (code, classes(answer)) == (1, {("missing", ".")})
    assert [entry.state for entry in archive.register.copies()] == ["faulty"]


def test_36_a_medium_without_copies_is_no_bag(archive: Archive) -> None:
    """Nothing was checked there: no verdict, and no word of a bag."""
    code, answer = checked(archive, archive.medium("HDD-1"))

    assert (code, answer["copies"], answer["media_problems"]) == (3, [], [])


def test_37_a_damaged_identity_is_said_as_such(archive: Archive, copy: Path) -> None:
    """The medium cannot be told: no verdict, the file is named."""
    (copy.parent / "sohoa-medium.json").write_bytes(b"{")

    code, answer = checked(archive, copy.parent)

    assert (code, answer["copies"]) == (3, [])
    assert [problem["kind"] for problem in answer["media_problems"]] == ["unreadable"]
    assert "sohoa-medium.json" in answer["media_problems"][0]["detail"]


@pytest.mark.parametrize("whole_medium", [True, False])
def test_38_a_link_in_the_place_of_a_copy(archive: Archive, copy: Path, *, whole_medium: bool) -> None:
    """What a link leads to is no copy on the medium: damaged, and counted no longer."""
    copy.rename(archive.folder / "elsewhere")
    copy.symlink_to(archive.folder / "elsewhere")

    code, answer = checked(archive, copy.parent if whole_medium else copy)

    assert (code, classes(answer)) == (1, {("damaged", ".")})
    assert [entry.state for entry in archive.register.copies()] == ["faulty"]


@pytest.mark.parametrize("call", [[], ["--part", "1/2"]])
def test_39_a_link_beside_a_copy_is_not_written_through(archive: Archive, copy: Path, call: list[str]) -> None:
    """The history's folder is a link: damaged, recorded in the register alone."""
    beside, target = copy.with_name(f"{copy.name}.sohoa"), archive.folder / "elsewhere"
    beside.rename(target)
    beside.symlink_to(target)
    before = sorted(target.rglob("*"))

    code, answer = checked(archive, *call, copy)

    assert (code, classes(answer)) == (1, {("damaged", f"../{copy.name}.sohoa")})
    assert sorted(target.rglob("*")) == before
    assert answer["copies"][0]["record"] == {"number": 2, "on_medium": False, "in_register": True}
    assert [entry.state for entry in archive.register.copies()] == ["faulty"]


def test_41_an_old_disk_makes_no_new_generation(archive: Archive, copy: Path) -> None:
    """An older copy that comes to light late is the older one, ever; the good new copies stay good."""
    second = archive.copy(archive.medium("HDD-2"), copy.name)
    old = seal_set(archive.medium("HDD-3") / copy.name, CONTENT | {C: b"before the correction"})
    archive.clock.go(days=1)

    for _ in range(2):
        code, answer = checked(archive, old)
        assert (code, classes(answer)) == (1, {("older-generation", "tagmanifest-sha256.txt")})
        code, answer = checked(archive, copy, second)
        assert (code, classes(answer), classes(answer, 1)) == (0, set(), set())

    new = archive.register.copy(archive.identity("HDD-1").id, copy.name)
    assert new
    assert [archive.register.sets(name=copy.name)[-1].seal] == [new.seal]
    assert new.seal not in archive.register.superseded()
    assert len(archive.register.superseded()) == 1
    assert new.state == "whole"


@pytest.mark.parametrize("call", [[], ["--part", "1/2"]])
@pytest.mark.parametrize("what", ["last damaged", "first damaged", "renumbered", "gone on with"])
def test_42_a_broken_history_is_checked_and_then_mended(
    archive: Archive, copy: Path, what: str, call: list[str]
) -> None:
    """The register's chain stays good however often it is checked, so that the medium's can be put right from it."""
    checked(archive, copy)
    history = copy.with_name(f"{copy.name}.sohoa") / "history"
    if what == "renumbered":
        (history / "000002.json").rename(history / "000005.json")
    else:
        (history / f"00000{1 if what == 'first damaged' else 2}.json").write_bytes(b"damaged")
    medium = archive.medium_of(copy)
    assert medium
    if what == "gone on with":
        record_event(copy, Event.MOVED, {}, medium=medium, register=None, seal="", by="Mai", now=archive.clock)

    for _ in range(2):
        code, answer = checked(archive, *call, copy)
        assert (code, classes(answer)) == (1, {("history-broken", f"../{copy.name}.sohoa/history")})
        assert [entry.state for entry in archive.register.copies()] == ["whole"]

    assert mend_history(copy, medium, archive.register, by="Lan", now=archive.clock)
    assert checked(archive, copy)[0] == 0
    assert mend_history(copy, medium, archive.register, by="Lan", now=archive.clock) == ()


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", ["", "Đợt 1"])
def test_43_a_clone_given_beside_its_medium(archive: Archive, copy: Path, order: int, name: str) -> None:
    """Two places with one identity: no verdict on the clone, nothing of it is recorded."""
    twin = archive.folder / "twin"
    shutil.copytree(copy.parent, twin)
    before = sorted(twin.rglob("*"))
    call = [place / name for place in (copy.parent, twin)]

    code, answer = checked(archive, *(reversed(call) if order else call))

    assert code == 3
    assert [one["copy"] for one in answer["copies"]] == [str(copy)]
    assert [(one["kind"], one["path"]) for one in answer["media_problems"]] == [("cloned", str(twin))]
    assert sorted(twin.rglob("*")) == before
    assert len(archive.register.chain(archive.identity("HDD-1").id, copy.name)) == 2


def test_40_a_damaged_register_does_not_hide_the_verdict_of_others(archive: Archive, copy: Path) -> None:
    """A register that cannot be used is said in one sentence, with exit 3 and before anything is read."""
    archive.register.path.with_name("broken.sqlite3").write_bytes(b"not a register" * 1000)

    result = subprocess.run(
        [sys.executable, "-m", "pipeline.cli.main", "verify", "--register",
         str(archive.register.path.with_name("broken.sqlite3")), str(copy)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 3
    assert "Traceback" not in result.stderr
