"""The full audit: every entry, then the head, then everything that was signed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeAlias

from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.restored import Origins

from .attested import check_attestations, join_seen
from .documents import CheckDocument, check_documents, count_disputed
from .keys import FindKeys, check_keys
from .origins import check_origins
from .outside import Brought, check_acknowledged, check_clock, check_quorum, check_witnesses
from .report import Remark, Report, Step, StepReport
from .rows import WIDTH, Row, SpanResult, check_span, join
from .signed import Entries, Roots, check_consistency, check_head, check_signatures, check_since, check_tiles
from .source import Head, Source

Span = tuple[int, int]
"""First and last position."""

Progress = Callable[[int], None]
"""Is told, now and then, how many entries of the first span have been looked at."""

_ENTRY_STEPS = (
    Step.STRUCTURE, Step.LEAF, Step.ENTRY, Step.HEADER, Step.PAYLOAD, Step.COLUMNS, Step.TAGS, Step.SUBJECTS,
)  # fmt: skip
_TOLD_EVERY = 10_000
Key: TypeAlias = VerifierKey | LogKeys | None
"""The ledger's key where it was never changed, or all of its keys; None: signatures are not checked."""

NOTHING = Brought()
"""What an auditor has who got nothing by other ways."""


def spans(size: int, processes: int) -> list[Span]:
    """Share positions among processes, cut at full tiles; there is at least one span, if an empty one."""
    each = max(WIDTH, size // processes // WIDTH * WIDTH)
    firsts = range(1, max(size, 1) + 1, each)[:processes]
    return [*((first, first + each - 1) for first in firsts[:-1]), (firsts[-1], size)]


def checkpoint_sizes(source: Source, since: bytes | None, brought: Brought = NOTHING) -> list[int]:
    """Give the sizes at which roots will be asked for, ascending."""
    sizes = {stored.size for stored in source.checkpoints()} | brought.sizes()
    if since is not None:
        with suppress(VerificationError):  # said at the step that reads it
            sizes.add(parse_checkpoint(since).size)
    return sorted(sizes)


def check_source_span(
    source: Source, head: Head, span: Span, sizes: Sequence[int], told: Progress | None = None
) -> SpanResult:
    """Check the entries of one span of a source; `sizes` are those of all checkpoints."""
    first, last = span
    end = None if last == head.size else last  # whatever stands behind the head is read too, and is a fault

    def rows() -> Iterator[Row]:
        for number, row in enumerate(source.rows(first, end), start=1):
            yield row
            if told is not None and number % _TOLD_EVERY == 0:
                told(number)

    return check_span(
        head.ledger,
        rows(),
        first=first,
        last=last,
        sizes=[size for size in sizes if first <= size <= last],
        timed=frozenset(sizes) | {size + 1 for size in sizes},
        tags=source.tags(first, end) if source.indexed else None,
        tiles=source.tiles(first, end) if source.indexed else None,
    )


def conclude(
    source: Source,
    results: Sequence[SpanResult],
    *,
    key: Key,
    since: bytes | None,
    check_document: CheckDocument | None = None,
    find_keys: FindKeys | None = None,
    brought: Brought = NOTHING,
) -> Report:
    """Put together what the spans came to, and check what is stated about all entries.

    Args:
        source: of the spans.
        results: of all spans, in order.
        key: the ledger's, or all it ever had, got by another way; None: signatures are not checked.
        since: a checkpoint that the auditor kept elsewhere.
        check_document: reads a document; None where there are none to read.
        find_keys: looks into the key store; None where there is none.
        brought: what else the auditor got by other ways.
    """
    head = source.head()
    entries = _together(head, results)
    origins = Origins(head.origin, tuple(loss for result in results for loss in result.losses))
    keys = LogKeys.of(key) if isinstance(key, VerifierKey) else key
    steps = (
        *(_entry_step(step, entries, indexed=source.indexed) for step in _ENTRY_STEPS),
        check_tiles(source, entries),
        check_head(head, entries),
        check_signatures(source, head, origins, keys),
        check_origins(origins, entries, keys),
        _attestations(entries, results),
        check_consistency(source, head, entries),
        check_since(since, keys, head, origins, entries),
        check_quorum(source, head, brought.policy),
        check_witnesses(source, brought, head, origins, entries),
        check_clock(source, head, brought.policy, {at: time for one in results for at, time in one.times_at.items()}),
        check_acknowledged(source, head, origins, entries, brought),
        check_keys(_keys(results), _erased(results), find_keys, indexed=source.indexed),
        check_documents(
            _documents(results),
            check_document,
            indexed=source.indexed,
            disputed=count_disputed(one for result in results for one in result.compared),
        ),
    )
    root = None if entries.finding is not None else Roots(entries).at(entries.last)
    return Report(head.ledger, head.origin, head.size, root, steps, origins.losses)


def _attestations(entries: Entries, results: Sequence[SpanResult]) -> StepReport:
    if entries.finding is not None:
        return StepReport(Step.ATTESTATIONS, "skipped", said=Remark.of("unsound"))
    return check_attestations(join_seen([result.commands for result in results]))


def _documents(results: Sequence[SpanResult]) -> dict[str, int]:
    named: dict[str, int] = {}
    for result in results:
        for name, position in result.documents.items():
            named.setdefault(name, position)
    return named


def _keys(results: Sequence[SpanResult]) -> dict[str, int]:
    named: dict[str, int] = {}
    for result in results:
        for key, position in result.keys.items():
            named.setdefault(key, position)
    return named


def _erased(results: Sequence[SpanResult]) -> set[str]:
    return {key for result in results for key in result.erased}


def _together(head: Head, results: Sequence[SpanResult]) -> Entries:
    finding = join(results)
    last = head.size if finding is None else (finding.position or 1) - 1
    return Entries(
        last=last,
        time=results[-1].times[1],
        chunks=b"".join(result.chunks for result in results),
        rest=results[-1].rest,
        partial={size: part for result in results for size, part in result.partial.items()},
        tiles=sum(result.tiles for result in results),
        finding=finding,
    )


def _entry_step(step: Step, entries: Entries, *, indexed: bool) -> StepReport:
    if step is Step.TAGS and not indexed:
        return StepReport(step, "skipped", said=Remark.of("unexported_tags"))
    if entries.finding is None:
        return StepReport(step, "passed", entries.last)
    if entries.finding.step is step:
        return StepReport(step, "failed", entries.last, entries.finding)
    return StepReport(step, "skipped", entries.last, said=Remark.of("looked_up_to", position=entries.last))
