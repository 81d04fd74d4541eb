"""What batch.toml says is taken over exactly, and what it says wrongly is told before any work is done."""

import unicodedata
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.model import Document, Dossier, Page
from pipeline.records.description import BatchInfo, Description, TransferInfo, Waiver, check_names, read_description

DOCUMENT = Document("Hồ sơ 1/Tờ trình.tif", 2, (Page("Hồ sơ 1/Tờ trình.tif", 0, 1),))
FIRST, SECOND = Dossier("Hồ sơ 1", (DOCUMENT,)), Dossier("Hồ sơ 2", ())


def described(folder: Path, text: str) -> Description:
    """Write batch.toml and read it."""
    path = folder / "batch.toml"
    path.write_text(text, encoding="utf-8")
    return read_description(path)


def test_without_a_file_names_come_from_the_folders(tmp_path: Path):
    """Codes and titles have the names of folders and files as their defaults; a folder's dot is no ending."""
    description = read_description(tmp_path / "batch.toml")

    assert description == Description()
    assert (description.dossier_code(FIRST), description.dossier_title(FIRST)) == ("Hồ sơ 1", "Hồ sơ 1")
    assert description.document_title(DOCUMENT) == "Tờ trình"
    assert description.document_title(Document("d/Số 1.2", 1, ())) == "Số 1.2"
    assert description.of_document(FIRST, DOCUMENT) == {
        "title": "Tờ trình", "identifier": "Hồ sơ 1.0000002", "publisher": "", "source": "", "relation": "Hồ sơ 1",
        "date": "",
    }  # fmt: skip


def test_what_the_file_says_is_taken_over(tmp_path: Path):
    """Every field reaches the metadata; numbers and dates become text; a byte order mark is no harm."""
    description = described(
        tmp_path,
        '\ufeff[batch]\ncode = "NL.01"\nagency_name = "UBND xã"\nfonds_code = 7\nfonds_name = "Phông"\n'
        'transfer_number = 3\ndate = 2026-01-15\n[dossier."Hồ sơ 1"]\ncode = "H48/QĐ"\ntitle = "Đất đai"\n'
        '[document."Hồ sơ 1/Tờ trình.tif"]\ntitle = "Về việc"\n',
    )

    assert description.batch == BatchInfo(
        code="NL.01", agency_name="UBND xã", fonds_code="7", fonds_name="Phông", transfer_number="3", date="2026-01-15"
    )
    assert description.of_document(FIRST, DOCUMENT) == {
        "title": "Về việc", "identifier": "H48/QĐ.0000002", "publisher": "UBND xã", "source": "7 Phông",
        "relation": "Đất đai", "date": "2026-01-15",
    }  # fmt: skip
    check_names(description, (FIRST, SECOND))


def test_what_goes_with_the_lists_is_taken_over(tmp_path: Path):
    """Declaration, defaults and waivers are read as they stand; numbers become text."""
    description = described(
        tmp_path,
        '[transfer]\nway = "trực tiếp"\nperiod_start = 1998\n[defaults.dossier]\nlanguage = "01"\nmode = 1\n'
        '[defaults.document]\nformat = "02"\n'
        '[[waiver]]\nrule = "pages-differ"\nsubject = "H48.1"\nby = "A"\nreason = "tờ đôi"\n'
        '[[waiver]]\nrule = "mistyped"\nsubject = "H48.2"\nby = "A"\nreason = "tên cũ"\n',
    )

    assert description.transfer == TransferInfo(way="trực tiếp", period_start="1998")
    assert description.defaults_dossier == {"language": "01", "mode": "1"}
    assert description.defaults_document == {"format": "02"}
    assert description.waivers[0] == Waiver("pages-differ", "H48.1", "A", "tờ đôi")
    assert len(description.waivers) == 2


def test_records_of_the_lists_come_before_names():
    """Code and titles are those of the records, else those of batch.toml, else the names of folder and file."""
    description = Description(
        dossier_records={"Hồ sơ 1": {"fileCode": "H48.1", "title": "Đất đai"}},
        document_records={"Hồ sơ 1/Tờ trình.tif": {"subject": "Về việc"}},
    )

    assert (description.dossier_code(FIRST), description.dossier_title(FIRST)) == ("H48.1", "Đất đai")
    assert description.document_title(DOCUMENT) == "Về việc"
    assert description.dossier_code(SECOND) == "Hồ sơ 2"


