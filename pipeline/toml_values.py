"""TOML laid over frozen records with defaults; an unknown key is an error with a suggestion."""

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import UsageError
from pipeline.messages import marked

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Limits:
    """What values may be, by full name: the texts to choose from, and the lowest and highest number."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


NO_LIMITS = Limits()

_KINDS: Mapping[type, str] = {
    bool: marked("{where}: '{name}' must be true or false"),
    int: marked("{where}: '{name}' must be a whole number"),
    float: marked("{where}: '{name}' must be a number"),
    str: marked("{where}: '{name}' must be a text in quotes"),
}


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        UsageError: It cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UsageError("{path} could not be read: {reason}", path=path, reason=reason) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("{path} is not a TOML file in UTF-8: {error}", path=path, error=str(error)) from error


def overlay(
    record: Record, values: Mapping[str, Any], where: str, prefix: str = "", limits: Limits = NO_LIMITS
) -> Record:
    """Lay values over a frozen record, table by table.

    Args:
        record: A frozen dataclass with defaults.
        values: What the file says.
        where: The file, for messages.
        prefix: Name of the table so far, for messages and for the checks.
        limits: What the values may be, by name.

    Raises:
        UsageError: Unknown key (with a suggestion) or a value of the wrong kind.
    """
    known = {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if key not in known:
            raise _unknown(where, name, key, known)
        if dataclasses.is_dataclass(known[key]):
            changes[key] = overlay(known[key], _table(value, name, where), where, f"{name}.", limits)
        else:
            changes[key] = _checked(value, known[key], name, where, limits)
    return dataclasses.replace(record, **changes)  # type: ignore[type-var]


def _unknown(where: str, name: str, key: str, known: Mapping[str, Any]) -> UsageError:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return UsageError(
            "{where}: unknown setting '{name}'; did you mean '{close}'?", where=where, name=name, close=close[0]
        )
    return UsageError(
        "{where}: unknown setting '{name}'; known here: {known}", where=where, name=name, known=", ".join(known)
    )


def _table(value: Any, name: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError("{where}: '{name}' must be a table: [{name}]", where=where, name=name)
    return value


def _checked(value: Any, default: Any, name: str, where: str, limits: Limits) -> Any:
    """Give the value in the default's type, after the checks of the limits."""
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise UsageError(_KINDS[type(default)], where=where, name=name)
    if name in limits.choices and value not in limits.choices[name]:
        raise UsageError(
            "{where}: '{name}' is '{value}'; it must be one of {choices}",
            where=where, name=name, value=value, choices=", ".join(limits.choices[name]),
        )  # fmt: skip
    low, high = limits.ranges.get(name, (float("-inf"), float("inf")))
    if not isinstance(value, str) and not low <= value <= high:
        raise UsageError(
            "{where}: '{name}' is {value}; it must lie between {low:g} and {high:g}",
            where=where, name=name, value=value, low=low, high=high,
        )  # fmt: skip
    return value
