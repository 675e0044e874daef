"""Signed statements: a statement as canonical JSON, the name and id of a key, and its Ed25519 signature over it.

What is signed starts with a brace and holds no newline, so it is never a note's text, and the key that signs
checkpoints can sign statements without one being taken for the other. Each kind of statement names its `format`, so
that none is taken for another kind.
"""

from collections.abc import Mapping

from .canonical import Json, canonical, decode
from .encoding import read_base64, write_base64
from .errors import VerificationError
from .note import Signs, VerifierKey

_SIGNED_KEYS = frozenset({"key", "signature", "statement"})


def sign_statement(statement: Mapping[str, Json], key: Signs) -> bytes:
    """Write a signed statement as canonical JSON.

    Raises:
        CanonicalError: if a value lies outside the canonical profile.
    """
    signature = write_base64(key.sign(canonical(statement)))
    return canonical({"key": _name(key.verifier), "signature": signature, "statement": statement})


def verify_statement(data: bytes, key: VerifierKey, what: str) -> Json:
    """Check that a statement is signed by a key, and give it; `what` it is called in refusals, as `acknowledgement`.

    Raises:
        VerificationError: if it is malformed, not canonical, or not signed by the key.
    """
    signed = read_members(decode(data), _SIGNED_KEYS, what)
    if signed["key"] != _name(key):
        raise VerificationError(f"the {what} is not signed by {_name(key)}")
    key.verify(canonical(signed["statement"]), read_base64(read_string(signed["signature"], what)))
    return signed["statement"]


def read_members(value: Json, keys: frozenset[str], what: str) -> Mapping[str, Json]:
    """Read an object that has exactly these members.

    Raises:
        VerificationError: if it is anything else.
    """
    if not isinstance(value, dict) or value.keys() != keys:
        raise VerificationError(f"a part of the {what} has not exactly the members {', '.join(sorted(keys))}")
    return value


def read_string(value: Json, what: str) -> str:
    """Read a string.

    Raises:
        VerificationError: if it is anything else.
    """
    if not isinstance(value, str):
        raise VerificationError(f"a member of the {what} is not a string")
    return value


def read_number(value: Json, what: str) -> int:
    """Read an integer.

    Raises:
        VerificationError: if it is anything else.
    """
    if type(value) is not int:
        raise VerificationError(f"a member of the {what} is not an integer")
    return value


def _name(key: VerifierKey) -> str:
    return f"{key.name}+{key.key_id.hex()}"
