"""The commands `sohoa ocr-check draw` and `read`: a sample of pages for people to check, and what they found."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.cli.help import Command, Group
from pipeline.cli.show import plain, tell
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.files import write_atomic
from pipeline.journal import NAME, Journal
from pipeline.messages import marked
from pipeline.records.ocr_check import REQUIRED, draw, least_confident
from pipeline.records.ocr_check_pages import PagesOfSet
from pipeline.records.ocr_check_read import Checked, read_workbook
from pipeline.records.ocr_check_sheet import Sample, row_of, workbook
from pipeline.sealing import BATCH_UNIT

_PAGES = 20
_GROUP_EXAMPLES = marked("""\b
Examples:
  sohoa ocr-check draw sets/dot-2026-01 --out check.xlsx
  sohoa ocr-check read check.xlsx
""")
_DRAW_EXAMPLES = marked("""\b
Examples:
  sohoa ocr-check draw sets/dot-2026-01 --out check.xlsx
  sohoa ocr-check draw sets/dot-2026-01 --out check.xlsx --share 2% --seed "2026-01, second draw"
""")
_READ_EXAMPLES = marked("""\b
Examples:
  sohoa ocr-check read check.xlsx
  sohoa ocr-check read check.xlsx --json | jq .accuracy
""")
_PATH = click.Path(path_type=Path, resolve_path=True, readable=False)


@click.group(name="ocr-check", cls=Group, epilog=_GROUP_EXAMPLES)
def ocr_check() -> None:
    """Let people check the recognised text on a sample of pages: 98 % of the characters must be right."""


@ocr_check.command(
    name="draw",
    cls=Command,
    epilog=_DRAW_EXAMPLES,
    help=marked(
        "Draw pages of the set SET (or of the work folder of one) and write them into a workbook for the checker. "
        "The same set, number and seed give the same pages."
    ),
)
@click.argument("set_or_work", metavar="SET", type=_PATH)
@click.option("--out", required=True, type=_PATH, help=marked("The workbook (.xlsx); it must not exist yet."))
@click.option("--pages", type=click.IntRange(min=1), help=marked("How many pages to draw; 20 if nothing is said."))
@click.option("--share", metavar="SHARE", help=marked("Which share of the pages to draw, such as 2%."))
@click.option("--seed", default="", help=marked("A text that decides which pages are drawn; another draws others."))
def draw_sample(set_or_work: Path, out: Path, pages: int | None, share: str | None, seed: str) -> int:
    """Draw a sample."""
    if pages is not None and share is not None:
        raise UsageError("give --pages or --share, not both")
    if out.exists():
        raise UsageError("{path} exists already; what was entered there is not overwritten", path=out)
    found = PagesOfSet(_set_of(set_or_work))
    there = sum(1 for _ in found)
    if not there:
        raise UsageError("no page of {path} was read, so there is nothing to check", path=found.folder)
    count = min(there, math.ceil(_share(share) * there) if share is not None else pages or _PAGES)
    rows = tuple(row_of(page, found.text(page)) for page in draw(found, count, seed))
    sample = Sample(found.folder.name, seed, there, rows)
    write_atomic(out, workbook(sample, least_confident(found, count)))
    tell("{drawn} of {pages} pages drawn: {path}", drawn=len(rows), pages=there, path=out)
    tell("When the coloured column is filled in: sohoa ocr-check read {path}", path=out)
    return ExitCode.WHOLE


def _share(text: str) -> float:
    """Give a share between 0 and 1 from 2%, 2 % or 0.02."""
    plain_number = text.replace(",", ".").strip()
    try:
        share = float(plain_number.removesuffix("%")) / (100 if plain_number.endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise UsageError("--share is '{text}'; it must be a share such as 2% or 0.02", text=text)
    return share


def _set_of(folder: Path) -> Path:
    """Give the set itself, or the one that was sealed last from a work folder."""
    if not (folder / NAME).is_file():
        return folder
    with Journal(folder, create=False) as journal:
        entry = journal.entry(BATCH_UNIT, "seal")
    if entry is None:
        raise UsageError("nothing was sealed from {path} yet; run the batch to its end first", path=folder)
    return Path(entry.result.facts["set"])


@ocr_check.command(
    name="read",
    cls=Command,
    epilog=_READ_EXAMPLES,
    help=marked(
        "Read a workbook that was filled in, and judge the text: passed where 98 % of the characters are right."
    ),
)
@click.argument("filled", metavar="FILE", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help=marked("Write the result as JSON to standard output."))
def read_sample(filled: Path, as_json: bool) -> int:
    """Read a sample back."""
    checked = read_workbook(filled)
    if checked.accuracy is None and checked.is_complete:
        raise NoVerdict("{path}: the drawn pages hold no characters; draw another sample", path=filled)
    code = ExitCode.WHOLE if checked.passed else ExitCode.FINDINGS
    if as_json:
        click.echo(json.dumps(_as_json(checked, code), ensure_ascii=False, indent=2))
    else:
        _tell(checked)
    return code


def _tell(checked: Checked) -> None:
    sample, found = checked.sample, checked.accuracy
    tell("Batch {name}: {rows} pages checked, drawn from {pages}",
         name=sample.batch, rows=sum(row.is_filled for row in sample.rows), pages=sample.pages_read)  # fmt: skip
    if found is not None:
        tell("Right: {share:.2%} of {characters} characters ({wrong} wrong)",
             share=found.share, characters=found.characters, wrong=found.wrong)  # fmt: skip
        tell("With 95 % confidence the whole batch has between {low:.2%} and {high:.2%}.",
             low=found.low, high=found.high)  # fmt: skip
    _list(marked("Nothing entered ({number}):"), checked.unfilled)
    _list(marked("No number of characters, or a number and a text ({number}):"), checked.unclear)
    _list(marked("Refused, since missing, doubled or not as it was handed out ({number}):"), checked.refused)
    if not checked.is_complete:
        tell("No result yet: every page that was drawn must be checked.")
    elif checked.passed:
        tell("Passed: at least {required:.0%} are right.", required=REQUIRED)
    else:
        tell("Not passed: less than {required:.0%} are right.", required=REQUIRED)


def _list(heading: str, rows: Sequence[str]) -> None:
    if rows:
        tell(heading, number=len(rows))
        for row in rows:
            click.echo(f"  - {plain(row)}")


def _as_json(checked: Checked, code: ExitCode) -> dict[str, Any]:
    sample, found = checked.sample, checked.accuracy
    rows = [
        {"document": row.code, "page": row.number, "pdf": row.pdf, "pdf_page": row.pdf_page, "sha256": row.scan_sha256,
         **dict(zip(("wrong", "characters"), row.outcome() if row.is_filled else (None, None), strict=True))}
        for row in sample.rows
    ]  # fmt: skip
    return {
        "batch": sample.batch,
        "seed": sample.seed,
        "pages_read": sample.pages_read,
        "required": REQUIRED,
        "passed": checked.passed,
        "complete": checked.is_complete,
        "accuracy": asdict(found) if found is not None else None,
        "unfilled": list(checked.unfilled),
        "unclear": list(checked.unclear),
        "refused": list(checked.refused),
        "rows": rows,
        "exit_code": int(code),
    }
