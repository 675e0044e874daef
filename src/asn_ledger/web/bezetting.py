"""The establishment of a unit as its reader may see it: posts with their seats, and the sums of what lies below."""

from collections.abc import Iterable

from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web import visibility
from asn_ledger.web.asking import Question
from asn_ledger.web.lists import as_of_shown
from asn_ledger.web.lists_shown import Establishment, PostEstablished, UnitSeats
from asn_ledger.web.representations import Seats
from asn_ledger.web.sights import plain_sight, sight_of_posts
from asn_ledger.web.visibility import Sight
from projections.establishment.queries import PostHistory, PostThere, branch, histories
from projections.units.queries import unit_life


def establishment(
    question: Question, sought: UnitId, *, below: bool = False, limit: int | None = None, offset: int = 0
) -> Establishment:
    """The posts of a unit on the day asked for, or of it and all units below it; sums count all, whatever is listed.

    Args:
        question: a reader's.
        sought: the unit.
        below: also the posts of all units below.
        limit: posts listed at most, unit by unit; None for all.
        offset: posts passed over.

    Raises:
        NotFound: no such unit was on record.
    """
    connection, ledger, as_of, opens = question.connection, question.ledger, question.as_of, question.service.opens
    unit_life(connection, ledger, sought, as_of, opens=opens)
    sight = plain_sight(question)
    counted_on = None if sight.all_people else min(as_of.valid_on, sight.today)
    found = branch(connection, ledger, as_of, opens=opens, root=sought, counted_on=counted_on)
    every = found.standing(found.below(sought) if below else [sought])
    listed = every[offset : None if limit is None else offset + limit]
    known = histories(connection, ledger, listed, as_of, opens=opens)
    rows = [row for one in known for row in one.tenures if row.on(as_of.valid_on)]
    sight = sight_of_posts(question, [post.life for post in listed], rows)
    return Establishment(
        unit=sought,
        as_of=as_of_shown(question),
        posts=tuple(_post(sight, post, history) for post, history in zip(listed, known, strict=True)),
        first=offset + 1 if listed else 0,
        last=offset + len(listed) if listed else 0,
        listed=len(every),
        total=_sum(every),
        below=tuple(
            UnitSeats(id=node.unit.unit, name=node.unit.name, seats=_sum(found.standing(found.below(node.unit.unit))))
            for node in found.units
            if node.depth == 1
        ),
        total_with_below=_sum(found.standing([node.unit.unit for node in found.units])),
    )


def _post(sight: Sight, post: PostThere, history: PostHistory) -> PostEstablished:
    day = history.valid_on
    vacant = visibility.vacancies(sight, history.vacancies)
    seats = visibility.seats(sight, post.version, history.tenures, vacant, day)
    held = [row for row in sight.happened(history.tenures) if row.on(day)]
    return PostEstablished(
        id=post.life.post,
        version=visibility.post_version(sight, post.version),
        seats=seats,
        vacant_days=None if seats.vacant_since is None or not seats.vacant else (day - seats.vacant_since).days,
        holders=visibility.tenures(sight, [row for row in held if row.capacity == "definitif"], post.life),
        acting=visibility.tenures(sight, [row for row in held if row.capacity != "definitif"], post.life),
    )


def _sum(posts: Iterable[PostThere]) -> Seats:
    """How many seats of posts are held, named or not, and how many people those need whose need was set: public."""
    seats = filled = vacant = acting = unset = 0
    needs: list[tuple[int, int]] = []
    for post in posts:
        here = sum(1 for row in post.held if row.capacity == "definitif")
        seats, filled, acting = seats + post.version.seats, filled + here, acting + len(post.held) - here
        vacant += max(0, post.version.seats - here)
        if post.version.need is None:
            unset += 1
        else:
            needs.append((post.version.need, here))
    need = sum(needed for needed, _ in needs) if needs else None
    return Seats(
        seats=seats,
        filled=filled,
        vacant=vacant,
        acting=acting,
        vacant_since=None,
        need=need,
        difference=None if need is None else sum(here - needed for needed, here in needs),
        need_unset=unset,
    )
