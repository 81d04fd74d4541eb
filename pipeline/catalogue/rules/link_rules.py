"""Rules between the two sheets: each document has its dossier, each dossier its documents, and as many as it says.

Where a scan folder is there, `pipeline.catalogue.matching.reconciling` judges lists and folders together, and does
not say again what is said here.
"""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.catalogue.rules.judged import Row
from pipeline.catalogue.values import ListFinding

_NEAR = 0.8
_MOST_NAMED = 10


@dataclass(slots=True)
class Links:
    """Which dossier each document belongs to.

    Attributes:
        of_dossier: Code -> its documents.
        perhaps: Code -> number of rows that may be meant for it: their own code is wrong or missing.
        findings: On codes that lead nowhere: one for each slip, however many rows it touches.
    """

    of_dossier: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    perhaps: Counter[str] = field(default_factory=Counter)
    findings: list[ListFinding] = field(default_factory=list)


def linked(dossiers: Sequence[Row], documents: Sequence[Row]) -> Links:
    """Give each document its dossier; what a mistyped code parted is put together with one finding."""
    links = Links()
    codes = {row.own["fileCode"]: row for row in dossiers if "fileCode" in row.own}
    strangers: dict[str, list[int]] = defaultdict(list)
    meant = [_meant(row, codes) for row in documents]
    for place, (row, code) in enumerate(zip(documents, meant, strict=True)):
        if code in codes:
            links.of_dossier[code].append(row)
        else:
            strangers[code].append(place)
    nameless = sum("fileCode" not in row.own for row in dossiers)
    for code, places in strangers.items():
        rows = [documents[place] for place in places]
        bare = {each: row for each, row in codes.items() if each not in links.of_dossier}
        near = _nearest(code, bare)
        if near:
            links.findings.append(bare[near].find("dossier-mistyped", "fileCode", rows=len(rows), code=code))
            links.of_dossier[near] += rows
        elif nameless and code:
            nameless -= 1  # the dossier's row lacks its code, which is told there
        else:
            _lost(links, code, rows, _nearest(code, codes))
            for place in places:
                links.perhaps.update(_around(meant, place, codes))
    return links


def on_links(dossiers: Sequence[Row], links: Links) -> Iterator[ListFinding]:
    """Judge what each dossier says of its documents against the list of them."""
    yield from links.findings
    times = Counter(row.own.get("fileCode") for row in dossiers)
    for row in dossiers:
        code = row.own.get("fileCode")
        if not code or times[code] > 1:
            continue
        documents, perhaps = links.of_dossier.get(code, []), links.perhaps[code]
        total = int(row.good.get("totalDoc", "0")) if "totalDoc" in row.own else 0
        if not documents and not perhaps:
            yield row.find("dossier-without-documents", "fileCode", code=code)
        elif total and not len(documents) <= total <= len(documents) + perhaps:
            yield row.find("total-differs", "totalDoc", total=total, found=len(documents))
        yield from _on_ordinals(code, documents, perhaps)


def _lost(links: Links, code: str, rows: Sequence[Row], near: str) -> None:
    """Tell a code that is no dossier's; a row without any code is told as that."""
    if code:
        details = {"code": code, "rows": len(rows), "near": near or "–"}
        links.findings.append(rows[0].find("dossier-not-listed", "fileCode", **details))


def _on_ordinals(code: str, documents: Sequence[Row], perhaps: int) -> Iterator[ListFinding]:
    """Judge the ordinals of a dossier's documents: none twice, none left out."""
    codes = Counter(row.own.get("docCode") for row in documents)
    seen: set[int] = set()
    doubled = 0
    for row in documents:
        made = row.own.get("docCode")
        number = _ordinal(row, code, is_only=codes[made] == 1)
        if number is None:
            return
        doubled += number in seen
        if number in seen and (made is None or codes[made] == 1):
            yield row.find("ordinal-doubled", "ordinal", ordinal=number, code=code)
        seen.add(number)
    missing = [number for number in range(1, max(seen, default=0)) if number not in seen]
    if len(missing) > doubled + perhaps and 0 not in seen:
        named = [*map(str, missing[:_MOST_NAMED]), *(["…"] if len(missing) > _MOST_NAMED else [])]
        yield documents[0].find("ordinals-missing", "ordinal", code=code, missing=", ".join(named))


def _ordinal(row: Row, code: str, *, is_only: bool) -> int | None:
    """Give the document's place: as its code has it, unless another document has the same code."""
    made = row.own.get("docCode", "")
    last = made.removeprefix(f"{code}.")
    if is_only and last != made and re.fullmatch(r"[0-9]{7}", last):
        return int(last)
    return int(row.good["ordinal"]) if "ordinal" in row.good else None


def _meant(row: Row, codes: Mapping[str, Row]) -> str:
    """Give the document's dossier: what the row says, or what the document's own code begins with."""
    made = row.own.get("docCode", "").rpartition(".")[0]
    code = row.own.get("fileCode", "")
    return made if code not in codes and made in codes else code


def _around(meant: Sequence[str], place: int, codes: Mapping[str, Row]) -> set[str]:
    """Give the dossiers of the nearest rows above and below whose dossier is known."""
    above = next((code for code in reversed(meant[:place]) if code in codes), "")
    below = next((code for code in meant[place + 1 :] if code in codes), "")
    return {code for code in (above, below) if code}


def _nearest(code: str, codes: Mapping[str, Row]) -> str:
    return next(iter(difflib.get_close_matches(code, list(codes), n=1, cutoff=_NEAR)), "") if code else ""
