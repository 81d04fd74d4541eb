"""Suggestions from the words of a first page: what stands in the head is found, what does not is never made up."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue import dates
from pipeline.catalogue.draft import issue_date, number_symbol
from pipeline.catalogue.draft.document_type import code_of_symbol
from pipeline.catalogue.draft.letter_case import written_name
from pipeline.catalogue.draft.places import province
from pipeline.catalogue.draft.set_phrases import respelled
from pipeline.catalogue.draft.subject import joined
from pipeline.catalogue.draft.suggest import suggest
from pipeline.catalogue.draft.values import IsPrinted, Look, Suggestion
from pipeline.catalogue.draft.votes import Vote, elected
from pipeline.catalogue.fields import TYPE_NAME
from pipeline.drafting.rows import SURE
from pipeline.model import Line, Reading, Word

WIDTH, HEIGHT, LETTER, HIGH = 1654, 2339, 15.0, 30.0
LEFT, RIGHT, MIDDLE = 440.0, 1130.0, 870.0
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
BODY = (
    "Căn cứ Quyết định số 87/QĐ-BTP ngày 14 tháng 01 năm 2024 của Bộ trưởng Bộ Tư pháp",
    "về việc công bố thủ tục hành chính; theo đề nghị của Giám đốc Sở Nội vụ.",
)


def words_of(text: str, centre: float, baseline: float) -> tuple[Word, ...]:
    """Lay a line out round a centre; two blanks or more make a wide gap."""
    x = centre - len(text) * LETTER / 2
    found = []
    for part in text.split(" "):
        if part:
            found.append(Word(part, x, baseline - HIGH + 4, x + len(part) * LETTER, baseline + 4, 96.0))
        x += (len(part) + 1) * LETTER
    return tuple(found)


@dataclass
class Drawing:
    """A page that is being made of lines."""

    lines: list[Line]

    def write(self, text: str, centre: float, baseline: float) -> None:
        """Add a line; blank text adds none."""
        words = words_of(text, centre, baseline)
        if words:
            self.lines.append(Line(len(self.lines), baseline, words))


def page(
    *,
    agency: Sequence[str] = ("ỦY BAN NHÂN DÂN", "XÃ SUỐI MÂY"),
    number: str = "Số: 12/QĐ-UBND",
    date: str = "Suối Mây, ngày 26 tháng 02 năm 1998",
    about: Sequence[str] = (),
    kind: str = "QUYẾT ĐỊNH",
    subject: Sequence[str] = ("Về việc thành lập Ban quản lý", "chợ Suối Mây"),
    after: str = "ỦY BAN NHÂN DÂN XÃ SUỐI MÂY",
    motto: Sequence[str] = MOTTO,
    body: Sequence[str] = BODY,
) -> Reading:
    drawing = Drawing([])
    for at, line in enumerate(agency):
        drawing.write(line, LEFT, 200 + 44 * at)
    for at, line in enumerate(motto):
        drawing.write(line, RIGHT, 200 + 44 * at)
    drawing.write(number, LEFT, 330)
    drawing.write(date, RIGHT, 330)
    for at, line in enumerate(about):
        drawing.write(line, LEFT, 375 + 42 * at)
    y = 540.0
    for line in (kind, *subject):
        drawing.write(line, MIDDLE, y)
        y += 44
    drawing.write(after, MIDDLE, y + 60)
    for at, line in enumerate(body):
        drawing.write(line, MIDDLE, y + 160 + 44 * at)
    return Reading(WIDTH, HEIGHT, 200.0, tuple(drawing.lines))


def looks_of(reading: Reading, *, vie: Sequence[str] = (), eng: Sequence[str] = ()) -> dict[str, tuple[Look, ...]]:
    """Give readings of the number's and the date's row that say what the page says, or these numbers' rows."""
    rows = {"number": 330, "date": 330}
    found: dict[str, tuple[Look, ...]] = {}
    for name in rows:
        wanted = (lambda x: x < 760) if name == "number" else (lambda x: x >= 760)
        lines = tuple(line for line in reading.lines if line.baseline == 330 and wanted(line.words[0].x0))
        looks = [Look(network, lines) for network in ("vie", "eng") * 3]
        if name == "number":
            own = {"vie": vie, "eng": eng}
            looks += [
                Look(network, (Line(0, 330, words_of(text, LEFT, 330)),)) for network in own for text in own[network]
            ]
        found[name] = tuple(looks)
    return found


