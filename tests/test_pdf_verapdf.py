"""The reference validator gives three answers, and whatever goes wrong is "no verdict"."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.pdf import verapdf
from pipeline.pdf.verapdf import Validator, find_validator, self_test, validate

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
CORPUS = sorted((SHARED / "pdfa").glob("*.pdf"))
NEEDS_VERAPDF = pytest.mark.skipif(find_validator() is None, reason="VERAPDF IS ABSENT: conformance is not proved")
NEEDS_CORPUS = pytest.mark.skipif(not CORPUS, reason=f"NO VERAPDF CORPUS: {SHARED / 'pdfa'} is absent")

# The shape of the stock command's report, as its documentation gives it.
REPORT = """<?xml version="1.0" encoding="utf-8"?>
<report><jobs>
<job><item size="1"><name>{good}</name></item>
<validationReport jobEndStatus="normal" isCompliant="true"><details/></validationReport></job>
<job><item size="1"><name>{bad}</name></item>
<validationReport jobEndStatus="normal" isCompliant="false"><details>
<rule clause="6.1.3" testNumber="1" status="failed"><description>No ID</description></rule>
</details></validationReport></job>
<job><item size="1"><name>{broken}</name></item>
<taskException type="PARSE"><exceptionMessage>Couldn't parse stream</exceptionMessage></taskException></job>
</jobs></report>
"""


def program(folder: Path, body: str) -> Validator:
    """Return a stand-in for the stock command that acts out one behaviour."""
    path = folder / "verapdf"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return Validator("command", str(path))


@NEEDS_VERAPDF
@NEEDS_CORPUS
def test_the_corpus_is_judged_right(tmp_path: Path):
    """Good files are valid, bad ones are not, a file with a Vietnamese name is found, and no PDF is no verdict."""
    named, nonsense = tmp_path / "văn bản số 1.pdf", tmp_path / "no.pdf"
    shutil.copy(next(path for path in CORPUS if "pass" in path.name), named)
    nonsense.write_bytes(b"not a PDF")
    verdicts = validate([*CORPUS, named, nonsense, tmp_path / "absent.pdf"], "2b")
    assert {path.name: verdicts[path].valid for path in CORPUS} == {path.name: "pass" in path.name for path in CORPUS}
    assert all(verdicts[path].message and verdicts[path].rule for path in CORPUS if "fail" in path.name)
    assert verdicts[named].valid is True
    assert verdicts[nonsense].valid is None
    assert verdicts[tmp_path / "absent.pdf"].valid is None


@NEEDS_VERAPDF
def test_the_validator_passes_its_own_test():
    """One good and one bad file made on the spot are told apart."""
    assert self_test() == ""


@NEEDS_VERAPDF
def test_a_validator_out_of_time_gives_no_verdict(tmp_path: Path):
    """Files that were not judged in time are neither valid nor invalid."""
    verdicts = validate([tmp_path / "a.pdf", tmp_path / "b.pdf"], "2b", timeout_seconds=0.05)
    assert [verdict.valid for verdict in verdicts.values()] == [None, None]
    assert "no answer within" in verdicts[tmp_path / "b.pdf"].message


def test_without_a_validator_nothing_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where veraPDF is not installed every file has no verdict, and the reason is given."""
    monkeypatch.setattr(verapdf, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_validator() is None
    assert validate([tmp_path / "a.pdf"], "2b")[tmp_path / "a.pdf"].valid is None


def test_the_stock_command_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A `verapdf` on PATH is preferred to the library."""
    wanted = program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_validator() == wanted


def test_the_stock_commands_report_is_read(tmp_path: Path):
    """Valid, not valid with its rule, and no verdict are told apart in the report."""
    good, bad, broken = (tmp_path / f"{name}.pdf" for name in ("good", "bad", "broken"))
    (tmp_path / "report.xml").write_text(REPORT.format(good=good, bad=bad, broken=broken))
    verdicts = validate([good, bad, broken], "2b", program(tmp_path, f"cat '{tmp_path}/report.xml'; exit 1"))
    assert verdicts[good].valid is True
    assert (verdicts[bad].valid, verdicts[bad].rule, verdicts[bad].message) == (False, "6.1.3-1", "No ID")
    assert (verdicts[broken].valid, verdicts[broken].message) == (None, "Couldn't parse stream")


@pytest.mark.parametrize("body", ["exit 0", "exit 7", "echo rubbish", "kill -9 $$", "echo '<report><jobs/></report>'"])
def test_a_command_that_says_nothing_gives_no_verdict(tmp_path: Path, body: str):
    """A validator that ends early, whatever its exit code, leaves every file without a verdict, in two tries."""
    paths = [tmp_path / f"{number}.pdf" for number in range(20)]
    counted = program(tmp_path, f"echo x >> '{tmp_path}/runs'\n{body}")
    verdicts = validate(paths, "2b", counted)
    assert [verdicts[path].valid for path in paths] == [None] * 20
    assert (tmp_path / "runs").read_text().count("x") == 2


def test_a_validator_that_always_agrees_fails_its_test(tmp_path: Path):
    """A validator that finds every file valid, or none, is not to be trusted."""
    job = '<job><item><name>%s</name></item><validationReport isCompliant="true"/></job>'
    loop = f"shift 6\necho '<report><jobs>'\nfor f in \"$@\"; do printf '{job}' \"$f\"; done\necho '</jobs></report>'"
    assert "does not refuse a bad file" in self_test(program(tmp_path, loop))
    assert "does not accept a good file" in self_test(program(tmp_path, loop.replace("true", "false")))


@pytest.mark.skipif(sys.platform != "linux", reason="LOUD SKIP: only Linux kills a process with its parent")
def test_the_validator_dies_with_its_parent(tmp_path: Path):
    """When the program that asks is killed, the validator it started is gone with it."""
    told = tmp_path / "pid"
    validator = program(tmp_path, f"echo $$ > {told}.part; mv {told}.part {told}; exec sleep 60")
    ask = (
        "from pathlib import Path; from pipeline.pdf.verapdf import Validator, validate; "
        f"validate([Path('a.pdf')], '2b', Validator('command', {validator.program!r}))"
    )
    asking = subprocess.Popen([sys.executable, "-c", ask], cwd=Path(__file__).parent.parent)
    try:
        assert eventually(told.exists)
    finally:
        asking.kill()
        asking.wait()
    state = Path("/proc", told.read_text().strip(), "stat")
    assert eventually(lambda: not state.exists() or ") Z " in state.read_text())


def eventually(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, half a minute at most."""
    end = time.monotonic() + 30
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()
