"""The audit of a ledger in its database, by one process or several."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from .database import open_source
from .documents import CheckDocument
from .full import NOTHING, Key, Progress, Span, check_source_span, checkpoint_sizes, conclude, spans
from .keys import FindKeys
from .outside import Brought
from .report import Report
from .rows import SpanResult


def audit_ledger(
    url: str,
    ledger: str,
    *,
    key: Key,
    since: bytes | None = None,
    brought: Brought = NOTHING,
    processes: int = 1,
    told: Progress | None = None,
    check_document: CheckDocument | None = None,
    find_keys: FindKeys | None = None,
) -> Report:
    """Audit a ledger in its database as it is now; what is appended meanwhile is not looked at.

    Args:
        url: of a login that may act as the service.
        ledger: its name.
        key: the ledger's, or all it ever had, got by another way; None: signatures are not checked.
        since: a checkpoint's note that the auditor kept elsewhere.
        brought: what else the auditor got by other ways.
        processes: how many share the entries.
        told: how far the first of them has come.
        check_document: reads a document that the ledger names; None: they are not read.
        find_keys: looks into the key store; None: it is not looked into.

    Raises:
        UnknownLedger: if there is no such ledger.
        LedgerUnavailable: if the database does not answer.
    """
    with open_source(url, ledger) as source:
        head = source.head()
        sizes = checkpoint_sizes(source, since, brought)
        first, *others = spans(head.size, processes)
        if not others:
            results = [check_source_span(source, head, first, sizes, told)]
        else:
            snapshot = source.snapshot()
            with ProcessPoolExecutor(len(others), get_context("spawn")) as pool:
                futures = [pool.submit(_check, url, ledger, snapshot, span, sizes) for span in others]
                own = check_source_span(source, head, first, sizes, told)
                results = [own, *(future.result() for future in futures)]
        return conclude(
            source, results, key=key, since=since, check_document=check_document, find_keys=find_keys, brought=brought
        )


def _check(url: str, ledger: str, snapshot: str, span: Span, sizes: Sequence[int]) -> SpanResult:
    with open_source(url, ledger, snapshot) as source:
        return check_source_span(source, source.head(), span, sizes)
