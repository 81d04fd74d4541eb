"""The human OCR check: the draw is uniform and can be repeated, and the filled list is judged without mercy or luck."""

import io
import json
import math
from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli.main import call, sohoa
from pipeline.errors import ExitCode, NoVerdict, UsageError
from pipeline.journal import Entry, Journal
from pipeline.model import StageResult, State
from pipeline.records.ocr_check import ReadPage, Row, accuracy, draw, edits, least_confident, wilson
from pipeline.records.ocr_check_pages import PagesOfSet
from pipeline.records.ocr_check_read import _row, read_workbook
from pipeline.records.ocr_check_sheet import ABOUT, COLUMNS, RIGHT, SAMPLE, WRONG, Sample, row_of, workbook

TEXT = "Điều 1. Ban hành kèm theo Quyết định này\nQuy chế công tác lưu trữ."


def page(number: int, *, confidence: float = 90.0, words: int = 10) -> ReadPage:
    return ReadPage("H1.0000001", number, f"H1/{number}.jpg", 0, f"{number:064x}", "data/access/H1/a.pdf", number,
                    f"data/ocr/H1/{number}.txt", words, confidence)  # fmt: skip


def sample(count: int, text: str = TEXT) -> Sample:
    return Sample("Đợt 1", "lần 1", 10 * count, tuple(row_of(page(n), text) for n in range(1, count + 1)))


def filled(path: Path, made: Sample, wrong: Iterable[object], right: Iterable[str | None] = ()) -> Path:
    """Write a sample and fill it in as a checker would."""
    path.write_bytes(workbook(made, [page(9, confidence=20.0)]))
    book = openpyxl.load_workbook(path)
    for column, values in ((WRONG, wrong), (RIGHT, right)):
        for row, value in enumerate(values, 2):
            book[SAMPLE].cell(row, column + 1).value = value
    book.save(path)
    return path


def sohoa_said(*arguments: object) -> SimpleNamespace:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = call(lambda: sohoa.main([*map(str, arguments)], prog_name="sohoa", standalone_mode=False))
    return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())


# The draw


def test_draw_can_be_repeated_and_depends_on_the_seed():
    """Same pages and seed: same sample, in the batch's order; another seed draws others."""
    pages = [page(number) for number in range(1, 501)]
    first, again, other = draw(pages, 20, "a"), draw(iter(pages), 20, "a"), draw(pages, 20, "b")

    assert first == again
    assert [drawn.number for drawn in first] == sorted(drawn.number for drawn in first)
    assert len(set(first) & set(other)) < 10
    assert draw(pages[::-1], 20, "a") == first[::-1]


def test_larger_draw_holds_the_smaller_one():
    """Who needs more pages checks more, and none for nothing."""
    pages = [page(number) for number in range(1, 200)]

    assert set(draw(pages, 10, "s")) < set(draw(pages, 30, "s"))
    assert draw(pages, 1000, "s") == pages


def test_draw_is_uniform():
    """Over many seeds every page is drawn about as often as every other, whatever its confidence."""
    pages = [page(number, confidence=float(number)) for number in range(1, 41)]
    counts = Counter(drawn.number for seed in range(400) for drawn in draw(pages, 10, str(seed)))
    expected, spread = 100, math.sqrt(400 * 0.25 * 0.75)

    assert set(counts) == set(range(1, 41))
    assert max(abs(count - expected) for count in counts.values()) < 4 * spread
    doubtful = sum(counts[number] for number in range(1, 21))
    assert abs(doubtful - 2000) < 4 * math.sqrt(20) * spread


def test_least_confident_pages_are_listed_apart():
    """The lowest come first; pages without words have no confidence."""
    pages = [page(1, confidence=80), page(2, confidence=0, words=0), page(3, confidence=30), page(4, confidence=50)]

    assert [found.number for found in least_confident(pages, 2)] == [3, 4]


# The statistics


