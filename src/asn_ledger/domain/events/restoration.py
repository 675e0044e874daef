"""What happened to the ledger itself: it was put back from a backup, and may have lost what others had seen."""

from asn_ledger.domain.events.base import Event
from asn_ledger.domain.terms.numbers import Position
from asn_ledger.domain.terms.texts import Said, SaidShort

LOSSES = "register:losses"
"""The tag of all facts about what was lost: very few, which are read together."""


class LedgerRestored(Event, topic="ledger.restored.v1"):
    """The ledger was put back from a backup and passed the audit; says what of it others had seen.

    `size` is how many facts were put back. `witnessed_size` and `witnessed_root` are those of the newest checkpoint it
    was held against; without one, `reason` says why.

    Where it lacks what others had seen, it goes on under another `origin` than its `earlier` one, by two people for a
    `reason`. The positions from `size` + 1 to `lost_to` are lost. `witnessed_note` is the checkpoint itself,
    `witnessed_origin` its origin where that is not the earlier one; `acknowledged` are positions that were acknowledged
    to somebody and are lost.
    """

    size: Position
    witnessed_size: Position | None = None
    witnessed_root: SaidShort | None = None
    reason: Said | None = None
    origin: Said | None = None
    earlier: Said | None = None
    lost_to: Position | None = None
    witnessed_origin: Said | None = None
    witnessed_note: Said | None = None
    acknowledged: tuple[Position, ...] | None = None

    def tags(self) -> list[str]:  # noqa: D102 -- as of every event
        return [] if self.origin is None else [LOSSES]
