"""The second sample batch, three dossiers and twelve documents, goes all the way: list, OCR, set, transfer, receipt."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random
from urllib.parse import unquote

import openpyxl
import pytest
from lxml import etree

from samples import transfer as sample
from tests.test_packages_conformance import DRIVER, EXPLAINED, errors, needs_eark

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
METS = {"m": "http://www.loc.gov/METS/"}
REP = "representations/rep1"


def sohoa(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Call the program as a person does."""
    command = [sys.executable, "-m", "pipeline.cli.main", "--lang", "en", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the batch, run it, and hand it over in each form of EAD."""
    place = tmp_path_factory.mktemp("handover")
    sample.draw_batch(place / "scans")
    done = sohoa("run", place / "scans", "--out", place / "sets", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    for form in ("table", "printed-xsd"):
        done = sohoa("transfer", place / "sets/scans", "--out", place / form, "--ead", form, "--folder")
        assert done.returncode == 0, done.stdout + done.stderr
    return place


def packages(folder: Path) -> list[Path]:
    """Give all packages: those of the set and those of both transfers."""
    places = ("sets/scans/data/aip", "table/goi-tin", "printed-xsd/goi-tin")
    return [package for place in places for package in sorted((folder / place).iterdir())]


def test_each_dossier_is_a_package_with_its_documents(folder: Path):
    """Three AIPs lie in the set, three SIPs in each transfer, with twelve documents each time."""
    assert len(packages(folder)) == 9
    for package in packages(folder):
        assert len(list((package / REP / "data").iterdir())) == 4
        assert len(list((package / REP / "metadata/descriptive").iterdir())) == 4


def test_all_metadata_is_valid_by_the_schemas_in_the_package(folder: Path):
    """METS 1.12 with CSIP, EAD and EAD_doc of both profiles and PREMIS 3 validate offline."""
    for package in packages(folder):
        driver = package.parent / "driver.xsd"
        driver.write_text(
            DRIVER.replace('Location="', f'Location="{(package / "schemas").as_uri()}/'), encoding="utf-8"
        )
        mets = etree.XMLSchema(file=str(driver))
        driver.unlink()
        names = {"METS.xml": mets, "EAD.xml": etree.XMLSchema(file=str(package / "schemas/EAD.xsd"))}
        described = etree.XMLSchema(file=str(package / "schemas/EAD_doc.xsd"))
        preserved = package / "schemas/premis-v3-0.xsd"
        premis = etree.XMLSchema(file=str(preserved)) if preserved.exists() else None
        found = sorted(package.rglob("*.xml"))
        assert len(found) in (7, 9)
        for path in found:
            schema = names.get(path.name) or (premis if path.name.startswith("PREMIS") else described)
            assert schema is not None
            assert schema.validate(etree.parse(str(path))), f"{path}: {schema.error_log}"


def test_every_size_and_digest_is_true_and_every_file_named(folder: Path):
    """What METS says of its files is what the disk holds, by another way of reading than the program's."""
    for package in packages(folder):
        named = {package / "METS.xml"}
        for place in ("", REP):
            root = etree.parse(str(package / place / "METS.xml"))
            rows = [(each, each) for each in root.iterfind(".//m:mdRef", METS)]
            rows += [(each, each.find("m:FLocat", METS)) for each in root.iterfind(".//m:file", METS)]
            for row, located in rows:
                path = package / place / unquote(located.get(XLINK_HREF))
                data = path.read_bytes()
                assert int(row.get("SIZE")) == len(data), path
                assert row.get("CHECKSUM") == hashlib.sha256(data).hexdigest().upper(), path
                named.add(path)
        assert named == {path for path in package.rglob("*") if path.is_file()}


@needs_eark
def test_eark_validator_agrees(folder: Path):
    """The validator of the E-ARK foundation finds what the circular itself prescribes, and nothing else."""
    given = packages(folder)
    for package, found in zip(given, errors(*given), strict=True):
        assert found <= EXPLAINED["AIP" if "aip" in package.parts else "SIP"], package


def test_text_of_the_documents_is_read(folder: Path):
    """The OCR is real: the abstract that was drawn stands in the text of the page."""
    texts = " ".join(path.read_text(encoding="utf-8") for path in (folder / "sets/scans/data/ocr").rglob("0001.txt"))
    read = " ".join(texts.split())
    for dossier in sample.FOLDERS:
        for document in dossier.documents:
            assert " ".join(document.abstract) in read


def test_lists_say_what_the_office_wrote(folder: Path):
    """The list of the transfer has the dossiers of the office's list, in its order."""
    sheet = openpyxl.load_workbook(folder / "table/giay-to/muc-luc-ho-so-nop.xlsx").worksheets[0]
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    codes = [cell for cell in cells if cell.startswith("H48.99.1.")]

    assert codes == [dossier.code for dossier in sample.FOLDERS]
    assert all(dossier.title in cells for dossier in sample.FOLDERS)


def test_missing_number_stays_missing(folder: Path):
    """A document without a number has none anywhere."""
    manifest = json.loads((folder / "table/transfer.json").read_text(encoding="utf-8"))
    numbers = [document["number"] for dossier in manifest["dossiers"] for document in dossier["documents"]]

    assert numbers.count("") == 1
    assert numbers == [
        document.number.split("/")[0].strip() for dossier in sample.FOLDERS for document in dossier.documents
    ]


def test_receiver_finds_everything_and_every_changed_byte(folder: Path, tmp_path: Path):
    """The batch is complete and passes; with one byte changed in any file it does not."""
    done = sohoa("transfer", "check", folder / "table")
    assert done.returncode == 0
    assert "Complete [đủ]." in done.stdout
    batch = tmp_path / "batch"
    chance = Random(20260316)
    files = sorted(path for path in (folder / "table").rglob("*") if path.is_file())
    for path in chance.sample(files, 6):
        shutil.copytree(folder / "table", batch)
        changed = batch / path.relative_to(folder / "table")
        data = bytearray(changed.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        changed.write_bytes(data)
        assert sohoa("transfer", "check", batch).returncode == 1, changed
        shutil.rmtree(batch)


def test_zips_are_stored_and_the_same_in_every_run(folder: Path, tmp_path: Path):
    """The packages as ZIPs are not compressed, and have the same bytes when they are made again."""
    digests = []
    for name in ("first", "second"):
        assert sohoa("transfer", folder / "sets/scans", "--out", tmp_path / name).returncode == 0
        made = sorted((tmp_path / name / "goi-tin").iterdir())
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in made])
        for path in made:
            with zipfile.ZipFile(path) as archive:
                assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    assert digests[0] == digests[1]
