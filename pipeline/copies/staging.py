"""Bring all good files of a repair together beside the copy and read them back, before anything in it is changed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.copies.par2 import find_program
from pipeline.copies.reference import digest_of
from pipeline.copies.repair_intent import MISSING
from pipeline.copies.repair_plan import Bad, RepairPlan, Step
from pipeline.copies.rescue import Remains, rescue
from pipeline.errors import NotRepairable, ToolMissing
from pipeline.files import copy_hashed, settle
from pipeline.messages import marked

PAR2 = "par2"  # stands in the record where a copy's medium would
Told = Callable[[int, int], None]


class LostFiles(NotRepairable):
    """Files are good nowhere; nothing was changed."""

    lost: tuple[Bad, ...] = ()


@dataclass(frozen=True, slots=True)
class Staged:
    """What is ready to take its place.

    Attributes:
        steps, files: Each file to be put right, and where it lies.
        lost: Files for which there is none.
    """

    steps: tuple[Step, ...]
    files: tuple[Path, ...]
    lost: tuple[Bad, ...] = ()


def stage(plan: RepairPlan, folder: Path, told: Told, *, partial: bool) -> Staged:
    """Copy every good file into the folder, make the lost ones by par2 where there is recovery data, read all back.

    Raises:
        LostFiles: Some are lost and it was not asked for a part.
        ToolMissing: Some are lost, there is recovery data, but no par2, and it was not asked for a part.
        OSError: No room, or the medium gives back other bytes.
    """
    made: dict[str, Path] = {}
    if plan.lost and plan.recoveries:
        # Who asked for a part gets it even where par2 is not installed.
        with suppress(*((ToolMissing,) if partial else ())):
            made = _made(plan, folder)
    lost = tuple(bad for bad in plan.lost if bad.path not in made)
    if lost and not partial:
        raise refuse(lost)
    steps = (*plan.steps, *(Step(bad, made[bad.path], Path(PAR2)) for bad in plan.lost if bad.path in made))
    steps = tuple(sorted(steps, key=lambda step: step.bad.path))
    files = tuple(folder / str(number) for number in range(len(steps)))
    for number, (step, file) in enumerate(zip(steps, files, strict=True)):
        copy_hashed(step.source, file, durable=True)
        told(number + 1, len(steps))
    settle(folder)
    for step, file in zip(steps, files, strict=True):
        if digest_of(file, step.bad.wanted.algorithm) != step.bad.wanted.digest:
            raise OSError(0, f"what was written for {step.bad.path} is read back as something else")
    return Staged(steps, files, lost)


def refuse(lost: Sequence[Bad]) -> LostFiles:
    """Say that files are lost, the first of them by name; the error holds all."""
    paths = ", ".join(bad.path for bad in lost[:5]) + (" ..." if len(lost) > 5 else "")
    template = marked(
        "{number} files are lost: no copy at hand has them whole ({paths}); nothing was changed. Name more copies "
        "with --from, or put right the others with --partial"
    )
    error = LostFiles(template, number=len(lost), paths=paths)
    error.lost = tuple(lost)
    return error


def _made(plan: RepairPlan, folder: Path) -> dict[str, Path]:
    """Try all recovery data in turn."""
    sources = {step.bad.path: step.source for step in plan.steps}
    lost = {bad.path: tuple(_versions(plan, bad)) for bad in plan.lost}

    def good(path: str) -> Path | None:
        return None if path in lost else sources.get(path, plan.copy / path)

    made: dict[str, Path] = {}
    program = find_program()
    for number, recovery in enumerate(plan.recoveries):
        if len(made) == len(lost):
            break
        scratch = folder / f"par2-{number}"
        scratch.mkdir()
        made = {**rescue(Remains(plan.reference, good, lost), recovery, scratch, program), **made}
    return made


def _versions(plan: RepairPlan, bad: Bad) -> Iterator[Path]:
    """Yield what is left of a lost file in the copies: damaged, but with blocks that may still be good."""
    own = () if bad.found == MISSING else (plan.copy / bad.place,)
    for path in (*own, *(source / bad.path for source in plan.sources)):
        if path.is_file() and not path.is_symlink() and _is_readable(path):
            yield path


def _is_readable(path: Path) -> bool:
    try:
        digest_of(path, "sha256")
    except OSError:
        return False
    return True
