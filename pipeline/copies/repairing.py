"""Repair a copy as planned: good files are staged and read back, bad ones set aside, then the good take their places.

Nothing is deleted and nothing in the copy is written over: what was bad lies in quarantine with its digest. Killed
anywhere, the next repair goes on, and its record tells of both as of one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.copies.clock import Clock
from pipeline.copies.comparing import compare
from pipeline.copies.history import beside, history_folder, holding, make_durable
from pipeline.copies.medium import Medium, read_identity
from pipeline.copies.quarantine import remove_empty, set_aside, settled_names
from pipeline.copies.record import Event
from pipeline.copies.recording import Recorded, catch_up, record_event
from pipeline.copies.reference import digest_of
from pipeline.copies.register import Register
from pipeline.copies.repair_intent import MISSING, Intent, forget_intent, merged, read_intent, write_intent
from pipeline.copies.repair_plan import Bad, RepairPlan, Step, found_at
from pipeline.copies.staging import PAR2, Staged, refuse, stage
from pipeline.copies.surroundings import is_folder
from pipeline.errors import ExitCode, NoVerdict
from pipeline.files import rename_durable, sync_folder
from pipeline.verify import Verdict, verify_copy

STAGING = "staging"
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did.

    Attributes:
        steps: Files that were put right.
        lost: Files that were not.
        verdict: Of the full check afterwards.
        set_aside: Path in the copy -> where it lies in quarantine, relative to the medium.
    """

    plan: RepairPlan
    steps: tuple[Step, ...]
    lost: tuple[Bad, ...]
    verdict: Verdict
    set_aside: dict[str, str]
    recorded: Recorded

    @property
    def is_whole(self) -> bool:
        """Whether the copy is again what was sealed."""
        return self.verdict.outcome == "whole" and self.plan.reference.seal in self.verdict.seal.values()

    @property
    def exit_code(self) -> ExitCode:
        """WHOLE, or NOT_REPAIRABLE where something is lost, or FINDINGS where the check afterwards found more."""
        if self.lost:
            return ExitCode.NOT_REPAIRABLE
        return ExitCode.WHOLE if self.is_whole else ExitCode.FINDINGS


@dataclass(frozen=True, slots=True)
class Setting:
    """Who repairs, when, and where it is written down.

    Attributes:
        partial: Put right what can be put right although some files are lost.
    """

    medium: Medium | None
    register: Register | None
    by: str
    now: Clock
    partial: bool = False


def repair(plan: RepairPlan, setting: Setting, names: dict[Path, str], told: Told) -> Repaired:
    """Do what was planned, check the whole copy, and write it down.

    Args:
        plan: What is to be done.
        setting: Who does it.
        names: Copy -> code of its medium, for the record.
        told: Called with files done and files to do.

    Raises:
        LostFiles: Files are lost, and a part of a repair was not asked for; nothing was changed.
        ToolMissing: Only par2 could help, and it is not installed.
        NoVerdict: The medium cannot be written to, or the copy is not as it was planned for; nothing is lost.
        FolderBusy: Another repair is at work there.
    """
    if plan.lost and not plan.recoveries and not setting.partial:
        raise refuse(plan.lost)
    # Reading takes hours, and on the bare folder that an unplugged medium leaves the history would be made anew.
    if not is_folder(plan.copy) or read_identity(plan.copy.parent) != setting.medium:
        raise NoVerdict("{path} is not there: is the medium plugged in?", path=plan.copy)
    try:
        make_durable(history_folder(plan.copy))
        with holding(beside(plan.copy)):
            return _repair(plan, setting, names, told)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NoVerdict("{path} could not be repaired: {reason}", path=plan.copy, reason=reason) from error


def _repair(plan: RepairPlan, setting: Setting, names: dict[Path, str], told: Told) -> Repaired:
    """Do it while nobody else may."""
    _require_as_planned(plan)
    with _staging(plan.copy) as folder:
        staged = stage(plan, folder, told, partial=setting.partial)
        intent = merged(read_intent(plan.copy), _intent(plan, staged, setting, names))
        write_intent(plan.copy, intent)
        _apply(plan, staged, intent)
    verdict = verify_copy(plan.copy, past_cache=True)
    recorded = _recorded_before(plan.copy, intent, setting) or record_event(
        plan.copy, Event.REPAIRED, _details(intent, verdict), medium=setting.medium, register=setting.register,
        seal=plan.reference.seal, by=setting.by, now=setting.now,
    )  # fmt: skip
    forget_intent(plan.copy)
    return Repaired(plan, staged.steps, staged.lost, verdict, dict(intent.set_aside), recorded)


