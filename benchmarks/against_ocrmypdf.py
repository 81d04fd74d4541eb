"""Measure the whole job, folder in and PDF/A out, against OCRmyPDF on the same drawn pages in the same minutes.

Prints pages a minute of both by the wall clock and by processor time (which other work on the machine disturbs less;
all processes that a program starts are counted), their ratios, the character error rate of the text that pdftotext
finds in the finished PDFs, and the peak memory of sohoa's parent process at 20 and at 500 pages. OCRmyPDF works
document by document, so it gets each document as a PDF made beforehand; as a second, fairer variant one PDF of all
pages, which keeps its workers busy. It builds no manifest, keeps no masters and hashes nothing: sohoa does that in the
time shown.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import img2pdf
import numpy as np

from benchmarks.taken import Taken, children_seconds
from samples import scan, store, text
from samples.page import draw_text_page, many_pages
from samples.scan import Save, Wears

JOBS = "2"
PAGES_PER_DOCUMENT = 3
DPI = 300


@dataclass(frozen=True, slots=True)
class Work:
    """The same pages in both forms.

    Attributes:
        folder: A scanner folder for sohoa.
        pdfs: One PDF for each document.
        whole: One PDF of all pages.
        truth: The text of each document, page by page.
    """

    folder: Path
    pdfs: tuple[Path, ...]
    whole: Path
    truth: tuple[tuple[str, ...], ...]

    @property
    def page_count(self) -> int:
        """Number of pages of all documents."""
        return sum(len(pages) for pages in self.truth)


def grey(degrees: float) -> Wears:
    """Scan in grey, askew."""
    return lambda page: scan.office_grey(page, 5, degrees)


def colour(degrees: float) -> Wears:
    """Scan in colour, askew."""
    return lambda page: scan.office_colour(page, 6, degrees)


def black(degrees: float) -> Wears:
    """Scan in black and white, askew."""
    return lambda page: scan.fax_like(page, 7, degrees)


# One document each.
KINDS: tuple[tuple[str, Save, Wears], ...] = (
    (".jpg", store.save_jpeg, grey(0.0)),
    (".jpg", store.save_jpeg, grey(1.8)),
    (".jpg", store.save_jpeg, colour(0.0)),
    (".jpg", store.save_jpeg, colour(-2.4)),
    (".tif", store.save_lzw, grey(0.0)),
    (".tif", store.save_lzw, grey(-1.1)),
    (".tif", store.save_g4, black(0.0)),
    (".tif", store.save_g4, black(0.9)),
)


def prepare(root: Path) -> Work:
    """Draw the pages, write the scanner folder and the PDFs that OCRmyPDF is given."""
    drawn = list(many_pages(len(KINDS) * PAGES_PER_DOCUMENT, 2026, dpi=DPI))
    truth, pdfs, files = [], [], []
    for at, (ending, save, wear) in enumerate(KINDS):
        pages = drawn[at * PAGES_PER_DOCUMENT : (at + 1) * PAGES_PER_DOCUMENT]
        folder = root / "scans" / "HS01" / f"{at + 1:02d}"
        folder.mkdir(parents=True)
        here = [folder / f"{number + 1:04d}{ending}" for number in range(len(pages))]
        for path, page in zip(here, pages, strict=True):
            save(path, [wear(page.pixels)], DPI)
        truth.append(tuple(page.text for page in pages))
        pdfs.append(as_pdf(here, root / f"{at + 1:02d}.pdf"))
        files += here
    return Work(root / "scans", tuple(pdfs), as_pdf(files, root / "all.pdf"), tuple(truth))


def as_pdf(pictures: Sequence[Path], target: Path) -> Path:
    """Put pictures into one PDF as they are."""
    target.write_bytes(img2pdf.convert([str(path) for path in pictures], nodate=True))
    return target


def program(name: str) -> str | None:
    """Find a program, first beside this Python."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(name, path=os.pathsep.join((beside, os.environ.get("PATH", ""))))


