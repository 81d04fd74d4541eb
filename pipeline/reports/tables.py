"""The reports as sheets, cell by cell: what a person reads and may correct, and what the consolidation reads back."""

import json
from collections.abc import Iterator, Mapping, Sequence

from pipeline.catalogue.fields import TREATMENT
from pipeline.messages import known_in_vietnamese
from pipeline.reports.plain import to_plain
from pipeline.reports.values import (
    COUNTED,
    LABELS,
    STATE_LABELS,
    Amounts,
    Cell,
    Consolidated,
    DossierEntry,
    FondsRow,
    Kind,
    Measure,
    Statistics,
    Table,
    UnitReport,
)

NUMBERS, DOSSIERS, UNITS, PROBLEMS, FONDS, NOTES = (
    "Số liệu", "Danh sách hồ sơ", "Đơn vị", "Cần xem lại", "Thống kê", "Ghi chú",
)  # fmt: skip
DATA = "Dữ liệu"
TOTAL = "Tổng số"
AMOUNTS = ("Số hồ sơ", "Số văn bản", "Số trang")
NUMBER_HEADINGS = ("Mã chỉ tiêu", "Chỉ tiêu", "Mã lý do", "Lý do", *AMOUNTS)
KIND, YEAR, NAME, CODE, AGENCY, DIFFICULTIES = HEAD = (
    "Loại báo cáo", "Năm", "Tên đơn vị", "Mã đơn vị", "Cơ quan chủ quản", "Khó khăn, vướng mắc, kiến nghị",
)  # fmt: skip
KIND_LABELS: Mapping[Kind, str] = {
    Kind.UNIT: "Báo cáo của đơn vị",
    Kind.NIL: "Báo cáo không có tài liệu đáp ứng tiêu chí",
    Kind.CONSOLIDATED: "Báo cáo tổng hợp",
}
CELL_LETTERS = 32_000  # Excel holds 32,767 in a cell
_NO, _UNDATED = "", "x (không rõ ngày)"
_DOSSIER_HEADINGS = (
    "STT", "Mã hồ sơ", "Tiêu đề hồ sơ", "Mã lý do", "Lý do", "Số văn bản", "Số trang", "Xử lý nghiệp vụ",
    "Ngày xử lý", "Số hóa", "Bản sao bảo hiểm", "Bộ dữ liệu", "Vật mang tin", "Nơi bảo quản bản gốc", "Phông",
    "Còn thiếu",
)  # fmt: skip
_DOSSIER_WIDTHS = (6, 24, 50, 8, 30, 10, 10, 20, 12, 16, 16, 30, 18, 30, 30, 50)


def unit_tables(report: UnitReport) -> tuple[Table, ...]:
    """Give the workbook of a unit's report or nil report."""
    tables = [_numbers(report)]
    if report.dossiers:
        tables.append(_dossiers(report.dossiers))
    if report.notes:
        tables.append(_notes(report.notes))
    return (*tables, _data(report))


def consolidated_tables(consolidated: Consolidated) -> tuple[Table, ...]:
    """Give the workbook of a consolidated report: the next level can read it as a unit's."""
    tables = [_numbers(consolidated.report), _units(consolidated)]
    if consolidated.problems:
        rows = ((p.kind, p.unit, p.source, known_in_vietnamese(p.detail)) for p in consolidated.problems)
        headings = ("Loại", "Đơn vị", "Tệp", "Nội dung")
        tables.append(Table(PROBLEMS, (headings, *rows), (0,), (22, 40, 40, 100)))
    if consolidated.notes:
        tables.append(_notes(consolidated.notes))
    return (*tables, _data(consolidated.report))


def statistics_tables(statistics: Statistics) -> tuple[Table, ...]:
    """Give the workbook of the yearly statistics."""
    groups = ("Cần lập dự phòng", "Đã lập dự phòng", "Chưa lập dự phòng")
    headings = ("STT", "Mã cơ quan", "Cơ quan", "Mã phông", "Phông",
                *(f"{group}: {amount.lower()}" for group in groups for amount in AMOUNTS))  # fmt: skip
    rows = [(number, *_fonds(row)) for number, row in enumerate(statistics.rows, 1)]
    head = ((YEAR, statistics.year), (NAME, statistics.unit.name), (CODE, statistics.unit.code), ())
    table = Table(FONDS, (*head, headings, *rows, (TOTAL, *_fonds(statistics.total))), (4,),
                  (8, 16, 40, 12, 40, *(12,) * 9))  # fmt: skip
    tables = [table]
    if statistics.dossiers:
        tables.append(_dossiers(statistics.dossiers))
    if statistics.notes:
        tables.append(_notes(statistics.notes))
    return tuple(tables)