def test_wilson_is_the_published_interval():
    """Known values: 81 of 263 give 0.2553 to 0.3662 (Newcombe 1998), 0 of 20 give 0 to 0.1611."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(1, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(outcomes=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=30))
def test_interval_holds_the_share(outcomes: list[tuple[int, int]]):
    """Whatever came back, the bounds lie between 0 and 1 and on both sides of the share."""
    found = accuracy(outcomes)
    if found is None:
        assert not sum(characters for _, characters in outcomes)
        return
    assert 0 <= found.low <= found.share <= found.high <= 1


def test_errors_that_come_in_crowds_widen_the_interval():
    """One page full of errors says less of the batch than the same errors on all pages."""
    even = accuracy([(20, 1000)] * 20)
    crowded = accuracy([(400, 1000), *[(0, 1000)] * 19])

    assert even.share == crowded.share == 0.98
    assert crowded.high - crowded.low > 5 * (even.high - even.low)


def test_interval_holds_the_truth_as_often_as_it_says():
    """Over batches whose pages differ, nine in ten intervals or more hold the true share."""
    rng = np.random.default_rng(7)
    rates = rng.gamma(1.0, 0.03, 2000).clip(0, 0.5)
    held = 0
    for _ in range(200):
        drawn = rng.choice(rates, 40)
        found = accuracy([(int(rng.binomial(1200, rate)), 1200) for rate in drawn])
        held += found.low <= 1 - rates.mean() <= found.high
    assert held >= 180


@settings(deadline=None, max_examples=60)
@given(first=st.text("abc", max_size=8), second=st.text("abc", max_size=8))
def test_edits_are_the_fewest(first: str, second: str):
    """The count is that of the textbook's recursion."""
    table = [[row + column for column in range(len(second) + 1)] for row in range(len(first) + 1)]
    for row in range(1, len(first) + 1):
        for column in range(1, len(second) + 1):
            change = table[row - 1][column - 1] + (first[row - 1] != second[column - 1])
            table[row][column] = min(change, table[row - 1][column] + 1, table[row][column - 1] + 1)

    assert edits(first, second) == table[-1][-1]


def test_right_text_is_compared_without_white_space():
    """Line breaks and Unicode forms are no errors; a wrong letter is one."""
    row = Row("c", 1, "p", 1, "", "Quyết  định\nsố 5", right="Quyê\u0301t định số 6")

    assert row.outcome() == (1, 12)
    assert replace(row, wrong=3).outcome() == (3, 12)
    assert Row("c", 1, "p", 1, "", "", right="mất").outcome() == (3, 3)


# The workbook


def test_what_is_filled_in_comes_back(tmp_path: Path):
    """Counts and texts of the checker are read, and judged together."""
    made = sample(3)
    characters = made.rows[0].characters
    checked = read_workbook(filled(tmp_path / "a.xlsx", made, [0, "1", None], [None, None, TEXT]))

    assert checked.is_complete
    assert (checked.sample.batch, checked.sample.seed, checked.sample.pages_read) == ("Đợt 1", "lần 1", 30)
    assert [row.outcome() for row in checked.sample.rows] == [(0, characters), (1, characters), (0, characters)]
    assert checked.accuracy.share == pytest.approx(1 - 1 / (3 * characters))
    assert checked.passed


def test_two_writings_are_the_same_bytes():
    """No date and no chance is in the file."""
    assert workbook(sample(3), [page(1)]) == workbook(sample(3), [page(1)])


@pytest.mark.parametrize(("wrong", "passed"), [(1, True), (2, False)])
def test_98_percent_is_the_line(tmp_path: Path, wrong: int, passed: bool):
    """One wrong of 50 passes, two do not."""
    checked = read_workbook(filled(tmp_path / "a.xlsx", sample(1, "a" * 50), [wrong]))

    assert checked.passed == passed


@pytest.mark.parametrize("entered", ["few", -1, 1.5, "3 or 4"])
def test_what_is_no_number_is_named(tmp_path: Path, entered: object):
    """A row that cannot be understood is named, and the sample is not complete."""
    checked = read_workbook(filled(tmp_path / "a.xlsx", sample(2), [entered, 0]))

    assert checked.unclear == ("H1.0000001, 1",)
    assert not checked.is_complete
    assert not checked.passed


def test_rows_left_empty_are_named(tmp_path: Path):
    """A sample of which pages were left out passes nothing, however good the rest."""
    checked = read_workbook(filled(tmp_path / "a.xlsx", sample(3), [0, None, 0]))

    assert checked.unfilled == ("H1.0000001, 2",)
    assert checked.accuracy.share == 1
    assert not checked.passed


@pytest.mark.parametrize(
    ("column", "value"), [(1, 7), (2, "H2"), (3, 5), (4, "other.pdf"), (5, 9), (7, "Điều 1."), (11, "f" * 64)]
)
def test_changed_rows_are_refused(tmp_path: Path, column: int, value: object):
    """A row that is not as it was handed out does not count, whatever was entered."""
    path = filled(tmp_path / "a.xlsx", sample(3), [0, 0, 0])
    book = openpyxl.load_workbook(path)
    book[SAMPLE].cell(3, column).value = value
    book.save(path)
    checked = read_workbook(path)

    assert len(checked.sample.rows) == 2
    assert any("2" in name.partition(":")[0] or "7" in name.partition(":")[0] for name in checked.refused)
    assert not checked.passed


