"""What the yearly reports say: amounts by reason and measure, units, deadlines. Values without I/O and without layout.

The founding letter asks for the report before 30/11 and for a nil report; Nghị định 113/2025/NĐ-CP Đ30 for statistics.
No form is prescribed: what the papers are called and whom they go to is configuration (`configs/report.toml`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Amount:
    """Numbers of dossiers [hồ sơ], documents [văn bản, tài liệu] and pages [trang]."""

    dossiers: int = 0
    documents: int = 0
    pages: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        """Add number by number."""
        return Amount(self.dossiers + other.dossiers, self.documents + other.documents, self.pages + other.pages)

    def __sub__(self, other: "Amount") -> "Amount":
        """Take away number by number."""
        return Amount(self.dossiers - other.dossiers, self.documents - other.documents, self.pages - other.pages)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Dossiers, documents, pages."""
        return self.dossiers, self.documents, self.pages


class Measure(StrEnum):
    """What is counted, in the order of the papers."""

    QUALIFYING = "qualifying"
    TREATED_THIS_YEAR = "treated-this-year"
    TREATED = "treated"
    DIGITIZED_THIS_YEAR = "digitized-this-year"
    DIGITIZED = "digitized"
    INSURED_THIS_YEAR = "insured-this-year"
    INSURED = "insured"
    TO_TREAT = "to-treat"  # treatment is needed and not yet done (Thông tư 05/2025/TT-BNV Đ6.4)
    NOT_DIGITIZED = "not-digitized"
    NOT_INSURED = "not-insured"  # riskRecoveryStatus 02


LABELS: Mapping[Measure, str] = {
    Measure.QUALIFYING: "Đáp ứng tiêu chí lập bản sao bảo hiểm",
    Measure.TREATED_THIS_YEAR: "Đã xử lý nghiệp vụ trước số hóa, trong năm",
    Measure.TREATED: "Đã xử lý nghiệp vụ trước số hóa, lũy kế",
    Measure.DIGITIZED_THIS_YEAR: "Đã số hóa, trong năm",
    Measure.DIGITIZED: "Đã số hóa, lũy kế",
    Measure.INSURED_THIS_YEAR: "Đã lập bản sao bảo hiểm (đã dự phòng), trong năm",
    Measure.INSURED: "Đã lập bản sao bảo hiểm (đã dự phòng), lũy kế",
    Measure.TO_TREAT: "Còn phải xử lý nghiệp vụ trước số hóa",
    Measure.NOT_DIGITIZED: "Chưa số hóa",
    Measure.NOT_INSURED: "Chưa lập bản sao bảo hiểm (chưa dự phòng)",
}

Amounts = Mapping[Measure, Amount]  # every measure has its amount
NOTHING: Amounts = dict.fromkeys(Measure, Amount())
NOT_STATED = "00"  # the code of the line of dossiers whose list or set states no reason


class Kind(StrEnum):
    """Kinds of yearly reports."""

    UNIT = "unit"
    NIL = "nil"  # the unit has no records that qualify, and says so
    CONSOLIDATED = "consolidated"


