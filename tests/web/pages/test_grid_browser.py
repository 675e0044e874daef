"""The grid in Chromium, against a real service: no mouse, a paste out of a spreadsheet, a decree that waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Route
from web.office import decree, move
from web.pages.browser import ADDRESS, CHROMIUM, chromium
from web.pages.test_grid import AGUS, RINA
from web.pages.test_grid import web as _web
from web.running import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
web = _web
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@contextmanager
def tab(
    browser: Browser, client: TestClient, width: int = 1280, *, script: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """A tab whose every request the service itself answers."""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def serve(route: Route) -> None:
        asked, address = route.request, urlsplit(route.request.url)
        where = f"{address.path}?{address.query}" if address.query else address.path
        kept = {k: v for k, v in asked.headers.items() if k in {"accept", "content-type"}}
        answer = client.request(
            asked.method, where, content=asked.post_data_buffer, headers=kept, follow_redirects=True
        )
        route.fulfill(status=answer.status_code, body=answer.content, headers=dict(answer.headers))

    page.route("**/*", serve)
    try:
        yield page, complaints
    finally:
        context.close()


def paste(page: Page, text: str) -> None:
    """What the browser does when somebody pastes what a spreadsheet copied."""
    page.evaluate(
        """text => {
            const data = new DataTransfer(); data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def reach(page: Page, wanted: str) -> None:
    """Go on by Tab until the element of this id has the focus."""
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(wanted)


def test_a_decree_is_entered_with_the_keyboard_and_a_paste_alone(  # noqa: PLR0915 -- one decree, cell after cell
    browser: Browser, web: Running
) -> None:
    with tab(browser, web.office) as (page, complaints):
        page.goto(f"{ADDRESS}/sk/baru")
        page.locator("#isi").focus()
        reach(page, "mode")
        page.keyboard.press("ArrowDown")
        for field, text in (
            ("number", "821.2/6/2026"), ("decided_on", "5126"), ("signer_name", "Yuliyanto"),
            ("signer_title", "Wali Kota"), ("pending", "menyusul"),
        ):  # fmt: skip
            reach(page, field)
            page.keyboard.type(text)
        reach(page, "r1-nip")
        rows = [f"{AGUS}\tAgus\tmutasi\t\tKepala Dinas Pendidikan\t\tmutasi setingkat\t1-2-2026"] * 12
        paste(page, "\r\n".join(rows) + "\r\n")
        assert page.locator("#r12-post").input_value() == "Kepala Dinas Pendidikan", "rows are added for what is pasted"
        paste(page, "\n".join(["\t\t\t\t\t\t\t"] * 12))
        assert page.locator("#r12-post").input_value() == ""

        assert page.evaluate("document.activeElement.id") == "r1-nip"
        page.keyboard.press("ArrowRight")
        page.keyboard.type("rina")
        page.locator(".completions li").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.locator("#r1-nip").input_value() == RINA
        page.keyboard.press("Tab")
        page.keyboard.type("muta")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        assert page.locator("#r1-action").input_value() == "mutasi"
        page.keyboard.press("Tab")
        page.keyboard.type("kepala dinas")
        page.locator(".completions li").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.locator("#r1-unit").input_value() == "Dinas Pendidikan"
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.id") == "r2-post"
        page.keyboard.press("ArrowUp")
        reach(page, "r1-how")
        page.keyboard.type("mutasi setingkat")
        page.keyboard.press("Tab")
        page.keyboard.type("5326")
        page.keyboard.press("Enter")
        assert page.locator("#r1-tmt").input_value() == "05-03-2026"
        page.keyboard.press("Control+Enter")
        page.locator("#hasil").wait_for()
        assert "Rina Astuti, S.E. · Kepala Dinas Pendidikan (definitif)" in page.locator("main").inner_text()
        for width in (1280, 768, 360, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        page.evaluate(AXE)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
        page.locator("button[value=record]").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/sk/*")
        page.locator("h1").wait_for()
        assert complaints == []
    (waiting,) = web.colleague.get("/api/v1/decrees").json()["waiting"]
    assert waiting["number"] == "821.2/6/2026"


def test_who_confirms_sees_what_changes_and_confirms_with_the_keyboard(browser: Browser, web: Running) -> None:
    rows = [move(1, "clerk2", "2026-04-01"), move(2, "clerk2", "2026-04-01")]
    form = decree(rows, number="821.2/7/2026", decided_on="2026-03-20")
    answer = web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": form["id"]})
    assert answer.status_code == 202, answer.text
    for language, before, after, filled in (
        ("en", "since 1 Aug 2015", "1 Aug 2015 to 31 Mar 2026", "2 filled"),
        ("id", "sejak 1 Agu 2015", "1 Agu 2015 sampai 31 Mar 2026", "terisi 2"),
    ):
        with tab(browser, web.colleague) as (page, complaints):
            page.goto(f"{ADDRESS}/sk/{form['id']}?lang={language}")
            told = page.locator("#akibat-isi table tbody tr").all_inner_texts()
            assert len(told) == 6  # each of two leaves a post and takes another, and two posts fill otherwise
            assert before in told[0]
            assert after in told[0]
            assert filled in "".join(told[4:])
            for width in (1280, 1089, 768, 360, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
            page.evaluate(AXE)
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
            if language == "id":
                page.locator("#isi").focus()
                while page.evaluate("document.activeElement.accessKey") != "k":
                    page.keyboard.press("Tab")
                page.keyboard.press("Enter")
                page.locator("text=berlaku").first.wait_for()
            assert complaints == []
    web.colleague.cookies.clear()
    assert web.colleague.get(f"/api/v1/decrees/{form['id']}").json()["state"] == "recorded"
    web.follow()


def test_without_script_the_grid_is_a_form_and_says_what_is_wrong(browser: Browser, web: Running) -> None:
    with tab(browser, web.office, 360, script=False) as (page, _):
        page.goto(f"{ADDRESS}/sk/baru?lang=en")
        page.locator("button[value=rows]").click()
        assert page.locator("#r20-nip").count() == 1
        page.locator("#r1-nip").fill("1")
        page.locator("button[value=check]").last.click()
        assert "is no NIP" in page.locator(".errors").inner_text()
        assert page.locator("#r1-nip").input_value() == "1"
    web.office.cookies.clear()


def test_the_pages_that_take_a_sheet_shut_nobody_out(browser: Browser, web: Running) -> None:
    sheet = f"No;NIP;Nama;Jabatan Baru;TMT\n1;{AGUS};Agus;Kepala Dinas Pendidikan;1-2-2026\n".encode()
    sent = web.office.post("/lembar", files={"file": ("a.csv", sheet)}, follow_redirects=False)
    for address in ("/lembar", sent.headers["location"]):
        with tab(browser, web.office) as (page, complaints):
            page.goto(f"{ADDRESS}{address}")
            for width in (1280, 360, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
            page.evaluate(AXE)
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
            assert complaints == []
