"""What a draft makes of the order of seniority (DUK): the places of those it changes, and whom they pass."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from asn_ledger.domain.state import State
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens
from asn_ledger.readmodels.reading import one_snapshot
from asn_ledger.readmodels.whatif import RowChange, pairs, replaced
from projections.employee_now.queries import states_from
from projections.posts.queries import PostRow, lives_of, post_lives, post_rows
from projections.seniority.queries import RANKED, place

__all__ = ["MOST_DAYS", "NEAREST", "PlaceChange", "changed_places", "compared"]

MOST_DAYS = 4
"""On how many of the days that a draft touches the order is compared; the first ones."""
NEAREST = 5
"""How many of those whom somebody passes, or who pass them, are named."""


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """Somebody's place in the list of a day, counted from 1; None where they do not stand in it.

    `passes` is before how many they would stand who stand before them, `passed_by` behind how many who stand behind
    them; `nearest` are those of both who stand next to the new place.
    """

    employee: EmployeeId
    day: date
    before: int | None
    after: int | None
    passes: int
    passed_by: int
    nearest: tuple[EmployeeId, ...]


def changed_places(
    connection: Connection,
    ledger: str,
    as_of: AsOf,
    changes: Sequence[RowChange],
    *,
    opens: Opens,
    only: Collection[EmployeeId] | None = None,
) -> tuple[PlaceChange, ...]:
    """The places of the people a draft changes, where they or those around them would stand otherwise.

    The lists are those of the days, from the day asked for on, on which the draft changes something about a person.

    Args:
        connection: reads.
        ledger: whose.
        as_of: the first day; what is known now.
        changes: what the draft changes, out of `what_if`.
        opens: opens facts.
        only: the list has only these people.
    """
    states = pairs(changes, State)
    about = {row.employee for pair in states for row in pair if row is not None}
    about = about if only is None else about & set(only)
    if not about:
        return ()
    with one_snapshot(connection):
        were = states_from(connection, ledger, as_of, opens=opens)
        lives = post_lives(connection, ledger, as_of, opens=opens)
        versions = pairs(changes, PostRow)
        touched = post_rows(connection, ledger, {row.post for pair in versions for row in pair if row is not None})
    would = sorted(
        replaced(touched, versions, lambda row: (row.post, row.began)), key=lambda row: (row.post, row.began)
    )
    will = replaced(were, states, lambda row: (row.employee, row.began))
    if only is not None:
        were, will = ([row for row in rows if row.employee in only] for rows in (were, will))
    found: list[PlaceChange] = []
    for day in _days(states, as_of.valid_on):
        found += compared(order(were, lives, day), order(will, {**lives, **lives_of(would)}, day), about, day)
    return tuple(found)


def _days(states: Sequence[tuple[State | None, State | None]], first: date) -> list[date]:
    days = {day for pair in states for row in pair if row is not None for day in (row.began, row.ended) if day}
    return sorted({max(day, first) for day in days})[:MOST_DAYS]


def order(states: Iterable[State], lives: Mapping[PostId, PostLife], day: date) -> list[EmployeeId]:
    """Civil servants and candidates of a day, the most senior first."""
    ranked = [state for state in states if state.status in RANKED and state.on(day)]
    return [state.employee for state in sorted(ranked, key=lambda state: place(state, _level(state, lives, day), day))]


def _level(state: State, lives: Mapping[PostId, PostLife], day: date) -> str | None:
    life = None if state.post is None else lives.get(state.post)
    version = None if life is None else life.on(day)
    return None if version is None else version.level


def compared(
    before: Sequence[EmployeeId], after: Sequence[EmployeeId], about: Collection[EmployeeId], day: date
) -> Iterable[PlaceChange]:
    """What becomes of some people's places from one list to another, by the new place."""
    was, will = ({who: n for n, who in enumerate(rows, 1)} for rows in (before, after))
    olds = [was.get(who, 0) for who in after]
    counts = _passing(olds)
    for who in sorted(about, key=lambda who: (will.get(who, len(will) + 1), who)):
        old, new = was.get(who), will.get(who)
        passes, behind = (0, 0) if old is None or new is None else counts[new - 1]
        if old != new or passes or behind:
            nearest: tuple[EmployeeId, ...] = ()
            if old is not None and new is not None:
                nearest = _nearest(after, olds, new - 1, passes, behind)
            yield PlaceChange(who, day, old, new, passes, behind, nearest)


def _passing(olds: Sequence[int]) -> list[tuple[int, int]]:
    """For each place of a new list, given its old one (0 = none), how many it passes and by how many it is passed.

    Old places met so far are counted in a tree of sums (Fenwick), so the time does not grow with the list's square.
    """
    ranks = {old: rank for rank, old in enumerate(sorted(old for old in olds if old), 1)}
    sums = [0] * (len(ranks) + 1)
    found: list[tuple[int, int]] = []
    met = 0
    for old in olds:
        if not old:
            found.append((0, 0))
            continue
        before = _counted(sums, ranks[old])
        found.append((ranks[old] - 1 - before, met - before))
        met += 1
        at = ranks[old]
        while at < len(sums):
            sums[at] += 1
            at += at & -at
    return found


def _counted(sums: Sequence[int], upto: int) -> int:
    found = 0
    while upto:
        found += sums[upto]
        upto &= upto - 1
    return found


def _nearest(
    after: Sequence[EmployeeId], olds: Sequence[int], place: int, passes: int, behind: int
) -> tuple[EmployeeId, ...]:
    """Whom somebody passes from the new place on, then who passes them from it back, as many as are named."""
    old, few = olds[place], min(passes, NEAREST)
    passed = islice((after[n] for n in range(place + 1, len(after)) if 0 < olds[n] < old), few)
    passing = islice((after[n] for n in range(place - 1, -1, -1) if olds[n] > old), min(behind, NEAREST - few))
    return (*passed, *passing)
