"""Once signatures are required nothing that must be signed is recorded unsigned, by whatever way somebody tries."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import orjson
import pytest
from cli.installations import Installation
from cryptography.hazmat.primitives.serialization import Encoding
from passkeys import SITE, SoftPasskey
from ttes import Signer, authority
from web.office import SIGNER, annul, appoint, decree, enters, name, post, raise_rank, separate, unit
from web.running import running
from web.test_attested import BSRE, NIPS, OPERATOR, TTE, Office, enrol
from web.test_gate import routes
from web.test_intake import scan as scanned
from web.test_login import PASSWORD, opened

from asn_ledger.domain.access import Grant
from asn_ledger.domain.decisions.erase import By
from asn_ledger.domain.decisions.form import AnyRow
from asn_ledger.domain.events import Actor, Letter
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId
from asn_ledger.exchange.sheets.actions import ACTIONS
from asn_ledger.ledger.erasing import Asked as ErasureStep
from asn_ledger.web.api.erasures import CATEGORIES
from asn_ledger.web.signing import encoded

MINUTES = {"number": "BA/1", "on": "2026-01-06"}
PASSED = [{"row": 1, "rule": "R-KP-11", "reason": "Putusan pengadilan", "authority": "Wali Kota"}]

NOTHING_TO_SIGN = {
    # what is asked here is only what would be signed
    "/pemusnahan/{id}/persetujuan/tanya", "/borongan/{id}/tanya", "/dokumen/antrean/{id}/tanya", "/kunci/cabut/tanya",
    "/kunci/peran/tanya", "/kunci/penerbit/tanya",
    # drafts of actions that nobody signs for, and signed decrees to the desk (looked at below)
    "/sk/baru", "/lembar", "/lembar/{id}", "/api/v1/sheets",
    # takes back, sends back, waits
    "/api/v1/decrees/{id}/withdrawal", "/api/v1/decrees/{id}/refusal", "/sk/{id}/tarik", "/sk/{id}/tolak",
    "/api/v1/documents", "/api/v1/documents/intake", "/api/v1/documents/intake/{id}/proposal", "/dokumen",
    "/dokumen/antrean/{id}/usulan", "/dokumen/sanggahan/{id}/cabut", "/api/v1/documents/disputes/{note}/withdrawal",
    # steps of an erasure that are no approval
    "/api/v1/erasures", "/api/v1/erasures/{id}/assessment", "/api/v1/erasures/{id}/stop",
    "/api/v1/erasures/{id}/execution", "/api/v1/holds", "/api/v1/holds/{id}/lifting", "/pemusnahan",
    "/pemusnahan/{id}/penilaian", "/pemusnahan/{id}/penghentian", "/pemusnahan/{id}/pelaksanaan", "/penahanan",
    "/penahanan/{id}/pencabutan",
    # imports say that a system brought them in; an undo is refused before it begins (test_attested)
    "/api/v1/imports", "/api/v1/imports/{id}/recording", "/api/v1/imports/{id}/undo",
    "/api/v1/imports/{id}/settlement", "/impor", "/impor/{id}/catat", "/impor/{id}/batal", "/impor/{id}/selesai",
    # no facts
    "/api/v1/filters", "/api/v1/filters/{id}", "/saringan", "/saringan/{id}", "/saringan/{id}/hapus",
    "/api/v1/tasks/seen", "/tugas/dilihat",
    # accounts: opened without a role once signatures are required (pages/test_accounts)
    "/pengguna", "/pengguna/{id}/kunci", "/pengguna/{id}/buka", "/pengguna/{id}/sandi", "/pengguna/{id}/faktor-kedua",
    "/pengguna/{id}/token/cabut", "/pengguna/{id}/token/{token}/cabut",
    "/masuk", "/keluar", "/masuk/kode", "/masuk/sandi", "/akun/sandi", "/akun/kode-pemulihan", "/akun/sesi/akhiri",
    "/akun/sesi/{id}/akhiri", "/akun/token", "/akun/token/{id}/cabut", "/akun/faktor-kedua",
    # a key on its way: what its owner shows is recorded once somebody vouches (test_attested)
    "/akun/kunci", "/akun/kunci/tanda", "/akun/kunci/sertifikat",
}  # fmt: skip
"""The routes that change something, and by which nothing is recorded that must be signed."""


@dataclass(frozen=True)
class Place:
    """An office that requires signatures, with something waiting at each place where one is asked for."""

    office: Office
    at: Installation
    files: Path
    waiting: str
    passing: str
    day: str
    scan: str
    erasure: str
    key: str
    recorded: str

    def file(self, form: object) -> str:
        file = self.files / f"{uuid4()}.json"
        file.write_bytes(orjson.dumps(form))
        return str(file)


def annulling(recorded: str) -> dict[str, Any]:
    return decree([annul(recorded, 1, "2021-01-01")], mode="draft", number=f"800/{uuid4().hex[:6]}/2026")


def passing() -> dict[str, Any]:
    rows = [raise_rank(8, "IV/e", "2026-04-01")]
    return {**decree(rows, mode="draft", number=f"821/{uuid4().hex[:6]}/2026"), "overrides": PASSED}


@pytest.fixture(scope="module")
def place(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    with running(service_url, home) as web:
        web.record(decree([unit(1, "Dinas Pendidikan"), post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
        web.record(decree([post(n, f"Pengadministrasi {n}") for n in range(2, 10)]))
        web.record(decree([enters(n, f"Orang {n}", NIPS[n]) for n in range(2, 10)]))
        left = decree([separate(9, "2015-01-01")], decided_on="2014-12-01", number="882/9/2014")
        recorded = decree([appoint(2, 2, "2020-01-01", path="pelaksana")], number="821.2/2/2020")
        for form in (left, recorded):
            web.record(form)
        web.service.accounts.add("dewi", Grant("confirmer"))
        opened(web, "pengelola", "administrator")
        wali, keys = web.log_in("wali", Grant("authority")), web.service.passkeys
        keys.introduce(SITE.rp_id, tuple(SITE.origins), OPERATOR, web.service.now())
        passkeys = {one: SoftPasskey(credential=one.encode()) for one in ("ani", "budi", "wali")}
        for one, passkey in passkeys.items():
            assert enrol(web, one, passkey)
        keys.trust(BSRE.trust.roots, BSRE.trust.time_roots, OPERATOR, web.service.now())
        assert enrol(web, "budi", TTE)
        line = keys.require("BA 800/1/2026", OPERATOR, web.service.now(), web.service.accounts.all())
        office = Office(web, passkeys, line, wali)
        files = tmp_path_factory.mktemp("files")
        yield Place(office, Installation(home, service_url), files, *_laid(office, recorded["id"]))


def _laid(office: Office, recorded: str) -> tuple[str, str, str, str, str, str, str]:
    """Something at each place where a signature is asked for."""
    web = office.web
    waiting, let_pass, day = office.lay(3), passing(), str(uuid4())
    laid = web.office.post("/api/v1/decrees", json=let_pass, headers={"Idempotency-Key": str(uuid4())})
    assert laid.status_code == 202, laid.text
    common = {"mode": "signed", "kind": "petikan", "decided_on": "2026-03-02", "signer": SIGNER}
    rows = [{"row": {k: v for k, v in raise_rank(4, "IV/c", "2026-04-01").items() if k != "row"}}]
    bulk = {"common": {**common, "document_pending": {"reason": "menyusul"}}, "rows": rows,
            "numbers": {"pattern": "823/{n}/2026", "first": 1}}  # fmt: skip
    asked = web.office.post("/api/v1/bulk", json=bulk, headers={"Idempotency-Key": day})
    assert asked.json()["counts"] == {"waiting": 1}, asked.text
    files = [("files", (f"{recorded}.pdf", scanned(recorded), "application/pdf"))]
    scan = web.office.post("/api/v1/documents/intake", files=files).json()["files"][0]["scan"]
    proposed = web.office.post(f"/api/v1/documents/intake/{scan}/proposal", json={"decree": recorded})
    assert proposed.status_code == 200, proposed.text
    steps = [ErasureStep(uuid4(), By(Actor(one, "hr_officer")), web.service.now()) for one in ("x", "y")]
    letter, eraser = Letter(number="045/1", on=PartialDate("2026-01-05")), web.service.eraser
    erasure = eraser.propose(steps[0], EmployeeId(name("employee", 9)), CATEGORIES[2:], letter).id
    eraser.assess(steps[1], ErasureId(erasure), None)
    assert enrol(web, "dewi", SoftPasskey(credential=b"dewi")) is None
    (key,) = web.service.passkeys.waiting()
    return waiting, let_pass["id"], day, scan, erasure, str(key.command), recorded


def posted(path: str, by: str = "budi", json: Any = None, **headers: str) -> Callable[[Place], int]:
    """A try over HTTP, by the token of an account, or without one for the page's own form."""

    def attempt(place: Place) -> int:
        said = json(place) if callable(json) else json
        address = path.format(**vars(place))
        client = {"budi": place.office.web.colleague, "wali": place.office.wali, "ani": place.office.web.office}[by]
        return client.post(address, json=said, headers={"Idempotency-Key": str(uuid4()), **headers}).status_code

    return attempt


