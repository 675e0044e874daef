"""Where each read model stands: its schema made, its follower's row kept, its live build named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from psycopg.errors import DuplicateObject, DuplicateSchema, DuplicateTable, InternalError_, UniqueViolation

from asn_ledger.domain.errors import Conflict
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.projection import AnyProjection

SAME = ("same", 1)
"""Name and version under which the keeper of who is who stands among the read models."""

_SCHEMA = (resources.files(__package__) / "schema.sql").read_text()
_MET_ANOTHER = (UniqueViolation, DuplicateObject, DuplicateSchema, DuplicateTable, InternalError_)
_TRIES = 5

# An empty ledger needs no rebuild: its read models are empty too.
_REGISTER = """
INSERT INTO readmodels.follower (ledger, name, version, live_build, last_build)
SELECT h.ledger, m.name, m.version, CASE WHEN h.size = 0 OR m.name = 'same' THEN 1 END, 1
FROM ledger.ledger h
CROSS JOIN unnest(%(names)s::text[], %(versions)s::integer[]) AS m (name, version)
WHERE h.ledger = %(ledger)s
ON CONFLICT DO NOTHING
"""
_REGISTER_BUILDERS = """
INSERT INTO readmodels.builder (ledger, name, version)
SELECT %(ledger)s, m.name, m.version
FROM unnest(%(names)s::text[], %(versions)s::integer[]) AS m (name, version)
ON CONFLICT DO NOTHING
"""
_STANDING = """
SELECT f.name, f.version, f.live_build, f.position, s.position
FROM readmodels.follower f
LEFT JOIN readmodels.stopped s ON s.ledger = f.ledger AND s.name = f.name AND s.version = f.version
WHERE f.ledger = %(ledger)s
"""
_LAGGING = """
SELECT h.size FROM ledger.ledger h
WHERE h.ledger = %(ledger)s AND EXISTS (
    SELECT FROM readmodels.follower f
    WHERE f.ledger = h.ledger AND f.live_build IS NOT NULL AND f.position < h.size
        AND NOT EXISTS (
            SELECT FROM readmodels.stopped s
            WHERE s.ledger = f.ledger AND s.name = f.name AND s.version = f.version)
        AND (f.name, f.version) IN (
            SELECT m.name, m.version FROM unnest(%(names)s::text[], %(versions)s::integer[]) AS m (name, version))
)
"""
_LOCK_FREE = """
SELECT f.name, f.version, f.live_build, f.position FROM readmodels.follower f
WHERE f.ledger = %(ledger)s AND NOT EXISTS (
    SELECT FROM readmodels.stopped s WHERE s.ledger = f.ledger AND s.name = f.name AND s.version = f.version)
ORDER BY f.name, f.version FOR UPDATE SKIP LOCKED
"""
_LOCK_THESE = """
SELECT f.name, f.version, f.live_build, f.position FROM readmodels.follower f
WHERE f.ledger = %(ledger)s AND (f.name, f.version) IN (
    SELECT m.name, m.version FROM unnest(%(names)s::text[], %(versions)s::integer[]) AS m (name, version))
ORDER BY f.name, f.version FOR UPDATE
"""
_MOVE = """
UPDATE readmodels.follower f SET position = %(position)s
WHERE f.ledger = %(ledger)s AND (f.name, f.version) IN (
    SELECT m.name, m.version FROM unnest(%(names)s::text[], %(versions)s::integer[]) AS m (name, version))
"""

_STOPS = """
SELECT s.name, s.version, s.position, s.reason, s.since FROM readmodels.stopped s
WHERE s.ledger = %(ledger)s ORDER BY s.name, s.version
"""
_STOP = """
INSERT INTO readmodels.stopped (ledger, name, version, position, reason)
VALUES (%(ledger)s, %(name)s, %(version)s, %(position)s, %(reason)s)
ON CONFLICT (ledger, name, version) DO UPDATE SET
    since = CASE WHEN stopped.position = excluded.position THEN stopped.since ELSE excluded.since END,
    position = excluded.position, reason = excluded.reason
