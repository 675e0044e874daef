"""How much is measured, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """One run's size.

    Args:
        events: laid into every store before it is measured, and about as many into the ledger of the made-up city.
        rounds: how often each side of a comparison has its turn.
        seconds: of one turn.
        callers: threads of the client, one turn for each.
        decree_people: rows of the one large decree.
        requests: of one turn over HTTP.
        years: of the made-up city.
    """

    events: int = 200_000
    rounds: int = 3
    seconds: float = 2.0
    callers: tuple[int, ...] = (1, 16, 64)
    decree_people: int = 300
    requests: int = 300
    years: int = 30

    @property
    def people(self) -> int:
        """Subjects of kind employee in a store, so that each has 100 events."""
        return max(20, self.events // 100)

    @property
    def posts(self) -> int:
        """Subjects of kind post in a store, so that each has 40 events."""
        return max(50, self.events // 40)

    @property
    def citizens(self) -> int:
        """Whom the made-up city employs at the end, for about as many events; in thirty years each makes 57."""
        return max(150, self.events // 57)


QUICK = Scale(events=2_000, rounds=1, seconds=0.1, callers=(1, 4), decree_people=20, requests=10, years=1)
"""Seconds in all: whether everything runs, and nothing about how fast."""
