"""Signing apart, changing the key and asking witnesses, by the commands of an operator."""

import json
from pathlib import Path

import pytest
from cli.installations import Installation, first_document
from evidences import stand_alone
from web import office as forms

from asn_ledger.proof.archive import read_archive
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.note import VerifierKey, parse_note
from asn_ledger.proof.receipt import parse_receipt


def draft(place: Installation, number: int) -> str:
    """Record one fact; gives its decree."""
    form = place.home / f"sk-{number}.json"
    said = forms.decree([forms.unit(number, f"Dinas {number}")], mode="draft")
    form.write_text(json.dumps(said), encoding="utf-8")
    place.ok("record", str(form))
    return str(said["id"])


def steps(report: dict[str, list[dict[str, object]]]) -> dict[str, dict[str, object]]:
    return {str(step["step"]): step for step in report["steps"]}


def test_the_service_works_without_the_signing_key_while_the_signer_runs(
    office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = office.home / "signer" / "signing"
    elsewhere.parent.mkdir()
    (office.home / "keys" / "signing").rename(elsewhere)
    monkeypatch.setenv("ASN_LEDGER_SIGNER", "apart")
    draft(office, 1)
    about, evidence = draft(office, 4), office.home / "bukti.zip"
    monkeypatch.setenv("ASN_LEDGER_SIGNER", "here")
    monkeypatch.setenv("ASN_LEDGER_SIGNING_KEY_FILE", str(elsewhere))
    with office.process("signer", "run", "--json") as signer:
        signing = first_document(signer)["signing"]
        monkeypatch.setenv("ASN_LEDGER_SIGNER", "apart")
        monkeypatch.setenv("ASN_LEDGER_SIGNING_KEY_FILE", str(office.home / "keys" / "signing"))
        note = office.ok("checkpoint", "--json").json["note"]
        draft(office, 2)
        receipt = office.ok("proof", "5", "--json").json["receipt"]
        signer.terminate()
        assert signer.wait(timeout=60) == 0
    draft(office, 3)
    office.ok("evidence", "--decree", about, "-o", str(evidence))
    audited = office.ok("verify", "--json").json

    assert parse_checkpoint(note.encode()).origin == signing
    assert parse_receipt(receipt.encode()).index == 4
    assert audited["passed"] is True
    assert not (office.home / "keys" / "signing").exists()
    log, service = read_archive(evidence.read_bytes())["verifier-key"].decode().split()
    told = office.ok("verify-evidence", str(evidence), "--public-key", log, "--service-key", service, "--json").json
    assert (told["checkpoint"]["size"], told["size"]) == (6, 6), "the last fact is not signed, and so not looked at"
    assert office.run("verify-evidence", str(evidence), "--public-key", log).code == 1
    assert office.run("verify-evidence", str(evidence), "--public-key", log, "--service-key", log).code == 1
    alone = stand_alone()
    keys = [alone.Key.parse(one) for one in (log, service)]
    assert alone.verify(evidence.read_bytes(), keys[0], None, keys[1])["size"] == told["size"]
    for other in (None, keys[0]):
        with pytest.raises(alone.Refused):
            alone.verify(evidence.read_bytes(), keys[0], None, other)


def test_the_key_is_changed_in_two_steps(office: Installation, tmp_path: Path) -> None:
    first = office.ok("init", "--json").json["verifier_key"]
    draft(office, 1)
    old = parse_checkpoint(office.ok("checkpoint", "--json").json["note"].encode())
    told = office.ok("signer", "rotate", "--json").json["next_key"]
    said = office.ok("signer", "rotate", "--switch", language="id")
    draft(office, 2)
    export, keys = tmp_path / "kota.ledger", tmp_path / "log" / "keys"
    office.ok("export", "ledger", str(export))
    office.ok("export", "tiles", str(keys.parent))

    assert told in said.out
    assert told != first
    assert office.ok("init", "--json").json["verifier_key"] == told
    assert [line.split()[0] for line in keys.read_text().splitlines()] == [first, told]
    assert (keys.parent / "vkey").read_text().splitlines() == [told, first]
    assert office.ok("verify", "--json").json["passed"] is True
    assert office.ok("verify", str(export), "--public-key", str(keys), "--json").json["passed"] is True
    alone = office.run("verify", str(export), "--public-key", first, "--json")
    assert (alone.code, alone.json["first_fault"]["step"]) == (1, "signatures")
    assert old.size > 0
    assert office.run("signer", "rotate", "--switch").code == 1, "no key waits"


def test_witnesses_cosign_and_verify_asks_them(office: Installation) -> None:
    folder, policy = office.home / "saksi", office.home / "policy"
    log = office.ok("init", "--json").json["verifier_key"]
    keys = office.ok("witness", "init", str(folder), "--name", "saksi.example", "--json").json["keys"]
    office.ok("witness", "add-log", str(folder), log)
    draft(office, 1)
    with office.process("witness", "serve", str(folder), "--port", "0", "--json") as witness:
        address = first_document(witness)["address"]
        policy.write_text(f"witness saksi {keys[1]} {address}\nquorum saksi\n")
        note = parse_note(office.ok("checkpoint", "--json").json["note"].encode())
        asked = office.ok("verify", "--json").json
        inside = office.ok("verify", language="id")
        policy.write_text(f"# asn-ledger: outside saksi\n{policy.read_text()}")
        outside = office.ok("verify", "--json").json
    silent = office.ok("verify", "--json").json
    kept = office.home / "served.txt"
    kept.write_text(f"log {log}\nwitness saksi {keys[1]}\nquorum saksi\n")
    wrong = office.run("verify", "--policy", str(office.home / "keys" / "public"))

    assert [part.name for part in note.signatures] == [VerifierKey.parse(log).name, "saksi.example"]
    assert (steps(asked)["quorum"]["remark_code"], steps(asked)["witnesses"]["checked"]) == ("captive", 1)
    assert "di dalam rumah sendiri" in " ".join(inside.out.split())
    assert steps(outside)["quorum"]["remark_code"] is None
    assert (steps(silent)["witnesses"]["state"], steps(silent)["witnesses"]["remark_code"]) == ("skipped", "silent")
    assert steps(silent)["quorum"]["state"] == "passed"
    assert office.ok("verify", "--policy", str(kept), "--json").json["passed"] is True
    assert wrong.code == 2


def test_an_acknowledgement_that_is_none_is_named(office: Installation) -> None:
    """The whole answer of the service is what people keep: it is taken as it is."""
    draft(office, 1)
    wrong = office.home / "answer.json"
    wrong.write_text('{"acknowledgement": "{}"}')
    said = office.run("verify", "--acknowledgement", str(wrong), "--json")

    assert said.code == 1
    assert said.json["first_fault"]["code"] == "acknowledged_unread"
