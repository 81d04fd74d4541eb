"""Vietnamese syllables are known from what only looks like them; other languages are not judged."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records.spelling import Spelling, judge, oddity, words_of

SHARED = Path(__file__).parent.parent.parent / "shared" / "samples"
TEXT = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc. Ủy ban nhân dân thành phố quyết định về việc "
    "giải quyết khiếu nại của người khuyết tật; nghiêng ngả, ngoằn ngoèo, khuỷu tay, huỳnh huỵch, quýt, thuở, giếng."
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.mark.parametrize(
    "word",
    [
        "nghiêng", "khuya", "khuỷu", "quyền", "quốc", "giếng", "gì", "gìn", "giữ", "giết", "ỷ", "yêu", "ngoặc", "thuở",
        "hòa", "hoà", "thúy", "thuý", "loè", "lòe", "mía", "mùa", "ngừa", "rượu", "người", "đường", "hoàn", "quả",
        "già", "xoong", "Đắk", "ĐƯỜNG", "Ủy", "kỹ", "lý", "quý", "quỳnh", "trưởng", "tuyển", "buýt",
    ],
)  # fmt: skip
def test_syllables_are_right(word: str):
    """Every well-formed syllable passes, in both ways of placing the tone on oa, oe and uy."""
    assert oddity(word) == ""


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("gìa", "misplaced-tone"), ("ngừơi", "misplaced-tone"), ("tòan", "misplaced-tone"), ("qúa", "misplaced-tone"),
        ("múốn", "two-tones"), ("hộì", "two-tones"),
        ("bâc", "wrong-tone"), ("xuât", "wrong-tone"), ("họăt", "misplaced-tone"), ("mảt", "wrong-tone"),
        ("đuờng", "impossible"), ("ngịch", "impossible"), ("kông", "impossible"), ("ghà", "impossible"),
        ("ngàW", "impossible"), ("anđ", "impossible"), ("jđews", "impossible"), ("faileä", "impossible"),
        ("người".replace("ờ", "ơ\u0300"), "decomposed"), (unicodedata.normalize("NFD", "được"), "decomposed"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(word: str, kind: str):
    """Each kind of wrong mark has its name."""
    assert oddity(word) == kind


@settings(deadline=None, max_examples=60)
@given(word=st.sampled_from(TEXT.replace(",", " ").replace(".", " ").replace(";", " ").split()), data=st.data())
def test_a_second_tone_is_never_right(word: str, data: st.DataObject):
    """A syllable with a tone is no syllable any more when another vowel gets one too."""
    plain = unicodedata.normalize("NFD", word)
    vowels = [place for place, letter in enumerate(plain) if letter.lower() in "aeiouy"]
    if len(vowels) < 2 or not any(tone in plain for tone in TONES):
        return
    free = [place for place in vowels if not _has_tone(plain, place)]
    place = data.draw(st.sampled_from(free))
    tone = data.draw(st.sampled_from(TONES))
    doubled = unicodedata.normalize("NFC", plain[: place + 1] + tone + plain[place + 1 :])

    assert oddity(doubled) in ("two-tones", "decomposed")


def _has_tone(plain: str, place: int) -> bool:
    rest = plain[place + 1 :]
    marks = rest[: next((n for n, mark in enumerate(rest) if not unicodedata.combining(mark)), len(rest))]
    return any(mark in TONES for mark in marks)


@settings(deadline=None, max_examples=100)
@given(word=st.text(min_size=0, max_size=12))
def test_any_text_can_be_judged(word: str):
    """Whatever stands there gets an answer."""
    assert oddity(word) in ("", "decomposed", "two-tones", "misplaced-tone", "wrong-tone", "impossible")
    assert judge(word, "vie").words >= 0


def test_right_text_has_nothing_outside():
    """Plain Vietnamese prose has no word outside the language."""
    assert judge(TEXT, "vie") == Spelling(len(list(words_of(TEXT))), 0, 0)


def test_numbers_abbreviations_and_addresses_are_not_judged():
    """What is no word is not counted: numbers of documents, dates, UBND, TTg, Roman numerals, mail."""
    text = "Số: 12/QĐ-UBND ngày 3/4/1998, TTg, HĐND, XIV, mục a) abc@tinh.gov.vn https://tinh.gov.vn BNV"

    assert list(words_of(text)) == ["Số", "ngày", "mục"]


def test_misread_words_are_counted_and_shown():
    """Words outside the language are counted; those with Vietnamese marks are odd and shown once each."""
    found = judge("Quyết định xuât bản, xuât khẩu của The Company", "vie", most_examples=1)

    assert (found.words, found.outside, found.oddities) == (9, 3, 2)  # "The" could be one
    assert found.examples == ("xuât",)


@pytest.mark.parametrize("languages", ["fra", "eng", "eng+fra"])
def test_other_languages_are_not_measured(languages: str):
    """Nothing is made up of a text in a language whose words are not known."""
    assert judge("Le père de la pièce", languages) == Spelling(0, None, None)


def test_beside_another_language_only_vietnamese_letters_are_judged():
    """With French in the text, é and à may be French; đ and the dot below are not."""
    found = judge("père élève à la cour; ngàn đươgn nặng", "vie+fra")

    assert found.outside is None
    assert (found.words, found.oddities, found.examples) == (2, 1, ("đươgn",))


def test_real_texts_are_nearly_all_inside():
    """In the true text of real office documents 99.5 % of the words are syllables; the rest are names and English."""
    files = sorted(SHARED.glob("vn-born-digital/*.gt.txt"))
    if not files:
        pytest.skip(f"NO REAL TEXTS: {SHARED} is not there")
    texts = [judge(path.read_text(encoding="utf-8"), "vie") for path in files]
    words, outside = sum(found.words for found in texts), sum(found.outside or 0 for found in texts)

    assert words > 1000
    assert outside < 0.005 * words
