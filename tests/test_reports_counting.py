"""The unit's report: what qualifies, what was done to it and when, each dossier once, nothing guessed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from report_sets import UNREAD, Copies, Folder, listing, sealed

from pipeline.copies.policy import Policy
from pipeline.copies.record import Event
from pipeline.copies.register import Register
from pipeline.errors import BatchStopped
from pipeline.reports.counting import Counting
from pipeline.reports.done import treated_day
from pipeline.reports.holding import Holding, Origin, of_list, of_set
from pipeline.reports.insurance import Insurance, insurances
from pipeline.reports.settings import Criteria, Reason, ReportSettings
from pipeline.reports.unit_report import statistics, unit_report
from pipeline.reports.values import NOT_STATED, Amount, Kind, Measure, Unit, UnitReport

SETTINGS = ReportSettings()
UNIT = Unit("UBND xã Trà Giang", "H48.12")
WHOLE = {"outcome": "whole", "counts": {}, "covered": {"full": True}}
DAMAGED = {"outcome": "findings", "counts": {"damaged": 1}, "covered": {"full": True}}


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Copies]:
    with Register(tmp_path / "register.sqlite3") as register:
        yield Copies(register)


def report_of(holding: Holding, known: dict[str, Insurance] | None = None, year: int = 2026,
              settings: ReportSettings = SETTINGS) -> UnitReport:  # fmt: skip
    return unit_report(holding, Counting(year, settings, known), UNIT, settings.levels[0])


def of_sets(copies: Copies, *roots: Path, year: int = 2026, lists: Holding | None = None) -> UnitReport:
    holding = lists or Holding()
    for root in roots:
        holding += of_set(root)
    return report_of(holding, insurances(copies.register, Policy()), year)


def dossiers(report: UnitReport, measure: Measure) -> int:
    return report.total[measure].dossiers


def record(code: str, reason: str = "01", **more: str) -> dict[str, str]:
    return {"fileCode": code, "reason": reason, "maintenance": "01", "riskRecovery": "1", **more}


def test_golden_numbers_of_a_year(tmp_path: Path, copies: Copies):
    """Two sets and a list add up, line by line, to the numbers counted by hand."""
    old = sealed(tmp_path / "đợt 1", [Folder("a", (3, 4), record("HS.1")), Folder("b", (5,), record("HS.2", "02"))],
                 date="2025-06-01")  # fmt: skip
    new = sealed(tmp_path / "đợt 2", [Folder("c", (2, 2, 2), record("HS.3")), Folder("d", (9,), record("HS.4", "03"))],
                 date="2026-03-01")  # fmt: skip
    copies.insured(old, "2026-01-15")
    copies.note(new, 1, "2026-04-01")
    waiting = listing(
        record("HS.5", "02", totalDoc="4", numberOfPage="40", treatment="02", format="03"),
        record("HS.6", "04", totalDoc="1", numberOfPage="10", treatment="03", treatmentRecord="BB 7 ngày 03/5/2026"),
    )

    report = of_sets(copies, old, new, lists=of_list(waiting, Origin()))

    assert report.kind is Kind.UNIT
    numbers = {measure: report.total[measure].numbers for measure in Measure}
    assert numbers == {
        Measure.QUALIFYING: (6, 12, 77),
        Measure.TREATED_THIS_YEAR: (1, 1, 10),
        Measure.TREATED: (1, 1, 10),
        Measure.DIGITIZED_THIS_YEAR: (2, 4, 15),
        Measure.DIGITIZED: (4, 7, 27),
        Measure.INSURED_THIS_YEAR: (2, 3, 12),
        Measure.INSURED: (2, 3, 12),
        Measure.TO_TREAT: (1, 4, 40),
        Measure.NOT_DIGITIZED: (2, 5, 50),
        Measure.NOT_INSURED: (4, 9, 65),
    }
    by_reason = {line.reason: line.amounts[Measure.QUALIFYING].numbers for line in report.lines}
    assert by_reason == {"01": (2, 5, 13), "02": (2, 5, 45), "03": (1, 1, 9), "04": (1, 1, 10)}
    assert [entry.insured_on for entry in report.dossiers if Measure.INSURED in entry.counted] == ["2026-01-15"] * 2


def test_a_dossier_in_several_sets_counts_once(tmp_path: Path, copies: Copies):
    """A set that was sealed again counts each dossier once, with the pages of the newest and the earliest days."""
    former = sealed(tmp_path / "a" / "đợt 1", [Folder("x", (3,), record("HS.1"))], date="2025-01-01")
    newer = sealed(tmp_path / "b" / "đợt 1", [Folder("x", (3, 1), record("HS.1"))], date="2026-02-01")
    copies.insured(former, "2025-03-01")
    copies.insured(newer, "2026-03-01")

    report = of_sets(copies, former, newer)

    assert report.total[Measure.QUALIFYING] == Amount(1, 2, 4)
    assert dossiers(report, Measure.INSURED) == 1
    assert dossiers(report, Measure.INSURED_THIS_YEAR) == dossiers(report, Measure.DIGITIZED_THIS_YEAR) == 0
    assert report.dossiers[0].digitized_on == "2025-01-01"
    assert "1 dossiers stand in several sets" in " ".join(report.notes)


def test_the_same_set_given_twice_counts_once(tmp_path: Path, copies: Copies):
    """Two copies of one set are one set."""
    one = sealed(tmp_path / "1" / "đợt", [Folder("x", (3,), record("HS.1"))])
    other = sealed(tmp_path / "2" / "đợt", [Folder("x", (3,), record("HS.1"))])

    report = of_sets(copies, one, other)

    assert report.total[Measure.QUALIFYING] == Amount(1, 1, 3)
    assert "several sets" not in " ".join(report.notes)


def test_only_a_former_set_insured_is_not_insured(tmp_path: Path, copies: Copies):
    """Where only the set before the last is in good copies, the dossier is not claimed to be insured; that is told."""
    former = sealed(tmp_path / "a" / "đợt 1", [Folder("x", (3,), record("HS.1"))], date="2025-01-01")
    newer = sealed(tmp_path / "b" / "đợt 1", [Folder("x", (3, 1), record("HS.1"))], date="2026-02-01")
    copies.insured(former, "2025-03-01")

    report = of_sets(copies, former, newer)

    assert dossiers(report, Measure.INSURED) == 0
    assert "only copies of a former set are good" in " ".join(report.notes)


def test_insured_is_computed_and_not_claimed(tmp_path: Path, copies: Copies):
    """A record that says "01" counts for nothing: one copy, or two of which one was not read back, are not enough."""
    claimed = record("HS.1", riskRecoveryStatus="01")
    root = sealed(tmp_path / "đợt", [Folder("x", record=claimed)], date="2026-01-01")
    copies.note(root, 1, "2026-02-01")
    assert dossiers(of_sets(copies, root), Measure.INSURED) == 0
    copies.note(root, 2, "2026-03-01", UNREAD)
    assert dossiers(of_sets(copies, root), Measure.INSURED) == 0
    copies.note(root, 2, "2026-04-01", WHOLE, Event.VERIFIED)

    report = of_sets(copies, root)

    assert dossiers(report, Measure.INSURED) == dossiers(report, Measure.INSURED_THIS_YEAR) == 1
    assert report.dossiers[0].insured_on == "2026-04-01"


def test_damage_takes_the_insurance_away_and_repair_does_not_make_it_new(tmp_path: Path, copies: Copies):
    """What was insured in 2025 and is whole again in 2026 counts in all, not in 2026."""
    root = sealed(tmp_path / "đợt", [Folder("x", record=record("HS.1"))], date="2025-01-01")
    copies.insured(root, "2025-02-01")
    copies.note(root, 2, "2026-05-01", DAMAGED, Event.VERIFIED)
    assert dossiers(of_sets(copies, root), Measure.INSURED) == 0
    copies.note(root, 2, "2026-06-01", {"outcome": "repaired"}, Event.REPAIRED)

    report = of_sets(copies, root)

    assert (dossiers(report, Measure.INSURED), dossiers(report, Measure.INSURED_THIS_YEAR)) == (1, 0)


def test_a_copy_written_over_does_not_count_for_the_set_before(tmp_path: Path, copies: Copies):
    """When another generation took the place of the first copy, the second copy did not complete the pair."""
    former = sealed(tmp_path / "a" / "đợt", [Folder("x", (3,), record("HS.1"))], date="2025-01-01")
    newer = sealed(tmp_path / "b" / "đợt", [Folder("x", (4,), record("HS.1"))], date="2025-02-01")
    copies.note(former, 1, "2025-03-01")
    copies.note(newer, 1, "2025-04-01")
    copies.note(former, 2, "2025-05-01")

    assert insurances(copies.register, Policy())[of_set(former).sets[0][1]].since == ""


def test_a_clock_that_was_set_back_does_not_turn_the_order(tmp_path: Path, copies: Copies):
    """Of one copy the records' numbers rule: a check dated before the writing comes after it all the same."""
    root = sealed(tmp_path / "đợt", [Folder("x", record=record("HS.1"))], date="2025-01-01")
    copies.note(root, 2, "2026-02-01")
    copies.note(root, 1, "2026-03-01", UNREAD)
    copies.note(root, 1, "2025-01-01", WHOLE, Event.VERIFIED)

    assert of_sets(copies, root).dossiers[0].insured_on == "2026-03-01"


