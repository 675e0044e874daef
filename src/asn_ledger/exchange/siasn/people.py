"""Whose file it is, by their NIP, old or new: known to the office, by import before, or to SIASN alone."""

from dataclasses import dataclass

from asn_ledger.accounts.desk.import_run import Reason, Status
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.ledger.keystore import NIP, KeyStore
from asn_ledger.ledger.lines import request_bytes

from .ids import Ids
from .mentions import Mentions
from .person import Fact, Json
from .rows import Person, Problem

_Answer = tuple[Status, Problem, Json | None]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose file it is (None: refused), and what the report says of their NIP."""

    employee: EmployeeId | None
    answers: tuple[_Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """Who is who: by the ids of SIASN and the NIPs on record; `imported` are those whom SIASN's files brought."""

    ids: Ids
    facts: Facts
    mentions: Mentions
    keys: KeyStore
    imported: set[EmployeeId]

    def by_nip(self, text: str) -> EmployeeId | None:
        """Who has a NIP, on record or in these files."""
        nip = text.replace(" ", "")
        person = self.mentions.nips.get(nip)
        owner = self.keys.find(NIP, nip)
        if owner is not None:
            return EmployeeId(owner)
        return None if person is None else self.ids.employee(person)

    def is_new(self, person: Person) -> bool:
        """Whether nobody on record is this person: who is keeps their NIP until another is recorded."""
        if self.ids.employee(person.id) in self.facts.careers:
            return False
        nips = [nip for nip in (person.nip, person.old_nip) if nip is not None]
        return all(self.keys.find(NIP, nip) is None for nip in nips)

    def whose(self, person: Person) -> Whose:
        """Whose file it is, unless their NIP is another's or these files give them two."""
        first = self.mentions.nips.get(person.nip)
        if first != person.id:
            return _refused(person, "nip-of-another", first or "")
        if self.mentions.people.get(person.id) != person.nip:
            return _refused(person, "second-nip")
        derived = self.ids.employee(person.id)
        if derived in self.facts.careers:
            return self._imported(person, derived)
        for nip in (person.nip, person.old_nip):
            owner = None if nip is None else self.keys.find(NIP, nip)
            if owner is None or owner == derived:
                continue
            found = EmployeeId(owner)
            if found in self.imported:
                return _refused(person, "nip-of-another")
            converted = nip == person.old_nip and nip != person.nip
            answers = (_converted(person, found),) if converted else ()
            return Whose(found if found in self.facts.careers else derived, answers)
        return Whose(derived)

    def _imported(self, person: Person, employee: EmployeeId) -> Whose:
        """Who came by import before; a NIP that they do not have on record is answered."""
        career = self.facts.careers[employee]
        had = [named.nip for _, named, _ in career.identity]
        if not had or any(nip == person.nip or isinstance(nip, Erased) for nip in had):
            return Whose(employee)
        owner = self.keys.find(NIP, person.nip)
        if owner is not None and EmployeeId(owner).tag not in career.keys:
            return _refused(person, "nip-of-another")
        return Whose(employee, (_converted(person, employee),))

    def said(self, fact: Fact, before: str) -> bool:
        """Whether a row says what it said, but for a NIP that was converted: that is answered by itself.

        Args:
            fact: what the row says.
            before: the digest of what it said.
        """
        career = self.facts.careers.get(fact.row.get("employee", ""))
        if career is None or "nip" not in fact.said:
            return False
        nips = {named.nip for _, named, _ in career.identity if isinstance(named.nip, str)}
        rest = {name: value for name, value in fact.said.items() if name != "old_nip"}
        either = [rest, {**rest, "old_nip": fact.said.get("old_nip")}]
        said = ({**one, "nip": nip} for one in either for nip in nips)
        return any(self.keys.request_digest(said_bytes(fact, one)) == before for one in said)


def said_bytes(fact: Fact, said: Json) -> bytes:
    """What a row is known again by."""
    return request_bytes({"resource": fact.resource, "id": fact.id, "said": said})


def _refused(person: Person, reason: Reason, detail: str = "") -> Whose:
    return Whose(None, (("refused", Problem("data-utama", person.id, "nipBaru", reason, detail), None),))


def _converted(person: Person, employee: EmployeeId) -> _Answer:
    row = {"action": "assign_nip", "employee": employee, "nip": person.nip, "reason": "konversi"}
    return "changed", Problem("data-utama", person.id, "nipBaru", "nip-converted"), row
