"""Which decree is this: found by number, with kind, date, issuer, rows and position."""

from collections.abc import Mapping, Sequence

from asn_ledger.domain.decrees import DecreeRecord, fold_decree
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.ledger import reads
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.histories import histories
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.reading import one_snapshot, select_page
from asn_ledger.readmodels.tables import select
from asn_ledger.readmodels.words import HIGHEST
from projections.decrees import DECREES
from projections.decrees.project import normalise
from projections.decrees.rows import DecreeRow

__all__ = ["DecreeRow", "decree_record", "decrees", "find_decrees", "recorded_before"]

_THESE = """
SELECT
    d.decree, d.number, d.normalised, d.tail, d.kind, d.mode, d.decided_on, d.decided, d.issuer, d.signed_as, d.rows,
    d.stub, d.position
FROM decrees_v1.decree d
JOIN readmodels.follower f ON f.ledger = d.ledger AND f.name = 'decrees' AND f.version = 1 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s AND d.decree = ANY (%(decrees)s::uuid[])
"""
_FOUND = """
SELECT
    d.decree, d.number, d.normalised, d.tail, d.kind, d.mode, d.decided_on, d.decided, d.issuer, d.signed_as, d.rows,
    d.stub, d.position, count(*) OVER () AS total
FROM decrees_v1.decree d
JOIN readmodels.follower f ON f.ledger = d.ledger AND f.name = 'decrees' AND f.version = 1 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s AND (
    (d.normalised >= %(first)s AND d.normalised < %(after)s) OR (d.tail >= %(first)s AND d.tail < %(after)s)
)
ORDER BY d.decided DESC NULLS LAST, d.normalised, d.decree LIMIT %(limit)s OFFSET %(offset)s
"""

_SAME_NUMBER = """
SELECT
    d.decree, d.number, d.normalised, d.tail, d.kind, d.mode, d.decided_on, d.decided, d.issuer, d.signed_as, d.rows,
    d.stub, d.position
FROM decrees_v1.decree d
JOIN readmodels.follower f ON f.ledger = d.ledger AND f.name = 'decrees' AND f.version = 1 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s AND d.normalised = %(normalised)s AND d.decided = %(decided)s AND d.position < %(before)s
ORDER BY d.position
"""


def decrees(connection: Connection, ledger: str, ids: Sequence[DecreeId]) -> Mapping[DecreeId, DecreeRow]:
    """The rows of these decrees, of those on record."""
    rows = select(connection, DecreeRow, _THESE, {"ledger": ledger, "decrees": list(ids)})
    return {row.decree: row for row in rows}


def decree_record(connection: Connection, ledger: str, decree: DecreeId, as_of: AsOf, *, opens: Opens) -> DecreeRecord:
    """The whole decree, its rows and what has become of each, read from the ledger.

    Raises:
        NotFound: no such decree was on record.
    """
    with one_snapshot(connection):
        position = reads.head(connection, ledger) if as_of.position is None else as_of.position
        entries = histories(Source(connection, ledger, opens), [([decree.tag], None)], position)[decree.tag]
    record = fold_decree(decree, entries)
    if record.recorded is None and record.stub is None and not record.rows:
        raise NotFound(f"no decree {decree} is on record", code="no-such-decree")
    return record


def recorded_before(connection: Connection, ledger: str, record: DecreeRecord) -> tuple[DecreeRow, ...]:
    """Earlier records of the same number, date and issuer: the paper was recorded, perhaps annulled, and is here again.

    Its lateness is that of the first of them. Spaces and case do not count; without number or date nothing is the same.
    """
    own = record.recorded
    if own is None or own.number is None or own.decided_on is None or record.position is None:
        return ()
    asked = {"ledger": ledger, "normalised": normalise(own.number), "decided": own.decided_on.first}
    rows = select(connection, DecreeRow, _SAME_NUMBER, {**asked, "before": record.position})
    issuer = normalise(own.signer.as_printed.title)
    return tuple(row for row in rows if row.decree != record.decree and normalise(row.issuer) == issuer)


def find_decrees(
    connection: Connection, ledger: str, text: str, *, limit: int = 50, offset: int = 0
) -> Listing[DecreeRow]:
    """Decrees whose number, or what of it follows the first stroke, starts with the text, the latest first.

    Spaces and case do not count.
    """
    number = normalise(text)
    asked = {
        "ledger": ledger,
        "first": number,
        "after": number + HIGHEST if number else "",
        "limit": limit,
        "offset": offset,
    }
    return select_page(connection, DECREES, DecreeRow, _FOUND, asked)
