"""Which histories must be read for a decree or a question, step by step until nothing further is reached.

A step says everything that is known to be needed so far: read what it adds to the step before, gather the facts, ask
again. What is guarded goes into the append's condition; what only a signer holds is read and left out of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, assert_never

from asn_ledger.domain.events import (
    EVENT_TYPES,
    Act,
    Axis,
    DecreeRecorded,
    DecreeStubbed,
    DocumentMatched,
    PersonsIdentified,
    PersonsSeparated,
)
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, OfficeId, PostId, UnitId

HOLDING = frozenset({Axis.SERVICE, Axis.PLACEMENT, Axis.ACTING})
_DUTIES = frozenset({Axis.SERVICE, Axis.DUTY})
PERSON = HOLDING | {
    Axis.RANK, Axis.IDENTITY, Axis.APPRAISAL, Axis.CONTRACT, Axis.SALARY, Axis.DUTY, Axis.EDUCATION, Axis.TRAINING,
    Axis.INTERRUPTION, Axis.POINTS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """A person's facts of some axes; with `posts` also the lives of the posts they ever held.

    Unguarded is what only warnings rest on: a training recorded meanwhile refuses no appointment.
    """

    employee: EmployeeId
    axes: frozenset[Axis]
    posts: bool = False
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class AboutPost:
    """A post's life; with `holders` also everybody who has a fact on it, with `units` its units.

    With `heads` also who heads, by an additional duty, a unit that it leads.
    """

    post: PostId
    holders: bool = False
    units: bool = False
    heads: bool = False
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class AboutUnit:
    """A unit's life; with `duties` also who has an additional duty there, and who holds the post that leads it.

    With `above` also the lives of all units that ever stood above it.
    """

    unit: UnitId
    duties: bool = False
    above: bool = False


@dataclass(frozen=True, slots=True)
class AboutHeads:
    """Who has an additional duty at a unit; unguarded, as only a warning rests on it."""

    unit: UnitId


@dataclass(frozen=True, slots=True)
class AboutOffice:
    """The holders of an office outside the civil service."""

    office: OfficeId
    guarded: bool = True


@dataclass(frozen=True, slots=True)
class AboutDecree:
    """Whether a decree is on record; with `rows` also what became of its rows."""

    decree: DecreeId
    rows: bool = False


@dataclass(frozen=True, slots=True)
class AboutDocuments:
    """A decree as recorded, and the scans that it has; not what became of its rows.

    `row`: one that must be there. A decree that came row by row says less rows than it has: then all are read.
    """

    decree: DecreeId
    row: int | None = None


@dataclass(frozen=True, slots=True)
class AboutRow:
    """A row on record: its decree, and everybody and everything that its facts concern; with `heads` as of a post."""

    decree: DecreeId
    row: int
    heads: bool = False


Want = AboutPerson | AboutPost | AboutUnit | AboutHeads | AboutOffice | AboutDecree | AboutDocuments | AboutRow


class Asks(Protocol):
    """A decree, or a question, that says what it wants to look at."""

    def wants(self) -> Iterable[Want]:
        """What it names itself; what follows from that is found step by step."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a reader, by what it is about."""

    about: tuple[Want, ...]

    def wants(self) -> Iterable[Want]:
        """What the question is about."""
        return self.about


def about_post(post: PostId) -> Question:
    """Who held a post, when, and what became of the post."""
    return Question((AboutPost(post, holders=True),))


def about_career(employee: EmployeeId) -> Question:
    """What happened to a person."""
    return Question((AboutPerson(employee, PERSON, posts=True),))


def about_unit(unit: UnitId) -> Question:
    """What a unit was."""
    return Question((AboutUnit(unit),))


def about_decree(decree: DecreeId) -> Question:
    """What a decree said, and what became of its rows."""
    return Question((AboutDecree(decree, rows=True),))


@dataclass(frozen=True, slots=True)
class Boundary:
    """Every fact that has one of the tags and is of one of the types."""

    tags: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """Types of facts by tag: what is read and guarded, and what is only read."""

    guarded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unguarded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.guarded or self.unguarded)

    def to_read(self) -> tuple[Boundary, ...]:
        """All of it, tags of the same types together."""
        return _bounded((tag, self.types_of(tag)) for tag in self.tags())

    def condition(self) -> tuple[Boundary, ...]:
        """What the append must find unchanged."""
        return _bounded(self.guarded.items())

    def beyond(self, read: "Reach") -> "Reach":
        """What of this has not been read yet: tags that are new, or wanted with further types."""
        known: dict[str, frozenset[str]] = {}
        for tag, types in (*read.guarded.items(), *read.unguarded.items()):
            known[tag] = known.get(tag, frozenset()) | types
        return Reach(_unread(self.guarded, known), _unread(self.unguarded, known))

    def types_of(self, tag: str) -> frozenset[str]:
        """The types read for a tag; empty where it is not reached."""
        return self.guarded.get(tag, frozenset()) | self.unguarded.get(tag, frozenset())

    def tags(self) -> frozenset[str]:
        """Every tag reached."""
        return frozenset((*self.guarded, *self.unguarded))


def _bounded(wanted: Iterable[tuple[str, frozenset[str]]]) -> tuple[Boundary, ...]:
    by_types: dict[frozenset[str], set[str]] = defaultdict(set)
    for tag, types in wanted:
        by_types[types].add(tag)
    return tuple(Boundary(frozenset(tags), types) for types, tags in by_types.items())


