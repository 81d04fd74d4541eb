"""What a stage is, and when its result may be taken over.

A result is taken over when everything that decides it is the same as when it was made: the stage's version, its
settings, the digests of what went in and the identity of the tools. Digests, not times, are compared.
"""

import hashlib
import json
import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.journal import Entry
from pipeline.model import StageResult, State
from pipeline.raster.said import without_addresses

Tools = Mapping[str, Mapping[str, str]]  # identity of the tools by stage


class Level(StrEnum):
    """What one unit of a stage is."""

    PAGE = "page"
    DOCUMENT = "document"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the work.

    Attributes:
        version: Raised by hand when the stage's result for the same input would differ.
        needs: Names of the stages of the same level whose results go in.
        params: The stage's own settings out of all settings.
        tools: Identity of the programs and data that decide its result, for given settings.
        perform: The work itself; its arguments are fixed for each level.
    """

    name: str
    version: int
    level: Level
    needs: tuple[str, ...]
    params: Callable[[Config], Any]
    tools: Callable[[Any], dict[str, str]]
    perform: Callable[..., Any]


def parts(stage: Stage, config: Config, inputs: Mapping[str, str], tools: Mapping[str, str]) -> dict[str, Any]:
    """Give everything that decides a stage's result, as plain JSON values."""
    return {
        "version": stage.version,
        "params": asdict(stage.params(config)),
        "inputs": dict(inputs),
        "tools": dict(tools),
    }


def still_good(entry: Entry | None, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a recorded result may be taken over.

    A failure or a timeout may have come from outside (memory, a busy machine) and is always tried again.
    """
    if entry is None or entry.result.state in (State.FAILED, State.TIMED_OUT):
        return False
    return entry.parts == wanted


def differences(recorded: Mapping[str, Any], wanted: Mapping[str, Any], prefix: str = "") -> list[str]:
    """List which parts differ, as sentences with the old and the new value."""
    lines = []
    for key in sorted({*recorded, *wanted}):
        old, new = recorded.get(key), wanted.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            lines += differences(old, new, f"{prefix}{key}.")
        elif old != new:
            lines.append(f"{prefix}{key}: was {_shown(old)}, is {_shown(new)}")
    return lines


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text[:12] + "..." if re.fullmatch(r"[0-9a-f]{64}", text) else text


def digest(value: Any) -> str:
    """Give the SHA-256 of a plain JSON value in its canonical form."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Names that are not UTF-8 reach here too, with Python's stand-ins for their bytes.
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def result_digest(result: StageResult) -> str:
    """Give the digest of a result as the input of the next stage: its facts and its files' digests."""
    files = {artifact.path.rsplit("/", 1)[-1]: artifact.sha256 for artifact in result.artifacts}
    return digest({"state": result.state.value, "facts": result.facts, "files": files})


def failure(error: Exception) -> StageResult:
    """Write down what went wrong with one unit, with the place in the code."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    said = without_addresses(str(error))  # the note goes into the set, whose bytes are the same in every run
    note = f"{type(error).__name__}: {said} (in {where.name}, {Path(where.filename).name} line {where.lineno})"
    return StageResult(State.FAILED, notes=(note,))


def unit_folder(level: Level, unit: str) -> str:
    """Give the folder of a unit's files, relative to the work folder; names from scanners stay out of it."""
    key = hashlib.sha256(unit.encode()).hexdigest()
    return f"{level.value}s/{key[:2]}/{key[:20]}"
