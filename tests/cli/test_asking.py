"""What may be asked of a recorded city, in both languages and as JSON."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import psycopg
import pytest
from cli.installations import LANGUAGES, Installation
from pydantic import SecretStr
from web import office as forms

from asn_ledger.app import open_service
from asn_ledger.language import Language, moment, translate
from asn_ledger.settings import Settings
from asn_ledger.web.api.appraisals import AppraisalShown
from asn_ledger.web.career_words import appraised_words, step_words
from asn_ledger.web.representations import CareerStep
from projections.posts import POSTS

AXES = {
    "duties": "duty",
    "contracts": "contract",
    "interruptions": "interruption",
    "salary": "salary",
    "points": "points",
    "education": "education",
    "trainings": "training",
    "identity": "identity",
}
"""The axes of a career that are no posts, ranks or status, and the words that head them."""


@pytest.fixture(scope="module")
def truth(city: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((city.home / "city" / "truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def post(truth: dict[str, Any]) -> dict[str, Any]:
    """A post that several people held, somebody of them acting."""

    def believed(one: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in one["tenures"] if row["known_until"] is None]

    posts = [one for one in truth["posts"] if {row["capacity"] for row in believed(one)} >= {"definitif", "plt"}]
    found: dict[str, Any] = max(posts, key=lambda one: len(believed(one)))
    return found


def test_a_post_says_who_held_it_as_the_simulator_knows(
    city: Installation, post: dict[str, Any], truth: dict[str, Any]
) -> None:
    shown = city.ok("post", post["post"], "--json").json

    expected = {
        (row["employee"], row["capacity"], row["began"], row["ended"])
        for row in post["tenures"]
        if row["known_until"] is None
    }
    assert {(row["holder"]["id"], row["capacity"], row["began"], row["ended"]) for row in shown["tenures"]} == expected
    assert {row["holder"]["name"] for row in shown["tenures"]} == {truth["people"][who]["name"] for who, *_ in expected}


@pytest.mark.parametrize(("language", "heading"), [("id", "Pemegang jabatan"), ("en", "Holders")])
def test_a_post_is_told_in_the_reader_s_language(
    city: Installation, post: dict[str, Any], truth: dict[str, Any], language: str, heading: str
) -> None:
    said = city.ok("post", post["post"], language=language).out

    assert heading in said
    for row in post["tenures"]:
        if row["known_until"] is None:
            assert truth["people"][row["employee"]]["name"] in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("arguments", [("search", "lurah"), ("search", "kepala", "--kind", "post", "--limit", "3")])
def test_search_counts_what_it_leaves_out(city: Installation, language: str, arguments: tuple[str, ...]) -> None:
    found = city.ok(*arguments, "--json").json["posts"]
    said = city.ok(*arguments, language=language).out

    assert found["rows"]
    assert all(row["post"] in said for row in found["rows"])
    assert str(found["total"]) in said


def _believed(rows: list[dict[str, Any]], moment: str | None) -> set[tuple[str, str, str, str | None]]:
    """What the simulator knew of tenures at a moment (None: at the end)."""
    return {
        (row.get("employee") or row["post"], row["capacity"], row["began"], row["ended"])
        for row in rows
        if (row["known_until"] is None if moment is None else row["known_from"] <= moment)
        and (moment is None or row["known_until"] is None or moment < row["known_until"])
    }


def test_a_post_as_known_earlier_is_what_the_simulator_knew_then(
    city: Installation, post: dict[str, Any], truth: dict[str, Any]
) -> None:
    differing = 0
    for year in range(2018, 2026):
        shown = city.ok("post", post["post"], "--known-at", str(year), "--json").json
        told = {(row["holder"]["id"], row["capacity"], row["began"], row["ended"]) for row in shown["tenures"]}
        assert shown["as_of"]["known_at"] is not None
        assert told == _believed(post["tenures"], f"{year}-12-31T17:00:00Z")
        differing += told != _believed(post["tenures"], None)
    assert differing > 1
    assert "Not the present state" in city.ok("post", post["post"], "--known-at", "2019").out
    assert "Not the present state" not in city.ok("post", post["post"]).out


def test_a_career_is_found_by_nip_and_told_as_the_simulator_knows(city: Installation, truth: dict[str, Any]) -> None:
    who, person = max(truth["people"].items(), key=lambda item: (len(item[1]["tenures"]), item[0]))
    by_nip = city.ok("employee", person["nip"], "--json").json
    said = city.ok("employee", who, language="id").out

    assert by_nip == city.ok("employee", who, "--json").json
    assert (by_nip["person"]["id"], by_nip["person"]["name"]) == (who, person["name"])
    assert {
        (row["post"]["id"], row["capacity"], row["began"], row["ended"])
        for row in by_nip["posts"]
        if row["state"] == "held"
    } == _believed(person["tenures"], None)
    assert [row["value"] for row in by_nip["ranks"] if row["state"] == "held"] == [
        row["rank"] for row in person["ranks"] if row["known_until"] is None
    ]
    for text in (person["name"], person["nip"], "Pangkat", by_nip["posts"][0]["post"]["title"]):
        assert text in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_axis_of_a_career_is_printed_in_words_and_those_without_entries_are_named(
    city: Installation, truth: dict[str, Any], language: Language
) -> None:
    seen = set[str]()
    for who in sorted(truth["people"], key=lambda one: len(truth["people"][one]["duties"]), reverse=True)[:3]:
        told = city.ok("employee", who, "--json").json
        said = city.ok("employee", who, language=language).out
        nothing = translate(language, "cli.nothing_of", axes="")[:10]
        (without,) = [line for line in said.splitlines() if line.startswith(nothing)] or [""]
        for axis, one in AXES.items():
            rows = [CareerStep.model_validate(row) for row in told[axis]]
            assert all(step_words(language, row) in said and f"@{row.position}" in said for row in rows)
            heading = translate(language, f"career.axis.{one}")
            assert (heading in said.splitlines()) == bool(rows)
            assert (heading in without) == (not rows)
            seen.update({axis} if rows else ())
        for appraisal in told["annual_appraisals"]:
            assert appraised_words(language, AppraisalShown.model_validate(appraisal)) in said
            seen.add("appraised")
    assert {"duties", "salary", "points", "identity", "appraised"} <= seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_replay_ends_where_the_history_stands(city: Installation, post: dict[str, Any], language: str) -> None:
    steps = city.ok("replay", "--post", post["post"], "--json").json
    shown = city.ok("post", post["post"], "--json").json
    said = city.ok("replay", "--post", post["post"], language=language).out

    assert [one["position"] for one in steps] == sorted({one["position"] for one in steps})
    assert {(row["employee"], row["began"], row["ended"]) for row in steps[-1]["after"] if row["state"] == "held"} == {
        (row["holder"]["id"], row["began"], row["ended"]) for row in shown["tenures"]
    }
    assert all(f"@{one['position']} {one['type']}" in said for one in steps)
    assert all(row["holder"]["name"] in said for row in shown["tenures"])


@pytest.mark.parametrize("language", get_args(Language))
def test_a_replay_speaks_the_readers_language_and_tells_times_in_the_ledgers_zone(
    city: Installation, post: dict[str, Any], language: Language
) -> None:
    steps = city.ok("replay", "--post", post["post"], "--json").json
    said = city.ok("replay", "--post", post["post"], language=language).out
    recorded = datetime.fromisoformat(steps[0]["recorded_at"]).astimezone(ZoneInfo("Asia/Jakarta"))
    ends = {row["why_ended"] for one in steps for row in one["after"]} - {None}

    assert f"@{steps[0]['position']} {steps[0]['type']} · {moment(language, recorded)}" in said
    assert ends
    words = {why: translate(language, f"ended_by.{why}") for why in ends}
    assert [why for why, its in words.items() if its not in said or f" {why}" in said.replace(its, "")] == []


def test_a_replay_stops_where_it_is_told_and_waits_where_it_is_asked(city: Installation, post: dict[str, Any]) -> None:
    steps = city.ok("replay", "--post", post["post"], "--json").json
    middle = steps[len(steps) // 2]["position"]

    part = city.ok("replay", "--post", post["post"], "--until", str(middle), "--json").json
    waited = city.run("replay", "--post", post["post"], "--until", str(middle), "--step", typed="\n" * len(part))

    assert part == [one for one in steps if one["position"] <= middle]
    assert waited.code == 0
    assert waited.err.count("Enter for the next event") == len(part) - 1


def test_a_replay_of_a_person_follows_them_through_their_posts(city: Installation, truth: dict[str, Any]) -> None:
    who, person = max(truth["people"].items(), key=lambda item: (len(item[1]["tenures"]), item[0]))

    steps = city.ok("replay", "--employee", person["nip"], "--json").json

    assert {row["post"] for row in steps[-1]["after"] if row["state"] == "held"} == {
        one[0] for one in _believed(person["tenures"], None)
    }
    assert {row["employee"] for one in steps for row in one["after"]} == {who}


def test_a_post_is_found_by_its_code(office: Installation, tmp_path: Path) -> None:
    made = {**forms.post(1, "Camat Argomulyo"), "code": "01.02.1"}
    file = tmp_path / "sk.json"
    form = forms.decree([forms.unit(1, "Kecamatan", kind="kecamatan"), made], mode="draft")
    file.write_text(json.dumps(form), encoding="utf-8")
    office.ok("record", str(file))

    assert office.ok("post", "01.02.1", "--json").json["id"] == forms.name("post", 1)
    assert office.ok("post", "01.02.1", "--valid-on", "2009", "--json").json["version"] is None
    assert "did not exist on 31 December 2009" in office.ok("post", "01.02.1", "--valid-on", "2009").out
    assert "Vacant: 1 of 1" in office.ok("post", "01.02.1").out


def test_a_read_model_that_this_version_has_yet_to_build_says_what_to_do(
    copy_of_city: Installation, post: dict[str, Any]
) -> None:
    with psycopg.connect(copy_of_city.database_url) as connection:
        connection.execute(f"DROP SCHEMA {POSTS.schema} CASCADE")
        connection.execute("DELETE FROM readmodels.follower WHERE name = 'posts'")

    said = copy_of_city.run("replay", "--post", post["post"])
    copy_of_city.ok("rebuild")

    assert said.code == 1
    assert "asn-ledger rebuild" in said.err
    assert copy_of_city.ok("replay", "--post", post["post"]).out


def test_what_lags_is_said_and_not_hidden(copy_of_city: Installation) -> None:
    with psycopg.connect(copy_of_city.database_url) as connection:
        connection.execute(
            "UPDATE readmodels.follower SET position = position - 1 WHERE ledger = %s AND name = 'career'",
            (copy_of_city.agency,),
        )

    assert "asn-ledger rebuild" in copy_of_city.ok("search", "lurah").err
    assert copy_of_city.ok("search", "lurah", "--json").json["posts"]["rows"]


def test_who_serves_is_listed_counted_and_put_in_order(city: Installation) -> None:
    shown = city.ok("staff", "--where", "legal=aktif", "--limit", "3", "--json").json
    order = city.ok("duk", "--limit", "3", "--json").json
    counts = city.ok("staff", "--counts", language="en").out
    sheet = city.ok("staff", "--where", "legal=aktif", "--csv").out

    assert [row["legal"] for row in shown["rows"]] == ["aktif"] * 3
    assert [row["number"] for row in order["rows"]] == [1, 2, 3]
    assert "Legal status" in counts
    assert sheet.startswith("number,employee,nip,")
    assert len(sheet.splitlines()) == shown["total"] + 1


def test_who_was_appraised_so_last_is_found(city: Installation) -> None:
    every = city.ok("staff", "--where", "predicate=baik", "--limit", "1", "--json").json

    assert every["rows"][0]["predicate"] == "baik"
    counted = {one["value"]: one["count"] for one in every["facets"]["predicate"]}
    assert counted["baik"] == every["total"] > 0


def test_a_saved_filter_chooses_and_what_is_typed_goes_before_it(copy_of_city: Installation) -> None:
    city = copy_of_city
    city.ok("account", "add", "retno", "--role", "auditor")
    settings = Settings(home=city.home, database_url=SecretStr(city.database_url), agency=city.agency)
    with open_service(settings) as service:
        account = service.accounts.find("retno").id
        assert account is not None
        service.filters.save(account, "staff", "Perempuan di V", {"sex": "f", "sort": "rank", "kind": "pelaksana"})

    chosen = city.ok(
        "staff", "--filter", "perempuan di v", "--as", "retno", "--where", "kind=fungsional", "--json"
    ).json
    assert chosen == city.ok("staff", "--where", "sex=f", "--where", "kind=fungsional", "--sort", "rank", "--json").json
    assert chosen["total"] > 0
    assert city.run("staff", "--filter", "Perempuan di V").code == 2
    assert "/pegawai" in city.run("staff", "--filter", "Lain", "--as", "retno").err


@pytest.mark.parametrize("wrong", ["rank", "shoe=44", "status="])
def test_a_facet_that_there_is_not_is_wrong_usage(city: Installation, wrong: str) -> None:
    answer = city.run("staff", "--where", wrong)

    assert answer.code == 2
    assert "predicate" in answer.err
