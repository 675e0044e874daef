"""The tree of units on a date; names then and now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.domain.units import UnitLife, UnitVersion
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import UNIT, types_read
from asn_ledger.readmodels.reading import keeps, position_of, select_page
from asn_ledger.readmodels.replay import fold_at, known_rows
from asn_ledger.readmodels.tables import select
from asn_ledger.readmodels.words import beginnings
from projections.units import UNITS
from projections.units.rows import UnitPredecessorRow, UnitRow

__all__ = [
    "UnitName",
    "UnitNode",
    "UnitPredecessorRow",
    "UnitRow",
    "find_units",
    "unit_life",
    "unit_names",
    "unit_path",
    "unit_tree",
    "units_above",
]  # fmt: skip

_DEEPEST = 50  # units that stand under each other by mistake end somewhere

_OF_UNITS = """
SELECT
    u.unit, u.began, u.ended, u.name, u.kind, u.parent, u.began_by, u.abolished, u.basis
FROM units_v4.unit u
JOIN readmodels.follower f ON f.ledger = u.ledger AND f.name = 'units' AND f.version = 4 AND f.live_build = u.build
WHERE u.ledger = %(ledger)s AND u.unit = ANY (%(units)s::uuid[])
ORDER BY u.unit, u.began
"""
_PREDECESSORS = """
SELECT u.unit, u.predecessor, u.how, u.since
FROM units_v4.predecessor u
JOIN readmodels.follower f ON f.ledger = u.ledger AND f.name = 'units' AND f.version = 4 AND f.live_build = u.build
WHERE u.ledger = %(ledger)s AND u.unit = %(unit)s
ORDER BY u.since, u.predecessor
"""
_ON_DAY = """
SELECT
    u.unit, u.began, u.ended, u.name, u.kind, u.parent, u.began_by, u.abolished, u.basis
FROM units_v4.unit u
JOIN readmodels.follower f ON f.ledger = u.ledger AND f.name = 'units' AND f.version = 4 AND f.live_build = u.build
WHERE u.ledger = %(ledger)s AND u.began <= %(day)s AND (u.ended IS NULL OR u.ended > %(day)s)
"""
_KNOWN_ON_DAY = """
SELECT
    u.unit, u.began, u.ended, u.name, u.kind, u.parent, u.began_by, u.abolished, u.basis
FROM units_v4.unit_known u
JOIN readmodels.follower f ON f.ledger = u.ledger AND f.name = 'units' AND f.version = 4 AND f.live_build = u.build
WHERE u.ledger = %(ledger)s AND u.known_from <= %(position)s
    AND (u.known_until IS NULL OR u.known_until > %(position)s)
    AND u.began <= %(day)s AND (u.ended IS NULL OR u.ended > %(day)s)
"""
# The rarest word is looked up, the others are only asked of what it finds.
_FOUND = """
SELECT
    v.unit, v.began, v.ended, v.name, v.kind, v.parent, v.began_by, v.abolished, v.basis, count(*) OVER () AS total
FROM (
    SELECT DISTINCT u.build, u.unit
    FROM units_v4.word u
    JOIN readmodels.follower f ON f.ledger = u.ledger AND f.name = 'units' AND f.version = 4 AND f.live_build = u.build
    WHERE u.ledger = %(ledger)s AND u.word >= %(first)s AND u.word < %(after_first)s
        AND NOT EXISTS (
            SELECT FROM unnest(%(firsts)s::text[], %(afters)s::text[]) AS s (word, after)
            WHERE NOT EXISTS (
                SELECT FROM units_v4.word o
                WHERE o.ledger = u.ledger AND o.build = u.build AND o.unit = u.unit
                    AND o.word >= s.word AND o.word < s.after
            )
        )
) AS w
CROSS JOIN LATERAL (
    SELECT
        u.unit, u.began, u.ended, u.name, u.kind, u.parent, u.began_by, u.abolished, u.basis
    FROM units_v4.unit u
    WHERE u.ledger = %(ledger)s AND u.build = w.build AND u.unit = w.unit
    ORDER BY (u.began <= %(day)s AND (u.ended IS NULL OR u.ended > %(day)s)) DESC, u.began DESC LIMIT 1
) AS v
ORDER BY v.name, v.unit LIMIT %(limit)s OFFSET %(offset)s
"""
_FOUND_KNOWN = """
SELECT
    v.unit, v.began, v.ended, v.name, v.kind, v.parent, v.began_by, v.abolished, v.basis, count(*) OVER () AS total
