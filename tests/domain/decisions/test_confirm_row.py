"""What an import says of rows on record: SIASN confirms them, or what it recorded itself falls again."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import given
import pytest

from asn_ledger.domain.decisions.decree import judge
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decrees import DecreeRecord
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor, DecreeRecorded, Record
from asn_ledger.domain.reach import about_decree

WHO = Actor(str(uuid4()), "office")


def confirm(of: int, row: int) -> given.Json:
    return {"action": "confirm_row", "of": given.row_of(of, row), "reference": "rw-golongan|1"}


def withdraw(of: int, row: int) -> given.Json:
    told = {"action": "withdraw_record", "of": given.row_of(of, row)}
    return {**told, "evidence": "impor 1", "reason": "impor dibatalkan"}


def two_rows() -> given.Ledger:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.raise_rank(1), given.raise_rank(2)))
    return ledger


def record_of(ledger: given.Ledger, n: int) -> DecreeRecord:
    plain = Record(uuid4(), "", WHO, WHO, (), "entry", "unverified")
    ledger.entries = [replace(entry, record=plain) for entry in ledger.entries]
    return ledger.facts(about_decree(given.decree(n))).decrees[given.decree(n)]


def verified(ledger: given.Ledger, n: int) -> list[str | None]:
    record = record_of(ledger, n)
    return [record.verified(row) for row in record.rows]


def test_a_confirmed_row_is_verified_and_no_second_fact() -> None:
    ledger = two_rows()
    before = len(ledger.entries)
    ledger.record(given.note(30, confirm(20, 2)))

    assert verified(ledger, 20) == ["unverified", "confirmed_by_siasn"]
    assert [entry.event.TOPIC for entry in ledger.entries[before:]] == ["decree.recorded.v1", "row.confirmed.v1"]


def test_what_was_changed_after_it_was_confirmed_is_confirmed_no_more() -> None:
    ledger = two_rows()
    ledger.record(given.note(30, confirm(20, 2)))
    ralat = {"action": "correct", "of": given.row_of(20, 2), "replacement": {"row": 2, **given.raise_rank(2)}}
    ledger.record(given.signed(31, ralat))

    assert verified(ledger, 20) == ["unverified", "unverified"]


def test_a_withdrawn_row_falls_and_stays_visible() -> None:
    ledger = two_rows()
    ledger.record(given.note(30, withdraw(20, 1)))
    rows = record_of(ledger, 20).rows

    assert [row.standing is None for row in rows] == [True, False]
    assert len(rows[0].struck) == 1


def test_rows_join_a_decree_that_is_on_record() -> None:
    ledger = two_rows()
    joined = parse_decree(given.signed(20, given.raise_rank(1, "IV/a")))
    judgement = judge(joined, ledger.facts(joined), now=date(2026, 1, 1), behind=2)

    assert [(event.place()[1], isinstance(event, DecreeRecorded)) for event in judgement.events] == [(3, False)]


def test_a_draft_says_what_a_signed_decree_may_leave_out() -> None:
    row = {name: value for name, value in given.move(1, 4).items() if name != "path"}
    parse_decree(given.signed(20, row))
    with pytest.raises(InvalidValue, match="say path"):
        parse_decree(given.form(row, n=20))
