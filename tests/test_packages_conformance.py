"""Packages meet METS 1.12 with the CSIP and SIP attributes, PREMIS 3, and an E-ARK validator, all offline."""

import hashlib
import importlib.util
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from pipeline.packages.checking import check_package
from pipeline.packages.schemas import FOR_METS, METS_SCHEMA, PREMIS_SCHEMA, schema_from, shipped
from pipeline.packages.values import PackageForm, PackageType
from tests.packages_made import FORMS, KINDS, form_of, written

RUNNER = Path(__file__).parent / "eark_validator_offline.py"
FOLDERS = tuple(form for form in FORMS if not form.zipped)
REP = "representations/rep1"
DRIVER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets1_12.xsd"/>
<xs:import namespace="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" schemaLocation="DILCISExtensionMETS.xsd"/>
<xs:import namespace="https://DILCIS.eu/XML/METS/SIPExtensionMETS" schemaLocation="DILCISExtensionSIPMETS.xsd"/>
</xs:schema>"""
# What eark-validator says against packages of the annexes, and the article that causes it:
#   CSIP114: USE is "Representations/rep1" (TT05 p.45, 192), as CSIP has it since 2.1.0; 2.0.4 wants the bare word.
#   CSIP103: LABEL is "Representations/rep1" too (TT05 p.50, 197; CSIP107); the bare word is for packages without
#       representations (CSIP101), which the validator's rule does not say.
#   SIP2: PROFILE of a SIP is that of E-ARK-CSIP (TT05 p.185, 188).
#   SIP14: the rule looks for NOTETYPE without its namespace, which METS does not allow.
EXPLAINED = {"AIP": {"CSIP103", "CSIP114"}, "SIP": {"CSIP103", "CSIP114", "SIP2", "SIP14"}}
needs_eark = pytest.mark.skipif(
    importlib.util.find_spec("eark_validator") is None,
    reason="eark-validator is not installed: pip install --no-deps eark-validator, and pydantic, importlib-resources",
)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any try to reach a network fail."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def errors(*packages: Path) -> list[set[str]]:
    """Ask eark-validator, in a process of its own, for the rules that each package breaks."""
    command = [sys.executable, "-W", "ignore", str(RUNNER), *map(str, packages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return [set(found.get("ERROR", found.get("Error", []))) for found in json.loads(done.stdout.splitlines()[-1])]


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("form", FOLDERS, ids=str)
def test_both_mets_meet_mets_1_12_and_csip_by_the_schemas_in_the_package(tmp_path: Path, form: PackageForm):
    """The package's own schemas, at the places that schemaLocation names, are enough to validate it."""
    package = written(tmp_path, form)
    driver = package.path / "schemas" / "driver.xsd"
    driver.write_text(DRIVER, encoding="utf-8")
    schema = etree.XMLSchema(file=str(driver))
    for place in ("", REP):
        document = etree.parse(str(package.path / place / "METS.xml"))
        locations = document.getroot().get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation").split()

        assert schema.validate(document), schema.error_log
        assert all((package.path / place / path).resolve().is_file() for path in locations[1::2])
        assert [Path(path).name for path in locations[1::2]] == list(FOR_METS[1:])


@pytest.mark.usefixtures("no_network")
def test_premis_meets_the_schema_that_it_names(tmp_path: Path):
    """Both PREMIS files validate against PREMIS 3.0 at the place they name."""
    package = written(tmp_path, form_of(PackageType.AIP))
    for path in ("metadata/preservation/PREMIS.xml", f"{REP}/metadata/preservation/PREMIS_rep1.xml"):
        document = etree.parse(str(package.path / path))
        location = document.getroot().get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation").split()[1]
        schema = etree.XMLSchema(file=str((package.path / path).parent / location))

        assert schema.validate(document), schema.error_log


def test_shipped_schemas_are_the_published_ones():
    """METS is 1.12 of May 2018, PREMIS 3.0; CSIP's extension has the size and digest that TT05 prints (p.47)."""
    extension = shipped("DILCISExtensionMETS.xsd")

    assert b"<!-- Version 1.12 -->" in shipped(METS_SCHEMA)
    assert b"May, 2018" in shipped(METS_SCHEMA)
    assert b"VERSION 3.0" in shipped(PREMIS_SCHEMA)
    assert len(extension) == 2038
    assert hashlib.sha256(extension).hexdigest().upper() == (
        "B4A13747DDE7644122DC14DC7F733" "3FC51B12DE43039A73BA111A6E0E8204FCC")  # fmt: skip


