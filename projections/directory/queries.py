"""Who is this (name, NIP), findable by prefix."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.reading import select_page
from asn_ledger.readmodels.tables import array_of, select
from asn_ledger.readmodels.words import beginnings
from projections.directory import DIRECTORY
from projections.directory.rows import PersonRow

__all__ = ["PersonRow", "employee_by_nip", "find_people", "people"]

_CANONICAL = """
SELECT a.employee AS asked, coalesce(s.canonical, a.employee) AS canonical
FROM unnest(%(employees)s::text[]) AS a (employee)
LEFT JOIN LATERAL (
    SELECT substr(n.canonical, 10) AS canonical
    FROM readmodels.same n
    WHERE n.ledger = %(ledger)s AND n.tag = 'employee:' || a.employee
        AND (%(position)s::bigint IS NULL OR n.from_position <= %(position)s)
    ORDER BY n.from_position DESC LIMIT 1
) AS s ON true
"""
_LAST = """
SELECT
    p.employee, p.began, p.ended, p.name, p.nip, p.sort_name, p.erased, p.began_by
FROM directory_v4.person p
JOIN readmodels.follower f
    ON f.ledger = p.ledger AND f.name = 'directory' AND f.version = 4 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.employee = ANY (%(employees)s::uuid[]) AND p.ended IS NULL
"""
_LAST_KNOWN = """
SELECT
    p.employee, p.began, p.ended, p.name, p.nip, p.sort_name, p.erased, p.began_by
FROM directory_v4.person_known p
JOIN readmodels.follower f
    ON f.ledger = p.ledger AND f.name = 'directory' AND f.version = 4 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.employee = ANY (%(employees)s::uuid[]) AND p.ended IS NULL
    AND p.known_from <= %(position)s AND (p.known_until IS NULL OR p.known_until > %(position)s)
"""
_BY_NIP = """
SELECT p.employee
FROM directory_v4.person p
JOIN readmodels.follower f
    ON f.ledger = p.ledger AND f.name = 'directory' AND f.version = 4 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.nip = %(nip)s
ORDER BY p.ended IS NULL DESC, p.began DESC, p.employee LIMIT 1
"""
# The rarest word is looked up, the others are only asked of what it finds.
_FOUND = """
SELECT
    p.employee, p.began, p.ended, p.name, p.nip, p.sort_name, p.erased, p.began_by, count(*) OVER () AS total
FROM (
    SELECT DISTINCT p.build, p.employee
    FROM directory_v4.word p
    JOIN readmodels.follower f
        ON f.ledger = p.ledger AND f.name = 'directory' AND f.version = 4 AND f.live_build = p.build
    WHERE p.ledger = %(ledger)s AND p.word >= %(first)s AND p.word < %(after_first)s
        AND NOT EXISTS (
            SELECT FROM unnest(%(firsts)s::text[], %(afters)s::text[]) AS s (word, after)
            WHERE NOT EXISTS (
                SELECT FROM directory_v4.word o
                WHERE o.ledger = p.ledger AND o.build = p.build AND o.employee = p.employee
                    AND o.word >= s.word AND o.word < s.after
            )
        )
) AS w
JOIN directory_v4.person p
    ON p.ledger = %(ledger)s AND p.build = w.build AND p.employee = w.employee AND p.ended IS NULL
WHERE %(among)s::uuid[] IS NULL OR p.employee = ANY (%(among)s::uuid[])
ORDER BY p.sort_name, p.employee LIMIT %(limit)s OFFSET %(offset)s
"""
_FOUND_KNOWN = """
SELECT
    p.employee, p.began, p.ended, p.name, p.nip, p.sort_name, p.erased, p.began_by, count(*) OVER () AS total
FROM (
    SELECT DISTINCT p.build, p.employee
    FROM directory_v4.word_known p
    JOIN readmodels.follower f
        ON f.ledger = p.ledger AND f.name = 'directory' AND f.version = 4 AND f.live_build = p.build
    WHERE p.ledger = %(ledger)s AND p.word >= %(first)s AND p.word < %(after_first)s
        AND p.known_from <= %(position)s AND (p.known_until IS NULL OR p.known_until > %(position)s)
        AND NOT EXISTS (
            SELECT FROM unnest(%(firsts)s::text[], %(afters)s::text[]) AS s (word, after)
            WHERE NOT EXISTS (
                SELECT FROM directory_v4.word_known o
                WHERE o.ledger = p.ledger AND o.build = p.build AND o.employee = p.employee
                    AND o.word >= s.word AND o.word < s.after
                    AND o.known_from <= %(position)s AND (o.known_until IS NULL OR o.known_until > %(position)s)
            )
        )
) AS w
JOIN directory_v4.person_known p
    ON p.ledger = %(ledger)s AND p.build = w.build AND p.employee = w.employee AND p.ended IS NULL
    AND p.known_from <= %(position)s AND (p.known_until IS NULL OR p.known_until > %(position)s)
WHERE %(among)s::uuid[] IS NULL OR p.employee = ANY (%(among)s::uuid[])
ORDER BY p.sort_name, p.employee LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An id that was asked for, and the one that stands for its person."""

    asked: EmployeeId
    canonical: EmployeeId


def people(
    connection: Connection, ledger: str, employees: Sequence[EmployeeId], position: int | None = None
) -> Mapping[EmployeeId, PersonRow]:
    """The last name and NIP of these people, by the id asked for (an id of one person under another leads to it).

    With a position, as they were known at it: who was nobody then is not there.
    """
    at = {"ledger": ledger, "position": position}
    asked = select(connection, _Asked, _CANONICAL, {**at, "employees": array_of(employees)})
    statement = _LAST if position is None else _LAST_KNOWN
    rows = select(connection, PersonRow, statement, {**at, "employees": array_of(one.canonical for one in asked)})
    found = {row.employee: row for row in rows}
    return {one.asked: found[one.canonical] for one in asked if one.canonical in found}


def employee_by_nip(connection: Connection, ledger: str, nip: str) -> EmployeeId | None:
    """Whose NIP this is or was; spaces in it do not count."""
    asked = {"ledger": ledger, "nip": "".join(nip.split())}
    row = connection.execute(_BY_NIP, asked, prepare=True).fetchone()
    return None if row is None else EmployeeId(str(row[0]))


def find_people(
    connection: Connection,
    ledger: str,
    text: str,
    *,
    among: Collection[EmployeeId] | None = None,
    position: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Listing[PersonRow]:
    """People, or those among some, with words of a name, or a NIP, that start with the words of the text.

    They come by their last name; with a position, names and words are those known at it.
    """
    asked = {
        "ledger": ledger,
        "position": position,
        **beginnings(text),
        "among": None if among is None else list(among),
        "limit": limit,
        "offset": offset,
    }
    return select_page(connection, DIRECTORY, PersonRow, _FOUND if position is None else _FOUND_KNOWN, asked)
