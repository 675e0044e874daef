"""Who asks: the bearer of a token, a browser with the cookie of a session, or the anonymous public.

`Gate(act)` on a route is the one gate: it authenticates, then `authorise` answers out of the domain's table. A token
or session that stands for nobody is refused, never taken for the public. A browser sends its cookie by itself, so
whatever changes something and rests on a cookie must come from a page that this session was shown.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from asn_ledger.accounts import ANONYMOUS, Principal, Session, authorise
from asn_ledger.accounts.sessions import Stage
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotAllowed
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.errors import LedgerError
from asn_ledger.web import cookies
from asn_ledger.web.csrf import require_token
from asn_ledger.web.problems import LoginIncomplete, Unauthenticated
from asn_ledger.web.service import Service

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SCHEME = "bearer "


def running(request: Request) -> Service:
    """The service that this application shows."""
    service: Service = request.app.state.service
    return service


Running = Annotated[Service, Depends(running)]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request; a browser with its session, and the secret in its cookie."""

    principal: Principal
    session: Session | None = None
    secret: str = ""


def known(request: Request, service: Running) -> Visitor:
    """Who sent the request, also in the middle of a login; noted for the page of a refusal.

    Raises:
        Unauthenticated: a token or session was sent that stands for nobody.
        NotAllowed: a browser was made to send something by a page that is not ours.
    """
    visitor: Visitor = _look(request, service)
    request.state.visitor = visitor
    return visitor


def shown_to(request: Request, service: Service, *, may_ask: bool) -> Visitor:
    """To whom the page of a refusal is shown: the public where that is not known, or the login is not complete.

    `may_ask`: the database may be asked where the request was refused before anybody looked who sent it.
    """
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None and may_ask:
        try:
            visitor = _look(request, service)
        except (Unauthenticated, NotAllowed, LedgerError):
            visitor = None
    unfinished = visitor is not None and visitor.session is not None and visitor.session.stage != "open"
    return Visitor(ANONYMOUS) if visitor is None or unfinished else visitor


def _look(request: Request, service: Service) -> Visitor:
    header = request.headers.get("authorization", "")
    if header:
        token = header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""
        principal = service.accounts.authenticate(token)
        if principal is None:
            raise Unauthenticated(cookie=False)
        return Visitor(principal)
    secret = cookies.read(request, cookies.SESSION)
    if secret is None:
        return Visitor(ANONYMOUS)
    if request.method not in _SAFE:
        require_same_origin(request)
    session = service.sessions.find(secret, service.now())
    if session is None:
        raise Unauthenticated(cookie=True)
    return Visitor(session.principal, session, secret)


Known = Annotated[Visitor, Depends(known)]


def authenticated(visitor: Known) -> Visitor:
    """Who sent the request; in the middle of a login nobody does anything but go on with it.

    Raises:
        LoginIncomplete: the second factor is still to come, or to be enrolled.
    """
    if visitor.session is not None and visitor.session.stage != "open":
        raise LoginIncomplete(visitor.session.stage)
    return visitor


Visiting = Annotated[Visitor, Depends(authenticated)]


async def asker(request: Request, visitor: Visiting) -> Principal:
    """Who sent the request, if it was sent on purpose.

    Raises:
        NotAllowed: a browser sent it from a page that was not made for its session.
    """
    if visitor.session is not None and request.method not in _SAFE:
        await require_token(request, visitor.secret)
    return visitor.principal


Asker = Annotated[Principal, Depends(asker)]


def require_same_origin(request: Request) -> None:
    """Refuse what another site made a browser send.

    Raises:
        NotAllowed: the browser says so, or neither it nor an `Origin` says where the request comes from.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        fine = site == "same-origin"
    else:
        fine = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not fine:
        raise NotAllowed(
            "this was sent from a page of another site; open the form here and send it again", code="origin"
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """A route's dependency: lets those pass who may do this.

    `scoped`: also those who may do it about a part of the agency; the route then asks `authorise` about its subject.
    """

    act: Act
    scoped: bool = False

    def __call__(self, asker: Asker) -> Principal:
        """Who asks, if they may.

        Raises:
            NotAllowed: they may not.
        """
        authorise(asker, self.act, "anything" if self.scoped else "agency")
        return asker


@dataclass(frozen=True, slots=True)
class Step:
    """A dependency of routes about one's own login: lets those pass whose session is at one of these stages.

    `also_by_token`: also those who opened it with a token, which changes nothing of the account it is of.
    """

    stages: frozenset[Stage]
    also_by_token: bool = False

    async def __call__(self, request: Request, visitor: Known) -> Visitor:
        """The visitor.

        Raises:
            LoginIncomplete: another step comes before.
            NotAllowed: there is no such session, or the request was not sent by one of its pages.
        """
        session = visitor.session
        if session is None:
            raise NotAllowed("log in with name and password first", code="not-logged-in")
        if request.method not in _SAFE:
            await require_token(request, visitor.secret)
        if session.stage not in self.stages:
            if session.stage != "open":
                raise LoginIncomplete(session.stage)
            raise NotAllowed("you are logged in already", code="logged-in")
        if session.by_token and not self.also_by_token:
            raise NotAllowed("this session was opened with a token; log in with name and password", code="by-token")
        return visitor


Anybody = Annotated[Principal, Depends(Gate(Act.READ_PUBLIC))]
DeskReaders = Annotated[Principal, Depends(Gate(Act.SEE_DESK))]
SomeDeskReaders = Annotated[Principal, Depends(Gate(Act.SEE_DESK, scoped=True))]
Confirmers = Annotated[Principal, Depends(Gate(Act.CONFIRM))]
Deciders = Annotated[Principal, Depends(Gate(Act.DECIDE))]


def actor_of(principal: Principal, act: Act) -> Actor:
    """Who does it, in the role that allows it.

    Raises:
        NotAllowed: no role of theirs does.
    """
    return Actor(str(principal.id), principal.role_for(act))
