"""Who decided what and what became of it: decrees found by number, listed by what matters, and one with its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from asn_ledger.domain.decrees import NOTE_TYPES, DecreeRecord, Notes, fold_decree, verified_since
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import PostInaugurated
from asn_ledger.domain.terms.codes import DecreeKind, DecreeMode, Verification
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.ledger import reads
from asn_ledger.ledger.mapper import read_record
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.histories import histories
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.reading import one_snapshot, select_page
from asn_ledger.readmodels.replay import known_rows
from asn_ledger.readmodels.tables import select
from asn_ledger.readmodels.words import HIGHEST
from projections.accountability import ACCOUNTABILITY
from projections.accountability.project import normalise
from projections.accountability.rows import DecreeRow, ObjectionRow

__all__ = [
    "DecreeRow", "Numbered", "ObjectionRow", "Wanted", "decree_record", "decrees", "find_decrees", "inaugurations",
    "late_by", "list_decrees", "normalise", "objections", "objections_of", "of_numbers", "recorded_before",
    "verifications",
]  # fmt: skip

LATE_DAYS = 14
"""Days from a decree's date to its record after which it counts as late."""

_THESE = """
SELECT
    d.decree, d.number, d.normalised, d.tail, d.kind, d.mode, d.decided_on, d.decided, d.issuer, d.signed_as, d.rows,
    d.stub, d.position, d.signer_post, d.signer_office, d.recorded_at, d.recorder, d.confirmer, d.tmt_first, d.tmt_last,
    d.open_rows, d.struck_rows, d.strikes, d.not_met, d.cannot_tell, d.overridden, d.disputed
FROM accountability_v4.decree d
JOIN readmodels.follower f
    ON f.ledger = d.ledger AND f.name = 'accountability' AND f.version = 4 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s AND d.decree = ANY (%(decrees)s::uuid[])
"""
_FOUND = """
WITH live AS (
    SELECT f.live_build AS build FROM readmodels.follower f
    WHERE f.ledger = %(ledger)s AND f.name = 'accountability' AND f.version = 4
), candidate AS (
    SELECT d.decree FROM live
    JOIN accountability_v4.decree d ON d.ledger = %(ledger)s AND d.build = live.build
    WHERE (d.normalised >= %(first)s AND d.normalised < %(after)s) OR (d.tail >= %(first)s AND d.tail < %(after)s)
    UNION
    SELECT w.decree FROM live
    JOIN accountability_v4.former w ON w.ledger = %(ledger)s AND w.build = live.build
    WHERE (w.normalised >= %(first)s AND w.normalised < %(after)s) OR (w.tail >= %(first)s AND w.tail < %(after)s)
), known AS (
    SELECT
        d.decree,
        CASE WHEN w.decree IS NULL THEN d.number ELSE w.number END AS number,
        CASE WHEN w.decree IS NULL THEN d.normalised ELSE w.normalised END AS normalised,
        CASE WHEN w.decree IS NULL THEN d.tail ELSE w.tail END AS tail,
        d.kind, d.mode,
        CASE WHEN w.decree IS NULL THEN d.decided_on ELSE w.decided_on END AS decided_on,
        CASE WHEN w.decree IS NULL THEN d.decided ELSE w.decided END AS decided,
        coalesce(w.issuer, d.issuer) AS issuer, coalesce(w.signed_as, d.signed_as) AS signed_as, d.rows, d.stub,
        d.position,
        CASE WHEN w.decree IS NULL THEN d.signer_post ELSE w.signer_post END AS signer_post,
        CASE WHEN w.decree IS NULL THEN d.signer_office ELSE w.signer_office END AS signer_office,
        d.recorded_at, d.recorder, d.confirmer, d.tmt_first, d.tmt_last, d.open_rows, d.struck_rows, d.strikes,
        d.not_met, d.cannot_tell, d.overridden, d.disputed
    FROM live
    JOIN candidate c ON true
    JOIN accountability_v4.decree d ON d.ledger = %(ledger)s AND d.build = live.build AND d.decree = c.decree
    LEFT JOIN LATERAL (
        SELECT
            w.decree, w.number, w.normalised, w.tail, w.decided_on, w.decided, w.issuer, w.signed_as, w.signer_post,
            w.signer_office
        FROM accountability_v4.former w
        WHERE w.ledger = %(ledger)s AND w.build = live.build AND w.decree = d.decree
            AND w.position <= %(position)s::bigint AND w.until > %(position)s::bigint
        ORDER BY w.position DESC LIMIT 1
    ) w ON true
    WHERE %(position)s::bigint IS NULL OR EXISTS (
        SELECT FROM ledger.event_tag t
        WHERE t.ledger = %(ledger)s AND t.tag = 'decree:' || d.decree AND t.position <= %(position)s
    )
)
SELECT
    k.decree, k.number, k.normalised, k.tail, k.kind, k.mode, k.decided_on, k.decided, k.issuer, k.signed_as, k.rows,
    k.stub, k.position, k.signer_post, k.signer_office, k.recorded_at, k.recorder, k.confirmer, k.tmt_first, k.tmt_last,
    k.open_rows, k.struck_rows, k.strikes, k.not_met, k.cannot_tell, k.overridden, k.disputed, count(*) OVER () AS total
FROM known k
WHERE %(position)s::bigint IS NULL
    OR (k.normalised >= %(first)s AND k.normalised < %(after)s) OR (k.tail >= %(first)s AND k.tail < %(after)s)
ORDER BY k.decided DESC NULLS LAST, k.normalised, k.decree LIMIT %(limit)s OFFSET %(offset)s
"""

