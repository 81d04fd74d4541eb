"""Read a METS.xml that came from elsewhere into values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from pipeline.errors import UsageError
from pipeline.filenames import safe_relative
from pipeline.packages.schemas import CSIP_NS, METS_NS, XLINK_NS

_M, _X, _C = f"{{{METS_NS}}}", f"{{{XLINK_NS}}}", f"{{{CSIP_NS}}}"
_HERE = ("file:./", "file://./", "./")


@dataclass(frozen=True, slots=True)
class Referenced:
    """One file that a METS.xml names.

    Attributes:
        path: Relative to the package; empty where the reference cannot be one of its files.
        literal: The reference as it stands there.
        identifier: ID of the `file`, or of the `dmdSec` or `amdSec` that the `mdRef` is in.
        use: Of its group; "descriptive" or "preservation" for metadata.
        size_bytes: None where it is not said.
        sha256: In lower case; empty where it is not said or is of another kind.
    """

    path: str
    literal: str
    identifier: str
    use: str
    size_bytes: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class MetsRead:
    """What one METS.xml says.

    Attributes:
        pointers: Paths of the METS.xml of its representations.
        links: (ID of the description, ID of the file) of each MetadataLink.
        groups: ID of the group -> IDs of its files.
    """

    object_id: str
    label: str
    type: str
    time: str
    request_code: str
    files: tuple[Referenced, ...]
    pointers: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = field(default=())


def read_mets(root: etree._Element, folder: str) -> MetsRead:
    """Read a METS.xml that lies in this folder of the package."""
    header = root.find(f"{_M}metsHdr")
    request = root.findtext(f"{_M}metsHdr/{_M}altRecordID[@TYPE='SUBMISSIONAGREEMENT']") or ""
    links = [
        (div.get("DMDID", ""), pointer.get("FILEID", ""))
        for div in root.iter(f"{_M}div")
        if div.get("LABEL", "").startswith("MetadataLink/")
        for pointer in div.findall(f"{_M}fptr")
    ]
    pointers = [_place(pointer.get(f"{_X}href", ""), folder) for pointer in root.iter(f"{_M}mptr")]
    return MetsRead(
        root.get("OBJID", ""),
        root.get("LABEL", ""),
        "" if header is None else header.get(f"{_C}OAISPACKAGETYPE", ""),
        "" if header is None else header.get("CREATEDATE", ""),
        request.strip(),
        tuple(_files(root, folder)),
        tuple(pointer for pointer in pointers if pointer),
        tuple(links),
    )


def read_values(root: etree._Element) -> dict[str, str]:
    """Give the elements of an EAD or EAD_doc: name without namespace -> text."""
    return {etree.QName(child).localname: child.text or "" for child in root.iterchildren(etree.Element)}


def _files(root: etree._Element, folder: str) -> Iterator[Referenced]:
    for section, use in ((f"{_M}dmdSec", "descriptive"), (f"{_M}amdSec", "preservation")):
        for part in root.findall(section):
            for item in part.iter(f"{_M}mdRef"):
                yield _referenced(item, item.get(f"{_X}href", ""), part.get("ID", ""), use, folder)
    for group in root.iter(f"{_M}fileGrp"):
        for item in group.findall(f"{_M}file"):
            place = item.find(f"{_M}FLocat")
            literal = "" if place is None else place.get(f"{_X}href", "")
            yield _referenced(item, literal, item.get("ID", ""), group.get("USE", ""), folder)


def _referenced(item: etree._Element, literal: str, identifier: str, use: str, folder: str) -> Referenced:
    size = item.get("SIZE", "")
    is_known = item.get("CHECKSUMTYPE") == "SHA-256"
    size_bytes = int(size) if size.isascii() and size.isdigit() else None
    digest = item.get("CHECKSUM", "").lower() if is_known else ""
    return Referenced(_place(literal, folder), literal, identifier, use, size_bytes, digest)


def _place(literal: str, folder: str) -> str:
    """Give the path within the package that a reference means, or nothing."""
    bare = next((literal.removeprefix(start) for start in _HERE if literal.startswith(start)), literal)
    if "://" in bare or bare.startswith("file:"):
        return ""
    try:
        return safe_relative("/".join(part for part in (folder, unquote(bare)) if part)) if bare else ""
    except UsageError:
        return ""
