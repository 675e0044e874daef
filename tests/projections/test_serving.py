"""Lists of those who serve: what is chosen, how it is counted, and the order of seniority said by comparing pairs."""

from dataclasses import replace
from datetime import date
from typing import get_args

import given
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from asn_ledger.domain.state import State
from asn_ledger.domain.terms.codes import EducationLevel, PostLevel
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ranks import RANKS
from asn_ledger.domain.units import PostVersion
from projections.employee_now.serving import Facet, Serving, choose, count, ordered
from projections.seniority.queries import by_seniority, credit_months

DAY = date(2026, 1, 1)
STATE = State(
    employee=given.employee(1), began=date(2015, 1, 1), ended=None, status="pns", status_since=date(2000, 1, 1),
    status_by=1, served_since=date(2000, 1, 1), post=None, post_since=None, post_by=None, rank="III/d",
    rank_since=date(2020, 4, 1), rank_by=7, contract_until=None, contract_by=None, away=None, away_since=None,
    away_until=None, away_by=None, credit=None, credit_since=None, credit_counts=None, credit_by=None, step_since=None,
    deferred_until=None, education=None, graduated=None, school=None, course=None, course_name=None, course_on=None,
    course_hours=None, duties=0, appraised_year=None,
    appraised_by=None, born_on=PartialDate("1970-06-15"), sex="f",
    basis=(1, 7),
)  # fmt: skip
SINCE = (date(2010, 4, 1), date(2018, 4, 1))
FACETS: tuple[Facet, ...] = ("status", "sex", "rank")


LEVELS: tuple[PostLevel | None, ...] = ("II.a", "III.b", "V.a", "V.b", "ahli_madya", None)


def _post(level: PostLevel | None) -> PostVersion:
    began = date(2010, 1, 1)
    return PostVersion(
        given.post(),
        given.unit(),
        "Jabatan",
        "pelaksana",
        level,
        None,
        1,
        False,
        None,
        None,
        None,
        began,
        None,
        3,
        (3,),
    )


def row(state: State, post: PostVersion | None = None, **values: str) -> Serving:
    known = {"status": state.status, "sex": state.sex, "rank": state.rank, **values}
    said = {facet: value for facet in FACETS if (value := known.get(facet)) is not None}
    return Serving(state, post, None, None, state.employee, erased=False, values=said)


def _state(n: int, draw: st.DrawFn) -> State:
    return replace(
        STATE,
        employee=given.employee(n),
        status=draw(st.sampled_from(["pns", "cpns", "pppk"])),
        rank=draw(st.sampled_from(["III/a", "III/d", None])),
        rank_since=draw(st.sampled_from([*SINCE, None])),
        post_since=draw(st.sampled_from([*SINCE, None])),
        credit=draw(st.sampled_from([120, 240])),
        credit_since=date(2025, 1, 1),
        credit_counts=draw(st.booleans()),
        education=draw(st.sampled_from(["s1", "s2", None])),
        course=draw(st.sampled_from(["pkp", "pim_iv", "pka", None])),
        course_on=draw(st.sampled_from([*SINCE, None])),
        course_hours=draw(st.sampled_from([100, 300, None])),
        graduated=draw(st.sampled_from([*SINCE, None])),
        sex=draw(st.sampled_from(["m", "f"])),
        born_on=draw(st.sampled_from([PartialDate("1970-06-15"), PartialDate("1980"), None])),
    )


@st.composite
def staffs(draw: st.DrawFn) -> list[Serving]:
    posts = st.none() | st.sampled_from(LEVELS).map(_post)
    return [row(_state(n, draw), draw(posts)) for n in range(draw(st.integers(0, 6)))]


def _echelon(one: Serving) -> str | None:
    """The eselon; they sort as they are written, and a jenjang is none."""
    level = None if one.post is None else one.post.level
    return level if level is not None and "." in level else None


def senior(mine: Serving, theirs: Serving) -> bool | None:
    """Whether one stands before the other, axis by axis; None where none of them tells."""
    one, other = mine.state, theirs.state
    levels: tuple[str, ...] = get_args(EducationLevel)
    answers = (
        _higher(*(-1 if s.rank is None else tuple(map(str, RANKS)).index(s.rank) for s in (one, other))),
        _earlier(one.rank_since, other.rank_since),
        _earlier(_echelon(mine), _echelon(theirs)),
        _earlier(one.post_since, other.post_since),
        _higher(*((s.credit or 0) + 12 * bool(s.credit_counts) for s in (one, other))),
        _higher(*(_trained(s) for s in (one, other))),
        _higher(*(s.course_hours or 0 for s in (one, other))),
        _higher(*(-1 if s.education is None else levels.index(s.education) for s in (one, other))),
        _earlier(one.graduated, other.graduated),
        _earlier(one.born_on, other.born_on),
    )
    return next((answer for answer in answers if answer is not None), None)


def _trained(state: State) -> int:
    """How high the leadership training is, one without a level below those with one, and none below that."""
    return 0 if state.course_on is None else {None: 1, "pim_iv": 2, "pkp": 2}.get(state.course, 3)


def _higher(mine: int, theirs: int) -> bool | None:
    return None if mine == theirs else mine > theirs


def _earlier(mine: date | str | None, theirs: date | str | None) -> bool | None:
    if mine == theirs:
        return None
    return mine is not None and (theirs is None or str(mine) < str(theirs))


@settings(max_examples=200, deadline=None)
@for_all(staffs())
def test_nobody_stands_before_somebody_more_senior(rows: list[Serving]) -> None:
    found = by_seniority(rows, DAY)

    assert {one.state.employee for one in found} == {
        r.state.employee for r in rows if r.state.status in ("pns", "cpns")
    }
    for n, one in enumerate(found):
        for later in found[n + 1 :]:
            assert senior(one, later) is not False


@settings(max_examples=100, deadline=None)
@for_all(staffs(), st.dictionaries(st.sampled_from(FACETS), st.sampled_from(["pns", "f", "III/a", "nothing"])))
def test_what_is_chosen_and_counted_is_what_each_row_says(rows: list[Serving], wanted: dict[Facet, str]) -> None:
    chosen = choose(rows, wanted)

    for one in rows:
        fits = all(getattr(one.state, facet) == value for facet, value in wanted.items())
        assert (one in chosen) == fits
    for facet in FACETS:
        told = dict(count(chosen)[facet])
        values = [getattr(one.state, facet) for one in chosen]
        assert told == {value: values.count(value) for value in set(values) - {None}}


def test_a_list_is_sorted_by_what_is_asked_for() -> None:
    low, high = row(replace(STATE, rank="III/a")), row(replace(STATE, rank="IV/a", employee=given.employee(2)))

    assert ordered([low, high], "name") == [low, high]
    assert ordered([low, high], "rank") == [high, low]


def test_service_counts_on_from_the_credit_and_stands_still_while_it_does_not_count() -> None:
    paid = replace(STATE, credit=120, credit_since=date(2025, 1, 1), credit_counts=True)

    assert credit_months(paid, DAY) == 132
    assert credit_months(replace(paid, credit_counts=False), DAY) == 120
    assert credit_months(STATE, DAY) == 26 * 12
