"""Seals what the desk keeps about people, under keys of the key store: whoever reads the tables alone learns nothing.

A value is sealed for one place, its row and column, with a key of its own (AES-256-GCM-SIV, as in the ledger), so that
it opens nowhere else and its nonce is used once. Where the key is gone, erased with its holder, nothing opens.
"""

from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.errors import LedgerError
from asn_ledger.ledger.keystore import DataKey, KeyStore

_NONCE = bytes(12)


class DeskSealBroken(LedgerError):  # noqa: N818 -- the state it reports
    """What the desk kept is not what was sealed there: the desk or the key store was changed."""


class Seals:
    """Seals and opens for the desk of one ledger."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, holder: str, row: UUID, place: str, content: bytes) -> tuple[UUID, bytes]:
        """The id of the key and the sealed content.

        Args:
            holder: whose key; an erasure of them takes it along.
            row: what the value belongs to.
            place: which of its values; ASCII.
            content: in clear.
        """
        key = self._keys.key_for(holder, Category.RESTRICTED)
        return UUID(key.key_id), self._cipher(key, row, place).encrypt(_NONCE, content, self._bound(key, row, place))

    def open(self, key: UUID, row: UUID, place: str, sealed: bytes) -> bytes | None:
        """What was sealed there; None where its key is gone.

        Raises:
            DeskSealBroken: it was changed, or belongs elsewhere.
        """
        found = self._keys.key(str(key))
        if found is None:
            return None
        try:
            return self._cipher(found, row, place).decrypt(_NONCE, sealed, self._bound(found, row, place))
        except InvalidTag:
            raise DeskSealBroken(f"what the desk keeps of {row} ({place}) was changed") from None

    def ready(self, holders: set[str]) -> None:
        """Make the keys of many holders in one transaction."""
        self._keys.ensure([(holder, Category.RESTRICTED) for holder in holders])

    def _cipher(self, key: DataKey, row: UUID, place: str) -> AESGCMSIV:
        return AESGCMSIV(key.field_key(row.bytes, f"desk.{place}"))

    def _bound(self, key: DataKey, row: UUID, place: str) -> bytes:
        return f"{self._keys.ledger}|{row}|desk.{place}|{key.key_id}".encode("ascii")
