"""`asn-ledger rebuild`: the read models anew out of the ledger."""

import time
from typing import Annotated

import typer

from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import NotFound
from asn_ledger.readmodels.projection import AnyProjection
from asn_ledger.readmodels.rebuild import rebuild as rebuild_models
from projections import PROJECTIONS


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
    as_json: output.Json = False,
) -> None:
    """Rebuild read models beside the live ones, then let them take over.

    `asn-ledger rebuild`
    `asn-ledger rebuild career directory`
    """
    chosen = _chosen(names or [])
    with open_service(say=output.tell) as service, output.progress(say("rebuilding"), quiet=as_json) as bar:
        began = time.monotonic()
        rebuilt = rebuild_models(service.agency, chosen, service.crew(bar))
        seconds = time.monotonic() - began
    if as_json:
        output.print_json({"position": rebuilt.position, "facts": rebuilt.facts, "seconds": round(seconds, 3)})
    else:
        output.print_said("rebuilt", facts=rebuilt.facts, position=f"@{rebuilt.position}", seconds=f"{seconds:.1f}")


def _chosen(names: list[str]) -> tuple[AnyProjection, ...]:
    known = {projection.name: projection for projection in PROJECTIONS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NotFound(say("no_model", name=unknown[0], names=", ".join(known)), code="no-such-model")
    return tuple(known[name] for name in names) or PROJECTIONS
