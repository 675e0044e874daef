"""The stored bytes of a fact: payload, the three parts of its header, and the entry that binds them.

Pure. The entry is the Merkle leaf; it is public and says nothing about anybody. It holds the hashes of the parts, each
of which has a salt of its own and so can be shown without the others; `act` holds the hash of the payload. All of them
are canonical JSON. A tag is `kind:id`; employees and posts are the *subjects*, whose facts are numbered one by one.
"""

import os
from binascii import b2a_base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID, uuid4

from eventsourcing.dcb.api import DCBEvent

from asn_ledger.proof.canonical import Json, canonical, encode

SALT_BYTES = 16
"""Length of the salt of each part of a header."""

MAX_BYTES = 2**20
"""The longest payload or record; scans and other documents are kept elsewhere and named by their hash."""

_EMPLOYEE = "employee:"
_POST = "post:"
_SELECTIVE_FIRST = {"employee": 0, "post": 1, "proposal": 2, "decree": 3, "office": 4, "unit": 5}
_LEAST_SELECTIVE = len(_SELECTIVE_FIRST)


class CheckedFields(dict[str, Json]):
    """Fields that are known to lie within the canonical profile: facts of one request share them, checked once."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to be recorded, before it has a place in the ledger.

    Args:
        event_id: unique in the ledger; the same id is recorded once.
        type: stored name, as `post.appointed.v1`.
        data: the payload's bytes.
        tags: what the fact concerns.
        tmt: from when it has effect, as `2026-02-01`; None where it has no such date.
        decree: the decree that it stands in.
        row: of that decree; 0 for the decree itself.
        record: the fields of the header's part `record`, without its salt.
    """

    event_id: UUID
    type: str
    data: bytes
    tags: tuple[str, ...] = ()
    tmt: str | None = None
    decree: UUID | None = None
    row: int | None = None
    record: Mapping[str, Json] = field(default_factory=dict)


class Salts(NamedTuple):
    """What keeps the parts of one header from being guessed from their hashes: 16 random bytes for each."""

    act: bytes
    person: bytes
    record: bytes


class Prepared(NamedTuple):  # a frozen dataclass takes three times as long to make, and one is made for each fact
    """A new event with everything that does not depend on its place in the ledger."""

    event: NewEvent
    tags: tuple[str, ...]
    employees: tuple[str, ...]
    posts: tuple[str, ...]
    others: tuple[str, ...]
    record: bytes
    record_sha256: str
    payload_sha256: str
    act_salt: str
    person_salt: str

    @property
    def subjects(self) -> tuple[str, ...]:
        """The tags whose facts are numbered one by one."""
        return self.employees + self.posts


class Sealed(NamedTuple):
    """The bytes that are stored of a fact beside its payload."""

    act: bytes
    person: bytes
    entry: bytes


class IdentifiedEvent(DCBEvent):
    """A fact to be recorded, as the library's event.

    Args:
        fact: the fact.
    """

    def __init__(self, fact: NewEvent) -> None:
        super().__init__(fact.type, fact.data, list(fact.tags))
        self.fact = fact


def new_event(event: DCBEvent) -> NewEvent:
    """Give the fact that an event of the library carries; a bare one, which has no id of its own, gets one."""
    if isinstance(event, IdentifiedEvent):
        return event.fact
    return NewEvent(event_id=uuid4(), type=event.type, data=event.data, tags=tuple(event.tags))


def random_salts() -> Salts:
    """Draw salts from the operating system."""
    drawn = os.urandom(3 * SALT_BYTES)
    return Salts(drawn[:SALT_BYTES], drawn[SALT_BYTES : 2 * SALT_BYTES], drawn[2 * SALT_BYTES :])


def selective_first(tags: Iterable[str]) -> list[str]:
    """Order tags so that a search starts where the fewest facts are; equal kinds by their text."""
    tags = list(tags)
    if len(tags) == 1:
        return tags
    return sorted(tags, key=lambda tag: (_SELECTIVE_FIRST.get(tag.partition(":")[0], _LEAST_SELECTIVE), tag))


def prepare(event: NewEvent, salts: Salts) -> Prepared:
    """Do what can be done before the place of a fact is known.

    Raises:
        ValueError: if type, a tag or TMT is not printable ASCII, the record lies outside the canonical profile, or
            something is too large.
    """
    tags = tuple(sorted(set(event.tags)))
    texts = (event.type, *tags) if event.tmt is None else (event.type, event.tmt, *tags)
    joined = "".join(texts)
    if not (all(texts) and joined.isascii() and joined.isprintable()):
        raise ValueError(f"type, tags and TMT are printable ASCII, unlike these: {texts!r}")
    if event.row is not None and not 0 <= event.row < MAX_BYTES:
        raise ValueError(f"a row of a decree is counted from 0, unlike {event.row}")
    write = encode if type(event.record) is CheckedFields else canonical
    record = write({**event.record, "salt": _text(salts.record)})
    if max(len(event.data), len(record)) > MAX_BYTES:
        raise ValueError(f"payload and record have at most {MAX_BYTES} bytes")
    employees, posts, others = _by_kind(tags)
    return Prepared(
        event=event,
        tags=tags,
        employees=employees,
        posts=posts,
        others=others,
        record=record,
        record_sha256=sha256(record).hexdigest(),
        payload_sha256=sha256(event.data).hexdigest(),
        act_salt=_text(salts.act),
        person_salt=_text(salts.person),
    )


def seal(
    prepared: Prepared, *, ledger: str, position: int, recorded_at: str, ends: Mapping[str, tuple[int, int]]
) -> Sealed:
    """Write the parts and the entry of a fact that has got its place.

    Args:
        prepared: the fact.
        ledger: name of the ledger.
        position: its place.
        recorded_at: when it got it, as `timestamp` writes it.
        ends: running number and position of the last earlier fact of each of its subjects; (0, 0) where there is none.
    """
    event = prepared.event
    act = encode(
        {
            "salt": prepared.act_salt,
            "type": event.type,
            "tmt": event.tmt,
            "decree": event.decree,
            "row": event.row,
            "tags": prepared.others,
            "subjects": _numbered(prepared.posts, ends),
            "payload_sha256": prepared.payload_sha256,
        }
    )
    person = encode({"salt": prepared.person_salt, "subjects": _numbered(prepared.employees, ends)})
    entry = encode(
        {
            "v": 1,
            "ledger": ledger,
            "position": position,
            "event": event.event_id,
            "recorded_at": recorded_at,
            "header": [sha256(act).hexdigest(), sha256(person).hexdigest(), prepared.record_sha256],
        }
    )
    return Sealed(act, person, entry)


def timestamp(moment: datetime) -> str:
    """Write a moment as entries do: UTC with six decimals and `Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _by_kind(tags: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Tags of employees, of posts, and the others."""
    employees, posts, others = [], [], []
    for tag in tags:
        if tag.startswith(_EMPLOYEE):
            employees.append(tag)
        elif tag.startswith(_POST):
            posts.append(tag)
        else:
            others.append(tag)
    return tuple(employees), tuple(posts), tuple(others)


def _numbered(subjects: tuple[str, ...], ends: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    numbered = {}
    for subject in subjects:
        number, position = ends[subject]
        numbered[subject] = (number + 1, position)
    return numbered


def _text(salt: bytes) -> str:
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return b2a_base64(salt, newline=False).decode("ascii")
