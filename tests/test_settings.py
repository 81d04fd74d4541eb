"""Settings by document: the languages that batch.toml names for a dossier or a document, and what follows from them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.check import check_batch
from pipeline.config import Config, CopiesParams, OcrParams, RunParams, ValidateParams
from pipeline.errors import ToolMissing, UsageError
from pipeline.model import Batch, Document, Dossier
from pipeline.records.description import Description, DocumentInfo, DossierInfo
from pipeline.runner import Order, Outcome, Progress, run
from pipeline.settings import SettingsOf
from pipeline.status import read_status
from pipeline.tesseract import require_languages

QUICK = Config(validate=ValidateParams(verapdf="off"))
FIRST, SECOND = Document("HS1/a", 1, ()), Document("HS1/b", 2, ())
DOSSIER = Dossier("HS1", (FIRST, SECOND))


def go(scans: Path, out: Path) -> Outcome:
    return run(Order(scans, out, out / "work", QUICK, 0), Progress())


def test_document_comes_before_dossier_and_dossier_before_the_run():
    """The narrower word on languages holds; what nobody names has the setting of the run."""
    description = Description(
        dossiers={"HS1": DossierInfo(languages="fra")}, documents={"HS1/b": DocumentInfo(languages="eng+vie")}
    )
    settings = SettingsOf(Config(ocr=OcrParams(languages="vie")), description)
    other = Document("HS2/c", 1, ())

    assert settings.document(DOSSIER, FIRST).config.ocr.languages == "fra"
    assert settings.document(DOSSIER, SECOND).config.ocr.languages == "eng+vie"
    assert settings.document(Dossier("HS2", (other,)), other) is settings.run
    assert settings.document(DOSSIER, FIRST).tools["ocr"] != settings.run.tools["ocr"]
    assert settings.document(DOSSIER, FIRST).tools["deskew"] == settings.run.tools["deskew"]


def test_language_that_nobody_has_is_said_before_the_work():
    """A missing language of one document is named with its Debian package before any page is read."""
    description = Description(documents={"HS1/b": DocumentInfo(languages="vie+xyz")})

    with pytest.raises(ToolMissing, match="tesseract-ocr-xyz"):
        SettingsOf(QUICK, description).require_all(Batch("b", (DOSSIER,)))


@pytest.mark.parametrize("languages", ["vie+", "", "vie,fra", "vie fra", "../vie"])
def test_what_is_no_set_of_languages_is_refused(languages: str):
    """A set of languages is Tesseract's names joined by plus signs and nothing else."""
    with pytest.raises(UsageError, match="vie\\+fra"):
        require_languages(languages)


def test_only_the_document_with_new_languages_is_read_again(scans: Path, tmp_path: Path):
    """Naming a language for one document has its text read anew, in that language, and no other document's."""
    go(scans, tmp_path)
    with (scans / "batch.toml").open("a", encoding="utf-8") as file:
        file.write('[document."Hồ sơ số 1/Tờ trình.tif"]\nlanguages = "eng"\n')

    waiting = {unit.unit for unit in read_status(tmp_path / "work").pages if "ocr" in unit.again}
    outcome = go(scans, tmp_path)

    pages = {f"Hồ sơ số 1/Tờ trình.tif#{number}" for number in (1, 2)}
    assert waiting == pages
    assert outcome.tally.pages_done == len(pages)
    batch = json.loads((outcome.sealed / "data" / "batch.json").read_text(encoding="utf-8"))
    pages_read = [page for document in batch["documents"] for page in document["pages"] if page["alto"]]
    english = {page["master"] for page in pages_read if "languages=eng" in (outcome.sealed / page["alto"]).read_text()}
    assert english == {"data/masters/Hồ sơ số 1/Tờ trình.tif"}


def test_check_says_what_a_run_would_stop_at(scans: Path):
    """Looking at a scan folder tells of a missing language as a run would."""
    with (scans / "batch.toml").open("a", encoding="utf-8") as file:
        file.write('[document."Hồ sơ số 1/Tờ trình.tif"]\nlanguages = "xyz"\n')

    with pytest.raises(ToolMissing, match="tesseract-ocr-xyz"):
        check_batch(scans, QUICK, 0, lambda *_: None)


def test_policy_on_copies_does_not_touch_a_set(scans: Path, tmp_path: Path):
    """Asking for more copies, or for more time, seals no new set: neither decides a byte of it."""
    go(scans, tmp_path)
    other = replace(QUICK, copies=CopiesParams(sets=5), run=RunParams(page_seconds=99.0))

    outcome = run(Order(scans, tmp_path, tmp_path / "work", other, 0), Progress())

    assert outcome.did_nothing
