"""The lists of a set agree with each other and with what lies in it, whatever became of its pages."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from pipeline.config import Config, QualityParams, ValidateParams
from pipeline.journal import Entry, Journal
from pipeline.messages import vietnamese
from pipeline.model import FAULTS, Artifact, Batch, Document, Dossier, Fault, Page, StageResult, State
from pipeline.records import sheet
from pipeline.records.account import Accounts, others
from pipeline.records.description import Description, DossierInfo
from pipeline.records.manifest import manifest, totals
from pipeline.records.quality import HEADINGS, Flag, PageQuality
from pipeline.records.quality import facts_of as quality_facts
from pipeline.records.sentences import account_problems, account_remarks, fault_sentence
from pipeline.runner import Order, Outcome, Progress, run

Rows = list[tuple[Any, ...]]
SHEETS = ["Tóm tắt", "Hồ sơ", "Văn bản", "Trang", "Chất lượng", "Cách ly"]
SCAN_SHA256, PDF_SHA256 = "a" * 64, "b" * 64
SCAN = {
    "width": 2480, "height": 3508, "dpi_x": 299.9994, "dpi_y": 300.0, "dpi_source": "file", "mode": "L",
    "bits_per_pixel": 8, "format": "JPEG", "compression": "jpeg", "tag": 1, "blank": False, "ink_share": 0.04,
}  # fmt: skip
LAID = {
    "turn_degrees": 90, "skew_degrees": 0.5, "turn_found": 90, "turn_confidence": 0.9, "skew_found": 0.5,
    "skew_confidence": 0.8,
}  # fmt: skip
WHOLE = {
    "clip": None, "found": None, "edges": {}, "confidence": 0.0, "ink_outside": 0, "specks_outside": 0,
    "nearest_ink_mm": None, "spread": False, "spread_confidence": 0.0, "gutter_x": None, "parts": 1,
}  # fmt: skip
PICTURE = {"filter": "DCTDecode", "sha256": "c" * 64, "size_bytes": 5, "as_scanned": True, "lossless": True}
TEXT = {"text": "text", "words": 3, "confidence": 91.5, "low_words": 0, "prepared": {}}
RULE = QualityParams().rule
FLAGS = (
    Flag("bits", "below", {"bits": 8, "least": 24, "rule": RULE}),
    Flag("faint", "look", {"contrast": 9, "least": 40}),
)
GOOD = PageQuality(300.0, "file", "JPEG", "jpeg", 24, width_mm=210.0, height_mm=297.0, sheet="A4", words=3,
                   confidence=91.5, low_share=0.0, outside_share=0.25, oddities=0)  # fmt: skip
READ_FILES = (Artifact("p/alto.xml", 9, "d" * 64), Artifact("p/text.txt", 9, "e" * 64))
# Name of the page's file -> how far it came; the state of its text, or what stopped it.
FATES = ("text", "blank", "text-failed", "text-timed-out", "failed", "quarantined", "never-begun")
BAD_NAME = os.fsdecode(b"H\xff.jpg")


@pytest.fixture(scope="module")
def sealed(drawn_batch: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Seal the drawn batch once; nobody may change the set."""
    out = tmp_path_factory.mktemp("sealed")
    config = Config(validate=ValidateParams(verapdf="off"))
    return run(Order(drawn_batch, out, out / "work", config, 0), Progress())


