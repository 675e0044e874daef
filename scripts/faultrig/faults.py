"""What is done to the service and its database, drawn by chance; each fault heals what it broke."""

import random
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress

import psycopg
from psycopg import sql

from .place import Place, rebuild
from .processes import command, set_clock
from .proxy import Side

Fault = Callable[[Place, random.Random], str]
"""Does it, heals it, and says in a few words what it was."""

_TERMINATE = """
SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
WHERE a.application_name = 'asn-ledger' AND random() < %(share)s
"""
_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname ~ '_v[0-9]+$' OR n.nspname = 'readmodels') ORDER BY 1, 2
"""


def kill_service(place: Place, drawn: random.Random) -> str:
    """`kill -9` of a service: of its writer and its follower at once."""
    one = drawn.choice(place.services)
    one.kill()
    return f"service {one.name} killed"


def kill_both(place: Place, _drawn: random.Random) -> str:
    """`kill -9` of all services at the same moment."""
    for one in place.services:
        one.kill()
    return "both services killed"


def kill_server(place: Place, drawn: random.Random) -> str:
    """`kill -9` of PostgreSQL, which comes back some time later."""
    place.kill_server()
    time.sleep(drawn.uniform(0, 1))
    place.restore_server()
    return "PostgreSQL killed and started again"


def kill_backend(place: Place, _drawn: random.Random) -> str:
    """`kill -9` of one of PostgreSQL's processes: it ends all connections and recovers."""
    place.kill_backend()
    time.sleep(0.3)
    place.restore_server()
    return "a process of PostgreSQL killed"


def terminate(place: Place, drawn: random.Random) -> str:
    """The database ends some connections."""
    share = drawn.choice((0.2, 0.5, 1.0))
    with psycopg.connect(place.admin, autocommit=True) as connection:
        connection.execute(_TERMINATE, {"share": share})
    return f"{share:.0%} of the connections ended by the database"


def cut(place: Place, _drawn: random.Random) -> str:
    """The network resets all connections."""
    return f"{place.proxy.cut()} connections reset"


def half_close(place: Place, drawn: random.Random) -> str:
    """One direction of all connections ends."""
    side: Side = drawn.choice(("server", "client"))
    return f"{place.proxy.half_close(side)} connections closed towards the {side}"


def stall(place: Place, drawn: random.Random) -> str:
    """The network passes nothing on for a while, then all of it; or resets what waited."""
    seconds, then = drawn.uniform(0.2, 2.5), drawn.choice(("go on", "cut"))
    place.proxy.stall()
    time.sleep(seconds)
    if then == "cut":
        place.proxy.cut()
    place.proxy.heal()
    return f"network stalled for {seconds:.1f} s, then {then}"


def unreachable(place: Place, drawn: random.Random) -> str:
    """All connections end, and no new one is had for a while."""
    seconds = drawn.uniform(0.2, 2)
    place.proxy.refuse()
    place.proxy.cut()
    time.sleep(seconds)
    place.proxy.heal()
    return f"database out of reach for {seconds:.1f} s"


def hold_locks(place: Place, drawn: random.Random) -> str:
    """Somebody holds the head, the followers' rows or a read model's table in a long transaction."""
    what, statement = drawn.choice(
        (
            ("the head", "SELECT l.size FROM ledger.ledger l FOR UPDATE"),
            ("the followers", "SELECT f.name FROM readmodels.follower f FOR UPDATE"),
            ("a table", "LOCK TABLE readmodels.follower IN ACCESS EXCLUSIVE MODE"),
        )
    )
    seconds = drawn.uniform(0.3, 2.5)
    with suppress(psycopg.OperationalError), psycopg.connect(place.admin) as connection:
        connection.execute(statement.encode())
        time.sleep(seconds)
        connection.rollback()
    return f"{what} locked for {seconds:.1f} s"


def hold_snapshot(place: Place, drawn: random.Random) -> str:
    """Somebody keeps an old snapshot open while the read models are vacuumed."""
    seconds = drawn.uniform(0.5, 2)
    with suppress(psycopg.OperationalError), psycopg.connect(place.admin) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SELECT count(*) FROM ledger.event")
        with psycopg.connect(place.admin, autocommit=True) as other:
            other.execute("VACUUM")
        time.sleep(seconds)
        connection.rollback()
    return f"a snapshot kept for {seconds:.1f} s over a VACUUM"


