"""The issuing agency [cơ quan ban hành], from the lines beside the motto.

Nghị định 30/2020/NĐ-CP, Phụ lục I, II.2: the superior agency stands above in ordinary weight, the issuing one below in
bold capitals; a People's Committee stands on two lines with its place.
"""

import re
from collections.abc import Sequence

from pipeline.catalogue.draft.agreed_words import agreed
from pipeline.catalogue.draft.letter_case import is_capitals, written_name
from pipeline.catalogue.draft.values import Look, Piece, Suggestion
from pipeline.catalogue.folding import unmarked
from pipeline.messages import marked
from pipeline.model import Reading

MOST_LETTERS = 200
# What a name of an agency begins with.
_KINDS = re.compile(
    r"(?:uy ban|ubnd|hdnd|hoi dong|bo |so |cuc |tong cuc|chi cuc|vu |vien |hoc vien|truong |dai hoc|trung tam|ban |"
    r"phong (?!chong|,)|van phong|thanh tra|cong ty|tong cong ty|tap doan|xi nghiep|nha may|ngan hang|kho bac|"
    r"bao hiem xa hoi|benh vien|tram |toa an|vien kiem sat|cong an|tinh uy|thanh uy|huyen uy|quan uy|dang uy|thi uy|"
    r"tinh doan|dang bo|chi bo|hoi |lien doan|lien hiep|doan |chinh phu|quoc hoi|hop tac xa|nha xuat ban|doi |hat |"
    r"dai phat thanh|thu vien|bao tang|quy |lien minh|chu tich|thu tuong|phu thu tuong|ty |nha (?!may|xuat))"
)
# A line that says no more than this is finished by the next one.
_UNFINISHED = re.compile(
    r"(?:uy ban nhan dan|uy ban hanh chinh|uy ban|hoi dong nhan dan|hoi dong|van phong|ban chi dao|ban quan ly|ban|"
    r"bo|so|cuc|chi cuc|phong|truong|truong dai hoc|truong cao dang|trung tam|vien|hoc vien|cong ty|cong ty co phan|"
    r"cong ty trach nhiem huu han|cong ty tnhh|tong cong ty|tap doan|toa an nhan dan|vien kiem sat nhan dan|cong an|"
    r"thanh tra|bao hiem xa hoi|kho bac nha nuoc|ngan hang|benh vien|benh vien da khoa|doan dai bieu quoc hoi|"
    r".* va|.*,|.* -|.* cua)\W*"
)
CAPITALS = marked("in capitals on the page: {text}")
# A name is of words; numbers stand at its end ("Ban Chỉ đạo 138", "Chi nhánh số 2").
_NAME = re.compile(r"(?=.*[a-z]{2})[a-z .,&()/'-]+(?:\d{1,4})?[a-z .,)-]*")
_LETTERS = re.compile(r"[^\w\s.,&()/'-]")


def suggest_agency(lines: Sequence[Piece], looks: Sequence[Look], reading: Reading) -> Suggestion:
    """Suggest the agency.

    Args:
        lines: Those beside the motto, from the top.
        looks: Other readings of them.
        reading: The page, whose text may have the name in ordinary letters.
    """
    if not lines:
        return Suggestion()
    better = [agreed(line, looks) for line in lines]
    source = " / ".join(line.text for line in lines)
    own = _issuing(better)
    name = " ".join(_tidy(line.text, is_last=line is own[-1]) for line in own)
    plain = unmarked(name)
    if len(name) > MOST_LETTERS or not _NAME.fullmatch(plain):
        return Suggestion(source=source)
    written, known = written_name(name, reading)
    begins = _KINDS.match(plain + " ") is not None
    confidence = _confidence(own, known=known) * (1.0 if begins else 0.7)
    note = CAPITALS.format(text=name) if is_capitals(name) else ""
    return Suggestion(written, confidence, source, note)


def _confidence(lines: Sequence[Piece], *, known: bool) -> float:
    """Say how sure a name is: what is known as a whole needs not be read well; else its worst word counts."""
    if known:
        return (1.0 + min(line.confidence for line in lines)) / 2
    return 0.9 * min(word.confidence / 100 for line in lines for word in line.words if len(word.text) > 1)


def _tidy(text: str, *, is_last: bool) -> str:
    """Leave out specks that were read as signs; a dash at the end of a line joins two agencies, under the last none."""
    words = _LETTERS.sub(" ", re.sub("[–—]", "-", text)).split()
    dash = " -" if words[-1:] == ["-"] and not is_last else ""
    return " ".join(words).strip(" -.,'") + dash


def _issuing(lines: Sequence[Piece]) -> list[Piece]:
    """Give the lines of the last agency: one begins where a line begins with a kind and the line before is whole."""
    start = 0
    for at in range(1, len(lines)):
        before, plain = unmarked(lines[at - 1].text).strip(), unmarked(lines[at].text).lstrip() + " "
        whole = not _UNFINISHED.fullmatch(" ".join(unmarked(line.text) for line in lines[start:at]).strip())
        if whole and not _UNFINISHED.fullmatch(before) and _KINDS.match(plain):
            start = at
    return list(lines[start:])
