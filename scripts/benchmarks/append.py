"""`append`, `decide`: an event on a condition over two subjects, at a known head or after reading their histories."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import uuid4

import orjson
import psycopg

from asn_ledger.ledger.recorder import LedgerRecorder

from .figures import Figure, compared
from .places import Place
from .scale import Scale
from .stores import CONNECTIONS, DATA, Eventsourcing, Ours, Store, subject
from .turns import Act, Turn, take_turn
from .umadb_store import UmaDb, fetch

_AIMS_APPEND = {"eventsourcing": {16: 3.0, 64: 3.0}, "UmaDB": {64: 1.0}, "pgbench": {1: 0.5, 16: 0.5, 64: 0.5}}
_AIMS_DECIDE = {"eventsourcing": {16: 2.5, 64: 3.0}, "UmaDB": {16: 0.9, 64: 0.9}}

LEDGER = "bench-store"


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores, all with the same events in them, and the addresses of the two on the server."""

    all: Sequence[Store]
    ours_url: str
    peer_url: str
    missing: str | None


def lay_out(place: Place) -> Stores:
    """Make every store and lay the same events into it."""
    scale = place.scale
    ours_url = place.ledger("bench_store", LEDGER)
    recorder = place.stack.enter_context(LedgerRecorder(ours_url, LEDGER, readers=CONNECTIONS))
    peer_url = place.database("bench_peer")
    stores: list[Store] = [Ours(recorder), Eventsourcing(peer_url, place.stack)]
    missing = fetch()
    if missing is None:
        stores.append(UmaDb(place.folder / "umadb", place.stack))
    events = list(_events(scale))
    for store in stores:
        store.lay(events)
    for url in (ours_url, peer_url):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
    return Stores(stores, ours_url, peer_url, missing)


def _events(scale: Scale) -> Iterator[tuple[str, ...]]:
    """Their tags: 100 for each of the known people and 40 for each of the known posts, the rest for everybody else."""
    known = scale.known_people * 100
    for n in range(scale.events):
        if n < known:
            person, post = n % scale.known_people, n % scale.known_posts
        else:
            person = scale.known_people + n % (scale.people - scale.known_people)
            post = scale.known_posts + n % (scale.posts - scale.known_posts)
        yield subject("employee", person), subject("post", post), f"decree:{uuid4()}"


def measure_append(place: Place, stores: Stores) -> Iterator[Figure]:
    """One event, on a condition over its person and its post, at a head that the caller knows."""
    pgbench = _Pgbench.ready(place)

    def act_of(store: Store) -> Act:
        def act(chance: Random, known: int) -> int | None:
            subjects = _two(chance, place.scale.people, place.scale.posts)
            return store.append((*subjects, f"decree:{uuid4()}"), subjects, known)

        return act

    for callers in place.scale.callers:
        turns: dict[str, list[Turn]] = {}
        for _ in range(place.scale.rounds):
            for store in stores.all:
                turn = take_turn(act_of(store), store.head(), callers, place.scale.seconds)
                turns.setdefault(store.name, []).append(turn)
            if pgbench is not None:
                turns.setdefault("pgbench", []).append(pgbench.turn(callers, place.scale.seconds))
        yield from _lines("append", callers, turns, _AIMS_APPEND)
    for reason in (stores.missing, None if pgbench else "pgbench is not installed"):
        if reason is not None:
            yield Figure("append", "left out", "", remark=reason)


def measure_decide(place: Place, stores: Stores) -> Iterator[Figure]:
    """Read the histories of a person and a post, fold them, append one event on them."""

    def act_of(store: Store) -> Act:
        def act(chance: Random, _known: int) -> int | None:
            subjects = _two(chance, place.scale.known_people, place.scale.known_posts)
            head, payloads = store.read(subjects)
            _fold(payloads)
            return store.append((*subjects, f"decree:{uuid4()}"), subjects, head)

        return act

    for callers in place.scale.callers:
        turns: dict[str, list[Turn]] = {}
        for _ in range(place.scale.rounds):
            for store in stores.all:
                turn = take_turn(act_of(store), 0, callers, place.scale.seconds)
                turns.setdefault(store.name, []).append(turn)
        yield from _lines("decide", callers, turns, _AIMS_DECIDE)


