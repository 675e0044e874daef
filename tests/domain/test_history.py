from collections.abc import Sequence

import given
import pytest

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import (
    CpnsAppointed,
    Entry,
    Event,
    FactAnnulled,
    FactCorrected,
    PnsAppointed,
    PostAppointed,
    PostInaugurated,
    PostReleased,
    Separated,
)
from asn_ledger.domain.history import resolve
from asn_ledger.domain.terms.dates import PartialDate

ANN = given.employee(1)


def entered() -> CpnsAppointed:
    return CpnsAppointed(
        decree=given.decree(1),
        row=1,
        cited=given.cited("2010-01-01"),
        tmt=PartialDate("2010-01-01"),
        employee=ANN,
        name="Ani",
        nip="198503122010012003",
        born_on=PartialDate("1985-03-12"),
        sex="f",
        rank="III/a",
        education="40",
        unit=given.unit(),
    )


def appointed(post: int, tmt: str, decree: int) -> PostAppointed:
    return PostAppointed(
        decree=given.decree(decree),
        row=1,
        cited=given.cited(tmt),
        tmt=PartialDate(tmt),
        employee=ANN,
        post=given.post(post),
        path="pelaksana",
    )


def annulled(strikes: int, struck: Event, effect: str, tmt: str, decree: int) -> FactAnnulled:
    return FactAnnulled.model_validate(
        {
            "decree": given.decree(decree),
            "row": 1,
            "cited": given.cited(tmt),
            "tmt": tmt,
            "strikes": given.event_id(strikes),
            "struck_tags": struck.tags(),
            "instrument": "pembatalan",
            "effect": effect,
            "ground": "wewenang",
        }
    )


def held(entries: Sequence[Entry]) -> list[tuple[str, str, str | None]]:
    """(post number's id, began, ended) of each definitive tenure."""
    career = Career.of((ANN.tag,), entries)
    return [(t.post, str(t.began), str(t.ended) if t.ended else None) for t in career.placement.tenures]


def test_a_later_appointment_ends_the_earlier_one() -> None:
    known = given.entries(entered(), appointed(1, "2011-01-01", 2), appointed(2, "2015-01-01", 3))

    assert held(known) == [(given.post(1), "2011-01-01", "2015-01-01"), (given.post(2), "2015-01-01", None)]


def test_order_of_recording_does_not_change_a_history() -> None:
    facts = [entered(), appointed(1, "2011-01-01", 2), appointed(2, "2015-01-01", 3)]

    assert held(given.entries(*facts)) == held(given.entries(*reversed(facts)))


def test_annulled_ex_tunc_the_old_holding_revives() -> None:
    second = appointed(2, "2015-01-01", 3)
    known = given.entries(
        entered(), appointed(1, "2011-01-01", 2), second, annulled(3, second, "ex_tunc", "2016-05-01", 4)
    )

    assert held(known) == [(given.post(1), "2011-01-01", None)]
    assert [item.event for item in resolve(known).struck] == [second]


def test_annulled_ex_nunc_the_holding_ends_with_the_act() -> None:
    second = appointed(2, "2015-01-01", 3)
    known = given.entries(
        entered(), appointed(1, "2011-01-01", 2), second, annulled(3, second, "ex_nunc", "2016-05-01", 4)
    )

    assert held(known)[-1] == (given.post(2), "2015-01-01", "2016-05-01")


def corrected(decree: int, wrong: Event, strikes: int, right: Event | None) -> FactCorrected:
    return FactCorrected(
        decree=given.decree(decree),
        row=1,
        cited=given.cited("2017-02-01"),
        tmt=PartialDate("2017-02-01"),
        strikes=given.event_id(strikes),
        struck_tags=tuple(wrong.tags()),
        replacement=right,
    )


