"""Whether a report's numbers agree with each other: sums, this year within all, each step within the one before."""

from collections.abc import Iterator

from pipeline.messages import Sentence, sentence
from pipeline.reports.unit_report import added
from pipeline.reports.values import LABELS, NOTHING, Amount, Amounts, Kind, Measure, UnitReport

# What cannot be more than something else.
_WITHIN = (
    (Measure.TREATED_THIS_YEAR, Measure.TREATED),
    (Measure.DIGITIZED_THIS_YEAR, Measure.DIGITIZED),
    (Measure.INSURED_THIS_YEAR, Measure.INSURED),
    (Measure.TREATED, Measure.QUALIFYING),
    (Measure.TO_TREAT, Measure.QUALIFYING),
    (Measure.DIGITIZED, Measure.QUALIFYING),
    (Measure.INSURED, Measure.DIGITIZED),
)
# What is done and what is not, together all that qualifies.
_RESTS = ((Measure.DIGITIZED, Measure.NOT_DIGITIZED), (Measure.INSURED, Measure.NOT_INSURED))


def findings(report: UnitReport) -> Iterator[tuple[str, Sentence]]:
    """Give what does not agree: a key and a sentence for each."""
    if report.kind is Kind.NIL:
        if any(part != NOTHING for part in (report.total, *(line.amounts for line in report.lines))):
            yield "nil-with-numbers", sentence("it is a nil report, and yet it has numbers")
        return
    wrong = tuple(_sums(report))
    yield from (finding for _, finding in wrong)
    # A number that spoils a sum is told once, and not again for what else it spoils.
    spoilt = {measure for measure, _ in wrong}
    for line in report.lines:
        yield from _order(line.label, line.amounts, spoilt)
    if not report.lines:
        yield from _order("", report.total, spoilt)


def _sums(report: UnitReport) -> Iterator[tuple[Measure, tuple[str, Sentence]]]:
    if not report.lines and report.kind is Kind.UNIT:
        return
    sums = added(line.amounts for line in report.lines)
    for measure in Measure:
        if report.total[measure] != sums[measure]:
            yield measure, ("total-differs", sentence(
                "'{name}': the total is {total}, the sum of the reasons is {sum}", name=LABELS[measure],
                total=_said(report.total, measure), sum=_said(sums, measure)))  # fmt: skip


def _order(label: str, amounts: Amounts, spoilt: set[Measure]) -> Iterator[tuple[str, Sentence]]:
    for part, whole in _WITHIN:
        if not {part, whole} & spoilt and not _within(amounts[part], amounts[whole]):
            yield "part-above-whole", sentence(
                "{line}: '{part}' ({number}) is more than '{whole}' ({limit})", line=label, part=LABELS[part],
                number=_said(amounts, part), whole=LABELS[whole], limit=_said(amounts, whole))  # fmt: skip
            spoilt = spoilt | {part}
    for done, rest in _RESTS:
        together = amounts[done] + amounts[rest]
        if not {done, rest, Measure.QUALIFYING} & spoilt and together != amounts[Measure.QUALIFYING]:
            yield "rest-differs", sentence(
                "{line}: '{part}' and '{rest}' are not together '{whole}' ({limit})", line=label, part=LABELS[done],
                rest=LABELS[rest], whole=LABELS[Measure.QUALIFYING],
                limit=_said(amounts, Measure.QUALIFYING))  # fmt: skip


def _within(part: Amount, whole: Amount) -> bool:
    return all(one <= two for one, two in zip(part.numbers, whole.numbers, strict=True))


def _said(amounts: Amounts, measure: Measure) -> str:
    return " / ".join(map(str, amounts[measure].numbers))
