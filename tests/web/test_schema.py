"""The OpenAPI document against the service: whatever is sent, it answers as the document says, never with a fault."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from web.office import appoint, decree, enters, name, post, unit
from web.running import Running
from web.test_gate import EXPECTED

EXAMPLES = 10
OPERATIONS = [
    (method, path) for method, path in EXPECTED if path.startswith(("/api/", "/problems", "/healthz", "/readyz"))
]


@pytest.fixture(scope="module")
def city(web: Running) -> Iterator[Running]:
    web.record(decree([unit(1, "Dinas Pendidikan"), post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
    web.record(decree([enters(1, "Ani", "198503122010012003")]))
    web.record(decree([appoint(1, 1, "2015-01-01")]))
    with web.service.following():
        yield web


@pytest.fixture(scope="module")
def document(city: Running) -> dict[str, Any]:
    found: dict[str, Any] = city.app.openapi()
    return found


def ask(web: Running, case: Case[Any], role: str) -> Response:
    sent = case.as_transport_kwargs(base_url="")
    client = web.as_role(role)
    headers = {key: str(value) for key, value in (sent.pop("headers", None) or {}).items()}
    headers.pop("User-Agent", None)
    headers.pop("Authorization", None)
    body = sent.pop("data", None)
    return client.request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        json=sent.get("json"),
        content=body if isinstance(body, bytes | str) else None,
        headers=headers,
    )


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_question_is_answered_with_a_fault(city: Running, document: dict[str, Any], method: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(document)[path][method]
    documented = set(document["paths"][path][method.lower()]["responses"])

    @seed(4711)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def whatever(case: Case[Any]) -> None:
        for role in ("public", "office"):
            answer = ask(city, case, role)

            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert str(answer.status_code) in documented, (case.as_curl_command(), answer.text)
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json"

    whatever()


NAUGHTY = [
    "\x00",
    "\ud800",
    "%00",
    "'; DROP TABLE ledger.event; --",
    "\U0001d518" * 500,
    "\u202e",
    "-1",
    "1e9",
    "null",
    "٣",
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_are_answered_without_a_fault(city: Running, text: str) -> None:
    plain = text.encode("utf-8", "surrogatepass").decode("latin-1") if "\ud800" in text else text
    for client in (city.public, city.office):
        for parameter in ("q", "valid_on", "known_at", "cursor", "limit", "unit", "lang"):
            assert client.get("/api/v1/posts", params={parameter: plain}).status_code in {200, 422}
        for path in ("posts", "employees", "units", "decrees", "ledger/entries"):
            assert client.get(f"/api/v1/{path}/{quote(plain, safe='')}").status_code in {403, 404, 405, 422}


@pytest.mark.parametrize("known_at", ["@0", "@1", "@2", "1900", "2026-01", "@999999999999999999"])
@pytest.mark.parametrize("valid_on", ["0001", "9999-12-31", "2024-02-29", ""])
def test_times_at_the_edges_are_answered(city: Running, known_at: str, valid_on: str) -> None:
    for path in (
        f"posts/{name('post', 1)}",
        f"posts/{name('post', 1)}/history",
        f"units/{name('unit', 1)}",
        "posts",
        "units",
    ):
        answer = city.office.get(f"/api/v1/{path}", params={"known_at": known_at, "valid_on": valid_on})

        assert answer.status_code in {200, 404, 422}, answer.text
