"""What was done to a dossier by the year's end: treated, digitized, insured; and on which day, where that is known."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.catalogue.fields import TREATED, TREATMENT_NEEDED
from pipeline.catalogue.folding import unmarked
from pipeline.reports.holding import Held
from pipeline.reports.insurance import Insurance
from pipeline.reports.remarks import Remarks
from pipeline.reports.values import Measure

# "ngày 3/5/2026", "ngày 03 tháng 5 năm 2026", or nothing but a date; "số 12/5/2026" may be a number of a paper.
_DATED = re.compile(
    r"(?:^|\bngay\b)\s*(\d{1,2})\s*(?:[/.-]|\bthang\b)\s*(\d{1,2})\s*(?:[/.-]|,?\s*\bnam\b)\s*(\d{4})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, or not.

    Attributes:
        day: ISO; "" where it was not done, or the day is not known.
    """

    is_done: bool = False
    day: str = ""

    def measures(self, in_all: Measure, this_year: Measure, year: int) -> set[Measure]:
        """Give the measures in which it counts."""
        if not self.is_done:
            return set()
        return {in_all, this_year} if self.day[:4] == f"{year:04}" else {in_all}


def last_day(year: int) -> str:
    """Give the year's last day: what was done later is not of this year's report."""
    return f"{year:04}-12-31"


def treatment(record: Mapping[str, str], name: str, year: int, remarks: Remarks) -> tuple[Done, bool]:
    """Say whether a dossier was treated, and whether it is still to be."""
    code = record.get("treatment", "")
    if code != TREATED:
        return Done(), code == TREATMENT_NEEDED
    day = treated_day(record.get("treatmentRecord", ""))
    if day > last_day(year):
        remarks.add("treated-later", name)
        return Done(), True
    if not day:
        remarks.add("treated-undated", name)
    return Done(True, day), False


def treated_day(text: str) -> str:
    """Give the one full day that the record of the treatment names, in ISO form; "" where it names none or several."""
    days = set()
    for day, month, year in _DATED.findall(unmarked(text).strip()):
        try:
            days.add(dt.date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            return ""
    return days.pop() if len(days) == 1 else ""


def digitization(sealed: Sequence[Held], name: str, year: int, remarks: Remarks) -> tuple[Done, Sequence[Held]]:
    """Say whether all of a dossier stands in a sealed set, and in which sets of the year or earlier it does.

    A set without a date may be the oldest: then nobody can say since when.
    """
    if not sealed:
        return Done(), ()
    complete = [item for item in sealed if item.is_complete]
    if not complete:
        remarks.add("incomplete", name)
        return Done(), ()
    in_time = [item for item in complete if item.date <= last_day(year)]
    if not in_time:
        remarks.add("digitized-later", name)
        return Done(), ()
    day = min(item.date for item in in_time)
    if not day:
        remarks.add("digitized-undated", name)
    return Done(True, day), in_time


def insurance(
    sets: Sequence[Held], known: Mapping[str, Insurance], name: str, year: int, remarks: Remarks
) -> tuple[Done, tuple[str, ...]]:
    """Say whether a dossier is insured, and what it lacks; of generations of one set the newest decides."""
    current = [known.get(item.seal) for item in _newest_generations(sets, known)]
    found = [known[item.seal] for item in sets if item.seal in known]
    good = [item for item in current if item and item.insured]
    if not good:
        if any(item.insured for item in found):
            remarks.add("former-insured", name)
        return Done(), tuple(dict.fromkeys(reason for item in current if item for reason in item.missing))
    days = [item.since for item in found if item.since]
    if not days:
        remarks.add("insured-undated", name)
    elif min(item.since for item in good) > last_day(year):
        remarks.add("insured-later", name)
        return Done(), ()
    return Done(True, min(days, default="")), ()


def _newest_generations(sets: Sequence[Held], known: Mapping[str, Insurance]) -> Sequence[Held]:
    """Take of each set's name the newest; one that the register does not know yet is newer than another of that day."""

    def age(item: Held) -> tuple[bool, str, bool]:
        generation = known.get(item.seal)
        return not (generation and generation.superseded), item.date, generation is None

    newest: dict[str, Held] = {}
    for item in sets:
        if item.set not in newest or age(item) > age(newest[item.set]):
            newest[item.set] = item
    return tuple(newest.values())
