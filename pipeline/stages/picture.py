"""Stage: what the PDF shows of a page, the scan's own codestream where the format allows, else encoded by the profile.

Only an encoded picture is kept in the work folder; a codestream is taken out of the scan again when the document is
put together, and its digest compared.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal, cast

import numpy as np

from pipeline.config import Config
from pipeline.model import StageResult, State
from pipeline.pdf.embed import picture_from_pixels
from pipeline.pdf.picture import Picture
from pipeline.raster import Raster
from pipeline.stages.page import PageView
from pipeline.stages.stage import Level, Stage

FILE = "picture"


@dataclass(frozen=True, slots=True)
class Encoding:
    """What decides the picture: the profile, and the part of PDF/A, since part 1 knows no JPEG 2000."""

    profile: str
    quality: int
    part: int


def _params(config: Config) -> Encoding:
    return Encoding(config.picture.profile, config.picture.quality, int(config.pdfa.flavour[0]))


def _tools(_: Encoding) -> dict[str, str]:
    return {name: version(name) for name in ("img2pdf", "pillow", "simplejpeg")}


def _perform(view: PageView, params: Encoding) -> StageResult:
    scan = view.scan()
    own = scan.codestream(params.part)
    picture = own or _encoded(scan.raster, params)
    facts = {
        "filter": picture.filter,
        "sha256": picture.sha256,
        "size_bytes": len(picture.stream),
        "as_scanned": picture.as_scanned,
        "lossless": own is not None or picture.filter in ("FlateDecode", "CCITTFaxDecode"),
    }
    artifacts = () if own else (view.write(FILE, picture.to_bytes()),)
    return StageResult(State.DONE, facts, artifacts)


def _encoded(raster: Raster, params: Encoding) -> Picture:
    # A bilevel raster says where ink is; a PDF's samples say where it is white.
    shown = ~raster.pixels if raster.pixels.dtype == np.bool_ else raster.pixels
    profile = cast("Literal['jpeg', 'lossless']", params.profile)
    return picture_from_pixels(shown, profile, params.quality, icc=raster.icc)


PICTURE = Stage("picture", 1, Level.PAGE, ("examine",), _params, _tools, _perform)
