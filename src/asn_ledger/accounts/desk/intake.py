"""The queue of scans that wait to be matched with a decree: one person proposes, another confirms or refuses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk import HOLDER
from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.accounts.desk.suggesting import read_name
from asn_ledger.domain.decisions.match_document import Place
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.terms.codes import DocumentRole, Verdict
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

_ADD = """
INSERT INTO desk.intake (ledger, id, sha256, known, key, said, brought_by, same_as)
VALUES (
    %(ledger)s, %(id)s, %(sha256)s, %(known)s, %(key)s, %(said)s, %(by)s,
    (SELECT i.id FROM desk.intake i WHERE i.ledger = %(ledger)s AND i.sha256 = %(sha256)s
     ORDER BY i.arrived_at, i.id LIMIT 1)
)
ON CONFLICT DO NOTHING
"""
_NAMED = """
SELECT
    i.id, i.sha256, i.key, i.said, i.state, i.same_as, i.verdict, i.decree, i."row", i.role, i.page, i.note,
    i.proposed_by, i.decided_by, i.brought_by, i.arrived_at
FROM desk.intake i WHERE i.ledger = %(ledger)s AND i.known = %(known)s
"""
_UNMATCHED = """
SELECT
    i.id, i.sha256, i.key, i.said, i.state, i.same_as, i.verdict, i.decree, i."row", i.role, i.page, i.note,
    i.proposed_by, i.decided_by, i.brought_by, i.arrived_at
FROM desk.intake i
WHERE i.ledger = %(ledger)s AND i.state = 'open' AND (%(by)s::text IS NULL OR i.brought_by = %(by)s::text)
"""
_ONE = """
SELECT
    i.id, i.sha256, i.key, i.said, i.state, i.same_as, i.verdict, i.decree, i."row", i.role, i.page, i.note,
    i.proposed_by, i.decided_by, i.brought_by, i.arrived_at
FROM desk.intake i WHERE i.ledger = %(ledger)s AND i.id = %(id)s
"""
_PAGE = """
SELECT
    i.id, i.sha256, i.key, i.said, i.state, i.same_as, i.verdict, i.decree, i."row", i.role, i.page, i.note,
    i.proposed_by, i.decided_by, i.brought_by, i.arrived_at
FROM desk.intake i
WHERE i.ledger = %(ledger)s AND i.state = %(state)s AND (%(by)s::text IS NULL OR i.brought_by = %(by)s::text)
ORDER BY i.arrived_at, i.id LIMIT %(limit)s OFFSET %(offset)s
"""
_NEXT = """
SELECT i.id
FROM desk.intake i JOIN desk.intake o ON o.ledger = i.ledger AND o.id = %(id)s
WHERE i.ledger = %(ledger)s AND i.state = %(state)s AND i.id <> o.id
    AND (i.state <> 'proposed' OR i.proposed_by <> %(reader)s)
ORDER BY (i.arrived_at, i.id) <= (o.arrived_at, o.id), i.arrived_at, i.id LIMIT 1
"""
_SET_ASIDE_OF = """
SELECT DISTINCT ON (i.sha256) i.sha256, i.id FROM desk.intake i
WHERE i.ledger = %(ledger)s AND i.state = 'set_aside' AND i.sha256 = ANY (%(sha256)s::text[])
ORDER BY i.sha256, i.arrived_at, i.id
"""
_COUNTS = """
SELECT i.state, count(*) FROM desk.intake i
WHERE i.ledger = %(ledger)s AND (%(by)s::text IS NULL OR i.brought_by = %(by)s::text) GROUP BY i.state
"""
_WAITING_FOR = """
SELECT count(*) FROM desk.intake i
WHERE i.ledger = %(ledger)s AND i.state = %(state)s
    AND (i.state <> 'proposed' OR i.proposed_by IS NULL OR i.proposed_by::text <> %(reader)s)
"""
_PROPOSE = """
UPDATE desk.intake i
SET state = 'proposed', verdict = NULL, decree = %(decree)s, "row" = %(row)s, role = %(role)s, page = %(page)s,
    note = %(note)s, proposed_by = %(by)s, decided_by = NULL, changed_at = pg_catalog.now()