def test_what_was_done_after_the_year_is_not_of_the_year(tmp_path: Path, copies: Copies):
    """A report of 2025 made later counts neither what was digitized nor what was insured in 2026, and says so."""
    first = sealed(tmp_path / "đợt 1", [Folder("x", record=record("HS.1"))], date="2025-01-01")
    second = sealed(tmp_path / "đợt 2", [Folder("y", record=record("HS.2"))], date="2026-01-01")
    copies.insured(first, "2026-02-01")
    copies.insured(second, "2026-02-01")

    report = of_sets(copies, first, second, year=2025)

    assert (dossiers(report, Measure.DIGITIZED), dossiers(report, Measure.INSURED)) == (1, 0)
    assert dossiers(report, Measure.NOT_DIGITIZED) == 1
    told = " ".join(report.notes)
    assert "digitized after the year" in told
    assert "insured after the year" in told


def test_an_unknown_day_counts_in_all_only(tmp_path: Path, copies: Copies):
    """A set without a date and a treatment without one count in all, in no year, and both are told."""
    root = sealed(
        tmp_path / "đợt", [Folder("x", record=record("HS.1", treatment="03", treatmentRecord="BB số 5/2026"))]
    )

    report = of_sets(copies, root)

    assert (dossiers(report, Measure.DIGITIZED), dossiers(report, Measure.DIGITIZED_THIS_YEAR)) == (1, 0)
    assert (dossiers(report, Measure.TREATED), dossiers(report, Measure.TREATED_THIS_YEAR)) == (1, 0)
    told = " ".join(report.notes)
    assert "when 1 dossiers were digitized is not known" in told
    assert "when 1 dossiers were treated is not known" in told


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Biên bản số 12/BB-LT ngày 03/5/2026", "2026-05-03"),
        ("BB ngày 3 tháng 5 năm 2026", "2026-05-03"),
        ("03/05/2026", "2026-05-03"),
        ("Biên bản số 12/5/2026", ""),
        ("ngày 31/02/2026", ""),
        ("ngày 01/02/2026 và ngày 02/02/2026", ""),
        ("năm 2026", ""),
        ("", ""),
    ],
)
def test_the_day_of_a_treatment_is_read_and_not_guessed(text: str, day: str):
    """Only one full date that is called a day counts; a number that looks like one does not."""
    assert treated_day(text) == day


