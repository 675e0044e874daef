"""When the periodic salary rise (KGB) falls due."""

from datetime import date, timedelta

from asn_ledger.domain.career import Career
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.dates import months_later


def next_salary_step(career: Career, regulations: Regulations, since: date) -> date | None:
    """The first day from `since` on on which a rise falls due that is not granted yet.

    It follows from the last MKG on record and the pay table of the rank (PP 7/1977 Ps 11); a deferral puts it off. None
    where no MKG is on record, it does not count now (unpaid leave), or the rank has no table.
    """
    salary = career.salary
    if not salary.credits:
        return None
    credit = salary.credits[-1]
    rank = career.rank_on(max(credit.began, since))
    grid = None if rank is None else regulations.salary_grid(rank, max(credit.began, since))
    if grid is None or not credit.counts:
        return None
    months = credit.months
    while True:
        months = grid.after(months)
        day = months_later(credit.began, months - credit.months)
        put_off = salary.deferred_until(day)
        due = day if put_off is None else put_off + timedelta(days=1)
        if due >= since:
            return due
