"""What a draft makes of the establishment: of each post that it touches, how its seats are filled before and after."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.occupancy import Occupancy, occupy
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.reading import one_snapshot
from asn_ledger.readmodels.whatif import RowChange, pairs, replaced
from projections.position_history.queries import TenureRow, tenures_of_posts
from projections.posts.queries import PostRow, lives_of, post_rows

__all__ = ["Filled", "SeatsChange", "changed_seats"]


@dataclass(frozen=True, slots=True)
class Filled:
    """How the seats of a post are filled on a day: all of them, held definitively, vacant, and how many act in it."""

    seats: int
    filled: int
    vacant: int
    acting: int


@dataclass(frozen=True, slots=True)
class SeatsChange:
    """From `began` until `ended` (first day no longer; None = on and on) a post's seats would be filled otherwise.

    `before` or `after` is None while the post does not stand.
    """

    post: PostId
    began: date
    ended: date | None
    before: Filled | None
    after: Filled | None


def changed_seats(connection: Connection, ledger: str, changes: Sequence[RowChange]) -> tuple[SeatsChange, ...]:
    """Every stretch of time in which seats are filled otherwise with rows of a draft in place of those on record.

    Args:
        connection: reads.
        ledger: whose.
        changes: what the draft changes, out of `what_if`.
    """
    tenures, versions = pairs(changes, TenureRow), pairs(changes, PostRow)
    touched = {row.post for pair in (*tenures, *versions) for row in pair if row is not None}
    if not touched:
        return ()
    with one_snapshot(connection):
        held = tenures_of_posts(connection, ledger, sorted(touched))
        lives = post_rows(connection, ledger, touched)
    before = _occupied(touched, lives, held)
    would = sorted(replaced(lives, versions, lambda row: (row.post, row.began)), key=lambda row: (row.post, row.began))
    after = _occupied(touched, would, replaced(held, tenures, lambda row: (row.employee, row.began_by)))
    return tuple(change for post in sorted(touched) for change in _compared(post, before[post], after[post]))


def _occupied(
    posts: Collection[PostId], versions: Iterable[PostRow], tenures: Iterable[TenureRow]
) -> dict[PostId, Occupancy]:
    lives = lives_of(versions)
    held: dict[PostId, list[TenureRow]] = {}
    for row in tenures:
        if row.state == "held":
            held.setdefault(row.post, []).append(row)
    return {
        post: occupy(lives.get(post, PostLife(post, (), (), None, None)), [row.tenure() for row in held.get(post, ())])
        for post in posts
    }


def _compared(post: PostId, before: Occupancy, after: Occupancy) -> Iterable[SeatsChange]:
    days = sorted(_days(before) | _days(after))
    stretches: list[tuple[date, Filled | None, Filled | None]] = []
    for day in days:
        pair = _filled(before, day), _filled(after, day)
        if not stretches or stretches[-1][1:] != pair:
            stretches.append((day, *pair))
    ends = [*(began for began, _, _ in stretches[1:]), None]
    for (began, was, will), ended in zip(stretches, ends, strict=True):
        if was != will:
            yield SeatsChange(post, began, ended, was, will)


def _days(occupancy: Occupancy) -> set[date]:
    """The days on which something about the post begins or ends."""
    spans = [(one.began, one.ended) for one in occupancy.life.versions]
    spans += [(one.began, one.ended) for one in occupancy.tenures]
    return {day for span in spans for day in span if day is not None}


def _filled(occupancy: Occupancy, day: date) -> Filled | None:
    version = occupancy.life.on(day)
    if version is None:
        return None
    filled = len(occupancy.holders(day))
    return Filled(version.seats, filled, max(0, version.seats - filled), len(occupancy.acting(day)))
