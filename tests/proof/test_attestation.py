"""A passkey's signature holds for one act, by one key, asked for by one site; any changed byte is refused.

The vectors are those of W3C, Web Authentication Level 3, section 16 (W3C Document License), with the credentials'
private keys, from which the public ones are made here.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from passkeys import SITE, SoftPasskey

from asn_ledger.proof.attestation import (
    Act,
    Assertion,
    Attestation,
    Site,
    attest,
    command_leaf,
    event_leaf,
    passkey_key,
    verify_passkey,
)
from asn_ledger.proof.canonical import canonical, decode
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import root

VECTORS = json.loads((Path(__file__).parent / "webauthn_vectors.json").read_bytes())
EXAMPLE = Site("example.org", frozenset({"https://example.org"}))
ACTOR = {"id": "6a5f7a05-3f4e-4b44-9b3f-0d9f6a3c1a11", "post": None, "role": "confirmer"}
LEAVES = [command_leaf(f"command {n}", "f" * 64, ACTOR, [event_leaf("e", "t.v1", "0" * 64, [])]) for n in range(5)]
ACT = Act("confirm", "city", ACTOR, "2026-01-05T03:04:05.000000Z", len(LEAVES), root(LEAVES))
PASSKEY = SoftPasskey(private=derive_private_key(7, SECP256R1()))
SIGNED = PASSKEY.sign_act(ACT)


def vector_key(vector: dict[str, str]) -> bytes:
    return vector_public(vector).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def vector_public(vector: dict[str, str]) -> Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey:
    match vector["alg"]:
        case "RS256":  # of the two smallest Mersenne primes above 1024 bits, says the standard
            return RSAPublicNumbers(65537, (2**1279 - 1) * (2**2203 - 1)).public_key()
        case "EdDSA":
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["private_key"])).public_key()
        case _:
            return derive_private_key(int(vector["private_key"], 16), SECP256R1()).public_key()


def expected(vector: dict[str, str]) -> str:
    """Why the standard's example is refused here, which asks for more than a signature; empty if it is not."""
    if "crossOrigin" in vector["name"] or "topOrigin" in vector["name"]:
        return "within a page of another site"
    return "" if bytes.fromhex(vector["authenticator_data"])[32] & 4 else "did not verify its owner"


@pytest.mark.parametrize("vector", VECTORS, ids=[one["name"] for one in VECTORS])
def test_vectors_of_the_standard(vector: dict[str, str]) -> None:
    names = ("authenticator_data", "client_data", "signature")
    assertion = Assertion(b"", *(bytes.fromhex(vector[name]) for name in names))
    key, challenge = vector_key(vector), bytes.fromhex(vector["challenge"])
    if why := expected(vector):
        with pytest.raises(VerificationError, match=why):  # the signature itself holds, or it would say so first
            verify_passkey(assertion, key, EXAMPLE, challenge)
    else:
        verify_passkey(assertion, key, EXAMPLE, challenge)
    with pytest.raises(VerificationError, match="signature is not over this"):
        verify_passkey(replace(assertion, client_data=assertion.client_data + b" "), key, EXAMPLE, challenge)


def test_there_are_vectors_of_every_algorithm_and_some_pass() -> None:
    assert {one["alg"] for one in VECTORS} == {"ES256", "EdDSA", "RS256"}
    assert sum(not expected(one) for one in VECTORS) >= 3


def test_golden_act() -> None:
    assert ACT.written().decode() == (
        '{"act":"confirm","at":"2026-01-05T03:04:05.000000Z","commands":{"root":'
        '"7355d7b2d483e2aa39f5b21c9add57c6384848a75e8a69a47f08853ff33052f9","size":5},"format":"asn-ledger/act/v1","ledger":"city",'
        '"signer":{"id":"6a5f7a05-3f4e-4b44-9b3f-0d9f6a3c1a11","post":null,"role":"confirmer"}}'
    )


def test_each_command_of_an_act_keeps_its_way_to_what_was_signed() -> None:
    for index, leaf in enumerate(LEAVES):
        kept = Attestation.read(decode(canonical_bytes(attest(ACT, LEAVES, index, SIGNED))))
        act = kept.covering("city", leaf)
        assert act == ACT
        assert isinstance(kept.assertion, Assertion)
        verify_passkey(kept.assertion, PASSKEY.public_key, SITE, act.challenge())


def canonical_bytes(attestation: Attestation) -> bytes:
    return canonical(attestation.stored())


def test_ed25519_signs_too() -> None:
    passkey = SoftPasskey(private=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    verify_passkey(passkey.sign_act(ACT), passkey.public_key, SITE, ACT.challenge())


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["authenticator_data", "client_data", "signature"]))
    original = getattr(SIGNED, name)
    at = data.draw(st.integers(0, len(original) - 1))
    changed = bytearray(original)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VerificationError):
        verify_passkey(replace(SIGNED, **{name: bytes(changed)}), PASSKEY.public_key, SITE, ACT.challenge())


@given(st.data())
def test_any_changed_byte_of_what_is_stored_is_refused(data: st.DataObject) -> None:
    stored = canonical_bytes(attest(ACT, LEAVES, 2, SIGNED))
    changed = bytearray(stored)
    changed[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 127))
    with pytest.raises(VerificationError):
        require_as_signed(bytes(changed))


def require_as_signed(stored: bytes) -> None:
    kept = Attestation.read(decode(stored))
    assert isinstance(kept.assertion, Assertion)
    if kept.assertion.credential != SIGNED.credential:
        raise VerificationError("the key of another credential is not this one")
    act = kept.covering("city", LEAVES[2])
    verify_passkey(kept.assertion, PASSKEY.public_key, SITE, act.challenge())


@pytest.mark.parametrize(
    "other",
    [
        replace(ACT, act="annul"),
        replace(ACT, ledger="town"),
        replace(ACT, signer={**ACTOR, "role": "authority"}),
        replace(ACT, at="2026-01-05T03:04:06.000000Z"),
        replace(ACT, root=root(LEAVES[:4])),
    ],
)
def test_a_signature_is_worth_nothing_for_another_act(other: Act) -> None:
    with pytest.raises(VerificationError, match="another act"):
        verify_passkey(SIGNED, PASSKEY.public_key, SITE, other.challenge())


@pytest.mark.parametrize(
    ("passkey", "more", "why"),
    [
        (SoftPasskey(flags=0x01), {}, "did not verify its owner"),
        (SoftPasskey(flags=0x04), {}, "nobody touched"),
        (SoftPasskey(rp_id="evil.example"), {}, "belongs to another site"),
        (SoftPasskey(origin="https://evil.example"), {}, "page of another address"),
        (SoftPasskey(), {"crossOrigin": True}, "within a page"),
        (SoftPasskey(), {"type": "webauthn.create"}, "not of an assertion"),
    ],
)
def test_what_was_not_asked_for_here_is_refused(passkey: SoftPasskey, more: dict[str, object], why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        verify_passkey(passkey.sign(ACT.challenge(), **more), passkey.public_key, SITE, ACT.challenge())


def test_another_key_is_refused() -> None:
    with pytest.raises(VerificationError, match="not over this"):
        verify_passkey(SIGNED, SoftPasskey().public_key, SITE, ACT.challenge())


def test_other_kinds_of_keys_are_refused() -> None:
    weak = generate_private_key(SECP384R1()).public_key()
    for der in (b"", b"no key", weak.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(VerificationError):
            passkey_key(der)
    with pytest.raises(VerificationError):
        passkey_key(PASSKEY.public_key + b"\0")
