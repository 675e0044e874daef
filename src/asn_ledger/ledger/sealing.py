"""How far a ledger is sealed: which checkpoint is official by the policy, and when each witness cosigned last."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from asn_ledger.proof.checkpoint import Checkpoint
from asn_ledger.proof.cosignature import verify_cosignatures
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import parse_note
from asn_ledger.proof.policy import NONE, Policy, verify_policy

_MOST = 2_000
"""Notes that are looked at before it is said that none is official: three weeks of a policy that is never met."""

_PAGE = 50
_BEFORE = """
SELECT c.size, c.number, c.note FROM ledger.checkpoint c
WHERE
    c.ledger = %(ledger)s AND c.number >= %(least)s AND (c.size, c.number) < (%(size)s, %(number)s)
    AND (c.size, c.number) > (%(seen_size)s, %(seen_number)s)
ORDER BY c.size DESC, c.number DESC LIMIT %(limit)s
"""
_LAST = (2**62, 0)
_FIRST = (-1, 0)


@dataclass(frozen=True, slots=True)
class _Note:
    size: int
    number: int
    note: str


@dataclass(frozen=True, slots=True)
class Official:
    """A checkpoint that meets the policy.

    Args:
        note: with its cosignatures.
        checkpoint: what it states.
        cosigned: which witnesses cosigned it, by the policy's names, and when (seconds since 1970, UTC).
    """

    note: bytes
    checkpoint: Checkpoint
    cosigned: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sealing:
    """How far the ledger is sealed.

    Args:
        official: the newest checkpoint that meets the policy; None while there is none.
        last: by each witness's name in the policy, size and time of the last checkpoint that it cosigned.
    """

    official: Official | None = None
    last: tuple[tuple[str, int, int], ...] = ()


class Seals:
    """Looks at each stored note once, the newest first; safe to use from many threads.

    Args:
        ledger: its name.
        policy: whose cosignatures count.
    """

    def __init__(self, ledger: str, policy: Policy) -> None:
        self._ledger, self.policy = ledger, policy
        self._lock = threading.Lock()
        self._seen = _FIRST
        self._known = Sealing()

    def look(self, connection: psycopg.Connection) -> Sealing:
        """Give how far the ledger is sealed now."""
        with self._lock:
            newest: tuple[int, int] | None = None
            official: Official | None = None
            last: dict[str, tuple[int, int]] = {}
            for note in self._unseen(connection):
                newest = newest or (note.size, note.number)
                official = official or self._official(note.note.encode("utf-8"))
                for name, at in self._cosigned(note.note.encode("utf-8")):
                    last.setdefault(name, (note.size, at))
                if official is not None and last.keys() >= {one.name for one in self.policy.witnesses}:
                    break
            if newest is not None:
                self._seen = newest
                merged = {name: (size, at) for name, size, at in self._known.last} | last
                self._known = Sealing(
                    official or self._known.official, tuple((name, *seen) for name, seen in merged.items())
                )
            return self._known

    def _unseen(self, connection: psycopg.Connection) -> Iterator[_Note]:
        """Give the notes that were not looked at yet; of each size the first is the log's own, cosigned by nobody."""
        at = _LAST
        for _ in range(_MOST // _PAGE):
            parameters = {
                "ledger": self._ledger,
                "least": 1 if self.policy.quorum == NONE else 2,
                "size": at[0],
                "number": at[1],
                "seen_size": self._seen[0],
                "seen_number": self._seen[1],
                "limit": _PAGE,
            }
            with connection.cursor(row_factory=class_row(_Note)) as cursor:
                page = cursor.execute(_BEFORE, parameters).fetchall()
            yield from page
            if len(page) < _PAGE:
                return
            at = (page[-1].size, page[-1].number)

    def _official(self, note: bytes) -> Official | None:
        try:
            met = verify_policy(note, self.policy)
        except VerificationError:
            return None
        return Official(note, met.checkpoint, met.cosigned)

    def _cosigned(self, note: bytes) -> list[tuple[str, int]]:
        names = {one.key: one.name for one in self.policy.witnesses}
        try:
            return [(names[one.key], one.time) for one in verify_cosignatures(parse_note(note), names)]
        except VerificationError:
            return []