def _two(chance: Random, people: int, posts: int) -> tuple[str, str]:
    return subject("employee", chance.randrange(people)), subject("post", chance.randrange(posts))


def _fold(payloads: Sequence[bytes]) -> dict[str, str]:
    """The last date of each thing said: the same small fold on every side."""
    last: dict[str, str] = {}
    for payload in payloads:
        said = orjson.loads(payload)
        last[said["path"]] = max(last.get(said["path"], ""), said["tmt"])
    return last


def _lines(
    protocol: str, callers: int, turns: dict[str, list[Turn]], aims: dict[str, dict[int, float]]
) -> Iterator[Figure]:
    case = f"{callers} caller{'s' if callers > 1 else ''}"
    own = turns.pop(Ours.name)
    for name, theirs in turns.items():
        refused, others = (sum(turn.conflicts for turn in side) for side in (own, theirs))
        remark = f"conflicts: {refused}, theirs {others}" if refused or others else ""
        rates = [turn.rate for turn in theirs]
        aim = aims.get(name, {}).get(callers)
        yield compared(protocol, case, [turn.rate for turn in own], name, rates, aim, remark)


_PGBENCH_TABLES = """
CREATE SEQUENCE place;
CREATE TABLE event (
    ledger text COLLATE "C" NOT NULL, position bigint NOT NULL, event_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    type text COLLATE "C" NOT NULL, leaf bytea NOT NULL, entry bytea NOT NULL, act bytea NOT NULL,
    person bytea NOT NULL, record bytea NOT NULL, payload bytea NOT NULL,
    PRIMARY KEY (ledger, position), UNIQUE (ledger, event_id)
);
CREATE TABLE event_tag (
    ledger text COLLATE "C" NOT NULL, tag text COLLATE "C" NOT NULL, position bigint NOT NULL,
    type text COLLATE "C" NOT NULL, seq bigint,
    PRIMARY KEY (ledger, tag, position) INCLUDE (type, seq)
);
"""
_PGBENCH_SCRIPT = f"""
\\set person random(1, :people)
\\set post random(1, :posts)
BEGIN;
SELECT nextval('place') AS place \\gset
INSERT INTO event VALUES ('bench', :place, gen_random_uuid(), now(), 'post.appointed.v1',
    decode(repeat('5f', 32), 'hex'), decode(repeat('5f', 420), 'hex'), decode(repeat('5f', 380), 'hex'),
    decode(repeat('5f', 110), 'hex'), decode(repeat('5f', 900), 'hex'), decode(repeat('5f', {len(DATA)}), 'hex'));
INSERT INTO event_tag VALUES
    ('bench', 'decree:' || gen_random_uuid(), :place, 'post.appointed.v1', NULL),
    ('bench', 'employee:00000000-0000-0000-0000-' || lpad(:person::text, 12, '0'), :place, 'post.appointed.v1', 1),
    ('bench', 'post:00000000-0000-0000-0000-' || lpad(:post::text, 12, '0'), :place, 'post.appointed.v1', 1);
END;
"""


@dataclass(frozen=True, slots=True)
class _Pgbench:
    """pgbench inserting rows like ours, each in a transaction of its own, without deciding anything."""

    program: str
    url: str
    script: Path
    place: Place

    @classmethod
    def ready(cls, place: Place) -> "_Pgbench | None":
        program = shutil.which("pgbench")
        if program is None:
            return None
        url = place.database("bench_pgbench")
        with psycopg.connect(url) as connection:
            connection.execute(_PGBENCH_TABLES)
        script = place.folder / "insert.pgbench"
        script.write_text(_PGBENCH_SCRIPT, encoding="utf-8")
        return cls(program, url, script, place)

    def turn(self, callers: int, seconds: float) -> Turn:
        scale = self.place.scale
        whole = max(1, round(seconds))
        told = subprocess.run(
            [
                self.program, "--no-vacuum", "--protocol=prepared", f"--client={callers}", f"--jobs={min(callers, 2)}",
                f"--time={whole}", f"--define=people={scale.people}", f"--define=posts={scale.posts}",
                f"--file={self.script}", self.url,
            ],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        done = next(line for line in told.splitlines() if line.startswith("tps = ")).split()[2]
        return Turn(round(float(done) * whole), 0, float(whole))
