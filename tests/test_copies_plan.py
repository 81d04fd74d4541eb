"""What speaks against a target: the set under another name, known damage, impostors, clones, links, another run."""

import datetime as dt
import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import bag
from pipeline.copies.copy_plan import CopyPlan, Standing, Target, part_folder, plan_copies
from pipeline.copies.copying import Copied, Done, Progress, Setting, copy_set
from pipeline.copies.history import history_folder, read
from pipeline.copies.medium import Medium, new_medium, write_identity
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register
from pipeline.errors import ExitCode, FolderBusy
from pipeline.verify import verify_copy

NOW = dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)
CONTENT = {f"data/masters/trang {n}.tif": bytes([n]) * (50_000 * n + 7) for n in range(1, 5)}
FIRST = next(iter(CONTENT))
FAULTY = {"outcome": "findings", "counts": {"damaged": 1}, "covered": {"full": True}}


def identity(code: str, key: str = "") -> Medium:
    medium_id = hashlib.sha256((key or code).encode()).hexdigest()[:32]
    return new_medium(medium_id=medium_id, code=code, kind="hdd", place="Kho A", until="", now=lambda: NOW)


def plug(register: Register, root: Path, code: str) -> Path:
    """Make a folder a medium that the register knows."""
    root.mkdir()
    write_identity(root, identity(code))
    register.put_medium(identity(code), root)
    return root


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    folder = tmp_path / "sets" / "đợt 1"
    for path, data in CONTENT.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    payload = [(path, len(data), {"sha256": hashlib.sha256(data).hexdigest()}) for path, data in CONTENT.items()]
    bag.write_bag_tags(folder, payload, [("External-Identifier", "NL.01")])
    return folder


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "register.sqlite3") as opened:
        yield opened


@pytest.fixture
def disk(tmp_path: Path, register: Register) -> Path:
    return plug(register, tmp_path / "disk-1", "HDD-1")


@pytest.fixture
def other_disk(tmp_path: Path, register: Register) -> Path:
    return plug(register, tmp_path / "disk-2", "HDD-2")


def plan(source: Path, roots: list[Path], register: Register | None) -> CopyPlan:
    return plan_copies(source, roots, register, unregistered=False, force_same_device=True)


def go(source: Path, roots: list[Path], register: Register | None, progress: Progress | None = None) -> Copied:
    setting = Setting(register, "An", lambda: NOW)
    return copy_set(plan(source, roots, register), setting, progress or Progress())


def refused(found: Copied, root: Path) -> str:
    """Give why a target failed; nothing may have been written for it."""
    outcome = next(outcome for outcome in found.outcomes if outcome.target.root == root)
    assert outcome.done is Done.FAILED
    assert found.exit_code is ExitCode.NO_VERDICT
    return str(outcome.why)


@pytest.mark.parametrize("known", [True, False])
def test_set_under_another_name_is_refused(
    sealed: Path, disk: Path, other_disk: Path, register: Register, tmp_path: Path, *, known: bool
):
    """A medium that holds the set under another name takes no second one, and no other medium is blamed."""
    renamed = tmp_path / "đợt 1 bis"
    shutil.copytree(sealed, renamed)
    go(sealed, [disk], register if known else None)

    copied = go(renamed, [disk, other_disk], register if known else None)

    assert "holds the set already as đợt 1" in refused(copied, disk)
    assert copied.outcomes[1].done is Done.COPIED
    assert not (disk / renamed.name).exists()
    assert not part_folder(disk / renamed.name).exists()


def test_pairs_on_one_disk_name_a_target(sealed: Path, disk: Path, other_disk: Path, register: Register):
    """What the register knows of the set itself is no pair of its own: each pair has a target of this run."""
    go(sealed, [disk], register)
    pairs = plan(disk / sealed.name, [other_disk], register).same_device

    assert pairs
    assert all("HDD-2" in pair for pair in pairs)


@pytest.mark.parametrize("told", ["register", "medium"])
def test_copy_known_to_be_damaged_is_not_called_there(sealed: Path, disk: Path, register: Register, told: str):
    """Where the last check found damage, by the register or the history, a second copy fails and says so."""
    go(sealed, [disk], register)
    seal = register.copies()[0].seal
    record_event(disk / sealed.name, Event.VERIFIED, FAULTY, medium=identity("HDD-1"), register=register, seal=seal,
                 by="An", now=lambda: NOW)  # fmt: skip
    if told == "register":
        (history_folder(disk / sealed.name) / "000002.json").unlink()

    copied = go(sealed, [disk], register if told == "register" else None)

    assert "last check found it not as it was sealed" in refused(copied, disk)


