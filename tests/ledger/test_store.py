import pickle
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Selector, Tagged
from ledger.facts import DECREE, NAMES, NIPS, SEED, appointed, cpns, employee, opened, personal, post, raised

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor, Entry, Event, Outcome, PostAppointed, Record, event_id
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Appended, Request
from asn_ledger.ledger.store import EntryStore
from asn_ledger.ledger.vault import Vault

LEDGER = "kota-salatiga"
COMMAND = UUID("8d1b2f0a-7a55-4f6c-a1ef-53b6a5f2b0d4")
HR = Actor(id="a1", role="hr", post=post(9))
RECORD = Record(
    command=COMMAND,
    request="0" * 64,
    recorded_by=HR,
    confirmed_by=Actor(id="a2", role="hr"),
    outcomes=(Outcome("R-POS-02", 1, "not_met", override="by the regent"), Outcome("R-POS-03", 2, "met")),
    source="entry",
    verified="matched_to_document",
)


@dataclass
class Opened:
    keys: KeyStore
    recorder: LedgerRecorder
    mapper: LedgerMapper
    store: EntryStore

    def record(self, *events: Event) -> Appended:
        numbered = [(event_id(COMMAND, number), event, RECORD) for number, event in enumerate(events)]
        (answer,) = self.recorder.submit([Request(self.mapper.new_events(numbered))])
        assert isinstance(answer, Appended)
        return answer


@pytest.fixture
def opened_ledger(ledger_url: str, tmp_path: Path) -> Iterator[Opened]:
    table = SqliteKeyTable(tmp_path / "keys.sqlite")
    keys = KeyStore(table, LEDGER, KeyEncryptionKey.generate())
    mapper = LedgerMapper(Vault(keys))
    with LedgerRecorder(ledger_url, LEDGER) as recorder:
        yield Opened(keys, recorder, mapper, EntryStore(recorder, mapper))
    table.close()


def test_what_is_recorded_is_read_back(opened_ledger: Opened) -> None:
    events = [*personal(), raised(1)]
    opened_ledger.record(*events)
    entries = list(opened_ledger.store.stream())
    assert [entry.event for entry in entries] == events
    assert [entry.position for entry in entries] == list(range(1, len(events) + 1))
    assert [entry.tags for entry in entries] == [event.tags() for event in events]
    assert {entry.record for entry in entries} == {RECORD}
    assert [entry.event_id for entry in entries] == [event_id(COMMAND, number) for number in range(len(events))]


def test_entries_are_read_by_tag_position_and_command(opened_ledger: Opened) -> None:
    opened_ledger.record(cpns(1), appointed(1), appointed(2))
    store = opened_ledger.store
    head, of_one = store.read_tags([employee(1).tag])
    assert (head, [entry.event for entry in of_one]) == (3, [cpns(1), appointed(1)])
    assert [entry.position for entry in store.read_tags([employee(1).tag], ["post.appointed.v1"])[1]] == [2]
    assert [entry.position for entry in store.read_tags([employee(1).tag], upto=1)[1]] == [1]
    assert [entry.event for entry in store.by_command(COMMAND)] == [cpns(1), appointed(1), appointed(2)]
    entry = store.entry(3)
    assert entry is not None
    assert entry.event == appointed(2)
    assert store.entry(4) is None
    with opened_ledger.recorder.snapshot() as snapshot:
        assert store.open_entries(snapshot.read_tags([post(2).tag]))[0].event == appointed(2)


def test_an_entry_read_is_the_entry_it_was(opened_ledger: Opened) -> None:
    opened_ledger.record(raised(1))
    (read,) = opened_ledger.store.stream()
    made = Entry(raised(1).tags(), raised(1), 1, read.event_id, read.recorded_at, RECORD)
    assert read == made
    assert made == read
    assert read != replace(made, record=None)
    assert replace(read, position=2) == replace(made, position=2)
    assert pickle.loads(pickle.dumps(read)) == made  # noqa: S301 -- our own bytes
    with pytest.raises(AttributeError):
        _ = read.nothing  # type: ignore[attr-defined]  # there is none


