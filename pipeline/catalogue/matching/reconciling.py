"""Lists and scan folder together: every record its files, every file its record, in one order, each difference once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.catalogue.matching.counting import Counter, Pages, Paired
from pipeline.catalogue.matching.documents import Files, match_files, ordinal_column, ordinals_of, subject_of
from pipeline.catalogue.matching.folders import Folders, Known, key_of, match_folders
from pipeline.catalogue.matching.grouping import Home, group_documents, homes_of, rows_of
from pipeline.catalogue.matching.ordering import Ordinals, out_of_order
from pipeline.catalogue.values import Catalogue, Entry, ListFinding, Sheet
from pipeline.model import Batch, Document, Dossier

# Rules on a document's code that say what the ordinal would say again.
_ON_ORDINALS = frozenset({"doubled-code", "document-code-ordinal"})


@dataclass(slots=True)
class Reconciled:
    """A batch as its lists describe it.

    Attributes:
        batch: The same documents and pages, in the list's order and with its ordinals.
        homes: The dossiers with their rows and folders, in order.
        pairs: By place in `homes`: rows and documents, in order.
        findings: In the order of the lists.
        doubtful: Paths of documents whose counts agree only if pages that nobody has looked at are blank.
    """

    batch: Batch
    homes: list[Home]
    pairs: list[list[Paired]]
    findings: tuple[ListFinding, ...]
    doubtful: frozenset[str] = frozenset()


def reconcile(catalogue: Catalogue, batch: Batch, pages: Pages, told: Sequence[ListFinding] = ()) -> Reconciled:
    """Hold the lists against the scan folder.

    Args:
        catalogue: The lists.
        batch: What the scan folder holds.
        pages: What is known of its pages.
        told: Findings on the lists alone that hold the batch up; what they say of a cell is not said again.
    """
    dossiers = _with_dossiers(catalogue)
    faulty = frozenset((finding.sheet, finding.row, finding.column) for finding in told if finding.row)
    folders = match_folders(dossiers, batch.dossiers, Known(faulty, rows_of(catalogue.documents)))
    homes = homes_of(dossiers, batch.dossiers, folders)
    strays = group_documents(catalogue.documents, homes)
    work = _Reconciling(catalogue.documents, dossiers, folders, told)
    work.findings += [*folders.findings, *strays]
    pairs = [work.home(home) for home in homes]
    work.whole_list()
    counter = Counter(pages, work.find_document, work.find_dossier)
    for home, its in zip(homes, pairs, strict=True):
        counter.count(home, its)
    if counter.without_blanks:
        work.find("blank-pages-left-out", catalogue.documents.name, 0, "", "", documents=counter.without_blanks)
    ordered = tuple(_in_order(home.dossier, its) for home, its in zip(homes, pairs, strict=True) if home.dossier)
    news = work.news(faulty, _places(dossiers, catalogue))
    return Reconciled(replace(batch, dossiers=ordered), homes, pairs, news, frozenset(counter.doubtful))


@dataclass(slots=True)
class _Reconciling:
    """Finds differences and writes them down."""

    documents: Sheet
    dossiers: Sheet
    folders: Folders
    told: Sequence[ListFinding]
    findings: list[ListFinding] = field(default_factory=list)

    def home(self, home: Home) -> list[Paired]:
        """Pair one dossier's rows and documents, and tell what has no partner."""
        if home.dossier is None:
            self._without_folder(home)
            return [Paired(entry, None, ordinal) for entry, ordinal in _with_ordinals(home.rows)]
        if home.entry is None:
            self.find("folder-without-row", "", 0, "", home.dossier.name, folder=home.dossier.name)
        files = match_files(self.documents, home.rows, ordinals_of(home.rows), home.dossier, home.code)
        self.findings += files.findings
        if home.rows:
            self._without_partner(home, home.dossier, files)
        elif home.entry and self.documents.entries:
            self.find_dossier("dossier-without-documents", home, "fileCode", code=home.code)
        return _pairs(home.rows, home.dossier, files)

    def whole_list(self) -> None:
        """Tell of a list that describes no documents at all."""
        if not self.documents.entries and not any(finding.rule == "empty-list" for finding in self.told):
            self.find("list-of-documents-missing", self.dossiers.name, 0, "", self.dossiers.name)

    def find_document(self, rule: str, home: Home, pair: Paired, column: str, **details: Any) -> None:
        """Write down a finding on a row of the list of documents."""
        assert pair.entry is not None
        subject = subject_of(pair.entry, home.code, pair.ordinal)
        self._at(rule, self.documents, pair.entry, column, subject, **details)

    def find_dossier(self, rule: str, home: Home, column: str, **details: Any) -> None:
        """Write down a finding on a row of the list of dossiers."""
        assert home.entry is not None
        subject = home.entry.values.get("fileCode") or f"{self.dossiers.name_of(home.entry)}:{home.entry.row}"
        self._at(rule, self.dossiers, home.entry, column, subject, **details)

    def find(self, rule: str, sheet: str, row: int, column: str, subject: str, **details: Any) -> None:
        """Write down a finding."""
        self.findings.append(ListFinding(rule, sheet, row, column, subject, details))

    def news(self, faulty: frozenset[tuple[str, int, str]], places: dict[str, int]) -> tuple[ListFinding, ...]:
        """Give the findings in the order of the lists, without those on what was found fault with already.

        That is a cell, or an ordinal whose row has a code that does not agree with it.
        """
        by_code = {(each.sheet, each.row, self.documents.columns.get("ordinal", "")) for each in self.told
                   if each.rule in _ON_ORDINALS}  # fmt: skip
        known = faulty | by_code
        news = (each for each in self.findings if not each.row or (each.sheet, each.row, each.column) not in known)
        return tuple(sorted(news, key=lambda each: (places.get(each.sheet, len(places)), each.row)))

    def _without_folder(self, home: Home) -> None:
        assert home.entry is not None
        if key_of(home.entry) not in self.folders.excused:
            self.find_dossier("dossier-without-folder", home, "fileCode", code=home.code)

    def _without_partner(self, home: Home, dossier: Dossier, files: Files) -> None:
        rows = [entry for entry in home.rows if key_of(entry) not in files.of_row]
        taken = set(files.of_row.values())
        spare = [document for document in dossier.documents if document.path not in taken]
        loose = next((one for one in spare if one.path == dossier.name and len(one.pages) > 1), None)
        if loose and len(rows) > 1:
            self._taken_for_one(home, loose)
            return
        if files.unmatched:
            details = {"rows": len(home.rows), "files": len(dossier.documents), "code": home.code}
            pair = Paired(rows[0], None, files.ordinals[key_of(rows[0])])
            self.find_document("documents-unmatched", home, pair, ordinal_column(rows[0]), **details)
            return
        for entry in rows:
            if key_of(entry) not in files.excused:
                self._without_file(home, entry, files.ordinals[key_of(entry)])
        for document in spare:
            self.find("file-without-row", "", 0, "", document.path, file=document.path)
        self._order(home, dossier, files, spare)

    def _without_file(self, home: Home, entry: Entry, ordinal: int) -> None:
        column = "file" if entry.values.get("file") else ordinal_column(entry)
        self.find_document("document-without-file", home, Paired(entry, None, ordinal), column,
                           code=home.code, ordinal=ordinal)  # fmt: skip

    def _taken_for_one(self, home: Home, loose: Document) -> None:
        """Tell of single pictures straight in a dossier, each meant for a document: one cause for all its rows."""
        details = {"folder": loose.path, "pages": len(loose.pages)}
        if home.entry:
            column = "folder" if home.entry.values.get("folder") else "fileCode"
            self.find_dossier("pictures-taken-for-one", home, column, **details)
        else:
            self.find("pictures-taken-for-one", "", 0, "", loose.path, **details)

    def _order(self, home: Home, dossier: Dossier, files: Files, spare: Sequence[Document]) -> None:
        """Hold the ordinals against each other, and the order of the rows against the numbers in the names."""
        ordinals = Ordinals([(entry, files.ordinals[key_of(entry)]) for entry in home.rows])
        for entry, ordinal in ordinals.doubled():
            pair = Paired(entry, None, ordinal)
            self.find_document("ordinal-doubled", home, pair, ordinal_column(entry), ordinal=ordinal, code=home.code)
        missing = ordinals.missing(len(spare))
        if missing:
            self.find_document("ordinals-missing", home, Paired(missing.entry, None, missing.ordinal),
                               ordinal_column(missing.entry), missing=missing.numbers, code=home.code)  # fmt: skip
        paired = [entry for entry in home.rows if key_of(entry) in files.of_row]
        paths = [files.of_row[key_of(entry)] for entry in paired]
        place = out_of_order(home.rows, paths, home.code, [document.path for document in dossier.documents])
        if place is not None:
            entry = paired[place]
            pair = Paired(entry, None, files.ordinals[key_of(entry)])
            self.find_document("order-differs", home, pair, ordinal_column(entry), code=home.code)

    def _at(self, rule: str, sheet: Sheet, entry: Entry, column: str, subject: str, **details: Any) -> None:
        label = (DOCUMENT if sheet is self.documents else DOSSIER)[column].label
        self.find(rule, sheet.name_of(entry), entry.row, sheet.columns.get(column, label), subject, **details)


