"""The receiving check finds whatever was changed, lacks, is too much, or could lead out of a package."""

import hashlib
import os
import random
import shutil
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from pipeline.packages import opening
from pipeline.packages.checking import CheckedPackage, check_package
from pipeline.packages.findings import PROBLEMS
from pipeline.packages.schemas import XLINK_NS
from pipeline.packages.values import PackageForm, PackageType, WrittenPackage
from tests.packages_made import CODE, FORMS, KINDS, TIME, form_of, written

REP = "representations/rep1"
DATA = f"{REP}/data/{CODE}.0000002.pdf"
EAD_DOC = f"{REP}/metadata/descriptive/EAD_doc_{CODE}.0000002.xml"
AIP, SIP = PackageType.AIP, PackageType.SIP


def codes(found: CheckedPackage) -> list[tuple[str, str]]:
    assert all(finding.code in PROBLEMS and finding.sentence for finding in found.findings)
    return [(finding.code, finding.path) for finding in found.findings]


def zipped(folder: Path, target: Path, change: Callable[[zipfile.ZipFile], None] = lambda _: None) -> Path:
    """Zip a package's folder as somebody else would, deflated, with folders' entries; a test adds what it likes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
        change(archive)
    return target


def resealed(folder: Path, changed: str) -> None:
    """Put size and digest of a changed file right in the METS.xml that names it, and so on outwards."""
    while changed != "METS.xml":
        inner = f"{REP}/METS.xml"
        outer = inner if changed.startswith(f"{REP}/") and changed != inner else "METS.xml"
        name, data = changed.removeprefix(outer.removesuffix("METS.xml")), (folder / changed).read_bytes()
        document = etree.parse(str(folder / outer))
        (place,) = document.xpath("//*[@x:href = $name]", namespaces={"x": XLINK_NS}, name=name)[:1]
        holder = place if place.get("SIZE") else place.getparent()
        if holder.get("SIZE"):
            holder.set("SIZE", str(len(data)))
            holder.set("CHECKSUM", hashlib.sha256(data).hexdigest().upper())
        document.write(str(folder / outer), encoding="UTF-8", xml_declaration=True)
        changed = outer


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_package_as_written_passes(tmp_path: Path, form: PackageForm):
    """Each kind and form passes, and what it says comes back."""
    package = written(tmp_path, form)
    seen: list[int] = []
    found = check_package(package.path, sha256=package.sha256, seen=seen.append)

    assert codes(found) == []
    assert (found.object_id, found.type, found.time) == (package.object_id, form.type.value, TIME)
    assert found.request_code == ("NL.BNV.2023.01" if form.type is SIP else "")
    assert found.dossier["title"] == found.label == "Tập quyết định năm 2020"
    assert [document.path for document in found.documents] == [f"{REP}/data/{CODE}.000000{n}.pdf" for n in (1, 2, 3)]
    assert found.documents[0].values["subject"] == 'V/v "thử" & <kiểm tra>'
    assert sum(seen) > found.documents[2].size_bytes


@pytest.mark.parametrize("kind", KINDS)
def test_line_2_any_one_byte_of_any_file_is_found(tmp_path: Path, kind: PackageType):
    """One flipped bit in any file of a folder is found; in the root METS.xml by the digest that was told."""
    package = written(tmp_path, form_of(kind))
    dice = random.Random(5)
    for path in sorted(path for path in package.path.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for place in {0, len(data) - 1, dice.randrange(len(data)), dice.randrange(len(data))}:
            damaged = bytearray(data)
            damaged[place] ^= 1 << dice.randrange(8)
            path.write_bytes(damaged)
            assert check_package(package.path, sha256=package.sha256).findings, (path.name, place)
            if path.relative_to(package.path).as_posix() not in {"METS.xml", f"{REP}/METS.xml"}:
                relative = path.relative_to(package.path).as_posix()
                assert codes(check_package(package.path)) == [("wrong-digest", relative)]
        path.write_bytes(data)
    assert codes(check_package(package.path, sha256=package.sha256)) == []


def test_line_2_any_one_byte_of_a_zip_is_found(tmp_path: Path):
    """With the ZIP's digest told, a flip anywhere in it is found; within a file's bytes also without."""
    package = written(tmp_path, form_of(SIP, zipped=True))
    whole = package.path.read_bytes()
    dice = random.Random(6)
    with zipfile.ZipFile(package.path) as archive:
        entry = next(each for each in archive.infolist() if each.filename.endswith(DATA))
    inside = entry.header_offset + 30 + len(entry.filename.encode()) + 40
    for place in [0, 20, inside, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(40))]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        package.path.write_bytes(damaged)
        assert check_package(package.path, sha256=package.sha256).findings, place
        if place == inside:
            assert codes(check_package(package.path)) == [("wrong-digest", DATA)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_file_gives_one_finding(tmp_path: Path, kind: PackageType):
    """Whichever file is taken away is named, and only that one."""
    package = written(tmp_path, form_of(kind))
    for path in sorted(path for path in package.path.rglob("*") if path.is_file()):
        data, relative = path.read_bytes(), path.relative_to(package.path).as_posix()
        path.unlink()
        expected = "no-part" if relative == "METS.xml" else "missing"
        assert codes(check_package(package.path)) == [(expected, relative)]
        path.write_bytes(data)


def test_a_file_that_nobody_names_is_found(tmp_path: Path):
    """What lies in the package beside what METS.xml names is found, wherever it lies."""
    package = written(tmp_path, form_of(AIP))
    extra = ["lạ.txt", f"{REP}/data/lạ.pdf", "metadata/other/x.xml"]
    for path in extra:
        (package.path / path).parent.mkdir(exist_ok=True)
        (package.path / path).write_bytes(b"x")

    assert sorted(codes(check_package(package.path))) == sorted(("not-named", path) for path in extra)


def test_a_file_of_another_size_is_found_unread(tmp_path: Path):
    """Longer or shorter, the finding has both sizes."""
    package = written(tmp_path, form_of(AIP))
    with (package.path / DATA).open("ab") as file:
        file.write(b"x")
    found = check_package(package.path)

    assert codes(found) == [("wrong-size", DATA)]
    assert (found.findings[0].details["found"], found.findings[0].details["expected"]) == (210, 209)


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_under_another_name_is_found(tmp_path: Path, kind: PackageType):
    """Folder and ZIP go by the OBJID (p.34, 183, 238)."""
    folder = written(tmp_path / "a", form_of(kind)).path
    archive = written(tmp_path / "b", form_of(kind, zipped=True)).path
    renamed = [folder.rename(folder.with_name("gói")), archive.rename(archive.with_name("gói.zip"))]

    assert [codes(check_package(path)) for path in renamed] == [[("wrong-name", "")]] * 2


def test_others_zips_are_read(tmp_path: Path):
    """A deflated ZIP with entries for its folders passes like ours."""
    package = written(tmp_path, form_of(SIP))

    assert codes(check_package(zipped(package.path, tmp_path / f"12{package.path.name}.zip"))) == []


@pytest.mark.parametrize(("name", "code"), [
    ("{top}/../x", "unsafe"), ("/etc/x", "not-one-folder"), ("other/x", "not-one-folder"), ("{top}/a\\b", "unsafe"),
    ("{top}/METS.xml", "doubled"), ("{top}/C:/x", "unsafe"), ("x", "not-one-folder"),
])  # fmt: skip
def test_a_zip_cannot_lead_out_of_itself(tmp_path: Path, name: str, code: str):
    """Absolute paths, "..", backslashes, doubled names and a second folder are found, and nothing is unpacked."""
    package = written(tmp_path, form_of(SIP))

    def add(archive: zipfile.ZipFile) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr(name.format(top=package.path.name), b"x")

    found = check_package(zipped(package.path, tmp_path / f"1{package.path.name}.zip", add))

    assert {finding.code for finding in found.findings} == {code}


def test_a_zips_links_and_bombs_are_refused(tmp_path: Path):
    """A link and an entry that claims more than it can hold are unsafe; none is opened."""
    package = written(tmp_path, form_of(SIP))

    def add(archive: zipfile.ZipFile) -> None:
        link = zipfile.ZipInfo(f"{package.path.name}/link")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"{package.path.name}/bomb", b"x" * 1000)

    target = zipped(package.path, tmp_path / f"1{package.path.name}.zip", add)
    data = bytearray(target.read_bytes())
    place = data.rindex(f"{package.path.name}/bomb".encode()) - 46
    data[place + 24 : place + 28] = struct.pack("<I", 2**31)
    target.write_bytes(data)
    found = check_package(target)

    assert sorted(codes(found)) == [("unsafe", f"{package.path.name}/bomb"), ("unsafe", f"{package.path.name}/link")]


def test_entries_that_overlap_are_refused(tmp_path: Path):
    """A ZIP whose entries claim more bytes than it has is refused as a whole."""
    package = written(tmp_path, form_of(SIP, zipped=True))
    with zipfile.ZipFile(package.path, "a") as archive:
        entry = next(each for each in archive.infolist() if each.filename.endswith("mets1_12.xsd"))
        for number in range(3):
            copy = zipfile.ZipInfo(f"{entry.filename}{number}")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "external_attr", "create_system"):
                setattr(copy, name, getattr(entry, name))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        archive._didModify = True
    found = check_package(package.path)

    assert ("unsafe", package.path.name) in codes(found)


@pytest.mark.parametrize(("before", "behind"), [(b"MZ" * 50, b""), (b"", b"MZ" * 50), (b"", b"\0")])
def test_bytes_around_the_archive_are_found(tmp_path: Path, before: bytes, behind: bytes):
    """What lies before the first entry or behind the end of a ZIP is covered by no digest and does not pass."""
    package = written(tmp_path, form_of(SIP, zipped=True))
    package.path.write_bytes(before + package.path.read_bytes() + behind)
    found = check_package(package.path)

    assert codes(found) == [("unsafe", package.path.name)]
    assert "before or behind the archive" in found.findings[0].sentence


def test_an_encrypted_entry_is_refused(tmp_path: Path):
    """An entry whose flag says encrypted is unsafe."""
    package = written(tmp_path, form_of(SIP, zipped=True))
    data = bytearray(package.path.read_bytes())
    place = data.rindex(f"{package.path.name[1:-4]}/documentation/README.txt".encode()) - 46
    data[place + 8] |= 1
    package.path.write_bytes(data)

    assert ("unsafe", f"{package.path.name[1:-4]}/documentation/README.txt") in codes(check_package(package.path))


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path):
    """A document that is a link to an equal file is no document."""
    package = written(tmp_path, form_of(AIP))
    shutil.move(package.path / DATA, tmp_path / "elsewhere.pdf")
    (package.path / DATA).symlink_to(tmp_path / "elsewhere.pdf")

    assert codes(check_package(package.path)) == [("unsafe", DATA), ("missing", DATA)]


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"no zip at all"])
def test_what_is_no_package_is_unreadable(tmp_path: Path, data: bytes):
    """A file that is no ZIP, and a path with nothing there, give one finding and no exception."""
    (tmp_path / "x.zip").write_bytes(data)

    assert codes(check_package(tmp_path / "x.zip")) == [("unreadable", "")]
    assert codes(check_package(tmp_path / "none.zip")) == [("unreadable", "")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_found(tmp_path: Path):
    """A document without permission to read is not taken for whole."""
    package = written(tmp_path, form_of(AIP))
    (package.path / DATA).chmod(0)

    assert codes(check_package(package.path)) == [("wrong-digest", DATA)]


@pytest.mark.parametrize(("path", "old", "new", "expected"), [
    ("METS.xml", 'TYPE="PHYSICAL"', 'KIND="PHYSICAL"', [("schema", "METS.xml")]),
    ("METS.xml", 'csip:OAISPACKAGETYPE="SIP"', 'csip:OAISPACKAGETYPE="AIC"', [("wrong-type", "")]),
    ("METS.xml", 'csip:OAISPACKAGETYPE="SIP"', 'csip:OAISPACKAGETYPE="X"',
     [("schema", "METS.xml"), ("wrong-type", "")]),
    ("METS.xml", 'href="schemas/xlink.xsd"', 'href="../xlink.xsd"',
     [("bad-reference", "../xlink.xsd"), ("not-named", "schemas/xlink.xsd")]),
    ("METS.xml", 'href="schemas/xlink.xsd"', 'href="http://x/xlink.xsd"',
     [("bad-reference", "http://x/xlink.xsd"), ("not-named", "schemas/xlink.xsd")]),
    ("METS.xml", "<?xml version='1.0' encoding='UTF-8'?>", '<!DOCTYPE mets [<!ENTITY a "b">]>',
     [("bad-xml", "METS.xml")]),
    ("METS.xml", "</mets>", "", [("bad-xml", "METS.xml")]),
    (EAD_DOC, "<subject>", "<topic>", [("bad-xml", EAD_DOC)]),
    (EAD_DOC, "  <autograph></autograph>\n", "", [("schema", EAD_DOC)]),
    (EAD_DOC, "  <mode></mode>", "  <mode></mode><mode></mode>", [("schema", EAD_DOC)]),
    ("metadata/descriptive/EAD.xml", "fileCode>", "codeOfFile>", [("schema", "metadata/descriptive/EAD.xml")]),
    (f"{REP}/METS.xml", 'CHECKSUMTYPE="SHA-256"', 'CHECKSUMTYPE="MD5"', "no-digest"),
    (f"{REP}/METS.xml", 'LABEL="MetadataLink/File"', 'LABEL="Other"', "broken-link"),
])  # fmt: skip
def test_a_change_that_was_sealed_again_is_found(tmp_path: Path, path: str, old: str, new: str, expected: object):
    """What the schemas, the type and the links forbid is found though every size and digest is right."""
    package = written(tmp_path, form_of(SIP))
    text = (package.path / path).read_text(encoding="utf-8")
    assert old in text
    (package.path / path).write_text(text.replace(old, new), encoding="utf-8")
    if path != "METS.xml":
        resealed(package.path, path)
    found = codes(check_package(package.path))

    assert found == expected if isinstance(expected, list) else {code for code, _ in found} == {expected}


def test_premis_is_held_against_its_schema(tmp_path: Path):
    """An event without a type does not fit PREMIS 3.0."""
    package = written(tmp_path, form_of(AIP))
    path = "metadata/preservation/PREMIS.xml"
    text = (package.path / path).read_text(encoding="utf-8")
    (package.path / path).write_text(text.replace("premis:eventType", "premis:eventKind"), encoding="utf-8")
    resealed(package.path, path)

    assert codes(check_package(package.path)) == [("schema", path)]


def test_an_aip_without_premis_lacks_a_part(tmp_path: Path):
    """A SIP's tree that calls itself an AIP lacks both PREMIS files (p.34-36)."""
    package = written(tmp_path, form_of(SIP))
    text = (package.path / "METS.xml").read_text(encoding="utf-8")
    (package.path / "METS.xml").write_text(text.replace('TYPE="SIP"', 'TYPE="AIP"'), encoding="utf-8")
    found = codes(check_package(package.path))

    assert found == [
        ("no-part", "metadata/preservation/PREMIS.xml"),
        ("no-part", f"{REP}/metadata/preservation/PREMIS_rep1.xml"),
    ]


