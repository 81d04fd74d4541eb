"""Find the engine's language data and say what of it decides a result."""

import functools
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from pipeline.errors import ToolMissing, UsageError

PROGRAM = "tesseract"
SCRIPTS = "script"  # the folder of data that reads all languages of one script
# Where distributions and installers put the data, newest first.
USUAL_FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)
# The command lists its languages in no time; a stuck one must not stop the program.
LIST_TIMEOUT_SECONDS = 20


def find_tessdata() -> Path:
    """Find the folder that holds the `*.traineddata` files.

    Asked in this order: TESSDATA_PREFIX, the `tesseract` command, the usual folders.

    Raises:
        ToolMissing: No folder holds any language data.
    """
    prefix = os.environ.get("TESSDATA_PREFIX", "")
    named = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    for folder in named:
        if _holds_data(folder):
            return folder
    told = _told_by_command()
    for folder in ([told] if told else []) + _usual():
        if _holds_data(folder):
            return folder
    raise ToolMissing("No language data of Tesseract was found; install the Debian package tesseract-ocr.")


def installed_languages() -> tuple[str, ...]:
    """List the languages whose data is installed, sorted; the data for orientation is called osd."""
    folder = find_tessdata()
    paths = [*folder.glob("*.traineddata"), *folder.glob(f"{SCRIPTS}/*.traineddata")]
    return tuple(sorted(path.relative_to(folder).as_posix().removesuffix(".traineddata") for path in paths))


def require_languages(languages: str) -> None:
    """Check that the data of every language of a set such as "vie+fra" is installed.

    Raises:
        UsageError: It is no set of languages.
        ToolMissing: One is not installed; the sentence names the Debian package.
    """
    codes = languages.split("+")
    if not all(re.fullmatch(r"[A-Za-z_]+(/[A-Za-z_]+)?", code) for code in codes):
        raise UsageError(
            '"{languages}" is no set of languages; join Tesseract\'s names by "+": vie+fra', languages=languages
        )
    here = installed_languages()
    missing = [code for code in codes if code not in here]
    if missing:
        names = ", ".join(missing)
        packages = " ".join("tesseract-ocr-" + _debian_name(code) for code in missing)
        raise ToolMissing(
            "Tesseract has no data for {names}; install the Debian package {packages}.", names=names, packages=packages
        )


def _debian_name(code: str) -> str:
    """Give the part of the package's name that stands for a language, or for all scripts where one is asked for."""
    return "all" if code.startswith(f"{SCRIPTS}/") else code.lower().replace("_", "-")


def digests(languages: str) -> dict[str, str]:
    """Give the SHA-256 of each language's data file, and of that for orientation where it is there."""
    folder = find_tessdata()
    codes = [*languages.split("+"), "osd"]
    paths = {code: folder / f"{code}.traineddata" for code in codes}
    return {code: _digest(path, path.stat().st_mtime_ns) for code, path in paths.items() if path.is_file()}


@functools.cache
def _digest(path: Path, _mtime_ns: int) -> str:
    """Hash a file once for each state of it; data files have up to 40 MB."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _holds_data(folder: Path) -> bool:
    """Tell whether a folder has any language data."""
    return folder.is_dir() and any(folder.glob("*.traineddata"))


@functools.cache
def _told_by_command() -> Path | None:
    """Ask the command where its data is: the folder stands in quotes in the first line of its list."""
    program = shutil.which(PROGRAM)
    if not program:
        return None
    try:
        done = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=LIST_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Versions before 5 print the list on the error stream.
    quoted = re.search(r'"([^"\n]+)"', done.stdout + done.stderr)
    return Path(quoted.group(1)) if quoted else None


def _usual() -> list[Path]:
    """List the usual folders that exist, the highest version first."""
    found: list[Path] = []
    for pattern in USUAL_FOLDERS:
        root = Path(Path(pattern).anchor or "/")
        found += sorted(root.glob(pattern.removeprefix(root.as_posix())), reverse=True)
    return found
