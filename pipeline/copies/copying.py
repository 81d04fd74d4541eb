"""Copy a sealed set to media: one read of the set, all targets at once, read back from each medium, then named.

A copy bears its name only after every byte of it was read back and agreed. Killed anywhere, the next run goes on: an
unfinished copy lies under its temporary name, and a named one without its record is read again before it gets it.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.copies.claiming import claim
from pipeline.copies.clock import Clock
from pipeline.copies.comparing import compare
from pipeline.copies.copy_plan import CopyPlan, Standing, Target
from pipeline.copies.history import beside
from pipeline.copies.progress import NAME as PROGRESS
from pipeline.copies.record import Event
from pipeline.copies.recording import catch_up, record_event
from pipeline.copies.register import Register
from pipeline.copies.writing import Part, Source, open_source, write_parts
from pipeline.errors import ExitCode, FolderBusy, NoVerdict
from pipeline.files import can_drop_cache, rename_durable, sync_tree
from pipeline.messages import Sentence, sentence
from pipeline.verify import Finding, Kind, Verdict, verify_copy

PAST_CACHE = "past the page cache"
FROM_MEMORY = "perhaps from memory: the page cache cannot be dropped here"
_REPAIRABLE = frozenset({Kind.DAMAGED, Kind.MISSING, Kind.MOVED})


class Done(StrEnum):
    """What became of one target."""

    COPIED = "copied"
    THERE = "already-there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one target.

    Attributes:
        why: What went wrong, in English.
        read_back: How the copy was read back.
        recorded: The history beside the copy has it.
        in_register: The register counts it.
    """

    target: Target
    done: Done
    why: str | Sentence = ""
    read_back: str = ""
    recorded: bool = False
    in_register: bool = False


@dataclass(frozen=True, slots=True)
class Copied:
    """What a run of copying did.

    Attributes:
        damage: What is wrong with the source; nothing was named then.
    """

    plan: CopyPlan
    outcomes: tuple[Outcome, ...]
    damage: tuple[Finding, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """FINDINGS for a damaged source, NO_VERDICT where it could not be read or a target failed."""
        if any(finding.kind is not Kind.UNREADABLE for finding in self.damage):
            return ExitCode.FINDINGS
        failed = any(outcome.done is Done.FAILED for outcome in self.outcomes)
        return ExitCode.NO_VERDICT if failed else ExitCode.WHOLE


@dataclass(frozen=True, slots=True)
class Setting:
    """Who copies, when, and where it is written down.

    Attributes:
        old_medium: Code of the medium that this copy takes over from, for the minutes; "" where there is none.
    """

    register: Register | None
    by: str
    now: Clock
    old_medium: str = ""


class Progress:
    """What a run tells its caller while it goes on; this one tells nobody."""

    def writing(self, done_bytes: int, total_bytes: int) -> None:
        """Learn how much was written."""

    def reading_back(self, target: Target, done_bytes: int, total_bytes: int) -> None:
        """Learn how much of one copy was read back; called from several threads."""


def copy_set(plan: CopyPlan, setting: Setting, progress: Progress) -> Copied:
    """Do what was planned.

    Raises:
        FolderBusy: Another run writes one of the copies.
    """
    source, damage = open_source(plan.source)
    if damage:
        return Copied(plan, tuple(_left(target) for target in plan.targets), damage)
    with ExitStack() as stack:
        targets = [claim(target, plan.seal, source, setting.register, stack) for target in plan.targets]
        parts = {target: Part(target.part) for target in targets if target.is_open and not target.problem}
        _write(source, plan, list(parts.values()), progress)
        if source.damage:
            return Copied(plan, tuple(_left(target) for target in plan.targets), _ordered(source.damage))
        finish = _Finish(source, plan, setting, progress)
        with ThreadPoolExecutor(max(1, len(plan.targets))) as pool:
            read = list(pool.map(lambda target: finish.read_back(target, parts.get(target)), targets))
        # The register has one writer at a time; the threads only read back.
        outcomes = tuple(finish.record(outcome) for outcome in read)
    return Copied(plan, outcomes, _ordered(source.damage))


def _ordered(damage: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(damage), key=lambda finding: finding.path))


def _left(target: Target) -> Outcome:
    return Outcome(target, Done.FAILED, "the set that was to be copied is damaged; nothing was written under its name")


def _write(source: Source, plan: CopyPlan, parts: Sequence[Part], progress: Progress) -> None:
    written = [0]

    def told(count: int) -> None:
        written[0] += count
        progress.writing(min(written[0], plan.size_bytes), plan.size_bytes)

    if any(not part.problem for part in parts):
        write_parts(source, parts, told=told)


