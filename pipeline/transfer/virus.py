"""Ask ClamAV about a received batch (Thông tư 05/2025/TT-BNV Đ22.2.d); this program knows nothing of viruses itself."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from pipeline.messages import Sentence, marked, sentence

NONE, FOUND, NOT_SEARCHED = "none found", "found", "not searched"
WORDS = {
    NONE: marked("Viruses: clamscan found none."),
    FOUND: marked("Viruses: clamscan FOUND something."),
    NOT_SEARCHED: marked("Viruses: not searched for [không kiểm tra virus]; the archive's own tool must do it."),
}
# Without the limits of its own, which pass over large files in silence.
_CALL = ("clamscan", "--recursive", "--infected", "--no-summary", "--stdout", "--max-filesize=4000M",
         "--max-scansize=4000M", "--alert-exceeds-max=yes", "--")  # fmt: skip


class Search(NamedTuple):
    """What came of it; `unread` says why it has no result although one was asked for."""

    result: str
    problems: tuple[Sentence, ...] = ()
    unread: tuple[Sentence, ...] = ()


def search(root: Path) -> Search:
    """Search the folder; where the program lacks or fails, nothing is known."""
    program = shutil.which(_CALL[0])
    if program is None:
        return Search(NOT_SEARCHED, unread=(sentence("viruses were not searched for: clamscan is not installed"),))
    done = subprocess.run([program, *_CALL[1:], str(root)], capture_output=True, check=False)
    if done.returncode == 0:
        return Search(NONE)
    said = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode == 1:
        lines = [line.removeprefix(f"{root}/") for line in said.splitlines() if line]
        return Search(FOUND, tuple(sentence("clamscan: {found}", found=line) for line in lines))
    why = (done.stderr.decode("utf-8", "replace").strip() or said or str(done.returncode)).splitlines()[-1]
    return Search(NOT_SEARCHED, unread=(sentence("viruses were not searched for: {why}", why=why),))
