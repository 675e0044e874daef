"""Transfer within or between units, without gain (PP 11/2017 Ps 190-191)."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Tmt, earlier_posts
from asn_ledger.domain.events import Axis, Event, PostTransferred
from asn_ledger.domain.reach import AboutPost, Want
from asn_ledger.domain.terms.codes import TransferRequest
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId


class Transfer(PersonRow):
    """Transferred to another post."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.PLACEMENT, Axis.INTERRUPTION, Axis.RANK})

    action: Literal["transfer"]
    to: PostId | None
    request: TransferRequest
    tmt: Tmt
    duty_start_on: PartialDate | None = None

    def wants(self) -> tuple[Want, ...]:
        """The person with trainings and the posts held, and the post with its holders."""
        post = () if self.to is None else (AboutPost(self.to, holders=True, heads=True),)
        return (*super().wants(), *earlier_posts(self), *post)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Transferred; which post is left follows from the career."""
        day = self.tmt.on if isinstance(self.tmt, OnDay) else None
        return (
            PostTransferred(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=day,
                employee=case.person(self.employee),
                post=case.post(self.to),
                request=self.request,
                upon="inauguration" if day is None else None,
                duty_start_on=self.duty_start_on,
                name=None if self.as_printed is None else self.as_printed.name,
            ),
        )