def test_a_package_that_was_written_again_is_another(tmp_path: Path):
    """A whole package that is not the one that was told is found by its digest alone."""
    package = written(tmp_path, form_of(SIP, zipped=True))
    again = check_package(package.path, sha256="0" * 64)

    assert codes(again) == [("changed", "")]


def test_names_in_decomposed_letters_are_the_same_names(tmp_path: Path):
    """A ZIP made on a system that takes letters apart passes: Đ, ề and the like are compared after NFC."""
    package = written(tmp_path, form_of(SIP), ["Tờ trình về đất.pdf"])
    target = tmp_path / f"1{package.path.name}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(package.path.rglob("*")):
            if path.is_file():
                name = opening.unicodedata.normalize("NFD", path.relative_to(package.path.parent).as_posix())
                archive.writestr(name, path.read_bytes())

    assert codes(check_package(target)) == []


def test_seen_may_end_the_check(tmp_path: Path):
    """What `seen` raises comes through, so that a check can be interrupted."""
    package = written(tmp_path, form_of(AIP))

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_package(package.path, seen=stop)


def test_each_problem_has_its_placeholders():
    """Every sentence can be filled by the details that come with it: path, and no nameless placeholder."""
    assert all("{}" not in text and text.endswith((".", "}")) for text in PROBLEMS.values())
    assert isinstance(WrittenPackage("a", Path("b"), 1, "c").files, tuple)
