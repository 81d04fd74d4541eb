"""Hold the descriptions and the preservation metadata of a package against their schemas."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import PurePosixPath

from lxml import etree

from pipeline.errors import UsageError
from pipeline.packages.findings import PackageFinding
from pipeline.packages.profiles import Described, Profile, profile_from, shipped_profile
from pipeline.packages.reading import read_values
from pipeline.packages.schemas import PREMIS_SCHEMA, BadXml, Misfit, parse, premis_schema, require_fit
from pipeline.packages.values import EadProfile, PackageType


@dataclass(frozen=True, slots=True)
class Descriptions:
    """The receiving archive's own XSDs, as bytes; empty for those of the annexes, of which any may be met."""

    dossier: bytes = b""
    document: bytes = b""


SHIPPED = Descriptions()


def judge(path: str, data: bytes, schemas: Descriptions) -> tuple[PackageFinding | None, etree._Element | None]:
    """Judge one metadata file by its name; give what is wrong with it, and its root element if it is XML."""
    try:
        root = parse(data)
    except BadXml as error:
        return PackageFinding("bad-xml", path, {"reason": str(error)}), None
    name = PurePosixPath(path).name
    if name.startswith("PREMIS"):
        return _fits(path, PREMIS_SCHEMA, lambda: require_fit(premis_schema(), root)), root
    if name == "EAD.xml":
        return _described(path, root, Described.DOSSIER, schemas.dossier), root
    if name.startswith("EAD_doc_"):
        return _described(path, root, Described.DOCUMENT, schemas.document), root
    return None, root


def _described(path: str, root: etree._Element, described: Described, own: bytes) -> PackageFinding | None:
    """Hold a description against the archive's XSD, else against those of the annexes: the nearest one tells."""
    if own:
        try:
            schema = profile_from(own).schema
        except UsageError as error:
            return PackageFinding("schema", path, {"schema": described.value, "line": 0, "reason": str(error)})
        return _fits(path, described.value, lambda: require_fit(schema, root))
    known = [shipped_profile(kind, profile, described) for kind, profile in product(PackageType, EadProfile)]
    if any(profile.schema.validate(root) for profile in known):
        return None
    names = set(read_values(root))
    nearest = min(known, key=lambda profile: _distance(profile, names))
    return _fits(path, described.value, lambda: require_fit(nearest.schema, root))


def _distance(profile: Profile, names: set[str]) -> int:
    return len({name for name, _ in profile.elements} ^ names)


def _fits(path: str, schema: str, check: Callable[[], None]) -> PackageFinding | None:
    try:
        check()
    except Misfit as misfit:
        details = {"schema": schema, "line": misfit.line, "reason": misfit.reason}
        return PackageFinding("schema", path, details)
    return None
