"""The step that reads every scan that the ledger names. Where scans lie is not this room's to know: it is told how."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from .report import Fault, Finding, Remark, Step, StepReport

CheckDocument: TypeAlias = Callable[[str], Fault | None]
"""Reads a document to its end by the SHA-256 that the ledger names; says what is wrong with it, if anything."""

_TOLD = 20
"""So many further faults are told by name."""


def documents_named(kind: str, payload: Mapping[str, Any]) -> Iterator[str]:
    """The documents that a fact names (Any: JSON); they are never sealed."""
    match kind:
        case "decree.recorded.v1":
            yield from (one["sha256"] for one in payload.get("documents", ()))
            yield from (one["document"] for one in payload.get("considerations", ()) if "document" in one)
        case "document.matched.v1" | "document.disputed.v1":
            yield payload["sha256"]
        case "record.corrected.v1" if "document" in payload:
            yield payload["document"]["sha256"]
        case _:
            pass


def check_documents(named: Mapping[str, int], check: CheckDocument | None, *, indexed: bool) -> StepReport:
    """Read every document that the ledger names.

    Args:
        named: hashes, each with the first position that names it.
        check: reads one; None: there are none to read.
        indexed: whether the ledger was audited where it lives, and not in an export.
    """
    if check is None and named:
        said = Remark.of("unread" if indexed else "unexported_documents", count=len(named))
        return StepReport(Step.DOCUMENTS, "skipped", said=said)
    faults: list[Finding] = []
    for name, position in sorted(named.items(), key=lambda one: (one[1], one[0])):
        wrong = None if check is None else check(name)
        if wrong is not None:
            faults.append(Finding(Step.DOCUMENTS, position, wrong))
    sound = len(named) - len(faults)
    if not faults:
        return StepReport(Step.DOCUMENTS, "passed", sound)
    first, *others = faults
    more = len(others) - _TOLD
    rest = Remark.of("others", count=more) if more > 0 else None
    return StepReport(Step.DOCUMENTS, "failed", sound, first, rest, tuple(others[:_TOLD]))
