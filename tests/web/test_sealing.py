"""What is official by the policy, over HTTP: pages, files, receipts, and who of the witnesses is silent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from servers import Server
from web.office import decree, unit
from web.running import Running, running
from witness.serving import honest

from asn_ledger.app import Service
from asn_ledger.proof.policy import Witness, parse_policy, verify_policy
from asn_ledger.proof.receipt import parse_receipt


@pytest.fixture(scope="module")
def url(server: Server) -> Iterator[str]:
    with server.fresh_database() as made:
        yield made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, url: str) -> Iterator[tuple[Running, Witness]]:
    """A service whose policy asks for one witness, inside the house."""
    folder = tmp_path_factory.mktemp("service")
    with running(url, folder) as first:
        key = first.key
    with honest(folder, "saksi", key) as witness:
        (folder / "policy").write_text(f"witness saksi {witness.key} {witness.url}\nquorum saksi\n")
        with running(url, folder, accounts=False) as opened:
            yield opened, witness


def _shown(web: Running, path: str) -> str:
    return str(web.office.get(path, headers={"Accept": "text/html", "Accept-Language": "id"}).text)


def test_a_print_is_official_once_the_quorum_has_cosigned(place: tuple[Running, Witness]) -> None:
    web, _ = place
    sent = decree([unit(1, "Dinas Satu")], mode="draft")
    answer = web.office.post("/api/v1/decrees", json=sent, headers={"Idempotency-Key": str(uuid4())})
    web.follow()
    address, mark = f"/sk/{sent['id']}", "Belum disegel"
    receipt = f"/api/v1/decrees/{sent['id']}/receipt"

    web.service.checkpoints.sign()
    before = (_shown(web, address), web.office.get(f"{address}.csv"), web.office.get(receipt), _state(web))
    web.service.checkpoints.cosign()
    after = (_shown(web, address), web.office.get(f"{address}.csv"), web.office.get(receipt), _state(web))

    assert answer.status_code == 201
    assert (mark in before[0], mark in after[0]) == (True, False)
    assert "-belum-disegel.csv" in before[1].headers["Content-Disposition"]
    assert "-belum-disegel.csv" not in after[1].headers["Content-Disposition"]
    policy = parse_policy(web.public.get("/log/kota-salatiga/policy").content)
    verify_policy(parse_receipt(after[2].content).checkpoint, policy)
    assert (before[3]["signed"], before[3]["sealed"]) == (2, 0)
    assert (after[3]["signed"], after[3]["sealed"]) == (2, 2)
    assert parse_receipt(before[2].content).checkpoint != parse_receipt(after[2].content).checkpoint


def test_silence_and_a_captive_quorum_are_public(
    place: tuple[Running, Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    web, witness = place
    web.service.checkpoints.sign()
    web.service.checkpoints.cosign()
    sent = decree([unit(2, "Dinas Dua")], mode="draft")
    web.office.post("/api/v1/decrees", json=sent, headers={"Idempotency-Key": str(uuid4())})
    now = web.service.now()
    soon = _state(web)
    monkeypatch.setattr(Service, "now", lambda _: now + timedelta(minutes=11))
    later, page = _state(web), web.public.get("/buku-besar", headers={"Accept-Language": "id"}).text

    (said,), (silent,) = soon["witnesses"], later["witnesses"]
    assert (said["name"], said["outside"], said["silent"]) == (witness.key.name, False, False)
    assert silent["silent"] is True
    assert soon["captive"] is True
    assert soon["clock_seconds"] is None
    assert "Peringatan" in page
    assert "diam" in page


def _state(web: Running) -> dict[str, Any]:  # Any: JSON
    answer: dict[str, Any] = web.public.get("/api/v1/ledger/witnesses").json()
    return answer
