"""One person's rows as facts: how they came in, and what happened since, each as a row of the decree form."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, assert_never

from asn_ledger.accounts.desk.import_run import Reason
from asn_ledger.domain.decisions.appraise import LAST_COUNTED
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.domain.terms.ranks import is_rank, rank_order

from . import codes
from .leaving import left_before, left_on, served_after
from .rows import (
    AgencyRow,
    AppraisalRow,
    DutyRow,
    EducationRow,
    Person,
    PersonRow,
    PostRow,
    Problem,
    RankRow,
    SeparationRow,
    ServiceRow,
    UnitOfPerson,
)

Json = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Fact:
    """What a row of the wire becomes: a row of a decree (its own number aside), with what it was read from.

    `tmt` is the day it takes effect: of an exit whose day the wire does not tell that of its decree.
    """

    resource: str
    id: str
    tmt: str
    number: str | None
    on: str | None
    row: Json
    said: Json
    note: bool = False
    """Whether it stands in a note of the office, having no decree of its own."""
    problem: Problem | None = None
    """What the report says of it unless it is on record; a refusal keeps it out."""

    @property
    def name(self) -> str:
        """Resource and row, by which the office finds it again."""
        return f"{self.resource}|{self.id}"


@dataclass(frozen=True, slots=True)
class Places:
    """What the ids of the wire are in the ledger, a post's on a day; `agency`: the ids of this agency in SIASN."""

    post: Callable[[tuple[str, str, str], str], PostId]
    unit: Callable[[str], UnitId]
    employee_of: Callable[[str], EmployeeId | None]
    agency: frozenset[str]


def facts_of(
    employee: EmployeeId, person: Person, rows: Iterable[tuple[str, PersonRow]], places: Places
) -> tuple[list[Fact], list[Problem]]:
    """The facts in order of effect, and the rows that tell nothing new or too little.

    Whoever enters is on record first, whatever day their diploma is of.
    """
    found = _Person(employee, person, list(rows), places)
    found.enter()
    for resource, row in found.rows:
        if (resource, row.id) not in found.used:
            found.take(resource, row)
    found.answer_entry()
    entry = found.facts[0] if found.facts else None
    facts = sorted(found.facts, key=lambda fact: (fact is not entry, fact.tmt, _LAST.get(fact.row["action"], 0)))
    return facts, found.problems


_LAST = {"separate": 1, "transfer_out": 1, "appoint_cpns": 2, "open_career": 2}
"""What is recorded after the other facts of its day: who leaves, then who comes again."""


