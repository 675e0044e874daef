"""A log's keys, one after the other: each signs for its own sizes alone."""

import pytest

from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKey, LogKeys
from asn_ledger.proof.note import SigningKey, sign_note

ORIGIN = "ledger.example/city"
OLD, NEW, OTHER = (SigningKey.from_seed(ORIGIN, bytes([number] * 32)) for number in range(3))
KEYS = LogKeys((LogKey(OLD.verifier, 0, "2020-01-01"), LogKey(NEW.verifier, 100, "2026-11-24")))


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, bytes([1] * 32))


def test_each_key_signs_for_its_own_sizes() -> None:
    for key, good, bad in ((OLD, (1, 99, 100), (101, 5000)), (NEW, (100, 101, 5000), (1, 99))):
        for size in good:
            assert KEYS.verify(sign_checkpoint(checkpoint(size), key)) == checkpoint(size)
        for size in bad:
            with pytest.raises(VerificationError, match="not signed by"):
                KEYS.verify(sign_checkpoint(checkpoint(size), key))
    with pytest.raises(VerificationError, match="not signed by"):
        KEYS.verify(sign_checkpoint(checkpoint(100), OTHER))


def test_where_one_takes_over_both_may_have_signed() -> None:
    both = sign_note(checkpoint(100).body(), (OLD, NEW))
    assert KEYS.verify(both) == checkpoint(100)
    assert LogKeys.of(OLD.verifier).verify(both) == checkpoint(100)
    with pytest.raises(VerificationError, match="not one of"):
        KEYS.verify(both.replace(b"\nAQEB", b"\nAQEC"))


def test_a_list_is_read_as_it_was_written() -> None:
    assert LogKeys.parse(KEYS.to_bytes()) == KEYS
    alone = LogKeys.of(OLD.verifier)
    assert alone.to_bytes() == f"{OLD.verifier}\n".encode()
    assert LogKeys.parse(alone.to_bytes()) == alone
    assert KEYS.current == NEW.verifier
    assert KEYS.verifiers == (OLD.verifier, NEW.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "x",
        f"{OLD.verifier} 0",
        f"{OLD.verifier} 0 2020-01-01 x",
        f"{OLD.verifier} -1 2020-01-01",
        f"{OLD.verifier} 5 2020-01-01\n{NEW.verifier} 4 2020-01-02",
        f"{OLD.verifier}\n{OLD.verifier}",
        f"{OLD.verifier}\n{SigningKey.from_seed('other.example', bytes(32)).verifier}",
        "\udcff",
    ],
)
def test_what_is_no_list_of_one_log_s_keys_is_refused(text: str) -> None:
    with pytest.raises(VerificationError):
        LogKeys.parse(text.encode("utf-8", "surrogateescape"))
