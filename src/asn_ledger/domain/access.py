"""Who may do and see what: a pure table (UU 27/2022 Ps 16, 36; UU 14/2008 Ps 17(h)).

The public sees who held the posts above the publication threshold; below it the post and whether it is filled. Nobody
outside the office and its auditors learns why a tenure ended, or that a restricted fact exists.
"""

from datetime import date
from enum import Enum
from typing import Literal

from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.codes import PostKind, UnitKind

Role = Literal["public", "office", "auditor", "operator"]


class Act(Enum):
    """What somebody may want to do."""

    READ_PUBLIC = "read what is public"
    READ_PEOPLE = "read careers, names and NIPs"
    READ_RESTRICTED = "read why a tenure ended, appraisals, separations"
    READ_RECORD = "see who recorded and confirmed, and what the rules said"
    READ_PAYLOADS = "see payloads and header parts of any entry"
    SEARCH_PEOPLE = "search people"
    DRY_RUN = "judge a decree without recording it"
    RECORD = "record a decree"
    CONFIRM = "confirm a signed decree that somebody else recorded"


_PUBLIC = frozenset({Act.READ_PUBLIC})
_READS = _PUBLIC | {Act.READ_PEOPLE, Act.READ_RESTRICTED, Act.READ_RECORD, Act.READ_PAYLOADS, Act.SEARCH_PEOPLE}

ALLOWED: dict[Role, frozenset[Act]] = {
    "public": _PUBLIC,
    "auditor": _READS,
    "office": _READS | {Act.DRY_RUN, Act.RECORD, Act.CONFIRM},
    "operator": _READS | {Act.DRY_RUN, Act.RECORD, Act.CONFIRM},
}


def may(role: Role, act: Act) -> bool:
    """Whether the table allows it."""
    return act in ALLOWED[role]


def holder_named(
    role: Role,
    regulations: Regulations,
    day: date,
    *,
    kind: PostKind,
    unit_kind: UnitKind | None,
    leads_unit: bool,
    named_publicly: bool | None = None,
) -> bool:
    """Whether this reader learns who held such a post on a day; a post may be marked by itself, above any threshold.

    `kind` is the kind of the post then, `unit_kind` that of its unit, `leads_unit` whether its holder heads the unit.
    """
    if may(role, Act.READ_PEOPLE):
        return True
    if named_publicly is not None:
        return named_publicly
    threshold = regulations.published(day)
    if threshold is None:
        return False
    return kind in threshold.kinds or (leads_unit and unit_kind is not None and unit_kind in threshold.heads_of)
