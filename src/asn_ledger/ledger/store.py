"""Histories as entries: what the recorder reads, opened by the vault."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from eventsourcing.dcb.persistence import DCBEventStore

from asn_ledger.domain.events import Entry, Event

from .mapper import LedgerMapper
from .recorder import LedgerRecorder
from .requests import Recorded

_PAGE = 2000


class EntryStore:
    """Reads entries from one ledger.

    Args:
        recorder: of the ledger.
        mapper: opens what is sealed.
    """

    def __init__(self, recorder: LedgerRecorder, mapper: LedgerMapper) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self.library = DCBEventStore[Event](mapper, recorder)
        """The same ledger as the event-sourcing library's store."""

    def open_entries(self, facts: Iterable[Recorded]) -> list[Entry]:
        """Open recorded facts, as those of a snapshot; keys are read ahead in one go."""
        return self._mapper.entries(list(facts))

    def read_tags(
        self, tags: Sequence[str], types: Sequence[str] | None = None, upto: int | None = None
    ) -> tuple[int, list[Entry]]:
        """Read, in one snapshot, the head and the entries that carry at least one of the tags, in order.

        Args:
            tags: of the histories wanted.
            types: only entries of these types; None for all.
            upto: only entries at this position or before it.
        """
        head, facts = self._recorder.read_tags(tags, types, upto)
        return head, self._mapper.entries(facts)

    def stream(self, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Read all entries of a range of positions in order, in flat memory; by default up to the head."""
        facts = self._recorder.stream(after, upto)
        while page := list(islice(facts, _PAGE)):
            yield from self._mapper.entries(page)

    def entry(self, position: int) -> Entry | None:
        """Read the entry at a position."""
        fact = self._recorder.entry(position)
        return None if fact is None else self._mapper.entries([fact])[0]

    def by_command(self, command_id: UUID) -> list[Entry]:
        """Read the entries that a command recorded, in order; none if it recorded nothing."""
        return self._mapper.entries(self._recorder.by_command(command_id))
