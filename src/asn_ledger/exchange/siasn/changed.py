"""In what a row of the wire says other than it did when it was imported."""

from asn_ledger.domain.events import RowConfirmed, RowEvent

from .person import Fact, Json
from .sameness import differs

_ELSEWHERE = frozenset({"cited", "decree", "row", "tmt", "judgement"})
"""What says where a fact stands and on what; the day is compared as the wire tells it, a judgement part by part."""


def fields_changed(stated: RowEvent, fact: Fact) -> str:
    """The names of the fields that a row says otherwise, says alone or says no more, and of its decree's.

    What a fact does not keep, as the name of a unit in a row about a post, is not told; nor is, of a row that only
    confirmed what the office has, more than the day.
    """
    if isinstance(stated, RowConfirmed):
        return differs(stated, fact.row)
    said = stated.as_dict()
    parts: Json = said.get("judgement", {})
    to = {name: fact.row["to"] for name in ("post", "rank") if name in said and "to" in fact.row}
    kept = type(stated).model_fields.keys() | parts.keys()
    mine = {name: value for name, value in (fact.row | to).items() if name in kept}
    names = {name for name in differs(stated, fact.row).split(", ") if name}
    names |= (_told(said | parts) ^ _told(mine)) - _ELSEWHERE
    names |= {name for name in parts.keys() & mine.keys() if parts[name] != mine[name]}
    if not fact.note:
        cited = stated.cited.model_dump(mode="json")
        names |= {name for name, value in (("number", fact.number), ("decided_on", fact.on)) if cited[name] != value}
    return ", ".join(sorted(names))


def _told(said: Json) -> set[str]:
    return {name for name, value in said.items() if value is not False and value not in (None, [])}
