"""Names of agencies that stand in capitals, in the letters that Vietnamese usage gives them.

Nghị định 30/2020/NĐ-CP, Phụ lục II, IV: the first letters of the words that say kind, function and field of an agency,
and all syllables of names of places, are capitals. What is not known here is written as the page itself writes it in
its text; what is not there either gets a capital at the beginning alone.
"""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.catalogue.draft.places import province
from pipeline.catalogue.folding import unmarked
from pipeline.model import Reading

# Kinds of agencies, functions and fields, as they are written; longer ones are tried first.
_PHRASES = """
Ủy ban nhân dân|Uỷ ban nhân dân|Ủy ban hành chính|Uỷ ban hành chính|Ủy ban kháng chiến hành chính|Hội đồng nhân dân|
Ủy ban Mặt trận Tổ quốc Việt Nam|Ủy ban|Uỷ ban|UBND|HĐND|UBMTTQ|Đoàn đại biểu Quốc hội|Hội đồng|Quốc hội|Chính phủ|
Thủ tướng Chính phủ|Chủ tịch nước|Văn phòng Chính phủ|Văn phòng Quốc hội|Văn phòng|Thanh tra Chính phủ|Thanh tra|
Bộ|Sở|Cục|Tổng cục|Chi cục|Vụ|Viện|Học viện|Trường|Đại học|Cao đẳng|Trung cấp|Trung học phổ thông|Trung học cơ sở|
Tiểu học|Mầm non|Mẫu giáo|Trung tâm|Phòng|Ban|Ban Chỉ đạo|Ban Quản lý|Ban Tổ chức|Ban Tuyên giáo|Ban Chấp hành|
Hội|Liên hiệp|Liên đoàn Lao động|Hội Nông dân|Hội Liên hiệp Phụ nữ|Hội Cựu chiến binh|Đoàn Thanh niên|Công đoàn|
Công ty|Công ty cổ phần|Công ty trách nhiệm hữu hạn|Tổng công ty|Tập đoàn|Xí nghiệp|Nhà máy|Nông trường|Lâm trường|
Hợp tác xã|Ngân hàng|Ngân hàng Nhà nước|Kho bạc Nhà nước|Bảo hiểm xã hội|Bệnh viện|Bệnh viện đa khoa|Trạm Y tế|
Tòa án nhân dân|Toà án nhân dân|Tòa án nhân dân tối cao|Viện kiểm sát nhân dân|Viện kiểm sát nhân dân tối cao|
Công an|Bộ Chỉ huy Quân sự|Tỉnh ủy|Thành ủy|Huyện ủy|Quận ủy|Đảng ủy|Thị ủy|Cục Thuế|Chi cục Thuế|
Tỉnh đoàn|Thành đoàn|Huyện đoàn|Phủ Thủ tướng|Hội đồng Chính phủ|Hội đồng Bộ trưởng|Ty|Nội thương|Vật tư|
Kiến trúc|Lương thực|Lương thực và Thực phẩm|Cơ khí và Luyện kim|Điện và Than|Công nghiệp nhẹ|Công nghiệp nặng|
Lao động|Thương binh|Đại học và Trung học chuyên nghiệp|Ủy ban Kế hoạch Nhà nước|Ủy ban Khoa học Nhà nước|
Ủy ban Khoa học và Kỹ thuật Nhà nước|
Hải quan|Thống kê|Đảng bộ|Chi bộ|Nhà xuất bản|Báo|Đài Phát thanh và Truyền hình|Thư viện|Bảo tàng|
Tư pháp|Nội vụ|Tài chính|Công Thương|Công nghiệp|Thương mại|Giáo dục và Đào tạo|Giáo dục|Y tế|Xây dựng|
Giao thông vận tải|Nông nghiệp và Phát triển nông thôn|Nông nghiệp và Môi trường|Nông nghiệp|Thủy lợi|Thủy sản|
Lâm nghiệp|Tài nguyên và Môi trường|Khoa học và Công nghệ|Thông tin và Truyền thông|Bưu chính, Viễn thông|
Văn hóa, Thể thao và Du lịch|Văn hoá, Thể thao và Du lịch|Văn hóa và Thể thao|Văn hóa - Thông tin|Văn hóa|Du lịch|
Lao động - Thương binh và Xã hội|Lao động, Thương binh và Xã hội|Kế hoạch và Đầu tư|Quốc phòng|Ngoại giao|Ngoại vụ|
Dân tộc|Dân tộc và Tôn giáo|Tôn giáo|Quy hoạch - Kiến trúc|Đất đai|Kinh tế|Kinh tế - Hạ tầng|Hạ tầng|Nhà nước|
Phục vụ hành chính công|Lưu trữ|Lưu trữ lịch sử|Lưu trữ quốc gia|Văn thư và Lưu trữ nhà nước|Khu kinh tế|
Khu công nghiệp|Các khu công nghiệp|Dự án|Đầu tư xây dựng|Đầu tư|Phòng, chống thiên tai|Tìm kiếm cứu nạn|Điện lực|
Bách khoa|Sư phạm|Kinh tế quốc dân|Ngoại thương|Luật|Nông lâm|Khoa học xã hội và Nhân văn|Khoa học tự nhiên|
Khoa học|Công nghệ|Công nghệ thông tin|Kỹ thuật|Công báo và Tin học|Kiểm toán nhà nước|Việt Nam|Trung ương|Đảng
"""
# Levels of places; what follows is a name. Where a committee's place must follow, their letters alone tell them.
_LEVELS = ("tỉnh", "thành phố", "tp", "tp.", "huyện", "quận", "thị xã", "xã", "phường", "thị trấn", "đặc khu", "thôn")
_BY_LETTERS = {unmarked(level): level for level in _LEVELS}
_OF_A_PLACE = frozenset({"Ủy ban nhân dân", "Uỷ ban nhân dân", "UBND", "Hội đồng nhân dân", "HĐND", "Công an", "Sở",
                         "Ủy ban hành chính", "Uỷ ban hành chính", "Đoàn đại biểu Quốc hội"})  # fmt: skip
