"""The course of the years: what the agenda holds, from the founding decrees to the last day."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from asn_ledger.simulation import acting, annulments, entries, exits, interruptions, working
from asn_ledger.simulation.appraisals import appraise
from asn_ledger.simulation.breaches import breach
from asn_ledger.simulation.dates import plus_days, rank_periods
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.lives import Json, Person
from asn_ledger.simulation.ranks import raise_ranks
from asn_ledger.simulation.reorganisation import REFORMS, announce
from asn_ledger.simulation.rotations import move_clerk, rotate, select
from asn_ledger.simulation.shape import Plan, found
from asn_ledger.simulation.world import World

_HORIZON = 150  # days: nothing is signed longer before it takes effect
_MORATORIUM = {2001, 2002, 2003, 2012, 2013, 2015, 2016, 2017}


def live(world: World) -> Iterator[date]:
    """Live through the whole story; yields the first day of each month when everything before it is settled."""
    world.vacated = partial(acting.on_vacated, world)
    world.filled = partial(acting.on_filled, world)
    _found(world, after=_take_offices(world))
    entries.open_snapshot(world)
    for year in range(world.begins.year, world.until.year + 1):
        world.agenda.at(max(date(year, 1, 1), world.begins), partial(_plan_year, world))
    month = world.begins
    for day in world.agenda.run(world.until):
        if (day.year, day.month) != (month.year, month.month):
            month = day.replace(day=1)
            yield month


def settled(month: date) -> date:
    """The day before which no more is recorded, when the story has come to `month`."""
    return plus_days(month, -_HORIZON)


def _take_offices(world: World) -> int:
    """The outside offices: who holds them at the beginning, and everybody who takes them later."""
    running = [t for t in world.heads.terms if t.began <= world.begins and (t.ended is None or t.ended > world.begins)]
    rows = [_taken(world, term.office, term.began) for term in running]
    wish = Wish("keppres", "100.1", "presiden", pace="prompt", draft=False)
    issued = world.desk.issue(wish, world.begins, rows, [])
    for term in world.heads.terms:
        if term.began > world.begins:
            world.agenda.at(term.began, partial(_succeed, world, term.office))
    return issued.recorded


def _taken(world: World, office: str, day: date) -> Json:
    term = world.heads.on(office, day)
    row: Json = {"row": 0, "action": "take_office", "office": office, "official": term.official, "name": term.name}
    row |= {"title": term.title, "capacity": term.capacity}
    if term.letter:
        row["letter"] = term.letter
    return row | {"tmt": {"on": term.began.isoformat()}}


def _succeed(world: World, office: str, day: date) -> None:
    left = world.heads.on(office, plus_days(day, -1))
    leave: Json = {"row": 0, "action": "leave_office", "office": office, "official": left.official}
    rows = [leave | {"tmt": {"on": day.isoformat()}}, _taken(world, office, day)]
    local = office in ("wali-kota", "gubernur")
    wish = Wish("keputusan" if local else "keppres", "100.1", "mendagri" if local else "presiden", pace="prompt",
                draft=False)  # fmt: skip
    world.desk.issue(wish, plus_days(day, -3), rows, [])


def _found(world: World, after: int) -> None:
    plan: Plan = found(world)
    perda = Wish("perda", "PERDA", matter="organisation", pace="prompt", draft=False, after=after)
    issued = world.desk.issue(perda, world.begins, plan.units, [])
    perwal = Wish("perwal", "PERWAL", matter="organisation", pace="prompt", draft=False, after=issued.recorded)
    world.desk.issue(perwal, world.begins, plan.posts, list(plan.made))
    for post in plan.made:
        post.floor = post.latest


def _plan_year(world: World, day: date) -> None:
    """Put a year's events on the agenda."""
    year = day.year
    at = world.agenda.at
    for period in rank_periods(year):
        if period >= day:
            at(period, partial(raise_ranks, world))
    for month in world.chance.sample([2, 3, 4, 5, 6, 7, 8, 9, 10], 2 + (world.chance.random() < 0.4)):
        at(date(year, month, 2 + int(25 * world.chance.random())), partial(rotate, world))
    for month in (3, 8):
        at(date(year, month, 2 + int(25 * world.chance.random())), partial(select, world))
    at(max(date(year, 7, 1), day), partial(working.headships, world))
    at(date(year, 9, 1), partial(working.raise_levels, world))
    at(date(year, 11, 15), partial(working.diplomas, world))
    at(date(year, 12, 5), partial(working.trainings, world))
    for month in (3, 9):
        at(max(date(year, month, 28), day), partial(working.leadership, world))
    if year >= world.until.year - working.SALARY_YEARS:
        for month in range(1, 13):
            at(date(year, month, 1), partial(working.salary_steps, world))
    _recruit(world, year)
    _chances(world, day)
    at(date(year, 12, 31), partial(appraise, world))
    if year + 1 in REFORMS and date(year + 1, 1, 1) < world.until:
        at(plus_days(date(year + 1, 1, 1), -60), partial(announce, world))


