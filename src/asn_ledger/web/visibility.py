"""Query rows -> what a role may see. Every answer, page and export goes through here.

For the public: who holds a post is told above the publication threshold, by name alone; an employee's id never is,
because the ledger files facts under it. A tenure's end is a date without ground, position or proof, whatever ended it,
so that nothing sets a dismissal apart from a move. What waits, what was struck, row numbers and counts of rows are not
shown: their gaps would tell of facts that may not be seen. Below the threshold a post shows its seats and vacancies.
What has been decided and lies ahead (a pension, an appointment) is not told before its day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from asn_ledger.domain import access
from asn_ledger.domain.access import Act
from asn_ledger.domain.occupancy import Vacancy as VacantSeats
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.codes import SignerCapacity, Verification
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife
from asn_ledger.domain.units import PostVersion as PostThen
from asn_ledger.web.representations import (
    CareerStep,
    Citation,
    Person,
    PostRef,
    PostVersion,
    Seats,
    Tenure,
    UnitRef,
    UnitVersion,
    Vacancy,
)
from projections.career.rows import CareerRow
from projections.directory.rows import PersonRow
from projections.position_history.rows import TenureRow
from projections.units.queries import UnitName


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see, and the words that rows need: names of people, units and posts.

    `acts` are what the reader may do about what is shown, `reached` those about whom a reader may read who may not read
    about everybody: what is said of anybody else is said as to the public. `people` are only those whom the reader may
    be told of; `units`
    the lives and `unit_names` the names then and now of the units concerned, `posts` the lives of the posts; `today` is
    the day of the request; `verified` how well the facts at some positions are verified.
    """

    acts: frozenset[Act]
    regulations: Regulations
    today: date
    people: Mapping[EmployeeId, PersonRow] = field(default_factory=dict)
    units: Mapping[UnitId, UnitLife] = field(default_factory=dict)
    unit_names: Mapping[UnitId, UnitName] = field(default_factory=dict)
    posts: Mapping[PostId, PostLife] = field(default_factory=dict)
    reached: frozenset[EmployeeId] = frozenset()
    verified: Mapping[int, Verification] = field(default_factory=dict)
    all_people: bool = field(init=False)
    """Whether the reader may read about anybody; asked several times for every row of a long list."""

    def __post_init__(self) -> None:
        """Find out once."""
        object.__setattr__(self, "all_people", Act.READ_PEOPLE in self.acts)

    def may(self, act: Act) -> bool:
        """Whether the reader may do or see it."""
        return act in self.acts

    def reads(self, employee: EmployeeId) -> bool:
        """Whether the reader may read about this person."""
        return self.all_people or employee in self.reached

    def names_holder(self, version: PostThen, day: date) -> bool:
        """Whether this reader learns who held the post in that version on that day."""
        if self.all_people:
            return True
        unit = self.units.get(version.unit)
        then = None if unit is None else unit.on(day)
        return access.holder_named(
            "public",
            self.regulations,
            day,
            kind=version.kind,
            unit_kind=None if then is None else then.kind,
            leads_unit=version.leads_unit,
            named_publicly=version.named_publicly,
        )

    def happened(self, rows: Iterable[TenureRow]) -> tuple[TenureRow, ...]:
        """The rows without what, for this reader, has not happened: what waits, what was struck, what lies ahead."""
        if self.all_people:
            return tuple(rows)
        return tuple(
            row
            if row.ended is None or row.ended <= self.today or self.reads(row.employee)
            else replace(row, ended=None)
            for row in rows
            if self.reads(row.employee) or (row.state == "held" and row.began is not None and row.began <= self.today)
        )

    def names_tenure(self, row: TenureRow, life: PostLife) -> bool:
        """Whether this reader learns of the tenure: the post lay above the threshold when it began or became so."""
        if self.reads(row.employee):
            return True
        if row.began is None:
            return False
        return any(
            self.names_holder(version, max(row.began, version.began))
            for version in life.versions
            if (version.ended is None or row.began < version.ended) and (row.ended is None or version.began < row.ended)
        )


def tenures(sight: Sight, rows: Iterable[TenureRow], life: PostLife | None = None) -> tuple[Tenure, ...]:
    """The tenures this reader may know of; `life` is the post's where all rows are of one post."""
    lives = sight.posts if life is None else {life.post: life}
    return tuple(
        tenure(sight, row, with_post=life is None)
        for row in sight.happened(rows)
        if sight.names_tenure(row, lives.get(row.post, PostLife(row.post)))
    )


def tenure(sight: Sight, row: TenureRow, *, with_post: bool) -> Tenure:
    """One tenure, as far as the reader may see it; whether at all, `names_tenure` says."""
    whole = sight.may(Act.READ_RESTRICTED)
    return Tenure(
        post=post_ref(sight, row.post, row.began) if with_post else None,
        holder=person(sight, row.employee),
        capacity=row.capacity,
        state=row.state,
        began=row.began,
        began_text=row.began_text,
        exact=row.exact,
        before_record=row.before_record,
        ended=row.ended,
        ended_text=row.ended_text,
        why_ended=row.why_ended if whole or row.why_ended == "not_told" else None,
        until=row.until,
        citation=citation(sight, row),
        position=row.began_by,
        ended_by=row.ended_by if whole else None,
        basis=row.basis if whole else (row.began_by,),
        struck_by=row.struck_by if whole else None,
        replaced=row.replaced if whole else False,
        review=row.review if whole else False,
        verified=sight.verified.get(row.began_by),
    )


