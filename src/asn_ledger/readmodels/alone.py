"""A read model by itself: how far it comes, and where it meets a fact that it cannot take.

Facts are for ever, and one that a read model's function or table cannot take would stop all of them. So they part: the
one that cannot go on stands before that fact, with a note that says so, and the others go on.
"""

import psycopg
import structlog
from pydantic import ValidationError

from asn_ledger.ledger import reads
from asn_ledger.readmodels.apply import advance
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import AnyProjection, Build
from asn_ledger.readmodels.standing import SAME, lock_these, move, remedy_of, resume, standing, stop, stops

BATCH = 1000
"""Facts applied in one transaction at most."""

PASSING = (psycopg.OperationalError, psycopg.InterfaceError, MemoryError)
"""Faults that have nothing to do with a fact: they pass, and the same is tried again."""

_log = structlog.get_logger(__name__)


def go_alone(source: Source, projection: AnyProjection) -> bool:
    """Bring a read model to the head, or to the fact that it cannot take, where it is noted that it stands.

    One that stands is tried again; give whether it came to the head. Without a live build it is left alone.

    Raises:
        psycopg.OperationalError: the database is not there, or somebody else was quicker.
    """
    connection, ledger, model = source.connection, source.ledger, (projection.name, projection.version)
    fails_at: int | None = None
    while True:
        at = standing(connection, ledger)[model]
        head = reads.head(connection, ledger)
        if at.live_build is None or at.position >= head:
            return at.live_build is not None
        fails_at = fails_at or at.stopped
        next_one = at.position + BATCH if fails_at is None else max(at.position + 1, (at.position + fails_at) // 2)
        upto = min(next_one, head)
        try:
            _advance(source, projection, upto)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever a function or a table may say to a fact
            fails_at = upto
            if upto == at.position + 1:
                _stand(source, projection, upto, _told(error))
                return False
        else:
            fails_at = None if fails_at == upto else fails_at


def _advance(source: Source, projection: AnyProjection, upto: int) -> None:
    connection, ledger, model = source.connection, source.ledger, (projection.name, projection.version)
    with connection.transaction():
        held = lock_these(connection, ledger, [SAME, model])
        at, same = held[model], held[SAME]
        if at.live_build is None or at.position >= upto:
            return
        advance(source, [Build(ledger, projection, at.live_build)], at.position, upto, same_at=same.position)
        move(connection, ledger, [model, SAME] if same.position < upto else [model], upto)
        resume(connection, ledger, [model])


def _stand(source: Source, projection: AnyProjection, position: int, reason: str) -> None:
    stop(source.connection, source.ledger, (projection.name, projection.version), position, reason)
    (stopped,) = stops(source.connection, source.ledger, [projection])
    _log.error(
        "a read model stands before a fact that it cannot take; the others go on",
        ledger=source.ledger,
        model=projection.name,
        position=position,
        reason=reason,
        remedy=remedy_of(stopped),
    )


def _told(error: Exception) -> str:
    """What went wrong, without the value it went wrong with, which may be somebody's."""
    kind = type(error).__name__
    match error:
        case psycopg.Error(sqlstate=str(state)):
            return f"{kind} ({state})"
        case ValidationError():
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            return f"{kind} ({error.title}.{'.'.join(map(str, first['loc']))}: {first['type']})"
        case _:
            return kind
