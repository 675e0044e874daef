"""The keys that personal values are sealed with, and who has which identity.

A data key belongs to one holder and category, and to one ledger. It is stored wrapped (AES-256-GCM) by the
key-encryption key, which is in a file outside this store and outside the ledger's database. So is the pepper, the key
of the digests by which identities and requests are known without being written down. A key is durable when a call that
made it returns, and therefore before any append that uses it.
"""

import hmac
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from asn_ledger.domain.errors import Conflict
from asn_ledger.domain.terms.sealing import Category

from .keyfiles import KEY_BYTES, KeyEncryptionKey
from .keytables import Identity, KeyStoreError, KeyTable, WrappedKey

NIP: Final = "nip"
"""The kind of identity that a NIP or NI PPPK is."""

_PEPPER = "pepper"
_NONCE_BYTES = 12
_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class IdentityTaken(Conflict):
    """A NIP belongs to one person (Peraturan Kepala BKN 22/2007)."""


class MissingKey(KeyStoreError):  # noqa: N818 -- the state it reports
    """A value's key is gone though no erasure is on record: restore the key store's backup."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"the key {key_id} is missing from the key store, and no erasure names it: restore the key store's backup"
        )
        self.key_id = key_id


class DataKey:
    """A data key, ready to derive the keys of single fields; the key itself is not kept.

    `HKDF(data key, event id | field)` is RFC 5869 with SHA-256 and no salt. Its first half (extract, and the key blocks
    of the HMAC of the second) is done once here, so that a field costs four short hash calls.
    """

    __slots__ = ("_inner", "_outer", "key_id")

    def __init__(self, key_id: str, secret: bytes) -> None:
        self.key_id = key_id
        extracted = hmac.digest(bytes(sha256().digest_size), secret, "sha256").ljust(_BLOCK, b"\0")
        self._inner = sha256(extracted.translate(_INNER))
        self._outer = sha256(extracted.translate(_OUTER))

    def __repr__(self) -> str:
        return f"DataKey({self.key_id})"

    def field_key(self, event_id: bytes, field: str) -> bytes:
        """Derive the key of one field of one event, 32 bytes.

        Args:
            event_id: its 16 bytes.
            field: its path in the payload, as `name` or `replacement.name`.
        """
        inner = self._inner.copy()
        inner.update(event_id + field.encode("ascii") + b"\x01")
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


class KeyStore:
    """The keys and identities of one ledger, unwrapped in memory as they are needed.

    Args:
        table: where the wrapped keys lie.
        ledger: name of the ledger.
        kek: the key-encryption key.
        begun: the ledger has facts, so its keys must be here: an empty store is another one than theirs.

    Raises:
        KeyStoreError: if this is not the key that the store was made with, or not the ledger's store.
    """

    def __init__(self, table: KeyTable, ledger: str, kek: KeyEncryptionKey, *, begun: bool = False) -> None:
        self._table = table
        self._ledger = ledger
        self._wrapping = AESGCM(kek.secret)
        self._by_holder: dict[tuple[str, str], DataKey] = {}
        self._by_id: dict[str, DataKey] = {}
        self._erased: set[str] = set()
        self.all_read = False
        """Whether all keys there were have been read ahead, so that reading some ahead is idle."""
        candidate = None if begun else self._wrap(os.urandom(KEY_BYTES), _PEPPER)
        wrapped = table.secret(ledger, _PEPPER, candidate)
        if wrapped is None:
            table.close()
            raise KeyStoreError(f"the key store is empty, and {ledger} has facts: put its key store back")
        self._pepper = self._unwrap(wrapped, _PEPPER)

    @property
    def ledger(self) -> str:
        """Name of the ledger whose keys these are."""
        return self._ledger

    # Keys

    def ensure(self, holders: Iterable[tuple[str, Category]]) -> None:
        """Make the keys that are missing, all in one transaction: thousands are as quick as they come.

        Args:
            holders: pairs of holder and category.
        """
        known = self._by_holder
        missing = {(holder, str(category)) for holder, category in holders if (holder, category) not in known}
        if not missing:
            return
        self._learn(self._living(self._table.of_holders(self._ledger, list({holder for holder, _ in missing}))))
        new = [
            self._new_key(holder, category) for holder, category in missing if (holder, category) not in self._by_holder
        ]
        if not new:
            return
        self._table.add(self._ledger, new)
        # Another process may have been first: what is stored counts, not what was made here.
        self._learn(self._table.of_holders(self._ledger, [key.holder for key in new]))

    def key_for(self, holder: str, category: Category) -> DataKey:
        """Give the key that seals a holder's values of a category; made now if there is none."""
        key = self._by_holder.get((holder, category))
        if key is None:
            self.ensure([(holder, category)])
            key = self._by_holder[holder, category]
        return key

    def key(self, key_id: str) -> DataKey | None:
        """Give a key by the id that a sealed value names; None if there is none, or an erasure names it."""
        key = self._by_id.get(key_id)
        if key is None and key_id not in self._erased:
            self._learn(self._table.of_ids(self._ledger, [key_id]))
            key = self._by_id.get(key_id)
        return key

    def load(self, key_ids: Iterable[str] | None = None) -> None:
        """Read keys ahead in one go: those with these ids, or all (a rebuild needs them all)."""
        if key_ids is None:
            self._learn(self._table.all(self._ledger))
            self.all_read = True
            return
        missing = [key_id for key_id in set(key_ids) if key_id not in self._by_id]
        if missing:
            self._learn(self._table.of_ids(self._ledger, missing))

    def file_under(self, persons: Mapping[str, str]) -> None:
        """File the keys of resolved rows under the persons they were resolved to: holder to person."""
        if persons:
            self._table.file_under(self._ledger, persons)

    def keys_of(self, person: str) -> dict[str, Category]:
        """Give the ids and categories of the keys that an erasure of this person destroys."""
        return {key.key_id: Category(key.category) for key in self._table.filed_under(self._ledger, person)}

    def note_erased(self, key_ids: Iterable[str]) -> None:
        """Use these keys no more, wherever they still are: recorded erasures name them."""
        new = set(key_ids) - self._erased
        if new:
            self._erased |= new
            self._forget(new)

    def erased(self, key_id: str) -> bool:
        """Whether a recorded erasure that was noted names a key."""
        return key_id in self._erased

    def there(self, key_ids: Iterable[str]) -> frozenset[str]:
        """Those of these keys that the store has, be they erased or not."""
        return frozenset(row.key_id for row in self._table.of_ids(self._ledger, sorted(set(key_ids))))

    def delete_keys(self, key_ids: Sequence[str]) -> int:
        """Destroy keys for ever; gives how many there still were. The erasure must be on record before."""
        self._forget(set(key_ids))
        return self._table.delete(self._ledger, key_ids)

    def _forget(self, gone: Collection[str]) -> None:
        for key_id in gone:
            self._by_id.pop(key_id, None)
        for pair in [pair for pair, key in list(self._by_holder.items()) if key.key_id in gone]:
            self._by_holder.pop(pair, None)

    def _living(self, rows: Sequence[WrappedKey]) -> list[WrappedKey]:
        """The rows without those that an erasure names: a backup brought them back, and they go again at once."""
        dead = [row.key_id for row in rows if row.key_id in self._erased]
        if dead:
            self._table.delete(self._ledger, dead)
        return [row for row in rows if row.key_id not in self._erased]

    def rewrap(self, kek: KeyEncryptionKey) -> None:
        """Wrap everything by another key-encryption key, in one transaction; nothing that was sealed changes."""
        wrapping, old = AESGCM(kek.secret), self._wrapping
        rows = self._table.all(self._ledger)
        secrets = [self._unwrap(row.wrapped, _place(row)) for row in rows]
        self._wrapping = wrapping
        try:
            self._table.replace(
                self._ledger,
                [
                    row._replace(wrapped=self._wrap(secret, _place(row)))
                    for row, secret in zip(rows, secrets, strict=True)
                ],
                {_PEPPER: self._wrap(self._pepper, _PEPPER)},
            )
        except BaseException:
            self._wrapping = old
            raise

    # Identities

    def reserve(self, kind: str, owners: Iterable[tuple[str, str]]) -> None:
        """Reserve identities before the append that states them, all or none; again for the same id does nothing.

        Args:
            kind: of the values, as `nip`.
            owners: pairs of value and id.

        Raises:
            IdentityTaken: if another id has one of the values.
        """
        wanted = self._identities(kind, owners)
        taken = self._table.reserve(self._ledger, wanted) if wanted else []
        if taken:
            ids = ", ".join(sorted({one.id for one in taken}))
            raise IdentityTaken(f"the {kind.upper()} belongs to somebody else already: {ids}")

    def find(self, kind: str, value: str) -> str | None:
        """Give the id that has an identity."""
        return self._table.find(self._ledger, kind, self._digest(kind, value))

    def find_nip(self, text: str) -> str | None:
        """Give the id of the employee who has or had a NIP, however it is spaced."""
        return self.find(NIP, text)

    def release(self, kind: str, owners: Iterable[tuple[str, str]]) -> None:
        """Free identities whose statement was refused or struck; only where the id named has them."""
        self._table.release(self._ledger, self._identities(kind, owners))

    def forget_identities(self, ids: Sequence[str]) -> None:
        """Free every identity of these ids: part of an erasure."""
        self._table.release_all(self._ledger, ids)

    def request_digest(self, request: bytes) -> str:
        """Give the keyed digest by which a request is known again, in hexadecimal, of its canonical bytes."""
        return hmac.digest(self._pepper, b"request\0" + request, "sha256").hex()

    def known_by(self, kind: str, value: str) -> bytes:
        """Give the keyed digest by which something typed at a login is known again without being written down."""
        return hmac.digest(self._pepper, f"account\0{kind}\0{value}".encode(), "sha256")

    def _identities(self, kind: str, owners: Iterable[tuple[str, str]]) -> list[Identity]:
        return [Identity(kind, self._digest(kind, value), owner) for value, owner in owners]

    def _digest(self, kind: str, value: str) -> bytes:
        plain = "".join(value.split())
        return hmac.digest(self._pepper, f"identity\0{kind}\0{plain}".encode(), "sha256")

    def _new_key(self, holder: str, category: str) -> WrappedKey:
        key_id = str(uuid4())
        unwrapped = WrappedKey(key_id, holder, category, holder, b"")
        return unwrapped._replace(wrapped=self._wrap(os.urandom(KEY_BYTES), _place(unwrapped)))

    def _learn(self, rows: Sequence[WrappedKey]) -> None:
        for row in rows:
            if row.key_id not in self._by_id and row.key_id not in self._erased:
                key = DataKey(row.key_id, self._unwrap(row.wrapped, _place(row)))
                self._by_id[row.key_id] = self._by_holder[row.holder, row.category] = key

    def _wrap(self, secret: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, secret, self._bound(place))

    def _unwrap(self, wrapped: bytes, place: str) -> bytes:
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], self._bound(place))
        except (InvalidTag, ValueError):
            raise KeyStoreError(
                f"the key-encryption key does not open the key store of {self._ledger}: put the right key file back"
            ) from None

    def _bound(self, place: str) -> bytes:
        """What a wrapped secret is bound to, so that no row can be put in the place of another."""
        return f"{self._ledger}\0{place}".encode()


def _place(row: WrappedKey) -> str:
    return f"{row.key_id}\0{row.holder}\0{row.category}"
