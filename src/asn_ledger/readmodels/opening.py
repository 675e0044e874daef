"""How the engine reads what the ledger keeps: stored facts become entries, personal values opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg

from asn_ledger.domain.events import Entry
from asn_ledger.ledger.requests import Recorded

Connection = psycopg.Connection[tuple[Any, ...]]  # Any: psycopg's own rows


class Opens(Protocol):
    """Opens stored facts (the vault's mapper does); a value whose key was destroyed comes as `Erased`."""

    def __call__(self, facts: Sequence[Recorded], /) -> list[Entry]:
        """The facts as entries, in the same order."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """One ledger to read from: a connection under the service's role, the ledger's name, what opens its facts."""

    connection: Connection
    ledger: str
    opens: Opens
