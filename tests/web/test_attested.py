"""Confirming with a passkey: what is signed is what is recorded, and whoever has the server forges it in vain."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from evidences import stand_alone
from fastapi.testclient import TestClient
from passkeys import SITE, SoftPasskey
from psycopg import sql
from ttes import Signer, SoftTte, authority
from web.office import SIGNER, annul, appoint, decree, enters, name, post, raise_rank, separate, unit
from web.running import Running, running
from web.test_intake import scan as scanned
from web.test_login import PASSWORD

from asn_ledger.accounts import Principal
from asn_ledger.accounts.passkeys import Enrolment, roles_on_record
from asn_ledger.cli.account import RoleChoice, _require_unsigned
from asn_ledger.domain.access import Grant
from asn_ledger.domain.decisions.erase import By
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict, NotAllowed, NotFound
from asn_ledger.domain.events import Actor, Letter
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.ledger.audit import audit_ledger
from asn_ledger.ledger.audit.report import Report, Step, StepReport
from asn_ledger.ledger.envelope import CheckedFields, NewEvent
from asn_ledger.ledger.erasing import Asked as ErasureStep
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command
from asn_ledger.ledger.requests import Appended, Request
from asn_ledger.proof.attestation import Act, attest
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import verify_evidence
from asn_ledger.proof.merkle import Frontier
from asn_ledger.web.api.erasures import CATEGORIES
from asn_ledger.web.evidence.rows import verify_rows
from asn_ledger.web.signing import decoded, encoded

NIPS = [f"19850312201001{n:04d}" for n in range(2001, 2040)]
OPERATOR = Actor("operator:root", "operator:root")


@dataclass(frozen=True)
class Office:
    """A service in which two people have passkeys, and which requires signatures."""

    web: Running
    passkeys: dict[str, SoftPasskey]
    line: int
    wali: TestClient
    """The authority."""

    def account(self, name: str) -> Principal:
        return self.web.service.accounts.find(name)

    def lay(self, n: int) -> str:
        """A signed decree about somebody waits; its id."""
        form = decree([appoint(n, n, "2020-01-01", path="pelaksana")], number=f"821.2/{n}/2020")
        answer = self.web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code == 202, answer.text
        return str(form["id"])

    def sign(self, asked: dict[str, Any], name: str = "budi") -> dict[str, str]:
        """What a browser answers with the passkey of an account."""
        assertion = self.passkeys[name].sign(decoded(asked["challenge"]))
        return {
            "at": asked["at"],
            "credential": encoded(assertion.credential),
            "authenticator_data": encoded(assertion.authenticator_data),
            "client_data": encoded(assertion.client_data),
            "signature": encoded(assertion.signature),
        }

    def confirm(self, id_: str, by: TestClient | None = None) -> Any:
        colleague = by or self.web.colleague
        asked = colleague.get(f"/api/v1/decrees/{id_}/confirmation")
        assert asked.status_code == 200, asked.text
        return colleague.post(f"/api/v1/decrees/{id_}/confirmation", json={"signature": self.sign(asked.json())})

    def audit(self) -> Report:
        service = self.web.service
        service.checkpoints.sign()
        return audit_ledger(service.databases.service, service.agency, key=service.verifier)


def step(report: Report) -> StepReport:
    return next(one for one in report.steps if one.step is Step.ATTESTATIONS)


def answered(asked: Asked, passkey: SoftPasskey | SoftTte, who: Principal) -> Signed:
    return Signed(asked.act.act, Actor(str(who.id), who.role), asked.act.at, passkey.sign_act(asked.act))


BSRE = authority()
TTE = SoftTte(BSRE, BSRE.certify("Budi"))
"""Of budi, who has a passkey too."""


def enrol(web: Running, name: str, passkey: SoftPasskey | SoftTte) -> int | None:
    who, keys, now = web.service.accounts.find(name), web.service.passkeys, web.service.now()
    command = keys.begin(who, passkey.credential, passkey.public_key, "kunci", now)
    return keys.show(who, command, answered(keys.ask_owner(who, command, now), passkey, who), now)


@pytest.fixture(scope="module")
def office(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with running(service_url, tmp_path_factory.mktemp("home")) as web:
        web.record(decree([unit(1, "Dinas Pendidikan"), post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
        web.record(decree([post(n, f"Pengadministrasi {n}") for n in range(2, 30)]))
        web.record(decree([enters(n, f"Orang {n}", NIPS[n]) for n in range(2, 30)]))
        keys = web.service.passkeys
        keys.introduce(SITE.rp_id, tuple(SITE.origins), OPERATOR, web.service.now())
        with pytest.raises(Conflict, match="two people"):
            keys.require("BA 1", OPERATOR, web.service.now())
        wali = web.log_in("wali", Grant("authority"))
        passkeys = {name: SoftPasskey(credential=name.encode()) for name in ("ani", "budi", "wali")}
        for name, passkey in passkeys.items():
            assert enrol(web, name, passkey)
        with pytest.raises(NotFound, match="whose certificates"):
            enrol(web, "budi", TTE)
        keys.trust(BSRE.trust.roots, BSRE.trust.time_roots, OPERATOR, web.service.now())
        assert enrol(web, "budi", TTE)
        line = keys.require("BA 800/1/2026", OPERATOR, web.service.now(), web.service.accounts.all())
        yield Office(web, passkeys, line, wali)


def test_a_signed_confirmation_is_on_record_with_its_signature_and_the_audit_holds_it(office: Office) -> None:
    id_ = office.lay(2)
    told = office.confirm(id_)

    assert told.status_code == 201, told.text
    first = office.web.service.recorder.entry(told.json()["positions"][0])
    assert first is not None
    (kept,) = orjson.loads(first.record)["attestations"]
    assert (kept["act"], kept["signer"]["id"]) == ("confirm", str(office.account("budi").id))
    report = office.audit()
    assert report.passed, report.finding
    assert step(report).said is not None
    assert dict(step(report).said.values)["position"] == office.line  # type: ignore[union-attr]  # asserted above
    again = office.web.colleague.post(f"/api/v1/decrees/{id_}/confirmation")
    assert (again.status_code, again.json()["position"]) == (201, told.json()["position"])


def test_a_decree_is_confirmed_with_a_tte_that_was_signed_elsewhere_and_with_no_other_file(office: Office) -> None:
    id_, other = office.lay(20), office.lay(21)
    address = f"/api/v1/decrees/{id_}/confirmation"
    asked = office.web.colleague.get(address).json()
    pdf = b64decode(asked["pdf"])
    assert asked["certified"]
    tool = Signer(BSRE, TTE.owner, told_at=datetime.fromisoformat(asked["at"]).replace(microsecond=0))
    signed = b64encode(tool.sign_pdf(pdf)).decode()

    def send(to: str, file: str) -> tuple[int, str]:
        answer = office.web.colleague.post(to, json={"signature": {"signed_file": file}})
        return answer.status_code, str(answer.json().get("code", ""))

    assert send(address, asked["pdf"]) == (422, "tte-unsigned")
    assert send(f"/api/v1/decrees/{other}/confirmation", signed) == (409, "signature-over-other")
    assert send(address, signed) == (201, "")
    assert send(address, "%") == (422, "")
    position = office.web.colleague.post(address).json()["position"]
    first = office.web.service.recorder.by_command(UUID(record_of(office, position)["command"]))[0]
    (kept,) = orjson.loads(first.record)["attestations"]
    assert (kept["kind"], kept["signer"]["id"]) == ("tte", str(office.account("budi").id))
    assert len(first.record) < 32_000
    assert office.audit().passed
    assert office.confirm(other).status_code == 201


def record_of(office: Office, position: int) -> Any:
    entry = office.web.service.recorder.entry(position)
    assert entry is not None
    return orjson.loads(entry.record)


def test_an_approval_of_an_erasure_is_signed_over_what_it_records(office: Office) -> None:
    web, eraser = office.web, office.web.service.eraser
    left = decree([separate(25, "2015-01-01")], decided_on="2014-12-01", number="882/25/2014")
    assert web.office.post("/api/v1/decrees", json=left, headers={"Idempotency-Key": str(uuid4())}).status_code == 202
    assert office.confirm(left["id"]).status_code == 201
    web.follow()
    who, letter = EmployeeId(name("employee", 25)), Letter(number="045/1", on=PartialDate("2026-01-05"))
    step_of = [ErasureStep(uuid4(), By(Actor(one, "hr_officer")), web.service.now()) for one in ("x", "y")]
    erasure = ErasureId(eraser.propose(step_of[0], who, CATEGORIES[2:], letter).id)
    eraser.assess(step_of[1], erasure, None)
    address, key = f"/api/v1/erasures/{erasure}/approval", {"Idempotency-Key": str(uuid4())}
    minutes = {"number": "BA/1", "on": "2026-01-06"}

    unsigned = web.colleague.post(address, json={"minutes": minutes}, headers=key)
    asked = web.colleague.get(address, params=minutes, headers=key)
    signature = office.sign(asked.json())
    other = web.colleague.post(
        address, json={"minutes": {**minutes, "number": "BA/2"}, "signature": signature}, headers=key
    )
    signed = web.colleague.post(address, json={"minutes": minutes, "signature": signature}, headers=key)

    assert (unsigned.status_code, unsigned.json()["code"]) == (403, "signature-missing")
    assert (other.status_code, other.json()["code"]) == (409, "signature-over-other")
    assert signed.status_code == 201, signed.text
    fact = web.service.recorder.entry(signed.json()["position"])
    assert fact is not None
    assert [one["act"] for one in orjson.loads(fact.record)["attestations"]] == ["erase"]
    assert office.audit().passed


def test_without_a_signature_nothing_is_confirmed(office: Office) -> None:
    id_ = office.lay(3)
    answer = office.web.colleague.post(f"/api/v1/decrees/{id_}/confirmation")
    assert (answer.status_code, answer.json()["code"]) == (403, "signature-missing")
    assert office.confirm(id_).status_code == 201


def test_a_signature_over_another_decree_or_by_another_person_confirms_nothing(office: Office) -> None:
    one, other = office.lay(4), office.lay(5)
    asked = office.web.colleague.get(f"/api/v1/decrees/{one}/confirmation").json()
    wrong = office.web.colleague.post(f"/api/v1/decrees/{other}/confirmation", json={"signature": office.sign(asked)})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "signature-over-other")
    wrong = office.web.colleague.post(
        f"/api/v1/decrees/{one}/confirmation", json={"signature": office.sign(asked, "ani")}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (409, "signature-other-person")
    late = {**office.sign(asked), "at": "2020-01-01T00:00:00.000000Z"}
    wrong = office.web.colleague.post(f"/api/v1/decrees/{one}/confirmation", json={"signature": late})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "signature-late")
    unread = {**office.sign(asked), "signature": "!"}
    wrong = office.web.colleague.post(f"/api/v1/decrees/{one}/confirmation", json={"signature": unread})
    assert wrong.status_code == 422
    assert office.web.office.get(f"/api/v1/decrees/{one}/confirmation").status_code == 403


def test_what_changed_after_the_signature_is_signed_again(office: Office) -> None:
    first, then = office.lay(6), office.lay(6)
    asked = office.web.colleague.get(f"/api/v1/decrees/{then}/confirmation").json()
    assert office.confirm(first).status_code == 201  # the same post to the same person: rules now say otherwise
    stale = office.web.colleague.post(f"/api/v1/decrees/{then}/confirmation", json={"signature": office.sign(asked)})
    assert (stale.status_code, stale.json()["code"]) == (409, "signature-over-other")
    assert office.confirm(then).status_code == 201


def test_after_the_line_a_key_counts_once_somebody_else_vouches(office: Office) -> None:
    web, keys = office.web, office.web.service.passkeys
    web.service.accounts.add("dewi", *office.account("budi").grants)
    dewi, passkey, now = web.service.accounts.find("dewi"), SoftPasskey(credential=b"dewi"), web.service.now()
    assert enrol(web, "dewi", passkey) is None
    (waits,) = keys.waiting()
    with pytest.raises(NotAllowed):
        keys.ask_voucher(Actor(str(dewi.id), dewi.role), waits.command, now)
    budi = office.account("budi")
    by = Actor(str(budi.id), budi.role)
    asked = keys.ask_voucher(by, waits.command, now)
    with pytest.raises(Conflict):
        keys.vouch(by, waits.command, answered(asked, office.passkeys["ani"], budi), now)
    assert passkey.credential not in keys.keyring().keys
    keys.vouch(by, waits.command, answered(asked, office.passkeys["budi"], budi), now)
    assert passkey.credential in keys.keyring().keys
    assert keys.waiting() == []
    with pytest.raises(NotAllowed):
        keys.introduce("evil.example", ("https://evil.example",), OPERATOR, now)
    assert office.audit().passed


def test_one_signature_confirms_a_whole_bulk_day_and_each_decree_keeps_its_way_to_it(office: Office) -> None:
    common = {"mode": "signed", "kind": "petikan", "decided_on": "2026-03-02", "signer": SIGNER}
    rows = [
        {"row": {k: v for k, v in raise_rank(n, "IV/c", "2026-04-01").items() if k != "row"}} for n in range(22, 27)
    ]
    form = {
        "common": {**common, "document_pending": {"reason": "menyusul"}}, "rows": rows,
        "numbers": {"pattern": "823/{n}/2026", "first": 1},
    }  # fmt: skip
    day, colleague = str(uuid4()), office.web.colleague
    laid = office.web.office.post("/api/v1/bulk", json=form, headers={"Idempotency-Key": day})
    assert laid.json()["counts"] == {"waiting": 5}, laid.text
    bare = colleague.post(f"/api/v1/bulk/{day}/confirmation")
    assert (bare.status_code, bare.json()["code"]) == (403, "signature-missing")

    asked = colleague.get(f"/api/v1/bulk/{day}/confirmation").json()
    assert len(asked["leaves"]) == 5
    signature = {**office.sign(asked), "leaves": asked["leaves"]}
    wrong = {**signature, "leaves": asked["leaves"][::-1]}
    done = colleague.post(f"/api/v1/bulk/{day}/confirmation", json={"signature": wrong}).json()
    assert {one["problem"]["code"] for one in done["results"]} == {"signature-over-other"}
    done = colleague.post(f"/api/v1/bulk/{day}/confirmation", json={"signature": signature}).json()
    assert done["counts"] == {"recorded": 5}, done
    assert office.audit().passed


def test_who_confirms_a_match_or_says_that_it_differs_signs_that_too(office: Office) -> None:
    recorded = office.lay(7), office.lay(8)
    for one, verdict in zip(recorded, (None, "beda"), strict=True):
        assert office.confirm(one).status_code == 201
        office.web.follow()
        files = [("files", (f"{one}.pdf", scanned(one), "application/pdf"))]
        brought = office.web.office.post("/api/v1/documents/intake", files=files)
        scan = brought.json()["files"][0]["scan"]
        proposed = office.web.office.post(f"/api/v1/documents/intake/{scan}/proposal", json={"decree": one})
        assert proposed.status_code == 200, proposed.text
        at, step_ = f"/api/v1/documents/intake/{scan}", "match" if verdict is None else "refusal"
        body: dict[str, Any] = {} if verdict is None else {"verdict": verdict}
        bare = office.web.colleague.post(f"{at}/{step_}", json=body or None)
        assert bare.json()["code"] == "signature-missing", bare.text
        asked = office.web.colleague.get(f"{at}/match", params=body).json()
        signed = office.web.colleague.post(f"{at}/{step_}", json={**body, "signature": office.sign(asked)})
        assert signed.status_code in {200, 201}, signed.text
    assert office.audit().passed


def test_a_row_passes_a_rule_once_the_authority_has_signed_for_it_and_by_nobody_else(office: Office) -> None:
    passed = [{"row": 1, "rule": "R-KP-11", "reason": "Putusan pengadilan", "authority": "Wali Kota"}]
    form = {**decree([raise_rank(28, "IV/e", "2026-04-01")], mode="draft", number="821.2/28/2020"), "overrides": passed}
    key, client, service = {"Idempotency-Key": str(uuid4())}, office.web.office, office.web.service
    asked = client.post("/api/v1/decrees", params={"dry_run": True}, json=form, headers=key)
    laid = client.post("/api/v1/decrees", json=form, headers=key)

    assert asked.json()["sign"] is None, "whoever records it does not sign that it passes"
    assert (laid.status_code, laid.json()["act"], laid.json()["state"]) == (202, "override", "waiting"), laid.text
    assert client.post("/api/v1/decrees", json=form, headers=key).json() == laid.json()
    address, wali = laid.json()["confirm"], office.wali
    assert office.web.colleague.get(address).status_code == 403
    assert office.web.colleague.post(address).status_code == 403
    assert wali.post(address).json()["code"] == "signature-missing"
    inbox = [one["kind"] for one in wali.get("/api/v1/tasks").json()["kinds"]]
    page = wali.get(f"/sk/{form['id']}", headers={"Accept": "text/html"}).text
    assert "to_override" in inbox
    assert "Putusan pengadilan" in page
    assert "data-asked" in page
    sign = wali.get(address).json()
    assert orjson.loads(sign["act"])["act"] == "override"
    by_budi = wali.post(address, json={"signature": office.sign(sign, "budi")})
    assert (by_budi.status_code, by_budi.json()["code"]) == (409, "signature-other-person")
    told = wali.post(address, json={"signature": office.sign(sign, "wali")})
    assert told.status_code == 201, told.text
    first = service.recorder.entry(told.json()["positions"][0])
    assert first is not None
    record = orjson.loads(first.record)
    assert record["recorded_by"]["id"] == str(office.account("ani").id)
    assert record["confirmed_by"]["id"] == str(office.account("wali").id)
    assert [one["act"] for one in record["attestations"]] == ["override"]
    assert client.post("/api/v1/decrees", json=form, headers=key).json()["state"] == "recorded"
    assert office.audit().passed


def test_a_draft_that_annuls_waits_for_another_or_is_signed_by_whoever_records_it(office: Office) -> None:
    client = office.web.office
    recorded = [office.lay(n) for n in (9, 29)]
    for id_ in recorded:
        assert office.confirm(id_).status_code == 201
    forms = [decree([annul(one, 1, "2021-01-01")], mode="draft", number=f"800/{one[:4]}/2026") for one in recorded]
    waits, signs = forms
    laid = client.post("/api/v1/decrees", json=waits, headers={"Idempotency-Key": str(uuid4())})
    assert (laid.status_code, laid.json().get("act")) == (202, "confirm"), laid.text
    assert client.post(laid.json()["confirm"]).status_code == 403
    assert office.confirm(waits["id"]).status_code == 201
    key = {"Idempotency-Key": str(uuid4())}
    asked = client.post("/api/v1/decrees", params={"dry_run": True}, json=signs, headers=key).json()["sign"]
    said = {**office.sign(asked, "ani"), "act": orjson.loads(asked["act"])["act"]}
    signed = {**key, "Passkey": encoded(orjson.dumps(said))}
    wrong = client.post("/api/v1/decrees", json=signs, headers={**signed, "Idempotency-Key": str(uuid4())})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "signature-over-other")
    told = client.post("/api/v1/decrees", json=signs, headers=signed)
    assert told.status_code == 201, told.text
    unread = client.post("/api/v1/decrees", json=signs, headers={**signed, "Passkey": "e30"})
    assert unread.status_code == 422
    assert office.audit().passed


def test_a_role_is_given_by_somebody_elses_signature_and_accounts_follow_the_ledger(office: Office) -> None:
    accounts = office.web.service.accounts
    who = accounts.add("gita", Grant("employee"))
    browser = office.web.browser("budi")

    def give(gives: str, name: str, *, signs: bool = True, role: str = "auditor", unit: str = "") -> Any:
        form = {"command": str(uuid4()), "account": name, "role": role, "gives": gives, "unit": unit}
        asked = browser.post("/kunci/peran/tanya", data=form)
        assert asked.status_code == 200, f"role-unit {asked.text}"
        signature = orjson.dumps(office.sign(asked.json())).decode() if signs else ""
        return browser.post("/kunci/peran", data={**form, "signature": signature})

    assert give("1", "gita", signs=False).status_code == 403
    assert give("1", "budi").status_code == 409  # nobody gives a role to themselves
    assert {grant.role for grant in accounts.find("gita").grants} == {"employee"}
    assert give("1", "gita").status_code == 303
    assert {grant.role for grant in accounts.find("gita").grants} == {"auditor"}, "nobody signed for the other"
    given_at = office.web.service.recorder.head()
    for role, unit_ in (("employee", ""), ("opd_clerk", f"/unit/{name('unit', 1)}")):
        assert give("1", "gita", role=role, unit=unit_).status_code == 303
        assert give("0", "gita", role=role, unit=unit_).status_code == 303
    with pytest.raises(AssertionError, match="role-unit"):
        give("1", "gita", role="opd_clerk")
    assert who.id is not None
    seen = browser.get(f"/pengguna/{who.id}.json").json()["account"]["grants"]
    told = {one["role"]: (one["by"], one["position"]) for one in seen}
    assert told == {"auditor": ("budi", given_at)}
    page = browser.get(f"/pengguna/{who.id}").text
    assert f"ditandatangani budi, entri {given_at}" in page
    carried = browser.get("/pengguna/" + str(accounts.find("citra").id)).text
    assert "sudah ada ketika tanda tangan diwajibkan" in carried
    accounts.add("pengelola", Grant("administrator"))
    office.web.service.logins.set_password(accounts.find("pengelola"), PASSWORD)
    sent = {"password": PASSWORD, "role": "confirmer"}
    refused = office.web.browser("pengelola").post(f"/pengguna/{who.id}/peran", data=sent)
    assert refused.status_code == 403, "who keeps accounts gives nothing that somebody signs for"
    accounts.set_grants(who.id, [Grant("authority")])  # whoever has the database gives what nobody signed
    accounts.follow(roles_on_record(office.web.service.passkeys.keyring()))
    assert {grant.role for grant in accounts.find("gita").grants} == {"auditor"}
    assert give("0", "gita").status_code == 303
    assert accounts.find("gita").grants == ()
    assert office.audit().passed


def test_what_nobody_could_sign_is_refused_before_it_begins(office: Office) -> None:
    with pytest.raises(Conflict, match="signatures are required"):  # of an import that is undone
        office.web.service.registrar.attesting.require_none()
    for role in RoleChoice:
        with pytest.raises(NotAllowed, match="/kunci"):
            _require_unsigned(office.web.service, [role])
    _require_unsigned(office.web.service, [])


def forged(office: Office, n: int) -> tuple[NewEvent, ...]:
    """A decree that budi confirms, made by whoever has the server: everything is right, only nobody signed."""
    service = office.web.service
    form = decree([appoint(n, n, "2020-01-01", path="pelaksana")], number=f"821.2/{n}/2020")
    ani, budi = office.account("ani"), office.account("budi")
    by, confirmer = Actor(str(ani.id), "hr_officer"), Actor(str(budi.id), "confirmer")
    command = Command(uuid4(), parse_decree(form), request_bytes(form), by, confirmer)
    return service.registrar.new_events(service.registrar.plan(command, service.now()))


def with_signature(
    office: Office, events: tuple[NewEvent, ...], passkey: SoftPasskey | SoftTte, **other: Any
) -> tuple[NewEvent, ...]:
    """As root signs it, with whatever key."""
    service = office.web.service
    record = events[0].record
    asked = service.registrar.attesting.ask(
        "confirm", Actor(str(office.account("budi").id), "confirmer"), [events], service.now()
    )
    act: Act = replace(asked.act, **other)
    kept = attest(act, asked.leaves, 0, passkey.sign_act(act)).stored()
    return replace(events[0], record=CheckedFields({**record, "attestations": [kept]})), *events[1:]


def unvouched(office: Office, passkey: SoftPasskey) -> tuple[NewEvent, ...]:
    """A key of root's in the name of budi, shown by itself and vouched for by nobody."""
    service, budi = office.web.service, office.account("budi")
    assert budi.id is not None
    one = Enrolment(
        uuid4(), budi.id, "budi", None, "confirmer", passkey.credential, passkey.public_key, "x", service.now(), None
    )
    fact = one.fact(None)
    asked = service.passkeys._facts.ask(fact, "enrol", fact.recorded_by, service.now())
    (event,) = service.passkeys._facts._events(fact)
    kept = attest(asked.act, asked.leaves, 0, passkey.sign_act(asked.act)).stored()
    return (replace(event, record=CheckedFields({**event.record, "attestations": [kept]})),)


