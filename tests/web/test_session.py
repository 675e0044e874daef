"""Logging in with a browser: a cookie that no script reads and no other site sends."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from web.office import decree, unit
from web.running import Running

from asn_ledger.domain.access import Grant

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser(web: Running) -> Iterator[TestClient]:
    with TestClient(web.app, follow_redirects=False, headers={"Accept": "text/html"}) as client:
        yield client


def log_in(browser: TestClient, token: str, onwards: str = "/", **headers: str) -> Response:
    return browser.post("/masuk", data={"token": token, "next": onwards}, headers=headers or OURS)


def test_a_token_becomes_a_cookie(web: Running, browser: TestClient) -> None:
    answer = log_in(browser, web.tokens["ani"], "/cari?q=kepala")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/cari?q=kepala")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get("/api/v1/employees?q=ani").status_code == 200
    assert "ani" in browser.get("/cari").text


def test_over_https_the_cookie_is_sent_over_https_alone(web: Running) -> None:
    with TestClient(web.app, base_url="https://testserver", follow_redirects=False) as client:
        assert "Secure" in log_in(client, web.tokens["ani"]).headers["Set-Cookie"]


def test_a_token_of_nobody_brings_the_form_back(browser: TestClient) -> None:
    answer = log_in(browser, "asnl_nobody", "/cari")

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert 'name="token"' in answer.text
    assert 'value="/cari"' in answer.text
    assert "asnl_nobody" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"X-Nothing": "said"},
    ],
)
def test_no_other_site_logs_anybody_in_or_out_or_records_with_their_cookie(
    web: Running, browser: TestClient, headers: dict[str, str]
) -> None:
    assert log_in(browser, web.tokens["ani"], **headers).status_code == 403
    log_in(browser, web.tokens["ani"])
    head = web.service.recorder.head()
    form = decree([unit("forged", "Dinas Palsu")], mode="draft")
    sent = browser.post(
        "/api/v1/decrees",
        json=form,
        headers={**headers, "Idempotency-Key": form["id"], "Content-Type": "application/json"},
    )

    assert sent.status_code == 403
    assert web.service.recorder.head() == head
    assert browser.post("/keluar", data={}, headers=headers).status_code == 403


def test_pages_of_ours_may_use_the_cookie(web: Running, browser: TestClient) -> None:
    log_in(browser, web.tokens["ani"], Origin="http://testserver")
    form = decree([unit("own", "Dinas Sendiri")], mode="draft")
    sent = browser.post("/api/v1/decrees", json=form, headers={**OURS, "Idempotency-Key": form["id"]})

    assert sent.status_code == 201, sent.text


def test_logging_out_forgets_the_cookie(web: Running, browser: TestClient) -> None:
    log_in(browser, web.tokens["ani"])
    answer = browser.post("/keluar", data={"next": "/"}, headers=OURS)

    assert answer.status_code == 303
    assert browser.get("/api/v1/employees?q=ani").status_code == 403


def test_a_revoked_token_in_a_cookie_is_refused_once_and_forgotten(web: Running, browser: TestClient) -> None:
    account = web.service.accounts.add("dewi", Grant("auditor")).id
    assert account is not None
    log_in(browser, web.service.accounts.token(account, "laptop", timedelta(days=1)))
    web.service.accounts.revoke(account)
    first = browser.get("/api/v1/units")
    second = browser.get("/api/v1/units")

    assert (first.status_code, second.status_code) == (401, 200)


@pytest.mark.parametrize(
    "onwards", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:x", "/a\nb"]
)
def test_nobody_is_led_to_another_host(web: Running, browser: TestClient, onwards: str) -> None:
    assert log_in(browser, web.tokens["ani"], onwards).headers["Location"] == "/"


@pytest.mark.parametrize("content", [b"", b"\xff\xff", b"a=1&" * 100])
def test_a_form_that_cannot_be_read_is_refused(browser: TestClient, content: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    answer = browser.post("/masuk", content=content, headers={**OURS, "Content-Type": kind})

    assert answer.status_code in {401, 422}
    assert browser.post("/masuk", json={}, headers=OURS).status_code == 422
