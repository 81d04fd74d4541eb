"""PREMIS 3.0 of an AIP: what is kept, what was done to it, by whom (Thông tư 05/2025/TT-BNV p.89-101)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline import __version__
from pipeline.catalogue.fields import BORN_DIGITAL
from pipeline.packages.ead import serialised
from pipeline.packages.ids import Ids
from pipeline.packages.layout import data_path
from pipeline.packages.schemas import PREMIS_NS, PREMIS_SCHEMA, XLINK_NS, XSI_NS
from pipeline.packages.values import Content, Origin, PackedDocument, PackedDossier

_P = f"{{{PREMIS_NS}}}"
_TYPE = f"{{{XSI_NS}}}type"
_NSMAP = {"premis": PREMIS_NS, "xlink": XLINK_NS, "xsi": XSI_NS}
_VOCABULARY = "http://id.loc.gov/vocabulary/preservation/"
# PDF/A part and level -> key in the PRONOM registry.
PRONOM = {"1a": "fmt/95", "1b": "fmt/354", "2a": "fmt/476", "2b": "fmt/477", "2u": "fmt/478", "3a": "fmt/479",
          "3b": "fmt/480", "3u": "fmt/481"}  # fmt: skip
_DOC, _REPRESENTATION, _PACKAGE = "Doc", "Representation", "OBJID"


@dataclass(frozen=True, slots=True)
class _Event:
    kind: str
    detail: str
    agents: tuple[tuple[str, str], ...]  # identifier, role
    objects: tuple[tuple[str, str, str], ...]  # type, value, role


def package_premis(object_id: str, representation_id: str, origin: Origin, ids: Ids) -> bytes:
    """Write PREMIS.xml: the package as a whole and that it was made."""
    root = _root("../../schemas")
    _relate(_object(root, "intellectualEntity", _PACKAGE, object_id), "has representation",
            _REPRESENTATION, representation_id)  # fmt: skip
    made = _Event("information package creation", "AIP_hoso, Thông tư 05/2025/TT-BNV, Phụ lục I",
                  ((_software(), "executing program"), *_implementer(origin)),
                  ((_PACKAGE, object_id, "outcome"),))  # fmt: skip
    _event(root, made, origin, ids.plain("event", made.kind))
    _agents(root, origin, ())
    return serialised(root)


def representation_premis(
    object_id: str, representation_id: str, dossier: PackedDossier, origin: Origin, ids: Ids
) -> bytes:
    """Write PREMIS_rep1.xml: the representation, each file with size, digest and format, and the events."""
    root = _root("../../../../schemas")
    whole = _object(root, "representation", _REPRESENTATION, representation_id)
    _relate(whole, "represents", _PACKAGE, object_id)
    for document in dossier.documents:
        _file(root, document.content, representation_id, ids)
    for number, event in enumerate(_events(dossier.documents, origin, ids)):
        _event(root, event, origin, ids.plain("event", event.kind, str(number)))
    validators = {document.content.validator: None for document in dossier.documents if document.content.validator}
    _agents(root, origin, tuple(validators))
    return serialised(root)


def _events(documents: Sequence[PackedDocument], origin: Origin, ids: Ids) -> Iterable[_Event]:
    """Give what was done to the files; digitization, which made them, is a "transfer" (p.97)."""
    software = ((_software(), "executing program"),)
    scanned = [each.content for each in documents if each.values.get("confidenceLevel") != BORN_DIGITAL]
    if scanned:
        detail = "Số hóa tài liệu giấy: ảnh quét thành PDF/A hai lớp"
        yield _Event("transfer", detail, (*software, *_implementer(origin)), _files(scanned, "outcome", ids))
    contents = [each.content for each in documents]
    yield _Event("message digest calculation", "SHA-256", software, _files(contents, "source", ids))
    for validator in dict.fromkeys(each.validator for each in contents if each.validator):
        judged = [each for each in contents if each.validator == validator]
        yield _Event("validation", "PDF/A (ISO 19005)", ((validator, "validator"),), _files(judged, "source", ids))


def _files(contents: Iterable[Content], role: str, ids: Ids) -> tuple[tuple[str, str, str], ...]:
    """Link files to an event: made by it ("outcome") or only looked at ("source")."""
    return tuple((_DOC, _file_id(content, ids), role) for content in contents)


def _file_id(content: Content, ids: Ids) -> str:
    return ids.element("file", data_path(content.name))


def _file(root: etree._Element, content: Content, representation_id: str, ids: Ids) -> None:
    item = _object(root, "file", _DOC, _file_id(content, ids))
    item.set("xmlID", _file_id(content, ids))
    facts = etree.SubElement(item, _P + "objectCharacteristics")
    _text(facts, "compositionLevel", "0")
    fixity = etree.SubElement(facts, _P + "fixity")
    algorithm = _text(fixity, "messageDigestAlgorithm", "SHA-256")
    algorithm.set("authority", "cryptographicHashFunctions")
    algorithm.set("valueURI", f"{_VOCABULARY}cryptographicHashFunctions/sha256")
    _text(fixity, "messageDigest", content.sha256.lower())
    _text(fixity, "messageDigestOriginator", f"sohoa {__version__}")
    _text(facts, "size", str(content.size_bytes))
    _format(facts, content)
    _text(item, "originalName", content.name)
    storage = etree.SubElement(item, _P + "storage")
    place = etree.SubElement(storage, _P + "contentLocation")
    _text(place, "contentLocationType", "path in the package")
    _text(place, "contentLocationValue", data_path(content.name))
    _relate(item, "is included in", _REPRESENTATION, representation_id)


def _format(facts: etree._Element, content: Content) -> None:
    kind = etree.SubElement(facts, _P + "format")
    named = etree.SubElement(kind, _P + "formatDesignation")
    _text(named, "formatName", "PDF/A" if content.flavour else content.media_type)
    if content.flavour:
        _text(named, "formatVersion", content.flavour)
    if content.flavour in PRONOM:
        registry = etree.SubElement(kind, _P + "formatRegistry")
        _text(registry, "formatRegistryName", "PRONOM")
        _text(registry, "formatRegistryKey", PRONOM[content.flavour])
        _text(registry, "formatRegistryRole", "identification")


def _root(schemas: str) -> etree._Element:
    root = etree.Element(_P + "premis", nsmap=_NSMAP, version="3.0")
    root.set(f"{{{XSI_NS}}}schemaLocation", f"{PREMIS_NS} {schemas}/{PREMIS_SCHEMA}")
    return root


def _object(root: etree._Element, category: str, kind: str, value: str) -> etree._Element:
    item = etree.SubElement(root, _P + "object", {_TYPE: f"premis:{category}"})
    identifier = etree.SubElement(item, _P + "objectIdentifier")
    _text(identifier, "objectIdentifierType", kind)
    _text(identifier, "objectIdentifierValue", value)
    return item


def _relate(item: etree._Element, how: str, kind: str, value: str) -> None:
    relationship = etree.SubElement(item, _P + "relationship")
    _text(relationship, "relationshipType", "structural")
    _text(relationship, "relationshipSubType", how)
    related = etree.SubElement(relationship, _P + "relatedObjectIdentifier")
    _text(related, "relatedObjectIdentifierType", kind)
    _text(related, "relatedObjectIdentifierValue", value)


def _event(root: etree._Element, event: _Event, origin: Origin, identifier: str) -> None:
    item = etree.SubElement(root, _P + "event")
    named = etree.SubElement(item, _P + "eventIdentifier")
    _text(named, "eventIdentifierType", "UUID")
    _text(named, "eventIdentifierValue", identifier)
    kind = _text(item, "eventType", event.kind)
    kind.set("authority", "eventType")
    kind.set("authorityURI", f"{_VOCABULARY}eventType")
    _text(item, "eventDateTime", origin.time)
    _text(etree.SubElement(item, _P + "eventDetailInformation"), "eventDetail", event.detail)
    _text(etree.SubElement(item, _P + "eventOutcomeInformation"), "eventOutcome", "success")
    for value, role in event.agents:
        _link(item, "Agent", "local", value, role)
    for type_of, value, role in event.objects:
        _link(item, "Object", type_of, value, role)


def _link(item: etree._Element, what: str, kind: str, value: str, role: str) -> None:
    link = etree.SubElement(item, f"{_P}linking{what}Identifier")
    _text(link, f"linking{what}IdentifierType", kind)
    _text(link, f"linking{what}IdentifierValue", value)
    _text(link, f"linking{what}Role", role)


def _agents(root: etree._Element, origin: Origin, validators: Iterable[str]) -> None:
    agents = [(_software(), "sohoa", "software"), *((name, name, "software") for name in validators)]
    agents += [(value, origin.agency_name or value, "organization") for value, _ in _implementer(origin)]
    for value, name, kind in agents:
        agent = etree.SubElement(root, _P + "agent")
        identifier = etree.SubElement(agent, _P + "agentIdentifier")
        _text(identifier, "agentIdentifierType", "local")
        _text(identifier, "agentIdentifierValue", value)
        _text(agent, "agentName", name)
        _text(agent, "agentType", kind)


def _software() -> str:
    return f"sohoa {__version__}"


def _implementer(origin: Origin) -> tuple[tuple[str, str], ...]:
    value = origin.agency_code or origin.agency_name
    return ((value, "implementer"),) if value else ()


def _text(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, _P + name)
    child.text = text
    return child
