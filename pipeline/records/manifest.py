"""`batch.json`: the batch's machine-readable manifest, written piece by piece; its schema lies beside it in the set.

Nothing in it depends on when or where it is written: same batch, same settings, same tools, same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline import __version__
from pipeline.config import Config, deciding
from pipeline.model import FAULTS, Batch, Dossier, Fault, TextState
from pipeline.records.account import KEPT_REFUSED, Accounts, DocumentAccount, PageAccount, others, refused_name
from pipeline.records.description import Description
from pipeline.records.names import readable
from pipeline.records.quality import is_below, sums
from pipeline.records.sentences import account_problems

FORMAT = 1
NAME = "batch.json"
SCHEMA_NAME = "batch.schema.json"


@dataclass(slots=True)
class Totals:
    """Counts of the batch; every page of the scan folder is in exactly one of shown, failed and quarantined."""

    dossiers: int = 0
    documents: int = 0
    documents_incomplete: int = 0
    documents_without_pdf: int = 0
    pages: int = 0
    pages_shown: int = 0
    pages_quarantined: int = 0
    pages_failed: int = 0
    pages_blank: int = 0
    pages_below_profile: int = 0
    pages_to_look_at: int = 0
    text_failed: int = 0
    text_timed_out: int = 0
    other_files: int = 0
    files_refused: int = 0
    flags: dict[str, int] = field(default_factory=dict)  # how many pages have each


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One entry of the quarantine list: what was refused, why, and where it lies in the set (empty: it could not)."""

    fault: Fault
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PackageRow:
    """The law's package of one dossier in the set.

    Attributes:
        path: Of its folder or ZIP, in the set.
        sha256: Of the ZIP; of a folder's METS.xml, which holds the digests of the rest.
    """

    object_id: str
    path: str
    form: str
    ead: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Packages:
    """What became of the dossiers' packages: folder of the dossier -> its package, or why it has none."""

    rows: dict[str, PackageRow] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


NO_PACKAGES = Packages()


def totals(batch: Batch, accounts: Iterable[DocumentAccount]) -> Totals:
    """Count."""
    result = Totals(dossiers=len(batch.dossiers), other_files=len(batch.others), files_refused=len(batch.faults))
    for document in accounts:
        result.documents += 1
        result.documents_incomplete += not document.is_complete
        result.documents_without_pdf += not document.access_path
        for page in document.pages:
            _count_page(result, page)
    return result


def _count_page(result: Totals, page: PageAccount) -> None:
    result.pages += 1
    result.pages_quarantined += page.fault is not None
    result.pages_shown += page.is_shown
    result.pages_failed += page.fault is None and not page.is_shown
    result.pages_blank += page.text_state is TextState.BLANK
    quality = page.quality or {}
    below = is_below(quality)
    result.pages_below_profile += below
    result.pages_to_look_at += bool(quality.get("flags")) and not below
    for flag in quality.get("flags", ()):
        result.flags[flag["code"]] = result.flags.get(flag["code"], 0) + 1
    result.text_failed += page.is_shown and page.text_state is TextState.FAILED
    result.text_timed_out += page.is_shown and page.text_state is TextState.TIMED_OUT


def quarantine(batch: Batch, accounts: Accounts) -> Iterator[Quarantined]:
    """List what was refused: frames that cannot be decoded, and files refused for their name or kind."""
    for document in accounts:
        for page in document.pages:
            if page.fault:
                yield Quarantined(page.fault, page.master if page.scan_sha256 else "", page.scan_sha256)
    for fault in batch.faults:
        kept = fault.code in KEPT_REFUSED
        yield Quarantined(fault, refused_name(fault.path) if kept else "", "")


