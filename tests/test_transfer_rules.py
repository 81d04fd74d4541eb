"""What may be handed over: each rule finds its one mistake, all are found in one pass, and the article is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transfer_sets import planned, sealed

from pipeline.messages import Sentence, translate
from pipeline.transfer.planning import Plan
from pipeline.transfer.rules import RULES, say

Change = Callable[[dict[str, Any]], None]


def plan_of(folder: Path, change: Change | None = None, **asked: Any) -> Plan:
    return planned(sealed(folder / "set", change=change), folder / "out", **asked)


def found(plan: Plan) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.dossier, finding.document) for finding in plan.findings]


def of_dossier(**values: str) -> Change:
    """Change the second dossier's record."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][1]["record"].update(values)

    return change


def of_document(**values: str) -> Change:
    """Change the record of the second dossier's third document."""

    def change(said: dict[str, Any]) -> None:
        said["documents"][6]["record"].update(values)

    return change


SECOND = "H48.99.1.2001.02-VP/Đ"
THIRD_OF_SECOND = f"{SECOND}.0000003"


def test_a_complete_set_has_no_finding(tmp_path: Path):
    """Nothing stands against a set whose records and declaration are complete."""
    plan = plan_of(tmp_path)

    assert found(plan) == []
    assert not plan.stops
    assert len(plan.dossiers) == 3


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"maintenance": "02"}, "not-permanent"),
        ({"mode": "03"}, "secret"),
        ({"startDate": "2001"}, "date-not-full"),
        ({"endDate": "12/2001"}, "date-not-full"),
        ({"endDate": "31/02/2001"}, "no-date"),
        ({"endDate": ""}, "field-missing"),
        ({"title": ""}, "field-missing"),
        ({"title": "x" * 1001}, "value-too-long"),
        ({"riskRecoveryStatus": ""}, "backup-state-missing"),
        ({"paperFileCode": ""}, "digitized-field-missing"),
        ({"numberOfPaper": ""}, "digitized-field-missing"),
        ({"language": "01,99"}, "code-unknown"),
        ({"numberOfPage": "eight"}, "no-number"),
    ],
)
def test_rule_of_a_dossiers_field(tmp_path: Path, values: dict[str, str], rule: str):
    """One wrong value of a dossier gives one finding, with the field and the page of the circular."""
    plan = plan_of(tmp_path, of_dossier(**values))

    assert found(plan) == [(rule, SECOND, "")]
    assert plan.stops
    assert plan.findings[0].details["field"] in values
    assert "Thông tư 05/2025/TT-BNV, trang " in say(plan.findings[0])


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"maintenance": "05"}, "not-permanent"),
        ({"mode": "03"}, "secret"),
        ({"issuedDate": "2001"}, "date-not-full"),
        ({"issuedDate": "1/3/2001"}, "no-date"),
        ({"docId": "x" * 26}, "value-too-long"),
        ({"typeName": "33"}, "code-unknown"),
        ({"riskRecoveryStatus": ""}, "backup-state-missing"),
        ({"numberOfPage": ""}, "field-missing"),
    ],
)
def test_rule_of_a_documents_field(tmp_path: Path, values: dict[str, str], rule: str):
    """One wrong value of a document gives one finding."""
    assert found(plan_of(tmp_path, of_document(**values))) == [(rule, SECOND, THIRD_OF_SECOND)]


@pytest.mark.parametrize("values", [{"codeNumber": ""}, {"codeNotation": ""}, {"docId": ""}, {"keyword": ""}])
def test_what_a_paper_does_not_say_may_stay_empty(tmp_path: Path, values: dict[str, str]):
    """A document without number or symbol can be handed over: nothing is invented."""
    assert found(plan_of(tmp_path, of_document(**values))) == []


@pytest.mark.parametrize("name", ["issuedDate", "organName"])
@pytest.mark.parametrize("waiver", [("missing-for-transfer", "{code}"), ("missing-everywhere-for-transfer", "{name}")])
def test_what_a_transfer_asks_for_can_be_answered_for(tmp_path: Path, name: str, waiver: tuple[str, str]):
    """A document without date or agency holds the transfer up, unless a waiver of the set names it."""

    def waived(said: dict[str, Any]) -> None:
        of_document(**{name: ""})(said)
        subject = waiver[1].format(code=THIRD_OF_SECOND, name=name)
        said["waived"] = [{"rule": waiver[0], "subject": subject, "by": "Lê Thị Thí Dụ", "reason": "không đọc được"}]

    assert found(plan_of(tmp_path, of_document(**{name: ""}))) == [("missing-for-transfer", SECOND, THIRD_OF_SECOND)]
    assert found(plan_of(tmp_path / "2", waived)) == []


