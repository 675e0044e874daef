"""What happened to the ledger itself: it was put back from a backup."""

from asn_ledger.domain.events.base import Event
from asn_ledger.domain.terms.numbers import Position
from asn_ledger.domain.terms.texts import Said, SaidShort


class LedgerRestored(Event, topic="ledger.restored.v1"):
    """The ledger was put back from a backup and passed the audit; says what of it others had seen.

    `size` is how many facts were put back. `witnessed_size` and `witnessed_root` are those of the newest checkpoint it
    was held against; without one, `reason` says why.
    """

    size: Position
    witnessed_size: Position | None = None
    witnessed_root: SaidShort | None = None
    reason: Said | None = None
