"""What an archive holds already: sealed sets and earlier transfer batches, to be shown beside what is received."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import BatchStopped, NoVerdict, UsageError
from pipeline.messages import Sentence, sentence
from pipeline.transfer.manifest import NAME
from pipeline.transfer.received_list import read_manifest
from pipeline.transfer.rows import document_rows, dossier_row
from pipeline.transfer.source import read_set
from pipeline.transfer.values import Declaration, DocumentRow, DossierRow, Doubled, Manifest

_SET = "data/batch.json"


@dataclass(frozen=True, slots=True)
class Held:
    """A dossier that is held, and in which folder."""

    row: DossierRow
    where: str


@dataclass(slots=True)
class Store:
    """What is held, by what a record can be known again by."""

    dossiers: dict[str, Held] = field(default_factory=dict)
    documents: dict[tuple[str, str], tuple[Held, DocumentRow]] = field(default_factory=dict)
    transfers: list[tuple[Declaration, str]] = field(default_factory=list)
    unread: list[Sentence] = field(default_factory=list)

    def take(self, rows: Iterable[DossierRow], where: str) -> None:
        """Add dossiers; where one is held several times, the first is shown."""
        for row in rows:
            held = Held(row, where)
            self.dossiers.setdefault(row.code, held)
            for document in row.documents:
                for mark in _marks(document):
                    self.documents.setdefault(mark, (held, document))


def read_store(paths: Iterable[Path], leave_out: Path) -> Store:
    """Read sets, batches, or folders of these; what cannot be read is kept as such.

    Raises:
        UsageError: A folder holds neither.
    """
    store = Store()
    for path in paths:
        found = [place for place in _places(path) if place.resolve() != leave_out.resolve()]
        if not found and not _is_one(path):
            raise UsageError("{path} holds no sealed set and no transfer batch", path=path)
        for place in found:
            _take(store, place)
    return store


def _is_one(path: Path) -> bool:
    return (path / NAME).is_file() or (path / _SET).is_file()


def _places(path: Path) -> list[Path]:
    if _is_one(path):
        return [path]
    return sorted(below for below in path.iterdir() if _is_one(below)) if path.is_dir() else []


def _take(store: Store, place: Path) -> None:
    try:
        if (place / NAME).is_file():
            made, problems = read_manifest(place)
            if made is None:
                store.unread.append(sentence("{path} could not be read: {reason}", path=place, reason=problems[0]))
            else:
                store.take(made.dossiers, str(place))
                store.transfers.append((made.declaration, str(place)))
        else:
            sealed = read_set(place)
            store.take((dossier_row(each, document_rows(each)) for each in sealed.dossiers), str(place))
    except (NoVerdict, UsageError, BatchStopped) as error:
        store.unread.append(sentence(error.template, **error.values))
    except OSError as error:
        store.unread.append(sentence("{path} could not be read: {reason}", path=place, reason=error.strerror))


def held_already(store: Store, rows: Iterable[DossierRow]) -> Iterator[Doubled]:
    """Give what is held already: a dossier by its code, else each of its documents by id, code, content or number."""
    for row in rows:
        held = store.dossiers.get(row.code)
        if held:
            yield Doubled(row.code, row.title, held.row.title, held.where, _same(row.documents, held.row.documents),
                          held_code=held.row.code, documents=row.documents,
                          held_documents=held.row.documents)  # fmt: skip
        else:
            yield from _held_documents(store, row)


def repeated_numbers(store: Store, manifest: Manifest) -> Iterator[Sentence]:
    """Tell where the number of the transfer was used before by the same agency for the same fonds (Đ20.3.đ)."""
    said = manifest.declaration
    for held, where in store.transfers:
        if said.transfer_number and _series(held) == _series(said):
            yield sentence(
                "transfer number {number} of {agency} for the fonds {fonds} was used before: {where}",
                number=said.transfer_number, agency=said.agency_code, fonds=said.fonds_code, where=where,
            )  # fmt: skip


def _series(said: Declaration) -> tuple[str, str, str]:
    return said.agency_code, said.fonds_code, said.transfer_number


def _held_documents(store: Store, row: DossierRow) -> Iterator[Doubled]:
    for document in row.documents:
        for by, value in _marks(document):
            if (by, value) in store.documents:
                held, other = store.documents[by, value]
                yield Doubled(row.code, document.subject, other.subject, held.where, document.sha256 == other.sha256,
                              by=by, document=document.code, held_code=other.code, documents=(document,),
                              held_documents=(other,))  # fmt: skip
                break


def _marks(document: DocumentRow) -> Iterator[tuple[str, str]]:
    """Give what a document is known again by; number, symbol, date and agency together are one mark."""
    if document.doc_id:
        yield "document id", document.doc_id
    yield "document code", document.code
    if document.sha256:
        yield "content", document.sha256
    number = (document.number, document.notation, document.date, document.author)
    if all(number):
        yield "number", "\x1f".join(part.casefold() for part in number)


def _same(documents: tuple[DocumentRow, ...], held: tuple[DocumentRow, ...]) -> bool:
    digests = {document.sha256 for document in documents}
    return "" not in digests and digests <= {document.sha256 for document in held}
