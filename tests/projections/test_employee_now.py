"""The state of a person on each day; the oracles beside those of posts, rank and status ask of every day."""

from collections.abc import Sequence
from datetime import date

import city
import given

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import Event, LeaveGranted, PppkContracted, Reinstated, TrainingCompleted
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.dates import PartialDate
from projections.employee_now.project import project


def states_of(events: Sequence[Event], n: int) -> list[State]:
    tag = given.employee(n).tag
    return list(project(Career.of((tag,), given.entries(*events))))


def test_states_follow_each_other_and_say_what_holds() -> None:
    events = [
        city.entered(1),
        city.appointed(1, 1, "2011-01-01"),
        city.raised(1, "III/b", "2014-04-01"),
        city.left(1, "2020-01-01"),
    ]
    states = states_of(events, 1)

    assert [(s.began.year, None if s.ended is None else s.ended.year) for s in states] == [
        (2010, 2011), (2011, 2014), (2014, 2020), (2020, None)
    ]  # fmt: skip
    serving, gone = states[2], states[3]
    assert (serving.status, serving.post, serving.post_since) == ("cpns", given.post(1), date(2011, 1, 1))
    assert (serving.rank, serving.rank_since, serving.rank_by) == ("III/b", date(2014, 4, 1), 3)
    assert (serving.born_on, serving.sex, serving.basis) == ("1985-03-12", "f", (1, 2, 3, 4))
    assert (gone.status, gone.post, gone.rank) == (None, None, "III/b")


def test_the_highest_leadership_training_counts_with_its_hours_and_others_do_not() -> None:
    def trained(name: str, tmt: str, hours: int | None, row: int, **what: str) -> TrainingCompleted:
        told = {"kind": "struktural", **what}
        return TrainingCompleted.model_validate(
            {**city.said(tmt, 2, row), "employee": given.employee(1), "name": name, "hours": hours, **told}
        )

    pkn = trained("PKN II", "2016-01-01", None, 5, structural="pkn_ii")
    events = [
        city.entered(1),
        trained("Bimtek aplikasi", "2011-01-01", 900, 1, kind="bimtek"),
        trained("Diklat Pim IV", "2012-01-01", 285, 2, structural="pim_iv"),
        trained("PKA", "2014-01-01", 300, 3, structural="pka"),
        trained("PKP", "2015-01-01", 400, 4, structural="pkp"),
        pkn,
        city.annulled(pkn, given.event_id(6), "2017-01-01"),
    ]
    told = [(s.began.year, s.course_name, s.course, s.course_on, s.course_hours) for s in states_of(events[:6], 1)]
    assert told == [
        (2010, None, None, None, None),
        (2012, "Diklat Pim IV", "pim_iv", date(2012, 1, 1), 285),
        (2014, "PKA", "pka", date(2014, 1, 1), 300),
        (2016, "PKN II", "pkn_ii", date(2016, 1, 1), None),
    ]
    assert states_of(events[:6], 1)[-1].basis == (1, 6)
    assert states_of(events, 1)[-1].course == "pka"


def test_a_contract_lasts_until_its_last_day_and_a_later_one_follows() -> None:
    def contract(tmt: str, until: str) -> PppkContracted:
        return PppkContracted(
            **city.said(tmt), employee=given.employee(1), name="Ani", nip="199001152023212004", born_on="1990-01-15",
            sex="f", rank="IX", post=given.post(1), until=PartialDate(until), part_time=False,
        )  # fmt: skip

    states = states_of([contract("2023-01-01", "2023-12"), contract("2024-01-01", "2028-12-31")], 1)

    assert [state.contract_until for state in states] == [date(2023, 12, 31), date(2028, 12, 31)]
    assert [state.status_since for state in states] == [date(2023, 1, 1), date(2023, 1, 1)]


def test_who_serves_is_active_unless_away_and_who_left_is_neither() -> None:
    leave = LeaveGranted(
        **city.said("2015-01-01"), employee=given.employee(1), until=PartialDate("2016-12-31"), reason="merawat_anak"
    )
    back = Reinstated(**city.said("2017-01-01"), employee=given.employee(1), basis="selesai_cltn")
    states = states_of([city.entered(1), leave, back, city.left(1, "2020-01-01")], 1)

    said = {state.began: state.legal_status for state in states}
    assert [said[day] for day in sorted(said)] == ["aktif", "cltn", "aktif", None]
