"""The step that checks signatures made outside the server: commands are gathered from rows, then seen in order.

A command's events stand one after the other. Rows that say the same of how they came in, and follow each other, are one
command; only what must be signed, is signed, or says whose keys count is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from asn_ledger.proof.attestation import event_leaf
from asn_ledger.proof.canonical import Json
from asn_ledger.proof.keyring import DECREE, KEYRING_TYPES, CommandOnRecord, Keyring, acts_needed
from asn_ledger.proof.keyring import Fault as Wrong

from .report import Fault, Finding, Remark, Step, StepReport

_TOLD: Final = 20
"""So many further faults are told by name."""
_SAME: Final = ("command", "request", "recorded_by", "confirmed_by", "source")

Need = tuple[str, str]
"""An act, and by the account of which id it must be signed."""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A command without signatures: its position, and what of it must be signed once signatures are required."""

    position: int
    needed: tuple[Need, ...]


Seen = CommandOnRecord | Unsigned


@dataclass(slots=True)
class Gathering:
    """Makes commands of rows in their order.

    Args:
        ledger: its name.
        from_middle: whether the first row may go on with a command that began before.
        seen: what was kept; the first command of such a gathering, and each last one, as a whole.
    """

    ledger: str
    from_middle: bool
    seen: list[Seen] = field(default_factory=list)
    _said: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON of the part `record`
    _first: tuple[int, str, Mapping[str, Any]] = (0, "", {})
    _types: set[str] = field(default_factory=set)
    _overrides: bool = False
    _leaves: list[bytes] = field(default_factory=list)
    _whole: bool = False

    def row(  # noqa: PLR0917 -- what a row says, read once
        self,
        position: int,
        recorded_at: str,
        event: str,
        kind: str,
        payload_sha256: str,
        record: Mapping[str, Any],  # Any: JSON
        payload: Mapping[str, Any],
    ) -> None:
        """Take in the next row."""
        if not self._goes_on(record):
            self._close()
            self._said, self._first = record, (position, recorded_at, payload)
            leading = self.from_middle and not self.seen and "command" in record
            self._whole = leading or bool(record.get("attestations"))
        self._types.add(kind)
        outcomes = record.get("outcomes", ())
        self._overrides = self._overrides or any(one.get("override") for one in outcomes)
        if self._whole:
            self._leaves.append(event_leaf(event, kind, payload_sha256, outcomes))

    def end(self, *, sound: bool) -> None:
        """Close the last command; of rows that were not looked at to their end it is not kept."""
        if sound:
            self._close(last=True)

    def _goes_on(self, record: Mapping[str, Any]) -> bool:
        said = self._said
        return (
            "command" in record
            and not record.get("attestations")
            and all(record.get(name) == said.get(name) for name in _SAME)
        )

    def _close(self, *, last: bool = False) -> None:
        if not self._types:
            return
        position, recorded_at, payload = self._first
        command = CommandOnRecord(
            self.ledger,
            position,
            recorded_at,
            self._said,
            frozenset(self._types),
            self._overrides,
            payload if self._types & (KEYRING_TYPES | {DECREE}) else {},
            tuple(self._leaves),
        )
        if self._whole or last or command.types & KEYRING_TYPES:
            self.seen.append(command)
        elif needed := acts_needed(command):
            self.seen.append(Unsigned(position, tuple(needed)))
        elif not self.seen and self.from_middle:
            self.seen.append(Unsigned(position, ()))  # so that the next is not taken for the first
        self._types, self._overrides, self._leaves = set(), False, []


def join_seen(spans: Sequence[Sequence[Seen]]) -> list[Seen]:
    """Put the commands of spans one after the other; one that a cut went through is one again."""
    joined: list[Seen] = []
    for span in spans:
        rest = list(span)
        if joined and rest and isinstance(joined[-1], CommandOnRecord) and isinstance(rest[0], CommandOnRecord):
            before, after = joined[-1], rest[0]
            if _same(before.record, after.record):
                whole = replace(
                    before,
                    types=before.types | after.types,
                    overrides=before.overrides or after.overrides,
                    leaves=(*before.leaves, *after.leaves),
                )
                joined[-1:], rest[:1] = [whole], []
        joined += rest
    return joined


def _same(record: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    if "command" not in after or after.get("attestations"):
        return False
    return all(record.get(name) == after.get(name) for name in _SAME)


def check_attestations(seen: Sequence[Seen]) -> StepReport:
    """Check every signature, and that none is missing."""
    ring = Keyring()
    wrong: list[Wrong] = []
    for one in seen:
        wrong += ring.pass_by(one.position, one.needed) if isinstance(one, Unsigned) else ring.see(one)
    said = _said(ring)
    if not wrong:
        return StepReport(Step.ATTESTATIONS, "passed", ring.checked, said=said)
    first, *also = [_finding(one) for one in wrong]
    return StepReport(Step.ATTESTATIONS, "failed", ring.checked, first, said=said, also=tuple(also[:_TOLD]))


def _said(ring: Keyring) -> Remark | None:
    anchors = sum(key.anchor for key in ring.keys.values())
    if ring.required_from:
        values = {"position": ring.required_from, "keys": len(ring.keys), "anchors": anchors, "count": ring.unsigned}
        return Remark.of("signed_from", **values)
    return Remark.of("unsigned", count=ring.unsigned) if ring.unsigned else None


def _finding(one: Wrong) -> Finding:
    if one.kind == "missing":
        return Finding(
            Step.ATTESTATIONS, one.position, Fault.of("attestation_missing", act=one.act, who=one.who or "-")
        )
    return Finding(
        Step.ATTESTATIONS, one.position, Fault.of("attestation_wrong", act=one.act, who=one.who or "-", why=one.why)
    )
