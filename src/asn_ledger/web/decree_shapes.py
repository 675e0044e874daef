"""The shapes of a decree in answers: its own fields, its rows, and what has become of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import Field

from asn_ledger.domain.decrees import Attached
from asn_ledger.domain.events import Actor, Outcome
from asn_ledger.domain.terms.codes import (
    DecreeKind,
    DecreeMode,
    DocumentRole,
    SignerCapacity,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.web.representations import AsOfShown, Person, PostRef, Shown, UnitRef


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
    """Who acted: an account's id, its role, the post held then, and what the account is called today."""

    id: str
    role: str
    post: str | None
    name: str | None = None

    @classmethod
    def of(cls, actor: Actor, names: Mapping[str, str]) -> Self:
        """The actor as it stands in the record; `names` are those of accounts, by their ids."""
        return cls(id=actor.id, role=actor.role, post=actor.post, name=names.get(actor.id))


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
    """A decree in a list; counts are of what was recorded: rows open, rows struck, rules not met or overridden.

    `disputed` are rows of which a scan says something else.
    """

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
    disputed: int = 0
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


class FormerlyShown(Shown):
    """What a decree said of itself until an act corrected it: the act's kind and entry, its decree, and why.

    `reason` is that of a correction of the record; a ralat's is in its own considerations.
    """

    number: str | None
    decided_on: PartialDate | None
    issuer: str
    signer: str
    by: str
    position: int
    decree: DecreeId
    reason: str | None


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
    formerly: tuple[FormerlyShown, ...] = Field(
        default=(), description="what it said of itself before it was corrected, for those who may see who recorded it"
    )
    dates: DecreeDates | None = Field(default=None, description="for those who may see who recorded it")
    closed: ClosedShown | None = Field(default=None, description="of one that is not on record: who sent it back, why")
