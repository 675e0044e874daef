"""Destruction of personal data as archives law has it (UU 43/2009 Ps 51; PP 28/2012): each step is on record."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.domain.events.base import Axis, Event, Phase
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, StopReason
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId
from asn_ledger.domain.terms.texts import PRINTABLE, SaidShort

ERASURES = "register:erasures"
"""The tag of every step of every erasure, and of every hold: few facts, which are read together."""

DataCategory = Literal["identity", "contact", "restricted"]
"""What is destroyed together: the values of `terms.sealing.Category`."""

LetterNumber = Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]


class Letter(BaseModel):
    """A letter or minutes (berita acara) by number and date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: LetterNumber
    on: PartialDate


class _OfPerson(Event):
    """A step about one person: `employees` are all ids of theirs, the canonical one first.

    Nothing in it is said in free words: what an erasure leaves behind must not name whom it erased.
    """

    employees: tuple[EmployeeId, ...]

    def tags(self) -> list[str]:
        return sorted({*super().tags(), ERASURES})


class ErasureProposed(_OfPerson, topic="erasure.proposed.v1", axes=(Axis.ERASURE,)):
    """Somebody lists categories of a person's data for destruction (daftar arsip usul musnah)."""

    erasure: ErasureId
    categories: tuple[DataCategory, ...]
    listed: Letter


class ErasureAssessed(_OfPerson, topic="erasure.assessed.v1", axes=(Axis.ERASURE,)):
    """Another finds by the retention schedule that they are due: by these classes, as in force on a day.

    `due_on` is the first day on which the last of them is over, `consent` ANRI's, where a class asks for it.
    """

    erasure: ErasureId
    classes: tuple[SaidShort, ...]
    schedule_on: PartialDate
    due_on: PartialDate
    consent: Letter | None = None


class ErasureApproved(_OfPerson, topic="erasure.approved.v1", axes=(Axis.ERASURE,)):
    """One of the two who approve it, by minutes (berita acara); from the second one on the days to object run."""

    erasure: ErasureId
    minutes: Letter


class ErasureStopped(_OfPerson, topic="erasure.stopped.v1", axes=(Axis.ERASURE,)):
    """An inspector ends a proposal, for ever; what is to be destroyed all the same is proposed anew."""

    erasure: ErasureId
    reason: StopReason
    letter: Letter


class PersonErased(_OfPerson, topic="person.erased.v1", phase=Phase.END, axes=(Axis.ERASURE,)):
    """Categories of a person's data are destroyed: whoever reads this deletes these keys, and opens none of them.

    Logs of the database and base backups may hold clear names until `clear_until`, backups of the key store these keys
    until `keys_until`.
    """

    erasure: ErasureId
    categories: tuple[DataCategory, ...]
    keys: tuple[UUID, ...]
    clear_until: PartialDate
    keys_until: PartialDate


class HoldPlaced(_OfPerson, topic="hold.placed.v1", axes=(Axis.ERASURE,)):
    """By order of an inspector, a court or an auditor nothing of a person is destroyed until it is lifted."""

    hold: HoldId
    authority: HoldAuthority
    ground: HoldGround
    letter: Letter


class HoldLifted(_OfPerson, topic="hold.lifted.v1", axes=(Axis.ERASURE,)):
    """A hold is no more."""

    hold: HoldId
    letter: Letter


ErasureEvent = (
    ErasureProposed | ErasureAssessed | ErasureApproved | ErasureStopped | PersonErased | HoldPlaced | HoldLifted
)
