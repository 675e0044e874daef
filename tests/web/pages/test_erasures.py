"""The page of erasures: proposed, assessed, approved and stopped by whose it is; refused where the rules say so."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from erasing import LISTED, MINUTES, Somebody, approve, asked, open_office, record_erasure, serve_and_leave
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from web.pages.browser import ADDRESS, CHROMIUM, chromium
from web.pages.test_grid_browser import tab
from web.pages.test_imports_browser import fits
from web.running import Running, running

from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import ErasureId

LETTER = {"number": "045/9", "on": "2026-01-05"}


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        open_office(opened)
        for name, role in (("eko", "inspector"), ("dewi", "authority"), ("rini", "dpo"), ("sari", "hr_officer")):
            opened.log_in(name, Grant(role))  # type: ignore[arg-type]  # roles by name
        yield opened


def keyed() -> dict[str, str]:
    return {"key": str(uuid4())}


def page_of(client: TestClient) -> str:
    return client.get("/pemusnahan").text


def only(web: Running, who: Somebody) -> ErasureId:
    (one,) = web.service.eraser.register().about([who.id])
    return one.said.erasure


def test_an_erasure_goes_its_way_over_the_pages(web: Running) -> None:
    who = Somebody(40)
    serve_and_leave(web, who)
    ani, sari, budi, dewi, eko = (web.browser(name) for name in ("ani", "sari", "budi", "dewi", "eko"))

    sent = ani.post("/pemusnahan", data={"person": who.nip, "category_restricted": "1", **LETTER})
    assert (sent.status_code, sent.headers["location"]) == (303, "/pemusnahan?tercatat=true")
    proposal = only(web, who)
    own = ani.post(f"/pemusnahan/{proposal}/penilaian", data=keyed())
    assert own.status_code == 403
    assert "Setiap langkah dilakukan orang lain" in own.text
    assert sari.post(f"/pemusnahan/{proposal}/penilaian", data=keyed()).status_code == 303
    for client in (budi, dewi):
        assert client.post(f"/pemusnahan/{proposal}/persetujuan", data=LETTER).status_code == 303
    early = ani.post(f"/pemusnahan/{proposal}/pelaksanaan", data=keyed())
    assert early.status_code == 409
    assert "Inspektur masih dapat menghentikannya" in early.text
    assert "30 hari lagi" in page_of(ani)
    assert "/penghentian" not in page_of(ani)
    assert "/penghentian" in page_of(eko)
    stopped = eko.post(f"/pemusnahan/{proposal}/penghentian", data={"reason": "perkara", **LETTER})
    assert stopped.status_code == 303
    assert "dihentikan dengan 045/9" in page_of(ani)


def test_a_hold_is_placed_and_lifted_by_an_inspector_and_refuses_meanwhile(web: Running) -> None:
    who = Somebody(41)
    serve_and_leave(web, who)
    ani, eko = web.browser("ani"), web.browser("eko")
    held = {"person": str(who.id), "authority": "pengadilan", "ground": "perkara", **LETTER}
    assert ani.post("/penahanan", data=held).status_code == 403
    assert eko.post("/penahanan", data=held).status_code == 303
    refused = ani.post("/pemusnahan", data={"person": who.nip, "category_restricted": "1", **LETTER})
    assert refused.status_code == 409
    assert "ditahan (045/9, 2026-01-05)" in refused.text
    assert f'value="{who.nip}"' in refused.text, "what was typed is still there"
    (hold,) = web.service.eraser.register().holding([who.id])
    assert eko.post(f"/penahanan/{hold.said.hold}/pencabutan", data=LETTER).status_code == 303
    assert ani.post("/pemusnahan", data={"person": who.nip, "category_restricted": "1", **LETTER}).status_code == 303


@pytest.mark.parametrize(
    ("change", "status"),
    [({"person": "000"}, 404), ({"number": ""}, 422), ({"on": "kemarin"}, 422), ({"category_restricted": None}, 422)],
)
def test_a_form_that_lacks_something_comes_back_with_why(
    web: Running, change: dict[str, str | None], status: int
) -> None:
    form = {"person": str(Somebody(41).id), "category_restricted": "1", **LETTER, **change}
    sent = web.browser("ani").post(
        "/pemusnahan", data={name: value for name, value in form.items() if value is not None}
    )
    assert sent.status_code == status
    assert 'role="alert"' in sent.text


def test_what_is_erased_shows_nobodys_name_and_until_when_backups_may(web: Running) -> None:
    who = Somebody(42)
    serve_and_leave(web, who)
    record_erasure(web, who)
    web.service.sweeper.sweep(web.service.today())
    page = page_of(web.browser("rini"))
    assert who.called not in page
    assert "cadangan mungkin masih memuat nama sampai" in page
    (shown,) = [one for one in web.office.get("/api/v1/erasures").json()["erasures"] if one["employee"] == who.id]
    assert (shown["state"], shown["person"]["erased"], shown["person"]["name"]) == ("erased", True, None)


def test_the_api_takes_every_step_once(web: Running) -> None:
    who = Somebody(43)
    serve_and_leave(web, who)
    key = {"Idempotency-Key": str(uuid4())}
    form = {"employee": who.id, "categories": ["restricted"], "listed": LETTER}
    first = web.office.post("/api/v1/erasures", json=form, headers=key)
    again = web.office.post("/api/v1/erasures", json=form, headers=key)
    assert (first.status_code, again.json()) == (201, first.json())
    other = web.colleague.post("/api/v1/erasures", json=form, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    web.service.eraser.assess(asked(web, "x"), ErasureId(first.json()["id"]), None)
    approved = web.colleague.post(
        f"/api/v1/erasures/{first.json()['id']}/approval",
        json={"minutes": LETTER},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert approved.status_code == 201, approved.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def full(web: Running) -> Running:
    """Proposals in every state, and holds."""
    for n in range(50, 55):
        serve_and_leave(web, Somebody(n))
    eraser = web.service.eraser
    eraser.propose(asked(web, "a"), Somebody(50).id, ("identity", "restricted"), LISTED)
    approve(web, Somebody(51))
    erasure = approve(web, Somebody(52))
    eraser.stop(asked(web, "e"), erasure, "bernilai_guna", MINUTES)
    eraser.place_hold(asked(web, "e"), Somebody(53).id, "pengadilan", "perkara", LISTED)
    return web


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["ani", "eko"])
def test_the_page_fits_and_is_accessible(browser: Browser, full: Running, name: str, width: int) -> None:
    account = full.service.accounts.find(name)
    assert account.id is not None
    token = full.service.accounts.token(account.id, "test", timedelta(days=1))
    client = TestClient(full.app, headers={"Authorization": f"Bearer {token}"})
    with tab(browser, client, width) as (page, complaints):
        for language in ("id", "en"):
            page.goto(f"{ADDRESS}/pemusnahan?lang={language}")
            for summary in page.locator("details.more > summary").all():
                summary.click()
            fits(page)
    assert complaints == []