def test_keys_are_read_ahead_once(opened_ledger: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_ledger.record(cpns(0), appointed(1))
    opened_ledger.keys.load()
    monkeypatch.setattr(opened_ledger.keys, "load", pytest.fail)
    assert [entry.event for entry in opened_ledger.store.stream()] == [cpns(0), appointed(1)]


def test_the_header_cites_decree_row_and_date(opened_ledger: Opened) -> None:
    (new,) = opened_ledger.mapper.new_events([(uuid4(), appointed(1, row=7), RECORD)])
    assert (new.decree, new.row, new.tmt) == (UUID(DECREE), 7, "2026-02-01")
    assert new.tags == tuple(appointed(1).tags())


def test_the_librarys_store_appends_and_reads(opened_ledger: Opened) -> None:
    library = opened_ledger.store.library
    library.append([Tagged(appointed(1).tags(), appointed(1)), Tagged(appointed(2).tags(), appointed(2))])
    found = library.read(Selector(types=[PostAppointed], tags=[employee(2).tag]))
    assert [tagged.decision for tagged in found] == [appointed(2)]
    assert found.head == 2
    assert next(opened_ledger.store.stream()).record is None


def test_an_entry_that_is_appended_again_keeps_its_id(opened_ledger: Opened) -> None:
    opened_ledger.record(appointed(1))
    entry = opened_ledger.store.entry(1)
    assert entry is not None
    again = opened_ledger.mapper.to_dcb_event(entry)
    stored = opened_ledger.recorder.entry(1)
    assert stored is not None
    assert again.data == stored.data


def test_a_bare_event_of_the_library_has_no_entry(opened_ledger: Opened) -> None:
    with pytest.raises(TypeError, match="only a recorded fact"):
        opened_ledger.mapper.to_domain_event(DCBEvent("post.appointed.v1", b"{}"))


def test_text_that_has_two_spellings_is_refused(opened_ledger: Opened) -> None:
    event = appointed(1).model_copy(update={"name": unicodedata.normalize("NFD", "José")})
    with pytest.raises(InvalidValue, match="normalisation form C"):
        opened_ledger.mapper.new_events([(uuid4(), event, RECORD)])
    record = replace(RECORD, outcomes=(Outcome("R-POS-02", 1, "not_met", override=unicodedata.normalize("NFD", "é")),))
    with pytest.raises(InvalidValue, match="override"):
        opened_ledger.mapper.new_events([(uuid4(), appointed(1), record)])


def test_no_personal_value_is_in_a_dump_in_clear(opened_ledger: Opened, ledger_url: str, tmp_path: Path) -> None:
    opened_ledger.record(*(cpns(number) for number in range(4)), *personal())
    keys = KeyStore(table := SqliteKeyTable(tmp_path / "keys.sqlite"), "kota-batang", KeyEncryptionKey.generate())
    keys.reserve("nip", [(nip, str(uuid5(SEED, nip))) for nip in NIPS])
    table.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("keys.sqlite*"))
    dumped = _dump(ledger_url)
    assert opened().action.encode() in dumped, "the dump holds what is in clear"
    assert b"kota-batang" in kept
    for value in (*NAMES, *NIPS, "Wahyuningsih", "1987-03-05"):
        for spelling in (value.encode(), value.encode().hex().encode()):
            assert spelling not in dumped
            assert spelling not in kept


def _dump(url: str) -> bytes:
    """Every column of every table as text, and everything that looks like bytes in hexadecimal as these bytes."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname !~ '^(pg_|information_)'"
        ).fetchall()
        dumped: list[bytes] = []
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
                dumped.extend(bytes(part) for part in copy)
    text = b"".join(dumped)
    return text + b"".join(bytes.fromhex(found.decode()) for found in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", text))
