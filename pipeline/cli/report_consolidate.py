"""The commands `sohoa report consolidate` and `sohoa report due`: at the office that gathers the units' reports."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.cli import clock
from pipeline.cli.custody import open_register, register_option
from pipeline.cli.help import Command
from pipeline.cli.report_options import (
    FILE,
    PLACE,
    answer,
    config_option,
    json_option,
    level_of,
    paper_options,
    targets,
    tell_written,
    unit_of,
    with_options,
    write,
    year_option,
)
from pipeline.cli.show import plain, tell
from pipeline.copies.clock import day_of
from pipeline.copies.record import Event
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.files import write_atomic
from pipeline.messages import marked, sentence, translated
from pipeline.papers import report_papers
from pipeline.reports.consolidating import consolidate
from pipeline.reports.deadlines import Due, due, quarter_of
from pipeline.reports.gathering import gather
from pipeline.reports.plain import consolidated_values
from pipeline.reports.settings import BACKUP_TEST, INSURANCE_REPORT, ReportSettings, load
from pipeline.reports.tables import consolidated_tables
from pipeline.reports.units_list import read_units
from pipeline.reports.values import Consolidated, State, Unit

_EXAMPLES = marked("""\b
Examples:
  sohoa report consolidate reports --units units.csv --year 2026 --unit "UBND thành phố" --out tong-hop-2026.docx
  sohoa report consolidate reports --units units.xlsx --year 2026 --unit "UBND thành phố" --out tong-hop-2026.docx \\
      --choose reports/xa-tra-giang-sua.xlsx --force
""")
_DUE_EXAMPLES = marked("""\b
Examples:
  sohoa report due
  sohoa report due --date 2026-11-20 --units units.csv --reports reports
  sohoa report due --sent insurance-report:2026
