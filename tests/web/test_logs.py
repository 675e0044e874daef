"""Nobody's data is in the log: a whole run is logged at its chattiest, and no seeded value stands in it."""

import json
import logging
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from uuid import uuid4

import psycopg
import pytest
import structlog
import uvicorn
from fastapi.testclient import TestClient
from web.office import appoint, decree, enters, name, post, unit
from web.running import Running

from asn_ledger.domain.access import Grant
from asn_ledger.logs import FIELDS, configure, describe
from asn_ledger.web.application import create_app

NAME, NIP = "Rahajeng Kusumadewi", "198711232011012007"
SEARCHED, REASON, NUMBER = "kusumadew", "sakit jantung menahun", "821.2/4711/RHS"
SECRETS = [NAME, "Rahajeng", NIP, SEARCHED, REASON, NUMBER, name("employee", 1)]


@pytest.fixture
def log() -> Iterator[StringIO]:
    root, warnings = logging.getLogger(), logging.getLogger("py.warnings")
    before = root.level, list(root.handlers)
    stream = StringIO()
    configure("debug", as_json=True, stream=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)
        root.handlers[:] = before[1]
        root.setLevel(before[0])
        warnings.handlers.clear()
        logging.getLogger("uvicorn.access").disabled = False


def lines(log: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@contextmanager
def served(web: Running) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(web.app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


TYPED, PASSWORD = "rahajeng.k", "empat kucing di atap"


def log_in(web: Running) -> None:
    """A login that fails, one of a name that nobody has, one that goes well, with a token and with a password."""
    ours = {"Sec-Fetch-Site": "same-origin"}
    account = web.service.accounts.add("hesti", Grant("employee"))
    web.service.logins.set_password(account, PASSWORD)
    for typed, password in ((TYPED, PASSWORD), ("hesti", PASSWORD + "x"), ("hesti", PASSWORD)):
        with TestClient(web.app, headers=ours) as browser:
            browser.post("/masuk", data={"name": typed, "password": password})
    with TestClient(web.app, headers=ours) as browser:
        browser.post("/masuk", data={"token": web.tokens["ani"]})
    assert account.id is not None
    web.service.accounts.lock(account.id)


def a_whole_run(web: Running) -> None:
    web.record(decree([unit(1, "Dinas"), post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
    web.record({**decree([enters(1, NAME, NIP)], number=NUMBER), "recording_note": REASON})
    web.record(decree([appoint(1, 1, "2020-01-01")]))
    for client in (web.public, web.office):
        client.get(f"/api/v1/employees?q={SEARCHED}")
        client.get(f"/api/v1/employees/{name('employee', 1)}/career")
        client.get(f"/api/v1/posts/{name('post', 1)}/history")
        client.get(f"/api/v1/posts?valid_on={NIP}")
    headers = {"Idempotency-Key": str(uuid4())}
    web.office.post("/api/v1/decrees", json={**decree([enters(2, NAME, NIP, colour=REASON)])}, headers=headers)
    web.office.post("/api/v1/decrees", content=f'{{"{NAME}": ', headers={**headers, "Content-Type": "application/json"})
    web.office.post("/api/v1/decrees", json=decree([enters(3, NAME, NIP)], mode="draft"), headers=headers)
    web.public.get("/api/v1/posts", headers={"Authorization": f"Bearer {NAME}"})
    log_in(web)
    with served(web) as address:
        asked = urllib.request.Request(  # noqa: S310 -- our own server on loopback
            f"{address}/api/v1/employees?q={SEARCHED}", headers={"Authorization": f"Bearer {web.tokens['citra']}"}
        )
        with urllib.request.urlopen(asked) as answer:  # noqa: S310 -- our own server on loopback
            assert NAME in answer.read().decode()


def test_a_whole_run_logs_no_seeded_value(web: Running, log: StringIO) -> None:
    a_whole_run(web)
    text = log.getvalue()

    secrets = [*SECRETS, TYPED, PASSWORD, "hesti", "testclient", *web.tokens.values()]
    assert [secret for secret in secrets if secret in text] == []
    account = str(web.service.accounts.find("hesti").id)
    told = [
        (line["message"], line.get("account"))
        for line in lines(log)
        if "account" in line or "log-in" in str(line["message"])
    ]
    assert told[:5] == [
        ("password changed", account),
        ("log-in failed", None),
        ("log-in failed", account),
        ("logged in", account),
        ("logged in with a token", str(web.service.accounts.find("ani").id)),
    ]
    assert told[5:] == [("account locked", account)]
    assert {field for line in lines(log) for field in line} <= FIELDS


def test_every_answer_is_logged_by_its_route(web: Running, log: StringIO) -> None:
    answer = web.public.get(f"/api/v1/posts/{name('post', 1)}?valid_on=2020")
    (line,) = [line for line in lines(log) if line["message"] == "answered"]

    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/posts/{id}", answer.status_code)
    assert isinstance(line["milliseconds"], float)


def test_a_write_is_logged_with_the_id_of_its_command(web: Running, log: StringIO) -> None:
    command = str(uuid4())
    for sent in (command, NIP, f"{NAME} {command}", ""):
        web.office.post("/api/v1/decrees", json={}, headers={b"Idempotency-Key": sent.encode()})

    assert [line.get("command") for line in lines(log) if line["message"] == "answered"] == [command, None, None, None]


def test_a_method_that_somebody_made_up_is_neither_counted_nor_logged_by_its_name(web: Running, log: StringIO) -> None:
    with served(web) as address:
        with socket.create_connection(
            (address.rpartition("/")[2].split(":")[0], int(address.rpartition(":")[2]))
        ) as raw:
            raw.sendall(f"RAHASIA / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
            assert raw.recv(100).startswith(b"HTTP/1.1 405 ")
        measured = web.public.get("/metrics").text

    assert "RAHASIA" not in log.getvalue()
    assert "RAHASIA" not in measured
    assert 'method="(other)"' in measured


def test_a_fault_is_logged_by_where_it_was_raised_and_not_by_what_it_says(web: Running, log: StringIO) -> None:
    app = create_app(web.service)

    @app.get("/fault")
    def fault() -> None:
        try:
            raise psycopg.errors.UniqueViolation(f"Key (nip)=({NIP}) already exists")
        except psycopg.Error as error:
            raise ValueError(f"{NAME} cannot be recorded") from error

    web_client = type(web.public)(app, raise_server_exceptions=True)
    answer = web_client.get("/fault")
    (line,) = [line for line in lines(log) if line["message"] == "the service failed"]

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal-error")
    assert not any(secret in log.getvalue() + answer.text for secret in SECRETS)
    assert "builtins.ValueError" in str(line["exception"])
    assert "psycopg.errors.UniqueViolation" in str(line["exception"])
    assert "test_logs.py" in str(line["exception"])


def test_of_other_libraries_lines_only_their_own_words_are_kept(log: StringIO) -> None:
    try:
        raise ValueError(NAME)  # noqa: TRY301 -- the fault
    except ValueError:
        logging.getLogger("some.library").exception("could not read %s", NIP)
    logging.getLogger("some.library").warning("slow query", extra={"query": NAME})
    structlog.get_logger("ours").info("recorded", position=7, employee=NAME)

    assert [line["message"] for line in lines(log)] == ["could not read %s", "slow query", "recorded"]
    assert lines(log)[2]["position"] == 7
    assert not any(secret in log.getvalue() for secret in SECRETS)


def test_an_exception_is_described_without_a_value() -> None:
    try:
        raise KeyError(NIP)  # noqa: TRY301 -- the fault
    except KeyError as error:
        told = describe(error)

    assert told.splitlines()[0] == "builtins.KeyError"
    assert NIP not in told
