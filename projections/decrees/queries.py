"""Which decree is this: found by number, with kind, date, issuer, rows and position."""

from collections.abc import Mapping, Sequence

import psycopg

from asn_ledger.domain.decrees import DecreeRecord
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Opens
from projections.decrees.rows import DecreeRow

__all__ = ["DecreeRow", "decree_record", "decrees", "find_decrees"]

Connection = psycopg.Connection[tuple[object, ...]]


def decrees(connection: Connection, ledger: str, ids: Sequence[DecreeId]) -> Mapping[DecreeId, DecreeRow]:
    """The rows of these decrees, of those on record."""
    raise NotImplementedError


def decree_record(connection: Connection, ledger: str, decree: DecreeId, as_of: AsOf, *, opens: Opens) -> DecreeRecord:
    """The whole decree, its rows and what has become of each, read from the ledger.

    Raises:
        NotFound: no such decree was on record.
    """
    raise NotImplementedError


def find_decrees(
    connection: Connection, ledger: str, text: str, *, limit: int = 50, offset: int = 0
) -> Listing[DecreeRow]:
    """Decrees whose number starts with the text, or has a part that does; spaces and case do not count."""
    raise NotImplementedError
