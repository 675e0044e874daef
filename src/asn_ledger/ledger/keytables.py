"""Where wrapped data keys and identities lie: a store apart from the ledger's database, with backups of its own.

One small interface, `KeyTable`, and two places: an SQLite file beside the embedded server, or a PostgreSQL database.
Nothing here can unwrap a key or tell whose identity a digest is: that takes the key-encryption key, which is elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .errors import LedgerError, LedgerUnavailable


class KeyStoreError(LedgerError):
    """The key store cannot be opened, does not answer, or is not the one the key-encryption key belongs to."""


class KeyStoreUnavailable(KeyStoreError, LedgerUnavailable):  # noqa: N818 -- the state it reports
    """The key store does not answer, is busy or has no room: ask again."""


class WrappedKey(NamedTuple):
    """A data key as stored.

    Args:
        key_id: a UUID, which sealed values name.
        holder: whose values it seals (`employee:…`, `official:…`, `row:<decree>:<n>`).
        category: of the values.
        filed_under: with whom it goes: the holder, or for an open row the person it was resolved to.
        wrapped: nonce and ciphertext of the key under the key-encryption key.
    """

    key_id: str
    holder: str
    category: str
    filed_under: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """A reserved value, by its keyed digest, and the id that has it."""

    kind: str
    digest: bytes
    id: str


class KeyTable(Protocol):
    """Wrapped keys, secrets and identities by ledger. What a call wrote is durable when it returns."""

    def ledgers(self) -> list[str]:
        """Give the names of the ledgers that have a secret here."""
        ...

    def secret(self, ledger: str, name: str, candidate: bytes | None) -> bytes | None:
        """Give the ledger's wrapped secret of this name; a candidate becomes it where there is none yet."""
        ...

    def add(self, ledger: str, keys: Sequence[WrappedKey]) -> None:
        """Keep new keys in one transaction; a key whose holder and category have one already is left out."""
        ...

    def of_holders(self, ledger: str, holders: Sequence[str]) -> list[WrappedKey]:
        """Give all keys of these holders."""
        ...

    def of_ids(self, ledger: str, key_ids: Sequence[str]) -> list[WrappedKey]:
        """Give the keys with these ids, as far as there are any."""
        ...

    def filed_under(self, ledger: str, person: str) -> list[WrappedKey]:
        """Give all keys that go when this person's go."""
        ...

    def all(self, ledger: str) -> list[WrappedKey]:
        """Give all keys of the ledger."""
        ...

    def file_under(self, ledger: str, persons: Mapping[str, str]) -> None:
        """File holders' keys under persons: holder to person."""
        ...

    def delete(self, ledger: str, key_ids: Sequence[str]) -> int:
        """Destroy keys; gives how many there were."""
        ...

    def replace(self, ledger: str, keys: Sequence[WrappedKey], secrets: Mapping[str, bytes]) -> None:
        """Put keys and secrets that were wrapped anew in the place of the same ones, in one transaction."""
        ...

    def reserve(self, ledger: str, identities: Sequence[Identity]) -> list[Identity]:
        """Reserve values, all or none; gives those that other ids have."""
        ...

    def find(self, ledger: str, kind: str, digest: bytes) -> str | None:
        """Give the id that has this value."""
        ...

    def release(self, ledger: str, identities: Sequence[Identity]) -> None:
        """Free values, each only where the id named has it."""
        ...

    def release_all(self, ledger: str, ids: Sequence[str]) -> None:
        """Free every value of these ids."""
        ...

    def close(self) -> None:
        """Let go of the file or the connections."""
        ...