_SAME_NUMBER = """
SELECT
    d.decree, d.number, d.normalised, d.tail, d.kind, d.mode, d.decided_on, d.decided, d.issuer, d.signed_as, d.rows,
    d.stub, d.position, d.signer_post, d.signer_office, d.recorded_at, d.recorder, d.confirmer, d.tmt_first, d.tmt_last,
    d.open_rows, d.struck_rows, d.strikes, d.not_met, d.cannot_tell, d.overridden, d.disputed
FROM accountability_v4.decree d
JOIN readmodels.follower f
    ON f.ledger = d.ledger AND f.name = 'accountability' AND f.version = 4 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s AND d.normalised = %(normalised)s AND d.decided = %(decided)s AND d.position < %(before)s
ORDER BY d.position
"""

_OF_NUMBERS = """
SELECT d.decree, d.normalised, d.decided, d.issuer, d.recorder
FROM accountability_v4.decree d
JOIN readmodels.follower f
    ON f.ledger = d.ledger AND f.name = 'accountability' AND f.version = 4 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s AND d.normalised = ANY (%(numbers)s::text[]) AND d.decided = ANY (%(days)s::date[])
    AND NOT d.stub AND d.struck_rows < d.rows
ORDER BY d.position
"""


_LISTED = """
SELECT
    d.decree, d.number, d.normalised, d.tail, d.kind, d.mode, d.decided_on, d.decided, d.issuer, d.signed_as, d.rows,
    d.stub, d.position, d.signer_post, d.signer_office, d.recorded_at, d.recorder, d.confirmer, d.tmt_first, d.tmt_last,
    d.open_rows, d.struck_rows, d.strikes, d.not_met, d.cannot_tell, d.overridden, d.disputed, count(*) OVER () AS total
FROM accountability_v4.decree d
JOIN readmodels.follower f
    ON f.ledger = d.ledger AND f.name = 'accountability' AND f.version = 4 AND f.live_build = d.build
WHERE d.ledger = %(ledger)s
    AND (%(first)s::date IS NULL OR (d.decided >= %(first)s::date AND d.decided < %(after)s::date))
    AND (%(kind)s::text IS NULL OR d.kind = %(kind)s::text)
    AND (%(mode)s::text IS NULL OR d.mode = %(mode)s::text)
    AND (%(signer)s::text IS NULL OR strpos(lower(d.issuer), lower(%(signer)s::text)) > 0)
    AND (NOT %(late)s::boolean
        OR (d.recorded_at AT TIME ZONE %(zone)s::text)::date - d.decided > %(late_after)s::integer)
    AND (NOT %(findings)s::boolean OR d.not_met > 0)
    AND (NOT %(open)s::boolean OR d.open_rows > 0)
    AND (NOT %(overridden)s::boolean OR d.overridden > 0)
    AND (NOT %(disputed)s::boolean OR d.disputed > 0)
    AND (%(since)s::timestamptz IS NULL OR d.recorded_at >= %(since)s::timestamptz)
    AND NOT d.decree = ANY (%(without)s::uuid[])
ORDER BY d.decided DESC NULLS LAST, d.position DESC LIMIT %(limit)s OFFSET %(offset)s
"""
_OBJECTIONS = """
SELECT o.decree, o.position, o.rule, o."row", o.version, o.result, o.override
FROM accountability_v4.objection o
JOIN readmodels.follower f
    ON f.ledger = o.ledger AND f.name = 'accountability' AND f.version = 4 AND f.live_build = o.build
WHERE o.ledger = %(ledger)s AND o.decree = %(decree)s
ORDER BY o.position, o.rule
"""


