"""`asn-ledger account …`: people who log in, and their tokens."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from asn_ledger.accounts import Principal
from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId, UnitId

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


Roles = Annotated[list[RoleChoice], typer.Option("--role")]
OfUnit = Annotated[UUID | None, typer.Option("--unit", metavar="ID")]


def add(
    name: Name,
    role: Roles,
    unit: OfUnit = None,
    employee: Annotated[UUID | None, typer.Option("--employee", metavar="ID")] = None,
    as_json: output.Json = False,
) -> None:
    """Open an account.

    `asn-ledger account add ani --role hr_officer --role confirmer`
    `asn-ledger account add wati --role opd_clerk --unit 86d67be3-62a0-50f4-aa95-d00ddac6d79b`
    """
    with open_service() as service:
        person = None if employee is None else EmployeeId.of(employee)
        made = service.accounts.add(name, *_grants(role, unit), employee=person)
    if as_json:
        output.print_json(_shown(made))
    else:
        output.print_said("account_added", name=made.name, role=", ".join(made.roles))


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
        found = service.accounts.all()
    if as_json:
        output.print_json([_shown(one) for one in found])
    elif not found:
        output.print_said("no_accounts")
    else:
        columns = [say("column.name"), say("column.role"), "id"]
        output.print_table("", columns, [[one.name, ", ".join(one.roles), str(one.id)] for one in found])


def revoke(name: Name, as_json: output.Json = False) -> None:
    """Make every token of an account worthless.

    `asn-ledger account revoke ani`
    """
    with open_service() as service:
        count = service.accounts.revoke(_id(service.accounts.find(name)))
    if as_json:
        output.print_json({"revoked": count})
    else:
        output.print_said("revoked", count=count)


def _grants(roles: list[RoleChoice], unit: UUID | None) -> list[Grant]:
    """The grants of these roles; the unit is that of the clerk among them."""
    of = None if unit is None else UnitId.of(unit)
    alone = unit is not None and "opd_clerk" not in roles
    return [Grant(role.value, of if role == "opd_clerk" or alone else None) for role in roles]


def _shown(one: Principal) -> dict[str, object]:
    grants = [{"role": grant.role, "unit": grant.unit} for grant in one.grants]
    return {"id": str(one.id), "name": one.name, "grants": grants, "employee": one.employee}


def _id(found: Principal) -> UUID:
    assert found.id is not None  # noqa: S101 -- only the anonymous public has none, and it has no account
    return found.id
