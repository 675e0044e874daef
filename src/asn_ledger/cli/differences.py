"""What live read models and the ledger say differently, as text or JSON."""

from collections.abc import Iterable
from dataclasses import asdict

from rich.markup import escape

from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.readmodels.compare import Compared
from asn_ledger.readmodels.projection import Row
from asn_ledger.readmodels.standing import Stopped

_SHOWN = 5


def differences_as_json(compared: Compared) -> dict[str, object]:
    """Everything: each row that differs, and the digest of each read model as the ledger gives it."""
    return {
        "position": compared.position,
        "differences": compared.differences,
        "digests": dict(compared.digests),
        "stopped": compared.stopped,
    }


def print_differences(compared: Compared) -> None:
    """Name each table with what only one side has, a few rows of it; or say that nothing differs."""
    for one in compared.differences:
        counts = {"live": len(one.live_only), "ledger": len(one.ledger_only)}
        output.out.print(f"[red]✗[/red] {escape(say('differs', table=f'{one.model}.{one.table}', **counts))}")
        for sign, rows in (("-", one.live_only), ("+", one.ledger_only)):
            for row in rows[:_SHOWN]:
                output.print_text(f"  {sign} {_shown(row)}")
            if len(rows) > _SHOWN:
                output.print_text(f"  {sign} …")
    print_stopped(compared.stopped)
    if compared.differences:
        output.complain("models_differ", say("remedy.models_differ"))
    else:
        names = ", ".join(sorted(compared.digests))
        output.out.print(
            f"[green]✓[/green] {escape(say('models_agree', names=names, position=f'@{compared.position}'))}"
        )


def print_stopped(stopped: Iterable[Stopped]) -> None:
    """Say which read models stand before an entry that they cannot take, and what to do."""
    for one in stopped:
        remedy = say("model_stopped_remedy", position=f"@{one.position}", model=one.name)
        output.complain("model_stopped", f"{one.name} @{one.position} ({one.reason}). {remedy}")


def _shown(row: Row) -> str:
    return " · ".join(f"{name}={value}" for name, value in asdict(row).items() if value is not None)
