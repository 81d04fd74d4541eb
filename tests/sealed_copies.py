"""Small sealed sets on coded media with a register, for tests of what happens to copies."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.bag import write_bag_tags
from pipeline.copies.clock import VIETNAM
from pipeline.copies.medium import Medium, new_medium, write_identity
from pipeline.copies.par2 import find_program
from pipeline.copies.record import Event
from pipeline.copies.recording import record_event
from pipeline.copies.register import Register
from pipeline.copies.seal import read_seal
from pipeline.errors import ToolMissing

A, B, C = "data/masters/Hồ sơ 01/0001.tif", "data/masters/Hồ sơ 01/0002.tif", "data/access/01.pdf"
CONTENT = {A: b"one" * 5000, B: b"two" * 7000, C: bytes(range(256)) * 400}


def seal_set(root: Path, content: dict[str, bytes], algorithms: Iterable[str] = ("sha256",)) -> Path:
    """Write a set of ours and give its folder."""
    payload = []
    for path, data in content.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        payload.append((path, len(data), {name: hashlib.new(name, data).hexdigest() for name in algorithms}))
    (root / "data").mkdir(parents=True, exist_ok=True)
    write_bag_tags(root, payload, [("Source-Organization", "Phòng Nội vụ")], tuple(algorithms))
    return root


def flip_bit(path: Path, place: int = 0) -> None:
    """Flip one bit, so that the change is never no change."""
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x10
    path.write_bytes(data)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Begin on a day in 2026."""
        self.at = dt.datetime(2026, 11, 22, 8, 0, tzinfo=VIETNAM)

    def __call__(self) -> dt.datetime:
        """Give the time."""
        return self.at

    def go(self, **span: float) -> None:
        """Let time go by, or back."""
        self.at += dt.timedelta(**span)


@dataclass
class Archive:
    """A register, a clock and a folder for media."""

    folder: Path
    register: Register
    clock: Clock

    def medium(self, code: str, root: Path | None = None) -> Path:
        """Give a folder the identity of a medium, known to the register."""
        root = root or self.folder / code
        root.mkdir(exist_ok=True)
        medium = self.identity(code)
        write_identity(root, medium)
        self.register.put_medium(medium, root)
        return root

    def identity(self, code: str, salt: str = "") -> Medium:
        """Make an identity."""
        number = hashlib.sha256(f"{self.folder} {code} {salt}".encode()).hexdigest()[:32]
        return new_medium(medium_id=number, code=code, kind="hdd", place="Kho A", until="2031-12", now=self.clock)

    def copy(self, root: Path, name: str, content: dict[str, bytes] | None = None) -> Path:
        """Put a copy on a medium, with the record that it was written and read back."""
        copy = seal_set(root / name, CONTENT if content is None else content)
        self.created(copy)
        return copy

    def created(self, copy: Path) -> None:
        """Record that a copy was written."""
        details = {"read_back": "past the page cache", "files": len(CONTENT), "bytes": 1}
        record_event(copy, Event.CREATED, details, medium=self.medium_of(copy), register=self.register,
                     seal=read_seal(copy), by="Lan", now=self.clock)  # fmt: skip

    def medium_of(self, copy: Path) -> Medium | None:
        """Find the medium that the register last saw there."""
        ids = [medium_id for medium_id, path in self.register.paths().items() if path == copy.parent]
        return self.register.medium(ids[0]) if ids else None


def clone(copy: Path, target: Path) -> Path:
    """Copy a copy and what stands beside it onto another place."""
    shutil.copytree(copy, target, symlinks=True)
    beside = copy.with_name(f"{copy.name}.sohoa")
    if beside.is_dir():
        shutil.copytree(beside, target.with_name(f"{target.name}.sohoa"))
    return target


def needs_par2() -> None:
    """Skip loudly where recovery data cannot be made."""
    try:
        find_program()
    except ToolMissing:
        pytest.skip("LOUD: par2 is not installed; recovery data is not tested")
