"""What can be wrong with a package that is received: kinds, sentences, values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.messages import marked

# Kind -> English sentence with a placeholder for each detail; translated where it is shown.
PROBLEMS: Mapping[str, str] = {
    "unreadable": marked("The package cannot be read: {reason}"),
    "unsafe": marked("The entry '{path}' may not stand in a package: {reason}"),
    "doubled": marked("The name '{path}' stands twice in the package."),
    "not-one-folder": marked("The ZIP must hold one folder with everything in it; it holds {found}."),
    "wrong-name": marked("The package's name is '{found}'; by its OBJID it must be '{expected}'."),
    "changed": marked("The package is not the one that was written: its SHA-256 is {found}, expected is {expected}."),
    "no-part": marked("'{path}' is missing; every package of this kind has it."),
    "missing": marked("'{path}' is named in {mets} and is not there."),
    "not-named": marked("'{path}' is in the package and no METS.xml names it."),
    "wrong-size": marked("'{path}' has {found} bytes; {mets} says {expected}."),
    "wrong-digest": marked("'{path}' is damaged or was changed: its SHA-256 is not the one in {mets}."),
    "no-digest": marked("{mets} gives no usable size and SHA-256 for '{path}'."),
    "bad-reference": marked("{mets} refers to '{path}', which cannot be a file of the package."),
    "bad-xml": marked("'{path}' is no usable XML: {reason}"),
    "schema": marked("'{path}' does not fit its schema {schema}, line {line}: {reason}"),
    "broken-link": marked("{mets}: '{path}' is not linked to exactly one description."),
    "wrong-type": marked("The package says that it is a '{found}', which is neither SIP nor AIP."),
}


@dataclass(frozen=True, slots=True)
class PackageFinding:
    """One thing that is wrong with a package.

    Attributes:
        code: One of `PROBLEMS`.
        path: File within the package; empty for the package as a whole.
        details: What the sentence's placeholders stand for.
    """

    code: str
    path: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in English; `PROBLEMS[code]` is its template for translation, with `values`."""
        return PROBLEMS[self.code].format(**self.values)

    @property
    def values(self) -> dict[str, Any]:
        """What the placeholders stand for."""
        return {"path": self.path, **self.details}
