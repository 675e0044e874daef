"""Checkpoints, receipts, exports, and the audit that names what was changed behind the ledger's back."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import psycopg
import pytest
from cli.installations import LANGUAGES, Installation
from servers import Server
from web import office as forms

from asn_ledger.language import translate
from asn_ledger.ledger.audit.report import Remark, RemarkCode
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.receipt import verify_receipt

CHANGED = 1000


@pytest.fixture(scope="module")
def key(city: Installation) -> str:
    found: str = city.ok("init", "--simulation", "--json").json["verifier_key"]
    return found


def change_a_byte(place: Installation, position: int = CHANGED) -> None:
    """What only a superuser can do: the triggers that refuse it are put out of force first."""
    with psycopg.connect(place.database_url) as connection:
        connection.execute("ALTER TABLE ledger.event DISABLE TRIGGER ALL")
        changed = connection.execute(
            "UPDATE ledger.event SET payload = set_byte(payload, 5, get_byte(payload, 5) # 1)"
            " WHERE ledger = %s AND position = %s",
            (place.agency, position),
        )
        assert changed.rowcount == 1


def test_a_changed_row_of_a_read_model_is_found_and_mended(copy_of_city: Installation) -> None:
    with psycopg.connect(copy_of_city.database_url) as connection:
        changed = connection.execute(
            "UPDATE posts_v6.post SET title = 'Kepala Rekaan' WHERE ledger = %s AND title LIKE 'Camat%%'",
            (copy_of_city.agency,),
        )
    assert changed.rowcount > 0

    compared = copy_of_city.run("rebuild", "--compare")
    audited = copy_of_city.run("verify", "--json")

    assert (compared.code, audited.code) == (1, 1)
    assert "posts.post" in compared.out
    assert "Kepala Rekaan" in compared.out
    assert "asn-ledger rebuild" in compared.err
    assert audited.json["passed"] is True
    (difference,) = audited.json["read_models"]["differences"]
    assert len(difference["live_only"]) == len(difference["ledger_only"]) == changed.rowcount

    head = copy_of_city.ok("status", "--json").json["head"]
    with psycopg.connect(copy_of_city.database_url) as connection:  # as the follower notes it
        connection.execute(
            "INSERT INTO readmodels.stopped (ledger, name, version, position, reason) VALUES (%s, 'posts', 6, %s, 'X')",
            (copy_of_city.agency, head),
        )
    for language, said in (("en", "the others go on"), ("id", "yang lain berjalan terus")):
        told = copy_of_city.run("status", language=language)
        assert told.code == 1
        assert said in told.err
        assert f"@{head}" in told.err
        assert "asn-ledger rebuild posts" in told.err
    assert copy_of_city.run("rebuild", "--compare", "posts").code == 1

    assert copy_of_city.ok("rebuild", "posts", "--json").json["facts"] > 0
    assert {one["position"] for one in copy_of_city.ok("status", "--json").json["models"]} == {head}
    assert copy_of_city.ok("rebuild", "--compare", "--json").json["differences"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sound_ledger_is_said_to_be_sound(city: Installation, language: str) -> None:
    said = city.ok("verify", language=language)
    told = city.ok("verify", "--json").json

    assert {"id": "Utuh", "en": "Sound"}[language] in said.out
    assert told["passed"] is True
    assert told["root"] in said.out


def test_one_changed_byte_is_named(copy_of_city: Installation) -> None:
    change_a_byte(copy_of_city)

    said = copy_of_city.finish("verify")
    told = copy_of_city.run("verify", "--json")
    indonesian = copy_of_city.run("verify", language="id")

    assert (said.code, told.code, indonesian.code) == (1, 1, 1)
    assert f"position {CHANGED}" in said.out
    assert f"pada posisi {CHANGED}" in indonesian.out
    assert "isinya bukan yang disebut bagian act" in indonesian.out
    assert told.json["first_fault"] == {
        "step": "payload",
        "position": CHANGED,
        "code": "payload_not_named",
        "detail": told.json["first_fault"]["detail"],
    }


def test_a_checkpoint_kept_elsewhere_convicts_a_ledger_that_lost_entries(
    city: Installation, copy_of_city: Installation, tmp_path: Path
) -> None:
    kept, form = tmp_path / "kept.txt", tmp_path / "sk.json"
    form.write_text(json.dumps(forms.decree([forms.unit(1, "Dinas Baru")], mode="draft")), encoding="utf-8")
    copy_of_city.ok("record", str(form))
    copy_of_city.ok("checkpoint", "-o", str(kept))

    continued = copy_of_city.run("verify", "--since", str(kept))
    lost = city.run("verify", "--since", str(kept), "--json")
    restored = Installation(copy_of_city.home, city.database_url).run("verify", "--json")

    assert kept.read_text(encoding="utf-8").startswith("simulation.asn-ledger/kota-salatiga/Asia/Jakarta\n")
    assert continued.code == 0, continued
    assert lost.code == 1
    assert lost.json["first_fault"]["step"] == "since"
    assert restored.json["first_fault"]["step"] == "since", "an older database under the newest checkpoint signed here"


def test_a_receipt_is_checked_without_the_ledger(city: Installation, key: str, tmp_path: Path) -> None:
    file = tmp_path / "7.tlog-proof"

    printed = city.ok("proof", "7").out
    city.ok("proof", "7", "-o", str(file))
    first = json.loads((city.home / "city" / "decrees.jsonl").read_text(encoding="utf-8").split("\n", 1)[0])["decree"]
    by_number = city.ok("proof", "--decree", first["number"].upper(), "--json").json
    assert city.ok("proof", "--decree", first["id"], "--json").json == by_number
    assert city.ok("proof", str(by_number["position"])).out == by_number["receipt"]
    assert city.run("proof", "--decree", "tidak-ada").code == city.run("proof").code - 1 == 1

    assert file.read_text(encoding="utf-8") == printed
    with psycopg.connect(city.database_url) as connection:
        row = connection.execute(
            "SELECT entry FROM ledger.event WHERE ledger = %s AND position = 7", (city.agency,)
        ).fetchone()
    assert row is not None
    verify_receipt(file.read_bytes(), bytes(row[0]), VerifierKey.parse(key))


def test_a_receipt_of_what_is_not_there_is_refused(city: Installation) -> None:
    said = city.run("proof", "99999999")

    assert said.code == 1
    assert "99999999" in said.err


def test_an_export_is_verified_where_there_is_no_ledger(
    city: Installation, key: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path / "city.ledger"
    elsewhere = Installation(tmp_path_factory.mktemp("elsewhere"), "postgresql://nobody@127.0.0.1:1/none")

    printed = city.ok("export", "ledger", str(file))
    checked = elsewhere.ok("verify", str(file), "--public-key", key)
    unchecked = elsewhere.ok("verify", str(file))
    told = elsewhere.ok("verify", str(file), language="id")

    assert f"--public-key '{key}'" in printed.out
    assert "Sound" in checked.out
    assert "kunci publik tidak diberikan" in " ".join(told.out.split())
    assert "Signatures were not checked" in unchecked.err
    assert "Signatures were not checked" not in checked.err


@pytest.fixture
def elsewhere(city: Installation, server: Server, tmp_path: Path) -> Iterator[Installation]:
    """A place with the city's keys and an empty database."""
    home = tmp_path / "elsewhere"
    shutil.copytree(city.home / "keys", home / "keys")
    with server.fresh_database() as url:
        yield Installation(home, url)


