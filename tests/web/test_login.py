"""Logging in with name and password: second factor, enrolment, waiting; and what a stranger is not told."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi.testclient import TestClient
from httpx2 import Response
from web.running import Running

from asn_ledger.accounts.throttle import FREE
from asn_ledger.domain.access import Grant, Role
from asn_ledger.web.csrf import token_of

PASSWORD, OTHER = "empat kucing di atap", "lima ekor ikan koi merah"
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def opened(web: Running, name: str, *roles: Role) -> UUID:
    account = web.service.accounts.add(name, *(Grant(role) for role in roles))
    web.service.logins.set_password(account, PASSWORD)
    assert account.id is not None
    return account.id


@contextmanager
def browser(web: Running, address: str = "192.0.2.1", *, https: bool = False) -> Iterator[TestClient]:
    base = "https://testserver" if https else "http://testserver"
    with TestClient(web.app, base, headers=OURS, follow_redirects=False, client=(address, 50000)) as client:
        yield client


def log_in(client: TestClient, name: str, password: str = PASSWORD, onwards: str = "/cari", **headers: str) -> Response:
    return client.post("/masuk", data={"name": name, "password": password, "next": onwards}, headers=headers)


def send(client: TestClient, address: str, **fields: str) -> Response:
    """Send the first form of a page that goes to this address, as a browser does."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    return client.post(address.partition("?")[0], data={"csrf": token.group(1), **fields})


def code_of(page: str, now: float) -> str:
    """The code that an authenticator shows after reading the page."""
    found = re.search(r"otpauth://totp/[^\"]*secret=([A-Z2-7]+)", page)
    assert found is not None
    secret = base64.b32decode(found.group(1) + "=" * (-len(found.group(1)) % 8))
    return TOTP(secret, 6, SHA1(), 30).generate(int(now)).decode()  # noqa: S303 -- as authenticators do


def enrol(web: Running, client: TestClient) -> list[str]:
    """Set the second factor up; gives the recovery codes."""
    page = client.get("/akun/faktor-kedua").text
    code = code_of(page, web.service.now().timestamp())
    answer = send(client, "/akun/faktor-kedua", code=code, next="/cari")
    assert answer.status_code == 200, answer.text
    token = re.search(r'name="csrf" value="([^"]+)"', answer.text)
    assert token is not None
    assert token.group(1) == token_of(client.cookies["asn_ledger"]), "its forms belong to the renewed session"
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.text)


def test_an_employee_is_in_with_the_password(web: Running) -> None:
    opened(web, "eka", "employee")
    with browser(web, https=True) as client:
        answer = log_in(client, "eka", onwards="/unit")
        cookies = answer.headers.get_list("set-cookie")

        assert (answer.status_code, answer.headers["Location"]) == (303, "/unit")
        assert sorted(cookie.partition("=")[0] for cookie in cookies) == [
            "__Host-asn_ledger",
            "__Host-asn_ledger_browser",
        ]
        assert all({"HttpOnly", "Secure", "SameSite=strict"} <= set(cookie.split("; ")) for cookie in cookies)
        assert "eka" in client.get("/cari").text


def test_who_needs_a_second_factor_sets_it_up_before_anything_else(web: Running) -> None:
    opened(web, "farid", "hr_officer")
    with browser(web) as client:
        first = log_in(client, "farid", onwards="/pegawai")
        assert first.headers["Location"] == "/pegawai"
        assert [cookie.partition("=")[0] for cookie in first.headers.get_list("set-cookie")] == ["asn_ledger"]
        led = client.get("/pegawai?q=a")
        assert (led.status_code, led.headers["Location"]) == (303, "/akun/faktor-kedua?next=%2Fpegawai%3Fq%3Da")
        for address in ("/", "/api/v1/employees?q=a", "/pegawai.json"):
            refused = client.get(address, headers={"Accept": "application/json"})
            assert (refused.status_code, refused.json()["type"]) == (403, "/problems/login-incomplete")
        page = client.get(led.headers["Location"])
        assert page.headers["Cache-Control"] == "no-store"
        assert client.get(led.headers["Location"]).text.count("<svg") == 1
        assert code_of(client.get("/akun/faktor-kedua").text, 0) == code_of(page.text, 0), "reloading keeps the key"
        assert send(client, "/akun/faktor-kedua", code="000000").status_code == 422
        before = client.cookies["asn_ledger"]

        assert len(enrol(web, client)) == 10
        assert client.cookies["asn_ledger"] != before
        assert client.get("/pegawai").status_code == 200
    with TestClient(web.app, cookies={"asn_ledger": before}) as earlier:
        assert earlier.get("/api/v1/units").status_code == 401


