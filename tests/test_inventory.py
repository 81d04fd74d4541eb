"""A scan folder becomes a batch in shelf order, and no file in it is ever overlooked."""

import os
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import NoVerdict, UsageError
from pipeline.inventory import folders_without_scans, gaps_in_numbering, take_stock
from pipeline.model import Batch, Document
from samples import store

PAPER = np.full((24, 16), 255, np.uint8)
PNG, JPEG = b"\x89PNG\r\n\x1a\nno more than a name and a beginning", b"\xff\xd8\xff\xe0no picture either"


def scan(path: Path) -> None:
    """Draw a small picture of one page, in the format of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store.save_png(path, [PAPER], 100) if path.suffix == ".png" else store.save_jpeg(path, [PAPER], 100)


def tree(root: Path, *paths: str) -> Batch:
    """Draw a one-page scan for every path and take stock."""
    for path in paths:
        scan(root / path)
    return take_stock(root)


def shape(batch: Batch) -> dict[str, dict[str, list[str]]]:
    """Give dossier -> document -> units of its pages."""
    return {
        dossier.name: {document.path: [page.unit for page in document.pages] for document in dossier.documents}
        for dossier in batch.dossiers
    }


def codes(batch: Batch) -> dict[str, str]:
    """Give path -> code of everything refused."""
    return {fault.path: fault.code for fault in batch.faults}


def test_order_is_that_of_the_shelf(tmp_path: Path):
    """Page 2 comes before page 10, dossier 2 before dossier 10, whatever order the system lists them in."""
    batch = tree(tmp_path / "b", *(f"Hồ sơ {d}/trang {p}.jpg" for d in (10, 2, 1) for p in (10, 1, 2)))

    assert [dossier.name for dossier in batch.dossiers] == ["Hồ sơ 1", "Hồ sơ 2", "Hồ sơ 10"]
    assert [page.path for page in batch.documents[1].pages] == [f"Hồ sơ 2/trang {n}.jpg" for n in (1, 2, 10)]
    assert [page.number for page in batch.documents[1].pages] == [1, 2, 3]


def test_loose_pages_are_one_document_and_folders_one_each(tmp_path: Path):
    """Pages straight in a dossier belong together; each folder in it, however deep, is a document of its own."""
    batch = tree(tmp_path / "b", "d/2.jpg", "d/1.jpg", "d/văn bản/1.jpg", "d/văn bản/phụ lục/1.png", "d/khác/1.jpg")

    assert shape(batch) == {
        "d": {
            "d": ["d/1.jpg#1", "d/2.jpg#1"],
            "d/khác": ["d/khác/1.jpg#1"],
            "d/văn bản": ["d/văn bản/1.jpg#1"],
            "d/văn bản/phụ lục": ["d/văn bản/phụ lục/1.png#1"],
        }
    }
    assert [document.ordinal for document in batch.documents] == [1, 2, 3, 4]


def test_files_of_several_pages_are_documents_in_a_dossier(tmp_path: Path):
    """A TIFF of several pages and any PDF are documents of their own; a TIFF of one page is a loose page."""
    root = tmp_path / "b"
    (root / "d").mkdir(parents=True)
    store.save_g4(root / "d" / "1.tif", [PAPER] * 3, 100)
    store.save_pdf(root / "d" / "2.pdf", [PAPER], 100)
    store.save_g4(root / "d" / "3.tif", [PAPER], 100)
    store.save_g4(root / "d" / "4.tif", [PAPER], 100)

    assert shape(take_stock(root))["d"] == {
        "d/1.tif": ["d/1.tif#1", "d/1.tif#2", "d/1.tif#3"],
        "d/2.pdf": ["d/2.pdf#1"],
        "d": ["d/3.tif#1", "d/4.tif#1"],
    }


def test_a_page_folder_takes_files_of_several_pages_as_pages(tmp_path: Path):
    """In a document's folder the pages of a PDF or TIFF go on with the count."""
    root = tmp_path / "b"
    scan(root / "d" / "vb" / "1.jpg")
    store.save_g4(root / "d" / "vb" / "2.tif", [PAPER] * 2, 100)
    store.save_pdf(root / "d" / "vb" / "3.pdf", [PAPER] * 2, 100)
    (document,) = take_stock(root).documents

    assert [page.unit for page in document.pages] == [
        "d/vb/1.jpg#1", "d/vb/2.tif#1", "d/vb/2.tif#2", "d/vb/3.pdf#1", "d/vb/3.pdf#2"
    ]  # fmt: skip
    assert [page.number for page in document.pages] == [1, 2, 3, 4, 5]