# Committees of the Party and of the Youth Union: the name of their place follows, without its level.
_BEFORE_A_PLACE = frozenset({"Tỉnh ủy", "Thành ủy", "Huyện ủy", "Quận ủy", "Thị ủy", "Tỉnh đoàn", "Thành đoàn",
                             "Huyện đoàn"})  # fmt: skip
_VOWELS = frozenset("aeiouy")
_SMALL = frozenset({"va", "cac", "cua", "ve", "tai", "voi"})
_MOST_WORDS = 8


def _syllables(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


_KNOWN = {_syllables(phrase): phrase for phrase in re.sub(r"\s*\n\s*", "", _PHRASES).split("|") if phrase}
# Phrases of several syllables are told by their letters, where marks were misread; those alike without marks are not.
_LETTERS = Counter(tuple(map(unmarked, key)) for key in _KNOWN)
_MISREAD = {
    tuple(map(unmarked, key)): phrase
    for key, phrase in _KNOWN.items()
    if len(key) > 1 and (_LETTERS[tuple(map(unmarked, key))] == 1 or key[0].startswith(("ủy", "tòa", "văn")))
}


def written_name(capitals: str, reading: Reading) -> tuple[str, bool]:
    """Give a name as it is written in running text, and whether all of it is known.

    Args:
        capitals: The name as it stands in the head.
        reading: The page, whose text may have the name in ordinary letters.
    """
    if not is_capitals(capitals):
        return capitals, True
    words = capitals.split()
    written, known = _by_phrases(words)
    on_page = "" if known else _on_page(words, reading)
    return (on_page, True) if on_page else (written, known)


def is_capitals(text: str) -> bool:
    """Tell whether text stands in capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and sum(map(str.isupper, letters)) >= 0.8 * len(letters)


def _on_page(words: Sequence[str], reading: Reading) -> str:
    """Give the name as it stands in the page's text in ordinary letters, if it does, of at least three words."""
    wanted = [_bare(word).casefold() for word in words]
    if len(words) < 3:
        return ""
    text = [word.text for line in reading.lines for word in line.words]
    for at in range(len(text) - len(words) + 1):
        part = text[at : at + len(words)]
        same = [_bare(word).casefold() for word in part] == wanted
        if same and not is_capitals(" ".join(part)) and part[0][:1].isupper():
            return " ".join([*part[:-1], part[-1].rstrip(".,;:)")])
    return ""


def _bare(word: str) -> str:
    return word.strip(".,;:()\"'“”")


def _by_phrases(words: Sequence[str]) -> tuple[str, bool]:
    """Write phrase by phrase; names of places get capitals at every syllable."""
    out: list[str] = []
    at, known, in_place, last = 0, True, False, ""
    while at < len(words):
        count, phrase = _phrase(words[at:])
        level = _level(words[at:], sure=last in _OF_A_PLACE) if at else ""
        if level:
            out.append(level)
            at, in_place, last = at + len(level.split()), True, ""
            taken, name = _province(words[at:])
            out += [name] if taken else []
            at += taken
        elif in_place and count < 2:  # a single word may be a syllable of it: Hội An, Vụ Bản
            out.append(_titled(words[at]))
            at += 1
        elif count:
            out.append(_as_in(phrase, words[at : at + count]))
            at, in_place, last = at + count, phrase in _BEFORE_A_PLACE, phrase
        elif at and (name := _province(words[at:])[1]):
            out.append(name)
            at = len(words)
        elif _is_abbreviation(words[at]):
            out.append(words[at])
            at += 1
        else:
            plain = unmarked(words[at])
            known = known and (plain in _SMALL or not any(letter.isalpha() for letter in plain))
            starts = not out or out[-1] in {"-", "–"}
            out.append(_titled(words[at]) if starts and plain not in _SMALL else words[at].lower())
            at += 1
    text = " ".join(out)
    return text[:1].upper() + text[1:], known


def _phrase(words: Sequence[str]) -> tuple[int, str]:
    """Give the longest known phrase that words begin with, and how many words it takes."""
    bare = [_bare(word) for word in words[:_MOST_WORDS]]
    for count in range(len(bare), 0, -1):
        syllables = _syllables(" ".join(bare[:count]))
        phrase = _KNOWN.get(syllables) or _MISREAD.get(tuple(map(unmarked, syllables)))
        if phrase and bare[count - 1]:
            return count, phrase
    return 0, ""


def _level(words: Sequence[str], *, sure: bool) -> str:
    """Give the level of places that words begin with; something must follow."""
    for count in (2, 1):
        text = " ".join(words[:count]).casefold()
        if len(words) > count and (text in _LEVELS or (sure and unmarked(text) in _BY_LETTERS)):
            return "TP." if text.startswith("tp") else _BY_LETTERS[unmarked(text)]
    return ""


def _province(words: Sequence[str]) -> tuple[int, str]:
    """Give the name of a province that all words are, and how many they are."""
    name = province(" ".join(words)) if words else ""
    return (len(words), name) if name else (0, "")


def _as_in(phrase: str, words: Sequence[str]) -> str:
    """Write words as a phrase has them, with the signs that stand on the page."""
    syllables = iter(re.findall(r"[^\W_]+", phrase))
    return " ".join(re.sub(r"[^\W_]+", lambda _: next(syllables), word) for word in words)


def _is_abbreviation(word: str) -> bool:
    """Tell whether a word has no vowel, as no syllable has: TNHH, MTV."""
    plain = unmarked(_bare(word))
    return len(plain) > 1 and plain.isalpha() and not _VOWELS & set(plain)


def _titled(word: str) -> str:
    return word[:1].upper() + word[1:].lower() if not any(letter.isdigit() for letter in word) else word
