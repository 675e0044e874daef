"""Finds the people and posts that cells name, among what is on record on a day."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.exchange.sheets.cells import Wrong, plain
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens
from projections.directory.queries import employee_by_nip, find_people
from projections.posts.queries import PostRow, find_posts, post_by_code
from projections.units.queries import unit_path

_FEW = 5
_MANY = 200


@dataclass(slots=True)
class OnRecord:
    """The lookup over the read models; one for each request, in whose snapshot it asks.

    `people` and `posts` are those that it finds; None: all.
    """

    connection: Connection
    ledger: str
    as_of: AsOf
    opens: Opens
    people: Collection[EmployeeId] | None = None
    posts: Collection[PostId] | None = None
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
