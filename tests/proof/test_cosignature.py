"""Cosignatures are C2SP's: an outside writer and reader agree with ours, in both kinds, and every byte counts."""

from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import signing, tlog

from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.cosignature import (
    CosignatureKind,
    Cosigned,
    CosignerKey,
    CosigningKey,
    verify_cosignatures,
)
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import leaf_hash
from asn_ledger.proof.note import Note, Signature, SigningKey, parse_note

ORIGIN, NAME = "ledger.example/city", "witness.example/inspectorate"
SEED = bytes(range(32))
CHECKPOINT = Checkpoint(ORIGIN, 48213, leaf_hash(b"root"), ("zone Asia/Jakarta",))
LOG = SigningKey.from_seed(ORIGIN, bytes(32))
NOTE = parse_note(sign_checkpoint(CHECKPOINT, LOG))
KEYS = tuple(CosigningKey(NAME, kind, SEED) for kind in CosignatureKind)
TIME = 1_679_315_147
COSIGNED = tuple(key.cosign(CHECKPOINT, TIME) for key in KEYS)
kinds = pytest.mark.parametrize(
    ("key", "signature"), tuple(zip(KEYS, COSIGNED, strict=True)), ids=["ed25519", "ml-dsa-44"]
)

GOLDEN_LINE = (
    "\u2014 witness.example/inspectorate eyazYwAAAABkGFDLC2X1RhWjCKzRJp7uOeEpmXLuR7V6snmcSZl6zs/kfNlrjuTRoIQTH2nww3+OCFJL"
    "8jZRw1Gs/MkdJB3jDuDCBg==\n"
)


def noted(*signatures: Signature, body: bytes = NOTE.text) -> Note:
    return Note(body, (*NOTE.signatures, *signatures))


def test_an_ed25519_cosignature_is_the_specification_s_to_the_byte() -> None:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    public = key.public_key().public_bytes_raw()
    key_id = sha256(NAME.encode() + b"\n\x04" + public).digest()[:4]
    value = TIME.to_bytes(8, "big") + key.sign(b"cosignature/v1\ntime 1679315147\n" + CHECKPOINT.body())
    assert COSIGNED[0] == Signature(NAME, key_id, value)
    assert COSIGNED[0].line() == GOLDEN_LINE


def test_an_ml_dsa_44_cosignature_signs_the_specification_s_structure() -> None:
    public = MLDSA44PrivateKey.from_seed_bytes(SEED).public_key()
    message = b"subtree/v1\n\0" + bytes([len(NAME)]) + NAME.encode() + TIME.to_bytes(8, "big")
    message += bytes([len(ORIGIN)]) + ORIGIN.encode() + bytes(8) + (48213).to_bytes(8, "big") + CHECKPOINT.root
    signature = COSIGNED[1]
    assert signature.key_id == sha256(NAME.encode() + b"\n\x06" + public.public_bytes_raw()).digest()[:4]
    assert signature.value[:8] == TIME.to_bytes(8, "big")
    public.verify(signature.value[8:], message)


@kinds
def test_an_outside_reader_accepts_ours(key: CosigningKey, signature: Signature) -> None:
    plain = replace(CHECKPOINT, extensions=())  # it reads no further lines
    signature = key.cosign(plain, TIME)
    outside = tlog.Checkpoint.from_text(noted(signature, body=plain.body()).to_bytes().decode())
    vkey = signing.Vkey.from_string(str(key.verifier))
    assert {valid.name for _, valid in signing.VkeySet(vkey).verify(outside.signatures, outside)} == {NAME}
    outside.verify(vkey)


def test_we_accept_an_outside_writer_s() -> None:
    witness = signing.MLDSA44CosignatureSigner(NAME, SEED)
    made = tlog.Checkpoint.make_signed(ORIGIN, 7, CHECKPOINT.root, [witness, signing.PlainEd25519Signer(ORIGIN, SEED)])
    # The outside library declares no return type here.
    key = CosignerKey.parse(str(witness.vkey.serialize()))  # type: ignore[no-untyped-call]  # untyped there
    assert key == KEYS[1].verifier
    (cosigned,) = verify_cosignatures(parse_note(made.serialize().encode()), [key])
    assert cosigned.key == key
    assert cosigned.time > TIME


def test_all_known_cosignatures_are_checked_and_strangers_ignored() -> None:
    strangers = (Signature("other.example", b"abcd", b"anything"), Signature(NAME, b"abcd", b"anything"))
    note = noted(*strangers, *COSIGNED)
    keys = [key.verifier for key in KEYS]
    assert verify_cosignatures(note, keys) == (Cosigned(keys[0], TIME), Cosigned(keys[1], TIME))
    assert verify_cosignatures(note, keys[1:]) == (Cosigned(keys[1], TIME),)
    assert verify_cosignatures(note, []) == verify_cosignatures(NOTE, keys) == ()