def printed(*_: object) -> bool:
    return True


def written(*_: object) -> bool:
    return False


def values(reading: Reading, is_printed: IsPrinted = printed) -> dict[str, str]:
    found = suggest(reading, looks_of(reading), is_printed)
    return {name: each.value for name, each in found.items() if each.value}


numbers = st.integers(1, 99_999).map(str)
symbols = st.sampled_from(["QĐ-UBND", "QĐ-BCĐ138", "QĐ-TTPVHCC", "QĐ-BGDĐT"])
days = st.dates(min_value=dt.date(1946, 1, 1), max_value=dt.date(2099, 12, 31))


@settings(deadline=None, max_examples=40)
@given(numbers, symbols, days)
def test_printed_number_symbol_and_date_are_found(number: str, symbol: str, day: dt.date):
    """Whatever number and date are printed in the head, they are suggested, and none of those in the text."""
    date = f"Suối Mây, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
    found = values(page(number=f"Số: {number}/{symbol}", date=date))

    assert found["codeNumber"] == number
    assert found["codeNotation"] == symbol
    assert found["issuedDate"] == f"{day.day:02d}/{day.month:02d}/{day.year}"


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 9), symbols, st.integers(1900, 2099), st.one_of(st.none(), st.integers(1, 12)))
def test_blank_number_and_day_stay_blank(gap: int, symbol: str, year: int, month: int | None):
    """With the number blank none is suggested; the date keeps to what is there: month and year, or the year."""
    month_text = "" if month is None else f"{month:02d}"
    date = f"Suối Mây, ngày{' ' * (gap + 1)} tháng {month_text}   năm {year}"
    found = values(page(number=f"Số:{' ' * gap} /{symbol}", date=date))

    assert "codeNumber" not in found
    assert found["codeNotation"] == symbol
    assert found["issuedDate"] == (f"{month:02d}/{year}" if month else str(year))


@settings(deadline=None, max_examples=20)
@given(numbers, days)
def test_written_number_and_day_stay_empty(number: str, day: dt.date):
    """Digits that are no print are never suggested, however many readings agree on them."""
    date = f"Suối Mây, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
    found = values(page(number=f"Số: {number}/QĐ-UBND", date=date), written)

    assert "codeNumber" not in found
    assert found["issuedDate"] == str(day.year)


def test_page_without_motto_suggests_its_language_alone():
    """A following page has no letterhead; numbers and dates of its text are not taken."""
    following = page(motto=(), agency=(), number="", date="", kind="", subject=(), after="", body=BODY * 2)

    assert set(values(following)) <= {"language"}
    assert values(following)["language"] == "01"


def test_motto_in_a_sentence_is_none():
    """Text that speaks of the country in ordinary letters does not make a first page."""
    text = ("Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam", "Số: 12/QĐ-UBND ngày 11 tháng 5 năm 2021")
    following = page(motto=(), agency=(), number="", date="", kind="", subject=text, after="", body=BODY)

    assert set(values(following)) <= {"language"}


def test_stamp_of_a_signature_and_of_receipt_are_not_taken():
    """Dates and numbers of stamps stand where no number and date of a document stand."""
    stamped = page(number="Số:      /QĐ-UBND", date="Suối Mây, ngày      tháng      năm 2021")
    stamps = Drawing(list(stamped.lines))
    stamps.write("Thời gian ký: 11/05/2021 11:26:39 +07:00", 1380, 60)
    stamps.write("ĐẾN Số: 2352 Ngày: 21/3/2018", 220, 700)
    found = values(Reading(WIDTH, HEIGHT, 200.0, tuple(stamps.lines)))

    assert "codeNumber" not in found
    assert found["issuedDate"] == "2021"


