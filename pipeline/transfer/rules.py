"""What may not be handed over, and by which article: the rules, and the sentence for a finding."""

from collections.abc import Mapping

from pipeline.catalogue.values import Effect, Rule
from pipeline.messages import Sentence, marked, sentence
from pipeline.transfer.values import TransferFinding

_TT05 = "Thông tư 05/2025/TT-BNV"


def _rule(template: str, source: str) -> Rule:
    return Rule(template, source, Effect.TRANSFER, can_be_waived=False)


RULES: Mapping[str, Rule] = {
    "declaration-missing": _rule(
        marked("batch.toml does not say '{key}'"),
        f"{_TT05}, Điều 20 khoản 3 điểm {{letter}}",
    ),
    "declaration-wrong": _rule(
        marked("batch.toml: '{key}' is '{value}'; write {wanted}"),
        f"{_TT05}, Điều 20 khoản 3 điểm {{letter}}",
    ),
    "date-missing": _rule(
        marked("batch.toml does not say '{key}'; the packages carry it as the time they were made"),
        f"{_TT05}, Phụ lục III, trang 188",
    ),
    "attachment-missing": _rule(
        marked("batch.toml: '{key}' names '{value}', which is not in the set"),
        f"{_TT05}, Điều 22 khoản 1 điểm a",
    ),
    "set-without-lists": _rule(
        marked("the set was sealed without lists [mục lục]; nothing is handed over without records"),
        f"{_TT05}, Điều 20 khoản 3 điểm k",
    ),
    "no-list": _rule(
        marked("no list describes the dossier; nothing is handed over without its record"),
        f"{_TT05}, Điều 20 khoản 3 điểm k",
    ),
    "document-without-list": _rule(
        marked("no list describes the document; nothing is handed over without its record"),
        f"{_TT05}, Điều 20 khoản 3 điểm k",
    ),
    "nothing-left": _rule(
        marked("no dossier of the set can be handed over"),
        f"{_TT05}, Điều 20 khoản 3 điểm g",
    ),
    "dossier-failed": _rule(
        marked("it has no package: {why}"),
        f"{_TT05}, Điều 25 khoản 1 điểm a",
    ),
    "document-incomplete": _rule(
        marked("the document has no complete PDF: {why}"),
        f"{_TT05}, Điều 9 khoản 8 điểm b",
    ),
    "no-documents": _rule(
        marked("the dossier has no document"),
        f"{_TT05}, Phụ lục III, trang 185",
    ),
    "field-missing": _rule(
        marked("'{field}' [{label}] is empty"),
        f"{_TT05}, trang {{pages}}",
    ),
    "not-permanent": _rule(
        marked("'{field}' [{label}] is {value}; only records that are kept for ever (01) are handed over"),
        f"{_TT05}, trang {{pages}}",
    ),
    "secret": _rule(
        marked("'{field}' [{label}] is 03 [Mật]: what is secret is handed over only after it was declassified"),
        f"{_TT05}, trang {{pages}}",
    ),
    "date-not-full": _rule(
        marked("'{field}' [{label}] is '{value}'; a SIP has dates as DD/MM/YYYY only"),
        f"{_TT05}, trang {{pages}}",
    ),
    "no-date": _rule(
        marked("'{field}' [{label}] is '{value}', which is no date"),
        f"{_TT05}, trang {{pages}}",
    ),
    "backup-state-missing": _rule(
        marked("'riskRecoveryStatus' is empty although 'riskRecovery' is 1 [Có]"),
        f"{_TT05}, trang {{pages}}",
    ),
    "digitized-field-missing": _rule(
        marked("'{field}' [{label}] is empty although the dossier was digitized"),
        f"{_TT05}, trang {{pages}}",
    ),
    "missing-for-transfer": Rule(
        marked("'{field}' [{label}] is empty, which a transfer asks for"),
        f"{_TT05}, trang {{pages}}",
        Effect.TRANSFER,
    ),
    "mode-too-open": Rule(
        marked("the dossier is public (01) and {documents} of its documents are of conditional use (02)"),
        f"{_TT05}, trang 213, 221",
        Effect.TRANSFER,
    ),
    "code-doubled": _rule(
        marked("'{field}' {value} stands at several places of the batch: {where}"),
        f"{_TT05}, Điều 24 khoản 1 điểm a",
    ),
    "value-too-long": _rule(
        marked("'{field}' [{label}] has {letters} letters, {most} at most are allowed"),
        f"{_TT05}, trang {{pages}}",
    ),
    "code-unknown": _rule(
        marked("'{field}' [{label}] is '{value}', which is no code of the list"),
        f"{_TT05}, trang {{pages}}",
    ),
    "no-number": _rule(
        marked("'{field}' [{label}] is '{value}', which is no number"),
        f"{_TT05}, trang {{pages}}",
    ),
    "no-aip": _rule(
        marked("the set holds no AIP of the dossier"),
        f"{_TT05}, Điều 17 khoản 1 điểm a",
    ),
}  # fmt: skip


def say(finding: TransferFinding) -> Sentence:
    """Say what is wrong, and by which article; of which dossier and document stands beside it."""
    rule = RULES[finding.rule]
    what = sentence(rule.sentence, **{name: finding.details[name] for name in _names(rule.sentence, finding)})
    return sentence("{what} ({source})", what=what, source=rule.source.format(**finding.details))


def _names(template: str, finding: TransferFinding) -> list[str]:
    return [name for name in finding.details if f"{{{name}}}" in template]
