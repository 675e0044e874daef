"""How the engine reads what the ledger keeps: stored facts become entries, personal values opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg

from asn_ledger.domain.events import EVENT_TYPES, Axis, Entry, ReplacingAct
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.requests import Recorded

Connection = psycopg.Connection[tuple[Any, ...]]  # Any: psycopg's own rows


class Opens(Protocol):
    """Opens stored facts (the vault's mapper does); a value whose key was destroyed comes as `Erased`."""

    def __call__(self, facts: Sequence[Recorded], /) -> list[Entry]:
        """The facts as entries, in the same order."""
        ...


_NAMING = frozenset(
    name for name, kind in EVENT_TYPES.items() if Axis.IDENTITY in kind.AXES or issubclass(kind, ReplacingAct)
)
_NEVER_READ = frozenset({Category.RESTRICTED, Category.CONTACT})
_EVERY = frozenset(Category)


def for_read_models(mapper: LedgerMapper) -> Opens:
    """Opens facts for the engine: the names of the facts that name somebody, and nothing else, which is much quicker.

    What is restricted is in no read model: whoever may see it reads the entry itself.
    """

    def opens(facts: Sequence[Recorded], /) -> list[Entry]:
        mapper.note_erasures(facts)
        named = iter(mapper.entries([fact for fact in facts if fact.type in _NAMING], _NEVER_READ))
        others = iter(mapper.entries([fact for fact in facts if fact.type not in _NAMING], _EVERY))
        return [next(named if fact.type in _NAMING else others) for fact in facts]

    return opens


@dataclass(frozen=True, slots=True)
class Source:
    """One ledger to read from: a connection under the service's role, the ledger's name, what opens its facts."""

    connection: Connection
    ledger: str
    opens: Opens
