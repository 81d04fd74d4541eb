"""Where each file lies in a package, and what its name is (Thông tư 05/2025/TT-BNV p.34-36, 183-185, 238)."""

import hashlib
import os
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from pipeline.records.names import LIMIT_BYTES, safe_name

METS = "METS.xml"
EAD = "metadata/descriptive/EAD.xml"
PREMIS = "metadata/preservation/PREMIS.xml"
REPRESENTATION = "representations/rep1"
REP_METS = f"{REPRESENTATION}/{METS}"
REP_PREMIS = f"{REPRESENTATION}/metadata/preservation/PREMIS_rep1.xml"
DATA = f"{REPRESENTATION}/data"
DESCRIPTIVE = f"{REPRESENTATION}/metadata/descriptive"
SCHEMAS = "schemas"
DOCUMENTATION = "documentation/README.txt"
_DESCRIPTION = "EAD_doc_"
# What a relative reference must have in code (RFC 3986), and not the letters beyond ASCII: xs:anyURI takes them as they
# are, and so does whoever looks for the file under the name that stands there.
_MUST_BE_QUOTED = frozenset(' "%<>#?[]\\^`{|}:')


def folder_name(object_id: str) -> str:
    """Name a package's folder: its OBJID with ":" as "_" (p.34), and what no file system takes in our safe form."""
    return safe_name(object_id.replace(":", "_"), spare_bytes=len(".zip") + 12)


def zip_name(object_id: str, ordinal: int | None) -> str:
    """Name a package's ZIP: of a SIP, the dossier's ordinal in the transfer and the OBJID (p.238)."""
    return f"{'' if ordinal is None else ordinal}{folder_name(object_id)}.zip"


def data_path(name: str) -> str:
    """Give the place of a document's file."""
    return f"{DATA}/{name}"


def description_path(name: str) -> str:
    """Give the place of the description of a document's file: `EAD_doc_<file>.xml` (p.35, 184)."""
    wanted = f"{_DESCRIPTION}{PurePosixPath(name).stem}"
    return f"{DESCRIPTIVE}/{_cut(wanted, LIMIT_BYTES - len('.xml'))}.xml"


def reference(path: str, folder: str = "") -> str:
    """Write a file's path as the reference to it in the METS.xml of a folder."""
    relative = path.removeprefix(f"{folder}/") if folder else path
    return "".join(quote(sign) if sign in _MUST_BE_QUOTED or sign < " " else sign for sign in relative)


def is_plain_name(name: str) -> bool:
    """Tell whether it is the name of one file, and none that leads elsewhere."""
    hidden = name in {"", ".", ".."} or any(sign in name for sign in "/\\\0\x7f") or not name.isprintable()
    return not hidden and len(os.fsencode(name)) <= LIMIT_BYTES


def same_name(name: str) -> str:
    """Give what two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _cut(name: str, limit_bytes: int) -> str:
    """Cut a name that is too long, never within a letter, and mark it with its digest."""
    data = name.encode()
    if len(data) <= limit_bytes:
        return name
    mark = f"=~{hashlib.sha256(data).hexdigest()[:8]}"
    return data[: limit_bytes - len(mark)].decode("utf-8", "ignore") + mark
