"""Which spots of a first page are worth another look, and how each is laid out."""

from collections.abc import Mapping

from pipeline.catalogue.draft.heading import Heading
from pipeline.catalogue.draft.letterhead import Letterhead, around
from pipeline.catalogue.draft.values import Box

# In heights of a usual word: room round a row of the head, and round lines of text.
_ROOM, _TEXT_ROOM = 0.45, 0.3
NUMBER, DATE, AGENCY, SUBJECT = "number", "date", "agency", "subject"
# Rows of one line each; the others are blocks of lines.
ROWS = (NUMBER, DATE)


def spots(head: Letterhead, heading: Heading) -> Mapping[str, Box]:
    """Give the box of each spot that the page has, in its pixels."""
    height = head.motto.height
    found: dict[str, Box] = {}
    if head.number:
        x0, y0, x1, y1 = around((head.number,), _ROOM * height)
        # A number that was overlooked stands in front of the symbol or behind "Số:", not beyond the row's ends.
        found[NUMBER] = x0, y0, min(x1, head.date.box[0]) if head.date else x1, y1
    if head.date:
        x0, y0, x1, y1 = around((head.date,), _ROOM * height)
        found[DATE] = max(x0, head.number.box[2]) if head.number else x0, y0, x1, y1
    for name, pieces in ((AGENCY, head.agency), (SUBJECT, heading.subject or head.about)):
        if pieces:
            found[name] = around(pieces, _TEXT_ROOM * height)
    return found
