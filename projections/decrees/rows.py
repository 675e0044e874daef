"""The rows of decrees: what each is called and where it stands."""

from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.terms.codes import DecreeKind, DecreeMode, SignerCapacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId


@dataclass(frozen=True, slots=True)
class DecreeRow:
    """A decree on record; of a `stub` (annulled, never recorded) kind, mode and capacity are None.

    `issuer` is the signer's title as printed; `normalised` the number in small letters without spaces, `tail` what
    comes after its first stroke (`15/2026` of `821.2/15/2026`): both for finding it.
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
