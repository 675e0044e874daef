"""The recorded ledger against the simulator's own account: every person and every post, now and as known earlier.

The simulator shares no code with the domain; where the two agree, both are right or both were wrong alike.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.ledger.lines import read_lines
from asn_ledger.ledger.record_all import World, record_all
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.rebuild import rebuild
from asn_ledger.settings import Settings
from asn_ledger.simulation import simulate, write
from projections import PROJECTIONS
from projections.career.queries import CareerView, career
from projections.employee_now.serving import Serving, everybody
from projections.position_history.queries import post_history
from projections.position_history.rows import TenureRow
from projections.seniority.queries import AXES, by_seniority, credit_months

Tenure = tuple[str, str, str, str | None, str, int]
EARLIER = [datetime(year, 7, 1, tzinfo=UTC) for year in (2015, 2018, 2021, 2024)]


@dataclass(frozen=True)
class City:
    service: Service
    truth: dict[str, Any]

    def as_known_at(self, moment: datetime | None) -> AsOf:
        day = date(2026, 1, 1)
        return AsOf(day) if moment is None else AsOf(day, self.service.recorder.position_at(moment))


@pytest.fixture(scope="module")
def city(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    home = tmp_path_factory.mktemp("city")
    write(simulate(220, 14, 11), home)
    settings = Settings(home=home, database_url=SecretStr(module_database_url))
    set_up(settings, simulation=True)
    with open_service(settings) as service:
        record(service, home / "decrees.jsonl")
        rebuild(service.agency, PROJECTIONS, service.crew())
        yield City(service, json.loads((home / "truth.json").read_bytes()))


def record(service: Service, file: Path) -> None:
    with file.open("rb") as lines:
        told = record_all(
            service.recorder,
            service.mapper,
            service.keys,
            World(service.regulations, None),
            read_lines(lines),
            source="simulation",
            told=lambda _: None,
        )
    assert told.refused == []


def first_day(text: str | None) -> str | None:
    return None if text is None else str(PartialDate(text).first)


def believed(row: dict[str, Any], moment: datetime | None) -> bool:
    known_until = row["known_until"]
    if moment is None:
        return known_until is None
    begins = datetime.fromisoformat(row["known_from"]) <= moment
    return begins and (known_until is None or moment < datetime.fromisoformat(known_until))


def true_tenures(rows: Iterable[dict[str, Any]], who: str, moment: datetime | None) -> set[Tenure]:
    return {
        (
            row[who],
            row["capacity"],
            str(first_day(row["began"])),
            first_day(row["ended"]),
            row["decree"],
            row["row"],
        )
        for row in rows
        if believed(row, moment)
    }


def told_tenures(rows: Iterable[TenureRow], who: str) -> set[Tenure]:
    """What is held, less tenures that lasted no day, which the simulator's account leaves out."""
    return {
        (
            getattr(row, who),
            row.capacity,
            str(row.began),
            None if row.ended is None else str(row.ended),
            row.decree,
            row.row,
        )
        for row in rows
        if row.state == "held" and row.began is not None and row.began != row.ended
    }


@pytest.mark.parametrize("moment", [None, *EARLIER], ids=lambda moment: "now" if moment is None else str(moment.year))
def test_every_career_is_the_true_one(city: City, moment: datetime | None) -> None:
    service, as_of = city.service, city.as_known_at(moment)
    wrong: list[str] = []
    with service.reading() as connection:
        look = partial(career, connection, service.agency, as_of=as_of, opens=service.opens)
        for person, account in city.truth["people"].items():
            true = true_tenures(account["tenures"], "post", moment)
            true_ranks = {r["rank"] for r in account["ranks"] if believed(r, moment)}
            if not any(believed(row, moment) for row in (*account["tenures"], *account["statuses"])):
                continue  # nothing was known of this id then, or all of it stands under another id
            view = look(EmployeeId(person))
            told = told_tenures(view.posts, "post")
            told_ranks = {row.value for row in view.ranks if row.state == "held" and row.began != row.ended}
            if told != true or told_ranks != true_ranks:
                wrong.append(f"{person}: {sorted(told ^ true, key=str)} {told_ranks ^ true_ranks}")

    assert wrong == []


KINDS = {"cltn": "grant_leave", "tugas_belajar": "assign_study", "pemberhentian_sementara": "suspend"}
NOTES = {"step": "grant_salary_step", "recognised": "recognise_service"}
Spell = tuple[str, str, str | None, str | None, str, int]


