"""In what a row of the wire says other than it did when it was imported, and what would bring the record to it."""

from collections.abc import Mapping
from typing import Final

from asn_ledger.domain.events import RowConfirmed, RowEvent
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import PostId

from .person import Fact, Json
from .proposing import correcting, standing, unlike
from .sameness import ENTRIES, differs, otherwise

_ELSEWHERE = frozenset({"cited", "decree", "row", "tmt", "judgement"})
"""What says where a fact stands and on what; the day is compared as the wire tells it, a judgement part by part."""


_NOT_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "data-utama": (
        "old_nip", "contract", "part_time", "first_rank", "candidate_since", "candidate_number", "candidate_on",
        "rank", "post",
    ),
    "rw-jabatan": ("unit_name", "title", "kind", "function"),
    "rw-pindahinstansi": ("source_id", "target_id", "letters", "rank"),
    "rw-skp": ("appraiser",),
    "skp22": ("appraiser",),
}  # fmt: skip
"""What rows say that the facts they become do not keep; of an entry `rank` and `post`: their decrees."""


def change_of(stated: RowEvent, fact: Fact, facts: Facts) -> tuple[str, Json | None] | None:
    """The fields that a row says otherwise, and the correction that is proposed; None where the record has it by now.

    Args:
        stated: what the row brought on record when it was imported.
        fact: the row.
        facts: on record.
    """
    of = _place(stated)
    record = standing(facts, of)
    corrected = record is not None and record.standing is not None and record.standing.entry is not record.first
    entry = fact.row["action"] in ENTRIES
    if isinstance(stated, RowConfirmed) and entry:
        career = facts.careers.get(fact.row["employee"])
        names = "" if career is None else otherwise(career, fact.row)
        return names or ", ".join(_not_kept(fact, facts)), None  # another way in is no correction of it
    if record is None or record.standing is None or not (corrected or isinstance(stated, RowConfirmed)):
        names = fields_changed(stated, fact, facts)
    else:
        names = ", ".join(unlike(record.standing.event, fact.row))
        if not names:
            return None
    return names, proposed(of, fact, facts)


def _place(stated: RowEvent) -> Json:
    """Where the fact stands that a row brought on record, or confirmed."""
    if isinstance(stated, RowConfirmed):
        return {"decree": stated.confirmed_decree, "row": stated.confirmed_row}
    return {"decree": stated.decree, "row": stated.row}


def proposed(of: Json, fact: Fact, facts: Facts) -> Json | None:
    """The correction of a row on record by a row of the wire; None where it stands no more, or is another way in."""
    record = standing(facts, of)
    return None if record is None or record.standing is None else correcting(of, record.standing.event, fact.row)


def fields_changed(stated: RowEvent, fact: Fact, facts: Facts) -> str:
    """The names of the fields that a row says otherwise, says alone or says no more, and of its decree's.

    Where all that a fact keeps is the same, what changed is among what it does not keep: of a post then the fields
    that are other than the post and its unit on record.
    """
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
    return ", ".join(sorted(names - {"nip"} or _not_kept(fact, facts)))


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
