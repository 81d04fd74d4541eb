"""Lists for tests: a good one of any size, and mistakes to plant into it, each with the one finding that it gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalogue.template import ListRow, write_lists

DOSSIERS, DOCUMENTS = 20, 4
AGENCY = "H48"
LONG = "Báo cáo tình hình thực hiện nhiệm vụ năm 2024 của các phòng, ban, đơn vị "
FILE_SHEET, DOC_SHEET = "Hồ sơ", "Văn bản"

Rows = list[dict[str, str]]


def code(dossier: int) -> str:
    """Give the code of the dossier with this number, from 1."""
    return f"{AGENCY}.2024.{dossier:02d}"


def good_lists(dossiers: int = DOSSIERS, documents: int = DOCUMENTS) -> tuple[Rows, Rows]:
    """Give rows without any mistake: dossiers, and documents for each of them."""
    files = [_dossier(number, documents) for number in range(1, dossiers + 1)]
    papers = [_document(file, number) for file in range(1, dossiers + 1) for number in range(1, documents + 1)]
    return files, papers


def _dossier(number: int, documents: int) -> dict[str, str]:
    return {
        "ordinal": str(number), "folder": code(number), "fileCode": code(number),
        "title": f"Hồ sơ về công tác văn thư, lưu trữ quý {number}", "maintenance": "01", "mode": "01",
        "language": "01", "startDate": "01/01/2024", "endDate": "31/12/2024", "totalDoc": str(documents),
        "numberOfPaper": str(documents), "numberOfPage": str(2 * documents), "format": "02",
        "confidenceLevel": "02", "paperFileCode": f"G01.K1/H{number}.{number}", "riskRecovery": "1",
        "riskRecoveryStatus": "02", "description": "Nguyễn Văn A lập hồ sơ", "reason": "01", "treatment": "01",
        "riskClass": "A",
    }  # fmt: skip


def _document(file: int, number: int) -> dict[str, str]:
    place = (file - 1) * DOCUMENTS + number
    return {
        "fileCode": code(file), "ordinal": str(number), "docId": f"{AGENCY}.{file}.{number}",
        "docCode": f"{code(file)}.{number:07d}", "maintenance": "01", "typeName": "02", "codeNumber": f"{place:02d}",
        "codeNotation": "QĐ-UBND", "issuedDate": f"{number:02d}/02/2024", "organName": "UBND tỉnh Quảng Ngãi",
        "subject": f"Về việc ban hành quy chế số {place}", "language": "01", "numberOfPage": "2", "mode": "01",
        "confidenceLevel": "02", "format": "02", "riskRecovery": "1", "riskRecoveryStatus": "02",
    }  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One mistake.

    Attributes:
        sheet: `FILE_SHEET` or `DOC_SHEET`.
        row: Of the list's records, from 1; the spreadsheet's row is one more.
        field: Where the finding points to.
        change: Field -> what is written instead; "" empties the cell.
        rule: What must be found.
    """

    sheet: str
    row: int
    field: str
    change: Mapping[str, str]
    rule: str


def dossier_slip(dossier: int, field: str, written: str, rule: str, **more: str) -> Planted:
    """Plant a mistake into a dossier's row."""
    return Planted(FILE_SHEET, dossier, field, {field: written, **more}, rule)


def document_slip(dossier: int, number: int, field: str, written: str, rule: str, **more: str) -> Planted:
    """Plant a mistake into a document's row."""
    return Planted(DOC_SHEET, (dossier - 1) * DOCUMENTS + number, field, {field: written, **more}, rule)


# Each in a row of its own. Rules on files are planted by the tests that have files.
FIELD_SLIPS = (
    dossier_slip(1, "title", "", "missing"),
    dossier_slip(2, "maintenance", "Lâu dài", "old-retention"),
    dossier_slip(3, "maintenance", "03", "not-permanent"),
    dossier_slip(4, "mode", "Mật", "secret"),
    dossier_slip(5, "mode", "4", "not-in-code-list"),
    dossier_slip(6, "language", "Tiếng Lào", "not-in-code-list"),
    dossier_slip(7, "startDate", "31/02/2024", "not-a-date"),
    dossier_slip(8, "startDate", "01/01/24", "short-year"),
    dossier_slip(9, "endDate", "31/12/2023", "dates-reversed"),
    dossier_slip(10, "endDate", "12/2024", "partial-date"),
    dossier_slip(11, "numberOfPaper", "", "digitized-needs"),
    dossier_slip(12, "paperFileCode", "", "digitized-needs"),
    dossier_slip(13, "riskRecoveryStatus", "", "status-needed"),
    dossier_slip(14, "treatment", "Cần xử lý trước", "treatment-needed"),
    dossier_slip(15, "treatmentRecord", "", "treatment-without-record", treatment="03"),
    dossier_slip(16, "riskClass", "D", "not-to-be-scanned"),
    dossier_slip(17, "totalDoc", "9", "total-differs"),
    dossier_slip(18, "keyword", LONG * 2, "too-long"),
    dossier_slip(19, "numberOfPage", "tám", "not-a-number"),
    dossier_slip(20, "title", "#REF!", "error-in-cell"),
    document_slip(1, 1, "docId", "H48.2024.0123456789.012345", "too-long"),
    document_slip(1, 3, "docId", "H48.1.2", "doubled-id"),
    document_slip(2, 3, "docCode", "H48.2024.02.0000001", "doubled-code"),
    Planted(DOC_SHEET, 6, "docCode", {"ordinal": "5"}, "document-code-ordinal"),
    document_slip(3, 1, "docCode", "H48.2024.03.001", "document-code-form"),
    document_slip(4, 1, "typeName", "Quyết đinh thư", "not-in-code-list"),
    document_slip(5, 1, "typeName", "", "missing"),
    document_slip(6, 1, "subject", LONG * 8, "too-long"),
    document_slip(7, 1, "issuedDate", "2024-13-02", "not-a-date"),
    document_slip(7, 2, "issuedDate", "02/2024", "partial-date"),
    document_slip(8, 1, "issuedDate", "", "missing-for-transfer"),
    document_slip(9, 1, "organName", "", "missing-for-transfer"),
    document_slip(10, 1, "numberOfPage", "0", "not-positive"),
    document_slip(11, 1, "mode", "03", "secret"),
    document_slip(12, 1, "process", "", "process-needed", confidenceLevel="01"),
    document_slip(13, 1, "process", "1", "process-not-needed"),
    document_slip(14, 1, "fileCode", "H48.2025.99", "dossier-not-listed", docCode=""),
    document_slip(15, 1, "fileCode", "", "missing", docCode=""),
    document_slip(16, 1, "codeNotation", "QÐ-UBND", "code-lookalike"),
    document_slip(17, 1, "maintenance", "05", "not-permanent"),
)


def planted(slips: Iterable[Planted], lists: tuple[Rows, Rows] | None = None) -> tuple[Rows, Rows]:
    """Give the lists with the mistakes in them."""
    dossiers, documents = lists or good_lists()
    for slip in slips:
        row = (dossiers if slip.sheet == FILE_SHEET else documents)[slip.row - 1]
        row.update(slip.change)
    return dossiers, documents


def write_workbook(path: Path, lists: tuple[Rows, Rows]) -> Path:
    """Write the lists as a workbook."""
    rows = [[ListRow({name: value for name, value in row.items() if value}) for row in rows] for rows in lists]
    path.write_bytes(write_lists(rows[0], rows[1]))
    return path
