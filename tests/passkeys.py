"""A passkey in software: makes the bytes that an authenticator and a browser make together."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from asn_ledger.proof.attestation import Act, Assertion, Site

SITE = Site("ledger.example", frozenset({"https://ledger.example"}))
VERIFIED = 0x05
"""Flags: somebody was there, and the passkey knows who."""


@dataclass
class SoftPasskey:
    """One passkey; `private` is of P-256 unless another is given."""

    credential: bytes = b"a credential"
    private: EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey = field(
        default_factory=lambda: generate_private_key(SECP256R1())
    )
    origin: str = "https://ledger.example"
    rp_id: str = "ledger.example"
    flags: int = VERIFIED

    @property
    def public_key(self) -> bytes:
        """DER of its SubjectPublicKeyInfo."""
        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, challenge: bytes, **more: object) -> Assertion:
        """What it answers to a challenge; `more` are further members of the client data."""
        said = {
            "type": "webauthn.get",
            "challenge": urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "origin": self.origin,
            "crossOrigin": False,
        }
        client_data = orjson.dumps({**said, **more})
        data = hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags]) + bytes(4)
        signed = data + hashlib.sha256(client_data).digest()
        match self.private:
            case Ed25519PrivateKey():
                signature = self.private.sign(signed)
            case RSAPrivateKey():
                signature = self.private.sign(signed, PKCS1v15(), SHA256())
            case EllipticCurvePrivateKey():
                signature = self.private.sign(signed, ECDSA(SHA256()))
        return Assertion(self.credential, data, client_data, signature)

    def sign_act(self, act: Act) -> Assertion:
        """What it answers to an act."""
        return self.sign(act.challenge())
