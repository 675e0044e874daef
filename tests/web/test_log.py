"""The log over HTTP as an outside reader of the format takes it: checkpoint, tiles, bundles."""

import pytest
from web.office import decree, unit
from web.running import Running

from asn_ledger.proof.checkpoint import Checkpoint, verify_checkpoint
from asn_ledger.proof.merkle import leaf_hash, root
from asn_ledger.proof.policy import parse_policy
from asn_ledger.proof.receipt import verify_receipt

AGENCY = "kota-salatiga"
UNITS = 700


@pytest.fixture(scope="module")
def signed(web: Running) -> Checkpoint:
    web.record(decree([unit(n, f"Unit {n}") for n in range(UNITS)]))
    note = web.service.checkpoints.sign()
    assert web.public.get(f"/log/{AGENCY}/checkpoint").content == note
    return verify_checkpoint(note, web.key)


def tile(web: Running, place: str) -> list[bytes]:
    answer = web.public.get(f"/log/{AGENCY}/tile/{place}")

    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    return [answer.content[at : at + 32] for at in range(0, len(answer.content), 32)]


def bundle(web: Running, place: str) -> list[bytes]:
    content, entries = web.public.get(f"/log/{AGENCY}/tile/entries/{place}").content, []
    while content:
        length = int.from_bytes(content[:2])
        entries.append(content[2 : 2 + length])
        content = content[2 + length :]
    return entries


def test_tiles_and_bundles_make_up_the_signed_tree(web: Running, signed: Checkpoint) -> None:
    assert signed.size == UNITS + 1
    rest = signed.size - 512
    leaves = tile(web, "0/000") + tile(web, "0/001") + tile(web, f"0/002.p/{rest}")
    entries = bundle(web, "000") + bundle(web, "001") + bundle(web, f"002.p/{rest}")

    assert root(leaves) == signed.root
    assert [leaf_hash(entry) for entry in entries] == leaves
    assert tile(web, "1/000.p/2") == [root(leaves[:256]), root(leaves[256:512])]


@pytest.mark.parametrize(
    "place",
    [
        "0/003",
        "0/002",
        "1/000",
        "1/000.p/3",
        "0/000.p/256",
        "0/000.p/0",
        "0/0",
        "0/x000",
        "6/000",
        "entries/002",
        "0/000.p/999",
        "x/000",
        "0/x000/x000/x000/x000/x000/000",
    ],
)
def test_what_the_log_has_not_grown_to_is_not_there(web: Running, signed: Checkpoint, place: str) -> None:
    assert web.public.get(f"/log/{AGENCY}/tile/{place}").status_code == 404


def test_the_policy_names_the_log_s_key(web: Running) -> None:
    policy = parse_policy(web.public.get(f"/log/{AGENCY}/policy").content)
    assert [log.key for log in policy.logs] == [web.key]
    assert policy.quorum == "none"


def test_a_decree_has_a_receipt(web: Running) -> None:
    sent = decree([unit(UNITS + 1, "Unit baru")])
    waiting = web.office.get(f"/api/v1/decrees/{sent['id']}/receipt")
    web.record(sent)
    answer = web.public.get(f"/api/v1/decrees/{sent['id']}/receipt")
    position = web.public.get(f"/api/v1/decrees/{sent['id']}").json()["position"]
    entry = web.public.get(f"/api/v1/ledger/entries/{position}").json()["entry"]

    assert waiting.status_code == 404
    assert answer.headers["Content-Disposition"].endswith('.tlog-proof"')
    assert verify_receipt(answer.content, entry.encode(), web.key).index == position - 1


def test_it_speaks_for_its_own_agency_alone(web: Running, signed: Checkpoint) -> None:
    assert web.public.get("/log/kota-semarang/checkpoint").status_code == 404
