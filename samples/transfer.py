"""A batch that is ready to be handed over: three dossiers, twelve documents, the office's list and what it declares.

`python -m samples.transfer FOLDER` draws it without asking whether it is there. The list is `muc-luc.xlsx` with a sheet
of dossiers and one of documents, headings as offices write them; what folders and settings say is left out of it.
"""

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import xlsxwriter

from samples import page, scan, store, text
from samples.scan import Frame, Scan
from samples.sheet import Drawn, Pixels

BATCH_TOML = """\
# All of this is invented: there is no such commune, and the codes belong to nobody.
[batch]
code = "01.NL.UBSM.01.2026"
title = "Đợt nộp lưu lần thứ nhất năm 2026 của Ủy ban nhân dân xã Suối Mây"
agency_code = "H48.99.1"
agency_name = "Ủy ban nhân dân xã Suối Mây"
fonds_code = "SM01"
fonds_name = "Phông Ủy ban nhân dân xã Suối Mây"
transfer_number = 1
date = 2026-03-16

[transfer]
archive_code = "H48.99.8"
archive_name = "Trung tâm Lưu trữ lịch sử tỉnh (mẫu)"
summary = "Tài liệu về chợ, thủy lợi và đất đai của xã Suối Mây"
period_start = "1998"
period_end = "2006"
paper_transferred = "chưa nộp"
planned = "Quý II năm 2026"
way = "trực tiếp"
contact_name = "Lê Thị Thí Dụ"
contact_position = "Công chức Văn phòng - Thống kê"
contact_phone = "0255 000 0000"
contact_email = "vanphong@suoimay.invalid"
classification = "Thời gian - Vấn đề"
unit_history = "lich-su-don-vi.txt"

[defaults.dossier]
maintenance = "01"
mode = "01"
language = "01"
format = "02"
reason = "02"
treatment = "01"
carrier = "Giấy"
originalPlace = "Kho lưu trữ Ủy ban nhân dân xã Suối Mây"
"""
UNIT_HISTORY = """\
Ủy ban nhân dân xã Suối Mây là đơn vị bịa ra để làm mẫu; không có xã nào như vậy.
"""
DOSSIER_HEADINGS = ("STT", "Mã hồ sơ", "Tiêu đề hồ sơ", "Thời gian bắt đầu", "Thời gian kết thúc", "Số tờ", "Số trang",
                    "Mã hồ sơ gốc giấy", "Hộp/cặp số", "Thư mục", "Ghi chú")  # fmt: skip
DOCUMENT_HEADINGS = ("STT", "Mã hồ sơ", "Mã định danh tài liệu", "Số, ký hiệu văn bản", "Ngày, tháng, năm", "Tên loại",
                     "Trích yếu nội dung", "Tác giả văn bản", "Số trang", "Tờ số", "Ghi chú")  # fmt: skip
