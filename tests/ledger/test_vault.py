import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4, uuid5

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from ledger.facts import (
    DECREE,
    NAMES,
    NIPS,
    SEED,
    appointed,
    corrected,
    cpns,
    employee,
    opened,
    personal,
    raised,
    resolved,
)

from asn_ledger.domain.events import EVENT_TYPES, CpnsAppointed, Event, Judgement, ReplacingAct, RowResolved
from asn_ledger.domain.terms.codes import (
    ActingCause,
    Expectation,
    Honour,
    Predicate,
    ReleaseReason,
    SeparationReason,
    Sex,
)
from asn_ledger.domain.terms.sealing import Category, Erased
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore, MissingKey
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.vault import LEAST_BYTES, UNOPENED, SealBroken, UnknownEvent, Vault, key_ids, pad
from asn_ledger.proof.sealed import open_value

KEK = KeyEncryptionKey.generate()
EVENT_ID = UUID("0b3f6f2a-5f0e-4f5c-8d57-3f2f1a0c9b01")


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    table = SqliteKeyTable(tmp_path / "keys.sqlite")
    yield KeyStore(table, "kota-salatiga", KEK)
    table.close()


@pytest.fixture
def vault(keys: KeyStore) -> Vault:
    return Vault(keys)


def name_of(event: Event) -> str:
    return event.TOPIC


def test_every_type_with_sealed_fields_has_an_example() -> None:
    covered = {event.TOPIC for event in personal()}
    identity_like = {
        "career.opened.v1",
        "pppk.contracted.v1",
        "transfer.in.v1",
        "post.transferred.v1",
    }  # fields as cpns
    assert {topic for topic, kind in EVENT_TYPES.items() if kind.SEALED} <= covered | identity_like


@pytest.mark.parametrize("event", personal(), ids=name_of)
def test_what_is_sealed_opens_as_it_was(vault: Vault, event: Event) -> None:
    stored = orjson.loads(orjson.dumps(vault.seal(event, EVENT_ID)))
    assert vault.open(event.TOPIC, stored, EVENT_ID) == event


@pytest.mark.parametrize("event", personal(), ids=name_of)
def test_no_personal_value_is_stored_in_clear(vault: Vault, event: Event) -> None:
    stored = json.dumps(vault.seal(event, EVENT_ID))
    assert not [
        value
        for value in (
            *NAMES,
            *NIPS,
            "1987-03-05",
            "hukdis",
            "sakit",
            "pidana",
            "di_bawah",
            "3456700",
            "merawat",
            "ditahan",
        )
        if value in stored
    ]


@pytest.mark.parametrize("event", personal(), ids=name_of)
def test_the_same_event_has_the_same_bytes(vault: Vault, event: Event) -> None:
    first, other = vault.seal(event, EVENT_ID), vault.seal(event, uuid4())
    assert vault.seal(event, EVENT_ID) == first
    assert other != first


def test_what_has_no_personal_value_stays_as_it_is(vault: Vault) -> None:
    assert vault.seal(raised(1), EVENT_ID) == raised(1).as_dict()


def test_the_values_of_a_replacing_event_are_sealed_under_its_own_holder(vault: Vault, keys: KeyStore) -> None:
    payload = vault.seal(corrected(uuid4(), cpns(1)), EVENT_ID)
    assert payload["replacement"]["payload"]["nip"]["key"] == keys.key_for(employee(1).tag, Category.IDENTITY).key_id


def test_two_categories_have_two_keys(vault: Vault) -> None:
    used = {key_id for event in personal() for key_id in key_ids(event.TOPIC, vault.seal(event, EVENT_ID))}
    assert len(used) == len({(holder, category) for event in personal() for holder, category in _holders(event)})


def _holders(event: Event) -> Iterator[tuple[str, Category]]:
    if event.SEALED:
        yield from ((event.holder(), category) for category in event.SEALED.values())
    if isinstance(event, ReplacingAct) and event.replacement is not None:
        yield from _holders(event.replacement)


