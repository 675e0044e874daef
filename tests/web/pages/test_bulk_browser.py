"""Bulk days in Chromium, against a real service: begun in the grid without a mouse, gone on with, and found again."""

import pytest
from playwright.sync_api import Browser, Page
from web.pages.browser import ADDRESS
from web.pages.test_grid import AGUS, RINA, queue
from web.pages.test_grid import web as _web
from web.pages.test_grid_browser import AXE, paste, pytestmark, reach, tab
from web.pages.test_grid_browser import browser as _browser
from web.running import Running

__all__ = ["pytestmark"]
web, browser = _web, _browser


def shuts_nobody_out(page: Page) -> None:
    """No sideways scrolling at any width, and nothing that axe finds."""
    page.wait_for_load_state()  # a click returns before the page that it leads to has its style
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        page.evaluate(AXE)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(item["id"], item["nodes"][0]["html"]) for item in found] == [], width


@pytest.mark.parametrize("width", [1280, 360])
def test_a_bulk_day_is_made_with_the_keyboard_and_a_paste_alone(browser: Browser, web: Running, width: int) -> None:
    queue(web, f"kp-{width}.pdf")
    with tab(browser, web.office, width) as (page, complaints):
        page.goto(f"{ADDRESS}/borongan?lang=id")
        shuts_nobody_out(page)
        page.goto(f"{ADDRESS}/sk/baru?layout=kp")
        page.set_viewport_size({"width": width, "height": 800})
        page.locator("#isi").focus()
        reach(page, "mode")
        page.keyboard.press("ArrowDown")
        reach(page, "per")
        page.keyboard.press("ArrowDown")
        for field, text in (
            ("number", f"823/{{n}}/{width}"), ("decided_on", "5126"), ("signer_name", "Yuliyanto"),
            ("signer_title", "Wali Kota"), ("pending", "menyusul"),
        ):  # fmt: skip
            reach(page, field)
            page.keyboard.type(text)
        for field, text in (("r0-rank", "IV/c"), ("r0-how", "reguler"), ("r0-tmt", "5326")):
            reach(page, field)
            page.keyboard.type(text)
        reach(page, "r1-nip")
        paste(page, f"{AGUS}\r\n{RINA}\r\n")
        assert page.locator("#r2-nip").input_value() == RINA
        reach(page, "r1-document")
        page.keyboard.type(f"kp-{width}")
        page.locator(".completions li").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.locator("#r1-document").input_value() == f"kp-{width}.pdf"
        page.keyboard.press("Control+Enter")
        page.locator("#hasil").wait_for()
        assert page.locator("#per").input_value() == "each"
        shuts_nobody_out(page)
        page.locator("button[value=record]").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/borongan/*")
        page.locator("h1").wait_for()
        page.locator("form[data-goes-on]").wait_for(state="detached")
        assert "2 menunggu konfirmasi" in page.locator("main").inner_text()
        shuts_nobody_out(page)
        page.goto(f"{ADDRESS}/borongan")
        assert "2 menunggu konfirmasi" in page.locator("main").inner_text()
        shuts_nobody_out(page)
        assert complaints == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("layout", ["education", "study"])
def test_what_people_learned_is_pasted_from_a_sheet(browser: Browser, web: Running, layout: str, language: str) -> None:
    pasted = {
        "education": [RINA, "", "S1", "Akuntansi", "Universitas Terbuka", "12/2020", "1-8-2020", "izin belajar"],
        "study": [RINA, "", "", "s2", "Manajemen", "UNS", "APBD", "1-9-2026", "31-8-2028", "ya"],
    }[layout]
    with tab(browser, web.office, 1280) as (page, complaints):
        page.goto(f"{ADDRESS}/sk/baru?layout={layout}&lang={language}")
        for field, text in (("decided_on", "5126"), ("signer_name", "Yuliyanto"), ("signer_title", "Wali Kota")):
            page.locator(f"#{field}").focus()
            page.keyboard.type(text)
        page.locator("#r1-nip").focus()
        paste(page, "\t".join(pasted) + "\r\n")
        assert page.locator("#r1-institution").input_value() == pasted[4 if layout == "education" else 5]
        page.keyboard.press("Control+Enter")
        page.locator("#hasil").wait_for()
        shuts_nobody_out(page)
        assert complaints == []
