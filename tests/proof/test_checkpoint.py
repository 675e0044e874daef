"""Notes, keys and checkpoints are C2SP's: golden bytes, a published note, an outside reader, and every bit counts."""

import itertools
from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales import signing, tlog

from asn_ledger.proof import checkpoint as checkpoints
from asn_ledger.proof import note as notes
from asn_ledger.proof.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint, verify_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import EMPTY_ROOT, leaf_hash
from asn_ledger.proof.note import Signature, SigningKey, VerifierKey, parse_note, sign_note, verify_note

ORIGIN = "ledger.example/city"
SEED = bytes(range(32))
KEY = SigningKey.from_seed(ORIGIN, SEED)
CHECKPOINT = Checkpoint(ORIGIN, 48213, leaf_hash(b"root"))
NOTE = sign_checkpoint(CHECKPOINT, KEY)

GOLDEN_VERIFIER = "ledger.example/city+1cac6f52+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
GOLDEN_NOTE = """\
ledger.example/city
48213
PAb5plclr2BSYfY2ZyyWINQJcx2JpFHXRV/pxK4WeCk=

— ledger.example/city HKxvUncM73VzGBHROELTtKRzhpA4h90Ii+aZgabwM+4DaWvkVWalQXH+jp3GWwCEyXHR/hRbuSbREMQufh+NGYlOqAc=
"""

# The example of Go's note package, which defined the format.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


def test_golden_checkpoint() -> None:
    assert str(KEY.verifier) == GOLDEN_VERIFIER
    assert GOLDEN_NOTE.encode() == NOTE
    assert verify_checkpoint(GOLDEN_NOTE.encode(), VerifierKey.parse(GOLDEN_VERIFIER)) == CHECKPOINT
    assert parse_checkpoint(NOTE) == CHECKPOINT


def test_the_key_id_is_the_specification_s() -> None:
    public = KEY.verifier.public_key
    assert KEY.verifier.key_id == sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]


def test_the_published_example_verifies() -> None:
    note = verify_note(GO_NOTE.encode(), VerifierKey.parse(GO_KEY))
    assert note.text.endswith(b"your problem is.\n")
    assert note.to_bytes() == GO_NOTE.encode()
    assert str(VerifierKey.parse(GO_KEY)) == GO_KEY


def test_an_outside_reader_accepts_our_checkpoint_and_key() -> None:
    outside = tlog.Checkpoint.from_text(NOTE.decode())
    vkey = signing.Vkey.from_string(str(KEY.verifier))
    outside.verify(vkey)
    assert (outside.origin, outside.size, outside.root_hash) == (ORIGIN, CHECKPOINT.size, CHECKPOINT.root)
    assert outside.serialize().encode() == NOTE
    forged = tlog.Checkpoint.from_text(NOTE.decode().replace("48213", "48214"))
    with pytest.raises(InvalidSignature):
        forged.verify(vkey)


def test_we_accept_an_outside_writer_s_checkpoint() -> None:
    signer = signing.PlainEd25519Signer(ORIGIN, SEED)
    witness = signing.MLDSA44CosignatureSigner("witness.example/one", bytes(32))
    outside = tlog.Checkpoint.make_signed(ORIGIN, 7, CHECKPOINT.root, [witness, signer])
    # The outside library declares no return type here.
    verifier = VerifierKey.parse(str(signer.vkey.serialize()))  # type: ignore[no-untyped-call]  # untyped there
    assert verifier == KEY.verifier
    assert verify_checkpoint(outside.serialize().encode(), verifier) == Checkpoint(ORIGIN, 7, CHECKPOINT.root)


def test_every_flipped_bit_is_refused() -> None:
    for bit in range(8 * len(NOTE)):
        with pytest.raises(VerificationError):
            verify_checkpoint(flipped(NOTE, bit), KEY.verifier)


def test_every_truncation_and_every_addition_is_refused() -> None:
    for end in range(len(NOTE)):
        with pytest.raises(VerificationError):
            verify_checkpoint(NOTE[:end], KEY.verifier)
    for more in (b"\n", b" ", b"x", b"\n\n", NOTE):
        for mutant in (NOTE + more, more + NOTE):
            with pytest.raises(VerificationError):
                verify_checkpoint(mutant, KEY.verifier)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(NOTE.splitlines(keepends=True))).map(b"".join))