def _require_as_planned(plan: RepairPlan) -> None:
    """Look at the bad files again: what somebody else did since the plan was made must not be undone.

    Raises:
        NoVerdict: One of them is not what the plan says.
    """
    for bad in (*(step.bad for step in plan.steps), *plan.lost):
        if found_at(plan.copy, bad.place, bad.wanted) != bad.found:
            raise NoVerdict("{path} is not as it was when the repair was planned; start it again", path=bad.path)


@contextmanager
def _staging(copy: Path) -> Iterator[Path]:
    """Lend an empty folder beside the copy; what a killed repair left there goes."""
    folder = beside(copy) / STAGING
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _intent(plan: RepairPlan, staged: Staged, setting: Setting, names: dict[Path, str]) -> Intent:
    """Settle all that will be done."""
    places = settled_names(plan.copy, dict(_removals(plan, staged)).items())
    head = compare(plan.copy, setting.medium, setting.register)
    files = tuple(
        {
            "path": step.bad.path,
            "from": PAR2 if step.origin == Path(PAR2) else names.get(step.origin, str(step.origin)),
            "bad": _word(step.bad),
            "good": step.bad.wanted.digest,
            "quarantine": places.get(step.bad.place, ""),
        }
        for step in staged.steps
    )
    after = max(head.history.head.number, head.known.number)
    return Intent(plan.reference.seal, plan.reference.vouched_by, after, files, places,
                  tuple(bad.path for bad in staged.lost))  # fmt: skip


def _removals(plan: RepairPlan, staged: Staged) -> Iterator[tuple[str, str]]:
    """Give what leaves the copy, in this order, each with its digest or a word for what it is."""
    for step in staged.steps:
        strange = _strange_source(plan, step)
        if strange:
            yield strange, step.bad.wanted.digest
    for path in plan.strangers:
        yield path, _digest(plan.copy / path)
    for step in staged.steps:
        if step.bad.found != MISSING and os.path.lexists(plan.copy / step.bad.place):
            yield step.bad.place, _word(step.bad)


def _strange_source(plan: RepairPlan, step: Step) -> str:
    """Name the strange file of the copy itself whose contents were staged; nothing where they came from elsewhere."""
    if step.origin != plan.copy or not step.source.is_relative_to(plan.copy):
        return ""
    path = step.source.relative_to(plan.copy).as_posix()
    return "" if path in plan.reference.files else path


def _apply(plan: RepairPlan, staged: Staged, intent: Intent) -> None:
    """Take out what is bad, then give each staged file its place."""
    removed = [path for path, _ in _removals(plan, staged)]
    for path in removed:
        set_aside(plan.copy, path, intent.set_aside[path])
    for step, file in zip(staged.steps, staged.files, strict=True):
        target = plan.copy / step.bad.path
        target.parent.mkdir(parents=True, exist_ok=True)
        rename_durable(file, target)
        _sync_up(target.parent, plan.copy)
    remove_empty(plan.copy, intent.set_aside)


def _sync_up(folder: Path, copy: Path) -> None:
    """Flush the folders from a file up to the copy: some of them may be new."""
    while folder != copy.parent:
        sync_folder(folder)
        folder = folder.parent


def _recorded_before(copy: Path, intent: Intent, setting: Setting) -> Recorded | None:
    """Find the record of this very repair: the run that wrote it was ended before it could say that it was done."""
    known = compare(copy, setting.medium, setting.register)
    records = [*known.history.records, *known.to_medium]
    found = [record for record in records if record.event == Event.REPAIRED and record.number > intent.after]
    if not found:
        return None
    counted = setting.register if setting.medium and setting.register else None
    if counted:
        catch_up(copy, known, setting.medium, counted)
    return Recorded(found[0], found[0] in known.history.records, counted is not None)


def _word(bad: Bad) -> str:
    return bad.found if bad.found == MISSING else bad.found.partition(":")[2] or bad.found


def _digest(path: Path) -> str:
    with suppress(OSError):
        return digest_of(path, "sha256")
    return "link" if path.is_symlink() else "folder" if path.is_dir() else "unreadable"


def _details(intent: Intent, verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome,
        "vouched_by": intent.vouched_by,
        "files": [dict(row) for row in intent.files],
        "set_aside": {path: intent.set_aside[path] for path in sorted(intent.set_aside)},
        "lost": list(intent.lost),
    }
