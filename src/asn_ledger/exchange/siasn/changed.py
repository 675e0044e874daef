"""In what a row of the wire says other than it did when it was imported."""

from collections.abc import Mapping
from typing import Final

from asn_ledger.domain.events import RowConfirmed, RowEvent
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import PostId

from .person import Fact, Json
from .sameness import differs

_ELSEWHERE = frozenset({"cited", "decree", "row", "tmt", "judgement"})
"""What says where a fact stands and on what; the day is compared as the wire tells it, a judgement part by part."""


_NOT_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "data-utama": (
        "old_nip", "contract", "part_time", "first_rank", "candidate_since", "candidate_number", "candidate_on",
    ),
    "rw-jabatan": ("unit_name", "title", "kind", "function"),
    "rw-pindahinstansi": ("source_id", "target_id", "letters"),
    "rw-skp": ("appraiser",),
    "skp22": ("appraiser",),
}  # fmt: skip
"""What rows say that the facts they become do not keep."""


def fields_changed(stated: RowEvent, fact: Fact, facts: Facts) -> str:
    """The names of the fields that a row says otherwise, says alone or says no more, and of its decree's.

    Where all that a fact keeps is the same, what changed is among what it does not keep: of a post then the fields
    that are other than the post and its unit on record.
    """
    if isinstance(stated, RowConfirmed):
        return differs(stated, fact.row) or ", ".join(_not_kept(fact, facts))
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
    return ", ".join(sorted(names or _not_kept(fact, facts)))


def _not_kept(fact: Fact, facts: Facts) -> list[str]:
    """The fields of a row that its fact does not keep; of a post those that differ from the record, if any do."""
    fields = [name for name in _NOT_KEPT.get(fact.resource, ()) if name in fact.said]
    post = facts.posts.get(PostId(fact.row.get("to", fact.row.get("post", ""))))
    if post is None or not post.versions:
        return fields
    units = [facts.units[one.unit] for one in post.versions if one.unit in facts.units]
    on_record: Mapping[str, set[str | None]] = {
        "unit_name": {version.name for unit in units for version in unit.versions},
        "title": {version.title for version in post.versions},
        "kind": {version.kind for version in post.versions},
        "function": {version.function for version in post.versions},
    }
    return [name for name in fields if fact.said[name] not in on_record[name]] or fields


def _told(said: Json) -> set[str]:
    return {name for name, value in said.items() if value is not False and value not in (None, [])}
