"""Posts: created, renamed, reclassified, moved, succeeded, abolished; how many people they need."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from asn_ledger.domain.decisions.row import Case, OnDay, Row, Short, Text
from asn_ledger.domain.events import (
    Event,
    PostAbolished,
    PostCreated,
    PostMoved,
    PostReclassified,
    PostRenamed,
    PostSucceeded,
    WorkloadSet,
)
from asn_ledger.domain.reach import AboutHeads, AboutPost, AboutUnit, Want
from asn_ledger.domain.terms.codes import PostKind, PostLevel, Succession
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.terms.ranks import Rank

Seats = Annotated[int, Field(ge=1, le=100_000, strict=True)]
Need = Annotated[int, Field(ge=0, le=100_000, strict=True)]
Year = Annotated[int, Field(ge=1945, le=2999, strict=True)]
Grade = Annotated[int, Field(ge=1, le=17, strict=True)]

Function = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""The functional post (jabatan fungsional) that a post is one level of, as a slug: `guru`, `perawat`, `auditor`."""


class PostRow(Row):
    """A row about a post."""

    post: PostId
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The post's life."""
        return (AboutPost(self.post),)


class CreatePost(PostRow):
    """A post with its seats comes into being in a unit."""

    BEGINS = "post"
    NOTE = "may"

    action: Literal["create_post"]
    unit: UnitId
    title: Text
    kind: PostKind
    level: PostLevel | None = None
    grade: Grade | None = None
    seats: Seats
    leads_unit: StrictBool
    code: Short | None = None
    min_rank: Rank | None = None
    named_publicly: StrictBool | None = None
    function: Function | None = None

    def wants(self) -> tuple[Want, ...]:
        """The lives of the post (none yet) and of its unit; who heads that, where the post leads it."""
        heads = (AboutHeads(self.unit),) if self.leads_unit else ()
        return (AboutPost(self.post), AboutUnit(self.unit), *heads)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is created; its unit must be on record."""
        case.unused(self.post)
        return (
            PostCreated(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                post=self.post,
                unit=case.unit(self.unit),
                title=self.title,
                kind=self.kind,
                level=self.level,
                grade=self.grade,
                seats=self.seats,
                leads_unit=self.leads_unit,
                code=self.code,
                min_rank=self.min_rank,
                named_publicly=self.named_publicly,
                function=self.function,
            ),
        )


class RenamePost(PostRow):
    """A post gets another title."""

    action: Literal["rename_post"]
    title: Text

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is renamed."""
        return (
            PostRenamed(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                post=case.post(self.post),
                title=self.title,
            ),
        )


class ReclassifyPost(PostRow):
    """A post gets another kind, level, grade or number of seats."""

    action: Literal["reclassify_post"]
    kind: PostKind
    level: PostLevel | None = None
    grade: Grade | None = None
    seats: Seats
    function: Function | None = None

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is reclassified."""
        return (
            PostReclassified(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                post=case.post(self.post),
                kind=self.kind,
                level=self.level,
                grade=self.grade,
                seats=self.seats,
                function=self.function,
            ),
        )


class MovePost(PostRow):
    """A post goes to another unit."""

    action: Literal["move_post"]
    unit: UnitId

    def wants(self) -> tuple[Want, ...]:
        """The lives of the post and of the unit, and who heads that."""
        return AboutPost(self.post), AboutUnit(self.unit), AboutHeads(self.unit)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is moved; the unit must be on record."""
        return (
            PostMoved(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                post=case.post(self.post),
                unit=case.unit(self.unit),
            ),
        )


class SetWorkload(PostRow):
    """A post needs so many people by the workload analysis (ABK) of a year."""

    action: Literal["set_workload"]
    need: Need
    year: Year

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The need is set; the seats stay as they are."""
        return (
            WorkloadSet(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                post=case.post(self.post),
                need=self.need,
                year=self.year,
            ),
        )


class SucceedPost(PostRow):
    """A post that exists already carries on earlier ones."""

    action: Literal["succeed_post"]
    predecessors: Annotated[tuple[PostId, ...], Field(alias="from", min_length=1)]
    how: Succession

    def wants(self) -> tuple[Want, ...]:
        """The lives of all of them."""
        return (AboutPost(self.post), *(AboutPost(post) for post in self.predecessors))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The succession is noted; it does not abolish anything."""
        return (
            PostSucceeded(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                post=case.post(self.post),
                predecessors=tuple(case.post(post) for post in self.predecessors),
                how=self.how,
            ),
        )


class AbolishPost(PostRow):
    """A post is gone; whoever held it holds it no longer."""

    action: Literal["abolish_post"]

    def wants(self) -> tuple[Want, ...]:
        """The post's life and its holders."""
        return (AboutPost(self.post, holders=True),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is abolished."""
        return (
            PostAbolished(
                decree=case.decree, row=self.row, cited=case.cited, tmt=self.tmt.on, post=case.post(self.post)
            ),
        )
