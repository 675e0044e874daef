"""Malformed requests: each has its problem, with a pointer to every field; nothing is recorded."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from web.office import decree, name, unit
from web.running import Running


def send(web: Running, content: bytes | str, **headers: str) -> Response:
    given = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json", **headers}
    return web.office.post("/api/v1/decrees", content=content, headers=given)


def is_problem(answer: Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{slug}"
    assert problem["status"] == status
    assert problem["request"] == answer.headers["X-Request-Id"]
    return problem


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"\xff\xfe{}", b'{"id": 1', b"[" * 100_000, b'{"id": NaN, "x":}'],
    ids=["cut", "empty", "no UTF-8", "cut value", "deep", "no value"],
)
def test_what_is_no_json_is_malformed(web: Running, content: bytes) -> None:
    answer = send(web, content)

    assert answer.status_code == 422
    assert answer.json()["type"] in {"/problems/malformed-json", "/problems/invalid-request"}


@pytest.mark.parametrize("content", ["null", "[]", '"x"', "1", "{}"])
def test_json_that_is_no_decree_is_malformed(web: Running, content: str) -> None:
    assert is_problem(send(web, content), 422, "invalid-request")["errors"]


def test_every_wrong_field_is_named_by_a_pointer(web: Running) -> None:
    form = decree([unit(1, "Dinas A"), unit(2, "Dinas B")], mode="draft")
    form["surprise"] = 1
    form["rows"][1]["colour"] = "red"
    form["rows"][0]["kind"] = "kingdom"
    del form["signer"]["capacity"]
    problem = is_problem(send(web, json.dumps(form)), 422, "invalid-request")

    assert {fault["pointer"] for fault in problem["errors"]} == {
        "/surprise", "/rows/1/colour", "/rows/0/kind", "/signer/capacity"
    }  # fmt: skip
    assert {fault["place"] for fault in problem["errors"]} == {"body"}
    assert {row["row"] for row in problem["rows"]} == {1, 2}


@pytest.mark.parametrize("content", [b"hello", b"{}", b'{"id": "x"}'], ids=["no JSON", "empty", "JSON"])
@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8", "application/xml", ""])
def test_no_route_for_json_reads_a_body_that_is_said_to_be_something_else(
    web: Running, content: bytes, kind: str
) -> None:
    document = web.office.get("/api/v1/openapi.json").json()
    asked = [
        (method.upper(), re.sub(r"{\w+}", str(uuid4()), path))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if set(operation.get("requestBody", {}).get("content", {})) == {"application/json"}
    ]
    assert ("POST", "/api/v1/decrees") in asked
    for method, path in asked:
        for role in ("office", "colleague"):
            headers = {"Content-Type": kind, "Idempotency-Key": str(uuid4())}
            answer = getattr(web, role).request(method, path, content=content, headers=headers)
            assert answer.status_code in {403, 415}, (method, path, answer.text)
            if answer.status_code == 415:
                is_problem(answer, 415, "unsupported-media-type")


def test_another_media_type_is_not_read(web: Running) -> None:
    form = json.dumps(decree([unit(1, "Dinas A")], mode="draft"))

    is_problem(send(web, form, **{"Content-Type": "text/plain"}), 415, "unsupported-media-type")
    is_problem(send(web, form, **{"Content-Type": "application/x-www-form-urlencoded"}), 415, "unsupported-media-type")


def test_a_body_beyond_the_limit_is_not_read(web: Running) -> None:
    is_problem(send(web, b'{"id": "' + b"x" * (4 * 2**20) + b'"}'), 413, "too-large")


@pytest.mark.parametrize("key", [None, "", "1", "not-a-uuid"])
def test_a_write_needs_an_idempotency_key(web: Running, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = web.office.post("/api/v1/decrees", json=decree([unit(1, "Dinas A")], mode="draft"), headers=headers)
    problem = is_problem(answer, 422, "invalid-request")

    assert [(fault["place"], fault["pointer"]) for fault in problem["errors"]] == [("header", "idempotency-key")]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "e\u0301"], ids=["NUL", "half a pair", "not composed"])
def test_text_that_the_ledger_cannot_keep_is_refused(web: Running, text: str) -> None:
    answer = send(web, json.dumps(decree([unit("odd", f"Dinas {text}")], mode="draft")))

    assert answer.status_code == 422, answer.text


def test_an_unknown_address_and_a_wrong_method_are_problems_too(web: Running) -> None:
    is_problem(web.public.get("/api/v1/nothing"), 404, "unknown-address")
    answer = web.public.put(f"/api/v1/posts/{name('post', 1)}")
    is_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("valid_on=31-12-2015", "invalid-value"),
        ("valid_on=2015-02-30", "invalid-value"),
        ("valid_on=" + "1" * 50, "invalid-request"),
        ("known_at=@999999999", "invalid-value"),
        ("known_at=@x", "invalid-value"),
        ("known_at=2999", "invalid-value"),
        ("known_at=2016-03-31T10:00:00", "invalid-value"),
        ("valid_no=2015", "invalid-request"),
        ("lang=de", "invalid-request"),
        ("limit=0", "invalid-request"),
        ("limit=100000", "invalid-request"),
        ("cursor=!!!", "invalid-value"),
        ("cursor=" + "9" * 40, "invalid-value"),
        ("q=%00", "invalid-request"),
        ("unit=x", "invalid-request"),
    ],
)
def test_a_malformed_question_is_refused(web: Running, query: str, slug: str) -> None:
    is_problem(web.public.get(f"/api/v1/posts?{query}"), 422, slug)


def test_problems_speak_the_readers_language(web: Running) -> None:
    indonesian = web.public.get("/api/v1/nothing", headers={"Accept-Language": "id-ID,id;q=0.9,en;q=0.5"})
    english = web.public.get("/api/v1/nothing", headers={"Accept-Language": "fr, en;q=0.8, id;q=0"})
    asked = web.public.get("/api/v1/nothing?lang=en", headers={"Accept-Language": "id"})

    assert indonesian.json()["title"] == "Alamat tidak ada"
    assert english.json()["title"] == asked.json()["title"] == "No such address"
    assert (indonesian.headers["Content-Language"], english.headers["Content-Language"]) == ("id", "en")


def test_a_page_is_indonesian_until_its_reader_switches(web: Running) -> None:
    browser = {"Accept": "text/html", "Accept-Language": "en-US,en;q=0.9"}

    assert web.public.get("/", headers=browser).headers["Content-Language"] == "id"
    assert web.public.get("/?lang=en", headers=browser).headers["Content-Language"] == "en"


def test_a_type_of_problem_is_an_address(web: Running) -> None:
    as_json = web.public.get("/problems/boundary-moved?lang=en").json()
    as_page = web.public.get("/problems/boundary-moved?lang=en", headers={"Accept": "text/html"})

    assert as_json["status"] == 409
    assert as_json["remedy"] in as_page.text
    assert as_page.headers["Content-Type"].startswith("text/html")


def test_head_answers_as_get_without_a_body(web: Running) -> None:
    answer = web.public.head("/api/v1/units")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]
