"""The command `sohoa status`: what is done, what is not, and why a run would do something again."""

import json
from pathlib import Path
from typing import Any

import click

from pipeline.cli.exit_codes import EXIT_CODES_HELP
from pipeline.cli.show import plain
from pipeline.errors import ExitCode
from pipeline.records.sentences import fault_sentence
from pipeline.status import Status, read_status

_EXAMPLES = """\b
Examples:
  sohoa status sets/dot-2026-01.work
  sohoa status sets/dot-2026-01.work --why "HS-01/QD-12/0003.tif"
"""


@click.command(epilog=f"{_EXAMPLES}\n{EXIT_CODES_HELP}")
@click.argument("work", type=click.Path(path_type=Path, resolve_path=True))
@click.option("--why", metavar="UNIT", help="A page or document: say for each stage why it would be done again.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
def status(work: Path, why: str | None, as_json: bool) -> int:
    """Say how the batch of the work folder WORK stands. Nothing is changed."""
    found = read_status(work, why)
    code = ExitCode.FINDINGS if found.unfinished or any(page.again for page in found.pages) else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps(_as_json(found, code), ensure_ascii=False, indent=2))
    else:
        _tell(found, why)
    return code


def _tell(found: Status, why: str | None) -> None:
    click.echo(f"Batch {plain(found.batch)}, {found.page_count} pages, from {plain(str(found.scans))}")
    for stage, states in found.counts.items():
        click.echo(f"  {stage:<9} " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    for entry in found.unfinished:
        text = fault_sentence(entry.result.fault) if entry.result.fault else "; ".join(entry.result.notes)
        click.echo(f"! {entry.stage} {entry.result.state.value}: {plain(entry.unit)}: {plain(text)}")
    click.echo(f"Sealed set: {plain(str(found.sealed))}" if found.sealed else "Not sealed yet.")
    if not found.pages:
        click.echo("A run would take every page over as it is.")
        if found.unfinished:
            click.echo(f"{len(found.unfinished)} of the results above need somebody: a good scan, or another setting.")
    for page in found.pages:
        if not page.again:
            click.echo(f"{plain(page.unit)}: {page.state}; a run would take it over as it is")
        for stage, reasons in page.again.items():
            click.echo(f"{plain(page.unit)}: {stage} would be done again: {plain('; '.join(reasons))}")
    if not why and found.pages:
        click.echo(f"A run would do {len(found.pages)} of {found.page_count} pages.")


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
        "set": str(found.sealed) if found.sealed else None,
        "exit_code": int(code),
    }
