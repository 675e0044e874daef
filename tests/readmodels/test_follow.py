"""Following: what makes rows and position one, and what happens when two try at once."""

import multiprocessing
import random
import threading
import time
from collections.abc import Iterator, Sequence

import city
import given
import pytest
from psycopg_pool import ConnectionPool
from recording import Books, opens, opens_with
from stored import widest

from asn_ledger.domain.events import EVENT_TYPES, Entry
from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.ledger.requests import Recorded
from asn_ledger.readmodels import follow
from asn_ledger.readmodels.compare import compare
from asn_ledger.readmodels.follow import Follower, catch_up, step, wait_until
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.rebuild import Crew, rebuild
from asn_ledger.readmodels.standing import SAME, install, standing, stops
from projections import PROJECTIONS
from projections.position_history import POSITION_HISTORY
from projections.posts import POSTS

MODELS = (POSITION_HISTORY, POSTS)


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as opened:
        install(opened.connection, books.name, PROJECTIONS)
        yield opened


def holders(source: Source) -> list[tuple[str, str]]:
    rows = source.connection.execute(
        "SELECT t.employee, t.post FROM position_history_v4.tenure t WHERE t.ledger = %s ORDER BY t.began_by",
        (source.ledger,),
    ).fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def position(source: Source, model: tuple[str, int] = (POSITION_HISTORY.name, POSITION_HISTORY.version)) -> int:
    return standing(source.connection, source.ledger)[model].position


class KilledError(Exception):
    pass


