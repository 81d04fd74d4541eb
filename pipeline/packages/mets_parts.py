"""The pieces that both METS.xml of a package are made of; each attribute as the annexes' tables have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipeline import __version__
from pipeline.packages.ids import Ids
from pipeline.packages.layout import reference
from pipeline.packages.schemas import (
    CSIP_NS,
    METS_NS,
    METS_SCHEMA,
    SIP_NS,
    XLINK_NS,
    XSI_NS,
)
from pipeline.packages.values import Origin, PackageType

_M, _X, _C = f"{{{METS_NS}}}", f"{{{XLINK_NS}}}", f"{{{CSIP_NS}}}"
_NSMAP: Any = {None: METS_NS, "csip": CSIP_NS, "sip": SIP_NS, "xlink": XLINK_NS, "xsi": XSI_NS}
_URL = "URL"
_CURRENT = "CURRENT"


@dataclass(frozen=True, slots=True)
class Filed:
    """One file that a METS.xml names.

    Attributes:
        path: Relative to the package.
        sha256: Hexadecimal.
    """

    path: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of one METS.xml.

    Attributes:
        folder: Where it lies, relative to the package; empty for the root.
        schemas: Way from there to the schemas.
    """

    object_id: str
    label: str
    kind: PackageType
    profile: str
    folder: str
    schemas: str