def manifest(
    batch: Batch,
    description: Description,
    config: Config,
    tools: Mapping[str, Any],
    accounts: Accounts,
    *,
    packages: Packages = NO_PACKAGES,
) -> Iterator[str]:
    """Give the text of `batch.json` in pieces, one for each row of its long lists, so that memory stays flat."""
    settings = deciding(config)
    head = {
        "format": FORMAT,
        "schema": SCHEMA_NAME,
        "software": {"name": "sohoa", "version": __version__, "tools": tools},
        "settings": settings,
        "batch": {"name": batch.name, **asdict(description.batch)},
        "transfer": asdict(description.transfer),
        "waived": [dict(waived) for waived in description.waived],
        "totals": asdict(totals(batch, accounts)),
        "quality": asdict(sums(page.quality for document in accounts for page in document.pages)),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    yield from _list("dossiers", (_dossier_row(dossier, description, packages) for dossier in batch.dossiers))
    yield from _list("documents", (_document_row(account, description) for account in accounts))
    yield from _list("failed", failed(batch, description, packages, accounts))
    yield from _list("quarantine", map(_quarantine_row, quarantine(batch, accounts)))
    yield from _list("other_files", ({"source": readable(source), "path": path} for source, path in others(batch)))
    yield "\n}\n"


def _list(name: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Give one member whose value is a list, a piece for each row."""
    yield f',\n "{name}": ['
    separator = "\n"
    for row in rows:
        yield separator + "\n".join("  " + line for line in json.dumps(row, ensure_ascii=False, indent=1).split("\n"))
        separator = ",\n"
    yield "\n ]"


def failed(
    batch: Batch, description: Description, packages: Packages, accounts: Iterable[DocumentAccount]
) -> Iterator[dict[str, Any]]:
    """List what a batch with lists cannot hand over: dossiers without a package, documents that are not complete."""
    if not description.dossier_records:
        return
    for dossier in batch.dossiers:
        if reason := packages.problems.get(dossier.name):
            code, title = description.dossier_code(dossier), description.dossier_title(dossier)
            yield {"dossier": dossier.name, "code": code, "title": title, "document": "", "reasons": [reason]}
    for account in accounts:
        if not account.is_complete:
            reasons = [str(reason) for reason in account_problems(account)]
            yield {"dossier": account.dossier.name, "code": account.dossier_code, "title": account.title,
                   "document": account.code, "reasons": reasons}  # fmt: skip


def _dossier_row(dossier: Dossier, description: Description, packages: Packages) -> dict[str, Any]:
    package = packages.rows.get(dossier.name)
    return {
        "name": dossier.name,
        "code": description.dossier_code(dossier),
        "title": description.dossier_title(dossier),
        "documents": len(dossier.documents),
        "pages": sum(len(document.pages) for document in dossier.documents),
        "record": dict(description.dossier_record(dossier)),
        "package": asdict(package) if package else None,
        "package_problem": packages.problems.get(dossier.name, ""),
    }


def _document_row(account: DocumentAccount, description: Description) -> dict[str, Any]:
    access = account.access
    return {
        "dossier": account.dossier.name,
        "source": account.document.path,
        "ordinal": account.document.ordinal,
        "code": account.code,
        "title": account.title,
        "record": dict(description.document_record(account.document)),
        "complete": account.is_complete,
        "gaps": [{"page": page.page.number, "problem": page.problem} for page in account.gaps],
        "access": {"path": account.access_path, "size_bytes": access.size_bytes, "sha256": access.sha256}
        if access
        else None,
        "pdfa": _pdfa_row(account),
        "pages": [_page_row(page) for page in account.pages],
    }


def _pdfa_row(account: DocumentAccount) -> dict[str, Any] | None:
    if account.pdf is None:
        return None
    verdict = account.verdict.facts["verdict"] if account.verdict else "not asked"
    messages = [*account.pdf.notes, *(account.verdict.notes if account.verdict else ())]
    return {"flavour": account.pdf.facts.get("flavour"), "verapdf": verdict, "problems": messages}


def _page_row(account: PageAccount) -> dict[str, Any]:
    results = account.results
    reading = results.get("ocr")
    read = account.is_shown and reading is not None and bool(reading.artifacts)
    return {
        "number": account.page.number,
        "source": account.page.path,
        "frame": account.page.frame,
        "master": account.master if account.scan_sha256 else "",
        "sha256": account.scan_sha256,
        "problem": account.problem,
        "scan": results["examine"].facts or None if "examine" in results else None,
        "straightening": results["deskew"].facts if account.is_shown else None,
        "borders": results["borders"].facts if account.is_shown else None,
        "picture": results["picture"].facts if account.is_shown else None,
        "text": reading.facts if account.is_shown and reading else None,
        "quality": account.quality,
        "alto": f"{account.place}.alto.xml" if read else "",
        "plain_text": f"{account.place}.txt" if read else "",
        "notes": [note for result in results.values() for note in result.notes],
    }


def _quarantine_row(item: Quarantined) -> dict[str, Any]:
    fault = item.fault
    return {
        "source": readable(fault.path),
        "frame": fault.frame,
        "path": item.path,
        "sha256": item.sha256,
        "code": fault.code,
        "reason": FAULTS[fault.code],
        "detail": fault.detail,
    }
