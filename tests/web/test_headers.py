import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from web.running import Running

import asn_ledger.web
from asn_ledger.web.application import MOST_BYTES
from asn_ledger.web.headers import SecurityHeaders
from asn_ledger.web.render import OwnFiles, version

STATIC = Path(asn_ledger.web.__file__).with_name("static")


def _own(request: Request) -> PlainTextResponse:
    return PlainTextResponse("x", headers={"referrer-policy": "no-referrer"})


def test_every_answer_carries_the_policy_and_may_set_its_own() -> None:
    app = SecurityHeaders(Starlette(routes=[Route("/", _own)]))
    for path in ("/", "/missing"):
        answer = TestClient(app).get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert TestClient(app).get("/").headers["referrer-policy"] == "no-referrer"


def test_our_files_are_kept_when_their_address_has_their_version() -> None:
    app = Starlette()
    app.mount("/static", OwnFiles())
    client = TestClient(app)
    answer = client.get(f"/static/style.css?v={version('style.css')}")
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/style.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/../headers.py").status_code == 404


def test_the_style_sheet_asks_for_nothing_from_elsewhere() -> None:
    sheet = (STATIC / "style.css").read_text(encoding="utf-8")
    for address in re.findall(r"url\(\"?([^\")]+)", sheet):
        assert (STATIC / address).is_file()
    assert "@import" not in sheet


def test_what_was_made_by_others_has_its_licence_beside_it() -> None:
    own = {"style.css", "icon.svg", "grid.js", "bulk.js", "check.js", "passkey.js"}
    for file in STATIC.iterdir():
        if file.name not in own and not file.name.endswith(".LICENSE.txt"):
            stems = [name.name.removesuffix(".LICENSE.txt") for name in STATIC.glob("*.LICENSE.txt")]
            assert any(file.name.startswith(stem) for stem in stems), file.name


def _luminance(colour: str) -> float:
    def part(text: str) -> float:
        value = int(text, 16) / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (part(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_words_stand_out_from_what_is_behind_them() -> None:
    sheet = (STATIC / "style.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))
    grounds = ["paper", "sheet", "shade", "accent-tint"]
    for ink in ("ink", "muted", "accent", "wrong", "ok", "attention", "idle"):
        for ground in grounds:
            assert _contrast(colours[ink], colours[ground]) >= 4.5, f"{ink} on {ground}"
    for status in ("ok", "attention", "wrong", "idle", "accent"):
        assert _contrast(colours[status], colours[f"{status}-tint"]) >= 4.5, status
        assert _contrast(colours[status], "#ffffff") >= 4.5, status


def test_what_is_answered_before_any_route_carries_the_policy_too(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    html = {"Accept": "text/html"}
    too_large = web.public.post("/masuk", content=b"x" * (MOST_BYTES + 1), headers=html)
    monkeypatch.setattr("asn_ledger.web.api.health.Alive", fail)
    fault = web.public.get("/healthz", headers=html)

    assert (too_large.status_code, fault.status_code) == (413, 500)
    for answer in (too_large, fault):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
