"""How many decrees have their scan: by kind, and for each unit by those whom and what the decrees concern."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.reading import position_of
from asn_ledger.readmodels.tables import select
from projections.documents import DOCUMENTS
from projections.documents.rows import CoverageState, DisputeRow
from projections.position_history.queries import last_posts
from projections.posts.queries import units_of_posts

__all__ = ["STATES", "Concerned", "Coverage", "Covered", "DisputeRow", "concerned", "coverage", "disputes"]

STATES: tuple[CoverageState, ...] = get_args(CoverageState)

_BY_KIND = """
SELECT c.kind, c.state, count(*)
FROM documents_v4.coverage_known c
JOIN readmodels.follower f ON f.ledger = c.ledger AND f.name = 'documents' AND f.version = 4 AND f.live_build = c.build
WHERE c.ledger = %(ledger)s AND (%(position)s::bigint IS NULL OR c.known_from <= %(position)s)
    AND (c.known_until IS NULL OR c.known_until > %(position)s::bigint)
    AND (c.decided IS NULL OR c.decided <= %(day)s)
GROUP BY c.kind, c.state
"""
_BY_UNIT = """
SELECT m.unit, c.kind, c.state, count(DISTINCT c.decree)
FROM documents_v4.coverage_known c
JOIN readmodels.follower f ON f.ledger = c.ledger AND f.name = 'documents' AND f.version = 4 AND f.live_build = c.build
JOIN documents_v4.concern s ON s.ledger = c.ledger AND s.build = c.build AND s.decree = c.decree
JOIN unnest(%(subjects)s::uuid[], %(units)s::uuid[]) AS m (subject, unit) ON m.subject = s.subject
WHERE c.ledger = %(ledger)s AND (%(position)s::bigint IS NULL OR c.known_from <= %(position)s)
    AND (c.known_until IS NULL OR c.known_until > %(position)s::bigint)
    AND (c.decided IS NULL OR c.decided <= %(day)s)
GROUP BY m.unit, c.kind, c.state
"""
_UNITS = """
SELECT DISTINCT s.subject
FROM documents_v4.concern s
JOIN readmodels.follower f ON f.ledger = s.ledger AND f.name = 'documents' AND f.version = 4 AND f.live_build = s.build
WHERE s.ledger = %(ledger)s AND s.kind = 'unit'
"""

_DISPUTES = """
SELECT d.decree, d."row", d.role, d.sha256, d.note, d.at, d.proposer, d.second, d.position
FROM documents_v4.dispute d
JOIN readmodels.follower f ON f.ledger = d.ledger AND f.name = 'documents' AND f.version = 4 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s ORDER BY d.position
"""
_CONCERNED = """
SELECT s.decree, s.kind, s.subject
FROM documents_v4.concern s
JOIN readmodels.follower f ON f.ledger = s.ledger AND f.name = 'documents' AND f.version = 4 AND f.live_build = s.build
WHERE s.ledger = %(ledger)s AND s.decree = ANY (%(decrees)s::uuid[])
"""


@dataclass(slots=True)
class Covered:
    """How many decrees are in each state of coverage."""

    states: dict[CoverageState, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())

    def add(self, state: CoverageState, count: int) -> None:
        """So many more in a state."""
        self.states[state] += count


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage by kind of decree, and by unit and kind. A decree about several units counts in each of them."""

    kinds: Mapping[str, Covered]
    units: Mapping[UnitId, Mapping[str, Covered]]
    position: int


def coverage(connection: Connection, ledger: str, as_of: AsOf, *, units: Collection[UnitId] | None = None) -> Coverage:
    """How the decrees decided up to a day were covered by what was known then.

    A decree counts for the units it names, those of the posts it names, and those in which the people it names held
    their post on that day, or last before it: as all these stood then, by what was known.

    Args:
        connection: in whose snapshot all is read.
        ledger: its name.
        as_of: the day, and what was known.
        units: only these; None: all.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    position = position_of(connection, ledger, DOCUMENTS.name, DOCUMENTS.version)
    kinds: dict[str, Covered] = defaultdict(Covered)
    asked: dict[str, object] = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position}
    for kind, state, count in connection.execute(_BY_KIND, asked):
        kinds[kind].add(state, count)
    places = _places(connection, ledger, as_of)
    if units is not None:
        places = {subject: unit for subject, unit in places.items() if unit in units}
    asked |= {"subjects": list(places), "units": list(places.values())}
    found: dict[UnitId, dict[str, Covered]] = defaultdict(lambda: defaultdict(Covered))
    for unit, kind, state, count in connection.execute(_BY_UNIT, asked):
        found[UnitId.of(unit)][kind].add(state, count)
    return Coverage(dict(kinds), {unit: dict(of) for unit, of in found.items()}, position)


def disputes(connection: Connection, ledger: str) -> Sequence[DisputeRow]:
    """The scans that say something else than what is on record, and that nothing has settled, the oldest first."""
    return select(connection, DisputeRow, _DISPUTES, {"ledger": ledger})


@dataclass(slots=True)
class Concerned:
    """The people, posts and units that a decree's rows are about."""

    people: set[EmployeeId] = field(default_factory=set)
    posts: set[PostId] = field(default_factory=set)
    units: set[UnitId] = field(default_factory=set)


def concerned(connection: Connection, ledger: str, decrees: Collection[DecreeId]) -> Mapping[DecreeId, Concerned]:
    """Whom and what decrees are about."""
    found: dict[DecreeId, Concerned] = defaultdict(Concerned)
    asked = {"ledger": ledger, "decrees": sorted(decrees)}
    for decree, kind, subject in connection.execute(_CONCERNED, asked):
        one = found[DecreeId.of(decree)]
        match kind:
            case "employee":
                one.people.add(EmployeeId.of(subject))
            case "post":
                one.posts.add(PostId.of(subject))
            case _:
                one.units.add(UnitId.of(subject))
    return found


def _places(connection: Connection, ledger: str, as_of: AsOf) -> dict[str, UnitId]:
    """The unit of every person, post and unit on the day."""
    of_posts = units_of_posts(connection, ledger, as_of)
    places: dict[str, UnitId] = {str(post): unit for post, unit in of_posts.items()}
    for employee, post in last_posts(connection, ledger, as_of).items():
        if post in of_posts:
            places[str(employee)] = of_posts[post]
    for (unit,) in connection.execute(_UNITS, {"ledger": ledger}):
        places[str(unit)] = UnitId.of(unit)
    return places
