"""asn-ledger <command>: one file per command. Exit 0 ok, 1 refused or falls short, 2 usage."""

from typing import Annotated

import typer

from asn_ledger.cli import output
from asn_ledger.cli.commands import Commands

app = typer.Typer(
    name="asn-ledger",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _begin(version: Annotated[bool, typer.Option("--version", is_eager=True)] = False) -> None:
    if version:
        output.print_version()
        raise typer.Exit


def main() -> None:
    """Run the command of this process's arguments."""
    app()
