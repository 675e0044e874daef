"""Passwords: which are good enough, and how they are kept (NIST SP 800-63B-4 §3.1.1.2; argon2id, RFC 9106)."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from asn_ledger.accounts.throttle import TooManyAttempts
from asn_ledger.domain.errors import InvalidValue

SHORTEST: Final = 12
LONGEST: Final = 256
_FEW_LETTERS: Final = 5
_HASHED_AT_ONCE: Final = 4
_LOOKED_AT_AT_ONCE: Final = 12
_BUSY_SECONDS: Final = 2

_HASHER = PasswordHasher()
"""RFC 9106's second recommendation: 64 MiB, three passes, four lanes."""
_MEMORY = threading.BoundedSemaphore(_HASHED_AT_ONCE)
"""Each hash takes its 64 MiB, and anybody may ask for one."""
_TURNS = threading.BoundedSemaphore(_LOOKED_AT_AT_ONCE)
"""Whoever waits for a hash holds a thread, of which the service has forty."""

NOBODYS: Final = "$argon2id$v=19$m=65536,t=3,p=4$LnTeggNUB6WabYUHGjqBaA$EBircqlln5Lk7fe0YrE92DCe18eY/m8D22ZAbvWQXV0"
"""What is hashed against where there is no password, so that it takes as long to find out that there is none."""


def require_good(password: str, name: str) -> None:
    """Refuse a password that is guessed first; letters, digits and signs are nobody's business.

    Args:
        password: as typed.
        name: of the account, which must not be in it.

    Raises:
        InvalidValue: it is too short or too long, has the account's name in it, or is one of the commonest.
    """
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise InvalidValue(f"a password has at least {SHORTEST} characters; several words", code="password-short")
    if len(plain) > LONGEST:
        raise InvalidValue(f"a password has at most {LONGEST} characters", code="password-long")
    if name.casefold() in plain.casefold():
        raise InvalidValue("the account's name is in the password; take something else", code="password-name")
    if plain.casefold() in _commonest() or len(set(plain.casefold())) < _FEW_LETTERS:
        raise InvalidValue("this password is among those that are tried first; take another", code="password-common")


@contextmanager
def turn() -> Iterator[None]:
    """Look at a password meanwhile; where many are looked at already, it is not, and not counted either.

    Raises:
        TooManyAttempts: there are.
    """
    if not _TURNS.acquire(blocking=False):
        raise TooManyAttempts(_BUSY_SECONDS)
    try:
        yield
    finally:
        _TURNS.release()


def hash_of(password: str) -> str:
    """What is kept of a password."""
    with _MEMORY:
        return _HASHER.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; it takes as long where none was."""
    if len(password) > LONGEST:
        password = ""
    try:
        with _MEMORY:
            _HASHER.verify(kept or NOBODYS, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _commonest() -> frozenset[str]:
    text = (resources.files("asn_ledger.accounts") / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))
