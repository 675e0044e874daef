"""The OpenAPI document against the service: whatever is sent, it answers as the document says, never with a fault."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import schemathesis
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from papers import pdf
from schemathesis import Case
from web.office import appoint, decree, enters, name, post, unit
from web.running import Running
from web.test_gate import EXPECTED

EXAMPLES = 25
ONLY_REFUSED = {
    ("POST", "/api/v1/tasks/seen"),  # neither the public nor the office oversees
    ("GET", "/api/v1/decrees/{id}/confirmation"), ("POST", "/api/v1/decrees/{id}/confirmation"),
    ("POST", "/api/v1/decrees/{id}/withdrawal"),
    ("POST", "/api/v1/decrees/{id}/refusal"), ("GET", "/api/v1/bulk/{id}/confirmation"), ("POST", "/api/v1/bulk/{id}/confirmation"), ("POST", "/api/v1/sheets"),
    ("POST", "/api/v1/documents/disputes/{note}/withdrawal"),
    ("POST", "/api/v1/documents/intake/{id}/proposal"), ("GET", "/api/v1/documents/intake/{id}/match"), ("POST", "/api/v1/documents/intake/{id}/match"),
    ("GET", "/api/v1/imports/{id}"), ("POST", "/api/v1/imports"), ("POST", "/api/v1/imports/{id}/recording"),
    ("POST", "/api/v1/imports/{id}/undo"), ("POST", "/api/v1/imports/{id}/settlement"),
    ("POST", "/api/v1/erasures"), ("POST", "/api/v1/erasures/{id}/assessment"),
    ("GET", "/api/v1/erasures/{id}/approval"), ("POST", "/api/v1/erasures/{id}/approval"),
    ("POST", "/api/v1/erasures/{id}/stop"),
    ("POST", "/api/v1/erasures/{id}/execution"), ("POST", "/api/v1/holds"), ("POST", "/api/v1/holds/{id}/lifting"),
}  # fmt: skip
"""What chance cannot ask rightly: it needs a decree that waits for this very person, a file, a run of an import, or
somebody who has left, whom somebody else proposed."""
PDF = pdf("skema")
FILTER = {"name": "Golongan III", "list": "staff", "parameters": {"rank": "III/a"}}
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
def known(city: Running) -> dict[str, str]:
    """What is there, by how the addresses that lead to it begin."""
    keyed = {"Idempotency-Key": str(uuid4())}
    kept = city.office.post("/api/v1/filters", json=FILTER)
    renamed = city.office.post("/api/v1/filters", json={**FILTER, "name": "Lain"})
    scan = city.office.post("/api/v1/documents", content=PDF, headers={"Content-Type": "application/pdf"})
    brought = city.office.post("/api/v1/documents/intake", files={"file": ("a.pdf", PDF + b"2", "application/pdf")})
    on_record = city.office.post("/api/v1/decrees", json=drafted(), headers=keyed)
    assert {one.status_code for one in (kept, renamed, scan, brought, on_record)} <= {200, 201}, brought.text
    return {
        "/api/v1/posts/": name("post", 1),
        "/api/v1/units/": name("unit", 1),
        "/api/v1/employees/": name("employee", 1),
        "/api/v1/decrees/": on_record.headers["Location"].rpartition("/")[2],
        "/api/v1/sheets/annex/": on_record.headers["Location"].rpartition("/")[2],
        "PUT /api/v1/filters/": renamed.json()["id"],
        "/api/v1/filters/": kept.json()["id"],
        "/api/v1/documents/intake/": brought.json()["files"][0]["scan"],
        "/api/v1/documents/": scan.json()["sha256"],
        "/problems/": "not-found",
    }


def drafted() -> dict[str, Any]:
    """A draft that may be recorded, each time another."""
    return decree([unit(uuid4().hex, "Bidang")], mode="draft")


BODIES: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
    ("POST", "/api/v1/decrees"): drafted,
    ("POST", "/api/v1/filters"): lambda: {**FILTER, "name": uuid4().hex},
    ("PUT", "/api/v1/filters/{id}"): lambda: {"name": uuid4().hex, "parameters": FILTER["parameters"]},
}


def rightly(case: Case[Any], known: Mapping[str, str]) -> None:
    """Let a case ask about what is there; a body that no chance makes is one that is right."""
    asked = f"{case.method} {case.path}"
    found = next((value for begins, value in known.items() if begins in asked), None)
    if found is not None and case.path_parameters:
        named = {"id"} & case.path_parameters.keys() or case.path_parameters.keys()
        case.path_parameters = {**case.path_parameters, **dict.fromkeys(named, found)}
    if (case.method, case.path) == ("GET", "/api/v1/sheets/annex/{id}.{form}"):
        case.query = {}  # chance seldom makes two times that can be read
    made = BODIES.get((case.method, case.path))
    if made is not None:
        case.body = made()
        case.headers["Idempotency-Key"] = str(uuid4())


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
def test_no_question_is_answered_with_a_fault(
    city: Running, document: dict[str, Any], known: Mapping[str, str], method: str, path: str
) -> None:
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
    @given(case=operation.as_strategy(), right=st.booleans())
    def whatever(case: Case[Any], *, right: bool) -> None:
        if right:
            rightly(case, known)
        for role in ("public", "office"):
            answer = ask(city, case, role)
            answered.add(answer.status_code // 100)

            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert str(answer.status_code) in documented, (case.as_curl_command(), answer.text)
            if answer.status_code >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json"

    answered: set[int] = set()
    whatever()
    assert 2 in answered or (method, path) in ONLY_REFUSED, "it was never asked rightly"


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
