from collections.abc import Iterator
from datetime import date

import city
import given
import pytest
from recording import Books, opens

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import Appraised, Judgement, NipAssigned
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS
from projections.career.queries import CareerRow, CareerView, career

ANI = given.employee(1)


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as opened:
        install(opened.connection, books.name, PROJECTIONS)
        yield opened


def view(source: Source, valid_on: str = "2019-06-01", position: int | None = None) -> CareerView:
    catch_up(source, PROJECTIONS)
    as_of = AsOf(date.fromisoformat(valid_on), position)
    return career(source.connection, source.ledger, ANI, as_of, opens=opens)


def periods(rows: tuple[CareerRow, ...]) -> list[tuple[str, str, str | None, str]]:
    return [(row.value, str(row.began), str(row.ended) if row.ended else None, row.state) for row in rows]


def test_of_nobody_there_is_no_career(source: Source) -> None:
    with pytest.raises(NotFound):
        view(source)
    with pytest.raises(NotFound):
        view(source, position=0)


def test_a_career_has_status_rank_and_posts_on_a_day(books: Books, source: Source) -> None:
    books.record(
        [
            city.entered(1),
            city.appointed(1, 1, "2011-01-01", decree=2),
            city.raised(1, "III/b", "2014-04-01"),
            city.left(1, "2018-01-01"),
        ]
    )
    found = view(source, "2015-01-01")

    assert periods(found.status) == [("cpns", "2010-01-01", "2018-01-01", "held")]
    assert periods(found.ranks) == [
        ("III/a", "2010-01-01", "2014-04-01", "held"),
        ("III/b", "2014-04-01", None, "held"),
    ]
    rank, post = found.rank(), found.post()
    assert rank is not None
    assert post is not None
    assert (rank.value, post.post) == ("III/b", given.post(1))
    assert view(source, "2015-01-01", position=2).ranks == tuple(
        row for row in view(source, position=2).ranks if row.value == "III/a"
    )
    assert view(source, position=4) == view(source)


def test_the_end_of_service_hides_its_ground_from_others(books: Books, source: Source) -> None:
    books.record([city.entered(1), city.left(1, "2018-01-01")])
    (row,) = view(source).status
    shown = row.redacted()

    assert row.basis == (1, 2)
    assert shown is not None
    assert (shown.ended, shown.ended_by, shown.basis) == (date(2018, 1, 1), None, (1,))


def test_an_exit_that_tells_no_day_says_so(books: Books, source: Source) -> None:
    books.record([city.entered(1), city.left(1, "2018-01-01").model_copy(update={"tmt": None})])
    (row,) = view(source).status

    assert (row.ended is not None, row.end_told, row.ended_text) == (True, False, None)


def test_nobody_else_learns_of_an_appraisal(books: Books, source: Source) -> None:
    judged = Judgement(result="sesuai", behaviour="sesuai", predicate="baik")
    books.record(
        [city.entered(1), Appraised(**city.said("2015-12-31", 5), employee=ANI, year=2015, judgement=judged, months=12)]
    )
    (row,) = view(source).appraisals

    assert (row.value, row.restricted_row) == ("2015", True)
    assert row.redacted() is None


def test_an_end_known_in_part_says_so(books: Books, source: Source) -> None:
    books.record([city.entered(1), city.raised(1, "III/b", "2014"), city.left(1, "2018-05")])
    told = view(source)

    assert [(row.ended and str(row.ended), row.ended_text) for row in told.ranks] == [
        ("2014-01-01", "2014"),
        (None, None),
    ]
    assert [row.ended_text for row in told.status] == ["2018-05"]


def test_a_rank_annulled_gives_the_one_before_back(books: Books, source: Source) -> None:
    raised = city.raised(1, "III/b", "2014-04-01")
    books.record([city.entered(1), raised], given.event_id)
    books.record([city.annulled(raised, given.event_id(2), "2016-01-01", "ex_nunc")], given.event_id)

    found = view(source).ranks
    assert periods(found) == [
        ("III/a", "2010-01-01", "2014-04-01", "held"),
        ("III/b", "2014-04-01", "2016-01-01", "held"),
        ("III/a", "2016-01-01", None, "held"),
    ]
    assert found[2].basis == (1, 3)


def test_what_is_struck_stays_visible(books: Books, source: Source) -> None:
    raised = city.raised(1, "III/b", "2014-04-01")
    books.record([city.entered(1), raised], given.event_id)
    books.record([city.annulled(raised, given.event_id(2), "2016-01-01")], given.event_id)

    found = view(source).ranks
    assert periods(found) == [("III/a", "2010-01-01", None, "held"), ("III/b", "2014-04-01", None, "struck")]
    assert (found[1].struck_by, found[1].basis) == (3, (2, 3))


def test_another_nip_is_a_change_without_a_name(books: Books, source: Source) -> None:
    other = NipAssigned(**city.said("2015-01-01", 7), employee=ANI, nip="198503122015012001", reason="konversi")
    books.record([city.entered(1), other])

    found = view(source).identity
    assert periods(found) == [
        ("recorded", "2010-01-01", "2015-01-01", "held"),
        ("nip", "2015-01-01", None, "held"),
    ]
    assert "1985" not in str(found)
