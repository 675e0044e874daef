"""Photographs the most eventful post of a demonstration city, as the personnel office sees it.

usage: scripts/picture
"""

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
CITY = ("--people", "600", "--years", "20", "--seed", "11")
WIDTH, HEIGHT = 1280, 1000
MOST_BYTES = 300_000
COOKIE = "asn_ledger"


def main() -> None:
    """Serve a city, take the picture, end the service."""
    file = Path(sys.argv[1])
    program = Path(sys.executable).with_name("asn-ledger")
    with subprocess.Popen(
        [program, "demo", *CITY, "--port", "0", "--json"], stdout=subprocess.PIPE, text=True
    ) as service:
        try:
            take(first_document(service), file)
        finally:
            service.send_signal(signal.SIGINT)
    size = file.stat().st_size
    print(f"{file}: {size:,} bytes")
    if size > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES:,} bytes: make the picture smaller")


def first_document(service: "subprocess.Popen[str]") -> dict[str, object]:
    """What the demonstration says once it answers."""
    lines = []
    for line in service.stdout or ():
        lines.append(line)
        if line == "}\n":
            found: dict[str, object] = json.loads("".join(lines))
            return found
    sys.exit("the demonstration ended before it answered")


def take(shown: dict, file: Path) -> None:
    """Open the post's page, signed in, and photograph what is seen first."""
    post, token = shown["open"]["post"], shown["tokens"][0]["token"]
    place = urlsplit(post)
    file.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": f"{place.scheme}://{place.netloc}"}])
        page.goto(f"{post}?lang=en")
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    main()
