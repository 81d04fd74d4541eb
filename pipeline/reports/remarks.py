"""What must be told beside the numbers: one sentence for each kind, with how many and which."""

from collections.abc import Mapping

from pipeline.messages import Sentence, marked, sentence

SHOWN = 10

# In the order in which they are told. Each is shown on the terminal and in the papers.
SENTENCES: Mapping[str, str] = {
    "no-register": marked("there is no register of copies: nothing counts as insured ({number} sets: {names})"),
    "set-unknown": marked("the register knows no copy of {number} sets; they are not insured: {names}"),
    "set-lacks-copies": marked("{number} sets lack good copies on independent media and are not insured; the list of "
                               "dossiers in the workbook says what is lacking: {names}"),
    "set-not-named": marked("the register knows {number} sets that this report was not given: {names}"),
    "list-unclear": marked("in {number} lists something could not be understood (sohoa list check): {names}"),
    "no-record": marked("{number} dossiers of sets have no record: no list described them: {names}"),
    "no-reason": marked("{number} dossiers state no reason for an insurance copy; they are counted apart: {names}"),
    "no-reason-left-out": marked("{number} dossiers state no reason for an insurance copy; they are left out: {names}"),
    "unknown-reason": marked("{number} dossiers state a reason that the settings do not know; counted as not stated: "
                             "{names}"),
    "reasons-differ": marked("lists and sets state different reasons for {number} dossiers; the newest set's holds: "
                             "{names}"),
    "not-to-be-insured": marked("{number} dossiers are listed as needing no backup (riskRecovery 0); they are left "
                                "out: {names}"),
    "reason-left-out": marked("{number} dossiers have a reason that is not reported, by the settings: {names}"),
    "against-maintenance": marked("the retention of {number} dossiers does not agree with their reason: {names}"),
    "against-condition": marked("the physical state of {number} dossiers does not agree with their reason: {names}"),
    "listed-twice": marked("{number} dossiers stand more than once in the lists; each is counted once: {names}"),
    "no-code": marked("{number} dossiers of lists have no code; one counted twice would not be noticed: {names}"),
    "no-counts": marked("the lists lack the number of documents or of pages of {number} dossiers; what is lacking "
                        "counts as 0: {names}"),
    "in-several-sets": marked("{number} dossiers stand in several sets; each is counted once: {names}"),
    "sets-differ": marked("sets of the same age differ in the pages of {number} dossiers; the most pages are counted: "
                          "{names}"),
    "incomplete": marked("{number} dossiers are incomplete in their sets and do not count as digitized: {names}"),
    "digitized-undated": marked("when {number} dossiers were digitized is not known; they count in all, in no year: "
                                "{names}"),
    "digitized-later": marked("{number} dossiers were digitized after the year and count as not digitized: {names}"),
    "treated-undated": marked("when {number} dossiers were treated is not known; they count in all, in no year: "
                              "{names}"),
    "treated-later": marked("{number} dossiers were treated after the year and count as to be treated: {names}"),
    "insured-undated": marked("since when {number} dossiers are insured is not known; they count in all, in no year: "
                              "{names}"),
    "insured-later": marked("{number} dossiers were insured after the year and count as not insured: {names}"),
    "former-insured": marked("of {number} dossiers only copies of a former set are good; they count as not insured: "
                             "{names}"),
}  # fmt: skip


class Remarks:
    """Collects what is to be told; a name is told once for each kind."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._names: dict[str, dict[str, None]] = {}

    def add(self, kind: str, name: str) -> None:
        """Note one name of a kind of `SENTENCES`."""
        self._names.setdefault(kind, {})[name] = None

    def number(self, kind: str) -> int:
        """Tell how many names of a kind were noted."""
        return len(self._names.get(kind, ()))

    def sentences(self) -> tuple[Sentence, ...]:
        """Give one sentence for each kind, with the first names."""
        return tuple(
            sentence(template, number=self.number(kind), names=listed(list(self._names[kind])))
            for kind, template in SENTENCES.items()
            if kind in self._names
        )


def listed(names: list[str]) -> str:
    """Join the first names; how many more there are is said."""
    shown = ", ".join(names[:SHOWN])
    return f"{shown}, … (+{len(names) - SHOWN})" if len(names) > SHOWN else shown