def test_missing_and_doubled_rows_are_refused(tmp_path: Path):
    """Taking a bad page out, or a good one twice, is noticed; another order is not minded."""
    path = filled(tmp_path / "a.xlsx", sample(4), [0, 0, 0, 0])
    book = openpyxl.load_workbook(path)
    rows = list(book[SAMPLE].iter_rows(min_row=2, values_only=True))
    for number, row in enumerate([rows[2], rows[0], rows[0], rows[3]], 2):
        for column, value in enumerate(row, 1):
            book[SAMPLE].cell(number, column).value = value
    book.save(path)
    checked = read_workbook(path)

    assert [row.number for row in checked.sample.rows] == [1, 3, 4]
    assert checked.refused == ("1: H1.0000001, 1", "2: -")


def test_changed_facts_are_refused(tmp_path: Path):
    """Who changes what the list says of itself gets no result at all."""
    path = filled(tmp_path / "a.xlsx", sample(2), [0, 0])
    book = openpyxl.load_workbook(path)
    cell = next(row[1] for row in book[ABOUT].iter_rows() if str(row[0].value).startswith("Trang mẫu"))
    cell.value = "1"
    book.save(path)

    with pytest.raises(UsageError, match="was changed"):
        read_workbook(path)


@pytest.mark.parametrize("data", [b"", b"no workbook", None])
def test_other_files_are_refused(tmp_path: Path, data: bytes | None):
    """A file that is no such list is a wrong call."""
    path = tmp_path / "a.xlsx"
    if data is None:
        openpyxl.Workbook().save(path)
    else:
        path.write_bytes(data)
    with pytest.raises(UsageError, match="is not a list"):
        read_workbook(path)
    with pytest.raises(UsageError, match="could not be read"):
        read_workbook(tmp_path / "nowhere.xlsx")


@pytest.mark.parametrize("text", ["=1+1", "a\x0cb\x00c", "_x0041_ <&>\n  ", "x" * 40_000, ""])
def test_any_text_survives_the_workbook(tmp_path: Path, text: str):
    """Formulas stay text, what a workbook cannot hold is left out, and the row is not taken for a changed one."""
    checked = read_workbook(filled(tmp_path / "a.xlsx", sample(1, text), [0]))

    assert checked.refused == ()
    assert len(checked.sample.rows) == 1


# The commands


def sealed(folder: Path, count: int) -> Path:
    """Make as much of a set as the draw looks at; page 2 is blank, page 3 was not decoded."""
    pages = []
    for number in range(1, count + 1):
        text = {"text": "blank", "words": 0} if number == 2 else {"text": "text", "words": 9, "confidence": 90.0}
        shown = number != 3
        place = f"data/ocr/H1/{number}"
        pages.append(
            {
                "number": number, "source": f"H1/{number}.jpg", "frame": 0, "sha256": f"{number:064x}",
                "picture": {"filter": "DCTDecode"} if shown else None, "text": text if shown else None,
                "borders": {"parts": 2 if number == 1 else 1} if shown else None,
                "plain_text": f"{place}.txt" if shown else "",
            }
        )  # fmt: skip
        (folder / "data/ocr/H1").mkdir(parents=True, exist_ok=True)
        (folder / f"{place}.txt").write_text(TEXT, encoding="utf-8")
    document = {
        "code": "H1.0000001",
        "title": ' "documents": [',
        "access": {"path": "data/access/H1/a.pdf"},
        "pages": pages,
    }
    row = "\n".join("  " + line for line in json.dumps(document, ensure_ascii=False, indent=1).split("\n"))
    head = '{\n "format": 1,\n "dossiers": [\n  {\n   "name": "H1"\n  }\n ],\n "documents": ['
    (folder / "data/batch.json").write_text(f'{head}\n{row}\n ],\n "quarantine": [{row}\n ]\n}}\n', encoding="utf-8")
    return folder


def test_pages_are_read_out_of_the_manifest(tmp_path: Path):
    """Blank and bad pages are not drawn; the page in the PDF counts what the PDF shows."""
    pages = list(PagesOfSet(sealed(tmp_path / "Đợt 1", 6)))

    assert [(found.number, found.pdf_page) for found in pages] == [(1, 1), (4, 4), (5, 5), (6, 6)]
    assert json.loads((tmp_path / "Đợt 1/data/batch.json").read_text(encoding="utf-8"))["documents"]