def test_files_at_the_top_are_a_dossier_of_the_batchs_name(tmp_path: Path):
    """A folder of bare pages is a batch of one dossier that bears its name, in NFC."""
    root = tmp_path / unicodedata.normalize("NFD", "Đợt một")
    batch = tree(root, "2.jpg", "1.jpg", "d/1.jpg")

    assert batch.name == "Đợt một"
    assert shape(batch) == {"Đợt một": {"Đợt một": ["1.jpg#1", "2.jpg#1"]}, "d": {"d": ["d/1.jpg#1"]}}


def test_junk_and_other_files_are_told_apart(tmp_path: Path):
    """What systems leave behind is junk, in junk folders too; every other file that is no scan is kept."""
    root = tmp_path / "b"
    scan(root / "d" / "1.jpg")
    names = ["Thumbs.db", "d/._1.jpg", "@eaDir/1.jpg", "batch.toml", "d/ghi chú.docx", "d/no-ending"]
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"x")
    batch = take_stock(root)

    assert set(batch.junk) == set(names[:3])
    assert set(batch.others) == set(names[3:])
    assert batch.page_count == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="NOT TESTED: this system knows no pipes")
def test_links_and_pipes_are_refused(tmp_path: Path):
    """Nothing but a file is opened: links to files, to folders and to nowhere, and pipes, each have their fault."""
    root = tmp_path / "b"
    scan(root / "d" / "1.jpg")
    scan(tmp_path / "elsewhere" / "2.jpg")
    (root / "d" / "link.jpg").symlink_to(root / "d" / "1.jpg")
    (root / "d" / "folder").symlink_to(tmp_path / "elsewhere")
    (root / "d" / "nowhere.jpg").symlink_to(tmp_path / "nothing")
    os.mkfifo(root / "d" / "pipe.jpg")
    batch = take_stock(root)

    assert codes(batch) == {
        **dict.fromkeys(("d/link.jpg", "d/folder", "d/nowhere.jpg"), "link"),
        "d/pipe.jpg": "not-a-file",
    }
    assert shape(batch) == {"d": {"d": ["d/1.jpg#1"]}}


@pytest.mark.parametrize(
    ("first", "second"),
    [("Trang.jpg", "trang.JPG"), (unicodedata.normalize("NFC", "Số.jpg"), unicodedata.normalize("NFD", "Số.jpg"))],
)
def test_names_that_collide_elsewhere_are_refused(tmp_path: Path, first: str, second: str):
    """Of two names that are one on another system the second is refused and names the first."""
    root = tmp_path / "b"
    (root / "d").mkdir(parents=True)
    for name in (first, second):
        (root / "d" / name).write_bytes(JPEG)
    if len(list((root / "d").iterdir())) == 1:
        pytest.skip("NOT TESTED: this file system takes both names for one")
    batch = take_stock(root)
    (fault,) = batch.faults

    assert (fault.code, batch.page_count) == ("same-name", 1)
    assert {fault.path, batch.documents[0].pages[0].path} == {f"d/{first}", f"d/{second}"}
    assert batch.documents[0].pages[0].path in fault.detail


