"""Tables of the yearly reports: amounts by reason and by measure, units, fonds, in figures that stand to the right."""

from collections.abc import Iterable, Sequence

from pipeline.papers.listing import NOTHING
from pipeline.papers.numbers_in_words import grouped
from pipeline.papers.sheet import LANDSCAPE_CM, PORTRAIT_CM, Paper
from pipeline.papers.word_table import CENTRE, LEFT, RIGHT
from pipeline.reports.tables import AMOUNTS
from pipeline.reports.values import COUNTED, LABELS, STATE_LABELS, Amount, Consolidated, FondsRow, Measure, UnitReport

_TOTAL, _NOT_SAID = "Tổng số", "(chưa ghi)"
_BY_REASON = (Measure.DIGITIZED, Measure.INSURED, Measure.NOT_INSURED)
_OF_UNITS = (Measure.QUALIFYING, *_BY_REASON)
_GROUPS = {
    Measure.QUALIFYING: "Đáp ứng tiêu chí",
    Measure.DIGITIZED: "Đã số hóa",
    Measure.INSURED: "Đã lập bản sao bảo hiểm",
    Measure.NOT_INSURED: "Chưa lập bản sao bảo hiểm",
}
_SHORT = ("Hồ sơ", "Văn bản", "Trang")
_NUMBER_CM, _STATE_CM = 1.3, 2.5
# Dossiers, documents, pages: the latter are the longer numbers.
_FIGURES_CM, _SIDE_FIGURES_CM = (1.0, 1.3, 1.65), (1.2, 1.45, 1.75)


def qualifying(paper: Paper, report: UnitReport) -> None:
    """Write what qualifies, a row for each reason."""
    rows = [
        (str(number), line.label, *_figures(line.amounts[Measure.QUALIFYING]))
        for number, line in enumerate(report.lines, 1)
    ]
    rows.append(("", _TOTAL, *_figures(report.total[Measure.QUALIFYING])))
    paper.table((("STT", "Lý do", *AMOUNTS),), rows, *_wide())


def measures(paper: Paper, report: UnitReport) -> None:
    """Write what was done this year and in all, and what is left."""
    rest = [measure for measure in Measure if measure is not Measure.QUALIFYING]
    rows = [(str(number), LABELS[each], *_figures(report.total[each])) for number, each in enumerate(rest, 1)]
    paper.table((("STT", "Chỉ tiêu", *AMOUNTS),), rows, *_wide())


def by_reason(paper: Paper, report: UnitReport) -> None:
    """Write digitized, insured and not yet insured, a row for each reason."""
    lines = [(line.label, line.amounts) for line in report.lines]
    rows = [
        (str(number), label, *(text for each in _BY_REASON for text in _figures(amounts[each])))
        for number, (label, amounts) in enumerate(lines, 1)
    ]
    rows.append(("", _TOTAL, *(text for each in _BY_REASON for text in _figures(report.total[each]))))
    _grouped_table(paper, ("STT", "Lý do"), _BY_REASON, rows, room_cm=PORTRAIT_CM, figures_cm=_FIGURES_CM)


def units(paper: Paper, consolidated: Consolidated) -> None:
    """Write how each unit stands and what it reported, on a page that lies on its side.

    Cells of who has not reported stay empty: a 0 would say that it has nothing.
    """
    rows = [
        (str(number), row.unit.name, STATE_LABELS[row.state],
         *(text if row.state in COUNTED else "" for each in _OF_UNITS for text in _figures(row.total[each])))
        for number, row in enumerate(consolidated.units, 1)
    ]  # fmt: skip
    total = consolidated.report.total
    rows.append(("", _TOTAL, "", *(text for each in _OF_UNITS for text in _figures(total[each]))))
    names = ("STT", "Đơn vị", "Tình trạng")
    _grouped_table(paper, names, _OF_UNITS, rows, room_cm=LANDSCAPE_CM, figures_cm=_SIDE_FIGURES_CM)


def fonds(paper: Paper, rows: Sequence[FondsRow], total: FondsRow) -> None:
    """Write the statistics of records that need backup, a row for each fonds, on a page that lies on its side."""
    texts = [
        (str(number), _joined(row.agency_code, row.agency_name) or _NOT_SAID,
         _joined(row.fonds_code, row.fonds_name) or _NOT_SAID, *_all(row))
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    texts.append(("", total.agency_name, "", *_all(total)))
    names = ("Cần lập dự phòng", "Đã lập dự phòng", "Chưa lập dự phòng")
    first = ("STT", "Cơ quan", "Phông", *(name for name in names for _ in _SHORT))
    widths = (_NUMBER_CM, 5.5, LANDSCAPE_CM - _NUMBER_CM - 5.5 - 3 * sum(_SIDE_FIGURES_CM), *_SIDE_FIGURES_CM * 3)
    paper.table((first, ("", "", "", *_SHORT * 3)), texts, widths, (CENTRE, LEFT, LEFT, *(RIGHT,) * 9), small=True)


def named(paper: Paper, headings: Sequence[str], rows: Iterable[Sequence[str]], widths_cm: Sequence[float]) -> None:
    """Write a numbered list of names; one without rows says so."""
    texts = [(str(number), *row) for number, row in enumerate(rows, 1)] or [(NOTHING,)]
    alignments = (CENTRE, *(LEFT,) * len(widths_cm))
    paper.table((("STT", *headings),), texts, (_NUMBER_CM, *widths_cm), alignments)


def _grouped_table(paper: Paper, names: tuple[str, ...], groups: Sequence[Measure], rows: Sequence[Sequence[str]],
                   *, room_cm: float, figures_cm: tuple[float, ...]) -> None:  # fmt: skip
    """Write a table of three figures for each measure under headings of two rows.

    Args:
        paper: To write into.
        names: Headings of the first columns: the number, a name that takes the room that is left, at most one more.
        groups: What the figures are of.
        rows: Texts.
        room_cm: Width of the page.
        figures_cm: Widths of the three figures of a measure.
    """
    figures = len(groups) * len(_SHORT)
    first = (*names, *(_GROUPS[each] for each in groups for _ in _SHORT))
    second = (*("",) * len(names), *_SHORT * len(groups))
    others = (_STATE_CM,) * (len(names) - 2)
    left = room_cm - _NUMBER_CM - sum(others) - len(groups) * sum(figures_cm)
    widths = (_NUMBER_CM, left, *others, *figures_cm * len(groups))
    alignments = (CENTRE, *(LEFT,) * (len(names) - 1), *(RIGHT,) * figures)
    paper.table((first, second), rows, widths, alignments, small=True)


def _wide(figure_cm: float = 2.4) -> tuple[tuple[float, ...], tuple[str, ...]]:
    return (
        (_NUMBER_CM, PORTRAIT_CM - _NUMBER_CM - 3 * figure_cm, *(figure_cm,) * 3),
        (CENTRE, LEFT, *(RIGHT,) * 3),
    )


def _figures(amount: Amount) -> tuple[str, ...]:
    return tuple(map(grouped, amount.numbers))


def _all(row: FondsRow) -> tuple[str, ...]:
    return (*_figures(row.needed), *_figures(row.done), *_figures(row.not_yet))


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
