"""How the engine reads what the ledger keeps: stored facts become entries, personal values opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import psycopg

from asn_ledger.domain.events import Entry
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.requests import Recorded

Connection = psycopg.Connection[tuple[Any, ...]]  # Any: psycopg's own rows


class Opens(Protocol):
    """Opens stored facts (the vault's mapper does); a value whose key was destroyed comes as `Erased`."""

    def __call__(self, facts: Sequence[Recorded], /) -> list[Entry]:
        """The facts as entries, in the same order."""
        ...


NOT_READ = frozenset({Category.RESTRICTED, Category.CONTACT})
"""What no read model reads or keeps: whoever may see it reads the entry itself."""


def for_read_models(mapper: LedgerMapper) -> Opens:
    """Opens facts for the engine: names alone, which is much quicker."""
    return partial(mapper.entries, unopened=NOT_READ)


@dataclass(frozen=True, slots=True)
class Source:
    """One ledger to read from: a connection under the service's role, the ledger's name, what opens its facts."""

    connection: Connection
    ledger: str
    opens: Opens
