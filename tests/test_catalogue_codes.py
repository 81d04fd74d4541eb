"""Values of cells: codes, words, abbreviations; what is not understood stays as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue.codes import canonical, canonical_values, is_canonical, type_at_start
from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Field, Kind
from pipeline.catalogue.folding import folded, tidy

CODED = [field for table in (DOSSIER, DOCUMENT) for field in table.values() if field.codes]


@pytest.mark.parametrize("field", CODED, ids=lambda field: f"{field.name}-{field.most_letters}")
def test_every_code_and_its_words_are_understood(field: Field):
    """Each code, its words with and without marks, both together, and the code without its zero give the code."""
    for code, words in field.codes.items():
        forms = [code, words, words.upper(), folded(words), f"{code} - {words}"]
        forms += [code.lstrip("0"), f"{int(code)}.0"] if code.isdigit() and len(code) == 2 else []
        assert {canonical(field, form) for form in forms} == {code}, code
        assert is_canonical(field, code)


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("maintenance", "VV", "01"), ("maintenance", "20", "05"), ("maintenance", "20 năm", "05"),
        ("maintenance", "70", "02"), ("maintenance", "lâu dài", "lâu dài"), ("maintenance", "15 năm", "15 năm"),
        ("mode", "Không hạn chế", "01"), ("mode", "hạn chế", "02"), ("mode", "Tối mật", "03"), ("mode", "4", "4"),
        ("language", "Tiếng Việt, Tiếng Anh", "01,02"), ("language", "Việt - Anh", "06"), ("language", "1; 6", "01,06"),
        ("language", "Việt+Pháp", "01,03"), ("language", "Tiếng Việt và tiếng Nga", "01,04"),
        ("language", "01,01", "01"), ("language", "Việt, Lào", "Việt, Lào"), ("language", "", ""),
        ("typeName", "QĐ", "02"), ("typeName", "qđ", "02"), ("typeName", "QyĐ", "05"), ("typeName", "HĐ", "21"),
        ("typeName", "HD", "08"), ("typeName", "ĐA", "12"), ("typeName", "DA", "13"), ("typeName", "TTr", "15"),
        ("typeName", "CTr", "09"), ("typeName", "CT", "03"), ("typeName", "CV", "22"), ("typeName", "cong van", "22"),
        ("typeName", "Nghị định", "32"), ("typeName", "Giấy uỷ quyền", "16"), ("typeName", "Bản thoả thuận", "25"),
        ("typeName", "02 - Nghị quyết", "02 - Nghị quyết"), ("typeName", "33", "33"), ("typeName", "Số", "Số"),
        ("process", "Có", "1"), ("process", "x", "1"), ("process", "TRUE", "1"), ("process", "Không", "0"),
        ("process", "1 - Có", "1"), ("process", "có thể", "có thể"), ("riskRecoveryStatus", "chưa lập", "02"),
        ("numberOfPage", "012", "12"), ("numberOfPage", "3.0", "3"), ("numberOfPage", "15 trang", "15"),
        ("numberOfPage", "0", "0"), ("numberOfPage", "1.234", "1.234"), ("numberOfPage", "-3", "-3"),
        ("numberOfPage", "3.5", "3.5"), ("issuedDate", "1/2/1998", "01/02/1998"), ("issuedDate", "x", "x"),
        ("subject", " Về  việc\nA ", "Về việc A"), ("codeNumber", "05", "05"),
    ],
)  # fmt: skip
def test_cells_become_canonical_or_stay(name: str, written: str, meant: str):
    """What has one meaning gets its canonical form; everything else is left as written."""
    assert canonical(DOCUMENT[name], written) == meant


@settings(deadline=None, max_examples=100)
@given(st.sampled_from([*DOSSIER.values(), *DOCUMENT.values()]), st.text(max_size=20))
def test_canonical_values_are_stable(field: Field, text: str):
    """Reading a canonical value again changes nothing, and an understood value is of its field's form."""
    once = canonical(field, text)

    assert canonical(field, once) == once
    if field.kind is Kind.TEXT:
        assert once == tidy(text)
    elif once != tidy(text):
        assert is_canonical(field, once)


def test_defaults_are_read_like_cells():
    """A table of defaults is made canonical; empty values and unknown names are left out."""
    defaults = {"mode": "Công khai", "language": "", "nobody": "x", "maintenance": "?"}

    assert canonical_values(DOSSIER, defaults) == {"mode": "01", "maintenance": "?"}


@pytest.mark.parametrize(
    ("written", "code", "rest"),
    [
        ("Quyết định về việc thành lập tổ", "02", "về việc thành lập tổ"),
        ("QĐ v/v thành lập tổ", "02", "v/v thành lập tổ"),
        ("Biên bản: họp ngày 3", "20", "họp ngày 3"),
        ("Bản vẽ kỹ thuật cầu", "31", "cầu"),
        ("Báo cáo", "14", "Báo cáo"),
        ("V/v mời họp", "22", "V/v mời họp"),
        ("Da dạng sinh học", "", "Da dạng sinh học"),
        ("Số liệu thống kê", "", "Số liệu thống kê"),
        ("Về việc mời họp", "", "Về việc mời họp"),
    ],
)
def test_type_is_taken_from_the_beginning(written: str, code: str, rest: str):
    """A type's name at the beginning gives its code; no name, no code."""
    assert type_at_start(written) == (code, rest)
