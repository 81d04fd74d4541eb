"""`sohoa list template` and `sohoa list check`: what they write, say and end with."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from catalogue_lists import FIELD_SLIPS, dossier_slip, good_lists, planted, write_workbook

from pipeline.cli.main import call, sohoa
from pipeline.errors import ExitCode
from pipeline.messages import use
from samples import store


@pytest.fixture(autouse=True)
def _english() -> Any:
    use("en")
    yield
    use("en")


def run(*arguments: object) -> SimpleNamespace:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = call(lambda: sohoa.main([*map(str, arguments)], prog_name="sohoa", standalone_mode=False))
    return SimpleNamespace(exit_code=code, stdout=out.getvalue(), stderr=err.getvalue())


def test_template_is_written_once(tmp_path: Path):
    """An empty list is written; what is there already is not overwritten, and the name must fit the form."""
    out = tmp_path / "muc-luc.xlsx"

    assert run("list", "template", out).exit_code == ExitCode.WHOLE
    assert out.stat().st_size > 5000
    assert run("list", "template", out).exit_code == ExitCode.USAGE
    assert run("list", "template", tmp_path / "m.csv").exit_code == ExitCode.USAGE


def test_template_as_text_files(tmp_path: Path):
    """Two text files are written together, or none."""
    assert run("list", "template", tmp_path / "muc-luc.csv", "--csv").exit_code == ExitCode.WHOLE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["muc-luc-van-ban.csv", "muc-luc.csv"]
    (tmp_path / "muc-luc.csv").unlink()
    assert run("list", "template", tmp_path / "muc-luc.csv", "--csv").exit_code == ExitCode.USAGE
    assert not (tmp_path / "muc-luc.csv").exists()


def test_good_list_passes(tmp_path: Path):
    """A list without mistakes ends with 0 and says so."""
    shown = run("list", "check", write_workbook(tmp_path / "m.xlsx", good_lists(3, 4)))

    assert (shown.exit_code, "Nothing is wrong." in shown.stdout) == (ExitCode.WHOLE, True)


def test_each_finding_is_shown_with_row_column_rule_and_article(tmp_path: Path):
    """Text and JSON name sheet, row, column, what is wrong, the article and what is held up."""
    path = write_workbook(tmp_path / "m.xlsx", planted(FIELD_SLIPS))
    shown, answer = run("list", "check", path), json.loads(run("list", "check", path, "--json").stdout)

    assert shown.exit_code == answer["exit_code"] == ExitCode.FINDINGS
    assert len(answer["findings"]) == len(FIELD_SLIPS)
    lines = shown.stdout.splitlines()
    assert lines.index("Hồ sơ") < lines.index("Văn bản")
    for finding in answer["findings"]:
        line = next(line for line in lines if f"row {finding['row']}, {finding['column']}, {finding['subject']}" in line
                    and f"[{finding['rule']};" in line)  # fmt: skip
        assert finding["sentence"] in line
        assert finding["article"] in line
    assert sum(answer["counts"].values()) == len(FIELD_SLIPS)


def test_check_speaks_vietnamese(tmp_path: Path):
    """Every sentence on a finding has its Vietnamese form."""
    path = write_workbook(tmp_path / "m.xlsx", planted([dossier_slip(1, "title", "", "missing")]))

    assert "thiếu 'Tiêu đề hồ sơ'" in run("--lang", "vi", "list", "check", path).stdout


def test_findings_that_are_only_told_end_with_0(tmp_path: Path):
    """A note holds nothing up."""
    path = write_workbook(tmp_path / "m.xlsx", planted([dossier_slip(1, "riskRecovery", "0", "status-not-needed")]))
    shown = run("list", "check", path)

    assert shown.exit_code == ExitCode.WHOLE
    assert "status-not-needed" in shown.stdout


def test_unreadable_lists_and_wrong_calls(tmp_path: Path):
    """A file that is no list, and a folder without one, are wrong calls."""
    (tmp_path / "m.xlsx").write_bytes(b"no workbook")

    assert run("list", "check", tmp_path / "m.xlsx").exit_code == ExitCode.USAGE
    assert run("list", "check", tmp_path).exit_code == ExitCode.USAGE


def test_second_text_file_is_taken_along(tmp_path: Path):
    """The list of documents beside that of dossiers is read with it."""
    run("list", "template", tmp_path / "muc-luc.csv", "--csv")

    assert "muc-luc-van-ban.csv" in run("list", "check", tmp_path / "muc-luc.csv").stdout


def test_folder_is_held_against_its_list(tmp_path: Path):
    """With a scan folder, a dossier without a folder is a finding."""
    write_workbook(tmp_path / "muc-luc.xlsx", good_lists(1, 1))
    answer = json.loads(run("list", "check", tmp_path, "--json").stdout)

    assert "dossier-without-folder" in {finding["rule"] for finding in answer["findings"]}
    assert answer["exit_code"] == ExitCode.FINDINGS


@pytest.mark.parametrize(("blank", "rules"), [(False, ["pages-differ"]), (True, ["blank-pages-left-out"])])
def test_pages_that_may_be_blank_are_looked_at(tmp_path: Path, blank: bool, rules: list[str]):
    """Where the list has fewer pages than were scanned, the pages themselves say whether that is right."""
    page = np.full((1400, 1000), 255, np.uint8)
    written = page.copy()
    for left in range(100, 900, 40):
        written[200:230, left : left + 20] = 0
    files, papers = good_lists(1, 1)
    folder = tmp_path / "đợt"
    store.save_g4(
        _made(folder / files[0]["folder"] / "0000001.tif"), [written, written, page if blank else written], 200
    )
    files[0].update(numberOfPage="2")
    write_workbook(folder / "muc-luc.xlsx", (files, papers))
    (folder / "batch.toml").write_text("[batch]\ndate = 2026-01-15\n", encoding="utf-8")

    found = json.loads(run("list", "check", folder, "--json").stdout)["findings"]

    assert [each["rule"] for each in found if each["rule"] != "total-of-pages-differs"] == rules


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    return path