def _with_dossiers(catalogue: Catalogue) -> Sheet:
    """Give the list of dossiers; where there is none, the dossiers that the list of documents names."""
    if catalogue.dossiers.entries or not catalogue.documents.entries:
        return catalogue.dossiers
    first: dict[str, Entry] = {}
    for entry in catalogue.documents.entries:
        code = entry.values.get("fileCode", "")
        if code:
            first.setdefault(code, Entry(entry.row, {"fileCode": code}, entry.sheet))
    columns = {"fileCode": catalogue.documents.columns.get("fileCode", "")}
    return Sheet(catalogue.documents.name, columns, tuple(first.values()))


def _places(dossiers: Sheet, catalogue: Catalogue) -> dict[str, int]:
    """Give the order in which sheets are told of; what belongs to none comes last."""
    entries = [*((dossiers, entry) for entry in dossiers.entries),
               *((catalogue.documents, entry) for entry in catalogue.documents.entries)]  # fmt: skip
    places: dict[str, int] = {}
    for sheet, entry in entries:
        places.setdefault(sheet.name_of(entry), len(places))
    return places


def _with_ordinals(rows: Sequence[Entry]) -> Iterable[tuple[Entry, int]]:
    ordinals = ordinals_of(rows)
    return ((entry, ordinals[key_of(entry)]) for entry in rows)


