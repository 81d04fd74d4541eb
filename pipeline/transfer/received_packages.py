"""Judge each dossier and document of a received batch: "đạt", or "không đạt" with every reason (Đ24.2)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.messages import Sentence, sentence
from pipeline.packages.checking import CheckedPackage, ReadDocument, check_package
from pipeline.packages.findings import PROBLEMS, PackageFinding
from pipeline.packages.judging import Descriptions
from pipeline.packages.layout import METS, data_path, description_path, zip_name
from pipeline.transfer.received_files import Files, package_of
from pipeline.transfer.record_rules import of_document, of_dossier
from pipeline.transfer.rules import say
from pipeline.transfer.values import CheckedRow, DocumentRow, DossierRow, Manifest, TransferFinding

Record = Mapping[str, str]
# Row of the list -> field of the record, for what both have.
_OF_DOSSIER = {"code": "fileCode", "title": "title", "start": "startDate", "end": "endDate",
               "maintenance": "maintenance", "mode": "mode", "paper_code": "paperFileCode"}  # fmt: skip
_OF_DOCUMENT = {"code": "docCode", "doc_id": "docId", "type_name": "typeName", "number": "codeNumber",
                "notation": "codeNotation", "date": "issuedDate", "author": "organName", "subject": "subject",
                "mode": "mode"}  # fmt: skip
_NUMBERS = {"pages": "numberOfPage", "sheets": "numberOfPaper"}
_LACKS = frozenset({"field-missing", "backup-state-missing", "digitized-field-missing"})


@dataclass(slots=True)
class Judged:
    """What came of the packages.

    Attributes:
        unread: Packages that could not be read.
        notes: What is no fault of a package but should be known.
    """

    rows: list[CheckedRow] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    missing_documents: list[str] = field(default_factory=list)
    unread: list[Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)


def judge(
    manifest: Manifest, files: Files, schemas: Descriptions, doubled: Mapping[int, list[TransferFinding]],
    progress: Callable[[int, int], None] | None = None,
) -> Judged:  # fmt: skip
    """Judge all dossiers of the list.

    Args:
        manifest: The list.
        files: What stands in the folder, all of it read.
        schemas: The receiving archive's own.
        doubled: What stands at several places of the list: place of the dossier, from 0 -> findings.
        progress: Told how many dossiers are done, and how many there are.
    """
    judged, found = Judged(), _Found(files)
    for place, row in enumerate(manifest.dossiers):
        reasons = [say(finding) for finding in doubled.get(place, ())]
        _Dossier(manifest, row, found, schemas, judged).judge(reasons)
        if progress:
            progress(place + 1, len(manifest.dossiers))
    return judged


class _Found:
    """What was found in the folder, by package."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.wrong: dict[str, list[Sentence]] = {}
        self.unread: dict[str, list[Sentence]] = {}
        self.sizes: dict[str, int] = {}
        for path, said in files.wrong.items():
            self.wrong.setdefault(package_of(path), []).append(said)
        for path, said in files.unread.items():
            self.unread.setdefault(package_of(path), []).append(said)
        for path, size_bytes in files.sizes.items():
            package = package_of(path)
            self.sizes[package] = self.sizes.get(package, 0) + size_bytes