class Mets:
    """One METS.xml that is put together; sections are added in the order that METS 1.12 has."""

    def __init__(self, head: Head, origin: Origin, ids: Ids) -> None:
        """Begin with the root element and its header (p.38-41, 187-190)."""
        self._head, self._origin, self._ids = head, origin, ids
        self._root = etree.Element(_M + "mets", nsmap=_NSMAP)
        self._root.set("OBJID", head.object_id)
        if head.label:
            self._root.set("LABEL", head.label)
        self._root.set("TYPE", "Mixed")
        self._root.set(_C + "CONTENTINFORMATIONTYPE", "MIXED")
        self._root.set("PROFILE", head.profile)
        self._root.set(f"{{{XSI_NS}}}schemaLocation", _locations(head.schemas))
        self._header = self._add(self._root, "metsHdr", CREATEDATE=origin.time, LASTMODDATE=origin.time,
                                 RECORDSTATUS="NEW")  # fmt: skip
        self._header.set(_C + "OAISPACKAGETYPE", head.kind.value)
        self.agent("CREATOR", "OTHER", "sohoa", "SOFTWARE VERSION", __version__, other="SOFTWARE")

    def agent(self, role: str, kind: str, name: str, note_type: str, note: str, *, other: str = "") -> None:
        """Add who had a part in the package, with a note."""
        agent = self._add(self._header, "agent", ROLE=role, TYPE=kind, **({"OTHERTYPE": other} if other else {}))
        self._add(agent, "name").text = name
        added = self._add(agent, "note")
        added.set(_C + "NOTETYPE", note_type)
        added.text = note

    def request(self, code: str) -> None:
        """Add the code of the request of transfer (p.189-190)."""
        self._add(self._header, "altRecordID", TYPE="SUBMISSIONAGREEMENT").text = code

    def description(self, filed: Filed) -> str:
        """Add a dmdSec that refers to a description; give its ID."""
        identifier = self._ids.element("dmdSec", filed.path)
        section = self._add(self._root, "dmdSec", ID=identifier, CREATED=self._origin.time, STATUS=_CURRENT)
        self._reference(section, filed, MDTYPE="OTHER", OTHERMDTYPE="EAD", MDTYPEVERSION="1.0")
        return identifier

    def preservation(self, filed: Filed) -> tuple[str, str]:
        """Add the amdSec that refers to PREMIS; give its ID and that of its mdRef."""
        identifier = self._ids.element("amdSec", filed.path)
        section = self._add(self._root, "amdSec", ID=identifier)
        provenance = self._add(section, "digiprovMD", ID=self._ids.element("digiprovMD", filed.path), STATUS=_CURRENT)
        return identifier, self._reference(provenance, filed, MDTYPE="PREMIS", MDTYPEVERSION="3.0")

    def groups(self, groups: Iterable[tuple[str, Iterable[Filed]]]) -> dict[str, str]:
        """Add the fileSec with one group for each use; give the groups' IDs by use."""
        section = self._add(self._root, "fileSec", ID=self._own("fileSec"))
        identifiers = {}
        for use, files in groups:
            identifiers[use] = self._own("fileGrp", use)
            group = self._add(section, "fileGrp", ID=identifiers[use], USE=use)
            for filed in files:
                self._file(group, filed)
        return identifiers

    def structure(self, label: str) -> etree._Element:
        """Add the structMap and its outermost div; give that."""
        structure = self._add(self._root, "structMap", ID=self._own("structMap"), TYPE="PHYSICAL", LABEL="CSIP")
        return self.division(structure, label)

    def division(self, parent: etree._Element, label: str, *part: str, **references: str) -> etree._Element:
        """Add one div; `part` tells it from others of the same label."""
        given = {name: value for name, value in references.items() if value}
        return self._add(parent, "div", ID=self._own("div", label, *part), **given, LABEL=label)

    def points_to(self, division: etree._Element, identifier: str) -> None:
        """Add a pointer to a file or a group of files."""
        self._add(division, "fptr", FILEID=identifier)

    def leads_to(self, division: etree._Element, path: str, group: str) -> None:
        """Add the pointer to the METS.xml of the representation (p.50-51)."""
        pointer = self._add(division, "mptr")
        pointer.set(_X + "type", "simple")
        pointer.set(_X + "href", reference(path, self._head.folder))
        pointer.set(_X + "title", group)
        pointer.set("LOCTYPE", _URL)

    def finished(self) -> bytes:
        """Give the file's bytes.

        They are not held against METS 1.12 here: libxml2 keeps every ID that it validates for as long as the program
        runs. Nothing that is put in can break the schema; the tests try names and titles of all kinds.
        """
        etree.indent(self._root)
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def _file(self, group: etree._Element, filed: Filed) -> None:
        item = self._add(group, "file", ID=self._ids.file(filed.path), **self._facts(filed))
        place = self._add(item, "FLocat")
        place.set(_X + "type", "simple")
        place.set(_X + "href", reference(filed.path, self._head.folder))
        place.set("LOCTYPE", _URL)

    def _reference(self, section: etree._Element, filed: Filed, **kind: str) -> str:
        identifier = self._ids.element("mdRef", filed.path)
        item = self._add(section, "mdRef", ID=identifier, LOCTYPE=_URL, **kind)
        item.set(_X + "type", "simple")
        item.set(_X + "href", reference(filed.path, self._head.folder))
        for name, value in self._facts(filed).items():
            item.set(name, value)
        return identifier

    def _facts(self, filed: Filed) -> dict[str, str]:
        return {
            "MIMETYPE": filed.media_type,
            "SIZE": str(filed.size_bytes),
            "CREATED": self._origin.time,
            "CHECKSUM": filed.sha256.upper(),
            "CHECKSUMTYPE": "SHA-256",
        }

    def _own(self, *part: str) -> str:
        """Give the ID of an element that both METS.xml have: it is unique within the package."""
        return self._ids.element(self._head.folder, *part)

    def _add(self, parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, _M + name, attributes)


def _locations(schemas: str) -> str:
    """Name the schemas; the extensions' namespaces as their XSDs have them, not in lower case as on p.39 and 188."""
    pairs = (
        (METS_NS, METS_SCHEMA),
        (XLINK_NS, "xlink.xsd"),
        (CSIP_NS, "DILCISExtensionMETS.xsd"),
        (SIP_NS, "DILCISExtensionSIPMETS.xsd"),
    )
    return " ".join(f"{space} {schemas}/{name}" for space, name in pairs)
