"""What is sent of the office's lists: establishments, what falls due. As everything sent, made for one reader."""

from datetime import date
from typing import Literal

from asn_ledger.domain.due import DueKind
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.representations import AsOfShown, Page, Person, PostListed, PostRef, Seats, Shown, Tenure


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

    `total` counts the posts listed, `below` those of each unit directly below with all under it, `total_with_below` the
    unit's own and all of them. With `below=true` the posts of all units below are listed too.
    """

    unit: UnitId
    as_of: AsOfShown
    posts: tuple[PostEstablished, ...]
    total: Seats
    below: tuple[UnitSeats, ...] = ()
    total_with_below: Seats | None = None


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
