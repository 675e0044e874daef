"""What falls due from any day on, for the whole agency or a unit with all below it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.career import Pending
from asn_ledger.domain.due import Due, DueKind, Law, Person, Untold, due
from asn_ledger.domain.facts import Calendar
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.dates import months_later
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.domain.units import PostVersion
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens
from asn_ledger.readmodels.reading import one_snapshot
from asn_ledger.readmodels.whatif import RowChange, pairs, replaced
from projections.employee_now.queries import states_from, states_of
from projections.position_history.queries import TenureRow, acting_or_waiting, acts_or_waits
from projections.posts.queries import post_lives
from projections.units.queries import unit_tree

__all__ = ["ChangedDue", "Due", "DueKind", "DueList", "Untold", "all_due", "changed_due", "people_of"]


@dataclass(frozen=True, slots=True)
class DueList:
    """What falls due from `first` on, before `before`, what is overdue first; and what cannot be told."""

    first: date
    before: date
    items: tuple[Due, ...]
    untold: tuple[Untold, ...]


@dataclass(frozen=True, slots=True)
class ChangedDue:
    """Something that would fall due otherwise: not any more (`after` is None), newly, or on another day."""

    before: Due | None
    after: Due | None


def changed_due(
    connection: Connection,
    ledger: str,
    as_of: AsOf,
    changes: Sequence[RowChange],
    *,
    regulations: Regulations,
    calendar: Calendar,
    opens: Opens,
    months: int = 12,
) -> tuple[ChangedDue, ...]:
    """What falls due otherwise with rows of a draft in place of those on record, by person and kind.

    Args:
        connection: reads.
        ledger: whose.
        as_of: the first day; what is known now.
        changes: what the draft changes, out of `what_if`.
        regulations: the dated tables.
        calendar: the agency's working days.
        opens: opens facts.
        months: how far ahead.
    """
    first = as_of.valid_on
    states, tenures = pairs(changes, State), pairs(changes, TenureRow)
    about = {row.employee for pair in (*states, *tenures) for row in pair if row is not None}
    if not about:
        return ()
    with one_snapshot(connection):
        were = states_of(connection, ledger, about)
        held = [row for row in acting_or_waiting(connection, ledger, as_of, opens=opens) if row.employee in about]
        would = replaced(held, tenures, lambda row: (row.employee, row.began_by))
        would_be = replaced(were, states, lambda row: (row.employee, row.began))
        posts = {row.post for row in (*held, *would)} | {row.post for row in (*were, *would_be) if row.post is not None}
        lives = post_lives(connection, ledger, as_of, opens=opens, of=posts)

        def post_on(post: PostId, day: date) -> PostVersion | None:
            found = lives.get(post)
            return None if found is None else found.on(day)

        law = Law(regulations, calendar, post_on)
        before = _by_thing(were, held, law, first, months)
        acts = [row for row in would if acts_or_waits(row, first)]
        after = _by_thing(would_be, acts, law, first, months)
    things = sorted(before.keys() | after.keys(), key=str)
    found = [ChangedDue(before.get(one), after.get(one)) for one in things]
    return tuple(pair for pair in found if _differs(pair))


def _by_thing(
    states: Iterable[State], tenures: Iterable[TenureRow], law: Law, first: date, months: int
) -> dict[tuple[EmployeeId, DueKind, PostId | None], Due]:
    """What falls due, by whom it concerns, its kind, and the post where somebody may act in several."""
    lasting = sorted(
        (state for state in states if state.ended is None or first < state.ended),
        key=lambda state: (state.employee, state.began),
    )
    found: dict[tuple[EmployeeId, DueKind, PostId | None], Due] = {}
    for person in people_of(lasting, tenures, first):
        for item in due(person, law, first, months_later(first, months)):
            if isinstance(item, Due):
                place = item.post if item.kind in {"acting", "inauguration"} else None
                found[item.employee, item.kind, place] = item
    return found


def _differs(pair: ChangedDue) -> bool:
    if pair.before is None or pair.after is None:
        return True
    return (pair.before.day, pair.before.settled) != (pair.after.day, pair.after.settled)


def all_due(
    connection: Connection,
    ledger: str,
    as_of: AsOf,
    *,
    regulations: Regulations,
    calendar: Calendar,
    opens: Opens,
    months: int = 12,
    unit: UnitId | None = None,
    only: Collection[EmployeeId] | None = None,
) -> DueList:
    """What falls due from the day on, by day, kind and person.

    A unit's are those of the people whose post stands in it, or below it, on the day; for acting and inaugurations the
    post acted in or waited for counts.

    Args:
        connection: reads.
        ledger: whose.
        as_of: the first day, and what was known then.
        regulations: the dated tables.
        calendar: the agency's working days.
        opens: opens facts, for what was known earlier.
        months: how far ahead.
        unit: only of this unit and all below it.
        only: only of these people.

    Raises:
        NotBuilt: a read model has no live build yet.
    """
    first = as_of.valid_on
    before = months_later(first, months)
    with one_snapshot(connection):
        states = states_from(connection, ledger, as_of, opens=opens)
        tenures = acting_or_waiting(connection, ledger, as_of, opens=opens)
        lives = post_lives(connection, ledger, as_of, opens=opens)
        nodes = None if unit is None else unit_tree(connection, ledger, as_of, opens=opens, root=unit)

    def post_on(post: PostId, day: date) -> PostVersion | None:
        life = lives.get(post)
        return None if life is None else life.on(day)

    law = Law(regulations, calendar, post_on)
    units = None if nodes is None else {node.unit.unit for node in nodes}
    items: list[Due] = []
    untold: list[Untold] = []
    if only is not None:
        states = [state for state in states if state.employee in only]
    for person in people_of(states, tenures, first):
        home = next((state.post for state in person.states if state.on(first)), None)
        for found in due(person, law, first, before):
            if isinstance(found, Due) and _within(found.post or home, units, law, first):
                items.append(found)
            elif isinstance(found, Untold) and _within(home, units, law, first):
                untold.append(found)
    items.sort(key=lambda item: (item.day, item.kind, item.id))
    return DueList(first, before, tuple(items), tuple(untold))


def _within(post: PostId | None, units: Collection[UnitId] | None, law: Law, day: date) -> bool:
    if units is None:
        return True
    version = None if post is None else law.post_on(post, day)
    return version is not None and version.unit in units


def people_of(states: Iterable[State], tenures: Iterable[TenureRow], day: date) -> list[Person]:
    """People as something falls due for them from a day on: their states, what they act in, what waits."""
    lasting: dict[EmployeeId, list[State]] = {}
    for state in states:
        lasting.setdefault(state.employee, []).append(state)
    acting: dict[EmployeeId, list[TenureRow]] = {}
    waiting: dict[EmployeeId, list[Pending]] = {}
    for row in tenures:
        if row.state == "held" and row.capacity != "definitif":
            acting.setdefault(row.employee, []).append(row)
        elif row.decided_on is not None and row.decided_on.first <= day:
            waiting.setdefault(row.employee, []).append(_pending(row))
    return [
        Person(own, [row.tenure() for row in acting.get(employee, ())], waiting.get(employee, ()))
        for employee, own in lasting.items()
    ]


def _pending(row: TenureRow) -> Pending:
    """What waits; of what was inaugurated, that it waited until then."""
    waits = row.state == "pending"
    return Pending(
        row.employee, row.post, None if row.decided_on is None else row.decided_on.first, row.basis[0], row.origin,
        row.decree, row.row, row.ended if waits else row.began,
        lapsed_by=row.ended_by if waits else row.began_by,
    )  # fmt: skip
