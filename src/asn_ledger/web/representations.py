"""What is sent: frozen values that `visibility` makes for one reader. None stands for "not recorded" and "not shown".

Addresses of entries, posts, units and decrees follow from the ids: `/api/v1/posts/{id}` and so on; a `position` is
that of the entry `/api/v1/ledger/entries/{position}`, the mark by which a fact can be checked.
"""

from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.domain.career import EndedBy
from asn_ledger.domain.terms.codes import (
    Capacity,
    FunctionalLevel,
    PostKind,
    PostLevel,
    Predicate,
    SignerCapacity,
    Succession,
    UnitKind,
    Verification,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.domain.terms.ranks import Rank

T = TypeVar("T")


class Shown(BaseModel):
    """The base of everything sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AsOfShown(Shown):
    """The two times of an answer, and the position that the read models knew when it was made."""

    valid_on: date
    known_at: int | None = Field(description="a position; null = everything known now")
    position: int


class Person(Shown):
    """A person: `id` and `nip` only for those who may read about people; `erased` says the name was destroyed."""

    id: EmployeeId | None
    name: str | None
    nip: str | None
    erased: bool


class Citation(Shown):
    """The decree of a fact, as cited."""

    decree: DecreeId
    row: int | None
    number: str | None
    decided_on: PartialDate | None
    issuer: str
    signed_as: SignerCapacity


class UnitRef(Shown):
    """A unit by the name it had on the day, and the one it has now."""

    id: UnitId
    name: str | None
    name_now: str | None


class PostRef(Shown):
    """A post by the title, unit and level it had on the day."""

    id: PostId
    title: str | None
    unit: UnitRef | None
    level: PostLevel | None = None


class Tenure(Shown):
    """A post held from `began` until `ended` (the first day no longer; null = still).

    `until` is the printed last day of acting. A tenure of state `pending` waits for an inauguration, or waited in vain
    until `ended`; a `struck` one was said by a fact since struck at `struck_by`. `review`: something it rested on was
    struck later. `why_ended` `not_told`: the source of acting tells no end; only its first day is known, `ended` is the
    next one. So is a definitive tenure that an exit ended whose source tells no day: `ended` is the date of its decree.
    """

    post: PostRef | None = Field(description="null in the history of the post itself")
    holder: Person | None
    capacity: Capacity
    state: Literal["held", "pending", "struck"]
    began: date | None
    began_text: PartialDate | None
    exact: bool
    before_record: bool
    ended: date | None
    ended_text: PartialDate | None
    why_ended: EndedBy | None
    until: date | None
    citation: Citation
    position: int
    ended_by: int | None
    basis: tuple[int, ...]
    struck_by: int | None
    replaced: bool
    review: bool
    verified: Verification | None = Field(None, description="for those who may see how facts were recorded")


class Vacancy(Shown):
    """Seats without a definitive holder from `began` until `ended` (the first day no longer; null = still)."""

    began: date
    ended: date | None
    seats: int


class PostVersion(Shown):
    """What a post was from `began` until `ended` (the first day no longer so; null = still)."""

    began: date
    ended: date | None
    title: str
    unit: UnitRef
    kind: PostKind
    level: PostLevel | None
    grade: int | None
    seats: int
    leads_unit: bool
    code: str | None
    min_rank: Rank | None
    position: int
    need: int | None = Field(None, description="how many people it needs (kebutuhan, ABK); null: none was set")
    need_year: int | None = Field(None, description="of which year the workload analysis is")


class Predecessor(Shown, Generic[T]):
    """What a post or a unit carries on from a day on."""

    id: T
    how: Succession
    since: date


class Seats(Shown):
    """How many seats a post has on the day, and how many of them are held; how many people it needs (kebutuhan, ABK).

    `need` is null where none was set: seats are no need. `difference` is filled less needed. In a sum both are over the
    posts with a need set, and `need_unset` counts those without.
    """

    seats: int
    filled: int
    vacant: int
    acting: int
    vacant_since: date | None
    need: int | None = None
    difference: int | None = None
    need_unset: int = 0


class PostListed(Shown):
    """A post in a list; `seats` counts are there where the question is about what is known now."""

    id: PostId
    version: PostVersion
    seats: Seats | None


class Post(Shown):
    """A post on a day: what it was, who held it. `names_shown`: this reader learns who holds it on that day."""

    id: PostId
    as_of: AsOfShown
    version: PostVersion | None = Field(description="null: the post did not exist that day")
    versions: tuple[PostVersion, ...]
    predecessors: tuple[Predecessor[PostId], ...]
    abolished: date | None
    seats: Seats
    names_shown: bool
    holders: tuple[Tenure, ...]
    acting: tuple[Tenure, ...]


class PostHistory(Shown):
    """Who held a post, in what capacity, by which decree, and when it was vacant.

    `names_withheld` says that the post lay below the publication threshold at some time: tenures of that time are not
    listed for this reader, vacancies are.
    """

    id: PostId
    as_of: AsOfShown
    version: PostVersion | None
    versions: tuple[PostVersion, ...]
    abolished: date | None
    names_withheld: bool
    tenures: tuple[Tenure, ...]
    vacancies: tuple[Vacancy, ...]
    pending: tuple[Tenure, ...]
    struck: tuple[Tenure, ...]
    predecessors: tuple["PostHistory", ...]


class CreditPoints(Shown):
    """What a determination of credit points says: of which level and period, how many; null: it was destroyed.

    `predicate` is what was converted, `total` the points of the level up to here, of those determinations that stand.
    """

    level: FunctionalLevel
    first: PartialDate
    last: PartialDate | None
    points: Decimal | None
    predicate: Predicate | None
    total: Decimal | None


class CareerStep(Shown):
    """A value of one axis of a career from `began` until `ended` (the first day no longer; null = still)."""

    axis: Literal[
        "status", "rank", "appraisal", "identity", "contract", "salary", "duty", "education", "training", "points",
        "interruption",
    ]  # fmt: skip
    value: str
    detail: str | None = Field(description="service years, programme, name of a training, title of a duty")
    until: PartialDate | None = Field(description="the last day as printed; only a fact ends what it is about")
    unit: UnitRef | None = Field(description="where a duty is")
    state: Literal["held", "struck"]
    began: date
    began_text: PartialDate | None
    ended: date | None
    ended_text: PartialDate | None
    end_told: bool = Field(description="false: the source tells no last day; `ended` only says where it stands")
    citation: Citation
    position: int
    ended_by: int | None
    basis: tuple[int, ...]
    struck_by: int | None
    replaced: bool
    review: bool
    verified: Verification | None = Field(None, description="for those who may see how facts were recorded")
    points: CreditPoints | None = Field(None, description="for those who may read what is restricted")


class EmployeeListed(Shown):
    """A person in a list."""

    person: Person


class Employee(Shown):
    """A person on a day. `asked_for` differs from the person's id where two ids are one person."""

    person: Person
    asked_for: EmployeeId
    as_of: AsOfShown
    status: str | None = Field(description="null: out of service, or nothing recorded that early")
    rank: str | None
    post: Tenure | None
    acting: tuple[Tenure, ...]


class Career(Shown):
    """Everything that happened to a person, one list for each axis; struck rows among them."""

    person: Person
    asked_for: EmployeeId
    as_of: AsOfShown
    posts: tuple[Tenure, ...]
    ranks: tuple[CareerStep, ...]
    status: tuple[CareerStep, ...]
    appraisals: tuple[CareerStep, ...]
    identity: tuple[CareerStep, ...]
    contracts: tuple[CareerStep, ...]
    salary: tuple[CareerStep, ...]
    duties: tuple[CareerStep, ...]
    education: tuple[CareerStep, ...]
    trainings: tuple[CareerStep, ...]
    points: tuple[CareerStep, ...]
    interruptions: tuple[CareerStep, ...]


class UnitVersion(Shown):
    """What a unit was from `began` until `ended` (the first day no longer so; null = still)."""

    began: date
    ended: date | None
    name: str
    kind: UnitKind
    parent: UnitId | None
    position: int


class UnitListed(Shown):
    """A unit in the tree on a day, or found by a name it ever had; depth 0 is a root."""

    id: UnitId
    depth: int | None
    version: UnitVersion


class Unit(Shown):
    """A unit on a day, those above it (root first) and below it, and its posts."""

    id: UnitId
    as_of: AsOfShown
    version: UnitVersion | None = Field(description="null: the unit did not exist that day")
    versions: tuple[UnitVersion, ...]
    predecessors: tuple[Predecessor[UnitId], ...]
    abolished: date | None
    path: tuple[UnitListed, ...]
    children: tuple[UnitListed, ...]


class Page(Shown, Generic[T]):
    """Rows `first` … `last` of `total`; the `Link` header leads to the other pages."""

    as_of: AsOfShown
    rows: tuple[T, ...]
    first: int
    last: int
    total: int
