"""The page of the ledger: how many entries, what the latest checkpoint signs, the last entries, how to check them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from asn_ledger.language import has_message
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.policy import NONE
from asn_ledger.web.api.ledger import EntryShown
from asn_ledger.web.api.witnesses import LossShown, SealingShown, WitnessShown
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import PAGE, Fact, Pages, When


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in the list; `kind` is empty for who may not see what it says."""

    position: str
    href: str
    recorded: When
    kind: str
    leaf: str
    sealed: bool
    checked: str


@dataclass(frozen=True, slots=True)
class Seal:
    """How far the latest checkpoint reaches: `kind` is whole, behind or none."""

    kind: str
    word: str
    main: str
    more: str


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A witness, whose it is, and what it cosigned last; `kind` is ok, attention or wrong."""

    name: str
    place: str
    size: str
    at: When | None
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Everything the page of the ledger shows."""

    seal: Seal
    facts: tuple[Fact, ...]
    note: str
    rows: tuple[EntryRow, ...]
    pages: Pages
    shows_kinds: bool
    tiles: str
    witnesses: tuple[WitnessRow, ...]
    quorum: str
    alarms: tuple[str, ...]
    policy: str
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """What was read: entries from the last back, how many there are, how far they are sealed, the latest note."""

    entries: Sequence[EntryShown]
    size: int
    sealing: SealingShown
    note: bytes | None
    ledger: str
    zone: ZoneInfo


def build(frame: Frame, record: LedgerRecord) -> LedgerPage:
    """The page out of what was read."""
    checkpoint, sealing = None if record.note is None else parse_checkpoint(record.note), record.sealing
    facts = [Fact(frame.t("ledger.size"), frame.count(record.size))]
    if checkpoint is not None:
        facts += [
            Fact(frame.t("ledger.origin"), checkpoint.origin, code=True),
            Fact(frame.t("ledger.signed_size"), frame.count(checkpoint.size)),
            Fact(frame.t("ledger.sealed_size"), frame.count(sealing.sealed)),
            Fact(frame.t("ledger.root"), checkpoint.root.hex(), code=True),
        ]
    return LedgerPage(
        seal=_seal(frame, sealing),
        facts=tuple(facts),
        note=(record.note or b"").decode("utf-8"),
        rows=tuple(_row(frame, entry, record.zone) for entry in record.entries),
        pages=_pages(frame, record),
        shows_kinds=any(entry.type for entry in record.entries),
        tiles=f"{frame.base}/log/{record.ledger}/checkpoint",
        witnesses=tuple(_witness(frame, one, record.zone) for one in sealing.witnesses),
        quorum=frame.t("ledger.quorum_none" if sealing.quorum == NONE else "ledger.quorum", name=sealing.quorum),
        alarms=_alarms(frame, sealing),
        policy=f"{frame.base}/log/{record.ledger}/policy",
        losses=tuple(_loss(frame, one, record.zone) for one in sealing.losses),
    )


def _seal(frame: Frame, sealing: SealingShown) -> Seal:
    word, size, sealed = frame.t("ledger.seal"), sealing.size, sealing.sealed
    if not sealing.signed:
        return Seal("none", word, frame.t("ledger.no_checkpoint"), frame.t("ledger.no_checkpoint_why"))
    if sealed >= size:
        return Seal("whole", word, frame.t("ledger.whole", size=sealed), frame.t("ledger.whole_why"))
    why = "ledger.behind_witnesses_why" if sealing.signed > sealed else "ledger.behind_why"
    behind = frame.t("ledger.behind", size=sealed, total=size)
    return Seal("behind", word, behind, frame.t(why, count=size - sealed))


def _witness(frame: Frame, one: WitnessShown, zone: ZoneInfo) -> WitnessRow:
    if one.silent:
        state, kind = "silent", "wrong"
    else:
        state, kind = ("never", "attention") if one.size is None else ("speaks", "ok")
    return WitnessRow(
        name=one.name,
        place=frame.t("ledger.outside" if one.outside else "ledger.inside"),
        size="" if one.size is None else frame.count(one.size),
        at=None if one.cosigned_at is None else recorded_at(frame, one.cosigned_at, zone),
        state=frame.t(f"ledger.witness.{state}"),
        kind=kind,
    )


def _loss(frame: Frame, one: LossShown, zone: ZoneInfo) -> str:
    at = frame.t("ledger.at", at=one.recorded_at.astimezone(zone))
    return frame.t(
        "ledger.lost", first=one.first, last=one.last, earlier=one.earlier, origin=one.origin, at=at, reason=one.reason
    )


def _alarms(frame: Frame, sealing: SealingShown) -> tuple[str, ...]:
    found = []
    if sealing.witnesses and sealing.captive:
        found.append(frame.t("ledger.captive"))
    if sealing.clock_seconds is not None:
        found.append(frame.t("ledger.clock_off", seconds=abs(sealing.clock_seconds)))
    return tuple(found)


def _row(frame: Frame, entry: EntryShown, zone: ZoneInfo) -> EntryRow:
    return EntryRow(
        position=frame.count(entry.position),
        href=frame.href(f"/buku-besar/{entry.position}"),
        recorded=recorded_at(frame, entry.recorded_at, zone),
        kind=event_word(frame, entry.type),
        leaf=entry.leaf[:16],
        sealed=frame.checkpoint is not None and entry.position <= frame.checkpoint,
        checked=frame.sealed_words(entry.position),
    )


def recorded_at(frame: Frame, at: datetime, zone: ZoneInfo) -> When:
    """When an entry was recorded, in the ledger's zone."""
    return When(frame.t("ledger.at", at=at.astimezone(zone)), at.isoformat())


def event_word(frame: Frame, topic: str | None) -> str:
    """What an event of a stored type says in a word; the type itself where no word is known."""
    if topic is None:
        return ""
    key = f"event.{topic}"
    return frame.t(key) if has_message(key) else topic


def _pages(frame: Frame, record: LedgerRecord) -> Pages:
    """Entries are paged by position: `before` is the position that the page ends before."""
    if not record.entries:
        return Pages(frame.t("range.of", first=0, last=0, total=record.size))
    newest, oldest = record.entries[0].position, record.entries[-1].position
    after = newest + PAGE + 1
    back = frame.here(without=("before",)) if after > record.size else frame.here(before=after)
    return Pages(
        frame.t("range.of", first=oldest, last=newest, total=record.size),
        back if newest < record.size else "",
        frame.t("ledger.newer"),
        frame.here(before=oldest) if oldest > 1 else "",
        frame.t("ledger.older"),
    )
