"""What one check of a copy found, as lines for a person."""

from collections import defaultdict
from collections.abc import Iterator

from pipeline.cli.show import plain
from pipeline.copies.checking import Checked
from pipeline.messages import marked, recorded, translate, translated
from pipeline.verify import Finding, Verdict

_SENTENCES = {
    "whole": marked("Whole: every listed file is there and every byte agrees with the lists."),
    "part-read": marked("Nothing was found in the part that was read: this says nothing about the rest."),
    "contents-not-read": marked("Nothing was found, but the contents were not read: this says nothing about them."),
    "findings": marked("Not as it was sealed."),
    "no-verdict": marked("No verdict: not everything could be judged."),
}
_COUNTED_SENTENCES = {
    "findings": marked("Not as it was sealed: {counts}."),
    "no-verdict": marked("No verdict: not everything could be judged: {counts}."),
}
_COUNTS = {
    "damaged": marked("{number} damaged"),
    "missing": marked("{number} missing"),
    "moved": marked("{number} moved"),
    "unexpected": marked("{number} unexpected"),
    "older-generation": marked("{number} older-generation"),
    "history-broken": marked("{number} history-broken"),
    "unreadable": marked("{number} unreadable"),
    "wrong-medium": marked("{number} wrong-medium"),
    "medium-absent": marked("{number} medium-absent"),
}
_HEADINGS = {
    "damaged": marked("damaged ({number})"),
    "missing": marked("missing ({number})"),
    "moved": marked("moved ({number})"),
    "unexpected": marked("unexpected ({number})"),
    "older-generation": marked("older-generation ({number})"),
    "history-broken": marked("history-broken ({number})"),
    "unreadable": marked("unreadable ({number})"),
    "wrong-medium": marked("wrong-medium ({number})"),
    "medium-absent": marked("medium-absent ({number})"),
    "notices": marked("notices ({number})"),
    "no verdict for": marked("no verdict for ({number})"),
}


def render(checked: Checked) -> Iterator[str]:
    """Yield the lines that tell a person what one check found: class by class, every file on a line of its own."""
    verdict = checked.verdict
    yield plain(f"{verdict.copy} ({checked.medium.code})" if checked.medium else verdict.copy)
    classes: dict[str, list[str]] = defaultdict(list)
    for finding in verdict.findings:
        classes[finding.kind].append(_describe(finding))
    classes["notices"] = [f"{remark.path}: {_said(remark.detail)}" for remark in verdict.notices]
    classes["no verdict for"] = [f"{remark.path}: {_said(remark.detail)}" for remark in verdict.unjudged]
    for name, lines in classes.items():
        if lines:
            yield f"  {translate(_HEADINGS[name], number=len(lines))}"
            yield from (f"    {plain(line)}" for line in lines)
    yield f"  {_said(verdict.covered)}"
    yield from (f"  {plain(line)}" for line in _rolling(checked))
    yield f"  {_sentence(verdict)}"
    yield from (f"  {plain(line)}" for line in _recorded(checked))


def _said(text: str) -> str:
    return translated(recorded(text))


def _describe(finding: Finding) -> str:
    parts = [
        translate("expected {value}", value=_said(finding.expected)) if finding.expected else "",
        translate("found {value}", value=_said(finding.found)) if finding.found else "",
        _said(finding.detail),
    ]
    text = ", ".join(part for part in parts if part)
    return f"{finding.path}: {text}" if text else finding.path


def _sentence(verdict: Verdict) -> str:
    counts = ", ".join(translate(_COUNTS[name], number=count) for name, count in verdict.counts.items() if count)
    template = _COUNTED_SENTENCES.get(verdict.outcome)
    if template is None:
        return translate(_SENTENCES[verdict.outcome])
    sentence = translate(template, counts=counts) if counts else translate(_SENTENCES[verdict.outcome])
    return f"{sentence} {translate('The contents were not read.')}" if verdict.quick else sentence


def _rolling(checked: Checked) -> Iterator[str]:
    """Say when what was not read now was last read, and whether every byte is read often enough."""
    standing = checked.standing
    if standing is None or checked.verdict.contents_read:
        return
    if standing.oldest:
        yield translate("The rest was last read and found right between {oldest} and {newest}.",
                        oldest=standing.oldest, newest=standing.newest)  # fmt: skip
    if standing.never_files:
        yield translate("{files} files, {bytes} bytes were never read here and found right.",
                        files=standing.never_files, bytes=standing.never_bytes)  # fmt: skip
    if standing.since:
        yield translate("Every byte was read and found right since {since}.", since=standing.since)
    if standing.overdue_files:
        yield translate("Due: {files} files, {bytes} bytes were not read since {before}.", files=standing.overdue_files,
                        bytes=standing.overdue_bytes, before=checked.due_before)  # fmt: skip
    if checked.rounds:
        yield translate("{number} checks as long as this one read everything.", number=checked.rounds)


def _recorded(checked: Checked) -> Iterator[str]:
    done = checked.recorded
    if done is None:
        return
    number = done.record.number
    if done.on_medium and done.in_register:
        yield translate("Recorded as number {number} beside the copy and in the register.", number=number)
    elif done.on_medium:
        yield translate("Recorded as number {number} beside the copy.", number=number)
    else:
        yield translate("Recorded as number {number} in the register alone.", number=number)
