"""The commands `sohoa report ...`: papers and workbooks written, consolidated, and what is due."""

import json
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result
from report_sets import Copies, Folder, sealed

from pipeline.cli.main import call, sohoa
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.errors import ExitCode
from pipeline.reports.values import Measure

UNITS = "Mã đơn vị,Tên đơn vị\nX1,UBND xã Trà Giang\nX2,Phòng Tư pháp\nX3,Phòng Y tế\n"


def said(*arguments: str | Path) -> Result:
    """Run a command in this process, with the exit code that the program would give."""
    codes: list[int] = []
    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        codes.append(call(lambda: sohoa.main([str(argument) for argument in arguments], standalone_mode=False)))
        return Result(runner, out.getvalue(), err.getvalue(), b"", None, codes[0], None)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a register of the test's own, and the office's list of units."""
    monkeypatch.setenv("SOHOA_REGISTER", str(tmp_path / "register.sqlite3"))
    for name in ("SOHOA_UNIT", "SOHOA_AGENCY", "SOHOA_DATE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def batch(here: Path) -> Path:
    """A set with two dossiers, of which the register knows two good copies since March."""
    record = {"fileCode": "HS.1", "reason": "01", "maintenance": "01"}
    root = sealed(here / "đợt 1", [Folder("a", (3, 4), record), Folder("b", (5,), {**record, "fileCode": "HS.2"})],
                  date="2026-01-10")  # fmt: skip
    with Register(here / "register.sqlite3") as register:
        Copies(register).insured(root, "2026-03-01")
    return root


def unit(here: Path, *arguments: str | Path, name: str = "xa") -> Result:
    return said("report", "unit", "--year", "2026", "--unit", "UBND xã Trà Giang", "--unit-code", "X1", "--agency",
                "UBND thành phố", "--out", here / "reports" / f"{name}.docx", *arguments)  # fmt: skip


def nil(here: Path, code: str = "X2", name: str = "Phòng Tư pháp") -> Result:
    return said("report", "nil", "--year", "2026", "--unit", name, "--unit-code", code, "--out",
                here / "reports" / f"{code}.docx")  # fmt: skip


def consolidate(here: Path, *arguments: str | Path) -> Result:
    return said("report", "consolidate", here / "reports", "--units", here / "units.csv", "--year", "2026", "--unit",
                "Phòng Nội vụ", "--out", here / "tong-hop.docx", *arguments)  # fmt: skip


@pytest.fixture
def reports(here: Path) -> Path:
    (here / "reports").mkdir()
    return here / "reports"


def text_of(path: Path) -> str:
    paper = docx.Document(str(path))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def number(path: Path, measure: Measure, reason: str = "") -> tuple[int, ...]:
    for row in openpyxl.load_workbook(path)["Số liệu"].iter_rows(values_only=True):
        if row[0] == measure and (row[2] or "") == reason:
            return row[4:7]
    raise AssertionError(measure)


def test_unit_report_is_written_as_paper_and_workbook(here: Path, reports: Path, batch: Path):
    """Paper, workbook and answer have the same golden numbers; difficulties come from a file."""
    (here / "kho-khan.txt").write_text("Thiếu kinh phí.\n\nThiếu máy quét.\n", encoding="utf-8")

    done = unit(here, "--set", batch, "--difficulties", here / "kho-khan.txt")

    assert done.exit_code == ExitCode.WHOLE, done.output
    assert "2 dossiers qualify; digitized 2 (2 this year), insured 2 (2 this year), not yet insured 0" in done.stdout
    assert number(reports / "xa.xlsx", Measure.INSURED_THIS_YEAR) == (2, 3, 12)
    assert number(reports / "xa.xlsx", Measure.QUALIFYING, "01") == (2, 3, 12)
    text = text_of(reports / "xa.docx")
    assert "Kết quả lập bản sao bảo hiểm tài liệu lưu trữ năm 2026" in text
    assert "Ủy ban nhân dân thành phố (qua Phòng Nội vụ thành phố)" in text
    assert "Thiếu máy quét." in text
    assert openpyxl.load_workbook(reports / "xa.xlsx")["Dữ liệu"].sheet_state == "hidden"


def test_the_same_report_gives_the_same_bytes(here: Path, reports: Path, batch: Path):
    """Written again, paper and workbook are the same to the byte: no clock, no chance."""
    unit(here, "--set", batch, name="a")
    unit(here, "--set", batch, name="b")

    for ending in (".docx", ".xlsx"):
        assert (reports / f"a{ending}").read_bytes() == (reports / f"b{ending}").read_bytes()


def test_lists_count_what_is_not_digitized_yet(here: Path, reports: Path, batch: Path):
    """A list of dossiers that are not digitized adds to what qualifies and to what is not yet insured."""
    (here / "cho-so-hoa.csv").write_text(
        "Mã hồ sơ,Tiêu đề hồ sơ,Thời hạn lưu trữ,Lý do lập bản sao bảo hiểm,Tổng số tài liệu trong hồ sơ,"
        "Số lượng trang\n"
        "HS.9,Hồ sơ ruộng đất,Vĩnh viễn,02,7,120\n", encoding="utf-8")  # fmt: skip

    done = unit(here, "--set", batch, "--list", here / "cho-so-hoa.csv")

    assert done.exit_code == ExitCode.WHOLE, done.output
    assert number(reports / "xa.xlsx", Measure.NOT_DIGITIZED, "02") == (1, 7, 120)
    assert number(reports / "xa.xlsx", Measure.QUALIFYING) == (3, 10, 132)


def test_nothing_found_writes_the_nil_report(here: Path, reports: Path):
    """A set whose dossiers need no backup gives the nil report, and says so."""
    root = sealed(here / "đợt", [Folder("a", record={"fileCode": "1", "riskRecovery": "0"})])

    done = unit(here, "--set", root)

    assert done.exit_code == ExitCode.WHOLE
    assert "this is the nil report, which must be sent all the same" in done.stdout
    assert "UBND xã Trà Giang không có tài liệu lưu trữ đáp ứng tiêu chí" in text_of(reports / "xa.docx")


def test_a_report_of_nothing_named_is_refused(here: Path, reports: Path):
    """Without sets and lists nothing was looked at: that is no nil report."""
    done = unit(here)

    assert done.exit_code == ExitCode.USAGE
    assert "sohoa report nil" in done.stderr
    assert not list(reports.iterdir())


def test_a_list_without_dossiers_is_no_nil_report(here: Path, reports: Path):
    """An empty list says nothing of what the unit has: no paper is written that says it has nothing."""
    (here / "trong.csv").write_text("Mã hồ sơ,Tiêu đề hồ sơ,Số lượng trang\n", encoding="utf-8")

    done = unit(here, "--list", here / "trong.csv")

    assert done.exit_code == ExitCode.USAGE, done.output
    assert "hold no dossier" in done.stderr
    assert not list(reports.iterdir())


def test_dossiers_left_out_without_a_reason_are_no_nil_report(here: Path, reports: Path):
    """Where nobody said why dossiers qualify or not, nothing claims that none does."""
    (here / "muc-luc.csv").write_text("Mã hồ sơ,Tiêu đề hồ sơ,Số lượng trang\nH1,Hồ sơ,5\n", encoding="utf-8")
    (here / "report.toml").write_text('[criteria]\nwithout_reason = "leave-out"\n', encoding="utf-8")

    done = unit(here, "--list", here / "muc-luc.csv", "--config", here / "report.toml")

    assert done.exit_code == ExitCode.USAGE, done.output
    assert "whether one qualifies is not known" in done.stderr
    assert not list(reports.iterdir())


def test_defaults_beside_a_list_hold_for_its_dossiers(here: Path, reports: Path):
    """batch.toml's [defaults.dossier] gives the reason where a row leaves it empty; the row's own goes before it."""
    (here / "dot").mkdir()
    (here / "dot" / "batch.toml").write_text('[defaults.dossier]\nreason = "02"\n', encoding="utf-8")
    (here / "dot" / "muc-luc.csv").write_text(
        "Mã hồ sơ,Tiêu đề hồ sơ,Lý do lập bản sao bảo hiểm,Số lượng trang\nH1,Một,,5\nH2,Hai,01,7\n", encoding="utf-8"
    )

    done = unit(here, "--list", here / "dot")

    assert done.exit_code == ExitCode.WHOLE, done.output
    assert number(reports / "xa.xlsx", Measure.QUALIFYING, "02") == (1, 0, 5)
    assert number(reports / "xa.xlsx", Measure.QUALIFYING, "01") == (1, 0, 7)


@pytest.mark.parametrize("change", ["gone", "cut"])
def test_a_set_that_lacks_a_file_is_not_reported(here: Path, reports: Path, batch: Path, change: str):
    """Nothing counts as digitized whose file is not there, or not in its size."""
    path = batch / "data" / "access" / "1.pdf"
    path.unlink() if change == "gone" else path.write_bytes(b"")

    done = unit(here, "--set", batch)

    assert done.exit_code == ExitCode.FINDINGS, done.output
    assert "a damaged set is not reported" in done.stderr
    assert not list(reports.iterdir())


@pytest.mark.usefixtures("reports")
def test_a_set_with_too_few_copies_is_named(here: Path):
    """One copy is not enough: the set's name stands among the notes, not only a 0 among the numbers."""
    root = sealed(here / "đợt 9", [Folder("a", record={"fileCode": "HS.1", "reason": "01"})], date="2026-01-10")
    with Register(here / "register.sqlite3") as register:
        Copies(register).note(root, 1, "2026-03-01")

    done = unit(here, "--set", root)

    assert "1 sets lack good copies on independent media and are not insured" in done.stdout
    assert done.stdout.count("đợt 9") == 1


