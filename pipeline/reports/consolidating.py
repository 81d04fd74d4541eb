"""Add up the units' reports: who reported, who said that it has nothing, who is missing, and what does not agree."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from pipeline.messages import Sentence, sentence
from pipeline.reports.checking import findings
from pipeline.reports.gathering import Sent
from pipeline.reports.plain import to_plain
from pipeline.reports.settings import Level, ReportSettings
from pipeline.reports.unit_report import added, worded
from pipeline.reports.units_list import bare_key, code_key, name_key
from pipeline.reports.values import (
    NOT_STATED,
    Consolidated,
    Kind,
    Line,
    Problem,
    Received,
    State,
    Unit,
    UnitReport,
)

_Usable = tuple[Sent, UnitReport]


class Consolidation:
    """The consolidation of one office's list for one year."""

    def __init__(self, units: Sequence[Unit], year: int, office: Unit, chosen: Collection[Path] = ()) -> None:
        """Begin with nothing received.

        Args:
            units: Who must report, in the order of the papers.
            year: Reports of other years are not counted.
            office: Who consolidates; its own earlier consolidated report is passed over.
            chosen: Files that a person chose where a unit sent several.
        """
        self._units, self._year, self._office = units, year, office
        self._chosen = {path.resolve() for path in chosen}
        self._problems: list[Problem] = []
        self._notes: list[Sentence] = []
        self._unusable: set[int] = set()

    def result(self, sent: Sequence[Sent], settings: ReportSettings, level: Level) -> Consolidated:
        """Add up what was sent."""
        by_unit: defaultdict[int, list[_Usable]] = defaultdict(list)
        for item in sent:
            self._sort(item, by_unit)
        received, counted = [], []
        for place, unit in enumerate(self._units):
            row, report = self._settle(unit, place, by_unit[place])
            received.append(row)
            if report is not None:
                counted.append(report)
        self._tell_missing(received)
        report = self._summed(counted, received, settings, level)
        return Consolidated(report, tuple(received), tuple(self._problems), tuple(self._notes))

    def _sort(self, item: Sent, by_unit: defaultdict[int, list[_Usable]]) -> None:
        """Put one file to its unit, or say why it cannot be counted."""
        report = item.report
        if report is None:
            place = self._place(item.unit) if item.unit else None
            self._unusable |= set() if place is None else {place}
            self._problem("unreadable", item, item.problem or sentence("it is no yearly report of this program"))
            return
        if report.kind is Kind.CONSOLIDATED and name_key(report.unit.name) == name_key(self._office.name):
            self._notes.append(sentence("{path}: the office's own consolidated report is passed over",
                                        path=item.path.name))  # fmt: skip
            return
        place = self._place(report.unit)
        if place is None:
            near, why = self._unknown(report.unit)
            self._unusable |= near
            self._problem("unknown-unit", item, why)
        elif report.year != self._year:
            self._unusable.add(place)
            self._problem("wrong-year", item, sentence("it is a report of {year}, not of {wanted}",
                                                       year=report.year, wanted=self._year))  # fmt: skip
        else:
            by_unit[place].append((item, report))

    def _place(self, unit: Unit) -> int | None:
        """Find a unit in the list: by its code where both have one, else by its name."""
        code, name = code_key(unit.code), name_key(unit.name)
        for place, known in enumerate(self._units):
            if code and code_key(known.code) == code:
                other = any(name_key(one.name) == name for one in self._units if one is not known)
                return None if other else place
        for place, known in enumerate(self._units):
            if name_key(known.name) == name and not (code and known.code):
                return place
        return None

    def _unknown(self, unit: Unit) -> tuple[set[int], Sentence]:
        """Say why a unit is unknown, and whose report it may be: that is told, and never counted for it."""
        named = {place for place, known in enumerate(self._units) if name_key(known.name) == name_key(unit.name)}
        if named:
            return named, sentence("its code {code} and its name do not belong together in the list of units",
                                   code=unit.code)  # fmt: skip
        near = {place for place, known in enumerate(self._units) if bare_key(known.name) == bare_key(unit.name)}
        if len(near) == 1:
            return near, sentence("its unit is not in the list of units; it is not counted; the list has '{name}': "
                                  "correct the name or the code in the workbook",
                                  name=self._units[min(near)].name)  # fmt: skip
        return set(), sentence("its unit is not in the list of units; it is not counted")

    def _settle(self, unit: Unit, place: int, found: Sequence[_Usable]) -> tuple[Received, UnitReport | None]:
        """Say how a unit stands; of several reports that differ none is counted unless a person chose it."""
        if not found:
            return Received(unit, State.UNUSABLE if place in self._unusable else State.MISSING), None
        chosen = [one for one in found if one[0].path.resolve() in self._chosen]
        candidates = _distinct(chosen or found)
        if len(candidates) > 1:
            names = ", ".join(item.path.name for item, _ in candidates)
            self._problems.append(Problem("sent-twice", unit.name, names, sentence(
                "it sent reports that differ: {names}; choose one: --choose FILE", names=names)))  # fmt: skip
            return Received(unit, State.CONFLICTING), None
        if len(found) > 1 and not chosen:
            self._notes.append(sentence("{unit} sent the same report {number} times; it is counted once",
                                        unit=unit.name, number=len(found)))  # fmt: skip
        item, report = candidates[0]
        self._look(unit, item, report)
        if report.kind is Kind.NIL and any(findings(report)):
            return Received(unit, State.UNUSABLE, item.path.name), None  # which of the two holds is not known
        state = State.NIL if report.kind is Kind.NIL else State.REPORTED
        return Received(unit, state, item.path.name, report.total, report.difficulties), report

    def _look(self, unit: Unit, item: Sent, report: UnitReport) -> None:
        """Tell what of a counted report a person should know."""
        for kind, detail in findings(report):
            self._problems.append(Problem(kind, unit.name, item.path.name, detail))
        if item.is_corrected:
            self._notes.append(sentence("{unit}: the numbers of {path} were corrected by hand; those that it shows are "
                                        "counted", unit=unit.name, path=item.path.name))  # fmt: skip
        if name_key(report.unit.name) != name_key(unit.name):
            self._notes.append(sentence("{path}: the unit calls itself '{name}'; by its code it is {unit}",
                                        path=item.path.name, name=report.unit.name, unit=unit.name))  # fmt: skip

    def _tell_missing(self, received: Sequence[Received]) -> None:
        for row in received:
            if row.state is State.MISSING:
                self._problems.append(Problem("missing", row.unit.name, "", sentence("it has not reported")))

    def _summed(
        self, counted: Sequence[UnitReport], received: Sequence[Received], settings: ReportSettings, level: Level
    ) -> UnitReport:
        lines = _lines(counted, settings)
        for line in lines:
            if line.reason != NOT_STATED and settings.reason(line.reason) is None:
                self._problems.append(Problem("unknown-reason", "", "", sentence(
                    "reports have the reason {code} ('{name}'), which the settings do not know",
                    code=line.reason, name=line.label)))  # fmt: skip
        words = worded(settings.wording.consolidated, settings, self._year, self._office, level)
        difficulties = tuple(f"{row.unit.name}: {text}" for row in received for text in row.difficulties)
        total = added(report.total for report in counted)
        return UnitReport(Kind.CONSOLIDATED, self._year, self._office, lines, total, difficulties, wording=words)

    def _problem(self, kind: str, item: Sent, detail: Sentence) -> None:
        self._problems.append(Problem(kind, item.unit.name if item.unit else "", item.path.name, detail))


