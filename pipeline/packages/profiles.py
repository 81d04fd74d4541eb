"""Which elements EAD and EAD_doc have, in which order: read from the schema itself, shipped or the archive's own.

The annexes' tables and their printed XSDs contradict each other (p.69-81 and 101-103, 212-222 and 231-233), so both are
there, and the receiving archive's own XSD goes before either.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from pipeline.errors import UsageError
from pipeline.packages.schemas import XML_SCHEMA, XSD_NS, parse, schema_from, shipped
from pipeline.packages.values import EadProfile, PackageForm, PackageType

ROOT = "simpledc"
_XS = f"{{{XSD_NS}}}"


class Described(StrEnum):
    """What a description describes; the value is the name of its schema in a package."""

    DOSSIER = "EAD.xsd"
    DOCUMENT = "EAD_doc.xsd"


@dataclass(frozen=True, slots=True)
class Profile:
    """One schema of a description, ready for use.

    Attributes:
        elements: (name, whether it may be left out) in order.
        namespace: Of the root; `qualified` tells whether the elements in it have it too.
        others: Shipped schemas that it needs beside it.
    """

    data: bytes
    schema: etree.XMLSchema
    root: str
    elements: tuple[tuple[str, bool], ...]
    namespace: str
    qualified: bool
    others: tuple[str, ...]


def profile_of(form: PackageForm, described: Described) -> Profile:
    """Give the schema of a description for this form of package.

    Raises:
        UsageError: The archive's own XSD cannot be read or used.
    """
    own = form.schema_dossier if described is Described.DOSSIER else form.schema_document
    if own is None:
        return shipped_profile(form.type, form.profile, described)
    try:
        return profile_from(own.read_bytes())
    except OSError as error:
        raise UsageError("{path} cannot be read: {reason}", path=own, reason=error.strerror or error) from error


@functools.cache
def shipped_profile(kind: PackageType, profile: EadProfile, described: Described) -> Profile:
    """Give one of the eight shipped schemas."""
    return profile_from(shipped(f"{described.value.removesuffix('.xsd')}-{kind.value}-{profile.value}.xsd"))


@functools.lru_cache(maxsize=8)
def profile_from(data: bytes) -> Profile:
    """Read a schema: its root element and what stands in it, in order.

    Raises:
        UsageError: It is no XSD, or has no element that holds a sequence of others.
    """
    schema = schema_from(data)
    tree = parse(data)
    root = _root(tree)
    elements = tuple(_elements(tree, root, frozenset()))
    if not elements:
        raise UsageError("The XSD has no element '{name}' with a sequence of elements in it.", name=ROOT)
    others = (XML_SCHEMA,) if XML_SCHEMA.encode() in data else ()
    namespace = tree.get("targetNamespace", "")
    is_qualified = tree.get("elementFormDefault") == "qualified"
    return Profile(data, schema, root.get("name", ROOT), elements, namespace, is_qualified, others)


def _root(tree: etree._Element) -> etree._Element:
    """Give the declaration of the root element: `simpledc`, else the first there is."""
    declared = tree.findall(f"{_XS}element")
    named = [element for element in declared if element.get("name") == ROOT]
    if not declared:
        raise UsageError("The XSD has no element '{name}' with a sequence of elements in it.", name=ROOT)
    return (named or declared)[0]


def _elements(
    tree: etree._Element, node: etree._Element, seen: frozenset[etree._Element], *, optional: bool = False
) -> Iterator[tuple[str, bool]]:
    """Walk what stands below a declaration: sequences, groups and types by name; of a choice the first."""
    kind = node.get("type", "")
    below = [*_named(tree, "complexType", kind), *node.iterchildren(f"{_XS}*")]
    for child in below[:1] if node.tag == f"{_XS}choice" else below:
        may_be_left_out = optional or child.get("minOccurs") == "0"
        if child.tag == f"{_XS}element" and (name := _local(child.get("name") or child.get("ref") or "")):
            yield name, may_be_left_out
        elif child not in seen:
            for target in [child, *_named(tree, "group", child.get("ref", ""))]:
                yield from _elements(tree, target, seen | {child, target}, optional=may_be_left_out)


def _named(tree: etree._Element, kind: str, name: str) -> list[etree._Element]:
    wanted = _local(name)
    return [item for item in tree.findall(f"{_XS}{kind}") if wanted and item.get("name") == wanted]


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1]
