"""What cannot be answered is said in words that help, in both languages and as JSON, with the exit code that fits."""

from pathlib import Path

import pytest
from cli.installations import LANGUAGES, Installation


@pytest.mark.parametrize(
    ("arguments", "help_in"),
    [
        (("post", "no-such-post"), {"id": "asn-ledger search", "en": "asn-ledger search"}),
        (("post", "86d67be3-62a0-50f4-aa95-d00ddac6d79b"), {"id": "Ditolak", "en": "Refused"}),
        (("employee", "123"), {"id": "asn-ledger search", "en": "asn-ledger search"}),
        (("replay", "--post", "no-such-post"), {"id": "asn-ledger search", "en": "asn-ledger search"}),
        (("search", "lurah", "--known-at", "2016-13"), {"id": "Waktu diketahui tidak terbaca", "en": "YYYY-MM-DD"}),
        (("search", "lurah", "--known-at", "2999"), {"id": "belum terjadi", "en": "lies ahead"}),
        (("search", "lurah", "--known-at", "@999999"), {"id": "belum terjadi", "en": "has not reached"}),
        (("search", "lurah", "--valid-on", "yesterday"), {"id": "Tanggal berlaku tidak terbaca", "en": "yesterday"}),
        (("rebuild", "nonsense"), {"id": "position_history", "en": "position_history"}),
        (("account", "token", "nobody"), {"id": "account list", "en": "account list"}),
        (("confirm", "86d67be3-62a0-50f4-aa95-d00ddac6d79b"), {"id": "Ditolak", "en": "Refused"}),
    ],
)
def test_what_is_not_there_or_malformed_is_refused(
    city: Installation, arguments: tuple[str, ...], help_in: dict[str, str]
) -> None:
    for language in LANGUAGES:
        said = city.run(*arguments, language=language)
        assert said.code == 1
        assert help_in[language] in said.err
        assert said.out == ""
    told = city.run(*arguments, "--json")
    assert told.code == 1
    assert told.json["type"].startswith("/problems/")
    assert told.json["detail"] in said.err


