"""`asn-ledger confirm`, `refuse`, `withdraw`: a second person puts a signed decree on record or sends it back."""

from typing import Annotated
from uuid import UUID

import orjson
import typer

from asn_ledger.accounts.desk import Waiting, confirming
from asn_ledger.app import Service, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of, print_committed
from asn_ledger.cli.signed import Ask, Given, Tte, require_signed, signed_in, write_asked
from asn_ledger.domain.access import Act
from asn_ledger.web.reach import DECIDES


def confirm(
    decree: Annotated[UUID | None, typer.Argument(metavar="[ID]")] = None,
    as_account: As = None,
    ask: Ask = None,
    signature: Given = None,
    tte: Tte = None,
    as_json: output.Json = False,
) -> None:
    """Confirm a decree that somebody else recorded, or as the authority let a row of it pass; this is what appends it.

    Once signatures are required it is signed: on its page in a browser, or by a file. `--ask` writes what is to be
    signed, `--signature` reads a passkey's answer, `--tte` the PDF that `--ask act.pdf` wrote, signed with a TTE.

    `asn-ledger confirm`
    `asn-ledger confirm 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as budi`
    `asn-ledger confirm 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as budi --ask act.json`
    `asn-ledger confirm 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as budi --signature signed.json`
    `asn-ledger confirm 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as budi --tte signed.pdf`
    """
    with open_service(say=output.tell) as service:
        if decree is None:
            _print_waiting(service, as_json=as_json)
            return
        act = service.desk.act_of(decree)
        confirmer = actor_of(service, as_account, DECIDES[act])
        now = service.now()
        if ask is not None:
            asked = confirming.ask_to_sign(
                service.desk, service.registrar, [decree], confirmer=confirmer, now=now, act=act
            )
            write_asked(service, ask, asked, f"/sk/{decree}", as_json=as_json)
            return
        signed = signed_in(service, signature, tte, act, confirmer)
        require_signed(service, signed, act, f"/sk/{decree}")
        committed = confirming.confirm(
            service.desk, service.registrar, service.recorder, decree, confirmer=confirmer, now=now, signed=signed
        )
        service.bring_live()
    print_committed(committed, as_json=as_json)


def withdraw(
    decree: Annotated[UUID, typer.Argument(metavar="ID")], as_account: As = None, as_json: output.Json = False
) -> None:
    """Take back a signed decree that you laid on the desk yourself.

    `asn-ledger withdraw 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as ani`
    """
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.SUBMIT, scoped=True)
        waiting = confirming.withdraw(service.desk, service.recorder, decree, by=by)
    _print_closed(waiting, as_json=as_json)


def refuse(
    decree: Annotated[UUID, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Send a signed decree back that somebody else laid on the desk.

    `asn-ledger refuse 86d67be3-62a0-50f4-aa95-d00ddac6d79b --reason "baris 2: NIP keliru" --as budi`
    """
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, DECIDES[service.desk.act_of(decree)])
        waiting = confirming.refuse(service.desk, service.recorder, decree, reason, by=by)
    _print_closed(waiting, as_json=as_json)


def _print_closed(waiting: Waiting, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"decree": str(waiting.decree), "state": waiting.state, "reason": waiting.reason})
    else:
        output.print_said(f"desk_{waiting.state}", decree=str(waiting.decree))


def _print_waiting(service: Service, *, as_json: bool) -> None:
    found = [(item, orjson.loads(item.request)) for item in service.desk.all() if item.request is not None]
    if as_json:
        output.print_json(
            [
                {"decree": str(item.decree), "recorder": str(item.recorder), "submitted_at": item.submitted_at}
                for item, _ in found
            ]
        )
    elif not found:
        output.print_said("nothing_waits")
    else:
        rows = [
            [form.get("number") or cells.NOTHING, str(len(form["rows"])), item.recorder_role, str(item.decree)]
            for item, form in found
        ]
        columns = [say("column.decree"), say("column.rows"), say("column.recorder"), "id"]
        output.print_table(say("waiting"), columns, rows)
