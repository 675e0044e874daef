"""`asn-ledger account …`: people who log in, and what they log in with."""

import sys
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from asn_ledger.accounts import Principal
from asn_ledger.accounts.store import Standing
from asn_ledger.app import Service, open_service
from asn_ledger.cli import output
from asn_ledger.cli.asking import OPERATOR, find_employee
from asn_ledger.cli.output import say
from asn_ledger.domain.access import Grant
from asn_ledger.domain.errors import NotAllowed, NotFound
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.web.asking import asking
from projections.directory.queries import people

Name = Annotated[str, typer.Argument(metavar="NAME")]


class RoleChoice(StrEnum):
    """A role that an account may be given."""

    EMPLOYEE = "employee"
    OPD_CLERK = "opd_clerk"
    HR_OFFICER = "hr_officer"
    CONFIRMER = "confirmer"
    AUTHORITY = "authority"
    AUDITOR = "auditor"
    INSPECTOR = "inspector"
    DPO = "dpo"
    ADMINISTRATOR = "administrator"


Roles = Annotated[list[RoleChoice], typer.Option("--role")]
MaybeRoles = Annotated[list[RoleChoice] | None, typer.Option("--role")]
OfUnit = Annotated[UUID | None, typer.Option("--unit", metavar="ID")]


def add(
    name: Name,
    role: MaybeRoles = None,
    unit: OfUnit = None,
    employee: Annotated[UUID | None, typer.Option("--employee", metavar="ID")] = None,
    as_json: output.Json = False,
) -> None:
    """Open an account; once signatures are required without a role, which somebody then gives on the page of keys.

    `asn-ledger account add ani --role hr_officer --role confirmer`
    `asn-ledger account add wati --role opd_clerk --unit 86d67be3-62a0-50f4-aa95-d00ddac6d79b`
    """
    with open_service() as service:
        person = None if employee is None else EmployeeId.of(employee)
        _require_unsigned(service, role or [])
        made = service.accounts.add(name, *_grants(role or [], unit), employee=person)
    if as_json:
        output.print_json(_shown(made))
    else:
        output.print_said("account_added", name=made.name, role=", ".join(made.roles))


def _require_unsigned(service: Service, roles: list[RoleChoice]) -> None:
    """Refuse to give by command what somebody signs for.

    Raises:
        NotAllowed: signatures are required.
    """
    if roles and service.passkeys.keyring().required_from:
        raise NotAllowed(
            "signatures are required: open the account without a role, and let somebody give it on /kunci",
            code="role-signed",
        )


def token(
    name: Name,
    label: Annotated[str, typer.Option("--label", metavar="TEXT")] = "",
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=366)] = 90,
    as_json: output.Json = False,
) -> None:
    """Make a token; it is shown this once.

    `asn-ledger account token ani --label laptop --days 30`
    """
    with open_service() as service:
        found = service.accounts.find(name)
        text = service.accounts.token(_id(found), label, timedelta(days=days))
    if as_json:
        output.print_json({"token": text})
    else:
        output.print_text(text)


def list_accounts(as_json: output.Json = False) -> None:
    """List the open accounts.

    `asn-ledger account list`
    """
    with open_service() as service:
        found, standing = service.accounts.all(), service.accounts.standing()
    if as_json:
        output.print_json([{**_shown(one), **_stands(standing[_id(one)])} for one in found])
    elif not found:
        output.print_said("no_accounts")
    else:
        columns = [say("column.name"), say("column.role"), say("column.state"), "id"]
        rows = [[one.name, ", ".join(one.roles), _words(standing[_id(one)]), str(one.id)] for one in found]
        output.print_table("", columns, rows, wraps=(1, 2))


def tokens(name: Name, as_json: output.Json = False) -> None:
    """List the tokens of an account that count.

    `asn-ledger account tokens ani`
    """
    with open_service() as service:
        found = service.accounts.tokens(_id(service.accounts.find(name)))
    if as_json:
        output.print_json(
            [{"id": one.id, "mark": one.mark, "label": one.label, "roles": one.roles, "expires_at": one.expires_at}
             for one in found]
        )  # fmt: skip
    else:
        columns = [say("column.token"), say("column.label"), say("column.role"), say("column.until")]
        rows = [
            [one.mark, one.label, ", ".join(one.roles or [say("account_all_roles")]), f"{one.expires_at:%Y-%m-%d}"]
            for one in found
        ]
        output.print_table("", columns, rows)


def revoke(
    name: Name,
    token: Annotated[str | None, typer.Option("--token", metavar="END")] = None,
    as_json: output.Json = False,
) -> None:
    """Make every token of an account worthless, or one.

    `asn-ledger account revoke ani`
    `asn-ledger account revoke ani --token 5ac1f00d`
    """
    with open_service() as service:
        account = _id(service.accounts.find(name))
        count = service.accounts.revoke(account, None if token is None else _token(service, account, token))
    if as_json:
        output.print_json({"revoked": count})
    else:
        output.print_said("revoked", count=count)


