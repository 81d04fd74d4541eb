"""Names in the set are kept by every file system and can be undone; only a name too long for any is cut."""

import os
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.bag import parse_manifest
from pipeline.records.names import (
    LIMIT_BYTES,
    access_name,
    document_code,
    original_name,
    page_name,
    readable,
    safe_name,
    safe_path,
)

QUICK = settings(deadline=None, max_examples=200)
# Codes as offices write them, and all that can go wrong with a name; short, since long names are cut.
TEXTS = st.text(
    st.one_of(
        st.sampled_from('<>:"/\\|?*%=. ~conauxCOM1¹ĐQưƯ\u0301\u0307\u0338\u00a0\u200b\n\0'),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=20,
)
DEVICES = {"con", "prn", "aux", "nul", "com1", "com0", "lpt9", "com¹", "conin$"}


def nfc(text: str) -> str:
    """Give the composed form."""
    return unicodedata.normalize("NFC", text)


@QUICK
@given(TEXTS)
@example("\0")
@example("")
@example("=")
@example("<\u0301")
@example(".\u0307")
def test_a_name_can_be_undone(text: str):
    """The code comes back exactly, in NFC."""
    assert original_name(safe_name(text)) == nfc(text)


@QUICK
@given(TEXTS)
@example("<\u0301")
@example(".\u0307")
@example("con .txt")
@example("..")
def test_a_name_is_one_that_every_system_keeps(text: str):
    """No letter or form that Windows, macOS or BagIt would refuse, change or write in another way."""
    name = safe_name(text)

    assert name
    assert name.isprintable()
    assert not set(name) & set('<>:"/\\|?*%')
    assert name[0] not in ". "
    assert name[-1] not in ". "
    assert unicodedata.is_normalized("NFC", name)
    assert name.split(".")[0].rstrip().lower() not in DEVICES
    (line,) = parse_manifest([f"{'0' * 64}  data/{name}"], algorithm="sha256", tag=False, version=(1, 0))
    assert (line.path, line.problem) == (f"data/{name}", "")


@QUICK
@given(TEXTS, TEXTS)
def test_two_codes_never_share_a_name(first: str, second: str):
    """Different codes have different names, so no file can take another's place."""
    assert (safe_name(first) == safe_name(second)) == (nfc(first) == nfc(second))


@pytest.mark.parametrize("device", ["con", "NUL", "aux.txt", "Com1", "lpt9.1.2", "con .pdf", "COM¹", "CONOUT$"])
def test_names_of_devices_are_no_names(device: str):
    """Windows opens a device by these names, whatever comes after the dot; the first letter is escaped."""
    assert safe_name(device) == f"={ord(device[0]):02X}{device[1:]}"


def test_a_code_reads_as_it_was_written():
    """What every system keeps stays as it is: Vietnamese letters, blanks, dots, commas, brackets."""
    code = "H48.2001.12, Đợt (3) [ưở] & 'x' ~1"

    assert safe_name(code) == code
    assert safe_name("12/QĐ-UBND") == "12=2FQĐ-UBND"
    assert safe_path("Hồ sơ: 1/a?.tif") == "Hồ sơ=3A 1/a=3F.tif"


@pytest.mark.parametrize("text", ["ư" * 400, "/" * 400, "a" * 246 + "/" * 9, "a" * 245 + "/" * 9, "a" * 244 + "ưưưưưư"])
@pytest.mark.parametrize("spare_bytes", [0, 9])
def test_a_name_too_long_is_cut_and_stays_its_own(text: str, spare_bytes: int):
    """No name is longer than a file system takes; the digest at its end tells it from its neighbours."""
    name = safe_name(text, spare_bytes=spare_bytes)

    assert len(name.encode()) <= LIMIT_BYTES - spare_bytes
    assert name[-10:-8] == "=~"
    assert nfc(text).startswith(original_name(name[:-10]))
    assert safe_name(text + "x", spare_bytes=spare_bytes) != name
    assert safe_name("a" * LIMIT_BYTES) == "a" * LIMIT_BYTES


def test_documents_are_numbered_in_seven_digits():
    """The PDF is named by dossier code and ordinal; a dossier that is one document bears the code alone."""
    assert document_code("H48.12/QĐ", 3) == "H48.12/QĐ.0000003"
    assert access_name("H48.12/QĐ", 3, unsplit=False) == "H48.12=2FQĐ.0000003.pdf"
    assert access_name("H48.12/QĐ", 1, unsplit=True) == "H48.12=2FQĐ.pdf"
    assert [page_name(number) for number in (1, 9999, 10000)] == ["0001", "9999", "10000"]


@pytest.mark.parametrize("unsplit", [False, True])
def test_the_pdf_of_a_dossier_with_a_long_code_can_be_written(unsplit: bool):
    """A folder named by a whole sentence costs no PDF; its ending is kept."""
    name = access_name("Hồ sơ về việc " * 30, 7, unsplit=unsplit)

    assert len(name.encode()) <= LIMIT_BYTES
    assert name.endswith(".pdf")


def test_a_path_that_is_no_text_can_still_be_told():
    """Bytes that are no UTF-8 are written by their digits, everything else as it is."""
    assert readable("Hồ sơ/trang 1.tif") == "Hồ sơ/trang 1.tif"
    assert readable(os.fsdecode(b"d/a\xff.tif")) == "d/a\\xff.tif"
    assert safe_name(os.fsdecode(b"a\xff.tif")) == "a=FF.tif"