@pytest.mark.parametrize(
    ("agency", "name"),
    [
        (("BỘ CÔNG THƯƠNG", "TRƯỜNG ĐẠI HỌC ĐIỆN LỰC"), "Trường Đại học Điện lực"),
        (("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"), "Ủy ban nhân dân tỉnh Quảng Ngãi"),
        (("ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI", "SỞ NỘI VỤ"), "Sở Nội vụ"),
        (("ỦY BAN NHÂN DÂN", "TÍNH QUÁNG NGÃI"), "Ủy ban nhân dân tỉnh Quảng Ngãi"),
        (("UBND TỈNH QUẢNG NGÃI", "BAN CHỈ ĐẠO 138"), "Ban Chỉ đạo 138"),
        (("BỘ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI"), "Bộ Lao động - Thương binh và Xã hội"),
        (("VĂN PHÒNG", "ỦY BAN NHÂN DÂN TỈNH"), "Văn phòng Ủy ban nhân dân tỉnh"),
        (("ỦY BAN NHÂN DÂN HUYỆN MỘ ĐỨC",), "Ủy ban nhân dân huyện Mộ Đức"),
    ],
)
def test_agency_is_the_last_one_of_the_head(agency: Sequence[str], name: str):
    """The superior agency above is left out, a name on two lines is one, capitals become usual letters."""
    assert values(page(agency=agency))["organName"] == name


def test_capitals_of_the_agency_are_kept_in_the_note():
    """The name as it stands on the page is told with the suggestion."""
    found = suggest(page(), looks_of(page()), printed)["organName"]

    assert "ỦY BAN NHÂN DÂN XÃ SUỐI MÂY" in found.note


def test_unknown_name_is_written_as_the_text_has_it():
    """What no list knows takes its capitals from the page's own text."""
    body = ("Giám đốc Trung tâm Ươm Tạo Hoa Lan quyết định thành lập tổ công tác.",)
    reading = page(agency=("TRUNG TÂM ƯƠM TẠO HOA LAN",), body=body)

    assert written_name("TRUNG TÂM ƯƠM TẠO HOA LAN", reading) == ("Trung tâm Ươm Tạo Hoa Lan", True)
    assert written_name("TRUNG TÂM ƯƠM TẠO HOA LAN", page()) == ("Trung tâm ươm tạo hoa lan", False)


@pytest.mark.parametrize(
    ("kind", "symbol", "code"),
    [
        ("QUYẾT ĐỊNH", "QĐ-UBND", "02"),
        ("QUYÉT ĐỊNH", "QĐ-UBND", "02"),
        ("QUYẾT ĐỊNN", "QĐ-UBND", "02"),
        ("THÔNG BÁO", "TB-ĐHĐL", "07"),
        ("CHỈ THỊ", "CT-UBND", "03"),
        ("TỜ TRÌNH", "TTr-TC", "15"),
        ("BÁO CÁO", "BC-UBND", "14"),
        ("BIÊN BẢN HỌP HỘI ĐỒNG", "BB-HĐ", "20"),
        ("NGHỊ ĐỊNH", "NĐ-CP", "32"),
    ],
)
def test_kind_is_told_by_its_name(kind: str, symbol: str, code: str):
    """The name in the middle tells the kind, also with a letter or marks misread."""
    assert values(page(kind=kind, number=f"Số: 5/{symbol}"))["typeName"] == code


def test_kind_that_the_symbol_contradicts_is_left_open():
    """A page headed as a notice with a decision's symbol gets no kind, and a note with both."""
    reading = page(kind="THÔNG BÁO")
    found = suggest(reading, looks_of(reading), printed)["typeName"]

    assert not found.value
    assert "QĐ-UBND" in found.note
    assert "THÔNG BÁO" in found.note


def test_official_letter_has_its_abstract_under_the_number():
    """An official letter [công văn] has no name; "V/v" under the number is its abstract."""
    about = ("V/v góp ý dự thảo", "Quyết định của tỉnh")
    reading = page(number="Số: 507/UBND-KGVX", about=about, kind="", subject=(), after="Kính gửi: Sở Tài chính")
    found = values(reading)

    assert found["typeName"] == "22"
    assert found["subject"] == "V/v góp ý dự thảo Quyết định của tỉnh"
    assert found["codeNotation"] == "UBND-KGVX"


@pytest.mark.parametrize("after", ["CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", "Kính gửi: Sở Tài chính", "Căn cứ Luật Đất đai;"])
def test_abstract_ends_where_the_next_part_begins(after: str):
    """Authority, addressee and grounds are no part of the abstract, however close they stand."""
    drawing = Drawing(list(page(after="", body=()).lines))
    drawing.write(after, MIDDLE, 540 + 3 * 44)
    found = values(Reading(WIDTH, HEIGHT, 200.0, tuple(drawing.lines)))

    assert found["subject"] == "Về việc thành lập Ban quản lý chợ Suối Mây"


