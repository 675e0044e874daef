"""Passkeys in Chromium with an authenticator of its own: enrolled, vouched for, confirmed with; looked at by hand too."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, Locator, Page, expect
from ttes import Signer, authority
from web.office import appoint, decree, enters, post, unit
from web.pages.browser import CHROMIUM, chromium
from web.pages.test_account_browser import sound, tab
from web.running import Running
from web.test_login import PASSWORD

from asn_ledger.domain.events import Actor
from asn_ledger.language import translate
from asn_ledger.ledger.audit import audit_ledger

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
OPERATOR = Actor("operator:root", "operator:root")


def say(key: str, **values: str) -> str:
    return translate("id", f"keys.{key}", **values)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@contextmanager
def desk_of(browser: Browser, web: Running, name: str, width: int = 1280) -> Iterator[tuple[Page, list[str]]]:
    """A tab in which somebody is logged in, on a device that holds passkeys and knows its owner."""
    account = web.service.accounts.find(name)
    web.service.logins.set_password(account, PASSWORD)
    with tab(browser, web, width, script=True, secret=web.session(name)) as (page, complaints):
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page, complaints


def enrol(page: Page, label: str) -> None:
    page.goto("http://localhost/akun")
    page.get_by_text(say("enrol_open")).click()
    page.get_by_label(say("label")).fill(label)
    page.locator("#key_password").fill(PASSWORD)
    page.get_by_role("button", name=say("enrol"), exact=True).click()


BSRE = authority()


def sign_elsewhere(page: Page, form: Locator) -> None:
    """Take the act that a form offers, sign it as BSrE's tools do, and choose the signed file."""
    with page.expect_download() as taken:
        form.get_by_role("link", name=say("tte_take")).click()
    pdf = taken.value.path().read_bytes()
    now = datetime.now(UTC).replace(microsecond=0)
    with ThreadPoolExecutor(1) as apart:  # the browser's loop runs in this one
        signed = apart.submit(Signer(BSRE, BSRE.certify("Budi"), told_at=now).sign_pdf, pdf).result()
    file = {"name": "tindakan-signed.pdf", "mimeType": "application/pdf", "buffer": signed}
    form.get_by_label(say("tte_signed")).set_input_files(file)  # type: ignore[arg-type]  # a file's fields


def enrol_certificate(page: Page) -> None:
    page.goto("http://localhost/akun")
    page.get_by_text(say("tte_open")).click()
    form = page.locator("form:has(#tte_certificate)")
    pem = BSRE.certify("Budi").certificate.public_bytes(Encoding.PEM)
    form.get_by_label(say("tte_certificate"), exact=True).set_input_files(
        {"name": "budi.pem", "mimeType": "application/x-pem-file", "buffer": pem}
    )
    form.get_by_label(translate("id", "account.current")).fill(PASSWORD)
    form.get_by_role("button", name=say("tte_enrol")).click()
    expect(form.get_by_role("alert")).to_contain_text(say("tte_now"))
    photograph(page, "akun-tte")
    sign_elsewhere(page, form)
    form.get_by_role("button", name=say("tte_enrol")).click()
    expect(page.get_by_text(translate("id", "account.done_key"), exact=True)).to_be_visible(timeout=30_000)


def confirm_elsewhere(web: Running, page: Page) -> None:
    form = decree([appoint(2, 3, "2021-01-01", path="pelaksana")])
    web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
    page.goto(f"http://localhost/sk/{form['id']}")
    photograph(page, "konfirmasi-tte")
    sign_elsewhere(page, page.locator("form.decide[data-asked]"))
    page.get_by_role("button", name=translate("id", "confirmation.button_confirm")).click()
    expect(page.get_by_text(say("signs"))).to_be_hidden(timeout=30_000)
    web.follow()
    assert web.office.get(f"/api/v1/decrees/{form['id']}").json()["state"] == "recorded"


