"""Acts upon facts: ralat, pencabutan, pembatalan (UU 30/2014 Ps 63-71), record corrections, identity."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_serializer, field_validator

from asn_ledger.domain.events.base import EVENT_TYPES, Event, RowEvent, Untagged
from asn_ledger.domain.terms.codes import AnnulmentEffect, AnnulmentGround
from asn_ledger.domain.terms.documents import Sha256
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.texts import Said

Tag = Annotated[str, Field(max_length=150, pattern=r"^[a-z]+:[a-z0-9-]+$")]


class Act(RowEvent):
    """Strikes one event; `struck_tags` are that event's own, so that its subjects keep the act in their histories."""

    strikes: UUID
    struck_tags: tuple[Tag, ...]

    def tags(self) -> list[str]:  # noqa: D102 -- as of every event
        return sorted({*super().tags(), *self.struck_tags})


class ReplacingAct(Act):
    """Strikes one event and puts a whole one in its place; None where it only falls with another that is replaced."""

    EMBEDDED: ClassVar[str] = "replacement"

    replacement: Annotated[SerializeAsAny[Event] | None, Untagged] = None

    @field_validator("replacement", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return EVENT_TYPES[value["type"]].from_dict(value["payload"])
        return value

    @field_serializer("replacement")
    def _write(self, value: Event | None) -> dict[str, Any] | None:  # Any: JSON
        return None if value is None else {"type": value.TOPIC, "payload": value.as_dict()}

    def tags(self) -> list[str]:  # noqa: D102 -- as of every event
        return super().tags() if self.replacement is None else sorted({*super().tags(), *self.replacement.tags()})

    def holder(self) -> str:
        """The replacement's own holder: its personal values are sealed as they would be in an event of its own."""
        if self.replacement is None:
            return super().holder()
        return self.replacement.holder()


class FactCorrected(ReplacingAct, topic="fact.corrected.v1"):
    """Ralat: the decree should have said this from the original TMT on (UU 30/2014 Ps 63)."""


class DocumentPage(BaseModel):
    """A page of a scan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    page: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class RecordCorrected(ReplacingAct, topic="record.corrected.v1"):
    """A data-entry error: the record follows the signed decree, shown by the cited evidence; no decree changes."""

    evidence: Said | None = None
    document: DocumentPage | None = None
    reason: Said


class FactReassigned(ReplacingAct, topic="fact.reassigned.v1"):
    """A fact was filed under the wrong person and belongs to another."""

    reason: Said


class FactAnnulled(Act, topic="fact.annulled.v1"):
    """Pencabutan or pembatalan: void from the start (ex tunc) or ended at the TMT (ex nunc; UU 30/2014 Ps 64-71)."""

    instrument: Literal["pencabutan", "pembatalan"]
    effect: AnnulmentEffect
    ground: AnnulmentGround | None = None


class PersonsIdentified(RowEvent, topic="persons.identified.v1"):
    """Several ids are one person; the canonical one stands for all."""

    employees: tuple[EmployeeId, ...]
    canonical: Annotated[EmployeeId, Untagged]


class PersonsSeparated(RowEvent, topic="persons.separated.v1"):
    """Ids that had been taken for one person are several again."""

    employees: tuple[EmployeeId, ...]
    canonical: Annotated[EmployeeId, Untagged]


ActEvent = FactCorrected | RecordCorrected | FactReassigned | FactAnnulled
SamenessEvent = PersonsIdentified | PersonsSeparated
