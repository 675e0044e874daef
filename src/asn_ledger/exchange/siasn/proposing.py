"""The decree row that would bring the record to what a row of the wire says: proposed in the report, never done. Pure.

The record keeps more than the wire tells (how somebody came into a post, whom they act for until when): what the wire
cannot say is taken over from the record, so that no proposal loses it.
"""

from collections.abc import Collection
from typing import Final

from asn_ledger.domain.decisions.row import ACTIONS
from asn_ledger.domain.decrees import RowRecord
from asn_ledger.domain.events import CareerOpened, Event, TransferredIn
from asn_ledger.domain.facts import Facts

from .person import Json
from .sameness import STATES

_MAKES: Final = {
    "open_career": "career.opened.v1", "appoint_cpns": "cpns.appointed.v1", "transfer_in": "transfer.in.v1",
    "appoint": "post.appointed.v1", "move": "post.appointed.v1", "transfer": "post.transferred.v1",
    "create_unit": "unit.created.v1", "create_post": "post.created.v1",
} | {action: min(topics) for action, topics in STATES.items() if len(topics) == 1}  # fmt: skip
"""What each action states: a fact of another kind is not replaced by it, which would lose what only that one says."""
_PLACE: Final = frozenset({"row", "action", "as_printed", "decree", "cited"})
_TOGETHER: Final = (frozenset({"result", "behaviour", "score", "scale"}), frozenset({"duty", "title"}))
"""Fields that say one thing: where the wire tells any of them, the others are as it tells them."""


def standing(facts: Facts, of: Json) -> RowRecord | None:
    """A row on record; None where there is none."""
    record = facts.decrees.get(of["decree"])
    return None if record is None else record.row(of["row"])


def correcting(of: Json, event: Event, row: Json) -> Json | None:
    """The correction of a fact on record by a row of the wire; None where it would change nothing, or be none.

    Args:
        of: where the fact stands.
        event: what it says now.
        row: of the wire; what it tells wins.
    """
    told = {name: value for name, value in row.items() if value is not None}
    if event.TOPIC == "post.transferred.v1" and row["action"] in {"appoint", "move"}:
        told = {name: told[name] for name in told if name not in {"path", "inaugurated_on"}} | {"action": "transfer"}
    if _MAKES.get(told["action"]) != event.TOPIC:
        return None
    kept = on_record(event, told["action"])
    if any(isinstance(value, dict) and "erased" in value for value in kept.values()):
        return None
    mine = _told(told, kept)
    gone = {name for group in _TOGETHER if group & mine.keys() for name in group}
    whole = {name: value for name, value in kept.items() if name not in gone} | mine
    if _content(whole) == _content(kept):
        return None
    return {"action": "correct_record", "of": of, "replacement": {"row": of["row"], **whole}}


def without(event: CareerOpened | TransferredIn, names: Collection[str], entry: Json) -> Json | None:
    """The correction of an entry that tells a rank or post no more, which is then a fact of its own; None if it must.

    Args:
        event: the entry.
        names: of the fields that go.
        entry: as the wire tells it now; what it tells wins.
    """
    if not isinstance(event, CareerOpened) or entry["action"] != "open_career":
        return None
    of = {"decree": event.decree, "row": event.row}
    kept = on_record(event, "open_career")
    if any(isinstance(value, dict) and "erased" in value for value in kept.values()):
        return None
    whole = {name: value for name, value in kept.items() if name not in names} | _told(entry, kept)
    return {"action": "correct_record", "of": of, "replacement": {"row": of["row"], **whole}}


def on_record(event: Event, action: str) -> Json:
    """What a fact says, in the fields of the row that states it."""
    fields = ACTIONS[action].model_fields.keys()
    said: Json = event.as_dict()
    said |= said.get("judgement", {})
    kept = {name: said[name] for name in fields - _PLACE if name in said}
    if "to" in fields:
        kept["to"] = said.get("post", said.get("rank"))
        if "name" in said:
            kept["as_printed"] = {"name": said["name"]}
    if "tmt" in said:
        kept["tmt"] = {"on": said["tmt"]}
    return kept


def unlike(event: Event, row: Json) -> list[str]:
    """The names of the fields that a row of the wire tells and in which a fact on record is another."""
    action = next((action for action, topic in _MAKES.items() if topic == event.TOPIC), row["action"])
    kept, fields = on_record(event, action), ACTIONS[action].model_fields.keys()
    told = _content(_told({name: value for name, value in row.items() if value is not None and name in fields}, kept))
    to = "rank" if event.TOPIC == "rank.raised.v1" else "post"
    return sorted(to if name == "to" else name for name in told if told[name] != kept.get(name))


def _content(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in _PLACE}


def _told(row: Json, kept: Json) -> Json:
    """What of a row the wire tells itself: neither a NIP, which is converted and not corrected, nor an end not told."""
    left_out = {name for name, other in (("nip", "nip"), ("end_unknown", "until")) if other in kept}
    if row.get("action") in {"create_unit", "create_post"}:
        left_out.add("tmt")  # the first day on which these files name it
    printed = row.get("as_printed")
    if printed is not None:
        row = row | {"as_printed": kept.get("as_printed", {}) | printed}
    return {name: value for name, value in row.items() if name not in left_out}
