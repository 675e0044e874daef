"""A login by steps, and what strangers can neither learn nor do by trying."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import Accounts, Sessions, passwords
from asn_ledger.accounts.login import KNOWN_FOR, Accepted, Arrival, Logins
from asn_ledger.accounts.throttle import (
    FORGOTTEN_AFTER,
    FREE,
    FREE_OF_ADDRESS,
    LONGEST_WAIT,
    TooManyAttempts,
    network_of,
)
from asn_ledger.domain.access import Grant
from asn_ledger.domain.errors import Conflict, InvalidValue
from asn_ledger.ledger.keystore import KeyStore

Pool = ConnectionPool[psycopg.Connection]
AGENCY = "kota-salatiga"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
GOOD, OTHER = "empat kucing di atap", "lima ekor ikan koi merah"
HERE, ELSEWHERE = Arrival("192.0.2.7"), Arrival("198.51.100.9")


class Desk:
    """Accounts, sessions and log-ins over one database."""

    def __init__(self, pool: Pool, keys: KeyStore) -> None:
        self.pool = pool
        self.accounts, self.sessions = Accounts(pool, AGENCY), Sessions(pool, AGENCY)
        self.logins = Logins(pool, AGENCY, keys)

    def add(self, name: str = "ani", *grants: Grant) -> UUID:
        made = self.accounts.add(name, *(grants or (Grant("hr_officer"),)))
        assert made.id is not None
        self.logins.set_password(made, GOOD)
        return made.id

    def enrol(self, account: UUID, now: datetime = NOW) -> tuple[bytes, tuple[str, ...]]:
        secret = self.sessions.begin(account, "open", browser="", now=now)
        session = self.sessions.find(secret, now)
        assert session is not None
        offered = self.logins.factors.offer(account, session.id)
        return offered, self.logins.factors.enrol(account, session.id, code(offered, now), now)

    def wait(self, name: str, arrival: Arrival, now: datetime, password: str = OTHER) -> int:
        """Seconds that the next try would have to wait; 0 if it is looked at."""
        try:
            self.logins.password(name, password, arrival, now)
        except TooManyAttempts as refused:
            return refused.seconds
        return 0


@pytest.fixture
def desk(pool: Pool, keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> Desk:
    # The work of a hash is tested by itself; here many are asked for.
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODYS", cheap.hash(OTHER))
    return Desk(pool, keys)


def code(secret: bytes, now: datetime) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(int(now.timestamp())).decode()  # noqa: S303 -- as authenticators do


def test_name_and_password_are_taken_together(desk: Desk) -> None:
    ani = desk.add()

    assert desk.logins.password("ani", GOOD, HERE, NOW) == Accepted(ani, second_factor=False)
    assert desk.logins.password("ani", OTHER, HERE, NOW) is None
    assert desk.logins.password("budi", GOOD, HERE, NOW) is None


def test_an_account_without_password_or_that_is_locked_or_closed_takes_none(desk: Desk) -> None:
    desk.accounts.add("budi", Grant("auditor"))
    assert desk.logins.password("budi", "", HERE, NOW) is None
    ani = desk.add()
    desk.accounts.lock(ani)
    assert desk.logins.password("ani", GOOD, HERE, NOW) is None
    desk.accounts.unlock(ani)
    assert desk.logins.password("ani", GOOD, HERE, NOW) is not None
    desk.accounts.close(ani)
    assert desk.logins.password("ani", GOOD, HERE, NOW) is None


def test_locking_ends_sessions_for_good_and_unlocking_brings_none_back(desk: Desk) -> None:
    ani = desk.add()
    secret = desk.sessions.begin(ani, "open", browser="", now=NOW)
    desk.accounts.lock(ani)
    desk.accounts.unlock(ani)

    assert desk.sessions.find(secret, NOW) is None


def test_another_password_ends_every_other_session(desk: Desk) -> None:
    ani = desk.add("ani", Grant("employee"))
    kept, ended = (desk.sessions.begin(ani, "open", browser="", now=NOW) for _ in range(2))
    session = desk.sessions.find(kept, NOW)
    assert session is not None
    desk.logins.set_password(session.principal, OTHER, but=session.id)

    assert [desk.sessions.find(secret, NOW) is None for secret in (kept, ended)] == [False, True]
    assert desk.logins.password("ani", GOOD, HERE, NOW) is None
    with pytest.raises(InvalidValue):
        desk.logins.set_password(session.principal, "short")


def test_a_hash_with_other_parameters_is_made_anew_at_the_next_login(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add()
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert desk.logins.password("ani", GOOD, HERE, NOW) is not None
    with desk.pool.connection() as connection:
        ((kept,),) = connection.execute("SELECT a.password FROM accounts.account a WHERE a.ledger = %s", (AGENCY,))

    assert "m=16,t=2,p=1" in kept
    assert desk.logins.password("ani", GOOD, HERE, NOW) is not None


@pytest.mark.parametrize("name", ["ani", "nobody", "an\x00i"])
def test_after_some_failures_each_further_one_waits_longer_and_a_name_that_is_unknown_too(
    desk: Desk, name: str
) -> None:
    desk.add()
    at, waits = NOW, []
    for number in range(FREE + 7):
        arrival = Arrival(f"192.0.2.{number}")
        waited = desk.wait(name, arrival, at)
        waits.append(waited)
        if waited:
            assert desk.wait(name, arrival, at + timedelta(seconds=waited - 2)) > 0, "looked at too early"
            at += timedelta(seconds=waited)
            assert desk.wait(name, arrival, at) == 0

    assert waits[:FREE] == [0] * FREE
    assert waits[FREE:] == [31, 61, 121, 241, 481, 901, 901]


def test_tries_that_come_too_early_are_not_counted_so_that_nobody_is_kept_out_for_ever(desk: Desk) -> None:
    desk.add()
    for number in range(FREE):
        desk.wait("ani", Arrival(f"192.0.2.{number}"), NOW)
    for second in range(30):
        assert desk.wait("ani", ELSEWHERE, NOW + timedelta(seconds=second)) == 31 - second

    assert desk.logins.password("ani", GOOD, HERE, NOW + timedelta(seconds=31)) is not None
    assert desk.wait("ani", HERE, NOW + timedelta(seconds=31)) == 0, "a success forgets the failures"


def test_failures_are_forgotten_after_a_day(desk: Desk) -> None:
    for _ in range(FREE):
        desk.wait("ani", HERE, NOW)
    assert desk.wait("ani", HERE, NOW) > 0

    assert desk.wait("ani", HERE, NOW + FORGOTTEN_AFTER) == 0


def test_an_address_that_tries_many_names_waits_and_others_do_not(desk: Desk) -> None:
    ani = desk.add()
    for number in range(FREE_OF_ADDRESS):
        assert desk.wait(f"name{number}", HERE, NOW) == 0

    assert desk.wait("ani", HERE, NOW, GOOD) > 0
    assert desk.logins.password("ani", GOOD, ELSEWHERE, NOW) == Accepted(ani, second_factor=False)


def test_a_stranger_never_keeps_a_known_browser_out(desk: Desk) -> None:
    ani = desk.add()
    budi = desk.add("budi")
    known = Arrival("192.0.2.7", desk.logins.completed(ani, None, NOW))
    for number in range(FREE + 1):
        desk.wait("ani", Arrival(f"203.0.113.{number}"), NOW)
    for number in range(FREE_OF_ADDRESS):
        desk.wait(f"name{number}", known, NOW)

    assert desk.wait("ani", HERE, NOW, GOOD) > 0
    assert desk.logins.password("ani", GOOD, known, NOW) == Accepted(ani, second_factor=False)
    assert desk.wait("budi", known, NOW, GOOD) > 0, "it is known for its own account alone"
    assert desk.logins.password("budi", GOOD, ELSEWHERE, NOW) == Accepted(budi, second_factor=False)


def test_a_known_browser_guesses_no_more_than_others(desk: Desk) -> None:
    known = Arrival("192.0.2.7", desk.logins.completed(desk.add(), None, NOW))
    for _ in range(FREE):
        assert desk.wait("ani", known, NOW) == 0

    assert desk.wait("ani", known, NOW, GOOD) > 0


def test_a_browser_stays_known_while_it_is_used_and_is_forgotten_after(desk: Desk) -> None:
    ani = desk.add()
    first = desk.logins.completed(ani, None, NOW)
    later = NOW + KNOWN_FOR - timedelta(days=1)

    assert desk.logins.completed(ani, first, later) == first
    assert desk.logins.completed(ani, "made up", later) != "made up"
    for _ in range(FREE):
        desk.wait("ani", HERE, later + KNOWN_FOR)
    assert desk.wait("ani", Arrival("192.0.2.7", first), later + KNOWN_FOR, GOOD) > 0


def test_many_tries_at_once_are_counted_one_by_one(desk: Desk) -> None:
    desk.add()
    tries = [Arrival(f"192.0.2.{number}") for number in range(4 * FREE)]
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda arrival: desk.wait("ani", arrival, NOW), tries))

    assert waits.count(0) == FREE


def test_so_many_are_looked_at_at_once_and_no_more_and_those_are_not_counted(desk: Desk) -> None:
    ani = desk.add()
    with ExitStack() as busy:
        for _ in range(passwords._LOOKED_AT_AT_ONCE):
            busy.enter_context(passwords.turn())
        for _ in range(2 * FREE):
            assert desk.wait("ani", HERE, NOW) == passwords._BUSY_SECONDS
        with pytest.raises(TooManyAttempts):
            desk.logins.confirm_password(ani, GOOD, NOW)

    assert desk.logins.password("ani", GOOD, HERE, NOW) is not None


def test_names_and_addresses_that_were_tried_stand_nowhere(desk: Desk) -> None:
    desk.wait("Rahajeng", Arrival("192.0.2.77"), NOW)
    with desk.pool.connection() as connection:
        rows = connection.execute("SELECT f.* FROM accounts.failure f WHERE f.ledger = %s", (AGENCY,)).fetchall()

    assert len(rows) == 2
    assert "Rahajeng" not in repr(rows)
    assert "192.0.2" not in repr(rows)


def test_a_waiting_is_never_longer_than_a_quarter_of_an_hour(desk: Desk) -> None:
    with desk.pool.connection() as connection:
        desk.wait("ani", HERE, NOW)
        connection.execute("UPDATE accounts.failure SET count = 2000000000 WHERE ledger = %s", (AGENCY,))

    assert desk.wait("ani", ELSEWHERE, NOW) == LONGEST_WAIT.total_seconds() + 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_of_one_network_count_together(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_second_factor_is_asked_for_once_it_is_enrolled(desk: Desk) -> None:
    ani = desk.add()
    secret, codes = desk.enrol(ani)
    later = NOW + timedelta(minutes=1)

    assert desk.logins.password("ani", GOOD, HERE, NOW) == Accepted(ani, second_factor=True)
    assert desk.logins.factors.state(ani).recovery_left == len(codes) == 10
    assert not desk.logins.second_factor(ani, code(secret, NOW), NOW), "the code that enrolled it was used"
    assert desk.logins.second_factor(ani, code(secret, later), later)
    assert not desk.logins.second_factor(ani, code(secret, later), later)
    assert not desk.logins.second_factor(ani, code(secret, NOW), later), "nor one before it"


def test_of_two_logins_at_once_with_one_code_one_gets_in(desk: Desk) -> None:
    ani = desk.add()
    secret, codes = desk.enrol(ani)
    later = NOW + timedelta(minutes=1)
    for typed in (code(secret, later), codes[0]):
        with ThreadPoolExecutor(4) as threads:
            passed = list(threads.map(lambda _, typed=typed: desk.logins.second_factor(ani, typed, later), range(2)))
        assert passed.count(True) == 1


def test_a_recovery_code_is_good_once_and_new_ones_replace_the_old(desk: Desk) -> None:
    ani = desk.add()
    _, codes = desk.enrol(ani)

    assert desk.logins.second_factor(ani, codes[3].upper().replace("-", " "), NOW)
    assert not desk.logins.second_factor(ani, codes[3], NOW)
    assert desk.logins.factors.state(ani).recovery_left == 9
    new = desk.logins.factors.renew_codes(ani)
    assert not desk.logins.second_factor(ani, codes[4], NOW)
    assert desk.logins.second_factor(ani, new[4], NOW)
    assert not desk.logins.second_factor(desk.add("budi"), new[5], NOW)


def test_codes_are_guessed_no_oftener_than_passwords(desk: Desk) -> None:
    ani = desk.add()
    secret, _ = desk.enrol(ani)
    for _ in range(FREE):
        assert not desk.logins.second_factor(ani, "000000", NOW)
    with pytest.raises(TooManyAttempts):
        desk.logins.second_factor(ani, code(secret, NOW + timedelta(seconds=29)), NOW + timedelta(seconds=29))

    assert desk.logins.second_factor(ani, code(secret, NOW + timedelta(minutes=2)), NOW + timedelta(minutes=2))


def test_only_the_session_that_was_shown_a_secret_enrols_it(desk: Desk) -> None:
    ani = desk.add()
    sessions = [desk.sessions.find(desk.sessions.begin(ani, "open", browser="", now=NOW), NOW) for _ in range(2)]
    first, second = sessions
    assert first is not None
    assert second is not None
    assert (first.stage, second.stage) == ("enrol", "enrol")
    factors = desk.logins.factors
    offered = factors.offer(ani, first.id)

    assert factors.offer(ani, first.id) == offered
    assert factors.offer(ani, second.id) != offered
    with pytest.raises(InvalidValue):
        factors.enrol(ani, second.id, code(offered, NOW), NOW)
    with pytest.raises(InvalidValue):
        factors.enrol(ani, first.id, "000000", NOW)
    assert not factors.state(ani).enrolled
    factors.enrol(ani, first.id, code(offered, NOW), NOW)
    assert factors.state(ani).enrolled
    with pytest.raises(Conflict):
        factors.enrol(ani, first.id, code(offered, NOW), NOW)


def test_the_secret_is_sealed_and_recovery_codes_are_kept_as_digests(desk: Desk) -> None:
    ani = desk.add()
    secret, codes = desk.enrol(ani)
    with desk.pool.connection() as connection:
        kept = connection.execute("SELECT a.* FROM accounts.account a WHERE a.ledger = %s", (AGENCY,)).fetchall()
        hashes = connection.execute(
            "SELECT r.* FROM accounts.recovery_code r WHERE r.ledger = %s", (AGENCY,)
        ).fetchall()

    assert not any(secret in value for row in kept for value in row if isinstance(value, bytes))
    assert codes[0] not in repr(hashes)


def test_a_new_second_factor_ends_every_other_session_and_taking_it_away_ends_all(desk: Desk) -> None:
    ani = desk.add()
    earlier = desk.sessions.begin(ani, "open", browser="", now=NOW)
    desk.enrol(ani)
    assert desk.sessions.find(earlier, NOW) is None
    assert len(desk.sessions.of(ani, NOW)) == 1
    desk.logins.factors.remove(ani)

    assert desk.sessions.of(ani, NOW) == []


def test_a_second_factor_that_is_taken_away_is_enrolled_anew(desk: Desk) -> None:
    ani = desk.add()
    _, codes = desk.enrol(ani)
    desk.logins.factors.remove(ani)

    assert desk.logins.password("ani", GOOD, HERE, NOW) == Accepted(ani, second_factor=False)
    assert not desk.logins.second_factor(ani, codes[0], NOW)
    found = desk.sessions.find(desk.sessions.begin(ani, "open", browser="", now=NOW), NOW)
    assert found is not None
    assert found.stage == "enrol"


def test_an_employee_needs_no_second_factor_and_who_is_given_another_role_does_from_then_on(desk: Desk) -> None:
    ani = desk.add("ani", Grant("employee"))
    secret = desk.sessions.begin(ani, "open", browser="", now=NOW)
    before = desk.sessions.find(secret, NOW)
    desk.accounts.set_grants(ani, [Grant("employee"), Grant("auditor")])
    after = desk.sessions.find(secret, NOW)

    assert [one and one.stage for one in (before, after)] == ["open", "enrol"]


def test_a_session_is_renewed_at_the_second_factor_once(desk: Desk) -> None:
    ani = desk.add()
    desk.enrol(ani)
    half = desk.sessions.begin(ani, "second_factor", browser="", now=NOW)
    found = desk.sessions.find(half, NOW)
    assert found is not None
    assert found.stage == "second_factor"
    whole = desk.sessions.renew(half, NOW)
    renewed = desk.sessions.find(whole, NOW + timedelta(minutes=30))

    assert renewed is not None
    assert (renewed.stage, renewed.id) == ("open", found.id)
    assert desk.sessions.find(half, NOW) is None
    with pytest.raises(Conflict):
        desk.sessions.renew(half, NOW)


def test_a_login_that_stays_halfway_ends_soon(desk: Desk) -> None:
    ani = desk.add()
    desk.enrol(ani)
    half = desk.sessions.begin(ani, "second_factor", browser="", now=NOW)

    assert desk.sessions.find(half, NOW + timedelta(minutes=10)) is None


def test_a_password_is_confirmed_as_often_as_it_is_guessed(desk: Desk) -> None:
    ani = desk.add()
    assert desk.logins.confirm_password(ani, GOOD, NOW)
    for _ in range(FREE):
        assert not desk.logins.confirm_password(ani, OTHER, NOW)
    with pytest.raises(TooManyAttempts):
        desk.logins.confirm_password(ani, GOOD, NOW)
