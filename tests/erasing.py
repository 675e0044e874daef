"""An office in which people have long left, and the way to erase one of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid4

import psycopg
from papers import pdf
from psycopg import sql
from web.office import appoint, appraise, decree, enters, name, post, separate, unit
from web.running import Running

from asn_ledger.domain.decisions.erase import By
from asn_ledger.domain.events import Actor, Letter
from asn_ledger.domain.events.erasure import DataCategory
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId
from asn_ledger.ledger.erasing import Asked

LISTED = Letter(number="045/1", on=PartialDate("2026-01-05"))
MINUTES = Letter(number="BA/7", on=PartialDate("2026-01-06"))
ALL: tuple[DataCategory, ...] = ("identity", "restricted")

_TABLES = """
SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') ORDER BY 1, 2
"""
_FILES = """
SELECT c.relname, pg_catalog.pg_read_binary_file(pg_catalog.pg_relation_filepath(c.oid))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'i', 't') AND n.nspname ~ '_v[0-9]+$'
"""


@dataclass(frozen=True)
class Somebody:
    """The nth person: words and a number that stand nowhere else."""

    n: int

    @property
    def id(self) -> EmployeeId:
        return EmployeeId(name("employee", f"gone-{self.n}"))

    @property
    def called(self) -> str:
        return f"Wibisonolanggeng{self.n} Kartodimejo{self.n}"

    @property
    def nip(self) -> str:
        return f"19490729197503{self.n:04d}"

    @property
    def scan(self) -> bytes:
        return pdf(self.called)

    @property
    def document(self) -> str:
        return sha256(self.scan).hexdigest()

    @property
    def traces(self) -> tuple[bytes, ...]:
        """What is looked for, in small letters."""
        return tuple(one.lower().encode() for one in (*self.called.split(), self.nip))


def open_office(web: Running) -> None:
    """A unit with a post of no rank."""
    web.record(decree([unit("gone", "Dinas Arsip"), post("gone", "Juru Arsip", unit="gone", seats=99)], number="1/1"))


def serve_and_leave(web: Running, who: Somebody, *, scan: bool = False, beside: Somebody | None = None) -> str:
    """A person enters, is appraised, and left long ago; `scan`: their decree has one; `beside`: so does another in it."""
    rows = [enters(f"gone-{who.n}", who.called, who.nip, tmt="1990-01-01", born_on="1949-07-29")]
    if beside is not None:
        rows.append(enters(f"gone-{beside.n}", beside.called, beside.nip, tmt="1990-01-01", born_on="1949-07-29"))
    entry = decree(rows, decided_on="1990-01-01", number=f"821/{who.n}/1990")
    if scan:
        web.service.documents.add([who.scan], "ani")
        entry |= {"document_pending": None, "documents": [{"role": "sk", "sha256": who.document}]}
    web.record(entry)
    for one in [who] if beside is None else [who, beside]:
        web.record(decree([appoint(f"gone-{one.n}", "gone", "2011-01-01", path="pelaksana")], number=f"2/{one.n}"))
        web.record(decree([appraise(f"gone-{one.n}", 2012, "kurang")], kind="penilaian", number=f"3/{one.n}"))
        web.record(decree([separate(f"gone-{one.n}", "2013-01-01")], decided_on="2012-12-01", number=f"4/{one.n}"))
    return str(entry["id"])


def asked(web: Running, account: str, *, later: int = 0) -> Asked:
    return Asked(uuid4(), By(Actor(account, "hr_officer")), web.service.now() + timedelta(days=later))


def approve(web: Running, who: Somebody, categories: Iterable[DataCategory] = ALL) -> ErasureId:
    """Propose, assess and approve by two what is to be erased of a person."""
    eraser = web.service.eraser
    erasure = ErasureId(eraser.propose(asked(web, "a"), who.id, tuple(categories), LISTED).id)
    eraser.assess(asked(web, "b"), erasure, LISTED)
    for account in ("c", "d"):
        eraser.approve(asked(web, account), erasure, MINUTES)
    return erasure


def record_erasure(web: Running, who: Somebody, categories: Iterable[DataCategory] = ALL) -> ErasureId:
    """The same, and a month later the erasure itself, as it is on record before any key goes."""
    erasure = approve(web, who, categories)
    web.service.eraser.erase(asked(web, "a", later=31), erasure)
    return erasure


def erase(web: Running, who: Somebody, categories: Iterable[DataCategory] = ALL) -> ErasureId:
    """The same, carried out."""
    erasure = record_erasure(web, who, categories)
    web.service.sweeper.sweep(date.today())  # noqa: DTZ011 -- the machine's day will do
    return erasure


def dump(url: str) -> Iterator[tuple[str, bytes]]:
    """Every table of every schema, byte for byte, as a superuser reads it."""
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(_TABLES).fetchall():
            copy = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(schema, table))
            with connection.cursor().copy(copy) as copied:
                yield f"{schema}.{table}", b"".join(bytes(piece) for piece in copied)


def files(url: str) -> Iterator[tuple[str, bytes]]:
    """The files of all tables and indexes of the read models, as they lie on the disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        for relation, content in connection.execute(_FILES).fetchall():
            yield str(relation), bytes(content)


def traces(content: Iterable[tuple[str, bytes]], who: Somebody) -> set[str]:
    """Where something of a person still stands in clear, in letters or as the hexadecimal of them."""
    spelled = (*who.called.split(), *who.called.lower().split(), who.nip)
    sought = [*who.traces, *(one.encode().hex().encode() for one in spelled)]
    return {place for place, found in content if any(one in found.lower() for one in sought)}