def test_sets_without_records_count_as_not_stated(tmp_path: Path, copies: Copies):
    """A set that no list described is counted on the line of no stated reason, and told."""
    root = sealed(tmp_path / "đợt", [Folder("x", (3,)), Folder("y", (4,), code="HS.9")], date="2026-01-01")

    report = of_sets(copies, root)

    assert {line.reason: line.amounts[Measure.QUALIFYING].numbers for line in report.lines}[NOT_STATED] == (2, 2, 7)
    assert "2 dossiers of sets have no record" in " ".join(report.notes)


def test_folders_of_the_same_name_in_two_sets_are_two_dossiers(tmp_path: Path, copies: Copies):
    """A folder's name alone is no code: "01" of one batch is not "01" of another."""
    one = sealed(tmp_path / "đợt 1", [Folder("01", (3,))])
    other = sealed(tmp_path / "đợt 2", [Folder("01", (3,))])

    assert dossiers(of_sets(copies, one, other), Measure.QUALIFYING) == 2


def test_incomplete_dossiers_are_not_digitized(tmp_path: Path, copies: Copies):
    """A dossier of which a document has no complete file counts as not digitized, however well it is copied."""
    root = sealed(tmp_path / "đợt", [Folder("x", record=record("HS.1"), complete=False)], date="2026-01-01")
    copies.insured(root, "2026-02-01")

    report = of_sets(copies, root)

    assert dossiers(report, Measure.DIGITIZED) == dossiers(report, Measure.INSURED) == 0
    assert "incomplete in their sets" in " ".join(report.notes)


