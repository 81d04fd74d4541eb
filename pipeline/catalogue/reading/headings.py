"""Headings of columns as offices write them -> fields of the lists.

Columns of Thông tư 05/2025/TT-BNV (Phụ lục I, III), Thông tư 02/2019/TT-BNV, Nghị định 30/2020/NĐ-CP (Phụ lục V, VI),
Hướng dẫn 169/HD-VTLTNN and Công văn 7197/BKHCN-CĐSQG, and what offices abbreviate them to. Marks, case, blanks, line
breaks and punctuation do not matter.
"""

import difflib
import functools
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from pipeline.catalogue.fields import DOCUMENT, DOSSIER, Field
from pipeline.catalogue.folding import folded
from pipeline.catalogue.reading.legacy import DOCUMENT_PARTS, DOSSIER_PARTS


class ListKind(StrEnum):
    """Which of the two lists."""

    DOSSIERS = "dossiers"
    DOCUMENTS = "documents"


TABLES: Mapping[ListKind, Mapping[str, Field]] = {ListKind.DOSSIERS: DOSSIER, ListKind.DOCUMENTS: DOCUMENT}
# Parts of a code, and columns that hold two fields; `pipeline.catalogue.reading.legacy` takes them apart.
_PARTS = {ListKind.DOSSIERS: DOSSIER_PARTS, ListKind.DOCUMENTS: DOCUMENT_PARTS}
_BOTH: Mapping[str, str] = {
    "fileCode": "mã hồ sơ; mã HS; mã số hồ sơ; mã định danh hồ sơ; mã hồ sơ lưu trữ; arcFileCode",
    "maintenance": "thời hạn lưu trữ; thời hạn bảo quản; THBQ; THLT; thời hạn; thời hạn BQ; thời gian bảo quản",
    "mode": "chế độ sử dụng; rights; quyền truy cập; mức độ tiếp cận; chế độ tiếp cận; quyền khai thác",
    "language": "ngôn ngữ; languages; ngôn ngữ tài liệu",
    "keyword": "từ khóa; keywords",
    "numberOfPaper": "số tờ; số lượng tờ; tổng số tờ; SL tờ; SheetNumber",
    "numberOfPage": "số trang; số lượng trang; tổng số trang; SL trang; PageNumber; PageAmount; PageTotal",
    "format": "tình trạng vật lý; tình trạng; tình trạng tài liệu",
    "inforSign": "ký hiệu thông tin",
    "confidenceLevel": "mức độ tin cậy; độ tin cậy",
    "riskRecovery": "chế độ dự phòng; dự phòng",
    "riskRecoveryStatus": "tình trạng dự phòng; lập bản sao bảo hiểm; bản sao bảo hiểm",
    "description": "ghi chú; chú thích; notes",
    "ordinal": "STT; số TT; số thứ tự; TT; số TT hồ sơ",
}
_DOSSIER_ONLY: Mapping[str, str] = {
    "title": "tiêu đề; tiêu đề hồ sơ; tên hồ sơ; tiêu đề HS; nội dung hồ sơ; tiêu đề hồ sơ, tài liệu",
    "startDate": "thời gian bắt đầu; ngày bắt đầu; bắt đầu; từ ngày; ngày tháng bắt đầu; thời gian tài liệu bắt đầu; "
    "ngày tháng năm bắt đầu; thời gian từ; thời gian từ ngày; thời gian tài liệu từ; thời gian tài liệu từ ngày",
    "endDate": "thời gian kết thúc; ngày kết thúc; kết thúc; đến ngày; ngày tháng kết thúc; thời gian đến; "
    "thời gian tài liệu kết thúc; ngày tháng năm kết thúc; thời gian đến ngày; thời gian tài liệu đến; "
    "thời gian tài liệu đến ngày",
    "totalDoc": "tổng số tài liệu trong hồ sơ; tổng số tài liệu; số lượng tài liệu; số tài liệu; số văn bản; "
    "tổng số văn bản; số lượng văn bản; tổng số văn bản trong hồ sơ; DocTotal; số lượng văn bản, tài liệu",
    "paperFileCode": "mã hồ sơ gốc giấy; mã hồ sơ giấy; mã hồ sơ gốc; số hồ sơ giấy",
    "folder": "thư mục; tên thư mục; đường dẫn; thư mục hồ sơ",
    "reason": "lý do lập bản sao bảo hiểm; lý do; lý do bảo hiểm; lý do dự phòng",
    "carrier": "vật mang tin",
    "originalPlace": "nơi bảo quản bản gốc; nơi bảo quản; nơi lưu bản gốc; nơi lưu giữ; kho bảo quản",
    "treatment": "xử lý nghiệp vụ trước số hóa; xử lý nghiệp vụ; xử lý trước số hóa; tình trạng xử lý",
    "treatmentRecord": "biên bản xử lý nghiệp vụ; biên bản xử lý; số biên bản xử lý",
    "riskClass": "mức rủi ro; mức độ rủi ro; loại rủi ro",
    "box": "hộp/cặp số; hộp số; cặp số; hộp; số hộp; cặp/hộp số; hộp/cặp; cặp",
}
_DOCUMENT_ONLY: Mapping[str, str] = {
    "docId": "mã định danh tài liệu; mã định danh văn bản; mã văn bản; mã tài liệu",
    "docCode": "mã lưu trữ tài liệu; mã lưu trữ của tài liệu; mã lưu trữ văn bản; arcDocCode",
    "typeName": "tên loại; tên loại tài liệu; tên loại văn bản; loại văn bản; loại tài liệu; thể loại; loại VB",
    "codeNumber": "số; số văn bản; số của tài liệu; số của văn bản; số tài liệu; số VB",
    "codeNotation": "ký hiệu; ký hiệu văn bản; ký hiệu của tài liệu; ký hiệu của văn bản; ký hiệu tài liệu",
    "issuedDate": "ngày, tháng, năm; ngày tháng; ngày ban hành; ngày tháng năm văn bản; ngày tháng năm tài liệu; "
    "ngày tháng văn bản; ngày văn bản; ngày tháng năm ban hành; ngày tháng ban hành; thời gian ban hành; ngày; "
    "ngày, tháng, năm của văn bản",
    "organName": "tên cơ quan, tổ chức, cá nhân ban hành; tên cơ quan, tổ chức, cá nhân ban hành tài liệu; tác giả; "
    "cơ quan ban hành; cơ quan, tổ chức ban hành; tác giả văn bản; tác giả tài liệu; nơi ban hành; đơn vị ban hành; "
    "tên cơ quan ban hành; tên cơ quan, tổ chức ban hành; tên cơ quan, tổ chức ban hành văn bản; CQ ban hành",
    "subject": "trích yếu nội dung; trích yếu; nội dung; nội dung trích yếu; trích yếu nội dung văn bản; "
    "trích yếu nội dung tài liệu; trích yếu văn bản; nội dung văn bản",
    "autograph": "bút tích; bút phê",
    "process": "quy trình xử lý",
    "ordinal": "số thứ tự văn bản trong hồ sơ; số thứ tự tài liệu trong hồ sơ; DocOrdinal; số TT văn bản; "
    "số thứ tự văn bản; số thứ tự tài liệu",
    "file": "tệp; thư mục; tệp/thư mục; tên tệp; tên file; tệp tin; đường dẫn; đường dẫn tệp; path; file scan",
    "sheetNumbers": "tờ số; trang số; tờ số/trang số; tờ số/trang; từ tờ đến tờ; số tờ từ đến; từ tờ - đến tờ",
}
_ONLY = {ListKind.DOSSIERS: _DOSSIER_ONLY, ListKind.DOCUMENTS: _DOCUMENT_ONLY}
# Headings that only one of the two lists has tell them apart.
TELLING: Mapping[ListKind, frozenset[str]] = {
    ListKind.DOSSIERS: frozenset({"title", "startDate", "endDate", "+period", "totalDoc", "paperFileCode"}),
    ListKind.DOCUMENTS: frozenset({
        "docId", "docCode", "typeName", "+type", "codeNumber", "codeNotation", "+number", "issuedDate", "organName",
        "subject", "autograph", "sheetNumbers",
    }),
}  # fmt: skip


