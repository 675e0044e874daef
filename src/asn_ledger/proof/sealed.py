"""A sealed value opened with the key of its one field, which is how a single value is disclosed in evidence."""

from binascii import Error, a2b_base64
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

KEY_BYTES = 32
"""Length of a field's key."""

NONCE = bytes(12)
"""As a field's key seals one value only, the nonce is always this."""

MALFORMED = (Error, ValueError)


def binding(ledger: str, event: str, field: str, key_id: str) -> bytes:
    """What a sealed value is bound to, so that it opens nowhere else."""
    return f"{ledger}|{event}|{field}|{key_id}".encode("ascii")


def open_value(field_key: bytes, sealed: str, bound: bytes) -> Any:
    """Open one sealed value with its own key (Any: JSON).

    Args:
        field_key: 32 bytes.
        sealed: base64, as it stands in the payload.
        bound: as `binding` writes it.

    Raises:
        InvalidTag: if the key or what is bound is another.
        ValueError: if it is not base64.
    """
    return orjson.loads(AESGCMSIV(field_key).decrypt(NONCE, a2b_base64(sealed, strict_mode=True), bound))
