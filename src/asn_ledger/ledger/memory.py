"""What the writer remembers of the ledger's end, so that most appends need not ask the database anything first."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from eventsourcing.dcb.api import DCBAppendCondition, DCBQueryItem

from asn_ledger.proof.merkle import Frontier

from .envelope import selective_first
from .requests import BoundaryMoved

SEGMENT_EVENTS = 8192
SEGMENT_ENDS = 65536

NO_END = (0, 0)
"""Running number and position before a subject's first fact."""


@dataclass(slots=True)
class _Segment:
    """The types and tags of consecutive facts, `start` being the position before the first."""

    start: int
    events: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    by_tag: dict[str, list[int]] = field(default_factory=dict)

    def add(self, kind: str, tags: Sequence[str]) -> None:
        self.events.append((kind, tags))
        position = self.start + len(self.events)
        for tag in tags:
            self.by_tag.setdefault(tag, []).append(position)

    def first_match(self, item: DCBQueryItem, after: int) -> BoundaryMoved | None:
        """Find the first fact after a position that matches an item."""
        if not item.tags:
            tag = None
            positions: Sequence[int] = range(self.start + 1, self.start + len(self.events) + 1)
        else:
            tag = selective_first(item.tags)[0]
            positions = self.by_tag.get(tag, ())
        for position in positions[bisect_right(positions, after) :]:
            kind, tags = self.events[position - self.start - 1]
            if (not item.types or kind in item.types) and all(wanted in tags for wanted in item.tags):
                return BoundaryMoved(position, kind, tag)
        return None


class Memory:
    """The head, the last few thousand facts' tags and types, and where recent subjects' chains end.

    It is right as long as nobody else appends; an append says so, and the writer then makes a new one. Both the facts
    and the ends are kept in two generations, of which the older is dropped when the younger is full.
    """

    def __init__(self, frontier: Frontier, recorded_at: datetime | None) -> None:
        self.frontier = frontier
        self.recorded_at = recorded_at
        self._young = _Segment(frontier.size)
        self._old = _Segment(frontier.size)
        self._young_ends: dict[str, tuple[int, int]] = {}
        self._old_ends: dict[str, tuple[int, int]] = {}
        self.size = frontier.size

    def end(self, subject: str) -> tuple[int, int] | None:
        """Give running number and position of a subject's last fact; None if it is not remembered."""
        return self._young_ends.get(subject) or self._old_ends.get(subject)

    def make_room(self) -> None:
        """Forget the oldest where there is too much; between batches, as a batch needs all ends it asked for."""
        if len(self._young.events) >= SEGMENT_EVENTS:
            self._old, self._young = self._young, _Segment(self.size)
        if len(self._young_ends) >= SEGMENT_ENDS:
            self._old_ends, self._young_ends = self._young_ends, {}

    def learn_end(self, subject: str, end: tuple[int, int]) -> None:
        """Remember where a subject's chain ends."""
        self._young_ends[subject] = end

    def accept(self, kind: str, tags: Sequence[str], subjects: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Give the next position to a fact.

        Returns:
            For each of its subjects, which must be remembered, the end of the chain before it.
        """
        self._young.add(kind, tags)
        self.size += 1
        before = {}
        for subject in subjects:
            end = self.end(subject)
            assert end is not None  # noqa: S101 -- the writer reads all ends of a batch before it accepts any
            before[subject] = end
            self.learn_end(subject, (end[0] + 1, self.size))
        return before

    def covers(self, condition: DCBAppendCondition) -> bool:
        """Whether this memory alone can tell if a condition holds."""
        after = condition.after or 0
        if after > self.size:
            return False
        if after >= self._old.start:
            return True
        items = condition.fail_if_events_match.items
        return bool(items) and all(any(self._ended_before(tag, after) for tag in item.tags) for item in items)

    def first_match(self, condition: DCBAppendCondition) -> BoundaryMoved | None:
        """Find, among the facts that are remembered, the first one that a condition forbids."""
        after = condition.after or 0
        if after >= self.size:
            return None
        found = [
            match
            for segment in (self._old, self._young)
            for item in condition.fail_if_events_match.items or [DCBQueryItem()]
            if (match := segment.first_match(item, after)) is not None
        ]
        return min(found, key=lambda match: match.position, default=None)

    def _ended_before(self, tag: str, after: int) -> bool:
        end = self.end(tag)
        return end is not None and end[1] <= after
