"""The page of one's own account: what it shows, and everything that can be done there."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from passkeys import SITE, SoftPasskey
from web.office import decree, enters, name, unit
from web.pages import rows
from web.running import Running
from web.test_login import OTHER, PASSWORD, browser, code_of, enrol, log_in, opened, send

from asn_ledger.accounts import Principal
from asn_ledger.accounts.second_factor import FactorState
from asn_ledger.accounts.sessions import SessionListed
from asn_ledger.accounts.store import TokenListed
from asn_ledger.accounts.throttle import FREE
from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.proof.keyring import Key, Keyring
from asn_ledger.web.csrf import token_of
from asn_ledger.web.frame import FieldError
from asn_ledger.web.pages.account import AccountPage, Own, build

OFFICE = rows.frame(role="office")
PASSKEY = SoftPasskey()
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
SPACE = UUID(int=7)


def listed(number: int, browser: str, *, by_token: bool = False) -> SessionListed:
    return SessionListed(uuid5(SPACE, str(number)), AT, AT, AT + timedelta(hours=12), browser, by_token, number == 2)


def shown(*, keeps: bool = True, wrong: bool = False) -> AccountPage:
    top = UnitId.of(uuid5(SPACE, "unit"))
    grants = (Grant("hr_officer"), Grant("confirmer"), Grant("opd_clerk", top))
    own = Own(
        principal=Principal(uuid5(SPACE, "a"), "retno.k", grants, EmployeeId.of(uuid5(SPACE, "e"))),
        keeps=keeps,
        session=uuid5(SPACE, "1"),
        factor=FactorState(enrolled=not wrong, recovery_left=1),
        sessions=(listed(1, "Firefox, Linux"), listed(2, ""), listed(3, "Chrome, Android", by_token=True)),
        tokens=(
            TokenListed(uuid5(SPACE, "t1"), "x" * 100, None, AT, AT + timedelta(days=30)),
            TokenListed(uuid5(SPACE, "t2"), "", ["confirmer"], AT, AT + timedelta(days=366)),
        ),
        units={top: "Dinas Pekerjaan Umum, Penataan Ruang, Perumahan dan Kawasan Permukiman Kota Salatiga"},
        ring=Keyring(
            SITE, 0, {b"k": Key(str(uuid5(SPACE, "a")), PASSKEY.public_key, 48_213, anchor=True, label="Telepon")}
        ),
        waiting=(),
    )
    fields = ("new", "again", "codes_password", "label", "token_roles", "token_password")
    errors = tuple(FieldError(field, "Ini keliru, dan dikatakan panjang lebar.") for field in fields) if wrong else ()
    return build(OFFICE, own, done="password", made="asnl_" + "x" * 43 if not wrong else "", errors=errors)


def office(web: Running, who: str) -> tuple[TestClient, list[str]]:
    """A browser in which an officer has just set up the second factor."""
    opened(web, who, "hr_officer", "confirmer")
    with browser(web) as client:
        log_in(client, who)
        return client, enrol(web, client)


def fill(client: TestClient, address: str, **fields: str) -> Response:
    """Send a form of the page, as a browser does."""
    return client.post(address, data={"csrf": token_of(client.cookies["asn_ledger"]), **fields})


def test_it_says_who_one_is_and_how_far_each_role_reaches(web: Running) -> None:
    web.record(decree([unit(1, "Dinas Pendidikan"), enters(1, "Rina Astuti", "198503122010012001")]))
    who = web.service.accounts.add(
        "rina", Grant("opd_clerk", UnitId(name("unit", 1))), Grant("employee"), employee=EmployeeId(name("employee", 1))
    )
    client = web.browser("rina")
    page = client.get("/akun").text
    data = client.get("/akun.json").json()

    assert "orang dan jabatan di bawah Dinas Pendidikan" in page
    assert "berkas sendiri" in page
    assert f'href="/pegawai/{name("employee", 1)}"' in page
    assert (data["id"], data["name"], data["employee"]) == (str(who.id), "rina", name("employee", 1))
    assert data["grants"] == [
        {"role": "employee", "unit": None}, {"role": "opd_clerk", "unit": name("unit", 1)},
    ]  # fmt: skip


def test_a_bearer_and_a_session_by_token_see_who_they_are_and_no_more(web: Running) -> None:
    bearer = web.auditor.get("/akun.json").json()
    assert (bearer["name"], bearer["sessions"], bearer["tokens"]) == ("citra", [], [])
    with browser(web) as client:
        client.post("/masuk", data={"token": web.tokens["citra"]})
        page = client.get("/akun").text
        assert "Anda masuk dengan token" in page
        assert "/akun/sandi" not in page
        made = fill(client, "/akun/token", label="more", days="30", token_password=PASSWORD)
        assert made.status_code == 403


def test_another_password_ends_the_other_sessions_and_renews_this_one(web: Running) -> None:
    client, codes = office(web, "lina")
    with browser(web) as other:
        log_in(other, "lina")
        send(other, "/masuk/kode", code=codes[0])
        assert other.get("/pegawai").status_code == 200
        before = client.cookies["asn_ledger"]
        done = fill(client, "/akun/sandi", password=PASSWORD, new=OTHER, again=OTHER)

        assert (done.status_code, done.headers["Location"]) == (303, "/akun?done=password")
        assert client.cookies["asn_ledger"] != before
        assert "Kata sandi diganti" in client.get("/akun?done=password").text
        assert other.get("/pegawai").headers["Location"] == "/masuk?next=%2Fpegawai&ended=1"
    assert web.service.logins.confirm_password(
        web.service.accounts.find("lina").id or UUID(int=0), OTHER, web.service.now()
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": OTHER, "new": OTHER, "again": OTHER}, "Kata sandi ini tidak cocok"),
        ({"password": PASSWORD, "new": OTHER, "again": OTHER + "x"}, "Kedua kata sandi baru tidak sama"),
        ({"password": PASSWORD, "new": "pendek", "again": "pendek"}, "paling sedikit 12 karakter"),
        ({"password": PASSWORD, "new": "saya mira sekali", "again": "saya mira sekali"}, "Nama akun ada di dalam"),
        ({"password": PASSWORD, "new": "indonesia2025", "again": "indonesia2025"}, "paling dahulu dicoba"),
        ({}, "Kata sandi ini tidak cocok"),
    ],
)
def test_a_password_that_is_not_taken_changes_nothing(web: Running, fields: dict[str, str], words: str) -> None:
    who = web.service.accounts
    if "mira" not in [one.name for one in who.all()]:
        opened(web, "mira", "employee")
    client = web.browser("mira")
    answer = fill(client, "/akun/sandi", **fields)
    account = who.find("mira").id

    assert answer.status_code == 422
    assert words in answer.text
    assert not any(text in answer.text for text in (OTHER, "pendek", "saya mira"))
    assert account is not None
    assert web.service.logins.confirm_password(account, PASSWORD, web.service.now())


def test_the_password_is_not_guessed_on_this_page_either(web: Running) -> None:
    opened(web, "nanda", "employee")
    client = web.browser("nanda")
    for _ in range(FREE):
        assert fill(client, "/akun/sandi", password=OTHER).status_code == 422
    late = fill(client, "/akun/sandi", password=PASSWORD, new=OTHER, again=OTHER)

    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0


def test_another_second_factor_and_new_recovery_codes_ask_for_the_password(web: Running) -> None:
    client, codes = office(web, "oki")
    page = client.get("/akun/faktor-kedua").text
    code = code_of(page, web.service.now().timestamp() + 30)
    assert fill(client, "/akun/faktor-kedua", code=code).status_code == 422
    assert fill(client, "/akun/kode-pemulihan", codes_password=OTHER).status_code == 422
    renewed = fill(client, "/akun/kode-pemulihan", codes_password=PASSWORD)
    new = re.findall(r"<code>([^<]+)</code>", renewed.text)
    account = web.service.accounts.find("oki").id
    assert account is not None

    assert (len(new), renewed.headers["Cache-Control"]) == (10, "no-store")
    assert not web.service.logins.factors.use(account, codes[0], web.service.now())
    assert web.service.logins.factors.use(account, new[0], web.service.now())
    assert "Kode pemulihan tersisa: 9" in client.get("/akun").text
    assert fill(client, "/akun/faktor-kedua", code=code, password=PASSWORD).status_code == 200
    assert not web.service.logins.factors.use(account, new[1], web.service.now()), "the codes are new again"


def test_who_has_no_second_factor_has_no_codes_for_it(web: Running) -> None:
    opened(web, "putu", "employee")
    with browser(web) as client:
        log_in(client, "putu")
        assert "Belum terpasang" in client.get("/akun").text
        assert fill(client, "/akun/kode-pemulihan", codes_password=PASSWORD).status_code == 404


def test_sessions_are_listed_and_ended_but_not_those_of_others(web: Running) -> None:
    opened(web, "qori", "employee")
    first, second, third = (web.browser("qori") for _ in range(3))
    stranger = web.browser("ani")
    listed = first.get("/akun.json").json()["sessions"]
    (own,) = [one["id"] for one in listed if one["own"]]
    (other, *_) = [one["id"] for one in second.get("/akun.json").json()["sessions"] if one["own"]]
    assert len(listed) == 3
    assert first.get("/akun").text.count("/akhiri") == 3, "each of the two others, and all of them"

    assert fill(stranger, f"/akun/sesi/{other}/akhiri").status_code == 303
    assert second.get("/akun").status_code == 200
    assert fill(first, f"/akun/sesi/{other}/akhiri").headers["Location"] == "/akun?done=sessions"
    assert [second.get("/akun").status_code, third.get("/akun").status_code] == [303, 200]
    fill(first, "/akun/sesi/akhiri")
    assert [first.get("/akun").status_code, third.get("/akun").status_code] == [200, 303]
    assert fill(first, f"/akun/sesi/{own}/akhiri").status_code == 303
    assert first.get("/akun").status_code == 303


def test_who_gave_the_password_and_no_code_yet_is_in_the_list(web: Running) -> None:
    client, _ = office(web, "vino")
    with browser(web) as stranger:
        log_in(stranger, "vino")

    assert [one["halfway"] for one in client.get("/akun.json").json()["sessions"]] == [False, True]
    assert "kata sandi sudah diberikan, kode belum" in client.get("/akun").text


def test_a_token_is_shown_once_has_the_chosen_roles_and_is_revoked_by_its_owner_alone(web: Running) -> None:
    client, _ = office(web, "rudi")
    fields = {"label": "laporan", "days": "30", "token_password": PASSWORD, "role.confirmer": "1"}
    answer = fill(client, "/akun/token", **fields)
    (token,) = re.findall(r"asnl_[\w-]{43}", answer.text)
    principal = web.service.accounts.authenticate(token)
    (kept,) = client.get("/akun.json").json()["tokens"]

    assert principal is not None
    assert principal.roles == ("confirmer",)
    assert (kept["label"], kept["roles"]) == ("laporan", ["confirmer"])
    assert token not in client.get("/akun").text
    assert kept["id"].replace("-", "")[-8:] in client.get("/akun").text
    fill(web.browser("ani"), f"/akun/token/{kept['id']}/cabut")
    assert web.service.accounts.authenticate(token) is not None
    assert fill(client, f"/akun/token/{kept['id']}/cabut").headers["Location"] == "/akun?done=token"
    assert web.service.accounts.authenticate(token) is None
    assert client.get("/akun.json").json()["tokens"] == []


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"label": " "}, 422, "Tulis untuk apa"),
        ({"token_password": OTHER}, 422, "Kata sandi ini tidak cocok"),
        ({"role.auditor": ""}, 422, "paling sedikit satu peran"),
        ({"days": "3650"}, 422, ""),
        ({"days": "x"}, 422, ""),
    ],
)
def test_a_token_that_is_not_made_leaves_none(web: Running, changed: dict[str, str], status: int, words: str) -> None:
    if "sari" not in [one.name for one in web.service.accounts.all()]:
        opened(web, "sari", "auditor")
    client = web.browser("sari")
    fields = {"label": "laporan <b>", "days": "30", "token_password": PASSWORD, "role.auditor": "1", **changed}
    answer = fill(client, "/akun/token", **{key: value for key, value in fields.items() if value})

    assert answer.status_code == status
    assert words in answer.text
    assert "asnl_" not in answer.text
    assert "<b>" not in answer.text
    assert client.get("/akun.json").json()["tokens"] == []


def test_a_role_that_one_does_not_have_is_in_no_token(web: Running) -> None:
    opened(web, "tono", "auditor")
    client = web.browser("tono")
    fields = {"label": "x", "days": "30", "token_password": PASSWORD, "role.auditor": "1", "role.hr_officer": "1"}
    (token,) = re.findall(r"asnl_[\w-]{43}", fill(client, "/akun/token", **fields).text)
    principal = web.service.accounts.authenticate(token)

    assert principal is not None
    assert principal.roles == ("auditor",)


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_is_there_in_both_languages(web: Running, language: str) -> None:
    opened(web, f"umi-{language}", "employee")
    page = web.browser(f"umi-{language}").get(f"/akun?lang={language}")

    assert {"id": "Akun saya", "en": "My account"}[language] in page.text
    assert page.headers["Cache-Control"] == "no-store"
