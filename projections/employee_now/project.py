"""A person's states as rows, one for each stretch of days in which nothing changes."""

from collections.abc import Iterator

from asn_ledger.domain.career import Career
from asn_ledger.domain.state import State, states


def project(career: Career) -> Iterator[State]:
    """Every state of a person."""
    yield from states(career)
