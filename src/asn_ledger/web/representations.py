"""What is sent: frozen values that `visibility` makes for one reader. None stands for "not recorded" and "not shown".

Addresses of entries, posts, units and decrees follow from the ids: `/api/v1/posts/{id}` and so on; a `position` is
that of the entry `/api/v1/ledger/entries/{position}`, the mark by which a fact can be checked.
"""

from datetime import date, datetime
from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.domain.career import EndedBy
from asn_ledger.domain.decrees import Attached
from asn_ledger.domain.events import Actor, Outcome
from asn_ledger.domain.terms.codes import (
    Capacity,
    DecreeKind,
    DecreeMode,
    DocumentRole,
    PostKind,
    PostLevel,
    SignerCapacity,
    Succession,
    UnitKind,
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


class Predecessor(Shown, Generic[T]):
    """What a post or a unit carries on from a day on."""

    id: T
    how: Succession
    since: date


class Seats(Shown):
    """How many seats a post has on the day, and how many of them are held."""

    seats: int
    filled: int
    vacant: int
    acting: int
    vacant_since: date | None


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


class SignerShown(Shown):
    """Who signed a decree: the title as printed, and the capacity; the printed name only for the office and audit."""

    title: str
    name: str | None
    capacity: SignerCapacity


class OutcomeShown(Shown):
    """What a rule said when the row was recorded."""

    rule: str
    version: int
    result: str
    override: str | None

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The outcome as it stands in the record."""
        return cls(rule=outcome.rule, version=outcome.version, result=outcome.result, override=outcome.override)


class ActorShown(Shown):
    """Who acted: an account's id, its role, and the post held then."""

    id: str
    role: str
    post: str | None

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The actor as it stands in the record."""
        return cls(id=actor.id, role=actor.role, post=actor.post)


class RecordShown(Shown):
    """How a fact came into the ledger."""

    recorded_at: datetime
    recorded_by: ActorShown
    confirmed_by: ActorShown | None
    outcomes: tuple[OutcomeShown, ...]
    source: str
    verified: str


class StruckShown(Shown):
    """An act that struck what a row had said: its kind, its entry, and the decree and row that it came by."""

    by: str
    position: int
    replaced: bool
    decree: DecreeId
    row: int


class AttachedShown(Shown):
    """A scan of a decree (row null) or of one row: `matched`: two persons compared it with what is on record."""

    sha256: str
    role: DocumentRole
    row: int | None
    page: int | None
    position: int
    matched: bool
    content: str

    @classmethod
    def of(cls, attached: Attached, query: str = "") -> Self:
        """What is told of a scan; `query` is what its address needs besides."""
        return cls(
            sha256=attached.sha256,
            role=attached.role,
            row=attached.row,
            page=attached.page,
            position=attached.position,
            matched=attached.matched,
            content=f"/api/v1/documents/{attached.sha256}{query}",
        )


class DecreeRowShown(Shown):
    """A row of a decree and what has become of it.

    `state`: `stands`, `struck`, or `open` (its person or post could not be resolved yet). `says` is what the fact says
    now, opened; a destroyed value is `{"erased": true}`. For the public, `row` and what it does not see is null.
    """

    row: int | None
    type: str
    state: Literal["stands", "struck", "open"]
    tmt: date | None
    post: PostRef | None
    unit: UnitRef | None
    person: Person | None
    position: int
    says: dict[str, Any] | None  # Any: an event's own fields as JSON
    struck: tuple[StruckShown, ...]
    why_open: str | None
    record: RecordShown | None
    inaugurated_on: PartialDate | None = None
    strikes: tuple[DecreeId, ...] = ()
    """The decrees whose facts this row strikes."""


class DecreeDates(Shown):
    """The five dates of a decree: decided, in effect (TMT of the rows that stand), inaugurated, handed in, on record.

    `submitted_at` is when it was laid on the desk for a second person; `late_days` is how long after its date it came
    on record.
    """

    decided_on: PartialDate | None
    tmt_first: date | None
    tmt_last: date | None
    inaugurated_first: date | None
    inaugurated_last: date | None
    submitted_at: datetime | None
    recorded_at: datetime | None
    late_days: int | None


class DecreeListed(Shown):
    """A decree in a list; counts are of what was recorded: rows open, rows struck, rules not met or overridden."""

    id: DecreeId
    number: str | None
    kind: DecreeKind | None
    mode: DecreeMode | None
    stub: bool
    decided_on: PartialDate | None
    issuer: str
    signed_as: SignerCapacity | None
    rows: int
    recorded_at: datetime
    late_days: int | None
    tmt_first: date | None
    tmt_last: date | None
    open_rows: int
    struck_rows: int
    strikes: int
    not_met: int
    cannot_tell: int
    overridden: int
    position: int


class RecordedBefore(Shown):
    """An earlier record of the same number, date and issuer; of a `stub` only the annulment was recorded."""

    id: DecreeId
    stub: bool
    position: int


class ClosedShown(Shown):
    """A decree that its recorder withdrew from the desk, or that another refused with a reason."""

    state: Literal["withdrawn", "refused"]
    by: ActorShown
    at: datetime
    reason: str | None
    recorder: str
    submitted_at: datetime


class Decree(Shown):
    """A decree on record, or (for those who see the desk) one that waits for a second person or was sent back."""

    id: DecreeId
    state: Literal["recorded", "stub", "waiting", "withdrawn", "refused"]
    as_of: AsOfShown | None
    mode: DecreeMode | None
    kind: DecreeKind | None
    number: str | None
    decided_on: PartialDate | None
    issuer: str | None
    signer: SignerShown | None
    position: int | None
    rows: tuple[DecreeRowShown, ...]
    documents: tuple[AttachedShown, ...] = Field(
        default=(), description="its scans, for those who may see who recorded it"
    )
    details: dict[str, Any] | None = Field(  # Any: the decree's own fields as JSON
        description="every field of the decree's own, for those who may see who recorded it"
    )
    outcomes: tuple[OutcomeShown, ...] = Field(
        default=(), description="what the rules said of the decree itself, for those who may see who recorded it"
    )
    recorded_before: tuple[RecordedBefore, ...] = Field(
        default=(), description="the same paper recorded earlier, for those who may see who recorded it"
    )
    dates: DecreeDates | None = Field(default=None, description="for those who may see who recorded it")
    closed: ClosedShown | None = Field(default=None, description="of one that is not on record: who sent it back, why")
