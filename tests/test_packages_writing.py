"""Packages AIP_hoso and SIP_hoso lie as the annexes have them, say the truth, and are the same each time."""

import hashlib
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.errors import RunStopped, UsageError
from pipeline.packages.ids import object_id
from pipeline.packages.layout import description_path, folder_name, is_plain_name, reference, same_name, zip_name
from pipeline.packages.plan import package_paths, plan_package
from pipeline.packages.schemas import mets_schema
from pipeline.packages.values import EadProfile, PackageForm, PackageType, PackedDossier
from pipeline.packages.writing import write_package
from tests.packages_made import CODE, FORMS, KINDS, ORIGIN, TIME, dossier, form_of, written

UUID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
M, X, C = (
    "{http://www.loc.gov/METS/}",
    "{http://www.w3.org/1999/xlink}",
    "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}",
)
P = "{http://www.loc.gov/premis/v3}"
REP = "representations/rep1"
FOLDERS = tuple(form for form in FORMS if not form.zipped)


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def mets(folder: Path, place: str = "") -> etree._Element:
    return etree.parse(str(folder / place / "METS.xml")).getroot()


def references(folder: Path) -> dict[str, etree._Element]:
    """Give every file that a METS.xml names: path -> the element with its size and digest."""
    found = {}
    for place in ("", REP):
        root = mets(folder, place)
        for item in root.iter(f"{M}mdRef", f"{M}file"):
            holder = item if item.tag == f"{M}mdRef" else item.find(f"{M}FLocat")
            found[f"{place}/{unquote(holder.get(f'{X}href'))}".lstrip("/")] = item
    return found


@pytest.mark.parametrize("form", FOLDERS, ids=str)
def test_line_10_the_tree_is_that_of_the_annex(tmp_path: Path, form: PackageForm):
    """Every file that p.34-36 and 183-185 ask for is there, PREMIS in the AIP alone, and nothing else."""
    package = written(tmp_path, form)
    is_aip = form.type is PackageType.AIP
    names = [f"{CODE}.000000{number}" for number in (1, 2, 3)]
    expected = {"METS.xml", "metadata/descriptive/EAD.xml", f"{REP}/METS.xml", "documentation/README.txt"}
    expected |= {f"{REP}/metadata/descriptive/EAD_doc_{name}.xml" for name in names}
    expected |= {f"{REP}/data/{name}.pdf" for name in names}
    schemas = "METS mets1_12 xlink DILCISExtensionMETS DILCISExtensionSIPMETS EAD EAD_doc"
    expected |= {f"schemas/{name}.xsd" for name in schemas.split()}
    if is_aip:
        expected |= {"metadata/preservation/PREMIS.xml", f"{REP}/metadata/preservation/PREMIS_rep1.xml",
                     "schemas/premis-v3-0.xsd"}  # fmt: skip

    assert set(tree(package.path)) == expected
    assert {path.removeprefix(f"{package.path.name}/") for path, _, _ in package.files} == expected


def test_rule_4_2_object_ids_have_the_annexes_forms():
    """An AIP is urn:{fonds}:uuid:{UUID} and its folder has "_" for ":", a SIP is uuid-{UUID}; always the same."""
    aip, sip = (object_id(kind, ORIGIN, CODE) for kind in KINDS)

    assert re.fullmatch(f"urn:G09:uuid:{UUID}", aip)
    assert re.fullmatch(f"uuid-{UUID}", sip)
    assert folder_name(aip) == aip.replace(":", "_")
    assert [object_id(kind, ORIGIN, CODE) for kind in KINDS] == [aip, sip]
    assert object_id(PackageType.SIP, replace(ORIGIN, request_code="2"), CODE) != sip
    assert object_id(PackageType.AIP, replace(ORIGIN, request_code="2"), CODE) == aip
    assert object_id(PackageType.AIP, ORIGIN, f"{CODE}2") != aip


def test_line_10_a_sips_zip_is_named_by_ordinal_and_object_id(tmp_path: Path):
    """`<ordinal><OBJID>.zip` (p.238), and all of it lies in one folder named by the OBJID."""
    package = written(tmp_path, form_of(PackageType.SIP, zipped=True))

    assert package.path.name == f"7{package.object_id}.zip" == zip_name(package.object_id, 7)
    with zipfile.ZipFile(package.path) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {package.object_id}
        assert archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_same_dossier_gives_the_same_bytes(tmp_path: Path, form: PackageForm):
    """No clock and no chance: a package that is written again elsewhere is equal, byte for byte."""
    first, second = (written(tmp_path / name, form) for name in ("a", "b"))

    assert (first.sha256, first.size_bytes, first.files) == (second.sha256, second.size_bytes, second.files)
    assert first.path.name == second.path.name


