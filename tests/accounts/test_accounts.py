from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import ANONYMOUS, Accounts, Principal, authorise, prepare
from asn_ledger.accounts.desk import Desk
from asn_ledger.domain.access import ALLOWED, Act, may
from asn_ledger.domain.errors import Conflict, NotAllowed, NotFound
from asn_ledger.ledger.connection import reading_pool
from asn_ledger.ledger.migrate import migrate

Pool = ConnectionPool[psycopg.Connection]


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    migrate(database_url)
    prepare(database_url)
    prepare(database_url)
    with reading_pool(database_url, 2) as pool:
        yield pool


def test_a_token_stands_for_its_account(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    ani = accounts.add("ani", "office")
    token = accounts.token(ani.id or uuid4(), "laptop", timedelta(days=30))

    assert accounts.authenticate(token) == ani
    assert accounts.authenticate(token + "x") is None
    assert Accounts(pool, "kota-semarang").authenticate(token) is None


def test_the_token_itself_is_kept_nowhere(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    token = accounts.token(accounts.add("ani", "office").id or uuid4(), "laptop", timedelta(days=30))
    with pool.connection() as connection:
        rows = connection.execute("SELECT t.* FROM accounts.token t WHERE t.ledger = 'kota-salatiga'").fetchall()

    assert token not in repr(rows)


def test_revoked_and_expired_tokens_are_worthless(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    ani = accounts.add("ani", "auditor")
    assert ani.id is not None
    revoked = accounts.token(ani.id, "old", timedelta(days=30))
    assert accounts.revoke(ani.id) == 1
    expired = accounts.token(ani.id, "short", timedelta(microseconds=1))

    assert accounts.authenticate(revoked) is None
    assert accounts.authenticate(expired) is None


def test_a_token_for_years_is_refused(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    with pytest.raises(NotAllowed):
        accounts.token(accounts.add("ani", "office").id or uuid4(), "for ever", timedelta(days=3650))


def test_names_are_unique(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    accounts.add("ani", "office")

    with pytest.raises(Conflict):
        accounts.add("ani", "auditor")
    with pytest.raises(NotFound):
        accounts.find("budi")
    assert [who.name for who in accounts.all()] == ["ani"]


def test_the_desk_keeps_what_waits_and_drops_what_is_on_record(pool: Pool) -> None:
    desk = Desk(pool, "kota-salatiga")
    decree, command, recorder = uuid4(), uuid4(), uuid4()
    first = desk.put(decree, command, b"{}", recorder, "office")

    assert desk.put(decree, command, b"{}", recorder, "office") == first
    assert [waiting.decree for waiting in desk.all()] == [decree]
    with pytest.raises(Conflict):
        desk.put(decree, command, b'{"other":1}', recorder, "office")

    desk.done(decree)

    assert desk.all() == []
    assert desk.get(decree).request is None
    with pytest.raises(NotFound):
        desk.get(uuid4())


@pytest.mark.parametrize("act", list(Act))
def test_the_public_may_only_read_what_is_public(act: Act) -> None:
    if act is Act.READ_PUBLIC:
        authorise(ANONYMOUS, act)
    else:
        with pytest.raises(NotAllowed):
            authorise(ANONYMOUS, act)


def test_an_auditor_reads_everything_and_records_nothing() -> None:
    auditor = Principal(uuid4(), "budi", "auditor")
    for act in Act:
        assert may(auditor.role, act) == (act not in {Act.DRY_RUN, Act.RECORD, Act.CONFIRM})
    assert set(ALLOWED) == {"public", "office", "auditor", "operator"}
