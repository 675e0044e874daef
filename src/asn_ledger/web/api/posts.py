"""Posts: which there are, what one was on a day, who held it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web import visibility
from asn_ledger.web.asking import AskPublic, Question
from asn_ledger.web.lists import ROWS, Cursor, Limit, Text, as_of_shown, offset_of, page
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_FOUND, documented
from asn_ledger.web.representations import Page, Post, PostHistory, PostListed, Predecessor
from asn_ledger.web.sights import lives_of, sight_of_posts, with_verified
from asn_ledger.web.visibility import Sight
from projections.position_history.queries import PostHistory as History
from projections.position_history.queries import TenureRow, post_history, tenures_of_posts
from projections.posts.queries import PostRow, all_posts, find_posts, posts_of_unit, version_of

router = APIRouter(prefix="/api/v1/posts", tags=["posts"])


@router.get("", responses=documented(INVALID_VALUE, INVALID_REQUEST))
def list_posts(
    question: AskPublic,
    request: Request,
    response: Response,
    q: Text = None,
    unit: Annotated[UnitId | None, Query(description="only posts of this unit on the day, its head first")] = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> Page[PostListed]:
    """Posts by words of their title or code, those of a unit, or every post of the day.

    With `known_at` they are found by the words known then, and each row says what was known of the post then.
    """
    offset = offset_of(cursor)
    if unit is None and q is None:
        found = all_posts(question.connection, question.ledger, question.as_of, limit=limit, offset=offset)
    elif unit is None:
        found = find_posts(question.connection, question.ledger, q or "", question.as_of, limit=limit, offset=offset)
    else:
        rows = posts_of_unit(question.connection, question.ledger, unit, question.as_of, opens=question.service.opens)
        found = Listing(rows[offset : offset + limit], len(rows), offset)
    return page(request, response, question, found, listed(question, found.rows), limit)


@router.get("/{id}", responses=documented(NOT_FOUND, INVALID_VALUE, INVALID_REQUEST))
def read_post(question: AskPublic, id: PostId) -> Post:  # noqa: A002 -- the parameter's name in the address
    """A post on a day: what it was, how many of its seats were filled, and by whom where that is public."""
    return post(question, id)


@router.get("/{id}/history", responses=documented(NOT_FOUND, INVALID_VALUE, INVALID_REQUEST))
def read_history(
    question: AskPublic,
    id: PostId,  # noqa: A002 -- the parameter's name in the address
    predecessors: Annotated[bool, Query(description="also of the posts that it carries on")] = False,
) -> PostHistory:
    """Who held a post, when, in what capacity, by which decree; when it was vacant."""
    return history(question, id, predecessors=predecessors)


def post(question: Question, sought: PostId) -> Post:
    """A post on the day asked for, as its reader may see it.

    Raises:
        NotFound: no such post was on record.
    """
    known = _history(question, sought, predecessors=False)
    sight = sight_of_posts(question, [known.life], known.tenures)
    version = known.life.on(known.valid_on)
    vacant = visibility.vacancies(sight, known.vacancies)
    held = [row for row in sight.happened(known.tenures) if row.on(known.valid_on)]
    return Post(
        id=known.post,
        as_of=as_of_shown(question),
        version=None if version is None else visibility.post_version(sight, version),
        versions=tuple(visibility.post_version(sight, then) for then in known.life.versions),
        predecessors=tuple(Predecessor(id=post, how=how, since=since) for post, how, since in known.life.predecessors),
        abolished=known.life.abolished,
        seats=visibility.seats(sight, version, known.tenures, vacant, known.valid_on),
        names_shown=version is not None and sight.names_holder(version, known.valid_on),
        holders=visibility.tenures(sight, [row for row in held if row.capacity == "definitif"], known.life),
        acting=visibility.tenures(sight, [row for row in held if row.capacity != "definitif"], known.life),
    )


def history(question: Question, sought: PostId, *, predecessors: bool) -> PostHistory:
    """The history of a post, as its reader may see it.

    Raises:
        NotFound: no such post was on record.
    """
    known = _history(question, sought, predecessors=predecessors)
    whole = list(_with_predecessors(known))
    rows = [row for one in whole for row in (*one.tenures, *one.pending, *one.struck)]
    sight = sight_of_posts(question, [one.life for one in whole], rows)
    return _shown(question, with_verified(question, sight, rows), known)


def _history(question: Question, sought: PostId, *, predecessors: bool) -> History:
    return post_history(
        question.connection,
        question.ledger,
        sought,
        question.as_of,
        opens=question.service.opens,
        predecessors=predecessors,
    )


def _with_predecessors(known: History) -> Sequence[History]:
    return [known, *(one for earlier in known.predecessors for one in _with_predecessors(earlier))]


def _shown(question: Question, sight: Sight, known: History) -> PostHistory:
    life = known.life
    version = life.on(known.valid_on)
    return PostHistory(
        id=known.post,
        as_of=as_of_shown(question),
        version=None if version is None else visibility.post_version(sight, version),
        versions=tuple(visibility.post_version(sight, then) for then in life.versions),
        abolished=life.abolished,
        names_withheld=not all(sight.names_holder(then, then.began) for then in life.versions),
        tenures=visibility.tenures(sight, known.tenures, life),
        vacancies=visibility.vacancies(sight, known.vacancies),
        pending=visibility.tenures(sight, known.pending, life),
        struck=visibility.tenures(sight, known.struck, life),
        predecessors=tuple(_shown(question, sight, earlier) for earlier in known.predecessors),
    )


def listed(question: Question, rows: Sequence[PostRow]) -> tuple[PostListed, ...]:
    """Posts as a list shows them; seats are counted where the question is about what is known now."""
    if question.as_of.position is not None:
        return _listed_then(question, [row.post for row in rows])
    lives = {row.post: PostLife(row.post, (version_of(row),)) for row in rows}
    sight = sight_of_posts(question, lives.values())
    held: dict[PostId, list[TenureRow]] = {row.post: [] for row in rows}
    for tenure in tenures_of_posts(question.connection, question.ledger, sorted(held)):
        held[tenure.post].append(tenure)
    return tuple(
        PostListed(
            id=row.post,
            version=visibility.post_version(sight, version_of(row)),
            seats=visibility.seats(sight, version_of(row), held[row.post], (), question.as_of.valid_on),
        )
        for row in rows
    )


def _listed_then(question: Question, posts: Sequence[PostId]) -> tuple[PostListed, ...]:
    """Posts as they were known then, those of them that were; what they were on the day, else at last."""
    lives = lives_of(question, posts)
    sight = sight_of_posts(question, lives.values())
    return tuple(
        PostListed(
            id=post,
            version=visibility.post_version(sight, lives[post].on(question.as_of.valid_on) or lives[post].versions[-1]),
            seats=None,
        )
        for post in posts
        if post in lives
    )
