"""All rules on lists by key, and what is said of a finding: sentence, place, article."""

from collections.abc import Iterable, Mapping

from pipeline.catalogue.rules.field_rules import FIELD_RULES, FIELDS
from pipeline.catalogue.rules.match_rules import MATCH_RULES
from pipeline.catalogue.values import Effect, ListFinding, Rule
from pipeline.messages import Sentence, sentence

RULES: Mapping[str, Rule] = {**FIELD_RULES, **MATCH_RULES}


def said(finding: ListFinding) -> Sentence:
    """Give what is wrong, as a sentence that can be said in any language."""
    return sentence(RULES[finding.rule].sentence, **finding.details)


def article_of(finding: ListFinding) -> str:
    """Give the article that the rule rests on, with the pages of the field where a field is meant."""
    source, pages = RULES[finding.rule].source, finding.details.get("pages")
    return f"{source}, {pages}" if pages and source == FIELDS else source


def effect_of(finding: ListFinding) -> Effect:
    """Give what the finding holds up."""
    return RULES[finding.rule].effect


def holding_up(findings: Iterable[ListFinding]) -> tuple[ListFinding, ...]:
    """Give the findings that hold something up; the others are only told."""
    return tuple(finding for finding in findings if effect_of(finding) is not Effect.NOTHING)
