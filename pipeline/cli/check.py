"""The command `sohoa check`: what is in a scan folder; changes nothing."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.check import Check, check_batch
from pipeline.cli.help import Command
from pipeline.cli.list_findings import findings_as_json, holds_up, tell_findings
from pipeline.cli.run import config_with, cores
from pipeline.cli.run_progress import counting_pages
from pipeline.cli.show import plain, tell
from pipeline.errors import ExitCode
from pipeline.messages import marked, recorded, translate, translated
from pipeline.model import FAULTS, Document
from pipeline.records.sentences import fault_sentence

_EXAMPLES = marked("""\b
Examples:
  sohoa check scans/dot-2026-01
  sohoa check scans/dot-2026-01 --json | jq .faults
""")


@click.command(cls=Command, epilog=_EXAMPLES)
@click.argument("scans", type=click.Path(path_type=Path, resolve_path=True, readable=False))
@click.option("--config", "config_path", type=click.Path(path_type=Path, readable=False), help="Settings (TOML).")
@click.option("--jobs", type=click.IntRange(min=0), default=None, help="Worker processes (0: none, work in this one).")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
def check(scans: Path, config_path: Path | None, jobs: int | None, as_json: bool) -> int:
    """Look at the scan folder SCANS: dossiers, documents, pages, faults. Nothing is written or changed.

    Where it holds the office's lists (muc-luc.xlsx or .csv), they are checked too, and held against the folder.
    """
    config = config_with(config_path, None)
    with counting_pages() as count:
        found = check_batch(scans, config, cores() if jobs is None else jobs, count)
    code = ExitCode.FINDINGS if found.faults or holds_up(found.findings) else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps(_as_json(found, code), ensure_ascii=False, indent=2))
    else:
        _tell(found)
    return code


def _tell(found: Check) -> None:
    batch = found.batch
    tell(
        "Batch {name}: {dossiers} dossiers, {documents} documents, {pages} pages",
        name=batch.name, dossiers=len(batch.dossiers), documents=len(batch.documents), pages=batch.page_count,
    )  # fmt: skip
    for dossier in batch.dossiers:
        click.echo(f"  {plain(found.description.dossier_title(dossier))}  [{plain(dossier.name)}]")
        for document in dossier.documents:
            click.echo(f"    {document.ordinal:>3}  {plain(document.path)}: {_pages(found, document)}")
    if batch.others:
        tell("Other files, kept beside the scans: {names}", names=", ".join(batch.others))
    if batch.junk:
        tell("Left behind by a system, not kept: {names}", names=", ".join(batch.junk))
    for notice in found.notices:
        tell("Note: {remark}", remark=recorded(notice))
    tell_findings(found.findings)
    if not found.faults:
        tell("Every page can be read.")
        return
    tell("Cannot be used ({number}); a run would put these into quarantine:", number=len(found.faults))
    for fault in found.faults:
        click.echo(f"  - {plain(translated(fault_sentence(fault)))}")


def _pages(found: Check, document: Document) -> str:
    results = [found.results[page.unit].facts for page in document.pages if page.unit in found.results]
    kinds = sorted({f"{facts['dpi_x']:.0f} dpi {facts['compression']}" for facts in results})
    blank = sum(facts["blank"] for facts in results)
    number = len(document.pages)
    pages = translate("1 page") if number == 1 else translate("{number} pages", number=number)
    return ", ".join([pages, *kinds, *([translate("{number} blank", number=blank)] if blank else [])])


def _as_json(found: Check, code: ExitCode) -> dict[str, Any]:
    batch = found.batch
    pages = {page.unit: page for document in batch.documents for page in document.pages}
    return {
        "batch": batch.name,
        "dossiers": [
            {
                "name": dossier.name,
                "code": found.description.dossier_code(dossier),
                "documents": [
                    {
                        "source": document.path,
                        "title": found.description.document_title(document),
                        "pages": [
                            {"source": page.path, "frame": page.frame, "facts": _facts(found, page.unit)}
                            for page in document.pages
                        ],
                    }
                    for document in dossier.documents
                ],
            }
            for dossier in batch.dossiers
        ],
        "totals": {"dossiers": len(batch.dossiers), "documents": len(batch.documents), "pages": len(pages)},
        "faults": [{**asdict(fault), "reason": FAULTS[fault.code]} for fault in found.faults],
        "other_files": list(batch.others),
        "junk": list(batch.junk),
        "notices": found.notices,
        "list": findings_as_json(found.findings),
        "exit_code": int(code),
    }


def _facts(found: Check, unit: str) -> dict[str, Any] | None:
    result = found.results.get(unit)
    return result.facts if result else None
