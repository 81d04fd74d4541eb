"""The rules that can be judged on the lists alone: each sentence, the article it rests on, and what it holds up."""

from collections.abc import Mapping

from pipeline.catalogue.values import Effect, Rule
from pipeline.messages import marked

# Rules with this source are told with the pages of the field.
FIELDS = "Thông tư 05/2025/TT-BNV, Phụ lục I, III"
_CODES = "Thông tư 05/2025/TT-BNV, Phụ lục I tr. 70, 75-76, Phụ lục III tr. 213, 217-218"
_NAMES = "Thông tư 05/2025/TT-BNV Đ8.1.d"
_AGENCY = "Quyết định 20/2020/QĐ-TTg Đ4"
_RETENTION = "Thông tư 05/2025/TT-BNV, Phụ lục I tr. 70, 76, Phụ lục III tr. 213, 218"
_SECRECY = "Thông tư 05/2025/TT-BNV, Phụ lục III tr. 213, 221; Nghị định 30/2020/NĐ-CP Đ27"
_LINK = "Thông tư 05/2025/TT-BNV Đ9.4.đ, Đ29.3.c"
_INFERRED = "suy ra từ Thông tư 05/2025/TT-BNV, Phụ lục III tr. 213, 221 (gói hồ sơ chứa mọi tài liệu của hồ sơ)"
_LIST = "mục lục"


def _told(sentence: str, source: str = _LIST) -> Rule:
    return Rule(sentence, source, Effect.NOTHING)


def _firm(sentence: str, source: str = FIELDS, effect: Effect = Effect.SEALING) -> Rule:
    """Make a rule that nobody can waive: what breaks it cannot be written down as the law asks, or must not be."""
    return Rule(sentence, source, effect, can_be_waived=False)


