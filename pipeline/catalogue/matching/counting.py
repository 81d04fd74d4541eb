"""Pages and sheets of the lists against those scanned: each difference once, at the row that is wrong.

Blank pages are scanned too; a list that counts the written pages only agrees as well, and that is told. A document that
is wrong does not make the sums of its dossier wrong.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalogue.matching.grouping import Home
from pipeline.catalogue.values import Entry
from pipeline.model import Document

Find = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Pages:
    """What is known of the scanned pages.

    Attributes:
        uncounted: Files whose pages could not be counted.
        blank: Page name -> whether it is blank; pages that nobody has looked at are not in it.
        settled: All pages that can be looked at were; any other is taken for written on. Else it may yet be blank.
    """

    uncounted: frozenset[str] = frozenset()
    blank: Mapping[str, bool] | None = None
    settled: bool = False

    def uncounted_file(self, document: Document) -> str:
        """Name a file of the document whose pages could not be counted, if there is one."""
        return next((page.path for page in document.pages if page.path in self.uncounted), "")

    def blanks(self, document: Document) -> tuple[int, int]:
        """Give the least and the most number of blank pages, as far as pages have been looked at."""
        known = [(self.blank or {}).get(page.unit, False if self.settled else None) for page in document.pages]
        return known.count(True), known.count(True) + known.count(None)


@dataclass(slots=True)
class Paired:
    """A row of the list of documents and its document; either may be missing."""

    entry: Entry | None
    document: Document | None
    ordinal: int


@dataclass(slots=True)
class Counter:
    """Compares counts; `find` takes rule, row, field, subject and details, and says whether it is news.

    Attributes:
        without_blanks: How many documents agree only without their blank pages.
        doubtful: Documents whose counts agree only if some of their pages, which nobody has looked at yet, are blank.
    """

    pages: Pages
    find_document: Find
    find_dossier: Find
    without_blanks: int = 0
    doubtful: set[str] = field(default_factory=set)

    def count(self, home: Home, pairs: Iterable[Paired]) -> None:
        """Compare the counts of one dossier and its documents."""
        listed = list(pairs)
        faulty = False
        for pair in listed:
            if pair.entry and pair.document:
                faulty |= self._document(home, pair)
        if home.entry and home.dossier:
            self._dossier(home, listed, faulty=faulty)

    def _document(self, home: Home, pair: Paired) -> bool:
        """Compare one document; tell whether its sheets are wrong."""
        assert pair.entry is not None and pair.document is not None  # noqa: PT018 - for the type checker
        file = self.pages.uncounted_file(pair.document)
        if file:
            self.find_document("pages-uncounted", home, pair, "numberOfPage", file=file)
            return False
        listed, scanned = number(pair.entry, "numberOfPage"), len(pair.document.pages)
        least, most = self.pages.blanks(pair.document)
        if listed is not None and listed != scanned:
            if listed and scanned - most <= listed <= scanned - least:
                self.without_blanks += listed == scanned - least == scanned - most
                self.doubtful |= {pair.document.path} if least < most else set()
            else:
                self.find_document("pages-differ", home, pair, "numberOfPage",
                                   listed=listed, scanned=scanned, blank=least)  # fmt: skip
        sheets = number(pair.entry, "numberOfPaper")
        if sheets is None or any(possible(sheets, count) for count in (listed, scanned) if count is not None):
            return False
        self.find_document("sheets-impossible", home, pair, "numberOfPaper", sheets=sheets, pages=scanned)
        return True

    def _dossier(self, home: Home, pairs: list[Paired], *, faulty: bool) -> None:
        assert home.entry is not None and home.dossier is not None  # noqa: PT018 - for the type checker
        rows = [pair for pair in pairs if pair.entry]
        total, found = number(home.entry, "totalDoc"), len(home.dossier.documents)
        if total is not None and total not in ({found, len(rows)} if rows else {found}):
            rule = "total-differs" if rows else "total-of-documents-differs"
            self.find_dossier(rule, home, "totalDoc", total=total, found=len(rows) or found)
        sums = self._page_sums(pairs)
        total = number(home.entry, "numberOfPage")
        if total is not None and sums and total not in sums:
            self.find_dossier("total-of-pages-differs", home, "numberOfPage", total=total, found=_likeliest(pairs))
        if total is not None and total not in {_likeliest(pairs), sum(_listed(pair) for pair in pairs)}:
            self.doubtful |= {pair.document.path for pair in pairs if pair.document and self._may_be_blank(pair)}
        self._sheets(home, pairs, {*sums, *([total] if total else [])}, faulty=faulty)

    def _sheets(self, home: Home, pairs: list[Paired], sums: set[int], *, faulty: bool) -> None:
        assert home.entry is not None
        sheets = number(home.entry, "numberOfPaper")
        if sheets is None:
            return
        if sums and not any(possible(sheets, pages) for pages in sums):
            self.find_dossier("sheets-impossible", home, "numberOfPaper", sheets=sheets, pages=_likeliest(pairs))
            return
        if faulty or not all(pair.entry for pair in pairs):
            return
        rows = [number(pair.entry, "numberOfPaper") for pair in pairs]
        known = [count for count in rows if count is not None]
        if rows and len(known) == len(rows) and sum(known) != sheets:
            self.find_dossier("total-of-sheets-differs", home, "numberOfPaper", total=sheets, found=sum(known))

    def _may_be_blank(self, pair: Paired) -> bool:
        least, most = self.pages.blanks(pair.document) if pair.document else (0, 0)
        return least < most

    def _page_sums(self, pairs: Sequence[Paired]) -> set[int]:
        """Give every number of pages that the dossier can have by its documents, each counted in any true way.

        Empty where it cannot be known: a file that could not be counted, a missing one whose row has no count.
        """
        sums = {0}
        has_rows = any(pair.entry for pair in pairs)
        for pair in pairs:
            ways = self._ways(pair, may_be_left_out=has_rows and pair.entry is None)
            if not ways:
                return set()
            sums = {one + way for one in sums for way in ways}
        return sums

    def _ways(self, pair: Paired, *, may_be_left_out: bool) -> set[int]:
        listed = number(pair.entry, "numberOfPage") if pair.entry else None
        ways = {listed} if listed is not None else set()
        if pair.document is None:
            return ways
        if self.pages.uncounted_file(pair.document):
            return set()
        least, most = self.pages.blanks(pair.document)
        scanned = len(pair.document.pages)
        ways |= {scanned, *range(scanned - most, scanned - least + 1)}
        return ways | {0} if may_be_left_out else ways


def _likeliest(pairs: Iterable[Paired]) -> int:
    """Give the sum that a person would see first: as scanned, else as listed."""
    return sum(len(pair.document.pages) if pair.document else number(pair.entry, "numberOfPage") or 0 for pair in pairs)


def _listed(pair: Paired) -> int:
    """Give a document's pages as listed, else as scanned."""
    listed = number(pair.entry, "numberOfPage")
    return listed if listed is not None else len(pair.document.pages) if pair.document else 0


def number(entry: Entry | None, name: str) -> int | None:
    """Give a number of a row; None where it has none that can be understood."""
    value = entry.values.get(name, "") if entry else ""
    return int(value) if value.isascii() and value.isdecimal() else None


def possible(sheets: int, pages: int) -> bool:
    """Tell whether so many sheets can have so many pages."""
    return sheets <= pages <= 2 * sheets
