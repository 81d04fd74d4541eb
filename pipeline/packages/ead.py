"""EAD.xml of a dossier and EAD_doc_*.xml of its documents: fixed elements in fixed order, empty ones kept."""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.errors import UsageError
from pipeline.packages.profiles import Profile
from pipeline.packages.schemas import Misfit, require_fit
from pipeline.packages.values import Origin, PackageType, PackedDocument, PackedDossier
from pipeline.records.names import ORDINAL_DIGITS, document_code

# What XML 1.0 cannot hold in any form (2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def dossier_values(dossier: PackedDossier, kind: PackageType, origin: Origin) -> dict[str, str]:
    """Give each element's text of EAD.xml, under the names of both kinds of package."""
    values = _clean(dossier.values)
    arc = with_archive(values.get("fileCode", ""), origin)
    return {**values, "arcFileCode": arc} if kind is PackageType.AIP else values


def document_values(
    document: PackedDocument, dossier: PackedDossier, kind: PackageType, origin: Origin, *, ordinal: int
) -> dict[str, str]:
    """Give each element's text of EAD_doc.xml.

    The printed XSD of the AIP (p.102-103) calls the code `docCode` and asks for the dossier's code and the ordinal.
    """
    values = _clean(document.values)
    file_code = dossier.values.get("fileCode", "")
    code = values.get("docCode") or document_code(file_code, ordinal)
    said = values.get("ordinal", "")
    values |= {"fileCode": file_code, "docCode": code, "docOrdinal": (said or str(ordinal)).zfill(ORDINAL_DIGITS)}
    if kind is PackageType.SIP:
        return values
    arc = with_archive(code, origin)
    return {**values, "docCode": arc, "arcDocCode": arc, "arcFileCode": with_archive(file_code, origin)}


def with_archive(code: str, origin: Origin) -> str:
    """Give a code as the AIP has it: the archive's code before it (p.70, 75)."""
    return f"{origin.archive_code}.{code}"


def require_codes(dossier: PackedDossier, kind: PackageType, origin: Origin) -> None:
    """Refuse codes that an element cannot hold.

    Raises:
        UsageError: One is missing or longer than the annexes allow (p.70, 75, 213, 217).
    """
    values = dossier_values(dossier, kind, origin)
    if not values.get("fileCode"):
        raise UsageError("The dossier has no code; a package cannot be made of it.")
    _require_length(values.get("arcFileCode") or values["fileCode"], DOSSIER["fileCode"].most_letters)
    for number, document in enumerate(dossier.documents, 1):
        code = document_values(document, dossier, kind, origin, ordinal=number)["docCode"]
        _require_length(code, DOCUMENT["docCode"].most_letters)


def write_ead(profile: Profile, values: Mapping[str, str], path: str) -> bytes:
    """Write one description.

    Args:
        profile: Its schema.
        values: Element -> text; an element without one is written empty, or left out where the schema allows that.
        path: Its place in the package, for messages.

    Raises:
        UsageError: The schema asks for more than there is.
    """
    space = f"{{{profile.namespace}}}" if profile.namespace else ""
    names: Any = {None: profile.namespace} if profile.namespace else None
    root = etree.Element(space + profile.root, nsmap=names)
    for name, may_be_left_out in profile.elements:
        text = values.get(name, "")
        if text or not may_be_left_out:
            etree.SubElement(root, (space if profile.qualified else "") + name).text = text
    try:
        require_fit(profile.schema, root)
    except Misfit as misfit:
        raise UsageError(
            "'{path}' cannot be written as the XSD asks: {reason}", path=path, reason=misfit.reason
        ) from misfit
    return serialised(root)


def serialised(root: etree._Element) -> bytes:
    """Give a document's bytes: UTF-8, one element a line."""
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _clean(values: Mapping[str, str]) -> dict[str, str]:
    for name, value in values.items():
        if bad := _NO_XML.search(value):
            raise UsageError(
                "The field '{name}' holds a character that XML cannot hold ({code}).",
                name=name, code=f"U+{ord(bad[0]):04X}",
            )  # fmt: skip
    return dict(values)


def _require_length(code: str, most: int) -> None:
    if len(code) > most:
        raise UsageError(
            "The code '{code}' has {count} letters; the annex allows {most}.",
            code=code[:60] + "…" if len(code) > 61 else code, count=len(code), most=most,
        )  # fmt: skip