def career_steps(sight: Sight, rows: Iterable[CareerRow]) -> tuple[CareerStep, ...]:
    """One axis of a career, for those who may read careers; what is restricted, only for those who may see that."""
    seen = rows if sight.may(Act.READ_RESTRICTED) else [row for r in rows if (row := r.redacted()) is not None]
    return tuple(
        CareerStep(
            axis=row.axis,
            value=row.value,
            detail=row.detail,
            until=row.until,
            unit=None if row.unit is None else unit_ref(sight, row.unit),
            state=row.state,
            began=row.began,
            began_text=row.began_text,
            ended=row.ended,
            ended_text=row.ended_text,
            end_told=row.end_told,
            citation=citation(sight, row),
            position=row.began_by,
            ended_by=row.ended_by,
            basis=row.basis,
            struck_by=row.struck_by,
            replaced=row.replaced,
            review=row.review,
            verified=sight.verified.get(row.began_by),
        )
        for row in seen
    )


def citation(sight: Sight, row: TenureRow | CareerRow) -> Citation:
    """The decree of a row; its row's number only for those who may see the other rows."""
    return _cited(sight, row.decree, row.row, row.number, row.decided_on, row.issuer, row.signed_as)


def _cited(
    sight: Sight,
    decree: DecreeId,
    row: int,
    number: str | None,
    decided_on: PartialDate | None,
    issuer: str,
    signed_as: SignerCapacity,
) -> Citation:
    return Citation(
        decree=decree,
        row=row if sight.may(Act.READ_RECORD) else None,
        number=number,
        decided_on=decided_on,
        issuer=issuer,
        signed_as=signed_as,
    )


def person(sight: Sight, employee: EmployeeId) -> Person:
    """A person by name; id and NIP only for those who may read about people."""
    row = sight.people.get(employee)
    return Person(
        id=employee if sight.reads(employee) else None,
        name=None if row is None else row.name,
        nip=row.nip if row is not None and sight.reads(employee) else None,
        erased=row is not None and row.erased,
    )


def unit_ref(sight: Sight, unit: UnitId) -> UnitRef:
    """A unit by its names then and now."""
    name = sight.unit_names.get(unit)
    return UnitRef(id=unit, name=None if name is None else name.then, name_now=None if name is None else name.now)


def post_ref(sight: Sight, post: PostId, day: date | None) -> PostRef:
    """A post by its title, unit and level on a day, or in its last version where it did not exist then."""
    life = sight.posts.get(post)
    version = None if life is None else (life.on(day) if day is not None else None) or _last(life)
    if version is None:
        return PostRef(id=post, title=None, unit=None)
    return PostRef(id=post, title=version.title, unit=unit_ref(sight, version.unit), level=version.level)


def _last(life: PostLife) -> PostThen | None:
    return life.versions[-1] if life.versions else None


def post_version(sight: Sight, version: PostThen) -> PostVersion:
    """What a post was: public."""
    return PostVersion(
        began=version.began,
        ended=version.ended,
        title=version.title,
        unit=unit_ref(sight, version.unit),
        kind=version.kind,
        level=version.level,
        grade=version.grade,
        seats=version.seats,
        leads_unit=version.leads_unit,
        code=version.code,
        min_rank=version.min_rank,
        position=version.began_by,
        need=version.need,
        need_year=version.need_year,
    )


def unit_versions(life: UnitLife) -> tuple[UnitVersion, ...]:
    """What a unit was, in order: public."""
    return tuple(
        UnitVersion(
            began=version.began,
            ended=version.ended,
            name=version.name,
            kind=version.kind,
            parent=version.parent,
            position=version.began_by,
        )
        for version in life.versions
    )


def vacancies(sight: Sight, found: Iterable[VacantSeats]) -> tuple[Vacancy, ...]:
    """When seats were vacant: public, also below the threshold, but not ahead of time."""
    ahead = None if sight.all_people else sight.today
    return tuple(
        Vacancy(
            began=item.began,
            ended=None if ahead is not None and item.ended is not None and item.ended > ahead else item.ended,
            seats=item.seats,
        )
        for item in found
        if ahead is None or item.began <= ahead
    )


def seats(
    sight: Sight, version: PostThen | None, rows: Iterable[TenureRow], vacant: Iterable[Vacancy], day: date
) -> Seats:
    """How many seats are held on a day, out of all tenures, named or not: public."""
    held = [row for row in sight.happened(rows) if row.on(day)]
    filled = sum(1 for row in held if row.capacity == "definitif")
    seats_then, need = (0, None) if version is None else (version.seats, version.need)
    since = next((v.began for v in vacant if v.began <= day and (v.ended is None or day < v.ended)), None)
    return Seats(
        seats=seats_then,
        filled=filled,
        vacant=max(0, seats_then - filled),
        acting=len(held) - filled,
        vacant_since=since,
        need=need,
        difference=None if need is None else filled - need,
        need_unset=1 if version is not None and need is None else 0,
    )
