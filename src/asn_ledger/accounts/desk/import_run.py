"""A run of an import as the desk keeps it, and what it says of rows: frozen values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from asn_ledger.domain.errors import Refusal

Status = Literal["refused", "changed", "finding", "noted"]
"""How a row is answered; `finding`: it is on record, and a rule, whose id is then the reason, was not met."""
Reason = Literal[
    "cannot-be-read",
    "no-json-file",
    "too-large",
    "zip-file",
    "malformed-json",
    "no-object",
    "no-resource",
    "resource-not-read",
    "wrong-type",
    "too-many-rows",
    "too-long",
    "control-character",
    "missing",
    "bad-id",
    "impossible-date",
    "before-birth",
    "before-candidate",
    "impossible-number",
    "unknown-code",
    "unreadable",
    "no-level",
    "bad-nip",
    "old-nip",
    "nip-of-another",
    "second-nip",
    "nip-converted",
    "unlike-nip",
    "unknown-grade",
    "person-refused",
    "row-twice",
    "told-twice",
    "no-date",
    "no-rank",
    "no-tmt",
    "day-not-told",
    "before-arrival",
    "told-by-entry",
    "before-record",
    "told-by-post",
    "of-other-agencies",
    "not-counted",
    "unit-only-in-history",
    "unit-on-record",
    "unknown-parent",
    "ring-of-parents",
    "changed",
    "office-says-otherwise",
    "rested-upon",
]
"""Why a row does not simply go in; its words are the messages `import_reason.<reason>.title` and `.remedy`."""
RunState = Literal["under_way", "failed", "unfinished", "dry", "done", "undone", "undo_dry", "undo_done"]

LONGEST_CODE: Final = 40
"""Letters of a resource's name that the report keeps in clear."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a run says of one row of a file; `proposal` is a decree row that would bring the record to what it says.

    `holder` is whose key seals it; the run's own where the row names nobody. `erased`: its key is gone.
    `refusal`: why a rule of the record refused the row.
    """

    number: int
    file: str
    resource: str
    row: str
    field: str
    status: Status
    reason: str
    detail: str
    proposal: dict[str, Any] | None = None  # Any: JSON
    holder: str | None = None
    erased: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ImportRun:
    """A run: where it reads, who started it, how far it has come, and its counts.

    `looked`: the dry run that it does in earnest. `undoes`: the run that it takes back, `why` so. `background`: the
    service runs it. `upload`: the files that were sent for it.
    """

    run: UUID
    system: str
    source: str
    why: str
    fingerprint: bytes
    dry_run: bool
    looked: UUID | None
    undoes: UUID | None
    upload: UUID | None
    background: bool
    account: UUID
    account_role: str
    files: int
    files_done: int
    rows_read: int
    recorded: int
    facts: int
    confirmed: int
    known: int
    findings: int
    open_rows: int
    started_at: datetime
    failed_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    settled_at: datetime | None

    @property
    def in_hand(self) -> bool:
        """Whether it waits for the service or is under way in it."""
        return self.background and self.ended_at is None and self.failed_at is None

    @property
    def state(self) -> RunState:
        """What became of it. `failed`: the service could not go on; `unfinished`: a command was broken off."""
        if self.undone_at is not None:
            return "undone"
        if self.ended_at is None:
            return "under_way" if self.in_hand else "unfinished" if self.failed_at is None else "failed"
        if self.undoes is not None:
            return "undo_dry" if self.dry_run else "undo_done"
        return "dry" if self.dry_run else "done"


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that begins; as in `ImportRun`."""

    source: str
    fingerprint: bytes
    dry_run: bool
    account: UUID
    role: str
    files: int
    why: str = ""
    looked: UUID | None = None
    undoes: UUID | None = None
    upload: UUID | None = None
    background: bool = False


@dataclass(frozen=True, slots=True)
class ItemCount:
    """How many rows of a resource were answered alike."""

    status: Status
    resource: str
    reason: str
    rows: int


@dataclass(slots=True)
class Progress:
    """How far a run has come, and what of it is not saved yet."""

    files_done: int = 0
    rows_read: int = 0
    recorded: int = 0
    facts: int = 0
    confirmed: int = 0
    known: int = 0
    findings: int = 0
    open_rows: int = 0
    number: int = 0
    items: list[Item] = field(default_factory=list)
