"""The command `sohoa run`: a scan folder to a sealed set."""

import dataclasses
import json
import os
import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from pipeline import runner
from pipeline.cli.help import Command
from pipeline.cli.list_findings import findings_as_json, tell_findings, tell_what_to_do
from pipeline.cli.run_progress import RunProgress, counting_pages
from pipeline.cli.show import plain, tell
from pipeline.config import Config, load
from pipeline.errors import BatchStopped, ExitCode
from pipeline.inventory import batch_name
from pipeline.messages import Sentence, marked, recorded, translate, translated
from pipeline.records.manifest import Totals
from pipeline.records.quality import HEADINGS
from pipeline.records.sheet import NAME as SHEET_NAME
from pipeline.records.sheet import QUALITY_SHEET

_EXAMPLES = marked("""\b
Examples:
  sohoa run scans/dot-2026-01 --out sets
  sohoa run scans/dot-2026-01 --out sets --languages vie+fra --jobs 4
  sohoa run scans/dot-2026-01 --out sets --config lossless.toml --json > result.json

The same command again goes on where an interrupted run stopped; over a finished batch it does nothing.
""")

# What cannot be read is said in a sentence of ours, and with its own exit code.
_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)


def cores() -> int:
    """Count the processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def config_with(path: Path | None, languages: str | None) -> Config:
    """Read the settings and lay the command line's own over them."""
    config = load(path)
    if languages:
        config = dataclasses.replace(config, ocr=dataclasses.replace(config.ocr, languages=languages))
    return config


@click.command(cls=Command, epilog=_EXAMPLES)
@click.argument("scans", type=_FOLDER)
@click.option("--out", required=True, type=_FOLDER, help="Folder that the set is written into, under the batch's name.")
@click.option("--work", type=_FOLDER, help="Work folder; by default <out>/<batch>.work.")
@click.option("--config", "config_path", type=_FOLDER, help="Settings (TOML); see configs/default.toml.")
@click.option("--languages", help="Tesseract languages, such as vie+fra.")
@click.option("--jobs", type=click.IntRange(min=0), default=None, help="Worker processes (0: none, work in this one).")
@click.option("--cluster", metavar="ADDRESS", help="Dask scheduler; its workers must see the same folders.")
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON to standard output.")
def run(  # noqa: PLR0917 - click hands every option over by name
    scans: Path,
    out: Path,
    work: Path | None,
    config_path: Path | None,
    languages: str | None,
    jobs: int | None,
    cluster: str | None,
    as_json: bool,
) -> int:
    """Digitize the batch in SCANS into a sealed insurance set.

    Every page is decoded, straightened, read (OCR) and put into one PDF/A for each document; masters, PDFs, text and
    lists become one BagIt folder with checksums. A scan that cannot be used is kept in quarantine with its reason, and
    the rest goes on.

    Where SCANS holds the office's lists (muc-luc.xlsx or .csv), records and files are held against each other: every
    record its files, every file its record. A difference, or a page with a secrecy stamp, keeps the set from being
    sealed until it is put right or waived by name in batch.toml; the pages are done all the same.
    """
    config = config_with(config_path, languages)
    work = work or out / f"{batch_name(scans)}.work"
    order = runner.Order(scans, out, work, config, cores() if jobs is None else jobs, cluster)
    with counting_pages() as count:
        progress = RunProgress(count)
        try:
            outcome = runner.run(order, progress)
        except BatchStopped:
            _stopped(progress, order, as_json=as_json)
            raise
    code = exit_code(outcome)
    if as_json:
        click.echo(json.dumps(_as_json(order, outcome, code), ensure_ascii=False, indent=2))
    else:
        _tell(order, outcome)
    return code


def exit_code(outcome: runner.Outcome) -> ExitCode:
    """Give FINDINGS where anything is not as it should be, however much of the batch is done."""
    counts = outcome.totals
    if outcome.held_up:
        return ExitCode.FINDINGS
    found = counts.documents_incomplete + counts.pages_quarantined + counts.pages_failed + counts.files_refused
    return ExitCode.FINDINGS if found + counts.text_failed + counts.text_timed_out else ExitCode.WHOLE


