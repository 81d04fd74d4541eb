"""What a person reads in each row of the workbook: columns, values, and Vietnamese words before the English ones."""

from dataclasses import dataclass
from typing import Any

from pipeline.messages import known_in_vietnamese, vietnamese
from pipeline.model import FAULTS, Dossier, TextState
from pipeline.records.account import DocumentAccount, PageAccount
from pipeline.records.description import Description
from pipeline.records.manifest import Packages, Quarantined
from pipeline.records.names import readable

_PROBLEMS = {
    "": "",
    "quarantined": "cách ly / quarantined",
    "failed": "không xử lý được / failed",
    "text-failed": "chưa nhận dạng được chữ / text not read",
    "text-timed-out": "nhận dạng chữ quá thời gian / text timed out",
}
_TEXT = {TextState.TEXT: "có chữ / text", TextState.BLANK: "trang trắng / blank"}
TOTALS = {
    "dossiers": "Số hồ sơ / Dossiers",
    "documents": "Số văn bản / Documents",
    "documents_incomplete": "Văn bản còn trang thiếu, lỗi / Documents incomplete",
    "documents_without_pdf": "Văn bản không có PDF / Documents without PDF",
    "pages": "Số trang / Pages",
    "pages_shown": "Trang có trong PDF / Pages in a PDF",
    "pages_quarantined": "Trang cách ly / Pages in quarantine",
    "pages_failed": "Trang không xử lý được / Pages failed",
    "pages_blank": "Trang trắng / Blank pages",
    "pages_below_profile": "Trang dưới mức yêu cầu / Pages below the profile",
    "pages_to_look_at": "Trang khác cần người xem / Other pages to look at",
    "text_failed": "Trang chưa nhận dạng được chữ / Text not read",
    "text_timed_out": "Trang nhận dạng chữ quá thời gian / Text timed out",
    "other_files": "Tệp khác / Other files",
    "files_refused": "Tệp không nhận / Files refused",
}
BATCH = {
    "name": "Đợt / Batch",
    "code": "Mã đợt / Code",
    "title": "Tên / Title",
    "agency_code": "Mã cơ quan / Agency code",
    "agency_name": "Cơ quan / Agency",
    "fonds_code": "Mã phông / Fonds code",
    "fonds_name": "Phông / Fonds",
    "transfer_number": "Đợt nộp lưu số / Transfer number",
    "date": "Ngày / Date",
}


