"""All papers of a transfer batch, each to its file: the sender's, and those of the receiving archive."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.papers import receipt_forms, receipt_lists, transfer_forms, transfer_lists
from pipeline.papers.listing import Listing, paper, paper_of_all
from pipeline.papers.receipt_amounts import counted
from pipeline.papers.sheet import Paper
from pipeline.papers.workbook import write_workbook
from pipeline.transfer.values import ONLINE, Manifest, Received

# Word needs minutes to open a document of more rows; such lists of documents are written for Excel only.
MOST_ROWS_IN_WORD = 20_000
_DIRECT = "bien-ban-thu-nop-truc-tiep"
_DOCUMENTS = "muc-luc-van-ban"
_DOCUMENTS_TITLE = "Mục lục văn bản, tài liệu trong hồ sơ"


def write_all(manifest: Manifest, folder: Path) -> tuple[Path, ...]:
    """Write the sender's papers into a folder that is there: lists for Word and Excel, letters and minutes for Word.

    Raises:
        OSError: A file cannot be written.
    """
    lists = (
        transfer_lists.dossiers_handed_over(manifest),
        transfer_lists.packages_handed_over(manifest),
        transfer_lists.paper_dossiers(manifest),
        transfer_lists.conditional_access(manifest),
        receipt_lists.left_out(manifest),
    )
    forms = {
        "van-ban-de-nghi-nop": transfer_forms.request_letter(manifest),
        "phieu-dang-ky-nop": transfer_forms.registration(manifest),
        "bien-ban-giao-nhan": transfer_forms.hand_over_minutes(manifest),
    }
    if not _is_online(manifest):
        forms[_DIRECT] = transfer_forms.direct_transfer_minutes(manifest)
    written = [path for each in lists for path in _write_list(each, folder)]
    written += _write_documents(manifest, folder)
    return (*written, *_write_forms(forms, folder))


def write_received(received: Received, folder: Path) -> tuple[Path, ...]:
    """Write the papers of the receiving archive into a folder that is there.

    Raises:
        OSError: A file cannot be written.
    """
    failed, doubled = receipt_lists.not_passed(received), receipt_lists.doubled(received)
    with_both = paper(doubled)
    receipt_lists.side_by_side(with_both, received.doubled)
    forms = {
        "bien-ban-giao-nhan": receipt_forms.hand_over(received),
        "bao-cao-xu-ly-nghiep-vu": receipt_forms.processing_report(received),
        "bien-ban-thu-nop-sau-phe-duyet": receipt_forms.minutes_after_approval(received),
        "bien-ban-ho-so-tra-lai": receipt_forms.returned_minutes(received),
        doubled.stem: with_both,
    }
    if not _is_online(received.manifest):
        count = counted(received)
        forms[_DIRECT] = transfer_forms.direct_transfer_minutes(received.manifest, count.delivered, count.size_bytes)
    written = [*_write_list(failed, folder), _write_sheets(folder, doubled.stem, (doubled,))]
    return (*written, *_write_forms(forms, folder))


def _is_online(manifest: Manifest) -> bool:
    """Tell whether it is handed over on line: minutes of a direct transfer are then not made (Đ22.2.đ, Đ22.3)."""
    return manifest.declaration.way == ONLINE


def _write_documents(manifest: Manifest, folder: Path) -> Iterable[Path]:
    """Write the lists of documents: one page or more for each dossier, and one workbook of all."""
    if manifest.document_count <= MOST_ROWS_IN_WORD and manifest.dossiers:
        made = paper_of_all(_DOCUMENTS_TITLE, map(transfer_lists.documents_of, manifest.dossiers))
        yield _write(made, folder / f"{_DOCUMENTS}.docx")
    target = folder / f"{_DOCUMENTS}.xlsx"
    write_workbook(target, _DOCUMENTS_TITLE, transfer_lists.documents_of_all(manifest), new_pages=True)
    yield target


def _write_list(listing: Listing, folder: Path) -> Iterable[Path]:
    yield _write(paper(listing), folder / f"{listing.stem}.docx")
    yield _write_sheets(folder, listing.stem, (listing,))


def _write_sheets(folder: Path, stem: str, listings: tuple[Listing, ...]) -> Path:
    target = folder / f"{stem}.xlsx"
    write_workbook(target, " ".join(listings[0].title).capitalize(), listings)
    return target


def _write_forms(forms: dict[str, Paper], folder: Path) -> Iterable[Path]:
    for stem, made in forms.items():
        yield _write(made, folder / f"{stem}.docx")


def _write(made: Paper, target: Path) -> Path:
    made.write(target)
    return target
