"""Interruptions and identity: leave without a post and return, new numbers, people who come back under a second id."""

from datetime import date
from functools import partial

from asn_ledger.simulation.dates import plus_years, rank_periods
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.entries import arrive, candidate, first_post
from asn_ledger.simulation.exits import by_own_request
from asn_ledger.simulation.lives import SCALE, Json, Person
from asn_ledger.simulation.slips import NOTE
from asn_ledger.simulation.world import World


def release(world: World, person: Person, day: date) -> None:
    """Somebody leaves their post for study or unpaid leave, or resigns from it; later they get another."""
    post = person.post
    if person.status != "pns" or post is None:
        return
    reason = "mengundurkan_diri" if post.structural else world.chance.choice(("cltn", "tubel", "tubel"))
    row: Json = {"row": 0, "action": "release", "employee": person.id, "post": post.id, "reason": reason}
    wish = Wish("keputusan", "851", matter="release", pace="prompt", draft=False)
    rows = [row | {"tmt": {"on": day.isoformat()}}]
    person.floor = world.desk.issue(wish, world.later(day, -25, -4), rows, [person, post]).recorded
    world.give_up(person, day)
    back = world.later(day, 20, 50) if post.structural else world.later(day, 330, 900)
    world.agenda.at(back, partial(first_post, world, person))


def new_number(world: World, person: Person, day: date) -> None:
    """Somebody's NIP is converted (*konversi NIP*)."""
    if person.rank_scale != "pns":
        return
    person.nip = world.numbers.nip(person)
    row: Json = {"row": 0, "action": "assign_nip", "employee": person.id, "nip": person.nip, "reason": "konversi"}
    wish = Wish("keputusan", "812", "kepala-bkn", matter="number", draft=False)
    world.desk.issue(wish, world.later(day, -30, -5), [row | {"tmt": {"on": day.isoformat()}}], [person])


def come_back(world: World, day: date) -> None:
    """Somebody who went to another agency comes back, is entered as somebody new, and is recognised later."""
    may = [(p, left) for p, left in world.gone if (day - p.born).days < 54 * 365 and (day - left).days > 400]
    if not may:
        return
    old, left = world.chance.choice(may)
    world.gone.remove((old, left))
    new = _again(world, old, "pns", old.entered)
    new.rank = min(SCALE[old.education][1], old.rank + (1 if plus_years(old.rank_since, 4) < day else 0))
    new.rank = max(new.rank, old.rank)
    periods = [p for p in rank_periods(day.year - 1) if p > old.rank_since]
    new.rank_since = periods[-1] if periods and new.rank > old.rank else old.rank_since
    arrive(world, new, "Pemerintah Kabupaten Semarang", day)
    world.agenda.at(world.later(day, 60, 500), partial(_recognise, world, old, new))


def from_contract_to_candidate(world: World, day: date) -> None:
    """Somebody under contract passes the selection, goes and enters as a candidate with a new number and a new id."""
    for person in world.tries(200):
        young = (day - person.born).days < 34 * 365
        if person.status == "pppk" and young and person.post is not None and (day - person.since).days > 200:
            post = world.roomy(person.post.schooling)
            if post is None:
                return
            by_own_request(world, person, day)
            new = _again(world, person, "cpns", day)
            candidate(world, new, day, post)
            world.agenda.at(world.later(day, 60, 300), partial(_recognise, world, person, new))
            return


def _again(world: World, old: Person, status: str, entered: date) -> Person:
    """The same human being under a second id."""
    start = SCALE[old.education][0]
    new = Person(
        world.ids.next(), old.name, old.sex, old.born, old.education, status, "pns", start, entered, entered
    )  # fmt: skip
    new.nip = world.numbers.nip(new)
    return new


def _recognise(world: World, old: Person, new: Person, day: date) -> None:
    """Both ids are found to be one person: from now on the first one stands for both."""
    row: Json = {"row": 0, "action": "identify_persons", "employees": [old.id, new.id], "canonical": old.id}
    after = Wish(NOTE.kind, NOTE.code, draft=False, pace="prompt", after=max(old.latest, new.latest))
    issued = world.desk.issue(after, day, [row | {"tmt": {"on": day.isoformat()}}], [old, new])
    new.id = old.id
    new.floor = max(new.floor, issued.recorded)
