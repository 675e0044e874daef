"""SIASN's files of a made-up city imported: the ledger agrees with the simulator's account in all that is on the wire."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from pydantic import SecretStr

from asn_ledger.accounts.desk.import_run import ImportRun
from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.career import Career
from asn_ledger.domain.career.service import exits
from asn_ledger.domain.events import Actor
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.rules import BY_ID
from asn_ledger.exchange.siasn.files import FolderFiles
from asn_ledger.exchange.siasn.ids import Ids
from asn_ledger.exchange.siasn.importing import import_siasn
from asn_ledger.ledger.record_all import World
from asn_ledger.settings import Settings
from asn_ledger.simulation import simulate, write
from asn_ledger.simulation.wire import siasn_id
from asn_ledger.web.import_words import reason_title

BY = Actor(str(uuid5(NAMESPACE_URL, "operator:test")), "operator:test")


@dataclass(frozen=True)
class City:
    service: Service
    folder: Path
    truth: dict[str, Any]
    run: ImportRun

    def facts(self) -> Facts:
        world = World(self.service.regulations, None)
        world.learn(self.service.mapper.entries(list(self.service.recorder.stream())))
        return world.facts

    def again(self) -> ImportRun:
        return import_siasn(self.service.books, FolderFiles.of([self.folder]), by=BY)


@pytest.fixture(scope="module")
def city(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    home = tmp_path_factory.mktemp("wire")
    write(simulate(170, 8, 5), home / "city")
    settings = Settings(home=home, database_url=SecretStr(module_database_url))
    set_up(settings)
    with open_service(settings) as service:
        folder = home / "city" / "siasn"
        run = import_siasn(service.books, FolderFiles.of([folder]), by=BY)
        yield City(service, folder, json.loads((home / "city" / "truth.json").read_bytes()), run)


@pytest.fixture(scope="module")
def facts(city: City) -> Facts:
    return city.facts()


def people(city: City, facts: Facts) -> Iterator[tuple[str, dict[str, Any], Career]]:
    ids = Ids(city.service.agency)
    for person, told in city.truth["people"].items():
        if "same_as" not in told:
            yield person, told, facts.careers[ids.employee(siasn_id(person))]


def title(facts: Facts, post: str, day: date) -> str:
    return facts.posts[post].versions[0].title  # type: ignore[index]  # a PostId


def told_title(city: City, post: str, day: str) -> str:
    body = next(one for one in city.truth["posts"] if one["post"] == post)
    name: str = body["title"]
    for change in sorted(body["changes"], key=lambda one: one["on"]):
        if change["on"] <= day and "title" in change:
            name = change["title"]
    return name.upper()


def test_every_tenure_on_the_wire_is_in_the_ledger(city: City, facts: Facts) -> None:
    seen = 0
    for _, told, career in people(city, facts):
        mine = {(t.capacity, t.began.isoformat(), title(facts, t.post, t.began)) for t in career.tenures()}
        for tenure in told["tenures"]:
            if tenure["on_wire"]:
                seen += 1
                name = told_title(city, tenure["post"], tenure["began"])
                assert (tenure["capacity"], tenure["began"], name) in mine, (told["name"], tenure)
    assert seen > 400


def test_every_rank_on_the_wire_is_in_the_ledger(city: City, facts: Facts) -> None:
    seen = 0
    for _, told, career in people(city, facts):
        mine = {(period.value, period.began.isoformat()) for period in career.ranks}
        for rank in told["ranks"]:
            if rank["on_wire"]:
                seen += 1
                assert (rank["rank"], rank["began"]) in mine, (told["name"], rank, mine)
    assert seen > 200


def test_every_duty_on_the_wire_is_in_the_ledger_and_no_end_is_made_up(city: City, facts: Facts) -> None:
    ids, seen = Ids(city.service.agency), 0
    for _, told, career in people(city, facts):
        mine = {(period.value.kind, period.value.unit, period.began.isoformat()) for period in career.duties}
        for duty in told["duties"]:
            if duty["on_wire"]:
                seen += 1
                kind, unit = duty["what"].split(" ")
                assert (kind, ids.unit(siasn_id(unit)), duty["began"]) in mine, (told["name"], duty)
        assert all((period.ended is not None) == period.value.end_unknown for period in career.duties)
    assert seen > 3


def test_nobody_acts_for_ever_because_the_wire_tells_no_end(city: City, facts: Facts) -> None:
    acting = [tenure for _, _, career in people(city, facts) for tenure in career.acting]

    assert acting
    assert {(tenure.why_ended, tenure.ended == tenure.began + timedelta(days=1)) for tenure in acting} == {
        ("not_told", True)
    }


def test_every_status_on_the_wire_is_in_the_ledger(city: City, facts: Facts) -> None:
    seen = 0
    for _, told, career in people(city, facts):
        mine = {(period.value, period.began.isoformat()) for period in career.service}
        on_wire = {(one["status"], one["began"]) for one in told["statuses"] if one["on_wire"]}
        seen += len(on_wire)
        assert mine >= on_wire, (told["name"], on_wire, mine)
    assert seen > 50


def test_every_exit_is_in_the_ledger_with_its_day_or_that_of_its_decree(city: City, facts: Facts) -> None:
    seen: Counter[str | None] = Counter()
    for _, told, career in people(city, facts):
        mine = {(period.ended.isoformat(), period.end_told) for _, period in exits(career.service) if period.ended}
        for one in told["exits"]:
            seen[one["on_wire"]] += 1
            if one["on_wire"] == "day":
                assert (one["on"], True) in mine, (told["name"], one, mine)
            elif one["on_wire"] == "decree":
                assert (one["decided_on"], False) in mine, (told["name"], one, mine)
        assert len(mine) <= len(told["exits"]), "and no exit is made up"
    assert seen["day"] > 20
    assert seen["decree"] > 3


def test_every_appraisal_on_the_wire_is_in_the_ledger(city: City, facts: Facts) -> None:
    for _, told, career in people(city, facts):
        mine = {(event.year, event.judgement.predicate) for _, event in career.appraisals}  # type: ignore[union-attr]  # none is erased here
        assert mine >= {(one["year"], one["predicate"]) for one in told["appraisals"] if one["on_wire"]}


def test_nothing_is_silent(city: City) -> None:
    run = city.run
    items = city.service.imports.items(run.run, limit=100_000)
    assert run.ended_at is not None
    assert run.open_rows == 0
    assert not [one for one in items if one.status == "refused"]
    assert all(one.file and one.reason for one in items)


def test_every_row_read_is_on_record_or_named_in_the_first_run_and_in_the_next(city: City) -> None:
    files = FolderFiles.of([city.folder])
    contents = [files.read(place)[1] for place in range(len(files))]
    read = [("ref-unor", unit.id) for told in contents for unit in told.units]
    read += [(resource, row.id) for told in contents for resource, row in told.rows]
    read += [("data-utama", told.person.id) for told in contents if told.person is not None]
    ids, recorder = Ids(city.service.agency), city.service.recorder
    went_in = {one for one in read if recorder.by_command(ids.command(*one))}

    for run in (city.run, city.again()):
        assert run.rows_read == len(read) == len(set(read)) > 1000
        named = {(one.resource, one.row) for one in city.service.imports.items(run.run, limit=100_000)}
        assert Counter(resource for resource, _ in set(read) - went_in - named) == {}
        assert run.recorded + run.confirmed + run.known >= len(went_in)


def test_each_rule_that_was_not_met_stands_in_the_report_with_its_row_and_sentence(city: City) -> None:
    found = city.service.imports.items(city.run.run, status="finding", limit=100_000)
    recorder, ids = city.service.recorder, Ids(city.service.agency)

    assert len(found) == city.run.findings > 20
    for one in found:
        facts = recorder.by_command(ids.command(one.resource, one.row))
        outcomes = [
            outcome
            for entry in city.service.mapper.entries(facts)
            if entry.record is not None
            for outcome in entry.record.outcomes
        ]
        assert one.reason in {outcome.rule for outcome in outcomes if outcome.result == "not_met"}
        assert BY_ID[one.reason].title_id in reason_title("id", one.reason)
        assert BY_ID[one.reason].title_en in reason_title("en", one.reason)


def test_importing_again_adds_nothing(city: City) -> None:
    head = city.service.recorder.head()
    again = city.again()
    assert city.service.recorder.head() == head
    assert (again.recorded, again.facts) == (0, 0)
    assert again.known == city.run.recorded + city.run.confirmed
