"""The part of an audit that compares what was stated about all entries with what they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from asn_ledger.ledger.checkpoints import extensions
from asn_ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.merkle import HASH_BYTES, Frontier, root
from asn_ledger.proof.restored import Loss, Origins

from .report import Fault, FaultCode, Finding, Remark, Step, StepReport
from .rows import WIDTH
from .source import Head, Source, StoredCheckpoint

_STOPPED = Remark.of("unsound")
_LEVELS = 8
"""Levels of tiles: 256^8 entries are more than a position can count."""


@dataclass(frozen=True, slots=True)
class Entries:
    """All spans together: the sound entries from the first on, and the first fault.

    Args:
        last: position of the last sound entry.
        time: of its recording.
        chunks: hashes over 256 leaves each.
        rest: leaves after the last chunk.
        partial: for checkpoint sizes that fill no chunk, the hash over the leaves after the last full one.
        tiles: stored tiles of leaves that were compared.
        finding: the first fault of an entry.
    """

    last: int
    time: str
    chunks: bytes
    rest: Sequence[bytes]
    partial: dict[int, bytes]
    tiles: int
    finding: Finding | None


class Roots:
    """The roots at ascending sizes, from the hashes of chunks."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._frontier = Frontier()

    def at(self, size: int) -> bytes:
        """Give the root at a size that is not less than the one asked for before."""
        full, rest = divmod(size, WIDTH)
        self._frontier = self._frontier.extend(hashes(self._entries.chunks, self._frontier.size, full))
        if not rest:
            return self._frontier.root()
        partial = self._entries.partial.get(size)
        if partial is None:
            if size != self._entries.last:
                raise LookupError(f"the leaves up to {size} are not known")
            partial = root(self._entries.rest)
        return self._frontier.append(partial).root()


def hashes(chunks: bytes, start: int, end: int) -> list[bytes]:
    """Cut the hashes `start` to `end` (exclusive) out of what holds one after the other."""
    return [chunks[at : at + HASH_BYTES] for at in range(start * HASH_BYTES, end * HASH_BYTES, HASH_BYTES)]


