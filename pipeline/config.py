"""Settings: TOML over frozen defaults.

Each stage gets only its own record; an unknown key is an error with a suggestion. `configs/default.toml` shows every
setting with its default, and a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.toml_values import Limits, overlay, read_toml


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
class ListParams:
    """What is made of the office's lists (muc-luc.xlsx, muc-luc.csv).

    Attributes:
        use: "auto" (where the scan folder has one), "require" or "off".
        secrecy: What a recognised secrecy stamp does: "stop" the sealing or only "report".
    """

    use: str = "auto"
    secrecy: str = "stop"


@dataclass(frozen=True, slots=True)
class AipParams:
    """The law's packages in the set, written where the lists describe the batch.

    Attributes:
        form: "folder", "zip" (stored, not compressed) or "none".
        ead: "table" or "printed-xsd": the annex's tables and its printed XSDs contradict each other.
    """

    form: str = "folder"
    ead: str = "table"


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
class CopiesParams:
    """How many copies a set needs and how they are looked after; the law's minimum where nothing else is said.

    Attributes:
        sets: Copies of each set (Thông tư 05/2025/TT-BNV Đ27.1: at least two ...
        media: ... on independent media).
        kinds, places: Kinds of media and places that the copies must be spread over.
        full_check_months: Every byte is read again within this time.
        law_check_months: The longest that the law allows (Đ29: all records within three years).
        renew_before_months: A medium is replaced this long before the end of its durability (Đ30.4).
        backup_test_months: A copy is restored on trial this often (Đ30.2: every quarter); 0 for never.
    """

    sets: int = 2
    media: int = 2
    kinds: int = 1
    places: int = 1
    full_check_months: int = 12
    law_check_months: int = 36
    renew_before_months: int = 12
    backup_test_months: int = 3


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
    lists: ListParams = field(default_factory=ListParams)
    aip: AipParams = field(default_factory=AipParams)
    run: RunParams = field(default_factory=RunParams)
    copies: CopiesParams = field(default_factory=CopiesParams)


# Tables that decide no byte of a set.
_UNSEEN = frozenset({"run", "copies"})


def deciding(config: Config) -> dict[str, Any]:
    """Give the settings that decide the bytes of a set, table by table, as plain values."""
    return {name: values for name, values in asdict(config).items() if name not in _UNSEEN}


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
    "lists.use": ("auto", "require", "off"),
    "lists.secrecy": ("stop", "report"),
    "aip.form": ("folder", "zip", "none"),
    "aip.ead": ("table", "printed-xsd"),
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
    "copies.sets": (1, 100),
    "copies.media": (1, 100),
    "copies.kinds": (1, 8),
    "copies.places": (1, 100),
    "copies.full_check_months": (1, 120),
    "copies.law_check_months": (1, 120),
    "copies.renew_before_months": (0, 120),
    "copies.backup_test_months": (0, 120),
}


def load(path: Path | None) -> Config:
    """Read settings from a TOML file, or give the defaults.

    Raises:
        UsageError: The file cannot be read, is not TOML, or holds an unknown key or a wrong value.
    """
    if path is None:
        return Config()
    return from_values(read_toml(path), str(path))


def from_values(values: Mapping[str, Any], where: str) -> Config:
    """Lay values over the defaults.

    Args:
        values: Tables as TOML gives them.
        where: The file, for messages.

    Raises:
        UsageError: An unknown key or a wrong value.
    """
    return overlay(Config(), values, where, limits=Limits(CHOICES, RANGES))
