"""The addresses of other people's accounts: who looks after them reads, an administrator changes.

Whatever is changed takes a session that was opened with the password, and those acts that would let somebody in take
the administrator's own password once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.keeping import Kept, KeptRow, grant_of
from asn_ledger.domain.access import Act, Grant, Role
from asn_ledger.domain.errors import InvalidValue, NotAllowed, NotFound, Refusal
from asn_ledger.domain.events import KEYS, RoleGranted, RoleRevoked
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.readmodels.histories import histories
from asn_ledger.readmodels.opening import Source
from asn_ledger.web.asking import Ask, Question, asking
from asn_ledger.web.auth import Gate, Running, Visiting, Visitor
from asn_ledger.web.frame import FieldError
from asn_ledger.web.languages import language_of
from asn_ledger.web.lists import NO_CONTROLS
from asn_ledger.web.pages import accounts as view
from asn_ledger.web.pages.accounts import AccountsKept, AccountWhole, Done, Granted, Words
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import problem_of
from asn_ledger.web.service import Service
from asn_ledger.web.session import Form, account_of
from projections.directory.queries import employee_by_nip, find_people, people
from projections.units.queries import unit_names, unit_tree

router = APIRouter(include_in_schema=False)

AskAccounts = Annotated[Question, Depends(Ask(Act.SEE_ACCOUNTS), scope="function")]
_SEE_OTHER = 303


def keeper(visitor: Visiting, asker: Annotated[Principal, Depends(Gate(Act.KEEP_ACCOUNTS))]) -> Visitor:
    """Who keeps accounts, in a session of their own.

    Raises:
        NotAllowed: they came with a token, which changes nothing of accounts.
    """
    assert asker.id == visitor.principal.id  # noqa: S101 -- both are who asks
    if visitor.session is None or visitor.session.by_token:
        raise NotAllowed("this session was opened with a token; log in with name and password", code="by-token")
    return visitor


Keeper = Annotated[Visitor, Depends(keeper)]
Searched = Annotated[str, Query(alias="q", max_length=200, pattern=NO_CONTROLS)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]
OfRole = Annotated[Role | None, Query(alias="role")]


@router.get("/pengguna.json")
def accounts_data(
    question: AskAccounts, response: Response, text: Searched = "", role: OfRole = None, number: PageNumber = 1
) -> AccountsKept:
    """Accounts as data."""
    response.headers["Cache-Control"] = "no-store"
    return _listed(question, text, role, number)


@router.get("/pengguna")
def accounts(
    request: Request, question: AskAccounts, text: Searched = "", role: OfRole = None, number: PageNumber = 1
) -> Response:
    """Accounts, looked for by name or owner; for those who keep them, a form that opens another."""
    return _list(request, question, text, role, number)


@router.get("/pengguna/{id}.json")
def account_data(question: AskAccounts, response: Response, id: UUID) -> AccountWhole:  # noqa: A002 -- as in the address
    """An account as data."""
    response.headers["Cache-Control"] = "no-store"
    return _whole(question, id)


@router.get("/pengguna/{id}")
def account(
    request: Request,
    question: AskAccounts,
    visitor: Visiting,
    id: UUID,  # noqa: A002 -- as in the address
    done: Annotated[Done | None, Query()] = None,
) -> Response:
    """One account: its roles and who signed for them, its tokens, what was done to it here."""
    return _one(request, question, visitor, id, done=done)


@router.post("/pengguna")
def open_account(request: Request, service: Running, visitor: Keeper, form: Form) -> Response:
    """Open an account, and show once with which password its owner logs in first."""
    wrong = _wrong_password(request, service, visitor, form)
    with asking(service, visitor.principal, language_of(request)) as question:
        if wrong is None:
            try:
                grants = [] if _signed(service) and not form.get("role") else [_grant(service, form)]
                person = _person(question, form.get("nip", ""))
                made, password = _kept(service).open(account_of(visitor), form.get("name", ""), grants, person)
            except Refusal as refused:
                wrong = _said(request, refused, "nip" if refused.code == "account-nip" else "name")
        if wrong is not None:
            response = _list(request, question, "", None, 1, typed=form, errors=(wrong[0],))
            response.status_code = wrong[1]
            return response
    return _after(request, service, visitor, made, None, password=password)  # in a snapshot that knows the account


@router.post("/pengguna/{id}/kunci")
def lock(request: Request, service: Running, visitor: Keeper, _form: Form, id: UUID) -> Response:  # noqa: A002 -- as in the address
    """Let nobody in with an account."""
    _kept(service).lock(account_of(visitor), _find(service, id))
    return _back(request, id, "locked")


@router.post("/pengguna/{id}/buka")
def unlock(request: Request, service: Running, visitor: Keeper, _form: Form, id: UUID) -> Response:  # noqa: A002 -- as in the address
    """Let its owner in again."""
    _kept(service).unlock(account_of(visitor), _find(service, id))
    return _back(request, id, "unlocked")


@router.post("/pengguna/{id}/sandi")
def give_password(request: Request, service: Running, visitor: Keeper, form: Form, id: UUID) -> Response:  # noqa: A002 -- as in the address
    """Give a password for the next login alone, and show it once."""
    wrong, made = _wrong_password(request, service, visitor, form, "password_password"), ""
    with asking(service, visitor.principal, language_of(request)) as question:
        row = _kept(service).one(question.connection, id)
        if wrong is None:
            try:
                made = _kept(service).give_password(account_of(visitor), row.principal(), row)
            except Refusal as refused:
                wrong = _said(request, refused, "password_password")
    return _after(request, service, visitor, id, wrong, password=made)


@router.post("/pengguna/{id}/faktor-kedua")
def remove_factor(request: Request, service: Running, visitor: Keeper, form: Form, id: UUID) -> Response:  # noqa: A002 -- as in the address
    """Take the second factor away; its owner sets up another at the next login."""
    wrong = _wrong_password(request, service, visitor, form, "factor_password")
    with asking(service, visitor.principal, language_of(request)) as question:
        row = _kept(service).one(question.connection, id)
        if wrong is None:
            try:
                _kept(service).remove_factor(account_of(visitor), row.principal(), row)
            except Refusal as refused:
                wrong = _said(request, refused, "factor_password")
    return _back(request, id, "factor") if wrong is None else _after(request, service, visitor, id, wrong)


@router.post("/pengguna/{id}/peran")
def change_role(request: Request, service: Running, visitor: Keeper, form: Form, id: UUID) -> Response:  # noqa: A002 -- as in the address
    """Give a role or take it, as far as that needs no signature."""
    gives = form.get("gives") != "0"
    wrong = _wrong_password(request, service, visitor, form, "role_password")
    if wrong is None:
        try:
            _kept(service).change_role(account_of(visitor), _find(service, id), _grant(service, form), gives=gives)
        except Refusal as refused:
            wrong = _said(request, refused, "role")
    if wrong is None:
        return _back(request, id, "role_given" if gives else "role_taken")
    return _after(request, service, visitor, id, wrong)


@router.post("/pengguna/{id}/token/cabut")
def revoke_all(request: Request, service: Running, visitor: Keeper, _form: Form, id: UUID) -> Response:  # noqa: A002 -- as in the address
    """Make every token of an account worthless."""
    _kept(service).revoke(account_of(visitor), _find(service, id), None)
    return _back(request, id, "token")


@router.post("/pengguna/{id}/token/{token}/cabut")
def revoke(
    request: Request,
    service: Running,
    visitor: Keeper,
    _form: Form,
    id: UUID,  # noqa: A002 -- as in the address
    token: UUID,
) -> Response:
    """Make a token of an account worthless; one that is already stays so."""
    _kept(service).revoke(account_of(visitor), _find(service, id), token)
    return _back(request, id, "token")


def _kept(service: Service) -> Kept:
    return Kept(service.logins.pool, service.logins.ledger, service.accounts, service.logins)


def _find(service: Service, account: UUID) -> Principal:
    return service.accounts.find(str(account))


def _listed(question: Question, text: str, role: Role | None, number: int) -> AccountsKept:
    kept, asked = _kept(question.service), " ".join(text.split())
    owned = kept.owners(question.connection) if asked else frozenset()
    among = (
        [row.employee for row in find_people(question.connection, question.ledger, asked, among=owned, limit=PAGE).rows]
        if owned
        else []
    )
    rows, total = kept.find(question.connection, asked, role, among, limit=PAGE, offset=(number - 1) * PAGE)
    words = _words(question, rows)
    return AccountsKept(total=total, accounts=tuple(view.shown(row, words) for row in rows))


def _list(
    request: Request,
    question: Question,
    text: str,
    role: Role | None,
    number: int,
    *,
    typed: Mapping[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
) -> Response:
    frame = frame_of(request, question)
    page = view.build(
        frame,
        _listed(question, text, role, number),
        _units(question),
        text=text,
        role=role,
        first=(number - 1) * PAGE + 1,
        page=number,
        signed=_signed(question.service),
        typed=typed or {},
        errors=errors,
    )
    return answer(request, frame, "accounts.html", page, keep=False)


def _whole(question: Question, account: UUID) -> AccountWhole:
    kept = _kept(question.service)
    row = kept.one(question.connection, account)
    tokens, changes = question.service.accounts.tokens(account), kept.changes(question.connection, account)
    return view.whole(row, _words(question, [row]), tokens, changes)


def _one(
    request: Request,
    question: Question,
    visitor: Visitor,
    account: UUID,
    *,
    done: Done | None = None,
    password: str = "",
    errors: tuple[FieldError, ...] = (),
) -> Response:
    frame = frame_of(request, question)
    page = view.build_one(
        frame,
        _whole(question, account),
        _units(question),
        own=account == question.reader.id,
        by_password=visitor.session is not None and not visitor.session.by_token,
        signed=_signed(question.service),
        done=done,
        password=password,
        errors=errors,
    )
    return answer(request, frame, "kept_account.html", page, keep=False)


def _after(
    request: Request,
    service: Service,
    visitor: Visitor,
    account: UUID,
    wrong: tuple[FieldError, int] | None,
    *,
    password: str = "",
) -> Response:
    """The page of an account after something was sent: with what was made, or what is wrong."""
    errors = () if wrong is None else (wrong[0],)
    with asking(service, visitor.principal, language_of(request)) as question:
        response = _one(request, question, visitor, account, password=password, errors=errors)
    response.status_code = 200 if wrong is None else wrong[1]
    return response


def _said(request: Request, refused: Refusal, field: str) -> tuple[FieldError, int]:
    problem = problem_of(refused, language_of(request))
    return FieldError(field, problem.detail), problem.status


def _wrong_password(
    request: Request, service: Service, visitor: Visitor, form: Mapping[str, str], field: str = "own_password"
) -> tuple[FieldError, int] | None:
    """What is wrong with the administrator's own password, asked for again.

    Raises:
        TooManyAttempts: so much failed before that it is not looked at.
    """
    who = account_of(visitor)
    if service.logins.confirm_password(who, form.get("password", ""), service.now()):
        return None
    refused = InvalidValue("this is not your password", code="wrong-password")
    return _said(request, refused, field)


def _grant(service: Service, form: Mapping[str, str]) -> Grant:
    role = next((one for one in view.ROLES if one == form.get("role", "")), None)
    if role is None:
        raise InvalidValue("choose a role", code="form")
    if _signed(service):
        raise NotAllowed("signatures are required: let somebody give the role on /kunci", code="role-signed")
    return grant_of(role, _unit(form.get("unit", "")))


def _unit(sent: str) -> UnitId | None:
    try:
        return UnitId.of(UUID(sent)) if sent else None
    except ValueError:
        raise InvalidValue("choose a unit", code="form") from None


def _person(question: Question, nip: str) -> EmployeeId | None:
    if not nip.strip():
        return None
    found = employee_by_nip(question.connection, question.ledger, nip)
    if found is None:
        raise NotFound("nobody on record has this NIP; leave it empty, or correct it", code="account-nip")
    return found


def _signed(service: Service) -> bool:
    """Whether roles are given with a signature."""
    return bool(service.passkeys.keyring().required_from)


def _units(question: Question) -> list[tuple[UnitId, str]]:
    """The units of today in the order of their tree, those below further in."""
    if not question.may(Act.KEEP_ACCOUNTS):
        return []
    tree = unit_tree(question.connection, question.ledger, question.as_of, opens=question.service.opens)
    return [(node.unit.unit, "\u2003" * node.depth + node.unit.name) for node in tree]


def _words(question: Question, rows: Sequence[KeptRow]) -> Words:
    """Names of owners and units, and the facts that give these accounts their roles."""
    who = [row.principal() for row in rows]
    owners = [one.employee for one in who if one.employee is not None]
    units = [grant.unit for one in who for grant in one.grants if grant.unit is not None]
    named = people(question.connection, question.ledger, owners)
    words = unit_names(question.connection, question.ledger, units, question.as_of)
    return Words(
        people={one: row.name for one, row in named.items() if row.name is not None},
        units={unit: name.then or name.now for unit, name in words.items()},
        granted=_granted(question),
    )


def _granted(question: Question) -> Mapping[tuple[str, str, str], Granted]:
    """Which fact gives which account a role, and who signed for it; nothing while roles are no facts."""
    if not _signed(question.service):
        return {}
    source = Source(question.connection, question.ledger, question.service.opens)
    known = histories(source, [([KEYS], [RoleGranted.TOPIC, RoleRevoked.TOPIC])], question.service.recorder.head())[
        KEYS
    ]
    found: dict[tuple[str, str, str], Granted] = {}
    for entry in known:
        match entry.event:
            case RoleGranted() as said:
                key = (str(said.account), said.role, str(said.unit or ""))
                by = "" if entry.record is None else entry.record.recorded_by.id  # what is on record has one
                found[key] = Granted(entry.position, by, said.carried_over)
            case RoleRevoked() as said:
                found.pop((str(said.account), said.role, str(said.unit or "")), None)
            case _:
                pass
    names = question.service.accounts.names(question.connection, (one.by for one in found.values()))
    return {key: replace(one, by=names.get(one.by, one.by)) for key, one in found.items()}


def _back(request: Request, account: UUID, done: Done) -> Response:
    base = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}{view.HOME}/{account}?done={done}", _SEE_OTHER, {"Cache-Control": "no-store"})