def recognised(kind: ListKind, heading: str) -> str:
    """Give the field, or the part ("+..."), that the heading names in that list; empty where it names none."""
    known = _known(kind)
    return next((known[words] for words in _readings(heading) if words in known), "")


def nearest(kind: ListKind, heading: str) -> str:
    """Give the label of the field whose headings are most like an unknown one; empty where none is."""
    close = difflib.get_close_matches(folded(heading), _known(kind), n=1, cutoff=0.6)
    table = TABLES[kind]
    return next((table[name].label for name in (_known(kind)[words] for words in close) if name in table), "")


def _readings(heading: str) -> Iterator[str]:
    """Give the words as they stand, then without what is in brackets, then what is in brackets alone."""
    yield folded(heading)
    yield folded(re.sub(r"\(.*?\)|\[.*?\]", " ", heading))
    yield from (folded(inner) for inner in re.findall(r"[(\[](.*?)[)\]]", heading))


@functools.cache
def _known(kind: ListKind) -> Mapping[str, str]:
    """Give folded headings -> field or part; the annex's own names come first, and win."""
    known: dict[str, str] = {}
    for field in TABLES[kind].values():
        known.setdefault(folded(field.name), field.name)
        known.setdefault(folded(field.label), field.name)
    for names in (_PARTS[kind], _ONLY[kind], _BOTH):
        for name, headings in names.items():
            for heading in headings.split(";"):
                known.setdefault(folded(heading), name)
    return known
