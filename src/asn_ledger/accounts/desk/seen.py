"""Findings that somebody who oversees has looked at: in whose inbox they wait no more, why, and since when.

It is no fact: nothing happened to anybody's career. Each looks for themselves; what one has seen waits for the others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, LiteralString
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.domain.terms.texts import require_printable
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

FindingKind = Literal["findings", "overridden", "late"]
LONGEST_NOTE: Final = 500
_HOLDER = "desk"

_MARK = """
INSERT INTO desk.seen (ledger, id, account, role, decree, kind, state, key, said)
VALUES (%(ledger)s, %(id)s, %(account)s, %(role)s, %(decree)s, %(kind)s, %(state)s, %(key)s, %(said)s)
"""
_LAST_OF_ACCOUNT = """
SELECT DISTINCT ON (s.decree) s.decree, s.state FROM desk.seen s
WHERE s.ledger = %(ledger)s AND s.account::text = %(account)s AND s.kind = %(kind)s AND s.seen_at >= %(since)s
ORDER BY s.decree, s.seen_at DESC, s.id
"""
_ABOUT = """
SELECT s.id, s.account::text, s.role, s.decree, s.kind, s.state, s.key, s.said, s.seen_at, 0::bigint AS total
FROM desk.seen s WHERE s.ledger = %(ledger)s AND s.decree = ANY (%(decrees)s::uuid[]) ORDER BY s.seen_at, s.id
"""
_ALL = """
SELECT s.id, s.account::text, s.role, s.decree, s.kind, s.state, s.key, s.said, s.seen_at, count(*) OVER () AS total
FROM desk.seen s WHERE s.ledger = %(ledger)s ORDER BY s.seen_at DESC, s.id LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """That an account has seen a finding about a decree as it stood; `note` is None where its key is gone."""

    account: str
    role: str
    decree: DecreeId
    kind: FindingKind
    state: bytes
    note: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    account: str
    role: str
    decree: UUID
    kind: FindingKind
    state: bytes
    key: UUID
    said: bytes
    seen_at: datetime
    total: int


class Seen:
    """What has been seen of one agency's findings."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], keys: KeyStore) -> None:
        self._pool, self._ledger, self._seals = pool, keys.ledger, Seals(keys)

    def mark(self, by: Actor, decree: DecreeId, kind: FindingKind, state: bytes, note: str) -> None:
        """Note that somebody has seen a finding as it stands.

        Raises:
            InvalidValue: the note is empty, too long or no text.
        """
        said = " ".join(note.split())
        if not 0 < len(said) <= LONGEST_NOTE:
            raise InvalidValue(
                f"say in a line of at most {LONGEST_NOTE} characters what you made of it",
                code="seen-note",
                values={"most": LONGEST_NOTE},
            )
        require_printable(said)
        mark = uuid4()
        key, sealed = self._seals.seal(_HOLDER, mark, "seen", said.encode())
        values = {
            "ledger": self._ledger, "id": mark, "account": UUID(by.id), "role": by.role, "decree": decree,
            "kind": kind, "state": state, "key": key, "said": sealed,
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_MARK, values)

    def by_account(
        self, connection: psycopg.Connection, account: str, kind: FindingKind, since: datetime
    ) -> Mapping[DecreeId, bytes]:
        """How the findings stood that an account marked last as seen, by decree."""
        values = {"ledger": self._ledger, "account": account, "kind": kind, "since": since}
        rows = connection.execute(_LAST_OF_ACCOUNT, values).fetchall()
        return {DecreeId.of(decree): state for decree, state in rows}

    def about(self, connection: psycopg.Connection, decrees: Collection[DecreeId]) -> Sequence[Mark]:
        """What anybody has marked of these decrees, in order."""
        return self._marks(connection, _ABOUT, {"decrees": list(decrees)})[0]

    def all(self, connection: psycopg.Connection, *, limit: int, offset: int) -> tuple[Sequence[Mark], int]:
        """What anybody has marked, the last first, and how much."""
        return self._marks(connection, _ALL, {"limit": limit, "offset": offset})

    def _marks(
        self, connection: psycopg.Connection, statement: LiteralString, values: Mapping[str, object]
    ) -> tuple[Sequence[Mark], int]:
        with connection.cursor(row_factory=class_row(_Row)) as cursor:
            rows = cursor.execute(statement, {"ledger": self._ledger, **values}).fetchall()
        return [self._opened(row) for row in rows], rows[0].total if rows else 0

    def _opened(self, row: _Row) -> Mark:
        said = self._seals.open(row.key, row.id, "seen", row.said)
        note = None if said is None else said.decode()
        return Mark(row.account, row.role, DecreeId.of(row.decree), row.kind, row.state, note, row.seen_at)
