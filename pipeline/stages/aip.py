"""The law's packages in a set: for each dossier that the lists describe, made from what the set holds anyway.

Digitized records are packaged as AIP_hoso (Thông tư 05/2025/TT-BNV Đ8.3). A dossier with a document that is not
complete has none, and stands with its reason among what cannot be handed over.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath

from pipeline.config import AipParams
from pipeline.errors import UsageError
from pipeline.files import digest_file, write_atomic
from pipeline.messages import Sentence, recorded, sentence
from pipeline.model import Dossier
from pipeline.packages.ids import object_id
from pipeline.packages.layout import METS, folder_name, zip_name
from pipeline.packages.plan import package_paths, plan_package, require_packable
from pipeline.packages.values import (
    Content,
    EadProfile,
    Origin,
    PackageForm,
    PackageType,
    PackedDocument,
    PackedDossier,
)
from pipeline.packages.writing import write_zip
from pipeline.records.account import DocumentAccount
from pipeline.records.description import Description
from pipeline.records.manifest import PackageRow
from pipeline.stages.stage import Tools

FOLDER = "data/aip"
_PDF = "application/pdf"
# No clock is read: the same batch has the same bytes.
_TIME = "{}T00:00:00.000+07:00"

Listed = tuple[str, int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Aip:
    """One dossier's package before it is written, or why it has none.

    Attributes:
        path: Of its folder or ZIP, in the set.
        problem: English sentence; empty where it can be made.
    """

    dossier: Dossier
    packed: PackedDossier
    origin: Origin
    form: PackageForm
    path: str = ""
    problem: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Name its files in the set."""
        if self.problem:
            return ()
        if self.form.zipped:
            return (self.path,)
        return tuple(f"{self.path}/{path}" for path in package_paths(self.packed, self.form))


def wants_packages(description: Description, params: AipParams) -> bool:
    """Tell whether the set is to hold packages at all."""
    return bool(description.dossier_records) and params.form != "none"


def aips(
    accounts: Iterable[DocumentAccount], description: Description, params: AipParams, work: Path, tools: Tools
) -> Iterator[Aip]:
    """Give the package of each dossier, in the batch's order."""
    if not wants_packages(description, params):
        return
    form = PackageForm(PackageType.AIP, EadProfile(params.ead), params.form == "zip")
    validator = " ".join(part for part in ("veraPDF", tools.get("validate", {}).get("verapdf", "")) if part)
    for _, group in groupby(accounts, key=lambda account: account.dossier.name):
        yield _aip(tuple(group), description, form, work, validator)


def without_package(found: Iterable[Aip]) -> Iterator[Sentence]:
    """Say for which dossiers no package can be made, once for each reason."""
    codes: dict[str, list[str]] = {}
    for aip in found:
        if aip.problem:
            codes.setdefault(aip.problem, []).append(aip.packed.values.get("fileCode") or aip.dossier.name)
    for problem, without in codes.items():
        yield sentence(
            "no package [AIP_hoso] for {number} dossiers, {code} the first: {problem}",
            number=len(without), code=without[0], problem=recorded(problem),
        )  # fmt: skip


def origin_of(description: Description) -> Origin:
    """Give whose packages they are, as `batch.toml` says."""
    batch, transfer = description.batch, description.transfer
    return Origin(
        agency_code=batch.agency_code,
        agency_name=batch.agency_name,
        fonds_code=batch.fonds_code,
        archive_code=transfer.archive_code,
        request_code=batch.code,
        time=_TIME.format(batch.date) if batch.date else "",
        archive_name=transfer.archive_name,
    )


def write_aip(aip: Aip, building: Path, algorithm: str) -> Iterator[Listed | PackageRow]:
    """Write a package but for the documents of a folder, which are copied with the rest of the set.

    Returns:
        Path, size and digest of each file that was written, and last the package's row for the manifest.
    """
    plan = plan_package(aip.packed, aip.origin, aip.form)
    target = building / aip.path
    form, ead = ("zip" if aip.form.zipped else "folder"), aip.form.profile.value
    if aip.form.zipped:
        target.parent.mkdir(parents=True, exist_ok=True)
        written = write_zip(plan, target, durable=False)
        yield aip.path, written.size_bytes, _digests(target, written.sha256, algorithm)
        yield PackageRow(plan.object_id, aip.path, form, ead, written.size_bytes, written.sha256)
        return
    for path, data in plan.metadata.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(place, data)
        yield f"{aip.path}/{path}", len(data), {algorithm: hashlib.new(algorithm, data).hexdigest()}
    size_bytes = sum(map(len, plan.metadata.values())) + sum(each.size_bytes for each in plan.contents.values())
    root = hashlib.sha256(plan.metadata[METS]).hexdigest()
    yield PackageRow(plan.object_id, aip.path, form, ead, size_bytes, root)


def _aip(
    accounts: tuple[DocumentAccount, ...], description: Description, form: PackageForm, work: Path, validator: str
) -> Aip:
    dossier, origin = accounts[0].dossier, origin_of(description)
    record = description.dossier_record(dossier)
    problem = _problem(record, accounts, description)
    documents = () if problem else tuple(_packed(account, description, work, validator) for account in accounts)
    packed = PackedDossier(record, documents)
    if problem:
        return Aip(dossier, packed, origin, form, problem=problem)
    try:
        require_packable(packed, origin, form.type)
    except UsageError as error:
        return Aip(dossier, packed, origin, form, problem=str(error))
    identifier = object_id(form.type, origin, record["fileCode"])
    name = zip_name(identifier, None) if form.zipped else folder_name(identifier)
    return Aip(dossier, packed, origin, form, f"{FOLDER}/{name}")


def _problem(record: Mapping[str, str], accounts: Iterable[DocumentAccount], description: Description) -> str:
    """Say why no package can be made, in English."""
    accounts = tuple(accounts)
    if not record:
        return str(sentence("No list describes the dossier."))
    incomplete = sum(not account.is_complete for account in accounts)
    if incomplete:
        return str(sentence("{count} of its documents are not complete.", count=incomplete))
    undescribed = sum(not description.document_record(account.document) for account in accounts)
    if undescribed:
        return str(sentence("{count} of its documents are described by no list.", count=undescribed))
    return ""


def _packed(account: DocumentAccount, description: Description, work: Path, validator: str) -> PackedDocument:
    """Give a document with its PDF, whose size and digest are known from when it was made."""
    pdf = account.access
    if pdf is None or account.pdf is None:  # a complete document has one
        raise AssertionError(account.code)
    is_judged = account.verdict is not None and account.verdict.facts["verdict"] == "valid"
    content = Content(
        work / pdf.path,
        PurePosixPath(account.access_path).name,
        _PDF,
        pdf.size_bytes,
        pdf.sha256,
        flavour=str(account.pdf.facts.get("flavour") or ""),
        validator=validator if is_judged else "",
    )
    return PackedDocument(description.document_record(account.document), content)


def _digests(target: Path, sha256: str, algorithm: str) -> dict[str, str]:
    if algorithm == "sha256":
        return {algorithm: sha256}
    return digest_file(target, (algorithm,))
