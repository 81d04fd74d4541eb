"""The two METS.xml of a package: of the package (p.38-51, 187-198) and of its representation (p.51-68, 198-211)."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.packages import layout
from pipeline.packages.ids import Ids
from pipeline.packages.mets_parts import Filed, Head, Mets
from pipeline.packages.values import Origin, PackageType

# As the examples of the annexes have them (p.39, 188; p.52, 199).
_SIP_PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
_AIP_PROFILE = "http://www.ra.ee/METS/v01/IP.xml"
_REPRESENTATION_USE = "Representations/rep1"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one METS.xml is about: identifier, title and kind of package."""

    object_id: str
    label: str
    kind: PackageType


@dataclass(frozen=True, slots=True)
class Whole:
    """What the root METS.xml names besides its representation.

    Attributes:
        premis: None in a SIP.
    """

    ead: Filed
    premis: Filed | None
    schemas: Sequence[Filed]
    documentation: Sequence[Filed]
    representation: Filed


@dataclass(frozen=True, slots=True)
class Represented:
    """What the representation's METS.xml names: documents in order, each file with its description."""

    documents: Sequence[tuple[Filed, Filed]]
    premis: Filed | None


def root_mets(subject: Subject, origin: Origin, ids: Ids, parts: Whole) -> bytes:
    """Write the package's METS.xml."""
    kind, object_id = subject.kind, subject.object_id
    profile = _AIP_PROFILE if kind is PackageType.AIP else _SIP_PROFILE
    mets = Mets(Head(object_id, subject.label, kind, profile, "", layout.SCHEMAS), origin, ids)
    if kind is PackageType.SIP:
        # The table asks for the fonds' code in a note and for the version in altRecordID, the example has it the other
        # way round (p.189-190): both are there, the code with an agent of its own since CSIP15 allows one note each.
        mets.agent("ARCHIVIST", "ORGANIZATION", _agency(origin), "IDENTIFICATIONCODE", origin.fonds_code)
        mets.request(origin.request_code)
    described = mets.description(parts.ead)
    preserved, _ = mets.preservation(parts.premis) if parts.premis else ("", "")
    groups = mets.groups([("Documentation", parts.documentation), ("Schemas", parts.schemas),
                          (_REPRESENTATION_USE, [parts.representation])])  # fmt: skip
    top = mets.structure(object_id)
    mets.division(top, "Metadata", ADMID=preserved, DMDID=described)
    for label_of in ("Documentation", "Schemas"):
        mets.points_to(mets.division(top, label_of), groups[label_of])
    mets.leads_to(mets.division(top, _REPRESENTATION_USE), parts.representation.path, groups[_REPRESENTATION_USE])
    return mets.finished()


def representation_mets(subject: Subject, origin: Origin, ids: Ids, parts: Represented) -> bytes:
    """Write the representation's METS.xml, which joins each file with its description."""
    schemas = f"../../{layout.SCHEMAS}"
    head = Head(subject.object_id, subject.label, subject.kind, _SIP_PROFILE, layout.REPRESENTATION, schemas)
    mets = Mets(head, origin, ids)
    mets.agent("CREATOR", "ORGANIZATION", _agency(origin), "IDENTIFICATIONCODE", origin.fonds_code)
    if subject.kind is PackageType.AIP:
        archive = origin.archive_name or origin.archive_code
        mets.agent("ARCHIVIST", "ORGANIZATION", archive, "IDENTIFICATIONCODE", origin.archive_code)
    described = [mets.description(description) for _, description in parts.documents]
    preserved, premis = mets.preservation(parts.premis) if parts.premis else ("", "")
    groups = mets.groups([("Data", [filed for filed, _ in parts.documents])])
    top = mets.structure("rep1")
    metadata = mets.division(top, "Metadata", ADMID=preserved, DMDID=" ".join(described))
    if premis:
        mets.points_to(metadata, premis)
    mets.points_to(mets.division(top, "Data"), groups["Data"])
    links = mets.division(top, "MetadataLink")
    for (filed, _), identifier in zip(parts.documents, described, strict=True):
        link = mets.division(links, "MetadataLink/File", filed.path, DMDID=identifier, ADMID=preserved)
        mets.points_to(link, ids.file(filed.path))
    return mets.finished()


def _agency(origin: Origin) -> str:
    return origin.agency_name or origin.agency_code or origin.fonds_code
