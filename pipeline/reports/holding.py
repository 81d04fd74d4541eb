"""Where a unit's dossiers stand: in sealed sets, and in lists of what is not digitized yet."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalogue.values import Catalogue
from pipeline.copies.seal import read_seal
from pipeline.errors import BatchStopped, NoVerdict
from pipeline.reports.values import Amount
from pipeline.transfer.set_lists import damaged
from pipeline.transfer.source import SealedSet, SetDossier, read_set


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose records these are."""

    agency_code: str = ""
    agency_name: str = ""
    fonds_code: str = ""
    fonds_name: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One dossier where it stands once.

    Attributes:
        key: The same for the same dossier wherever it stands.
        record: Its values by field name; empty where no list describes it.
        set: Name of the sealed set; empty for a row of a list.
        seal: Of the set.
        date: Day of the set's batch in ISO form; empty where it says none.
        is_complete: All its documents have good complete files.
        place: The list's file and row, or the set, for messages.
        lacks_counts: The list says neither how many documents nor how many pages it has, or only one of the two.
    """

    key: str
    code: str
    title: str
    record: Mapping[str, str]
    amount: Amount
    origin: Origin
    place: str
    set: str = ""
    seal: str = ""
    date: str = ""
    is_complete: bool = True
    lacks_counts: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """All that the report is counted from.

    Attributes:
        sets: Name and seal of each set, once.
        unclear: Lists of which something could not be understood, each with how many findings.
    """

    held: tuple[Held, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    unclear: tuple[str, ...] = ()

    def __add__(self, other: "Holding") -> "Holding":
        """Put two together; a set that was named twice, as two copies of it, counts once."""
        known = {seal for _, seal in self.sets}
        held = tuple(item for item in other.held if not item.seal or item.seal not in known)
        sets = (one for one in other.sets if one[1] not in known)
        return Holding((*self.held, *held), (*self.sets, *sets), (*self.unclear, *other.unclear))


def of_set(root: Path) -> Holding:
    """Read the dossiers of a sealed set, whose own list is held against its lists of digests.

    Raises:
        UsageError: The folder is no sealed set.
        NoVerdict: It cannot be read.
        BatchStopped: It is not as it was sealed.
    """
    try:
        found, seal = read_set(root), read_seal(root)
        _hold_files(found)
    except BatchStopped as error:
        raise BatchStopped("{path} is not as it was sealed; a damaged set is not reported: sohoa verify {path}",
                           path=root) from error  # fmt: skip
    except OSError as error:
        raise NoVerdict("{path} could not be read: {reason}", path=root, reason=error.strerror or "") from error
    held = tuple(_of_dossier(dossier, found, root.resolve().name, seal) for dossier in found.dossiers)
    return Holding(held, ((root.resolve().name, seal),))


def _hold_files(found: SealedSet) -> None:
    """Look whether each document's file is there in its size; whether every byte is right, `sohoa verify` says."""
    for dossier in found.dossiers:
        for document in filter(lambda each: each.is_complete, dossier.documents):
            path = found.root / document.path
            if not path.is_file() or path.stat().st_size != document.size_bytes:
                raise damaged(found.root, document.path)


def _of_dossier(dossier: SetDossier, found: SealedSet, name: str, seal: str) -> Held:
    batch = found.batch
    # Without a list or batch.toml the code is only the folder's name, which another set may have for another dossier.
    is_named = bool(dossier.record.get("fileCode")) or dossier.code != dossier.name
    code = dossier.record.get("fileCode") or dossier.code
    pages = sum(document.pages for document in dossier.documents)
    return Held(
        key=_key(code) if is_named else f"{name}\n{_key(code)}",
        code=code,
        title=dossier.record.get("title") or dossier.title,
        record=dossier.record,
        amount=Amount(1, len(dossier.documents), pages),
        origin=Origin(*(batch.get(part, "") for part in ("agency_code", "agency_name", "fonds_code", "fonds_name"))),
        place=name,
        set=name,
        seal=seal,
        date=batch.get("date", ""),
        is_complete=bool(dossier.documents) and all(document.is_complete for document in dossier.documents),
    )


def of_list(catalogue: Catalogue, origin: Origin, defaults: Mapping[str, str] | None = None) -> Holding:
    """Take the dossiers of a list; numbers that it leaves out are counted from its documents.

    Args:
        catalogue: The list as read.
        origin: Whose records it is about.
        defaults: Values of fields for every dossier that leaves them empty, as `batch.toml` has them.
    """
    counted = _documents(catalogue)
    unclear = (f"{catalogue.path} ({len(catalogue.findings)})",) if catalogue.findings else ()
    return Holding(tuple(_of_rows(catalogue, counted, origin, defaults or {})), unclear=unclear)


def _of_rows(
    catalogue: Catalogue, counted: Mapping[str, Amount], origin: Origin, defaults: Mapping[str, str]
) -> Iterator[Held]:
    for entry in catalogue.dossiers.entries:
        values = {**defaults, **{name: value for name, value in entry.values.items() if value}}
        code = values.get("fileCode", "")
        place = f"{catalogue.path}: {entry.row}"
        below = counted.get(_key(code), Amount())
        documents, pages = _number(values, "totalDoc"), _number(values, "numberOfPage")
        amount = Amount(1, documents or below.documents, pages or below.pages)
        yield Held(
            key=_key(code) if code else f"{place}\n",
            code=code,
            title=values.get("title", ""),
            record=values,
            amount=amount,
            origin=origin,
            place=place,
            lacks_counts=not (amount.documents and amount.pages),
        )


def _documents(catalogue: Catalogue) -> Mapping[str, Amount]:
    """Count the list's documents by the code of their dossier."""
    counted: dict[str, Amount] = {}
    for entry in catalogue.documents.entries:
        key = _key(entry.values.get("fileCode", ""))
        counted[key] = counted.get(key, Amount()) + Amount(0, 1, _number(entry.values, "numberOfPage"))
    return counted


def _number(values: Mapping[str, str], name: str) -> int:
    """Read a number; what is no number was told when the list was read."""
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _key(code: str) -> str:
    return " ".join(unicodedata.normalize("NFC", code).split()).casefold()
