"""The tree of units on a date; names then and now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

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
    "tree_of",
    "unit_life",
    "unit_names",
    "unit_path",
    "unit_tree",
    "units_above",
]  # fmt: skip

_by_name = attrgetter("name", "unit")

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
    """The tree on the day, whole or below one unit (that one first), every unit once.

    A unit whose parent did not exist that day stands as a root. So does, of units that stand under each other in a
    circle, the first by name: R-ORG-03 finds fault with it, and none of them is lost.
    """
    return tree_of(_on_day(Source(connection, ledger, opens), as_of), root)


def tree_of(rows: Mapping[UnitId, UnitRow], root: UnitId | None = None) -> tuple[UnitNode, ...]:
    """The same of the units of a day."""
    if root is not None and root not in rows:
        return ()
    below: dict[UnitId | None, list[UnitRow]] = {}
    for row in sorted(rows.values(), key=_by_name):
        below.setdefault(row.parent if row.parent in rows else None, []).append(row)
    seen: set[UnitId] = set()
    if root is not None:
        return tuple(_branch(rows[root], below, seen))
    found = [node for top in below.get(None, ()) for node in _branch(top, below, seen)]
    for row in rows.values() if len(seen) < len(rows) else ():
        if row.unit not in seen:
            found += _branch(min(_circle_above(row, rows), key=_by_name), below, seen)
    return tuple(found)


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


def _branch(top: UnitRow, below: Mapping[UnitId | None, Sequence[UnitRow]], seen: set[UnitId]) -> Iterator[UnitNode]:
    """A unit and all below it, parents first; those seen before are passed over."""
    to_show = [UnitNode(0, top)]
    while to_show:
        node = to_show.pop()
        if node.unit.unit not in seen:
            seen.add(node.unit.unit)
            yield node
            to_show += (UnitNode(node.depth + 1, child) for child in reversed(below.get(node.unit.unit, ())))


def _circle_above(row: UnitRow, rows: Mapping[UnitId, UnitRow]) -> Sequence[UnitRow]:
    """The units of the circle that somebody who goes up from a unit without a root comes to."""
    path: list[UnitRow] = []
    while row not in path:
        path.append(row)
        assert row.parent is not None  # noqa: S101 -- it would be a root
        row = rows[row.parent]
    return path[path.index(row) :]
