"""The administrator's pages: accounts are opened, locked and let in again, and nobody becomes somebody else by it."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from web.office import decree, enters, name, unit
from web.pages.page import check_landmarks, read
from web.running import Running
from web.test_gate import EXPECTED, filled
from web.test_login import OTHER, PASSWORD, browser, log_in, opened, send

from asn_ledger.domain.access import Grant

SENDS = sorted(path for method, path in EXPECTED if method == "POST" and path.startswith("/pengguna"))
NIP = "198503122010012001"
SENT = {"sent": "1"}


@pytest.fixture(scope="module")
def admin(web: Running) -> TestClient:
    web.record(decree([unit("schools", "Dinas Sekolah"), enters("sari", "Sari Dewi, S.H.", NIP)]))
    opened(web, "pengelola", "administrator")
    return web.browser("pengelola")


def made(answer: Response) -> str:
    """The password that a page shows once."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'<p class="hash">([a-z0-9-]+)</p>', answer.text)
    assert found is not None
    return found.group(1)


def open_account(admin: TestClient, called: str, role: str, **more: str) -> tuple[str, str]:
    answer = admin.post("/pengguna", data={"name": called, "role": role, "password": PASSWORD, **more})
    password = made(answer)
    told = admin.get("/pengguna.json", params={"q": called}).json()["accounts"]
    return next(one["id"] for one in told if one["name"] == called), password


def test_an_account_is_opened_found_and_shown_with_what_was_done_to_it(web: Running, admin: TestClient) -> None:
    form = {"name": "sari", "role": "opd_clerk", "nip": NIP, "unit": name("unit", "schools")}
    refused = admin.post("/pengguna", data={**form, "password": "salah besar sekali"})
    assert refused.status_code == 422
    assert read(refused.text).of("input", name="name")[0].attributes["value"] == "sari", "what was typed is kept"
    for wrong, said in (
        ({"nip": "1"}, "Tidak ada pegawai yang tercatat dengan NIP ini"),
        ({"unit": ""}, "unit"),
        ({"name": " "}, "satu baris"),
    ):
        answer = admin.post("/pengguna", data={**form, "password": PASSWORD, **wrong})
        assert answer.status_code in {404, 422}
        assert said in read(answer.text).of("div", role="alert")[0].words
    account, _ = open_account(admin, "sari", "opd_clerk", nip=NIP, unit=name("unit", "schools"))

    for text in ("sar", "Dewi"):
        (found,) = admin.get("/pengguna.json", params={"q": text, "role": "opd_clerk"}).json()["accounts"]
        assert (found["name"], found["person"], found["grants"][0]["unit_name"]) == ("sari", "Sari Dewi, S.H.", "Dinas Sekolah")  # fmt: skip
        assert (found["password_given"], found["second_factor"], found["last_login_at"]) == (True, False, None)
    page = read(admin.get(f"/pengguna/{account}").text)
    check_landmarks(page)
    for words in (
        "akun dibuka",
        "peran diberikan: Pengelola kepegawaian OPD",
        "oleh pengelola",
        "kata sandi sementara",
    ):
        assert words in page.words
    assert "Akun pengguna" in read(admin.get("/pengguna").text).words
    assert "No account fits" in web.browser("pengelola").get("/pengguna?q=zzz&lang=en").text
    auditor = web.auditor.get(f"/pengguna/{account}.json").json()
    assert [one["what"] for one in auditor["changes"]] == ["role_given", "opened"]
    assert '<form method="post" action="/pengguna' not in web.auditor.get(f"/pengguna/{account}", headers={"Accept": "text/html"}).text  # fmt: skip


