"""What the commands `sohoa transfer ...` show: findings, what was built, and the result of a check."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from pipeline.cli.show import plain, tell
from pipeline.messages import marked, recorded, translate, translated
from pipeline.transfer import virus
from pipeline.transfer.building import Built
from pipeline.transfer.checking import Progress as Watching
from pipeline.transfer.planning import Plan
from pipeline.transfer.results import counts
from pipeline.transfer.rules import RULES, say
from pipeline.transfer.values import FailedRow, Received

_SHOWN_ROWS = 50
_PHASES = {"files": marked("reading files"), "packages": marked("packages")}


def show_plan(plan: Plan) -> None:
    """Say what stands against a transfer, else what would be written."""
    for finding in plan.findings:
        where = "  ".join(part for part in (finding.dossier, finding.document) if part)
        said = plain(translated(say(finding)))
        click.echo(f"  - {plain(where)}: {said}" if where else f"  - {said}")
    waivable = dict.fromkeys(finding.rule for finding in plan.findings if RULES[finding.rule].can_be_waived)
    if waivable:
        tell("A [[waiver]] in batch.toml, by name, can answer for: {names}", names=", ".join(waivable))
    _show_notes(plan.notes)
    documents = sum(len(dossier.documents) for dossier in plan.dossiers)
    if plan.stops:
        tell("{number} findings; nothing was written.", number=len(plan.findings))
        if plan.dossiers and not plan.asked.leave_out_failed:
            tell("Without those dossiers (--leave-out-failed): {dossiers} dossiers, {documents} documents.",
                 dossiers=len(plan.dossiers), documents=documents)  # fmt: skip
    else:
        tell("{dossiers} dossiers, {documents} documents would be handed over in {path}; {failed} would be left out.",
             dossiers=len(plan.dossiers), documents=documents, path=plan.asked.out,
             failed=len({row.code for row in plan.failed}))  # fmt: skip


def show_built(made: Built) -> None:
    """Say what was handed over, and what was not."""
    if made.was_there:
        tell("The same batch is there already, whole: {path}", path=made.path)
    else:
        tell("Transfer batch: {path}", path=made.path)
    tell("{dossiers} dossiers, {documents} documents, {pages} pages, {size} bytes",
         dossiers=len(made.manifest.dossiers), documents=made.manifest.document_count,
         pages=made.manifest.page_count, size=made.manifest.size_bytes)  # fmt: skip
    for row in made.manifest.failed:
        _show_failed(row)
    _show_notes(made.notes)
    tell("SHA-256 of manifest-sha256.txt, to be told to the receiver: {seal}", seal=made.seal)
    tell("The receiver checks it with: sohoa transfer check {path}", path=shlex.quote(plain(str(made.path))))


def show_received(path: Path, received: Received) -> None:
    """Say whether all is there, and what did not pass."""
    said, numbers = received.manifest.declaration, counts(received)
    tell("{path}: transfer number {number} of {agency}, {dossiers} dossiers, {documents} documents",
         path=path, number=said.transfer_number or "?", agency=said.agency_name or "?",
         dossiers=numbers["dossiers"], documents=numbers["documents"])  # fmt: skip
    if not received.has_list:
        tell("Whether all is there [đủ, chưa đủ] cannot be told: the batch has no list that can be used.")
    elif received.is_complete:
        tell("Complete [đủ].")
    else:
        tell("NOT complete [chưa đủ]: {dossiers} dossiers and {documents} documents are missing:",
             dossiers=numbers["dossiers_missing"], documents=numbers["documents_missing"])  # fmt: skip
        for code in _some([*received.missing, *received.missing_documents]):
            click.echo(f"  - {plain(code)}")
    tell("Passed [đạt]: {dossiers} dossiers, {documents} documents. Not passed [không đạt]: {bad_dossiers} dossiers, "
         "{bad_documents} documents.", dossiers=numbers["dossiers_passed"], documents=numbers["documents_passed"],
         bad_dossiers=numbers["dossiers_not_passed"], bad_documents=numbers["documents_not_passed"])  # fmt: skip
    failed = [FailedRow(row.code, row.title, row.reasons, row.document) for row in received.rows if not row.passed]
    for row in failed[:_SHOWN_ROWS]:
        _show_failed(row)
    if len(failed) > _SHOWN_ROWS:
        tell("... and {number} more; --json and --out have all of them.", number=len(failed) - _SHOWN_ROWS)
    for problem in _some([_said(each) for each in (*received.problems, *received.unread)]):
        click.echo(f"  ! {problem}")
    _show_held(received)
    tell(virus.WORDS[received.virus])
    _show_notes(received.notes)
    tell("SHA-256 of manifest-sha256.txt: {seal}", seal=received.seal or "-")


def _show_held(received: Received) -> None:
    for row in received.doubled:
        same = translate("the same files") if row.same_content else translate("other files")
        tell("Held already, to be decided by a person: {code} '{title}' - {where}: {held} '{held_title}' ({same})",
             code=row.document or row.code, title=row.title, where=row.held_in, held=row.held_code,
             held_title=row.held_title, same=same)  # fmt: skip


def _show_failed(row: FailedRow) -> None:
    where = "  ".join(part for part in (row.code, row.document) if part)
    click.echo(f"  - {plain(where)}: {'; '.join(_said(reason) for reason in row.reasons)}")


def _show_notes(notes: Sequence[str]) -> None:
    for note in notes:
        tell("Note: {remark}", remark=note)


def _said(text: str) -> str:
    return plain(translated(recorded(text) if type(text) is str else text))


def _some(items: list[str]) -> list[str]:
    more = len(items) - _SHOWN_ROWS
    return [*items[:_SHOWN_ROWS], translate("... and {number} more", number=more)] if more > 0 else items


@contextmanager
def watching() -> Iterator[Watching]:
    """Lend a callback that draws a bar for each phase on a terminal and writes a line for each tenth elsewhere."""
    if not sys.stderr.isatty():
        yield _line_writer()
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {name: bars.add_task(translate(said), total=None, visible=False) for name, said in _PHASES.items()}
        yield lambda name, done, total: bars.update(tasks[name], completed=done, total=total, visible=True)


def _line_writer() -> Watching:
    shown: dict[str, int] = {}

    def show(name: str, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 10
        if tenth > shown.get(name, 0):
            shown[name] = tenth
            tell("{name}: {percent} %, {done} of {total}", err=True, name=translate(_PHASES[name]),
                 percent=10 * tenth, done=done, total=total)  # fmt: skip

    return show