def password(name: Name, as_json: output.Json = False) -> None:
    """Give an account a password; its sessions end.

    `asn-ledger account password ani`
    """
    typed = _typed_password()
    with open_service() as service:
        service.logins.set_password(service.accounts.find(name), typed, given=True)
    if as_json:
        output.print_json({"name": name})
    else:
        output.print_said("password_set", name=name)


def totp(name: Name, remove: Annotated[bool, typer.Option("--remove")] = False, as_json: output.Json = False) -> None:
    """Say whether an account has a second factor, or take it away.

    `asn-ledger account totp ani`
    `asn-ledger account totp ani --remove`
    """
    with open_service() as service:
        account = _id(service.accounts.find(name))
        if remove:
            service.logins.factors.remove(account)
        state = service.logins.factors.state(account)
    if as_json:
        output.print_json({"second_factor": state.enrolled, "recovery_codes": state.recovery_left})
    elif state.enrolled:
        output.print_said("totp_there", name=name, count=state.recovery_left)
    else:
        output.print_said("totp_missing", name=name)


def roles(name: Name, role: Roles, unit: OfUnit = None, as_json: output.Json = False) -> None:
    """Give an account these roles in place of those it has; its tokens lose what it loses.

    `asn-ledger account roles ani --role confirmer`
    """
    with open_service() as service:
        _require_unsigned(service, role)
        service.accounts.set_grants(_id(service.accounts.find(name)), _grants(role, unit))
        changed = service.accounts.find(name)
    if as_json:
        output.print_json(_shown(changed))
    else:
        output.print_said("roles_set", name=changed.name, role=", ".join(changed.roles))


def link(
    name: Name, employee: Annotated[str, typer.Option("--employee", metavar="ID|NIP")], as_json: output.Json = False
) -> None:
    """Say whose an account is: their own file opens, and two accounts of one person count as one.

    `asn-ledger account link ani --employee 198503122010012003`
    """
    with open_service() as service:
        account = _id(service.accounts.find(name))
        with asking(service, OPERATOR, output.language()) as question:
            person = find_employee(question, employee)
            if not people(question.connection, question.ledger, [person]):
                raise NotFound(say("no_employee", text=employee), code="no-person")
        service.accounts.link(account, person)
        linked = service.accounts.find(name)
    if as_json:
        output.print_json(_shown(linked))
    else:
        output.print_said("account_linked", name=linked.name, employee=str(linked.employee))


def lock(name: Name, as_json: output.Json = False) -> None:
    """Let nobody in with an account: its sessions end, its tokens rest until it is unlocked.

    `asn-ledger account lock ani`
    """
    with open_service() as service:
        service.accounts.lock(_id(service.accounts.find(name)))
    _tell(name, "account_locked", as_json=as_json)


def unlock(name: Name, as_json: output.Json = False) -> None:
    """Let the owner of an account in again.

    `asn-ledger account unlock ani`
    """
    with open_service() as service:
        service.accounts.unlock(_id(service.accounts.find(name)))
    _tell(name, "account_unlocked", as_json=as_json)


def close(name: Name, as_json: output.Json = False) -> None:
    """Close an account for good; what it recorded stays, and its name is not given again.

    `asn-ledger account close ani`
    """
    with open_service() as service:
        service.accounts.close(_id(service.accounts.find(name)))
    _tell(name, "account_closed", as_json=as_json)


def _tell(name: str, key: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"name": name})
    else:
        output.print_said(key, name=name)


def _typed_password() -> str:
    """What is typed twice at a terminal, unseen; elsewhere the first line of the input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt(say("password_prompt"), hide_input=True, confirmation_prompt=say("password_again"))
    return typed


def _token(service: Service, account: UUID, mark: str) -> UUID:
    """The id of the token that ends so.

    Raises:
        NotFound: there is none, or more than one.
    """
    found = [one.id for one in service.accounts.tokens(account) if mark and one.id.hex.endswith(mark.lower())]
    if len(found) != 1:
        raise NotFound(say("no_token", mark=mark), code="no-token")
    return found[0]


def _grants(roles: list[RoleChoice], unit: UUID | None) -> list[Grant]:
    """The grants of these roles; the unit is that of the clerk among them."""
    of = None if unit is None else UnitId.of(unit)
    alone = unit is not None and "opd_clerk" not in roles
    return [Grant(role.value, of if role == "opd_clerk" or alone else None) for role in roles]


def _shown(one: Principal) -> dict[str, object]:
    grants = [{"role": grant.role, "unit": grant.unit} for grant in one.grants]
    return {"id": str(one.id), "name": one.name, "grants": grants, "employee": one.employee}


def _stands(one: Standing) -> dict[str, object]:
    return {"locked": one.locked, "password": one.password, "second_factor": one.second_factor}


def _words(one: Standing) -> str:
    """What is worth knowing of how an account stands."""
    keys = [
        key for key, so in (("locked", one.locked), ("password", one.password), ("factor", one.second_factor)) if so
    ]
    return ", ".join(say(f"account_state.{key}") for key in keys)


def _id(found: Principal) -> UUID:
    assert found.id is not None  # noqa: S101 -- only the anonymous public has none, and it has no account
    return found.id