def test_arbitrary_bytes_are_refused_in_one_way(data: bytes) -> None:
    for parse in (parse_note, parse_checkpoint, checkpoints.parse_body):
        try:
            parse(data)
        except VerificationError:
            continue
    if data != NOTE:
        with pytest.raises(VerificationError):
            verify_checkpoint(data, KEY.verifier)


BODY = CHECKPOINT.body().decode()
ROOT_LINE = b64encode(CHECKPOINT.root).decode()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        f"{ORIGIN}\n",
        f"{ORIGIN}\n48213\n",
        BODY.removesuffix("\n"),
        f"\n48213\n{ROOT_LINE}\n",
        BODY.replace("48213", "048213"),
        BODY.replace("48213", "+48213"),
        BODY.replace("48213", "-1"),
        BODY.replace("48213", ""),
        BODY.replace("48213", "4_8213"),
        BODY.replace("48213", "٤"),
        BODY.replace("48213", "9223372036854775808"),
        BODY.replace("48213", "9" * 400),
        BODY.replace("48213", "0"),
        BODY.replace("=", ""),
        BODY.replace("=", "=="),
        BODY.replace(ROOT_LINE, b64encode(bytes(31)).decode()),
        BODY.replace(ROOT_LINE, b64encode(bytes(33)).decode()),
        BODY.replace(ROOT_LINE, " " + ROOT_LINE),
        BODY.replace(ROOT_LINE, CHECKPOINT.root.hex()),
        BODY + "\n",
        BODY + "extension\r\n",
    ],
)
def test_malformed_bodies_are_refused(body: str) -> None:
    with pytest.raises(VerificationError):
        checkpoints.parse_body(body.encode())


def test_extension_lines_are_read_and_signed() -> None:
    extended = Checkpoint(ORIGIN, 1, CHECKPOINT.root, ("more", "and more"))
    assert verify_checkpoint(sign_checkpoint(extended, KEY), KEY.verifier) == extended


def test_the_empty_tree_has_its_root() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert verify_checkpoint(sign_checkpoint(empty, KEY), KEY.verifier) == empty


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, bytes(32), ()),
        ("a\nb", 1, bytes(32), ()),
        (ORIGIN, -1, bytes(32), ()),
        (ORIGIN, 2**63, bytes(32), ()),
        (ORIGIN, 1, bytes(31), ()),
        (ORIGIN, 0, bytes(32), ()),
        (ORIGIN, 1, bytes(32), ("",)),
        (ORIGIN, 1, bytes(32), ("a\n",)),
    ],
)
def test_impossible_checkpoints_are_refused(origin: str, size: int, root: bytes, extensions: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"checkpoint|tree"):
        Checkpoint(origin, size, root, extensions)


def test_a_key_signs_for_its_own_log_alone() -> None:
    with pytest.raises(ValueError, match="does not sign"):
        sign_checkpoint(CHECKPOINT, SigningKey.from_seed("ledger.example/other", SEED))
    note = sign_note(Checkpoint("ledger.example/other", 1, bytes(32)).body(), (KEY,))
    with pytest.raises(VerificationError, match="not one of"):
        verify_checkpoint(note, KEY.verifier)


def test_another_key_of_the_same_name_is_not_believed() -> None:
    with pytest.raises(VerificationError, match="not signed by"):
        verify_checkpoint(NOTE, SigningKey.generate(ORIGIN).verifier)


def test_unknown_signatures_are_ignored_but_a_false_one_of_ours_is_not() -> None:
    note = parse_note(NOTE)
    own = note.signatures[0]
    stranger = Signature("other.example", own.key_id, own.value)
    namesake = Signature(own.name, b"abcd", b"anything")
    false = Signature(own.name, own.key_id, flipped(own.value, 0))
    for order in itertools.permutations((own, stranger, namesake)):
        verify_checkpoint(notes.Note(note.text, order).to_bytes(), KEY.verifier)
    for order in itertools.permutations((own, false)):
        with pytest.raises(VerificationError, match="not one of"):
            verify_checkpoint(notes.Note(note.text, order).to_bytes(), KEY.verifier)
    with pytest.raises(VerificationError, match="not signed by"):
        verify_checkpoint(notes.Note(note.text, (stranger, namesake)).to_bytes(), KEY.verifier)


