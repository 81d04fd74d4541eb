"""Settings: TOML over frozen defaults.

Each stage gets only its own record; an unknown key is an error with a suggestion. `configs/default.toml` shows every
setting with its default, and a test holds the two together.
"""

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import UsageError
from pipeline.messages import marked

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class ExamineParams:
    """Settings of the examination.

    Attributes:
        limit_megapixels: A picture that claims more is refused before it is decoded (an A0 sheet at 300 dpi has 140).
    """

    limit_megapixels: float = 300.0


@dataclass(frozen=True, slots=True)
class DeskewParams:
    """Settings of the straightening; below a confidence (0 to 1) the page is left as it is.

    Attributes:
        least_degrees: A smaller skew is left alone: nobody sees it, and the page need not be resampled for reading.
    """

    turn: bool = True
    turn_confidence: float = 0.5
    skew: bool = True
    skew_confidence: float = 0.25
    least_degrees: float = 0.05


@dataclass(frozen=True, slots=True)
class BordersParams:
    """What of the scan is shown; an instruction in the PDF's page, the scan is never changed.

    Attributes:
        clip: Whether the scanner's bed around the sheet is left out of sight; never where ink would go with it.
        clip_confidence: A side of the sheet that is less sure (0 to 1) is left as it is.
        spreads: Two facing pages on one scan: "report" them, or "split" them into two pages of the PDF.
    """

    clip: bool = True
    clip_confidence: float = 0.4
    spreads: str = "report"


@dataclass(frozen=True, slots=True)
class PictureParams:
    """How a scan is put into the PDF where its own codestream cannot be.

    Attributes:
        profile: "jpeg" (the master lies beside it bit for bit) or "lossless".
        quality: JPEG quality, 1 to 100, always without chroma subsampling.
    """

    profile: str = "jpeg"
    quality: int = 90


@dataclass(frozen=True, slots=True)
class OcrParams:
    """Settings of the text recognition.

    Attributes:
        languages: Tesseract language names joined by "+".
        engine: "tesserocr" (in the worker) or "pytesseract" (the `tesseract` command).
        existing_text: What is done with a scanned PDF's own text layer: "replace" it or "keep" it.
    """

    languages: str = "vie"
    engine: str = "tesserocr"
    existing_text: str = "replace"


@dataclass(frozen=True, slots=True)
class QualityParams:
    """What a page is judged against; a page that falls short is flagged for a person, never dropped.

    Attributes:
        rule: The rule in force, as each finding cites it.
        kind: "administrative" or "map" (maps and drawings): which of the two resolutions is asked.
        most_edge_um: Letters of 10 point have an x-height of 1.6 mm and need 3.6 pairs of lines in it to be legible
            (quality index of ANSI/AIIM MS23): edges of 0.39 mm, which are measured as a tenth less.
    """

    profile: str = "tt05"
    rule: str = "Thông tư 05/2025/TT-BNV, Điều 8"
    kind: str = "administrative"
    least_dpi: float = 200.0
    least_dpi_maps: float = 300.0
    least_bits: int = 24
    colours: str = "any"
    masters: str = "any"
    layers: str = "text"
    most_edge_um: float = 350.0
    least_contrast: float = 0.4
    most_clipped: float = 0.99
    least_confidence: float = 75.0
    most_outside: float = 0.15
    most_oddities: float = 0.03


@dataclass(frozen=True, slots=True)
class PdfaParams:
    """Settings of the access files: PDF/A part and level, "2u", "1b", "2b" or "3b"."""

    flavour: str = "2u"


@dataclass(frozen=True, slots=True)
class ValidateParams:
    """Whether veraPDF judges each PDF: "auto" (where it is installed), "require" or "off"."""

    verapdf: str = "auto"


@dataclass(frozen=True, slots=True)
class PackageParams:
    """Settings of the sealed set: the manifest's algorithm, "sha256" or "sha512"."""

    algorithm: str = "sha256"


