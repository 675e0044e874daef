"""The part of an audit that compares the ledger with what others hold: witnesses, and people with acknowledgements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from asn_ledger.ledger.cosigning import CLOCK_SECONDS
from asn_ledger.proof.acknowledgement import Acknowledgement, verify_acknowledgement
from asn_ledger.proof.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from asn_ledger.proof.cosignature import CosignerKey, verify_cosignatures
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import VerifierKey, parse_note
from asn_ledger.proof.policy import NONE, Policy, verify_policy
from asn_ledger.proof.restored import Origins

from .kept import refuted
from .report import Fault, Finding, Remark, Step, StepReport
from .signed import Compared, Entries, Roots, larger
from .source import Head, Source

_STOPPED = Remark.of("unsound")

ACKNOWLEDGING = "/acknowledgements"
"""Ends the name of a key that signs acknowledgements where the log's key is elsewhere, behind the log's origin."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an auditor got by other ways than the ledger.

    Args:
        policy: whose cosignatures count; None: cosignatures are not looked at.
        witnessed: by each witness's name in the policy, the last checkpoint that it publishes of an origin of the
            ledger; None: it has none, or is silent.
        acknowledgements: the signed answers that people kept.
        keys: the keys that sign acknowledgements, and what evidence says.
        evidence: files of evidence that people kept.
    """

    policy: Policy | None = None
    witnessed: tuple[tuple[str, bytes | None], ...] = ()
    acknowledgements: tuple[bytes, ...] = ()
    keys: tuple[VerifierKey, ...] = ()
    evidence: tuple[bytes, ...] = ()

    def sizes(self) -> set[int]:
        """Give the sizes at which roots will be asked for."""
        found = {stated.size for stated, _ in map(self._acknowledged, self.acknowledgements) if stated is not None}
        for _, note in self.witnessed:
            try:
                found |= set() if note is None else {parse_checkpoint(note).size}
            except VerificationError:
                continue  # said at the step that reads it
        return found

    def read(self, data: bytes) -> tuple[Acknowledgement, str]:
        """Read an acknowledgement that one of the keys signed, and give the origin that this key is of.

        Raises:
            VerificationError: if none of them did.
        """
        why = "no key to check acknowledgements with was given"
        for key in self.keys:
            try:
                return verify_acknowledgement(data, key), key.name.removesuffix(ACKNOWLEDGING)
            except VerificationError as error:
                why = str(error)
        raise VerificationError(why)

    def _acknowledged(self, data: bytes) -> tuple[Acknowledgement | None, str]:
        try:
            return self.read(data)
        except VerificationError:
            return None, ""


def check_quorum(source: Source, head: Head, policy: Policy | None) -> StepReport:
    """Check every cosignature of a witness that the policy knows, and how far its quorum reaches."""
    if policy is None:
        return StepReport(Step.QUORUM, "skipped", said=Remark.of("no_policy"))
    sealed, last = list[int](), None
    for stored in source.checkpoints():
        last = stored
        try:
            cosigned = verify_cosignatures(parse_note(stored.note), (one.key for one in policy.witnesses))
        except VerificationError as error:
            fault = Fault.of("cosignature_false", size=stored.size, why=str(error))
            return StepReport(Step.QUORUM, "failed", len(sealed), Finding(Step.QUORUM, None, fault))
        if (cosigned or policy.quorum == NONE) and _meets(stored.note, policy):
            sealed.append(stored.size)
    if not sealed and last is not None and policy.quorum != NONE:
        fault = Fault.of("quorum_never", quorum=policy.quorum)
        return StepReport(Step.QUORUM, "failed", 0, Finding(Step.QUORUM, None, fault))
    return StepReport(Step.QUORUM, "passed", len(sealed), said=_of_quorum(policy, max(sealed, default=0), head))


def _of_quorum(policy: Policy, sealed: int, head: Head) -> Remark | None:
    if policy.quorum == NONE:
        return Remark.of("no_witness")
    if policy.captive:
        return Remark.of("captive", position=sealed)
    return None if sealed == head.size else Remark.of("unsealed", position=sealed)


def check_witnesses(source: Source, brought: Brought, head: Head, origins: Origins, entries: Entries) -> StepReport:
    """Check that the ledger continues what each witness says it cosigned last, or says itself that it lost it."""
    policy = brought.policy
    if policy is None or not brought.witnessed:
        return StepReport(Step.WITNESSES, "skipped", said=Remark.of("nobody_asked"))
    read: list[tuple[str, Checkpoint]] = []
    for name, note in brought.witnessed:
        if note is None:
            continue
        try:
            if _can_be_read(policy, origins, note):
                read.append((name, _published(policy, name, note)))
        except VerificationError as error:
            fault = Fault.of("witness_unread", name=name, why=str(error))
            return StepReport(Step.WITNESSES, "failed", 0, Finding(Step.WITNESSES, None, fault))
    compared, checked, lost = Compared(head, entries), 0, 0
    for name, checkpoint in sorted(read, key=lambda one: one[1].size):
        loss = origins.loss_of(checkpoint.origin, checkpoint.size)
        if loss is not None:
            more = larger(loss, checkpoint.size)
            if more is not None:
                return StepReport(Step.WITNESSES, "failed", checked, Finding(Step.WITNESSES, loss.position, more))
            lost += 1
            continue
        finding = compared.fault(Step.WITNESSES, checkpoint.size, checkpoint.root)
        if finding is not None:
            fault = Fault.of("witness_contradicts", name=name, size=checkpoint.size, head=head.size)
            after = max(finding.position or 1, _cosigned_here(source, policy, name) + 1)
            return StepReport(Step.WITNESSES, "failed", checked, Finding(Step.WITNESSES, after, fault))
        if checkpoint.size > entries.last:
            return StepReport(Step.WITNESSES, "skipped", checked, said=_STOPPED)
        checked += 1
    spoke = {name for name, note in brought.witnessed if note is not None}
    silent = list(dict.fromkeys(name for name, _ in brought.witnessed if name not in spoke))
    said = Remark.of("lost_given", count=lost) if lost else None
    if silent:
        said = Remark.of("silent", names=", ".join(silent))
    return StepReport(Step.WITNESSES, "passed" if checked + lost else "skipped", checked + lost, said=said)


def check_clock(source: Source, head: Head, policy: Policy | None, times: dict[int, str]) -> StepReport:
    """Compare when entries say they were recorded with when witnesses cosigned the checkpoints between them.

    What a checkpoint covers was recorded before it was cosigned, and what comes next after it. A difference of more
    than five minutes is told as an alarm; of several witnesses the one that says least counts.

    Args:
        source: of the stored checkpoints.
        head: of the ledger.
        policy: whose cosignatures count.
        times: recording times of the last entry of each checkpoint and of the one after it.
    """
    if head.simulation:
        return StepReport(Step.CLOCK, "skipped", said=Remark.of("simulated_clock"))
    keys = () if policy is None else tuple(one.key for one in policy.witnesses)
    checked, alarms = 0, list[tuple[int, int]]()
    for stored in source.checkpoints():
        cosigned = _times(stored.note, keys)
        if not cosigned:
            continue
        checked += 1
        if stored.size in times:
            early = round(_seconds(times[stored.size]) - max(cosigned))
            alarms += [(stored.size, early)] if early > CLOCK_SECONDS else []
        if stored.size + 1 in times:
            late = round(min(cosigned) - _seconds(times[stored.size + 1]))
            alarms += [(stored.size + 1, -late)] if late > CLOCK_SECONDS else []
    if not checked:
        return StepReport(Step.CLOCK, "skipped", said=Remark.of("no_cosignature"))
    if not alarms:
        return StepReport(Step.CLOCK, "passed", checked)
    (position, seconds), count = alarms[0], len(alarms)
    return StepReport(
        Step.CLOCK, "passed", checked, said=Remark.of("clock_off", position=position, seconds=seconds, count=count)
    )


def check_acknowledged(source: Source, head: Head, origins: Origins, entries: Entries, brought: Brought) -> StepReport:
    """Check that everything acknowledged to somebody stands where it was, or is told as lost, and so for evidence."""
    if not brought.acknowledgements and not brought.evidence:
        return StepReport(Step.ACKNOWLEDGED, "skipped", said=Remark.of("none_given"))
    finding = refuted(source, head, origins, brought.evidence, brought.keys)
    if finding is not None:
        return StepReport(Step.ACKNOWLEDGED, "failed", 0, finding)
    return _check_each(source, head, origins, entries, brought)


def _check_each(source: Source, head: Head, origins: Origins, entries: Entries, brought: Brought) -> StepReport:
    """Check each acknowledgement; the evidence was checked before."""
    stated: list[tuple[Acknowledgement, str]] = []
    for number, data in enumerate(brought.acknowledgements, start=1):
        try:
            stated.append(brought.read(data))
        except VerificationError as error:
            fault = Fault.of("acknowledged_unread", number=number, why=str(error))
            return StepReport(Step.ACKNOWLEDGED, "failed", 0, Finding(Step.ACKNOWLEDGED, None, fault))
    checked, lost = len(brought.evidence), 0
    ordered = sorted(stated, key=lambda one: one[0].size)
    for one, loss in [(one, origins.loss_of(origin, one.position)) for one, origin in ordered]:
        if loss is not None and (more := larger(loss, one.position)):
            return StepReport(Step.ACKNOWLEDGED, "failed", 0, Finding(Step.ACKNOWLEDGED, loss.position, more))
        lost += loss is not None
    there = [
        replace(one, size=one.position) if origins.loss_of(origin, one.size) else one
        for one, origin in ordered
        if origins.loss_of(origin, one.position) is None
    ]
    for one, finding in _broken(source, head, entries, there):
        if finding is not None:
            return StepReport(Step.ACKNOWLEDGED, "failed", checked, finding)
        if one.size > entries.last:
            return StepReport(Step.ACKNOWLEDGED, "skipped", checked, said=_STOPPED)
        checked += 1
    said = Remark.of("lost_given", count=lost) if lost else None
    return StepReport(Step.ACKNOWLEDGED, "passed", checked + lost, said=said)


def _broken(
    source: Source, head: Head, entries: Entries, stated: Sequence[Acknowledgement]
) -> Iterator[tuple[Acknowledgement, Finding | None]]:
    """Give each acknowledgement, in ascending order of size, with what is wrong with it."""
    roots = Roots(entries)
    for one in stated:
        fault = None
        if one.ledger != head.ledger:
            fault = Fault.of("acknowledged_ledger", found=one.ledger, ledger=head.ledger)
        elif one.position > head.size:
            fault = Fault.of("acknowledged_gone", position=one.position, head=head.size)
        elif _leaf(source, one.position) != one.leaf:
            fault = Fault.of("acknowledged_other", position=one.position)
        elif one.size > head.size:
            fault = Fault.of("acknowledged_gone", position=one.size, head=head.size)
        elif one.size <= entries.last and roots.at(one.size) != one.root:
            fault = Fault.of("acknowledged_root", position=one.position, size=one.size)
        position = min(one.position, head.size + 1)
        yield one, None if fault is None else Finding(Step.ACKNOWLEDGED, position, fault)


def _leaf(source: Source, position: int) -> bytes:
    """Hash the entry at a position as it stands there; empty where none does."""
    row = next(iter(source.rows(position, position)), None)
    return b"" if row is None or row.position != position else sha256(b"\0" + row.entry).digest()


def _published(policy: Policy, name: str, note: bytes) -> Checkpoint:
    """Check that a witness cosigned what it publishes, and that one of the policy's logs signed it."""
    witness = next(one for one in policy.witnesses if one.name == name)
    parsed = parse_note(note)
    if not verify_cosignatures(parsed, (witness.key,)):
        raise VerificationError("it is not cosigned by that witness")
    signed = {(part.name, part.key_id) for part in parsed.signatures}
    for log in policy.logs:
        if (log.key.name, log.key.key_id) in signed:
            return verify_checkpoint(note, log.key)
    raise VerificationError("it is not signed by the ledger's key")


def _can_be_read(policy: Policy, origins: Origins, note: bytes) -> bool:
    """Whether it is no checkpoint of an earlier origin of which the auditor was given no key."""
    origin = parse_checkpoint(note).origin
    return origin not in origins.named()[1:] or any(log.key.name == origin for log in policy.logs)


def _cosigned_here(source: Source, policy: Policy, name: str) -> int:
    """Give the size of the last stored checkpoint that a witness cosigned: up to there it saw these entries."""
    (key,) = (one.key for one in policy.witnesses if one.name == name)
    return max((stored.size for stored in source.checkpoints() if _times(stored.note, (key,))), default=0)


def _meets(note: bytes, policy: Policy) -> bool:
    try:
        verify_policy(note, policy)
    except VerificationError:
        return False
    return True


def _times(note: bytes, keys: Sequence[CosignerKey]) -> list[int]:
    try:
        return [one.time for one in verify_cosignatures(parse_note(note), keys)]
    except VerificationError:
        return []  # said at the step that checks them


def _seconds(recorded_at: str) -> float:
    return datetime.fromisoformat(recorded_at).timestamp()
