"""`asn-ledger rebuild`: the read models anew out of the ledger."""

import time
from dataclasses import asdict
from typing import Annotated

import typer

from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.differences import differences_as_json, print_differences, print_stopped
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import NotFound
from asn_ledger.readmodels.compare import Compared, compare
from asn_ledger.readmodels.projection import AnyProjection
from asn_ledger.readmodels.rebuild import rebuild as rebuild_models
from projections import PROJECTIONS


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
    only_compare: Annotated[bool, typer.Option("--compare")] = False,
    as_json: output.Json = False,
) -> None:
    """Rebuild read models beside the live ones, then let them take over; or only compare.

    `asn-ledger rebuild`
    `asn-ledger rebuild career directory`
    `asn-ledger rebuild --compare`
    """
    chosen = _chosen(names or [])
    label = say("comparing" if only_compare else "rebuilding")
    with open_service(say=output.tell) as service, output.progress(label, quiet=as_json) as bar:
        began = time.monotonic()
        crew = service.crew(bar)
        if only_compare:
            compared = compare(service.agency, chosen, crew)
        else:
            rebuilt = rebuild_models(service.agency, chosen, crew)
        seconds = time.monotonic() - began
    if only_compare:
        _tell(compared, as_json=as_json)
    elif as_json:
        output.print_json({**asdict(rebuilt), "seconds": round(seconds, 3)})
    else:
        output.print_said("rebuilt", facts=rebuilt.facts, position=f"@{rebuilt.position}", seconds=f"{seconds:.1f}")
        print_stopped(rebuilt.stopped)
    if not only_compare and rebuilt.stopped:
        raise typer.Exit(1)


def _tell(compared: Compared, *, as_json: bool) -> None:
    if as_json:
        output.print_json(differences_as_json(compared))
    else:
        print_differences(compared)
    if compared.differences or compared.stopped:
        raise typer.Exit(1)


def _chosen(names: list[str]) -> tuple[AnyProjection, ...]:
    known = {projection.name: projection for projection in PROJECTIONS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NotFound(say("no_model", name=unknown[0], names=", ".join(known)), code="no-such-model")
    return tuple(known[name] for name in names) or PROJECTIONS
