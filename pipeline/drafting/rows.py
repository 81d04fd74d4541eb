"""The rows of a drafted list: what the folders say, what first pages suggest, and which cells a person must look at."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pipeline.catalogue import dates
from pipeline.catalogue.draft.values import Suggestion
from pipeline.catalogue.template import ListRow
from pipeline.drafting.batch import Draft
from pipeline.drafting.first_page import FirstPage
from pipeline.messages import known_in_vietnamese, marked, vietnamese
from pipeline.model import Document, Dossier
from pipeline.records.description import DossierInfo

# Under the first a suggestion is only told in the cell's comment; under the second its cell is coloured.
LEAST_CONFIDENCE, SURE = 0.6, 0.9
SUGGESTED = ("codeNumber", "codeNotation", "issuedDate", "organName", "typeName", "subject", "language")
# Agency's or fonds' code, year, number and symbol (Thông tư 05/2025/TT-BNV p.70, 213), parted by dots.
_CODE = re.compile(r"[0-9A-ZĐ]+(?:\.[0-9A-ZĐ/_-]+){2,}")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
READ = marked("OCR, confidence {confidence}: {source}")
UNSURE = marked("OCR is not sure (confidence {confidence}): {value}; read: {source}")
NOT_READ = marked("OCR could not tell; read: {source}")
UNREAD = marked("the first page could not be read")
AS_FOLDER = marked("the folder's name; write the dossier's code here and in the list of dossiers")


def dossier_rows(draft: Draft) -> tuple[ListRow, ...]:
    """Give a row for each dossier."""
    return tuple(_dossier_row(draft, number, dossier) for number, dossier in enumerate(draft.batch.dossiers, 1))


def document_rows(draft: Draft) -> tuple[ListRow, ...]:
    """Give a row for each document."""
    return tuple(
        _document_row(draft, dossier, document) for dossier in draft.batch.dossiers for document in dossier.documents
    )


def code_and_title(draft: Draft, dossier: Dossier) -> tuple[str, str]:
    """Give code and title of a dossier as batch.toml has them, else as the folder's name; empty where neither says."""
    name = unicodedata.normalize("NFC", dossier.name)
    first, _, rest = name.partition(" ")
    by_name = (first, rest.strip(" -–_.")) if is_code(first) else ("", name)
    info = draft.description.dossiers.get(name, DossierInfo())
    return info.code or by_name[0], info.title or by_name[1]


def is_code(name: str) -> bool:
    """Tell whether a name has the form of a dossier's code: parts with dots between, one of them a year."""
    return _CODE.fullmatch(name) is not None and any(_YEAR.fullmatch(part) for part in name.split("."))


def _dossier_row(draft: Draft, number: int, dossier: Dossier) -> ListRow:
    code, title = code_and_title(draft, dossier)
    pages = [draft.found[document.path] for document in dossier.documents]
    start, end = _period([_value(page, "issuedDate") for page in pages])
    values = {
        "ordinal": str(number),
        "folder": dossier.name,
        "fileCode": code,
        "title": title,
        "language": ",".join(_languages(pages)),
        "startDate": start,
        "endDate": end,
        "totalDoc": str(len(dossier.documents)),
        "numberOfPage": str(sum(len(document.pages) for document in dossier.documents)),
    }
    look = {name for name in ("fileCode", "title", "language") if not values[name]}
    if not all(_is_sure(page, "issuedDate") for page in pages):  # one of them may be the first or the last
        look |= {"startDate", "endDate"}
    return ListRow({name: value for name, value in values.items() if value}, marked=frozenset(look))


def _document_row(draft: Draft, dossier: Dossier, document: Document) -> ListRow:
    page = draft.found[document.path]
    code, _ = code_and_title(draft, dossier)
    values = {
        "fileCode": code or dossier.name,
        "ordinal": str(document.ordinal),
        "file": document.path.removeprefix(f"{dossier.name}/"),
        "numberOfPage": str(len(document.pages)),
    }
    values |= {name: value for name in SUGGESTED if (value := _value(page, name))}
    comments = {name: comment for name in SUGGESTED if (comment := _comment(page, name))}
    look = {name for name in SUGGESTED if not _is_sure(page, name)}
    if not code:
        comments["fileCode"] = vietnamese(AS_FOLDER)
        look.add("fileCode")
    return ListRow(values, comments, frozenset(look))


def _value(page: FirstPage, name: str) -> str:
    """Give a suggestion that is sure enough to stand in a cell."""
    found = page.suggestions.get(name, Suggestion())
    return found.value if found.confidence >= LEAST_CONFIDENCE else ""


def _is_sure(page: FirstPage, name: str) -> bool:
    value = _value(page, name)
    partial = name == "issuedDate" and not dates.is_full(value)
    return bool(value) and not partial and page.suggestions[name].confidence >= SURE


def _comment(page: FirstPage, name: str) -> str:
    """Say in Vietnamese how sure a suggestion is, and what it was read from."""
    found = page.suggestions.get(name)
    if page.problem:
        return vietnamese(UNREAD)
    if found is None or not (found.source or found.value):
        return ""
    template = READ if _value(page, name) else UNSURE if found.value else NOT_READ
    said = vietnamese(template).format(
        confidence=f"{found.confidence:.2f}".replace(".", ","), source=found.source or "-", value=found.value
    )
    return "; ".join(part for part in (said, known_in_vietnamese(found.note)) if part)


def _languages(pages: Sequence[FirstPage]) -> Iterator[str]:
    """Give the languages of a dossier's documents, each once, in the order of the annex's list."""
    yield from sorted({_value(page, "language") for page in pages} - {""})


def _period(found: Sequence[str]) -> tuple[str, str]:
    """Give the least and greatest of dates, if every document has one."""
    if not found or not all(found):
        return "", ""
    return min(found, key=dates.earliest), max(found, key=dates.latest)
