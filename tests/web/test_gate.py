"""Every route has a gate, and every route answers every role as the table below says."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from web.office import name
from web.running import Running

from asn_ledger.web.asking import Ask
from asn_ledger.web.auth import Gate

NOBODY = name("nothing", 1)
ROLES = ("public", "auditor", "office")

EXPECTED: dict[tuple[str, str], tuple[int, int, int]] = {
    # what the public, an auditor and the office get, asking for something that is not there
    ("GET", "/api/v1/decrees"): (403, 403, 200),
    ("POST", "/api/v1/decrees"): (403, 403, 422),
    ("GET", "/api/v1/decrees/{id}"): (404, 404, 404),
    ("POST", "/api/v1/decrees/{id}/confirmation"): (403, 403, 404),
    ("GET", "/api/v1/documents"): (403, 200, 200),
    ("POST", "/api/v1/documents"): (403, 403, 415),
    ("GET", "/api/v1/documents/coverage"): (403, 200, 200),
    ("GET", "/api/v1/documents/intake"): (403, 403, 200),
    ("POST", "/api/v1/documents/intake"): (403, 403, 422),
    ("GET", "/api/v1/documents/intake/{id}"): (403, 403, 404),
    ("POST", "/api/v1/documents/intake/{id}/proposal"): (403, 403, 422),
    ("POST", "/api/v1/documents/intake/{id}/match"): (403, 403, 404),
    ("POST", "/api/v1/documents/intake/{id}/refusal"): (403, 403, 422),
    ("GET", "/api/v1/documents/{sha256}"): (403, 404, 404),
    ("POST", "/api/v1/bulk"): (403, 403, 422),
    ("POST", "/api/v1/sheets"): (403, 403, 422),
    ("GET", "/api/v1/bulk/{id}"): (403, 403, 404),
    ("POST", "/api/v1/bulk/{id}/confirmation"): (403, 403, 404),
    ("GET", "/api/v1/posts"): (200, 200, 200),
    ("GET", "/api/v1/posts/{id}"): (404, 404, 404),
    ("GET", "/api/v1/posts/{id}/history"): (404, 404, 404),
    ("GET", "/api/v1/employees"): (403, 200, 200),
    ("GET", "/api/v1/employees/{id}"): (403, 404, 404),
    ("GET", "/api/v1/employees/{id}/career"): (403, 404, 404),
    ("GET", "/api/v1/staff"): (403, 200, 200),
    ("GET", "/api/v1/seniority"): (403, 200, 200),
    ("GET", "/pegawai"): (403, 200, 200),
    ("GET", "/pegawai.json"): (403, 200, 200),
    ("GET", "/pegawai.csv"): (403, 200, 200),
    ("GET", "/duk"): (403, 200, 200),
    ("GET", "/duk.json"): (403, 200, 200),
    ("GET", "/duk.csv"): (403, 200, 200),
    ("GET", "/api/v1/due"): (403, 200, 200),
    ("GET", "/api/v1/imports"): (403, 200, 200),
    ("GET", "/api/v1/imports/{id}"): (403, 404, 404),
    ("GET", "/impor"): (403, 200, 200),
    ("GET", "/impor.json"): (403, 200, 200),
    ("GET", "/impor.csv"): (403, 200, 200),
    ("GET", "/impor/{id}"): (403, 404, 404),
    ("GET", "/impor/{id}.json"): (403, 404, 404),
    ("GET", "/impor/{id}.csv"): (403, 404, 404),
    ("GET", "/jatuh-tempo"): (403, 200, 200),
    ("GET", "/jatuh-tempo.json"): (403, 200, 200),
    ("GET", "/jatuh-tempo.csv"): (403, 200, 200),
    ("GET", "/api/v1/units"): (200, 200, 200),
    ("GET", "/api/v1/units/{id}"): (404, 404, 404),
    ("GET", "/api/v1/units/{id}/establishment"): (404, 404, 404),
    ("GET", "/api/v1/ledger/entries"): (200, 200, 200),
    ("GET", "/api/v1/ledger/entries/{position}"): (404, 404, 404),
    ("GET", "/api/v1/ledger/entries/{position}/proof"): (404, 404, 404),
    ("GET", "/api/v1/ledger/consistency"): (422, 422, 422),
    ("GET", "/api/v1/ledger/checkpoint"): (404, 404, 404),
    ("GET", "/log/{agency}/checkpoint"): (404, 404, 404),
    ("GET", "/log/{agency}/tile/{place:path}"): (404, 404, 404),
    ("GET", "/healthz"): (200, 200, 200),
    ("GET", "/readyz"): (200, 200, 200),
    ("GET", "/metrics"): (200, 200, 200),
    ("GET", "/problems"): (200, 200, 200),
    ("GET", "/problems/{slug}"): (404, 404, 404),
    ("GET", "/"): (200, 200, 200),
    ("GET", "/jabatan/{id}"): (404, 404, 404),
    ("GET", "/jabatan/{id}.json"): (404, 404, 404),
    ("GET", "/jabatan/{id}.csv"): (404, 404, 404),
    ("GET", "/unit"): (200, 200, 200),
    ("GET", "/unit.json"): (200, 200, 200),
    ("GET", "/unit.csv"): (200, 200, 200),
    ("GET", "/unit/{id}"): (404, 404, 404),
    ("GET", "/unit/{id}.json"): (404, 404, 404),
    ("GET", "/unit/{id}.csv"): (404, 404, 404),
    ("GET", "/sk/baru"): (403, 403, 200),
    ("POST", "/sk/baru"): (403, 403, 422),
    ("GET", "/sk/baru/pegawai.json"): (403, 403, 200),
    ("GET", "/sk/baru/jabatan.json"): (403, 403, 200),
    ("GET", "/borongan/{id}"): (403, 403, 404),
    ("GET", "/borongan/{id}.json"): (403, 403, 404),
    ("POST", "/borongan/{id}"): (403, 403, 422),
    ("GET", "/lembar"): (403, 403, 200),
    ("POST", "/lembar"): (403, 403, 422),
    ("GET", "/lembar/{table}.{form}"): (403, 200, 200),
    ("GET", "/sk/{id}/lampiran.{form}"): (403, 404, 404),
    ("GET", "/lembar/{id}"): (403, 403, 404),
    ("POST", "/lembar/{id}"): (403, 403, 422),
    ("GET", "/api/v1/decrees/recorded"): (403, 200, 200),
    ("GET", "/api/v1/employees/{id}/appraisals"): (403, 200, 200),
    ("GET", "/api/v1/units/{id}/appraisals"): (403, 404, 404),
    ("GET", "/unit/{id}/penilaian"): (403, 404, 404),
    ("GET", "/unit/{id}/penilaian.json"): (403, 404, 404),
    ("GET", "/unit/{id}/penilaian.csv"): (403, 404, 404),
    ("GET", "/sk"): (403, 200, 200),
    ("GET", "/sk.json"): (403, 200, 200),
    ("GET", "/sk.csv"): (403, 200, 200),
    ("GET", "/sk/{id}"): (404, 404, 404),
    ("GET", "/sk/{id}.json"): (404, 404, 404),
    ("GET", "/sk/{id}.csv"): (404, 404, 404),
    ("GET", "/pegawai/{id}"): (403, 404, 404),
    ("GET", "/pegawai/{id}.json"): (403, 404, 404),
    ("GET", "/buku-besar"): (200, 200, 200),
    ("GET", "/buku-besar.json"): (200, 200, 200),
    ("GET", "/buku-besar/{position}"): (404, 404, 404),
    ("GET", "/buku-besar/{position}.json"): (404, 404, 404),
    ("GET", "/cari"): (200, 200, 200),
    ("GET", "/cari.json"): (200, 200, 200),
    ("GET", "/cari.csv"): (200, 200, 200),
    ("GET", "/dokumen"): (403, 403, 200),
    ("POST", "/dokumen"): (403, 403, 422),
    ("GET", "/dokumen.json"): (403, 403, 200),
    ("GET", "/dokumen.csv"): (403, 403, 200),
    ("GET", "/dokumen/cakupan"): (403, 200, 200),
    ("GET", "/dokumen/cakupan.json"): (403, 200, 200),
    ("GET", "/dokumen/cakupan.csv"): (403, 200, 200),
    ("GET", "/dokumen/antrean/{id}"): (403, 403, 404),
    ("GET", "/dokumen/antrean/{id}.json"): (403, 403, 404),
    ("POST", "/dokumen/antrean/{id}/usulan"): (403, 403, 422),
    ("POST", "/dokumen/antrean/{id}/cocok"): (403, 403, 422),
    ("POST", "/dokumen/antrean/{id}/sisihkan"): (403, 403, 422),
    ("POST", "/sk/{id}/konfirmasi"): (403, 403, 422),
    ("GET", "/masuk"): (200, 200, 200),
    ("POST", "/masuk"): (403, 403, 403),
    ("POST", "/keluar"): (403, 403, 403),
}


def routes(app: FastAPI) -> Iterator[tuple[str, str, RouteContext]]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            for method in sorted(route.methods or ()):
                yield method, route.path or "", route


def filled(path: str) -> str:
    """An address of the route at which nothing is."""
    there = path.replace("{id}", NOBODY).replace("{position}", "1000000").replace("{slug}", "nothing")
    there = there.replace("{table}", "nominatif").replace("{form}", "xlsx")
    there = there.replace("{sha256}", "0" * 64)
    return there.replace("{agency}", "kota-salatiga").replace("{place:path}", "0/000")


def gates(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Gate | Ask):
            yield inner.call
        yield from gates(inner)


def test_every_route_has_exactly_one_gate(web: Running) -> None:
    without = {(method, path) for method, path, route in routes(web.app) if len(list(gates(route.dependant))) != 1}

    assert without == set()


def test_every_route_has_its_expectation(web: Running) -> None:
    assert {(method, path) for method, path, _ in routes(web.app)} == set(EXPECTED)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), EXPECTED)
def test_each_role_gets_what_the_table_says(web: Running, role: str, method: str, path: str) -> None:
    address = filled(path)
    answer = web.as_role(role).request(method, address)

    assert answer.status_code == EXPECTED[method, path][ROLES.index(role)], answer.text


def test_a_token_of_nobody_is_refused_everywhere_not_taken_for_the_public(web: Running) -> None:
    for method, path in EXPECTED:
        headers = {"Authorization": "Bearer asnl_nobody", "Sec-Fetch-Site": "same-origin"}
        answer = web.public.request(method, filled(path), headers=headers)

        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="asn-ledger", error="invalid_token"'
        assert answer.json()["type"] == "/problems/unauthenticated"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "asnl_x"])
def test_another_scheme_is_no_token(web: Running, header: str) -> None:
    assert web.public.get("/api/v1/posts", headers={"Authorization": header}).status_code == 401
