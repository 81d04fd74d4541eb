"""The office's consolidation: sums, who is missing, what does not agree, and nothing guessed."""

import json
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_sets import save, save_tables

from pipeline.errors import NoVerdict, UsageError
from pipeline.reports import tables
from pipeline.reports.checking import findings
from pipeline.reports.consolidating import consolidate
from pipeline.reports.gathering import Sent, gather
from pipeline.reports.plain import NotAReport, consolidated_values, from_plain, read_json, to_plain
from pipeline.reports.settings import ReportSettings
from pipeline.reports.unit_report import added, nil_report
from pipeline.reports.units_list import read_units
from pipeline.reports.values import (
    NOTHING,
    Amount,
    Amounts,
    Consolidated,
    Kind,
    Line,
    Measure,
    State,
    Unit,
    UnitReport,
)
from pipeline.reports.workbook_in import read_workbook

SETTINGS = ReportSettings()
OFFICE = Unit("Phòng Nội vụ", "PNV")
UNITS = tuple(Unit(f"Xã {name}", f"X{number}") for number, name in enumerate(("An", "Ấn", "Bình", "Châu"), 1))


def amounts(qualifying: int, treated: int = 0, digitized: int = 0, insured: int = 0) -> Amounts:
    """Give amounts that agree; one dossier has two documents of five pages in all."""

    def of(number: int) -> Amount:
        return Amount(number, 2 * number, 5 * number)

    return {
        Measure.QUALIFYING: of(qualifying), Measure.TREATED_THIS_YEAR: of(treated // 2), Measure.TREATED: of(treated),
        Measure.DIGITIZED_THIS_YEAR: of(digitized // 2), Measure.DIGITIZED: of(digitized),
        Measure.INSURED_THIS_YEAR: of(insured // 2), Measure.INSURED: of(insured), Measure.TO_TREAT: of(0),
        Measure.NOT_DIGITIZED: of(qualifying - digitized), Measure.NOT_INSURED: of(qualifying - insured),
    }  # fmt: skip


def report(unit: Unit, *numbers: tuple[int, int, int, int], year: int = 2026) -> UnitReport:
    lines = tuple(
        Line(f"{place:02}", SETTINGS.reason(f"{place:02}").label, amounts(*each))
        for place, each in enumerate(numbers, 1)
    )
    total = added(line.amounts for line in lines)
    return UnitReport(Kind.UNIT, year, unit, lines, total, ("Thiếu kho.",), notes=("one note",))


def nil(unit: Unit, year: int = 2026) -> UnitReport:
    return nil_report(SETTINGS, year, unit, SETTINGS.levels[0])


def consolidated(*sent: Sent, chosen: tuple[Path, ...] = (), units: tuple[Unit, ...] = UNITS) -> Consolidated:
    return consolidate(
        units, sent, year=2026, office=OFFICE, settings=SETTINGS, level=SETTINGS.levels[1], chosen=chosen
    )


def sent(made: UnitReport, name: str = "r.xlsx") -> Sent:
    return Sent(Path(name), made, unit=made.unit)


def kinds(made: Consolidated) -> list[tuple[str, str]]:
    return [(problem.kind, problem.unit) for problem in made.problems]


@st.composite
def agreeing(draw: st.DrawFn) -> tuple[int, int, int, int]:
    qualifying = draw(st.integers(0, 500))
    digitized = draw(st.integers(0, qualifying))
    return qualifying, draw(st.integers(0, qualifying)), digitized, draw(st.integers(0, digitized))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(agreeing(), min_size=4, max_size=4), min_size=4, max_size=4),
    st.lists(st.sampled_from(["reports", "nil", "silent"]), min_size=4, max_size=4),
)
def test_sum_over_units_is_the_consolidated_and_the_missing_are_named(
    numbers: list[list[tuple[int, int, int, int]]], ways: list[str]
):
    """Whatever units send: each measure of each reason is the sum over the units, and who is silent is named."""
    made = consolidated(*(
        sent(report(unit, *each) if way == "reports" else nil(unit), f"{unit.code}.xlsx")
        for unit, each, way in zip(UNITS, numbers, ways, strict=True) if way != "silent"
    ))  # fmt: skip

    counted = [each for each, way in zip(numbers, ways, strict=True) if way == "reports"]
    for place, line in enumerate(made.report.lines):
        assert line.amounts == added(amounts(*each[place]) for each in counted)
    assert made.report.total == added(row.total for row in made.units)
    silent = [unit.name for unit, way in zip(UNITS, ways, strict=True) if way == "silent"]
    assert [row.unit.name for row in made.missing] == silent
    assert kinds(made) == [("missing", name) for name in silent]
    assert [row.unit for row in made.of(State.NIL)] == [u for u, way in zip(UNITS, ways, strict=True) if way == "nil"]


def test_workbook_comes_back_as_it_was_written(tmp_path: Path):
    """A report's workbook read back is the report; a nil report's too."""
    for made in (report(UNITS[0], (9, 3, 5, 4), (2, 0, 1, 0)), nil(UNITS[1])):
        found = read_workbook(save(tmp_path / "r.xlsx", made))

        assert to_plain(found.report) == to_plain(made)
        assert not found.is_corrected


def corrected(path: Path, changes: Mapping[tuple[str, str], object], column: int = 5) -> Path:
    """Let a person type other numbers into the visible sheet: measure and reason -> what is typed."""
    book = openpyxl.load_workbook(path)
    for row in book[tables.NUMBERS].iter_rows():
        key = str(row[0].value), str(row[2].value or "")
        if key in changes:
            row[column - 1].value = changes[key]
    book.save(path)
    return path


def test_numbers_corrected_by_hand_are_counted(tmp_path: Path):
    """What the visible sheet shows rules, also as text with groups; that it was corrected is told."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    typed = {(Measure.QUALIFYING, "01"): "1.009", (Measure.QUALIFYING, ""): 1009.0,
             (Measure.NOT_DIGITIZED, "01"): 1004, (Measure.NOT_DIGITIZED, ""): 1004,
             (Measure.NOT_INSURED, "01"): 1005, (Measure.NOT_INSURED, ""): 1005}  # fmt: skip
    made = consolidated(*gather([corrected(path, typed)]), units=UNITS[:1])

    assert made.problems == ()
    assert made.report.total[Measure.QUALIFYING] == Amount(1009, 18, 45)
    assert "the numbers of r.xlsx were corrected by hand" in str(made.notes)


def test_a_wrong_correction_is_told_once(tmp_path: Path):
    """A number that spoils the sum is one finding with both numbers, and not one for each number it spoils."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    made = consolidated(*gather([corrected(path, {(Measure.DIGITIZED, "01"): 2})]), units=UNITS[:1])

    assert kinds(made) == [("total-differs", "Xã An")]
    assert "the total is 5 / 10 / 25, the sum of the reasons is 2 / 10 / 25" in made.problems[0].detail


@pytest.mark.parametrize(("typed", "cell"), [("chín", "E9"), (-1, "E9"), (None, "E9"), (2.5, "E9")])
def test_a_number_that_cannot_be_read_names_its_cell(tmp_path: Path, typed: object, cell: str):
    """What is no whole number is not counted; the cell and the unit are named, and the unit still owes its report."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    made = consolidated(*gather([corrected(path, {(Measure.QUALIFYING, "01"): typed})]), units=UNITS[:1])

    assert kinds(made) == [("unreadable", "Xã An")]
    assert f"cell {cell} of the sheet 'Số liệu' holds no whole number" in made.problems[0].detail
    assert made.units[0].state is State.UNUSABLE


def test_rows_that_are_missing_or_doubled_are_refused(tmp_path: Path):
    """A sheet without one of its rows, or with one twice, is not counted."""
    for change in ("delete", "double"):
        path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
        book = openpyxl.load_workbook(path)
        sheet = book[tables.NUMBERS]
        if change == "delete":
            sheet.delete_rows(9)
        else:
            sheet.append([cell.value for cell in sheet[9]])
        book.save(path)

        with pytest.raises(NotAReport):
            read_workbook(path)


def test_a_lost_data_sheet_does_no_harm(tmp_path: Path):
    """The visible sheet alone is enough: the hidden one may have been deleted."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    book = openpyxl.load_workbook(path)
    del book[tables.DATA]
    book.save(path)

    assert read_workbook(path).report.total == report(UNITS[0], (9, 3, 5, 4)).total


@pytest.mark.parametrize(
    ("measure", "number", "kind"),
    [
        (Measure.DIGITIZED_THIS_YEAR, Amount(6, 10, 25), "part-above-whole"),
        (Measure.INSURED, Amount(6, 12, 30), "part-above-whole"),
        (Measure.TREATED, Amount(10, 20, 50), "part-above-whole"),
        (Measure.NOT_INSURED, Amount(1, 1, 1), "rest-differs"),
    ],
)
def test_numbers_that_contradict_each_other_are_found(measure: Measure, number: Amount, kind: str):
    """This year is within all, insured within digitized, done and not done make the whole: a breach is one finding."""
    line = Line("01", "x", {**amounts(9, 3, 5, 4), measure: number})
    made = UnitReport(Kind.UNIT, 2026, UNITS[0], (line,), line.amounts)

    assert [found for found, _ in findings(made)] == [kind]


def test_agreeing_numbers_are_not_found():
    """Numbers that agree give no finding, and a nil report gives one as soon as it has numbers."""
    assert list(findings(report(UNITS[0], (9, 3, 5, 4), (0, 0, 0, 0)))) == []
    assert list(findings(nil(UNITS[0]))) == []
    strange = UnitReport(Kind.NIL, 2026, UNITS[0], (), {**NOTHING, Measure.QUALIFYING: Amount(1)})
    assert [kind for kind, _ in findings(strange)] == ["nil-with-numbers"]


def test_reports_that_differ_are_not_chosen_by_the_program(tmp_path: Path):
    """A unit that sent two reports which differ is not counted until a person chooses; it is among the missing."""
    first = save(tmp_path / "a.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    second = save(tmp_path / "b.xlsx", report(UNITS[0], (8, 3, 5, 4)))
    files = gather([tmp_path])
    made = consolidated(*files, units=UNITS[:1])

    assert kinds(made) == [("sent-twice", "Xã An")]
    assert "a.xlsx, b.xlsx; choose one" in made.problems[0].detail
    assert made.report.total == NOTHING
    assert [row.unit.name for row in made.missing] == ["Xã An"]
    for path, number in ((first, 9), (second, 8)):
        chosen = consolidated(*files, units=UNITS[:1], chosen=(path,))
        assert chosen.problems == ()
        assert chosen.report.total[Measure.QUALIFYING].dossiers == number


def test_identical_reports_count_once(tmp_path: Path):
    """The same report sent twice counts once, and that is told."""
    made = report(UNITS[0], (9, 3, 5, 4))
    save(tmp_path / "a.xlsx", made)
    (tmp_path / "b.json").write_text(json.dumps(to_plain(made)), encoding="utf-8")

    done = consolidated(*gather([tmp_path]), units=UNITS[:1])

    assert done.problems == ()
    assert done.report.total[Measure.QUALIFYING].dossiers == 9
    assert "sent the same report 2 times" in str(done.notes)


def test_other_years_and_strangers_are_not_counted():
    """A report of another year leaves its unit among the missing; a unit that is not in the list is named."""
    made = consolidated(sent(report(UNITS[0], (9, 3, 5, 4), year=2025)), sent(report(Unit("Xã Lạ"), (1, 0, 0, 0))),
                        units=UNITS[:1])  # fmt: skip

    assert kinds(made) == [("wrong-year", "Xã An"), ("unknown-unit", "Xã Lạ")]
    assert made.units[0].state is State.UNUSABLE
    assert made.report.total == NOTHING


def test_units_whose_names_differ_by_marks_are_two():
    """Xã An is not xã Ấn; blanks and case do not matter."""
    made = consolidated(sent(report(Unit("xã  ẤN"), (9, 3, 5, 4))))

    assert [row.unit.name for row in made.of(State.REPORTED)] == ["Xã Ấn"]


def test_a_code_that_belongs_to_another_name_is_not_guessed():
    """Name of one unit and code of another: neither is taken for the sender."""
    made = consolidated(sent(report(Unit("Xã An", "X2"), (9, 3, 5, 4))))

    assert kinds(made)[0] == ("unknown-unit", "Xã An")
    assert len(made.missing) == 4


def test_a_paper_alone_is_refused_and_one_with_its_workbook_is_not(tmp_path: Path):
    """Numbers are not taken out of Word or PDF; beside the workbook the paper is what it should be."""
    save(tmp_path / "a.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    (tmp_path / "a.docx").write_bytes(b"x")
    (tmp_path / "b.docx").write_bytes(b"x")
    (tmp_path / "~$a.xlsx").write_bytes(b"x")

    made = consolidated(*gather([tmp_path]), units=UNITS[:1])

    assert [(problem.kind, problem.source) for problem in made.problems] == [("unreadable", "b.docx")]
    assert "ask for the workbook" in made.problems[0].detail


@pytest.mark.parametrize(("name", "data"), [("a.json", b"{}"), ("a.json", b"\xff\xfe"), ("a.xlsx", b"no workbook"),
                                            ("a.json", b"[" * 100_000)])  # fmt: skip
def test_files_of_others_are_told_and_do_no_harm(tmp_path: Path, name: str, data: bytes):
    """A file that is no report is one finding; the others are counted."""
    (tmp_path / name).write_bytes(data)
    save(tmp_path / "good.xlsx", report(UNITS[0], (9, 3, 5, 4)))

    made = consolidated(*gather([tmp_path]), units=UNITS[:1])

    assert kinds(made) == [("unreadable", "")]
    assert made.report.total[Measure.QUALIFYING].dossiers == 9


def test_a_place_that_is_not_there_gives_no_verdict(tmp_path: Path):
    """A folder that is misspelt is no empty folder."""
    with pytest.raises(NoVerdict):
        gather([tmp_path / "absent"])


def test_the_next_level_reads_a_consolidated_report(tmp_path: Path):
    """The city's workbook and JSON are reports for the level above, with the same sums; the city passes them over."""
    made = consolidated(sent(report(UNITS[0], (9, 3, 5, 4), (1, 0, 0, 0))), units=UNITS[:1])
    save_tables(tmp_path / "t.xlsx", tables.consolidated_tables(made))
    (tmp_path / "t.json").write_text(json.dumps(consolidated_values(made)), encoding="utf-8")

    above = consolidate((OFFICE,), gather([tmp_path]), year=2026, office=Unit("Sở Nội vụ"), settings=SETTINGS,
                        level=SETTINGS.levels[1])  # fmt: skip
    again = consolidated(*gather([tmp_path]), units=UNITS[:1])

    assert above.problems == ()
    assert above.report.total == made.report.total
    assert kinds(again) == [("missing", "Xã An")]


def test_reasons_that_the_office_does_not_know_are_added_and_told():
    """A reason of a unit's own settings has its own line in the sum."""
    line = Line("09", "Bản đồ cổ", amounts(2, 0, 1, 1))
    made = consolidated(sent(UnitReport(Kind.UNIT, 2026, UNITS[0], (line,), line.amounts)), units=UNITS[:1])

    assert kinds(made) == [("unknown-reason", "")]
    assert made.report.lines[-1] == line


@pytest.mark.parametrize("broken", ["kind", "year", "unit", "lines", "total"])
def test_damaged_data_are_refused(broken: str):
    """JSON that lacks something, or holds what is no number, is no report."""
    values = to_plain(report(UNITS[0], (9, 3, 5, 4)))
    with pytest.raises(NotAReport):
        from_plain({**values, broken: None})
    values["total"]["insured"] = [1, True, 3]
    with pytest.raises(NotAReport):
        read_json(json.dumps(values))


def test_a_renamed_sheet_is_read_as_it_shows(tmp_path: Path):
    """Numbers that a person corrected on a sheet with another name are counted, not those that nobody sees."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    corrected(path, {(Measure.QUALIFYING, "01"): 11, (Measure.QUALIFYING, ""): 11})
    book = openpyxl.load_workbook(path)
    book[tables.NUMBERS].title = "Sheet1"
    book.save(path)

    found = read_workbook(path)

    assert found.report.total[Measure.QUALIFYING].dossiers == 11
    assert found.is_corrected


def test_a_workbook_whose_visible_numbers_are_gone_is_not_counted(tmp_path: Path):
    """The hidden sheet alone is no report: its unit is named, and still owes it."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    book = openpyxl.load_workbook(path)
    del book[tables.NUMBERS]
    book.create_sheet("Trống")
    book.save(path)

    made = consolidated(*gather([path]), units=UNITS[:1])

    assert kinds(made) == [("unreadable", "Xã An")]
    assert made.units[0].state is State.UNUSABLE


def test_a_remark_below_the_numbers_does_no_harm(tmp_path: Path):
    """A line without a code and without a number is passed over; one with a number is not."""
    path = save(tmp_path / "r.xlsx", report(UNITS[0], (9, 3, 5, 4)))
    book = openpyxl.load_workbook(path)
    sheet = book[tables.NUMBERS]
    sheet.append([])
    sheet.append([None, "Đã kiểm tra lại ngày 20/11"])
    book.save(path)
    assert read_workbook(path).report.total == report(UNITS[0], (9, 3, 5, 4)).total

    sheet.append([None, "Thêm", None, None, 7])
    book.save(path)
    with pytest.raises(NotAReport):
        read_workbook(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.ods", "save it as .xlsx"), ("a.xls", "save it as .xlsx"), ("a.csv", "save it as .xlsx"),
     ("a.zip", "take the workbook"), ("a.jpg", "ask for the workbook")],
)  # fmt: skip
def test_what_units_send_instead_is_told_with_what_to_do(tmp_path: Path, name: str, said: str):
    """A workbook of another kind, a packed one, a picture of the paper: none is passed over in silence."""
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.docx").write_bytes(b"x")

    told = [(item.path.name, str(item.problem)) for item in gather([tmp_path])]

    assert said in dict(told)[name]
    assert ("a.docx" in dict(told)) is (name in ("a.zip", "a.jpg"))


def test_a_nil_report_with_numbers_is_not_counted(tmp_path: Path):
    """Whether the unit has nothing or something cannot be guessed: neither is counted."""
    path = corrected(save(tmp_path / "r.xlsx", nil(UNITS[0])), {(Measure.QUALIFYING, ""): 2})

    made = consolidated(*gather([path]), units=UNITS[:1])

    assert kinds(made) == [("nil-with-numbers", "Xã An")]
    assert made.units[0].state is State.UNUSABLE
    assert made.report.total == NOTHING


def test_units_that_have_not_reported_have_no_numbers():
    """Their cells stay empty: a 0 would say that they have nothing; the nil report's is a 0."""
    made = consolidated(sent(nil(UNITS[0])), units=UNITS[:2])
    sheet = next(table for table in tables.consolidated_tables(made) if table.name == tables.UNITS)

    assert set(sheet.rows[1][5:-1]) == {0}
    assert set(sheet.rows[2][5:-1]) == {""}


@pytest.mark.parametrize("name", ["UBND xã An Hòa", "Uỷ ban nhân dân xã An Hoà", "ỦY BAN NHÂN DÂN XÃ AN HÒA"])
def test_spellings_of_one_name_are_one_unit(name: str):
    """The abbreviation, and the two ways to place a tone, name the same unit."""
    units = (Unit("Ủy ban nhân dân xã An Hòa"), Unit("Ủy ban nhân dân xã An Hóa"), Unit("Ủy ban nhân dân xã Quý"))
    made = consolidated(sent(report(Unit(name), (1, 0, 0, 0))), units=units)

    assert [row.unit.name for row in made.of(State.REPORTED)] == ["Ủy ban nhân dân xã An Hòa"]


def test_a_name_without_marks_is_pointed_out_and_not_guessed():
    """Where one unit of the list is meant by it, that unit is named and owes a report that can be used."""
    made = consolidated(sent(report(Unit("Xa Binh"), (1, 0, 0, 0))), sent(report(Unit("Xa An"), (1, 0, 0, 0))))

    assert kinds(made)[:2] == [("unknown-unit", "Xa Binh"), ("unknown-unit", "Xa An")]
    assert "the list has 'Xã Bình': correct the name or the code" in made.problems[0].detail
    assert "the list has" not in made.problems[1].detail
    assert [row.state for row in made.units] == [State.MISSING, State.MISSING, State.UNUSABLE, State.MISSING]


CSV = "STT;Mã đơn vị;Tên đơn vị\n1;X1;Xã An\n2;X2;Xã Ấn\n;;\n"


def test_units_are_read_from_csv_xlsx_and_toml(tmp_path: Path):
    """The three forms of the office's list give the same units; headings may be without marks and below a title."""
    (tmp_path / "u.csv").write_text(CSV, encoding="utf-8-sig")
    (tmp_path / "u.toml").write_text('[[unit]]\nname = "Xã An"\ncode = "X1"\n[[unit]]\nname = "Xã Ấn"\ncode = "X2"\n',
                                     encoding="utf-8")  # fmt: skip
    book = openpyxl.Workbook()
    for row in (("DANH SÁCH",), (), ("Ma don vi", "Ten don vi"), ("X1", "Xã An"), ("X2", "Xã Ấn")):
        book.active.append(row)
    book.save(tmp_path / "u.xlsx")

    for name in ("u.csv", "u.toml", "u.xlsx"):
        assert read_units(tmp_path / name) == (Unit("Xã An", "X1"), Unit("Xã Ấn", "X2"))


@pytest.mark.parametrize("last", ["Tổng cộng: 2 đơn vị", "Tổng số", "Cộng"])
def test_a_line_of_sums_is_no_unit(tmp_path: Path, last: str):
    """What counts the units below the list owes no report; "Công an" does."""
    (tmp_path / "u.csv").write_text(f"Mã đơn vị;Tên đơn vị\nX1;Xã An\n;Công an xã\n;{last}\n", encoding="utf-8")

    assert [unit.name for unit in read_units(tmp_path / "u.csv")] == ["Xã An", "Công an xã"]


def test_the_headings_tell_how_a_csv_is_parted(tmp_path: Path):
    """Commas in a title above the list do not make it a list with commas."""
    text = "Danh sách các phòng, ban, đơn vị, xã\nMã đơn vị;Tên đơn vị\nX1;Phòng Văn hóa, Khoa học và Thông tin\n"
    (tmp_path / "u.csv").write_text(text, encoding="utf-8-sig")

    assert read_units(tmp_path / "u.csv") == (Unit("Phòng Văn hóa, Khoa học và Thông tin", "X1"),)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("u.csv", "Mã;Ghi chú\n1;2\n", "no column is headed"),
        ("u.csv", "Tên đơn vị\n", "names no unit"),
        ("u.csv", "Tên đơn vị\nXã An\nxã  an\n", "twice"),
        ("u.csv", "Mã,Tên đơn vị\nX1,\n", "has no name"),
        ("u.toml", "[[unit]]\nnmae = 'x'\n", "did you mean 'name'"),
        ("u.toml", "[[units]]\nname = 'x'\n", "write \\[\\[unit\\]\\]"),
        ("u.txt", "x", "is a .csv, .xlsx or .toml file"),
    ],
)
def test_wrong_lists_of_units_are_explained(tmp_path: Path, name: str, text: str, said: str):
    """A list that cannot be used says why."""
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        read_units(tmp_path / name)
