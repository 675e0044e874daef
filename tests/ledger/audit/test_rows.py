from dataclasses import replace
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from asn_ledger.ledger.audit.report import Fault, Finding, Step
from asn_ledger.ledger.audit.rows import Row, SpanResult, check_span, join
from asn_ledger.ledger.envelope import NewEvent, Salts, prepare, seal
from asn_ledger.proof.merkle import leaf_hash

LEDGER = "kota-salatiga"
TIME = "2026-01-05T03:04:05.123456Z"
SALTS = Salts(bytes(16), bytes(16), bytes(16))
ANA, POST = "employee:ana", "post:camat"
Ends = dict[str, tuple[int, int]]


def row(position: int, ends: Ends, *, data: bytes = b"{}", time: str = TIME, act: bytes | None = None) -> Row:
    """An entry with one person and one post, whose hashes all fit."""
    fact = NewEvent(UUID(int=position), "post.appointed.v1", data, (ANA, POST, "decree:d"))
    prepared = prepare(fact, SALTS)
    sealed = seal(prepared, ledger=LEDGER, position=position, recorded_at=time, ends=ends)
    entry, header = sealed.entry, sealed.act
    if act is not None:
        entry, header = entry.replace(_hex(header), _hex(act)), act
    return Row(
        position,
        str(fact.event_id),
        time,
        fact.type,
        leaf_hash(entry),
        entry,
        header,
        sealed.person,
        prepared.record,
        data,
    )


def _hex(data: bytes) -> bytes:
    return sha256(data).hexdigest().encode()


def chain(first: int, last: int) -> list[Row]:
    return [
        row(position, dict.fromkeys((ANA, POST), (position - 1, position - 1))) for position in range(first, last + 1)
    ]


def check(rows: list[Row], first: int = 1) -> SpanResult:
    return check_span(LEDGER, rows, first=first, last=rows[-1].position, sizes=[])


def fault(rows: list[Row]) -> tuple[Step, int | None] | None:
    finding = check(rows).finding
    return None if finding is None else (finding.step, finding.position)


def test_a_sound_span_has_no_fault() -> None:
    result = check(chain(1, 300))
    assert result.finding is None
    assert (result.last, result.ends, len(result.chunks), len(result.rest)) == (
        300,
        {ANA: (300, 300), POST: (300, 300)},
        32,
        44,
    )


@pytest.mark.parametrize(
    "ends", [{ANA: (1, 1), POST: (2, 2)}, {ANA: (2, 1), POST: (2, 2)}, {ANA: (0, 0), POST: (2, 2)}]
)
def test_a_chain_with_a_hole_is_a_fault(ends: Ends) -> None:
    assert fault([*chain(1, 2), row(3, ends)]) == (Step.SUBJECTS, 3)


def test_a_first_fact_that_names_an_earlier_one_is_a_fault() -> None:
    assert fault([row(1, {ANA: (1, 1), POST: (0, 0)})]) == (Step.SUBJECTS, 1)


def test_spans_join_where_their_chains_do() -> None:
    one, two = check(chain(1, 256)), check(chain(257, 300), first=257)
    assert join([one, two]) is None
    broken = replace(two, begins={**two.begins, ANA: (258, 255, 257)})
    finding = join([one, broken])
    assert finding is not None
    assert (finding.step, finding.position) == (Step.SUBJECTS, 257)
    early = replace(two, times=("2025-01-01T00:00:00.000000Z", TIME))
    finding = join([one, early])
    assert finding is not None
    assert (finding.step, finding.position) == (Step.STRUCTURE, 257)


def test_the_first_fault_of_all_spans_counts() -> None:
    one, two = check(chain(1, 256)), check(chain(257, 300), first=257)
    late = Finding(Step.LEAF, 290, Fault.of("leaf_not_hash"))
    assert join([one, replace(two, finding=late)]) == late
    early = Finding(Step.LEAF, 7, Fault.of("leaf_not_hash"))
    assert join([replace(one, finding=early), replace(two, finding=late)]) == early


def test_time_that_goes_back_is_a_fault() -> None:
    rows = chain(1, 2)
    assert fault([*rows, row(3, dict.fromkeys((ANA, POST), (2, 2)), time="2026-01-05T03:04:05.123455Z")]) == (
        Step.STRUCTURE,
        3,
    )


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"[]",
        b"not json",
        b'{"v":1,"v":1}',
        b'{"event":1,"header":[],"ledger":"","position":1,"recorded_at":1,"v":1}',
    ],
)
def test_an_entry_that_is_none_is_a_fault(entry: bytes) -> None:
    (sound,) = chain(1, 1)
    assert fault([sound._replace(entry=entry, leaf=leaf_hash(entry))]) == (Step.ENTRY, 1)


@pytest.mark.parametrize(
    "change", [(b'"v":1', b'"v":2'), (b'"position":1', b'"position":2'), (b'"kota-', b'"desa-'), (b'{"', b'{ "')]
)
def test_an_entry_of_another_place_or_form_is_a_fault(change: tuple[bytes, bytes]) -> None:
    (sound,) = chain(1, 1)
    entry = sound.entry.replace(*change, 1)
    assert fault([sound._replace(entry=entry, leaf=leaf_hash(entry))]) == (Step.ENTRY, 1)


@pytest.mark.parametrize("act", [b"{}", b"[]", b"x", b'{"payload_sha256":1,"subjects":[],"tags":[],"type":"x"}'])
def test_a_header_that_is_bound_but_none_is_a_fault(act: bytes) -> None:
    assert fault([row(1, dict.fromkeys((ANA, POST), (0, 0)), act=act)]) == (Step.HEADER, 1)


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":2}', b"x", b""])
def test_a_payload_that_is_bound_but_not_canonical_is_a_fault(data: bytes) -> None:
    assert fault([row(1, dict.fromkeys((ANA, POST), (0, 0)), data=data)]) == (Step.PAYLOAD, 1)


def test_an_event_id_in_the_column_that_the_entry_does_not_state_is_a_fault() -> None:
    (sound,) = chain(1, 1)
    assert fault([sound._replace(event_id=str(uuid4()))]) == (Step.COLUMNS, 1)
    assert fault([sound._replace(recorded_at="2026-01-05T03:04:05.123457Z")]) == (Step.COLUMNS, 1)