@dataclass(frozen=True, slots=True)
class _Finish:
    """From a written part to a named and recorded copy."""

    source: Source
    plan: CopyPlan
    setting: Setting
    progress: Progress

    def read_back(self, target: Target, part: Part | None) -> Outcome:
        """Read a target's copy back and give it its name."""
        try:
            if target.standing is Standing.UNUSABLE:
                return Outcome(target, Done.FAILED, target.problem)
            if target.standing is Standing.THERE:
                return Outcome(target, Done.THERE)
            if target.standing is Standing.UNRECORDED:
                return self._judged(target, self._verify(target.copy, target))
            if target.problem:
                return Outcome(target, Done.FAILED, target.problem)
            return self._named(target, part or Part(target.part))
        except OSError as error:
            return Outcome(target, Done.FAILED, error.strerror or str(error))

    def _named(self, target: Target, part: Part) -> Outcome:
        if part.has_failed():
            return Outcome(target, Done.FAILED, part.problem)
        sync_tree(part.folder)
        verdict = self._verify(part.folder, target)
        again = frozenset(found.path for found in verdict.findings if found.kind in _REPAIRABLE)
        if again:  # what an interrupted run or a lying device left; once more, then it is the device's fault
            write_parts(self.source, [part], only=again, told=lambda _: None)
            if part.has_failed():
                return Outcome(target, Done.FAILED, part.problem)
            if any(found.path in again for found in list(self.source.damage)):
                return _left(target)  # the part held what an earlier run had read from the damaged set
            sync_tree(part.folder)
            verdict = self._verify(part.folder, target)
        outcome = self._judged(target, verdict)
        if outcome.done is Done.COPIED:
            # What was read of a copy that stood here before says nothing of this one.
            (beside(target.copy) / PROGRESS).unlink(missing_ok=True)
            rename_durable(part.folder, target.copy)
        return outcome

    def _verify(self, folder: Path, target: Target) -> Verdict:
        def told(done: int, total: int) -> None:
            self.progress.reading_back(target, done, total)

        return verify_copy(folder, past_cache=True, jobs=1, progress=told)

    def _judged(self, target: Target, verdict: Verdict) -> Outcome:
        """Say whether what was read back is the set."""
        if verdict.outcome == "whole" and self.plan.seal in verdict.seal.values():
            way = PAST_CACHE if verdict.past_cache and can_drop_cache() else FROM_MEMORY
            return Outcome(target, Done.COPIED, read_back=way)
        paths = [finding.path for finding in verdict.findings]
        named = ", ".join(paths[:3]) + (" ..." if len(paths) > 3 else "")
        why = sentence("read back from the medium, {number} files are not what was written: {paths}",
                       number=len(paths), paths=named)  # fmt: skip
        return Outcome(target, Done.FAILED, why)

    def record(self, outcome: Outcome) -> Outcome:
        """Write down that a copy was made; a copy whose record cannot be written is no success."""
        target = outcome.target
        if outcome.done is Done.THERE:
            return self._known(outcome)
        if outcome.done is not Done.COPIED:
            return outcome
        try:
            found = record_event(
                target.copy, Event.CREATED, self._details(outcome), medium=target.medium,
                register=self.setting.register, seal=self.plan.seal, by=self.setting.by, now=self.setting.now,
            )  # fmt: skip
        except (NoVerdict, FolderBusy, OSError) as error:
            why = sentence("the copy is whole, but that could not be written down: {reason}", reason=str(error))
            return Outcome(target, Done.FAILED, why, outcome.read_back)
        return Outcome(target, Done.COPIED, found.problem, outcome.read_back, found.on_medium, found.in_register)

    def _known(self, outcome: Outcome) -> Outcome:
        """Tell the register of a copy that is there: a run that was killed may have told the medium only."""
        target, register = outcome.target, self.setting.register
        counted = register if register and target.medium and register.medium(target.medium.id) else None
        try:
            if counted:
                catch_up(target.copy, compare(target.copy, target.medium, counted), target.medium, counted)
        except (NoVerdict, FolderBusy) as error:
            why = sentence("the copy is there, but the register could not be told: {reason}", reason=str(error))
            return Outcome(target, Done.FAILED, why)
        return replace(outcome, recorded=True, in_register=counted is not None)

    def _details(self, outcome: Outcome) -> dict[str, Any]:
        shared = any(outcome.target.name in pair for pair in self.plan.same_device)
        payload = self.source.names.payload.totals()
        return {
            "source": str(self.plan.source),
            "read_back": outcome.read_back,
            "files": payload[1],
            "bytes": payload[0],
            "old_medium": self.setting.old_medium,
            **({"same_device": True} if shared else {}),
        }
