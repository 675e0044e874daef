"""A database that goes away: the caller is told to come back, and what was sent is recorded once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from httpx2 import Response
from web.office import decree, name, post, unit
from web.running import Running, running

from asn_ledger.ledger.errors import LedgerUnavailable
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Answer, Request

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'asn-ledger'"
)


@pytest.fixture
def lonely(ledger_url: str, tmp_path: Path) -> Iterator[Running]:
    """A service with a database of its own."""
    with running(ledger_url, tmp_path) as opened:
        opened.record(decree([unit(1, "Dinas")]))
        yield opened


def cut(url: str) -> None:
    """End every connection of the service."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(CUT)


def is_unavailable(answer: Response) -> bool:
    return (
        answer.status_code == 503
        and answer.json()["type"] == "/problems/unavailable"
        and int(answer.headers["Retry-After"]) > 0
        and answer.headers["Content-Type"] == "application/problem+json"
    )


def test_a_write_whose_connection_is_cut_is_recorded_once_when_sent_again(lonely: Running, ledger_url: str) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    form = decree([post(1, "Kepala Dinas")], mode="draft")
    cut(ledger_url)
    answers = [lonely.office.post("/api/v1/decrees", json=form, headers=headers) for _ in range(10)]
    lost = [answer for answer in answers if answer.status_code != 201]

    assert lost
    assert all(is_unavailable(answer) for answer in lost)
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    assert lonely.service.recorder.head() == 4


def test_a_write_that_was_recorded_before_its_answer_was_lost_gets_that_answer(
    lonely: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = LedgerRecorder.submit

    def lose_the_answer(recorder: LedgerRecorder, requests: list[Request]) -> list[Answer]:
        submit(recorder, requests)
        raise LedgerUnavailable("the connection was lost after the commit")

    headers = {"Idempotency-Key": str(uuid4())}
    form = decree([post(1, "Kepala Dinas")], mode="draft")
    with monkeypatch.context() as patched:
        patched.setattr(LedgerRecorder, "submit", lose_the_answer)
        assert is_unavailable(lonely.office.post("/api/v1/decrees", json=form, headers=headers))
    again = lonely.office.post("/api/v1/decrees", json=form, headers=headers)

    assert (again.status_code, again.json()["positions"]) == (201, [3, 4])
    assert lonely.service.recorder.head() == 4


def test_questions_say_so_too_and_are_answered_again(lonely: Running, ledger_url: str) -> None:
    cut(ledger_url)
    first = lonely.public.get("/api/v1/units")
    again = next(answer for _ in range(20) if (answer := lonely.public.get("/api/v1/units")).status_code == 200)

    assert is_unavailable(first)
    assert again.json()["total"] == 1
    assert lonely.public.get("/healthz").json() == {"status": "ok"}


def test_a_read_model_that_is_not_built_yet_is_asked_later(lonely: Running, ledger_url: str) -> None:
    with psycopg.connect(ledger_url, autocommit=True) as admin:
        admin.execute("UPDATE readmodels.follower SET live_build = NULL WHERE name = 'units'")

    assert is_unavailable(lonely.public.get(f"/api/v1/units/{name('unit', 1)}"))


def test_the_service_is_ready_while_the_read_models_follow(lonely: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lonely.public.get("/readyz").json() == {
        "status": "ready", "head": 2, "position": 2, "lag": 0, "stopped": [],
    }  # fmt: skip
    lonely.office.post(
        "/api/v1/decrees", json=decree([unit(2, "Badan")], mode="draft"), headers={"Idempotency-Key": str(uuid4())}
    )
    assert lonely.public.get("/readyz").json()["lag"] == 2
    assert "asn_ledger_lag 2.0" in lonely.public.get("/metrics").text

    monkeypatch.setattr("asn_ledger.web.api.health.MOST_LAG", 1)
    assert is_unavailable(lonely.public.get("/readyz"))


def test_the_service_is_not_ready_while_the_read_models_stand_still(
    lonely: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely.office.post(
        "/api/v1/decrees", json=decree([unit(2, "Badan")], mode="draft"), headers={"Idempotency-Key": str(uuid4())}
    )
    assert lonely.public.get("/readyz").status_code == 200

    monkeypatch.setattr("asn_ledger.web.api.health.MOST_WAIT", timedelta(0))
    stuck = lonely.public.get("/readyz")
    lonely.follow()

    assert is_unavailable(stuck)
    assert lonely.public.get("/readyz").json()["lag"] == 0