_VERDICTS = {"valid": "đạt / valid", "not valid": "không đạt / NOT valid", "no verdict": "chưa kết luận / no verdict"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: width in letters; `wraps` for what can be long; not `printed` what would make the print too small."""

    heading: str
    width: int
    wraps: bool = False
    printed: bool = True


_DIGEST = Column("SHA-256", 68, printed=False)
DOSSIERS = (Column("STT", 6), Column("Mã hồ sơ / Code", 30, wraps=True), Column("Tiêu đề / Title", 50, wraps=True),
            Column("Thư mục / Folder", 30, wraps=True), Column("Số văn bản / Documents", 12),
            Column("Số trang / Pages", 10))  # fmt: skip
PACKAGES = (Column("STT", 6), Column("Mã hồ sơ / Code", 30, wraps=True), Column("Tiêu đề / Title", 40, wraps=True),
            Column("Mã gói / OBJID", 50, wraps=True), Column("Nơi lưu / Kept at", 50, wraps=True),
            Column("Dung lượng / Bytes", 14), Column("Không đóng gói được vì / No package since", 50, wraps=True),
            _DIGEST)  # fmt: skip
DOCUMENTS = (Column("STT", 6), Column("Mã văn bản / Code", 26, wraps=True), Column("Tên / Title", 36, wraps=True),
             Column("Nguồn / Source", 30, wraps=True), Column("Số trang / Pages", 9),
             Column("Trang có trong PDF / In PDF", 11), Column("Đủ / Complete", 12, wraps=True),
             Column("Trang thiếu, lỗi / Gaps", 34, wraps=True), Column("Tệp PDF/A / File", 40, wraps=True),
             Column("veraPDF", 14, wraps=True), _DIGEST)  # fmt: skip
PAGES = (Column("Mã văn bản / Document", 26, wraps=True), Column("Trang / Page", 8),
         Column("Tệp quét / Scan", 36, wraps=True), Column("Ảnh số / Picture", 9), Column("Rộng / Width px", 9),
         Column("Cao / Height px", 9), Column("dpi", 8), Column("Kiểu màu / Mode", 10), Column("Bit", 5),
         Column("Nén / Compression", 13), Column("Xoay / Turn °", 8), Column("Nghiêng / Skew °", 10),
         Column("Chữ / Text", 13, wraps=True), Column("Số từ / Words", 8), Column("Độ tin cậy / Confidence", 12),
         Column("Lỗi / Problem", 26, wraps=True), _DIGEST)  # fmt: skip
QUARANTINE = (Column("Tệp / File", 36, wraps=True), Column("Ảnh số / Picture", 9), Column("Lý do", 36, wraps=True),
              Column("Reason", 36, wraps=True), Column("Chi tiết / Detail", 36, wraps=True),
              Column("Nơi lưu / Kept at", 40, wraps=True), _DIGEST)  # fmt: skip


def dossier_row(number: int, dossier: Dossier, description: Description) -> list[Any]:
    """Give the row of a dossier."""
    pages = sum(len(document.pages) for document in dossier.documents)
    code, title = description.dossier_code(dossier), description.dossier_title(dossier)
    return [number, code, title, dossier.name, len(dossier.documents), pages]


def package_row(number: int, dossier: Dossier, description: Description, packages: Packages) -> list[Any]:
    """Give the row of a dossier's package, or why it has none."""
    code, title = description.dossier_code(dossier), description.dossier_title(dossier)
    row = packages.rows.get(dossier.name)
    problem = known_in_vietnamese(packages.problems.get(dossier.name, ""))
    facts = [row.object_id, row.path, row.size_bytes, problem, row.sha256] if row else ["", "", "", problem, ""]
    return [number, code, title, *facts]


def document_row(number: int, account: DocumentAccount) -> list[Any]:
    """Give the row of a document; what is wrong with it is named page by page."""
    gaps = "; ".join(f"{page.page.number}: {_PROBLEMS[page.problem].partition(' / ')[0]}" for page in account.gaps)
    shown = sum(page.is_shown for page in account.pages)
    complete = "đủ / yes" if account.is_complete else "chưa đủ / NO"
    verdict = _VERDICTS[account.verdict.facts["verdict"]] if account.verdict else "chưa hỏi / not asked"
    verdict = verdict if account.access_path else "không có PDF / no PDF"
    digest = account.access.sha256 if account.access else ""
    pages = len(account.pages)
    return [number, account.code, account.title, account.document.path, pages, shown, complete, gaps,
            account.access_path, verdict, digest]  # fmt: skip


def page_row(document: DocumentAccount, account: PageAccount) -> list[Any]:
    """Give the row of a page; cells stay empty for what was not found out."""
    results = account.results
    scan = results["examine"].facts if "examine" in results else {}
    laid = results["deskew"].facts if account.is_shown else {}
    text = results["ocr"].facts if account.is_shown and "ocr" in results else {}
    state = _TEXT.get(account.text_state, "") if account.is_shown and account.text_state else ""
    dpi = round(scan["dpi_x"], 2) if scan else ""
    facts = [scan.get(name, "") for name in ("width", "height", "mode", "bits_per_pixel", "compression")]
    straight = [laid.get(name, "") for name in ("turn_degrees", "skew_degrees")]
    read = [state, text.get("words", ""), text.get("confidence", "")]
    return [document.code, account.page.number, account.page.path, account.page.frame + 1, *facts[:2], dpi, *facts[2:],
            *straight, *read, _PROBLEMS[account.problem], account.scan_sha256]  # fmt: skip


def refused_row(item: Quarantined) -> list[Any]:
    """Give the row of what lies in quarantine or was refused."""
    fault = item.fault
    picture = "" if fault.frame is None else fault.frame + 1
    return [readable(fault.path), picture, vietnamese(FAULTS[fault.code]), FAULTS[fault.code], fault.detail, item.path,
            item.sha256]  # fmt: skip
