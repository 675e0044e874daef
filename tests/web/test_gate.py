"""Every route has a gate, and every route answers every role as the table below says."""

from collections.abc import Iterator
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.testclient import TestClient
from web.office import name
from web.running import Running

from asn_ledger.domain.access import Grant, Role
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.asking import Ask
from asn_ledger.web.auth import Gate, Step

NOBODY = name("nothing", 1)

Roles = frozenset[Role]
ALL: Roles = frozenset(get_args(Role)) - {"operator"}  # the commands at the machine ask no route
LOGGED_IN: Roles = ALL - {"public"}
HR: Roles = frozenset({"hr_officer"})
OFFICE: Roles = HR | {"confirmer"}
READS: Roles = OFFICE | {"authority", "auditor", "inspector"}
SCANS = READS
EXPORTS: Roles = READS | {"opd_clerk"}
OF_PEOPLE: Roles = READS | {"dpo"}
OF_RECORD = OF_PEOPLE
SEARCHES: Roles = OF_PEOPLE | {"opd_clerk"}
TASKS: Roles = OF_PEOPLE | {"opd_clerk"}
KNOWN: Roles = OF_PEOPLE | {"opd_clerk"}
JUDGES_HERE: Roles = OFFICE | {"authority", "opd_clerk"}
ENTERS: Roles = HR | {"opd_clerk"}
JUDGES: Roles = OFFICE | {"authority"}
DESK = OFFICE
DESK_HERE: Roles = DESK | {"opd_clerk"}
MATCHES = DESK_HERE
RECORDS = BRINGS_IN = HR
CONFIRMS: Roles = frozenset({"confirmer"})
DECIDES: Roles = frozenset({"confirmer", "authority"})
VOUCHES: Roles = frozenset({"confirmer", "authority"})
PROPOSES: Roles = HR | {"dpo"}
APPROVES: Roles = frozenset({"confirmer", "authority"})
OVERSEES: Roles = frozenset({"authority", "auditor", "inspector"})
HOLDS: Roles = frozenset({"inspector"})
SEES_ACCOUNTS: Roles = frozenset({"confirmer", "authority", "auditor", "inspector", "dpo", "administrator"})
BY_SESSION: Roles = frozenset()  # a bearer of a token has none

