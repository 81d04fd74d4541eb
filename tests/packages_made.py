"""Small packages for the tests: values, files of a few bytes, and both kinds and forms."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pipeline.catalogue.fields import DOCUMENT, DOSSIER
from pipeline.packages.values import (
    Content,
    EadProfile,
    Origin,
    PackageForm,
    PackageType,
    PackedDocument,
    PackedDossier,
    WrittenPackage,
)
from pipeline.packages.writing import write_package

CODE = "H48.2020.01-HSĐ"
TIME = "2026-01-31T00:00:00.000+07:00"
ORIGIN = Origin("H48", "UBND tỉnh Quảng Ngãi", "G09", "A48.01", "NL.BNV.2023.01", TIME, "Trung tâm Lưu trữ lịch sử")
KINDS, PROFILES = tuple(PackageType), tuple(EadProfile)
FORMS = tuple(PackageForm(kind, profile, zipped) for kind in KINDS for profile in PROFILES for zipped in (False, True))
PDF = "application/pdf"


def content(folder: Path, name: str, data: bytes) -> Content:
    """Write a document's file under a name of its own and give it as a package takes it."""
    source = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.bin"
    source.write_bytes(data)
    return Content(source, name, PDF, len(data), hashlib.sha256(data).hexdigest(), "2u", "veraPDF 1.28")


def dossier(folder: Path, names: Iterable[str] = (), *, count: int = 3, code: str = CODE) -> PackedDossier:
    """Give a dossier with a full record and as many documents, each with bytes of its own."""
    names = tuple(names) or tuple(f"{code}.{number:07d}.pdf" for number in range(1, count + 1))
    documents = []
    for number, name in enumerate(names, 1):
        values = dict.fromkeys(DOCUMENT, "") | {"docId": f"V{number}", "docCode": f"{code}.{number:07d}"}
        values |= {"subject": 'V/v "thử" & <kiểm tra>', "confidenceLevel": "02", "riskRecovery": "1",
                   "riskRecoveryStatus": "02", "ordinal": str(number)}  # fmt: skip
        data = b"%PDF-1.7 " + bytes([number % 256]) * (100 * number)
        documents.append(PackedDocument(values, content(folder, name, data)))
    record = dict.fromkeys(DOSSIER, "") | {"fileCode": code, "title": "Tập quyết định năm 2020", "maintenance": "01"}
    return PackedDossier(record, tuple(documents))


def written(folder: Path, form: PackageForm, names: Iterable[str] = (), **options: int) -> WrittenPackage:
    """Write such a dossier as a package into a new folder below this one."""
    sources, target = folder / "sources", folder / "packages"
    sources.mkdir(parents=True, exist_ok=True)
    target.mkdir(exist_ok=True)
    ordinal = 7 if form.type is PackageType.SIP else None
    return write_package(dossier(sources, names, **options), ORIGIN, form, target, ordinal=ordinal)


def form_of(kind: PackageType, *, zipped: bool = False, profile: EadProfile = EadProfile.TABLE) -> PackageForm:
    """Give a form of package."""
    return PackageForm(kind, profile, zipped)
