"""What a ledger says that it lost, read from its facts: very few, by their tag."""

import orjson

from asn_ledger.proof.restored import LOSSES, RESTORED, Loss, read_loss

from .recorder import LedgerRecorder


def losses(recorder: LedgerRecorder) -> tuple[Loss, ...]:
    """Give every loss on record, in order.

    Raises:
        LedgerUnavailable: if the database does not answer.
    """
    _, facts = recorder.read_tags([LOSSES])
    found = (
        read_loss(fact.position, orjson.loads(fact.data), orjson.loads(fact.record))
        for fact in facts
        if fact.type == RESTORED
    )
    return tuple(loss for loss in found if loss is not None)
