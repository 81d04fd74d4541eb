"""JSON of sets and batches: long lists element by element, and values held against our own schemas."""

import io
import json
from dataclasses import fields
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.transfer import json_stream
from pipeline.transfer.json_stream import NotJson, members
from pipeline.transfer.received_list import schema
from pipeline.transfer.schema_check import KNOWN, misfits
from pipeline.transfer.values import Declaration

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(
    plain=st.dictionaries(st.text(max_size=3), VALUES, max_size=3),
    long=st.lists(VALUES, max_size=6),
    indent=st.sampled_from([None, 1]),
    block=st.integers(1, 40),
)
def test_members_are_those_of_the_json(plain: dict[str, Any], long: list[Any], indent: int | None, block: int):
    """However the text is cut into blocks, what is read is what the JSON says, in its order."""
    values = {**plain, "long": long}
    before, json_stream._BLOCK_LETTERS = json_stream._BLOCK_LETTERS, block
    try:
        read = list(members(io.StringIO(json.dumps(values, ensure_ascii=False, indent=indent)), {"long"}))
    finally:
        json_stream._BLOCK_LETTERS = before

    assert [value for name, value in read if name == "long"] == long
    assert {name: value for name, value in read if name != "long"} == {
        name: value for name, value in plain.items() if name != "long"
    }


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"a" 1}', '{"a": }', '{"a": 1', '{"long": 3}', '{"long": [1', '{"a": 1} x', "{1: 2}", '{"a": tru}'],
)
def test_what_is_no_json_object_is_refused(text: str):
    """A text that ends too early, goes on too long or is something else is told."""
    with pytest.raises(NotJson):
        list(members(io.StringIO(text), {"long"}))


def test_a_long_list_is_never_held_as_a_whole():
    """Reading a list of any length takes the memory of one element and one block."""

    class Endless(io.StringIO):
        """A list of a hundred million elements, as it is asked for."""

        made = 0

        def read(self, size: int | None = -1) -> str:
            self.made += 1
            return '{"long": [' + "1, " * 1000 if self.made == 1 else "1, " * ((size or 0) // 3)

    text = Endless()
    rows = members(text, {"long"})
    for _ in range(300_000):
        next(rows)

    assert text.made < 10


BATCH = {
    "format": 1, "schema": "transfer.schema.json", "set_name": "x", "set_seal": "", "software": "", "zipped": True,
    "package_type": "SIP", "ead": "table", "totals": {"dossiers": 1, "documents": 0, "pages": 0, "size_bytes": 1},
    "declaration": dict.fromkeys((each.name for each in fields(Declaration)), ""),
    "attachments": [], "failed": [{"code": "a", "title": "b", "reasons": ["c"], "document": ""}],
    "dossiers": [{
        "ordinal": 1, "code": "", "title": "", "start": "", "end": "", "maintenance": "", "mode": "", "pages": 0,
        "sheets": None, "paper_code": "", "box": "", "note": "", "object_id": "", "package": "goi-tin/1.zip",
        "size_bytes": 1, "sha256": "0" * 64, "documents": [],
    }],
}  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for name, each in below for place in places(each, (*way, name)))]


@settings(deadline=None, max_examples=150)
@given(
    place=st.sampled_from(places(BATCH)[1:]),
    value=st.sampled_from(
        [None, "", "x", 0, -1, 1, True, [], {}, "a" * 64, "goi-tin/a/b", "goi-tin/..\\x", "goi-tin/x\n"]
    ),
    do=st.sampled_from(["put", "take", "add"]),
)
def test_our_check_agrees_with_a_full_one(place: tuple[Any, ...], value: Any, do: str):
    """Whatever is changed in a transfer.json, our check and jsonschema come to the same answer."""
    changed = json.loads(json.dumps(BATCH))
    holder = changed
    for name in place[:-1]:
        holder = holder[name]
    if do == "take":
        del holder[place[-1]]
    elif do == "add" and isinstance(holder, dict):
        holder["more"] = value
    else:
        holder[place[-1]] = value
    full = jsonschema.Draft202012Validator(schema()).is_valid(changed)
    if value == "goi-tin/x\n" and do == "put":  # "$" of Python's expressions, which jsonschema takes, ends before it
        full = False if place[-1] == "package" else full

    assert (not list(misfits(changed, schema()))) == full


def words(value: Any) -> set[str]:
    if isinstance(value, list):
        return {word for each in value for word in words(each)}
    if not isinstance(value, dict):
        return set()
    named = [each for name, each in value.items() if name == "properties" for each in each.values()]
    return set(value) | {
        word for name, each in value.items() if name in {"items", "additionalProperties"} for word in words(each)
    } | {word for each in named for word in words(each)}  # fmt: skip


def test_our_check_knows_every_word_of_the_schema():
    """No word of the schema is passed over in silence; the schema is one, and each member has its place in it."""
    shipped = json.loads((files("pipeline") / "schemas" / "transfer.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(shipped)
    assert words(shipped) <= KNOWN
    assert list(misfits(BATCH, schema())) == []
