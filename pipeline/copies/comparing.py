"""A copy's history on its medium laid beside what the register knows of it."""

import dataclasses
from pathlib import Path

from pipeline.copies.history import History, history_folder, read
from pipeline.copies.medium import Medium
from pipeline.copies.record import Head, Record
from pipeline.copies.register import Register
from pipeline.messages import Sentence, sentence


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """What medium and register say of one copy's history.

    Attributes:
        history: As it stands on the medium.
        findings: Breaks in the chain, and where the two do not agree, in English.
        notices: What is no fault but should be known, in English.
        to_register: Records that the medium has and the register lacks.
        to_medium: Records that the register alone has kept and that fit onto the medium's chain.
        known: End of the chain as the register knows it.
        apart: What stands on the medium cannot be gone on with, the register's chain can.
    """

    history: History
    findings: tuple[Sentence, ...] = ()
    notices: tuple[Sentence, ...] = ()
    to_register: tuple[Record, ...] = ()
    to_medium: tuple[Record, ...] = ()
    known: Head = dataclasses.field(default_factory=Head)
    apart: bool = False


def compare(copy: Path, medium: Medium | None, register: Register | None) -> Comparison:
    """Read a copy's history and lay it beside the register's; without medium or register, judge the chain alone.

    Raises:
        NoVerdict: The history or the register cannot be read.
        FolderBusy: Another program holds the register.
    """
    history = read(history_folder(copy))
    if medium is None:
        return Comparison(history, history.breaks, history.notices)
    strange = [record for record in history.records if (record.medium_id, record.set) != (medium.id, copy.name)]
    findings = (*history.breaks, *(_strange(record, medium) for record in strange[:1]))
    if register is None or strange or register.medium(medium.id) is None:
        return Comparison(history, findings, history.notices)
    return _beside(history, register.chain(medium.id, copy.name), findings)


def _beside(history: History, chain: tuple[tuple[Record, bool], ...], findings: tuple[Sentence, ...]) -> Comparison:
    known = {record.number: record for record, _ in chain}
    here = {record.number: record for record in history.records}
    waiting = tuple(record for record, on_medium in chain if not on_medium and record.number > history.head.number)
    fits = bool(waiting) and (waiting[0].number, waiting[0].previous) == (history.head.number + 1, history.head.digest)
    following = _following(here, known)
    other_end = _other_end(history.head, {**known, **{record.number: record for record in following}})
    return Comparison(
        history,
        findings=(*findings, *_others(here, known), *_older(history, chain, fits=fits or not waiting or other_end)),
        notices=history.notices,
        to_register=following,
        to_medium=waiting if fits else (),
        known=chain[-1][0].head if chain else Head(),
        apart=bool(chain) and (other_end or (bool(waiting) and not fits)),
    )


def _following(here: dict[int, Record], known: dict[int, Record]) -> tuple[Record, ...]:
    """Give the records that the register lacks and that its chain bears out; all of them where it has no chain."""
    taken: list[Record] = []
    end = known[max(known)] if known else None
    for number, record in sorted(here.items()):
        if end is None:
            taken.append(record)
        elif number not in known and number < max(known):
            after = known.get(number + 1)
            taken += [record] if after is None or after.previous == record.digest else []
        elif (number, record.previous) == (end.number + 1, end.digest):
            end = record
            taken.append(record)
    return tuple(taken)


def _other_end(head: Head, known: dict[int, Record]) -> bool:
    """Tell whether the medium's last record is none of the register's."""
    return head.number > 0 and (head.number not in known or known[head.number].digest != head.digest)


def _others(here: dict[int, Record], known: dict[int, Record]) -> list[Sentence]:
    return [
        sentence("record {number} of the history is another one than in the register", number=number)
        for number, record in here.items()
        if number in known and known[number].digest != record.digest
    ]


def _older(history: History, chain: tuple[tuple[Record, bool], ...], *, fits: bool) -> list[Sentence]:
    """Say where the medium lacks at its end what once stood on it: an older state was put back."""
    once = max((record.number for record, on_medium in chain if on_medium), default=0)
    if once <= history.head.number and fits:
        return []
    return [sentence("the history on the medium ends with record {number}, in the register with record {known}: "
                     "an older state of the medium was put back, or records were removed",
                     number=history.head.number, known=chain[-1][0].number)]  # fmt: skip


def _strange(record: Record, medium: Medium) -> Sentence:
    if record.medium_id == medium.id:
        return sentence("the history is that of {name}: the folder was renamed", name=record.set)
    return sentence("record {number} of the history belongs to another medium ({code})",
                    number=record.number, code=record.medium_code or "-")  # fmt: skip