def test_a_ralat_after_an_annulment_ex_nunc_leaves_the_end_where_it_is() -> None:
    wrong = appointed(2, "2015-01-01", 3)
    end = annulled(2, wrong, "ex_nunc", "2016-05-01", 4)
    known = [entered(), wrong, end, corrected(5, wrong, 2, appointed(3, "2015-02-01", 3))]
    last = known[-1]
    again = corrected(6, wrong, 2, appointed(4, "2015-03-01", 3)), corrected(6, last, 4, None)

    assert held(given.entries(*known)) == [(given.post(3), "2015-02-01", "2016-05-01")]
    assert held(given.entries(*known, *again)) == [(given.post(4), "2015-03-01", "2016-05-01")]
    taken_back = annulled(3, end, "ex_tunc", "2017-03-01", 7)
    assert held(given.entries(*known, *again, taken_back)) == [(given.post(4), "2015-03-01", None)]


def test_the_end_stays_with_whom_it_was_decided_about() -> None:
    """Somebody else's history does not have the annulment in it, and so cannot be ended by it."""
    wrong = appointed(2, "2015-01-01", 3)
    end = annulled(2, wrong, "ex_nunc", "2016-05-01", 4)
    other = appointed(2, "2015-01-01", 3).model_copy(update={"employee": given.employee(2)})
    history = resolve(given.entries(entered(), wrong, end, corrected(5, wrong, 2, other)))

    (fact,) = [fact for fact in history.standing if fact.event == other]
    assert fact.until is None


def test_an_annulled_annulment_lets_the_fact_stand_again() -> None:
    second = appointed(2, "2015-01-01", 3)
    first_act = annulled(3, second, "ex_tunc", "2016-05-01", 4)
    known = given.entries(
        entered(),
        appointed(1, "2011-01-01", 2),
        second,
        first_act,
        annulled(4, first_act, "ex_tunc", "2016-06-01", 5),
    )

    assert held(known)[-1] == (given.post(2), "2015-01-01", None)


def test_a_ralat_speaks_from_the_original_tmt_on() -> None:
    wrong = appointed(2, "2015-01-01", 3)
    ralat = FactCorrected(
        decree=given.decree(4),
        row=1,
        cited=given.cited("2015-02-01"),
        tmt=PartialDate("2015-02-01"),
        strikes=given.event_id(2),
        struck_tags=tuple(wrong.tags()),
        replacement=appointed(3, "2015-01-01", 3),
    )
    known = given.entries(entered(), wrong, ralat)

    assert held(known) == [(given.post(3), "2015-01-01", None)]
    assert given.post(3).tag in ralat.tags()
    assert given.post(2).tag in ralat.tags()


def test_who_waits_for_inauguration_keeps_the_old_post_until_it() -> None:
    waiting = appointed(2, "2015-01-01", 3).model_copy(update={"tmt": None, "upon": "inauguration"})
    known = given.entries(entered(), appointed(1, "2011-01-01", 2), waiting)
    career = Career.of((ANN.tag,), known)

    assert [t.post for t in career.placement.tenures] == [given.post(1)]
    assert [p.post for p in career.placement.pending] == [given.post(2)]

    sworn_in = PostInaugurated(
        decree=given.decree(5),
        row=1,
        cited=given.cited("2015-03-12"),
        tmt=PartialDate("2015-03-12"),
        employee=ANN,
        post=given.post(2),
        appointment=given.event_id(3),
    )
    later = career.plus([given.entry(sworn_in, 4)])

    assert held([*known, given.entry(sworn_in, 4)])[-1] == (given.post(2), "2015-03-12", None)
    assert later.placement.pending == ()
    assert later.placement.tenures[-1].decree == given.decree(3)


def test_leaving_the_service_ends_what_was_held_and_later_facts_have_no_effect() -> None:
    gone = Separated(
        decree=given.decree(6),
        row=1,
        cited=given.cited("2019-12-01"),
        tmt=PartialDate("2020-01-01"),
        employee=ANN,
        reason="bup",
        honour="hormat",
    )
    known = given.entries(entered(), appointed(1, "2011-01-01", 2), gone, appointed(2, "2021-01-01", 7))
    placement = Career.of((ANN.tag,), known).placement

    assert held(known) == [(given.post(1), "2011-01-01", "2020-01-01")]
    assert placement.without_effect == (4,)


