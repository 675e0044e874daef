"""What is said of a signed decree of a bulk day that refuses nothing: whoever confirms it is to look there first."""

from collections.abc import Sequence

from asn_ledger.domain.decisions.decree import Judgement, OpenRow
from asn_ledger.domain.errors import Conflict, NotFound, Refusal, RowRefusal
from asn_ledger.domain.rules import BY_ID

_REMARKS = frozenset({"found", "number-on-record", "number-on-desk", "number-of-another-row"})
"""Codes of what is said of a signed decree that is laid on the desk all the same."""


def is_remark(refusal: Refusal) -> bool:
    """Whether it was said of a decree that was laid on the desk all the same."""
    return refusal.code in _REMARKS


def found_in(judged: Judgement) -> Refusal | None:
    """What was found of a signed decree: rows that would stay open, and rules that it does not meet."""
    said = [RowRefusal(row.row, row.code, row.message) for row in judged.open_rows]
    said += [
        RowRefusal(made.row, one.rule, BY_ID[one.rule].title_en)
        for made in judged.made
        for one in made.outcomes
        if one.result == "not_met"
    ]
    once = tuple(dict.fromkeys(said))
    return Conflict("look at what was found before it is confirmed", rows=once, code="found") if once else None


def stays_open(rows: Sequence[OpenRow]) -> Refusal | None:
    """Why rows of a signed decree would be recorded as open, if any would."""
    if not rows:
        return None
    said = tuple(RowRefusal(row.row, row.code, row.message) for row in rows)
    return NotFound(said[0].message, rows=said, code=said[0].code)