def append(office: Office, events: tuple[NewEvent, ...]) -> int:
    """As root appends, who asks nobody; gives the first position."""
    (answer,) = office.web.service.recorder.submit([Request(events)])
    assert isinstance(answer, Appended)
    return answer.events[0].position


def forgeries(office: Office) -> Iterator[tuple[str, tuple[NewEvent, ...]]]:
    """What is made up, and what the audit says of it."""
    mine = SoftPasskey(credential=b"root")
    yield "missing", forged(office, 10)
    yield "wrong", with_signature(office, forged(office, 11), replace(mine, credential=b"budi"))
    yield "missing", unvouched(office, mine)
    yield "wrong", with_signature(office, forged(office, 12), mine)
    honest = office.confirm(office.lay(13)).json()["positions"][0]
    first = office.web.service.recorder.entry(honest)
    assert first is not None
    copied = orjson.loads(first.record)["attestations"]
    made = forged(office, 14)
    yield "wrong", (replace(made[0], record=CheckedFields({**made[0].record, "attestations": copied})), *made[1:])
    nobody = forged(office, 15)
    yield "missing", tuple(replace(one, record=CheckedFields({**one.record, "confirmed_by": None})) for one in nobody)
    root_ = {"id": "0", "role": "operator:root", "post": None}
    by_root = forged(office, 16)
    yield "missing", tuple(replace(one, record=CheckedFields({**one.record, "confirmed_by": root_})) for one in by_root)
    signed = with_signature(office, forged(office, 17), office.passkeys["ani"])
    yield "wrong", signed
    by_tte = with_signature(office, forged(office, 22), TTE)
    altered = orjson.loads(orjson.dumps(by_tte[0].record["attestations"]))
    altered[0]["tte"]["token"] = altered[0]["tte"]["token"].replace("A", "B", 1)
    yield (
        "wrong",
        (replace(by_tte[0], record=CheckedFields({**by_tte[0].record, "attestations": altered})), *by_tte[1:]),
    )
    made_up = authority("Root")
    yield "wrong", with_signature(office, forged(office, 18), SoftTte(made_up, made_up.certify("Budi")))
    yield "wrong", with_signature(office, forged(office, 19), SoftTte(made_up, made_up.certify("x", TTE.owner.key)))


