"""Measure reading of degraded pages, drawn ones and real ones drawn from PDF, against plain Tesseract in the same run.

    python -m benchmarks.degraded [KIND ...]
    python -m benchmarks.degraded --aged SAMPLES GROUP@DPI/N [SEED]

Without arguments every kind below is drawn a few times; the figures are those of `benchmarks.reading`. With --aged the
pages of a group get the wear of a scan, other for each page: paper, shading, a seal, the other side shining through,
punch holes, dark edges, blur, noise, JPEG. All from fixed seeds.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from random import Random
from statistics import mean

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.reading import Sample, compared, pieces, row, samples
from pipeline.image.tone import Picture
from samples import marks, page, text, wear
from samples.faces import Style, font_of
from samples.sheet import MM_PER_INCH, Drawn

ROUNDS = 2
Draw = Callable[[int, int], Drawn]
Wear = Callable[[Picture, int, int], Picture]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: drawn from (seed, dpi), worn from (pixels, seed, dpi)."""

    name: str
    draw: Draw
    wear: Wear
    dpi: int = 300


def main(arguments: list[str] | None = None) -> None:
    """Measure kinds of drawn pages, or a group of samples aged."""
    wanted = sys.argv[1:] if arguments is None else arguments
    cv2.setNumThreads(1)
    if wanted[:1] == ["--aged"]:
        folder, group, *seed = wanted[1:]
        show(aged_samples(Path(folder), group, int(seed[0]) if seed else 1))
    else:
        show(drawn_samples(wanted))


def show(pages: Iterator[Sample]) -> None:
    """Print a line for each page, for each kind of several, and for all."""
    everything = []
    for kind, run in groupby(pages, key=lambda sample: sample.name.partition("#")[0]):
        pairs = [compared(sample) for sample in run]
        print(row(kind, [theirs for theirs, _ in pairs], [mine for _, mine in pairs]), flush=True)
        everything.append(pairs)
    flat = [pair for pairs in everything for pair in pairs]
    print(row(f"== all ({len(flat)})", [theirs for theirs, _ in flat], [mine for _, mine in flat]))
    worst = max(mean(mine.ordered for _, mine in pairs) for pairs in everything)
    more = max(mine.free - theirs.free for theirs, mine in flat)
    print(f"in order, worst kind: {worst:.4f}; order-free, worst page against plain: {more:+.4f}")


def drawn_samples(wanted: list[str]) -> Iterator[Sample]:
    """Draw the kinds whose names start with one of the wanted, or all."""
    for kind in KINDS:
        if not wanted or kind.name.startswith(tuple(wanted)):
            for seed in range(1, ROUNDS + 1):
                drawn = kind.draw(seed, kind.dpi)
                pixels = kind.wear(drawn.pixels, seed, kind.dpi)
                yield Sample(f"{kind.name}#{seed}", pixels, kind.dpi, "vie", pieces(drawn.text))


def aged_samples(folder: Path, group: str, seed: int) -> Iterator[Sample]:
    """Give the pages of a group the wear of a scan; the other side of each is the page before."""
    back: Picture | None = None
    for number, sample in enumerate(samples(folder, group)):
        grey = sample.pixels if sample.pixels.ndim == 2 else cv2.cvtColor(sample.pixels, cv2.COLOR_RGB2GRAY)
        pixels = aged(sample.pixels, back, seed * 1000 + number, round(sample.dpi))
        back = grey.astype(np.uint8)
        yield replace(sample, pixels=pixels)


def aged(pixels: Picture, back: Picture | None, seed: int, dpi: int) -> Picture:
    """Give a page a random mix of what scans of real offices show."""
    chance = Random(seed)
    out = cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB).astype(np.uint8) if pixels.ndim == 2 else pixels
    if back is not None and back.shape == out.shape[:2] and chance.random() < 0.35:
        out = shining(out, back, chance.uniform(0.05, 0.25), dpi)
    if chance.random() < 0.5:
        place = anywhere(out, chance, dpi)
        out = marks.sealed(out, place, dpi=dpi, words="U.B.N.D TỈNH * VIỆT NAM", middle="ỦY BAN\nNHÂN DÂN")
    if chance.random() < 0.4:
        out = marks.signed(out, anywhere(out, chance, dpi), dpi=dpi, seed=seed)
    out = paper(out, chance)
    if chance.random() < 0.4:
        out = wear.yellowed(out, seed, chance.uniform(0.05, 0.35))
    if chance.random() < 0.25:
        out = wear.punched(out, dpi=dpi)
    if chance.random() < 0.25:
        out = edged(out, seed, dpi)
    angle = chance.uniform(-1.5, 1.5)
    out = wear.turn(wear.turn(out, angle, (230, 228, 222)), -angle, (230, 228, 222))
    out = wear.blurred(out, max(0.3, chance.uniform(0.3, 0.8) * dpi / 200))
    out = wear.noisy(out, seed, chance.uniform(1, 7))
    return jpeg(out if chance.random() < 0.7 else cv2.cvtColor(out, cv2.COLOR_RGB2GRAY).astype(np.uint8), 75)


