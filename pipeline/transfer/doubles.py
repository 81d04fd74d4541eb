"""Records that stand twice within one batch (Thông tư 05/2025/TT-BNV Đ24.1.a): such are not received."""

from collections.abc import Iterator, Sequence

from pipeline.transfer.source import SetDossier
from pipeline.transfer.values import DossierRow, TransferFinding

_Place = tuple[int, str, str]  # which dossier, its code, what names the place to a person


def doubled_codes(dossiers: Sequence[SetDossier]) -> Iterator[tuple[int, TransferFinding]]:
    """Give for each dossier that holds a doubled code its place, and the finding, which is the same for all of them."""
    codes: dict[tuple[str, str], list[_Place]] = {}
    for place, dossier in enumerate(dossiers):
        code = dossier.record.get("fileCode", "")
        _note(codes, "fileCode", code, (place, code, dossier.name))
        for document in dossier.documents:
            where = place, code, document.source
            _note(codes, "docCode", document.record.get("docCode", ""), where)
            _note(codes, "docId", document.record.get("docId", ""), where)
    yield from _doubled(codes)


def doubled_rows(dossiers: Sequence[DossierRow]) -> Iterator[tuple[int, TransferFinding]]:
    """Give the same for the list of a batch that was received; the id of a package is held against the others too."""
    codes: dict[tuple[str, str], list[_Place]] = {}
    for place, row in enumerate(dossiers):
        where = f"{row.ordinal}"
        _note(codes, "OBJID", row.object_id, (place, row.code, where))
        _note(codes, "fileCode", row.code, (place, row.code, where))
        for document in row.documents:
            _note(codes, "docCode", document.code, (place, row.code, f"{row.ordinal}/{document.ordinal}"))
            _note(codes, "docId", document.doc_id, (place, row.code, f"{row.ordinal}/{document.ordinal}"))
    yield from _doubled(codes)


def doubled_files(dossiers: Sequence[DossierRow]) -> Iterator[tuple[str, ...]]:
    """Give the codes of documents whose files are the same byte for byte; that may be right, and is only told."""
    files: dict[str, list[str]] = {}
    for row in dossiers:
        for document in row.documents:
            files.setdefault(document.sha256, []).append(document.code)
    yield from (tuple(codes) for digest, codes in files.items() if digest and len(codes) > 1)


def _note(codes: dict[tuple[str, str], list[_Place]], field: str, code: str, place: _Place) -> None:
    if code:
        codes.setdefault((field, code), []).append(place)


def _doubled(codes: dict[tuple[str, str], list[_Place]]) -> Iterator[tuple[int, TransferFinding]]:
    for (field, code), places in codes.items():
        if len(places) > 1 and not _is_said_of_the_dossiers(field, places):
            where = ", ".join(where for _, _, where in places)
            finding = TransferFinding("code-doubled", details={"field": field, "value": code, "where": where})
            for place in dict.fromkeys(place for place, _, _ in places):
                yield place, finding


def _is_said_of_the_dossiers(field: str, places: list[_Place]) -> bool:
    """Tell whether several dossiers with one code are the cause: their documents' codes are then no news."""
    dossiers, codes = {place for place, _, _ in places}, {code for _, code, _ in places}
    return field in {"docCode", "docId"} and len(dossiers) > 1 and len(codes) == 1 and codes != {""}
