"""An erasure from the command line, step by step, by the accounts of four people."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from cli.installations import LANGUAGES, Installation
from web import office as forms

NIP = "194907291975031001"
LETTER = ("--number", "045/1", "--on", "2026-01-05")


@pytest.fixture
def written(tmp_path: Path) -> Callable[[object], str]:
    def write(content: object) -> str:
        file = tmp_path / f"{uuid4()}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        return str(file)

    return write


@pytest.fixture
def left(office: Installation, written: Callable[[object], str]) -> Installation:
    """Somebody who left in 2013."""
    rows: list[list[dict[str, Any]]] = [
        [forms.unit(1, "Dinas Arsip"), forms.post(1, "Juru Arsip")],
        [forms.enters(1, "Sutarjo", NIP, tmt="1990-01-01")],
        [forms.separate(1, "2013-01-01")],
    ]
    for n, told in enumerate(rows):
        form = forms.decree(told, decided_on="2012-12-01", number=f"1/{n}")
        office.ok("record", written(form), "--as", "ani")
        office.ok("confirm", form["id"], "--as", "budi")
    for name, role in (("dewi", "hr_officer"), ("eko", "authority"), ("fajar", "inspector")):
        office.ok("account", "add", name, "--role", role)
    return office


def test_an_erasure_goes_its_way_by_command_and_waits_for_its_thirty_days(left: Installation) -> None:
    asked = ("erasure", "propose", NIP, "--category", "restricted", *LETTER, "--as", "ani", "--json")
    proposal = left.ok(*asked).json["id"]
    left.ok("erasure", "assess", proposal, "--as", "dewi")
    left.ok("erasure", "approve", proposal, *LETTER, "--as", "budi")
    left.ok("erasure", "approve", proposal, *LETTER, "--as", "eko")

    early = left.run("erasure", "run", proposal, "--as", "ani", "--json")

    assert (early.code, early.json["code"]) == (1, "objection")
    (listed,) = left.ok("erasure", "list", "--json").json["erasures"]
    assert (listed["id"], listed["state"], listed["days_left"], listed["person"]["name"]) == (
        proposal,
        "objection",
        30,
        "Sutarjo",
    )
    left.ok("erasure", "stop", proposal, "--reason", "perkara", *LETTER, "--as", "fajar")
    assert left.ok("erasure", "list", "--json").json["erasures"][0]["state"] == "stopped"
    for language in LANGUAGES:
        said = left.ok("erasure", "list", language=language).out
        assert {"id": "dihentikan", "en": "stopped"}[language] in said


def test_a_hold_stands_until_it_is_lifted(left: Installation) -> None:
    placed = left.ok(
        "hold", "place", NIP, "--authority", "pengadilan", "--ground", "perkara", *LETTER, "--as", "fajar", "--json"
    ).json["id"]
    refused = left.run("erasure", "propose", NIP, "--category", "restricted", *LETTER, "--as", "ani", "--json")
    assert (refused.code, refused.json["code"]) == (1, "hold")
    left.ok("hold", "lift", placed, *LETTER, "--as", "fajar")
    assert left.ok("hold", "list", "--json").json[0]["lifted_at"] is not None
    left.ok("erasure", "propose", NIP, "--category", "restricted", *LETTER, "--as", "ani")


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("citra", ("erasure", "propose", NIP, "--category", "restricted", *LETTER)),
        ("ani", ("hold", "place", NIP, "--authority", "bpk", "--ground", "perkara", *LETTER)),
    ],
)
def test_whoever_may_not_is_refused(left: Installation, account: str, words: tuple[str, ...]) -> None:
    refused = left.run(*words, "--as", account, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not-authorised")


def test_the_key_store_is_wrapped_anew_once_nobody_uses_it(left: Installation) -> None:
    with psycopg.connect(left.database_url, application_name="asn-ledger"):
        refused = left.run("rotate-kek", "--json")
    assert (refused.code, refused.json["code"]) == (1, "key-store-in-use")

    assert left.ok("rotate-kek", "--json").json["ledgers"] == [left.agency]

    assert left.ok("employee", NIP, "--json").json["person"]["name"] == "Sutarjo"
    assert left.ok("verify").code == 0
