"""The whole job on a small drawn batch: results, reruns, replaced scans, faults, kills, and the same bytes from all."""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import bagit
import pikepdf
import pytest
from PIL import Image

from pipeline.config import Config, OcrParams, PictureParams, RunParams, ValidateParams
from pipeline.errors import FolderBusy, NoVerdict, RunStopped, UsageError
from pipeline.journal import Journal
from pipeline.lock import held
from pipeline.model import Artifact
from pipeline.runner import Order, Outcome, Progress, run
from pipeline.verify import verify_copy

# veraPDF has its own test; starting Java for each of these would double their time.
QUICK = Config(validate=ValidateParams(verapdf="off"))


def order(scans: Path, out: Path, *, jobs: int = 0, config: Config = QUICK, cluster: str | None = None) -> Order:
    return Order(scans, out, out / "work", config, jobs, cluster)


def tree(folder: Path) -> dict[str, str]:
    """Digest every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def undisturbed(drawn_batch: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Give the outcome of one plain run that nobody changes."""
    return run(order(drawn_batch, tmp_path_factory.mktemp("undisturbed")), Progress())


def manifest(outcome: Outcome) -> dict:
    return json.loads((outcome.sealed / "data" / "batch.json").read_text(encoding="utf-8"))


def test_nothing_is_lost(undisturbed: Outcome):
    """Every page of the folder is in a PDF or in quarantine, and every scan lies in the set bit for bit."""
    totals, batch = undisturbed.totals, manifest(undisturbed)

    assert totals.pages == 7
    assert (totals.pages_shown, totals.pages_quarantined, totals.pages_failed) == (6, 1, 0)
    assert totals.pages_blank == 1
    for document in batch["documents"]:
        for page in document["pages"]:
            kept = undisturbed.sealed / page["master"]
            assert hashlib.sha256(kept.read_bytes()).hexdigest() == page["sha256"]
    assert batch["quarantine"][0]["code"] == "truncated"
    assert batch["quarantine"][0]["path"].startswith("data/quarantine/")


def test_set_is_whole_by_every_measure(undisturbed: Outcome):
    """The bagit library, sha256sum and our own check accept the set."""
    done = subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=undisturbed.sealed, check=False)

    assert done.returncode == 0
    assert bagit.Bag(str(undisturbed.sealed)).is_valid()
    assert verify_copy(undisturbed.sealed).outcome == "whole"


def test_text_of_the_pages_is_found_in_the_pdf(undisturbed: Outcome):
    """Pdftotext finds the Vietnamese words of the pages, marks and all."""
    pdf = next((undisturbed.sealed / "data" / "access").rglob("*.0000001.pdf"))
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout

    assert "bản sao bảo hiểm" in " ".join(text.split())


def test_scans_own_data_is_in_the_pdf(undisturbed: Outcome, drawn_batch: Path):
    """The JPEG taken out of a straightened page is the scan, byte for byte."""
    page = manifest(undisturbed)["documents"][0]["pages"][1]
    scan = (drawn_batch / page["source"]).read_bytes()
    pdf = next((undisturbed.sealed / "data" / "access").rglob("*.0000001.pdf"))
    with pikepdf.open(pdf) as opened:
        image = opened.pages[1].obj.Resources.XObject.Im0
        stream = image.read_raw_bytes()

    assert abs(page["straightening"]["skew_degrees"] - 2.0) < 0.2
    assert stream == scan


def test_incomplete_document_says_so(undisturbed: Outcome):
    """The gap stands in batch.json, in bag-info.txt and in the summary."""
    second = manifest(undisturbed)["documents"][-1]
    info = (undisturbed.sealed / "bag-info.txt").read_text(encoding="utf-8")

    assert second["gaps"] == [{"page": 3, "problem": "quarantined"}]
    assert not second["complete"]
    assert "Sohoa-Documents-Incomplete: 1" in info
    assert any("trang 10.jpg" in problem for problem in undisturbed.problems)


def test_second_run_does_nothing(undisturbed: Outcome, drawn_batch: Path):
    """Over a finished batch nothing is done and nothing changes."""
    before = tree(undisturbed.sealed)

    again = run(order(drawn_batch, undisturbed.sealed.parent), Progress())

    assert again.did_nothing
    assert again.tally.pages_done == again.tally.documents_done == 0
    assert tree(undisturbed.sealed) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_worker_processes_give_the_same_bytes(undisturbed: Outcome, drawn_batch: Path, tmp_path: Path, jobs: int):
    """One, two or no worker processes: the same set, byte for byte, in another folder."""
    assert tree(run(order(drawn_batch, tmp_path, jobs=jobs), Progress()).sealed) == tree(undisturbed.sealed)


