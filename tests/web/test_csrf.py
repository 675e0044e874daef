"""Whatever a browser sends with its cookie carries the token of the session, in the first field or as a header."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from web.running import Running
from web.test_gate import EXPECTED, filled

import asn_ledger.web
from asn_ledger.domain.access import Grant
from asn_ledger.web.csrf import token_of

UNSAFE = sorted((method, path) for method, path in EXPECTED if method not in {"GET", "HEAD"})
TEMPLATES = Path(asn_ledger.web.__file__).parent / "templates"


def sent(browser: TestClient, method: str, path: str, token: str | None, *, files: bool = False) -> tuple[int, str]:
    """How a form with this token is answered, and the code of the refusal."""
    fields = {} if token is None else {"csrf": token}
    if files:
        answer = browser.request(
            method, filled(path), data={**fields, "note": "x"}, files={"files": ("x.txt", b"x" * 5000)},
            headers={"Accept": "application/json"},
        )  # fmt: skip
    else:
        answer = browser.request(
            method, filled(path), data={**fields, "note": "x" * 5000}, headers={"Accept": "application/json"}
        )
    kind = answer.headers.get("content-type", "")
    return answer.status_code, answer.json().get("code", "") if kind.startswith("application/problem") else ""


@pytest.mark.parametrize("files", [False, True])
@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_nothing_is_done_without_the_sessions_own_token(web: Running, method: str, path: str, *, files: bool) -> None:
    own, other = web.session("ani"), web.session("ani")
    headers = {"Sec-Fetch-Site": "same-origin"}
    with TestClient(web.app, cookies={"asn_ledger": own}, headers=headers, follow_redirects=False) as browser:
        for wrong in (None, "", "x", token_of(other), own):
            assert sent(browser, method, path, wrong, files=files) == (403, "csrf"), wrong
        if path.startswith("/api/"):  # most of these take JSON, which has no first field
            browser.headers["X-CSRF-Token"] = token_of(own)
        assert sent(browser, method, path, token_of(own), files=files)[1] != "csrf"


def test_a_header_does_for_programs_that_use_a_cookie(web: Running) -> None:
    secret = web.session("ani")
    with TestClient(web.app, cookies={"asn_ledger": secret}, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        for wrong in ("", token_of(web.session("ani"))):
            refused = browser.post("/api/v1/decrees", json={}, headers={"X-CSRF-Token": wrong})
            assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
        asked = {"X-CSRF-Token": token_of(secret), "Idempotency-Key": str(uuid4())}
        assert browser.post("/api/v1/decrees", json={}, headers=asked).status_code == 422


def test_the_field_counts_only_where_it_comes_first(web: Running) -> None:
    secret = web.session("ani")
    with TestClient(web.app, cookies={"asn_ledger": secret}, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        for content in (
            f"next=/&csrf={token_of(secret)}",
            f"csrf=x&csrf={token_of(secret)}",
            f"xcsrf={token_of(secret)}",
        ):
            answer = browser.post(
                "/keluar", content=content, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), content


def test_a_bearer_of_a_token_needs_none(web: Running) -> None:
    assert web.office.post("/api/v1/decrees", json={}, headers={"Idempotency-Key": str(uuid4())}).status_code == 422


def test_every_form_that_changes_something_begins_with_the_token() -> None:
    forms = [
        (file.name, found.group(0))
        for file in TEMPLATES.rglob("*.html")
        for found in re.finditer(r'<form method="post"[^>]*>.{0,60}', file.read_text(encoding="utf-8"), re.DOTALL)
    ]
    field = '><input type="hidden" name="csrf" value="{{ frame.csrf }}">'

    assert [name for name, form in forms if field not in form] == []
    assert forms


def test_pages_carry_the_token_of_the_session_they_are_shown_to(web: Running) -> None:
    secret = web.session("ani")
    with TestClient(web.app, cookies={"asn_ledger": secret}, headers={"Accept": "text/html"}) as browser:
        page = browser.get("/").text
    assert f'name="csrf" value="{token_of(secret)}"' in page
    assert secret not in page
    assert token_of(secret) not in web.public.get("/", headers={"Accept": "text/html"}).text


def test_a_locked_account_is_out_at_once(web: Running) -> None:
    account = web.service.accounts.add("gita", Grant("hr_officer")).id
    browser = web.browser("gita")
    assert browser.get("/pegawai").status_code == 200
    with web.service.reading() as connection:
        connection.execute("UPDATE accounts.account SET locked_at = pg_catalog.now() WHERE id = %s", (account,))

    led = browser.get("/pegawai?q=a")
    assert (led.status_code, led.headers["Location"]) == (303, "/masuk?next=%2Fpegawai%3Fq%3Da&ended=1")
    assert "Sesi Anda sudah berakhir" in browser.get(led.headers["Location"]).text, "the browser has forgotten it"
