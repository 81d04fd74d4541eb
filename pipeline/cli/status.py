"""The command `sohoa status`: what is done, what is not, and why a run would do something again."""

import json
from pathlib import Path
from typing import Any

import click

from pipeline.cli.help import Command
from pipeline.cli.list_findings import findings_as_json, tell_findings, tell_what_to_do
from pipeline.cli.run_progress import STAGES, STATES
from pipeline.cli.show import noted, tell
from pipeline.errors import ExitCode
from pipeline.messages import marked, recorded, translate
from pipeline.records.sentences import fault_sentence
from pipeline.status import Status, UnitStatus, read_status

_EXAMPLES = marked("""\b
Examples:
  sohoa status sets/dot-2026-01.work
  sohoa status sets/dot-2026-01.work --why "HS-01/QD-12/0003.tif"
""")


@click.command(cls=Command, epilog=_EXAMPLES)
@click.argument("work", type=click.Path(path_type=Path, resolve_path=True, readable=False))
@click.option("--why", metavar="UNIT", help="A page or document: say for each stage why it would be done again.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
def status(work: Path, why: str | None, as_json: bool) -> int:
    """Say how the batch of the work folder WORK stands. Nothing is changed."""
    found = read_status(work, why)
    bad = (
        found.held_up
        or found.unfinished
        or found.refused
        or found.gone
        or found.seal_again
        or any(page.again for page in found.pages)
    )
    code = ExitCode.FINDINGS if bad else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps(_as_json(found, code), ensure_ascii=False, indent=2))
    else:
        _tell(found, why)
    return code


def _tell(found: Status, why: str | None) -> None:
    tell("Batch {name}, {pages} pages, from {path}", name=found.batch, pages=found.page_count, path=found.scans)
    _tell_counts(found)
    for entry in found.unfinished:
        fault, notes = entry.result.fault, noted(entry.result.notes)
        tell("! {stage} {state}: {unit}: {problem}", stage=translate(STAGES[entry.stage]), unit=entry.unit,
             state=translate(STATES[entry.result.state.value]),
             problem=fault_sentence(fault) if fault else notes)  # fmt: skip
    for fault in found.refused:
        tell("refused {problem}", problem=fault_sentence(fault))
    _tell_set(found)
    if found.gone:
        tell("Pages no longer in the scan folder: {number}", number=found.gone)
    if not found.pages:
        tell("A run would take every page over as it is.")
        if found.unfinished:
            tell("{number} of the results above need somebody: a good scan, or another setting.",
                 number=len(found.unfinished))  # fmt: skip
    for page in found.pages:
        _tell_page(page)
    if not why and found.pages:
        tell("A run would do {number} of {pages} pages.", number=len(found.pages), pages=found.page_count)


def _tell_set(found: Status) -> None:
    """Say where the set is, and why there is none, or why there would be a new one."""
    if found.sealed:
        tell("Sealed set: {path}", path=found.sealed)
    else:
        tell("Not sealed yet.")
    if found.held_up:
        tell_findings(found.held_up)
        tell_what_to_do(found.held_up)
    elif found.seal_again:
        tell("A run would seal a new set: {reasons}", reasons=noted(found.seal_again))


def _tell_counts(found: Status) -> None:
    names = {stage: translate(STAGES[stage]) for stage in found.counts}
    width = max([9, *map(len, names.values())])
    for stage, states in found.counts.items():
        counted = ", ".join(f"{count} {translate(STATES[state])}" for state, count in sorted(states.items()))
        click.echo(f"  {names[stage]:<{width}} {counted}")


def _tell_page(page: UnitStatus) -> None:
    if not page.again:
        state = translate(STATES[page.state]) if page.state in STATES else recorded(page.state)
        tell("{unit}: {state}; a run would take it over as it is", unit=page.unit, state=state)
    for stage, reasons in page.again.items():
        tell("{unit}: {stage} would be done again: {reasons}", unit=page.unit, stage=translate(STAGES[stage]),
             reasons=noted(reasons))  # fmt: skip


def _as_json(found: Status, code: ExitCode) -> dict[str, Any]:
    return {
        "batch": found.batch,
        "scans": str(found.scans),
        "pages": found.page_count,
        "stages": found.counts,
        "not_done": [
            {
                "unit": entry.unit,
                "stage": entry.stage,
                "state": entry.result.state.value,
                "reason": fault_sentence(entry.result.fault) if entry.result.fault else "; ".join(entry.result.notes),
            }
            for entry in found.unfinished
        ],
        "again": [
            {"unit": page.unit, "state": page.state, "stages": {k: list(v) for k, v in page.again.items()}}
            for page in found.pages
        ],
        "refused": [fault_sentence(fault) for fault in found.refused],
        "pages_gone": found.gone,
        "set": str(found.sealed) if found.sealed else None,
        "seal_again": list(found.seal_again),
        "held_up": findings_as_json(found.held_up),
        "exit_code": int(code),
    }