WHERE i.ledger = %(ledger)s AND i.id = %(id)s AND i.state IN ('open', 'set_aside')
"""
_REOPEN = """
UPDATE desk.intake i
SET state = 'open', decree = NULL, "row" = NULL, role = NULL, page = NULL, note = NULL, proposed_by = NULL,
    changed_at = pg_catalog.now()
WHERE i.ledger = %(ledger)s AND i.id = %(id)s AND i.state = 'proposed' AND i.note = %(note)s
"""
_SET_ASIDE = """
UPDATE desk.intake i
SET state = 'set_aside', verdict = %(verdict)s, note = NULL, decided_by = %(by)s, changed_at = pg_catalog.now()
WHERE i.ledger = %(ledger)s AND i.id = %(id)s AND i.state IN ('open', 'proposed', 'set_aside')
"""
_MATCHED = """
UPDATE desk.intake i
SET state = 'matched', known = NULL, key = NULL, said = NULL, decided_by = %(by)s, changed_at = pg_catalog.now()
WHERE i.ledger = %(ledger)s AND i.id = %(id)s AND i.state = 'proposed'
"""

_CLEAR = "SELECT i.id, i.sha256, i.state, i.name FROM desk.intake i WHERE i.ledger = %(ledger)s AND i.name IS NOT NULL"
_SEAL = """
UPDATE desk.intake i SET known = %(known)s, key = %(key)s, said = %(said)s, name = NULL
WHERE i.ledger = %(ledger)s AND i.id = %(id)s AND i.name IS NOT NULL
"""

IntakeState = Literal["open", "proposed", "set_aside", "matched"]

LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan in the queue.

    `state`: open (nobody has said what it is), proposed (a second person is to compare), set_aside (`verdict` says
    why), matched (on record; its name is dropped). Without a name, dropped or erased with whom it names, it is called
    by its id. `same_as` is the scan of the same content that came first.
    """

    id: UUID
    sha256: str
    name: str
    state: IntakeState
    same_as: UUID | None
    verdict: Verdict | None
    decree: UUID | None
    row: int | None
    role: DocumentRole | None
    page: int | None
    note: UUID | None
    proposed_by: UUID | None
    decided_by: UUID | None
    brought_by: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    """A scan as the table has it: its name sealed."""

    id: UUID
    sha256: str
    key: UUID | None
    said: bytes | None
    state: IntakeState
    same_as: UUID | None
    verdict: Verdict | None
    decree: UUID | None
    row: int | None
    role: DocumentRole | None
    page: int | None
    note: UUID | None
    proposed_by: UUID | None
    decided_by: UUID | None
    brought_by: str
    arrived_at: datetime