def run_sohoa(sohoa: str, work: Work, out: Path, *, verapdf: str) -> list[Path]:
    """Digitize the folder; give the access PDFs. OCRmyPDF asks no veraPDF, so it is measured with and without."""
    settings = work.folder.with_name(f"verapdf-{verapdf}.toml")
    settings.write_text(f'[validate]\nverapdf = "{verapdf}"\n', encoding="utf-8")
    run([sohoa, "run", str(work.folder), "--out", str(out), "--jobs", JOBS, "--config", str(settings)])
    return sorted(path for path in out.rglob("*.pdf") if "access" in path.relative_to(out).parts)


def run_each(ocrmypdf: str, work: Work, out: Path) -> list[Path]:
    """Let OCRmyPDF read document after document."""
    for pdf in work.pdfs:
        run(peer(ocrmypdf, pdf, out / pdf.name))
    return [out / pdf.name for pdf in work.pdfs]


def run_whole(ocrmypdf: str, work: Work, out: Path) -> list[Path]:
    """Let OCRmyPDF read one PDF of all pages."""
    run(peer(ocrmypdf, work.whole, out / "all.pdf"))
    return [out / "all.pdf"]


def peer(ocrmypdf: str, source: Path, target: Path) -> list[str]:
    """Build OCRmyPDF's command line for the same work."""
    options = ["-l", "vie", "--deskew", "--rotate-pages", "--output-type", "pdfa", "-j", JOBS, "--quiet"]
    # Its default way to PDF/A where that succeeds; left to choose, it will not start without Ghostscript.
    options += ["--pdfa-backend", "internal"]
    return [ocrmypdf, *options, str(source), str(target)]


