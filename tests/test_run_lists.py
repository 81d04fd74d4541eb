"""Runs over batches with lists: records reach the set, differences hold the seal up, waivers are written down."""

import hashlib
import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalogue.template import ListRow, write_lists
from pipeline.check import check_batch
from pipeline.cli.main import call, sohoa
from pipeline.config import AipParams, Config, ListParams, ValidateParams
from pipeline.errors import BatchStopped, ExitCode, UsageError
from pipeline.journal import Journal
from pipeline.runner import Order, Outcome, Progress, run
from pipeline.status import read_status
from samples import page, store

QUICK = Config(validate=ValidateParams(verapdf="off"), aip=AipParams(form="none"))
FIRST, SECOND = "Hồ sơ số 1", "Hồ sơ số 2"
Rows = list[dict[str, str]]


def tree(folder: Path) -> dict[str, str]:
    """Digest every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def records() -> tuple[Rows, Rows]:
    """Describe the drawn batch: two dossiers, three documents."""
    same = {"maintenance": "01", "mode": "01", "language": "01"}
    dossiers = [
        {**same, "ordinal": str(at), "folder": folder, "fileCode": f"H48.2001.{at:02}", "title": f"Hồ sơ thứ {at}",
         "startDate": "01/01/2001", "endDate": "31/12/2001", "numberOfPaper": sheets, "paperFileCode": f"G1.K1.{at}"}
        for at, (folder, sheets) in enumerate(((FIRST, "4"), (SECOND, "3")), 1)
    ]  # fmt: skip
    documents = [
        {
            **same,
            "fileCode": f"H48.2001.{dossier:02}",
            "ordinal": str(at),
            "typeName": kind,
            "codeNumber": f"{dossier}{at}",
            "codeNotation": "UBND",
            "issuedDate": "02/03/2001",
            "organName": "UBND xã Suối Mây",
            "subject": title,
            "numberOfPage": pages,
            "docId": f"H48.{dossier}.{at}",
        }
        for dossier, at, kind, title, pages in (
            (1, 1, "02", "Về việc thành lập ban", "2"),
            (1, 2, "15", "Về việc xin kinh phí", "2"),
            (2, 1, "14", "Về kết quả kiểm kê", "3"),
        )
    ]
    return dossiers, documents


def write(scans: Path, dossiers: Rows, documents: Rows) -> None:
    """Write the list into the scan folder."""
    rows = [[ListRow(row) for row in each] for each in (dossiers, documents)]
    (scans / "muc-luc.xlsx").write_bytes(write_lists(rows[0], rows[1]))


def go(scans: Path, out: Path, config: Config = QUICK) -> Outcome:
    return run(Order(scans, out, out / "work", config, 0), Progress())


def manifest(outcome: Outcome) -> dict:
    return json.loads((outcome.sealed / "data" / "batch.json").read_text(encoding="utf-8"))


def waive(scans: Path, rule: str, subject: str) -> None:
    with (scans / "batch.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[waiver]]\nrule = "{rule}"\nsubject = "{subject}"\nby = "Lê Văn A"\nreason = "đã đối chiếu"\n')


@pytest.fixture
def listed(scans: Path) -> Path:
    """Give the drawn batch with a good list, and a batch.toml that says only what the list does not."""
    (scans / "batch.toml").write_text('[batch]\ncode = "NL.01"\ndate = 2026-01-15\n', encoding="utf-8")
    write(scans, *records())
    return scans


@pytest.fixture(scope="module")
def undisturbed(drawn_batch: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Give the outcome of one plain run with a good list."""
    folder = Path(shutil.copytree(drawn_batch, tmp_path_factory.mktemp("listed") / drawn_batch.name))
    (folder / "batch.toml").write_text('[batch]\ncode = "NL.01"\ndate = 2026-01-15\n', encoding="utf-8")
    write(folder, *records())
    return go(folder, tmp_path_factory.mktemp("out"))


