"""What copying a set would do: which files go where, whether there is room, and what speaks against a target.

Nothing is written here.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations, product
from pathlib import Path

from pipeline.copies.device import Device, device_of
from pipeline.copies.history import History, history_folder, read
from pipeline.copies.medium import Medium, read_identity
from pipeline.copies.presence import copies_on, present_media, wrong_medium
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.copies.seal import read_seal
from pipeline.copies.stock import CopyEntry, State, taking
from pipeline.errors import NoVerdict, UsageError
from pipeline.files import walk_tree
from pipeline.messages import Sentence, sentence
from pipeline.verify import verify_copy

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
    looking = _Looking(source, seal, size_bytes, register, _cloned(roots, register))
    targets = tuple(_target(looking, root, unregistered=unregistered) for root in roots)
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


@dataclass(frozen=True, slots=True)
class _Looking:
    """What all targets of a plan are looked at with; `cloned` says by medium id what two places claim to be."""

    source: Path
    seal: str
    size_bytes: int
    register: Register | None
    cloned: Mapping[str, Sentence]


def _cloned(roots: Sequence[Path], register: Register | None) -> dict[str, Sentence]:
    """Say which media stand at two places at once: a copy on either could not be told from one on the other."""
    found: dict[str, Sentence] = {}
    for problem in present_media(register, roots, search=register is not None).problems:
        if problem.kind == "cloned" and (medium := read_identity(problem.path)):
            found[medium.id] = problem.detail
    return found


def _target(looking: _Looking, root: Path, *, unregistered: bool) -> Target:
    source, seal, register = looking.source, looking.seal, looking.register
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
    wrong = medium and (wrong_medium(register, medium) or looking.cloned.get(medium.id))
    if wrong:
        return Target(root, medium, copy, part_folder(copy), Standing.UNUSABLE, wrong)
    standing, problem = _standing(copy, seal, medium, register)
    if medium and standing in (Standing.NOTHING, Standing.PART) and (other := _held_as(copy, seal, medium, register)):
        standing, problem = Standing.UNUSABLE, sentence("this medium holds the set already as {name}", name=other)
    if not problem:
        problem = _no_room(device, copy, looking.size_bytes, standing)
    return Target(root, medium, copy, part_folder(copy), standing, problem, device.disks)


def look_again(target: Target, seal: str, register: Register | None) -> Target:
    """Give a target as it stands now; what another run did meanwhile is seen once that run has ended."""
    standing, problem = _standing(target.copy, seal, target.medium, register)
    return replace(target, standing=standing, problem=problem)


def _held_as(copy: Path, seal: str, medium: Medium, register: Register | None) -> str:
    """Name another folder of the medium that holds the set; "" where there is none."""
    known = {entry.name for entry in register.copies(seal=seal, medium_id=medium.id)} if register else set()
    try:
        names = copies_on(copy.parent)
    except OSError:
        return ""  # what cannot be listed is told by what follows
    for name in names:
        folder = copy.with_name(name)
        if name == copy.name or folder.is_symlink() or not folder.is_dir():
            continue
        with suppress(OSError):
            if name in known or read_seal(folder) == seal:
                return name
    return ""


def _standing(
    copy: Path, seal: str, medium: Medium | None, register: Register | None
) -> tuple[Standing, str | Sentence]:
    """Tell what stands under the copy's name and its part's."""
    history_of = history_folder(copy)
    for path in (copy, part_folder(copy), history_of.parent, history_of):
        if path.is_symlink():
            return Standing.UNUSABLE, sentence("{path} is a symbolic link; nothing is written through it", path=path)
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
    if not known:
        return Standing.UNRECORDED, ""
    problem = _trouble(copy, history, register.copy(medium.id, copy.name) if register and medium else None)
    return (Standing.UNUSABLE if problem else Standing.THERE), problem


def _trouble(copy: Path, history: History, entry: CopyEntry | None) -> str | Sentence:
    """Say why a copy that is there is no good copy, by the newest of what is known and by what is seen at a glance."""
    if entry is None or entry.head_number < history.head.number:
        told: CopyEntry | None = None
        for record in history.records:
            told = taking(told, record)
        entry = told
    if entry and entry.state == State.FAULTY:
        return sentence("it is there, but the last check found it not as it was sealed; repair it: sohoa repair {path}",
                        path=copy)  # fmt: skip
    if entry and entry.state == State.IN_DOUBT:
        return sentence("it is there, but the last check could not read all of it; check it: sohoa verify {path}",
                        path=copy)  # fmt: skip
    findings = verify_copy(copy, quick=True).findings
    if not findings:
        return ""
    return sentence("it is there, but {number} of its files are missing or not as sealed; repair it: "
                    "sohoa repair {path}", number=len(findings), path=copy)  # fmt: skip


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
    usable = [target for target in targets if target.standing is not Standing.UNUSABLE]
    ours = [(target.name, target.disks) for target in usable]
    others = [(str(source), device_of(source).disks), *_at_hand(seal, usable, register)]
    # What stood on one disk before this run, such as the set and its own entry in the register, is no target's fault.
    pairs = [*combinations(ours, 2), *product(others[:1], ours), *product(ours, others[1:])]
    return tuple((one, other) for (one, disks), (other, more) in pairs if disks & more)


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
