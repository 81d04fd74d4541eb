"""The metadata say what was given, in the forms that PDF/A prescribes, and equal the document information."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.pdf.xmp import Description, document_info, plain, xmp_packet

DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
HANOI = timezone(timedelta(hours=7))
FULL = Description(
    title="Quyết định về việc <sửa đổi> & bổ sung",
    creator="UBND tỉnh Quảng Ngãi",
    identifier="PLT.12.3",
    publisher="Trung tâm Lưu trữ lịch sử",
    source="Bản giấy",
    language="vi",
    description="Số hóa năm 2025",
    relation="Hồ sơ 12",
    create_date=datetime(2025, 2, 18, 9, 5, 7, tzinfo=HANOI),
)


def values(packet: bytes) -> dict[str, str]:
    """Return the text of each Dublin Core property."""
    start, end = packet.index(b"<x:xmpmeta"), packet.index(b"<?xpacket end")
    root = ET.fromstring(packet[start:end])
    return {
        element.tag[len(DC) :]: "".join(element.itertext()) for element in root.iter() if element.tag.startswith(DC)
    }


def test_every_field_is_found_again():
    """A reader of XML finds each field as it was given, markup characters included."""
    found = values(xmp_packet(FULL, 2, "U"))
    fields = ("title", "creator", "identifier", "publisher", "source", "language", "description", "relation")
    assert found == {name: getattr(FULL, name) for name in fields}


def test_the_claim_and_the_date_are_there_only_as_given():
    """Part and level stand in the packet; a date does only where one was given."""
    packet = xmp_packet(FULL, 3, "B")
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in packet
    assert b"<xmp:CreateDate>2025-02-18T09:05:07+07:00</xmp:CreateDate>" in packet
    assert b"Date" not in xmp_packet(Description(title="x"), 2, "U")
    assert not any("Date" in key for key in document_info(Description(title="x")))


def test_information_equals_the_packet():
    """Part 1 asks that both say the same: title, author, subject, program and moment."""
    info = document_info(FULL)
    assert (info["Title"], info["Author"], info["Subject"]) == (FULL.title, FULL.creator, FULL.description)
    assert info["CreationDate"] == "D:20250218090507+07'00'"
    assert info["Producer"].encode() in xmp_packet(FULL, 1, "B")


def test_a_moment_without_a_zone_is_refused():
    """A date that means a different moment at each place is not written."""
    with pytest.raises(ValueError, match="time zone"):
        xmp_packet(Description(create_date=datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)), 2, "B")


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=200)
def test_any_text_gives_readable_xml(text: str):
    """Control characters, halves of surrogates and markup never break the packet, and the rest survives."""
    packet = xmp_packet(Description(title=text), 2, "B")
    assert values(packet).get("title", "") == plain(text)