FROM (
    SELECT DISTINCT u.build, u.unit
    FROM units_v4.word_known u
    JOIN readmodels.follower f ON f.ledger = u.ledger AND f.name = 'units' AND f.version = 4 AND f.live_build = u.build
    WHERE u.ledger = %(ledger)s AND u.word >= %(first)s AND u.word < %(after_first)s
        AND u.known_from <= %(position)s AND (u.known_until IS NULL OR u.known_until > %(position)s)
        AND NOT EXISTS (
            SELECT FROM unnest(%(firsts)s::text[], %(afters)s::text[]) AS s (word, after)
            WHERE NOT EXISTS (
                SELECT FROM units_v4.word_known o
                WHERE o.ledger = u.ledger AND o.build = u.build AND o.unit = u.unit
                    AND o.word >= s.word AND o.word < s.after
                    AND o.known_from <= %(position)s AND (o.known_until IS NULL OR o.known_until > %(position)s)
            )
        )
) AS w
CROSS JOIN LATERAL (
    SELECT
        u.unit, u.began, u.ended, u.name, u.kind, u.parent, u.began_by, u.abolished, u.basis
    FROM units_v4.unit_known u
    WHERE u.ledger = %(ledger)s AND u.build = w.build AND u.unit = w.unit
        AND u.known_from <= %(position)s AND (u.known_until IS NULL OR u.known_until > %(position)s)
    ORDER BY (u.began <= %(day)s AND (u.ended IS NULL OR u.ended > %(day)s)) DESC, u.began DESC LIMIT 1
) AS v
ORDER BY v.name, v.unit LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit of the tree in its place: depth 0 is a root; rows come parent first, siblings by name."""

    depth: int
    unit: UnitRow


@dataclass(frozen=True, slots=True)
class UnitName:
    """What a unit was called on the day (None: it did not exist), and what it is called in its last version."""

    unit: UnitId
    then: str | None
    now: str


def unit_life(connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens) -> UnitLife:
    """The life of a unit: its versions, whom it succeeds, when it was abolished.

    Raises:
        NotFound: no such unit was on record.
        NotBuilt: the read model has no live build yet.
    """
    if as_of.position is None:
        life = _life(connection, ledger, unit)
    else:
        life = fold_at(Source(connection, ledger, opens), UNIT, unit, as_of.position, types_read([UNITS]))
    if not life.versions:
        raise NotFound(f"no unit {unit} is on record", code="no-such-unit")
    return life


def unit_tree(
    connection: Connection, ledger: str, as_of: AsOf, *, opens: Opens, root: UnitId | None = None
) -> tuple[UnitNode, ...]:
    """The tree on the day, whole or below one unit (that one first).

    A unit whose parent did not exist that day stands as a root.
    """
    rows = _on_day(Source(connection, ledger, opens), as_of)
    below: dict[UnitId | None, list[UnitRow]] = {}
    for row in sorted(rows.values(), key=lambda row: (row.name, row.unit)):
        below.setdefault(row.parent if row.parent in rows else None, []).append(row)
    tops = below.get(None, []) if root is None else [rows[root]] if root in rows else []
    return tuple(node for top in tops for node in _branch(top, below, 0))


def unit_path(connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens) -> tuple[UnitRow, ...]:
    """The unit and those above it on the day, root first; empty where it did not exist."""
    rows = _on_day(Source(connection, ledger, opens), as_of)
    path: list[UnitRow] = []
    row = rows.get(unit)
    while row is not None and row not in path:
        path.append(row)
        row = None if row.parent is None else rows.get(row.parent)
    return tuple(reversed(path))


def units_above(
    connection: Connection, ledger: str, as_of: AsOf, *, opens: Opens
) -> Mapping[UnitId, frozenset[UnitId]]:
    """Each unit of the day with itself and all above it."""
    rows = _on_day(Source(connection, ledger, opens), as_of)
    found: dict[UnitId, frozenset[UnitId]] = {}
    for unit in rows:
        path: list[UnitId] = []
        at: UnitId | None = unit
        while at in rows and at not in path:
            path.append(at)
            at = rows[at].parent
        found[unit] = frozenset(path)
    return found


def unit_names(connection: Connection, ledger: str, units: Sequence[UnitId], as_of: AsOf) -> Mapping[UnitId, UnitName]:
    """Names of these units then and now, out of the tables."""
    rows = select(connection, UnitRow, _OF_UNITS, {"ledger": ledger, "units": list(units)})
    then = {row.unit: row.name for row in rows if row.on(as_of.valid_on)}
    return {row.unit: UnitName(row.unit, then.get(row.unit), row.name) for row in rows}


def find_units(
    connection: Connection, ledger: str, text: str, as_of: AsOf, *, limit: int = 50, offset: int = 0
) -> Listing[UnitRow]:
    """Units that ever had a name with words that start with the words of the text, by their name of the day.

    A unit of which no version was in force on the day comes with its last version. Words and names are those known
    then.
    """
    found = {"day": as_of.valid_on, "position": as_of.position, **beginnings(text)}
    asked = {"ledger": ledger, **found, "limit": limit, "offset": offset}
    return select_page(connection, UNITS, UnitRow, _FOUND if as_of.position is None else _FOUND_KNOWN, asked)


def _life(connection: Connection, ledger: str, unit: UnitId) -> UnitLife:
    position_of(connection, ledger, UNITS.name, UNITS.version)
    rows = select(connection, UnitRow, _OF_UNITS, {"ledger": ledger, "units": [unit]})
    earlier = select(connection, UnitPredecessorRow, _PREDECESSORS, {"ledger": ledger, "unit": unit})
    return UnitLife(
        unit,
        tuple(
            UnitVersion(row.unit, row.name, row.kind, row.parent, row.began, row.ended, row.began_by, row.basis)
            for row in rows
        ),
        tuple((row.predecessor, row.how, row.since) for row in earlier),
        rows[-1].abolished if rows else None,
    )


def _on_day(source: Source, as_of: AsOf) -> dict[UnitId, UnitRow]:
    """The version of every unit that existed on the day."""
    day = as_of.valid_on
    if as_of.position is None:
        position_of(source.connection, source.ledger, UNITS.name, UNITS.version)
        found = select(source.connection, UnitRow, _ON_DAY, {"ledger": source.ledger, "day": day})
    elif keeps(source.connection, source.ledger, UNITS, as_of.position):
        asked = {"ledger": source.ledger, "day": day, "position": as_of.position}
        found = select(source.connection, UnitRow, _KNOWN_ON_DAY, asked)
    else:
        found = [row for row in known_rows(source, UNITS, as_of.position) if isinstance(row, UnitRow) and row.on(day)]
    return {row.unit: row for row in found}


def _branch(row: UnitRow, below: Mapping[UnitId | None, Sequence[UnitRow]], depth: int) -> Iterator[UnitNode]:
    yield UnitNode(depth, row)
    if depth < _DEEPEST:
        for child in below.get(row.unit, ()):
            yield from _branch(child, below, depth + 1)
