"""The state of people on a day: everybody of the agency, or some, as known now or earlier."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from asn_ledger.domain.events import Axis
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.reading import one_snapshot, position_of
from asn_ledger.readmodels.replay import known_rows
from asn_ledger.readmodels.tables import select
from projections.employee_now import EMPLOYEE_NOW

__all__ = ["State", "posts_held", "serving", "states_from", "states_of", "states_on"]

_FROM = """
SELECT
    s.employee, s.began, s.ended, s.status, s.status_since, s.status_by, s.served_since, s.post, s.post_since,
    s.post_by, s.rank, s.rank_since, s.rank_by, s.contract_until, s.contract_by, s.away, s.away_since,
    s.away_until, s.away_by, s.credit, s.credit_since, s.credit_counts, s.credit_by, s.step_since, s.deferred_until,
    s.education, s.graduated, s.school, s.course, s.course_name, s.course_on, s.course_hours, s.duties,
    s.appraised_year, s.appraised_by, s.born_on, s.sex, s.basis
FROM employee_now_v5.state s
JOIN readmodels.follower f
    ON f.ledger = s.ledger AND f.name = 'employee_now' AND f.version = 5 AND f.live_build = s.build
WHERE s.ledger = %(ledger)s AND (s.ended IS NULL OR s.ended > %(day)s)
ORDER BY s.employee, s.began
"""
_ON_DAY = """
SELECT
    s.employee, s.began, s.ended, s.status, s.status_since, s.status_by, s.served_since, s.post, s.post_since,
    s.post_by, s.rank, s.rank_since, s.rank_by, s.contract_until, s.contract_by, s.away, s.away_since,
    s.away_until, s.away_by, s.credit, s.credit_since, s.credit_counts, s.credit_by, s.step_since, s.deferred_until,
    s.education, s.graduated, s.school, s.course, s.course_name, s.course_on, s.course_hours, s.duties,
    s.appraised_year, s.appraised_by, s.born_on, s.sex, s.basis
FROM employee_now_v5.state s
JOIN readmodels.follower f
    ON f.ledger = s.ledger AND f.name = 'employee_now' AND f.version = 5 AND f.live_build = s.build
WHERE s.ledger = %(ledger)s AND s.status IS NOT NULL
    AND s.began <= %(day)s AND (s.ended IS NULL OR s.ended > %(day)s)
"""

_OF = """
SELECT
    s.employee, s.began, s.ended, s.status, s.status_since, s.status_by, s.served_since, s.post, s.post_since,
    s.post_by, s.rank, s.rank_since, s.rank_by, s.contract_until, s.contract_by, s.away, s.away_since,
    s.away_until, s.away_by, s.credit, s.credit_since, s.credit_counts, s.credit_by, s.step_since, s.deferred_until,
    s.education, s.graduated, s.school, s.course, s.course_name, s.course_on, s.course_hours, s.duties,
    s.appraised_year, s.appraised_by, s.born_on, s.sex, s.basis
FROM employee_now_v5.state s
JOIN readmodels.follower f
    ON f.ledger = s.ledger AND f.name = 'employee_now' AND f.version = 5 AND f.live_build = s.build
WHERE s.ledger = %(ledger)s AND s.employee = ANY (%(employees)s)
ORDER BY s.employee, s.began
"""

_HELD = """
SELECT s.employee, s.post
FROM employee_now_v5.state s
JOIN readmodels.follower f
    ON f.ledger = s.ledger AND f.name = 'employee_now' AND f.version = 5 AND f.live_build = s.build
WHERE s.ledger = %(ledger)s AND s.status IS NOT NULL AND s.post IS NOT NULL
    AND s.began <= %(day)s AND (s.ended IS NULL OR s.ended > %(day)s)
"""


def posts_held(connection: Connection, ledger: str, day: date) -> Mapping[EmployeeId, PostId]:
    """The definitive post of each who serves and holds one on the day, as known now."""
    rows = connection.execute(_HELD, {"ledger": ledger, "day": day}, prepare=True)
    return {EmployeeId.of(employee): PostId.of(post) for employee, post in rows}


def states_from(connection: Connection, ledger: str, as_of: AsOf, *, opens: Opens) -> list[State]:
    """Everybody's states on the day and those known to follow it, by person and time.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    asked = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position}
    with one_snapshot(connection):
        if as_of.position is None:
            position_of(connection, ledger, EMPLOYEE_NOW.name, EMPLOYEE_NOW.version)
            return select(connection, State, _FROM, asked)
        known = _replayed(Source(connection, ledger, opens), as_of.position)
        return [state for state in known if state.ended is None or as_of.valid_on < state.ended]


def states_of(connection: Connection, ledger: str, employees: Collection[EmployeeId]) -> list[State]:
    """All states of some people, as known now, by person and time."""
    return select(connection, State, _OF, {"ledger": ledger, "employees": list(employees)})


def states_on(
    connection: Connection,
    ledger: str,
    as_of: AsOf,
    *,
    opens: Opens,
    axes: frozenset[Axis] | None = None,
    among: Collection[EmployeeId] | None = None,
) -> list[State]:
    """The states of the day of those who serve, of everybody or of some.

    As known earlier they are replayed, which takes the less the fewer `axes` are asked for: of the others a state then
    says nothing, and it lasts as long as those that were asked for stay the same.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    asked = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position}
    with one_snapshot(connection):
        if as_of.position is None:
            position_of(connection, ledger, EMPLOYEE_NOW.name, EMPLOYEE_NOW.version)
            found = select(connection, State, _ON_DAY, asked)
            return found if among is None else [state for state in found if state.employee in frozenset(among)]
        known = _replayed(Source(connection, ledger, opens), as_of.position, axes, among)
        return [state for state in known if state.status is not None and state.on(as_of.valid_on)]


def _replayed(
    source: Source,
    position: int,
    axes: frozenset[Axis] | None = None,
    among: Collection[EmployeeId] | None = None,
) -> list[State]:
    projection = EMPLOYEE_NOW if axes is None else replace(EMPLOYEE_NOW, axes=axes)
    return [row for row in known_rows(source, projection, position, among) if isinstance(row, State)]


def serving(states: Collection[State], as_of: AsOf) -> dict[EmployeeId, State]:
    """Those who serve on the day, each with the state of that day."""
    day = as_of.valid_on
    return {state.employee: state for state in states if state.status is not None and state.on(day)}
