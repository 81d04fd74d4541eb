"""`transfer.json` and `manifest-sha256.txt`: a batch's values as files, the same bytes each time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from pipeline.bag import format_line
from pipeline.errors import UsageError
from pipeline.files import write_atomic
from pipeline.transfer.values import Attachment, Declaration, DocumentRow, DossierRow, FailedRow, Manifest

FORMAT = 1
NAME = "transfer.json"
SCHEMA_NAME = "transfer.schema.json"
LIST_NAME = "manifest-sha256.txt"
PACKAGES = "goi-tin"
PAPERS = "giay-to"
README_NAME = "DOC-TRUOC.txt"

_PLAIN = ("set_name", "set_seal", "software", "package_type", "ead", "zipped")
Listed = tuple[str, int, str]


def pieces(manifest: Manifest) -> Iterator[str]:
    """Give the text of `transfer.json` in pieces, one for each row of its lists."""
    head = {
        "format": FORMAT,
        "schema": SCHEMA_NAME,
        **{name: getattr(manifest, name) for name in _PLAIN},
        "declaration": asdict(manifest.declaration),
        "totals": totals(manifest),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    yield from _list("attachments", manifest.attachments)
    yield from _list("failed", manifest.failed)
    yield from _list("dossiers", manifest.dossiers)
    yield "\n}\n"


def totals(manifest: Manifest) -> dict[str, int]:
    """Count what is handed over (Đ20.3.g-i)."""
    return {
        "dossiers": len(manifest.dossiers),
        "documents": manifest.document_count,
        "pages": manifest.page_count,
        "size_bytes": manifest.size_bytes,
    }


def _list(name: str, rows: Iterable[Any]) -> Iterator[str]:
    yield f',\n "{name}": ['
    separator = "\n"
    for row in rows:
        text = json.dumps(asdict(row), ensure_ascii=False, indent=1)
        yield separator + "\n".join("  " + line for line in text.split("\n"))
        separator = ",\n"
    yield "\n ]"


def from_values(values: Mapping[str, Any]) -> Manifest:
    """Make the batch's values of a `transfer.json` that fits its schema."""
    return Manifest(
        declaration=Declaration(**_known(Declaration, values["declaration"])),
        dossiers=tuple(_dossier(row) for row in values["dossiers"]),
        failed=tuple(FailedRow(**{**_known(FailedRow, row), "reasons": tuple(row["reasons"])})
                     for row in values["failed"]),
        attachments=tuple(Attachment(**_known(Attachment, row)) for row in values["attachments"]),
        **{name: values[name] for name in _PLAIN},
    )  # fmt: skip


def _dossier(row: Mapping[str, Any]) -> DossierRow:
    documents = tuple(DocumentRow(**_known(DocumentRow, document)) for document in row["documents"])
    return DossierRow(**{**_known(DossierRow, row), "documents": documents})


def _known(kind: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: row[each.name] for each in fields(kind) if each.name in row}


def write_list(folder: Path, listed: Iterable[Listed]) -> None:
    """Write `manifest-sha256.txt`, which `sha256sum -c` reads: every file but itself, by path.

    Raises:
        UsageError: A name cannot stand in such a list as it is.
    """
    rows = [(path, digest) for path, _, digest in listed]
    for path, _ in rows:
        if any(letter in path for letter in "%\\\r\n"):
            raise UsageError("The path {path!r} is not in its plain form.", path=path)
    write_atomic(folder / LIST_NAME, text_of_list(rows))


def text_of_list(rows: Iterable[tuple[str, str]]) -> bytes:
    """Give the one text of a list: path and digest, sorted by path."""
    return b"".join(format_line(path, digest) for path, digest in sorted(rows, key=lambda row: row[0].encode()))
