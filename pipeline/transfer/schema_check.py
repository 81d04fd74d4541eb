"""Hold a JSON value against a schema, as far as this program's schemas go (JSON Schema 2020-12, a part of it)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
# Beside these, only texts for people stand in our schemas.
KNOWN = frozenset({
    "$schema", "title", "description", "type", "properties", "required", "additionalProperties", "items", "pattern",
    "minimum", "enum", "const",
})  # fmt: skip


def misfits(value: Any, schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Name each place of the value that does not fit; what lies below a misfit is not looked at."""
    if not _is_one_of(value, schema) or not _is_of(value, schema.get("type", ())):
        yield place or "/"
    elif isinstance(value, dict):
        yield from _in_object(value, schema, place)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from misfits(each, schema.get("items", {}), f"{place}/{number}")
    elif not _fits_limits(value, schema):
        yield place or "/"


def _in_object(value: dict[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{place}/{name}" for name in schema.get("required", ()) if name not in value)
    for name, each in value.items():
        if name in properties:
            yield from misfits(each, properties[name], f"{place}/{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{place}/{name}"


def _is_one_of(value: Any, schema: Mapping[str, Any]) -> bool:
    return bool(value == schema.get("const", value)) and ("enum" not in schema or value in schema["enum"])


def _is_of(value: Any, names: str | Sequence[str]) -> bool:
    for name in [names] if isinstance(names, str) else names:
        if isinstance(value, _TYPES[name]) and (name != "integer" or not isinstance(value, bool)):
            return True
    return not names


def _fits_limits(value: Any, schema: Mapping[str, Any]) -> bool:
    if isinstance(value, str) and "pattern" in schema:
        return bool(re.search(schema["pattern"], value)) and not value.endswith("\n")
    return not isinstance(value, int) or value >= schema.get("minimum", value)
