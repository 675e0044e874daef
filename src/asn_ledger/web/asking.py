"""A question: who asks, as of when, answered in one state of ledger and read models, and not twice if unchanged."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from asn_ledger.accounts import Principal, authorise
from asn_ledger.domain.access import About, Act, Subject
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.language import Language
from asn_ledger.readmodels.asof import AsOf, as_of
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.reading import one_snapshot
from asn_ledger.readmodels.standing import standing
from asn_ledger.web.auth import Asker, Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.service import Service
from projections.directory.queries import people
from projections.whereabouts.queries import NOWHERE, Whereabouts, whereabouts


def _build() -> str:
    """The program's version; a new one may say the same thing in another way."""
    try:
        return version("asn-ledger")
    except PackageNotFoundError:  # run out of its folder, without being installed
        return "0"


BUILD = _build()

ValidOn = Annotated[
    str | None,
    Query(
        description="The day asked about (berlaku pada): `2015`, `2015-03` (their last day), a day; else today",
        max_length=10,
        examples=["2015-03-31"],
    ),
]
KnownAt = Annotated[
    str | None,
    Query(
        description="What was known when (diketahui pada): `2016`, `2016-03`, `2016-03-31`, RFC 3339 or `@48213`",
        max_length=40,
        examples=["@48213"],
    ),
]
Lang = Annotated[Language | None, Query(description="Language of the answer, before `Accept-Language`")]


class NotModified(Exception):  # noqa: N818 -- the state it reports
    """Whoever asks has the answer already."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Question:
    """What a query needs, besides its own subject.

    `position` is what the read models know; `now` is the time of the request, in the ledger's zone. `subject` is what
    is asked about, where that is less than the whole agency: whoever reaches no further may do more about it.
    `whereabouts` say where everybody stands today, whatever day is asked about: for a reader who works for a unit.
    """

    service: Service
    reader: Principal
    connection: Connection
    as_of: AsOf
    now: datetime
    position: int
    language: Language
    subject: Subject = "agency"
    whereabouts: Whereabouts = NOWHERE

    @property
    def ledger(self) -> str:
        """Name of the ledger that is asked."""
        return self.service.agency

    def may(self, act: Act) -> bool:
        """Whether whoever asks may do or see it, about what is asked."""
        return self.reader.may(act, self.subject)

    @property
    def acts(self) -> frozenset[Act]:
        """Everything that whoever asks may do about what is asked."""
        return frozenset(act for act in Act if self.may(act))

    def about(self, subject: Subject) -> "Question":
        """The same question about less than the whole agency."""
        return dataclasses.replace(self, subject=subject)

    def person(self, employee: EmployeeId) -> About:
        """A person, where they stand today; an id that stands for another leads to that one, also the reader's own."""
        own = self.reader.employee
        asked = [employee] if own is None else [employee, own]
        found = people(self.connection, self.ledger, asked)
        same = {one: found[one].employee if one in found else one for one in asked}
        about = self.whereabouts.of_person(same[employee])
        return dataclasses.replace(about, employee=own) if own is not None and same[own] == same[employee] else about

    def require(self, act: Act, *subject: About) -> None:
        """Let the reader do it about all of these.

        Raises:
            NotAllowed: they may not.
        """
        authorise(self.reader, act, subject)

    def units(self, act: Act) -> frozenset[UnitId] | None:
        """The units about which the reader may do it; None: all."""
        if self.reader.may(act):
            return None
        above = self.whereabouts.above
        return frozenset(unit for unit in above if self.reader.may(act, (self.whereabouts.of_unit(unit),)))

    def posts(self, act: Act) -> frozenset[PostId] | None:
        """The posts about which the reader may do it; None: all."""
        units = self.units(act)
        return None if units is None else frozenset(p for p, unit in self.whereabouts.posts.items() if unit in units)

    def people(self, act: Act) -> frozenset[EmployeeId] | None:
        """The people about whom the reader may do it; None: everybody."""
        posts = self.posts(act)
        if posts is None:
            return None
        under = frozenset(employee for employee, post in self.whereabouts.people.items() if post in posts)
        own = self.reader.employee
        if own is None or not self.reader.may(act, (About(own),)):
            return under
        found = people(self.connection, self.ledger, [own])
        return under | {own, *(row.employee for row in found.values())}

    def at(self, moment: AsOf) -> "Question":
        """The same question as of another time."""
        return dataclasses.replace(self, as_of=moment)


@contextmanager
def asking(service: Service, reader: Principal, language: Language) -> Iterator[Question]:
    """A question as of today and of what is known now, for those whom a gate has let pass."""
    now = service.now().astimezone(service.zone)
    with service.reading() as connection, one_snapshot(connection):
        known = Known.of(connection, service.agency)
        there = _whereabouts(service, reader, connection, now)
        yield Question(service, reader, connection, AsOf(now.date()), now, known.position, language, whereabouts=there)


