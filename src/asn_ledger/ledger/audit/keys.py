"""The step that looks for every key that the ledger names. What an erasure destroyed is no fault; a lost key is."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

from asn_ledger.domain.events import PersonErased
from asn_ledger.ledger.vault import UnknownEvent, key_ids

from .report import Fault, Finding, Remark, Step, StepReport

FindKeys: TypeAlias = Callable[[Collection[str]], Collection[str]]
"""Those of these keys that the key store has, by their ids."""

_TOLD = 20
"""So many further faults are told by name."""


def keys_named(kind: str, payload: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a fact's values are sealed with (Any: JSON); of a type that is not known, none."""
    try:
        yield from key_ids(kind, payload)
    except UnknownEvent:
        return


def keys_erased(kind: str, payload: Mapping[str, Any]) -> Collection[str]:
    """The keys that a fact destroys (Any: JSON)."""
    return payload["keys"] if kind == PersonErased.TOPIC else ()


def check_keys(
    named: Mapping[str, int], erased: Collection[str], find: FindKeys | None, *, indexed: bool
) -> StepReport:
    """See that every key is in the key store, or erased.

    Args:
        named: ids, each with the first position that names it.
        erased: ids that recorded erasures name.
        find: looks into the key store; None: there is none to look into.
        indexed: whether the ledger was audited where it lives, and not in an export.
    """
    living = {key: position for key, position in named.items() if key not in erased}
    if find is None and living:
        said = Remark.of("unread" if indexed else "unexported_keys", count=len(living))
        return StepReport(Step.KEYS, "skipped", said=said)
    there = () if find is None else find(list(living))
    faults = [
        Finding(Step.KEYS, position, Fault.of("key_missing", key=key))
        for key, position in sorted(living.items(), key=lambda one: (one[1], one[0]))
        if key not in there
    ]
    sound = len(named) - len(faults)
    if not faults:
        return StepReport(Step.KEYS, "passed", sound)
    first, *others = faults
    more = len(others) - _TOLD
    rest = Remark.of("others", count=more) if more > 0 else None
    return StepReport(Step.KEYS, "failed", sound, first, rest, tuple(others[:_TOLD]))
