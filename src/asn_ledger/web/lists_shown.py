"""What is sent of the office's lists: what falls due. As everything sent, made for one reader."""

from datetime import date
from typing import Literal

from asn_ledger.domain.due import DueKind
from asn_ledger.web.representations import Page, Person, PostRef, Shown


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
