"""RFC 6238, appendix B: the vectors for SHA-1, of whose eight digits authenticators show the last six."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_ledger.accounts.totp import RECOVERY_CODES, address, new_recovery_codes, new_secret, recovery_code, step_of

SECRET = b"12345678901234567890"
VECTORS = [
    (59, "94287082", 0x1),
    (1111111109, "07081804", 0x23523EC),
    (1111111111, "14050471", 0x23523ED),
    (1234567890, "89005924", 0x273EF07),
    (2000000000, "69279037", 0x3F940AA),
    (20000000000, "65353130", 0x27BC86AA),
]


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code", "step"), VECTORS)
def test_the_codes_of_the_rfc(seconds: int, code: str, step: int) -> None:
    assert step_of(SECRET, code[-6:], at(seconds)) == step


@pytest.mark.parametrize(("seconds", "code", "step"), VECTORS)
def test_a_clock_may_be_one_step_off(seconds: int, code: str, step: int) -> None:
    for drift in (-30, 30):
        assert step_of(SECRET, code[-6:], at(seconds + drift)) == step
    for drift in (-61, 61):
        assert step_of(SECRET, code[-6:], at(seconds + drift)) is None


@pytest.mark.parametrize(
    "typed", ["", "28708", "2870820", "94287082", "28708a", "\uff12\uff18\uff17\uff10\uff18\uff12", "-87082"]
)
def test_nothing_else_is_a_code(typed: str) -> None:
    assert step_of(SECRET, typed, at(59)) is None


def test_an_authenticator_reads_everything_out_of_the_address() -> None:
    assert address(SECRET, "ani", "ASN Ledger Kota Salatiga") == (
        "otpauth://totp/ASN%20Ledger%20Kota%20Salatiga:ani?digits=6&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&algorithm=SHA1&issuer=ASN%20Ledger%20Kota%20Salatiga&period=30"
    )


def test_secrets_and_recovery_codes_are_never_the_same() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert all(recovery_code(code) == code for code in codes)


@given(st.text(max_size=20))
def test_only_what_looks_like_a_recovery_code_is_one(typed: str) -> None:
    found = recovery_code(typed)
    assert found is None or found.replace("-", "") == "".join(c for c in typed.casefold() if c.isalnum())


def test_a_recovery_code_may_be_spaced_and_cased_otherwise() -> None:
    assert recovery_code(" ABCDE fghjk ") == "abcde-fghjk"
    assert recovery_code("123456") is None
    assert step_of(SECRET, "287082", at(59) + timedelta(0)) == 1
