"""Draw a sample batch: `python samples/draw.py FOLDER [batch|transfer]`. A second run only reads the digests.

Beside the folder lies `FOLDER.sha256`, in the form of sha256sum, with the digest of the drawing code in its first line.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Their versions decide the bytes as much as our own code does.
DRAWN_WITH = {"pillow", "numpy", "opencv-python", "opencv-python-headless", "img2pdf", "pikepdf", "xlsxwriter"}


def draw(folder: Path, batch: str = "batch") -> bool:
    """Draw the batch unless it lies there already, whole and drawn by this code; tell whether it was drawn.

    Args:
        folder: Where to.
        batch: Module of the batch: "batch" (scans as they come) or "transfer" (with lists, to be handed over).

    Raises:
        FileExistsError: The folder holds files that were not drawn here; nothing is removed then.
    """
    folder = folder.resolve()
    record = folder.with_name(f"{folder.name}.sha256")
    known = record.read_text(encoding="utf-8") if record.is_file() else ""
    code = _code_digest()
    if known == _listing(folder, folder.name, code):
        return False
    _refuse_strangers(folder, known)
    fresh = folder.with_name(f"{folder.name}.drawing")
    shutil.rmtree(fresh, ignore_errors=True)
    # In a process of its own, so that a run with nothing to do need not load the picture libraries.
    subprocess.run([sys.executable, "-m", f"samples.{batch}", str(fresh)], cwd=HERE.parent, check=True)
    # The record first: whatever a kill leaves in the folder is then known as ours.
    record.write_text(_listing(fresh, folder.name, code), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return True


def _refuse_strangers(folder: Path, known: str) -> None:
    drawn = {line.partition("  ")[2] for line in known.splitlines()}
    for path in folder.rglob("*"):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        if path.is_file() and name not in drawn:
            raise FileExistsError(f"{path} was not drawn here; name an empty or a new folder")


def _listing(folder: Path, name: str, code: str) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{_digest(path)}  {name}/{path.relative_to(folder).as_posix()}" for path in files]
    return "\n".join([f"# drawn by {code}", *lines, ""])


def _code_digest() -> str:
    found = sorted((each.metadata["Name"].lower(), each.version) for each in distributions())
    versions = repr([pair for pair in found if pair[0] in DRAWN_WITH])
    digests = "".join(_digest(path) for path in sorted(HERE.glob("*.py")))
    return hashlib.sha256((versions + digests).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["batch"], ["transfer"]):
        sys.exit("usage: python samples/draw.py FOLDER [batch|transfer]")
    try:
        draw(Path(sys.argv[1]), *sys.argv[2:])
    except FileExistsError as error:
        sys.exit(str(error))