def test_dossier_is_as_closed_as_its_documents(tmp_path: Path):
    """A public dossier with a document of conditional use holds the transfer up, unless a waiver names it."""

    def closer(said: dict[str, Any]) -> None:
        said["documents"][1]["record"]["mode"] = "02"

    def waived(said: dict[str, Any]) -> None:
        closer(said)
        said["waived"] = [{"rule": "mode-too-open", "subject": "H48.99.1.2001.01-VP/Đ", "by": "x", "reason": "y"}]

    assert found(plan_of(tmp_path, closer)) == [("mode-too-open", "H48.99.1.2001.01-VP/Đ", "")]
    assert found(plan_of(tmp_path / "2", waived)) == []


@pytest.mark.parametrize("rule", ["not-permanent", "partial-date"])
def test_what_no_waiver_helps(tmp_path: Path, rule: str):
    """A transfer takes permanent records and whole dates only, whoever answers for others."""

    def change(said: dict[str, Any]) -> None:
        of_document(maintenance="05", issuedDate="2001")(said)
        said["waived"] = [{"rule": rule, "subject": THIRD_OF_SECOND, "by": "x", "reason": "y"}]

    assert len(found(plan_of(tmp_path, change))) == 2


def test_rule_5_2_maintenance_taken_over_is_said_once(tmp_path: Path):
    """What the documents only take over from their dossier is one mistake."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][1]["record"]["maintenance"] = "02"
        for row in said["documents"][4:8]:
            row["record"]["maintenance"] = "02"

    assert found(plan_of(tmp_path, change)) == [("not-permanent", SECOND, "")]


def test_rule_5_2_partial_dates_stand_in_an_aip_only(tmp_path: Path):
    """Months and years are dates of an AIP (p. 72, 78); a SIP has days only (p. 214, 219)."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][1]["record"]["startDate"] = "2001"
        said["documents"][6]["record"]["issuedDate"] = "03/2001"

    whole = sealed(tmp_path / "set", change=change, aip="folder")

    assert len(planned(whole, tmp_path / "out").findings) == 2
    assert planned(whole, tmp_path / "out", aip=True).findings == ()


KEYS = {
    "code": "a", "agency_name": "b", "agency_code": "c", "paper_transferred": "d", "transfer_number": "đ",
    "summary": "e", "period_start": "e", "period_end": "e", "planned": "l", "way": "m", "contact_name": "n",
    "contact_position": "n", "contact_phone": "n", "contact_email": "n", "fonds_code": "p", "fonds_name": "p",
    "classification": "q",
}  # fmt: skip


@pytest.mark.parametrize(("key", "letter"), KEYS.items())
def test_line_10_batch_declares_each_field_of_article_20_3(tmp_path: Path, key: str, letter: str):
    """A field of Đ20.3 that is not declared is named by its key in batch.toml and its letter."""

    def change(said: dict[str, Any]) -> None:
        said["batch" if key in said["batch"] else "transfer"][key] = ""

    plan = plan_of(tmp_path, change)

    assert [finding.rule for finding in plan.findings] == ["declaration-missing"]
    assert plan.findings[0].details["key"].split(".")[1] == key
    assert f"Điều 20 khoản 3 điểm {letter})" in say(plan.findings[0])


def test_declared_way_and_number_are_held_against_what_there_is(tmp_path: Path):
    """The way is one of the two of Đ20.3.m; the number of the transfer is a number; the date must be there."""

    def change(said: dict[str, Any]) -> None:
        said["transfer"]["way"] = "qua bưu điện"
        said["batch"] |= {"transfer_number": "first", "date": ""}

    plan = plan_of(tmp_path, change)

    assert sorted(rule for rule, _, _ in found(plan)) == ["date-missing", "declaration-wrong", "declaration-wrong"]
    assert plan_of(tmp_path / "2", lambda said: said["batch"].update(transfer_number="x"), number=3).findings == ()


