"""A transfer batch as it is written: its layout, its digests, the same bytes each time, and never half of it."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from transfer_sets import ATTACHED, BATCH, TRANSFER, built, planned, sealed

from pipeline.errors import BatchStopped, FolderBusy, NoVerdict, RunStopped, UsageError
from pipeline.files import part_of
from pipeline.packages.checking import check_package
from pipeline.transfer import building as building_module
from pipeline.transfer.building import build
from pipeline.transfer.manifest import from_values
from pipeline.transfer.source import read_set
from pipeline.transfer.values import Manifest


def tree(folder: Path) -> dict[str, str]:
    """Give every file of a folder with its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def a_paper(manifest: Manifest, folder: Path) -> None:
    (folder / "muc-luc.txt").write_text("\n".join(row.title for row in manifest.dossiers), encoding="utf-8")


@pytest.fixture(scope="module")
def a_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sealed set; nobody may change it."""
    return sealed(tmp_path_factory.mktemp("sets") / "set")


def test_line_10_batch_has_its_packages_lists_and_declaration(a_set: Path, tmp_path: Path):
    """The folder holds packages, papers, what goes along, the declaration, its schema, a README and the digests."""
    made = build(planned(a_set, tmp_path / "out"), a_paper)
    names = sorted(tree(tmp_path / "out"))

    assert [name for name in names if not name.startswith("goi-tin/")] == [
        "DOC-TRUOC.txt", "giay-to/muc-luc.txt", "kem-theo/lich-su-don-vi-hinh-thanh-phong.docx",
        "manifest-sha256.txt", "transfer.json", "transfer.schema.json",
    ]  # fmt: skip
    assert [row.package for row in made.manifest.dossiers] == [
        f"goi-tin/{row.ordinal}{row.object_id}.zip" for row in made.manifest.dossiers
    ]
    assert [name for name in names if name.startswith("goi-tin/")] == sorted(
        row.package for row in made.manifest.dossiers
    )


def test_digests_are_those_that_sha256sum_checks(a_set: Path, tmp_path: Path):
    """`sha256sum -c` finds every file whole, and the list leaves out none but itself."""
    built(a_set, tmp_path / "out")
    lines = (tmp_path / "out" / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()

    assert {line[66:]: line[:64] for line in lines} == {
        name: digest for name, digest in tree(tmp_path / "out").items() if name != "manifest-sha256.txt"
    }
    if shutil.which("sha256sum"):
        done = subprocess.run(["sha256sum", "-c", "--strict", "manifest-sha256.txt"], cwd=tmp_path / "out",
                              capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0


def test_line_10_declaration_says_all_of_article_20_3(a_set: Path, tmp_path: Path):
    """transfer.json fits its schema and holds what is declared, counted, and a row for each dossier and document."""
    built(a_set, tmp_path / "out", number=4)
    values = json.loads((tmp_path / "out" / "transfer.json").read_text(encoding="utf-8"))
    schema = json.loads((files("pipeline") / "schemas" / "transfer.schema.json").read_text(encoding="utf-8"))
    said = values["declaration"]

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(values, schema)
    assert said["request_code"] == BATCH["code"]
    assert said["transfer_number"] == "4"
    assert {name: said[name] for name in said if name in TRANSFER} == {
        name: TRANSFER[name] for name in said if name in TRANSFER
    }
    assert values["totals"] == {
        "dossiers": 3, "documents": 12, "pages": 24,
        "size_bytes": sum((tmp_path / "out" / row["package"]).stat().st_size for row in values["dossiers"]),
    }  # fmt: skip
    assert [row["ordinal"] for row in values["dossiers"]] == [1, 2, 3]
    assert values["dossiers"][1]["documents"][2]["notation"] == "QĐ-UBND"


def test_line_10_rows_have_size_and_digest_of_each_package(a_set: Path, tmp_path: Path):
    """Each row's size and SHA-256 are those of its ZIP; a document's are those of its file in it (Đ22.3.c)."""
    made = built(a_set, tmp_path / "out")

    for row in made.manifest.dossiers:
        data = (tmp_path / "out" / row.package).read_bytes()
        assert (row.size_bytes, row.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        with zipfile.ZipFile(tmp_path / "out" / row.package) as archive:
            assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
            for document in row.documents:
                held = archive.read(f"{row.object_id}/representations/rep1/data/{document.file}")
                assert (document.size_bytes, document.sha256) == (len(held), hashlib.sha256(held).hexdigest())


def test_values_survive_the_way_through_the_file(a_set: Path, tmp_path: Path):
    """What is read from transfer.json is what was written."""
    made = built(a_set, tmp_path / "out")

    assert from_values(json.loads((tmp_path / "out" / "transfer.json").read_text(encoding="utf-8"))) == made.manifest


@pytest.mark.parametrize("asked", [{}, {"zipped": False}, {"number": 2}], ids=["zip", "folder", "number"])
def test_same_set_and_same_options_give_the_same_bytes(a_set: Path, tmp_path: Path, asked: dict[str, Any]):
    """Two builds at two places, at two times, are the same, byte for byte."""
    for name in ("one", "two"):
        build(planned(a_set, tmp_path / name, **asked), a_paper)

    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.parametrize("how", ["folder", "zip"])
@pytest.mark.parametrize("zipped", [True, False], ids=["as-zip", "as-folder"])
def test_article_17_the_sets_aips_are_handed_over(tmp_path: Path, how: str, zipped: bool):
    """Within one System the AIPs of the set are handed over, unchanged."""
    source = sealed(tmp_path / "set", aip=how)
    if how == "zip" and not zipped:
        with pytest.raises(UsageError, match="--folder"):
            built(source, tmp_path / "out", aip=True, zipped=False)
        assert not (tmp_path / "out").exists()
        return
    made = built(source, tmp_path / "out", aip=True, zipped=zipped)

    assert made.manifest.package_type == "AIP"
    for row in made.manifest.dossiers:
        read = check_package(tmp_path / "out" / row.package)
        assert (read.findings, read.type, read.object_id) == ((), "AIP", row.object_id)
    if how == "zip":
        kept = sorted(path.read_bytes() for path in (source / "data/aip").iterdir())
        assert sorted(path.read_bytes() for path in (tmp_path / "out/goi-tin").iterdir()) == kept


def test_set_sealed_with_sha512_is_handed_over(tmp_path: Path):
    """Digests of SHA-256 are computed where the set's lists have another algorithm."""
    made = built(sealed(tmp_path / "set", algorithm="sha512"), tmp_path / "out")

    assert made.manifest == built(sealed(tmp_path / "set2", algorithm="sha512"), tmp_path / "out2").manifest


