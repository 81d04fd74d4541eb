"""Restore a set out of a copy [phục hồi] into a folder: read back whole before it bears its name, and written down.

Thông tư 05/2025/TT-BNV, Phụ lục VII, Mẫu số 04. Killed anywhere, the next call goes on.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.copies.clock import Clock
from pipeline.copies.comparing import compare
from pipeline.copies.copy_plan import SPARE_BYTES, SPARE_SHARE, part_folder
from pipeline.copies.device import device_of
from pipeline.copies.history import holding, make_durable
from pipeline.copies.medium import Medium
from pipeline.copies.record import Event
from pipeline.copies.recording import Recorded, catch_up, record_event
from pipeline.copies.reference import Reference, read_reference
from pipeline.copies.register import Register
from pipeline.copies.seal import read_seal
from pipeline.copies.writing import Part, open_source, remove_strangers, write_parts
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.files import rename_durable, sync_tree
from pipeline.verify import Finding, Kind, verify_copy

_AGAIN = frozenset({Kind.DAMAGED, Kind.MISSING, Kind.MOVED})
Told = Callable[[str, int, int], None]  # what is done, bytes of it, of how many


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What restoring would do.

    Attributes:
        target: The restored set.
        size_bytes: What it takes.
        is_there: It is there already, as a run left it that ended before it wrote that down, or that did.
    """

    copy: Path
    target: Path
    reference: Reference
    size_bytes: int
    is_there: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """Who does it, when, why, and where it is written down."""

    medium: Medium | None
    register: Register | None
    by: str
    now: Clock
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did.

    Attributes:
        damage: What is wrong with the copy; nothing bears the set's name then.
        recorded: Where it is written down; None where it is not, or was before.
    """

    plan: RestorePlan
    damage: tuple[Finding, ...] = ()
    recorded: Recorded | None = None
    files: int = field(default=0)
    size_bytes: int = field(default=0)

    @property
    def exit_code(self) -> ExitCode:
        """FINDINGS for a damaged copy, NO_VERDICT for one that could not be read."""
        if any(finding.kind is not Kind.UNREADABLE for finding in self.damage):
            return ExitCode.FINDINGS
        return ExitCode.NO_VERDICT if self.damage else ExitCode.WHOLE


def plan_restore(copy: Path, folder: Path, medium: Medium | None, register: Register | None) -> RestorePlan:
    """Look at the copy and at the folder, which restoring makes where it is not there.

    Raises:
        UsageError: The folder is none, or something else stands under the set's name.
        NotRepairable: Nobody vouches for the copy's lists.
        NoVerdict: The copy cannot be read, or there is no room.
    """
    standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not standing.is_dir():
        raise UsageError("{path} is no folder", path=standing)
    target = folder / copy.name
    if target.resolve() == copy.resolve():
        raise UsageError("{path} is the copy itself; restore into another folder", path=target)
    reference = read_reference(copy, (), medium, register)
    size_bytes = sum(_size(copy / path) for path in reference.files)
    is_there = target.exists()
    if is_there and _seal_at(target) != reference.seal:
        raise UsageError("something else stands under {path}; move it away first", path=target)
    needed = int(size_bytes * (1 + SPARE_SHARE)) + SPARE_BYTES - _part_bytes(part_folder(target))
    free = device_of(standing).free_bytes
    if not is_there and free < needed:
        raise NoVerdict(
            "{path}: not enough room: {needed} bytes are needed, {free} are free", path=folder, needed=needed, free=free
        )
    return RestorePlan(copy, target, reference, size_bytes, is_there)


def restore(plan: RestorePlan, setting: Setting, told: Told) -> Restored:
    """Write the set, read it back, give it its name, and write that down in the copy's history.

    Raises:
        NoVerdict: The folder cannot be written to, or gives back other bytes.
        FolderBusy: Another run restores there.
    """
    try:
        damage = () if plan.is_there else _write(plan, told)
        if damage:
            return Restored(plan, damage)
        if plan.is_there:
            _require_whole(plan, plan.target, told)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NoVerdict("{path} could not be restored: {reason}", path=plan.target, reason=reason) from error
    size_bytes, files = open_source(plan.target)[0].names.payload.totals()
    return Restored(plan, (), _record(plan, setting, files, size_bytes), files, size_bytes)


def _write(plan: RestorePlan, told: Told) -> tuple[Finding, ...]:
    """Write all files under the temporary name, read them back and rename; give what is wrong with the copy."""
    source, damage = open_source(plan.copy)
    if damage:
        return damage
    part, written = Part(part_folder(plan.target)), [0]

    def count(size_bytes: int) -> None:
        written[0] += size_bytes
        told("written", min(written[0], plan.size_bytes), plan.size_bytes)

    make_durable(plan.target.parent)
    part.folder.mkdir(exist_ok=True)
    with holding(part.folder):
        remove_strangers(source, part.folder)
        write_parts(source, [part], told=count)
        sync_tree(part.folder)
        first = () if source.damage or part.has_failed() else _wrong(part.folder, told)
        again = frozenset(finding.path for finding in first if finding.kind in _AGAIN)
        if again:  # what an interrupted run left
            write_parts(source, [part], only=again, told=lambda _: None)
            sync_tree(part.folder)
        if part.has_failed():
            raise NoVerdict("{path} could not be restored: {reason}", path=plan.target, reason=part.problem)
        if not source.damage:
            if first:
                _require_whole(plan, part.folder, told)
            rename_durable(part.folder, plan.target)
    return tuple(sorted(source.damage, key=lambda finding: finding.path))


def _wrong(folder: Path, told: Told) -> tuple[Finding, ...]:
    return verify_copy(folder, past_cache=True, progress=lambda done, total: told("read back", done, total)).findings


def _require_whole(plan: RestorePlan, folder: Path, told: Told) -> None:
    wrong = _wrong(folder, told)
    if wrong or _seal_at(folder) != plan.reference.seal:
        paths = ", ".join(finding.path for finding in wrong[:3])
        raise NoVerdict("what was restored to {path} is read back as something else: {paths}", path=folder, paths=paths)


def _record(plan: RestorePlan, setting: Setting, files: int, size_bytes: int) -> Recorded | None:
    """Write it down, once for each place."""
    details: dict[str, Any] = {
        "outcome": "restored",
        "to": str(plan.target),
        "reason": setting.reason,
        "files_total": files,
        "bytes": size_bytes,
    }
    known = compare(plan.copy, setting.medium, setting.register)
    records = [record for record in (*known.history.records, *known.to_medium) if record.event == Event.RESTORED]
    if plan.is_there and any(record.details.get("to") == details["to"] for record in records):
        counted = setting.register if setting.medium else None
        if counted and setting.medium and counted.medium(setting.medium.id):
            catch_up(plan.copy, known, setting.medium, counted)
        return None
    return record_event(plan.copy, Event.RESTORED, details, medium=setting.medium, register=setting.register,
                        seal=plan.reference.seal, by=setting.by, now=setting.now)  # fmt: skip


def _seal_at(folder: Path) -> str:
    try:
        return read_seal(folder)
    except OSError:
        return ""


def _part_bytes(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*")) if folder.is_dir() else 0


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
