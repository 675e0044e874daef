"""The order of seniority (DUK) of the civil servants of a day."""

from collections.abc import Iterable
from datetime import date
from typing import Final, get_args

from asn_ledger.domain.career.salary import months_between
from asn_ledger.domain.events import Axis
from asn_ledger.domain.state import State, course_height
from asn_ledger.domain.terms.codes import EducationLevel, ServiceStatus
from asn_ledger.domain.terms.ranks import is_rank, rank_order
from projections.employee_now.serving import Serving

__all__ = ["AXES", "RANKED", "Place", "by_seniority", "credit_months", "place"]

AXES: Final = frozenset(
    {Axis.SERVICE, Axis.PLACEMENT, Axis.RANK, Axis.IDENTITY, Axis.SALARY, Axis.EDUCATION, Axis.TRAINING}
)
"""What the order, and the list as offices print it, are made of: no appraisals, which most facts are."""

Place = tuple[int, date, int, date, int, int, int, int, date, date, str]

RANKED = frozenset[ServiceStatus]({"pns", "cpns"})
"""Who stands in the list."""

_EDUCATION: tuple[EducationLevel, ...] = get_args(EducationLevel)
_ECHELONS = ("I.a", "I.b", "II.a", "II.b", "III.a", "III.b", "IV.a", "IV.b", "V.a", "V.b")


def by_seniority(rows: Iterable[Serving], day: date) -> list[Serving]:
    """Civil servants and candidates in order: rank, echelon, TMT of the post, service, training, schooling, age.

    The order is that of PP 15/1979 as lists print it (DUK): the higher rank first, of one rank who has had
    it longer, then the higher echelon, who has had the post longer, the longer service (MKG), the higher leadership
    training (latihan jabatan), of one level the one of more hours, the higher diploma, the earlier graduation, the
    older. What is not on record comes last.
    """
    ranked = [row for row in rows if row.state.status in RANKED]
    return sorted(ranked, key=lambda row: place(row.state, None if row.post is None else row.post.level, day))


def place(state: State, level: str | None, day: date) -> Place:
    """What two people are compared by, the smaller first; `level` is that of the post they hold."""
    rank = rank_order(state.rank) if state.rank is not None and is_rank(state.rank) else -1
    return (
        -rank,
        state.rank_since or date.max,
        _ECHELONS.index(level) if level in _ECHELONS else len(_ECHELONS),
        state.post_since or date.max,
        -(credit_months(state, day) or 0),
        -(course_height(state.course) if state.course_on is not None else -1),
        -(state.course_hours or 0),
        -(_EDUCATION.index(state.education) if state.education is not None else -1),
        state.graduated or date.max,
        state.born_on.first if state.born_on is not None else date.max,
        state.employee,
    )


def credit_months(state: State, day: date) -> int | None:
    """The service that the pay table counts (MKG) on a day, in months; without one on record, the service."""
    if state.credit is not None and state.credit_since is not None:
        return state.credit + (months_between(state.credit_since, day) if state.credit_counts else 0)
    return None if state.served_since is None else months_between(state.served_since, day)