@pytest.fixture
def made_up(tmp_path: Path) -> Iterator[tuple[Batch, Description, Accounts]]:
    """Give a batch in which a page met every fate there is, without having drawn any."""
    batch = Batch(
        "Đợt 2",
        (
            Dossier("H1", (_document("H1/vb", 1, FATES), _document("H1/mất.tif", 2, ("quarantined",)))),
            Dossier("H2", (_document("H2", 1, ("text",)),)),
        ),
        others=("batch.toml",),
        faults=(Fault("H1/link.jpg", None, "link"), Fault("H1/VB/1.jpg", None, "same-name"),
                Fault(BAD_NAME, None, "bad-name")),
    )  # fmt: skip
    description = Description(dossiers={"H1": DossierInfo(code="12/QĐ", title="=1+1")})
    with Journal(tmp_path) as journal:
        for document in batch.documents:
            for page in document.pages:
                journal.record(_entries(page))
        pdf = StageResult(State.DONE, {"flavour": "2u"}, (Artifact("doc/a.pdf", 7, PDF_SHA256),))
        refused = StageResult(State.FAILED, {"verdict": "not valid"}, notes=("veraPDF: not valid: 6.1",))
        journal.record([Entry("H1/vb", "pdfa", {}, pdf), Entry("H2", "pdfa", {}, pdf)])
        journal.record([Entry("H1/vb", "validate", {}, refused)])
        yield batch, description, Accounts(batch, description, journal)


def _document(path: str, ordinal: int, fates: tuple[str, ...]) -> Document:
    pages = (Page(f"{path}/{fate}.jpg", 0, number) for number, fate in enumerate(fates, 1))
    return Document(path, ordinal, tuple(pages))


def _entries(page: Page) -> list[Entry]:
    """Give what the journal would hold for a page of that fate."""
    fate, done = Path(page.path).stem, State.DONE
    examined = Entry(page.unit, "examine", {"inputs": {"scan": SCAN_SHA256}}, StageResult(done, SCAN))
    if fate == "never-begun":
        return []
    if fate == "quarantined":
        fault = Fault(page.path, 0, "truncated", "no end mark.")
        return [Entry(page.unit, "examine", examined.parts, StageResult(State.QUARANTINED, fault=fault))]
    if fate == "failed":
        return [examined, Entry(page.unit, "deskew", {}, StageResult(State.FAILED, notes=("no memory",)))]
    read = {
        "text": StageResult(done, TEXT, READ_FILES, ("the words come from the scan itself",)),
        "blank": StageResult(done, {"text": "blank", "words": 0}, READ_FILES),
        "text-failed": StageResult(State.FAILED, notes=("the engine gave up",)),
        "text-timed-out": StageResult(State.TIMED_OUT),
    }[fate]
    flags = FLAGS if fate == "text" else FLAGS[1:] if fate == "text-failed" else ()
    quality = StageResult(done, quality_facts(replace(GOOD, words=None) if fate != "text" else GOOD, iter(flags)))
    straight, whole = StageResult(done, LAID), StageResult(done, WHOLE)
    results = {"deskew": straight, "borders": whole, "picture": StageResult(done, PICTURE), "ocr": read}
    if fate != "text-timed-out":  # that one's quality was never measured
        results["quality"] = quality
    return [examined, *(Entry(page.unit, stage, {}, result) for stage, result in results.items())]


def read_json(outcome: Outcome) -> dict[str, Any]:
    """Read a set's batch.json."""
    return json.loads((outcome.sealed / "data" / "batch.json").read_text(encoding="utf-8"))


def as_json(made: tuple[Batch, Description, Accounts]) -> dict[str, Any]:
    """Write batch.json for a made-up batch and read it."""
    batch, description, accounts = made
    text = "".join(manifest(batch, description, Config(), {"ocr": {"tesseract": "5"}}, accounts))
    assert text.encode()
    return json.loads(text)


def book_of(path: Path) -> dict[str, Rows]:
    """Read a workbook: sheet -> rows, empty cells as empty texts."""
    book = openpyxl.load_workbook(path)
    return {page.title: [tuple("" if v is None else v for v in row) for row in page.values] for page in book}


def written(made: tuple[Batch, Description, Accounts], folder: Path, name: str = "a.xlsx", **limits: int) -> Path:
    """Write the workbook of a made-up batch."""
    sheet.write_sheet(folder / name, *made, folder, **limits)
    return folder / name


