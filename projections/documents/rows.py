"""The rows of documents: how a decree is covered by scans, and whom and what it concerns."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from asn_ledger.domain.terms.codes import DecreeKind, DocumentRole
from asn_ledger.domain.terms.ids import DecreeId

CoverageState = Literal["matched", "attached", "partly", "menyusul", "tidak_ditemukan", "none", "disputed"]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How a decree is covered.

    `matched`: two persons compared a scan with all of it; `attached`: a scan of all of it is there, not yet compared;
    `partly`: extracts of some rows; then why there is none (`menyusul`, `tidak_ditemukan`), or `none`; before all these
    `disputed`: the scan that was compared last, with all of it or with a row, says something else. `scans` counts the
    scans that it has, those of considerations too.
    """

    decree: DecreeId
    kind: DecreeKind
    decided: date | None
    state: CoverageState
    scans: int
    position: int


@dataclass(frozen=True, slots=True)
class KnownCoverageRow(CoverageRow):
    """How a decree was covered, as known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A scan that says something else than a decree on record (`row` 0), or one row of it; nothing has settled it.

    `note` is the note of the office that says so, recorded `at` a position; `proposer` and `second` are the accounts
    that compared the two.
    """

    decree: DecreeId
    row: int
    role: DocumentRole
    sha256: str
    note: DecreeId
    at: datetime
    proposer: str | None
    second: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """A person, post or unit that one of its rows is about."""

    decree: DecreeId
    kind: Literal["employee", "post", "unit"]
    subject: UUID