def form(path: str, by: str = "budi", **fields: str) -> Callable[[Place], int]:
    """A try by the form of a page."""

    def attempt(place: Place) -> int:
        said = {one: value.format(**vars(place)) for one, value in fields.items()}
        return place.office.web.browser(by).post(path.format(**vars(place)), data=said).status_code

    return attempt


ROGUE = SoftPasskey(credential=b"budi")
"""Not the one that counts."""


def by_a_key_that_does_not_count(place: Place) -> int:
    address, colleague = f"/api/v1/decrees/{place.waiting}/confirmation", place.office.web.colleague
    forger = Office(place.office.web, {"budi": ROGUE}, place.office.line, place.office.wali)
    signature = forger.sign(colleague.get(address).json())
    return int(colleague.post(address, json={"signature": signature}).status_code)


def role_by_whoever_keeps_accounts(place: Place) -> int:
    web = place.office.web
    said = {"password": PASSWORD, "role": "auditor"}
    dewi = web.service.accounts.find("dewi")
    status = web.browser("pengelola").post(f"/pengguna/{dewi.id}/peran", data=said).status_code
    assert web.service.accounts.find("dewi").grants == dewi.grants
    return status


UNREAD = encoded(b"{}")
PEM = authority("Root").root.certificate.public_bytes(Encoding.PEM).decode()
WAYS: dict[str, list[Callable[[Place], int]]] = {
    "/api/v1/decrees": [
        posted("/api/v1/decrees", "ani", lambda place: annulling(place.recorded)),
        posted("/api/v1/decrees", "ani", lambda place: annulling(place.recorded), Passkey=UNREAD),
        posted("/api/v1/decrees", "ani", lambda _: passing()),
        posted("/api/v1/decrees", "ani", lambda _: passing(), Passkey=UNREAD),
    ],
    "/api/v1/decrees/{id}/confirmation": [
        posted("/api/v1/decrees/{waiting}/confirmation"),
        posted("/api/v1/decrees/{passing}/confirmation"),
        posted("/api/v1/decrees/{passing}/confirmation", "wali"),
        posted("/api/v1/decrees/{waiting}/confirmation", "wali"),
        by_a_key_that_does_not_count,
    ],
    "/sk/{id}/konfirmasi": [form("/sk/{waiting}/konfirmasi"), form("/sk/{passing}/konfirmasi", "wali")],
    "/api/v1/bulk": [
        posted("/api/v1/bulk", "ani", lambda place: {
            "common": {**{k: v for k, v in annulling(place.recorded).items() if k not in {"id", "rows", "number"}}},
            "rows": [{"row": {k: v for k, v in annul(place.recorded, 1, "2021-01-01").items() if k != "row"}}],
            "numbers": {"pattern": "800/{n}/2026", "first": 1}}),
    ],
    "/api/v1/bulk/{id}/confirmation": [posted("/api/v1/bulk/{day}/confirmation")],
    "/borongan/{id}": [form("/borongan/{day}", do="confirm")],
    "/api/v1/documents/intake/{id}/match": [posted("/api/v1/documents/intake/{scan}/match")],
    "/api/v1/documents/intake/{id}/refusal": [
        posted("/api/v1/documents/intake/{scan}/refusal", json={"verdict": "beda"}),
    ],
    "/dokumen/antrean/{id}/cocok": [form("/dokumen/antrean/{scan}/cocok")],
    "/dokumen/antrean/{id}/sisihkan": [form("/dokumen/antrean/{scan}/sisihkan", verdict="beda")],
    "/api/v1/erasures/{id}/approval": [posted("/api/v1/erasures/{erasure}/approval", json={"minutes": MINUTES})],
    "/pemusnahan/{id}/persetujuan": [form("/pemusnahan/{erasure}/persetujuan", **MINUTES)],
    "/kunci/{command}/sahkan": [form("/kunci/{key}/sahkan")],
    "/kunci/cabut": [form("/kunci/cabut", command=str(uuid4()), credential=encoded(b"ani"), reason="hilang")],
    "/kunci/penerbit": [form("/kunci/penerbit", command=str(uuid4()), roots=PEM, time_roots=PEM)],
    "/pengguna/{id}/peran": [role_by_whoever_keeps_accounts],
    "/kunci/peran": [
        form("/kunci/peran", command=str(uuid4()), account="dewi", role="auditor", gives=gives) for gives in "10"
    ],
}  # fmt: skip