def test_line_10_number_of_the_transfer_is_that_of_the_call(tmp_path: Path):
    """`--number` rules over batch.toml; leading zeros do not make another number."""
    zeros = plan_of(tmp_path, lambda said: said["batch"].update(transfer_number="007"))

    assert zeros.declaration.transfer_number == "7"
    assert plan_of(tmp_path / "2", number=12).declaration.transfer_number == "12"


def fails(said: dict[str, Any]) -> None:
    """Leave the second dossier without a package, its third document incomplete; the third dossier without one too."""
    said["documents"][6].update(complete=False, access=None)
    rows = [("Hồ sơ 2", 1, "", "1 of its documents are not complete."),
            ("Hồ sơ 2", 1, THIRD_OF_SECOND, "page 1: empty"), ("Hồ sơ 3", 2, "", "Why it failed.")]  # fmt: skip
    said["failed"] = [
        {"dossier": name, "code": said["dossiers"][place]["code"], "title": "t", "document": document, "reasons": [why]}
        for name, place, document, why in rows
    ]


def test_failed_dossiers_and_incomplete_documents_are_one_finding_each(tmp_path: Path):
    """A document that is not complete is the finding, not also its dossier; a dossier that failed gives its reason."""
    plan = plan_of(tmp_path, fails)

    assert found(plan) == [
        ("document-incomplete", SECOND, THIRD_OF_SECOND),
        ("dossier-failed", "H48.99.1.2001.03-VP/Đ", ""),
    ]
    assert "page 1: empty" in say(plan.findings[0])
    assert "Why it failed." in say(plan.findings[1])


def test_incomplete_document_names_its_pages_and_what_they_lack(tmp_path: Path):
    """Which pages lack is said in sentences of our own: the set's finished English text cannot be said otherwise."""

    def change(said: dict[str, Any]) -> None:
        fails(said)
        problems = [(1, "quarantined"), (3, "text-failed"), (4, "quarantined"), (5, "failed"), (6, "text-timed-out")]
        said["documents"][6]["gaps"] = [{"page": page, "problem": problem} for page, problem in problems]

    reasons = [say(finding) for finding in plan_of(tmp_path, change).findings if finding.document]

    assert [reason.partition(": ")[2].partition(" (")[0] for reason in reasons] == [
        "in quarantine: page 1, 4", "the text could not be read: page 3", "could not be processed: page 5",
        "the text could not be read in time: page 6",
    ]  # fmt: skip


def test_signed_list_holds_no_words_of_the_program(tmp_path: Path):
    """How a finding can be waived is told on the screen, not in the reasons that an office signs."""

    def change(said: dict[str, Any]) -> None:
        said["documents"][1]["record"]["mode"] = "02"
        said["documents"][6]["record"]["organName"] = ""

    plan = plan_of(tmp_path, change)

    assert len(plan.findings) == 2
    assert all(RULES[finding.rule].can_be_waived for finding in plan.findings)
    assert not any("waiver" in reason or "batch.toml" in reason for row in plan.failed for reason in row.reasons)


def test_leave_out_failed_hands_over_the_rest_and_lists_the_failed(tmp_path: Path):
    """What is left out stands in the list with its reasons, the dossier and the document that is the cause."""
    plan = plan_of(tmp_path, fails, leave_out_failed=True)

    assert not plan.stops
    assert [dossier.name for dossier in plan.dossiers] == ["Hồ sơ 1"]
    assert [(row.code, row.document) for row in plan.failed] == [
        (SECOND, ""), (SECOND, THIRD_OF_SECOND), ("H48.99.1.2001.03-VP/Đ", "")
    ]  # fmt: skip
    assert all(row.title and row.reasons for row in plan.failed)


def test_leave_out_failed_cannot_leave_out_everything(tmp_path: Path):
    """A batch without any dossier is not handed over."""

    def change(said: dict[str, Any]) -> None:
        for dossier in said["dossiers"]:
            dossier["record"]["maintenance"] = "02"

    plan = plan_of(tmp_path, change, leave_out_failed=True)

    assert plan.stops
    assert "nothing-left" in {rule for rule, _, _ in found(plan)}


def test_leave_out_failed_does_not_leave_out_the_declaration(tmp_path: Path):
    """What the batch as a whole lacks stops it, whatever is left out."""
    assert plan_of(tmp_path, lambda said: said["batch"].update(code=""), leave_out_failed=True).stops


