import given
import pytest

from asn_ledger.domain.events import Event, PersonsIdentified, PersonsSeparated
from asn_ledger.domain.sameness import fold_sameness
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId

ONE, TWO, THREE = (given.employee(n) for n in (1, 2, 3))


def told(kind: type[PersonsIdentified | PersonsSeparated], *ids: EmployeeId, tmt: str = "2024-01-01") -> Event:
    return kind(
        decree=given.decree(1), row=1, cited=given.cited(), tmt=PartialDate(tmt), employees=ids, canonical=ids[0]
    )


def test_the_canonical_id_comes_first_for_each_of_them() -> None:
    groups = fold_sameness(given.entries(told(PersonsIdentified, TWO, ONE)))

    assert groups[ONE] == groups[TWO] == (TWO, ONE)


def test_identities_chain() -> None:
    groups = fold_sameness(given.entries(told(PersonsIdentified, TWO, ONE), told(PersonsIdentified, THREE, ONE)))

    assert {groups[one][0] for one in (ONE, TWO, THREE)} == {THREE}
    assert {len(groups[one]) for one in (ONE, TWO, THREE)} == {3}


@pytest.mark.parametrize("tmt", ["2023-01-01", "2025-01-01"])
def test_what_was_said_last_counts_whatever_its_tmt(tmt: str) -> None:
    known = given.entries(told(PersonsIdentified, TWO, ONE), told(PersonsSeparated, TWO, ONE, tmt=tmt))

    assert fold_sameness(known) == {ONE: (ONE,), TWO: (TWO,)}
