"""Whether and since when sets are insured [đã dự phòng]: computed from the register's records, never claimed by a list.

Thông tư 05/2025/TT-BNV Đ27.1: enough copies on independent media, read back whole; `copies.policy` has the rule.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.copies.clock import day_of, parse
from pipeline.copies.medium import Medium
from pipeline.copies.policy import Policy, lacking, standings
from pipeline.copies.record import Record
from pipeline.copies.register import Register
from pipeline.copies.stock import CopyEntry, State, taking


@dataclass(frozen=True, slots=True)
class Insurance:
    """How a set stands.

    Attributes:
        since: Day on which it first had enough good copies, ISO 8601; "" where it never had, or nobody can say.
        missing: Why it is not insured, in English.
        superseded: A later generation of the set is known.
        name: Of the set.
    """

    insured: bool
    since: str
    missing: tuple[str, ...]
    superseded: bool
    name: str


def insurances(register: Register, policy: Policy) -> dict[str, Insurance]:
    """Say of every set in the register how it stands: seal -> insurance.

    Raises:
        NoVerdict, FolderBusy: The register cannot be read.
    """
    found = standings(register, policy)
    since = _first_insured(register, policy, {standing.seal for standing in found})
    return {
        standing.seal: Insurance(
            standing.insured, since.get(standing.seal, ""), standing.reasons, standing.superseded, standing.name
        )
        for standing in found
    }


def _first_insured(register: Register, policy: Policy, seals: set[str]) -> dict[str, str]:
    """Go through the records as they came and note when each set first had enough good copies."""
    media = {medium.id: medium for medium in register.media()}
    copies: defaultdict[str, dict[tuple[str, str], CopyEntry]] = defaultdict(dict)
    at: dict[tuple[str, str], CopyEntry] = {}
    since: dict[str, str] = {}
    for moment, record in _as_they_came(register.events()):
        place = record.medium_id, record.set
        before = at.get(place)
        at[place] = copy = taking(before, record)
        if before is not None and before.seal != copy.seal:
            copies[before.seal].pop(place, None)
        copies[copy.seal][place] = copy
        if copy.seal in seals and copy.seal not in since and _is_enough(copies[copy.seal], media, policy, moment):
            since[copy.seal] = moment.date().isoformat()
    return since


def _is_enough(
    copies: Mapping[tuple[str, str], CopyEntry], media: Mapping[str, Medium], policy: Policy, moment: dt.datetime
) -> bool:
    used = [
        copy
        for copy in copies.values()
        if copy.state == State.WHOLE and (medium := media.get(copy.medium_id)) and _in_use(medium, moment)
    ]
    return bool(used) and not lacking(used, media, policy)


def _in_use(medium: Medium, moment: dt.datetime) -> bool:
    return not medium.retired or day_of(medium.retired) > moment.date()


def _as_they_came(records: Iterable[Record]) -> Iterator[tuple[dt.datetime, Record]]:
    """Put the records of all copies in order; within a copy their numbers rule, also where a clock was set back."""
    chains: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        chains[record.medium_id, record.set].append(record)
    dated: list[tuple[dt.datetime, str, str, int, Record]] = []
    for (medium_id, name), chain in chains.items():
        latest = dt.datetime.min.replace(tzinfo=dt.UTC)
        for record in sorted(chain, key=lambda record: record.number):
            latest = max(latest, parse(record.time))
            dated.append((latest, medium_id, name, record.number, record))
    for moment, _, _, _, record in sorted(dated, key=lambda item: item[:4]):
        yield moment, record
