"""Who held an outside office, in which capacity, when."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never, cast

from asn_ledger.domain.events import Axis, OfficeEvent, OfficeLeft, OfficeTaken
from asn_ledger.domain.history import History
from asn_ledger.domain.steps import steps
from asn_ledger.domain.terms.codes import OfficeCapacity
from asn_ledger.domain.terms.ids import OfficeId, OfficialId
from asn_ledger.domain.terms.sealing import Erased


@dataclass(frozen=True, slots=True)
class OfficeTenure:
    """An official in an office; `ended` is the first day no longer."""

    office: OfficeId
    official: OfficialId
    name: str | Erased
    title: str
    capacity: OfficeCapacity
    began: date
    ended: date | None
    began_by: int

    def on(self, day: date) -> bool:
        """Whether the office was held in this tenure on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)


def fold_office(office: OfficeId, history: History) -> tuple[OfficeTenure, ...]:
    """The holders of an office in order; several may overlap (a Plh beside the holder).

    A taking annulled ex nunc ends on that day; where a leaving was, the official holds the office again from then on.
    """
    tenures: list[OfficeTenure] = []
    for step in steps(history.on(Axis.OFFICE)):
        event = cast("OfficeEvent", step.fact.event)
        if event.office != office:
            continue
        match event:
            case OfficeTaken() if step.ends:
                tenures = [_ended(t, step.day) if t.began_by == step.fact.position else t for t in tenures]
            case OfficeTaken():
                tenures.append(
                    OfficeTenure(
                        office, event.official, event.name, event.title, event.capacity, step.day, None, step.position
                    )
                )
            case OfficeLeft() if step.ends:
                back = [t for t in tenures if t.official == event.official and t.ended == step.fact.day]
                tenures += [replace(t, began=step.day, ended=None, began_by=step.position) for t in back]
            case OfficeLeft():
                tenures = [_ended(t, step.day) if t.official == event.official else t for t in tenures]
            case _:
                assert_never(event)
    return tuple(tenures)


def _ended(tenure: OfficeTenure, day: date) -> OfficeTenure:
    return replace(tenure, ended=day) if tenure.ended is None else tenure
