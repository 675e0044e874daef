"""Files sent in Chromium against a real service: looked at, followed while it works, recorded, the report read."""

import json
from collections.abc import Iterator

import pytest
from exchange.siasn.test_importing import UNITS, person, rank
from playwright.sync_api import Browser, FilePayload, Page
from web.pages.browser import ADDRESS, CHROMIUM, chromium
from web.pages.test_grid_browser import AXE, tab
from web.pages.test_imports import work
from web.running import Running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def fits(page: Page) -> None:
    page.wait_for_load_state()  # a click returns before the page that it leads to has its style
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_files_are_sent_followed_and_recorded(browser: Browser, web: Running, width: int) -> None:
    wrong = rank(7, tmtGolongan="31-02-2015")
    told = [("unor.json", UNITS), (f"{width}.json", {**person(width % 7), "rw-golongan": [rank(), wrong]})]
    with tab(browser, web.office, width) as (page, complaints):
        page.goto(f"{ADDRESS}/impor")
        fits(page)
        page.locator("#files").set_input_files(
            [
                FilePayload(name=name, mimeType="application/json", buffer=json.dumps(body).encode())
                for name, body in told
            ]
        )
        page.get_by_role("button", name="Periksa apa yang akan masuk").click()
        page.locator("progress").wait_for()
        fits(page)
        work(web)
        page.get_by_role("button", name="Catat berkas ini").wait_for(timeout=15_000)
        assert "Tanggal tidak mungkin" in page.locator("#impor").inner_text()
        fits(page)
        page.get_by_role("button", name="Catat berkas ini").click()
        page.locator("progress").wait_for()
        work(web)
        page.get_by_role("button", name="Hitung yang akan dicoret").wait_for(timeout=15_000)
        fits(page)
        assert complaints == []
