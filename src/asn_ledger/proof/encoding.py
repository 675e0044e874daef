"""Strict readers of the small text forms: each value has exactly one spelling, so that no bit of a proof is free."""

import base64
import binascii
import re

from .errors import VerificationError

MAX_DECIMAL = 2**63 - 1
"""The largest size or index that is read: what a signed 64-bit integer of a database can hold."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


def read_base64(text: str) -> bytes:
    """Read standard base64 with padding (RFC 4648 section 4).

    Raises:
        VerificationError: if the text is not the one base64 spelling of some bytes.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise VerificationError("not base64") from None
    if write_base64(data) != text:
        raise VerificationError("base64 with another spelling than the canonical one")
    return data


def write_base64(data: bytes) -> str:
    """Write standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def read_hex(text: str) -> bytes:
    """Read lower-case hexadecimal digits.

    Raises:
        VerificationError: if the text is anything else.
    """
    if not _HEX.fullmatch(text):
        raise VerificationError("not lower-case hexadecimal")
    return bytes.fromhex(text)


def read_decimal(text: str) -> int:
    """Read an ASCII decimal from 0 to `MAX_DECIMAL` without sign or leading zero.

    Raises:
        VerificationError: if the text is anything else.
    """
    if not _DECIMAL.fullmatch(text):
        raise VerificationError("not a decimal without sign and leading zeroes")
    value = int(text)
    if value > MAX_DECIMAL:
        raise VerificationError("a number above 2^63-1")
    return value


def read_text(data: bytes) -> str:
    """Read strict UTF-8.

    Raises:
        VerificationError: if the bytes are not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise VerificationError("not UTF-8") from None
