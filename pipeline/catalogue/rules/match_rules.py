"""The rules on lists and folders together: every record has its files, every file its record, and the counts agree."""

from collections.abc import Mapping

from pipeline.catalogue.values import Effect, Rule
from pipeline.messages import marked

_LINK = "Thông tư 05/2025/TT-BNV Đ9.4.đ, Đ29.3.c"
_COUNT = "Thông tư 05/2025/TT-BNV Đ9.8.b, Đ29.3.c"
_HANDED_OVER = "Thông tư 05/2025/TT-BNV Đ9.1.c, Đ9.4.e"
_ORDER = "Thông tư 05/2025/TT-BNV Đ6.2-3"
_ORDINAL = "Thông tư 05/2025/TT-BNV Đ8.1.d; Phụ lục III tr. 218"
_SECRECY = "Nghị định 30/2020/NĐ-CP Đ27; Thông tư 05/2025/TT-BNV tr. 71, 213"

MATCH_RULES: Mapping[str, Rule] = {
    "dossier-without-folder": Rule(
        marked("the list has the dossier '{code}', the scan folder has no folder for it"), _LINK
    ),
    "folder-without-row": Rule(marked("the folder '{folder}' belongs to no dossier of the list"), _LINK),
    "mistyped": Rule(
        marked("the list has '{written}', the scan folder '{found}': one of the two looks mistyped"), _LINK
    ),
    "claimed-twice": Rule(marked("the row names '{name}', and so does row {other}"), _LINK),
    "document-without-file": Rule(
        marked("the list has document {ordinal} of the dossier '{code}', the folder has no file for it"), _LINK
    ),
    "file-without-row": Rule(marked("the file or folder '{file}' belongs to no document of the list"), _LINK),
    "pictures-taken-for-one": Rule(
        marked(
            "the {pages} single pictures that lie straight in the folder '{folder}' are taken for one document, and "
            "the list has several for them; put each document into a folder of its own, or make one PDF of it"
        ),
        _LINK,
    ),
    "documents-unmatched": Rule(
        marked(
            "the dossier '{code}' has {rows} rows and {files} documents in its folder, and no name or number says "
            "which belong together; write the file names into the list, or the ordinals into the file names"
        ),
        _LINK,
    ),
    "list-of-documents-missing": Rule(
        marked("the list has no documents; add them, or waive this where only dossiers are to be described"), _LINK
    ),
    "pages-differ": Rule(marked("the list has {listed} pages, {scanned} were scanned ({blank} of them blank)"), _COUNT),
    "pages-uncounted": Rule(
        marked("the number of pages cannot be told, since '{file}' cannot be opened; scan it again"), _COUNT
    ),
    "pages-not-looked-at": Rule(
        marked(
            "in {documents} documents the counts agree only if some of the scanned pages are blank; 'sohoa check' "
            "looks at the pages"
        ),
        _COUNT,
        Effect.NOTHING,
    ),
    "blank-pages-left-out": Rule(
        marked("in {documents} documents the list leaves the blank pages out; without them the counts agree"),
        _COUNT,
        Effect.NOTHING,
    ),
    "sheets-impossible": Rule(
        marked("{sheets} sheets cannot have {pages} pages: a sheet has one or two"), _HANDED_OVER
    ),
    "total-of-documents-differs": Rule(
        marked("the dossier has {total} documents by its row, its folder holds {found}"), _COUNT
    ),
    "total-of-pages-differs": Rule(
        marked("the dossier has {total} pages by its own row, and its documents together {found}"), _COUNT
    ),
    "total-of-sheets-differs": Rule(
        marked("the dossier has {total} sheets by its own row, and its documents together {found}"), _HANDED_OVER
    ),
    "order-differs": Rule(
        marked("the documents of the dossier '{code}' are not in the order of the files' numbers"), _ORDER
    ),
    "ordinal-doubled": Rule(
        marked("the ordinal {ordinal} stands twice in the dossier '{code}'"), _ORDINAL, can_be_waived=False
    ),
    "ordinals-missing": Rule(marked("in the dossier '{code}' the ordinals leave out {missing}"), _ORDINAL),
    "said-twice": Rule(marked("batch.toml says '{said}' for '{subject}', the list says '{listed}'"), _LINK),
    "batch-date-missing": Rule(
        marked("the packages carry the date of the batch; write it into batch.toml as date = 2026-01-31"),
        "Thông tư 05/2025/TT-BNV, Phụ lục I tr. 39",
        Effect.TRANSFER,
    ),
    "secrecy-stamp": Rule(
        marked("the page bears the stamp {stamp} ({pages}): the normal batch ends here; see what law and office say"),
        _SECRECY,
    ),
    "declassified": Rule(
        marked("the page bears the stamp {stamp} ({pages}); keep the decision on it with the dossier"),
        _SECRECY,
        Effect.NOTHING,
    ),
    "waiver-unused": Rule(
        marked("the waiver of '{waived}' for '{subject}' in batch.toml meets no finding: take it out, or mend it"),
        "batch.toml",
        Effect.NOTHING,
    ),
    "waiver-refused": Rule(
        marked("'{waived}' cannot be waived; put it right in the list"),
        "batch.toml",
        Effect.NOTHING,
    ),
}