def test_same_batch_again_is_left_as_it_is(a_set: Path, tmp_path: Path):
    """A second call finds the batch whole and changes nothing."""
    first = built(a_set, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    again = built(a_set, tmp_path / "out")

    assert (first.was_there, again.was_there) == (False, True)
    assert again.seal == first.seal
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_another_folder_is_refused(a_set: Path, tmp_path: Path):
    """A folder that holds something else, another batch, or this one with a damaged file, is not touched."""
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "x.txt").write_text("x", encoding="utf-8")
    built(a_set, tmp_path / "damaged")
    (tmp_path / "damaged" / "DOC-TRUOC.txt").write_text("", encoding="utf-8")
    built(a_set, tmp_path / "numbered", number=9)
    before = tree(tmp_path)

    for name in ("else", "damaged", "numbered"):
        with pytest.raises(UsageError, match="is not this batch"):
            built(a_set, tmp_path / name)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("within", ["set", "set/data", "out", "out/giay-to"])
def test_nothing_is_written_into_what_is_sealed(tmp_path: Path, within: str):
    """A batch within a sealed set or another batch would break it: it is refused, and nothing changes."""
    source = sealed(tmp_path / "set", dossiers=1)
    built(source, tmp_path / "out")
    (tmp_path / "out/giay-to").mkdir(exist_ok=True)
    before = tree(tmp_path)

    with pytest.raises(UsageError, match="is sealed and must not be changed"):
        built(source, tmp_path / within / "new")
    assert tree(tmp_path) == before


def test_folder_above_must_be_there(a_set: Path, tmp_path: Path):
    """A medium that is not plugged in is not replaced by a folder of its name."""
    with pytest.raises(UsageError, match="is not a folder"):
        built(a_set, tmp_path / "nowhere" / "out")


