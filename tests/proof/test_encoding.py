"""Each small text form has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_ledger.proof.encoding import MAX_DECIMAL, read_base64, read_decimal, read_hex, read_text, write_base64
from asn_ledger.proof.errors import VerificationError


@given(st.binary(max_size=50))
def test_base64_and_hexadecimal_read_what_they_write(data: bytes) -> None:
    assert read_base64(write_base64(data)) == data
    assert read_hex(data.hex()) == data


@pytest.mark.parametrize("text", ["YQ", "YQ=", "YQ===", "YR==", "YQ==\n", " YQ==", "Y-_=", "YQ==YQ==", "é", "=", "A"])
def test_other_base64_is_refused(text: str) -> None:
    with pytest.raises(VerificationError, match="base64"):
        read_base64(text)


@pytest.mark.parametrize("text", ["0", "0A", "0x", " 00", "00\n", "४४"])
def test_other_hexadecimal_is_refused(text: str) -> None:
    with pytest.raises(VerificationError, match="hexadecimal"):
        read_hex(text)


@pytest.mark.parametrize("number", [0, 1, 10, 48213, MAX_DECIMAL])
def test_decimals_are_read(number: int) -> None:
    assert read_decimal(str(number)) == number


@pytest.mark.parametrize(
    "text", ["", "-0", "+1", "00", "01", "1.0", "1e3", "1\n", "1_0", "٤", str(MAX_DECIMAL + 1), "9" * 99]
)
def test_other_decimals_are_refused(text: str) -> None:
    with pytest.raises(VerificationError, match=r"decimal|number"):
        read_decimal(text)


@pytest.mark.parametrize("data", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"a\xe2\x82"])
def test_other_encodings_than_utf_8_are_refused(data: bytes) -> None:
    with pytest.raises(VerificationError, match="UTF-8"):
        read_text(data)
