"""Turn what sets, lists and the register say into qualifying dossiers, each counted once, and what must be told of it.

Nothing is guessed: what has no date counts in all and in no year; what a record does not state is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.reports.done import Done, digitization, insurance, treatment
from pipeline.reports.holding import Held, Holding, Origin
from pipeline.reports.insurance import Insurance
from pipeline.reports.remarks import Remarks
from pipeline.reports.settings import LEAVE_OUT, Reason, ReportSettings
from pipeline.reports.values import NOT_STATED, DossierEntry, Measure

NO_REASON = "Chưa nêu lý do"
_NEEDS_NONE = "0"  # riskRecovery


@dataclass(frozen=True, slots=True)
class Counting:
    """What it is counted by.

    Attributes:
        insurances: What the register says of each seal; None without a register.
    """

    year: int
    settings: ReportSettings
    insurances: Mapping[str, Insurance] | None


def count(holding: Holding, counting: Counting) -> tuple[tuple[DossierEntry, ...], Remarks]:
    """Give the qualifying dossiers in the order of sets and lists, and what is to be told."""
    remarks = Remarks()
    _tell_sets(holding, counting.insurances, remarks)
    groups: defaultdict[str, list[Held]] = defaultdict(list)
    for item in holding.held:
        groups[item.key].append(item)
    entries = (_entry(items, counting, remarks) for items in groups.values())
    return tuple(entry for entry in entries if entry is not None), remarks


def _entry(items: Sequence[Held], counting: Counting, remarks: Remarks) -> DossierEntry | None:
    """Make one dossier's entry; None where it does not qualify."""
    sealed = [item for item in items if item.set]
    speaker = _newest(sealed, counting, remarks) if sealed else items[-1]
    record, name = _merged(speaker, items), speaker.code or speaker.place
    reason = _reason(record, items, name, counting.settings, remarks)
    if reason is None:
        return None
    _tell_listing(items, speaker, name, remarks)
    counted, days, missing = _measures(sealed, record, name, counting, remarks)
    origin = next((item.origin for item in (speaker, *items) if item.origin != Origin()), Origin())
    return DossierEntry(
        code=speaker.code,
        title=speaker.title or record.get("title", ""),
        reason=reason.code,
        reason_label=reason.label,
        amount=speaker.amount,
        counted=counted,
        treatment=record.get("treatment", ""),
        treated_on=days[0],
        digitized_on=days[1],
        insured_on=days[2],
        sets=tuple(dict.fromkeys(item.set for item in sealed)),
        carrier=record.get("carrier", ""),
        original_place=record.get("originalPlace", ""),
        agency_code=origin.agency_code,
        agency_name=origin.agency_name,
        fonds_code=origin.fonds_code,
        fonds_name=origin.fonds_name,
        missing=missing,
    )


def _measures(
    sealed: Sequence[Held], record: Mapping[str, str], name: str, counting: Counting, remarks: Remarks
) -> tuple[frozenset[Measure], tuple[str, str, str], tuple[str, ...]]:
    """Give the measures that a dossier counts in, the days it was treated, digitized, insured on, and what it lacks."""
    year = counting.year
    treated, is_to_treat = treatment(record, name, year, remarks)
    digitized, sets = digitization(sealed, name, year, remarks)
    insured: Done = Done()
    missing: tuple[str, ...] = ()
    if digitized.is_done:
        insured, missing = insurance(sets, counting.insurances or {}, name, year, remarks)
    counted = {
        Measure.QUALIFYING,
        *treated.measures(Measure.TREATED, Measure.TREATED_THIS_YEAR, year),
        *digitized.measures(Measure.DIGITIZED, Measure.DIGITIZED_THIS_YEAR, year),
        *insured.measures(Measure.INSURED, Measure.INSURED_THIS_YEAR, year),
    }
    rest = ((is_to_treat, Measure.TO_TREAT), (not digitized.is_done, Measure.NOT_DIGITIZED),
            (not insured.is_done, Measure.NOT_INSURED))  # fmt: skip
    counted |= {measure for applies, measure in rest if applies}
    return frozenset(counted), (treated.day, digitized.day, insured.day), missing