def test_without_a_register_nothing_is_insured(tmp_path: Path):
    """No register, no insurance; the reader is told why."""
    root = sealed(tmp_path / "đợt", [Folder("x", record=record("HS.1"))])

    report = report_of(of_set(root), None)

    assert dossiers(report, Measure.INSURED) == 0
    assert "there is no register" in report.notes[0]


def test_sets_that_the_report_was_not_given_are_named(tmp_path: Path, copies: Copies):
    """A set in the register that was forgotten in the call is told by name."""
    given = sealed(tmp_path / "đợt 1", [Folder("x", record=record("HS.1"))])
    copies.insured(sealed(tmp_path / "đợt 2", [Folder("y", record=record("HS.2"))]), "2026-01-01")

    told = " ".join(of_sets(copies, given).notes)

    assert "1 sets that this report was not given: đợt 2" in told
    assert "no copy of 1 sets; they are not insured: đợt 1" in told


def test_no_need_of_backup_does_not_qualify():
    """A listed dossier with riskRecovery 0 is left out and told; one that states nothing is counted apart."""
    rows = listing({"fileCode": "1", "riskRecovery": "0", "totalDoc": "1", "numberOfPage": "1"},
                   {"fileCode": "2", "totalDoc": "1", "numberOfPage": "1"})  # fmt: skip

    report = report_of(of_list(rows, Origin()), {})

    assert [entry.code for entry in report.dossiers] == ["2"]
    assert report.dossiers[0].reason == NOT_STATED
    assert "1 dossiers are listed as needing no backup" in " ".join(report.notes)


def test_criteria_are_configuration():
    """Reasons can be added, left out, and dossiers without one left out, without any code."""
    settings = ReportSettings(
        criteria=Criteria(without_reason="leave-out"),
        reasons=(Reason("01", "Quý, hiếm", qualifies=False), Reason("05", "Bản đồ cổ")),
    )
    counts = {"totalDoc": "1", "numberOfPage": "2"}
    rows = listing({"fileCode": "1", "reason": "01", **counts}, {"fileCode": "2", "reason": "05", **counts},
                   {"fileCode": "3", **counts}, {"fileCode": "4", "reason": "99", **counts})  # fmt: skip

    report = report_of(of_list(rows, Origin()), {}, settings=settings)

    assert [(line.reason, line.label, line.amounts[Measure.QUALIFYING].dossiers) for line in report.lines] == [
        ("05", "Bản đồ cổ", 1),
        (NOT_STATED, "Chưa nêu lý do", 1),
    ]
    told = " ".join(report.notes)
    assert "1 dossiers have a reason that is not reported, by the settings: 1" in told
    assert "1 dossiers state no reason for an insurance copy; they are left out: 3" in told
    assert "reason that the settings do not know; counted as not stated: 4 (99)" in told


def test_contradictions_with_the_reason_are_told():
    """A dossier of 20 years that is called permanent and badly damaged, and in good state, is counted and told."""
    rows = listing(record("1", "02", maintenance="05", format="01", totalDoc="1", numberOfPage="1"))

    report = report_of(of_list(rows, Origin()), {})

    assert dossiers(report, Measure.QUALIFYING) == 1
    told = " ".join(report.notes)
    assert "the retention of 1 dossiers does not agree with their reason: 1" in told
    assert "the physical state of 1 dossiers does not agree with their reason: 1" in told


