"""What a repair is about to do, written down before its first change, so that a killed one ends like any other.

The next run does what is left, and its record tells of both as one. `<set>.sohoa/repair.json`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.copies.history import beside
from pipeline.files import sync_folder, write_atomic

FORMAT = 1
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Intent:
    """One repair.

    Attributes:
        seal: Of the set as it must be.
        vouched_by: Who gives the seal.
        after: Number of the newest record of the history before the repair.
        files: For each file put right "path", "from", "bad", "good", "quarantine", as they stand in the record.
        set_aside: Path in the copy -> where it will lie, relative to the medium.
        lost: Files that stay bad.
    """

    seal: str
    vouched_by: str
    after: int
    files: tuple[Mapping[str, str], ...]
    set_aside: Mapping[str, str]
    lost: tuple[str, ...] = ()


def intent_path(copy: Path) -> Path:
    """Name the file beside a copy."""
    return beside(copy) / "repair.json"


def read_intent(copy: Path) -> Intent | None:
    """Read what an interrupted repair was about to do; None where there was none, or it cannot be read any more."""
    try:
        values = json.loads(intent_path(copy).read_bytes())
        if values.pop("format") != FORMAT:
            return None
        values["files"], values["lost"] = tuple(values["files"]), tuple(values["lost"])
        intent = Intent(**values)
        return intent if _is_sound(intent) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def write_intent(copy: Path, intent: Intent) -> None:
    """Write it, whole and durably.

    Raises:
        OSError: The medium cannot be written to.
    """
    values: dict[str, Any] = {"format": FORMAT, **asdict(intent)}
    text = json.dumps(values, indent=1, sort_keys=True)  # ASCII: names may hold bytes that are no UTF-8
    write_atomic(intent_path(copy), f"{text}\n".encode(), durable=True)


def forget_intent(copy: Path) -> None:
    """Remove it when the repair is recorded.

    Raises:
        OSError: The medium cannot be written to.
    """
    intent_path(copy).unlink(missing_ok=True)
    sync_folder(beside(copy))


def merged(before: Intent | None, now: Intent) -> Intent:
    """Tell of an interrupted repair and of the one that goes on with it as of one."""
    if before is None or before.seal != now.seal:
        return now
    known, done = {row["path"] for row in before.files}, {(row["path"], row["bad"]) for row in before.files}
    # A place that the interrupted run had emptied is no new fault; one that went bad since is.
    new = (
        row
        for row in now.files
        if (row["path"], row["bad"]) not in done and (row["path"] not in known or row["bad"] != MISSING)
    )
    files = (*before.files, *new)
    return Intent(
        seal=now.seal,
        vouched_by=before.vouched_by,
        after=before.after,
        files=tuple(sorted(files, key=lambda row: row["path"])),
        set_aside={**before.set_aside, **now.set_aside},
        lost=now.lost,
    )


def _is_sound(intent: Intent) -> bool:
    rows = all(isinstance(text, str) for row in intent.files for text in row.values())
    named = all({"path", "from", "bad", "good", "quarantine"} <= set(row) for row in intent.files)
    places = isinstance(intent.set_aside, dict) and all(isinstance(text, str) for text in intent.set_aside.values())
    return rows and named and places and isinstance(intent.after, int) and isinstance(intent.seal, str)
