"""Everybody who serves on a day, with post, name and what else a list is chosen, counted and sorted by."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from asn_ledger.domain.events import Axis
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.rules.retirement import retirement_day
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.domain.terms.ranks import is_rank, rank_order
from asn_ledger.domain.units import PostVersion
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.reading import one_snapshot
from projections.appraisals.queries import predicates
from projections.directory.queries import people
from projections.employee_now.queries import serving, states_on
from projections.position_history.queries import acting_or_waiting
from projections.posts.queries import post_lives
from projections.units.queries import unit_tree

Facet = Literal["status", "legal", "kind", "rank", "level", "sex", "retires", "education", "acting", "predicate"]
FACETS: tuple[Facet, ...] = get_args(Facet)
Sort = Literal["name", "rank", "post", "retires"]

_LATEST = "9999"


@dataclass(frozen=True, slots=True)
class Serving:
    """A person who serves on the day; `values` are what each facet says of them, nothing where it is not on record."""

    state: State
    post: PostVersion | None
    name: str | None
    nip: str | None
    sort_name: str
    erased: bool
    values: Mapping[Facet, str]


@dataclass(frozen=True, slots=True)
class Branches:
    """Units by name, and which of them each unit below belongs to."""

    names: Mapping[UnitId, str]
    of: Mapping[UnitId, UnitId]

    def count(self, rows: Iterable[Serving]) -> list[tuple[UnitId, int]]:
        """How many hold a post in each, the most first."""
        found = Counter(self.of[row.post.unit] for row in rows if row.post is not None and row.post.unit in self.of)
        return sorted(found.items(), key=lambda pair: (-pair[1], self.names[pair[0]], pair[0]))


def everybody(
    connection: Connection,
    ledger: str,
    as_of: AsOf,
    *,
    regulations: Regulations,
    opens: Opens,
    axes: frozenset[Axis] | None = None,
    among: Collection[EmployeeId] | None = None,
) -> list[Serving]:
    """Everybody who serves on the day, or those of some, by name; everything as it was known then.

    `axes`: what suffices of a state that is known earlier, as `states_on`.

    Raises:
        NotBuilt: a read model has no live build yet.
    """
    day = as_of.valid_on
    with one_snapshot(connection):
        states = serving(states_on(connection, ledger, as_of, opens=opens, axes=axes, among=among), as_of)
        lives = post_lives(connection, ledger, as_of, opens=opens)
        tenures = acting_or_waiting(connection, ledger, as_of, opens=opens)
        named = people(connection, ledger, list(states), as_of.position)
    acting = {row.employee: row.capacity for row in tenures if row.state == "held" and row.capacity != "definitif"}
    found = []
    for employee, state in states.items():
        life = None if state.post is None else lives.get(state.post)
        post = None if life is None else life.on(day)
        person = named.get(employee)
        found.append(
            Serving(
                state,
                post,
                None if person is None else person.name,
                None if person is None else person.nip,
                "" if person is None else person.sort_name,
                person is not None and person.erased,
                _values(state, post, acting.get(employee), regulations, as_of),
            )
        )
    return sorted(found, key=lambda one: (one.sort_name, one.state.employee))


def appraised(source: Source, rows: Iterable[Serving], among: Collection[EmployeeId] | None = None) -> list[Serving]:
    """The same people, each with the predicate of the last year appraised; `among`: only theirs may be read."""
    listed = list(rows)
    last = {
        row.state.employee: row.state.appraised_by
        for row in listed
        if row.state.appraised_by is not None and (among is None or row.state.employee in among)
    }
    known = predicates(source, list(last.values()))
    found = []
    for row in listed:
        given = last.get(row.state.employee)
        predicate = None if given is None else known.get(given)
        said: dict[Facet, str] = {} if predicate is None else {"predicate": predicate}
        found.append(replace(row, values={**row.values, **said}))
    return found


def branches(connection: Connection, ledger: str, unit: UnitId | None, as_of: AsOf, *, opens: Opens) -> Branches:
    """The units next below one, or the agency's highest of which there are several, each with all below it."""
    nodes = unit_tree(connection, ledger, as_of, opens=opens, root=unit)
    tops = [node for node in nodes if node.depth == 0]
    depth = 1 if len(tops) == 1 else 0
    heads: dict[UnitId, str] = {}
    of: dict[UnitId, UnitId] = {}
    head: UnitId | None = None
    for node in nodes:
        if node.depth < depth:
            head = None
        elif node.depth == depth:
            head = node.unit.unit
            heads[head] = node.unit.name
        if head is not None:
            of[node.unit.unit] = head
    return Branches(heads, of)


def below(connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens) -> frozenset[UnitId]:
    """A unit and all units below it on the day."""
    return frozenset(node.unit.unit for node in unit_tree(connection, ledger, as_of, opens=opens, root=unit))


def choose(
    rows: Iterable[Serving],
    wanted: Mapping[Facet, str],
    *,
    units: Collection[UnitId] | None = None,
    only: Collection[EmployeeId] | None = None,
) -> list[Serving]:
    """Those of whom every wanted facet says so, whose post stands in one of the units, and who are among some."""
    return [
        row
        for row in rows
        if all(row.values.get(facet) == value for facet, value in wanted.items())
        and (units is None or (row.post is not None and row.post.unit in units))
        and (only is None or row.state.employee in only)
    ]


def count(rows: Iterable[Serving]) -> dict[Facet, list[tuple[str, int]]]:
    """How many each value of each facet has, the most frequent first."""
    counters: dict[Facet, Counter[str]] = {facet: Counter() for facet in FACETS}
    for row in rows:
        for facet, value in row.values.items():
            counters[facet][value] += 1
    return {facet: sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])) for facet, counter in counters.items()}


def ordered(rows: Sequence[Serving], sort: Sort) -> list[Serving]:
    """The rows by name, by rank from the highest, by title of post, or by who retires first; what is unknown last."""
    match sort:
        case "name":
            return list(rows)
        case "rank":
            return sorted(rows, key=lambda row: -_height(row))
        case "post":
            return sorted(rows, key=lambda row: (row.post is None, "" if row.post is None else row.post.title))
        case "retires":
            return sorted(rows, key=lambda row: row.values.get("retires", _LATEST))


def _height(row: Serving) -> int:
    rank = row.state.rank
    return rank_order(rank) if rank is not None and is_rank(rank) else -1


def _values(
    state: State, post: PostVersion | None, acting: str | None, regulations: Regulations, as_of: AsOf
) -> dict[Facet, str]:
    said: dict[Facet, str | None] = {
        "status": state.status,
        "kind": None if post is None else post.kind,
        "rank": None if state.rank is None else state.rank,
        "level": None if post is None else post.level,
        "sex": state.sex,
        "retires": _retires(state, post, regulations, as_of),
        "education": state.education,
        "acting": acting,
        "legal": state.legal_status,
    }
    return {facet: value for facet, value in said.items() if value is not None}


def _retires(state: State, post: PostVersion | None, regulations: Regulations, as_of: AsOf) -> str | None:
    if post is None or state.born_on is None:
        return None
    age = regulations.retirement_age(post.kind, as_of.valid_on, level=post.level, function=post.function)
    day = None if age is None else retirement_day(state.born_on, age.years)
    return None if day is None else f"{day.year}"
