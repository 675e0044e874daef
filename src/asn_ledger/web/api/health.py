"""Whether the service is well: for machines that watch it."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from asn_ledger.ledger.errors import LedgerUnavailable
from asn_ledger.readmodels.standing import remedy_of, stops
from asn_ledger.web.asking import Known
from asn_ledger.web.auth import Anybody, Running
from asn_ledger.web.metrics import Metrics
from asn_ledger.web.problems import UNAVAILABLE, documented
from asn_ledger.web.representations import Shown
from projections import PROJECTIONS

router = APIRouter(tags=["health"])

MOST_LAG = 1000
"""Entries by which the read models may be behind before the service says that it is not ready."""

MOST_WAIT = timedelta(seconds=15)
"""How long an entry may wait for the read models: three times the longest pause between two tries."""


class Alive(Shown):
    """The process answers."""

    status: str = "ok"


class StandsBefore(Shown):
    """A read model that cannot take the entry at a position: what it answers is as of the one before."""

    model: str
    position: int
    reason: str
    since: datetime
    remedy: str


class Ready(Shown):
    """The database answers with the schema this program knows (otherwise the service would not have started).

    `lag` is the number of entries that the read models do not know yet, but for those in `stopped`: each of them stands
    before an entry that it cannot take, and the others go on.
    """

    status: str
    head: int
    position: int
    lag: int
    stopped: tuple[StandsBefore, ...] = ()


def metrics_of(request: Request) -> Metrics:
    """What this application measures."""
    measured: Metrics = request.app.state.metrics
    return measured


Measured = Annotated[Metrics, Depends(metrics_of)]


@router.get("/healthz")
def healthz(reader: Anybody) -> Alive:  # noqa: ARG001 -- the gate
    """Whether the process answers."""
    return Alive()


@router.get("/readyz", responses=documented(UNAVAILABLE))
def readyz(service: Running, reader: Anybody) -> Ready:  # noqa: ARG001 -- the gate
    """Whether questions can be answered: the database does, and the read models are not far behind nor stand still."""
    with service.reading() as connection:
        position = Known.of(connection, service.agency).going
        stopped = stops(connection, service.agency, PROJECTIONS)
    head = service.recorder.head()
    if head - position > MOST_LAG:
        raise LedgerUnavailable(f"the read models are {head - position} entries behind")
    next_one = service.recorder.entry(position + 1) if head > position else None
    # The facts of a simulation have times of their own, which say nothing about waiting.
    if next_one is not None and not service.recorder.identity.simulation:
        waits = service.now() - next_one.recorded_at
        if waits > MOST_WAIT:
            raise LedgerUnavailable(
                f"the read models stand still at {position}: the next entry waits for {waits.total_seconds():.0f} s;"
                " the service's log says why"
            )
    told = tuple(
        StandsBefore(model=one.name, position=one.position, reason=one.reason, since=one.since, remedy=remedy_of(one))
        for one in stopped
    )
    return Ready(status="ready", head=head, position=position, lag=head - position, stopped=told)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(service: Running, reader: Anybody, measured: Measured) -> Response:  # noqa: ARG001 -- the gate
    """Counts and times by route, in Prometheus' text format; head and lag are asked for here."""
    with service.reading() as connection:
        position = Known.of(connection, service.agency).going
        measured.stopped.set(len(stops(connection, service.agency, PROJECTIONS)))
    head = service.recorder.head()
    measured.head.set(head)
    measured.lag.set(head - position)
    measured.missing_keys.set(len(service.sweeper.missing.found))
    return Response(measured.text(), media_type=measured.media_type)