def test_rows_and_position_are_stored_together_or_not_at_all(
    books: Books, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.record([city.appointed(1, 1, "2011-01-01")])

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(follow, "move", killed)
        with pytest.raises(KilledError):
            step(source, MODELS)
    assert (holders(source), position(source)) == ([], 0)

    assert step(source, MODELS)
    assert (len(holders(source)), position(source)) == (1, 1)


def test_what_one_service_applies_another_leaves_alone(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01")])
    inside, go_on = threading.Event(), threading.Event()

    def slow(facts: Sequence[Recorded]) -> list[Entry]:
        inside.set()
        go_on.wait(10)
        return opens(facts)

    def first() -> None:
        with books.source() as own:
            step(Source(own.connection, own.ledger, slow), MODELS)

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    assert not step(source, MODELS)
    assert position(source) == 0
    go_on.set()
    thread.join()
    assert (len(holders(source)), position(source)) == (1, 1)


def test_two_followers_apply_every_fact_once(books: Books, source: Source) -> None:
    with ConnectionPool(service_conninfo(books.url), kwargs={"autocommit": True}, min_size=2, max_size=4) as pool:
        followers = [Follower(pool, books.name, opens, PROJECTIONS) for _ in range(2)]
        for follower in followers:
            follower.start()
        try:
            for n in range(40):
                books.record([city.appointed(n % 3 + 1, n % 2 + 1, f"20{10 + n % 5}-01-01", decree=n + 2)])
            assert wait_until(source.connection, books.name, PROJECTIONS, position=40, timeout=20)
        finally:
            for follower in followers:
                follower.stop()
    assert len(holders(source)) == 40
    assert {at.position for at in standing(source.connection, books.name).values()} == {40}


def test_a_follower_hears_of_new_facts_at_once(books: Books, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "BUSY_SECONDS", 30.0)
    monkeypatch.setattr(follow, "IDLE_SECONDS", 30.0)
    with ConnectionPool(service_conninfo(books.url), kwargs={"autocommit": True}, min_size=1, max_size=2) as pool:
        follower = Follower(pool, books.name, opens, MODELS)
        follower.start()
        try:
            assert not wait_until(source.connection, books.name, MODELS, position=1, timeout=0.3)
            books.record([city.appointed(1, 1, "2011-01-01")])
            assert wait_until(source.connection, books.name, MODELS, position=1, timeout=5)
        finally:
            follower.stop()


def test_a_follower_goes_on_after_a_fact_it_could_not_apply(
    books: Books, source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    failures = [KilledError(), KilledError()]

    def failing(facts: Sequence[Recorded]) -> list[Entry]:
        if failures and facts:
            raise failures.pop()
        return opens(facts)

    books.record([city.appointed(1, 1, "2011-01-01")])
    with ConnectionPool(service_conninfo(books.url), kwargs={"autocommit": True}, min_size=1, max_size=2) as pool:
        follower = Follower(pool, books.name, failing, MODELS)
        follower.start()
        try:
            ends = time.monotonic() + 10
            while not wait_until(source.connection, books.name, MODELS, position=1, timeout=0.1):
                assert time.monotonic() < ends
        finally:
            follower.stop()
    assert stops(source.connection, books.name) == ()
    assert "the read models stand still" in capsys.readouterr().out


def test_waiting_ends_when_time_is_over(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01")])

    assert not wait_until(source.connection, books.name, MODELS, position=1, timeout=0.05)
    catch_up(source, MODELS)
    assert wait_until(source.connection, books.name, MODELS, position=1, timeout=0)
    assert not wait_until(source.connection, books.name, MODELS, position=2, timeout=0)


def test_a_read_model_that_comes_later_waits_for_its_rebuild(books: Books) -> None:
    with books.source() as source:
        install(source.connection, books.name, [POSITION_HISTORY])
        books.record([city.post(1, "Analis"), city.appointed(1, 1, "2011-01-01")])
        install(source.connection, books.name, PROJECTIONS)
        catch_up(source, PROJECTIONS)

        stand = standing(source.connection, books.name)
        assert stand[POSITION_HISTORY.name, POSITION_HISTORY.version].position == stand[SAME].position == 2
        assert (stand[POSTS.name, POSTS.version].live_build, stand[POSTS.name, POSTS.version].position) == (None, 0)
        assert not wait_until(source.connection, books.name, PROJECTIONS, position=2, timeout=0)


def test_read_models_that_stand_apart_are_brought_together(books: Books, source: Source) -> None:
    books.record([city.post(1, "Analis"), city.appointed(1, 1, "2011-01-01")])
    catch_up(source, [POSITION_HISTORY])
    books.record([city.post(2, "Arsiparis"), city.identified(1, 2, canonical=2)])
    assert (position(source), position(source, (POSTS.name, POSTS.version))) == (2, 0)

    catch_up(source, PROJECTIONS)
    assert {at.position for at in standing(source.connection, books.name).values()} == {4}
    assert holders(source) == [(given.employee(2), given.post(1))]


def test_whoever_is_left_when_two_are_separated_stands_alone_again(books: Books, source: Source) -> None:
    books.record([city.appointed(n, n, "2011-01-01", decree=n) for n in (1, 2, 3)])
    books.record([city.identified(1, 2, 3, canonical=1)])
    catch_up(source, MODELS)
    assert {employee for employee, _ in holders(source)} == {given.employee(1)}

    books.record([city.separated(1, 2, canonical=1)])
    catch_up(source, MODELS)
    assert holders(source) == [(given.employee(n), given.post(n)) for n in (1, 2, 3)]


def test_what_is_struck_under_another_id_goes_from_the_canonical_one(books: Books, source: Source) -> None:
    acting = city.acting(1, 1, "2011-01-01")
    ended = city.acting(1, 2, "2011-01-01")
    books.record([acting, ended, city.identified(1, 2, canonical=2)], given.event_id)
    catch_up(source, MODELS)
    books.record([city.corrected(acting, given.event_id(1), city.acting(3, 1, "2011-01-01"), "2012-01-01")])
    catch_up(source, MODELS)

    rows = source.connection.execute(
        "SELECT t.employee, t.state FROM position_history_v4.tenure t WHERE t.ledger = %s AND t.post = %s",
        (source.ledger, given.post(1)),
    ).fetchall()
    assert sorted((str(row[0]), row[1]) for row in rows) == sorted(
        [(given.employee(2), "struck"), (given.employee(3), "held")]
    )


def test_identification_that_is_annulled_was_never_one(books: Books, source: Source) -> None:
    both = city.identified(1, 2, canonical=2)
    books.record([city.appointed(1, 1, "2011-01-01"), both], given.event_id)
    catch_up(source, MODELS)
    assert holders(source) == [(given.employee(2), given.post(1))]

    books.record([city.annulled(both, given.event_id(2), "2021-01-01")])
    catch_up(source, MODELS)
    assert holders(source) == [(given.employee(1), given.post(1))]


def test_a_batch_may_hold_more_facts_than_one_step_takes(
    books: Books, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "BATCH", 3)
    books.record([city.appointed(1, n % 2 + 1, f"20{10 + n}-01-01", decree=n + 2) for n in range(8)])
    taken = 0
    while step(source, MODELS):
        taken += 1

    assert (taken, position(source), len(holders(source))) == (3, 8, 8)


def _follow(url: str, ledger: str) -> None:
    """What a process does that keeps the read models live and is given no chance to end in order."""
    with ConnectionPool(service_conninfo(url), kwargs={"autocommit": True}, min_size=1, max_size=2) as pool:
        Follower(pool, ledger, opens, PROJECTIONS).start()
        threading.Event().wait()


def test_a_follower_killed_again_and_again_leaves_no_row_behind_and_none_twice(books: Books, source: Source) -> None:
    spawn = multiprocessing.get_context("spawn")
    chance, written = random.Random(5), 0
    for last in (False, False, True):
        process = spawn.Process(target=_follow, args=(books.url, books.name), daemon=True)
        process.start()
        before = position(source)
        while written < 60 or position(source) == before:
            written += 1
            books.record([city.appointed(written % 7 + 1, written % 3 + 1, "2011-01-01", decree=written)])
            if written > 60:
                time.sleep(0.02)  # a slow start of the follower should not make few people's histories endless
        if last:
            assert wait_until(source.connection, books.name, PROJECTIONS, position=written, timeout=20)
        else:
            time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.join()

    compared = compare(books.name, PROJECTIONS, Crew(books.url, opens_with))
    assert (compared.position, compared.differences) == (written, ())


def test_a_fact_that_one_read_model_cannot_take_stops_that_one_alone(books: Books, source: Source) -> None:
    too_many = city.post(1, "Analis").model_copy(update={"seats": 10**12})
    books.record([city.post(2, "Arsiparis"), too_many, city.post(3, "Pranata"), city.appointed(1, 1, "2011-01-01")])

    catch_up(source, PROJECTIONS)

    posts = (POSTS.name, POSTS.version)
    stand = standing(source.connection, source.ledger)
    assert {at.position for model, at in stand.items() if model != posts} == {4}
    assert stand[posts].position == 1
    (stopped,) = stops(source.connection, source.ledger)
    assert (stopped.model, stopped.position, stopped.reason) == (posts, 2, "NumericValueOutOfRange (22003)")
    began = time.monotonic()
    assert not wait_until(source.connection, books.name, PROJECTIONS, position=4, timeout=60)
    assert time.monotonic() - began < 30, "nobody waits for what stands"

    books.record([city.appointed(2, 2, "2012-01-01")])
    catch_up(source, PROJECTIONS)
    assert (position(source), len(holders(source))) == (5, 2)
    assert stops(source.connection, source.ledger) == (stopped,), "since the same moment"

    done = rebuild(books.name, PROJECTIONS, Crew(books.url, opens_with))
    assert (done.position, done.stopped) == (1, stops(source.connection, source.ledger))
    assert standing(source.connection, source.ledger)[posts].position == 1
    compared = compare(books.name, PROJECTIONS, Crew(books.url, opens_with))
    assert (compared.position, compared.differences, compared.stopped) == (5, (), done.stopped)


def test_the_widest_facts_stop_no_read_model(books: Books, source: Source) -> None:
    books.record(kind.from_dict(widest(kind)) for _, kind in sorted(EVENT_TYPES.items()))

    catch_up(source, PROJECTIONS)

    assert stops(source.connection, source.ledger) == ()
    assert {at.position for at in standing(source.connection, source.ledger).values()} == {len(EVENT_TYPES)}
