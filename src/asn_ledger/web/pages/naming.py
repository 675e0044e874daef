"""Whether this reader learns who held a post, and what stands in the name's place where not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from asn_ledger.domain.access import holder_named
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife
from asn_ledger.web.frame import Frame
from projections.directory.rows import PersonRow
from projections.position_history.rows import TenureRow


@dataclass(frozen=True, slots=True)
class Name:
    """A name, or the words in its place (`shown` False)."""

    text: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Naming:
    """Who reads, the rules of publication, and the names known."""

    frame: Frame
    regulations: Regulations
    people: Mapping[EmployeeId, PersonRow]
    units: Mapping[UnitId, UnitLife]

    def of(self, row: TenureRow, life: PostLife) -> Name:
        """The name of who held a post, as the rules of publication say for the last day of the tenure."""
        if not self._published(life, self._last_day(row)):
            return Name(self.frame.t("person.unpublished"), shown=False)
        person = self.people.get(row.employee)
        if person is None:
            return Name(self.frame.t("person.unknown"), shown=False)
        if person.name is None:
            return Name(self.frame.t("person.erased"), shown=False)
        return Name(person.name, shown=True)

    def _last_day(self, row: TenureRow) -> date:
        today = self.frame.as_of.today
        if row.ended is None:
            return today
        return min(today, max(row.began or row.ended, row.ended - timedelta(days=1)))

    def _published(self, life: PostLife, day: date) -> bool:
        version = life.on(day) or (life.versions[-1] if life.versions else None)
        if version is None:
            return holder_named(self.frame.role, Regulations(), day, kind="pelaksana", unit_kind=None, leads_unit=False)
        unit = self.units.get(version.unit)
        at = None if unit is None else unit.on(day) or (unit.versions[-1] if unit.versions else None)
        return holder_named(
            self.frame.role,
            self.regulations,
            day,
            kind=version.kind,
            unit_kind=None if at is None else at.kind,
            leads_unit=version.leads_unit,
            named_publicly=version.named_publicly,
        )
