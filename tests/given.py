"""Facts for tests: short ways to say that something happened, as entries of a ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from asn_ledger.domain.events import Entry, Event
from asn_ledger.domain.events.base import Citation
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId


def _uuid(*parts: object) -> UUID:
    return uuid5(NAMESPACE_OID, "/".join(str(part) for part in parts))


def employee(n: int = 1) -> EmployeeId:
    return EmployeeId.of(_uuid("employee", n))


def post(n: int = 1) -> PostId:
    return PostId.of(_uuid("post", n))


def unit(n: int = 1) -> UnitId:
    return UnitId.of(_uuid("unit", n))


def decree(n: int = 1) -> DecreeId:
    return DecreeId.of(_uuid("decree", n))


def cited(decided_on: str = "2020-01-01") -> Citation:
    return Citation(
        number="821.2/1", decided_on=PartialDate(decided_on), issuer="Wali Kota Salatiga", capacity="sendiri"
    )


def event_id(position: int) -> UUID:
    return _uuid("event", position)


def entry(event: Event, position: int) -> Entry:
    """The event as recorded at a position, one minute after the one before."""
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=position)
    return Entry(event.tags(), event, position, event_id(position), at, None)


def entries(*events: Event, after: int = 0) -> Sequence[Entry]:
    return [entry(event, position) for position, event in enumerate(events, start=after + 1)]