def doubles(said: dict[str, Any]) -> None:
    """Give the third dossier the code of the first, and one document the id of another."""
    said["dossiers"][2]["record"]["fileCode"] = said["dossiers"][0]["record"]["fileCode"]
    for number, row in enumerate(said["documents"][8:12], start=1):
        row["record"]["docCode"] = f"{said['dossiers'][0]['record']['fileCode']}.{number:07d}"
    said["documents"][5]["record"]["docId"] = said["documents"][4]["record"]["docId"]


def test_line_10_duplicates_inside_the_batch_are_refused(tmp_path: Path):
    """A code that two dossiers have is one finding, not one for each of their documents too (Đ24.1.a)."""
    plan = plan_of(tmp_path, doubles)

    assert [(finding.details["field"], finding.details["where"]) for finding in plan.findings] == [
        ("fileCode", "Hồ sơ 1, Hồ sơ 3"), ("docId", "Hồ sơ 2/1, Hồ sơ 2/2")
    ]  # fmt: skip
    assert plan_of(tmp_path / "2", doubles, leave_out_failed=True).dossiers == ()


def test_set_without_lists_is_one_finding(tmp_path: Path):
    """A set that no list describes is said once."""

    def change(said: dict[str, Any]) -> None:
        for row in (*said["dossiers"], *said["documents"]):
            row["record"] = {}

    assert found(plan_of(tmp_path, change)) == [("set-without-lists", "", "")]


def test_what_no_list_describes_is_not_handed_over(tmp_path: Path):
    """A dossier or document without record is named; so is a dossier without documents."""

    def change(said: dict[str, Any]) -> None:
        said["dossiers"][0]["record"] = {}
        said["documents"][6]["record"] = {}
        said["documents"] = said["documents"][:8]

    assert [rule for rule, _, _ in found(plan_of(tmp_path, change))] == [
        "no-list", "document-without-list", "no-documents"
    ]  # fmt: skip


def test_dossiers_are_in_the_order_of_the_offices_list(tmp_path: Path):
    """The list's ordinals decide the order, where all dossiers have one; else the order of the set stays."""

    def turned(said: dict[str, Any]) -> None:
        for number, dossier in zip((20, 3, 10), said["dossiers"], strict=True):
            dossier["record"]["ordinal"] = str(number)

    def partly(said: dict[str, Any]) -> None:
        turned(said)
        said["dossiers"][2]["record"]["ordinal"] = ""

    orders = [[dossier.name[-1] for dossier in plan_of(tmp_path / change.__name__, change).dossiers]
              for change in (turned, partly)]  # fmt: skip
    assert orders == [["2", "3", "1"], ["1", "2", "3"]]


def test_line_10_what_goes_with_the_batch_is_noted_or_missing(tmp_path: Path):
    """Papers of Đ22.1.a that batch.toml does not name are noted; one that it names and the set lacks is a finding."""
    plan = plan_of(tmp_path)
    lost = plan_of(tmp_path / "2", lambda said: said["transfer"].update(fonds_history="nowhere.pdf"))

    assert [paper.kind for paper in plan.attached] == ["unit_history"]
    assert len(plan.notes) == 3
    assert all("Điều 22 khoản 1 điểm a" in note for note in plan.notes)
    assert [finding.rule for finding in lost.findings] == ["attachment-missing"]


def test_everything_is_found_in_one_pass(tmp_path: Path):
    """Mistakes of declaration, dossiers and documents stand in one list, each once."""

    def change(said: dict[str, Any]) -> None:
        said["batch"]["code"] = ""
        said["transfer"]["planned"] = ""
        said["dossiers"][0]["record"]["mode"] = "03"
        said["documents"][1]["record"]["issuedDate"] = "1999"
        said["documents"][2]["record"] |= {"issuedDate": "1999", "docId": "x" * 30}
        fails(said)

    assert sorted(rule for rule, _, _ in found(plan_of(tmp_path, change))) == [
        "date-not-full", "date-not-full", "declaration-missing", "declaration-missing", "document-incomplete",
        "dossier-failed", "secret", "value-too-long",
    ]  # fmt: skip


def test_every_rule_names_its_article():
    """Each rule rests on an article or a page of the circular."""
    assert all(rule.source.startswith("Thông tư 05/2025/TT-BNV, ") for rule in RULES.values())


def test_findings_remember_their_template(tmp_path: Path):
    """A finding can be said in another language."""
    said = say(plan_of(tmp_path, of_dossier(mode="03")).findings[0])

    assert isinstance(said, Sentence)
    assert translate(said.template, **said.values) == said
