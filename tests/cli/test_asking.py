"""What may be asked of a recorded city, in both languages and as JSON."""

import json
from typing import Any

import pytest
from cli.installations import LANGUAGES, Installation


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