def test_a_city_is_not_written_where_no_folder_can_be_made(empty: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder, why in (("file/city", {"id": "berkas, bukan map", "en": "not a folder"}), ("file", {})):
        for language in LANGUAGES:
            said = empty.run("simulate", str(tmp_path / folder), "--people", "150", "--years", "1", language=language)
            assert said.code == (1 if why else 2), "what is a file is no folder by the form of the command"
            assert why.get(language, "") in said.err
            assert "Traceback" not in said.err
    told = empty.run("simulate", str(tmp_path / "file" / "city"), "--json")
    assert (told.code, told.json["code"]) == (1, "file")


def test_nothing_is_asked_of_a_ledger_that_is_not_there(empty: Installation) -> None:
    before = empty.run("search", "lurah")
    empty.ok("init")
    other = Installation(empty.home, empty.database_url, agency="kota-lain").run("search", "lurah")

    assert (before.code, other.code) == (1, 1)
    assert "asn-ledger migrate" in before.err
    assert "asn-ledger init" in other.err


def test_another_agency_is_named_before_the_command(empty: Installation) -> None:
    empty.ok("init")
    before = empty.run("--agency", "kota-lain", "search", "lurah")
    made = empty.ok("--agency", "kota-lain", "init", "--json").json
    malformed = empty.run("--agency", "Kota Lain", "config")

    assert before.code == 1
    assert "kota-lain" in before.err
    assert made["agency"] == "kota-lain"
    assert "kota-lain" in empty.ok("--agency", "kota-lain", "config").out
    assert empty.ok("config", "--json").json["agency"] == "kota-salatiga"
    assert (malformed.code, "ASN_LEDGER_AGENCY" in malformed.err) == (2, True)


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    said = Installation(tmp_path, "postgresql://nobody@127.0.0.1:1/none").run("search", "lurah")

    assert said.code == 1
    assert "does not answer" in said.err


def test_settings_that_cannot_be_right_are_named(empty: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASN_LEDGER_PORT", "99999999")
    monkeypatch.setenv("ASN_LEDGER_ZONE", "Asia/Salatiga")

    said = empty.run("config")
    told = empty.run("config", "--json")

    assert said.code == told.code == 2
    assert "ASN_LEDGER_PORT" in said.err
    assert "Asia/Jakarta" in said.err
    assert {fault["setting"] for fault in told.json["errors"]} == {"ASN_LEDGER_PORT", "ASN_LEDGER_ZONE"}


def test_the_settings_in_force_are_printed_without_secrets(city: Installation) -> None:
    said = city.ok("config").out

    assert f"ASN_LEDGER_HOME={city.home}" in said
    assert "ASN_LEDGER_DATABASE_URL=(hidden)" in said
    assert city.ok("config", "--json").json["agency"] == "kota-salatiga"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_ledger_answers_that_there_is_nothing(office: Installation, language: str) -> None:
    assert office.ok("search", "lurah", language=language).out.strip()
    assert office.ok("confirm", language=language).out.strip()
    assert {"id": "0 entri", "en": "0 entries"}[language] in office.ok("verify", language=language).out
    assert office.ok("rebuild", "--json").json["facts"] == 0


def test_accounts_are_opened_listed_and_their_tokens_revoked(office: Installation) -> None:
    token = office.ok("account", "token", "ani", "--days", "1").out.strip()

    assert token.startswith("asnl_")
    assert [one["name"] for one in office.ok("account", "list", "--json").json] == ["ani", "budi", "citra"]
    assert "auditor" in office.ok("account", "list").out
    assert office.ok("account", "revoke", "ani", "--json").json == {"revoked": 1}
    assert office.run("account", "add", "ani", "--role", "hr_officer").code == 1
    assert office.run("account", "add", "dewi", "--role", "king").code == 2


def test_an_account_is_given_a_password_roles_and_is_locked_and_closed(office: Installation) -> None:
    office.ok("account", "add", "dewi", "--role", "employee")
    refused = office.run("account", "password", "dewi", typed="short\n")
    assert (refused.code, "12" in refused.err) == (1, True)
    assert office.run("account", "password", "dewi", typed="empat kucing di atap\n").code == 0
    assert office.ok("account", "roles", "dewi", "--role", "auditor", "--role", "dpo", "--json").json["grants"] == [
        {"role": "auditor", "unit": None}, {"role": "dpo", "unit": None},
    ]  # fmt: skip
    assert office.ok("account", "totp", "dewi", "--json").json == {"second_factor": False, "recovery_codes": 0}
    assert office.ok("account", "totp", "dewi", "--remove").out
    for label in ("laptop", "lab"):
        office.ok("account", "token", "dewi", "--label", label)
    listed = office.ok("account", "tokens", "dewi", "--json").json
    assert {one["label"] for one in listed} == {"laptop", "lab"}
    assert listed[0]["mark"] in office.ok("account", "tokens", "dewi").out
    assert office.ok("account", "revoke", "dewi", "--token", listed[0]["mark"], "--json").json == {"revoked": 1}
    assert office.run("account", "revoke", "dewi", "--token", listed[0]["mark"]).code == 1
    assert [one["id"] for one in office.ok("account", "tokens", "dewi", "--json").json] == [listed[1]["id"]]
    locked = office.ok("account", "lock", "dewi", "--json")
    assert locked.json == {"name": "dewi"}
    (line,) = locked.err.splitlines()
    assert 'message="account locked"' in line
    assert "account=" in line
    assert "dewi" not in line
    (standing,) = [one for one in office.ok("account", "list", "--json").json if one["name"] == "dewi"]
    assert (standing["locked"], standing["password"], standing["second_factor"]) == (True, True, False)
    assert "locked, password" in office.ok("account", "list").out
    office.ok("account", "unlock", "dewi")
    office.ok("account", "close", "dewi")
    assert "dewi" not in office.ok("account", "list").out
    assert office.run("account", "add", "dewi", "--role", "auditor").code == 1, "a name is not given again"


def test_setting_up_again_changes_nothing(office: Installation) -> None:
    assert office.ok("init").out == office.ok("init").out
    assert office.ok("migrate", "--json").json == office.ok("migrate", "--json").json
    assert office.run("init", "--simulation").code == 1
