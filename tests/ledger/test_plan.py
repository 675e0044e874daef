"""Commands against a real ledger: recorded once, refused whole, never overtaken."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from web.office import appoint, decree, enters, name, post, separate, unit

from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict, NotAllowed, RuleViolation
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger import plan as planning
from asn_ledger.ledger.audit import Step, audit_ledger
from asn_ledger.ledger.errors import LedgerUnavailable
from asn_ledger.ledger.keystore import NIP, IdentityTaken, KeyStore
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command, Committed
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Answer, Request
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.settings import Settings
from projections.career.queries import CareerView, career

ANI = Actor(str(uuid4()), "office")
BUDI = Actor(str(uuid4()), "office")
NOW = datetime(2026, 1, 5, 3, tzinfo=UTC)


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[Service]:
    settings = Settings(home=tmp_path, database_url=SecretStr(database_url))
    set_up(settings)
    with open_service(settings) as opened:
        yield opened


def command(form: dict[str, Any], key: UUID | None = None) -> Command:
    confirmer = BUDI if form["mode"] == "signed" else None
    return Command(key or uuid4(), parse_decree(form), request_bytes(form), ANI, confirmer)


def record(service: Service, form: dict[str, Any], key: UUID | None = None) -> Committed:
    return service.registrar.record(command(form, key), NOW)


def found(service: Service, people: int, seats: int = 1) -> None:
    """A unit with one post, and people who hold none."""
    record(service, decree([unit(1, "Dinas"), post(1, "Kepala Dinas", kind="jpt_pratama", seats=seats, leads=True)]))
    record(service, decree([enters(n, f"Orang {n}", f"1985031220100{n:02d}001"[:18]) for n in range(1, people + 1)]))


def test_two_ids_that_are_identified_are_one_career_whose_chains_both_verify(service: Service) -> None:
    found(service, 2, seats=2)
    record(service, decree([appoint(1, 1, "2015-01-01")], decided_on="2014-12-20"))
    promoted = {"action": "raise_rank", "employee": name("employee", 2), "to": "IV/c", "kind": "reguler"}
    record(service, decree([{**promoted, "tmt": {"on": "2016-04-01"}}], decided_on="2016-03-01"))
    before = service.recorder.head()
    ids = [name("employee", n) for n in (1, 2)]
    same = {"action": "identify_persons", "employees": ids, "canonical": ids[0], "tmt": {"on": "2026-01-01"}}
    record(service, decree([same], kind="catatan"))
    service.bring_live()

    def known(one: str, position: int | None) -> CareerView:
        as_of = AsOf(date(2020, 1, 1), position)
        with service.reading() as connection:
            return career(connection, service.agency, EmployeeId(one), as_of, opens=service.opens)

    together = [known(one, None) for one in ids]
    assert {view.employee for view in together} == {ids[0]}
    assert [(len(view.posts), view.ranks[-1].value) for view in together] == [(1, "IV/c")] * 2
    assert [(len(view.posts), len(view.ranks)) for view in (known(one, before) for one in ids)] == [(1, 1), (0, 2)]
    report = audit_ledger(service.databases.service, service.agency, key=None)
    assert report.finding is None
    assert [step.state for step in report.steps if step.step is Step.SUBJECTS] == ["passed"]


def test_the_same_command_gets_its_first_answer(service: Service) -> None:
    form, key = decree([unit(1, "Dinas")]), uuid4()
    first = record(service, form, key)
    again = record(service, form, key)

    assert again.again
    assert [fact.position for fact in again.facts] == [fact.position for fact in first.facts]
    assert service.recorder.head() == first.position


def test_the_same_command_with_other_content_is_refused(service: Service) -> None:
    key = uuid4()
    record(service, decree([unit(1, "Dinas")]), key)

    with pytest.raises(Conflict, match="Idempotency-Key"):
        record(service, decree([unit(2, "Badan")]), key)


def test_a_decree_is_recorded_once_whatever_the_command(service: Service) -> None:
    form = decree([unit(1, "Dinas")])
    record(service, form)

    with pytest.raises(Conflict, match="on record"):
        record(service, form)


def test_a_signed_decree_needs_two_persons(service: Service) -> None:
    form = decree([unit(1, "Dinas")])
    alone = Command(uuid4(), parse_decree(form), request_bytes(form), ANI, ANI)

    with pytest.raises(NotAllowed):
        service.registrar.record(alone, NOW)
    assert service.recorder.head() == 0


def test_a_draft_that_fails_in_one_row_leaves_nothing_behind(service: Service) -> None:
    found(service, 2)
    head = service.recorder.head()
    rows = [appoint(1, 1, "2026-02-01"), appoint(2, 1, "2026-02-01")]

    with pytest.raises(RuleViolation) as refused:
        record(service, decree(rows, mode="draft", decided_on="2026-01-05"))

    assert {row.row for row in refused.value.rows} == {1, 2}
    assert service.recorder.head() == head


def test_a_draft_may_not_give_somebody_anothers_nip(service: Service) -> None:
    nip = "198503122010012003"
    record(service, decree([enters(1, "Ani", nip)], mode="draft"))

    with pytest.raises(IdentityTaken):
        record(service, decree([enters(2, "Budi", nip)], mode="draft"))
    assert service.keys.find_nip(nip) == name("employee", 1)


@pytest.mark.parametrize("mode", ["draft", "signed"])
def test_a_nip_kept_for_somebody_who_never_came_on_record_is_given_to_the_next(
    service: Service, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    nip = "198503122010012003"
    lost = command(decree([enters(1, "Ani", nip)], mode="draft"))

    def lose_the_database(_recorder: LedgerRecorder, _requests: list[Request]) -> list[Answer]:
        raise LedgerUnavailable("the database went away before the append")

    with monkeypatch.context() as patched:
        patched.setattr(LedgerRecorder, "submit", lose_the_database)
        with pytest.raises(LedgerUnavailable):
            service.registrar.record(lost, NOW)
    assert service.keys.find_nip(nip) == name("employee", 1)

    record(service, decree([enters(2, "Ani", nip)], mode=mode))

    assert service.keys.find_nip(nip) == name("employee", 2)
    with pytest.raises(IdentityTaken):
        service.registrar.record(lost, NOW)
    assert service.recorder.head() == 2


def test_who_is_still_on_the_way_with_a_nip_is_refused_when_it_was_given_to_another_meanwhile(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    nip = "198503122010012003"
    submit = LedgerRecorder.submit

    def while_it_is_submitted(recorder: LedgerRecorder, requests: list[Request]) -> list[Answer]:
        monkeypatch.setattr(LedgerRecorder, "submit", submit)
        record(service, decree([enters(2, "Ani", nip)], mode="draft"))
        return submit(recorder, requests)

    monkeypatch.setattr(LedgerRecorder, "submit", while_it_is_submitted)
    with pytest.raises(IdentityTaken):
        record(service, decree([enters(1, "Ani", nip)], mode="draft"))

    assert service.keys.find_nip(nip) == name("employee", 2)
    assert service.recorder.head() == 2


@pytest.mark.parametrize("overtaken", [True, False], ids=["by the append", "by the refusal"])
def test_a_command_sent_twice_at_once_does_not_free_the_nip_it_gave(
    service: Service, monkeypatch: pytest.MonkeyPatch, *, overtaken: bool
) -> None:
    nip, key = "198503122010012003", uuid4()
    form = decree([enters(1, "Ani", nip)], mode="draft")
    submit, release = LedgerRecorder.submit, KeyStore.release
    freed: list[tuple[str, str]] = []

    def while_it_is_submitted(recorder: LedgerRecorder, requests: list[Request]) -> list[Answer]:
        """The other one comes through as a whole, or has just been refused and frees what it had reserved."""
        monkeypatch.setattr(LedgerRecorder, "submit", submit)
        if overtaken:
            record(service, form, key)
        else:
            release(service.keys, NIP, [(nip, name("employee", 1))])
        return submit(recorder, requests)

    def noticed(keys: KeyStore, kind: str, owners: Iterable[tuple[str, str]]) -> None:
        freed.extend(owners)
        release(keys, kind, owners)

    monkeypatch.setattr(LedgerRecorder, "submit", while_it_is_submitted)
    monkeypatch.setattr(KeyStore, "release", noticed)
    record(service, form, key)

    assert (len(freed) > 0) == overtaken
    assert service.keys.find_nip(nip) == name("employee", 1)


def test_a_draft_that_is_refused_after_all_frees_the_nip_it_would_have_given(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    nip = "198503122010012003"
    record(
        service,
        decree(
            [unit(1, "Dinas"), post(1, "Kepala", kind="jpt_pratama", leads=True), enters(2, "Budi", nip[:-1] + "4")]
        ),
    )
    rows = [enters(1, "Ani", nip), appoint(2, 1, "2026-02-01")]
    submit = LedgerRecorder.submit

    def while_it_is_submitted(recorder: LedgerRecorder, requests: list[Request]) -> list[Answer]:
        """Somebody else records what the draft may not stand beside."""
        monkeypatch.setattr(LedgerRecorder, "submit", submit)
        record(service, decree([separate(2, "2025-01-01")]))
        return submit(recorder, requests)

    monkeypatch.setattr(LedgerRecorder, "submit", while_it_is_submitted)
    with pytest.raises(RuleViolation):
        record(service, decree(rows, mode="draft", decided_on="2026-01-05"))

    assert service.keys.find_nip(nip) is None


LETTERS = ("ba_pansel", "ba_tpk", "pertek_bkn")


def race(service: Service, racers: int) -> tuple[int, int]:
    """Draft appointments of as many people to one seat at the same moment: how many won, how many were refused."""
    start = Barrier(racers)

    def run(n: int) -> bool:
        form = decree([appoint(n, 1, "2026-02-01")], mode="draft", decided_on="2026-01-05")
        form["considerations"] = [
            {"kind": kind, "number": "1", "on": "2025-12-20", "outcome": "setuju"} for kind in LETTERS
        ]
        start.wait()
        try:
            record(service, form)
        except RuleViolation:
            return False
        return True

    with ThreadPoolExecutor(racers) as pool:
        won = list(pool.map(run, range(1, racers + 1)))
    return sum(won), len(won) - sum(won)


def test_of_sixteen_who_race_for_one_post_exactly_one_gets_it(service: Service) -> None:
    found(service, 16)

    assert race(service, 16) == (1, 15)


def test_under_the_lock_alone_the_race_ends_the_same(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "UNLOCKED", 0)
    found(service, 8)

    assert race(service, 8) == (1, 7)


@pytest.mark.parametrize("unlocked", [0, 2])
def test_the_same_command_from_many_at_once_is_recorded_once(
    service: Service, monkeypatch: pytest.MonkeyPatch, unlocked: int
) -> None:
    monkeypatch.setattr(planning, "UNLOCKED", unlocked)
    form, key = decree([unit(1, "Dinas")]), uuid4()
    start = Barrier(6)

    def run(_: int) -> int:
        start.wait()
        return record(service, form, key).position

    with ThreadPoolExecutor(6) as pool:
        positions = set(pool.map(run, range(6)))

    assert positions == {2}
    assert service.recorder.head() == 2


def test_a_dry_run_writes_nothing(service: Service) -> None:
    plan = service.registrar.dry_run(command(decree([unit(1, "Dinas")])), NOW)

    assert [event.TOPIC for event in plan.judgement.events] == ["decree.recorded.v1", "unit.created.v1"]
    assert service.recorder.head() == 0
