"""The rows of accountability: each decree with dates and counts, what it said before, and what rules objected to."""

from dataclasses import dataclass
from datetime import date, datetime

from asn_ledger.domain.terms.codes import DecreeKind, DecreeMode, SignerCapacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, OfficeId, PostId


@dataclass(frozen=True, slots=True)
class DecreeRow:
    """A decree on record; of a `stub` (annulled, never recorded) kind, mode and capacity are None.

    `issuer` is the signer's title as printed; `normalised` the number in small letters without spaces, `tail` what
    comes after its first stroke (`15/2026` of `821.2/15/2026`): both for finding it. `tmt_first` and `tmt_last` span
    the rows that stand; `recorder` and `confirmer` are accounts. `open_rows` wait for a person or post, `struck_rows`
    no longer stand, `strikes` counts the facts that it strikes itself; `not_met`, `cannot_tell` and `overridden` count
    what the rules said of its rows when they were recorded, `disputed` the rows of which a scan says something else.
    """

    decree: DecreeId
    number: str | None
    normalised: str | None
    tail: str | None
    kind: DecreeKind | None
    mode: DecreeMode | None
    decided_on: PartialDate | None
    decided: date | None
    issuer: str
    signed_as: SignerCapacity | None
    rows: int
    stub: bool
    position: int
    signer_post: PostId | None
    signer_office: OfficeId | None
    recorded_at: datetime
    recorder: str | None
    confirmer: str | None
    tmt_first: date | None
    tmt_last: date | None
    open_rows: int
    struck_rows: int
    strikes: int
    not_met: int
    cannot_tell: int
    overridden: int
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class FormerRow:
    """What a decree's own fields said from a position on, until another corrected them; they no longer stand."""

    decree: DecreeId
    position: int
    until: int
    number: str | None
    normalised: str | None
    tail: str | None
    decided_on: PartialDate | None
    decided: date | None
    issuer: str
    signed_as: SignerCapacity
    signer_post: PostId | None
    signer_office: OfficeId | None


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """What a rule said of a row (0 = the decree itself) when it was recorded, where it was not simply met."""

    decree: DecreeId
    position: int
    rule: str
    row: int
    version: int
    result: str
    override: str | None