def number_rows(report: UnitReport) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of numbers: for each measure one for each reason, then the total."""
    lines: Sequence[tuple[str, str, Amounts]] = [
        *((line.reason, line.label, line.amounts) for line in report.lines), ("", TOTAL, report.total),
    ]  # fmt: skip
    for measure in Measure:
        for reason, label, amounts in lines:
            yield measure.value, LABELS[measure], reason, label, *amounts[measure].numbers


def _numbers(report: UnitReport) -> Table:
    unit = report.unit
    difficulties = "\n".join(report.difficulties)
    values: Sequence[Cell] = (KIND_LABELS[report.kind], report.year, unit.name, unit.code, unit.agency, difficulties)
    head = tuple(zip(HEAD, values, strict=True))
    rows = (*head, (), NUMBER_HEADINGS, *number_rows(report))
    return Table(NUMBERS, rows, (len(head) + 1,), (32, 52, 10, 40, 12, 12, 12))


def _data(report: UnitReport) -> Table:
    """Give the hidden sheet: the report as JSON, cut into pieces that a cell can hold."""
    text = json.dumps(to_plain(report), ensure_ascii=False, sort_keys=True)
    pieces = [text[start : start + CELL_LETTERS] for start in range(0, len(text), CELL_LETTERS)]
    return Table(DATA, tuple((piece,) for piece in pieces), (), (60,), hidden=True)


def _dossiers(entries: Sequence[DossierEntry]) -> Table:
    rows = (_dossier(number, entry) for number, entry in enumerate(entries, 1))
    return Table(DOSSIERS, (_DOSSIER_HEADINGS, *rows), (0,), _DOSSIER_WIDTHS)


def _dossier(number: int, entry: DossierEntry) -> tuple[Cell, ...]:
    fonds = " ".join(part for part in (entry.fonds_code, entry.fonds_name) if part)
    return (
        number, entry.code, entry.title, entry.reason, entry.reason_label, entry.amount.documents, entry.amount.pages,
        TREATMENT.get(entry.treatment, entry.treatment), entry.treated_on,
        _done(entry, Measure.DIGITIZED, entry.digitized_on), _done(entry, Measure.INSURED, entry.insured_on),
        "; ".join(entry.sets), entry.carrier, entry.original_place, fonds,
        "; ".join(known_in_vietnamese(text) for text in entry.missing),
    )  # fmt: skip


def _done(entry: DossierEntry, measure: Measure, day: str) -> str:
    if measure not in entry.counted:
        return _NO
    return day or _UNDATED


def _units(consolidated: Consolidated) -> Table:
    headings = ("STT", "Mã đơn vị", "Đơn vị", "Tình trạng", "Tệp",
                *(f"{LABELS[measure]}: {amount.lower()}" for measure in Measure for amount in AMOUNTS),
                DIFFICULTIES)  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            number, row.unit.code, row.unit.name, STATE_LABELS[row.state], row.source,
            *(count if row.state in COUNTED else "" for measure in Measure for count in row.total[measure].numbers),
            "\n".join(row.difficulties),
        )
        for number, row in enumerate(consolidated.units, 1)
    )  # fmt: skip
    return Table(UNITS, (headings, *rows), (0,), (6, 14, 40, 30, 30, *(12,) * 3 * len(Measure), 60))


def _fonds(row: FondsRow) -> tuple[Cell, ...]:
    amounts = (row.needed, row.done, row.not_yet)
    return (row.agency_code, row.agency_name, row.fonds_code, row.fonds_name,
            *(count for amount in amounts for count in amount.numbers))  # fmt: skip


def _notes(notes: Sequence[str]) -> Table:
    return Table(NOTES, (("Nội dung",), *((known_in_vietnamese(note),) for note in notes)), (0,), (120,))