def test_abstract_with_a_covered_line_is_left_empty():
    """A line that a stamp cuts short leaves the abstract to a person."""
    drawing = Drawing(list(page(after="", body=()).lines))
    drawing.write("và các tổ giữ trật tự của chợ Suối Mây trong năm", MIDDLE + 160, 540 + 3 * 44)
    found = suggest(Reading(WIDTH, HEIGHT, 200.0, tuple(drawing.lines)), {}, printed)["subject"]

    assert not found.value
    assert found.note


@pytest.mark.parametrize(
    ("text", "number", "symbol"),
    [
        ("Số: 12/QĐ-UBND", "12", "QĐ-UBND"),
        ("Số: 12a/QĐ-UBND", "12a", "QĐ-UBND"),
        ("Số:214 /KH-UBND", "214", "KH-UBND"),
        ("Số:       /TB-ĐHĐL", "", "TB-ĐHĐL"),
        ("Số: ..... /QĐÐ-UBND", "", "QĐ-UBND"),
        ("Số: 31/VP", "31", "VP"),
        ("Số 11-CT/TW", "11", "CT/TW"),
        ("Số: 05/2020/NQ-HĐND", "05", "2020/NQ-HĐND"),
        ("S6: 120/QD-UBND", "120", "QD-UBND"),
        ("Số: 119QĐ-UBND", "119", "QĐ-UBND"),
        ("Số: 3I6 /QĐ-UBND", "316", "QĐ-UBND"),
    ],
)
def test_number_row_is_taken_apart(text: str, number: str, symbol: str):
    """Number and symbol are parted as the forms have them, old and new."""
    read = number_symbol.parse(text)

    assert read is not None
    assert (read.number, read.symbol) == (number, symbol)


@pytest.mark.parametrize(
    "text", ["Số25I /QĐ-UBND", "SốI§I /QĐ-UBND", "Số: 5⁄49 /QĐ-UBND", "Số: đ# /CT-UBND", "Sở Nội vụ"]
)
def test_row_that_cannot_be_taken_apart_says_nothing(text: str):
    """A row with signs where digits should be gives no number."""
    assert number_symbol.parse(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Quảng Ngãi, ngày 11 tháng 5 năm 2021", ("11", "5", "2021")),
        ("Hà Nội, ngày   tháng   năm 2022", ("", "", "2022")),
        ("Ha N6i, ngay 21 thang 01 n&m 2025", ("21", "01", "2025")),
        ("Hậu Giang, ngày 7đ tháng 22 năm 2025", ("", "", "2025")),
        ("Quảng Ngãi, ngày @3 tháng 01 năm 2025", ("", "01", "2025")),
        ("Cà Mau, ngày 18tháng02 năm 2025", ("18", "02", "2025")),
        ("Cà Mau, ngày 18 tháng 02 năm 3025", ("18", "02", "")),
        ("Thời gian ký: 11/05/2021 11:26:39 +07:00", ("", "", "")),
    ],
)
def test_date_row_is_taken_apart(text: str, parts: tuple[str, str, str]):
    """Day, month and year are each read for itself; what is no possible one is left out."""
    read = issue_date.parse(text)

    assert (read.day, read.month, read.year) == parts


def test_impossible_day_leaves_month_and_year():
    """The 31st of June is no day; the month stays."""
    reading = page(date="Suối Mây, ngày 31 tháng 6 năm 2020")

    assert values(reading)["issuedDate"] == "06/2020"
    assert calendar.monthrange(2020, 6)[1] == 30


def test_readings_that_differ_elect_nothing():
    """A value needs both networks and four readings for each that is against it."""
    assert elected([Vote("vie", "17"), Vote("vie", "11"), Vote("eng", "17"), Vote("eng", "17")])[0] is None
    assert elected([Vote("vie", None)] * 3 + [Vote("eng", "17")] * 3)[0] is None
    assert elected([Vote("vie", "17"), *[Vote("eng", "17")] * 3, Vote("vie", None)])[0] == "17"
    assert elected([Vote("vie", "17")] * 4 + [Vote("eng", "17")] * 4 + [Vote("vie", "11")])[0] == "17"
    assert elected([])[0] is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["vie", "eng"]), st.sampled_from(["1", "2", None])), max_size=9))
