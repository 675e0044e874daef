"""Seals what is personal in an event and opens it again. Which fields these are, the event's type says.

A sealed value stands in the payload as `{"key": "<uuid>", "sealed": "<base64>"}`. It is the value's canonical JSON,
padded with spaces, under AES-256-GCM-SIV with a key of its own, `HKDF(data key, event id | field)`. As the key is used
once, the nonce is zero, and the same content has the same bytes when a command is sent again. Field, event, key and
ledger are bound to it as associated data, so that it opens nowhere else. One field's key can be handed out alone.

The fields of a replacing event are sealed in its act as `replacement.<field>`, under the holder of the replacing event.
"""

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from asn_ledger.domain.events import EVENT_TYPES, Event, PersonEvent, ReplacingAct, RowResolved
from asn_ledger.domain.terms.sealing import Category, Erased
from asn_ledger.proof.canonical import Json, canonical_text
from asn_ledger.proof.sealed import NONCE, open_value

from .errors import LedgerError
from .keystore import DataKey, KeyStore, MissingKey

LEAST_BYTES = 32
"""The shortest padded value: every code of a list, every NIP and most names."""

ERASED = Erased()
"""What every erased value is."""


class Unopened(Erased):
    """Stands for a value that was not opened because the reader said it has no use for it; showing it is a fault."""

    def __str__(self) -> str:
        raise TypeError("this value was not opened: read the entry without `unopened`")


UNOPENED = Unopened(erased=False)
"""What every value is that was not opened."""

_SEALED_KEYS = {"key", "sealed"}
_INSIDE = f"{ReplacingAct.EMBEDDED}."

_log = structlog.get_logger(__name__)


class SealBroken(LedgerError):  # noqa: N818 -- the state it reports
    """A stored value is not what was sealed for its event and field: the ledger or the key store was changed."""


class UnknownEvent(LedgerError):  # noqa: N818 -- the state it reports
    """A stored event has a type that this program does not know: it is older than the ledger."""