def test_copy_that_lacks_a_file_is_not_called_there(sealed: Path, disk: Path, register: Register):
    """A copy from which a file has gone since fails, and the repair is named; planning says it too."""
    go(sealed, [disk], register)
    (disk / sealed.name / FIRST).unlink()

    assert plan(sealed, [disk], register).targets[0].standing is Standing.UNUSABLE
    assert "sohoa repair" in refused(go(sealed, [disk], register), disk)


def test_impostor_is_refused(sealed: Path, disk: Path, other_disk: Path, register: Register):
    """A folder that bears a known medium's code with another id gets no copy; the right medium does."""
    write_identity(disk, identity("HDD-1", "another"))

    copied = go(sealed, [disk, other_disk], register)

    assert "only bears its code" in refused(copied, disk)
    assert copied.outcomes[1].done is Done.COPIED
    assert not (disk / sealed.name).exists()


@pytest.mark.parametrize("both", [True, False])
def test_clone_is_refused(sealed: Path, disk: Path, register: Register, tmp_path: Path, *, both: bool):
    """Two folders with one id get no copy, whether both are targets or the other is only plugged in."""
    clone = tmp_path / "clone"
    shutil.copytree(disk, clone)

    copied = go(sealed, [disk, clone] if both else [clone], register)

    assert "clone" in refused(copied, clone)
    assert {outcome.done for outcome in copied.outcomes} == {Done.FAILED}
    assert not any((root / sealed.name).exists() for root in (disk, clone))


def test_two_targets_with_one_id_are_refused_without_a_register(sealed: Path, disk: Path, tmp_path: Path):
    """A clone beside its original is seen by the identities alone."""
    clone = tmp_path / "clone"
    shutil.copytree(disk, clone)

    assert "clone" in refused(go(sealed, [disk, clone], None), disk)


@pytest.mark.parametrize("name", ["{}", ".{}.part", "{}.sohoa", "{}.sohoa/history"])
def test_nothing_is_written_through_a_link(sealed: Path, disk: Path, tmp_path: Path, name: str):
    """A link in the place of copy, part or history makes the target fail; where it leads stays as it is."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = disk / name.format(sealed.name)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)

    assert "symbolic link" in refused(go(sealed, [disk], None), disk)
    assert not list(elsewhere.iterdir())


def test_damaged_set_is_blamed_each_time(sealed: Path, disk: Path, other_disk: Path):
    """The second run over a damaged set names the set, not the medium that holds what the first had read."""
    (sealed / FIRST).write_bytes(b"x" * len(CONTENT[FIRST]))

    runs = [go(sealed, [disk, other_disk], None) for _ in range(2)]

    for copied in runs:
        assert copied.exit_code is ExitCode.FINDINGS
        assert [finding.path for finding in copied.damage] == [FIRST]
        assert all("set that was to be copied is damaged" in str(outcome.why) for outcome in copied.outcomes)


class _Second(Progress):
    """Begins a second run of the same while the first reads back."""

    def __init__(self, source: Path, root: Path) -> None:
        self.found: list[Copied] = []
        self._run = threading.Thread(target=lambda: self.found.append(go(source, [root], None)))

    def reading_back(self, target: Target, done_bytes: int, total_bytes: int) -> None:
        """Begin the second run, once, and give it time to come to the lock."""
        del target, done_bytes, total_bytes
        if self._run.ident is None:
            self._run.start()
            self._run.join(0.4)

    def end(self) -> Copied:
        """Wait for the second run."""
        self._run.join()
        return self.found[0]


def test_second_run_waits_for_the_first_and_finds_its_copy(sealed: Path, disk: Path):
    """A run that begins while another reads its copy back ends with "already there", and records nothing."""
    second = _Second(sealed, disk)

    first = go(sealed, [disk], None, second)

    assert first.outcomes[0].done is Done.COPIED
    assert second.end().outcomes[0].done is Done.THERE
    assert len(read(history_folder(disk / sealed.name)).records) == 1
    assert not part_folder(disk / sealed.name).exists()


def test_runs_that_begin_together_make_one_copy(sealed: Path, disk: Path):
    """Of runs planned before any began, one writes the copy; the others find it, or that another is at work."""
    plans, found = [plan(sealed, [disk], None) for _ in range(4)], []
    start = threading.Barrier(len(plans))

    def run(planned: CopyPlan) -> None:
        start.wait()
        try:
            outcome = copy_set(planned, Setting(None, "An", lambda: NOW), Progress()).outcomes[0]
            found.append((outcome.done.value, str(outcome.why)))
        except FolderBusy:
            found.append(("busy", ""))

    threads = [threading.Thread(target=run, args=(planned,)) for planned in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found.count((Done.COPIED.value, "")) == 1, found
    assert {done for done, _ in found} <= {Done.COPIED.value, Done.THERE.value, "busy"}, found
    assert len(read(history_folder(disk / sealed.name)).records) == 1
    assert verify_copy(disk / sealed.name).outcome == "whole"
    assert not part_folder(disk / sealed.name).exists()