@pytest.mark.parametrize("form", FOLDERS, ids=str)
def test_every_size_and_digest_in_mets_is_true(tmp_path: Path, form: PackageForm):
    """Both METS.xml together name every file but the root METS.xml, with its true size and SHA-256 in capitals."""
    package = written(tmp_path, form)
    named = references(package.path)

    assert set(named) == set(tree(package.path)) - {"METS.xml"}
    for path, item in named.items():
        data = (package.path / path).read_bytes()
        assert item.get("SIZE") == str(len(data)), path
        assert item.get("CHECKSUM") == hashlib.sha256(data).hexdigest().upper(), path
        assert (item.get("CHECKSUMTYPE"), item.get("CREATED")) == ("SHA-256", TIME)
    assert {path.removeprefix(f"{package.path.name}/"): (size, digest) for path, size, digest in package.files} == {
        path: ((package.path / path).stat().st_size, hashlib.sha256((package.path / path).read_bytes()).hexdigest())
        for path in tree(package.path)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_rule_6_2_the_root_mets_says_what_the_tables_ask(tmp_path: Path, kind: PackageType):
    """Root attributes, header, agents, groups and divisions are those of p.38-51 and 187-198."""
    package = written(tmp_path, form_of(kind))
    root = mets(package.path)
    is_aip = kind is PackageType.AIP
    header = root.find(f"{M}metsHdr")
    profile = "http://www.ra.ee/METS/v01/IP.xml" if is_aip else "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"

    assert root.get("OBJID") == package.object_id
    assert (root.get("TYPE"), root.get(f"{C}CONTENTINFORMATIONTYPE")) == ("Mixed", "MIXED")
    assert (root.get("PROFILE"), root.get("LABEL")) == (profile, "Tập quyết định năm 2020")
    assert (header.get("CREATEDATE"), header.get("RECORDSTATUS")) == (TIME, "NEW")
    assert header.get(f"{C}OAISPACKAGETYPE") == kind.value
    notes = {note.get(f"{C}NOTETYPE"): note.text for note in header.iter(f"{M}note")}
    request = header.findtext(f"{M}altRecordID[@TYPE='SUBMISSIONAGREEMENT']")
    assert notes.keys() == ({"SOFTWARE VERSION"} if is_aip else {"SOFTWARE VERSION", "IDENTIFICATIONCODE"})
    assert (notes.get("IDENTIFICATIONCODE"), request) == ((None, None) if is_aip else ("G09", "NL.BNV.2023.01"))
    assert [group.get("USE") for group in root.iter(f"{M}fileGrp")] == [
        "Documentation",
        "Schemas",
        "Representations/rep1",
    ]
    structure = root.find(f"{M}structMap")
    top = structure.find(f"{M}div")
    assert (structure.get("LABEL"), structure.get("TYPE"), top.get("LABEL")) == ("CSIP", "PHYSICAL", package.object_id)
    divisions = {div.get("LABEL"): div for div in top}
    assert list(divisions) == ["Metadata", "Documentation", "Schemas", "Representations/rep1"]
    assert divisions["Metadata"].get("DMDID") == root.find(f"{M}dmdSec").get("ID")
    assert (
        (divisions["Metadata"].get("ADMID") == root.find(f"{M}amdSec").get("ID"))
        if is_aip
        else root.find(f"{M}amdSec") is None
    )
    pointer = divisions["Representations/rep1"].find(f"{M}mptr")
    assert pointer.get(f"{X}href") == f"{REP}/METS.xml"
    assert pointer.get(f"{X}title") == root.find(f".//{M}fileGrp[@USE='Representations/rep1']").get("ID")


@pytest.mark.parametrize("kind", KINDS)
def test_rule_6_2_the_representation_joins_each_file_with_its_description(tmp_path: Path, kind: PackageType):
    """Each MetadataLink/File leads from one dmdSec to one file, in the documents' order; label and codes are there."""
    package = written(tmp_path, form_of(kind))
    root = mets(package.path, REP)
    described = {part.get("ID"): part.find(f"{M}mdRef").get(f"{X}href") for part in root.findall(f"{M}dmdSec")}
    files = {item.get("ID"): item.find(f"{M}FLocat").get(f"{X}href") for item in root.iter(f"{M}file")}
    links = root.findall(f".//{M}div[@LABEL='MetadataLink/File']")
    joined = [(files[link.find(f"{M}fptr").get("FILEID")], described[link.get("DMDID")]) for link in links]

    assert joined == [
        (f"data/{CODE}.000000{number}.pdf", f"metadata/descriptive/EAD_doc_{CODE}.000000{number}.xml")
        for number in (1, 2, 3)
    ]
    assert re.fullmatch(f"uuid-{UUID}", root.get("OBJID"))
    assert root.find(f"{M}structMap/{M}div").get("LABEL") == "rep1"
    assert all(re.fullmatch(f"ID-{UUID}", identifier) for identifier in files)
    assert all(re.fullmatch(f"(uuid|ID)-{UUID}", item.get("ID")) for item in root.iter() if item.get("ID"))
    codes = [note.text for note in root.iter(f"{M}note") if note.get(f"{C}NOTETYPE") == "IDENTIFICATIONCODE"]
    assert codes == (["G09", "A48.01"] if kind is PackageType.AIP else ["G09"])


def test_identifiers_are_unique_within_the_package(tmp_path: Path):
    """No ID stands twice, not even in different METS.xml of one package (CSIP83, 85, 89)."""
    package = written(tmp_path, form_of(PackageType.AIP))
    ids = [item.get("ID") for place in ("", REP) for item in mets(package.path, place).iter() if item.get("ID")]

    assert len(ids) == len(set(ids))


def test_rule_6_1_premis_says_what_was_done(tmp_path: Path):
    """Digitization is a "transfer", digests are facts of the files, formats have PRONOM's keys (p.90-101)."""
    package = written(tmp_path, form_of(PackageType.AIP))
    inner = etree.parse(str(package.path / REP / "metadata/preservation/PREMIS_rep1.xml"))
    outer = etree.parse(str(package.path / "metadata/preservation/PREMIS.xml"))
    files = inner.findall(f"{P}object[{P}objectCharacteristics]")
    roles = {role.text for role in inner.iter(f"{P}linkingAgentRole")}

    assert [event.findtext(f"{P}eventType") for event in inner.iter(f"{P}event")] == [
        "transfer", "message digest calculation", "validation"]  # fmt: skip
    assert [event.findtext(f"{P}eventType") for event in outer.iter(f"{P}event")] == ["information package creation"]
    assert len(files) == 3
    for number, item in enumerate(files, 1):
        data = (package.path / REP / "data" / f"{CODE}.000000{number}.pdf").read_bytes()
        assert item.findtext(f".//{P}messageDigest") == hashlib.sha256(data).hexdigest()
        assert item.findtext(f".//{P}size") == str(len(data))
        assert item.findtext(f".//{P}formatRegistryKey") == "fmt/478"
    assert roles == {"executing program", "implementer", "validator"}
    of_objects = {
        event.findtext(f"{P}eventType"): {role.text for role in event.iter(f"{P}linkingObjectRole")}
        for event in inner.iter(f"{P}event")
    }
    # Digitization made the files; a digest and a validation only look at them.
    assert of_objects == {
        "transfer": {"outcome"}, "message digest calculation": {"source"}, "validation": {"source"}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("flavour", "key"), [("1b", "fmt/354"), ("2b", "fmt/477"), ("2u", "fmt/478"), ("3b", "fmt/480")]
)
def test_each_form_of_pdfa_has_its_key(tmp_path: Path, flavour: str, key: str):
    """The PRONOM key is that of the PDF/A part and level that was written."""
    made = dossier(tmp_path, count=1)
    one = replace(made.documents[0], content=replace(made.documents[0].content, flavour=flavour, validator=""))
    plan = plan_package(PackedDossier(made.values, (one,)), ORIGIN, form_of(PackageType.AIP))
    premis = etree.fromstring(plan.metadata[f"{REP}/metadata/preservation/PREMIS_rep1.xml"])

    assert premis.findtext(f".//{P}formatRegistryKey") == key
    assert "validation" not in {kind.text for kind in premis.iter(f"{P}eventType")}


def test_a_born_digital_document_was_not_digitized(tmp_path: Path):
    """Where confidenceLevel is 01 no digitization is told of it."""
    made = dossier(tmp_path, count=1)
    one = replace(made.documents[0], values={**made.documents[0].values, "confidenceLevel": "01"})
    plan = plan_package(PackedDossier(made.values, (one,)), ORIGIN, form_of(PackageType.AIP))

    assert b">transfer<" not in plan.metadata[f"{REP}/metadata/preservation/PREMIS_rep1.xml"]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_paths_are_known_before_anything_is_written(tmp_path: Path, form: PackageForm):
    """What `package_paths` names is what the plan holds."""
    made = dossier(tmp_path)
    plan = plan_package(made, ORIGIN, form)

    assert sorted(package_paths(made, form)) == sorted([*plan.metadata, *plan.contents])
    assert len(list(plan.files)) == len({path for path, _ in plan.files}) == len(package_paths(made, form))


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("change", [b"%PDF-1.7 other", b"", b"x" * 5000])
def test_a_document_that_is_another_than_said_is_refused(tmp_path: Path, change: bytes, zipped: bool):
    """A file of another size or digest stops the writing, and nothing of the package is left."""
    made = dossier(tmp_path)
    target = tmp_path / "packages"
    target.mkdir()
    made.documents[1].content.source.write_bytes(change)
    with pytest.raises(RunStopped, match="is not the file it was"):
        write_package(made, ORIGIN, form_of(PackageType.SIP, zipped=zipped), target, ordinal=1)

    assert list(target.iterdir()) == []


def test_a_package_that_is_there_is_replaced_whole(tmp_path: Path):
    """Writing again over a folder leaves no file of the earlier one."""
    form = form_of(PackageType.AIP)
    first = written(tmp_path, form, count=4)
    second = written(tmp_path, form, count=2)

    assert first.path == second.path
    assert len([path for path in tree(second.path) if path.endswith(".pdf")]) == 2


NAMES = (
    "Đơn xin.pdf",
    'tờ "trình" 100%.pdf',
    "a'b & c;d.pdf",
    "#1?[x].pdf",
    "kế hoạch  2.pdf",
    "50%25.pdf",
    "x.tar.pdf",
)


@pytest.mark.parametrize("form", [form for form in FORMS if form.profile is EadProfile.TABLE], ids=str)
def test_names_with_odd_letters_are_referred_to_truly(tmp_path: Path, form: PackageForm):
    """Đ, blanks, "%", quotes: the reference means the file, and letters beyond ASCII stand as they are."""
    package = written(tmp_path, form, NAMES)
    if form.zipped:
        with zipfile.ZipFile(package.path) as archive:
            archive.extractall(tmp_path / "out")
        folder = next((tmp_path / "out").iterdir())
    else:
        folder = package.path
    named = references(folder)

    assert {f"{REP}/data/{name}" for name in NAMES} <= set(named)
    assert set(named) == set(tree(folder)) - {"METS.xml"}
    assert b'href="data/\xc4\x90' in (folder / REP / "METS.xml").read_bytes()


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
@settings(deadline=None, max_examples=200)
def test_references_undo(name: str):
    """Whatever stands in a name, the reference gives it back, and holds no blank, quote or lone percent sign."""
    written_down = reference(f"data/{name}", "")

    assert unquote(written_down) == f"data/{name}"
    assert not set(' "<>#?[]') & set(written_down)
    assert re.sub("%[0-9A-F]{2}", "", written_down).count("%") == 0


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30), min_size=1, max_size=4),
    st.sampled_from(KINDS),
)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_taken_truly_or_refused(tmp_path: Path, names: list[str], kind: PackageType):
    """A name that cannot be one file's, or is another's, is refused by a clear error; any other is kept as it is."""
    made = dossier(tmp_path, [f"{name}.pdf" for name in names])
    keys = {same_name(name) for name in names}
    if not all(is_plain_name(f"{name}.pdf") for name in names) or len(keys) < len(names):
        with pytest.raises(UsageError, match="name"):
            plan_package(made, ORIGIN, form_of(kind))
        return
    titled = replace(made, values={**made.values, "title": names[0]}) if names[0].isprintable() else made
    plan = plan_package(titled, ORIGIN, form_of(kind))

    assert all(
        mets_schema().validate(etree.fromstring(plan.metadata[path])) for path in ("METS.xml", f"{REP}/METS.xml")
    )
    assert list(plan.contents) == [f"{REP}/data/{name}.pdf" for name in names]
    root = etree.fromstring(plan.metadata[f"{REP}/METS.xml"])
    places = [unquote(place.get(f"{X}href")) for place in root.iter(f"{M}FLocat")]
    assert places == [f"data/{name}.pdf" for name in names]


