"""The commands `sohoa report ...`: the yearly report, the nil report, statistics; consolidation and deadlines."""

from pathlib import Path
from typing import Any

import click

from pipeline import config
from pipeline.cli.custody import register_if_any, register_option
from pipeline.cli.help import Command, Group
from pipeline.cli.report_consolidate import consolidate_reports, list_due
from pipeline.cli.report_options import (
    answer,
    config_option,
    json_option,
    level_of,
    paper_options,
    policy_option,
    sources_options,
    targets,
    tell_written,
    unit_of,
    with_options,
    write,
    year_option,
)
from pipeline.cli.show import tell
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.messages import marked
from pipeline.papers import report_papers
from pipeline.reports.counting import Counting
from pipeline.reports.holding import Holding, Origin
from pipeline.reports.plain import statistics_values, to_plain
from pipeline.reports.settings import ReportSettings, load
from pipeline.reports.sources import holding_of, known_insurances
from pipeline.reports.tables import statistics_tables, unit_tables
from pipeline.reports.unit_report import nil_report, statistics, unit_report
from pipeline.reports.values import Kind, Measure, UnitReport

_EXAMPLES = marked("""\b
Examples:
  sohoa report unit        --year 2026 --set sets/dot-2026-01 --unit "UBND xã Trà Giang" --out bao-cao-2026.docx
  sohoa report nil         --year 2026 --unit "Phòng Tư pháp" --out bao-cao-2026.docx
  sohoa report statistics  --year 2026 --set sets/dot-2026-01 --unit "UBND xã Trà Giang" --out thong-ke-2026.docx
  sohoa report consolidate reports --units units.csv --year 2026 --unit "UBND thành phố" --out tong-hop-2026.docx
  sohoa report due
""")
_UNIT_EXAMPLES = marked("""\b
Examples:
  sohoa report unit --year 2026 --set sets/dot-2026-01 --list muc-luc-chua-so-hoa.xlsx \\
      --unit "UBND xã Trà Giang" --unit-code H48.12 --out bao-cao-2026.docx
  sohoa report unit --year 2026 --set sets/dot-2026-01 --unit "Phòng Nội vụ" --difficulties kho-khan.txt \\
      --config report.toml --out bao-cao-2026.docx
""")
_NIL_EXAMPLES = marked("""\b
Examples:
  sohoa report nil --year 2026 --unit "Phòng Tư pháp" --unit-code H48.03 --out bao-cao-2026.docx
""")
_STATISTICS_EXAMPLES = marked("""\b
Examples:
  sohoa report statistics --year 2026 --set sets/dot-2026-01 --set sets/dot-2026-02 \\
      --unit "UBND xã Trà Giang" --out thong-ke-2026.docx
""")
_MOST_LETTERS = 20_000  # of a file of difficulties
_FILES_MEANT = frozenset({".txt", ".md", ".docx", ".doc", ".odt", ".pdf"})  # a paragraph ends otherwise
_difficulties_option = click.option(
    "--difficulties", default="", metavar="TEXT|FILE",
    help="Difficulties and proposals [khó khăn, vướng mắc, kiến nghị]: a text, or a text file of paragraphs.",
)  # fmt: skip


@click.group(cls=Group, epilog=_EXAMPLES)
def report() -> None:
    """Write the yearly reports on insurance copies, add up those of the units, and say what is due."""


@report.command("unit", cls=Command, epilog=_UNIT_EXAMPLES)
@with_options(year_option, *sources_options, paper_options, _difficulties_option, config_option, policy_option,
              register_option, json_option)  # fmt: skip
def of_unit(*, year: int, difficulties: str, as_json: bool, **options: Any) -> int:
    """Write a unit's yearly report: what qualifies, by reason; treated, digitized, insured this year and in all.

    Each dossier counts once, by its code. Insured is what the register proves. A dossier whose day is not known counts
    in all and in no year. Where nothing qualifies, the nil report is written instead.
    """
    settings = load(options["config_path"])
    level = level_of(settings, options["level_key"])
    files = targets(options["out"], ".xlsx", force=options["force"])
    holding, counting = _counted(year, settings, options)
    made = unit_report(holding, counting, unit_of(options), level, _paragraphs(difficulties))
    _put(made, files)
    if as_json:
        answer({"report": to_plain(made)}, files, ExitCode.WHOLE)
        return ExitCode.WHOLE
    _tell_numbers(made)
    tell_written(files, made.notes)
    return ExitCode.WHOLE