def run(command: Sequence[str]) -> None:
    """Run a command to its end; SystemExit with its last words where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} ended with {done.returncode}:\n{done.stderr[-2000:]}")


def pages_of(pdf: Path) -> list[str]:
    """Read the text of each page of a PDF as pdftotext finds it."""
    shown = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True).stdout
    return shown.decode("utf-8", "replace").split("\f")[:-1]


def error_rate(work: Work, pdfs: Sequence[Path]) -> float:
    """Tell which share of the true characters is wrong, missing or too many in the finished PDFs.

    Each true page is compared with the found page that shares the most words, as file names say nothing about order.
    """
    found = [page for pdf in pdfs for page in pages_of(pdf)]
    wrong = total = 0
    for truth in (page for document in work.truth for page in document):
        nearest = max(found, key=lambda page: shared_words(page, truth), default="")
        wrong += edits(plain(truth), plain(nearest))
        total += len(plain(truth))
    return wrong / total


def shared_words(one: str, other: str) -> int:
    """Count the words that two texts have in common."""
    return (Counter(plain(one).split()) & Counter(plain(other).split())).total()


def plain(words: str) -> str:
    """Give a text in one Unicode form, all white space as one blank."""
    return " ".join(unicodedata.normalize("NFC", words).split())


def edits(one: str, other: str) -> int:
    """Count the least number of letters to change, add or drop (Levenshtein)."""
    letters = np.array([ord(letter) for letter in other], np.int64)
    steps = np.arange(len(other) + 1)
    row = steps
    for at, letter in enumerate(one, 1):
        changed = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        # Additions run along the row: a running minimum, the slope taken out.
        row = np.minimum.accumulate(np.concatenate(([at], changed)) - steps) + steps
    return int(row[-1])


def compare(root: Path, sohoa: str | None, ocrmypdf: str | None, rounds: int) -> None:
    """Run all programs in turn, another one first each time, and print what they took."""
    work = prepare(root)
    ways: dict[str, Callable[[Path], list[Path]]] = {}
    if sohoa:
        ways["sohoa"] = lambda out: run_sohoa(sohoa, work, out, verapdf="auto")
        ways["sohoa, veraPDF off"] = lambda out: run_sohoa(sohoa, work, out, verapdf="off")
    if ocrmypdf:
        ways["OCRmyPDF, document by document"] = lambda out: run_each(ocrmypdf, work, out)
        ways["OCRmyPDF, one PDF of all pages"] = lambda out: run_whole(ocrmypdf, work, out)
    seconds: dict[str, list[Taken]] = {name: [] for name in ways}
    rates: dict[str, float] = {}
    for number in range(rounds):
        names = list(ways)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            out = Path(tempfile.mkdtemp(dir=root))
            begun, before = time.perf_counter(), children_seconds()
            pdfs = ways[name](out)
            seconds[name].append(Taken(time.perf_counter() - begun, children_seconds() - before))
            rates.setdefault(name, error_rate(work, pdfs))
            shutil.rmtree(out)
    show(work.page_count, seconds, rates)


def show(page_count: int, seconds: dict[str, list[Taken]], rates: dict[str, float]) -> None:
    """Print pages a minute, error rates and ratios."""
    rounds = len(next(iter(seconds.values())))
    print(f"{page_count} pages, {JOBS} workers, median of {rounds} rounds")
    for name, taken in seconds.items():
        wall, processor = (median(times) for times in zip(*taken, strict=True))
        print(
            f"  {name:32} {60 * page_count / wall:6.1f} pages/min   {processor / page_count:5.2f} s of processor a page"
            f"   CER {rates[name]:.4f}"
        )
    for name, taken in seconds.items():
        for own in [own for own in seconds if own.startswith("sohoa") and not name.startswith("sohoa")]:
            pairs = list(zip(taken, seconds[own], strict=True))
            ratios = [theirs.wall / ours.wall for theirs, ours in pairs]
            of_processor = median(theirs.processor / ours.processor for theirs, ours in pairs)
            print(
                f"  {own} is {median(ratios):.2f} times as fast as {name} ({min(ratios):.2f} to {max(ratios):.2f}); "
                f"in processor time {of_processor:.2f} times"
            )


def peak_memory(sohoa: str, root: Path, page_count: int) -> float:
    """Run sohoa over many short pages; give the most memory that its parent process held, in MB."""
    folder = root / f"many-{page_count}"
    for number in range(page_count):
        home = folder / "HS01" / f"{number // 10 + 1:03d}"
        home.mkdir(parents=True, exist_ok=True)
        page = draw_text_page(text.prose(2, number), dpi=200, page_number=number + 1)
        store.save_g4(home / f"{number % 10 + 1:04d}.tif", [scan.fax_like(page.pixels, number)], 200)
    command = [sohoa, "run", str(folder), "--out", str(root / f"out-{page_count}"), "--jobs", JOBS]
    with (root / "sohoa.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        peak_kb = 0
        while process.poll() is None:
            peak_kb = max(peak_kb, high_water_kb(process.pid))
            time.sleep(0.05)
    if process.returncode:
        sys.exit(f"sohoa ended with {process.returncode}:\n{(root / 'sohoa.log').read_text()[-2000:]}")
    return peak_kb / 1024


def high_water_kb(pid: int) -> int:
    """Read VmHWM, the most resident memory a process has had so far; 0 where it has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def main() -> None:
    """Measure what is installed, and say what is not."""
    parser = argparse.ArgumentParser(description="Measure sohoa against OCRmyPDF on drawn pages.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-pages", type=int, nargs="*", default=[20, 500])
    parser.add_argument("--sohoa", default=program("sohoa"), help="another sohoa than the one beside this Python")
    given = parser.parse_args()
    ocrmypdf = program("ocrmypdf")
    if given.sohoa is None:
        print("sohoa is not installed: run `make setup`")
    if ocrmypdf is None:
        print("OCRmyPDF is not installed, so there is nothing to compare with: run `make bench`, which installs it")
    if given.sohoa is None and ocrmypdf is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        if given.rounds:
            compare(Path(folder), given.sohoa, ocrmypdf, given.rounds)
        for page_count in given.memory_pages if given.sohoa and Path("/proc/self/status").exists() else ():
            peak = peak_memory(given.sohoa, Path(folder), page_count)
            print(f"  sohoa's parent process at {page_count} pages: {peak:.0f} MB at most", flush=True)


if __name__ == "__main__":
    main()
