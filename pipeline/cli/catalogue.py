"""The commands `sohoa list template` and `check`: an empty list to fill in, and a filled one held against the law.

`draft`, the third of the group, has a module of its own (`catalogue_draft`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from pipeline.catalogue.assessment import Told, assess, lists_of
from pipeline.catalogue.matching.counting import Pages
from pipeline.catalogue.reading.lists import DOCUMENTS_CSV, read
from pipeline.catalogue.rules.checking import check
from pipeline.catalogue.rules.rulebook import article_of, effect_of, said
from pipeline.catalogue.template import write_csv, write_lists
from pipeline.catalogue.values import Catalogue, Effect, ListFinding
from pipeline.check import blank_pages
from pipeline.cli.catalogue_draft import draft
from pipeline.cli.help import Command, Group
from pipeline.cli.list_findings import EFFECTS, findings_as_json, places
from pipeline.cli.run import cores
from pipeline.cli.run_progress import counting_pages
from pipeline.cli.show import plain, tell
from pipeline.config import Config, ListParams
from pipeline.errors import ExitCode, UsageError
from pipeline.files import write_atomic
from pipeline.inventory import BATCH_FILE, survey
from pipeline.messages import marked, translate, translated
from pipeline.records.description import read_description

_GROUP_EXAMPLES = marked("""\b
Examples:
  sohoa list template muc-luc.xlsx
  sohoa list draft scans/dot-2026-01
  sohoa list check muc-luc.xlsx
  sohoa list check scans/dot-2026-01
""")
_TEMPLATE_EXAMPLES = marked("""\b
Examples:
  sohoa list template scans/dot-2026-01/muc-luc.xlsx
  sohoa list template scans/dot-2026-01/muc-luc.csv --csv
""")
_CHECK_EXAMPLES = marked("""\b
Examples:
  sohoa list check muc-luc.xlsx
  sohoa list check scans/dot-2026-01 --json | jq .findings
""")
# Whether counts agree may hang on blank pages; so many are looked at on the spot, in this process or in several.
_MOST_LOOKED_AT, _FEW_PAGES = 500, 20
_PATH = click.Path(path_type=Path, resolve_path=True, readable=False)


@click.group(name="list", cls=Group, epilog=_GROUP_EXAMPLES)
def lists() -> None:
    """Lists of dossiers and documents [mục lục]: an empty one, a draft from scans, a check against the law."""


@lists.command(
    name="template",
    cls=Command,
    epilog=_TEMPLATE_EXAMPLES,
    help=marked(
        "Write an empty list to OUT (.xlsx): a sheet for dossiers, one for documents, with all fields of the law, "
        "lists of codes to choose from, and a guide."
    ),
)
@click.argument("out", type=_PATH)
@click.option(
    "--csv", "as_csv", is_flag=True,
    help=marked("Write two text files instead: OUT for dossiers, and beside it muc-luc-van-ban.csv for documents."),
)  # fmt: skip
def write_template(out: Path, as_csv: bool) -> int:
    """Write an empty list."""
    wanted = ".csv" if as_csv else ".xlsx"
    if out.suffix.lower() != wanted:
        raise UsageError("{path}: the name must end in {ending}", path=out, ending=wanted)
    if as_csv:
        files = {out: write_csv("dossier"), out.with_name(DOCUMENTS_CSV): write_csv("document")}
    else:
        files = {out: write_lists()}
    for path in files:
        if path.exists():
            raise UsageError("{path} exists already; what was entered there is not overwritten", path=path)
    for path, content in files.items():
        write_atomic(path, content)
        tell("Empty list: {path}", path=path)
    return ExitCode.WHOLE


lists.add_command(draft)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A list and what was found."""

    catalogue: Catalogue
    findings: tuple[Told, ...]
    waived: Sequence[Mapping[str, Any]] = ()


