"""Facts as other systems take them: CloudEvents 1.0, in its JSON format and in batches (cloudevents/spec v1.0.2)."""

from collections.abc import Mapping
from typing import Any, TypedDict

from asn_ledger.domain.events import EVENT_TYPES, Entry
from asn_ledger.ledger.requests import Recorded

EVENT_JSON = "application/cloudevents+json"
BATCH_JSON = "application/cloudevents-batch+json"

ENTRY_TYPE = "entry.recorded.v1"
"""The type of an event that says nothing but that an entry was recorded."""

_SUBJECTS_FIRST = ("employee:", "post:", "unit:", "office:", "decree:")
_DIGITS = 16  # as many as a position can have


class CloudEvent(TypedDict, total=False):
    """One event; `sequence` is the entry's position, with zeros in front, so that it sorts as text (its extension)."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    sequence: str
    data: dict[str, Any]  # Any: an event's own fields as JSON


def of_entry(origin: str, entry: Entry, hidden: frozenset[str] = frozenset()) -> CloudEvent:
    """What an entry says, without its hidden fields.

    Args:
        origin: of the log, which names the source.
        entry: opened.
        hidden: names of fields that the receiver may not see.
    """
    said = {name: value for name, value in entry.event.as_dict().items() if name not in hidden}
    made = _event(origin, entry, entry.event.TOPIC, said)
    subject = _first_subject(entry.event.tags())
    return made if subject is None else {**made, "subject": subject}


def of_leaf(origin: str, fact: Recorded, leaf: Mapping[str, str]) -> CloudEvent:
    """That an entry was recorded, and what anybody may know of it: its bytes and the hash of its leaf."""
    return _event(origin, fact, ENTRY_TYPE, dict(leaf))


def known_type(name: str) -> bool:
    """Whether facts of such a type are recorded."""
    return name in EVENT_TYPES


def _event(origin: str, at: Entry | Recorded, kind: str, data: dict[str, Any]) -> CloudEvent:  # Any: JSON
    return {
        "specversion": "1.0",
        "id": str(at.event_id),
        "source": f"//{origin}",
        "type": kind,
        "time": at.recorded_at.isoformat(),
        "datacontenttype": "application/json",
        "sequence": f"{at.position:0{_DIGITS}}",
        "data": data,
    }


def _first_subject(tags: list[str]) -> str | None:
    """The subject that stands for all: the person before the post, the post before the unit."""
    for kind in _SUBJECTS_FIRST:
        for tag in tags:
            if tag.startswith(kind):
                return tag
    return tags[0] if tags else None
