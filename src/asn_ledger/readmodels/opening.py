"""How the engine reads what the ledger keeps: stored facts become entries, personal values opened."""

from collections.abc import Sequence
from typing import Protocol

from asn_ledger.domain.events import Entry
from asn_ledger.ledger.requests import Recorded


class Opens(Protocol):
    """Opens stored facts (the vault's mapper does); a value whose key was destroyed comes as `Erased`."""

    def __call__(self, facts: Sequence[Recorded], /) -> list[Entry]:
        """The facts as entries, in the same order."""
        ...
