"""Names are judged the same on every system: safe paths, natural order, junk."""

import hashlib
import os
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import filenames
from pipeline.errors import UsageError

QUICK = settings(deadline=None, max_examples=60)
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "path",
    [
        *("", ".", "./", "/etc/passwd", "//a", "..", "../a", "a/../../b", "a/..", "a\0b"),
        *("C:\\x", "c:x", "\\x", "\\\\?\\UNC\\s\\x", "a\\..\\..\\b"),
    ],
)
def test_paths_that_lead_out_are_refused(path: str) -> None:
    """A path that is empty, absolute, climbs, or would do so on another system raises."""
    with pytest.raises(UsageError):
        filenames.safe_relative(path)


@pytest.mark.parametrize(
    ("path", "plain"),
    [("a/b", "a/b"), ("./a//b/.", "a/b"), ("a/./b", "a/b"), ("a..b/...", "a..b/..."), ("data/Số 1.tif",) * 2],
)
def test_safe_paths_come_back_plain(path: str, plain: str) -> None:
    """Empty and dot parts are dropped, everything else is kept."""
    assert filenames.safe_relative(path) == plain


@pytest.mark.parametrize("path", ["./\\", ".//C:", "./\\a/b"])
def test_what_leads_out_behind_a_dot_is_refused(path: str) -> None:
    """A dot in front hides neither a drive nor a backslash."""
    with pytest.raises(UsageError, match="not relative"):
        filenames.safe_relative(path)


@QUICK
@given(st.text(st.sampled_from("ab./\\:\0 "), max_size=10))
def test_an_accepted_path_stays_in_its_folder_on_every_system(path: str) -> None:
    """What is accepted stays inside, whether names are separated by slashes or backslashes."""
    try:
        plain = filenames.safe_relative(path)
    except UsageError:
        return

    assert os.path.normpath(f"/root/{plain}").startswith("/root/")
    assert os.path.normpath(f"/root/{plain}".replace("\\", "/")).startswith("/root")
    assert filenames.safe_relative(plain) == plain


def test_names_sort_as_a_person_counts() -> None:
    """Numbers count by value at any length, extensions last, folders before what follows them."""
    expected = ["1.2", "1.2.1", "1.10", "a/1", "a b/1", "Page.tif", "page1.tif", "PAGE2.tif", "page010.tif"]
    expected += ["page" + "9" * 5000, "scan.tif", "scan (2).tif", "scan-3.tif"]

    shuffled = sorted(expected, key=lambda name: hashlib.sha256(name.encode()).digest())
    assert shuffled != expected
    assert sorted(shuffled, key=filenames.natural_key) == expected


@QUICK
@given(st.lists(NAMES, unique=True, max_size=8))
def test_the_natural_order_is_total(names: list[str]) -> None:
    """Different names never tie, so the order does not depend on how the system lists a folder."""
    keys = [filenames.natural_key(name) for name in names]

    assert len(set(keys)) == len(names)


def test_both_unicode_forms_sort_together() -> None:
    """A name that passed through a Mac stands where its twin would."""
    decomposed = unicodedata.normalize("NFD", "hồ sơ 2")

    assert sorted(["hồ sơ 10", decomposed, "hồ sơ 1"], key=filenames.natural_key) == ["hồ sơ 1", decomposed, "hồ sơ 10"]


@pytest.mark.parametrize(
    "name",
    [
        *("Thumbs.db", "thumbs.DB", ".DS_Store", "Desktop.ini", "._trang.tif", "~$bao cao.docx", ".~lock.a.odt#"),
        *("System Volume Information", "$RECYCLE.BIN", "@eaDir", "data/.Trashes/501/a.tif", ".Trash-1000"),
    ],
)
def test_junk_is_known(name: str) -> None:
    """What systems and programs leave behind is recognised, whatever its case, also as a part of a path."""
    assert filenames.is_junk(name)


@pytest.mark.parametrize("name", ["trang.tif", ".hidden", "_a", "Thumbs.db.tif", "~a", "data/a.tif", ".trang.tif.part"])
def test_other_names_are_not_junk(name: str) -> None:
    """A scan is never taken for junk by a likeness of names."""
    assert not filenames.is_junk(name)


def test_vietnamese_names_stand_in_the_order_of_the_alphabet():
    """Letters sort as in a Vietnamese dictionary, whatever their tone: báo before biên, đ after d, ơ after o."""
    names = ["Án phí", "Ăn", "Âm", "Báo cáo", "Biên bản", "Danh sách", "Đơn", "Đường 2", "Đường 10", "Ôn", "Ở"]

    assert sorted(sorted(names), key=filenames.natural_key) == names