@report.command("nil", cls=Command, epilog=_NIL_EXAMPLES)
@with_options(year_option, paper_options, _difficulties_option, config_option, json_option)
def of_nothing(*, year: int, difficulties: str, as_json: bool, **options: Any) -> int:
    """Write the document that a unit sends when it has no records that qualify: it must report all the same."""
    settings = load(options["config_path"])
    level = level_of(settings, options["level_key"])
    files = targets(options["out"], ".xlsx", force=options["force"])
    made = nil_report(settings, year, unit_of(options), level, difficulties=_paragraphs(difficulties))
    _put(made, files)
    if as_json:
        answer({"report": to_plain(made)}, files, ExitCode.WHOLE)
    else:
        tell_written(files, ())
    return ExitCode.WHOLE


@report.command("statistics", cls=Command, epilog=_STATISTICS_EXAMPLES)
@with_options(year_option, *sources_options, paper_options, config_option, policy_option, register_option, json_option)
def of_fonds(*, year: int, as_json: bool, **options: Any) -> int:
    """Write the yearly statistics of records that need backup, by agency and fonds: done and not yet."""
    settings = load(options["config_path"])
    level = level_of(settings, options["level_key"])
    files = targets(options["out"], ".xlsx", force=options["force"])
    holding, counting = _counted(year, settings, options)
    made = statistics(holding, counting, unit_of(options), level)
    write(report_papers.statistics_paper(made), statistics_tables(made), made.wording.title[-1], files)
    if as_json:
        answer({"statistics": statistics_values(made)}, files, ExitCode.WHOLE)
        return ExitCode.WHOLE
    total = made.total
    tell("{fonds} fonds: {needed} dossiers need backup, {done} have it, {not_yet} not yet", fonds=len(made.rows),
         needed=total.needed.dossiers, done=total.done.dossiers, not_yet=total.not_yet.dossiers)  # fmt: skip
    tell_written(files, made.notes)
    return ExitCode.WHOLE


report.add_command(consolidate_reports)
report.add_command(list_due)


def _counted(year: int, settings: ReportSettings, options: dict[str, Any]) -> tuple[Holding, Counting]:
    """Read what is counted, and what it is counted by.

    Raises:
        UsageError: Neither a set nor a list is named.
    """
    if not options["sets"] and not options["lists"]:
        raise UsageError("name what is counted: --set SET, --list FILE; a unit that has nothing which qualifies says "
                         "so with 'sohoa report nil'")  # fmt: skip
    unit = unit_of(options)
    origin = Origin(unit.code, unit.name, options["fonds_code"].strip(), options["fonds_name"].strip())
    holding = holding_of(options["sets"], options["lists"], origin)
    policy = config.load(options["policy_path"]).copies
    opened = register_if_any(options["register_path"])
    if opened is None:
        return holding, Counting(year, settings, None)
    with opened:
        return holding, Counting(year, settings, known_insurances(opened, policy))


def _put(made: UnitReport, files: tuple[Path, ...]) -> None:
    paper = report_papers.nil_report(made) if made.kind is Kind.NIL else report_papers.unit_report(made)
    write(paper, unit_tables(made), made.wording.title[-1] if made.wording.title else "", files)


def _tell_numbers(made: UnitReport) -> None:
    if made.kind is Kind.NIL:
        tell("nothing was found that qualifies: this is the nil report, which must be sent all the same")
        return
    total = made.total
    tell("{qualifying} dossiers qualify; digitized {digitized} ({digitized_now} this year), insured {insured} "
         "({insured_now} this year), not yet insured {rest}",
         qualifying=total[Measure.QUALIFYING].dossiers, digitized=total[Measure.DIGITIZED].dossiers,
         digitized_now=total[Measure.DIGITIZED_THIS_YEAR].dossiers, insured=total[Measure.INSURED].dossiers,
         insured_now=total[Measure.INSURED_THIS_YEAR].dossiers,
         rest=total[Measure.NOT_INSURED].dossiers)  # fmt: skip


def _paragraphs(given: str) -> tuple[str, ...]:
    """Give the difficulties: paragraphs of a text file, or of the text itself.

    Raises:
        UsageError: The file is not there, is no text in UTF-8, or too long to be meant.
        NoVerdict: It cannot be read.
    """
    text, path = given, Path(given)
    if path.suffix.lower() in _FILES_MEANT and "\n" not in given and not path.exists():
        raise UsageError("{path} is not there; name a text file, or give the text itself", path=path)
    try:
        if given and "\n" not in given and path.is_file():
            text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("{path} is not a text in UTF-8", path=path) from error
    except OSError as error:
        if path.suffix:
            raise NoVerdict("{path} could not be read: {reason}", path=path, reason=error.strerror or "") from error
    if len(text) > _MOST_LETTERS:
        raise UsageError("the difficulties are longer than {most} letters", most=_MOST_LETTERS)
    return tuple(line.strip() for line in text.splitlines() if line.strip())
