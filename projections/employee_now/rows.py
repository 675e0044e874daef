"""The rows of employee_now: the states of people are the domain's own, and stay as they were known."""

from dataclasses import dataclass

from asn_ledger.domain.state import State


@dataclass(frozen=True, slots=True)
class KnownState(State):
    """A state as it was known from position `known_from` until, without, position `known_until` (None = still)."""

    known_from: int
    known_until: int | None
