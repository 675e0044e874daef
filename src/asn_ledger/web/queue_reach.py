"""Which scans of the queue somebody reaches: all, or those named after people under their unit, and their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.intake import IntakeState, Scan
from asn_ledger.accounts.desk.suggesting import read_name
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.match_document import Place
from asn_ledger.domain.errors import NotAllowed, NotFound
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.language import Language
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.service import Service
from projections.directory.queries import people

_ALL = 10**6


@dataclass(slots=True)
class QueueReach:
    """What of the queue whoever asks sees and decides on; `under` are the people within reach, None: everybody.

    A scan's content may be of somebody else than its name says: that is what it is compared for.
    """

    question: Question
    under: frozenset[EmployeeId] | None
    _by_nip: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, question: Question) -> "QueueReach":
        """The reach of whoever asks."""
        return cls(question, question.people(Act.SEE_INTAKE))

    @property
    def whole(self) -> bool:
        """Whether it is the whole queue."""
        return self.under is None

    def names(self, scan: Scan) -> bool:
        """Whether the scan's name is of somebody within reach: then it is told what it may be, and decided."""
        if self.under is None:
            return True
        named = read_name(scan.name)
        if named is None:
            return False
        if named.nip not in self._by_nip:
            self._by_nip[named.nip] = self._reaches(named.nip, self.under)
        return self._by_nip[named.nip]

    def _reaches(self, nip: str, under: frozenset[EmployeeId]) -> bool:
        found = self.question.service.matcher.keys.find_nip(nip)
        if found is None:
            return False
        asked = EmployeeId(found)
        known = people(self.question.connection, self.question.ledger, [asked])
        return asked in known and known[asked].employee in under

    def sees(self, scan: Scan) -> bool:
        """Whether the scan is shown: also one that they brought themselves, whomever it names."""
        return scan.brought_by == str(self.question.reader.id) or self.names(scan)

    def get(self, scan: UUID) -> Scan:
        """A scan of the queue.

        Raises:
            NotFound: there is none, or none that they see.
        """
        found = self.question.service.matcher.intake.get(scan)
        if not self.sees(found):
            raise NotFound("no scan of this id is in the queue", code="no-scan")
        return found

    def scans(self, state: IntakeState) -> list[Scan]:
        """Those of a state, for a part of the agency; matched ones have no name any more, so that one's own remain."""
        return [one for one in self.question.service.matcher.intake.page(state, limit=_ALL) if self.sees(one)]

    def decidable(self, state: IntakeState) -> list[Scan]:
        """Those of a state that they may decide on: none that they proposed themselves."""
        me = self.question.reader.id
        return [one for one in self.scans(state) if self.names(one) and (state != "proposed" or one.proposed_by != me)]

    def after(self, scan: Scan) -> UUID | None:
        """The next scan of the same state that they may decide on; from the end back to the beginning."""
        if self.whole:
            return self.question.service.matcher.intake.after(scan, self.question.reader.id)
        others = [one for one in self.decidable(scan.state) if one.id != scan.id]
        later = [one for one in others if (one.arrived_at, one.id) > (scan.arrived_at, scan.id)]
        return next((one.id for one in (*later, *others)), None)

    def require(self, scan: UUID, place: Place | None = None) -> Scan:
        """A scan on which they decide; `place`: what it is said to be, else what was proposed: a row of whom it names.

        Raises:
            NotFound: there is no such scan that they see.
            NotAllowed: it names nobody within their reach, or the row is of somebody else.
        """
        found = self.get(scan)
        if self.whole:
            return found
        said = (found.decree, found.row) if place is None else (UUID(place.decree), place.row)
        if not self.names(found) or (said[0] is not None and said not in self._rows(found)):
            raise NotAllowed("this lies outside what you work for; ask the personnel agency", code="out-of-scope")
        return found

    def _rows(self, scan: Scan) -> Sequence[tuple[UUID | None, int | None]]:
        told = self.question.service.matcher.suggestion(scan)
        best = () if told.best is None else (told.best,)
        return [(UUID(one.decree), one.row) for one in (*best, *told.others)]


def require_decidable(
    service: Service, asker: Principal, scan: UUID, language: Language, place: Place | None = None
) -> tuple[Scan, UUID | None]:
    """A scan on which somebody decides, and the next one; `place` as above.

    Raises:
        NotFound: there is no such scan that they see.
        NotAllowed: it or its row lies outside their reach.
    """
    with asking(service, asker, language) as question:
        reach = QueueReach.of(question)
        found = reach.require(scan, place)
        return found, reach.after(found)