@pytest.mark.usefixtures("no_network")
def test_no_shipped_schema_needs_the_network():
    """Each is usable with what lies beside it, and imports nothing by an address."""
    for name in (*FOR_METS, PREMIS_SCHEMA, "xml.xsd"):
        assert schema_from(shipped(name))
        imported = re.findall(rb'<(?:\w+:)?(?:import|include)[^>]*schemaLocation="([^"]*)"', shipped(name))
        assert all(b"/" not in place for place in imported if name != "xml.xsd"), name


@needs_eark
def test_eark_validator_finds_nothing_that_the_annexes_do_not_cause(tmp_path: Path):
    """Structure and schema are valid; of the rules only those explained above are broken, as the annexes ask."""
    packages = [(form, written(tmp_path / str(number), form)) for number, form in enumerate(FORMS)]
    found = errors(*(package.path for _, package in packages))

    assert found == [EXPLAINED[form.type.value] for form, _ in packages]


Change = Callable[[str], str]
# Requirement -> a change of the root METS.xml of a SIP that breaks it.
BROKEN: dict[str, tuple[str, str]] = {
    "CSIP1": (r' OBJID="[^"]*"', ""),
    "CSIP2": (r' TYPE="Mixed"', ' TYPE="Linen"'),
    "CSIP4": (r' csip:CONTENTINFORMATIONTYPE="MIXED"', ""),
    "CSIP6": (r' PROFILE="[^"]*"', ""),
    "CSIP9": (r' csip:OAISPACKAGETYPE="SIP"', ""),
    "CSIP13": (r' OTHERTYPE="SOFTWARE"', ""),
    "CSIP16": (r' csip:NOTETYPE="SOFTWARE VERSION"', ""),
    "CSIP23": (r'(MDTYPEVERSION="1.0") xlink:type="simple"', r"\1"),
    "CSIP27": (r'(EAD.xml" MIMETYPE="text/xml") SIZE="\d+"', r"\1"),
    "CSIP29": (r'(EAD.xml"[^>]*) CHECKSUM="[^"]*"', r"\1"),
    "CSIP60": (r'USE="Documentation"', 'USE="Papers"'),
    "CSIP69": (r'(<file ID="[^"]*" MIMETYPE="text/plain") SIZE="\d+"', r"\1"),
    "CSIP82": (r' LABEL="CSIP"', ' LABEL="Other"'),
    "CSIP88": (r'LABEL="Metadata"', 'LABEL="Data"'),
}
# Of these our check asks nothing by itself: they say more of a package than the receiving side needs to unpack it.
LEFT_TO_OTHERS = {"CSIP2", "CSIP4", "CSIP6", "CSIP13", "CSIP16", "CSIP23", "CSIP60", "CSIP82", "CSIP88"}


@needs_eark
def test_what_breaks_a_requirement_of_csip_is_seen(tmp_path: Path):
    """The validator names each requirement that a change breaks; our check sees those that touch what is there."""
    folders = []
    for rule, (old, new) in BROKEN.items():
        package = written(tmp_path / rule, form_of(PackageType.SIP))
        mets = package.path / "METS.xml"
        text, count = re.subn(old, new, mets.read_text(encoding="utf-8"), count=1)
        assert count == 1, rule
        mets.write_text(text, encoding="utf-8")
        folders.append((rule, package))
    ask = [package.path for rule, package in folders if rule not in {"CSIP27", "CSIP69", "CSIP29"}]
    found = dict(zip((path.parent.parent.name for path in ask), errors(*ask), strict=True))

    assert {rule for rule, broken in found.items() if rule in broken} == set(found)
    ours = {rule for rule, package in folders if check_package(package.path).findings}
    assert ours == set(BROKEN) - LEFT_TO_OTHERS
    assert all(check_package(package.path, sha256=package.sha256).findings for _, package in folders)


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_of_500_documents_is_checked_within_its_schema(tmp_path: Path, kind: PackageType):
    """A large METS.xml is no other than a small one."""
    package = written(tmp_path, form_of(kind, zipped=True), count=500)

    assert check_package(package.path).findings == ()
    assert len(check_package(package.path).documents) == 500
