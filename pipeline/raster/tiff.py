"""Decode one picture of a TIFF file strictly: libtiff runs on after much damage, so each strip is checked first."""

from pipeline.errors import BadScan
from pipeline.raster import strips as kinds
from pipeline.raster.fax import FaxDamage, check_group3, check_group4
from pipeline.raster.ifd import Directory, Layout, chain, directory_at, integer, integers, layout_of, rational
from pipeline.raster.jpeg import decode_stream
from pipeline.raster.pixels import check_mode, check_size, opened, profile_of, to_array
from pipeline.raster.strips import Strip, check_unpacked, strips_of
from pipeline.raster.value import Raster

FAX = (kinds.RLE, kinds.GROUP3, kinds.GROUP4)
UNITS = {2: 1.0, 3: 2.54}
REVERSED_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def decode_tiff(data: bytes, frame: int, limit_megapixels: float) -> Raster:
    """Decode the picture in one directory of the file.

    Raises:
        BadScan: The data is short or damaged, the picture too large, or there is no such frame.
    """
    directory, single = _single(data, frame)
    width, height = integer(directory, 256, 0), integer(directory, 257, 0)
    check_size(width, height, limit_megapixels)
    compression = integer(directory, 259, kinds.RAW)
    strips = strips_of(directory, data)
    for strip in strips:
        check_unpacked(strip, compression)
    if compression == kinds.JPEG:
        _check_jpeg(directory, strips)
    if compression in FAX:
        # Before libtiff sees the data: it writes about damage to the standard error output, past Python.
        _check_fax(directory, strips, compression)
    samples = integer(directory, 277, 1)
    bits = integers(directory, 258, 1)
    with opened(single, "TIFF") as picture:
        check_mode(picture)
        mode = picture.mode
        pixels = to_array(picture, bits[0] if bits[0] > 8 else 16)
        icc = profile_of(picture, pixels)
    total = sum(bits) if len(bits) == samples else bits[0] * samples
    dpi_x, dpi_y = _density(directory)
    name = kinds.NAMES.get(compression, f"tiff-{compression}")
    return Raster(pixels, width, height, dpi_x, dpi_y, mode, total, "TIFF", name, _tag(directory), icc)


def _single(data: bytes, frame: int) -> tuple[Directory, bytes]:
    """Read one directory, and give the file as one that begins with it and states no orientation.

    Pillow turns the pixels by tag 274 while it loads, and walks from the first directory each time; a copy that is
    changed in two places stops both. The second change is only made where the field holds one SHORT in place. A file
    that needs neither, as most do, is not copied: raw pixels can be hundreds of megabytes.
    """

    def read(offset: int, size: int) -> bytes:
        return data[offset : offset + size]

    layout, places = layout_of(data), chain(read, len(data))
    if not 0 <= frame < len(places):
        raise BadScan("corrupt", f"The file has {len(places)} pictures; there is no number {frame + 1}.")
    directory = directory_at(read, layout, places[frame])
    turned = 274 in directory and _tag(directory) != 1
    if frame == 0 and not turned:
        return directory, data
    single = bytearray(data)
    _put(single, layout, layout.first_pointer, places[frame], 8 if layout.big else 4)
    if turned:
        entry = directory[274]
        _put(single, layout, entry.place, 1, {3: 2, 4: 4}.get(entry.kind, 1))
    return directory, bytes(single)


def _put(target: bytearray, layout: Layout, place: int, value: int, size: int) -> None:
    target[place : place + size] = value.to_bytes(size, "little" if layout.order == "<" else "big")


def _tag(directory: Directory) -> int:
    tag = integer(directory, 274, 1)
    return tag if 1 <= tag <= 8 else 1


def _density(directory: Directory) -> tuple[float, float]:
    """Read the resolution; a file that gives no unit means inches (TIFF 6.0 section 8), unit 1 is a mere aspect."""
    unit = UNITS.get(integer(directory, 296, 2), 0.0)
    return rational(directory, 282) * unit, rational(directory, 283) * unit


def _check_jpeg(directory: Directory, strips: list[Strip]) -> None:
    """Decode each strip by itself with the shared tables before it (TIFF technical note 2)."""
    tables = bytes(integers(directory, 347))
    for strip in strips:
        whole = tables[:-2] + strip.data[2:] if tables else bytes(strip.data)
        try:
            decode_stream(whole)
        except BadScan as fault:
            raise BadScan(fault.code, f"Strip {strip.number}: {fault.detail}") from fault


def _check_fax(directory: Directory, strips: list[Strip], compression: int) -> None:
    """Walk the codes of each fax-coded strip; libtiff would go on after a wrong one and make up the lines."""
    options = integer(directory, 292, 0)
    reversed_bits = integer(directory, 266, 1) == 2
    for strip in strips:
        data = bytes(strip.data).translate(REVERSED_BITS) if reversed_bits else bytes(strip.data)
        try:
            if compression == kinds.GROUP4:
                check_group4(data, strip.width, strip.rows)
            else:
                mixed, aligned = bool(options & 1), compression == kinds.RLE
                check_group3(data, strip.width, strip.rows, two_dimensional=mixed, aligned=aligned)
        except FaxDamage as damage:
            raise BadScan("corrupt", f"Strip {strip.number} of {len(strips)}: {damage}.") from damage
