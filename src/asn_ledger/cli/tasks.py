"""`asn-ledger tasks`: what waits for an account."""

from typing import Annotated

import typer

from asn_ledger.accounts import authorise
from asn_ledger.app import open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import OPERATOR
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of
from asn_ledger.domain.access import Act
from asn_ledger.language import translate
from asn_ledger.web.api.tasks import FEW, Task, TaskKind, tasks
from asn_ledger.web.asking import asking

_MOST = 200


def list_tasks(
    kind: Annotated[TaskKind | None, typer.Option("--kind")] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Print what waits for an account, or for the operator of this machine.

    `asn-ledger tasks --as ani`
    `asn-ledger tasks --kind open_rows --json`
    """
    with open_service(say=output.tell) as service:
        reader = OPERATOR if as_account is None else service.accounts.find(as_account)
        authorise(reader, Act.SEE_TASKS)
        me = actor_of(service, None, Act.SEE_TASKS).id if as_account is None else str(reader.id)
        with asking(service, reader, output.language()) as question:
            found = tasks(question, me, kind, limit=FEW if kind is None else _MOST)
    if as_json:
        output.print_json(found)
        return
    if not found.kinds:
        output.print_said("no_tasks")
    columns = [say(f"column.{name}") for name in ("task", "rows", "since", "page")]
    for one in found.kinds:
        title = f"{translate(output.language(), f'task.kind.{one.kind}')}: {one.total}"
        output.print_table(title, columns, [_row(task) for task in one.tasks], wraps=(0,))


def _row(task: Task) -> list[str]:
    since = task.since.date() if task.since is not None else task.day
    return [
        task.title or cells.NOTHING,
        cells.NOTHING if task.count is None else str(task.count),
        cells.NOTHING if since is None else f"{since}",
        task.page or cells.NOTHING,
    ]