@pytest.mark.parametrize("name", [b"a\xff.jpg", b"line\nbreak.jpg", b"bell\x07.jpg", "dòng\u2028.jpg".encode()])
def test_names_that_are_no_text_are_refused(tmp_path: Path, name: bytes):
    """Bytes that are no UTF-8, control characters and ends of lines cannot stand in the lists."""
    root = tmp_path / "b"
    root.mkdir()
    try:
        (root / os.fsdecode(name)).write_bytes(JPEG)
    except OSError:
        pytest.skip("NOT TESTED: this file system refuses the name itself")

    assert codes(take_stock(root)) == {os.fsdecode(name): "bad-name"}


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u200b", "\u00ad"])
def test_blanks_that_come_with_copied_titles_are_taken_in(tmp_path: Path, blank: str):
    """A no-break space that came out of a word processor costs no dossier."""
    batch = tree(tmp_path / "b", f"Hồ{blank}sơ/1.jpg")

    assert batch.faults == ()
    assert batch.page_count == 1


def test_a_broken_file_counts_as_one_page(tmp_path: Path):
    """What cannot be opened is still a page, so that the examination says what is wrong with it."""
    root = tmp_path / "b"
    (root / "d" / "vb").mkdir(parents=True)
    broken = {"d/1.tif": b"II*\0", "d/2.tif": b"", "d/3.pdf": b"%PDF-1.7 and no more", "d/vb/4.png": PNG}
    for path, content in broken.items():
        (root / path).write_bytes(content)

    assert [page.unit for document in take_stock(root).documents for page in document.pages] == [
        f"{path}#1" for path in broken
    ]


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path):
    """A missing folder, or a file in its place, is told at once."""
    (tmp_path / "file").write_bytes(b"")
    for name in ("missing", "file"):
        with pytest.raises(UsageError, match="not a folder"):
            take_stock(tmp_path / name)


@pytest.mark.parametrize(("name", "stops"), [("hồ sơ", True), ("System Volume Information", False)])
def test_a_folder_that_cannot_be_listed_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, stops: bool):
    """Pages nobody can see must not be left out in silence; a folder that is junk anyway is no obstacle."""
    root = tmp_path / "b"
    scan(root / "d" / "1.jpg")
    (root / name).mkdir()
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path) == str(root / name):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    if stops:
        with pytest.raises(NoVerdict, match="Permission denied"):
            take_stock(root)
    else:
        assert take_stock(root).page_count == 1


def test_gaps_in_numbering_are_named():
    """Only bare numbers are counted, by value."""
    assert gaps_in_numbering(["0001.tif", "0002.tif", "0005.tif", "bìa.tif", "x9.tif"]) == ["3", "4"]
    assert gaps_in_numbering(["7.jpg"]) == gaps_in_numbering([]) == []


LETTERS = "aAB1ưƯ" + unicodedata.normalize("NFD", "ư") + " "
STEMS = st.text(LETTERS, min_size=1, max_size=3).filter(lambda stem: stem.strip(" "))
ENDINGS = st.sampled_from([".jpg", ".JPG", ".pdf", ".tif", ".docx", "", "\x07.jpg", "\udcff.png"])
FOLDERS = st.lists(st.one_of(STEMS, st.just("@eaDir")), max_size=3).map("/".join)
PLACES = st.one_of(st.tuples(FOLDERS, STEMS, ENDINGS), st.tuples(FOLDERS, st.just("Thumbs"), st.just(".db")))


