from collections.abc import Iterator
from datetime import date

import city
import given
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from oracle import facts, took_effect
from recording import Books, new_books, opens

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import DecreeStubbed, Event, NipAssigned, PostCreated
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS
from projections.accountability.queries import decree_record, decrees, find_decrees
from projections.directory.queries import employee_by_nip, find_people, people
from projections.posts.queries import all_posts, count_posts, find_posts, post_by_code, post_life, posts_of_unit
from projections.search.queries import search
from projections.units.queries import UnitName, find_units, unit_life, unit_names, unit_path, unit_tree

NOW = AsOf(date(2020, 6, 1))


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as opened:
        install(opened.connection, books.name, PROJECTIONS)
        yield opened


def test_people_are_found_by_beginnings_of_names_and_by_nip(books: Books, source: Source) -> None:
    books.record(
        [
            city.entered(1, "Ni Luh Ayu Werdhi", "198503122010012001"),
            city.entered(2, "Luthfi Ahmad", "198503122010012002"),
            city.entered(3, "Zulkifli", "198503122010012003"),
        ]
    )
    catch_up(source, PROJECTIONS)

    def names(text: str, **part: int) -> list[str | None]:
        return [row.name for row in find_people(source.connection, books.name, text, among=None, **part).rows]

    assert names("lu") == ["Luthfi Ahmad", "Ni Luh Ayu Werdhi"]
    assert names("WERD luh") == ["Ni Luh Ayu Werdhi"]
    assert names("198503122010012003") == ["Zulkifli"]
    assert names("uh") == names("") == names("%") == []
    assert names("1985031220", limit=1, offset=1) == ["Ni Luh Ayu Werdhi"]
    found = find_people(source.connection, books.name, "1985", limit=2, offset=2)
    assert (found.first, found.last, found.total) == (3, 3, 3)
    assert find_people(source.connection, books.name, "1985", limit=2, offset=7).total == 3


def test_an_old_nip_still_finds_its_person(books: Books, source: Source) -> None:
    other = NipAssigned(**city.said("2015-01-01", 7), employee=given.employee(1), nip="199", reason="konversi")
    books.record([city.entered(1, nip="198"), other])
    catch_up(source, PROJECTIONS)

    assert employee_by_nip(source.connection, books.name, "19 8") == given.employee(1)
    assert employee_by_nip(source.connection, books.name, "199") == given.employee(1)
    assert employee_by_nip(source.connection, books.name, "197") is None
    assert people(source.connection, books.name, [given.employee(1)])[given.employee(1)].nip == "199"


def test_names_are_those_that_were_known_then(books: Books, source: Source) -> None:
    one, two = given.employee(1), given.employee(2)
    converted = NipAssigned(**city.said("2015-01-01", 7), employee=one, nip="199", reason="konversi")
    books.record(
        [
            city.entered(1, "Ani", "198"),
            city.entered(2, "Ani S.", tmt="2012-01-01"),
            converted,
            city.identified(1, 2, canonical=2),
        ]
    )
    catch_up(source, PROJECTIONS)

    def told(position: int | None) -> dict[str, tuple[str | None, str | None]]:
        found = people(source.connection, books.name, [one, two], position)
        return {asked: (row.employee, row.nip) for asked, row in found.items()}

    nip_of_two = told(2)[two][1]
    assert told(1) == {one: (one, "198")}
    assert told(2) == {one: (one, "198"), two: (two, nip_of_two)}
    assert told(3) == {one: (one, "199"), two: (two, nip_of_two)}
    assert told(4) == told(None) == {one: (two, "199"), two: (two, "199")}


def test_an_id_that_another_stands_for_leads_to_its_person(books: Books, source: Source) -> None:
    books.record(
        [city.entered(1, "Ani"), city.entered(2, "Ani S.", tmt="2012-01-01"), city.identified(1, 2, canonical=1)]
    )
    catch_up(source, PROJECTIONS)

    found = people(source.connection, books.name, [given.employee(2), given.employee(3)])
    assert {asked: (row.employee, row.name) for asked, row in found.items()} == {
        given.employee(2): (given.employee(1), "Ani S.")
    }
    assert find_people(source.connection, books.name, "ani").total == 1


def test_posts_are_found_by_every_title_they_had_and_shown_as_on_the_day(books: Books, source: Source) -> None:
    books.record(
        [
            city.post(1, "Kepala Dinas Pendidikan", leads=True, code="KD-01"),
            city.post(2, "Analis Pendidikan"),
            city.post_renamed(1, "Kepala Dinas Pendidikan dan Olahraga", "2015-01-01"),
        ]
    )
    catch_up(source, PROJECTIONS)

    def titles(text: str, day: str) -> list[str]:
        as_of = AsOf(date.fromisoformat(day))
        return [row.title for row in find_posts(source.connection, books.name, text, as_of).rows]

    assert titles("olah kep", "2012-01-01") == ["Kepala Dinas Pendidikan"]
    assert titles("pendidikan", "2020-01-01") == ["Analis Pendidikan", "Kepala Dinas Pendidikan dan Olahraga"]
    assert titles("kd 01", "2009-01-01") == ["Kepala Dinas Pendidikan dan Olahraga"]
    assert post_by_code(source.connection, books.name, "KD-01") == given.post(1)
    assert post_by_code(source.connection, books.name, "KD-02") is None
    for position in (None, 3):
        as_of = AsOf(date(2012, 1, 1), position)
        rows = posts_of_unit(source.connection, books.name, given.unit(1), as_of, opens=opens)
        assert [row.title for row in rows] == ["Kepala Dinas Pendidikan", "Analis Pendidikan"]
        life = post_life(source.connection, books.name, given.post(1), as_of, opens=opens)
        assert [version.title for version in life.versions][1:] == ["Kepala Dinas Pendidikan dan Olahraga"]


