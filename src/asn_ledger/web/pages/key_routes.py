"""The addresses of keys: enrolling one's own, vouching for somebody else's, revoking one."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.passkeys import Granting, Revoking, roles_on_record, trusting
from asn_ledger.domain.access import Act, Grant, Role, require_apart
from asn_ledger.domain.errors import InvalidValue, NotAllowed
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.exchange.tte.handed_in import public_key_in, roots_in
from asn_ledger.ledger.keyfacts import KeyFact
from asn_ledger.proof.tte import credential_of
from asn_ledger.web.asking import Ask, Question
from asn_ledger.web.auth import Gate, Running, Step, Visitor, actor_of
from asn_ledger.web.pages import keys as keys_page
from asn_ledger.web.pages.keys import GRANTED_BY_PAGE, KeysShown
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.service import Service
from asn_ledger.web.session import Fields, Form, account_of
from asn_ledger.web.signing import asked_shown, decoded, decoded_file, given_in

router = APIRouter(include_in_schema=False)

AskKeys = Annotated[Question, Depends(Ask(Act.SEE_KEYS), scope="function")]
Vouchers = Annotated[Principal, Depends(Gate(Act.VOUCH))]
Owner = Annotated[Visitor, Depends(Step(frozenset({"open"})))]
Done = Literal["vouched", "revoked", "role", "trusted"]
_SEE_OTHER = 303
_LONGEST_REASON = 500


@router.post("/akun/kunci")
def begin(service: Running, visitor: Owner, form: Fields) -> Response:
    """Take a passkey that the browser has made, and give what its owner signs with it.

    Raises:
        InvalidValue: the password is another, or the passkey cannot be used.
    """
    who, now = visitor.principal, service.now()
    if not service.logins.confirm_password(account_of(visitor), form.get("password", ""), now):
        raise InvalidValue("this is not your password", code="wrong-password")
    credential, public_key = decoded(form.get("credential", "")), decoded(form.get("public_key", ""))
    command = service.passkeys.begin(who, credential, public_key, form.get("label", ""), now)
    asked = asked_shown(service.passkeys.ask_owner(who, command, now)).model_dump(mode="json")
    # Of one's own keys the new one alone can show that it is there.
    return _json({**asked, "command": str(command), "credentials": [form.get("credential", "")], "pdf": None})


@router.post("/akun/kunci/sertifikat")
def begin_certificate(service: Running, visitor: Owner, form: Fields) -> Response:
    """Take a certificate, and give what its owner signs with it as a TTE.

    Raises:
        InvalidValue: the password is another, or there is no certificate that can be used.
    """
    who, now = visitor.principal, service.now()
    if not service.logins.confirm_password(account_of(visitor), form.get("password", ""), now):
        raise InvalidValue("this is not your password", code="wrong-password")
    public_key = public_key_in(decoded_file(form.get("certificate", "")))
    command = service.passkeys.begin(who, credential_of(public_key), public_key, form.get("label", ""), now)
    asked = asked_shown(service.passkeys.ask_owner(who, command, now)).model_dump(mode="json")
    return _json({**asked, "command": str(command), "credentials": []})


@router.post("/akun/kunci/tanda")
def show(request: Request, service: Running, visitor: Owner, form: Fields) -> Response:
    """Take the first signature of a new passkey."""
    who, now = visitor.principal, service.now()
    signed = given_in(form, "enrol", Actor(str(who.id), who.role), service)
    if signed is None:
        raise InvalidValue("the signature cannot be read; open the page again, and sign again", code="signature-unread")
    position = service.passkeys.show(who, _command(form), signed, now)
    return _see(request, f"/akun?done={'key_waits' if position is None else 'key'}#kunci")


@router.get("/kunci.json")
def keys_data(question: AskKeys) -> KeysShown:
    """The keys that count."""
    return keys_page.shown(question.service.passkeys.keyring())


@router.get("/kunci")
def keys(request: Request, question: AskKeys, done: Annotated[Done | None, Query()] = None) -> Response:
    """The keys that count, those that wait for somebody to vouch, and how one is revoked."""
    service, frame = question.service, frame_of(request, question)
    ring, by = service.passkeys.keyring(), str(question.reader.id)
    may = question.may(Act.VOUCH)
    has_key = any(key.account == by for key in ring.keys.values())
    waiting = [
        (one, service.passkeys.ask_voucher(actor_of(question.reader, Act.VOUCH), one.command, question.now))
        if may and has_key and str(one.account) != by
        else (one, None)
        for one in service.passkeys.waiting()
    ]
    page = keys_page.build(
        frame,
        ring,
        waiting,
        {str(one.id): one.name for one in service.accounts.all()},
        vouches=may and has_key,
        needs_key=may and not has_key,
        command=uuid4(),
        done=done or "",
    )
    return answer(request, frame, "keys.html", page, keep=False)


@router.post("/kunci/{command}/sahkan")
def vouch(request: Request, service: Running, asker: Vouchers, form: Form, command: UUID) -> Response:
    """Stand for somebody else's key."""
    by = actor_of(asker, Act.VOUCH)
    signed = given_in(form, "vouch", by, service)
    if signed is None:
        raise InvalidValue("the signature cannot be read; open the page again, and sign again", code="signature-unread")
    service.passkeys.vouch(by, command, signed, service.now())
    return _see(request, "/kunci?done=vouched")


