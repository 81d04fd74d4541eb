"""Check a package that was received: a folder or a ZIP, of this program or any other that follows the annexes.

    read = check_package(path)          # CheckedPackage
    read.findings                       # tuple[PackageFinding, ...]; empty: nothing is wrong
    read.object_id, .type, .label, .time, .request_code
    read.dossier                        # element -> text of EAD.xml (SIP: fileCode, title ...; AIP: arcFileCode ...)
    read.documents                      # tuple[ReadDocument, ...]: its file's path, size, digest; texts of its EAD_doc
    findings[n].code, .path, .values    # findings.PROBLEMS[code] is the template of the sentence

Checked: safe names and sizes, the tree, both METS.xml, EAD, EAD_doc and PREMIS against their schemas, every file that a
METS.xml names by size and SHA-256, no file that none names, OBJID against the name. What cannot be read becomes a
finding; nothing is raised but by `seen`.
"""

import hashlib
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.files import sha256_file
from pipeline.messages import marked
from pipeline.packages import layout
from pipeline.packages.findings import PackageFinding
from pipeline.packages.judging import SHIPPED, Descriptions, judge
from pipeline.packages.opening import Opened, opened
from pipeline.packages.reading import MetsRead, Referenced, read_mets, read_values
from pipeline.packages.schemas import METS_SCHEMA, BadXml, Misfit, mets_schema, parse, require_fit
from pipeline.packages.values import PackageType

# What any package has (p.34-36, 183-185), besides at least one document and its description.
_PARTS = (layout.METS, layout.EAD, layout.REP_METS)
_PARTS_OF_AIP = (*_PARTS, layout.PREMIS, layout.REP_PREMIS)
# Larger metadata than this is not read into memory: METS.xml of some 50,000 documents.
_MOST_XML_BYTES = 128 << 20
_CANNOT_READ = (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError)

