"""A unit's yearly report: the counted dossiers added up by reason; the nil report where there are none."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.errors import UsageError
from pipeline.messages import Sentence
from pipeline.reports.counting import Counting, count
from pipeline.reports.holding import Holding
from pipeline.reports.remarks import Remarks
from pipeline.reports.settings import Level, ReportSettings
from pipeline.reports.values import (
    NOTHING,
    Amount,
    Amounts,
    DossierEntry,
    FondsRow,
    Kind,
    Line,
    Measure,
    Statistics,
    Unit,
    UnitReport,
    Wording,
)

_TOTAL = "Tổng số"


def unit_report(
    holding: Holding, counting: Counting, unit: Unit, level: Level, difficulties: Sequence[str] = ()
) -> UnitReport:
    """Make the report; one that finds nothing is a nil report.

    Raises:
        UsageError: Nothing was found, and yet it is not known that nothing qualifies.
    """
    dossiers, remarks = count(holding, counting)
    settings, year = counting.settings, counting.year
    if not dossiers:
        _refuse_unknown(holding, remarks)
        return nil_report(settings, year, unit, level, difficulties=difficulties, notes=remarks.sentences())
    lines = lines_of(dossiers, settings)
    words = worded(settings.wording.unit, settings, year, unit, level)
    total = added(line.amounts for line in lines)
    return UnitReport(Kind.UNIT, year, unit, lines, total, tuple(difficulties), dossiers, remarks.sentences(), words)


def _refuse_unknown(holding: Holding, remarks: Remarks) -> None:
    """Let nobody sign that there is nothing where nothing was looked at, or where nobody said why or why not."""
    if not holding.held:
        raise UsageError("the sets and lists that were named hold no dossier; a unit that has nothing which qualifies "
                         "says so with 'sohoa report nil'")  # fmt: skip
    without = remarks.number("no-reason-left-out")
    if without:
        raise UsageError("{number} dossiers state no reason, and the settings leave them out: whether one qualifies is "
                         "not known; give them their reason, or riskRecovery 0, or say 'sohoa report nil' when a "
                         "person has looked", number=without)  # fmt: skip


def nil_report(
    settings: ReportSettings,
    year: int,
    unit: Unit,
    level: Level,
    *,
    difficulties: Sequence[str] = (),
    notes: tuple[Sentence, ...] = (),
) -> UnitReport:
    """Make the document that says that a unit has no records which qualify; the letter asks for it every year."""
    words = worded(settings.wording.nil, settings, year, unit, level)
    return UnitReport(Kind.NIL, year, unit, (), NOTHING, tuple(difficulties), notes=notes, wording=words)


def statistics(holding: Holding, counting: Counting, unit: Unit, level: Level) -> Statistics:
    """Make the yearly statistics of records that need backup, by agency and fonds (NĐ 113/2025/NĐ-CP Đ30)."""
    dossiers, remarks = count(holding, counting)
    groups: dict[tuple[str, str, str, str], list[DossierEntry]] = {}
    for entry in dossiers:
        key = (entry.agency_code, entry.agency_name, entry.fonds_code, entry.fonds_name)
        groups.setdefault(key, []).append(entry)
    rows = tuple(_fonds_row(key, groups[key]) for key in sorted(groups))
    wording = counting.settings.wording.statistics
    # The criteria of insurance copies are not those of records that need backup, unless the settings say so.
    words = replace(worded(wording, counting.settings, counting.year, unit, level), criteria=wording.criteria)
    total = _fonds_row(("", _TOTAL, "", ""), dossiers)
    return Statistics(counting.year, unit, rows, total, dossiers, remarks.sentences(), words)


def lines_of(dossiers: Sequence[DossierEntry], settings: ReportSettings) -> tuple[Line, ...]:
    """Add up by reason: all reasons of the settings that are reported, then what else there is."""
    labels = {reason.code: reason.label for reason in settings.reasons if reason.qualifies}
    labels |= {entry.reason: entry.reason_label for entry in dossiers if entry.reason not in labels}
    return tuple(
        Line(code, label, amounts_of(entry for entry in dossiers if entry.reason == code))
        for code, label in labels.items()
    )


def amounts_of(dossiers: Iterable[DossierEntry]) -> Amounts:
    """Add up dossiers in each measure that they count in."""
    sums = dict(NOTHING)
    for entry in dossiers:
        for measure in entry.counted:
            sums[measure] += entry.amount
    return sums


def added(parts: Iterable[Amounts]) -> Amounts:
    """Add amounts measure by measure."""
    sums = dict(NOTHING)
    for part in parts:
        for measure in Measure:
            sums[measure] += part[measure]
    return sums


def worded(wording: Wording, settings: ReportSettings, year: int, unit: Unit, level: Level) -> Wording:
    """Fill in what the configured texts leave open: {year}, {unit}, {criteria}; and whom the report goes to."""
    values = {"{year}": str(year), "{unit}": unit.name, "{criteria}": settings.criteria.text}

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    return Wording(
        title=tuple(map(filled, wording.title)),
        recipients=wording.recipients or ((level.recipient,) if level.recipient else ()),
        bases=tuple(map(filled, wording.bases)),
        criteria=wording.criteria or settings.criteria.text,
        statement=filled(wording.statement),
        counting=tuple(map(filled, wording.counting)),
        copies_to=tuple(map(filled, wording.copies_to)),
        place=wording.place,
        signer=wording.signer,
    )


def _fonds_row(key: tuple[str, str, str, str], dossiers: Iterable[DossierEntry]) -> FondsRow:
    needed, done = Amount(), Amount()
    for entry in dossiers:
        needed += entry.amount
        done += entry.amount if Measure.INSURED in entry.counted else Amount()
    return FondsRow(*key, needed, done, needed - done)
