"""What a browser is asked to sign with a passkey, and what it answers."""

import binascii
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor
from asn_ledger.exchange.tte.handed_in import MOST_FILE_BYTES, read_signed
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.proof.attestation import Assertion
from asn_ledger.proof.tte import act_pdf
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service

FIELD = "signature"
"""The field of a form that carries what was signed, as JSON."""

Encoded = Annotated[str, Field(max_length=24_000, pattern=r"^[\w-]*$", description="base64url without padding")]


Leaf = Annotated[str, Field(max_length=43, pattern=r"^[\w-]{43}$", description="base64url of a hash")]
MOST = 5000
"""Commands that one signature may cover."""
MOST_OF_TTE = 200
"""As `MOST` of a TTE, which each of them keeps and which is ten times as long."""


class SignatureGiven(BaseModel):
    """A passkey's answer (`navigator.credentials.get`) to an act that was asked for; `at` is the act's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Annotated[str, Field(max_length=40)]
    credential: Encoded
    authenticator_data: Encoded
    client_data: Encoded
    signature: Encoded
    leaves: Annotated[
        tuple[Leaf, ...], Field(max_length=MOST, description="as they were asked for, where the act covers several")
    ] = ()

    def signed(self, act: str, signer: Actor) -> Signed:
        """What was signed, by whom.

        Raises:
            InvalidValue: it is no base64url.
        """
        assertion = Assertion(
            decoded(self.credential),
            decoded(self.authenticator_data),
            decoded(self.client_data),
            decoded(self.signature),
        )
        return Signed(act, signer, self.at, assertion, tuple(map(decoded, self.leaves)))


class TteGiven(BaseModel):
    """An act's PDF (or the act) as it was signed elsewhere with a TTE, in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    signed_file: Annotated[str, Field(max_length=MOST_FILE_BYTES * 2, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]
    leaves: Annotated[tuple[Leaf, ...], Field(max_length=MOST_OF_TTE, description="as of a passkey's answer")] = ()

    def signed(self, act: str, signer: Actor, service: Service) -> Signed:
        """What was signed, by whom, as far as the file itself tells.

        Raises:
            InvalidValue: it is no such file.
            Conflict: it is over another act, was altered, or is not believed.
        """
        file = decoded_file(self.signed_file)
        return read_signed(
            file, act, signer, service.passkeys.keyring(), service.now(), tuple(map(decoded, self.leaves))
        )


AnyGiven = SignatureGiven | TteGiven
"""What was signed: with a passkey, or with a TTE."""
_ANY: Final = TypeAdapter[AnyGiven](AnyGiven)


def taken(given: AnyGiven | None, act: str, signer: Actor, service: Service) -> Signed | None:
    """What somebody signed; None where nothing is given.

    Raises:
        InvalidValue: it cannot be read.
        Conflict: it is a TTE that does not hold.
    """
    match given:
        case None:
            return None
        case TteGiven():
            return given.signed(act, signer, service)
        case SignatureGiven():
            return given.signed(act, signer)


class AloneGiven(SignatureGiven):
    """As an answer to what a dry run asked whoever records a draft alone; `act` is the act's own word."""

    act: Literal["annul", "correct"]


def alone_given(header: str, signer: Actor) -> Signed:
    """What the header of a draft brings along as signed.

    Raises:
        InvalidValue: it cannot be read.
    """
    try:
        given = AloneGiven.model_validate_json(decoded(header))
    except ValidationError:
        raise _unread() from None
    return given.signed(given.act, signer)


class AskedShown(Shown):
    """What to sign: `act` is canonical JSON, `challenge` its SHA-256, for a passkey of the site `rp_id`.

    `credentials` are one's own keys that count; `required`: without a signature it is refused.
    """

    act: str
    at: str
    challenge: str
    rp_id: str | None
    credentials: tuple[str, ...]
    required: bool
    leaves: tuple[str, ...] = Field(description="of the commands that it covers, where these are several")
    pdf: str | None = Field(description="base64 of the PDF to be signed with a TTE; null: it cannot be")
    certified: bool = Field(description="whether a certificate of one's own counts")


def asked_shown(asked: Asked) -> AskedShown:
    """What to sign, as a browser and a program take it."""
    return AskedShown(
        act=asked.act.written().decode(),
        at=asked.act.at,
        challenge=encoded(asked.act.challenge()),
        rp_id=None if asked.site is None else asked.site.rp_id,
        credentials=tuple(encoded(one) for one in asked.credentials),
        required=asked.required,
        leaves=tuple(map(encoded, asked.leaves)) if len(asked.leaves) > 1 else (),
        pdf=None if asked.trust is None or len(asked.leaves) > MOST_OF_TTE else _pdf(asked),
        certified=asked.certified,
    )


def _pdf(asked: Asked) -> str:
    return b64encode(act_pdf(asked.act.written())).decode()


def as_data(value: Shown | Mapping[str, Any]) -> str:  # Any: JSON
    """A value for an attribute that the page's script reads."""
    plain = value.model_dump(mode="json") if isinstance(value, Shown) else value
    return orjson.dumps(plain).decode()


def given_in(form: Mapping[str, str], act: str, signer: Actor, service: Service) -> Signed | None:
    """What a form brings along as signed; None where nothing is.

    Raises:
        InvalidValue: it cannot be read.
        Conflict: it is a TTE that does not hold.
    """
    text = form.get(FIELD, "")
    if not text:
        return None
    try:
        given = _ANY.validate_json(text)
    except ValidationError:
        raise _unread() from None
    return taken(given, act, signer, service)


def encoded(data: bytes) -> str:
    """Bytes as base64url without padding, as WebAuthn writes them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What `encoded` wrote.

    Raises:
        InvalidValue: it is something else.
    """
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise _unread() from None


def decoded_file(text: str) -> bytes:
    """A file that a page's script sent along.

    Raises:
        InvalidValue: it is no base64.
    """
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _unread() from None


def _unread() -> InvalidValue:
    return InvalidValue("the signature cannot be read; open the page again, and sign again", code="signature-unread")
