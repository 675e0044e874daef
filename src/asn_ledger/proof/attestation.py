"""What somebody signs outside the server, and the check of such a signature from bytes alone.

What is signed is an *act*: canonical JSON that says what is done, in which ledger, by whom, when, and to which
commands. A command is bound by a root over its events, each with its id, type, the hash of its payload and what the
rules said of it; none of that depends on the place it gets in the ledger, so that it is known before it is recorded.
One act may cover many commands (the decrees of a bulk day): it states the root over them, and each command on record
keeps its inclusion proof. The challenge that a passkey signs is the SHA-256 of the act, so that a signature given for
one act is worth nothing for another.

A passkey's signature is a WebAuthn assertion (w3.org/TR/webauthn-3, section 7.2) by ES256, EdDSA or RS256. Who it was
asked by (RP id, origins) and the public key come from the ledger. A certificate's is a TTE (`tte`).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from .canonical import Json, canonical
from .encoding import read_base64, write_base64
from .errors import VerificationError
from .merkle import inclusion_proof, inclusion_root, leaf_hash, root
from .tte import Tte

ACT_FORMAT: Final = "asn-ledger/act/v1"
"""First among an act's members, so that nobody takes other signed JSON for one."""

MAX_SIGNED_BYTES = 16 * 1024
"""Authenticator data, client data or a signature longer than this is not read."""

OTHER_ACT: Final = "another act was signed than this one"

_LEAST_RSA_BITS = 2048
_FLAGS_AT = 32
_LEAST_AUTHENTICATOR_DATA = 37
_USER_PRESENT = 0x01
_USER_VERIFIED = 0x04
_COMMON = frozenset({"kind", "act", "signer", "at", "place", "path"})
_OF_KIND = {
    "passkey": frozenset({"credential", "authenticator_data", "client_data", "signature"}),
    "tte": frozenset({"tte"}),
}


def event_leaf(event: str, type: str, payload_sha256: str, outcomes: Json) -> bytes:  # noqa: A002 -- the stored name
    """The leaf of one event of a command: its id, stored type, payload's hash, and what the rules said of it."""
    return leaf_hash(canonical({"event": event, "outcomes": outcomes, "payload": payload_sha256, "type": type}))


def command_leaf(command: str, request: str, recorded_by: Json, events: Sequence[bytes]) -> bytes:
    """The leaf of one command among those that an act covers.

    Args:
        command: its id.
        request: the digest under which `record` keeps the request.
        recorded_by: who recorded it, as `record` says.
        events: the leaves of all its events in order.
    """
    return command_leaf_of(command, request, recorded_by, root(events), len(events))


def command_leaf_of(command: str, request: str, recorded_by: Json, events_root: bytes, size: int) -> bytes:
    """The leaf of a command of which the root over its events is known, and how many these are."""
    said: Json = {
        "command": command,
        "events": {"root": events_root.hex(), "size": size},
        "recorded_by": recorded_by,
        "request": request,
    }
    return leaf_hash(canonical(said))