def check_tiles(source: Source, entries: Entries) -> StepReport:
    """Compare the stored tiles above the leaves' with the leaves; the leaves' own were compared one by one."""
    if entries.finding is not None and entries.finding.step is Step.TILES:
        return StepReport(Step.TILES, "failed", entries.tiles, entries.finding)
    if not source.indexed:
        return StepReport(Step.TILES, "skipped", said=Remark.of("unexported_tiles"))
    if entries.finding is not None:
        return StepReport(Step.TILES, "skipped", said=_STOPPED)
    checked = entries.tiles
    nodes = hashes(entries.chunks, 0, len(entries.chunks) // HASH_BYTES)
    for level in range(1, _LEVELS):
        expected = 0
        for tile in source.upper_tiles(level):
            below = nodes[expected * WIDTH : (expected + 1) * WIDTH]
            if (tile.number, tile.hashes, tile.root) != (expected, b"".join(below), root(below)):
                first = expected * WIDTH ** (level + 1) + 1
                fault = Fault.of("tile_above", tile=expected, level=level, start=first)
                return StepReport(Step.TILES, "failed", checked, Finding(Step.TILES, first, fault))
            expected += 1
        checked += expected
        nodes = [root(nodes[at : at + WIDTH]) for at in range(0, len(nodes) // WIDTH * WIDTH, WIDTH)]
    return StepReport(Step.TILES, "passed", checked)


def check_head(head: Head, entries: Entries) -> StepReport:
    """Compare the head row with the entries."""
    if entries.finding is not None:
        return StepReport(Step.ROOT, "skipped", said=_STOPPED)
    full, rest = divmod(entries.last, WIDTH)
    frontier = Frontier().extend(hashes(entries.chunks, 0, full)).hashes + Frontier().extend(entries.rest[:rest]).hashes
    statements: dict[FaultCode, tuple[object, object]] = {
        "head_root": (head.root, Roots(entries).at(entries.last)),
        "head_frontier": (head.frontier, frontier),
        "head_time": (head.recorded_at, entries.time),
    }
    if head.origin.startswith("simulation.") != head.simulation:
        return StepReport(Step.ROOT, "failed", 0, Finding(Step.ROOT, None, Fault.of("simulation_mark")))
    for code, (stated, found) in statements.items():
        if stated is not None and stated != found:
            return StepReport(Step.ROOT, "failed", 0, Finding(Step.ROOT, None, Fault.of(code, size=entries.last)))
    return StepReport(Step.ROOT, "passed", 1)


def check_signatures(source: Source, head: Head, origins: Origins, keys: LogKeys | None) -> StepReport:
    """Check that every stored checkpoint is signed by the ledger's key and states what stands beside it."""
    checked, before = 0, (-1, 0)
    for stored in source.checkpoints():
        number = before[1] + 1 if stored.size == before[0] else 1
        fault = _stored_fault(stored, number, keys, origins.at(stored.size), head.zone)
        if fault is not None:
            return StepReport(Step.SIGNATURES, "failed", checked, Finding(Step.SIGNATURES, None, fault))
        checked, before = checked + 1, (stored.size, number)
    if keys is None:
        return StepReport(Step.SIGNATURES, "skipped", said=Remark.of("no_key"))
    return StepReport(Step.SIGNATURES, "passed", checked)


def _stored_fault(stored: StoredCheckpoint, number: int, keys: LogKeys | None, origin: str, zone: str) -> Fault | None:
    size = stored.size
    try:
        checkpoint = _read(stored.note, keys)
    except VerificationError as error:
        return Fault.of("checkpoint_unread", size=size, why=str(error))
    if checkpoint.origin != origin:
        return Fault.of("checkpoint_origin", size=size, found=checkpoint.origin, origin=origin)
    if (size, stored.root) != (checkpoint.size, checkpoint.root):
        return Fault.of("checkpoint_differs", size=size)
    if stored.number != number:
        return Fault.of("checkpoint_number", size=size, found=stored.number, number=number)
    if checkpoint.extensions != extensions(origin, zone):
        return Fault.of("checkpoint_zone", size=size, zone=zone)
    return None


def check_consistency(source: Source, head: Head, entries: Entries) -> StepReport:
    """Check that every stored checkpoint states the root that the entries have at its size."""
    compared = Compared(head, entries)
    checked = covered = 0
    for stored in source.checkpoints():
        finding = compared.fault(Step.CONSISTENCY, stored.size, stored.root)
        if finding is not None:
            return StepReport(Step.CONSISTENCY, "failed", checked, finding)
        if stored.size > entries.last:
            return StepReport(Step.CONSISTENCY, "skipped", checked, said=_STOPPED)
        checked, covered = checked + 1, stored.size
    said = None if covered == head.size else Remark.of("uncovered", position=covered)
    return StepReport(Step.CONSISTENCY, "passed", checked, said=said)


def check_since(note: bytes | None, keys: LogKeys | None, head: Head, origins: Origins, entries: Entries) -> StepReport:
    """Check that a checkpoint that the auditor kept elsewhere is signed, and states the root the entries have there.

    Of a tree that the ledger says it lost, that nothing more is lost than it says.
    """
    if note is None:
        return StepReport(Step.SINCE, "skipped", said=Remark.of("none_given"))
    try:
        kept, loss = read_lost(note, keys, origins)
    except VerificationError as error:
        unread = Fault.of("given_unread", why=str(error))
        return StepReport(Step.SINCE, "failed", 0, Finding(Step.SINCE, None, unread))
    finding = _given_fault(kept, loss, head, origins, entries)
    if finding is not None:
        return StepReport(Step.SINCE, "failed", 0, finding)
    if loss is not None:
        return StepReport(Step.SINCE, "passed", 1, said=Remark.of("lost_given", count=1))
    if kept.size > entries.last:
        return StepReport(Step.SINCE, "skipped", said=_STOPPED)
    return StepReport(Step.SINCE, "passed", 1, said=None if keys else Remark.of("signature_unchecked"))


def _given_fault(kept: Checkpoint, loss: Loss | None, head: Head, origins: Origins, entries: Entries) -> Finding | None:
    if loss is not None:
        more = larger(loss, kept.size)
        return None if more is None else Finding(Step.SINCE, loss.position, more)
    if kept.origin != origins.at(kept.size):
        other = Fault.of("given_origin", found=kept.origin, origin=origins.at(kept.size))
        return Finding(Step.SINCE, None, other)
    return Compared(head, entries).fault(Step.SINCE, kept.size, kept.root)


def larger(loss: Loss, size: int) -> Fault | None:
    """Say that more was lost than the loss on record tells, if a tree of this size was seen."""
    if size <= loss.last:
        return None
    return Fault.of("loss_larger", size=size, position=loss.position, last=loss.last)


class Compared:
    """Checkpoints against the entries, in ascending order of size."""

    def __init__(self, head: Head, entries: Entries) -> None:
        self._head = head
        self._last = entries.last
        self._roots = Roots(entries)
        self._agreed = 0

    def fault(self, step: Step, size: int, stated: bytes) -> Finding | None:
        """Say where the entries contradict a checkpoint."""
        if 0 <= size <= self._last:
            if self._roots.at(size) == stated:
                self._agreed = size
                return None
            after = self._agreed + 1
            return Finding(step, after, Fault.of("checkpoint_broken", start=after, size=size))
        if size < 0:
            return Finding(step, None, Fault.of("checkpoint_size", size=size))
        if size > self._head.size:
            after = self._head.size + 1
            return Finding(step, after, Fault.of("later_gone", size=size, head=self._head.size))
        return None


def read_lost(note: bytes, keys: LogKeys | None, origins: Origins) -> tuple[Checkpoint, Loss | None]:
    """Read a checkpoint, and say in which loss its tree went; None where that is the tree that is there.

    Raises:
        VerificationError: it is none, or not signed by the key of its origin and size.
    """
    stated = parse_checkpoint(note)
    loss = origins.loss_of(stated.origin, stated.size)
    if keys is None or loss is None:
        return _read(note, keys), loss
    own = keys.of_origin(stated.origin)
    if own is None:
        raise VerificationError(f"no key of {stated.origin} was given")
    return own.verify(note), loss


def _read(note: bytes, keys: LogKeys | None) -> Checkpoint:
    return parse_checkpoint(note) if keys is None else keys.verify(note)
