"""Batch x stages -> sealed set: plan, do what is not done yet, package, seal.

Only this process writes the journal, one transaction for each finished unit.
"""

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import __version__, executors
from pipeline.config import Config
from pipeline.errors import RunStopped, UsageError
from pipeline.files import remove_parts, sha256_file
from pipeline.flow import Crew, work_through
from pipeline.inventory import BATCH_FILE, require_scans, take_stock
from pipeline.journal import Entry, Journal
from pipeline.lock import held
from pipeline.model import Batch, Page, StageResult, State
from pipeline.plan import Plan, Tally
from pipeline.records.account import Accounts, DocumentAccount, others
from pipeline.records.description import Description, check_names, read_description
from pipeline.records.manifest import Totals, totals
from pipeline.records.sentences import account_problems, account_remarks, fault_sentence
from pipeline.stages import STAGES
from pipeline.stages.artifact import STOPPING_ERRORS
from pipeline.stages.package import Set, pack, remove_strangers
from pipeline.stages.seal import SEAL, bag_info, building_of, seal
from pipeline.stages.stage import Tools, digest, parts, result_digest, still_good
from pipeline.stages.validate import validate

_TASKS_PER_WORKER = 2
BATCH_UNIT = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done.

    Attributes:
        scans, out, work: Folders, absolute.
        jobs: Worker processes; 0 works in this process.
        cluster: Address of a Dask scheduler, or None.
    """

    scans: Path
    out: Path
    work: Path
    config: Config
    jobs: int
    cluster: str | None = None


class Progress:
    """What a run tells its caller while it goes on; this one tells nobody."""

    def started(self, batch: Batch) -> None:
        """Learn what there is to do."""

    def page(self, page: Page, results: Mapping[str, StageResult], taken_over: bool) -> None:
        """Learn that a page is finished."""

    def step(self, name: str) -> None:
        """Learn that a step for the whole batch begins: "validate", "package" or "seal"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Attributes:
        sealed: The set.
        did_nothing: The set was there already and nothing had changed.
        former: Where an earlier set of this batch was moved to, if it had to make room.
        problems: Sentences on what is not as it should be, in the batch's order.
        remarks: Sentences on what the operator should know besides, such as a signed PDF or no veraPDF.
    """

    batch: Batch
    sealed: Path
    did_nothing: bool
    former: Path | None
    tally: Tally
    totals: Totals
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def run(order: Order, progress: Progress) -> Outcome:
    """Take a scan folder to a sealed set.

    Raises:
        UsageError: The folders or batch.toml are not as they must be.
        FolderBusy: Another run holds the work folder.
        RunStopped: Disk full, medium lost, too many failures; what is done is kept.
        KeyboardInterrupt: Likewise.
    """
    check_folders(order)
    description = read_description(order.scans / BATCH_FILE)
    tools = {stage.name: stage.tools(stage.params(order.config)) for stage in STAGES}
    order.work.mkdir(parents=True, exist_ok=True)
    with _stopping(order), held(order.work), Journal(order.work) as journal:
        remove_parts(order.work)
        batch = take_stock(order.scans)
        require_scans(batch, order.scans)
        check_names(description, batch.dossiers)
        journal.set_about(scans=str(order.scans), out=str(order.out), config=asdict(order.config), batch=batch.name)
        progress.started(batch)
        return _Run(order, batch, description, tools, journal, progress).to_the_end()


def check_folders(order: Order) -> None:
    """Refuse folders that lie in each other: results would be taken for scans, or scans be overwritten.

    Raises:
        UsageError: They do.
    """
    if not order.scans.is_dir():
        raise UsageError(
            "{path} is not a folder; name the folder that the scanner wrote the batch into", path=order.scans
        )
    for name, folder in (("--out", order.out), ("--work", order.work)):
        if folder.is_relative_to(order.scans):
            raise UsageError(
                "{option} {path} lies inside the scan folder; choose a place outside it", option=name, path=folder
            )
    if order.scans.is_relative_to(order.out / order.scans.name):
        raise UsageError(
            "the set would be written over the scan folder itself; choose another --out than {path}", path=order.out
        )


@contextmanager
def _stopping(order: Order) -> Iterator[None]:
    """Turn a full disk or a lost folder into one sentence."""
    try:
        yield
    except OSError as error:
        if not order.scans.is_dir():
            raise RunStopped("{path} is gone; connect it again and start the same command", path=order.scans) from error
        if error.errno not in STOPPING_ERRORS:
            raise
        raise RunStopped(
            "nothing more can be written ({reason}: {path}); make room and start the same command again: what is "
            "finished is kept",
            reason=error.strerror, path=error.filename or order.work,
        ) from error  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over one batch."""

    order: Order
    batch: Batch
    description: Description
    tools: Tools
    journal: Journal
    progress: Progress

    def to_the_end(self) -> Outcome:
        """Do the pages and documents, then the set."""
        tally = self._pages_and_documents()
        self._validate()
        accounts = Accounts(self.batch, self.description, self.journal)
        final = self.order.out / self.batch.name
        counts = totals(self.batch, accounts)
        wanted = self._seal_parts(accounts)
        if self._is_sealed(final, wanted):
            return Outcome(self.batch, final, True, None, tally, counts, *self._told(accounts))
        former = self._set(final, accounts, counts, wanted)
        return Outcome(self.batch, final, False, former, tally, counts, *self._told(accounts))

    def _pages_and_documents(self) -> Tally:
        order = self.order
        plan = Plan(order.scans, order.work, self.batch, self.description, order.config, self.tools, self.journal,
                    self.progress.page)  # fmt: skip
        self.journal.keep_only(plan.units())
        if order.cluster:
            crew = Crew(functools.partial(executors.dask, order.cluster), _TASKS_PER_WORKER * max(order.jobs, 1))
        else:
            crew = Crew(functools.partial(executors.local, order.jobs), max(1, _TASKS_PER_WORKER * order.jobs))
        work_through(crew, plan.tasks(), plan.done)
        return plan.tally

    def _validate(self) -> None:
        recorded = ((document.path, self.journal.entries(document.path)) for document in self.batch.documents)
        documents = ((unit, entries["pdfa"].result.artifacts[0], entries.get("validate")) for unit, entries in recorded
                     if "pdfa" in entries and entries["pdfa"].result.artifacts)  # fmt: skip
        todo = validate(self.order.work, self.order.config, self.tools["validate"], documents)
        for number, some in enumerate(todo):
            if not number:
                self.progress.step("validate")
            self.journal.record(some)

    def _seal_parts(self, accounts: Accounts) -> dict[str, Any]:
        """Give all that decides the set's bytes; one pass over the journal and over the files that are no scans."""
        documents = digest([_account_digest(account) for account in accounts])
        rest = [(path, place, sha256_file(self.order.scans / path)) for path, place in others(self.batch)]
        faults = [asdict(fault) for fault in self.batch.faults]
        described = digest([self.batch.name, asdict(self.description.batch)])
        inputs = {"documents": documents, "others": digest([rest, faults]), "description": described}
        inputs["settings"] = digest({k: v for k, v in asdict(self.order.config).items() if k != "run"})
        tools = {"sohoa": __version__, "all": digest({name: dict(values) for name, values in self.tools.items()})}
        return parts(SEAL, self.order.config, inputs, tools)

    def _is_sealed(self, final: Path, wanted: dict[str, Any]) -> bool:
        """Tell whether the set is there, made from the same, with the list of lists it was sealed with."""
        entry = self.journal.entry(BATCH_UNIT, SEAL.name)
        if not still_good(entry, wanted) or entry is None:
            return False
        facts = entry.result.facts
        lists = final / facts["tagmanifest"]
        return bool(facts["set"] == str(final) and lists.is_file() and sha256_file(lists) == facts["sha256"])

    def _set(self, final: Path, accounts: Accounts, counts: Totals, wanted: dict[str, Any]) -> Path | None:
        order, config = self.order, self.order.config
        building = building_of(final)
        building.mkdir(parents=True, exist_ok=True)
        contents = Set(order.scans, order.work, self.batch, self.description, config, self.tools, accounts)
        self.progress.step("package")
        remove_strangers(contents, building)
        payload = list(pack(contents, building, max(order.jobs, 1)))
        self.progress.step("seal")
        info = bag_info(self.batch.name, self.description.batch, counts)
        algorithm = config.package.algorithm
        former = seal(building, final, payload, info, algorithm)
        lists = f"tagmanifest-{algorithm}.txt"
        facts = {"set": str(final), "tagmanifest": lists, "sha256": sha256_file(final / lists), "files": len(payload)}
        self.journal.record([Entry(BATCH_UNIT, SEAL.name, wanted, StageResult(State.DONE, facts))])
        return former

    def _told(self, accounts: Accounts) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give what is wrong and what should be known besides, each sentence once."""
        remarks: dict[str, None] = {}
        if not self.tools["validate"]:
            remarks["veraPDF was not asked (not installed or switched off); the built-in checks were made"] = None
        problems = [fault_sentence(fault) for fault in self.batch.faults]
        for account in accounts:
            problems += account_problems(account)
            remarks.update((remark, None) for remark in account_remarks(account))
        return tuple(problems), tuple(remarks)


def _account_digest(account: DocumentAccount) -> list[Any]:
    pages = [
        [page.master, page.place, page.scan_sha256, {name: result_digest(r) for name, r in page.results.items()}]
        for page in account.pages
    ]
    results = [result_digest(result) if result else "" for result in (account.pdf, account.verdict)]
    return [
        account.code,
        account.title,
        account.dossier_code,
        account.dossier_title,
        account.access_path,
        pages,
        results,
    ]