def test_records_of_the_list_reach_the_set(undisturbed: Outcome):
    """Codes, titles and ordinals are the list's; records are complete with what can be counted and nothing else."""
    batch = manifest(undisturbed)

    assert not undisturbed.held_up
    assert [dossier["code"] for dossier in batch["dossiers"]] == ["H48.2001.01", "H48.2001.02"]
    assert batch["documents"][0]["title"] == "Về việc thành lập ban"
    assert (undisturbed.sealed / "data/access/H48.2001.01/H48.2001.01.0000002.pdf").is_file()
    record = batch["dossiers"][0]["record"]
    assert (record["totalDoc"], record["numberOfPage"], record["confidenceLevel"]) == ("2", "4", "02")
    assert (record["riskRecovery"], record["riskRecoveryStatus"]) == ("1", "02")
    assert "keyword" not in record
    assert batch["documents"][0]["record"]["docCode"] == "H48.2001.01.0000001"


def test_second_run_over_a_listed_batch_does_nothing(undisturbed: Outcome):
    """The same list, the same set: nothing is sealed anew."""
    out = undisturbed.sealed.parent
    with Journal(out / "work") as journal:
        scans = Path(journal.about()["scans"])

    assert go(scans, out).did_nothing


def test_difference_holds_the_seal_up_and_no_page(listed: Path, tmp_path: Path, undisturbed: Outcome):
    """All pages are done, nothing is sealed; with the list mended the next run seals at once, with the same bytes."""
    dossiers, documents = records()
    write(listed, dossiers, documents[:1] + documents[2:])
    first = go(listed, tmp_path / "out")
    was_sealed = first.sealed.exists()
    status = read_status(tmp_path / "out" / "work")
    write(listed, dossiers, documents)
    second = go(listed, tmp_path / "out")

    assert first.held_up
    assert not was_sealed
    assert [finding.rule for finding, _ in first.findings] == ["documents-unmatched"]
    assert [finding.rule for finding, _ in status.held_up] == ["documents-unmatched"]
    assert first.tally.pages_done == 7
    assert second.tally.pages_done == 0
    assert tree(second.sealed) == tree(undisturbed.sealed)


def test_set_from_before_stays_when_the_next_is_held_up(listed: Path, tmp_path: Path):
    """A list that became wrong leaves the sealed set as it is; mended otherwise, a new set takes its place."""
    dossiers, documents = records()
    sealed = go(listed, tmp_path / "out").sealed
    before = tree(sealed)
    documents[0]["numberOfPage"] = "9"
    write(listed, dossiers, documents)
    assert go(listed, tmp_path / "out").held_up
    assert tree(sealed) == before

    documents[0]["numberOfPage"] = "2"
    documents[0]["subject"] = "Tên khác"
    write(listed, dossiers, documents)
    outcome = go(listed, tmp_path / "out")

    assert (outcome.tally.pages_done, outcome.did_nothing) == (0, False)
    assert outcome.former is not None
    assert manifest(outcome)["documents"][0]["title"] == "Tên khác"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [("mode", "03", "secret"), ("treatment", "02", "treatment-needed"), ("riskClass", "D", "not-to-be-scanned")],
)
def test_what_forbids_scanning_stops_before_the_first_page(
    listed: Path, tmp_path: Path, field: str, value: str, rule: str
):
    """Secret records, those to be treated first, and those of risk class D are not worked on at all."""
    dossiers, documents = records()
    dossiers[1][field] = value
    write(listed, dossiers, documents)

    with pytest.raises(BatchStopped, match="no page was worked on"):
        go(listed, tmp_path / "out")

    with Journal(tmp_path / "out" / "work") as journal:
        assert journal.counts() == {}
    assert rule in [finding.rule for finding, _ in read_status(tmp_path / "out" / "work").held_up]


def test_waiver_by_name_is_written_into_the_set(listed: Path, tmp_path: Path):
    """A difference that somebody answers for holds nothing up; who and why stand in the set, for that one only."""
    dossiers, documents = records()
    documents[0]["numberOfPage"] = "9"
    write(listed, dossiers, documents)
    waive(listed, "pages-differ", "H48.2001.01.0000001")
    waive(listed, "pages-differ", "H48.2001.01.0000009")
    waive(listed, "secret", "H48.2001.01")

    outcome = go(listed, tmp_path / "out")

    assert not outcome.held_up
    assert outcome.waived == 1
    (waived,) = manifest(outcome)["waived"]
    assert (waived["rule"], waived["by"], waived["details"]["listed"]) == ("pages-differ", "Lê Văn A", 9)
    assert sorted(finding.rule for finding, _ in outcome.findings) == ["waiver-refused", "waiver-unused"]