def maintain(place: Place, drawn: random.Random) -> str:
    """The database's keeper tidies up during the day."""
    with suppress(psycopg.OperationalError), psycopg.connect(place.admin, autocommit=True) as connection:
        tables = [sql.Identifier(*row) for row in connection.execute(_TABLES).fetchall()]
        table = drawn.choice(tables)
        what = drawn.choice(("VACUUM FULL {}", "REINDEX TABLE {}", "REINDEX TABLE ledger.event_tag", "ANALYZE"))
        connection.execute(sql.SQL(what).format(table))
        return sql.SQL(what).format(table).as_string(None)
    return "maintenance that the database did not survive"


def index(place: Place, _drawn: random.Random) -> str:
    """The database's keeper adds an index during the day, and takes it away."""
    with suppress(psycopg.OperationalError), psycopg.connect(place.admin, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '20s'")
        connection.execute("CREATE INDEX CONCURRENTLY faults_type ON ledger.event (ledger, type)")
    with psycopg.connect(place.admin, autocommit=True) as connection:
        connection.execute("DROP INDEX IF EXISTS ledger.faults_type")
    return "an index made concurrently"


def rebuild_meanwhile(place: Place, drawn: random.Random) -> str:
    """The read models are rebuilt while decrees arrive; half of the rebuilds are killed on the way."""
    if drawn.random() < 0.5:  # noqa: PLR2004 -- half
        return f"rebuilt meanwhile, exit code {rebuild(place)}"
    process = command("rebuild", "--json", environment=place.environment, log=place.folder / "rebuild.log")
    time.sleep(drawn.uniform(0.5, 2))
    process.kill()
    process.join()
    return "a rebuild killed"


def step_clock(place: Place, drawn: random.Random) -> str:
    """The machine's clock jumps, and some time later back."""
    seconds = drawn.choice((-20.0, -2.0, 2.0, 20.0))
    set_clock(place.clock, seconds)
    time.sleep(drawn.uniform(0.2, 1))
    set_clock(place.clock, 0)
    return f"clock {seconds:+g} s for a while"


def kill_signer(place: Place, drawn: random.Random) -> str:
    """`kill -9` of the signer, half the time just after it was asked for a checkpoint and makes tiles and signs."""
    if drawn.random() < 0.5:  # noqa: PLR2004 -- half
        place.want_checkpoint()
        time.sleep(drawn.uniform(0, 0.06))
        place.signer.kill()
        return "the signer killed at work"
    place.signer.kill()
    return "the signer killed"


def kill_witness(place: Place, _drawn: random.Random) -> str:
    """`kill -9` of the witness, which is started again."""
    place.witness.kill()
    return "the witness killed"


def silence_witness(place: Place, drawn: random.Random) -> str:
    """The witness takes checkpoints and answers nothing for a while."""
    seconds = drawn.uniform(0.5, 3)
    place.witness.pause(seconds)
    return f"the witness silent for {seconds:.1f} s"


def hold_keys(place: Place, drawn: random.Random) -> str:
    """Somebody keeps the key store to themselves for longer than anybody waits for it, or not quite as long."""
    seconds = drawn.uniform(5.2, 7) if drawn.random() < 0.25 else drawn.uniform(0.3, 2)  # noqa: PLR2004 -- a quarter
    with closing(sqlite3.connect(place.settings.home / "keys" / "keys.sqlite", isolation_level=None)) as store:
        store.execute("PRAGMA busy_timeout = 10000")
        store.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        store.execute("ROLLBACK")
    return f"the key store held for {seconds:.1f} s"


def fill_disk(place: Place, drawn: random.Random) -> str:
    """The disk of database, keys, documents and kept checkpoint is full for a while."""
    seconds = drawn.uniform(0.3, 3)
    if not place.has_own_disk:
        return "no disk of its own to fill: this needs root"
    place.fill_disk(seconds)
    return f"the disk full for {seconds:.1f} s"


def fail_over(place: Place, drawn: random.Random) -> str:
    """PostgreSQL is lost for good, and its synchronous standby takes its place."""
    place.fail_over(drawn.uniform(0.2, 1.5))
    return "PostgreSQL lost, its standby promoted"


FAULTS: Mapping[str, Fault] = {
    "kill-service": kill_service,
    "kill-both": kill_both,
    "kill-postgresql": kill_server,
    "kill-backend": kill_backend,
    "terminate": terminate,
    "cut": cut,
    "half-close": half_close,
    "stall": stall,
    "unreachable": unreachable,
    "hold-locks": hold_locks,
    "hold-snapshot": hold_snapshot,
    "maintain": maintain,
    "index": index,
    "rebuild": rebuild_meanwhile,
    "clock": step_clock,
    "kill-signer": kill_signer,
    "kill-witness": kill_witness,
    "silence-witness": silence_witness,
    "hold-keys": hold_keys,
    "full-disk": fill_disk,
    "fail-over": fail_over,
}