def test_with_root_on_the_server_each_forged_confirmation_is_named_at_its_position(office: Office) -> None:
    assert office.audit().passed
    named = {append(office, events): f"attestation_{kind}" for kind, events in forgeries(office)}
    report = office.audit()

    assert [one.step for one in report.steps if one.state == "failed"] == [Step.ATTESTATIONS]  # all else is right
    found = [step(report).finding, *step(report).also]
    codes: dict[int, set[str]] = {}
    for one in found:
        assert one is not None
        assert one.position is not None
        codes.setdefault(one.position, set()).add(one.fault.code)
    assert codes.keys() == named.keys()
    assert all(code in codes[position] for position, code in named.items())
    require_evidence_convicts(office, named)


def require_evidence_convicts(office: Office, positions: Iterable[int]) -> None:
    """Neither verifier takes evidence of a forged decree; the key that nobody vouched for is named, and counts not."""
    service, alone = office.web.service, stand_alone()
    key, keys = alone.Key.parse(str(service.verifier)), 0
    for position in positions:
        fact = service.recorder.entry(position)
        assert fact is not None
        decree_ = orjson.loads(fact.act)["decree"]
        if decree_ is None:
            keys += 1
            continue
        content = office.web.auditor.get(f"/api/v1/decrees/{decree_}/evidence").content
        with pytest.raises(VerificationError, match=f"fact @{position}, attestation: "):
            verify_evidence(content, service.verifier)
        with pytest.raises(alone.Refused, match=f"fact @{position}, attestation: "):
            alone.verify(content, key, None)
    sound = office.lay(18)
    assert office.confirm(sound).status_code == 201
    content = office.web.auditor.get(f"/api/v1/decrees/{sound}/evidence").content
    void = verify_evidence(content, service.verifier).void
    assert [one.partition(":")[0] for one in alone.verify(content, key, None)["void"]] == [
        one.partition(":")[0] for one in void
    ]
    assert len(void) == keys == 1