@lists.command(
    name="check",
    cls=Command,
    epilog=_CHECK_EXAMPLES,
    help=marked(
        "Check a list against the rules of the law. PATH is a list (.xlsx, .csv) or a scan folder that holds one; with "
        "a folder, records and files are compared too. Nothing is written or changed."
    ),
)
@click.argument("path", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help=marked("Write the result as JSON to standard output."))
def check_lists(path: Path, as_json: bool) -> int:
    """Check a list."""
    judged = _in_folder(path) if path.is_dir() else _alone(path)
    holds_up = any(effect is not Effect.NOTHING for _, effect in judged.findings)
    code = ExitCode.FINDINGS if holds_up else ExitCode.WHOLE
    if as_json:
        click.echo(json.dumps(_as_json(judged, code), ensure_ascii=False, indent=2))
    else:
        _tell(judged)
    return code


def _alone(path: Path) -> _Judged:
    """Check a list without a scan folder; the second text file is taken along."""
    catalogue = read((path,))
    beside = path.with_name(DOCUMENTS_CSV)
    if path.suffix.lower() == ".csv" and path != beside and beside.is_file() and not catalogue.documents.columns:
        catalogue = read((path, beside))
    return _Judged(catalogue, tuple((finding, effect_of(finding)) for finding in check(catalogue)))


def _in_folder(folder: Path) -> _Judged:
    """Check the list of a scan folder against the law and the folder, as a run does before it begins."""
    params = ListParams(use="require")
    catalogue = lists_of(folder, params)
    assert catalogue is not None
    stock, description = survey(folder), read_description(folder / BATCH_FILE)
    assessed = assess(catalogue, stock.batch, description, params, pages=Pages(stock.uncounted), packages=True)
    documents = assessed.doubtful
    pages = sum(len(document.pages) for document in stock.batch.documents if document.path in documents)
    if 0 < pages <= _MOST_LOOKED_AT:
        with counting_pages() as count:
            jobs = cores() if pages > _FEW_PAGES else 0
            blank = blank_pages(folder, stock.batch, documents, Config(), jobs=jobs, told=count)
        seen = Pages(stock.uncounted, blank, settled=True)
        assessed = assess(catalogue, stock.batch, description, params, pages=seen, packages=True)
    note = ListFinding("pages-not-looked-at", catalogue.documents.name, 0, "", "", {"documents": len(documents)})
    more = ((note, effect_of(note)),) if pages > _MOST_LOOKED_AT else ()
    return _Judged(catalogue, (*assessed.findings, *more), assessed.description.waived)


def _tell(judged: _Judged) -> None:
    catalogue, findings = judged.catalogue, judged.findings
    tell("List {path}: {dossiers} dossiers, {documents} documents", path=catalogue.path,
         dossiers=len(catalogue.dossiers.entries), documents=len(catalogue.documents.entries))  # fmt: skip
    for sheet, of_sheet in groupby(sorted(findings, key=lambda told: _order(catalogue, told[0])), _sheet):
        click.echo(plain(sheet) if sheet else translate("Scan folder"))
        for finding, effect in of_sheet:
            click.echo("  " + plain(_line(finding, effect)))
    if judged.waived:
        tell("{number} findings are waived in batch.toml.", number=len(judged.waived))
    if not findings:
        tell("Nothing is wrong.")
    for effect in Effect:
        number = sum(its is effect for _, its in findings)
        if number:
            tell("{number} findings: {consequence}", number=number, consequence=translate(EFFECTS[effect]))


def _sheet(told: Told) -> str:
    return told[0].sheet


def _line(finding: ListFinding, effect: Effect) -> str:
    why = f"[{finding.rule}; {article_of(finding)}; {translate(EFFECTS[effect])}]"
    return ": ".join(part for part in (", ".join(places(finding)), f"{translated(said(finding))} {why}") if part)


def _order(catalogue: Catalogue, finding: ListFinding) -> tuple[int, str, int]:
    known: Sequence[str] = (catalogue.dossiers.name, catalogue.documents.name)
    return (known.index(finding.sheet) if finding.sheet in known else len(known), finding.sheet, finding.row)


def _as_json(judged: _Judged, code: ExitCode) -> dict[str, Any]:
    catalogue, findings = judged.catalogue, judged.findings
    counts = {effect.value: sum(its is effect for _, its in findings) for effect in Effect}
    return {
        "list": catalogue.path,
        "totals": {"dossiers": len(catalogue.dossiers.entries), "documents": len(catalogue.documents.entries)},
        "findings": findings_as_json(findings),
        "waived": [dict(each) for each in judged.waived],
        "counts": counts,
        "exit_code": int(code),
    }
