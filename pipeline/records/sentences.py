"""What is wrong with a batch, in sentences a person understands; one for each thing that needs somebody."""

from collections.abc import Iterator

from pipeline.model import FAULTS, Fault, TextState
from pipeline.records.account import DocumentAccount, PageAccount
from pipeline.records.names import readable


def fault_sentence(fault: Fault) -> str:
    """Say which scan cannot be used, and why."""
    path = readable(fault.path)
    place = path if not fault.frame else f"{path}, picture {fault.frame + 1}"
    return f"{place}: {_reason(fault)}"


def _reason(fault: Fault) -> str:
    detail = f" ({fault.detail.rstrip('.')})" if fault.detail else ""
    return FAULTS[fault.code] + detail


def account_problems(account: DocumentAccount) -> Iterator[str]:
    """Say what is wrong with a document: each page that is not shown or not read, and its PDF."""
    for page in account.gaps:
        yield f"{page.page.path} (page {page.page.number} of {account.code}): {_page_problem(page)}"
    if account.pdf is None and not any(page.is_shown for page in account.pages):
        yield f"{account.document.path}: no PDF, since none of its pages can be used"
    elif not account.pdf_is_good:
        results = [result for result in (account.pdf, account.verdict) if result]
        notes = "; ".join(note for result in results for note in result.notes)
        yield f"{account.document.path}: its PDF did not pass the checks: {notes or 'no verdict'}"


def account_remarks(account: DocumentAccount) -> Iterator[str]:
    """Say what should be known of a document though nothing is wrong with it."""
    for page in account.pages:
        if page.is_shown:
            for result in page.results.values():
                if result.state.value == "done":
                    yield from (f"{page.page.path}: {note}" for note in result.notes)


def _page_problem(page: PageAccount) -> str:
    if page.fault:
        return f"in quarantine: {_reason(page.fault)}"
    notes = "; ".join(note for result in page.results.values() for note in result.notes)
    if not page.is_shown:
        return f"could not be processed: {notes}"
    if page.text_state is TextState.TIMED_OUT:
        return f"its picture is in the PDF, its text is not: {notes or 'reading took too long'}"
    return f"its picture is in the PDF, its text could not be read: {notes}"
