"""What of a fact evidence shows: its header's parts, its payload, and the keys of which sealed fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from asn_ledger.domain.access import Act
from asn_ledger.domain.events import EVENT_TYPES, ReplacingAct
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.proof.evidence import Kind
from asn_ledger.readmodels.projection import types_read
from asn_ledger.readmodels.sameness import SAMENESS
from asn_ledger.web.asking import Question
from projections.position_history import POSITION_HISTORY

OF_TENURES = frozenset({*types_read([POSITION_HISTORY]), *SAMENESS})
"""The events that say who held a post."""

_PUBLIC = frozenset(
    {
        "post.appointed.v1",
        "post.transferred.v1",
        "post.inaugurated.v1",
        "post.created.v1",
        "post.renamed.v1",
        "post.reclassified.v1",
        "post.moved.v1",
        "post.succeeded.v1",
        "post.abolished.v1",
        "workload.set.v1",
    }
)
"""The events whose payloads hold nothing but what is public of a post above the publication threshold.

Of all others the public sees type and date, as the post's chain needs them: a payload may name a reason, what a person
was before, or, in an act, other people.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one fact beside its entry and `act`.

    Args:
        person: the part of the header with the running numbers of people.
        record: the part that says how it came into the ledger.
        payload: what it says.
        opens: the categories of sealed values whose keys are given.
    """

    person: bool
    record: bool
    payload: bool
    opens: frozenset[Category] = frozenset()


def shown_to_public(type_name: str) -> Shown:
    """What the public sees of a fact on a post: the post's own chain, never a person's."""
    opens = frozenset({Category.IDENTITY})
    return Shown(person=False, record=False, payload=type_name in _PUBLIC, opens=opens)


def shown_to_auditor(question: Question, kind: Kind, type_name: str, *, own: bool) -> Shown:
    """What whoever may see payloads sees of a fact; `own`: it is about what was asked for, not about a holder of it."""
    if not own:
        return Shown(person=True, record=False, payload=type_name in OF_TENURES)
    allowed = {
        Category.IDENTITY: Act.READ_PEOPLE,
        Category.CONTACT: Act.READ_PEOPLE,
        Category.RESTRICTED: Act.READ_RESTRICTED,
    }
    opens = frozenset(category for category, act in allowed.items() if question.may(act))
    shown = Shown(person=True, record=question.may(Act.READ_RECORD), payload=True, opens=opens)
    return replace(shown, opens=opens & {Category.IDENTITY}) if kind == "post" else shown


def sealed_fields(
    type_name: str, payload: Mapping[str, Any], opens: frozenset[Category], inside: str = ""
) -> dict[str, str]:
    """The sealed fields of a stored payload (Any: JSON) of some categories, each with the id of its key."""
    kind = EVENT_TYPES[type_name]
    found = {
        inside + name: str(payload[name]["key"])
        for name, category in kind.SEALED.items()
        if category in opens and payload.get(name) is not None
    }
    within = payload.get(ReplacingAct.EMBEDDED) if issubclass(kind, ReplacingAct) else None
    if within is not None:
        found |= sealed_fields(within["type"], within["payload"], opens, f"{inside}{ReplacingAct.EMBEDDED}.")
    return found
