"""`query`: questions over HTTP beside an endpoint that answers always the same, and beside the bare SQL."""

import time
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any
from uuid import uuid4

from asn_ledger.app import Service
from asn_ledger.readmodels.opening import Connection

from .figures import Figure, percentile
from .places import Place
from .serving import account, client, served

_SUBJECTS = """
SELECT t.post::text, t.employee::text, p.unit::text
FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
JOIN posts_v6.post p ON p.ledger = t.ledger AND p.post = t.post AND p.ended IS NULL
WHERE t.ledger = %(ledger)s AND t.state = 'held' AND t.capacity = 'definitif' AND t.ended IS NULL
    AND t.began_by <= %(position)s
ORDER BY t.employee LIMIT 500
"""
_LIVES = """
SELECT p.* FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.post = %(post)s
"""
_TENURES = """
SELECT t.* FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.post = %(post)s
"""
_HELD = """
SELECT t.* FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.employee = %(employee)s
"""
_PERIODS = """
SELECT c.* FROM career_v6.period c
JOIN readmodels.follower f ON f.ledger = c.ledger AND f.name = 'career' AND f.version = 6 AND f.live_build = c.build
WHERE c.ledger = %(ledger)s AND c.employee = %(employee)s
"""
_OF_UNIT = """
SELECT p.* FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.unit = %(unit)s
"""
_OF_POSTS = """
SELECT t.* FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.post IN (
    SELECT p.post FROM posts_v6.post p WHERE p.ledger = %(ledger)s AND p.unit = %(unit)s
)
"""
_ENTRIES = """
SELECT e.* FROM ledger.event_tag t
JOIN ledger.event e ON e.ledger = t.ledger AND e.position = t.position
WHERE t.ledger = %(ledger)s AND t.tag = 'employee:' || %(employee)s AND t.position <= %(position)s
"""

_QUESTIONS: Mapping[str, tuple[str, Sequence[str], float]] = {
    "post history": ("/api/v1/posts/{post}/history", (_LIVES, _TENURES), 1.5),
    "career": ("/api/v1/employees/{employee}/career", (_PERIODS, _HELD), 1.5),
    "establishment of a unit": ("/api/v1/units/{unit}/establishment", (_OF_UNIT, _OF_POSTS), 1.5),
    "career as known at": ("/api/v1/employees/{employee}/career?known_at=@{position}", (_ENTRIES,), 2.0),
}
"""Path, bare statements, and how many times constant endpoint and bare SQL together an answer may take."""

_CONSTANT = "/healthz"
_ALMOST_ALL = 0.99


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """Ask each question about many subjects, in turn with the endpoint that is always the same and with bare SQL."""
    chance = Random(1)  # noqa: S311 -- which subject, not a secret
    token = account(service, f"reader-{uuid4()}", "auditor")
    position = service.recorder.head() * 9 // 10
    with service.reading() as connection:
        rows = connection.execute(_SUBJECTS, {"ledger": service.agency, "position": position}).fetchall()
    subjects = [dict(zip(("post", "employee", "unit"), row, strict=True)) for row in rows]
    constant: list[float] = []
    asked: dict[str, list[float]] = {name: [] for name in _QUESTIONS}
    bare: dict[str, list[float]] = {name: [] for name in _QUESTIONS}
    with served(service) as port, client(port, token) as reader, service.reading() as connection:
        for turn in range(place.scale.rounds * place.scale.requests):
            about = {**chance.choice(subjects), "ledger": service.agency, "position": position}
            constant.append(reader.get(_CONSTANT))
            for name, (path, statements, _) in _QUESTIONS.items():
                took, sql = reader.get(path.format(**about)), _bare(connection, statements, about)
                if turn:  # the first opens connections and prepares
                    asked[name].append(took)
                    bare[name].append(sql)
    for name, (_, _, most) in _QUESTIONS.items():
        yield _line(name, asked[name], constant[1:], bare[name], most)


def _bare(connection: Connection, statements: Sequence[str], about: Mapping[str, Any]) -> float:
    began = time.perf_counter()
    for statement in statements:
        connection.execute(statement.encode(), about, prepare=True).fetchall()
    return time.perf_counter() - began


def _line(name: str, asked: Sequence[float], constant: Sequence[float], bare: Sequence[float], most: float) -> Figure:
    ours, same, sql = (percentile(took, _ALMOST_ALL) * 1000 for took in (asked, constant, bare))
    found = ours / (same + sql)
    return Figure(
        "query", f"{name}, p99", f"{ours:.1f} ms", f"constant {same:.1f} ms + SQL {sql:.1f} ms", f"{found:.2f}x",
        f"<= {most}x", found <= most, f"{len(asked)} requests",
    )  # fmt: skip