def test_every_route_that_changes_something_is_tried_or_records_nothing_that_must_be_signed(place: Place) -> None:
    changing = {path for method, path, _ in routes(place.office.web.app) if method not in {"GET", "HEAD"}}

    assert WAYS.keys() | NOTHING_TO_SIGN == changing
    assert not WAYS.keys() & NOTHING_TO_SIGN
    rows = [kind for kind in get_args(get_args(AnyRow)[0]) if kind.ABOUT_RECORD]
    signed_for = {word for kind in rows for word in get_args(kind.model_fields["action"].annotation)}
    assert {"annul", "correct"} & signed_for
    assert not signed_for & {one.action for one in ACTIONS.values()}, "the grid and sheets have no such action"


@pytest.mark.parametrize("path", WAYS)
def test_over_http_and_pages_nothing_of_it_is_recorded_unsigned(place: Place, path: str) -> None:
    recorder = place.office.web.service.recorder
    for attempt in WAYS[path]:
        before = recorder.head()
        status = attempt(place)
        assert recorder.head() == before, path
        assert status in ({200, 202, 207} if path in {"/api/v1/decrees", "/api/v1/bulk"} else set()) or 400 <= status < 500, (
            path, status,
        )  # fmt: skip


COMMANDS: list[Callable[[Place], tuple[str, ...]]] = [
    lambda place: ("record", place.file(annulling(place.recorded)), "--as", "ani"),
    lambda place: ("record", place.file(passing()), "--as", "ani"),
    lambda place: ("record", place.file(annulling(place.recorded))),
    lambda place: ("confirm", place.waiting, "--as", "budi"),
    lambda place: ("confirm", place.waiting),
    lambda place: ("confirm", place.passing, "--as", "wali"),
    lambda place: ("bulk", "confirm", place.day, "--as", "budi"),
    lambda place: ("document", "match", place.scan, "--as", "budi"),
    lambda place: ("document", "set-aside", place.scan, "--verdict", "beda", "--as", "budi"),
    lambda place: ("erasure", "approve", place.erasure, "--number", "BA/1", "--on", "2026-01-06", "--as", "budi"),
    lambda place: ("erasure", "approve", place.erasure, "--number", "BA/1", "--on", "2026-01-06"),
    lambda _: ("account", "roles", "dewi", "--role", "authority"),
    lambda _: ("account", "roles", "dewi", "--role", "employee"),
    lambda _: ("account", "add", "eka", "--role", "opd_clerk"),
    lambda _: ("keys", "revoke", b"ani".hex(), "--reason", "hilang"),
    lambda _: ("keys", "introduce", "--rp-id", "evil.example", "--origin", "https://evil.example"),
]


