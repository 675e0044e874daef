"""A ledger with facts in it, for the tests of what is said about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid5

from ledger.facts import SEED, appointed, corrected, cpns, opened, personal, raised

from asn_ledger.domain.events import Actor, Event, Record
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Appended, Request
from asn_ledger.ledger.vault import Vault
from asn_ledger.proof.note import SigningKey

LEDGER = "kota-salatiga"
KEY = SigningKey.from_seed("ledger.example.go.id/kota-salatiga", bytes(range(32)))
_RECORD = Record(uuid5(SEED, "command"), "0" * 64, Actor("a1", "hr"), Actor("a2", "hr"), (), "entry", "unverified")


def events(count: int) -> list[Event]:
    """Facts about a few people and posts, some of them personal."""
    makers = (cpns, appointed, raised)
    some: list[Event] = [makers[number % 3](number // 3 % 5, row=number + 1) for number in range(count)]
    if count > 10:
        some[7], some[9] = opened(row=8), corrected(uuid5(SEED, "struck"), cpns(1))
    return some


def record(url: str, folder: Path, facts: list[Event], batch: int = 50) -> list[Appended]:
    """Record facts in the ledger, `batch` in a request."""
    with _mapper(folder) as mapper, LedgerRecorder(url, LEDGER) as recorder:
        numbered = [(event_id(number + recorder.head()), event, _RECORD) for number, event in enumerate(facts)]
        new = mapper.new_events(numbered)
        answers = recorder.submit([Request(new[at : at + batch]) for at in range(0, len(new), batch)])
    assert all(isinstance(answer, Appended) for answer in answers)
    return [answer for answer in answers if isinstance(answer, Appended)]


def event_id(number: int) -> UUID:
    return uuid5(SEED, f"event {number}")


@contextmanager
def _mapper(folder: Path) -> Iterator[LedgerMapper]:
    table = SqliteKeyTable(folder / "keys.sqlite")
    kek = folder / "kek"
    key = KeyEncryptionKey.read(kek) if kek.exists() else KeyEncryptionKey.create(kek)
    yield LedgerMapper(Vault(KeyStore(table, LEDGER, key)))
    table.close()


__all__ = ["KEY", "LEDGER", "event_id", "events", "personal", "record"]
