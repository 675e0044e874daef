"""Promotion in rank (PP 99/2000 jo PP 12/2002)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Years
from asn_ledger.domain.events import Axis, Event, RankRaised
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import PromotionKind
from asn_ledger.domain.terms.ranks import Rank


class RaiseRank(PersonRow):
    """Promoted to a rank, with the service years (MKG) then reached."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.RANK})

    action: Literal["raise_rank"]
    to: Rank
    kind: PromotionKind
    service_years: Years | None = None
    service_months: Annotated[int, Field(ge=0, le=11, strict=True)] | None = None
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person; by functional post also the posts held and the points; what a stated MKG is counted by."""
        if self.employee is None:
            return ()
        salary = AboutPerson(self.employee, frozenset({Axis.SALARY}), guarded=False)
        counted = () if self.service_years is None else (salary,)
        if self.kind != "pilihan_jf":
            return (*super().wants(), *counted)
        return (AboutPerson(self.employee, self.READS | {Axis.PLACEMENT, Axis.POINTS}, posts=True), *counted)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Promoted."""
        return (
            RankRaised(
                **case.about(self.row, self.employee, self.tmt),
                rank=self.to,
                kind=self.kind,
                service_years=self.service_years,
                service_months=self.service_months,
            ),
        )
