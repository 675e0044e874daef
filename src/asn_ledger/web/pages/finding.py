"""What the search page asks the read models for one reader: the kinds that may be searched, each row redacted."""

from typing import Annotated

from fastapi import Query

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotAllowed
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web import visibility
from asn_ledger.web.api.posts import listed
from asn_ledger.web.api.units import found_units
from asn_ledger.web.asking import Question
from asn_ledger.web.lists import NO_CONTROLS
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.search import FEW, Sought
from asn_ledger.web.representations import Person, PostListed, UnitListed
from asn_ledger.web.sights import sight_of_people
from projections.accountability.queries import DecreeRow, find_decrees
from projections.directory.queries import find_people
from projections.posts.queries import find_posts
from projections.search.queries import SearchKind
from projections.units.queries import find_units

PAGES = 200
"""The last page of a search: whoever needs more asks with more words."""

Words = Annotated[str, Query(max_length=200, pattern=NO_CONTROLS)]
Kind = Annotated[SearchKind | None, Query()]


def find(question: Question, text: str, kind: SearchKind | None, page: int) -> Sought:
    """Everything the text names, a few of each kind; or a page of one kind.

    Raises:
        NotAllowed: the kind asked for is not for this reader.
    """
    if not text:
        return Sought(text, kind)
    people_too = question.reader.may(Act.SEARCH_PEOPLE, "anything")
    decrees_too = question.reader.may(Act.SEARCH_PEOPLE)
    if (kind == "employee" and not people_too) or (kind == "decree" and not decrees_too):
        raise NotAllowed("people and decrees are searched by the office and its auditors alone", code="search-kind")
    limit, offset = (FEW, 0) if kind is None else (PAGE, (page - 1) * PAGE)

    def wanted(one: SearchKind) -> bool:
        told = {"post": True, "unit": True, "employee": people_too, "decree": decrees_too}
        return kind in {None, one} and told[one]

    return Sought(
        text,
        kind,
        _posts(question, text, limit, offset) if wanted("post") else None,
        _units(question, text, limit, offset) if wanted("unit") else None,
        _people(question, text, limit, offset) if wanted("employee") else None,
        _decrees(question, text, limit, offset) if wanted("decree") else None,
    )


def _posts(question: Question, text: str, limit: int, offset: int) -> Listing[PostListed]:
    found = find_posts(question.connection, question.ledger, text, question.as_of, limit=limit, offset=offset)
    return Listing(listed(question, found.rows), found.total, found.offset)


def _units(question: Question, text: str, limit: int, offset: int) -> Listing[UnitListed]:
    found = find_units(question.connection, question.ledger, text, question.as_of, limit=limit, offset=offset)
    return Listing(found_units(question, found.rows), found.total, found.offset)


def _people(question: Question, text: str, limit: int, offset: int) -> Listing[Person]:
    among, then = question.people(Act.SEARCH_PEOPLE), question.as_of.position
    found = find_people(
        question.connection, question.ledger, text, among=among, position=then, limit=limit, offset=offset
    )
    sight = sight_of_people(question, [row.employee for row in found.rows])
    return Listing([visibility.person(sight, row.employee) for row in found.rows], found.total, found.offset)


def _decrees(question: Question, text: str, limit: int, offset: int) -> Listing[DecreeRow]:
    then = question.as_of.position
    return find_decrees(question.connection, question.ledger, text, position=then, limit=limit, offset=offset)
