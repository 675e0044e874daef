"""Facts grown decree by decree equal facts read anew; what a reach reads is enough to judge by."""

from datetime import date

import given
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from asn_ledger.domain.career import Career
from asn_ledger.domain.decisions.decree import Judgement, weigh
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decrees import fold_decree
from asn_ledger.domain.events import Entry
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.growth import Changes, grow
from asn_ledger.domain.terms.ids import DecreeId

DATES = ("2020-02-01", "2021-02-01", "2022-02-01")
FIRST = 10
WHO = st.sampled_from((1, 2))
WHERE = st.sampled_from((1, 2))
WHEN = st.sampled_from((*DATES, "2021"))


def release(n: int, post: int, tmt: str) -> given.Json:
    told = {"action": "release", "employee": given.employee(n), "post": given.post(post), "reason": "mutasi"}
    return {**told, "tmt": given.on(tmt)}


def act(n: int, post: int, tmt: str, until: str | None) -> given.Json:
    told = {"action": "assign_acting", "employee": given.employee(n), "post": given.post(post), "kind": "plt"}
    return {**told, "cause": "lowong", "until": until, "tmt": given.on(tmt)}


def correct(of: int, n: int, post: int, tmt: str) -> given.Json:
    return {"action": "correct", "of": given.row_of(of), "replacement": {"row": 1, **given.move(n, post, tmt)}}


def reassign(of: int, n: int) -> given.Json:
    return {"action": "reassign_fact", "of": given.row_of(of), "employee": given.employee(n), "reason": "nama sama"}


def same(action: str) -> given.Json:
    ids = [given.employee(1), given.employee(2)]
    return {"action": action, "employees": ids, "canonical": ids[1], "tmt": given.on(DATES[2])}


def row(action: str, n: int, tmt: str, **fields: object) -> given.Json:
    return {"action": action, "employee": given.employee(n), "tmt": given.on(tmt), **fields}


def duty(action: str, n: int, tmt: str, until: str | None) -> given.Json:
    more: given.Json = {"until": until} if action == "assign_duty" else {"reason": "diganti"}
    return row(action, n, tmt, unit=given.unit(), duty="ketua_tim" if until else "kepala_sekolah", **more)


def contract(n: int, tmt: str, *, part_time: bool) -> given.Json:
    said: given.Json = {"name": "K", "nip": "199001152020211004", "born_on": "1990-01-15", "sex": "m", "rank": "IX"}
    return row("contract_pppk", n, tmt, **said, post=given.post(1), until="2022-01-31", part_time=part_time)


def away(action: str, n: int, tmt: str) -> given.Json:
    match action:
        case "grant_leave":
            return row(action, n, tmt, until="2021-12-31")
        case "assign_study":
            said = {"level": "s2", "programme": "MM", "institution": "UKSW", "leaves_post": n == 1}
            return row(action, n, tmt, until="2021-12-31", **said)
        case "suspend":
            return row(action, n, tmt, reason="tersangka_ditahan")
        case "reinstate":
            return row(action, n, tmt, basis="sp3")
        case _:
            return row(action, n, tmt, until="2022-12-31")