_OBJECTIONS_OF = """
SELECT o.decree, o.position, o.rule, o."row", o.result, o.override
FROM accountability_v4.objection o
JOIN readmodels.follower f
    ON f.ledger = o.ledger AND f.name = 'accountability' AND f.version = 4 AND f.live_build = o.build
WHERE o.ledger = %(ledger)s AND o.decree = ANY (%(decrees)s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decrees are listed; None and False leave all in.

    `year` is that of the decree's date, `signer` a part of the signer's title as printed; `late`: recorded more than
    LATE_DAYS after the decree's date; `findings`: a rule was not met; `open`: a row waits for its person or post;
    `overridden`: a named authority let a row pass a rule; `disputed`: a scan says something else; `since`: recorded
    then or later; `without` are left out.
    """

    year: int | None = None
    kind: DecreeKind | None = None
    mode: DecreeMode | None = None
    signer: str | None = None
    late: bool = False
    findings: bool = False
    open: bool = False
    overridden: bool = False
    disputed: bool = False
    since: datetime | None = None
    without: frozenset[DecreeId] = frozenset()

    def lets_in(self, row: DecreeRow, zone: ZoneInfo) -> bool:
        """Whether a decree is wanted; the same that the statement asks."""
        return (
            (self.year is None or (row.decided is not None and row.decided.year == self.year))
            and (self.kind is None or row.kind == self.kind)
            and (self.mode is None or row.mode == self.mode)
            and (self.signer is None or self.signer.lower() in row.issuer.lower())
            and (not self.late or (late_by(row, zone) or 0) > LATE_DAYS)
            and (not self.findings or row.not_met > 0)
            and (not self.open or row.open_rows > 0)
            and (not self.overridden or row.overridden > 0)
            and (not self.disputed or row.disputed > 0)
            and (self.since is None or row.recorded_at >= self.since)
            and row.decree not in self.without
        )


def late_by(row: DecreeRow, zone: ZoneInfo) -> int | None:
    """Days from the decree's date to its record, in the ledger's zone; None where it has no date."""
    return None if row.decided is None else (row.recorded_at.astimezone(zone).date() - row.decided).days


