"""The base of every event: its class statement registers its stored name, its tags and what of it is sealed."""

from collections.abc import Mapping
from datetime import date
from enum import Enum, IntEnum
from typing import Annotated, Any, ClassVar, Self, get_args, get_origin

from eventsourcing.dcb.domain import Decision
from pydantic import BaseModel, ConfigDict

from asn_ledger.domain.events.stored import reader
from asn_ledger.domain.terms.codes import SignerCapacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, EntityId
from asn_ledger.domain.terms.numbers import RowOfDecree
from asn_ledger.domain.terms.sealing import Category, Sealed
from asn_ledger.domain.terms.texts import Said, SaidShort

EVENT_TYPES: dict[str, type["Event"]] = {}


class Phase(IntEnum):
    """The order of facts within one day: what ends comes before what begins."""

    END = 0
    RELEASE = 1
    CHANGE = 2
    APPOINT = 3
    ACT = 4


class Axis(Enum):
    """An independent part of a history, with a fold of its own."""

    SERVICE = "service"
    PLACEMENT = "placement"
    ACTING = "acting"
    RANK = "rank"
    IDENTITY = "identity"
    APPRAISAL = "appraisal"
    CONTRACT = "contract"
    SALARY = "salary"
    DUTY = "duty"
    EDUCATION = "education"
    TRAINING = "training"
    POINTS = "points"
    INTERRUPTION = "interruption"
    POST = "post"
    UNIT = "unit"
    OFFICE = "office"
    DECREE = "decree"
    ERASURE = "erasure"


class Untagged:
    """Marks an id that is read but is no subject of the event: signers, parents, posts of restricted facts."""


class Event(Decision, BaseModel):
    """A fact that was decided. Stored type names are ours (`post.appointed.v1`), never module paths.

    A subclass names its stored type, its phase and the axes it feeds in its class statement. Fields typed with an id
    become tags unless marked `Untagged`; fields marked `Sealed` are stored sealed under the holder's key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    TOPIC: ClassVar[str]
    PHASE: ClassVar[Phase]
    AXES: ClassVar[frozenset[Axis]]
    TAG_FIELDS: ClassVar[tuple[str, ...]]
    SEALED: ClassVar[Mapping[str, Category]]
    RESTRICTED: ClassVar[bool]
    """A restricted fact: outside HR, audit and its own person nobody learns that it exists."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Swallow the class statement's own words; `__pydantic_init_subclass__` reads them."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        topic: str | None = None,
        phase: Phase = Phase.CHANGE,
        axes: tuple[Axis, ...] = (),
        restricted: bool = False,
        **kwargs: Any,  # Any: pydantic's own signature
    ) -> None:
        """Register the event under its stored name.

        Raises:
            TypeError: the name is taken.
        """
        super().__pydantic_init_subclass__(**kwargs)
        cls.PHASE, cls.AXES, cls.RESTRICTED = phase, frozenset(axes), restricted
        cls.TAG_FIELDS = tuple(
            name for name, field in cls.model_fields.items() if _is_tag(field.annotation, field.metadata)
        )
        cls.SEALED = {
            name: mark.category
            for name, field in cls.model_fields.items()
            for mark in _sealed_marks(field.annotation, field.metadata)
        }
        if topic is None:
            return
        if topic in EVENT_TYPES:
            raise TypeError(f"event type {topic!r} is declared twice")
        cls.TOPIC = topic
        EVENT_TYPES[topic] = cls

    def tags(self) -> list[str]:
        """The sorted tags of everything the event concerns."""
        said = self.__dict__
        found: list[str] = []
        for name in self.TAG_FIELDS:
            value = said[name]
            if isinstance(value, EntityId):
                found.append(value.tag)
            elif value is not None:
                found.extend([item.tag for item in value])
        return found if len(found) == 1 else sorted(set(found))

    def effective(self) -> date | None:
        """The day it takes effect (TMT), a partial date as its first day; None where only its record matters."""
        return None

    def decided(self) -> date | None:
        """The date of its decree."""
        return None

    def place(self) -> tuple[str, int]:
        """Decree and row, for the order of facts of one day."""
        return "", 0

    def holder(self) -> str:
        """Whose key seals its personal values: a tag-like name (`employee:…`, `official:…`, `row:<decree>:<n>`).

        Raises:
            TypeError: the event has no sealed fields.
        """
        raise TypeError(f"{type(self).__name__} has no holder")

    def as_dict(self) -> dict[str, Any]:
        """The payload as JSON types, in clear, without what is not said (Any: JSON)."""
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def from_dict(cls, payload: Mapping[str, Any]) -> Self:
        """The event of a stored payload, opened (Any: JSON)."""
        made: Self = reader(cls)(payload)
        return made


def _parts(annotation: object) -> list[object]:
    if get_origin(annotation) is Annotated:
        return [annotation, *_parts(get_args(annotation)[0])]
    return [annotation, *(part for arg in get_args(annotation) for part in _parts(arg))]


def _is_tag(annotation: object, metadata: list[Any]) -> bool:  # Any: pydantic's field metadata
    if any(mark is Untagged or isinstance(mark, Untagged) for mark in metadata):
        return False
    return any(isinstance(part, type) and issubclass(part, EntityId) for part in _parts(annotation))


def _sealed_marks(annotation: object, metadata: list[Any]) -> list[Sealed]:  # Any: pydantic's field metadata
    inner = [mark for part in _parts(annotation) for mark in getattr(part, "__metadata__", ())]
    return [mark for mark in (*metadata, *inner) if isinstance(mark, Sealed)][:1]


class Citation(BaseModel):
    """How a fact names its decree: number, date, issuer and the capacity the issuer signed in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: SaidShort | None = None
    decided_on: PartialDate | None = None
    issuer: Said
    capacity: SignerCapacity


class RowEvent(Event):
    """A fact out of one row of a decree."""

    decree: DecreeId
    row: RowOfDecree
    cited: Citation
    tmt: PartialDate | None = None

    def effective(self) -> date | None:  # noqa: D102 -- as of every event
        return self.tmt.first if self.tmt is not None else self.decided()

    def decided(self) -> date | None:  # noqa: D102 -- as of every event
        return self.cited.decided_on.first if self.cited.decided_on is not None else None

    def place(self) -> tuple[str, int]:  # noqa: D102 -- as of every event
        return self.decree, self.row


class PersonEvent(RowEvent):
    """A fact about one employee; its personal values are sealed under that employee's keys."""

    employee: EmployeeId

    def holder(self) -> str:  # noqa: D102 -- as of every event
        return self.employee.tag