def _recruit(world: World, year: int) -> None:
    """Newcomers towards the city's size; no candidates in years of moratorium, contracts since 2021."""
    size = world.size
    if year == 2025:
        goal = 0.9 * size
    else:
        goal = min(1.0, 0.97 + 0.006 * (year - world.begins.year)) * size
        goal = min(goal, 0.93 * size) if year > 2018 else goal
    missing = max(0, int(goal - len(world.serving) + 0.028 * len(world.serving)))
    candidates = 0 if year in _MORATORIUM else min(missing, int(0.09 * size))
    hired = 0
    if year >= 2021:
        hired = int(candidates * 0.7)
        candidates -= hired
    if candidates:
        first = date(year, world.chance.choice((2, 3, 4)), 1)
        world.agenda.at(first, lambda day: entries.cpns_cohort(world, day, candidates))
    if hired:
        world.agenda.at(date(year, 6, 1), lambda day: entries.contracts(world, day, hired, part_time=False))
    if year == 2025:
        part_time = max(0, int(size * 1.0 - goal))
        world.agenda.at(date(year, 10, 1), lambda day: entries.contracts(world, day, part_time, part_time=True))


def _chances(world: World, day: date) -> None:
    """What strikes by chance: deaths, requests, dismissals, transfers, absences."""
    yearly: tuple[tuple[float, bool, Callable[[World, date], None]], ...] = (  # mean, on a first, what
        (14, False, partial(_one, exits.death)),
        (12, True, partial(_one, exits.by_own_request)),
        (2.5, False, partial(_one, exits.dismissal)),
        (22, True, partial(_one, exits.transfer_out)),
        (24, True, entries.transfer_in),
        (200, False, acting.absence),
        (560, False, move_clerk),
        (14, False, partial(_one, interruptions.release)),
        (6, False, partial(_one, interruptions.new_number)),
        (5, True, partial(_one, working.recognise)),
        (3, True, interruptions.come_back),
        (5, False, annulments.from_the_start),
        (0.4, False, annulments.beside_a_successor),
        (4, False, annulments.from_now_on),
        (3, False, annulments.rank_from_the_start),
        (0.5, False, annulments.never_recorded),
    )
    last = date(day.year, 12, 28).toordinal() - day.toordinal()
    for mean, on_a_first, act in yearly:
        for _ in range(world.scaled(mean)):
            when = plus_days(day, 32 + int(world.chance.random() * (last - 32)))
            world.agenda.at(when.replace(day=1) if on_a_first else when, partial(act, world))
    if world.findings and world.chance.random() < 0.55:
        world.agenda.at(date(day.year, 10, 20), partial(breach, world))
    if day.year >= 2023:
        for _ in range(world.scaled(4)):
            world.agenda.at(date(day.year, 7, 1), partial(interruptions.from_contract_to_candidate, world))


def _one(act: Callable[[World, Person, date], None], world: World, day: date) -> None:
    """Let something happen to somebody by chance who is not promised another post."""
    for person in world.tries(8):
        busy = person.reserved or person.post is None or day in {person.since, person.rank_since, person.pns_since}
        if not busy and person.floor // 86400 < day.toordinal():
            act(world, person, day)
            return