def test_notes_have_limits() -> None:
    note = parse_note(NOTE)
    many = notes.Note(note.text, note.signatures * notes.MAX_SIGNATURES)
    verify_checkpoint(many.to_bytes(), KEY.verifier)
    with pytest.raises(VerificationError, match="signatures"):
        parse_note(notes.Note(note.text, note.signatures * (notes.MAX_SIGNATURES + 1)).to_bytes())
    with pytest.raises(VerificationError, match="bytes"):
        parse_note(b"a" * notes.MAX_NOTE_BYTES + NOTE)
    with pytest.raises(ValueError, match="signatures"):
        sign_note(CHECKPOINT.body(), [KEY] * (notes.MAX_SIGNATURES + 1))


@pytest.mark.parametrize("text", [b"", b"no newline", b"a\x00\n", b"\xff\n", b"a\r\n", NOTE.removesuffix(b"\n")])
def test_what_is_no_text_is_not_signed(text: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be signed"):
        sign_note(text, (KEY,))


def test_a_note_without_signers_is_not_written() -> None:
    with pytest.raises(ValueError, match="cannot be signed"):
        sign_note(CHECKPOINT.body(), ())


def test_a_text_may_hold_empty_lines() -> None:
    text = b"one\n\n\ntwo\n\n\n"
    assert verify_note(sign_note(text, (KEY,)), KEY.verifier).text == text


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\u200bb", "\ud800", "é" * 128])
def test_names_that_cannot_stand_in_a_note_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        SigningKey.from_seed(name, SEED)
    with pytest.raises(ValueError, match="name"):
        VerifierKey(name, bytes(32))


def test_private_keys_travel_as_text() -> None:
    text = KEY.encode()
    secret = b64encode(b"\x01" + SEED).decode()
    assert text == f"PRIVATE+KEY+{ORIGIN}+{KEY.verifier.key_id.hex()}+{secret}"
    again = SigningKey.parse(text + "\n")
    assert again == KEY
    assert again.sign(b"x") == KEY.sign(b"x")
    assert SigningKey.generate(ORIGIN) != SigningKey.generate(ORIGIN)


def test_a_private_key_never_shows_itself() -> None:
    secret = b64encode(b"\x01" + SEED).decode()
    assert secret not in repr(KEY) + str(KEY)
    for text in (KEY.encode()[8:], KEY.encode() + "A", KEY.encode().replace("city", "town")):
        with pytest.raises(VerificationError) as refused:
            SigningKey.parse(text)
        assert secret[:20] not in str(refused.value)


@pytest.mark.parametrize("parse", [VerifierKey.parse, SigningKey.parse])
def test_damaged_keys_are_refused(parse: object) -> None:
    assert callable(parse)
    text = str(KEY.verifier) if parse == VerifierKey.parse else KEY.encode()
    prefix = "" if parse == VerifierKey.parse else "PRIVATE+KEY+"
    cosigner = b64encode(b"\x04" + SEED).decode()
    damaged = [text[:end] for end in range(len(text))]
    damaged += [text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :] for at in range(len(text))]
    damaged += [text.upper(), text + "=", " + ", f"{prefix}a+00000000+", f"{prefix}a+00000000+{cosigner}"]
    damaged += [f"{prefix}{'a' * 5000}+00000000+AA==", text.replace("+", "-"), "\ud800", ""]
    for mutant in damaged:
        with pytest.raises(VerificationError):
            parse(mutant)


def test_keys_of_other_types_are_refused_for_that() -> None:
    for outside in (
        signing.Vkey("witness.example", None, 4, SEED),
        signing.Vkey("witness.example", None, 6, bytes(1312)),
    ):
        # The outside library declares no return type here.
        text = str(outside.serialize())  # type: ignore[no-untyped-call]  # untyped there
        with pytest.raises(VerificationError, match=r"type 0x01|too long"):
            VerifierKey.parse(text)


def test_a_signature_line_without_a_signature_is_refused() -> None:
    with pytest.raises(VerificationError, match="no signature"):
        parse_note(b"text\n\n" + Signature(ORIGIN, b"abcd", b"").line().encode())


def test_public_keys_have_one_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        VerifierKey(ORIGIN, bytes(31))