def cut_off(superuser: psycopg.Connection, first: int) -> None:
    """Take the tail of the ledger away so that nothing tells, as the database's superuser can."""
    for table in ("event", "event_tag", "checkpoint", "tile", "ledger"):
        superuser.execute(sql.SQL("ALTER TABLE ledger.{} DISABLE TRIGGER ALL").format(sql.Identifier(table)))
    for table in ("event", "event_tag"):
        superuser.execute(sql.SQL("DELETE FROM ledger.{} WHERE position >= %s").format(sql.Identifier(table)), (first,))
    superuser.execute("DELETE FROM ledger.checkpoint WHERE size >= %s", (first,))
    superuser.execute("DELETE FROM ledger.tile")
    rows = superuser.execute("SELECT leaf, recorded_at FROM ledger.event ORDER BY position").fetchall()
    frontier = Frontier().extend(leaf for leaf, _ in rows)
    superuser.execute(
        "UPDATE ledger.ledger SET size = %s, frontier = %s, root = %s, recorded_at = %s",
        (frontier.size, list(frontier.hashes), frontier.root(), rows[-1][1]),
    )


def test_a_superuser_who_puts_a_forged_confirmation_in_the_place_of_the_last_decree_is_named(
    office: Office, service_url: str
) -> None:
    before = step(office.audit()).also
    first = office.confirm(office.lay(20)).json()["positions"][0]
    with psycopg.connect(service_url, autocommit=True) as superuser:
        cut_off(superuser, first)
    again = append(office, forged(office, 21))
    report = office.audit()

    assert again == first
    assert [one.step for one in report.steps if one.state == "failed"] == [Step.ATTESTATIONS]
    last = step(report).also[-1]
    assert (last.position, last.fault.code) == (first, "attestation_missing")
    assert last not in before


def test_evidence_shows_who_signed_and_both_verifiers_check_it(office: Office) -> None:
    id_ = office.lay(27)
    recorded = set(office.confirm(id_).json()["positions"])
    service, alone = office.web.service, stand_alone()
    service.checkpoints.sign()

    for path in (f"decrees/{id_}", f"posts/{name('post', 27)}", f"employees/{name('employee', 27)}"):
        content = office.web.auditor.get(f"/api/v1/{path}/evidence").content
        found = verify_evidence(content, service.verifier)
        verify_rows(found)
        signed = {one.position: one.who for one in found.signed}
        assert set(signed) & recorded == recorded & {fact.position for fact in found.facts}, path
        assert set(signed.values()) == {str(office.account("budi").id)}
        shown = alone.verify(content, alone.Key.parse(str(service.verifier)), None)
        assert shown["signed"] == [one._asdict() for one in found.signed]
