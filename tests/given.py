"""Facts for tests: short ways to say that something happened, as entries of a ledger."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from asn_ledger.domain.career import Career
from asn_ledger.domain.decisions.decree import Judgement, Placing, judge, weigh
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.events import Entry, Event
from asn_ledger.domain.events.base import Citation
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.gathering import Gathering
from asn_ledger.domain.reach import Asks, Reach, about_career, first_reach, next_reach
from asn_ledger.domain.regulations import (
    FunctionalActing,
    FunctionalLevel,
    FunctionalPoints,
    LeadershipTraining,
    Limit,
    PartTimePost,
    PredicatePoints,
    Publication,
    Regulations,
    RetirementAge,
    SalaryGrid,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId

Chance = Random
Json = dict[str, Any]  # Any: a form as it is sent


def _uuid(*parts: object) -> UUID:
    return uuid5(NAMESPACE_OID, "/".join(str(part) for part in parts))


def employee(n: int = 1) -> EmployeeId:
    return EmployeeId.of(_uuid("employee", n))


def post(n: int = 1) -> PostId:
    return PostId.of(_uuid("post", n))


def unit(n: int = 1) -> UnitId:
    return UnitId.of(_uuid("unit", n))


def decree(n: int = 1) -> DecreeId:
    return DecreeId.of(_uuid("decree", n))


def cited(decided_on: str = "2020-01-01") -> Citation:
    return Citation(
        number="821.2/1", decided_on=PartialDate(decided_on), issuer="Wali Kota Salatiga", capacity="sendiri"
    )


def event_id(position: int) -> UUID:
    return _uuid("event", position)


def entry(event: Event, position: int) -> Entry:
    """The event as recorded at a position, one minute after the one before."""
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=position)
    return Entry(event.tags(), event, position, event_id(position), at, None)


def entries(*events: Event, after: int = 0) -> Sequence[Entry]:
    return [entry(event, position) for position, event in enumerate(events, start=after + 1)]


CITY = Publication(
    frozenset({"jpt_pratama", "administrator"}), frozenset({"kecamatan", "kelurahan"}), date(2000, 1, 1), None, "test"
)
AGES = tuple(
    RetirementAge(kind, years, date(2000, 1, 1), None, "test")
    for kind, years in {"jpt_pratama": 60, "administrator": 58, "pengawas": 58, "pelaksana": 58}.items()
)
LIMITS = {
    "contract_years_most": 5, "leave_service_years_least": 5, "leave_years_most": 3, "leave_extension_years_most": 1,
    "return_months_most": 1, "study_months_in_high_post": 6, "salary_step_months": 24, "salary_notice_months": 2,
    "salary_deferral_months_most": 12, "head_teacher_term_years_most": 4, "head_teacher_terms_most": 2,
    "training_hours_least": 20, "contract_training_hours_most": 24, "transfer_years_least": 10,
    "degree_per_cent": 25, "functional_promotion_years_least": 2,
}  # fmt: skip
REGULATIONS = Regulations(
    (*AGES, RetirementAge("fungsional", 60, date(2000, 1, 1), None, "test", functions=frozenset({"guru"}))),
    publication=(CITY,),
    salary_grids=(SalaryGrid(frozenset({"III/a", "III/b", "IX"}), 0, 32, 2, date(2000, 1, 1), None, "test"),),
    limits=tuple(Limit(name, value, date(2000, 1, 1), None, "test") for name, value in LIMITS.items()),
    functional_levels=(
        FunctionalLevel("ahli_pertama", "III/a", "III/b", date(2000, 1, 1), None, "test"),
        FunctionalLevel("ahli_muda", "III/c", "III/d", date(2000, 1, 1), None, "test"),
    ),
    leadership_trainings=(
        LeadershipTraining(
            frozenset({"administrator"}), frozenset({"pka", "pkn_ii"}), 12, date(2017, 4, 7), None, "test"
        ),
        LeadershipTraining(frozenset({"pengawas"}), frozenset({"pkp", "pka"}), 12, date(2017, 4, 7), None, "test"),
    ),
    part_time_posts=(
        PartTimePost("guru", frozenset({"fungsional"}), frozenset({"guru"}), (), date(2025, 1, 13), None, "test"),
        PartTimePost(
            "operator", frozenset({"pelaksana"}), frozenset(), ("Operator Layanan",), date(2025, 1, 13), None, "test"
        ),
    ),
    functional_points=(
        FunctionalPoints("ahli_pertama", 12_500, 50_000, 100_000, 53, date(2000, 1, 1), None, "test"),
        FunctionalPoints("ahli_muda", 25_000, 100_000, 200_000, 53, date(2000, 1, 1), None, "test"),
    ),
    predicate_points=(
        PredicatePoints({"sangat_baik": 150, "baik": 100, "kurang": 50}, date(2000, 1, 1), None, "test"),
    ),
    functional_acting=(
        FunctionalActing(frozenset({"ahli_muda"}), frozenset({"pengawas"}), date(2000, 1, 1), None, "test"),
    ),
)


def form(*rows: Json, n: int = 1, mode: str = "draft", on: str | None = "2025-01-06", **fields: Any) -> Json:
    """A decree form; rows are numbered in their order unless they say their number."""
    return {
        "id": decree(n),
        "mode": mode,
        "kind": "keputusan",
        "number": f"821.2/{n}/2025",
        "decided_on": on,
        "signer": {
            "as_printed": {"name": "Wali Kota", "title": "Wali Kota Salatiga"},
            "office": "wali-kota",
            "capacity": "sendiri",
            "signature": {"kind": "basah"},
        },
        "document_pending": {"reason": "menyusul"} if mode == "signed" else None,
        "rows": [{"row": number, **row} for number, row in enumerate(rows, start=1)],
        **fields,
    }


def on(tmt: str) -> Json:
    return {"on": tmt}


def create_unit(n: int = 1, tmt: str = "2010-01-01", **fields: Any) -> Json:
    told = {"action": "create_unit", "unit": unit(n), "name": f"Dinas {n}", "kind": "dinas", "parent": None}
    return {**told, "tmt": on(tmt), **fields}


def create_post(n: int = 1, tmt: str = "2010-01-01", **fields: Any) -> Json:
    told = {"action": "create_post", "post": post(n), "unit": unit(1), "title": f"Jabatan {n}", "kind": "pelaksana"}
    return {**told, "seats": 1, "leads_unit": False, "tmt": on(tmt), **fields}


def open_career(n: int = 1, tmt: str = "2015-01-01", **fields: Any) -> Json:
    told = {"action": "open_career", "employee": employee(n), "name": f"Pegawai {n}", "nip": "198503122010012003"}
    told |= {"born_on": "1985-03-12", "sex": "f", "status": "pns", "rank": "III/a", "rank_tmt": "2014-04-01"}
    return {**told, "tmt": on(tmt), **fields}


def appoint(n: int = 1, to: int = 1, tmt: str = "2025-02-01", **fields: Any) -> Json:
    told = {"action": "appoint", "employee": employee(n), "to": post(to), "path": "pelaksana"}
    return {**told, "tmt": on(tmt), **fields}


def move(n: int = 1, to: int = 1, tmt: str = "2025-02-01", **fields: Any) -> Json:
    return {**appoint(n, to, tmt), "action": "move", "path": "mutasi_setingkat", **fields}


def raise_rank(n: int = 1, to: str = "III/b", tmt: str = "2025-04-01", **fields: Any) -> Json:
    return {"action": "raise_rank", "employee": employee(n), "to": to, "kind": "reguler", "tmt": on(tmt), **fields}


def appraise(n: int = 1, year: int = 2024, **fields: Any) -> Json:
    told = {"action": "appraise", "employee": employee(n), "year": year, "result": "sesuai", "behaviour": "sesuai"}
    return {**told, "predicate": "baik", "months": 12, "tmt": on(f"{year}-12-31"), **fields}


def separate(n: int = 1, tmt: str = "2025-03-01", **fields: Any) -> Json:
    told = {"action": "separate", "employee": employee(n), "reason": "aps", "honour": "hormat"}
    return {**told, "tmt": on(tmt), **fields}


def row_of(n: int, row: int = 1) -> Json:
    return {"decree": decree(n), "row": row}


class Ledger:
    """A ledger in memory, read as the real one is: only what a reach names, step by step to closure."""

    def __init__(self, *forms: Json) -> None:
        self.entries: list[Entry] = []
        for told in forms:
            self.record(told)

    def facts(self, asked: Asks) -> Facts:
        gathering, reach = Gathering(REGULATIONS), first_reach(asked)
        while True:
            gathering.add(self.read(reach))
            facts = gathering.facts(reach)
            wider = next_reach(asked, facts)
            if not wider.beyond(reach):
                return facts
            reach = wider

    def read(self, reach: Reach) -> list[Entry]:
        return [entry for entry in self.entries if any(entry.event.TOPIC in reach.types_of(tag) for tag in entry.tags)]

    def placing(self, told: Json) -> Placing:
        head = len(self.entries)
        return Placing(_uuid("command", told["id"]), head, datetime(2025, 1, 10, tzinfo=UTC) + timedelta(minutes=head))

    def weigh(self, told: Json, now: date = date(2025, 1, 10)) -> Judgement:
        parsed = parse_decree(told)
        return weigh(parsed, self.facts(parsed), now=now, placing=self.placing(told))

    def judge(self, told: Json) -> Judgement:
        parsed = parse_decree(told)
        return judge(parsed, self.facts(parsed), now=date(2025, 1, 10))

    def record(self, told: Json) -> Judgement:
        judgement = self.weigh(told)
        assert judgement.refusals == ()
        self.entries += judgement.entries
        return judgement

    def career(self, n: int = 1) -> Career:
        return self.facts(about_career(employee(n))).careers[employee(n)]

    def held(self, n: int = 1) -> list[tuple[PostId, str, str | None]]:
        """(post, began, ended) of each definitive tenure."""
        tenures = self.career(n).placement.tenures
        return [(t.post, str(t.began), str(t.ended) if t.ended else None) for t in tenures]


MOVED = 10


def moved_once() -> Ledger:
    """Two people in posts 1 and 2, three more posts, and decree 10: person 1 moves to post 3 on 1 Feb 2020."""
    posts = (create_post(n) for n in range(1, 6))
    return Ledger(
        form(create_unit(), *posts, n=100, mode="signed", on="2010-01-01"),
        form(open_career(1, post=post(1)), open_career(2, post=post(2)), n=101, mode="signed"),
        form(move(1, 3, "2020-02-01"), n=MOVED, on="2020-01-15", mode="signed"),
    )


def annul(of: int, row: int = 1, effect: str = "ex_tunc", tmt: str = "2021-01-01", **fields: Any) -> Json:
    told = {"action": "annul", "of": row_of(of, row), "effect": effect, "ground": "wewenang"}
    return {**told, "tmt": on(tmt), **fields}


def signed(n: int, *rows: Json, **fields: Any) -> Json:
    return form(*rows, n=n, mode="signed", **fields)


def note(n: int, *rows: Json, **fields: Any) -> Json:
    return signed(n, *rows, kind="catatan", **fields)


def outcomes(judgement: Judgement, row: int = 1) -> dict[str, str]:
    """What each rule said about a row."""
    return {o.rule: o.result for made in judgement.made if made.row == row for o in made.outcomes}