def test_what_was_known_earlier_is_found_by_the_words_known_then(books: Books, source: Source) -> None:
    """Recorded late, a fact finds nothing before it was on record; struck, it finds as before it was struck."""
    post, other = city.post(1, "Kepala Dinas Pendidikan", code="KD-01"), city.entered(1, "Siti Aminah", "198")
    mistaken = city.post_renamed(1, "Kepala Dinas Olahraga", "2015-01-01")
    books.record(
        [
            city.unit(1, "Dinas Pendidikan"),
            post,
            other,
            mistaken,
            city.unit_renamed(1, "Dinas Kebudayaan", "2016-01-01"),
            city.corrected(other, given.event_id(3), city.entered(1, "Sri Aminah", "199"), "2017-01-01"),
            city.annulled(mistaken, given.event_id(4), "2018-01-01"),
        ],
        given.event_id,
    )
    catch_up(source, PROJECTIONS)

    def found(text: str, position: int | None) -> list[str | None]:
        as_of = AsOf(date(2020, 6, 1), position)
        people = find_people(source.connection, books.name, text, position=position)
        posts = find_posts(source.connection, books.name, text, as_of)
        units = find_units(source.connection, books.name, text, as_of)
        assert (people.total, posts.total, units.total) == tuple(map(len, (people.rows, posts.rows, units.rows)))
        return [*(r.name for r in people.rows), *(r.title for r in posts.rows), *(r.name for r in units.rows)]

    def both(text: str) -> list[list[str | None]]:
        return [found(text, position) for position in (1, 3, 4, 5, 6, 7, None)]

    old, new, changed = "Kepala Dinas Pendidikan", "Kepala Dinas Olahraga", "Dinas Kebudayaan"
    assert both("siti") == [[], ["Siti Aminah"], ["Siti Aminah"], ["Siti Aminah"], [], [], []]
    assert both("aminah") == [[], *[["Siti Aminah"]] * 3, *[["Sri Aminah"]] * 3]
    assert both("198") == [[], *[["Siti Aminah"]] * 3, [], [], []]
    assert both("kep olahraga") == [[], [], [new], [new], [new], [], []]
    assert both("kd 01") == [[], [old], [new], [new], [new], [old], [old]]
    assert both("kebudayaan") == [[], [], [], *[[changed]] * 4]
    assert both("dinas pendidikan")[0] == ["Dinas Pendidikan"]
    assert both("dinas pendidikan")[3] == [new, changed]
    listed = [all_posts(source.connection, books.name, AsOf(date(2020, 6, 1), at)) for at in (1, 3, 4, 7, None)]
    assert [[row.title for row in one.rows] for one in listed] == [[], [old], [new], [old], [old]]
    assert [one.total for one in listed] == [0, 1, 1, 1, 1]


def test_the_tree_of_units_is_that_of_the_day(books: Books, source: Source) -> None:
    books.record(
        [
            city.unit(1, "Kota"),
            city.unit(2, "Dinas B", parent=1),
            city.unit(3, "Dinas A", parent=1),
            city.unit(4, "Bidang", parent=2),
            city.unit_moved(4, 3, "2015-01-01"),
            city.unit_renamed(3, "Dinas C", "2016-01-01"),
        ]
    )
    catch_up(source, PROJECTIONS)

    def tree(day: str, position: int | None = None) -> list[tuple[int, str]]:
        as_of = AsOf(date.fromisoformat(day), position)
        found = unit_tree(source.connection, books.name, as_of, opens=opens)
        return [(node.depth, node.unit.name) for node in found]

    assert tree("2012-01-01") == [(0, "Kota"), (1, "Dinas A"), (1, "Dinas B"), (2, "Bidang")]
    assert tree("2020-01-01") == [(0, "Kota"), (1, "Dinas B"), (1, "Dinas C"), (2, "Bidang")]
    assert tree("2020-01-01", 6) == tree("2020-01-01")
    assert tree("2020-01-01", 4) == tree("2012-01-01")
    path = unit_path(source.connection, books.name, given.unit(4), NOW, opens=opens)
    assert [row.name for row in path] == ["Kota", "Dinas C", "Bidang"]
    below = unit_tree(source.connection, books.name, NOW, opens=opens, root=given.unit(3))
    assert [node.unit.name for node in below] == ["Dinas C", "Bidang"]
    names = unit_names(source.connection, books.name, [given.unit(3)], AsOf(date(2012, 1, 1)))
    assert names == {given.unit(3): UnitName(given.unit(3), "Dinas A", "Dinas C")}
    assert [row.name for row in find_units(source.connection, books.name, "din a", NOW).rows] == ["Dinas C"]
    life = unit_life(source.connection, books.name, given.unit(3), NOW, opens=opens)
    assert life == unit_life(source.connection, books.name, given.unit(3), AsOf(date(2020, 6, 1), 6), opens=opens)
    with pytest.raises(NotFound):
        unit_life(source.connection, books.name, given.unit(9), NOW, opens=opens)