def photograph(page: Page, name: str) -> None:
    """Keep a picture to be looked at, where somebody asks for one."""
    folder = os.environ.get("ASN_LEDGER_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_enrolled_vouched_for_and_confirmed_with(browser: Browser, web: Running) -> None:
    web.record(decree([unit(1, "Dinas Pendidikan"), post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
    web.record(
        decree([post(2, "Pengadministrasi"), post(3, "Pengelola"), enters(2, "Orang Dua", "198503122010012002")])
    )
    keys, now = web.service.passkeys, web.service.now()
    if keys.keyring().site is None:
        keys.introduce("localhost", ("http://localhost",), OPERATOR, now)
    web.service.accounts.add("dewi", *web.service.accounts.find("budi").grants)
    form = decree([appoint(2, 2, "2020-01-01", path="pelaksana")])
    web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})

    with desk_of(browser, web, "ani") as (page, complaints), desk_of(browser, web, "budi") as (colleague, _):
        for one, label in ((page, "Laptop Ani"), (colleague, "Telepon Budi")):
            enrol(one, label)
            expect(one.get_by_text(translate("id", "account.done_key"), exact=True)).to_be_visible()
        photograph(colleague, "akun")
        sound(colleague, 1280, script=True)
        keys.trust(BSRE.trust.roots, BSRE.trust.time_roots, OPERATOR, now)
        enrol_certificate(colleague)
        keys.require("BA 800/1/2026", OPERATOR, now)

        with desk_of(browser, web, "dewi", 360) as (newcomer, _):
            newcomer.goto(f"http://localhost/sk/{form['id']}")
            expect(newcomer.get_by_text(say("needs_key"))).to_be_visible()
            enrol(newcomer, "Kunci Dewi")
            expect(newcomer.get_by_text(translate("id", "account.done_key_waits"))).to_be_visible()
            colleague.goto("http://localhost/kunci")
            photograph(colleague, "kunci")
            sound(colleague, 1280, script=True)
            colleague.get_by_role("button", name=say("vouch")).click()
            expect(colleague.get_by_text(say("done_vouched"))).to_be_visible()
            newcomer.goto("http://localhost/kunci")
            expect(newcomer.get_by_text(say("none_waits"))).to_be_visible()
            photograph(newcomer, "kunci-360")
            sound(newcomer, 360, script=True)

        colleague.goto(f"http://localhost/sk/{form['id']}")
        photograph(colleague, "konfirmasi")
        colleague.get_by_role("button", name=translate("id", "confirmation.button_confirm")).click()
        expect(colleague.get_by_text(say("signs"))).to_be_hidden(timeout=30_000)  # nobody follows: it waits in vain
        web.follow()
        confirm_elsewhere(web, colleague)
        assert complaints == []

    with desk_of(browser, web, "budi") as (page, _):
        enrol(page, "Telepon baru")
        expect(page.get_by_text(translate("id", "account.done_key_waits"))).to_be_visible()
        page.goto("http://localhost/kunci")
        page.get_by_text(say("revoke_open")).click()
        page.get_by_label(say("reason")).fill("hilang")
        page.get_by_role("button", name=say("revoke"), exact=True).click()
        # This device holds none of the keys that count: nothing is signed, and the page says so.
        expect(page.get_by_role("alert").first).to_be_visible()

    service = web.service
    report = audit_ledger(service.databases.service, service.agency, key=service.verifier)
    assert report.passed, report.finding
    assert len(keys.keyring().keys) == 4
    assert web.office.get(f"/api/v1/decrees/{form['id']}").json()["state"] == "recorded"


def test_without_script_the_page_says_that_signing_needs_it(browser: Browser, web: Running) -> None:
    if web.service.passkeys.keyring().site is None:
        web.service.passkeys.introduce("localhost", ("http://localhost",), OPERATOR, web.service.now())
    with tab(browser, web, 360, script=False, secret=web.session("budi")) as (page, _):
        page.goto("http://localhost/akun")
        page.get_by_text(say("enrol_open")).click()
        expect(page.locator("noscript p").first).to_be_visible()
