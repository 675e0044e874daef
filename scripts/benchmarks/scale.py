"""How much is measured, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """One run's size.

    Args:
        events: laid into every store before it is measured.
        people: subjects of kind employee in every store.
        posts: subjects of kind post in every store.
        city: facts of the made-up city, about.
        rounds: how often each side of a comparison has its turn.
        seconds: of one turn.
        callers: threads of the client, one turn for each.
        decree_people: rows of the one large decree.
        requests: of one turn over HTTP.
        years: of the made-up city.
    """

    events: int = 200_000
    people: int = 5_000
    posts: int = 3_000
    city: int = 1_000_000
    rounds: int = 3
    seconds: float = 2.0
    callers: tuple[int, ...] = (1, 16, 64)
    decree_people: int = 300
    requests: int = 300
    years: int = 30

    @property
    def known_people(self) -> int:
        """Those of the people who have 100 events each: whose history is read before something is decided."""
        return max(1, min(self.people // 2, self.events // 400))

    @property
    def known_posts(self) -> int:
        """Those of the posts that have 40 events each."""
        return max(1, min(self.posts // 2, self.events // 160))

    @property
    def citizens(self) -> int:
        """Whom the made-up city employs at the end, for about so many facts; in thirty years each makes 60."""
        return max(150, self.city // 60)


QUICK = Scale(
    events=2_000,
    people=50,
    posts=30,
    city=2_000,
    rounds=1,
    seconds=0.1,
    callers=(1, 4),
    decree_people=20,
    requests=10,
    years=1,
)
"""Seconds in all: whether everything runs, and nothing about how fast."""
