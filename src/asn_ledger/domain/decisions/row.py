"""The base of every row of a decree, and what a row is decided upon."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, TypedDict
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails

from asn_ledger.domain.decrees import DecreeRecord, RowRecord
from asn_ledger.domain.errors import FieldFault, Malformed, NotFound
from asn_ledger.domain.events import Axis, Citation, Event
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.history import Standing
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms import numbers
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, EntityId, PostId, UnitId
from asn_ledger.domain.terms.numbers import Rupiah
from asn_ledger.domain.terms.texts import Said, SaidShort

RowNumber = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
"""A row of an annex or a page of a scan."""
Whole = Annotated[Rupiah, Field(strict=True)]
Years = Annotated[numbers.Years, Field(strict=True)]
Text = Annotated[Said, Field(min_length=1)]
Short = SaidShort

ACTIONS: dict[str, type["Row"]] = {}


def field_fault(item: ErrorDetails, place: str = "") -> FieldFault:
    """What one of pydantic's errors says, by code and values: its own, or those of what was raised."""
    context = item.get("ctx", {})
    raised = context.get("error")
    if isinstance(raised, Malformed):
        return FieldFault(place, raised.code, tuple(raised.values.items()))
    return FieldFault(place, item["type"], tuple((name, str(value)) for name, value in context.items()))


class Unresolved(NotFound):
    """What a row names is not on record: the row cannot become a fact until that is settled."""

    kind = "not-found"


class Part(BaseModel):
    """A part of the form: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Printed(Part):
    """Text as printed in the annex."""

    name: Said | None = None
    nip: Said | None = None
    post: Said | None = None


class OnDay(Part):
    """A TMT on a day, or on a date of which only month or year is known."""

    on: PartialDate


class UponInauguration(Part):
    """A TMT that is the day of an inauguration still to come."""

    upon: Literal["inauguration"]


Tmt = Annotated[OnDay | UponInauguration, Field(union_mode="left_to_right")]


class RowRef(Part):
    """A row on record: `{"decree": uuid, "row": n}`."""

    decree: DecreeId
    row: RowNumber


class Row(Part):
    """One annex row: one action. A subclass names its action and decides what events it makes."""

    BEGINS: ClassVar[str | None] = None
    """The field whose id comes on record with this row."""
    UNKNOWN: ClassVar[frozenset[str]] = frozenset()
    """Fields that a signed decree may leave out where its source does not tell them; a draft says them all."""
    NOTE: ClassVar[Literal["only", "may", "never"]] = "never"
    """Whether the row stands in a note of the office itself (`catatan`)."""
    ABOUT_RECORD: ClassVar[bool] = False
    """Whether the row is about the record and not a fact of its own."""
    RESTATES: ClassVar[bool] = False
    """Whether its facts say again what is on record, under another citation: no rule is asked about them."""

    row: RowNumber
    action: str
    as_printed: Printed | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # Any: pydantic's own signature
        """Note the action under its name."""
        super().__pydantic_init_subclass__(**kwargs)
        annotation = cls.model_fields["action"].annotation
        for name in getattr(annotation, "__args__", ()):
            ACTIONS[name] = cls

    @property
    def states(self) -> str:
        """The action of the fact that the row states: its own, or that of the row it puts in another's place."""
        return self.action

    def wants(self) -> tuple[Want, ...]:
        """What must be looked at to decide the row."""
        raise NotImplementedError

    def decide(self, case: "Case") -> tuple[Event, ...]:
        """The events that the row makes.

        Raises:
            Unresolved: something it names is not on record.
        """
        raise NotImplementedError

    def named_documents(self) -> Iterable[str]:
        """The scans that the row names, each by its hash."""
        return ()

    def begins(self) -> EntityId | None:
        """The id that comes on record with this row."""
        if self.BEGINS is None:
            return None
        value: EntityId | None = getattr(self, self.BEGINS)
        return value


class PersonRow(Row):
    """A row about an employee; null where the printed name and NIP could not be resolved."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE})

    employee: EmployeeId | None

    def wants(self) -> tuple[Want, ...]:
        """The person's facts of the axes that the action reads."""
        return () if self.employee is None else (AboutPerson(self.employee, self.READS),)


def earlier_posts(row: PersonRow) -> tuple[Want, ...]:
    """What warnings look at of whoever gets a post: the posts held before, and trainings."""
    if row.employee is None:
        return ()
    return (AboutPerson(row.employee, frozenset({Axis.PLACEMENT, Axis.TRAINING}), posts=True, guarded=False),)


