"""EAD and EAD_doc have the annexes' elements in order, by table or printed XSD, or those of the archive's own XSD."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from pipeline.errors import UsageError
from pipeline.packages.checking import check_package
from pipeline.packages.judging import Descriptions
from pipeline.packages.plan import plan_package
from pipeline.packages.profiles import Described, profile_from, shipped_profile
from pipeline.packages.schemas import shipped
from pipeline.packages.values import EadProfile, PackageForm, PackageType
from pipeline.packages.writing import write_package
from tests.packages_made import CODE, KINDS, ORIGIN, PROFILES, dossier, form_of

_DOSSIER = ("title maintenance mode language startDate endDate keyword totalDoc numberOfPaper numberOfPage format "
            "inforSign confidenceLevel paperFileCode")  # fmt: skip
_DOCUMENT = ("maintenance typeName codeNumber codeNotation issuedDate organName subject language numberOfPage "
             "inforSign keyword mode confidenceLevel autograph format process")  # fmt: skip
_RISK = "riskRecovery riskRecoveryStatus"
# As read off p.69-81, 101-103, 212-222, 231-233.
PRINTED = {
    ("AIP", "table", "EAD.xsd"): f"arcFileCode {_DOSSIER} {_RISK} description",
    ("AIP", "printed-xsd", "EAD.xsd"): f"arcFileCode {_DOSSIER} description {_RISK}",
    ("SIP", "table", "EAD.xsd"): f"fileCode {_DOSSIER} {_RISK} description",
    ("SIP", "printed-xsd", "EAD.xsd"): f"fileCode {_DOSSIER} description",
    ("AIP", "table", "EAD_doc.xsd"): f"docId arcDocCode {_DOCUMENT} {_RISK} description",
    ("AIP", "printed-xsd", "EAD_doc.xsd"):
        "arcFileCode mode language keyword numberOfPage format inforSign confidenceLevel description docCode "
        "docOrdinal typeName codeNumber codeNotation issuedDate organName subject autograph process",
    ("SIP", "table", "EAD_doc.xsd"): f"docId docCode {_DOCUMENT} {_RISK} description",
    ("SIP", "printed-xsd", "EAD_doc.xsd"): f"docId docCode {_DOCUMENT} description",
}  # fmt: skip
COUNTS = {("AIP", "EAD.xsd"): (18, 18), ("SIP", "EAD.xsd"): (18, 16), ("AIP", "EAD_doc.xsd"): (21, 19),
          ("SIP", "EAD_doc.xsd"): (21, 19)}  # fmt: skip
EAD, EAD_DOC = "metadata/descriptive/EAD.xml", f"representations/rep1/metadata/descriptive/EAD_doc_{CODE}.0000001.xml"


def elements(data: bytes) -> list[tuple[str, str]]:
    return [(etree.QName(child).localname, child.text or "") for child in etree.fromstring(data)]


@pytest.mark.parametrize("key", PRINTED, ids="-".join)
def test_rule_5_6_each_profile_has_the_printed_elements(key: tuple[str, str, str]):
    """The shipped XSD asks for exactly the annex's elements, in its order, each once."""
    kind, profile, described = key
    found = shipped_profile(PackageType(kind), EadProfile(profile), Described(described))

    assert [name for name, _ in found.elements] == PRINTED[key].split()
    assert not any(may_be_left_out for _, may_be_left_out in found.elements)
    assert len(found.elements) == COUNTS[kind, described][profile == "printed-xsd"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", PROFILES)
def test_rule_5_6_order_is_fixed_and_empty_elements_are_kept(tmp_path: Path, kind: PackageType, profile: EadProfile):
    """Descriptions hold each element of their profile once, in order, also where there is no value."""
    plan = plan_package(dossier(tmp_path), ORIGIN, PackageForm(kind, profile, zipped=False))
    for path, described in ((EAD, "EAD.xsd"), (EAD_DOC, "EAD_doc.xsd")):
        found = elements(plan.metadata[path])
        schema = etree.XMLSchema(etree.fromstring(shipped(f"{described[:-4]}-{kind}-{profile}.xsd")))

        assert [name for name, _ in found] == PRINTED[kind.value, profile.value, described].split()
        assert ("keyword", "") in found
        assert schema.validate(etree.fromstring(plan.metadata[path]))
        assert plan.metadata[f"schemas/{described}"] == shipped(f"{described[:-4]}-{kind}-{profile}.xsd")


@pytest.mark.parametrize("profile", PROFILES)
def test_rule_4_2_an_aips_codes_begin_with_the_archives(tmp_path: Path, profile: EadProfile):
    """Both arcFileCode and arcDocCode (printed XSD: docCode) have the archive's code before the SIP's (p.70, 75)."""
    plan = plan_package(dossier(tmp_path), ORIGIN, form_of(PackageType.AIP, profile=profile))
    whole, one = dict(elements(plan.metadata[EAD])), dict(elements(plan.metadata[EAD_DOC]))

    assert whole["arcFileCode"] == f"A48.01.{CODE}"
    if profile is EadProfile.TABLE:
        assert one["arcDocCode"] == f"A48.01.{CODE}.0000001"
    else:
        assert (one["arcFileCode"], one["docCode"], one["docOrdinal"]) == (
            f"A48.01.{CODE}", f"A48.01.{CODE}.0000001", "0000001")  # fmt: skip


def test_rule_4_2_a_document_without_a_code_gets_the_dossiers_and_seven_digits(tmp_path: Path):
    """Its docCode is the dossier's code and the place in seven digits where the list leaves it empty (p.217)."""
    made = dossier(tmp_path)
    bare = tuple(replace(each, values={**each.values, "docCode": ""}) for each in made.documents)
    plan = plan_package(replace(made, documents=bare), ORIGIN, form_of(PackageType.SIP))

    assert dict(elements(plan.metadata[EAD_DOC]))["docCode"] == f"{CODE}.0000001"


OWN = """<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{extra}>
  <xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="{place}"/>
  <xs:element name="simpledc"><xs:complexType><xs:sequence>
    <xs:element name="subject" type="xs:string"/><xs:element name="unheardOf" type="{kind}"/>
    <xs:element name="docCode" type="xs:string"/><xs:element name="keyword" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def own(tmp_path: Path, kind: str = "xs:string", extra: str = "", place: str = "xml.xsd") -> PackageForm:
    path = tmp_path / "own.xsd"
    path.write_text(OWN.format(kind=kind, extra=extra, place=place), encoding="utf-8")
    return PackageForm(PackageType.SIP, EadProfile.TABLE, zipped=False, schema_document=path)


@pytest.mark.parametrize("place", ["xml.xsd", "http://www.w3.org/2001/xml.xsd"])
def test_line_10_the_archives_own_xsd_decides_elements_and_order(tmp_path: Path, place: str):
    """Its elements are written in its order, unknown ones empty; it goes into the package, with what it needs."""
    form = own(tmp_path, place=place)
    plan = plan_package(dossier(tmp_path), ORIGIN, form)

    assert [name for name, _ in elements(plan.metadata[EAD_DOC])] == ["subject", "unheardOf", "docCode"]
    assert dict(elements(plan.metadata[EAD_DOC]))["unheardOf"] == ""
    assert plan.metadata["schemas/EAD_doc.xsd"] == form.schema_document.read_bytes()
    assert plan.metadata["schemas/xml.xsd"] == shipped("xml.xsd")
    assert [name for name, _ in elements(plan.metadata[EAD])] == PRINTED["SIP", "table", "EAD.xsd"].split()


def test_the_archives_own_xsd_may_have_a_namespace(tmp_path: Path):
    """Root and elements are in the schema's namespace where it says so."""
    form = own(tmp_path, extra=' targetNamespace="urn:x" elementFormDefault="qualified"')
    plan = plan_package(dossier(tmp_path), ORIGIN, form)
    root = etree.fromstring(plan.metadata[EAD_DOC])

    assert root.tag == "{urn:x}simpledc"
    assert [child.tag for child in root] == ["{urn:x}subject", "{urn:x}unheardOf", "{urn:x}docCode"]


def test_an_xsd_that_asks_for_more_than_there_is_is_a_clear_error(tmp_path: Path):
    """An element that must be a date and has no value cannot be written: the error names file and element."""
    with pytest.raises(UsageError, match=r"EAD_doc_.*cannot be written as the XSD asks: .*unheardOf"):
        plan_package(dossier(tmp_path), ORIGIN, own(tmp_path, "xs:date"))


@pytest.mark.parametrize("data", [b"", b"<no", b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>",
    b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='xs:string'/></xs:schema>",
    b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='none'/></xs:schema>",
])  # fmt: skip
def test_what_is_no_schema_of_a_description_is_refused(data: bytes):
    """The error says that the XSD cannot be used."""
    with pytest.raises(UsageError, match="The XSD"):
        profile_from(data)


def test_an_xsd_that_is_not_there_is_a_clear_error(tmp_path: Path):
    """The path is named."""
    form = PackageForm(PackageType.SIP, EadProfile.TABLE, zipped=False, schema_dossier=tmp_path / "none.xsd")
    with pytest.raises(UsageError, match=r"none\.xsd cannot be read"):
        plan_package(dossier(tmp_path), ORIGIN, form)


def test_a_package_is_checked_against_the_archives_own_xsd(tmp_path: Path):
    """A description in the archive's form passes with its XSD and not without; one of the annexes fails with it."""
    form = own(tmp_path)
    package = write_package(dossier(tmp_path), ORIGIN, form, tmp_path)
    theirs = Descriptions(document=form.schema_document.read_bytes())

    assert check_package(package.path, schemas=theirs).findings == ()
    assert {finding.code for finding in check_package(package.path).findings} == {"schema"}
    plain = write_package(dossier(tmp_path), ORIGIN, replace(form, schema_document=None), tmp_path)
    assert [finding.code for finding in check_package(plain.path, schemas=theirs).findings] == ["schema"] * 3
