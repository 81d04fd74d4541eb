"""What a sealed set says of its dossiers and documents: `batch.json`, held against the set's own lists of digests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import NoVerdict, UsageError
from pipeline.transfer.json_stream import NotJson, members
from pipeline.transfer.set_lists import SetLists, read_lists
from pipeline.transfer.values import FailedRow

_MANIFEST = "data/batch.json"
_LISTS = frozenset({"dossiers", "documents", "quarantine", "other_files", "failed"})


@dataclass(frozen=True, slots=True)
class SetDocument:
    """One document of the set.

    Attributes:
        record: Its values by field name; empty where no list describes it.
        pages: Number of pages that were scanned.
        path: Its PDF, relative to the set; empty where there is none.
        gaps: Number of each page that is not shown or not read, and what is wrong with it (docs/format.md, `problem`).
    """

    source: str
    ordinal: int
    code: str
    title: str
    record: Mapping[str, str]
    is_complete: bool
    pages: int
    path: str
    size_bytes: int
    sha256: str
    gaps: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SetDossier:
    """One dossier of the set.

    Attributes:
        name: Its folder among the scans.
        package: What the set says of its AIP; empty where it has none.
    """

    name: str
    code: str
    title: str
    record: Mapping[str, str]
    package: Mapping[str, Any]
    documents: tuple[SetDocument, ...]


@dataclass(slots=True)
class SealedSet:
    """A sealed set, as far as a transfer needs it.

    Attributes:
        failed: Folder of a dossier -> what the set itself says cannot be handed over.
        others: Path among the scans -> path in the set, of files that are no scans.
        waived: Rule and subject of each finding on the lists that a person answers for.
    """

    root: Path
    lists: SetLists
    software: str = ""
    batch: Mapping[str, str] = field(default_factory=dict)
    transfer: Mapping[str, str] = field(default_factory=dict)
    dossiers: tuple[SetDossier, ...] = ()
    failed: Mapping[str, list[FailedRow]] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    waived: frozenset[tuple[str, str]] = frozenset()

    @property
    def name(self) -> str:
        """Name of the batch."""
        return self.batch.get("name", "") or self.root.name


def read_set(root: Path) -> SealedSet:
    """Read what a sealed set says of itself, and hold it against the set's lists.

    Raises:
        UsageError: The folder is no sealed set of this program.
        BatchStopped: It is not as it was sealed.
        NoVerdict: It cannot be read.
    """
    if not (root / "bagit.txt").is_file() or not (root / _MANIFEST).is_file():
        raise UsageError("{path} is not a sealed set", path=root)
    lists = read_lists(root)
    lists.hold(_MANIFEST)
    rows = _Rows()
    try:
        with (root / _MANIFEST).open(encoding="utf-8") as file:
            for name, value in members(file, _LISTS, _reduced):
                rows.take(name, value)
        return rows.put_together(root, lists)
    except (NotJson, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("{path} is no list that this program wrote", path=root / _MANIFEST) from error
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=root / _MANIFEST, reason=error.strerror) from error


class _Rows:
    """The rows of `batch.json` until all are there."""

    def __init__(self) -> None:
        self.plain: dict[str, Any] = {}
        self.lists: dict[str, list[Any]] = {name: [] for name in _LISTS}

    def take(self, name: str, value: Any) -> None:
        """Keep what a transfer needs of one member."""
        if name not in _LISTS:
            self.plain[name] = value
        elif name != "quarantine":
            self.lists[name].append(value)

    def put_together(self, root: Path, lists: SetLists) -> SealedSet:
        """Give the set, each dossier with its documents."""
        documents: dict[str, list[SetDocument]] = {}
        for folder, document in self.lists["documents"]:
            documents.setdefault(folder, []).append(document)
        failed: dict[str, list[FailedRow]] = {}
        for row in self.lists["failed"]:
            failed.setdefault(row["dossier"], []).append(_failed(row))
        software = self.plain["software"]
        return SealedSet(
            root=root,
            lists=lists,
            software=f"{software['name']} {software['version']}",
            batch=_texts(self.plain["batch"]),
            transfer=_texts(self.plain.get("transfer") or {}),
            dossiers=tuple(_dossier(row, documents.get(row["name"], ())) for row in self.lists["dossiers"]),
            failed=failed,
            waived=frozenset((row["rule"], row["subject"]) for row in self.plain.get("waived") or ()),
            others={row["source"]: row["path"] for row in self.lists["other_files"]},
        )


def _reduced(name: str, value: Any) -> Any:
    """Keep of a document what a transfer needs: its pages are most of `batch.json`."""
    return (value["dossier"], _document(value)) if name == "documents" else value


def _document(row: Mapping[str, Any]) -> SetDocument:
    access = row["access"] or {}
    return SetDocument(
        source=row["source"],
        ordinal=int(row["ordinal"]),
        code=row["code"],
        title=row["title"],
        record=_texts(row.get("record") or {}),
        is_complete=bool(row["complete"]) and bool(access),
        pages=len(row["pages"]),
        path=access.get("path", ""),
        size_bytes=access.get("size_bytes", 0),
        sha256=access.get("sha256", ""),
        gaps=tuple((int(gap["page"]), str(gap["problem"])) for gap in row.get("gaps") or ()),
    )


def _dossier(row: Mapping[str, Any], documents: "list[SetDocument] | tuple[()]") -> SetDossier:
    return SetDossier(row["name"], row["code"], row["title"], _texts(row.get("record") or {}),
                      row.get("package") or {}, tuple(documents))  # fmt: skip


def _failed(row: Mapping[str, Any]) -> FailedRow:
    return FailedRow(row["code"], row["title"], tuple(row["reasons"]), row["document"])


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
