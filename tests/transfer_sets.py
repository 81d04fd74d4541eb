"""Sealed sets with records and small PDFs, made at once, for tests of what is handed over and received."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.bag import write_bag_tags
from pipeline.packages.values import Content, EadProfile, PackageForm, PackageType, PackedDocument, PackedDossier
from pipeline.packages.writing import write_package
from pipeline.transfer.building import Built, build
from pipeline.transfer.declaring import declare
from pipeline.transfer.packable import origin_of
from pipeline.transfer.planning import Asked, Plan, plan
from pipeline.transfer.source import read_set

BATCH = {
    "name": "Đợt 1",
    "code": "01.NL.UBSM.01.2026",
    "title": "Đợt nộp lưu lần thứ nhất",
    "agency_code": "H48.99.1",
    "agency_name": "Ủy ban nhân dân xã Suối Mây",
    "fonds_code": "SM01",
    "fonds_name": "Phông Ủy ban nhân dân xã Suối Mây",
    "transfer_number": "1",
    "date": "2026-03-16",
}
TRANSFER = {
    "archive_code": "H48.99.8",
    "archive_name": "Trung tâm Lưu trữ lịch sử tỉnh",
    "summary": "Tài liệu về chợ và thủy lợi",
    "period_start": "1998",
    "period_end": "2006",
    "paper_transferred": "chưa nộp",
    "planned": "Quý II năm 2026",
    "way": "trực tiếp",
    "contact_name": "Nguyễn Văn Đức",
    "contact_position": "Công chức văn phòng",
    "contact_phone": "0255 000 000",
    "contact_email": "suoimay@example.vn",
    "classification": "Thời gian - cơ cấu tổ chức",
    "note": "",
    "unit_history": "giay-to/lich-su-don-vi.docx",
    "fonds_history": "",
    "classification_file": "",
    "appraisal_guide": "",
}
ATTACHED = "data/masters/giay-to/lich-su-don-vi.docx"

Change = Callable[[dict[str, Any]], None]


def record_of_dossier(number: int, documents: int) -> dict[str, str]:
    """Give a dossier's complete record."""
    return {
        "fileCode": f"H48.99.1.2001.{number:02d}-VP/Đ",
        "title": f"Hồ sơ số {number} về việc xây dựng chợ",
        "maintenance": "01",
        "mode": "02" if number == 2 else "01",
        "language": "01",
        "startDate": "05/01/2001",
        "endDate": "20/12/2001",
        "keyword": "chợ",
        "totalDoc": str(documents),
        "numberOfPaper": str(documents),
        "numberOfPage": str(2 * documents),
        "format": "02",
        "inforSign": "",
        "confidenceLevel": "02",
        "paperFileCode": f"H48.99.8.K1.{number}",
        "riskRecovery": "1",
        "riskRecoveryStatus": "02",
        "description": "",
        "box": f"{number}",
        "ordinal": f"{number}",
    }


def record_of_document(dossier: dict[str, str], number: int) -> dict[str, str]:
    """Give a document's complete record."""
    return {
        "docId": f"SM.{dossier['ordinal']}.{number}",
        "docCode": f"{dossier['fileCode']}.{number:07d}",
        "maintenance": "01",
        "typeName": "02",
        "codeNumber": f"{dossier['ordinal']}{number:02d}",
        "codeNotation": "QĐ-UBND",
        "issuedDate": f"{number % 28 + 1:02d}/03/2001",
        "organName": "Ủy ban nhân dân xã Suối Mây",
        "subject": f"V/v giao đất làm chợ & kè <{number}>",
        "language": "01",
        "numberOfPage": "2",
        "inforSign": "",
        "keyword": "",
        "mode": "01",
        "confidenceLevel": "02",
        "autograph": "",
        "format": "02",
        "process": "",
        "riskRecovery": "1",
        "riskRecoveryStatus": "02",
        "description": "",
        "fileCode": dossier["fileCode"],
        "sheetNumbers": f"{number}",
    }


def pdf(*names: object) -> bytes:
    """Give bytes that pass for a PDF of its own."""
    text = "-".join(map(str, names))
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + hashlib.sha512(text.encode()).digest() * 12 + b"\n%%EOF\n"


