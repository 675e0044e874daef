"""Trust policies are C2SP's: what is read is written again, what breaks a rule is refused, and a quorum is a quorum."""

from collections.abc import Collection
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.cosignature import CosignatureKind, CosigningKey
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import leaf_hash
from asn_ledger.proof.note import Note, SigningKey, parse_note
from asn_ledger.proof.policy import Group, Log, Met, Policy, Witness, parse_policy, verify_policy

ORIGIN = "ledger.example/city"
LOG = SigningKey.from_seed(ORIGIN, bytes(32))
CHECKPOINT = Checkpoint(ORIGIN, 48213, leaf_hash(b"root"))
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {
    name: CosigningKey(f"witness.example/{name}", CosignatureKind.ED25519, bytes([number] * 32))
    for number, name in enumerate(NAMES)
}
KEYS["Y3"] = CosigningKey("witness.example/Y3", CosignatureKind.ML_DSA_44, bytes([9] * 32))
WITNESSES = "".join(f"witness {name} {KEYS[name].verifier}\n" for name in NAMES)
# The example of the specification, with keys.
TEXT = f"""\
log {LOG.verifier}

{WITNESSES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
POLICY = parse_policy(TEXT.encode())
TIME = 1_700_000_000


def cosigned(names: Collection[str], signed: bytes = SIGNED) -> bytes:
    note = parse_note(signed)
    return Note(note.text, note.signatures + tuple(KEYS[name].cosign(CHECKPOINT, TIME) for name in names)).to_bytes()


def test_the_specification_s_example_asks_for_two_of_the_ones_and_one_of_the_others() -> None:
    for count in range(len(NAMES) + 1):
        for names in combinations(NAMES, count):
            enough = sum(name[0] == "X" for name in names) >= 2 and any(name[0] == "Y" for name in names)
            assert POLICY.is_met(names) == enough
    met = verify_policy(cosigned(("Y3", "X1", "X3")), POLICY)
    assert met == Met(CHECKPOINT, LOG.verifier, (("X1", TIME), ("X3", TIME), ("Y3", TIME)))
    for names in ((), ("X1", "Y1"), ("X1", "X2", "X3"), ("Y1", "Y2", "Y3")):
        with pytest.raises(VerificationError, match="quorum X-and-Y is not met"):
            verify_policy(cosigned(names), POLICY)


def test_a_policy_is_written_as_it_was_read() -> None:
    assert parse_policy(POLICY.to_bytes()) == POLICY
    text = f"\t # free words \xa9\n\n  log {LOG.verifier}   https://log.example/a \n# asn-ledger:\toutside X1\n"
    text += f"witness X1\t{KEYS['X1'].verifier} https://x.example/\nquorum \tX1\n"
    policy = parse_policy(text.encode("latin-1"))
    witness = Witness("X1", KEYS["X1"].verifier, "https://x.example/")
    assert policy == Policy(
        (Log(LOG.verifier, "https://log.example/a"),), (witness,), quorum="X1", outside=frozenset({"X1"})
    )
    assert parse_policy(policy.to_bytes()) == policy


def test_names_are_octets() -> None:
    kelvin = TEXT.replace(" X1 ", " \u212a ").encode()
    odd = TEXT.replace(" X1 ", " \xff ").encode("latin-1")
    assert parse_policy(kelvin).witnesses[0].name == "\u212a"
    assert parse_policy(odd).to_bytes() == POLICY.to_bytes().replace(b" X1 ", b" \xff ")


def test_no_witness_is_asked_for_by_none() -> None:
    policy = parse_policy(f"log {LOG.verifier}\nquorum none\n".encode())
    assert verify_policy(SIGNED, policy).cosigned == ()
    assert parse_policy(b"quorum none\n") == Policy(())
    with pytest.raises(VerificationError, match="not signed by a log"):
        verify_policy(SIGNED, Policy(()))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("quorum X-and-Y\n", "", "no quorum"),
        ("quorum X-and-Y\n", "quorum X-and-Y\nquorum X1\n", "more than one quorum"),
        ("quorum X-and-Y\n", "quorum X-and-Y", "newline"),
        ("quorum X-and-Y\n", "quorum X-and-Y X1\n", "line 14"),
        ("quorum X-and-Y\n", "quorum Z\n", "not defined"),
        ("group X-and-Y", "quorum X-and-Y\ngroup X-and-Y", "not defined"),
        ("X-witnesses 2", "X-witnesses 0", "from 1 to all"),
        ("X-witnesses 2", "X-witnesses 4", "from 1 to all"),
        ("X-witnesses 2", "X-witnesses 02", "decimal"),
        ("X-witnesses 2", "X-witnesses some", "decimal"),
        (" 2 X1 X2 X3", " 2", "line 10"),
        (" 2 X1 X2 X3", " 2 X1 X2 X2", "more than once"),
        (" any Y1", " any X1 Y1", "more than once"),
        (" any Y1", " any none", "no member"),
        (" any Y1", " any X-and-Y", "not defined"),
        (" any Y1", " any Y-witnesses", "not defined"),
        ("group Y-witnesses", "group X1", "defined twice"),
        ("group Y-witnesses", "group none", "defined twice"),
        ("witness Y2", "witness Y1", "defined twice"),
        ("witness Y2", "witness none", "defined twice"),
        ("witness Y2", "Witness Y2", "not a line"),
        (str(KEYS["Y2"].verifier), str(KEYS["Y1"].verifier), "key stands there twice"),
        (str(KEYS["Y2"].verifier), str(LOG.verifier), "type 0x04"),
        (str(LOG.verifier), str(KEYS["Y2"].verifier), "type 0x01"),
        ("log ", f"log {LOG.verifier}\nlog ", "key stands there twice"),
        ("log ", "log", "not a line"),
        ("log ", "log\r ", "control"),
        ("log ", "log\x7f ", "control"),
        ("log ", "# asn-ledger: outside Z1\nlog ", "outside"),
        ("log ", "\xa0log ", "not a line"),
    ],
)
def test_what_breaks_a_rule_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        parse_policy(TEXT.replace(old, new, 1).encode())


@pytest.mark.parametrize("name", ["", "a b", "a\n", "a\t", "\x7f"])
def test_what_cannot_stand_on_a_line_is_not_made(name: str) -> None:
    with pytest.raises(ValueError, match="blank"):
        Policy((), (Witness(name, KEYS["X1"].verifier),))


def test_a_policy_is_not_made_out_of_parts_that_do_not_fit() -> None:
    witnesses = POLICY.witnesses
    with pytest.raises(ValueError, match="not defined before"):
        Policy((), witnesses, (Group("a", 1, ("b",)), Group("b", 1, ("X1",))), "a")
    with pytest.raises(ValueError, match="quorum"):
        Policy((), witnesses, quorum="Z")


def test_a_quorum_is_captive_until_a_witness_outside_is_needed_for_it() -> None:
    def captive(*outside: str) -> bool:
        return parse_policy(TEXT.encode() + f"# asn-ledger: outside {' '.join(outside)}\n".encode()).captive

    assert POLICY.captive
    assert parse_policy(b"quorum none\n").captive
    assert captive("X1")
    assert captive("Y1", "Y2")
    assert not captive("X1", "X2")
    assert not captive("Y1", "Y2", "Y3")


def test_any_log_of_the_policy_will_do_as_a_rotated_key_shows() -> None:
    newer = SigningKey.from_seed(ORIGIN, bytes([1] * 32))
    both = Policy((Log(LOG.verifier), Log(newer.verifier)))
    assert verify_policy(SIGNED, both).log == LOG.verifier
    assert verify_policy(sign_checkpoint(CHECKPOINT, newer), both).log == newer.verifier
    other = SigningKey.from_seed("ledger.example/other", bytes(32))
    with pytest.raises(VerificationError, match="not signed by a log"):
        verify_policy(SIGNED, Policy((Log(other.verifier),)))
    note = parse_note(SIGNED)
    false = Note(
        note.text,
        (*note.signatures, parse_note(sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), newer)).signatures[0]),
    )
    with pytest.raises(VerificationError, match="not one of"):
        verify_policy(false.to_bytes(), both)


ALL = Policy(POLICY.logs, POLICY.witnesses, (Group("everybody", 6, NAMES),), "everybody")
WHOLE = cosigned(NAMES)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_every_changed_byte_of_a_note_that_all_signed_is_refused(at: int, change: int) -> None:
    verify_policy(WHOLE, ALL)
    with pytest.raises(VerificationError):
        verify_policy(WHOLE[:at] + bytes([WHOLE[at] ^ change]) + WHOLE[at + 1 :], ALL)


@given(st.binary(max_size=200) | st.lists(st.sampled_from(TEXT.encode().splitlines(keepends=True))).map(b"".join))
def test_arbitrary_policies_are_read_or_refused_in_one_way(data: bytes) -> None:
    try:
        policy = parse_policy(data)
    except VerificationError:
        return
    assert parse_policy(policy.to_bytes()) == policy
