"""What is wrong with a batch, in sentences a person understands; one for each thing that needs somebody."""

from collections.abc import Iterator

from pipeline.messages import Sentence, recorded, sentence
from pipeline.model import FAULTS, Fault, TextState
from pipeline.records.account import DocumentAccount, PageAccount
from pipeline.records.names import readable


def fault_sentence(fault: Fault) -> Sentence:
    """Say which scan cannot be used, and why."""
    path, reason = readable(fault.path), _reason(fault)
    if not fault.frame:
        return sentence("{path}: {reason}", path=path, reason=reason)
    return sentence("{path}, picture {number}: {reason}", path=path, number=fault.frame + 1, reason=reason)


def _reason(fault: Fault) -> Sentence:
    reason = sentence(FAULTS[fault.code])
    if not fault.detail:
        return reason
    return sentence("{reason} ({detail})", reason=reason, detail=recorded(fault.detail.rstrip(".")))


def account_problems(account: DocumentAccount) -> Iterator[Sentence]:
    """Say what is wrong with a document: each page that is not shown or not read, and its PDF."""
    for page in account.gaps:
        yield sentence("{path} (page {number} of {code}): {problem}", path=page.page.path, number=page.page.number,
                       code=account.code, problem=_page_problem(page))  # fmt: skip
    path = account.document.path
    if account.pdf is None and not any(page.is_shown for page in account.pages):
        yield sentence("{path}: no PDF, since none of its pages can be used", path=path)
    elif not account.pdf_is_good:
        results = [result for result in (account.pdf, account.verdict) if result]
        notes = "; ".join(note for result in results for note in result.notes)
        if notes:
            yield sentence("{path}: its PDF did not pass the checks: {notes}", path=path, notes=recorded(notes))
        else:
            yield sentence("{path}: its PDF did not pass the checks: no verdict", path=path)


def account_remarks(account: DocumentAccount) -> Iterator[Sentence]:
    """Say what should be known of a document though nothing is wrong with it."""
    for page in account.pages:
        if page.is_shown:
            for result in page.results.values():
                if result.state.value == "done":
                    for note in result.notes:
                        yield sentence("{path}: {note}", path=page.page.path, note=recorded(note))


def _page_problem(page: PageAccount) -> Sentence:
    if page.fault:
        return sentence("in quarantine: {reason}", reason=_reason(page.fault))
    notes = recorded("; ".join(note for result in page.results.values() for note in result.notes))
    if not page.is_shown:
        return sentence("could not be processed: {notes}", notes=notes)
    if page.text_state is not TextState.TIMED_OUT:
        return sentence("its picture is in the PDF, its text could not be read: {notes}", notes=notes)
    if not notes:
        return sentence("its picture is in the PDF, its text is not: reading took too long")
    return sentence("its picture is in the PDF, its text is not: {notes}", notes=notes)