@dataclass(frozen=True, slots=True)
class Act:
    """What is signed.

    Args:
        act: what is done, in one word: confirm, override, annul, correct, erase, enrol …
        ledger: name of the ledger.
        signer: who signs: id, role and post, as `record` names an actor.
        at: when it was asked for, as entries write times.
        size: how many commands it covers.
        root: over their leaves.
    """

    act: str
    ledger: str
    signer: Mapping[str, Json]
    at: str
    size: int
    root: bytes

    def written(self) -> bytes:
        """The act as canonical JSON: what a TTE signs, alone or within its PDF."""
        said: Json = {
            "act": self.act,
            "at": self.at,
            "commands": {"root": self.root.hex(), "size": self.size},
            "format": ACT_FORMAT,
            "ledger": self.ledger,
            "signer": self.signer,
        }
        return canonical(said)

    def challenge(self) -> bytes:
        """SHA-256 of the act: what a passkey signs."""
        return sha256(self.written()).digest()


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a passkey answers: which one, and the exact bytes it signed."""

    credential: bytes
    authenticator_data: bytes
    client_data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Attestation:
    """A signature as `record` keeps it; whatever else the act says stands in the ledger beside it.

    Args:
        act: what was done.
        signer: who signed.
        at: when the act was made.
        index: the command's place among those that the act covers.
        size: how many these are.
        path: inclusion proof of the command among them.
        assertion: the signature.
    """

    act: str
    signer: Mapping[str, Json]
    at: str
    index: int
    size: int
    path: tuple[bytes, ...]
    assertion: Assertion | Tte

    def stored(self) -> dict[str, Json]:
        """The attestation as JSON, binary in base64."""
        common: dict[str, Json] = {
            "act": self.act,
            "signer": dict(self.signer),
            "at": self.at,
            "place": [self.index, self.size],
            "path": [write_base64(one) for one in self.path],
        }
        if isinstance(self.assertion, Tte):
            return {"kind": "tte", **common, "tte": self.assertion.stored()}
        return {
            "kind": "passkey",
            **common,
            "credential": write_base64(self.assertion.credential),
            "authenticator_data": write_base64(self.assertion.authenticator_data),
            "client_data": write_base64(self.assertion.client_data),
            "signature": write_base64(self.assertion.signature),
        }

    @classmethod
    def read(cls, stored: Json) -> Self:
        """Read what `stored` wrote.

        Raises:
            VerificationError: if it is anything else.
        """
        kind = stored.get("kind") if isinstance(stored, Mapping) else None
        own = _OF_KIND.get(kind) if isinstance(kind, str) else None
        if not isinstance(stored, Mapping) or own is None or stored.keys() != _COMMON | own:
            raise VerificationError("the attestation is neither a passkey's nor a TTE")
        signer, place, path = stored["signer"], stored["place"], stored["path"]
        if not isinstance(signer, Mapping) or not isinstance(place, list) or not isinstance(path, list):
            raise VerificationError("the attestation's signer, place or path has another shape")
        index, size = _numbers(place)
        assertion: Assertion | Tte
        if kind == "tte":
            assertion = Tte.read(stored["tte"])
        else:
            names = ("credential", "authenticator_data", "client_data", "signature")
            assertion = Assertion(*(_bytes(stored[name]) for name in names))
        return cls(
            _text(stored["act"]),
            signer,
            _text(stored["at"]),
            index,
            size,
            tuple(_bytes(one) for one in path),
            assertion,
        )

    def covering(self, ledger: str, leaf: bytes) -> Act:
        """The act that this signature is for, if it covers the command of this leaf.

        Raises:
            VerificationError: the path cannot lead from such a place to a root.
        """
        covered = inclusion_root(leaf=leaf, index=self.index, size=self.size, proof=self.path)
        return Act(self.act, ledger, self.signer, self.at, self.size, covered)


def attest(act: Act, leaves: Sequence[bytes], index: int, assertion: Assertion | Tte) -> Attestation:
    """The attestation that one of the commands of an act keeps.

    Args:
        act: what was signed.
        leaves: of all commands that it covers.
        index: the one that keeps it.
        assertion: the signature.
    """
    return Attestation(act.act, act.signer, act.at, index, len(leaves), inclusion_proof(index, leaves), assertion)


@dataclass(frozen=True, slots=True)
class Site:
    """Who may ask a passkey for its signature: the domain it belongs to, and the addresses of pages that ask."""

    rp_id: str
    origins: frozenset[str]


def verify_passkey(assertion: Assertion, public_key: bytes, site: Site, challenge: bytes) -> None:
    """Check that a passkey signed a challenge, on purpose, for a site, after it knew its owner by PIN or body.

    Args:
        assertion: what the passkey answered.
        public_key: DER of its SubjectPublicKeyInfo.
        site: who asked.
        challenge: what it was asked to sign.

    Raises:
        VerificationError: it did not.
    """
    if max(map(len, (assertion.authenticator_data, assertion.client_data, assertion.signature))) > MAX_SIGNED_BYTES:
        raise VerificationError(f"a part of the assertion is longer than {MAX_SIGNED_BYTES} bytes")
    signed = assertion.authenticator_data + sha256(assertion.client_data).digest()
    try:
        match passkey_key(public_key):
            case Ed25519PublicKey() as key:
                key.verify(assertion.signature, signed)
            case EllipticCurvePublicKey() as key:
                key.verify(assertion.signature, signed, ECDSA(SHA256()))
            case RSAPublicKey() as key:
                key.verify(assertion.signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise VerificationError("the passkey's signature is not over this") from None
    _require_asked(assertion.client_data, site, challenge)
    _require_flags(assertion.authenticator_data, site)


def passkey_key(der: bytes) -> Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey:
    """Read a passkey's public key: P-256 (ES256), Ed25519 (EdDSA) or RSA (RS256), in the one DER spelling.

    Raises:
        VerificationError: it is none.
    """
    try:
        key = load_der_public_key(der)
        again = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise VerificationError("the public key cannot be read") from None
    if again == der:
        match key:
            case Ed25519PublicKey():
                return key
            case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
                return key
            case RSAPublicKey() if key.key_size >= _LEAST_RSA_BITS:
                return key
            case _:
                pass
    raise VerificationError("the public key is neither P-256, Ed25519 nor RSA of 2048 bits, or has another spelling")


def _require_asked(client_data: bytes, site: Site, challenge: bytes) -> None:
    try:
        said = orjson.loads(client_data)
    except orjson.JSONDecodeError:
        raise VerificationError("the client data is no JSON") from None
    if not isinstance(said, dict) or said.get("type") != "webauthn.get":
        raise VerificationError("the client data is not of an assertion")
    if said.get("challenge") != urlsafe_b64encode(challenge).rstrip(b"=").decode():
        raise VerificationError(OTHER_ACT)
    if said.get("origin") not in site.origins:
        raise VerificationError("the signature was asked for by a page of another address")
    if said.get("crossOrigin", False) is not False:
        raise VerificationError("the signature was asked for from within a page of another site")


def _require_flags(data: bytes, site: Site) -> None:
    if len(data) < _LEAST_AUTHENTICATOR_DATA:
        raise VerificationError("the authenticator data is too short")
    if data[:_FLAGS_AT] != sha256(site.rp_id.encode()).digest():
        raise VerificationError("the passkey belongs to another site")
    if not data[_FLAGS_AT] & _USER_PRESENT:
        raise VerificationError("nobody touched the passkey")
    if not data[_FLAGS_AT] & _USER_VERIFIED:
        raise VerificationError("the passkey did not verify its owner (PIN, finger or face)")


def _numbers(place: Sequence[Json]) -> tuple[int, int]:
    if len(place) != 2:  # noqa: PLR2004 -- index and size
        raise VerificationError("the attestation's place is not an index and a size")
    index, size = place
    if type(index) is not int or type(size) is not int:
        raise VerificationError("the attestation's place is not an index and a size")
    return index, size


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise VerificationError("a member of the attestation is not a string")
    return value


def _bytes(value: Json) -> bytes:
    return read_base64(_text(value))
