"""A whole package before a byte of it is written: every path, and the bytes of all that is no document."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.packages import layout
from pipeline.packages.documentation import documentation
from pipeline.packages.ead import document_values, dossier_values, require_codes, write_ead
from pipeline.packages.ids import Ids, object_id, package_uuid
from pipeline.packages.mets import Represented, Subject, Whole, representation_mets, root_mets
from pipeline.packages.mets_parts import Filed
from pipeline.packages.premis import package_premis, representation_premis
from pipeline.packages.profiles import Described, Profile, profile_of
from pipeline.packages.schemas import FOR_METS, PREMIS_SCHEMA, shipped
from pipeline.packages.values import Content, Origin, PackageForm, PackageType, PackedDossier

_XML, _XSD, _TEXT = "text/xml", "application/octet-stream", "text/plain"


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """One package, ready to be written.

    Attributes:
        name: Of its folder.
        metadata: Path within the package -> bytes.
        contents: Path within the package -> the document's file.
    """

    object_id: str
    name: str
    metadata: dict[str, bytes]
    contents: dict[str, Content]

    @property
    def files(self) -> Iterator[tuple[str, bytes | Content]]:
        """Give every file in the order in which the annex lists them."""
        last = [path for path in self.metadata if path.startswith((f"{layout.SCHEMAS}/", layout.DOCUMENTATION))]
        late = frozenset(last)
        yield from ((path, data) for path, data in self.metadata.items() if path not in late)
        yield from self.contents.items()
        yield from ((path, self.metadata[path]) for path in last)


def package_paths(dossier: PackedDossier, form: PackageForm) -> tuple[str, ...]:
    """Name every file of the package, cheaply: nothing is read or computed."""
    names = [document.content.name for document in dossier.documents]
    preserved = (layout.PREMIS, layout.REP_PREMIS) if form.type is PackageType.AIP else ()
    described = (layout.EAD, *(layout.description_path(name) for name in names))
    data = (layout.data_path(name) for name in names)
    schemas = (f"{layout.SCHEMAS}/{name}" for name in _schemas(form))
    return (layout.METS, layout.REP_METS, *described, *preserved, *data, *schemas, layout.DOCUMENTATION)


def plan_package(dossier: PackedDossier, origin: Origin, form: PackageForm) -> PackagePlan:
    """Work out all of a package but the documents' bytes.

    Raises:
        UsageError: It has no document, two have the same name, a code is too long, the origin lacks what a package of
            this kind must say, or the archive's XSD cannot be met.
    """
    require_packable(dossier, origin, form.type)
    return _Planning(dossier, origin, form).plan()


def require_packable(dossier: PackedDossier, origin: Origin, kind: PackageType) -> None:
    """Refuse, cheaply, what no package can be made of; with a shipped form of EAD there is no other reason.

    Raises:
        UsageError: As for `plan_package`.
    """
    require_origin(origin, kind)
    _require_names(dossier)
    require_codes(dossier, kind, origin)


def require_origin(origin: Origin, kind: PackageType) -> None:
    """Refuse an origin that lacks what every package of the kind says of it.

    Raises:
        UsageError: The first that is missing.
    """
    needed = {"batch.date": origin.time, "batch.fonds_code": origin.fonds_code}
    if kind is PackageType.AIP:
        needed["transfer.archive_code"] = origin.archive_code
    else:
        needed["batch.code"] = origin.request_code
    for name, value in needed.items():
        if not value:
            raise UsageError("A package must say '{name}'; write it in batch.toml.", name=name)


def _require_names(dossier: PackedDossier) -> None:
    if not dossier.documents:
        raise UsageError("The dossier has no document; a package must have one.")
    seen: set[str] = set()
    for document in dossier.documents:
        name = document.content.name
        if not layout.is_plain_name(name):
            raise UsageError("'{name}' cannot be the name of a file in a package.", name=name)
        for key in {layout.same_name(name), layout.same_name(layout.description_path(name))}:
            if key in seen:
                raise UsageError("Two documents of the dossier have the name '{name}'.", name=name)
            seen.add(key)


def _schemas(form: PackageForm) -> dict[str, bytes]:
    """Give the schemas that go into the package: name -> bytes."""
    own = {described.value: profile_of(form, described) for described in Described}
    others = {name for profile in own.values() for name in profile.others}
    names = [*FOR_METS, *([PREMIS_SCHEMA] if form.type is PackageType.AIP else []), *sorted(others)]
    return {name: shipped(name) for name in names} | {name: profile.data for name, profile in own.items()}


class _Planning:
    """The steps from the innermost file outwards: each file's digest stands in the next one."""

    def __init__(self, dossier: PackedDossier, origin: Origin, form: PackageForm) -> None:
        self._dossier, self._origin, self._form, self._kind = dossier, origin, form, form.type
        code = dossier.values["fileCode"]
        self._object_id = object_id(form.type, origin, code)
        self._ids = Ids(package_uuid(form.type, origin, code))
        self._label = dossier.values.get("title", "")
        self._representation_id = self._ids.element("representation", "rep1")
        self._metadata: dict[str, bytes] = {}

    def plan(self) -> PackagePlan:
        """Make every file but the documents."""
        representation = self._representation()
        ead = self._ead(self._profile(Described.DOSSIER), layout.EAD,
                        dossier_values(self._dossier, self._kind, self._origin))  # fmt: skip
        premis = None
        if self._kind is PackageType.AIP:
            made = package_premis(self._object_id, self._representation_id, self._origin, self._ids)
            premis = self._filed(layout.PREMIS, made)
        schemas = [self._filed(f"{layout.SCHEMAS}/{name}", data, _XSD) for name, data in _schemas(self._form).items()]
        text = self._filed(layout.DOCUMENTATION, documentation(self._kind), _TEXT)
        whole = Whole(ead, premis, schemas, [text], representation)
        root = root_mets(self._subject(self._object_id), self._origin, self._ids, whole)
        contents = {layout.data_path(each.content.name): each.content for each in self._dossier.documents}
        name = layout.folder_name(self._object_id)
        return PackagePlan(self._object_id, name, {layout.METS: root, **self._metadata}, contents)

    def _representation(self) -> Filed:
        """Make the representation; give its METS.xml."""
        profile = self._profile(Described.DOCUMENT)
        documents = []
        for ordinal, document in enumerate(self._dossier.documents, 1):
            content = document.content
            values = document_values(document, self._dossier, self._kind, self._origin, ordinal=ordinal)
            described = self._ead(profile, layout.description_path(content.name), values)
            place = layout.data_path(content.name)
            documents.append((Filed(place, content.media_type, content.size_bytes, content.sha256), described))
        premis = None
        if self._kind is PackageType.AIP:
            made = representation_premis(
                self._object_id, self._representation_id, self._dossier, self._origin, self._ids
            )
            premis = self._filed(layout.REP_PREMIS, made)
        subject = self._subject(self._representation_id)
        mets = representation_mets(subject, self._origin, self._ids, Represented(documents, premis))
        return self._filed(layout.REP_METS, mets)

    def _subject(self, object_id: str) -> Subject:
        return Subject(object_id, self._label, self._kind)

    def _ead(self, profile: Profile, path: str, values: dict[str, str]) -> Filed:
        return self._filed(path, write_ead(profile, values, path))

    def _profile(self, described: Described) -> Profile:
        return profile_of(self._form, described)

    def _filed(self, path: str, data: bytes, media_type: str = _XML) -> Filed:
        self._metadata[path] = data
        return Filed(path, media_type, len(data), hashlib.sha256(data).hexdigest())
