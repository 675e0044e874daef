"""The step that reads every scan that the ledger names. Where scans lie is not this room's to know: it is told how."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from .report import Fault, Finding, Remark, Step, StepReport

CheckDocument: TypeAlias = Callable[[str], Fault | None]
"""Reads a document to its end by the SHA-256 that the ledger names; says what is wrong with it, if anything."""

_SHOWING = frozenset({"sk", "annex", "petikan"})
"""Roles of scans that show what a decree says."""
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


class Compared(NamedTuple):
    """A fact that says of a scan that it agrees with a place or differs from it, or that strikes what says so."""

    id: str
    agrees: bool
    decree: str
    row: int | None
    strikes: str


def compared(kind: str, event_id: str, payload: Mapping[str, Any]) -> Compared | None:
    """What a fact says of scans that were compared, if it does (Any: JSON)."""
    match kind:
        case "document.matched.v1" if payload["role"] in _SHOWING:
            return Compared(event_id, True, payload["matched_decree"], payload.get("matched_row"), "")  # noqa: FBT003 -- a field
        case "document.disputed.v1" if payload["role"] in _SHOWING:
            return Compared(event_id, False, payload["disputed_decree"], payload.get("disputed_row"), "")  # noqa: FBT003 -- as above
        case "fact.annulled.v1" | "fact.corrected.v1" | "record.corrected.v1":
            return Compared(event_id, False, "", None, payload["strikes"])  # noqa: FBT003 -- as above
        case _:
            return None


def count_disputed(told: Iterable[Compared]) -> int:
    """At how many places the scan that was compared last differs; in the order of the ledger."""
    standing: dict[str, Compared] = {}
    for one in told:
        if one.strikes:
            standing.pop(one.strikes, None)
        else:
            standing[one.id] = one
    disputed: set[tuple[str, int | None]] = set()
    for one in standing.values():
        if not one.agrees:
            disputed.add((one.decree, one.row))
        elif one.row is None:
            disputed = {place for place in disputed if place[0] != one.decree}
        else:
            disputed.discard((one.decree, one.row))
    return len(disputed)


def check_documents(
    named: Mapping[str, int], check: CheckDocument | None, *, indexed: bool, disputed: int = 0
) -> StepReport:
    """Read every document that the ledger names.

    Args:
        named: hashes, each with the first position that names it.
        check: reads one; None: there are none to read.
        indexed: whether the ledger was audited where it lives, and not in an export.
        disputed: at how many places a scan says something else, which is told.
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
        told = Remark.of("disputed", count=disputed) if disputed else None
        return StepReport(Step.DOCUMENTS, "passed", sound, said=told)
    first, *others = faults
    more = len(others) - _TOLD
    rest = Remark.of("others", count=more) if more > 0 else None
    return StepReport(Step.DOCUMENTS, "failed", sound, first, rest, tuple(others[:_TOLD]))