def test_a_report_needs_a_name(here: Path, reports: Path):
    """A name of blanks is none."""
    assert nil(here, name="  ").exit_code == ExitCode.USAGE
    assert not list(reports.iterdir())


def test_a_file_of_difficulties_that_is_not_there_is_no_text(here: Path, reports: Path, batch: Path):
    """A misspelt file's name does not become a paragraph of the paper."""
    done = unit(here, "--set", batch, "--difficulties", here / "kho-khan.txt")

    assert done.exit_code == ExitCode.USAGE
    assert "kho-khan.txt is not there" in done.stderr
    assert not list(reports.iterdir())


@pytest.mark.usefixtures("reports")
def test_the_office_above_the_chain_reports_to_nobody_known(here: Path):
    """Where communes report to the department directly, its own sums are not addressed to itself."""
    (here / "report.toml").write_text(
        '[[level]]\nkey = "xa"\nname = "Xã"\nreports_to = "Sở Nội vụ"\n', encoding="utf-8"
    )
    nil(here)
    config = ("--config", here / "report.toml")
    said("report", "nil", "--year", "2026", "--unit", "X", "--out", here / "x.docx", *config)

    done = consolidate(here, *config)

    assert done.exit_code == ExitCode.FINDINGS, done.output
    assert "Kính gửi: Sở Nội vụ" in text_of(here / "x.docx")
    assert "Kính gửi: ......" in text_of(here / "tong-hop.docx")


