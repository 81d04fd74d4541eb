"""What the texts leave open, as settings: criteria, chain of reporting, deadlines, wording. TOML over defaults.

Kế hoạch 214/KH-UBND and Quyết định 71/QĐ-TTg set the criteria and may prescribe forms; `configs/report.toml` shows
every setting with its default, and a test holds the two together. An unknown key is an error with a suggestion.
"""

import calendar
import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import UsageError
from pipeline.reports import standard
from pipeline.reports.values import NOT_STATED, Wording
from pipeline.toml_values import Limits, overlay, read_toml

Record = TypeVar("Record")

COUNT, LEAVE_OUT = "count", "leave-out"
# Deadlines that this program can see kept: by reports at hand, and by trial restores in the register.
INSURANCE_REPORT, BACKUP_TEST = "insurance-report", "backup-test"

_LEAP_YEAR = 2000
_TABLES = ("criteria", "reason", "level", "deadline", "wording")
_LIMITS = Limits(
    choices={"criteria.without_reason": (COUNT, LEAVE_OUT)},
    ranges={"deadline.day": (0, 31), "deadline.month": (0, 12), "deadline.after_years": (0, 5),
            "deadline.every_months": (1, 12)},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Criteria:
    """What records are measured against.

    Attributes:
        text: As the papers name it.
        without_reason: What is done with dossiers that state no reason: "count" them on a line of their own, or
            "leave-out"; both are told.
    """

    text: str = standard.CRITERIA
    without_reason: str = COUNT


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which a dossier gets an insurance copy.

    Attributes:
        code: As the lists' column "reason" has it.
        qualifies: Off for a reason that is recorded but not reported.
        maintenance, condition: Codes of retention and of physical state that belong to it; what differs is told.
    """

    code: str = ""
    label: str = ""
    qualifies: bool = True
    maintenance: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the chain of reporting.

    Attributes:
        key: By which a call names it.
        name: Who reports here.
        reports_to: Whom its report goes to.
        through: Office that receives it for them; empty where there is none.
    """

    key: str = ""
    name: str = ""
    reports_to: str = ""
    through: str = ""

    @property
    def recipient(self) -> str:
        """Whom the report goes to, as papers write it."""
        return f"{self.reports_to} (qua {self.through})" if self.through else self.reports_to


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline.

    Attributes:
        day, month: Of each year; 0 where the text at hand names none.
        before: "Before" the day: the day itself is too late.
        after_years: Years between the year that is reported on and the deadline.
        every_months: 12 for once a year, 3 for the end of each quarter.
        source: Text that sets it.
        watched: Once its day has passed it is overdue until it is known to be sent; else only the next day is named.
        sent: Periods that were reported already, such as "2026" or "2026-Q3".
    """

    key: str = ""
    name: str = ""
    day: int = 0
    month: int = 0
    before: bool = False
    after_years: int = 0
    every_months: int = 12
    recipient: str = ""
    source: str = ""
    watched: bool = False
    sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wordings:
    """Texts of the four papers."""

    unit: Wording = standard.UNIT
    nil: Wording = standard.NIL
    consolidated: Wording = standard.CONSOLIDATED
    statistics: Wording = standard.STATISTICS


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """All settings of the reports."""

    criteria: Criteria = field(default_factory=Criteria)
    reasons: tuple[Reason, ...] = tuple(Reason(**values) for values in standard.REASONS)
    levels: tuple[Level, ...] = tuple(Level(**values) for values in standard.LEVELS)
    deadlines: tuple[Deadline, ...] = tuple(Deadline(**values) for values in standard.DEADLINES)
    wording: Wordings = field(default_factory=Wordings)

    def reason(self, code: str) -> Reason | None:
        """Find a reason by its code."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def level(self, key: str) -> Level:
        """Find a level by its key.

        Raises:
            UsageError: There is none of that key.
        """
        found = next((level for level in self.levels if level.key == key), None)
        if found is None:
            raise UsageError("the chain of reporting has no level '{key}'; known: {known}",
                             key=key, known=", ".join(level.key for level in self.levels))  # fmt: skip
        return found


def load(path: Path | None) -> ReportSettings:
    """Read a file of settings over the defaults; None gives the defaults.

    A file that has `[[reason]]`, `[[level]]` or `[[deadline]]` replaces all of that kind.

    Raises:
        UsageError: It cannot be read, or says something unknown.
    """
    defaults = ReportSettings()
    if path is None:
        return defaults
    values, where = read_toml(path), str(path)
    _refuse_unknown(values, _TABLES, where)
    criteria, wording = (_table(values.get(name, {}), name, where) for name in ("criteria", "wording"))
    settings = ReportSettings(
        _laid(defaults.criteria, criteria, where, "criteria."),
        _rows(values, Reason(), where, "reason", "code", "label") or defaults.reasons,
        _rows(values, Level(), where, "level", "key", "name", "reports_to") or defaults.levels,
        _rows(values, Deadline(), where, "deadline", "key", "name") or defaults.deadlines,
        _wordings(wording, defaults.wording, where),
    )
    _refuse_contradictions(settings, where)
    return settings


def _refuse_contradictions(settings: ReportSettings, where: str) -> None:
    """Refuse what would make papers that say nothing, or dates that nobody set."""
    if not settings.criteria.text.strip():
        raise UsageError("{where}: 'criteria.text' is empty; the nil report must name what nothing meets", where=where)
    if settings.reason(NOT_STATED) is not None:
        raise UsageError("{where}: the code {code} stands for dossiers without a reason; give the reason another",
                         where=where, code=NOT_STATED)  # fmt: skip
    for deadline in settings.deadlines:
        if bool(deadline.day) != bool(deadline.month):
            raise UsageError("{where}: the deadline '{key}' needs both day and month, or neither",
                             where=where, key=deadline.key)  # fmt: skip
        if deadline.month and deadline.day > calendar.monthrange(_LEAP_YEAR, deadline.month)[1]:
            raise UsageError("{where}: the deadline '{key}' has a day that its month does not have",
                             where=where, key=deadline.key)  # fmt: skip


def _refuse_unknown(values: Mapping[str, Any], known: Iterable[str], where: str, prefix: str = "") -> None:
    """Say of an unknown table what `overlay` says of an unknown key."""
    record = dataclasses.make_dataclass("Known", [(name, bool, False) for name in known], frozen=True)
    overlay(record(), dict.fromkeys(values, True), where, prefix)


def _wordings(values: Mapping[str, Any], defaults: Wordings, where: str) -> Wordings:
    names = [item.name for item in dataclasses.fields(Wordings)]
    _refuse_unknown(values, names, where, "wording.")
    laid = {
        name: _laid(getattr(defaults, name), _table(part, f"wording.{name}", where), where, f"wording.{name}.")
        for name, part in values.items()
    }
    return dataclasses.replace(defaults, **laid)


def _rows(
    values: Mapping[str, Any], empty: Record, where: str, name: str, identity: str, *required: str
) -> tuple[Record, ...]:
    """Read an array of tables, each with what it must say."""
    tables = values.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise UsageError("{where}: write [[{name}]] and its settings below, once for each", where=where, name=name)
    rows = tuple(_laid(empty, table, where, f"{name}.") for table in tables)
    for row in rows:
        lacking = [key for key in (identity, *required) if not getattr(row, key)]
        if lacking:
            raise UsageError("{where}: a [[{name}]] does not say its '{key}'", where=where, name=name, key=lacking[0])
    doubled = [key for key, count in Counter(getattr(row, identity) for row in rows).items() if count > 1]
    if doubled:
        raise UsageError("{where}: two [[{name}]] have the {key} '{value}'",
                         where=where, name=name, key=identity, value=doubled[0])  # fmt: skip
    return rows


def _laid(record: Record, values: Mapping[str, Any], where: str, prefix: str) -> Record:
    """Lay values over a record that may hold lists of texts."""
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(record)  # type: ignore[arg-type]
    lists = {item.name for item in fields if isinstance(getattr(record, item.name), tuple)}
    plain = {name: value for name, value in values.items() if name not in lists}
    laid = overlay(record, plain, where, prefix, _LIMITS)
    texts = {name: _texts(values[name], f"{prefix}{name}", where) for name in values if name in lists}
    return dataclasses.replace(laid, **texts)  # type: ignore[type-var]


def _texts(value: Any, name: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise UsageError("{where}: '{name}' must be a list of texts in quotes, between [ and ]", where=where, name=name)
    return tuple(value)


def _table(value: Any, name: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError("{where}: '{name}' must be a table: [{name}]", where=where, name=name)
    return value
