"""`asn-ledger record`: decrees into the ledger."""

import getpass
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_OID, NAMESPACE_URL, UUID, uuid5

import orjson
import typer
from rich.markup import escape

from asn_ledger.accounts import Principal, authorise
from asn_ledger.accounts.desk import Waiting
from asn_ledger.accounts.desk.confirming import lay_on_desk, record_draft
from asn_ledger.app import Service, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import OPERATOR
from asn_ledger.cli.consequences import print_consequences
from asn_ledger.cli.failures import told_rows
from asn_ledger.cli.output import say
from asn_ledger.cli.record_all import record_every
from asn_ledger.cli.signed import page_of
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.decree import Judgement
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command, Committed
from asn_ledger.web.asking import asking
from asn_ledger.web.consequences import consequences
from asn_ledger.web.numbers import taken_within
from asn_ledger.web.problems import reason
from asn_ledger.web.reach import require_rows

File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
As = Annotated[str | None, typer.Option("--as", metavar="ACCOUNT")]


def record(
    file: File,
    every: Annotated[bool, typer.Option("--all")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    simulated_clock: Annotated[bool, typer.Option("--simulated-clock")] = False,
    key: Annotated[UUID | None, typer.Option("--key", metavar="UUID")] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Record one decree, or with --all an office's decrees in their order.

    `asn-ledger record sk.json --dry-run`
    `asn-ledger record sk.json --as ani`
    `asn-ledger record --all decrees.jsonl --simulated-clock`
    """
    if every and (dry_run or key is not None or as_account is not None):
        raise typer.BadParameter(say("not_with_all"))
    if simulated_clock and not every:
        raise typer.BadParameter(say("clock_with_all"))
    with open_service(say=output.tell) as service:
        if every:
            record_every(service, file, simulated_clock=simulated_clock, as_json=as_json)
            return
        form = read_form(file)
        decree = parse_decree(form)
        request = request_bytes(form)
        act = Act.SUBMIT if decree.mode == "signed" else Act.RECORD
        # Keyed: the event's id is public, and a hash of the decree alone would confirm what somebody guesses it says.
        chosen = key or uuid5(NAMESPACE_OID, service.keys.request_digest(request))
        reader = reader_of(service, as_account)
        require_rows(service, reader, Act.DRY_RUN if dry_run else act, decree, output.language())
        command = Command(chosen, decree, request, actor_of(service, as_account, act, scoped=True), None)
        if dry_run:
            _judge(service, reader, command, as_json=as_json)
        elif decree.mode == "signed":
            _lay_on_desk(service, command, as_json=as_json)
        else:
            recorded = record_draft(service.desk, service.registrar, command, service.now())
            if isinstance(recorded, Committed):
                service.bring_live()
                print_committed(recorded, as_json=as_json)
            else:
                _print_waiting(service, recorded, as_json=as_json)


def reader_of(service: Service, account: str | None) -> Principal:
    """Who asks: an account, or the operator at this machine.

    Raises:
        NotFound: there is no such account.
    """
    return OPERATOR if account is None else service.accounts.find(account)


def actor_of(service: Service, account: str | None, act: Act, *, scoped: bool = False) -> Actor:
    """Who acts: an account, or the operator at this machine, under the name of the operating system's user.

    `scoped`: also who may do it about a part of the agency; the command then asks about its subject.

    Raises:
        NotFound: there is no such account.
        NotAllowed: it may not do this.
    """
    if account is None:
        return operator()
    principal = service.accounts.find(account)
    authorise(principal, act, "anything" if scoped else "agency")
    return Actor(str(principal.id), principal.role_for(act))


def operator() -> Actor:
    """Who has this machine and its environment, under the name of the operating system's user."""
    name = f"operator:{getpass.getuser()}"
    return Actor(str(uuid5(NAMESPACE_URL, name)), name)


def read_form(file: Path) -> dict[str, Any]:  # Any: JSON
    """The JSON object of a file.

    Raises:
        InvalidValue: it is none.
    """
    try:
        form = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InvalidValue(say("no_json", file=str(file), reason=str(error)), code="malformed-json") from None
    if not isinstance(form, dict):
        raise InvalidValue(say("no_object", file=str(file)), code="malformed-json")
    return form


def _judge(service: Service, reader: Principal, command: Command, *, as_json: bool) -> None:
    plan = service.registrar.dry_run(command, service.now())
    judgement = plan.judgement
    with asking(service, reader, output.language()) as question:
        changed = consequences(question, plan.entries)
        taken = service.bulk.numbers.taken(command.decree)
        by = taken_within(question)(taken)
    if as_json:
        said = None if taken is None else {"code": taken.code, "message": reason(taken, output.language())}
        output.print_json({**_judged(judgement), "consequences": changed, "remark": said, "taken_by": by})
    else:
        _print_judgement(judgement)
        print_consequences(changed)
        if taken is not None:
            output.print_text(reason(taken, output.language()))
        if by is not None:
            output.print_text(say("number_taken", decree=by.decree, by=by.by or cells.NOTHING))
    if judgement.refusals:
        raise typer.Exit(1)


def _judged(judgement: Judgement) -> dict[str, object]:
    return {
        "recordable": not judgement.refusals,
        "events": [
            {"row": one.row, "type": one.event.TOPIC, "says": one.event.as_dict(), "outcomes": one.outcomes}
            for one in judgement.made
        ],
        "refusals": judgement.refusals,
        "open_rows": judgement.open_rows,
        "leaves": dict(judgement.leaves),
    }


def _print_judgement(judgement: Judgement) -> None:
    rows = [
        [str(one.row), one.event.TOPIC, ", ".join(f"{o.rule} {say(f'outcome.{o.result}')}" for o in one.outcomes)]
        for one in judgement.made
    ]
    output.print_table(
        say("would_record"), [say(f"column.{c}") for c in ("row", "event", "outcomes")], rows, wraps=(2,)
    )
    for opened in told_rows(judgement.open_rows):
        output.print_text(f"{say('row', row=opened.row)}: {opened.message} ({opened.code})")
    if not judgement.refusals:
        output.print_said("would_be_recorded")
        return
    output.complain("would_be_refused", "")
    for refusal in told_rows(judgement.refusals):
        output.err.print(f"  {escape(say('row', row=refusal.row))}: {escape(refusal.message)} ({refusal.code})")


def _lay_on_desk(service: Service, command: Command, *, as_json: bool) -> None:
    """Lay a signed decree on the desk, once; what could never be recorded is refused before."""
    waiting = lay_on_desk(service.desk, service.registrar, command, service.now())
    if as_json:
        told = {"decree": command.decree.id, "state": waiting.state}
        output.print_json(told if waiting.closed_as is None else {**told, "reason": waiting.reason})
    elif waiting.closed_as is not None:
        output.print_said(f"desk_{waiting.closed_as}", decree=command.decree.id)
    else:
        output.print_said("waits" if waiting.state == "waiting" else "confirmed_already", decree=command.decree.id)


def _print_waiting(service: Service, waiting: Waiting, *, as_json: bool) -> None:
    """Say that a draft waits for somebody else's signature, and where it is given."""
    where = page_of(service, f"/sk/{waiting.decree}")
    if as_json:
        output.print_json({"decree": waiting.decree, "state": waiting.state, "act": waiting.ends_by, "page": where})
    elif waiting.closed_as is not None:
        output.print_said(f"desk_{waiting.closed_as}", decree=str(waiting.decree))
    elif waiting.state == "waiting":
        output.print_said("waits_signature", act=waiting.ends_by, where=where)
    else:
        output.print_said("confirmed_already", decree=str(waiting.decree))


def print_committed(committed: Committed, *, as_json: bool) -> None:
    """Say where the facts of a decree stand."""
    if as_json:
        output.print_json(
            {
                "position": committed.position,
                "again": committed.again,
                "events": [{"position": one.position, "type": one.type} for one in committed.facts],
            }
        )
        return
    key = "recorded_again" if committed.again else "recorded"
    output.print_said(key, facts=len(committed.facts), position=f"@{committed.position}")
    for one in committed.facts:
        output.print_text(f"  @{one.position} {one.type}")
