"""Whether the set that lies there is the one a run would seal now: what decides its bytes, and how to tell."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.config import Config, deciding
from pipeline.files import sha256_file
from pipeline.journal import Entry, Journal
from pipeline.model import Batch, StageResult, State
from pipeline.records.account import Accounts, DocumentAccount, others
from pipeline.records.description import Description
from pipeline.stages.seal import SEAL, give_name
from pipeline.stages.stage import Tools, digest, parts, result_digest, still_good
from pipeline.verify import verify_copy

BATCH_UNIT = ""


def seal_parts(
    scans: Path, batch: Batch, description: Description, config: Config, *, tools: Tools, accounts: Accounts
) -> dict[str, Any]:
    """Give all that decides the set's bytes; one pass over the journal and over the files that are no scans."""
    documents = digest([_account_digest(account) for account in accounts])
    rest = [(path, place, sha256_file(scans / path)) for path, place in others(batch)]
    faults = [asdict(fault) for fault in batch.faults]
    inputs = {
        "documents": documents,
        "others": digest([rest, faults]),
        "description": digest([batch.name, asdict(description)]),
        "settings": digest(deciding(config)),
    }
    identities = {"sohoa": __version__, "all": digest({name: dict(values) for name, values in tools.items()})}
    return parts(SEAL, config, inputs, identities)


def is_sealed(journal: Journal, final: Path, wanted: Mapping[str, Any]) -> bool:
    """Tell whether the set is there, made from the same, with the list of lists it was sealed with."""
    entry = journal.entry(BATCH_UNIT, SEAL.name)
    if entry is None or not still_good(entry, wanted):
        return False
    facts = entry.result.facts
    lists = final / facts["tagmanifest"]
    return bool(facts["set"] == str(final) and lists.is_file() and sha256_file(lists) == facts["sha256"])


def put_in_place(journal: Journal, building: Path, final: Path, wanted: dict[str, Any], algorithm: str) -> Path | None:
    """Give a closed set its name, and note it; an equal set that is there and whole is left as it is.

    The note comes first: `is_sealed` holds it against what lies there, so a kill between the two costs nothing.

    Returns:
        Where an earlier set of the name was moved to.
    """
    lists = f"tagmanifest-{algorithm}.txt"
    facts = {"set": str(final), "tagmanifest": lists, "sha256": sha256_file(building / lists)}
    journal.record([Entry(BATCH_UNIT, SEAL.name, wanted, StageResult(State.DONE, facts))])
    there = final / lists
    if there.is_file() and sha256_file(there) == facts["sha256"] and verify_copy(final).outcome == "whole":
        shutil.rmtree(building)
        return None
    return give_name(building, final)


def _account_digest(account: DocumentAccount) -> list[Any]:
    pages = [
        [page.master, page.place, page.scan_sha256, {name: result_digest(r) for name, r in page.results.items()}]
        for page in account.pages
    ]
    results = [result_digest(result) if result else "" for result in (account.pdf, account.verdict)]
    names = [account.code, account.title, account.dossier_code, account.dossier_title, account.access_path]
    return [*names, pages, results]