@router.post("/kunci/cabut/tanya")
def ask_revoking(service: Running, asker: Vouchers, form: Form) -> Response:
    """What is signed to revoke a key for a reason."""
    by = actor_of(asker, Act.VOUCH)
    asked = asked_shown(service.passkeys.ask_revoking(by, _revoking(form), service.now()))
    return _json(asked.model_dump(mode="json"))


@router.post("/kunci/cabut")
def revoke(request: Request, service: Running, asker: Vouchers, form: Form) -> Response:
    """Let a key count no more."""
    by = actor_of(asker, Act.VOUCH)
    service.passkeys.revoke(by, _revoking(form), given_in(form, "revoke", by, service), service.now())
    return _see(request, "/kunci?done=revoked")


@router.post("/kunci/peran/tanya")
def ask_granting(service: Running, asker: Vouchers, form: Form) -> Response:
    """What is signed to give a role or take it."""
    by = actor_of(asker, Act.VOUCH)
    asked = asked_shown(service.passkeys.ask_granting(by, _granting(service, form), service.now()))
    return _json(asked.model_dump(mode="json"))


@router.post("/kunci/peran")
def grant(request: Request, service: Running, asker: Vouchers, form: Form) -> Response:
    """Give a role to somebody else, or take it; accounts follow what is on record.

    Raises:
        NotAllowed: signatures are not required yet: roles are given by command.
    """
    if not service.passkeys.keyring().required_from:
        raise NotAllowed(
            "roles are given with `asn-ledger account roles` until signatures are required", code="role-command"
        )
    by, granting = actor_of(asker, Act.VOUCH), _granting(service, form)
    service.passkeys.grant(by, granting, given_in(form, granting.act, by, service), service.now())
    service.accounts.follow(roles_on_record(service.passkeys.keyring()))
    return _see(request, "/kunci?done=role")


@router.post("/kunci/penerbit/tanya")
def ask_trusting(service: Running, asker: Vouchers, form: Fields) -> Response:
    """What is signed to say whose certificates count."""
    asked = asked_shown(service.passkeys.ask_trusting(_trusting(asker, form), service.now()))
    return _json(asked.model_dump(mode="json"))


@router.post("/kunci/penerbit")
def trust(request: Request, service: Running, asker: Vouchers, form: Fields) -> Response:
    """Say whose certificates count, in place of those before."""
    fact = _trusting(asker, form)
    signed = given_in(form, "introduce", fact.recorded_by, service)
    service.passkeys.record_trusting(fact, signed, service.now())
    return _see(request, "/kunci?done=trusted")


def _trusting(asker: Principal, form: dict[str, str]) -> KeyFact:
    roots, time_roots = (roots_in(form.get(name, "")) for name in ("roots", "time_roots"))
    return trusting(_command(form), roots, time_roots, actor_of(asker, Act.VOUCH))


def _granting(service: Service, form: dict[str, str]) -> Granting:
    account = service.accounts.find(form.get("account", ""))
    role = next((one for one in GRANTED_BY_PAGE if one == form.get("role")), None)
    assert account.id is not None  # noqa: S101 -- accounts have an id
    if role is None:
        raise InvalidValue("choose a role", code="form")
    grant, gives = Grant(role, _unit(form, role)), form.get("gives") != "0"
    if gives:
        require_apart((*account.grants, grant))
    return Granting(_command(form), account.id, grant, gives)


def _unit(form: dict[str, str], role: Role) -> UnitId | None:
    """The top of the tree that a unit's clerk works for, by its id or the address of its page.

    Raises:
        InvalidValue: a clerk is given none, or another role has one.
    """
    typed = form.get("unit", "").strip().rstrip("/").rpartition("/")[2]
    if (role == "opd_clerk") != bool(typed):
        raise InvalidValue("a unit's clerk has a unit, other roles have none", code="role-unit")
    try:
        return UnitId(str(UUID(typed))) if typed else None
    except ValueError:
        raise InvalidValue("the unit is named by its id, or its page's address", code="role-unit") from None


def _revoking(form: dict[str, str]) -> Revoking:
    reason = form.get("reason", "").strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidValue(
            "say why the key is revoked, in a few words", code="reason", values={"most": _LONGEST_REASON}
        )
    return Revoking(_command(form), decoded(form.get("credential", "")), reason)


def _command(form: dict[str, str]) -> UUID:
    try:
        return UUID(form.get("command", ""))
    except ValueError:
        raise InvalidValue("the form is not one of ours; open the page again", code="form") from None


def _json(said: dict[str, Any]) -> Response:  # Any: JSON
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


def _see(request: Request, address: str) -> RedirectResponse:
    base = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}{address}", _SEE_OTHER, {"Cache-Control": "no-store"})
