"""Measure lists and packages: read, check and match the lists of a large batch, and write its packages' metadata.

    python -m benchmarks.lists [DOSSIERS] [DOCUMENTS]

The batch has tiny pages and tiny PDFs, so that what is measured is the work on records. Peers in the same run: openpyxl
going over the same workbook, and `cp -r` of the packages that were written. Run once with a tenth of the dossiers, too:
the memory shows whether it stays flat.
"""

import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from PIL import Image

from pipeline.catalogue.fields import DIGITIZED, PERMANENT
from pipeline.files import sha256_file
from pipeline.packages.values import (
    Content,
    EadProfile,
    Origin,
    PackageForm,
    PackageType,
    PackedDocument,
    PackedDossier,
)
from pipeline.packages.writing import write_package
from pipeline.records.names import document_code

DOSSIERS, DOCUMENTS = 1000, 20
AGENCY = "H48.99.1"
OFFICE = "Ủy ban nhân dân xã Suối Mây"
FILE_HEADINGS = ("STT", "Mã hồ sơ", "Tiêu đề hồ sơ", "Thời hạn lưu trữ", "Chế độ sử dụng", "Ngôn ngữ",
                 "Thời gian bắt đầu", "Thời gian kết thúc", "Số lượng tờ", "Số lượng trang",
                 "Mã hồ sơ gốc giấy")  # fmt: skip
DOCUMENT_HEADINGS = ("STT", "Mã hồ sơ", "Mã định danh tài liệu", "Tên loại", "Số", "Ký hiệu", "Ngày, tháng, năm",
                     "Trích yếu nội dung", "Tác giả văn bản", "Số trang")  # fmt: skip
ORIGIN = Origin(AGENCY, OFFICE, "SM01", "H48.99.8", "01.NL.UBSM.01.2026", "2026-03-16T00:00:00.000+07:00")


