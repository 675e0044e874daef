"""Release from a definitive post (PP 11/2017 Ps 64, 144)."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow
from asn_ledger.domain.events import Axis, Event, PostReleased
from asn_ledger.domain.reach import AboutPost, Want
from asn_ledger.domain.terms.codes import ReleaseReason
from asn_ledger.domain.terms.ids import PostId


class Release(PersonRow):
    """Released; the TMT is the first day without the post."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.PLACEMENT})

    action: Literal["release"]
    post: PostId | None
    reason: ReleaseReason
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the post."""
        return (*super().wants(), *(() if self.post is None else (AboutPost(self.post),)))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Released."""
        return (
            PostReleased(
                **case.about(self.row, self.employee, self.tmt),
                post=case.post(self.post),
                reason=self.reason,
            ),
        )
