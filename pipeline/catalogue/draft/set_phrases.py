"""Set phrases of office Vietnamese: where only marks were misread, the letters tell which phrase stands there.

Bold and small print loses marks first: "thâm quyên giải quyêt" is "thẩm quyền giải quyết" and can be nothing else. Only
phrases of two or more syllables that no other usual phrase equals without marks are listed.
"""

import re
import unicodedata

from pipeline.catalogue.draft.places import NAMES
from pipeline.catalogue.folding import unmarked

_PHRASES = """
sửa đổi|bổ sung|thẩm quyền|giải quyết|thủ tục|hành chính|danh mục|công bố|ban hành|bãi bỏ|hủy bỏ|thay thế|lĩnh vực|
phạm vi|chức năng|quản lý|nhà nước|địa bàn|ủy ban|nhân dân|hội đồng|cấp huyện|cấp xã|cấp tỉnh|y tế|khám bệnh|
chữa bệnh|giáo dục|đào tạo|trung học|phổ thông|tiểu học|mầm non|tuyển sinh|tốt nghiệp|sinh viên|học sinh|giáo viên|
tài nguyên|môi trường|khoáng sản|đất đai|giao đất|thuê đất|thu hồi|bồi thường|hỗ trợ|tái định cư|quy hoạch|kế hoạch|
sử dụng|xây dựng|đầu tư|dự án|phê duyệt|thẩm định|điều chỉnh|dự toán|ngân sách|kinh phí|tài chính|kế toán|kiểm toán|
kiểm tra|thanh tra|giám sát|xử lý|xử phạt|vi phạm|khiếu nại|tố cáo|thi hành|tư pháp|hộ tịch|quốc tịch|chứng thực|
con nuôi|cư trú|đăng ký|cấp giấy|giấy phép|chứng nhận|bổ nhiệm|miễn nhiệm|điều động|luân chuyển|xếp lương|khen thưởng|
kỷ luật|thành lập|giải thể|kiện toàn|chỉ đạo|công tác|hội nghị|cuộc họp|kết luận|báo cáo|tổng kết|sơ kết|triển khai|
thực hiện|tổ chức|tăng cường|nhiệm vụ|giải pháp|biện pháp|phòng chống|thiên tai|dịch bệnh|cháy nổ|phòng cháy|chữa cháy|
an toàn|giao thông|vận tải|đường bộ|đường thủy|nội địa|nông nghiệp|nông thôn|phát triển|lâm nghiệp|thủy sản|thủy lợi|
công nghiệp|công thương|thương mại|doanh nghiệp|kinh doanh|cổ phần|kinh tế|xã hội|văn hóa|thể thao|du lịch|thông tin|
truyền thông|khoa học|công nghệ|chuyển đổi|điện tử|lưu trữ|văn thư|tài liệu|hồ sơ|số hóa|bảo hiểm|bảo vệ|bảo đảm|
đảm bảo|lao động|thương binh|việc làm|trẻ em|người có công|chính sách|chế độ|dân tộc|tôn giáo|miền núi|thiểu số|
giảm nghèo|bền vững|quốc phòng|an ninh|trật tự|nghĩa vụ|quân sự|bầu cử|đại biểu|nhiệm kỳ|nghị quyết|nghị định|
quyết định|thông tư|chỉ thị|quy định|quy chế|quy trình|nội bộ|cơ chế|một cửa|liên thông|tiếp nhận|kết quả|tình hình|
nhà ở|bất động sản|tiêu chuẩn|đo lường|chất lượng|sản phẩm|hàng hóa|vật liệu|đặc biệt|thường xuyên|định kỳ|năm học|
học kỳ|học phí|học bổng|ủy viên|chủ tịch|thành viên|về việc|đối với|mục đích|thị trấn|thị xã|thành phố|
phân cấp|đề nghị|hoạt động|văn bản|cán bộ|công chức|viên chức|người dân|chương trình|mục tiêu|quốc gia|khu vực|
giai đoạn|nông dân|hợp tác|tiêu cực|tham nhũng|hóa đơn|nộp thuế|cá nhân|đơn vị|cơ quan|trách nhiệm|quyền hạn|kỹ thuật|
quy chuẩn|hợp quy|tổng thể|tầm nhìn|ứng phó|sự cố|cải cách|tiếp công dân|bảo quản|vĩnh viễn|phục vụ|ứng dụng|
chuyên ngành|môn học|chuyển mục đích|xét duyệt|công nhận|trọng điểm|phức tạp
"""
_MOST_SYLLABLES = 7  # "thành phố Bà Rịa - Vũng Tàu"
_LEVELS = ("tỉnh", "thành phố")


def _letters(text: str) -> tuple[str, ...]:
    return tuple(unmarked(text).split())


_USUAL = (*re.sub(r"\s*\n\s*", "", _PHRASES).split("|"), *(f"{level} {name}" for level in _LEVELS for name in NAMES))
_BY_LETTERS = {_letters(phrase): phrase.split() for phrase in _USUAL}


def respelled(text: str) -> str:
    """Give a text with the marks of its set phrases put right; letters, case and signs stay as they are."""
    words = text.split()
    at = 0
    while at < len(words):
        at += _respell(words, at)
    return " ".join(words)


def outside(text: str) -> tuple[str, ...]:
    """Give the words of a text that are part of no set phrase, which nothing but the page vouches for."""
    words = text.split()
    found: list[str] = []
    at = 0
    while at < len(words):
        bare, phrase = _phrase(words, at)
        found += [] if phrase else [words[at]]
        at += len(bare) if phrase else 1
    return tuple(found)


def _respell(words: list[str], at: int) -> int:
    """Put right the longest phrase that begins at a word; give how many words to go on."""
    bare, phrase = _phrase(words, at)
    for place, (word, right) in enumerate(zip(bare, phrase, strict=True)):
        words[at + place] = words[at + place].replace(word, _like(word, right), 1)
    return max(1, len(bare))


def _phrase(words: list[str], at: int) -> tuple[list[str], list[str]]:
    """Give the words, without signs round them, of the longest phrase that begins at a word, and how it is written."""
    for count in range(min(_MOST_SYLLABLES, len(words) - at), 1, -1):
        part = words[at : at + count]
        bare = [*part[:-1], part[-1].rstrip(".,;:)”\"'")]
        bare[0] = bare[0].lstrip("(“\"'")
        phrase = _BY_LETTERS.get(tuple(map(unmarked, bare)))
        if phrase:
            return bare, phrase
    return [], []


def _like(word: str, right: str) -> str:
    """Write a syllable in the case of a word; one that differs only in where the tone stands is left alone."""
    if sorted(unicodedata.normalize("NFD", word.casefold())) == sorted(unicodedata.normalize("NFD", right.casefold())):
        return word
    if len(word) != len(right):
        return word
    return "".join(r.upper() if w.isupper() else r.lower() for w, r in zip(word, right, strict=True))