def test_what_is_elected_has_most_votes(votes: list[tuple[str, str | None]]):
    """Nothing is elected against more than a quarter of the votes for it, and confidence stays a share."""
    value, sure = elected([Vote(*vote) for vote in votes])
    counts = {each: sum(vote[1] == each for vote in votes) for each in ("1", "2")}

    assert 0.0 <= sure <= 1.0
    if value is not None:
        assert counts[value] >= 4 * counts["2" if value == "1" else "1"]
        assert counts[value] >= 3


def test_dissenting_readings_leave_the_number_empty():
    """Where other looks read another number, none is given."""
    reading = page()
    other = ["Số: 13/QĐ-UBND"] * 2

    assert not suggest(reading, looks_of(reading, vie=other, eng=other), printed)["codeNumber"].value


def with_lines(reading: Reading, *more: tuple[str, float, float]) -> Reading:
    """Give a page with more lines: text, centre and base line of each."""
    drawing = Drawing(list(reading.lines))
    for text, centre, baseline in more:
        drawing.write(text, centre, baseline)
    return Reading(reading.width, reading.height, reading.dpi, tuple(drawing.lines))


def test_motto_takes_no_word_of_the_agency_beside_it():
    """Where agency and motto were read as one line, the word in front of the motto stays the agency's."""
    reading = page(agency=(), motto=("", MOTTO[1]))
    words = (*words_of("ỦY BAN NHÂN DÂN", 500, 200), *words_of(MOTTO[0], RIGHT, 200))
    lines = (Line(90, 200.0, words), *with_lines(reading, ("XÃ SUỐI MÂY", LEFT, 244)).lines)

    assert values(Reading(WIDTH, HEIGHT, 200.0, lines))["organName"] == "Ủy ban nhân dân xã Suối Mây"


@pytest.mark.parametrize("stamp", [("ĐẾN", "Số: 2352"), ("Số: 2352", "Ngày: 21/3/2018"), ("Số: 771", "Chuyển: VP")])
def test_number_of_a_stamp_of_receipt_is_not_the_documents(stamp: tuple[str, str]):
    """On a page without a number, the one of the stamp of receipt is not taken for it."""
    blank = page(number="", kind="BIÊN BẢN")
    reading = with_lines(blank, *((text, LEFT, 330.0 + 44 * at) for at, text in enumerate(stamp)))
    row = next(text for text in stamp if text.startswith("Số"))
    looks = [Look(network, (Line(0, 330, words_of(row, LEFT, 330)),)) for network in ("vie", "eng") * 4]
    found = suggest(reading, {"number": tuple(looks)}, printed)

    assert not found["codeNumber"].value
    assert values(page(number="Số: 12/BC", about=("Ngày 21-3-1998",)))["codeNumber"] == "12"


def test_addressee_ends_the_abstract_of_a_letter():
    """An addressee in the column of "V/v" is no part of it; a "v" that was not read does not hide it."""
    about = ("V/ góp ý dự thảo", "Quyết định của tỉnh", "Kính gửi:")
    found = values(page(number="Số: 507/UBND-KGVX", about=about, kind="", subject=(), after="Sở Tài chính"))

    assert found["subject"] == "V/v góp ý dự thảo Quyết định của tỉnh"
    assert found["typeName"] == "22"


def test_specks_under_the_kind_are_no_line_of_the_abstract():
    """Signs read between kind and abstract neither stand in it nor make its next line seem far."""
    reading = with_lines(page(), ("` .^ `", MIDDLE, 540 + 24))

    assert values(reading)["subject"] == "Về việc thành lập Ban quản lý chợ Suối Mây"
    assert joined(["+ năm 2017 và .", "các năm sau"]) == "năm 2017 và các năm sau"


