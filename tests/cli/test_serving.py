"""The service as a process: it answers, follows, signs, refuses a port that is taken, and ends in order."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2 as httpx
import pytest
from cli.installations import Installation, first_document
from web import office as forms


@pytest.fixture
def client(office: Installation) -> Iterator[httpx.Client]:
    with office.process("serve", "--port", "0", "--json") as process:
        with httpx.Client(base_url=first_document(process)["address"], timeout=20) as asking:
            yield asking
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_what_is_recorded_is_shown_signed_and_kept(office: Installation, client: httpx.Client) -> None:
    ani, budi = (
        {"Authorization": f"Bearer {office.ok('account', 'token', one).out.strip()}"} for one in ("ani", "budi")
    )
    form = forms.decree([forms.unit(1, "Kota", kind="kota"), forms.post(1, "Sekretaris Daerah", kind="jpt_pratama")])

    sent = client.post("/api/v1/decrees", json=form, headers={**ani, "Idempotency-Key": str(uuid4())})
    confirmed = client.post(f"/api/v1/decrees/{form['id']}/confirmation?wait=live", headers=budi)
    shown = client.get(f"/api/v1/posts/{forms.name('post', 1)}")
    page = client.get(f"/jabatan/{forms.name('post', 1)}", headers={"Accept": "text/html"})

    assert (sent.status_code, confirmed.status_code) == (202, 201), (sent.text, confirmed.text)
    assert confirmed.json()["live"] is True
    assert shown.json()["version"]["title"] == "Sekretaris Daerah"
    assert "Sekretaris Daerah" in page.text
    assert client.get("/readyz").json()["lag"] == 0
    assert "Sekretaris Daerah" in office.ok("search", "sekretaris").out


@pytest.mark.parametrize("ends_it", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_and_signs_what_it_served(
    office: Installation, tmp_path: Path, ends_it: signal.Signals
) -> None:
    file = tmp_path / "sk.json"
    file.write_text(json.dumps(forms.decree([forms.unit(1, "Kota", kind="kota")], mode="draft")), encoding="utf-8")
    with office.process("serve", "--port", "0", "--json") as process:
        address = first_document(process)["address"]
        office.ok("record", str(file))
        assert httpx.get(f"{address}/healthz", timeout=20).status_code == 200
        process.send_signal(ends_it)
        assert process.wait(timeout=30) == 0

    report = office.ok("verify", "--json").json
    signatures = next(step for step in report["steps"] if step["step"] == "signatures")
    assert (report["size"], signatures["state"]) == (2, "passed")
    assert signatures["checked"] >= 1


def test_a_port_that_is_taken_is_refused(office: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = office.finish("serve", "--port", str(taken.getsockname()[1]))

    assert said.code == 1
    assert "--port" in said.err


def test_a_service_brings_up_what_lags_before_it_answers(city: Installation, copy_of_city: Installation) -> None:
    with copy_of_city.process("serve", "--port", "0", "--json") as process:
        ready = httpx.get(first_document(process)["address"] + "/readyz", timeout=20).json()

    assert ready["lag"] == 0
    assert ready["head"] == city.ok("verify", "--json").json["size"]
