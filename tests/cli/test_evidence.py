"""`evidence` writes a file that `verify-evidence` and the verifier that stands alone check without the ledger."""

import json
from pathlib import Path

import pytest
from cli.installations import LANGUAGES, Installation
from evidences import stand_alone

from asn_ledger.proof.archive import read_archive


@pytest.fixture(scope="module")
def key(city: Installation) -> str:
    found: str = city.ok("init", "--simulation", "--json").json["verifier_key"]
    return found


def a_post(city: Installation) -> str:
    found = city.ok("search", "Kepala Dinas", "--kind", "post", "--json").json
    return str(found["posts"]["rows"][0]["post"])


def test_evidence_is_written_and_checked_without_the_ledger(city: Installation, key: str, tmp_path: Path) -> None:
    file, elsewhere = (
        tmp_path / "jabatan.zip",
        Installation(tmp_path / "elsewhere", "postgresql://nowhere.invalid/none"),
    )
    written = city.ok("evidence", "--post", a_post(city), "-o", str(file), "--json").json
    assert written["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["jabatan.zip"]

    told = elsewhere.ok("verify-evidence", str(file), "--public-key", key, "--json").json
    alone = stand_alone()
    shown = alone.verify(file.read_bytes(), alone.Key.parse(key), None)
    assert told["about"] == f"post:{a_post(city)}"
    assert told["facts"] == shown["facts"]
    assert told["rows"]["tenures"]
    assert told["simulation"] is True
    for language in LANGUAGES:
        said = elsewhere.ok("verify-evidence", str(file), "--public-key", key, language=language).out
        assert {"id": "UTUH", "en": "SOUND"}[language] in said
    readme = read_archive(file.read_bytes())["BACA-SAYA.txt"].decode()
    assert "YANG TIDAK DIBUKTIKAN" in readme
    assert "SIMULASI" in readme


def test_changed_evidence_and_another_key_are_refused_with_the_place(
    city: Installation, key: str, tmp_path: Path
) -> None:
    file = tmp_path / "jabatan.zip"
    city.ok("evidence", "--post", a_post(city), "--audience", "public", "-o", str(file))
    file.write_bytes(file.read_bytes().replace(b"Kepala Dinas", b"Kepala Badan", 1))

    refused = city.run("verify-evidence", str(file), "--public-key", key)
    assert refused.code == 1
    assert "REFUSED" in refused.err
    assert "archive: " in refused.err
    assert json.loads(city.run("verify-evidence", str(file), "--public-key", key, "--json").out)["code"] == (
        "evidence-refused"
    )
    assert city.run("verify-evidence", str(file), "--public-key", "x").code == 1


def test_what_is_asked_for_wrongly_is_said(city: Installation, tmp_path: Path) -> None:
    file = str(tmp_path / "x.zip")
    assert city.run("evidence", "-o", file).code == 2
    assert city.run("evidence", "--post", "1", "--decree", "2", "-o", file).code == 2
    assert "search" in city.run("evidence", "--decree", "x", "-o", file).err
    nowhere = city.run("evidence", "--post", a_post(city), "-o", str(tmp_path / "no" / "x.zip"))
    assert nowhere.code == 1
    assert "cannot be written" in nowhere.err
    nobody = city.run("evidence", "--employee", "00000000-0000-0000-0000-000000000001", "-o", file)
    assert (nobody.code, Path(file).exists()) == (1, False)
    assert "known_at" in nobody.err