@given(st.data())
@kinds
def test_every_changed_byte_of_a_cosignature_is_refused(
    key: CosigningKey, signature: Signature, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(signature.value) - 1))
    other = bytearray(signature.value)
    other[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VerificationError):
        verify_cosignatures(noted(replace(signature, value=bytes(other))), [key.verifier])


@kinds
def test_a_cosignature_cut_short_or_drawn_out_is_refused(key: CosigningKey, signature: Signature) -> None:
    for value in (signature.value[:-1], signature.value[:8], signature.value[:3], b"", signature.value + b"\0"):
        with pytest.raises(VerificationError):
            key.verifier.verify(CHECKPOINT, value)


@kinds
def test_a_cosignature_is_of_one_log_size_and_root(key: CosigningKey, signature: Signature) -> None:
    for other in (
        replace(CHECKPOINT, origin="ledger.example/other"),
        replace(CHECKPOINT, size=48214),
        replace(CHECKPOINT, root=leaf_hash(b"other")),
    ):
        with pytest.raises(VerificationError, match="not one of"):
            verify_cosignatures(noted(signature, body=other.body()), [key.verifier])


def test_only_the_first_kind_signs_the_further_lines() -> None:
    body = replace(CHECKPOINT, extensions=()).body()
    with pytest.raises(VerificationError, match="not one of"):
        verify_cosignatures(noted(COSIGNED[0], body=body), [KEYS[0].verifier])
    assert verify_cosignatures(noted(COSIGNED[1], body=body), [KEYS[1].verifier])


def test_the_second_kind_signs_the_witness_s_name() -> None:
    renamed = CosignerKey("witness.example/other", KEYS[1].kind, KEYS[1].verifier.public_key)
    with pytest.raises(VerificationError, match="not one of"):
        renamed.verify(CHECKPOINT, COSIGNED[1].value)


@kinds
def test_a_cosignature_states_when(key: CosigningKey, signature: Signature) -> None:
    for time in (0, -1, 2**63):
        with pytest.raises(ValueError, match="time"):
            key.cosign(CHECKPOINT, time)
    for raw in (0, 2**63):
        with pytest.raises(VerificationError, match="no time"):
            key.verifier.verify(CHECKPOINT, raw.to_bytes(8, "big") + signature.value[8:])


def test_a_name_longer_than_the_second_kind_counts_is_refused() -> None:
    long = replace(CHECKPOINT, origin="o" * 256)
    KEYS[0].cosign(long, TIME)
    with pytest.raises(VerificationError, match="255"):
        KEYS[1].cosign(long, TIME)


@kinds
def test_keys_travel_as_text_and_damaged_ones_are_refused(key: CosigningKey, signature: Signature) -> None:
    assert CosignerKey.parse(str(key.verifier)) == key.verifier
    again = CosigningKey.parse(key.encode() + "\n")
    assert again == key
    assert again.cosign(CHECKPOINT, TIME).key_id == signature.key_id
    secret = key.encode().rsplit("+", 1)[1]
    assert secret not in repr(key) + str(key)
    for parse, text in ((CosignerKey.parse, str(key.verifier)), (CosigningKey.parse, key.encode())):
        damaged = [text[:end] for end in range(0, len(text), 7)] + [text.replace("example", "sample"), text + "A", ""]
        damaged += [text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :] for at in range(0, len(text), 5)]
        for mutant in damaged:
            with pytest.raises(VerificationError) as refused:
                parse(mutant)
            assert secret[:20] not in str(refused.value)


def test_a_log_s_key_is_no_witness_s() -> None:
    with pytest.raises(VerificationError, match="type 0x04"):
        CosignerKey.parse(str(LOG.verifier))
    with pytest.raises(VerificationError, match="type 0x04"):
        CosigningKey.parse(LOG.encode())


@pytest.mark.parametrize(
    ("name", "seed"), [("", SEED), ("a b", SEED), ("a+b", SEED), ("é" * 128, SEED), (NAME, SEED[1:])]
)
def test_impossible_keys_are_refused(name: str, seed: bytes) -> None:
    with pytest.raises(ValueError, match=r"name|bytes"):
        CosigningKey(name, CosignatureKind.ED25519, seed)


def test_public_keys_have_the_length_of_their_kind() -> None:
    for kind, length in ((CosignatureKind.ED25519, 1312), (CosignatureKind.ML_DSA_44, 32)):
        with pytest.raises(ValueError, match="bytes"):
            CosignerKey(NAME, kind, bytes(length))
