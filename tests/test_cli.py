"""The command line: what it prints, its exit codes, and what it says when something is wrong."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import __version__
from pipeline.cli import main as entry
from pipeline.cli.main import call, sohoa
from pipeline.errors import ExitCode, FolderBusy, UsageError
from pipeline.journal import Journal

OFF = ["--config", "quick.toml"]


def sohoa_run(*arguments: str | Path) -> Result:
    """Run a command in this process, with the exit code that the program would give."""
    codes: list[int] = []
    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        codes.append(call(lambda: sohoa.main([str(argument) for argument in arguments], standalone_mode=False)))
        return Result(runner, out.getvalue(), err.getvalue(), b"", None, codes[0], None)


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    path = tmp_path / "quick.toml"
    path.write_text('[validate]\nverapdf = "off"\n', encoding="utf-8")
    return path


def test_check_names_what_is_there_and_what_cannot_be_used(scans: Path):
    """Dossiers, documents, pages and faults are listed; nothing is written."""
    before = sorted(scans.rglob("*"))

    result = sohoa_run("check", scans, "--jobs", "0")

    assert result.exit_code == ExitCode.FINDINGS
    assert "2 dossiers, 3 documents, 7 pages" in result.stdout
    assert "trang 10.jpg: The file ends before the picture does" in result.stdout
    assert "Thumbs.db" in result.stdout
    assert sorted(scans.rglob("*")) == before


def test_check_as_json(scans: Path):
    """The same as JSON, one fault with its reason."""
    (scans / "Hồ sơ số 1" / "Quyết định" / "0004.jpg").write_bytes(
        (scans / "Hồ sơ số 1" / "Quyết định" / "0001.jpg").read_bytes()
    )
    found = json.loads(sohoa_run("check", scans, "--jobs", "0", "--json").stdout)

    assert found["totals"] == {"dossiers": 2, "documents": 3, "pages": 8}
    assert [fault["code"] for fault in found["faults"]] == ["truncated"]
    assert found["exit_code"] == 1
    assert any("leaves out 3" in notice for notice in found["notices"])
    assert any("comes 2 times" in notice for notice in found["notices"])


def test_run_status_verify(scans: Path, tmp_path: Path, quick: Path):
    """The three commands one after the other tell one story."""
    ran = sohoa_run("run", scans, "--out", tmp_path / "out", "--config", quick, "--jobs", "0")
    again = json.loads(
        sohoa_run("run", scans, "--out", tmp_path / "out", "--config", quick, "--jobs", "0", "--json").stdout
    )
    status = sohoa_run("status", tmp_path / "out" / f"{scans.name}.work")
    verified = sohoa_run("verify", tmp_path / "out" / scans.name)

    assert ran.exit_code == again["exit_code"] == ExitCode.FINDINGS
    assert "pages in quarantine: 1" in ran.stdout
    assert "quarantined" in ran.stderr
    assert again["did_nothing"] is True
    assert "A run would take every page over as it is." in status.stdout
    assert verified.exit_code == ExitCode.WHOLE


def test_status_says_why(scans: Path, tmp_path: Path, quick: Path):
    """A changed scan is named with the digest that changed; a changed setting with its old and new value."""
    out = tmp_path / "out"
    sohoa_run("run", scans, "--out", out, "--config", quick, "--jobs", "0")
    page = scans / "Hồ sơ số 1" / "Quyết định" / "0001.jpg"
    shutil.copy(page.with_name("0002.jpg"), page)

    result = sohoa_run("status", out / f"{scans.name}.work", "--why", "Hồ sơ số 1/Quyết định/0001.jpg")

    assert result.exit_code == ExitCode.FINDINGS
    assert "examine would be done again: inputs.scan: was " in result.stdout
    assert "ocr would be done again" in result.stdout


def test_status_of_an_unknown_unit(scans: Path, tmp_path: Path, quick: Path):
    """A page that is not there is a usage error."""
    out = tmp_path / "out"
    sohoa_run("run", scans, "--out", out, "--config", quick, "--jobs", "0")

    result = sohoa_run("status", out / f"{scans.name}.work", "--why", "nowhere.tif")

    assert result.exit_code == ExitCode.USAGE
    assert "there is no page or document 'nowhere.tif'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nowhere"], "is not a folder"),
        (["check", "."], "holds no scans"),
        (["run", ".", "--out", "../elsewhere"], "holds no scans"),
        (["run", "nowhere", "--out", "out"], "is not a folder"),
        (["status", "nowhere"], "is not a work folder"),
        (["run", "."], "--out"),
        (["runn"], "No such command"),
        (["run", ".", "--out", "x", "--config", "nowhere.toml"], "could not be read"),
    ],
)
def test_wrong_calls_exit_with_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str):
    """A wrong call is answered in a sentence and with exit code 2."""
    monkeypatch.chdir(tmp_path)
    result = sohoa_run(*arguments)

    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr


def test_missing_language_names_the_package(scans: Path, tmp_path: Path, quick: Path):
    """A language that is not installed is named with the Debian package that holds it."""
    result = sohoa_run("run", scans, "--out", tmp_path / "out", "--config", quick, "--languages", "vie+xyz")

    assert result.exit_code == ExitCode.NO_VERDICT
    assert "tesseract-ocr-xyz" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (FolderBusy("x"), 7),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("x"), 5),
    ],
)
def test_errors_become_exit_codes(error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch):
    """Each error leads to its code; a bug keeps its traceback."""
    shown: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *found: shown.append(found[1]))

    def fail() -> None:
        raise error

    assert call(fail) == code
    assert shown == ([error] if code == ExitCode.BUG else [])


def test_version_and_help():
    """The version and the commands are told."""
    assert __version__ in sohoa_run("--version").stdout
    text = sohoa_run("--help").stdout
    assert all(name in text for name in ("check", "run", "status", "verify"))


def test_closed_pipe_is_no_bug(drawn_batch: Path):
    """`sohoa check ... | head -1` ends without a traceback."""
    command = f"{sys.executable} -m pipeline.cli.main check '{drawn_batch}' --jobs 0 --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert "Traceback" not in done.stderr


def test_progress_is_lines_off_a_terminal(scans: Path, tmp_path: Path, quick: Path):
    """Without a terminal the progress is plain lines, on standard error only."""
    result = sohoa_run("run", scans, "--out", tmp_path / "out", "--config", quick, "--jobs", "0", "--json")

    assert "7 of 7 pages" in result.stderr
    assert "\x1b[" not in result.stderr
    json.loads(result.stdout)


def test_progress_is_a_bar_on_a_terminal(scans: Path, tmp_path: Path, quick: Path):
    """On a terminal a bar shows pages, rate and time left."""
    command = [sys.executable, "-m", "pipeline.cli.main", "run", scans, "--out", tmp_path / "out", "--config", quick]
    line = " ".join(f"'{part}'" for part in command)
    done = subprocess.run(
        ["script", "-qec", line, "/dev/null"],
        capture_output=True, text=True, check=False, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip

    assert "/7" in done.stdout
    assert "pages" in done.stdout
    assert "\x1b[" in done.stdout


def test_entry_point_is_the_group():
    """`sohoa` is what the package installs as a command."""
    assert entry.sohoa is sohoa


@pytest.fixture
def finished(scans: Path, tmp_path: Path, quick: Path) -> tuple[Path, Path]:
    """Give scans that can all be used, and the folder they were run into."""
    (scans / "Hồ sơ số 2" / "trang 10.jpg").unlink()
    assert not sohoa_run("run", scans, "--out", tmp_path / "out", "--config", quick, "--jobs", "0").exit_code
    return scans, tmp_path / "out"


def test_status_sees_what_a_run_would_seal_anew(finished: tuple[Path, Path]):
    """A finished batch is as it should be; a new title, a changed, a lost set and a lost scan are each told."""
    scans, out = finished
    status = ("status", out / f"{scans.name}.work")
    described = (scans / "batch.toml").read_text(encoding="utf-8")
    lists = out / scans.name / "tagmanifest-sha256.txt"

    assert sohoa_run(*status).exit_code == ExitCode.WHOLE

    (scans / "batch.toml").write_text(described.replace("Đợt thử", "Đợt khác"), encoding="utf-8")
    changed = sohoa_run(*status)
    (scans / "batch.toml").write_text(described, encoding="utf-8")
    lists.write_bytes(lists.read_bytes() + b"\n")
    altered = sohoa_run(*status)
    shutil.rmtree(out / scans.name)
    lost = sohoa_run(*status)
    (scans / "Hồ sơ số 1" / "Quyết định" / "0002.jpg").unlink()
    removed = sohoa_run(*status, "--json")

    assert [result.exit_code for result in (changed, altered, lost, removed)] == [ExitCode.FINDINGS] * 4
    assert "A run would seal a new set: " in changed.stdout
    assert "batch.toml" in changed.stdout
    assert "list of lists is not the one" in altered.stdout
    assert "the set is not there" in lost.stdout
    assert json.loads(removed.stdout)["pages_gone"] == 1
    assert any("pages of documents" in reason for reason in json.loads(removed.stdout)["seal_again"])


def test_status_of_what_is_not_sealed_yet(finished: tuple[Path, Path]):
    """Pages that are all done make no set."""
    scans, out = finished
    with Journal(out / f"{scans.name}.work") as journal:
        journal.forget("", "seal")

    result = sohoa_run("status", out / f"{scans.name}.work")

    assert result.exit_code == ExitCode.FINDINGS
    assert "A run would seal a new set: it is not sealed yet" in result.stdout


def test_pictures_that_cannot_be_read_are_kept_and_counted(drawn_batch: Path, tmp_path: Path, quick: Path):
    """A .bmp among the scans is in quarantine bit for bit, the run says so, and other files are named."""
    scans, out = tmp_path / "b", tmp_path / "out"
    (scans / "d").mkdir(parents=True)
    shutil.copy(drawn_batch / "Hồ sơ số 1" / "Quyết định" / "0001.jpg", scans / "d")
    (scans / "d" / "2.bmp").write_bytes(b"BM and more")
    (scans / "d" / "note.txt").write_bytes(b"x")

    result = sohoa_run("run", scans, "--out", out, "--config", quick, "--jobs", "0")
    batch = json.loads((out / "b" / "data" / "batch.json").read_text(encoding="utf-8"))
    [refused] = batch["quarantine"]
    status = sohoa_run("status", out / "b.work")

    assert status.exit_code == ExitCode.FINDINGS
    assert "refused d/2.bmp" in status.stdout
    assert result.exit_code == ExitCode.FINDINGS
    assert "files refused: 1" in result.stdout
    assert "Other files, kept beside the scans: d/note.txt" in result.stdout
    assert (refused["source"], refused["code"]) == ("d/2.bmp", "unsupported")
    assert (out / "b" / refused["path"]).read_bytes() == b"BM and more"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_while_the_program_is_loaded(number: signal.Signals, scans: Path):
    """Ctrl-C in the first second is answered like any other: one sentence, no traceback."""
    script = f"""
import os, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "pipeline.cli.main":
            os.kill(os.getpid(), {int(number)})

sys.meta_path.insert(0, Interrupting())
from pipeline.cli.entry import main
main()
"""
    done = subprocess.run([sys.executable, "-c", script, "check", scans], capture_output=True, text=True, check=False)

    assert done.returncode == ExitCode.INTERRUPTED
    assert done.stderr.startswith("sohoa: interrupted;")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_folders_are_not_judged_before_they_are_read(scans: Path, monkeypatch: pytest.MonkeyPatch):
    """Whether a folder can be read is found out by reading it, and answered as no verdict."""

    def refuse(path: str | Path) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(os, "scandir", refuse)

    result = sohoa_run("check", scans, "--jobs", "0")

    assert result.exit_code == ExitCode.NO_VERDICT
    assert "Permission denied" in result.stderr