def test_an_export_is_adopted_byte_for_byte(
    city: Installation, key: str, elsewhere: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "city.ledger"
    exported = city.ok("export", "ledger", str(file), "--json").json

    first = elsewhere.ok("import", "ledger", str(file), "--public-key", key, "--json").json
    again = elsewhere.ok("import", "ledger", str(file), "--public-key", key, "--json").json
    elsewhere.ok("rebuild")
    audited = elsewhere.ok("verify", "--json").json

    assert (first["adopted"], again["adopted"]) == (exported["size"], 0)
    assert first["root"] == again["root"] == exported["root"] == audited["root"]
    assert audited["read_models"]["differences"] == []
    assert elsewhere.ok("search", "Camat", "--json").json == city.ok("search", "Camat", "--json").json


def test_what_cannot_be_adopted_changes_nothing(
    city: Installation, key: str, elsewhere: Installation, tmp_path: Path
) -> None:
    file, damaged, other = tmp_path / "city.ledger", tmp_path / "damaged.ledger", VerifierKey("x", bytes(32))
    city.ok("export", "ledger", str(file))
    damaged.write_bytes(file.read_bytes()[:-100_000])

    assert elsewhere.run("import", "ledger", str(damaged), "--public-key", key).code == 1
    assert elsewhere.run("import", "ledger", str(file), "--public-key", str(other)).code == 1
    refused = elsewhere.run("--agency", "kota-lain", "import", "ledger", str(file), "--public-key", key)
    assert (refused.code, "--agency kota-salatiga" in refused.err) == (1, True)
    (elsewhere.home / "keys" / "signing").unlink()
    assert elsewhere.run("import", "ledger", str(file), "--public-key", key).code == 1
    with psycopg.connect(elsewhere.database_url) as connection:
        assert connection.execute("SELECT to_regclass('ledger.ledger') IS NULL").fetchone() == (True,)


def test_a_ledger_with_other_facts_is_left_as_it_is(
    city: Installation, key: str, elsewhere: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "city.ledger"
    city.ok("export", "ledger", str(file))
    elsewhere.ok("simulate", str(tmp_path / "other"), "--people", "150", "--years", "1", "--seed", "9")
    elsewhere.ok("init", "--simulation")
    elsewhere.ok("record", "--all", str(tmp_path / "other" / "decrees.jsonl"), "--simulated-clock")

    said = elsewhere.run("import", "ledger", str(file), "--public-key", key)

    assert said.code == 1
    assert "nothing was changed" in said.err
    elsewhere.ok("verify")


def test_a_damaged_export_is_refused(city: Installation, tmp_path: Path) -> None:
    file = tmp_path / "city.ledger"
    city.ok("export", "ledger", str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])

    said = city.run("verify", str(file))

    assert said.code == 1
    assert str(file) in said.err


def test_every_remark_is_told_in_both_languages() -> None:
    for code in get_args(RemarkCode):
        said = Remark.of(
            code, count=3, position=7, faults="x", names="a", seconds=400, keys=2, anchors=1, first=5, last=7
        )
        assert translate("en", f"cli.remark.{code}", **dict(said.values)) == str(said)
        assert translate("id", f"cli.remark.{code}", **dict(said.values)) != ""


def test_a_key_that_is_none_is_refused(city: Installation) -> None:
    said = city.run("verify", "--public-key", "nonsense")

    assert said.code == 1
    assert "asn-ledger init" in said.err