def told_spells(view: CareerView) -> dict[str, set[Spell]]:
    """Contracts, duties and interruptions as the career tells them, less what lasted no day."""
    words = {
        "contracts": ((row.value, row) for row in view.contracts),
        "duties": ((f"{row.value} {row.unit}", row) for row in view.duties),
        "interruptions": ((KINDS[row.value], row) for row in view.interruptions),
    }
    return {
        name: {
            (what, str(row.began), None if row.ended is None else str(row.ended), row.until, row.decree, row.row)
            for what, row in rows
            if row.state == "held" and row.began != row.ended
        }
        for name, rows in words.items()
    }


def true_spells(account: dict[str, Any], moment: datetime | None) -> dict[str, set[Spell]]:
    return {
        name: {
            (row["what"], str(first_day(row["began"])), row["ended"], row["until"], row["decree"], row["row"])
            for row in account[name]
            if believed(row, moment) and row["began"] != row["ended"]
        }
        for name in ("contracts", "duties", "interruptions")
    }


def told_notes(view: CareerView) -> set[tuple[str, str, str]]:
    rows = [(NOTES[row.value], row) for row in view.salary if row.value in NOTES]
    rows += [("record_education", row) for row in view.education] + [("record_training", row) for row in view.trainings]
    rows += [("determine_points", row) for row in view.points]
    return {(what, str(row.began), row.decree) for what, row in rows if row.state == "held"}


@pytest.mark.parametrize("moment", [None, *EARLIER], ids=lambda moment: "now" if moment is None else str(moment.year))
def test_a_working_life_beside_posts_is_the_true_one(city: City, moment: datetime | None) -> None:
    service, as_of = city.service, city.as_known_at(moment)
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    with service.reading() as connection:
        for person, account in city.truth["people"].items():
            if not any(believed(row, moment) for row in (*account["tenures"], *account["statuses"])):
                continue  # nothing was known of this id then, or all of it stands under another id
            view = career(connection, service.agency, EmployeeId(person), as_of, opens=service.opens)
            told, true = told_spells(view), true_spells(account, moment)
            notes = {(row["action"], row["on"], row["decree"]) for row in account["notes"] if believed(row, moment)}
            seen.update({name: len(rows) for name, rows in true.items()} | {"notes": len(notes)})
            if told != true or told_notes(view) != notes:
                wrong.append(f"{person}: {told} {true} {told_notes(view) ^ notes}")

    assert wrong == []
    assert seen["duties"] > 0
    assert moment is not None or min(seen.values()) > 0


@pytest.mark.parametrize("moment", [None, *EARLIER], ids=lambda moment: "now" if moment is None else str(moment.year))
def test_every_post_history_is_the_true_one(city: City, moment: datetime | None) -> None:
    service, as_of = city.service, city.as_known_at(moment)
    wrong: list[str] = []
    seen = 0
    with service.reading() as connection:
        for account in city.truth["posts"]:
            if moment is not None and datetime.fromisoformat(account["known_from"]) > moment:
                continue
            history = post_history(connection, service.agency, PostId(account["post"]), as_of, opens=service.opens)
            told = told_tenures(history.tenures, "employee")
            true = true_tenures(account["tenures"], "employee", moment)
            seen += len(true)
            if told != true:
                wrong.append(f"{account['post']}: {sorted(told ^ true, key=str)}")

    assert wrong == []
    assert seen > 200


def test_a_second_run_of_the_same_file_adds_nothing(city: City) -> None:
    head = city.service.recorder.head()
    record(city.service, city.service.settings.home / "decrees.jsonl")

    assert city.service.recorder.head() == head


@pytest.mark.parametrize("moment", EARLIER, ids=str)
def test_the_order_of_seniority_known_earlier_needs_its_own_axes_alone(city: City, moment: datetime) -> None:
    as_of, service = city.as_known_at(moment), city.service
    with service.reading() as connection:
        asked = partial(
            everybody, connection, service.agency, as_of, regulations=service.regulations, opens=service.opens
        )
        whole, own = by_seniority(asked(), as_of.valid_on), by_seniority(asked(axes=AXES), as_of.valid_on)
        some = asked(among=[row.state.employee for row in whole[:7]])

    assert len(whole) > 50
    assert [printed(row) for row in own] == [printed(row) for row in whole]
    assert {row.state.employee: row for row in some} == {row.state.employee: row for row in whole[:7]}
    assert any(row.state.appraised_year for row in whole)
    assert not any(row.state.appraised_year for row in own)


def printed(row: Serving) -> tuple[object, ...]:
    """What the order and its list are made of."""
    state = row.state
    return (
        state.employee, row.name, row.nip, row.post, state.rank, state.rank_since, state.post_since,
        credit_months(state, date(2026, 1, 1)), state.course_name, state.course_on, state.course_hours, state.school,
        state.graduated, state.education, state.born_on,
    )  # fmt: skip
