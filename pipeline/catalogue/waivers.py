"""Differences that a person answers for by name: `[[waiver]]` in `batch.toml`, matched exactly to findings."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.catalogue.values import ListFinding, Rule
from pipeline.records.description import Waiver

_FILE = "batch.toml"


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings after the waivers.

    Attributes:
        open: Those that nobody answers for.
        waived: The others, as plain values with the waiver's words; they go into the set.
        used: The waivers that met a finding.
    """

    open: tuple[ListFinding, ...]
    waived: tuple[Mapping[str, Any], ...]
    used: frozenset[Waiver]


def apply(findings: Sequence[ListFinding], waivers: Sequence[Waiver], rules: Mapping[str, Rule]) -> Judged:
    """Take out the findings that a waiver names by rule and subject; a rule that cannot be waived stays."""
    by_name = {(waiver.rule, _plain(waiver.subject)): waiver for waiver in waivers}
    left, waived, used = [], [], set()
    for finding in findings:
        waiver = by_name.get((finding.rule, _plain(finding.subject)))
        if waiver:
            used.add(waiver)
        if waiver and rules[finding.rule].can_be_waived:
            waived.append({**asdict(finding), "by": waiver.by, "reason": waiver.reason})
        else:
            left.append(finding)
    return Judged(tuple(left), tuple(waived), frozenset(used))


def without_effect(
    waivers: Sequence[Waiver], used: frozenset[Waiver], rules: Mapping[str, Rule]
) -> tuple[ListFinding, ...]:
    """Tell of waivers that meet no finding, and of those of a rule that cannot be waived."""
    found = []
    for number, waiver in enumerate(waivers, 1):
        column, firm = f"[[waiver]] {number}", waiver.rule in rules and not rules[waiver.rule].can_be_waived
        if firm:
            found.append(ListFinding("waiver-refused", _FILE, 0, column, waiver.subject, {"waived": waiver.rule}))
        elif waiver not in used:
            details = {"waived": waiver.rule, "subject": waiver.subject}
            found.append(ListFinding("waiver-unused", _FILE, 0, column, waiver.subject, details))
    return tuple(found)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)
