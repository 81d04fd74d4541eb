"""Turn clean pages into scans: the ways in which an office scanner, an old paper and a fax-like setting look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from samples import marks, wear
from samples.sheet import Drawn, Pixels

WHITE_PAPER = (250, 249, 245)
OLD_PAPER = (228, 208, 170)
BLACK_INK = (38, 36, 40)
RIBBON_INK = (58, 52, 70)
SEAL_WORDS = "U.B.N.D XÃ SUỐI MÂY - H. THẠCH LÂM"
SEAL_MIDDLE = "ỦY BAN\nNHÂN DÂN"

Draw = Callable[[], Drawn]
Wears = Callable[[Pixels], Pixels]
Save = Callable[[Path, Sequence[Pixels], int], None]


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of the batch and how it comes out of the scanner.

    Attributes:
        draw: Draws the clean page.
        scan: Does to it what this scan shows, its turning included.
        skew_degrees: How far its lines rise to the right (counter-clockwise positive), before any quarter turn.
        turned_degrees: Quarter turns counter-clockwise in which it lies; turning clockwise by as much rights it.
    """

    draw: Draw
    scan: Wears
    skew_degrees: float = 0.0
    turned_degrees: int = 0

    def pixels(self) -> Pixels:
        """Draw and scan it."""
        return self.scan(self.draw().pixels)


@dataclass(frozen=True, slots=True)
class Scan:
    """One file of the batch.

    Attributes:
        path: Relative to the batch folder.
        save: One of the functions of `samples.store`.
    """

    path: str
    save: Save
    dpi: int
    frames: tuple[Frame, ...]

    def write(self, folder: Path) -> None:
        """Draw all frames and write the file."""
        target = folder / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        self.save(target, [frame.pixels() for frame in self.frames], self.dpi)


def office_grey(page: Pixels, seed: int, degrees: float = 0.0, sigma: float = 4.0) -> Pixels:
    """Scan white paper in grey, the paper just above pure white."""
    return wear.whitened(wear.noisy(wear.blurred(wear.turn(page, degrees)), seed, sigma))


def office_colour(page: Pixels, seed: int, degrees: float = 0.0) -> Pixels:
    """Scan white paper in colour."""
    tinted = wear.tinted(wear.blurred(wear.turn(page, degrees)), BLACK_INK, WHITE_PAPER)
    return wear.noisy(tinted, seed, 2.5)


def signed_colour(page: Pixels, seed: int, degrees: float, *, dpi: int, name_mm: tuple[float, float]) -> Pixels:
    """Scan in colour a page that bears a red seal and a blue signature above the name of the one who signed."""
    tinted = wear.tinted(wear.blurred(page), BLACK_INK, WHITE_PAPER)
    signed = marks.signed(tinted, (name_mm[0] + 4, name_mm[1] - 14), dpi=dpi, seed=seed)
    place = (name_mm[0] - 17, name_mm[1] - 17)
    sealed = marks.sealed(signed, place, dpi=dpi, words=SEAL_WORDS, middle=SEAL_MIDDLE)
    return wear.noisy(wear.turn(sealed, degrees, WHITE_PAPER), seed, 2.5)


def old_paper(page: Pixels, seed: int, *, back: Pixels | None = None) -> Pixels:
    """Age a page: faded ink, yellow clouds, perhaps the other side shining through; RGB, not yet turned."""
    aged = wear.tinted(wear.blurred(wear.faded(page, seed, 0.3)), RIBBON_INK, OLD_PAPER)
    aged = wear.yellowed(aged, seed, 0.13)
    return aged if back is None else wear.bled_through(aged, back, 0.07)


def fax_like(page: Pixels, seed: int, degrees: float = 0.0) -> Pixels:
    """Scan to black and white at once."""
    soft = wear.speckled(wear.noisy(wear.blurred(wear.turn(page, degrees), 0.9), seed, 9.0), seed)
    return wear.bilevel(soft)