def test_by_command_nothing_of_it_is_recorded_unsigned(place: Place) -> None:
    service = place.office.web.service
    for made in COMMANDS:
        words, before = made(place), service.recorder.head()
        roles = {one.name: one.roles for one in service.accounts.all()}
        said = place.at.run(*words)
        assert service.recorder.head() == before, words
        assert {one.name: one.roles for one in service.accounts.all()} == roles, words
        assert said.code == (0 if words[0] == "record" else 1), said


def test_a_command_is_signed_by_a_file_that_says_what_and_one_that_answers(place: Place, tmp_path: Path) -> None:
    ask, answer = tmp_path / "ask.json", tmp_path / "answer.json"
    waiting, minutes = place.office.lay(5), ("--number", "BA/1", "--on", "2026-01-06")
    erased = ("erasure", "approve", place.erasure, *minutes)
    for words in (("confirm", waiting, "--as", "budi"), (*erased, "--as", "budi"), (*erased, "--as", "wali")):
        told = place.at.ok(*words, "--ask", str(ask), "--json").json
        assert told["page"].startswith("https://ledger.example/")
        answer.write_text(json.dumps(place.office.sign(json.loads(ask.read_text()), words[-1])))
        recorded = place.at.ok(*words, "--signature", str(answer), "--json").json
        fact = place.office.web.service.recorder.entry(recorded["position"])
        assert fact is not None
    pdf, signed, by_tte = (
        tmp_path / "act.pdf",
        tmp_path / "signed.pdf",
        ("confirm", place.office.lay(6), "--as", "budi"),
    )
    place.at.ok(*by_tte, "--ask", str(pdf), "--json")
    unsigned = place.at.run(*by_tte, "--tte", str(pdf))
    assert (unsigned.code, "no signature in the file" in unsigned.err) == (1, True), unsigned
    tool = Signer(BSRE, TTE.owner, told_at=datetime.now(UTC).replace(microsecond=0))
    signed.write_bytes(tool.sign_pdf(pdf.read_bytes()))
    assert place.at.ok(*by_tte, "--tte", str(signed), "--json").json["position"]
    assert place.office.audit().passed
    answer.write_text("{}")
    assert place.at.run("confirm", place.waiting, "--as", "budi", "--signature", str(answer)).code == 1


def test_an_approval_is_signed_on_the_page_of_erasures(place: Place) -> None:
    browser, steps = place.office.web.browser("budi"), f"/pemusnahan/{place.erasure}/persetujuan"
    if b"data-ask" not in browser.get("/pemusnahan").content:  # approved by the test of commands already
        return
    form = {"key": str(uuid4()), **MINUTES}
    asked = browser.post(f"{steps}/tanya", data=form)
    signature = orjson.dumps(place.office.sign(asked.json())).decode()
    assert browser.post(steps, data={**form, "signature": signature}).status_code == 303
    assert place.office.audit().passed