Seen = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document of a package.

    Attributes:
        path: Of its file, within the package.
        description: Of its EAD_doc, within the package; empty where it has none.
        values: Element -> text.
    """

    path: str
    size_bytes: int
    sha256: str
    description: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckedPackage:
    """What was found out about a package; without findings it is as it must be."""

    findings: tuple[PackageFinding, ...]
    object_id: str = ""
    type: str = ""
    label: str = ""
    time: str = ""
    request_code: str = ""
    dossier: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[ReadDocument, ...] = ()


def check_package(
    path: Path, *, sha256: str = "", schemas: Descriptions = SHIPPED, seen: Seen | None = None
) -> CheckedPackage:
    """Check one package, every byte of it.

    Args:
        path: Folder or ZIP.
        sha256: Digest that was told beforehand, of the ZIP or of a folder's METS.xml: nothing in a package tells
            whether that file itself is still the one that was written.
        schemas: The archive's own XSDs for the descriptions.
        seen: Called with the size of each block that was read.
    """
    try:
        with opened(path) as package:
            return _Check(package, path, sha256.lower(), schemas, seen).result()
    except _CANNOT_READ as error:
        return CheckedPackage((_unreadable(error),))


def _unreadable(error: Exception) -> PackageFinding:
    reason = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
    return PackageFinding("unreadable", details={"reason": reason})


class _Check:
    """One check: from the root METS.xml inwards."""

    def __init__(self, package: Opened, path: Path, sha256: str, schemas: Descriptions, seen: Seen | None) -> None:
        self._package, self._path, self._expected = package, path, sha256
        self._schemas, self._seen = schemas, seen
        self._findings = list(package.findings)
        self._named: set[str] = {layout.METS}
        self._texts: dict[str, Mapping[str, str]] = {}
        self._rows: list[tuple[str, MetsRead]] = []  # path of the METS.xml, what it says

    def result(self) -> CheckedPackage:
        """Do all of it."""
        if any(finding.code == "not-one-folder" for finding in self._findings):
            return CheckedPackage(tuple(self._findings))
        self._as_written()
        root = self._mets(layout.METS)
        if root is None:
            return CheckedPackage(tuple(self._findings))
        if root.type not in {kind.value for kind in PackageType}:
            self._find("wrong-type", found=root.type)
        self._name(root)
        self._go_through(layout.METS, root)
        self._parts(root)
        self._findings += [
            PackageFinding("not-named", path) for path in sorted(self._package.sizes) if path not in self._named
        ]
        documents = tuple(self._documents())
        texts = self._texts.get(layout.EAD, {})
        return CheckedPackage(tuple(self._findings), root.object_id, root.type, root.label, root.time,
                              root.request_code, texts, documents)  # fmt: skip

    def _find(self, code: str, path: str = "", **details: object) -> None:
        self._findings.append(PackageFinding(code, path, details))

    def _as_written(self) -> None:
        """Hold the ZIP, or a folder's METS.xml, against the digest that was told."""
        if not self._expected:
            return
        try:
            found = sha256_file(self._path if self._path.is_file() else self._path / layout.METS)
        except OSError:
            return  # said when METS.xml is read
        if found != self._expected:
            self._find("changed", found=found, expected=self._expected)

    def _mets(self, path: str) -> MetsRead | None:
        """Read a METS.xml and hold it against its schema."""
        if path not in self._package.sizes:
            self._find("no-part", path)
            return None
        try:
            root = parse(self._bytes(path))
            require_fit(mets_schema(), root)
        except Misfit as misfit:
            self._find("schema", path, schema=METS_SCHEMA, line=misfit.line, reason=misfit.reason)
        except (*_CANNOT_READ, BadXml) as error:
            self._find("bad-xml", path, reason=str(error))
            return None
        return read_mets(root, path.removesuffix(layout.METS).rstrip("/"))

    def _bytes(self, path: str) -> bytes:
        if self._package.sizes[path] > _MOST_XML_BYTES:
            raise OSError(marked("it is too large for metadata"))
        return b"".join(self._package.blocks(path))

    def _name(self, root: MetsRead) -> None:
        """Hold folder and ZIP against the OBJID; before a SIP's stands its ordinal (p.34, 183, 238)."""
        expected = layout.folder_name(root.object_id)
        if self._package.name != expected:
            self._find("wrong-name", expected=expected, found=self._package.name)
        elif self._path.is_file():
            stem = unicodedata.normalize("NFC", self._path.stem)
            ordinal = stem.removesuffix(expected)
            if not stem.endswith(expected) or (ordinal and not ordinal.isdecimal()):
                self._find("wrong-name", expected=f"{expected}.zip", found=self._path.name)

    def _go_through(self, place: str, mets: MetsRead) -> None:
        """Check every file that a METS.xml names; the METS.xml of representations lead on."""
        self._rows.append((place, mets))
        for row in mets.files:
            if not row.path:
                self._find("bad-reference", row.literal, mets=place)
                continue
            path = unicodedata.normalize("NFC", row.path)
            first_time = path not in self._named
            self._named.add(path)
            is_whole = self._file(place, path, row)
            if is_whole and first_time and path in mets.pointers and (inner := self._mets(path)):
                self._go_through(path, inner)

    def _file(self, place: str, path: str, row: Referenced) -> bool:
        """Hold one file against its row; tell whether it is the one meant."""
        found = self._package.sizes.get(path)
        if found is None:
            self._find("missing", path, mets=place)
        elif row.size_bytes is None or not row.sha256:
            self._find("no-digest", path, mets=place)
        elif found != row.size_bytes:
            self._find("wrong-size", path, found=found, expected=row.size_bytes, mets=place)
        elif not self._has_digest(path, row):
            self._find("wrong-digest", path, mets=place)
        else:
            return True
        if path.rsplit("/", 1)[-1] == layout.METS:
            self._named.update(
                other for other in self._package.sizes if other.startswith(path.removesuffix(layout.METS))
            )
        return False

    def _has_digest(self, path: str, row: Referenced) -> bool:
        """Read a file; descriptions are judged on the way."""
        digest, kept = hashlib.sha256(), bytearray()
        is_metadata = row.use in {"descriptive", "preservation"} and (row.size_bytes or 0) <= _MOST_XML_BYTES
        try:
            for block in self._package.blocks(path):
                digest.update(block)
                if is_metadata:
                    kept += block
                if self._seen:
                    self._seen(len(block))
        except _CANNOT_READ:
            return False
        if digest.hexdigest() != row.sha256:
            return False
        if is_metadata:
            self._metadata(path, bytes(kept))
        return True

    def _metadata(self, path: str, data: bytes) -> None:
        finding, root = judge(path, data, self._schemas)
        if finding:
            self._findings.append(finding)
        if root is not None and "/descriptive/" in path:
            self._texts[path] = read_values(root)

    def _parts(self, root: MetsRead) -> None:
        """Look for what every package has; what METS.xml names and is not there was told already."""
        needed = _PARTS_OF_AIP if root.type == PackageType.AIP.value else _PARTS
        told = {finding.path for finding in self._findings}
        for path in needed:
            if path not in self._package.sizes and path not in told:
                self._find("no-part", path)
        folders = {layout.DATA: "data", layout.SCHEMAS: "schemas"}
        for folder in folders:
            if not any(path.startswith(f"{folder}/") for path in self._package.sizes) and layout.REP_METS not in told:
                self._find("no-part", f"{folder}/")

    def _documents(self) -> Iterator[ReadDocument]:
        """Join each document with its description, and find those that are not joined to exactly one."""
        for place, mets in self._rows:
            if place == layout.METS:
                continue
            described = {row.identifier: row.path for row in mets.files if row.use == "descriptive"}
            of_file = {file: description for description, file in mets.links}
            times = Counter(file for _, file in mets.links) + Counter(description for description, _ in mets.links)
            for row in mets.files:
                if row.use in {"descriptive", "Data", "Holeyfile"} and times[row.identifier] != 1:
                    self._find("broken-link", row.path, mets=place)
                if row.use == "Data" and row.path:
                    description = described.get(of_file.get(row.identifier, ""), "")
                    values = self._texts.get(unicodedata.normalize("NFC", description), {})
                    yield ReadDocument(row.path, row.size_bytes or 0, row.sha256, description, values)