def _pairs(rows: Sequence[Entry], dossier: Dossier, files: Files) -> list[Paired]:
    """Put rows and documents together by ordinal; a document without a row gets a number that no row has."""
    documents = {document.path: document for document in dossier.documents}
    found = [
        Paired(entry, documents.pop(files.of_row.get(key_of(entry), ""), None), files.ordinals[key_of(entry)])
        for entry in rows
    ]
    last = max((pair.ordinal for pair in found), default=0)
    found += [Paired(None, document, last + place) for place, document in enumerate(documents.values(), 1)]
    return sorted(found, key=lambda pair: pair.ordinal)


def _in_order(dossier: Dossier, pairs: Iterable[Paired]) -> Dossier:
    """Give the dossier with the list's ordinals; of two documents with the same one, the later gets a free one."""
    paired = [pair for pair in pairs if pair.document]
    free = max((pair.ordinal for pair in paired), default=0) + 1
    used: set[int] = set()
    for pair in paired:
        if pair.ordinal in used:
            pair.ordinal, free = free, free + 1
        used.add(pair.ordinal)
    paired.sort(key=lambda pair: pair.ordinal)
    return replace(
        dossier, documents=tuple(replace(pair.document, ordinal=pair.ordinal) for pair in paired if pair.document)
    )
