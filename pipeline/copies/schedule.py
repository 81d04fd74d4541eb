"""What a check reads when it does not read all at once: parts of like size, time limits, the longest unread first."""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.copies.progress import NEVER, Coverage, Progress
from pipeline.verify import Listed, Reading, Scope

KEEP_SECONDS = 20.0  # what a killed check may lose


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `of`, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        """Write it as it is asked for: 2/12."""
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How well a copy is covered by reading.

    Attributes:
        since: Every file was read and found right at this time or later; "" where one never was.
        never_files, never_bytes: Files never read here and found right.
        overdue_files, overdue_bytes: Files last read before the day asked for; those never read included.
        oldest, newest: Times between which the files that are not of this check were last read; "" where none was.
        rest_files, rest_bytes: Files that are not of this check.
    """

    since: str
    never_files: int
    never_bytes: int
    overdue_files: int
    overdue_bytes: int
    oldest: str
    newest: str
    rest_files: int
    rest_bytes: int


def divide(sizes: Sequence[int], parts: int) -> tuple[int, ...]:
    """Cut files in order into parts of like size: the first places of the parts, from the second on.

    A file belongs to the part in which its middle lies; so each is in exactly one. Empty files count as one byte.
    """
    ends = list(accumulate(size + 1 for size in sizes))
    total = ends[-1] if ends else 0
    middles = [2 * end - size - 1 for end, size in zip(ends, sizes, strict=True)]
    return tuple(bisect_left(middles, -(-2 * total * number // parts)) for number in range(1, parts))


class Schedule(Scope):
    """The scope of a check whose progress is kept.

    Attributes:
        progress: What is known after the check; None until the copy's lists were read.
        started_anew: An interrupted check was to be continued, but there was none that could be.
        ended_early: The time was up before all was read.
    """

    def __init__(
        self,
        known: Progress | None,
        *,
        began: str,
        keep: Callable[[Progress], None],
        part: Part | None = None,
        seconds: float | None = None,
        resume_from: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Plan a check.

        Args:
            known: What earlier checks left.
            began: Time of this check, as `clock.written` writes it.
            keep: Called now and then with what is known so far.
            part: Which part to read; all without it.
            seconds: No file is begun after so long a time; what was not read for longest comes first.
            resume_from: Go on with a check that was not finished, if it began at this time or later.
            clock: Seconds that only go forward.
        """
        self.progress: Progress | None = None
        self.started_anew = self.ended_early = False
        self._known, self._began, self._keep = known, began, keep
        self._part, self._seconds, self._resume_from = part, seconds, resume_from
        self._clock, self._deadline = clock, clock() + seconds if seconds is not None else None
        self._kept_at, self._readings = clock(), bytearray()
        self._listed: Listed | None = None

    @property
    def keeps(self) -> bool:
        """Places are asked for: they are what progress is told in."""
        return True

    @property
    def part(self) -> str:  # type: ignore[override]
        """Which part is asked for."""
        return str(self._part or "")

    def choose(self, listed: Listed) -> Sequence[int] | None:
        """Give the places to read, in order."""
        self._listed = listed
        self.progress = progress = self._fitting(listed)
        resumed = self._resume(progress)
        progress.began, progress.part = (resumed or self._began), self.part
        if not (self._part or resumed or self._seconds):
            return None
        places: Sequence[int] = self._places(progress, listed)
        if resumed:
            left = [place for place in places if progress.coverage.at(place) < resumed]
            present = sum(listed.rows[place] >= 0 for place in places)
            self.earlier_files = present - sum(listed.rows[place] >= 0 for place in left)
            self.earlier_since = resumed if self.earlier_files else ""
            places = left
        return sorted(places, key=progress.coverage.at) if self._seconds is not None else places

    def enough(self) -> bool:
        """Tell whether the time is up."""
        self.ended_early = self.ended_early or (self._deadline is not None and self._clock() >= self._deadline)
        return self.ended_early

    def keep(self, readings: bytearray) -> None:
        """Write down how far the reading is, every few seconds."""
        self._readings = readings
        if self._clock() - self._kept_at >= KEEP_SECONDS:
            self._mark()
            if self.progress:
                self._keep(self.progress)
            self._kept_at = self._clock()

    def finish(self, *, whole_round: bool) -> None:
        """Write down how far the check came at its end.

        Args:
            whole_round: All that was chosen was read, whatever was found; else the check can be continued.
        """
        self._mark()
        if self.progress:
            if whole_round and not self.ended_early:
                self.progress.began = self.progress.part = ""
            self._keep(self.progress)

    def standing(self, before: str) -> Standing | None:
        """Sum up how well the copy is covered; files last read before the time given are overdue."""
        if self._listed is None or self.progress is None:
            return None
        return _standing(self._listed, self.progress.coverage, self._read_now, before)

    def _read_now(self, row: int) -> bool:
        return row >= 0 and bool(self._readings) and self._readings[row] == Reading.AGREED

    def _fitting(self, listed: Listed) -> Progress:
        """Take over what is known where it is about these very lists."""
        known, self._known = self._known, None
        if known and known.lists == listed.lists and len(known.coverage) == len(listed.rows):
            return known
        return Progress(listed.lists, Coverage(len(listed.rows)))

    def _resume(self, progress: Progress) -> str:
        """Give the time at which the check to go on with began; "" for a new one."""
        if self._resume_from is None:
            return ""
        if progress.began and progress.began >= self._resume_from:
            if self._part is None and progress.part:
                number, _, of = progress.part.partition("/")
                self._part = Part(int(number), int(of))
            if self.part == progress.part:
                return progress.began
        self.started_anew = True
        return ""

    def _places(self, progress: Progress, listed: Listed) -> range:
        if self._part is None:
            return range(len(listed.rows))
        if self._part.of not in progress.cuts:
            progress.cuts[self._part.of] = divide(listed.sizes, self._part.of)
        bounds = (0, *progress.cuts[self._part.of], len(listed.rows))
        return range(bounds[self._part.number - 1], bounds[self._part.number])

    def _mark(self) -> None:
        """Date what agreed; what did not, or is not there, was never found right."""
        if self.progress and self._listed:
            rows, readings = self._listed.rows, self._readings
            for reading, stamp in ((Reading.AGREED, self._began), (Reading.FAILED, NEVER)):
                places = (place for place, row in enumerate(rows) if row >= 0 and readings[row] == reading)
                self.progress.coverage.mark(places if readings else (), stamp)
            self.progress.coverage.mark((place for place, row in enumerate(rows) if row < 0), NEVER)


def _standing(listed: Listed, coverage: Coverage, read_now: Callable[[int], bool], before: str) -> Standing:
    """Sum up by time of last reading: few times, however many files."""
    files: dict[str, int] = defaultdict(int)
    size_bytes: dict[str, int] = defaultdict(int)
    for place, row in enumerate(listed.rows):
        if not read_now(row):
            time_read = coverage.at(place)
            files[time_read] += 1
            size_bytes[time_read] += listed.sizes[place]
    overdue = [time_read for time_read in files if time_read < before]
    times = files.keys() - {NEVER}
    return Standing(
        since=coverage.since(),
        never_files=files.get(NEVER, 0),
        never_bytes=size_bytes.get(NEVER, 0),
        overdue_files=sum(files[time_read] for time_read in overdue),
        overdue_bytes=sum(size_bytes[time_read] for time_read in overdue),
        oldest=min(times, default=NEVER),
        newest=max(times, default=NEVER),
        rest_files=sum(files.values()),
        rest_bytes=sum(size_bytes.values()),
    )