def _unread(wanted: Mapping[str, frozenset[str]], known: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {tag: types for tag, types in wanted.items() if not types <= known.get(tag, frozenset())}


@cache
def types_feeding(axes: frozenset[Axis]) -> frozenset[str]:
    """The stored types that feed any of these axes, and always acts upon facts and what says who is who."""
    always = (Act, PersonsIdentified, PersonsSeparated)
    return frozenset(topic for topic, event in EVENT_TYPES.items() if event.AXES & axes or issubclass(event, always))


@cache
def _every_type() -> frozenset[str]:
    return frozenset(EVENT_TYPES)


_ITSELF = frozenset({DecreeRecorded.TOPIC, DecreeStubbed.TOPIC})


def first_reach(asked: Asks) -> Reach:
    """What must be read before anything is known."""
    return next_reach(asked, Facts())


def next_reach(asked: Asks, facts: Facts) -> Reach:
    """All that must be read as far as the facts so far tell; the same as the step before at the end."""
    spread = _Spread(facts)
    for want in asked.wants():
        spread.take(want)
    return spread.reach()


class _Spread:
    """The reach as it spreads from what is wanted through what is known."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.guarded: dict[str, frozenset[str]] = {}
        self.unguarded: dict[str, frozenset[str]] = {}
        self.taken: set[Want] = set()

    def reach(self) -> Reach:
        return Reach(self.guarded, self.unguarded)

    def read(self, tag: str, types: frozenset[str], *, guarded: bool = True) -> None:
        into = self.guarded if guarded else self.unguarded
        into[tag] = into.get(tag, frozenset()) | types

    def take(self, want: Want) -> None:
        if want in self.taken:
            return
        self.taken.add(want)
        match want:
            case AboutPerson():
                self.person(want.employee, want.axes, posts=want.posts, guarded=want.guarded)
            case AboutPost():
                self.post(want)
            case AboutUnit():
                self.unit(want)
            case AboutHeads():
                self.at_duty(want.unit, guarded=False)
            case AboutOffice():
                self.read(want.office.tag, types_feeding(frozenset({Axis.OFFICE})), guarded=want.guarded)
            case AboutDecree():
                self.decree(want)
            case AboutDocuments():
                self.documents(want)
            case AboutRow():
                self.row(want)
            case _:
                assert_never(want)

    def person(self, employee: EmployeeId, axes: frozenset[Axis], *, posts: bool = False, guarded: bool = True) -> None:
        career = self.facts.careers.get(employee)
        keys = (employee.tag,) if career is None else career.keys
        for key in keys:
            self.read(key, types_feeding(axes), guarded=guarded)
        if posts and career is not None:
            for held in {tenure.post for tenure in career.placement.tenures}:
                self.take(AboutPost(held, guarded=guarded))

    def post(self, want: AboutPost) -> None:
        axes = frozenset({Axis.POST, Axis.PLACEMENT, Axis.ACTING}) if want.holders else frozenset({Axis.POST})
        self.read(want.post.tag, types_feeding(axes), guarded=want.guarded)
        if want.holders:
            for employee in self.facts.holders.get(want.post, ()):
                self.person(employee, HOLDING, guarded=want.guarded)
        life = self.facts.posts.get(want.post)
        if want.units and life is not None:
            for version in life.versions:
                self.take(AboutUnit(version.unit))
        if want.heads and life is not None:
            for version in life.versions:
                if version.leads_unit:
                    self.take(AboutHeads(version.unit))

    def at_duty(self, unit: UnitId, *, guarded: bool) -> None:
        self.read(unit.tag, types_feeding(frozenset({Axis.DUTY})), guarded=guarded)
        for employee in self.facts.holders.get(unit, ()):
            self.person(employee, _DUTIES, guarded=guarded)

    def unit(self, want: AboutUnit) -> None:
        self.read(want.unit.tag, types_feeding(frozenset({Axis.UNIT})))
        life = self.facts.units.get(want.unit)
        for version in life.versions if want.above and life is not None else ():
            if version.parent is not None:
                self.take(AboutUnit(version.parent, above=True))
        if want.duties:
            self.at_duty(want.unit, guarded=True)
            self.read(want.unit.tag, types_feeding(frozenset({Axis.POST})), guarded=False)
            leading = frozenset(self.facts.leading(want.unit))
            for post in self.facts.posts_of.get(want.unit, ()):
                self.take(AboutPost(post, holders=post in leading, guarded=False))

    def documents(self, want: AboutDocuments) -> None:
        self.read(want.decree.tag, _ITSELF | {DocumentMatched.TOPIC} | types_feeding(frozenset()))
        record = self.facts.decrees.get(want.decree)
        said = None if record is None else record.recorded
        if want.row is not None and said is not None and want.row > said.rows:
            self.read(want.decree.tag, _every_type())

    def decree(self, want: AboutDecree) -> None:
        self.read(want.decree.tag, _every_type() if want.rows else _ITSELF)
        record = self.facts.decrees.get(want.decree)
        if want.rows and record is not None:
            for row in record.rows:
                self.take(AboutRow(want.decree, row.row))

    def row(self, want: AboutRow) -> None:
        self.read(want.decree.tag, _every_type())
        record = self.facts.decrees.get(want.decree)
        row = None if record is None else record.row(want.row)
        if row is None:
            return
        said = [] if row.standing is None else row.standing.event.tags()
        for tag in {*said, *(tag for entry in row.carriers for tag in entry.tags)}:
            kind, _, key = tag.partition(":")
            match kind:
                case "employee":
                    self.person(EmployeeId(key), PERSON, posts=True)
                case "post":
                    self.take(AboutPost(PostId(key), holders=True, heads=want.heads))
                case "unit":
                    self.take(AboutUnit(UnitId(key), duties=True))
                case "office":
                    self.take(AboutOffice(OfficeId(key)))
                case _:
                    pass  # other decrees: their rows are not judged here