def test_with_a_second_factor_the_password_alone_opens_nothing(web: Running) -> None:
    opened(web, "gilang", "auditor")
    with browser(web) as client:
        log_in(client, "gilang")
        codes = enrol(web, client)
    with browser(web) as client:
        led = log_in(client, "gilang", onwards="/pegawai")
        assert led.headers["Location"] == "/masuk/kode?next=%2Fpegawai"
        assert client.get("/pegawai").headers["Location"] == "/masuk/kode?next=%2Fpegawai"
        assert client.get("/akun/faktor-kedua").headers["Location"].startswith("/masuk/kode")
        half = client.cookies["asn_ledger"]
        wrong = send(client, "/masuk/kode?next=/pegawai", code="000000", next="/pegawai")
        assert wrong.status_code == 401
        assert "bukan kode yang berlaku" in wrong.text
        assert 'value="/pegawai"' in wrong.text
        right = send(client, "/masuk/kode", code=codes[0], next="/pegawai")
        assert (right.status_code, right.headers["Location"]) == (303, "/pegawai")
        assert client.cookies["asn_ledger"] != half
        assert client.get("/pegawai").status_code == 200
        assert client.get("/masuk/kode").status_code == 403, "there is nothing left to give"
    with TestClient(web.app, cookies={"asn_ledger": half}) as earlier:
        assert earlier.get("/api/v1/units").status_code == 401


def test_a_login_that_is_halfway_can_be_given_up(web: Running) -> None:
    opened(web, "hana", "confirmer")
    with browser(web) as client:
        log_in(client, "hana")
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/akun/faktor-kedua").text)
        assert token is not None
        assert client.post("/keluar", data={"csrf": token.group(1)}).status_code == 303
        assert client.get("/").status_code == 200


def test_a_session_by_token_changes_nothing_of_the_account(web: Running) -> None:
    with browser(web) as client:
        client.post("/masuk", data={"token": web.tokens["citra"]})
        refused = client.get("/akun/faktor-kedua", headers={"Accept": "application/json"})

        assert client.get("/pegawai").status_code == 200
        assert (refused.status_code, refused.json()["code"]) == (403, "by-token")


def test_a_name_that_nobody_has_is_answered_as_one_that_somebody_has(web: Running) -> None:
    opened(web, "indra", "employee")
    said: dict[str, list[tuple[int, str | None, str]]] = {}
    for number, name in enumerate(("indra", "zzzzz")):
        with browser(web, f"192.0.2.{20 + number}") as client:
            answers = [log_in(client, name, OTHER) for _ in range(FREE + 1)]
            said[name] = [
                (
                    one.status_code,
                    one.headers.get("Retry-After"),
                    re.sub(r"\d\d\.\d\d(\.\d\d)?|\d+ detik", "", one.text).replace(name, ""),
                )
                for one in answers
            ]

    assert [status for status, _, _ in said["indra"]] == [401] * FREE + [429]
    assert [(status, text) for status, _, text in said["indra"]] == [
        (status, text) for status, _, text in said["zzzzz"]
    ]


