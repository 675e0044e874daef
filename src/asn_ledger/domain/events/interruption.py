"""Service interrupted and taken up again: unpaid leave, study, suspension, return (PP 11/2017 Ps 276-285).

Only a return ends an interruption, never its last day alone.
"""

from typing import Annotated

from asn_ledger.domain.events.base import Axis, PersonEvent
from asn_ledger.domain.terms.codes import (
    EducationLevel,
    LeaveReason,
    ReturnBasis,
    StudyFunding,
    SuspensionReason,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.sealing import Category, Erased, Sealed
from asn_ledger.domain.terms.texts import Said

_ENDS_HOLDING = (Axis.INTERRUPTION, Axis.PLACEMENT, Axis.ACTING, Axis.DUTY, Axis.SALARY)


class LeaveGranted(PersonEvent, topic="leave.granted.v1", axes=_ENDS_HOLDING, restricted=True):
    """Unpaid leave (CLTN): the post is left, its time not counted (Peraturan BKN 24/2017); `until` is its last day."""

    until: PartialDate
    reason: Annotated[LeaveReason | Erased | None, Sealed(Category.RESTRICTED)] = None


class LeaveExtended(PersonEvent, topic="leave.extended.v1", axes=(Axis.INTERRUPTION,), restricted=True):
    """The unpaid leave goes on from the TMT to a later last day."""

    until: PartialDate


class StudyAssigned(
    PersonEvent, topic="study.assigned.v1", axes=(Axis.INTERRUPTION, Axis.PLACEMENT, Axis.ACTING, Axis.DUTY)
):
    """Sent to study (tugas belajar; SE MenPANRB 28/2021), with `leaves_post` released from the post meanwhile."""

    level: EducationLevel
    programme: Said
    institution: Said
    funding: StudyFunding | None = None
    until: PartialDate
    leaves_post: bool


class StudyExtended(PersonEvent, topic="study.extended.v1", axes=(Axis.INTERRUPTION,)):
    """The study goes on from the TMT to a later last day."""

    until: PartialDate


class Suspended(
    PersonEvent,
    topic="service.suspended.v1",
    axes=(Axis.INTERRUPTION, Axis.PLACEMENT, Axis.ACTING, Axis.DUTY),
    restricted=True,
):
    """Suspended from the service (pemberhentian sementara); the post is left (PP 11/2017 Ps 276; UU 20/2023 Ps 53)."""

    reason: Annotated[SuspensionReason | Erased, Sealed(Category.RESTRICTED)]


class Reinstated(PersonEvent, topic="service.reinstated.v1", axes=(Axis.INTERRUPTION, Axis.SALARY), restricted=True):
    """Takes up the service again (pengaktifan kembali); a post is given by a row of its own (PP 11/2017 Ps 285)."""

    basis: Annotated[ReturnBasis | Erased, Sealed(Category.RESTRICTED)]


InterruptionEvent = LeaveGranted | LeaveExtended | StudyAssigned | StudyExtended | Suspended | Reinstated
