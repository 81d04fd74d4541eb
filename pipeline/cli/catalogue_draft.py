"""The command `sohoa list draft`: lists filled from the folders and from what stands on first pages."""

import json
import shlex
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.catalogue.fields import DOCUMENT
from pipeline.catalogue.reading.lists import WORKBOOK
from pipeline.catalogue.template import ListRow, write_lists
from pipeline.cli.help import Command
from pipeline.cli.run import config_with, cores
from pipeline.cli.run_progress import counting_pages
from pipeline.cli.show import plain, tell
from pipeline.drafting.batch import MOST_PAGES, Draft, DraftOrder, draft_batch
from pipeline.drafting.rows import LEAST_CONFIDENCE, SUGGESTED, SURE, document_rows, dossier_rows
from pipeline.errors import ExitCode, Interrupted, UsageError
from pipeline.files import write_atomic
from pipeline.folders import require_folder
from pipeline.inventory import batch_name
from pipeline.messages import marked, recorded, translate, translated, vietnamese
from pipeline.model import FAULTS

_EXAMPLES = marked("""\b
Examples:
  sohoa list draft scans/dot-2026-01
  sohoa list draft scans/dot-2026-01 --out scans/dot-2026-01/muc-luc.xlsx
  sohoa list draft scans/dot-2026-01 --work sets/dot-2026-01.work --json
""")
_NOTES = (
    marked("Drafted by sohoa from the folders and from the first pages of the documents. Check every cell."),
    marked(
        "Coloured cells are empty, incomplete or not sure: fill them in from the paper. Handwritten numbers and days "
        "are never read. A cell's comment says what was read and how sure that is (0 to 1)."
    ),
)


_FOLDER = click.Path(path_type=Path, resolve_path=True, readable=False)


@click.command(
    name="draft",
    cls=Command,
    epilog=_EXAMPLES,
    help=marked(
        "Write a list of the scan folder SCANS to fill in: dossiers and documents from the folders, and from each "
        "document's first page suggestions of number, symbol, date, agency, kind and abstract, with how sure they are. "
        "What cannot be told for certain stays empty. Nothing in SCANS is changed."
    ),
)
@click.argument("scans", type=_FOLDER)
@click.option("--out", type=_FOLDER, help=marked("The list (.xlsx); by default <batch>.muc-luc.xlsx beside SCANS."))
@click.option("--force", is_flag=True, help=marked("Write over a list that is there."))
@click.option("--work", type=_FOLDER, help=marked("Work folder of a run; pages that it has read are not read again."))
@click.option("--config", "config_path", type=_FOLDER, help="Settings (TOML); see configs/default.toml.")
@click.option("--languages", help="Tesseract languages, such as vie+fra.")
@click.option("--jobs", type=click.IntRange(min=0), default=None, help="Worker processes (0: none, work in this one).")
@click.option("--json", "as_json", is_flag=True, help=marked("Write the suggestions as JSON to standard output."))
def draft(  # noqa: PLR0917 - click hands every option over by name
    scans: Path,
    out: Path | None,
    force: bool,
    work: Path | None,
    config_path: Path | None,
    languages: str | None,
    jobs: int | None,
    as_json: bool,
) -> int:
    """Draft the lists of a scan folder."""
    require_folder(scans)
    target = out or scans.parent / f"{batch_name(scans)}.muc-luc.xlsx"
    _check_target(target, force=force)
    order = DraftOrder(scans, work, config_with(config_path, languages), cores() if jobs is None else jobs)
    try:
        with counting_pages() as count:
            found = draft_batch(order, count)
    except KeyboardInterrupt:
        raise Interrupted("interrupted; no list was written: start the same command again") from None
    dossiers, documents = dossier_rows(found), document_rows(found)
    notes = [vietnamese(note) for note in _NOTES]
    write_atomic(target, write_lists(dossiers, documents, notes=notes))
    code = ExitCode.FINDINGS if found.problems else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps(_as_json(found, target, dossiers, documents, code), ensure_ascii=False, indent=2))
    else:
        _tell(order, found, target, documents)
    return code


def _check_target(target: Path, *, force: bool) -> None:
    """Refuse to write over what a person has filled in.

    Raises:
        UsageError: The list is there, or its name is not that of a workbook.
    """
    if target.suffix.lower() != ".xlsx":
        raise UsageError("--out {path}: the list is an Excel workbook; let the name end in .xlsx", path=target)
    if target.exists() and not force:
        raise UsageError("{path} is there already; choose another --out, or --force to write over it", path=target)
    if not target.parent.is_dir():
        raise UsageError("--out {path}: there is no folder {folder}", path=target, folder=target.parent)


def _tell(order: DraftOrder, found: Draft, target: Path, documents: tuple[ListRow, ...]) -> None:
    tell("List: {path}", path=target)
    tell("Dossiers: {dossiers}   documents: {documents}", dossiers=len(found.batch.dossiers), documents=len(documents))
    taken_over = sum(page.taken_over for page in found.found.values())
    if taken_over:
        tell("First pages taken over from the work folder: {number}", number=taken_over)
    for name in SUGGESTED:
        filled, look = (sum(name in names for names in kind) for kind in _kinds(documents))
        tell("{field}: {filled} filled in, {look} to look at", field=DOCUMENT[name].label, filled=filled, look=look)
    for folder, pictures in found.lumped.items():
        tell(
            "Note: {pictures} pictures lie straight in '{folder}' and are taken for the pages of one document; where "
            "they are several, give each a folder of its own",
            pictures=pictures, folder=plain(folder),
        )  # fmt: skip
    for path, problem in found.problems.items():
        click.echo(f"  - {plain(path)}: {plain(_reason(problem))}")
    tell("Fill in the coloured cells, save the list as {path}, then: sohoa list check {scans}",
         path=order.scans / WORKBOOK, scans=shlex.quote(plain(str(order.scans))))  # fmt: skip


def _kinds(rows: tuple[ListRow, ...]) -> tuple[list[Collection[str]], list[Collection[str]]]:
    """Give the fields with a value, and those to look at, of each row."""
    return [row.values.keys() for row in rows], [row.marked for row in rows]


def _reason(problem: str) -> str:
    return translate(FAULTS[problem]) if problem in FAULTS else translated(recorded(problem))


def _as_json(
    found: Draft, target: Path, dossiers: tuple[ListRow, ...], documents: tuple[ListRow, ...], code: ExitCode
) -> dict[str, Any]:
    paths = [document.path for document in found.batch.documents]
    return {
        "list": str(target),
        "batch": found.batch.name,
        "least_confidence": LEAST_CONFIDENCE,
        "sure": SURE,
        "most_pages": MOST_PAGES,
        "dossiers": [_row(row) for row in dossiers],
        "documents": [
            {"path": path, **_row(row), **_page(found, path)} for path, row in zip(paths, documents, strict=True)
        ],
        "taken_for_one": dict(found.lumped),
        "totals": {"dossiers": len(dossiers), "documents": len(documents), "unread": len(found.problems)},
        "exit_code": int(code),
    }


def _row(row: ListRow) -> Mapping[str, Any]:
    return {"values": dict(row.values), "to_look_at": sorted(row.marked)}


def _page(found: Draft, path: str) -> Mapping[str, Any]:
    page = found.found[path]
    return {
        "page": page.page,
        "taken_over": page.taken_over,
        "problem": page.problem,
        "suggestions": {name: asdict(each) for name, each in page.suggestions.items()},
    }
