"""`asn-ledger account …`: people who log in, and their tokens."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

import typer

from asn_ledger.accounts import Principal
from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say

Name = Annotated[str, typer.Argument(metavar="NAME")]
RoleChoice = Literal["office", "auditor"]


def add(
    name: Name,
    role: Annotated[RoleChoice, typer.Option("--role")],
    as_json: output.Json = False,
) -> None:
    """Open an account.

    `asn-ledger account add ani --role office`
    """
    with open_service() as service:
        made = service.accounts.add(name, role)
    if as_json:
        output.print_json(_shown(made))
    else:
        output.print_said("account_added", name=made.name, role=made.role)


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
        output.print_table("", columns, [[one.name, one.role, str(one.id)] for one in found])


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


def _shown(one: Principal) -> dict[str, str]:
    return {"id": str(one.id), "name": one.name, "role": one.role}


def _id(found: Principal) -> UUID:
    assert found.id is not None  # noqa: S101 -- only the anonymous public has none, and it has no account
    return found.id
