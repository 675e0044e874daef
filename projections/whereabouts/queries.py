"""Where everybody and everything stands on a day, as known now. No tables of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from asn_ledger.domain.access import About
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens
from asn_ledger.readmodels.reading import one_snapshot
from projections.employee_now.queries import posts_held
from projections.posts.queries import units_on
from projections.units.queries import units_above

__all__ = ["NOWHERE", "Whereabouts", "whereabouts"]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Each unit with itself and all above it, the unit of each post, the definitive post of each person who serves."""

    above: Mapping[UnitId, frozenset[UnitId]] = field(default_factory=dict)
    posts: Mapping[PostId, UnitId] = field(default_factory=dict)
    people: Mapping[EmployeeId, PostId] = field(default_factory=dict)

    def of_unit(self, unit: UnitId) -> About:
        """A unit, under itself and those above it."""
        return About(None, self.above.get(unit, frozenset()))

    def of_post(self, post: PostId) -> About:
        """A post, under its unit and those above that."""
        unit = self.posts.get(post)
        return About() if unit is None else self.of_unit(unit)

    def of_person(self, employee: EmployeeId) -> About:
        """A person, under the units of the definitive post; under none without one."""
        post = self.people.get(employee)
        return About(employee, frozenset() if post is None else self.of_post(post).units)


NOWHERE = Whereabouts()


def whereabouts(connection: Connection, ledger: str, day: date, *, opens: Opens) -> Whereabouts:
    """Where everybody and everything stands on a day.

    Raises:
        NotBuilt: a read model has no live build yet.
    """
    with one_snapshot(connection):
        return Whereabouts(
            units_above(connection, ledger, AsOf(day), opens=opens),
            units_on(connection, ledger, day),
            posts_held(connection, ledger, day),
        )
