"""Additional duties (tugas tambahan) beside the definitive post, which they never displace."""

from typing import Literal

from asn_ledger.domain.events.base import Axis, PersonEvent, Phase
from asn_ledger.domain.terms.codes import DutyEnd, DutyKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.domain.terms.numbers import Term
from asn_ledger.domain.terms.texts import Said


class DutyAssigned(PersonEvent, topic="duty.assigned.v1", axes=(Axis.DUTY,), phase=Phase.ACT):
    """Leads a school, a health centre or a team beside the own post; `until` is the last day as printed.

    `term` counts the periods of a head teacher; `title` says what a duty without a code of its own is. `end_unknown`:
    the source tells no end, and whether it goes on is not known.
    """

    unit: UnitId
    duty: DutyKind
    title: Said | None = None
    term: Term | None = None
    until: PartialDate | None = None
    end_unknown: Literal[True] | None = None


class DutyEnded(PersonEvent, topic="duty.ended.v1", axes=(Axis.DUTY,), phase=Phase.END):
    """An additional duty ends; the TMT is the first day without it."""

    unit: UnitId
    duty: DutyKind
    reason: DutyEnd


DutyEvent = DutyAssigned | DutyEnded
