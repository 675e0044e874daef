"""One city in two ledgers, as its office recorded it and as SIASN's files tell it: they agree in all that is on the wire.

The two are compared with each other; the simulator's account only says which tenures, ranks and appraisals those are.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from pydantic import SecretStr

from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.career import Career
from asn_ledger.domain.events import Actor, Judgement
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.exchange.siasn.codes import normal
from asn_ledger.exchange.siasn.files import FolderFiles
from asn_ledger.exchange.siasn.ids import Ids
from asn_ledger.exchange.siasn.importing import import_siasn
from asn_ledger.ledger.lines import read_lines
from asn_ledger.ledger.record_all import World, record_all
from asn_ledger.settings import Settings
from asn_ledger.simulation import simulate, write
from asn_ledger.simulation.wire import siasn_id
from projections.position_history.queries import tenures_of_posts

BY = Actor(str(uuid5(NAMESPACE_URL, "operator:test")), "operator:test")
Told = tuple[str, str, str, str]
"""Person, title of the post, capacity, first day."""


@dataclass(frozen=True)
class Ledger:
    """A ledger with the city in it; `names` are the people of the account by their ids here."""

    service: Service
    facts: Facts
    names: dict[EmployeeId, str]

    def people(self) -> Iterator[tuple[str, Career]]:
        for employee, person in self.names.items():
            if employee in self.facts.careers:
                yield person, self.facts.careers[employee]

    def title(self, post: Any, day: Any) -> str:
        life = self.facts.posts[post]
        version = life.on(day) or life.versions[0]
        return normal(version.title)

    def careers(self) -> Counter[Told]:
        return Counter(
            (person, self.title(tenure.post, tenure.began), tenure.capacity, tenure.began.isoformat())
            for person, career in self.people()
            for tenure in career.tenures()
        )

    def posts(self) -> Counter[Told]:
        """The same out of the read model of posts: who held each."""
        self.service.bring_live()
        with self.service.reading() as connection:
            rows = tenures_of_posts(connection, self.service.agency, list(self.facts.posts))
        return Counter(
            (self.names[row.employee], self.title(row.post, row.began), row.capacity, row.began.isoformat())
            for row in rows
            if row.state == "held" and row.began is not None and row.employee in self.names
        )

    def moved(self) -> set[tuple[str, str, str]]:
        """Definitive tenures that the next one ended: person, first day, end."""
        return {
            (person, tenure.began.isoformat(), tenure.ended.isoformat())
            for person, career in self.people()
            for tenure in career.placement.tenures
            if tenure.why_ended == "moved" and tenure.ended is not None
        }


@dataclass(frozen=True)
class Both:
    """The city as its office recorded it, as the files tell it, and which of its people are told apart."""

    recorded: Ledger
    imported: Ledger
    truth: dict[str, Any]

    def told(self, axis: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the account says is on the wire: the person and the row."""
        for person, told in self.truth["people"].items():
            if "same_as" not in told:
                yield from ((person, row) for row in told[axis] if row["on_wire"])


def _facts(service: Service) -> Facts:
    world = World(service.regulations, None)
    world.learn(service.mapper.entries(list(service.recorder.stream())))
    return world.facts


@pytest.fixture(scope="module")
def both(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    home = tmp_path_factory.mktemp("both")
    write(simulate(170, 8, 11), home / "city")
    truth = json.loads((home / "city" / "truth.json").read_bytes())
    people = [person for person, told in truth["people"].items() if "same_as" not in told]
    url = SecretStr(module_database_url)
    one = Settings(home=home / "one", database_url=url, agency="kota-dicatat")
    two = Settings(home=home / "two", database_url=url, agency="kota-diimpor")
    set_up(one, simulation=True)
    set_up(two)
    with open_service(one) as office, open_service(two) as copy:
        with (home / "city" / "decrees.jsonl").open("rb") as lines:
            record_all(
                office.recorder, office.mapper, office.keys, World(office.regulations, None), read_lines(lines),
                source="simulation", told=lambda _: None, require_documents=office.documents.require,
            )  # fmt: skip
        import_siasn(copy.books, FolderFiles.of([home / "city" / "siasn"]), by=BY)
        ids = Ids(copy.agency)
        yield Both(
            Ledger(office, _facts(office), {EmployeeId(person): person for person in people}),
            Ledger(copy, _facts(copy), {ids.employee(siasn_id(person)): person for person in people}),
            truth,
        )


def _on_wire(both: Both) -> set[tuple[str, str, str]]:
    return {(person, row["capacity"], row["began"]) for person, row in both.told("tenures")}


def _those(told: Counter[Told], wanted: set[tuple[str, str, str]]) -> Counter[Told]:
    return Counter({one: count for one, count in told.items() if (one[0], *one[2:]) in wanted})


def test_the_careers_of_both_ledgers_agree(both: Both) -> None:
    wanted = _on_wire(both)
    recorded, imported = _those(both.recorded.careers(), wanted), _those(both.imported.careers(), wanted)

    assert len(wanted) > 400
    assert recorded == imported
    assert {(one[0], *one[2:]) for one in recorded} == wanted, "neither has less than the account says"
    assert both.imported.careers() - both.recorded.careers() == Counter(), "and the files made nothing up"


def test_the_posts_of_both_ledgers_have_the_same_history(both: Both) -> None:
    wanted = _on_wire(both)

    assert _those(both.recorded.posts(), wanted) == _those(both.imported.posts(), wanted)


def test_who_moved_on_did_so_on_the_same_day(both: Both) -> None:
    """The wire has no ends; that of a tenure which the next one on the wire ended follows from it."""
    begun = {(person, row["began"]) for person, row in both.told("tenures") if row["capacity"] == "definitif"}
    follows = {(p, began, end) for p, began, end in both.recorded.moved() if {(p, began), (p, end)} <= begun}

    assert len(follows) > 50
    assert follows <= both.imported.moved()


def test_ranks_statuses_exits_and_appraisals_of_both_ledgers_agree(both: Both) -> None:
    wanted = {(person, row["rank"], row["began"]) for person, row in both.told("ranks")}
    found = [
        {(person, one.value, one.began.isoformat()) for person, career in ledger.people() for one in career.ranks}
        for ledger in (both.recorded, both.imported)
    ]
    assert found[0] & wanted == found[1] & wanted == wanted

    begun = {(person, row["status"], row["began"]) for person, row in both.told("statuses")}
    statuses = [
        {(person, one.value, one.began.isoformat()) for person, career in ledger.people() for one in career.service}
        for ledger in (both.recorded, both.imported)
    ]
    assert statuses[0] & begun == statuses[1] & begun == begun

    gone = {(person, row["on"]) for person, row in both.told("exits") if row["on_wire"] == "day"}
    left = [
        {(person, str(period.ended)) for person, career in ledger.people() for period in career.service}
        for ledger in (both.recorded, both.imported)
    ]
    assert left[0] & gone == left[1] & gone == gone

    years = {(person, row["year"], row["predicate"], row["score"]) for person, row in both.told("appraisals")}
    given = [
        {
            (person, event.year, event.judgement.predicate, event.judgement.score)
            for person, career in ledger.people()
            for _, event in career.appraisals
            if isinstance(event.judgement, Judgement)
        }
        for ledger in (both.recorded, both.imported)
    ]
    assert {score is None for *_, score in years} == {True, False}
    assert given[0] & years == given[1] & years == years