_READING: Mapping[str, Rule] = {
    "unknown-heading": _told(
        marked("the heading '{heading}' is not known, so its column is not read; the nearest known one is '{near}'")
    ),
    "heading-twice": Rule(marked("'{heading}' and '{first}' are the same field; only '{first}' is read"), _LIST),
    "column-without-heading": _told(marked("column {letter} has no heading, so it is not read")),
    "sheet-not-read": _told(marked("the sheet has no headings of a list, so it is not read")),
    "row-not-read": _told(marked("the row holds only '{text}' and is taken for a heading within the list")),
    "empty-list": Rule(marked("the list has headings and no records"), _LIST),
    "formula-without-result": _firm(
        marked("the cell holds a formula without a result; open the list in a spreadsheet and save it"), _LIST
    ),
    "error-in-cell": _firm(marked("the cell holds the spreadsheet's error {value}"), _LIST),
    "code-became-date": _firm(
        marked("the spreadsheet turned the code into the date {value}; format the column as text, type it again"), _LIST
    ),
    "code-became-number": _told(
        marked("the code is kept as the number {value}; zeros at its end may be lost: format the column as text"), _LIST
    ),
    "old-font": _firm(
        marked("{cells} cells hold letters of an old font (TCVN3, VNI), the first '{value}'; turn them into Unicode"),
        "TCVN 6909:2001; Hướng dẫn 169/HD-VTLTNN",
    ),
}
_VALUES: Mapping[str, Rule] = {
    "not-in-code-list": _firm(marked("'{value}' is no value of '{label}'; allowed: {known}")),
    "old-retention": _firm(
        marked("'{value}' is a retention of former rules; say which of these it is now: {known}"), _RETENTION
    ),
    "not-a-date": _firm(marked("'{value}' is no possible date; write DD/MM/YYYY, MM/YYYY or YYYY")),
    "short-year": _firm(marked("'{value}' has a year of two digits; write all four")),
    "not-a-number": _firm(marked("'{value}' is no whole number")),
    "not-positive": Rule(marked("'{label}' is 0"), FIELDS),
    "sheets-or-pages": _firm(
        marked("{cells} cells, the first '{value}', do not say whether sheets or pages are counted; write 12/20, or "
               "name the column 'Số tờ' or 'Số trang'"),
        "Nghị định 30/2020/NĐ-CP, Phụ lục V",
    ),
    "too-long": _firm(marked("'{label}' has {letters} letters; the most are {most}")),
    "code-too-long": _firm(marked("with what is put before and after it, the code has {letters} letters; the most are "
                                  "{most}: {code}"), _CODES),
    "code-letters": Rule(
        marked("the code holds '{letters}', which is none of the letters A-Z, digits and signs of codes; waive this if "
               "it is meant so, the code is then kept as it is and its files are named {name}"),
        _NAMES,
    ),
    "code-lookalike": _firm(
        marked("'{letter}' ({name}) only looks like '{plain}'; type it again"), _CODES
    ),
    "agency-code-form": _firm(
        marked("'{value}' is no agency code: capital letters, digits and dots, a letter and digits first, at most "
               "{most} letters"),
        _AGENCY,
    ),
}  # fmt: skip
_ROWS: Mapping[str, Rule] = {
    "missing": Rule(marked("'{label}' is missing"), FIELDS),
    "missing-for-transfer": Rule(marked("'{label}' is missing, which a transfer asks for"), FIELDS, Effect.TRANSFER),
    "missing-told": _told(marked("'{label}' is not given"), FIELDS),
    "missing-everywhere": Rule(marked("no row gives '{label}', which {rows} rows need"), FIELDS),
    "missing-everywhere-for-transfer": Rule(
        marked("no row gives '{label}', which a transfer asks for ({rows} rows)"), FIELDS, Effect.TRANSFER
    ),
    "missing-everywhere-told": _told(marked("no row gives '{label}' ({rows} rows)"), FIELDS),
    "missing-often-told": _told(marked("{rows} rows do not give '{label}', the first is row {first}"), FIELDS),
    "digitized-needs": Rule(marked("'{label}' is missing; digitized dossiers must have it"), FIELDS),
    "status-needed": Rule(marked("'{label}' is missing; it must be given where riskRecovery is 1"), FIELDS),
    "status-not-needed": _told(marked("'{label}' is given although riskRecovery is 0"), FIELDS),
    "process-needed": Rule(marked("'{label}' is missing; electronic and mixed documents must have it"), FIELDS),
    "process-not-needed": Rule(marked("'{label}' is given; it is for electronic and mixed documents only"), FIELDS),
    "partial-date": Rule(
        marked("'{value}' is not a full date; a transfer takes DD/MM/YYYY only"), FIELDS, Effect.TRANSFER
    ),
    "dates-reversed": Rule(marked("the dossier ends ({end}) before it begins ({start})"), FIELDS),
    "date-outside-dossier": _told(
        marked("the document's date {value} lies outside its dossier's time, {start} to {end}"), FIELDS
    ),
    "not-permanent": Rule(
        marked("the retention is {value} ({words}); a transfer takes 01 (permanent) only"), _RETENTION, Effect.TRANSFER
    ),
    "retention-longer": _told(
        marked("the document is kept longer ({value}) than its dossier ({dossier})"), _RETENTION
    ),
    "secret": _firm(marked("the records are secret (03); they do not go into a normal batch"), _SECRECY,
                    Effect.SCANNING),
    "mode-too-open": Rule(
        marked("the dossier is public (01), {documents} of its documents are of conditional use (02), the first in row "
               "{first}: who gets the dossier gets these too"),
        _INFERRED, Effect.TRANSFER,
    ),
    "treatment-needed": _firm(
        marked("the records must be treated before they are scanned; enter 03 and the record of the treatment then"),
        "Thông tư 05/2025/TT-BNV Đ6.4", Effect.SCANNING,
    ),
    "treatment-without-record": Rule(
        marked("the records are said to be treated; '{label}' must name the record of it"),
        "Thông tư 05/2025/TT-BNV Đ6.4", Effect.SCANNING,
    ),
    "not-to-be-scanned": _firm(
        marked("risk class D: the records must not be digitized"), "Công văn 7197/BKHCN-CĐSQG", Effect.SCANNING
    ),
}  # fmt: skip
_LISTS: Mapping[str, Rule] = {
    "doubled-code": _firm(marked("the code stands in row {other} too"), _NAMES),
    "code-collision": _firm(
        marked("the code would give files the same name as '{code}' in row {other}"), _NAMES
    ),
    "doubled-id": _firm(
        marked("the id stands in row {other} too"), "Thông tư 05/2025/TT-BNV Đ22, Đ24; Phụ lục III tr. 217"
    ),
    "same-document": _told(
        marked("number, symbol, date and agency are those of row {other}"), "Nghị định 30/2020/NĐ-CP, Phụ lục VI"
    ),
    "document-code-form": Rule(
        marked("the code is not made of the dossier's code, a dot and seven digits: {expected}"), _CODES
    ),
    "document-code-ordinal": Rule(marked("the code ends in {found}, the row's ordinal is {ordinal}"), _CODES),
    "code-without-agency": _told(marked("the code does not begin with the agency's or fonds' code {code}"), _CODES),
    "code-with-archive": Rule(
        marked("the code begins with the archive's code {code}, which the packages put before it once more"), _CODES
    ),
    "code-year": _told(
        marked("the year {year} in the code is not within the dossier's time, {start} to {end}"), _CODES
    ),
    "dossier-not-listed": Rule(
        marked("the dossier '{code}' of {rows} documents is not in the list of dossiers; the nearest is '{near}'"),
        _LINK,
    ),
    "dossier-mistyped": Rule(
        marked("the dossier has no documents, and {rows} documents are of '{code}', which is no dossier of the list: "
               "one of the two codes is mistyped"),
        _LINK,
    ),
    "dossier-without-documents": Rule(marked("the list has no document of the dossier '{code}'"), _LINK),
    "total-differs": Rule(
        marked("the dossier's row says {total} documents, the list has {found}"),
        "Thông tư 05/2025/TT-BNV Đ9.8.b, Đ29.3.c",
    ),
}  # fmt: skip
FIELD_RULES: Mapping[str, Rule] = {**_READING, **_VALUES, **_ROWS, **_LISTS}
