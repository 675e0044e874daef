"""The city as it truly is on a day: who serves, who holds which post, and what is due to happen."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush
from random import Random

from asn_ledger.simulation.dates import plus_days
from asn_ledger.simulation.desk import Desk
from asn_ledger.simulation.heads import Heads
from asn_ledger.simulation.lives import Json, Person, Post, Unit
from asn_ledger.simulation.numbers import Ids, Numbers

_ENTRY_LEVELS = (None, "ahli_pertama", "terampil")  # of clerks, and where functional posts are entered
_PERTEK_SINCE = date(2022, 9, 14)  # Perpres 116/2022 art. 25


@dataclass(slots=True)
class Agenda:
    """Things due, by day; on one day first what came first."""

    _due: list[tuple[int, int, Callable[[date], None]]] = field(default_factory=list)
    _count: int = 0

    def at(self, day: date, act: Callable[[date], None]) -> None:
        """Let `act` happen on `day`."""
        self._count += 1
        heappush(self._due, (day.toordinal(), self._count, act))

    def run(self, until: date) -> Iterator[date]:
        """Let everything due before `until` happen, in order; yields the day after each act."""
        limit = until.toordinal()
        while self._due and self._due[0][0] < limit:
            ordinal, _, act = heappop(self._due)
            day = date.fromordinal(ordinal)
            act(day)
            yield day


@dataclass(slots=True)
class World:
    """The whole made-up city. `size` is the number of serving people it is made for."""

    size: int
    begins: date
    until: date
    chance: Random
    ids: Ids
    numbers: Numbers
    heads: Heads
    desk: Desk
    findings: bool
    agenda: Agenda = field(default_factory=Agenda)
    units: list[Unit] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    serving: list[Person] = field(default_factory=list)
    gone: list[tuple[Person, date]] = field(default_factory=list)  # who left for another agency, and when
    exited: list[tuple[Person, date]] = field(default_factory=list)  # the last to go, for facts after exit
    led: dict[Unit, Person] = field(default_factory=dict)  # who leads a school or health centre as a duty
    diplomas: list[tuple[Person, str, date, str]] = field(default_factory=list)  # to be shown: level, day, permit
    unlawful: list[Json] = field(default_factory=list)  # deliberate: what an audit should find
    beside: list[Json] = field(default_factory=list)  # old holdings revived beside a successor
    vacated: Callable[[Post, date], None] = field(default=lambda _post, _day: None)
    filled: Callable[[Post, date], None] = field(default=lambda _post, _day: None)
    _leading: list[Post] = field(default_factory=list)
    _pools: dict[str | None, list[Post]] = field(default_factory=dict)

    @property
    def city(self) -> Unit:
        """The root of the organisation."""
        return self.units[0]

    def join(self, person: Person) -> None:
        """Somebody begins to serve."""
        person.place = len(self.serving)
        self.serving.append(person)

    def leave(self, person: Person, day: date) -> None:
        """Somebody serves no longer from `day` on: their posts fall vacant, definitive and acting."""
        acted = person.acts
        last = self.serving.pop()
        if last is not person:
            self.serving[person.place] = last
            last.place = person.place
        person.serving = False
        if acted is not None:
            acted.acting = None
            person.acts = None
            self._tell_vacant(acted, day)
        self.give_up(person, day)

    def give_up(self, person: Person, day: date) -> None:
        """Somebody's definitive post falls vacant on `day`."""
        post = person.post
        if post is None:
            return
        post.holders.remove(person)
        person.post = None
        person.held_by = None
        if post.seats <= len(post.holders) + 1:
            post.full_on = max(post.full_on, day)
        self._tell_vacant(post, day)

    def hold(self, person: Person, post: Post, day: date, by: tuple[str, int] | None) -> None:
        """Somebody takes a post on `day` by a decree's row (None: not to be struck), and leaves the one they held."""
        self.hold_all([(person, post, by)], day)

    def hold_all(self, moves: list[tuple[Person, Post, tuple[str, int] | None]], day: date) -> None:
        """Everybody takes their new post on one day, all at once: the order of the moves does not matter."""
        left = []
        for person, _, _ in moves:
            post = person.post
            person.before = (post, person.since, person.held_by) if post is not None else None
            if post is not None:
                post.holders.remove(person)
                left.append(post)
        for person, post, by in moves:
            post.holders.append(person)
            person.post = post
            person.unit = post.unit
            person.since = day
            person.held_by = by
            if post.free <= 0:
                post.full_on = day
            if post.structural:
                self.filled(post, day)
        for post in left:
            self._tell_vacant(post, day)

    def go_back(self, person: Person, day: date) -> None:
        """What gave somebody their post is struck on `day`: they hold the one before as if they had never left it."""
        if person.before is None:
            return
        post, since, by = person.before
        self.give_up(person, day)
        post.holders.append(person)
        person.post, person.unit, person.since, person.held_by, person.before = post, post.unit, since, by, None
        if post.structural:
            self.filled(post, day)

    def _tell_vacant(self, post: Post, day: date) -> None:
        if post.structural and not post.ended and not post.holders:
            self.vacated(post, day)

    def some(self, count: int) -> list[Person]:
        """That many different serving people by chance (fewer if there are fewer)."""
        return self.chance.sample(self.serving, min(count, len(self.serving)))

    def tries(self, count: int) -> Iterator[Person]:
        """Serving people by chance, that many tries, the same one perhaps twice."""
        for _ in range(count):
            yield self.serving[int(self.chance.random() * len(self.serving))]

    def expected(self, mean: float) -> int:
        """A whole number by chance around a mean (binomial over the fraction, spread by a third)."""
        spread = mean * (0.7 + 0.6 * self.chance.random())
        whole = int(spread)
        return whole + (self.chance.random() < spread - whole)

    def scaled(self, per_five_thousand: float) -> int:
        """A number by chance, in proportion to the city's size."""
        return self.expected(per_five_thousand * self.size / 5000)

    def sekda(self, day: date) -> Post | str:
        """Who signs for the city's own matters on a day: the Sekda's post if held since before, else the mayor."""
        post = next((p for p in self.posts if p.level == "II.a" and not p.ended), None)
        if post and post.holders and post.holders[0].since <= day:
            return post
        return "wali-kota"

    def grounds(self, decided: date, rows: int, kinds: Iterable[str]) -> tuple[Json, ...]:
        """The considerations that a decree about posts rests on, with what that day asks for besides."""
        wanted = list(kinds)
        if self.heads.letter_needed(decided):
            wanted.append("persetujuan_mendagri")
        if decided >= _PERTEK_SINCE:
            wanted.append("pertek_bkn")
        return tuple(self.desk.consideration(kind, self.later(decided, -30, -4), rows) for kind in wanted)

    def roomy(self, schooling: str | None = None, tries: int = 6) -> Post | None:
        """A clerk's or functional post to enter, with a free seat: the emptiest of a few, of one schooling if named."""
        pool = self.pelaksana(schooling)
        if not pool:
            return None
        drawn = [pool[int(self.chance.random() * len(pool))] for _ in range(tries)]
        best = max(drawn, key=lambda post: post.free / post.seats)
        if best.free > 0:
            return best
        return next((post for post in pool if post.free > 0), None)

    def roomy_for(self, rank: int, schooling: str | None = None, tries: int = 4) -> Post | None:
        """Such a post at a level that a rank fits, after a few tries."""
        for _ in range(tries):
            post = self.roomy(schooling)
            fitting = None if post is None else post.fitting(rank)
            if fitting is not None and fitting.free > 0:
                return fitting
        return None

    def pelaksana(self, schooling: str | None = None) -> list[Post]:
        """The clerks' posts and functional posts to enter that exist, of one schooling if named."""
        if not self._pools:
            for post in self.posts:
                if not post.structural and not post.ended and post.level in _ENTRY_LEVELS:
                    self._pools.setdefault(None, []).append(post)
                    self._pools.setdefault(post.schooling, []).append(post)
        return self._pools.get(schooling, [])

    def leading(self) -> list[Post]:
        """The posts that lead a unit."""
        if not self._leading:
            self._leading = [post for post in self.posts if post.leads]
        return self._leading

    def reshaped(self) -> None:
        """Posts were created or abolished: leave what has ended out of the lists that chance draws from."""
        self.posts = [post for post in self.posts if not post.ended]
        self.units = [unit for unit in self.units if not unit.ended]
        self._pools.clear()
        self._leading.clear()

    def later(self, day: date, first: int, last: int) -> date:
        """A day by chance between so many days after `day`."""
        return plus_days(day, first + int(self.chance.random() * (last - first + 1)))
