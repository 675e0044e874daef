"""The rows of posts: versions in time, and whom a post succeeds."""

from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.terms.codes import PostKind, PostLevel, Succession
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.terms.ranks import Rank


@dataclass(frozen=True, slots=True)
class PostRow:
    """What a post was from `began` until `ended` (first day no longer so; None = still)."""

    post: PostId
    began: date
    ended: date | None
    unit: UnitId
    title: str
    kind: PostKind
    level: PostLevel | None
    grade: int | None
    seats: int
    leads_unit: bool
    code: str | None
    min_rank: Rank | None
    function: str | None
    named_publicly: bool | None
    need: int | None
    need_year: int | None
    began_by: int
    abolished: date | None
    abolished_by: int | None
    basis: tuple[int, ...]

    def on(self, day: date) -> bool:
        """Whether it was so on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True)
class KnownPostRow(PostRow):
    """What a post was, as it was known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None


@dataclass(frozen=True, slots=True)
class PostPredecessorRow:
    """A post carries on an earlier one from `since` on."""

    post: PostId
    predecessor: PostId
    how: Succession
    since: date


@dataclass(frozen=True, slots=True)
class PostWordRow:
    """A word of a title or code that a post ever had, in small letters."""

    post: PostId
    word: str


@dataclass(frozen=True, slots=True)
class KnownPostWordRow(PostWordRow):
    """A word that finds a post, as known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None
