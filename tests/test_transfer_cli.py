"""The commands `sohoa transfer ...` as an office calls them: what they say, write and return."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from transfer_sets import sealed

from pipeline.cli.main import call, sohoa
from pipeline.errors import ExitCode


def sohoa_run(*arguments: str | Path) -> Result:
    """Run a command in this process, with the exit code that the program would give."""
    codes: list[int] = []
    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        codes.append(call(lambda: sohoa.main([str(argument) for argument in arguments], standalone_mode=False)))
        return Result(runner, out.getvalue(), err.getvalue(), b"", None, codes[0], None)


@pytest.fixture(scope="module")
def a_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sealed set; nobody may change it."""
    return sealed(tmp_path_factory.mktemp("sets") / "set", documents=2)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Give a set of which one dossier may not be handed over."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][1]["record"]["maintenance"] = "02"

    return sealed(tmp_path / "faulty", documents=2, change=change)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_line_10_batch_is_built_with_its_papers_and_received(a_set: Path, tmp_path: Path):
    """What `sohoa transfer` writes, papers included, `sohoa transfer check` finds whole; each says so."""
    built = sohoa_run("transfer", a_set, "--out", tmp_path / "out")
    checked = sohoa_run("transfer", "check", tmp_path / "out", "--out", tmp_path / "result")
    seal = hashlib.sha256((tmp_path / "out/manifest-sha256.txt").read_bytes()).hexdigest()

    assert (built.exit_code, checked.exit_code) == (ExitCode.WHOLE, ExitCode.WHOLE)
    assert seal in built.stdout
    assert seal in checked.stdout
    assert "Complete [đủ]." in checked.stdout
    assert "Passed [đạt]: 3 dossiers, 6 documents." in checked.stdout
    assert "[không kiểm tra virus]" in checked.stdout
    assert {path.suffix for path in (tmp_path / "out/giay-to").iterdir()} == {".docx", ".xlsx"}
    assert json.loads((tmp_path / "result/ket-qua.json").read_text(encoding="utf-8"))["result"] == "đủ"
    assert any(path.suffix == ".docx" for path in (tmp_path / "result").iterdir())


def test_same_set_and_options_give_the_same_bytes_papers_included(a_set: Path, tmp_path: Path):
    """Two calls write the same batch; so do two checks."""
    for name in ("one", "two"):
        sohoa_run("transfer", a_set, "--out", tmp_path / name)
        sohoa_run("transfer", "check", tmp_path / "one", "--out", tmp_path / f"result-{name}")

    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "result-one") == digests(tmp_path / "result-two")


def test_findings_are_listed_and_nothing_is_written(faulty: Path, tmp_path: Path):
    """Exit 1, each finding with its article, how much would be left; no folder."""
    result = sohoa_run("transfer", faulty, "--out", tmp_path / "out")

    assert result.exit_code == ExitCode.FINDINGS
    assert "H48.99.1.2001.02-VP/Đ: 'maintenance' [Thời hạn lưu trữ] is 02" in result.stdout
    assert "Thông tư 05/2025/TT-BNV, trang 70, 213" in result.stdout
    assert "Without those dossiers (--leave-out-failed): 2 dossiers, 4 documents." in result.stdout
    assert not (tmp_path / "out").exists()


def test_leave_out_failed_says_what_is_left_out(faulty: Path, tmp_path: Path):
    """The rest is handed over; what is not stands in what is said, in transfer.json and in the paper of its list."""
    result = sohoa_run("transfer", faulty, "--out", tmp_path / "out", "--leave-out-failed")
    said = json.loads((tmp_path / "out/transfer.json").read_text(encoding="utf-8"))

    assert result.exit_code == ExitCode.WHOLE
    assert "'maintenance' [Thời hạn lưu trữ] is 02" in result.stdout
    assert [row["code"] for row in said["failed"]] == ["H48.99.1.2001.02-VP/Đ"]
    assert said["totals"]["dossiers"] == 2
    assert sohoa_run("transfer", "check", tmp_path / "out").exit_code == ExitCode.WHOLE