def _whereabouts(service: Service, reader: Principal, connection: Connection, now: datetime) -> Whereabouts:
    """Where everybody stands today; for those who reach people by the units they stand under alone."""
    if all(grant.unit is None for grant in reader.grants):
        return NOWHERE
    return whereabouts(connection, service.agency, now.date(), opens=service.opens)


@dataclass(frozen=True, slots=True)
class Ask:
    """A route's dependency: the gate, and the question of those who pass it.

    `scoped`: also of those who may do it about a part of the agency; the route then asks `authorise` about its subject.
    """

    act: Act
    scoped: bool = False

    def __call__(
        self,
        request: Request,
        response: Response,
        service: Running,
        asker: Asker,
        valid_on: ValidOn = None,
        known_at: KnownAt = None,
        lang: Lang = None,  # noqa: ARG002 -- named for the document; `language_of` reads it
    ) -> Iterator[Question]:
        """The question, on a connection that is given back once the answer is made.

        Raises:
            NotAllowed: they may not ask.
            InvalidValue: one of the times is malformed, known_at lies ahead, or is a position and who asks may
                not read about everybody.
            NotModified: whoever asks has the answer already.
        """
        authorise(asker, self.act, "anything" if self.scoped else "agency")
        if not asker.may(Act.READ_PEOPLE) and known_at is not None and known_at.startswith("@"):
            # Within one decree each position has its own person: who may not read about each is told what a day knew.
            raise InvalidValue("the public asks by date or time, not by position", code="known-at-position")
        zone = service.zone
        now = service.now().astimezone(zone)
        with service.reading() as connection, one_snapshot(connection):
            asked = as_of(connection, service.agency, valid_on=valid_on, known_at=known_at, now=now, zone=zone)
            known = Known.of(connection, service.agency)
            question = Question(service, asker, connection, asked, now, known.position, language_of(request))
            headers = answer_headers(question, known)
            if _has(request, headers["ETag"]):
                raise NotModified(headers)
            response.headers.update(headers)
            there = _whereabouts(service, asker, connection, now)
            yield dataclasses.replace(question, whereabouts=there)


@dataclass(frozen=True, slots=True)
class Known:
    """What the read models know: the position that is in all of them, and a digest that any change of one changes.

    `going` is the position that is in all but those that stand before a fact which they cannot take.
    """

    position: int
    digest: str
    going: int

    @classmethod
    def of(cls, connection: Connection, ledger: str) -> "Known":
        """What they know in this snapshot; position 0 where none has been built."""
        rows = sorted(standing(connection, ledger).values(), key=lambda at: at.model)
        newest = {at.name: at.position for at in rows if at.live_build is not None}
        going = {at.name: at.position for at in rows if at.live_build is not None and at.stopped is None}
        told = ";".join(f"{at.name},{at.version},{at.live_build},{at.position}" for at in rows)
        digest = sha256(told.encode()).hexdigest()[:12]
        return cls(min(newest.values(), default=0), digest, min(going.values(), default=0))


def answer_headers(question: Question, known: Known) -> dict[str, str]:
    """ETag over position, both dates, today, tier, language and the program's version; who may keep the answer."""
    upto = question.as_of.position
    parts = (
        f"{known.position}-{known.digest}",
        question.as_of.valid_on.isoformat(),
        question.now.date().isoformat(),  # the public is not told today of what begins or ends tomorrow
        "now" if upto is None else f"@{upto}",
        _tier(question.reader),
        question.language,
        BUILD,
    )
    public = question.reader.id is None
    return {
        "ETag": f'W/"{"/".join(parts)}"',
        "Cache-Control": "public, no-cache" if public else "private, no-cache",
        "Content-Language": question.language,
        "Vary": "Accept, Accept-Language, Authorization, Cookie",
    }


def _tier(reader: Principal) -> str:
    """What an answer depends on of its reader: nothing of the public's, every grant of an account."""
    return "public" if reader.id is None else sha256(repr(reader).encode()).hexdigest()[:12]


def _has(request: Request, etag: str) -> bool:
    sent = request.headers.get("if-none-match", "")
    strong = etag.removeprefix("W/")
    return any(tag.strip().removeprefix("W/") == strong for tag in sent.split(","))


def not_modified(_: Request, error: Exception) -> Response:
    """The answer to somebody who has the answer."""
    assert isinstance(error, NotModified)  # noqa: S101 -- registered for nothing else
    return Response(status_code=304, headers=error.headers)


# Scope "function": the connection goes back before the answer is sent, or whoever reads slowly would keep it.
AskPublic = Annotated[Question, Depends(Ask(Act.READ_PUBLIC), scope="function")]
AskPeople = Annotated[Question, Depends(Ask(Act.READ_PEOPLE, scoped=True), scope="function")]
AskExport = Annotated[Question, Depends(Ask(Act.EXPORT_LIST, scoped=True), scope="function")]
SearchPeople = Annotated[Question, Depends(Ask(Act.SEARCH_PEOPLE, scoped=True), scope="function")]