EXPECTED: dict[tuple[str, str], tuple[Roles, int]] = {
    # who passes, and what they get, asking for something that is not there; everybody else is refused
    ("GET", "/api/v1/decrees"): (DESK, 200),
    ("POST", "/api/v1/decrees"): (JUDGES_HERE, 422),
    ("GET", "/api/v1/decrees/{id}/receipt"): (ALL, 404),
    ("GET", "/api/v1/decrees/{id}"): (ALL, 404),
    ("GET", "/api/v1/decrees/{id}/confirmation"): (DECIDES, 404),
    ("POST", "/api/v1/decrees/{id}/confirmation"): (DECIDES, 404),
    ("POST", "/api/v1/decrees/{id}/withdrawal"): (ENTERS, 404),
    ("POST", "/api/v1/decrees/{id}/refusal"): (DECIDES, 422),
    ("GET", "/api/v1/documents"): (SCANS, 200),
    ("POST", "/api/v1/documents"): (ENTERS, 415),
    ("GET", "/api/v1/documents/coverage"): (SCANS, 200),
    ("GET", "/api/v1/documents/disputes"): (DESK_HERE, 200),
    ("POST", "/api/v1/documents/disputes/{note}/withdrawal"): (MATCHES, 422),
    ("GET", "/dokumen/sanggahan"): (DESK_HERE, 200),
    ("GET", "/dokumen/sanggahan.json"): (DESK_HERE, 200),
    ("GET", "/dokumen/sanggahan.csv"): (DESK_HERE, 200),
    ("POST", "/dokumen/sanggahan/{id}/cabut"): (MATCHES, 422),
    ("GET", "/api/v1/documents/intake"): (DESK_HERE, 200),
    ("POST", "/api/v1/documents/intake"): (ENTERS, 422),
    ("GET", "/api/v1/documents/intake/{id}"): (DESK_HERE, 404),
    ("POST", "/api/v1/documents/intake/{id}/proposal"): (MATCHES, 422),
    ("GET", "/api/v1/documents/intake/{id}/match"): (MATCHES, 404),
    ("POST", "/api/v1/documents/intake/{id}/match"): (MATCHES, 404),
    ("POST", "/api/v1/documents/intake/{id}/refusal"): (MATCHES, 422),
    ("GET", "/api/v1/documents/{sha256}"): (SCANS, 404),
    ("GET", "/api/v1/bulk"): (DESK_HERE, 200),
    ("POST", "/api/v1/bulk"): (ENTERS, 422),
    ("POST", "/api/v1/sheets"): (JUDGES_HERE, 422),
    ("GET", "/api/v1/sheets/{table}.{form}"): (EXPORTS, 200),
    ("GET", "/api/v1/sheets/annex/{id}.{form}"): (EXPORTS, 404),
    ("GET", "/api/v1/bulk/{id}"): (DESK_HERE, 404),
    ("GET", "/api/v1/bulk/{id}/confirmation"): (CONFIRMS, 404),
    ("POST", "/api/v1/bulk/{id}/confirmation"): (CONFIRMS, 404),
    ("GET", "/api/v1/posts"): (ALL, 200),
    ("GET", "/api/v1/posts/{id}"): (ALL, 404),
    ("GET", "/api/v1/posts/{id}/history"): (ALL, 404),
    ("GET", "/api/v1/posts/{id}/evidence"): (ALL, 404),
    ("GET", "/api/v1/employees/{id}/evidence"): (READS, 404),
    ("GET", "/api/v1/decrees/{id}/evidence"): (READS, 404),
    ("GET", "/api/v1/employees"): (SEARCHES, 200),
    ("GET", "/api/v1/employees/{id}"): (OF_PEOPLE, 404),
    ("GET", "/api/v1/employees/{id}/career"): (OF_PEOPLE, 404),
    ("GET", "/api/v1/staff"): (SEARCHES, 200),
    ("GET", "/api/v1/seniority"): (SEARCHES, 200),
    ("GET", "/api/v1/filters"): (LOGGED_IN, 200),
    ("POST", "/api/v1/filters"): (LOGGED_IN, 422),
    ("PUT", "/api/v1/filters/{id}"): (LOGGED_IN, 422),
    ("DELETE", "/api/v1/filters/{id}"): (LOGGED_IN, 404),
    ("GET", "/api/v1/erasures"): (OF_PEOPLE, 200),
    ("POST", "/api/v1/erasures"): (PROPOSES, 422),
    ("POST", "/api/v1/erasures/{id}/assessment"): (PROPOSES, 422),
    ("GET", "/api/v1/erasures/{id}/approval"): (APPROVES, 422),
    ("POST", "/api/v1/erasures/{id}/approval"): (APPROVES, 422),
    ("POST", "/api/v1/erasures/{id}/stop"): (HOLDS, 422),
    ("POST", "/api/v1/erasures/{id}/execution"): (PROPOSES, 422),
    ("POST", "/api/v1/holds"): (HOLDS, 422),
    ("POST", "/api/v1/holds/{id}/lifting"): (HOLDS, 422),
    ("GET", "/pemusnahan"): (OF_PEOPLE, 200),
    ("GET", "/pemusnahan.json"): (OF_PEOPLE, 200),
    ("POST", "/pemusnahan"): (PROPOSES, 422),
    ("POST", "/pemusnahan/{id}/penilaian"): (PROPOSES, 422),
    ("POST", "/pemusnahan/{id}/persetujuan"): (APPROVES, 422),
    ("POST", "/pemusnahan/{id}/persetujuan/tanya"): (APPROVES, 422),
    ("POST", "/pemusnahan/{id}/penghentian"): (HOLDS, 422),
    ("POST", "/pemusnahan/{id}/pelaksanaan"): (PROPOSES, 422),
    ("POST", "/penahanan"): (HOLDS, 422),
    ("POST", "/penahanan/{id}/pencabutan"): (HOLDS, 422),
    ("GET", "/saringan"): (LOGGED_IN, 200),
    ("GET", "/saringan.json"): (LOGGED_IN, 200),
    ("POST", "/saringan"): (LOGGED_IN, 422),
    ("POST", "/saringan/{id}"): (LOGGED_IN, 422),
    ("POST", "/saringan/{id}/hapus"): (LOGGED_IN, 404),
    ("GET", "/pegawai"): (SEARCHES, 200),
    ("GET", "/pegawai.json"): (SEARCHES, 200),
    ("GET", "/pegawai.csv"): (EXPORTS, 200),
    ("GET", "/duk"): (SEARCHES, 200),
    ("GET", "/duk.json"): (SEARCHES, 200),
    ("GET", "/duk.csv"): (EXPORTS, 200),
    ("GET", "/api/v1/due"): (SEARCHES, 200),
    ("GET", "/api/v1/feed"): (ALL, 200),
    ("GET", "/api/v1/feed/stream"): (ALL, 200),
    ("GET", "/api/v1/imports"): (READS, 200),
    ("GET", "/api/v1/imports/{id}"): (READS, 404),
    ("POST", "/api/v1/imports"): (BRINGS_IN, 422),
    ("POST", "/api/v1/imports/{id}/recording"): (BRINGS_IN, 404),
    ("POST", "/api/v1/imports/{id}/undo"): (BRINGS_IN, 422),
    ("POST", "/impor"): (BRINGS_IN, 422),
    ("POST", "/impor/{id}/catat"): (BRINGS_IN, 422),
    ("POST", "/impor/{id}/batal"): (BRINGS_IN, 422),
    ("POST", "/impor/{id}/selesai"): (BRINGS_IN, 422),
    ("POST", "/api/v1/imports/{id}/settlement"): (BRINGS_IN, 404),
    ("GET", "/impor"): (READS, 200),
    ("GET", "/impor.json"): (READS, 200),
    ("GET", "/impor.csv"): (READS, 200),
    ("GET", "/impor/{id}"): (READS, 404),
    ("GET", "/impor/{id}.json"): (READS, 404),
    ("GET", "/impor/{id}.csv"): (READS, 404),
    ("GET", "/jatuh-tempo"): (SEARCHES, 200),
    ("GET", "/jatuh-tempo.json"): (SEARCHES, 200),
    ("GET", "/jatuh-tempo.csv"): (EXPORTS, 200),
    ("GET", "/api/v1/units"): (ALL, 200),
    ("GET", "/api/v1/units/{id}"): (ALL, 404),
    ("GET", "/api/v1/units/{id}/duties"): (ALL, 404),
    ("GET", "/api/v1/units/{id}/establishment"): (ALL, 404),
    ("GET", "/api/v1/ledger/entries"): (ALL, 200),
    ("GET", "/api/v1/ledger/entries/{position}"): (ALL, 404),
    ("GET", "/api/v1/ledger/entries/{position}/proof"): (ALL, 404),
    ("GET", "/api/v1/ledger/consistency"): (ALL, 422),
    ("GET", "/api/v1/ledger/checkpoint"): (ALL, 404),
    ("GET", "/api/v1/ledger/witnesses"): (ALL, 200),
    ("GET", "/log/{agency}/checkpoint"): (ALL, 404),
    ("GET", "/log/{agency}/policy"): (ALL, 200),
    ("GET", "/log/{agency}/tile/{place:path}"): (ALL, 404),
    ("GET", "/healthz"): (ALL, 200),
    ("GET", "/readyz"): (ALL, 200),
    ("GET", "/metrics"): (ALL, 200),
    ("GET", "/problems"): (ALL, 200),
    ("GET", "/problems/{slug}"): (ALL, 404),
    ("GET", "/"): (ALL, 200),
    ("GET", "/jabatan/{id}"): (ALL, 404),
    ("GET", "/jabatan/{id}.json"): (ALL, 404),
    ("GET", "/jabatan/{id}.csv"): (ALL, 404),
    ("GET", "/unit"): (ALL, 200),
    ("GET", "/unit.json"): (ALL, 200),
    ("GET", "/unit.csv"): (ALL, 200),
    ("GET", "/unit/{id}"): (ALL, 404),
    ("GET", "/unit/{id}.json"): (ALL, 404),
    ("GET", "/unit/{id}.csv"): (ALL, 404),
    ("GET", "/sk/baru"): (JUDGES_HERE, 200),
    ("POST", "/sk/baru"): (JUDGES_HERE, 422),
    ("GET", "/sk/baru/pegawai.json"): (JUDGES_HERE, 200),
    ("GET", "/sk/baru/unit.json"): (JUDGES_HERE, 200),
    ("GET", "/sk/baru/pindaian.json"): (JUDGES_HERE, 200),
    ("GET", "/sk/baru/jabatan.json"): (JUDGES_HERE, 200),
    ("GET", "/borongan"): (DESK_HERE, 200),
    ("GET", "/borongan.json"): (DESK_HERE, 200),
    ("GET", "/borongan/{id}"): (DESK_HERE, 404),
    ("GET", "/borongan/{id}.json"): (DESK_HERE, 404),
    ("POST", "/borongan/{id}"): (DESK_HERE, 422),
    ("POST", "/borongan/{id}/tanya"): (CONFIRMS, 422),
    ("GET", "/lembar"): (JUDGES_HERE, 200),
    ("POST", "/lembar"): (JUDGES_HERE, 422),
    ("GET", "/lembar/{table}.{form}"): (EXPORTS, 200),
    ("GET", "/sk/{id}/lampiran.{form}"): (EXPORTS, 404),
    ("GET", "/lembar/{id}"): (JUDGES_HERE, 404),
    ("POST", "/lembar/{id}"): (JUDGES_HERE, 422),
    ("GET", "/api/v1/decrees/recorded"): (OF_RECORD, 200),
    ("GET", "/api/v1/employees/{id}/appraisals"): (READS, 200),
    ("GET", "/api/v1/units/{id}/appraisals"): (READS, 404),
    ("GET", "/unit/{id}/penilaian"): (READS, 404),
    ("GET", "/unit/{id}/penilaian.json"): (READS, 404),
    ("GET", "/unit/{id}/penilaian.csv"): (READS, 404),
    ("GET", "/sk"): (OF_RECORD, 200),
    ("GET", "/sk.json"): (OF_RECORD, 200),
    ("GET", "/sk.csv"): (OF_RECORD, 200),
    ("GET", "/sk/{id}"): (ALL, 404),
    ("GET", "/sk/{id}.json"): (ALL, 404),
    ("GET", "/sk/{id}.csv"): (ALL, 404),
    ("GET", "/pegawai/{id}"): (OF_PEOPLE, 404),
    ("GET", "/pegawai/{id}.json"): (OF_PEOPLE, 404),
    ("GET", "/saya"): (KNOWN, 404),
    ("GET", "/api/v1/tasks"): (TASKS, 200),
    ("POST", "/api/v1/tasks/seen"): (OVERSEES, 422),
    ("POST", "/tugas/dilihat"): (OVERSEES, 422),
    ("GET", "/tugas"): (TASKS, 200),
    ("GET", "/tugas.json"): (TASKS, 200),
    ("GET", "/periksa"): (ALL, 200),
    ("GET", "/buku-besar"): (ALL, 200),
    ("GET", "/buku-besar.json"): (ALL, 200),
    ("GET", "/buku-besar/{position}"): (ALL, 404),
    ("GET", "/buku-besar/{position}.json"): (ALL, 404),
    ("GET", "/cari"): (ALL, 200),
    ("GET", "/cari.json"): (ALL, 200),
    ("GET", "/cari.csv"): (ALL, 200),
    ("GET", "/dokumen"): (DESK_HERE, 200),
    ("POST", "/dokumen"): (ENTERS, 422),
    ("GET", "/dokumen.json"): (DESK_HERE, 200),
    ("GET", "/dokumen.csv"): (DESK_HERE, 200),
    ("GET", "/dokumen/cakupan"): (SCANS, 200),
    ("GET", "/dokumen/cakupan.json"): (SCANS, 200),
    ("GET", "/dokumen/cakupan.csv"): (SCANS, 200),
    ("GET", "/dokumen/antrean/{id}"): (MATCHES, 404),
    ("GET", "/dokumen/antrean/{id}.json"): (MATCHES, 404),
    ("POST", "/dokumen/antrean/{id}/usulan"): (MATCHES, 422),
    ("POST", "/dokumen/antrean/{id}/cocok"): (MATCHES, 422),
    ("POST", "/dokumen/antrean/{id}/tanya"): (MATCHES, 422),
    ("POST", "/dokumen/antrean/{id}/sisihkan"): (MATCHES, 422),
    ("POST", "/sk/{id}/konfirmasi"): (DECIDES, 422),
    ("POST", "/sk/{id}/tarik"): (ENTERS, 422),
    ("POST", "/sk/{id}/tolak"): (DECIDES, 422),
    ("GET", "/masuk"): (ALL, 200),
    ("POST", "/masuk"): (ALL, 403),
    ("POST", "/keluar"): (BY_SESSION, 303),
    ("GET", "/masuk/kode"): (BY_SESSION, 200),
    ("POST", "/masuk/kode"): (BY_SESSION, 303),
    ("GET", "/masuk/sandi"): (BY_SESSION, 200),
    ("POST", "/masuk/sandi"): (BY_SESSION, 303),
    ("GET", "/akun"): (LOGGED_IN, 200),
    ("GET", "/akun.json"): (LOGGED_IN, 200),
    ("POST", "/akun/sandi"): (BY_SESSION, 303),
    ("POST", "/akun/kode-pemulihan"): (BY_SESSION, 200),
    ("POST", "/akun/sesi/akhiri"): (BY_SESSION, 303),
    ("POST", "/akun/sesi/{id}/akhiri"): (BY_SESSION, 303),
    ("POST", "/akun/token"): (BY_SESSION, 200),
    ("POST", "/akun/token/{id}/cabut"): (BY_SESSION, 303),
    ("POST", "/akun/kunci"): (BY_SESSION, 422),
    ("POST", "/akun/kunci/tanda"): (BY_SESSION, 422),
    ("POST", "/akun/kunci/sertifikat"): (BY_SESSION, 422),
    ("GET", "/pengguna"): (SEES_ACCOUNTS, 200),
    ("GET", "/pengguna.json"): (SEES_ACCOUNTS, 200),
    ("GET", "/pengguna/{id}"): (SEES_ACCOUNTS, 404),
    ("GET", "/pengguna/{id}.json"): (SEES_ACCOUNTS, 404),
    ("POST", "/pengguna"): (BY_SESSION, 200),  # an administrator's, which tests/web/pages/test_accounts.py walks
    ("POST", "/pengguna/{id}/kunci"): (BY_SESSION, 303),
    ("POST", "/pengguna/{id}/buka"): (BY_SESSION, 303),
    ("POST", "/pengguna/{id}/sandi"): (BY_SESSION, 200),
    ("POST", "/pengguna/{id}/faktor-kedua"): (BY_SESSION, 303),
    ("POST", "/pengguna/{id}/peran"): (BY_SESSION, 303),
    ("POST", "/pengguna/{id}/token/cabut"): (BY_SESSION, 303),
    ("POST", "/pengguna/{id}/token/{token}/cabut"): (BY_SESSION, 303),
    ("GET", "/kunci"): (READS, 200),
    ("GET", "/kunci.json"): (READS, 200),
    ("POST", "/kunci/{command}/sahkan"): (VOUCHES, 422),
    ("POST", "/kunci/cabut/tanya"): (VOUCHES, 422),
    ("POST", "/kunci/cabut"): (VOUCHES, 422),
    ("POST", "/kunci/penerbit"): (VOUCHES, 422),
    ("POST", "/kunci/penerbit/tanya"): (VOUCHES, 422),
    ("POST", "/kunci/peran"): (VOUCHES, 422),
    ("POST", "/kunci/peran/tanya"): (VOUCHES, 422),
    ("GET", "/akun/faktor-kedua"): (BY_SESSION, 200),
    ("POST", "/akun/faktor-kedua"): (BY_SESSION, 200),
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
    there = there.replace("{sha256}", "0" * 64).replace("{token}", NOBODY)
    return there.replace("{agency}", "kota-salatiga").replace("{place:path}", "0/000")


def gates(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Gate | Ask | Step):
            yield inner.call
        yield from gates(inner)


def test_every_route_has_exactly_one_gate(web: Running) -> None:
    without = {(method, path) for method, path, route in routes(web.app) if len(list(gates(route.dependant))) != 1}

    assert without == set()


SCOPED = {
    # what each scoped route asks about: a person, whoever is in a list, the rows of a decree, a scan, one's own
    ("GET", "/api/v1/employees"): "list",
    ("GET", "/api/v1/employees/{id}"): "person",
    ("GET", "/api/v1/employees/{id}/career"): "person",
    ("GET", "/api/v1/employees/{id}/appraisals"): "person",
    ("GET", "/pegawai/{id}"): "person",
    ("GET", "/pegawai/{id}.json"): "person",
    ("GET", "/api/v1/staff"): "list",
    ("GET", "/api/v1/seniority"): "list",
    ("GET", "/api/v1/due"): "list",
    ("GET", "/pegawai"): "list",
    ("GET", "/pegawai.json"): "list",
    ("GET", "/pegawai.csv"): "list",
    ("GET", "/duk"): "list",
    ("GET", "/duk.json"): "list",
    ("GET", "/duk.csv"): "list",
    ("GET", "/jatuh-tempo"): "list",
    ("GET", "/jatuh-tempo.json"): "list",
    ("GET", "/jatuh-tempo.csv"): "list",
    ("GET", "/lembar/{table}.{form}"): "list",
    ("GET", "/api/v1/sheets/{table}.{form}"): "list",
    ("GET", "/sk/{id}/lampiran.{form}"): "rows",
    ("GET", "/api/v1/sheets/annex/{id}.{form}"): "rows",
    ("GET", "/sk/baru"): "list",
    ("GET", "/sk/baru/pegawai.json"): "list",
    ("GET", "/sk/baru/jabatan.json"): "list",
    ("GET", "/sk/baru/unit.json"): "list",
    ("GET", "/sk/baru/pindaian.json"): "list",
    ("POST", "/sk/baru"): "rows",
    ("POST", "/api/v1/decrees"): "rows",
    ("POST", "/api/v1/sheets"): "list",
    ("GET", "/api/v1/documents/disputes"): "queue",
    ("POST", "/api/v1/documents/disputes/{note}/withdrawal"): "queue",
    ("GET", "/dokumen/sanggahan"): "queue",
    ("GET", "/dokumen/sanggahan.json"): "queue",
    ("GET", "/dokumen/sanggahan.csv"): "queue",
    ("POST", "/dokumen/sanggahan/{id}/cabut"): "queue",
    ("GET", "/api/v1/documents/intake"): "queue",
    ("POST", "/api/v1/documents/intake"): "own",
    ("GET", "/api/v1/documents/intake/{id}"): "queue",
    ("GET", "/dokumen"): "queue",
    ("POST", "/dokumen"): "own",
    ("GET", "/dokumen.json"): "queue",
    ("GET", "/dokumen.csv"): "queue",
    ("POST", "/api/v1/documents/intake/{id}/proposal"): "queue",
    ("GET", "/api/v1/documents/intake/{id}/match"): "queue",
    ("POST", "/dokumen/antrean/{id}/tanya"): "queue",
    ("POST", "/api/v1/documents/intake/{id}/match"): "queue",
    ("POST", "/api/v1/documents/intake/{id}/refusal"): "queue",
    ("GET", "/dokumen/antrean/{id}"): "queue",
    ("GET", "/dokumen/antrean/{id}.json"): "queue",
    ("POST", "/dokumen/antrean/{id}/usulan"): "queue",
    ("POST", "/dokumen/antrean/{id}/cocok"): "queue",
    ("POST", "/dokumen/antrean/{id}/sisihkan"): "queue",
    ("GET", "/lembar"): "own",
    ("POST", "/lembar"): "own",
    ("GET", "/lembar/{id}"): "own",
    ("POST", "/lembar/{id}"): "own",
    ("POST", "/api/v1/bulk"): "rows",
    ("GET", "/api/v1/bulk"): "own",
    ("GET", "/api/v1/bulk/{id}"): "own",
    ("GET", "/borongan"): "own",
    ("GET", "/borongan.json"): "own",
    ("GET", "/borongan/{id}"): "own",
    ("GET", "/borongan/{id}.json"): "own",
    ("POST", "/borongan/{id}"): "rows",
    ("POST", "/api/v1/decrees/{id}/withdrawal"): "own",
    ("POST", "/sk/{id}/tarik"): "own",
    ("POST", "/api/v1/documents"): "scan",
    ("GET", "/api/v1/documents/{sha256}"): "scan",
    ("GET", "/saya"): "own",
}


def test_every_route_that_is_open_to_a_part_of_the_agency_says_what_it_asks_about(web: Running) -> None:
    """tests/web/test_scopes.py walks these: whoever opens another route to clerks or employees enters it in both."""
    scoped = {
        (method, path)
        for method, path, route in routes(web.app)
        for gate in gates(route.dependant)
        if isinstance(gate, Gate | Ask) and gate.scoped
    }

    assert scoped == set(SCOPED)


def test_every_route_has_its_expectation(web: Running) -> None:
    assert {(method, path) for method, path, _ in routes(web.app)} == set(EXPECTED)


@pytest.fixture(scope="module")
def clients(web: Running) -> dict[Role, TestClient]:
    """Somebody with each role alone, who is nobody on record and works for no unit there is."""
    return {
        "public": web.public,
        **{
            role: web.log_in(f"only-{role}", Grant(role, UnitId(NOBODY) if role == "opd_clerk" else None))
            for role in ALL - {"public"}
        },
    }


@pytest.mark.parametrize("role", sorted(ALL))
@pytest.mark.parametrize(("method", "path"), EXPECTED)
def test_each_role_gets_what_the_table_says(
    clients: dict[Role, TestClient], role: Role, method: str, path: str
) -> None:
    passing, status = EXPECTED[method, path]
    answer = clients[role].request(method, filled(path))

    assert answer.status_code == (status if role in passing else 403), answer.text


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
