"""An acknowledgement says exactly one thing, and only its signer can say it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_ledger.proof.acknowledgement import (
    MAX_ACKNOWLEDGEMENT_BYTES,
    MAX_LEDGER_BYTES,
    Acknowledgement,
    sign_acknowledgement,
    verify_acknowledgement,
)
from asn_ledger.proof.canonical import Json, canonical
from asn_ledger.proof.encoding import write_base64
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import leaf_hash
from asn_ledger.proof.note import SigningKey

KEY = SigningKey.from_seed("ledger.example/city", bytes(range(32)))
STATED = Acknowledgement("city", 48213, leaf_hash(b"entry"), 48215, leaf_hash(b"root"))
SIGNED = sign_acknowledgement(STATED, KEY)
GOLDEN = (
    '{"key":"ledger.example/city+1cac6f52","signature":"G4a9bYPj8MLqCacjYi8ZKEmGjexwIJ2mCArRTnYGMwQrWxdEv'
    'RibCEYyuePE+3sDS7wxzjRBfvI3KJzUvyO8Ag==","statement":{"format":"acknowledgement/v1","leaf":"d9c2d66b'
    '522c2522728f539ff9f67b85d40defff095fc8a528c994f4f35bb3de","ledger":"city","position":48213,"root":"3'
    'c06f9a65725af605261f636672c9620d409731d89a451d7455fe9c4ae167829","size":48215}}'
)


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


def signed_as(statement: Json) -> bytes:
    signature = write_base64(KEY.sign(canonical(statement)))
    name = f"{KEY.name}+{KEY.verifier.key_id.hex()}"
    return canonical({"key": name, "signature": signature, "statement": statement})


def test_golden_acknowledgement() -> None:
    assert SIGNED.decode() == GOLDEN
    assert verify_acknowledgement(GOLDEN.encode(), KEY.verifier) == STATED
    assert signed_as(STATED.statement()) == SIGNED


def test_every_flipped_bit_and_every_truncation_is_refused() -> None:
    for mutant in [flipped(SIGNED, bit) for bit in range(8 * len(SIGNED))] + [
        SIGNED[:end] for end in range(len(SIGNED))
    ]:
        with pytest.raises(VerificationError):
            verify_acknowledgement(mutant, KEY.verifier)


def test_another_key_is_not_believed() -> None:
    for stranger in (SigningKey.generate(KEY.name), SigningKey.from_seed("other.example", bytes(range(32)))):
        with pytest.raises(VerificationError, match="not signed by"):
            verify_acknowledgement(SIGNED, stranger.verifier)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "acknowledgement/v2"},
        {"ledger": ""},
        {"ledger": 1},
        {"position": 0},
        {"position": -1},
        {"position": True},
        {"position": "1"},
        {"position": 48216},
        {"size": None},
        {"size": 48212},
        {"leaf": "00" * 31},
        {"leaf": "0" * 63},
        {"leaf": STATED.leaf.hex().upper()},
        {"leaf": [1]},
        {"root": ""},
        {"more": 1},
    ],
)
def test_what_is_signed_but_says_something_else_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(VerificationError):
        verify_acknowledgement(signed_as(STATED.statement() | change), KEY.verifier)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b" " * (MAX_ACKNOWLEDGEMENT_BYTES + 1)])
def test_other_json_is_refused(data: bytes) -> None:
    with pytest.raises(VerificationError):
        verify_acknowledgement(data, KEY.verifier)


def test_impossible_acknowledgements_are_refused() -> None:
    with pytest.raises(ValueError, match="positions"):
        replace(STATED, position=0)
    with pytest.raises(ValueError, match="positions"):
        replace(STATED, size=STATED.position - 1)
    with pytest.raises(ValueError, match="positions"):
        replace(STATED, size=2**53)
    with pytest.raises(ValueError, match="32 bytes"):
        replace(STATED, root=b"")
    with pytest.raises(ValueError, match="name"):
        replace(STATED, ledger="x" * (MAX_LEDGER_BYTES + 1))


@settings(deadline=None)
@given(st.integers(1, 10**9), st.integers(0, 1000), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_what_is_read(position: int, later: int, leaf: bytes) -> None:
    stated = Acknowledgement("city", position, leaf, position + later, leaf_hash(leaf))
    assert verify_acknowledgement(sign_acknowledgement(stated, KEY), KEY.verifier) == stated


def test_the_longest_acknowledgement_is_within_the_limit() -> None:
    key = SigningKey.from_seed("n" * 255, bytes(32))
    longest = Acknowledgement('"' * MAX_LEDGER_BYTES, 2**53 - 1, bytes(32), 2**53 - 1, bytes(32))
    signed = sign_acknowledgement(longest, key)
    assert verify_acknowledgement(signed, key.verifier) == longest
