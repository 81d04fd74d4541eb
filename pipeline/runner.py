"""Batch x stages -> sealed set: plan, do what is not done yet, package, seal.

Only this process writes the journal, one transaction for each finished unit.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import executors
from pipeline.catalogue.assessment import Assessment, Told, assess, lists_of
from pipeline.catalogue.matching.counting import Pages
from pipeline.catalogue.seen import pages_seen, stamps_seen
from pipeline.catalogue.values import Catalogue, Effect
from pipeline.config import Config
from pipeline.errors import BatchStopped, UsageError
from pipeline.files import remove_parts
from pipeline.flow import Crew, work_through
from pipeline.folders import check_owner, refuse_inside, require_folder, stopping
from pipeline.inventory import BATCH_FILE, Stock, batch_name, require_scans, survey
from pipeline.journal import Journal
from pipeline.lock import held
from pipeline.model import Batch, Page, StageResult
from pipeline.plan import Plan, Tally
from pipeline.records.account import Accounts
from pipeline.records.description import Description, check_names, read_description
from pipeline.records.manifest import Totals, totals
from pipeline.records.sentences import account_problems, account_remarks, fault_sentence
from pipeline.sealing import is_sealed, put_in_place, seal_parts
from pipeline.settings import SettingsOf
from pipeline.stages.aip import aips, without_package
from pipeline.stages.package import Set, pack, remove_strangers
from pipeline.stages.seal import bag_info, building_of, close_set
from pipeline.stages.stage import Tools
from pipeline.stages.validate import validate

_TASKS_PER_WORKER = 2
# All that a worker needs; the optional engine is loaded by the first page that wants it, if not before.
WORKER_MODULES = ("pipeline.plan", "tesserocr")


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

    @property
    def wants_packages(self) -> bool:
        """Whether the set is to hold the law's packages."""
        return self.config.aip.form != "none"


class Progress:
    """What a run tells its caller while it goes on; this one tells nobody."""

    def started(self, batch: Batch) -> None:
        """Learn what there is to do."""

    def told(self, findings: Sequence[Told]) -> None:
        """Learn what is wrong with the lists, before any page is worked on."""

    def page(self, page: Page, results: Mapping[str, StageResult], taken_over: bool) -> None:
        """Learn that a page is finished."""

    def step(self, name: str) -> None:
        """Learn that a step for the whole batch begins: "validate", "package" or "seal"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Attributes:
        sealed: The set; where it was held up, its place: what lies there from before is untouched.
        did_nothing: The set was there already and nothing had changed.
        held_up: Nothing was sealed, since findings on lists or pages forbid it; all pages and documents are done.
        former: Where an earlier set of this batch was moved to, if it had to make room.
        problems: Sentences on what is not as it should be, in the batch's order.
        remarks: Sentences on what the operator should know besides, such as a signed PDF or no veraPDF.
        findings: What is wrong with the lists, or between them and the pages, and what each holds up.
        waived: How many findings a waiver answers for.
    """

    batch: Batch
    sealed: Path
    did_nothing: bool
    former: Path | None
    tally: Tally
    totals: Totals
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    held_up: bool = False
    findings: tuple[Told, ...] = ()
    waived: int = 0


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
    settings = SettingsOf(order.config, description)
    run_settings = settings.run.config  # what is missing is said before anything is written
    with stopping(order.scans, (order.out, order.work)):
        order.work.mkdir(parents=True, exist_ok=True)
        with held(order.work), Journal(order.work) as journal:
            remove_parts(order.work)
            stock = survey(order.scans)
            batch = stock.batch
            require_scans(batch, order.scans)
            check_names(description, batch.dossiers)
            settings.require_all(batch)
            catalogue = lists_of(order.scans, order.config.lists)
            first = assess(catalogue, batch, description, order.config.lists, pages=Pages(stock.uncounted),
                           packages=order.wants_packages)  # fmt: skip
            check_owner(journal, order.scans, order.out / batch.name)
            journal.set_about(scans=str(order.scans), out=str(order.out), config=asdict(run_settings), batch=batch.name)
            progress.started(batch)
            _refuse(first, progress)
            lists = _Lists(catalogue, stock, description)
            return _Run(order, first.batch, first.description, settings, journal, progress, lists).to_the_end()