def test_dry_run_writes_nothing(a_set: Path, tmp_path: Path):
    """What would be written is said."""
    result = sohoa_run("transfer", a_set, "--out", tmp_path / "out", "--dry-run")

    assert result.exit_code == ExitCode.WHOLE
    assert "3 dossiers, 6 documents would be handed over" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_options_may_come_before_the_set(a_set: Path, tmp_path: Path):
    """The order of options and set does not matter; `--aip` and `--folder` reach the batch."""
    result = sohoa_run("transfer", "--out", tmp_path / "out", "--folder", "--number", "5", a_set)
    said = json.loads((tmp_path / "out/transfer.json").read_text(encoding="utf-8"))

    assert result.exit_code == ExitCode.WHOLE
    assert (said["zipped"], said["declaration"]["transfer_number"]) == (False, "5")
    assert sohoa_run("transfer", a_set, "--out", tmp_path / "x", "--aip").exit_code == ExitCode.FINDINGS


def test_set_that_is_called_check(a_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A set of this name is given as ./check, as the help says."""
    (tmp_path / "check").symlink_to(a_set)
    monkeypatch.chdir(tmp_path)

    assert sohoa_run("transfer", "./check", "--out", "out").exit_code == ExitCode.WHOLE
    assert "./check" in sohoa_run("transfer", "--help").stdout


def test_json_of_both_commands(faulty: Path, tmp_path: Path):
    """Both commands say the same as JSON, for other programs."""
    found = json.loads(sohoa_run("transfer", faulty, "--out", tmp_path / "out", "--json").stdout)
    built = json.loads(sohoa_run("transfer", faulty, "--out", tmp_path / "out", "--json", "--leave-out-failed").stdout)
    (tmp_path / "out/DOC-TRUOC.txt").unlink()
    checked = json.loads(sohoa_run("transfer", "check", tmp_path / "out", "--json").stdout)

    assert (found["exit_code"], found["findings"][0]["rule"]) == (1, "not-permanent")
    assert (built["exit_code"], len(built["seal"]), built["was_there"]) == (0, 64, False)
    assert checked["exit_code"] == 1
    assert checked["batches"][0]["problems"] == ["DOC-TRUOC.txt is missing"]
    assert checked["batches"][0]["counts"]["dossiers_passed"] == 2


def test_several_batches_are_checked_in_one_call(a_set: Path, tmp_path: Path):
    """Each has its result and its folder of papers; what both hold, and a number used twice, is told."""
    for name in ("one", "two"):
        sohoa_run("transfer", a_set, "--out", tmp_path / name)
    result = sohoa_run("transfer", "check", tmp_path / "one", tmp_path / "two", "--out", tmp_path / "result")

    assert result.exit_code == ExitCode.WHOLE
    assert result.stdout.count("was used before") == 2
    assert "Held already, to be decided by a person: H48.99.1.2001.01-VP/Đ" in result.stdout
    assert sorted(path.name for path in (tmp_path / "result").iterdir()) == ["one", "two"]


def test_damaged_batch_is_told(a_set: Path, tmp_path: Path):
    """Exit 1, the package named, its dossier "không đạt", the rest passed."""
    sohoa_run("transfer", a_set, "--out", tmp_path / "out")
    (package,) = (tmp_path / "out/goi-tin").glob("2uuid-*.zip")
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 4
    package.write_bytes(data)
    result = sohoa_run("transfer", "check", tmp_path / "out")

    assert result.exit_code == ExitCode.FINDINGS
    assert f"goi-tin/{package.name} is damaged or was changed" in result.stdout
    assert "Not passed [không đạt]: 1 dossiers" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["transfer", "nowhere", "--out", "out"], "is not a sealed set"),
        (["transfer", "."], "Missing option '--out'"),
        (["transfer", "check"], "Missing argument"),
        (["transfer", "check", "."], "is not a transfer batch"),
        (["transfer", "check", ".", "--out", "./result"], "into the batch itself"),
        (["transfer", "x", "--out", "y", "--number", "0"], "--number"),
        (["transfer", "x", "--out", "y", "--aip", "--ead", "printed-xsd"], "--aip goes without"),
        (["transfer", "x", "--out", "y", "--aip", "--ead-xsd", "z.xsd"], "--aip goes without"),
        (["transfer", "x", "--out", "y", "--aip", "--ead-doc-xsd", "z.xsd"], "--aip goes without"),
    ],
)
def test_wrong_calls_are_answered_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
):
    """Each is a usage error, and writes nothing."""
    monkeypatch.chdir(tmp_path)
    result = sohoa_run(*arguments)

    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_result_is_not_written_into_what_is_sealed(a_set: Path, tmp_path: Path):
    """The result papers of a check do not go into a sealed set, nor into another batch."""
    sohoa_run("transfer", a_set, "--out", tmp_path / "out")
    sohoa_run("transfer", a_set, "--out", tmp_path / "other", "--number", "2")
    before = digests(a_set) | digests(tmp_path)

    for place in (a_set, a_set / "data", tmp_path / "other", tmp_path / "other/giay-to"):
        result = sohoa_run("transfer", "check", tmp_path / "out", "--out", place)
        assert (result.exit_code, "must not be changed" in result.stderr) == (ExitCode.USAGE, True)
    assert digests(a_set) | digests(tmp_path) == before


def test_batch_without_its_list_is_not_called_complete(a_set: Path, tmp_path: Path):
    """Without transfer.json nobody can say đủ or chưa đủ; the screen and the report say so."""
    sohoa_run("transfer", a_set, "--out", tmp_path / "out")
    (tmp_path / "out/transfer.json").unlink()
    result = sohoa_run("transfer", "check", tmp_path / "out")

    assert result.exit_code == ExitCode.FINDINGS
    assert "cannot be told" in result.stdout
    assert "omplete [" not in result.stdout


def test_many_problems_are_cut_on_the_screen(a_set: Path, tmp_path: Path):
    """Of many files that do not belong, some are shown and the others counted; JSON has all."""
    sohoa_run("transfer", a_set, "--out", tmp_path / "out")
    for number in range(70):
        (tmp_path / f"out/giay-to/{number}.txt").write_text("x", encoding="utf-8")
    shown = sohoa_run("transfer", "check", tmp_path / "out").stdout
    told = json.loads(sohoa_run("transfer", "check", tmp_path / "out", "--json").stdout)

    assert shown.count("  ! ") == 51
    assert "... and 20 more" in shown
    assert len(told["batches"][0]["problems"]) == 70


def test_what_can_be_waived_is_said(tmp_path: Path):
    """Beside the findings stands which of them a person can answer for, and JSON has it for each."""

    def change(said: dict[str, Any]) -> None:
        said["documents"][0]["record"]["mode"] = "02"
        said["dossiers"][1]["record"]["maintenance"] = "02"

    source = sealed(tmp_path / "set", documents=2, change=change)
    shown = sohoa_run("transfer", source, "--out", tmp_path / "out").stdout
    told = json.loads(sohoa_run("transfer", source, "--out", tmp_path / "out", "--json").stdout)

    assert "can answer for: mode-too-open\n" in shown
    assert {row["rule"]: row["can_be_waived"] for row in told["findings"]} == {
        "mode-too-open": True, "not-permanent": False
    }  # fmt: skip


def test_own_schema_of_the_archive(a_set: Path, tmp_path: Path):
    """A schema that cannot be read is a usage error, on both sides."""
    sohoa_run("transfer", a_set, "--out", tmp_path / "out")

    for call_of in (["transfer", a_set, "--out", tmp_path / "x"], ["transfer", "check", tmp_path / "out"]):
        result = sohoa_run(*call_of, "--ead-xsd", tmp_path / "nowhere.xsd")
        assert result.exit_code == ExitCode.USAGE
        assert "nowhere.xsd" in result.stderr
