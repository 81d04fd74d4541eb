"""What the register knows of sets and copies, and how the records of a copy add up to its state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pipeline.copies.record import Event, Record


class State(StrEnum):
    """What is known of a copy."""

    WHOLE = "whole"  # every byte was read back from the medium, and nothing wrong was found since
    UNPROVED = "unproved"  # written, but never read back as a whole past the system's memory
    FAULTY = "faulty"  # the last check found it not to be what was sealed
    IN_DOUBT = "in-doubt"  # the last check could not read all of it


class SetEntry(NamedTuple):
    """One generation of a set.

    Attributes:
        seal: SHA-256 of the tag manifest.
        first_seen: When its first copy known here was written or checked.
        payload_bytes, payload_files: 0 while not known.
        description: What bag-info.txt says, label -> value.
    """

    seal: str
    name: str
    first_seen: str
    payload_bytes: int = 0
    payload_files: int = 0
    description: Mapping[str, str] = {}


class CopyEntry(NamedTuple):
    """One copy on one medium; times as `clock.written` writes them, "" for "not yet".

    Attributes:
        created: Time of the first record.
        head_number, head_digest, last_event: Number, SHA-256 and time of the newest record.
        last_full_check: When every byte was last read and found right in one go.
        covered_since: Every byte was read and found right at this time or later.
        last_outcome: Of the last check, repair or writing.
        last_part: "2/5" where the last check was of a part.
        shared_device: It was forced onto a device that holds another copy, so it is not independent.
    """

    medium_id: str
    name: str
    seal: str
    created: str
    state: str = State.UNPROVED.value
    head_number: int = 0
    head_digest: str = ""
    last_event: str = ""
    last_full_check: str = ""
    covered_since: str = ""
    last_outcome: str = ""
    last_part: str = ""
    shared_device: bool = False


def taking(copy: CopyEntry | None, record: Record) -> CopyEntry:
    """Give the copy's entry after one more record; the first makes it, another "created" makes it anew."""
    if copy is None or record.event == Event.CREATED:
        copy = CopyEntry(record.medium_id, record.set, record.seal, record.time)
    changes = _CHANGES.get(record.event)
    if changes:
        copy = copy._replace(**changes(copy, record))
    return copy._replace(head_number=record.number, head_digest=record.digest, last_event=record.time)


def payload_of(record: Record) -> tuple[int, int]:
    """Give bytes and number of the set's payload files where the record tells them, else (0, 0)."""
    details = record.details
    if record.event == Event.VERIFIED:
        details = _table(details, "covered")
        details = details if details.get("full") is True else {}
    elif record.event != Event.CREATED:
        return 0, 0
    return _count(details, "bytes"), _count(details, "files")


def _created(_: CopyEntry, record: Record) -> dict[str, Any]:
    read_back = str(record.details.get("read_back", ""))
    shared = bool(record.details.get("same_device"))
    if not read_back or read_back.startswith("perhaps from memory"):
        return {"state": State.UNPROVED.value, "last_outcome": "written", "shared_device": shared}
    return {**_whole(record), "shared_device": shared}


def _verified(copy: CopyEntry, record: Record) -> dict[str, Any]:
    outcome, covered = str(record.details.get("outcome", "")), _table(record.details, "covered")
    full = covered.get("full") is True
    changes = {"last_outcome": outcome, "last_part": "" if full else str(covered.get("part", ""))}
    if full and (outcome == "whole" or _only_history(record)):
        return {**changes, **_whole(record), "last_outcome": outcome}
    if outcome in {"findings", "no-verdict"} and not _only_history(record):
        return {**changes, **_troubled(copy, record, outcome)}
    since = str(covered.get("since", ""))
    if since:
        # Parts that were read one after the other prove as much as one reading; a fault needs a look at the whole.
        state = State.WHOLE.value if copy.state == State.UNPROVED else copy.state
        changes |= {"covered_since": since, "state": state}
    return changes


def _only_history(record: Record) -> bool:
    """Tell whether nothing but the chain of records was found broken: the set itself is as it was sealed."""
    counts = _table(record.details, "counts")
    return record.details.get("outcome") == "findings" and {name for name in counts if _count(counts, name)} == {
        "history-broken"
    }


def _troubled(copy: CopyEntry, record: Record, outcome: str) -> dict[str, Any]:
    counts = _table(record.details, "counts")
    if outcome == "findings":
        return {"state": State.FAULTY.value}
    # A medium that was not there says nothing about the copy on it.
    seen = sum(_count(counts, name) for name in counts if name not in {"medium-absent", "wrong-medium"})
    absent = sum(_count(counts, name) for name in ("medium-absent", "wrong-medium"))
    if absent and not seen:
        return {}
    return {} if copy.state == State.FAULTY else {"state": State.IN_DOUBT.value}


def _repaired(_: CopyEntry, record: Record) -> dict[str, Any]:
    outcome = str(record.details.get("outcome", ""))
    state = State.WHOLE if outcome in {"whole", "repaired"} and not record.details.get("lost") else State.FAULTY
    return {"last_outcome": outcome, "state": state.value}


def _whole(record: Record) -> dict[str, Any]:
    return {
        "state": State.WHOLE.value,
        "last_outcome": "whole",
        "last_full_check": record.time,
        "covered_since": record.time,
    }


_CHANGES = {Event.CREATED.value: _created, Event.VERIFIED.value: _verified, Event.REPAIRED.value: _repaired}


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, Mapping) else {}


def _count(values: Mapping[str, Any], name: str) -> int:
    found = values.get(name)
    return found if isinstance(found, int) and found > 0 else 0