def test_plan_with_findings_writes_nothing(tmp_path: Path):
    """Nothing is written where something stands against the batch."""
    source = sealed(tmp_path / "set", change=lambda said: said["batch"].update(code=""))

    with pytest.raises(BatchStopped):
        built(source, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set"]


@pytest.mark.parametrize(
    "path",
    ["data/access/2/HS2.0000003.pdf", ATTACHED, "data/batch.json", "manifest-sha256.txt", "tagmanifest-sha256.txt"],
)
def test_every_byte_is_compared_with_what_was_sealed(tmp_path: Path, path: str):
    """One changed byte in a PDF, a paper or a list of the set stops the transfer; nothing is left of it."""
    source = sealed(tmp_path / "set")
    data = bytearray((source / path).read_bytes())
    data[len(data) // 2] ^= 1
    (source / path).write_bytes(data)

    with pytest.raises((BatchStopped, NoVerdict)):
        built(source, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set"]


def test_set_that_contradicts_itself_is_not_handed_over(tmp_path: Path):
    """A PDF that batch.json gives another digest than the set's lists do stops the transfer."""
    source = sealed(tmp_path / "set", change=lambda said: said["documents"][6]["access"].update(sha256="0" * 64))

    with pytest.raises(BatchStopped, match=r"HS2\.0000003\.pdf"):
        built(source, tmp_path / "out")


@pytest.mark.parametrize("aip", ["folder", "zip"])
def test_changed_aip_is_not_handed_over(tmp_path: Path, aip: str):
    """Any file of an AIP that is not what was sealed stops the transfer."""
    source = sealed(tmp_path / "set", dossiers=1, aip=aip)
    for path in sorted(path for path in (source / "data/aip").rglob("*") if path.is_file()):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(BatchStopped, match="damaged set"):
            built(source, tmp_path / "out", aip=True)
        path.write_bytes(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set"]


@pytest.mark.parametrize(
    ("aip", "lost", "zipped"),
    [("folder", "documentation/README.txt", True), ("folder", "METS.xml", False), ("folder", ".pdf", True),
     ("folder", ".pdf", False), ("zip", ".zip", True)],
)  # fmt: skip
def test_lost_file_of_an_aip_is_said(tmp_path: Path, aip: str, lost: str, zipped: bool):
    """A file of an AIP that the set names and has no more is damage of the set, whichever it is."""
    source = sealed(tmp_path / "set", dossiers=1, aip=aip)
    path = next(path for path in sorted((source / "data/aip").rglob("*")) if path.as_posix().endswith(lost))
    path.unlink()

    with pytest.raises(BatchStopped, match="damaged set") as caught:
        built(source, tmp_path / "out", aip=True, zipped=zipped)
    assert path.relative_to(source).as_posix() in str(caught.value)


def test_lost_pdf_is_said(tmp_path: Path):
    """A PDF that the set names and has no more stops the transfer."""
    source = sealed(tmp_path / "set")
    (source / "data/access/2/HS2.0000003.pdf").unlink()

    with pytest.raises(BatchStopped, match=r"HS2\.0000003\.pdf"):
        built(source, tmp_path / "out")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"software": 1}', "{" * 10000, '{"dossiers": 3}', "\xff"])
def test_folder_that_is_no_set_is_refused(tmp_path: Path, text: str):
    """What this program did not seal is refused in a sentence."""
    source = sealed(tmp_path / "set", dossiers=1)
    (source / "data/batch.json").write_text(text, encoding="latin-1")
    digest = hashlib.sha256(text.encode("latin-1")).hexdigest()
    listed = (source / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    listed = [f"{digest}  {line[66:]}" if line.endswith("data/batch.json") else line for line in listed]
    (source / "manifest-sha256.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")
    tags = source / "tagmanifest-sha256.txt"
    digest = hashlib.sha256((source / "manifest-sha256.txt").read_bytes()).hexdigest()
    said = [f"{digest}  {line[66:]}" if line.endswith(" manifest-sha256.txt") else line
            for line in tags.read_text(encoding="utf-8").splitlines()]  # fmt: skip
    tags.write_text("\n".join(said) + "\n", encoding="utf-8")

    with pytest.raises(UsageError):
        read_set(source)
    with pytest.raises(UsageError, match="not a sealed set"):
        read_set(tmp_path)


def test_full_disk_leaves_nothing(a_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A disk that is full, or fails on the way, ends the build in a sentence; nothing half is left."""

    def fail(_manifest: Manifest, _folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(RunStopped, match="No space left"):
        build(planned(a_set, tmp_path / "out"), fail)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(building_module.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(RunStopped, match="1000 are free"):
        built(a_set, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_two_runs_do_not_write_the_same_batch(a_set: Path, tmp_path: Path):
    """While one run writes a batch, another one is told so, and leaves what the first has written."""
    part = part_of(tmp_path / "out")
    part.mkdir()
    (part / "x").write_text("x", encoding="utf-8")
    held = os.open(part, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)

    with pytest.raises(FolderBusy):
        built(a_set, tmp_path / "out")
    assert (part / "x").exists()
    os.close(held)
    assert not built(a_set, tmp_path / "out").was_there
    assert not (tmp_path / "out" / "x").exists()


_SLOW = """
import sys, time
sys.path[:0] = {paths!r}
from pathlib import Path
from transfer_sets import planned
from pipeline.transfer.building import build
build(planned(Path({source!r}), Path({out!r})), None, lambda done, total: (print(done, flush=True), time.sleep(0.05)))
print("end", flush=True)
"""


def test_kill_at_any_time_leaves_no_half_batch(tmp_path: Path):
    """Killed on the way, no batch is there under its name; the next run builds it whole, with the same bytes."""
    source = sealed(tmp_path / "set", dossiers=6, documents=1)
    wanted = built(source, tmp_path / "whole").seal
    paths = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    code = _SLOW.format(paths=paths, source=str(source), out=str(tmp_path / "out"))
    for lines in (1, 4):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as run:
            for _ in range(lines):
                assert run.stdout
                run.stdout.readline()
            time.sleep(0.02)
            run.send_signal(signal.SIGKILL)
        assert not (tmp_path / "out").exists()
        assert part_of(tmp_path / "out").exists()

    assert built(source, tmp_path / "out").seal == wanted
    assert not part_of(tmp_path / "out").exists()
