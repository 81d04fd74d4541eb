"""The commands `sohoa paper ...`: minutes and log for the office, out of the records of copies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipeline.cli.custody import open_register, register_option
from pipeline.cli.help import Command, Group
from pipeline.cli.show import tell
from pipeline.copies.clock import day_of, last_day
from pipeline.copies.history import history_folder, read
from pipeline.copies.medium import Medium, read_identity
from pipeline.copies.record import Event, Record
from pipeline.errors import ExitCode, UsageError
from pipeline.messages import marked
from pipeline.papers import forms
from pipeline.papers.from_records import backup_minutes, check_minutes, log_rows, restore_minutes
from pipeline.papers.sheet import Paper
from pipeline.papers.values import Office

_EXAMPLES = marked("""\b
Examples:
  sohoa paper check-minutes   --out bien-ban-kiem-tra.docx --set dot-2026-01
  sohoa paper backup-log      --out nhat-ky-2026.docx --since 2026-01-01 --until 2026-12-31
  sohoa paper backup-minutes  --out bien-ban-sao-luu.docx --medium HDD-2026-01
  sohoa paper restore-minutes --out bien-ban-phuc-hoi.docx --copy /media/HDD-2026-01/dot-2026-01
""")
_FILE = click.Path(path_type=Path, dir_okay=False, resolve_path=True)
_FOLDER = click.Path(path_type=Path, file_okay=False, readable=False)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records a paper is to be about; what is empty does not narrow them."""

    copy: Path | None
    name: str
    medium: str
    since: str
    until: str

    def fits(self, record: Record) -> bool:
        """Tell whether a record is meant."""
        day = day_of(record.time).isoformat()
        named = self.name in ("", record.set) and self.medium in ("", record.medium_code, record.medium_id)
        return named and (not self.since or self.since <= day) and (not self.until or day <= self.until)

    @property
    def has_period(self) -> bool:
        """Whether a period was asked for; else the newest records are meant."""
        return bool(self.since or self.until)


def _options(command: Callable[..., Any]) -> Any:
    """Give a command the options that all papers share."""
    for option in (
        register_option,
        click.option("--unit", default="", envvar="SOHOA_UNIT", help="Its unit [đơn vị]. By default SOHOA_UNIT."),
        click.option("--agency", default="", envvar="SOHOA_AGENCY",
                     help="Agency in the head of the paper [cơ quan, tổ chức]. By default SOHOA_AGENCY."),
        click.option("--until", type=_DAY, help="Only what was done up to this day, such as 2026-12-31."),
        click.option("--since", type=_DAY, help="Only what was done from this day on, such as 2026-01-01."),
        click.option("--medium", default="", metavar="CODE", help="Only what was done on this medium."),
        click.option("--set", "name", default="", metavar="NAME", help="Only what was done to this set."),
        click.option("--copy", type=_FOLDER, help="Take the history beside this copy instead of the register."),
        click.option("--out", required=True, type=_FILE, help="The Word file to write (.docx)."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(cls=Group, epilog=_EXAMPLES)
def paper() -> None:
    """Write the office's minutes and log (Thông tư 05/2025/TT-BNV, Phụ lục VII) out of the records of copies."""


@paper.command("check-minutes", cls=Command, epilog=_EXAMPLES)
@_options
def check(out: Path, agency: str, unit: str, **options: Any) -> int:
    """Write the minutes of checks [biên bản kiểm tra, Mẫu số 01]: the newest, or all of a period."""
    asked = _asked(options)
    records, media = _records(asked, options["register_path"], Event.VERIFIED)
    chosen = records if asked.has_period else _newest_of_each(records)
    return _write(out, forms.check_minutes(Office(agency, unit), check_minutes(chosen, media)), chosen)


@paper.command("backup-log", cls=Command, epilog=_EXAMPLES)
@_options
def log(out: Path, agency: str, unit: str, **options: Any) -> int:
    """Write the log of copies [nhật ký sao lưu, Mẫu số 02]: one row for each copy that was written."""
    records, _ = _records(_asked(options), options["register_path"], Event.CREATED)
    return _write(out, forms.backup_log(Office(agency, unit), log_rows(records)), records)


@paper.command("backup-minutes", cls=Command, epilog=_EXAMPLES)
@_options
def backup(out: Path, agency: str, unit: str, **options: Any) -> int:
    """Write the minutes of one copy [biên bản sao lưu, Mẫu số 03]: the newest that fits."""
    records, media = _records(_asked(options), options["register_path"], Event.CREATED)
    return _write(out, forms.backup_minutes(Office(agency, unit), backup_minutes(records[-1], media)), records[-1:])


@paper.command("restore-minutes", cls=Command, epilog=_EXAMPLES)
@_options
def restore(out: Path, agency: str, unit: str, **options: Any) -> int:
    """Write the minutes of one repair or restoring [biên bản phục hồi, Mẫu số 04]: the newest that fits."""
    records, media = _records(_asked(options), options["register_path"], Event.REPAIRED, Event.RESTORED)
    return _write(out, forms.restore_minutes(Office(agency, unit), restore_minutes(records[-1], media)), records[-1:])


def _asked(options: dict[str, Any]) -> Asked:
    since, until = (f"{day:%Y-%m-%d}" if day else "" for day in (options["since"], options["until"]))
    if since and until and last_day(since) > last_day(until):
        raise UsageError("--since {since} lies after --until {until}", since=since, until=until)
    return Asked(options["copy"], options["name"], options["medium"], since, until)


def _records(asked: Asked, register_path: Path | None, *events: Event) -> tuple[list[Record], dict[str, Medium]]:
    """Give the records that fit, by time, and the media they are about.

    Raises:
        UsageError: There is none.
    """
    if asked.copy is not None:
        records: Sequence[Record] = read(history_folder(asked.copy)).records
        medium = read_identity(asked.copy.parent)
        media = {medium.id: medium} if medium else {}
    else:
        with open_register(register_path, create=False) as register:
            records = register.events()
            media = {medium.id: medium for medium in register.media()}
    found = [record for record in records if record.event in events and asked.fits(record)]
    if not found:
        raise UsageError("nothing was recorded that this paper could be about; look at 'sohoa register show'")
    return found, media


def _newest_of_each(records: Sequence[Record]) -> list[Record]:
    """Give the newest record of each copy."""
    newest = {(record.medium_id, record.set): record for record in records}
    return [record for record in records if newest[record.medium_id, record.set] is record]


def _write(out: Path, made: Paper, records: Sequence[Record]) -> int:
    if out.suffix.lower() != ".docx":
        raise UsageError("{path} is no name for a Word file; end it with .docx", path=out)
    made.write(out)
    tell("{path}: written from {number} records", path=out, number=len(records))
    return ExitCode.WHOLE
