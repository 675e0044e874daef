"""Evidence as it is handed out: whole, checked without the service, and cut to what its reader may see."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

import erasing
import pytest
from evidences import stand_alone
from httpx2 import Response
from web import office as forms
from web.office import name
from web.running import Running

from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.ledger.audit import Brought, audit_ledger
from asn_ledger.ledger.audit.report import Step, StepReport
from asn_ledger.ledger.keyfiles import read_signing_key
from asn_ledger.proof.agreement import require_agreement
from asn_ledger.proof.archive import read_archive
from asn_ledger.proof.canonical import decode
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import Evidence, rows_of, verify_evidence, write_evidence
from asn_ledger.proof.facts import read_fact
from asn_ledger.proof.subject import SubjectEnd, sign_subject_end
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.web.evidence.rows import rows as rows_given
from asn_ledger.web.evidence.rows import verify_rows
from projections.position_history.queries import post_history, tenures_of_employee

NAMES = {"ani": "Ani Lestari", "dewi": "Dewi Anggraini", "eko": "Eko Prasetyo"}
_numbers = count(1)


@pytest.fixture(scope="module")
def office(web: Running) -> Running:
    """A department whose head is public, a staff post whose holder is not; three people, one of whom leaves."""

    def record(rows: list[dict[str, Any]], **more: Any) -> None:
        number = f"800/{next(_numbers)}/2019"
        assert web.record(forms.decree(rows, number=number, **more)).status_code == 201

    record(
        [
            forms.unit("kota", "Kota", kind="kota"),
            forms.unit("dinas", "Dinas Pendidikan", parent=name("unit", "kota")),
        ]
    )
    record([forms.post("kepala", "Kepala Dinas", unit="dinas", kind="jpt_pratama", leads=True)])
    record([forms.post("staf", "Pengelola Data", unit="dinas", seats=3)])
    for who, nip in (("ani", "198503122010012003"), ("dewi", "198603122010012004"), ("eko", "198703122010012005")):
        record([forms.enters(who, NAMES[who], nip)])
    record([{**forms.appoint("ani", "kepala", "2015-01-01"), "as_printed": {"name": NAMES["ani"]}}])
    record([forms.appoint("dewi", "staf", "2015-01-01", path="pelaksana")])
    record([forms.raise_rank("ani", "IV/c", "2016-04-01"), forms.raise_rank("dewi", "IV/c", "2016-04-01")])
    record([forms.separate("ani", "2018-01-01", reason="pidana", honour="tidak_hormat")])
    record([{**forms.appoint("eko", "kepala", "2018-06-01"), "as_printed": {"name": NAMES["eko"]}}])
    return web


def asked(office: Running, path: str, role: str = "auditor", **parameters: str) -> Response:
    office.service.checkpoints.sign()
    answer = office.as_role(role).get(f"/api/v1/{path}/evidence", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def checked(office: Running, answer: Response) -> Evidence:
    """Evidence that both verifiers take, and whose rows are those that its facts give."""
    found = verify_evidence(answer.content, office.key)
    verify_rows(found)
    alone = stand_alone()
    assert alone.verify(answer.content, alone.Key.parse(str(office.key)), None)["size"] == found.manifest.size
    return found


def texts(answer: Response) -> str:
    return answer.content.decode("utf-8", "replace")


def row_ids(rows: Any, *fields: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[field] for field in fields) for row in rows)


def test_a_post_s_evidence_holds_the_chain_of_everybody_who_held_it_and_gives_the_rows_of_the_read_model(
    office: Running,
) -> None:
    post = PostId(name("post", "kepala"))
    found = checked(office, asked(office, f"posts/{post}"))

    assert {end.subject for end in found.ends} == {
        post.tag,
        f"employee:{name('employee', 'ani')}",
        f"employee:{name('employee', 'eko')}",
    }
    assert isinstance(found.rows, Mapping)
    with office.service.reading() as connection:
        live = post_history(
            connection, office.service.agency, post, AsOf(office.service.today()), opens=office.service.opens
        )
    told: Any = found.rows
    assert row_ids(told["tenures"], "employee", "began", "ended", "began_by") == sorted(
        (row.employee, str(row.began), row.ended and str(row.ended), row.began_by) for row in live.tenures
    )
    assert [(v["began"], v["ended"]) for v in told["vacancies"]] == [
        (str(v.began), v.ended and str(v.ended)) for v in live.vacancies
    ]


def test_names_are_opened_and_reasons_of_exit_stay_sealed_in_evidence_about_a_post(office: Running) -> None:
    answer = asked(office, f"posts/{name('post', 'kepala')}")
    found = checked(office, answer)

    opened = {value for fact in found.facts for value in fact.opened.values()}
    assert {NAMES["ani"], NAMES["eko"]} <= opened
    assert "pidana" not in texts(answer)


def test_a_person_s_evidence_shows_everything_about_the_person(office: Running) -> None:
    employee = EmployeeId(name("employee", "ani"))
    found = checked(office, asked(office, f"employees/{employee}"))

    (end,) = found.ends
    assert end.subject == employee.tag
    assert end.seq == sum(1 for fact in found.facts if employee.tag in fact.subjects)
    left = next(fact for fact in found.facts if fact.type == "service.ended.v1")
    assert left.opened["reason"] == "pidana"
    with office.service.reading() as connection:
        live = tenures_of_employee(
            connection, office.service.agency, employee, AsOf(office.service.today()), opens=office.service.opens
        )
    told: Any = found.rows
    assert row_ids(told["tenures"], "post", "began", "ended") == sorted(
        (row.post, str(row.began), row.ended and str(row.ended)) for row in live
    )
    assert {row["axis"] for row in told["steps"]} >= {"rank", "status"}


def test_a_decree_s_evidence_has_every_row_and_no_chain(office: Running) -> None:
    decree = forms.decree(
        [forms.raise_rank("eko", "IV/c", "2019-04-01"), forms.raise_rank("dewi", "IV/d", "2019-04-01")],
        number="823/99/2019",
    )
    office.record(decree)
    found = checked(office, asked(office, f"decrees/{decree['id']}"))

    assert found.ends == ()
    assert [fact.row for fact in found.facts] == [0, 1, 2]


def test_what_was_known_earlier_is_proved_as_of_then(office: Running) -> None:
    post = name("post", "kepala")
    last = checked(office, asked(office, f"posts/{post}")).ends[-1]
    assert last.subject == f"post:{post}"
    earlier = checked(office, asked(office, f"posts/{post}", known_at=f"@{last.position - 1}"))

    assert earlier.manifest.size == last.position - 1
    assert [end.seq for end in earlier.ends if end.subject == f"post:{post}"] == [last.seq - 1]


def test_an_identified_person_s_evidence_carries_the_chain_of_every_id(office: Running) -> None:
    office.record(forms.decree([forms.enters("twin", "Gita Nirmala", "198803122010012006")], number="800/70/2019"))
    office.record(forms.decree([forms.enters("other", "Gita N.", "198903122010012007")], number="800/71/2019"))
    one, other = name("employee", "twin"), name("employee", "other")
    row = {"action": "identify_persons", "employees": [one, other], "canonical": one, "tmt": {"on": "2019-05-01"}}
    office.record(forms.decree([row], number="800/72/2019", kind="catatan"))

    for asked_id in (one, other):
        found = checked(office, asked(office, f"employees/{asked_id}"))
        assert {end.subject for end in found.ends} == {f"employee:{one}", f"employee:{other}"}


def test_the_same_question_gives_the_same_bytes(office: Running) -> None:
    path = f"posts/{name('post', 'kepala')}"
    assert asked(office, path).content == asked(office, path).content


def test_the_public_sees_the_post_s_own_chain_and_nothing_of_a_person_s(office: Running) -> None:
    answer = asked(office, f"posts/{name('post', 'kepala')}", role="public")
    found = checked(office, answer)

    assert [end.subject for end in found.ends] == [f"post:{name('post', 'kepala')}"]
    assert all(fact.record is None for fact in found.facts)
    assert all(not subject.startswith("employee:") for fact in found.facts for subject in fact.subjects)
    lines = read_archive(answer.content)["facts.ndjson"].decode()
    assert '"person":' not in lines
    assert '"record":' not in lines
    assert {value for fact in found.facts for value in fact.opened.values()} == {NAMES["ani"], NAMES["eko"]}
    told = texts(answer)
    for hidden in ("service.ended", "rank.raised", "decree.recorded", "pidana", "198503122010012003", "IV/c"):
        assert hidden not in told, hidden


def test_the_public_gets_no_evidence_about_a_post_below_the_threshold_nor_about_people_or_decrees(
    office: Running,
) -> None:
    office.service.checkpoints.sign()
    for path in (f"posts/{name('post', 'staf')}", f"employees/{name('employee', 'ani')}"):
        answer = office.public.get(f"/api/v1/{path}/evidence")
        assert answer.status_code == 403, path
    assert office.public.get(f"/api/v1/posts/{name('post', 'staf')}/evidence").json()["code"] == "evidence-not-public"
    asked_more = office.public.get(f"/api/v1/posts/{name('post', 'kepala')}/evidence", params={"audience": "auditor"})
    assert asked_more.status_code == 403
    assert (
        office.public.get(f"/api/v1/posts/{name('post', 'kepala')}/evidence", params={"documents": "true"}).status_code
        == 403
    )


def test_what_lies_ahead_is_in_no_public_evidence(office: Running) -> None:
    path = f"posts/{name('post', 'kepala')}"
    before = checked(office, asked(office, path, role="public"))
    ahead = forms.decree([forms.separate("eko", "2090-01-01")], number="800/80/2019")
    office.record(ahead)
    row = {
        "action": "rename_post",
        "post": name("post", "kepala"),
        "title": "Kepala Badan",
        "tmt": {"on": "2090-02-01"},
    }
    office.record(forms.decree([row], number="800/81/2019"))
    office.record(forms.decree([{**row, "title": "Kepala Dinas", "tmt": {"on": "2019-06-01"}}], number="800/82/2019"))

    after = checked(office, asked(office, path, role="public"))
    audited = checked(office, asked(office, path))

    assert len(after.facts) == len(before.facts)
    assert {fact.type for fact in audited.facts} >= {"post.renamed.v1"}


def test_evidence_of_another_ledger_s_key_is_refused(office: Running) -> None:
    answer = asked(office, f"posts/{name('post', 'kepala')}")
    stranger = type(office.key)(office.key.name, bytes(32))
    with pytest.raises(VerificationError, match=r"manifest\.json"):
        verify_evidence(answer.content, stranger)


def test_nothing_on_record_is_said(office: Running) -> None:
    assert office.auditor.get(f"/api/v1/employees/{UUID(int=5)}/evidence").json()["code"] == "no-evidence"


@pytest.mark.parametrize("role", ["public", "auditor"])
def test_pages_lead_to_the_evidence_that_their_reader_may_have(office: Running, role: str) -> None:
    link = "/evidence"
    html = {"Accept": "text/html"}
    public_post = office.as_role(role).get(f"/jabatan/{name('post', 'kepala')}", headers=html).text
    assert f"/api/v1/posts/{name('post', 'kepala')}{link}" in public_post
    staff_post = office.as_role(role).get(f"/jabatan/{name('post', 'staf')}", headers=html).text
    assert (link in staff_post) == (role == "auditor")
    if role == "auditor":
        career = office.auditor.get(f"/pegawai/{name('employee', 'ani')}", headers=html).text
        assert f"/api/v1/employees/{name('employee', 'ani')}{link}" in career


def test_rows_that_the_key_s_owner_made_up_are_found_by_computing_them_anew(office: Running) -> None:
    answer = asked(office, f"posts/{name('post', 'kepala')}")
    told = checked(office, answer)
    members = list(read_archive(answer.content).items())[1:]
    forged = [(one, data.replace(b'"ended":"2018-01-01"', b'"ended":"2017-01-01"')) for one, data in members]
    assert forged != members
    key = read_signing_key(office.service.settings.signing_key_file, office.key.name)

    found = verify_evidence(write_evidence(told.manifest, forged, key), office.key)

    with pytest.raises(VerificationError, match=r"^rows\.json: the rows are not"):
        verify_rows(found)


def test_kept_evidence_that_hides_a_fact_is_convicted_by_the_audit_and_by_other_evidence(office: Running) -> None:
    answer = asked(office, f"employees/{name('employee', 'ani')}")
    told = checked(office, answer)
    key = read_signing_key(office.service.settings.signing_key_file, office.key.name)
    (end,) = told.ends
    hidden, before = [fact for fact in told.facts if end.subject in fact.subjects][:-3:-1]
    shorter = SubjectEnd(end.ledger, end.subject, end.seq - 1, before.position, end.size)
    shown = [fact.decree != hidden.decree for fact in told.facts]
    members = dict(list(read_archive(answer.content).items())[1:])
    lines = [line for line, keep in zip(members["facts.ndjson"].splitlines(), shown, strict=True) if keep]
    facts = [read_fact(decode(line), office.service.agency) for line in lines]
    members |= {
        "facts.ndjson": b"".join(line + b"\n" for line in lines),
        "subjects.ndjson": sign_subject_end(shorter, key) + b"\n",
        "rows.json": rows_of(facts, rows_given(told.manifest, facts)),
    }
    content = write_evidence(told.manifest, list(members.items()), key)

    lying = verify_evidence(content, office.key)
    verify_rows(lying)
    with pytest.raises(VerificationError, match=f"the statement about {end.subject} is false"):
        require_agreement(lying, told)
    service = office.service
    service.checkpoints.sign()

    def audit(*kept: bytes) -> StepReport:
        brought = Brought(evidence=kept, keys=(office.key,))
        report = audit_ledger(service.databases.service, service.agency, key=office.key, brought=brought)
        return next(one for one in report.steps if one.step is Step.ACKNOWLEDGED)

    assert (audit(answer.content).state, audit(answer.content).checked) == ("passed", 1)
    finding = audit(answer.content, content).finding
    assert finding is not None
    assert (finding.position, finding.fault.code) == (hidden.position, "statement_false")
    assert audit(b"PK").finding is not None


def test_what_was_erased_is_opened_no_more_and_the_evidence_still_holds(office: Running) -> None:
    who = erasing.Somebody(1)
    erasing.open_office(office)
    erasing.serve_and_leave(office, who)
    before = checked(office, asked(office, f"employees/{who.id}"))
    erasing.erase(office, who)
    answer = asked(office, f"employees/{who.id}")
    after = checked(office, answer)

    assert who.called in [value for fact in before.facts for value in fact.opened.values()]
    assert not any(fact.opened for fact in after.facts if fact.position <= before.manifest.size)
    assert [trace for trace in who.traces if trace in answer.content.lower()] == []
    assert {fact.position for fact in before.facts} < {fact.position for fact in after.facts}


def test_scans_come_along_when_asked_for_by_whoever_may_see_them(office: Running) -> None:
    who = erasing.Somebody(2)
    decree = erasing.serve_and_leave(office, who, scan=True)

    for path in (f"decrees/{decree}", f"employees/{who.id}"):
        assert checked(office, asked(office, path)).documents == {}
        answer = asked(office, path, documents="true")
        assert checked(office, answer).documents == {who.document: who.scan}
        assert who.document in read_archive(answer.content)["BACA-SAYA.txt"].decode()