@pytest.mark.parametrize("read", ["Số: .../BC-...", "Số: 12/QĐ-", "Số: 12/QĐ- ....."])
def test_symbol_that_is_not_whole_is_none(read: str):
    """A symbol that ends with a dash says nothing: its rest is blank or was not read."""
    assert not number_symbol.symbol_of(read)


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("TỈNH ỦY KIÊN GIANG", "Tỉnh ủy Kiên Giang"),
        ("HUYỆN ỦY TRÀ BỒNG", "Huyện ủy Trà Bồng"),
        ("ĐẢNG ỦY SỞ Y TẾ", "Đảng ủy Sở Y tế"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HỘI AN", "Ủy ban nhân dân thành phố Hội An"),
        ("CÔNG TY TNHH MTV CẤP NƯỚC KIÊN GIANG", "Công ty TNHH MTV cấp nước Kiên Giang"),
        ("PHỦ THỦ TƯỚNG", "Phủ Thủ tướng"),
        ("TY GIÁO DỤC HÀ TĨNH", "Ty Giáo dục Hà Tĩnh"),
    ],
)
def test_names_of_places_and_abbreviations_keep_their_capitals(capitals: str, written: str):
    """What follows a committee of the Party is a place; words without a vowel are abbreviations."""
    assert written_name(capitals, page(body=()))[0] == written


def test_dash_between_two_agencies_stays():
    """Two agencies joined by a dash at the end of a line stay joined; one under the name is a rule."""
    agency = ("LIÊN ĐOÀN LAO ĐỘNG -", "SỞ VĂN HÓA VÀ THỂ THAO", "TỈNH AN GIANG -")
    found = values(page(agency=agency))["organName"]

    assert found == "Liên đoàn Lao động - Sở Văn hóa và Thể thao tỉnh An Giang"


def test_abstract_with_a_doubtful_word_is_not_sure_and_names_it():
    """A word that readings have differently lowers the confidence and is told, unless a set phrase puts it right."""
    reading = page(subject=("Về việc bổ nhiệm bà Lê Thị Yên",))
    line = next(line for line in reading.lines if "Yên" in [word.text for word in line.words])
    other = tuple(replace(w, text={"Yên": "Yến", "bổ": "bô"}.get(w.text, w.text)) for w in line.words)
    looks = {"subject": (Look("vie", (line,)), Look("vie", (replace(line, words=other),)))}
    doubted, sure = suggest(reading, looks, printed)["subject"], suggest(reading, {}, printed)["subject"]

    assert doubted.value == sure.value == "Về việc bổ nhiệm bà Lê Thị Yên"
    assert doubted.confidence < SURE <= sure.confidence
    assert doubted.note.endswith(": Yên")
    assert not sure.note


def test_lines_are_joined_to_one_text():
    """A symbol divided at the end of a line is one again, blanks before signs go, specks at the edges too."""
    assert joined(["'Về việc thực hiện Nghị định số 71/2016/NĐ-", "CP của Chính phủ ;"]).endswith(
        "71/2016/NĐ- CP của Chính phủ;"
    )
    assert joined(["và việc công bố", "danh mục_"]) == "Về việc công bố danh mục"


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ("thâm quyên giải quyêt", "thẩm quyền giải quyết"),
        ("Sửa đối, bỗ sung", "Sửa đổi, bổ sung"),
        ("Uỷ ban nhân dân tỉnh Bên Tre", "Uỷ ban nhân dân tỉnh Bến Tre"),
        ("ông Trân Văn Đôi", "ông Trân Văn Đôi"),
    ],
)
def test_marks_of_set_phrases_are_put_right(read: str, right: str):
    """Only marks of phrases that can be nothing else change; names and ways of writing stay."""
    assert respelled(read) == right


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấếốớứ ,.-", max_size=60))
def test_respelling_changes_marks_only(text: str):
    """Letters, signs and their order are never touched."""
    plain = " ".join(text.split())

    assert len(respelled(text)) == len(plain)
    assert respelled(respelled(text)) == respelled(text)


def test_provinces_are_told_by_letters():
    """A province's name is known without its marks, other words are none."""
    assert province("QUANG NGÀI") == "Quảng Ngãi"
    assert not province("Mộ Đức")


def test_symbols_tell_kinds():
    """Abbreviations of the annex are kinds; an agency's own is none."""
    assert code_of_symbol("TTr-UBND") == "15"
    assert code_of_symbol("2020/NQ-HĐND") == "01"
    assert not code_of_symbol("UBND-NC")
    assert all(code_of_symbol(symbol) in TYPE_NAME for symbol in ("QĐ-X", "KH-X", "NĐ-CP"))


def test_suggested_values_are_canonical():
    """Dates come in the annex's forms, so that the list reads them back."""
    assert dates.is_canonical(values(page())["issuedDate"])
    assert Suggestion().value == ""
