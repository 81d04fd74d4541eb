"""Options and output that the commands `sohoa report ...` share."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.cli.show import plain, tell
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.messages import translated
from pipeline.papers.report_papers import write_tables
from pipeline.papers.sheet import Paper
from pipeline.reports.settings import Level, ReportSettings
from pipeline.reports.values import Table, Unit

FIRST_YEAR, LAST_YEAR = 2000, 2999
FILE = click.Path(path_type=Path, dir_okay=False, readable=False)
PLACE = click.Path(path_type=Path, readable=False)

json_option = click.option("--json", "as_json", is_flag=True, help="Write the result as JSON to standard output.")
config_option = click.option(
    "--config", "config_path", metavar="FILE", type=FILE,
    help="Settings of the reports: criteria, chain, deadlines, wording; see configs/report.toml.",
)  # fmt: skip
policy_option = click.option(
    "--policy", "policy_path", metavar="FILE", type=FILE,
    help="Settings of sohoa; the table [copies] says how many copies a set needs.",
)  # fmt: skip
year_option = click.option(
    "--year", required=True, type=click.IntRange(FIRST_YEAR, LAST_YEAR), help="Year that is reported on."
)
sources_options = (
    click.option("--set", "sets", metavar="SET", multiple=True, type=PLACE,
                 help="A sealed set; give the option once for each."),
    click.option("--list", "lists", metavar="FILE", multiple=True, type=PLACE,
                 help="A list of dossiers not digitized yet (muc-luc.xlsx, .csv), or the folder that holds it."),
    click.option("--fonds-code", default="", help="Code of the fonds [mã phông] of lists that do not say it."),
    click.option("--fonds-name", default="", help="Name of the fonds [phông] of lists that do not say it."),
)  # fmt: skip
_paper_options = (
    click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
                 help="The Word file to write (.docx); the workbook (.xlsx) is written beside it."),
    click.option("--force", is_flag=True, help="Replace the files if they are there."),
    click.option("--unit", "unit_name", required=True, envvar="SOHOA_UNIT",
                 help="Who reports [đơn vị]. By default SOHOA_UNIT."),
    click.option("--unit-code", default="", help="Its code in the list of units."),
    click.option("--agency", default="", envvar="SOHOA_AGENCY",
                 help="Body above it, in the head of the paper [cơ quan chủ quản]. By default SOHOA_AGENCY."),
    click.option("--level", "level_key", default="", metavar="KEY",
                 help="Its level in the chain of reporting; by default the first, for 'consolidate' the second."),
)  # fmt: skip


def with_options(*groups: Any) -> Callable[[Callable[..., Any]], Any]:
    """Give a command options, in the order in which its help shows them."""

    def give(command: Callable[..., Any]) -> Any:
        for option in reversed(groups):
            command = option(command)
        return command

    return give


paper_options = with_options(*_paper_options)


def unit_of(options: Mapping[str, Any]) -> Unit:
    """Give who reports.

    Raises:
        UsageError: Its name is empty.
    """
    unit = Unit(*(" ".join(options[name].split()) for name in ("unit_name", "unit_code", "agency")))
    if not unit.name:
        raise UsageError("say who reports: --unit NAME")
    return unit


def level_of(settings: ReportSettings, key: str, place: int = 0) -> Level:
    """Give the level that the call names, else the one at that place of the chain.

    Above the chain's last level nobody is known to report to: the paper leaves dots for it.
    """
    if key:
        return settings.level(key)
    return settings.levels[place] if place < len(settings.levels) else Level()


def targets(out: Path, *endings: str, force: bool) -> tuple[Path, ...]:
    """Give the files to write.

    Raises:
        UsageError: The name is not one of a Word file, or a file is there already.
    """
    if out.suffix.lower() != ".docx":
        raise UsageError("{path} is no name for a Word file; end it with .docx", path=out)
    files = (out, *(out.with_suffix(ending) for ending in endings))
    there = next((path for path in files if path.exists()), None)
    if there is not None and not force:
        raise UsageError("{path} is there already; --force replaces it", path=there)
    return files


def write(paper: Paper, tables: Sequence[Table], title: str, files: Sequence[Path]) -> None:
    """Write the paper and its workbook.

    Raises:
        NoVerdict: One cannot be written.
    """
    try:
        paper.write(files[0])
        write_tables(files[1], tables, title)
    except OSError as error:
        raise NoVerdict("{path} could not be written: {reason}",
                        path=files[0], reason=error.strerror or str(error)) from error  # fmt: skip


def answer(values: Mapping[str, Any], files: Sequence[Path], code: ExitCode) -> None:
    """Write the result as JSON."""
    whole = {**values, "written": [str(path) for path in files], "exit_code": int(code)}
    click.echo(json.dumps(whole, ensure_ascii=False, indent=2))


def tell_written(files: Sequence[Path], notes: Sequence[str]) -> None:
    """Say what a reader of the report must know, and what was written."""
    for note in notes:
        click.echo(plain(f"- {translated(note)}"))
    for path in files:
        tell("written: {path}", path=path)