def test_long_names_are_cut_to_what_file_systems_take(tmp_path: Path):
    """The description of a file whose name has 255 bytes gets a name of at most as many, one of its own."""
    long = ["Đ" * 125 + f"{number}.pdf" for number in (1, 2)]
    package = written(tmp_path, form_of(PackageType.SIP), long)

    assert all(len(os.fsencode(Path(path).name)) <= 255 for path in tree(package.path))
    assert description_path(long[0]) != description_path(long[1])
    assert {f"{REP}/data/{name}" for name in long} <= set(tree(package.path))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b.pdf", "a\\b.pdf", "a\0.pdf", "x" * 256, "a\nb.pdf"])
def test_what_is_no_name_of_a_file_is_refused(tmp_path: Path, name: str):
    """Such a name is an error that says so."""
    made = dossier(tmp_path, ["x.pdf"])
    one = replace(made.documents[0], content=replace(made.documents[0].content, name=name))

    assert not is_plain_name(name)
    with pytest.raises(UsageError, match="cannot be the name"):
        plan_package(PackedDossier(made.values, (one,)), ORIGIN, form_of(PackageType.AIP))


@pytest.mark.parametrize(
    "names", [("a.pdf", "a.pdf"), ("a.pdf", "A.PDF"), ("a.pdf", "a.tif"), ("Đơn.pdf", "Đo\u031bn.pdf")]
)
def test_two_documents_of_one_name_are_refused(tmp_path: Path, names: tuple[str, str]):
    """The same name, in other case or Unicode form, or with the same description's name, is refused."""
    with pytest.raises(UsageError, match="have the name"):
        plan_package(dossier(tmp_path, names), ORIGIN, form_of(PackageType.SIP))


