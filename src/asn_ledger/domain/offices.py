"""Who held an outside office, in which capacity, when."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never, cast

from asn_ledger.domain.events import Axis, OfficeEvent, OfficeLeft, OfficeTaken
from asn_ledger.domain.history import History
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
    """The holders of an office in order; several may overlap (a Plh beside the holder)."""
    tenures: list[OfficeTenure] = []
    for fact in history.on(Axis.OFFICE):
        event = cast("OfficeEvent", fact.event)
        if event.office != office:
            continue
        match event:
            case OfficeTaken():
                tenures.append(
                    OfficeTenure(
                        office, event.official, event.name, event.title, event.capacity, fact.day, None, fact.position
                    )
                )
            case OfficeLeft():
                tenures = [
                    replace(tenure, ended=fact.day)
                    if tenure.official == event.official and tenure.ended is None
                    else tenure
                    for tenure in tenures
                ]
            case _:
                assert_never(event)
    return tuple(tenures)
