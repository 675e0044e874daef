"""`asn-ledger status`: how far each read model has come, and which stands before an entry that it cannot take."""

from dataclasses import dataclass

import typer

from asn_ledger.app import open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.differences import print_stopped
from asn_ledger.cli.output import say
from asn_ledger.readmodels.standing import Standing, Stopped, standing, stops
from projections import PROJECTIONS


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A read model: the position up to which entries are in it, None where it must be rebuilt."""

    model: str
    version: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """A ledger's size, and its read models."""

    ledger: str
    head: int
    models: tuple[ModelStatus, ...]
    stopped: tuple[Stopped, ...]

    @property
    def well(self) -> bool:
        """Whether every read model answers and goes on."""
        return not self.stopped and all(one.position is not None for one in self.models)


def status(as_json: output.Json = False) -> None:
    """Print how far each read model has come, and which stands before an entry that it cannot take.

    `asn-ledger status`
    """
    with open_service(say=output.tell) as service, service.reading() as connection:
        known = standing(connection, service.agency)
        stopped = stops(connection, service.agency, PROJECTIONS)
        models = tuple(_of(known[one.name, one.version]) for one in PROJECTIONS)
        found = Status(service.agency, service.recorder.head(), models, stopped)
    if as_json:
        output.print_json(found)
    else:
        _print(found)
    if not found.well:
        raise typer.Exit(1)


def _of(at: Standing) -> ModelStatus:
    return ModelStatus(at.name, at.version, None if at.live_build is None else at.position)


def _print(found: Status) -> None:
    output.print_said("entries_of", ledger=found.ledger, head=found.head)
    columns = [say(f"column.{name}") for name in ("model", "known_upto", "state")]
    output.print_table("", columns, [[one.model, _upto(one), _state(one, found)] for one in found.models])
    print_stopped(found.stopped)
    for one in found.models:
        if one.position is None:
            output.complain("model_unbuilt", f"asn-ledger rebuild {one.model}")


def _upto(one: ModelStatus) -> str:
    return cells.NOTHING if one.position is None else f"@{one.position}"


def _state(one: ModelStatus, found: Status) -> str:
    for stands in found.stopped:
        if stands.name == one.model:
            since = f"{stands.since:%Y-%m-%d %H:%M}"
            return say("model_state.stopped", position=f"@{stands.position}", reason=stands.reason, since=since)
    if one.position is None:
        return say("model_state.unbuilt")
    behind = found.head - one.position
    return say("model_state.behind", count=behind) if behind > 0 else say("model_state.live")
