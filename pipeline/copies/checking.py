"""Check a stored copy together with what surrounds it, keep how far the check came, and write down that it was made."""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.copies.clock import Clock, months_after, parse, written
from pipeline.copies.history import beside
from pipeline.copies.medium import Medium
from pipeline.copies.progress import NAME, Progress, read_progress, write_progress
from pipeline.copies.record import Event
from pipeline.copies.recording import Recorded, record_event
from pipeline.copies.register import Register
from pipeline.copies.schedule import Part, Schedule, Standing
from pipeline.copies.surroundings import Surroundings, is_folder, look_around
from pipeline.errors import SohoaError
from pipeline.verify import Kind, Remark, Throttle, Verdict, verify_copy

RECORDED_FINDINGS = 200
RESUME_MONTHS = 1  # an interrupted check that began earlier is begun anew: it would say too little of today
_LOST = frozenset({Kind.MEDIUM_ABSENT, Kind.WRONG_MEDIUM})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a check.

    Attributes:
        quick: Names, total size and tag files only.
        part: Which part of the files; all of them without it.
        seconds: Begin no file after so long a time, and take first what was not read for longest.
        resume: Go on with a check that was interrupted.
        past_cache: Have the medium itself answer, not the system's memory.
        bytes_per_second: Read no faster.
        jobs: Files read at the same time.
    """

    quick: bool = False
    part: Part | None = None
    seconds: float | None = None
    resume: bool = False
    past_cache: bool = True
    bytes_per_second: float | None = None
    jobs: int = 2

    @property
    def limited(self) -> bool:
        """Tell whether the check may end before all is read, so that its progress matters."""
        return self.part is not None or self.seconds is not None or self.resume


@dataclass(frozen=True, slots=True)
class Office:
    """Who checks, when, and by which register and policy.

    Attributes:
        register: None where there is none.
        by: The person.
        now: The clock.
        period_months: Every byte is to be read once in so many months.
    """

    register: Register | None
    by: str
    now: Clock
    period_months: int = 12


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one copy answers with.

    Attributes:
        medium: Identity of the medium; None for a plain folder.
        standing: How well the copy is covered by reading; None where no progress is kept.
        due_before: Files last read before this time are due.
        rounds: How many checks like this one read everything; 0 where that cannot be said.
        recorded: Where the check was written down; None where it was not.
    """

    verdict: Verdict
    medium: Medium | None = None
    standing: Standing | None = None
    due_before: str = ""
    rounds: int = 0
    recorded: Recorded | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        values = self.verdict.to_json()
        values["medium"] = {"id": self.medium.id, "code": self.medium.code} if self.medium else None
        rolling = asdict(self.standing) if self.standing else {}
        values["rolling"] = {**rolling, "due_before": self.due_before, "rounds": self.rounds} if rolling else None
        values["record"] = self.recorded and {
            "number": self.recorded.record.number,
            "on_medium": self.recorded.on_medium,
            "in_register": self.recorded.in_register,
        }
        return values


def check_copy(
    copy: Path, asked: Request, office: Office, *, progress: Callable[[int, int], None] | None = None
) -> Checked:
    """Check a copy, and note the check in the copy's history and in the register where it stands on a coded medium.

    Args:
        copy: Folder of the copy.
        asked: What to look at.
        office: Who asks.
        progress: Told now and then how far the reading is.
    """
    around = look_around(copy, office.register)
    began = written(office.now())
    book = _Book(copy, around, asked, office)
    schedule = book.schedule(began) if not asked.quick and (asked.limited or book.kept) else None
    verdict = None
    try:
        verdict = verify_copy(
            copy, quick=asked.quick, jobs=asked.jobs, progress=progress, past_cache=asked.past_cache, scope=schedule,
            throttle=Throttle(asked.bytes_per_second) if asked.bytes_per_second else None,
        )  # fmt: skip
    finally:
        if schedule:
            lost = verdict is None or any(finding.kind is Kind.MEDIUM_ABSENT for finding in verdict.findings)
            schedule.finish(whole_round=not lost)
    verdict = _with_surroundings(verdict, around, tuple(book.notices(schedule)))
    due_before = written(_months_before(office))
    standing = schedule.standing(due_before) if schedule and asked.past_cache else None
    checked = Checked(verdict, around.medium, standing, due_before if standing else "", _rounds(verdict, schedule))
    return _record(copy, checked, around, office)


