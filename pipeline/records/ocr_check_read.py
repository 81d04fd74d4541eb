"""Take the workbook of the human OCR check back: what was entered, and which rows do not count."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.errors import UsageError
from pipeline.records.ocr_check import REQUIRED, Accuracy, Row, accuracy
from pipeline.records.ocr_check_sheet import (
    ABOUT,
    BATCH,
    COLUMNS,
    DRAWN,
    PAGES,
    RIGHT,
    SAMPLE,
    SEAL,
    SEED,
    WRONG,
    Sample,
    seal,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A sample that came back.

    Attributes:
        unfilled: Rows where nothing was entered.
        unclear: Rows whose number of wrong characters is no number, or that have a number and a text.
        refused: Rows that are missing, doubled, or not as they were handed out.
    """

    sample: Sample
    unfilled: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def accuracy(self) -> Accuracy | None:
        """What the filled rows say; rows that were refused do not count."""
        return accuracy(row.outcome() for row in self.sample.rows if row.is_filled)

    @property
    def is_complete(self) -> bool:
        """Whether every row that was handed out came back filled in: leaving some out could flatter."""
        return not (self.unfilled or self.unclear or self.refused)

    @property
    def passed(self) -> bool:
        """Whether the whole sample was checked and reaches the rule."""
        found = self.accuracy
        return self.is_complete and found is not None and found.share >= REQUIRED


def read_workbook(path: Path) -> Checked:
    """Read a sample that was filled in.

    Raises:
        UsageError: It is not such a workbook, or what it says of its rows was changed.
    """
    book = _opened(path)
    try:
        about = {
            str(label): str(value or "") for label, value, *_ in book[ABOUT].iter_rows(max_col=2, values_only=True)
        }
        rows = list(book[SAMPLE].iter_rows(min_row=2, max_col=len(COLUMNS), values_only=True))
        count = int(about[DRAWN])
        digests = [about[str(number)] for number in range(1, count + 1)]
        facts = [(name, about[name]) for name in (BATCH, SEED, PAGES, DRAWN)]
        sealed = about[SEAL] == seal(facts, digests)
    except (KeyError, ValueError) as error:
        raise UsageError("{path} is not a list that 'sohoa ocr-check draw' made", path=path) from error
    finally:
        book.close()
    if not sealed:
        raise UsageError("{path}: the sheet '{sheet}' was changed; draw the sample again", path=path, sheet=ABOUT)
    return _checked(Sample(about[BATCH], about[SEED], int(about[PAGES]), ()), rows, digests)


def _opened(path: Path) -> Any:
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise UsageError("{path} could not be read: {reason}", path=path, reason=error.strerror) from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError("{path} is not a list that 'sohoa ocr-check draw' made", path=path) from error


def _checked(sample: Sample, cells: Iterable[tuple[Any, ...]], digests: Sequence[str]) -> Checked:
    """Sort the rows into those that count and those that do not."""
    good: dict[int, Row] = {}
    unclear: set[int] = set()
    refused: dict[str, None] = {}
    for values in cells:
        if all(value is None for value in values):
            continue
        number, row, is_clear = _row(values)
        if row is None or number in good or _digest(digests, number) != row.digest:
            refused[f"{_whole(values[0]) or '?'}: {values[1]}, {values[2]}"] = None
            continue
        good[number] = row
        unclear |= set() if is_clear else {number}
    named = {name.partition(":")[0] for name in refused}
    absent = [
        f"{number}: -" for number in range(1, len(digests) + 1) if number not in good and str(number) not in named
    ]
    rows = [good[number] for number in sorted(good)]
    unfilled = [row.name for number, row in sorted(good.items()) if not row.is_filled and number not in unclear]
    unread = [good[number].name for number in sorted(unclear)]
    return Checked(replace(sample, rows=tuple(rows)), tuple(unfilled), tuple(unread), (*refused, *absent))


def _digest(digests: Sequence[str], number: int) -> str:
    return digests[number - 1] if 1 <= number <= len(digests) else ""


def _row(values: tuple[Any, ...]) -> tuple[int, Row | None, bool]:
    """Give a row's number, the row, and whether what was entered can be understood."""
    number, page, pdf_page = _whole(values[0]), _whole(values[2]), _whole(values[4])
    if number is None or page is None or pdf_page is None:
        return 0, None, True
    entered, right = values[WRONG], str(values[RIGHT] or "").strip()
    wrong = _whole(entered)
    is_clear = entered is None or str(entered).strip() == "" or (wrong is not None and wrong >= 0 and not right)
    row = Row(str(values[1] or ""), page, str(values[3] or ""), pdf_page, str(values[-1] or ""), str(values[6] or ""),
              wrong if is_clear else None, right if is_clear else "")  # fmt: skip
    return number, row, is_clear


def _whole(value: object) -> int | None:
    """Give a cell's whole number, however the office program keeps it; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return int(number) if number.is_integer() else None
