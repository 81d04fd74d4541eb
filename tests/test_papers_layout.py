"""Papers as Nghị định 30/2020/NĐ-CP lays them out: A4, one font, page numbers from the second page, rows kept whole."""

import io
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from pipeline.papers import receipt_forms, transfer_forms, transfer_lists, transfer_papers
from pipeline.papers.listing import paper, paper_of_all
from pipeline.papers.sheet import Paper
from pipeline.papers.transfer_papers import write_all, write_received
from pipeline.transfer.values import Declaration, Manifest
from tests.papers_made import DECLARATION, document, dossier, lines, manifest, read, received

FONT = "Times New Roman"
SENDER = {
    "muc-luc-ho-so-nop.docx", "muc-luc-ho-so-nop.xlsx", "muc-luc-tai-lieu-nop.docx", "muc-luc-tai-lieu-nop.xlsx",
    "muc-luc-ho-so-tai-lieu-nop-luu.docx", "muc-luc-ho-so-tai-lieu-nop-luu.xlsx", "muc-luc-van-ban.docx",
    "muc-luc-van-ban.xlsx", "danh-sach-tiep-can-co-dieu-kien.docx", "danh-sach-tiep-can-co-dieu-kien.xlsx",
    "danh-sach-khong-dat.docx", "danh-sach-khong-dat.xlsx", "van-ban-de-nghi-nop.docx", "phieu-dang-ky-nop.docx",
    "bien-ban-giao-nhan.docx", "bien-ban-thu-nop-truc-tiep.docx",
}  # fmt: skip
RECEIVER = {
    "danh-sach-khong-dat.docx", "danh-sach-khong-dat.xlsx", "danh-sach-trung-lap.docx", "danh-sach-trung-lap.xlsx",
    "bien-ban-giao-nhan.docx", "bien-ban-thu-nop-truc-tiep.docx", "bien-ban-thu-nop-sau-phe-duyet.docx",
    "bao-cao-xu-ly-nghiep-vu.docx", "bien-ban-ho-so-tra-lai.docx",
}  # fmt: skip
PAPERS: dict[str, Callable[[], Paper]] = {
    "letter": lambda: transfer_forms.request_letter(manifest()),
    "registration": lambda: transfer_forms.registration(manifest()),
    "minutes": lambda: transfer_forms.hand_over_minutes(manifest()),
    "report": lambda: receipt_forms.processing_report(received()),
    "returned": lambda: receipt_forms.returned_minutes(received()),
    "list": lambda: paper(transfer_lists.dossiers_handed_over(manifest())),
    "documents": lambda: paper_of_all("x", map(transfer_lists.documents_of, manifest().dossiers)),
}


def opened(made: Paper) -> Any:
    return Document(io.BytesIO(made.to_bytes()))


def runs(document: Any) -> Iterator[Any]:
    parts = [document.element.body, *(section.header._element for section in document.sections)]
    for part in parts:
        yield from part.iter(qn("w:r"))


@pytest.mark.parametrize("name", PAPERS)
def test_papers_are_a4_with_the_margins_of_the_decree(name: str):
    """210 x 297 mm; top and bottom 20 to 25 mm, left 30 to 35 mm, right 15 to 20 mm, in every section."""
    for section in opened(PAPERS[name]()).sections:
        assert sorted((round(section.page_width.mm), round(section.page_height.mm))) == [210, 297]
        assert 20 <= section.top_margin.mm <= 25
        assert 20 <= section.bottom_margin.mm <= 25
        assert 30 <= section.left_margin.mm <= 35
        assert 15 <= section.right_margin.mm <= 20