def _tell(order: runner.Order, outcome: runner.Outcome) -> None:
    counts, tally = outcome.totals, outcome.tally
    if outcome.did_nothing:
        tell("Nothing to do: scans, settings and tools are those that the set was sealed from.")
    if outcome.held_up:
        tell("Nothing was sealed: see the findings below. All pages and documents are done.")
    else:
        tell("Set:         {path}", path=outcome.sealed)
    tell("Work folder: {path}", path=order.work)
    if outcome.former:
        tell("Former set:  {path} (kept; delete it when you no longer need it)", path=outcome.former)
    tell("Dossiers: {dossiers}   documents: {documents}   pages: {pages}",
         dossiers=counts.dossiers, documents=counts.documents, pages=counts.pages)  # fmt: skip
    tell("Pages done now: {done}   taken over from an earlier run: {taken_over}",
         done=tally.pages_done, taken_over=tally.pages_taken_over)  # fmt: skip
    tell("Pages in a PDF: {shown}   of them blank: {blank}", shown=counts.pages_shown, blank=counts.pages_blank)
    if outcome.batch.others:
        tell("Other files, kept beside the scans: {names}", names=", ".join(outcome.batch.others))
    _tell_problems(counts)
    _tell_quality(counts, order.config.quality.profile)
    for line in outcome.problems:
        click.echo(f"  - {plain(translated(line))}")
    for remark in outcome.remarks:
        tell("Note: {remark}", remark=remark if isinstance(remark, Sentence) else recorded(remark))
    if exit_code(replace(outcome, held_up=False)):
        tell("Put good scans in the place of the bad ones and start the same command again.")
    tell_findings(outcome.findings)
    if outcome.waived:
        tell("Findings waived in batch.toml, and written down in the set: {number}", number=outcome.waived)
    if outcome.held_up:
        tell_what_to_do(outcome.findings)
    else:
        tell("Whether the set is whole: sohoa verify {path}", path=shlex.quote(plain(str(outcome.sealed))))


def _stopped(progress: RunProgress, order: runner.Order, *, as_json: bool) -> None:
    """Say all that forbids to begin."""
    if as_json:
        found = {"set": None, "work": str(order.work), "list": findings_as_json(progress.findings)}
        click.echo(json.dumps({**found, "exit_code": int(ExitCode.FINDINGS)}, ensure_ascii=False, indent=2))
        return
    tell_findings(progress.findings)
    tell_what_to_do(progress.findings)


def _tell_problems(counts: Totals) -> None:
    problems = {
        marked("! pages in quarantine: {number}"): counts.pages_quarantined,
        marked("! pages that failed: {number}"): counts.pages_failed,
        marked("! pages whose text was not read: {number}"): counts.text_failed + counts.text_timed_out,
        marked("! files refused: {number}"): counts.files_refused,
        marked("! documents incomplete: {number}"): counts.documents_incomplete,
    }
    for template, number in problems.items():
        if number:
            tell(template, number=number)


def _tell_quality(counts: Totals, profile: str) -> None:
    """Say how many pages are below the profile or worth a look, and why; the pages stand in the workbook."""
    if not counts.flags:
        return
    tell("Pages below the profile {profile}: {below}   others to look at: {look}",
         profile=profile, below=counts.pages_below_profile, look=counts.pages_to_look_at)  # fmt: skip
    for code, heading in HEADINGS.items():
        if code in counts.flags:
            click.echo(f"  - {translate(heading)}: {counts.flags[code]}")
    tell("Their pages stand in the sheet '{sheet}' of {file}; nothing was left out.",
         sheet=QUALITY_SHEET, file=SHEET_NAME)  # fmt: skip


def _as_json(order: runner.Order, outcome: runner.Outcome, code: ExitCode) -> dict[str, Any]:
    return {
        "set": None if outcome.held_up else str(outcome.sealed),
        "work": str(order.work),
        "did_nothing": outcome.did_nothing,
        "former": str(outcome.former) if outcome.former else None,
        "totals": asdict(outcome.totals),
        "run": asdict(outcome.tally),
        "problems": list(outcome.problems),
        "remarks": list(outcome.remarks),
        "list": findings_as_json(outcome.findings),
        "waived": outcome.waived,
        "exit_code": int(code),
    }