class _Book:
    """Where the progress of one copy is kept.

    Attributes:
        kept: Progress is kept for this copy even where everything is read at once.
    """

    def __init__(self, copy: Path, around: Surroundings, asked: Request, office: Office) -> None:
        self.kept = around.right_medium and asked.past_cache and (around.medium is not None or is_folder(beside(copy)))
        self._copy, self._asked, self._office = copy, asked, office
        self._places = [beside(copy) / NAME]
        if around.medium and office.register:
            name = hashlib.sha256(copy.name.encode(errors="surrogateescape")).hexdigest()[:16]
            self._places.append(office.register.path.parent / "progress" / f"{around.medium.id}-{name}.json")
        self._usable = around.right_medium and is_folder(copy) and not around.linked
        self._problems: list[str] = []
        self._unkept = ""

    def schedule(self, began: str) -> Schedule:
        """Plan the reading by what earlier checks left."""
        since = written(_months_before(self._office, RESUME_MONTHS))
        return Schedule(
            self._known(began),
            began=began,
            keep=self._keep,
            part=self._asked.part,
            seconds=self._asked.seconds,
            resume_from=since if self._asked.resume else None,
        )

    def notices(self, schedule: Schedule | None) -> Iterator[Remark]:
        """Say what should be known about the progress."""
        for problem in self._problems:
            yield Remark(NAME, f"what earlier checks read is not known: {problem}")
        if self._unkept:
            yield Remark(NAME, f"how far this check came could not be kept: {self._unkept}")
        if schedule and schedule.started_anew:
            yield Remark(NAME, "there is no interrupted check that can be continued: this one began anew")

    def _known(self, began: str) -> Progress | None:
        """Read what is kept; where both places know something, the later of them."""
        found = []
        for path in self._places:
            progress, problem = read_progress(path, now=began)
            if progress:
                found.append(progress)
            elif problem:
                self._problems.append(problem)
        return max(found, key=lambda progress: progress.coverage.newest(), default=None)

    def _keep(self, progress: Progress) -> None:
        """Write the progress to the first place that takes it; what may have come from memory does not count."""
        if not self._usable or not self._asked.past_cache:
            return
        # Where the medium went away, nothing may be written into the bare mount point.
        for path in self._places if is_folder(self._copy) else self._places[1:]:
            try:
                write_progress(path, progress)
            except OSError as error:
                self._unkept = error.strerror or str(error)
            else:
                self._unkept = ""
                return


def _months_before(office: Office, months: int = 0) -> Any:
    now = parse(written(office.now()))
    day = months_after(now.date(), -(months or office.period_months))
    return now.replace(year=day.year, month=day.month, day=day.day)


def _with_surroundings(verdict: Verdict, around: Surroundings, notices: tuple[Remark, ...]) -> Verdict:
    """Put the findings about medium, history and generation to those about the copy."""
    told = {finding.kind for finding in around.findings}
    own = verdict.findings
    if told & {Kind.MISSING, Kind.WRONG_MEDIUM}:
        # The better answer takes the place of "there is no such folder".
        own = tuple(finding for finding in own if finding.kind is not Kind.MEDIUM_ABSENT)
    known = {(finding.kind, finding.path) for finding in own}
    more = (finding for finding in around.findings if (finding.kind, finding.path) not in known)
    order = {kind: place for place, kind in enumerate(Kind)}
    findings = sorted((*own, *more), key=lambda finding: (order[finding.kind], finding.path))
    remarks = sorted({*verdict.notices, *around.notices, *notices}, key=lambda remark: (remark.path, remark.detail))
    return replace(verdict, findings=tuple(findings), notices=tuple(remarks))


def _rounds(verdict: Verdict, schedule: Schedule | None) -> int:
    """Tell how many checks of this length read everything."""
    if not schedule or not schedule.ended_early or not verdict.payload_read_bytes:
        return 0
    return math.ceil(verdict.payload_bytes / verdict.payload_read_bytes)


def _record(copy: Path, checked: Checked, around: Surroundings, office: Office) -> Checked:
    """Write the check down, unless it is about no copy or about another medium."""
    verdict = checked.verdict
    if any(finding.kind in _LOST for finding in verdict.findings) or not (around.medium or around.history):
        return checked
    if around.linked and not around.seal:  # no copy was ever known here
        return checked
    try:
        recorded = record_event(copy, Event.VERIFIED, verified_details(checked), medium=around.medium,
                                register=office.register, seal=around.seal, by=office.by, now=office.now)  # fmt: skip
    except SohoaError as error:
        remark = Remark(f"../{copy.name}.sohoa/history", f"the check could not be recorded: {error}")
        return replace(checked, verdict=replace(verdict, notices=(*verdict.notices, remark)))
    if recorded.problem:
        remark = Remark(f"../{copy.name}.sohoa/history", f"the check is in the register alone: {recorded.problem}")
        checked = replace(checked, verdict=replace(verdict, notices=(*verdict.notices, remark)))
    return replace(checked, recorded=recorded)


def verified_details(checked: Checked) -> dict[str, Any]:
    """Give what the record "verified" holds."""
    verdict, standing = checked.verdict, checked.standing
    full = verdict.contents_read and verdict.past_cache and not verdict.earlier_files
    covered = {
        "full": full,
        "quick": verdict.quick,
        "part": verdict.part,
        "files": verdict.payload_read_files,
        "bytes": verdict.payload_read_bytes,
        "since": standing.since if standing else "",
    }
    findings = [{name: value for name, value in asdict(finding).items() if value not in {"", None}}
                for finding in verdict.findings[:RECORDED_FINDINGS]]  # fmt: skip
    return {
        "outcome": verdict.outcome,
        "counts": verdict.counts,
        "covered": covered,
        "read": "past the page cache" if verdict.past_cache else "perhaps from memory",
        "findings": findings,
        "findings_total": len(verdict.findings),
    }
