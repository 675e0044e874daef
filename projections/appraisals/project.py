"""A person's appraisals as rows: what stands, and what is struck."""

from collections.abc import Iterator

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import Appraised, Entry
from asn_ledger.domain.history import Standing
from projections.appraisals.rows import AppraisalRow


def project(career: Career) -> Iterator[AppraisalRow]:
    """Every appraisal of a person; of a year the last in effect counts."""
    last = {event.year: fact.position for fact, event in career.appraisals if fact.until is None}
    for fact, event in career.appraisals:
        if fact.took_effect:
            yield _row(career, fact.entry, event, fact, counts=last.get(event.year) == fact.position)
        else:
            yield _row(career, fact.entry, event, None, struck_by=fact.until_act)
    for item in career.history.struck:
        if isinstance(item.event, Appraised) and item.event.employee.tag in career.keys:
            replaced = item.replaced_by is not None
            yield _row(career, item.entry, item.event, None, struck_by=item.act.position, replaced=replaced)


def _row(
    career: Career,
    entry: Entry,
    event: Appraised,
    fact: Standing | None,
    *,
    counts: bool = False,
    struck_by: int | None = None,
    replaced: bool = False,
) -> AppraisalRow:
    return AppraisalRow(
        employee=career.employee,
        position=entry.position,
        year=event.year,
        state="struck" if fact is None else "held",
        counts=counts,
        day=event.effective() or entry.recorded_at.date(),
        day_text=event.tmt,
        months=event.months,
        appraiser=event.appraiser,
        post=event.post,
        ended=None if fact is None else fact.until,
        review=fact is not None and fact.review,
        decree=event.decree,
        row=event.row,
        number=event.cited.number,
        decided_on=event.cited.decided_on,
        issuer=event.cited.issuer,
        signed_as=event.cited.capacity,
        basis=fact.basis if fact is not None else tuple(p for p in (entry.position, struck_by) if p is not None),
        struck_by=struck_by,
        replaced=replaced,
    )