def _refuse(first: Assessment, progress: Progress) -> None:
    """Tell what is wrong with the lists, and stop where it forbids to work on the pages.

    Raises:
        BatchStopped: It does.
        UsageError: Two dossiers have codes that would get the same name in the set, and no finding says so.
    """
    progress.told(first.findings)
    stopping_ones = first.holding(Effect.SCANNING)
    if stopping_ones:
        raise BatchStopped(
            "no page was worked on: {number} findings forbid it; put right what they say and start the same command "
            "again",
            number=len(stopping_ones),
        )
    if not first.holding(Effect.SEALING):
        check_names(first.description, first.batch.dossiers)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists, and what they are held against: the folder and `batch.toml` as they are."""

    catalogue: Catalogue | None
    stock: Stock
    description: Description


def check_folders(order: Order) -> None:
    """Refuse folders that lie in each other: results would be taken for scans, or a set be written into.

    Raises:
        UsageError: They do, or one of them is a file.
    """
    require_folder(order.scans)
    for name, folder in (("--out", order.out), ("--work", order.work)):
        refuse_inside(name, folder, order.scans)
    if order.scans.is_relative_to(order.out / batch_name(order.scans)):
        raise UsageError(
            "the set would be written over the scan folder itself; choose another --out than {path}", path=order.out
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over one batch."""

    order: Order
    batch: Batch
    description: Description
    settings: SettingsOf
    journal: Journal
    progress: Progress
    lists: _Lists

    @property
    def tools(self) -> Tools:
        """Identity of the tools by stage, for the settings of the run as a whole."""
        return self.settings.run.tools

    def to_the_end(self) -> Outcome:
        """Do the pages and documents, then the set, unless what the lists or the pages say forbids it."""
        tally = self._pages_and_documents()
        self._validate()
        last = self._last_look()
        return replace(self, description=last.description).finished(tally, last)

    def finished(self, tally: Tally, last: Assessment) -> Outcome:
        """Seal the set out of what is done, or say what holds it up."""
        accounts = Accounts(self.batch, self.description, self.journal)
        outcome = Outcome(self.batch, self.order.out / self.batch.name, False, None, tally,
                          totals(self.batch, accounts), *self._told(accounts), findings=last.findings,
                          waived=len(last.description.waived))  # fmt: skip
        if last.holding(Effect.SCANNING, Effect.SEALING):
            return replace(outcome, held_up=True)
        return self._sealed(outcome, accounts)

    def _last_look(self) -> Assessment:
        """Judge lists and pages again, now that it is known which pages are blank and what stands on them."""
        lists, order = self.lists, self.order
        stamps = tuple(stamps_seen(self.batch, self.journal, order.work))
        seen = pages_seen(self.batch, self.journal, lists.stock.uncounted, settled=True)
        params = order.config.lists
        return assess(lists.catalogue, lists.stock.batch, lists.description, params, pages=seen, stamps=stamps,
                      packages=order.wants_packages)  # fmt: skip

    def _sealed(self, outcome: Outcome, accounts: Accounts) -> Outcome:
        order, final = self.order, outcome.sealed
        wanted = seal_parts(
            order.scans, self.batch, self.description, order.config, tools=self.tools, accounts=accounts
        )
        if is_sealed(self.journal, final, wanted):
            return replace(outcome, did_nothing=True)
        former = self._set(final, accounts, outcome.totals, wanted)
        return replace(outcome, former=former)

    def _pages_and_documents(self) -> Tally:
        order = self.order
        plan = Plan(order.scans, order.work, self.batch, self.description, self.settings, self.journal,
                    self.progress.page)  # fmt: skip
        self.journal.keep_only(plan.units())
        if order.cluster:
            crew = Crew(functools.partial(executors.dask, order.cluster), _TASKS_PER_WORKER * max(order.jobs, 1))
        else:
            crew = Crew(
                functools.partial(executors.local, order.jobs, WORKER_MODULES), max(1, _TASKS_PER_WORKER * order.jobs)
            )
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
        close_set(building, payload, info, config.package.algorithm)
        return put_in_place(self.journal, building, final, wanted, config.package.algorithm)

    def _told(self, accounts: Accounts) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give what is wrong and what should be known besides, each sentence once."""
        remarks: dict[str, None] = {}
        if not self.tools["validate"]:
            remarks["veraPDF was not asked (not installed or switched off); the built-in checks were made"] = None
        problems = [fault_sentence(fault) for fault in self.batch.faults]
        for account in accounts:
            problems += account_problems(account)
            remarks.update((remark, None) for remark in account_remarks(account))
        packages = aips(accounts, self.description, self.order.config.aip, self.order.work, self.tools)
        remarks.update((remark, None) for remark in without_package(packages))
        return tuple(problems), tuple(remarks)
