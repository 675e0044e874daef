"""The simulator's own account: reads the lines in order and keeps who held what, in both times.

After each line the touched people alone are read again from all their facts, and what differs from before is closed
at the line's moment and opened anew: brute force, so that it can be trusted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from asn_ledger.simulation.fold import (
    CONTRACTED,
    DUTIED,
    INTERRUPTED,
    NOTED,
    RANKED,
    STATUSED,
    TENURED,
    Fact,
    Note,
    Period,
    Spell,
    Tenure,
    contracts,
    duties,
    interruptions,
    notes,
    ranks,
    statuses,
    tenures,
)
from asn_ledger.simulation.lives import Json

T = TypeVar("T")
_TENURE, _RANK, _STATUS, _MORE = 1, 2, 4, 8
_ALL = _TENURE | _RANK | _STATUS | _MORE
_FURTHER = CONTRACTED | DUTIED | INTERRUPTED | NOTED.keys()


@dataclass(slots=True)
class Known(Generic[T]):
    """Values as they are known: what is believed now and since when, and what was believed before."""

    now: dict[T, str] = field(default_factory=dict)
    was: list[tuple[T, str, str]] = field(default_factory=list)

    def update(self, values: Iterable[T], moment: str) -> None:
        """From `moment` on, exactly `values` are believed."""
        fresh = dict.fromkeys(values, moment)
        for value, since in self.now.items():
            if value in fresh:
                fresh[value] = since
            elif since != moment:
                self.was.append((value, since, moment))
        self.now = fresh

    def rows(self) -> Iterator[tuple[T, str, str | None]]:
        """Every value with the moment it became known and the moment it was superseded."""
        yield from self.was
        for value, since in self.now.items():
            yield value, since, None


Appraisal: TypeAlias = tuple[int, str | None, str | None, str, str | None, str | None, str, int]
"""year, result, behaviour, predicate, score, scale, decree, row; before 2022 score and scale, then the others."""


@dataclass(slots=True)
class Record:
    """What is on record about one person."""

    first: str
    name: str = ""
    nip: str = ""
    facts: list[Fact] = field(default_factory=list)
    tenures: Known[Tenure] = field(default_factory=Known)
    ranks: Known[Period] = field(default_factory=Known)
    statuses: Known[Period] = field(default_factory=Known)
    contracts: Known[Spell] = field(default_factory=Known)
    duties: Known[Spell] = field(default_factory=Known)
    interruptions: Known[Spell] = field(default_factory=Known)
    notes: Known[Note] = field(default_factory=Known)
    appraisals: list[tuple[Appraisal, str]] = field(default_factory=list)
    canonical: tuple[str, str] | None = None  # the id it was identified with, and when


class Account:
    """Reads lines; answers with people, posts, units and totals."""

    def __init__(self) -> None:
        self.people: dict[str, Record] = {}
        self.units: dict[str, Json] = {}
        self.posts: dict[str, Json] = {}
        self.offices: list[Json] = []
        self.issued: dict[str, tuple[str | None, str | None]] = {}  # decree: its number and date
        self.actions: Counter[str] = Counter()
        self.decrees = 0
        self.drafts = 0
        self._abolished: dict[str, str] = {}
        self._on_record: dict[tuple[str, int], Fact] = {}
        self._held: dict[str, dict[str, None]] = {}  # post: everybody with a fact on it

    def read(self, line: Json) -> None:
        """Take in one line of decrees.jsonl."""
        decree, moment = line["decree"], line["recorded_at"]
        self.decrees += 1
        self.issued[decree["id"]] = (decree["number"], decree["decided_on"])
        self.drafts += decree["mode"] == "draft"
        touched: dict[str, int] = {}
        for row in decree["rows"]:
            action = row["action"]
            self.actions[action] += 1
            if action == "appraise":
                self._appraised(row, decree["id"], moment)
            elif "of" in row:
                self._act(row, decree, touched)
            elif action in ("identify_persons", "separate_persons"):
                self._identify(row, moment, touched)
            elif "employee" in row:
                self._add(_fact(decree, row), touched, moment)
            else:
                self._organise(row, moment, touched)
        for person, axes in touched.items():
            self._read_again(person, axes, moment)

    def _appraised(self, row: Json, decree: str, moment: str) -> None:
        record = self.people[self._canonical(row["employee"])]
        said = (row.get("result"), row.get("behaviour"), row["predicate"], row.get("score"), row.get("scale"))
        value = (row["year"], *said, decree, row["row"])
        record.appraisals.append((value, moment))

    def _canonical(self, person: str) -> str:
        record = self.people.get(person)
        return record.canonical[0] if record is not None and record.canonical else person

    def _add(self, fact: Fact, touched: dict[str, int], moment: str) -> None:
        self._on_record[fact.decree, fact.row] = fact
        if fact.employee is None:
            return
        person = self._canonical(fact.employee)
        record = self.people.get(person)
        if record is None:
            record = self.people[person] = Record(moment)
        record.name = record.name or fact.body.get("name", "")
        record.nip = fact.body.get("nip") or record.nip
        record.facts.append(fact)
        self._touch(fact, person, touched)

    def _touch(self, fact: Fact, person: str, touched: dict[str, int]) -> None:
        action = fact.action
        axes = _TENURE * (action in TENURED) | _RANK * (action in RANKED) | _STATUS * (action in STATUSED)
        axes |= _MORE * (action in _FURTHER)
        touched[person] = touched.get(person, 0) | axes
        for key in ("to", "post"):
            post = fact.body.get(key)
            if isinstance(post, str) and post in self.posts:
                self._held.setdefault(post, {})[person] = None

    def _act(self, row: Json, decree: Json, touched: dict[str, int]) -> None:
        """A row about another row: it is changed in place, and whoever it concerned is read again."""
        fact = self._on_record.get((row["of"]["decree"], row["of"]["row"]))
        if fact is None:
            return  # the annulled decree was never recorded
        moved_from = fact.employee
        _apply(fact, row, decree)
        for person in (moved_from, fact.employee):
            if person is not None:
                self._touch(fact, self._canonical(person), touched)
        if moved_from != fact.employee:
            if moved_from is not None:
                self.people[self._canonical(moved_from)].facts.remove(fact)
            if fact.employee is not None:
                self.people[self._canonical(fact.employee)].facts.append(fact)

    def _identify(self, row: Json, moment: str, touched: dict[str, int]) -> None:
        canonical = row["canonical"]
        kept = self.people[canonical]
        for person in row["employees"]:
            if person == canonical:
                continue
            merged = self.people[person]
            kept.facts += merged.facts
            kept.appraisals += [(value, moment) for value, _ in merged.appraisals]
            kept.nip = merged.nip if merged.first > kept.first else kept.nip
            merged.facts, merged.canonical = [], (canonical, moment)
            touched[person] = _ALL
            for fact in kept.facts:
                self._touch(fact, canonical, touched)
        touched[canonical] = _ALL

    def _organise(self, row: Json, moment: str, touched: dict[str, int]) -> None:
        """Units, posts and offices come, change and go."""
        action, tmt = row["action"], row["tmt"]["on"]
        if action in ("take_office", "leave_office"):
            self._office(row, tmt, moment)
            return
        register, key = (self.posts, "post") if "post" in action else (self.units, "unit")
        if action.startswith("create"):
            named = {name: value for name, value in row.items() if name not in ("row", "action", "tmt")}
            register[row[key]] = named | {"began": tmt, "ended": None, "known_from": moment, "changes": []}
            return
        if action.startswith("abolish"):
            register[row[key]]["ended"] = tmt
            if key == "post":
                self._abolished[row["post"]] = tmt
                for person in self._held.get(row["post"], {}):
                    touched[person] = touched.get(person, 0) | _TENURE
        changed = {name: value for name, value in row.items() if name not in ("row", "tmt", key)}
        register[row[key]]["changes"].append(changed | {"on": tmt, "known_from": moment})

    def _office(self, row: Json, tmt: str, moment: str) -> None:
        if row["action"] == "take_office":
            kept = {name: row[name] for name in ("office", "official", "name", "title", "capacity")}
            self.offices.append(kept | {"began": tmt, "ended": None, "known_from": moment})
            return
        for term in self.offices:
            if term["office"] == row["office"] and term["official"] == row["official"]:
                term["ended"] = tmt

    def _read_again(self, person: str, axes: int, moment: str) -> None:
        record = self.people[person]
        if axes & _TENURE:
            record.tenures.update(tenures(record.facts, self._abolished), moment)
        if axes & _RANK:
            record.ranks.update(ranks(record.facts), moment)
        if axes & _STATUS:
            record.statuses.update(statuses(record.facts), moment)
        if axes & _MORE:
            record.contracts.update(contracts(record.facts), moment)
            record.duties.update(duties(record.facts), moment)
            record.interruptions.update(interruptions(record.facts), moment)
            record.notes.update(notes(record.facts), moment)


def _apply(fact: Fact, row: Json, decree: Json) -> None:
    """Change a fact as a row about it says."""
    match row["action"]:
        case "inaugurate":
            fact.tmt = row["tmt"]["on"]
        case "revoke" | "annul":
            fact.struck = fact.struck or row["effect"] == "ex_tunc"
            fact.ended = row["tmt"]["on"]
        case "correct" | "correct_record" | "resolve_row" as action:
            new = _fact(decree, row["replacement"])
            fact.action, fact.employee, fact.body, fact.tmt = new.action, new.employee, new.body, new.tmt
            if action != "resolve_row":
                fact.corrected = (decree["id"], row["row"])
        case "reassign_fact":
            fact.employee = row["employee"]
        case other:
            raise ValueError(f"not a row about another row: {other}")
    fact.place()


def _fact(decree: Json, row: Json) -> Fact:
    tmt = row["tmt"].get("on")
    employee = row["employee"]
    return Fact(decree["id"], row["row"], decree["decided_on"] or "", row["action"], employee, row, tmt)
