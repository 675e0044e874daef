"""What lives in the made-up city: people, posts and units, as they truly are (not as they are on record)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]  # Any: a line is JSON as it will be written; tests/simulation hold its shape

RANKS = [f"{roman}/{letter}" for roman, letters in
         (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde")) for letter in letters]  # fmt: skip

# Education: (rank at entry, ceiling of the regular raise), PP 99/2000 with PP 12/2002.
EDUCATION = {
    "SD": ("I/a", "II/a"),
    "SLTP": ("I/c", "II/c"),
    "SLTA": ("II/a", "III/b"),
    "D-II": ("II/b", "III/b"),
    "D-III": ("II/c", "III/c"),
    "S1": ("III/a", "III/d"),
    "S2": ("III/b", "IV/a"),
}
SCALE = {education: (RANKS.index(start), RANKS.index(top)) for education, (start, top) in EDUCATION.items()}
CONTRACT_GRADE = {"SD": "I", "SLTP": "IV", "SLTA": "V", "D-II": "VI", "D-III": "VII", "S1": "IX", "S2": "X"}

# Lowest and highest rank of a level (PP 100/2000 with PP 13/2002; of functional posts PermenPANRB 1/2023).
LEVEL_RANKS = {
    level: (RANKS.index(low), RANKS.index(high))
    for level, low, high in (
        ("II.a", "IV/c", "IV/d"),
        ("II.b", "IV/b", "IV/c"),
        ("III.a", "IV/a", "IV/b"),
        ("III.b", "III/d", "IV/a"),
        ("IV.a", "III/c", "III/d"),
        ("IV.b", "III/b", "III/c"),
        ("terampil", "II/b", "II/d"),
        ("mahir", "III/a", "III/b"),
        ("ahli_pertama", "III/a", "III/b"),
        ("ahli_muda", "III/c", "III/d"),
    )
}
STRUCTURAL = ("jpt_pratama", "administrator", "pengawas")


@dataclass(slots=True, eq=False)
class Unit:
    """A node of the city's organisation; `is_agency` marks an OPD."""

    id: str
    name: str
    kind: str
    parent: "Unit | None"
    is_agency: bool
    children: "list[Unit]" = field(default_factory=list)
    posts: "list[Post]" = field(default_factory=list)
    ended: bool = False

    @property
    def agency(self) -> "Unit":
        """The OPD it belongs to: itself for an OPD and for the city as a whole."""
        return self if self.is_agency or self.parent is None else self.parent.agency

    def tree(self) -> "list[Unit]":
        """This unit and everything below it, parents first."""
        found = [self]
        for child in self.children:
            found += child.tree()
        return found


@dataclass(slots=True, eq=False)
class Post:
    """A post: one seat with a level, or one of a clerk or functional with many. `schooling` is what it asks for.

    Of a functional post `function` names it, and `higher` is the post of the next level beside it.
    """

    id: str
    unit: Unit
    title: str
    kind: str
    level: str | None
    grade: int
    seats: int
    leads: bool
    schooling: str
    function: str | None = None
    higher: "Post | None" = None
    holders: "list[Person]" = field(default_factory=list)
    acting: "Acting | None" = None
    last_acting: "Person | None" = None  # who has had two terms: somebody else's turn
    away_until: date = date.min  # last day somebody has its daily duties (Plh)
    promised: int = 0  # seats promised by rows that wait for an inauguration
    ended: bool = False
    full_on: date = date.min  # last day on which no seat was free
    floor: int = 0  # nothing about it is recorded before this moment
    latest: int = 0  # the latest moment at which something about it is recorded

    @property
    def structural(self) -> bool:
        """Whether it is a managerial post, with one seat."""
        return self.kind in STRUCTURAL

    def fitting(self, rank: int) -> "Post | None":
        """Itself or the post of the next level, whichever somebody of a rank may hold; a clerk's post fits all."""
        if self.level is None:
            return self
        low, high = LEVEL_RANKS[self.level]
        if low <= rank <= high:
            return self
        return None if self.higher is None else self.higher.fitting(rank)

    @property
    def free(self) -> int:
        """Seats nobody holds or is promised."""
        return self.seats - len(self.holders) - self.promised


@dataclass(slots=True, eq=False)
class Acting:
    """Somebody acting in a post; `until` is the last day, `recorded` the moment the order was recorded."""

    person: "Person"
    kind: str
    began: date
    until: date
    extended: bool = False
    recorded: int = 0


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who serves or has served."""

    id: str
    name: str
    sex: str
    born: date
    education: str
    status: str
    rank_scale: str  # pns | pppk
    rank: int  # index into RANKS; for pppk unused
    rank_since: date
    entered: date
    nip: str = ""
    retires: date = date.max  # first day out of service at 58
    unit: Unit | None = None
    post: Post | None = None
    since: date = date.min  # of the post
    held_by: "tuple[str, int] | None" = None  # decree and row that gave the post
    before: "tuple[Post, date, tuple[str, int] | None] | None" = None
    raised_by: tuple[str, int] | None = None  # decree and row that gave the rank
    rank_before: date = date.min  # since when the rank before was held
    studied: bool = False  # has a higher diploma than the one recorded at entry
    predicates: tuple[bool, bool] = (True, True)  # the last two appraisals were good
    points: dict[str, int] = field(default_factory=dict)  # credit points by level, in thousandths
    pns_since: date = date.max
    contract_until: date | None = None
    credit: int = 0  # months of earlier service that were recognised
    stepped: date = date.min  # of the last salary step on record
    trained_for: str = ""  # the kind of post whose leadership training was done last
    away: bool = False  # on leave, studying or suspended
    duty_at: "Unit | None" = None  # what the person leads beside the own post
    duty_until: date = date.min
    duty_term: int = 0
    acts: Post | None = None
    daily_until: date = date.min  # last day of daily duties for somebody away (Plh)
    reserved: bool = False
    serving: bool = True
    place: int = -1  # index in the list of those who serve
    floor: int = 0
    latest: int = 0

    @property
    def rank_text(self) -> str:
        """Rank as written."""
        return CONTRACT_GRADE[self.education] if self.rank_scale == "pppk" else RANKS[self.rank]
