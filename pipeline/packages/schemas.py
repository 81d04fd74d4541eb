"""The schemas that packages are held against: shipped, parsed once, never fetched."""

import functools
from importlib.resources import files
from typing import Any

from lxml import etree

from pipeline.errors import UsageError
from pipeline.messages import marked

METS_SCHEMA = "mets1_12.xsd"
PREMIS_SCHEMA = "premis-v3-0.xsd"
XML_SCHEMA = "xml.xsd"
# The name that the table of files has (p.35, 183); the METS examples refer to `mets1_12.xsd` (p.39, 188).
METS_ALIAS = "METS.xsd"
FOR_METS = (METS_ALIAS, METS_SCHEMA, "xlink.xsd", "DILCISExtensionMETS.xsd", "DILCISExtensionSIPMETS.xsd")
METS_NS = "http://www.loc.gov/METS/"
XLINK_NS = "http://www.w3.org/1999/xlink"
CSIP_NS = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP_NS = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
PREMIS_NS = "http://www.loc.gov/premis/v3"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
_METS_WITH_EXTENSIONS = f"""<xs:schema xmlns:xs="{XSD_NS}">
<xs:import namespace="{METS_NS}" schemaLocation="{METS_SCHEMA}"/>
<xs:import namespace="{CSIP_NS}" schemaLocation="DILCISExtensionMETS.xsd"/>
<xs:import namespace="{SIP_NS}" schemaLocation="DILCISExtensionSIPMETS.xsd"/>
</xs:schema>"""


class BadXml(Exception):
    """What was read is no XML, or XML of a kind that is not taken from elsewhere."""


class Misfit(Exception):
    """A document does not fit its schema."""

    def __init__(self, line: int, reason: str) -> None:
        """Keep place and reason."""
        super().__init__(reason)
        self.line, self.reason = line, reason


class _Shipped(etree.Resolver):
    """Answers each import with a shipped file of that name, so that no address is ever asked."""

    def resolve(self, system_url: str, public_id: str, context: Any = None) -> Any:  # noqa: ARG002  called by lxml
        name = system_url.rsplit("/", 1)[-1]
        data = shipped(name) if name in _names() else b""
        return self.resolve_string(data, context, base_url=name)


@functools.cache
def shipped(name: str) -> bytes:
    """Give a shipped schema's bytes."""
    return (files("pipeline") / "schemas" / "eark" / name).read_bytes()


def schema_from(data: bytes) -> etree.XMLSchema:
    """Make a schema that is validated against.

    Raises:
        UsageError: It is no usable XSD.
    """
    try:
        return etree.XMLSchema(parse(data))
    except (etree.XMLSchemaParseError, BadXml) as error:
        raise UsageError("The XSD cannot be used: {reason}", reason=_short(str(error))) from error


@functools.cache
def mets_schema() -> etree.XMLSchema:
    """Give METS 1.12 with the attributes of CSIP and its SIP."""
    return schema_from(_METS_WITH_EXTENSIONS.encode())


@functools.cache
def premis_schema() -> etree.XMLSchema:
    """Give PREMIS 3.0."""
    return schema_from(shipped(PREMIS_SCHEMA))


def parse(data: bytes) -> etree._Element:
    """Parse XML that may come from anywhere: no entities, no document type, nothing fetched.

    Raises:
        BadXml: It is not well-formed, or has a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    parser.resolvers.add(_Shipped())
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadXml(_short(str(error))) from error
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise BadXml(marked("a document type is not allowed"))
    return root


def require_fit(schema: etree.XMLSchema, root: etree._Element) -> None:
    """Hold a document against its schema.

    Raises:
        Misfit: It does not fit; the first place is named.
    """
    if not schema.validate(root):
        log: Any = schema.error_log
        first = next(iter(log))
        raise Misfit(first.line, _short(first.message))


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(item.name for item in (files("pipeline") / "schemas" / "eark").iterdir())


def _short(text: str) -> str:
    return text if len(text) <= 300 else text[:299] + "…"
