"""What is sent of the office's lists: establishments, who serves, what falls due. Made for one reader."""

from datetime import date
from typing import Literal

from asn_ledger.domain.due import DueKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.representations import (
    AsOfShown,
    Citation,
    Page,
    Person,
    PostListed,
    PostRef,
    Seats,
    Shown,
    Tenure,
    UnitRef,
)


class PostEstablished(PostListed):
    """A post of a unit on the day: seats needed and filled, for how many days it has been vacant, who holds it.

    Holders and acting are those that this reader learns of; `seats` counts all.
    """

    vacant_days: int | None = None
    holders: tuple[Tenure, ...] = ()
    acting: tuple[Tenure, ...] = ()


class UnitSeats(Shown):
    """A unit directly below, with the seats of all posts in it and below it."""

    id: UnitId
    name: str
    seats: Seats


class Establishment(Shown):
    """The posts of a unit on a day with their seats: peta jabatan and bezetting.

    `posts` are the `first` to the `last` of those `listed` in all. `total` counts the seats of these, `below` those of
    each unit directly below with all under it, `total_with_below` the unit's own and all of them. With `below=true` the
    posts of all units below are listed too.
    """

    unit: UnitId
    as_of: AsOfShown
    posts: tuple[PostEstablished, ...]
    first: int
    last: int
    listed: int
    total: Seats
    below: tuple[UnitSeats, ...] = ()
    total_with_below: Seats | None = None


class DutyHeld(Shown):
    """An additional duty in a unit on the day: who has it, since when, until when as printed, by which decree.

    `title` says what a duty without a code of its own is. What only those may see who may read about the person is null
    to others.
    """

    person: Person
    duty: str
    title: str | None
    unit: UnitRef
    began: date
    began_text: PartialDate | None
    until: PartialDate | None
    citation: Citation | None
    position: int | None


class UnitDuties(Shown):
    """The additional duties in a unit on a day, the longest held first; with `below=true` those of all units below too.

    To the public only a duty that heads its unit is told, where the heads of such units are named.
    """

    unit: UnitId
    as_of: AsOfShown
    duties: tuple[DutyHeld, ...]


class DueItem(Shown):
    """Something that falls due. `id` stays the same as long as the same falls due on the same day.

    `day` is the first day of the new state: of the pension, after the contract, of the promotion. `overdue`: it was due
    before the first day asked about. `settled`: a fact on record already brings it about. `facts` are what it rests on.
    """

    id: str
    kind: DueKind
    person: Person
    day: date
    overdue: bool
    settled: bool
    post: PostRef | None
    rule: str
    source: str
    facts: dict[str, str]
    basis: tuple[int, ...]


class DueCount(Shown):
    """How many of a kind fall due in a month (its first day; null: overdue); `settled` of them are so already."""

    month: date | None
    kind: DueKind
    count: int
    settled: int


class DueUntold(Shown):
    """Of how many people in service a day cannot be told, and why: what is not on record."""

    kind: DueKind
    why: Literal["no_birth", "no_post", "no_age"]
    count: int


class DuePage(Page[DueItem]):
    """What falls due `since` a day, before `until`: a page of it, and counts of all of it by month and kind."""

    since: date
    until: date
    counts: tuple[DueCount, ...]
    untold: tuple[DueUntold, ...]


class StaffRow(Shown):
    """Somebody who serves on the day: the value of each axis, the day since when, and the entries it rests on.

    `number` is the place in the order of the list, `credit` the service that the pay table counts (MKG) in months,
    `course` the level of the highest leadership training (latihan jabatan).
    """

    number: int
    person: Person
    status: str
    status_since: date | None
    rank: str | None
    rank_since: date | None
    post: PostRef | None
    post_since: date | None
    kind: str | None
    level: str | None
    credit: int | None
    contract_until: date | None
    education: str | None
    course: str | None
    course_name: str | None
    course_on: date | None
    course_hours: int | None
    acting: str | None
    away: str | None
    legal: str
    duties: int
    appraised: int | None
    predicate: str | None
    retires: int | None
    basis: tuple[int, ...]


class FacetCount(Shown):
    """How many of those chosen by the other facets have a value; a unit counts all below it, and has a name."""

    value: str
    name: str | None = None
    count: int


class StaffPage(Page[StaffRow]):
    """A page of those who serve, and how many each value of each facet would leave.

    Of `unit` the values are the units next below the chosen one. `predicate`, of the last year appraised, is counted
    only where it is chosen by, and for those who may read appraisals.
    """

    facets: dict[str, tuple[FacetCount, ...]]
