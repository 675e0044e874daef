"""Logging in with a browser: a session in a cookie that no script reads and no other site sends."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from web.office import decree, unit
from web.running import Running

from asn_ledger.domain.access import Grant
from asn_ledger.web.csrf import token_of

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def browser(web: Running) -> Iterator[TestClient]:
    with TestClient(web.app, follow_redirects=False, headers={"Accept": "text/html"}) as client:
        yield client


def guarded(browser: TestClient) -> dict[str, str]:
    """What a page of ours sends: where it comes from, and its session's token."""
    return {**OURS, "X-CSRF-Token": token_of(browser.cookies["asn_ledger"])}


def log_in(browser: TestClient, token: str, onwards: str = "/", **headers: str) -> Response:
    return browser.post("/masuk", data={"token": token, "next": onwards}, headers=headers or OURS)


def test_a_token_opens_a_session(web: Running, browser: TestClient) -> None:
    answer = log_in(browser, web.tokens["ani"], "/cari?q=kepala")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/cari?q=kepala")
    cookie = answer.headers["Set-Cookie"]
    assert web.tokens["ani"] not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get("/api/v1/employees?q=ani").status_code == 200
    assert "ani" in browser.get("/cari").text


def test_over_https_the_cookie_is_sent_over_https_alone(web: Running) -> None:
    with TestClient(web.app, base_url="https://testserver", follow_redirects=False) as client:
        cookie = log_in(client, web.tokens["ani"]).headers["Set-Cookie"]
        assert cookie.startswith("__Host-asn_ledger=")
        assert {"Secure", "Path=/", "HttpOnly"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert client.get("/api/v1/employees?q=ani").status_code == 200


def test_a_cookie_that_another_host_could_have_set_is_not_looked_at_over_https(web: Running) -> None:
    with TestClient(web.app, base_url="https://testserver", cookies={"asn_ledger": web.session("ani")}) as client:
        assert client.get("/api/v1/employees?q=ani").status_code == 403


def test_logging_in_again_gives_a_new_session_and_ends_the_old_one(web: Running, browser: TestClient) -> None:
    log_in(browser, web.tokens["ani"])
    first = browser.cookies["asn_ledger"]
    log_in(browser, web.tokens["ani"], **guarded(browser))
    assert browser.cookies["asn_ledger"] != first
    with TestClient(web.app, cookies={"asn_ledger": first}) as earlier:
        assert earlier.get("/api/v1/units").status_code == 401


def test_a_token_of_nobody_brings_the_form_back(browser: TestClient) -> None:
    answer = log_in(browser, "asnl_nobody", "/cari")

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert 'name="token"' in answer.text
    assert "Token ini tidak dikenal" in answer.text
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
    token = {"X-CSRF-Token": token_of(browser.cookies["asn_ledger"])}
    sent = browser.post("/api/v1/decrees", json=form, headers={**headers, **token, "Idempotency-Key": form["id"]})

    assert (sent.status_code, sent.json()["code"]) == (403, "origin")
    assert web.service.recorder.head() == head
    assert browser.post("/keluar", data={}, headers={**headers, **token}).status_code == 403


def test_pages_of_ours_may_use_the_cookie(web: Running, browser: TestClient) -> None:
    log_in(browser, web.tokens["ani"], Origin="http://testserver")
    form = decree([unit("own", "Dinas Sendiri")], mode="draft")
    sent = browser.post("/api/v1/decrees", json=form, headers={**guarded(browser), "Idempotency-Key": form["id"]})

    assert sent.status_code == 201, sent.text


def test_logging_out_ends_the_session_and_forgets_the_cookie(web: Running, browser: TestClient) -> None:
    log_in(browser, web.tokens["ani"])
    secret = browser.cookies["asn_ledger"]
    answer = browser.post("/keluar", data={"next": "/"}, headers=guarded(browser))

    assert answer.status_code == 303
    assert web.service.sessions.find(secret, web.service.now()) is None
    assert browser.get("/api/v1/employees?q=ani").status_code == 403


def test_the_session_of_a_revoked_token_is_refused_once_and_forgotten(web: Running, browser: TestClient) -> None:
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
