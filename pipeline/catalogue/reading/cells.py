"""A cell of a spreadsheet -> text, and what the spreadsheet may have done to it on the way."""

import datetime as dt
from typing import Any

from pipeline.catalogue.folding import tidy

# What spreadsheets show where a formula has no result.
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
                    "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "Err:502", "Err:504", "Err:508",
                    "Err:509", "Err:511", "Err:522", "Err:524"})  # fmt: skip
# Codes are text; typed as 1/2 or 01.10 into a cell for numbers they become something else.
_CODES = frozenset({"fileCode", "docId", "docCode", "codeNumber", "codeNotation", "paperFileCode", "inforSign", "box",
                    "sheetNumbers", "folder", "file", "+number", "+counts", "+FileNotation", "+FileCatalog",
                    "+OrganId"})  # fmt: skip
# Rules on cells whose value is lost.
SPOILING = frozenset({"code-became-date", "formula-without-result"})


def text_of(value: Any) -> str:
    """Give the cell's text on one line; numbers without a meaningless ".0", dates as DD/MM/YYYY."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.date):
        return f"{value:%d/%m/}{value.year:04d}"
    return tidy(str(value))


def spoiled(value: Any, name: str) -> str:
    """Give the rule that a code's cell breaks since a spreadsheet turned it into a date or number; empty if none."""
    if name not in _CODES or isinstance(value, str | bool | int | None):
        return ""
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return "code-became-date"
    return "code-became-number" if isinstance(value, float) and not value.is_integer() else ""