def test_becoming_pns_ends_no_tenure() -> None:
    confirmed = PnsAppointed(
        decree=given.decree(6),
        row=1,
        cited=given.cited("2012-01-01"),
        tmt=PartialDate("2012-01-01"),
        employee=ANN,
        rank="III/a",
    )
    known = given.entries(entered(), appointed(1, "2011-01-01", 2), confirmed)

    assert held(known) == [(given.post(1), "2011-01-01", None)]


def test_a_release_from_another_post_has_no_effect() -> None:
    release = PostReleased(
        decree=given.decree(6),
        row=1,
        cited=given.cited("2019-12-01"),
        tmt=PartialDate("2020-01-01"),
        employee=ANN,
        post=given.post(9),
        reason="mutasi",
    )
    known = given.entries(entered(), appointed(1, "2011-01-01", 2), release)

    assert held(known) == [(given.post(1), "2011-01-01", None)]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_growing_a_career_equals_making_it_anew(count: int) -> None:
    second = appointed(2, "2015-01-01", 3)
    known = given.entries(
        entered(), appointed(1, "2011-01-01", 2), second, annulled(3, second, "ex_tunc", "2016-05-01", 4)
    )
    grown = Career.of((ANN.tag,), known[:count])
    _ = grown.placement, grown.service
    grown = grown.plus(known[count:])

    assert grown.placement == Career.of((ANN.tag,), known).placement
    assert grown.history.standing == Career.of((ANN.tag,), known).history.standing


def test_annulled_before_it_took_effect_a_fact_never_does() -> None:
    second = appointed(2, "2015-01-01", 3)
    for day in ("2014-12-01", "2015-01-01"):
        known = given.entries(entered(), appointed(1, "2011-01-01", 2), second, annulled(3, second, "ex_nunc", day, 4))

        assert held(known) == [(given.post(1), "2011-01-01", None)]


def test_an_appointment_annulled_after_its_inauguration_ends_what_is_held() -> None:
    waiting = appointed(2, "2015-01-01", 3).model_copy(update={"tmt": None, "upon": "inauguration"})
    sworn_in = PostInaugurated(
        decree=given.decree(5),
        row=1,
        cited=given.cited("2015-03-12"),
        tmt=PartialDate("2015-03-12"),
        employee=ANN,
        post=given.post(2),
        appointment=given.event_id(2),
    )
    known = given.entries(entered(), waiting, sworn_in, annulled(2, waiting, "ex_nunc", "2016-05-01", 4))

    assert held(known) == [(given.post(2), "2015-03-12", "2016-05-01")]


def test_a_career_that_grows_after_the_exit_remembers_who_waited_in_vain() -> None:
    waiting = appointed(2, "2015-01-01", 3).model_copy(update={"tmt": None, "upon": "inauguration"})
    gone = Separated(
        decree=given.decree(6),
        row=1,
        cited=given.cited("2019-12-01"),
        tmt=PartialDate("2020-01-01"),
        employee=ANN,
        reason="bup",
        honour="hormat",
    )
    known = given.entries(entered(), waiting, gone, appointed(1, "2021-01-01", 7))
    grown = Career.of((ANN.tag,), known[:3])
    _ = grown.placement, grown.service
    grown = grown.plus(known[3:])

    assert [(one.post, str(one.lapsed_on)) for one in grown.placement.lapsed] == [(given.post(2), "2020-01-01")]
    assert grown.placement == Career.of((ANN.tag,), known).placement


def test_an_inauguration_on_the_day_of_the_decree_is_reviewed_when_its_appointment_falls() -> None:
    waiting = appointed(2, "2015-01-01", 3).model_copy(update={"tmt": None, "upon": "inauguration"})
    sworn_in = PostInaugurated(
        decree=given.decree(5),
        row=1,
        cited=given.cited("2015-01-01"),
        tmt=PartialDate("2015-01-01"),
        employee=ANN,
        post=given.post(2),
        appointment=given.event_id(2),
    )
    known = given.entries(entered(), waiting, sworn_in, annulled(2, waiting, "ex_tunc", "2016-05-01", 4))

    assert [fact.review for fact in resolve(known).standing if fact.event == sworn_in] == [True]
    assert held(known) == []