class _Person:
    def __init__(self, employee: EmployeeId, person: Person, rows: list[tuple[str, PersonRow]], places: Places) -> None:
        self.employee, self.person, self.rows, self.places = employee, person, rows, places
        self.facts: list[Fact] = []
        self.problems: list[Problem] = []
        self.used: set[tuple[str, str]] = set()
        self.ranks = sorted((row for _, row in rows if isinstance(row, RankRow)), key=lambda row: row.tmt)
        self.posts = sorted(
            (row for _, row in rows if isinstance(row, PostRow) and row.acting is None), key=lambda row: row.tmt
        )

    def note(self, resource: str, row: str, reason: Reason, field: str = "", detail: str = "") -> None:
        self.problems.append(Problem(resource, row, field, reason, detail))

    # -- how the person came in

    def enter(self) -> None:
        """By the transfer that brought them, by the first decree if nothing is missing behind it, or by a snapshot."""
        arrival = self._arrival()
        if arrival is not None:
            self._arrive(*arrival)
        elif self._whole():
            self._begin()
        else:
            self._open()

    def _arrival(self) -> tuple[str, AgencyRow] | None:
        """The transfer that brought the person here; its facts before that day are another agency's.

        Who left from here earlier had come otherwise: the transfer is then a return.
        """
        moves = sorted(
            ((resource, row) for resource, row in self.rows if isinstance(row, AgencyRow)), key=lambda pair: pair[1].tmt
        )
        for resource, row in moves:
            if row.source_id in self.places.agency:
                return None
            if row.target_id in self.places.agency:
                return resource, row
        return None

    def _arrive(self, resource: str, row: AgencyRow) -> None:
        held = [one for one in self.ranks if one.tmt <= row.tmt]
        if not held or self.person.contract:
            self.note(resource, row.id, "no-rank", "tmtPi")
            self._open()
            return
        self.used |= {("rw-golongan", one.id) for one in held} | {(resource, row.id)}
        for before in held[:-1]:
            self.note("rw-golongan", before.id, "before-arrival")
        self._come(resource, row, held[-1])
        earlier = [one for one in self.posts if one.tmt < row.tmt]
        self.used |= {("rw-jabatan", one.id) for one in earlier}
        for one in earlier:
            self.note("rw-jabatan", one.id, "before-arrival")

    def _come(self, resource: str, row: AgencyRow, rank: RankRow) -> None:
        entry = {
            "action": "transfer_in",
            **self._who(),
            "from_agency": row.source,
            "status": "pns",
            "rank": rank.rank,
            "rank_tmt": rank.tmt,
            "letters": list(row.letters),
            "tmt": {"on": row.tmt},
        }
        self._fact(resource, row.id, row.tmt, (row.number, row.on), entry, asdict(row) | {"rank": asdict(rank)})

    def _whole(self) -> bool:
        """Whether the history has no hole from the first day on: first rank, each rank next to the one before."""
        person = self.person
        if person.contract or person.candidate_since is None or person.first_rank is None:
            return False
        known = [person.first_rank, *(row.rank for row in self.ranks if row.kind is not None)]
        steps = [rank_order(rank) for rank in known if is_rank(rank)]
        entry = [row for row in self.ranks if row.kind is None]
        return all(b == a + 1 for a, b in pairwise(steps)) and all(row.tmt >= person.candidate_since for row in entry)

    def _begin(self) -> None:
        """Enter as a candidate: by the decree if the unit is known, else by a snapshot of that day."""
        person, since = self.person, self.person.candidate_since or ""
        unit = self._unit_by(person.candidate_number)
        for held in self.ranks:
            if held.kind is None and held.rank == person.first_rank:
                self.used.add(("rw-golongan", held.id))
        if unit is not None and person.candidate_number is not None and person.born_on and person.sex:
            self.used.add(("rw-pnsunor", unit.id))
            entry = {
                "action": "appoint_cpns",
                **self._who(),
                "rank": person.first_rank,
                "education": self._education(),
                "unit": self.places.unit(unit.unit),
                "tmt": {"on": since},
            }
            self._fact(
                "data-utama", person.id, since, (person.candidate_number, person.candidate_on), entry, self._said()
            )
        else:
            entry = self._snapshot(since, "cpns" if self._candidate_on(since) else "pns")
            self._fact(
                "data-utama",
                person.id,
                since,
                (None, None),
                entry | {"rank": person.first_rank, "rank_tmt": since},
                self._said(),
                note=True,
            )
        if person.servant_since is not None and person.servant_since > since:
            self._serve(person.first_rank, person.servant_since)

    def _unit_by(self, number: str | None) -> UnitOfPerson | None:
        """The unit that a decree put the person in."""
        told = (row for _, row in self.rows if isinstance(row, UnitOfPerson))
        return next((row for row in told if number is not None and row.number == number), None)

    def _education(self) -> str:
        first = next((row for _, row in self.rows if isinstance(row, EducationRow) and row.first), None)
        return "tidak disebut SIASN" if first is None else first.level.upper()

    def _candidate_on(self, day: str) -> bool:
        since = self.person.servant_since
        return since is not None and since > day

    def _open(self) -> None:
        """A snapshot of the first day that the wire tells of; what was before is not recorded."""
        person = self.person
        days = [*(row.tmt for row in self.ranks[:1]), *(row.tmt for row in self.posts[:1])]
        days += [day for _, row in self.rows if (day := _served(row)) is not None]
        opened = min(days, default=person.candidate_since or person.servant_since)
        if person.contract and person.candidate_since is not None:
            opened = min(person.candidate_since, opened or person.candidate_since)
        if opened is None:
            self.note("data-utama", person.id, "no-date", "tmtCpns")
            for resource, row in self.rows:
                self.used.add((resource, row.id))
                self.note(resource, row.id, "person-refused")
            return
        status = "pns"
        if person.contract:
            status = "pppk_pw" if person.part_time else "pppk"
        elif self._candidate_on(opened):
            status = "cpns"
        entry = self._snapshot(opened, status)
        rank = next((row for row in reversed(self.ranks) if row.tmt <= opened), None)
        post = next((row for row in reversed(self.posts) if row.tmt <= opened), None)
        if rank is not None:
            entry |= {"rank": rank.rank, "rank_tmt": rank.tmt}
            self.used.add(("rw-golongan", rank.id))
        elif person.contract and person.first_rank is not None:
            entry |= {"rank": person.first_rank, "rank_tmt": opened}
        if post is not None:
            entry |= {"post": self.places.post(post.post, post.tmt), "post_tmt": post.tmt}
            self.used.add(("rw-jabatan", post.id))
        said = self._said() | {
            "rank": None if rank is None else asdict(rank),
            "post": None if post is None else asdict(post),
        }
        self._fact("data-utama", person.id, opened, (None, None), entry, said, note=True)
        if (
            status == "cpns"
            and person.servant_since is not None
            and (rank is not None or person.first_rank is not None)
        ):
            self._serve(rank.rank if rank is not None else person.first_rank, person.servant_since)

    def _serve(self, rank: str | None, since: str) -> None:
        """Appointed as a civil servant, after the probation of a candidate."""
        person = self.person
        row = {"action": "appoint_pns", "employee": self.employee, "rank": rank, "tmt": {"on": since}}
        said = {"since": since, "number": person.servant_number, "on": person.servant_on}
        self._fact(
            "data-utama", f"{person.id}|pns", since, (person.servant_number, person.servant_on), row, said
        )  # fmt: skip

    def _who(self) -> Json:
        person = self.person
        return {
            "employee": self.employee,
            "name": person.name,
            "nip": person.nip,
            "born_on": person.born_on,
            "sex": person.sex,
        }

    def _snapshot(self, day: str, status: str) -> Json:
        return {"action": "open_career", **self._who(), "status": status, "tmt": {"on": day}}

    def _said(self) -> Json:
        """What data-utama is known again by: who it is and how they came in, not what goes on changing."""
        said = asdict(self.person)
        return {
            name: said[name]
            for name in said
            if name not in {"pension_from", "died_on", "servant_since", "servant_number", "servant_on"}
        }

    def answer_entry(self) -> None:
        """Say of the rows with which somebody entered that the entry tells them: none is passed over in silence."""
        answered = {(fact.resource, fact.id) for fact in self.facts}
        answered |= {(problem.resource, problem.row) for problem in self.problems}
        for resource, row in sorted((self.used | {("data-utama", self.person.id)}) - answered):
            self.note(resource, row, "told-by-entry")

    # -- what happened since

    def take(self, resource: str, row: PersonRow) -> None:
        """The fact that a row states."""
        match row:
            case RankRow():
                self._raise(resource, row)
            case PostRow():
                self._place(resource, row)
            case DutyRow():
                self._take_on(resource, row)
            case UnitOfPerson():
                self.note(resource, row.id, "told-by-post")
            case AppraisalRow():
                self._appraise(resource, row)
            case SeparationRow():
                self._separate(resource, row)
            case AgencyRow():
                self._change_agency(resource, row)
            case EducationRow():
                self._educate(resource, row)
            case ServiceRow():
                self._recognise(resource, row)
            case _:
                assert_never(row)

    def _raise(self, resource: str, row: RankRow) -> None:
        if row.kind is None:
            if left_before(self.person, (row for _, row in self.rows), row.tmt):
                self._come_again(resource, row)
            else:
                self.note(resource, row.id, "told-by-entry")
            return
        said = {
            "action": "raise_rank",
            "employee": self.employee,
            "to": row.rank,
            "kind": row.kind,
            "service_years": row.years,
            "service_months": row.months,
            "tmt": {"on": row.tmt},
        }
        self._fact(resource, row.id, row.tmt, (row.number, row.on), said, asdict(row))

    def _place(self, resource: str, row: PostRow) -> None:
        post = self.places.post(row.post, row.tmt)
        printed = {"post": row.title if row.unit_name is None else f"{row.title} — {row.unit_name}"}
        if row.acting is not None:
            said: Json = {"action": "assign_acting", "employee": self.employee, "post": post, "kind": row.acting}
            said |= {"end_unknown": True}
        else:
            path = "pelaksana" if row.kind == "pelaksana" else None
            first = not any((one.tmt, one.id) < (row.tmt, row.id) for one in self.posts)
            said = {"action": "appoint" if first else "move", "employee": self.employee, "to": post, "path": path}
            said |= {"inaugurated_on": row.inaugurated_on}
        said |= {"as_printed": printed, "tmt": {"on": row.tmt}}
        self._fact(resource, row.id, row.tmt, (row.number, row.on), said, asdict(row))

    def _take_on(self, resource: str, row: DutyRow) -> None:
        """An additional duty from its first day on; the wire tells no end."""
        said: Json = {"action": "assign_duty", "employee": self.employee, "unit": self.places.unit(row.unit)}
        said |= {"duty": row.duty, "title": row.title, "end_unknown": True, "tmt": {"on": row.tmt}}
        self._fact(resource, row.id, row.tmt, (row.number, row.on), said, asdict(row))

    def _appraise(self, resource: str, row: AppraisalRow) -> None:
        appraiser = None if row.appraiser is None else self.places.employee_of(row.appraiser)
        tmt = _appraised_until(row)
        said = {
            "action": "appraise",
            "employee": self.employee,
            "year": row.year,
            "result": row.result,
            "behaviour": row.behaviour,
            "predicate": row.predicate,
            "score": row.score,
            "scale": row.scale,
            "appraiser": None if appraiser == self.employee else appraiser,
            "tmt": {"on": tmt},
        }
        self._fact(resource, row.id, tmt, (None, None), said, asdict(row))

    def _come_again(self, resource: str, row: RankRow) -> None:
        """Enter once more, as a candidate, after an exit."""
        person, unit = self.person, self._unit_by(row.number)
        servant = person.servant_since if person.servant_since is not None and person.servant_since > row.tmt else None
        if unit is not None and row.number is not None and person.born_on and person.sex:
            self.used.add(("rw-pnsunor", unit.id))
            entry = {"action": "appoint_cpns", **self._who(), "rank": row.rank, "education": self._education()}
            entry |= {"unit": self.places.unit(unit.unit), "tmt": {"on": row.tmt}}
        else:
            entry = self._snapshot(row.tmt, "pns" if servant is None else "cpns")
            entry |= {"rank": row.rank, "rank_tmt": row.tmt}
        self._fact(resource, row.id, row.tmt, (row.number, row.on), entry, asdict(row), note=unit is None)
        if servant is not None:
            self._serve(row.rank, servant)

    def _separate(self, resource: str, row: SeparationRow) -> None:
        tmt = left_on(self.person, row)
        place = tmt or row.on
        if place is None:
            self.note(resource, row.id, "no-tmt", "skTanggal")
            return
        problem = None
        if tmt is None:
            served = served_after(place, self.ranks, self.posts)
            told: tuple[Reason, str] = ("day-not-told", place) if served is None else ("no-tmt", served)
            problem = Problem(resource, row.id, "tmtPemberhentian", *told)
        pension = tmt if row.tmt is None and row.reason == "bup" else None
        said: Json = {"action": "separate", "employee": self.employee, "reason": row.reason}
        said |= {"honour": codes.HONOUR.get(row.reason), "pension_from": pension}
        said |= {"tmt": None if tmt is None else {"on": tmt}}
        decree = (row.number, row.on)
        self._fact(resource, row.id, place, decree, said, asdict(row) | {"tmt": tmt}, problem=problem)

    def _educate(self, resource: str, row: EducationRow) -> None:
        said = {"action": "record_education", "employee": self.employee, "level": row.level, "first": row.first}
        said |= {"programme": row.programme, "institution": row.institution, "certificate": row.certificate}
        said |= {"title_before": row.title_before, "title_after": row.title_after, "tmt": {"on": row.graduated}}
        self._fact(resource, row.id, row.graduated, (None, None), said, asdict(row))

    def _recognise(self, resource: str, row: ServiceRow) -> None:
        """From the date of its decree: the wire has no other."""
        if not row.counted:
            self.note(resource, row.id, "not-counted", "dinilai")
            return
        said: Json = {"action": "recognise_service", "employee": self.employee, "years": row.years}
        said |= {"months": row.months, "where": row.where, "tmt": {"on": row.on}}
        self._fact(resource, row.id, row.on, (row.number, row.on), said, asdict(row))

    def _change_agency(self, resource: str, row: AgencyRow) -> None:
        if row.target_id in self.places.agency:
            rank = next((one for one in reversed(self.ranks) if one.tmt <= row.tmt), None)
            if rank is None:
                self.note(resource, row.id, "no-rank", "tmtPi")
            else:
                self._come(resource, row, rank)
            return
        if row.source_id not in self.places.agency:
            self.note(resource, row.id, "of-other-agencies")
            return
        said = {"action": "transfer_out", "employee": self.employee, "to_agency": row.target, "tmt": {"on": row.tmt}}
        self._fact(resource, row.id, row.tmt, (row.number, row.on), said, asdict(row))

    def _fact(  # noqa: PLR0917 -- what a fact is
        self,
        resource: str,
        row: str,
        tmt: str,
        decree: tuple[str | None, str | None],
        form: Mapping[str, Any],  # Any: JSON
        said: Json,
        *,
        note: bool = False,
        problem: Problem | None = None,
    ) -> None:
        plain = {name: value for name, value in form.items() if value is not None or name == "sex"}
        self.facts.append(Fact(resource, row, tmt, *decree, plain, _plain(said), note, problem))


def _appraised_until(row: AppraisalRow) -> str:
    """The last day appraised: of 2021 the first half was counted by PP 46/2011, the second by PP 30/2019."""
    return f"{row.year:04}-06-30" if row.year == LAST_COUNTED and row.scale == "pp46" else f"{row.year:04}-12-31"


def _served(row: PersonRow) -> str | None:
    """A day on which the person served, as a row tells it beside ranks and posts."""
    match row:
        case AppraisalRow():
            return _appraised_until(row)
        case PostRow() if row.acting is not None:
            return row.tmt
        case DutyRow():
            return row.tmt
        case AgencyRow():
            return (date.fromisoformat(row.tmt) - timedelta(days=1)).isoformat()
        case _:
            return None


def _plain(value: Any) -> Any:  # Any: JSON
    match value:
        case dict():
            return {name: _plain(one) for name, one in value.items() if one is not None}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
