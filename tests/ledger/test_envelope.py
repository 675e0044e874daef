from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from asn_ledger.domain.events import event_id
from asn_ledger.ledger.envelope import (
    MAX_BYTES,
    NewEvent,
    Salts,
    prepare,
    random_salts,
    seal,
    selective_first,
    timestamp,
)

COMMAND = UUID("0194f3f4-0000-7000-8000-000000000001")
DECREE = UUID("0194f3f4-0000-7000-8000-0000000000d1")
EMPLOYEE = "employee:0194f3f4-0000-7000-8000-0000000000e1"
POST = "post:0194f3f4-0000-7000-8000-0000000000a1"
OTHER_POST = "post:0194f3f4-0000-7000-8000-0000000000a2"
UNIT = "unit:0194f3f4-0000-7000-8000-0000000000c1"
SALTS = Salts(bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48)))
EVENT = NewEvent(
    event_id=event_id(COMMAND, 0),
    type="post.appointed.v1",
    data=b'{"post":"0194f3f4-0000-7000-8000-0000000000a1"}',
    tags=(UNIT, POST, f"decree:{DECREE}", EMPLOYEE, OTHER_POST),
    tmt="2026-02-01",
    decree=DECREE,
    row=1,
    record={"command": str(COMMAND), "source": "entry", "confirmed_by": None, "outcomes": []},
)
ENDS = {EMPLOYEE: (6, 4123), POST: (2, 2950), OTHER_POST: (0, 0)}


def test_the_bytes_of_a_fact_are_these() -> None:
    prepared = prepare(EVENT, SALTS)
    sealed = seal(
        prepared, ledger="kota-salatiga", position=48213, recorded_at="2026-01-05T03:04:05.123456Z", ends=ENDS
    )
    assert sealed.act == (
        b'{"decree":"0194f3f4-0000-7000-8000-0000000000d1",'
        b'"payload_sha256":"bd85e65ab82bcbdceb57b2ac9b65ba38d4babbe8ea5e73bcb3038b9d29b22075","row":1,'
        b'"salt":"AAECAwQFBgcICQoLDA0ODw==",'
        b'"subjects":{"post:0194f3f4-0000-7000-8000-0000000000a1":[3,2950],'
        b'"post:0194f3f4-0000-7000-8000-0000000000a2":[1,0]},'
        b'"tags":["decree:0194f3f4-0000-7000-8000-0000000000d1","unit:0194f3f4-0000-7000-8000-0000000000c1"],'
        b'"tmt":"2026-02-01","type":"post.appointed.v1"}'
    )
    assert sealed.person == (
        b'{"salt":"EBESExQVFhcYGRobHB0eHw==","subjects":{"employee:0194f3f4-0000-7000-8000-0000000000e1":[7,4123]}}'
    )
    assert prepared.record == (
        b'{"command":"0194f3f4-0000-7000-8000-000000000001","confirmed_by":null,"outcomes":[],'
        b'"salt":"ICEiIyQlJicoKSorLC0uLw==","source":"entry"}'
    )
    assert sealed.entry == (
        b'{"event":"a8e4ccfc-7a81-5cbe-ac53-73c7f6f682b5",'
        b'"header":["7981b02b6767766d434a55a66f1fa613e728a70023f4e913a082418085c2b0d9",'
        b'"a5488ce7262bff6e920cb2f6ab2465d51a6f693d6640ce83c5809feaa8ae1ead",'
        b'"be5ae2c34b50a93db547cc647bdba5290e3fdaaff2c176450cf45be5b384759b"],'
        b'"ledger":"kota-salatiga","position":48213,"recorded_at":"2026-01-05T03:04:05.123456Z","v":1}'
    )
    assert sha256(b"\0" + sealed.entry).hexdigest() == (
        "527102b19b2ebea254c3a141d12081c1469fe5b2a03ff7ac5fad31f943b7cac1"
    )


def test_a_fact_about_nobody_has_all_fields_too() -> None:
    prepared = prepare(NewEvent(COMMAND, "office.taken.v1", b"{}"), SALTS)
    sealed = seal(prepared, ledger="kota-salatiga", position=1, recorded_at="2026-01-05T03:04:05.123456Z", ends={})
    assert sealed.act == (
        b'{"decree":null,"payload_sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",'
        b'"row":null,"salt":"AAECAwQFBgcICQoLDA0ODw==","subjects":{},"tags":[],"tmt":null,"type":"office.taken.v1"}'
    )
    assert sealed.person == b'{"salt":"EBESExQVFhcYGRobHB0eHw==","subjects":{}}'


def test_salts_are_new_each_time_and_the_record_cannot_bring_its_own() -> None:
    first, second = (prepare(EVENT, random_salts()) for _ in range(2))
    assert len({first.act_salt, first.person_salt, first.record[-64:], second.act_salt, second.person_salt}) == 5
    own = prepare(replace(EVENT, record={"salt": "mine"}), SALTS)
    assert own.record == b'{"salt":"ICEiIyQlJicoKSorLC0uLw=="}'


def test_a_salt_has_its_length() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        prepare(EVENT, Salts(b"", b"", b""))


@pytest.mark.parametrize(
    "fault",
    [
        {"type": ""},
        {"type": "naïve"},
        {"tags": ("employee:1", "")},
        {"tags": ("unit:a\nb",)},
        {"tmt": "2026\u201302"},
        {"row": -1},
        {"record": {"share": 0.5}},
        {"record": {"name": "e\u0301"}},
        {"data": bytes(MAX_BYTES + 1)},
        {"record": {"long": "x" * MAX_BYTES}},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_what_has_no_canonical_bytes_is_refused_before_it_reaches_the_writer(fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        prepare(replace(EVENT, **fault), SALTS)


def test_event_ids_are_the_commands_and_told_apart_by_their_ordinal() -> None:
    assert event_id(COMMAND, 0) == UUID("a8e4ccfc-7a81-5cbe-ac53-73c7f6f682b5")
    assert len({event_id(COMMAND, ordinal) for ordinal in range(100)}) == 100


def test_the_tag_with_the_fewest_facts_comes_first() -> None:
    tags = ["unit:1", "x", "office:1", "decree:1", "proposal:1", "post:2", "post:1", "employee:1"]
    assert selective_first(tags) == [
        "employee:1", "post:1", "post:2", "proposal:1", "decree:1", "office:1", "unit:1", "x",
    ]  # fmt: skip


def test_times_are_written_in_utc_with_six_decimals() -> None:
    jakarta = timezone(timedelta(hours=7))
    assert timestamp(datetime(2026, 1, 5, 10, 4, 5, tzinfo=jakarta)) == "2026-01-05T03:04:05.000000Z"
    assert timestamp(datetime(2026, 1, 5, 3, 4, 5, 6, tzinfo=UTC)) == "2026-01-05T03:04:05.000006Z"
