"""Why a document of a set has no complete PDF, in the words of a list that is signed: which pages, and what they lack.

The set tells it in English too, with the decoder's own words; such finished text cannot be said in Vietnamese.
"""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.messages import marked, sentence
from pipeline.transfer.source import SetDocument

# Problem of a page, as batch.json has it -> what is said of all pages that have it.
_OF_PAGES: Mapping[str, str] = {
    "quarantined": marked("in quarantine: page {pages}"),
    "failed": marked("could not be processed: page {pages}"),
    "text-failed": marked("the text could not be read: page {pages}"),
    "text-timed-out": marked("the text could not be read in time: page {pages}"),
}
_UNKNOWN = "failed"


def why_incomplete(document: SetDocument, said: Sequence[str]) -> Iterator[str]:
    """Give the reasons, each a sentence of its own.

    Args:
        document: One that is not complete.
        said: What the set itself says of it; taken where no page of it has a problem.
    """
    pages: dict[str, list[int]] = {}
    for page, problem in document.gaps:
        pages.setdefault(_OF_PAGES.get(problem, _OF_PAGES[_UNKNOWN]), []).append(page)
    for template, numbers in pages.items():
        yield sentence(template, pages=", ".join(map(str, numbers)))
    if not pages:
        yield from said or ("-",)
