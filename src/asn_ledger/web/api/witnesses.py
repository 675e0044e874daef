"""How far the ledger is sealed, and when each witness cosigned last: public, so that silence is seen by everybody."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter

from asn_ledger.ledger.cosigning import CLOCK_SECONDS
from asn_ledger.ledger.losses import losses
from asn_ledger.ledger.sealing import Official
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.web.auth import Anybody, Running
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service

router = APIRouter(prefix="/api/v1/ledger", tags=["ledger"])

SILENT_AFTER = timedelta(minutes=10)
"""A witness is silent that has not cosigned what was recorded so long ago."""


class WitnessShown(Shown):
    """A witness of the policy: `name` in its signatures, `called` in the policy.

    `outside`: nobody in the ledger's own house commands it. `size` and `cosigned_at`: the last checkpoint that it
    cosigned (null: none yet). `silent`: what was recorded ten minutes ago is not cosigned by it.
    """

    called: str
    name: str
    outside: bool
    size: int | None
    cosigned_at: datetime | None
    silent: bool


class LossShown(Shown):
    """Entries `first` to `last` of the log `earlier`, which others had seen and which were lost by a restoration.

    The ledger went on as `origin`, by two people, for the `reason` they stated; `first` is where that is on record.
    """

    first: int
    last: int
    earlier: str
    origin: str
    seen: str
    recorded_at: datetime
    reason: str


class SealingShown(Shown):
    """How far the ledger is sealed: `size` entries, of which a checkpoint signs `signed`, and the quorum `sealed`.

    `captive`: the witnesses inside the house are a quorum by themselves, as they are where none is asked for.
    `clock_seconds`: how far the clock here was from the witnesses' where that is more than five minutes; an alarm.
    `losses`: what others had seen and the ledger lost, for ever on record.
    """

    size: int
    signed: int
    sealed: int
    quorum: str
    captive: bool
    witnesses: tuple[WitnessShown, ...]
    clock_seconds: int | None
    losses: tuple[LossShown, ...] = ()


@router.get("/witnesses")
def read_witnesses(service: Running, reader: Anybody) -> SealingShown:  # noqa: ARG001 -- the gate
    """How far the ledger is sealed by its witnesses."""
    return sealing(service)


def sealing(service: Service) -> SealingShown:
    """How far the ledger is sealed, as the API has it."""
    policy, found = service.policy, service.checkpoints.sealing()
    note = service.checkpoints.latest()
    last = {name: (size, at) for name, size, at in found.last}
    return SealingShown(
        size=service.recorder.head(),
        signed=0 if note is None else parse_checkpoint(note).size,
        sealed=0 if found.official is None else found.official.checkpoint.size,
        quorum=policy.quorum,
        captive=policy.captive,
        witnesses=tuple(
            WitnessShown(
                called=one.name,
                name=one.key.name,
                outside=one.name in policy.outside,
                size=None if one.name not in last else last[one.name][0],
                cosigned_at=None if one.name not in last else datetime.fromtimestamp(last[one.name][1], UTC),
                silent=_waits(service, last[one.name][0] if one.name in last else 0),
            )
            for one in policy.witnesses
        ),
        clock_seconds=None if found.official is None else _clock_off(service, found.official),
        losses=lost(service),
    )


def lost(service: Service) -> tuple[LossShown, ...]:
    """What the ledger says that it lost."""
    shown = []
    for loss in losses(service.recorder):
        recorded_at = _recorded_at(service, loss.position)
        assert recorded_at is not None  # noqa: S101 -- it was just read
        shown.append(
            LossShown(
                first=loss.position,
                last=loss.last,
                earlier=loss.earlier,
                origin=loss.origin,
                seen=loss.seen[0],
                recorded_at=recorded_at,
                reason=loss.reason,
            )
        )
    return tuple(shown)


def _waits(service: Service, size: int) -> bool:
    """Whether what follows the last entry that was cosigned waits for longer than it should."""
    following = _recorded_at(service, size + 1)
    return following is not None and service.now() - following > SILENT_AFTER


def _clock_off(service: Service, official: Official) -> int | None:
    """How many seconds recording times contradict the cosignatures between them; None where they fit."""
    times = [datetime.fromtimestamp(at, UTC) for _, at in official.cosigned]
    if not times or service.recorder.identity.simulation:
        return None
    covered = _recorded_at(service, official.checkpoint.size)
    following = _recorded_at(service, official.checkpoint.size + 1)
    early = timedelta() if covered is None else covered - max(times)
    late = timedelta() if following is None else min(times) - following
    worst = max(early, late)
    if worst <= timedelta(seconds=CLOCK_SECONDS):
        return None
    return round(worst.total_seconds() if early >= late else -late.total_seconds())


def _recorded_at(service: Service, position: int) -> datetime | None:
    entry = service.recorder.entry(position) if position > 0 else None
    return None if entry is None else entry.recorded_at
