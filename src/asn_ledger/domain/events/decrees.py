"""The decree itself: recorded once with its own fields; rows that could not be resolved; stubs of unrecorded ones."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from asn_ledger.domain.events.base import Axis, Citation, Event, RowEvent, Untagged
from asn_ledger.domain.terms.codes import (
    ConsiderationKind,
    ConsiderationOutcome,
    DecreeKind,
    DecreeMode,
    DocumentRole,
    PendingState,
    SignatureKind,
    SignerCapacity,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.documents import Sha256
from asn_ledger.domain.terms.ids import DecreeId, OfficeId, PostId
from asn_ledger.domain.terms.numbers import RowOfDecree
from asn_ledger.domain.terms.sealing import Category, Erased, Sealed
from asn_ledger.domain.terms.texts import Said, SaidShort


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PrintedSigner(_Part):
    """The signer's name and title as printed on the decree."""

    name: Said
    title: Said


class Signature(_Part):
    """Ink (basah) or electronic (TTE) with its certificate's serial and time."""

    kind: SignatureKind
    serial: Said | None = None
    signed_at: AwareDatetime | None = None


class Signer(_Part):
    """Who signed: as printed, and the post or outside office that was signed for; read, never tagged."""

    as_printed: PrintedSigner
    office: OfficeId | None = None
    post: PostId | None = None
    capacity: SignerCapacity
    signature: Signature


class LegalBasis(_Part):
    """A line of the decree's *Mengingat* part."""

    regulation: Said
    article: Said | None = None


class Consideration(_Part):
    """A letter or minutes the decree rests on, for all rows or some."""

    kind: ConsiderationKind
    number: Said
    on: PartialDate
    outcome: ConsiderationOutcome
    document: Sha256 | None = None
    rows: tuple[RowOfDecree, ...] = ()


class Document(_Part):
    """An uploaded document by its hash."""

    role: DocumentRole
    sha256: Sha256


class DocumentPending(_Part):
    """The document is *menyusul* (which needs no saying) or was looked for and *tidak ditemukan*, and why."""

    reason: Said
    state: PendingState | None = None


class DecreeRecorded(Event, topic="decree.recorded.v1", axes=(Axis.DECREE,)):
    """A decree is on record with its own fields and the number of its rows; the rows' facts cite it."""

    decree: DecreeId
    mode: DecreeMode
    kind: DecreeKind
    number: SaidShort | None = None
    decided_on: PartialDate | None = None
    signer: Annotated[Signer, Untagged]
    legal_basis: tuple[LegalBasis, ...] = ()
    considerations: tuple[Consideration, ...] = ()
    documents: tuple[Document, ...] = ()
    document_pending: DocumentPending | None = None
    recording_note: Said | None = None
    rows: RowOfDecree

    def citation(self) -> Citation:
        """How the facts of its rows cite it."""
        return Citation(
            number=self.number,
            decided_on=self.decided_on,
            issuer=self.signer.as_printed.title,
            capacity=self.signer.capacity,
        )

    def decided(self) -> date | None:  # noqa: D102 -- as of every event
        return self.decided_on.first if self.decided_on is not None else None

    def effective(self) -> date | None:  # noqa: D102 -- as of every event
        return self.decided()

    def place(self) -> tuple[str, int]:  # noqa: D102 -- as of every event
        return self.decree, 0


class DecreeStubbed(Event, topic="decree.stubbed.v1", axes=(Axis.DECREE,)):
    """Stands for a decree that was annulled without ever having been recorded."""

    decree: DecreeId
    number: SaidShort | None = None
    decided_on: PartialDate | None = None
    issuer: Said

    def place(self) -> tuple[str, int]:  # noqa: D102 -- as of every event
        return self.decree, 0


class RowOpened(RowEvent, topic="row.opened.v1", axes=(Axis.DECREE,)):
    """A row of a signed decree whose person or post could not be resolved: kept as printed until it is."""

    action: SaidShort
    as_printed: Annotated[dict[str, Any] | Erased, Sealed(Category.IDENTITY)]  # Any: the row's JSON as it was sent
    why: SaidShort

    def holder(self) -> str:  # noqa: D102 -- as of every event
        return f"row:{self.decree}:{self.row}"


class RowResolved(RowEvent, topic="row.resolved.v1", axes=(Axis.DECREE,)):
    """An open row was resolved; the fact itself follows as an event of its own that cites the row's decree."""

    opened: UUID
    resolved_decree: DecreeId
    resolved_row: RowOfDecree


class DocumentMatched(RowEvent, topic="document.matched.v1", axes=(Axis.DECREE,)):
    """A scan says what a decree on record says, or one row of it; two persons compared them."""

    matched_decree: DecreeId
    matched_row: RowOfDecree | None = None
    role: DocumentRole
    sha256: Sha256
    page: RowOfDecree | None = None


class DocumentDisputed(RowEvent, topic="document.disputed.v1", axes=(Axis.DECREE,)):
    """A scan that was proposed for a decree on record, or one row of it, says something else; two persons saw it."""

    disputed_decree: DecreeId
    disputed_row: RowOfDecree | None = None
    role: DocumentRole
    sha256: Sha256
    page: RowOfDecree | None = None


class RowConfirmed(RowEvent, topic="row.confirmed.v1", axes=(Axis.DECREE,)):
    """SIASN says of a row on record what the office recorded; `reference` is the row of SIASN that says so."""

    confirmed_decree: DecreeId
    confirmed_row: RowOfDecree
    reference: Said


DecreeEvent = (
    DecreeRecorded | DecreeStubbed | RowOpened | RowResolved | DocumentMatched | DocumentDisputed | RowConfirmed
)
