"""Recovery data for a copy: made from a copy just read as whole, proved by a drill, and only then given its name.

It lies beside the copy, never in it, so that all copies keep the same bytes. Killed anywhere, there is either no
recovery data or such as was proved; the next run makes up for a missing record.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.copies import par2
from pipeline.copies.clock import Clock
from pipeline.copies.comparing import compare
from pipeline.copies.damage_drill import drill, shape_of
from pipeline.copies.device import device_of
from pipeline.copies.history import beside, history_folder, holding, make_durable
from pipeline.copies.medium import Medium
from pipeline.copies.record import Event, Record
from pipeline.copies.recording import Recorded, catch_up, record_event
from pipeline.copies.recovery import DESCRIPTION, FORMAT, Recovery, divided, folder_name, part_name, recoveries
from pipeline.copies.recovery import recovery_folder as folder_of
from pipeline.copies.reference import Reference, digest_of, read_reference
from pipeline.copies.register import Register
from pipeline.errors import ExitCode, NotRepairable, NoVerdict
from pipeline.files import rename_durable, sync_tree, write_atomic
from pipeline.verify import verify_copy

_PART = ".part"
Told = Callable[[str, int, int], None]  # what is done, how many parts of it are done, of how many


@dataclass(frozen=True, slots=True)
class Setting:
    """Who does it, when, and where it is written down."""

    medium: Medium | None
    register: Register | None
    by: str
    now: Clock


@dataclass(frozen=True, slots=True)
class ProtectPlan:
    """What protecting a copy would do.

    Attributes:
        parts: Files of each part.
        size_bytes: Of the files.
        there: Recovery data of this set and redundancy that is there already; None where there is none.
        stale: Recovery data of other generations of the set.
        other: Recovery data of this set with another redundancy; it goes when the new is there.
    """

    copy: Path
    reference: Reference
    redundancy_percent: int
    parts: tuple[tuple[str, ...], ...]
    size_bytes: int
    there: Recovery | None
    stale: tuple[Recovery, ...]
    other: tuple[Recovery, ...]

    @property
    def recovery_bytes(self) -> int:
        """About how much room it takes while it is made: as much again as it will keep, for the drill."""
        return 2 * self.size_bytes * self.redundancy_percent // 100 + self.size_bytes // 1000 + 10_000_000


@dataclass(frozen=True, slots=True)
class Protected:
    """What protecting a copy did.

    Attributes:
        made: It was made now; else it was there already, read and found as it was made.
        recorded: Where that is written down; None where it was before.
    """

    plan: ProtectPlan
    recovery: Recovery
    made: bool
    recorded: Recorded | None
    exit_code: ExitCode = ExitCode.WHOLE


def plan_protect(copy: Path, redundancy_percent: int, medium: Medium | None, register: Register | None) -> ProtectPlan:
    """Look at a copy and at the recovery data beside it.

    Raises:
        NotRepairable: Nobody vouches for the copy's lists.
        NoVerdict: The copy or its history cannot be read.
    """
    reference = read_reference(copy, (), medium, register)
    size_bytes = sum(_size(copy / path) for path in reference.files)
    found = recoveries(copy)
    mine = [one for one in found if one.fits(reference.seal)]
    there = next((one for one in mine if one.redundancy_percent == redundancy_percent), None)
    other = tuple(one for one in mine if one is not there)
    stale = tuple(one for one in found if one not in mine)
    parts = divided(reference, size_bytes)
    return ProtectPlan(copy, reference, redundancy_percent, parts, size_bytes, there, stale, other)


def protect(plan: ProtectPlan, setting: Setting, told: Told) -> Protected:
    """Make recovery data, prove it, and write it down; what is there and as it was made is left.

    Raises:
        ToolMissing: There is no par2.
        NotRepairable: The copy is not whole: recovery data of damage would be worse than none.
        NoVerdict: There is no room, the medium cannot be written to, or the drill failed; nothing was kept then.
        FolderBusy: Another run is at work there.
    """
    program = par2.find_program()
    try:
        make_durable(history_folder(plan.copy))
        with holding(beside(plan.copy)):
            made = plan.there is None or not plan.there.is_whole()
            recovery = _make(plan, program, told) if made or plan.there is None else plan.there
            recorded = _record(plan, recovery, setting)
            for old in plan.other:
                shutil.rmtree(old.folder)
            return Protected(plan, recovery, made, recorded)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NoVerdict("{path} could not be protected: {reason}", path=plan.copy, reason=reason) from error


def _make(plan: ProtectPlan, program: par2.Program, told: Told) -> Recovery:
    """Make recovery data in a folder without its name, prove it there, and give it its name."""
    _require_whole(plan, told)
    free = device_of(plan.copy.parent).free_bytes
    if free < plan.recovery_bytes:
        raise NoVerdict("not enough room for recovery data: {needed} bytes are needed, {free} are free",
                        needed=plan.recovery_bytes, free=free)  # fmt: skip
    folder = folder_of(plan.copy) / _PART
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    try:
        blocks = sum(_make_part(plan, number, folder, program, told) for number in range(len(plan.parts)))
        _describe(plan, folder, program, blocks)
        sync_tree(folder)
        target = folder.with_name(folder_name(plan.reference.seal, plan.redundancy_percent))
        if target.exists():  # damaged recovery data
            shutil.rmtree(target)
        rename_durable(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return next(one for one in recoveries(plan.copy) if one.folder == target)


def _require_whole(plan: ProtectPlan, told: Told) -> None:
    verdict = verify_copy(plan.copy, past_cache=True, progress=lambda done, total: told("read", done, total))
    if verdict.outcome == "whole" and plan.reference.seal in verdict.seal.values():
        return
    paths = ", ".join(finding.path for finding in verdict.findings[:3])
    if verdict.exit_code is ExitCode.NO_VERDICT:
        raise NoVerdict("{path} could not be read as a whole ({paths}); no recovery data was made",
                        path=plan.copy, paths=paths)  # fmt: skip
    raise NotRepairable(
        "{path} is not whole ({paths}); repair it first: recovery data of damage would keep the damage",
        path=plan.copy, paths=paths,
    )  # fmt: skip


def _make_part(plan: ProtectPlan, number: int, folder: Path, program: par2.Program, told: Told) -> int:
    """Make and prove the recovery data of one part; give the number of blocks that the drill restored."""
    sizes = {path: _size(plan.copy / path) for path in plan.parts[number]}
    if not sizes:
        return 0
    shape = shape_of(sizes, plan.redundancy_percent)
    index = folder / f"{part_name(number + 1, len(plan.parts))}.par2"
    par2.create(program, plan.copy, list(sizes), index, block=shape.block, recovery=shape.recovery)
    told("made", 2 * number + 1, 2 * len(plan.parts))
    restored = drill(program, plan.copy, plan.reference, shape, index=index, scratch=folder / "drill")
    if not restored:
        raise NoVerdict(
            "the recovery data did not restore what was damaged in a drill on a scratch copy; none was kept"
        )
    told("made", 2 * number + 2, 2 * len(plan.parts))
    return restored


def _describe(plan: ProtectPlan, folder: Path, program: par2.Program, blocks: int) -> None:
    files = sorted(folder.iterdir())
    values = {
        "format": FORMAT,
        "seal": plan.reference.seal,
        "redundancy_percent": plan.redundancy_percent,
        "program": program.name,
        "parts": len(plan.parts),
        "files": sum(map(len, plan.parts)),
        "bytes": sum(_size(path) for path in files),
        "drill": f"restored {blocks} of {blocks} damaged blocks",
        "drill_blocks": blocks,
        "sums": {path.name: digest_of(path, "sha256") for path in files},
    }
    text = json.dumps(values, indent=1, sort_keys=True)
    write_atomic(folder / DESCRIPTION, f"{text}\n".encode(), durable=True)


def _record(plan: ProtectPlan, recovery: Recovery, setting: Setting) -> Recorded | None:
    """Write it down, once for the same data."""
    details = _details(recovery)
    known = compare(plan.copy, setting.medium, setting.register)
    if any(_is_of(record, details) for record in (*known.history.records, *known.to_medium)):
        counted = setting.register if setting.medium else None
        if counted and counted.medium(setting.medium.id if setting.medium else ""):
            catch_up(plan.copy, known, setting.medium, counted)
        return None
    return record_event(
        plan.copy, Event.PROTECTED, details, medium=setting.medium, register=setting.register,
        seal=plan.reference.seal, by=setting.by, now=setting.now,
    )  # fmt: skip


def _details(recovery: Recovery) -> dict[str, Any]:
    kept = ("redundancy_percent", "program", "files", "bytes", "drill")
    values = {name: recovery.description[name] for name in kept if name in recovery.description}
    return {**values, "recovery": digest_of(recovery.folder / DESCRIPTION, "sha256")}


def _is_of(record: Record, details: dict[str, Any]) -> bool:
    return record.event == Event.PROTECTED and record.details.get("recovery") == details["recovery"]


def _size(path: Path) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
