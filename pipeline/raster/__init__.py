"""Open pictures strictly: a damaged or short scan is refused, never half decoded.

The only package that imports Pillow and simplejpeg to read. Each format has a module that knows how its data can be
short or damaged and still pass an ordinary decoder: `jpeg`, `png`, `tiff` (with `ifd`, `fax` and `strips`), `jpeg2000`.
"""

from pipeline.raster.read import decode, frame_count
from pipeline.raster.resolution import believable_dpi
from pipeline.raster.value import Raster, gray

__all__ = ["Raster", "believable_dpi", "decode", "frame_count", "gray"]
