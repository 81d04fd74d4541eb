"""Find and read the reports that units sent: workbooks and JSON, one by one or in folders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import NoVerdict
from pipeline.messages import Sentence, sentence
from pipeline.reports.plain import NotAReport, read_json
from pipeline.reports.values import Unit, UnitReport
from pipeline.reports.workbook_in import read_workbook

_WORKBOOKS = frozenset({".xlsx", ".xlsm"})
_READABLE = _WORKBOOKS | {".json"}
# What units send instead of the workbook; other files in the folder mean nothing.
_OTHER_WORKBOOKS = frozenset({".xls", ".ods", ".xlsb", ".csv"})
_PACKED = frozenset({".zip", ".rar", ".7z", ".eml", ".msg"})
_PAPERS = frozenset({".docx", ".doc", ".pdf", ".odt", ".rtf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One file and what it holds.

    Attributes:
        report: None where it cannot be used.
        problem: Why it cannot.
        unit: Whose it would be, where that could be read.
        is_corrected: Its numbers are not those that the program wrote.
    """

    path: Path
    report: UnitReport | None
    problem: Sentence | None = None
    unit: Unit | None = None
    is_corrected: bool = False


def gather(places: Iterable[Path], leave_out: Iterable[Path] = ()) -> tuple[Sent, ...]:
    """Read all reports at these places, each file once, in the order of their names.

    Args:
        places: Files, or folders that are searched with all that is below.
        leave_out: Files that are passed over, such as those about to be written.

    Raises:
        NoVerdict: A place cannot be read.
    """
    passed = {path.resolve() for path in leave_out}
    found: dict[Path, Path] = {}
    for place in places:
        for path in _files(place):
            found.setdefault(path.resolve(), path)
    return tuple(_read(path) for real, path in found.items() if real not in passed)


def _files(place: Path) -> Iterator[Path]:
    """Give the files of a place; of a paper only where no workbook of its name lies beside it."""
    if not place.is_dir():
        if not place.exists():
            raise NoVerdict("{path} could not be read: {reason}", path=place, reason="it is not there")
        yield place
        return
    files = sorted(path for path in place.rglob("*") if path.is_file() and _is_meant(path.relative_to(place)))
    readable = {path.with_suffix("") for path in files if path.suffix.lower() in _READABLE}
    others = {path.with_suffix("") for path in files if path.suffix.lower() in _OTHER_WORKBOOKS}
    for path in files:
        ending, stem = path.suffix.lower(), path.with_suffix("")
        of_another_kind = ending in _OTHER_WORKBOOKS and stem not in readable
        paper_alone = ending in _PAPERS and stem not in readable | others
        if ending in _READABLE | _PACKED or of_another_kind or paper_alone:
            yield path


def _is_meant(path: Path) -> bool:
    """Pass over hidden files and the lock files of Word and Excel."""
    return not any(part.startswith((".", "~$")) for part in path.parts)


def _read(path: Path) -> Sent:
    ending = path.suffix.lower()
    try:
        if ending in _WORKBOOKS:
            report, is_corrected = read_workbook(path)
            return Sent(path, report, unit=report.unit, is_corrected=is_corrected)
        if ending == ".json":
            report = read_json(path.read_text(encoding="utf-8-sig"))
            return Sent(path, report, unit=report.unit)
    except NotAReport as error:
        return Sent(path, None, error.detail, error.unit)
    except UnicodeDecodeError:
        return Sent(path, None, sentence("it is no yearly report of this program"))
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=path, reason=error.strerror or str(error)) from error
    return Sent(path, None, _unread(ending))


def _unread(ending: str) -> Sentence:
    """Say what a person must do with a file that is no workbook of ours."""
    if ending in _OTHER_WORKBOOKS:
        return sentence("it is a workbook of another kind ({ending}): open it and save it as .xlsx", ending=ending)
    if ending in _PACKED:
        return sentence("it is packed ({ending}): take the workbook (.xlsx) out of it", ending=ending)
    return sentence("numbers are not taken out of a paper ({ending}): ask for the workbook (.xlsx) that was written "
                    "with it", ending=ending)  # fmt: skip