def _newest(sealed: Sequence[Held], counting: Counting, remarks: Remarks) -> Held:
    """Choose the set that speaks for the dossier: of the last generation, then of the latest day."""
    known = counting.insurances or {}

    def age(item: Held) -> tuple[bool, str]:
        return not (item.seal in known and known[item.seal].superseded), item.date

    newest = max(map(age, sealed))
    equals = [item for item in sealed if age(item) == newest]
    chosen = max(equals, key=lambda item: (item.amount.pages, item.amount.documents, item.seal))
    if any(item.amount != chosen.amount for item in equals):
        remarks.add("sets-differ", chosen.code)
    if len(sealed) > 1:
        remarks.add("in-several-sets", chosen.code)
    return chosen


def _merged(speaker: Held, items: Iterable[Held]) -> dict[str, str]:
    """Take the speaker's record, and from the others what it leaves empty."""
    record: dict[str, str] = {}
    for item in (speaker, *items):
        record |= {name: value for name, value in item.record.items() if value and name not in record}
    return record


def _reason(
    record: Mapping[str, str], items: Sequence[Held], name: str, settings: ReportSettings, remarks: Remarks
) -> Reason | None:
    """Say for which reason a dossier qualifies; None where it does not."""
    code = record.get("reason", "")
    if len({item.record["reason"] for item in items if item.record.get("reason")}) > 1:
        remarks.add("reasons-differ", name)
    reason = settings.reason(code) if code else None
    if reason is not None:
        if not reason.qualifies:
            remarks.add("reason-left-out", name)
            return None
        _tell_contradictions(reason, record, name, remarks)
        return reason
    if code:
        remarks.add("unknown-reason", f"{name} ({code})")
        return Reason(NOT_STATED, NO_REASON)
    if record.get("riskRecovery") == _NEEDS_NONE:
        remarks.add("not-to-be-insured", name)
        return None
    if settings.criteria.without_reason == LEAVE_OUT:
        remarks.add("no-reason-left-out", name)
        return None
    remarks.add("no-reason" if record else "no-record", name)
    return Reason(NOT_STATED, NO_REASON)


def _tell_contradictions(reason: Reason, record: Mapping[str, str], name: str, remarks: Remarks) -> None:
    for field, wanted, kind in (("maintenance", reason.maintenance, "against-maintenance"),
                                ("format", reason.condition, "against-condition")):  # fmt: skip
        if wanted and record.get(field) and record[field] not in wanted:
            remarks.add(kind, name)


def _tell_listing(items: Sequence[Held], speaker: Held, name: str, remarks: Remarks) -> None:
    listed = [item for item in items if not item.set]
    if len(listed) > 1:
        remarks.add("listed-twice", name)
    if not speaker.code:
        remarks.add("no-code", name)
    if not speaker.set and speaker.lacks_counts:
        remarks.add("no-counts", name)


def _tell_sets(holding: Holding, insurances: Mapping[str, Insurance] | None, remarks: Remarks) -> None:
    """Tell what sets and register do not know of each other; former generations need not be given."""
    for name, seal in holding.sets:
        if insurances is None:
            remarks.add("no-register", name)
        elif seal not in insurances:
            remarks.add("set-unknown", name)
        elif not insurances[seal].insured and not insurances[seal].superseded:
            remarks.add("set-lacks-copies", name)
    for name in holding.unclear:
        remarks.add("list-unclear", name)
    given = {seal for _, seal in holding.sets}
    for seal, insurance_of in (insurances or {}).items():
        if seal not in given and not insurance_of.superseded:
            remarks.add("set-not-named", insurance_of.name)
