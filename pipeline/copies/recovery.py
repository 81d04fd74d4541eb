"""Recovery data beside a copy: in which folder it lies, of which seal it is, which files belong to which part of it.

`<set>.sohoa/recovery/<seal, 16 digits>-<percent>/001-003.par2 ...`: the names say all that is needed to use it, so
that it is of use even where its description is damaged. A set is divided by turns, file by file in the order of
names, so that a fault that takes a whole folder is shared by all parts.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.copies.history import beside
from pipeline.copies.reference import Reference, Wanted, digest_of

DESCRIPTION = "recovery.json"
FORMAT = 1
SEAL_DIGITS = 16
MOST_FILES, MOST_BYTES = 1000, 20_000_000_000  # of one part: par2 counts 32,768 blocks at most, FAT ends at 4 GB

_FOLDER = re.compile(r"([0-9a-f]{16})-([0-9]{1,3})")
_FILE = re.compile(r"([0-9]+)-of-([0-9]+)(?:\.vol[0-9]+\+[0-9]+)?\.par2")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovery data of one set.

    Attributes:
        seal: First digits of the set's seal.
        redundancy_percent: As asked for.
        parts: Number of parts that it was made in.
        description: What was written down when it was made; empty where that is damaged.
    """

    folder: Path
    seal: str
    redundancy_percent: int
    parts: int
    description: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, seal: str) -> bool:
        """Tell whether it is of the set with this seal."""
        return seal.startswith(self.seal)

    def index(self, part: int) -> Path | None:
        """Give a file of one part, counted from 1, by which par2 finds the others."""
        return next(iter(sorted(self.folder.glob(f"{part_name(part, self.parts)}*.par2"))), None)

    def is_whole(self) -> bool:
        """Read all its files, and tell whether they are as they were made."""
        sums = self.description.get("sums")
        if not isinstance(sums, dict) or not sums:
            return False
        with suppress(OSError):
            return all(digest_of(self.folder / name, "sha256") == digest for name, digest in sums.items())
        return False


def recovery_folder(copy: Path) -> Path:
    """Name the folder beside a copy for recovery data."""
    return beside(copy) / "recovery"


def folder_name(seal: str, redundancy_percent: int) -> str:
    """Name the folder of recovery data."""
    return f"{seal[:SEAL_DIGITS]}-{redundancy_percent}"


def part_name(part: int, parts: int) -> str:
    """Name a part, counted from 1."""
    return f"{part:03}-of-{parts:03}"


def recoveries(copy: Path) -> tuple[Recovery, ...]:
    """Find all recovery data beside a copy, of whatever seal."""
    found = []
    with suppress(OSError):
        for folder in sorted(recovery_folder(copy).iterdir()):
            named = _FOLDER.fullmatch(folder.name)
            parts = max(_parts(folder), default=0) if named else 0
            if named and parts:
                found.append(Recovery(folder, named[1], int(named[2]), parts, _description(folder)))
    return tuple(found)


def divided(reference: Reference, size_bytes: int) -> tuple[tuple[str, ...], ...]:
    """Divide the files of a set into parts of like size; empty files belong to none."""
    count = sum(not is_empty(wanted) for wanted in reference.files.values())
    parts = max(1, math.ceil(count / MOST_FILES), math.ceil(size_bytes / MOST_BYTES))
    return division(reference, parts)


def division(reference: Reference, parts: int) -> tuple[tuple[str, ...], ...]:
    """Give the files of each part; the same for the same set and number."""
    paths: Sequence[str] = sorted(path for path, wanted in reference.files.items() if not is_empty(wanted))
    return tuple(tuple(paths[part::parts]) for part in range(parts))


def is_empty(wanted: Wanted) -> bool:
    """Tell whether a file must be empty; par2 passes over such files."""
    return wanted.digest == hashlib.new(wanted.algorithm, usedforsecurity=False).hexdigest()


def _parts(folder: Path) -> Iterator[int]:
    with suppress(OSError):
        yield from (int(named[2]) for path in folder.iterdir() if (named := _FILE.fullmatch(path.name)))


def _description(folder: Path) -> Mapping[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        values = json.loads((folder / DESCRIPTION).read_bytes())
        if isinstance(values, dict) and values.get("format") == FORMAT:
            return values
    return {}
