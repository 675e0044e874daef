"""The ten pitfalls of destroying keys, each tried on a whole installation: what an erasure must not leave behind."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from erasing import (
    ALL,
    LISTED,
    Somebody,
    approve,
    asked,
    dump,
    erase,
    files,
    open_office,
    record_erasure,
    serve_and_leave,
    traces,
)
from ledger.facts import cpns, personal
from structlog.testing import capture_logs
from web.office import appraise, decree, enters, name, raise_rank
from web.running import Running, running

from asn_ledger.accounts.desk.import_run import Item, NewRun
from asn_ledger.accounts.desk.intake import Intake
from asn_ledger.app import open_service
from asn_ledger.domain.errors import Conflict, NotFound, RuleViolation
from asn_ledger.domain.events import EVENT_TYPES, Appraised, CareerOpened, Event, PersonErased, SamenessEvent
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.ledger.audit import audit_ledger
from asn_ledger.ledger.audit.report import Report, Step
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore, MissingKey
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.keytables import KeyStoreError
from asn_ledger.ledger.vault import ERASED, Vault, pad
from asn_ledger.proof.evidence import verify_evidence
from asn_ledger.readmodels.compare import compare
from asn_ledger.readmodels.rebuild import catch_up_builds, fill, new_builds
from projections import PROJECTIONS

TODAY = date.today()  # noqa: DTZ011 -- the machine's day will do


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def web(service_url: str, home: Path) -> Iterator[Running]:
    with running(service_url, home) as opened:
        open_office(opened)
        yield opened


@pytest.fixture
def key_file(home: Path) -> Path:
    return home / "keys" / "keys.sqlite"


def audit(web: Running) -> Report:
    service = web.service
    return audit_ledger(
        service.databases.service, service.agency, key=web.key, check_document=service.documents.fault,
        find_keys=service.keys.there,
    )  # fmt: skip


def differences(web: Running) -> int:
    return len(compare(web.service.agency, PROJECTIONS, web.service.crew()).differences)


def erasing(web: Running, who: Somebody) -> PersonErased:
    (one,) = web.service.eraser.register().about([who.id])
    assert one.erasing is not None
    return one.erasing


# 1: clear text in read models, indexes, caches, the desk, logs, errors, pg_stat_activity


def test_nothing_of_the_person_is_left_in_any_table_nor_in_the_files_of_the_read_models(
    web: Running, service_url: str
) -> None:
    who, other = Somebody(1), Somebody(2)
    serve_and_leave(web, who)
    serve_and_leave(web, other)
    put_on_the_desk(web, who)
    with psycopg.connect(service_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    assert {"directory_v4.person", "directory_v4.word_known", "pg_catalog.pg_statistic"} <= traces(
        dump(service_url), who
    )

    erase(web, who)

    assert web.service.imports.items(web.service.imports.all()[0].run)[0].erased
    names = {scan.name for scan in Intake(web.service.pool, web.service.keys).page("open")}
    assert not [name for name in names if who.nip in name]
    assert traces(dump(service_url), who) == set()
    assert traces(files(service_url), who) == set()
    assert "directory_v4.person" in traces(dump(service_url), other)
    assert "person" in traces(files(service_url), other)


def put_on_the_desk(web: Running, who: Somebody) -> None:
    """A scan whose name holds the NIP, and what an import says of a row of theirs."""
    Intake(web.service.pool, web.service.keys).add(uuid4().hex * 2, f"{who.nip}_SKPNS.pdf", "ani")
    imports = web.service.imports
    run = imports.begin(NewRun("siasn", b"x" * 32, dry_run=False, account=uuid4(), role="hr_officer", files=1))
    progress = imports.progress(run)
    progress.items.append(
        Item(1, "rw.json", "rw-jabatan", "1", "nama", "noted", "unknown", who.called, holder=who.id.tag)
    )
    imports.save(run.run, progress)
    assert imports.items(run.run)[0].detail == who.called


def test_nothing_of_the_person_is_logged_said_in_an_error_or_seen_in_the_database_at_work(
    web: Running, service_url: str
) -> None:
    who = Somebody(3)
    serve_and_leave(web, who)
    with capture_logs() as logged:
        erasure = erase(web, who)
        answers = [
            web.office.get(f"/api/v1/employees/{who.id}"),
            web.office.get("/api/v1/employees", params={"q": who.nip}),
            web.office.post("/api/v1/decrees", json={"rows": []}),
        ]
        with pytest.raises(Conflict, match="destroyed") as refused:
            web.service.eraser.erase(asked(web, "a", later=40), erasure)
    with psycopg.connect(service_url) as connection:
        active = connection.execute("SELECT a.query FROM pg_catalog.pg_stat_activity a").fetchall()
    said = [("log", repr(logged)), ("refusal", repr(refused.value)), ("active", repr(active))]
    said += [(str(answer.url), answer.text.replace(str(answer.request.url), "")) for answer in answers]
    assert traces(((place, text.encode()) for place, text in said), who) == set()


# 2: keys in the ledger's own backups; a key backup that outlives the erasure


def test_no_key_is_in_the_ledgers_database_and_the_record_says_when_the_last_backup_of_it_ends(
    web: Running, service_url: str, key_file: Path
) -> None:
    who = Somebody(4)
    serve_and_leave(web, who)
    (key, *_) = web.service.keys.keys_of(who.id.tag)
    table = SqliteKeyTable(key_file)
    (wrapped,) = table.of_ids(web.service.agency, [key])
    table.close()
    assert not [place for place, content in dump(service_url) if wrapped.wrapped.hex().encode() in content]

    erase(web, who)

    told = erasing(web, who)
    assert key in map(str, told.keys)
    assert TODAY < told.keys_until.first < told.clear_until.first
    kept = b"".join(path.read_bytes() for path in key_file.parent.rglob("*") if path.is_file())
    assert wrapped.wrapped not in kept


# 3: builds beside the live one, and rebuilds afterwards


def test_a_build_that_was_filled_before_the_erasure_holds_nothing_once_it_has_caught_up(web: Running) -> None:
    who = Somebody(5)
    serve_and_leave(web, who)
    with new_builds(web.service.agency, PROJECTIONS, web.service.crew()) as (source, builds):
        upto, _ = fill(source, builds, web.service.crew())
        directory = next(build.number for build in builds if build.projection.name == "directory")
        count = "SELECT count(*) FROM directory_v4.person p WHERE p.build = %s AND p.name = %s"
        assert source.connection.execute(count, (directory, who.called)).fetchone() == (1,)
        erase(web, who)
        with source.connection.transaction():
            catch_up_builds(source, builds, upto, web.service.recorder.head())
        assert source.connection.execute(count, (directory, who.called)).fetchone() == (0,)


def test_after_an_erasure_the_ledger_verifies_and_a_rebuild_equals_what_is_live(web: Running) -> None:
    who = Somebody(6)
    serve_and_leave(web, who, scan=True)
    erase(web, who)
    web.service.checkpoints.sign()

    report = audit(web)

    assert report.passed, report.finding
    assert next(step for step in report.steps if step.step is Step.KEYS).state == "passed"
    assert differences(web) == 0


# 4: the blind index


def test_the_nip_leads_to_nobody_any_more_and_may_be_given_anew(web: Running) -> None:
    who = Somebody(7)
    serve_and_leave(web, who)
    assert web.service.keys.find_nip(who.nip) == who.id

    erase(web, who)

    assert web.service.keys.find_nip(who.nip) is None
    web.record(decree([enters("anew", "Orang Lain", who.nip, tmt="2020-01-01")], number="9/7"))
    assert web.service.keys.find_nip(who.nip) is not None
    web.service.sweeper.sweep(TODAY)
    assert web.service.keys.find_nip(who.nip) is not None, "a later sweep takes nothing from who came since"


# 5: clear values in tags and headers


def test_what_the_ledger_stores_of_a_person_never_said_who_it_is(web: Running, service_url: str) -> None:
    who = Somebody(8)
    serve_and_leave(web, who)
    stored = [(place, content) for place, content in dump(service_url) if place.startswith("ledger.")]
    assert stored
    assert traces(stored, who) == set()


# 6: a key that was lost is no erasure


def test_a_key_that_was_lost_is_an_alarm_everywhere_and_an_erased_one_nowhere(web: Running, key_file: Path) -> None:
    who, gone = Somebody(9), Somebody(10)
    serve_and_leave(web, who)
    serve_and_leave(web, gone)
    erase(web, gone)
    assert web.service.sweeper.missing.look() == set()
    (key, *_) = web.service.keys.keys_of(who.id.tag)
    table = SqliteKeyTable(key_file)
    kept = table.of_ids(web.service.agency, [key])
    web.service.keys.delete_keys([key])
    try:
        with capture_logs() as logged:
            assert web.service.sweeper.missing.look() == {key}
            with pytest.raises(MissingKey):
                web.service.store.read_tags([who.id.tag])
        report = audit(web)
        metrics = web.office.get("/metrics").text
    finally:
        table.add(web.service.agency, kept)
        table.close()
    assert {line["log_level"] for line in logged} == {"error"}
    assert report.finding is not None
    assert (report.finding.step, dict(report.finding.fault.values)) == (Step.KEYS, {"key": key})
    assert "asn_ledger_missing_keys 1.0" in metrics
    assert web.service.sweeper.missing.look() == set()
    assert web.service.store.read_tags([who.id.tag])
    assert audit(web).passed


# 7: readers take an erased value for what it is


def test_every_reader_says_erased(web: Running) -> None:
    who = Somebody(11)
    serve_and_leave(web, who, scan=True)
    office = web.office
    before = office.get(f"/api/v1/employees/{who.id}/career")
    assert before.status_code == 200
    assert who.called in before.text
    assert who.id in office.get("/api/v1/employees", params={"q": who.called}).text
    assert office.get(f"/api/v1/documents/{who.document}").content == who.scan

    erase(web, who)

    career = office.get(f"/api/v1/employees/{who.id}/career").json()
    assert career["person"] == {"id": who.id, "nip": None, "name": None, "erased": True}
    assert [one["erased"] for one in office.get(f"/api/v1/employees/{who.id}/appraisals").json()["appraisals"]] == [
        True
    ]
    assert who.id not in office.get("/api/v1/employees", params={"q": who.called}).text
    page = web.browser("ani").get(f"/pegawai/{who.id}")
    assert page.status_code == 200
    assert "dimusnahkan" in page.text
    scan = office.get(f"/api/v1/documents/{who.document}")
    assert (scan.status_code, scan.json()["code"]) == (404, "document-erased")
    opened = [entry.event for entry in web.service.store.read_tags([who.id.tag])[1]]
    (entered,) = [event for event in opened if isinstance(event, CareerOpened)]
    assert [entered.name, entered.nip, entered.born_on] == [ERASED] * 3


@pytest.mark.parametrize("event", personal(), ids=lambda event: event.TOPIC)
def test_every_sealed_field_of_every_event_reads_as_erased_also_within_an_act(event: Event, tmp_path: Path) -> None:
    table = SqliteKeyTable(tmp_path / "keys.sqlite")
    keys = KeyStore(table, "kota-salatiga", KeyEncryptionKey.generate())
    vault, named = Vault(keys), UUID(int=1)
    stored = orjson.loads(orjson.dumps(vault.seal(event, named)))
    every = [key for holder in (cpns(0), event) for key in keys.keys_of(holder.holder())]
    vault.note_erased(every)
    read = vault.open(event.TOPIC, stored, named)
    said = read
    while (inside := getattr(said, "replacement", None)) is not None:
        said = inside
    values = [getattr(said, name) for name in type(said).SEALED if getattr(said, name) is not None]
    assert values
    assert all(isinstance(value, Erased) for value in values)
    table.close()


# 8: another key-encryption key


def test_another_key_encryption_key_touches_the_key_table_alone(web: Running, key_file: Path) -> None:
    who = Somebody(12)
    serve_and_leave(web, who)
    service = web.service
    before = [fact.data for fact in service.recorder.stream()]
    old, new = KeyEncryptionKey.read(service.settings.kek_file), KeyEncryptionKey.generate()
    table = SqliteKeyTable(key_file)
    KeyStore(table, service.agency, old).rewrap(new)
    try:
        assert [fact.data for fact in service.recorder.stream()] == before
        vault = Vault(KeyStore(table, service.agency, new))
        facts = service.recorder.read_tags([who.id.tag], [CareerOpened.TOPIC])[1]
        opened = vault.open(facts[0].type, orjson.loads(facts[0].data), facts[0].event_id)
        assert isinstance(opened, CareerOpened)
        assert opened.name == who.called
        with pytest.raises(KeyStoreError):
            KeyStore(table, service.agency, old)
    finally:
        KeyStore(table, service.agency, new).rewrap(old)
        table.close()


# 9: lengths


def test_stored_lengths_tell_few_names_apart() -> None:
    assert {len(pad(orjson.dumps("x" * size))) for size in range(1, 31)} == {32}
    assert len({len(pad(orjson.dumps("x" * size))) for size in range(1, 2000)}) == 4


# 10: what concerns several people


def test_no_event_seals_values_of_two_people() -> None:
    sealed = [kind for kind in EVENT_TYPES.values() if kind.SEALED]
    assert sealed
    assert not [kind for kind in sealed if issubclass(kind, get_args(SamenessEvent))]
    assert all(
        [name for name in kind.TAG_FIELDS if name.startswith("employee")] in ([], ["employee"]) for kind in sealed
    )


def test_a_decree_about_two_keeps_the_other(web: Running) -> None:
    who, other = Somebody(13), Somebody(14)
    serve_and_leave(web, who, scan=True, beside=other)
    erase(web, who)
    assert web.office.get(f"/api/v1/employees/{other.id}/career").json()["person"]["name"] == other.called
    assert web.office.get(f"/api/v1/documents/{who.document}").content == who.scan, "it shows the other one too"


# Crashes and backups


def test_what_died_between_the_record_and_its_keys_is_finished_by_the_next_start(
    web: Running, service_url: str
) -> None:
    who = Somebody(15)
    serve_and_leave(web, who)
    record_erasure(web, who)
    keys = [str(key) for key in erasing(web, who).keys]
    assert web.service.keys.there(keys) == set(keys)

    with open_service(web.service.settings) as after:
        facts = after.store.read_tags([who.id.tag], [CareerOpened.TOPIC])[1]
        assert [getattr(entry.event, "name") for entry in facts] == [ERASED], "before any key has gone"  # noqa: B009 -- one type
        after.sweeper.sweep(TODAY)
        assert after.keys.there(keys) == set()
    assert traces(dump(service_url), who) == set()


def test_a_key_store_out_of_an_older_backup_is_swept_again(
    web: Running, key_file: Path, tmp_path: Path, service_url: str
) -> None:
    who = Somebody(16)
    serve_and_leave(web, who)
    table = SqliteKeyTable(key_file)
    backup = table.all(web.service.agency)
    table.close()
    erase(web, who)
    keys = [str(key) for key in erasing(web, who).keys]
    restored = SqliteKeyTable(key_file)
    restored.add(web.service.agency, [one for one in backup if one.key_id in keys])
    restored.close()

    with open_service(web.service.settings) as after:
        assert after.keys.there(keys) == set(keys)
        facts = after.store.read_tags([who.id.tag], [CareerOpened.TOPIC])[1]
        assert [getattr(entry.event, "name") for entry in facts] == [ERASED]  # noqa: B009 -- one type
        assert after.sweeper.sweep(TODAY).keys == len(keys)
        assert after.keys.there(keys) == set()
        assert after.sweeper.sweep(TODAY).keys == 0
    assert traces(dump(service_url), who) == set()


def test_another_process_that_has_the_keys_open_forgets_them(web: Running) -> None:
    who = Somebody(17)
    serve_and_leave(web, who)
    with open_service(web.service.settings) as other, other.sweeper.running(other.today):
        fact = other.recorder.read_tags([who.id.tag], [CareerOpened.TOPIC])[1][0]
        assert getattr(other.mapper.entries([fact])[0].event, "name") == who.called  # noqa: B009 -- one type
        erase(web, who)
        until_true(lambda: getattr(other.mapper.entries([fact])[0].event, "name") == ERASED)  # noqa: B009 -- one type


def test_a_new_fact_about_somebody_erased_is_sealed_anew(web: Running) -> None:
    who = Somebody(18)
    serve_and_leave(web, who)
    erase(web, who)
    web.record(decree([appraise(f"gone-{who.n}", 2011, "kurang")], kind="penilaian", number="5/18"))
    told = [entry.event for entry in web.service.store.read_tags([who.id.tag], [Appraised.TOPIC])[1]]
    judged = [event.judgement for event in told if isinstance(event, Appraised)]
    assert [isinstance(one, Erased) for one in judged] == [True, False]


def test_a_part_leaves_the_rest(web: Running) -> None:
    who = Somebody(19)
    serve_and_leave(web, who)
    erase(web, who, ["restricted"])
    assert web.office.get(f"/api/v1/employees/{who.id}/career").json()["person"]["name"] == who.called
    assert web.service.keys.find_nip(who.nip) == who.id


def test_whoever_waits_on_the_desk_is_not_erased(web: Running) -> None:
    who = Somebody(20)
    serve_and_leave(web, who)
    erasure = approve(web, who)
    late = decree([appraise(f"gone-{who.n}", 2010, "kurang")], kind="penilaian", number="5/20")
    answer = web.office.post("/api/v1/decrees", json=late, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 202, answer.text
    with pytest.raises(RuleViolation) as refused:
        web.service.eraser.erase(asked(web, "a", later=31), erasure)
    assert refused.value.code == "open-case-desk"


def test_an_open_row_that_prints_the_nip_is_an_open_case(web: Running) -> None:
    who = Somebody(21)
    serve_and_leave(web, who)
    row = {**raise_rank("nobody", "IV/b", "2012-04-01"), "as_printed": {"name": who.called, "nip": who.nip}}
    web.record(decree([row], number="7/21"))
    with pytest.raises(RuleViolation) as refused:
        approve(web, who)
    assert refused.value.code == "open-case-row"


def test_nobody_unknown_is_erased(web: Running) -> None:
    with pytest.raises(NotFound):
        approve(web, Somebody(99))


def test_the_same_step_again_gets_the_first_answer(web: Running) -> None:
    who = Somebody(22)
    serve_and_leave(web, who)
    again = asked(web, "a")
    first = web.service.eraser.propose(again, who.id, ALL, LISTED)
    second = web.service.eraser.propose(again, who.id, ALL, LISTED)
    assert (second.position, second.again) == (first.position, True)


def until_true(told: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < ends
        time.sleep(0.1)


def test_every_address_that_shows_the_person_answers_and_says_nothing_of_them(web: Running) -> None:
    who = Somebody(23)
    decree_id = serve_and_leave(web, who, scan=True)
    unit, post, day = name("unit", "gone"), name("post", "gone"), "2012-06-01"
    addresses = [
        address.format(person=who.id, decree=decree_id, unit=unit, post=post)
        for address in (
            "/api/v1/employees/{person}", "/api/v1/employees/{person}/career", "/api/v1/employees/{person}/appraisals",
            "/api/v1/staff", "/api/v1/seniority", "/api/v1/sheets/nominatif.csv", "/api/v1/sheets/duk.csv",
            "/api/v1/sheets/bezetting.csv", "/api/v1/sheets/annex/{decree}.csv", "/api/v1/decrees/{decree}",
            "/api/v1/posts/{post}", "/api/v1/posts/{post}/history", "/api/v1/units/{unit}/establishment",
            "/api/v1/units/{unit}/appraisals", "/api/v1/due", "/pegawai/{person}", "/pegawai", "/pegawai.csv", "/duk",
            "/duk.csv", "/jabatan/{post}", "/jabatan/{post}.csv", "/unit/{unit}", "/sk/{decree}", "/unit/{unit}.csv",
        )
    ]  # fmt: skip
    asked_then = {address: web.office.get(address, params={"valid_on": day}) for address in addresses}
    told = {address for address, answer in asked_then.items() if traces([(address, answer.content)], who)}
    assert len(told) > len(addresses) / 2, "most of them show the person before"

    erase(web, who)

    for address in addresses:
        answer = web.office.get(address, params={"valid_on": day})
        assert answer.status_code == asked_then[address].status_code == 200, (address, answer.text[:300])
        assert traces([(address, answer.content)], who) == set(), address
    web.service.checkpoints.sign()
    for documents in ("false", "true"):
        evidence = web.auditor.get(f"/api/v1/employees/{who.id}/evidence", params={"documents": documents})
        assert evidence.status_code == 200, evidence.text
        assert traces([("evidence", evidence.content)], who) == set()
        assert "DIMUSNAHKAN" in evidence.content.decode("utf-8", "replace")
        verify_evidence(evidence.content, web.key)
    assert traces([("known", web.office.get(f"/pegawai/{who.id}", params={"known_at": "@20"}).content)], who) == set()