@dataclass(frozen=True, slots=True)
class RunParams:
    """Settings of the run itself; none of them changes a result, so none is part of a fingerprint.

    Attributes:
        page_seconds: A page that takes longer is stopped and tried once more, alone.
        document_seconds: The same for putting one document together.
        failed_share: The run stops when more than this share of the pages cannot be used ...
        failed_count: ... and at least this many.
    """

    page_seconds: float = 180.0
    document_seconds: float = 1800.0
    failed_share: float = 0.5
    failed_count: int = 20


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; a table of the TOML file for each field."""

    examine: ExamineParams = field(default_factory=ExamineParams)
    deskew: DeskewParams = field(default_factory=DeskewParams)
    borders: BordersParams = field(default_factory=BordersParams)
    picture: PictureParams = field(default_factory=PictureParams)
    ocr: OcrParams = field(default_factory=OcrParams)
    quality: QualityParams = field(default_factory=QualityParams)
    pdfa: PdfaParams = field(default_factory=PdfaParams)
    validate: ValidateParams = field(default_factory=ValidateParams)
    package: PackageParams = field(default_factory=PackageParams)
    run: RunParams = field(default_factory=RunParams)


CHOICES: Mapping[str, tuple[str, ...]] = {
    "borders.spreads": ("report", "split"),
    "picture.profile": ("jpeg", "lossless"),
    "ocr.engine": ("tesserocr", "pytesseract"),
    "ocr.existing_text": ("replace", "keep"),
    "quality.kind": ("administrative", "map"),
    "quality.colours": ("any", "black-and-white"),
    "quality.masters": ("any", "lossless", "tiff"),
    "quality.layers": ("text", "all"),
    "pdfa.flavour": ("2u", "2b", "3b", "1b"),
    "validate.verapdf": ("auto", "require", "off"),
    "package.algorithm": ("sha256", "sha512"),
}

RANGES: Mapping[str, tuple[float, float]] = {
    "examine.limit_megapixels": (1, 10_000),
    "deskew.turn_confidence": (0, 1),
    "deskew.skew_confidence": (0, 1),
    "deskew.least_degrees": (0, 15),
    "borders.clip_confidence": (0, 1),
    "picture.quality": (1, 100),
    "quality.least_dpi": (0, 10_000),
    "quality.least_dpi_maps": (0, 10_000),
    "quality.least_bits": (1, 64),
    "quality.most_edge_um": (1, 100_000),
    "quality.least_confidence": (0, 100),
    **{f"quality.{name}": (0, 1) for name in ("least_contrast", "most_clipped", "most_outside", "most_oddities")},
    "run.page_seconds": (0.1, 86_400),
    "run.document_seconds": (0.1, 86_400),
    "run.failed_share": (0, 1),
    "run.failed_count": (1, 10**9),
}

_KINDS: Mapping[type, str] = {
    bool: marked("{where}: '{name}' must be true or false"),
    int: marked("{where}: '{name}' must be a whole number"),
    float: marked("{where}: '{name}' must be a number"),
    str: marked("{where}: '{name}' must be a text in quotes"),
}


def load(path: Path | None) -> Config:
    """Read settings from a TOML file, or give the defaults.

    Raises:
        UsageError: The file cannot be read, is not TOML, or holds an unknown key or a wrong value.
    """
    if path is None:
        return Config()
    return overlay(Config(), read_toml(path), str(path))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        UsageError: It cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UsageError("{path} could not be read: {reason}", path=path, reason=reason) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("{path} is not a TOML file in UTF-8: {error}", path=path, error=str(error)) from error


def overlay(record: Record, values: Mapping[str, Any], where: str, prefix: str = "") -> Record:
    """Lay values over a frozen record, table by table.

    Args:
        record: A frozen dataclass with defaults.
        values: What the file says.
        where: The file, for messages.
        prefix: Name of the table so far, for messages and for the checks.

    Raises:
        UsageError: Unknown key (with a suggestion) or a value of the wrong kind.
    """
    known = {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if key not in known:
            raise _unknown(where, name, key, known)
        if dataclasses.is_dataclass(known[key]):
            changes[key] = overlay(known[key], _table(value, name, where), where, f"{name}.")
        else:
            changes[key] = _checked(value, known[key], name, where)
    return dataclasses.replace(record, **changes)  # type: ignore[type-var]


def _unknown(where: str, name: str, key: str, known: Mapping[str, Any]) -> UsageError:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return UsageError(
            "{where}: unknown setting '{name}'; did you mean '{close}'?", where=where, name=name, close=close[0]
        )
    return UsageError(
        "{where}: unknown setting '{name}'; known here: {known}", where=where, name=name, known=", ".join(known)
    )


def _table(value: Any, name: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError("{where}: '{name}' must be a table: [{name}]", where=where, name=name)
    return value


def _checked(value: Any, default: Any, name: str, where: str) -> Any:
    """Give the value in the default's type, after the checks of `CHOICES` and `RANGES`."""
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(default):
        raise UsageError(_KINDS[type(default)], where=where, name=name)
    if name in CHOICES and value not in CHOICES[name]:
        raise UsageError(
            "{where}: '{name}' is '{value}'; it must be one of {choices}",
            where=where, name=name, value=value, choices=", ".join(CHOICES[name]),
        )  # fmt: skip
    low, high = RANGES.get(name, (float("-inf"), float("inf")))
    if not isinstance(value, str) and not low <= value <= high:
        raise UsageError(
            "{where}: '{name}' is {value}; it must lie between {low:g} and {high:g}",
            where=where, name=name, value=value, low=low, high=high,
        )  # fmt: skip
    return value
