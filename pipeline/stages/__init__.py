"""The stages of the work; their order stands here, nowhere else."""

from pipeline.stages.borders import BORDERS
from pipeline.stages.deskew import DESKEW
from pipeline.stages.examine import EXAMINE
from pipeline.stages.ocr import OCR
from pipeline.stages.package import PACKAGE
from pipeline.stages.pdfa import PDFA
from pipeline.stages.picture import PICTURE
from pipeline.stages.quality import QUALITY
from pipeline.stages.seal import SEAL
from pipeline.stages.stage import Level, Stage
from pipeline.stages.validate import VALIDATE

STAGES: tuple[Stage, ...] = (EXAMINE, DESKEW, BORDERS, PICTURE, OCR, QUALITY, PDFA, VALIDATE, PACKAGE, SEAL)

PAGE_STAGES = tuple(stage for stage in STAGES if stage.level is Level.PAGE)

__all__ = ["PAGE_STAGES", "STAGES", "Level", "Stage"]
