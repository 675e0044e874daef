"""Signatures made outside the server, where facts are recorded: what there is to sign, and whether it was signed.

The check is the audit's own (`proof.keyring`), over keys that are read from the ledger: what is refused here is what an
audit would name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, cast

import orjson
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from asn_ledger.domain.errors import Conflict, NotAllowed, Refusal
from asn_ledger.domain.events import KEYS, Actor
from asn_ledger.proof.attestation import OTHER_ACT, Act, Assertion, Attestation, Site, attest, command_leaf, event_leaf
from asn_ledger.proof.canonical import Json
from asn_ledger.proof.certificates import EXPIRED, NO_REVOCATION, REVOKED, UNTRUSTED, WEAK
from asn_ledger.proof.keyring import (
    KEYRING_TYPES,
    LATE,
    LATE_TTE,
    NO_AUTHORITY,
    NO_KEY,
    OTHERS_KEY,
    CommandOnRecord,
    Fault,
    Keyring,
    acts_needed,
    is_certificates,
)
from asn_ledger.proof.merkle import root
from asn_ledger.proof.tte import OTHER_CONTENT, OTHER_KEY, OTHER_TIME, Trust, Tte

from .envelope import CheckedFields, NewEvent, timestamp
from .mapper import actor_fields
from .recorder import LedgerRecorder
from .requests import Recorded

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_WHY: Final = {
    OTHER_ACT: ("signature-over-other", "what would be recorded has changed since you signed; look again, sign again"),
    OTHER_CONTENT: ("signature-over-other", "what would be recorded has changed since you signed; look and sign again"),
    LATE: ("signature-late", "you signed more than an hour ago; open the page again, and sign again"),
    LATE_TTE: ("tte-late", "the act was made more than a day ago; take it again, and sign it again"),
    OTHER_TIME: ("tte-other-time", "the trusted time of the TTE is not between the asking and now; sign it again"),
    NO_KEY: ("signature-no-key", "this key or certificate is not enrolled, or was revoked; enrol it on your page"),
    OTHERS_KEY: ("signature-other-person", "this key or certificate is another person's; sign with your own"),
    OTHER_KEY: ("signature-other-person", "this key or certificate is another person's; sign with your own"),
    NO_AUTHORITY: ("tte-not-introduced", "an operator first says whose certificates count: `asn-ledger keys trust`"),
    UNTRUSTED: ("tte-untrusted", "the certificate does not come from an authority that counts here (`keys list`)"),
    EXPIRED: ("tte-expired", "the certificate was not valid at the time of the signature; renew it"),
    REVOKED: ("tte-revoked", "the certificate was revoked at the time of the signature"),
    NO_REVOCATION: (
        "tte-no-revocation", "the file does not show that the certificate was not revoked; sign with OCSP or CRL (LTV)",
    ),
    WEAK: ("tte-weak", "the TTE uses an algorithm that is too weak; SHA-256 and RSA of 2048 bits are the least"),
}  # fmt: skip
"""What is said of a signature that does not hold, by what the check says: a code, and a sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is asked to sign.

    Args:
        act: to be signed.
        leaves: of the commands that it covers.
        site: for which passkeys sign; None where nothing on record says so yet.
        credentials: the signer's passkeys that count.
        required: whether it is refused without.
        trust: whose certificates count for a TTE; None where nothing on record says so.
        certified: whether a certificate of the signer counts.
    """

    act: Act
    leaves: tuple[bytes, ...]
    site: Site | None
    credentials: tuple[bytes, ...]
    required: bool
    trust: Trust | None = None
    certified: bool = False

    @property
    def has_key(self) -> bool:
        """Whether the signer has a key that counts."""
        return bool(self.credentials) or self.certified


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody signed: which act, when it was asked for, and the passkey's answer or the TTE.

    `leaves` are of all commands that it covers, where these are several.
    """

    act: str
    signer: Actor
    at: str
    assertion: Assertion | Tte
    leaves: tuple[bytes, ...] = ()

    def attestation(self, leaf: bytes) -> Attestation:
        """What a command of this leaf keeps.

        Raises:
            Conflict: it is none of those that were signed.
        """
        if not self.leaves:
            return Attestation(self.act, actor_fields(self.signer), self.at, 0, 1, (), self.assertion)
        if leaf not in self.leaves:
            raise refusal_of(OTHER_ACT)
        said = Act(self.act, "", actor_fields(self.signer), self.at, len(self.leaves), b"")
        return attest(said, self.leaves, self.leaves.index(leaf), self.assertion)