def test_cut_manifest_is_no_end(tmp_path: Path):
    """A manifest that stops in the middle gives no verdict instead of fewer pages."""
    folder = sealed(tmp_path / "set", 6)
    manifest = folder / "data/batch.json"
    whole = manifest.read_text(encoding="utf-8")
    manifest.write_text(whole[: whole.index(' "quarantine"') - 4], encoding="utf-8")

    with pytest.raises(NoVerdict, match="does not end"):
        list(PagesOfSet(folder))
    with pytest.raises(UsageError, match="is not a set"):
        PagesOfSet(tmp_path)


def test_draw_and_read_go_together(tmp_path: Path):
    """A list is drawn from a set, refused while it is empty, and passes when it is filled in with no errors."""
    folder, out = sealed(tmp_path / "Đợt 1", 30), tmp_path / "check.xlsx"
    drawn = sohoa_said("ocr-check", "draw", folder, "--out", out, "--share", "25%", "--seed", "x")
    assert drawn.code == ExitCode.WHOLE
    assert "7 of 28 pages drawn" in drawn.out
    again = sohoa_said("ocr-check", "draw", folder, "--out", out)
    assert (again.code, "exists already" in again.err) == (ExitCode.USAGE, True)

    empty = sohoa_said("ocr-check", "read", out)
    assert empty.code == ExitCode.FINDINGS
    assert "Nothing entered (7)" in empty.out
    book = openpyxl.load_workbook(out)
    for row in range(2, 9):
        book[SAMPLE].cell(row, WRONG + 1).value = 0
    book.save(out)
    good = sohoa_said("ocr-check", "read", out, "--json")
    found = json.loads(good.out)
    assert good.code == found["exit_code"] == ExitCode.WHOLE
    assert (found["passed"], found["accuracy"]["share"], len(found["rows"])) == (True, 1.0, 7)
    assert 0.9 < found["accuracy"]["low"] < 1
    said = sohoa_said("ocr-check", "read", out).out
    assert "Right: 100.00%" in said
    assert "Passed" in said

    book[SAMPLE].cell(2, WRONG + 1).value = 100
    book.save(out)
    bad = sohoa_said("ocr-check", "read", out)
    assert bad.code == ExitCode.FINDINGS
    assert "Not passed" in bad.out


def test_work_folder_leads_to_its_set(tmp_path: Path):
    """The set that was sealed last from a work folder is drawn from; before there is one, the call is wrong."""
    folder, work = sealed(tmp_path / "set", 5), tmp_path / "set.work"
    work.mkdir()
    with Journal(work) as journal:
        journal.set_about(scans="x")
    early = sohoa_said("ocr-check", "draw", work, "--out", tmp_path / "a.xlsx")
    assert (early.code, "nothing was sealed" in early.err) == (ExitCode.USAGE, True)
    with Journal(work) as journal:
        journal.record([Entry("", "seal", {}, StageResult(State.DONE, {"set": str(folder)}))])

    assert sohoa_said("ocr-check", "draw", work, "--out", tmp_path / "a.xlsx", "--pages", "2").code == ExitCode.WHOLE
    assert len(read_workbook(tmp_path / "a.xlsx").sample.rows) == 2


@pytest.mark.parametrize(
    "arguments",
    [("--share", "0"), ("--share", "120%"), ("--share", "many"), ("--share", "2%", "--pages", "3"), ("--pages", "0")],
)
def test_wrong_amounts_are_wrong_calls(tmp_path: Path, arguments: tuple[str, ...]):
    """An amount that makes no sense is refused before anything is written."""
    out = tmp_path / "a.xlsx"

    assert sohoa_said("ocr-check", "draw", sealed(tmp_path / "s", 5), "--out", out, *arguments).code == ExitCode.USAGE
    assert not out.exists()


def test_nothing_read_is_nothing_to_check(tmp_path: Path):
    """A set of blank pages cannot be sampled."""
    folder = sealed(tmp_path / "set", 3)
    manifest = folder / "data/batch.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"text": "text"', '"text": "blank"'), encoding="utf-8"
    )

    shown = sohoa_said("ocr-check", "draw", folder, "--out", tmp_path / "a.xlsx")
    assert (shown.code, "nothing to check" in shown.err) == (ExitCode.USAGE, True)


def test_number_beside_a_text_is_not_taken():
    """A row with a number of wrong characters and a right text says two things, so it does not count as checked."""
    values: list[object] = [1, "H1.0000001", 1, "a.jpg", 1, None, TEXT, *[None] * (len(COLUMNS) - 8), "d"]
    assert _row(tuple(values))[2]

    values[WRONG], values[RIGHT] = 0, "khác hẳn"
    assert not _row(tuple(values))[2]
