"""Posts held: appointment, transfer, inauguration, release (PP 11/2017 Ps 54-64, 190-191); acting (UU 30/2014)."""

from typing import Annotated, Literal
from uuid import UUID

from asn_ledger.domain.events.base import Axis, PersonEvent, Phase
from asn_ledger.domain.terms.codes import (
    ActingCause,
    ActingEnd,
    ActingKind,
    AppointmentPath,
    ReleaseReason,
    TransferRequest,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.terms.sealing import Category, Erased, Identity, Sealed


class PostAppointed(PersonEvent, topic="post.appointed.v1", phase=Phase.APPOINT, axes=(Axis.PLACEMENT,)):
    """Appointed to a definitive post; a post held before is left. `upon` inauguration: waits until that is recorded."""

    post: PostId
    path: AppointmentPath | None = None
    upon: Literal["inauguration"] | None = None
    inaugurated_on: PartialDate | None = None
    duty_start_on: PartialDate | None = None
    name: Identity | None = None


class PostTransferred(PersonEvent, topic="post.transferred.v1", phase=Phase.APPOINT, axes=(Axis.PLACEMENT,)):
    """Transferred to another post within or between units, without gain (PP 11/2017 Ps 190-191)."""

    post: PostId
    request: TransferRequest
    upon: Literal["inauguration"] | None = None
    duty_start_on: PartialDate | None = None
    name: Identity | None = None


class PostInaugurated(PersonEvent, topic="post.inaugurated.v1", phase=Phase.APPOINT, axes=(Axis.PLACEMENT,)):
    """Inaugurated (pelantikan) on the TMT; `appointment` names the event that waited for it."""

    post: PostId
    appointment: UUID


class PostReleased(PersonEvent, topic="post.released.v1", phase=Phase.RELEASE, axes=(Axis.PLACEMENT,)):
    """Released from a definitive post; the TMT is the first day without it (PP 11/2017 Ps 64, 144)."""

    post: PostId
    reason: Annotated[ReleaseReason | Erased, Sealed(Category.RESTRICTED)]


class ActingAssigned(PersonEvent, topic="acting.assigned.v1", phase=Phase.ACT, axes=(Axis.ACTING,)):
    """Acts in a post as Plt, Plh or Pj beside the own one; `until` is the last day as printed.

    `end_unknown`: the source tells no end, and whether it goes on is not known.
    """

    post: PostId
    kind: ActingKind
    cause: Annotated[ActingCause | Erased | None, Sealed(Category.RESTRICTED)] = None
    until: PartialDate | None = None
    end_unknown: Literal[True] | None = None


class ActingExtended(PersonEvent, topic="acting.extended.v1", phase=Phase.ACT, axes=(Axis.ACTING,)):
    """An acting assignment goes on to a later last day."""

    post: PostId
    until: PartialDate


class ActingEnded(PersonEvent, topic="acting.ended.v1", phase=Phase.END, axes=(Axis.ACTING,)):
    """An acting assignment ends; the TMT is the first day without it."""

    post: PostId
    reason: ActingEnd


PlacementEvent = PostAppointed | PostTransferred | PostInaugurated | PostReleased
ActingEvent = ActingAssigned | ActingExtended | ActingEnded
