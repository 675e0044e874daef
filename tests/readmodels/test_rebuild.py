"""Rebuilding: beside the live build, while facts arrive, in several processes, stopped in the middle."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import city
import given
import psycopg
import pytest
from recording import Books, opens, opens_with

from asn_ledger.domain.errors import Conflict
from asn_ledger.domain.events import CpnsAppointed, Entry
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.ledger.requests import Recorded
from asn_ledger.readmodels import build
from asn_ledger.readmodels import rebuild as rebuilding
from asn_ledger.readmodels.compare import compare, digest
from asn_ledger.readmodels.follow import catch_up, step
from asn_ledger.readmodels.opening import Opens, Source
from asn_ledger.readmodels.projection import Build
from asn_ledger.readmodels.rebuild import Crew, new_builds, rebuild
from asn_ledger.readmodels.reproject import reproject
from asn_ledger.readmodels.standing import install, standing
from projections import PROJECTIONS
from projections.directory import DIRECTORY
from projections.position_history import POSITION_HISTORY
from projections.posts import POSTS

TENURE = (POSITION_HISTORY.name, POSITION_HISTORY.version)


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as opened:
        install(opened.connection, books.name, PROJECTIONS)
        yield opened


def builds(source: Source) -> dict[int, int]:
    """How many tenures each build has."""
    rows = source.connection.execute(
        "SELECT t.build, count(*) FROM position_history_v4.tenure t WHERE t.ledger = %s GROUP BY t.build",
        (source.ledger,),
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def live_build(source: Source) -> int | None:
    return standing(source.connection, source.ledger)[TENURE].live_build


def test_a_rebuild_takes_the_live_builds_place_and_the_old_one_goes(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01"), city.appointed(2, 2, "2011-01-01", decree=3)])
    catch_up(source, PROJECTIONS)
    assert (live_build(source), builds(source)) == (1, {1: 2})

    told: list[tuple[int, int]] = []
    done = rebuild(books.name, PROJECTIONS, Crew(books.url, opens_with, progress=lambda n, of: told.append((n, of))))

    assert (done.position, told[-1]) == (2, (4, 4)), "each fact is read for its person and for its decree"
    assert (live_build(source), builds(source)) == (2, {2: 2})
    books.record([city.appointed(1, 2, "2012-01-01", decree=4)])
    catch_up(source, PROJECTIONS)
    assert builds(source) == {2: 3}


def test_an_empty_ledger_is_rebuilt_too(books: Books, source: Source) -> None:
    assert rebuild(books.name, PROJECTIONS, Crew(books.url, opens_with)).position == 0
    assert live_build(source) == 2


def test_facts_that_arrive_meanwhile_are_in_the_new_build(
    books: Books, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.record([city.appointed(1, 1, "2011-01-01")])
    catch_up(source, PROJECTIONS)
    build_groups = build.build_groups

    def late(*given_arguments: object) -> None:
        build_groups(*given_arguments)  # type: ignore[arg-type]  # passed on as it came
        books.record(
            [
                city.appointed(1, 2, "2012-01-01", decree=4),
                city.identified(1, 3, canonical=3),
                city.appointed(2, 2, "2012-01-01", decree=5),
            ]
        )
        assert step(source, PROJECTIONS)
        books.record([city.appointed(2, 1, "2013-01-01", decree=6)])

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "build_groups", late)
        done = rebuild(books.name, PROJECTIONS, Crew(books.url, opens_with))
    assert done.position == 4
    catch_up(source, PROJECTIONS)

    assert builds(source) == {2: 4}
    rows = source.connection.execute(
        "SELECT DISTINCT t.employee FROM position_history_v4.tenure t WHERE t.ledger = %s", (books.name,)
    ).fetchall()
    assert {str(row[0]) for row in rows} == {given.employee(2), given.employee(3)}


def test_more_than_a_batch_that_arrives_meanwhile_is_caught_up_before_the_lock(
    books: Books, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    books.record([city.appointed(1, 1, "2011-01-01")])
    build_groups = build.build_groups

    def late(*given_arguments: object) -> None:
        build_groups(*given_arguments)  # type: ignore[arg-type]  # passed on as it came
        books.record([city.appointed(2, n % 2 + 1, f"20{n + 10}-01-01", decree=n) for n in range(10)])

    monkeypatch.setattr(rebuilding, "build_groups", late)
    assert rebuild(books.name, PROJECTIONS, Crew(books.url, opens_with)).position == 11
    assert builds(source) == {2: 11}


def test_several_processes_make_the_same_build(books: Books, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "FEW", 0)
    books.record(
        [
            *(city.entered(n, f"Nama {n}") for n in range(1, 9)),
            *(city.appointed(n, n, "2011-01-01", decree=n + 1) for n in range(1, 9)),
            city.post(1, "Analis"),
            city.identified(1, 2, canonical=1),
        ]
    )
    catch_up(source, PROJECTIONS)

    found = compare(books.name, PROJECTIONS, Crew(books.url, opens_with, workers=2))
    assert (found.position, found.differences) == (18, ())
    assert builds(source) == {1: 8}


@contextmanager
def dies() -> Iterator[Opens]:
    def opening(facts: Sequence[Recorded]) -> list[Entry]:
        if any(fact.position == 2 for fact in facts):
            os._exit(1)
        return opens(facts)

    yield opening


def test_what_a_dead_rebuild_left_behind_is_cleared_by_the_next(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01"), city.appointed(2, 2, "2011-01-01", decree=3)])
    catch_up(source, PROJECTIONS)
    with new_builds(books.name, PROJECTIONS, Crew(books.url, opens_with)) as (other, made):
        rebuilding.fill(other, made, Crew(books.url, opens_with))
    assert (live_build(source), builds(source)) == (1, {1: 2, 2: 2})

    rebuild(books.name, PROJECTIONS, Crew(books.url, opens_with))
    assert (live_build(source), builds(source)) == (3, {3: 2})


def test_a_process_that_dies_ends_the_rebuild_and_leaves_the_live_build(
    books: Books, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "FEW", 0)
    books.record([city.appointed(1, 1, "2011-01-01"), city.appointed(2, 2, "2011-01-01", decree=3)])
    catch_up(source, PROJECTIONS)

    with pytest.raises(BrokenProcessPool):
        rebuild(books.name, PROJECTIONS, Crew(books.url, dies, workers=2))
    assert live_build(source) == 1


def test_two_rebuilds_of_one_read_model_are_one_too_many(books: Books, source: Source) -> None:
    crew = Crew(books.url, opens_with)
    with new_builds(books.name, [POSTS], crew):
        with pytest.raises(Conflict, match="posts is being rebuilt"):
            rebuild(books.name, PROJECTIONS, crew)
        rebuild(books.name, [POSITION_HISTORY], crew)


def test_comparing_names_the_rows_that_differ(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01"), city.post(1, "Analis")])
    catch_up(source, PROJECTIONS)
    crew = Crew(books.url, opens_with)
    agreed = compare(books.name, PROJECTIONS, crew)
    assert agreed.differences == ()

    source.connection.execute(
        "UPDATE position_history_v4.tenure t SET issuer = 'Camat' WHERE t.ledger = %s", (books.name,)
    )
    source.connection.execute("DELETE FROM posts_v6.post p WHERE p.ledger = %s", (books.name,))
    tenure, post = compare(books.name, PROJECTIONS, crew).differences

    assert (tenure.model, tenure.table) == ("position_history", "tenure")
    assert [getattr(row, "issuer", None) for row in tenure.live_only] == ["Camat"]
    assert [getattr(row, "issuer", None) for row in tenure.ledger_only] == ["Wali Kota Salatiga"]
    assert (post.table, post.live_only, len(post.ledger_only)) == ("post", (), 1)
    assert compare(books.name, PROJECTIONS, crew).digests == agreed.digests
    rebuild(books.name, PROJECTIONS, crew)
    assert compare(books.name, PROJECTIONS, crew).differences == ()


def test_comparing_brings_a_lagging_live_build_up_first(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01"), city.identified(1, 2, canonical=2)])

    found = compare(books.name, PROJECTIONS, Crew(books.url, opens_with))
    assert (found.position, found.differences) == (2, ())
    assert {at.position for at in standing(source.connection, books.name).values()} == {2}


def test_a_digest_says_nothing_of_names(books: Books, source: Source) -> None:
    books.record([city.entered(1, "Ani")])
    catch_up(source, PROJECTIONS)
    live = Build(books.name, DIRECTORY, 1)
    before = digest(source.connection, live)
    source.connection.execute("UPDATE directory_v4.person p SET name = NULL WHERE p.ledger = %s", (books.name,))
    assert digest(source.connection, live) == before
    source.connection.execute("UPDATE directory_v4.person p SET began_by = 7 WHERE p.ledger = %s", (books.name,))
    assert digest(source.connection, live) != before


def test_projected_anew_an_erased_name_is_gone(books: Books, source: Source) -> None:
    books.record(
        [city.entered(1, "Ani"), city.entered(2, "Budi", tmt="2011-01-01"), city.identified(1, 2, canonical=2)]
    )
    catch_up(source, PROJECTIONS)

    def erased(facts: Sequence[Recorded]) -> list[Entry]:
        return [
            Entry(
                e.tags,
                e.event.model_copy(update={"name": Erased(), "nip": Erased()}),
                e.position,
                e.event_id,
                e.recorded_at,
                None,
            )
            if isinstance(e.event, CpnsAppointed)
            else e
            for e in opens(facts)
        ]

    reproject(Source(source.connection, books.name, erased), DIRECTORY, [given.employee(1).tag])
    with psycopg.connect(service_conninfo(books.url)) as connection:
        names = connection.execute(
            "SELECT p.name, p.erased, p.employee FROM directory_v4.person p WHERE p.ledger = %s", (books.name,)
        ).fetchall()
        words = connection.execute(
            "SELECT w.word FROM directory_v4.word w WHERE w.ledger = %s", (books.name,)
        ).fetchall()
        words += connection.execute(
            "SELECT w.word FROM directory_v4.word_known w WHERE w.ledger = %s", (books.name,)
        ).fetchall()
        known = connection.execute(
            "SELECT p.name, p.nip, p.sort_name FROM directory_v4.person_known p WHERE p.ledger = %s", (books.name,)
        ).fetchall()
    assert [(name, gone, str(who)) for name, gone, who in names] == [(None, True, given.employee(2))] * 2
    assert known
    assert set(known) == {(None, None, "")}
    assert words == []