def main() -> None:
    """Print what each step takes, for a tenth of the dossiers and for all."""
    dossiers, documents = (int(text) for text in (sys.argv[1:3] if len(sys.argv) > 2 else (DOSSIERS, DOCUMENTS)))
    for count in (max(dossiers // 10, 1), dossiers):
        with tempfile.TemporaryDirectory() as folder:
            print(f"{count} dossiers with {documents} documents each")
            measure(Path(folder), count, documents)


def measure(folder: Path, dossiers: int, documents: int) -> None:
    """Make the batch and print the times and the peak memory of each step."""
    scans = folder / "scans"
    draw(scans, dossiers, documents)
    peer = alone(go_over, scans / "muc-luc.xlsx")
    shown("openpyxl over the workbook", peer)
    checked = alone(check, scans)
    shown("sohoa list check SCANS", checked, peer, "openpyxl")
    for kind in PackageType:
        made = folder / kind.value
        made.mkdir()
        written = alone(packages, folder, made, kind, dossiers, documents)
        copied = alone(shutil.copytree, made, folder / "copy")
        shown(f"{kind.value} packages as folders", written, copied, "cp -r of them")
        shutil.rmtree(made)
        shutil.rmtree(folder / "copy")


def alone(work: Callable[..., Any], *arguments: Any) -> tuple[float, float]:
    """Do it in a process of its own; give seconds on the clock and its peak memory in MiB, children included."""
    context = multiprocessing.get_context("spawn")
    into, out = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(out, work, arguments))
    process.start()
    result: tuple[float, float] = into.recv()
    process.join()
    return result


def _measured(out: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    begun = time.perf_counter()
    work(*arguments)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    out.send((time.perf_counter() - begun, peak / 1024))


def shown(name: str, cost: tuple[float, float], peer: tuple[float, float] | None = None, whose: str = "") -> None:
    """Print one row."""
    ratio = f"{cost[0] / peer[0]:6.2f} x {whose}" if peer else ""
    print(f"  {name:28} {cost[0]:7.1f} s  {cost[1]:6.0f} MiB  {ratio}")


def draw(scans: Path, dossiers: int, documents: int) -> None:
    """Make a scan folder with its list: one tiny page for each document, all the same file by hard links."""
    scans.mkdir(parents=True)
    (scans / "batch.toml").write_text('[batch]\nagency_code = "H48.99.1"\n', encoding="utf-8")
    page = scans.parent / "page.png"
    Image.new("1", (64, 64), 1).save(page, dpi=(300, 300))
    with xlsxwriter.Workbook(str(scans / "muc-luc.xlsx"), {"constant_memory": True}) as book:
        files, papers = book.add_worksheet("Hồ sơ"), book.add_worksheet("Văn bản")
        files.write_row(0, 0, FILE_HEADINGS)
        papers.write_row(0, 0, DOCUMENT_HEADINGS)
        for number in range(1, dossiers + 1):
            files.write_row(number, 0, list(file_row(number, documents).values()))
        for number in range(dossiers * documents):
            papers.write_row(number + 1, 0, list(document_row(*divmod(number, documents)).values()))
    for number in range(1, dossiers + 1):
        for ordinal in range(1, documents + 1):
            place = scans / code(number) / f"{ordinal:02d}"
            place.mkdir(parents=True)
            os.link(page, place / "0001.png")


def code(number: int) -> str:
    """Give the code of the dossier with this number, from 1."""
    return f"{AGENCY}.2003.{number:04d}.VP"


def file_row(number: int, documents: int) -> dict[str, str]:
    """Give the cells of one dossier, by field name."""
    return {
        "ordinal": str(number), "fileCode": code(number), "title": f"Hồ sơ về việc số {number} của xã", "maintenance":
        PERMANENT, "mode": "01", "language": "01", "startDate": "05/01/2003", "endDate": "28/12/2003",
        "numberOfPaper": str(documents), "numberOfPage": str(documents), "paperFileCode": f"H48.99.8.K1.{number}",
    }  # fmt: skip


def document_row(dossier: int, place: int) -> dict[str, str]:
    """Give the cells of one document, by field name."""
    number, ordinal = dossier + 1, place + 1
    return {
        "ordinal": str(ordinal), "fileCode": code(number), "docId": f"SM01.{number:04d}.{ordinal:07d}",
        "typeName": "02", "codeNumber": str(number), "codeNotation": "QĐ-UBND", "issuedDate": "26/02/2003",
        "subject": f"Về việc thứ {ordinal} trong hồ sơ {number}", "organName": OFFICE, "numberOfPage": "1",
    }  # fmt: skip


def go_over(workbook: Path) -> None:
    """Read every cell with the library alone."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    for sheet in book:
        for _ in sheet.iter_rows(values_only=True):
            pass


def check(scans: Path) -> None:
    """Call the command; nothing may be found."""
    command = [sys.executable, "-m", "pipeline.cli.main", "list", "check", str(scans), "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = json.loads(done.stdout)["findings"]
    if done.returncode or any(each["effect"] != "nothing" for each in found):
        sys.exit(f"unexpected findings: {found[:3]}")


def packages(folder: Path, target: Path, kind: PackageType, dossiers: int, documents: int) -> None:
    """Write the packages of all dossiers, each document a file of some bytes."""
    pdf = folder / "small.pdf"
    pdf.write_bytes(b"%PDF-1.7\n" * 100)
    size, digest = pdf.stat().st_size, sha256_file(pdf)
    form = PackageForm(kind, EadProfile.TABLE, zipped=False)
    for number in range(dossiers):
        papers = tuple(
            PackedDocument(
                document_row(number, place) | {"docCode": document_code(code(number + 1), place + 1)},
                Content(pdf, f"{document_code(code(number + 1), place + 1)}.pdf", "application/pdf", size, digest),
            )
            for place in range(documents)
        )
        values = file_row(number + 1, documents) | {"confidenceLevel": DIGITIZED}
        write_package(PackedDossier(values, papers), ORIGIN, form, target)


if __name__ == "__main__":
    main()
