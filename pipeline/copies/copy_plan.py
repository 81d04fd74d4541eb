"""What copying a set would do: which files go where, whether there is room, and what speaks against a target.

Nothing is written here.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.copies.device import Device, device_of
from pipeline.copies.history import history_folder, read
from pipeline.copies.medium import Medium, read_identity
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.copies.seal import read_seal
from pipeline.errors import NoVerdict, UsageError
from pipeline.files import walk_tree
from pipeline.messages import Sentence, sentence

SPARE_BYTES, SPARE_SHARE = 10_000_000, 0.01  # for folders, history and what the file system itself needs


class Standing(StrEnum):
    """What there is of the set at a target before anything is done."""

    NOTHING = "nothing"
    PART = "part"  # an interrupted copy, to be gone on with
    UNRECORDED = "unrecorded"  # whole under its name, but the run that wrote it ended before it wrote that down
    THERE = "there"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Target:
    """One place that the set is to be copied to.

    Attributes:
        root: The folder as given: where the medium is plugged in.
        medium: Its identity; None for a plain folder, whose copies no register counts.
        copy, part: The copy under its name, and while it is written.
        problem: Why nothing can be written there, in English.
        disks: Physical disks it stands on.
    """

    root: Path
    medium: Medium | None
    copy: Path
    part: Path
    standing: Standing
    problem: str | Sentence = ""
    disks: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether the copy is still to be written, or to be finished."""
        return self.standing in (Standing.NOTHING, Standing.PART)

    @property
    def name(self) -> str:
        """The medium's code, or the folder where it has none."""
        return self.medium.code if self.medium else str(self.root)


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """One set and its targets.

    Attributes:
        seal: SHA-256 of the set's tag manifest.
        files, size_bytes: All that will be written to each target.
        same_device: Pairs of places that share a physical disk, and were let through.
    """

    source: Path
    seal: str
    files: int
    size_bytes: int
    targets: tuple[Target, ...]
    same_device: tuple[tuple[str, str], ...] = ()


def part_folder(copy: Path) -> Path:
    """Name the folder under which a copy is written until it is whole: `.<set>.part`."""
    return copy.with_name(f".{copy.name}.part")


def plan_copies(
    source: Path, roots: Sequence[Path], register: Register | None, *, unregistered: bool, force_same_device: bool
) -> CopyPlan:
    """Look at the set and at each target.

    Raises:
        UsageError: The source is no set, a target is named twice, has no identity, or shares a disk with another set.
        NoVerdict: The source or an identity cannot be read.
    """
    seal = _seal_of(source)
    files, size_bytes = _measure(source)
    if len({root.resolve() for root in roots}) < len(roots):
        raise UsageError("a target is named twice; each set of copies needs a medium of its own")
    targets = tuple(_target(source, root, seal, size_bytes, unregistered=unregistered) for root in roots)
    shared = _shared(source, seal, targets, register)
    if shared and not force_same_device:
        raise UsageError(
            "{places} stand on one physical device, so one fault can take both (Thông tư 05/2025/TT-BNV Đ27.1 asks for "
            "independent media); use another medium, or --force-same-device",
            places="; ".join(", ".join(pair) for pair in shared),
        )
    return CopyPlan(source, seal, files, size_bytes, targets, shared)


def _seal_of(source: Path) -> str:
    try:
        seal = read_seal(source)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NoVerdict("{path} could not be read: {reason}", path=source, reason=reason) from error
    if not seal:
        raise UsageError(
            "{path} is not a sealed set: it has no tagmanifest; name the folder with bagit.txt", path=source
        )
    return seal


def _measure(source: Path) -> tuple[int, int]:
    files = size_bytes = 0
    for entry in walk_tree(source):
        if entry.kind == "file":
            files, size_bytes = files + 1, size_bytes + entry.size_bytes
    return files, size_bytes


def _target(source: Path, root: Path, seal: str, size_bytes: int, *, unregistered: bool) -> Target:
    copy = root / source.name
    try:
        device = device_of(root)
    except OSError as error:
        why = sentence("the medium is not there: {reason}", reason=error.strerror or str(error))
        return Target(root, None, copy, part_folder(copy), Standing.UNUSABLE, why)
    if copy.resolve() == source.resolve():
        raise UsageError("{path} is the set itself; copy it to another medium", path=copy)
    medium = read_identity(root)
    if medium is None and not unregistered:
        raise UsageError(
            "{path} is no medium with a code; give it one: sohoa media add {path} --code HDD-{example} --kind hdd "
            '--place "..." (or copy with --unregistered: such a copy is not counted)',
            path=root, example="01",
        )  # fmt: skip
    standing, problem = _standing(copy, seal)
    if not problem:
        problem = _no_room(device, copy, size_bytes, standing)
    return Target(root, medium, copy, part_folder(copy), standing, problem, device.disks)


def _standing(copy: Path, seal: str) -> tuple[Standing, str | Sentence]:
    """Tell what stands under the copy's name and its part's."""
    if not os.path.lexists(copy):
        return (Standing.PART if part_folder(copy).is_dir() else Standing.NOTHING), ""
    try:
        there = read_seal(copy)
        history = read(history_folder(copy))
    except (OSError, NoVerdict) as error:
        return Standing.UNUSABLE, sentence("what stands there cannot be read: {reason}", reason=str(error))
    if there != seal:
        return (
            Standing.UNUSABLE,
            "another generation of the set, or something else of its name, stands there; move it away",
        )
    known = any(record.event == Event.CREATED and record.seal == seal for record in history.records)
    return (Standing.THERE if known else Standing.UNRECORDED), ""


def _no_room(device: Device, copy: Path, size_bytes: int, standing: Standing) -> str | Sentence:
    if standing in (Standing.THERE, Standing.UNRECORDED):
        return ""
    if device.read_only:
        return "the medium is read-only"
    written = _measure(part_folder(copy))[1] if standing is Standing.PART else 0
    needed = int(size_bytes * (1 + SPARE_SHARE)) + SPARE_BYTES - written
    if device.free_bytes >= needed:
        return ""
    return sentence(
        "not enough room: {needed} bytes are needed, {free} are free", needed=needed, free=device.free_bytes
    )


def _shared(
    source: Path, seal: str, targets: Sequence[Target], register: Register | None
) -> tuple[tuple[str, str], ...]:
    """Name the pairs of places that stand on one disk: targets, the source, and copies of the set that are at hand."""
    places = [(str(source), device_of(source).disks)]
    places += [(target.name, target.disks) for target in targets if target.standing is not Standing.UNUSABLE]
    places += _at_hand(seal, targets, register)
    return tuple(
        (places[first][0], places[second][0])
        for first in range(len(places))
        for second in range(first + 1, len(places))
        if places[first][1] & places[second][1]
    )


def _at_hand(seal: str, targets: Sequence[Target], register: Register | None) -> list[tuple[str, frozenset[str]]]:
    """Find other copies of the set on media that are plugged in."""
    if register is None:
        return []
    ours = {target.medium.id for target in targets if target.medium}
    found = []
    paths = register.paths()
    for copy in register.copies(seal=seal):
        root = paths.get(copy.medium_id)
        if root is None or copy.medium_id in ours or not (root / copy.name).is_dir():
            continue
        medium = register.medium(copy.medium_id)
        found.append((medium.code if medium else str(root), device_of(root).disks))
    return found