class Vault:
    """Seals and opens with the keys of one ledger.

    Args:
        keys: of the ledger.
        look: looks for erasures that were recorded since; asked before a key that is gone is called missing.
    """

    def __init__(self, keys: KeyStore, look: Callable[[], object] | None = None) -> None:
        self._keys = keys
        self._ledger = keys.ledger
        self._look = look

    def ensure(self, events: Iterable[Event]) -> None:
        """Make the keys that sealing these events takes, all in one transaction."""
        self._keys.ensure(pair for event in events for pair in _holders(event))

    def seal(self, event: Event, event_id: UUID) -> dict[str, Any]:
        """Give the payload to store (Any: JSON): what is personal sealed, the rest in clear."""
        payload = event.as_dict()
        if event.SEALED or _replaces(type(event)):
            self._seal(event, payload, _Place(self._ledger, event_id), "")
        return payload

    def open(
        self, type_name: str, payload: Mapping[str, Any], event_id: UUID, unopened: frozenset[Category] = frozenset()
    ) -> Event:
        """Give the event of a stored payload; an erased value is `Erased`.

        Args:
            type_name: of the event.
            payload: as JSON (Any).
            event_id: of the event.
            unopened: categories whose values are left `Unopened`.

        Raises:
            UnknownEvent: if no event has this type.
            MissingKey: if a key is gone that no recorded erasure names.
            SealBroken: if a value is not what was sealed here.
        """
        kind = _kind(type_name)
        closed = _all_closed(kind, unopened)
        if closed is None:
            return kind.from_dict(self._opened(kind, payload, _Place(self._ledger, event_id, unopened), ""))
        said = {name: UNOPENED for name in closed if name in payload}
        return kind.from_dict({**payload, **said} if said else payload)

    def load(self, payloads: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Read the keys of many payloads (type, JSON) ahead, in one go."""
        if not self._keys.all_read:
            self._keys.load(key_id for type_name, payload in payloads for key_id in key_ids(type_name, payload))

    def note_erased(self, key_ids: Iterable[str]) -> None:
        """Open nothing with these keys any more: recorded erasures name them."""
        self._keys.note_erased(key_ids)

    def field_key(self, key_id: str, event_id: UUID, field: str) -> bytes | None:
        """Give the key of one sealed field, which opens it and nothing else; None if it is erased.

        Args:
            key_id: as the sealed value names it.
            event_id: of its event.
            field: `name`, or `replacement.name` within a replacing act.

        Raises:
            MissingKey: if the data key is gone and no recorded erasure names it.
        """
        key = self._key(key_id)
        return None if key is None else key.field_key(event_id.bytes, field)

    def file_resolved(self, events: Sequence[Event]) -> None:
        """File the keys of resolved rows under the persons they were resolved to; again does nothing.

        Args:
            events: a request's, as appended: the resolutions and the facts that follow from them.
        """
        resolved = [(event.resolved_decree, event.resolved_row) for event in events if isinstance(event, RowResolved)]
        if not resolved:
            return
        persons = {event.place(): event.employee.tag for event in events if isinstance(event, PersonEvent)}
        self._keys.file_under({f"row:{place[0]}:{place[1]}": persons[place] for place in resolved if place in persons})

    def _seal(self, event: Event, payload: dict[str, Any], place: "_Place", inside: str) -> None:
        if event.SEALED:
            holder = event.holder()
            for name, category in event.SEALED.items():
                if name in payload:
                    key = self._keys.key_for(holder, category)
                    payload[name] = place.seal(payload[name], key, inside + name)
        replacement = _replacement(event)
        if replacement is not None:
            within = payload[ReplacingAct.EMBEDDED]["payload"]
            self._seal(replacement, within, place, inside + _INSIDE)

    def _opened(self, kind: type[Event], payload: Mapping[str, Any], place: "_Place", inside: str) -> Mapping[str, Any]:
        opened = dict(payload)
        for name, category in kind.SEALED.items():
            if category in place.unopened:
                if name in opened:
                    opened[name] = UNOPENED
            elif name in opened:
                opened[name] = self._value(opened[name], place, inside + name)
        if _replaces(kind) and (within := opened.get(ReplacingAct.EMBEDDED)) is not None:
            replacing = _kind(within["type"])
            within_payload = self._opened(replacing, within["payload"], place, inside + _INSIDE)
            opened[ReplacingAct.EMBEDDED] = {"type": within["type"], "payload": within_payload}
        return opened

    def _value(self, stored: object, place: "_Place", field: str) -> object:
        if type(stored) is not dict or stored.keys() != _SEALED_KEYS:
            raise SealBroken(f"{field} of event {place.event} is not sealed")
        key = self._key(stored["key"])
        if key is None:
            return ERASED
        try:
            return place.open(stored["sealed"], key, field)
        except (InvalidTag, TypeError, ValueError):
            raise SealBroken(f"{field} of event {place.event} was not sealed there with key {key.key_id}") from None

    def _key(self, key_id: str) -> DataKey | None:
        key = self._keys.key(key_id)
        if key is None and not self._keys.erased(key_id) and self._look is not None:
            self._look()
        if key is None and self._keys.erased(key_id):
            return None
        if key is None:
            _log.error("a key is missing that no erasure names", ledger=self._ledger, key=key_id)
            raise MissingKey(key_id)
        return key


class _Place:
    """The event whose fields are sealed or opened."""

    __slots__ = ("_bytes", "_prefix", "event", "unopened")

    def __init__(self, ledger: str, event_id: UUID, unopened: frozenset[Category] = frozenset()) -> None:
        self.unopened = unopened
        self.event = str(event_id)
        self._bytes = event_id.bytes
        self._prefix = f"{ledger}|{self.event}|"

    def seal(self, value: Json, key: DataKey, field: str) -> dict[str, str]:
        cipher = AESGCMSIV(key.field_key(self._bytes, field))
        bound = f"{self._prefix}{field}|{key.key_id}".encode("ascii")
        sealed = cipher.encrypt(NONCE, pad(canonical_text(value)), bound)
        return {"key": key.key_id, "sealed": b2a_base64(sealed, newline=False).decode("ascii")}

    def open(self, sealed: str, key: DataKey, field: str) -> Any:  # Any: JSON
        bound = f"{self._prefix}{field}|{key.key_id}".encode("ascii")
        return open_value(key.field_key(self._bytes, field), sealed, bound)


def pad(text: bytes) -> bytes:
    """Pad JSON with spaces, which do not change it, to 32, 128, 512 … bytes.

    The steps are so wide that all codes of a list have one length, and all judgements of an appraisal too.
    """
    width = LEAST_BYTES
    while width < len(text):
        width *= 4
    return text.ljust(width)


def key_ids(type_name: str, payload: Mapping[str, Any]) -> Iterator[str]:
    """Give the ids of the keys that a stored payload's values are sealed with (Any: JSON)."""
    kind = _kind(type_name)
    for name in kind.SEALED:
        match payload.get(name):
            case {"key": str(key_id)}:
                yield key_id
            case _:  # not said, or not sealed: opening it says so
                pass
    if _replaces(kind) and (within := payload.get(ReplacingAct.EMBEDDED)) is not None:
        yield from key_ids(within["type"], within["payload"])


@cache
def _all_closed(kind: type[Event], unopened: frozenset[Category]) -> tuple[str, ...] | None:
    """The sealed fields of a type, where none of them is to be opened; else None."""
    if _replaces(kind) or not unopened.issuperset(kind.SEALED.values()):
        return None
    return tuple(kind.SEALED)


def _kind(type_name: str) -> type[Event]:
    kind = EVENT_TYPES.get(type_name)
    if kind is None:
        raise UnknownEvent(f"this program does not know events of type {type_name!r}: install a newer version")
    return kind


def _holders(event: Event) -> Iterator[tuple[str, Category]]:
    if event.SEALED:
        holder, said = event.holder(), event.__dict__
        for name, category in event.SEALED.items():
            if said[name] is not None:
                yield holder, category
    replacement = _replacement(event)
    if replacement is not None:
        yield from _holders(replacement)


@cache  # pydantic's classes answer issubclass slowly
def _replaces(kind: type[Event]) -> bool:
    return issubclass(kind, ReplacingAct)


def _replacement(event: Event) -> Event | None:
    return cast("ReplacingAct", event).replacement if _replaces(type(event)) else None
