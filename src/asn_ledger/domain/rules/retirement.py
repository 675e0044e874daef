"""Rules about the age of retirement (batas usia pensiun)."""

from datetime import date, timedelta

from asn_ledger.domain.events import OutcomeResult, Separated
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.sealing import Erased

_MONTH = len("2000-01")


def retirement_day(born_on: PartialDate, years: int) -> date | None:
    """The first day of the month after the one in which the age is reached; None where the month of birth is unknown.

    The month alone counts: born on the 1st or on 29 February makes no difference.
    """
    if len(born_on) < _MONTH:
        return None
    year, month = born_on.first.year + years, born_on.first.month
    return date(year + month // 12, month % 12 + 1, 1)


def _at_the_age(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, Separated):
        return "not_applicable"
    if isinstance(event.reason, Erased):
        return "cannot_tell"
    if event.reason != "bup":
        return "not_applicable"
    eve = case.day - timedelta(days=1)
    held = case.career.placement.on(eve)
    life = None if held is None else case.after.posts.get(held.post)
    version = None if life is None else life.on(eve)
    age = None
    if version is not None:
        regulations = case.after.regulations
        age = regulations.retirement_age(version.kind, case.day, level=version.level, function=version.function)
    known = next((named.born_on for _, named, _ in reversed(case.career.identity)), None)
    if age is None or known is None or isinstance(known, Erased):
        return "cannot_tell"
    due = retirement_day(known, age.years)
    if due is None or not case.exact:
        return "cannot_tell"
    return "met" if case.day == due else "not_met"


AT_THE_AGE = Rule(
    id="R-BUP-01",
    version=1,
    title_id="Berhenti karena BUP pada tanggal 1 bulan berikutnya setelah usia pensiun jabatannya tercapai",
    title_en="Retirement takes effect on the first of the month after the post's retirement age is reached",
    source="UU 20/2023 Ps 55; PP 11/2017 Ps 239-240",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(Separated,),
    check=_at_the_age,
)
RULES = (AT_THE_AGE,)
