"""An import by command that is killed in the middle, at points that a seed chooses, and goes on: nothing lost or twice."""

import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg
import pytest
from cli.installations import Installation, Process, first_document
from servers import Server

_HEAD = "SELECT coalesce(max(position), 0) FROM ledger.event"
_EVENTS = "SELECT e.event_id, e.type FROM ledger.event e"
_SEED = 20261124
_KILLS = 5


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    """The wire files of a made-up city that takes several windows of files."""
    folder = tmp_path_factory.mktemp("wire")
    with server.fresh_database() as url:
        Installation(folder, url).ok("simulate", str(folder / "city"), "--people", "150", "--years", "6", "--seed", "4")
    return folder / "city" / "siasn"


def _head(url: str) -> int:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        return _asked(connection)


def _asked(connection: psycopg.Connection) -> int:
    row = connection.execute(_HEAD).fetchone()
    assert row is not None
    return int(row[0])


def _events(url: str) -> Counter[tuple[Any, str]]:
    with closing(psycopg.connect(url)) as connection:
        return Counter(connection.execute(_EVENTS).fetchall())


def _report(place: Installation) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    (run, *others) = place.ok("import", "list", "--json").json
    assert others == []
    told = place.ok("import", "report", run["run"], "--json").json
    varying = {"run", "started_at", "ended_at", "source", "account"}
    return {name: value for name, value in told["run"].items() if name not in varying}, told["items"]


def test_an_import_that_is_killed_loses_nothing_and_records_nothing_twice(
    files: Path, server: Server, tmp_path: Path
) -> None:
    with server.fresh_database() as untouched_url, server.fresh_database() as killed_url:
        untouched, killed = Installation(tmp_path / "a", untouched_url), Installation(tmp_path / "b", killed_url)
        for place in (untouched, killed):
            place.home.mkdir()
            place.ok("init")
        untouched.run("import", "siasn", str(files))
        whole = _head(untouched_url)

        chance = random.Random(_SEED)
        points = sorted(chance.sample(range(1, whole), _KILLS))
        died = 0
        with closing(psycopg.connect(killed_url, autocommit=True)) as watching:
            for point in points:
                with killed.process("import", "siasn", str(files)) as process:
                    while process.poll() is None and _asked(watching) < point:
                        time.sleep(0.001)
                    died += process.poll() is None
                    process.kill()
                    process.wait()
        assert died >= 2
        killed.run("import", "siasn", str(files))

        assert _events(killed_url) == _events(untouched_url)
        assert max(_events(killed_url).values()) == 1
        assert _report(killed) == _report(untouched)
        head = _head(killed_url)
        killed.run("import", "siasn", str(files))
        assert _head(killed_url) == head
        killed.ok("verify")
        looked = killed.ok("import", "undo", killed.ok("import", "list", "--json").json[-1]["run"], "--dry-run").out
        assert " ".join(looked.split()).startswith("Dry run, nothing is taken back.")
        assert _head(killed_url) == head


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, str(file.relative_to(folder)))
    return content.getvalue()


def _until(client: httpx.Client, run: str, *states: str) -> dict[str, Any]:
    """What is told of a run once it has one of these states."""
    for _ in range(1200):
        told: dict[str, Any] = client.get(f"/api/v1/imports/{run}").json()["run"]
        if told["state"] in states:
            return told
        time.sleep(0.05)
    raise AssertionError(told)


@contextmanager
def _served(place: Installation, token: str) -> Iterator[tuple[Process, httpx.Client]]:
    with place.process("serve", "--port", "0", "--json") as process:
        address = first_document(process)["address"]
        with httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {token}"}) as client:
            yield process, client


def test_a_service_that_is_killed_while_it_imports_goes_on_when_it_is_started_again(
    files: Path, office: Installation
) -> None:
    token = office.ok("account", "token", "ani").out.strip()
    sent = {"files": ("kiriman.zip", _zipped(files))}
    with _served(office, token) as (process, client):
        dry = client.post("/api/v1/imports", files=sent).json()["run"]
        looked = _until(client, dry, "dry")
        run = client.post(f"/api/v1/imports/{dry}/recording").json()["run"]
        with closing(psycopg.connect(office.database_url, autocommit=True)) as watching:
            while _asked(watching) < looked["facts"] // 3:
                time.sleep(0.001)
        process.kill()
        process.wait()
    assert 0 < _head(office.database_url) < looked["facts"]

    with _served(office, token) as (process, client):
        done = _until(client, run, "done", "failed")
        process.kill()
    assert (done["state"], done["recorded"], done["facts"]) == ("done", looked["recorded"], looked["facts"])
    events = _events(office.database_url)
    assert (max(events.values()), sum(events.values())) == (1, looked["facts"])
    again = office.run("import", "siasn", str(files), "--json").json["run"]
    assert (again["recorded"], again["known"]) == (0, looked["recorded"])
