"""Pages in Debian's Chromium, served out of memory with the headers that the service sends; nothing leaves the machine."""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

from asn_ledger.web.headers import SECURITY_HEADERS

CHROMIUM = Path("/usr/bin/chromium")
ADDRESS = "http://localhost"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Pages = Callable[[str], str]
"""From an address (path and query) to the page's HTML."""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(browser: Browser, pages: Pages, width: int, *, script: bool = True) -> Iterator[tuple[Page, list[str]]]:
    """A tab of that width in which every address is answered by `pages`, and what it complained about."""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", lambda route: _serve(route, pages))
    try:
        yield page, complaints
    finally:
        context.close()


def _serve(route: Route, pages: Pages) -> None:
    address = urlsplit(route.request.url)
    if address.path.startswith("/static/"):
        content = (resources.files("asn_ledger.web") / address.path[1:]).read_bytes()
        kind = mimetypes.guess_type(address.path)[0] or "font/woff2"
        route.fulfill(body=content, headers={**SECURITY_HEADERS, "content-type": kind})
    elif address.path == "/favicon.ico":
        route.fulfill(status=204)
    else:
        asked = f"{address.path}?{address.query}" if address.query else address.path
        route.fulfill(body=pages(asked), headers={**SECURITY_HEADERS, "content-type": "text/html; charset=utf-8"})