def consolidate(
    units: Sequence[Unit],
    sent: Sequence[Sent],
    *,
    year: int,
    office: Unit,
    settings: ReportSettings,
    level: Level,
    chosen: Collection[Path] = (),
) -> Consolidated:
    """Add up the reports of an office's units for a year; nothing about them is guessed."""
    return Consolidation(units, year, office, chosen).result(sent, settings, level)


def _distinct(found: Sequence[_Usable]) -> list[_Usable]:
    """Keep one of reports that say the same."""
    kept: list[_Usable] = []
    seen: list[object] = []
    for item, report in found:
        said = {**to_plain(report), "notes": []}
        if said not in seen:
            seen.append(said)
            kept.append((item, report))
    return kept


def _lines(counted: Sequence[UnitReport], settings: ReportSettings) -> tuple[Line, ...]:
    """Add up line by line: the settings' reasons first, then others, those without a reason last."""
    labels = {reason.code: reason.label for reason in settings.reasons if reason.qualifies}
    others = {line.reason: line.label for report in counted for line in report.lines if line.reason not in labels}
    codes = [*labels, *sorted(others, key=lambda code: (code == NOT_STATED, code))]
    return tuple(
        Line(
            code,
            labels.get(code) or others[code],
            added(line.amounts for report in counted for line in report.lines if line.reason == code),
        )
        for code in codes
    )
