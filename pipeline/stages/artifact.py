"""Files that stages leave in the work folder."""

import errno
import hashlib
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import BadScan
from pipeline.files import sha256_file, write_atomic
from pipeline.model import Artifact

# After these nothing else can be written either: the run stops once instead of failing page after page.
STOPPING_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def write_artifact(work: Path, path: str, data: bytes) -> Artifact:
    """Write a file into the work folder, whole or not at all."""
    target = work / path
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, data)
    return Artifact(path, len(data), hashlib.sha256(data).hexdigest())


def has_artifacts(work: Path, artifacts: Iterable[Artifact]) -> bool:
    """Tell whether the files are all there, byte for byte as they were written."""
    return all(_is_intact(work / artifact.path, artifact) for artifact in artifacts)


def read_artifact(work: Path, artifact: Artifact) -> bytes:
    """Read a file of the work folder and check that it is what was written.

    Raises:
        BadScan: The file is not what the journal says; the unit has to be done again.
    """
    data = (work / artifact.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != artifact.sha256:
        raise BadScan("changed", f"the work folder's {artifact.path} is not what was written there")
    return data


def _is_intact(path: Path, artifact: Artifact) -> bool:
    try:
        return path.stat().st_size == artifact.size_bytes and sha256_file(path) == artifact.sha256
    except OSError:
        return False
