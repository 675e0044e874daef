"""Receipts are C2SP's tlog-proof: golden bytes, an outside checker, and no bit or line is free."""

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales import signing, tlog

from asn_ledger.proof import note as notes
from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import MAX_PROOF_HASHES, inclusion_proof, leaf_hash, root
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.receipt import (
    MAX_EXTRA_BYTES,
    MAX_RECEIPT_BYTES,
    Proven,
    Receipt,
    parse_receipt,
    verify_receipt,
)

ORIGIN = "ledger.example/city"
KEY = SigningKey.from_seed(ORIGIN, bytes(range(32)))
ENTRIES = [f"entry {number}".encode() for number in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def receipt(index: int, size: int, extra: bytes = b"") -> bytes:
    checkpoint = Checkpoint(ORIGIN, size, root(LEAVES[:size]))
    return Receipt(index, inclusion_proof(index, LEAVES[:size]), sign_checkpoint(checkpoint, KEY), extra).to_bytes()


INDEX = 5
RECEIPT = receipt(INDEX, 11)
GOLDEN = """\
c2sp.org/tlog-proof@v1
index 5
SFM123z+yWXxX/dF/GJcQdXqJkaTaTAWWCj3PdS2iFQ=
/w4ywg/2W5esELOyZ3uHKqPVoCh9lFesukflfPSkpz8=
l5nzB1F+9RfCIF35tndivzR1ayAJn7ffzOdrzr0nOy4=
Gg7P34r3oeK3sD6u30u69aQetycGEXXjRiBCvpuP4wA=

ledger.example/city
11
MpIghwdLQvu/Ojo2cjqyeCX9m62x4pvd68P+qD6ewE0=

— ledger.example/city HKxvUjG906K4Fw+GrXxLli1zBaciPjC1OGO314isnBBG7vGBKu8YAhxQc1KPNNYxX9HGKqhgS1w5dl5GrCo8KM8X/ww=
"""


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


def test_golden_receipt() -> None:
    assert GOLDEN.encode() == RECEIPT
    assert verify_receipt(GOLDEN.encode(), ENTRIES[INDEX], KEY.verifier) == Proven(
        INDEX, Checkpoint(ORIGIN, 11, root(LEAVES))
    )


@pytest.mark.parametrize("size", range(1, 12))
def test_every_entry_has_a_receipt_that_proves_it_and_no_other(size: int) -> None:
    for index in range(size):
        data = receipt(index, size)
        assert verify_receipt(data, ENTRIES[index], KEY.verifier).index == index
        with pytest.raises(VerificationError):
            verify_receipt(data, ENTRIES[index] + b" ", KEY.verifier)
        with pytest.raises(VerificationError):
            verify_receipt(data, ENTRIES[(index + 1) % 11], KEY.verifier)


def test_an_outside_checker_accepts_its_parts() -> None:
    parsed = parse_receipt(RECEIPT)
    checkpoint = tlog.Checkpoint.from_text(parsed.checkpoint.decode())
    checkpoint.verify(signing.Vkey.from_string(str(KEY.verifier)))
    proof = tlog.InclusionProof(parsed.index, checkpoint.size, list(parsed.proof))
    proof.check(leaf_hash(ENTRIES[INDEX]), checkpoint.root_hash)
    with pytest.raises(tlog.InclusionProofInvalid):
        proof.check(leaf_hash(ENTRIES[INDEX + 1]), checkpoint.root_hash)


def test_extra_data_travels_but_proves_nothing() -> None:
    data = receipt(INDEX, 11, b"where to find it")
    assert data.splitlines()[1] == b"extra d2hlcmUgdG8gZmluZCBpdA=="
    assert parse_receipt(data).extra == b"where to find it"
    assert verify_receipt(data, ENTRIES[INDEX], KEY.verifier).index == INDEX
    other = data.replace(b"d2hlcmU", b"D2hlcmU")
    assert verify_receipt(other, ENTRIES[INDEX], KEY.verifier).index == INDEX


def test_every_flipped_bit_is_refused() -> None:
    for bit in range(8 * len(RECEIPT)):
        with pytest.raises(VerificationError):
            verify_receipt(flipped(RECEIPT, bit), ENTRIES[INDEX], KEY.verifier)


def test_every_truncation_is_refused() -> None:
    for end in range(len(RECEIPT)):
        with pytest.raises(VerificationError):
            verify_receipt(RECEIPT[:end], ENTRIES[INDEX], KEY.verifier)


def test_every_line_left_out_doubled_or_swapped_is_refused() -> None:
    lines = RECEIPT.splitlines(keepends=True)
    for at in range(len(lines)):
        mutants = [[*lines[:at], *lines[at + 1 :]], [*lines[:at], b"\n", *lines[at:]]]
        # A note may carry the same signature twice.
        if at < len(lines) - 1:
            mutants.append([*lines[: at + 1], *lines[at:]])
            mutants.append([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])
        for mutant in mutants:
            with pytest.raises(VerificationError):
                verify_receipt(b"".join(mutant), ENTRIES[INDEX], KEY.verifier)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"index 5", b"index 05"),
        (b"index 5", b"index -5"),
        (b"index 5", b"index  5"),
        (b"index 5", b"index 5 "),
        (b"index 5", b"index 16"),
        (b"index 5", b"index 18446744073709551621"),
        (b"index 5", b"index 5\r"),
        (b"index 5", b"extra \nindex 5"),
        (b"index 5", b"extra !\nindex 5"),
        (b"index 5", b"extra YQ==\nextra YQ==\nindex 5"),
        (b"proof@v1", b"proof@v2"),
        (b"c2sp", b"\xef\xbb\xbfc2sp"),
    ],
)
def test_other_spellings_are_refused(old: bytes, new: bytes) -> None:
    mutant = RECEIPT.replace(old, new, 1)
    assert mutant != RECEIPT
    with pytest.raises(VerificationError):
        verify_receipt(mutant, ENTRIES[INDEX], KEY.verifier)


