"""`asn-ledger confirm`: a second person puts a signed decree on record."""

from typing import Annotated
from uuid import UUID

import orjson
import typer

from asn_ledger.app import Service, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of, print_committed
from asn_ledger.domain.decisions.decree import require_two_persons
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.plan import Command, Committed


def confirm(
    decree: Annotated[UUID | None, typer.Argument(metavar="[ID]")] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Confirm a signed decree that somebody else recorded; this is what appends it.

    `asn-ledger confirm`
    `asn-ledger confirm 86d67be3-62a0-50f4-aa95-d00ddac6d79b --as budi`
    """
    with open_service(say=output.tell) as service:
        if decree is None:
            _print_waiting(service, as_json=as_json)
            return
        committed = _confirmed(service, decree, actor_of(service, as_account))
        service.bring_live()
    print_committed(committed, as_json=as_json)


def _confirmed(service: Service, decree: UUID, confirmer: Actor) -> Committed:
    waiting = service.desk.get(decree)
    require_two_persons(str(waiting.recorder), confirmer.id, "signed")
    if waiting.request is None:
        facts = service.recorder.by_command(waiting.command)
        return Committed(tuple(facts), facts[-1].position, b"", again=True)
    recorder = Actor(str(waiting.recorder), waiting.recorder_role)
    form = parse_decree(orjson.loads(waiting.request))
    command = Command(waiting.command, form, waiting.request, recorder, confirmer)
    committed = service.registrar.record(command, service.now())
    service.desk.done(decree)
    return committed


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
