"""What happened to the ledger itself: it was put back from a backup."""

from asn_ledger.domain.events.base import Event


class LedgerRestored(Event, topic="ledger.restored.v1"):
    """The ledger was put back from a backup and passed the audit; says what of it others had seen.

    `size` is how many facts were put back. `witnessed_size` and `witnessed_root` are those of the newest checkpoint it
    was held against; without one, `reason` says why.
    """

    size: int
    witnessed_size: int | None = None
    witnessed_root: str | None = None
    reason: str | None = None