"""
_RESUME = """
DELETE FROM readmodels.stopped s
WHERE s.ledger = %(ledger)s AND (s.name, s.version) IN (
    SELECT m.name, m.version FROM unnest(%(names)s::text[], %(versions)s::integer[]) AS m (name, version))
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A read model's live build (None: it has to be rebuilt) and the position up to which facts are in it.

    `stopped` is the position of the fact that it stands before, where it cannot take that; whoever locks does not ask.
    """

    name: str
    version: int
    live_build: int | None
    position: int
    stopped: int | None = None

    @property
    def model(self) -> tuple[str, int]:
        """Name and version."""
        return self.name, self.version


@dataclass(frozen=True, slots=True)
class Stopped:
    """A read model that stands before the fact at a position, which it cannot take, and what went wrong there."""

    name: str
    version: int
    position: int
    reason: str
    since: datetime

    @property
    def model(self) -> tuple[str, int]:
        """Name and version."""
        return self.name, self.version


def install(connection: Connection, ledger: str, projections: Sequence[AnyProjection]) -> None:
    """Make what is missing of schemas and followers' rows; again does nothing.

    Raises:
        psycopg.Error: the login may not make schemas.
    """
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            with connection.transaction():
                connection.execute(_SCHEMA)
                for projection in projections:
                    connection.execute(projection.schema_sql.encode())
                models = _arrays(ledger, [SAME, *((p.name, p.version) for p in projections)])
                connection.execute(_REGISTER, models)
                connection.execute(_REGISTER_BUILDERS, models)
        except _MET_ANOTHER:
            if last:
                raise
        else:
            return


def standing(connection: Connection, ledger: str) -> dict[tuple[str, int], Standing]:
    """Where every read model of a ledger stands, by name and version."""
    rows = connection.execute(_STANDING, {"ledger": ledger}).fetchall()
    return {(row[0], row[1]): Standing(*row) for row in rows}


def remedy_of(stopped: Stopped) -> str:
    """What its keeper does about it."""
    return (
        f"install a version that takes the fact at {stopped.position}; it is tried again every minute,"
        f" or by: asn-ledger rebuild {stopped.name}"
    )


def stops(
    connection: Connection, ledger: str, projections: Sequence[AnyProjection] | None = None
) -> tuple[Stopped, ...]:
    """The read models, or those of some, that stand before a fact which they cannot take."""
    rows = connection.execute(_STOPS, {"ledger": ledger}).fetchall()
    among = None if projections is None else {(one.name, one.version) for one in projections}
    return tuple(Stopped(*row) for row in rows if among is None or (row[0], row[1]) in among)


def stop(connection: Connection, ledger: str, model: tuple[str, int], position: int, reason: str) -> None:
    """Note that a read model cannot take the fact at a position; nothing is tried again before it is resumed."""
    said = {"ledger": ledger, "name": model[0], "version": model[1], "position": position, "reason": reason}
    connection.execute(_STOP, said)


def resume(connection: Connection, ledger: str, models: Iterable[tuple[str, int]]) -> None:
    """Take back that these read models stand."""
    connection.execute(_RESUME, _arrays(ledger, list(models)), prepare=True)


def lagging(connection: Connection, ledger: str, projections: Sequence[AnyProjection]) -> int | None:
    """The ledger's head, where one of these read models has not come so far; looking locks nothing."""
    models = _arrays(ledger, [(projection.name, projection.version) for projection in projections])
    row = connection.execute(_LAGGING, models, prepare=True).fetchone()
    return None if row is None else int(row[0])


def lock_free(connection: Connection, ledger: str) -> dict[tuple[str, int], Standing]:
    """Lock the rows that nobody else holds, until the transaction ends; those of other versions among them."""
    rows = connection.execute(_LOCK_FREE, {"ledger": ledger}, prepare=True).fetchall()
    return {(row[0], row[1]): Standing(*row) for row in rows}


def lock_these(
    connection: Connection, ledger: str, models: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Standing]:
    """Wait for the rows of these read models and lock them until the transaction ends.

    Raises:
        Conflict: one of them was never installed.
    """
    asked = list(models)
    rows = connection.execute(_LOCK_THESE, _arrays(ledger, asked)).fetchall()
    found = {(row[0], row[1]): Standing(*row) for row in rows}
    if len(found) != len(set(asked)):
        raise Conflict(f"not installed: {sorted(set(asked) - found.keys())}; start the service or run a rebuild")
    return found


def move(connection: Connection, ledger: str, models: Iterable[tuple[str, int]], position: int) -> None:
    """Store the position up to which facts are in these read models; the caller holds their rows."""
    connection.execute(_MOVE, {**_arrays(ledger, list(models)), "position": position}, prepare=True)


def _arrays(ledger: str, models: Sequence[tuple[str, int]]) -> dict[str, Any]:
    return {"ledger": ledger, "names": [m[0] for m in models], "versions": [m[1] for m in models]}
