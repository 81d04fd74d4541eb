"""How far the checks of a copy came: when each of its files was last read and found right, kept in a small file.

The file stands beside the copy (`<set>.sohoa/progress.json`), or near the register where the medium cannot be written.
Losing it costs time, never truth: what it does not say counts as never read.
"""

import json
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.files import write_atomic

FORMAT = 1
NAME = "progress.json"
NEVER = ""

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00", re.ASCII)
_PART = re.compile(r"(?:[1-9]\d{0,3}/[1-9]\d{0,3})?", re.ASCII)
_MOST_STAMPS = 0xFFFF
_MOST_FILES = 1 << 26  # memory is not given to a wrong figure


class Coverage:
    """For each place in the order of a copy's listed files, when it was last read and found right."""

    def __init__(self, files: int) -> None:
        """Begin with nothing read."""
        self._stamps = [NEVER]
        self._index = array("H", bytes(2 * files))

    def __len__(self) -> int:
        """Count the places."""
        return len(self._index)

    def mark(self, places: Iterable[int], stamp: str) -> None:
        """Note that these places were read and found right in the check that began at this time."""
        number = self._number(stamp)
        for place in places:
            self._index[place] = number

    def at(self, place: int) -> str:
        """Tell when a place was last read; "" for never."""
        return self._stamps[self._index[place]]

    def since(self) -> str:
        """Tell since when everything has been read; "" where something never was."""
        return min((self._stamps[number] for number in set(self._index)), default=NEVER)

    def newest(self) -> str:
        """Tell when a place was last read at all; "" for never."""
        return max((self._stamps[number] for number in set(self._index)), default=NEVER)

    def runs(self) -> Iterator[tuple[int, int, str]]:
        """Yield first place, place after the last, and time, for places in a row that were read in one check."""
        start = 0
        for place in range(1, len(self._index) + 1):
            if place == len(self._index) or self._index[place] != self._index[start]:
                if self._index[start]:
                    yield start, place, self._stamps[self._index[start]]
                start = place

    def _number(self, stamp: str) -> int:
        if stamp not in self._stamps:
            if len(self._stamps) > _MOST_STAMPS:
                self._forget_unused()
            self._stamps.append(stamp)
        return self._stamps.index(stamp)

    def _forget_unused(self) -> None:
        """Make room for new times: those of no place any more go, and with them, if need be, the oldest."""
        runs = list(self.runs())
        kept = sorted({stamp for _, _, stamp in runs})[-_MOST_STAMPS // 2 :]
        self._stamps, self._index = [NEVER, *kept], array("H", bytes(2 * len(self._index)))
        for start, end, stamp in runs:
            if stamp in kept:
                self.mark(range(start, end), stamp)


@dataclass(slots=True)
class Progress:
    """What is known of one copy.

    Attributes:
        lists: Stands for the lists of the copy; other lists, other places.
        began: When the check that was not finished began; "" where the last one was.
        part: What part that check is of ("2/12"); "" for all.
        cuts: Number of parts -> first places of the parts, from the second on; kept so that the parts stay the same
            when a file changes its size between two checks.
    """

    lists: str
    coverage: Coverage
    began: str = ""
    part: str = ""
    cuts: dict[int, tuple[int, ...]] = field(default_factory=dict)


def to_bytes(progress: Progress) -> bytes:
    """Write the progress as JSON, one line for each run of files."""
    head = {
        "format": FORMAT,
        "lists": progress.lists,
        "files": len(progress.coverage),
        "began": progress.began,
        "part": progress.part,
        "cuts": {str(number): list(cuts) for number, cuts in sorted(progress.cuts.items())},
    }
    runs = ",\n".join(json.dumps(run) for run in progress.coverage.runs())
    return f'{json.dumps(head)[:-1]}, "read": [\n{runs}\n]}}\n'.encode()


def parse_progress(data: bytes, *, now: str) -> Progress:
    """Read what `to_bytes` wrote; times that lie in the future were given by a wrong clock and count as never.

    Raises:
        ValueError: It is damaged, or of another form.
    """
    try:
        return _parse(json.loads(data), now)
    except (TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("not a progress file") from error


def _parse(values: Any, now: str) -> Progress:
    files = values["files"]
    if values["format"] != FORMAT or type(files) is not int or not 0 <= files <= _MOST_FILES:
        raise ValueError("another form")
    coverage = Coverage(files)
    for start, end, stamp in values["read"]:
        if not 0 <= start < end <= len(coverage) or not _STAMP.fullmatch(stamp):
            raise ValueError("a run that cannot be")
        if stamp <= now:
            coverage.mark(range(start, end), stamp)
    began, part = values["began"], values["part"]
    if (began and not _STAMP.fullmatch(began)) or not _PART.fullmatch(part):
        raise ValueError("a check that cannot be")
    cuts = {int(number): _cuts(int(number), places, len(coverage)) for number, places in values["cuts"].items()}
    return Progress(str(values["lists"]), coverage, began if began <= now else "", part, cuts)


def _cuts(number: int, places: Any, files: int) -> tuple[int, ...]:
    cuts = tuple(places)
    inside = all(type(place) is int and 0 <= place <= files for place in cuts)
    if not inside or len(cuts) != number - 1 or list(cuts) != sorted(cuts):
        raise ValueError("parts that cannot be")
    return cuts


def read_progress(path: Path, *, now: str) -> tuple[Progress | None, str]:
    """Read a progress file.

    Returns:
        The progress, None where there is none that can be used; and why it cannot be used, "" where there is none.
    """
    try:
        return parse_progress(path.read_bytes(), now=now), ""
    except (FileNotFoundError, NotADirectoryError):
        return None, ""
    except OSError as error:
        return None, error.strerror or str(error)
    except ValueError:
        return None, "it is damaged"


def write_progress(path: Path, progress: Progress) -> None:
    """Write a progress file, whole or not at all.

    Raises:
        OSError: The place cannot be written to.
    """
    path.parent.mkdir(exist_ok=True)
    write_atomic(path, to_bytes(progress), durable=True)
