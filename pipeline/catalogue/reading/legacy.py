"""Columns of former rules and of paper lists: those that hold two fields, and codes that stand in several columns.

Thông tư 02/2019/TT-BNV and Nghị định 30/2020/NĐ-CP, Phụ lục VI: a dossier's code is made of OrganId, FileCatalog and
FileNotation; Phụ lục V: "Số, ký hiệu văn bản", "Tên loại và trích yếu nội dung", "Thời gian tài liệu",
"Số tờ/Số trang". Records in the form of Thông tư 02 may stay until converted (Thông tư 05/2025/TT-BNV Đ51.3).
"""

import re
from collections.abc import Mapping

from pipeline.catalogue import dates
from pipeline.catalogue.codes import type_at_start
from pipeline.catalogue.folding import folded

CODE_PARTS = {
    # The archive's code stands before the whole code in an AIP only (TT05 p.70): it is no part of the dossier's own.
    "+Identifier": "Identifier; mã cơ quan lưu trữ lịch sử; mã cơ quan lưu trữ; mã lưu trữ lịch sử",
    "+OrganId": "OrganId; mã phông; mã phông/công trình/sưu tập lưu trữ; mã cơ quan; mã cơ quan lập danh mục hồ sơ; "
    "mã cơ quan, tổ chức lập danh mục hồ sơ",
    "+FileCatalog": "FileCatalog; mục lục số; mục lục số hoặc năm hình thành hồ sơ; năm hình thành hồ sơ; "
    "mục lục số/năm hình thành hồ sơ; mục lục hồ sơ",
    "+FileNotation": "FileNotation; số, ký hiệu hồ sơ; số và ký hiệu hồ sơ; số, ký hiệu HS; ký hiệu hồ sơ; "
    "hồ sơ số; số hồ sơ",
}
DOSSIER_PARTS: Mapping[str, str] = {
    **CODE_PARTS,
    "+period": "thời gian tài liệu; thời gian; ngày tháng bắt đầu và kết thúc; thời gian bắt đầu - kết thúc; "
    "ngày, tháng, năm bắt đầu và kết thúc; ngày tháng bắt đầu, kết thúc; thời gian của tài liệu; "
    "thời gian bắt đầu và kết thúc; thời gian sớm nhất - muộn nhất",
    "+counts": "số tờ/số trang; số tờ/trang; số lượng tờ/trang; số tờ (trang); số trang/số tờ",
    "+creator": "Creator; người lập; người lập hồ sơ",
}
DOCUMENT_PARTS: Mapping[str, str] = {
    **CODE_PARTS,
    "+number": "số, ký hiệu; số, ký hiệu văn bản; số và ký hiệu; số và ký hiệu văn bản; số KH; số hiệu văn bản; "
    "số hiệu; số, ký hiệu tài liệu; số và ký hiệu tài liệu; số, ký hiệu VB; số, ký hiệu của văn bản",
    "+type": "tên loại và trích yếu nội dung; tên loại và trích yếu; tên loại, trích yếu nội dung; "
    "tên loại, trích yếu; tên loại và trích yếu nội dung văn bản; tên loại và trích yếu nội dung tài liệu; "
    "tên loại và trích yếu nội dung của văn bản; tên loại và trích yếu văn bản",
    "+counts": "số tờ/số trang; số tờ/trang; số lượng tờ/trang; số tờ (trang)",
}
# Part -> the fields that it gives.
GIVES: Mapping[str, tuple[str, ...]] = {
    "+OrganId": ("fileCode",), "+FileCatalog": ("fileCode",), "+FileNotation": ("fileCode",), "+Identifier": (),
    "+period": ("startDate", "endDate"), "+counts": ("numberOfPaper", "numberOfPage"),
    "+number": ("codeNumber", "codeNotation"), "+type": ("typeName", "subject"), "+creator": ("description",),
}  # fmt: skip
# Folded headings of documents that only the former rules have (TT02, NĐ30, CV7197).
FORMER = frozenset({"docordinal", "pageamount", "identifier", "organid"})
_LEGACY_CODE = ("+OrganId", "+FileCatalog", "+FileNotation")
_NUMBER_AND_NOTATION = re.compile(r"(\d+[a-zA-Z]?)\s*(?:[/-]\s*|\s+|(?=[A-ZĐ]{2}))(.*)")
# A single number under "Số tờ/Số trang" counts one of the two, and the cell does not say which.
SHEETS_OR_PAGES = "(tờ/trang)"
_NO_NUMBER = frozenset({"khong so", "khong co so", "s n", "ks"})


def taken_apart(parts: Mapping[str, str]) -> dict[str, str]:
    """Give the fields that a row's parts make; what cannot be taken apart stays whole in the first field.

    Args:
        parts: Part ("+...") -> text of the cell, not empty.
    """
    found: dict[str, str] = {}
    if any(name in parts for name in _LEGACY_CODE):
        found["fileCode"] = ".".join(parts[name] for name in _LEGACY_CODE if name in parts)
    if "+period" in parts:
        start, end = dates.period(parts["+period"]) or (parts["+period"], "")
        found |= {"startDate": start, "endDate": end}
    if "+counts" in parts:
        paper, slash, pages = parts["+counts"].partition("/")
        both = {"numberOfPaper": paper.strip(), "numberOfPage": pages.strip()}
        found |= both if slash else {"numberOfPaper": f"{paper} {SHEETS_OR_PAGES}"}
    if "+number" in parts:
        found["codeNumber"], found["codeNotation"] = number_and_notation(parts["+number"])
    if "+type" in parts:
        found["typeName"], found["subject"] = type_at_start(parts["+type"])
    if "+creator" in parts:
        found["description"] = parts["+creator"]
    return {name: value for name, value in found.items() if value}


def number_and_notation(text: str) -> tuple[str, str]:
    """Split "12/QĐ-UBND" into number and notation; a number that is not there stays empty ("/UBND-NC").

    "/" stands between number and notation (Nghị định 30/2020/NĐ-CP, Phụ lục I); papers of the party have "-".
    """
    text = re.sub(r"^[Ss]ố\s*:?\s*", "", text).strip()
    if folded(text) in _NO_NUMBER:
        return "", ""
    found = _NUMBER_AND_NOTATION.fullmatch(text)
    if found:
        return found[1], found[2].strip()
    return (text, "") if re.fullmatch(r"\d+[a-zA-Z]?", text) else ("", text.removeprefix("/").strip())
