"""The two times of every question: the day it asks about (berlaku pada) and what was known then (diketahui pada)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.ledger import reads

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+ -]\d\d:\d\d)", re.ASCII
)  # RFC 3339; the plus of an offset arrives as a space where an address did not escape it
_POSITION = re.compile(r"@(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day, and a position of the ledger; None = everything the read models know now."""

    valid_on: date
    position: int | None = None


def parse_valid_on(text: str | None, today: date) -> date:
    """The day asked about: `2015` and `2015-03` mean their last day; nothing means today. It may lie ahead.

    Raises:
        InvalidValue: it is no such date.
    """
    return today if not text else _partial(text, "valid_on").last


def parse_known_at(text: str | None, now: datetime, zone: ZoneInfo) -> int | datetime | None:
    """What was known when: a position, the last moment that counts, or None for now.

    Args:
        text: `2016`, `2016-03`, `2016-03-31` (the end of it in the zone), RFC 3339, or `@48213`.
        now: the time of the request, with a zone.
        zone: the ledger's.

    Raises:
        InvalidValue: it is none of these, or begins later than now.
    """
    if not text or text in ("now", "sekarang"):
        return None
    match = _POSITION.fullmatch(text)
    if match is not None:
        return int(match[1])
    if _MOMENT.fullmatch(text) is not None:
        return _moment(text, now)
    named = _partial(text, "known_at")
    begins = datetime.combine(named.first, time.min, zone)
    if begins > now:
        raise InvalidValue(f"known_at {text} lies ahead: nothing is known yet from then", code="known-at-ahead")
    ends = datetime.combine(named.last + timedelta(days=1), time.min, zone)
    return None if ends > now else ends - timedelta(microseconds=1)


def as_of(
    connection: psycopg.Connection[tuple[object, ...]],
    ledger: str,
    *,
    valid_on: str | None,
    known_at: str | None,
    now: datetime,
    zone: ZoneInfo,
) -> AsOf:
    """Both times of a request; a moment becomes the last position recorded at it or before it.

    Raises:
        InvalidValue: one of them is malformed, or known_at lies ahead.
    """
    day = parse_valid_on(valid_on, now.astimezone(zone).date())
    match parse_known_at(known_at, now, zone):
        case None:
            return AsOf(day)
        case int(position):
            if position > reads.head(connection, ledger):
                raise InvalidValue(f"the ledger has not reached position {position} yet", code="known-at-ahead")
            return AsOf(day, position)
        case moment:
            return AsOf(day, reads.position_at(connection, ledger, moment))


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+").upper())
    except ValueError as error:
        raise InvalidValue(f"known_at {text!r} is no time as 2016-03-31T17:00:00+07:00", code="known-at") from error
    if moment > now:
        raise InvalidValue(f"known_at {text} lies ahead: nothing is known yet from then", code="known-at-ahead")
    return moment


def _partial(text: str, field: str) -> PartialDate:
    try:
        return PartialDate(text)
    except ValueError as error:
        expected = "YYYY, YYYY-MM or YYYY-MM-DD"
        if field == "known_at":
            expected += ", a time with offset, or @ and a position"
        raise InvalidValue(f"{field} {text!r} is none of {expected}", code=field.replace("_", "-")) from error