def test_keys_are_made_ahead_for_many_events(vault: Vault, keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.ensure(personal())
    monkeypatch.setattr(keys, "ensure", pytest.fail)
    for event in personal():
        vault.seal(event, EVENT_ID)


def test_keys_are_read_ahead_for_many_payloads(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = [(event, vault.seal(event, EVENT_ID)) for event in personal()]
    table = SqliteKeyTable(tmp_path / "keys.sqlite")
    reader = Vault(KeyStore(table, "kota-salatiga", KEK))
    reader.load((event.TOPIC, payload) for event, payload in stored)
    monkeypatch.setattr(table, "of_ids", pytest.fail)
    assert [reader.open(event.TOPIC, payload, EVENT_ID) for event, payload in stored] == personal()
    table.close()


@pytest.mark.parametrize("codes", [ActingCause, Honour, ReleaseReason, SeparationReason, Sex], ids=str)
def test_the_length_does_not_tell_which_code_it_is(codes: object) -> None:
    assert {len(pad(orjson.dumps(code))) for code in get_args(codes)} == {LEAST_BYTES}


def test_the_length_does_not_tell_how_somebody_was_judged() -> None:
    judgements = [
        Judgement(result=result, behaviour=behaviour, predicate=predicate)
        for result, behaviour in product(get_args(Expectation), repeat=2)
        for predicate in get_args(Predicate)
    ]
    assert {len(pad(orjson.dumps(judgement.model_dump()))) for judgement in judgements} == {128}


def test_lengths_are_few() -> None:
    assert [len(pad(b"x" * size)) for size in (1, 32, 33, 128, 129, 512)] == [32, 32, 128, 128, 512, 512]


def test_an_erased_value_is_a_value_of_its_own(keys: KeyStore) -> None:
    vault = Vault(keys)
    event = cpns(0)
    stored = vault.seal(event, EVENT_ID)
    key_id = stored["name"]["key"]
    vault.note_erased([key_id])
    read = [vault.open(event.TOPIC, stored, EVENT_ID)]
    keys.delete_keys([key_id])
    read.append(vault.open(event.TOPIC, stored, EVENT_ID))
    for found in read:
        assert found == event.model_copy(update=dict.fromkeys(("name", "nip", "born_on", "sex"), Erased()))
    assert vault.field_key(key_id, EVENT_ID, "name") is None


def test_what_a_reader_has_no_use_for_stays_unopened(vault: Vault, keys: KeyStore) -> None:
    event = cpns(0)
    stored = vault.seal(event, EVENT_ID)
    keys.delete_keys([stored["name"]["key"]])
    read = vault.open(event.TOPIC, stored, EVENT_ID, unopened=frozenset({Category.IDENTITY}))
    assert read == event.model_copy(update=dict.fromkeys(("name", "nip", "born_on", "sex"), UNOPENED))
    assert isinstance(read, CpnsAppointed)
    with pytest.raises(TypeError, match="was not opened"):
        str(read.name)
    with pytest.raises(MissingKey):
        vault.open(event.TOPIC, stored, EVENT_ID, unopened=frozenset({Category.RESTRICTED}))


def test_a_key_that_is_gone_without_an_erasure_is_an_alarm(vault: Vault, keys: KeyStore) -> None:
    stored = vault.seal(cpns(0), EVENT_ID)
    keys.delete_keys([stored["name"]["key"]])
    with pytest.raises(MissingKey, match=stored["name"]["key"]):
        vault.open("cpns.appointed.v1", stored, EVENT_ID)
    with pytest.raises(MissingKey):
        vault.field_key(stored["name"]["key"], EVENT_ID, "name")


def test_a_sealed_value_opens_nowhere_else(vault: Vault, tmp_path: Path) -> None:
    stored = vault.seal(cpns(0), EVENT_ID)
    with pytest.raises(SealBroken, match="born_on"):
        vault.open("cpns.appointed.v1", {**stored, "born_on": stored["sex"]}, EVENT_ID)
    with pytest.raises(SealBroken):
        vault.open("cpns.appointed.v1", stored, uuid4())
    within = {"type": "cpns.appointed.v1", "payload": stored}
    act = {**vault.seal(corrected(uuid4(), cpns(0)), EVENT_ID), "replacement": within}
    with pytest.raises(SealBroken, match=r"replacement\.name"):
        vault.open("fact.corrected.v1", act, EVENT_ID)


@pytest.mark.parametrize(
    "name",
    ["clear", {"key": "x"}, {"key": "x", "sealed": "", "more": 1}, None],
    ids=str,
)
def test_a_value_that_is_not_sealed_is_refused(vault: Vault, name: object) -> None:
    stored = {**vault.seal(cpns(0), EVENT_ID), "name": name}
    with pytest.raises(SealBroken, match="not sealed"):
        vault.open("cpns.appointed.v1", stored, EVENT_ID)


@pytest.mark.parametrize(
    "change",
    [lambda text: ("B" if text[0] == "A" else "A") + text[1:], lambda text: text[:-4], lambda text: "!" + text, len],
)
def test_a_changed_value_is_refused(vault: Vault, change: object) -> None:
    stored = vault.seal(cpns(0), EVENT_ID)
    assert callable(change)
    name = {**stored["name"], "sealed": change(stored["name"]["sealed"])}
    with pytest.raises(SealBroken, match="was not sealed there"):
        vault.open("cpns.appointed.v1", {**stored, "name": name}, EVENT_ID)


def test_an_unknown_type_is_refused(vault: Vault) -> None:
    with pytest.raises(UnknownEvent, match="install a newer version"):
        vault.open("post.vanished.v9", {}, EVENT_ID)


def test_one_fields_key_opens_that_field_alone(vault: Vault) -> None:
    payload = vault.seal(corrected(uuid4(), cpns(0)), EVENT_ID)["replacement"]["payload"]
    name, nip = payload["name"], payload["nip"]
    key = vault.field_key(name["key"], EVENT_ID, "replacement.name")
    assert key is not None
    bound = f"kota-salatiga|{EVENT_ID}|replacement.name|{name['key']}".encode()
    assert open_value(key, name["sealed"], bound) == NAMES[0]
    with pytest.raises(InvalidTag):
        open_value(key, nip["sealed"], bound)


def test_a_resolved_rows_key_goes_with_the_person(vault: Vault, keys: KeyStore) -> None:
    vault.seal(opened(row=4), EVENT_ID)
    of_row = keys.key_for(opened(row=4).holder(), Category.IDENTITY).key_id
    vault.file_resolved([resolved(row=4), appointed(3, row=4), appointed(2, row=5)])
    assert of_row in keys.keys_of(employee(3).tag)
    vault.file_resolved([raised(2, row=4)])
    assert of_row in keys.keys_of(employee(3).tag)


def test_a_row_that_is_resolved_to_no_person_stays(vault: Vault, keys: KeyStore) -> None:
    of_row = keys.key_for(opened(row=4).holder(), Category.IDENTITY).key_id
    unit_row: RowResolved = resolved(row=4)
    vault.file_resolved([unit_row])
    assert keys.keys_of(f"row:{DECREE}:4") == {of_row: Category.IDENTITY}


def test_ids_of_examples_are_stable() -> None:
    assert employee(1) == str(uuid5(SEED, "employee 1"))
