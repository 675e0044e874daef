"""The product, judging the city's decrees in memory, ends where the simulator's own account ends."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from asn_ledger.app import read_regulations
from asn_ledger.domain.career import Career
from asn_ledger.domain.decisions.decree import Placing, weigh
from asn_ledger.domain.decisions.form import Decree
from asn_ledger.domain.events import Appraised
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
    judged = {(fact.year, judgement_of(fact)) for _, fact in career.appraisals}
    assert judged == {(value[0], value[1:4]) for value, _ in told.appraisals}


def judgement_of(fact: Appraised) -> tuple[str, str, str]:
    assert isinstance(fact.judgement, Judgement)
    return fact.judgement.result, fact.judgement.behaviour, fact.judgement.predicate


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
