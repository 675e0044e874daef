"""What happened to this person, axis by axis, in two times."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import PointsDetermined, ReplacingAct
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.histories import entries_at
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import EMPLOYEE, types_read
from asn_ledger.readmodels.reading import one_snapshot, position_of
from asn_ledger.readmodels.replay import careers_about, fold_at
from asn_ledger.readmodels.sameness import canonical_now
from asn_ledger.readmodels.tables import select
from projections.career import CAREER
from projections.career.project import project
from projections.career.rows import CareerAxis, CareerRow
from projections.position_history.queries import tenures_of_employee
from projections.position_history.rows import TenureRow

__all__ = ["CareerAxis", "CareerRow", "CareerView", "career", "determined", "duties_in", "to_review"]

_TO_REVIEW = """
SELECT c.employee, count(*)
FROM career_v6.period c
JOIN readmodels.follower f ON f.ledger = c.ledger AND f.name = 'career' AND f.version = 6 AND f.live_build = c.build
WHERE c.ledger = %(ledger)s AND c.review GROUP BY c.employee
"""
_OF_EMPLOYEE = """
SELECT
    c.employee, c.axis, c.began_by, c.began, c.state, c.value, c.began_text, c.ended, c.ended_text, c.ended_by,
    c.ended_restricted, c.restricted_row, c.review, c.decree, c."row", c.number, c.decided_on, c.issuer, c.signed_as,
    c.basis, c.struck_by, c.replaced, c.until, c.detail, c.unit, c.end_told
FROM career_v6.period c
JOIN readmodels.follower f ON f.ledger = c.ledger AND f.name = 'career' AND f.version = 6 AND f.live_build = c.build
WHERE c.ledger = %(ledger)s AND c.employee = %(employee)s
ORDER BY c.began, c.began_by
"""


_DUTIES = """
SELECT
    c.employee, c.axis, c.began_by, c.began, c.state, c.value, c.began_text, c.ended, c.ended_text, c.ended_by,
    c.ended_restricted, c.restricted_row, c.review, c.decree, c."row", c.number, c.decided_on, c.issuer, c.signed_as,
    c.basis, c.struck_by, c.replaced, c.until, c.detail, c.unit, c.end_told
FROM career_v6.period c
JOIN readmodels.follower f ON f.ledger = c.ledger AND f.name = 'career' AND f.version = 6 AND f.live_build = c.build
WHERE c.ledger = %(ledger)s AND c.axis = 'duty' AND c.unit = ANY (%(units)s) AND c.state = 'held'
ORDER BY c.began, c.began_by
"""


@dataclass(frozen=True, slots=True)
class CareerView:
    """A career: `employee` is the canonical id, `asked_for` the id of the question (the same unless identified).

    `posts` holds tenures of every state; the other axes hold standing and struck rows, each in order of beginning.
    """

    employee: EmployeeId
    asked_for: EmployeeId
    posts: tuple[TenureRow, ...]
    ranks: tuple[CareerRow, ...]
    status: tuple[CareerRow, ...]
    appraisals: tuple[CareerRow, ...]
    identity: tuple[CareerRow, ...]
    contracts: tuple[CareerRow, ...]
    salary: tuple[CareerRow, ...]
    duties: tuple[CareerRow, ...]
    education: tuple[CareerRow, ...]
    trainings: tuple[CareerRow, ...]
    points: tuple[CareerRow, ...]
    interruptions: tuple[CareerRow, ...]
    valid_on: date
    position: int

    def post(self) -> TenureRow | None:
        """The definitive post on the day asked for."""
        return next((row for row in self.posts if row.capacity == "definitif" and row.on(self.valid_on)), None)

    def acting(self) -> tuple[TenureRow, ...]:
        """Posts acted in on the day asked for."""
        return tuple(row for row in self.posts if row.capacity != "definitif" and row.on(self.valid_on))

    def rank(self) -> CareerRow | None:
        """The rank on the day asked for."""
        return next((row for row in self.ranks if row.on(self.valid_on)), None)

    def service(self) -> CareerRow | None:
        """The status on the day asked for; None = out of service, or nothing recorded that early."""
        return next((row for row in self.status if row.on(self.valid_on)), None)


def determined(source: Source, rows: Iterable[CareerRow]) -> Mapping[int, PointsDetermined]:
    """What rows of credit points say, by their position: for those alone who may read what is restricted."""
    said = {
        entry.position: entry.event.replacement if isinstance(entry.event, ReplacingAct) else entry.event
        for entry in entries_at(source, [row.began_by for row in rows if row.axis == "points"])
    }
    return {position: event for position, event in said.items() if isinstance(event, PointsDetermined)}


def duties_in(
    connection: Connection, ledger: str, units: Collection[UnitId], as_of: AsOf, *, opens: Opens
) -> tuple[CareerRow, ...]:
    """The additional duties of a day in some units, the longest held first.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    with one_snapshot(connection):
        if as_of.position is None:
            position_of(connection, ledger, CAREER.name, CAREER.version)
            rows = select(connection, CareerRow, _DUTIES, {"ledger": ledger, "units": sorted(units)})
        else:
            source = Source(connection, ledger, opens)
            known = careers_about(source, units, as_of.position, types_read([CAREER]))
            found = [row for one in known for row in project(one) if row.axis == "duty" and row.unit in units]
            rows = sorted(found, key=lambda row: (row.began, row.began_by))
    return tuple(row for row in rows if row.on(as_of.valid_on))


def to_review(connection: Connection, ledger: str) -> Mapping[EmployeeId, int]:
    """People with periods (rank, status, contract, duty …) that rested on something struck, and how many each has."""
    rows = connection.execute(_TO_REVIEW, {"ledger": ledger}).fetchall()
    return {EmployeeId.of(employee): count for employee, count in rows}


def career(connection: Connection, ledger: str, employee: EmployeeId, as_of: AsOf, *, opens: Opens) -> CareerView:
    """A person's career; known now it is read from the tables, known earlier it is replayed from the ledger.

    Raises:
        NotFound: nothing about such a person was on record.
        NotBuilt: the read model has no live build yet.
    """
    with one_snapshot(connection):
        if as_of.position is None:
            position = position_of(connection, ledger, CAREER.name, CAREER.version)
            canonical = canonical_now(connection, ledger, employee)
            rows = select(connection, CareerRow, _OF_EMPLOYEE, {"ledger": ledger, "employee": canonical})
        else:
            position = as_of.position
            source = Source(connection, ledger, opens)
            known = fold_at(source, EMPLOYEE, employee, position, types_read([CAREER]))
            canonical = known.employee
            rows = sorted(project(known), key=lambda row: (row.began, row.began_by))
        posts = tenures_of_employee(connection, ledger, employee, as_of, opens=opens)
    if not rows and not posts:
        raise NotFound(f"nothing about an employee {employee} is on record", code="no-such-employee")

    def axis(name: CareerAxis) -> tuple[CareerRow, ...]:
        return tuple(row for row in rows if row.axis == name)

    return CareerView(
        employee=canonical,
        asked_for=employee,
        posts=posts,
        ranks=axis("rank"),
        status=axis("status"),
        appraisals=axis("appraisal"),
        identity=axis("identity"),
        contracts=axis("contract"),
        salary=axis("salary"),
        duties=axis("duty"),
        education=axis("education"),
        trainings=axis("training"),
        points=axis("points"),
        interruptions=axis("interruption"),
        valid_on=as_of.valid_on,
        position=position,
    )
