"""What a work folder knows of its batch, and what a run would do again, with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.catalogue.assessment import Assessment, Told, assess, lists_of
from pipeline.catalogue.seen import pages_seen, stamps_seen
from pipeline.catalogue.values import Effect
from pipeline.config import Config, from_values
from pipeline.errors import NoVerdict, UsageError
from pipeline.files import sha256_file
from pipeline.inventory import BATCH_FILE, Stock, survey
from pipeline.journal import NAME, Entry, Journal
from pipeline.model import Batch, Fault, Page, StageResult, State
from pipeline.records.account import Accounts
from pipeline.records.description import check_names, read_description
from pipeline.sealing import BATCH_UNIT, is_sealed, seal_parts
from pipeline.settings import Chosen, SettingsOf, documents_of
from pipeline.stages import PAGE_STAGES
from pipeline.stages.artifact import has_artifacts
from pipeline.stages.seal import SEAL
from pipeline.stages.stage import differences, still_good
from pipeline.stages.trip import wanted_parts

NOT_YET = "not done yet"
_HOLDING = (Effect.SCANNING, Effect.SEALING)
# What an input of the seal is to a person; a digest says nothing to anybody.
_INPUTS = {
    "documents": "pages of documents, or their titles, codes or results, are not those of the set",
    "others": "files beside the scans, or files refused, are not those of the set",
    "description": "what batch.toml or the lists say is not what the set says",
    "settings": "settings are not those of the set",
}


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """One page: how it stands and, stage by stage, why a run would do it again (empty: it would not)."""

    unit: str
    state: str
    again: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Status:
    """One work folder.

    Attributes:
        counts: Units by stage and state, as recorded.
        unfinished: Results that are not "done".
        pages: The pages that a run would do again, or all where they were asked for.
        sealed: The set as it was sealed last, or None.
        gone: Number of recorded pages that are no longer in the scan folder.
        seal_again: Why a run would seal a new set (empty: it would not, or only one page was asked for).
        refused: Files of the scan folder that are not taken in.
        held_up: What keeps the set from being sealed: findings on the lists or the pages.
    """

    scans: Path
    batch: str
    page_count: int
    counts: dict[str, dict[str, int]]
    unfinished: tuple[Entry, ...]
    pages: tuple[UnitStatus, ...]
    sealed: Path | None
    gone: int
    seal_again: tuple[str, ...]
    refused: tuple[Fault, ...]
    held_up: tuple[Told, ...] = ()


def read_status(work: Path, why: str | None = None) -> Status:
    """Compare a work folder with the scans, settings and tools as they are now.

    Args:
        work: The work folder.
        why: A page ("dossier/0001.tif#1", the number may be left out) or a document; only its pages are looked at.

    Raises:
        UsageError: It is not a work folder, the scans are gone, or there is no such page or document.
        NoVerdict: It cannot be read.
    """
    _require_readable(work)
    with Journal(work, create=False) as journal:
        about = journal.about()
        scans = Path(about["scans"])
        config = from_values(about["config"], str(work))
        stock = survey(scans)
        listed = _assessed(stock, scans, config, journal, work)
        batch, description = listed.batch, listed.description
        settings = SettingsOf(config, description)
        pages = _asked_for(batch, why, settings)
        found = [_page(journal, work, page, scans, chosen) for page, chosen in pages]
        again: tuple[str, ...] = ()
        holding = tuple(told for told in listed.findings if told[1] in _HOLDING)
        if why is None:
            again = () if holding else tuple(_seal_reasons(journal, scans, batch, settings))
            found = [page for page in found if page.again]
        seal = journal.entry(BATCH_UNIT, SEAL.name)
        sealed = Path(seal.result.facts["set"]) if seal else None
        return Status(scans, batch.name, batch.page_count, journal.counts(), tuple(journal.not_done()), tuple(found),
                      sealed, _gone(journal, batch), again, batch.faults,
                      holding)  # fmt: skip


def _assessed(stock: Stock, scans: Path, config: Config, journal: Journal, work: Path) -> Assessment:
    """Judge the lists as the next run would, with what is known of the pages so far."""
    description = read_description(scans / BATCH_FILE)
    examined = journal.counts().get(PAGE_STAGES[0].name, {})
    seen = pages_seen(stock.batch, journal, stock.uncounted, settled=sum(examined.values()) >= stock.batch.page_count)
    stamps = tuple(stamps_seen(stock.batch, journal, work))
    packages = config.aip.form != "none"
    return assess(
        lists_of(scans, config.lists),
        stock.batch,
        description,
        config.lists,
        pages=seen,
        stamps=stamps,
        packages=packages,
    )


def _require_readable(work: Path) -> None:
    try:
        (work / NAME).is_file()
    except OSError as error:
        raise NoVerdict("{path} cannot be read: {reason}", path=work, reason=error.strerror) from error


def _gone(journal: Journal, batch: Batch) -> int:
    """Count the recorded pages that are no longer in the batch; whatever became of it, a page was examined."""
    recorded = sum(journal.counts().get(PAGE_STAGES[0].name, {}).values())
    pages = (page for document in batch.documents for page in document.pages)
    return recorded - sum(journal.entry(page.unit, PAGE_STAGES[0].name) is not None for page in pages)


def _seal_reasons(journal: Journal, scans: Path, batch: Batch, settings: SettingsOf) -> Iterator[str]:
    """Give why a run would seal a new set, judged by what is recorded and what lies there."""
    entry = journal.entry(BATCH_UNIT, SEAL.name)
    if entry is None:
        yield "it is not sealed yet"
        return
    description, run = settings.description, settings.run
    check_names(description, batch.dossiers)
    accounts = Accounts(batch, description, journal)
    wanted = seal_parts(scans, batch, description, run.config, tools=run.tools, accounts=accounts)
    final = Path(journal.about()["out"]) / batch.name
    if entry.parts != wanted:
        inputs = entry.parts["inputs"]
        yield from (words for name, words in _INPUTS.items() if inputs[name] != wanted["inputs"][name])
        yield from differences({**entry.parts, "inputs": {}}, {**wanted, "inputs": {}})
    elif not is_sealed(journal, final, wanted):
        missing = not (final / entry.result.facts["tagmanifest"]).is_file()
        lists = "the set is not there" if missing else "the set's list of lists is not the one it was sealed with"
        yield lists if entry.result.facts["set"] == str(final) else "the set was sealed in another folder"


def _asked_for(batch: Batch, why: str | None, settings: SettingsOf) -> list[tuple[Page, Chosen]]:
    """Give the pages that are meant, each with the settings that it is worked on with."""
    documents = [(document, settings.document(dossier, document)) for dossier, document in documents_of(batch)]
    if why is None:
        return [(page, chosen) for document, chosen in documents for page in document.pages]
    wanted = why.rstrip("/")
    found = [(page, chosen) for document, chosen in documents for page in document.pages
             if wanted in (page.unit, page.path, document.path)]  # fmt: skip
    if not found:
        raise UsageError("there is no page or document '{name}' in the batch; 'sohoa check' lists them", name=why)
    return found


def _page(journal: Journal, work: Path, page: Page, scans: Path, chosen: Chosen) -> UnitStatus:
    recorded = journal.entries(page.unit)
    states = [entry.result.state for entry in recorded.values() if entry.result.state is not State.DONE]
    state = states[0].value if states else "done" if recorded else NOT_YET
    try:
        scan = sha256_file(scans / page.path)
    except OSError as error:
        return UnitStatus(page.unit, state, {"examine": (f"the scan cannot be read: {error.strerror}",)})
    return UnitStatus(page.unit, state, dict(_reasons(recorded, work, scan, chosen)))


def _reasons(
    recorded: Mapping[str, Entry], work: Path, scan: str, chosen: Chosen
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give, for each stage that would be done again, why."""
    results: dict[str, StageResult] = {}
    redone: set[str] = set()
    for stage in PAGE_STAGES:
        entry = recorded.get(stage.name)
        wanted = wanted_parts(stage, chosen.config, chosen.tools[stage.name], scan, results)
        lines = _differences(entry, wanted, work)
        lines += [f"'{name}' is done again" for name in stage.needs if name in redone]
        if lines:
            redone.add(stage.name)
            yield stage.name, tuple(lines)
        if entry is None or entry.result.state is State.QUARANTINED:
            return
        results[stage.name] = entry.result


def _differences(entry: Entry | None, wanted: dict[str, Any], work: Path) -> list[str]:
    if entry is None:
        return [NOT_YET]
    if entry.parts != wanted:
        return differences(entry.parts, wanted)
    if not still_good(entry, wanted):
        return [f"it {entry.result.state.value}: {'; '.join(entry.result.notes)}"]
    return [] if has_artifacts(work, entry.result.artifacts) else ["a file of the work folder is missing or damaged"]
