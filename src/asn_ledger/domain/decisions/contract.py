"""Contracts of PPPK after the first day: extended, turned from part-time into full (PP 49/2018 Ps 37)."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow
from asn_ledger.domain.events import Axis, ContractConverted, ContractExtended, Event
from asn_ledger.domain.reach import AboutPerson, AboutPost, Want
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.terms.ranks import ContractGrade

_CONTRACT = frozenset({Axis.SERVICE, Axis.CONTRACT, Axis.PLACEMENT, Axis.IDENTITY})


class ExtendContract(PersonRow):
    """A contract goes on until a later last day; the TMT is the first day of the extension."""

    READS: ClassVar[frozenset[Axis]] = _CONTRACT

    action: Literal["extend_contract"]
    until: PartialDate
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the posts held: a contract ends at the post's age of retirement at the latest."""
        return () if self.employee is None else (AboutPerson(self.employee, self.READS, posts=True),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Extended."""
        return (
            ContractExtended(
                **case.about(self.row, self.employee, self.tmt),
                until=self.until,
            ),
        )


class ConvertContract(PersonRow):
    """A part-time contract becomes a full one; without `post` the one held is kept."""

    READS: ClassVar[frozenset[Axis]] = _CONTRACT | {Axis.RANK}

    action: Literal["convert_contract"]
    rank: ContractGrade
    post: PostId | None = None
    until: PartialDate
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, the posts held, and the new post with its holders."""
        own = () if self.employee is None else (AboutPerson(self.employee, self.READS, posts=True),)
        return (*own, *(() if self.post is None else (AboutPost(self.post, holders=True, heads=True),)))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Converted."""
        return (
            ContractConverted(
                **case.about(self.row, self.employee, self.tmt),
                rank=self.rank,
                post=None if self.post is None else case.post(self.post),
                until=self.until,
            ),
        )
