from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import ANONYMOUS, SCHEMA, Accounts, Principal, authorise
from asn_ledger.accounts.desk import Desk
from asn_ledger.accounts.desk.intake import Intake
from asn_ledger.domain.access import Act, Grant
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.ledger.connection import reading_pool
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.migrate import migrate

Pool = ConnectionPool[psycopg.Connection]
UNIT = UnitId.of(uuid4())
PERSON = EmployeeId.of(uuid4())


def test_a_token_stands_for_its_account(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    ani = accounts.add("ani", Grant("hr_officer"))
    token = accounts.token(ani.id or uuid4(), "laptop", timedelta(days=30))

    assert accounts.authenticate(token) == ani
    assert accounts.authenticate(token + "x") is None
    assert Accounts(pool, "kota-semarang").authenticate(token) is None


def test_the_token_itself_is_kept_nowhere(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    token = accounts.token(accounts.add("ani", Grant("hr_officer")).id or uuid4(), "laptop", timedelta(days=30))
    with pool.connection() as connection:
        rows = connection.execute("SELECT t.* FROM accounts.token t WHERE t.ledger = 'kota-salatiga'").fetchall()

    assert token not in repr(rows)


def test_revoked_and_expired_tokens_are_worthless(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    ani = accounts.add("ani", Grant("auditor"))
    assert ani.id is not None
    revoked = accounts.token(ani.id, "old", timedelta(days=30))
    assert accounts.revoke(ani.id) == 1
    expired = accounts.token(ani.id, "short", timedelta(microseconds=1))

    assert accounts.authenticate(revoked) is None
    assert accounts.authenticate(expired) is None


def test_a_token_for_years_is_refused(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    with pytest.raises(NotAllowed):
        accounts.token(accounts.add("ani", Grant("hr_officer")).id or uuid4(), "for ever", timedelta(days=3650))


def test_names_are_unique(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    accounts.add("ani", Grant("hr_officer"))

    with pytest.raises(Conflict):
        accounts.add("ani", Grant("auditor"))
    with pytest.raises(NotFound):
        accounts.find("budi")
    assert [who.name for who in accounts.all()] == ["ani"]


def test_the_desk_keeps_what_waits_and_drops_what_is_on_record(pool: Pool, keys: KeyStore) -> None:
    desk = Desk(pool, keys)
    decree, command, recorder = uuid4(), uuid4(), uuid4()
    first = desk.put(decree, command, b"{}", Actor(str(recorder), "hr_officer"))

    assert desk.put(decree, command, b"{}", Actor(str(recorder), "hr_officer")) == first
    assert [waiting.decree for waiting in desk.all()] == [decree]
    with pytest.raises(Conflict):
        desk.put(decree, command, b'{"other":1}', Actor(str(recorder), "hr_officer"))

    desk.done(command)

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


def test_an_auditor_reads_everything_on_record_and_records_nothing() -> None:
    auditor = Principal(uuid4(), "budi", (Grant("auditor"),))
    office = {
        Act.SEE_DESK,
        Act.DRY_RUN,
        Act.SUBMIT,
        Act.RECORD,
        Act.CONFIRM,
        Act.DECIDE,
        Act.OVERRIDE,
        Act.UPLOAD_DOCUMENT,
        Act.SEE_INTAKE,
        Act.MATCH_DOCUMENT,
        Act.RUN_IMPORT,
        Act.PLAN_BULK,
        Act.PROPOSE_ERASURE,
        Act.APPROVE_ERASURE,
        Act.HOLD_ERASURE,
        Act.ANSWER_FOR_LOSS,
        Act.PROTECT_DATA,
        Act.VOUCH,
        Act.KEEP_ACCOUNTS,
    }
    for act in Act:
        assert auditor.may(act) == (act not in office)


def test_the_office_and_auditors_of_before_keep_what_they_could_do(database_url: str) -> None:
    migrate(database_url)
    SCHEMA.make(database_url)
    was = (("ani", "office"), ("citra", "auditor"))
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE accounts.account ADD COLUMN role text")
        for name, role in was:
            connection.execute(
                "INSERT INTO accounts.account (ledger, id, name, role) VALUES ('kota-salatiga', %s, %s, %s)",
                (uuid4(), name, role),
            )
    SCHEMA.make(database_url)
    with reading_pool(database_url, 1) as pool:
        roles = {who.name: who.roles for who in Accounts(pool, "kota-salatiga").all()}

    assert roles == {"ani": ("confirmer", "hr_officer"), "citra": ("auditor",)}


def test_only_a_clerk_works_for_a_unit(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    for wrong in (Grant("opd_clerk"), Grant("auditor", UNIT)):
        with pytest.raises(InvalidValue):
            accounts.add("ani", wrong)
    ani = accounts.add("ani", Grant("opd_clerk", UNIT), employee=PERSON)

    assert (ani.grants, ani.employee) == ((Grant("opd_clerk", UNIT),), PERSON)
    with pytest.raises(InvalidValue):
        accounts.set_grants(ani.id or uuid4(), [Grant("opd_clerk")])
    assert accounts.find("ani") == ani


def test_a_person_has_one_open_account(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    ani = accounts.add("ani", Grant("hr_officer"), employee=PERSON)
    with pytest.raises(Conflict) as refused:
        accounts.add("ani-2", Grant("confirmer"), employee=PERSON)
    assert refused.value.code == "person-has-account"
    with pytest.raises(Conflict) as refused:
        accounts.add("ani", Grant("confirmer"), employee=PERSON)
    assert refused.value.code == "name-taken"
    accounts.add("budi", Grant("confirmer"), employee=EmployeeId.of(uuid4()))
    accounts.add("citra", Grant("auditor"))
    accounts.add("dewi", Grant("auditor"))

    assert Accounts(pool, "kota-semarang").add("ani", Grant("hr_officer"), employee=PERSON).employee == ani.employee


def test_an_account_is_linked_later_once_and_counts_for_what_it_did_before(pool: Pool, keys: KeyStore) -> None:
    accounts, desk = Accounts(pool, "kota-salatiga"), Desk(pool, keys)
    first, second = accounts.add("ani", Grant("hr_officer")), accounts.add("ani-2", Grant("confirmer"), employee=PERSON)
    assert first.id is not None
    assert second.id is not None
    with pytest.raises(Conflict) as refused:
        accounts.link(first.id, PERSON)
    assert refused.value.code == "person-has-account"
    accounts.close(second.id)
    for _ in range(2):
        accounts.link(first.id, PERSON)
    assert accounts.find("ani").employee == PERSON
    assert desk.person(str(first.id)).is_also(desk.person(str(second.id)))
    with pytest.raises(Conflict) as refused:
        accounts.link(first.id, EmployeeId.of(uuid4()))
    assert refused.value.code == "account-of-another"


def test_the_desk_knows_whose_account_it_is_also_of_one_that_is_closed(pool: Pool, keys: KeyStore) -> None:
    accounts, desk = Accounts(pool, "kota-salatiga"), Desk(pool, keys)
    first = accounts.add("ani", Grant("hr_officer"), employee=PERSON)
    with pool.connection() as connection:
        connection.execute("UPDATE accounts.account SET closed_at = pg_catalog.now() WHERE id = %s", (first.id,))
    second = accounts.add("ani-2", Grant("confirmer"), employee=PERSON)

    assert desk.person(str(first.id)).is_also(desk.person(str(second.id)))
    assert desk.person("operator").employee is None


def test_a_token_has_no_more_than_its_owner(pool: Pool) -> None:
    accounts = Accounts(pool, "kota-salatiga")
    ani = accounts.add("ani", Grant("hr_officer"), Grant("confirmer"))
    assert ani.id is not None
    whole = accounts.token(ani.id, "whole", timedelta(days=1))
    narrow = accounts.token(ani.id, "narrow", timedelta(days=1), ["confirmer"])
    accounts.set_grants(ani.id, [Grant("hr_officer")])

    found = [accounts.authenticate(token) for token in (whole, narrow)]
    assert [who and who.roles for who in found] == [("hr_officer",), ("public",)]


def test_a_desk_of_before_takes_a_decree_again_that_was_sent_back(database_url: str, keys: KeyStore) -> None:
    migrate(database_url)
    SCHEMA.make(database_url)
    decree, recorder = uuid4(), uuid4()
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP INDEX desk.waiting_open")
        connection.execute("ALTER TABLE desk.waiting DROP CONSTRAINT waiting_pkey, DROP COLUMN closed_as")
        connection.execute("ALTER TABLE desk.waiting DROP COLUMN closed_at")
        connection.execute("ALTER TABLE desk.waiting ADD PRIMARY KEY (ledger, decree), ADD UNIQUE (ledger, command)")
    SCHEMA.make(database_url)
    SCHEMA.make(database_url)
    with reading_pool(database_url, 2) as pool:
        desk = Desk(pool, keys)
        desk.put(decree, uuid4(), b"{}", Actor(str(recorder), "hr_officer"))
        with desk.holding(decree) as held:
            held.close("refused", Actor(str(uuid4()), "confirmer"), "TMT")
        desk.put(decree, uuid4(), b"{}", Actor(str(recorder), "hr_officer"))

        assert desk.get(decree).state == "waiting"
        assert [one.state for one in desk.all()] == ["waiting"]


def test_what_a_desk_of_before_kept_in_clear_is_sealed_and_reads_as_it_did(pool: Pool, keys: KeyStore) -> None:
    waits, refused, known, matched = (uuid4() for _ in range(4))
    lay = "INSERT INTO desk.waiting (ledger, decree, command, request, recorder, recorder_role{}) VALUES ({})"
    bring = "INSERT INTO desk.intake (ledger, id, sha256, name, state, brought_by) VALUES (%s, %s, %s, %s, %s, 'ani')"
    with pool.connection() as connection:
        values = ("kota-salatiga", waits, waits, b'{"name":"SITI"}', uuid4(), "hr_officer")
        connection.execute(lay.format("", "%s, %s, %s, %s, %s, %s"), values)
        sent_back = ("kota-salatiga", refused, refused, None, uuid4(), "hr_officer", "refused", "SITI tidak sama")
        more = ", closed_as, reason, closed_at"
        connection.execute(lay.format(more, "%s, %s, %s, %s, %s, %s, %s, %s, pg_catalog.now()"), sent_back)
        connection.execute(bring, ("kota-salatiga", known, "ab", "SITI.pdf", "open"))
        connection.execute(bring, ("kota-salatiga", matched, "ab", str(matched), "matched"))
    desk, intake = Desk(pool, keys), Intake(pool, keys)
    for _ in range(2):
        desk.seal_clear()
        intake.seal_clear()

    with pool.connection() as connection:
        kept = repr(
            connection.execute(
                "SELECT w::text FROM desk.waiting w UNION ALL SELECT i::text FROM desk.intake i"
            ).fetchall()
        )
    assert "SITI" not in kept
    assert b"SITI".hex() not in kept
    assert (desk.get(waits).request, desk.get(refused).reason) == (b'{"name":"SITI"}', "SITI tidak sama")
    assert intake.get(matched).name == str(matched)
    again, new = intake.add("ab", "SITI.pdf", "ani")
    assert (again.id, again.name, new) == (known, "SITI.pdf", False)
