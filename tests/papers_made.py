"""A small transfer as values, and what stands in a paper: for the tests of papers."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl import load_workbook

from pipeline.papers.sheet import Paper
from pipeline.transfer.values import CheckedRow, Declaration, DocumentRow, DossierRow, FailedRow, Manifest, Received

DECLARATION = Declaration(
    request_code="01.NL.UBSM.01.2026", agency_code="H48.99.1", agency_name="Ủy ban nhân dân xã Suối Mây",
    archive_code="H48.99.8", archive_name="Trung tâm Lưu trữ lịch sử tỉnh", fonds_code="SM01",
    fonds_name="Phông UBND xã Suối Mây", transfer_number="2", summary="Tài liệu về đất đai", period_start="1998",
    period_end="2006", paper_transferred="chưa nộp", planned="Quý II năm 2026", way="trực tiếp",
    contact_name="Lê Thị Thí Dụ", contact_position="Văn thư", contact_phone="0255 000 0000",
    contact_email="vt@suoimay.invalid", classification="Thời gian - Vấn đề", date="2026-03-16",
)  # fmt: skip
HEAD = "ỦY BAN NHÂN DÂN XÃ SUỐI MÂY | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"
ARCHIVE_HEAD = HEAD.replace("ỦY BAN NHÂN DÂN XÃ SUỐI MÂY", "TRUNG TÂM LƯU TRỮ LỊCH SỬ TỈNH")
DATE_LINE = ".................., ngày ...... tháng ...... năm ........"
OF_BATCH = ["Phông: SM01 - Phông UBND xã Suối Mây", "Mã yêu cầu: 01.NL.UBSM.01.2026; nộp lần thứ: 2"]


def document(dossier: int, ordinal: int, **values: Any) -> DocumentRow:
    """Give a document of a dossier."""
    made = DocumentRow(
        ordinal=ordinal, code=f"{code(dossier)}.{ordinal:07}", doc_id=f"D{dossier}.{ordinal}", type_name="02",
        number=f"{ordinal:02}", notation="QĐ-UB", date=f"{ordinal:02}/07/2001", author="UBND xã", mode="01",
        subject="về việc giao đất", pages=3, sheet_numbers=f"{ordinal}-{ordinal + 1}", note="", file=f"{ordinal}.pdf",
        size_bytes=1_000, sha256="a" * 64,
    )  # fmt: skip
    return replace(made, **values)


def code(dossier: int) -> str:
    """Give a dossier's code."""
    return f"H48.99.1.2001.{dossier:02}.ĐĐ"


def dossier(number: int, documents: tuple[DocumentRow, ...] = (), **values: Any) -> DossierRow:
    """Give a dossier of the transfer."""
    documents = documents or (document(number, 1), document(number, 2))
    made = DossierRow(
        ordinal=number, code=code(number), title=f"Hồ sơ giao đất số {number}", start="01/07/2001", end="02/07/2001",
        maintenance="01", mode="01", pages=6, sheets=4, paper_code=f"H48.99.8.K1.{number}", box="1", note="",
        object_id=f"uuid-{number}", package=f"goi/{number}.zip", size_bytes=1_500_000, sha256="b" * 64,
        documents=documents,
    )  # fmt: skip
    return replace(made, **values)


def manifest(**values: Any) -> Manifest:
    """Give a transfer of three dossiers: the second has a conditional document, the third is conditional."""
    limited = (document(2, 1), document(2, 2, mode="02", number="", type_name="22", subject="V/v đo đạc"))
    dossiers = (
        dossier(1, note="Bản gốc ố vàng"),
        dossier(2, limited, sheets=None, box="2", start="2001", end="2001"),
        dossier(3, mode="02"),
    )
    failed = (FailedRow(code(9), "Hồ sơ bản đồ", ("lý do 5", "lý do 6"), f"{code(9)}.0000003"),)
    return Manifest(**({"declaration": DECLARATION, "dossiers": dossiers, "failed": failed} | values))


def received(**values: Any) -> Received:
    """Give what a receiving side found: the second dossier lacks, one document of the third did not pass."""
    batch = manifest()
    rows = [CheckedRow(code(1), "Hồ sơ giao đất số 1", "", passed=True)]
    rows += [CheckedRow(code(1), each.subject, each.code, passed=True) for each in batch.dossiers[0].documents]
    rows += [CheckedRow(code(2), "Hồ sơ giao đất số 2", "", passed=False, reasons=("lý do 1",))]
    rows += [
        CheckedRow(code(2), each.subject, each.code, passed=False, reasons=("lý do 2",))
        for each in batch.dossiers[1].documents
    ]
    rows += [
        CheckedRow(code(3), "Hồ sơ giao đất số 3", "", passed=False, reasons=("lý do 3",)),
        CheckedRow(code(3), "về việc giao đất", f"{code(3)}.0000001", passed=False, reasons=("lý do 4",)),
        CheckedRow(code(3), "về việc giao đất", f"{code(3)}.0000002", passed=True),
    ]
    return Received(**({"manifest": batch, "rows": tuple(rows), "missing": (code(2),)} | values))


def lines(paper: Paper) -> list[str]:
    """Read a paper from top to bottom: paragraphs, and rows of tables with their cells apart; no empty lines."""
    return [line for line in read(io.BytesIO(paper.to_bytes())) if line]


def read(file: Path | io.BytesIO) -> Iterator[str]:
    """Read a Word document line by line."""
    for block in Document(file if isinstance(file, io.BytesIO) else str(file)).iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            for row in block.rows:
                cells = [" ".join(part.text for part in cell.paragraphs if part.text) for cell in row.cells]
                yield " | ".join(cells) if any(cells) else ""


def sheet_lines(path: Path, name: str | None = None) -> list[str]:
    """Read a sheet of a workbook row by row; empty cells and rows are left out, numbers are as they are kept."""
    book = load_workbook(path)
    sheet = book[name] if name else book.worksheets[0]
    rows = ([cell for cell in row if cell not in {None, ""}] for row in sheet.iter_rows(values_only=True))
    return [" | ".join(map(str, row)) for row in rows if row]
