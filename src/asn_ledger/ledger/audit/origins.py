"""The step that looks under which names checkpoints were signed: a loss on record begins another, or it is a fault."""

from itertools import groupby

from asn_ledger.proof.logkeys import LogKey, LogKeys
from asn_ledger.proof.restored import Origins

from .report import Fault, Finding, Remark, Step, StepReport
from .signed import Entries

_PEOPLE = 2


def check_origins(origins: Origins, entries: Entries, keys: LogKeys | None) -> StepReport:
    """Check that each loss begins a new origin by two people, and that the keys change their names there alone.

    A loss that is told is no fault: it is named, for ever. One that is not told is what this step is for.
    """
    if entries.finding is not None and entries.finding.step is Step.ORIGIN:
        return StepReport(Step.ORIGIN, "failed", 0, entries.finding)
    if entries.finding is not None:
        return StepReport(Step.ORIGIN, "skipped", said=Remark.of("unsound"))
    found = _fault(origins, keys)
    if found is not None:
        return StepReport(Step.ORIGIN, "failed", 0, found)
    losses = origins.losses
    if not losses:
        return StepReport(Step.ORIGIN, "passed", 0)
    said = Remark.of("lost", first=losses[-1].position, last=losses[-1].last, count=len(losses))
    return StepReport(Step.ORIGIN, "passed", len(losses), said=said)


def _fault(origins: Origins, keys: LogKeys | None) -> Finding | None:
    wrong = origins.unexplained()
    if wrong is not None:
        position, found = (None, wrong) if isinstance(wrong, str) else (wrong.position, wrong.origin)
        return Finding(Step.ORIGIN, position, Fault.of("origin_unexplained", origin=found))
    for loss in origins.losses:
        if len(set(loss.by)) < _PEOPLE:
            return Finding(Step.ORIGIN, loss.position, Fault.of("loss_alone"))
    strange = "" if keys is None else _strange(origins, keys)
    return Finding(Step.ORIGIN, None, Fault.of("origin_keys", origin=strange)) if strange else None


def _origin(one: LogKey) -> str:
    return one.key.name


def _strange(origins: Origins, keys: LogKeys) -> str:
    """Give the origin of a key that signs for sizes at which the facts name another; empty if there is none."""
    known = origins.named()
    begun = {loss.origin: loss.kept for loss in origins.losses}
    since = [(name, next(several).since) for name, several in groupby(keys.keys, _origin)]
    for number, (name, first) in enumerate(since):
        of_nothing = number + 1 < len(since) and since[number + 1][1] == first  # of a tree that was lost whole
        if not of_nothing and (name not in known or (number and begun.get(name) != first)):
            return name
    return "" if keys.current.name == origins.current else keys.current.name
