"""The sample batch: which page lies in which file, and how it was scanned.

`python -m samples.batch FOLDER` draws it without asking whether it is there.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

from samples import page, scan, store, text, wear
from samples.scan import Draw, Frame, Save, Scan, Wears
from samples.sheet import Drawn, Pixels

MARKET = "Hồ sơ 01 - Thành lập Ban quản lý chợ năm 1998"
LAND = "Hồ sơ 02 - Địa chính và phòng chống lụt bão"
FRENCH = "Hồ sơ 10 - Đường sá thời Pháp thuộc"
TRUNCATED = f"{LAND}/Công văn phòng chống lụt bão/0003.jpg"
JUNK = f"{LAND}/Thumbs.db"
SIGNED_NAME_MM = (page.RIGHT_CENTRE_MM, page.CLOSING_MM + page.NAME_BELOW_MM)

BATCH_TOML = f"""\
# All of this is invented: there is no such commune, and the codes belong to nobody.
[batch]
code = "NL.SM.2026.01"
title = "Đợt nộp lưu mẫu của Ủy ban nhân dân xã Suối Mây"
agency_code = "H48.99.1"
agency_name = "Ủy ban nhân dân xã Suối Mây"
fonds_code = "SM01"
fonds_name = "Phông Ủy ban nhân dân xã Suối Mây"
transfer_number = 1
date = 2026-01-15

[dossier."{MARKET}"]
code = "H48.99.1.1998.01.CHO"
title = "Hồ sơ thành lập Ban quản lý chợ Suối Mây năm 1998"

[dossier."{LAND}"]
code = "H48.99.1.2003.02.DC"
title = "Tài liệu địa chính và phòng chống lụt bão"

[dossier."{FRENCH}"]
code = "H48.99.1.1927.10.DS"
title = "Tài liệu về đường sá thời Pháp thuộc"
languages = "fra"

[document."{MARKET}/01 Quyết định"]
title = "Quyết định số 12/QĐ-UBND về việc thành lập Ban quản lý chợ Suối Mây"

[document."{MARKET}/02 Tờ trình"]
title = "Tờ trình số 05/TTr-TC về việc sửa chữa và thành lập Ban quản lý chợ"

[document."{MARKET}/03 Danh sách"]
title = "Danh sách các hộ nộp lệ phí chợ năm 1998"

[document."{LAND}/Báo cáo tổng kết.tif"]
title = "Báo cáo tổng kết năm 2003"

[document."{LAND}/Biên bản.pdf"]
title = "Biên bản xác định ranh giới thửa đất số 217"

[document."{LAND}/Công văn phòng chống lụt bão"]
title = "Công văn số 31/VP về việc phòng chống lụt bão"

[document."{FRENCH}"]
title = "Thư của Công sứ về đường liên xã số 7, ngày 03/02/1927"
"""


def scans() -> tuple[Scan, ...]:
    """List the files of the batch that hold pages, in natural order, the truncated one included."""
    return (*_market(), *_land(), *_french())


def draw_batch(folder: Path) -> None:
    """Draw the whole batch into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in scans():
        each.write(folder)
    (folder / "batch.toml").write_text(BATCH_TOML, encoding="utf-8")
    # The head of an OLE file, as Windows leaves it in every folder of pictures.
    (folder / JUNK).write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))


def _market() -> tuple[Scan, ...]:
    decision, proposal, table = (f"{MARKET}/{name}" for name in ("01 Quyết định", "02 Tờ trình", "03 Danh sách"))
    rows = text.table_rows(50, 1, Random(1998))
    signed = partial(scan.signed_colour, seed=12, degrees=1.4, dpi=300, name_mm=SIGNED_NAME_MM)
    first = partial(page.table_page, rows[:24])
    rest = partial(page.table_page, rows[24:], dpi=200, heading=False)
    survey = partial(page.draw_text_page, [*text.SURVEY, *text.prose(6, 5)], page_number=2)
    return (
        _one(f"{decision}/0001.jpg", store.save_jpeg, page.letterhead_page, partial(scan.office_colour, seed=11)),
        _one(f"{decision}/0002.jpg", store.save_jpeg, page.closing_page, signed, skew=1.4),
        _one(f"{decision}/0003.jpg", store.save_jpeg, page.blank_page, _back_of_decision),
        _one(f"{proposal}/0001.tif", store.save_lzw, _proposal, _office(21, -2.1), skew=-2.1),
        _one(f"{proposal}/0002.tif", store.save_lzw, survey, _office(22, 0, turned=180), turned=180),
        _one(f"{table}/0001.png", store.save_png, first, _office(31, 0.6), skew=0.6),
        _one(f"{table}/0002.tif", store.save_raw_tiff, rest, _office(32, 0.0), dpi=200),
    )