def test_lists_without_numbers_are_counted_from_their_documents():
    """Missing totals come from the list's documents; where those lack too, they count as 0, and it is told."""
    rows = listing(record("1"), record("2"), documents=[{"fileCode": "1", "numberOfPage": "3"},
                                                        {"fileCode": "1", "numberOfPage": "4"}])  # fmt: skip

    report = report_of(of_list(rows, Origin()), {})

    assert [entry.amount for entry in report.dossiers] == [Amount(1, 2, 7), Amount(1, 0, 0)]
    assert "of 1 dossiers; what is lacking counts as 0: 2" in " ".join(report.notes)


def test_a_dossier_listed_twice_counts_once():
    """The same code in two rows is one dossier, and told."""
    rows = listing(record("HS.1", totalDoc="1", numberOfPage="1"), record("hs.1 ", totalDoc="1", numberOfPage="1"))

    report = report_of(of_list(rows, Origin()), {})

    assert dossiers(report, Measure.QUALIFYING) == 1
    assert "stand more than once in the lists" in " ".join(report.notes)


def test_the_list_fills_what_the_set_does_not_state(tmp_path: Path, copies: Copies):
    """A reason that only the list states counts for the digitized dossier too."""
    root = sealed(tmp_path / "đợt", [Folder("x", (3,), {"fileCode": "HS.1"})], date="2026-01-01")
    rows = of_list(listing(record("HS.1", "03", totalDoc="9", numberOfPage="99")), Origin())

    report = of_sets(copies, root, lists=rows)

    assert [(entry.reason, entry.amount) for entry in report.dossiers] == [("03", Amount(1, 1, 3))]


def test_nothing_that_qualifies_is_a_nil_report():
    """A unit whose lists hold nothing that qualifies gets the nil report, with the letter's statement."""
    rows = listing({"fileCode": "1", "riskRecovery": "0"})

    report = report_of(of_list(rows, Origin()), {})

    assert report.kind is Kind.NIL
    assert (
        "UBND xã Trà Giang không có tài liệu lưu trữ đáp ứng tiêu chí nêu tại Mục 1 Phần II" in report.wording.statement
    )
    assert report.wording.recipients == ("Ủy ban nhân dân thành phố (qua Phòng Nội vụ thành phố)",)


def test_a_damaged_set_gives_no_report(tmp_path: Path):
    """A manifest that is not what was sealed is refused."""
    root = sealed(tmp_path / "đợt", [Folder("x", record=record("HS.1"))])
    path = root / "data" / "batch.json"
    path.write_text(path.read_text(encoding="utf-8").replace("HS.1", "HS.2"), encoding="utf-8")

    with pytest.raises(BatchStopped):
        of_set(root)


def test_statistics_stand_by_agency_and_fonds(tmp_path: Path, copies: Copies):
    """Each fonds has what needs backup, what has it, and the rest; the total is their sum."""
    one = sealed(tmp_path / "đợt 1", [Folder("a", (3,), record("HS.1")), Folder("b", (4,), record("HS.2"))],
                 date="2026-01-01", fonds_code="01", fonds_name="HĐND xã")  # fmt: skip
    two = sealed(tmp_path / "đợt 2", [Folder("c", (5,), record("HS.3"))], date="2026-01-01")
    copies.insured(one, "2026-02-01")
    holding = of_set(one) + of_set(two) + of_list(listing(record("HS.4", totalDoc="2", numberOfPage="8")),
                                                  Origin("", "UBND xã Trà Giang", "12", "UBND xã"))  # fmt: skip

    made = statistics(
        holding, Counting(2026, SETTINGS, insurances(copies.register, Policy())), UNIT, SETTINGS.levels[0]
    )

    rows = [(row.fonds_code, row.needed.numbers, row.done.numbers, row.not_yet.numbers) for row in made.rows]
    assert rows == [("01", (2, 2, 7), (2, 2, 7), (0, 0, 0)), ("12", (2, 3, 13), (0, 0, 0), (2, 3, 13))]
    assert made.total.needed == Amount(4, 5, 20)
    assert made.total.not_yet == Amount(2, 3, 13)