def test_dask_cluster_gives_the_same_bytes(undisturbed: Outcome, drawn_batch: Path, tmp_path: Path):
    """A real local cluster gives the same set, byte for byte."""
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    try:
        outcome = run(order(drawn_batch, tmp_path, jobs=2, cluster=cluster.scheduler_address), Progress())
    finally:
        cluster.close()

    assert tree(outcome.sealed) == tree(undisturbed.sealed)


def test_replaced_scan_completes_the_document(scans: Path, tmp_path: Path, undisturbed: Outcome):
    """A good scan in the place of the bad one: only it is done, the former set is kept, the new one is complete."""
    out = tmp_path / "out"
    run(order(scans, out), Progress())
    shutil.copy(scans / "Hồ sơ số 1" / "Quyết định" / "0001.jpg", scans / "Hồ sơ số 2" / "trang 10.jpg")

    outcome = run(order(scans, out), Progress())

    assert outcome.tally.pages_done == 1
    assert outcome.tally.documents_done == 1
    assert outcome.totals.documents_incomplete == outcome.totals.pages_quarantined == 0
    assert not (outcome.sealed / "data" / "quarantine").exists()
    assert outcome.former is not None
    assert tree(outcome.former) == tree(undisturbed.sealed)
    assert verify_copy(outcome.sealed).outcome == "whole"


def test_changed_setting_redoes_only_what_it_must(scans: Path, tmp_path: Path):
    """Another JPEG quality encodes the scans anew that need it; no page is read again."""
    out = tmp_path / "out"
    run(order(scans, out), Progress())
    read = {path: path.stat().st_mtime_ns for path in (out / "work").rglob("words.json")}

    outcome = run(order(scans, out, config=replace(QUICK, picture=PictureParams(quality=50))), Progress())

    assert not outcome.did_nothing
    assert {path: path.stat().st_mtime_ns for path in (out / "work").rglob("words.json")} == read


def one_page(drawn_batch: Path, folder: Path) -> Path:
    """Give a batch of one good page."""
    (folder / "Hồ sơ").mkdir(parents=True)
    shutil.copy(drawn_batch / "Hồ sơ số 1" / "Quyết định" / "0001.jpg", folder / "Hồ sơ")
    return folder


