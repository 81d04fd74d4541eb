"""The XMP packet of a PDF/A file, written directly, and the document information that must equal it.

Only predefined schemas are used (XMP Specification 2004, chapter 4), so no extension schema is needed.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from pipeline import __version__

PRODUCER = f"sohoa {__version__}"
_PACKET_START = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says of the document; empty fields are left out.

    Attributes:
        title: Name of the document [trích yếu].
        creator: Who issued it.
        identifier: Its archival code [mã lưu trữ].
        publisher: Who made the copy.
        source: What it was made from.
        language: RFC 3066 tag of its text.
        description: Free text.
        relation: What it belongs to, such as its dossier.
        create_date: With a time zone; None leaves every date out, so that equal input gives equal bytes.
        tool: The program that made the document, `xmp:CreatorTool`.
    """

    title: str = ""
    creator: str = ""
    identifier: str = ""
    publisher: str = ""
    source: str = ""
    language: str = "vi"
    description: str = ""
    relation: str = ""
    create_date: datetime | None = None
    tool: str = PRODUCER


def xmp_packet(description: Description, part: int, conformance: str) -> bytes:
    """Return the packet in UTF-8, without the padding and attributes that PDF/A frowns upon.

    Raises:
        ValueError: The creation date has no time zone.
    """
    spaces = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    rows = [*_dublin_core(description), f"<pdf:Producer>{_clean(PRODUCER)}</pdf:Producer>"]
    rows.append(f"<xmp:CreatorTool>{_clean(description.tool)}</xmp:CreatorTool>")
    if description.create_date is not None:
        rows.append(f"<xmp:CreateDate>{_aware(description.create_date).isoformat(timespec='seconds')}</xmp:CreateDate>")
    rows.append(f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{conformance}</pdfaid:conformance>")
    lines = [
        _PACKET_START,
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        f'<rdf:Description rdf:about=""{spaces}>',
        *rows,
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        '<?xpacket end="w"?>',
    ]
    return "\n".join(lines).encode("utf-8")


def document_info(description: Description) -> dict[str, str]:
    """Return the entries of the document information dictionary, equal to the packet (ISO 19005-1, 6.7.3)."""
    d = description
    info = {"Title": d.title, "Author": d.creator, "Subject": d.description, "Creator": d.tool, "Producer": PRODUCER}
    if d.create_date is not None:
        zone = _aware(d.create_date).strftime("%z")
        info["CreationDate"] = d.create_date.strftime("D:%Y%m%d%H%M%S") + f"{zone[:3]}'{zone[3:5]}'"
    return {key: plain(value) for key, value in info.items() if plain(value)}


def plain(text: str) -> str:
    """Return the text in NFC without the characters that neither XML nor a PDF string may hold."""
    kept = (character for character in text if unicodedata.category(character) not in ("Cc", "Cs", "Cn"))
    return unicodedata.normalize("NFC", "".join(kept)).replace("\ufeff", "").strip()


def _dublin_core(d: Description) -> list[str]:
    """Return the Dublin Core properties, each in the form that XMP prescribes for it."""
    rows = [
        _property("title", d.title, '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'),
        _property("creator", d.creator, "<rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq>"),
        _property("identifier", d.identifier, "{}"),
        _property("publisher", d.publisher, "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>"),
        _property("source", d.source, "{}"),
        _property("language", d.language, "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>"),
        _property("description", d.description, '<rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'),
        _property("relation", d.relation, "<rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag>"),
    ]
    return [row for row in rows if row]


def _property(name: str, value: str, form: str) -> str:
    """Return one Dublin Core property, or nothing where it has no value."""
    text = _clean(value)
    return f"<dc:{name}>{form.format(text)}</dc:{name}>" if text else ""


def _clean(text: str) -> str:
    """Return the text ready to stand in XML."""
    return escape(plain(text))


def _aware(moment: datetime) -> datetime:
    """Return the moment, provided that it names its time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a date in a PDF needs its time zone")
    return moment
