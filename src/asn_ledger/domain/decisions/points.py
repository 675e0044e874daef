"""Credit points (angka kredit) determined for a period (PermenPANRB 1/2023; Peraturan BKN 3/2023)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow
from asn_ledger.domain.events import Axis, Event, PointsDetermined
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import FunctionalLevel, PointsKind, Predicate
from asn_ledger.domain.terms.dates import PartialDate

PrintedPoints = Annotated[str, Field(pattern=r"^\d{1,4}([.,]\d{1,3})?$")]
"""Points as printed: `12.5`, `28,125`."""


def thousandths(printed: str) -> int:
    """Printed points in thousandths."""
    whole, _, rest = printed.replace(",", ".").partition(".")
    return int(whole) * 1000 + int(rest.ljust(3, "0"))


class DeterminePoints(PersonRow):
    """The points of a period at a level; the TMT is the last day of the period."""

    READS: ClassVar[frozenset[Axis]] = frozenset(
        {Axis.SERVICE, Axis.POINTS, Axis.PLACEMENT, Axis.INTERRUPTION, Axis.EDUCATION}
    )

    action: Literal["determine_points"]
    kind: PointsKind
    level: FunctionalLevel
    began_on: PartialDate
    points: PrintedPoints
    predicate: Predicate | None = None
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the posts held."""
        return () if self.employee is None else (AboutPerson(self.employee, self.READS, posts=True),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Determined."""
        return (
            PointsDetermined(
                **case.about(self.row, self.employee, self.tmt),
                kind=self.kind,
                level=self.level,
                began_on=self.began_on,
                points=thousandths(self.points),
                predicate=self.predicate,
            ),
        )
