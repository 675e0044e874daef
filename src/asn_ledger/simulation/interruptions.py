"""Interruptions and identity: leave without a post and return, new numbers, people who come back under a second id."""

from datetime import date
from functools import partial

from asn_ledger.simulation.dates import plus_days, plus_months, plus_years, rank_periods
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.entries import arrive, candidate, first_post
from asn_ledger.simulation.exits import by_own_request
from asn_ledger.simulation.lives import SCALE, Json, Person, Post
from asn_ledger.simulation.slips import NOTE
from asn_ledger.simulation.world import World

_SERVED = 5 * 366 + 1  # days of service before unpaid leave
_REASONS = ("mendampingi_pasangan", "merawat_anak", "merawat_orang_tua", "alasan_penting_lain")


def release(world: World, person: Person, day: date) -> None:
    """Somebody leaves their post for study, unpaid leave or suspension, or resigns from it; later they get another."""
    post = person.post
    if person.status != "pns" or post is None:
        return
    if not post.structural:
        _interrupt(world, person, day)
        return
    row: Json = {"row": 0, "action": "release", "employee": person.id, "post": post.id, "reason": "mengundurkan_diri"}
    wish = Wish("keputusan", "851", matter="release", pace="prompt", draft=False)
    rows = [row | {"tmt": {"on": day.isoformat()}}]
    person.floor = world.desk.issue(wish, world.later(day, -25, -4), rows, [person, post]).recorded
    world.give_up(person, day)
    world.agenda.at(world.later(day, 20, 50), partial(first_post, world, person))


def _interrupt(world: World, person: Person, day: date) -> None:
    """Unpaid leave, study or suspension: the post is left until the return, and then another one is given."""
    if person.acts is not None or person.daily_until >= day:
        return
    draw = world.chance.random()
    row: Json = {"row": 0, "employee": person.id, "tmt": {"on": day.isoformat()}}
    until = plus_days(plus_years(day, 2), -1)
    if draw < 0.1:
        until = world.later(day, 100, 400)
        kind, basis = "suspend", "sp3"
        row |= {"reason": "tersangka_ditahan"}
    elif draw < 0.4 and (day - person.entered).days > _SERVED:
        until = plus_days(plus_years(day, 1 + int(3 * world.chance.random())), -1)
        kind, basis = "grant_leave", "selesai_cltn"
        row |= {"until": until.isoformat(), "reason": world.chance.choice(_REASONS)}
    else:
        kind, basis = "assign_study", "selesai_tubel"
        row |= {"level": "s2", "programme": "Magister", "institution": "Universitas Diponegoro", "funding": "apbd"}
        row |= {"until": until.isoformat(), "leaves_post": True}
    post = person.post
    decided = world.later(day, -25, -4)
    approval = (world.desk.consideration("pertek_bkn", plus_days(decided, -10), 1),) if kind == "grant_leave" else ()
    wish = Wish("keputusan", "851", matter=kind, considerations=approval, pace="prompt", draft=False)
    touched: list[Person | Post] = [person] if post is None else [person, post]
    person.floor = world.desk.issue(wish, decided, [{**row, "action": kind}], touched).recorded
    world.give_up(person, day)
    person.away, person.duty_until = True, min(person.duty_until, plus_days(day, -1))
    if kind == "assign_study" and world.chance.random() < 0.2:
        until = _longer(world, person, until)
    world.agenda.at(plus_days(until, 1 + 14 * (world.chance.random() < 0.2)), partial(_return, world, person, basis))


def _longer(world: World, person: Person, until: date) -> date:
    """The study takes half a year more: recorded a month before its end."""
    longer = plus_months(until, 6)

    def extend(day: date) -> None:
        if person.serving and person.away:
            row: Json = {"row": 0, "action": "extend_study", "employee": person.id, "until": longer.isoformat()}
            wish = Wish("keputusan", "851", matter="assign_study", pace="prompt", draft=False)
            told = row | {"tmt": {"on": plus_days(until, 1).isoformat()}}
            person.floor = max(person.floor, world.desk.issue(wish, day, [told], [person]).recorded)

    world.agenda.at(plus_days(until, -30), extend)
    return longer


def _return(world: World, person: Person, basis: str, day: date) -> None:
    if not person.serving or not person.away:
        return
    row: Json = {"row": 0, "action": "reinstate", "employee": person.id, "basis": basis}
    wish = Wish("keputusan", "852", matter="return", pace="prompt", draft=False)
    issued = world.desk.issue(wish, world.later(day, -15, -2), [row | {"tmt": {"on": day.isoformat()}}], [person])
    person.floor = max(person.floor, issued.recorded)
    person.away = False
    world.agenda.at(world.later(day, 1, 20), partial(first_post, world, person))


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