def test_a_dossier_without_documents_is_refused(tmp_path: Path):
    """A package has at least one document (p.36)."""
    with pytest.raises(UsageError, match="no document"):
        plan_package(PackedDossier(dossier(tmp_path).values, ()), ORIGIN, form_of(PackageType.AIP))


@pytest.mark.parametrize(("kind", "letters", "fits"), [
    (PackageType.SIP, 92, True), (PackageType.SIP, 93, False), (PackageType.SIP, 300, False),
    (PackageType.AIP, 85, True), (PackageType.AIP, 86, False), (PackageType.AIP, 300, False),
])  # fmt: skip
def test_rule_4_2_codes_of_more_than_100_letters_are_refused(
    tmp_path: Path, kind: PackageType, letters: int, fits: bool
):
    """The dossier's and the document's code, in an AIP with the archive's, have at most 100 letters (p.70, 213)."""
    made = dossier(tmp_path, ["1.pdf"], code="H" * letters)
    if fits:
        assert plan_package(made, ORIGIN, form_of(kind)).object_id
        return
    with pytest.raises(UsageError, match=r"letters; the annex allows 100"):
        plan_package(made, ORIGIN, form_of(kind))


@pytest.mark.parametrize(("kind", "lacking", "said"), [
    (PackageType.AIP, {"time": ""}, "batch.date"), (PackageType.AIP, {"fonds_code": ""}, "batch.fonds_code"),
    (PackageType.AIP, {"archive_code": ""}, "transfer.archive_code"),
    (PackageType.SIP, {"request_code": ""}, "batch.code"),
])  # fmt: skip
def test_an_origin_that_lacks_what_a_package_says_is_refused(
    tmp_path: Path, kind: PackageType, lacking: dict[str, str], said: str
):
    """The error names the setting; nothing is made up."""
    with pytest.raises(UsageError, match=re.escape(said)):
        plan_package(dossier(tmp_path), replace(ORIGIN, **lacking), form_of(kind))


def test_a_character_that_xml_cannot_hold_is_refused(tmp_path: Path):
    """The error names field and character."""
    made = dossier(tmp_path)
    with pytest.raises(UsageError, match=r"'title' .* \(U\+0007\)"):
        plan_package(replace(made, values={**made.values, "title": "a\x07"}), ORIGIN, form_of(PackageType.AIP))


def test_a_fonds_code_with_a_slash_stays_in_the_object_id_alone(tmp_path: Path):
    """The OBJID has the code as it is; the folder's name is one that can be."""
    made = dossier(tmp_path)
    origin = replace(ORIGIN, fonds_code="Q/3")
    package = write_package(made, origin, form_of(PackageType.AIP), tmp_path)

    assert package.object_id.startswith("urn:Q/3:uuid:")
    assert package.path.parent == tmp_path
    assert package.path.name.startswith("urn_Q=2F3_uuid_")


def test_values_have_every_field(tmp_path: Path):
    """The made-up records name every field of the annexes, so that no element is untested."""
    made = dossier(tmp_path)

    assert set(made.values) == set(DOSSIER)
    assert set(made.documents[0].values) == set(DOCUMENT)
