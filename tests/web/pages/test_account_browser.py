"""A first login in Chromium, against a real service: enrol, keep the codes, change the password, make a token, log out."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Route
from web.pages.browser import ADDRESS, CHROMIUM, chromium
from web.running import Running
from web.test_login import OTHER, PASSWORD, code_of, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@contextmanager
def tab(
    browser: Browser, web: Running, width: int, *, script: bool, secret: str = ""
) -> Iterator[tuple[Page, list[str]]]:
    """A tab whose every request the service answers; the client behind it keeps the cookies, and follows as a browser.

    `secret` is of a session that is open already.
    """
    with TestClient(web.app, "http://localhost") as client:
        if secret:
            client.cookies.set("asn_ledger", secret, domain="localhost.local")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def serve(route: Route) -> None:
            asked, address = route.request, urlsplit(route.request.url)
            where = f"{address.path}?{address.query}" if address.query else address.path
            kept = {k: v for k, v in asked.all_headers().items() if k in {"accept", "content-type", "origin"}}
            answer = client.request(
                asked.method,
                where,
                content=asked.post_data_buffer,
                headers={**kept, "Origin": ADDRESS},
                follow_redirects=True,
            )
            headers = {k: v for k, v in answer.headers.items() if k.lower() != "set-cookie"}
            route.fulfill(status=answer.status_code, body=answer.content, headers=headers)

        page.route("**/*", serve)
        try:
            yield page, complaints
        finally:
            context.close()


def sound(page: Page, width: int, *, script: bool) -> None:
    """Nothing is wider than the screen, and nobody is shut out."""
    page.wait_for_load_state()  # a click returns before the page that it leads to has its style
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    if script:
        page.evaluate(AXE)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


@pytest.mark.parametrize(("width", "language", "script"), [(1280, "id", True), (360, "en", True), (360, "id", False)])
def test_a_first_login_and_everything_after(
    browser: Browser, web: Running, width: int, language: str, *, script: bool
) -> None:
    name = f"wulan-{width}-{language}-{script}".lower()
    opened(web, name, "hr_officer", "confirmer")
    words = {
        "id": ("Masuk", "Pasang", "Ganti kata sandi", "Buat token", "Keluar", "Sudah saya simpan"),
        "en": ("Sign in", "Set up", "Change the password", "Make a token", "Sign out", "I have kept them"),
    }[language]
    log_in, set_up, change, make, log_out, kept = words
    with tab(browser, web, width, script=script) as (page, complaints):
        page.goto(f"{ADDRESS}/masuk?next=/akun&lang={language}")
        sound(page, width, script=script)
        page.locator("#name").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name=log_in, exact=True).first.click()

        assert page.locator("svg.qr").is_visible()
        sound(page, width, script=script)
        page.locator("#code").fill("000000")
        page.get_by_role("button", name=set_up, exact=True).click()
        assert page.locator(".errors").is_visible()
        sound(page, width, script=script)
        page.locator("#code").fill(code_of(page.content(), web.service.now().timestamp()))
        page.get_by_role("button", name=set_up, exact=True).click()

        assert page.locator(".codes li").count() == 10
        sound(page, width, script=script)
        page.get_by_role("link", name=kept).click()
        sound(page, width, script=script)
        page.locator("#sandi ~ details summary").click()
        page.locator("#password").fill(PASSWORD)
        page.locator("#new").fill(OTHER)
        page.locator("#again").fill(OTHER)
        page.get_by_role("button", name=change, exact=True).click()
        assert page.locator(".notice").is_visible()

        page.locator("#token ~ details summary").click()
        sound(page, width, script=script)
        page.locator("#label").fill("laporan")
        page.locator("#token_password").fill(OTHER)
        page.get_by_role("button", name=make, exact=True).click()
        token = page.locator("pre.bytes").inner_text()
        sound(page, width, script=script)
        page.get_by_role("button", name=log_out, exact=True).click()
        account = web.service.accounts.find(name)
        assert web.service.accounts.authenticate(token) == account
        assert account.id is not None
        assert web.service.sessions.of(account.id, web.service.now()) == []
        unexpected = [text for text in complaints if "status of 422" not in text]
        assert unexpected == []


@pytest.mark.parametrize(("width", "language"), [(1280, "id"), (360, "en")])
def test_an_administrator_opens_an_account_and_looks_at_it(
    browser: Browser, web: Running, width: int, language: str
) -> None:
    admin, called = f"pengelola-{width}", f"baru-dengan-nama-yang-sangat-panjang-sekali-{width}"
    opened(web, admin, "administrator")
    with tab(browser, web, width, script=True, secret=web.session(admin)) as (page, complaints):
        page.goto(f"{ADDRESS}/pengguna?lang={language}")
        sound(page, width, script=True)
        page.locator("#name").fill(called)
        page.locator("#role").select_option("auditor")
        page.locator("#own_password").fill("bukan ini sandinya")
        page.locator("section form button").last.click()
        assert page.locator(".errors").is_visible()
        sound(page, width, script=True)
        page.locator("#own_password").fill(PASSWORD)
        page.locator("section form button").last.click()
        assert page.locator("p.hash").is_visible()
        for closed in page.locator("details.more summary").all():
            closed.click()
        sound(page, width, script=True)
        assert [text for text in complaints if "status of 422" not in text] == []
    assert web.service.accounts.find(called).roles == ("auditor",)
