"""One record of a copy's history: what was done to it, when, by whom; and its bytes, which never change."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline import __version__
from pipeline.copies.clock import Clock, parse, stamp
from pipeline.copies.medium import Medium

FORMAT = 1
PROGRAM = f"sohoa {__version__}"

_HEX = re.compile(r"(?:[0-9a-f]{64})?")


class Event(StrEnum):
    """What can be done to a copy."""

    CREATED = "created"
    VERIFIED = "verified"
    REPAIRED = "repaired"
    MOVED = "moved"
    PROTECTED = "protected"
    RESTORED = "restored"
    MENDED = "mended"  # the history itself, from the register


@dataclass(frozen=True, slots=True)
class Subject:
    """Which copy of which set is meant.

    Attributes:
        set: Name of the set, which is the name of the copy's folder.
        seal: SHA-256 of the tag manifest, which tells generations of a set apart.
    """

    medium_id: str
    medium_code: str
    set: str
    seal: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain of records, to which the next is fastened.

    Attributes:
        number: Of the newest record; 0 where there is none.
        digest: SHA-256 of its bytes as they stand now, damaged or not; "" where there is none.
        time: Of the newest record that can be read.
    """

    number: int = 0
    digest: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        number: From 1, without gaps.
        event: One of `Event`; text, so that a newer program's are kept too.
        time: As `clock.written` writes it.
        by: The person.
        details: Plain JSON; what it holds depends on the event.
        previous: SHA-256 of the bytes of the record before; "" for the first.
        clock_went_back: The record's time lies before its predecessor's: somebody's clock was wrong.
    """

    number: int
    event: str
    time: str
    by: str
    program: str
    medium_id: str
    medium_code: str
    set: str
    seal: str
    details: Mapping[str, Any]
    previous: str
    clock_went_back: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the record's bytes as lower-case hexadecimal."""
        return hashlib.sha256(to_bytes(self)).hexdigest()

    @property
    def head(self) -> Head:
        """The end of the chain that this record makes."""
        return Head(self.number, self.digest, self.time)

    @property
    def subject(self) -> Subject:
        """Which copy it is about."""
        return Subject(self.medium_id, self.medium_code, self.set, self.seal)


def subject_of(medium: Medium | None, set_name: str, seal: str) -> Subject:
    """Say which copy is meant; a medium without identity has neither id nor code."""
    return Subject(medium.id if medium else "", medium.code if medium else "", set_name, seal)


def following(head: Head, event: Event, details: Mapping[str, Any], subject: Subject, *, by: str, now: Clock) -> Record:
    """Make the record that comes after a head."""
    time = stamp(now)
    return Record(
        number=head.number + 1,
        event=event.value,
        time=time,
        by=by,
        program=PROGRAM,
        details=dict(details),
        previous=head.digest,
        clock_went_back=bool(head.time) and parse(time) < parse(head.time),
        **dataclasses.asdict(subject),
    )


def to_bytes(record: Record) -> bytes:
    """Write the record as canonical JSON: names sorted, UTF-8, one line with its end."""
    values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    if not record.clock_went_back:
        del values["clock_went_back"]
    text = json.dumps(
        {"format": FORMAT, **values}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    # Names of files may hold bytes that are no UTF-8: they are kept as escapes.
    return (_escaped(text) + "\n").encode()


def parse_record(data: bytes) -> Record:
    """Read a record's bytes.

    Raises:
        ValueError: They are not those of a record, or not in the canonical form.
    """
    try:
        values = json.loads(data)
        if values.pop("format") != FORMAT:
            raise ValueError("another form")
        record = Record(**values)
        _check(record)
        same = to_bytes(record) == data
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("not a record") from error
    if not same:
        raise ValueError("not in canonical form")
    return record


def _check(record: Record) -> None:
    for field in dataclasses.fields(Record):
        value = getattr(record, field.name)
        wanted = {"number": int, "details": dict, "clock_went_back": bool}.get(field.name, str)
        if type(value) is not wanted:
            raise TypeError(field.name)
    if record.number < 1 or not _HEX.fullmatch(record.previous):
        raise ValueError("wrong number or digest")
    parse(record.time)


def _escaped(text: str) -> str:
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
