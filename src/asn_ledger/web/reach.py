"""What a decree is about that somebody would enter, and what of the desk they see who reach a part of the agency."""

from typing import TypeVar

import orjson

from asn_ledger.accounts import Principal, authorise
from asn_ledger.accounts.desk import Waiting
from asn_ledger.domain.access import About, Act
from asn_ledger.domain.decisions.form import Decree, parse_decree
from asn_ledger.domain.decisions.posts import PostRow
from asn_ledger.domain.decisions.row import PersonRow, Row
from asn_ledger.domain.decisions.units import UnitRow
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.exchange.sheets.on_record import OnRecord
from asn_ledger.language import Language
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.service import Service

T = TypeVar("T", PostId, UnitId)


def require_rows(service: Service, asker: Principal, act: Act, decree: Decree, language: Language) -> None:
    """Let somebody do it with a decree all of whose rows are within their reach; before anything of it is judged.

    Raises:
        NotAllowed: they may not, or one row lies outside.
    """
    if asker.may(act):
        return
    authorise(asker, act, "anything")
    with asking(service, asker, language) as question:
        question.require(act, *rows_about(question, decree))


def rows_about(question: Question, decree: Decree) -> tuple[About, ...]:
    """Whom and what its rows are about: the person, and the post or unit that they lead to; nobody where one is open.

    A row about the record itself (a correction, an annulment), about offices or about who somebody is reaches further
    than a part of the agency: it is about nobody here.
    """
    return tuple(about for row in decree.rows for about in _about(question, row))


def _about(question: Question, row: Row) -> tuple[About, ...]:
    if not isinstance(row, PersonRow | PostRow | UnitRow) or row.ABOUT_RECORD:
        return (About(),)
    there = question.whereabouts
    found: list[About] = []
    if isinstance(row, PersonRow):
        found.append(About() if row.employee is None else question.person(row.employee))
    found += [there.of_post(post) for post in _named(row, PostId)]
    found += [there.of_unit(unit) for unit in _named(row, UnitId)]
    found += [there.of_post(PostId(post)) for post in getattr(row, "predecessors", ()) if isinstance(row, PostRow)]
    found += [there.of_unit(UnitId(unit)) for unit in getattr(row, "predecessors", ()) if isinstance(row, UnitRow)]
    return tuple(found)


def _named(row: Row, kind: type[T]) -> list[T]:
    """The ids of a kind that fields of the row hold."""
    fields = type(row).model_fields.items()
    named = [getattr(row, name) for name, field in fields if field.annotation in {kind, kind | None}]
    return [value for value in named if value is not None]


def sees_on_desk(question: Question, waiting: Waiting) -> bool:
    """Whether the reader sees a decree on the desk: all, or one's own whose rows one still reaches."""
    if question.reader.may(Act.SEE_DESK):
        return True
    if waiting.recorder != question.reader.id:
        return False
    if waiting.request is None:
        return question.reader.may(Act.SUBMIT, "anything")
    form = parse_decree(orjson.loads(waiting.request))
    return question.reader.may(Act.SUBMIT, rows_about(question, form))


def on_record(question: Question) -> OnRecord:
    """The lookup of what cells name, among those within reach; anybody else is not on record for this reader."""
    return OnRecord(
        question.connection,
        question.ledger,
        question.as_of,
        question.service.opens,
        question.people(Act.DRY_RUN),
        question.posts(Act.DRY_RUN),
        question.units(Act.DRY_RUN),
    )