def test_whoever_is_given_a_password_takes_another_and_is_locked_out_and_in(web: Running, admin: TestClient) -> None:
    account, given = open_account(admin, "joko", "employee")
    with browser(web, "192.0.2.77") as client:
        assert log_in(client, "joko", given).headers["Location"] == "/cari"
        assert client.get("/cari").headers["Location"].startswith("/masuk/sandi")
        assert send(client, "/masuk/sandi", new=OTHER, again=OTHER).status_code == 303
        assert client.get("/akun").status_code == 200
        told = admin.get(f"/pengguna/{account}.json").json()["account"]
        assert told["last_login_at"] is not None
        assert told["password_given"] is False
        web.service.accounts.token(UUID(account), "skrip", timedelta(days=1))
        assert (
            admin.post(f"/pengguna/{account}/kunci", data=SENT).headers["Location"]
            == f"/pengguna/{account}?done=locked"
        )
        assert client.get("/akun").status_code == 303, "its session has ended"
        assert log_in(client, "joko", OTHER).status_code == 401
        assert "dikunci" in read(admin.get(f"/pengguna/{account}").text).words
        admin.post(f"/pengguna/{account}/buka", data=SENT)
        assert log_in(client, "joko", OTHER).status_code == 303
        (token,) = admin.get(f"/pengguna/{account}.json").json()["tokens"]
        admin.post(f"/pengguna/{account}/token/{token['id']}/cabut", data=SENT)
        assert admin.get(f"/pengguna/{account}.json").json()["tokens"] == []


def test_nobody_gives_both_a_password_and_the_way_around_the_second_factor(web: Running, admin: TestClient) -> None:
    account = opened(web, "korban", "confirmer")
    web.browser("korban")  # who has set a second factor up
    with web.service.reading() as connection:
        connection.execute("UPDATE accounts.account SET last_login_at = now() WHERE id = %s", (account,))
    address, own = f"/pengguna/{account}", {"password": PASSWORD}
    assert made(admin.post(f"{address}/sandi", data=own))
    refused = admin.post(f"{address}/faktor-kedua", data=own)
    assert refused.status_code == 409
    assert "masih sementara" in read(refused.text).of("div", role="alert")[0].words
    web.service.logins.set_password(web.service.accounts.find("korban"), OTHER)
    assert admin.post(f"{address}/faktor-kedua", data=own).status_code == 303
    assert admin.post(f"{address}/sandi", data=own).status_code == 409, "whoever gives it could set up another factor"
    assert web.service.logins.is_password(account, OTHER)


def test_roles_are_given_and_taken_but_never_ones_own_nor_together_with_recording(
    web: Running, admin: TestClient
) -> None:
    account, _ = open_account(admin, "rudi", "auditor")
    address, own = f"/pengguna/{account}/peran", {"password": PASSWORD}

    def roles() -> set[str]:
        return {one["role"] for one in admin.get(f"/pengguna/{account}.json").json()["account"]["grants"]}

    assert admin.post(address, data={**own, "role": "inspector"}).status_code == 303
    assert admin.post(address, data={**own, "role": "auditor", "gives": "0"}).status_code == 303
    assert roles() == {"inspector"}
    assert admin.post(address, data={"password": "bukan ini sandinya", "role": "auditor"}).status_code == 422
    admin.post(address, data={**own, "role": "administrator"})
    assert admin.post(address, data={**own, "role": "hr_officer"}).status_code == 403, (
        "who keeps accounts records nothing"
    )
    assert roles() == {"inspector", "administrator"}
    mine = web.service.accounts.find("pengelola").id
    for path, sent in (("peran", {"role": "auditor"}), ("sandi", {}), ("faktor-kedua", {}), ("kunci", {})):
        answer = admin.post(f"/pengguna/{mine}/{path}", data={**own, **sent})
        assert answer.status_code == 403, path
    assert "Ini akun Anda sendiri" in read(admin.get(f"/pengguna/{mine}").text).words


@pytest.mark.parametrize("path", SENDS)
def test_only_an_administrator_who_logged_in_with_the_password_changes_accounts(web: Running, path: str) -> None:
    names = {role: f"hanya-{role}" for role in ("employee", "hr_officer", "confirmer", "authority", "auditor", "dpo")}
    for role, called in names.items():
        if role not in {one.name.removeprefix("hanya-") for one in web.service.accounts.all()}:
            web.service.accounts.add(called, Grant(role))  # type: ignore[arg-type]  # roles, written out above
        assert web.browser(called).post(filled(path)).status_code == 403, role
    token = web.log_in(f"token-{abs(hash(path))}", Grant("administrator"))
    answer = token.post(filled(path), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "by-token")