def test_due_with_units_needs_the_deadline_of_their_reports(here: Path, reports: Path):
    """Settings that name the deadline otherwise are told so: who is missing is not left out in silence."""
    (here / "report.toml").write_text('[[deadline]]\nkey = "x"\nname = "X"\nday = 1\nmonth = 12\n', encoding="utf-8")

    done = said("report", "due", "--units", here / "units.csv", "--reports", reports, "--config", here / "report.toml")

    assert done.exit_code == ExitCode.USAGE
    assert "no deadline 'insurance-report'" in done.stderr


def test_files_that_are_there_are_not_replaced_unasked(here: Path, reports: Path):
    """A workbook that a person may have corrected is kept unless the call says --force."""
    nil(here)
    before = (reports / "X2.xlsx").read_bytes()

    assert nil(here).exit_code == ExitCode.USAGE
    assert (reports / "X2.xlsx").read_bytes() == before


@pytest.mark.usefixtures("reports")
def test_consolidation_names_who_is_missing_and_who_has_nothing(here: Path, batch: Path):
    """One reported, one sent a nil report, one is silent: sums, names, exit code 1; then all have reported: 0."""
    unit(here, "--set", batch)
    nil(here)

    done = consolidate(here)

    assert done.exit_code == ExitCode.FINDINGS
    assert "! Phòng Y tế: it has not reported" in done.stdout
    assert "3 units: 1 reported, 1 sent a nil report, 1 are missing" in done.stdout
    assert number(here / "tong-hop.xlsx", Measure.INSURED) == (2, 3, 12)
    text = text_of(here / "tong-hop.docx")
    assert "Phòng Y tế" in text
    assert "Sở Nội vụ" in text
    values = json.loads((here / "tong-hop.json").read_text(encoding="utf-8"))
    assert values["missing"] == ["Phòng Y tế"]
    nil(here, "X3", "Phòng Y tế")
    assert consolidate(here, "--force").exit_code == ExitCode.WHOLE


def test_a_unit_that_sent_twice_is_counted_when_a_person_chose(here: Path, reports: Path, batch: Path):
    """Two reports that differ are told; --choose counts one of them; a choice that was not given is refused."""
    unit(here, "--set", batch)
    nil(here, "X1", "UBND xã Trà Giang")

    assert "it sent reports that differ: X1.xlsx, xa.xlsx; choose one: --choose FILE" in consolidate(here).stdout
    done = consolidate(here, "--force", "--choose", reports / "xa.xlsx")
    assert "differ" not in done.stdout
    assert number(here / "tong-hop.xlsx", Measure.INSURED) == (2, 3, 12)
    assert consolidate(here, "--force", "--choose", here / "other.xlsx").exit_code == ExitCode.USAGE


