"""Stage: decode the frame in full, or quarantine it; write down what the picture is."""

from dataclasses import asdict
from importlib.metadata import version

from pipeline.config import ExamineParams
from pipeline.image.blank import ink_share, is_blank
from pipeline.model import Facts, StageResult, State
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage


def _tools(_: ExamineParams) -> dict[str, str]:
    return {name: version(name) for name in ("pillow", "pypdfium2", "simplejpeg")}


def _perform(view: PageView, _: ExamineParams) -> StageResult:
    scan = view.scan()
    raster, gray = scan.raster, scan.gray
    dpi_x, dpi_y, dpi_source = scan.dpi
    share = ink_share(gray, dpi_y)
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


def facts_of(examine: StageResult) -> Facts:
    """Give the examination's facts as a value."""
    return Facts(**examine.facts)


EXAMINE = Stage("examine", 1, Level.PAGE, (), lambda config: config.examine, _tools, _perform)