""")
_units_option = click.option(
    "--units", "units_path", metavar="FILE", type=FILE,
    help="The office's list of units that must report: .csv, .xlsx or .toml with their names and codes.",
)  # fmt: skip


@click.command("consolidate", cls=Command, epilog=_EXAMPLES)
@click.argument("reports", metavar="REPORTS...", nargs=-1, required=True, type=PLACE)
@with_options(_units_option, year_option, paper_options)
@click.option("--choose", "chosen", metavar="FILE", multiple=True, type=FILE,
              help="Which report counts where a unit sent several that differ.")  # fmt: skip
@with_options(config_option, json_option)
def consolidate_reports(
    *, reports: tuple[Path, ...], year: int, chosen: tuple[Path, ...], as_json: bool, **options: Any
) -> int:
    """Add up the units' reports at REPORTS (workbooks, or folders of them), and name who has not reported.

    The exit code is 1 where a unit is missing or something does not agree; the papers are written all the same.
    """
    if options["units_path"] is None:
        raise UsageError("name the units that must report: --units FILE")
    settings = load(options["config_path"])
    level = level_of(settings, options["level_key"], 1)
    files = targets(options["out"], ".xlsx", ".json", force=options["force"])
    sent = gather(reports, files)
    found = {item.path.resolve() for item in sent}
    stray = next((path for path in chosen if path.resolve() not in found), None)
    if stray is not None:
        raise UsageError("{path} is not among the reports that were given", path=stray)
    made = consolidate(read_units(options["units_path"]), sent, year=year, office=unit_of(options), settings=settings,
                       level=level, chosen=chosen)  # fmt: skip
    _put(made, files)
    code = ExitCode.FINDINGS if made.problems else ExitCode.WHOLE
    if as_json:
        answer(consolidated_values(made), files, code)
    else:
        _tell(made, files)
    return code


def _put(made: Consolidated, files: Sequence[Path]) -> None:
    title = made.report.wording.title[-1] if made.report.wording.title else ""
    write(report_papers.consolidated_report(made), consolidated_tables(made), title, files)
    text = json.dumps(consolidated_values(made), ensure_ascii=False, indent=1) + "\n"
    try:
        write_atomic(files[2], text.encode(errors="backslashreplace"), durable=True)
    except OSError as error:
        raise NoVerdict("{path} could not be written: {reason}",
                        path=files[2], reason=error.strerror or str(error)) from error  # fmt: skip


def _tell(made: Consolidated, files: Sequence[Path]) -> None:
    for problem in made.problems:
        parts = (" / ".join(part for part in (problem.unit, problem.source) if part), translated(problem.detail))
        click.echo(plain(f"! {': '.join(part for part in parts if part)}"))
    tell("{units} units: {reported} reported, {nil} sent a nil report, {missing} are missing", units=len(made.units),
         reported=len(made.of(State.REPORTED)), nil=len(made.of(State.NIL)), missing=len(made.missing))  # fmt: skip
    tell_written(files, made.notes)


@click.command("due", cls=Command, epilog=_DUE_EXAMPLES)
@click.option("--date", "today", metavar="DAY", envvar="SOHOA_DATE", type=click.DateTime(formats=["%Y-%m-%d"]),
              help="Day it is seen from, such as 2026-11-20; by default SOHOA_DATE, else today.")  # fmt: skip
@with_options(_units_option)
@click.option("--reports", metavar="DIR", multiple=True, type=PLACE,
              help="Where the units' reports are gathered; says who is still missing. Needs --units.")  # fmt: skip
@click.option("--sent", metavar="KEY:PERIOD", multiple=True,
              help="What was reported already, such as insurance-report:2026.")  # fmt: skip
@with_options(config_option, register_option, json_option)
def list_due(
    *, today: dt.datetime | None, units_path: Path | None, reports: tuple[Path, ...], sent: tuple[str, ...],
    config_path: Path | None, register_path: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """List the deadlines of reports: what is due, how many days are left, whom it goes to.

    The exit code is 1 where a deadline has passed and nothing shows that the report was sent.
    """
    settings = load(config_path)
    day = today.date() if today else clock.now().date()
    known = _sent(sent, settings)
    missing: dict[tuple[str, str], tuple[str, ...]] = {}
    if bool(units_path) != bool(reports):
        raise UsageError("--units and --reports belong together")
    if units_path:
        period, names = _missing(settings, day, units_path, reports)
        missing[INSURANCE_REPORT, period] = names
        known[INSURANCE_REPORT] |= set() if names else {period}
    notes = _tests(register_path, day) if register_path else {}
    found = due(settings.deadlines, day, sent=known, missing=missing, notes=notes)
    code = ExitCode.FINDINGS if any(item.overdue for item in found) else ExitCode.WHOLE
    if as_json:
        rows = [{**{name: getattr(item, name) for name in item.__slots__}, "overdue": item.overdue} for item in found]
        click.echo(json.dumps({"date": day.isoformat(), "due": rows, "exit_code": int(code)}, ensure_ascii=False))
        return code
    for item in found:
        _tell_due(item)
    return code


def _sent(given: Sequence[str], settings: ReportSettings) -> defaultdict[str, set[str]]:
    keys = [deadline.key for deadline in settings.deadlines]
    known: defaultdict[str, set[str]] = defaultdict(set)
    for text in given:
        key, _, period = text.partition(":")
        if key not in keys or not period:
            raise UsageError("'{text}': write KEY:PERIOD, such as insurance-report:2026; known keys: {keys}",
                             text=text, keys=", ".join(keys))  # fmt: skip
        known[key].add(period)
    return known


def _missing(
    settings: ReportSettings, day: dt.date, units_path: Path, reports: Sequence[Path]
) -> tuple[str, tuple[str, ...]]:
    """Say which year's reports are gathered now, and which units are missing."""
    deadline = next((item for item in settings.deadlines if item.key == INSURANCE_REPORT), None)
    if deadline is None:
        raise UsageError("the settings have no deadline '{key}': --units and --reports belong to it",
                         key=INSURANCE_REPORT)  # fmt: skip
    year = day.year - deadline.after_years
    made = consolidate(read_units(units_path), gather(reports), year=year, office=Unit(""), settings=settings,
                       level=level_of(settings, "", 1))  # fmt: skip
    return str(year), tuple(row.unit.name for row in made.missing)


def _tests(register_path: Path, day: dt.date) -> dict[tuple[str, str], str]:
    """Say of this year's quarters when a copy was restored on trial (Thông tư 05/2025/TT-BNV Đ30.2)."""
    with open_register(register_path, create=False) as register:
        days = [day_of(record.time) for record in register.events(event=Event.RESTORED.value)]
    quarters = [f"{day.year}-Q{number}" for number in range(1, 5)]
    tested = {quarter_of(one): one.isoformat() for one in days if one <= day}
    return {
        (BACKUP_TEST, quarter): sentence("a copy was restored on trial on {day}", day=tested[quarter])
        if quarter in tested
        else sentence("the register knows no copy that was restored on trial in this quarter")
        for quarter in quarters
    }


def _tell_due(item: Due) -> None:
    name, period, day, left = item.name, item.period, item.last_day, item.days_left
    if left is None:
        tell("            {name} ({period}): every year, no text at hand names a day", name=name, period=period)
    elif item.overdue:
        tell("! {day}  {name} ({period}): {number} days overdue", number=-left, name=name, period=period, day=day)
    elif left == 0:
        tell("! {day}  {name} ({period}): today is the last day", name=name, period=period, day=day)
    else:
        tell("  {day}  {name} ({period}): {number} days left", number=left, name=name, period=period, day=day)
    tell("              to: {recipient}; source: {source}", recipient=item.recipient, source=item.source)
    if item.note:
        click.echo(plain(f"              {translated(item.note)}"))
    if item.missing:
        tell("              not yet reported ({number}): {names}", number=len(item.missing),
             names=", ".join(item.missing))  # fmt: skip
