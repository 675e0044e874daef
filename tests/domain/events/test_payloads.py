"""The stored words of every type of fact: fixed once they are recorded."""

from pathlib import Path
from typing import Any

import given
import orjson
import pytest

from asn_ledger.domain.events import (
    EVENT_TYPES,
    ContractConverted,
    ContractExtended,
    DutyAssigned,
    DutyEnded,
    EducationRecorded,
    Event,
    LeaveExtended,
    LeaveGranted,
    PointsDetermined,
    PostCreated,
    Reinstated,
    SalaryStepDeferred,
    SalaryStepGranted,
    ServiceRecognised,
    StudyAssigned,
    StudyExtended,
    Suspended,
    TrainingCompleted,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.proof.canonical import canonical

ROW: dict[str, Any] = {"decree": given.decree(), "row": 1, "cited": given.cited(), "tmt": PartialDate("2020-03-01")}
SAID: dict[str, Any] = {**ROW, "employee": given.employee()}
UNTIL = PartialDate("2025-02-28")
CITED = (
    b'"cited":{"capacity":"sendiri","decided_on":"2020-01-01","issuer":"Wali Kota Salatiga","number":"821.2/1"},'
    b'"decree":"' + given.decree().encode() + b'",'
)
EMPLOYEE = b'"employee":"' + given.employee().encode() + b'"'
TMT = b'"tmt":"2020-03-01"'

GOLDEN: list[tuple[Event, bytes]] = [
    (ContractExtended(**SAID, until=UNTIL), CITED + EMPLOYEE + b',"row":1,' + TMT + b',"until":"2025-02-28"'),
    (
        ContractConverted(**SAID, rank="IX", until=UNTIL),
        CITED + EMPLOYEE + b',"rank":"IX","row":1,' + TMT + b',"until":"2025-02-28"',
    ),
    (
        SalaryStepGranted(**SAID, service_years=12),
        CITED + EMPLOYEE + b',"row":1,"service_months":0,"service_years":12,' + TMT,
    ),
    (SalaryStepDeferred(**SAID, until=UNTIL), CITED + EMPLOYEE + b',"row":1,' + TMT + b',"until":"2025-02-28"'),
    (ServiceRecognised(**SAID, years=3), CITED + EMPLOYEE + b',"months":0,"row":1,' + TMT + b',"years":3'),
    (
        DutyAssigned(**SAID, unit=given.unit(), duty="kepala_sekolah", term=1, until=UNTIL),
        CITED + b'"duty":"kepala_sekolah",' + EMPLOYEE + b',"row":1,"term":1,' + TMT + b',"unit":"'
        + given.unit().encode() + b'","until":"2025-02-28"',
    ),
    (
        DutyEnded(**SAID, unit=given.unit(), duty="ketua_tim", reason="diganti"),
        CITED + b'"duty":"ketua_tim",' + EMPLOYEE + b',"reason":"diganti","row":1,' + TMT + b',"unit":"'
        + given.unit().encode() + b'"',
    ),
    (
        EducationRecorded(**SAID, level="s1", programme="PGSD", first=True),
        CITED + EMPLOYEE + b',"first":true,"level":"s1","programme":"PGSD","row":1,' + TMT,
    ),
    (
        TrainingCompleted(**SAID, kind="bimtek", name="SIPD", hours=20),
        CITED + EMPLOYEE + b',"hours":20,"kind":"bimtek","name":"SIPD","row":1,' + TMT,
    ),
    (
        PointsDetermined(
            **SAID, kind="konversi", level="ahli_muda", began_on=PartialDate("2019-03"), points=28125, predicate="baik"
        ),
        b'"began_on":"2019-03",' + CITED + EMPLOYEE + b',"kind":"konversi","level":"ahli_muda","points":28125,'
        + b'"predicate":"baik","row":1,' + TMT,
    ),
    (LeaveGranted(**SAID, until=UNTIL), CITED + EMPLOYEE + b',"row":1,' + TMT + b',"until":"2025-02-28"'),
    (LeaveExtended(**SAID, until=UNTIL), CITED + EMPLOYEE + b',"row":1,' + TMT + b',"until":"2025-02-28"'),
    (
        StudyAssigned(**SAID, level="s2", programme="MM", institution="UKSW", until=UNTIL, leaves_post=True),
        CITED + EMPLOYEE + b',"institution":"UKSW","leaves_post":true,"level":"s2","programme":"MM","row":1,' + TMT
        + b',"until":"2025-02-28"',
    ),
    (StudyExtended(**SAID, until=UNTIL), CITED + EMPLOYEE + b',"row":1,' + TMT + b',"until":"2025-02-28"'),
    (Suspended(**SAID, reason="pejabat_negara"), CITED + EMPLOYEE + b',"reason":"pejabat_negara","row":1,' + TMT),
    (Reinstated(**SAID, basis="selesai_cltn"), b'"basis":"selesai_cltn",' + CITED + EMPLOYEE + b',"row":1,' + TMT),
    (
        PostCreated(
            **ROW, post=given.post(), unit=given.unit(), title="Guru Ahli Muda", kind="fungsional", level="ahli_muda",
            function="guru", seats=4, leads_unit=False,
        ),
        CITED + b'"function":"guru","kind":"fungsional","leads_unit":false,"level":"ahli_muda","post":"'
        + given.post().encode() + b'","row":1,"seats":4,"title":"Guru Ahli Muda",' + TMT + b',"unit":"'
        + given.unit().encode() + b'"',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("event", "stored"), GOLDEN, ids=[event.TOPIC for event, _ in GOLDEN])
def test_the_stored_words_of_a_fact_are_these(event: Event, stored: bytes) -> None:
    assert canonical(event.as_dict()) == b"{" + stored + b"}"


STORED = [orjson.loads(line) for line in Path(__file__).with_name("golden.ndjson").read_bytes().splitlines()]
"""What a ledger holds of each type: a payload with every field said, one with those that must be, and its tags.

A line is never changed; a new type gets lines of its own, as a new field of an old one does.
"""


def test_every_type_of_fact_is_written_again_as_it_stands_in_a_ledger_under_the_same_tags() -> None:
    assert {said["type"] for said in STORED} == set(EVENT_TYPES)
    for said in STORED:
        event = EVENT_TYPES[said["type"]].from_dict(said["payload"])
        assert canonical(event.as_dict()) == canonical(said["payload"]), said["type"]
        assert event.tags() == said["tags"], said["type"]
    for name, kind in EVENT_TYPES.items():
        fields = {field for said in STORED if said["type"] == name for field in said["payload"]}
        assert fields == set(kind.model_fields), name


def test_a_restricted_fact_is_tagged_with_the_person_and_the_decree_alone() -> None:
    restricted = [kind for kind in EVENT_TYPES.values() if kind.RESTRICTED]

    assert {kind.TOPIC for kind in restricted} == {
        "appraisal.given.v1", "service.ended.v1", "salary_step.deferred.v1", "leave.granted.v1", "leave.extended.v1",
        "service.suspended.v1", "service.reinstated.v1", "points.determined.v1",
    }  # fmt: skip
    assert {frozenset(kind.TAG_FIELDS) for kind in restricted} == {frozenset({"decree", "employee"})}