def test_page_that_hangs_costs_only_its_text(drawn_batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A page over its time limit is tried once more, alone; then its picture is in the PDF and its text is not."""
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *tsv*) echo >> {tmp_path}/tries; exec sleep 600;; esac\n'
        f'exec {shutil.which("tesseract")} "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    config = replace(QUICK, ocr=OcrParams(engine="pytesseract"), run=RunParams(page_seconds=4))

    outcome = run(order(one_page(drawn_batch, tmp_path / "scans"), tmp_path / "out", jobs=1, config=config), Progress())

    assert (tmp_path / "tries").read_text() == "\n\n"
    assert outcome.totals.text_timed_out == outcome.totals.pages_shown == outcome.totals.documents_incomplete == 1
    assert "its text is not" in outcome.problems[0]


def test_failed_page_is_tried_again_by_the_next_run(drawn_batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A failure may have come from outside; the next run reads the page and completes the document."""
    scans = one_page(drawn_batch, tmp_path / "scans")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.stages.ocr.read_page", lambda *_: 1 / 0)
        first = run(order(scans, tmp_path / "out"), Progress())
    second = run(order(scans, tmp_path / "out"), Progress())

    assert first.totals.text_failed == 1
    assert "ZeroDivisionError" in first.problems[0]
    assert second.totals.text_failed == second.totals.documents_incomplete == 0


def test_too_many_failures_stop_the_run_once(scans: Path, tmp_path: Path):
    """A folder of damaged scans stops early with the cause, not after the last page."""
    for path in scans.rglob("*.*"):
        if path.suffix in (".jpg", ".png"):
            path.write_bytes(b"damaged")
    config = replace(QUICK, run=RunParams(failed_share=0.2, failed_count=2))

    with pytest.raises(RunStopped, match="cannot be used"):
        run(order(scans, tmp_path / "out", config=config), Progress())

    assert not (tmp_path / "out" / scans.name).exists()


def test_one_run_at_a_time(drawn_batch: Path, tmp_path: Path):
    """A second run in the same work folder is refused, and says who holds it."""
    (tmp_path / "work").mkdir()
    with held(tmp_path / "work"), pytest.raises(FolderBusy, match=str(os.getpid())):
        run(order(drawn_batch, tmp_path), Progress())


def test_another_batch_of_the_same_name_takes_no_place(drawn_batch: Path, tmp_path: Path):
    """Two communes may both have a "Đợt 1": the second is refused, by its work folder and by the set that is there."""
    first, second = (one_page(drawn_batch, tmp_path / name / "Đợt 1") for name in ("xã A", "xã B"))
    sealed = run(order(first, tmp_path / "out"), Progress()).sealed
    before = tree(sealed)

    with pytest.raises(UsageError, match="belongs to the batch in"):
        run(order(second, tmp_path / "out"), Progress())
    with pytest.raises(UsageError, match="was not made from this work folder"):
        run(replace(order(second, tmp_path / "out"), work=tmp_path / "other"), Progress())

    assert tree(sealed) == before


def test_moved_scan_folder_goes_on(drawn_batch: Path, tmp_path: Path):
    """The same batch in another place is recognised: its pages are taken over."""
    first = one_page(drawn_batch, tmp_path / "a" / "Đợt 1")
    run(order(first, tmp_path / "out"), Progress())
    (tmp_path / "b").mkdir()

    outcome = run(order(first.rename(tmp_path / "b" / "Đợt 1"), tmp_path / "out"), Progress())

    assert outcome.did_nothing


def test_work_folder_inside_a_set_is_refused(drawn_batch: Path, tmp_path: Path):
    """A sealed set is never written into."""
    scans = one_page(drawn_batch, tmp_path / "Đợt 1")
    sealed = run(order(scans, tmp_path / "out"), Progress()).sealed

    for place in (sealed, sealed / "data" / "work"):
        with pytest.raises(UsageError, match="sealed set"):
            run(replace(order(scans, tmp_path / "out"), work=place), Progress())
    assert verify_copy(sealed).outcome == "whole"


def test_set_sealed_but_not_noted_is_not_doubled(drawn_batch: Path, tmp_path: Path):
    """A kill just before the set gets its name costs nothing: the next run ends with the one set."""
    scans = one_page(drawn_batch, tmp_path / "Đợt 1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.sealing.give_name", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(order(scans, tmp_path / "out"), Progress())
    outcome = run(order(scans, tmp_path / "out"), Progress())

    assert not outcome.did_nothing
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["work", "Đợt 1"]


def test_sizes_that_make_no_page_are_set_aside(drawn_batch: Path, tmp_path: Path):
    """A picture of one pixel and a thread of a picture go to quarantine; the page beside them is done."""
    scans = one_page(drawn_batch, tmp_path / "scans")
    Image.new("L", (1, 1)).save(scans / "Hồ sơ" / "dot.png")
    Image.new("L", (20_000, 10)).save(scans / "Hồ sơ" / "thread.jpg")

    outcome = run(order(scans, tmp_path / "out"), Progress())

    assert (outcome.totals.pages_shown, outcome.totals.pages_quarantined) == (1, 2)
    assert "is no size that a PDF page can have" in outcome.problems[0]


def test_document_that_cannot_be_put_together_stops_nobody(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A fault of the writer costs its document only, and is written down with its place."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError(f"on purpose {object()}")

    monkeypatch.setattr("pipeline.stages.pdfa.write_document", fail)
    outcome = run(order(scans, tmp_path / "out"), Progress())

    assert outcome.totals.documents_without_pdf == outcome.totals.documents == 3
    assert any("ZeroDivisionError: on purpose (in fail" in problem for problem in outcome.problems)


@pytest.mark.parametrize("option", ["out", "work"])
def test_file_in_the_place_of_a_folder_is_a_usage_error(drawn_batch: Path, tmp_path: Path, option: str):
    """A file where a folder is wanted is named."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="is a file, not a folder"):
        run(replace(order(drawn_batch, tmp_path / "o"), **{option: tmp_path / "file"}), Progress())


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_results_are_not_written_among_the_scans(scans: Path, inside: str):
    """An output folder inside the scan folder is refused before anything is written."""
    before = tree(scans)

    with pytest.raises(UsageError, match="inside the scan folder"):
        run(order(scans, scans / inside), Progress())

    assert tree(scans) == before


def test_scan_changed_during_the_run_is_noticed(scans: Path, tmp_path: Path):
    """A master that is no longer what was examined is not sealed in silence."""

    class Meddler(Progress):
        def step(self, name: str) -> None:
            if name == "package":
                victim = scans / "Hồ sơ số 1" / "Quyết định" / "0001.jpg"
                victim.write_bytes(victim.read_bytes() + b"x")

    with pytest.raises(RunStopped, match="changed while"):
        run(order(scans, tmp_path / "out"), Meddler())

    assert not (tmp_path / "out" / scans.name).exists()


def processes_of(session: int) -> list[str]:
    """List the living processes of a session, as the kernel tells of them in /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text(encoding="utf-8", errors="replace").rpartition(") ")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        state, _, _, of_session = rest.split()[:4]
        if int(of_session) == session and state not in "ZX":
            found.append(name)
    return found


def left_behind(session: int) -> list[str]:
    """List what still lives of a session after the moment that the kernel needs to clear it away."""
    deadline = time.monotonic() + 5
    while (found := processes_of(session)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def start(scans: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "pipeline.cli.main",
        "run",
        str(scans),
        "--out",
        str(out),
        "--work",
        str(out / "work"),
    ]
    config = scans.parent / "quick.toml"
    config.write_text('[validate]\nverapdf = "off"\n', encoding="utf-8")
    return subprocess.Popen(
        [*command, "--jobs", "2", "--config", str(config)],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_killed_anywhere_it_ends_as_undisturbed(scans: Path, tmp_path: Path):
    """Kill -9 at ten random moments: the set is the same, nothing finished is done again, nothing is left behind."""
    chance = random.Random()
    plain = start(scans, tmp_path / "plain")
    assert plain.wait(120) == 1
    out = tmp_path / "killed"
    finished: dict[Path, int] = {}
    for _ in range(10):
        process = start(scans, out)
        time.sleep(chance.uniform(0.4, 3.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left_behind(process.pid) == []
        now = {path: path.stat().st_mtime_ns for path in (out / "work").rglob("words.json")}
        assert all(now[path] == time_ns for path, time_ns in finished.items())
        finished = journalled(out / "work", now)
    assert start(scans, out).wait(120) == 1

    assert tree(out / scans.name) == tree(tmp_path / "plain" / scans.name)
    assert [path for path in out.rglob("*") if path.name.endswith((".part", ".building"))] == []
    assert all(path.stat().st_mtime_ns == time_ns for path, time_ns in finished.items())


def journalled(work: Path, files: dict[Path, int]) -> dict[Path, int]:
    """Keep the files of pages that the journal knows: only those must not be made again."""
    if not (work / "journal.sqlite3").exists():
        return {}
    try:
        with Journal(work, create=False) as journal:
            known = {work / artifact.path for unit in units(journal) for artifact in unit}
    except (NoVerdict, sqlite3.Error):
        return {}
    return {path: time_ns for path, time_ns in files.items() if path in known}


def units(journal: Journal) -> list[tuple[Artifact, ...]]:
    names = [row[0] for row in journal._base.execute("SELECT unit FROM done WHERE stage = 'ocr'")]
    return [entry.result.artifacts for name in names if (entry := journal.entry(name, "ocr"))]


def test_ctrl_c_saves_the_state(scans: Path, tmp_path: Path):
    """An interrupted run exits with 130, leaves no process, and the next one goes on."""
    process = start(scans, tmp_path / "out")
    while not any((tmp_path / "out").rglob("words.json")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 130
    assert left_behind(process.pid) == []
    assert start(scans, tmp_path / "out").wait(120) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="LOUD SKIP: a full disk needs a tmpfs, which needs root")
def test_full_disk_stops_once_and_goes_on_when_there_is_room(drawn_batch: Path, tmp_path: Path):
    """A full disk is one clear sentence; with room the same command finishes, and the set is whole."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("LOUD SKIP: this machine does not let root mount a tmpfs")
    try:
        with pytest.raises(RunStopped, match="make room"):
            run(order(drawn_batch, disk), Progress())
        subprocess.run(["mount", "-o", "remount,size=50m", disk], check=True)
        assert verify_copy(run(order(drawn_batch, disk), Progress()).sealed).outcome == "whole"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_nasty_files_go_to_quarantine_each_with_its_reason(drawn_batch: Path, tmp_path: Path):
    """Cut, foreign, encrypted, empty and monstrous files are told apart; the good page beside them is done."""
    scans = one_page(drawn_batch, tmp_path / "scans")
    folder = scans / "Hồ sơ"
    good = (folder / "0001.jpg").read_bytes()
    tiff = (drawn_batch / "Hồ sơ số 1" / "Tờ trình.tif").read_bytes()
    (folder / "cut.jpg").write_bytes(good[: len(good) // 2])
    (folder / "cut.tif").write_bytes(tiff[: len(tiff) // 2])
    (folder / "text.tif").write_text("This is not a picture.", encoding="utf-8")
    (folder / "empty.png").write_bytes(b"")
    (folder / "bomb.png").write_bytes(bomb())
    locked = pikepdf.new()
    locked.add_blank_page()
    locked.save(folder / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))

    outcome = run(order(scans, tmp_path / "out"), Progress())

    found = {Path(entry["source"]).name: entry["code"] for entry in manifest(outcome)["quarantine"]}
    assert found == {
        "cut.jpg": "truncated", "cut.tif": "truncated", "text.tif": "not-a-picture", "empty.png": "empty",
        "bomb.png": "too-large", "locked.pdf": "encrypted",
    }  # fmt: skip
    assert outcome.totals.pages_shown == 1
    for entry in manifest(outcome)["quarantine"]:
        assert (outcome.sealed / entry["path"]).read_bytes() == (scans / entry["source"]).read_bytes()


def bomb() -> bytes:
    """Give a PNG of a few bytes that claims 60,000 x 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
