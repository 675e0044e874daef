"""The second factor's arithmetic: time-based one-time passwords (RFC 6238) and recovery codes."""

import hmac
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""Steps that a clock may be ahead or behind (RFC 6238 §5.2: one is recommended)."""
_SECRET_BYTES: Final = 20  # as long as the hash (RFC 4226 §4)

RECOVERY_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_HALF: Final = 5


def new_secret() -> bytes:
    """A secret for an authenticator."""
    return secrets.token_bytes(_SECRET_BYTES)


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """The time step whose code this is, looking one step back and ahead; None if it is no such step's."""
    if len(code) != DIGITS or not code.isascii() or not code.isdecimal():
        return None
    here = int(now.timestamp()) // STEP_SECONDS
    made = _totp(secret)
    fitting = [
        step
        for step in range(max(here - DRIFT, 0), here + DRIFT + 1)
        if hmac.compare_digest(made.generate(step * STEP_SECONDS), code.encode("ascii"))
    ]
    return fitting[-1] if fitting else None


def address(secret: bytes, account: str, issuer: str) -> str:
    """What an authenticator reads out of the QR code (`otpauth://`, Key URI Format)."""
    # Authenticators show a plus as it stands.
    return _totp(secret).get_provisioning_uri(account, issuer).replace("+", "%20")


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 49 bits each, in two halves that can be read out."""
    return tuple(f"{_half()}-{_half()}" for _ in range(RECOVERY_CODES))


def recovery_code(typed: str) -> str | None:
    """A recovery code as it was typed, however it is spaced; None if it is none."""
    letters = "".join(letter for letter in typed.casefold() if letter.isalnum())
    if len(letters) != 2 * _HALF or set(letters) - set(_LETTERS):
        return None
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def _half() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what authenticators have, and HMAC does not need more (RFC 6238 §1.2).
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # nosec B303 # noqa: S303 -- RFC 6238, as telephones know it