class _Dossier:
    """One dossier of the list and its package."""

    def __init__(
        self, manifest: Manifest, row: DossierRow, found: _Found, schemas: Descriptions, judged: Judged
    ) -> None:
        self.manifest, self.row, self.found, self.schemas, self.judged = manifest, row, found, schemas, judged

    def judge(self, reasons: list[Sentence]) -> None:
        """Give the dossier's row, and one for each of its documents."""
        package = self.row.package
        wrong, unread = self.found.wrong.get(package, []), self.found.unread.get(package, [])
        self.judged.unread += unread
        reasons = [*reasons, *wrong, *unread]
        if package not in self.found.files.names or unread:
            self._not_there(reasons, is_missing=not unread)
            return
        reasons += self._differs_from_list() if not wrong else []
        self._compare(check_package(self.found.files.path(package), schemas=self.schemas), reasons)

    def _not_there(self, reasons: list[Sentence], *, is_missing: bool) -> None:
        if is_missing:
            self.judged.missing.append(self.row.code)
            reasons = reasons or [sentence("{path} is missing", path=self.row.package)]
        self._add("", self.row.title, reasons)
        for document in self.row.documents:
            self._add(document.code, document.subject, [not_checked()])

    def _differs_from_list(self) -> Iterator[Sentence]:
        """Hold the package's size and digest against the list, which has them too."""
        path, digests = self.row.package, self.found.files.digests
        digest = digests.get(path) or digests.get(f"{path}/{METS}")
        if digest != self.row.sha256 or self.found.sizes.get(path) != self.row.size_bytes:
            yield sentence("{path} is not the package of the list: size or SHA-256 differs", path=path)

    def _compare(self, read: CheckedPackage, reasons: list[Sentence]) -> None:
        """Hold what the package says against the list and the rules of the fields."""
        of_files: dict[str, list[Sentence]] = {}
        for finding in read.findings:
            of_files.setdefault(finding.path, []).append(_said(finding))
        gone = {finding.path for finding in read.findings if finding.code == "missing"}
        held = {document.path: document for document in read.documents if document.path not in gone}
        results = [self._document(document, held, of_files, read) for document in self.row.documents]
        reasons += [each for found in of_files.values() for each in found]
        reasons += list(self._of_dossier(read, held))
        failed = sum(bool(found) for found in results)
        if failed:
            reasons.append(sentence("{number} of its documents did not pass", number=failed))
        self._add("", self.row.title, reasons)
        for document, found in zip(self.row.documents, results, strict=True):
            self._add(document.code, document.subject, found)

    def _of_dossier(self, read: CheckedPackage, held: dict[str, ReadDocument]) -> Iterator[Sentence]:
        if read.object_id and read.object_id != self.row.object_id:
            yield sentence("the package is another one: its OBJID is {found}, by the list {expected}",
                           found=read.object_id, expected=self.row.object_id)  # fmt: skip
        if read.type and read.type != self.manifest.package_type:
            yield sentence("the package is a {found}, by the list a {expected}",
                           found=read.type, expected=self.manifest.package_type)  # fmt: skip
        yield from self._of_transfer(read)
        record = self._record(read.dossier)
        yield from _differences(self.row, record, _OF_DOSSIER)
        self._count(record)
        yield from self._rules(of_dossier(record, sip=self._is_sip), record)
        listed = {data_path(document.file) for document in self.row.documents}
        yield from (sentence("the list does not name the document {path} of the package", path=path)
                    for path in held if path not in listed)  # fmt: skip

    def _of_transfer(self, read: CheckedPackage) -> Iterator[Sentence]:
        """Hold what a SIP says of the transfer against the list: its ordinal (p.238) and the request (p.189)."""
        name, said = self.row.package.rsplit("/", 1)[-1], self.manifest.declaration
        expected = zip_name(self.row.object_id, self.row.ordinal)
        if self._is_sip and self.manifest.zipped and name != expected:
            yield sentence("the package's file is {found}, by its place in the list it must be {expected}",
                           found=name, expected=expected)  # fmt: skip
        if read.request_code and read.request_code != said.request_code:
            yield sentence("the package is of the request {found}, the list is of {expected}",
                           found=read.request_code, expected=said.request_code or "-")  # fmt: skip

    def _count(self, record: Record) -> None:
        """Note where the dossier's own total of documents is another one: some may be no texts (p.72, 214)."""
        total, listed = record.get("totalDoc", ""), len(self.row.documents)
        if _number(total) not in {None, listed}:
            note = sentence("{code}: its record counts {total} documents, the list names {listed}",
                            code=self.row.code, total=total, listed=listed)  # fmt: skip
            self.judged.notes.append(note)

    def _document(self, row: DocumentRow, held: dict[str, ReadDocument], of_files: dict[str, list[Sentence]],
                  read: CheckedPackage) -> list[Sentence]:  # fmt: skip
        """Give the reasons against one document; what is said of its files is said here and not of the dossier."""
        path = data_path(row.file)
        found = [*of_files.pop(path, ()), *of_files.pop(description_path(row.file), ())]
        document = held.get(path)
        if document is None:
            self.judged.missing_documents.append(row.code)
            return [*found, sentence("the package does not hold the document {name}", name=row.file)]
        if (document.size_bytes, document.sha256.lower()) != (row.size_bytes, row.sha256) and not found:
            found.append(sentence("{name} is not the file of the list: size or SHA-256 differs", name=row.file))
        record = self._record(document.values)
        found += _differences(row, record, _OF_DOCUMENT)
        return found + list(self._rules(of_document(record, self._record(read.dossier), sip=self._is_sip), record))

    @property
    def _is_sip(self) -> bool:
        return self.manifest.package_type == "SIP"

    def _record(self, values: Record) -> dict[str, str]:
        """Give the values by the SIP's names; an AIP's codes begin with that of the archive (p.70, 75)."""
        prefix = f"{self.manifest.declaration.archive_code}."
        named = {"arcFileCode": "fileCode", "arcDocCode": "docCode"}
        return {
            named.get(name, name): value.removeprefix(prefix) if name in named else value
            for name, value in values.items()
        }

    def _rules(self, findings: Iterator[TransferFinding], record: Record) -> Iterator[Sentence]:
        """Say what the fields' rules find; an element that the form of the description does not have is not missed."""
        for finding in findings:
            if record and not (finding.rule in _LACKS and finding.details["field"] not in record):
                yield say(finding)

    def _add(self, document: str, title: str, reasons: list[Sentence]) -> None:
        kept = tuple(dict.fromkeys(reasons))
        self.judged.rows.append(CheckedRow(self.row.code, title, document, not kept, kept))


def _differences(row: DossierRow | DocumentRow, record: Record, names: Mapping[str, str]) -> Iterator[Sentence]:
    """Give what the list and the package say differently, as far as the package says it."""
    labels = DOSSIER if isinstance(row, DossierRow) else DOCUMENT
    for name, field_name in {**names, **_NUMBERS}.items():
        listed, found = getattr(row, name, None), record.get(field_name)
        if found is not None and not _agree(found, listed):
            yield sentence("'{field}' [{label}] is '{found}' in the package and '{listed}' in the list",
                           field=field_name, label=labels[field_name].label, found=found,
                           listed="" if listed is None else listed)  # fmt: skip


def _agree(found: str, listed: str | int | None) -> bool:
    """Tell whether the package says what the list says; a number that the package leaves out was counted."""
    if isinstance(listed, str):
        return found == listed
    return not found or _number(found) == listed


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _said(finding: PackageFinding) -> Sentence:
    return sentence(PROBLEMS[finding.code], **finding.values)


def not_checked() -> Sentence:
    """Say of a document that nothing is known of it."""
    return sentence("the package of its dossier could not be checked")