@pytest.mark.parametrize("name", PAPERS)
def test_every_run_is_in_times_new_roman(name: str):
    """Each run names the font itself, those of tables and page numbers too."""
    for run in runs(opened(PAPERS[name]())):
        fonts = run.rPr.rFonts
        assert {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia")} == {FONT}


@pytest.mark.parametrize("name", PAPERS)
def test_pages_are_numbered_in_the_middle_from_the_second_on(name: str):
    """The first page has a header of its own, which is empty; the others have the page's number at 13 points."""
    document = opened(PAPERS[name]())

    for section in document.sections:
        assert section.different_first_page_header_footer
        assert not section.first_page_header.paragraphs[0].text
    header = document.sections[0].header.paragraphs[0]
    assert header._p.xpath("string(.//w:instrText)") == "PAGE"
    assert header.alignment == 1
    assert header.runs[0].font.size.pt == 13


def test_each_dossier_begins_at_page_one():
    """The list of documents of a dossier is put into it: its pages are its own."""
    document = opened(PAPERS["documents"]())

    assert len(document.sections) == 3
    numbers = [section._sectPr.findall(qn("w:pgNumType")) for section in document.sections[1:]]
    assert [[each.get(qn("w:start")) for each in found] for found in numbers] == [["1"], ["1"]]


def test_tables_fit_the_page_and_their_rows_are_kept_whole():
    """Headings are printed on each page, no row is parted, and no table is wider than the text."""
    for name in ("list", "documents", "report", "returned"):
        document = opened(PAPERS[name]())
        section = document.sections[-1]
        room = (section.page_width - section.left_margin - section.right_margin) / 635
        for table in (each for each in document.tables if each.style.name == "Table Grid"):
            assert table._tbl.tr_lst[0].xpath("./w:trPr/w:tblHeader")
            assert all(row.xpath("./w:trPr/w:cantSplit") for row in table._tbl.tr_lst)
            assert sum(column.w.twips for column in table._tbl.tblGrid.gridCol_lst) <= room + 2


def test_head_has_the_motto_and_place_and_date_in_italics():
    """The agency is bold over a line, the motto bold, place and date in italics on the right."""
    head = opened(PAPERS["minutes"]()).tables[0]
    left, right = head.rows[0].cells
    date = head.rows[1].cells[1].paragraphs[0]

    assert [paragraph.runs[0].bold for paragraph in (*left.paragraphs[:1], *right.paragraphs[:2])] == [True] * 3
    assert all(cell.paragraphs[-1]._p.xpath("./w:pPr/w:pBdr/w:bottom") for cell in (left, right))
    assert date.runs[0].italic
    assert date.alignment == 1


def test_same_values_give_the_same_files(tmp_path: Path):
    """All papers of both sides are written, under names without marks, twice the same byte for byte."""
    seen = []
    for name in ("one", "two"):
        sender, receiver = tmp_path / name / "sender", tmp_path / name / "receiver"
        sender.mkdir(parents=True)
        receiver.mkdir()
        paths = [*write_all(manifest(), sender), *write_received(received(), receiver)]
        assert {path.name for path in sender.iterdir()} == SENDER
        assert {path.name for path in receiver.iterdir()} == RECEIVER
        assert len(paths) == len(SENDER) + len(RECEIVER) == len(set(paths))
        seen.append([path.read_bytes() for path in paths])

    assert seen[0] == seen[1]


def test_papers_of_an_empty_batch_are_written(tmp_path: Path):
    """A batch of which nothing is known gives papers all the same, but no pages for dossiers that are not there."""
    names = {path.name for path in write_all(Manifest(Declaration(), ()), tmp_path)}

    assert names == SENDER - {"muc-luc-van-ban.docx"}


def test_article_22_minutes_of_a_direct_transfer_are_for_a_direct_one(tmp_path: Path):
    """What is handed over on line has no minutes of a direct transfer, on neither side (Đ22.2.đ, Đ22.3)."""
    online = replace(manifest(), declaration=replace(DECLARATION, way="trực tuyến"))

    names = {path.name for path in write_all(online, tmp_path)}
    names_received = {path.name for path in write_received(received(manifest=online), tmp_path)}

    assert names == SENDER - {"bien-ban-thu-nop-truc-tiep.docx"}
    assert names_received == RECEIVER - {"bien-ban-thu-nop-truc-tiep.docx"}


def test_very_long_lists_of_documents_are_for_excel_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Word is spared what it needs minutes to open."""
    one = document(1, 1)
    monkeypatch.setattr(transfer_papers, "MOST_ROWS_IN_WORD", 5)
    many = Manifest(DECLARATION, (dossier(1, (one,) * 6),))

    names = {path.name for path in write_all(many, tmp_path)}

    assert names == SENDER - {"muc-luc-van-ban.docx"}


def test_work_grows_with_the_rows_and_no_faster(tmp_path: Path):
    """Eight times the documents take less than sixteen times the time."""

    def seconds(count: int) -> float:
        batch = Manifest(DECLARATION, tuple(dossier(number) for number in range(1, count + 1)))
        begun = time.process_time()
        write_all(batch, tmp_path)
        return time.process_time() - begun

    seconds(5)
    assert seconds(160) < 16 * max(seconds(20), 0.05)


def test_long_rows_are_there_to_the_last_letter():
    """Titles of a thousand letters, codes of a hundred and marks of XML come back as they were."""
    title, long_code = "Đất & <nhà> “ở” " * 60, "H48." + "A" * 96
    batch = Manifest(DECLARATION, (dossier(1, title=title.strip(), code=long_code),))

    assert f"1 | {long_code} | {' '.join(title.split())} | " in "\n".join(
        lines(paper(transfer_lists.dossiers_handed_over(batch)))
    )


@pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdftotext"), reason="LibreOffice or poppler is "
                    "not installed: no paper was rendered")  # fmt: skip
def test_rendered_lists_have_every_row_and_column(tmp_path: Path):
    """LibreOffice prints each row of a list of several pages whole: no column is cut, the headings come again."""
    batch = Manifest(DECLARATION, tuple(dossier(number, note=f"cuối{number}") for number in range(1, 41)))
    paper(transfer_lists.dossiers_handed_over(batch)).write(tmp_path / "list.docx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "list.docx")], check=True, capture_output=True, timeout=120)

    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "list.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout

    assert all(f"cuối{number}" in text.split() for number in range(1, 41))
    pages = text.strip("\f\n").split("\f")
    assert len(pages) > 1
    assert all("Mã hồ sơ" in page for page in pages[:-1])
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert pages[0].split()[0] != "1"
    assert list(read(tmp_path / "list.docx"))