def test_names_agree_in_either_unicode_form(tmp_path: Path):
    """A file typed on one system describes a folder that came from another."""
    decomposed = unicodedata.normalize("NFD", '[dossier."Hồ sơ 1"]\ncode = "Mã số"\n')
    description = described(tmp_path, decomposed)
    dossier = Dossier(unicodedata.normalize("NFD", "Hồ sơ 1"), ())

    check_names(description, (dossier,))
    assert description.dossier_code(dossier) == description.dossier_code(FIRST) == "Mã số"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[batch]\ntittle = "x"', "unknown setting 'batch.tittle'; did you mean 'title'"),
        ('[dossier."Hồ sơ 1"]\ncod = "x"', "'dossier.Hồ sơ 1.cod'; did you mean 'code'"),
        ('[document."a"]\ntitel = "x"', "'document.a.titel'; did you mean 'title'"),
        ('[dossiers."Hồ sơ 1"]\ncode = "x"', "unknown table 'dossiers'; known: batch, dossier, document, transfer"),
        ('[transfer]\ncontact = "x"', "unknown setting 'transfer.contact'; did you mean 'contact_name'"),
        ('transfer = "x"', "'transfer' must be a table: [transfer]"),
        ('[defaults]\nlanguage = "01"', "write [defaults.dossier] or [defaults.document]"),
        ("[defaults.dossier]\nmode = true", "'defaults.dossier.mode' must be a text in quotes"),
        ("[defaults.document]\nmode = 1.5", "'defaults.document.mode' must be a text in quotes"),
        ('[waiver]\nrule = "x"', "write each waiver as [[waiver]]"),
        ('[[waiver]]\nrule = "x"\nsubject = "y"\nby = "z"', "waiver 1 does not say 'reason'"),
        ('[[waiver]]\nrule = "x"\nsubject = "y"\nby = " "\nreason = "r"', "waiver 1 does not say 'by'"),
        ('[[waiver]]\nrules = "x"', "'waiver 1.rules'; did you mean 'rule'"),
        ("[batch]\ncode = true", "'batch.code' must be a text in quotes"),
        ("[batch]\ncode = 1.5", "'batch.code' must be a text in quotes"),
        ("[batch]\ncode = ['x']", "'batch.code' must be a text in quotes"),
        ('batch = "x"', "must be a table"),
        ('[dossier]\n"Hồ sơ 1" = "x"', 'write [dossier."its name"]'),
        ("[batch", "is not a TOML file"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, said: str):
    """Nothing is passed over: an unknown name, or a value of the wrong kind, is told by its place."""
    with pytest.raises(UsageError) as raised:
        described(tmp_path, text)

    assert said in str(raised.value)


@pytest.mark.parametrize(
    "date", ['"15/01/2026"', '"2026-13-01"', '"20260115"', '"2026-W03-4"', "2026-01-15T10:00:00", "2026", '"2026-1-5"']
)
def test_a_date_has_one_form(tmp_path: Path, date: str):
    """Another form is refused, also one that ISO 8601 allows but readers of the files do not."""
    with pytest.raises(UsageError, match="write it as 2026-01-31"):
        described(tmp_path, f"[batch]\ndate = {date}")


@pytest.mark.parametrize("text", ['[dossier."Hồ sơ 3"]\n', '[document."Hồ sơ 1/Tờ trinh.tif"]\ntitle = "x"'])
def test_a_name_that_is_not_in_the_folder_is_refused(tmp_path: Path, text: str):
    """A typing error in a name would leave its code and title unused, so it stops the run and is quoted."""
    with pytest.raises(UsageError, match="not in the folder") as raised:
        check_names(described(tmp_path, text), (FIRST, SECOND))

    assert text.splitlines()[0] in str(raised.value)


@pytest.mark.parametrize("code", ["Hồ sơ 2", "hồ SƠ 2", unicodedata.normalize("NFD", "Hồ sơ 2")])
def test_two_dossiers_cannot_have_one_code(tmp_path: Path, code: str):
    """Codes that give the same name on some system are refused, and both dossiers are named."""
    description = described(tmp_path, f'[dossier."Hồ sơ 1"]\ncode = "{code}"\n')

    with pytest.raises(UsageError, match="'Hồ sơ 1' and 'Hồ sơ 2' have the same code"):
        check_names(description, (FIRST, SECOND))


def test_a_folder_in_the_files_place_is_told(tmp_path: Path):
    """What cannot be read is a wrong call, not an absent file."""
    (tmp_path / "batch.toml").mkdir()

    with pytest.raises(UsageError, match="could not be read"):
        read_description(tmp_path / "batch.toml")
