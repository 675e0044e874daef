"""Finds the people and posts that cells name, among what is on record on a day."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.exchange.sheets.cells import Wrong, plain
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens
from projections.accountability.queries import find_decrees, normalise
from projections.directory.queries import employee_by_nip, find_people
from projections.position_history.queries import tenures_of_employee
from projections.posts.queries import PostRow, find_posts, post_by_code
from projections.units.queries import find_units, unit_path

_FEW = 5
_MANY = 200


@dataclass(slots=True)
class OnRecord:
    """The lookup over the read models; one for each request, in whose snapshot it asks.

    `people`, `posts` and `within` (units) are those that it finds; None: all.
    """

    connection: Connection
    ledger: str
    as_of: AsOf
    opens: Opens
    people: Collection[EmployeeId] | None = None
    posts: Collection[PostId] | None = None
    within: Collection[UnitId] | None = None
    _paths: dict[UnitId, tuple[str, ...]] = field(default_factory=dict)
    """The names of the units above a unit and its own, from the root on."""

    def person(self, nip: str, name: str) -> str:
        """The employee of a NIP, or else of a name that only one bears.

        Raises:
            Wrong: nobody is called that, or several are.
        """
        if nip:
            found = employee_by_nip(self.connection, self.ledger, nip)
            if found is None or (self.people is not None and found not in self.people):
                raise Wrong("nobody", nip)
            return str(found)
        called = find_people(self.connection, self.ledger, name, among=self.people, limit=_MANY).rows
        same = [row for row in called if plain(row.name or "") == plain(name)] or list(called)
        if not same:
            raise Wrong("nobody", name)
        if len(same) > 1:
            raise Wrong("several", name, "; ".join(f"{row.name} ({row.nip})" for row in same[:_FEW]))
        return str(same[0].employee)

    def post(self, title: str, unit: str) -> str:
        """The post of an id, of a code, or of a title; a unit's name, its own or one above it, tells posts apart.

        Raises:
            Wrong: there is none, or several.
        """
        try:
            return self._within(PostId(str(UUID(title))), title)
        except ValueError:
            pass
        coded = post_by_code(self.connection, self.ledger, title)
        if coded is not None:
            return self._within(coded, title)
        found = find_posts(self.connection, self.ledger, title, self.as_of, limit=_MANY).rows
        here = [row for row in found if self.posts is None or row.post in self.posts]
        same = [row for row in here if plain(row.title) == plain(title) and row.on(self.as_of.valid_on)]
        if unit and len(same) > 1:
            same = [row for row in same if plain(unit) in self.units(row)] or same
        if not same:
            raise Wrong("no_post", title)
        if len(same) > 1:
            raise Wrong("several_posts", title, "; ".join(sorted({self.unit_name(row) for row in same[:_FEW]})))
        return str(same[0].post)

    def unit(self, name: str) -> str:
        """The unit of a name that only one bears on the day.

        Raises:
            Wrong: there is none, or several.
        """
        found = find_units(self.connection, self.ledger, name, self.as_of, limit=_MANY).rows
        here = [row for row in found if row.on(self.as_of.valid_on) and plain(row.name) == plain(name)]
        same = sorted({row.unit for row in here if self.within is None or row.unit in self.within})
        if not same:
            raise Wrong("no_unit", name)
        if len(same) > 1:
            raise Wrong("several_units", name, "; ".join(sorted(self._above(unit) for unit in same[:_FEW])))
        return str(same[0])

    def _above(self, unit: UnitId) -> str:
        path = unit_path(self.connection, self.ledger, unit, self.as_of, opens=self.opens)
        return " / ".join(row.name for row in path)

    def decree(self, number: str) -> str:
        """The decree on record of an id, or of a number that only one has.

        Raises:
            Wrong: there is none, or several.
        """
        try:
            return str(UUID(number))
        except ValueError:
            pass
        found = find_decrees(self.connection, self.ledger, number, limit=_MANY).rows
        same = [row for row in found if row.normalised == normalise(number)] or list(found)
        if not same:
            raise Wrong("no_decree", number)
        if len(same) > 1:
            raise Wrong("several_decrees", number, "; ".join(f"{row.decided_on}, {row.issuer}" for row in same[:_FEW]))
        return str(same[0].decree)

    def waiting(self, employee: str, post: str | None) -> dict[str, str | int]:
        """The decree and row of which somebody waits to be inaugurated; of that post, if it is said.

        Raises:
            Wrong: there is none, or several.
        """
        who = EmployeeId(employee)
        rows = tenures_of_employee(self.connection, self.ledger, who, self.as_of, opens=self.opens)
        waits = [row for row in rows if row.state == "pending" and (post is None or row.post == post)]
        if len(waits) != 1:
            numbers = "; ".join(row.number or str(row.decree) for row in waits[:_FEW])
            raise Wrong("waits_twice" if waits else "waits_for_nothing", other=numbers)
        return {"decree": str(waits[0].decree), "row": waits[0].row}

    def _within(self, post: PostId, named: str) -> str:
        if self.posts is not None and post not in self.posts:
            raise Wrong("no_post", named)
        return str(post)

    def units(self, row: PostRow) -> tuple[str, ...]:
        """The names, as `plain` writes them, of the units a post lies in, from the root on."""
        return tuple(plain(name) for name in self._path(row))

    def unit_name(self, row: PostRow) -> str:
        """What the post's own unit is called."""
        return self._path(row)[-1]

    def _path(self, row: PostRow) -> tuple[str, ...]:
        if row.unit not in self._paths:
            path = unit_path(self.connection, self.ledger, row.unit, self.as_of, opens=self.opens)
            self._paths[row.unit] = tuple(unit.name for unit in path) or ("",)
        return self._paths[row.unit]