AWAY = ("grant_leave", "assign_study", "suspend", "reinstate", "reinstate", "extend_leave", "extend_study")
OF = st.integers(FIRST, FIRST + 5)
ROWS = st.one_of(
    st.builds(given.move, WHO, WHERE, WHEN),
    st.builds(given.appoint, WHO, WHERE, WHEN),
    st.builds(release, WHO, WHERE, WHEN),
    st.builds(given.raise_rank, WHO, st.sampled_from(("III/b", "III/c")), WHEN),
    st.builds(given.separate, WHO, WHEN),
    st.builds(given.appraise, WHO),
    st.builds(act, WHO, WHERE, WHEN, st.sampled_from((None, "2021-06-30"))),
    st.builds(away, st.sampled_from(AWAY), WHO, WHEN),
    st.builds(
        duty,
        st.sampled_from(("assign_duty", "assign_duty", "end_duty")),
        WHO,
        WHEN,
        st.sampled_from((None, "2021-06-30")),
    ),
    st.builds(contract, WHO, WHEN, part_time=st.booleans()),
    st.builds(row, st.just("extend_contract"), WHO, WHEN, until=st.just("2023-01-31")),
    st.builds(row, st.just("convert_contract"), WHO, WHEN, rank=st.just("IX"), until=st.just("2025-01-31")),
    st.builds(row, st.just("grant_salary_step"), WHO, WHEN, service_years=st.sampled_from((6, 8))),
    st.builds(row, st.just("defer_salary_step"), WHO, WHEN, until=st.just("2021-06-30")),
    st.builds(row, st.just("recognise_service"), WHO, WHEN, years=st.just(2)),
    st.builds(
        row,
        st.just("determine_points"),
        WHO,
        WHEN,
        kind=st.just("konversi"),
        level=st.just("ahli_muda"),
        began_on=st.just("2020-01"),
        points=st.sampled_from(("25", "12.5")),
    ),
    st.builds(row, st.just("record_education"), WHO, WHEN, level=st.just("s1")),
    st.builds(correct, OF, WHO, WHERE, WHEN),
    st.builds(given.annul, OF, effect=st.sampled_from(("ex_tunc", "ex_nunc")), tmt=WHEN),
    st.builds(reassign, OF, WHO),
    st.builds(same, st.sampled_from(("identify_persons", "separate_persons"))),
)
NOTES = {"reassign_fact", "identify_persons", "separate_persons"}


class Grown:
    """All that is on record, grown from one decree to the next and never read again."""

    def __init__(self) -> None:
        self.kept = Changes()
        self.entries: list[Entry] = []

    def facts(self) -> Facts:
        kept = self.kept
        decrees = {DecreeId(tag[7:]) for entry in self.entries for tag in entry.tags if tag.startswith("decree:")}
        told = {one: fold_decree(one, [e for e in self.entries if one.tag in e.tags]) for one in decrees}
        return Facts(
            kept.careers, kept.posts, kept.units, kept.offices, told, kept.holders, kept.histories, kept.seating,
            given.REGULATIONS,
        )  # fmt: skip

    def take(self, entries: tuple[Entry, ...], changes: Changes) -> None:
        for name in ("careers", "posts", "units", "offices", "holders", "histories", "seating"):
            getattr(self.kept, name).update(getattr(changes, name))
        self.entries += entries


def folds(career: Career) -> tuple[object, ...]:
    return (
        career.keys,
        career.service,
        career.placement,
        career.acting,
        career.ranks,
        career.appraisals,
        career.identity,
        career.contracts,
        career.salary,
        career.duties,
        career.interruptions,
        career.education,
        career.trainings,
        career.points,
    )


def said(judgement: Judgement) -> list[object]:
    return [(made.event, made.row, made.outcomes) for made in judgement.made] + [judgement.leaves]


@settings(deadline=None, max_examples=150)
@drawn(st.lists(ROWS, min_size=1, max_size=6))
def test_grown_facts_judge_as_facts_read_to_closure(rows: list[given.Json]) -> None:
    ledger = given.Ledger()
    grown = Grown()
    begun = [
        given.signed(
            1, given.create_unit(), given.create_post(1), given.create_post(2, kind="pengawas", leads_unit=True)
        ),
        given.signed(2, given.open_career(1, post=given.post(1)), given.open_career(2)),
    ]
    decrees = [
        given.signed(n, row, kind="catatan" if row["action"] in NOTES else "keputusan")
        for n, row in enumerate(rows, FIRST)
    ]
    for told in (*begun, *decrees):
        read = ledger.weigh(told)
        known = grown.facts()
        remembered = weigh(parse_decree(told), known, now=date(2025, 1, 10), placing=ledger.placing(told))
        assert said(read) == said(remembered)
        ledger.entries += read.entries
        grown.take(remembered.entries, remembered.after)

    for n in (1, 2):
        assert folds(grown.kept.careers[given.employee(n)]) == folds(ledger.career(n))
    whole = grow(Facts(), ledger.entries)
    for post in (given.post(1), given.post(2)):
        facts = grown.facts()
        occupancy = facts.occupancy(post)
        assert occupancy is not None
        for day in map(date.fromisoformat, (*DATES, "2020-01-31", "2025-01-01")):
            assert facts.seated(post).on(day) == len(occupancy.holders(day))
        assert whole.over(Facts()).seated(post) == facts.seated(post)