def batch_values(dossiers: int, documents: int) -> dict[str, Any]:
    """Give what batch.json of such a set says, without what a transfer does not read."""
    values: dict[str, Any] = {
        "format": 1,
        "schema": "batch.schema.json",
        "software": {"name": "sohoa", "version": "0.0.0", "tools": {}},
        "batch": dict(BATCH),
        "transfer": dict(TRANSFER),
        "dossiers": [],
        "documents": [],
        "failed": [],
        "quarantine": [],
        "other_files": [{"source": TRANSFER["unit_history"], "path": ATTACHED}],
    }
    for number in range(1, dossiers + 1):
        record = record_of_dossier(number, documents)
        name = f"Hồ sơ {number}"
        row = {"name": name, "code": record["fileCode"], "title": record["title"], "documents": documents}
        row |= {"pages": 2 * documents, "record": record, "package": None, "package_problem": ""}
        values["dossiers"].append(row)
        values["documents"] += [_document(name, number, record, each) for each in range(1, documents + 1)]
    return values


def _document(folder: str, dossier: int, record: dict[str, str], number: int) -> dict[str, Any]:
    own = record_of_document(record, number)
    data = pdf(dossier, number)
    access = {
        "path": f"data/access/{dossier}/HS{dossier}.{number:07d}.pdf",
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return {"dossier": folder, "source": f"{folder}/{number}", "ordinal": number, "code": own["docCode"],
            "title": own["subject"], "complete": True, "gaps": [], "access": access,
            "pages": [{"number": 1}, {"number": 2}], "record": own}  # fmt: skip


def seal(root: Path, values: dict[str, Any], algorithm: str = "sha256", aip: str = "") -> Path:
    """Write a set that says these values, sealed, and give its folder; with AIPs as "folder" or "zip" if asked."""
    contents = {ATTACHED: b"history"}
    for document in values["documents"]:
        if document["access"]:
            place = document["access"]["path"].rsplit("/", 2)
            contents[document["access"]["path"]] = pdf(int(place[1]), int(place[2].split(".")[1]))
    for path, data in contents.items():
        _put(root, path, data)
    if aip:
        for dossier in values["dossiers"]:
            dossier["package"] = _aip(root, values, dossier, aip)
    _put(root, "data/batch.json", json.dumps(values, ensure_ascii=False, indent=1).encode())
    payload = []
    for path in sorted(path for path in (root / "data").rglob("*") if path.is_file()):
        data = path.read_bytes()
        digests = {algorithm: hashlib.new(algorithm, data).hexdigest()}
        payload.append((path.relative_to(root).as_posix(), len(data), digests))
    write_bag_tags(root, payload, [("Source-Organization", "Phòng Nội vụ")], (algorithm,))
    return root


def _put(root: Path, path: str, data: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)


def _aip(root: Path, values: dict[str, Any], dossier: dict[str, Any], how: str) -> dict[str, Any]:
    documents = tuple(
        PackedDocument(row["record"], Content(root / row["access"]["path"], Path(row["access"]["path"]).name,
                                              "application/pdf", row["access"]["size_bytes"], row["access"]["sha256"]))
        for row in values["documents"] if row["dossier"] == dossier["name"]
    )  # fmt: skip
    origin = replace(origin_of(declare(values["batch"], values["transfer"], None)), request_code="")
    form = PackageForm(PackageType.AIP, EadProfile.TABLE, how == "zip")
    folder = root / "data/aip"
    folder.mkdir(exist_ok=True)
    made = write_package(PackedDossier(dossier["record"], documents), origin, form, folder)
    return {"object_id": made.object_id, "path": f"data/aip/{made.path.name}", "form": how, "ead": "table",
            "size_bytes": made.size_bytes, "sha256": made.sha256}  # fmt: skip


def sealed(root: Path, *, dossiers: int = 3, documents: int = 4, change: Change | None = None, **how: str) -> Path:
    """Write a set of so many dossiers; `change` may spoil what batch.json says before it is sealed."""
    values = batch_values(dossiers, documents)
    if change:
        change(values)
    return seal(root, values, **how)


def planned(root: Path, out: Path, **asked: Any) -> Plan:
    """Plan the transfer of a set."""
    return plan(read_set(root), Asked(out, **asked))


def built(root: Path, out: Path, **asked: Any) -> Built:
    """Build the transfer of a set."""
    return build(planned(root, out, **asked))
