"""Facts about keys on their way into the ledger: each stands alone in its command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from asn_ledger.domain.errors import Conflict
from asn_ledger.domain.events import KEYS, Actor, KeyEvent, Record, event_id
from asn_ledger.proof.attestation import Attestation
from asn_ledger.proof.canonical import Json, canonical

from .attesting import Asked, Attesting, Signed
from .envelope import NewEvent
from .keystore import KeyStore
from .mapper import LedgerMapper
from .recorder import LedgerRecorder
from .requests import AlreadyRecorded, Appended, Request


@dataclass(frozen=True, slots=True)
class KeyFact:
    """A fact about keys that is to be recorded: in which command, by whom, and who else stands for it."""

    command: UUID
    event: KeyEvent
    recorded_by: Actor
    confirmed_by: Actor | None = None


class KeyFacts:
    """Records facts about keys in one ledger.

    Args:
        recorder: of the ledger.
        mapper: makes facts of events.
        keys: knows requests again.
    """

    def __init__(self, recorder: LedgerRecorder, mapper: LedgerMapper, keys: KeyStore) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._keys = keys
        self.attesting = Attesting(recorder)

    def ask(self, fact: KeyFact, act: str, signer: Actor, now: datetime) -> Asked:
        """What somebody would sign of it."""
        return self.attesting.ask(act, signer, [self._events(fact)], now)

    def require_owner(self, fact: KeyFact, signed: Signed, now: datetime) -> Attestation:
        """Check the signature with which the owner shows a key, before somebody vouches for it, and give it.

        Raises:
            Conflict: it does not hold.
        """
        return self.attesting.require_held(self._events(fact), signed, now)

    def record(self, fact: KeyFact, signed: Sequence[Signed | Attestation], now: datetime) -> int:
        """Record it, once, with its signatures; returns its position.

        Raises:
            NotAllowed: a signature is required and missing.
            Conflict: one does not hold, or other facts about keys came in between.
        """
        known = self._recorder.by_command(fact.command)
        if known:
            return known[-1].position
        head = self._recorder.head()
        events = self.attesting.attested(self._events(fact), signed, now)
        condition = DCBAppendCondition(DCBQuery([DCBQueryItem(tags=[KEYS])]), head)
        (answer,) = self._recorder.submit([Request(events, condition)])
        match answer:
            case Appended() | AlreadyRecorded():
                return answer.position
            case _:
                raise Conflict("keys have changed meanwhile; look again, and sign again", code="keys-changed")

    def _events(self, fact: KeyFact) -> tuple[NewEvent, ...]:
        request = canonical(cast("dict[str, Json]", fact.event.as_dict()))
        record = Record(
            fact.command,
            self._keys.request_digest(request),
            fact.recorded_by,
            fact.confirmed_by,
            (),
            "entry",
            "unverified",
        )
        return self._mapper.new_events([(event_id(fact.command, 0), fact.event, record)])
