"""The history that travels with a copy: numbered records in small files, each with the digest of the one before.

The files lie beside the copy, never in it: `<set>.sohoa/history/000001.json`. `sha256sum` and a text editor are
enough to follow the chain. Thông tư 05/2025/TT-BNV Đ29 to Đ31 ask for what is recorded.
"""

import errno
import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.copies.clock import Clock
from pipeline.copies.record import Event, Head, Record, Subject, following, parse_record, to_bytes
from pipeline.errors import FolderBusy, NoVerdict
from pipeline.files import open_regular, read_blocks, sync_folder, write_atomic
from pipeline.messages import Sentence, sentence

_NAME = re.compile(r"([0-9]{6,})\.json")
_LOCK_TRIES, _LOCK_SECONDS = 100, 0.1
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class History:
    """A copy's history as it stands somewhere.

    Attributes:
        records: Those that could be read, by number.
        breaks: What is wrong with the chain: findings, in English.
        notices: What is no fault but should be known, in English.
        head: What the next record is fastened to.
    """

    records: tuple[Record, ...] = ()
    breaks: tuple[Sentence, ...] = ()
    notices: tuple[Sentence, ...] = ()
    head: Head = field(default_factory=Head)


def beside(copy: Path) -> Path:
    """Name the folder for what differs from copy to copy: `<set>.sohoa` beside the copy."""
    return copy.with_name(f"{copy.name}.sohoa")


def history_folder(copy: Path) -> Path:
    """Name the folder of a copy's records."""
    return beside(copy) / "history"


def read(folder: Path) -> History:
    """Read a history and follow its chain; no folder is an empty history.

    Raises:
        NoVerdict: The folder is there but cannot be listed.
    """
    try:
        numbers = sorted(int(match[1]) for name in os.listdir(folder) if (match := _NAME.fullmatch(name)))  # noqa: PTH208
    except OSError as error:
        if error.errno in _ABSENT:
            return History()
        raise NoVerdict("{path} could not be read: {reason}", path=folder, reason=error.strerror or "") from error
    records, breaks, digests = [], [], dict.fromkeys(numbers, "")
    for number in numbers:
        try:
            data = _bytes(folder / f"{number:06}.json")
            digests[number] = hashlib.sha256(data).hexdigest()
            records.append(_numbered(parse_record(data), number))
        except OSError as error:
            breaks.append(sentence("record {number} of the history could not be read: {reason}",
                                   number=number, reason=error.strerror or str(error)))  # fmt: skip
        except ValueError:
            breaks.append(sentence("record {number} of the history is damaged", number=number))
    top = max(numbers, default=0)
    head = Head(top, digests.get(top, ""), records[-1].time if records else "")
    return History(tuple(records), (*breaks, *chain_breaks(records, digests)), clock_notices(records), head)


def chain_breaks(records: Sequence[Record], digests: Mapping[int, str]) -> tuple[Sentence, ...]:
    """Say where a chain is broken: numbers that are missing, records that do not follow from the one before.

    Args:
        records: Those that could be read, by number.
        digests: Number -> SHA-256 of the bytes that stand there, "" where they could not be read.
    """
    missing = sorted(set(range(1, max(digests, default=0) + 1)) - set(digests))
    breaks = [sentence("record {number} of the history is missing", number=number) for number in missing]
    for record in records:
        before = digests.get(record.number - 1, "")
        if (before or record.number == 1) and before != record.previous:
            breaks.append(sentence("record {number} does not follow from the one before: one of them was changed",
                                   number=record.number))  # fmt: skip
    return tuple(breaks)


def clock_notices(records: Sequence[Record]) -> tuple[Sentence, ...]:
    """Say where a clock was set back between two records."""
    return tuple(
        sentence("record {number} is dated before the one it follows: a clock was wrong", number=record.number)
        for record in records
        if record.clock_went_back
    )


def append(
    folder: Path,
    event: Event,
    details: Mapping[str, Any],
    subject: Subject,
    *,
    by: str,
    now: Clock,
    known: Head | None = None,
) -> Record:
    """Write the next record of a history, whole or not at all, and flush it to the medium.

    Args:
        folder: The history's; made where it is not there.
        event: What was done.
        details: Plain JSON.
        subject: Which copy it was done to.
        by: The person.
        now: The clock.
        known: End of the chain as the register knows it; used where the medium's is older.

    Raises:
        NoVerdict: The history cannot be read.
        FolderBusy: Another process writes to it all the time.
        OSError: The medium cannot be written to.
    """
    make_durable(folder)
    with holding(folder):
        record = following(later(read(folder).head, known), event, details, subject, by=by, now=now)
        write(folder, record)
    return record


def later(head: Head, known: Head | None) -> Head:
    """Give the end of the longer of two chains."""
    return known if known and known.number > head.number else head


def write(folder: Path, record: Record) -> None:
    """Put a record in its place.

    Raises:
        OSError: The medium cannot be written to, or another record has the number already.
    """
    path = folder / f"{record.number:06}.json"
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    write_atomic(path, to_bytes(record), durable=True)


def make_durable(folder: Path) -> None:
    """Make the folder of a history, with the one above, so that both survive a loss of power.

    Raises:
        OSError: The medium cannot be written to.
    """
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent.parent)
        sync_folder(folder.parent)


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Keep other processes from writing records here; the kernel lets go of it however the process ends.

    Raises:
        FolderBusy: Another process holds it for too long.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_SECONDS)
        except OSError:
            return  # some network and FUSE file systems know no locks; one writer is the rule anyway
        else:
            return
    raise FolderBusy("another run writes to {path}; wait for it or stop it", path=folder)


def _bytes(path: Path) -> bytes:
    descriptor = open_regular(path)
    try:
        return b"".join(map(bytes, read_blocks(descriptor)))
    finally:
        os.close(descriptor)


def _numbered(record: Record, number: int) -> Record:
    if record.number != number:
        raise ValueError("another number")
    return record
