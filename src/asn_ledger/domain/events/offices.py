"""Offices outside the civil service whose holders sign decrees: Wali Kota, Gubernur, Mendagri, President."""

from typing import Annotated

from asn_ledger.domain.events.base import Axis, Phase, RowEvent, Untagged
from asn_ledger.domain.terms.codes import OfficeCapacity
from asn_ledger.domain.terms.ids import OfficeId, OfficialId
from asn_ledger.domain.terms.sealing import Identity
from asn_ledger.domain.terms.texts import Said


class OfficeTaken(RowEvent, topic="office.taken.v1", phase=Phase.APPOINT, axes=(Axis.OFFICE,)):
    """An official takes an office, definitively or as Pj, Plt, Plh or Pjs, by a letter."""

    office: OfficeId
    official: Annotated[OfficialId, Untagged]
    name: Identity
    title: Said
    capacity: OfficeCapacity
    letter: Said | None = None

    def holder(self) -> str:  # noqa: D102 -- as of every event
        return self.official.tag


class OfficeLeft(RowEvent, topic="office.left.v1", phase=Phase.END, axes=(Axis.OFFICE,)):
    """An official leaves an office; the TMT is the first day without them."""

    office: OfficeId
    official: Annotated[OfficialId, Untagged]


OfficeEvent = OfficeTaken | OfficeLeft