def test_receipts_have_limits() -> None:
    note = parse_receipt(RECEIPT).checkpoint
    longest = Receipt(2**63 - 1, (LEAVES[0],) * MAX_PROOF_HASHES, note, b"x" * MAX_EXTRA_BYTES)
    assert parse_receipt(longest.to_bytes()) == longest
    assert len(longest.to_bytes()) + notes.MAX_NOTE_BYTES - len(note) <= MAX_RECEIPT_BYTES
    for length, fault in ((MAX_EXTRA_BYTES + 1, "extra data"), (MAX_RECEIPT_BYTES, "bytes")):
        with pytest.raises(VerificationError, match=fault):
            parse_receipt(RECEIPT.replace(b"index", b"extra " + b64encode(b"a" * length) + b"\nindex"))
    with pytest.raises(VerificationError, match="at most"):
        parse_receipt(RECEIPT.replace(b"index 5\n", b"index 5\n" + (RECEIPT.splitlines()[2] + b"\n") * 65))


@pytest.mark.parametrize(
    ("index", "proof", "extra"),
    [
        (-1, (), b""),
        (2**63, (), b""),
        (0, (b"short",), b""),
        (0, (LEAVES[0],) * (MAX_PROOF_HASHES + 1), b""),
        (0, (), b"x" * (MAX_EXTRA_BYTES + 1)),
    ],
)
def test_impossible_receipts_are_refused(index: int, proof: tuple[bytes, ...], extra: bytes) -> None:
    with pytest.raises(ValueError, match="receipt's"):
        Receipt(index, proof, b"", extra)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(RECEIPT.splitlines(keepends=True))).map(b"".join))
def test_arbitrary_bytes_are_refused_in_one_way(data: bytes) -> None:
    if data != RECEIPT:
        with pytest.raises(VerificationError):
            verify_receipt(data, ENTRIES[INDEX], KEY.verifier)