def schema_errors(value: dict[str, Any]) -> list[str]:
    """Hold batch.json against the schema that is published with it."""
    schema = json.loads((files("pipeline") / "schemas" / "batch.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


def test_the_manifest_of_a_set_is_as_its_schema_says(sealed: Outcome):
    """The file validates, and the schema in the set is the one it was written for."""
    assert schema_errors(read_json(sealed)) == []
    here = (files("pipeline") / "schemas" / "batch.schema.json").read_bytes()
    assert (sealed.sealed / "data" / "batch.schema.json").read_bytes() == here


def test_the_manifest_is_as_its_schema_says_whatever_happened(made_up: tuple[Batch, Description, Accounts]):
    """Every fate of a page and of a PDF has its place in the schema; a wrong word has none."""
    value = as_json(made_up)
    assert schema_errors(value) == []

    value["documents"][0]["pages"][0]["problem"] = "lost"
    assert len(schema_errors(value)) == 1


def test_every_path_in_the_manifest_is_in_the_set_with_its_digest(sealed: Outcome):
    """Masters, PDFs, texts, quarantine and other files lie where the list says, byte for byte."""
    value = read_json(sealed)
    pages = [page for document in value["documents"] for page in document["pages"]]
    stated = [(page["master"], page["sha256"]) for page in pages]
    stated += [(document["access"]["path"], document["access"]["sha256"]) for document in value["documents"]]
    stated += [(item["path"], item["sha256"]) for item in value["quarantine"]]
    read = [page for page in pages if page["text"]]  # a blank page too has its files, with nothing in them
    unstated = [page[kind] for page in read for kind in ("alto", "plain_text")]
    unstated += [item["path"] for item in value["other_files"]]

    for path, sha256 in stated:
        assert hashlib.sha256((sealed.sealed / path).read_bytes()).hexdigest() == sha256
    assert all((sealed.sealed / path).is_file() for path in unstated)
    lists = {f"data/{name}" for name in ("batch.json", "batch.schema.json", sheet.NAME)}
    there = {path.relative_to(sealed.sealed).as_posix() for path in sealed.sealed.glob("data/**/*") if path.is_file()}
    assert there == {path for path, _ in stated} | set(unstated) | lists


def test_every_page_is_in_exactly_one_of_shown_failed_and_quarantined(
    sealed: Outcome, made_up: tuple[Batch, Description, Accounts]
):
    """The counts add up to the pages of the scan folder, each page under one word."""
    batch = made_up[0]
    for value, units in (
        (read_json(sealed), {page.unit for document in sealed.batch.documents for page in document.pages}),
        (as_json(made_up), {page.unit for document in batch.documents for page in document.pages}),
    ):
        pages = [page for document in value["documents"] for page in document["pages"]]
        shown = {_unit(page) for page in pages if page["picture"]}
        quarantined = {_unit(item) for item in value["quarantine"] if item["frame"] is not None}
        failed = {_unit(page) for page in pages if page["problem"] == "failed"}
        assert Counter([*shown, *quarantined, *failed]) == Counter(units)
        counts = value["totals"]
        assert (counts["pages_shown"], counts["pages_quarantined"], counts["pages_failed"]) == (
            len(shown), len(quarantined), len(failed)
        )  # fmt: skip


def _unit(row: dict[str, Any]) -> str:
    return f"{row['source']}#{row['frame'] + 1}"


def test_the_totals_agree_with_the_lists(sealed: Outcome, made_up: tuple[Batch, Description, Accounts]):
    """Each total is the length of a list, or the number of its rows of that kind."""
    for value in (read_json(sealed), as_json(made_up)):
        counts, documents = value["totals"], value["documents"]
        pages = [page for document in documents for page in document["pages"]]
        words = Counter(page["problem"] for page in pages)
        refused = [item for item in value["quarantine"] if item["frame"] is None]
        flagged = [{flag["level"] for flag in page["quality"]["flags"]} for page in pages if page["quality"]]
        kept_elsewhere = [item for item in value["other_files"] if item["path"].startswith("data/quarantine/")]
        assert counts == {
            "dossiers": len(value["dossiers"]),
            "documents": len(documents),
            "documents_incomplete": sum(not document["complete"] for document in documents),
            "documents_without_pdf": sum(document["access"] is None for document in documents),
            "pages": len(pages),
            "pages_shown": len(pages) - words["failed"] - words["quarantined"],
            "pages_quarantined": words["quarantined"],
            "pages_failed": words["failed"],
            "pages_blank": sum((page["text"] or {}).get("text") == "blank" for page in pages),
            "pages_below_profile": sum("below" in levels for levels in flagged),
            "pages_to_look_at": sum(levels == {"look"} for levels in flagged),
            "text_failed": words["text-failed"],
            "text_timed_out": words["text-timed-out"],
            "other_files": len(value["other_files"]) - len(kept_elsewhere),
            "files_refused": len(refused),
            "flags": Counter(flag["code"] for page in pages for flag in (page["quality"] or {"flags": ()})["flags"]),
        }
        assert set(counts["flags"]) <= set(HEADINGS)
        assert value["quality"]["pages_measured"] == sum(page["quality"] is not None for page in pages)
        assert [row["documents"] for row in value["dossiers"]] == [
            sum(document["dossier"] == row["name"] for document in documents) for row in value["dossiers"]
        ]
        assert sum(row["pages"] for row in value["dossiers"]) == len(pages)


def test_what_is_not_read_is_not_blank(made_up: tuple[Batch, Description, Accounts]):
    """A page that was not read, one that took too long and a blank one are three different things."""
    pages = {Path(page["source"]).stem: page for page in as_json(made_up)["documents"][0]["pages"]}

    assert {fate: page["problem"] for fate, page in pages.items()} == {
        **dict(zip(FATES, ("", "", "text-failed", "text-timed-out", "failed", "quarantined"), strict=False)),
        "never-begun": "failed",
    }
    assert [bool(pages[fate]["alto"]) for fate in FATES] == [True, True, False, False, False, False, False]
    assert pages["never-begun"]["master"] == pages["never-begun"]["sha256"] == ""
    assert pages["quarantined"]["master"] == "data/quarantine/H1/vb/quarantined.jpg"


def test_a_document_with_a_gap_or_a_bad_pdf_is_not_complete(made_up: tuple[Batch, Description, Accounts]):
    """Only the document whose pages were all read and whose PDF passed is complete; each gap has its page."""
    first, second, third = as_json(made_up)["documents"]

    assert (first["complete"], second["complete"], third["complete"]) == (False, False, True)
    assert [gap["page"] for gap in first["gaps"]] == [3, 4, 5, 6, 7]
    assert (first["pdfa"]["verapdf"], third["pdfa"]["verapdf"], second["pdfa"]) == ("not valid", "not asked", None)
    assert first["access"]["path"] == "data/access/12=2FQĐ/12=2FQĐ.0000001.pdf"
    assert third["access"]["path"] == "data/access/H2/H2.pdf"


def test_refused_files_are_listed_and_kept_under_names_of_their_own(made_up: tuple[Batch, Description, Accounts]):
    """A file refused for its name lies in quarantine where no other file can be; a link is listed only."""
    value = as_json(made_up)
    refused = {item["source"]: item["path"] for item in value["quarantine"] if item["frame"] is None}

    assert set(refused) == {"H1/link.jpg", "H1/VB/1.jpg", "H\\xff.jpg"}
    assert refused["H1/link.jpg"] == ""
    assert refused["H\\xff.jpg"].startswith("data/quarantine/H=FF.jpg~")
    assert {path for path in refused.values() if path} < {item["path"] for item in value["other_files"]}
    long = Fault("x" * 255 + "/" + "y" * 255, None, "same-name")
    (_, place), = others(Batch("b", (), faults=(long,)))  # fmt: skip
    assert max(len(name) for name in place.split("/")) == 255


def test_the_workbook_has_the_rows_of_the_manifest(sealed: Outcome):
    """Six sheets; a person reads in them what a machine reads in batch.json."""
    value, book = read_json(sealed), book_of(sealed.sealed / "data" / sheet.NAME)
    assert list(book) == SHEETS
    documents, pages = value["documents"], [(d, p) for d in value["documents"] for p in d["pages"]]

    dossiers = [(n, r["code"], r["title"], r["name"], r["documents"], r["pages"])
                for n, r in enumerate(value["dossiers"], 1)]  # fmt: skip
    assert book["Hồ sơ"][1:] == dossiers
    assert [(row[1], row[2], row[3], row[4], row[8], row[10]) for row in book["Văn bản"][1:]] == [
        (d["code"], d["title"], d["source"], len(d["pages"]), d["access"]["path"], d["access"]["sha256"])
        for d in documents
    ]
    assert [row[6].startswith("đủ") for row in book["Văn bản"][1:]] == [d["complete"] for d in documents]
    assert [(row[0], row[1], row[2], row[3], row[-1]) for row in book["Trang"][1:]] == [
        (d["code"], p["number"], p["source"], p["frame"] + 1, p["sha256"]) for d, p in pages
    ]
    assert [(row[4], row[5]) for row in book["Trang"][1:] if row[4]] == [
        (p["scan"]["width"], p["scan"]["height"]) for _, p in pages if p["scan"]
    ]
    assert [(row[0], row[3], row[5], row[6]) for row in book["Cách ly"][1:]] == [
        (q["source"], q["reason"], q["path"], q["sha256"]) for q in value["quarantine"]
    ]
    assert [(row[0], row[1], row[2], row[5], row[7]) for row in book["Chất lượng"][1:]] == [
        (
            d["code"],
            p["number"],
            p["source"],
            *((p["quality"]["dpi"], p["quality"]["bits"]) if p["quality"] else ("", "")),
        )
        for d, p in pages
    ]
    counts = [number for number in value["totals"].values() if isinstance(number, int)]
    assert [row[1] for row in book["Tóm tắt"][-len(counts) :]] == counts


def test_the_quality_list_says_which_pages_fall_short(made_up: tuple[Batch, Description, Accounts], tmp_path: Path):
    """A page below its profile, one to look at, a good one, and those that were never measured have their words."""
    rows = book_of(written(made_up, tmp_path))["Chất lượng"]

    assert [row[3].partition(" / ")[0] for row in rows[1:8]] == [
        "dưới mức", "đạt", "cần xem", "chưa đo", "không có trong PDF", "không có trong PDF", "không có trong PDF"
    ]  # fmt: skip
    assert rows[1][-1] == "; ".join(flag.text for flag in FLAGS)
    assert RULE in rows[1][4]
    assert all(len(row) == len(rows[0]) for row in rows)
    assert rows[1][rows[0].index("Từ lạ / Outside %")] == 25
    assert totals(made_up[0], made_up[2]).flags == {"bits": 2, "faint": 3}


def test_two_writings_of_the_workbook_are_the_same_bytes(made_up: tuple[Batch, Description, Accounts], tmp_path: Path):
    """No date and no chance is in the file."""
    first, second = written(made_up, tmp_path, "a.xlsx"), written(made_up, tmp_path, "b.xlsx")

    assert first.read_bytes() == second.read_bytes()
    properties = openpyxl.load_workbook(first).properties
    assert {properties.created.year, properties.modified.year} == {2000}


def test_the_workbook_says_every_fate_in_words(made_up: tuple[Batch, Description, Accounts], tmp_path: Path):
    """Each problem has its words, numbers read as numbers, and a title that looks like a formula stays a title."""
    book = book_of(written(made_up, tmp_path))

    assert [row[15].partition(" / ")[0] for row in book["Trang"][1:8]] == [
        "", "", "chưa nhận dạng được chữ", "nhận dạng chữ quá thời gian", "không xử lý được", "cách ly",
        "không xử lý được",
    ]  # fmt: skip
    assert [row[12].partition(" / ")[0] for row in book["Trang"][1:5]] == ["có chữ", "trang trắng", "", ""]
    assert book["Trang"][1][6] == 300
    assert book["Hồ sơ"][1][2] == "=1+1"
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["Hồ sơ"].cell(2, 3).data_type == "s"
    assert [row[9].partition(" / ")[0] for row in book["Văn bản"][1:]] == [
        "không đạt", "không có PDF", "chưa hỏi"
    ]  # fmt: skip
    assert {row[0] for row in book["Cách ly"][1:]} >= {"H\\xff.jpg", "H1/link.jpg"}


@pytest.mark.parametrize(
    ("limit", "names"), [(9, ["Trang"]), (8, ["Trang", "Trang (2)"]), (3, ["Trang", "Trang (2)", "Trang (3)"])]
)
def test_rows_past_the_limit_go_on_to_a_further_sheet(
    made_up: tuple[Batch, Description, Accounts], tmp_path: Path, limit: int, names: list[str]
):
    """A sheet takes so many rows and no more; the next has the same heading, and no row is lost or twice."""
    whole = book_of(written(made_up, tmp_path))["Trang"]
    split = book_of(written(made_up, tmp_path, "b.xlsx", rows_per_sheet=limit))
    parts = [rows for name, rows in split.items() if name.startswith("Trang")]

    assert [name for name in split if name.startswith("Trang")] == names
    assert all(part[0] == whole[0] and 1 < len(part) <= limit + 1 for part in parts)
    assert [row for part in parts for row in part[1:]] == whole[1:]
    assert sheet.ROWS_PER_SHEET == 2**20 - 1


def test_a_text_too_long_for_a_cell_is_shortened_and_not_dropped(tmp_path: Path):
    """The gaps of a document of thousands of bad pages still show; the end is marked."""
    pages = tuple(Page("d", frame, frame + 1) for frame in range(2000))
    batch = Batch("b", (Dossier("d", (Document("d", 1, pages),)),))
    with Journal(tmp_path) as journal:
        made = (batch, Description(), Accounts(batch, Description(), journal))
        gaps = book_of(written(made, tmp_path))["Văn bản"][1][7]

    assert len(gaps) == sheet.CELL_LETTERS
    assert gaps.startswith("1: không xử lý được")
    assert gaps.endswith("…")


def test_every_kind_of_fault_has_a_vietnamese_reason():
    """No sentence is left in English."""
    assert all(not vietnamese(text).isascii() and vietnamese(text).endswith(".") for text in FAULTS.values())


def test_problems_are_told_one_by_one(made_up: tuple[Batch, Description, Accounts]):
    """One sentence for each page that needs somebody and for each bad PDF; nothing for what is whole."""
    batch, _, accounts = made_up
    first, second, third = ([*account_problems(account)] for account in accounts)

    assert [line.split(": ")[0].split(" (page ")[-1] for line in first] == [
        *(f"{n} of 12/QĐ.0000001)" for n in (3, 4, 5, 6, 7)),
        "H1/vb",
    ]
    assert first[0].endswith("its text could not be read: the engine gave up")
    assert first[1].endswith("reading took too long")
    where = "H1/vb/quarantined.jpg (page 6 of 12/QĐ.0000001)"
    assert first[3] == f"{where}: in quarantine: {FAULTS['truncated']} (no end mark)"
    assert "veraPDF: not valid: 6.1" in first[5]
    assert second[1] == "H1/mất.tif: no PDF, since none of its pages can be used"
    assert third == []
    assert [[*account_remarks(account)] for account in accounts][2] == [
        "H2/text.jpg: the words come from the scan itself"
    ]
    assert fault_sentence(batch.faults[2]) == f"H\\xff.jpg: {FAULTS['bad-name']}"
    assert fault_sentence(Fault("a.tif", 2, "corrupt")) == f"a.tif, picture 3: {FAULTS['corrupt']}"


def test_counting_twice_gives_the_same(made_up: tuple[Batch, Description, Accounts]):
    """The accounts can be read as often as asked."""
    batch, _, accounts = made_up

    assert totals(batch, accounts) == totals(batch, accounts)
    assert totals(batch, accounts).pages == batch.page_count
