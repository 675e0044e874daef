from collections.abc import Iterator
from datetime import date

import city
import given
import pytest
from recording import Books, opens

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import PostAppointed
from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS
from projections.position_history.queries import PostHistory, post_history, tenures_of_employee

HEAD = given.post(1)


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as opened:
        install(opened.connection, books.name, PROJECTIONS)
        yield opened


def history(source: Source, valid_on: str = "2019-06-01", position: int | None = None, **more: bool) -> PostHistory:
    as_of = AsOf(date.fromisoformat(valid_on), position)
    return post_history(source.connection, source.ledger, HEAD, as_of, opens=opens, **more)


def held(found: PostHistory) -> list[tuple[str, str, str | None]]:
    return [(row.employee, str(row.began), str(row.ended) if row.ended else None) for row in found.tenures]


def test_a_post_that_nobody_created_is_not_on_record(books: Books, source: Source) -> None:
    books.record([city.appointed(1, 1, "2011-01-01")])
    catch_up(source, PROJECTIONS)

    with pytest.raises(NotFound):
        history(source)


def test_holders_follow_each_other_and_between_them_the_post_is_vacant(books: Books, source: Source) -> None:
    books.record(
        [
            city.post(1, "Kepala Dinas"),
            city.appointed(1, 1, "2011-01-01"),
            city.appointed(1, 2, "2014-01-01"),
            city.appointed(2, 1, "2015-03-01"),
        ]
    )
    catch_up(source, PROJECTIONS)
    found = history(source, "2014-06-01")

    assert held(found) == [
        (given.employee(1), "2011-01-01", "2014-01-01"),
        (given.employee(2), "2015-03-01", None),
    ]
    assert found.vacancies == (
        Vacancy(date(2010, 1, 1), date(2011, 1, 1), 1),
        Vacancy(date(2014, 1, 1), date(2015, 3, 1), 1),
    )
    assert found.holders() == ()
    assert found.vacant() == found.vacancies[1]
    assert found.position == 4


def test_what_is_known_earlier_is_replayed(books: Books, source: Source) -> None:
    books.record([city.post(1, "Kepala Dinas"), city.appointed(1, 1, "2011-01-01"), city.appointed(1, 2, "2014-01-01")])
    catch_up(source, PROJECTIONS)

    assert held(history(source, position=2)) == [(given.employee(1), "2011-01-01", None)]
    assert history(source, position=3) == history(source)


def test_a_correction_shows_what_it_replaced(books: Books, source: Source) -> None:
    wrong = city.appointed(1, 1, "2011-01-01")
    right = city.appointed(1, 1, "2012-01-01")
    books.record([city.post(1, "Kepala Dinas"), wrong], given.event_id)
    books.record([city.corrected(wrong, given.event_id(2), right, "2012-02-01")])
    catch_up(source, PROJECTIONS)
    found = history(source)

    assert held(found) == [(given.employee(1), "2012-01-01", None)]
    assert [(row.began_by, row.struck_by, row.replaced) for row in found.struck] == [(2, 3, True)]
    assert found.tenures[0].basis == (3,)


def test_leaving_the_service_shows_a_date_and_no_ground_to_others(books: Books, source: Source) -> None:
    books.record(
        [
            city.post(1, "Kepala Dinas"),
            city.entered(1),
            city.appointed(1, 1, "2011-01-01"),
            city.left(1, "2018-01-01"),
        ]
    )
    catch_up(source, PROJECTIONS)
    (row,) = history(source).tenures

    assert (row.why_ended, row.ended_by, row.basis) == ("left_service", 4, (3, 4))
    shown = row.redacted()
    assert (shown.ended, shown.why_ended, shown.ended_by, shown.basis) == (date(2018, 1, 1), None, None, (3,))


def test_that_no_day_of_an_exit_is_told_is_told_to_everybody(books: Books, source: Source) -> None:
    untold = city.left(1, "2018-01-01").model_copy(update={"tmt": None})
    books.record([city.post(1, "Kepala Dinas"), city.entered(1), city.appointed(1, 1, "2011-01-01"), untold])
    catch_up(source, PROJECTIONS)
    (row,) = history(source).tenures
    shown = row.redacted()

    assert (row.why_ended, row.ended_by, row.ended_restricted) == ("not_told", 4, True)
    assert (shown.ended, shown.why_ended, shown.ended_by) == (row.ended, "not_told", None)


def test_abolition_ends_what_is_held(books: Books, source: Source) -> None:
    books.record(
        [city.post(1, "Kepala Dinas"), city.appointed(1, 1, "2011-01-01"), city.post_abolished(1, "2016-01-01")]
    )
    catch_up(source, PROJECTIONS)
    (row,) = history(source).tenures

    assert (row.ended, row.why_ended, row.ended_by, row.basis) == (date(2016, 1, 1), "abolished", 3, (2, 3))


def test_predecessors_come_on_request_and_only_once(books: Books, source: Source) -> None:
    books.record(
        [
            city.post(1, "Kepala Dinas"),
            city.post(2, "Kepala Kantor", "2005-01-01"),
            city.appointed(1, 2, "2006-01-01"),
            city.post_succeeded(1, 2, "2010-01-01"),
            city.post_succeeded(2, 1, "2010-01-01"),
        ]
    )
    catch_up(source, PROJECTIONS)

    assert history(source).predecessors == ()
    (earlier,) = history(source, predecessors=True).predecessors
    assert earlier.post == given.post(2)
    assert held(earlier) == [(given.employee(1), "2006-01-01", None)]
    assert earlier.predecessors == ()