OFFICE = "Ủy ban nhân dân xã Suối Mây"
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: what its first page says, and how many pages it has.

    Attributes:
        number: As it stands after "Số:"; nothing before the stroke where the pen forgot it.
        date: In words as on the page; `listed_date` is what the list makes of it.
    """

    kind: str
    abstract: tuple[str, ...]
    number: str
    date: str
    listed_date: str
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Folder:
    """One dossier: its folder, code, title and documents."""

    name: str
    code: str
    title: str
    start: str
    end: str
    paper_code: str
    box: str
    documents: tuple[Paper, ...]

    @property
    def pages(self) -> int:
        """Pages of all documents."""
        return sum(document.pages for document in self.documents)


FOLDERS = (
    Folder(
        "01 Sửa chữa chợ", "H48.99.1.1998.01.CHO", "Hồ sơ về việc sửa chữa chợ Suối Mây năm 1998", "05/01/1998",
        "28/12/1998", "H48.99.8.K1/G2/H05.01", "05",
        (
            Paper("TỜ TRÌNH", ("Về việc sửa chữa mái che", "và lối đi của chợ Suối Mây"), "02/TTr-TC",
                  "05 tháng 01 năm 1998", "05/01/1998", 2),
            Paper("QUYẾT ĐỊNH", ("Về việc thành lập Ban quản lý", "chợ Suối Mây"), "12/QĐ-UBND",
                  "26 tháng 02 năm 1998", "26/02/1998", 2),
            Paper("THÔNG BÁO", ("Về việc sắp xếp lại chỗ ngồi trong chợ",), "18/TB-UBND", "14 tháng 4 năm 1998",
                  "14/04/1998"),
            Paper("BÁO CÁO", ("Kết quả sửa chữa chợ Suối Mây năm 1998",), "48/BC-UBND", "28 tháng 12 năm 1998",
                  "28/12/1998"),
        ),
    ),
    Folder(
        "02 Thủy lợi", "H48.99.1.2003.02.TL", "Hồ sơ về tu bổ kênh mương và phòng chống lụt bão năm 2003", "10/02/2003",
        "20/10/2003", "H48.99.8.K1/G2/H05.02", "05",
        (
            Paper("KẾ HOẠCH", ("Tu bổ kênh mương nội đồng năm 2003",), "07/KH-UBND", "10 tháng 02 năm 2003",
                  "10/02/2003", 2),
            Paper("CHỈ THỊ", ("Về công tác phòng chống lụt bão",), "03/CT-UBND", "15 tháng 5 năm 2003", "15/05/2003"),
            Paper("QUYẾT ĐỊNH", ("Về việc phân công trực ban", "trong mùa mưa bão năm 2003"), "31/QĐ-UBND",
                  "02 tháng 8 năm 2003", "02/08/2003"),
            # The pen forgot the number: nobody may invent it.
            Paper("BÁO CÁO", ("Thiệt hại do cơn bão số 5 gây ra",), "  /BC-UBND", "20 tháng 10 năm 2003",
                  "20/10/2003"),
        ),
    ),
    Folder(
        "03 Đất đai", "H48.99.1.2006.03.DD", "Hồ sơ về rà soát ranh giới đất công ích năm 2006", "09/01/2006",
        "30/11/2006", "H48.99.8.K1/G2/H06.01", "06",
        (
            Paper("NGHỊ QUYẾT", ("Về việc sử dụng quỹ đất công ích", "giai đoạn 2006 - 2010"), "01/NQ-HĐND",
                  "09 tháng 01 năm 2006", "09/01/2006"),
            Paper("KẾ HOẠCH", ("Rà soát ranh giới đất công ích",), "11/KH-UBND", "03 tháng 3 năm 2006", "03/03/2006"),
            Paper("TỜ TRÌNH", ("Về việc điều chỉnh ranh giới thửa đất số 217",), "26/TTr-UBND",
                  "17 tháng 7 năm 2006", "17/07/2006"),
            Paper("BÁO CÁO", ("Kết quả rà soát đất công ích năm 2006",), "52/BC-UBND", "30 tháng 11 năm 2006",
                  "30/11/2006", 2),
        ),
    ),
)  # fmt: skip


def scans() -> tuple[Scan, ...]:
    """List the files that hold pages, in order."""
    return tuple(
        each
        for number, folder in enumerate(FOLDERS, 1)
        for ordinal, paper in enumerate(folder.documents, 1)
        for each in _scans(f"{folder.name}/{ordinal:02d} {paper.kind.capitalize()}", paper, 100 * number + ordinal)
    )


def draw_batch(folder: Path) -> None:
    """Draw the whole batch into a folder, with its list and what is declared."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in scans():
        each.write(folder)
    (folder / "batch.toml").write_text(BATCH_TOML, encoding="utf-8")
    (folder / "lich-su-don-vi.txt").write_text(UNIT_HISTORY, encoding="utf-8")
    write_lists(folder / "muc-luc.xlsx")


def write_lists(target: Path) -> None:
    """Write the list as the office keeps it, the same bytes each time."""
    with xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _CREATED, "title": "Mục lục hồ sơ, văn bản", "author": OFFICE})
        _write_sheet(book, "Hồ sơ", DOSSIER_HEADINGS, [_dossier_row(*item) for item in enumerate(FOLDERS, 1)])
        rows = [_document_row(folder, *item) for folder in FOLDERS for item in enumerate(folder.documents, 1)]
        _write_sheet(book, "Văn bản", DOCUMENT_HEADINGS, rows)


def _dossier_row(number: int, folder: Folder) -> list[str | int]:
    sheets = sum((document.pages + 1) // 2 for document in folder.documents)
    return [number, folder.code, folder.title, folder.start, folder.end, sheets, folder.pages, folder.paper_code,
            folder.box, folder.name, ""]  # fmt: skip


def _document_row(folder: Folder, ordinal: int, paper: Paper) -> list[str | int]:
    before = sum((document.pages + 1) // 2 for document in folder.documents[: ordinal - 1])
    number = paper.number.strip()
    doc_id = f"SM01.{folder.code.split('.')[3]}.{folder.code.split('.')[4]}.{ordinal:07d}"
    note = "" if number[0].isdigit() else "Văn bản không ghi số"
    kind, abstract = paper.kind.capitalize(), " ".join(paper.abstract)
    return [ordinal, folder.code, doc_id, number, paper.listed_date, kind, abstract, OFFICE, paper.pages,
            f"{before + 1}", note]  # fmt: skip


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, headings: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    sheet = book.add_worksheet(name)
    bold, plain = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
    sheet.set_column(0, len(headings) - 1, 18)
    sheet.write_row(0, 0, headings, bold)
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row, plain)


def _scans(place: str, paper: Paper, seed: int) -> tuple[Scan, ...]:
    first = partial(_first, paper, seed)
    following = [partial(page.closing_page, text.prose(3, seed), page_number=2)] * (paper.pages - 1)
    return tuple(
        Scan(f"{place}/{number:04d}.jpg", store.save_jpeg, 300, (Frame(draw, partial(_worn, seed=seed + number)),))
        for number, draw in enumerate([first, *following], 1)
    )


def _first(paper: Paper, seed: int) -> Drawn:
    return page.first_page(paper.kind, paper.abstract, text.prose(9, seed), number=paper.number, date=paper.date)


def _worn(clean: Pixels, seed: int) -> Pixels:
    return scan.office_colour(clean, seed)


if __name__ == "__main__":
    draw_batch(Path(sys.argv[1]))