class Attesting:
    """The keys of one ledger, and what is signed with them.

    Args:
        recorder: of the ledger.
    """

    def __init__(self, recorder: LedgerRecorder) -> None:
        self._recorder = recorder
        self._known = (0, Keyring())

    def keyring(self) -> Keyring:
        """The keys that count now, as an audit would find them; the facts about them are checked once."""
        facts = self._recorder.read_tags([KEYS])[1]
        last = facts[-1].position if facts else 0
        if self._known[0] != last:
            ring = Keyring()
            for fact in facts:
                ring.see(_on_record(self._recorder.identity.name, fact))
            self._known = (last, ring)
        return self._known[1].copy()

    def require_none(self) -> None:
        """Refuse what nobody can sign.

        Raises:
            Conflict: signatures are required.
        """
        if self.keyring().required_from:
            raise Conflict(
                "signatures are required, and this would carry none; correct or annul it by a decree that is confirmed",
                code="signatures-required",
            )

    def require_none_to_confirm(self) -> None:
        """Refuse a confirmation without a signature, before any of many is tried.

        Raises:
            NotAllowed: signatures are required.
        """
        if self.keyring().required_from:
            raise _missing("confirm")

    def ask(self, act: str, signer: Actor, commands: Sequence[Sequence[NewEvent]], now: datetime) -> Asked:
        """What somebody would sign of commands that are not recorded yet; each is its events."""
        leaves = tuple(leaf_of(events) for events in commands)
        ring = self.keyring()
        said = Act(act, self._recorder.identity.name, actor_fields(signer), timestamp(now), len(leaves), root(leaves))
        own = {one: key for one, key in ring.keys.items() if key.account == signer.id}
        passkeys = tuple(one for one, key in own.items() if not is_certificates(one, key.public_key))
        return Asked(said, leaves, ring.site, passkeys, bool(ring.required_from), ring.trust, len(passkeys) < len(own))

    def needs(self, events: Sequence[NewEvent]) -> list[tuple[str, str]]:
        """What of a command must be signed once signatures are required, and by whom."""
        return acts_needed(self._planned(events, timestamp(_EPOCH)))

    def attested(
        self, events: Sequence[NewEvent], signed: Sequence[Signed | Attestation], now: datetime
    ) -> tuple[NewEvent, ...]:
        """The events of a command with its signatures, if these hold and none is missing.

        Raises:
            NotAllowed: a signature is required and missing.
            Conflict: one does not hold, or is over something else than what would be recorded.
        """
        leaf = leaf_of(events)
        attestations = [one.attestation(leaf) if isinstance(one, Signed) else one for one in signed]
        events = _with(events, attestations)
        planned = self._planned(events, timestamp(now))
        if (attestations or acts_needed(planned)) and (faults := self.keyring().see(planned)):
            raise _refusal(faults)
        return events

    def require_held(self, events: Sequence[NewEvent], signed: Signed, now: datetime) -> Attestation:
        """Check one signature of a command that needs more of them, and give it.

        Raises:
            Conflict: it does not hold.
        """
        attestation = signed.attestation(leaf_of(events))
        planned = self._planned(_with(events, [attestation]), timestamp(now))
        if wrong := [fault for fault in self.keyring().see(planned) if fault.kind == "wrong"]:
            raise _refusal(wrong)
        return attestation

    def _planned(self, events: Sequence[NewEvent], recorded_at: str) -> CommandOnRecord:
        first = events[0]
        return CommandOnRecord(
            self._recorder.identity.name,
            self._recorder.head() + 1,
            recorded_at,
            first.record,
            frozenset(one.type for one in events),
            any(_overridden(one.record) for one in events),
            orjson.loads(first.data),
            tuple(map(_leaf, events)),
        )


def _with(events: Sequence[NewEvent], attestations: Sequence[Attestation]) -> tuple[NewEvent, ...]:
    """The events of a command, the first of which keeps its signatures."""
    if not attestations:
        return tuple(events)
    first, *others = events
    kept: list[Json] = [one.stored() for one in attestations]
    return replace(first, record=CheckedFields({**first.record, "attestations": kept})), *others


def with_keys(condition: DCBAppendCondition) -> DCBAppendCondition:
    """The condition that also holds no longer once a fact about keys is recorded: a key may count no more."""
    items = [*condition.fail_if_events_match.items, DCBQueryItem(types=sorted(KEYRING_TYPES), tags=[KEYS])]
    return DCBAppendCondition(DCBQuery(items), condition.after)


def leaf_of(events: Sequence[NewEvent]) -> bytes:
    """The leaf of a command that is not recorded yet, among those that an act covers."""
    record = events[0].record
    return command_leaf(
        str(record["command"]), str(record["request"]), record["recorded_by"], [_leaf(one) for one in events]
    )


def _leaf(event: NewEvent) -> bytes:
    return event_leaf(str(event.event_id), event.type, sha256(event.data).hexdigest(), event.record.get("outcomes", ()))


def _overridden(record: Mapping[str, Json]) -> bool:
    outcomes = cast("Sequence[Mapping[str, Json]]", record.get("outcomes", ()))
    return any(one["override"] is not None for one in outcomes)


def _on_record(ledger: str, fact: Recorded) -> CommandOnRecord:
    """A fact about keys, which stands alone in its command."""
    record = orjson.loads(fact.record)
    leaf = event_leaf(str(fact.event_id), fact.type, sha256(fact.data).hexdigest(), record.get("outcomes", ()))
    return CommandOnRecord(
        ledger,
        fact.position,
        timestamp(fact.recorded_at),
        record,
        frozenset({fact.type}),
        overrides=False,
        payload=orjson.loads(fact.data),
        leaves=(leaf,),
    )


def _refusal(faults: Sequence[Fault]) -> Refusal:
    wrong = next((fault for fault in faults if fault.kind == "wrong"), None)
    if wrong is None:
        return _missing(faults[0].act)
    return refusal_of(wrong.why)


def refusal_of(why: str) -> Conflict:
    """What is said of a signature that does not hold, by the check's own words."""
    if why in _WHY:
        code, said = _WHY[why]
        return Conflict(said, code=code)
    return Conflict(f"the signature does not hold: {why}", code="signature-wrong", values={"why": why})


def _missing(act: str) -> NotAllowed:
    return NotAllowed(
        f"this must be signed with a passkey or a TTE ({act}); open its page in a browser and sign there",
        code="signature-missing",
        values={"act": act},
    )
