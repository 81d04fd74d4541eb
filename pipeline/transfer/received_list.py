"""Read `transfer.json` of a received batch, held against the schema that this program ships."""

import json
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from pipeline.messages import Sentence, sentence
from pipeline.transfer.manifest import NAME, SCHEMA_NAME, from_values, totals
from pipeline.transfer.schema_check import misfits
from pipeline.transfer.values import Declaration, Manifest

_SHOWN = 5
_LARGEST_BYTES = 1 << 30  # a million documents have less


def read_manifest(root: Path) -> tuple[Manifest | None, list[Sentence]]:
    """Give the batch's values, and what is wrong with the file; None where it cannot be used.

    Raises:
        OSError: It is there and cannot be read.
    """
    path = root / NAME
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return None, [sentence("transfer.json is too large to be a list of a batch")]
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, []
    except (ValueError, RecursionError):
        return None, [sentence("transfer.json is no JSON")]
    wrong = list(misfits(values, schema()))
    if wrong:
        more = f" (+{len(wrong) - _SHOWN})" if len(wrong) > _SHOWN else ""
        where = ", ".join(wrong[:_SHOWN]) + more
        return None, [sentence("transfer.json does not fit its schema: {where}", where=where)]
    made = from_values(values)
    return made, list(_contradictions(made, values))


def nothing() -> Manifest:
    """Give a batch of which nothing is known."""
    return Manifest(Declaration(), ())


@cache
def schema() -> dict[str, Any]:
    """Give the schema."""
    text = (resources("pipeline") / "schemas" / SCHEMA_NAME).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _contradictions(manifest: Manifest, values: dict[str, Any]) -> list[Sentence]:
    """Hold what the list says in sum against its own rows."""
    found = [
        sentence("transfer.json says {said} as '{name}', its rows give {counted}",
                 said=values["totals"][name], name=name, counted=counted)
        for name, counted in totals(manifest).items()
        if values["totals"][name] != counted
    ]  # fmt: skip
    ordinals = [dossier.ordinal for dossier in manifest.dossiers]
    if ordinals != list(range(1, len(ordinals) + 1)):
        found.append(sentence("transfer.json does not number its dossiers from 1 on"))
    places = [dossier.package for dossier in manifest.dossiers]
    if len(set(places)) != len(places):
        found.append(sentence("transfer.json gives two dossiers the same package"))
    return found