@dataclass(frozen=True, slots=True)
class Line:
    """One reason [lý do, tiêu chí] and its amounts."""

    reason: str
    label: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Unit:
    """Who reports.

    Attributes:
        code: The office's own, or empty.
        agency: The body above it [cơ quan chủ quản], for the head of the paper.
    """

    name: str
    code: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts of one kind of paper, from the configuration; what is empty is left out, or dots for the pen.

    Attributes:
        title: Lines under the word BÁO CÁO, or what stands in its place.
        recipients: After "Kính gửi:".
        bases: One sentence each, on which texts the report rests.
        criteria: What the units measure their records against.
        statement: The nil report's statement, or what leads to the numbers; "{unit}" and "{year}" are filled in.
        counting: How it was counted, one sentence each.
        copies_to: After "Nơi nhận:".
        place: For place and date.
        signer: Title over the signature.
    """

    title: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    criteria: str = ""
    statement: str = ""
    counting: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    place: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class DossierEntry:
    """One qualifying dossier of the unit, counted once however many sets hold it.

    Attributes:
        treatment: Code of `catalogue.fields.TREATMENT`; empty where not stated.
        treated_on, digitized_on, insured_on: ISO day; "" where it was not done, or the day is not known.
        counted: The measures that it counts in.
        sets: Names of the sets that hold it.
        missing: What the second copy and the like lack, in English sentences.
    """

    code: str
    title: str
    reason: str
    reason_label: str
    amount: Amount
    counted: frozenset[Measure]
    treatment: str = ""
    treated_on: str = ""
    digitized_on: str = ""
    insured_on: str = ""
    sets: tuple[str, ...] = ()
    carrier: str = ""
    original_place: str = ""
    agency_code: str = ""
    agency_name: str = ""
    fonds_code: str = ""
    fonds_name: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitReport:
    """A unit's report of a year.

    Attributes:
        lines: One for each reason; `NOT_STATED` only where it counts something.
        total: As told; in a report that was corrected by hand it may differ from the sum of the lines.
        difficulties: Khó khăn, vướng mắc, kiến nghị: a paragraph each.
        notes: What the reader must know of the counting, in English sentences.
    """

    kind: Kind
    year: int
    unit: Unit
    lines: tuple[Line, ...]
    total: Amounts
    difficulties: tuple[str, ...] = ()
    dossiers: tuple[DossierEntry, ...] = ()
    notes: tuple[str, ...] = ()
    wording: Wording = field(default_factory=Wording)


class State(StrEnum):
    """How a unit stands in the consolidation."""

    REPORTED = "reported"
    NIL = "nil"
    MISSING = "missing"  # nothing came, or nothing that can be used
    CONFLICTING = "conflicting"  # it sent reports that differ; a person must choose
    UNUSABLE = "unusable"  # its only report cannot be counted: another year, numbers that cannot be read


STATE_LABELS: Mapping[State, str] = {
    State.REPORTED: "Đã báo cáo",
    State.NIL: "Đã báo cáo không có tài liệu",
    State.MISSING: "Chưa báo cáo",
    State.CONFLICTING: "Gửi nhiều báo cáo khác nhau, chưa tổng hợp",
    State.UNUSABLE: "Báo cáo chưa dùng được, chưa tổng hợp",
}
COUNTED = (State.REPORTED, State.NIL)  # of the others nothing is known, not even that it is 0


@dataclass(frozen=True, slots=True)
class Received:
    """A unit of the office's list and what it sent: the file that was counted; without one the total is zeros."""

    unit: Unit
    state: State
    source: str = ""
    total: Amounts = field(default_factory=lambda: NOTHING)
    difficulties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person must look into before the consolidated report is signed.

    Attributes:
        kind: Kebab-case key, such as "total-differs".
        unit, source: Names of unit and file; empty where none is meant.
        detail: In English, a sentence that can be shown in Vietnamese.
    """

    kind: str
    unit: str
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The reports of all units of an office's list, added up.

    Attributes:
        report: The sums, as a report of kind "consolidated", which the next level can consolidate again.
        units: In the order of the office's list.
        problems: What keeps it from being complete and right.
        notes: What was done, such as identical reports that were counted once.
    """

    report: UnitReport
    units: tuple[Received, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, *states: State) -> tuple[Received, ...]:
        """Give the units that stand so."""
        return tuple(unit for unit in self.units if unit.state in states)

    @property
    def missing(self) -> tuple[Received, ...]:
        """Who has not reported, or not so that it could be counted."""
        return self.of(State.MISSING, State.CONFLICTING, State.UNUSABLE)


@dataclass(frozen=True, slots=True)
class FondsRow:
    """One fonds [phông] of one agency in the statistics of records that need backup."""

    agency_code: str
    agency_name: str
    fonds_code: str
    fonds_name: str
    needed: Amount
    done: Amount
    not_yet: Amount


@dataclass(frozen=True, slots=True)
class Statistics:
    """Yearly statistics of records that need backup [thống kê tài liệu cần lập dự phòng], NĐ 113/2025/NĐ-CP Đ30."""

    year: int
    unit: Unit
    rows: tuple[FondsRow, ...]
    total: FondsRow
    dossiers: tuple[DossierEntry, ...] = ()
    notes: tuple[str, ...] = ()
    wording: Wording = field(default_factory=Wording)


Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook, cell by cell, to be written as it stands.

    "Số liệu" and "Dữ liệu" are read back by the consolidation: neither rows nor texts may be moved.

    Attributes:
        name: Of the sheet.
        rows: From the first row of the sheet; a row may be shorter than the widest.
        headings: Which rows (from 0) are headings of columns, in bold.
        widths: Of the columns, in letters.
        hidden: Whether a reader is shown it.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[int, ...]
    widths: tuple[int, ...]
    hidden: bool = False
