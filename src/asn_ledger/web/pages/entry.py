"""The page of one entry: the exact text that is hashed, its proof, and what it says to those who may see it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from asn_ledger.language import has_message
from asn_ledger.proof.receipt import Receipt
from asn_ledger.web.api.ledger import EntryShown
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.ledger import event_word, recorded_at
from asn_ledger.web.pages.parts import Fact, role_words

_PAGES = {"employee": "pegawai", "post": "jabatan", "unit": "unit", "decree": "sk"}
_UUID = 36


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the header or the payload: the exact text whose hash binds it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything the page of an entry shows; `says`, `record` and `parts` are empty for who may not see them."""

    position: str
    kind: str
    sealed: bool
    checked: str
    facts: tuple[Fact, ...]
    says: tuple[Fact, ...]
    record: tuple[Fact, ...]
    text: str
    parts: tuple[Part, ...]
    path: tuple[str, ...]
    path_words: str
    receipt: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """What was read: the entry as its reader may see it, its receipt (None: no checkpoint yet), the ledger's size."""

    entry: EntryShown
    receipt: Receipt | None
    size: int
    zone: ZoneInfo


def build(frame: Frame, record: EntryRecord) -> EntryPage:
    """The page out of what was read."""
    entry, receipt = record.entry, record.receipt
    position = entry.position
    parts = entry.parts
    return EntryPage(
        position=frame.count(position),
        kind=event_word(frame, entry.type),
        sealed=frame.checkpoint is not None and position <= frame.checkpoint,
        checked=frame.sealed_words(position),
        facts=_facts(frame, entry, record.zone),
        says=_lines(frame, entry.says or {}),
        record=() if parts is None else _record(frame, parts.record),
        text=entry.entry,
        parts=()
        if parts is None
        else tuple(Part(name, getattr(parts, name)) for name in ("payload", "act", "person", "record")),
        path=() if receipt is None else tuple(part.hex() for part in receipt.proof),
        path_words="" if receipt is None else frame.t("entry.path", count=len(receipt.proof), index=receipt.index),
        receipt=f"{frame.base}/api/v1/ledger/entries/{position}/proof",
        earlier=frame.href(f"/buku-besar/{position - 1}") if position > 1 else "",
        later=frame.href(f"/buku-besar/{position + 1}") if position < record.size else "",
    )


def _facts(frame: Frame, entry: EntryShown, zone: ZoneInfo) -> tuple[Fact, ...]:
    found = [
        Fact(frame.t("entry.recorded_at"), recorded_at(frame, entry.recorded_at, zone).text),
        Fact(frame.t("entry.event"), str(entry.event), code=True),
        Fact(frame.t("entry.leaf"), entry.leaf, code=True),
    ]
    if entry.type is not None:
        found.insert(0, Fact(frame.t("entry.type"), event_word(frame, entry.type), entry.type))
    return tuple(found)


def _record(frame: Frame, text: str) -> tuple[Fact, ...]:
    """How the fact came into the ledger, out of the header's part; its salt and request say nothing to a reader."""
    record = json.loads(text)
    found = [
        Fact(frame.t("entry.recorded_by"), _actor(frame, record.get("recorded_by"))),
        Fact(frame.t("entry.confirmed_by"), _actor(frame, record.get("confirmed_by"))),
        Fact(frame.t("entry.source"), _source(frame, str(record.get("source", "")))),
    ]
    verified = record.get("verified")
    if verified is not None:
        found.append(Fact(frame.t("entry.verified"), frame.t(f"verification.{verified}")))
    found += [
        Fact(str(outcome.get("rule")), frame.t(f"outcome.{outcome.get('outcome')}"), str(outcome.get("override") or ""))
        for outcome in record.get("outcomes", ())
    ]
    return tuple(found)


def _actor(frame: Frame, actor: Mapping[str, Any] | None) -> str:  # Any: JSON
    if actor is None:
        return frame.t("entry.nobody")
    return f"{role_words(frame, str(actor.get('role')))} {actor.get('id')}"


def _source(frame: Frame, source: str) -> str:
    return frame.t(f"source.{source}") if has_message(f"source.{source}") else source


def _lines(frame: Frame, says: Mapping[str, Any]) -> tuple[Fact, ...]:  # Any: JSON
    return tuple(Fact(name, value, href=_page_of(frame, name, value)) for name, value in _flat("", says))


def _page_of(frame: Frame, name: str, value: str) -> str:
    """The page of what a value names; empty where it is no id."""
    place = _PAGES.get(name.rpartition(".")[2])
    return "" if place is None or len(value) != _UUID else frame.href(f"/{place}/{value}")


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:  # Any: JSON
    match value:
        case dict():
            for name, inner in value.items():
                yield from _flat(f"{prefix}.{name}" if prefix else name, inner)
        case list():
            for index, inner in enumerate(value, start=1):
                yield from _flat(f"{prefix}[{index}]", inner)
        case str():
            yield prefix, value
        case _:
            yield prefix, json.dumps(value)
