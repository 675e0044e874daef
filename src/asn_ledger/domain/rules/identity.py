"""Rules about the NIP (Peraturan Kepala BKN 22/2007)."""

from datetime import date

from asn_ledger.domain.events import (
    CareerOpened,
    CpnsAppointed,
    NipAssigned,
    OutcomeResult,
    PppkContracted,
    TransferredIn,
)
from asn_ledger.domain.rules.rule import Case, Rule, all_of
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.nip import Nip, parse_nip
from asn_ledger.domain.terms.sealing import Erased

_NAMING = (CareerOpened, CpnsAppointed, PppkContracted, TransferredIn, NipAssigned)


def _read(case: Case) -> Nip | Erased | None:
    """The NIP of the event; None where it is none."""
    event = case.event
    if not isinstance(event, _NAMING):
        return None
    if isinstance(event.nip, Erased):
        return event.nip
    try:
        return parse_nip(event.nip)
    except ValueError:
        return None


def _well_formed(case: Case) -> OutcomeResult:
    nip = _read(case)
    if isinstance(nip, Erased):
        return "cannot_tell"
    return "not_met" if nip is None else "met"


def _agrees(case: Case) -> OutcomeResult:
    nip = _read(case)
    if nip is None:
        return "not_applicable"  # R-ID-01 speaks
    named = next((known for since, known, _ in reversed(case.career.identity) if since <= case.day), None)
    if isinstance(nip, Erased) or named is None:
        return "cannot_tell"
    answers = [_same_birth(nip, named.born_on), None if not isinstance(named.sex, str) else nip.sex == named.sex]
    if isinstance(case.event, CpnsAppointed):
        month = (nip.entry_year, nip.entry_month)
        answers.append((case.day.year, case.day.month) == month if case.exact else None)
    if False in answers:
        return "not_met"
    return all_of(answers)


def _same_birth(nip: Nip, born_on: PartialDate | Erased | None) -> bool | None:
    if born_on is None or isinstance(born_on, Erased):
        return None
    if not born_on.first <= nip.born_on <= born_on.last:
        return False
    return True if born_on.exact else None


WELL_FORMED = Rule(
    id="R-ID-01",
    version=1,
    title_id="Susunan NIP sesuai ketentuan",
    title_en="The NIP is built as prescribed",
    source="Perka BKN 22/2007",
    valid_from=date(2008, 1, 1),
    valid_to=None,
    severity="B",
    applies_to=_NAMING,
    check=_well_formed,
)
AGREES = Rule(
    id="R-ID-02",
    version=1,
    title_id="NIP sesuai dengan tanggal lahir, jenis kelamin dan TMT CPNS",
    title_en="The NIP agrees with birth, sex and TMT as candidate",
    source="Perka BKN 22/2007",
    valid_from=date(2008, 1, 1),
    valid_to=None,
    severity="W",
    applies_to=_NAMING,
    check=_agrees,
)
RULES = (WELL_FORMED, AGREES)