def test_consolidation_into_the_folder_of_reports_can_be_repeated(here: Path, reports: Path, batch: Path):
    """What an earlier consolidation wrote among the reports is not taken for one."""
    unit(here, "--set", batch)
    arguments = ("report", "consolidate", reports, "--units", here / "units.csv", "--year", "2026", "--unit",
                 "Phòng Nội vụ", "--force", "--json", "--out")  # fmt: skip
    first = json.loads(said(*arguments, reports / "tong-hop.docx").stdout)
    other = json.loads(said(*arguments, reports / "tong-hop-2.docx").stdout)

    assert first["report"] == other["report"]
    assert first["problems"] == other["problems"]


def test_statistics_by_fonds(here: Path, batch: Path):
    """Statistics of records that need backup stand by agency and fonds, with what is done and not yet."""
    done = said("report", "statistics", "--year", "2026", "--set", batch, "--unit", "UBND xã Trà Giang", "--json",
                "--out", here / "thong-ke.docx")  # fmt: skip

    assert done.exit_code == ExitCode.WHOLE, done.output
    values = json.loads(done.stdout)["statistics"]
    assert [(row["fonds_code"], row["needed"], row["done"], row["not_yet"]) for row in values["fonds"]] == [
        ("12", [2, 3, 12], [2, 3, 12], [0, 0, 0])
    ]
    assert "UBND xã" in text_of(here / "thong-ke.docx")
    assert openpyxl.load_workbook(here / "thong-ke.xlsx")["Thống kê"].max_row == 7


@pytest.mark.parametrize(("day", "code", "text"), [("2026-11-20", 0, "9 days left"), ("2026-11-29", 0, "last day"),
                                                   ("2026-12-02", 1, "3 days overdue")])  # fmt: skip
def test_due_says_how_many_days_are_left(day: str, code: int, text: str):
    """The report before 30/11: days left, the last day, overdue with exit code 1."""
    done = said("report", "due", "--date", day)

    assert done.exit_code == code
    assert f"2026-11-29  Báo cáo kết quả lập bản sao bảo hiểm (không có tài liệu cũng báo cáo) (2026): {text}" in (
        done.stdout.replace("today is the last day", "last day")
    )


def test_due_takes_the_day_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    """SOHOA_DATE stands for today."""
    monkeypatch.setenv("SOHOA_DATE", "2026-11-28")

    values = json.loads(said("report", "due", "--json").stdout)

    assert values["date"] == "2026-11-28"
    assert {row["key"]: row["days_left"] for row in values["due"]}["insurance-report"] == 1


def test_due_names_who_has_not_reported(here: Path, reports: Path, batch: Path):
    """With the list of units and the reports at hand, the missing are named; when none is, the report is not due."""
    unit(here, "--set", batch)
    nil(here)
    call_of = ("report", "due", "--date", "2026-12-01", "--units", here / "units.csv", "--reports", reports, "--json")

    late = json.loads(said(*call_of).stdout)["due"]
    nil(here, "X3", "Phòng Y tế")
    kept = json.loads(said(*call_of).stdout)["due"]

    assert [(row["missing"], row["overdue"]) for row in late if row["key"] == "insurance-report"] == [
        (["Phòng Y tế"], True)
    ]
    assert [row["period"] for row in kept if row["key"] == "insurance-report"] == ["2027"]
    assert said("report", "due", "--units", here / "units.csv").exit_code == ExitCode.USAGE
    assert said("report", "due", "--sent", "insurance:2026").exit_code == ExitCode.USAGE


def test_due_tells_of_trial_restores(here: Path, batch: Path):
    """With the register, it is told whether a copy was restored on trial in the quarter."""
    with Register(here / "register.sqlite3") as register:
        copies = Copies(register)
        copies.heads[copies.medium(1).id, batch.name] = register.head(copies.medium(1).id, batch.name)
        copies.note(batch, 1, "2026-05-05", {"outcome": "restored"}, Event.RESTORED)

    rows = json.loads(said("report", "due", "--date", "2026-06-01", "--register", here / "register.sqlite3",
                           "--json").stdout)["due"]  # fmt: skip

    later = json.loads(said("report", "due", "--date", "2026-08-01", "--register", here / "register.sqlite3",
                            "--json").stdout)["due"]  # fmt: skip

    assert [row["note"] for row in rows if row["key"] == "backup-test"] == [
        "a copy was restored on trial on 2026-05-05"
    ]
    assert "knows no copy that was restored on trial" in str([row["note"] for row in later])