@settings(deadline=None, max_examples=60)
@given(st.lists(PLACES, max_size=12))
def test_every_file_is_in_exactly_one_place(places: list[tuple[str, str, str]]):
    """Pages, others, junk and faults together are the tree, and no file is in two of them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "b"
        root.mkdir()
        for below, stem, ending in places:
            path = root / below / (stem + ending)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"")
            except OSError:
                continue  # a folder of that name is there already, or a file where the folder should be
        there = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        batch = take_stock(root)

    pages = [page.path for document in batch.documents for page in document.pages]
    assert sorted([*pages, *batch.others, *batch.junk, *(fault.path for fault in batch.faults)]) == there
    assert all(_numbered(document) for document in batch.documents)
    assert len({document.path for document in batch.documents}) == len(batch.documents)


def _numbered(document: Document) -> bool:
    return [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))


def head(kind: str) -> bytes:
    """Give the beginning of a picture that nothing here reads."""
    bmp = b"BM" + bytes(12) + (40).to_bytes(4, "little") + bytes(36)
    return {"bmp": bmp, "gif": b"GIF89a" + bytes(20), "webp": b"RIFF\0\0\0\0WEBPVP8 ", "heic": b"\0\0\0\x18ftypheic"}[
        kind
    ]


@pytest.mark.parametrize("kind", ["bmp", "gif", "webp", "heic"])
@pytest.mark.parametrize("named", [True, False])
def test_pictures_that_cannot_be_read_are_no_other_files(tmp_path: Path, kind: str, named: bool):
    """A page in a kind of picture that cannot be read is refused, whether its name or its first bytes say so."""
    root = tmp_path / "b"
    scan(root / "d" / "1.jpg")
    name = f"d/2.{kind.upper()}" if named else "d/2"
    (root / name).write_bytes(b"x" if named else head(kind))
    batch = take_stock(root)

    assert [(fault.path, fault.code) for fault in batch.faults] == [(name, "unsupported")]
    assert "save it again as TIFF" in batch.faults[0].detail
    assert batch.others == ()


@pytest.mark.parametrize(
    ("begin", "name", "ending"),
    [(JPEG, "scan.dat", ".jpg"), (PNG, "scan", ".png"), (b"%PDF-1.4", "a.bin", ".pdf"), (b"II*\0", "a.001", ".tif"),
     (b"\0\0\0\x0cjP  \r\n\x87\n", "a.x", ".jp2"), (JPEG, "a.bmp", ".jpg")],
)  # fmt: skip
def test_scans_under_wrong_names_are_told_the_right_ending(tmp_path: Path, begin: bytes, name: str, ending: str):
    """A scan whose name hides what it is would be in no PDF: it is refused, and the ending it should have is told."""
    root = tmp_path / "b"
    root.mkdir()
    (root / name).write_bytes(begin + bytes(60))
    (fault,) = take_stock(root).faults

    assert fault.code == "unsupported"
    assert fault.detail.endswith(f"rename it to {ending}")


@pytest.mark.parametrize("content", [b"", b"BM 12 danh muc ho so kem theo", b"RIFF\0\0\0\0WAVEfmt ", b"PK\x03\x04"])
def test_notes_are_not_taken_for_pictures(tmp_path: Path, content: bytes):
    """A text that begins like a picture's mark, a sound or an office document is kept beside the scans."""
    root = tmp_path / "b"
    root.mkdir()
    (root / "note.txt").write_bytes(content)

    assert take_stock(root).others == ("note.txt",)


def test_raw_pictures_of_cameras_are_not_told_to_be_renamed(tmp_path: Path):
    """A .dng begins like a TIFF; under that name it would be read wrongly."""
    root = tmp_path / "b"
    root.mkdir()
    (root / "1.dng").write_bytes(b"II*\0" + bytes(60))
    (fault,) = take_stock(root).faults

    assert "save it again" in fault.detail


def test_folders_without_scans_are_named(tmp_path: Path):
    """A dossier's folder that gives no page is named, one with pages and junk are not."""
    root = tmp_path / "b"
    batch = tree(root, "d1/1.jpg", "b/1.jpg", "1.jpg")
    for name in ("d10", "d2", "@eaDir"):
        (root / name).mkdir()
    (root / "d2" / "note.txt").write_bytes(b"x")

    assert folders_without_scans(root, batch) == ["d2", "d10"]
