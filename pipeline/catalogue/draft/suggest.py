"""All suggestions for a document, from the words of its first page and other readings of its head."""

from pipeline.catalogue.draft.agency import suggest_agency
from pipeline.catalogue.draft.document_type import suggest_type
from pipeline.catalogue.draft.heading import find_heading
from pipeline.catalogue.draft.issue_date import suggest_date
from pipeline.catalogue.draft.language import suggest_language
from pipeline.catalogue.draft.letterhead import Letterhead, find_letterhead
from pipeline.catalogue.draft.number_symbol import suggest_number
from pipeline.catalogue.draft.spots import AGENCY, DATE, NUMBER, SUBJECT
from pipeline.catalogue.draft.subject import suggest_subject
from pipeline.catalogue.draft.values import IsPrinted, Looks, Suggestions
from pipeline.catalogue.folding import folded
from pipeline.model import Reading


def suggest(reading: Reading, looks: Looks, is_printed: IsPrinted) -> Suggestions:
    """Suggest values by field name; a page without a letterhead suggests its language alone.

    Args:
        reading: The page.
        looks: Other readings of the spots that `spots` names.
        is_printed: Tells printed digits from written ones.
    """
    found = {"language": suggest_language(reading)}
    head = find_letterhead(reading)
    if head is None:
        return found
    heading = find_heading(head, reading.width, reading.height)
    number, symbol = suggest_number(head.number, looks.get(NUMBER, ()), is_printed)
    about = () if heading.name else head.about
    return found | {
        "codeNumber": number,
        "codeNotation": symbol,
        "issuedDate": suggest_date(head.date, looks.get(DATE, ()), is_printed),
        "organName": suggest_agency(head.agency if _is_whole(head) else (), looks.get(AGENCY, ()), reading),
        "typeName": suggest_type(heading, symbol.value, has_about=bool(about), has_addressee=_is_addressed(head)),
        "subject": suggest_subject(heading.subject or about, looks.get(SUBJECT, ()), is_cut=heading.is_cut),
    }


def _is_whole(head: Letterhead) -> bool:
    """Tell whether more than a motto says that this is the head of a document."""
    return head.number is not None or head.date is not None


def _is_addressed(head: Letterhead) -> bool:
    return any(folded(piece.text).startswith("kinh gui") for piece in head.rest)
