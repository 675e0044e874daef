"""`asn-ledger simulate`: a made-up city as files."""

from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.simulation import simulate as imagine
from asn_ledger.simulation import write

People = Annotated[int, typer.Option("--people", metavar="N", min=150)]
Years = Annotated[int, typer.Option("--years", metavar="N", min=1, max=60)]
Seed = Annotated[int, typer.Option("--seed", metavar="N")]


def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)],
    people: People = 5000,
    years: Years = 30,
    seed: Seed = 1,
    as_json: output.Json = False,
) -> None:
    """Write a made-up city.

    `asn-ledger simulate city --people 400 --years 10 --seed 7`
    """
    directory.mkdir(parents=True, exist_ok=True)  # before what takes long: where it cannot be made, nothing is
    city = imagine(people, years, seed)
    with output.progress(say("simulating"), quiet=as_json) as bar:
        totals = write(city, directory, bar)
    if as_json:
        output.print_json(totals)
    else:
        output.print_said(
            "simulated",
            lines=totals["lines"],
            facts=totals["facts"],
            people=totals["people"],
            posts=totals["posts"],
            directory=str(directory),
        )