def test_units_that_stand_under_each_other_by_mistake_end_somewhere(books: Books, source: Source) -> None:
    books.record([city.unit(1, "A"), city.unit(2, "B", parent=1), city.unit_moved(1, 2, "2015-01-01")])
    catch_up(source, PROJECTIONS)

    assert [row.name for row in unit_path(source.connection, books.name, given.unit(1), NOW, opens=opens)] == ["B", "A"]
    assert len(unit_tree(source.connection, books.name, NOW, opens=opens, root=given.unit(1))) < 100


def test_decrees_are_found_by_the_beginning_of_their_number_or_its_tail(books: Books, source: Source) -> None:
    stub = DecreeStubbed(decree=given.decree(12), number="800/7/2019", issuer="Wali Kota")
    books.record(
        [
            city.recorded(10, "821.2/15/2026", "2026-01-05", rows=3),
            city.recorded(11, "821.2/ 15A/2026", "2026-02-05"),
            stub,
        ]
    )
    catch_up(source, PROJECTIONS)

    def numbers(text: str) -> list[str | None]:
        return [row.number for row in find_decrees(source.connection, books.name, text).rows]

    assert numbers("821.2/15") == ["821.2/ 15A/2026", "821.2/15/2026"]
    assert numbers("15a") == ["821.2/ 15A/2026"]
    assert numbers("7/2019") == ["800/7/2019"]
    assert numbers("2026") == numbers("") == []
    found = decrees(source.connection, books.name, [given.decree(10), given.decree(12), given.decree(13)])
    assert [(row.rows, row.stub, row.position) for row in found.values()] == [(3, False, 1), (0, True, 3)]


def test_a_decree_is_read_from_the_ledger_with_what_became_of_its_rows(books: Books, source: Source) -> None:
    row = city.appointed(1, 1, "2011-01-01", decree=10)
    books.record([city.recorded(10, "821.2/15"), row], given.event_id)
    books.record([city.annulled(row, given.event_id(2), "2016-01-01")])

    before = decree_record(source.connection, books.name, given.decree(10), AsOf(date(2020, 1, 1), 2), opens=opens)
    now = decree_record(source.connection, books.name, given.decree(10), NOW, opens=opens)
    assert [one.standing is None for one in before.rows] == [False]
    assert [one.standing is None for one in now.rows] == [True]
    with pytest.raises(NotFound):
        decree_record(source.connection, books.name, given.decree(14), NOW, opens=opens)


def test_a_search_finds_every_kind_with_its_count(books: Books, source: Source) -> None:
    books.record(
        [
            city.unit(1, "Dinas Sosial"),
            city.post(1, "Kepala Dinas Sosial"),
            city.entered(1, "Sosialita"),
            city.recorded(10, "sos/1"),
        ]
    )
    catch_up(source, PROJECTIONS)

    found = search(source.connection, books.name, "sos", NOW)
    assert found.total == 4
    assert found.posts is not None
    assert found.posts.total == 1
    only = search(source.connection, books.name, "sos", NOW, kind="unit")
    assert (only.total, only.posts, only.employees, only.decrees) == (1, None, None, None)


CREATED = city.post(1, "Analis"), city.post(2, "Arsiparis")
UNDONE = st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["ex_tunc", "ex_nunc"])), max_size=4)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(UNDONE)
def test_posts_are_counted_that_were_known_then(service_url: str, undone: list[tuple[int, str]]) -> None:
    """By asking of each post whether its creation stood; an annulment may be annulled in its turn."""
    events: list[Event] = [city.unit(1, "Dinas Satu"), *CREATED]
    for pick, effect in undone:
        at = 1 + pick % (len(events) - 1)
        events.append(city.annulled(events[at], given.event_id(at + 1), "2015-01-01", effect))
    entries = given.entries(*events)
    with new_books(service_url) as books, books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        books.record(events, given.event_id)
        catch_up(source, PROJECTIONS)
        for position in (*range(1, len(events) + 1), None):
            told = entries[:position]
            stands = [
                any(isinstance(fact[1], PostCreated) and took_effect(fact) for fact in facts(told, given.post(n).tag))
                for n in (1, 2)
            ]
            assert count_posts(source.connection, books.name, AsOf(NOW.valid_on, position)) == sum(stands)