def test_kill_before_the_seal_ends_with_the_same_set(listed: Path, tmp_path: Path, undisturbed: Outcome):
    """Ended between the last page and the name of the set, the next run makes the bytes of an undisturbed one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.sealing.give_name", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            go(listed, tmp_path / "out")

    outcome = go(listed, tmp_path / "out")

    assert outcome.tally.pages_done == 0
    assert tree(outcome.sealed) == tree(undisturbed.sealed)


def test_list_that_is_required_and_missing_is_a_usage_error(scans: Path, tmp_path: Path):
    """The sentence names the commands that make a list."""
    with pytest.raises(UsageError, match="sohoa list template") as raised:
        go(scans, tmp_path / "out", replace(QUICK, lists=ListParams(use="require")))

    assert "draft" in str(raised.value)


def test_list_that_is_switched_off_is_only_kept(listed: Path, tmp_path: Path):
    """With use = "off" the list goes into the set as any other file and decides nothing."""
    write(listed, records()[0], [])

    outcome = go(listed, tmp_path / "out", replace(QUICK, lists=ListParams(use="off")))

    assert not outcome.held_up
    assert (outcome.sealed / "data" / "masters" / "muc-luc.xlsx").is_file()


def test_two_words_on_one_title_are_told(listed: Path):
    """Where batch.toml and the list give a dossier different codes, nobody guesses which is meant."""
    with (listed / "batch.toml").open("a", encoding="utf-8") as file:
        file.write(f'[dossier."{FIRST}"]\ncode = "H48.2001.99"\ntitle = "Hồ sơ thứ 1"\n')

    found = check_batch(listed, QUICK, 0, lambda *_: None)

    assert [(finding.rule, finding.subject) for finding, _ in found.findings] == [("said-twice", FIRST)]


def test_packages_ask_for_the_date_of_the_batch(listed: Path):
    """No clock is read, so a batch that is to be packaged says its date; without it nothing can be handed over."""
    (listed / "batch.toml").write_text('[batch]\ncode = "NL.01"\n', encoding="utf-8")

    with_packages = check_batch(listed, replace(QUICK, aip=AipParams()), 0, lambda *_: None)
    without = check_batch(listed, QUICK, 0, lambda *_: None)

    assert [(each.rule, effect) for each, effect in with_packages.findings] == [("batch-date-missing", "transfer")]
    assert without.findings == ()


def test_what_no_row_describes_has_no_record(listed: Path):
    """A file without a row is no document of the list, even where somebody answers for it."""
    dossiers, documents = records()
    documents[0]["file"] = "Quyết định"
    del documents[1]
    write(listed, dossiers, documents)
    waive(listed, "file-without-row", f"{FIRST}/Tờ trình.tif")

    found = check_batch(listed, QUICK, 0, lambda *_: None)

    assert found.findings == ()
    described = {document.path: found.description.document_record(document) for document in found.batch.documents}
    assert described[f"{FIRST}/Tờ trình.tif"] == {}
    assert described[f"{FIRST}/Quyết định"]["docCode"] == "H48.2001.01.0000001"


def test_unknown_default_is_named(listed: Path, tmp_path: Path):
    """A field that does not exist is refused with the nearest that does."""
    with (listed / "batch.toml").open("a", encoding="utf-8") as file:
        file.write('[defaults.dossier]\nlanguge = "01"\n')

    with pytest.raises(UsageError, match=r"'languge' .* the nearest is 'language'"):
        go(listed, tmp_path / "out")


def test_defaults_complete_records_and_rows_come_first(listed: Path):
    """A default stands in for what rows leave empty, in words or as a code."""
    dossiers, documents = records()
    del documents[0]["language"]
    documents[1]["language"] = "03"
    write(listed, dossiers, documents)
    with (listed / "batch.toml").open("a", encoding="utf-8") as file:
        file.write('[defaults.document]\nlanguage = "Tiếng Anh"\nformat = "02"\n')

    found = check_batch(listed, QUICK, 0, lambda *_: None)
    records_found = [found.description.document_record(document) for document in found.batch.documents]

    assert found.findings == ()
    assert [record["language"] for record in records_found[:2]] == ["02", "03"]
    assert {record["format"] for record in records_found} == {"02"}


def stamped(folder: Path, words: str) -> Path:
    """Give a batch of one page with words alone above its text."""
    pixels, _ = page.draw_text_page(
        [words, "Ủy ban nhân dân xã báo cáo kết quả kiểm kê tài liệu lưu trữ của năm nay."] * 1,
        dpi=200, size_mm=(150, 110), justify=False,
    )  # fmt: skip
    (folder / "Hồ sơ").mkdir(parents=True)
    store.save_png(folder / "Hồ sơ" / "0001.png", [pixels], 200)
    return folder


def test_secrecy_stamp_holds_the_seal_up(tmp_path: Path):
    """A stamp among the words is found with or without a list; it can be waived by name, or only be reported."""
    scans = stamped(tmp_path / "scans", "TUYỆT MẬT")
    held = go(scans, tmp_path / "out")
    reported = go(scans, tmp_path / "out", replace(QUICK, lists=ListParams(secrecy="report")))
    (scans / "batch.toml").write_text("[batch]\n", encoding="utf-8")
    waive(scans, "secrecy-stamp", "Hồ sơ")
    waived = go(scans, tmp_path / "out")

    assert held.held_up
    (finding, _) = held.findings[0]
    assert (finding.rule, finding.subject, finding.details["stamp"]) == ("secrecy-stamp", "Hồ sơ", "TUYỆT MẬT")
    assert not reported.held_up
    assert [each.rule for each, _ in reported.findings] == ["secrecy-stamp"]
    assert not waived.held_up
    assert manifest(waived)["waived"][0]["reason"] == "đã đối chiếu"


def said(*arguments: object) -> tuple[int, str, str]:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = call(lambda: sohoa.main([*map(str, arguments)], prog_name="sohoa", standalone_mode=False))
    return code, out.getvalue(), err.getvalue()


def settings(folder: Path) -> Path:
    path = folder / "quick.toml"
    path.write_text('[validate]\nverapdf = "off"\n[aip]\nform = "none"\n', encoding="utf-8")
    return path


def test_commands_say_what_holds_the_batch_up(listed: Path, tmp_path: Path):
    """Check, run and status name row, column, rule and article, tell what to do, and exit with 1."""
    dossiers, documents = records()
    documents[0]["numberOfPage"] = "9"
    write(listed, dossiers, documents)
    config, out = settings(tmp_path), tmp_path / "out"

    checked = said("check", listed, "--config", config, "--jobs", "0", "--json")
    ran = said("run", listed, "--out", out, "--config", config, "--jobs", "0")
    status = said("status", out / f"{listed.name}.work")

    assert checked[0] == ran[0] == status[0] == ExitCode.FINDINGS
    (found,) = json.loads(checked[1])["list"]
    assert (found["rule"], found["sheet"], found["row"], found["effect"]) == ("pages-differ", "Văn bản", 2, "sealing")
    for text in (ran[1], ran[2], status[1]):
        assert "row 2, Số lượng trang" in text
        assert "Thông tư 05/2025/TT-BNV Đ9.8.b" in text
    assert "Nothing was sealed" in ran[1]
    assert "[[waiver]]" in ran[1]
    assert not (out / listed.name).exists()


def test_json_of_a_stopped_run_lists_the_findings(listed: Path, tmp_path: Path):
    """A program that starts runs learns what forbade this one."""
    dossiers, documents = records()
    dossiers[0]["mode"] = "03"
    write(listed, dossiers, documents)

    code, out, _ = said("run", listed, "--out", tmp_path / "out", "--config", settings(tmp_path), "--json")
    found = json.loads(out)

    assert code == found["exit_code"] == ExitCode.FINDINGS
    assert found["set"] is None
    assert {each["effect"] for each in found["list"] if each["rule"] == "secret"} == {"scanning"}