def _land() -> tuple[Scan, ...]:
    letter = f"{LAND}/Công văn phòng chống lụt bão"
    table = partial(page.table_page, text.table_rows(15, 1, Random(64)), sideways=True)
    typed = [*text.TYPED_LETTER_CONTINUED, *text.prose(3, 65)]
    following = partial(page.typewritten_page, typed, page_number=2, seed=3)
    on_bed = partial(_typed_on_bed, degrees=2.7)
    return (
        Scan(f"{LAND}/Báo cáo tổng kết.tif", store.save_g4, 300, _report()),
        Scan(f"{LAND}/Biên bản.pdf", store.save_pdf, 300, _minutes()),
        _one(f"{letter}/0001.jpg", store.save_jpeg, page.typewritten_page, on_bed, skew=2.7),
        _one(f"{letter}/0002.jpg", store.save_jpeg, table, _office(42, 0, turned=90), turned=90),
        _one(TRUNCATED, store.save_half_jpeg, following, _office(43, -0.8), skew=-0.8),
    )


def _report() -> tuple[Frame, ...]:
    pages: tuple[tuple[Draw, float], ...] = (
        (_report_head, 0.0),
        (partial(page.draw_text_page, text.prose(12, 302), page_number=2), 0.9),
        (partial(page.draw_text_page, text.prose(12, 303), page_number=3), -1.2),
        (partial(page.closing_page, text.prose(3, 304), page_number=4), 0.0),
    )
    return tuple(Frame(draw, _fax(51 + at, degrees), degrees) for at, (draw, degrees) in enumerate(pages))


def _minutes() -> tuple[Frame, ...]:
    following = partial(page.draw_text_page, text.prose(12, 217), page_number=2)
    closing = partial(page.draw_text_page, [*text.prose(2, 218), *text.MINUTES_END], page_number=3)
    return (
        Frame(page.minutes_page, _office(61, 0.0)),
        Frame(following, _office(62, -3.0), -3.0),
        Frame(closing, _office(63, 0.4), 0.4),
    )


def _french() -> tuple[Scan, ...]:
    second = partial(_french_text, text.FRENCH_CONTINUED, page_number=2, dpi=300)
    third = partial(_french_text, text.FRENCH_CONTINUED[::-1], page_number=3, dpi=400)
    return (
        _one(f"{FRENCH}/trang 1.jp2", store.save_jpeg2000, page.french_page, _old_with_back, dpi=200),
        _one(f"{FRENCH}/trang 2.jpg", store.save_jpeg, second, _old_on_bed, skew=-7.0),
        _one(f"{FRENCH}/trang 10.tif", store.save_g4, third, _fax(73, 0.0), dpi=400),
    )


def _one(
    path: str, save: Save, draw: Draw, wears: Wears, *, dpi: int = 300, skew: float = 0.0, turned: int = 0
) -> Scan:
    return Scan(path, save, dpi, (Frame(draw, wears, skew, turned),))


def _proposal() -> Drawn:
    return page.first_page(
        "TỜ TRÌNH",
        ("Về việc sửa chữa và thành lập", "Ban quản lý chợ Suối Mây"),
        [*text.PROPOSAL, *text.prose(6, 98)],
        number="05/TTr-TC",
        date="20 tháng 02 năm 1998",
        to="Ủy ban nhân dân xã Suối Mây",
    )


def _report_head() -> Drawn:
    abstract = ("Tổng kết tình hình kinh tế - xã hội năm 2003",)
    return page.first_page("BÁO CÁO", abstract, text.prose(12, 301), number="48/BC-UBND", date="19 tháng 12 năm 2003")


def _french_text(paragraphs: Sequence[str], *, dpi: int, page_number: int) -> Drawn:
    return page.draw_text_page(
        paragraphs,
        face="typewriter",
        dpi=dpi,
        size_points=12,
        leading_points=24,
        page_number=page_number,
        size_mm=page.COQUILLE_MM,
        seed=4,
    )


def _fax(seed: int, degrees: float) -> Wears:
    return partial(scan.fax_like, seed=seed, degrees=degrees)


def _office(seed: int, degrees: float, turned: int = 0) -> Wears:
    return partial(_office_turned, seed=seed, degrees=degrees, turned=turned)


def _office_turned(clean: Pixels, seed: int, degrees: float, turned: int) -> Pixels:
    return wear.turn(scan.office_grey(clean, seed, degrees), turned)


def _back_of_decision(clean: Pixels) -> Pixels:
    return wear.bled_through(scan.office_colour(clean, 13), page.closing_page().pixels, 0.05)


def _typed_on_bed(clean: Pixels, degrees: float) -> Pixels:
    aged = wear.punched(wear.yellowed(wear.faded(wear.blurred(clean), 41, 0.35), 41, 0.07), dpi=300)
    return wear.noisy(wear.on_bed(aged, degrees, dpi=300), 41, 5.0)


def _old_with_back(clean: Pixels) -> Pixels:
    back = page.french_page(seed=9).pixels
    return wear.noisy(scan.old_paper(clean, 71, back=back), 71, 3.0)


def _old_on_bed(clean: Pixels) -> Pixels:
    aged = wear.punched(scan.old_paper(clean, 72), dpi=300)
    return wear.noisy(wear.on_bed(aged, -7.0, dpi=300, glass_mm=(218, 290)), 72, 3.0)


if __name__ == "__main__":
    draw_batch(Path(sys.argv[1]))
