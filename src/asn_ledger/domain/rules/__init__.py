"""The regulations as dated, citable predicates (R-…) over facts. This list is all of them."""

from collections.abc import Mapping

from asn_ledger.domain.events import EVENT_TYPES, Event
from asn_ledger.domain.rules import (
    acting,
    appraisal,
    considerations,
    contracts,
    duty,
    functional,
    identity,
    interruption,
    organisation,
    points,
    posts,
    rank,
    retirement,
    salary,
    service,
    signing,
    training,
)
from asn_ledger.domain.rules.rule import Case, Rule, Severity

RULES: tuple[Rule, ...] = (
    *organisation.RULES,
    *signing.RULES,
    *identity.RULES,
    *service.RULES,
    *posts.RULES,
    *rank.RULES,
    *acting.RULES,
    *appraisal.RULES,
    *retirement.RULES,
    *contracts.RULES,
    *functional.RULES,
    *duty.RULES,
    *salary.RULES,
    *interruption.RULES,
    *training.RULES,
    *considerations.RULES,
    *points.RULES,
)

BY_EVENT: Mapping[type[Event], tuple[Rule, ...]] = {
    event: tuple(rule for rule in RULES if event in rule.applies_to) for event in EVENT_TYPES.values()
}
"""The rules that apply to each type of event."""

BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in sorted(RULES, key=lambda rule: rule.version)}
"""The last version of each rule: its titles in both languages and its source."""

__all__ = ["BY_EVENT", "BY_ID", "RULES", "Case", "Rule", "Severity"]