class Intake:
    """The queue of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], keys: KeyStore) -> None:
        self._pool = pool
        self._keys, self._ledger = keys, keys.ledger
        self._seals = Seals(keys)

    def add(self, sha256: str, name: str, by: str) -> tuple[Scan, bool]:
        """Put a scan in the queue by its name, and whether it is new there; the same again changes nothing."""
        scan = uuid4()
        values = {"id": scan, "sha256": sha256, "by": by, **self._sealed(scan, sha256, name[-LONGEST_NAME:])}
        new = self._change(_ADD, values)
        (found,) = self._select(_NAMED, values)
        return found, new

    def get(self, scan: UUID) -> Scan:
        """The scan of an id.

        Raises:
            NotFound: there is none.
        """
        found = self._select(_ONE, {"id": scan})
        if not found:
            raise NotFound("no scan of this id is in the queue", code="no-scan")
        return found[0]

    def page(self, state: IntakeState, *, by: str | None = None, limit: int = 50, offset: int = 0) -> Sequence[Scan]:
        """Scans of a state, the first to arrive first; `by`: those that somebody brought."""
        return self._select(_PAGE, {"state": state, "by": by, "limit": limit, "offset": offset})

    def by_name(self, by: str | None) -> Mapping[str, frozenset[str]]:
        """The SHA-256 of scans that nobody has matched yet, by their names, which lie sealed; `by`: whose to take."""
        found: dict[str, frozenset[str]] = {}
        for scan in self._select(_UNMATCHED, {"by": by}):
            found[scan.name] = found.get(scan.name, frozenset()) | {scan.sha256}
        return found

    def set_aside_of(self, contents: Collection[str]) -> Mapping[str, UUID]:
        """The scans that are put aside, by the SHA-256 of their content."""
        with driver_errors(), self._pool.connection() as connection:
            values = {"ledger": self._ledger, "sha256": sorted(contents)}
            return dict(connection.execute(_SET_ASIDE_OF, values).fetchall())

    def after(self, scan: Scan, reader: UUID | None) -> UUID | None:
        """The next scan of the same state that this reader may decide on; from the end back to the beginning."""
        with driver_errors(), self._pool.connection() as connection:
            values = {"ledger": self._ledger, "state": scan.state, "id": scan.id, "reader": reader or UUID(int=0)}
            found = connection.execute(_NEXT, values).fetchone()
        return None if found is None else found[0]

    def counts(self, by: str | None = None) -> Mapping[str, int]:
        """How many scans are in each state; `by` as above."""
        with driver_errors(), self._pool.connection() as connection:
            return dict(connection.execute(_COUNTS, {"ledger": self._ledger, "by": by}).fetchall())

    def waiting_for(self, connection: psycopg.Connection, reader: str, state: IntakeState) -> int:
        """How many scans of a state this reader may decide on: none that they proposed themselves."""
        values = {"ledger": self._ledger, "reader": reader, "state": state}
        row = connection.execute(_WAITING_FOR, values).fetchone()
        return 0 if row is None else int(row[0])

    def propose(self, scan: UUID, of: Place, role: DocumentRole, page: int | None, *, note: UUID, by: UUID) -> None:
        """Note what somebody takes it for.

        Raises:
            Conflict: somebody else has proposed or matched it meanwhile.
        """
        place = {"decree": of.decree, "row": of.row, "role": role, "page": page}
        if not self._change(_PROPOSE, {"id": scan, "note": note, "by": by, **place}):
            raise Conflict("this scan is proposed or matched already; look at it again", code="scan-decided")

    def reopen(self, scan: UUID, note: UUID) -> None:
        """Take a proposal back that came to nothing."""
        self._change(_REOPEN, {"id": scan, "note": note})

    def set_aside(self, scan: UUID, verdict: Verdict, by: UUID) -> None:
        """Put it aside with the reason; it stays visible and may be proposed again.

        Raises:
            Conflict: it is on record as matched.
        """
        if not self._change(_SET_ASIDE, {"id": scan, "verdict": verdict, "by": by}):
            raise Conflict("this scan is matched already", code="scan-decided")

    def matched(self, scan: UUID, by: UUID) -> None:
        """Note that it is on record, and drop its name."""
        self._change(_MATCHED, {"id": scan, "by": by})

    def seal_clear(self) -> None:
        """Seal names that were brought in before they were sealed."""
        with driver_errors(), self._pool.connection() as connection:
            for scan, sha256, state, name in connection.execute(_CLEAR, {"ledger": self._ledger}).fetchall():
                nothing = dict.fromkeys(("known", "key", "said"))
                sealed = nothing if state == "matched" else self._sealed(scan, sha256, name)
                connection.execute(_SEAL, {"ledger": self._ledger, "id": scan, **sealed})

    def _sealed(self, scan: UUID, sha256: str, name: str) -> dict[str, object]:
        """A name sealed under the key of whom it names, if they are known, and what the scan is known again by."""
        named = read_name(name)
        person = None if named is None else self._keys.find_nip(named.nip)
        key, said = self._seals.seal(HOLDER if person is None else EmployeeId(person).tag, scan, "name", name.encode())
        return {"known": self._keys.known_by("scan", f"{sha256} {name}"), "key": key, "said": said}

    def _opened(self, row: _Row) -> Scan:
        name = None if row.key is None or row.said is None else self._seals.open(row.key, row.id, "name", row.said)
        return Scan(
            row.id, row.sha256, str(row.id) if name is None else name.decode(), row.state, row.same_as, row.verdict,
            row.decree, row.row, row.role, row.page, row.note, row.proposed_by, row.decided_by, row.brought_by,
            row.arrived_at,
        )  # fmt: skip

    def _change(self, statement: str, values: Mapping[str, object]) -> bool:
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(statement, {"ledger": self._ledger, **values}).rowcount == 1

    def _select(self, statement: str, values: Mapping[str, object]) -> list[Scan]:
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(_Row)) as cursor,
        ):
            rows = cursor.execute(statement, {"ledger": self._ledger, **values}).fetchall()
        self._keys.load(str(row.key) for row in rows if row.key is not None)
        return [self._opened(row) for row in rows]
