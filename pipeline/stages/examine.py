"""Stage: decode the frame in full, or quarantine it; write down what the picture is."""

from dataclasses import asdict
from importlib.metadata import version

from pipeline.config import ExamineParams
from pipeline.errors import BadScan
from pipeline.image.blank import ink_share, is_blank
from pipeline.image.geometry import page_size_points
from pipeline.model import Facts, Geometry, StageResult, State
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage

# A turned page is a little larger than the picture.
_LEAST_POINTS, _MOST_POINTS = 3.0, 10_000.0
_MM_PER_POINT = 25.4 / 72


def _tools(_: ExamineParams) -> dict[str, str]:
    return {name: version(name) for name in ("pillow", "pypdfium2", "simplejpeg")}


def _perform(view: PageView, _: ExamineParams) -> StageResult:
    scan = view.scan()
    raster, gray = scan.raster, scan.gray
    dpi_x, dpi_y, dpi_source = scan.dpi
    share = ink_share(gray, dpi_y)
    _check_size(Geometry(raster.width, raster.height, dpi_x, dpi_y))
    facts = Facts(
        width=raster.width,
        height=raster.height,
        dpi_x=dpi_x,
        dpi_y=dpi_y,
        dpi_source=dpi_source,
        mode=raster.mode,
        bits_per_pixel=raster.bits_per_pixel,
        format=scan.format,
        compression=raster.compression,
        tag=scan.tag,
        blank=is_blank(share),
        ink_share=round(share, 6),
    )
    return StageResult(State.DONE, asdict(facts), notes=scan.notes)


def _check_size(geometry: Geometry) -> None:
    """Refuse a picture that makes no page: PDF's sides go from 3 to 14,400 points (ISO 19005-2, 6.1.13).

    Raises:
        BadScan: It is too small or too long.
    """
    sides = page_size_points(geometry)
    if min(sides) < _LEAST_POINTS or max(sides) > _MOST_POINTS:
        width, height = (side * _MM_PER_POINT for side in sides)
        raise BadScan("unsupported", f"{width:.1f} x {height:.1f} mm is no size that a PDF page can have")


def facts_of(examine: StageResult) -> Facts:
    """Give the examination's facts as a value."""
    return Facts(**examine.facts)


EXAMINE = Stage("examine", 1, Level.PAGE, (), lambda config: config.examine, _tools, _perform)
