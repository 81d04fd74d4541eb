"""The receiving side: whatever happened to a batch is told, of the right item; what was not read never passed."""

import hashlib
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from transfer_sets import built, planned, sealed

from pipeline.errors import ExitCode, UsageError
from pipeline.transfer import checking
from pipeline.transfer.building import build
from pipeline.transfer.checking import Request, check_batch, exit_code
from pipeline.transfer.manifest import write_list
from pipeline.transfer.results import counts, documents_missing, received_values
from pipeline.transfer.values import Manifest, Received

# One call for one mistake: what follows is told of the item that it happened to.
Harm = Callable[[Path], str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a batch; nobody may change it."""
    folder = tmp_path_factory.mktemp("batches")
    built(sealed(folder / "set"), folder / "batch")
    return folder / "batch"


@pytest.fixture(scope="module")
def whole_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the same with packages as folders; nobody may change it."""
    folder = tmp_path_factory.mktemp("batches")
    built(sealed(folder / "set"), folder / "batch", zipped=False)
    return folder / "batch"


def copied(batch: Path, place: Path) -> Path:
    return Path(shutil.copytree(batch, place / "batch"))


def checked(batch: Path, **asked: Any) -> Received:
    return check_batch(batch, Request(**asked))


def said(received: Received) -> str:
    """Give everything that was found, with the items it was found about."""
    rows = [f"{row.code} {row.document} {'; '.join(row.reasons)}" for row in received.rows if not row.passed]
    return "\n".join([*rows, *received.problems, *received.unread, *received.missing])


def failed(received: Received) -> set[tuple[str, str]]:
    """Give the dossiers and documents that did not pass, by their last letters."""
    return {(row.code[-7:-5], row.document[-1:]) for row in received.rows if not row.passed}


def manifest_of(batch: Path) -> Manifest:
    made = checked(batch).manifest
    assert made.dossiers
    return made


def listed_again(batch: Path) -> None:
    """Do what a forger does: write manifest-sha256.txt for what is there now."""
    (batch / "manifest-sha256.txt").unlink()
    paths = [path for path in batch.rglob("*") if path.is_file()]
    rows = [(path.relative_to(batch).as_posix(), 0, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    write_list(batch, rows)


def declared_again(batch: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change transfer.json, and the digests with it."""
    values = json.loads((batch / "transfer.json").read_text(encoding="utf-8"))
    change(values)
    (batch / "transfer.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    listed_again(batch)


def packed_again(package: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write a package's ZIP again, each file changed as asked; nothing given leaves it out."""
    with zipfile.ZipFile(package) as archive:
        held = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        for name, data in held.items():
            new = change(name, data)
            if new is not None:
                archive.writestr(name, new)


def described_again(batch: Path, ordinal: int) -> None:
    """Let transfer.json have the size and digest of a package as it is now, and the digests too."""

    def change(values: dict[str, Any]) -> None:
        row = values["dossiers"][ordinal - 1]
        data = (batch / row["package"]).read_bytes()
        row.update(size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        values["totals"]["size_bytes"] = sum(each["size_bytes"] for each in values["dossiers"])

    declared_again(batch, change)


def package(batch: Path, ordinal: int) -> Path:
    (found,) = (batch / "goi-tin").glob(f"{ordinal}uuid-*.zip")
    return found


# What is whole


@pytest.mark.parametrize("name", ["whole", "whole_folders"])
def test_line_10_whole_batch_is_complete_and_passed(name: str, request: pytest.FixtureRequest):
    """All that the list names is there, and each dossier and document passed."""
    received = checked(request.getfixturevalue(name))

    assert said(received) == ""
    assert (received.is_complete, received.passed, exit_code(received)) == (True, True, ExitCode.WHOLE)
    assert counts(received) == {
        "dossiers": 3, "documents": 12, "dossiers_missing": 0, "documents_missing": 0, "dossiers_passed": 3,
        "documents_passed": 12, "dossiers_not_passed": 0, "documents_not_passed": 0,
    }  # fmt: skip
    assert received.virus == "not searched"


@pytest.mark.parametrize(("aip", "zipped"), [("folder", True), ("folder", False), ("zip", True)])
def test_batch_of_aips_passes(tmp_path: Path, aip: str, zipped: bool):
    """A batch of AIPs is held against the AIP's names and schemas."""
    built(sealed(tmp_path / "set", aip=aip), tmp_path / "out", aip=True, zipped=zipped)

    assert said(checked(tmp_path / "out")) == ""
    assert checked(tmp_path / "out").passed


def test_checking_changes_nothing(whole: Path):
    """No file of the batch is written, made or touched."""
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in whole.rglob("*")}
    checked(whole)

    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in whole.rglob("*")} == before


# Any one byte


def changed_byte(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)


def truncated(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def emptied(path: Path, _chance: random.Random) -> None:
    path.write_bytes(b"")


def longer(path: Path, _chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def deleted(path: Path, _chance: random.Random) -> None:
    path.unlink()


def renamed(path: Path, _chance: random.Random) -> None:
    path.rename(path.with_name(f"x{path.name}"))


def made_a_link(path: Path, _chance: random.Random) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to("moved")


def made_a_folder(path: Path, _chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


HARMS = (changed_byte, changed_byte, truncated, emptied, longer, deleted, renamed, made_a_link, made_a_folder)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["whole", "whole_folders"])
def test_mutation_any_change_of_any_file_is_caught(
    name: str, seed: int, request: pytest.FixtureRequest, tmp_path: Path
):
    """Whichever file is changed in whichever way, the batch does not pass, and the file or its dossier is named."""
    chance = random.Random(seed)
    source = request.getfixturevalue(name)
    made = manifest_of(source)
    files = sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file())
    for number, path in enumerate(chance.sample(files, min(len(files), 14))):
        batch = copied(source, tmp_path / str(number))
        harm = chance.choice(HARMS)
        harm(batch / path, chance)
        received = checked(batch)
        owner = next((row.code for row in made.dossiers if path.startswith(row.package)), None)

        assert not received.passed, (harm.__name__, path)
        assert exit_code(received) == ExitCode.FINDINGS
        if owner:
            assert {row.code for row in received.rows if not row.passed} == {owner}, (harm.__name__, path)
        else:
            assert path in said(received) or path in {"manifest-sha256.txt", "transfer.json"}
        shutil.rmtree(batch)


@pytest.mark.parametrize("place", range(0, 66 * 3, 13))
def test_mutation_any_byte_of_the_list_of_digests_is_caught(whole: Path, tmp_path: Path, place: int):
    """Digits, blanks, names and line ends of manifest-sha256.txt cannot change unseen."""
    batch = copied(whole, tmp_path)
    listed = bytearray((batch / "manifest-sha256.txt").read_bytes())
    listed[place] ^= 1
    (batch / "manifest-sha256.txt").write_bytes(listed)

    assert not checked(batch).passed


def test_mutation_added_files_are_named(whole: Path, tmp_path: Path):
    """A file that nobody listed is a problem; what systems leave behind is only noted."""
    batch = copied(whole, tmp_path)
    (batch / "goi-tin" / "4uuid-X.zip").write_bytes(b"PK")
    (batch / "kem-theo" / "Thumbs.db").write_bytes(b"x")
    received = checked(batch)

    assert [str(problem) for problem in received.problems] == [
        "goi-tin/4uuid-X.zip is not named by manifest-sha256.txt"
    ]
    assert any("Thumbs.db" in note for note in received.notes)
    assert failed(received) == set()
    assert exit_code(received) == ExitCode.FINDINGS


def test_mutation_swapped_packages_do_not_pass(whole: Path, tmp_path: Path):
    """Two packages under each other's names are both told, with what they really are."""
    batch = copied(whole, tmp_path)
    one, two = package(batch, 1), package(batch, 2)
    one.rename(batch / "x")
    two.rename(one)
    (batch / "x").rename(two)
    listed_again(batch)
    received = checked(batch)

    assert {code for code, _ in failed(received)} == {"01", "02"}
    assert "the package is another one: its OBJID is" in said(received)
    assert {row.code[-7:-5] for row in received.rows if row.passed} == {"03"}


def test_renamed_package_is_told_with_its_new_name(whole: Path, tmp_path: Path):
    """A package under another name is one finding of its dossier, and no file too much."""
    batch = copied(whole, tmp_path)
    package(batch, 2).rename(batch / "goi-tin" / "second.zip")
    received = checked(batch)

    assert received.problems == ()
    assert "the same content lies at goi-tin/second.zip" in said(received)
    assert {code for code, _ in failed(received)} == {"02"}


# Complete or not


def test_line_10_missing_packages_are_counted_and_named(whole: Path, tmp_path: Path):
    """The result is "chưa đủ", with how many dossiers and documents are missing, and which."""
    batch = copied(whole, tmp_path)
    package(batch, 3).unlink()
    received = checked(batch)

    assert not received.is_complete
    assert received.missing == ("H48.99.1.2001.03-VP/Đ",)
    assert documents_missing(received) == 4
    assert {code for code, _ in failed(received)} == {"03"}


def test_line_10_missing_document_is_counted_and_named(whole: Path, tmp_path: Path):
    """A document that its package lacks is missing, and it alone and its dossier did not pass."""
    batch = copied(whole, tmp_path)
    packed_again(package(batch, 2), lambda name, data: None if name.endswith("HS2.0000003.pdf") else data)
    described_again(batch, 2)
    received = checked(batch)

    assert received.missing_documents == ("H48.99.1.2001.02-VP/Đ.0000003",)
    assert documents_missing(received) == 1
    assert failed(received) == {("02", ""), ("02", "3")}


# Forged


def test_mutation_forged_digests_do_not_hide_a_changed_document(whole: Path, tmp_path: Path):
    """With manifest-sha256.txt and transfer.json written anew, the METS of the package still tells."""
    batch = copied(whole, tmp_path)
    packed_again(
        package(batch, 2), lambda name, data: data[:-9] + b"9" + data[-8:] if name.endswith("HS2.0000003.pdf") else data
    )
    described_again(batch, 2)
    received = checked(batch)

    assert "damaged or was changed" in said(received)
    assert {row.document[-1:] for row in received.rows if not row.passed} == {"", "3"}


@pytest.mark.parametrize("end", ["rep1/METS.xml", "EAD.xml", "EAD_doc_HS2.0000003.xml", "EAD_doc.xsd"])
def test_mutation_forged_digests_do_not_hide_changed_metadata(whole: Path, tmp_path: Path, end: str):
    """The same for every other file of the package but its root METS.xml, whose digest the list of files has."""
    batch = copied(whole, tmp_path)
    packed_again(package(batch, 2), lambda name, data: data.replace(b">", b"> ", 1) if name.endswith(end) else data)
    described_again(batch, 2)
    received = checked(batch)

    assert not received.passed
    assert {row.code[-7:-5] for row in received.rows if not row.passed} == {"02"}


def test_list_and_package_must_say_the_same(whole: Path, tmp_path: Path):
    """A title, date or number that the list has otherwise than the package does not pass."""
    batch = copied(whole, tmp_path)

    def change(values: dict[str, Any]) -> None:
        values["dossiers"][0]["title"] = "Another title"
        values["dossiers"][1]["documents"][1]["number"] = "99"

    declared_again(batch, change)
    received = checked(batch)

    assert failed(received) == {("01", ""), ("02", ""), ("02", "2")}
    assert "'title' [Tiêu đề hồ sơ] is 'Hồ sơ số 1 về việc xây dựng chợ' in the package and 'Another title'" in said(
        received
    )
    assert "'codeNumber' [Số] is '202' in the package and '99' in the list" in said(received)


@pytest.mark.parametrize(("name", "listed"), [("numberOfPage", {"pages": 60}), ("numberOfPaper", {"sheets": 99})])
def test_list_and_package_must_count_the_same(whole: Path, tmp_path: Path, name: str, listed: dict[str, int]):
    """Pages and sheets that the list has otherwise than the package do not pass, with all sums and digests forged."""
    batch = copied(whole, tmp_path)

    def change(values: dict[str, Any]) -> None:
        values["dossiers"][0].update(listed)
        values["totals"]["pages"] = sum(each["pages"] for each in values["dossiers"])

    declared_again(batch, change)

    assert failed(checked(batch)) == {("01", "")}
    assert f"'{name}'" in said(checked(batch))


def test_pages_of_a_document_must_be_those_of_its_package(whole: Path, tmp_path: Path):
    """The number of pages of one document, forged in the list, is told of it."""
    batch = copied(whole, tmp_path)
    declared_again(batch, lambda values: values["dossiers"][1]["documents"][2].update(pages=7))

    assert failed(checked(batch)) == {("02", ""), ("02", "3")}


def test_dossiers_own_total_that_differs_is_noted(tmp_path: Path):
    """A dossier whose record counts more documents than the list names passes, and it is told."""
    source = sealed(tmp_path / "set", change=lambda values: values["dossiers"][0]["record"].update(totalDoc="9"))
    built(source, tmp_path / "out")
    received = checked(tmp_path / "out")

    assert received.passed
    assert any("counts 9 documents, the list names 4" in note for note in received.notes)


def test_line_10_package_that_the_list_does_not_name_is_told(whole: Path, tmp_path: Path):
    """A dossier taken out of the list, sums and digests forged, is told by its package, which is still there."""
    batch = copied(whole, tmp_path)
    left = package(batch, 3).name

    def change(values: dict[str, Any]) -> None:
        values["dossiers"].pop()
        rows, totals = values["dossiers"], values["totals"]
        totals.update(dossiers=2, documents=8, pages=sum(row["pages"] for row in rows))
        totals.update(size_bytes=sum(row["size_bytes"] for row in rows))

    declared_again(batch, change)
    received = checked(batch)

    assert received.problems == (f"goi-tin/{left} lies among the packages and transfer.json does not name it",)
    assert exit_code(received) == ExitCode.FINDINGS


@pytest.mark.parametrize("path", ["virus.exe", "kem-theo/them.docx", "goi-tin/x/y.txt"])
def test_file_that_the_list_does_not_name_is_told(whole: Path, tmp_path: Path, path: str):
    """A file that was put in, the digests forged, is told once."""
    batch = copied(whole, tmp_path)
    (batch / path).parent.mkdir(exist_ok=True)
    (batch / path).write_text("x", encoding="utf-8")
    listed_again(batch)
    received = checked(batch)

    assert len(received.problems) == 1
    assert "transfer.json does not name it" in received.problems[0]


def test_papers_that_go_along_are_held_against_the_list(whole: Path, tmp_path: Path):
    """A history of the unit that lacks or is another one is told, the digests forged."""
    batch = copied(whole, tmp_path)
    (paper,) = (path for path in (batch / "kem-theo").iterdir())
    paper.write_bytes(b"another history")
    listed_again(batch)
    assert "is not the file that transfer.json names" in said(checked(batch))

    paper.unlink()
    listed_again(batch)
    assert f"kem-theo/{paper.name} is missing" in said(checked(batch))


def test_rule_4_1_ordinal_of_a_sips_file_is_that_of_the_list(whole: Path, tmp_path: Path):
    """A package under the ordinal of another dossier does not pass (p.238)."""
    batch = copied(whole, tmp_path)
    old = package(batch, 2)
    new = old.rename(old.with_name(f"7{old.name[1:]}"))
    declared_again(batch, lambda values: values["dossiers"][1].update(package=f"goi-tin/{new.name}"))

    assert failed(checked(batch)) == {("02", "")}
    assert f"by its place in the list it must be {old.name}" in said(checked(batch))


def test_rule_6_2_packages_are_of_the_request_that_is_declared(whole: Path, tmp_path: Path):
    """Packages that refer to another request than the list do not pass."""
    batch = copied(whole, tmp_path)
    declared_again(batch, lambda values: values["declaration"].update(request_code="99.X"))

    assert failed(checked(batch)) == {("01", ""), ("02", ""), ("03", "")}
    assert "the package is of the request 01.NL.UBSM.01.2026, the list is of 99.X" in said(checked(batch))


def test_digests_of_the_list_are_held_against_packages_and_files(whole: Path, tmp_path: Path):
    """A package or file that is whole and not the one of the list does not pass, with all digests of files forged."""
    batch = copied(whole, tmp_path)

    def change(values: dict[str, Any]) -> None:
        values["dossiers"][0]["sha256"] = "0" * 64
        values["dossiers"][1]["documents"][2]["sha256"] = "0" * 64
        values["dossiers"][2]["documents"][0]["size_bytes"] += 1

    declared_again(batch, change)
    received = checked(batch)

    assert failed(received) == {("01", ""), ("02", ""), ("02", "3"), ("03", ""), ("03", "1")}
    assert "is not the package of the list: size or SHA-256 differs" in said(received)
    assert "HS2.0000003.pdf is not the file of the list: size or SHA-256 differs" in said(received)


def test_fields_of_the_packages_are_held_against_the_rules(tmp_path: Path):
    """What a sender without rules packed does not pass: the rules of the fields are asked again."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][0]["record"]["maintenance"] = "02"
        said["documents"][5]["record"]["mode"] = "03"

    source = sealed(tmp_path / "set", change=change)
    careless = planned(source, tmp_path / "batch")
    build(replace(careless, stops=False, dossiers=careless.source.dossiers))
    received = checked(tmp_path / "batch")

    assert failed(received) == {("01", ""), ("02", ""), ("02", "2")}
    assert "'maintenance' [Thời hạn lưu trữ] is 02; only records that are kept for ever" in said(received)
    assert "'mode' [Chế độ sử dụng] is 03 [Mật]" in said(received)


def test_line_10_duplicates_inside_a_received_batch_do_not_pass(whole: Path, tmp_path: Path):
    """Two dossiers of the list with one code are both refused (Đ24.1.a)."""
    batch = copied(whole, tmp_path)

    def change(values: dict[str, Any]) -> None:
        values["dossiers"][2]["code"] = values["dossiers"][0]["code"]
        values["dossiers"][1]["documents"][0]["doc_id"] = values["dossiers"][1]["documents"][3]["doc_id"]

    declared_again(batch, change)
    rows = [row for row in checked(batch).rows if not row.document]

    assert all("stands at several places of the batch" in "; ".join(row.reasons) for row in rows)


def test_same_file_twice_is_told(tmp_path: Path):
    """Two documents with the same bytes may be right; it is noted."""

    def change(said: dict[str, Any]) -> None:
        said["documents"][5]["access"] = dict(said["documents"][4]["access"]) | {
            "path": "data/access/2/HS2.0000002.pdf"
        }

    source = sealed(tmp_path / "set", change=change)
    target, other = source / "data/access/2/HS2.0000002.pdf", source / "data/access/2/HS2.0000001.pdf"
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (target, other)]
    target.write_bytes(other.read_bytes())
    lists = [source / "manifest-sha256.txt", source / "tagmanifest-sha256.txt"]
    before = hashlib.sha256(lists[0].read_bytes()).hexdigest()
    lists[0].write_text(lists[0].read_text(encoding="utf-8").replace(*digests), encoding="utf-8")
    after = hashlib.sha256(lists[0].read_bytes()).hexdigest()
    lists[1].write_text(lists[1].read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    built(source, tmp_path / "out")
    received = checked(tmp_path / "out")

    assert received.passed
    assert any("are the same file" in note for note in received.notes)


# Hostile packages


def evil(batch: Path, write: Callable[[zipfile.ZipFile], None]) -> Received:
    """Put a ZIP of one's own in the place of the second package, all digests forged."""
    target = package(batch, 2)
    with zipfile.ZipFile(target, "a") as archive:
        write(archive)
    described_again(batch, 2)
    return checked(batch)


def outside(archive: zipfile.ZipFile) -> None:
    archive.writestr(f"{archive.namelist()[0].split('/')[0]}/../../../evil.txt", "x")


def absolute(archive: zipfile.ZipFile) -> None:
    archive.writestr("/tmp/evil.txt", "x")


def twice(archive: zipfile.ZipFile) -> None:
    name = next(name for name in archive.namelist() if name.endswith("HS2.0000003.pdf"))
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(name, "x")


def bomb(archive: zipfile.ZipFile) -> None:
    top = archive.namelist()[0].split("/")[0]
    archive.writestr(f"{top}/bomb", bytes(30 << 20), zipfile.ZIP_DEFLATED)


def a_link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo(f"{archive.namelist()[0].split('/')[0]}/link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


@pytest.mark.parametrize("write", [outside, absolute, twice, bomb, a_link])
def test_hostile_package_does_not_pass(whole: Path, tmp_path: Path, write: Callable[[zipfile.ZipFile], None]):
    """Paths that lead out, names that stand twice, bombs and links are refused with a reason; nothing is unpacked."""
    batch = copied(whole, tmp_path)
    received = evil(batch, write)

    assert {row.code[-7:-5] for row in received.rows if not row.passed} == {"02"}
    assert not (tmp_path / "evil.txt").exists()
    assert not Path("/tmp/evil.txt").exists()


def test_encrypted_package_does_not_pass(whole: Path, tmp_path: Path):
    """A package with encrypted members is refused with that reason."""
    batch = copied(whole, tmp_path)
    data = bytearray(package(batch, 2).read_bytes())
    start = data.find(b"PK\x01\x02")
    while start >= 0:
        data[start + 8] |= 1
        start = data.find(b"PK\x01\x02", start + 4)
    package(batch, 2).write_bytes(data)
    described_again(batch, 2)
    received = checked(batch)

    assert "encrypted" in said(received)
    assert {row.code[-7:-5] for row in received.rows if not row.passed} == {"02"}


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"no zip at all"])
def test_package_that_is_no_zip_does_not_pass(whole: Path, tmp_path: Path, data: bytes):
    """What is no ZIP, or holds nothing, is refused; none of its documents passed."""
    batch = copied(whole, tmp_path)
    package(batch, 2).write_bytes(data)
    described_again(batch, 2)

    assert failed(checked(batch)) == {("02", ""), ("02", "1"), ("02", "2"), ("02", "3"), ("02", "4")}


# The list itself


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "nonsense", "[" * 5000, '{"format": 1, "dossiers": [{"package": "../../x"}]}', "\xff\xfe"]
)
def test_unusable_list_is_a_problem_and_nothing_passed(whole: Path, tmp_path: Path, text: str):
    """Without a transfer.json that fits its schema nothing passed."""
    batch = copied(whole, tmp_path)
    (batch / "transfer.json").write_text(text, encoding="latin-1")
    listed_again(batch)
    received = checked(batch)

    assert not received.passed
    assert not received.is_complete
    assert received_values(received, "x", ExitCode.FINDINGS)["result"] == "chưa xác định"
    assert received.rows == ()
    assert exit_code(received) == ExitCode.FINDINGS


def test_sealed_set_is_told_from_a_batch(tmp_path: Path):
    """Who names a sealed set is told so, and which command checks it."""
    with pytest.raises(UsageError, match="is a sealed set and no transfer batch"):
        checked(sealed(tmp_path / "set", dossiers=1))


def test_sums_of_the_list_must_be_those_of_its_rows(whole: Path, tmp_path: Path):
    """A dossier that was taken out of the list with its package is told by the sums."""
    batch = copied(whole, tmp_path)
    package(batch, 3).unlink()
    declared_again(batch, lambda values: values["dossiers"].pop())

    assert "transfer.json says 3 as 'dossiers', its rows give 2" in said(checked(batch))


def test_folder_that_is_no_batch_is_refused(tmp_path: Path):
    """A folder without any of a batch's files is a wrong call."""
    with pytest.raises(UsageError, match="not a transfer batch"):
        checked(tmp_path)


# What was not read


def test_what_cannot_be_read_never_passed(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package that cannot be read gives no verdict, and it and its documents are not "đạt"."""
    batch = copied(whole, tmp_path)
    bad = package(batch, 2)
    real = checking.read_files.__globals__["digest_file"]

    def broken(path: Path, *given: Any, **more: Any) -> dict[str, str]:
        if path == bad:
            raise OSError(5, "Input/output error")
        return dict(real(path, *given, **more))

    monkeypatch.setitem(checking.read_files.__globals__, "digest_file", broken)
    received = checked(batch)

    assert exit_code(received) == ExitCode.NO_VERDICT
    assert len(received.unread) == 1
    assert "Input/output error" in received.unread[0]
    assert failed(received) == {("02", ""), ("02", "1"), ("02", "2"), ("02", "3"), ("02", "4")}
    assert received.is_complete

    package(batch, 1).unlink()
    assert exit_code(checked(batch)) == ExitCode.FINDINGS


# What is held already


def test_line_10_duplicates_with_the_store_are_shown_side_by_side(whole: Path, tmp_path: Path):
    """A dossier that the archive holds is shown with both lists of documents; that is no error by itself (Đ24.1.b)."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][0]["record"]["title"] = "Held under another title"
        said["dossiers"] = said["dossiers"][:1]
        said["documents"] = said["documents"][:4]

    store = tmp_path / "store"
    store.mkdir()
    held = sealed(store / "set", change=change)
    for given in ([held], [store]):
        received = checked(whole, stores=given)
        (row,) = received.doubled
        assert (row.code, row.held_title, row.held_in) == (
            "H48.99.1.2001.01-VP/Đ", "Held under another title", str(held)
        )  # fmt: skip
        assert row.same_content
        assert len(row.documents) == len(row.held_documents) == 4
        assert (received.passed, exit_code(received)) == (True, ExitCode.WHOLE)


@pytest.mark.parametrize(
    ("values", "by"),
    [
        ({"docId": "SM.2.3"}, "document id"),
        ({"docCode": "H48.99.1.2001.02-VP/Đ.0000003"}, "document code"),
        ({"codeNumber": "203", "issuedDate": "04/03/2001"}, "number"),
    ],
)
def test_documents_held_in_another_dossier_are_shown(whole: Path, tmp_path: Path, values: dict[str, str], by: str):
    """A document is known again by its id, its code, its content, or number, symbol, date and agency."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][0]["record"]["fileCode"] = "HELD"
        for row in said["documents"]:
            own = {"docId": f"x{row['source']}", "docCode": f"x{row['source']}", "codeNumber": "", "sheetNumbers": ""}
            row["record"].update(own)
            row["access"]["sha256"] = "0" * 64
        said["documents"][0]["record"].update(values)

    received = checked(whole, stores=[sealed(tmp_path / "held", dossiers=1, change=change)])

    assert {(row.by, row.held_code == "HELD" or bool(row.held_code)) for row in received.doubled} == {(by, True)}
    assert "H48.99.1.2001.02-VP/Đ.0000003" in {row.document for row in received.doubled}


def test_line_10_number_of_a_transfer_that_repeats_is_told(whole: Path, tmp_path: Path):
    """Two batches of one agency and fonds with the same number are noted; another number is not."""
    again = copied(whole, tmp_path)
    other = tmp_path / "other"
    built(sealed(tmp_path / "set"), other, number=2)

    assert any("transfer number 1 of H48.99.1" in note for note in checked(whole, stores=[again]).notes)
    assert not any("transfer number" in note for note in checked(whole, stores=[other]).notes)


def test_store_that_cannot_be_read_gives_no_verdict(whole: Path, tmp_path: Path):
    """A damaged set in the store is told; a folder that holds neither set nor batch is a wrong call."""
    held = sealed(tmp_path / "held")
    (held / "data/batch.json").write_bytes(b"{}")

    assert exit_code(checked(whole, stores=[held])) == ExitCode.NO_VERDICT
    with pytest.raises(UsageError, match="holds no sealed set"):
        checked(whole, stores=[held / "data"])


# Viruses


def scanner(folder: Path, code: int, said: str) -> None:
    folder.mkdir()
    program = folder / "clamscan"
    program.write_text(f"#!/bin/sh\necho '{said}'\nexit {code}\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("code", "result", "left"),
    [
        (0, "none found", ExitCode.WHOLE),
        (1, "found", ExitCode.FINDINGS),
        (2, "not searched", ExitCode.NO_VERDICT),
        (None, "not searched", ExitCode.NO_VERDICT),
    ],
)
def test_article_22_viruses_are_searched_for_or_it_is_said(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int | None, result: str, left: ExitCode
):
    """What clamscan says is the result; where it lacks or fails, nothing is claimed (Đ22.2.d)."""
    if code is not None:
        scanner(tmp_path / "bin", code, "goi-tin/x: Eicar FOUND")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    received = checked(whole, virus_scan=True)

    assert (received.virus, exit_code(received)) == (result, left)
    assert received.passed is (code == 0)