def test_two_ids_of_one_person_are_one_holder(books: Books, source: Source) -> None:
    books.record(
        [
            city.post(1, "Kepala Dinas"),
            city.appointed(1, 1, "2011-01-01"),
            city.appointed(2, 2, "2014-01-01"),
        ]
    )
    catch_up(source, PROJECTIONS)
    assert held(history(source)) == [(given.employee(1), "2011-01-01", None)]

    books.record([city.identified(1, 2, canonical=2)])
    catch_up(source, PROJECTIONS)
    assert held(history(source)) == [(given.employee(2), "2011-01-01", "2014-01-01")]
    assert held(history(source, position=3)) == [(given.employee(1), "2011-01-01", None)]
    now = AsOf(date(2019, 1, 1))
    rows = tenures_of_employee(source.connection, books.name, given.employee(1), now, opens=opens)
    assert [(row.employee, row.post) for row in rows] == [
        (given.employee(2), given.post(1)),
        (given.employee(2), given.post(2)),
    ]

    books.record([city.separated(1, 2, canonical=2, tmt="2020-02-01")])
    catch_up(source, PROJECTIONS)
    assert held(history(source)) == [(given.employee(1), "2011-01-01", None)]


def waiting(n: int, decree: int = 2) -> PostAppointed:
    return city.appointed(n, 1, "2011-01-01", decree).model_copy(update={"tmt": None, "upon": "inauguration"})


def test_who_leaves_before_the_inauguration_is_still_seen_to_have_waited(books: Books, source: Source) -> None:
    books.record([city.post(1, "Kepala Dinas"), city.entered(1), waiting(1), city.left(1, "2021-01-01")])
    catch_up(source, PROJECTIONS)
    (row,) = history(source).pending

    assert (row.state, row.began, row.ended, row.why_ended) == ("pending", None, date(2021, 1, 1), "left_service")
    assert (row.ended_by, row.basis) == (4, (3, 4))
    assert (row.redacted().ended, row.redacted().why_ended, row.redacted().basis) == (date(2021, 1, 1), None, (3,))
    assert history(source, position=4) == history(source)
    assert [one.ended for one in history(source, position=3).pending] == [None]


def test_what_waited_until_it_was_annulled_is_still_seen(books: Books, source: Source) -> None:
    said = waiting(1)
    books.record([city.post(1, "Kepala Dinas"), city.entered(1), said], given.event_id)
    books.record([city.annulled(said, given.event_id(3), "2021-05-01", "ex_nunc")])
    catch_up(source, PROJECTIONS)

    (row,) = history(source).pending
    assert (row.ended, row.why_ended, row.ended_by) == (date(2021, 5, 1), "annulled", 4)


def test_the_holders_of_a_post_are_known_across_two_reorganisations(books: Books, source: Source) -> None:
    names = {1: ("2005-01-01", "Kepala Kantor"), 2: ("2009-01-01", "Kepala Badan"), 3: ("2017-01-01", "Kepala Dinas")}
    books.record([city.post(n, title, tmt) for n, (tmt, title) in names.items()])
    books.record([city.appointed(n, n, tmt, decree=n) for n, (tmt, _) in names.items()])
    books.record([city.post_succeeded(2, 1, "2009-01-01"), city.post_succeeded(3, 2, "2017-01-01")])
    books.record([city.post_abolished(1, "2009-01-01"), city.post_abolished(2, "2017-01-01")])
    catch_up(source, PROJECTIONS)

    asked = AsOf(date(2019, 1, 1))
    found = post_history(source.connection, source.ledger, given.post(3), asked, opens=opens, predecessors=True)
    chain = [found, *found.predecessors, *found.predecessors[0].predecessors]
    assert [held(one) for one in chain] == [
        [(given.employee(3), "2017-01-01", None)],
        [(given.employee(2), "2009-01-01", "2017-01-01")],
        [(given.employee(1), "2005-01-01", "2009-01-01")],
    ]


def test_of_a_year_alone_the_answer_says_that_it_is_uncertain(books: Books, source: Source) -> None:
    books.record([city.post(1, "Kepala Dinas", "1990-01-01"), city.appointed(1, 1, "1998")])
    catch_up(source, PROJECTIONS)
    (row,) = history(source, "1998-06-01").holders()

    assert (row.began, row.began_text, row.exact) == (date(1998, 1, 1), "1998", False)


def test_an_end_known_in_part_says_so(books: Books, source: Source) -> None:
    books.record(
        [
            city.entered(1, tmt="1990-01-01"),
            city.post(1, "Kepala Dinas", "1990-01-01"),
            city.post(2, "Camat", "1990-01-01"),
            city.appointed(1, 1, "1998-02-01"),
            city.appointed(1, 2, "2003-04"),
            city.left(1, "2008"),
        ]
    )
    catch_up(source, PROJECTIONS)
    (first,) = history(source, "2002-06-01").holders()
    found = post_history(source.connection, source.ledger, given.post(2), AsOf(date(2007, 1, 1)), opens=opens)

    assert (first.ended, first.ended_text) == (date(2003, 4, 1), "2003-04")
    assert [(row.ended, row.ended_text) for row in found.tenures] == [(date(2008, 1, 1), "2008")]
