"""asn-ledger <command>: one file per command. Exit 0 ok, 1 refused or falls short, 2 usage."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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


_AGENCY = "ASN_LEDGER_AGENCY"


@app.callback()
def _begin(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", is_eager=True)] = False,
    agency: Annotated[str | None, typer.Option("--agency", metavar="NAME")] = None,
) -> None:
    if version:
        output.print_version()
        raise typer.Exit
    if agency is not None:
        context.with_resource(_of_agency(agency))


@contextmanager
def _of_agency(name: str) -> Iterator[None]:
    """Let settings, also those of processes that the command starts, name this agency while it runs."""
    before = os.environ.get(_AGENCY)
    os.environ[_AGENCY] = name
    try:
        yield
    finally:
        os.environ.pop(_AGENCY)
        if before is not None:
            os.environ[_AGENCY] = before


def main() -> None:
    """Run the command of this process's arguments."""
    app()
