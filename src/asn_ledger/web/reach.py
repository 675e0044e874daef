"""What a decree is about that somebody would enter, and what of the desk they see who reach a part of the agency."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import orjson

from asn_ledger.accounts import Principal, authorise
from asn_ledger.accounts.desk import Waiting
from asn_ledger.accounts.desk.bulk import AskedBulk
from asn_ledger.domain.access import About, Act
from asn_ledger.domain.decisions.form import Decree, parse_decree
from asn_ledger.domain.decisions.posts import PostRow
from asn_ledger.domain.decisions.row import PersonRow, Row
from asn_ledger.domain.decisions.series import Bulk, decree_forms
from asn_ledger.domain.decisions.units import UnitRow
from asn_ledger.domain.errors import InvalidValue, NotAllowed, NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.exchange.sheets.on_record import OnRecord
from asn_ledger.language import Language
from asn_ledger.ledger.plan import SecondAct
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import actor_of
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
    if decree.overrides:
        raise NotAllowed("only the personnel agency lets a row pass a rule; ask it", code="override-agency")
    with asking(service, asker, language) as question:
        question.require(act, *rows_about(question, decree))


def require_bulk(service: Service, asker: Principal, command: UUID, bulk: Bulk, language: Language) -> None:
    """Let somebody make these decrees, all of whose rows are within their reach; before anything of them is judged.

    A row that is malformed is about nobody: it is refused by itself.

    Raises:
        NotAllowed: they may not, or one row lies outside.
    """
    if asker.may(Act.PLAN_BULK):
        return
    authorise(asker, Act.PLAN_BULK, "anything")
    with asking(service, asker, language) as question:
        for form in decree_forms(command, bulk):
            try:
                decree = parse_decree(form)
            except InvalidValue:
                continue
            question.require(Act.PLAN_BULK, *rows_about(question, decree))


def own_bulk(service: Service, asker: Principal, id: UUID) -> AskedBulk:  # noqa: A002 -- its name in the address
    """A bulk day that somebody sees: any, or who works for a part of the agency their own.

    Raises:
        NotFound: nothing under this id that they see.
    """
    asked = service.bulk.get(id)
    if asker.may(Act.SEE_DESK):
        return asked
    if not service.desk.person(str(asked.recorder)).is_also(service.desk.person(str(asker.id))):
        raise NotFound("no bulk day of this id was asked for", code="no-bulk")
    return asked


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
    if question.reader.may(Act.SEE_DESK) or (waiting.ends_by == "override" and question.reader.may(Act.OVERRIDE)):
        return True
    if waiting.recorder != question.reader.id:
        return False
    if waiting.request is None:
        return question.reader.may(Act.SUBMIT, "anything")
    form = parse_decree(orjson.loads(waiting.request))
    return question.reader.may(Act.SUBMIT, rows_about(question, form))


DECIDES: Mapping[SecondAct, Act] = {"confirm": Act.CONFIRM, "override": Act.OVERRIDE}
"""What somebody must be allowed who ends by such an act that a decree waits."""


def decider(service: Service, asker: Principal, decree: UUID) -> tuple[Actor, SecondAct]:
    """Who confirms a decree on the desk, or lets it pass, or refuses it; and which of both acts it waits for.

    Raises:
        NotFound: it was never laid there.
        NotAllowed: they may not.
    """
    act = service.desk.act_of(decree)
    authorise(asker, DECIDES[act])
    return actor_of(asker, DECIDES[act]), act


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
