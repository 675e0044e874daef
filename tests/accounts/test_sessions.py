"""Sessions end by themselves, by being ended, and with the account or token they rest on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import Accounts, Sessions
from asn_ledger.accounts.sessions import IDLE, LONGEST
from asn_ledger.domain.access import Grant

Pool = ConnectionPool[psycopg.Connection]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def opened(pool: Pool, *grants: Grant) -> tuple[Accounts, Sessions, UUID]:
    accounts = Accounts(pool, "kota-salatiga")
    account = accounts.add("ani", *(grants or (Grant("hr_officer"),))).id
    assert account is not None
    return accounts, Sessions(pool, "kota-salatiga"), account


def test_a_session_stands_for_its_account_and_its_secret_is_kept_nowhere(pool: Pool) -> None:
    accounts, sessions, ani = opened(pool)
    secret = sessions.begin(ani, "open", browser="Firefox, Linux", now=NOW)
    found = sessions.find(secret, NOW)

    assert found is not None
    assert (found.principal, found.stage, found.by_token) == (accounts.find("ani"), "enrol", False)
    assert sessions.find(secret + "x", NOW) is None
    assert Sessions(pool, "kota-semarang").find(secret, NOW) is None
    with pool.connection() as connection:
        rows = connection.execute("SELECT s.* FROM accounts.session s WHERE s.ledger = 'kota-salatiga'").fetchall()
    assert secret not in repr(rows)


def test_who_is_idle_for_an_hour_logs_in_again(pool: Pool) -> None:
    _, sessions, ani = opened(pool)
    secret = sessions.begin(ani, "open", browser="", now=NOW)

    assert sessions.find(secret, NOW + IDLE - MINUTE) is not None
    assert sessions.find(secret, NOW + 2 * (IDLE - MINUTE)) is not None
    assert sessions.find(secret, NOW + 2 * (IDLE - MINUTE) + IDLE) is None


def test_who_is_never_idle_logs_in_again_after_half_a_day(pool: Pool) -> None:
    _, sessions, ani = opened(pool)
    secret = sessions.begin(ani, "open", browser="", now=NOW)
    at, last = NOW, NOW + LONGEST
    while (at := at + IDLE / 2) < last:
        assert sessions.find(secret, at) is not None

    assert sessions.find(secret, last) is None


def test_a_new_session_sweeps_those_away_that_are_over(pool: Pool) -> None:
    _, sessions, ani = opened(pool)
    for hours in (0, 2, 4):
        sessions.begin(ani, "open", browser="", now=NOW + timedelta(hours=hours))
    with pool.connection() as connection:
        kept = connection.execute("SELECT s.began_at FROM accounts.session s WHERE s.ledger = 'kota-salatiga'")
        assert kept.fetchall() == [(NOW + timedelta(hours=4),)]


def test_sessions_are_listed_and_ended_one_by_one_or_all(pool: Pool) -> None:
    accounts, sessions, ani = opened(pool)
    other = accounts.add("budi", Grant("auditor")).id or uuid4()
    secrets = [sessions.begin(ani, "open", browser=name, now=NOW) for name in ("Firefox", "Chrome", "Edge")]
    theirs = sessions.begin(other, "open", browser="Safari", now=NOW)
    first, second, third = (sessions.find(secret, NOW) for secret in secrets)
    assert first is not None
    assert second is not None
    assert third is not None

    assert {one.browser for one in sessions.of(ani, NOW)} == {"Firefox", "Chrome", "Edge"}
    assert not sessions.end_one(other, first.id)
    assert sessions.end_one(ani, first.id)
    assert not sessions.end_one(ani, first.id)
    assert sessions.end_all(ani, but=second.id) == 1
    assert [sessions.find(secret, NOW) is None for secret in secrets] == [True, False, True]
    assert sessions.end_all(ani) == 1
    assert sessions.of(ani, NOW) == []
    assert sessions.find(theirs, NOW) is not None
    sessions.end(theirs)
    assert sessions.find(theirs, NOW) is None


@pytest.mark.parametrize("column", ["closed_at", "locked_at"])
def test_a_session_ends_with_its_account(pool: Pool, column: str) -> None:
    _, sessions, ani = opened(pool)
    secret = sessions.begin(ani, "open", browser="", now=NOW)
    with pool.connection() as connection:
        connection.execute(f"UPDATE accounts.account SET {column} = pg_catalog.now() WHERE ledger = 'kota-salatiga'")

    assert sessions.find(secret, NOW) is None


def test_a_session_opened_with_a_token_has_its_roles_and_ends_with_it(pool: Pool) -> None:
    accounts, sessions, ani = opened(pool, Grant("hr_officer"), Grant("confirmer"))
    token = accounts.token(ani, "narrow", timedelta(days=30), ["confirmer"])
    now = datetime.now(UTC)
    secret = sessions.begin(ani, "open", browser="", now=now, token=token)
    found = sessions.find(secret, now)

    assert found is not None
    assert (found.principal.roles, found.by_token) == (("confirmer",), True)
    assert sessions.find(secret, now + timedelta(days=31)) is None
    accounts.revoke(ani)
    assert sessions.find(secret, now) is None