def list_decrees(
    source: Source, wanted: Wanted, as_of: AsOf, zone: ZoneInfo, *, limit: int = 50, offset: int = 0
) -> Listing[DecreeRow]:
    """Decrees on record, the latest first; known earlier, they are replayed.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    if as_of.position is None:
        asked = {
            "ledger": source.ledger,
            "first": None if wanted.year is None else date(wanted.year, 1, 1),
            "after": None if wanted.year is None else date(wanted.year + 1, 1, 1),
            "kind": wanted.kind,
            "mode": wanted.mode,
            "signer": wanted.signer,
            "late": wanted.late,
            "late_after": LATE_DAYS,
            "zone": zone.key,
            "findings": wanted.findings,
            "open": wanted.open,
            "overridden": wanted.overridden,
            "disputed": wanted.disputed,
            "since": wanted.since,
            "without": list(wanted.without),
            "limit": limit,
            "offset": offset,
        }
        return select_page(source.connection, ACCOUNTABILITY, DecreeRow, _LISTED, asked)
    known = [row for row in known_rows(source, ACCOUNTABILITY, as_of.position) if isinstance(row, DecreeRow)]
    rows = sorted((row for row in known if wanted.lets_in(row, zone)), key=_latest_first)
    return Listing(rows[offset : offset + limit], len(rows), offset)


def _latest_first(row: DecreeRow) -> tuple[bool, int, int]:
    return row.decided is None, -(row.decided or date.min).toordinal(), -row.position


def objections(connection: Connection, ledger: str, decree: DecreeId) -> Sequence[ObjectionRow]:
    """What rules said against the rows of a decree when it was recorded."""
    return select(connection, ObjectionRow, _OBJECTIONS, {"ledger": ledger, "decree": decree})


def objections_of(
    connection: Connection, ledger: str, decrees: Sequence[DecreeId]
) -> Mapping[DecreeId, list[tuple[int, str, int, str, str | None]]]:
    """What rules said of the rows of many decrees: position, rule, row, result and why it was overridden."""
    found: dict[DecreeId, list[tuple[int, str, int, str, str | None]]] = {}
    asked = {"ledger": ledger, "decrees": list(decrees)}
    for decree, *said in connection.execute(_OBJECTIONS_OF, asked).fetchall():
        position, rule, row, result, override = said
        found.setdefault(DecreeId.of(decree), []).append((position, rule, row, result, override))
    return found


def inaugurations(source: Source, record: DecreeRecord, position: int) -> Mapping[UUID, PartialDate]:
    """When those whom a decree appoints were inaugurated, as known at a position, by the id of the appointment."""
    people = {
        tag for row in record.rows for tag in row.first.tags if tag.startswith("employee:") and row.opened is None
    }
    found = histories(source, [(people, [PostInaugurated.TOPIC])], position)
    return {
        entry.event.appointment: entry.event.tmt
        for known in found.values()
        for entry in known
        if isinstance(entry.event, PostInaugurated) and entry.event.tmt is not None
    }


def decrees(connection: Connection, ledger: str, ids: Sequence[DecreeId]) -> Mapping[DecreeId, DecreeRow]:
    """The rows of these decrees, of those on record."""
    rows = select(connection, DecreeRow, _THESE, {"ledger": ledger, "decrees": list(ids)})
    return {row.decree: row for row in rows}


def decree_record(connection: Connection, ledger: str, decree: DecreeId, as_of: AsOf, *, opens: Opens) -> DecreeRecord:
    """The whole decree, its rows and what has become of each, read from the ledger.

    Raises:
        NotFound: no such decree was on record.
    """
    with one_snapshot(connection):
        position = reads.head(connection, ledger) if as_of.position is None else as_of.position
        entries = histories(Source(connection, ledger, opens), [([decree.tag], None)], position)[decree.tag]
    record = fold_decree(decree, entries)
    if record.recorded is None and record.stub is None and not record.rows:
        raise NotFound(f"no decree {decree} is on record", code="no-such-decree")
    return record


def verifications(
    connection: Connection,
    ledger: str,
    facts: Mapping[int, tuple[DecreeId, int]],
    as_of: AsOf,
    *,
    opens: Opens,
) -> dict[int, Verification]:
    """How well facts are verified: as each was recorded, or by a scan or SIASN since.

    Args:
        connection: in whose snapshot all is read.
        ledger: its name.
        facts: the positions that say them, each with the decree and row it is of.
        as_of: up to when matches count.
        opens: opens what is stored.
    """
    with one_snapshot(connection):
        upto = reads.head(connection, ledger) if as_of.position is None else as_of.position
        parts = reads.records_at(connection, ledger, sorted(facts))
        tags = {decree.tag: decree for decree, _ in facts.values()}
        found = histories(Source(connection, ledger, opens), [(tags, NOTE_TYPES)], upto)
    notes = {decree: Notes.of(decree, found[tag]) for tag, decree in tags.items() if found[tag]}
    told: dict[int, Verification] = {}
    for position, (decree, row) in facts.items():
        record = read_record(parts[position]) if position in parts else None
        since = notes.get(decree)
        later = None if since is None else verified_since(row, position, since)
        verified = later or (None if record is None else record.verified)
        if verified is not None:
            told[position] = verified
    return told


def recorded_before(connection: Connection, ledger: str, record: DecreeRecord) -> tuple[DecreeRow, ...]:
    """Earlier records of the same number, date and issuer: the paper was recorded, perhaps annulled, and is here again.

    Its lateness is that of the first of them. Spaces and case do not count; without number or date nothing is the same.
    """
    own = record.recorded
    if own is None or own.number is None or own.decided_on is None or record.position is None:
        return ()
    asked = {"ledger": ledger, "normalised": normalise(own.number), "decided": own.decided_on.first}
    rows = select(connection, DecreeRow, _SAME_NUMBER, {**asked, "before": record.position})
    issuer = normalise(own.signer.as_printed.title)
    return tuple(row for row in rows if row.decree != record.decree and normalise(row.issuer) == issuer)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A decree by what makes two records one paper, and which account recorded it."""

    decree: DecreeId
    normalised: str
    decided: date
    issuer: str
    recorder: str | None


def of_numbers(
    connection: Connection, ledger: str, said: Sequence[tuple[str, date, str]]
) -> Mapping[tuple[str, date, str], tuple[Numbered, ...]]:
    """The decrees on record of each number, date and issuer, normalised; not those of which every row was struck."""
    asked = {"ledger": ledger, "numbers": [one[0] for one in said], "days": [one[1] for one in said]}
    found: dict[tuple[str, date, str], tuple[Numbered, ...]] = {}
    for row in select(connection, Numbered, _OF_NUMBERS, asked):
        key = (row.normalised, row.decided, normalise(row.issuer))
        found[key] = (*found.get(key, ()), row)
    return found


def find_decrees(
    connection: Connection, ledger: str, text: str, *, position: int | None = None, limit: int = 50, offset: int = 0
) -> Listing[DecreeRow]:
    """Decrees whose number, or what of it follows the first stroke, starts with the text, the latest first.

    Spaces and case do not count. A number that has been corrected since finds its decree too. With a position, those
    alone that were on record at it, with what they were known to say then.
    """
    number = normalise(text)
    asked = {
        "ledger": ledger,
        "first": number,
        "after": number + HIGHEST if number else "",
        "position": position,
        "limit": limit,
        "offset": offset,
    }
    return select_page(connection, ACCOUNTABILITY, DecreeRow, _FOUND, asked)
