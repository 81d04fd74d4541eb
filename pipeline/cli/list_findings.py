"""Findings on lists for people and programs: place, sentence, article, what it holds up, and what to do about it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from pipeline.catalogue.assessment import Told
from pipeline.catalogue.rules.rulebook import RULES, article_of, said
from pipeline.catalogue.values import Effect, ListFinding
from pipeline.cli.show import plain, tell
from pipeline.messages import marked, translate, translated

EFFECTS = {
    Effect.SCANNING: marked("no page is worked on until it is put right"),
    Effect.SEALING: marked("nothing is sealed until it is put right"),
    Effect.TRANSFER: marked("the set can be kept, not handed over"),
    Effect.NOTHING: marked("for your information"),
}


def tell_findings(findings: Sequence[Told], *, err: bool = False, most: int | None = None) -> None:
    """Write the findings, gravest first, each on a line of its own.

    Args:
        findings: Them.
        err: To standard error.
        most: Stop after so many, and say how many there are besides.
    """
    for effect in Effect:
        some = [line(finding) for finding in findings if finding[1] is effect]
        if some:
            tell("Lists and scans, {number} findings, {effect}:", err=err, number=len(some),
                 effect=translate(EFFECTS[effect]))  # fmt: skip
        for text in some[:most]:
            click.echo(f"  - {plain(text)}", err=err)
        if most is not None and len(some) > most:
            tell("  ... and {number} more; 'sohoa check' lists them all", err=err, number=len(some) - most)


def tell_what_to_do(findings: Sequence[Told]) -> None:
    """Say how a batch that was held up goes on."""
    held = [finding for finding, effect in findings if effect in (Effect.SCANNING, Effect.SEALING)]
    tell("Mend the list or the folder and start the same command again; what is done is not done again.")
    waivable = [finding for finding in held if RULES[finding.rule].can_be_waived]
    if waivable:
        first = waivable[0]
        tell("A difference that somebody answers for is waived in batch.toml, for example:")
        click.echo(f'  [[waiver]]\n  rule = "{first.rule}"\n  subject = {_quoted(plain(first.subject))}')
        click.echo(f'  by = "{translate("name and position")}"\n  reason = "..."')


def line(told: Told) -> str:
    """Give one finding: where, what, which rule and article."""
    finding, _ = told
    sheet = (finding.sheet,) if finding.sheet else ()
    place = ", ".join((*sheet, *places(finding))) or finding.subject
    return f"{place}: {translated(said(finding))} [{finding.rule}; {article_of(finding)}]"


def findings_as_json(findings: Iterable[Told]) -> list[dict[str, Any]]:
    """Give the findings as plain values."""
    return [
        {
            "rule": finding.rule,
            "sheet": finding.sheet,
            "row": finding.row,
            "column": finding.column,
            "subject": finding.subject,
            "sentence": str(said(finding)),
            "article": article_of(finding),
            "effect": effect.value,
            "can_be_waived": RULES[finding.rule].can_be_waived,
            "details": dict(finding.details),
        }
        for finding, effect in findings
    ]


def holds_up(findings: Iterable[Told]) -> bool:
    """Tell whether any finding forbids to scan or to seal."""
    return any(effect in (Effect.SCANNING, Effect.SEALING) for _, effect in findings)


def places(finding: ListFinding) -> Iterator[str]:
    """Name where on its sheet a finding is: row, column, and what it is about where that says more."""
    if finding.row:
        yield translate("row {row}", row=finding.row)
    if finding.column:
        yield finding.column
    if finding.subject not in {"", finding.sheet, finding.column}:
        yield finding.subject


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
