"""A subject statement says exactly where one chain ends, and only its signer can say it."""

import pytest

from asn_ledger.proof.acknowledgement import verify_acknowledgement
from asn_ledger.proof.canonical import Json
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.signed import sign_statement
from asn_ledger.proof.subject import MAX_STATEMENT_BYTES, SubjectEnd, sign_subject_end, verify_subject_end

KEY = SigningKey.from_seed("ledger.example/city", bytes(range(32)))
END = SubjectEnd("city", "post:3f1c", 3, 2950, 48215)
SIGNED = sign_subject_end(END, KEY)


def test_golden_statement() -> None:
    assert SIGNED.decode() == (
        '{"key":"ledger.example/city+1cac6f52","signature":"EGYfyJE0rvgDipXbrTvPSdshGRhu6G1RXM8udiUREZlBzoE5a/cJIzaIaMD1PQKwGQpcbHh9AxSwTvO1q/FvDA==","statement":{"format":"subject/v1",'
        '"ledger":"city","position":2950,"seq":3,"size":48215,"subject":"post:3f1c"}}'
    )
    assert verify_subject_end(SIGNED, KEY.verifier) == END


def test_every_flipped_bit_and_every_truncation_is_refused() -> None:
    mutants = [
        SIGNED[: bit // 8] + bytes([SIGNED[bit // 8] ^ (1 << bit % 8)]) + SIGNED[bit // 8 + 1 :]
        for bit in range(8 * len(SIGNED))
    ]
    for mutant in (*mutants, *(SIGNED[:end] for end in range(len(SIGNED)))):
        with pytest.raises(VerificationError):
            verify_subject_end(mutant, KEY.verifier)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "subject/v2"},
        {"ledger": ""},
        {"ledger": 1},
        {"subject": "unit:3f1c"},
        {"subject": "post:3F1C"},
        {"subject": None},
        {"seq": 0},
        {"seq": True},
        {"seq": 2951},
        {"position": 48216},
        {"position": "2950"},
        {"size": 2949},
        {"more": 1},
    ],
)
def test_what_is_signed_but_cannot_be_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(VerificationError):
        verify_subject_end(sign_statement(END.statement() | change, KEY), KEY.verifier)


def test_a_statement_is_no_acknowledgement_and_a_long_one_is_not_read() -> None:
    with pytest.raises(VerificationError):
        verify_acknowledgement(SIGNED, KEY.verifier)
    with pytest.raises(VerificationError, match="at most"):
        verify_subject_end(b" " * (MAX_STATEMENT_BYTES + 1), KEY.verifier)