def test_who_tries_too_often_is_told_how_long_to_wait(web: Running) -> None:
    name = str(uuid4())
    with browser(web, "192.0.2.30") as client:
        for _ in range(FREE):
            log_in(client, name, OTHER)
        for language, words in (("id", "Terlalu banyak percobaan"), ("en", "Too many tries")):
            page = client.post(f"/masuk?lang={language}", data={"name": name, "password": OTHER})
            assert page.status_code == 429
            assert 0 < int(page.headers["Retry-After"]) <= 31
            assert words in page.text
            assert OTHER not in page.text
        program = log_in(client, name, OTHER, Accept="application/json")
        assert (program.status_code, program.json()["type"]) == (429, "/problems/too-many-attempts")
        assert 0 < int(program.headers["Retry-After"]) <= 31


def test_codes_are_not_guessed_either(web: Running) -> None:
    opened(web, "joko", "auditor")
    with browser(web) as client:
        log_in(client, "joko")
        codes = enrol(web, client)
    with browser(web) as client:
        log_in(client, "joko")
        for _ in range(FREE):
            assert send(client, "/masuk/kode", code="000000").status_code == 401
        late = send(client, "/masuk/kode", code=codes[0])

        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) > 0


def test_a_browser_that_is_known_is_not_kept_out_by_a_stranger(web: Running) -> None:
    opened(web, "kiki", "employee")
    with browser(web, "192.0.2.40") as own:
        log_in(own, "kiki")
        with browser(web, "192.0.2.41") as stranger:
            for _ in range(FREE + 1):
                log_in(stranger, "kiki", OTHER)
            assert log_in(stranger, "kiki").status_code == 429
        own.cookies.delete("asn_ledger")

        assert log_in(own, "kiki").status_code == 303


@pytest.mark.parametrize(
    "fields", [{"next": "/"}, {"name": "ani"}, {"password": PASSWORD}, {"name": "x" * 5000, "password": PASSWORD}]
)
def test_half_a_form_brings_the_form_back(web: Running, fields: dict[str, str]) -> None:
    with browser(web, "192.0.2.50") as client:
        answer = client.post("/masuk", data=fields)

    assert answer.status_code == 401
    assert PASSWORD not in answer.text


def test_a_password_that_somebody_gave_opens_nothing_but_the_page_for_ones_own(web: Running) -> None:
    roles: tuple[Role, ...] = ("employee", "hr_officer")
    for role in roles:
        called = f"given-{role}"
        account = web.service.accounts.add(called, Grant(role))
        web.service.logins.set_password(account, PASSWORD, given=True)
        with browser(web) as client:
            assert log_in(client, called).status_code == 303
            for address in ("/cari", "/akun", "/akun/faktor-kedua"):
                assert client.get(address).headers["location"].startswith("/masuk/sandi?next="), address
            told = client.get("/akun", headers={"Accept": "application/json"}).json()
            assert told["type"] == "/problems/login-incomplete"
            for new, again, said in (
                (OTHER, PASSWORD, "Kedua kata sandi baru tidak sama"),
                (PASSWORD, PASSWORD, "kata sandi yang diberikan kepada Anda"),
                ("pendek", "pendek", "12 karakter"),
            ):
                refused = send(client, "/masuk/sandi?next=/cari", new=new, again=again)
                assert refused.status_code == 422
                assert said in refused.text
            before = client.cookies["asn_ledger"]
            changed = send(client, "/masuk/sandi", new=OTHER, again=OTHER, next="/cari")
            assert (changed.status_code, changed.headers["location"]) == (303, "/cari")
            assert client.cookies["asn_ledger"] != before
            onwards = client.get("/akun")
            assert onwards.status_code == 200 if role == "employee" else "faktor-kedua" in onwards.headers["location"]
        with browser(web) as client:
            assert log_in(client, called).status_code == 401
            assert log_in(client, called, OTHER).status_code == 303
            assert not client.get("/cari").headers.get("location", "").startswith("/masuk/sandi")
