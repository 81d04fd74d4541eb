"""A report as plain JSON values and back; what comes back is checked like anything that others sent."""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.messages import Sentence, sentence
from pipeline.reports.values import (
    Amount,
    Amounts,
    Consolidated,
    FondsRow,
    Kind,
    Line,
    Measure,
    Statistics,
    Unit,
    UnitReport,
)

FORMAT = "sohoa-report-1"
MOST = 10**9  # more dossiers, documents or pages no unit has: such a number is a slip


class NotAReport(ValueError):
    """What was read is no report of ours; the sentence says what is wrong with it."""

    def __init__(self, detail: Sentence, unit: Unit | None = None) -> None:
        """Keep the sentence, and whose report it would be where that could be read."""
        super().__init__(str(detail))
        self.detail, self.unit = detail, unit


def to_plain(report: UnitReport) -> dict[str, Any]:
    """Give a report as JSON values, without its dossiers and its wording."""
    return {
        "format": FORMAT,
        "kind": report.kind.value,
        "year": report.year,
        "unit": {"name": report.unit.name, "code": report.unit.code, "agency": report.unit.agency},
        "lines": [
            {"reason": line.reason, "label": line.label, "amounts": plain_amounts(line.amounts)}
            for line in report.lines
        ],
        "total": plain_amounts(report.total),
        "difficulties": list(report.difficulties),
        "notes": [str(note) for note in report.notes],
    }


def plain_amounts(amounts: Amounts) -> dict[str, list[int]]:
    """Give amounts by measure: dossiers, documents, pages."""
    return {measure.value: list(amounts[measure].numbers) for measure in Measure}


def from_plain(values: Any) -> UnitReport:
    """Read a report from JSON values.

    Raises:
        NotAReport: They are not those of a report.
    """
    values = values.get("report", values) if isinstance(values, Mapping) else values
    if not isinstance(values, Mapping) or values.get("format") != FORMAT:
        raise NotAReport(sentence("it is no yearly report of this program"))
    try:
        unit = values["unit"]
        return UnitReport(
            kind=Kind(values["kind"]),
            year=_number(values["year"]),
            unit=Unit(_text(unit["name"]), _text(unit["code"]), _text(unit["agency"])),
            lines=tuple(_line(line) for line in values["lines"]),
            total=_amounts(values["total"]),
            difficulties=tuple(_text(text) for text in values["difficulties"]),
            notes=tuple(_text(text) for text in values["notes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotAReport(sentence("its data are damaged: {why}", why=str(error))) from error


def read_json(text: str) -> UnitReport:
    """Read a report from the text of a JSON file.

    Raises:
        NotAReport: It is none.
    """
    try:
        return from_plain(json.loads(text))
    except (ValueError, RecursionError) as error:
        if isinstance(error, NotAReport):
            raise
        raise NotAReport(sentence("it is no yearly report of this program")) from error


def _line(values: Any) -> Line:
    return Line(_text(values["reason"]), _text(values["label"]), _amounts(values["amounts"]))


def _amounts(values: Any) -> dict[Measure, Amount]:
    return {measure: Amount(*map(_number, values[measure.value])) for measure in Measure}


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST:
        raise ValueError(str(value))
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(str(value))
    return value


def consolidated_values(made: Consolidated) -> dict[str, Any]:
    """Give a consolidation as JSON values; its part "report" can be consolidated again one level higher."""
    return {
        "report": to_plain(made.report),
        "units": [
            {
                "name": row.unit.name,
                "code": row.unit.code,
                "state": row.state.value,
                "source": row.source,
                "total": plain_amounts(row.total),
                "difficulties": list(row.difficulties),
            }
            for row in made.units
        ],
        "missing": [row.unit.name for row in made.missing],
        "problems": [
            {"kind": one.kind, "unit": one.unit, "source": one.source, "detail": str(one.detail)}
            for one in made.problems
        ],
        "notes": [str(note) for note in made.notes],
    }


def statistics_values(made: Statistics) -> dict[str, Any]:
    """Give the statistics as JSON values."""
    return {
        "year": made.year,
        "unit": {"name": made.unit.name, "code": made.unit.code, "agency": made.unit.agency},
        "fonds": [_fonds(row) for row in made.rows],
        "total": _fonds(made.total),
        "notes": [str(note) for note in made.notes],
    }


def _fonds(row: FondsRow) -> dict[str, Any]:
    return {
        "agency_code": row.agency_code,
        "agency_name": row.agency_name,
        "fonds_code": row.fonds_code,
        "fonds_name": row.fonds_name,
        "needed": list(row.needed.numbers),
        "done": list(row.done.numbers),
        "not_yet": list(row.not_yet.numbers),
    }