def anywhere(pixels: Picture, chance: Random, dpi: int) -> tuple[float, float]:
    """Choose a place, in millimetres, at least 35 mm from the sheet's edges."""
    height, width = (size * MM_PER_INCH / dpi for size in pixels.shape[:2])
    return chance.uniform(35, width - 35), chance.uniform(35, height - 35)


def paper(pixels: Picture, chance: Random) -> Picture:
    """Give white pages the colour of a paper, and black ink its greys."""
    white = chance.choice(((250, 249, 245), (240, 236, 226), (228, 208, 170), (238, 226, 190)))
    black = chance.uniform(15, 70)
    share = np.asarray(white) - black
    return (black + pixels.astype(np.float32) / 255 * share).clip(0, 255).astype(np.uint8)


def shining(pixels: Picture, back: Picture, share: float, dpi: int) -> Picture:
    """Let the other side shine through, mirrored, soft, lighter than what stands here."""
    other = cv2.GaussianBlur(back[:, ::-1], (0, 0), 2.5 * dpi / 300)
    loss = 255 - share * (255.0 - other)
    return (pixels * (loss / 255 if pixels.ndim == 2 else (loss / 255)[..., None])).astype(np.uint8)


def edged(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Leave black edges where the lid did not close, as wide as margins allow."""
    chance = Random(seed)
    out = pixels.copy()
    left, bottom = round(chance.uniform(0, 10) * dpi / MM_PER_INCH), round(chance.uniform(1, 8) * dpi / MM_PER_INCH)
    out[:, :left] = chance.randint(5, 60)
    out[-bottom:] = chance.randint(5, 60)
    return out


def jpeg(pixels: Picture, quality: int) -> Picture:
    """Squeeze a page through JPEG."""
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)


def scanned(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Scan well enough: a little blur, noise and JPEG."""
    return jpeg(wear.noisy(wear.blurred(pixels, 0.6 * dpi / 300), seed, 4.0), 75)


def thinned(pixels: Picture, share: float, dpi: int) -> Picture:
    """Take width from all strokes, in 300ths of an inch."""
    large = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    size = max(1, round(2 * share * dpi / 300))
    lean = cv2.dilate(large, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return cv2.resize(lean, pixels.shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.uint8)


def broken(pixels: Picture, seed: int, dpi: int, worst: float = 0.75) -> Picture:
    """Strike through a worn ribbon: threads show, and whole stretches are paler."""
    chance = np.random.default_rng(seed)
    height, width = pixels.shape
    pitch = max(2, round(dpi / 100))
    threads = chance.random((height // pitch + 1, width // pitch + 1)).astype(np.float32)
    fine = cv2.resize(threads, (width, height), interpolation=cv2.INTER_CUBIC)
    soft = cv2.resize(chance.random((24, 16)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    keep = np.clip(1.15 - worst * fine * (0.6 + 0.8 * soft), 0.1, 1.0)
    return (255 - (255.0 - pixels) * keep).astype(np.uint8)


def stamped(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Stamp in red over the text: a round seal, and the registry's stamp of received papers."""
    chance = Random(seed)
    ink = wear.tinted(pixels, (45, 42, 48), (246, 243, 236))
    for _ in range(2):
        place = chance.uniform(50, 170), chance.uniform(60, 230)
        ink = marks.sealed(ink, place, dpi=dpi, words="U.B.N.D XÃ SUỐI MÂY - H. THẠCH LÂM", middle="ỦY BAN\nNHÂN DÂN")
    return scanned(registered(ink, (chance.uniform(60, 120), chance.uniform(90, 200)), dpi), seed, dpi)


def registered(pixels: Picture, centre_mm: tuple[float, float], dpi: int) -> Picture:
    """Put the frame and words of a registry's stamp on a colour page."""
    width, height = round(50 * dpi / MM_PER_INCH), round(22 * dpi / MM_PER_INCH)
    image = Image.new("L", (width, height))
    pen = ImageDraw.Draw(image)
    pen.rectangle((2, 2, width - 3, height - 3), outline=255, width=max(1, round(dpi / 100)))
    for at, words in enumerate(("CÔNG VĂN ĐẾN", "Số: ............", "Ngày ...../...../.......")):
        font = font_of(Style("sans", 10, bold=at == 0), dpi)
        pen.text((width / 2, height * (at + 0.6) / 3.2), words, fill=255, font=font, anchor="mm")
    ink = np.asarray(image.rotate(3), np.float32)[..., None] / 255 * 0.85
    x, y = (round(value * dpi / MM_PER_INCH) for value in centre_mm)
    out = pixels.copy()
    below = out[y : y + height, x : x + width]
    below[:] = below * (1 - ink[: below.shape[0], : below.shape[1]] * (1 - np.asarray((200, 50, 60)) / 255))
    return out


def faint(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Let ink go pale, most of it in places, on paper gone grey and cloudy."""
    pale = wear.faded(pixels, seed, 0.75)
    return scanned(wear.yellowed(pale, seed, 0.25), seed, dpi)


def negative(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Copy white on black, as a photostat."""
    return scanned((235 - 0.8 * wear.blurred(pixels, 0.8)).astype(np.uint8), seed, dpi)


def faxed(pixels: Picture, seed: int, _dpi: int) -> Picture:
    """Make it black and white with ragged edges and dust."""
    return wear.speckled(wear.bilevel(wear.noisy(wear.blurred(pixels, 0.9), seed, 14.0), 150), seed)


def copied(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Copy a copy: strokes run together, dust, a grey veil."""
    fat = cv2.erode(pixels, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    return scanned(wear.speckled(wear.blurred(fat.astype(np.uint8), 1.2), seed, 400), seed, dpi)


def blue(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Type in blue on yellow paper."""
    return scanned(wear.tinted(pixels, (52, 60, 150), (230, 214, 178)), seed, dpi)


def signed(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Scribble over the text in blue ink, twice."""
    ink = wear.tinted(pixels, (45, 42, 48), (240, 234, 220))
    for x, y in ((80, 120), (140, 200)):
        ink = marks.signed(ink, (x, y), dpi=dpi, seed=seed)
    return scanned(ink, seed, dpi)


def old(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Lay on yellow, cloudy paper with the other side shining through."""
    ink = wear.tinted(pixels, (58, 52, 70), (228, 208, 170))
    back = page.draw_text_page(text.prose(9, seed + 70), dpi=dpi, size_points=13).pixels
    back = back[: ink.shape[0], : ink.shape[1]]
    return scanned(wear.yellowed(shining(ink, back, 0.25, dpi), seed, 0.3), seed, dpi)


def holed(pixels: Picture, seed: int, dpi: int) -> Picture:
    """Punch, leave black edges."""
    return scanned(edged(wear.punched(pixels, dpi=dpi, seen=20), seed, dpi), seed, dpi)


def typed(seed: int, dpi: int) -> Drawn:
    """Type a letter."""
    return page.typewritten_page((*text.TYPED_LETTER, *text.prose(5, 64 + seed)), dpi=dpi, seed=seed)


def printed(seed: int, dpi: int) -> Drawn:
    """Print a page of prose, of the sizes in use."""
    return page.draw_text_page(text.prose(9, seed), dpi=dpi, size_points=(12.0, 14.0, 11.0)[seed % 3], page_number=2)


def headed(seed: int, dpi: int) -> Drawn:
    """Print the first page of a decision."""
    return page.letterhead_page(dpi=dpi, number=f"{seed}/QĐ-UBND")


def closed(seed: int, dpi: int) -> Drawn:
    """Print a last page with its signature block."""
    return page.closing_page(dpi=dpi, page_number=seed + 1)


KINDS = (
    Kind("typescript", typed, scanned),
    Kind("typescript, thin strokes", typed, lambda p, s, d: scanned(thinned(p, 2, d), s, d)),
    Kind("typescript, thin, 200 dpi", typed, lambda p, s, d: scanned(thinned(p, 1.5, d), s, d), 200),
    Kind("typescript, thin, black and white", typed, lambda p, s, d: faxed(thinned(p, 1.5, d), s, d)),
    Kind("typescript, worn ribbon", typed, lambda p, s, d: scanned(broken(p, s, d), s, d)),
    Kind("typescript, worn and thin", typed, lambda p, s, d: scanned(broken(thinned(p, 1.5, d), s, d, 0.6), s, d)),
    Kind("typescript, faded", typed, faint),
    Kind("typescript, stamped", typed, stamped),
    Kind("typescript, bled through", typed, old),
    Kind("typescript, blue", typed, blue),
    Kind("typescript, scribbled on in blue", typed, signed),
    Kind("typescript, negative", typed, negative),
    Kind("typescript, copy of a copy", typed, copied),
    Kind("print", printed, scanned),
    Kind("print, 100 dpi", printed, scanned, 100),
    Kind("print, 150 dpi", printed, scanned, 150),
    Kind("print, faded", printed, faint),
    Kind("print, bled through", printed, old),
    Kind("print, fax 200 dpi", printed, faxed, 200),
    Kind("print, punched, black edges", printed, holed),
    Kind("print, copy of a copy", printed, copied),
    Kind("letterhead, stamped", headed, stamped),
    Kind("letterhead, bled through, 200 dpi", headed, old, 200),
    Kind("signature block, stamped", closed, stamped),
)


if __name__ == "__main__":
    main()
