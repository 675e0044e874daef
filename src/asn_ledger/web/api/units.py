"""Units: the tree on a day, one unit with its posts, and how many of their seats are filled."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web import visibility
from asn_ledger.web.asking import AskPublic, Question
from asn_ledger.web.bezetting import establishment
from asn_ledger.web.duties import duties
from asn_ledger.web.lists import MOST_ROWS, ROWS, Cursor, Limit, Text, as_of_shown, link, offset_of, page
from asn_ledger.web.lists_shown import Establishment, UnitDuties
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_FOUND, documented
from asn_ledger.web.representations import Page, Predecessor, Unit, UnitListed, UnitVersion
from projections.units.queries import UnitRow, find_units, unit_life, unit_path, unit_tree

Below = Annotated[bool, Query(description="also of all units below")]
SomePosts = Annotated[int | None, Query(ge=1, le=MOST_ROWS, description="posts of a page; all of them where unsaid")]

router = APIRouter(prefix="/api/v1/units", tags=["units"], responses=documented(INVALID_VALUE, INVALID_REQUEST))


@router.get("")
def list_units(
    question: AskPublic,
    request: Request,
    response: Response,
    q: Text = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> Page[UnitListed]:
    """The tree of units on the day, parents first; with `q`, the units that ever had such a name.

    With `known_at`, they are found by the words known then, and come as they were known then.
    """
    offset = offset_of(cursor)
    if q:
        found = find_units(question.connection, question.ledger, q, question.as_of, limit=limit, offset=offset)
        return page(request, response, question, found, found_units(question, found.rows), limit)
    nodes = unit_tree(question.connection, question.ledger, question.as_of, opens=question.service.opens)
    tree = Listing(nodes[offset : offset + limit], len(nodes), offset)
    return page(request, response, question, tree, [listed_unit(node.unit, node.depth) for node in tree.rows], limit)


@router.get("/{id}", responses=documented(NOT_FOUND))
def read_unit(question: AskPublic, id: UnitId) -> Unit:  # noqa: A002 -- the parameter's name in the address
    """A unit on a day: its names, what is above and below it, whom it succeeds."""
    return unit(question, id)


@router.get("/{id}/establishment", responses=documented(NOT_FOUND))
def read_establishment(
    question: AskPublic,
    request: Request,
    response: Response,
    id: UnitId,  # noqa: A002 -- the parameter's name in the address
    below: Below = False,
    limit: SomePosts = None,
    cursor: Cursor = None,
) -> Establishment:
    """The posts of a unit on a day: seats, filled, vacant and since when, acted in; and the same of all below it.

    Without `limit` all posts come at once; with it a page of them, and a `Link` header leads on.
    """
    offset = offset_of(cursor)
    found = establishment(question, id, below=below, limit=limit, offset=offset)
    if limit is not None:
        link(request, response, offset=offset, limit=limit, total=found.listed)
    return found


@router.get("/{id}/duties", responses=documented(NOT_FOUND))
def read_duties(
    question: AskPublic,
    id: UnitId,  # noqa: A002 -- the parameter's name in the address
    below: Below = False,
) -> UnitDuties:
    """Who has which additional duty in a unit on a day: head teacher, head of a health centre, leader of a team."""
    return duties(question, id, below=below)


def unit(question: Question, sought: UnitId) -> Unit:
    """A unit on the day asked for.

    Raises:
        NotFound: no such unit was on record.
    """
    connection, ledger, as_of, opens = question.connection, question.ledger, question.as_of, question.service.opens
    life = unit_life(connection, ledger, sought, as_of, opens=opens)
    versions = visibility.unit_versions(life)
    tree = unit_tree(connection, ledger, as_of, opens=opens, root=sought)
    path = unit_path(connection, ledger, sought, as_of, opens=opens)
    return Unit(
        id=sought,
        as_of=as_of_shown(question),
        version=next((then for then in versions if _in_force(then, as_of.valid_on)), None),
        versions=versions,
        predecessors=tuple(Predecessor(id=earlier, how=how, since=since) for earlier, how, since in life.predecessors),
        abolished=life.abolished,
        path=tuple(listed_unit(row, depth) for depth, row in enumerate(path)),
        children=tuple(listed_unit(node.unit, node.depth) for node in tree if node.unit.parent == sought),
    )


def found_units(question: Question, rows: Iterable[UnitRow]) -> list[UnitListed]:
    """Units that a search found, as they were known then; those not known then are left out."""
    if question.as_of.position is None:
        return [listed_unit(row, None) for row in rows]
    found: list[UnitListed] = []
    for row in rows:
        try:
            known = unit(question, row.unit)
        except NotFound:
            continue
        found.append(UnitListed(id=row.unit, depth=None, version=known.version or known.versions[-1]))
    return found


def _in_force(version: UnitVersion, day: date) -> bool:
    return version.began <= day and (version.ended is None or day < version.ended)


def listed_unit(row: UnitRow, depth: int | None) -> UnitListed:
    """A unit in a list; `depth` is its place in the tree."""
    return UnitListed(
        id=row.unit,
        depth=depth,
        version=UnitVersion(
            began=row.began,
            ended=row.ended,
            name=row.name,
            kind=row.kind,
            parent=row.parent,
            position=row.began_by,
        ),
    )