class AboutPersonOfRow(TypedDict):
    """What every event about a person that a row makes begins with."""

    decree: DecreeId
    row: int
    cited: Citation
    tmt: PartialDate | None
    employee: EmployeeId


@dataclass(slots=True)
class Case:
    """What the rows of one decree are decided upon: its citation, the facts, and what it brings on record itself.

    `event_id` tells the id of the n-th event that follows those already made; `stubs` are decrees that earlier rows
    of this decree made a stub for; `replaces`: the row takes the place of one that may have brought its id on record.
    """

    decree: DecreeId
    cited: Citation
    facts: Facts
    begun: frozenset[EntityId] = frozenset()
    replaces: bool = False
    event_id: Callable[[int], UUID] = field(default=lambda _: UUID(int=0))
    stubs: dict[DecreeId, tuple[UUID, tuple[str, ...]]] = field(default_factory=dict)
    attached: frozenset[str] = frozenset()
    """The scans that are attached to the decree itself."""
    records: dict[DecreeId, DecreeRecord | None] = field(default_factory=dict)
    """Decrees looked up so far: many rows name rows of the same one."""

    def record(self, decree: DecreeId) -> DecreeRecord | None:
        """A decree on record."""
        if decree not in self.records:
            self.records[decree] = self.facts.decrees.get(decree)
        return self.records[decree]

    def within(self, decree: DecreeId, cited: Citation) -> "Case":
        """The case of a row that belongs to another decree: what is decided then cites that one."""
        return replace(self, decree=decree, cited=cited, replaces=True)

    def person(self, employee: EmployeeId | None) -> EmployeeId:
        """The employee, who is on record.

        Raises:
            Unresolved: the row names nobody, or somebody unknown.
        """
        if employee is None:
            raise Unresolved("the row names no employee; look the printed name and NIP up", code="unknown-person")
        if self.facts.career(employee) is None and employee not in self.begun:
            raise Unresolved(f"employee {employee} is not on record; record the entry first", code="unknown-person")
        return employee

    def about(self, row: int, employee: EmployeeId | None, tmt: OnDay | None) -> AboutPersonOfRow:
        """What an event about a person begins with: its row and citation, the day, and whom it concerns.

        Raises:
            Unresolved: the row names nobody, or somebody unknown.
        """
        return {
            "decree": self.decree,
            "row": row,
            "cited": self.cited,
            "tmt": None if tmt is None else tmt.on,
            "employee": self.person(employee),
        }

    def post(self, post: PostId | None) -> PostId:
        """The post, which is on record (whether it exists on the day is for the rules).

        Raises:
            Unresolved: the row names no post, or an unknown one.
        """
        if post is None:
            raise Unresolved("the row names no post; look the printed post up", code="unknown-post")
        if post not in self.facts.posts and post not in self.begun:
            raise Unresolved(f"post {post} is not on record; create it first", code="unknown-post")
        return post

    def unit(self, unit: UnitId) -> UnitId:
        """The unit, which is on record.

        Raises:
            Unresolved: it is unknown.
        """
        if unit not in self.facts.units and unit not in self.begun:
            raise Unresolved(f"unit {unit} is not on record; create it first", code="unknown-unit")
        return unit

    def unused(self, entity: EntityId) -> None:
        """See that an id that a row brings on record is not on record yet, or no more: its beginning was struck.

        Raises:
            Unresolved: it is.
        """
        life = self.facts.posts.get(entity) or self.facts.units.get(entity)  # type: ignore[call-overload]  # either kind
        if not self.replaces and life is not None and life.versions:
            raise Unresolved(f"{entity.kind} {entity} is on record already; make a new id", code="already-on-record")

    def row(self, of: RowRef) -> RowRecord:
        """A row on record.

        Raises:
            Unresolved: there is none.
        """
        record = self.record(of.decree)
        found = None if record is None else record.row(of.row)
        if found is None:
            raise Unresolved(f"decree {of.decree} has no row {of.row} on record", code="unknown-row")
        return found

    def standing(self, of: RowRef) -> tuple[RowRecord, Standing]:
        """A row on record, and the fact that it now says.

        Raises:
            Unresolved: there is no such row, or it says nothing any more.
        """
        found = self.row(of)
        if found.standing is None:
            raise Unresolved(f"row {of.row} of decree {of.decree} no longer stands", code="struck-row")
        return found, found.standing
