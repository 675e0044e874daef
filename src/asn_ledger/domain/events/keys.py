"""With which keys people sign outside the server, from when on they must, in which roles. Nothing of it is sealed."""

from typing import Annotated

from pydantic import Field

from asn_ledger.domain.events.base import Event, Untagged
from asn_ledger.domain.terms.ids import AccountId, EmployeeId, UnitId
from asn_ledger.domain.terms.texts import PRINTABLE, Said

KEYS = "register:keys"
"""The tag of all facts about keys: few, which are read together."""

Base64 = Annotated[str, Field(min_length=1, max_length=4096, pattern=PRINTABLE)]
"""Standard base64 with padding."""


class _OfKeys(Event):
    """A fact about keys."""

    def tags(self) -> list[str]:
        return sorted({*super().tags(), KEYS})


class AttestationsIntroduced(_OfKeys, topic="attestations.introduced.v1"):
    """For which site (RP id) passkeys sign, and on pages of which addresses they are asked to."""

    rp_id: Annotated[str, Field(min_length=1, max_length=253, pattern=PRINTABLE)]
    origins: tuple[Said, ...]


class AuthoritiesIntroduced(_OfKeys, topic="authorities.introduced.v1"):
    """Whose certificates count for a TTE, instead of those before: roots of people's and of clocks', DER of X.509."""

    roots: tuple[Base64, ...]
    time_roots: tuple[Base64, ...]


class KeyEnrolled(_OfKeys, topic="key.enrolled.v1"):
    """A passkey of an account counts; `public_key` is DER of its SubjectPublicKeyInfo, `label` its owner's word for it.

    A certificate's key, with which its owner signs a TTE, has the SHA-256 of `public_key` as its `credential`. Before
    signatures are required nobody needs to vouch for a key. `employee` is whose the account was then.
    """

    account: AccountId
    employee: Annotated[EmployeeId | None, Untagged] = None
    credential: Base64
    public_key: Base64
    label: Annotated[str, Field(max_length=100, pattern=PRINTABLE)]


class KeyRevoked(_OfKeys, topic="key.revoked.v1"):
    """A passkey counts no more: it was lost, or its owner left."""

    account: AccountId
    credential: Base64
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=PRINTABLE)]


class AttestationsRequired(_OfKeys, topic="attestations.required.v1"):
    """From here on these acts are signed or are faults; it is never taken back.

    `minutes` are those (berita acara) in which the fingerprints of the keys stand that were there before.
    """

    minutes: Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]


class RoleGranted(_OfKeys, topic="role.granted.v1"):
    """An account has a role; `unit` is the top of the tree that a unit's clerk works for.

    `carried_over`: it had it when signatures came to be required, by whoever ran the server until then.
    """

    account: AccountId
    role: Annotated[str, Field(min_length=1, max_length=40, pattern=PRINTABLE)]
    unit: Annotated[UnitId | None, Untagged] = None
    carried_over: bool = False


class RoleRevoked(_OfKeys, topic="role.revoked.v1"):
    """An account has a role no more."""

    account: AccountId
    role: Annotated[str, Field(min_length=1, max_length=40, pattern=PRINTABLE)]
    unit: Annotated[UnitId | None, Untagged] = None


KeyEvent = (
    AttestationsIntroduced
    | AuthoritiesIntroduced
    | KeyEnrolled
    | KeyRevoked
    | AttestationsRequired
    | RoleGranted
    | RoleRevoked
)
