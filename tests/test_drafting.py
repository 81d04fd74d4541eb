"""Drafted lists: drawn first pages are read, the list is written beside the scans, nothing in them changes."""

import hashlib
import json
import shutil
from pathlib import Path
from random import Random

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from pipeline.catalogue.reading.lists import read
from pipeline.catalogue.values import Catalogue
from pipeline.cli.catalogue_draft import draft as command
from pipeline.cli.main import call
from pipeline.config import Config
from pipeline.drafting.batch import Draft, DraftOrder, draft_batch
from pipeline.drafting.first_page import NEEDED, FirstPage, FirstPageJob, read_first_page
from pipeline.drafting.printed import Printed
from pipeline.drafting.rows import code_and_title, document_rows, dossier_rows, is_code
from pipeline.errors import ExitCode, UsageError
from pipeline.journal import Journal
from pipeline.model import Batch, Document, Dossier, Page, Word
from pipeline.records.description import Description
from pipeline.stages.trip import PageJob, travel
from samples import page, store
from samples.faces import Style, font_of

DPI = 200
FOLDER, OTHER = "H48.1998.05 Chợ Suối Mây", "Giấy tờ lẻ"


def draw(scans: Path) -> None:
    """Draw two dossiers: a decision behind a blank sheet, one without a number, a following page, a broken file."""
    pages = {
        f"{FOLDER}/01/0001.png": page.blank_page(dpi=DPI),
        f"{FOLDER}/01/0002.png": page.letterhead_page(dpi=DPI, number="348/QĐ-UBND", year=1997),
        f"{FOLDER}/02/0001.png": page.first_page(
            "TỜ TRÌNH", ("Về việc sửa chữa mái chợ",), [], number="     /TTr-TC", date="    tháng 02 năm 1998", dpi=DPI
        ),
        f"{OTHER}/a/0001.png": page.typewritten_page(dpi=DPI, page_number=2),
    }
    for name, drawn in pages.items():
        (scans / name).parent.mkdir(parents=True, exist_ok=True)
        store.save_png(scans / name, [drawn.pixels], DPI)
    whole = (scans / FOLDER / "02/0001.png").read_bytes()
    (scans / OTHER / "hỏng.png").write_bytes(whole[: len(whole) // 2])


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn") / "Đợt 1"
    folder.mkdir()
    draw(folder)
    return folder


@pytest.fixture(scope="module")
def drafted(scans: Path) -> Draft:
    before = digests(scans)
    draft = draft_batch(DraftOrder(scans, None, Config(), 0), lambda *_: None)
    assert digests(scans) == before
    return draft


def job(scans: Path, name: str, **more: object) -> FirstPageJob:
    config = Config()
    tools = {stage.name: stage.tools(stage.params(config)) for stage in NEEDED}
    return FirstPageJob(str(scans), pages=(Page(name, 0, 1),), config=config, tools=tools, **{"work": "", **more})


def test_first_page_behind_a_blank_one_is_read(drafted: Draft):
    """A blank sheet is passed over; number, symbol, date, agency, kind and abstract come from the next page."""
    found = drafted.found[f"{FOLDER}/01"]

    assert found.page == f"{FOLDER}/01/0002.png#1"
    assert {name: each.value for name, each in found.suggestions.items()} == {
        "codeNumber": "348",
        "codeNotation": "QĐ-UBND",
        "issuedDate": "26/02/1997",
        "organName": "Ủy ban nhân dân xã Suối Mây",
        "typeName": "02",
        "subject": "Về việc thành lập Ban quản lý chợ Suối Mây",
        "language": "01",
    }


def test_blank_number_and_day_stay_blank_on_a_real_reading(drafted: Draft):
    """A page without number and day gives its symbol, and month and year."""
    found = drafted.found[f"{FOLDER}/02"].suggestions

    assert not found["codeNumber"].value
    assert found["codeNotation"].value == "TTr-TC"
    assert found["issuedDate"].value == "02/1998"
    assert found["typeName"].value == "15"


def test_following_page_suggests_its_language_alone(drafted: Draft):
    """A page without a letterhead gives nothing but its language."""
    assert drafted.found[f"{OTHER}/a"].suggestions.keys() == {"language"}


def test_page_that_cannot_be_read_is_named_with_its_reason(drafted: Draft):
    """A broken file is a problem of its document and stops no other."""
    assert drafted.problems == {OTHER: "truncated"}


def test_rows_say_what_a_person_must_look_at(drafted: Draft):
    """Counts come from the files; empty and partial cells are marked, and say in Vietnamese what was read."""
    broken, following, first, second = document_rows(drafted)

    assert first.values["numberOfPage"] == "2"
    assert (first.values["fileCode"], first.values["file"], first.values["ordinal"]) == ("H48.1998.05", "01", "1")
    assert not {"codeNumber", "issuedDate", "typeName"} & first.marked
    assert {"codeNumber", "issuedDate"} <= second.marked
    assert "codeNumber" not in second.values
    assert "Số:" in second.comments["codeNumber"]
    assert {"codeNumber", "subject", "language", "fileCode"} <= broken.marked
    assert broken.values["fileCode"] == following.values["fileCode"] == OTHER


def test_dossiers_have_dates_only_if_all_their_documents_do(drafted: Draft):
    """Least and greatest date of a dossier stand in its row; one document without a date leaves them empty."""
    other, first = sorted(dossier_rows(drafted), key=lambda row: row.values["folder"])

    assert (first.values["startDate"], first.values["endDate"]) == ("26/02/1997", "02/1998")
    assert first.values["title"] == "Chợ Suối Mây"
    assert (first.values["totalDoc"], first.values["numberOfPage"], first.values["language"]) == ("2", "3", "01")
    assert "startDate" not in other.values
    assert "fileCode" not in other.values
    assert {"startDate", "endDate", "fileCode"} <= other.marked
    assert {"startDate", "endDate"} <= first.marked  # the second document's date has no day


@pytest.mark.parametrize(
    ("name", "holds"),
    [("H48.2001.05", True), ("H14.1999.1180.ND", True), ("Hồ sơ 2001", False), ("12.05", False), ("a.b.c", False)],
)
def test_codes_are_told_by_their_form(name: str, holds: bool):
    """A code has parts with dots between, one of them a year; anything else is a title."""
    assert is_code(name) is holds


def test_code_and_title_come_from_the_folder(drafted: Draft):
    """A code in front of a folder's name is the dossier's code, the rest its title."""
    names = {dossier.name: code_and_title(drafted, dossier) for dossier in drafted.batch.dossiers}

    assert names == {FOLDER: ("H48.1998.05", "Chợ Suối Mây"), OTHER: ("", OTHER)}


def test_readings_of_a_run_are_taken_over(scans: Path, tmp_path: Path):
    """What a run has read is not read again, and gives the same suggestions; a changed scan is read anew."""
    name = f"{FOLDER}/02/0001.png"
    (tmp_path / "scans" / FOLDER / "02").mkdir(parents=True)
    shutil.copy(scans / name, tmp_path / "scans" / name)
    work = tmp_path / "work"
    work.mkdir()
    plain = job(tmp_path / "scans", name)
    stages = frozenset(stage.name for stage in NEEDED)
    trip = travel(PageJob(plain.scans, str(work), plain.pages[0], stages, plain.config, plain.tools))
    with Journal(work) as journal:
        journal.record(trip.entries)

    order = DraftOrder(tmp_path / "scans", work, Config(), 0)
    before = digests(work)
    [taken] = draft_batch(order, lambda *_: None).found.values()
    assert taken.taken_over
    assert taken.suggestions["codeNotation"].value == "TTr-TC"
    assert {path: digest for path, digest in digests(work).items() if "pages/" in path}.items() <= before.items()

    store.save_png(tmp_path / "scans" / name, [page.letterhead_page(dpi=DPI).pixels], DPI)
    [anew] = draft_batch(order, lambda *_: None).found.values()
    assert not anew.taken_over
    assert anew.suggestions["codeNumber"].value == "12"


def test_work_folder_without_a_journal_is_refused(scans: Path, tmp_path: Path):
    """Naming a folder that is no work folder is an error of the call."""
    with pytest.raises(UsageError, match="not a work folder"):
        draft_batch(DraftOrder(scans, tmp_path, Config(), 0), lambda *_: None)


def test_file_that_is_gone_is_a_problem_of_its_page(tmp_path: Path):
    """A scan that vanished meanwhile is told, not raised."""
    assert read_first_page(job(tmp_path, "none.png")).problem


def test_french_page_suggests_french_alone(tmp_path: Path):
    """A page in another language gets its language, and nothing that is Vietnamese form."""
    store.save_png(tmp_path / "fr.png", [page.french_page().pixels], 200)
    found: FirstPage = read_first_page(job(tmp_path, "fr.png"))

    assert {name: each.value for name, each in found.suggestions.items()} == {"language": "03"}


# The command


@pytest.fixture(scope="module")
def workbook(scans: Path) -> tuple[Path, dict[str, object], str]:
    out = scans.parent / "Đợt 1.muc-luc.xlsx"
    result = CliRunner().invoke(command, [str(scans), "--jobs", "1", "--json"], standalone_mode=False)
    assert result.exception is None, result.exception
    return out, json.loads(result.stdout), result.stderr


def test_command_writes_a_list_that_is_read_back(workbook: tuple[Path, dict[str, object], str]):
    """The list beside the scans holds the rows as the reader of lists understands them, without findings of its own."""
    catalogue: Catalogue = read((workbook[0],))
    rows = {entry.values["file"]: entry.values for entry in catalogue.documents.entries if "file" in entry.values}

    assert catalogue.findings == ()
    assert len(catalogue.dossiers.entries) == 2
    assert rows["01"]["codeNumber"] == "348"
    assert rows["01"]["issuedDate"] == "26/02/1997"
    assert "codeNumber" not in rows["02"]


def test_command_marks_cells_in_the_workbook(workbook: tuple[Path, dict[str, object], str]):
    """A cell to look at is coloured and has a comment."""
    sheet = openpyxl.load_workbook(workbook[0])["Văn bản"]
    place = {cell.value: cell.column for cell in sheet[1]}
    cell = sheet.cell(5, place["Số"])

    assert cell.value is None
    assert cell.fill.fill_type == "solid"
    assert cell.comment is not None


def test_command_gives_everything_as_json(workbook: tuple[Path, dict[str, object], str]):
    """The JSON has each suggestion with its confidence and the text it was read from, and the exit code of findings."""
    _, said, _ = workbook

    assert said["exit_code"] == 1
    assert said["totals"] == {"dossiers": 2, "documents": 4, "unread": 1}
    [first] = [each for each in said["documents"] if each["path"] == f"{FOLDER}/01"]
    assert first["suggestions"]["codeNumber"]["source"] == "Số: 348/QĐ-UBND"
    assert 0.6 <= first["suggestions"]["codeNumber"]["confidence"] <= 1.0


def test_command_never_writes_over_a_list(workbook: tuple[Path, dict[str, object], str], scans: Path):
    """A list that is there stays as it is, whatever a person has put into it."""
    before = workbook[0].read_bytes()
    code = call(lambda: command.main([str(scans), "--jobs", "0"], standalone_mode=False))

    assert code == 2
    assert workbook[0].read_bytes() == before


def test_interrupted_command_says_that_no_list_was_written(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Ctrl-C leaves no list, and the sentence does not promise that anything is kept."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.cli.catalogue_draft.draft_batch", interrupted)
    arguments = [str(scans), "--out", str(tmp_path / "muc-luc.xlsx"), "--jobs", "0"]

    assert call(lambda: command.main(arguments, standalone_mode=False)) == ExitCode.INTERRUPTED
    assert list(tmp_path.iterdir()) == []
    assert "no list was written" in capsys.readouterr().err


@pytest.mark.parametrize("out", ["muc-luc.csv", "none/muc-luc.xlsx"])
def test_command_refuses_places_it_cannot_write(scans: Path, out: str):
    """The list is an Excel workbook in a folder that is there."""
    with pytest.raises(UsageError):
        command.main([str(scans), "--out", str(scans.parent / out)], standalone_mode=False)


# Print and writing


def digits_on_paper(chance: Random, digits: str, *, off: float, grown: float) -> tuple[np.ndarray, Word, list[Word]]:
    """Draw "Số: <digits> /QĐ-UBND", the digits off the line and of other sizes by shares of their height."""
    image = Image.new("L", (900, 120), 255)
    pen = ImageDraw.Draw(image)
    font = font_of(Style("serif", 13), DPI)
    x, words = 30.0, []
    for text in ("Số:", digits, "/QĐ-UBND"):
        left = x
        for letter in text:
            style = Style("serif", 13 * (1 + chance.uniform(-grown, grown))) if text == digits else Style("serif", 13)
            shift = chance.uniform(-off, off) * 25 if text == digits else 0.0
            pen.text((x, 70 + shift), letter, fill=0, font=font_of(style, DPI), anchor="ls")
            x += font_of(style, DPI).getlength(letter) + (2 if text == digits else 0)
        words.append(Word(text, left, 40, x, 75, 90.0))
        x += font.getlength(" ")
    return np.asarray(image), words[1], words


@pytest.mark.parametrize("seed", range(8))
def test_printed_digits_are_told_from_written_ones(seed: int):
    """Digits of one size on one line are print; those that dance or differ in size are not."""
    chance = Random(seed)
    digits = str(chance.randint(100, 99_999))
    count = len(digits)
    picture, word, row = digits_on_paper(chance, digits, off=0.0, grown=0.0)
    dancing, there, its_row = digits_on_paper(chance, digits, off=0.5, grown=0.35)

    assert Printed(picture)(word, 0, count, row)
    assert Printed(picture)(word, -count, count, row)
    assert not Printed(dancing)(there, 0, count, its_row)
    assert not Printed(picture)(word, 0, count + 1, row)


def test_nothing_is_print_without_letters_to_hold_it_against():
    """A row without letters says nothing of what stands in it."""
    picture, word, _ = digits_on_paper(Random(1), "348", off=0.0, grown=0.0)

    assert not Printed(picture)(word, 0, 3, [word])
    assert not Printed(np.full((120, 900), 255, np.uint8))(word, 0, 3, [word])


def test_pictures_that_were_taken_for_one_document_are_told():
    """Several pictures straight in a dossier are one document, and that is said; a file of several pages is no case."""
    pages = tuple(Page(f"H1/{number}.jpg", 0, number) for number in (1, 2))
    frames = tuple(Page("H2/a.tif", frame, frame + 1) for frame in (0, 1))
    loose, tiff = Dossier("H1", (Document("H1", 1, pages),)), Dossier("H2", (Document("H2/a.tif", 1, frames),))
    one = Dossier("H3", (Document("H3", 1, (Page("H3/1.jpg", 0, 1),)),))

    assert Draft(Batch("B", (loose, tiff, one)), Description()).lumped == {"H1": 2}
