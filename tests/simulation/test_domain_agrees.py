"""The product, judging the city's decrees in memory, ends where the simulator's own account ends."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from asn_ledger.app import read_regulations
from asn_ledger.domain.career import Career, Period
from asn_ledger.domain.decisions.decree import Placing, weigh
from asn_ledger.domain.decisions.form import Decree
from asn_ledger.domain.events import (
    Appraised,
    Axis,
    EducationRecorded,
    PointsDetermined,
    SalaryStepGranted,
    ServiceRecognised,
    TrainingCompleted,
)
from asn_ledger.domain.events.appraisal import Judgement
from asn_ledger.domain.occupancy import occupy
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.record_all import World
from asn_ledger.simulation import simulate
from asn_ledger.simulation.account import Account, Record

Line = dict[str, Any]
Held = tuple[str, str, str, str | None, str, int]


def record(world: World, line: Line, head: int) -> int:
    """Judge a line upon what the world knows and take it in; answers the new head."""
    at = datetime.fromisoformat(line["recorded_at"])
    placing = Placing(UUID(line["command"]), head, at)
    today = at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    judgement = weigh(Decree.model_validate(line["decree"]), world.facts, now=today, placing=placing)
    assert judgement.refusals == (), line
    world.accept(judgement.entries, judgement.after)
    return head + len(judgement.made)


def tenures(world: World, career: Career) -> set[Held]:
    found: set[Held] = set()
    for mine in career.tenures():
        life = world.facts.posts[mine.post]
        (held,) = occupy(life, [mine]).tenures
        if held.ended is None or held.ended > held.began:
            began = str(held.began_text or held.began)
            ended = None if held.ended is None else held.ended.isoformat()
            found.add((str(held.post), held.capacity, began, ended, str(held.decree), held.row))
    return found


def compare(world: World, person: str, told: Record) -> None:
    career = world.facts.careers[EmployeeId(person)]
    assert tenures(world, career) == {tenure[:6] for tenure in told.tenures.now}
    ranks = [(str(period.value), period.ended and period.ended.isoformat()) for period in career.ranks]
    assert ranks == [(rank, ended) for rank, _, ended, *_ in told.ranks.now]
    statuses = [(p.value, p.began.isoformat(), p.ended and p.ended.isoformat()) for p in career.service]
    assert statuses == [(status, began, ended) for status, began, ended, *_ in told.statuses.now]
    assert spells((p.value.kind, p.value.until, p) for p in career.contracts) == true_spells(told.contracts.now)
    duties = ((f"{p.value.kind} {p.value.unit}", p.value.until, p) for p in career.duties)
    assert spells(duties) == true_spells(told.duties.now)
    away = ((KINDS[p.value.kind], p.value.until, p) for p in career.interruptions)
    assert spells(away) == true_spells(told.interruptions.now)
    assert notes(career) == sorted(note[:4] for note in told.notes.now)
    judged = {(fact.year, judgement_of(fact)) for _, fact in career.appraisals}
    assert judged == {(value[0], value[1:6]) for value, _ in told.appraisals}


KINDS = {"cltn": "grant_leave", "tugas_belajar": "assign_study", "pemberhentian_sementara": "suspend"}
Told = tuple[str, str | None, str | None, str | None, str, int]


def spells(periods: Iterable[tuple[str, str | None, Period[Any]]]) -> list[Told]:
    """What lasted a day or more, as the simulator tells it."""
    return sorted(
        (what, str(p.began_text or p.began), None if p.ended is None else p.ended.isoformat(), until, str(p.decree), p.row)
        for what, until, p in periods
        if p.ended is None or p.ended > p.began
    )  # fmt: skip


def true_spells(now: Iterable[Told]) -> list[Told]:
    return sorted(spell for spell in now if spell[2] is None or spell[2] > str(spell[1]))


def notes(career: Career) -> list[tuple[str, str, str, str]]:
    found: list[tuple[str, str, str, str]] = []
    for fact in career.history.on(Axis.SALARY, Axis.EDUCATION, Axis.TRAINING, Axis.POINTS):
        match fact.event:
            case SalaryStepGranted() as said:
                told = "grant_salary_step", f"{said.service_years} {said.service_months}"
            case ServiceRecognised() as said:
                told = "recognise_service", f"{said.years} {said.months}"
            case EducationRecorded() as said:
                told = "record_education", said.level
            case TrainingCompleted() as said:
                told = "record_training", f"{said.kind} {said.name}"
            case PointsDetermined() as said:
                assert isinstance(said.points, int)
                whole = f"{Decimal(said.points) / 1000:f}"
                told = "determine_points", f"{said.kind} {said.level} {whole}"
            case _:
                continue
        found.append((*told, fact.day.isoformat(), str(fact.event.decree)))
    return sorted(found)


def judgement_of(fact: Appraised) -> tuple[str | None, ...]:
    said = fact.judgement
    assert isinstance(said, Judgement)
    return said.result, said.behaviour, said.predicate, said.score, said.scale


def test_the_product_reads_the_city_as_the_simulator_does() -> None:
    world, account, head = World(read_regulations(), None), Account(), 0
    lines = list(simulate(people=150, years=14, seed=22).decrees())
    for number, line in enumerate(lines, 1):
        account.read(line)
        head = record(world, line, head)
        if number in {len(lines) // 2, len(lines)}:
            for person, told in account.people.items():
                if told.canonical is None:
                    compare(world, person, told)
    assert head > 3000
    seen = [told for told in account.people.values() if told.canonical is None]
    assert {note[0] for told in seen for note in told.notes.now} >= {"determine_points", "record_training"}
    assert all(any(getattr(told, axis).now for told in seen) for axis in ("contracts", "duties", "interruptions"))
